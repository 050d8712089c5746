//! Writes that are sent more than once, without any tasks: what is remembered
//! of them, and for how long.

use rondo_domain::{Author, AuthorKind, Door, TokenName};

use super::*;
use crate::{
    error::{Error, Location, Why},
    testing::{TestApp, actor, id},
};

fn once(key: &str, body: &str) -> Once {
    let key = IdempotencyKey::parse(key).expect("a test key is valid");
    Once::new(key, "POST", "/api/tasks", body.as_bytes())
}

/// A write that changes nothing and says what it was asked.
async fn say(test: &TestApp, batch: Batch, number: i64) -> Result<Done<i64>, Error> {
    write_once(&test.app, &batch, move |_| async move { Ok(Written::unchanged(number)) }).await
}

/// Counts up, one transaction after the other.
async fn count_to(test: &TestApp, batch: &Batch, last: i64) -> Result<Done<i64>, Error> {
    write_in_parts(&test.app, batch, 0, move |_, so_far| async move {
        let value = so_far + 1;
        Ok(Part { value, has_changes: value == 1, is_last: value == last })
    })
    .await
}

#[tokio::test]
async fn what_was_sent_twice_has_one_outcome() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let keyed = |body| Batch::new(&test.app, &ada).once(once("k", body));
    let first = say(&test, keyed("a"), 1).await.expect("it is new");
    assert_eq!(first, Done { value: 1, batch_id: None, is_replayed: false });
    let again = say(&test, keyed("a"), 2).await.expect("it is the same");
    assert_eq!(again, Done { value: 1, batch_id: None, is_replayed: true });
    let other = say(&test, keyed("b"), 3).await;
    let Err(Error::Invalid(problems)) = other else { panic!("{other:?}") };
    assert_eq!(problems[0].location, Location::Header);
    assert_eq!(problems[0].field, Some("Idempotency-Key"));
}

#[tokio::test]
async fn a_key_is_its_owners_and_is_forgotten_after_a_day() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let keyed = |who, body| Batch::new(&test.app, who).once(once("k", body));
    let value = async |who, body, number| {
        say(&test, keyed(who, body), number).await.map(|done| done.value).ok()
    };
    assert_eq!(value(&ada, "a", 1).await, Some(1));
    assert_eq!(value(&bob, "b", 2).await, Some(2));
    test.clock.advance_seconds(86_399);
    assert_eq!(value(&ada, "a", 3).await, Some(1));
    test.clock.advance_seconds(1);
    assert_eq!(value(&ada, "other", 4).await, Some(4));
}

#[tokio::test]
async fn what_was_refused_is_tried_again() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let batch = Batch::new(&test.app, &ada).once(once("k", "a"));
    let refused: Result<Done<i64>, Error> =
        write_once(&test.app, &batch, |_| async { Err(Error::from(Why::InvalidToken).into()) })
            .await;
    assert!(refused.is_err());
    let done = say(&test, batch, 5).await.expect("it is new");
    assert_eq!((done.value, done.is_replayed), (5, false));
}

#[tokio::test]
async fn a_write_of_many_parts_is_remembered_as_a_whole() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let keyed = || Batch::new(&test.app, &ada).once(once("k", "a"));
    let batch = keyed();
    let done = count_to(&test, &batch, 3).await.expect("it is new");
    let expected = Done { value: 3, batch_id: Some(batch.id().clone()), is_replayed: false };
    assert_eq!(done, expected);
    let again = count_to(&test, &keyed(), 3).await.expect("it is the same");
    assert_eq!(again, Done { is_replayed: true, ..expected });
}

#[tokio::test]
async fn somebody_without_a_row_gets_one_for_the_key() {
    let test = TestApp::new().await;
    let eve = actor(id("external|eve"));
    let keyed = || Batch::new(&test.app, &eve).once(once("k", "a"));
    assert_eq!(say(&test, keyed(), 1).await.ok().map(|done| done.value), Some(1));
    assert_eq!(say(&test, keyed(), 2).await.ok().map(|done| done.is_replayed), Some(true));
}

#[tokio::test]
async fn a_batch_knows_whose_it_is_and_who_does_it() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let batch = Batch::new(&test.app, &ada);
    assert_eq!((batch.actor(), batch.author()), (&ada, &Author::USER));
    assert_ne!(batch.id(), Batch::new(&test.app, &ada).id());
    let token_name = TokenName::parse("laptop").ok();
    let token = Actor { door: Door::ApiToken, token_name, ..ada };
    let author = Batch::new(&test.app, &token).author().clone();
    let name = author.name.as_ref().map(AuthorName::as_str);
    assert_eq!((author.kind, name), (AuthorKind::Token, Some("laptop")));
}
