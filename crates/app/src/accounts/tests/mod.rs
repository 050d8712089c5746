//! Ada and her account, and those who would like to have it.

mod change_email;
mod change_password;
mod deletion;
mod imports;
mod login;
mod operator;
mod profile;
mod reset;
mod sign_up;
mod verification;

use std::net::{IpAddr, Ipv4Addr};

use rondo_domain::UserId;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    sessions::{Current, Renewal, SessionView, current},
    *,
};
use crate::{
    Sender, Settings,
    error::{Taken, Why},
    input::{LoginInput, Registration},
    mail::{self, LINK_SECONDS, Letter, LetterKind},
    settings::{Limit, Limits, MailSettings, MailTransport},
    testing::{NOW, PASSWORD, TestApp, device, email, id},
};

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const OTHER: &str = "a wholly other password";

/// An application that sends mail: it is stored, and nobody takes it away.
async fn mailing(change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::with(|settings| {
        let transport = MailTransport::Folder("nowhere".into());
        settings.mail = Some(MailSettings { transport, from: Sender::at_host("localhost") });
        change(settings);
    })
    .await
}

/// One where addresses have to be verified.
async fn strict() -> TestApp {
    mailing(|settings| settings.email_verification_required = true).await
}

/// The letters that were written since the last look, oldest first.
async fn letters(test: &TestApp) -> Vec<Letter> {
    let far = test.app.now().plus_seconds(1_000_000);
    let mut jobs =
        test.write(move |txn| async move { txn.claim_mail_jobs(far, far, 100).await }).await;
    jobs.sort_by_key(|job| job.created_at);
    for job in jobs.clone() {
        test.write(move |txn| async move { txn.delete_mail_job(&job.user_id, &job.id).await })
            .await;
    }
    jobs.iter().map(|job| mail::open(&test.app, job).expect("it was sealed here")).collect()
}

/// The only letter since the last look.
async fn letter(test: &TestApp) -> Letter {
    let mut letters = letters(test).await;
    assert_eq!(letters.len(), 1);
    letters.remove(0)
}

/// The token in a link, and where it leads.
fn taken_apart(letter: &Letter) -> (String, String) {
    let link = letter.link.expose();
    let (path, query) = link.split_once('?').expect("a link has a query");
    let path = path.strip_prefix("http://localhost:8000/api/auth/").expect("a link is to us");
    if let Some(token) = path.strip_prefix("reset-password/") {
        let callback = query.strip_prefix("callbackURL=").expect("a link leads somewhere");
        return (token.to_owned(), callback.to_owned());
    }
    assert_eq!(path, "verify-email");
    let query = query.strip_prefix("token=").expect("a link has a token");
    let (token, callback) = query.split_once("&callbackURL=").expect("a link leads somewhere");
    (token.to_owned(), callback.to_owned())
}

fn token(letter: &Letter) -> String {
    taken_apart(letter).0
}

/// What a token says, its signature unseen.
fn claims(token: &str) -> Value {
    jsonwebtoken::dangerous::insecure_decode_claims(token).expect("a token has claims")
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn new_password(text: &str) -> NewPassword {
    NewPassword::parse(text).expect("a test password is good enough")
}

/// Signs in somebody who has an account, and wants to be remembered.
async fn signs_in(test: &TestApp, name: &str, password: &str) -> Result<Current, Error> {
    let input = LoginInput { email: email(name), password: secret(password) };
    sign_in(&test.app, &device(), input, true).await
}

async fn signed_in(test: &TestApp, name: &str) -> Current {
    signs_in(test, name, PASSWORD).await.expect("the password is right")
}

async fn is_live(test: &TestApp, session: &SessionView) -> bool {
    let found = current(&test.app, &session.token, Renewal::Never).await;
    found.expect("there is a database").is_some()
}

async fn stored_hash(test: &TestApp, user: &UserId) -> Option<String> {
    let user = user.clone();
    let hash = test.read(move |txn| async move { txn.find_password_hash(&user).await }).await;
    hash.map(|hash| hash.expose().clone())
}

async fn account(test: &TestApp, user: &UserId) -> Option<User> {
    let user = user.clone();
    test.read(move |txn| async move { txn.find_user(&user).await }).await
}

/// What somebody was refused with.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Forbidden(refusal)) => refusal,
        other => panic!("{other:?} is no refusal"),
    }
}

fn is_wrong<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Unauthenticated(Why::WrongCredentials)))
}

fn is_limited<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::RateLimited { .. }))
}

/// Makes a user's address a verified one.
async fn verified(test: &TestApp, name: &str) {
    let (user, address) = (id(name), email(name));
    let now = test.app.now();
    test.write(move |txn| async move { txn.mark_email_verified(&user, &address, now).await }).await;
}
