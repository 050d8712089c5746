//! Where values come from: the environment, and `.env` beneath it.
//!
//! The only file that reads the process environment; everything else is given
//! a [`Source`], so tests set no variables and run side by side.

mod dotenv;
mod unknown;

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use super::{
    problem::{Problem, shown},
    variables::{ALL, BETTER_AUTH_SECRET, Variable},
};

/// The value of one variable and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// Where a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Environment,
    DotEnv { line: usize },
    Dev,
    Command,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("in the environment"),
            Self::DotEnv { line } => write!(f, "in .env, line {line}"),
            Self::Dev => f.write_str("set by rondo dev"),
            Self::Command => f.write_str("made for this command"),
        }
    }
}

/// The values of all variables of ours that are set.
///
/// A variable set to nothing counts as not set: that is what an empty line in
/// a compose file or a cleared field in a hosting panel means.
#[derive(Debug, Default)]
pub struct Source {
    values: BTreeMap<&'static str, Value>,
    pub(super) problems: Vec<Problem>,
    /// Names in `.env` that are no variable of ours.
    unknown: Vec<String>,
    /// Where `.env` was looked for, and whether it was there.
    pub(super) dot_env: Option<(PathBuf, bool)>,
}

impl Source {
    /// The environment of this process over `.env` in its working directory.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
    pub fn of_process() -> Self {
        let path = env::current_dir().unwrap_or_default().join(".env");
        let mut source = Self::default();
        match dotenv::read(&path) {
            Ok(Some(text)) => {
                source.add_dot_env(&text);
                source.dot_env = Some((path, true));
            }
            Ok(None) => source.dot_env = Some((path, false)),
            Err(error) => source.problems.push(Problem::of_file(error)),
        }
        source.add_environment(env::vars_os());
        source
    }

    /// An environment given as pairs, over the text of a `.env`.
    #[must_use]
    pub fn of_pairs<'a>(
        environment: impl IntoIterator<Item = (&'a str, &'a str)>,
        dot_env: &str,
    ) -> Self {
        let mut source = Self::default();
        source.add_dot_env(dot_env);
        let os = |(name, text): (&str, &str)| (OsString::from(name), OsString::from(text));
        source.add_environment(environment.into_iter().map(os));
        source
    }

    /// What `rondo dev` goes by: the variables it listens to, and these.
    #[must_use]
    pub fn for_dev(mut self, fixed: &[(&'static Variable, String)]) -> Self {
        self.values.retain(|name, _| ALL.iter().any(|v| v.name == *name && v.in_dev));
        for (variable, text) in fixed {
            self.values.insert(variable.name, Value { text: text.clone(), origin: Origin::Dev });
        }
        self
    }

    /// The same with a secret, if there is none: for a command that signs
    /// nothing that anybody else is to accept.
    #[must_use]
    pub fn or_secret(mut self, secret: impl FnOnce() -> String) -> Self {
        self.values
            .entry(BETTER_AUTH_SECRET.name)
            .or_insert_with(|| Value { text: secret(), origin: Origin::Command });
        self
    }

    /// The value of a variable, unless it is unset or empty.
    pub(super) fn get(&self, variable: &Variable) -> Option<&Value> {
        self.values.get(variable.name)
    }

    /// What is written for a variable; `None` when the default holds.
    #[must_use]
    pub fn written(&self, variable: &Variable) -> Option<&str> {
        self.get(variable).map(|value| value.text.trim())
    }

    /// What holds for each variable, secrets hidden: its name, its value and
    /// where that comes from. Variables without a value are left out.
    #[must_use]
    pub fn effective(&self) -> Vec<[String; 3]> {
        let row = |variable: &&Variable| {
            let [value, origin] = match self.get(variable) {
                Some(value) => [shown(variable, &value.text), value.origin.to_string()],
                None if ["empty", "required"].contains(&variable.default) => return None,
                None => [variable.default.to_owned(), "default".to_owned()],
            };
            Some([variable.name.to_owned(), value, origin])
        };
        ALL.iter().filter_map(row).collect()
    }

    /// The `.env` that the secret is in, if it is in one.
    #[must_use]
    pub fn file_with_secret(&self) -> Option<&Path> {
        let is_in_file = matches!(
            self.get(&BETTER_AUTH_SECRET).map(|value| value.origin),
            Some(Origin::DotEnv { .. })
        );
        self.dot_env.as_ref().filter(|_| is_in_file).map(|(path, _)| path.as_path())
    }

    /// What is odd about `.env`, in sentences.
    pub(super) fn warnings(&self) -> Vec<String> {
        unknown::warnings(&self.unknown)
    }

    fn add_dot_env(&mut self, text: &str) {
        let (lines, problems) = dotenv::parse(text);
        self.problems.extend(problems);
        for line in lines {
            if !ALL.iter().any(|variable| variable.name == line.name) {
                self.unknown.push(line.name);
                continue;
            }
            self.add(&line.name, line.text, Origin::DotEnv { line: line.number });
        }
    }

    fn add_environment(&mut self, pairs: impl Iterator<Item = (OsString, OsString)>) {
        for (name, text) in pairs {
            let Some(name) = name.to_str() else { continue };
            match text.into_string() {
                Ok(text) => self.add(name, text, Origin::Environment),
                Err(_) => self
                    .problems
                    .extend(ALL.iter().find(|v| v.name == name).map(|v| Problem::not_text(v))),
            }
        }
    }

    /// Later calls win, which is why `.env` comes first. An empty variable in
    /// the environment still hides a line of `.env`: it is how one is unset.
    fn add(&mut self, name: &str, text: String, origin: Origin) {
        let Some(variable) = ALL.iter().find(|variable| variable.name == name) else {
            return;
        };
        if text.trim().is_empty() {
            self.values.remove(variable.name);
        } else {
            self.values.insert(variable.name, Value { text, origin });
        }
    }
}
