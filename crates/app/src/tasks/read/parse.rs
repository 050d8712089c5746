//! What a line of text would be as a task.

use rondo_domain::{Actor, QuickAdd, Scope};

use crate::{App, auth::require, error::Error, input::Line, user_settings};

/// Reads a line with the actor's calendar, and stores nothing.
///
/// # Errors
/// [`Error::Invalid`] when too much is left to be a title,
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn parse(app: &App, actor: &Actor, line: &Line) -> Result<QuickAdd, Error> {
    require(actor, Scope::Read)?;
    let settings = user_settings::of(app, &actor.user_id).await?;
    line.read(app.now(), &settings)
}

#[cfg(test)]
mod tests {
    use rondo_domain::{Door, Scopes, TimeZoneName, UserSettingsPatch, WeekStart};
    use serde_json::json;

    use super::*;
    use crate::{
        error::Refusal,
        input::{self, ListingInput},
        testing::TestApp,
    };

    fn line(text: &str) -> Line {
        input::line(json!({"text": text})).expect("a test line is one")
    }

    async fn due(test: &TestApp, actor: &Actor, words: &str) -> String {
        let read = parse(&test.app, actor, &line(words)).await.expect("a line is understood");
        read.due.map(|due| due.to_string()).unwrap_or_default()
    }

    async fn choose(test: &TestApp, actor: &Actor, zone: &str, week_start: WeekStart) {
        let patch = UserSettingsPatch {
            time_zone: TimeZoneName::parse(zone).ok(),
            week_start: Some(week_start),
            name: None,
        };
        let done = user_settings::update(&test.app, &test.batch(actor), patch).await;
        done.expect("settings are stored");
    }

    /// It is Saturday, 21 November 2026; on Kiritimati it soon is Sunday.
    #[tokio::test]
    async fn tomorrow_and_next_week_are_those_of_who_asks() {
        let test = TestApp::new().await;
        let (ada, bob) = (test.user("ada").await, test.user("bob").await);
        choose(&test, &bob, "Pacific/Kiritimati", WeekStart::Sunday).await;
        test.clock.advance_seconds(60 * 60);
        assert_eq!(due(&test, &ada, "Call tomorrow").await, "2026-11-22");
        assert_eq!(due(&test, &bob, "Call tomorrow").await, "2026-11-23");
        assert_eq!(due(&test, &ada, "Call next week").await, "2026-11-23");
        choose(&test, &ada, "UTC", WeekStart::Sunday).await;
        assert_eq!(due(&test, &ada, "Call next week").await, "2026-11-22");
    }

    #[tokio::test]
    async fn nothing_is_stored() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        assert_eq!(due(&test, &ada, "Call tomorrow").await, "2026-11-22");
        let list = super::super::list(&test.app, &ada, ListingInput::default()).await;
        assert!(list.is_ok_and(|list| list.tasks.is_empty()));
    }

    #[tokio::test]
    async fn reading_a_line_takes_the_scope_read() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        let token = |scope| {
            let scopes = Scopes::of(&[scope]);
            Actor { door: Door::ApiToken, scopes, ..ada.clone() }
        };
        assert!(parse(&test.app, &token(Scope::Read), &line("x")).await.is_ok());
        for scope in [Scope::Write, Scope::Delete] {
            let refused = parse(&test.app, &token(scope), &line("x")).await;
            let missing = Refusal::MissingScope(Scope::Read);
            assert!(matches!(refused, Err(Error::Forbidden(refusal)) if refusal == missing));
        }
    }
}
