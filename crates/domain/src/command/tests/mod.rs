//! Messages and what is understood of them.
//!
//! A table has one message a line, an arrow, and what it means: the command, the
//! task, and what else is known of it. It is Saturday, 21 November 2026, 09:00
//! in Berlin, and weeks begin on Monday.

use std::fmt::Write as _;

use super::*;
use crate::StatusFilter;

mod adding;
mod changing;
mod editing;
mod listing;
mod random;
mod traps;

const SATURDAY: &str = "2026-11-21T09:00";

fn berlin() -> TimeZoneName {
    TimeZoneName::parse("Europe/Berlin").expect("a test zone exists")
}

fn at(local: &str) -> Timestamp {
    DueDate::parse(local, &berlin()).expect("a test date is valid").due_at(&berlin())
}

fn understood(text: &str) -> Command {
    Command::parse(text, at(SATURDAY), &berlin(), WeekStart::Monday)
}

/// The messages of a table, with what stands after the arrow.
fn rows(table: &str) -> impl Iterator<Item = (String, &str)> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| {
        let (text, meaning) = line.split_once('→').unwrap_or((line, ""));
        (text.trim().replace("\\n", "\n"), meaning.trim())
    })
}

/// Checks a table; all that differ are shown.
fn check(table: &str) {
    let mut wrong = String::new();
    for (text, expected) in rows(table) {
        let found = shown(&understood(&text));
        if found != expected {
            writeln!(wrong, "{text:?}\n  should be {expected:?}\n  and is    {found:?}")
                .expect("written");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn shown(command: &Command) -> String {
    match command {
        Command::Add(task) => new_task(task),
        Command::List(selection) => format!("list {}", tasks(selection)),
        Command::Show(task) => format!("show {}", target(task)),
        Command::IsDone(task) => format!("done? {}", target(task)),
        Command::Complete(task) => format!("complete {}", target(task)),
        Command::Reopen(task) => format!("reopen {}", target(task)),
        Command::Delete(task) => format!("delete {}", target(task)),
        Command::Named(task) => format!("named {}", target(task)),
        Command::Update(task, edit) => ["update", " ", &target(task), &changes(edit)].concat(),
        Command::Unclear(unclear) => format!("unclear {unclear:?}").to_lowercase(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn target(target: &Target) -> String {
    match target {
        Target::Ids(ids) => ids.iter().map(|id| format!("#{id}")).collect::<Vec<_>>().join(" "),
        Target::Title(name) if name.is_quoted => format!("\"{}\"", name.text),
        Target::Title(name) => name.text.clone(),
        Target::Last => "it".to_owned(),
        Target::Position(position) => format!("number {position}"),
        Target::Bulk(selection) => format!("all of [{}]", tasks(selection)),
    }
}

fn tasks(selection: &Selection) -> String {
    let Selection { status, due, text, tag, priority } = selection;
    let mut shown = match status {
        StatusFilter::All => "all",
        StatusFilter::Pending => "pending",
        StatusFilter::Completed => "completed",
    }
    .to_owned();
    let due = due.map(|due| match due {
        DueScope::Days(first, last) => format!("{first}..{last}"),
        other => format!("{other:?}").to_lowercase(),
    });
    let text = text.as_ref().map(|text| format!("with '{}'", text.as_str()));
    let tag = tag.as_ref().map(|tag| format!("#{}", tag.as_str()));
    let priority = priority.map(|p| p.map_or("no priority".to_owned(), |p| p.to_string()));
    for part in [due, text, tag, priority].into_iter().flatten() {
        write!(shown, " {part}").expect("written");
    }
    shown
}

fn new_task(task: &crate::NewTask) -> String {
    let mut shown = format!("add {}", task.title.as_str());
    let mut add = |part: String| write!(shown, " | {part}").expect("written");
    if let Some(due) = task.plan.due {
        add(due.to_string());
    }
    if let Some(priority) = task.plan.priority {
        add(priority.to_string());
    }
    for tag in task.plan.tags.as_slice() {
        add(format!("#{}", tag.as_str()));
    }
    if let Some(recurrence) = &task.plan.recurrence {
        add(recurrence.rule.to_string());
    }
    if let Some(note) = &task.description {
        add(format!("note {}", note.as_str()));
    }
    shown
}

fn changes(edit: &Edit) -> String {
    let crate::TaskPatch { title, description, due, priority, tags, .. } = &edit.patch;
    let mut shown = String::new();
    let mut add = |part: String| write!(shown, " | {part}").expect("written");
    if let Some(title) = title {
        add(format!("title {}", title.as_str()));
    }
    if let Some(due) = due {
        add(due.map_or("no date".to_owned(), |due| due.to_string()));
    }
    if let Some(priority) = priority {
        add(priority.map_or("no priority".to_owned(), |priority| priority.to_string()));
    }
    if let Some(note) = description {
        add(note.as_ref().map_or("no note".to_owned(), |note| format!("note {}", note.as_str())));
    }
    if tags.is_some() {
        add("no tags".to_owned());
    }
    edit.add_tags.iter().for_each(|tag| add(format!("+#{}", tag.as_str())));
    edit.remove_tags.iter().for_each(|tag| add(format!("-#{}", tag.as_str())));
    shown
}

#[test]
fn only_some_commands_change_tasks() {
    for (text, is_change) in
        [("add milk", true), ("undo", true), ("delete 3", true), ("show 3", false), ("yes", false)]
    {
        assert_eq!(understood(text).is_change(), is_change, "{text}");
    }
}

#[test]
fn labels_are_changed_one_by_one() {
    let tag = |name: &str| crate::TagName::parse(name).expect("a test tag is valid");
    let tags = crate::Tags::new(vec![tag("home"), tag("old")]).expect("two tags");
    for (text, expected) in [
        ("tag task 3 #work", "home old work"),
        ("tag task 3 #HOME", "home old"),
        ("remove #Old from task 3", "home"),
        ("remove all tags from task 3", ""),
    ] {
        let Command::Update(_, edit) = understood(text) else { panic!("{text}") };
        let patch = edit.for_tags(&tags).expect("few tags");
        let names: Vec<_> = patch.tags.iter().flat_map(crate::Tags::as_slice).collect();
        let names: Vec<_> = names.into_iter().map(crate::TagName::as_str).collect();
        assert_eq!(names.join(" "), expected, "{text}");
    }
    let many = (0..20).map(|n| tag(&format!("t{n}"))).collect();
    let many = crate::Tags::new(many).expect("twenty tags");
    assert!(Edit::adding(vec![tag("one-more")]).for_tags(&many).is_err());
}
