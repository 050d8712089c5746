//! Why a tool did not do it, in words that a model can act upon.

use serde::Serialize;
use thiserror::Error as ThisError;

use crate::error::{Error, InTheWay, Invalid, Kind, PathPart, Refusal};

/// Why a tool did not do it.
#[derive(Debug, ThisError)]
pub enum ToolError {
    /// There is no such tool.
    #[error("Unknown tool: {name}")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The call was wrong; another one may be right.
    #[error("{0}")]
    Refused(ToolRefusal),
    /// The call may have been right: trouble of the server's own.
    #[error("{0}")]
    Failed(#[source] Error),
}

/// What was wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ThisError)]
#[error("{message}")]
pub struct ToolRefusal {
    /// The stable word for programs.
    pub code: &'static str,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The argument that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ToolRefusal {
    /// An argument that is wrong.
    pub(crate) fn invalid(field: Option<&str>, message: impl Into<String>) -> Self {
        let field = field.map(str::to_owned);
        Self { code: "validation_error", message: message.into(), field }
    }

    /// There is no such task, or it is somebody else's: the same words.
    pub(crate) fn no_task(id: i64) -> Self {
        Self {
            code: Kind::Task.code(),
            message: format!("Task {id} not found"),
            field: Some("task_id".to_owned()),
        }
    }
}

impl From<ToolRefusal> for ToolError {
    fn from(refusal: ToolRefusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What an error of a use case is for the caller of a tool.
pub(super) fn of(error: Error) -> ToolError {
    let code = error.code();
    let refusal = match &error {
        Error::Invalid(problems) => invalid(problems),
        Error::UndoConflict(tasks) => {
            ToolRefusal { code, message: conflict(tasks), field: Some("batch_id".to_owned()) }
        }
        Error::NotFound(Kind::Change) => ToolRefusal {
            code,
            message: "There is nothing to undo: no such batch is in the history any more"
                .to_owned(),
            field: Some("batch_id".to_owned()),
        },
        Error::Forbidden(_) | Error::NotFound(_) | Error::Conflict(_) => {
            ToolRefusal { code, message: error.to_string(), field: None }
        }
        _ => return ToolError::Failed(error),
    };
    ToolError::Refused(refusal)
}

/// The same for a call about one task: whose it is, or whether it is there at
/// all, is not said.
pub(super) fn about_task(id: i64) -> impl Fn(Error) -> ToolError {
    move |error| match error {
        Error::NotFound(Kind::Task) | Error::Forbidden(Refusal::AccessDenied) => {
            ToolRefusal::no_task(id).into()
        }
        other => of(other),
    }
}

fn invalid(problems: &[Invalid]) -> ToolRefusal {
    let sentences: Vec<String> = problems.iter().map(sentence).collect();
    let field = problems.first().and_then(|first| first.field);
    ToolRefusal::invalid(field, sentences.join("; "))
}

/// `tags.3: String should have at least 1 character`.
fn sentence(invalid: &Invalid) -> String {
    let mut place = invalid.field.unwrap_or("arguments").to_owned();
    for part in &invalid.inner {
        match part {
            PathPart::Field(name) => place.extend([format!(".{name}")]),
            PathPart::Index(index) => place.extend([format!(".{index}")]),
        }
    }
    let problem = invalid.problem.to_string();
    format!("{place}: {}", problem.strip_prefix("Value error, ").unwrap_or(&problem))
}

fn conflict(tasks: &[InTheWay]) -> String {
    const SHOWN: usize = 5;
    let names: Vec<String> = tasks.iter().take(SHOWN).map(name).collect();
    let more = if tasks.len() > SHOWN { " and others" } else { "" };
    format!("Changed since, so this cannot be undone: {}{more}", names.join(", "))
}

fn name(way: &InTheWay) -> String {
    match &way.task {
        Some(shown) => format!("task {} \"{}\"", way.task_id, shown.task.title.as_str()),
        None => format!("task {}", way.task_id),
    }
}
