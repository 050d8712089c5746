//! Arguments that are wrong, and whose tasks they are about.

use super::*;

#[tokio::test]
async fn an_argument_that_the_tool_does_not_have_is_an_error() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for (name, mut arguments) in [
        ("add_task", json!({"title": "x", "completed": true})),
        ("add_task", json!({"title": "x", "text": "x tomorrow"})),
        ("list_tasks", json!({"offset": 3})),
        ("complete_task", json!({"task_id": 1, "title": "x"})),
        ("delete_task", json!({"task_id": 1, "force": true})),
        ("undo", json!({"force": true})),
    ] {
        let refusal = refused(&test, &ada, name, arguments.take()).await;
        assert_eq!(refusal.code, "validation_error");
        assert!(refusal.message.starts_with(&format!("{name} has no argument")), "{refusal}");
        assert!(refusal.field.is_some());
    }
    assert!(titles(&test, &ada, json!({})).await.is_empty());
}

/// A tool, arguments that are wrong, and what is said about them.
type Wrong<'a> = (&'a str, Value, &'a str);

async fn check_wrong<const N: usize>(wrong: [Wrong<'_>; N]) {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    add(&test, &ada, json!({"title": "Milk"})).await;
    for (name, arguments, message) in wrong {
        let refusal = refused(&test, &ada, name, arguments).await;
        assert_eq!((refusal.code, &*refusal.message), ("validation_error", message));
    }
    let whole = get(&test, &ada, 1).await;
    assert_eq!((&whole["title"], &whole["version"]), (&json!("Milk"), &json!(1)));
}

#[tokio::test]
async fn a_new_task_that_is_wrong_is_refused() {
    check_wrong([
        ("add_task", json!({}), "title: Field required"),
        ("add_task", json!({"title": 5}), "title: Input should be a valid string"),
        (
            "add_task",
            json!({"title": " ", "tags": ["a", 5]}),
            "title: String should have at least 1 character; \
             tags.1: Input should be a valid string",
        ),
        (
            "add_task",
            json!({"title": "x", "due_date": "tomorrow"}),
            "due_date: a due date looks like 2026-11-22, 2026-11-22T17:00 or \
             2026-11-22T17:00:00Z",
        ),
        (
            "add_task",
            json!({"title": "x", "recurrence_rule": "FREQ=DAILY"}),
            "recurrence_rule: a task that recurs needs a due date",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_filter_that_is_wrong_is_refused() {
    let name = "list_tasks";
    check_wrong([
        (name, json!({"limit": 0}), "limit: Input should be greater than or equal to 1"),
        (name, json!({"limit": 101}), "limit: Input should be less than or equal to 100"),
        (name, json!({"limit": "5"}), "limit: Input should be a valid integer"),
        (
            name,
            json!({"status": "open"}),
            "status: Input should be 'all', 'pending' or 'completed'",
        ),
        (
            name,
            json!({"due": "today", "due_to": "2026-11-22"}),
            "due goes neither with due_from nor with due_to",
        ),
        (name, json!({"due_from": "soon"}), "due_from: a day looks like 2026-11-22"),
    ])
    .await;
    let list = refused_list(json!({"priority": "high,low"})).await;
    assert_eq!((list.code, list.field.as_deref()), ("validation_error", Some("priority")));
}

async fn refused_list(arguments: Value) -> ToolRefusal {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    refused(&test, &ada, "list_tasks", arguments).await
}

#[tokio::test]
async fn a_change_that_is_wrong_is_refused() {
    let too_large = json!({"task_id": 9_007_199_254_740_992_i64});
    check_wrong([
        ("get_task", json!({}), "task_id: Field required"),
        ("get_task", json!({"task_id": "1"}), "task_id: Input should be a valid integer"),
        ("get_task", json!({"task_id": 1.5}), "task_id: Input should be a valid integer"),
        ("get_task", json!({"task_id": 0}), "task_id: no task can have this id"),
        ("delete_task", too_large, "task_id: no task can have this id"),
        (
            "complete_task",
            json!({"task_id": 1, "completed": "yes"}),
            "completed: Input should be a valid boolean",
        ),
        (
            "update_task",
            json!({"task_id": 1}),
            "Nothing to change: give at least one other argument than task_id",
        ),
        (
            "update_task",
            json!({"task_id": 1, "title": null}),
            "title: Input should be a valid string",
        ),
        ("undo", json!({"batch_id": "no/batch"}), "batch_id: no batch is called so"),
    ])
    .await;
}

#[tokio::test]
async fn arguments_are_an_object_or_nothing() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    assert_eq!(call(&test, &ada, "list_tasks", Value::Null).await["total"], 0);
    for other in [json!([]), json!("x"), json!(5)] {
        let refusal = refused(&test, &ada, "list_tasks", other).await;
        assert_eq!(refusal.message, "The arguments are not an object");
    }
}

#[tokio::test]
async fn an_unknown_tool_is_not_called() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let called = super::super::call(&test.app, &test.batch(&ada), "drop_tasks", &json!({})).await;
    assert!(matches!(called, Err(ToolError::Unknown { name }) if name == "drop_tasks"));
}

#[tokio::test]
async fn a_user_is_never_chosen_by_an_argument() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    add(&test, &ada, json!({"title": "Mine", "user_id": "ada"})).await;
    assert_eq!(titles(&test, &ada, json!({"user_id": null})).await, ["Mine"]);
    for user in [json!("bob"), json!(""), json!(7), json!(["ada"])] {
        for name in ["add_task", "list_tasks"] {
            let arguments = json!({"title": "Theirs", "user_id": user.clone()});
            let refusal = refused(&test, &ada, name, arguments).await;
            assert_eq!((refusal.code, refusal.field.as_deref()), ("forbidden", Some("user_id")));
        }
    }
    assert!(titles(&test, &bob, json!({})).await.is_empty());
}

/// Whoever asks learns nothing about tasks of others, not even that they exist.
#[tokio::test]
async fn a_task_of_somebody_else_is_as_good_as_none() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let theirs = add(&test, &bob, json!({"title": "Secret"})).await;
    for name in ["get_task", "complete_task", "delete_task", "update_task"] {
        let ask = async |id: i64| {
            let mut arguments = json!({"task_id": id});
            if name == "update_task" {
                arguments["title"] = json!("x");
            }
            refused(&test, &ada, name, arguments).await
        };
        let (foreign, missing) = (ask(theirs).await, ask(theirs + 1).await);
        assert_eq!(foreign.message, format!("Task {theirs} not found"));
        assert_eq!(missing.message, format!("Task {} not found", theirs + 1));
        assert_eq!((foreign.code, &foreign.field), (missing.code, &missing.field));
        assert_eq!(foreign.code, "task_not_found");
    }
    assert_eq!(get(&test, &bob, theirs).await["version"], 1);
}

#[tokio::test]
async fn a_tool_needs_the_scope_of_what_it_does() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let id = add(&test, &ada, json!({"title": "Milk"})).await;
    let reader = with_scopes(&ada, &[Scope::Read]);
    let writer = with_scopes(&ada, &[Scope::Write]);
    for (actor, name, mut arguments) in [
        (&reader, "add_task", json!({"title": "x"})),
        (&reader, "complete_task", json!({"task_id": id})),
        (&reader, "undo", json!({})),
        (&writer, "list_tasks", json!({})),
        (&writer, "get_task", json!({"task_id": id})),
        (&writer, "delete_task", json!({"task_id": id})),
    ] {
        assert_eq!(refused(&test, actor, name, arguments.take()).await.code, "missing_scope");
    }
    assert_eq!(titles(&test, &reader, json!({})).await, ["Milk"]);
    call(&test, &writer, "complete_task", json!({"task_id": id})).await;
}

#[test]
fn a_refusal_is_shown_without_what_it_does_not_have() {
    let plain = ToolRefusal { code: "x", message: "y".to_owned(), field: None };
    let shown = serde_json::to_value(&plain).expect("it is JSON");
    assert_eq!(shown, json!({"code": "x", "message": "y"}));
    let shown = serde_json::to_value(ToolRefusal::no_task(7)).expect("it is JSON");
    let expected =
        json!({"code": "task_not_found", "message": "Task 7 not found", "field": "task_id"});
    assert_eq!(shown, expected);
}
