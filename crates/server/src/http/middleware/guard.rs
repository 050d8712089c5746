//! Bounds on a handler: a time limit, and a panic that stays its own.

use std::{
    any::Any,
    convert::Infallible,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    http::Request,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;
use tower_service::Service;

use super::{ApiError, RequestRecord};
use crate::http::HttpSettings;

/// The router within its bounds.
#[derive(Clone)]
pub(super) struct Guard {
    router: Router,
    time_limit: Duration,
    body_time_limit: Duration,
}

impl Guard {
    pub(super) fn new(router: Router, settings: &HttpSettings) -> Self {
        Self {
            router,
            time_limit: settings.request_timeout,
            body_time_limit: settings.body_read_timeout,
        }
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Response {
        // The extractor of the body has a limit of its own, which must end
        // first: a stalled upload is the client's 408, not our 503.
        let time_limit = if request.body().is_end_stream() {
            self.time_limit
        } else {
            self.time_limit + self.body_time_limit
        };
        let record = request.extensions().get::<Arc<RequestRecord>>().cloned();
        let mut router = self.router.clone();
        let mut answer = pin!(contain(async move { router.call(request).await }));
        let mut result = timeout(time_limit, &mut answer).await;
        if result.is_err()
            && let Some(more) = record.and_then(|record| record.more_time())
        {
            result = timeout(more, answer).await;
        }
        match result {
            Ok(Ok(Ok(response))) => response,
            Ok(Err(panic)) => ApiError::Panicked(message(panic.as_ref())).into_response(),
            Err(_) => ApiError::TimedOut.into_response(),
        }
    }
}

impl Service<Request<Body>> for Guard {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let guard = self.clone();
        Box::pin(async move { Ok(guard.answer(request).await) })
    }
}

/// Runs a future; a panic inside becomes its payload.
///
/// What the future held is dropped with it and shared state is behind locks
/// of its own, so nobody sees the half-done work of the future that panicked.
async fn contain<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("with something that is not text").to_owned()
}

#[cfg(test)]
mod tests {
    use std::{future::pending, net::Ipv4Addr};

    use axum::{
        Extension,
        http::{HeaderValue, StatusCode},
        routing::get,
    };

    use super::*;

    async fn long(Extension(record): Extension<Arc<RequestRecord>>) -> &'static str {
        record.allow_more_time(Duration::from_secs(10));
        let _ = timeout(Duration::from_millis(150), pending::<()>()).await;
        "well"
    }

    async fn status_of(path: &str) -> StatusCode {
        let router = Router::new()
            .route("/", get(async || "well"))
            .route("/panic", get(async || -> &str { panic!("a bug") }))
            .route("/hang", get(async || pending::<&str>().await))
            .route("/long", get(long));
        let request_timeout = Duration::from_millis(50);
        let guard =
            Guard::new(router, &HttpSettings { request_timeout, ..HttpSettings::default() });
        let mut request = Request::builder().uri(path).body(Body::empty()).expect("a test request");
        let (id, peer) = (HeaderValue::from_static("1"), Ipv4Addr::LOCALHOST.into());
        request.extensions_mut().insert(Arc::new(RequestRecord::new(id, peer)));
        guard.answer(request).await.status()
    }

    #[tokio::test]
    async fn a_panic_and_a_handler_that_hangs_are_answered() {
        assert_eq!(status_of("/").await, StatusCode::OK);
        assert_eq!(status_of("/panic").await, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(status_of("/hang").await, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn what_takes_long_may_take_longer() {
        assert_eq!(status_of("/long").await, StatusCode::OK);
    }
}
