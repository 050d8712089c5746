//! The counters on the user's row agree with the tasks, whatever happens to
//! them in whatever order: the same story is told to the store and to a list
//! in memory.

use rondo_domain::{StatusFilter, Task, TaskChange, TaskPatch, TimeZoneName};
use rondo_store::{Store, StoreError};

use crate::support::{
    Dice, Failure, Person, at, create, new_task, person, replace, title, totals_in, trash,
    with_status,
};

on_every_database! {
    totals_follow_every_change,
    totals_agree_with_the_tasks_after_any_story,
    several_changes_in_one_transaction_are_all_counted,
}

async fn totals_follow_every_change(store: Store) {
    let ada = person(&store, "ada").await;
    assert_eq!(ada.totals().await, (0, 0));
    let milk = ada.adds("milk").await;
    assert_eq!(ada.totals().await, (1, 0));
    ada.completes(milk.id, at(1)).await.unwrap();
    assert_eq!(ada.totals().await, (1, 1));
    ada.completes(milk.id, at(2)).await.unwrap();
    assert_eq!(ada.totals().await, (1, 1), "completed twice is completed once");
    let eggs = ada.adds("eggs").await;
    assert_eq!(ada.totals().await, (2, 1));
    assert!(ada.deletes(milk.id).await);
    assert_eq!(ada.totals().await, (1, 0));
    assert!(ada.deletes(eggs.id).await);
    assert_eq!(ada.totals().await, (0, 0));
}

async fn several_changes_in_one_transaction_are_all_counted(store: Store) {
    let ada = person(&store, "ada").await;
    let old = ada.adds("old").await;
    let id = ada.id.clone();
    let changed = store.write(move |txn| async move {
        for number in 0..3 {
            let new = new_task(&format!("new {number}"), number == 0);
            create(&txn, &id, new, at(1)).await?;
        }
        let found = txn.find_task_for_update(&id, old.id).await?;
        trash(&txn, &found.unwrap().0, at(2)).await?;
        totals_in(&txn, &id).await
    });
    assert_eq!(changed.await.unwrap(), (3, 1), "seen from inside");
    assert_eq!(ada.totals().await, (3, 1));
}

/// Something that happens to somebody's tasks in a transaction.
#[derive(Clone, Debug)]
enum Event {
    Add { completed: bool },
    Toggle(Task),
    Rename(Task),
    Delete(Task),
}

struct Story {
    dice: Dice,
    step: i64,
    tasks: Vec<Task>,
}

impl Story {
    fn next(&mut self) -> Event {
        self.step += 1;
        let roll = self.dice.roll(10);
        match (roll, self.dice.pick(&self.tasks)) {
            (0..=2, Some(task)) => Event::Toggle(task.clone()),
            (3, Some(task)) => Event::Rename(task.clone()),
            (4..=5, Some(task)) => Event::Delete(task.clone()),
            _ => Event::Add { completed: roll.is_multiple_of(2) },
        }
    }

    /// Remembers what the store should hold now.
    fn happened(&mut self, event: &Event, outcome: Option<Task>) {
        match event {
            Event::Add { .. } => {}
            Event::Toggle(task) | Event::Rename(task) | Event::Delete(task) => {
                self.tasks.retain(|kept| kept.id != task.id);
            }
        }
        self.tasks.extend(outcome);
        self.tasks.sort_by_key(|task| std::cmp::Reverse((task.created_at, task.id)));
    }

    fn totals(&self) -> (usize, usize) {
        let completed = self.tasks.iter().filter(|task| task.completed);
        (self.tasks.len(), completed.count())
    }
}

/// Makes an event happen, or happen and be undone.
async fn tell(
    who: &Person,
    event: Event,
    step: i64,
    undone: bool,
) -> Result<Option<Task>, Failure> {
    let id = who.id.clone();
    let told = who.store.write(move |txn| async move {
        let change = match event {
            Event::Add { completed } => {
                // Ties in time are part of the story.
                let new = new_task(&format!("task {step}"), completed);
                let task = create(&txn, &id, new, at(step / 3)).await?;
                return keep(Some(task), undone);
            }
            Event::Delete(task) => {
                trash(&txn, &task, at(step)).await?;
                return keep(None, undone);
            }
            Event::Toggle(task) => task.with_completed(None, at(step), &TimeZoneName::UTC),
            Event::Rename(task) => {
                let title = Some(title(&format!("renamed {step}")));
                let patch = TaskPatch { title, ..TaskPatch::default() };
                task.patched(patch, at(step), &TimeZoneName::UTC).expect("a title goes with all")
            }
        };
        if let TaskChange::Changed(changed) = &change {
            replace(&txn, &changed.before, &changed.after).await?;
        }
        keep(Some(change.into_task()), undone)
    });
    told.await
}

fn keep(outcome: Option<Task>, undone: bool) -> Result<Option<Task>, Failure> {
    if undone { Err(Failure::ChangedMind) } else { Ok(outcome) }
}

async fn totals_agree_with_the_tasks_after_any_story(store: Store) {
    for seed in 1..=3 {
        let who = person(&store, &format!("person{seed}")).await;
        let mut told = Story { dice: Dice(seed), step: 0, tasks: Vec::new() };
        for _ in 0..60 {
            let event = told.next();
            let undone = told.dice.roll(4) == 0;
            match tell(&who, event.clone(), told.step, undone).await {
                Ok(outcome) => told.happened(&event, outcome),
                Err(Failure::ChangedMind) => {}
                Err(Failure::Store(error)) => panic!("{event:?} of seed {seed}: {error:?}"),
            }
            let (all, completed) = who.totals().await;
            let totals = (usize::try_from(all).unwrap(), usize::try_from(completed).unwrap());
            assert_eq!(totals, told.totals(), "after {event:?} of seed {seed}");
        }
        assert_eq!(who.tasks().await, told.tasks, "at the end of seed {seed}");
        check_filters(&who, &told).await.unwrap();
    }
}

async fn check_filters(who: &Person, story: &Story) -> Result<(), StoreError> {
    for (filter, done) in [(StatusFilter::Pending, false), (StatusFilter::Completed, true)] {
        let list = who.lists(with_status(filter)).await;
        let expected: Vec<_> = story.tasks.iter().filter(|task| task.completed == done).collect();
        assert_eq!(list.tasks.iter().collect::<Vec<_>>(), expected);
        assert_eq!(list.total, i64::try_from(expected.len()).unwrap());
    }
    Ok(())
}
