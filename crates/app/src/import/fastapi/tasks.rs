//! The table `task`.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::try_join_all;
use rondo_domain::{
    Description, NewTask, Task, TaskChange, TaskId, TaskPatch, TimeZoneName, Timestamp, Title,
    UserId,
};
use rondo_store::{ImportKey, ImportKind, Imported, Numbered, StoreError, Txn, Value};

use super::{
    super::{
        Context,
        layout::{Column, optional, required},
        merge::{ContentHash, Decision, content_hash, decide},
        pass::{About, Fate, Moments, Pass, Refused, Settled, moments},
        reason::Reason,
        report::TableReport,
        value,
    },
    numbers::{self, Number, Wish},
    owners::{self, Owner},
};

/// Tasks, and the owners who got a row for them.
pub(super) struct Tasks {
    now: Timestamp,
    made: HashSet<UserId>,
}

/// A task that can be brought.
pub(super) struct Row {
    about: About,
    owner: UserId,
    number: Option<i64>,
    new: NewTask,
    moments: Moments,
}

impl Tasks {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, made: HashSet::new() }
    }

    /// The owners who got a row, or would have got one.
    pub(super) fn made(self) -> HashSet<UserId> {
        self.made
    }
}

impl Pass for Tasks {
    const NAMES: [&'static str; 2] = ["task", "tasks"];
    const COLUMNS: &'static [Column] = &[
        required("id"),
        required("user_id"),
        required("title"),
        optional("description"),
        optional("completed"),
        optional("created_at"),
        optional("updated_at"),
    ];
    const NUMBERED: Option<Numbered> = Some(Numbered::Tasks);
    type Row = Row;

    fn read(&self, values: &[Value]) -> Result<Row, Refused> {
        let [id, owner, title, description, completed, created, updated] = values else {
            unreachable!("there is a value for each column")
        };
        let number = value::number(id);
        let id = value::id(id).ok_or(Reason::BadId)?;
        let owner = owners::read(owner)?;
        let of_owner = |reason| Refused { reason, detail: format!("user {owner}") };
        let title = value::text(title).map_err(of_owner)?.unwrap_or_default();
        let title = Title::parse(&title).map_err(|p| of_owner(value::unfit(&p)))?;
        let description = value::text(description).map_err(of_owner)?;
        let description = description.map(Description::parse).transpose();
        let description = description.map_err(|p| of_owner(value::unfit(&p)))?;
        let completed = value::boolean(completed).ok_or_else(|| of_owner(Reason::BadCompleted))?;
        let (moments, repair) = moments(created, updated, self.now).map_err(of_owner)?;
        let about = About { id, repairs: repair.into_iter().collect() };
        let new = NewTask { description, completed, ..NewTask::titled(title) };
        Ok(Row { about, owner, number, new, moments })
    }

    fn about(row: &Row) -> &About {
        &row.about
    }

    async fn merge(
        txn: Txn,
        rows: Arc<Vec<Row>>,
        context: Context,
    ) -> Result<Vec<Settled>, StoreError> {
        let owners = owners::settle(&txn, rows.iter().map(|row| &row.owner), context).await?;
        let known = try_join_all(rows.iter().map(|row| Known::find(&txn, row, context))).await?;
        let decisions: Vec<Decision> =
            rows.iter().zip(&known).map(|(row, known)| row.decide(known)).collect();
        let owner_of = |row: &Row| owners.get(&row.owner).copied().unwrap_or(Owner::Deleted);
        let wishes = rows.iter().zip(&decisions).map(|(row, decision)| {
            let is_new = *decision == Decision::Bring && owner_of(row) != Owner::Deleted;
            Wish::of(is_new, row.number)
        });
        let numbers = numbers::give(&txn, Numbered::Tasks, wishes.collect(), context).await?;
        let steps = rows.iter().zip(known).zip(decisions.into_iter().zip(numbers));
        let settled = steps.map(|((row, known), (decision, number))| {
            let step = Step { known, decision, number, owner: owner_of(row) };
            row.carry_out(&txn, step, context)
        });
        try_join_all(settled).await
    }

    fn learn(&mut self, row: &Row, settled: &Settled, report: &mut TableReport) {
        if settled.is_owner_made && self.made.insert(row.owner.clone()) {
            report.remark(Reason::OwnerMade, row.owner.as_str(), "");
        }
    }
}

/// What is here of a task.
struct Known {
    before: Option<Imported>,
    here: Option<Task>,
}

/// What is to be done about a task.
struct Step {
    known: Known,
    decision: Decision,
    number: Option<Number>,
    owner: Owner,
}

impl Known {
    async fn find(txn: &Txn, row: &Row, context: Context) -> Result<Self, StoreError> {
        let before = txn.find_imported(&row.key()).await?;
        let id = before.map_or(row.number, |before| before.id).and_then(TaskId::new);
        let Some(id) = id else { return Ok(Self { before, here: None }) };
        let here = if context.is_rehearsal {
            txn.find_task(&row.owner, id).await?
        } else {
            txn.find_task_for_update(&row.owner, id).await?
        };
        let here = here.map(|(task, _)| task);
        // One that was brought in another way has at least the same birthday.
        let here =
            here.filter(|task| before.is_some() || task.created_at == row.moments.created_at);
        Ok(Self { before, here })
    }
}

impl Row {
    fn key(&self) -> ImportKey {
        ImportKey {
            user_id: self.owner.clone(),
            kind: ImportKind::Task,
            source_id: self.about.id.clone(),
            source_created_at: self.moments.birthday,
        }
    }

    fn content_hash(&self) -> ContentHash {
        hash_of(&self.new.title, self.new.description.as_ref(), self.new.completed)
    }

    fn decide(&self, known: &Known) -> Decision {
        let here = known.here.as_ref();
        let here = here.map(|task| hash_of(&task.title, task.description.as_ref(), task.completed));
        decide(known.before.map(|before| before.content_hash), self.content_hash(), here)
    }

    async fn carry_out(
        &self,
        txn: &Txn,
        step: Step,
        context: Context,
    ) -> Result<Settled, StoreError> {
        let Step { known, decision, number, owner } = step;
        let skipped = |reason| Fate::Skipped(reason, format!("user {}", self.owner));
        let fate = match decision {
            _ if owner == Owner::Deleted => skipped(Reason::UserDeleted),
            Decision::Bring if matches!(number, Some(Number::Given(_))) => Fate::Renumbered,
            Decision::Bring => Fate::New,
            Decision::Update => Fate::Updated,
            Decision::Keep => Fate::Unchanged,
            Decision::Deleted => skipped(Reason::DeletedHere),
            Decision::Changed => skipped(Reason::ChangedHere),
            Decision::Differs => skipped(Reason::DiffersHere),
        };
        let number = number.and_then(Number::get).or(known.here.as_ref().map(|task| task.id.get()));
        let is_skipped = matches!(fate, Fate::Skipped(..));
        if !is_skipped && !context.is_rehearsal {
            self.write(txn, known, number).await?;
        }
        Ok(Settled { fate, number, is_owner_made: owner == Owner::Made && !is_skipped })
    }

    /// Stores a task that is not here, or what has changed of one that is.
    async fn write(&self, txn: &Txn, known: Known, number: Option<i64>) -> Result<(), StoreError> {
        let there = self.content_hash();
        let is_update = known.before.is_some_and(|before| before.content_hash != there);
        match known.here {
            None => {
                let Some(id) = number.and_then(TaskId::new) else { return Ok(()) };
                let Moments { created_at, updated_at, .. } = self.moments;
                let task = Task::create(id, self.owner.clone(), self.new.clone(), created_at);
                // Over there nobody knows since when a task is done; it did not
                // change after that.
                let completed_at = task.completed.then_some(updated_at);
                txn.insert_imported_task(&Task { updated_at, completed_at, ..task }).await?;
            }
            Some(task) if is_update => {
                // Nothing of this depends on a time zone, or can be refused:
                // over there a task has no due date.
                let zone = &TimeZoneName::UTC;
                let change = task.patched(self.patch(), self.moments.updated_at, zone);
                if let Ok(TaskChange::Changed(changed)) = change {
                    txn.update_imported_task(&changed.before, &changed.after).await?;
                }
            }
            Some(_) if known.before.is_some() => return Ok(()),
            Some(_) => {}
        }
        let imported = Imported { id: number, content_hash: there };
        txn.remember_imported(&self.key(), imported).await
    }

    fn patch(&self) -> TaskPatch {
        let NewTask { title, description, completed, .. } = self.new.clone();
        TaskPatch {
            title: Some(title),
            description: Some(description),
            completed: Some(completed),
            ..TaskPatch::default()
        }
    }
}

fn hash_of(title: &Title, description: Option<&Description>, completed: bool) -> ContentHash {
    content_hash(&[
        Some(title.as_str()),
        description.map(Description::as_str),
        Some(if completed { "completed" } else { "" }),
    ])
}
