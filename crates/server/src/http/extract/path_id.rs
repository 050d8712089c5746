//! The number in the path: which task, change, conversation or token.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use rondo_app::{Error, Invalid, Kind, Location};
use rondo_domain::{ApiTokenId, ChangeId, ConversationId, Problem, TaskId};
use serde_json::Value;

use crate::http::{error::ApiError, state::HttpState};

/// The id that the path names.
///
/// Text that is no whole number is 422, as `FastAPI` has it; a whole number
/// that no id can be is simply an id that nothing has: 404.
pub(crate) struct PathId<T>(pub(crate) T);

/// An id that stands in a path.
pub(crate) trait Numbered: Sized {
    /// The parameter's name in the route.
    const PARAMETER: &'static str;
    /// What is not found when there is nothing of that number.
    const KIND: Kind;

    /// The id of that number, if it can be one.
    fn numbered(number: i64) -> Option<Self>;
}

impl Numbered for TaskId {
    const PARAMETER: &'static str = "task_id";
    const KIND: Kind = Kind::Task;

    fn numbered(number: i64) -> Option<Self> {
        Self::new(number)
    }
}

impl Numbered for ConversationId {
    const PARAMETER: &'static str = "conversation_id";
    const KIND: Kind = Kind::Conversation;

    fn numbered(number: i64) -> Option<Self> {
        Self::new(number)
    }
}

impl Numbered for ChangeId {
    const PARAMETER: &'static str = "change_id";
    const KIND: Kind = Kind::Change;

    fn numbered(number: i64) -> Option<Self> {
        Self::new(number)
    }
}

impl Numbered for ApiTokenId {
    const PARAMETER: &'static str = "token_id";
    const KIND: Kind = Kind::ApiToken;

    fn numbered(number: i64) -> Option<Self> {
        Self::new(number)
    }
}

impl<T: Numbered> FromRequestParts<HttpState> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &HttpState,
    ) -> Result<Self, Self::Rejection> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        let params = params.map_err(|_| ApiError::NoRoute)?;
        let text = params.iter().find(|(name, _)| *name == T::PARAMETER);
        let (_, text) = text.ok_or(ApiError::NoRoute)?;
        Ok(Self(parse(text)?))
    }
}

fn parse<T: Numbered>(text: &str) -> Result<T, Error> {
    if !is_integer(text) {
        let input = Some(Value::from(text.chars().take(100).collect::<String>()));
        let invalid = Invalid::new(Location::Path, Some(T::PARAMETER), Problem::NotInteger);
        return Err(Error::Invalid(vec![Invalid { input, ..invalid }]));
    }
    let number = text.parse().ok();
    number.and_then(T::numbered).ok_or(Error::NotFound(T::KIND))
}

/// Whether the text is a whole number of any size.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_can_be_an_id_is_one() {
        assert_eq!(parse::<TaskId>("42").ok(), TaskId::new(42));
        assert_eq!(
            parse::<TaskId>("9007199254740991").ok().map(TaskId::get),
            Some(9_007_199_254_740_991)
        );
    }

    #[test]
    fn a_number_that_cannot_be_an_id_is_not_found() {
        for text in ["0", "-1", "9007199254740992", "9223372036854775808", &"9".repeat(400)] {
            let error = parse::<TaskId>(text).expect_err("no task has this id");
            assert!(matches!(error, Error::NotFound(Kind::Task)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_invalid() {
        for text in ["abc", "", "1.5", "1e5", "0x1", "1 ", "١", "-", "null", "\0"] {
            let error = parse::<TaskId>(text).expect_err("no number");
            let Error::Invalid(problems) = error else {
                panic!("{text:?} is not found instead of invalid");
            };
            assert_eq!(problems[0].location, Location::Path);
            assert_eq!(problems[0].field, Some("task_id"));
            assert_eq!(problems[0].problem, Problem::NotInteger);
        }
    }
}
