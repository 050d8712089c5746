//! How tasks and dates are said in English.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use rondo_domain::{DueScope, Selection, StatusFilter};
use serde_json::Value;

use super::row::Row;

/// A title in quotes, on one line.
pub(super) fn quoted(title: &str) -> String {
    format!("“{}”", title.replace(char::is_control, " "))
}

/// "1 task", "2 tasks".
pub(super) fn tasks(count: i64) -> String {
    if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") }
}

/// One a line.
pub(super) fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.flat_map(|line| ["\n- ".to_owned(), line]).collect()
}

/// A due date as the tools write it: "today at 17:00", "Friday, 27 November".
pub(super) fn due(text: &str, today: Date) -> String {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let Ok(date) = date.parse::<Date>() else { return text.to_owned() };
    let day = day(date, today);
    time.map_or(day.clone(), |time| format!("{day} at {time}"))
}

/// A day, as seen from today.
pub(super) fn day(date: Date, today: Date) -> String {
    let away = |days: i64| today.checked_add(days.days()).ok() == Some(date);
    match () {
        () if date == today => "today".to_owned(),
        () if away(1) => "tomorrow".to_owned(),
        () if away(-1) => "yesterday".to_owned(),
        () if date.year() == today.year() => date.strftime("%A, %-d %B").to_string(),
        () => date.strftime("%A, %-d %B %Y").to_string(),
    }
}

/// "#5 Buy milk, due tomorrow, high priority, #errands". Lists have no numbers
/// but these: "complete 5" cannot mean anything else.
pub(super) fn line(row: &Row, now: DateTime) -> String {
    let today = now.date();
    let title = row.title.as_deref().unwrap_or_default().replace(char::is_control, " ");
    let mut line = format!("#{} {title}", row.id);
    if row.completed {
        line.push_str(", done");
    }
    if let Some(text) = &row.due {
        let is_past = !row.completed && is_past(text, now);
        let said = due(text, today);
        line.extend([format!(", due {said}{}", if is_past { ", overdue" } else { "" })]);
    }
    if let Some(priority) = &row.priority {
        line.extend([format!(", {priority} priority")]);
    }
    for tag in row.tags.iter().flatten() {
        line.extend([format!(", #{tag}")]);
    }
    line
}

/// Whether a due date is over. Both are what a wall shows.
fn is_past(due: &str, now: DateTime) -> bool {
    match (due.parse::<DateTime>(), due.parse::<Date>()) {
        (Ok(moment), _) if due.contains('T') => moment < now,
        (_, Ok(date)) => date < now.date(),
        _ => false,
    }
}

/// How a rule of recurrence is said.
pub(super) fn rule(rule: &str) -> String {
    said_rule(rule).unwrap_or_else(|| format!("repeats by the rule {rule}"))
}

/// The rules that most people have: "every 2 weeks", "every Monday and Friday".
fn said_rule(rule: &str) -> Option<String> {
    let (mut unit, mut interval, mut days) = (None, 1, Vec::new());
    for part in rule.split(';') {
        match part.split_once('=')? {
            ("FREQ", name) => unit = UNITS.iter().find(|(known, _)| *known == name),
            ("INTERVAL", number) => interval = number.parse::<u16>().ok()?,
            ("BYDAY", list) => {
                for day in list.split(',') {
                    days.push(DAYS.iter().find(|name| name.to_uppercase().starts_with(day))?);
                }
            }
            _ => return None,
        }
    }
    let (frequency, unit) = unit?;
    let often = match (&*days, interval) {
        ([], 1) => format!("every {unit}"),
        ([], many) => format!("every {many} {unit}s"),
        (days, 1) if *frequency == "WEEKLY" => {
            let days: Vec<&str> = days.iter().map(|day| **day).collect();
            format!("every {}", days.join(", "))
        }
        _ => return None,
    };
    Some(format!("repeats {often}"))
}

const UNITS: [(&str, &str); 5] = [
    ("HOURLY", "hour"),
    ("DAILY", "day"),
    ("WEEKLY", "week"),
    ("MONTHLY", "month"),
    ("YEARLY", "year"),
];

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What the arguments of a tool make of a task: "due tomorrow, high priority".
pub(super) fn fields(arguments: &Value, today: Date) -> String {
    let said: Vec<String> =
        FIELDS.iter().filter_map(|name| Some(field(name, arguments.get(*name)?, today))).collect();
    said.join(", ")
}

const FIELDS: [&str; 6] =
    ["title", "due_date", "priority", "tags", "recurrence_rule", "description"];

fn field(name: &str, value: &Value, today: Date) -> String {
    let text = value.as_str();
    match (name, text) {
        ("title", Some(title)) => format!("now called {}", quoted(title)),
        ("due_date", Some(date)) => format!("due {}", due(date, today)),
        ("due_date", None) => "no due date".to_owned(),
        ("priority", Some("none") | None) => "no priority".to_owned(),
        ("priority", Some(priority)) => format!("{priority} priority"),
        ("recurrence_rule", Some(text)) => rule(text),
        ("recurrence_rule", None) => "does not repeat".to_owned(),
        ("description", Some(note)) => format!("note {}", quoted(note)),
        ("description", None) => "no note".to_owned(),
        _ => labels(value),
    }
}

fn labels(value: &Value) -> String {
    let names: Vec<&str> =
        value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match &*names {
        [] => "no tags".to_owned(),
        [one] => format!("tag #{one}"),
        many => format!("tags #{}", many.join(" #")),
    }
}

/// Which tasks: "3 open tasks due today".
pub(super) fn selection(selection: &Selection, count: Option<i64>, today: Date) -> String {
    let mut said = match count {
        Some(0) => "no".to_owned(),
        Some(count) => count.to_string(),
        None => "the".to_owned(),
    };
    if selection.due == Some(DueScope::Overdue) {
        said.push_str(" overdue");
    } else {
        said.push_str(match selection.status {
            StatusFilter::All => "",
            StatusFilter::Pending => " open",
            StatusFilter::Completed => " completed",
        });
    }
    if let Some(Some(priority)) = selection.priority {
        said.extend([format!(" {priority}-priority")]);
    }
    said.push_str(if count == Some(1) { " task" } else { " tasks" });
    if let Some(tag) = &selection.tag {
        said.extend([format!(" tagged #{}", tag.as_str())]);
    }
    if selection.priority == Some(None) {
        said.push_str(" without a priority");
    }
    if let Some(text) = &selection.text {
        said.extend([format!(" with {}", quoted(text.as_str()))]);
    }
    said.push_str(&selection.due.map(|due| scope(due, today)).unwrap_or_default());
    said
}

fn scope(due: DueScope, today: Date) -> String {
    match due {
        DueScope::Overdue => String::new(),
        DueScope::Today => " due today".to_owned(),
        DueScope::Tomorrow => " due tomorrow".to_owned(),
        DueScope::ThisWeek => " due this week".to_owned(),
        DueScope::Never => " without a due date".to_owned(),
        DueScope::Days(from, to) if from == to => format!(" due {}", day(from, today)),
        DueScope::Days(from, to) => {
            format!(" due from {} to {}", day(from, today), day(to, today))
        }
    }
}
