//! How something is said: as an order, politely, as a need, as a question.
//!
//! What does not change the meaning is taken away on the way: "hi", "please",
//! "could you", "thanks".

use super::words::{Mark, Words};

/// How the message speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// "Delete task 3".
    Order,
    /// "Could you delete task 3?": an order that may end with a question mark.
    Request,
    /// "Help me finish the report": whatever is asked, it is not done yet.
    Assist,
    /// "I want to delete task 3".
    Wish,
    /// "I need to …": mostly a task that somebody has.
    Need,
    /// "What is due today?"
    Question,
    /// "Don't delete task 3".
    Refusal,
}

/// The manner, and what is said in it.
pub(super) fn read(words: Words<'_>) -> (Manner, Words<'_>) {
    let mut words = words;
    skip_opening(&mut words);
    let is_tagged = skip_ending(&mut words);
    if starts_reminder(&words) {
        return (Manner::Order, words);
    }
    if REFUSALS.split('|').any(|phrase| words.is_at(0, phrase)) {
        return (Manner::Refusal, words);
    }
    let is_help = words.take_any(HELP).is_some();
    if is_help || words.take_any(REQUESTS).is_some() {
        skip_opening(&mut words);
        words.take_end("for me");
        return (if is_help { Manner::Assist } else { Manner::Request }, words);
    }
    if is_tagged {
        return (Manner::Request, words);
    }
    let before = words;
    if words.take_any(WISHES).is_some() {
        skip_opening(&mut words);
        return (Manner::Wish, words);
    }
    if words.take_any(NEEDS).is_some() {
        return (Manner::Need, words);
    }
    let is_question = QUESTIONS.split(' ').any(|known| known == words.word(0));
    (if is_question { Manner::Question } else { Manner::Order }, before)
}

fn skip_opening(words: &mut Words<'_>) {
    loop {
        let mut ahead = *words;
        let is_free = ahead.take_any(OPENINGS).is_some();
        let is_set_off = !is_free
            && ahead.take_any(SET_OFF).is_some()
            && !matches!(ahead.mark_before(), Mark::None | Mark::Question);
        if ahead.is_empty() || !(is_free || is_set_off) {
            return;
        }
        *words = ahead;
    }
}

/// Takes the thanks at the end away; says whether a "could you?" was there.
fn skip_ending(words: &mut Words<'_>) -> bool {
    let mut is_tagged = false;
    loop {
        let mut ahead = *words;
        let is_free = ahead.take_end("please").is_some();
        let is_set_off = !is_free
            && ahead.take_end(ENDINGS).is_some()
            && !matches!(ahead.mark_after(), Mark::None | Mark::Colon);
        let is_tag = !is_free
            && !is_set_off
            && ahead.take_end(TAGS).is_some()
            && ahead.mark_after() == Mark::Comma;
        if ahead.is_empty() || !(is_free || is_set_off || is_tag) {
            return is_tagged;
        }
        is_tagged |= is_tag;
        *words = ahead;
    }
}

/// "Don't forget" refuses nothing.
fn starts_reminder(words: &Words<'_>) -> bool {
    ["do not forget", "do not let me forget", "never forget"]
        .into_iter()
        .any(|phrase| words.is_at(0, phrase))
}

/// Beginnings of orders not to do something.
pub(super) const REFUSALS: &str = "do not|never|not|stop|you must not|you should not";

/// Before what is said.
const OPENINGS: &str = "\
    please|kindly|hi there|hello there|hey there|hi|hello|hey|good morning|good afternoon|\
    good evening|ok|now|then|so|also|and|just|well|actually|alright|oh|um|quickly";

/// The same, when punctuation follows.
const SET_OFF: &str = "\
    yes|no|great|cool|perfect|nice|thanks|thank you|sorry|sure|right|fine|assistant|rondo|\
    computer|bot|excuse me|wait|done|oops|awesome";

/// After what is said, when punctuation stands before.
const ENDINGS: &str = "\
    thanks a lot|thanks so much|thanks|thank you so much|thank you very much|thank you|cheers|\
    ok|right now|right away";

const TAGS: &str = "will you|would you|could you|can you";

const HELP: &str = "\
    can you please help me to|can you please help me|can you help me to|can you help me|\
    could you please help me to|could you please help me|could you help me to|could you help me|\
    please help me to|please help me|help me to";

const REQUESTS: &str = "\
    can you|could you|would you be able to|would you be so kind to|would you be so kind as to|\
    would you mind|do you mind|would you please|would you|will you please|i want you to|\
    i need you to|i would like you to|i would love you to|i would appreciate it if you could|\
    you can|can i ask you to|could i ask you to";

const WISHES: &str = "i want to|i would like to|i would love to|i wish to|let us";

const NEEDS: &str = "\
    i need to|i have to|i have got to|i got to|i must|i will need to|i will have to|\
    i still need to|i still have to|i really need to|i really have to|i also need to|\
    i also have to|need to|have to|got to";

/// Words with which a question begins, whether it ends with a mark or not.
const QUESTIONS: &str = "\
    what which who whose whom where when why how is are am was were do does did have has had \
    should shall may might can could would will must any anything whether ought";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::words;

    fn check(text: &str, manner: Manner, rest: &str) {
        let all = words::read(text);
        let (found, words) = read(Words::new(text, &all));
        assert_eq!((found, words.text()), (manner, rest), "{text}");
    }

    #[test]
    fn politeness_is_taken_away() {
        check("Hi! Please add milk, thanks.", Manner::Order, "add milk,");
        check("could you please delete task 3?", Manner::Request, "delete task 3?");
        check("add say thank you", Manner::Order, "add say thank you");
        check("delete task 3, will you?", Manner::Request, "delete task 3,");
        check("No, delete task 3", Manner::Order, "delete task 3");
        check("no delete task 3", Manner::Order, "no delete task 3");
    }

    #[test]
    fn a_manner_is_told_by_the_first_words() {
        check("I'd like to see my tasks", Manner::Wish, "see my tasks");
        check("I gotta buy milk", Manner::Need, "buy milk");
        check("should I add milk?", Manner::Question, "should I add milk?");
        check("can I delete task 3", Manner::Question, "can I delete task 3");
        check("don't delete task 3", Manner::Refusal, "don't delete task 3");
        check("don't forget the milk", Manner::Order, "don't forget the milk");
    }
}
