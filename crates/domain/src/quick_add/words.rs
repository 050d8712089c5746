//! The words that phrases are made of.

use jiff::civil::Weekday;

/// How sure one can be that a word is the name of a weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `thursday`.
    Full,
    /// `thu`: nearly always the day.
    Short,
    /// `sun`, `sat`: a word of its own.
    Word,
}

pub(super) fn weekday(word: &str) -> Option<(Weekday, Spelling)> {
    use Spelling::{Full, Short, Word};
    Some(match word {
        "monday" => (Weekday::Monday, Full),
        "tuesday" => (Weekday::Tuesday, Full),
        "wednesday" => (Weekday::Wednesday, Full),
        "thursday" => (Weekday::Thursday, Full),
        "friday" => (Weekday::Friday, Full),
        "saturday" => (Weekday::Saturday, Full),
        "sunday" => (Weekday::Sunday, Full),
        "mon" => (Weekday::Monday, Short),
        "tue" | "tues" => (Weekday::Tuesday, Short),
        "wed" => (Weekday::Wednesday, Short),
        "thu" | "thur" | "thurs" => (Weekday::Thursday, Short),
        "fri" => (Weekday::Friday, Short),
        "sat" => (Weekday::Saturday, Word),
        "sun" => (Weekday::Sunday, Word),
        _ => return None,
    })
}

pub(super) fn month(word: &str) -> Option<i8> {
    Some(match word {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sept" | "sep" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}

/// Names of months that are also verbs: "March 3 miles".
pub(super) fn is_verb(word: &str) -> bool {
    matches!(word, "march" | "may" | "mar")
}

const COUNTS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// A count of at most four digits, or in words up to twelve.
pub(super) fn count(word: &str) -> Option<i64> {
    if (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok().filter(|count| *count > 0);
    }
    let index = COUNTS.iter().position(|known| *known == word)?;
    i64::try_from(index + 1).ok()
}

/// `5` or `5th`, as the day of a month.
pub(super) fn day(word: &str) -> Option<i8> {
    let is_short = word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { word.parse().ok().filter(|day| (1..=31).contains(day)) } else { ordinal(word) }
}

/// `1st` to `31st`, with the ending that belongs to the number.
pub(super) fn ordinal(word: &str) -> Option<i8> {
    let (digits, ending) = word.split_at_checked(word.len().checked_sub(2)?)?;
    let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let number: i8 = is_number.then(|| digits.parse().ok())?.filter(|n| (1..=31).contains(n))?;
    let expected = match number {
        11..=13 => "th",
        _ => match number % 10 {
            1 => "st",
            2 => "nd",
            3 => "rd",
            _ => "th",
        },
    };
    (ending == expected).then_some(number)
}

/// `2027`: the year of a date.
pub(super) fn year(word: &str) -> Option<i16> {
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|year| is_year && (1_900..=9_999).contains(year))
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "minute" | "minutes" | "min" | "mins" => Unit::Minutes,
        "hour" | "hours" => Unit::Hours,
        "day" | "days" => Unit::Days,
        "week" | "weeks" => Unit::Weeks,
        "month" | "months" => Unit::Months,
        "year" | "years" => Unit::Years,
        _ => return None,
    })
}

/// Words after which a bare date belongs to the words before it: "the man who
/// was Thursday", "the week of Monday", "Black Friday".
pub(super) fn binds_what_follows(word: &str) -> bool {
    BEFORE.split(' ').any(|known| known == word)
}

/// Words before which a date belongs to the words after it: "Friday night",
/// "tomorrow is another day".
pub(super) fn binds_what_precedes(word: &str) -> bool {
    AFTER.split(' ').any(|known| known == word)
}

const BEFORE: &str = "the a an my your his her our their its that is was are were be been being of from to \
    since after before about with without than like between during through and or but not vs \
    versus called named titled last past previous black good cyber giving ash palm easter \
    whit fat shrove casual super bloody happy ruby freaky";
const AFTER: &str = "morning mornings afternoon evening evenings night nights is was are were will has had of \
    or and vs";
