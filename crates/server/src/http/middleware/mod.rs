//! What every request passes on its way in and every answer on its way out.
//!
//! One service instead of a stack of layers: each boxed layer costs an
//! allocation or two a request, and the order of the steps is visible here.
//! Only CORS is a layer, and only requests that name an `Origin` pass it.

mod access_log;
mod cors;
mod guard;
mod headers;
mod host;
mod record;
mod request_id;
mod route_note;

use std::{
    convert::Infallible,
    future::Future,
    net::{IpAddr, Ipv4Addr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::time::Instant;
use tower::Layer;
use tower_http::cors::Cors;
use tower_service::Service;

pub(crate) use headers::DOCS_CONTENT_SECURITY_POLICY;
pub(crate) use record::RequestRecord;
pub(crate) use route_note::NoteRoute;

use self::{cors::Strangers, guard::Guard, headers::ResponseHeaders, request_id::RequestIds};
use super::{
    better_auth::{Cookies, SessionCookie},
    error::{ApiError, Failure},
    state::HttpState,
};

/// The whole REST API as a service: a request in, an answer out, no error.
///
/// Requests need a `Host` header, in process too.
#[derive(Clone)]
pub struct HttpService {
    front: Arc<Front>,
    peer: IpAddr,
}

struct Front {
    guard: Guard,
    cors: Cors<Guard>,
    strangers: Strangers,
    ids: RequestIds,
    headers: ResponseHeaders,
    cookies: Cookies,
}

impl HttpService {
    pub(crate) fn new(router: Router, state: &HttpState) -> Self {
        let settings = state.settings();
        let guard = Guard::new(router, settings);
        let public_origin = &state.app().settings().public_origin;
        Self {
            front: Arc::new(Front {
                cors: cors::policy(settings).layer(guard.clone()),
                guard,
                strangers: Strangers::new(settings, public_origin),
                ids: RequestIds::new(),
                headers: ResponseHeaders::new(settings.hsts),
                cookies: Cookies::new(public_origin),
            }),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }

    /// The same service for requests that come from this address; without it
    /// they come from `127.0.0.1`.
    #[must_use]
    pub fn from_peer(&self, peer: IpAddr) -> Self {
        Self {
            front: Arc::clone(&self.front),
            // One client must not be two because it came over IPv4 this time.
            peer: peer.to_canonical(),
        }
    }

    /// Answers one request. Never fails; a panic in a handler becomes a 500.
    pub async fn answer(&self, mut request: Request<Body>) -> Response {
        let started = Instant::now();
        let method = request.method().clone();
        let id = self.front.ids.of(request.headers());
        let record = Arc::new(RequestRecord::new(id, self.peer));
        request.extensions_mut().insert(Arc::clone(&record));
        let response = match host::check(&request) {
            Ok(()) => self.front.route(request).await,
            Err(error) => error.into_response(),
        };
        self.front.finish(&record, method.as_str(), response, started)
    }

    /// The answer to what is no request, in place of hyper's own.
    pub(crate) fn refuse(&self, status: StatusCode) -> Response {
        let record = RequestRecord::new(self.front.ids.of(&HeaderMap::new()), self.peer);
        let response = ApiError::Unreadable(status).into_response();
        self.front.finish(&record, "(none)", response, Instant::now())
    }
}

impl Front {
    async fn route(&self, request: Request<Body>) -> Response {
        if !request.headers().contains_key(header::ORIGIN) {
            let mut response = self.guard.answer(request).await;
            cors::vary(&mut response);
            return response;
        }
        self.strangers.note(&request);
        let Ok(response) = self.cors.clone().call(request).await;
        response
    }

    fn finish(
        &self,
        record: &RequestRecord,
        method: &str,
        mut response: Response,
        started: Instant,
    ) -> Response {
        let failure = response.extensions_mut().remove::<Failure>();
        if let Some(failure) = &failure {
            response = record.complete(response, failure);
        }
        self.headers.add(record, &mut response);
        let cookie = response.extensions_mut().remove::<SessionCookie>();
        let cookie = cookie.as_ref().or_else(|| record.cookie());
        if let Some(left_over) = record.left_over() {
            left_over.write(self.cookies, cookie, response.headers_mut());
        }
        if let Some(cookie) = cookie {
            cookie.write(self.cookies, response.headers_mut());
        }
        access_log::write(record, method, (&response, failure.as_ref()), started.elapsed());
        response
    }
}

impl Service<Request<Body>> for HttpService {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}
