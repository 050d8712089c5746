//! `rondo token`, and what its tokens open.

use serde_json::json;

use crate::{
    postgres::{Own, Place},
    support::{PASSWORD, Rondo},
};

async fn a_token_is_made_used_and_revoked(rondo: &Rondo) {
    let server = rondo.serves().await.ready().await;
    rondo.runs_with("user add ada@example.com --password-stdin", PASSWORD).await.well();
    assert!(rondo.runs("token list ada@example.com").await.well().contains("no tokens"));

    let create = "token create ada@example.com --name backup --scope read,write \
                  --expires-in-days 30";
    let made = rondo.runs(create).await.with_code(0);
    // Nothing else on standard output, for TOKEN=$(rondo token create …).
    let token = made.stdout.trim_end();
    assert!(token.starts_with("rondo_pat_") && !token.contains(char::is_whitespace), "{token}");
    assert!(made.stderr.contains("read,write"), "{}", made.stderr);

    server.adds(token, "by a robot").await;
    assert_eq!(server.titles(token).await, ["by a robot"]);
    server.asks("DELETE /api/tasks/1", Some(token), None).await.is(403);
    let body = json!({"name": "x", "scopes": ["read"]});
    server.asks("POST /api/tokens", Some(token), Some(body)).await.is(403);

    let list = rondo.runs("token list ada@example.com").await.well();
    assert!(list.contains("backup") && list.contains("read,write"), "{list}");
    assert!(!list.contains(&token[20..]), "{list}");
    rondo.runs("token revoke ada@example.com 1").await.well();
    server.asks("GET /api/tasks", Some(token), None).await.is(401);
    let said = rondo.runs("token revoke ada@example.com 1").await.badly(1);
    assert!(said.contains("no token 1"), "{said}");
    server.stops().await;
}

#[tokio::test]
async fn a_token_is_made_used_and_revoked_on_sqlite() {
    a_token_is_made_used_and_revoked(&Rondo::on_sqlite()).await;
}

#[tokio::test]
async fn a_token_is_made_used_and_revoked_on_postgresql() {
    let place = Place::create(Own::Schema).await;
    a_token_is_made_used_and_revoked(&Rondo::on(&place.url())).await;
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let rondo = Rondo::on_sqlite();
    rondo.runs_with("user add ada@example.com --password-stdin", PASSWORD).await.well();
    for (arguments, expected) in [
        ("token create ada@example.com --name x --scope admin", "--scope: must be"),
        (
            "token create ada@example.com --name x --scope read --expires-in-days 0",
            "--expires-in-days: at least 1",
        ),
        ("token create bob@example.com --name x --scope read", "no account"),
        ("token list bob@example.com", "no account"),
    ] {
        let said = rondo.runs(arguments).await.badly(1);
        assert!(said.contains(expected), "{arguments}: {said}");
    }
    for arguments in [
        "token create ada@example.com --name x",
        "token create ada@example.com --scope read",
        "token revoke ada@example.com one",
        "token",
    ] {
        assert_eq!(rondo.runs(arguments).await.code, Some(2), "{arguments}");
    }
}
