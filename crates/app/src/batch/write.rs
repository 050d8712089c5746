//! A write that happens once: the key is looked up, the change made and its
//! outcome kept in one transaction.
//!
//! Nothing of this costs a round trip on PostgreSQL: the look-up travels with
//! the first statement of the body, the outcome with the commit. So the body
//! may have run when the key turns out to be known; then it is undone.

use futures_util::future::join;
use rondo_domain::{BatchId, Denied, PlanProblem, Timestamp, UserId};
use rondo_store::{Constraint, StoreError, StoredAnswer, Touches, Txn};
use serde::{Deserialize, Serialize};

use super::{Batch, Done, Once, Outcome};
use crate::{App, error::Error, events::Telling, provision::write_as_owner};

/// For how long a key is remembered.
const KEPT_SECONDS: i64 = 86_400;

/// What a body has written.
pub(crate) struct Written<T> {
    /// What it gives.
    pub value: T,
    /// Whether a task has changed.
    pub has_changes: bool,
}

/// What one transaction of several has written.
pub(crate) struct Part<T> {
    /// What it gives, everything before included.
    pub value: T,
    /// Whether a task has changed in this transaction.
    pub has_changes: bool,
    /// Whether there is nothing left to do.
    pub is_last: bool,
}

/// Why a body has stopped; whatever it wrote is undone.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A use case that did not happen.
    Error(Error),
    /// The store, as it said it: some of it is dealt with here.
    Store(StoreError),
    /// The key is known, and this is what came of it.
    Answered(StoredAnswer),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<E: Into<Error> + NotOfStore> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// What is an error of a use case from the beginning.
pub(crate) trait NotOfStore {}
impl NotOfStore for Error {}
impl NotOfStore for Denied {}
impl NotOfStore for PlanProblem {}

impl<T> Written<T> {
    /// A value that came of changing a task.
    pub const fn changed(value: T) -> Self {
        Self { value, has_changes: true }
    }

    /// A value for which no task had to change.
    pub const fn unchanged(value: T) -> Self {
        Self { value, has_changes: false }
    }
}

/// Writes something for the batch's owner, once if the batch has a key, and
/// makes a row for a user whom only an external issuer knows.
///
/// The body may run several times, and must not draw or remember anything.
///
/// # Errors
/// What the body answered; [`Error::Invalid`] when the key stands for another
/// request; [`crate::Why::InvalidToken`] for a user who was deleted;
/// [`Error::Unavailable`].
pub(crate) async fn write_once<T, F, Fut>(
    app: &App,
    batch: &Batch,
    body: F,
) -> Result<Done<T>, Error>
where
    T: Outcome,
    F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Written<T>, Stop>> + Send,
{
    write_once_touching(app, batch, Touches::anything(), body).await
}

/// [`write_once`] for a body that has nothing to do with writes that touch
/// something else.
///
/// # Errors
/// Those of [`write_once`].
pub(crate) async fn write_once_touching<T, F, Fut>(
    app: &App,
    batch: &Batch,
    touches: Touches,
    body: F,
) -> Result<Done<T>, Error>
where
    T: Outcome,
    F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Written<T>, Stop>> + Send,
{
    let whole = move |txn: Txn| async move {
        let Written { value, has_changes } = body(txn).await?;
        Ok(Part { value, has_changes, is_last: true })
    };
    let turn = Turn { touches, had_changes: false };
    match write_part(app, batch, turn, whole).await? {
        Progress::Done(done) => Ok(done),
        Progress::More(_) => Err(Error::Internal("a whole write was only a part".into())),
    }
}

/// Writes what is too much for one transaction: `body` runs, each time in a
/// transaction of its own and with what it gave before, until it says that
/// there is nothing left. The key is kept with the last one.
///
/// # Errors
/// Those of [`write_once`]. What earlier transactions did is done then.
pub(crate) async fn write_in_parts<T, F, Fut>(
    app: &App,
    batch: &Batch,
    start: T,
    body: F,
) -> Result<Done<T>, Error>
where
    T: Outcome + Clone,
    F: FnOnce(Txn, T) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Part<T>, Stop>> + Send,
{
    let (mut so_far, mut has_changes) = (start, false);
    loop {
        let (body, before) = (body.clone(), so_far);
        let part = move |txn: Txn| async move { body(txn, before).await };
        let turn = Turn { touches: Touches::anything(), had_changes: has_changes };
        match write_part(app, batch, turn, part).await? {
            Progress::Done(done) => return Ok(done),
            Progress::More(part) => {
                so_far = part.value;
                has_changes |= part.has_changes;
            }
        }
    }
}

/// One transaction of a write.
struct Turn {
    touches: Touches,
    /// Whether a task has changed in an earlier one.
    had_changes: bool,
}

/// What came of one transaction.
enum Progress<T> {
    Done(Done<T>),
    More(Part<T>),
}

async fn write_part<T, F, Fut>(
    app: &App,
    batch: &Batch,
    turn: Turn,
    body: F,
) -> Result<Progress<T>, Error>
where
    T: Outcome,
    F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Part<T>, Stop>> + Send,
{
    let owner = &batch.actor.user_id;
    let Turn { touches, had_changes } = turn;
    let touches = match &batch.once {
        Some(once) => touches.with_key(once.key.as_str()),
        None => touches,
    };
    let memory = Memory::of(batch, app.now(), had_changes);
    let remembering = move |txn: Txn| async move { memory.run(txn, body).await };
    let telling = Telling::of(app, owner);
    // Boxed, because the future of a whole transaction is large, and whoever
    // writes would hold it in its own.
    let first = write_as_owner(app, owner, touches.clone(), remembering.clone());
    let mut written = Box::pin(first).await;
    // Another replica was faster with this key: its outcome is there now.
    if batch.once.is_some() && is_known_by_now(&written) {
        written = Box::pin(write_as_owner(app, owner, touches, remembering)).await;
    }
    telling.end(may_have_changed(&written));
    let part = match written {
        Ok(part) => part,
        Err(Stop::Answered(answer)) => return answered(batch, &answer).map(Progress::Done),
        Err(stop) => return Err(stop.into()),
    };
    if part.has_changes {
        app.inner().sweeper.when_due(app, owner);
    }
    if !part.is_last {
        return Ok(Progress::More(part));
    }
    let batch_id = (had_changes || part.has_changes).then(|| batch.id.clone());
    Ok(Progress::Done(Done { value: part.value, batch_id, is_replayed: false }))
}

/// Whether streams should look. Nobody knows whether a commit happened that the
/// database did not answer; and whoever gets an answer again may have hung up
/// before the first one was told of.
fn may_have_changed<T>(written: &Result<Part<T>, Stop>) -> bool {
    match written {
        Ok(part) => part.has_changes,
        Err(stop) => matches!(stop, Stop::Answered(_) | Stop::Store(StoreError::Unavailable(_))),
    }
}

fn is_known_by_now<T>(written: &Result<T, Stop>) -> bool {
    matches!(written, Err(Stop::Store(StoreError::Conflict(Constraint::Key))))
}

/// What is remembered of a write that has a key.
#[derive(Clone)]
struct Memory {
    owner: UserId,
    batch_id: BatchId,
    once: Option<Once>,
    now: Timestamp,
    had_changes: bool,
}

/// An outcome as it is stored.
#[derive(Serialize, Deserialize)]
struct Answer<T> {
    value: T,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    batch_id: Option<String>,
}

impl Memory {
    fn of(batch: &Batch, now: Timestamp, had_changes: bool) -> Self {
        let Batch { actor, id, once, .. } = batch;
        let (owner, batch_id) = (actor.user_id.clone(), id.clone());
        Self { owner, batch_id, once: once.clone(), now, had_changes }
    }

    /// Runs the body, unless its outcome is known, and keeps it.
    async fn run<T, F, Fut>(self, txn: Txn, body: F) -> Result<Part<T>, Stop>
    where
        T: Outcome,
        F: FnOnce(Txn) -> Fut,
        Fut: Future<Output = Result<Part<T>, Stop>>,
    {
        let Some(once) = &self.once else {
            return body(txn).await;
        };
        let known = txn.find_answer(&self.owner, once.key.as_str(), self.now);
        let part = match join(known, body(txn.clone())).await {
            (Ok(Some(answer)), _) => return Err(Stop::Answered(answer)),
            (Ok(None), Ok(written)) => written,
            (Ok(None), Err(stop)) => return Err(self.refused(&txn, once, stop).await?),
            // The first statement that fails brings the other down with it,
            // and either may have been the first.
            (Err(_), Err(stop @ Stop::Store(StoreError::Conflict(_)))) => return Err(stop),
            (Err(error), _) => return Err(error.into()),
        };
        if part.is_last {
            let batch_id =
                (self.had_changes || part.has_changes).then(|| self.batch_id.to_string());
            let answer = Answer { value: part.value.to_stored(), batch_id };
            let answer = serde_json::to_string(&answer).map_err(|e| Error::Internal(e.into()))?;
            let stored = StoredAnswer { fingerprint: once.fingerprint, answer };
            let until = self.now.plus_seconds(KEPT_SECONDS);
            txn.keep_answer(&self.owner, once.key.as_str(), &stored, (self.now, until)).await?;
        }
        Ok(part)
    }

    /// Why a body has stopped that nobody had run before it began.
    ///
    /// It may have waited for a row that another replica was changing for the
    /// same request: what looks like a refusal (the task is gone, or newer) is
    /// then the outcome of that one, and the key is known by now.
    async fn refused(&self, txn: &Txn, once: &Once, stop: Stop) -> Result<Stop, Stop> {
        if !matches!(stop, Stop::Error(_)) {
            return Ok(stop);
        }
        let known = txn.find_answer(&self.owner, once.key.as_str(), self.now).await?;
        Ok(known.map_or(stop, Stop::Answered))
    }
}

/// What came of the write when it was sent first.
fn answered<T: Outcome>(batch: &Batch, stored: &StoredAnswer) -> Result<Done<T>, Error> {
    if batch.once.as_ref().is_none_or(|once| once.fingerprint != stored.fingerprint) {
        return Err(Once::taken());
    }
    let answer: Answer<T::Stored> =
        serde_json::from_str(&stored.answer).map_err(|error| Error::Internal(error.into()))?;
    let value = T::from_stored(answer.value, &batch.actor.user_id)
        .ok_or_else(|| Error::Internal("a stored answer makes no sense".into()))?;
    let batch_id = answer.batch_id.as_deref().and_then(BatchId::parse);
    Ok(Done { value, batch_id, is_replayed: true })
}

impl From<Stop> for Error {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Error(error) => error,
            Stop::Store(error) => error.into(),
            Stop::Answered(_) => Self::Internal("an answer came without a key".into()),
        }
    }
}
