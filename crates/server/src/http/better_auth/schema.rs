//! What a body or a query must look like, and what is said when it does not,
//! in the words of zod, which Better Auth checks its input with.
//!
//! Members are taken out of the input, so that a password exists once.

use rondo_app::Invalid;
use rondo_domain::{Problem, Secret};
use serde_json::{Map, Value};

use super::AuthError;

/// What was read; `None` when a problem was noted instead.
pub(crate) type Read<T> = Option<T>;

/// Input of a certain form. What it does not ask for is ignored.
pub(crate) trait Schema: Sized {
    /// Whether nothing at all is as good as an empty object.
    const OPTIONAL: bool = false;
    /// What zod calls the input as a whole; it names each when it is none.
    /// Without one, anything at all is as good as an empty object.
    const SHAPES: &'static [&'static str] = &["object"];

    /// Reads all members before it gives up, so that all problems are told.
    fn read(fields: &mut Fields) -> Read<Self>;
}

/// Nothing that matters, whatever it is.
pub(crate) struct NoBody;

impl Schema for NoBody {
    const OPTIONAL: bool = true;
    const SHAPES: &'static [&'static str] = &[];

    fn read(_: &mut Fields) -> Option<Self> {
        Some(Self)
    }
}

/// The members of an input, and what is wrong with those that were read.
pub(crate) struct Fields {
    part: &'static str,
    values: Map<String, Value>,
    problems: Vec<String>,
}

/// Reads an input that is the `part` of a request: `body` or `query`.
pub(super) fn parse<T: Schema>(part: &'static str, input: Option<Value>) -> Result<T, AuthError> {
    let values = match input {
        Some(Value::Object(values)) => values,
        None if T::OPTIONAL => Map::new(),
        Some(_) if T::SHAPES.is_empty() => Map::new(),
        other => {
            let received = type_of(other.as_ref());
            let problem = |shape: &&str| about(part, None, &unexpected(shape, received));
            let problems: Vec<_> = T::SHAPES.iter().map(problem).collect();
            return Err(AuthError::Invalid(problems.join("; ")));
        }
    };
    let mut fields = Fields { part, values, problems: Vec::new() };
    match T::read(&mut fields) {
        Some(read) if fields.problems.is_empty() => Ok(read),
        _ => Err(AuthError::Invalid(fields.problems.join("; "))),
    }
}

impl Fields {
    /// A text.
    pub(crate) fn text(&mut self, name: &str) -> Read<String> {
        match self.values.remove(name) {
            Some(Value::String(text)) => Some(text),
            other => self.refuse(name, "string", other.as_ref()),
        }
    }

    /// A text that may be absent; `null` is not absent.
    pub(crate) fn optional_text(&mut self, name: &str) -> Read<Option<String>> {
        self.if_present(name, Self::text)
    }

    /// A text that nobody may see.
    pub(crate) fn secret(&mut self, name: &str) -> Read<Secret<String>> {
        self.text(name).map(Secret::new)
    }

    /// A text that nobody may see, and that is not empty.
    pub(crate) fn nonempty_secret(&mut self, name: &str) -> Read<Secret<String>> {
        self.parsed(name, |text| {
            if text.is_empty() {
                return Err(Problem::TooShort { min: 1 });
            }
            Ok(Secret::new(text.to_owned()))
        })
    }

    /// A text that nobody may see, and that may be absent.
    pub(crate) fn optional_secret(&mut self, name: &str) -> Read<Option<Secret<String>>> {
        self.if_present(name, Self::secret)
    }

    /// True or false, and may be absent.
    pub(crate) fn optional_flag(&mut self, name: &str) -> Read<Option<bool>> {
        self.if_present(name, |fields, name| match fields.values.remove(name) {
            Some(Value::Bool(flag)) => Some(flag),
            other => fields.refuse(name, "boolean", other.as_ref()),
        })
    }

    /// A text that is something in the domain.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Read<T> {
        let text = self.text(name)?;
        match parse(&text) {
            Ok(parsed) => Some(parsed),
            Err(problem) => self.problem(name, &words(&problem, None)),
        }
    }

    /// The same, and may be absent.
    pub(crate) fn optional_parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Read<Option<T>> {
        self.if_present(name, |fields, name| fields.parsed(name, parse))
    }

    /// The same, and may be `null` as well, which means something else than
    /// being absent.
    #[expect(clippy::option_option, reason = "absent, null and a value are three answers")]
    pub(crate) fn nullable_parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Read<Option<Option<T>>> {
        self.if_present(name, |fields, name| {
            if fields.values.get(name) == Some(&Value::Null) {
                return Some(None);
            }
            fields.parsed(name, parse).map(Some)
        })
    }

    /// Whether there is such a member, of any type.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(is_given)
    }

    /// Notes a problem of a member.
    pub(crate) fn problem<T>(&mut self, name: &str, words: &str) -> Read<T> {
        self.problems.push(about(self.part, Some(name), words));
        None
    }

    fn if_present<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self, &str) -> Read<T>,
    ) -> Read<Option<T>> {
        if self.values.contains_key(name) { read(self, name).map(Some) } else { Some(None) }
    }

    fn refuse<T>(&mut self, name: &str, expected: &str, received: Option<&Value>) -> Read<T> {
        self.problem(name, &unexpected(expected, type_of(received)))
    }
}

/// Whether JavaScript would call it true: upstream looks no further at what is
/// not.
pub(super) fn is_given(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// All problems that a use case found in the input.
pub(super) fn sentences(problems: &[Invalid]) -> String {
    let sentence = |invalid: &Invalid| {
        let words = words(&invalid.problem, invalid.input.as_ref());
        about(invalid.location.as_str(), invalid.field, &words)
    };
    problems.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

/// One problem of a member of the body.
pub(super) fn sentence(field: &str, problem: &Problem) -> String {
    about("body", Some(field), &words(problem, None))
}

fn about(part: &str, field: Option<&str>, words: &str) -> String {
    match field {
        Some(field) => format!("[{part}.{field}] {words}"),
        None => format!("[{part}] {words}"),
    }
}

fn unexpected(expected: &str, received: &str) -> String {
    format!("Invalid input: expected {expected}, received {received}")
}

const fn type_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

fn words(problem: &Problem, input: Option<&Value>) -> String {
    let received = type_of(input);
    match problem {
        Problem::Missing => unexpected("string", "undefined"),
        Problem::NotText => unexpected("string", received),
        Problem::NotBoolean => unexpected("boolean", received),
        Problem::NotInteger => unexpected("int", received),
        Problem::NotObject => unexpected("object", received),
        Problem::NotList => unexpected("array", received),
        Problem::TooShort { min } => {
            format!("Too small: expected string to have >={min} characters")
        }
        Problem::TooLong { max } => format!("Too big: expected string to have <={max} characters"),
        Problem::TooFewItems { min, .. } => {
            format!("Too small: expected array to have >={min} items")
        }
        Problem::TooManyItems { max, .. } => {
            format!("Too big: expected array to have <={max} items")
        }
        Problem::TooSmall { min } => format!("Too small: expected number to be >={min}"),
        Problem::TooLarge { max } => format!("Too big: expected number to be <={max}"),
        Problem::NotOneOf { expected } => format!("Invalid option: expected {expected}"),
        Problem::Nul => "Invalid input: the character U+0000 is not allowed".to_owned(),
        Problem::NotEmail { .. } => "Invalid email address".to_owned(),
        Problem::Refused { sentence } => format!("Invalid input: {sentence}"),
    }
}

#[cfg(test)]
mod tests {
    use rondo_domain::Email;
    use serde_json::json;

    use super::*;

    /// A sign-up, with one member of each kind.
    #[derive(Debug)]
    struct SignUp {
        name: String,
        password: Secret<String>,
        #[expect(clippy::option_option, reason = "absent, null and a value are three answers")]
        image: Option<Option<Email>>,
        remember: Option<bool>,
    }

    impl Schema for SignUp {
        const SHAPES: &'static [&'static str] = &["object", "record"];

        fn read(fields: &mut Fields) -> Option<Self> {
            let name = fields.text("name");
            let email = fields.parsed("email", Email::parse);
            let password = fields.nonempty_secret("password");
            let image = fields.nullable_parsed("image", Email::parse);
            let callback = fields.optional_text("callbackURL");
            let remember = fields.optional_flag("rememberMe");
            let (_, _) = (email?, callback?);
            let (name, password) = (name?, password?);
            Some(Self { name, password, image: image?, remember: remember? })
        }
    }

    fn check(input: Option<Value>, expected: &[&str]) {
        let Err(AuthError::Invalid(sentence)) = parse::<SignUp>("body", input) else {
            panic!("this is no sign-up");
        };
        assert_eq!(sentence.split("; ").collect::<Vec<_>>(), expected);
    }

    #[test]
    fn input_of_the_right_form_is_read() {
        let body = json!({
            "name": "", "email": "a@b.co", "password": "x", "image": null, "rememberMe": false,
            "role": "admin"
        });
        let read = parse::<SignUp>("body", Some(body)).expect("this is a sign-up");
        assert_eq!((read.name.as_str(), read.password.expose().as_str()), ("", "x"));
        assert_eq!((read.image, read.remember), (Some(None), Some(false)));
        let body = json!({"name": "A", "email": "a@b.co", "password": " "});
        let read = parse::<SignUp>("body", Some(body)).expect("the rest may be absent");
        assert_eq!((read.image, read.remember), (None, None));
    }

    #[test]
    fn every_problem_is_told_in_the_words_of_zod() {
        check(
            Some(json!({})),
            &[
                "[body.name] Invalid input: expected string, received undefined",
                "[body.email] Invalid input: expected string, received undefined",
                "[body.password] Invalid input: expected string, received undefined",
            ],
        );
        let body = json!({
            "name": 1, "email": "nope", "password": "", "image": [], "callbackURL": null,
            "rememberMe": "x"
        });
        check(
            Some(body),
            &[
                "[body.name] Invalid input: expected string, received number",
                "[body.email] Invalid email address",
                "[body.password] Too small: expected string to have >=1 characters",
                "[body.image] Invalid input: expected string, received array",
                "[body.callbackURL] Invalid input: expected string, received null",
                "[body.rememberMe] Invalid input: expected boolean, received string",
            ],
        );
    }

    #[test]
    fn input_that_is_no_object_is_refused_as_a_whole() {
        for (input, received) in [
            (None, "undefined"),
            (Some(json!(null)), "null"),
            (Some(json!([])), "array"),
            (Some(json!("x")), "string"),
            (Some(json!(1.5)), "number"),
            (Some(json!(true)), "boolean"),
        ] {
            let problem =
                |shape| format!("[body] Invalid input: expected {shape}, received {received}");
            check(input, &[&problem("object"), &problem("record")]);
        }
    }

    #[test]
    fn where_no_body_is_needed_any_is_fine() {
        assert!(parse::<NoBody>("body", None).is_ok());
        for body in [json!({"a": 1}), json!([]), json!(null), json!("x"), json!(1), json!(true)] {
            assert!(parse::<NoBody>("body", Some(body.clone())).is_ok(), "{body}");
        }
    }
}
