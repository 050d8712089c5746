//! Which part of a list a query string asks for.

use std::borrow::Cow;

use rondo_domain::{Page, Problem, StatusFilter};
use serde_json::{Map, Value};

use super::{Fields, parse_object, text};
use crate::error::{Error, Location};

/// A query string's parameters, decoded.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The filter and window of a task list: `status`, `completed`, `limit`,
/// `offset`. A parameter given twice counts as given last.
///
/// # Errors
/// [`Error::Invalid`] with all problems, `completed` contradicting `status`
/// among them.
pub fn listing<'a>(query: impl Iterator<Item = Pair<'a>>) -> Result<(StatusFilter, Page), Error> {
    let mut fields = parameters(query)?;
    let status = fields.optional("status", text(StatusFilter::parse));
    let completed = fields.optional("completed", text(truth));
    let filter = status.zip(completed).and_then(|(status, completed)| {
        let filter = combine(status.unwrap_or_default(), completed);
        if filter.is_none() {
            let sentence = "'completed' and 'status' contradict each other";
            fields.refuse("status", Problem::Refused { sentence });
        }
        filter
    });
    let window = window(&mut fields);
    fields.finish(|| Some((filter?, window?)))
}

/// The window of any other list: `limit`, `offset`.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn page<'a>(query: impl Iterator<Item = Pair<'a>>) -> Result<Page, Error> {
    let mut fields = parameters(query)?;
    let window = window(&mut fields);
    fields.finish(|| window)
}

fn parameters<'a>(query: impl Iterator<Item = Pair<'a>>) -> Result<Fields, Error> {
    let values: Map<String, Value> =
        query.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect();
    parse_object(Location::Query, Value::Object(values))
}

fn window(fields: &mut Fields) -> Option<Page> {
    let limit = fields.optional("limit", text(|t| integer(t).and_then(Page::parse_limit)));
    let offset = fields.optional("offset", text(|t| integer(t).and_then(Page::parse_offset)));
    Some(Page::new(limit?.unwrap_or(Page::DEFAULT_LIMIT), offset?.unwrap_or(0)))
}

/// `None` when the two exclude each other.
fn combine(status: StatusFilter, completed: Option<bool>) -> Option<StatusFilter> {
    let Some(completed) = completed else {
        return Some(status);
    };
    let asked = if completed { StatusFilter::Completed } else { StatusFilter::Pending };
    (status == StatusFilter::All || status == asked).then_some(asked)
}

fn truth(text: &str) -> Result<bool, Problem> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Ok(true),
        () if text.eq_ignore_ascii_case("false") => Ok(false),
        () => Err(Problem::NotBoolean),
    }
}

/// A whole number; one too large for us is still a number, only out of range.
fn integer(text: &str) -> Result<i64, Problem> {
    let number: i128 = text.trim().parse().map_err(|_| Problem::NotInteger)?;
    Ok(i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::{super::problems, *};

    fn ask(query: &'static str) -> Result<(StatusFilter, Page), Error> {
        listing(query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.into(), value.into())
        }))
    }

    #[test]
    fn nothing_asked_is_the_first_hundred_of_all() {
        assert_eq!(ask("").ok(), Some((StatusFilter::All, Page::default())));
        assert_eq!(ask("user_id=bob&x=1").ok(), Some((StatusFilter::All, Page::default())));
    }

    #[test]
    fn both_ways_to_filter_mean_the_same() {
        let filter = |query| ask(query).ok().map(|(filter, _)| filter);
        for query in ["status=completed", "completed=true", "completed=TRUE&status=all"] {
            assert_eq!(filter(query), Some(StatusFilter::Completed), "{query}");
        }
        for query in ["status=pending", "completed=False", "completed=false&status=pending"] {
            assert_eq!(filter(query), Some(StatusFilter::Pending), "{query}");
        }
    }

    #[test]
    fn filters_that_contradict_each_other_are_refused() {
        for query in ["completed=true&status=pending", "completed=false&status=completed"] {
            assert_eq!(problems(ask(query)), ["query.status value_error"], "{query}");
        }
    }

    #[test]
    fn a_parameter_given_twice_counts_as_given_last() {
        let page = ask("limit=5&limit=7").map(|(_, page)| page.limit());
        assert_eq!(page.ok(), Some(7));
    }

    #[test]
    fn every_problem_of_a_query_is_listed() {
        assert_eq!(
            problems(ask("status=done&completed=1&limit=0&offset=-1")),
            [
                "query.status literal_error",
                "query.completed bool_type",
                "query.limit greater_than_equal",
                "query.offset greater_than_equal"
            ]
        );
        let huge = "9".repeat(30);
        let query: &'static str = format!("limit={huge}&offset=x").leak();
        assert_eq!(
            problems(ask(query)),
            ["query.limit less_than_equal", "query.offset int_parsing"]
        );
        assert_eq!(problems(ask("limit=")), ["query.limit int_parsing"]);
        assert_eq!(problems(ask("limit=1.5")), ["query.limit int_parsing"]);
    }
}
