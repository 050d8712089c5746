//! What is stored, table by table.

mod api_tokens;
mod attempts;
mod conversations;
mod imports;
mod listing;
mod mail_jobs;
mod profiles;
mod revoked_tokens;
mod sessions;
mod settings;
mod signing_keys;
mod tasks;
mod totals;
mod users;
mod values;
mod verifications;
