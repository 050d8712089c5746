//! Which tasks are described: "all my high priority tasks due tomorrow".
//!
//! Every word must be understood. What is left over may be what matters: "all
//! tasks except the first" are not all tasks.

use jiff::{ToSpan, civil::Date};

use crate::{
    DueDate, Priority, SearchText, StatusFilter, TagName,
    command::{
        Calendar, DueScope, Selection,
        words::{Words, literal},
    },
};

/// For what the tasks are described.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::command) enum Strictness {
    /// For something to be done to them. A day must belong to them: "complete
    /// everything today" may say when to complete it.
    Order,
    /// By themselves: "tasks tomorrow".
    Phrase,
    /// To be shown, with all the words that a question has.
    Question,
}

/// What was read, and what it was made of.
#[derive(Default)]
pub(in crate::command) struct Reading {
    pub selection: Selection,
    status: Option<StatusFilter>,
    /// "Task", "to-dos", "the list".
    noun: Option<Number>,
    /// "All", "every", "everything".
    pub is_all: bool,
    /// "My tasks" rather than "tasks".
    pub is_mine: bool,
    /// The word "due" itself.
    says_due: bool,
}

/// One task or many.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    One,
    Many,
}

impl Reading {
    /// Whether tasks were mentioned.
    pub(in crate::command) fn has_noun(&self) -> bool {
        self.noun.is_some()
    }

    /// Whether "tasks" were mentioned, and not "a task".
    pub(in crate::command) fn has_plural(&self) -> bool {
        self.noun == Some(Number::Many)
    }

    /// Whether anything was said that only tasks are.
    pub(in crate::command) fn has_subject(&self) -> bool {
        self.has_noun() || self.status.is_some() || self.selection != Selection::default()
    }
}

/// The tasks that all of these words describe.
pub(in crate::command) fn selection(
    words: Words<'_>,
    strictness: Strictness,
    calendar: &Calendar<'_>,
) -> Option<Reading> {
    if words.len() > MAX_WORDS {
        return None;
    }
    let mut words = words;
    let mut reading = Reading::default();
    while !words.is_empty() {
        let is_dated = strictness != Strictness::Order
            || matches!(words.word_before(), "due" | "for" | "from")
            || words.word(1) == "'s"
            || words.word(2) == "'s";
        let is_read = reading.take_other_due(&mut words)?
            || (is_dated && reading.take_day(&mut words, calendar)?)
            || reading.take_state(&mut words)?
            || reading.take_label(&mut words)?
            || reading.take_text(&mut words)?
            || reading.take_noun(&mut words)
            || (strictness == Strictness::Question && reading.take_asking(&mut words));
        if !is_read {
            return None;
        }
    }
    reading.settle(strictness)?;
    Some(reading)
}

const MAX_WORDS: usize = 40;

/// A field that is said twice, differently, is not understood.
fn set<T: PartialEq>(field: &mut Option<T>, value: T) -> Option<bool> {
    let is_free = field.as_ref().is_none_or(|earlier| *earlier == value);
    is_free.then(|| *field = Some(value))?;
    Some(true)
}

impl Reading {
    fn take_state(&mut self, words: &mut Words<'_>) -> Option<bool> {
        let status = if words.take_any(PENDING).is_some() {
            StatusFilter::Pending
        } else if words.take_any(COMPLETED).is_some() {
            StatusFilter::Completed
        } else {
            return self.take_priority(words);
        };
        set(&mut self.status, status)
    }

    fn take_priority(&mut self, words: &mut Words<'_>) -> Option<bool> {
        for (phrases, priority) in [
            (HIGH, Some(Priority::High)),
            (MEDIUM, Some(Priority::Medium)),
            (LOW, Some(Priority::Low)),
            (NO_PRIORITY, None),
        ] {
            if words.take_any(phrases).is_some() {
                return set(&mut self.selection.priority, priority);
            }
        }
        Some(false)
    }

    fn take_other_due(&mut self, words: &mut Words<'_>) -> Option<bool> {
        let scope = if words.take_any(OVERDUE).is_some() {
            DueScope::Overdue
        } else if words.take_any(UNDATED).is_some() {
            DueScope::Never
        } else {
            return Some(false);
        };
        set(&mut self.selection.due, scope)
    }

    fn take_day(&mut self, words: &mut Words<'_>, calendar: &Calendar<'_>) -> Option<bool> {
        let scope = if words.take_any("today|tonight").is_some() {
            DueScope::Today
        } else if words.take_any("tomorrow|tmr|tmrw").is_some() {
            DueScope::Tomorrow
        } else if words.take("this week") {
            DueScope::ThisWeek
        } else {
            match days(words, calendar) {
                Some(days) => days,
                None => return Some(false),
            }
        };
        words.take("'s");
        set(&mut self.selection.due, scope)
    }

    /// "#work", "tagged work", "with the tag work".
    fn take_label(&mut self, words: &mut Words<'_>) -> Option<bool> {
        let is_said = words.take_any(TAGGED).is_some();
        let is_tag = |word: &str| {
            let name = word.strip_prefix('#').unwrap_or_default();
            name.bytes().any(|byte| !byte.is_ascii_digit())
        };
        if !is_said && !is_tag(words.word(0)) {
            return Some(false);
        }
        let tag = TagName::parse(literal(words.part(0..1).text())).ok()?;
        words.skip();
        set(&mut self.selection.tag, tag)
    }

    /// "About the report", up to the words that go on with something else.
    fn take_text(&mut self, words: &mut Words<'_>) -> Option<bool> {
        let is_said = words.take_any(ABOUT).is_some();
        if !is_said && !words.is_quoted(0) {
            return Some(false);
        }
        let is_end = |index: &usize| {
            let word = words.word(*index);
            *index > 0 && (word.starts_with('#') || AFTER_TEXT.split(' ').any(|end| end == word))
        };
        let quoted = (0..words.len()).take_while(|index| words.is_quoted(*index)).count();
        let end =
            if quoted > 0 { quoted } else { (0..words.len()).find(is_end).unwrap_or(words.len()) };
        let mut text = words.part(0..end);
        if quoted == 0 {
            text.take_any("the word|the words|the|my|a");
        }
        let text = SearchText::parse(literal(text.text())).ok()?;
        *words = words.from(end);
        set(&mut self.selection.text, text)
    }

    fn take_noun(&mut self, words: &mut Words<'_>) -> bool {
        if words.take_any(MANY).is_some() {
            self.noun = Some(Number::Many);
        } else if words.take_any("task|todo|to do item|item").is_some() {
            self.noun = self.noun.or(Some(Number::One));
        } else if words.take_any("everything|all|every|each").is_some() {
            self.is_all = true;
        } else if words.take_any("my|our").is_some() {
            self.is_mine = true;
        } else if words.take("due") {
            self.says_due = true;
        } else {
            return words.take_any(JOINING).is_some();
        }
        true
    }

    fn take_asking(&mut self, words: &mut Words<'_>) -> bool {
        if words.take_any("agenda|schedule|plans|plan").is_some() {
            self.noun = Some(Number::Many);
            return true;
        }
        words.take_any(ASKING).is_some()
    }

    /// What is asked of a day is asked of what is still to do. What was done
    /// today need not have been due today.
    fn settle(&mut self, strictness: Strictness) -> Option<()> {
        let is_done = self.status == Some(StatusFilter::Completed);
        if is_done && !self.says_due && self.selection.due.is_some() {
            (strictness == Strictness::Question).then_some(())?;
            self.selection.due = None;
        }
        let has_day = match self.selection.due {
            Some(due) => due != DueScope::Never,
            None => self.says_due,
        };
        let usual = if has_day { StatusFilter::Pending } else { StatusFilter::All };
        self.selection.status = self.status.unwrap_or(usual);
        Some(())
    }
}

/// Other days: "on friday", "by friday", "next week", "this month".
fn days(words: &mut Words<'_>, calendar: &Calendar<'_>) -> Option<DueScope> {
    let today = calendar.today();
    let whole = |words: &mut Words<'_>, phrase: &str, last: fn(Date) -> Option<Date>| {
        let first = calendar.due(phrase).filter(|_| words.take(phrase))?.date();
        Some(DueScope::Days(first, last(first)?))
    };
    if words.take_any(SOON).is_some() {
        return Some(DueScope::Days(today, today.checked_add(6.days()).ok()?));
    }
    if words.take_any("this month|the month").is_some() {
        return Some(DueScope::Days(today, today.last_of_month()));
    }
    if let Some(days) = whole(words, "next week", |first| first.checked_add(6.days()).ok())
        .or_else(|| whole(words, "next month", |first| Some(first.last_of_month())))
        .or_else(|| whole(words, "next year", |first| Some(first.last_of_year())))
        .or_else(|| whole(words, "this weekend", sunday))
        .or_else(|| whole(words, "next weekend", sunday))
    {
        return Some(days);
    }
    let mut ahead = *words;
    let is_limit = ahead.take("by");
    let (length, due) = longest_date(ahead, calendar)?;
    *words = ahead.from(length);
    let first = if is_limit { today } else { due.date() };
    let is_tomorrow = today.tomorrow().ok() == Some(first);
    Some(match due.date() {
        last if last == today => DueScope::Today,
        last if last == first && is_tomorrow => DueScope::Tomorrow,
        last => DueScope::Days(first, last),
    })
}

fn sunday(first: Date) -> Option<Date> {
    let days = jiff::civil::Weekday::Sunday.since(first.weekday());
    first.checked_add(i64::from(days).days()).ok()
}

/// A day at the start of the words, and how many words it has.
fn longest_date(words: Words<'_>, calendar: &Calendar<'_>) -> Option<(usize, DueDate)> {
    let first = words.word(0);
    let begins =
        |starts: &str| starts.split(' ').any(|start| start == first.get(..3).unwrap_or(first));
    if !first.starts_with(|c: char| c.is_ascii_digit()) && !begins(BEFORE_DATES) {
        return None;
    }
    (1..=words.len().min(6)).rev().find_map(|length| {
        let part = words.part(0..length);
        let due = calendar.due(part.text()).filter(|due| due.time().is_none())?;
        (!part.has_quotes()).then_some((length, due))
    })
}

/// How words begin with which dates begin.
const BEFORE_DATES: &str = "\
    on in the nex thi mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov \
    dec";

const PENDING: &str = "\
    not done yet|not yet done|not done|not completed yet|not completed|not complete|\
    not yet completed|not finished yet|not yet finished|not finished|not i done yet|not i done|\
    not i finished yet|not i finished|not i completed yet|not i completed|still to do|\
    left to do|to be done|to get done|to be finished|to be completed|to finish|to complete|\
    i have to do|i have got to do|i need to do|i am supposed to do|am i supposed to do|\
    have to do|need to do|anything to do|should i do|must i do|i should do|i must do|\
    should i finish|should i complete|i need to finish|i need to complete|i have to finish|\
    i have to complete|need to finish|have to finish|should i work on|should i start with|\
    should i focus on|should i tackle|everything done|on my plate|on my agenda|on my schedule|\
    on the agenda|on the schedule|is next|comes next|up next|pending|open|incomplete|unfinished|\
    outstanding|remaining|remains|remain|left|active|undone";

const COMPLETED: &str = "\
    checked off|ticked off|crossed off|did i do|did i get done|i did|already done|done|\
    completed|complete|finished|finish|closed|accomplished";

const HIGH: &str = "\
    high priority|top priority|highest priority|urgent priority|priority high|priority 1|\
    priority is high|of high importance|urgent|important|critical|p1|most important";
const MEDIUM: &str = "medium priority|normal priority|priority medium|priority 2|p2";
const LOW: &str = "low priority|lowest priority|priority low|priority 3|p3";
const NO_PRIORITY: &str = "without a priority|without priority|with no priority|no priority";

const OVERDUE: &str = "\
    overdue|over due|past due|late|behind on|behind with|behind|did i miss|missed";
const UNDATED: &str = "\
    without a due date|without due date|without due dates|without a deadline|without deadline|\
    without a date|with no due date|with no deadline|with no date|no due date|no deadline|\
    undated|unscheduled|not scheduled";
const SOON: &str = "\
    due soon|soon|upcoming|coming up|in the next days|in the next 7 days|this coming week";

const TAGGED: &str = "\
    tagged with the tag|tagged with|tagged as|tagged|with the tags|with the tag|with tag|\
    with a tag|labeled as|labeled with|labeled|labelled|with the label|with label|in category|\
    the tag|tag";

const ABOUT: &str = "\
    about|containing|that contain|which contain|that contains|contain|mentioning|that mention|\
    which mention|that mentions|mention|matching|that match|related to|relating to|regarding|\
    concerning|named|called|titled|with the word|with the words|with the text|with the title|\
    that say|that have to do with|having to do with";
const AFTER_TEXT: &str = "due tagged labeled labelled that which";

const MANY: &str = "\
    todo list|to do list|task list|reminder list|list of things to do|list of tasks|\
    list of todos|list|lists|to do items|tasks|todos|to dos|items|things|ones|reminders|entries|\
    stuff";

const JOINING: &str = "\
    of them|of those|of|the|that|which|are|is|have been|been|i have|i have got|with|for|on|in|\
    at|marked as|marked|only|just|currently|already|now|still|from|and also|and|as|a|an|there|\
    whole|entire";

/// What questions have besides.
const ASKING: &str = "\
    what|which|how many|how much|to do|needs|do|did|does|i|have|has|had|got|get|need|should|\
    must|will|am|was|were|be|any|anything|something|one|me|us|you|can|to|mine|so far|yet|else|\
    planned|scheduled|next|doing|going on|supposed|first|again|just|'s|happening|ahead";
