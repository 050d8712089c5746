//! What stands in the way of undoing a batch, and what undoing does.

use super::*;
use crate::{Author, BatchId, ChangeId, NewChange, NewTask, Title, UserId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).expect("a test moment is valid")
}

fn id(number: i64) -> TaskId {
    TaskId::new(number).expect("a test id is valid")
}

fn task(number: i64, title: &str) -> Task {
    let owner = UserId::parse("ada").expect("a test id is valid");
    let new = NewTask::titled(Title::parse(title).expect("a test title is valid"));
    Task::create(id(number), owner, new, at(100))
}

fn renamed(task: &Task, title: &str) -> Task {
    let title = Title::parse(title).expect("a test title is valid");
    Task { title, ..task.clone() }.touched(at(200))
}

/// An action, what the task was and became on the list, and its version then.
type Row<'a> = (ChangeAction, Option<&'a Task>, Option<&'a Task>, i64);

/// The changes of one batch.
fn batch(rows: &[Row<'_>]) -> Vec<Change> {
    let change = |(number, row): (i64, &Row<'_>)| {
        let (action, before, after, version) = *row;
        let task = before.or(after).expect("a test change has a task");
        let change = NewChange {
            batch_id: BatchId::parse("b").expect("a test batch is valid"),
            at: at(200),
            author: Author::USER,
            action,
            task_id: task.id,
            version,
            before: before.cloned(),
            after: after.cloned(),
            undoes: None,
        };
        Change { id: ChangeId::new(number).expect("a test number is valid"), change }
    };
    (1..).zip(rows).map(change).collect()
}

fn plan(changes: &[Change], places: &[Place], force: bool) -> Result<Vec<Step>, Vec<Obstacle>> {
    let now_at = |wanted: TaskId| {
        let here = places.iter().find(|place| match place {
            Place::List(task) | Place::Trash(task) => task.id == wanted,
            Place::Gone => false,
        });
        here.cloned().unwrap_or(Place::Gone)
    };
    plan_undo(changes, now_at, force, at(300))
}

fn reasons(plan: Result<Vec<Step>, Vec<Obstacle>>) -> Vec<(i64, Reason)> {
    let obstacles = plan.expect_err("something stands in the way");
    obstacles.into_iter().map(|obstacle| (obstacle.task_id.get(), obstacle.reason)).collect()
}

#[test]
fn a_task_that_changed_twice_is_put_back_to_before_the_first() {
    let first = task(1, "one");
    let second = renamed(&first, "two");
    let third = renamed(&second, "three");
    let changes = batch(&[
        (ChangeAction::Updated, Some(&first), Some(&second), 2),
        (ChangeAction::Updated, Some(&second), Some(&third), 3),
    ]);
    let steps = plan(&changes, &[Place::List(Box::new(third.clone()))], false);
    let after = Task { version: 4, updated_at: at(300), ..first };
    let expected = Step::Replace { before: Box::new(third), after: Box::new(after) };
    assert_eq!(steps, Ok(vec![expected]));
}

#[test]
fn what_was_made_goes_to_the_trash_before_what_made_it_changes() {
    let (before, next) = (task(1, "water"), task(2, "water"));
    let done = Task { completed: true, next_task_id: Some(next.id), ..before.clone() };
    let done = done.touched(at(200));
    let changes = batch(&[
        (ChangeAction::Completed, Some(&before), Some(&done), 2),
        (ChangeAction::Created, None, Some(&next), 1),
    ]);
    let places = [Place::List(Box::new(done)), Place::List(Box::new(next))];
    let steps = plan(&changes, &places, false).expect("nothing is in the way");
    let actions: Vec<_> = steps.iter().map(Step::action).collect();
    assert_eq!(actions, [ChangeAction::Deleted, ChangeAction::Reopened]);
}

#[test]
fn what_was_deleted_comes_back_from_the_trash() {
    let before = task(1, "one");
    let trashed = before.clone().touched(at(200));
    let changes = batch(&[(ChangeAction::Deleted, Some(&before), None, 2)]);
    let steps = plan(&changes, &[Place::Trash(Box::new(trashed))], false);
    let after = Task { version: 3, updated_at: at(300), ..before };
    assert_eq!(steps, Ok(vec![Step::Restore { after: Box::new(after) }]));
}

#[test]
fn what_came_back_goes_to_the_trash_again() {
    let restored = task(1, "one").touched(at(200));
    let changes = batch(&[(ChangeAction::Restored, None, Some(&restored), 2)]);
    let steps = plan(&changes, &[Place::List(Box::new(restored.clone()))], false);
    let trashed = Box::new(restored.clone().touched(at(300)));
    assert_eq!(steps, Ok(vec![Step::Trash { before: Box::new(restored), trashed }]));
}

#[test]
fn every_task_that_changed_since_is_named() {
    let tasks = [1, 2, 3, 4].map(|number| task(number, "x"));
    let [one, two, three, four] = tasks.clone().map(|task| renamed(&task, "y"));
    let mut changes = Vec::new();
    for (before, after) in tasks.iter().zip([&one, &two, &three, &four]) {
        changes.push((ChangeAction::Updated, Some(before), Some(after), 2));
    }
    let places = [
        Place::List(Box::new(renamed(&one, "z"))),
        Place::Trash(Box::new(two.clone().touched(at(250)))),
        Place::List(Box::new(four.clone())),
    ];
    let expected = [(1, Reason::Changed), (2, Reason::Deleted), (3, Reason::Purged)];
    assert_eq!(reasons(plan(&batch(&changes), &places, false)), expected);
}

#[test]
fn force_overrides_what_happened_since_but_brings_nothing_back_from_nowhere() {
    let (one, two) = (task(1, "one"), task(2, "two"));
    let (altered, trashed) = (renamed(&one, "x"), renamed(&two, "y").touched(at(250)));
    let changes = batch(&[
        (ChangeAction::Updated, Some(&one), Some(&altered), 2),
        (ChangeAction::Updated, Some(&two), Some(&renamed(&two, "y")), 2),
        (ChangeAction::Updated, Some(&task(3, "three")), Some(&task(3, "z")), 2),
    ]);
    let later = renamed(&altered, "later");
    let places = [Place::List(Box::new(later.clone())), Place::Trash(Box::new(trashed.clone()))];
    let steps = plan(&changes, &places, true).expect("it is forced");
    let expected = [
        Step::Restore { after: Box::new(trashed.put_back(&two, at(300))) },
        Step::Replace { after: Box::new(later.put_back(&one, at(300))), before: Box::new(later) },
    ];
    assert_eq!(steps, expected);
}

#[test]
fn a_batch_that_was_undone_stands_in_its_own_way() {
    let first = task(1, "one");
    let second = renamed(&first, "two");
    let changes = batch(&[(ChangeAction::Updated, Some(&first), Some(&second), 2)]);
    let undone = second.put_back(&first, at(250));
    let again = plan(&changes, &[Place::List(Box::new(undone))], false);
    assert_eq!(reasons(again), [(1, Reason::Changed)]);
}

#[test]
fn two_batches_are_undone_one_after_the_other() {
    let first = task(1, "one");
    let second = renamed(&first, "two");
    let third = renamed(&second, "three");
    let earlier = batch(&[(ChangeAction::Updated, Some(&first), Some(&second), 2)]);
    // The later batch was undone: the task is as the earlier one left it, and
    // its version has counted on.
    let undone = third.put_back(&second, at(250));
    assert_eq!(undone.version, 4);
    let steps = plan(&earlier, &[Place::List(Box::new(undone.clone()))], false);
    let after = Task { version: 5, updated_at: at(300), ..first };
    let expected = Step::Replace { before: Box::new(undone), after: Box::new(after) };
    assert_eq!(steps, Ok(vec![expected]));
}

#[test]
fn a_task_that_changed_between_two_deletions_is_in_the_way_of_undoing_the_first() {
    let before = task(1, "one");
    let first = batch(&[(ChangeAction::Deleted, Some(&before), None, 2)]);
    let restored = before.clone().touched(at(210)).touched(at(220));
    let again = Place::Trash(Box::new(restored.clone().touched(at(230))));
    assert!(plan(&first, &[again], false).is_ok());
    let altered = Place::Trash(Box::new(renamed(&restored, "two").touched(at(230))));
    assert_eq!(reasons(plan(&first, &[altered], false)), [(1, Reason::Changed)]);
}
