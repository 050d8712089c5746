//! Accounts: making one, logging in and out, and being nobody.

mod cookie;
mod delete_me;
mod demo;
mod login;
mod logout;
mod register;
