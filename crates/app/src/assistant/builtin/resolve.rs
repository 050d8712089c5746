//! Which tasks an order means, or what has to be asked first.
//!
//! A user may have very many tasks. A name is searched for in the database, and
//! where too many tasks have its words, only one that is called exactly so is
//! certain.

use rondo_domain::{
    Found, SearchText, Selection, StatusFilter, Target, TaskId, TaskName, find_target,
};
use serde_json::{Value, json};

use super::{Answering, Halt, arguments, row::Row, words};
use crate::assistant::state::Question;

/// The most tasks that are changed by one message.
pub(super) const MAX_CHANGED: usize = Question::MAX_TASKS;
/// The most tasks among which one is looked for, and the most that are offered.
const MAX_CANDIDATES: i64 = 100;
const MAX_OFFERED: usize = 10;

/// The tasks that are meant.
pub(super) struct Meant {
    /// At most [`MAX_CHANGED`].
    pub rows: Vec<Row>,
    /// How many there are.
    pub total: i64,
    /// Whether they were described, and not named.
    pub is_bulk: bool,
}

impl Meant {
    fn these(rows: Vec<Row>) -> Self {
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Self { rows, total, is_bulk: false }
    }
}

/// The tasks that are meant, or what is to be said instead.
pub(super) type Resolved = Result<Meant, String>;

impl Answering<'_, '_> {
    /// The tasks that are meant. Of several that are called the same it is the
    /// one with the preferred status, and of all tasks those that have it.
    pub(super) async fn resolve(
        &mut self,
        target: Target,
        preferred: StatusFilter,
    ) -> Result<Resolved, Halt> {
        let bare = |id| Ok(Meant::these(vec![Row::bare(id)]));
        Ok(match target {
            Target::Ids(ids) => Ok(Meant::these(ids.into_iter().map(Row::bare).collect())),
            Target::Last => self.turn.state.last.map_or_else(|| Err(NO_LAST.to_owned()), bare),
            Target::Position(place) => self.position(place).map_or_else(Err, bare),
            Target::Title(name) => self.titled(&name, preferred).await?,
            Target::Bulk(selection) => self.described(*selection, preferred).await?,
        })
    }

    /// The task at a place of the list that was shown last, from 1.
    fn position(&self, place: usize) -> Result<TaskId, String> {
        let named = &self.turn.state.named;
        let found = place.checked_sub(1).and_then(|index| named.get(index)).copied();
        found.ok_or_else(|| match named.len() {
            0 => NO_LIST.to_owned(),
            1 => "I have named only one task.".to_owned(),
            count => format!("I have named only {count} tasks."),
        })
    }

    async fn described(
        &mut self,
        mut selection: Selection,
        preferred: StatusFilter,
    ) -> Result<Resolved, Halt> {
        if selection.status == StatusFilter::All {
            selection.status = preferred;
        }
        let mut arguments = arguments::selection(&selection);
        arguments.insert("limit".to_owned(), MAX_CHANGED.into());
        let page = match self.call("list_tasks", Value::Object(arguments)).await? {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(super::talk::refused(&refusal))),
        };
        let (rows, total) = (Row::read_all(&page), total(&page));
        if rows.is_empty() {
            let none = words::selection(&selection, Some(0), self.today());
            return Ok(Err(format!("You have {none}.")));
        }
        Ok(Ok(Meant { rows, total, is_bulk: true }))
    }

    async fn titled(&mut self, name: &TaskName, preferred: StatusFilter) -> Result<Resolved, Halt> {
        let all = json!({"q": query(&name.search_text()), "limit": MAX_CANDIDATES});
        let page = match self.call("list_tasks", all).await? {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(super::talk::refused(&refusal))),
        };
        let rows = Row::read_all(&page);
        if total(&page) > MAX_CANDIDATES {
            return self.exactly(name, preferred).await;
        }
        let candidates: Vec<_> = rows.iter().map(Row::candidate).collect();
        let found = find_target(name, &candidates, preferred);
        let with = |ids: &[TaskId]| -> Vec<Row> {
            rows.iter().filter(|row| ids.contains(&row.id)).cloned().collect()
        };
        Ok(match found {
            Found::One(id) => Ok(Meant::these(with(&[id]))),
            Found::Many(ids) => Err(self.ask_which(name, &with(&ids))),
            Found::None if rows.is_empty() => {
                Err(format!("I found no task called {}.", words::quoted(&name.text)))
            }
            Found::None => Err(self.offer(name, &rows)),
        })
    }

    /// The only task that has exactly this title and the preferred status.
    async fn exactly(
        &mut self,
        name: &TaskName,
        preferred: StatusFilter,
    ) -> Result<Resolved, Halt> {
        let title = |text: &str| SearchText::parse(text).ok();
        let selection =
            Selection { status: preferred, text: title(&name.text), ..Selection::default() };
        let mut arguments = arguments::selection(&selection);
        arguments.insert("limit".to_owned(), MAX_CANDIDATES.into());
        let page = match self.call("list_tasks", Value::Object(arguments)).await? {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(super::talk::refused(&refusal))),
        };
        let mut rows = Row::read_all(&page);
        rows.retain(|row| row.title.as_deref().and_then(title) == selection.text);
        let is_all = total(&page) <= MAX_CANDIDATES;
        Ok(match (&*rows, is_all) {
            ([_], true) => Ok(Meant::these(rows)),
            ([_, _, ..], true) => Err(self.ask_which(name, &rows)),
            _ => Err(format!(
                "Too many of your tasks have the words of {}. Please say the whole title, or the \
                 number of the task.",
                words::quoted(&name.text)
            )),
        })
    }

    /// Asks which of several tasks is meant; the next message may say it.
    fn ask_which(&mut self, name: &TaskName, rows: &[Row]) -> String {
        let count = words::tasks(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        let shown = self.offered(rows);
        format!(
            "{count} match {}. Which one do you mean?{shown}\nSay, for example, “the first one” or \
             “#{}”.",
            words::quoted(&name.text),
            rows.first().map_or(1, |row| row.id.get()),
        )
    }

    /// Offers tasks that have something in common with a name.
    fn offer(&mut self, name: &TaskName, rows: &[Row]) -> String {
        let shown = self.offered(rows);
        let which = match rows {
            [_] => "Did you mean this one? Say “yes” if so.",
            _ => "Did you mean one of these?",
        };
        format!("I found no task called {}. {which}{shown}", words::quoted(&name.text))
    }

    fn offered(&mut self, rows: &[Row]) -> String {
        let offered = &rows[..rows.len().min(MAX_OFFERED)];
        let now = self.local();
        let lines = words::lines(offered.iter().map(|row| words::line(row, now)));
        self.turn.state.named = offered.iter().map(|row| row.id).collect();
        self.turn.state.which = Some(self.order.clone());
        match rows.len() - offered.len() {
            0 => lines,
            more => format!("{lines}\n… and {more} more"),
        }
    }
}

/// How many tasks there are in all pages.
pub(super) fn total(page: &Value) -> i64 {
    page.get("total").and_then(Value::as_i64).unwrap_or(0)
}

/// As long as a search may be.
fn query(text: &str) -> String {
    text.chars().take(SearchText::MAX_CHARS).collect()
}

const NO_LAST: &str = "I do not know which task you mean. Name it by its title or its number.";
const NO_LIST: &str = "I have not named any tasks yet. Say “show my tasks” first.";
