//! A line to read a task from, as clients send it.

use rondo_domain::{Problem, QuickAdd, Timestamp, UserSettings};
use serde_json::Value;

use super::{echo, parse_object, text};
use crate::error::{Error, Invalid, Location};

/// The field that the line is in.
pub(super) const FIELD: &str = "text";

/// A line that says something, and not too much: what it means depends on who
/// says it and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(String);

/// `text`, which is required.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn line(body: Value) -> Result<Line, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let line = fields.required(FIELD, text(Line::parse));
    fields.finish(|| line)
}

impl Line {
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Err(Problem::TooShort { min: 1 });
        }
        if text.chars().count() > QuickAdd::MAX_CHARS {
            return Err(Problem::TooLong { max: QuickAdd::MAX_CHARS });
        }
        if text.contains('\0') {
            return Err(Problem::Nul);
        }
        Ok(Self(text.to_owned()))
    }

    /// The task that it describes, for a user with these settings at this
    /// moment.
    ///
    /// # Errors
    /// [`Error::Invalid`] when too much is left to be a title.
    pub(crate) fn read(&self, now: Timestamp, settings: &UserSettings) -> Result<QuickAdd, Error> {
        let read = QuickAdd::parse(&self.0, now, &settings.time_zone, settings.week_start);
        read.map_err(|problem| {
            let problem = match problem {
                // A line may be longer than this; what is a title may not.
                Problem::TooLong { .. } => {
                    Problem::Refused { sentence: "more than 200 characters are left for the title" }
                }
                other => other,
            };
            let input = echo(&Value::String(self.0.clone()));
            let invalid = Invalid::new(Location::Body, Some(FIELD), problem);
            Error::Invalid(vec![Invalid { input, ..invalid }])
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};
    use crate::testing::NOW;

    #[test]
    fn a_line_has_text_and_not_too_much() {
        assert_eq!(problems(line(json!({}))), ["body.text missing"]);
        for other in [json!(null), json!(5), json!(["x"]), json!({"x": 1}), json!(true)] {
            assert_eq!(problems(line(json!({"text": other}))), ["body.text string_type"]);
        }
        for blank in ["", " ", "\u{2003}\n"] {
            assert_eq!(problems(line(json!({"text": blank}))), ["body.text string_too_short"]);
        }
        for letter in ["x", "é", "😀"] {
            assert!(line(json!({"text": letter.repeat(2000)})).is_ok());
            let long = json!({"text": letter.repeat(2001)});
            assert_eq!(problems(line(long)), ["body.text string_too_long"]);
        }
        assert_eq!(problems(line(json!({"text": "a\0b"}))), ["body.text value_error"]);
        assert_eq!(problems(line(json!("milk"))), ["body.* model_attributes_type"]);
    }

    #[test]
    fn only_what_is_left_has_to_fit_a_title() {
        let settings = UserSettings::default();
        let read = |text: String| line(json!({"text": text})).and_then(|l| l.read(NOW, &settings));
        let title = "x".repeat(200);
        let task = read(format!("{title} tomorrow p1")).expect("the title fits");
        assert_eq!(task.title.as_str(), title);
        let refused = read(format!("{title}x tomorrow p1"));
        let Err(Error::Invalid(found)) = &refused else {
            panic!("{refused:?} is not a list of problems");
        };
        let sentence = "Value error, more than 200 characters are left for the title";
        assert_eq!(found[0].problem.to_string(), sentence);
        assert_eq!(problems(refused), ["body.text value_error"]);
    }
}
