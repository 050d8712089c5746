//! Adding, completing, changing, and taking back.

use rondo_domain::{DueDate, Edit, NewTask, StatusFilter, Tags, Target, TaskId, TaskPatch};
use serde_json::{Value, json};

use super::{
    Answering, Called, Halt, arguments,
    resolve::{MAX_CHANGED, Meant},
    row::{self, Row},
    talk, words,
};

impl Answering<'_, '_> {
    pub(super) async fn add(&mut self, new: NewTask) -> Result<String, Halt> {
        let arguments = arguments::new(&new);
        let said = words::fields(&without_title(&arguments), self.today());
        let added = match self.call("add_task", arguments).await? {
            Ok(added) => added,
            Err(refusal) => return Ok(talk::refused(&refusal)),
        };
        self.changed(row::id(&added, "task_id"));
        let said = if said.is_empty() { said } else { format!(", {said}") };
        Ok(format!("Added {}{said}.", named(&added)))
    }

    pub(super) async fn set_completed(
        &mut self,
        target: Target,
        completed: bool,
    ) -> Result<String, Halt> {
        let preferred = if completed { StatusFilter::Pending } else { StatusFilter::Completed };
        let Meant { rows, total, is_bulk } = match self.resolve(target, preferred).await? {
            Ok(meant) => meant,
            Err(said) => return Ok(said),
        };
        let mut report = Report::default();
        for row in rows.iter().take(MAX_CHANGED) {
            let mut arguments = json!({"task_id": row.id.get()});
            if !completed {
                arguments["completed"] = json!(false);
            }
            let called = self.call("complete_task", arguments).await?;
            report.note(row, called);
        }
        self.changed(rows.first().filter(|_| rows.len() == 1).map(|row| row.id));
        let (done, before) = if completed {
            ("Completed", "was done already")
        } else {
            ("Reopened", "was still to do")
        };
        let mut said = report.said(done, before);
        if let Some(next) = report.next {
            said.push_str(&self.next(next).await?);
        }
        let left = total - i64::try_from(rows.len()).unwrap_or(total);
        if is_bulk && left > 0 {
            said.extend([format!("\n{left} more are left; say it again to go on.")]);
        }
        if is_bulk && report.changed.len() > MANY {
            said.push_str(TAKE_BACK);
        }
        Ok(said)
    }

    /// The next occurrence of a task that recurs.
    async fn next(&mut self, id: TaskId) -> Result<String, Halt> {
        let Ok(task) = self.call("get_task", json!({"task_id": id.get()})).await? else {
            return Ok(String::new());
        };
        let due = task.get("due_date").and_then(Value::as_str).unwrap_or_default();
        Ok(format!(" The next one, #{id}, is due {}.", words::due(due, self.today())))
    }

    pub(super) async fn update(&mut self, target: Target, edit: &Edit) -> Result<String, Halt> {
        // Of a name it is rather the task that is still to do; all are all.
        let is_bulk = matches!(target, Target::Bulk(_));
        let preferred = if is_bulk { StatusFilter::All } else { StatusFilter::Pending };
        let Meant { rows, total, .. } = match self.resolve(target, preferred).await? {
            Ok(meant) => meant,
            Err(said) => return Ok(said),
        };
        if total > i64::try_from(MAX_CHANGED).unwrap_or(i64::MAX) {
            return Ok(format!(
                "That would change {total} tasks, and I change at most {MAX_CHANGED} at once. \
                 Nothing has changed: please name fewer."
            ));
        }
        let mut report = Report::default();
        for row in &rows {
            let patch = match self.patch(row, edit).await? {
                Ok(patch) => patch,
                Err(said) => return Ok(said),
            };
            let mut arguments = arguments::patch(&patch);
            report.fields = words::fields(&Value::Object(arguments.clone()), self.today());
            report.is_renamed = arguments.contains_key("title");
            arguments.insert("task_id".to_owned(), row.id.get().into());
            let called = self.call("update_task", Value::Object(arguments)).await?;
            report.note(row, called);
        }
        self.changed(rows.first().filter(|_| rows.len() == 1).map(|row| row.id));
        let mut said = report.said("Changed", "was like that already");
        if is_bulk && report.changed.len() > MANY {
            said.push_str(TAKE_BACK);
        }
        Ok(said)
    }

    /// The change for this task; what becomes of labels depends on those it has.
    async fn patch(&mut self, row: &Row, edit: &Edit) -> Result<Result<TaskPatch, String>, Halt> {
        let changes_labels = !edit.add_tags.is_empty() || !edit.remove_tags.is_empty();
        let labels = match row.labels() {
            _ if !changes_labels => Tags::NONE,
            Some(labels) => labels,
            None => match self.call("get_task", json!({"task_id": row.id.get()})).await? {
                Ok(task) => Row::read(&task).and_then(|row| row.labels()).unwrap_or(Tags::NONE),
                Err(refusal) => return Ok(Err(talk::refused(&refusal))),
            },
        };
        let due = self.due(row, edit).await?;
        let too_many = |_| "A task has at most 20 tags. Nothing has changed.".to_owned();
        let patch = edit.clone().for_tags(&labels).map_err(too_many);
        Ok(patch.map(|patch| TaskPatch { due, ..patch }))
    }

    /// The due date that the task gets. Of what was not said, the day or the
    /// time, it keeps its own, unless that would be past already.
    async fn due(&mut self, row: &Row, edit: &Edit) -> Result<Option<Option<DueDate>>, Halt> {
        let Some(Some(said)) = edit.patch.due else { return Ok(edit.patch.due) };
        let Some(own) = self.own_due(row).await? else { return Ok(edit.patch.due) };
        let (date, time) = match (edit.is_time, said.time(), own.time()) {
            (true, Some(time), _) => (own.date(), time),
            (false, None, Some(time)) => (said.date(), time),
            _ => return Ok(edit.patch.due),
        };
        let kept = date.to_datetime(time);
        let is_past = kept < self.local();
        Ok(Some(Some(if is_past { said } else { DueDate::at(kept) })))
    }

    /// When the task is due now.
    async fn own_due(&mut self, row: &Row) -> Result<Option<DueDate>, Halt> {
        if row.title.is_none() {
            let task = self.turn.calls.find_task(row.id).await?;
            return Ok(task.and_then(|task| task.plan.due));
        }
        let zone = &self.turn.settings.time_zone;
        Ok(row.due.as_deref().and_then(|due| DueDate::parse(due, zone).ok()))
    }

    /// Remembers that something was changed, and the task if it was one.
    fn changed(&mut self, only: Option<TaskId>) {
        self.turn.state.undone = None;
        if only.is_some() {
            self.turn.state.last = only;
        }
    }
}

/// More tasks than somebody changes without thinking of it.
const MANY: usize = 5;
const TAKE_BACK: &str = "\nSay “undo” to take that back.";

fn without_title(arguments: &Value) -> Value {
    let mut rest = arguments.clone();
    if let Some(fields) = rest.as_object_mut() {
        fields.remove("title");
    }
    rest
}

/// The task of an answer: “Pay rent” (#3).
fn named(answer: &Value) -> String {
    Row::read(answer).map_or_else(|| "a task".to_owned(), |row| row.name())
}

/// What came of the calls of one order.
#[derive(Default)]
pub(super) struct Report {
    changed: Vec<String>,
    unchanged: Vec<String>,
    refused: Vec<String>,
    /// What has changed, if that is worth saying.
    fields: String,
    /// Whether that is what the task is called.
    is_renamed: bool,
    next: Option<TaskId>,
}

impl Report {
    pub(super) fn note(&mut self, row: &Row, called: Called) {
        match called {
            Ok(answer) => {
                let name = if self.is_renamed { row.name() } else { named(&answer) };
                let has_changed = answer["batch_id"].is_string();
                if has_changed { &mut self.changed } else { &mut self.unchanged }.push(name);
                self.next = row::id(&answer, "next_task_id");
            }
            Err(refusal) => self.refused.push(talk::refused(&refusal)),
        }
    }

    /// What was done, what was so before, and what was refused.
    pub(super) fn said(&self, done: &str, before: &str) -> String {
        let mut said = Vec::new();
        let fields =
            if self.fields.is_empty() { String::new() } else { format!(": {}", self.fields) };
        match &*self.changed {
            [] => {}
            [one] => said.push(format!("{done} {one}{fields}.")),
            many => {
                let count = words::tasks(i64::try_from(many.len()).unwrap_or(i64::MAX));
                let lines = words::lines(many.iter().cloned());
                said.push(format!("{done} {count}{fields}:{lines}\n"));
            }
        }
        match &*self.unchanged {
            [] => {}
            [one] => said.push(format!("{one} {before}.")),
            many => said.push(format!("{} tasks: each {before}.", many.len())),
        }
        said.extend(self.refused.iter().cloned());
        said.join(" ").trim_end().to_owned()
    }
}
