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
        "Added “water plants” (task 7), due tomorrow at 17:00, high priority, label #home, repeats \
         every week."
    );
    assert_eq!(chat.say("add stamps").await.text, "Added “stamps” (task 8).");
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
        ("complete task 3", "Completed “Pay rent” (task 3)."),
        ("complete task 3", "“Pay rent” (task 3) was done already."),
        ("reopen it", "Reopened “Pay rent” (task 3)."),
        ("move it to friday", "Changed “Pay rent” (task 3): due Friday, 27 November."),
        ("rename task 2 to call dad", "Changed task 2: now called “call dad”."),
        ("set the priority of task 2 to high", "Changed “call dad” (task 2): high priority."),
        ("set the priority of task 2 to high", "“call dad” (task 2) was like that already."),
        ("delete task 2", "Deleted “call dad” (task 2). Say “undo” to get it back."),
        ("undo", "Undone: “call dad”."),
        ("redo", "Done again. 1 task went to the trash."),
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
    assert!(said.starts_with("Completed “water plants” (task 1). The next one, task 2, is due "));
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
    assert_eq!(chat.hears_undo().await, "There is nothing to undo.");
}

impl Chat {
    async fn hears_undo(&mut self) -> String {
        self.is_first = false;
        self.say("undo that please").await.text
    }
}
