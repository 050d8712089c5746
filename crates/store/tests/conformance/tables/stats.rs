//! How many tasks there are of each kind.

use rondo_domain::{NewTask, Plan, Priority, PriorityCounts, StatsBounds, Task, TaskStats};
use rondo_store::Store;

use crate::support::{Dice, Person, at, due, id_of, new_task, person};

on_every_database! {
    tasks_are_counted_by_what_is_known_of_them,
    what_is_done_is_counted_on_its_day,
    a_user_without_tasks_has_none_of_any_kind,
    nobody_is_counted_among_others,
    counts_agree_with_the_tasks,
}

const DAY: i64 = 86_400;

/// The tests' day, 2026-11-21, and half past nine on it.
fn bounds() -> StatsBounds {
    StatsBounds {
        open: due("2026-11-21T09:30"),
        today: due("2026-11-21"),
        days: [-6, -5, -4, -3, -2, -1, 0, 1].map(|day| at(day * DAY)),
    }
}

async fn counts(who: &Person) -> TaskStats {
    let (id, bounds) = (who.id.clone(), bounds());
    let counted = who.store.read(move |txn| async move { txn.task_stats(&id, &bounds).await });
    counted.await.unwrap()
}

async fn has(who: &Person, date: &str, priority: Option<Priority>, completed: bool) -> Task {
    let plan = Plan { due: Some(due(date)), priority, ..Plan::NONE };
    let new = NewTask { plan, ..new_task("milk", completed) };
    who.tries_to_add(new, at(-30 * DAY)).await.unwrap()
}

async fn tasks_are_counted_by_what_is_known_of_them(store: Store) {
    let ada = person(&store, "ada").await;
    for (date, priority, completed) in [
        ("2026-11-20", Some(Priority::High), false),
        ("2026-11-20", Some(Priority::High), true),
        ("2026-11-21T00:00", Some(Priority::Medium), false),
        ("2026-11-21T09:29", None, false),
        ("2026-11-21T09:30", Some(Priority::Low), false),
        ("2026-11-21", Some(Priority::High), false),
        ("2026-11-21", None, true),
        ("2026-11-22T00:00", None, false),
    ] {
        has(&ada, date, priority, completed).await;
    }
    ada.adds("undated").await;
    let expected = TaskStats {
        total: 9,
        pending: 7,
        completed: 2,
        overdue: 3,
        due_today: 4,
        by_priority: PriorityCounts { high: 3, medium: 1, low: 1, none: 4 },
        completed_last_7_days: [0; 7],
    };
    assert_eq!(counts(&ada).await, expected);
}

async fn what_is_done_is_counted_on_its_day(store: Store) {
    let ada = person(&store, "ada").await;
    for second in
        [-7 * DAY, -6 * DAY - 1, -6 * DAY, -5 * DAY - 1, -3 * DAY + 5, -1, 0, DAY - 1, DAY]
    {
        let task = ada.adds("milk").await;
        ada.completes(task.id, at(second)).await.unwrap();
    }
    assert_eq!(counts(&ada).await.completed_last_7_days, [2, 0, 0, 1, 0, 1, 2]);
    assert_eq!(counts(&ada).await.completed, 9);
}

async fn a_user_without_tasks_has_none_of_any_kind(store: Store) {
    let ada = person(&store, "ada").await;
    assert_eq!(counts(&ada).await, TaskStats::default());
    let stranger = Person { id: id_of("stranger"), store: store.clone() };
    assert_eq!(counts(&stranger).await, TaskStats::default());
}

async fn nobody_is_counted_among_others(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    has(&ada, "2026-11-20", Some(Priority::High), false).await;
    assert_eq!(counts(&bob).await, TaskStats::default());
}

async fn counts_agree_with_the_tasks(store: Store) {
    let ada = person(&store, "ada").await;
    let mut dice = Dice(5);
    let dates = ["2026-11-20", "2026-11-21T09:00", "2026-11-21", "2026-11-22"];
    for _ in 0..40 {
        let date = dice.pick(&dates).unwrap();
        let priority = dice.pick(&Priority::ALL).copied();
        let task = has(&ada, date, priority, false).await;
        if dice.roll(2) == 0 {
            let second = i64::try_from(dice.roll(9)).unwrap() * DAY - 7 * DAY;
            ada.completes(task.id, at(second)).await.unwrap();
        }
        if dice.roll(5) == 0 {
            assert!(ada.deletes(task.id).await);
        }
    }
    let (tasks, counts) = (ada.tasks().await, counts(&ada).await);
    let count = |passes: &dyn Fn(&&Task) -> bool| {
        i64::try_from(tasks.iter().filter(|task| passes(task)).count()).unwrap()
    };
    assert_eq!(counts.total, count(&|_| true));
    assert_eq!(counts.completed, count(&|task| task.completed));
    assert_eq!(counts.pending, counts.total - counts.completed);
    let has = |task: &Task, dates: &[&str]| {
        !task.completed && dates.iter().any(|date| task.plan.due == Some(due(date)))
    };
    assert_eq!(counts.overdue, count(&|task| has(task, &dates[..2])));
    assert_eq!(counts.due_today, count(&|task| has(task, &dates[1..3])));
    let week = count(&|task| {
        task.completed_at.is_some_and(|moment| (at(-6 * DAY)..at(DAY)).contains(&moment))
    });
    assert_eq!(counts.completed_last_7_days.iter().sum::<i64>(), week);
    let PriorityCounts { high, medium, low, none } = counts.by_priority;
    assert_eq!(high, count(&|task| task.plan.priority == Some(Priority::High)));
    assert_eq!(high + medium + low + none, counts.total);
}
