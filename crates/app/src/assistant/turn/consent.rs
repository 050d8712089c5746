//! Which deletions and undoings a model may make without a question: those
//! that the user's own message is an order for.
//!
//! A model can be talked into things by a text that it reads. The user's
//! message is the one text that only the user has written. It is read by the
//! same grammar as for the built-in assistant, which has to understand every
//! word of it: a number in "what is due in 3 days?" names no task, and "don't
//! delete it" is no order. What it is not sure of is asked, and so is what is
//! said in other languages than English.

use rondo_domain::{Command, Target, TaskId, Title};

use super::Turn;

/// What the user's message means by the server's own grammar.
pub(super) fn command(turn: &Turn) -> Command {
    let (now, settings) = (turn.message.created_at, &turn.settings);
    let message = turn.message.content.as_str();
    Command::parse(message, now, &settings.time_zone, settings.week_start)
}

/// Whether it is an order to delete this task and no other, by its number or
/// by its whole title.
pub(super) fn deletes(command: &Command, id: TaskId, title: &Title) -> bool {
    match command {
        Command::Delete(Target::Ids(ids)) => **ids == [id],
        Command::Delete(Target::Title(name)) => plain(&name.text) == plain(title.as_str()),
        _ => false,
    }
}

/// A title as it is said: "the report" is the task "Report".
fn plain(title: &str) -> String {
    let words: Vec<String> = title.split_whitespace().map(str::to_lowercase).collect();
    let (article, others) = match words.split_first() {
        Some((first, others)) if !others.is_empty() => (Some(first.as_str()), others),
        _ => (None, &*words),
    };
    let said = if matches!(article, Some("the" | "a" | "an" | "my")) { others } else { &*words };
    said.join(" ").trim_end_matches(['.', '!', ',', ';', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use rondo_domain::{TimeZoneName, WeekStart};

    use super::*;
    use crate::testing::NOW;

    fn deletes_it(message: &str, title: &str) -> bool {
        let id = TaskId::new(42).expect("it is an id");
        let title = Title::parse(title).expect("it is a title");
        let zone = TimeZoneName::parse("UTC").expect("there is such a zone");
        deletes(&Command::parse(message, NOW, &zone, WeekStart::Monday), id, &title)
    }

    #[test]
    fn an_order_to_delete_names_the_task() {
        for message in [
            "delete 42",
            "Remove #42!",
            "drop task 42, please",
            "erase number 42",
            "trash no. 42",
            "DELETE buy Milk.",
            "could you get rid of buy milk?",
            "throw away the \"Buy milk\" task",
            "please discard the task called buy milk",
            "take buy milk off my list",
        ] {
            assert!(deletes_it(message, "Buy milk"), "{message}");
        }
        assert!(deletes_it("delete 🎉", "🎉"));
        assert!(deletes_it("delete Ärzte anrufen", "ÄRZTE anrufen"));
        assert!(deletes_it("delete the report", "The report!"));
    }

    #[test]
    fn what_is_no_such_order_is_asked_about() {
        for message in [
            "what is due in 42 days?",
            "mark buy milk as done",
            "add a task: buy milk",
            "add a task to delete buy milk",
            "remind me to delete 42",
            "don't delete buy milk",
            "never delete task 42",
            "should I delete buy milk?",
            "delete buy milk?",
            "did you delete 42?",
            "delete milk",
            "delete buy milk and bread",
            "delete buy all the milk",
            "delete tasks 42 and 43",
            "delete 4",
            "delete 421",
            "delete 42 days of logs",
            "delete the due date of task 42",
            "delete it",
            "delete everything",
            "cross off buy milk",
            "lösche buy milk",
            "buy milk",
            "42",
            "",
        ] {
            assert!(!deletes_it(message, "Buy milk"), "{message}");
        }
        assert!(!deletes_it("delete the party", "🎉"));
        assert!(!deletes_it("add a task: buy bread", "Buy"));
    }
}
