//! What is written into the history when tasks change, in the transaction of
//! the change.
//!
//! The owner's totals follow from what is written here, so nobody counts twice.

use rondo_domain::{
    Author, AuthorName, BatchId, ChangeAction, NewChange, Step, Task, TaskId, Timestamp, UserId,
};
use rondo_store::{Moved, StoreError, Txn};

use crate::batch::Batch;

/// What the server is called where it acts on the settings' behalf.
const SERVER: &str = "automatic clean-up";

/// Writes down what one batch does.
#[derive(Clone)]
pub(crate) struct Journal {
    owner: UserId,
    batch_id: BatchId,
    author: Author,
    at: Timestamp,
    undoes: Option<BatchId>,
}

impl Journal {
    /// For what a batch does now.
    pub fn of(batch: &Batch, now: Timestamp) -> Self {
        let owner = batch.actor().user_id.clone();
        let (batch_id, author) = (batch.id().clone(), batch.author().clone());
        Self { owner, batch_id, author, at: now, undoes: None }
    }

    /// For what the server does now with a user's tasks, on its own account.
    pub fn of_server(owner: UserId, batch_id: BatchId, now: Timestamp) -> Self {
        let name = AuthorName::parse(SERVER).ok();
        let author = Author { name, ..Author::USER };
        Self { owner, batch_id, author, at: now, undoes: None }
    }

    /// The same for what undoes another batch.
    pub fn undoing(self, undone: BatchId) -> Self {
        Self { undoes: Some(undone), ..self }
    }

    /// Whose tasks this is about.
    pub const fn owner(&self) -> &UserId {
        &self.owner
    }

    /// A task was made.
    pub fn created(&self, task: &Task) -> NewChange {
        self.change(ChangeAction::Created, key(task), (None, Some(task)))
    }

    /// A task on the list became another.
    pub fn updated(&self, before: &Task, after: &Task) -> NewChange {
        self.change(ChangeAction::between(before, after), key(after), (Some(before), Some(after)))
    }

    /// A task went to the trash.
    pub fn deleted(&self, before: &Task, trashed: &Task) -> NewChange {
        self.change(ChangeAction::Deleted, key(trashed), (Some(before), None))
    }

    /// A task came back from the trash.
    pub fn restored(&self, after: &Task) -> NewChange {
        self.change(ChangeAction::Restored, key(after), (None, Some(after)))
    }

    /// A task in the trash was removed for good.
    pub fn purged(&self, trashed: &Task) -> NewChange {
        let (task_id, version) = key(trashed);
        self.change(ChangeAction::Purged, (task_id, version + 1), (None, None))
    }

    /// What a step of undoing does.
    pub fn step(&self, step: &Step) -> NewChange {
        match step {
            Step::Replace { before, after } => self.updated(before, after),
            Step::Trash { before, trashed } => self.deleted(before, trashed),
            Step::Restore { after } => self.restored(after),
        }
    }

    /// Stores one change and moves the owner's totals. To be the last
    /// statement of a transaction: the owner's row is busy.
    ///
    /// # Errors
    /// [`StoreError`]; on PostgreSQL possibly only at the commit.
    pub async fn record(&self, txn: &Txn, change: NewChange) -> Result<(), StoreError> {
        txn.record_change(&self.owner, &change, moved([&change])).await
    }

    /// [`Self::record`] for several changes, which happened in this order.
    ///
    /// # Errors
    /// Those of [`Self::record`].
    pub async fn record_all(&self, txn: &Txn, changes: &[NewChange]) -> Result<(), StoreError> {
        match changes {
            [] => Ok(()),
            [change] => txn.record_change(&self.owner, change, moved([change])).await,
            many => txn.record_changes(&self.owner, many, moved(many)).await,
        }
    }

    fn change(
        &self,
        action: ChangeAction,
        (task_id, version): (TaskId, i64),
        (before, after): (Option<&Task>, Option<&Task>),
    ) -> NewChange {
        NewChange {
            batch_id: self.batch_id.clone(),
            at: self.at,
            author: self.author.clone(),
            action,
            task_id,
            version,
            before: before.cloned(),
            after: after.cloned(),
            undoes: self.undoes.clone(),
        }
    }
}

const fn key(task: &Task) -> (TaskId, i64) {
    (task.id, task.version)
}

/// By how much the owner's totals move.
fn moved<'a>(changes: impl IntoIterator<Item = &'a NewChange>) -> Moved {
    let mut moved = Moved::default();
    for NewChange { action, before, after, .. } in changes {
        let on_list = |task: &Option<Task>| i64::from(task.is_some());
        let done =
            |task: &Option<Task>| i64::from(task.as_ref().is_some_and(|task| task.completed));
        moved.tasks += on_list(after) - on_list(before);
        moved.completed += done(after) - done(before);
        moved.trash += match action {
            ChangeAction::Deleted => 1,
            ChangeAction::Restored | ChangeAction::Purged => -1,
            _ => 0,
        };
    }
    moved
}
