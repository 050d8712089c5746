//! Personal access tokens: found by owner and secret, listed, used, revoked.

use rondo_domain::{ApiToken, ApiTokenId, Scope, Scopes, TokenName, UserId};
use rondo_store::{Constraint, NewApiToken, Store, StoreError};

use crate::support::{at, id_of, person, token};

on_every_database! {
    a_token_comes_back_as_it_was_stored,
    a_token_is_found_by_owner_and_secret_only,
    a_token_needs_a_user,
    a_secret_is_used_once_by_a_user,
    every_set_of_scopes_is_kept,
    tokens_are_numbered_over_all_users,
    tokens_are_listed_newest_first_and_counted,
    a_token_remembers_when_it_was_used,
    a_token_is_used_and_revoked_by_its_owner_only,
    all_tokens_of_a_user_are_revoked_together,
}

async fn insert(store: &Store, new: NewApiToken) -> Result<ApiToken, StoreError> {
    store.write(move |txn| async move { txn.insert_api_token(&new).await }).await
}

async fn find(store: &Store, owner: &UserId, byte: u8) -> Option<ApiToken> {
    let owner = owner.clone();
    store
        .read(move |txn| async move { txn.find_api_token(&owner, &[byte; 32]).await })
        .await
        .unwrap()
}

async fn names(store: &Store, owner: &UserId) -> Vec<String> {
    let owner = owner.clone();
    let tokens =
        store.read(move |txn| async move { txn.list_api_tokens(&owner).await }).await.unwrap();
    tokens.iter().map(|token| token.name.as_str().to_owned()).collect()
}

async fn count(store: &Store, owner: &UserId) -> i64 {
    let owner = owner.clone();
    store.read(move |txn| async move { txn.count_api_tokens(&owner).await }).await.unwrap()
}

async fn touch(store: &Store, owner: &UserId, id: ApiTokenId, second: i64) {
    let owner = owner.clone();
    store
        .write(move |txn| async move { txn.touch_api_token(&owner, id, at(second)).await })
        .await
        .unwrap();
}

async fn delete(store: &Store, owner: &UserId, id: ApiTokenId) -> bool {
    let owner = owner.clone();
    store.write(move |txn| async move { txn.delete_api_token(&owner, id).await }).await.unwrap()
}

async fn a_token_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let stored = insert(&store, token(&ada.id, "laptop 💻", 1)).await.unwrap();
    let expected = ApiToken {
        id: ApiTokenId::new(1).unwrap(),
        user_id: ada.id.clone(),
        name: TokenName::parse("laptop 💻").unwrap(),
        scopes: Scopes::of(&[Scope::Read, Scope::Write]),
        created_at: at(0),
        expires_at: at(86_400),
        last_used_at: None,
    };
    assert_eq!(stored, expected);
    assert_eq!(find(&store, &ada.id, 1).await, Some(expected));
}

async fn a_token_is_found_by_owner_and_secret_only(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    insert(&store, token(&ada.id, "laptop", 1)).await.unwrap();
    assert!(find(&store, &ada.id, 1).await.is_some());
    assert_eq!(find(&store, &ada.id, 2).await, None);
    assert_eq!(find(&store, &bob.id, 1).await, None);
}

async fn a_token_needs_a_user(store: Store) {
    let refused = insert(&store, token(&id_of("nobody"), "laptop", 1)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
}

async fn a_secret_is_used_once_by_a_user(store: Store) {
    let ada = person(&store, "ada").await;
    insert(&store, token(&ada.id, "laptop", 1)).await.unwrap();
    let refused = insert(&store, token(&ada.id, "phone", 1)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Key));
    assert_eq!(names(&store, &ada.id).await, ["laptop"]);
}

async fn every_set_of_scopes_is_kept(store: Store) {
    let ada = person(&store, "ada").await;
    for bits in 1..=7 {
        let byte = u8::try_from(bits).unwrap();
        let new = NewApiToken {
            scopes: Scopes::from_bits(bits).unwrap(),
            ..token(&ada.id, "laptop", byte)
        };
        insert(&store, new.clone()).await.unwrap();
        let found = find(&store, &ada.id, byte).await.unwrap();
        assert_eq!(found.scopes, new.scopes);
    }
}

async fn tokens_are_numbered_over_all_users(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    for (owner, expected) in [(&ada, 1), (&bob, 2), (&ada, 3)] {
        let byte = u8::try_from(expected).unwrap();
        let stored = insert(&store, token(&owner.id, "x", byte)).await.unwrap();
        assert_eq!(stored.id.get(), expected);
    }
}

async fn tokens_are_listed_newest_first_and_counted(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    assert_eq!(count(&store, &ada.id).await, 0);
    for (name, byte) in [("laptop", 1), ("phone", 2), ("tablet", 3)] {
        insert(&store, token(&ada.id, name, byte)).await.unwrap();
    }
    assert_eq!(names(&store, &ada.id).await, ["tablet", "phone", "laptop"]);
    assert_eq!(count(&store, &ada.id).await, 3);
    assert!(names(&store, &bob.id).await.is_empty());
    assert_eq!(count(&store, &bob.id).await, 0);
}

async fn a_token_remembers_when_it_was_used(store: Store) {
    let ada = person(&store, "ada").await;
    let laptop = insert(&store, token(&ada.id, "laptop", 1)).await.unwrap();
    let phone = insert(&store, token(&ada.id, "phone", 2)).await.unwrap();
    for second in [5, 9] {
        touch(&store, &ada.id, laptop.id, second).await;
        let found = find(&store, &ada.id, 1).await.unwrap();
        assert_eq!(found.last_used_at, Some(at(second)));
    }
    assert_eq!(find(&store, &ada.id, 2).await, Some(phone));
}

async fn a_token_is_used_and_revoked_by_its_owner_only(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let laptop = insert(&store, token(&ada.id, "laptop", 1)).await.unwrap();
    touch(&store, &bob.id, laptop.id, 5).await;
    assert!(!delete(&store, &bob.id, laptop.id).await);
    assert_eq!(find(&store, &ada.id, 1).await, Some(laptop.clone()));

    assert!(delete(&store, &ada.id, laptop.id).await);
    assert!(!delete(&store, &ada.id, laptop.id).await);
    assert_eq!(find(&store, &ada.id, 1).await, None);
    // A token that was revoked while it was in use: nothing comes back.
    touch(&store, &ada.id, laptop.id, 6).await;
    assert_eq!(count(&store, &ada.id).await, 0);
}

async fn all_tokens_of_a_user_are_revoked_together(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    for (owner, byte) in [(&ada, 1), (&ada, 2), (&bob, 3)] {
        insert(&store, token(&owner.id, "laptop", byte)).await.unwrap();
    }
    for expected in [2, 0] {
        let owner = ada.id.clone();
        let deleted =
            store.write(move |txn| async move { txn.delete_api_tokens(&owner).await }).await;
        assert_eq!(deleted.unwrap(), expected);
    }
    assert_eq!(count(&store, &ada.id).await, 0);
    assert_eq!(names(&store, &bob.id).await, ["laptop"]);
}
