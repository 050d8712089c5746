//! What every database must do alike: each test runs on a SQLite file, on
//! SQLite in memory and on PostgreSQL with and without prepared statements.
//!
//! A test has a database of its own. PostgreSQL and PgBouncer are those of
//! `scripts/test`; without them the tests fail, they are never skipped.

#![expect(clippy::unwrap_used, reason = "in a test a step that fails is a test that fails")]

#[macro_use]
mod support;

mod events;
mod faults;
mod foreign;
mod schema;
mod tables;
mod transactions;
