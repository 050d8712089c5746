//! What goes in comes out, to the last byte and microsecond.

use rondo_domain::{Description, NewTask, TaskPatch, Timestamp, Title};
use rondo_store::{Session, Store};

use crate::support::{at, id_of, person, session, text, title};

on_every_database! {
    text_of_every_kind_is_kept,
    the_longest_text_is_kept,
    moments_are_kept_to_the_microsecond,
    moments_are_ordered_across_1970_and_2000,
    a_moment_that_never_comes_is_a_moment,
}

const TEXTS: [&str; 10] = [
    "plain",
    "it's \"quoted\" `here`; drop table tasks; --",
    "emoji 😀👩‍👩‍👧‍👦🏳️‍🌈",
    "漢字かな交じり文 한국어",
    "עברית العربية",
    "line one\nline two\r\nline three\ttab",
    r"back\slash \0 \x00 %s $1 ?1 :name",
    "e\u{301} is not \u{e9}",
    "\u{feff}marked\u{200b}\u{202e}",
    "\u{1}\u{7f}\u{ffff}\u{10ffff}",
];

async fn text_of_every_kind_is_kept(store: Store) {
    let ada = person(&store, "ada").await;
    for words in TEXTS {
        let description = Some(text(&format!("  {words}\n")));
        let new = NewTask { description, ..NewTask::titled(title(words)) };
        let task = ada.tries_to_add(new.clone(), at(0)).await.unwrap();
        let found = ada.finds(task.id).await.unwrap();
        assert_eq!((&found.title, &found.description), (&new.title, &new.description));
        let patch = TaskPatch { title: Some(title(&format!("{words}!"))), ..TaskPatch::default() };
        ada.patches(task.id, patch, at(1)).await.unwrap();
        let found = ada.finds(task.id).await.unwrap();
        assert_eq!(found.title, title(&format!("{words}!")));
        assert_eq!(found.description, new.description);
    }
}

async fn the_longest_text_is_kept(store: Store) {
    let ada = person(&store, "ada").await;
    let description = Some(text(&"𝄞".repeat(Description::MAX_CHARS)));
    let new = NewTask { description, ..NewTask::titled(title(&"😀".repeat(Title::MAX_CHARS))) };
    let task = ada.tries_to_add(new.clone(), at(0)).await.unwrap();
    let found = ada.finds(task.id).await.unwrap();
    assert_eq!((found.title, found.description), (new.title, new.description));
}

/// Microseconds since 1970: both bounds, and what rounding would spoil.
const MOMENTS: [i64; 9] = [
    -62_135_596_800_000_000,
    -2_208_988_800_000_001,
    -1,
    0,
    1,
    946_684_799_999_999,
    946_684_800_000_000,
    1_795_253_400_123_457,
    253_402_207_200_000_000,
];

fn moment(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

async fn moments_are_kept_to_the_microsecond(store: Store) {
    let ada = person(&store, "ada").await;
    assert_eq!(Timestamp::from_micros(MOMENTS[0] - 1), None, "not the first moment");
    assert_eq!(Timestamp::from_micros(MOMENTS[8] + 1), None, "not the last moment");
    for micros in MOMENTS {
        let task = ada.adds_at("milk", moment(micros)).await;
        let found = ada.finds(task.id).await.unwrap();
        assert_eq!(found.created_at.as_micros(), micros);
        assert_eq!(found.updated_at.as_micros(), micros);
    }
}

async fn moments_are_ordered_across_1970_and_2000(store: Store) {
    let ada = person(&store, "ada").await;
    for place in [4, 0, 7, 2, 8, 5, 1, 6, 3] {
        ada.adds_at("milk", moment(MOMENTS[place])).await;
    }
    let tasks = ada.tasks().await;
    let listed: Vec<i64> = tasks.iter().map(|task| task.created_at.as_micros()).collect();
    let mut newest_first = MOMENTS;
    newest_first.reverse();
    assert_eq!(listed, newest_first);
}

async fn a_moment_that_never_comes_is_a_moment(store: Store) {
    person(&store, "ada").await;
    let live = store.write(|txn| async move {
        let never = at(0).plus_seconds(i64::MAX);
        let session = Session { expires_at: never, ..session(&id_of("ada"), "forever", 1) };
        txn.insert_session(&session).await?;
        txn.session_is_live(&session.user_id, &session.id, at(1_000_000_000)).await
    });
    assert!(live.await.unwrap());
}
