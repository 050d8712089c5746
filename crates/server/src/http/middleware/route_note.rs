//! Tells the log which route a request took.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use axum::{body::Body, http::Request};
use tower::Layer;
use tower_service::Service;

use super::RequestRecord;

/// Notes a route's pattern in the request's record. The router alone knows
/// the pattern, and what it knows is gone with the request.
#[derive(Clone)]
pub(crate) struct NoteRoute {
    route: Arc<str>,
}

impl NoteRoute {
    pub(crate) const fn new(route: Arc<str>) -> Self {
        Self { route }
    }
}

impl<S> Layer<S> for NoteRoute {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        Noted { route: Arc::clone(&self.route), inner }
    }
}

/// A service whose requests take a known route.
#[derive(Clone)]
pub(crate) struct Noted<S> {
    route: Arc<str>,
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
            record.note_route(Arc::clone(&self.route));
        }
        self.inner.call(request)
    }
}
