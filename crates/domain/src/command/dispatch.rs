//! Which part of the grammar a message is for.

use super::{
    Calendar, Command, Selection, Target, Unclear, add, answers, change, list,
    manner::{self, Manner},
    others, target,
    words::{Mark, Words},
};

/// What a message asks.
pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    if let Some(answer) = answers::read(words) {
        return answer;
    }
    let mut rest = words;
    if answers::take_yes(&mut rest) {
        return after_yes(rest, calendar);
    }
    sentence(words, calendar, false)
}

/// The same for a message that the user has said is an order.
pub(super) fn meant(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    sentence(words, calendar, true)
}

/// "Yes, delete them" is a yes. "Yes, delete the completed ones" may be less, or
/// more, than what was asked: it is an order of its own.
fn after_yes(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    if answers::repeats_question(words) {
        return answers::sure(Command::Yes, words);
    }
    match sentence(words, calendar, false) {
        Command::Delete(Target::Bulk(all)) if *all == Selection::default() => {
            answers::sure(Command::Yes, words)
        }
        Command::Unclear(_) => Command::Unknown,
        command => command,
    }
}

fn sentence(words: Words<'_>, calendar: &Calendar<'_>, is_sure: bool) -> Command {
    let (manner, words) = manner::read(words);
    if let Some(answer) = answers::read(words).filter(|_| manner != Manner::Refusal) {
        return answer;
    }
    if is_several(words) {
        return several(words);
    }
    let command = match manner {
        Manner::Refusal => refusal(words, calendar),
        Manner::Question => question(words, calendar),
        Manner::Need => need(words, calendar),
        _ => order(words, calendar),
    };
    let is_asked = words.mark_after() == Mark::Question;
    let is_unsure = match manner {
        // "Delete task 3?" is not yet an order.
        Manner::Order => is_asked || change::is_bare(words, &command),
        Manner::Wish | Manner::Need => is_asked || is_work(&command, words),
        Manner::Assist => is_work(&command, words),
        Manner::Request => is_work(&command, words) && !names_task(&command, words),
        Manner::Question | Manner::Refusal => false,
    };
    if command.is_change() && is_unsure && !is_sure {
        Command::Unclear(Unclear::Question)
    } else {
        command
    }
}

/// "Finish the report" may be about the work itself and not about its task;
/// "mark the report as done" is not.
fn is_work(command: &Command, words: Words<'_>) -> bool {
    matches!(command, Command::Complete(_))
        && matches!(words.word(0), "complete" | "finish" | "accomplish" | "resolve" | "close")
}

fn names_task(command: &Command, words: Words<'_>) -> bool {
    match command {
        Command::Complete(Target::Title(name)) => name.is_quoted || words.has_any("task todo"),
        _ => true,
    }
}

/// More than one request: which first? But not even one, if the first is none.
fn several(words: Words<'_>) -> Command {
    let mut rest = words;
    if others::is_about_another(words) {
        Command::OtherUser
    } else if rest.take_any(BEGINNINGS).is_some() {
        Command::Unclear(Unclear::Several)
    } else {
        Command::Unknown
    }
}

fn order(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    if let Some(command) = change::add_to_task(words, calendar) {
        return command;
    }
    if let Some(command) = add::read(words, calendar) {
        let is_foreign = others::is_for_another(words);
        return if is_foreign { Command::OtherUser } else { command };
    }
    if others::is_about_another(words) {
        return Command::OtherUser;
    }
    change::read(words, calendar)
        .or_else(|| list::read(words, calendar))
        .or_else(|| named(words, calendar))
        .unwrap_or(Command::Unknown)
}

/// "Task 3", "#3", "the second one".
fn named(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let found = target::read(words, calendar)?.target;
    let is_sure = match &found {
        Target::Ids(_) | Target::Position(_) => true,
        Target::Title(name) => name.is_quoted,
        Target::Last | Target::Bulk(_) => false,
    };
    is_sure.then_some(Command::Named(found))
}

/// "Don't delete task 3": no, whatever was asked.
fn refusal(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    let mut rest = words;
    rest.take_any(manner::REFUSALS);
    rest.take_any("ever|please|just");
    match order(rest, calendar) {
        Command::Unclear(_) => Command::No,
        command if command.is_change() => Command::No,
        _ => Command::Unknown,
    }
}

fn question(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    if others::is_about_another(words) {
        return Command::OtherUser;
    }
    list::question(words, calendar).unwrap_or(Command::Unknown)
}

/// "I need to pay the rent" is a task. "I need to see my tasks" is not, and
/// neither is "I need to delete task 3".
fn need(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    let mut rest = words;
    let is_look = rest.take_any("see|know|view|look at|check|review|go over|go through").is_some();
    if is_look && let Some(command @ Command::List(_)) = list::read(words, calendar) {
        return command;
    }
    let is_memory =
        ["remember", "not forget", "be reminded"].iter().any(|said| words.is_at(0, said));
    let mut new = words;
    let is_new = new.take_any("add|create|make|set up|set|have").is_some()
        && new.has_any("task todo reminder")
        && add::is_noun(new);
    if is_memory || is_new {
        return order(words, calendar);
    }
    if is_talk(words) {
        return Command::Unknown;
    }
    if !mentions_task(words) {
        return add::needed(words, calendar);
    }
    change::read(words, calendar).unwrap_or_else(|| add::needed(words, calendar))
}

/// "I have to say …", "I must go": nobody's task.
fn is_talk(words: Words<'_>) -> bool {
    let mut rest = words;
    let ends_there = "go|go now|go soon|leave|leave now|run|think|think about it|think about that|\
        rest|sleep|stop|wait|ask|ask something|be honest|cancel|help|talk to a human|speak to a human|talk to someone|talk to support|\
        contact support";
    let is_supposed = words.word_before() == "must" && matches!(words.word(0), "be" | "have");
    is_supposed
        || words.is_any(ends_there)
        || rest
            .take_any(
                "say|admit|confess|agree|disagree|know|understand|apologize|ask you|tell you|\
             talk to you|thank you|warn you|correct you|be honest|find out|see if|see what|not",
            )
            .is_some()
}

fn mentions_task(words: Words<'_>) -> bool {
    let is_id = |index: usize| {
        let digits = words.word(index).strip_prefix('#').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.has_any("task tasks todo todos") || (0..words.len()).any(is_id)
}

/// Whether more than one thing is asked. Nobody knows then where a title ends.
fn is_several(words: Words<'_>) -> bool {
    (1..words.len()).any(|index| {
        let mut rest = words.from(index);
        match words.mark(index - 1) {
            _ if words.is_quoted(index) => false,
            Mark::Line => true,
            Mark::End | Mark::Question => rest.take_any(BEGINNINGS).is_some(),
            Mark::Colon => false,
            Mark::Comma if words.part(index - 1..index).text().ends_with(';') => {
                rest.take_any(BEGINNINGS).is_some()
            }
            mark @ (Mark::Comma | Mark::None) => {
                let is_joined = rest.take_any(JOINTS).is_some() || mark == Mark::Comma;
                is_joined && (rest.is_any_at(ASKING_TOO) || orders_task(rest, words.word(0)))
            }
        }
    })
}

/// Whether the words order something about tasks, or the same thing again.
fn orders_task(words: Words<'_>, first: &str) -> bool {
    let mut rest = words;
    let Some(verb) = rest.take_any(VERBS) else { return false };
    let object = rest.part(0..4);
    let is_vague =
        matches!(verb, "add" | "create" | "show" | "list" | "find" | "change" | "update" | "make");
    let is_again = verb == first && (is_vague || !matches!(verb, "set" | "move" | "finish"));
    is_again
        || mentions_task(object)
        || object.has_any("priority deadline")
        || (!is_vague && object.has_any("it that them everything all"))
}

const BEGINNINGS: &str = "\
    add|create|delete|remove|erase|complete|finish|mark|check|rename|reopen|show|list|move|set|\
    change|update|undo|tag|find|remind me|what|which|how|when|then|also|and|please|can you|\
    could you|i need to|i have to|do not|tell me|cancel|clear";

/// What goes on after "and" with another sentence.
const ASKING_TOO: &str = "\
    what is|what are|what do|what have|what should|which tasks|how many|show me|tell me|can you|\
    could you|remind me|do not forget to|i need to|i have to|please add|add it|add that";

const JOINTS: &str = "and then|and also|and please|then also|and|then|also|plus|but";

const VERBS: &str = "\
    add|create|delete|remove|erase|complete|finish|mark|check off|rename|reopen|show|list|move|\
    set|change|update|undo|tag|find|remind me|postpone|reschedule|uncheck|make";
