//! What changes in an account: name and picture, and the address.

use rondo_domain::{Email, Image, Name, Secret, User, UserId};
use rondo_store::{Constraint, Credentials, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{Database, Person, Stop, at, id_of, person, user};

on_every_database! {
    a_profile_is_changed_field_by_field,
    the_longest_name_and_picture_are_kept,
    a_profile_of_nobody_is_not_changed,
    an_address_is_verified_once,
    an_address_is_verified_while_it_is_the_users,
    a_user_takes_another_address,
    an_address_that_was_left_is_free,
    an_address_is_changed_from_the_one_it_was,
    a_taken_address_is_refused,
    one_address_wanted_by_two_at_once_goes_to_one,
    two_addresses_for_one_user_at_once_leave_the_first,
    credentials_are_found_by_id,
    credentials_found_by_id_are_held_still,
}

mod from_outside {
    use super::an_account_that_makes_no_sense_is_reported_by_name;

    on_shared_databases! { an_account_that_makes_no_sense_is_reported_by_name }
}

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.com")).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn image(text: &str) -> Image {
    Image::parse(text).unwrap()
}

async fn find(store: &Store, name: &str) -> Option<User> {
    let id = id_of(name);
    store.read(move |txn| async move { txn.find_user(&id).await }).await.unwrap()
}

/// Changes a profile at a second.
#[expect(clippy::option_option, reason = "a picture is kept, taken away or replaced")]
async fn change(
    who: &Person,
    name: Option<Name>,
    image: Option<Option<Image>>,
    second: i64,
) -> Option<User> {
    let id = who.id.clone();
    let changed = who.store.write(move |txn| async move {
        let image = image.as_ref().map(Option::as_ref);
        txn.update_profile(&id, name.as_ref(), image, at(second)).await
    });
    changed.await.unwrap()
}

async fn verify(store: &Store, name: &str, address: &str, second: i64) -> Option<User> {
    let (id, email) = (id_of(name), email(address));
    store
        .write(move |txn| async move { txn.mark_email_verified(&id, &email, at(second)).await })
        .await
        .unwrap()
}

/// Gives a user another address, at second 60.
async fn readdress(
    store: &Store,
    name: &str,
    from: &str,
    to: &str,
) -> Result<Option<User>, StoreError> {
    let (id, from, to) = (id_of(name), email(from), email(to));
    store.write(move |txn| async move { txn.update_email(&id, &from, &to, at(60)).await }).await
}

async fn credentials(store: &Store, id: &UserId) -> Option<Credentials> {
    let id = id.clone();
    store
        .write(move |txn| async move { txn.find_credentials_by_id_for_update(&id).await })
        .await
        .unwrap()
}

async fn a_profile_is_changed_field_by_field(store: Store) {
    let (ada, _bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let picture = image("https://example.com/ada.png");
    let renamed = User { name: name("Ada L."), updated_at: at(1), ..user("ada") };
    assert_eq!(change(&ada, Some(name("Ada L.")), None, 1).await, Some(renamed.clone()));
    let shown = User { image: Some(picture.clone()), updated_at: at(2), ..renamed };
    assert_eq!(change(&ada, None, Some(Some(picture)), 2).await, Some(shown.clone()));
    let same = User { updated_at: at(3), ..shown };
    assert_eq!(change(&ada, None, None, 3).await, Some(same.clone()));
    let bare = User { name: Name::default(), image: None, updated_at: at(4), ..same };
    assert_eq!(change(&ada, Some(Name::default()), Some(None), 4).await, Some(bare.clone()));
    assert_eq!(find(&store, "ada").await, Some(bare));
    assert_eq!(find(&store, "bob").await, Some(user("bob")));
}

async fn the_longest_name_and_picture_are_kept(store: Store) {
    let ada = person(&store, "ada").await;
    let long = name(&"😀".repeat(Name::MAX_CHARS));
    let picture = image(&"𝄞".repeat(Image::MAX_BYTES / 4));
    let changed = change(&ada, Some(long.clone()), Some(Some(picture.clone())), 1).await.unwrap();
    assert_eq!((changed.name, changed.image), (long, Some(picture)));
}

async fn a_profile_of_nobody_is_not_changed(store: Store) {
    let nobody = Person { id: id_of("nobody"), store: store.clone() };
    assert_eq!(change(&nobody, Some(name("Somebody")), None, 1).await, None);
    assert_eq!(find(&store, "nobody").await, None);
}

async fn an_address_is_verified_once(store: Store) {
    person(&store, "ada").await;
    let verified = Some(User { email_verified: true, updated_at: at(1), ..user("ada") });
    // Nothing changes by the second time, the time of the change neither.
    for second in [1, 2] {
        assert_eq!(verify(&store, "ada", "ada", second).await, verified);
    }
    assert_eq!(find(&store, "ada").await, verified);
}

async fn an_address_is_verified_while_it_is_the_users(store: Store) {
    person(&store, "ada").await;
    person(&store, "bob").await;
    for (who, address) in [("ada", "bob"), ("ada", "old"), ("nobody", "ada"), ("nobody", "eve")] {
        assert_eq!(verify(&store, who, address, 1).await, None, "{who} {address}");
    }
    for who in ["ada", "bob"] {
        assert_eq!(find(&store, who).await, Some(user(who)));
    }
}

async fn a_user_takes_another_address(store: Store) {
    for (who, is_verified) in [("ada", true), ("bob", false)] {
        person(&store, who).await;
        if is_verified {
            verify(&store, who, who, 1).await.unwrap();
        }
        let new = format!("{who}.new");
        let expected = User {
            email: Some(email(&new)),
            email_verified: is_verified,
            updated_at: at(60),
            ..user(who)
        };
        let changed = readdress(&store, who, who, &new).await.unwrap();
        assert_eq!(changed, Some(expected.clone()));
        assert_eq!(find(&store, who).await, Some(expected));
    }
}

async fn an_address_that_was_left_is_free(store: Store) {
    person(&store, "ada").await;
    readdress(&store, "ada", "ada", "new").await.unwrap().unwrap();
    let bob = User { email: Some(email("ada")), ..user("bob") };
    let signed_up = store.write(move |txn| async move { txn.insert_user(&bob, None).await });
    signed_up.await.unwrap();
    let found = store.read(|txn| async move { txn.find_user_by_email(&email("ada")).await });
    assert_eq!(found.await.unwrap().map(|user| user.id), Some(id_of("bob")));
}

async fn an_address_is_changed_from_the_one_it_was(store: Store) {
    person(&store, "ada").await;
    person(&store, "bob").await;
    for (who, from) in [("ada", "old"), ("ada", "bob"), ("nobody", "ada")] {
        assert_eq!(readdress(&store, who, from, "new").await.unwrap(), None, "{who} {from}");
    }
    assert_eq!(find(&store, "ada").await, Some(user("ada")));
    assert_eq!(find(&store, "bob").await, Some(user("bob")));
}

async fn a_taken_address_is_refused(store: Store) {
    person(&store, "ada").await;
    person(&store, "bob").await;
    let refused = readdress(&store, "ada", "ada", "bob").await;
    assert_refused!(refused, StoreError::Conflict(Constraint::UserEmail));
    assert_eq!(find(&store, "ada").await, Some(user("ada")));
    assert_eq!(find(&store, "bob").await, Some(user("bob")));
}

async fn one_address_wanted_by_two_at_once_goes_to_one(store: Store) {
    let mut changing = JoinSet::new();
    for number in 0..10 {
        let name = format!("person{number}");
        person(&store, &name).await;
        let store = store.clone();
        changing.spawn(async move { readdress(&store, &name, &name, "wanted").await });
    }
    let outcomes = changing.join_all().await;
    let (changed, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((changed.len(), refused.len()), (1, 9));
    for refusal in refused {
        assert_refused!(refusal, StoreError::Conflict(Constraint::UserEmail));
    }
}

async fn two_addresses_for_one_user_at_once_leave_the_first(store: Store) {
    person(&store, "ada").await;
    let mut changing = JoinSet::new();
    for number in 0..10 {
        let (store, to) = (store.clone(), format!("new{number}"));
        changing.spawn(async move { readdress(&store, "ada", "ada", &to).await.unwrap() });
    }
    let changed: Vec<User> = changing.join_all().await.into_iter().flatten().collect();
    assert_eq!(changed.len(), 1, "of links to change one address, one is good");
    assert_eq!(find(&store, "ada").await.as_ref(), changed.first());
}

async fn credentials_are_found_by_id(store: Store) {
    let hash = Secret::new("hash".to_owned());
    let external = User { email: None, ..user("external") };
    let stored = external.clone();
    let signed_up = store.write(move |txn| async move {
        txn.insert_user(&user("ada"), Some(&hash)).await?;
        txn.insert_user(&stored, None).await
    });
    signed_up.await.unwrap();

    let ada = credentials(&store, &id_of("ada")).await.unwrap();
    assert_eq!(ada.user, user("ada"));
    assert_eq!(ada.password_hash.unwrap().expose(), "hash");
    let found = credentials(&store, &external.id).await.unwrap();
    assert_eq!((found.user, found.password_hash), (external, None));
    assert!(credentials(&store, &id_of("nobody")).await.is_none());
}

async fn credentials_found_by_id_are_held_still(store: Store) {
    let ada = person(&store, "ada").await;
    let stop = Stop::new();
    let (first, held) = (ada.clone(), stop.clone());
    let first = tokio::spawn(async move {
        let id = first.id.clone();
        let changed = first.store.write(move |txn| async move {
            let found = txn.find_credentials_by_id_for_update(&id).await?.unwrap();
            held.here().await;
            assert!(found.password_hash.is_none());
            txn.update_password(&id, &Secret::new("first".to_owned()), at(1)).await
        });
        changed.await.unwrap()
    });
    stop.reached().await;
    let second = tokio::spawn({
        let ada = ada.clone();
        async move { credentials(&ada.store, &ada.id).await }
    });
    stop.go();
    assert!(first.await.unwrap());
    let seen = second.await.unwrap().unwrap().password_hash.unwrap();
    assert_eq!(seen.expose(), "first", "the second saw what the first wrote");
}

async fn an_account_that_makes_no_sense_is_reported_by_name((store, database): (Store, Database)) {
    person(&store, "ada").await;
    let picture = "x".repeat(Image::MAX_BYTES + 1);
    for change in [&format!("image = '{picture}'"), "image = null, email = 'ada'"] {
        database.execute(&format!("update users set {change}")).await;
        let found = store.read(|txn| async move { txn.find_user(&id_of("ada")).await });
        match found.await {
            Err(StoreError::Corrupt { table, id }) => {
                assert_eq!((table, id.as_str()), ("users", "ada"));
            }
            other => panic!("{other:?} instead of Corrupt"),
        }
    }
}
