//! What tasks are planned with, and where it is looked up.

use rondo_domain::{NewTask, Plan, Priority, TaskPatch, TimeZoneName, UserSettingsPatch};
use rondo_store::{Store, StoreError};

use crate::support::{
    Database, Person, at, due, id_of, new_task, person, planned, tags, text, title,
};

on_every_database! {
    a_planned_task_comes_back_as_it_was_stored,
    every_due_date_and_priority_comes_back,
    a_task_comes_with_the_time_zone_of_its_owner,
}

mod from_outside {
    use super::{
        a_plan_that_makes_no_sense_is_an_error, a_search_looks_through_folded_text,
        tags_are_found_where_they_are_looked_up, texts_are_ordered_as_due_dates_are,
    };

    on_shared_databases! {
        a_plan_that_makes_no_sense_is_an_error,
        a_search_looks_through_folded_text,
        tags_are_found_where_they_are_looked_up,
        texts_are_ordered_as_due_dates_are,
    }
}

async fn a_planned_task_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let new = planned("Water the plants");
    let stored = ada.tries_to_add(new.clone(), at(5)).await.unwrap();
    assert_eq!((&stored.plan, stored.previous_task_id), (&new.plan, new.previous_task_id));
    assert_eq!(ada.finds(stored.id).await, Some(stored));
}

async fn every_due_date_and_priority_comes_back(store: Store) {
    let ada = person(&store, "ada").await;
    let dates = ["0001-01-01", "2026-11-22", "2026-11-22T00:00", "9999-12-31T23:59"];
    let dates = dates.map(|date| Some(due(date))).into_iter().chain([None]);
    let priorities = Priority::ALL.map(Some).into_iter().chain([None, None]);
    for (due, priority) in dates.zip(priorities) {
        let plan = Plan { due, priority, ..Plan::NONE };
        let new = NewTask { plan: plan.clone(), ..new_task("milk", false) };
        let stored = ada.tries_to_add(new, at(0)).await.unwrap();
        assert_eq!(ada.finds(stored.id).await.unwrap().plan, plan);
    }
}

async fn moves_to(who: &Person, zone: &str) {
    let time_zone = Some(TimeZoneName::parse(zone).unwrap());
    let (id, patch) = (who.id.clone(), UserSettingsPatch { time_zone, ..Default::default() });
    let moved =
        who.store.write(move |txn| async move { txn.update_settings(&id, &patch, at(0)).await });
    moved.await.unwrap();
}

async fn a_task_comes_with_the_time_zone_of_its_owner(store: Store) {
    let ada = person(&store, "ada").await;
    moves_to(&ada, "Asia/Tokyo").await;
    moves_to(&person(&store, "bob").await, "Europe/Berlin").await;
    let someday = ada.adds("someday").await.id;
    let tomorrow = ada.tries_to_add(planned("tomorrow"), at(0)).await.unwrap().id;
    for (task, expected) in [(someday, "UTC"), (tomorrow, "Asia/Tokyo")] {
        let id = ada.id.clone();
        let found = store.read(move |txn| async move { txn.find_task(&id, task).await });
        assert_eq!(
            found.await.unwrap().unwrap().1.as_str(),
            expected,
            "without a date none is needed"
        );
        let id = ada.id.clone();
        let found =
            store.write(move |txn| async move { txn.find_task_for_update(&id, task).await });
        assert_eq!(found.await.unwrap().unwrap().1.as_str(), "Asia/Tokyo");
    }
}

async fn a_plan_that_makes_no_sense_is_an_error((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let milk = ada.tries_to_add(planned("milk"), at(0)).await.unwrap().id;
    for (column, nonsense) in [
        ("due_date", "'2026-02-30'"),
        ("due_date", "'2026-11-22T24:01'"),
        ("tags", "''"),
        ("tags", "'#'"),
        ("recurrence_rule", "'FREQ=SOMETIMES'"),
        ("recurrence_rule", "null"),
        ("recurrence_from", "null"),
        ("previous_task_id", "0"),
        ("next_task_id", "-1"),
    ] {
        let column_was = format!("(select {column} from spare)");
        database.execute("create table spare as select * from tasks").await;
        database.execute(&format!("update tasks set {column} = {nonsense}")).await;
        let found = store.read(move |txn| async move { txn.find_task(&id_of("ada"), milk).await });
        assert_refused!(found.await, StoreError::Corrupt { table: "tasks", .. });
        database.execute(&format!("update tasks set {column} = {column_was}")).await;
        database.execute("drop table spare").await;
        assert!(ada.finds(milk).await.is_some(), "{column} is as it was");
    }
}

async fn a_search_looks_through_folded_text((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let new = NewTask { description: Some(text("STRASSE 5")), ..new_task("Ärger", false) };
    let task = ada.tries_to_add(new, at(0)).await.unwrap().id;
    let folded = "select count(*) from tasks where user_id = 'ada' and search_text = ";
    let newline = if database.is_sqlite() { "char(10)" } else { "chr(10)" };
    assert_eq!(database.number(&format!("{folded}'ärger' || {newline} || 'strasse 5'")).await, 1);
    let patch =
        TaskPatch {
            title: Some(title("ΟΔΟΣ")), description: Some(None), ..TaskPatch::default()
        };
    ada.patches(task, patch, at(1)).await.unwrap();
    assert_eq!(database.number(&format!("{folded}'οδοσ'")).await, 1);
}

async fn tags_are_found_where_they_are_looked_up((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let found = async |key: &str, name: &str| {
        let sql = format!(
            "select count(*) from task_tags
             where user_id = 'ada' and tag_key = '{key}' and name = '{name}'"
        );
        database.number(&sql).await
    };
    let plan = Plan { tags: tags(&["Work", "home"]), ..Plan::NONE };
    let task =
        ada.tries_to_add(NewTask { plan, ..new_task("milk", false) }, at(0)).await.unwrap().id;
    assert_eq!((found("work", "Work").await, found("home", "home").await), (1, 1));
    let set = async |names: &[&str], seconds| {
        let patch = TaskPatch { tags: Some(tags(names)), ..TaskPatch::default() };
        ada.patches(task, patch, at(seconds)).await.unwrap();
        database.number("select count(*) from task_tags").await
    };
    assert_eq!(set(&["WORK", "garden"], 1).await, 2);
    assert_eq!((found("work", "WORK").await, found("garden", "garden").await), (1, 1));
    assert_eq!(set(&["garden", "WORK"], 2).await, 2, "another order");
    assert_eq!(ada.finds(task).await.unwrap().plan.tags, tags(&["garden", "WORK"]));
    assert_eq!(set(&[], 3).await, 0);
    assert_eq!(set(&["home"], 4).await, 1);
    assert!(ada.deletes(task).await);
    assert_eq!(database.number("select count(*) from task_tags").await, 0, "not in the trash");
}

async fn texts_are_ordered_as_due_dates_are((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let in_order = [
        "0999-12-31T23:59",
        "2026-11-22T00:00",
        "2026-11-22T23:59",
        "2026-11-22",
        "2026-11-23T00:00",
    ];
    for text in in_order.iter().rev() {
        let plan = Plan { due: Some(due(text)), ..Plan::NONE };
        ada.tries_to_add(NewTask { plan, ..new_task("milk", false) }, at(0)).await.unwrap();
    }
    let out_of_order = "select count(*) from tasks one join tasks other
         on one.id < other.id and one.due_date <= other.due_date";
    assert_eq!(database.number(out_of_order).await, 0);
}
