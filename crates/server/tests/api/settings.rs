//! What people choose for themselves, through both families of routes.

use axum::http::Method;
use rondo_domain::UserId;
use serde_json::{Value, json};

use crate::support::{Database, Person, TestApp};

on_both_databases! {
    who_has_chosen_nothing_has_the_defaults,
    settings_are_changed_one_by_one,
    a_zone_and_a_day_are_understood_in_any_case,
    every_problem_is_listed_and_nothing_changed,
    unknown_fields_are_ignored_and_never_obeyed,
    the_account_changes_only_when_something_did,
    the_name_is_that_of_the_profile,
    a_stranger_has_defaults_and_gets_a_row_with_a_choice,
    somebody_elses_settings_are_nobody_elses_business,
    a_token_does_only_what_it_was_made_for,
}

on_any_database! {
    the_demo_user_chooses_too,
}

fn families(person: &Person) -> [String; 2] {
    ["/api/settings".to_owned(), format!("/api/{}/settings", person.id)]
}

async fn chosen(person: &Person) -> Value {
    let [short, long] = families(person);
    let settings = person.get(&short).await.is(200).json();
    assert_eq!(person.get(&long).await.is(200).json(), settings);
    settings
}

async fn who_has_chosen_nothing_has_the_defaults(test: TestApp) {
    let ada = test.ada().await;
    let defaults = json!({"timezone": "UTC", "week_start": "monday", "name": ""});
    assert_eq!(chosen(&ada).await, defaults);
}

async fn settings_are_changed_one_by_one(test: TestApp) {
    let ada = test.ada().await;
    let mut expected = chosen(&ada).await;
    for (path, field, value) in [
        (0, "timezone", "Europe/Berlin"),
        (1, "week_start", "sunday"),
        (0, "week_start", "saturday"),
        (1, "name", "Ada 日本"),
        (0, "timezone", "America/Argentina/Buenos_Aires"),
        (1, "name", ""),
    ] {
        expected[field] = json!(value);
        let answer = ada.patch(&families(&ada)[path], json!({field: value})).await.is(200);
        assert_eq!(answer.json(), expected);
        assert_eq!(chosen(&ada).await, expected);
    }
    let all = json!({"timezone": "Asia/Tokyo", "week_start": "monday", "name": "A"});
    assert_eq!(ada.patch("/api/settings", all.clone()).await.is(200).json(), all);
    assert_eq!(ada.patch("/api/settings", json!({})).await.is(200).json(), all);
}

async fn a_zone_and_a_day_are_understood_in_any_case(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"timezone": " america/NEW_york ", "week_start": "Sunday", "name": " Ada\n"});
    let expected = json!({"timezone": "America/New_York", "week_start": "sunday", "name": "Ada"});
    assert_eq!(ada.patch("/api/settings", body).await.is(200).json(), expected);
    assert_eq!(chosen(&ada).await, expected);
}

async fn every_problem_is_listed_and_nothing_changed(test: TestApp) {
    let ada = test.ada().await;
    let before = chosen(&ada).await;
    let check = async |body: Value, expected: &[&str]| {
        for path in families(&ada) {
            let problems = ada.patch(&path, body.clone()).await.problems();
            assert_eq!(problems, expected, "{body}");
        }
    };
    let all = ["body.timezone string_type", "body.week_start string_type", "body.name string_type"];
    for other in [json!(null), json!(5), json!(["UTC"]), json!({"x": 1}), json!(true)] {
        check(json!({"timezone": other, "week_start": other, "name": other}), &all).await;
    }
    for zone in ["", "Berlin", "+01:00", "../etc/passwd", "Etc/Unknown", "UTC\0", "Ｕ'; --"] {
        check(json!({"timezone": zone}), &["body.timezone value_error"]).await;
    }
    for day in ["", "friday", "mon", "1", "ｍonday"] {
        check(json!({"week_start": day}), &["body.week_start literal_error"]).await;
    }
    check(json!({"name": "x".repeat(256)}), &["body.name string_too_long"]).await;
    check(json!({"name": "a\0b", "week_start": "sunday"}), &["body.name value_error"]).await;
    for other in [json!([]), json!("UTC"), json!(1), json!(null)] {
        check(other, &["body model_attributes_type"]).await;
    }
    let long = json!({"timezone": "x".repeat(500_000)});
    let answer = ada.patch("/api/settings", long).await.is(422);
    assert!(answer.body.len() < 1000, "{} bytes come back", answer.body.len());
    assert_eq!(chosen(&ada).await, before);
    ada.patch("/api/settings", json!({"name": "😀".repeat(255)})).await.is(200);
}

async fn unknown_fields_are_ignored_and_never_obeyed(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let body = json!({
        "name": "Ada",
        "user_id": "bob",
        "id": "bob",
        "email": "bob@example.com",
        "time_zone": 5,
        "updated_at": null,
    });
    ada.patch("/api/settings?user_id=bob", body).await.is(200);
    assert_eq!(chosen(&ada).await["name"], "Ada");
    assert_eq!(chosen(&bob).await["name"], "");
    assert_eq!(ada.get("/api/auth/me").await.json()["email"], "ada@example.com");
}

async fn the_account_changes_only_when_something_did(test: TestApp) {
    let ada = test.ada().await;
    let session = ada.signs_in().await;
    let updated_at = async || {
        let answer = session.get("/api/auth/get-session").await.is(200).json();
        answer["user"]["updatedAt"].clone()
    };
    let before = updated_at().await;
    test.clock.advance_seconds(60);
    for same in [json!({}), json!({"timezone": "utc", "week_start": "monday", "name": " "})] {
        ada.patch("/api/settings", same).await.is(200);
        assert_eq!(updated_at().await, before);
    }
    ada.patch("/api/settings", json!({"week_start": "sunday"})).await.is(200);
    assert_eq!(updated_at().await, "2026-11-21T09:31:00.000Z");
}

async fn the_name_is_that_of_the_profile(test: TestApp) {
    let session = test.ada().await.signs_in().await;
    session.patch("/api/settings", json!({"name": "Ada"})).await.is(200);
    let profile = session.get("/api/auth/get-session").await.is(200).json();
    assert_eq!(profile["user"]["name"], "Ada");
    session.post("/api/auth/update-user", json!({"name": "Lovelace"})).await.is(200);
    assert_eq!(chosen(&session).await["name"], "Lovelace");
}

async fn a_stranger_has_defaults_and_gets_a_row_with_a_choice(test: TestApp) {
    let eve = test.stranger("external|eve");
    let row = async || {
        let id = UserId::parse("external|eve").expect("this is an id");
        test.write(move |txn| async move { txn.find_user(&id).await }).await
    };
    let defaults = json!({"timezone": "UTC", "week_start": "monday", "name": ""});
    assert_eq!(eve.get("/api/settings").await.is(200).json(), defaults);
    assert_eq!(row().await, None);
    eve.patch("/api/settings", json!({"week_start": "friday"})).await.is(422);
    assert_eq!(row().await, None);
    let changed = eve.patch("/api/settings", json!({"timezone": "Asia/Tokyo"})).await.is(200);
    assert_eq!(changed.json()["timezone"], "Asia/Tokyo");
    assert!(row().await.is_some());
    assert_eq!(eve.get("/api/settings").await.is(200).json(), changed.json());
}

async fn somebody_elses_settings_are_nobody_elses_business(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    ada.patch("/api/settings", json!({"name": "Ada", "timezone": "Asia/Tokyo"})).await.is(200);
    let before = chosen(&ada).await;
    for other in ["ada", "nobody-of-this-name", "BOB", "bob%20"] {
        let path = format!("/api/{other}/settings");
        bob.get(&path).await.is(403).saying("Access denied");
        bob.patch(&path, json!({"name": "stolen"})).await.is(403).coded("access_denied");
        // Who asks is looked at before what they ask.
        bob.patch(&path, json!({"name": null})).await.is(403);
        test.nobody().get(&path).await.is(401);
    }
    assert_eq!(chosen(&ada).await, before);
    let defaults = json!({"timezone": "UTC", "week_start": "monday", "name": ""});
    assert_eq!(chosen(&bob).await, defaults);
    let answer = bob.sends(Method::DELETE, "/api/settings", &json!({})).await.is(405);
    assert_eq!(answer.header("allow"), "GET,HEAD,PATCH");
}

async fn a_token_does_only_what_it_was_made_for(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    for (scope, read, write) in [("read", 200, 403), ("write", 403, 200), ("delete", 403, 403)] {
        let robot = ada.makes_token(&[scope]).await;
        for path in families(&ada) {
            robot.get(&path).await.is(read);
            robot.patch(&path, json!({"name": "Robot"})).await.is(write);
        }
    }
    let robot = ada.makes_token(&["delete"]).await;
    robot.patch("/api/settings", json!({})).await.is(403).coded("missing_scope");
}

async fn the_demo_user_chooses_too(database: Database) {
    let test = TestApp::with(&database, |setup| setup.settings.demo_mode = true).await;
    let nobody = test.nobody();
    assert_eq!(nobody.get("/api/settings").await.is(200).json()["timezone"], "UTC");
    nobody.patch("/api/demo-user/settings", json!({"timezone": "Asia/Tokyo"})).await.is(200);
    assert_eq!(nobody.get("/api/settings").await.is(200).json()["timezone"], "Asia/Tokyo");
}
