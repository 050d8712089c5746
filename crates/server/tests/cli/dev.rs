//! `rondo dev`: no configuration at all.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::{PASSWORD, Rondo};

#[tokio::test]
async fn it_keeps_everything_in_a_private_folder_and_says_where_it_is() {
    let rondo = Rondo::bare();
    let server = rondo.starts("dev --port 0").await.ready().await;
    for (name, expected) in [("", 0o700), ("/secret", 0o600), ("/rondo.db", 0o600)] {
        let path = rondo.folder.join(&format!(".rondo{name}"));
        let mode = fs::metadata(&path).expect("it was made").permissions().mode() & 0o777;
        assert_eq!(mode, expected, "{}", path.display());
    }
    let port = server.address.port();
    let log = server.log();
    assert!(log.contains(&format!("http://localhost:{port}")), "{log}");
    assert!(server.address.ip().is_loopback());
    let secret = rondo.folder.read(".rondo/secret");
    assert!(secret.trim().len() >= 32 && !log.contains(secret.trim()));
    server.get("/docs").await.is(200);
    server.stops().await;
}

#[tokio::test]
async fn a_second_run_knows_accounts_tasks_and_tokens_of_the_first() {
    let rondo = Rondo::bare();
    let first = rondo.starts("dev --port 0").await.ready().await;
    first.registers("ada@example.com").await.is(201);
    let token = first.token_of("ada@example.com").await;
    first.adds(&token, "from the first run").await;
    first.stops().await;

    let second = rondo.starts("dev --port 0").await.ready().await;
    assert_eq!(second.titles(&token).await, ["from the first run"]);
    second.login("ada@example.com", PASSWORD).await.is(200);
    second.stops().await;
}

#[tokio::test]
async fn variables_for_the_real_thing_are_ignored() {
    let rondo = Rondo::bare()
        .with("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        .with("BETTER_AUTH_SECRET", "short")
        .with("HOST", "0.0.0.0")
        .with("PORT", "0");
    let server = rondo.starts("dev").await.ready().await;
    assert_eq!(server.health().await, "healthy");
    assert!(server.address.ip().is_loopback());
}

#[tokio::test]
async fn other_commands_work_on_its_data() {
    let rondo = Rondo::bare();
    let said = rondo.runs("user list --dev").await.badly(1);
    assert!(said.contains(".rondo") && said.contains("hint:"), "{said}");
    rondo.starts("dev --port 0").await.ready().await.stops().await;
    rondo.runs_with("user add ada@example.com --password-stdin --dev", PASSWORD).await.well();
    assert!(rondo.runs("user list --dev").await.well().contains("ada@example.com"));
    let status = rondo.runs("migrate status --dev").await.well();
    assert!(status.contains("applied") && !status.contains("pending"), "{status}");
    rondo.runs("doctor --dev").await.well();
    let said = rondo.runs("user list").await.badly(2);
    assert!(said.contains("--dev") && !said.contains("BETTER_AUTH_SECRET"), "{said}");
    let said = rondo.with("LOG_LEVEL", "loud").runs("dev").await.badly(2);
    assert!(said.contains("LOG_LEVEL") && !said.contains("run `rondo dev`"), "{said}");
}
