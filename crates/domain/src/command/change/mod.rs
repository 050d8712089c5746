//! Changing tasks that are there: done, not done, gone, or different.

mod delete;
mod done;
mod edit;
mod extras;
mod fields;
mod said;

use super::{Calendar, Command, Edit, Target, Unclear, target, words::Words};
use crate::TaskPatch;

pub(super) use extras::add_to_task;
pub(super) use said::is_bare;

/// The change that an order asks for, or that follows from what somebody says.
pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    if words.is_any("all done|i am done|i am all done|all finished") {
        return Some(Command::Unclear(Unclear::Task));
    }
    let mut rest = words;
    if rest.take_any("restore|undelete|recover").is_some() && !rest.is_empty() {
        return target::read(rest, calendar).map(|_| Command::Unclear(Unclear::Restore));
    }
    extras::read(words, calendar)
        .or_else(|| done::read(words, calendar))
        .or_else(|| edit::read(words, calendar))
        .or_else(|| delete::read(words, calendar))
        .or_else(|| said::read(words, calendar))
}

/// An order about the tasks that these words name, or a question which.
fn about(words: Words<'_>, calendar: &Calendar<'_>, order: fn(Target) -> Command) -> Command {
    match target::read(words, calendar) {
        Some(found) => order(found.target),
        None if words.has_any("except excluding besides") => Command::Unclear(Unclear::Except),
        None => Command::Unclear(Unclear::Task),
    }
}

/// The same for a verb that has other objects too: "check the oven" is not
/// about tasks.
fn about_task(
    words: Words<'_>,
    calendar: &Calendar<'_>,
    order: fn(Target) -> Command,
) -> Option<Command> {
    target::explicit(words, calendar).map(order)
}

fn update(target: Target, edit: Result<Edit, Unclear>) -> Command {
    match edit {
        Ok(edit) if is_rash(&target, &edit) => Command::Unclear(Unclear::Task),
        Ok(edit) => {
            // What is done is not due again.
            let is_moved = edit.patch.due.is_some();
            let target = if is_moved { done::still_to_do(target) } else { target };
            Command::Update(target, Box::new(edit))
        }
        Err(unclear) => Command::Unclear(unclear),
    }
}

/// Whether it would make many tasks alike, or take something from all of them.
/// "Remove the notes from the list" may be about one task.
fn is_rash(target: &Target, edit: &Edit) -> bool {
    let TaskPatch { title, description, due, priority, tags, .. } = &edit.patch;
    let takes = *due == Some(None) || *priority == Some(None) || tags.is_some();
    let is_alike = title.is_some() || description.is_some();
    matches!(target, Target::Bulk(_)) && (takes || is_alike)
}
