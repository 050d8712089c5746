//! How a turn begins: everything that may refuse it, and the message itself,
//! in one transaction. What was said before is read ahead of it.

use rondo_domain::{
    Author, AuthorKind, BatchId, ConversationId, Message, Role, Scope, Timestamp, UserId,
    UserSettings,
};
use rondo_store::{Constraint, StoreError, StoredAnswer, Touches, Txn};
use tokio::time::Instant;

use super::{
    LEASE_SECONDS, TIMEOUT, Turn,
    end::has_changed,
    memory::{KEPT_SECONDS, Key, Known, Memory, Running, known},
    window::{Past, Seen, look_back},
};
use crate::{
    App, Batch,
    assistant::{Begun, state::ConversationState},
    auth::{require, throttle::Attempt},
    batch::{Once, Stop},
    error::{Error, Kind},
    input::ChatInput,
    machine::identifier,
    provision::write_as_owner,
};

/// How often a turn tries to begin that others come before.
const TRIES: usize = 3;

/// Stores a message to the assistant, in a new conversation if it names none,
/// and takes the conversation for one turn. What the turn changes is one batch.
///
/// A batch with a key is a turn that happens once: whoever repeats it hears how
/// it ended.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `write`; [`Error::RateLimited`];
/// [`Error::NotFound`] when the actor has no such conversation;
/// [`Error::TurnRunning`] when another turn has it; [`Error::Invalid`] when the
/// key stands for another request; [`crate::Why::InvalidToken`] for a user who
/// was deleted; [`Error::Unavailable`].
pub async fn begin(app: &App, mut batch: Batch, input: ChatInput) -> Result<Begun, Error> {
    require(batch.actor(), Scope::Write)?;
    let (owner, now) = (batch.actor().user_id.clone(), app.now());
    app.inner().throttle.count(app.store(), Attempt::Chat(&owner), now).await?;
    let deadline = Instant::now() + TIMEOUT;
    let turn_id = identifier(&*app.inner().random);
    let once = batch.take_once().map(|once| once.for_scopes(batch.actor().scopes));
    let batch_id = batch.id().clone();
    let opening = Opening { owner, now, turn_id, batch_id, once, input, seen: None };
    let (opening, opened, past) = match open(app, opening).await? {
        Opened::New(opened) => *opened,
        Opened::Known(begun) => return Ok(*begun),
    };
    let New { message, state, settings, running } = opened;
    let key = opening.once.zip(running);
    Ok(Begun::Turn(Turn {
        app: app.clone(),
        batch: batch.by(Author { kind: AuthorKind::Assistant, name: None }),
        id: opening.turn_id,
        conversation_id: message.conversation_id,
        message,
        past: past.said,
        state,
        settings,
        key: key.map(|(once, running)| Key { name: once.key.as_str().to_owned(), running }),
        deadline,
    }))
}

/// A turn that wants to begin.
#[derive(Clone)]
struct Opening {
    owner: UserId,
    now: Timestamp,
    turn_id: String,
    batch_id: BatchId,
    once: Option<Once>,
    input: ChatInput,
    /// Whose turn it was when what was said before was read.
    seen: Option<Seen>,
}

/// What came of it.
enum Opened {
    New(Box<(Opening, New, Past)>),
    Known(Box<Begun>),
}

/// What came of one try.
enum Tried {
    New(Box<New>),
    Known(Box<Begun>),
    /// Somebody has said something since it was read what was said before.
    Late,
}

struct New {
    message: Message,
    state: ConversationState,
    settings: UserSettings,
    /// What stands under the key while the turn runs.
    running: Option<String>,
}

async fn open(app: &App, mut opening: Opening) -> Result<Opened, Error> {
    for _ in 0..TRIES {
        let place = opening.input.conversation_id;
        let past = look_back(app, (&opening.owner, place), opening.now).await?;
        opening.seen.clone_from(&past.seen);
        match try_open(app, &opening).await {
            Ok(Tried::New(new)) => return Ok(Opened::New(Box::new((opening, *new, past)))),
            Ok(Tried::Known(begun)) => return Ok(Opened::Known(begun)),
            // Another replica was faster with this key: its mark is there now.
            Ok(Tried::Late) | Err(Stop::Store(StoreError::Conflict(Constraint::Key))) => {}
            Err(stop) => return Err(stop.into()),
        }
    }
    Err(Error::TurnRunning)
}

async fn try_open(app: &App, opening: &Opening) -> Result<Tried, Stop> {
    let (owner, opening) = (&opening.owner, opening.clone());
    Box::pin(write_as_owner(app, owner, Touches::anything(), move |txn| opening.run(txn))).await
}

/// What stands under a key that has been used before.
enum Before {
    Known(Box<Begun>),
    /// A turn that is lost and has changed nothing: its mark.
    Lost(String),
}

impl Opening {
    async fn run(self, txn: Txn) -> Result<Tried, Stop> {
        let (owner, now) = (&self.owner, self.now);
        let lost = match self.before(&txn).await? {
            Some(Before::Known(begun)) => return Ok(Tried::Known(begun)),
            Some(Before::Lost(mark)) => Some(mark),
            None => None,
        };
        let until = now.plus_seconds(LEASE_SECONDS);
        let Some((place, state)) = self.take_conversation(&txn, until).await? else {
            return Ok(Tried::Late);
        };
        let settings = txn.find_settings(owner).await?.unwrap_or_default();
        let message =
            txn.insert_message(owner, place, Role::User, &self.input.message, now).await?;
        let running = self.mark(&txn, lost, (place, until)).await?;
        Ok(Tried::New(Box::new(New { message, state, settings, running })))
    }

    /// What came of the request when it was sent first, if it was.
    async fn before(&self, txn: &Txn) -> Result<Option<Before>, Stop> {
        let Some(once) = &self.once else {
            return Ok(None);
        };
        let Some(stored) = txn.find_answer(&self.owner, once.key.as_str(), self.now).await? else {
            return Ok(None);
        };
        let lost = match known(once, &stored, self.now) {
            Known::Begun(begun) => return Ok(Some(Before::Known(begun))),
            Known::Refused(error) => return Err(error.into()),
            Known::Lost(running) => running,
        };
        let nonsense = || Error::Internal("the mark of a turn makes no sense".into());
        let batch = lost.batch_id().ok_or_else(nonsense)?;
        if has_changed(txn, &self.owner, &batch).await? {
            let failure = lost.failure().ok_or_else(nonsense)?;
            return Ok(Some(Before::Known(Box::new(Begun::Failed(Box::new(failure))))));
        }
        Ok(Some(Before::Lost(stored.answer)))
    }

    /// Marks the key, and gives the mark.
    async fn mark(
        &self,
        txn: &Txn,
        lost: Option<String>,
        (place, until): (ConversationId, Timestamp),
    ) -> Result<Option<String>, Stop> {
        let Some(once) = &self.once else {
            return Ok(None);
        };
        let running = Running::new((&self.turn_id, &self.batch_id), place, until);
        let running = Memory::Running(running).to_text()?;
        let (key, kept_until) = (once.key.as_str(), self.now.plus_seconds(KEPT_SECONDS));
        if let Some(before) = lost {
            let place = (&self.owner, key);
            if !txn.replace_answer(place, &before, &running, kept_until).await? {
                return Err(Error::TurnRunning.into());
            }
        } else {
            let (fingerprint, answer) = (once.fingerprint, running.clone());
            let mark = StoredAnswer { fingerprint, answer };
            txn.keep_answer(&self.owner, key, &mark, (self.now, kept_until)).await?;
        }
        Ok(Some(running))
    }

    /// The conversation, held until a moment, and what it remembers; `None`
    /// when it is not as it was seen.
    async fn take_conversation(
        &self,
        txn: &Txn,
        until: Timestamp,
    ) -> Result<Option<(ConversationId, ConversationState)>, Stop> {
        let (owner, now) = (&self.owner, self.now);
        let (place, before, state) = match self.input.conversation_id {
            None => (txn.insert_conversation(owner, now).await?.id, None, None),
            Some(place) => {
                let found = txn.find_turn_state(owner, place).await?;
                let found = found.ok_or(Error::NotFound(Kind::Conversation))?;
                if found.until.is_some_and(|until| until > now) {
                    return Err(Error::TurnRunning.into());
                }
                if self.seen.as_ref() != Some(&Seen::from(&found)) {
                    return Ok(None);
                }
                (place, found.turn_id, found.state)
            }
        };
        if !txn.begin_turn((owner, place), before.as_deref(), &self.turn_id, until).await? {
            return Err(Error::TurnRunning.into());
        }
        // What an older program has left and this one cannot read is forgotten.
        let state = state.and_then(|state| serde_json::from_str(&state).ok());
        Ok(Some((place, state.unwrap_or_default())))
    }
}
