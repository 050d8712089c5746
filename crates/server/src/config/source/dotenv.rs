//! `.env`, read without touching the environment of the process.
//!
//! The syntax is dotenvy's: quotes, `export`, comments, and `$NAME` in values
//! that are not in single quotes. A line that does not parse becomes a problem
//! that names its number and never its content, which may be a secret.

use std::{fs, io, path::Path};

use super::super::problem::Problem;

/// One assignment in `.env`.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) number: usize,
}

/// The text of the file; `None` when there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The assignments of a `.env`, and the lines that are none.
pub(super) fn parse(text: &str) -> (Vec<Line>, Vec<Problem>) {
    // Editors on Windows begin files with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for item in dotenvy::from_read_iter(text.as_bytes()) {
        match item {
            Ok((name, value)) => {
                let number = line_of_name(text, &name);
                lines.push(Line { name, text: value, number });
            }
            Err(dotenvy::Error::LineParse(line, _)) => {
                let number = text.find(line.trim_end()).map_or(1, |start| line_at(text, start));
                problems.push(Problem::of_line(number));
            }
            Err(error) => problems.push(Problem::of_file(io::Error::other(error))),
        }
    }
    (lines, problems)
}

/// The last line that assigns to a name, which is the one that counts.
fn line_of_name(text: &str, name: &str) -> usize {
    let assigns = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let last = text.lines().enumerate().filter(|(_, line)| assigns(line)).last();
    last.map_or(1, |(index, _)| index + 1)
}

fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, usize)], broken: usize) {
        let (lines, problems) = parse(text);
        let found: Vec<_> =
            lines.iter().map(|l| (l.name.as_str(), l.text.as_str(), l.number)).collect();
        assert_eq!(found, expected, "{text:?}");
        assert_eq!(problems.len(), broken, "{text:?}");
    }

    #[test]
    fn assignments_are_read_with_their_line() {
        check("# a comment\n\nPORT=9000 # why\n", &[("PORT", "9000", 3)], 0);
        check("export HOST = '::1'\r\n", &[("HOST", "::1", 1)], 0);
        check("\u{feff}PORT=1", &[("PORT", "1", 1)], 0);
        check("PORT=\nHOST=\"a b\"", &[("PORT", "", 1), ("HOST", "a b", 2)], 0);
    }

    #[test]
    fn a_dollar_sign_survives_in_single_quotes() {
        check("MAIL_FROM='a$b'", &[("MAIL_FROM", "a$b", 1)], 0);
    }

    #[test]
    fn a_broken_line_is_reported_by_number_and_the_others_count() {
        check("HOST=a b\nPORT=9000\nnonsense\n", &[("PORT", "9000", 2)], 2);
        let (_, problems) = parse("PORT=1\nBETTER_AUTH_SECRET=hush hush\n");
        let shown = format!("{problems:?}");
        assert!(shown.contains('2') && !shown.contains("hush"), "{shown}");
    }
}
