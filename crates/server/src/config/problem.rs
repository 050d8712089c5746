//! What is wrong with the configuration, all of it, in one message.
//!
//! Values of secrets and passwords in URLs are hidden before they get here.

use std::{fmt, io};

use super::{
    source::{Origin, Value},
    variables::{BETTER_AUTH_SECRET, Shown, Variable},
};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable, unless the file itself is the problem.
    pub variable: Option<&'static str>,
    headline: String,
    details: Vec<(&'static str, String)>,
}

impl Problem {
    /// What is wrong, in one line that begins with the variable's name.
    #[must_use]
    pub fn headline(&self) -> &str {
        &self.headline
    }

    /// What is expected instead, in one line.
    #[must_use]
    pub fn hint(&self) -> String {
        let details = self.details.iter().filter(|(label, _)| *label != "found");
        let texts: Vec<_> = details.map(|(label, text)| format!("{label} {text}")).collect();
        texts.join(", ")
    }

    /// A required variable without a value.
    pub(super) fn missing(variable: &Variable) -> Self {
        Self::about(variable, "is not set", None)
    }

    /// A value that does not hold what it should; `reason` completes a
    /// sentence that begins with the variable's name.
    pub(super) fn invalid(variable: &Variable, value: &Value, reason: &str) -> Self {
        let found = format!("{} ({})", shown(variable, &value.text), value.origin);
        Self::about(variable, reason, Some(found))
    }

    /// A value that is not even text.
    pub(super) fn not_text(variable: &Variable) -> Self {
        let found = format!("bytes that are not UTF-8 ({})", Origin::Environment);
        Self::about(variable, "cannot be read", Some(found))
    }

    /// A line of `.env` that is not an assignment.
    pub(super) fn of_line(number: usize) -> Self {
        Self {
            variable: None,
            headline: format!(".env, line {number}, cannot be read"),
            details: vec![
                ("expected", "NAME=value, with quotes around a value that has spaces".to_owned()),
                ("example", "MAIL_FROM=\"Rondo <todo@example.com>\"".to_owned()),
            ],
        }
    }

    /// A `.env` that is there and cannot be read.
    pub(super) fn of_file(error: io::Error) -> Self {
        Self {
            variable: None,
            headline: ".env cannot be read".to_owned(),
            details: vec![
                ("found", error.to_string()),
                ("expected", "a text file that this user may read, or none".to_owned()),
            ],
        }
    }

    fn about(variable: &Variable, reason: &str, found: Option<String>) -> Self {
        let mut details: Vec<_> = found.map(|found| ("found", found)).into_iter().collect();
        details.push(("expected", variable.expected.to_owned()));
        details.push(("example", format!("{}={}", variable.name, variable.example)));
        Self {
            variable: Some(variable.name),
            headline: format!("{} {reason}", variable.name),
            details,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}", self.headline)?;
        for (label, text) in &self.details {
            writeln!(f, "      {label:<9} {text}")?;
        }
        Ok(())
    }
}

/// Everything that is wrong, never empty.
#[derive(Debug, thiserror::Error)]
pub struct Problems {
    /// Each of them.
    pub list: Vec<Problem>,
    pub(super) dot_env: Option<String>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, plural) = (self.list.len(), if self.list.len() == 1 { "" } else { "s" });
        writeln!(f, "{number} problem{plural} in the configuration\n")?;
        for problem in &self.list {
            writeln!(f, "{problem}")?;
        }
        if self.list.iter().any(|p| p.variable == Some(BETTER_AUTH_SECRET.name)) {
            writeln!(f, "hint: `rondo secret` prints a good secret")?;
        }
        if let Some(dot_env) = &self.dot_env {
            writeln!(f, "hint: variables come from the environment and from {dot_env}")?;
        }
        write!(f, "hint: `rondo serve --help` explains every variable")
    }
}

/// As much of a value as may be seen, on one line.
pub(super) fn shown(variable: &Variable, text: &str) -> String {
    let text = match variable.shown {
        Shown::Whole => text.to_owned(),
        Shown::WithoutPassword => without_password(text),
        Shown::Length => hidden(text),
    };
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let long = text.chars().count() > 200;
    let kept: String = text.chars().take(200).map(printable).collect();
    if long { kept + "…" } else { kept }
}

fn hidden(text: &str) -> String {
    let count = text.chars().count();
    format!("hidden, {count} character{}", if count == 1 { "" } else { "s" })
}

/// A URL with `***` for its password.
///
/// What is not certainly free of a password is hidden, even if that hides
/// more than the password.
fn without_password(text: &str) -> String {
    if text.starts_with("sqlite") || text.starts_with("file:") {
        return text.to_owned();
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let harmless = !text.contains(['@', ':', '=', ' ']);
        return if harmless { text.to_owned() } else { hidden(text) };
    };
    let (rest, query) = match rest.split_once('?') {
        Some((_, query)) if query.contains('@') || query.contains("pass") => {
            return format!("{scheme}://***");
        }
        Some((rest, query)) => (rest, format!("?{query}")),
        None => (rest, String::new()),
    };
    match (rest.split_once(':'), rest.rsplit_once('@')) {
        (Some((user, _)), Some((_, host))) if !user.contains('@') => {
            format!("{scheme}://{user}:***@{host}{query}")
        }
        (Some((host, port)), None) if !is_port(port) => format!("{scheme}://{host}:***"),
        _ => format!("{scheme}://{rest}{query}"),
    }
}

fn is_port(text: &str) -> bool {
    let digits = text.split(['/', ',']).next().unwrap_or_default();
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        for (text, expected) in [
            ("postgres://ada:pw@h/db", "postgres://ada:***@h/db"),
            ("postgres://ada:p@w:x/y@h:5/db?a=b", "postgres://ada:***@h:5/db?a=b"),
            ("postgres://ada:p?w@h/db", "postgres://***"),
            ("postgres://h/db?user=a&password=pw", "postgres://***"),
            ("postgres://ada:pw", "postgres://ada:***"),
            ("postgres://ada:1pw", "postgres://ada:***"),
            ("postgres://h:5432/db", "postgres://h:5432/db"),
            ("postgres://ada@h:5432/db", "postgres://ada@h:5432/db"),
            ("ada:pw@h/db", "hidden, 11 characters"),
            ("host=h password=pw", "hidden, 18 characters"),
            ("./rondo.db", "./rondo.db"),
            ("sqlite:///./a:b@c", "sqlite:///./a:b@c"),
        ] {
            assert_eq!(without_password(text), expected, "{text}");
        }
    }
}
