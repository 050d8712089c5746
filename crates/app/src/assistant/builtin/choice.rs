//! The answer to "which one do you mean?".

use rondo_domain::{Command, Found, StatusFilter, Target, TaskName, Title, find_target};
use serde_json::json;

use super::{Answering, Halt, row::Row};
use crate::assistant::state::Which;

/// What a message makes of an order whose task had to be asked for.
pub(super) enum Choice {
    /// This is to be done, be it the order or something else.
    Do(Command),
    /// It is still to be asked.
    Ask(String),
}

impl Answering<'_, '_> {
    /// What is to be done when a message may say to which task: what was asked
    /// for before, if it names one of those that were offered.
    pub(super) async fn chosen(
        &mut self,
        command: Command,
        pending: Which,
    ) -> Result<Choice, Halt> {
        let target = match command {
            Command::Named(ref target) => Some(target.clone()),
            Command::Yes if !pending.is_over(self.now) => self.only_one(),
            Command::Unknown => match self.one_of_two() {
                Some(target) => Some(target),
                None => self.offered_as(self.turn.message).await?,
            },
            _ => None,
        };
        if target.is_none() && command == Command::Unknown && means_all(self.turn.message) {
            self.turn.state.which = Some(pending);
            return Ok(Choice::Ask(self.one_of_them()));
        }
        let Some(target) = target else { return Ok(Choice::Do(command)) };
        if let Some(doubt) = self.doubt(&target) {
            self.turn.state.which = Some(pending);
            return Ok(Choice::Ask(doubt));
        }
        Ok(Choice::Do(match self.meant(pending) {
            Command::IsDone(_) => Command::IsDone(target),
            Command::Show(_) => Command::Show(target),
            Command::Complete(_) => Command::Complete(target),
            Command::Reopen(_) => Command::Reopen(target),
            Command::Delete(_) => Command::Delete(target),
            Command::Update(_, edit) => Command::Update(target, edit),
            _ => command,
        }))
    }

    /// "Yes" to "did you mean this one?".
    fn only_one(&self) -> Option<Target> {
        match *self.turn.state.named {
            [only] => Some(Target::Ids(vec![only])),
            _ => None,
        }
    }

    /// "The latter".
    fn one_of_two(&self) -> Option<Target> {
        let said = self.turn.message.to_lowercase();
        let [former, latter] = *self.turn.state.named else { return None };
        match said.trim_end_matches(['.', '!', ' ']) {
            "the former" | "former" | "the former one" => Some(Target::Ids(vec![former])),
            "the latter" | "latter" | "the latter one" => Some(Target::Ids(vec![latter])),
            _ => None,
        }
    }

    /// Says that one is to be chosen.
    fn one_of_them(&self) -> String {
        let first = self.turn.state.named.first().map_or(1, |id| id.get());
        format!(
            "I can only do that to one of them at a time, and nothing has changed yet. Which one \
             first? Say, for example, “the first one” or “#{first}”."
        )
    }

    /// Why it is not certain that the target is one of those offered: another
    /// id, or a number that may be an id and a place.
    fn doubt(&self, target: &Target) -> Option<String> {
        let (Target::Ids(ids), named) = (target, &self.turn.state.named) else {
            return None;
        };
        if let Some(other) = ids.iter().find(|id| !named.contains(id)) {
            let first = named.first()?;
            return Some(format!(
                "Task {other} is none of those. Which one do you mean? Say, for example, “the \
                 first one” or “#{first}”."
            ));
        }
        let message = self.turn.message;
        let is_bare = message.bytes().all(|byte| byte.is_ascii_digit());
        let place = message.parse().ok().and_then(|place: usize| place.checked_sub(1));
        let there = named.get(place.filter(|_| is_bare)?)?;
        (ids != &[*there]).then(|| {
            format!("Do you mean #{message}, or the one at place {message}, which is #{there}?")
        })
    }

    /// The task among those offered that the whole message is the name of.
    async fn offered_as(&mut self, message: &str) -> Result<Option<Target>, Halt> {
        let text = message.trim().trim_end_matches(['.', '!']);
        let text = text.strip_suffix(" please").unwrap_or(text);
        let is_name = !text.is_empty() && text.chars().count() <= Title::MAX_CHARS;
        if !is_name || text.contains(['?', '\n']) {
            return Ok(None);
        }
        let name = TaskName { text: text.to_owned(), is_quoted: false };
        let search = json!({"q": name.search_text(), "limit": 100});
        let Ok(page) = self.call("list_tasks", search).await? else {
            return Ok(None);
        };
        let mut rows = Row::read_all(&page);
        rows.retain(|row| self.turn.state.named.contains(&row.id));
        let candidates: Vec<_> = rows.iter().map(Row::candidate).collect();
        Ok(match find_target(&name, &candidates, StatusFilter::All) {
            Found::One(id) => Some(Target::Ids(vec![id])),
            Found::Many(_) | Found::None => None,
        })
    }
}

/// Whether the answer to "which one?" is not one of them.
fn means_all(message: &str) -> bool {
    const ALL: [&str; 17] = [
        "all",
        "all of them",
        "all of these",
        "all of those",
        "all three",
        "both",
        "both of them",
        "both of these",
        "both of those",
        "each",
        "each of them",
        "each one",
        "every one",
        "everything",
        "the two",
        "them all",
        "them both",
    ];
    let said = message.to_lowercase();
    let said = said.trim().trim_end_matches(['.', '!']);
    let said = said.strip_suffix("please").unwrap_or(said).trim_end_matches([',', ' ']);
    ALL.contains(&said)
}
