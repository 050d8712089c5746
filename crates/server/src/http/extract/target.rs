//! The task that a request is to change, and which version of it.

use axum::{extract::FromRequestParts, http::request::Parts};
use rondo_app::tasks::Target;
use rondo_domain::TaskId;

use super::{PathId, entity_tag::if_match};
use crate::http::{error::ApiError, state::HttpState};

/// The task of the path, under the condition of `If-Match`.
pub(crate) struct TaskTarget(pub(crate) Target);

impl FromRequestParts<HttpState> for TaskTarget {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &HttpState,
    ) -> Result<Self, Self::Rejection> {
        let PathId(id) = PathId::<TaskId>::from_request_parts(parts, state).await?;
        Ok(Self(Target { id, if_match: if_match(&parts.headers) }))
    }
}
