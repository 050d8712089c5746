//! The history and the tasks tell the same story, on both databases: whatever
//! is done in whatever order, by one or by many at once.

#[path = "../../../server/tests/postgres/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod postgres;
#[path = "../../../server/tests/scripted_model/mod.rs"]
mod scripted_model;
#[macro_use]
mod support;

mod races;
mod random;
mod reading;
mod tools;
mod turns;
