//! Signing in.

use serde_json::{Value, json};

use crate::support::{Browser, Database, PASSWORD, TestApp, moment};

on_both_databases! {
    the_right_password_makes_a_session,
    each_sign_in_makes_another_session,
    an_address_may_be_written_in_any_case,
    a_user_whom_only_others_know_has_no_password,
    the_answer_repeats_where_to_go_next,
}

on_any_database! {
    what_is_no_sign_in_is_refused,
    where_to_go_next_must_be_trusted,
    a_password_may_come_in_a_form,
    a_password_may_be_typed_on_another_keyboard,
}

const WRONG: (&str, &str) = ("Invalid email or password", "INVALID_EMAIL_OR_PASSWORD");

async fn the_right_password_makes_a_session(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    ada.tries("ada", "wrong horse battery").await.fails(401, WRONG.0, WRONG.1);
    assert!(ada.cookies().is_empty());
    let answer = ada.tries("ada", PASSWORD).await.is(200);
    let (token, now) = (answer.json()["token"].clone(), moment(0));
    assert_eq!(
        answer.text(),
        format!(
            "{{\"redirect\":false,\"token\":{token},\"user\":{{\"name\":\"\",\
             \"email\":\"ada@example.com\",\"emailVerified\":false,\"image\":null,\
             \"createdAt\":\"{now}\",\"updatedAt\":\"{now}\",\"id\":\"ada\"}}}}"
        )
    );
    assert!(!answer.has("location"));
    assert!(ada.is_in().await);
}

async fn each_sign_in_makes_another_session(test: TestApp) {
    test.ada().await;
    let (mut phone, mut desk) = (Browser::of(&test), Browser::of(&test));
    let first = phone.signs_in("ada").await;
    assert_ne!(first, desk.signs_in("ada").await);
    // Signing in again leaves the old session as it is.
    let second = phone.signs_in("ada").await;
    assert_ne!(first, second);
    test.holder_of("ada", &first).get("/api/tasks").await.is(200);
    assert!(phone.is_in().await && desk.is_in().await);
}

async fn an_address_may_be_written_in_any_case(test: TestApp) {
    test.ada().await;
    let body = json!({"email": "ADA@Example.com", "password": PASSWORD});
    Browser::of(&test).post("/sign-in/email", body).await.is(200);
}

async fn a_user_whom_only_others_know_has_no_password(test: TestApp) {
    test.stranger("carl").adds("x").await;
    for password in [PASSWORD, ""] {
        Browser::of(&test).tries("carl", password).await.fails(401, WRONG.0, WRONG.1);
    }
}

async fn the_answer_repeats_where_to_go_next(test: TestApp) {
    test.ada().await;
    for url in ["/tasks?list=1", "http://localhost:3000/tasks", "http://localhost:8000"] {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "callbackURL": url});
        let answer = Browser::of(&test).post("/sign-in/email", body).await.is(200);
        assert_eq!(answer.header("location"), url);
        let answer = answer.json();
        assert_eq!(answer["redirect"], true);
        assert_eq!(answer["url"], url);
    }
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "callbackURL": ""});
    let answer = Browser::of(&test).post("/sign-in/email", body).await.is(200);
    assert!(!answer.has("location"));
    assert_eq!(answer.json()["redirect"], false);
    assert_eq!(answer.json()["url"], "");
}

async fn what_is_no_sign_in_is_refused(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    for (body, message, code) in [
        (
            json!({}),
            "[body.email] Invalid input: expected string, received undefined; \
             [body.password] Invalid input: expected string, received undefined",
            "VALIDATION_ERROR",
        ),
        (
            json!({"email": 5, "password": Value::Null}),
            "[body.email] Invalid input: expected string, received number; \
             [body.password] Invalid input: expected string, received null",
            "VALIDATION_ERROR",
        ),
        (json!({"email": "ada", "password": PASSWORD}), "Invalid email", "INVALID_EMAIL"),
        (
            json!({"email": "ada@example.com", "password": "x".repeat(129)}),
            "Password too long",
            "PASSWORD_TOO_LONG",
        ),
        (json!({"email": "ada@example.com", "password": ""}), WRONG.0, WRONG.1),
    ] {
        let status = if code == WRONG.1 { 401 } else { 400 };
        ada.post("/sign-in/email", body).await.fails(status, message, code);
    }
    assert!(ada.cookies().is_empty());
}

async fn where_to_go_next_must_be_trusted(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.http.trusted_origins =
            vec!["https://*.example.com".to_owned(), "myapp://".to_owned()];
    })
    .await;
    test.ada().await;
    let mut ada = Browser::of(&test);
    for (url, is_trusted) in [
        ("/", true),
        ("/a/b?c=d#e", true),
        ("https://app.example.com/x", true),
        ("myapp://signed-in", true),
        ("//evil.example", false),
        ("/\\evil.example", false),
        ("/%2f/evil.example", false),
        ("/%5Cevil.example", false),
        ("https://evil.example", false),
        ("https://evil.example/?https://app.example.com", false),
        ("http://app.example.com", false),
        ("javascript:alert(1)", false),
        ("tasks", false),
    ] {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "callbackURL": url});
        let answer = ada.post("/sign-in/email", body).await;
        if is_trusted {
            answer.is(200);
        } else {
            answer.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
        }
    }
}

async fn a_password_may_come_in_a_form(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    let request = ada.asks(axum::http::Method::POST, "/api/auth/sign-in/email");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let form = "email=ada%40example.com&password=correct+horse+battery".to_owned();
    ada.send(request, form).await.is(200);
    assert!(ada.is_in().await);
}

async fn a_password_may_be_typed_on_another_keyboard(test: TestApp) {
    // One has a key for each letter, one has dead keys, one is Japanese.
    let typed = [
        "p\u{e4}ssw\u{f6}rd-\u{e9}-zz9",
        "pa\u{308}sswo\u{308}rd-e\u{301}-zz9",
        "\u{ff50}\u{e4}ssw\u{f6}rd\u{ff0d}\u{e9}-zz\u{ff19}",
    ];
    for (made_with, name) in typed.into_iter().zip(["ada", "bob", "eve"]) {
        let mut somebody = Browser::of(&test);
        let email = format!("{name}@example.com");
        let body = json!({"name": name, "email": email, "password": made_with});
        somebody.post("/sign-up/email", body).await.is(200);
        for typed in typed {
            somebody.tries(name, typed).await.is(200);
            somebody.post("/verify-password", json!({"password": typed})).await.is(200);
            let body = json!({"email": email, "password": typed});
            test.nobody().post("/api/auth/login", body).await.is(200);
        }
        somebody.tries(name, "passwoerd-e-zz9").await.fails(401, WRONG.0, WRONG.1);
    }
}
