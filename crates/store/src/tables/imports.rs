//! Rows that come from another database: what is known of those that were
//! brought before, and rows whose id and birthday are given.

use rondo_domain::{
    Conversation, ConversationId, Email, Image, Message, Tags, Task, TaskCounts, Timestamp, User,
    UserId,
};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row, one_row},
    tables::{conversations::messages::message, hash, nothing_returned},
};

/// What an imported row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// An account without its password.
    User,
    /// A password.
    Password,
    /// A task.
    Task,
    /// A conversation without its messages.
    Conversation,
    /// A message.
    Message,
}

impl ImportKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Password => "password",
            Self::Task => "task",
            Self::Conversation => "conversation",
            Self::Message => "message",
        }
    }
}

/// How a row of another database is known again. Its id alone would not do: two
/// databases that are brought one after the other both have a task 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportKey {
    /// Whose it is.
    pub user_id: UserId,
    /// What it is.
    pub kind: ImportKind,
    /// What it is called over there.
    pub source_id: String,
    /// When it was made over there.
    pub source_created_at: Timestamp,
}

/// A row that was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Its number here, if it has one.
    pub id: Option<i64>,
    /// A hash of what it held over there when it was looked at last.
    pub content_hash: [u8; 32],
}

/// Tables whose rows are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    /// Tasks.
    Tasks,
    /// Conversations.
    Conversations,
    /// Messages.
    Messages,
}

impl Numbered {
    const fn table(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Conversations => "conversations",
            Self::Messages => "messages",
        }
    }

    const fn sequence(self) -> &'static str {
        match self {
            Self::Tasks => "task_ids",
            Self::Conversations => "conversation_ids",
            Self::Messages => "message_ids",
        }
    }
}

impl Txn {
    /// What is known of a row that was brought before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_imported(&self, key: &ImportKey) -> Result<Option<Imported>, StoreError> {
        self.row(
            "select id, content_hash from imported_rows
             where user_id = $1 and kind = $2 and source_id = $3 and source_created_at = $4",
            &[
                &key.user_id.as_str(),
                &key.kind.as_str(),
                &key.source_id.as_str(),
                &Moment(key.source_created_at),
            ],
            |row| {
                let read = || Some(Imported { id: row.get(0)?, content_hash: hash(row, 1)? });
                read().ok_or_else(|| StoreError::corrupt("imported_rows", &key.source_id))
            },
        )
        .await
    }

    /// Remembers a row that was brought, or what it holds over there by now.
    ///
    /// # Errors
    /// [`StoreError`]; on PostgreSQL possibly only at the commit.
    pub async fn remember_imported(
        &self,
        key: &ImportKey,
        imported: Imported,
    ) -> Result<(), StoreError> {
        self.later(
            one_row!(
                "insert into imported_rows
                     (user_id, kind, source_id, source_created_at, id, content_hash)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict (user_id, kind, source_id, source_created_at)
                 do update set id = excluded.id, content_hash = excluded.content_hash"
            ),
            vec![
                Box::new(key.user_id.as_str().to_owned()),
                Box::new(key.kind.as_str()),
                Box::new(key.source_id.clone()),
                Box::new(Moment(key.source_created_at)),
                Box::new(imported.id),
                Box::new(imported.content_hash.to_vec()),
            ],
        )
        .await
    }

    /// Whether an account with this id was deleted here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_deleted_user(&self, id: &UserId) -> Result<bool, StoreError> {
        let sql = "select 1 from deleted_users where id = $1";
        Ok(self.row(sql, &[&id.as_str()], |_| Ok(())).await?.is_some())
    }

    /// Replaces what a user is called and reached by, and since when.
    ///
    /// # Errors
    /// `Conflict(UserEmail)` when the address is taken; [`StoreError`]. On
    /// PostgreSQL possibly only at the commit.
    pub async fn update_imported_user(&self, user: &User) -> Result<(), StoreError> {
        self.later(
            one_row!(
                "update users set email = $1, name = $2, email_verified = $3, image = $4,
                     created_at = $5, updated_at = $6
                 where id = $7"
            ),
            vec![
                Box::new(user.email.as_ref().map(Email::as_str).map(str::to_owned)),
                Box::new(user.name.as_str().to_owned()),
                Box::new(user.email_verified),
                Box::new(user.image.as_ref().map(Image::as_str).map(str::to_owned)),
                Box::new(Moment(user.created_at)),
                Box::new(Moment(user.updated_at)),
                Box::new(user.id.as_str().to_owned()),
            ],
        )
        .await
    }

    /// Stores a task that has an id and a past.
    ///
    /// # Errors
    /// As [`Self::insert_task`], and `Conflict(Key)` when the owner has a task
    /// of this id. On PostgreSQL possibly only at the commit.
    pub async fn insert_imported_task(&self, task: &Task) -> Result<(), StoreError> {
        self.keep_task(task).await?;
        self.keep_tags(task, &task.plan.tags, &Tags::NONE).await?;
        self.move_counts(&task.user_id, task.counts()).await
    }

    /// Replaces `before`, which was read in the same transaction, with what it
    /// became over there. The history does not tell of it.
    ///
    /// # Errors
    /// [`StoreError`]; on PostgreSQL possibly only at the commit.
    pub async fn update_imported_task(
        &self,
        before: &Task,
        after: &Task,
    ) -> Result<(), StoreError> {
        self.update_task(before, after).await?;
        let completed = after.counts().completed - before.counts().completed;
        self.move_counts(&after.user_id, TaskCounts { all: 0, completed }).await
    }

    /// What moves the counters without an entry in the history.
    async fn move_counts(&self, owner: &UserId, moved: TaskCounts) -> Result<(), StoreError> {
        if moved == TaskCounts::default() {
            return Ok(());
        }
        self.later(
            one_row!(
                "update users
                 set task_count = task_count + $1, completed_count = completed_count + $2
                 where id = $3"
            ),
            vec![
                Box::new(moved.all),
                Box::new(moved.completed),
                Box::new(owner.as_str().to_owned()),
            ],
        )
        .await
    }

    /// Stores a conversation that has an id and a past.
    ///
    /// # Errors
    /// As for a task.
    pub async fn insert_imported_conversation(
        &self,
        conversation: &Conversation,
    ) -> Result<(), StoreError> {
        self.later(
            one_row!(
                "insert into conversations (user_id, id, created_at, updated_at)
                 values ($1, $2, $3, $4)"
            ),
            vec![
                Box::new(conversation.user_id.as_str().to_owned()),
                Box::new(conversation.id.get()),
                Box::new(Moment(conversation.created_at)),
                Box::new(Moment(conversation.updated_at)),
            ],
        )
        .await
    }

    /// Stores a message that has an id and a past. Its conversation was last
    /// used no earlier than this.
    ///
    /// # Errors
    /// As for a task, and `Conflict(Owner)` when the owner has no such
    /// conversation.
    pub async fn insert_imported_message(
        &self,
        owner: &UserId,
        message: &Message,
    ) -> Result<(), StoreError> {
        self.later(
            one_row!(
                "insert into messages (user_id, id, conversation_id, role, content, created_at)
                 values ($1, $2, $3, $4, $5, $6)"
            ),
            vec![
                Box::new(owner.as_str().to_owned()),
                Box::new(message.id.get()),
                Box::new(message.conversation_id.get()),
                Box::new(message.role.as_str()),
                Box::new(message.content.as_str().to_owned()),
                Box::new(Moment(message.created_at)),
            ],
        )
        .await?;
        self.later(
            one_row!(
                "update conversations
                 set updated_at = case when updated_at < $1 then $1 else updated_at end
                 where user_id = $2 and id = $3"
            ),
            vec![
                Box::new(Moment(message.created_at)),
                Box::new(owner.as_str().to_owned()),
                Box::new(message.conversation_id.get()),
            ],
        )
        .await
    }

    /// The owner's message with this id, in this conversation.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_message(
        &self,
        owner: &UserId,
        conversation_id: ConversationId,
        id: i64,
    ) -> Result<Option<Message>, StoreError> {
        self.row(
            "select id, conversation_id, role, content, created_at
             from messages where user_id = $1 and conversation_id = $2 and id = $3",
            &[&owner.as_str(), &conversation_id.get(), &id],
            message,
        )
        .await
    }

    /// Which ids between these two are taken, by whomever: a million at most,
    /// in their order. A task in the trash may come back and keeps its own.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_ids(
        &self,
        table: Numbered,
        (first, last): (i64, i64),
    ) -> Result<Vec<i64>, StoreError> {
        let sql = match table {
            Numbered::Tasks => {
                "select id from tasks where id >= $1 and id <= $2
                 union all select id from trash where id >= $1 and id <= $2
                 order by id limit 1000000"
            }
            Numbered::Conversations => {
                "select id from conversations where id >= $1 and id <= $2 order by id limit 1000000"
            }
            Numbered::Messages => {
                "select id from messages where id >= $1 and id <= $2 order by id limit 1000000"
            }
        };
        let read =
            |row: &Row<'_>| row.get(0).ok_or_else(|| StoreError::internal("an id is not a number"));
        self.rows(sql, &[&first, &last], read).await
    }

    /// An id that nobody has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_id(&self, table: Numbered) -> Result<i64, StoreError> {
        if !self.is_postgres() {
            return self.next_id(table.table()).await;
        }
        let taken = self
            .row("select nextval(to_regclass($1))", &[&table.sequence()], |row| {
                row.get(0).ok_or_else(|| nothing_returned(table.sequence()))
            })
            .await?;
        taken.ok_or_else(|| nothing_returned(table.sequence()))
    }

    /// The highest id that was given out or brought so far; 0 when there is
    /// none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_id(&self, table: Numbered) -> Result<i64, StoreError> {
        let (sql, name) = if self.is_postgres() {
            ("select coalesce(pg_sequence_last_value(to_regclass($1)), 0)", table.sequence())
        } else {
            ("select value from id_counters where name = $1", table.table())
        };
        let read = |row: &Row<'_>| row.get(0).ok_or_else(|| nothing_returned(name));
        self.row(sql, &[&name], read).await?.ok_or_else(|| nothing_returned(name))
    }

    /// Makes sure that ids which are given out from now on are above this one.
    ///
    /// PostgreSQL's sequences know no transactions: this stays even if the
    /// transaction does not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn raise_ids(&self, table: Numbered, above: i64) -> Result<(), StoreError> {
        if self.is_postgres() {
            let sql = "select setval(to_regclass($1), $2)
                where coalesce(pg_sequence_last_value(to_regclass($1)), 0) < $2";
            self.rows(sql, &[&table.sequence(), &above], |_| Ok(())).await?;
            return Ok(());
        }
        let sql = "update id_counters set value = max(value, $1) where name = $2";
        self.execute(sql, &[&above, &table.table()]).await?;
        Ok(())
    }
}
