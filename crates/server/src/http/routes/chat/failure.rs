//! A turn that failed, and what it had done before.

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use rondo_app::assistant::{Failure, ToolCall};
use rondo_domain::{BatchId, ConversationId};

use super::responses::{ToolCallResponse, TurnFailedResponse};
use crate::http::{
    error::{ApiError, Failure as Told},
    responses::Marks,
};

/// How a turn failed.
pub(super) struct Failed {
    pub error: ApiError,
    pub conversation_id: ConversationId,
    pub tool_calls: Vec<ToolCall>,
    pub batch_id: Option<BatchId>,
    pub is_replayed: bool,
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        let Failure { error, conversation_id, tool_calls, batch_id } = failure;
        let error = ApiError::from(error);
        Self { error, conversation_id, tool_calls, batch_id, is_replayed: false }
    }
}

impl Failed {
    /// The same, told once more.
    pub fn replayed(self) -> Self {
        Self { is_replayed: true, ..self }
    }

    /// What is told of it in a stream, and in the log.
    pub fn told(self) -> Told {
        let has_changes = self.batch_id.is_some();
        let mut response = self.error.into_response();
        let told = response.extensions_mut().remove::<Told>();
        let told = told.unwrap_or_else(|| unreachable!("every error is told as a failure"));
        Told { detail: detail(&told.detail, has_changes), ..told }
    }
}

/// The sentence for people, who would do again what is done already.
fn detail(sentence: &str, has_changes: bool) -> String {
    let rest =
        if has_changes { ". What was changed before stays changed: look at the list" } else { "" };
    format!("{sentence}{rest}")
}

impl IntoResponse for Failed {
    /// The error as it always is, with what was done besides.
    fn into_response(self) -> Response {
        let Self { error, conversation_id, tool_calls, batch_id, is_replayed } = self;
        let mut response = error.into_response();
        let Some(Told { detail, code, .. }) = response.extensions().get() else {
            return response;
        };
        let detail = self::detail(detail, batch_id.is_some());
        let body = TurnFailedResponse {
            detail: &detail,
            code,
            conversation_id: conversation_id.get(),
            tool_calls: tool_calls.iter().map(ToolCallResponse::from).collect(),
            batch_id: batch_id.as_ref().map(BatchId::as_str),
        };
        if let Ok(body) = serde_json::to_string(&body) {
            *response.body_mut() = Body::from(body);
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
        (Marks::new(batch_id, is_replayed), response).into_response()
    }
}
