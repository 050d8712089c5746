//! Turns of conversations: who has the next word, and what came of the last.
//!
//! A turn outlives its transactions, because nothing may wait for a language
//! model inside one. So it holds its conversation by a lease, which is over by
//! itself when the process is.

use rondo_domain::{BatchId, ConversationId, Message, MessageId, Timestamp, UserId};

use super::messages::message;
use crate::{
    StoreError, Txn,
    sql::{Moment, Row, one_row},
};

/// Whose turn it is in a conversation, and what it remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnState {
    /// The last turn; `None` before the first.
    pub turn_id: Option<String>,
    /// Until when that one has the conversation; `None` when it has ended.
    pub until: Option<Timestamp>,
    /// What the last turn that ended left, in the words of whoever stored it.
    pub state: Option<String>,
}

/// What came of a turn besides its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnRecord {
    /// The batch of what it changed.
    pub batch_id: Option<BatchId>,
    /// Who answered.
    pub provider: String,
    /// The calls of tools, in the words of whoever stored them.
    pub tool_calls: String,
    /// The messages as the provider sent them, likewise.
    pub raw: Option<String>,
}

/// A message, and what came of the turn that it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The message.
    pub message: Message,
    /// What came of its turn.
    pub turn: Option<TurnRecord>,
}

impl Txn {
    /// Whose turn it is in the owner's conversation; `None` when they have no
    /// such conversation.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_turn_state(
        &self,
        owner: &UserId,
        id: ConversationId,
    ) -> Result<Option<TurnState>, StoreError> {
        self.row(
            "select turn_id, turn_until, state from conversations where user_id = $1 and id = $2",
            &[&owner.as_str(), &id.get()],
            |row| {
                let read = || -> Result<TurnState, ()> {
                    Ok(TurnState {
                        turn_id: row.get(0).ok_or(())?,
                        until: row.optional_time(1)?,
                        state: row.get(2).ok_or(())?,
                    })
                };
                read().map_err(|()| StoreError::corrupt("conversations", id))
            },
        )
        .await
    }

    /// Gives the conversation to a turn until a moment, and forgets what it
    /// remembered. `false` when another turn was faster than this one, which
    /// had seen `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_turn(
        &self,
        (owner, id): (&UserId, ConversationId),
        before: Option<&str>,
        turn_id: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "update conversations set turn_id = $1, turn_until = $2, state = null
                 where user_id = $3 and id = $4 and coalesce(turn_id, '') = $5",
                &[
                    &turn_id,
                    &Moment(until),
                    &owner.as_str(),
                    &id.get(),
                    &before.unwrap_or_default(),
                ],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Ends a turn, and keeps what the conversation is to remember. `false`
    /// when the conversation is gone, another turn has it, or this one had
    /// ended already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_turn(
        &self,
        (owner, id): (&UserId, ConversationId),
        turn_id: &str,
        state: Option<&str>,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "update conversations set turn_until = null, state = $1
                 where user_id = $2 and id = $3 and turn_id = $4 and turn_until is not null",
                &[&state, &owner.as_str(), &id.get(), &turn_id],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Keeps what came of a turn beside its answer, or beside the message that
    /// got none.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the owner has no such conversation. On PostgreSQL
    /// possibly only at the commit.
    pub async fn insert_turn(
        &self,
        owner: &UserId,
        (conversation_id, message_id): (ConversationId, MessageId),
        turn: &TurnRecord,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.later(
            one_row!(
                "insert into turns
                     (user_id, conversation_id, message_id, batch_id, provider, tool_calls, raw,
                      created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            vec![
                Box::new(owner.as_str().to_owned()),
                Box::new(conversation_id.get()),
                Box::new(message_id.get()),
                Box::new(turn.batch_id.as_ref().map(ToString::to_string)),
                Box::new(turn.provider.clone()),
                Box::new(turn.tool_calls.clone()),
                Box::new(turn.raw.clone()),
                Box::new(Moment(now)),
            ],
        )
        .await
    }

    /// The last `limit` messages of a conversation, oldest of them first, with
    /// what came of their turns. Without what the provider sent, which only the
    /// next turn needs: see [`Txn::list_said_raw`]. `limit` is the caller's way to
    /// bound how much that is: see [`Txn::list_said_sizes`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_said(
        &self,
        owner: &UserId,
        conversation_id: ConversationId,
        limit: i64,
    ) -> Result<Vec<Said>, StoreError> {
        let mut said = self
            .rows(
                "select m.id, m.conversation_id, m.role, m.content, m.created_at,
                     t.provider, t.batch_id, t.tool_calls
                 from messages m
                 left join turns t on t.user_id = m.user_id
                     and t.conversation_id = m.conversation_id and t.message_id = m.id
                 where m.user_id = $1 and m.conversation_id = $2
                 order by m.created_at desc, m.id desc limit $3",
                &[&owner.as_str(), &conversation_id.get(), &limit],
                |row| said(row, false),
            )
            .await?;
        said.reverse();
        Ok(said)
    }

    /// How many bytes each of the last `limit` messages of a conversation has,
    /// with the calls of its turn: the last one first. The database does not
    /// read the texts for that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_said_sizes(
        &self,
        owner: &UserId,
        conversation_id: ConversationId,
        limit: i64,
    ) -> Result<Vec<i64>, StoreError> {
        self.rows(
            "select m.id,
                 cast(octet_length(m.content) + coalesce(octet_length(t.tool_calls), 0) as bigint)
             from messages m
             left join turns t on t.user_id = m.user_id
                 and t.conversation_id = m.conversation_id and t.message_id = m.id
             where m.user_id = $1 and m.conversation_id = $2
             order by m.created_at desc, m.id desc limit $3",
            &[&owner.as_str(), &conversation_id.get(), &limit],
            |row| {
                let id: i64 = row.get(0).unwrap_or_default();
                row.get(1).ok_or_else(|| StoreError::corrupt("messages", id))
            },
        )
        .await
    }

    /// The same as [`Txn::list_said`] with what the provider sent, as the next
    /// turn needs it: the calls of tools are there only of turns that got no
    /// answer, for the others they are an empty list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_said_raw(
        &self,
        owner: &UserId,
        conversation_id: ConversationId,
        limit: i64,
    ) -> Result<Vec<Said>, StoreError> {
        let mut said = self
            .rows(
                "select m.id, m.conversation_id, m.role, m.content, m.created_at,
                     t.provider, t.batch_id,
                     case when m.role = 'user' then t.tool_calls else '[]' end, t.raw
                 from messages m
                 left join turns t on t.user_id = m.user_id
                     and t.conversation_id = m.conversation_id and t.message_id = m.id
                 where m.user_id = $1 and m.conversation_id = $2
                 order by m.created_at desc, m.id desc limit $3",
                &[&owner.as_str(), &conversation_id.get(), &limit],
                |row| said(row, true),
            )
            .await?;
        said.reverse();
        Ok(said)
    }

    /// Puts another answer in the place of the one that a key stands for, if it
    /// still is that one; `false` when it is not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_answer(
        &self,
        (owner, key): (&UserId, &str),
        before: &str,
        after: &str,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "update idempotency_keys set answer = $1, expires_at = $2
                 where user_id = $3 and key = $4 and answer = $5",
                &[&after, &Moment(expires_at), &owner.as_str(), &key, &before],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Forgets an answer, if it still is this one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_answer(
        &self,
        (owner, key): (&UserId, &str),
        answer: &str,
    ) -> Result<(), StoreError> {
        self.later_any(
            "delete from idempotency_keys where user_id = $1 and key = $2 and answer = $3",
            vec![
                Box::new(owner.as_str().to_owned()),
                Box::new(key.to_owned()),
                Box::new(answer.to_owned()),
            ],
        )
        .await
    }
}

fn said(row: &Row<'_>, is_raw: bool) -> Result<Said, StoreError> {
    let message = message(row)?;
    let read = || -> Result<Option<TurnRecord>, ()> {
        let Some(provider) = row.get::<Option<String>>(5).ok_or(())? else {
            return Ok(None);
        };
        Ok(Some(TurnRecord {
            batch_id: row.optional_text(6, BatchId::parse)?,
            provider,
            tool_calls: row.get(7).ok_or(())?,
            raw: if is_raw { row.get(8).ok_or(())? } else { None },
        }))
    };
    let turn = read().map_err(|()| StoreError::corrupt("turns", message.id))?;
    Ok(Said { message, turn })
}
