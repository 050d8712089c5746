//! How a task recurs: a rule of RFC 5545, and what follows a task that is done.
//!
//! A rule is read from strangers, so it is held small: it fires at most once an
//! hour, its numbers are bounded, and a rule without any date is refused when it
//! is read. The search for the next date looks at a bounded number of days,
//! whatever the rule says.

mod days;
mod next;
mod read;
mod rule;
mod search;

pub use next::{Recurrence, RecurrenceFrom};
pub use rule::RecurrenceRule;
pub(crate) use rule::{Frequency, WeekdayOf};

#[cfg(test)]
mod tests;
