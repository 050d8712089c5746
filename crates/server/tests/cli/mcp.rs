//! `rondo mcp`: the protocol on standard input and output, and nothing else.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::{
    postgres::{Own, Place},
    support::{PASSWORD, Rondo},
};

const HANDSHAKE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":
    {"protocolVersion":"2025-11-25","capabilities":{},
    "clientInfo":{"name":"desktop","version":"1"}}}"#;

/// A program that started `rondo mcp`.
struct Desktop {
    process: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
}

impl Desktop {
    fn starts(rondo: &Rondo, token: &str, arguments: &str) -> Self {
        let mut command = rondo.command(arguments);
        let pipe = std::process::Stdio::piped;
        command.env("RONDO_TOKEN", token).stdin(pipe()).stdout(pipe()).stderr(pipe());
        let mut process = command.spawn().expect("the program can be started");
        let stdin = process.stdin.take().expect("standard input is a pipe");
        let stdout = process.stdout.take().expect("standard output is a pipe");
        Self { process, stdin, stdout: BufReader::new(stdout).lines() }
    }

    /// The same after the handshake.
    async fn greets(rondo: &Rondo, token: &str, arguments: &str) -> Self {
        let mut desktop = Self::starts(rondo, token, arguments);
        let hello = desktop.asks(&HANDSHAKE.replace('\n', " ")).await;
        assert_eq!(hello["result"]["protocolVersion"], "2025-11-25", "{hello}");
        desktop.says(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
        desktop
    }

    async fn says(&mut self, line: &str) {
        let line = format!("{line}\n");
        self.stdin.write_all(line.as_bytes()).await.expect("somebody reads");
    }

    /// Each line of standard output is a message.
    async fn asks(&mut self, line: &str) -> Value {
        self.says(line).await;
        let line = self.stdout.next_line().await.expect("it can be read").expect("an answer comes");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    async fn calls(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        self.asks(&call.to_string()).await
    }

    /// Closes its side; the exit code, when nothing more came.
    async fn goes(self) -> Option<i32> {
        let Self { mut process, stdin, mut stdout } = self;
        drop(stdin);
        assert_eq!(stdout.next_line().await.expect("it can be read"), None);
        process.wait().await.expect("it ends").code()
    }
}

/// Makes an account and a token for it.
async fn token(rondo: &Rondo, flag: &str) -> String {
    let add = format!("user add ada@example.com --password-stdin{flag}");
    rondo.runs_with(&add, PASSWORD).await.well();
    let create = format!("token create ada@example.com --name robot --scope read,write{flag}");
    rondo.runs(&create).await.well().trim_end().to_owned()
}

async fn an_assistant_works_on_the_database_of_the_server(rondo: &Rondo) {
    let token = token(rondo, "").await;
    let server = rondo.serves().await.ready().await;
    let mut desktop = Desktop::greets(rondo, &token, "mcp").await;
    let added = desktop.calls("add_task", json!({"title": "Buy milk"})).await;
    let id = added["result"]["structuredContent"]["task_id"].clone();
    assert!(id.is_i64(), "{added}");
    assert_eq!(server.titles(&token).await, ["Buy milk"]);
    let changes = server.asks("GET /api/changes", Some(&token), None).await.is(200).json();
    let author = &changes["changes"][0]["actor"];
    assert_eq!((&author["kind"], &author["name"]), (&json!("mcp"), &json!("desktop")));
    // The token has no scope for that.
    let refused = desktop.calls("delete_task", json!({"task_id": id})).await;
    assert_eq!(refused["result"]["structuredContent"]["code"], "insufficient_scope");
    // And is looked at each time.
    rondo.runs("token revoke ada@example.com 1").await.well();
    let refused = desktop.calls("list_tasks", json!({})).await;
    assert_eq!(refused["error"]["data"]["code"], "invalid_token", "{refused}");
    assert_eq!(desktop.goes().await, Some(0));
    server.stops().await;
}

#[tokio::test]
async fn an_assistant_works_on_sqlite() {
    an_assistant_works_on_the_database_of_the_server(&Rondo::on_sqlite()).await;
}

#[tokio::test]
async fn an_assistant_works_on_postgresql() {
    let place = Place::create(Own::Database).await;
    an_assistant_works_on_the_database_of_the_server(&Rondo::on(&place.url())).await;
}

#[tokio::test]
async fn an_assistant_works_on_what_dev_keeps() {
    let rondo = Rondo::bare();
    rondo.starts("dev --port 0").await.ready().await.stops().await;
    let token = token(&rondo, " --dev").await;
    let mut desktop = Desktop::greets(&rondo, &token, "mcp --dev").await;
    let list = desktop.calls("list_tasks", json!({})).await;
    assert_eq!(list["result"]["structuredContent"]["total"], 0, "{list}");
    assert_eq!(desktop.goes().await, Some(0));
}

#[tokio::test]
async fn a_desktop_is_not_told_the_secret_of_the_server() {
    let rondo = Rondo::on_sqlite();
    let token = token(&rondo, "").await;
    // As in a program's configuration: the database, and nothing else.
    let rondo = rondo.with("BETTER_AUTH_SECRET", "");
    let mut desktop = Desktop::greets(&rondo, &token, "mcp").await;
    for title in ["one", "two"] {
        desktop.calls("add_task", json!({"title": title})).await;
    }
    let list = desktop.calls("list_tasks", json!({"limit": 1})).await;
    let cursor = list["result"]["structuredContent"]["next_cursor"].clone();
    let rest = desktop.calls("list_tasks", json!({"limit": 1, "cursor": cursor})).await;
    assert_eq!(rest["result"]["structuredContent"]["tasks"][0]["title"], "one", "{rest}");
    assert_eq!(desktop.goes().await, Some(0));
}

#[tokio::test]
async fn a_program_of_the_newer_revision_needs_no_handshake() {
    let rondo = Rondo::on_sqlite().with("LOG_LEVEL", "trace");
    let token = token(&rondo, "").await;
    let mut desktop = Desktop::starts(&rondo, &token, "mcp");
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "x", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
    });
    let mut call =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}});
    let list = desktop.asks(&call.to_string()).await;
    assert_eq!(list["result"]["resultType"], "complete", "{list}");
    call["method"] = json!("nope/nope");
    let refused = desktop.asks(&call.to_string()).await;
    assert_eq!(refused["error"]["code"], -32601, "{refused}");
    assert_eq!(desktop.goes().await, Some(0));
}

#[tokio::test]
async fn without_a_good_token_it_says_what_is_missing() {
    let rondo = Rondo::on_sqlite();
    let said = rondo.runs("mcp").await;
    assert!(said.stdout.is_empty());
    let said = said.badly(2);
    assert!(said.contains("RONDO_TOKEN is not set") && said.contains("token create"), "{said}");
    token(&rondo, "").await;
    for wrong in ["nonsense", "rondo_pat_YWRh.x"] {
        let ended = rondo.on_top("RONDO_TOKEN", wrong).runs("mcp").await.with_code(1);
        assert!(ended.stdout.is_empty());
        assert!(
            ended.stderr.contains("RONDO_TOKEN opens nothing: Invalid token"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains(wrong), "{}", ended.stderr);
    }
    let server = rondo.serves().await.ready().await;
    let login = server.token_of("ada@example.com").await;
    let ended = rondo.on_top("RONDO_TOKEN", &login).runs("mcp").await.with_code(1);
    assert!(ended.stderr.contains("is no personal access token"), "{}", ended.stderr);
    server.stops().await;
}

#[tokio::test]
async fn without_a_database_it_says_so() {
    let rondo = Rondo::on("postgresql://ada@127.0.0.1:1/rondo").with("RONDO_TOKEN", "rondo_pat_x");
    let ended = rondo.runs("mcp").await.with_code(1);
    assert!(ended.stdout.is_empty());
    assert!(ended.stderr.contains("127.0.0.1"), "{}", ended.stderr);
    let said = Rondo::bare().with("RONDO_TOKEN", "rondo_pat_x").runs("mcp").await.badly(2);
    assert!(said.contains("DATABASE_URL"), "{said}");
}
