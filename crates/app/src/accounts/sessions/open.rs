//! Opening a session: making its token, and deciding how long it lasts.
//!
//! Nothing is stored here: the row is written in the transaction of what opens
//! the session, so that neither is without the other.

use rondo_domain::{Secret, SessionId, Timestamp, UserId};
use rondo_store::Session;

use super::{Device, SessionView, renew};
use crate::{App, auth::session_token, machine::identifier};

/// How long a session lasts that nobody wants remembered: a day.
const UNREMEMBERED_SECONDS: i64 = 86_400;
/// How much of a program's own description is kept, in characters.
const MAX_AGENT_CHARS: usize = 512;

/// A new session for a user: a week, renewed while it is used, or a day.
pub(crate) fn new_session(
    app: &App,
    user: &UserId,
    device: &Device,
    remembered: bool,
) -> (Session, SessionView) {
    let seconds = if remembered { renew::REMEMBERED_SECONDS } else { UNREMEMBERED_SECONDS };
    // One look at the clock: what browsers are told is the difference.
    let created_at = app.now();
    let expires_at = created_at.plus_seconds(seconds);
    make(app, user, device, Span { remembered, created_at, expires_at })
}

/// The session behind an access token: ends with it, and is never renewed.
pub(crate) fn login_session(
    app: &App,
    user: &UserId,
    device: &Device,
    expires_at: Timestamp,
) -> (Session, SessionView) {
    make(app, user, device, Span { remembered: false, created_at: app.now(), expires_at })
}

/// How long a session lasts.
struct Span {
    remembered: bool,
    created_at: Timestamp,
    expires_at: Timestamp,
}

fn make(app: &App, user: &UserId, device: &Device, span: Span) -> (Session, SessionView) {
    let Span { remembered, created_at, expires_at } = span;
    let random = &*app.inner().random;
    let id = identifier(random);
    let id = SessionId::new(&id).expect("an identifier is 32 letters and digits");
    let token = Secret::new(identifier(random));
    let session = Session {
        token_hash: session_token::hash(&token),
        sealed_token: session_token::seal(&app.inner().keyring, (user, &id), &token, random),
        id,
        user_id: user.clone(),
        remembered,
        ip_address: device.address.to_canonical().to_string(),
        user_agent: storable(&device.user_agent),
        created_at,
        updated_at: created_at,
        expires_at,
    };
    let view = SessionView::new(session.clone(), token);
    (session, view)
}

/// What a stranger wrote about their program, cut to what is worth keeping;
/// PostgreSQL text cannot hold a NUL.
fn storable(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(MAX_AGENT_CHARS).collect()
}
