//! The list of one's sessions, and ending them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Answer, Browser, DAY, TestApp};

on_both_databases! {
    everybody_sees_their_own_sessions,
    an_old_session_does_not_see_the_others,
    one_session_can_end_another,
    ending_ones_own_session_clears_the_cookies,
    nobody_can_end_somebody_elses_session,
    all_other_sessions_can_be_ended,
    all_sessions_can_be_ended,
}

on_any_database! {
    without_a_session_there_is_nothing_to_see_or_end,
}

/// Ada at her desk and on her phone, and the tokens of both.
async fn desk_and_phone(test: &TestApp) -> [(Browser, String); 2] {
    test.ada().await;
    let (mut desk, mut phone) = (Browser::of(test), Browser::of(test));
    let tokens = [desk.signs_in("ada").await, phone.signs_in("ada").await];
    let [at_desk, on_phone] = tokens;
    [(desk, at_desk), (phone, on_phone)]
}

fn tokens(answer: &Answer) -> BTreeSet<String> {
    let list = answer.json();
    let list = list.as_array().expect("a list of sessions is a list");
    let token = |session: &Value| session["token"].as_str().expect("it has a token").to_owned();
    list.iter().map(token).collect()
}

async fn everybody_sees_their_own_sessions(test: TestApp) {
    let [(mut desk, at_desk), (_, on_phone)] = desk_and_phone(&test).await;
    let mut bob = Browser::of_member(&test, "bob").await;
    let answer = desk.get("/list-sessions").await.is(200);
    assert_eq!(tokens(&answer), BTreeSet::from([at_desk.clone(), on_phone]));
    let one = answer.json()[0].clone();
    let members: BTreeSet<_> = one.as_object().expect("it is an object").keys().cloned().collect();
    let shown = desk.session().await["session"].clone();
    let expected = shown.as_object().expect("it is an object").keys().cloned().collect();
    assert_eq!(members, expected);
    assert_eq!(tokens(&bob.get("/list-sessions").await.is(200)).len(), 1);
    // What is over is not in it.
    test.clock.advance_seconds(7 * DAY - 1);
    let mut late = Browser::of(&test);
    let newest = late.signs_in("ada").await;
    test.clock.advance_seconds(1);
    let answer = late.get("/list-sessions").await.is(200);
    assert_eq!(tokens(&answer), BTreeSet::from([newest]));
}

async fn an_old_session_does_not_see_the_others(test: TestApp) {
    let [(mut desk, _), _] = desk_and_phone(&test).await;
    test.clock.advance_seconds(DAY - 1);
    desk.get("/list-sessions").await.is(200);
    test.clock.advance_seconds(1);
    let answer = desk.get("/list-sessions").await;
    answer.fails(403, "Session is not fresh", "SESSION_NOT_FRESH");
    // It can still do everything else.
    desk.post("/revoke-other-sessions", json!({})).await.is(200);
    desk.signs_in("ada").await;
    desk.get("/list-sessions").await.is(200);
}

async fn one_session_can_end_another(test: TestApp) {
    let [(mut desk, _), (mut phone, on_phone)] = desk_and_phone(&test).await;
    let robot = test.holder_of("ada", &on_phone);
    robot.get("/api/tasks").await.is(200);
    for _ in 0..2 {
        let answer = desk.post("/revoke-session", json!({"token": on_phone})).await.is(200);
        assert_eq!(answer.json(), json!({"status": true}));
        assert!(answer.cookies().is_empty());
    }
    assert!(desk.is_in().await);
    assert!(!phone.is_in().await);
    robot.get("/api/tasks").await.is(401);
}

async fn ending_ones_own_session_clears_the_cookies(test: TestApp) {
    let [(mut desk, at_desk), (mut phone, _)] = desk_and_phone(&test).await;
    desk.post("/revoke-session", json!({"token": at_desk})).await.is(200);
    assert!(desk.cookies().is_empty());
    assert!(!desk.is_in().await && phone.is_in().await);
}

async fn nobody_can_end_somebody_elses_session(test: TestApp) {
    let [(mut desk, at_desk), _] = desk_and_phone(&test).await;
    let mut bob = Browser::of_member(&test, "bob").await;
    // The answer does not tell whether there is such a session.
    let foreign = bob.post("/revoke-session", json!({"token": at_desk})).await.is(200);
    let unknown = bob.post("/revoke-session", json!({"token": "unknown"})).await.is(200);
    assert_eq!(foreign.body, unknown.body);
    assert!(foreign.cookies().is_empty() && unknown.cookies().is_empty());
    bob.post("/revoke-other-sessions", json!({})).await.is(200);
    bob.post("/revoke-sessions", json!({})).await.is(200);
    assert!(desk.is_in().await);
    assert!(!bob.is_in().await);
}

async fn all_other_sessions_can_be_ended(test: TestApp) {
    let [(mut desk, at_desk), (mut phone, _)] = desk_and_phone(&test).await;
    let logged_in = test.stranger("ada").logs_in().await;
    let answer = desk.post("/revoke-other-sessions", json!({})).await.is(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert!(!phone.is_in().await);
    logged_in.get("/api/tasks").await.is(401);
    let left = desk.get("/list-sessions").await.is(200);
    assert_eq!(tokens(&left), BTreeSet::from([at_desk]));
}

async fn all_sessions_can_be_ended(test: TestApp) {
    let [(mut desk, _), (mut phone, _)] = desk_and_phone(&test).await;
    let answer = desk.post("/revoke-sessions", json!({})).await.is(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert!(desk.cookies().is_empty());
    assert!(!phone.is_in().await);
    desk.post("/revoke-sessions", json!({})).await.fails(401, "Unauthorized", "UNAUTHORIZED");
}

async fn without_a_session_there_is_nothing_to_see_or_end(test: TestApp) {
    let mut nobody = Browser::of(&test);
    nobody.get("/list-sessions").await.fails(401, "Unauthorized", "UNAUTHORIZED");
    for path in ["/revoke-sessions", "/revoke-other-sessions"] {
        nobody.post(path, json!({})).await.fails(401, "Unauthorized", "UNAUTHORIZED");
    }
    let answer = nobody.post("/revoke-session", json!({"token": "x"})).await;
    answer.fails(401, "Unauthorized", "UNAUTHORIZED");
    let mut ada = Browser::of_member(&test, "ada").await;
    for (body, received) in [(json!({}), "undefined"), (json!({"token": 5}), "number")] {
        let message = format!("[body.token] Invalid input: expected string, received {received}");
        ada.post("/revoke-session", body).await.fails(400, &message, "VALIDATION_ERROR");
    }
}
