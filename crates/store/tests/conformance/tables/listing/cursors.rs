//! Following a list from page to page.

use rondo_domain::{
    Page, Position, SortKey, SortOrder, Start, StatusFilter, Task, TaskFilter, TaskQuery, TaskSort,
    UserId,
};
use rondo_store::{Store, StoreError};

use super::oracle;
use crate::support::{Dice, Person, at, person, with_status};

on_every_database! {
    every_list_is_the_same_page_by_page,
    tasks_that_did_not_move_come_once_while_others_come_and_go,
    nothing_follows_the_last_task,
    a_position_beyond_the_tasks_is_followed_by_nothing,
    a_position_of_another_sort_is_refused,
}

const ORDERS: [SortOrder; 2] = [SortOrder::Ascending, SortOrder::Descending];

/// Gives two people the same tasks but for their ids.
async fn two_with_tasks(store: &Store, seed: u64) -> (Person, Vec<Task>) {
    let (ada, bob) = (person(store, "ada").await, person(store, "bob").await);
    let of = |owner: &UserId, first: i64| -> Vec<Task> {
        let mut dice = Dice(seed);
        (0..70).map(|place| oracle::task(&mut dice, owner, first + 2 * place)).collect()
    };
    let (hers, his) = (of(&ada.id, 1), of(&bob.id, 2));
    keep(store, hers.iter().chain(&his).cloned().collect()).await;
    (ada, hers)
}

/// Stores tasks as they are.
async fn keep(store: &Store, tasks: Vec<Task>) {
    let stored = store.write(move |txn| async move {
        for task in &tasks {
            txn.insert_imported_task(task).await?;
        }
        Ok::<_, StoreError>(())
    });
    stored.await.unwrap();
}

/// Asks for a list page by page, and holds it to what it should be.
async fn check(who: &Person, mut query: TaskQuery, expected: &[Task]) {
    let total = i64::try_from(expected.len()).unwrap();
    let mut seen = Vec::new();
    loop {
        let page = who.lists(query.clone()).await;
        assert_eq!(page.total, total, "{query:?}");
        seen.extend(page.tasks);
        assert_eq!(seen, expected[..seen.len()], "{query:?}");
        assert_eq!(page.next.is_some(), seen.len() < expected.len(), "{query:?}");
        let Some(next) = page.next else { break };
        query.start = Start::After(next);
    }
    for offset in [1, total - 1, total, total + 1] {
        let offset = offset.max(0);
        let skipped = usize::try_from(offset.min(total)).unwrap();
        let rest = &expected[skipped..];
        let cut = rest.len().min(usize::try_from(query.limit).unwrap());
        query.start = Start::Offset(offset);
        let page = who.lists(query.clone()).await;
        assert_eq!((page.total, &page.tasks[..]), (total, &rest[..cut]), "{query:?}");
        assert_eq!(page.next.is_some(), cut < rest.len(), "{query:?}");
    }
}

async fn every_list_is_the_same_page_by_page(store: Store) {
    let (ada, tasks) = two_with_tasks(&store, 1).await;
    let mut dice = Dice(2);
    let statuses = [StatusFilter::All, StatusFilter::Pending, StatusFilter::Completed];
    for sort in TaskSort::ALL {
        for order in ORDERS {
            let plain = statuses.map(|status| TaskFilter { status, ..TaskFilter::default() });
            let random: Vec<_> = (0..8).map(|_| oracle::filter(&mut dice)).collect();
            for filter in plain.into_iter().chain(random) {
                let expected = oracle::listed(&tasks, &filter, sort, order);
                let limit = 3 + i64::try_from(dice.roll(30)).unwrap();
                let query = TaskQuery { filter, sort, order, limit, ..TaskQuery::default() };
                check(&ada, query, &expected).await;
            }
        }
    }
}

async fn tasks_that_did_not_move_come_once_while_others_come_and_go(store: Store) {
    let (ada, tasks) = two_with_tasks(&store, 3).await;
    let mut id = 1_000;
    for sort in TaskSort::ALL {
        for order in ORDERS {
            let mut query = TaskQuery { sort, order, limit: 9, ..TaskQuery::default() };
            let mut guests: Vec<Task> = Vec::new();
            let mut seen: Vec<Task> = Vec::new();
            loop {
                let page = ada.lists(query.clone()).await;
                seen.extend(page.tasks);
                // The last of the page may be gone when the next one is asked for.
                for guest in guests.drain(..) {
                    assert!(ada.deletes(guest.id).await);
                }
                for second in 0..2 {
                    let mut task = oracle::task(&mut Dice(id), &ada.id, i64::try_from(id).unwrap());
                    task.created_at = at(second);
                    keep(&store, vec![task.clone()]).await;
                    guests.push(task);
                    id += 1;
                }
                let Some(next) = page.next else { break };
                query.start = Start::After(next);
            }
            for guest in guests {
                assert!(ada.deletes(guest.id).await);
            }
            seen.retain(|task| task.id.get() < 1_000);
            assert_eq!(seen, oracle::listed(&tasks, &TaskFilter::default(), sort, order));
        }
    }
}

async fn nothing_follows_the_last_task(store: Store) {
    let ada = person(&store, "ada").await;
    for name in ["a", "b", "c"] {
        ada.adds(name).await;
    }
    for (limit, follows) in [(1, true), (2, true), (3, false), (4, false), (Page::MAX_LIMIT, false)]
    {
        for sort in TaskSort::ALL {
            let page = ada.lists(TaskQuery { sort, limit, ..TaskQuery::default() }).await;
            assert_eq!(page.next.is_some(), follows, "{limit} {sort:?}");
        }
    }
    let none = ada.lists(with_status(StatusFilter::Completed)).await;
    assert_eq!((none.tasks.len(), none.next), (0, None));
}

async fn a_position_beyond_the_tasks_is_followed_by_nothing(store: Store) {
    let (ada, tasks) = two_with_tasks(&store, 4).await;
    for (sort, key) in [
        (TaskSort::CreatedAt, SortKey::Number(at(100).as_micros())),
        (TaskSort::UpdatedAt, SortKey::Number(at(100).as_micros())),
        (TaskSort::Priority, SortKey::Number(5)),
        (TaskSort::DueDate, SortKey::Text("~~".to_owned())),
        (TaskSort::Title, SortKey::Text("\u{10ffff}".to_owned())),
    ] {
        let start = Start::After(Position { key, task_id: 1 });
        let query = TaskQuery { sort, start, ..TaskQuery::default() };
        let after = TaskQuery { order: SortOrder::Ascending, ..query.clone() };
        let page = ada.lists(after).await;
        assert_eq!((page.tasks.len(), page.total, page.next), (0, 70, None), "{sort:?}");
        let before = TaskQuery { order: SortOrder::Descending, ..query };
        assert_eq!(ada.lists(before).await.tasks.len(), tasks.len(), "{sort:?}");
    }
}

async fn a_position_of_another_sort_is_refused(store: Store) {
    let ada = person(&store, "ada").await;
    for (sort, key) in [
        (TaskSort::CreatedAt, SortKey::Text("a".to_owned())),
        (TaskSort::UpdatedAt, SortKey::Number(i64::MAX)),
        (TaskSort::Priority, SortKey::Text("a".to_owned())),
        (TaskSort::DueDate, SortKey::Number(0)),
        (TaskSort::Title, SortKey::Number(0)),
    ] {
        let start = Start::After(Position { key, task_id: 1 });
        let query = TaskQuery { sort, start, ..TaskQuery::default() };
        let id = ada.id.clone();
        let listed = store.read(move |txn| async move { txn.list_tasks(&id, &query).await });
        assert_refused!(listed.await, StoreError::Internal(_));
    }
}
