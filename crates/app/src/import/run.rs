//! Reading the tables of another database, from the first row to the last, a
//! page at a time.

use rondo_domain::Timestamp;
use rondo_store::{Foreign, ForeignTable, Numbered, StoreError, Txn, Value};

use super::{
    Context, Failed,
    layout::{self, Looks},
    pass::{LARGEST_KEPT_ID, Pass, store_page},
    report::{LeftOut, Report},
};
use crate::{App, error::Error};

/// What an import works with.
pub(super) struct Run<'a> {
    app: &'a App,
    foreign: &'a Foreign,
    context: Context,
    report: &'a mut Report,
    looked_at: Vec<usize>,
}

/// A table that was found, and where its columns are.
pub(super) struct Shape {
    table: usize,
    columns: Vec<Option<usize>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        app: &'a App,
        foreign: &'a Foreign,
        context: Context,
        report: &'a mut Report,
    ) -> Self {
        Self { app, foreign, context, report, looked_at: Vec::new() }
    }

    /// When the import began.
    pub(super) const fn now(&self) -> Timestamp {
        self.context.now
    }

    /// The table that a pass is for, if it is there.
    pub(super) fn find<P: Pass>(&self) -> Option<Shape> {
        let tables = self.foreign.tables();
        let looks: Vec<Looks<'_>> =
            tables.iter().map(|table| (table.name.as_str(), &table.columns[..])).collect();
        let found = layout::find(&looks, P::NAMES, P::COLUMNS)?;
        Some(Shape { table: found.table, columns: found.columns })
    }

    /// Why there is nothing to bring: the tables are not there, or elsewhere.
    pub(super) async fn missing<P: Pass>(&self) -> Failed {
        let [one, other] = P::NAMES;
        let required = P::COLUMNS.iter().filter(|column| column.is_required);
        let required: Vec<_> = required.map(|column| column.name).collect();
        let message = format!(
            "there is no table `{one}` or `{other}` with the columns {}",
            required.join(", ")
        );
        let elsewhere = self.foreign.schemas_with(&P::NAMES).await.unwrap_or_default();
        let hint = match &elsewhere[..] {
            [] => "is it the right database, and may its user see the tables?".to_owned(),
            schemas => format!(
                "there is one in the schema {}: say which with `--schema NAME`",
                schemas.join(", ")
            ),
        };
        Failed::NotThere { message, hint }
    }

    /// Brings a table.
    pub(super) async fn bring<P: Pass>(
        &mut self,
        pass: &mut P,
        shape: &Shape,
    ) -> Result<(), Failed> {
        self.looked_at.push(shape.table);
        let foreign = self.foreign;
        let table = &foreign.tables()[shape.table];
        if let (Some(numbered), Some(id)) = (P::NUMBERED, shape.columns[0]) {
            self.context.last_id = self.make_room(numbered, table, id).await?;
        }
        self.report.table(&table.name);
        let columns: Vec<usize> = shape.columns.iter().copied().flatten().collect();
        let mut reading = foreign.read(table, &columns).await.map_err(Failed::There)?;
        loop {
            let page = foreign.next_page(&mut reading).await.map_err(Failed::There)?;
            if page.is_empty() {
                break;
            }
            let rows = page.into_iter().map(|row| spread(row, &shape.columns));
            let rows = rows.collect();
            store_page(self.app.store(), self.context, pass, (rows, self.report.current())).await?;
        }
        self.note_left_out(table, &columns).await
    }

    /// New ids are to be above all that are kept. Gives the highest id so far.
    async fn make_room(
        &self,
        numbered: Numbered,
        table: &ForeignTable,
        id: usize,
    ) -> Result<i64, Failed> {
        let highest = self.foreign.highest(table, id, LARGEST_KEPT_ID).await;
        let highest = highest.map_err(Failed::There)?;
        let store = self.app.store();
        let last = if self.context.is_rehearsal {
            store.read(move |txn: Txn| async move { txn.last_id(numbered).await }).await
        } else {
            let raise = move |txn: Txn| async move {
                let last = txn.last_id(numbered).await?;
                if highest > last {
                    txn.raise_ids(numbered, highest).await?;
                }
                Ok::<_, StoreError>(last)
            };
            store.write(raise).await
        };
        Ok(last.map_err(Error::from)?)
    }

    /// Columns that hold something and were not read.
    async fn note_left_out(
        &mut self,
        table: &ForeignTable,
        columns: &[usize],
    ) -> Result<(), Failed> {
        let others: Vec<usize> =
            (0..table.columns.len()).filter(|column| !columns.contains(column)).collect();
        let counts = self.foreign.count_filled(table, &others).await.map_err(Failed::There)?;
        let filled = others.iter().zip(counts).filter(|(_, rows)| *rows > 0);
        let filled =
            filled.map(|(column, rows)| LeftOut { column: table.columns[*column].clone(), rows });
        self.report.current().left_out.extend(filled);
        Ok(())
    }

    /// Names the tables that nobody has looked at.
    pub(super) fn finish(&mut self) {
        let tables = self.foreign.tables().iter().enumerate();
        let others = tables.filter(|(place, _)| !self.looked_at.contains(place));
        self.report.others = others.map(|(_, table)| table.name.clone()).collect();
    }
}

/// A row in the order of the columns that were looked for.
fn spread(row: Vec<Value>, columns: &[Option<usize>]) -> Vec<Value> {
    let mut row = row.into_iter();
    let values = columns.iter().map(|column| column.and_then(|_| row.next()));
    values.map(|value| value.unwrap_or(Value::Null)).collect()
}
