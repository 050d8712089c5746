//! Stopping: in order, and in a hurry.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    postgres::{Own, Place},
    support::{Rondo, Server, until},
};

async fn a_restart_loses_nothing(rondo: &Rondo) {
    let first = rondo.serves().await.ready().await;
    first.registers("ada@example.com").await.is(201);
    let token = first.token_of("ada@example.com").await;
    for number in 0..20 {
        first.adds(&token, &format!("task {number}")).await;
    }
    first.signal("INT").await;
    assert_eq!(first.ended().await.code(), Some(0));

    let second = rondo.serves().await.ready().await;
    assert_eq!(second.titles(&token).await.len(), 20);
    second.stops().await;
}

#[tokio::test]
async fn a_restart_on_sqlite_loses_nothing() {
    a_restart_loses_nothing(&Rondo::on_sqlite()).await;
}

#[tokio::test]
async fn a_restart_on_postgresql_loses_nothing() {
    let place = Place::create(Own::Schema).await;
    a_restart_loses_nothing(&Rondo::on(&place.url())).await;
}

#[tokio::test]
async fn a_killed_server_has_lost_nothing_that_was_answered() {
    let rondo = Rondo::on_sqlite();
    let server = rondo.serves().await.ready().await;
    server.registers("ada@example.com").await.is(201);
    let token = server.token_of("ada@example.com").await;
    for number in 0..20 {
        server.adds(&token, &format!("task {number}")).await;
    }
    server.signal("KILL").await;
    assert_eq!(server.ended().await.code(), None);
    let server = rondo.serves().await.ready().await;
    assert_eq!(server.titles(&token).await.len(), 20);
}

/// Sends the head of a request, and waits until the server wants its body.
async fn begin_request(server: &Server, token: &str) -> TcpStream {
    let mut open = TcpStream::connect(server.address).await.expect("the server listens");
    let head = format!(
        "POST /api/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 13\r\nExpect: 100-continue\r\n\r\n"
    );
    open.write_all(head.as_bytes()).await.expect("the server reads");
    let mut go_on = [0; 25];
    open.read_exact(&mut go_on).await.expect("the server wants the body");
    open
}

async fn with_an_open_request(rondo: &Rondo) -> (Server, TcpStream) {
    let server = rondo.serves().await.ready().await;
    server.registers("ada@example.com").await.is(201);
    let token = server.token_of("ada@example.com").await;
    let open = begin_request(&server, &token).await;
    server.signal("TERM").await;
    until("no new connection is accepted", 5, async || {
        server.tries("GET /health/live", None, None).await.is_err()
    })
    .await;
    (server, open)
}

#[tokio::test]
async fn a_request_that_came_in_is_answered_before_the_end() {
    let rondo = Rondo::on_sqlite();
    let (server, mut open) = with_an_open_request(&rondo).await;
    open.write_all(b"{\"title\":\"x\"}").await.expect("the connection is open");
    let mut answer = String::new();
    open.read_to_string(&mut answer).await.expect("the server answers");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(server.ended().await.code(), Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_the_server_at_once() {
    let rondo = Rondo::on_sqlite();
    let (server, _open) = with_an_open_request(&rondo).await;
    server.signal("TERM").await;
    let ended = timeout(Duration::from_secs(2), server.ended()).await;
    assert_eq!(ended.expect("nobody is waited for").code(), Some(143));
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_hold_the_server() {
    let rondo = Rondo::on_sqlite();
    let (server, _open) = with_an_open_request(&rondo).await;
    assert_eq!(server.ended().await.code(), Some(0));
}

/// Asks for a link to a new password.
async fn forgets_the_password(server: &Server) {
    let body = json!({"email": "ada@example.com"});
    server.asks("POST /api/auth/request-password-reset", None, Some(body)).await.is(200);
}

#[tokio::test]
async fn a_mail_that_was_asked_for_while_the_server_was_stopping_is_sent() {
    let rondo = Rondo::on_sqlite().with("MAIL_URL", "file:mails");
    let server = rondo.serves().await.ready().await;
    server.registers("ada@example.com").await.is(201);
    server.signal("TERM").await;
    until("it is about to stop", 5, async || server.get("/health/ready").await.status == 503).await;
    forgets_the_password(&server).await;
    assert_eq!(server.ended().await.code(), Some(0));
    let mails = std::fs::read_dir(rondo.folder.join("mails")).expect("a mail was written");
    assert_eq!(mails.count(), 1);
}

#[tokio::test]
async fn neither_a_silent_mail_server_nor_a_slow_client_holds_the_server() {
    // The system accepts what nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = silent.local_addr().expect("it is bound").port();
    let rondo = Rondo::on_sqlite().with("MAIL_URL", &format!("smtp://127.0.0.1:{port}"));
    let server = rondo.serves().await.ready().await;
    server.registers("ada@example.com").await.is(201);
    let token = server.token_of("ada@example.com").await;
    forgets_the_password(&server).await;
    let _open = begin_request(&server, &token).await;
    server.signal("TERM").await;
    assert_eq!(server.ended().await.code(), Some(0));
}
