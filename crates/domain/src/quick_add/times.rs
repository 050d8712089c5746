//! Times of day: `17:00`, `5pm`, `5:30 pm`, `noon`, and `9` after "at".

use jiff::civil::Time;

use super::tokens::Cursor;

/// A time, and how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub time: Time,
    pub form: Form,
}

/// How a time was written, which decides how much else must say that it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `5pm`: nothing else looks like this.
    Meridiem,
    /// `17:00`: could be a score, or a verse of the Bible.
    Colon,
    /// `noon`: could be the title of a film.
    Noon,
    /// `9`: could be anything.
    Hour,
}

/// A time at the cursor.
pub(super) fn clock(cursor: &mut Cursor<'_>) -> Option<Clock> {
    cursor.walk(|cursor| {
        let (hour, minute, form, has_half) = cursor.take(written)?;
        let half = match has_half {
            Some(half) => Some(half),
            None if form == Form::Noon => None,
            None => cursor.take(half_of_day),
        };
        let (hour, form) = match half {
            Some(half) if (1..=12).contains(&hour) => (hour % 12 + half, Form::Meridiem),
            Some(_) => return None,
            None => (hour, form),
        };
        Some(Clock { time: Time::new(hour, minute, 0, 0).ok()?, form })
    })
}

/// Hour, minute, form, and the hours that `am` or `pm` add.
fn written(word: &str) -> Option<(i8, i8, Form, Option<i8>)> {
    if word == "noon" {
        return Some((12, 0, Form::Noon, None));
    }
    let digits = word.find(|c: char| c != ':' && !c.is_ascii_digit()).unwrap_or(word.len());
    let (digits, ending) = word.split_at(digits);
    let half = if ending.is_empty() { None } else { Some(half_of_day(ending)?) };
    let number = |text: &str, range: std::ops::RangeInclusive<usize>| -> Option<i8> {
        range.contains(&text.len()).then(|| text.parse().ok())?
    };
    match digits.split_once(':') {
        Some((hour, minute)) => {
            Some((number(hour, 1..=2)?, number(minute, 2..=2)?, Form::Colon, half))
        }
        None => Some((number(digits, 1..=2)?, 0, Form::Hour, half)),
    }
}

fn half_of_day(word: &str) -> Option<i8> {
    match word {
        "am" | "a.m" => Some(0),
        "pm" | "p.m" => Some(12),
        _ => None,
    }
}
