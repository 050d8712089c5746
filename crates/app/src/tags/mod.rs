//! What can be done with labels: see which there are, rename one on all tasks,
//! take one off all tasks.
//!
//! A label is nothing of its own: it is there as long as a task on the list has
//! it. Tasks in the trash keep the labels that they had.

#[cfg(test)]
mod tests;

use std::iter;

use rondo_domain::{Actor, NewChange, Scope, TagCount, TagName, Task, Timestamp, UserId};
use rondo_store::Txn;
use serde::{Deserialize, Serialize};

use crate::{
    App,
    auth::require,
    batch::{Batch, Done, Outcome, Part, Stop, write_in_parts},
    error::{Error, Kind},
    history::Journal,
};

/// How many tasks change in one transaction: others wait meanwhile.
const CHUNK: i64 = 500;

/// The labels of the actor's tasks, and how many tasks have each.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<TagCount>, Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    Ok(app.store().read(move |txn| async move { txn.list_tags(&owner).await }).await?)
}

/// Gives a label another name, or another spelling, on all tasks of the actor's
/// that have it. If there is a label of the new name, the two become one.
///
/// The tasks change 500 at a time, as one batch.
///
/// # Errors
/// [`Error::NotFound`] when no task has the label, [`Error::Forbidden`] without
/// the scope `write`, or [`Error::Unavailable`].
pub async fn rename(
    app: &App,
    batch: &Batch,
    from: TagName,
    to: TagName,
) -> Result<Done<TagCount>, Error> {
    let done = relabel(app, batch, from, Some(to.clone())).await?;
    Ok(done.map(|relabeled| TagCount { name: to, count: relabeled.count }))
}

/// Takes a label off all tasks of the actor's, in the same way.
///
/// # Errors
/// Those of [`rename`].
pub async fn delete(app: &App, batch: &Batch, name: TagName) -> Result<Done<()>, Error> {
    Ok(relabel(app, batch, name, None).await?.map(|_| ()))
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Relabeled {
    /// Which of the labels is looked for: 0 is the old one.
    pass: usize,
    /// The last task that was looked at; 0 before the first.
    last: i64,
    /// How many tasks have the new label; known at the end.
    count: i64,
}

/// What is kept with a key: only the end is.
#[derive(Serialize, Deserialize)]
struct StoredCount(i64);

impl Outcome for Relabeled {
    type Stored = StoredCount;

    fn to_stored(&self) -> StoredCount {
        StoredCount(self.count)
    }

    fn from_stored(StoredCount(count): StoredCount, _: &UserId) -> Option<Self> {
        Some(Self { count, ..Self::default() })
    }
}

async fn relabel(
    app: &App,
    batch: &Batch,
    from: TagName,
    to: Option<TagName>,
) -> Result<Done<Relabeled>, Error> {
    require(batch.actor(), Scope::Write)?;
    let now = app.now();
    let (owner, journal) = (batch.actor().user_id.clone(), Journal::of(batch, now));
    let relabeling = Relabeling { owner, journal, from, to, now };
    write_in_parts(app, batch, Relabeled::default(), move |txn, so_far| async move {
        relabeling.next(&txn, so_far).await
    })
    .await
}

/// One label becoming another, or nothing.
#[derive(Clone)]
struct Relabeling {
    owner: UserId,
    journal: Journal,
    from: TagName,
    to: Option<TagName>,
    now: Timestamp,
}

impl Relabeling {
    /// Which labels are looked for. What has the new one already, in another
    /// spelling, is spelled like it too: it is one label from now on.
    fn keys(&self) -> Vec<String> {
        let from = self.from.key();
        let to = self.to.as_ref().map(TagName::key).filter(|to| *to != from);
        iter::once(from).chain(to).collect()
    }

    /// Changes the next tasks. A new spelling leaves a task among those with
    /// the label, so they are gone through by their ids.
    async fn next(&self, txn: &Txn, mut so_far: Relabeled) -> Result<Part<Relabeled>, Stop> {
        let (keys, mut changes) = (self.keys(), Vec::new());
        while let Some(key) = keys.get(so_far.pass) {
            let tasks = txn.tasks_with_tag(&self.owner, key, so_far.last, CHUNK).await?;
            if tasks.is_empty() && so_far == Relabeled::default() {
                return Err(Error::NotFound(Kind::Tag).into());
            }
            let last = tasks.last().map_or(so_far.last, |task| task.id.get());
            let has_more = i64::try_from(tasks.len()).is_ok_and(|found| found == CHUNK);
            self.change(txn, tasks, &mut changes).await?;
            if has_more {
                so_far.last = last;
                break;
            }
            (so_far.pass, so_far.last) = (so_far.pass + 1, 0);
        }
        let is_last = so_far.pass == keys.len();
        if let Some(to) = self.to.as_ref().filter(|_| is_last) {
            let found = txn.find_tag(&self.owner, &to.key()).await?;
            so_far.count = found.map_or(0, |tag| tag.count);
        }
        self.journal.record_all(txn, &changes).await?;
        Ok(Part { value: so_far, has_changes: !changes.is_empty(), is_last })
    }

    async fn change(
        &self,
        txn: &Txn,
        tasks: Vec<Task>,
        changes: &mut Vec<NewChange>,
    ) -> Result<(), Stop> {
        for before in tasks {
            let mut after = before.clone();
            after.plan.tags = before.plan.tags.renamed(&self.from, self.to.as_ref());
            if after.plan != before.plan {
                let after = after.touched(self.now);
                txn.update_task(&before, &after).await?;
                changes.push(self.journal.updated(&before, &after));
            }
        }
        Ok(())
    }
}
