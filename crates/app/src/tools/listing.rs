//! Which tasks `list_tasks` asks for, as the parameters of the REST API's list.

use std::borrow::Cow;

use jiff::{ToSpan, civil::Date};
use rondo_domain::{
    Actor, DueDate, DueInput, Priority, Problem, StatusFilter, Timestamp, UserSettings,
};
use serde_json::Value;

use super::{ToolError, ToolRefusal, answer, arguments::Arguments};
use crate::{
    App,
    input::{self, text, whole},
    tasks, user_settings,
};

/// How many tasks are shown when nothing is said, and the most.
const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 100;

/// A page of the actor's tasks.
pub(super) async fn list(
    app: &App,
    actor: &Actor,
    arguments: Arguments,
) -> Result<Value, ToolError> {
    let asked = Asked::read(arguments)?;
    let settings = if asked.due.is_some_and(Due::needs_settings) {
        user_settings::of(app, &actor.user_id).await?
    } else {
        UserSettings::default()
    };
    let parameters = asked.parameters(app.now(), &settings);
    let pairs = parameters.iter().map(|(name, value)| (Cow::from(*name), Cow::from(value)));
    let listed = tasks::list(app, actor, input::listing(pairs)?).await?;
    Ok(answer::page(&listed))
}

/// The arguments of a call.
struct Asked {
    status: StatusFilter,
    q: Option<String>,
    due: Option<Due>,
    tag: Option<String>,
    priority: Option<String>,
    limit: i64,
    cursor: Option<String>,
}

/// When the tasks are due.
#[derive(Clone, Copy)]
enum Due {
    Overdue,
    Today,
    Tomorrow,
    ThisWeek,
    Never,
    Days(Option<Date>, Option<Date>),
}

impl Asked {
    fn read(arguments: Arguments) -> Result<Self, ToolError> {
        let mut fields = arguments.without_nulls().fields()?;
        let status = fields.optional("status", text(StatusFilter::parse));
        let q = fields.optional("q", as_it_is);
        let due = fields.optional("due", text(Due::parse));
        let from = fields.optional("due_from", text(day));
        let to = fields.optional("due_to", text(day));
        let tag = fields.optional("tag", as_it_is);
        let priority = fields.optional("priority", text(priority));
        let limit = fields.optional("limit", limit);
        let cursor = fields.optional("cursor", as_it_is);
        let (asked, days) = fields.finish(|| {
            let (status, limit) = (status?.unwrap_or_default(), limit?.unwrap_or(DEFAULT_LIMIT));
            let (q, tag, priority, cursor) = (q?, tag?, priority?, cursor?);
            Some((Self { status, q, due: due?, tag, priority, limit, cursor }, (from?, to?)))
        })?;
        asked.within(days)
    }

    /// Days and the name of some days are one filter.
    fn within(self, days: (Option<Date>, Option<Date>)) -> Result<Self, ToolError> {
        match (self.due, days) {
            (_, (None, None)) => Ok(self),
            (Some(_), _) => {
                let message = "due goes neither with due_from nor with due_to";
                Err(ToolRefusal::invalid(Some("due"), message).into())
            }
            (None, (from, to)) => Ok(Self { due: Some(Due::Days(from, to)), ..self }),
        }
    }

    /// The parameters that ask for the same, for a user with these settings.
    fn parameters(self, now: Timestamp, settings: &UserSettings) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("limit", self.limit.to_string())];
        parameters.extend(self.status.completed().map(|done| ("completed", done.to_string())));
        let given = [
            ("q", self.q),
            ("tag", self.tag),
            ("priority", self.priority),
            ("cursor", self.cursor),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
        parameters.extend(given);
        if let Some(due) = self.due {
            parameters.extend(due.parameters(now, settings));
        }
        parameters
    }
}

impl Due {
    fn parse(name: &str) -> Result<Self, Problem> {
        match name {
            "overdue" => Ok(Self::Overdue),
            "today" => Ok(Self::Today),
            "tomorrow" => Ok(Self::Tomorrow),
            "this_week" => Ok(Self::ThisWeek),
            "none" => Ok(Self::Never),
            _ => Err(Problem::NotOneOf {
                expected: "'overdue', 'today', 'tomorrow', 'this_week' or 'none'",
            }),
        }
    }

    /// Whether it takes the user's calendar to know which days these are.
    const fn needs_settings(self) -> bool {
        matches!(self, Self::Today | Self::Tomorrow | Self::ThisWeek)
    }

    /// The parameters for it. A list of certain days begins with the earliest.
    fn parameters(self, now: Timestamp, settings: &UserSettings) -> Vec<(&'static str, String)> {
        let sort = ("sort", "due_date".to_owned());
        let today = settings.time_zone.today(now);
        let (from, to) = match self {
            Self::Overdue => return vec![("overdue", "true".to_owned()), sort],
            Self::Never => return vec![("no_due", "true".to_owned())],
            Self::Today => (Some(today), Some(today)),
            Self::Tomorrow => {
                let tomorrow = moved(today, 1);
                (tomorrow, tomorrow)
            }
            Self::ThisWeek => {
                let past = settings.week_start.weekday().until(today.weekday());
                (moved(today, -i64::from(past)), moved(today, 6 - i64::from(past)))
            }
            Self::Days(from, to) => (from, to),
        };
        // A day as a bound is outside.
        let bound = |day: Option<Date>, days| day.and_then(|day| moved(day, days));
        let after = bound(from, -1).map(|day| ("due_after", DueDate::on(day).to_string()));
        let before = bound(to, 1).map(|day| ("due_before", DueDate::on(day).to_string()));
        after.into_iter().chain(before).chain([sort]).collect()
    }
}

/// Some days later; `None` where no date of ours is.
fn moved(day: Date, days: i64) -> Option<Date> {
    day.checked_add(days.days()).ok().filter(|day| day.year() >= 1)
}

fn as_it_is(value: &Value) -> Result<String, Problem> {
    value.as_str().map(str::to_owned).ok_or(Problem::NotText)
}

/// One of the words, and not a list of them.
fn priority(word: &str) -> Result<String, Problem> {
    Priority::parse(word)?;
    Ok(word.to_owned())
}

fn day(text: &str) -> Result<Date, Problem> {
    match DueInput::parse(text) {
        Ok(DueInput::Day(day)) => Ok(day),
        _ => Err(Problem::Refused { sentence: "a day looks like 2026-11-22" }),
    }
}

fn limit(value: &Value) -> Result<i64, Problem> {
    match whole(value).ok_or(Problem::NotInteger)? {
        ..1 => Err(Problem::TooSmall { min: 1 }),
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::TooLarge { max: MAX_LIMIT }),
    }
}
