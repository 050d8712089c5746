//! The handlers: parse, call a use case, answer. Nothing is decided here.

pub(super) mod auth;
pub(super) mod better_auth;
pub(super) mod changes;
pub(super) mod chat;
pub(super) mod conversations;
pub(super) mod docs;
pub(super) mod events;
pub(super) mod mcp;
pub(super) mod service;
pub(super) mod settings;
pub(super) mod tags;
pub(super) mod tasks;
pub(super) mod tokens;
