//! The log: one line for each request, and nothing in it that is nobody's
//! business.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::support::{PASSWORD, Rondo, SECRET, Server, address_in, ask, until};

/// What must not get into a log, whatever is done with it.
const PRIVATE: [&str; 8] = [
    PASSWORD,
    SECRET,
    "wrong-horse",
    "ada@example.com",
    "eve@example.com",
    "a private title",
    "a private description",
    "a-private-query",
];

/// Does everything once, well and badly; the tokens that were given.
async fn live_a_day(server: &Server) -> Vec<String> {
    server.registers("ada@example.com").await.is(201);
    server.registers("ada@example.com").await.is(409);
    let body = json!({"email": "eve@example.com", "password": "wrong-horse"});
    server.asks("POST /api/auth/register", None, Some(json!({"email": 1}))).await.is(422);
    server.asks("POST /api/auth/login", None, Some(body)).await.is(401);
    server.login("ada@example.com", "wrong-horse").await.is(401);
    let token = server.token_of("ada@example.com").await;
    let token = token.as_str();
    let body = json!({"title": "a private title", "description": "a private description"});
    server.asks("POST /api/tasks", Some(token), Some(body)).await.is(201);
    let body = json!({"title": "a private title".repeat(20)});
    server.asks("POST /api/tasks", Some(token), Some(body)).await.is(422);
    server.asks("GET /api/tasks?limit=a-private-query", Some(token), None).await.is(422);
    server.asks("GET /api/ada@example.com/tasks", Some(token), None).await.is(403);
    server.asks("GET /a-private-query/ada@example.com", Some(token), None).await.is(404);
    let body = json!({"name": "a private title", "scopes": ["read"]});
    let made = server.asks("POST /api/tokens", Some(token), Some(body)).await.is(201).json();
    let robot = made["token"].as_str().expect("a new token is shown");
    server.asks("GET /api/tasks", Some(robot), None).await.is(200);
    server.asks("GET /api/tasks", Some("not.a.token-at-all"), None).await.is(401);
    server.asks("POST /api/auth/logout", Some(token), None).await.is(200);
    let secret_part = |token: &str| token.rsplit('.').next().unwrap_or_default().to_owned();
    vec![secret_part(token), secret_part(robot), "not.a.token-at-all".to_owned()]
}

async fn nothing_private_is_logged(format: &str) -> String {
    let rondo = Rondo::on_sqlite().with("LOG_LEVEL", "trace").with("LOG_FORMAT", format);
    let server = rondo.serves().await.ready().await;
    let tokens = live_a_day(&server).await;
    let line = "/api/auth/logout";
    until("the last line is written", 5, async || server.log().contains(line)).await;
    let log = server.log();
    for private in PRIVATE.into_iter().chain(tokens.iter().map(String::as_str)) {
        assert!(!log.contains(private), "{private} is in the log:\n{log}");
    }
    server.stops().await;
    log
}

#[tokio::test]
async fn nothing_private_is_in_a_log_of_text() {
    let log = nothing_private_is_logged("text").await;
    let line = log.lines().find(|line| line.contains("/api/tasks") && line.contains("201"));
    let line = line.unwrap_or_else(|| panic!("the new task has no line:\n{log}"));
    for field in ["method=", "route=", "status=201", "duration_ms=", "user.id=", "request.id="] {
        assert!(line.contains(field), "{field} is missing: {line}");
    }
    assert!(log.contains("/api/{user_id}/tasks"), "a route is logged by its pattern:\n{log}");
}

#[tokio::test]
async fn nothing_private_is_in_a_log_of_json() {
    let log = nothing_private_is_logged("json").await;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let requests = lines.iter().filter(|line| line["message"] == "request");
    let of_route = |route: &str| requests.clone().filter(|line| line["route"] == route).count();
    assert_eq!(of_route("/api/auth/logout"), 1);
    assert_eq!(of_route("/api/auth/login"), 3);
    assert_eq!(of_route("/api/{user_id}/tasks"), 1);
    assert_eq!(of_route("(none)"), 1);
    for line in requests {
        assert!(line["status"].is_u64() && line["duration_ms"].is_number(), "{line}");
        assert!(line["request.id"].is_string() && line["method"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn a_reader_who_went_away_does_not_stop_the_server() {
    let rondo = Rondo::on_sqlite();
    let mut child = rondo.command("serve");
    let child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = child.spawn().expect("the program can be started");
    let mut reader = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
    let mut line = String::new();
    reader.read_line(&mut line).await.expect("the server says where it listens");
    drop(reader);
    let address = address_in(&line).unwrap_or_else(|| panic!("no address: {line}"));
    for _ in 0..20 {
        ask(address, "GET /health/live").await.expect("the server goes on").is(200);
    }
}
