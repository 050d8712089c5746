//! Users of a Better Auth server, brought once and again.

use rondo_domain::{Email, Name, User};
use rondo_store::{Purpose, Value, Verification};

use super::{Passwords, Users};
use crate::{
    auth::fingerprint::fingerprint,
    import::{
        reason::Reason,
        report::TableReport,
        testing::{bring, context, named, numbers, remarks, second, text},
    },
    testing::{NOW, PASSWORD, TestApp, email, id, session},
};

/// Hashes of [`PASSWORD`] and of another one, made by Better Auth 1.7.7.
const HASH: &str = "4e69bff9f4278b88ae7f973aa5c5bc17:\
    1e96746dc5e1841d384874409ae19d5f756493c9aa7a1733bd5908ba1f29c10e\
    256267ff136fa31bcc41068864bf93ef1766734daa36e6e139b6bc99838d4f9d";
const OTHER_HASH: &str = "e71f3362311b446b2f7b734ec4443e15:\
    5594ee913e749e1554697a9f9dae877545de549f282b2afd48853ab8d3b723a8\
    93c5e38c898c455a23a11d9bdc857a7de49fd1384dfd07f76f6b8d9a0bd01658";
const OTHER_PASSWORD: &str = "another horse battery";

/// The database of a Better Auth server, as far as it is read.
#[derive(Clone, Default)]
struct Source {
    users: Vec<Vec<Value>>,
    accounts: Vec<Vec<Value>>,
}

impl Source {
    /// A user whose id is their name, with a password.
    fn with(name: &str, hash: &str) -> Self {
        Self { users: vec![user(name)], accounts: vec![account(name, "credential", hash)] }
    }

    /// Brings everything; the figures of a rehearsal are the same.
    async fn bring(&self, scene: &TestApp) -> [TableReport; 2] {
        let rehearsed = self.bring_in(scene, true).await;
        let brought = self.bring_in(scene, false).await;
        assert_eq!(rehearsed, brought);
        brought
    }

    async fn bring_in(&self, scene: &TestApp, is_rehearsal: bool) -> [TableReport; 2] {
        let context = context(is_rehearsal);
        let mut users = Users::new(context.now);
        let of_users = bring(scene, context, &mut users, &self.users).await;
        let mut passwords = Passwords::new(users.brought());
        [of_users, bring(scene, context, &mut passwords, &self.accounts).await]
    }

    async fn numbers(&self, scene: &TestApp) -> [[u64; 4]; 2] {
        self.bring(scene).await.map(|report| numbers(&report))
    }
}

/// A row of `user`.
fn user(name: &str) -> Vec<Value> {
    vec![
        text(name),
        text(email(name).as_str()),
        text("Ada"),
        Value::Bool(true),
        text("https://example.com/ada.png"),
        second(0),
        second(60),
    ]
}

/// A row of `account`, called after its user.
fn account(name: &str, provider: &str, hash: &str) -> Vec<Value> {
    let id = text(&format!("{provider}-{name}"));
    vec![id, text(name), text(provider), text(hash), text(name), second(0), second(0)]
}

/// The same row with another value in a column.
fn but(mut row: Vec<Value>, column: usize, value: Value) -> Vec<Value> {
    row[column] = value;
    row
}

async fn found(scene: &TestApp, name: &str) -> Option<User> {
    let id = id(name);
    scene.read(move |txn| async move { txn.find_user(&id).await }).await
}

async fn hash_of(scene: &TestApp, name: &str) -> Option<String> {
    let id = id(name);
    let hash = scene.read(move |txn| async move { txn.find_password_hash(&id).await }).await;
    hash.map(|hash| hash.expose().clone())
}

#[tokio::test]
async fn a_user_comes_with_everything_and_logs_in_with_the_old_password() {
    let scene = TestApp::new().await;
    assert_eq!(Source::with("ada", HASH).numbers(&scene).await, [[1, 0, 0, 0]; 2]);
    let ada = found(&scene, "ada").await.expect("she was brought");
    assert_eq!(ada.email, Some(email("ada")));
    assert_eq!(ada.name.as_str(), "Ada");
    assert!(ada.email_verified);
    assert_eq!(ada.image.expect("she has a picture").as_str(), "https://example.com/ada.png");
    assert_eq!(ada.created_at.to_string(), "2026-01-01T00:00:00.000Z");
    assert_eq!(ada.updated_at.to_string(), "2026-01-01T00:01:00.000Z");
    scene.login("ada", PASSWORD).await.expect("the old password is good");
    assert!(scene.login("ada", OTHER_PASSWORD).await.is_err());
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    let scene = TestApp::new().await;
    let source = Source::with("ada", HASH);
    source.bring(&scene).await;
    let before = (found(&scene, "ada").await, hash_of(&scene, "ada").await);
    assert_eq!(source.numbers(&scene).await, [[0, 0, 1, 0]; 2]);
    assert_eq!((found(&scene, "ada").await, hash_of(&scene, "ada").await), before);
}

/// Links in the user's mailbox, one of each kind.
const LINKS: [Purpose; 3] = [Purpose::ResetPassword, Purpose::VerifyEmail, Purpose::ChangeEmail];

async fn send_links(scene: &TestApp, name: &str) {
    for purpose in LINKS {
        let sent = Verification {
            user_id: id(name),
            token_hash: fingerprint(format!("{purpose:?} of {name}").as_bytes()),
            purpose,
            created_at: NOW,
            expires_at: NOW.plus_seconds(60),
        };
        scene.write(move |txn| async move { txn.insert_verification(&sent).await }).await;
    }
}

/// Which of the links still work.
async fn good_links(scene: &TestApp, name: &str) -> Vec<Purpose> {
    let mut good = Vec::new();
    for purpose in LINKS {
        let hash = fingerprint(format!("{purpose:?} of {name}").as_bytes());
        let found = scene
            .read(move |txn| async move { txn.find_verification(&hash, purpose, NOW).await })
            .await;
        good.extend(found.map(|_| purpose));
    }
    good
}

#[tokio::test]
async fn with_an_address_that_changed_over_there_the_old_mailbox_opens_nothing() {
    let scene = TestApp::new().await;
    let mut source = Source { users: vec![user("ada"), user("bob")], ..Source::default() };
    source.bring(&scene).await;
    for name in ["ada", "bob"] {
        send_links(&scene, name).await;
    }
    source.users[0] = but(user("ada"), 1, text("lovelace@example.com"));
    source.users[1] = but(user("bob"), 2, text("Robert"));
    source.bring_in(&scene, true).await;
    assert_eq!(good_links(&scene, "ada").await, LINKS, "a rehearsal changes nothing");
    source.bring_in(&scene, false).await;
    assert_eq!(good_links(&scene, "ada").await, []);
    assert_eq!(good_links(&scene, "bob").await, LINKS, "another name is no other mailbox");
}

async fn rename(scene: &TestApp, name: &str, new: &str) {
    let (id, new) = (id(name), Name::parse(new).expect("a short name"));
    scene
        .write(move |txn| async move { txn.update_profile(&id, Some(&new), None, NOW).await })
        .await;
}

#[tokio::test]
async fn what_changed_over_there_follows_and_what_changed_here_stays() {
    let scene = TestApp::new().await;
    let mut source = Source::default();
    for name in ["ada", "bob", "eve"] {
        source.users.push(user(name));
    }
    source.bring(&scene).await;
    rename(&scene, "bob", "Robert").await;
    rename(&scene, "eve", "Evelyn").await;
    source.users[0] = but(source.users[0].clone(), 1, text("Ada.Lovelace@Example.com"));
    source.users[2] = but(source.users[2].clone(), 2, text("Eva"));
    let [users, _] = source.bring(&scene).await;
    assert_eq!(numbers(&users), [0, 1, 1, 1]);
    assert_eq!(named(&users, Reason::ChangedHere), ["eve"]);
    let ada = found(&scene, "ada").await.expect("she is here");
    assert_eq!(ada.email.as_ref().map(Email::as_str), Some("ada.lovelace@example.com"));
    for (name, expected) in [("ada", "Ada"), ("bob", "Robert"), ("eve", "Evelyn")] {
        let found = found(&scene, name).await.expect("they are here");
        assert_eq!(found.name.as_str(), expected);
    }
    assert_eq!(numbers(&source.bring(&scene).await[0]), [0, 0, 2, 1]);
}

#[tokio::test]
async fn a_password_that_was_used_here_is_not_set_back() {
    let scene = TestApp::new().await;
    let mut source = Source::with("ada", HASH);
    source.bring(&scene).await;
    scene.login("ada", PASSWORD).await.expect("the old password is good");
    let upgraded = hash_of(&scene, "ada").await.expect("she has a password");
    assert_ne!(upgraded, HASH, "a login makes it a hash of ours");
    assert_eq!(source.numbers(&scene).await[1], [0, 0, 1, 0]);
    source.accounts[0] = account("ada", "credential", OTHER_HASH);
    let [_, accounts] = source.bring(&scene).await;
    assert_eq!(remarks(&accounts), [(Reason::ChangedHere, 1)]);
    assert_eq!(hash_of(&scene, "ada").await, Some(upgraded));
}

#[tokio::test]
async fn a_password_that_changed_over_there_only_follows_and_ends_logins_and_links() {
    let scene = TestApp::new().await;
    let mut source = Source::with("ada", HASH);
    source.bring(&scene).await;
    let ours = session(&id("ada"), "s1", NOW.plus_seconds(60));
    let kept = ours.id.clone();
    scene.write(move |txn| async move { txn.insert_session(&ours).await }).await;
    send_links(&scene, "ada").await;
    source.accounts[0] = account("ada", "credential", OTHER_HASH);
    assert_eq!(source.numbers(&scene).await[1], [0, 1, 0, 0]);
    let is_live = scene
        .read(move |txn| async move { txn.session_is_live(&id("ada"), &kept, NOW).await })
        .await;
    assert!(!is_live);
    assert_eq!(good_links(&scene, "ada").await, []);
    assert!(scene.login("ada", PASSWORD).await.is_err());
    scene.login("ada", OTHER_PASSWORD).await.expect("the new password is good");
}

#[tokio::test]
async fn a_user_whose_address_is_taken_is_left_out_and_named() {
    let scene = TestApp::new().await;
    let bob = scene.add_user("bob").await;
    let mut source = Source::with("ada", HASH);
    source.users[0] = but(user("ada"), 1, text("BOB@example.com"));
    // Better Auth tells capitals apart, we do not.
    source.users.push(user("eve"));
    source.users.push(but(user("mallory"), 1, text("Eve@example.com")));
    source.users.push(but(user("trent"), 1, text("eve@EXAMPLE.com")));
    let [users, accounts] = source.bring(&scene).await;
    assert_eq!(numbers(&users), [1, 0, 0, 3]);
    assert_eq!(named(&users, Reason::EmailTaken), [format!("ada (account {} here)", bob.id)]);
    assert_eq!(named(&users, Reason::EmailTwice), ["mallory", "trent"]);
    assert_eq!(named(&accounts, Reason::NoUser), ["credential-ada (user ada)"]);
    assert_eq!(found(&scene, "bob").await, Some(bob));
}

#[tokio::test]
async fn an_account_that_was_deleted_here_does_not_come_back() {
    let scene = TestApp::new().await;
    let source = Source::with("ada", HASH);
    source.bring(&scene).await;
    scene.write(move |txn| async move { txn.delete_user(&id("ada"), NOW).await }).await;
    let [users, accounts] = source.bring(&scene).await;
    assert_eq!(remarks(&users), [(Reason::UserDeleted, 1)]);
    assert_eq!(remarks(&accounts), [(Reason::NoUser, 1)]);
    assert_eq!(found(&scene, "ada").await, None);
}

#[tokio::test]
async fn whom_only_tokens_made_known_is_completed() {
    let scene = TestApp::new().await;
    scene.write(|txn| async move { txn.provision_user(&id("ada"), NOW).await }).await;
    let source = Source::with("ada", HASH);
    assert_eq!(source.numbers(&scene).await, [[0, 1, 0, 0], [1, 0, 0, 0]]);
    let ada = found(&scene, "ada").await.expect("she is here");
    assert_eq!(ada.created_at.to_string(), "2026-01-01T00:00:00.000Z");
    scene.login("ada", PASSWORD).await.expect("the old password is good");
    assert_eq!(source.numbers(&scene).await, [[0, 0, 1, 0]; 2]);
}

#[tokio::test]
async fn an_account_of_the_same_id_that_no_import_brought_is_kept() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let [users, accounts] = Source::with("ada", HASH).bring(&scene).await;
    assert_eq!(remarks(&users), [(Reason::DiffersHere, 1)]);
    assert_eq!(remarks(&accounts), [(Reason::DiffersHere, 1)]);
}

#[tokio::test]
async fn what_there_is_no_room_for_is_left_out_of_a_user_who_comes() {
    let scene = TestApp::new().await;
    let mut source = Source::default();
    source.users.push(but(user("ada"), 2, text(&"ä".repeat(300))));
    source.users.push(but(user("bob"), 4, text(&format!("data:{}", "x".repeat(3000)))));
    source.users.push(but(but(user("eve"), 5, Value::Null), 6, Value::Null));
    // Auth.js keeps when it was.
    source.users.push(but(user("trent"), 3, text("2026-11-21T09:30:00Z")));
    let [users, _] = source.bring(&scene).await;
    assert_eq!(numbers(&users), [4, 0, 0, 0]);
    let expected = [(Reason::NameCut, 1), (Reason::ImageLeftOut, 1), (Reason::NoDate, 1)];
    assert_eq!(remarks(&users), expected);
    let ada = found(&scene, "ada").await.expect("she was brought");
    assert_eq!(ada.name.as_str().chars().count(), Name::MAX_CHARS);
    assert_eq!(found(&scene, "eve").await.expect("she was brought").created_at, NOW);
    assert!(found(&scene, "trent").await.expect("he was brought").email_verified);
    let [users, _] = source.bring(&scene).await;
    assert_eq!(numbers(&users), [0, 0, 4, 0]);
}

#[tokio::test]
async fn a_row_that_makes_no_user_is_named_with_its_reason() {
    let scene = TestApp::new().await;
    for (column, value, expected) in [
        (0, Value::Null, Reason::BadId),
        (0, text(&"x".repeat(256)), Reason::BadId),
        (1, Value::Null, Reason::NoEmail),
        (1, text("ada@localhost"), Reason::BadEmail),
        (2, text("a\0b"), Reason::NotText),
        (5, text("yesterday"), Reason::BadDate),
    ] {
        let source = Source { users: vec![but(user("ada"), column, value)], ..Source::default() };
        let [users, _] = source.bring(&scene).await;
        assert_eq!(remarks(&users), [(expected, 1)]);
        assert!(!format!("{users:?}").contains("localhost"), "no address is in the report");
    }
}

#[tokio::test]
async fn a_row_that_is_no_password_is_named_with_its_reason() {
    let scene = TestApp::new().await;
    let mut source = Source { users: vec![user("ada")], ..Source::default() };
    source.bring(&scene).await;
    let row = || account("ada", "credential", HASH);
    for (row, expected) in [
        (account("ada", "github", HASH), Reason::SocialLogin),
        (but(row(), 3, Value::Null), Reason::NoPassword),
        (but(row(), 3, text("")), Reason::NoPassword),
        (but(row(), 3, text("$pbkdf2$hush")), Reason::UnknownHash),
        (but(row(), 1, text("nobody")), Reason::NoUser),
        (but(row(), 1, Value::Null), Reason::BadOwner),
    ] {
        source.accounts = vec![row];
        let [_, accounts] = source.bring(&scene).await;
        assert_eq!(remarks(&accounts), [(expected, 1)]);
        assert!(!format!("{accounts:?}").contains("hush"), "no hash is in the report");
    }
    assert_eq!(hash_of(&scene, "ada").await, None);
}

#[tokio::test]
async fn of_two_passwords_of_a_user_the_first_counts() {
    let scene = TestApp::new().await;
    let mut source = Source::with("ada", HASH);
    source.accounts.push(but(account("ada", "credential", OTHER_HASH), 0, text("second")));
    source.accounts.push(but(account("ada", "credential", OTHER_HASH), 0, text("third")));
    let [_, accounts] = source.bring(&scene).await;
    assert_eq!(numbers(&accounts), [1, 0, 0, 2]);
    assert_eq!(hash_of(&scene, "ada").await.as_deref(), Some(HASH));
    assert_eq!(source.numbers(&scene).await[1], [0, 0, 1, 2]);
}

#[tokio::test]
async fn a_rehearsal_writes_nothing() {
    let scene = TestApp::new().await;
    Source::with("ada", HASH).bring_in(&scene, true).await;
    assert_eq!(found(&scene, "ada").await, None);
    assert_eq!(hash_of(&scene, "ada").await, None);
}
