//! What streams are told, and when they end.

mod endings;
mod told;

use std::time::Duration;

use rondo_domain::{Actor, Author, BatchId, ChangeAction, NewChange, TaskId, UserId};
use rondo_store::Moved;

use super::{Event, EventStream, Next, Position, Telling, subscribe};
use crate::{
    auth::Authenticated,
    testing::{NOW, TestApp},
};

/// How long something may take that happens.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is listened for what must not happen.
const MOMENT: Duration = Duration::from_millis(60);

/// A stream of somebody in demo mode, so to speak: without a credential.
async fn stream(test: &TestApp, actor: &Actor, after: Option<i64>) -> EventStream {
    let opened = subscribe(&test.app, actor, None, after.map(Position)).await;
    opened.expect("there is a place")
}

/// A stream of somebody who logged in.
async fn stream_of(test: &TestApp, login: &Authenticated) -> EventStream {
    let opened = subscribe(&test.app, &login.actor, Some(&login.credential), None).await;
    opened.expect("the login is good")
}

/// Writes so many changes into a user's history, and says so.
async fn change(test: &TestApp, user: &UserId, count: usize) {
    record(test, user, count).await;
    test.app.inner().events.changed(user);
}

/// The same without a word.
async fn record(test: &TestApp, user: &UserId, count: usize) {
    let change = NewChange {
        batch_id: BatchId::parse("batch").expect("this is a name"),
        at: NOW,
        author: Author::USER,
        action: ChangeAction::Updated,
        task_id: TaskId::new(1).expect("this is a number"),
        version: 2,
        before: None,
        after: None,
        undoes: None,
    };
    let (owner, changes) = (user.clone(), vec![change; count]);
    test.write(
        move |txn| async move { txn.record_changes(&owner, &changes, Moved::default()).await },
    )
    .await;
}

/// The numbers that a stream tells until it has told so many; a reset is
/// negative.
async fn told(stream: &mut EventStream, count: usize) -> Vec<i64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        match stream.next(PATIENCE).await {
            Next::Events(events) => numbers.extend(events.iter().map(number)),
            other => panic!("{other:?} after {numbers:?}"),
        }
    }
    numbers
}

fn number(event: &Event) -> i64 {
    match event {
        Event::Change(mark) => mark.id.get(),
        Event::Reset { latest } => -latest,
    }
}

/// Asserts that nothing comes.
async fn assert_quiet(stream: &mut EventStream) {
    assert_eq!(stream.next(MOMENT).await, Next::Quiet);
}
