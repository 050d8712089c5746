//! Deleting: one task at once, more than one after a "yes".

use rondo_domain::{StatusFilter, Target};
use serde_json::json;

use super::{
    Answering, Halt,
    resolve::{MAX_CHANGED, Meant},
    row::Row,
    talk, words,
};
use crate::assistant::state::{Doomed, Question};

impl Answering<'_, '_> {
    pub(super) async fn delete(&mut self, target: Target) -> Result<String, Halt> {
        let Meant { rows, total, is_bulk } = match self.resolve(target, StatusFilter::All).await? {
            Ok(meant) => meant,
            Err(said) => return Ok(said),
        };
        match &*rows {
            [one] if total == 1 && !is_bulk => self.delete_one(one).await,
            many => self.ask_to_delete(many, total).await,
        }
    }

    async fn delete_one(&mut self, row: &Row) -> Result<String, Halt> {
        let deleted = match self.call("delete_task", json!({"task_id": row.id.get()})).await? {
            Ok(deleted) => deleted,
            Err(refusal) => return Ok(talk::refused(&refusal)),
        };
        let state = &mut *self.turn.state;
        state.undone = None;
        state.last = state.last.filter(|last| *last != row.id);
        let name = Row::read(&deleted).map_or_else(|| row.name(), |row| row.name());
        Ok(format!("Deleted {name}. Say “undo” to get it back."))
    }

    /// Asks, and deletes nothing.
    async fn ask_to_delete(&mut self, rows: &[Row], total: i64) -> Result<String, Halt> {
        let (mut known, mut said) = (Vec::new(), String::new());
        for row in rows.iter().take(MAX_CHANGED) {
            if row.title.is_some() {
                known.push(row.clone());
                continue;
            }
            match self.call("get_task", json!({"task_id": row.id.get()})).await? {
                Ok(task) => known.extend(Row::read(&task)),
                Err(refusal) => said.extend([format!("{} ", talk::refused(&refusal))]),
            }
        }
        if known.is_empty() {
            return Ok(said.trim_end().to_owned());
        }
        let (now, count) = (self.local(), i64::try_from(known.len()).unwrap_or(i64::MAX));
        let lines = words::lines(known.iter().map(|row| words::line(row, now)));
        let these = if count == 1 { "this task" } else { &format!("these {count} tasks") };
        let known_all = total <= count || known.len() < MAX_CHANGED;
        if !known_all {
            said.extend([format!("There are {total}; I delete at most {count} at once. ")]);
        }
        self.turn.state.named = known.iter().map(|row| row.id).collect();
        let doomed = known.into_iter().map(|row| {
            let title = row.title.unwrap_or_default();
            Doomed { id: row.id, title }
        });
        let asked_at = self.now.as_micros();
        let left = if known_all { 0 } else { total - count };
        let question = Question { delete: doomed.collect(), undo: None, left, asked_at };
        self.turn.state.question = Some(question);
        Ok(format!(
            "{said}Shall I delete {these}?{lines}\nSay “yes” to delete. Anything else keeps \
             everything."
        ))
    }
}
