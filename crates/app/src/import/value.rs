//! What the values of a database that is not ours mean: its servers write the
//! same thing in many ways.

use jiff::{civil, tz::TimeZone};
use rondo_domain::{Problem, Timestamp};
use rondo_store::Value;

use super::reason::Reason;

/// The longest id over there that is remembered, in characters.
const MAX_ID_CHARS: usize = 255;

/// What is written where nobody knows better: the beginning of time.
pub(super) const NEVER: Timestamp = match Timestamp::from_micros(0) {
    Some(moment) => moment,
    None => panic!("1970 is a moment"),
};

/// A row's id, as text, whatever its type.
pub(super) fn id(value: &Value) -> Option<String> {
    let id = match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Real(_) | Value::Bytes(_) => return None,
    };
    let fits = !id.trim().is_empty() && !id.contains('\0') && id.chars().count() <= MAX_ID_CHARS;
    fits.then_some(id)
}

/// A row's id where it has none that could be used: as much as helps to find
/// the row.
pub(super) fn shown_id(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) if text.chars().count() > 40 => {
            text.chars().take(40).chain(['…']).collect()
        }
        Value::Text(text) if !text.trim().is_empty() => text.clone(),
        _ => "(without an id)".to_owned(),
    }
}

/// A number that could be an id of ours.
pub(super) const fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    }
}

/// Text; nothing is none. Numbers count as text: SQLite turns text into them.
pub(super) fn text(value: &Value) -> Result<Option<String>, Reason> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) => Ok(Some(text.clone())),
        Value::Integer(number) => Ok(Some(number.to_string())),
        Value::Real(number) => Ok(Some(number.to_string())),
        Value::Bool(_) | Value::Bytes(_) => Err(Reason::NotText),
    }
}

/// Yes or no; nothing is a no.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Null | Value::Integer(0) => Some(false),
        Value::Bool(is_true) => Some(*is_true),
        Value::Integer(1) => Some(true),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "on" => Some(true),
            "false" | "f" | "0" | "no" | "off" | "" => Some(false),
            _ => None,
        },
        Value::Integer(_) | Value::Real(_) | Value::Bytes(_) => None,
    }
}

/// A moment; nothing is none.
///
/// Text is RFC 3339 or what SQL makes of it, and in UTC when it names no zone.
/// Numbers count from 1970: seconds, milliseconds or microseconds, whichever
/// gives a year before 5138.
///
/// # Errors
/// Anything else.
pub(super) fn moment(value: &Value) -> Result<Option<Timestamp>, Reason> {
    let read = match value {
        Value::Null => return Ok(None),
        Value::Integer(number) => since_1970(*number),
        Value::Real(number) => fraction_since_1970(*number),
        Value::Text(text) if text.trim().is_empty() => return Ok(None),
        Value::Text(text) => written(text.trim()),
        Value::Bool(_) | Value::Bytes(_) => None,
    };
    read.map(Some).ok_or(Reason::BadDate)
}

/// Above this, seconds are milliseconds, and milliseconds microseconds.
const LARGEST: i64 = 100_000_000_000;

fn since_1970(number: i64) -> Option<Timestamp> {
    let micros = match number.unsigned_abs() {
        size if size < LARGEST.unsigned_abs() => number.checked_mul(1_000_000)?,
        size if size < LARGEST.unsigned_abs() * 1000 => number.checked_mul(1_000)?,
        _ => number,
    };
    Timestamp::from_micros(micros)
}

#[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest number")]
#[expect(clippy::cast_precision_loss, reason = "the bound is far below 2^53")]
fn fraction_since_1970(number: f64) -> Option<Timestamp> {
    if !number.is_finite() {
        return None;
    }
    if number.abs() >= LARGEST as f64 {
        return since_1970(number.round() as i64);
    }
    Timestamp::from_micros((number * 1e6).round() as i64)
}

fn written(text: &str) -> Option<Timestamp> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() > 8 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return since_1970(text.parse().ok()?);
    }
    let moment = text.parse::<jiff::Timestamp>().or_else(|_| {
        let without_zone = text.parse::<civil::DateTime>()?;
        Ok::<_, jiff::Error>(without_zone.to_zoned(TimeZone::UTC)?.timestamp())
    });
    Timestamp::from_micros(moment.ok()?.as_microsecond())
}

/// Why a text cannot be stored as it is.
pub(super) const fn unfit(problem: &Problem) -> Reason {
    match problem {
        Problem::TooShort { .. } => Reason::Blank,
        Problem::TooLong { .. } => Reason::TooLong,
        _ => Reason::NotText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn check(value: Value, expected: &str) {
        let read = moment(&value).ok().flatten().map(|moment| moment.to_string());
        assert_eq!(read.as_deref(), Some(expected));
    }

    #[test]
    fn a_moment_is_read_however_it_is_written() {
        let expected = "2026-11-21T09:30:00.123Z";
        for text in [
            "2026-11-21T09:30:00.123Z",
            "2026-11-21T09:30:00.123456+00:00",
            "2026-11-21 09:30:00.123+00",
            "2026-11-21 10:30:00.123456+01",
            "2026-11-21 09:30:00.123456",
            "2026-11-21T09:30:00.123",
            "1795253400123",
            "1795253400123000",
        ] {
            check(text_of(text), expected);
        }
        check(Value::Integer(1_795_253_400_123), expected);
        check(Value::Integer(1_795_253_400_123_000), expected);
        check(Value::Real(1_795_253_400.123), expected);
        check(Value::Real(1_795_253_400_123.0), expected);
        check(Value::Integer(1_795_253_400), "2026-11-21T09:30:00.000Z");
        check(text_of("2026-11-21 09:30"), "2026-11-21T09:30:00.000Z");
        check(text_of("2026-11-21"), "2026-11-21T00:00:00.000Z");
        check(Value::Integer(0), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn what_is_no_moment_is_no_moment() {
        for text in ["yesterday", "infinity", "2026", "2026-13-01", "0044-03-15 00:00:00 BC"] {
            assert_eq!(moment(&text_of(text)), Err(Reason::BadDate), "{text}");
        }
        for value in [Value::Bool(true), Value::Bytes(vec![1]), Value::Real(f64::NAN)] {
            assert_eq!(moment(&value), Err(Reason::BadDate));
        }
        assert_eq!(moment(&Value::Integer(i64::MAX)), Err(Reason::BadDate));
        assert_eq!(moment(&Value::Null), Ok(None));
        assert_eq!(moment(&text_of(" ")), Ok(None));
    }

    #[test]
    fn a_truth_value_may_be_a_number_or_a_word() {
        for value in [Value::Bool(true), Value::Integer(1), text_of("t"), text_of("True")] {
            assert_eq!(boolean(&value), Some(true));
        }
        for value in [Value::Null, Value::Bool(false), Value::Integer(0), text_of("0")] {
            assert_eq!(boolean(&value), Some(false));
        }
        for value in [Value::Integer(2), Value::Real(1.0), text_of("maybe")] {
            assert_eq!(boolean(&value), None);
        }
    }

    #[test]
    fn an_id_is_text_or_a_number() {
        assert_eq!(id(&Value::Integer(42)).as_deref(), Some("42"));
        assert_eq!(id(&text_of("a b")).as_deref(), Some("a b"));
        for value in [Value::Null, text_of(" "), text_of("a\0"), text_of(&"x".repeat(256))] {
            assert_eq!(id(&value), None);
        }
        assert_eq!(shown_id(&text_of(&"x".repeat(256))).chars().count(), 41);
        assert_eq!(shown_id(&Value::Null), "(without an id)");
    }
}
