//! How a turn begins: everything that may refuse it, and the message itself,
//! in one transaction.

use rondo_domain::{
    Author, AuthorKind, ConversationId, Message, Role, Scope, Timestamp, UserId, UserSettings,
};
use rondo_store::{Constraint, Said, StoreError, StoredAnswer, Touches, Txn};
use tokio::time::Instant;

use super::{
    LEASE_SECONDS, TIMEOUT, Turn,
    memory::{Key, Memory, known},
    window,
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
    let id = identifier(&*app.inner().random);
    let once = batch.take_once();
    let opening = Opening::new(app, (owner, now), (id.clone(), once.clone()), input)?;
    let opened = match (open(app, &opening).await?, &once) {
        (Opened::Known(answer), Some(once)) => return known(once, &answer),
        (Opened::Known(_), None) => return Err(Error::Internal("an answer without a key".into())),
        (Opened::New(opened), _) => opened,
    };
    let New { message, past, state, settings } = *opened;
    Ok(Begun::Turn(Turn {
        app: app.clone(),
        batch: batch.by(Author { kind: AuthorKind::Assistant, name: None }),
        id,
        conversation_id: message.conversation_id,
        message,
        past,
        state,
        settings,
        key: opening.key.map(|(once, running)| Key { name: once.key.as_str().to_owned(), running }),
        deadline,
    }))
}

/// A turn that wants to begin.
#[derive(Clone)]
struct Opening {
    owner: UserId,
    now: Timestamp,
    turn_id: String,
    /// The key, and what stands under it while the turn runs.
    key: Option<(Once, String)>,
    input: ChatInput,
    /// Whether it matters what was said before.
    needs_past: bool,
}

/// What came of it.
enum Opened {
    New(Box<New>),
    Known(StoredAnswer),
}

struct New {
    message: Message,
    past: Vec<Said>,
    state: ConversationState,
    settings: UserSettings,
}

async fn open(app: &App, opening: &Opening) -> Result<Opened, Error> {
    let mut opened = try_open(app, opening).await;
    // Another replica was faster with this key: its mark is there now.
    if matches!(opened, Err(Stop::Store(StoreError::Conflict(Constraint::Key)))) {
        opened = try_open(app, opening).await;
    }
    opened.map_err(Error::from)
}

async fn try_open(app: &App, opening: &Opening) -> Result<Opened, Stop> {
    let (owner, opening) = (&opening.owner, opening.clone());
    Box::pin(write_as_owner(app, owner, Touches::anything(), move |txn| opening.run(txn))).await
}

impl Opening {
    fn new(
        app: &App,
        (owner, now): (UserId, Timestamp),
        (turn_id, once): (String, Option<Once>),
        input: ChatInput,
    ) -> Result<Self, Error> {
        let running = Memory::Running { turn_id: turn_id.clone() }.to_text()?;
        let needs_past = app.inner().model.is_some();
        let key = once.map(|once| (once, running));
        Ok(Self { owner, now, turn_id, key, input, needs_past })
    }

    async fn run(self, txn: Txn) -> Result<Opened, Stop> {
        let (owner, now) = (&self.owner, self.now);
        if let Some((once, _)) = &self.key
            && let Some(answer) = txn.find_answer(owner, once.key.as_str(), now).await?
        {
            return Ok(Opened::Known(answer));
        }
        let until = now.plus_seconds(LEASE_SECONDS);
        let (place, state) = self.take_conversation(&txn, until).await?;
        let past = match self.input.conversation_id {
            // The built-in assistant only wants to know whether it was asked before.
            Some(_) if self.needs_past => {
                txn.list_said_raw(owner, place, window::LOOK_BACK).await?
            }
            Some(_) => txn.list_said(owner, place, 1).await?,
            None => Vec::new(),
        };
        let settings = txn.find_settings(owner).await?.unwrap_or_default();
        let message =
            txn.insert_message(owner, place, Role::User, &self.input.message, now).await?;
        if let Some((once, running)) = self.key {
            let mark = StoredAnswer { fingerprint: once.fingerprint, answer: running };
            txn.keep_answer(owner, once.key.as_str(), &mark, (now, until)).await?;
        }
        Ok(Opened::New(Box::new(New { message, past, state, settings })))
    }

    /// The conversation, held until a moment, and what it remembers.
    async fn take_conversation(
        &self,
        txn: &Txn,
        until: Timestamp,
    ) -> Result<(ConversationId, ConversationState), Stop> {
        let (owner, now) = (&self.owner, self.now);
        let (place, before, state) = match self.input.conversation_id {
            None => (txn.insert_conversation(owner, now).await?.id, None, None),
            Some(place) => {
                let found = txn.find_turn_state(owner, place).await?;
                let found = found.ok_or(Error::NotFound(Kind::Conversation))?;
                if found.until.is_some_and(|until| until > now) {
                    return Err(Error::TurnRunning.into());
                }
                (place, found.turn_id, found.state)
            }
        };
        if !txn.begin_turn((owner, place), before.as_deref(), &self.turn_id, until).await? {
            return Err(Error::TurnRunning.into());
        }
        // What an older program has left and this one cannot read is forgotten.
        let state = state.and_then(|state| serde_json::from_str(&state).ok());
        Ok((place, state.unwrap_or_default()))
    }
}
