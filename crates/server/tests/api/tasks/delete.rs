//! Deleting tasks.

use super::families;
use crate::support::TestApp;

on_both_databases! {
    a_deleted_task_is_gone,
    a_number_is_never_given_twice,
    of_two_who_delete_at_once_one_finds_nothing,
}

async fn a_deleted_task_is_gone(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let id = ada.adds("x").await;
        let path = format!("{path}/{id}");
        let answer = ada.delete(&path).await.is(204);
        assert!(answer.body.is_empty());
        ada.delete(&path).await.is(404).saying("Task not found").coded("task_not_found");
        ada.get(&path).await.is(404).saying("Task not found");
        ada.toggles(id).await.is(404);
        assert_eq!(ada.get("/api/tasks").await.json()["total"], 0);
    }
}

async fn a_number_is_never_given_twice(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    ada.delete(&format!("/api/tasks/{id}")).await.is(204);
    assert_ne!(ada.adds("y").await, id);
}

async fn of_two_who_delete_at_once_one_finds_nothing(test: TestApp) {
    let ada = test.ada().await;
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    let (one, other) = tokio::join!(ada.delete(&path), ada.delete(&path));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 0);
}
