//! What answers about tasks and their history look like, and which headers say
//! what became of a write.

mod counts;
mod done;
mod history;
mod refusal;
mod task;

pub(crate) use counts::{TagResponse, TaskStatsResponse};
pub(crate) use done::Marks;
pub(crate) use history::{ChangeListResponse, TaskHistoryResponse, UndoResponse};
pub(crate) use refusal::{
    ChangesPurgedResponse, PreconditionFailedResponse, UndoConflictResponse, refusal,
};
pub(crate) use task::{BulkResponse, TaskListResponse, TaskResponse, TrashResponse};
