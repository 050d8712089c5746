//! `rondo doctor`: what is wrong with a set-up is named, with what helps.

use serde_json::json;

use crate::{
    scripted_model::{Reply, ScriptedModel},
    support::{MailServer, PASSWORD, Rondo, SECRET},
};

/// A server that users reach through a proxy with TLS.
fn public() -> Rondo {
    Rondo::on_sqlite()
        .with("BETTER_AUTH_URL", "https://api.example.com")
        .with("TRUSTED_PROXIES", "127.0.0.1")
}

/// Runs the checks, asserts whether one failed, and that these texts are in the
/// report.
async fn check(rondo: &Rondo, fails: bool, expected: &[&str]) {
    let ended = rondo.runs("doctor").await.with_code(i32::from(fails));
    for text in expected {
        assert!(ended.stdout.contains(text), "{text} is missing: {}", ended.stdout);
    }
}

/// Asks about an origin, asserts whether it is trusted, and that these texts
/// are in the answer.
async fn ask(rondo: &Rondo, origin: &str, is_trusted: bool, expected: &[&str]) {
    let ended = rondo.runs(&format!("doctor --origin {origin}")).await;
    let ended = ended.with_code(i32::from(!is_trusted));
    for text in expected {
        assert!(ended.stdout.contains(text), "{origin}: {text} is missing: {}", ended.stdout);
    }
}

#[tokio::test]
async fn doctor_finds_nothing_wrong_with_a_good_configuration() {
    let mail = MailServer::start("ada").await;
    let rondo = public()
        .with("CORS_ORIGINS", "https://app.example.com")
        .with("MAIL_URL", &mail.url("ada:hush-hush"));
    let before = rondo.runs("doctor").await.well();
    assert!(before.contains("0 warnings, 0 failures"), "{before}");
    assert!(!rondo.folder.join("rondo.db").exists(), "doctor changes nothing");
    rondo.runs("migrate up").await.well();
    let after = rondo.runs("doctor").await.well();
    for expected in [
        "DATABASE_URL",
        "sqlite:///./rondo.db",
        "default",
        "connected",
        "up to date",
        "ok    address        https://api.example.com",
        "__Secure-better-auth.session_token",
        "ok    front end      https://app.example.com: the same site (example.com)",
        "the first token makes one for EdDSA",
        "lets us in",
        "from Rondo <rondo@api.example.com>",
    ] {
        assert!(after.contains(expected), "{expected} is missing: {after}");
    }
    for shown in [before, after] {
        assert!(!shown.contains(SECRET) && !shown.contains("hush"), "a secret is shown: {shown}");
    }
    assert!(!mail.heard().contains("MAIL FROM"), "a mail was sent");
}

#[tokio::test]
async fn doctor_finds_everything_that_is_wrong() {
    let bare = Rondo::bare().runs("doctor").await.with_code(1);
    for expected in ["DATABASE_URL is not set", "BETTER_AUTH_SECRET is not set", "2 failures"] {
        assert!(bare.stdout.contains(expected), "{expected} is missing: {}", bare.stdout);
    }
    let away = Rondo::on("postgresql://ada:hush-hush@127.0.0.1:1/rondo");
    let away = away.runs("doctor").await.with_code(1);
    assert!(away.stdout.contains("fail  database"), "{}", away.stdout);
    assert!(!away.stdout.contains("hush"), "{}", away.stdout);
}

#[tokio::test]
async fn an_address_that_users_cannot_mean_is_noticed() {
    let on = |host: &str| Rondo::on_sqlite().with("HOST", host);
    check(&on("0.0.0.0"), false, &["warn  address", "BETTER_AUTH_URL is not set"]).await;
    check(&on("127.0.0.1"), false, &["ok    address", "not Secure"]).await;
    let with = |url: &str| on("0.0.0.0").with("PORT", "8000").with("BETTER_AUTH_URL", url);
    for (url, expected) in [
        ("http://todo.example.com:8000", "travel unencrypted"),
        ("https://todo.example.com", "TRUSTED_PROXIES is empty"),
        ("http://localhost:3000", "port 3000, and this server listens on 8000"),
        ("http://0.0.0.0:8000", "no address that a browser can go to"),
        ("http://localhost:8000/api/auth", "`/api/auth` does not"),
    ] {
        check(&with(url), false, &["warn  address", expected]).await;
    }
    let behind = with("http://localhost:8000").with("TRUSTED_PROXIES", "10.0.0.0/8");
    check(&behind, false, &["can be reached from this machine only"]).await;
}

#[tokio::test]
async fn origins_that_do_not_do_what_was_meant_are_noticed() {
    let patterns = "https://app.example.com/login,https://*.example.com:443,https://*.vercel.app,\
                    https://*,myapp://,http://api.example.com";
    let rondo = public()
        .with("BETTER_AUTH_TRUSTED_ORIGINS", &format!("{patterns},https://admin.example.org"))
        .with("CORS_ORIGINS", "http://app.example.com,https://app.example.org");
    let expected = [
        "`https://app.example.com/login` in BETTER_AUTH_TRUSTED_ORIGINS fits no page at all",
        "a scheme, a host and a port: https://app.example.com\n",
        "`https://*.example.com:443` in BETTER_AUTH_TRUSTED_ORIGINS fits no page at all",
        "what strangers have at vercel.app",
        "`https://*` in BETTER_AUTH_TRUSTED_ORIGINS trusts every page there is",
        "`http://api.example.com` in BETTER_AUTH_TRUSTED_ORIGINS comes unencrypted",
        "https://api.example.com is trusted already: take it out",
        "`http://app.example.com` in CORS_ORIGINS comes unencrypted",
        "warn  front end      https://admin.example.org is trusted, and its scripts cannot read",
        "warn  front end      https://app.example.org: another site than https://api.example.com",
        "bearer tokens",
    ];
    check(&rondo, false, &expected).await;
    let report = rondo.runs("doctor").await.well();
    assert!(!report.contains("`myapp"), "an app's scheme is fine: {report}");
}

#[tokio::test]
async fn the_page_that_is_refused_learns_why() {
    let rondo = public()
        .with("CORS_ORIGINS", "https://app.example.com,https://app.vercel.app")
        .with("BETTER_AUTH_TRUSTED_ORIGINS", "https://*.example.com,myapp://");
    for (origin, expected) in [
        ("https://api.example.com", &["it is BETTER_AUTH_URL", "the same origin"][..]),
        ("https://app.example.com", &["in CORS_ORIGINS", "may read them", "cookies work"]),
        ("https://app.example.com/x/", &["a browser sends https://app.example.com\n"]),
        ("https://app.vercel.app", &["in CORS_ORIGINS", "no cookie"]),
        ("https://admin.example.com", &["fits `https://*.example.com`", "may not read them"]),
        ("http://localhost:3000", &["for development", "no cookie"]),
        ("myapp://open", &["fits `myapp://`"]),
    ] {
        ask(&rondo, origin, true, expected).await;
    }
    for (origin, expected) in [
        ("https://evil.example", &["INVALID_ORIGIN", "with https://evil.example in CORS_ORIGINS"]),
        ("http://app.example.com", &["\"Invalid origin\"", "serve that page by https"]),
        ("http://api.example.com", &["INVALID_ORIGIN", "serve that page by https"]),
        ("https://app.example.com:8443", &["INVALID_ORIGIN", "another port"]),
        ("http://127.0.0.1:3000", &["INVALID_ORIGIN", "to a browser is another site"]),
        ("https://example.com", &["INVALID_ORIGIN", "not the name itself"]),
        ("null", &["MISSING_OR_NULL_ORIGIN", "sandboxed"]),
        ("app.example.com", &["is no origin", "a scheme"]),
    ] {
        ask(&rondo, origin, false, expected).await;
    }
    // Reached by a network address, and never told so.
    let expected = &["INVALID_ORIGIN", "BETTER_AUTH_URL, now http://localhost:"];
    ask(&Rondo::on_sqlite(), "http://192.168.1.5:8000", false, expected).await;
    let unset = Rondo::bare().runs("doctor --origin https://app.example.com").await;
    assert!(unset.badly(2).contains("BETTER_AUTH_SECRET is not set"));
}

#[tokio::test]
async fn the_key_set_of_another_server_is_looked_at() {
    let issuer = Rondo::on_sqlite().serves().await.ready().await;
    let at = |path: &str| format!("http://{}{path}", issuer.address);
    let trusting = |path: &str| Rondo::on_sqlite().with("AUTH_JWKS_URL", &at(path));
    let good = trusting("/api/auth/jwks").with("AUTH_ISSUER", &at(""));
    let expected =
        ["ok    key set", "EdDSA", &format!("`iss` must say {}", at("")), "AUTH_AUDIENCE"];
    check(&good, false, &expected).await;
    let usual = format!("AUTH_JWKS_URL={}", at("/api/auth/jwks"));
    for path in ["/", "/jwks", "/api/auth"] {
        check(&trusting(path), true, &["fail  key set", &usual]).await;
    }
    let slash = trusting("/api/auth/jwks").with("AUTH_ISSUER", &at("/"));
    check(&slash, false, &["warn  tokens", "to the letter"]).await;
    let own = trusting("/api/auth/jwks").with("BETTER_AUTH_URL", &at(""));
    check(&own, false, &["names this server itself"]).await;
    let away = Rondo::on_sqlite().with("AUTH_JWKS_URL", "http://127.0.0.1:1/api/auth/jwks");
    check(&away, true, &["fail  key set", "no answer", "try it with curl"]).await;
}

#[tokio::test]
async fn keys_that_another_secret_made_are_noticed() {
    let rondo = Rondo::on_sqlite();
    let server = rondo.serves().await.ready().await;
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    server.asks("POST /api/auth/sign-up/email", None, Some(body)).await.is(200);
    let set = server.get("/api/auth/jwks").await.is(200).json();
    let kid = set["keys"][0]["kid"].as_str().expect("a key has a name");
    check(&rondo, false, &[&format!("ok    own keys       EdDSA {kid}")]).await;
    server.stops().await;
    let other = rondo.with("BETTER_AUTH_SECRET", "another-Qm9vbSE4c2hha2FsYWthMTIzNDU2");
    check(&other, false, &["1 of our keys", "another BETTER_AUTH_SECRET"]).await;
}

#[tokio::test]
async fn it_is_said_who_answers_in_the_chat_and_whether() {
    check(&public(), false, &["ok    assistant      the built-in one"]).await;
    let model = ScriptedModel::start().await;
    let with =
        |url: &str| public().with("ASSISTANT_BASE_URL", url).with("ASSISTANT_API_KEY", "hush-hush");
    let rondo = with(&model.base_url()).with("ASSISTANT_MODEL", "tiny");
    model.says(Reply::text("OK"));
    let place = format!("tiny at {}", model.base_url());
    check(&rondo, false, &[&format!("ok    assistant      {place} answers")]).await;
    model.says(Reply::json(401, &json!({"error": {"message": "hush-hush is wrong"}})));
    check(&rondo, true, &["fail  assistant", "it answered 401", "does not take this key"]).await;
    let nobody = with("http://127.0.0.1:1");
    check(&nobody, true, &["cannot connect", "must be reachable", "no model is named"]).await;
    for rondo in [rondo, nobody] {
        assert!(!rondo.runs("doctor").await.with_code(1).stdout.contains("hush-hush"));
    }
}

#[tokio::test]
async fn mail_that_would_not_go_out_is_noticed() {
    let mail = MailServer::start("ada").await;
    let with = |url: &str| Rondo::on_sqlite().with("MAIL_URL", url);
    let eve = with(&mail.url("eve:hush-hush"));
    check(&eve, true, &["fail  mail", "answered 535", "percent-encoded"]).await;
    check(&with("smtp://127.0.0.1:1"), true, &["fail  mail", "port 1", "Connection"]).await;
    let local = with(&mail.url("ada:hush-hush"));
    check(&local, false, &["mail servers refuse a sender like Rondo <rondo@localhost>"]).await;

    let folder = with("file:mails");
    check(&folder, false, &["ok    mail", "files in mails, which the first mail makes"]).await;
    assert!(!folder.folder.join("mails").exists(), "doctor changes nothing");
    folder.folder.write("mails", "no folder");
    check(&folder, true, &["fail  mail", "cannot write to mails"]).await;
    let public = public().with("MAIL_URL", "file:mails").with("EMAIL_VERIFICATION", "required");
    check(&public, false, &["mails become files, and reach nobody", "nobody gets in before"]).await;
}
