//! Conversations with the assistant, their messages and their turns.

pub(super) mod messages;
mod turns;

use rondo_domain::{Conversation, ConversationId, Page, Timestamp, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
    tables::nothing_returned,
};

pub use turns::{Said, TurnRecord, TurnState};

impl Txn {
    /// Begins a conversation.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user has no row yet.
    pub async fn insert_conversation(
        &self,
        owner: &UserId,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let user_id = owner.as_str();
        let read = |row: &Row<'_>| conversation(row, owner);
        let stored = if self.is_postgres() {
            self.row(
                "insert into conversations (user_id, created_at, updated_at) values ($1, $2, $2)
                 returning id, created_at, updated_at",
                &[&user_id, &Moment(now)],
                read,
            )
            .await?
        } else {
            let id = self.next_id("conversations").await?;
            self.row(
                "insert into conversations (user_id, created_at, updated_at, id)
                 values ($1, $2, $2, $3)
                 returning id, created_at, updated_at",
                &[&user_id, &Moment(now), &id],
                read,
            )
            .await?
        };
        stored.ok_or_else(|| nothing_returned("conversations"))
    }

    /// The owner's conversation with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_conversation(
        &self,
        owner: &UserId,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        self.row(
            "select id, created_at, updated_at
             from conversations where user_id = $1 and id = $2",
            &[&owner.as_str(), &id.get()],
            |row| conversation(row, owner),
        )
        .await
    }

    /// A page of the owner's conversations, the last used first, and how many
    /// there are. Two statements: for a snapshot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_conversations(
        &self,
        owner: &UserId,
        page: Page,
    ) -> Result<(Vec<Conversation>, i64), StoreError> {
        let conversations = self
            .rows(
                "select id, created_at, updated_at from conversations where user_id = $1
                 order by updated_at desc, id desc limit $2 offset $3",
                &[&owner.as_str(), &page.limit(), &page.offset()],
                |row| conversation(row, owner),
            )
            .await?;
        let total = self
            .row(
                "select count(*) from conversations where user_id = $1",
                &[&owner.as_str()],
                |row| row.get(0).ok_or_else(|| StoreError::internal("count(*) gave no number")),
            )
            .await?;
        Ok((conversations, total.unwrap_or(0)))
    }

    /// Removes a conversation with its messages. `false` when the owner has
    /// no such conversation.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_conversation(
        &self,
        owner: &UserId,
        id: ConversationId,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "delete from conversations where user_id = $1 and id = $2",
                &[&owner.as_str(), &id.get()],
            )
            .await?;
        Ok(touched == 1)
    }
}

fn conversation(row: &Row<'_>, owner: &UserId) -> Result<Conversation, StoreError> {
    let id: i64 = row.get(0).unwrap_or_default();
    let read = || {
        Some(Conversation {
            id: ConversationId::new(id)?,
            user_id: owner.clone(),
            created_at: row.time(1)?,
            updated_at: row.time(2)?,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("conversations", id))
}
