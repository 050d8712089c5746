//! What commands write and ask: lines, aligned tables, yes-or-no questions.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
};

use super::Failure;

/// Writes lines to standard output.
pub(super) fn say(text: impl fmt::Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Writes lines that are for people even when standard output is a file.
pub(super) fn note(text: impl fmt::Display) {
    // Without standard error there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Asks before something is lost; `loss` completes a sentence that begins with
/// "this". `is_agreed` is `--yes`.
pub(super) fn confirm(loss: &str, is_agreed: bool) -> Result<(), Failure> {
    if is_agreed {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage {
            message: format!("this {loss}, and there is no terminal to ask whether to go on"),
            hint: "`--yes` says so beforehand",
        });
    }
    let mut err = io::stderr().lock();
    write!(err, "This {loss}. Go on? [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::failed("nothing was changed"))
}

/// Text without control characters. Users choose their names, and a terminal
/// obeys what it is shown.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Columns that line up, under a heading.
pub(super) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(heading: [&str; N]) -> Self {
        Self { rows: vec![heading.map(str::to_owned)] }
    }

    pub(super) fn add(&mut self, row: [&str; N]) {
        self.rows.push(row.map(harmless));
    }

    /// Whether there is nothing under the heading.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    fn widths(&self) -> [usize; N] {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        widths
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for (index, row) in self.rows.iter().enumerate() {
            let cells: Vec<_> =
                row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lines_up_and_is_harmless() {
        let mut table = Table::new(["ID", "NAME"]);
        assert!(table.is_empty());
        table.add(["1", "Ada"]);
        table.add(["1000", "B\u{1b}[2Job"]);
        assert_eq!(table.to_string(), "ID    NAME\n1     Ada\n1000  B\u{fffd}[2Job");
    }
}
