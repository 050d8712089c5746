//! Who may touch what: the only place that decides between 403 and 404.

use crate::{Actor, Task};

/// Why a task is out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// There is no such task.
    NotFound,
    /// There is one, and it belongs to someone else.
    Forbidden,
}

/// Decides whether the actor may have a task.
///
/// `found` is what the store gave for this owner and id, `elsewhere` whether
/// the id exists for anybody. The store asks with the owner already; looking
/// at the owner here again means that both must be wrong for a leak.
///
/// # Errors
/// [`Denied`] says whether the task is missing or someone else's.
pub fn owned(actor: &Actor, found: Option<Task>, elsewhere: bool) -> Result<Task, Denied> {
    match found {
        Some(task) if task.user_id == actor.user_id => Ok(task),
        Some(_) => Err(Denied::Forbidden),
        None if elsewhere => Err(Denied::Forbidden),
        None => Err(Denied::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Door, NewTask, Scopes, TaskId, Timestamp, Title, UserId};

    fn actor(id: &str) -> Actor {
        let user_id = UserId::parse(id).expect("a test id is valid");
        Actor { user_id, door: Door::Session, scopes: Scopes::FULL, token_name: None }
    }

    fn task_of(owner: &str) -> Task {
        let new = NewTask::titled(Title::parse("x").expect("a test title is valid"));
        let now = Timestamp::from_seconds(0).expect("the epoch is a moment");
        let id = TaskId::new(1).expect("one is an id");
        Task::create(id, actor(owner).user_id, new, now)
    }

    #[test]
    fn only_the_owner_gets_a_task() {
        let ada = actor("ada");
        assert_eq!(owned(&ada, Some(task_of("ada")), false), Ok(task_of("ada")));
        assert_eq!(owned(&ada, Some(task_of("bob")), true), Err(Denied::Forbidden));
        assert_eq!(owned(&ada, None, true), Err(Denied::Forbidden));
        assert_eq!(owned(&ada, None, false), Err(Denied::NotFound));
    }
}
