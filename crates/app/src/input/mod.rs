//! From JSON and query strings to types that cannot be wrong.
//!
//! Every door parses through here, so a rule holds for all of them and the
//! caller hears of all problems at once, not only of the first. Unknown fields
//! are ignored, never obeyed.

mod accounts;
mod api_tokens;
mod chat;
mod history;
mod line;
mod query;
mod tags;
mod tasks;
mod user_settings;

use std::ops::RangeInclusive;

use rondo_domain::Problem;
use serde_json::{Map, Value};

use crate::error::{Error, Invalid, Location, PathPart};

pub use crate::auth::password::NewPassword;
pub use accounts::{LoginInput, Registration, account_deletion, credentials, registration};
pub use api_tokens::{NewApiTokenInput, new_api_token};
pub use chat::{ChatInput, chat};
pub use history::undo;
pub use line::{Line, line};
pub(crate) use query::StartInput;
pub use query::{FeedQuery, ListingInput, feed, listing, page};
pub use tags::{tag_in_path, tag_rename};
pub use tasks::{
    BulkAction, BulkInput, TaskInput, TaskPatchInput, bulk, completion, new_task, task_patch,
};
pub use user_settings::user_settings_patch;

/// The longest text that is echoed in an error, in characters.
const ECHO_CHARS: usize = 200;

/// The fields of one object, and what was found wrong with them so far.
///
/// Each look at a field gives its value or notes a problem; [`Self::finish`]
/// gives the whole or all the problems.
#[derive(Debug)]
pub struct Fields {
    location: Location,
    values: Map<String, Value>,
    problems: Vec<Invalid>,
}

/// Takes a value apart that has to be an object.
///
/// # Errors
/// [`Error::Invalid`] for any other JSON type.
pub fn parse_object(location: Location, value: Value) -> Result<Fields, Error> {
    match value {
        Value::Object(values) => Ok(Fields { location, values, problems: Vec::new() }),
        other => {
            let invalid = Invalid::new(location, None, Problem::NotObject);
            Err(Error::Invalid(vec![Invalid { input: echo(&other), ..invalid }]))
        }
    }
}

impl Fields {
    /// A field that has to be there.
    pub fn required<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        match self.optional(field, parse) {
            Some(None) => {
                self.refuse(field, Problem::Missing);
                None
            }
            Some(found) => found,
            None => None,
        }
    }

    /// A field that may be absent: `Some(None)` then. `null` is a value like
    /// any other.
    pub fn optional<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<Option<T>> {
        let Some(value) = self.values.get(field) else {
            return Some(None);
        };
        match parse(value) {
            Ok(parsed) => Some(Some(parsed)),
            Err(problem) => {
                let input = echo(value);
                self.note(field, problem, input);
                None
            }
        }
    }

    /// A list that may be absent. Each wrong item is a problem of its own; one
    /// list that is too long is a single problem, however wrong its items.
    pub fn list<T>(
        &mut self,
        field: &'static str,
        length: RangeInclusive<usize>,
        parse: impl Fn(&Value) -> Result<T, Problem>,
    ) -> Option<Option<Vec<T>>> {
        let Some(items) = self.optional(field, |value| items(value, length))? else {
            return Some(None);
        };
        let mut parsed = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match parse(item) {
                Ok(item) => parsed.push(item),
                Err(problem) => {
                    let inner = vec![PathPart::Index(index)];
                    let invalid = Invalid::new(self.location, Some(field), problem);
                    self.problems.push(Invalid { inner, input: echo(item), ..invalid });
                }
            }
        }
        (parsed.len() == items.len()).then_some(Some(parsed))
    }

    /// An object that may be absent; its problems are problems of the whole.
    pub fn object<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        let object = |value: &Value| value.as_object().cloned().ok_or(Problem::NotObject);
        let Some(values) = self.optional(field, object)? else {
            return Some(None);
        };
        let mut inside = Self { location: self.location, values, problems: Vec::new() };
        let found = read(&mut inside);
        for mut invalid in inside.problems {
            let name = invalid.field.replace(field);
            invalid.inner.splice(..0, name.map(PathPart::Field));
            self.problems.push(invalid);
        }
        found.map(Some)
    }

    /// A text field whose value is never echoed, however wrong it is.
    pub fn secret<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let parsed = match self.values.get(field) {
            Some(Value::String(text)) => parse(text),
            Some(_) => Err(Problem::NotText),
            None => Err(Problem::Missing),
        };
        parsed.map_err(|problem| self.refuse(field, problem)).ok()
    }

    /// Notes a problem without echoing anything.
    pub fn refuse(&mut self, field: &'static str, problem: Problem) {
        self.note(field, problem, None);
    }

    /// Builds the whole from what the looks gave, all of which are `Some`
    /// unless a problem was noted.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all problems noted.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Error> {
        if !self.problems.is_empty() {
            return Err(Error::Invalid(self.problems));
        }
        build().ok_or_else(|| Error::Internal("a field has neither value nor problem".into()))
    }

    fn note(&mut self, field: &'static str, problem: Problem, input: Option<Value>) {
        let invalid = Invalid::new(self.location, Some(field), problem);
        self.problems.push(Invalid { input, ..invalid });
    }
}

/// A parser of JSON text from a parser of text.
pub fn text<T>(
    parse: impl FnOnce(&str) -> Result<T, Problem>,
) -> impl FnOnce(&Value) -> Result<T, Problem> {
    |value| value.as_str().ok_or(Problem::NotText).and_then(parse)
}

/// A parser that lets `null` stand for nothing.
pub fn nullable<T>(
    parse: impl FnOnce(&Value) -> Result<T, Problem>,
) -> impl FnOnce(&Value) -> Result<Option<T>, Problem> {
    |value| if value.is_null() { Ok(None) } else { parse(value).map(Some) }
}

/// The items of a list of that length.
fn items(value: &Value, length: RangeInclusive<usize>) -> Result<Vec<Value>, Problem> {
    let items = value.as_array().ok_or(Problem::NotList)?;
    let (min, max, found) = (*length.start(), *length.end(), items.len());
    match found {
        _ if found < min => Err(Problem::TooFewItems { min, found }),
        _ if found > max => Err(Problem::TooManyItems { max, found }),
        _ => Ok(items.clone()),
    }
}

/// A strict boolean: neither `0` nor `"true"`.
///
/// # Errors
/// Any other JSON type.
pub fn boolean(value: &Value) -> Result<bool, Problem> {
    value.as_bool().ok_or(Problem::NotBoolean)
}

/// A whole number, also when it is written with a decimal point: for JSON
/// Schema `90.0` is an integer.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    let float = || value.as_f64().filter(|float| float.fract() == 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float out of range becomes the nearest integer, which the bounds refuse"
    )]
    value.as_i64().or_else(|| float().map(|float| float as i64))
}

/// What an error shows of a wrong value: enough to recognize it, and never a
/// megabyte of it.
fn echo(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => match text.char_indices().nth(ECHO_CHARS) {
            Some((end, _)) => Some(Value::String(format!("{}…", &text[..end]))),
            None => Some(value.clone()),
        },
        // Counting what is inside would cost as much as showing it.
        Value::Array(_) | Value::Object(_) => None,
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.clone()),
    }
}

/// What is wrong with an input, for tests: `body.title string_too_long`.
#[cfg(test)]
fn problems<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
    let Err(Error::Invalid(problems)) = result else {
        panic!("{result:?} is not a list of problems");
    };
    problems
        .into_iter()
        .map(|invalid| {
            let inner = invalid.inner.iter().map(|part| match part {
                PathPart::Field(name) => format!(".{name}"),
                PathPart::Index(index) => format!(".{index}"),
            });
            let inner: String = inner.collect();
            let (location, field) = (invalid.location.as_str(), invalid.field.unwrap_or("*"));
            format!("{location}.{field}{inner} {}", invalid.problem.kind())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_an_object_is_one_problem_of_the_whole() {
        for value in [json!([]), json!("x"), json!(1), json!(null), json!(true)] {
            let parsed = parse_object(Location::Body, value);
            assert_eq!(problems(parsed), ["body.* model_attributes_type"]);
        }
    }

    #[test]
    fn a_wrong_value_is_echoed_but_never_a_long_one() {
        assert_eq!(echo(&json!("x")), Some(json!("x")));
        assert_eq!(echo(&json!(5)), Some(json!(5)));
        assert_eq!(echo(&json!("é".repeat(200))), Some(json!("é".repeat(200))));
        let cut = format!("{}…", "é".repeat(200));
        assert_eq!(echo(&json!("é".repeat(1_000_000))), Some(json!(cut)));
        assert_eq!(echo(&json!([1, 2])), None);
        assert_eq!(echo(&json!({"a": 1})), None);
    }

    #[test]
    fn a_secret_is_not_echoed() {
        let mut fields = parse_object(Location::Body, json!({"password": 12_345_678}))
            .expect("this is an object");
        let secret = fields.secret("password", |text| Ok(text.to_owned()));
        let Err(Error::Invalid(problems)) = fields.finish(|| secret) else {
            panic!("a number was accepted as a password");
        };
        assert_eq!(problems[0].input, None);
    }
}
