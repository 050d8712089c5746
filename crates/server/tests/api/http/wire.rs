//! What only a real connection shows: requests that are none, and the end of
//! the process.

use std::{net::SocketAddr, time::Duration};

use rondo_server::listener;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
};

use crate::support::{TestApp, token_of, until};

on_any_database! {
    what_is_no_request_is_answered_in_our_words,
    a_head_that_is_too_large_is_431,
    an_announced_megabyte_is_refused_before_it_is_sent,
    requests_follow_each_other_on_a_connection,
    a_request_without_a_host_is_refused,
    the_end_lets_open_requests_finish,
    before_the_end_the_load_balancer_hears_503_and_everybody_is_served,
    the_grace_closes_nothing_that_idles,
}

struct Server {
    address: SocketAddr,
    ended: JoinHandle<()>,
}

async fn serve(test: &TestApp) -> Server {
    serve_with(test, Duration::ZERO).await
}

async fn serve_with(test: &TestApp, grace: Duration) -> Server {
    let listener = listener::bind("127.0.0.1", 0).await.expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    let (service, readiness) = (test.service.clone(), test.readiness.clone());
    let ended = tokio::spawn(listener::serve(listener, service, readiness, grace));
    Server { address, ended }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the server listens")
    }

    /// Sends bytes, and reads until the server hangs up.
    async fn hears(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request).await.expect("the server reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("the server answers");
        String::from_utf8(answer).expect("the answer is text")
    }
}

#[track_caller]
fn assert_refused(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    let head = answer.to_ascii_lowercase();
    for header in ["x-request-id: ", "x-content-type-options: nosniff", "application/json"] {
        assert!(head.contains(header), "{header} is missing: {answer}");
    }
    assert!(!head.contains("\r\nserver:"), "{answer}");
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
}

async fn what_is_no_request_is_answered_in_our_words(test: TestApp) {
    let server = serve(&test).await;
    for request in [
        &b"GET\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /api/tasks HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    ] {
        assert_refused(&server.hears(request).await, 400, "malformed_request");
    }
    assert!(
        server
            .hears(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .contains("200 OK")
    );
}

async fn a_head_that_is_too_large_is_431(test: TestApp) {
    let server = serve(&test).await;
    let long = "x".repeat(60_000);
    let request = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {long}\r\n\r\n");
    assert_refused(&server.hears(request.as_bytes()).await, 431, "headers_too_large");
}

async fn an_announced_megabyte_is_refused_before_it_is_sent(test: TestApp) {
    let server = serve(&test).await;
    let head = format!(
        "POST /api/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n",
        token_of("ada")
    );
    assert_refused(&server.hears(head.as_bytes()).await, 413, "body_too_large");
}

async fn requests_follow_each_other_on_a_connection(test: TestApp) {
    let server = serve(&test).await;
    let answers = server
        .hears(
            b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n\
              GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n\
              GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        )
        .await;
    let found: Vec<_> = answers.matches("HTTP/1.1 ").collect();
    assert_eq!(found.len(), 3, "{answers}");
    assert!(answers.contains("alive") && answers.contains("not_found"), "{answers}");
}

async fn a_request_without_a_host_is_refused(test: TestApp) {
    let server = serve(&test).await;
    let request = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert_refused(&server.hears(request).await, 400, "bad_host");
    let twice = b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n";
    assert_refused(&server.hears(twice).await, 400, "bad_host");
}

async fn the_end_lets_open_requests_finish(test: TestApp) {
    test.ada().await;
    let server = serve(&test).await;
    let mut open = server.connect().await;
    let body = r#"{"title":"the last one"}"#;
    let head = format!(
        "POST /api/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        token_of("ada"),
        body.len()
    );
    open.write_all(head.as_bytes()).await.expect("the server reads");
    // The server asks for the body once it works on the request.
    let mut go_on = [0; 25];
    open.read_exact(&mut go_on).await.expect("the server wants the body");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    test.readiness.fail();
    until("the port is closed", async || TcpStream::connect(server.address).await.is_err()).await;
    open.write_all(body.as_bytes()).await.expect("the connection is still open");
    let mut answer = String::new();
    open.read_to_string(&mut answer).await.expect("the server answers");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    tokio::time::timeout(Duration::from_secs(5), server.ended)
        .await
        .expect("the server ends")
        .expect("without a panic");
    assert_eq!(test.stranger("ada").titles("/api/tasks").await, ["the last one"]);
}

/// Asks for a path without saying that it is the last request.
fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

async fn before_the_end_the_load_balancer_hears_503_and_everybody_is_served(test: TestApp) {
    let server = serve_with(&test, listener::GRACE).await;
    test.readiness.fail();
    let refused = server.hears(get("/health/ready").as_bytes()).await;
    assert_refused(&refused, 503, "shutting_down");
    let alive = server.hears(get("/health/live").as_bytes()).await;
    assert!(alive.starts_with("HTTP/1.1 200 "), "{alive}");
    for answer in [refused, alive] {
        let head = answer.to_ascii_lowercase();
        assert_eq!(head.matches("\r\nconnection: close\r\n").count(), 1, "{answer}");
    }
    until("the port is closed", async || TcpStream::connect(server.address).await.is_err()).await;
    let ended = tokio::time::timeout(Duration::from_secs(1), server.ended).await;
    ended.expect("the server ends").expect("without a panic");
}

async fn the_grace_closes_nothing_that_idles(test: TestApp) {
    let server = serve_with(&test, listener::GRACE).await;
    let mut idle = server.connect().await;
    idle.write_all(get("/health/live").as_bytes()).await.expect("the server reads");
    let mut answer = [0; 4096];
    let length = idle.read(&mut answer).await.expect("the server answers");
    assert!(answer[..length].starts_with(b"HTTP/1.1 200 "));
    test.readiness.fail();
    // A proxy that has not heard yet sends its next request down the same line.
    assert_refused(&server.hears(get("/health/ready").as_bytes()).await, 503, "shutting_down");
    idle.write_all(get("/health/live").as_bytes()).await.expect("the line is open");
    let mut last = String::new();
    idle.read_to_string(&mut last).await.expect("the server answers");
    assert!(last.starts_with("HTTP/1.1 200 "), "{last}");
}
