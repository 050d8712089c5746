//! What can be done with conversations. Somebody else's is not found: unlike
//! a task's, their ids are never passed around.

use rondo_domain::{Actor, BatchId, Conversation, ConversationId, Message, Page, Role, Scope};
use rondo_store::Said;

use crate::{
    App,
    assistant::ToolCall,
    auth::require,
    batch::{Batch, Done, Written, write_once},
    error::{Error, Kind},
};

/// The most messages that are shown with a conversation: the last ones.
const MAX_MESSAGES: i64 = 1000;
/// How many bytes they may have together, with the calls of tools: of more, the
/// older ones are left out.
const MAX_BYTES: i64 = 1024 * 1024;

/// A message, and what came of the turn that it answers.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownMessage {
    /// The message.
    pub message: Message,
    /// Only of an answer, and not of one that was imported.
    pub turn: Option<ShownTurn>,
}

/// What came of a turn besides the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownTurn {
    /// What the assistant did, in that order.
    pub tool_calls: Vec<ToolCall>,
    /// The batch of what it changed; `None` when it has changed no task.
    pub batch_id: Option<BatchId>,
    /// Who answered.
    pub provider: String,
}

/// A page of the actor's conversations, the last used first, and how many
/// there are.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<(Vec<Conversation>, i64), Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    app.store()
        .snapshot(move |txn| async move { Ok(txn.list_conversations(&owner, page).await?) })
        .await
}

/// One conversation of the actor's with its last messages, oldest first: a
/// thousand at most, and a mebibyte, but always the last one.
///
/// # Errors
/// [`Error::NotFound`] when there is none of the actor's,
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn show(
    app: &App,
    actor: &Actor,
    id: ConversationId,
) -> Result<(Conversation, Vec<ShownMessage>), Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    app.store()
        .snapshot(move |txn| async move {
            let found = txn.find_conversation(&owner, id).await?;
            let conversation = found.ok_or(Error::NotFound(Kind::Conversation))?;
            let shown_at_most = fitting(&txn.list_said_sizes(&owner, id, MAX_MESSAGES).await?);
            let said = txn.list_said(&owner, id, shown_at_most).await?;
            Ok((conversation, said.into_iter().map(shown).collect()))
        })
        .await
}

/// How many messages are shown, of which the last has the first of these sizes.
fn fitting(sizes: &[i64]) -> i64 {
    let mut bytes = 0;
    let fit = sizes.iter().take_while(|size| {
        bytes += **size;
        bytes <= MAX_BYTES
    });
    i64::try_from(fit.count()).unwrap_or(MAX_MESSAGES).max(1)
}

/// What a turn has done that got no answer stands with the question, and is in
/// the history of the tasks; here it would look like something the user did.
fn shown(said: Said) -> ShownMessage {
    let Said { message, turn } = said;
    let turn = turn.filter(|_| message.role == Role::Assistant).map(|record| ShownTurn {
        // What an older program has stored and this one cannot read is not shown.
        tool_calls: serde_json::from_str(&record.tool_calls).unwrap_or_default(),
        batch_id: record.batch_id,
        provider: record.provider,
    });
    ShownMessage { message, turn }
}

/// Removes a conversation and its messages.
///
/// # Errors
/// [`Error::NotFound`] when there is none of the actor's,
/// [`Error::Forbidden`] without the scope `delete`, or [`Error::Unavailable`].
pub async fn delete(app: &App, batch: &Batch, id: ConversationId) -> Result<Done<()>, Error> {
    require(batch.actor(), Scope::Delete)?;
    let owner = batch.actor().user_id.clone();
    write_once(app, batch, move |txn| async move {
        if txn.delete_conversation(&owner, id).await? {
            Ok(Written::unchanged(()))
        } else {
            Err(Error::NotFound(Kind::Conversation).into())
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use rondo_domain::MessageContent;
    use rondo_store::TurnRecord;

    use super::*;
    use crate::testing::{NOW, TestApp};

    /// Ada's conversation of so many answers, each with calls of that many bytes.
    async fn answered(test: &TestApp, ada: &Actor, answers: usize, bytes: usize) -> ConversationId {
        let (owner, id) = (ada.user_id.clone(), test.add_conversation(ada).await.id);
        let calls = serde_json::json!([
            {"tool_name": "get_task", "arguments": {}, "result": "x".repeat(bytes)}
        ]);
        let (batch_id, provider) = (None, "builtin".to_owned());
        let record = TurnRecord { batch_id, provider, tool_calls: calls.to_string(), raw: None };
        test.write(move |txn| async move {
            for number in 0..answers {
                let words = MessageContent::parse(format!("{number}")).expect("these are words");
                let said = txn.insert_message(&owner, id, Role::Assistant, &words, NOW).await?;
                txn.insert_turn(&owner, (id, said.id), &record, NOW).await?;
            }
            Ok(())
        })
        .await;
        id
    }

    #[tokio::test]
    async fn of_a_conversation_that_is_too_long_to_be_shown_the_end_is() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        let bytes = 100_000;
        let id = answered(&test, &ada, 100, bytes).await;
        let (_, messages) = show(&test.app, &ada, id).await.expect("it is hers");
        let most = usize::try_from(MAX_BYTES).expect("it is a size") / bytes;
        assert_eq!(messages.len(), most);
        assert_eq!(messages[most - 1].message.content.as_str(), "99");
        assert!(messages.iter().all(|shown| shown.turn.is_some()));
        // A single message that is longer than all of them may be is shown.
        let id = answered(&test, &ada, 2, 2_000_000).await;
        let (_, messages) = show(&test.app, &ada, id).await.expect("it is hers");
        assert_eq!(messages.len(), 1);
        let id = answered(&test, &ada, 1_001, 1).await;
        let (_, messages) = show(&test.app, &ada, id).await.expect("it is hers");
        assert_eq!(messages.len(), 1_000);
    }

    #[tokio::test]
    async fn bob_does_not_find_adas_conversation() {
        let test = TestApp::new().await;
        let (ada, bob) = (test.user("ada").await, test.user("bob").await);
        let id = test.add_conversation(&ada).await.id;

        assert!(show(&test.app, &ada, id).await.is_ok());
        let shown = show(&test.app, &bob, id).await;
        assert!(matches!(shown, Err(Error::NotFound(Kind::Conversation))));
        let deleted = delete(&test.app, &test.batch(&bob), id).await;
        assert!(matches!(deleted, Err(Error::NotFound(Kind::Conversation))));
        assert_eq!(list(&test.app, &bob, Page::default()).await.ok(), Some((vec![], 0)));
        assert!(show(&test.app, &ada, id).await.is_ok());
    }

    #[tokio::test]
    async fn ada_deletes_her_conversation_once() {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        let id = test.add_conversation(&ada).await.id;
        let once = test.keyed(&ada, "k");
        let done = delete(&test.app, &once, id).await.expect("it is hers");
        assert!(!done.is_replayed && done.batch_id.is_none());
        assert!(delete(&test.app, &once, id).await.is_ok_and(|done| done.is_replayed));
        let again = delete(&test.app, &test.batch(&ada), id).await;
        assert!(matches!(again, Err(Error::NotFound(_))));
    }
}
