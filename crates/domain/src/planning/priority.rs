//! How much a task matters.

use std::fmt;

use crate::Problem;

/// How much a task matters. A task without a priority has none: `Option`.
///
/// The order is that of importance: `High` is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Can wait.
    Low,
    /// As usual.
    Medium,
    /// Before everything else.
    High,
}

impl Priority {
    /// All of them, the most important first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The priority that a word means; the word `none` means no priority.
    ///
    /// # Errors
    /// Not one of the words.
    pub fn parse(word: &str) -> Result<Option<Self>, Problem> {
        match word.trim().to_ascii_lowercase().as_str() {
            "high" | "p1" | "urgent" | "critical" => Ok(Some(Self::High)),
            "medium" | "p2" | "normal" => Ok(Some(Self::Medium)),
            "low" | "p3" => Ok(Some(Self::Low)),
            "none" => Ok(None),
            _ => Err(Problem::NotOneOf { expected: "'high', 'medium', 'low' or 'none'" }),
        }
    }

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_has_many_words() {
        for (words, priority) in [
            ("high HIGH High p1 P1 urgent Critical", Some(Priority::High)),
            ("medium p2 Normal", Some(Priority::Medium)),
            ("low p3 LOW", Some(Priority::Low)),
            ("none None", None),
        ] {
            for word in words.split(' ') {
                assert_eq!(Priority::parse(word), Ok(priority), "{word}");
            }
        }
        for word in ["", "p0", "p4", "1", "highest", "ｈｉｇｈ"] {
            assert!(Priority::parse(word).is_err(), "{word}");
        }
    }

    #[test]
    fn a_priority_reads_back_and_the_highest_is_the_greatest() {
        for priority in Priority::ALL {
            assert_eq!(Priority::parse(priority.as_str()), Ok(Some(priority)));
        }
        assert!(Priority::High > Priority::Medium && Priority::Medium > Priority::Low);
    }
}
