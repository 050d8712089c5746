//! The table `message`. A message never changes, and goes with its
//! conversation.

use std::sync::Arc;

use futures_util::future::try_join_all;
use rondo_domain::{ConversationId, Message, MessageContent, MessageId, Role, Timestamp, UserId};
use rondo_store::{ImportKey, ImportKind, Imported, Numbered, StoreError, Txn, Value};

use super::{
    super::{
        Context,
        layout::{Column, optional, required},
        merge::content_hash,
        pass::{About, Fate, Moments, Pass, Refused, Settled, moments},
        reason::Reason,
        value,
    },
    conversations::Places,
    numbers::{self, Number, Wish},
    owners,
};

/// Messages of conversations that are here.
pub(super) struct Messages {
    now: Timestamp,
    places: Places,
}

/// A message that can be brought.
pub(super) struct Row {
    about: About,
    owner: UserId,
    conversation: Option<ConversationId>,
    number: Option<i64>,
    role: Role,
    content: MessageContent,
    moments: Moments,
}

impl Messages {
    pub(super) const fn new(now: Timestamp, places: Places) -> Self {
        Self { now, places }
    }
}

impl Pass for Messages {
    const NAMES: [&'static str; 2] = ["message", "messages"];
    const COLUMNS: &'static [Column] = &[
        required("id"),
        required("conversation_id"),
        required("role"),
        required("content"),
        optional("user_id"),
        optional("created_at"),
        optional("updated_at"),
    ];
    const NUMBERED: Option<Numbered> = Some(Numbered::Messages);
    type Row = Row;

    fn read(&self, values: &[Value]) -> Result<Row, Refused> {
        let [id, conversation, role, content, owner, created, updated] = values else {
            unreachable!("there is a value for each column")
        };
        let number = value::number(id);
        let id = value::id(id).ok_or(Reason::BadId)?;
        let called = value::id(conversation).unwrap_or_default();
        let of_conversation = |reason| {
            let detail = format!("conversation {}", value::shown_id(conversation));
            Refused { reason, detail }
        };
        let place =
            self.places.get(&called).ok_or_else(|| of_conversation(Reason::NoConversation))?;
        // Not every program writes down on each message whose it is.
        if *owner != Value::Null && owners::read(owner).as_ref() != Ok(&place.owner) {
            return Err(of_conversation(Reason::OtherOwner));
        }
        let role = read_role(role).map_err(of_conversation)?;
        let content = value::text(content).map_err(of_conversation)?.unwrap_or_default();
        let content = MessageContent::parse(content);
        let content = content.map_err(|problem| of_conversation(value::unfit(&problem)))?;
        let (moments, repair) = moments(created, updated, self.now).map_err(of_conversation)?;
        let about = About { id, repairs: repair.into_iter().collect() };
        let (owner, conversation) = (place.owner.clone(), place.conversation);
        Ok(Row { about, owner, conversation, number, role, content, moments })
    }

    fn about(row: &Row) -> &About {
        &row.about
    }

    async fn merge(
        txn: Txn,
        rows: Arc<Vec<Row>>,
        context: Context,
    ) -> Result<Vec<Settled>, StoreError> {
        let known = try_join_all(rows.iter().map(|row| row.find(&txn))).await?;
        let wishes = rows.iter().zip(&known);
        let wishes =
            wishes.map(|(row, known)| Wish::of(matches!(known, Known::Nothing), row.number));
        let numbers = numbers::give(&txn, Numbered::Messages, wishes.collect(), context).await?;
        let steps = rows.iter().zip(known).zip(numbers);
        let settled =
            steps.map(|((row, known), number)| row.carry_out(&txn, (known, number), context));
        try_join_all(settled).await
    }
}

/// What is here of a message.
#[derive(Clone, Copy)]
enum Known {
    Nothing,
    /// It was brought, and is here as long as its conversation.
    Before,
    /// It was brought in another way.
    Here(MessageId),
}

impl Row {
    fn key(&self) -> ImportKey {
        ImportKey {
            user_id: self.owner.clone(),
            kind: ImportKind::Message,
            source_id: self.about.id.clone(),
            source_created_at: self.moments.birthday,
        }
    }

    async fn find(&self, txn: &Txn) -> Result<Known, StoreError> {
        if txn.find_imported(&self.key()).await?.is_some() {
            return Ok(Known::Before);
        }
        let (Some(conversation), Some(number)) = (self.conversation, self.number) else {
            return Ok(Known::Nothing);
        };
        let here = txn.find_message(&self.owner, conversation, number).await?;
        let here = here.filter(|message| {
            message.created_at == self.moments.created_at
                && message.role == self.role
                && message.content == self.content
        });
        Ok(here.map_or(Known::Nothing, |message| Known::Here(message.id)))
    }

    async fn carry_out(
        &self,
        txn: &Txn,
        (known, number): (Known, Option<Number>),
        context: Context,
    ) -> Result<Settled, StoreError> {
        let fate = match (known, number) {
            (Known::Nothing, Some(Number::Given(_))) => Fate::Renumbered,
            (Known::Nothing, _) => Fate::New,
            (Known::Before | Known::Here(_), _) => Fate::Unchanged,
        };
        let number = match known {
            Known::Here(id) => Some(id.get()),
            _ => number.and_then(Number::get),
        };
        let id = number.and_then(MessageId::new).filter(|_| !context.is_rehearsal);
        if let (Some(id), Some(conversation_id)) = (id, self.conversation) {
            if matches!(known, Known::Nothing) {
                let message = Message {
                    id,
                    conversation_id,
                    role: self.role,
                    content: self.content.clone(),
                    created_at: self.moments.created_at,
                };
                txn.insert_imported_message(&self.owner, &message).await?;
            }
            let content_hash =
                content_hash(&[Some(self.role.as_str()), Some(self.content.as_str())]);
            let imported = Imported { id: number, content_hash };
            txn.remember_imported(&self.key(), imported).await?;
        }
        Ok(Settled { fate, number, is_owner_made: false })
    }
}

/// `SQLModel` writes the name of a role, which is in capitals, when the role
/// is an enumeration.
fn read_role(value: &Value) -> Result<Role, Reason> {
    let role = value::text(value)?.unwrap_or_default();
    Role::parse(&role.trim().to_ascii_lowercase()).ok_or(Reason::UnknownRole)
}
