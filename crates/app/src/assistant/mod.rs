//! The assistant: a conversation in which tasks are seen and changed.
//!
//! A turn is one message and its answer. [`begin`] stores the message, and
//! [`Turn::run`] lets a language model answer, or the built-in assistant where
//! no model is configured; never the one for the other. Whatever either does
//! to tasks goes through [`crate::tools`], like every other program.

mod answer;
mod builtin;
mod calls;
mod model;
mod state;
mod turn;

pub use answer::{Answer, Begun, Failure, ToolCall, TurnEvent, TurnEvents};
pub(crate) use model::Model;
pub use model::probe as probe_model;
pub use turn::{Turn, begin};
