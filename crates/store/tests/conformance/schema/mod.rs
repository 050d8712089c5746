//! The schema, how it comes to be, and the statements that use it.

mod catalogue;
mod facts;
mod kept;
mod migrations;
mod statements;
