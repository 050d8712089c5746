//! How many tasks there are of each kind, and how many were done lately.

use std::array;

use jiff::ToSpan;
use rondo_domain::{Actor, DueDate, Scope, StatsBounds, TaskStats, TimeZoneName, Timestamp};
use rondo_store::Txn;

use crate::{App, auth::require, error::Error, user_settings};

/// Counts the actor's tasks. What is overdue, and when a day begins, is what
/// the actor's calendar says.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn stats(app: &App, actor: &Actor) -> Result<TaskStats, Error> {
    require(actor, Scope::Read)?;
    let settings = user_settings::of(app, &actor.user_id).await?;
    let bounds = bounds(app.now(), &settings.time_zone);
    let owner = actor.user_id.clone();
    let body = move |txn: Txn| async move { txn.task_stats(&owner, &bounds).await };
    Ok(app.store().read(body).await?)
}

/// The present moment and the last seven days in this time zone, today
/// included. A day is not always 24 hours long.
fn bounds(now: Timestamp, zone: &TimeZoneName) -> StatsBounds {
    let today = zone.today(now);
    let days = array::from_fn(|index| {
        let days_from_today = i64::try_from(index).unwrap_or(0) - 6;
        // There is no day before the first; none of them is today.
        let day = today.checked_add(days_from_today.days()).unwrap_or(today);
        zone.start_of(day)
    });
    StatsBounds { open: DueDate::earliest_open(now, zone), today: DueDate::on(today), days }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    fn starts(now: Timestamp, name: &str) -> Vec<String> {
        let zone = TimeZoneName::parse(name).expect("a test zone exists");
        bounds(now, &zone).days.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_last_seven_days_are_those_of_the_owner() {
        let utc = starts(NOW, "UTC");
        assert_eq!(utc[0], "2026-11-15T00:00:00.000Z");
        assert_eq!(utc[6..], ["2026-11-21T00:00:00.000Z", "2026-11-22T00:00:00.000Z"]);
        // It is Saturday already in Auckland, and still in Los Angeles.
        assert_eq!(starts(NOW, "Pacific/Auckland")[6], "2026-11-20T11:00:00.000Z");
        assert_eq!(starts(NOW, "America/Los_Angeles")[6], "2026-11-21T08:00:00.000Z");
    }

    #[test]
    fn the_day_on_which_the_clock_is_set_back_has_twenty_five_hours() {
        let november = Timestamp::from_seconds(1_793_620_800).expect("2026-11-02T12:00:00Z");
        let days = starts(november, "America/New_York");
        assert_eq!(days[5..7], ["2026-11-01T04:00:00.000Z", "2026-11-02T05:00:00.000Z"]);
    }
}
