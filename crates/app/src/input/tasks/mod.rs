//! Tasks as clients send them.
//!
//! What can be checked without knowing whose task it is, is checked here. What
//! takes the owner's calendar (a date with an offset, a line of text) is kept as
//! it came, and a use case makes a task of it.

mod bulk;
mod new;
mod patch;
mod plan;
#[cfg(test)]
mod tests;

use rondo_domain::{Description, Problem};
use serde_json::Value;

use super::{boolean, parse_object};
use crate::error::{Error, Location};

pub use bulk::{BulkAction, BulkInput, bulk};
pub use new::{TaskInput, new_task};
pub use patch::{TaskPatchInput, task_patch};

/// What `complete` is asked for: `None` (no body, or one without `completed`)
/// turns the task around, a boolean sets it.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn completion(body: Option<Value>) -> Result<Option<bool>, Error> {
    let Some(body) = body else {
        return Ok(None);
    };
    let mut fields = parse_object(Location::Body, body)?;
    let completed = fields.optional("completed", boolean);
    fields.finish(|| completed)
}

fn description(text: &str) -> Result<Description, Problem> {
    Description::parse(text.to_owned())
}
