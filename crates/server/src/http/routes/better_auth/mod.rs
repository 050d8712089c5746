//! What the client of Better Auth calls, below `/api/auth`.
//!
//! Each handler is written as if nothing but it existed: who asks, whether the
//! origin may ask, and how errors look is settled in `http::better_auth`.

pub(crate) mod account;
pub(crate) mod email;
pub(crate) mod objects;
pub(crate) mod password;
pub(crate) mod reset;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod sign_in;
