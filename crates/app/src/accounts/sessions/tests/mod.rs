//! Ada's laptop and phone, and how long they stay signed in.

mod door;
mod ending;
mod life;

use rondo_domain::Secret;

use super::*;
use crate::testing::{NOW, TestApp, id};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

fn laptop() -> Device {
    let address = "192.0.2.1".parse().expect("this is an address");
    Device { address, user_agent: "Laptop/1.0".to_owned() }
}

/// Signs in somebody who has an account.
async fn sign_in(test: &TestApp, name: &str, remembered: bool) -> SessionView {
    let (session, view) = new_session(&test.app, &id(name), &laptop(), remembered);
    test.write(move |txn| async move { txn.insert_session(&session).await }).await;
    view
}

/// The session with this token, renewed when that is due.
async fn reads(test: &TestApp, token: &Secret<String>) -> Option<Current> {
    current(&test.app, token, Renewal::IfDue).await.expect("there is a database")
}

async fn must_read(test: &TestApp, token: &Secret<String>) -> Current {
    reads(test, token).await.expect("the session is good")
}

async fn is_signed_in(test: &TestApp, session: &SessionView) -> bool {
    reads(test, &session.token).await.is_some()
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// How many rows ada has, over or not.
async fn rows(test: &TestApp, name: &str) -> usize {
    let user = id(name);
    let long_ago = NOW.plus_seconds(-WEEK);
    test.read(move |txn| async move { txn.list_sessions(&user, long_ago).await }).await.len()
}
