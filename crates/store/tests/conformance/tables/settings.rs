//! What people choose: a time zone, the first day of the week, and a name.

use rondo_domain::{
    Image, Name, TimeZoneName, User, UserId, UserSettings, UserSettingsPatch, WeekStart,
};
use rondo_store::{Constraint, Store, StoreError, Txn};
use tokio::task::JoinSet;

use crate::support::{Database, at, id_of, person, user};

on_every_database! {
    who_has_chosen_nothing_has_the_defaults,
    settings_are_changed_one_by_one,
    what_is_chosen_again_is_no_change_of_the_account,
    the_name_is_that_of_the_profile,
    nobody_has_no_settings,
    somebody_elses_settings_stay_as_they_are,
    two_changes_at_once_are_both_kept,
    the_migration_keeps_the_accounts_and_can_be_undone,
}

mod from_outside {
    use super::settings_that_make_no_sense_are_reported_by_name;

    on_shared_databases! { settings_that_make_no_sense_are_reported_by_name }
}

fn zone(name: &str) -> TimeZoneName {
    TimeZoneName::parse(name).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn in_zone(name: &str) -> UserSettingsPatch {
    UserSettingsPatch { time_zone: Some(zone(name)), ..UserSettingsPatch::default() }
}

fn from_day(day: WeekStart) -> UserSettingsPatch {
    UserSettingsPatch { week_start: Some(day), ..UserSettingsPatch::default() }
}

fn called(text: &str) -> UserSettingsPatch {
    UserSettingsPatch { name: Some(name(text)), ..UserSettingsPatch::default() }
}

/// What those have chosen who only have a name, as everybody in these tests.
fn untouched(name_of: &str) -> UserSettings {
    UserSettings { name: name(name_of), ..UserSettings::default() }
}

async fn tries_to_find(store: &Store, id: UserId) -> Result<Option<UserSettings>, StoreError> {
    store.read(move |txn| async move { txn.find_settings(&id).await }).await
}

async fn find(store: &Store, who: &str) -> Option<UserSettings> {
    tries_to_find(store, id_of(who)).await.unwrap()
}

/// Changes somebody's settings at a second.
async fn change(
    store: &Store,
    who: &str,
    patch: UserSettingsPatch,
    second: i64,
) -> Result<UserSettings, StoreError> {
    let id = id_of(who);
    let write = {
        let id = id.clone();
        move |txn: Txn| async move { txn.update_settings(&id, &patch, at(second)).await }
    };
    store.write_for(&id, write).await
}

async fn account(store: &Store, who: &str) -> User {
    let id = id_of(who);
    store.read(move |txn| async move { txn.find_user(&id).await }).await.unwrap().unwrap()
}

async fn who_has_chosen_nothing_has_the_defaults(store: Store) {
    person(&store, "ada").await;
    let settings = find(&store, "ada").await.unwrap();
    assert_eq!((settings.time_zone.as_str(), settings.week_start.as_str()), ("UTC", "monday"));
    assert_eq!(settings, untouched("ada"));
    let external = id_of("external");
    let provisioned =
        store.write(move |txn| async move { txn.provision_user(&external, at(0)).await });
    assert!(provisioned.await.unwrap());
    assert_eq!(find(&store, "external").await, Some(UserSettings::default()));
}

async fn settings_are_changed_one_by_one(store: Store) {
    person(&store, "ada").await;
    let mut expected = untouched("ada");
    expected.time_zone = zone("Asia/Kolkata");
    assert_eq!(change(&store, "ada", in_zone("Asia/Kolkata"), 1).await.unwrap(), expected);
    for day in [WeekStart::Sunday, WeekStart::Saturday, WeekStart::Monday, WeekStart::Sunday] {
        expected.week_start = day;
        assert_eq!(change(&store, "ada", from_day(day), 2).await.unwrap(), expected);
    }
    expected.name = name("Ada L.");
    assert_eq!(change(&store, "ada", called("Ada L."), 3).await.unwrap(), expected);
    assert_eq!(find(&store, "ada").await, Some(expected));

    let all = UserSettingsPatch {
        time_zone: Some(zone("America/Argentina/Buenos_Aires")),
        week_start: Some(WeekStart::Monday),
        name: Some(Name::default()),
    };
    let changed = change(&store, "ada", all, 4).await.unwrap();
    assert_eq!(changed.time_zone.as_str(), "America/Argentina/Buenos_Aires");
    assert_eq!((changed.week_start, changed.name.as_str()), (WeekStart::Monday, ""));
}

async fn what_is_chosen_again_is_no_change_of_the_account(store: Store) {
    person(&store, "ada").await;
    let same = UserSettingsPatch {
        time_zone: Some(TimeZoneName::UTC),
        week_start: Some(WeekStart::Monday),
        name: Some(name("ada")),
    };
    for patch in [UserSettingsPatch::default(), same.clone()] {
        assert_eq!(change(&store, "ada", patch, 60).await.unwrap(), untouched("ada"));
        assert_eq!(account(&store, "ada").await, user("ada"));
    }
    let others = [in_zone("Europe/Berlin"), from_day(WeekStart::Sunday), called("Ada")];
    for (second, patch) in (61..).zip(others) {
        change(&store, "ada", patch, second).await.unwrap();
        assert_eq!(account(&store, "ada").await.updated_at, at(second));
    }
    change(&store, "ada", same, 70).await.unwrap();
    assert_eq!(account(&store, "ada").await.updated_at, at(70));
}

async fn the_name_is_that_of_the_profile(store: Store) {
    person(&store, "ada").await;
    change(&store, "ada", called("Ada L."), 1).await.unwrap();
    let renamed = User { name: name("Ada L."), updated_at: at(1), ..user("ada") };
    assert_eq!(account(&store, "ada").await, renamed);
    let profile = store.write(|txn| async move {
        let picture = Image::parse("a.png").unwrap();
        txn.update_profile(&id_of("ada"), Some(&name("Lovelace")), Some(Some(&picture)), at(2))
            .await
    });
    profile.await.unwrap().unwrap();
    assert_eq!(find(&store, "ada").await, Some(untouched("Lovelace")));
}

async fn nobody_has_no_settings(store: Store) {
    person(&store, "ada").await;
    assert_eq!(find(&store, "nobody").await, None);
    for patch in [UserSettingsPatch::default(), called("Nobody")] {
        let refused = change(&store, "nobody", patch, 1).await;
        assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
    }
    assert_eq!(find(&store, "nobody").await, None);
}

async fn somebody_elses_settings_stay_as_they_are(store: Store) {
    person(&store, "ada").await;
    person(&store, "bob").await;
    change(&store, "ada", in_zone("Europe/Berlin"), 1).await.unwrap();
    change(&store, "ada", called("Ada"), 1).await.unwrap();
    assert_eq!(find(&store, "bob").await, Some(untouched("bob")));
    assert_eq!(account(&store, "bob").await, user("bob"));
}

async fn two_changes_at_once_are_both_kept(store: Store) {
    person(&store, "ada").await;
    let patches = [in_zone("Europe/Berlin"), from_day(WeekStart::Saturday), called("Ada")];
    let mut changing = JoinSet::new();
    for patch in patches {
        let store = store.clone();
        changing.spawn(async move { change(&store, "ada", patch, 1).await.unwrap() });
    }
    changing.join_all().await;
    let expected = UserSettings {
        time_zone: zone("Europe/Berlin"),
        week_start: WeekStart::Saturday,
        name: name("Ada"),
    };
    assert_eq!(find(&store, "ada").await, Some(expected));
}

async fn the_migration_keeps_the_accounts_and_can_be_undone(store: Store) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    change(&store, "ada", in_zone("Europe/Berlin"), 1).await.unwrap();
    let before = account(&store, "ada").await;

    let status = store.migration_status().await.unwrap();
    let place = status.iter().position(|migration| migration.name == "0011_settings").unwrap();
    store.migrate_down(status.len() - place).await.unwrap();
    assert!(matches!(tries_to_find(&store, id_of("ada")).await, Err(StoreError::Internal(_))));
    assert_eq!(account(&store, "ada").await, before);
    person(&store, "bob").await;

    store.migrate_up().await.unwrap();
    assert_eq!(account(&store, "ada").await, before);
    assert_eq!(ada.titles().await, ["milk"]);
    for who in ["ada", "bob"] {
        assert_eq!(find(&store, who).await, Some(untouched(who)), "{who}");
    }
    change(&store, "bob", from_day(WeekStart::Sunday), 2).await.unwrap();
}

async fn settings_that_make_no_sense_are_reported_by_name((store, database): (Store, Database)) {
    person(&store, "ada").await;
    for zone in ["Mars/Olympus", "", "Europe/Berlin; drop table users"] {
        database.execute(&format!("update users set timezone = '{zone}'")).await;
        match tries_to_find(&store, id_of("ada")).await {
            Err(StoreError::Corrupt { table, id }) => {
                assert_eq!((table, id.as_str()), ("users", "ada"));
            }
            other => panic!("{other:?} instead of Corrupt"),
        }
        // The account is not lost with it, and its owner can mend it.
        assert_eq!(account(&store, "ada").await.id, id_of("ada"));
        change(&store, "ada", in_zone("Asia/Tokyo"), 1).await.unwrap();
        assert_eq!(find(&store, "ada").await.unwrap().time_zone, self::zone("Asia/Tokyo"));
    }
    let other_day = "update users set week_start = 'friday'";
    let refused = if database.is_sqlite() {
        database.sqlite().execute_batch(other_day).is_err()
    } else {
        database.postgres().await.batch_execute(other_day).await.is_err()
    };
    assert!(refused, "the database takes a day that is none of the three");
}
