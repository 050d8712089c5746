//! Commands that look and print: `openapi`, `healthcheck`, `secret`,
//! `completions`, and help.

use serde_json::Value;

use crate::support::Rondo;

#[tokio::test]
async fn the_description_of_the_api_is_printed_as_it_is_served() {
    let printed = Rondo::bare().runs("openapi").await.well();
    let printed: Value = serde_json::from_str(&printed).expect("the description is JSON");
    assert_eq!(printed["openapi"], "3.1.0");
    let server = Rondo::on_sqlite().serves().await;
    assert_eq!(server.get("/openapi.json").await.is(200).json(), printed);
}

#[tokio::test]
async fn a_health_check_asks_whether_the_server_is_ready() {
    let rondo = Rondo::on_sqlite();
    let server = rondo.serves().await.ready().await;
    let port = server.address.port().to_string();
    let asking = Rondo::bare().with("PORT", &port);
    assert_eq!(asking.runs("healthcheck").await.well().trim_end(), "ready");
    let url = format!("healthcheck --url http://127.0.0.1:{port}/health/ready");
    Rondo::bare().runs(&url).await.well();
    server.stops().await;
    let said = asking.runs("healthcheck").await.badly(1);
    assert!(said.contains("not ready") && said.contains(&port), "{said}");
    Rondo::bare().runs("healthcheck --url ftp://x").await.badly(2);
}

#[tokio::test]
async fn a_health_check_of_a_server_without_a_database_fails() {
    let server = Rondo::on("postgresql://ada@127.0.0.1:1/rondo").serves().await;
    let asking = Rondo::bare().with("PORT", &server.address.port().to_string());
    let said = asking.runs("healthcheck").await.badly(1);
    assert!(said.contains("503"), "{said}");
}

#[tokio::test]
async fn a_secret_is_random_and_good_enough() {
    let rondo = Rondo::bare();
    let (one, other) = (rondo.runs("secret").await.well(), rondo.runs("secret").await.well());
    assert_ne!(one, other);
    let taken = Rondo::on_sqlite().with("BETTER_AUTH_SECRET", one.trim_end());
    let report = taken.runs("doctor").await.well();
    assert!(report.contains("ok    secret"), "{report}");
}

#[tokio::test]
async fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Rondo::bare().runs(&format!("completions {shell}")).await.well();
        for command in
            ["serve", "dev", "migrate", "user", "token", "mcp", "import", "doctor", "healthcheck"]
        {
            assert!(script.contains(command), "{shell} does not complete {command}");
        }
    }
    assert_eq!(Rondo::bare().runs("completions tcsh").await.code, Some(2));
}

#[tokio::test]
async fn help_is_there_for_whoever_asks() {
    let rondo = Rondo::bare();
    let help = rondo.runs("--help").await.well();
    for command in [
        "dev",
        "serve",
        "migrate",
        "user",
        "token",
        "mcp",
        "import",
        "doctor",
        "openapi",
        "healthcheck",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is missing: {help}");
        rondo.runs(&format!("{command} --help")).await.well();
    }
    assert!(rondo.runs("--version").await.well().starts_with("rondo 2."));
    assert_eq!(rondo.runs("").await.code, Some(2));
    assert_eq!(rondo.runs("srve").await.code, Some(2));
    assert!(std::fs::read_dir(rondo.folder.path()).is_ok_and(|mut files| files.next().is_none()));
}
