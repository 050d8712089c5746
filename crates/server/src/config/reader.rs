//! Reads variables one by one and goes on after a wrong one, so that all
//! problems are told together.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use url::Url;

use super::{
    problem::{Problem, Problems},
    source::{Source, Value},
    variables::Variable,
};

/// Collects values, problems and warnings from a [`Source`].
pub(super) struct Reader<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
    warnings: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, problems: source.problems.clone(), warnings: source.warnings() }
    }

    /// A value that may be missing. `parse` answers what is wrong in words
    /// that follow the variable's name: "is not a number".
    pub(super) fn optional<T>(
        &mut self,
        variable: &Variable,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.source.get(variable)?;
        match parse(&value.text) {
            Ok(parsed) => Some(parsed),
            Err(reason) => {
                self.refuse(variable, &reason);
                None
            }
        }
    }

    /// A value with a default, which also stands in for a wrong one until the
    /// problems are told.
    pub(super) fn or<T>(
        &mut self,
        variable: &Variable,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        self.optional(variable, parse).unwrap_or(default)
    }

    /// A value that must be there.
    pub(super) fn required<T>(
        &mut self,
        variable: &Variable,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.source.get(variable).is_none() {
            self.problems.push(Problem::missing(variable));
        }
        self.optional(variable, parse)
    }

    pub(super) fn is_set(&self, variable: &Variable) -> bool {
        self.source.get(variable).is_some()
    }

    /// Reports a value that is wrong, perhaps only together with another.
    pub(super) fn refuse(&mut self, variable: &Variable, reason: &str) {
        let Some(value) = self.source.get(variable) else {
            return;
        };
        let quoted = is_quoted(value);
        let hint = if quoted { "; leave the quotation marks out" } else { "" };
        self.problems.push(Problem::invalid(variable, value, &format!("{reason}{hint}")));
    }

    /// Something that works and that the operator should know.
    pub(super) fn warn(&mut self, sentence: impl Into<String>) {
        self.warnings.push(sentence.into());
    }

    /// The warnings, when there were no problems.
    pub(super) fn finish(self) -> Result<Vec<String>, Problems> {
        if self.problems.is_empty() {
            return Ok(self.warnings);
        }
        let dot_env = self.source.dot_env.as_ref().map(|(path, found)| {
            let there = if *found { "" } else { ", which is not there" };
            format!("{}{there}", path.display())
        });
        Err(Problems { list: self.problems, dot_env })
    }
}

/// `docker --env-file` and some panels keep the quotes that a shell removes.
fn is_quoted(value: &Value) -> bool {
    let text = value.text.trim();
    ['"', '\'']
        .iter()
        .any(|mark| text.len() > 1 && text.starts_with(*mark) && text.ends_with(*mark))
}

/// `true`, `1`, `yes`, `on` and their opposites, in any case.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("is neither true nor false".to_owned()),
    }
}

/// One of a few words, in any case.
pub(super) fn one_of<T: Copy>(words: &[(&str, T)]) -> impl FnOnce(&str) -> Result<T, String> {
    move |text| {
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| "is not one of its words".to_owned())
    }
}

/// A whole number within bounds.
pub(super) fn number<T>(range: RangeInclusive<T>) -> impl FnOnce(&str) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    move |text| {
        let number = text.trim().parse().map_err(|_| "is not a whole number".to_owned())?;
        if range.contains(&number) { Ok(number) } else { Err("is out of range".to_owned()) }
    }
}

/// Text, trimmed.
#[expect(clippy::unnecessary_wraps, reason = "has the shape of all parsers")]
pub(super) fn text(text: &str) -> Result<String, String> {
    Ok(text.trim().to_owned())
}

/// A comma-separated list; empty entries are skipped, as in `a,b,`.
pub(super) fn list<T>(
    parse: impl Fn(&str) -> Result<T, String>,
) -> impl FnOnce(&str) -> Result<Vec<T>, String> {
    move |text| {
        text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(parse).collect()
    }
}

/// An `http://` or `https://` address with a host.
pub(super) fn web_address(text: &str) -> Result<Url, String> {
    if !text.contains("://") {
        return Err("lacks the scheme before it, http:// or https://".to_owned());
    }
    let url = Url::parse(text.trim()).map_err(|error| format!("is not an address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("begins with neither http:// nor https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("carries a user name or a password".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_have_many_spellings() {
        for word in ["true", "TRUE", "1", "yes", "On", " on "] {
            assert_eq!(boolean(word), Ok(true), "{word}");
        }
        for word in ["false", "False", "0", "no", "OFF"] {
            assert_eq!(boolean(word), Ok(false), "{word}");
        }
        for word in ["2", "y", "enabled", "\"true\""] {
            assert!(boolean(word).is_err(), "{word}");
        }
    }

    #[test]
    fn a_number_is_whole_and_in_range() {
        assert_eq!(number(1..=10)(" 7 "), Ok(7));
        for text in ["0", "11", "1.5", "x", "", "-1", "99999999999999999999"] {
            assert!(number(1..=10)(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_web_address_has_no_credentials() {
        assert!(web_address("https://todo.example.com/x").is_ok());
        for text in ["todo.example.com", "ftp://h", "https://", "https://a:b@h", "localhost:8000"] {
            assert!(web_address(text).is_err(), "{text}");
        }
    }
}
