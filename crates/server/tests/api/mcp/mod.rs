//! The MCP door over HTTP: who comes in, what they find, and what is said
//! about mistakes.

mod client;
mod confirmation;
mod door;
mod mistakes;
mod outage;
mod resources;
mod tools;

use client::{Client, NEW, OLD};
