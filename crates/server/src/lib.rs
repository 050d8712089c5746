//! How Rondo is reached: the doors, and what the binary is made of.
//!
//! The doors do not import each other; they meet in `rondo_app`.

pub mod cli;
pub mod config;
pub mod http;
pub mod listener;
mod mcp;
pub mod shutdown;
pub mod telemetry;

pub use http::{HttpService, HttpSettings, build};
pub use shutdown::Readiness;
