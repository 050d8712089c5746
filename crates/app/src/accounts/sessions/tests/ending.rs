//! Signing out, here and elsewhere, and what must not end.

use super::*;
use crate::accounts::delete_user;

/// Ada on her laptop and her phone, bob on his.
struct House {
    test: TestApp,
    laptop: SessionView,
    phone: SessionView,
    bobs: SessionView,
}

impl House {
    async fn new() -> Self {
        let test = TestApp::new().await;
        test.add_user("ada").await;
        test.add_user("bob").await;
        let laptop = sign_in(&test, "ada", true).await;
        let phone = sign_in(&test, "ada", false).await;
        let bobs = sign_in(&test, "bob", true).await;
        Self { test, laptop, phone, bobs }
    }

    /// Who is signed in: by Better Auth's routes and by the API alike.
    async fn signed_in(&self) -> [bool; 3] {
        let mut answers = [false; 3];
        for (answer, session) in answers.iter_mut().zip([&self.laptop, &self.phone, &self.bobs]) {
            *answer = is_signed_in(&self.test, session).await;
            let api = self.test.authenticate(session.token.expose()).await;
            assert_eq!(api.is_ok(), *answer);
        }
        answers
    }

    async fn on_laptop(&self) -> Current {
        must_read(&self.test, &self.laptop.token).await
    }
}

#[tokio::test]
async fn signing_out_ends_one_session_and_everything_made_for_it() {
    let house = House::new().await;
    let (app, current) = (&house.test.app, house.on_laptop().await);
    let jwt = mint_token(app, &current).await.expect("there is a database");
    assert_eq!(house.test.hello(jwt.expose()).await, "ada");
    assert_eq!(house.signed_in().await, [true; 3]);

    assert!(sign_out(app, &house.laptop.token).await.is_ok());
    assert_eq!(house.signed_in().await, [false, true, true]);
    assert_eq!(house.test.hello(jwt.expose()).await, "Invalid token");
    for token in [house.laptop.token.expose(), "", "x", &"x".repeat(32)] {
        assert!(sign_out(app, &secret(token)).await.is_ok(), "{token}");
    }
    assert_eq!(house.signed_in().await, [false, true, true]);
}

#[tokio::test]
async fn a_user_can_end_their_own_sessions_one_by_one() {
    let house = House::new().await;
    let (app, current) = (&house.test.app, house.on_laptop().await);
    assert_eq!(house.signed_in().await, [true; 3]);
    let phone = house.phone.token.expose();
    assert_eq!(revoke(app, &current, phone).await.ok(), Some(false));
    assert_eq!(house.signed_in().await, [true, false, true]);
    assert_eq!(revoke(app, &current, phone).await.ok(), Some(false));
    let own = house.laptop.token.expose();
    assert_eq!(revoke(app, &current, own).await.ok(), Some(true));
    assert_eq!(house.signed_in().await, [false, false, true]);
}

#[tokio::test]
async fn revoking_somebody_elses_token_has_no_effect() {
    let house = House::new().await;
    let (app, current) = (&house.test.app, house.on_laptop().await);
    let bobs = house.bobs.token.expose();
    let signed = signed(app, &house.phone.token);
    let phones_id = house.phone.id.as_str();
    for token in
        [bobs, house.bobs.id.as_str(), phones_id, signed.expose(), "", "'", &"x".repeat(9999)]
    {
        assert_eq!(revoke(app, &current, token).await.ok(), Some(false), "{token:.40}");
    }
    assert_eq!(house.signed_in().await, [true; 3]);
}

#[tokio::test]
async fn ending_the_others_keeps_the_one_that_asks() {
    let house = House::new().await;
    let current = house.on_laptop().await;
    assert_eq!(house.signed_in().await, [true; 3]);
    assert!(revoke_others(&house.test.app, &current).await.is_ok());
    assert_eq!(house.signed_in().await, [true, false, true]);
}

#[tokio::test]
async fn ending_all_ends_the_one_that_asks_too() {
    let house = House::new().await;
    let current = house.on_laptop().await;
    assert_eq!(house.signed_in().await, [true; 3]);
    assert!(revoke_all(&house.test.app, &current).await.is_ok());
    assert_eq!(house.signed_in().await, [false, false, true]);
    // Asked again by a request that was under way.
    assert!(revoke_all(&house.test.app, &current).await.is_ok());
    assert!(revoke_others(&house.test.app, &current).await.is_ok());
    assert_eq!(house.signed_in().await, [false, false, true]);
}

#[tokio::test]
async fn a_deleted_users_token_opens_nothing() {
    let house = House::new().await;
    let current = house.on_laptop().await;
    let jwt = mint_token(&house.test.app, &current).await.expect("there is a database");
    assert_eq!(house.signed_in().await, [true; 3]);
    assert!(delete_user(&house.test.app, &id("ada")).await.is_ok());
    assert_eq!(house.signed_in().await, [false, false, true]);
    assert_eq!(house.test.hello(jwt.expose()).await, "Invalid token");
    let cookie = signed(&house.test.app, &house.laptop.token);
    let refused = crate::auth::authenticate_cookie(&house.test.app, cookie.expose()).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{refused:?}");
}

#[tokio::test]
async fn what_is_ended_on_one_replica_is_over_on_another_within_five_seconds() {
    let house = House::new().await;
    let other = house.test.replica(2, |_| ());
    let (token, app) = (house.laptop.token.expose(), &house.test.app);
    let jwt = mint_token(app, &house.on_laptop().await).await.expect("there is a database");
    for shown in [token, jwt.expose()] {
        assert_eq!(other.hello(shown).await, "ada");
    }
    assert!(sign_out(app, &house.laptop.token).await.is_ok());
    assert_eq!(reads(&other, &house.laptop.token).await, None);
    other.clock.advance_seconds(4);
    for shown in [token, jwt.expose()] {
        assert_eq!(other.hello(shown).await, "Invalid token");
    }
}

#[tokio::test]
async fn a_new_secret_ends_every_session() {
    let house = House::new().await;
    let new = house.test.replica(2, |settings| {
        settings.secret = secret("another secret for tests, of 32 characters");
    });
    let jwt =
        mint_token(&house.test.app, &house.on_laptop().await).await.expect("there is a database");
    let cookie = signed(&house.test.app, &house.laptop.token);
    for shown in [house.laptop.token.expose(), cookie.expose(), jwt.expose()] {
        assert_eq!(house.test.hello(shown).await, "ada");
        assert_eq!(new.hello(shown).await, "Invalid token", "{shown}");
    }
    assert_eq!(reads(&new, &house.laptop.token).await, None);
    assert_eq!(verify_signed(&new.app, cookie.expose()), None);
    let session = sign_in(&new, "ada", true).await;
    let current = must_read(&new, &session.token).await;
    assert_eq!(list(&new.app, &current).await.ok(), Some(vec![session]));
}

#[tokio::test]
async fn ending_ones_own_sessions_makes_nobody_else_wait_for_the_database() {
    let house = House::new().await;
    let current = house.on_laptop().await;
    assert_eq!(house.signed_in().await, [true; 3]);
    assert!(revoke_others(&house.test.app, &current).await.is_ok());
    assert!(revoke_all(&house.test.app, &current).await.is_ok());
    house.test.app.store().close().await;
    assert_eq!(house.test.hello(house.bobs.token.expose()).await, "bob");
    for ended in [&house.laptop, &house.phone] {
        assert_eq!(house.test.hello(ended.token.expose()).await, "Invalid token");
    }
}
