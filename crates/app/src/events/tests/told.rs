//! What streams are told.

use rondo_store::{Heard, Hint};

use super::*;
use crate::{
    batch::Batch,
    error::{Error, Refusal},
    input, tasks,
    testing::id,
};

#[tokio::test]
async fn a_change_is_told_to_all_streams_of_its_user_and_nobody_else() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let (mut one, mut other) = (stream(&test, &ada, None).await, stream(&test, &ada, None).await);
    let mut bobs = stream(&test, &bob, None).await;
    assert_eq!(one.began_after(), 0);

    let batch = Batch::new(&test.app, &ada);
    let body = serde_json::json!({"title": "Buy milk"});
    let input = input::new_task(body).expect("this is a task");
    let task = tasks::create(&test.app, &batch, input).await.expect("ada may").value.task;

    for stream in [&mut one, &mut other] {
        let Next::Events(events) = stream.next(PATIENCE).await else { panic!("no events") };
        let [Event::Change(mark)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((mark.id.get(), mark.task_id, mark.version), (1, task.id, 1));
        assert_eq!((&mark.batch_id, mark.action), (batch.id(), ChangeAction::Created));
    }
    assert_quiet(&mut bobs).await;
    assert_quiet(&mut one).await;
    assert_eq!(stream(&test, &ada, None).await.began_after(), 1);
}

#[tokio::test]
async fn who_comes_back_gets_what_happened_meanwhile_and_then_goes_on() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await.user_id;
    change(&test, &ada, 7).await;
    let actor = crate::testing::actor(ada.clone());
    let mut back = stream(&test, &actor, Some(4)).await;
    assert_eq!(told(&mut back, 3).await, [5, 6, 7]);
    change(&test, &ada, 1).await;
    assert_eq!(told(&mut back, 1).await, [8]);
    let mut from_the_start = stream(&test, &actor, Some(0)).await;
    assert_eq!(told(&mut from_the_start, 8).await, (1..=8).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_that_takes_nothing_is_given_no_more_than_fits_and_misses_nothing() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let (mut slow, mut quick) =
        (stream(&test, &ada, Some(0)).await, stream(&test, &ada, Some(0)).await);
    let mut expected = 0;
    for _ in 0..6 {
        change(&test, &ada.user_id, 200).await;
        expected += 200;
        assert_eq!(told(&mut quick, 200).await.last(), Some(&expected));
    }
    let Next::Events(events) = slow.next(PATIENCE).await else { panic!("no events") };
    assert_eq!(events.len(), super::super::seat::QUEUE);
    let mut numbers: Vec<_> = events.iter().map(number).collect();
    numbers.extend(told(&mut slow, 1200 - numbers.len()).await);
    assert_eq!(numbers, (1..=1200).collect::<Vec<_>>());
    assert_quiet(&mut slow).await;
}

#[tokio::test]
async fn whoever_is_far_behind_does_not_keep_the_others_waiting() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    change(&test, &ada.user_id, 5000).await;
    let mut live = stream(&test, &ada, None).await;
    let mut behind = stream(&test, &ada, Some(0)).await;
    change(&test, &ada.user_id, 1).await;
    assert_eq!(told(&mut live, 1).await, [5001]);
    assert_eq!(told(&mut behind, 5001).await, (1..=5001).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_not_kept_any_more_is_a_reset_and_the_stream_goes_on() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let owner = ada.user_id.clone();
    change(&test, &owner, 5).await;
    let from = owner.clone();
    let purged = test
        .write(move |txn| async move { txn.purge_changes(&from, NOW.plus_seconds(1), 3).await });
    assert_eq!(purged.await, 3);
    for (after, expected) in [(0, -5), (2, -5), (3, 4), (9, -5), (i64::MAX, -5)] {
        let mut back = stream(&test, &ada, Some(after)).await;
        assert_eq!(told(&mut back, 1).await[0], expected, "after {after}");
    }
    let mut back = stream(&test, &ada, Some(1)).await;
    assert_eq!(told(&mut back, 1).await, [-5]);
    change(&test, &owner, 2).await;
    assert_eq!(told(&mut back, 2).await, [6, 7]);
}

#[tokio::test]
async fn a_hint_that_was_lost_is_made_good_by_the_next() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let mut stream = stream(&test, &ada, None).await;
    record(&test, &ada.user_id, 2).await;
    assert_quiet(&mut stream).await;
    change(&test, &ada.user_id, 1).await;
    assert_eq!(told(&mut stream, 3).await, [1, 2, 3]);
}

#[tokio::test]
async fn what_other_processes_say_is_passed_on() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let hubs = &test.app.inner().events.hubs;
    hubs.hear(Heard::Anything);
    let mut stream = stream(&test, &ada, None).await;
    record(&test, &ada.user_id, 1).await;
    hubs.hear(Heard::Hints(vec![(id("bob"), Hint::Changed)]));
    assert_quiet(&mut stream).await;
    hubs.hear(Heard::Hints(vec![(ada.user_id.clone(), Hint::Changed)]));
    assert_eq!(told(&mut stream, 1).await, [1]);
    record(&test, &ada.user_id, 1).await;
    hubs.hear(Heard::Anything);
    assert_eq!(told(&mut stream, 1).await, [2]);
}

#[tokio::test]
async fn a_user_has_twenty_streams_and_leaves_nothing_behind() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(stream(&test, &ada, None).await);
    }
    let more = subscribe(&test.app, &ada, None, None).await;
    assert!(matches!(more, Err(Error::RateLimited { retry_after_seconds: 1.. })), "{more:?}");
    drop(stream(&test, &bob, None).await);
    streams.pop();
    streams.push(stream(&test, &ada, None).await);
    drop(streams);
    assert!(test.app.inner().events.hubs.is_empty());
}

#[tokio::test]
async fn a_token_without_the_scope_read_opens_no_stream() {
    let test = TestApp::new().await;
    let mut ada = test.user("ada").await;
    ada.scopes = rondo_domain::Scopes::of(&[rondo_domain::Scope::Write]);
    let refused = subscribe(&test.app, &ada, None, None).await;
    assert!(matches!(refused, Err(Error::Forbidden(Refusal::MissingScope(_)))), "{refused:?}");
}

#[tokio::test]
async fn somebody_without_a_row_may_listen_before_they_have_written_anything() {
    let test = TestApp::new().await;
    let stranger = crate::testing::actor(id("stranger"));
    let mut stream = stream(&test, &stranger, None).await;
    let body = serde_json::json!({"title": "the first"});
    let input = input::new_task(body).expect("this is a task");
    let batch = Batch::new(&test.app, &stranger);
    assert!(tasks::create(&test.app, &batch, input).await.is_ok());
    assert_eq!(told(&mut stream, 1).await, [1]);
}

#[test]
fn clients_come_back_at_different_times() {
    let random = crate::SeededRandom::new(1);
    let pauses: Vec<u64> = (0..1000).map(|_| super::super::spread(&random)).collect();
    assert!(pauses.iter().all(|pause| (1_000..=5_000).contains(pause)));
    assert!(pauses.iter().any(|pause| *pause < 1_100) && pauses.iter().any(|pause| *pause > 4_900));
}

#[tokio::test]
async fn a_change_is_told_even_if_who_made_it_has_hung_up() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let mut stream = stream(&test, &ada, None).await;
    let telling = Telling::of(&test.app, &ada.user_id);
    // The request is dropped while its commit is on the way …
    drop(telling);
    // … which arrives.
    record(&test, &ada.user_id, 1).await;
    assert_eq!(told(&mut stream, 1).await, [1]);
}

#[tokio::test]
async fn a_write_that_changed_nothing_is_not_told() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let mut stream = stream(&test, &ada, None).await;
    record(&test, &ada.user_id, 1).await;
    Telling::of(&test.app, &ada.user_id).end(false);
    assert_quiet(&mut stream).await;
    Telling::of(&test.app, &ada.user_id).end(true);
    assert_eq!(told(&mut stream, 1).await, [1]);
}
