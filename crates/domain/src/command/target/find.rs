//! Which of a user's tasks a name means.
//!
//! From the most literal reading to the loosest, and the first that finds
//! anything decides. Where it finds more than one task, it is not for us to
//! choose.

use crate::{StatusFilter, TaskId, command::TaskName, text::folded};

/// A task that may be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Which one it is.
    pub id: TaskId,
    /// What it is called.
    pub title: &'a str,
    /// Whether it is done.
    pub completed: bool,
}

/// The tasks that a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This one.
    One(TaskId),
    /// One of these, in the order given.
    Many(Vec<TaskId>),
    /// None.
    None,
}

impl TaskName {
    /// A text that is in the title of every task that this name may mean: what
    /// to search for, to have all of [`find_target`]'s candidates.
    #[must_use]
    pub fn search_text(&self) -> String {
        let text = folded(self.text.trim());
        let pieces: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
        let is_telling = |piece: &&str| self.is_quoted || !is_silent(piece);
        let longest = |pieces: &mut dyn Iterator<Item = &str>| {
            let pieces = pieces.filter(|piece| !piece.is_empty()).map(str::to_owned);
            pieces.max_by_key(|piece| piece.chars().count())
        };
        let piece = longest(&mut pieces.iter().copied().filter(is_telling))
            .or_else(|| longest(&mut pieces.iter().copied()));
        piece.map_or(text.clone(), |piece| singular(&piece).to_owned())
    }
}

/// Finds the task that is called so.
///
/// The same title, then the same words, then all words of the name among those
/// of the title, in any order; a quoted name must be there word by word. Words
/// are compared whole: "rent" is in "Pay rent" and not in "Current account".
///
/// Where several are found and only one of them has the `preferred` status, it
/// is that one: nobody completes what is done already.
#[must_use]
pub fn find_target(
    name: &TaskName,
    candidates: &[Candidate<'_>],
    preferred: StatusFilter,
) -> Found {
    let wanted = Wanted::new(name);
    let levels: [fn(&Wanted, &str) -> bool; 4] =
        [Wanted::is_title, Wanted::is_same, Wanted::is_like, Wanted::is_part];
    for level in levels {
        let found: Vec<_> =
            candidates.iter().filter(|task| level(&wanted, task.title)).copied().collect();
        if !found.is_empty() {
            return decide(&found, preferred);
        }
    }
    Found::None
}

fn decide(found: &[Candidate<'_>], preferred: StatusFilter) -> Found {
    let fits = |task: &&Candidate<'_>| Some(task.completed) == preferred.completed();
    let mut fitting = found.iter().filter(fits);
    match (found, fitting.next(), fitting.next()) {
        ([only], ..) | (_, Some(only), None) => Found::One(only.id),
        _ => Found::Many(found.iter().map(|task| task.id).collect()),
    }
}

/// A name, prepared to be compared with many titles.
struct Wanted {
    text: String,
    words: Vec<String>,
    /// Without the words that say nothing.
    telling: Vec<String>,
    is_quoted: bool,
}

impl Wanted {
    fn new(name: &TaskName) -> Self {
        let words = words(&name.text);
        let telling = telling(&words);
        Self { text: folded(name.text.trim()), words, telling, is_quoted: name.is_quoted }
    }

    fn is_title(&self, title: &str) -> bool {
        folded(title.trim()) == self.text
    }

    fn is_same(&self, title: &str) -> bool {
        !self.words.is_empty() && words(title) == self.words
    }

    fn is_like(&self, title: &str) -> bool {
        !self.is_quoted && !self.telling.is_empty() && telling(&words(title)) == self.telling
    }

    fn is_part(&self, title: &str) -> bool {
        let words = words(title);
        if self.is_quoted {
            let length = self.words.len();
            return length > 0 && words.windows(length).any(|part| part == self.words);
        }
        let has = |wanted: &String| words.iter().any(|word| is_form_of(word, wanted));
        !self.telling.is_empty() && self.telling.iter().all(has)
    }
}

/// Letters and digits between everything else, folded.
fn words(text: &str) -> Vec<String> {
    let text = folded(text).replace(['\'', '’'], "");
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn telling(words: &[String]) -> Vec<String> {
    words.iter().filter(|word| !is_silent(word)).cloned().collect()
}

fn is_silent(word: &str) -> bool {
    SILENT.split(' ').any(|silent| silent == word)
}

const SILENT: &str = "the a an my our this that task tasks todo item one to of for";

/// The same word, or its plural.
fn is_form_of(one: &str, other: &str) -> bool {
    one == other || singular(one) == singular(other)
}

/// Short words stay as they are: "news" is not the plural of "new".
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(base) if base.len() >= 4 && !base.ends_with(['s', 'u', 'i']) => base,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: [&str; 10] = [
        "Buy groceries",
        "Call mom",
        "Pay rent",
        "Write report",
        "Team meeting",
        "Renew library card",
        "Prepare meeting notes",
        "Open current account",
        "Call mom about the party",
        "Read \"Dune\", part 2",
    ];

    fn id(index: usize) -> TaskId {
        TaskId::new(i64::try_from(index + 1).expect("small")).expect("positive")
    }

    /// The numbers of the tasks that are found, from 1, in a list whose sixth
    /// task is done.
    fn found(text: &str, is_quoted: bool) -> Vec<i64> {
        let candidates: Vec<_> = TITLES
            .iter()
            .enumerate()
            .map(|(index, title)| Candidate { id: id(index), title, completed: index == 5 })
            .collect();
        let name = TaskName { text: text.to_owned(), is_quoted };
        match find_target(&name, &candidates, StatusFilter::Pending) {
            Found::One(id) => vec![id.get()],
            Found::Many(ids) => ids.into_iter().map(TaskId::get).collect(),
            Found::None => Vec::new(),
        }
    }

    #[test]
    fn a_name_finds_its_task() {
        for (text, expected) in [
            ("buy groceries", vec![1]),
            ("Buy Groceries", vec![1]),
            ("groceries", vec![1]),
            ("rent", vec![3]),
            ("the rent task", vec![3]),
            ("pay the rent", vec![3]),
            ("call mom", vec![2]),
            ("mom", vec![2, 9]),
            ("meeting", vec![5, 7]),
            ("meetings", vec![5, 7]),
            ("meeting notes", vec![7]),
            ("team meeting", vec![5]),
            ("reports", vec![4]),
            ("library card", vec![6]),
            ("dune part 2", vec![10]),
            ("car", vec![]),
            ("tea", vec![]),
            ("the task", vec![]),
            ("report and rent", vec![]),
            ("milk", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(text, false), expected, "{text}");
        }
    }

    #[test]
    fn a_quoted_name_is_literal() {
        for (text, expected) in [
            ("Pay rent", vec![3]),
            ("rent", vec![3]),
            ("the rent", vec![]),
            ("meeting", vec![5, 7]),
            ("mom call", vec![]),
        ] {
            assert_eq!(found(text, true), expected, "{text}");
        }
    }

    #[test]
    fn a_search_for_a_name_finds_all_that_it_may_mean() {
        let name = |text: &str, is_quoted| TaskName { text: text.to_owned(), is_quoted };
        for text in TITLES.into_iter().chain([
            "the rent task",
            "reports",
            "meetings",
            "Groceries!",
            "the task",
            "library's card",
            "dune part 2",
        ]) {
            for name in [name(text, false), name(text, true)] {
                let searched = name.search_text();
                for title in TITLES {
                    let task = [Candidate { id: id(0), title, completed: false }];
                    let is_meant = find_target(&name, &task, StatusFilter::All) != Found::None;
                    let is_found = folded(title).contains(&searched);
                    assert!(is_found || !is_meant, "{name:?} means {title}: {searched}");
                }
            }
        }
        assert_eq!(name("the rent of Müller's flat", false).search_text(), "müller");
        assert_eq!(name("!?", false).search_text(), "!?");
        assert_eq!(name(" ÉCLAIRS ", true).search_text(), "éclair");
    }

    #[test]
    fn what_is_still_to_do_is_preferred() {
        let task = |index, completed| Candidate { id: id(index), title: "Call mom", completed };
        let name = TaskName { text: "call mom".to_owned(), is_quoted: false };
        let tasks = [task(0, true), task(1, false)];
        assert_eq!(find_target(&name, &tasks, StatusFilter::Pending), Found::One(id(1)));
        assert_eq!(find_target(&name, &tasks, StatusFilter::Completed), Found::One(id(0)));
        let both = Found::Many(vec![id(0), id(1)]);
        assert_eq!(find_target(&name, &tasks, StatusFilter::All), both);
        let same = [task(0, false), task(1, false)];
        assert_eq!(find_target(&name, &same, StatusFilter::Pending), both);
    }
}
