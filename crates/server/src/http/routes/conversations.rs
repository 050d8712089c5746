//! Conversations with the assistant, for looking back at them.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rondo_app::{
    App,
    conversations::{self, ShownMessage},
    input,
};
use rondo_domain::{BatchId, Conversation, ConversationId, Message, Page, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::chat::ToolCallResponse;
use crate::http::{
    error::ApiError,
    extract::{Caller, Keyed, NoBody, PathId, QueryPairs},
    openapi::schemas::PageQuery,
    responses::Marks,
};

/// A conversation without its messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationResponse<'a> {
    /// Unique over all users.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    id: i64,
    /// The owner.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    user_id: &'a str,
    /// When it began.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
    /// When its last message came.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    updated_at: Timestamp,
}

impl<'a> From<&'a Conversation> for ConversationResponse<'a> {
    fn from(conversation: &'a Conversation) -> Self {
        Self {
            id: conversation.id.get(),
            user_id: conversation.user_id.as_str(),
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
        }
    }
}

/// A part of the list of conversations, most recently updated first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationListResponse<'a> {
    /// At most `limit` of them.
    conversations: Vec<ConversationResponse<'a>>,
    /// How many there are in all.
    #[schema(minimum = 0, example = 1)]
    total: i64,
    /// As asked for.
    #[schema(minimum = 1, maximum = 1000, example = 100)]
    limit: i64,
    /// As asked for.
    #[schema(minimum = 0, example = 0)]
    offset: i64,
}

impl<'a> ConversationListResponse<'a> {
    fn new(conversations: &'a [Conversation], total: i64, page: Page) -> Self {
        let shown = conversations.iter().map(ConversationResponse::from);
        Self { conversations: shown.collect(), total, limit: page.limit(), offset: page.offset() }
    }
}

/// A conversation with its messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationDetailResponse<'a> {
    #[serde(flatten)]
    conversation: ConversationResponse<'a>,
    /// Oldest first: ordered by `created_at`, then by `id`.
    messages: Vec<MessageResponse<'a>>,
}

/// One message.
#[derive(Serialize, ToSchema)]
#[expect(clippy::option_option, reason = "absent, null and a batch are three answers")]
pub(crate) struct MessageResponse<'a> {
    /// Unique over all users.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    id: i64,
    /// Who wrote it: `user` or `assistant`.
    #[schema(pattern = "^(user|assistant)$", example = "user")]
    role: &'static str,
    /// What was written.
    #[schema(example = "Add milk to my list")]
    content: &'a str,
    /// When it was stored.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
    /// What the assistant did before it answered; only of its answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_calls: Option<Vec<ToolCallResponse<'a>>>,
    /// The batch of what it changed, which can be undone; null when it changed nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<Option<&'a str>>,
    /// Who answered: `builtin`, or `openai-compatible` for a language model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "builtin")]
    provider: Option<&'a str>,
}

impl<'a> From<&'a Message> for MessageResponse<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: message.id.get(),
            role: message.role.as_str(),
            content: message.content.as_str(),
            created_at: message.created_at,
            tool_calls: None,
            batch_id: None,
            provider: None,
        }
    }
}

impl<'a> From<&'a ShownMessage> for MessageResponse<'a> {
    fn from(shown: &'a ShownMessage) -> Self {
        let turn = shown.turn.as_ref();
        Self {
            tool_calls: turn
                .map(|turn| turn.tool_calls.iter().map(ToolCallResponse::from).collect()),
            batch_id: turn.map(|turn| turn.batch_id.as_ref().map(BatchId::as_str)),
            provider: turn.map(|turn| turn.provider.as_str()),
            ..Self::from(&shown.message)
        }
    }
}

/// List conversations
///
/// Most recently updated first.
#[utoipa::path(
    get,
    path = "/api/conversations",
    tag = "conversations",
    params(PageQuery),
    responses((status = 200, description = "A part of the list", body = ConversationListResponse))
)]
pub(crate) async fn list_conversations(
    caller: Caller,
    State(app): State<App>,
    query: QueryPairs,
) -> Result<Response, ApiError> {
    let page = input::page(query.iter())?;
    let (found, total) = conversations::list(&app, caller.actor(), page).await?;
    Ok(Json(ConversationListResponse::new(&found, total, page)).into_response())
}

/// Show a conversation
///
/// With its last messages, oldest first: at most 1,000, and a mebibyte together.
#[utoipa::path(
    get,
    path = "/api/conversations/{conversation_id}",
    tag = "conversations",
    responses((status = 200, description = "The conversation", body = ConversationDetailResponse))
)]
pub(crate) async fn get_conversation(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<ConversationId>,
) -> Result<Response, ApiError> {
    let (conversation, messages) = conversations::show(&app, caller.actor(), id).await?;
    let detail = ConversationDetailResponse {
        conversation: ConversationResponse::from(&conversation),
        messages: messages.iter().map(MessageResponse::from).collect(),
    };
    Ok(Json(detail).into_response())
}

/// Delete a conversation
///
/// Its messages go with it.
#[utoipa::path(
    delete,
    path = "/api/conversations/{conversation_id}",
    tag = "conversations",
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete_conversation(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<ConversationId>,
    keyed: Keyed<NoBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let ((), marks) = Marks::of(conversations::delete(&app, &batch, id).await?);
    Ok((marks, StatusCode::NO_CONTENT).into_response())
}
