//! Showing tasks: some of them, or all about one.

use jiff::civil::DateTime;
use rondo_domain::{Selection, StatusFilter, Target};
use serde_json::{Value, json};

use super::{
    Answering, Halt, arguments,
    resolve::{Meant, total},
    row::Row,
    talk, words,
};

/// The most tasks that one answer names.
const MAX_SHOWN: usize = 20;

impl Answering<'_, '_> {
    pub(super) async fn list(&mut self, selection: &Selection) -> Result<String, Halt> {
        let arguments = Value::Object(arguments::selection(selection));
        let page = match self.call("list_tasks", arguments).await? {
            Ok(page) => page,
            Err(refusal) => return Ok(talk::refused(&refusal)),
        };
        let (rows, total) = (Row::read_all(&page), total(&page));
        let which = words::selection(selection, Some(total), self.today());
        Ok(match self.shown(&rows, total) {
            lines if lines.is_empty() => format!("You have {which}."),
            lines => format!("You have {which}:{lines}{}", self.whenever(selection)),
        })
    }

    /// What somebody must know who asked what was done on some day.
    fn whenever(&self, selection: &Selection) -> &'static str {
        const DAYS: [&str; 5] = ["today", "yesterday", "this week", "last week", "this month"];
        let said = self.turn.message.to_lowercase();
        let is_dated = DAYS.iter().any(|day| said.contains(day));
        if selection.status == StatusFilter::Completed && selection.due.is_none() && is_dated {
            "\nThese are all that are done: I cannot tell by the day on which they were done."
        } else {
            ""
        }
    }

    pub(super) async fn show(&mut self, target: Target) -> Result<String, Halt> {
        let Meant { mut rows, total, is_bulk } =
            match self.resolve(target, StatusFilter::All).await? {
                Ok(meant) => meant,
                Err(said) => return Ok(said),
            };
        if is_bulk {
            return Ok(format!("These are {}:{}", words::tasks(total), self.shown(&rows, total)));
        }
        rows.truncate(MAX_SHOWN);
        let mut said = Vec::with_capacity(rows.len());
        for row in &rows {
            said.push(match self.call("get_task", json!({"task_id": row.id.get()})).await? {
                Ok(task) => self.details(&task),
                Err(refusal) => talk::refused(&refusal),
            });
        }
        if said.len() == 1 {
            self.turn.state.last = rows.first().map(|row| row.id);
        } else {
            self.name(rows.iter().map(|row| row.id).collect());
        }
        Ok(said.join("\n\n"))
    }

    /// Whether a task is done.
    pub(super) async fn is_done(&mut self, target: Target) -> Result<String, Halt> {
        let Meant { rows, .. } = match self.resolve(target, StatusFilter::All).await? {
            Ok(meant) => meant,
            Err(said) => return Ok(said),
        };
        let mut said = Vec::with_capacity(rows.len());
        for row in rows.iter().take(MAX_SHOWN) {
            said.push(match self.call("get_task", json!({"task_id": row.id.get()})).await? {
                Ok(task) => self.done_or_not(&task),
                Err(refusal) => talk::refused(&refusal),
            });
        }
        self.name(rows.iter().map(|row| row.id).collect());
        Ok(said.join("\n"))
    }

    fn done_or_not(&self, task: &Value) -> String {
        let Some(row) = Row::read(task) else { return String::new() };
        let due = row.due.as_ref().map(|due| format!(", due {}", words::due(due, self.today())));
        if row.completed {
            format!("Yes, {} is done.", row.name())
        } else {
            format!("No, {} is still to do{}.", row.name(), due.unwrap_or_default())
        }
    }

    /// The lines of a list, whose tasks can be named by their place then.
    fn shown(&mut self, rows: &[Row], total: i64) -> String {
        let shown = &rows[..rows.len().min(MAX_SHOWN)];
        let now = self.local();
        self.name(shown.iter().map(|row| row.id).collect());
        let lines = words::lines(shown.iter().map(|row| words::line(row, now)));
        match total - i64::try_from(shown.len()).unwrap_or(total) {
            ..=0 => lines,
            more => format!(
                "{lines}\n… and {more} more. Ask for fewer, for example “what is due today?”."
            ),
        }
    }

    /// All about a task.
    fn details(&self, task: &Value) -> String {
        let Some(row) = Row::read(task) else { return String::new() };
        let text = |name: &str| task.get(name).and_then(Value::as_str);
        let mut said = format!("{}.", words::line(&row, self.local()));
        if !row.completed && row.due.is_none() {
            said.push_str(" It has no due date.");
        }
        if let Some(rule) = text("recurrence_rule") {
            said.extend([format!(" It {}.", words::rule(rule))]);
        }
        if let Some(note) = text("description").filter(|note| !note.trim().is_empty()) {
            said.extend([format!("\nNote: {note}")]);
        }
        said
    }

    /// What the user's wall shows.
    pub(super) fn local(&self) -> DateTime {
        self.turn.settings.time_zone.local(self.now)
    }
}
