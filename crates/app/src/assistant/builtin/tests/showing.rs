//! Messages that ask to see tasks.

use super::*;

#[tokio::test]
async fn a_question_is_a_list_with_its_filter() {
    for (message, mut expected) in [
        ("show my tasks", json!({})),
        ("what's pending?", json!({"status": "pending"})),
        ("What have I completed?", json!({"status": "completed"})),
        ("what is due today?", json!({"status": "pending", "due": "today"})),
        ("what's overdue", json!({"status": "pending", "due": "overdue"})),
        ("what do I have tomorrow?", json!({"status": "pending", "due": "tomorrow"})),
        ("find tasks about report", json!({"q": "report"})),
        ("tasks without a due date", json!({"due": "none"})),
        ("show high priority tasks", json!({"priority": "high"})),
        ("show tasks tagged work", json!({"tag": "work"})),
        (
            "what is due on monday?",
            json!({"status": "pending", "due_from": "2026-11-23", "due_to": "2026-11-23"}),
        ),
    ] {
        let mut chat = Chat::new().await;
        let said = chat.say(message).await;
        assert_eq!(said.calls, [call("list_tasks", expected.take())], "{message}");
    }
}

#[tokio::test]
async fn a_list_names_tasks_and_dates() {
    let mut chat = Chat::new().await;
    let p1 = json!({"title": "Ship", "due_date": "2026-11-21T08:00", "priority": "high"});
    chat.add(p1).await;
    assert_eq!(
        chat.hears("show my tasks").await,
        "You have 7 tasks:\n\
         - #7 Ship, due today at 08:00, overdue, high priority\n\
         - #6 Renew library card, done\n\
         - #5 Team meeting\n\
         - #4 Write report, due Thursday, 19 November, overdue\n\
         - #3 Pay rent, due Tuesday, 1 December\n\
         - #2 Call mom\n\
         - #1 Buy groceries"
    );
    assert_eq!(chat.hears("what is due tomorrow?").await, "You have no open tasks due tomorrow.");
    assert!(
        chat.hears("what's overdue?").await.starts_with("You have 2 overdue tasks:\n- #4 Write")
    );
    let done = chat.does("complete the second one").await;
    assert_eq!(done, [call("complete_task", json!({"task_id": 7}))]);
}

#[tokio::test]
async fn one_task_is_shown_with_its_note() {
    let mut chat = Chat::empty().await;
    chat.is_first = false;
    let mut task = json!({
        "title": "Rent", "description": "To the new account", "due_date": "2026-12-01",
        "recurrence_rule": "FREQ=MONTHLY",
    });
    chat.add(task.take()).await;
    let expected = "#1 Rent, due Tuesday, 1 December. It repeats every month.\n\
        Note: To the new account";
    for message in ["show task 1", "show me the details of the rent task", "#1"] {
        assert_eq!(chat.hears(message).await, expected, "{message}");
    }
    assert_eq!(chat.hears("show task 9").await, "Task 9 not found.");
}

#[tokio::test]
async fn a_long_list_is_cut() {
    let mut chat = Chat::empty().await;
    for number in 1..=23 {
        chat.add(json!({"title": format!("Chore {number}\nline")})).await;
    }
    let text = chat.hears("show my tasks").await;
    assert!(text.contains("\n- #4 Chore 4 line\n… and 3 more."), "{text}");
}

#[test]
fn days_are_said_as_people_say_them() {
    let today = jiff::civil::date(2026, 11, 21);
    for (due, said) in [
        ("2026-11-21", "today"),
        ("2026-11-21T08:05", "today at 08:05"),
        ("2026-11-22", "tomorrow"),
        ("2026-11-20", "yesterday"),
        ("2026-12-01", "Tuesday, 1 December"),
        ("2027-01-03T09:00", "Sunday, 3 January 2027 at 09:00"),
    ] {
        assert_eq!(words::due(due, today), said);
    }
}

#[test]
fn a_rule_is_said_as_people_say_it() {
    for (rule, said) in [
        ("FREQ=DAILY", "repeats every day"),
        ("FREQ=WEEKLY;INTERVAL=2", "repeats every 2 weeks"),
        ("FREQ=WEEKLY;BYDAY=MO,FR", "repeats every Monday, Friday"),
        ("FREQ=MONTHLY;BYDAY=2TU", "repeats by the rule FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=WEEKLY;COUNT=3", "repeats by the rule FREQ=WEEKLY;COUNT=3"),
    ] {
        assert_eq!(words::rule(rule), said);
    }
}

#[tokio::test]
async fn what_was_done_today_says_that_it_lists_all_that_is_done() {
    let mut chat = Chat::new().await;
    let text = chat.hears("what did I complete today?").await;
    assert!(text.starts_with("You have 1 completed task:"), "{text}");
    assert!(text.contains("I cannot tell by the day"), "{text}");
    assert!(!chat.hears("what have I completed?").await.contains("by the day"));
}
