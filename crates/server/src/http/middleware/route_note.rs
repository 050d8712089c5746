//! Tells the log which route a request took, and errors in whose form to be.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use axum::{body::Body, http::Request};
use tower::Layer;
use tower_service::Service;

use super::RequestRecord;
use crate::http::error::Dialect;

/// Notes a route's pattern in the request's record. The router alone knows
/// the pattern, and what it knows is gone with the request.
#[derive(Clone)]
pub(crate) struct NoteRoute {
    route: Arc<str>,
    dialect: Dialect,
}

impl NoteRoute {
    pub(crate) const fn new(route: Arc<str>, dialect: Dialect) -> Self {
        Self { route, dialect }
    }
}

impl<S> Layer<S> for NoteRoute {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        Noted { note: self.clone(), inner }
    }
}

/// A service whose requests take a known route.
#[derive(Clone)]
pub(crate) struct Noted<S> {
    note: NoteRoute,
    inner: S,
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for Noted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        if let Some(record) = request.extensions().get::<Arc<RequestRecord>>() {
            record.note_route(Arc::clone(&self.note.route));
            record.note_dialect(self.note.dialect);
        }
        self.inner.call(request)
    }
}
