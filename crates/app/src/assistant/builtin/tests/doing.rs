//! Messages that change tasks.

use super::*;

#[tokio::test]
async fn a_new_task_has_what_was_said() {
    for (message, mut expected) in [
        ("add water the ficus", json!({"title": "water the ficus"})),
        ("Add a task to book flights", json!({"title": "book flights"})),
        ("new task: clean the oven", json!({"title": "clean the oven"})),
        ("todo: sell bike next month", json!({"title": "sell bike", "due_date": "2026-12-01"})),
        ("I need to remember to feed the cat", json!({"title": "feed the cat"})),
        ("add 3 kilos of flour to my list", json!({"title": "3 kilos of flour"})),
        (
            "remind me to ring the doctor tomorrow at 3pm",
            json!({"title": "ring the doctor", "due_date": "2026-11-22T15:00"}),
        ),
        (
            "add hand in essay by thursday",
            json!({"title": "hand in essay", "due_date": "2026-11-26"}),
        ),
        (
            "add haircut on dec 9 at 10:15",
            json!({"title": "haircut", "due_date": "2026-12-09T10:15"}),
        ),
        (
            "add ship release in 2 days p1 #work",
            json!({
                "title": "ship release", "due_date": "2026-11-23", "priority": "high",
                "tags": ["work"],
            }),
        ),
        ("create a task called \"Meet Friday at noon\"", json!({"title": "Meet Friday at noon"})),
    ] {
        let mut chat = Chat::empty().await;
        assert_eq!(chat.does(message).await, [call("add_task", expected.take())], "{message}");
    }
}

#[tokio::test]
async fn what_was_added_is_said() {
    let mut chat = Chat::new().await;
    let said = chat.say("remind me to water plants tomorrow at 5pm p1 #home every week").await;
    assert_eq!(
        said.text,
        "Added “water plants” (#7), due tomorrow at 17:00, high priority, tag #home, repeats \
         every week."
    );
    assert_eq!(chat.say("add stamps").await.text, "Added “stamps” (#8).");
}

#[tokio::test]
async fn a_task_is_changed_by_its_number_or_its_name() {
    for (message, tool, mut arguments) in [
        ("Mark task 3 as complete", "complete_task", json!({"task_id": 3})),
        ("done 5", "complete_task", json!({"task_id": 5})),
        ("complete call mom", "complete_task", json!({"task_id": 2})),
        ("mark the groceries task done", "complete_task", json!({"task_id": 1})),
        ("check off task #4", "complete_task", json!({"task_id": 4})),
        ("reopen task 6", "complete_task", json!({"task_id": 6, "completed": false})),
        ("uncheck the library card", "complete_task", json!({"task_id": 6, "completed": false})),
        ("delete task 2", "delete_task", json!({"task_id": 2})),
        ("remove the report task", "delete_task", json!({"task_id": 4})),
        (
            "Change task 2 to 'Call dad tonight'",
            "update_task",
            json!({"task_id": 2, "title": "Call dad tonight"}),
        ),
        (
            "rename task 4 to write book",
            "update_task",
            json!({"task_id": 4, "title": "write book"}),
        ),
        ("move task 5 to monday", "update_task", json!({"task_id": 5, "due_date": "2026-11-23"})),
        (
            "set the priority of task 1 to low",
            "update_task",
            json!({"task_id": 1, "priority": "low"}),
        ),
        ("remove the due date of task 3", "update_task", json!({"task_id": 3, "due_date": null})),
    ] {
        let mut chat = Chat::new().await;
        assert_eq!(chat.does(message).await, [call(tool, arguments.take())], "{message}");
    }
}

#[tokio::test]
async fn what_became_of_a_task_is_said() {
    let mut chat = Chat::new().await;
    for (message, expected) in [
        ("complete task 3", "Completed “Pay rent” (#3)."),
        ("complete task 3", "“Pay rent” (#3) was done already."),
        ("reopen it", "Reopened “Pay rent” (#3)."),
        ("move it to friday", "Changed “Pay rent” (#3): due Friday, 27 November."),
        ("rename task 2 to call dad", "Changed task 2: now called “call dad”."),
        ("set the priority of task 2 to high", "Changed “call dad” (#2): high priority."),
        ("set the priority of task 2 to high", "“call dad” (#2) was like that already."),
        ("delete task 2", "Deleted “call dad” (#2). Say “undo” to get it back."),
        ("undo", "Undone: “call dad” (#2)."),
        ("redo", "Done again. To the trash went “call dad” (#2)."),
        ("redo", "There is nothing to redo: I have not undone anything just now."),
        ("complete task 99", "Task 99 not found."),
        ("delete task 2", "Task 2 not found."),
    ] {
        assert_eq!(chat.say(message).await.text, expected, "{message}");
    }
}

#[tokio::test]
async fn labels_are_added_to_those_there_are() {
    let mut chat = Chat::empty().await;
    chat.add(json!({"title": "Paint fence", "tags": ["home"]})).await;
    chat.say("add the tag garden to task 1").await;
    let task = chat.tool("get_task", json!({"task_id": 1})).await;
    assert_eq!(task["tags"], json!(["home", "garden"]));
    chat.say("remove the tag home from the fence task").await;
    let task = chat.tool("get_task", json!({"task_id": 1})).await;
    assert_eq!(task["tags"], json!(["garden"]));
}

#[tokio::test]
async fn the_next_one_of_a_task_that_recurs_is_named() {
    let mut chat = Chat::empty().await;
    chat.say("add water plants every day").await;
    let said = chat.say("complete water plants").await.text;
    assert!(said.starts_with("Completed “water plants” (#1). The next one, #2, is due "));
}

#[tokio::test]
async fn what_does_not_go_is_said_in_words() {
    let mut chat = Chat::new().await;
    let said = chat.say("make task 1 repeat every week").await;
    if said.calls.iter().any(|(tool, _)| tool == "update_task") {
        assert_eq!(said.text, "A task that recurs needs a due date.");
    }
}

#[tokio::test]
async fn undoing_takes_back_a_whole_message() {
    let mut chat = Chat::new().await;
    let said = chat.say("complete tasks 1, 2 and 5").await.text;
    assert!(said.starts_with("Completed 3 tasks:"), "{said}");
    chat.say("undo").await;
    let page = chat.tool("list_tasks", json!({"status": "pending"})).await;
    assert_eq!(page["total"], 5);
    let mut chat = Chat::empty().await;
    assert!(chat.hears_undo().await.starts_with("There is nothing to undo: I know of no"));
}

/// Somebody adds a task in the app between two messages.
#[tokio::test]
async fn undo_takes_back_what_the_conversation_did_and_not_what_the_app_did() {
    let mut chat = Chat::new().await;
    chat.say("add buy milk").await;
    chat.add(json!({"title": "From the app"})).await;
    let text = chat.say("undo that").await.text;
    assert_eq!(text, "Undone. To the trash went “buy milk” (#7).");
    assert!(chat.titles().await.contains(&"From the app".to_owned()));
    let text = chat.hears_undo().await;
    assert!(text.contains("/api/changes"), "{text}");
    assert_eq!(chat.titles().await.len(), 7);
}

#[tokio::test]
async fn undo_in_a_new_conversation_undoes_nothing() {
    let mut chat = Chat::new().await;
    for message in ["undo", "undo that", "put it back", "redo"] {
        let text = chat.hears(message).await;
        assert!(text.starts_with("There is nothing to"), "{message}: {text}");
    }
    assert_eq!(chat.titles().await.len(), 6);
}

#[tokio::test]
async fn undo_again_goes_back_in_the_conversation_and_stops_at_its_beginning() {
    let mut chat = Chat::new().await;
    chat.say("complete task 3").await;
    chat.say("rename task 2 to call dad").await;
    assert_eq!(chat.say("undo").await.text, "Undone: “Call mom” (#2).");
    assert_eq!(chat.say("undo").await.text, "Undone: “Pay rent” (#3).");
    assert!(chat.hears("undo").await.starts_with("There is nothing to undo"));
    assert_eq!(chat.titles().await.len(), 6);
}

#[tokio::test]
async fn what_was_done_again_can_be_undone_again() {
    let mut chat = Chat::new().await;
    chat.say("complete task 3").await;
    chat.say("undo").await;
    assert_eq!(chat.say("redo").await.text, "Done again: “Pay rent” (#3).");
    assert_eq!(chat.say("undo").await.text, "Undone: “Pay rent” (#3).");
}

#[tokio::test]
async fn a_task_that_is_moved_keeps_the_day_or_the_time_that_was_not_said() {
    for (due, message, expected) in [
        ("2026-11-27T14:00", "move report to 16:00", "2026-11-27T16:00"),
        ("2026-11-27", "move report to 16:00", "2026-11-27T16:00"),
        ("2026-11-27T14:00", "move report to monday", "2026-11-23T14:00"),
        ("2026-11-27T14:00", "move task 1 to monday", "2026-11-23T14:00"),
        ("2026-11-27T14:00", "move all open tasks to monday", "2026-11-23T14:00"),
        ("2026-11-27T14:00", "move report to monday at 9am", "2026-11-23T09:00"),
        ("2026-11-27", "move report to monday", "2026-11-23"),
        // What is overdue is not moved to where it is overdue again.
        ("2026-11-19T14:00", "move report to 16:00", "2026-11-21T16:00"),
        ("2026-11-27T08:00", "move report to today", "2026-11-21"),
    ] {
        let mut chat = Chat::empty().await;
        chat.add(json!({"title": "Report", "due_date": due})).await;
        let moved = call("update_task", json!({"task_id": 1, "due_date": expected}));
        assert_eq!(chat.does(message).await, [moved], "{due}: {message}");
    }
    let mut chat = Chat::empty().await;
    chat.add(json!({"title": "Report"})).await;
    let moved = call("update_task", json!({"task_id": 1, "due_date": "2026-11-21T16:00"}));
    assert_eq!(chat.does("move report to 16:00").await, [moved]);
}

#[tokio::test]
async fn what_is_added_to_a_task_makes_no_new_task() {
    for (message, mut expected) in [
        ("add a note to report: ask Ben", json!({"task_id": 4, "description": "ask Ben"})),
        ("add tag office to report", json!({"task_id": 4, "tags": ["office"]})),
        ("add #office to report", json!({"task_id": 4, "tags": ["office"]})),
        ("add priority high to report", json!({"task_id": 4, "priority": "high"})),
        ("add due date friday to buy groceries", json!({"task_id": 1, "due_date": "2026-11-27"})),
    ] {
        let mut chat = Chat::new().await;
        let done = chat.does(message).await;
        assert_eq!(done, [call("update_task", expected.take())], "{message}");
    }
    let mut chat = Chat::new().await;
    for message in ["add tag office to the piano", "add bread; delete report"] {
        chat.hears(message).await;
    }
}

#[tokio::test]
async fn many_that_are_completed_at_once_can_be_taken_back() {
    let mut chat = Chat::new().await;
    chat.add(json!({"title": "Water plants"})).await;
    let text = chat.say("complete everything").await.text;
    assert!(text.starts_with("Completed 6 tasks:\n"), "{text}");
    assert!(text.ends_with("\nSay “undo” to take that back."), "{text}");
    chat.say("undo").await;
    let page = chat.tool("list_tasks", json!({"status": "pending"})).await;
    assert_eq!(page["total"], 6);
}

impl Chat {
    async fn hears_undo(&mut self) -> String {
        self.is_first = false;
        self.say("undo that please").await.text
    }
}
