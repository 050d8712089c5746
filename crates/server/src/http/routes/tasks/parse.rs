//! What a line of text would be as a task.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, tasks};
use rondo_domain::{DueDate, Priority, QuickAdd, RecurrenceRule, Span, TagName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody},
    openapi::schemas::tasks::{PriorityName, SpanKindName, TaskParse},
};

/// What was understood of a line.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "title": "Call Ana",
    "due_date": "2026-11-22T09:00",
    "priority": "high",
    "tags": ["work"],
    "recurrence_rule": "FREQ=WEEKLY",
    "spans": [
        {"start": 9, "end": 22, "kind": "due_date"},
        {"start": 23, "end": 28, "kind": "tags"},
        {"start": 29, "end": 31, "kind": "priority"},
        {"start": 32, "end": 42, "kind": "recurrence_rule"}
    ]
}))]
pub(crate) struct ParsedTaskResponse<'a> {
    /// What no phrase was made of; never empty.
    #[schema(min_length = 1, max_length = 200, example = "Call Ana")]
    title: &'a str,
    /// A day, or a day and a time, in the user's time zone; never past.
    #[schema(required, value_type = Option<String>, example = "2026-11-22T09:00")]
    due_date: Option<DueDate>,
    /// How much it matters.
    #[schema(required, value_type = Option<PriorityName>)]
    priority: Option<&'static str>,
    /// Labels, without the `#` before them.
    #[schema(max_items = 20, example = json!(["work"]))]
    tags: Vec<&'a str>,
    /// How it recurs: a rule of RFC 5545.
    #[schema(required, value_type = Option<String>, example = "FREQ=WEEKLY")]
    recurrence_rule: Option<&'a RecurrenceRule>,
    /// What was understood where: from left to right, without overlaps. All
    /// other characters are the title's.
    spans: Vec<SpanResponse>,
}

/// A part of the line that was understood.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpanResponse {
    /// The first character, counted from 0 in Unicode code points. JavaScript
    /// counts otherwise: use `Array.from(text)`.
    #[schema(minimum = 0, maximum = 2000, example = 9)]
    start: usize,
    /// The character after the last one.
    #[schema(minimum = 0, maximum = 2000, example = 22)]
    end: usize,
    /// The field that it fills.
    #[schema(value_type = SpanKindName, example = "due_date")]
    kind: &'static str,
}

impl<'a> From<&'a QuickAdd> for ParsedTaskResponse<'a> {
    fn from(task: &'a QuickAdd) -> Self {
        Self {
            title: task.title.as_str(),
            due_date: task.due,
            priority: task.priority.map(Priority::as_str),
            tags: task.tags.as_slice().iter().map(TagName::as_str).collect(),
            recurrence_rule: task.recurrence.as_ref(),
            spans: task.spans.iter().copied().map(SpanResponse::from).collect(),
        }
    }
}

impl From<Span> for SpanResponse {
    fn from(Span { start, end, kind }: Span) -> Self {
        Self { start, end, kind: kind.as_str() }
    }
}

/// Read a task from a line of text
///
/// Stores nothing. Dates are read with the time zone and the first day of the
/// week of the user's settings. What is not understood stays in the title,
/// which may have 200 characters. `spans` says where each phrase is, in Unicode
/// code points, so that a page can highlight it.
#[utoipa::path(
    post,
    path = "/api/tasks/parse",
    tag = "tasks",
    request_body(content = TaskParse),
    responses((status = 200, description = "What was understood", body = ParsedTaskResponse))
)]
pub(crate) async fn parse_task(
    caller: Caller,
    State(app): State<App>,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let line = input::line(body)?;
    let task = tasks::parse(&app, caller.actor(), &line).await?;
    Ok(Json(ParsedTaskResponse::from(&task)).into_response())
}
