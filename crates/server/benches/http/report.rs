//! What is printed: the conditions of a run, and tables.

use std::{
    fmt, fs,
    io::{self, Write},
    thread,
    time::Duration,
};

use crate::{Failure, load::Load, options::Options, process::Process};

/// Says under which conditions the figures came about.
pub(crate) fn conditions(options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    writeln!(
        out,
        "rondo {}, {cores} cores, {} connections, {:?} for each line",
        env!("CARGO_PKG_VERSION"),
        options.connections,
        options.measured(),
    )?;
    // Where there is no such file, nobody knows.
    if let Some(load) = fs::read_to_string("/proc/loadavg").ok().as_deref().and_then(first_word) {
        writeln!(out, "load of the machine before: {load}")?;
    }
    Ok(())
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

/// Figures of several loads, each with its ratio to the first.
pub(crate) struct Figures {
    table: Table,
    first: Option<f64>,
}

impl Figures {
    pub(crate) fn new() -> Self {
        let heading = ["", "requests/s", "ratio", "p50 ms", "p99 ms", "CPU µs"];
        Self { table: Table::new(&heading), first: None }
    }

    /// Puts a load on a server and adds what came of it.
    pub(crate) fn measure(
        &mut self,
        title: &str,
        server: &Process,
        load: Load,
    ) -> Result<(), Failure> {
        let before = server.processor_time();
        let outcome = load.run()?;
        let worked = server.processor_time().saturating_sub(before);
        let per_second = outcome.per_second();
        self.table.add([
            title.to_owned(),
            whole(per_second),
            format!("{:.2}", per_second / *self.first.get_or_insert(per_second)),
            milliseconds(outcome.percentile(50)),
            milliseconds(outcome.percentile(99)),
            format!("{:.1}", outcome.share_of(worked).as_secs_f64() * 1_000_000.0),
        ]);
        Ok(())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table.fmt(f)
    }
}

/// Columns that line up, in Markdown, so that a table can be pasted into a
/// document. The first one holds text, the others numbers.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heading: &[&str]) -> Self {
        Self { rows: vec![heading.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    pub(crate) fn add(&mut self, row: impl Into<Vec<String>>) {
        self.rows.push(row.into());
    }

    /// The line under the heading, which says how the columns are aligned.
    fn rule(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} |", "-".repeat(self.width(0)))?;
        for column in 1..self.rows[0].len() {
            write!(f, " {}: |", "-".repeat(self.width(column) - 1))?;
        }
        writeln!(f)
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, row) in self.rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                match column {
                    0 => write!(f, "| {cell:<width$} |")?,
                    _ => write!(f, " {cell:>width$} |")?,
                }
            }
            writeln!(f)?;
            if number == 0 {
                self.rule(f)?;
            }
        }
        Ok(())
    }
}

/// A number without decimals, its thousands apart.
pub(crate) fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1_000.0)
}

/// How much memory a process holds, as far as it is known.
#[derive(Clone, Copy)]
pub(crate) struct Memory(Option<u32>);

impl Memory {
    pub(crate) const fn of_kibibytes(kibibytes: Option<u32>) -> Self {
        Self(kibibytes)
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(kibibytes) => write!(f, "{:.1} MiB", f64::from(kibibytes) / 1_024.0),
            None => f.write_str("unknown"),
        }
    }
}
