//! Messages of conversations.

use rondo_domain::{ConversationId, Message, MessageContent, MessageId, Role, Timestamp, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row, one_row},
    tables::nothing_returned,
};

impl Txn {
    /// Adds a message to the owner's conversation, which thereby becomes the
    /// last used one.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the owner has no such conversation.
    pub async fn insert_message(
        &self,
        owner: &UserId,
        conversation_id: ConversationId,
        role: Role,
        content: &MessageContent,
        now: Timestamp,
    ) -> Result<Message, StoreError> {
        let (user_id, conversation) = (owner.as_str(), conversation_id.get());
        let (role, content) = (role.as_str(), content.as_str());
        let stored = if self.is_postgres() {
            self.row(
                "insert into messages (user_id, conversation_id, role, content, created_at)
                 values ($1, $2, $3, $4, $5)
                 returning id, conversation_id, role, content, created_at",
                &[&user_id, &conversation, &role, &content, &Moment(now)],
                message,
            )
            .await?
        } else {
            let id = self.next_id("messages").await?;
            self.row(
                "insert into messages (user_id, conversation_id, role, content, created_at, id)
                 values ($1, $2, $3, $4, $5, $6)
                 returning id, conversation_id, role, content, created_at",
                &[&user_id, &conversation, &role, &content, &Moment(now), &id],
                message,
            )
            .await?
        };
        self.later(
            one_row!("update conversations set updated_at = $1 where user_id = $2 and id = $3"),
            vec![Box::new(Moment(now)), Box::new(user_id.to_owned()), Box::new(conversation)],
        )
        .await?;
        stored.ok_or_else(|| nothing_returned("messages"))
    }

    /// The last `limit` messages of a conversation, oldest of them first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_messages(
        &self,
        owner: &UserId,
        conversation_id: ConversationId,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let mut messages = self
            .rows(
                "select id, conversation_id, role, content, created_at
                 from messages where user_id = $1 and conversation_id = $2
                 order by created_at desc, id desc limit $3",
                &[&owner.as_str(), &conversation_id.get(), &limit],
                message,
            )
            .await?;
        messages.reverse();
        Ok(messages)
    }
}

pub(in crate::tables) fn message(row: &Row<'_>) -> Result<Message, StoreError> {
    let id: i64 = row.get(0).unwrap_or_default();
    let read = || {
        Some(Message {
            id: MessageId::new(id)?,
            conversation_id: ConversationId::new(row.get(1)?)?,
            role: Role::parse(&row.get::<String>(2)?)?,
            content: MessageContent::parse(row.get(3)?).ok()?,
            created_at: row.time(4)?,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("messages", id))
}
