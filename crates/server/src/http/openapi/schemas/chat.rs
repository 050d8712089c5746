//! What requests to the assistant may hold.

#![expect(
    dead_code,
    reason = "the fields are read by the macro that makes the schema, never at run time"
)]

use serde_json::Value;
use utoipa::ToSchema;

/// A message to the assistant. Anything else in it is ignored: who speaks comes
/// from the token, and what was said before from the database.
#[derive(ToSchema)]
#[schema(example = json!({"message": "Add milk to my list, due tomorrow"}))]
pub(crate) struct ChatRequest {
    /// What to say; trimmed, and not blank.
    #[schema(
        min_length = 1,
        max_length = 4000,
        pattern = r"^[^\u0000]*[^\u0000\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000][^\u0000]*$"
    )]
    message: String,
    /// The conversation that it continues; without it, one begins.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    conversation_id: Option<i64>,
}

/// What `useChat` of Vercel's AI SDK sends.
#[derive(ToSchema)]
#[schema(example = json!({
    "id": "8wqUZ1",
    "messages": [{
        "id": "m1",
        "role": "user",
        "parts": [{"type": "text", "text": "Add milk to my list"}]
    }],
    "trigger": "submit-message"
}))]
pub(crate) struct UiChatRequest {
    /// The messages that the client has. The text of the user's last one
    /// counts, which is bounded as `message` of `/api/chat` is.
    #[schema(min_items = 1)]
    messages: Vec<Value>,
    /// The conversation that it continues.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    conversation_id: Option<i64>,
}
