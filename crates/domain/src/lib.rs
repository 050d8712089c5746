//! What a task, a user and a conversation are: pure types and decisions.
//!
//! Nothing here waits, reads a clock, draws a random number or knows a database.
//! Every other crate imports this one; it imports none of them.

mod access;
mod actor;
mod api_token;
mod command;
mod conversation;
mod email;
mod history;
mod ids;
mod invalid;
mod listing;
mod planning;
mod quick_add;
mod secret;
mod task;
mod text;
mod time;
mod user;

pub use access::{Denied, owned};
pub use actor::{Actor, Door, Scope, Scopes};
pub use api_token::{ApiToken, TokenName};
pub use command::{
    Candidate, Command, DueScope, Edit, Found, Selection, Target, TaskName, Unclear, find_target,
};
pub use conversation::{Conversation, Message, MessageContent, Role};
pub use email::Email;
pub use history::{
    Author, AuthorKind, AuthorName, BatchId, Change, ChangeAction, NewChange, Obstacle, Place,
    Reason, Snapshot, Step, plan_undo,
};
pub use ids::{ApiTokenId, ChangeId, ConversationId, MessageId, SessionId, TaskId, UserId};
pub use invalid::Problem;
pub use listing::{
    DueFilter, Page, Position, PriorityCounts, SearchText, SortKey, SortOrder, Start, StatsBounds,
    StatusFilter, TagCount, TaskFilter, TaskQuery, TaskSort, TaskStats,
};
pub use planning::{
    DueDate, DueInput, Priority, Recurrence, RecurrenceFrom, RecurrenceRule, TagName, Tags,
    TimeZoneName, WeekStart,
};
pub use quick_add::{QuickAdd, Span, SpanKind};
pub use secret::Secret;
pub use task::{Changed, NewTask, Plan, PlanProblem, ShownTask, Task, TaskChange, TaskPatch};
pub use text::{Description, Title, search_text};
pub use time::{Clock, FixedClock, Timestamp};
pub use user::{Image, Name, TaskCounts, User, UserSettings, UserSettingsPatch};
