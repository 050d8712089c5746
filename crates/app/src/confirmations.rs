//! Questions before something is deleted, for doors that keep no state.
//!
//! The question itself travels to the client and back, sealed: it names nothing
//! that could be changed, and opens only for the user and the task that it was
//! asked about, and not for long.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rondo_domain::{Actor, TaskId, Timestamp};

use crate::{App, auth::keyring::Seal};

/// How long a question waits for its answer.
const VALID_SECONDS: i64 = 600;

/// The sealed question whether this task of the actor's is to be deleted.
#[must_use]
pub fn ask(app: &App, actor: &Actor, task: TaskId) -> String {
    let valid_until = app.now().plus_seconds(VALID_SECONDS).as_micros();
    let (keyring, random) = (&app.inner().keyring, &*app.inner().random);
    let place = [actor.user_id.as_str(), &task.to_string()];
    let sealed = keyring.seal(Seal::Confirmation, &place, &valid_until.to_be_bytes(), random);
    BASE64_URL_SAFE_NO_PAD.encode(sealed)
}

/// Whether this is the question that was asked of this actor about this task,
/// a moment ago.
#[must_use]
pub fn was_asked(app: &App, actor: &Actor, (task, question): (TaskId, &str)) -> bool {
    let place = [actor.user_id.as_str(), &task.to_string()];
    let valid_until = BASE64_URL_SAFE_NO_PAD
        .decode(question)
        .ok()
        .and_then(|sealed| app.inner().keyring.open(Seal::Confirmation, &place, &sealed))
        .and_then(|plain| plain.try_into().ok())
        .map(i64::from_be_bytes);
    let is_valid = |micros| Timestamp::from_micros(micros).is_some_and(|end| app.now() < end);
    valid_until.is_some_and(is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, actor, id};

    fn task(number: i64) -> TaskId {
        TaskId::new(number).expect("this is a number")
    }

    #[tokio::test]
    async fn a_question_is_good_for_its_user_its_task_and_ten_minutes() {
        let test = TestApp::new().await;
        let question = ask(&test.app, &actor(id("ada")), task(7));
        let asked = |name, number, question: &str| {
            was_asked(&test.app, &actor(id(name)), (task(number), question))
        };
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
