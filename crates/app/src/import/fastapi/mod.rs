//! The database of a to-do server in Python (FastAPI, `SQLModel`): tasks,
//! conversations, then their messages. Any of the tables may be missing, but
//! not all.

mod conversations;
mod messages;
mod numbers;
mod owners;
mod tasks;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::{Failed, run::Run};
use conversations::Conversations;
use messages::Messages;
use tasks::Tasks;

/// Brings what is there of the three tables.
pub(super) async fn bring(run: &mut Run<'_>) -> Result<(), Failed> {
    let tasks = run.find::<Tasks>();
    let conversations = run.find::<Conversations>();
    if tasks.is_none() && conversations.is_none() {
        return Err(run.missing::<Tasks>().await);
    }
    let mut made = HashSet::new();
    if let Some(shape) = tasks {
        let mut pass = Tasks::new(run.now());
        run.bring(&mut pass, &shape).await?;
        made = pass.made();
    }
    if let Some(shape) = conversations {
        let mut pass = Conversations::new(run.now(), made);
        run.bring(&mut pass, &shape).await?;
        if let Some(shape) = run.find::<Messages>() {
            run.bring(&mut Messages::new(run.now(), pass.places()), &shape).await?;
        }
    }
    run.finish();
    Ok(())
}
