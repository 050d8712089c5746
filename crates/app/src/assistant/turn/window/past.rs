//! What was said before a turn, read ahead of the transaction that begins it:
//! it is much, and nobody has to wait with a write until it is read.
//!
//! Nothing is said in a conversation but in a turn. So when the last turn is
//! still the one that was seen, and has not ended since, nothing is missing.

use rondo_domain::{ConversationId, Timestamp, UserId};
use rondo_store::{Said, TurnState};

use super::LOOK_BACK;
use crate::{App, error::Error};

/// What was said before.
#[derive(Default)]
pub(in super::super) struct Past {
    /// As far as an answer may need it, oldest first.
    pub said: Vec<Said>,
    /// Whose turn it was; `None` when there is no such conversation.
    pub seen: Option<Seen>,
}

/// Whose turn it was, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Seen {
    turn_id: Option<String>,
    until: Option<Timestamp>,
}

impl From<&TurnState> for Seen {
    fn from(state: &TurnState) -> Self {
        Self { turn_id: state.turn_id.clone(), until: state.until }
    }
}

/// Reads what was said in a conversation. That it is not there, or somebody
/// else's turn, is for the turn to say that wants to begin.
pub(in super::super) async fn look_back(
    app: &App,
    (owner, place): (&UserId, Option<ConversationId>),
    now: Timestamp,
) -> Result<Past, Error> {
    let Some(place) = place else {
        return Ok(Past::default());
    };
    let (owner, has_model) = (owner.clone(), app.inner().model.is_some());
    app.store()
        .snapshot(move |txn| async move {
            let Some(state) = txn.find_turn_state(&owner, place).await? else {
                return Ok(Past::default());
            };
            let seen = Some(Seen::from(&state));
            let said = if state.until.is_some_and(|until| until > now) {
                Vec::new()
            } else if has_model {
                txn.list_said_raw(&owner, place, LOOK_BACK).await?
            } else {
                // The built-in assistant only wants to know whether it was asked before.
                let messages = txn.list_messages(&owner, place, 1).await?;
                messages.into_iter().map(|message| Said { message, turn: None }).collect()
            };
            Ok(Past { said, seen })
        })
        .await
}
