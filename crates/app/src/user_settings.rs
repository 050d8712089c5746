//! What users choose for themselves: their time zone, their week, their name.
//!
//! Not [`crate::Settings`], which is what the operator chooses. Who has no row
//! here yet has the defaults, and gets a row with the first choice.

use rondo_domain::{
    Actor, Name, Scope, TimeZoneName, UserId, UserSettings, UserSettingsPatch, WeekStart,
};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    auth::require,
    batch::{Batch, Done, Outcome, Written, write_once},
    error::Error,
};

/// What the actor has chosen.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn show(app: &App, actor: &Actor) -> Result<UserSettings, Error> {
    require(actor, Scope::Read)?;
    of(app, &actor.user_id).await
}

/// Changes what the patch names, and gives the whole as it is then.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `write`,
/// [`Why::InvalidToken`](crate::Why::InvalidToken) for a user who was deleted,
/// or [`Error::Unavailable`].
pub async fn update(
    app: &App,
    batch: &Batch,
    patch: UserSettingsPatch,
) -> Result<Done<UserSettings>, Error> {
    require(batch.actor(), Scope::Write)?;
    let (user, now) = (batch.actor().user_id.clone(), app.now());
    write_once(app, batch, move |txn| async move {
        Ok(Written::unchanged(txn.update_settings(&user, &patch, now).await?))
    })
    .await
}

/// Settings as they are stored with a key.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredSettings {
    time_zone: String,
    week_start: String,
    name: String,
}

impl Outcome for UserSettings {
    type Stored = StoredSettings;

    fn to_stored(&self) -> StoredSettings {
        StoredSettings {
            time_zone: self.time_zone.as_str().to_owned(),
            week_start: self.week_start.as_str().to_owned(),
            name: self.name.as_str().to_owned(),
        }
    }

    fn from_stored(stored: StoredSettings, _: &UserId) -> Option<Self> {
        Some(Self {
            time_zone: TimeZoneName::parse(&stored.time_zone).ok()?,
            week_start: WeekStart::parse(&stored.week_start).ok()?,
            name: Name::parse(&stored.name).ok()?,
        })
    }
}

/// What a user has chosen, for whatever depends on it. One statement.
pub(crate) async fn of(app: &App, user: &UserId) -> Result<UserSettings, Error> {
    let user = user.clone();
    let found = app.store().read(move |txn| async move { txn.find_settings(&user).await }).await?;
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rondo_domain::{Door, Name, Scopes, TimeZoneName, WeekStart};

    use super::*;
    use crate::{
        error::{Refusal, Why},
        testing::{TestApp, actor, id},
    };

    async fn update(
        test: &TestApp,
        actor: &Actor,
        patch: UserSettingsPatch,
    ) -> Result<UserSettings, Error> {
        let done = super::update(&test.app, &test.batch(actor), patch).await?;
        assert!(!done.is_replayed && done.batch_id.is_none());
        Ok(done.value)
    }

    fn in_zone(name: &str) -> UserSettingsPatch {
        let zone = TimeZoneName::parse(name).expect("a test zone exists");
        UserSettingsPatch { time_zone: Some(zone), ..UserSettingsPatch::default() }
    }

    #[tokio::test]
    async fn ada_chooses_and_bob_keeps_his_own() {
        let test = TestApp::new().await;
        let (ada, bob) = (test.user("ada").await, test.user("bob").await);
        let mut expected = show(&test.app, &ada).await.expect("she may");
        assert_eq!(expected, UserSettings::default());
        test.clock.advance_seconds(5);

        let patch =
            UserSettingsPatch { week_start: Some(WeekStart::Sunday), ..in_zone("Asia/Tokyo") };
        let changed = update(&test, &ada, patch).await.expect("she may");
        expected.time_zone = TimeZoneName::parse("Asia/Tokyo").expect("a test zone exists");
        expected.week_start = WeekStart::Sunday;
        assert_eq!(changed, expected);
        assert_eq!(show(&test.app, &ada).await.ok(), Some(changed));
        assert_eq!(show(&test.app, &bob).await.ok(), Some(UserSettings::default()));
    }

    #[tokio::test]
    async fn the_account_is_as_old_as_its_last_change() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        let updated_at = async || {
            let user = id("ada");
            let found = test.read(|txn| async move { txn.find_user(&user).await }).await;
            found.expect("ada is there").updated_at
        };
        let before = updated_at().await;
        test.clock.advance_seconds(5);
        for patch in [UserSettingsPatch::default(), in_zone("utc")] {
            update(&test, &ada, patch).await.expect("nothing to do");
            assert_eq!(updated_at().await, before);
        }
        let name = Name::parse("Ada").ok();
        let patch = UserSettingsPatch { name, ..UserSettingsPatch::default() };
        update(&test, &ada, patch).await.expect("a new name");
        assert_eq!(updated_at().await, before.plus_seconds(5));
    }

    #[tokio::test]
    async fn a_choice_that_is_sent_again_is_not_made_again() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        let once = test.keyed(&ada, "k");
        let first = super::update(&test.app, &once, in_zone("Asia/Tokyo")).await;
        let first = first.expect("she may").value;
        update(&test, &ada, in_zone("Europe/Berlin")).await.expect("she may");
        let again = super::update(&test.app, &once, in_zone("Asia/Tokyo")).await;
        let again = again.expect("it was done before");
        assert_eq!((again.is_replayed, again.value), (true, first));
        let now = show(&test.app, &ada).await.expect("she may");
        assert_eq!(now.time_zone.as_str(), "Europe/Berlin");
    }

    #[tokio::test]
    async fn an_external_user_gets_a_row_with_the_first_choice() {
        let test = TestApp::new().await;
        let eve = actor(id("external|eve"));
        let row = async || {
            let user = id("external|eve");
            test.read(|txn| async move { txn.find_user(&user).await }).await
        };
        assert_eq!(show(&test.app, &eve).await.ok(), Some(UserSettings::default()));
        assert_eq!(row().await, None);
        let chosen = update(&test, &eve, in_zone("Asia/Tokyo")).await.expect("she may");
        assert_eq!(chosen.time_zone.as_str(), "Asia/Tokyo");
        assert!(row().await.is_some_and(|user| user.email.is_none()));
        assert_eq!(show(&test.app, &eve).await.ok(), Some(chosen));
    }

    #[tokio::test]
    async fn a_deleted_user_does_not_come_back_with_a_choice() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        crate::accounts::delete_user(&test.app, &ada.user_id).await.expect("ada is there");
        let refused = update(&test, &ada, in_zone("Asia/Tokyo")).await;
        assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))), "{refused:?}");
    }

    #[tokio::test]
    async fn a_token_does_only_what_it_was_made_for() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        for allowed in Scope::ALL {
            let scopes = Scopes::of(&[allowed]);
            let token = Actor { door: Door::ApiToken, scopes, ..ada.clone() };
            let answers = [
                (Scope::Read, show(&test.app, &token).await),
                (Scope::Write, update(&test, &token, UserSettingsPatch::default()).await),
            ];
            for (needed, answer) in answers {
                match answer {
                    Ok(_) => assert_eq!(needed, allowed),
                    Err(Error::Forbidden(Refusal::MissingScope(scope))) => {
                        assert_eq!(scope, needed);
                        assert_ne!(scope, allowed);
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
    }
}
