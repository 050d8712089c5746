//! What requests about the history may hold, and the words that are in it.

#![expect(
    dead_code,
    reason = "the fields are read by the macro that makes the schema, never at run time"
)]

use utoipa::{IntoParams, ToSchema};

/// Which part of the history.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedQuery {
    /// The number after which to begin; 0 is before the first.
    #[param(required = false, minimum = 0, default = 0)]
    after: i64,
    /// How many at most.
    #[param(required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: i64,
}

/// How to undo.
#[derive(ToSchema)]
#[schema(example = json!({"force": false}))]
pub(crate) struct UndoRequest {
    /// Undo as well what happened to the tasks since.
    #[schema(required = false, default = false)]
    force: bool,
}

/// What happened to a task.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ChangeActionName {
    /// It was made.
    Created,
    /// A field changed, and nothing below says it better.
    Updated,
    /// It was done.
    Completed,
    /// It was to be done again.
    Reopened,
    /// It went to the trash.
    Deleted,
    /// It came back from the trash.
    Restored,
    /// It was removed for good.
    Purged,
}

/// Through which door a change came.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ActorKindName {
    /// The user, in an app or a browser.
    User,
    /// A program with a personal access token.
    Token,
    /// An assistant that speaks MCP.
    Mcp,
    /// The built-in assistant.
    Assistant,
}

/// What happened to a task that is in the way of undoing.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ObstacleReasonName {
    /// It changed, or came back from the trash.
    Changed,
    /// It went to the trash.
    Deleted,
    /// It was removed for good.
    Purged,
}
