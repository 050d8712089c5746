//! Where a page of a list ended, in a form that a client can hold: sealed, so
//! that nobody reads or makes one, and good for one user's list in one order.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rondo_domain::{Position, Problem, SortKey, SortOrder, TaskSort, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    auth::keyring::Seal,
    error::{Error, Invalid, Location},
};

/// The parameter that a cursor comes in.
const FIELD: &str = "cursor";

/// Which list a cursor belongs to.
pub(super) struct Cursor {
    pub owner: UserId,
    pub sort: TaskSort,
    pub order: SortOrder,
}

/// A position as it is sealed: the sort key and the id.
#[derive(Serialize, Deserialize)]
struct Sealed(Key, i64);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Number(i64),
    Text(String),
}

impl Cursor {
    /// The text that stands for this position.
    pub(super) fn seal(&self, app: &App, position: &Position) -> String {
        let key = match &position.key {
            SortKey::Number(number) => Key::Number(*number),
            SortKey::Text(text) => Key::Text(text.clone()),
        };
        let plain = serde_json::to_vec(&Sealed(key, position.task_id))
            .expect("numbers and text can be written as JSON");
        let (keyring, random) = (&app.inner().keyring, &*app.inner().random);
        URL_SAFE_NO_PAD.encode(keyring.seal(Seal::Cursor, &self.place(), &plain, random))
    }

    /// The position that a text stands for.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it was not made here, or for another list.
    pub(super) fn open(&self, app: &App, text: &str) -> Result<Position, Error> {
        let opened = || {
            let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
            let plain = app.inner().keyring.open(Seal::Cursor, &self.place(), &sealed)?;
            serde_json::from_slice(&plain).ok()
        };
        let Sealed(key, task_id) = opened().ok_or_else(refused)?;
        let key = match key {
            Key::Number(number) => SortKey::Number(number),
            Key::Text(text) => SortKey::Text(text),
        };
        Ok(Position { key, task_id })
    }

    fn place(&self) -> [&str; 3] {
        [self.owner.as_str(), self.sort.as_str(), self.order.as_str()]
    }
}

/// Nothing of it is shown: it says nothing to anybody.
fn refused() -> Error {
    let sentence = "not a cursor of this list; follow 'next_cursor' with the same sort and order";
    let problem = Problem::Refused { sentence };
    Error::Invalid(vec![Invalid::new(Location::Query, Some(FIELD), problem)])
}
