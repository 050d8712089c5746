//! A new task.

use std::sync::Arc;

use rondo_domain::{Scope, ShownTask, UserSettings};
use rondo_store::Touches;

use crate::{
    App,
    auth::require,
    batch::{Batch, Done, Written, write_once_touching},
    error::Error,
    history::Journal,
    input::TaskInput,
};

/// Stores a new task of the actor's.
///
/// # Errors
/// [`Error::Invalid`] when what it says makes no task for this user,
/// [`Error::Forbidden`] without the scope `write`, or [`Error::Unavailable`].
pub async fn create(app: &App, batch: &Batch, input: TaskInput) -> Result<Done<ShownTask>, Error> {
    require(batch.actor(), Scope::Write)?;
    let (owner, now) = (batch.actor().user_id.clone(), app.now());
    let journal = Journal::of(batch, now);
    // The body is handed on and cloned on its way to the database.
    let input = Arc::new(input);
    write_once_touching(app, batch, Touches::new_task(), move |txn| async move {
        // Most tasks mean the same to everybody, and need no look-up.
        let settings = if input.needs_settings() {
            txn.find_settings(&owner).await?.unwrap_or_default()
        } else {
            UserSettings::default()
        };
        let new = Arc::unwrap_or_clone(input).resolve(now, &settings)?;
        let task = txn.insert_task(&owner, new, now).await?;
        journal.record(&txn, journal.created(&task)).await?;
        Ok(Written::changed(ShownTask::new(task, &settings.time_zone)))
    })
    .await
}
