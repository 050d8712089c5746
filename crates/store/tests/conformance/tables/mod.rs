//! What is stored, table by table.

mod api_tokens;
mod attempts;
mod conversations;
mod listing;
mod sessions;
mod tasks;
mod totals;
mod users;
mod values;
