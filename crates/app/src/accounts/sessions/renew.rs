//! Reading the current session, and renewing it while it is used.
//!
//! Only a read whose answer can carry a cookie renews: the API is opened by
//! the same sessions, but if it moved their end without sending the cookie
//! again, the browser would throw the cookie away before the session is over.

use rondo_domain::{Secret, Timestamp};
use rondo_store::{Session, Txn};

use super::{Current, SessionView, end};
use crate::{App, auth::session_token, error::Error};

/// How long a remembered session lasts after it was opened or renewed: a week.
pub(super) const REMEMBERED_SECONDS: i64 = 7 * 86_400;
/// How old it must be before a read renews it, or each read would write.
const RENEWED_AFTER_SECONDS: i64 = 86_400;

/// Whether a read may renew the session it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Yes, when it is remembered and a day has passed.
    IfDue,
    /// No.
    Never,
}

/// The session with this token; `None` when there is none or it is over.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn current(
    app: &App,
    token: &Secret<String>,
    renewal: Renewal,
) -> Result<Option<Current>, Error> {
    let Some((mut session, user)) = session_token::look_up(app, token).await? else {
        return Ok(None);
    };
    let now = app.now();
    if session.expires_at <= now {
        end(app, session.user_id, session.id).await?;
        return Ok(None);
    }
    let is_renewed = renewal == Renewal::IfDue && is_due(&session, now);
    if is_renewed {
        session.updated_at = now;
        session.expires_at = now.plus_seconds(REMEMBERED_SECONDS);
        if !extend(app, &session).await? {
            // It was ended between the two questions.
            return Ok(None);
        }
    }
    let session = SessionView::new(session, token.clone());
    Ok(Some(Current { session, user, is_renewed }))
}

fn is_due(session: &Session, now: Timestamp) -> bool {
    let renewed_at = session.expires_at.plus_seconds(-REMEMBERED_SECONDS);
    session.remembered && renewed_at.plus_seconds(RENEWED_AFTER_SECONDS) <= now
}

async fn extend(app: &App, session: &Session) -> Result<bool, Error> {
    let (user, id) = (session.user_id.clone(), session.id.clone());
    let (now, expires_at) = (session.updated_at, session.expires_at);
    let body = move |txn: Txn| async move { txn.extend_session(&user, &id, now, expires_at).await };
    Ok(app.store().write(body).await?)
}
