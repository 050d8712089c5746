//! Accounts: who is who, and what is left of someone who has gone.

use rondo_domain::{
    Email, Image, Name, NewTask, Page, Plan, Secret, SessionId, Timestamp, User, UserId,
};
use rondo_store::{
    Constraint, Credentials, ImportKey, ImportKind, Imported, Purpose, Store, StoreError,
    StoredAnswer, TurnRecord,
};

use crate::support::{
    Database, OWNED, Person, at, id_of, mail_job, new_task, person, session, tags, token, user,
    verification,
};

on_every_database! {
    an_account_comes_back_as_it_was_stored,
    an_address_belongs_to_one_account,
    an_id_belongs_to_one_account,
    many_accounts_have_no_address,
    a_login_is_checked_against_what_was_stored,
    a_new_password_replaces_the_old_one_and_moves_updated_at,
    a_password_of_nobody_is_not_stored,
    an_external_user_is_provisioned_once,
    provisioning_does_not_touch_an_account_that_exists,
    a_deleted_account_is_not_provisioned_again,
    a_deleted_account_takes_everything_along,
    deleting_one_account_leaves_the_others_alone,
    deleting_nobody_changes_nothing,
    users_are_listed_oldest_first,
    users_of_the_same_moment_are_listed_by_id,
    users_are_listed_in_pages,
}

mod from_outside {
    use super::no_row_names_a_deleted_user;

    on_shared_databases! { no_row_names_a_deleted_user }
}

async fn find(store: &Store, id: &UserId) -> Option<User> {
    let id = id.clone();
    store.read(move |txn| async move { txn.find_user(&id).await }).await.unwrap()
}

async fn find_by_email(store: &Store, email: &str) -> Option<User> {
    let email = Email::parse(email).unwrap();
    store.read(move |txn| async move { txn.find_user_by_email(&email).await }).await.unwrap()
}

async fn credentials(store: &Store, email: &str) -> Option<Credentials> {
    let email = Email::parse(email).unwrap();
    store.read(move |txn| async move { txn.find_credentials(&email).await }).await.unwrap()
}

async fn insert(store: &Store, user: User, hash: Option<&str>) -> Result<(), StoreError> {
    let hash = hash.map(|hash| Secret::new(hash.to_owned()));
    store.write(move |txn| async move { txn.insert_user(&user, hash.as_ref()).await }).await
}

async fn provision(store: &Store, id: &UserId, now: Timestamp) -> bool {
    let id = id.clone();
    store.write(move |txn| async move { txn.provision_user(&id, now).await }).await.unwrap()
}

async fn delete(store: &Store, id: &UserId) -> bool {
    let id = id.clone();
    store.write(move |txn| async move { txn.delete_user(&id, at(9)).await }).await.unwrap()
}

async fn list(store: &Store, limit: i64, offset: i64) -> Vec<String> {
    let page = Page::new(limit, offset);
    let users = store.read(move |txn| async move { txn.list_users(page).await }).await.unwrap();
    users.iter().map(|user| user.id.to_string()).collect()
}

async fn token_is_allowed(store: &Store, id: &UserId, byte: u8) -> bool {
    let id = id.clone();
    store
        .read(move |txn| async move { txn.token_is_allowed(&id, &[byte; 32]).await })
        .await
        .unwrap()
}

async fn an_account_comes_back_as_it_was_stored(store: Store) {
    let ada = User {
        id: id_of("auth0|ünï-😀"),
        email: Some(Email::parse("ada.lovelace+todo@example.com").unwrap()),
        name: Name::parse("Ada \"Countess\" O'Lovelace 愛達").unwrap(),
        email_verified: true,
        image: Some(Image::parse("https://example.com/ada.png?size=64&né=😀").unwrap()),
        created_at: at(1),
        updated_at: at(2),
    };
    insert(&store, ada.clone(), None).await.unwrap();

    assert_eq!(find(&store, &ada.id).await, Some(ada.clone()));
    let by_email = find_by_email(&store, "Ada.Lovelace+ToDo@Example.com").await;
    assert_eq!(by_email, Some(ada));
    assert_eq!(find(&store, &id_of("bob")).await, None);
    assert_eq!(find_by_email(&store, "bob@example.com").await, None);
}

async fn an_address_belongs_to_one_account(store: Store) {
    person(&store, "ada").await;
    let imposter = User { email: user("ada").email, ..user("bob") };
    let refused = insert(&store, imposter, None).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::UserEmail));
    assert_eq!(find(&store, &id_of("bob")).await, None);
}

async fn an_id_belongs_to_one_account(store: Store) {
    person(&store, "ada").await;
    let imposter = User { email: user("bob").email, ..user("ada") };
    let refused = insert(&store, imposter, None).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Key));
    assert_eq!(find(&store, &id_of("ada")).await, Some(user("ada")));
}

async fn many_accounts_have_no_address(store: Store) {
    for name in ["x1", "x2", "x3"] {
        let external = User { email: None, ..user(name) };
        insert(&store, external.clone(), None).await.unwrap();
        assert_eq!(find(&store, &external.id).await, Some(external));
    }
}

async fn a_login_is_checked_against_what_was_stored(store: Store) {
    insert(&store, user("ada"), Some("$argon2id$v=19$…")).await.unwrap();
    insert(&store, user("bob"), None).await.unwrap();

    let ada = credentials(&store, "ada@example.com").await.unwrap();
    assert_eq!(ada.user, user("ada"));
    assert_eq!(ada.password_hash.unwrap().expose(), "$argon2id$v=19$…");
    let bob = credentials(&store, "bob@example.com").await.unwrap();
    assert_eq!((bob.user, bob.password_hash), (user("bob"), None));
    assert!(credentials(&store, "eve@example.com").await.is_none());
    for (name, expected) in [("ada", Some("$argon2id$v=19$…")), ("bob", None), ("eve", None)] {
        let hash = store.read(move |txn| async move { txn.find_password_hash(&id_of(name)).await });
        let hash = hash.await.unwrap();
        assert_eq!(hash.as_ref().map(|hash| hash.expose().as_str()), expected);
    }
}

async fn a_new_password_replaces_the_old_one_and_moves_updated_at(store: Store) {
    insert(&store, user("ada"), Some("old")).await.unwrap();
    let changed = store.write(|txn| async move {
        let hash = Secret::new("new".to_owned());
        txn.update_password(&id_of("ada"), &hash, at(60)).await
    });
    assert!(changed.await.unwrap());

    let ada = credentials(&store, "ada@example.com").await.unwrap();
    assert_eq!(ada.password_hash.unwrap().expose(), "new");
    assert_eq!((ada.user.created_at, ada.user.updated_at), (at(0), at(60)));
}

async fn a_password_of_nobody_is_not_stored(store: Store) {
    let changed = store.write(|txn| async move {
        let hash = Secret::new("new".to_owned());
        txn.update_password(&id_of("nobody"), &hash, at(60)).await
    });
    assert!(!changed.await.unwrap());
    assert_eq!(find(&store, &id_of("nobody")).await, None);
}

async fn an_external_user_is_provisioned_once(store: Store) {
    let id = id_of("external");
    assert!(provision(&store, &id, at(1)).await);
    assert!(provision(&store, &id, at(2)).await);

    let bare = User {
        id: id.clone(),
        email: None,
        name: Name::default(),
        email_verified: false,
        image: None,
        created_at: at(1),
        updated_at: at(1),
    };
    assert_eq!(find(&store, &id).await, Some(bare));
    assert_eq!(list(&store, 10, 0).await, ["external"]);
}

async fn provisioning_does_not_touch_an_account_that_exists(store: Store) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    assert!(provision(&store, &ada.id, at(60)).await);
    assert_eq!(find(&store, &ada.id).await, Some(user("ada")));
    assert_eq!(ada.totals().await, (1, 0));
}

async fn a_deleted_account_is_not_provisioned_again(store: Store) {
    let ada = person(&store, "ada").await;
    assert!(ada.leaves().await);
    assert!(!provision(&store, &ada.id, at(60)).await);
    assert_eq!(find(&store, &ada.id).await, None);
    assert!(!token_is_allowed(&store, &ada.id, 1).await);
}

/// Gives somebody a row in every table.
async fn settle(store: &Store, name: &str) -> Person {
    let someone = person(store, name).await;
    let plan = Plan { tags: tags(&["home"]), ..Plan::NONE };
    someone.tries_to_add(NewTask { plan, ..new_task("milk", false) }, at(0)).await.unwrap();
    let gone = someone.adds("gone").await;
    assert!(someone.deletes(gone.id).await);
    let conversation = someone.begins_conversation(at(1)).await;
    let said = someone.says(&conversation, "hello", at(2)).await.unwrap();
    let id = someone.id.clone();
    let byte = u8::try_from(name.len()).unwrap();
    let (kind, source_id) = (ImportKind::User, name.to_owned());
    let origin = ImportKey { user_id: id.clone(), kind, source_id, source_created_at: at(0) };
    let settled = store.write(move |txn| async move {
        txn.insert_session(&session(&id, "login", byte)).await?;
        txn.insert_verification(&verification(&id, Purpose::VerifyEmail, byte)).await?;
        txn.insert_mail_job(&mail_job(&id, "welcome")).await?;
        txn.insert_api_token(&token(&id, "laptop", byte)).await?;
        let answer = StoredAnswer { fingerprint: [byte; 32], answer: "{}".to_owned() };
        txn.keep_answer(&id, "key", &answer, (at(0), at(60))).await?;
        let (batch_id, raw) = (None, None);
        let (provider, tool_calls) = ("builtin".to_owned(), "[]".to_owned());
        let turn = TurnRecord { batch_id, provider, tool_calls, raw };
        txn.insert_turn(&id, (conversation.id, said.id), &turn, at(2)).await?;
        let imported = Imported { id: None, content_hash: [byte; 32] };
        txn.remember_imported(&origin, imported).await?;
        txn.revoke_token(&id, &[byte; 32], at(60)).await
    });
    settled.await.unwrap();
    someone
}

/// What is to be found of somebody: tasks, conversations, sessions, tokens.
async fn belongings(someone: &Person) -> (usize, i64, bool, i64) {
    let (tasks, id) = (someone.tasks().await.len(), someone.id.clone());
    let rest = someone.store.snapshot(move |txn| async move {
        let (_, conversations) = txn.list_conversations(&id, Page::default()).await?;
        let login = SessionId::new("login").unwrap();
        let session = txn.session_is_live(&id, &login, at(1)).await?;
        let tokens = txn.count_api_tokens(&id).await?;
        Ok::<_, StoreError>((conversations, session, tokens))
    });
    let (conversations, session, tokens) = rest.await.unwrap();
    (tasks, conversations, session, tokens)
}

async fn a_deleted_account_takes_everything_along(store: Store) {
    let ada = settle(&store, "ada").await;
    let task = ada.tasks().await[0].id;
    assert_eq!(belongings(&ada).await, (1, 1, true, 1));

    assert!(ada.leaves().await);
    assert_eq!(belongings(&ada).await, (0, 0, false, 0));
    assert_eq!(ada.totals().await, (0, 0));
    assert_eq!(find_by_email(&store, "ada@example.com").await, None);
    let exists = store.read(move |txn| async move { txn.task_exists(task).await });
    assert!(!exists.await.unwrap());
    assert!(!ada.leaves().await, "an account can be deleted once");
}

async fn deleting_one_account_leaves_the_others_alone(store: Store) {
    let (ada, robert) = (settle(&store, "ada").await, settle(&store, "robert").await);
    assert!(ada.leaves().await);
    assert_eq!(belongings(&robert).await, (1, 1, true, 1));
    assert!(token_is_allowed(&store, &robert.id, 9).await);
    assert!(!token_is_allowed(&store, &robert.id, 6).await);
}

async fn deleting_nobody_changes_nothing(store: Store) {
    // An issuer's user who never wrote anything, and who has logged out.
    let external = id_of("external");
    let revoked = store
        .write(|txn| async move { txn.revoke_token(&id_of("external"), &[7; 32], at(60)).await });
    revoked.await.unwrap();

    assert!(!delete(&store, &external).await);
    assert!(!token_is_allowed(&store, &external, 7).await);
    assert!(token_is_allowed(&store, &external, 8).await);
    assert!(provision(&store, &external, at(60)).await);
}

/// Accounts with these names and the seconds at which they were made.
async fn sign_up(store: &Store, people: &[(&str, i64)]) {
    for (name, second) in people {
        let new = User { created_at: at(*second), ..user(name) };
        insert(store, new, None).await.unwrap();
    }
}

async fn users_are_listed_oldest_first(store: Store) {
    sign_up(&store, &[("eve", 2), ("ada", 3), ("bob", 1)]).await;
    assert_eq!(list(&store, 10, 0).await, ["bob", "eve", "ada"]);
}

async fn users_of_the_same_moment_are_listed_by_id(store: Store) {
    sign_up(&store, &[("eve", 1), ("ada", 1), ("bob", 1)]).await;
    assert_eq!(list(&store, 10, 0).await, ["ada", "bob", "eve"]);
}

async fn users_are_listed_in_pages(store: Store) {
    sign_up(&store, &[("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)]).await;
    assert_eq!(list(&store, 2, 0).await, ["a", "b"]);
    assert_eq!(list(&store, 2, 2).await, ["c", "d"]);
    assert_eq!(list(&store, 2, 4).await, ["e"]);
    assert!(list(&store, 2, 6).await.is_empty());
}

async fn no_row_names_a_deleted_user((store, database): (Store, Database)) {
    let (ada, _robert) = (settle(&store, "ada").await, settle(&store, "robert").await);
    let rows = async |table: &str, owner: &str| {
        let sql = format!("select count(*) from {table} where user_id = '{owner}'");
        database.number(&sql).await
    };
    let mut before = Vec::new();
    for table in OWNED {
        assert!(rows(table, "ada").await > 0, "in {table} before");
        before.push(rows(table, "robert").await);
    }
    assert!(ada.leaves().await);
    for (table, before) in OWNED.into_iter().zip(before) {
        assert_eq!(rows(table, "ada").await, 0, "in {table} after");
        assert_eq!(rows(table, "robert").await, before, "in {table} of someone else");
    }
    let tombstones = "select count(*) from deleted_users where id = 'ada'";
    assert_eq!(database.number(tombstones).await, 1);
}
