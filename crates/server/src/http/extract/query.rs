//! The query string, as pairs. What they mean is the application's to say.

use std::{borrow::Cow, convert::Infallible};

use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};

/// The pairs of the query string, decoded, in order, repeated ones included.
pub(crate) struct QueryPairs(Uri);

impl QueryPairs {
    /// The query of this address.
    pub(crate) fn of(uri: &Uri) -> Self {
        Self(uri.clone())
    }

    /// Decodes the pairs; what is no UTF-8 becomes U+FFFD, which no field of
    /// ours accepts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        url::form_urlencoded::parse(self.0.query().unwrap_or_default().as_bytes())
    }
}

impl<S: Sync> FromRequestParts<S> for QueryPairs {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.uri))
    }
}
