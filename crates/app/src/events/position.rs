//! Where a stream is to begin.

use std::borrow::Cow;

use rondo_domain::Problem;
use serde_json::Value;

use crate::error::{Error, Invalid, Location};

/// The number of the last change that somebody knows of; 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position(pub(super) i64);

/// Where a stream is to begin: `Last-Event-ID`, or else the parameter `after`;
/// `None` when neither says it.
///
/// The header wins: a browser that reconnects sends it, and the address with
/// what was right at the start once more. One that is empty says nothing. A
/// parameter given twice counts as given last.
///
/// # Errors
/// [`Error::Invalid`] for what is no number, or a negative one.
pub fn position<'a>(
    header: Option<&str>,
    query: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
) -> Result<Option<Position>, Error> {
    let after = query.filter(|(name, _)| name == "after").last().map(|(_, value)| value);
    let header = header.map(str::trim).filter(|header| !header.is_empty());
    let (location, field, text) = match (header, &after) {
        (Some(header), _) => (Location::Header, "Last-Event-ID", header),
        (None, Some(after)) => (Location::Query, "after", after.trim()),
        (None, None) => return Ok(None),
    };
    let input = Some(Value::from(text.chars().take(MAX_ECHO_CHARS).collect::<String>()));
    let position = parse(text);
    let refused = |problem| {
        Error::Invalid(vec![Invalid { input, ..Invalid::new(location, Some(field), problem) }])
    };
    position.map(Some).map_err(refused)
}

/// How much of a wrong value is shown to who sent it.
const MAX_ECHO_CHARS: usize = 100;

fn parse(text: &str) -> Result<Position, Problem> {
    let number: i128 = text.parse().map_err(|_| Problem::NotInteger)?;
    if number < 0 {
        return Err(Problem::TooSmall { min: 0 });
    }
    // A number beyond all we give is one that was never given: the stream says so.
    Ok(Position(i64::try_from(number).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(
        header: Option<&str>,
        query: &[(&'static str, &'static str)],
    ) -> Result<Option<i64>, String> {
        let query = query.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        match position(header, query) {
            Ok(position) => Ok(position.map(|position| position.0)),
            Err(Error::Invalid(problems)) => {
                let Invalid { location, field, problem, .. } = &problems[0];
                Err(format!(
                    "{}.{} {}",
                    location.as_str(),
                    field.unwrap_or_default(),
                    problem.kind()
                ))
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_stream_begins_after_a_number_or_now() {
        assert_eq!(ask(None, &[]), Ok(None));
        assert_eq!(ask(Some(""), &[("x", "1")]), Ok(None));
        assert_eq!(ask(Some(" 7 "), &[]), Ok(Some(7)));
        assert_eq!(ask(None, &[("after", "0")]), Ok(Some(0)));
        assert_eq!(ask(None, &[("after", "3"), ("after", "4")]), Ok(Some(4)));
        assert_eq!(ask(Some("99999999999999999999"), &[]), Ok(Some(i64::MAX)));
    }

    #[test]
    fn the_header_is_newer_than_the_address() {
        assert_eq!(ask(Some("7"), &[("after", "3")]), Ok(Some(7)));
        assert_eq!(ask(Some(""), &[("after", "3")]), Ok(Some(3)));
        assert_eq!(ask(Some("7"), &[("after", "x")]), Ok(Some(7)));
    }

    #[test]
    fn what_is_no_number_is_refused_where_it_stands() {
        for (text, kind) in
            [("x", "int_parsing"), ("1.5", "int_parsing"), ("-1", "greater_than_equal")]
        {
            assert_eq!(ask(Some(text), &[]), Err(format!("header.Last-Event-ID {kind}")));
            assert_eq!(ask(None, &[("after", text)]), Err(format!("query.after {kind}")));
        }
        assert_eq!(ask(None, &[("after", "")]), Err("query.after int_parsing".to_owned()));
    }
}
