//! What is on the list and in the trash: as the tables say, and as the history
//! says.

use std::collections::BTreeMap;

use rondo_app::{App, history, history::ShownChange, input, tasks};
use rondo_domain::{Actor, ChangeAction, Page, Snapshot, Task, TaskId};

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) list: BTreeMap<TaskId, Task>,
    pub(crate) trash: BTreeMap<TaskId, Task>,
}

/// What the tables say.
pub(crate) async fn state(app: &App, actor: &Actor) -> State {
    let asked = input::listing([("limit".into(), "1000".into())].into_iter());
    let list = tasks::list(app, actor, asked.expect("1000 is a limit")).await;
    let list = list.expect("a list is shown");
    let trash = tasks::trash(app, actor, Page::new(1000, 0)).await.expect("the trash is shown");
    let listed = i64::try_from(list.tasks.len()).expect("a small number");
    let trashed = i64::try_from(trash.tasks.len()).expect("a small number");
    assert_eq!((list.total, trash.total), (listed, trashed), "the totals are wrong");
    State {
        list: list.tasks.into_iter().map(|shown| (shown.task.id, shown.task)).collect(),
        trash: trash.tasks.into_iter().map(|t| (t.task.task.id, t.task.task)).collect(),
    }
}

/// All that happened, without a gap.
pub(crate) async fn changes(app: &App, actor: &Actor) -> Vec<ShownChange> {
    let mut changes = Vec::new();
    let mut after = 0;
    loop {
        let number = after.to_string();
        let asked = [("after", number.as_str()), ("limit", "97")];
        let asked = asked.map(|(name, value)| (name.into(), value.into()));
        let query = input::feed(asked.into_iter()).expect("a number is a place");
        let feed = history::feed(app, actor, query).await.expect("nothing is purged");
        changes.extend(feed.changes);
        after = feed.next_after;
        if !feed.has_more {
            let numbers = changes.iter().map(|change| change.id.get());
            assert!(numbers.eq(1..=feed.latest), "the history has a gap or a repeat");
            return changes;
        }
    }
}

impl State {
    /// What the history says, from its beginning.
    pub(crate) fn replayed(changes: &[ShownChange]) -> Self {
        let mut state = Self::default();
        let mut versions = BTreeMap::new();
        for change in changes {
            let counted = versions.insert(change.task_id, change.version).unwrap_or(0);
            assert_eq!(change.version, counted + 1, "{change:?}");
            let here = state.list.remove(&change.task_id);
            let before = change.before.as_ref().map(|shown| shown.task.clone());
            assert_eq!(before, here, "{change:?}");
            let trashed = state.trash.remove(&change.task_id);
            match change.action {
                ChangeAction::Deleted => {
                    let before = before.expect("what is deleted was there");
                    state.trash.insert(change.task_id, before.touched(change.at));
                }
                ChangeAction::Restored | ChangeAction::Purged => {
                    assert!(trashed.is_some(), "{change:?}");
                }
                _ => assert_eq!(trashed, None, "{change:?}"),
            }
            if let Some(after) = &change.after {
                state.list.insert(change.task_id, after.task.clone());
            }
        }
        state
    }

    /// Everything that a user sees of the list, byte for byte.
    pub(crate) fn seen(&self) -> String {
        seen(&self.list)
    }

    /// The same of the trash.
    pub(crate) fn seen_in_trash(&self) -> String {
        seen(&self.trash)
    }
}

/// Version and `updated_at` count on, and are left out.
fn seen(tasks: &BTreeMap<TaskId, Task>) -> String {
    let mut text = String::new();
    for task in tasks.values() {
        let mut value = serde_json::to_value(Snapshot::from(task)).expect("a task is JSON");
        let fields = value.as_object_mut().expect("a task is an object");
        assert!(fields.remove("version").is_some() && fields.remove("updated_at").is_some());
        text.extend([value.to_string(), "\n".to_owned()]);
    }
    text
}
