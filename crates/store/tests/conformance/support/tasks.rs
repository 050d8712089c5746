//! What the application does about a task in a transaction: the row, the
//! counters and the history move together.

use rondo_domain::{
    Author, BatchId, ChangeAction, DueDate, NewChange, NewTask, Plan, Priority, Recurrence,
    RecurrenceFrom, RecurrenceRule, StatusFilter, TagName, Tags, Task, TaskCounts, TaskFilter,
    TaskQuery, TimeZoneName, Timestamp, UserId,
};
use rondo_store::{Moved, StoreError, Txn};

use super::person::{new_task, task_id};

pub(crate) fn due(text: &str) -> DueDate {
    DueDate::parse(text, &TimeZoneName::UTC).unwrap()
}

pub(crate) fn tags(names: &[&str]) -> Tags {
    Tags::new(names.iter().map(|name| TagName::parse(name).unwrap()).collect()).unwrap()
}

/// A task for which everything is planned.
pub(crate) fn planned(name: &str) -> NewTask {
    let rule = RecurrenceRule::parse("FREQ=WEEKLY;BYDAY=MO,FR").unwrap();
    let plan = Plan {
        due: Some(due("2026-11-22T17:00")),
        priority: Some(Priority::High),
        tags: tags(&["Büro", "C#", "zwei Wörter"]),
        recurrence: Some(Recurrence { rule, from: RecurrenceFrom::Completion }),
    };
    NewTask { plan, previous_task_id: Some(task_id(7)), ..new_task(name, false) }
}

/// What is written down when a task becomes another; `None` is a task that is
/// not on the list. The batch is called after the task.
pub(crate) fn new_change(
    action: ChangeAction,
    before: Option<&Task>,
    after: Option<&Task>,
) -> NewChange {
    let task = after.or(before).expect("a change has a task");
    NewChange {
        batch_id: BatchId::parse(&format!("batch-{}", task.id)).unwrap(),
        at: task.updated_at,
        author: Author::USER,
        action,
        task_id: task.id,
        version: task.version + i64::from(after.is_none()),
        before: before.cloned(),
        after: after.cloned(),
        undoes: None,
    }
}

/// Adds a task.
pub(crate) async fn create(
    txn: &Txn,
    owner: &UserId,
    new: NewTask,
    now: Timestamp,
) -> Result<Task, StoreError> {
    let task = txn.insert_task(owner, new, now).await?;
    let TaskCounts { all, completed } = task.counts();
    let change = new_change(ChangeAction::Created, None, Some(&task));
    txn.record_change(owner, &change, Moved { tasks: all, completed, trash: 0 }).await?;
    Ok(task)
}

/// Puts a task in the place of what it was.
pub(crate) async fn replace(txn: &Txn, before: &Task, after: &Task) -> Result<(), StoreError> {
    txn.update_task(before, after).await?;
    let completed = after.counts().completed - before.counts().completed;
    let change = new_change(ChangeAction::between(before, after), Some(before), Some(after));
    let moved = Moved { completed, ..Moved::default() };
    txn.record_change(&after.user_id, &change, moved).await
}

/// Moves a task to the trash.
pub(crate) async fn trash(txn: &Txn, before: &Task, now: Timestamp) -> Result<(), StoreError> {
    txn.trash_task(before, &before.clone().touched(now), now).await?;
    let TaskCounts { all, completed } = before.counts();
    let change = new_change(ChangeAction::Deleted, Some(before), None);
    let moved = Moved { tasks: -all, completed: -completed, trash: 1 };
    txn.record_change(&before.user_id, &change, moved).await
}

/// The newest tasks of that status: their totals are counters of the owner's.
pub(crate) fn with_status(status: StatusFilter) -> TaskQuery {
    let filter = TaskFilter { status, ..TaskFilter::default() };
    TaskQuery { filter, ..TaskQuery::default() }
}

/// The owner's totals as a transaction sees them: all tasks, and the finished
/// ones.
pub(crate) async fn totals_in(txn: &Txn, owner: &UserId) -> Result<(i64, i64), StoreError> {
    let all = txn.list_tasks(owner, &with_status(StatusFilter::All)).await?.total;
    let completed = txn.list_tasks(owner, &with_status(StatusFilter::Completed)).await?.total;
    Ok((all, completed))
}
