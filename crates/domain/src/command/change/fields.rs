//! The fields of a task by their names, and the values one can give them.

use crate::{
    Description, Priority, Problem, Title,
    command::{
        Calendar, Edit, Unclear, add,
        words::{Words, literal},
    },
};

/// What of a task changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Due,
    Priority,
    Note,
    Tags,
}

impl Field {
    /// Every field with what it is called, the longer names first.
    pub(super) const NAMES: [(&'static str, Self); 5] = [
        ("due date and time|due date|due day|due time|deadline|due|date", Self::Due),
        ("priority level|priority|importance", Self::Priority),
        ("description|notes|note|details|comment", Self::Note),
        ("title|name", Self::Title),
        ("tags|tag|labels|label", Self::Tags),
    ];

    pub(super) fn take(words: &mut Words<'_>) -> Option<Self> {
        let mut rest = *words;
        rest.take_any("the|a|an|its|any|all|all the|all its");
        let (_, field) = Self::NAMES.into_iter().find(|(said, _)| rest.take_any(said).is_some())?;
        *words = rest;
        Some(field)
    }

    /// The change that gives it this value.
    pub(super) fn set_to(self, words: Words<'_>, calendar: &Calendar<'_>) -> Result<Edit, Unclear> {
        if words.is_empty() {
            return Err(Unclear::Change);
        }
        match self {
            _ if words.is_any("none|nothing|empty|null|no one") && self != Self::Title => {
                self.clear()
            }
            Self::Title => title(words),
            Self::Note => note(words),
            Self::Due => {
                if words.is_any("no date|no due date|no deadline|never") {
                    return self.clear();
                }
                due(words, calendar).ok_or(Unclear::Due)
            }
            Self::Priority => priority(words).ok_or(Unclear::Change),
            Self::Tags => tags(words).map(Edit::adding).ok_or(Unclear::Change),
        }
    }

    /// The change that takes its value away.
    pub(super) fn clear(self) -> Result<Edit, Unclear> {
        match self {
            Self::Due => Ok(Edit::due(None)),
            Self::Priority => Ok(Edit::priority(None)),
            Self::Note => Ok(Edit::description(None)),
            Self::Tags => Ok(Edit::no_tags()),
            Self::Title => Err(Unclear::NewTitle),
        }
    }
}

/// A due date, if the words are nothing else.
pub(super) fn due(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Edit> {
    let due = calendar.due(words.text()).filter(|_| !words.has_quotes())?;
    // What can follow a day has none itself.
    let mut time = words;
    time.take_any("at|by|around");
    let is_time =
        due.time().is_some() && calendar.due(&format!("tomorrow at {}", time.text())).is_some();
    Some(Edit { is_time, ..Edit::due(Some(due)) })
}

/// A new title, taken literally.
pub(super) fn title(words: Words<'_>) -> Result<Edit, Unclear> {
    let title = Title::parse(literal(words.text())).map_err(|problem| match problem {
        Problem::TooLong { .. } => Unclear::TooLong,
        _ => Unclear::NewTitle,
    })?;
    if title.as_str().chars().any(char::is_alphanumeric) {
        Ok(Edit::title(title))
    } else {
        Err(Unclear::NewTitle)
    }
}

pub(super) fn note(words: Words<'_>) -> Result<Edit, Unclear> {
    let note = Description::parse(literal(words.text()).to_owned());
    note.map(|note| Edit::description(Some(note))).map_err(|_| Unclear::TooLong)
}

/// "High", "p1", "low priority", "no priority".
pub(super) fn priority(words: Words<'_>) -> Option<Edit> {
    let mut rest = words;
    rest.take_any("a|the");
    if rest.is_any("no priority|none") {
        return Some(Edit::priority(None));
    }
    let level = LEVELS.into_iter().find(|(said, _)| {
        said.split('|').any(|said| rest.is_any(said) || rest.is_any(&format!("{said} priority")))
    });
    level.map(|(_, priority)| Edit::priority(Some(priority)))
}

/// Values that need no "priority" after them: "make it urgent".
pub(super) fn plain_priority(words: Words<'_>) -> Option<Edit> {
    let is_plain = words.is_any("p1|p2|p3|urgent|critical|important|very important");
    let mut rest = words;
    let is_said = rest.take("priority") || rest.take_end("priority").is_some();
    if is_plain || is_said { priority(if is_said { rest } else { words }) } else { None }
}

const LEVELS: [(&str, Priority); 3] = [
    ("high|highest|top|urgent|critical|important|very important|very high|p1|1", Priority::High),
    ("medium|normal|regular|middle|p2|2", Priority::Medium),
    ("low|lowest|lower|very low|p3|3", Priority::Low),
];

/// Labels, and nothing else.
pub(super) fn tags(words: Words<'_>) -> Option<Vec<crate::TagName>> {
    let mut rest = words;
    let names = add::take_tags(&mut rest)?;
    rest.is_empty().then_some(names)
}
