//! The table `conversation`. There is nothing in one but its messages, so it
//! cannot change: it is here, or it is not.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::future::try_join_all;
use rondo_domain::{Conversation, ConversationId, Timestamp, UserId};
use rondo_store::{ImportKey, ImportKind, Imported, Numbered, StoreError, Txn, Value};

use super::{
    super::{
        Context,
        layout::{Column, optional, required},
        merge::{ContentHash, Decision, decide},
        pass::{About, Fate, Moments, Pass, Refused, Settled, moments},
        reason::Reason,
        report::TableReport,
        value,
    },
    numbers::{self, Number, Wish},
    owners::{self, Owner},
};

/// What a conversation holds, as far as it can change.
const NOTHING: ContentHash = [0; 32];

/// Where the messages of a conversation go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) owner: UserId,
    /// `None` in a rehearsal, if it would get a new number.
    pub(super) conversation: Option<ConversationId>,
}

/// The conversations that are here, by what they are called over there.
pub(super) type Places = HashMap<String, Place>;

/// Conversations, and the owners who got a row for them.
pub(super) struct Conversations {
    now: Timestamp,
    made: HashSet<UserId>,
    places: Places,
}

/// A conversation that can be brought.
pub(super) struct Row {
    about: About,
    owner: UserId,
    number: Option<i64>,
    moments: Moments,
}

impl Conversations {
    pub(super) fn new(now: Timestamp, made: HashSet<UserId>) -> Self {
        Self { now, made, places: HashMap::new() }
    }

    pub(super) fn places(self) -> Places {
        self.places
    }
}

impl Pass for Conversations {
    const NAMES: [&'static str; 2] = ["conversation", "conversations"];
    const COLUMNS: &'static [Column] =
        &[required("id"), required("user_id"), optional("created_at"), optional("updated_at")];
    const NUMBERED: Option<Numbered> = Some(Numbered::Conversations);
    type Row = Row;

    fn read(&self, values: &[Value]) -> Result<Row, Refused> {
        let [id, owner, created, updated] = values else {
            unreachable!("there is a value for each column")
        };
        let number = value::number(id);
        let id = value::id(id).ok_or(Reason::BadId)?;
        let owner = owners::read(owner)?;
        let (moments, repair) = moments(created, updated, self.now)?;
        let about = About { id, repairs: repair.into_iter().collect() };
        Ok(Row { about, owner, number, moments })
    }

    fn about(row: &Row) -> &About {
        &row.about
    }

    async fn merge(
        txn: Txn,
        rows: Arc<Vec<Row>>,
        context: Context,
    ) -> Result<Vec<Settled>, StoreError> {
        let owners = owners::settle(&txn, rows.iter().map(|row| &row.owner), context).await?;
        let known = try_join_all(rows.iter().map(|row| Known::find(&txn, row))).await?;
        let owner_of = |row: &Row| owners.get(&row.owner).copied().unwrap_or(Owner::Deleted);
        let wishes = rows.iter().zip(&known).map(|(row, known)| {
            let is_new = known.decide() == Decision::Bring && owner_of(row) != Owner::Deleted;
            Wish::of(is_new, row.number)
        });
        let numbers =
            numbers::give(&txn, Numbered::Conversations, wishes.collect(), context).await?;
        let steps = rows.iter().zip(known).zip(numbers);
        let settled = steps.map(|((row, known), number)| {
            let step = Step { known, number, owner: owner_of(row) };
            row.carry_out(&txn, step, context)
        });
        try_join_all(settled).await
    }

    fn learn(&mut self, row: &Row, settled: &Settled, report: &mut TableReport) {
        if settled.is_owner_made && self.made.insert(row.owner.clone()) {
            report.remark(Reason::OwnerMade, row.owner.as_str(), "");
        }
        if !matches!(settled.fate, Fate::Skipped(..)) {
            let conversation = settled.number.and_then(ConversationId::new);
            let place = Place { owner: row.owner.clone(), conversation };
            self.places.insert(row.about.id.clone(), place);
        }
    }
}

/// What is here of a conversation.
struct Known {
    before: Option<Imported>,
    here: Option<ConversationId>,
}

/// What is to be done about a conversation.
struct Step {
    known: Known,
    number: Option<Number>,
    owner: Owner,
}

impl Known {
    async fn find(txn: &Txn, row: &Row) -> Result<Self, StoreError> {
        let before = txn.find_imported(&row.key()).await?;
        let id = before.map_or(row.number, |before| before.id).and_then(ConversationId::new);
        let Some(id) = id else { return Ok(Self { before, here: None }) };
        let here = txn.find_conversation(&row.owner, id).await?;
        // One that was brought in another way has at least the same birthday.
        let here = here
            .filter(|found| before.is_some() || found.created_at == row.moments.created_at)
            .map(|found| found.id);
        Ok(Self { before, here })
    }

    fn decide(&self) -> Decision {
        let before = self.before.map(|before| before.content_hash);
        decide(before, NOTHING, self.here.map(|_| NOTHING))
    }
}

impl Row {
    fn key(&self) -> ImportKey {
        ImportKey {
            user_id: self.owner.clone(),
            kind: ImportKind::Conversation,
            source_id: self.about.id.clone(),
            source_created_at: self.moments.birthday,
        }
    }

    async fn carry_out(
        &self,
        txn: &Txn,
        step: Step,
        context: Context,
    ) -> Result<Settled, StoreError> {
        let Step { known, number, owner } = step;
        let skipped = |reason| Fate::Skipped(reason, format!("user {}", self.owner));
        let fate = match known.decide() {
            _ if owner == Owner::Deleted => skipped(Reason::UserDeleted),
            Decision::Bring if matches!(number, Some(Number::Given(_))) => Fate::Renumbered,
            Decision::Bring => Fate::New,
            Decision::Deleted => skipped(Reason::DeletedHere),
            _ => Fate::Unchanged,
        };
        let is_new = matches!(fate, Fate::New | Fate::Renumbered);
        let number = number.and_then(Number::get).or(known.here.map(ConversationId::get));
        let is_known = known.before.is_some() || matches!(fate, Fate::Skipped(..));
        if let Some(id) = number.and_then(ConversationId::new)
            && !is_known
            && !context.is_rehearsal
        {
            if is_new {
                let Moments { created_at, updated_at, .. } = self.moments;
                let user_id = self.owner.clone();
                let conversation = Conversation { id, user_id, created_at, updated_at };
                txn.insert_imported_conversation(&conversation).await?;
            }
            let imported = Imported { id: number, content_hash: NOTHING };
            txn.remember_imported(&self.key(), imported).await?;
        }
        Ok(Settled { fate, number, is_owner_made: owner == Owner::Made && is_new })
    }
}
