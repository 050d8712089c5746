//! The tag in the path.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use rondo_app::input;
use rondo_domain::TagName;

use crate::http::{error::ApiError, state::HttpState};

/// The tag that the path names, in whichever spelling.
pub(crate) struct PathTag(pub(crate) TagName);

impl FromRequestParts<HttpState> for PathTag {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &HttpState,
    ) -> Result<Self, Self::Rejection> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        let params = params.map_err(|_| ApiError::NoRoute)?;
        let text = params.iter().find(|(name, _)| *name == "name");
        let (_, text) = text.ok_or(ApiError::NoRoute)?;
        Ok(Self(input::tag_in_path(text)?))
    }
}
