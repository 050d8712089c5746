//! Messages that are nothing but a yes, a no, a hello, a thank you, a call for
//! help, or a wish to take something back.

use super::{Command, Unclear, words::Words};

/// What the whole message is, if it is one of these.
pub(super) fn read(words: Words<'_>) -> Option<Command> {
    if words.is_empty() {
        return words.message().contains('?').then_some(Command::Help);
    }
    let groups = [
        (THANKS, THANKS_TOO, Command::Thanks),
        (NO, NO_TOO, Command::No),
        (YES, YES_TOO, Command::Yes),
        (HELP, HELP_TOO, Command::Help),
        (GREETING, GREETING_TOO, Command::Greeting),
        (REDO, UNDO_TOO, Command::Redo),
        (UNDO, UNDO_TOO, Command::Undo),
    ];
    let found = groups.into_iter().find(|(core, too, _)| is_all(words, core, too));
    match found {
        Some((.., command)) => Some(sure(command, words)),
        None => is_torn(words).then_some(Command::Unclear(Unclear::Answer)),
    }
}

/// The command, unless it is a yes that asks back: on a yes something is done,
/// so it has to be a clear one.
pub(super) fn sure(command: Command, words: Words<'_>) -> Command {
    let is_asked = words.message().contains(['?', '？', '؟']);
    if command == Command::Yes && is_asked { Command::Unclear(Unclear::Answer) } else { command }
}

/// Whether there is nothing but a yes and a no.
fn is_torn(mut words: Words<'_>) -> bool {
    let (mut is_yes, mut is_no) = (false, false);
    while !words.is_empty() {
        if words.take_any(NO).is_some() {
            is_no = true;
        } else if words.take_any(YES).is_some() || words.take_any(REPEATED).is_some() {
            is_yes = true;
        } else if [NO_TOO, YES_TOO, TORN_TOO].iter().all(|too| words.take_any(too).is_none()) {
            return false;
        }
    }
    is_yes && is_no
}

/// Whether there is nothing but these phrases, and one of the core among them.
fn is_all(mut words: Words<'_>, core: &str, too: &str) -> bool {
    let mut has_core = false;
    while !words.is_empty() {
        if words.take_any(core).is_some() {
            has_core = true;
        } else if words.take_any(too).is_none() {
            return false;
        }
    }
    has_core
}

/// Walks over a yes that begins a longer message, "yes, delete them".
pub(super) fn take_yes(words: &mut Words<'_>) -> bool {
    let mut is_yes = false;
    while words.take_any(CLEAR_YES).is_some() {
        is_yes = true;
    }
    is_yes
}

/// Whether a message that began with yes goes on with what was asked.
pub(super) fn repeats_question(words: Words<'_>) -> bool {
    is_all(words, REPEATED, YES_TOO)
}

const CLEAR_YES: &str = "yes|yep|yeah|yea|yup|y|i am sure|please do";

const REPEATED: &str = "\
    delete them all|delete all of them|delete them|delete those|delete it|delete|\
    remove them all|remove all of them|remove them|remove it|clear them|complete them all|\
    complete them|complete all of them|all of them|them all|all|both|both of them|i do|\
    i want that|i want to|i mean it";

const YES: &str = "\
    yes|yep|yeah|yea|yup|y|i am sure|please do|sure thing|sure|ok|of course|certainly|\
    absolutely|definitely|confirmed|confirm|i confirm|go ahead|go for it|do it|do that|do so|\
    proceed|that is right|that is correct|correct|right|exactly|affirmative|that is a yes|\
    approved|accepted|you are right|you are correct|sounds good|agreed|fine";
const YES_TOO: &str = "please|thanks|thank you|now|very|i think|oh|well";
const TORN_TOO: &str = "and|or|but|then|maybe|perhaps|i mean|hm|hmm|um";

const NO: &str = "\
    no thanks|no thank you|no way|no|n|nope|nah|cancel that|cancel it|cancel|stop it|stop that|\
    stop|abort|never mind|forget it|drop it|drop that|scrap that|forget about it|forget that|\
    do not do that|do not do it|do not|leave it alone|leave it|leave them alone|leave them|\
    leave that|keep it|keep them|keep all of them|keep that|not now|not yet|not sure|\
    i am not sure|i changed my mind|i have changed my mind|better not|rather not|not really|\
    i do not think so|absolutely not|definitely not|of course not|please do not|\
    i would rather not|wait|hold on|none of them|none|neither";
const NO_TOO: &str = "please|thanks|thank you|oh|ok|sorry|actually|all";

const THANKS: &str = "\
    thanks|thank you|cheers|great|perfect|awesome|excellent|wonderful|amazing|brilliant|cool|\
    nice|good job|great job|nice work|well done|good work|good bot|got it|much appreciated|\
    i appreciate it|that is great|that is perfect|you are the best|i am thankful|i am grateful|\
    you have been a big help|you are great";
const THANKS_TOO: &str = "\
    so much|very much|a lot|a bunch|a million|for your help|for the help|for that|\
    for everything|for helping|for helping me|for helping me out|for doing that|for your time|\
    today|you|again|ok|oh|that is all|that will be all|and|very";

const HELP: &str = "\
    help me out|help me|help|i need help|i need some help|can you help me|can you help|\
    could you help me|commands|instructions|examples|usage|menu|what can you do|\
    what else can you do|what can i do|what can i say|what can i ask|what can i ask you|\
    what do you do|what do you know|what do you understand|what can you help with|\
    what can you help me with|how can you help me|how can you help|how does this work|\
    how does it work|how do you work|how do i use this|how do i use it|how do i use you|\
    how to use this|who are you|what are you|what is this|what commands are there|\
    what commands do you know|which commands are there|which commands do you know|show help|\
    show me what you can do|tell me what you can do";
const HELP_TOO: &str = "please|hi there|hi|hello there|hello|hey there|hey|exactly|here";

const GREETING: &str = "\
    hi there|hello there|hey there|hi|hiya|hello|hey|howdy|yo|greetings|good morning|\
    good afternoon|good evening|good day|good night|morning|how are you doing|how are you|\
    how is it going|what is up|nice to meet you|goodbye|good bye|bye bye|bye|see you|\
    see you later|see you tomorrow";
const GREETING_TOO: &str = "assistant|bot|robot|friend|again|everyone|all|oh|for now";

const REDO: &str = "\
    redo the last change|redo the last action|redo my last change|redo that|redo it|redo this|\
    redo|undo the undo|undo that undo|undo the last undo|undo undo";
const UNDO: &str = "\
    undo the last change|undo the last action|undo the last command|undo the last step|\
    undo the last thing you did|undo the last thing i did|undo the last thing|undo the last one|\
    undo the change|undo the changes|undo last change|undo last action|undo last|\
    undo my last change|undo my last action|undo your last change|undo your last action|\
    undo what you just did|undo what you did|undo what i just did|undo what i did|\
    undo that change|undo that|undo this|undo it|undo|take that back|take it back|\
    take this back|i take that back|revert the last change|revert that|revert it|revert|\
    reverse that|reverse the last change|roll that back|roll it back|roll back the last change|\
    roll back|rollback|put that back|put it back|put them back|bring that back|bring it back|\
    bring them back|restore that|restore it|restore them|undelete that|undelete it|undelete them";
const UNDO_TOO: &str = "\
    please|now|oh no|oh|ok|oops|sorry|no|wait|again|that was a mistake|that was wrong|\
    it was a mistake|i made a mistake|i did not mean that|i did not mean to do that|my bad|\
    actually|thanks|can you|could you|would you|i want to|i would like to|let us";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::words;

    fn answer(text: &str) -> Option<Command> {
        read(Words::new(text, &words::read(text)))
    }

    #[test]
    fn an_answer_is_the_whole_message() {
        for (text, command) in [
            ("Yes!", Command::Yes),
            ("yes, I'm sure", Command::Yes),
            ("OK, go ahead", Command::Yes),
            ("no thanks", Command::No),
            ("ok thanks", Command::Thanks),
            ("Don't", Command::No),
            ("?", Command::Help),
            ("Oops, undo that please", Command::Undo),
            ("undo the undo", Command::Redo),
            ("ok, no", Command::No),
        ] {
            assert_eq!(answer(text), Some(command), "{text}");
        }
        for text in ["", "please", "now", "ok mom", "\"yes\"", "undo the dishes"] {
            assert_eq!(answer(text), None, "{text}");
        }
    }

    #[test]
    fn a_yes_that_asks_back_or_comes_with_a_no_is_neither() {
        for text in [
            "yes?",
            "ok?!",
            "no, sorry, yes",
            "yes, no",
            "Yes and no.",
            "yes... no wait",
            "no. yes, delete them",
        ] {
            assert_eq!(answer(text), Some(Command::Unclear(Unclear::Answer)), "{text}");
        }
    }
}
