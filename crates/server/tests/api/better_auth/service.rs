//! Whether it works, and the page about errors.

use serde_json::json;

use crate::support::{Browser, TestApp};

on_any_database! {
    it_says_that_it_works,
    an_error_is_shown_as_a_page,
    nothing_of_an_address_runs_in_the_page,
}

async fn it_says_that_it_works(test: TestApp) {
    assert_eq!(Browser::of(&test).get("/ok").await.is(200).json(), json!({"ok": true}));
}

async fn an_error_is_shown_as_a_page(test: TestApp) {
    let answer = Browser::of(&test).get("/error?error=INVALID_TOKEN").await.is(200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.text().contains("INVALID_TOKEN"), "{}", answer.text());
    let answer = Browser::of(&test).get("/error").await.is(200);
    assert!(answer.text().contains("UNKNOWN"), "{}", answer.text());
    // Nobody but us says anything here.
    let path = "/error?error=TOKEN_EXPIRED&error_description=Call+555%20now";
    let answer = Browser::of(&test).get(path).await.is(200);
    assert!(answer.text().contains("too old"), "{}", answer.text());
    assert!(!answer.text().contains("555"), "{}", answer.text());
}

async fn nothing_of_an_address_runs_in_the_page(test: TestApp) {
    let script = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%26";
    let path = format!("/error?error={script}&error_description={script}");
    let answer = Browser::of(&test).get(&path).await.is(200);
    assert!(!answer.text().contains("<script"), "{}", answer.text());
    assert!(!answer.text().contains("alert"), "{}", answer.text());
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
}
