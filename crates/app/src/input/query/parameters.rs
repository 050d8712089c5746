//! How the parameters of a query string are read.

use std::borrow::Cow;

use rondo_domain::Problem;
use serde_json::{Map, Value};

use crate::{
    error::{Error, Location},
    input::{Fields, parse_object, text},
};

/// A parameter of a query string and its value, decoded.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The one parameter that may be repeated: its value is a list.
pub(super) const REPEATABLE: &str = "tag";

pub(super) fn parameters<'a>(query: impl Iterator<Item = Pair<'a>>) -> Result<Fields, Error> {
    let mut values: Map<String, Value> = Map::new();
    for (name, value) in query {
        let value = Value::String(value.into_owned());
        match values.get_mut(&*name) {
            Some(Value::Array(all)) => all.push(value),
            _ if name == REPEATABLE => {
                values.insert(name.into_owned(), Value::Array(vec![value]));
            }
            _ => {
                values.insert(name.into_owned(), value);
            }
        }
    }
    parse_object(Location::Query, Value::Object(values))
}

/// A parameter that has two names; both may be given if they say the same.
#[expect(clippy::option_option, reason = "a problem, nothing and a value are three answers")]
pub(super) fn either<T: PartialEq>(
    fields: &mut Fields,
    [name, alias]: [&'static str; 2],
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Option<Option<T>> {
    let one = fields.optional(name, text(&parse));
    let other = fields.optional(alias, text(&parse));
    match (one?, other?) {
        (Some(one), Some(other)) if one != other => {
            let sentence = "two names of the same parameter contradict each other";
            fields.refuse(alias, Problem::Refused { sentence });
            None
        }
        (one, other) => Some(one.or(other)),
    }
}

pub(super) fn truth(text: &str) -> Result<bool, Problem> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Ok(true),
        () if text.eq_ignore_ascii_case("false") => Ok(false),
        () => Err(Problem::NotBoolean),
    }
}

/// A whole number; one too large for us is still a number, only out of range.
pub(super) fn integer(text: &str) -> Result<i64, Problem> {
    let number: i128 = text.trim().parse().map_err(|_| Problem::NotInteger)?;
    Ok(i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX }))
}
