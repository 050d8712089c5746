//! Questions before something is deleted, for doors that keep no state.
//!
//! The question itself travels to the client and back, sealed: it names nothing
//! that could be changed, and opens only for the user and the version of the
//! task that it was asked about, and not for long. So a "yes" counts once: a
//! task that was deleted and brought back is a version further.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rondo_domain::{Actor, Scope, TaskId, Timestamp, Title};
use rondo_store::Txn;

use crate::{
    App,
    auth::{keyring::Seal, require},
    error::Error,
};

/// How long a question waits for its answer.
const VALID_SECONDS: i64 = 600;

/// What a question is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The task.
    pub task: TaskId,
    /// What it is called; `None` when the actor may not read that.
    pub title: Option<Title>,
    version: i64,
}

/// The task of the actor's that is to be deleted, as it is now; `None` when
/// there is none.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `delete`, or [`Error::Unavailable`].
pub async fn subject(app: &App, actor: &Actor, task: TaskId) -> Result<Option<Subject>, Error> {
    require(actor, Scope::Delete)?;
    let owner = actor.user_id.clone();
    let body = move |txn: Txn| async move { txn.find_task(&owner, task).await };
    let found = app.store().read(body).await?;
    let may_read = actor.scopes.has(Scope::Read);
    Ok(found.map(|(found, _)| Subject {
        task,
        version: found.version,
        title: may_read.then_some(found.title),
    }))
}

/// The sealed question whether this task of the actor's is to be deleted.
#[must_use]
pub fn ask(app: &App, actor: &Actor, subject: &Subject) -> String {
    let valid_until = app.now().plus_seconds(VALID_SECONDS).as_micros();
    let (keyring, random) = (&app.inner().keyring, &*app.inner().random);
    let [task, version] = subject.names();
    let place = [actor.user_id.as_str(), &task, &version];
    let sealed = keyring.seal(Seal::Confirmation, &place, &valid_until.to_be_bytes(), random);
    BASE64_URL_SAFE_NO_PAD.encode(sealed)
}

/// Whether this is the question that was asked of this actor about this task
/// as it is, a moment ago.
#[must_use]
pub fn was_asked(app: &App, actor: &Actor, (subject, question): (&Subject, &str)) -> bool {
    let [task, version] = subject.names();
    let place = [actor.user_id.as_str(), &task, &version];
    let valid_until = BASE64_URL_SAFE_NO_PAD
        .decode(question)
        .ok()
        .and_then(|sealed| app.inner().keyring.open(Seal::Confirmation, &place, &sealed))
        .and_then(|plain| plain.try_into().ok())
        .map(i64::from_be_bytes);
    let is_valid = |micros| Timestamp::from_micros(micros).is_some_and(|end| app.now() < end);
    valid_until.is_some_and(is_valid)
}

impl Subject {
    fn names(&self) -> [String; 2] {
        [self.task.to_string(), self.version.to_string()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, actor, id};

    fn subject(number: i64, version: i64) -> Subject {
        let task = TaskId::new(number).expect("this is a number");
        Subject { task, title: None, version }
    }

    #[tokio::test]
    async fn a_question_is_good_for_its_user_its_task_as_it_is_and_ten_minutes() {
        let test = TestApp::new().await;
        let question = ask(&test.app, &actor(id("ada")), &subject(7, 1));
        let asked = |name, number, question: &str| {
            was_asked(&test.app, &actor(id(name)), (&subject(number, 1), question))
        };
        let changed = (&subject(7, 2), question.as_str());
        assert!(!was_asked(&test.app, &actor(id("ada")), changed));
        assert!(asked("ada", 7, &question));
        assert!(!asked("bob", 7, &question));
        assert!(!asked("ada", 8, &question));
        for forged in ["", "x", &question[1..], &format!("{question}A")] {
            assert!(!asked("ada", 7, forged), "{forged}");
        }
        test.clock.advance_seconds(VALID_SECONDS - 1);
        assert!(asked("ada", 7, &question));
        test.clock.advance_seconds(1);
        assert!(!asked("ada", 7, &question));
    }
}
