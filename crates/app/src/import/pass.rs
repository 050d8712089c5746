//! Bringing the rows of one table: making sense of them, and storing them a
//! page at a time, each in a transaction of its own.

use std::sync::Arc;

use rondo_domain::Timestamp;
use rondo_store::{Numbered, Store, StoreError, Txn, Value};

use super::{Context, layout::Column, reason::Reason, report::TableReport, value};
use crate::error::Error;

/// How often a page is stored again when somebody else's change, made at the
/// same moment, was in its way.
const ATTEMPTS: u32 = 3;

/// Ids up to here are kept; above it they are replaced, so that there is
/// room for new ones below 2^53.
pub(super) const LARGEST_KEPT_ID: i64 = 1 << 52;

/// How the rows of one table are brought.
pub(super) trait Pass: Send {
    /// What the table may be called.
    const NAMES: [&'static str; 2];
    /// What is read of it; the id comes first.
    const COLUMNS: &'static [Column];
    /// Where its ids are given out, if they are numbers here.
    const NUMBERED: Option<Numbered> = None;
    /// A row that can be brought.
    type Row: Send + Sync + 'static;

    /// Makes sense of a row. The values are those of the columns, in their
    /// order; of one that is missing, nothing.
    fn read(&self, values: &[Value]) -> Result<Self::Row, Refused>;

    /// What its row is called over there, and what was done to it.
    fn about(row: &Self::Row) -> &About;

    /// Stores rows, or finds out what would become of them.
    fn merge(
        txn: Txn,
        rows: Arc<Vec<Self::Row>>,
        context: Context,
    ) -> impl Future<Output = Result<Vec<Settled>, StoreError>> + Send;

    /// Remembers what later rows need to know.
    fn learn(&mut self, _row: &Self::Row, _settled: &Settled, _report: &mut TableReport) {}
}

/// What is said of a row in the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) id: String,
    pub(super) repairs: Vec<Reason>,
}

/// A row that cannot be brought, whatever is here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) reason: Reason,
    /// What helps to find it, beside its id.
    pub(super) detail: String,
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Self {
        Self { reason, detail: String::new() }
    }
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) fate: Fate,
    /// Its number here, if it has one; not known in a rehearsal when it would
    /// be a new one.
    pub(super) number: Option<i64>,
    /// Whether its owner had no account here.
    pub(super) is_owner_made: bool,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    New,
    /// With another number than over there.
    Renumbered,
    Updated,
    Unchanged,
    Skipped(Reason, String),
}

impl From<Fate> for Settled {
    fn from(fate: Fate) -> Self {
        Self { fate, number: None, is_owner_made: false }
    }
}

/// Stores a page, and reports on each of its rows.
pub(super) async fn store_page<P: Pass>(
    store: &Store,
    context: Context,
    pass: &mut P,
    (page, report): (Vec<Vec<Value>>, &mut TableReport),
) -> Result<(), Error> {
    let mut rows = Vec::with_capacity(page.len());
    let mut refused = Vec::new();
    for values in &page {
        match pass.read(values) {
            Ok(row) => rows.push(row),
            Err(reason) => refused.push((value::shown_id(&values[0]), reason)),
        }
    }
    let rows = Arc::new(rows);
    let settled = settle::<P>(store, &rows, context).await?;
    report.read += page.len() as u64;
    for (id, Refused { reason, detail }) in refused {
        report.skip(reason, &id, &detail);
    }
    for (row, settled) in rows.iter().zip(&settled) {
        tell(P::about(row), settled, report);
        pass.learn(row, settled, report);
    }
    Ok(())
}

async fn settle<P: Pass>(
    store: &Store,
    rows: &Arc<Vec<P::Row>>,
    context: Context,
) -> Result<Vec<Settled>, StoreError> {
    for attempt in 1.. {
        let rows = Arc::clone(rows);
        let body = move |txn: Txn| async move { P::merge(txn, rows, context).await };
        let settled =
            if context.is_rehearsal { store.snapshot(body).await } else { store.write(body).await };
        match settled {
            // Looking again finds out who was quicker.
            Err(StoreError::Conflict(_)) if attempt < ATTEMPTS => {}
            settled => return settled,
        }
    }
    unreachable!("the loop ends by returning")
}

/// Counts a row and says what there is to say.
fn tell(about: &About, settled: &Settled, report: &mut TableReport) {
    match &settled.fate {
        Fate::Skipped(reason, detail) => return report.skip(*reason, &about.id, detail),
        Fate::Unchanged => {
            report.unchanged += 1;
            return;
        }
        Fate::Updated => report.updated += 1,
        Fate::New => report.new += 1,
        Fate::Renumbered => {
            report.new += 1;
            let detail = settled.number.map_or(String::new(), |number| format!("{number} here"));
            report.remark(Reason::Renumbered, &about.id, &detail);
        }
    }
    for repair in &about.repairs {
        report.remark(*repair, &about.id, "");
    }
}

/// The moments of a row: when it was made and when it last changed, each
/// standing in for the other; the present where there is neither.
pub(super) fn moments(
    created: &Value,
    updated: &Value,
    now: Timestamp,
) -> Result<(Moments, Option<Reason>), Reason> {
    let (created, updated) = (value::moment(created)?, value::moment(updated)?);
    let known = created.or(updated);
    let moments = Moments {
        birthday: created.unwrap_or(value::NEVER),
        created_at: known.unwrap_or(now),
        updated_at: updated.or(known).unwrap_or(now),
    };
    Ok((moments, known.is_none().then_some(Reason::NoDate)))
}

/// When a row was made and last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moments {
    /// What it is known again by: the same whenever it is read.
    pub(super) birthday: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}
