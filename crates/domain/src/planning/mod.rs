//! When a task is due, how much it matters, what it belongs to, how it recurs.
//!
//! Due dates float: they are what a calendar on the wall shows, and become a
//! moment only together with the time zone of their user.

mod due;
mod priority;
mod recurrence;
mod tags;
mod zone;

pub use due::{DueDate, DueInput};
pub use priority::Priority;
pub(crate) use recurrence::{Frequency, WeekdayOf};
pub use recurrence::{Recurrence, RecurrenceFrom, RecurrenceRule};
pub use tags::{TagName, Tags};
pub use zone::{TimeZoneName, WeekStart};
