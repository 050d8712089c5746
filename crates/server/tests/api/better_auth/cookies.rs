//! The cookies, letter for letter: other servers and programs read them too.

use axum::http::{HeaderMap, Method, header};
use serde_json::json;

use crate::support::{Answer, Browser, Database, PASSWORD, TestApp, encoded, signed};

on_any_database! {
    a_session_is_one_cookie_for_seven_days,
    a_cookie_lasts_no_second_less_than_seven_days,
    a_session_that_is_not_remembered_says_so,
    signing_out_clears_all_cookies,
    on_https_they_are_for_https_only,
    whoever_gets_a_cookie_gets_the_token_as_a_header,
    the_cookie_opens_the_rest_of_the_api,
    a_cookie_and_a_header_do_not_mix,
}

const NAMES: [&str; 3] = ["session_token", "session_data", "dont_remember"];

fn token(answer: &Answer) -> String {
    answer.json()["token"].as_str().expect("signing in gives a token").to_owned()
}

async fn a_session_is_one_cookie_for_seven_days(test: TestApp) {
    test.ada().await;
    let answer = Browser::of(&test).tries("ada", PASSWORD).await.is(200);
    let value = encoded(&signed(&token(&answer)));
    let expected = format!(
        "better-auth.session_token={value}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"
    );
    assert_eq!(answer.cookies(), [expected]);
}

async fn a_cookie_lasts_no_second_less_than_seven_days(test: TestApp) {
    test.ada().await;
    test.clock.tick();
    let mut ada = Browser::of(&test);
    for _ in 0..2 {
        let answer = ada.tries("ada", PASSWORD).await.is(200);
        assert!(answer.cookies()[0].contains("; Max-Age=604800;"), "{:?}", answer.cookies());
        test.clock.advance_seconds(90_000);
        let answer = ada.get("/get-session").await.is(200);
        assert!(answer.cookies()[0].contains("; Max-Age=604800;"), "{:?}", answer.cookies());
    }
}

async fn a_session_that_is_not_remembered_says_so(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "rememberMe": false});
    let answer = ada.post("/sign-in/email", body).await.is(200);
    let values = [signed(&token(&answer)), signed("true")].map(|value| encoded(&value));
    let expected = [
        format!("better-auth.session_token={}; Path=/; HttpOnly; SameSite=Lax", values[0]),
        format!("better-auth.dont_remember={}; Path=/; HttpOnly; SameSite=Lax", values[1]),
    ];
    assert_eq!(answer.cookies(), expected);
    // A change of the profile sends them again as they are.
    let answer = ada.post("/update-user", json!({"name": "Ada"})).await.is(200);
    assert_eq!(answer.cookies(), expected);
}

async fn signing_out_clears_all_cookies(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let answer = ada.post("/sign-out", json!({})).await.is(200);
    let expected =
        NAMES.map(|name| format!("better-auth.{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"));
    assert_eq!(answer.cookies(), expected);
    assert!(!answer.has("set-auth-token"));
}

async fn on_https_they_are_for_https_only(database: Database) {
    let test = TestApp::with(&database, |setup| {
        "https://todo.example.com".clone_into(&mut setup.settings.public_origin);
    })
    .await;
    test.ada().await;
    let mut ada = Browser::of(&test);
    let answer = ada.tries("ada", PASSWORD).await.is(200);
    let value = encoded(&signed(&token(&answer)));
    let expected = format!(
        "__Secure-better-auth.session_token={value}; Max-Age=604800; Path=/; HttpOnly; Secure; \
         SameSite=Lax"
    );
    assert_eq!(answer.cookies(), [expected]);
    assert!(ada.is_in().await);
    // One that any page of the host over plain HTTP could have set is not ours.
    let request = test.nobody().asks(Method::GET, "/api/auth/get-session");
    let request = request.header("cookie", format!("better-auth.session_token={value}"));
    assert_eq!(test.nobody().send(request, "").await.is(200).text(), "null");
    let answer = ada.post("/sign-out", json!({})).await.is(200);
    let expected = NAMES.map(|name| {
        format!("__Secure-better-auth.{name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax")
    });
    assert_eq!(answer.cookies(), expected);
}

fn exposed(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(header::ACCESS_CONTROL_EXPOSE_HEADERS).iter();
    let names = lines.flat_map(|line| line.to_str().expect("names are text").split(','));
    names.map(|name| name.trim().to_ascii_lowercase()).collect()
}

async fn whoever_gets_a_cookie_gets_the_token_as_a_header(test: TestApp) {
    test.ada().await;
    let ada = Browser::of(&test);
    let body = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();
    let path = "/api/auth/sign-in/email";
    // A page of another origin reads no header that is not exposed.
    for request in [ada.begins(Method::POST, path), ada.asks(Method::POST, path)] {
        let request = request.header("content-type", "application/json");
        let answer = ada.clone().send(request, body.clone()).await.is(200);
        assert_eq!(answer.header("set-auth-token"), signed(&token(&answer)));
        let names = exposed(&answer.headers);
        let count = names.iter().filter(|name| *name == "set-auth-token").count();
        assert_eq!(count, 1, "{names:?}");
        let robot = test.holder_of("ada", answer.header("set-auth-token"));
        robot.get("/api/tasks").await.is(200);
    }
}

async fn the_cookie_opens_the_rest_of_the_api(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let request = ada.begins(Method::GET, "/api/tasks");
    ada.send(request, String::new()).await.is(200);
    let request = ada.asks(Method::POST, "/api/tasks");
    let request = request.header("content-type", "application/json");
    ada.send(request, json!({"title": "x"}).to_string()).await.is(201);
    let request = ada.begins(Method::GET, "/api/auth/me");
    assert_eq!(ada.send(request, String::new()).await.is(200).json()["id"], "ada");
    // Without a signature it is no credential at all.
    let request = test.nobody().asks(Method::GET, "/api/tasks");
    let request = request.header("cookie", "better-auth.session_token=x");
    test.nobody().send(request, "").await.is(401).saying("Not authenticated");
    // One that is over is told so.
    let late = ada.clone();
    ada.post("/sign-out", json!({})).await.is(200);
    let request = late.begins(Method::GET, "/api/tasks");
    late.clone().send(request, String::new()).await.is(401);
}

async fn a_cookie_and_a_header_do_not_mix(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    let bob = test.bob().await;
    // The header is what a program says on purpose.
    let request = bob.asks(Method::GET, "/api/auth/me").header("cookie", ada.cookies());
    assert_eq!(bob.send(request, "").await.is(200).json()["id"], "bob");
    let broken = test.holder_of("bob", "broken");
    let request = broken.asks(Method::GET, "/api/auth/me").header("cookie", ada.cookies());
    broken.send(request, "").await.is(401);
}
