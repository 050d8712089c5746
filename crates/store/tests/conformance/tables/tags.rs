//! The tags of all of a user's tasks.

use rondo_domain::{NewTask, Plan, TagCount, Task, TaskPatch};
use rondo_store::Store;

use crate::support::{Person, at, id_of, new_task, person, tags};

on_every_database! {
    tags_are_counted_and_ordered,
    a_tag_is_spelled_as_on_the_last_task,
    a_tag_that_is_on_no_task_any_more_is_gone,
    tasks_of_a_tag_come_in_the_order_of_their_ids,
    nobody_sees_the_tags_of_others,
}

async fn adds(who: &Person, name: &str, names: &[&str]) -> Task {
    let plan = Plan { tags: tags(names), ..Plan::NONE };
    who.tries_to_add(NewTask { plan, ..new_task(name, false) }, at(0)).await.unwrap()
}

async fn counted(who: &Person) -> Vec<(String, i64)> {
    let id = who.id.clone();
    let listed = who.store.read(move |txn| async move { txn.list_tags(&id).await });
    let listed = listed.await.unwrap();
    for tag in &listed {
        assert_eq!(finds(who, &tag.name.key()).await.as_ref(), Some(tag));
    }
    listed.into_iter().map(|tag| (tag.name.as_str().to_owned(), tag.count)).collect()
}

async fn finds(who: &Person, key: &str) -> Option<TagCount> {
    let (id, key) = (who.id.clone(), key.to_owned());
    let found = who.store.read(move |txn| async move { txn.find_tag(&id, &key).await });
    found.await.unwrap()
}

/// The titles of some of the tasks that have a tag.
async fn with_tag(who: &Person, key: &str, after: Option<&Task>, limit: i64) -> Vec<String> {
    let (id, key) = (who.id.clone(), key.to_owned());
    let after = after.map_or(0, |task| task.id.get());
    let found = who.store.write_for(&who.id, move |txn| async move {
        txn.tasks_with_tag(&id, &key, after, limit).await
    });
    let titles = found.await.unwrap().into_iter().map(|task| task.title.as_str().to_owned());
    titles.collect()
}

fn expected(tags: &[(&str, i64)]) -> Vec<(String, i64)> {
    tags.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

async fn tags_are_counted_and_ordered(store: Store) {
    let ada = person(&store, "ada").await;
    assert_eq!(counted(&ada).await, []);
    adds(&ada, "a", &["work", "äpfel"]).await;
    adds(&ada, "b", &["home", "work", "Zoo"]).await;
    adds(&ada, "c", &[]).await;
    let four = expected(&[("home", 1), ("work", 2), ("Zoo", 1), ("äpfel", 1)]);
    assert_eq!(counted(&ada).await, four);
}

async fn a_tag_is_spelled_as_on_the_last_task(store: Store) {
    let ada = person(&store, "ada").await;
    adds(&ada, "a", &["Büro"]).await;
    adds(&ada, "b", &["BÜRO"]).await;
    let last = adds(&ada, "c", &["büro"]).await;
    assert_eq!(counted(&ada).await, expected(&[("büro", 3)]));
    ada.deletes(last.id).await;
    assert_eq!(counted(&ada).await, expected(&[("BÜRO", 2)]));
}

async fn a_tag_that_is_on_no_task_any_more_is_gone(store: Store) {
    let ada = person(&store, "ada").await;
    let a = adds(&ada, "a", &["work", "home"]).await;
    let patch = TaskPatch { tags: Some(tags(&["Home"])), ..TaskPatch::default() };
    ada.patches(a.id, patch, at(1)).await.unwrap();
    assert_eq!(counted(&ada).await, expected(&[("Home", 1)]));
    assert_eq!(finds(&ada, "work").await, None);
    ada.deletes(a.id).await;
    assert_eq!(counted(&ada).await, []);
}

async fn tasks_of_a_tag_come_in_the_order_of_their_ids(store: Store) {
    let ada = person(&store, "ada").await;
    let mut last = None;
    for (name, names) in [("a", ["work"]), ("b", ["WORK"]), ("c", ["home"]), ("d", ["Work"])] {
        let task = adds(&ada, name, &names).await;
        if name == "a" {
            last = Some(task);
        }
    }
    assert_eq!(with_tag(&ada, "work", None, 10).await, ["a", "b", "d"]);
    assert_eq!(with_tag(&ada, "work", None, 2).await, ["a", "b"]);
    assert_eq!(with_tag(&ada, "work", last.as_ref(), 10).await, ["b", "d"]);
    assert!(with_tag(&ada, "Work", None, 10).await.is_empty(), "a key is folded");
}

async fn nobody_sees_the_tags_of_others(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    adds(&ada, "a", &["work"]).await;
    adds(&bob, "b", &["work", "home"]).await;
    assert_eq!(counted(&ada).await, expected(&[("work", 1)]));
    assert_eq!(finds(&ada, "home").await, None);
    assert_eq!(with_tag(&ada, "work", None, 10).await, ["a"]);
    let stranger = Person { id: id_of("stranger"), store: store.clone() };
    assert_eq!(counted(&stranger).await, []);
    assert_eq!(finds(&stranger, "work").await, None);
}
