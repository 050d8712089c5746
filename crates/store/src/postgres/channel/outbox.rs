//! What one process tells the others, and how it is put into words.
//!
//! A payload is a JSON list: who speaks, the users whose tasks changed, the
//! users whose logins ended. Without the two lists it is about everybody.

use std::collections::HashMap;

use rondo_domain::UserId;
use serde_json::{Value, json};

use super::{Heard, Hint};

/// How many users are remembered. More than that at once is everybody.
const CAPACITY: usize = 4096;

/// How long a payload may be, in bytes. PostgreSQL refuses 8,000.
const MAX_BYTES: usize = 7_900;

/// Hints that were not sent yet: one a user, whatever happened how often.
#[derive(Default)]
pub(super) struct Outbox {
    hints: HashMap<UserId, Hint>,
    is_for_everybody: bool,
}

impl Outbox {
    /// Puts a hint in; what is said of a user is the most that was.
    pub(super) fn put(&mut self, user: &UserId, hint: Hint) {
        if self.is_for_everybody {
            return;
        }
        if let Some(present) = self.hints.get_mut(user) {
            *present = hint.max(*present);
        } else if self.hints.len() < CAPACITY {
            self.hints.insert(user.clone(), hint);
        } else {
            self.put_everybody();
        }
    }

    /// Says that it is about everybody.
    pub(super) fn put_everybody(&mut self) {
        self.is_for_everybody = true;
        self.hints = HashMap::new();
    }

    /// Whether there is nothing to send.
    pub(super) fn is_empty(&self) -> bool {
        self.hints.is_empty() && !self.is_for_everybody
    }

    /// Takes everything out, as payloads that are not too long.
    pub(super) fn take(&mut self, speaker: &str) -> Vec<String> {
        let Self { hints, is_for_everybody } = std::mem::take(self);
        if is_for_everybody {
            return vec![json!([speaker]).to_string()];
        }
        let mut payloads = Vec::new();
        let mut page = Page::new(speaker);
        for (user, hint) in hints {
            let name = Value::from(user.as_str());
            let length = name.to_string().len() + 1;
            if page.length + length > MAX_BYTES {
                payloads.push(page.finish(speaker));
                page = Page::new(speaker);
            }
            page.length += length;
            let list = if hint == Hint::Ended { &mut page.ended } else { &mut page.changed };
            list.push(name);
        }
        if !(page.changed.is_empty() && page.ended.is_empty()) {
            payloads.push(page.finish(speaker));
        }
        payloads
    }
}

/// A payload in the making.
struct Page {
    changed: Vec<Value>,
    ended: Vec<Value>,
    length: usize,
}

impl Page {
    fn new(speaker: &str) -> Self {
        let length = json!([speaker, [], []]).to_string().len();
        Self { changed: Vec::new(), ended: Vec::new(), length }
    }

    fn finish(self, speaker: &str) -> String {
        json!([speaker, self.changed, self.ended]).to_string()
    }
}

/// What a payload says; `None` when we said it ourselves.
///
/// What cannot be read may be a later version's: then anything may have
/// happened.
pub(super) fn read(payload: &str, own: &str) -> Option<Heard> {
    let Ok(Value::Array(parts)) = serde_json::from_str(payload) else {
        return Some(Heard::Anything);
    };
    if parts.first().and_then(Value::as_str) == Some(own) {
        return None;
    }
    let [_, Value::Array(changed), Value::Array(ended)] = parts.as_slice() else {
        return Some(Heard::Anything);
    };
    let users = |list: &[Value], hint| -> Option<Vec<(UserId, Hint)>> {
        let read = |name: &Value| Some((UserId::parse(name.as_str()?).ok()?, hint));
        list.iter().map(read).collect()
    };
    let Some(hints) = users(changed, Hint::Changed).zip(users(ended, Hint::Ended)) else {
        return Some(Heard::Anything);
    };
    Some(Heard::Hints([hints.0, hints.1].concat()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn user(name: &str) -> UserId {
        UserId::parse(name).expect("a test id is valid")
    }

    /// What another process makes of payloads.
    fn heard(payloads: &[String]) -> BTreeMap<UserId, bool> {
        let hints = payloads.iter().flat_map(|payload| match read(payload, "other") {
            Some(Heard::Hints(hints)) => hints,
            other => panic!("{payload}: {other:?}"),
        });
        hints.map(|(user, hint)| (user, hint == Hint::Ended)).collect()
    }

    #[test]
    fn others_hear_what_was_said_once_and_we_do_not() {
        let mut outbox = Outbox::default();
        assert!(outbox.is_empty());
        for (name, hint) in [
            ("ada", Hint::Changed),
            ("ada", Hint::Changed),
            ("bob", Hint::Ended),
            ("bob", Hint::Changed),
            ("cleo", Hint::Changed),
            ("cleo", Hint::Ended),
        ] {
            outbox.put(&user(name), hint);
        }
        let payloads = outbox.take("me");
        assert!(outbox.is_empty());
        assert!(outbox.take("me").is_empty());
        let expected = [("ada", false), ("bob", true), ("cleo", true)];
        assert_eq!(heard(&payloads), expected.map(|(name, ended)| (user(name), ended)).into());
        assert!(payloads.iter().all(|payload| read(payload, "me").is_none()));
    }

    #[test]
    fn any_user_fits_and_no_payload_is_too_long() {
        let mut outbox = Outbox::default();
        let names: Vec<UserId> = (0..300)
            .map(|number| {
                let filling = ["\"", "\\", "\u{1}", "é", "𝒙", "'"][number % 6];
                user(&format!("{number}-{}", filling.repeat(251)))
            })
            .collect();
        for name in &names {
            outbox.put(name, Hint::Changed);
        }
        let payloads = outbox.take("me");
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        assert_eq!(heard(&payloads), names.into_iter().map(|name| (name, false)).collect());
    }

    #[test]
    fn more_users_than_are_remembered_are_everybody() {
        let mut outbox = Outbox::default();
        for number in 0..=CAPACITY {
            outbox.put(&user(&format!("u{number}")), Hint::Changed);
        }
        let payloads = outbox.take("me");
        assert_eq!(payloads.len(), 1);
        assert!(matches!(read(&payloads[0], "other"), Some(Heard::Anything)));
        assert!(read(&payloads[0], "me").is_none());
        assert!(outbox.is_empty());
    }

    #[test]
    fn what_cannot_be_read_may_be_anything() {
        for payload in ["", "x", "{}", "[]", "[1]", r#"["a"]"#, r#"["a",[1],[]]"#, r#"["a",[],{}]"#]
        {
            assert!(matches!(read(payload, "me"), Some(Heard::Anything)), "{payload}");
        }
    }
}
