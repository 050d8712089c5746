//! What a body says, and what is wrong with it.

use rondo_domain::{
    NewTask, Priority, TagName, TaskId, TaskPatch, TimeZoneName, UserSettings, WeekStart,
};
use serde_json::json;

use super::*;
use crate::{input::problems, testing::NOW};

fn in_zone(name: &str) -> UserSettings {
    let time_zone = TimeZoneName::parse(name).expect("a test zone exists");
    UserSettings { time_zone, week_start: WeekStart::Monday, ..UserSettings::default() }
}

/// What a body becomes in Berlin, on Saturday, 21 November 2026, at half past ten.
fn made(body: Value) -> Result<NewTask, Error> {
    new_task(body)?.resolve(NOW, &in_zone("Europe/Berlin"))
}

fn task(body: Value) -> NewTask {
    made(body.clone()).unwrap_or_else(|error| panic!("{body}: {error:?}"))
}

fn due(task: &NewTask) -> Option<String> {
    task.plan.due.map(|due| due.to_string())
}

fn tags(task: &NewTask) -> Vec<&str> {
    task.plan.tags.as_slice().iter().map(TagName::as_str).collect()
}

fn rule(task: &NewTask) -> Option<String> {
    task.plan.recurrence.as_ref().map(|recurrence| recurrence.rule.to_string())
}

#[test]
fn a_title_is_all_a_task_needs() {
    let input = new_task(json!({"title": " Buy milk "})).expect("a title is enough");
    assert!(!input.needs_settings());
    let task = task(json!({"title": " Buy milk "}));
    assert_eq!(task, NewTask::titled(rondo_domain::Title::parse("Buy milk").expect("a title")));
}

#[test]
fn unknown_fields_are_ignored() {
    let body = json!({"title": "x", "id": 7, "user_id": "bob", "version": 9, "due_at": 1});
    assert_eq!(task(body), task(json!({"title": "x"})));
}

#[test]
fn every_problem_of_a_new_task_is_listed() {
    let body = json!({
        "description": "x".repeat(1001),
        "completed": "true",
        "due_date": "tomorrow",
        "priority": "p4",
        "tags": ["ok", 5, "#", "x".repeat(51)],
        "recurrence_rule": "FREQ=SECONDLY",
        "recurrence_from": "never"
    });
    assert_eq!(
        problems(new_task(body)),
        [
            "body.title missing",
            "body.description string_too_long",
            "body.completed bool_type",
            "body.due_date value_error",
            "body.priority literal_error",
            "body.tags.1 string_type",
            "body.tags.2 string_too_short",
            "body.tags.3 string_too_long",
            "body.recurrence_rule value_error",
            "body.recurrence_from literal_error",
        ]
    );
}

#[test]
fn a_field_has_one_type() {
    for value in [json!(5), json!(["x"]), json!({"x": 1}), json!(true)] {
        let body = json!({
            "title": value, "due_date": value, "priority": value, "recurrence_rule": value,
            "recurrence_from": value
        });
        assert_eq!(
            problems(new_task(body)),
            ["title", "due_date", "priority", "recurrence_rule", "recurrence_from"]
                .map(|field| format!("body.{field} string_type"))
        );
    }
    for title in ["", " \u{a0}"] {
        assert_eq!(problems(new_task(json!({"title": title}))), ["body.title string_too_short"]);
    }
    assert_eq!(problems(new_task(json!({"title": "a\0"}))), ["body.title value_error"]);
    for tags in [json!(null), json!("work"), json!({"0": "work"})] {
        let body = json!({"title": "x", "tags": tags});
        assert_eq!(problems(new_task(body)), ["body.tags list_type"]);
    }
}

#[test]
fn null_is_nothing_where_nothing_is_a_value() {
    let body = json!({
        "title": "x", "text": null, "description": null, "due_date": null, "priority": null,
        "recurrence_rule": null
    });
    assert_eq!(task(body), task(json!({"title": "x"})));
    let nulls = json!({"title": null, "completed": null, "tags": null, "recurrence_from": null});
    assert_eq!(
        problems(new_task(nulls)),
        [
            "body.title string_type",
            "body.completed bool_type",
            "body.tags list_type",
            "body.recurrence_from string_type"
        ]
    );
}

#[test]
fn a_plan_is_read_for_its_owner() {
    let planned = task(json!({
        "title": "Rent", "due_date": "2026-11-30T23:30:00Z", "priority": "URGENT",
        "tags": ["#Home", "home", " money "], "recurrence_rule": "monthly",
        "recurrence_from": "completion"
    }));
    assert_eq!(due(&planned).as_deref(), Some("2026-12-01T00:30"), "that is when it is in Berlin");
    assert_eq!(planned.plan.priority, Some(Priority::High));
    assert_eq!(tags(&planned), ["Home", "money"]);
    assert_eq!(rule(&planned).as_deref(), Some("FREQ=MONTHLY"));
    let from = planned.plan.recurrence.map(|recurrence| recurrence.from.as_str());
    assert_eq!(from, Some("completion"));
    assert_eq!(task(json!({"title": "x", "priority": "none"})).plan.priority, None);
}

#[test]
fn a_task_has_twenty_tags_and_no_more() {
    let many = |count: usize| (0..count).map(|n| format!("t{n}")).collect::<Vec<_>>();
    assert_eq!(tags(&task(json!({"title": "x", "tags": many(20)}))).len(), 20);
    let repeated = [many(20), many(20)].concat();
    assert_eq!(tags(&task(json!({"title": "x", "tags": repeated}))).len(), 20);
    for count in [21, 100, 101, 10_000] {
        let body = json!({"title": "x", "tags": many(count)});
        assert_eq!(problems(new_task(body)), ["body.tags too_long"], "{count}");
    }
    let endless = json!({"title": "x", "tags": vec![json!(1); 50_000]});
    assert_eq!(problems(new_task(endless)), ["body.tags too_long"]);
}

#[test]
fn what_recurs_needs_a_due_date_to_count_from() {
    for body in [
        json!({"title": "x", "recurrence_rule": "daily"}),
        json!({"title": "x", "recurrence_rule": "daily", "due_date": null}),
    ] {
        assert_eq!(problems(new_task(body)), ["body.recurrence_rule value_error"]);
    }
    let from = json!({"title": "x", "recurrence_from": "completion"});
    assert_eq!(problems(new_task(from)), ["body.recurrence_from value_error"]);
    assert!(new_task(json!({"title": "x", "recurrence_from": "due"})).is_ok());
    let hourly = json!({"title": "x", "due_date": "2026-12-01", "recurrence_rule": "FREQ=HOURLY"});
    assert_eq!(problems(made(hourly)), ["body.recurrence_rule value_error"]);
}

#[test]
fn a_task_is_read_from_a_line() {
    let read = task(json!({"text": "Call Ana tomorrow at 9 #work p1 every week"}));
    assert_eq!(read.title.as_str(), "Call Ana");
    assert_eq!(due(&read).as_deref(), Some("2026-11-22T09:00"));
    assert_eq!((read.plan.priority, tags(&read)), (Some(Priority::High), vec!["work"]));
    assert_eq!(rule(&read).as_deref(), Some("FREQ=WEEKLY"));
    assert!(new_task(json!({"text": "Call Ana"})).is_ok_and(|input| input.needs_settings()));
}

#[test]
fn what_is_given_wins_over_what_is_read() {
    let text = "Call Ana tomorrow at 9 #work p1 every week";
    let given = task(json!({
        "text": text, "title": "Call Bob", "due_date": "2026-12-24", "priority": "low",
        "tags": [], "recurrence_rule": "yearly", "completed": true, "description": "d"
    }));
    assert_eq!(given.title.as_str(), "Call Bob");
    assert_eq!(due(&given).as_deref(), Some("2026-12-24"));
    assert_eq!((given.plan.priority, tags(&given).len()), (Some(Priority::Low), 0));
    assert_eq!(rule(&given).as_deref(), Some("FREQ=YEARLY"));
    assert!(given.completed && given.description.is_some());

    let nulls = json!({"text": text, "due_date": null, "priority": null});
    let nulls = task(nulls);
    assert_eq!((nulls.title.as_str(), due(&nulls), nulls.plan.priority), ("Call Ana", None, None));
    assert_eq!((tags(&nulls), rule(&nulls)), (vec!["work"], None), "no date, nothing to repeat");
    assert_eq!(rule(&task(json!({"text": text, "recurrence_rule": null}))), None);
}

#[test]
fn a_line_has_its_bounds_and_its_rules() {
    for (body, expected) in [
        (json!({"text": " "}), "body.text string_too_short"),
        (json!({"text": 5}), "body.text string_type"),
        (json!({"text": "x".repeat(2001)}), "body.text string_too_long"),
        (json!({"text": "x".repeat(201)}), "body.text value_error"),
        (json!({"text": "milk", "title": null}), "body.title string_type"),
        (json!({"text": null}), "body.title missing"),
        (json!({"text": "milk", "recurrence_rule": "daily"}), "body.recurrence_rule value_error"),
    ] {
        assert_eq!(problems(made(body.clone())), [expected], "{body}");
    }
}

#[test]
fn a_patch_tells_absent_from_null() {
    let patch = |body| task_patch(body).map(|patch| patch.resolve(&in_zone("Europe/Berlin")));
    assert_eq!(patch(json!({})).ok(), Some(TaskPatch::default()));
    let nulls = json!({
        "description": null, "due_date": null, "priority": null, "recurrence_rule": null
    });
    let cleared = TaskPatch {
        description: Some(None),
        due: Some(None),
        priority: Some(None),
        recurrence_rule: Some(None),
        ..TaskPatch::default()
    };
    assert_eq!(patch(nulls).ok(), Some(cleared));
    let nulls = json!({"title": null, "completed": null, "tags": null, "recurrence_from": null});
    assert_eq!(
        problems(task_patch(nulls)),
        [
            "body.title string_type",
            "body.completed bool_type",
            "body.tags list_type",
            "body.recurrence_from string_type"
        ]
    );
    let moved = patch(json!({"due_date": "2026-11-30T23:30:00Z", "tags": []})).expect("a patch");
    assert_eq!(moved.due.flatten().map(|due| due.to_string()).as_deref(), Some("2026-12-01T00:30"));
    assert!(moved.tags.is_some_and(|tags| tags.is_empty()));
}

#[test]
fn a_patch_is_refused_when_no_task_could_have_it() {
    for (body, expected) in [
        (json!({"due_date": null, "recurrence_rule": "daily"}), "body.recurrence_rule value_error"),
        (
            json!({"recurrence_rule": null, "recurrence_from": "completion"}),
            "body.recurrence_from value_error",
        ),
    ] {
        assert_eq!(problems(task_patch(body.clone())), [expected], "{body}");
    }
    // The task may have what these lack.
    assert!(task_patch(json!({"recurrence_rule": "daily"})).is_ok());
    assert!(task_patch(json!({"recurrence_from": "completion"})).is_ok());
}

#[test]
fn only_a_due_date_or_a_line_makes_a_new_task_ask_for_the_calendar() {
    let needs = |body| new_task(body).map(|input| input.needs_settings()).ok();
    let plain = json!({"title": "x", "due_date": null, "tags": ["a"], "priority": "high"});
    assert_eq!(needs(plain), Some(false));
    assert_eq!(needs(json!({"title": "x", "due_date": "2026-12-24"})), Some(true));
    assert_eq!(needs(json!({"text": "x"})), Some(true));
}

#[test]
fn completing_takes_no_body_or_a_strict_boolean() {
    assert_eq!(completion(None).ok(), Some(None));
    assert_eq!(completion(Some(json!({}))).ok(), Some(None));
    assert_eq!(completion(Some(json!({"completed": true}))).ok(), Some(Some(true)));
    for wrong in [json!(1), json!("true"), json!(null)] {
        let body = Some(json!({"completed": wrong}));
        assert_eq!(problems(completion(body)), ["body.completed bool_type"]);
    }
    assert_eq!(problems(completion(Some(json!([])))), ["body.* model_attributes_type"]);
}

#[test]
fn many_tasks_change_each_once() {
    let ids =
        |numbers: &[i64]| numbers.iter().filter_map(|id| TaskId::new(*id)).collect::<Vec<_>>();
    let input = bulk(json!({"ids": [3, 1, 3.0, 2, 1], "action": "complete"})).expect("ids");
    assert_eq!(input, BulkInput { ids: ids(&[3, 1, 2]), action: BulkAction::Complete });
    for (name, action) in [
        ("reopen", BulkAction::Reopen),
        ("delete", BulkAction::Delete),
        ("restore", BulkAction::Restore),
    ] {
        let input = bulk(json!({"ids": [1], "action": name}));
        assert_eq!(input.map(|input| input.action).ok(), Some(action));
    }
    let body = json!({"ids": [1], "action": "update", "patch": {"priority": "p1", "x": 1}});
    let patch = task_patch(json!({"priority": "high"})).expect("a patch");
    assert_eq!(bulk(body).map(|i| i.action).ok(), Some(BulkAction::Update(Box::new(patch))));
    let most: Vec<i64> = (1..=500).collect();
    assert!(bulk(json!({"ids": most, "action": "delete"})).is_ok());
}

#[test]
fn missing_ids_never_mean_all_tasks() {
    for (ids, expected) in [
        (json!([]), "body.ids too_short"),
        (json!(null), "body.ids list_type"),
        (json!("all"), "body.ids list_type"),
        (json!(1), "body.ids list_type"),
        (json!((1..=501).collect::<Vec<i64>>()), "body.ids too_long"),
        (json!([1, "2"]), "body.ids.1 int_parsing"),
        (json!([1.5]), "body.ids.0 int_parsing"),
        (json!([null]), "body.ids.0 int_parsing"),
        (json!([0]), "body.ids.0 value_error"),
        (json!([-1]), "body.ids.0 value_error"),
        (json!([9_007_199_254_740_992_i64]), "body.ids.0 value_error"),
        (json!([1e300]), "body.ids.0 value_error"),
    ] {
        let body = json!({"ids": ids, "action": "delete"});
        assert_eq!(problems(bulk(body)), [expected], "{ids}");
    }
    assert_eq!(problems(bulk(json!({"action": "delete"}))), ["body.ids missing"]);
}

#[test]
fn every_problem_of_a_bulk_change_is_listed() {
    assert_eq!(problems(bulk(json!({}))), ["body.ids missing", "body.action missing"]);
    let body = json!({
        "ids": ["x"], "action": "explode", "patch": {"title": "", "tags": ["a", 1], "due_date": 5}
    });
    assert_eq!(
        problems(bulk(body)),
        [
            "body.ids.0 int_parsing",
            "body.action literal_error",
            "body.patch.title string_too_short",
            "body.patch.due_date string_type",
            "body.patch.tags.1 string_type",
        ]
    );
    for (body, expected) in [
        (json!({"ids": [1], "action": "update"}), "body.patch missing"),
        (json!({"ids": [1], "action": "update", "patch": {}}), "body.patch value_error"),
        (json!({"ids": [1], "action": "update", "patch": {"x": 1}}), "body.patch value_error"),
        (
            json!({"ids": [1], "action": "update", "patch": null}),
            "body.patch model_attributes_type",
        ),
        (json!({"ids": [1], "action": "delete", "patch": {}}), "body.patch value_error"),
        (
            json!({"ids": [1], "action": "delete", "patch": {"title": "x"}}),
            "body.patch value_error",
        ),
    ] {
        assert_eq!(problems(bulk(body.clone())), [expected], "{body}");
    }
}
