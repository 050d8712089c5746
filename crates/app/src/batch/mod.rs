//! What a write needs to know besides what it writes: who, in which batch, and
//! whether it was sent before.

mod key;
mod outcome;
mod write;

use rondo_domain::{Actor, Author, AuthorKind, AuthorName, BatchId, Door};

use crate::{App, machine::identifier};

pub use key::{IdempotencyKey, Once};
pub(crate) use outcome::{Outcome, StoredTask};
pub(crate) use write::{Part, Stop, Written, write_in_parts, write_once, write_once_touching};

/// Changes that belong together, and are undone together: what one request
/// does, or one turn of a conversation.
#[derive(Clone, Debug)]
pub struct Batch {
    actor: Actor,
    author: Author,
    id: BatchId,
    once: Option<Once>,
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// What it gives.
    pub value: T,
    /// The batch of its changes; `None` when no task has changed.
    pub batch_id: Option<BatchId>,
    /// Whether this had been done before, with the same key.
    pub is_replayed: bool,
}

impl Batch {
    /// A new batch of the actor's.
    ///
    /// # Panics
    /// Never: a random identifier is the name of a batch.
    #[must_use]
    pub fn new(app: &App, actor: &Actor) -> Self {
        let id = BatchId::parse(&identifier(&*app.inner().random))
            .expect("32 letters and digits are the name of a batch");
        Self { actor: actor.clone(), author: author_of(actor), id, once: None }
    }

    /// The same batch, done by somebody on the actor's behalf.
    #[must_use]
    pub fn by(self, author: Author) -> Self {
        Self { author, ..self }
    }

    /// The same batch, to be done once. For a batch of one write: the key
    /// stands for one outcome.
    #[must_use]
    pub fn once(self, once: Once) -> Self {
        Self { once: Some(once), ..self }
    }

    /// Takes the key away, for a batch of several writes that is remembered
    /// as a whole by whoever makes them.
    pub(crate) const fn take_once(&mut self) -> Option<Once> {
        self.once.take()
    }

    /// The batch's name.
    #[must_use]
    pub const fn id(&self) -> &BatchId {
        &self.id
    }

    /// Whose tasks this is about, and what may be done with them.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Who does it, as the history will say.
    #[must_use]
    pub const fn author(&self) -> &Author {
        &self.author
    }
}

impl<T> Done<T> {
    /// The same with another value.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Done<U> {
        let Self { value, batch_id, is_replayed } = self;
        Done { value: change(value), batch_id, is_replayed }
    }
}

fn author_of(actor: &Actor) -> Author {
    match actor.door {
        Door::Session | Door::Demo => Author::USER,
        Door::ApiToken => {
            let name = actor.token_name.as_ref().and_then(|name| {
                // What an author is called is one line; tokens may have more.
                let line = name.as_str().replace(char::is_control, " ");
                AuthorName::parse(&line).ok()
            });
            Author { kind: AuthorKind::Token, name }
        }
    }
}

#[cfg(test)]
mod tests;
