//! What the tests of imports share: a page of another server's rows, brought
//! in a rehearsal and then in earnest.

use rondo_store::Value;

use super::{
    Context,
    pass::{LARGEST_KEPT_ID, Pass, store_page},
    reason::Reason,
    report::{Report, TableReport},
    value,
};
use crate::testing::{NOW, TestApp};

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A moment as a server may write it: this many seconds into 2026.
pub(super) fn second(seconds: i64) -> Value {
    Value::Integer(1_767_225_600 + seconds)
}

pub(super) const fn context(is_rehearsal: bool) -> Context {
    Context { is_rehearsal, now: NOW, last_id: i64::MAX }
}

/// Brings rows as one table.
pub(super) async fn bring<P: Pass>(
    scene: &TestApp,
    context: Context,
    pass: &mut P,
    rows: &[Vec<Value>],
) -> TableReport {
    if let Some(numbered) = P::NUMBERED.filter(|_| !context.is_rehearsal) {
        let ids = rows.iter().filter_map(|row| value::number(&row[0]));
        let highest = ids.filter(|id| *id <= LARGEST_KEPT_ID).max().unwrap_or(0);
        scene.write(move |txn| async move { txn.raise_ids(numbered, highest).await }).await;
    }
    let mut report = Report::new(3);
    // Two pages, so that what is remembered between them matters.
    let middle = rows.len().div_ceil(2);
    let table = report.table("table");
    for page in [&rows[..middle], &rows[middle..]] {
        let stored = store_page(scene.app.store(), context, pass, (page.to_vec(), &mut *table));
        stored.await.expect("memory is always there");
    }
    assert_eq!(table.read, table.new + table.updated + table.unchanged + table.skipped);
    report.tables.pop().expect("it was begun")
}

/// New, updated, unchanged and skipped rows.
pub(super) const fn numbers(report: &TableReport) -> [u64; 4] {
    [report.new, report.updated, report.unchanged, report.skipped]
}

/// What is said, and of how many rows.
pub(super) fn remarks(report: &TableReport) -> Vec<(Reason, u64)> {
    report.remarks.iter().map(|remark| (remark.reason, remark.count)).collect()
}

/// The rows of which something is said.
pub(super) fn named(report: &TableReport, reason: Reason) -> Vec<&str> {
    let remark = report.remarks.iter().find(|remark| remark.reason == reason);
    remark.map_or(Vec::new(), |remark| remark.rows.iter().map(String::as_str).collect())
}
