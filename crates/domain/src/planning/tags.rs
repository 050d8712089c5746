//! What a task belongs to: a few short labels.
//!
//! Two spellings of one word are one tag: see [`TagName::key`].

use crate::{
    Problem,
    text::{bounded, folded},
};

/// One label: 1 to 50 characters on one line, without the `#` before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagName(String);

impl TagName {
    /// The longest label, in Unicode code points.
    pub const MAX_CHARS: usize = 50;

    /// Takes the white space and the `#` away, and checks the length.
    ///
    /// # Errors
    /// Nothing left, too long, or a control character such as a line break.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let is_mark = |letter: char| letter == '#' || letter.is_whitespace();
        let name = text.trim_start_matches(is_mark).trim_end();
        if name.is_empty() {
            return Err(Problem::TooShort { min: 1 });
        }
        bounded(name, Self::MAX_CHARS)?;
        if name.chars().any(char::is_control) {
            return Err(Problem::Refused { sentence: "a tag is one line of text" });
        }
        Ok(Self(name.to_owned()))
    }

    /// The spelling that was chosen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What all spellings of this tag have in common.
    #[must_use]
    pub fn key(&self) -> String {
        folded(&self.0)
    }
}

/// The labels of one task: at most 20, each once, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<TagName>);

impl Tags {
    /// The most labels that one task has.
    pub const MAX: usize = 20;
    /// No labels.
    pub const NONE: Self = Self(Vec::new());

    /// Keeps the first spelling of each label.
    ///
    /// # Errors
    /// More than 20 different ones.
    pub fn new(names: Vec<TagName>) -> Result<Self, Problem> {
        let mut tags = Self::default();
        let mut keys: Vec<String> = Vec::new();
        for name in names {
            let key = name.key();
            if keys.contains(&key) {
                continue;
            }
            if tags.0.len() == Self::MAX {
                return Err(Problem::Refused { sentence: "a task has at most 20 tags" });
            }
            keys.push(key);
            tags.0.push(name);
        }
        Ok(tags)
    }

    /// The labels, in the order given.
    #[must_use]
    pub fn as_slice(&self) -> &[TagName] {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this label is among them, in any spelling.
    #[must_use]
    pub fn contains(&self, name: &TagName) -> bool {
        let key = name.key();
        self.0.iter().any(|other| other.key() == key)
    }

    /// The labels after one of them has got another name, or went away. What
    /// was there under the new name already is spelled like it.
    #[must_use]
    pub fn renamed(&self, from: &TagName, to: Option<&TagName>) -> Self {
        let (old, new) = (from.key(), to.map(TagName::key));
        let mut names: Vec<TagName> = Vec::with_capacity(self.0.len());
        let mut has_new = false;
        for name in &self.0 {
            let key = name.key();
            if key != old && Some(&key) != new.as_ref() {
                names.push(name.clone());
            } else if let Some(to) = to.filter(|_| !has_new) {
                has_new = true;
                names.push(to.clone());
            }
        }
        Self(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> TagName {
        TagName::parse(text).expect("a test tag is valid")
    }

    #[test]
    fn a_tag_is_trimmed_and_bounded() {
        for (text, expected) in [
            ("work", "work"),
            (" #work ", "work"),
            ("##work", "work"),
            ("# work", "work"),
            ("# #work", "work"),
            ("two words", "two words"),
            ("C#", "C#"),
            ("📌", "📌"),
        ] {
            assert_eq!(TagName::parse(text).as_ref().map(TagName::as_str), Ok(expected));
        }
        for text in ["", "#", " # ", "\u{a0}"] {
            assert_eq!(TagName::parse(text), Err(Problem::TooShort { min: 1 }));
        }
        assert!(TagName::parse(&"é".repeat(50)).is_ok());
        assert_eq!(TagName::parse(&"é".repeat(51)), Err(Problem::TooLong { max: 50 }));
        assert_eq!(TagName::parse("a\0b"), Err(Problem::Nul));
        assert!(TagName::parse("a\nb").is_err());
    }

    #[test]
    fn a_tag_is_the_same_in_capitals() {
        for (one, other) in [
            ("Work", "WORK"),
            ("Straße", "STRASSE"),
            ("straße", "STRAẞE"),
            ("οδος", "ΟΔΟΣ"),
            ("Ärger", "ärger"),
            ("İş", "i\u{307}ş"),
            ("ﬁx", "FIX"),
        ] {
            assert_eq!(tag(one).key(), tag(other).key(), "{one} {other}");
        }
        for (one, other) in [("cafe", "café"), ("ılık", "ilik"), ("work", "works")] {
            assert_ne!(tag(one).key(), tag(other).key(), "{one} {other}");
        }
    }

    #[test]
    fn tags_keep_their_order_and_the_first_spelling() {
        let names = ["Home", "#work", "HOME", "WORK", "café"].map(tag).to_vec();
        let tags = Tags::new(names).expect("three tags");
        let found: Vec<_> = tags.as_slice().iter().map(TagName::as_str).collect();
        assert_eq!(found, ["Home", "work", "café"]);
        assert!(tags.contains(&tag("CAFÉ")) && !tags.contains(&tag("garden")));
    }

    #[test]
    fn a_tag_gets_another_name_where_it_stands() {
        let tags = |names: &[&str]| {
            Tags::new(names.iter().map(|name| tag(name)).collect()).expect("a few tags")
        };
        for (before, to, after) in [
            (&["home", "Work", "garden"][..], Some("Job"), &["home", "Job", "garden"][..]),
            (&["home", "Work"], Some("WORK"), &["home", "WORK"]),
            (&["JOB", "home", "Work"], Some("Job"), &["Job", "home"]),
            (&["Work", "home", "JOB"], Some("Job"), &["Job", "home"]),
            (&["home", "Work"], None, &["home"]),
            (&["work"], None, &[]),
        ] {
            let to = to.map(tag);
            assert_eq!(tags(before).renamed(&tag("work"), to.as_ref()), tags(after), "{before:?}");
        }
    }

    #[test]
    fn a_task_has_at_most_20_tags() {
        let many = |n: usize| (0..n).map(|i| tag(&format!("t{i}"))).collect::<Vec<_>>();
        assert!(Tags::new(many(20)).is_ok());
        assert!(Tags::new(many(21)).is_err());
        let repeated = [many(20), many(20)].concat();
        assert!(Tags::new(repeated).is_ok());
    }
}
