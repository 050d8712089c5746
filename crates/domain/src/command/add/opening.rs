//! The words that ask for a new task, before what it is called.

use super::details::TO_LIST;
use crate::command::{
    Calendar,
    target::{NOT_A_TASK, place},
    words::{Mark, Words},
};

/// What is left after the opening, and what the opening said already.
pub(super) struct Opened<'a> {
    pub words: Words<'a>,
    /// Phrases of the opening that belong to the task: "every day", "p1".
    pub lead: String,
    /// A date of the opening: "remind me tomorrow to …".
    pub due: Option<crate::DueDate>,
    /// Whether a word like "called" says that a name follows.
    pub is_named: bool,
}

impl<'a> Opened<'a> {
    pub(super) fn plain(words: Words<'a>) -> Self {
        Self { words, lead: String::new(), due: None, is_named: false }
    }
}

/// "A new task", and what it says about the task.
#[derive(Default)]
pub(in crate::command) struct Noun {
    lead: String,
}

/// Whether a new task is spoken of here.
pub(in crate::command) fn is_noun(words: Words<'_>) -> bool {
    let mut words = words;
    Noun::take(&mut words).is_some()
}

pub(super) fn read<'a>(words: Words<'a>, calendar: &Calendar<'_>) -> Option<Opened<'a>> {
    let mut rest = words;
    if rest.take_any(REMIND).is_some() {
        return reminder(rest, calendar);
    }
    if rest.take_any(MEMORY).is_some() {
        // "Don't forget that I love you" is no task.
        let is_other = NO_TASK.split(' ').any(|word| word == rest.word(0));
        return (!is_other).then(|| Opened::plain(rest));
    }
    if let Some(opened) = headed(words, calendar) {
        return Some(opened);
    }
    // "Add up" is a sum.
    if !rest.is_at(0, "add up") && rest.take_any(ADD).is_some() {
        skip_list(&mut rest);
        let mut below = rest;
        below.take_any("this|the following");
        skip_list(&mut below);
        if below.mark_before() == Mark::Colon {
            return Some(Opened::plain(below));
        }
        return Some(named(rest, calendar).unwrap_or_else(|| {
            rest.take_any("a|an");
            Opened::plain(rest)
        }));
    }
    if rest.take_any(PUT).is_some() {
        return on_the_list(rest).map(Opened::plain);
    }
    if rest.take_any(SCHEDULE).is_some() && !is_noun(rest) {
        return scheduled(rest, calendar);
    }
    rest = words;
    let verb = rest.take_any(MAKE)?;
    // "Set the task …" and "make task 3 …" are about one that is there already.
    let is_new =
        verb.starts_with("create") || matches!(rest.word(0), "a" | "an" | "another" | "new");
    named(rest, calendar).filter(|_| is_new)
}

/// "Todo: …", "new task …": a head, and what stands under it.
fn headed<'a>(words: Words<'a>, calendar: &Calendar<'_>) -> Option<Opened<'a>> {
    let mut rest = words;
    if rest.take_any(HEADS).is_some() && rest.mark_before() == Mark::Colon && !rest.is_empty() {
        return Some(Opened::plain(rest));
    }
    rest = words;
    let is_number = |word: &str| word.starts_with(|c: char| c == '#' || c.is_ascii_digit());
    if rest.take("todo") && !rest.is_any_at(NOT_A_TASK) && !is_number(rest.word(0)) {
        return Some(Opened::plain(rest));
    }
    rest = words;
    if rest.word(0) == "new" || rest.is_at(0, "another task") {
        return named(rest, calendar);
    }
    None
}

/// "Me to call mom tomorrow", "me tomorrow to call mom".
fn reminder<'a>(words: Words<'a>, calendar: &Calendar<'_>) -> Option<Opened<'a>> {
    let mut rest = words;
    rest.take_any("for me|for myself");
    if QUESTION_WORDS.split(' ').any(|word| word == rest.word(0)) {
        return None;
    }
    if rest
        .take_any("that i need to|that i have to|that i must|that i should|to|about|of|that")
        .is_some()
    {
        return Some(Opened::plain(rest));
    }
    Some(with_date(rest, calendar).unwrap_or_else(|| {
        rest.take("for");
        Opened::plain(rest)
    }))
}

/// A date, then "to" or a colon, then the rest.
fn with_date<'a>(words: Words<'a>, calendar: &Calendar<'_>) -> Option<Opened<'a>> {
    let ends = (1..words.len().min(9)).filter(|end| {
        words.mark(end - 1) == Mark::Colon
            || JOINTS.split('|').any(|joint| words.is_at(*end, joint))
    });
    for end in ends {
        let (mut lead, mut rest) = (words.part(0..end), words.from(end));
        let joint = rest.take_any(JOINTS);
        lead.take("for");
        let text = lead.text().trim_end_matches([':', ' ', ',', '-']);
        // What quick add would read before a title, and what is a date only
        // because nothing else is there: "at 9".
        let is_phrase =
            calendar.quick_add(&format!("{text} x")).is_ok_and(|read| read.title.as_str() == "x");
        let due = calendar.due(text);
        if is_phrase || due.is_some() {
            let is_named = joint.is_some_and(|joint| NAMES.split('|').any(|name| name == joint));
            let lead = if is_phrase { text.to_owned() } else { String::new() };
            return Some(Opened { words: rest, lead, due, is_named });
        }
    }
    None
}

/// "A new task to …", "a high priority task called …".
fn named<'a>(words: Words<'a>, calendar: &Calendar<'_>) -> Option<Opened<'a>> {
    let mut rest = words;
    let Noun { lead } = Noun::take(&mut rest)?;
    skip_list(&mut rest);
    let has_head = rest.mark_before() == Mark::Colon;
    if let Some(opened) = with_date(rest, calendar).filter(|_| !has_head) {
        let lead = format!("{lead}{}", opened.lead);
        return Some(Opened { lead, ..opened });
    }
    if !has_head && rest.is_at(0, "to") && is_article(rest.word(1)) {
        // "Add a task to the project": no verb follows, so it is no title.
        rest = rest.part(0..0);
    }
    let is_named = !has_head && rest.take_any(NAMES).is_some();
    if !is_named && !has_head {
        rest.take_any("that i need to|that i have to|that i must|that i should|to|for|about");
    }
    Some(Opened { words: rest, lead: lead.trim_end().to_owned(), due: None, is_named })
}

fn is_article(word: &str) -> bool {
    matches!(word, "the" | "my" | "our" | "a" | "an" | "this" | "that" | "your")
}

impl Noun {
    /// An article, adjectives and a noun. What is no adjective of a task makes
    /// it another thing: "a task force", "a grocery item".
    fn take(words: &mut Words<'_>) -> Option<Self> {
        let mut rest = *words;
        let mut noun = Self::default();
        rest.take_any("a|an|the|another|one more|one|my");
        loop {
            if rest
                .take_any("new|quick|simple|small|single|little|extra|additional|following")
                .is_some()
            {
                continue;
            }
            let Some((_, phrase)) =
                ADJECTIVES.iter().find(|(said, _)| rest.take_any(said).is_some())
            else {
                break;
            };
            noun.lead.push_str(phrase);
            noun.lead.push(' ');
        }
        rest.take_any(NOUNS)?;
        if rest.mark_before() == Mark::None && rest.is_any_at(NOT_A_TASK) {
            return None;
        }
        *words = rest;
        Some(noun)
    }
}

/// "To my list", before what is put there.
fn skip_list(words: &mut Words<'_>) {
    if place::take(words, TO_LIST) {
        words.take("to");
    }
}

/// "Milk on my list".
fn on_the_list(words: Words<'_>) -> Option<Words<'_>> {
    let is_list = |index: &usize| place::take(&mut words.from(*index), TO_LIST);
    (1..words.len()).find(is_list).map(|_| words)
}

/// "Dentist for Friday", "a call with Ana tomorrow": only what has a date and
/// is new. "The meeting" is there already.
fn scheduled<'a>(words: Words<'a>, calendar: &Calendar<'_>) -> Option<Opened<'a>> {
    let mut rest = words;
    let is_old =
        rest.is_any_at(OLD) || rest.word(0).starts_with(['#', '0']) || rest.has_any("task");
    rest.take_any("a|an");
    let read = calendar.quick_add(rest.text()).ok().filter(|_| !is_old)?;
    read.due.map(|_| Opened::plain(rest))
}

/// What is not called by its name is known already.
const OLD: &str = "the|my|our|this|that|it|them|all|every|everything|task|tasks|todo|item";

const REMIND: &str = "\
    remind me again|remind me please|remind me|remind us|i need a reminder|i want a reminder|\
    i would like a reminder|give me a reminder|send me a reminder|set me a reminder|\
    set a reminder|set up a reminder|set reminder|create a reminder|make a reminder|\
    add a reminder|add reminder|reminder|i need to be reminded|i want to be reminded|\
    i would like to be reminded|be reminded";

const QUESTION_WORDS: &str = "what which who whose when where why how if whether again later";

/// Words for not forgetting, after which the task itself follows.
const MEMORY: &str = "\
    i should remember to|remember to|help me remember to|i should not forget to|\
    i do not want to forget to|i can not forget to|i better not forget to|\
    do not let me forget to|do not let me forget about|do not let me forget|do not forget to|\
    do not forget about|do not forget|never forget to|not forget to|\
    make sure i do not forget to|make sure that i do not forget to|make sure that i|make sure i|\
    make a note to|make a note that i need to|make a note that i have to|take a note to|\
    note to self|note to myself|memo to self|i ought to remember to";

const NO_TASK: &str = "that what who how why where when me us you i am have was do did can we they";

const HEADS: &str = "\
    new task|new todo|new to do|new item|new reminder|add task|add todo|task|todo|to do|to dos|\
    todos|reminder|remember|add|add this|add the following|create|new";

const ADD: &str = "add in|add|jot down|write down|note down|put down";
const PUT: &str = "put|place|stick|throw|write|enter|insert|include";
const SCHEDULE: &str = "schedule";
const MAKE: &str = "\
    create me|create|make me|make|set me|set up|set|save|record|schedule|register|i want|i need|\
    i would like";

const NOUNS: &str = "\
    todo list item|to do list item|to do item|todo item|list item|todo|to do|task|item|reminder|\
    entry";

const NAMES: &str = "\
    called|named|titled|entitled|with the title|with title|with the name|with name|that says|\
    which says|saying|that reads|labeled";
const JOINTS: &str = "\
    to|about|called|named|titled|entitled|with the title|with title|with the name|that says|\
    saying";

const ADJECTIVES: [(&str, &str); 7] = [
    ("high priority|top priority|urgent|important|critical|p1", "p1"),
    ("medium priority|normal priority|p2", "p2"),
    ("low priority|p3", "p3"),
    ("daily", "every day"),
    ("weekly", "every week"),
    ("monthly", "every month"),
    ("yearly|annual", "every year"),
];
