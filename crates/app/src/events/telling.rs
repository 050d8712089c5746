//! Telling of a write, whatever becomes of who asked for it.
//!
//! A client may hang up while its change is being committed. Nobody waits for
//! the answer then, but others still want to hear of the change.

use std::time::Duration;

use rondo_domain::UserId;
use tokio::{runtime::Handle, time::sleep};

use crate::App;

/// When a write that nobody waits for any more is committed: nearly always by
/// the first of these moments, and by the last one at the latest.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// A write of a user's that is under way.
pub(crate) struct Telling {
    write: Option<(App, UserId)>,
}

impl Telling {
    /// Begins before the write does.
    pub(crate) fn of(app: &App, user: &UserId) -> Self {
        Self { write: Some((app.clone(), user.clone())) }
    }

    /// Ends it when the write has: with a hint if something may have changed.
    pub(crate) fn end(mut self, may_have_changed: bool) {
        if let Some((app, user)) = self.write.take()
            && may_have_changed
        {
            app.inner().events.changed(&user);
        }
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        let Some((app, user)) = self.write.take() else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            for pause in PAUSES {
                sleep(pause).await;
                app.inner().events.changed(&user);
            }
        });
    }
}
