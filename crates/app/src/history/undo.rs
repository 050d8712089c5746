//! Undoing a batch, which is a batch of its own: undoing that is redo.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::future::join;
use rondo_domain::{
    Actor, BatchId, Change, ChangeId, Obstacle, Place, Problem, Scope, ShownTask, Step, TaskId,
    TimeZoneName, Timestamp, UserId, plan_undo,
};
use rondo_store::{StoreError, Txn};
use serde::{Deserialize, Serialize};

use super::{Journal, sweep};
use crate::{
    App,
    auth::require,
    batch::{Batch, Done, Outcome, Stop, StoredTask, Written, write_once},
    error::{Error, InTheWay, Invalid, Kind, Location},
};

/// The most changes that are undone at once: all of them are one transaction,
/// for which others wait on SQLite, and which has five seconds on PostgreSQL.
const MAX_CHANGES: i64 = 1_000;
/// How many changes are looked at in one go, and how often, to find the latest
/// batch that can be undone.
const MARKS_AT_ONCE: i64 = 1_000;
const LOOKS: usize = 20;

/// What is to be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UndoTarget {
    /// The batch that a change belongs to.
    Change(ChangeId),
    /// A batch.
    Batch(BatchId),
    /// What was done last and is not undone yet: asked for again and again,
    /// it goes further and further back, as in an editor. Undoing and redoing
    /// do not count as something done, nor does what the server does by itself.
    Latest,
}

/// What came of undoing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The batch that was undone.
    pub undoes: BatchId,
    /// The tasks that are on the list again, or are again as they were.
    pub tasks: Vec<ShownTask>,
    /// The tasks that went to the trash, because the batch had made them or
    /// brought them back.
    pub trashed: Vec<TaskId>,
    /// What those are called, in the same order.
    pub trashed_titles: Vec<String>,
}

/// Puts back every task of a batch. With `force`, what happened to them since
/// is undone as well; otherwise it stops everything.
///
/// # Errors
/// [`Error::NotFound`] when there is no such change any more,
/// [`Error::UndoConflict`] with the tasks that have changed since,
/// [`Error::Invalid`] for a batch of more than 1,000 changes,
/// [`Error::Forbidden`] without the scope `write` (and `delete`, when tasks
/// would go to the trash), or [`Error::Unavailable`].
pub async fn undo(
    app: &App,
    batch: &Batch,
    target: UndoTarget,
    force: bool,
) -> Result<Done<Undone>, Error> {
    require(batch.actor(), Scope::Write)?;
    let (actor, now) = (batch.actor().clone(), app.now());
    // The body is handed on and cloned on its way to the database.
    let undoing = Arc::new(Undoing { actor, now, journal: Journal::of(batch, now), force });
    write_once(app, batch, move |txn| async move {
        let owner = &undoing.actor.user_id;
        let (changes, settings) =
            join(changes(&txn, owner, target), txn.find_settings(owner)).await;
        let zone = settings?.unwrap_or_default().time_zone;
        undoing.run(&txn, &changes?, &zone).await
    })
    .await
}

struct Undoing {
    actor: Actor,
    now: Timestamp,
    journal: Journal,
    force: bool,
}

impl Undoing {
    async fn run(
        &self,
        txn: &Txn,
        changes: &[Change],
        zone: &TimeZoneName,
    ) -> Result<Written<Undone>, Stop> {
        let steps = self.plan(txn, changes, zone).await?;
        let Some(undoes) = changes.first().map(|change| change.change.batch_id.clone()) else {
            return Err(Error::NotFound(Kind::Change).into());
        };
        let journal = self.journal.clone().undoing(undoes.clone());
        let (mut tasks, mut trashed, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
        let mut trashed_titles = Vec::new();
        for step in steps {
            recorded.push(journal.step(&step));
            match step {
                Step::Replace { before, after } => {
                    txn.update_task(&before, &after).await?;
                    tasks.push(ShownTask::new(*after, zone));
                }
                Step::Restore { after } => {
                    txn.restore_task(&after).await?;
                    tasks.push(ShownTask::new(*after, zone));
                }
                Step::Trash { before, trashed: task } => {
                    require(&self.actor, Scope::Delete)?;
                    txn.trash_task(&before, &task, self.now).await?;
                    trashed.push(task.id);
                    trashed_titles.push(task.title.as_str().to_owned());
                }
            }
        }
        journal.record_all(txn, &recorded).await?;
        let value = Undone { undoes, tasks, trashed, trashed_titles };
        Ok(Written { value, has_changes: !recorded.is_empty() })
    }

    /// What is to be done, with all of its tasks held.
    async fn plan(
        &self,
        txn: &Txn,
        changes: &[Change],
        zone: &TimeZoneName,
    ) -> Result<Vec<Step>, Error> {
        let ids: BTreeSet<TaskId> = changes.iter().map(|change| change.change.task_id).collect();
        let mut places = places(txn, &self.actor.user_id, ids).await?;
        let place_of = |id| places.remove(&id).unwrap_or(Place::Gone);
        plan_undo(changes, place_of, self.force, self.now).map_err(|obstacles| {
            Error::UndoConflict(obstacles.into_iter().map(|way| shown(way, zone)).collect())
        })
    }
}

fn shown(obstacle: Obstacle, zone: &TimeZoneName) -> InTheWay {
    let Obstacle { task_id, reason, task } = obstacle;
    InTheWay { task_id, reason, task: task.map(|task| ShownTask::new(*task, zone)) }
}

/// The changes of what is to be undone.
async fn changes(txn: &Txn, owner: &UserId, target: UndoTarget) -> Result<Vec<Change>, Stop> {
    let batch_id = match target {
        UndoTarget::Batch(batch_id) => Some(batch_id),
        UndoTarget::Change(id) => {
            txn.find_change(owner, id).await?.map(|change| change.change.batch_id)
        }
        UndoTarget::Latest => latest(txn, owner).await?,
    };
    let batch_id = batch_id.ok_or(Error::NotFound(Kind::Change))?;
    let changes = txn.list_batch(owner, &batch_id, MAX_CHANGES + 1).await?;
    if changes.is_empty() {
        return Err(Error::NotFound(Kind::Change).into());
    }
    if i64::try_from(changes.len()).map_or(true, |count| count > MAX_CHANGES) {
        let sentence = "more than 1,000 changes are too many to be undone at once";
        let problem = Problem::Refused { sentence };
        let too_many = Invalid::new(Location::Path, Some("change_id"), problem);
        return Err(Error::Invalid(vec![too_many]).into());
    }
    Ok(changes)
}

/// The last batch that did something and was not undone. One that undoes
/// another takes that out of the way, unless it was undone itself; whatever
/// undoes comes later than what it undoes, so one walk back tells.
pub(super) async fn latest(txn: &Txn, owner: &UserId) -> Result<Option<BatchId>, StoreError> {
    let (mut undone, mut before) = (BTreeSet::new(), i64::MAX);
    for _ in 0..LOOKS {
        let marks = txn.recent_marks(owner, before, MARKS_AT_ONCE).await?;
        let Some((oldest, ..)) = marks.last() else { return Ok(None) };
        before = *oldest;
        for (_, batch_id, undoes) in marks {
            match undoes {
                _ if undone.contains(&batch_id) || sweep::did(&batch_id) => {}
                Some(undoes) => drop(undone.insert(undoes)),
                None => return Ok(Some(batch_id)),
            }
        }
    }
    Ok(None)
}

/// Where these tasks are, held there until the transaction ends.
async fn places(
    txn: &Txn,
    owner: &UserId,
    mut missing: BTreeSet<TaskId>,
) -> Result<BTreeMap<TaskId, Place>, StoreError> {
    let mut places = BTreeMap::new();
    // Another replica may bring a task back between the two looks.
    for _ in 0..2 {
        if missing.is_empty() {
            break;
        }
        let ids: Vec<TaskId> = missing.iter().copied().collect();
        for (task, _) in txn.find_tasks_for_update(owner, &ids).await? {
            missing.remove(&task.id);
            places.insert(task.id, Place::List(Box::new(task)));
        }
        let ids: Vec<TaskId> = missing.iter().copied().collect();
        if ids.is_empty() {
            break;
        }
        for trashed in txn.find_trashed_for_update(owner, &ids).await? {
            missing.remove(&trashed.task.id);
            places.insert(trashed.task.id, Place::Trash(Box::new(trashed.task)));
        }
    }
    Ok(places)
}

/// What came of undoing, as it is stored with its key.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredUndone {
    undoes: String,
    tasks: Vec<StoredTask>,
    trashed: Vec<i64>,
    #[serde(default)]
    trashed_titles: Vec<String>,
}

impl Outcome for Undone {
    type Stored = StoredUndone;

    fn to_stored(&self) -> StoredUndone {
        StoredUndone {
            undoes: self.undoes.to_string(),
            tasks: self.tasks.to_stored(),
            trashed: self.trashed.iter().map(|id| id.get()).collect(),
            trashed_titles: self.trashed_titles.clone(),
        }
    }

    fn from_stored(stored: StoredUndone, owner: &UserId) -> Option<Self> {
        let trashed = stored.trashed.into_iter().map(TaskId::new).collect::<Option<_>>()?;
        let undoes = BatchId::parse(&stored.undoes)?;
        let tasks = Vec::from_stored(stored.tasks, owner)?;
        Some(Self { undoes, tasks, trashed, trashed_titles: stored.trashed_titles })
    }
}
