//! What is stored, table by table.

mod api_tokens;
mod attempts;
mod changes;
mod conversations;
mod idempotency;
mod imports;
mod listing;
mod mail_jobs;
mod plans;
mod profiles;
mod revoked_tokens;
mod sessions;
mod settings;
mod signing_keys;
mod stats;
mod tags;
mod tasks;
mod totals;
mod trash;
mod turns;
mod users;
mod values;
mod verifications;
