//! Which tasks pass a filter, in words that a user would use.

use rondo_domain::{
    DueFilter, NewTask, Plan, Priority, SearchText, StatusFilter, TagName, TaskFilter, TaskQuery,
};
use rondo_store::{Store, StoreError};

use crate::support::{Person, at, due, new_task, person, tags, text};

on_every_database! {
    a_search_finds_words_in_any_case_in_title_and_description,
    a_search_takes_every_sign_for_itself,
    a_task_with_several_of_the_tags_comes_once,
    a_filter_names_twenty_tags_and_no_more,
    priorities_are_asked_for_together_with_none,
    a_day_begins_before_and_ends_after_its_times,
    tasks_without_a_due_date_are_neither_before_nor_after,
    all_filters_hold_at_once,
    a_filter_that_nothing_passes_gives_an_empty_page,
}

/// The titles that pass, in the order they were added.
async fn found(who: &Person, filter: TaskFilter) -> String {
    let page = who.lists(TaskQuery { filter, ..TaskQuery::default() }).await;
    assert_eq!(page.total, i64::try_from(page.tasks.len()).unwrap());
    let mut titles: Vec<_> = page.tasks.iter().map(|task| task.title.as_str()).collect();
    titles.reverse();
    titles.join(", ")
}

async fn finds(who: &Person, words: &str) -> String {
    let text = Some(SearchText::parse(words).unwrap());
    found(who, TaskFilter { text, ..TaskFilter::default() }).await
}

async fn has_plans(store: &Store, plans: &[(&str, Plan)]) -> Person {
    let ada = person(store, "ada").await;
    for (name, plan) in plans {
        let new = NewTask { plan: plan.clone(), ..new_task(name, false) };
        ada.tries_to_add(new, at(0)).await.unwrap();
    }
    ada
}

async fn a_search_finds_words_in_any_case_in_title_and_description(store: Store) {
    let ada = person(&store, "ada").await;
    for (name, description) in
        [("Milk", None), ("shop", Some("two liters of MILK")), ("Émile", None), ("Straße", None)]
    {
        let new = NewTask { description: description.map(text), ..new_task(name, false) };
        ada.tries_to_add(new, at(0)).await.unwrap();
    }
    for (words, expected) in [
        ("milk", "Milk, shop"),
        ("MiLk", "Milk, shop"),
        ("iters of m", "shop"),
        ("émile", "Émile"),
        ("ÉMILE", "Émile"),
        ("strasse", "Straße"),
        ("STRASSE", "Straße"),
        ("emile", ""),
        ("milk shop", ""),
    ] {
        assert_eq!(finds(&ada, words).await, expected, "{words}");
    }
}

async fn a_search_takes_every_sign_for_itself(store: Store) {
    let ada = person(&store, "ada").await;
    for name in ["100 %", "a_b", "back\\slash", "it's", "\"said\"", "*?[x]", "ab"] {
        ada.adds(name).await;
    }
    for (words, expected) in [
        ("%", "100 %"),
        ("_", "a_b"),
        ("\\", "back\\slash"),
        ("'", "it's"),
        ("\"", "\"said\""),
        ("*", "*?[x]"),
        ("?", "*?[x]"),
        ("[x]", "*?[x]"),
        ("a%b", ""),
    ] {
        assert_eq!(finds(&ada, words).await, expected, "{words}");
    }
}

fn tagged(names: &[&str]) -> TaskFilter {
    let tags = names.iter().map(|name| TagName::parse(name).unwrap()).collect();
    TaskFilter { tags, ..TaskFilter::default() }
}

async fn a_task_with_several_of_the_tags_comes_once(store: Store) {
    let of = |names: &[&str]| Plan { tags: tags(names), ..Plan::NONE };
    let plans = [("both", of(&["Work", "home"])), ("one", of(&["WORK"])), ("none", Plan::NONE)];
    let ada = has_plans(&store, &plans).await;
    for (names, expected) in [
        (vec!["work"], "both, one"),
        (vec!["work", "home"], "both, one"),
        (vec!["Work", "WORK", "work"], "both, one"),
        (vec!["home", "away"], "both"),
        (vec!["wor"], ""),
    ] {
        assert_eq!(found(&ada, tagged(&names)).await, expected, "{names:?}");
    }
}

async fn a_filter_names_twenty_tags_and_no_more(store: Store) {
    let last = Plan { tags: tags(&["tag 20"]), ..Plan::NONE };
    let ada = has_plans(&store, &[("last", last)]).await;
    let names: Vec<String> = (1..=21).map(|number| format!("tag {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(found(&ada, tagged(&names[..20])).await, "last");
    let query = TaskQuery { filter: tagged(&names), ..TaskQuery::default() };
    let id = ada.id.clone();
    let listed = store.read(move |txn| async move { txn.list_tasks(&id, &query).await });
    assert_refused!(listed.await, StoreError::Internal(_));
}

async fn priorities_are_asked_for_together_with_none(store: Store) {
    let of = |priority| Plan { priority: Some(priority), ..Plan::NONE };
    let plans = [
        ("low", of(Priority::Low)),
        ("medium", of(Priority::Medium)),
        ("high", of(Priority::High)),
        ("none", Plan::NONE),
    ];
    let ada = has_plans(&store, &plans).await;
    let (low, medium, high) = (Some(Priority::Low), Some(Priority::Medium), Some(Priority::High));
    for (priorities, expected) in [
        (vec![high], "high"),
        (vec![low, high], "low, high"),
        (vec![None], "none"),
        (vec![None, medium], "medium, none"),
        (vec![high, high, high, high, low], "low, high"),
        (vec![low, medium, high, None], "low, medium, high, none"),
    ] {
        let filter = TaskFilter { priorities: priorities.clone(), ..TaskFilter::default() };
        assert_eq!(found(&ada, filter).await, expected, "{priorities:?}");
    }
}

fn due_in(before: Option<&str>, after: Option<&str>) -> TaskFilter {
    let due = DueFilter { before: before.map(due), after: after.map(due), none: false };
    TaskFilter { due, ..TaskFilter::default() }
}

/// Ada with something to do around a day.
async fn ada_with_dates(store: &Store) -> Person {
    let on = |date: &str| Plan { due: Some(due(date)), ..Plan::NONE };
    let plans = [
        ("eve", on("2026-11-21")),
        ("midnight", on("2026-11-22T00:00")),
        ("noon", on("2026-11-22T12:00")),
        ("day", on("2026-11-22")),
        ("morrow", on("2026-11-23T00:00")),
        ("never", Plan::NONE),
    ];
    has_plans(store, &plans).await
}

async fn a_day_begins_before_and_ends_after_its_times(store: Store) {
    let ada = ada_with_dates(&store).await;
    for (before, after, expected) in [
        (Some("2026-11-22"), None, "eve"),
        (Some("2026-11-22T00:00"), None, "eve"),
        (Some("2026-11-22T12:00"), None, "eve, midnight"),
        (Some("2026-11-22T12:01"), None, "eve, midnight, noon"),
        (Some("2026-11-23"), None, "eve, midnight, noon, day"),
        (None, Some("2026-11-21"), "midnight, noon, day, morrow"),
        (None, Some("2026-11-22T00:00"), "noon, day, morrow"),
        (None, Some("2026-11-22T23:59"), "day, morrow"),
        (None, Some("2026-11-22"), "morrow"),
        (Some("2026-11-23"), Some("2026-11-21"), "midnight, noon, day"),
        (Some("2026-11-21"), Some("2026-11-22"), ""),
    ] {
        let filter = due_in(before, after);
        assert_eq!(found(&ada, filter).await, expected, "{before:?} {after:?}");
    }
}

async fn tasks_without_a_due_date_are_neither_before_nor_after(store: Store) {
    let ada = ada_with_dates(&store).await;
    let none = |filter: TaskFilter| {
        let due = DueFilter { none: true, ..filter.due };
        TaskFilter { due, ..filter }
    };
    let day = Some("2026-11-22");
    for (filter, expected) in [
        (due_in(Some("9999-12-31"), None), "eve, midnight, noon, day, morrow"),
        (due_in(None, Some("0001-01-01")), "eve, midnight, noon, day, morrow"),
        (none(TaskFilter::default()), "never"),
        (none(due_in(day, None)), ""),
        (none(due_in(None, day)), ""),
    ] {
        assert_eq!(found(&ada, filter.clone()).await, expected, "{filter:?}");
    }
}

async fn all_filters_hold_at_once(store: Store) {
    let whole = Plan {
        due: Some(due("2026-11-22")),
        priority: Some(Priority::High),
        tags: tags(&["work"]),
        recurrence: None,
    };
    let plans = [
        ("milk", whole.clone()),
        ("bread", whole.clone()),
        ("milk undated", Plan { due: None, ..whole.clone() }),
        ("milk low", Plan { priority: Some(Priority::Low), ..whole.clone() }),
        ("milk untagged", Plan { tags: tags(&[]), ..whole.clone() }),
    ];
    let ada = has_plans(&store, &plans).await;
    let done = NewTask { plan: whole, ..new_task("milk done", true) };
    ada.tries_to_add(done, at(0)).await.unwrap();
    let filter = |status| TaskFilter {
        status,
        text: Some(SearchText::parse("MILK").unwrap()),
        priorities: vec![Some(Priority::High)],
        ..TaskFilter { due: due_in(Some("2026-11-23"), None).due, ..tagged(&["Work"]) }
    };
    assert_eq!(found(&ada, filter(StatusFilter::Pending)).await, "milk");
    assert_eq!(found(&ada, filter(StatusFilter::Completed)).await, "milk done");
    assert_eq!(found(&ada, filter(StatusFilter::All)).await, "milk, milk done");
}

async fn a_filter_that_nothing_passes_gives_an_empty_page(store: Store) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    for filter in [tagged(&["work"]), due_in(Some("2026-11-22"), None)] {
        let page = ada.lists(TaskQuery { filter, ..TaskQuery::default() }).await;
        assert_eq!((page.tasks.len(), page.total, page.next), (0, 0, None));
    }
    assert_eq!(finds(&ada, "bread").await, "");
}
