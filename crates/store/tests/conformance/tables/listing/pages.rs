//! Order and pages of lists that are filtered by the status alone, and totals
//! that fit them.

use rondo_domain::{Start, StatusFilter, TaskQuery, TaskSort, TimeZoneName, UserSettingsPatch};
use rondo_store::{Store, TaskPage};

use crate::support::{Person, at, id_of, person, with_status};

on_every_database! {
    the_newest_task_comes_first,
    tasks_of_the_same_moment_are_listed_by_id,
    tasks_are_filtered_by_whether_they_are_done,
    a_filtered_list_is_ordered_too,
    a_list_is_cut_into_pages,
    a_page_past_the_end_is_empty_and_has_the_totals,
    the_longest_page_and_the_farthest_offset_are_fine,
    a_user_without_tasks_has_an_empty_list,
    a_user_without_a_row_has_an_empty_list,
    a_list_comes_with_the_time_zone_of_its_owner,
    nobody_sees_the_tasks_of_others,
}

fn titles(list: &TaskPage) -> Vec<&str> {
    list.tasks.iter().map(|task| task.title.as_str()).collect()
}

fn page(status: StatusFilter, limit: i64, offset: i64) -> TaskQuery {
    TaskQuery { limit, start: Start::Offset(offset), ..with_status(status) }
}

/// Ada with five tasks, b and d of them done.
async fn ada_with_five(store: &Store) -> Person {
    let ada = person(store, "ada").await;
    for (second, name) in (0..).zip(["a", "b", "c", "d", "e"]) {
        let task = ada.adds_at(name, at(second)).await;
        if name == "b" || name == "d" {
            ada.completes(task.id, at(10)).await.unwrap();
        }
    }
    ada
}

async fn the_newest_task_comes_first(store: Store) {
    let ada = person(&store, "ada").await;
    ada.adds_at("second", at(2)).await;
    ada.adds_at("third", at(3)).await;
    ada.adds_at("first", at(1)).await;
    assert_eq!(ada.titles().await, ["third", "second", "first"]);
}

async fn tasks_of_the_same_moment_are_listed_by_id(store: Store) {
    let ada = person(&store, "ada").await;
    for name in ["a", "b", "c"] {
        ada.adds_at(name, at(1)).await;
    }
    ada.adds_at("older", at(0)).await;
    assert_eq!(ada.titles().await, ["c", "b", "a", "older"]);
    let pages = async |offset| {
        let list = ada.lists(page(StatusFilter::All, 1, offset)).await;
        titles(&list).join("")
    };
    assert_eq!([pages(0).await, pages(1).await, pages(2).await], ["c", "b", "a"]);
}

async fn tasks_are_filtered_by_whether_they_are_done(store: Store) {
    let ada = ada_with_five(&store).await;
    for (filter, expected) in [
        (StatusFilter::All, vec!["e", "d", "c", "b", "a"]),
        (StatusFilter::Pending, vec!["e", "c", "a"]),
        (StatusFilter::Completed, vec!["d", "b"]),
    ] {
        let list = ada.lists(with_status(filter)).await;
        assert_eq!(titles(&list), expected, "{filter:?}");
        assert_eq!(list.total, i64::try_from(expected.len()).unwrap(), "{filter:?}");
    }
}

async fn a_filtered_list_is_ordered_too(store: Store) {
    let ada = person(&store, "ada").await;
    for (name, second) in [("b", 1), ("c", 1), ("a", 0), ("d", 2)] {
        let task = ada.adds_at(name, at(second)).await;
        // In another order than they were made.
        ada.completes(task.id, at(10 - second)).await.unwrap();
    }
    let list = ada.lists(with_status(StatusFilter::Completed)).await;
    assert_eq!(titles(&list), ["d", "c", "b", "a"]);
}

async fn a_list_is_cut_into_pages(store: Store) {
    let ada = ada_with_five(&store).await;
    for (filter, limit, offset, expected) in [
        (StatusFilter::All, 2, 0, vec!["e", "d"]),
        (StatusFilter::All, 2, 2, vec!["c", "b"]),
        (StatusFilter::All, 2, 4, vec!["a"]),
        (StatusFilter::Pending, 2, 1, vec!["c", "a"]),
        (StatusFilter::Completed, 1, 1, vec!["b"]),
    ] {
        let list = ada.lists(page(filter, limit, offset)).await;
        assert_eq!(titles(&list), expected, "{filter:?} {limit} {offset}");
    }
}

async fn a_page_past_the_end_is_empty_and_has_the_totals(store: Store) {
    let ada = ada_with_five(&store).await;
    for (filter, total) in
        [(StatusFilter::All, 5), (StatusFilter::Pending, 3), (StatusFilter::Completed, 2)]
    {
        for sort in TaskSort::ALL {
            let list = ada.lists(TaskQuery { sort, ..page(filter, 10, 5) }).await;
            assert_eq!((list.tasks.len(), list.total), (0, total), "{filter:?} {sort:?}");
            assert_eq!(list.next, None);
        }
    }
}

async fn the_longest_page_and_the_farthest_offset_are_fine(store: Store) {
    let ada = ada_with_five(&store).await;
    let list = ada.lists(page(StatusFilter::All, 1000, 0)).await;
    assert_eq!(list.tasks.len(), 5);
    for sort in TaskSort::ALL {
        let farthest = TaskQuery { sort, ..page(StatusFilter::All, 1000, i64::MAX) };
        let list = ada.lists(farthest).await;
        assert_eq!((list.tasks.len(), list.total, list.next), (0, 5, None), "{sort:?}");
    }
}

async fn a_user_without_tasks_has_an_empty_list(store: Store) {
    let ada = person(&store, "ada").await;
    let list = ada.lists(TaskQuery::default()).await;
    assert_eq!((list.tasks.len(), list.total, list.next), (0, 0, None));
}

async fn a_user_without_a_row_has_an_empty_list(store: Store) {
    person(&store, "ada").await.adds("milk").await;
    let stranger = Person { id: id_of("stranger"), store: store.clone() };
    for sort in TaskSort::ALL {
        let list = stranger.lists(TaskQuery { sort, ..with_status(StatusFilter::Completed) }).await;
        let nothing = TaskPage { tasks: Vec::new(), total: 0, next: None, zone: TimeZoneName::UTC };
        assert_eq!(list, nothing, "{sort:?}");
    }
}

async fn a_list_comes_with_the_time_zone_of_its_owner(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let berlin = TimeZoneName::parse("Europe/Berlin").unwrap();
    let moved = UserSettingsPatch { time_zone: Some(berlin.clone()), ..Default::default() };
    let id = ada.id.clone();
    let moved =
        store.write(move |txn| async move { txn.update_settings(&id, &moved, at(0)).await });
    moved.await.unwrap();
    for sort in TaskSort::ALL {
        let query = TaskQuery { sort, ..TaskQuery::default() };
        assert_eq!(ada.lists(query.clone()).await.zone, berlin, "without tasks");
        ada.adds("milk").await;
        assert_eq!(ada.lists(query.clone()).await.zone, berlin);
        assert_eq!(bob.lists(query).await.zone, TimeZoneName::UTC);
    }
}

async fn nobody_sees_the_tasks_of_others(store: Store) {
    let ada = ada_with_five(&store).await;
    let bob = person(&store, "bob").await;
    bob.adds("secret").await;
    assert_eq!(bob.titles().await, ["secret"]);
    assert_eq!(bob.totals().await, (1, 0));
    assert_eq!(ada.titles().await, ["e", "d", "c", "b", "a"]);
    assert_eq!(ada.totals().await, (5, 2));
}
