//! What an import has done, in numbers, and what it left out and why.
//!
//! Rows are named by their ids: no e-mail address, no hash and no text is in
//! here. An id is enough to find a row, and a report is mailed around.

use super::reason::Reason;

/// What an import has done.
#[derive(Debug, Default)]
pub struct Report {
    /// Table by table, in the order in which they were read.
    pub tables: Vec<TableReport>,
    /// Tables that were not looked at.
    pub others: Vec<String>,
    /// How many rows are named for each reason.
    listed: usize,
}

/// What became of the rows of one table. Each that was read is one of the
/// others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TableReport {
    /// What it is called over there.
    pub name: String,
    /// How many rows were read.
    pub read: u64,
    /// Those that were not here.
    pub new: u64,
    /// Those that were brought before and had changed over there.
    pub updated: u64,
    /// Those that were brought before and had not.
    pub unchanged: u64,
    /// Those that were not brought.
    pub skipped: u64,
    /// What there is to say about some of them.
    pub remarks: Vec<Remark>,
    /// What these rows hold and was not brought.
    pub left_out: Vec<LeftOut>,
    listed: usize,
}

/// Rows of which the same is to be said.
#[derive(Debug, PartialEq, Eq)]
pub struct Remark {
    /// What is to be said.
    pub reason: Reason,
    /// Of how many rows.
    pub count: u64,
    /// The first of them: their ids over there, and what else helps.
    pub rows: Vec<String>,
}

/// A column that Rondo has no place for.
#[derive(Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is called.
    pub column: String,
    /// How many rows hold something in it.
    pub rows: i64,
}

impl Report {
    /// An empty report, which will name so many rows for each reason.
    #[must_use]
    pub fn new(listed: usize) -> Self {
        Self { listed, ..Self::default() }
    }

    /// Begins the part about one table.
    pub(super) fn table(&mut self, name: &str) -> &mut TableReport {
        let table =
            TableReport { name: name.to_owned(), listed: self.listed, ..TableReport::default() };
        self.tables.push(table);
        self.current()
    }

    /// The part about the table that was begun last.
    pub(super) fn current(&mut self) -> &mut TableReport {
        self.tables.last_mut().expect("a table was begun")
    }

    /// How many rows were not brought.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.tables.iter().map(|table| table.skipped).sum()
    }
}

impl TableReport {
    /// Says something about a row.
    pub(super) fn remark(&mut self, reason: Reason, row: &str, detail: &str) {
        let place = self.remarks.iter().position(|remark| remark.reason == reason);
        let place = place.unwrap_or_else(|| {
            self.remarks.push(Remark { reason, count: 0, rows: Vec::new() });
            self.remarks.len() - 1
        });
        let remark = &mut self.remarks[place];
        remark.count += 1;
        if remark.rows.len() < self.listed {
            let named =
                if detail.is_empty() { row.to_owned() } else { format!("{row} ({detail})") };
            remark.rows.push(named);
        }
    }

    /// Counts a row that is not brought, and says why.
    pub(super) fn skip(&mut self, reason: Reason, row: &str, detail: &str) {
        self.skipped += 1;
        self.remark(reason, row, detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_named_and_all_are_counted() {
        let mut report = Report::new(2);
        let table = report.table("task");
        for row in ["1", "2", "3"] {
            table.skip(Reason::Blank, row, "");
        }
        table.remark(Reason::Renumbered, "4", "40 here");
        assert_eq!(table.skipped, 3);
        let blank = Remark { reason: Reason::Blank, count: 3, rows: vec!["1".into(), "2".into()] };
        let number =
            Remark { reason: Reason::Renumbered, count: 1, rows: vec!["4 (40 here)".into()] };
        assert_eq!(table.remarks, [blank, number]);
        assert_eq!(report.skipped(), 3);
    }
}
