//! What happens when the database is away, locked, damaged or full of guests:
//! a clear error, nothing lost, and recovery without a restart.
//!
//! A full disk and a file that turns read-only are simulated from inside, in
//! `src/sqlite/tests.rs`.

mod file;
mod pooler;
mod proxy;
mod server;
