//! Live events: what streams tell, and when they end.

mod ends;
mod live;
mod replicas;

use axum::http::Method;

use crate::support::{Person, Stream, TestApp};

/// A stream of somebody's.
async fn listens(test: &TestApp, person: &Person) -> Stream {
    listens_after(test, person, "").await
}

/// The same after the change of this number; without one, from now on.
async fn listens_after(test: &TestApp, person: &Person, last_id: &str) -> Stream {
    let request = person.asks(Method::GET, "/api/events");
    let request = match last_id {
        "" => request,
        last_id => request.header("last-event-id", last_id),
    };
    Stream::open(&test.service, request).await
}
