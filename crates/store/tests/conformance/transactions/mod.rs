//! All or nothing, one state at a time, and many at once.

mod abreast;
mod concurrency;
mod isolation;
mod lanes;
mod outcome;
mod queue;
