//! How long a session lasts, what renews it, and when it stops being fresh.

use super::*;
use crate::auth::fingerprint::fingerprint;

/// Signs in and looks again after each of these pauses; says which of the
/// looks renewed the session.
async fn renewals(remembered: bool, pauses: &[i64]) -> Vec<Option<bool>> {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let session = sign_in(&test, "ada", remembered).await;
    let mut renewals = Vec::new();
    for pause in pauses {
        test.clock.advance_seconds(*pause);
        let current = reads(&test, &session.token).await;
        renewals.push(current.map(|current| current.is_renewed));
    }
    renewals
}

#[tokio::test]
async fn a_new_session_is_found_by_its_token_and_shows_what_was_said() {
    let test = TestApp::new().await;
    let ada = test.add_user("ada").await;
    let session = sign_in(&test, "ada", true).await;
    assert_eq!(session.token.expose().len(), 32);
    assert!(session.token.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(
        (session.ip_address.as_str(), session.user_agent.as_str()),
        ("192.0.2.1", "Laptop/1.0")
    );
    assert_eq!((session.created_at, session.updated_at), (NOW, NOW));
    assert_eq!(session.expires_at, NOW.plus_seconds(WEEK));

    let current = must_read(&test, &session.token).await;
    assert_eq!((current.session, current.user), (session.clone(), ada));
    let unknown = "x".repeat(32);
    for other in
        ["", "short", &unknown, &session.token.expose().to_lowercase(), session.id.as_str()]
    {
        assert_eq!(reads(&test, &secret(other)).await, None, "{other}");
    }
}

#[tokio::test]
async fn the_database_holds_no_token() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let (row, view) = new_session(&test.app, &id("ada"), &laptop(), true);
    let token = view.token.expose().as_bytes();
    assert_eq!(row.token_hash, fingerprint(token));
    assert!(!row.sealed_token.windows(8).any(|part| token.windows(8).any(|other| other == part)));
    assert_ne!(row.id.as_str(), view.token.expose());
}

#[tokio::test]
async fn a_remembered_session_ends_after_a_week_and_another_after_a_day() {
    for (remembered, seconds) in [(true, WEEK), (false, DAY)] {
        let test = TestApp::new().await;
        test.add_user("ada").await;
        let session = sign_in(&test, "ada", remembered).await;
        let look = || current(&test.app, &session.token, Renewal::Never);
        test.clock.advance_seconds(seconds - 1);
        assert!(look().await.is_ok_and(|current| current.is_some()), "{remembered}");
        test.clock.advance_seconds(1);
        assert_eq!(rows(&test, "ada").await, 1);
        assert!(look().await.is_ok_and(|current| current.is_none()), "{remembered}");
        assert_eq!(rows(&test, "ada").await, 0);
    }
}

#[tokio::test]
async fn a_remembered_session_is_renewed_after_a_day_and_not_before() {
    let (no, yes) = (Some(false), Some(true));
    assert_eq!(renewals(true, &[0, DAY - 1, 1, 0, DAY - 1, 1]).await, [no, no, yes, no, no, yes]);
    assert_eq!(renewals(true, &[WEEK - 1, WEEK - 1, WEEK]).await, [yes, yes, None]);
    assert_eq!(renewals(true, &[WEEK]).await, [None]);
}

#[tokio::test]
async fn a_renewed_session_lasts_a_week_from_then() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let session = sign_in(&test, "ada", true).await;
    test.clock.advance_seconds(DAY + 5);
    let never = current(&test.app, &session.token, Renewal::Never).await.ok().flatten();
    assert!(never.is_some_and(|current| !current.is_renewed && current.session == session));

    let now = test.app.now();
    let renewed = must_read(&test, &session.token).await.session;
    assert_eq!((renewed.updated_at, renewed.expires_at), (now, now.plus_seconds(WEEK)));
    assert_eq!((renewed.created_at, &renewed.token), (session.created_at, &session.token));
    assert_eq!(must_read(&test, &session.token).await.session, renewed);
}

#[tokio::test]
async fn a_session_that_nobody_wants_remembered_is_never_renewed() {
    let hour = 3600;
    assert_eq!(renewals(false, &[hour, 22 * hour, hour - 1]).await, [Some(false); 3]);
    assert_eq!(renewals(false, &[hour, 23 * hour]).await, [Some(false), None]);
}

#[tokio::test]
async fn the_session_of_an_access_token_ends_with_it_and_is_never_renewed() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let end = NOW.plus_seconds(30 * DAY);
    let (row, session) = login_session(&test.app, &id("ada"), &laptop(), end);
    test.write(move |txn| async move { txn.insert_session(&row).await }).await;
    test.clock.advance_seconds(30 * DAY - 1);
    let current = must_read(&test, &session.token).await;
    assert_eq!((current.session.expires_at, current.is_renewed), (end, false));
    test.clock.advance_seconds(1);
    assert!(!is_signed_in(&test, &session).await);
}

#[tokio::test]
async fn a_session_is_fresh_for_a_day_however_often_it_is_renewed() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let session = sign_in(&test, "ada", true).await;
    test.clock.advance_seconds(DAY - 1);
    assert!(is_fresh(&test.app, &session));
    let now = must_read(&test, &session.token).await;
    assert!(list(&test.app, &now).await.is_ok());

    test.clock.advance_seconds(1);
    assert!(!is_fresh(&test.app, &session));
    let renewed = must_read(&test, &session.token).await;
    assert!(renewed.is_renewed);
    let refused = list(&test.app, &renewed).await;
    assert!(matches!(refused, Err(Error::Forbidden(Refusal::SessionNotFresh))));
}

#[tokio::test]
async fn the_list_shows_the_users_own_sessions_that_are_good_newest_first() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    test.add_user("bob").await;
    sign_in(&test, "ada", false).await;
    test.clock.advance_seconds(DAY);
    let laptop = sign_in(&test, "ada", true).await;
    test.clock.advance_seconds(60);
    let phone = sign_in(&test, "ada", false).await;
    sign_in(&test, "bob", true).await;
    let current = must_read(&test, &laptop.token).await;
    assert_eq!(list(&test.app, &current).await.ok(), Some(vec![phone, laptop]));
}

#[tokio::test]
async fn what_a_program_says_of_itself_is_cut_and_cleaned() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let user_agent = format!("a\0b\n{}", "é".repeat(5000));
    let address = "::ffff:192.0.2.7".parse().expect("this is an address");
    let (row, _) = new_session(&test.app, &id("ada"), &Device { address, user_agent }, true);
    assert_eq!(row.user_agent, format!("ab{}", "é".repeat(510)));
    assert_eq!(row.ip_address, "192.0.2.7");
}
