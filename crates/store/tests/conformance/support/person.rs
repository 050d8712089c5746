//! The people in the tests: what they do is one transaction each.

use rondo_domain::{
    Conversation, Description, Email, Message, MessageContent, Name, NewTask, Page, Role, Scope,
    Scopes, SessionId, Task, TaskChange, TaskId, TaskPatch, TaskQuery, Timestamp, Title, TokenName,
    User, UserId,
};
use rondo_store::{
    MailJob, NewApiToken, Purpose, Session, Store, StoreError, TaskPage, Txn, Verification,
};

use super::tasks::{create, replace, totals_in, trash};

/// Tables whose rows belong to a user.
pub(crate) const OWNED: [&str; 14] = [
    "tasks",
    "task_tags",
    "changes",
    "trash",
    "idempotency_keys",
    "conversations",
    "messages",
    "turns",
    "sessions",
    "revoked_tokens",
    "api_tokens",
    "verifications",
    "mail_jobs",
    "imported_rows",
];

/// Someone who has an account.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) store: Store,
}

/// Gives somebody an account, made at second 0.
pub(crate) async fn person(store: &Store, name: &str) -> Person {
    let user = user(name);
    let id = user.id.clone();
    let signed_up = store.write(move |txn| async move { txn.insert_user(&user, None).await });
    signed_up.await.unwrap();
    Person { id, store: store.clone() }
}

/// An account that is not stored yet.
pub(crate) fn user(name: &str) -> User {
    User {
        id: id_of(name),
        email: Some(Email::parse(&format!("{name}@example.com")).unwrap()),
        name: Name::parse(name).unwrap(),
        email_verified: false,
        image: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(crate) fn id_of(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

pub(crate) fn task_id(id: i64) -> TaskId {
    TaskId::new(id).unwrap()
}

/// A moment, some seconds into the tests' day.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_795_219_200 + seconds).unwrap()
}

pub(crate) fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

pub(crate) fn new_task(name: &str, completed: bool) -> NewTask {
    NewTask { completed, ..NewTask::titled(title(name)) }
}

pub(crate) fn text(text: &str) -> Description {
    Description::parse(text.to_owned()).unwrap()
}

pub(crate) fn message(text: &str) -> MessageContent {
    MessageContent::parse(text.to_owned()).unwrap()
}

/// A personal access token, made at second 0 and good for a day. Its secret's
/// hash is 32 times `byte`.
pub(crate) fn token(owner: &UserId, name: &str, byte: u8) -> NewApiToken {
    NewApiToken {
        user_id: owner.clone(),
        name: TokenName::parse(name).unwrap(),
        scopes: Scopes::of(&[Scope::Read, Scope::Write]),
        secret_hash: [byte; 32],
        created_at: at(0),
        expires_at: at(86_400),
    }
}

/// A login session of somebody, made at second 0 and over after a minute. Its
/// token's hash is 32 times `byte`.
pub(crate) fn session(owner: &UserId, id: &str, byte: u8) -> Session {
    Session {
        id: SessionId::new(id).unwrap(),
        user_id: owner.clone(),
        token_hash: [byte; 32],
        sealed_token: vec![byte; 60],
        remembered: false,
        ip_address: "192.0.2.1".to_owned(),
        user_agent: "a browser".to_owned(),
        created_at: at(0),
        updated_at: at(0),
        expires_at: at(60),
    }
}

/// A link in a mail to somebody, made at second 0 and over after a minute. The
/// hash of what it holds is 32 times `byte`.
pub(crate) fn verification(owner: &UserId, purpose: Purpose, byte: u8) -> Verification {
    Verification {
        user_id: owner.clone(),
        token_hash: [byte; 32],
        purpose,
        created_at: at(0),
        expires_at: at(60),
    }
}

/// A mail to somebody, due at second 0 and of no use after an hour.
pub(crate) fn mail_job(owner: &UserId, id: &str) -> MailJob {
    MailJob {
        id: id.to_owned(),
        user_id: owner.clone(),
        sealed_mail: id.as_bytes().to_vec(),
        attempts: 0,
        created_at: at(0),
        next_attempt_at: at(0),
        expires_at: at(3600),
    }
}

impl Person {
    /// Adds a task with this title at second 0.
    pub(crate) async fn adds(&self, name: &str) -> Task {
        self.adds_at(name, at(0)).await
    }

    pub(crate) async fn adds_at(&self, name: &str, now: Timestamp) -> Task {
        self.tries_to_add(new_task(name, false), now).await.unwrap()
    }

    pub(crate) async fn tries_to_add(
        &self,
        new: NewTask,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let id = self.id.clone();
        let write = move |txn: Txn| async move { create(&txn, &id, new, now).await };
        self.store.write_for(&self.id, write).await
    }

    pub(crate) async fn finds(&self, task: TaskId) -> Option<Task> {
        let id = self.id.clone();
        let found = self.store.read(move |txn| async move { txn.find_task(&id, task).await });
        found.await.unwrap().map(|(task, _)| task)
    }

    /// A page of their tasks.
    pub(crate) async fn lists(&self, query: TaskQuery) -> TaskPage {
        let id = self.id.clone();
        let listed = self.store.read(move |txn| async move { txn.list_tasks(&id, &query).await });
        listed.await.unwrap()
    }

    /// All of their tasks, newest first.
    pub(crate) async fn tasks(&self) -> Vec<Task> {
        self.lists(TaskQuery { limit: Page::MAX_LIMIT, ..TaskQuery::default() }).await.tasks
    }

    /// The titles of all of their tasks, newest first.
    pub(crate) async fn titles(&self) -> Vec<String> {
        let tasks = self.tasks().await;
        tasks.iter().map(|task| task.title.as_str().to_owned()).collect()
    }

    /// Their totals: all tasks, and the finished ones.
    pub(crate) async fn totals(&self) -> (i64, i64) {
        let id = self.id.clone();
        let totals = self.store.snapshot(move |txn| async move { totals_in(&txn, &id).await });
        totals.await.unwrap()
    }

    /// How many tasks are in their trash, as their counter says.
    pub(crate) async fn trash_total(&self) -> i64 {
        let id = self.id.clone();
        let page = Page::new(1, 0);
        let listed = self.store.read(move |txn| async move { txn.list_trash(&id, page).await });
        listed.await.unwrap().total
    }

    /// Changes a task the way the application does; says what became of it.
    pub(crate) async fn patches(
        &self,
        task: TaskId,
        patch: TaskPatch,
        now: Timestamp,
    ) -> Option<Task> {
        let id = self.id.clone();
        let patched = self.store.write_for(&self.id, move |txn| async move {
            let Some((found, zone)) = txn.find_task_for_update(&id, task).await? else {
                return Ok::<_, StoreError>(None);
            };
            match found.patched(patch, now, &zone).expect("a test patch is valid") {
                TaskChange::Unchanged(task) => Ok(Some(*task)),
                TaskChange::Changed(changed) => {
                    replace(&txn, &changed.before, &changed.after).await?;
                    Ok(Some(changed.after))
                }
            }
        });
        patched.await.unwrap()
    }

    pub(crate) async fn completes(&self, task: TaskId, now: Timestamp) -> Option<Task> {
        let patch = TaskPatch { completed: Some(true), ..TaskPatch::default() };
        self.patches(task, patch, now).await
    }

    /// Moves a task to the trash; `false` when there was none.
    pub(crate) async fn deletes(&self, task: TaskId) -> bool {
        let id = self.id.clone();
        let deleted = self.store.write_for(&self.id, move |txn| async move {
            match txn.find_task_for_update(&id, task).await? {
                None => Ok::<_, StoreError>(false),
                Some((found, _)) => trash(&txn, &found, at(0)).await.map(|()| true),
            }
        });
        deleted.await.unwrap()
    }

    /// Closes their account.
    pub(crate) async fn leaves(&self) -> bool {
        let id = self.id.clone();
        self.store.write(move |txn| async move { txn.delete_user(&id, at(0)).await }).await.unwrap()
    }

    pub(crate) async fn begins_conversation(&self, now: Timestamp) -> Conversation {
        let id = self.id.clone();
        self.store
            .write_for(&self.id, move |txn| async move { txn.insert_conversation(&id, now).await })
            .await
            .unwrap()
    }

    pub(crate) async fn says(
        &self,
        conversation: &Conversation,
        words: &str,
        now: Timestamp,
    ) -> Result<Message, StoreError> {
        let (id, place, content) = (self.id.clone(), conversation.id, message(words));
        self.store
            .write_for(&self.id, move |txn| async move {
                txn.insert_message(&id, place, Role::User, &content, now).await
            })
            .await
    }

    /// All messages of a conversation, as text.
    pub(crate) async fn reads(&self, conversation: &Conversation) -> Vec<String> {
        let (id, place) = (self.id.clone(), conversation.id);
        let messages = self
            .store
            .read(move |txn| async move { txn.list_messages(&id, place, 1000).await })
            .await
            .unwrap();
        let words = messages.iter().map(|message| message.content.as_str().to_owned());
        words.collect()
    }
}
