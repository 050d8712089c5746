//! The report of an import as text: a table of numbers, then what was left out
//! and why, then what to do next.

use std::fmt;

use rondo_app::import::{LeftOut, Remark, Report, TableReport};

use crate::cli::output::{Table, harmless};

/// A report, and what else there is to say.
pub(super) struct Said<'a> {
    pub(super) report: &'a Report,
    /// Where the rows come from, and where they go.
    pub(super) places: (String, String),
    /// Users are brought, not their tasks.
    pub(super) brings_users: bool,
    pub(super) is_rehearsal: bool,
    /// Whether the import came to its end.
    pub(super) is_complete: bool,
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.is_rehearsal { "Would bring" } else { "Brought" };
        let (from, into) = &self.places;
        let (from, into) = (harmless(from), harmless(into));
        writeln!(f, "{verb} from {from} into {into}:\n\n{}\n", self.numbers())?;
        self.remarks(f, "Not brought:", |remark| !remark.reason.is_brought())?;
        self.remarks(f, "Brought, with a difference:", |remark| remark.reason.is_brought())?;
        self.left_out(f)?;
        if self.is_complete && !self.report.others.is_empty() {
            let others: Vec<_> = self.report.others.iter().map(|name| harmless(name)).collect();
            writeln!(f, "Tables that were not looked at: {}\n", others.join(", "))?;
        }
        if self.brings_users && self.is_complete {
            f.write_str(
                "Sessions are not brought: everybody logs in again, with the old password.\n",
            )?;
        }
        f.write_str(&self.end())
    }
}

impl Said<'_> {
    fn numbers(&self) -> Table<6> {
        let mut table = Table::new(["TABLE", "READ", "NEW", "UPDATED", "UNCHANGED", "SKIPPED"]);
        for of in &self.report.tables {
            let TableReport { read, new, updated, unchanged, skipped, .. } = of;
            let numbers = [read, new, updated, unchanged, skipped].map(ToString::to_string);
            let [read, new, updated, unchanged, skipped] = &numbers;
            table.add([&of.name, read, new, updated, unchanged, skipped]);
        }
        table
    }

    fn remarks(
        &self,
        f: &mut fmt::Formatter<'_>,
        heading: &str,
        is_meant: impl Fn(&Remark) -> bool,
    ) -> fmt::Result {
        let tables = self.report.tables.iter();
        let remarks =
            tables.flat_map(|table| table.remarks.iter().map(move |remark| (table, remark)));
        let mut is_first = true;
        for (table, remark) in remarks.filter(|(_, remark)| is_meant(remark)) {
            if is_first {
                writeln!(f, "{heading}")?;
            }
            is_first = false;
            say_remark(f, &table.name, remark)?;
        }
        if is_first { Ok(()) } else { writeln!(f) }
    }

    fn left_out(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        for table in self.report.tables.iter().filter(|table| !table.left_out.is_empty()) {
            if is_first {
                writeln!(f, "Columns that Rondo has no place for, and how many rows fill them:")?;
            }
            is_first = false;
            let columns: Vec<_> = table.left_out.iter().map(say_column).collect();
            writeln!(f, "  {}: {}", harmless(&table.name), columns.join(", "))?;
        }
        if is_first { Ok(()) } else { writeln!(f) }
    }

    fn end(&self) -> String {
        let skipped = self.report.skipped();
        let (rows, were) = if skipped == 1 { ("row", "was") } else { ("rows", "were") };
        let left_out = match skipped {
            0 => "No row was left out.".to_owned(),
            _ => format!("{skipped} {rows} {were} not brought, for the reasons above."),
        };
        match (self.is_complete, self.is_rehearsal) {
            (false, _) => {
                "The import has stopped before its end. What is counted as new or updated is \
                           stored; run it again."
                    .to_owned()
            }
            (true, true) => format!("{left_out} This was a rehearsal: nothing was written."),
            (true, false) => format!("{left_out} The import can run again at any time."),
        }
    }
}

fn say_remark(f: &mut fmt::Formatter<'_>, table: &str, remark: &Remark) -> fmt::Result {
    let Remark { reason, count, rows } = remark;
    let subject = reason.subject(*count);
    writeln!(f, "  {}: {count} {subject}: {}", harmless(table), reason.sentence())?;
    if !reason.advice().is_empty() {
        writeln!(f, "    hint: {}", reason.advice())?;
    }
    for row in rows {
        writeln!(f, "    - {}", harmless(row))?;
    }
    let others = count - rows.len() as u64;
    if others > 0 {
        writeln!(f, "    and {others} more, which `--verbose` names")?;
    }
    Ok(())
}

fn say_column(left_out: &LeftOut) -> String {
    format!("{} ({})", harmless(&left_out.column), left_out.rows)
}
