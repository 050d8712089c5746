//! Keys that are made, agreed on, rotated and lost.

use std::collections::BTreeSet;

use rondo_domain::Secret;

use super::{
    key::{GRACE_SECONDS, SIGNS_SECONDS},
    *,
};

#[tokio::test]
async fn the_key_set_shows_what_is_public_and_nothing_else_in_the_order_of_better_auth() {
    for change in [(|_| ()) as fn(&mut Settings), es256] {
        let test = TestApp::with(change).await;
        let set = key_set(&test.app).await.expect("there is a database");
        assert_eq!(key_set(&test.app).await.ok(), Some(set.clone()));
        let written = serde_json::to_string(&set).expect("texts are written as JSON");
        let (set, kids) = (json!(set), published_kids(&test).await);
        let (entry, kid) = (&set["keys"][0], &kids[0]);
        let member = |name: &str| entry[name].as_str().expect("a coordinate is text").to_owned();
        let expected = match test.app.settings().jwt_algorithm {
            JwtAlgorithm::EdDsa => format!(
                r#"{{"alg":"EdDSA","crv":"Ed25519","x":"{}","kty":"OKP","kid":"{kid}"}}"#,
                member("x"),
            ),
            JwtAlgorithm::Es256 => format!(
                r#"{{"alg":"ES256","crv":"P-256","x":"{}","y":"{}","kty":"EC","kid":"{kid}"}}"#,
                member("x"),
                member("y"),
            ),
        };
        assert_eq!(written, format!(r#"{{"keys":[{expected}]}}"#));
    }
}

#[tokio::test]
async fn two_servers_that_make_the_first_key_at_once_agree_on_one() {
    for change in [(|_| ()) as fn(&mut Settings), es256] {
        let (one, ada) = ada(change).await;
        let other = one.replica(2, |_| ());
        let (first, second) = tokio::join!(token_of(&one, &ada), token_of(&other, &ada));
        assert_eq!(kid_of(&first), kid_of(&second));
        for server in [&one, &other] {
            assert_eq!(published_kids(server).await, [kid_of(&first)]);
            assert_eq!([server.hello(&first).await, server.hello(&second).await], ["ada", "ada"]);
        }
    }
}

#[tokio::test]
async fn many_tokens_at_once_are_signed_with_one_key() {
    let (test, ada) = ada(|_| ()).await;
    let mut mints = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (app, ada) = (test.app.clone(), ada.clone());
        mints.spawn(async move { mint_token(&app, &ada).await.expect("there is a database") });
    }
    let tokens = mints.join_all().await;
    let kids: BTreeSet<_> = tokens.iter().map(|token| kid_of(token.expose())).collect();
    assert_eq!(kids.len(), 1);
}

#[tokio::test]
async fn a_key_signs_for_90_days_and_is_shown_for_30_more() {
    let (test, _) = ada(|_| ()).await;
    let first = published_kids(&test).await;
    test.clock.advance_seconds(SIGNS_SECONDS - 1);
    let ada = sign_in(&test, "ada").await;
    let last = token_of(&test, &ada).await;
    assert_eq!([kid_of(&last)], *first);

    test.clock.advance_seconds(1);
    let next = token_of(&test, &ada).await;
    assert_ne!([kid_of(&next)], *first);
    assert_eq!([test.hello(&last).await, test.hello(&next).await], ["ada", "ada"]);
    assert_eq!(published_kids(&test).await, [vec![kid_of(&next)], first.clone()].concat());

    test.clock.advance_seconds(GRACE_SECONDS - 1);
    assert_eq!(published_kids(&test).await, [vec![kid_of(&next)], first].concat());
    test.clock.advance_seconds(1);
    assert_eq!(published_kids(&test).await, [kid_of(&next)]);
}

#[tokio::test]
async fn a_key_that_is_shown_no_more_verifies_nothing() {
    let (test, ada) = ada(|_| ()).await;
    let token = token_of(&test, &ada).await;
    let far = NOW.plus_seconds(SIGNS_SECONDS + GRACE_SECONDS).as_seconds();
    let long = claims_but(&token, &json!({"exp": far + DAY}));
    let long = signed_by_us(&test, &long).await;
    assert_eq!(test.hello(&long).await, "ada");
    test.clock.advance_seconds(SIGNS_SECONDS + GRACE_SECONDS);
    assert_eq!(test.hello(&long).await, "Invalid token");
}

#[tokio::test]
async fn the_next_key_takes_the_place_of_those_that_are_believed_no_more() {
    let (test, _) = ada(|_| ()).await;
    let stored = async || {
        let rows = test.read(|txn| async move { txn.list_signing_keys().await }).await;
        rows.iter().map(|row| row.generation).collect::<Vec<_>>()
    };
    for (later, expected) in [
        (0, &[1][..]),
        (SIGNS_SECONDS, &[2, 1]),
        (GRACE_SECONDS, &[2, 1]),
        (SIGNS_SECONDS - GRACE_SECONDS, &[3, 2]),
    ] {
        test.clock.advance_seconds(later);
        published_kids(&test).await;
        assert_eq!(stored().await, expected);
    }
}

#[tokio::test]
async fn after_a_long_sleep_the_next_key_is_made_all_the_same() {
    let (test, _) = ada(|_| ()).await;
    let first = published_kids(&test).await;
    test.clock.advance_seconds(10 * (SIGNS_SECONDS + GRACE_SECONDS));
    let woken = test.replica(2, |_| ());
    let second = published_kids(&woken).await;
    assert_eq!(second.len(), 1);
    assert_ne!(second, first);
}

#[tokio::test]
async fn another_algorithm_gets_a_key_of_its_own_and_the_old_one_stays() {
    let (test, ada) = ada(|_| ()).await;
    let old = token_of(&test, &ada).await;
    let changed = test.replica(2, es256);
    let new = token_of(&changed, &ada).await;
    assert_ne!(kid_of(&old), kid_of(&new));
    assert_eq!(published_kids(&changed).await.len(), 2);
    assert_eq!([changed.hello(&old).await, changed.hello(&new).await], ["ada", "ada"]);
}

#[tokio::test]
async fn a_key_of_another_server_is_found_but_not_looked_for_all_the_time() {
    let (test, ada) = ada(|_| ()).await;
    let other = test.replica(2, |_| ());
    let made_up = Signer::ed().sign(
        &json!({"alg": "EdDSA", "kid": "x".repeat(32)}),
        &json!({"sub": "ada", "exp": NOW.as_seconds() + DAY}),
    );
    assert_eq!(other.hello(&made_up).await, "Invalid token");
    let token = token_of(&test, &ada).await;
    // It looked for the other one a moment ago.
    assert_eq!(other.hello(&token).await, "Invalid token");
    other.clock.advance_seconds(PAUSE_SECONDS);
    assert_eq!(other.hello(&token).await, "ada");
}

#[tokio::test]
async fn keys_of_an_old_secret_are_replaced_and_believed_no_more() {
    let (test, ada) = ada(|_| ()).await;
    let old = token_of(&test, &ada).await;
    let changed = test.replica(2, |settings| {
        settings.secret = Secret::new("another secret for tests, of 32 characters".to_owned());
    });
    assert_eq!(changed.hello(&old).await, "Invalid token");
    let new = token_of(&changed, &ada).await;
    assert_eq!(changed.hello(&new).await, "ada");
    assert_eq!(published_kids(&changed).await, [kid_of(&new)]);
    // While not all servers have the new secret, each has its own keys.
    test.clock.advance_seconds(PAUSE_SECONDS);
    assert_eq!(published_kids(&test).await, [kid_of(&old)]);
    assert_eq!(test.hello(&new).await, "Invalid token");
}

#[tokio::test]
async fn a_row_that_was_tampered_with_is_no_key_of_ours() {
    let test = TestApp::new().await;
    let keyring = &test.app.inner().keyring;
    let [row, other] = [1, 2].map(|generation| key::make(&test.app, generation));
    assert!(OwnKey::open(keyring, &row).is_some());
    let changed = |change: fn(&mut SigningKey, SigningKey)| {
        let mut changed = row.clone();
        change(&mut changed, other.clone());
        OwnKey::open(keyring, &changed).is_none()
    };
    assert!(changed(|row, other| row.public_key = other.public_key));
    assert!(changed(|row, other| row.id = other.id));
    assert!(changed(|row, other| row.generation = other.generation));
    assert!(changed(|row, other| row.sealed_private_key = other.sealed_private_key));
    assert!(changed(|row, _| row.algorithm = "ES256".to_owned()));
    assert!(changed(|row, _| row.algorithm = "HS256".to_owned()));
    assert!(changed(|row, _| row.sealed_private_key.clear()));
}

#[tokio::test]
async fn without_a_database_known_keys_go_on_and_others_have_to_wait() {
    let (test, ada) = ada(|_| ()).await;
    let token = token_of(&test, &ada).await;
    let kids = published_kids(&test).await;
    test.app.store().close().await;
    test.clock.advance_seconds(MAX_AGE_SECONDS);
    assert_eq!(published_kids(&test).await, kids);
    assert_eq!(kid_of(&token_of(&test, &ada).await), kids[0]);
    let stranger = Signer::ed().sign(&json!({"alg": "EdDSA", "kid": "x".repeat(32)}), &json!({}));
    assert!(matches!(test.authenticate(&stranger).await, Err(Error::Unavailable(_))));

    let woken = test.replica(2, |_| ());
    assert!(matches!(key_set(&woken.app).await, Err(Error::Unavailable(_))));
    assert!(matches!(woken.authenticate(&token).await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn a_key_that_the_operator_removed_stops_working_within_ten_minutes() {
    let (test, ada) = ada(|_| ()).await;
    // As if it had been read, and then removed: the database has no such row.
    let known = Known::of(&test.app, &[key::make(&test.app, 1)], NOW);
    *test.app.inner().own_keys.known.write().expect("nobody panicked") = Some(Arc::new(known));
    let token = token_of(&test, &ada).await;
    test.clock.advance_seconds(MAX_AGE_SECONDS - 1);
    assert_eq!(test.hello(&token).await, "ada");
    test.clock.advance_seconds(1);
    assert_eq!(test.hello(&token).await, "Invalid token");
    assert_ne!(published_kids(&test).await, [kid_of(&token)]);
}

#[tokio::test]
async fn a_clock_that_went_back_does_not_keep_us_from_looking() {
    let (test, ada) = ada(|_| ()).await;
    let other = test.replica(2, |_| ());
    test.clock.advance_seconds(DAY);
    let stranger = Signer::ed().sign(&json!({"alg": "EdDSA", "kid": "x".repeat(32)}), &json!({}));
    assert_eq!(other.hello(&stranger).await, "Invalid token");
    test.clock.advance_seconds(-DAY);
    let token = token_of(&test, &ada).await;
    assert_eq!(other.hello(&token).await, "ada");
}
