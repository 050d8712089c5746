//! Signing up.

use serde_json::json;

use crate::support::{Browser, Database, PASSWORD, TestApp, moment};

on_both_databases! {
    somebody_signs_up_and_is_in,
    what_is_not_ones_own_to_say_is_ignored,
    an_address_has_one_account,
    two_at_the_same_moment_get_one_account,
    a_registered_user_is_the_same_user,
}

on_any_database! {
    what_is_no_account_is_refused,
    a_password_that_is_no_good_is_refused,
    what_no_mail_can_reach_is_no_address,
    a_closed_server_takes_nobody,
}

async fn somebody_signs_up_and_is_in(test: TestApp) {
    let mut ada = Browser::of(&test);
    let body = json!({
        "name": " Ada ",
        "email": "Ada@Example.com",
        "password": PASSWORD,
        "image": "https://example.com/ada.png",
        "callbackURL": "/welcome",
    });
    let answer = ada.post("/sign-up/email", body).await.is(200);
    let (token, id) = (answer.json()["token"].clone(), answer.json()["user"]["id"].clone());
    let now = moment(0);
    assert_eq!(
        answer.text(),
        format!(
            "{{\"token\":{token},\"user\":{{\"name\":\"Ada\",\"email\":\"ada@example.com\",\
             \"emailVerified\":false,\"image\":\"https://example.com/ada.png\",\
             \"createdAt\":\"{now}\",\"updatedAt\":\"{now}\",\"id\":{id}}}}}"
        )
    );
    for made_up in [&token, &id] {
        let made_up = made_up.as_str().expect("it is text");
        let is_plain = made_up.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(made_up.len() == 32 && is_plain, "{made_up}");
    }
    assert!(!answer.has("location"));
    assert_eq!(ada.session().await["session"]["token"], token);
    // The other way to log in knows them too.
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let login = test.nobody().post("/api/auth/login", body).await.is(200).json();
    assert_eq!(login["user"]["id"], id);
}

async fn what_is_not_ones_own_to_say_is_ignored(test: TestApp) {
    let bob = test.bob().await;
    let mut ada = Browser::of(&test);
    let body = json!({
        "name": "", "email": "ada@example.com", "password": PASSWORD,
        "emailVerified": true, "id": bob.id, "createdAt": "2000-01-01T00:00:00.000Z",
        "role": "admin",
    });
    let user = ada.post("/sign-up/email", body).await.is(200).json()["user"].clone();
    assert_eq!(user["emailVerified"], false);
    assert_ne!(user["id"], "bob");
    assert_eq!(user["createdAt"], moment(0));
    assert!(user.get("role").is_none(), "{user}");
}

async fn an_address_has_one_account(test: TestApp) {
    test.ada().await;
    let mut eve = Browser::of(&test);
    for email in ["ada@example.com", "ADA@EXAMPLE.COM"] {
        let body = json!({"name": "Eve", "email": email, "password": "another horse battery"});
        let answer = eve.post("/sign-up/email", body).await;
        let code = "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL";
        answer.fails(422, "User already exists. Use another email.", code);
    }
    assert!(!eve.is_in().await);
    eve.tries("ada", "another horse battery").await.is(401);
    eve.signs_in("ada").await;
}

async fn two_at_the_same_moment_get_one_account(test: TestApp) {
    let (mut one, mut other) = (Browser::of(&test), Browser::of(&test));
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let (first, second) = tokio::join!(
        one.post("/sign-up/email", body.clone()),
        other.post("/sign-up/email", body.clone())
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
}

async fn a_registered_user_is_the_same_user(test: TestApp) {
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada"});
    let registered = test.nobody().post("/api/auth/register", body).await.is(201).json();
    let mut ada = Browser::of(&test);
    ada.signs_in("ada").await;
    let user = ada.session().await["user"].clone();
    assert_eq!(user["id"], registered["id"]);
    assert_eq!(user["name"], "Ada");
}

async fn what_is_no_account_is_refused(test: TestApp) {
    let mut eve = Browser::of(&test);
    for (field, value, problem) in [
        ("name", json!(null), "Invalid input: expected string, received null"),
        ("name", json!(5), "Invalid input: expected string, received number"),
        ("email", json!("nope"), "Invalid email address"),
        ("email", json!(["x"]), "Invalid input: expected string, received array"),
        ("password", json!(""), "Too small: expected string to have >=1 characters"),
        ("password", json!({"$ne": ""}), "Invalid input: expected string, received object"),
        ("image", json!(null), "Invalid input: expected string, received null"),
        ("rememberMe", json!("yes"), "Invalid input: expected boolean, received string"),
    ] {
        let mut body = json!({"name": "Eve", "email": "eve@example.com", "password": PASSWORD});
        body[field] = value;
        let message = format!("[body.{field}] {problem}");
        eve.post("/sign-up/email", body).await.fails(400, &message, "VALIDATION_ERROR");
    }
    // All problems are told at once.
    let missing = ["name", "email", "password"]
        .map(|field| format!("[body.{field}] Invalid input: expected string, received undefined"));
    let answer = eve.post("/sign-up/email", json!({})).await;
    answer.fails(400, &missing.join("; "), "VALIDATION_ERROR");
}

async fn a_password_that_is_no_good_is_refused(test: TestApp) {
    let mut eve = Browser::of(&test);
    for (password, message, code) in [
        ("1234567", "Password too short", "PASSWORD_TOO_SHORT"),
        (&*"x".repeat(129), "Password too long", "PASSWORD_TOO_LONG"),
        (
            "password",
            "The password you entered has been compromised. Please choose a different password.",
            "PASSWORD_COMPROMISED",
        ),
    ] {
        let body = json!({"name": "Eve", "email": "eve@example.com", "password": password});
        eve.post("/sign-up/email", body).await.fails(400, message, code);
    }
    assert!(!eve.is_in().await);
}

async fn what_no_mail_can_reach_is_no_address(test: TestApp) {
    let mut eve = Browser::of(&test);
    for email in ["u@b.de/x", "u@b.de#x", "u@127.0.0.1", "u@b.c-d", "u@b_c.de", "\"u\"@b.de"] {
        let body = json!({"name": "Eve", "email": email, "password": PASSWORD});
        let message = "[body.email] Invalid email address";
        eve.post("/sign-up/email", body).await.fails(400, message, "VALIDATION_ERROR");
        let body = json!({"email": email, "password": PASSWORD});
        let answer = eve.post("/sign-in/email", body).await;
        answer.fails(400, "Invalid email", "INVALID_EMAIL");
    }
    let body = json!({"name": "Eve", "email": "eve@exämple.com", "password": PASSWORD});
    let answer = eve.post("/sign-up/email", body).await.is(200);
    assert_eq!(answer.json()["user"]["email"], "eve@xn--exmple-cua.com");
    let body = json!({"email": "EVE@EXÄMPLE.com", "password": PASSWORD});
    eve.post("/sign-in/email", body).await.is(200);
}

async fn a_closed_server_takes_nobody(database: Database) {
    let test = TestApp::with(&database, |setup| setup.settings.registration_open = false).await;
    let mut eve = Browser::of(&test);
    let body = json!({"name": "Eve", "email": "eve@example.com", "password": PASSWORD});
    let message = "Email and password sign up is not enabled";
    let answer = eve.post("/sign-up/email", body).await;
    answer.fails(403, message, "EMAIL_PASSWORD_SIGN_UP_DISABLED");
    eve.tries("eve", PASSWORD).await.is(401);
    // Whatever the password: nobody has to find a better one to hear this.
    for password in ["short", "password", &*"x".repeat(129)] {
        let body = json!({"name": "Eve", "email": "eve@example.com", "password": password});
        let answer = eve.post("/sign-up/email", body).await;
        answer.fails(403, message, "EMAIL_PASSWORD_SIGN_UP_DISABLED");
    }
    let body = json!({"name": "Eve", "email": "nope", "password": PASSWORD});
    let message = "[body.email] Invalid email address";
    eve.post("/sign-up/email", body).await.fails(400, message, "VALIDATION_ERROR");
}
