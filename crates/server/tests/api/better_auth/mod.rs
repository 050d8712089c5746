//! What the client of Better Auth meets: accounts and sessions, by cookie or
//! by token.

mod account;
mod bodies;
mod cookies;
mod email;
mod enumeration;
mod limits;
mod origin;
mod outage;
mod password;
mod required;
mod reset;
mod service;
mod session;
mod sessions;
mod sign_in;
mod sign_out;
mod sign_up;
mod tokens;
mod wire;
