//! The contract, as people at the door of the real router meet it, in process.
//!
//! Nearly every test runs on SQLite in memory and on PostgreSQL. Each answer
//! that any test gets is also held to what all answers promise: see
//! `support/promise.rs`.

#[path = "../folder/mod.rs"]
mod folder;
#[path = "../log/mod.rs"]
mod log;
#[path = "../postgres/mod.rs"]
mod postgres;
#[path = "../scripted_model/mod.rs"]
mod scripted_model;
#[macro_use]
mod support;

mod agreed;
mod auth;
mod better_auth;
mod changes;
mod chat;
mod conversations;
mod events;
mod http;
mod idempotency;
mod isolation;
mod jwt;
mod mcp;
mod openapi;
mod outage;
mod rate_limits;
mod replicas;
mod settings;
mod tags;
mod tasks;
mod tokens;
mod trash;
mod undo;
