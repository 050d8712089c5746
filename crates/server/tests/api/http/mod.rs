//! What is true of every route: errors of the framework, headers, bodies, the
//! wire, and what the service says about itself.

mod bodies;
mod bugs;
mod cors;
mod framework;
mod headers;
mod service;
mod wire;
