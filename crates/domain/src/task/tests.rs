//! What a patch, being done and coming back do to a task.

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).expect("a test moment is valid")
}

fn title(text: &str) -> Title {
    Title::parse(text).expect("a test title is valid")
}

const UTC: &crate::TimeZoneName = &crate::TimeZoneName::UTC;

fn task() -> Task {
    let description = Some(Description::parse("oat".to_owned()).expect("short"));
    let new = NewTask { description, ..NewTask::titled(title("Buy milk")) };
    let owner = UserId::parse("ada").expect("a test id is valid");
    Task::create(TaskId::new(1).expect("one is an id"), owner, new, at(100))
}

fn due(text: &str) -> DueDate {
    DueDate::parse(text, UTC).expect("a test date is valid")
}

fn recurring(rule: &str) -> Task {
    let rule = RecurrenceRule::parse(rule).expect("a test rule is valid");
    let recurrence = Some(Recurrence { rule, from: RecurrenceFrom::Due });
    let plan = Plan { due: Some(due("1970-01-31")), recurrence, ..Plan::NONE };
    Task { plan, ..task() }
}

fn patched(task: Task, patch: TaskPatch, seconds: i64) -> TaskChange {
    task.patched(patch, at(seconds), UTC).expect("a test patch is valid")
}

fn changed(change: TaskChange) -> Changed {
    match change {
        TaskChange::Changed(changed) => *changed,
        TaskChange::Unchanged(task) => panic!("{task:?} did not change"),
    }
}

#[test]
fn an_empty_patch_changes_nothing() {
    let change = patched(task(), TaskPatch::default(), 200);
    assert_eq!(change, TaskChange::Unchanged(Box::new(task())));
}

#[test]
fn a_patch_changes_what_it_names_and_keeps_the_rest() {
    let patch = TaskPatch { title: Some(title("Buy tea")), ..TaskPatch::default() };
    let change = changed(patched(task(), patch, 200));
    let expected = Task { title: title("Buy tea"), version: 2, updated_at: at(200), ..task() };
    assert_eq!((change.before, change.after), (task(), expected));
}

#[test]
fn what_can_be_empty_can_be_cleared() {
    let plan = Plan { due: Some(due("2026-11-22")), priority: Some(Priority::High), ..Plan::NONE };
    let full = Task { plan, ..task() };
    let patch = TaskPatch {
        description: Some(None),
        due: Some(None),
        priority: Some(None),
        ..TaskPatch::default()
    };
    let cleared = patched(full, patch, 200).into_task();
    assert_eq!((cleared.description, cleared.plan), (None, Plan::NONE));
}

#[test]
fn updated_at_moves_even_when_the_clock_stands_still_or_goes_back() {
    for now in [100, 50] {
        let changed = task().with_completed(None, at(now), UTC).into_task();
        assert_eq!(changed.updated_at, at(100).plus_micros(1_000));
        assert_eq!(changed.created_at, at(100));
    }
}

#[test]
fn completing_toggles_or_sets_and_counts() {
    let done = changed(task().with_completed(None, at(200), UTC));
    assert_eq!(done.counts(), TaskCounts { all: 0, completed: 1 });
    assert_eq!((done.after.completed, done.after.completed_at), (true, Some(at(200))));
    let same = done.after.clone().with_completed(Some(true), at(300), UTC);
    assert_eq!(same, TaskChange::Unchanged(Box::new(done.after.clone())));
    let reopened = changed(done.after.with_completed(None, at(300), UTC));
    assert_eq!(reopened.counts(), TaskCounts { all: 0, completed: -1 });
    assert_eq!((reopened.after.completed_at, reopened.after.version), (None, 3));
}

#[test]
fn a_recurring_task_that_is_done_is_followed_by_the_next_once() {
    let done = changed(recurring("FREQ=MONTHLY").with_completed(Some(true), at(200), UTC));
    let next = done.follow_up.clone().expect("it recurs");
    assert_eq!(next.plan.due, Some(due("1970-02-28")));
    assert_eq!((next.completed, next.previous_task_id), (false, Some(done.after.id)));
    let done = Task { next_task_id: TaskId::new(2), ..done.after };
    let reopened = done.with_completed(Some(false), at(300), UTC).into_task();
    let again = changed(reopened.with_completed(Some(true), at(400), UTC));
    assert_eq!(again.follow_up, None);
}

#[test]
fn the_last_of_a_series_is_followed_by_nothing() {
    let last = recurring("FREQ=DAILY;COUNT=1").with_completed(None, at(200), UTC);
    assert_eq!(changed(last).follow_up, None);
}

#[test]
fn a_recurring_task_keeps_its_due_date() {
    let without_due = TaskPatch { due: Some(None), ..TaskPatch::default() };
    let refused = recurring("FREQ=DAILY").patched(without_due.clone(), at(200), UTC);
    assert_eq!(refused.map_err(|problem| problem.field), Err("recurrence_rule"));
    let both = TaskPatch { recurrence_rule: Some(None), ..without_due };
    assert_eq!(patched(recurring("FREQ=DAILY"), both, 200).into_task().plan, Plan::NONE);
    let from =
        TaskPatch { recurrence_from: Some(RecurrenceFrom::Completion), ..TaskPatch::default() };
    let refused = task().patched(from, at(200), UTC);
    assert_eq!(refused.map_err(|problem| problem.field), Err("recurrence_from"));
}
