//! What a mail is about, before it is put into words.

use rondo_domain::{Email, Secret};
use serde_json::{Value, json};

/// What the link in a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetterKind {
    /// To set a new password.
    ResetPassword,
    /// To show that mail to the address of the account arrives.
    VerifyEmail,
    /// The same for the address that the account is to get.
    ChangeEmail,
    /// To set a new password, for somebody who signed up once more.
    AccountExists,
    /// Nothing but to go and look: the account has another address now.
    EmailChanged,
}

impl LetterKind {
    pub(super) const ALL: [Self; 5] = [
        Self::ResetPassword,
        Self::VerifyEmail,
        Self::ChangeEmail,
        Self::AccountExists,
        Self::EmailChanged,
    ];

    /// Its name, in rows and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset-password",
            Self::VerifyEmail => "verify-email",
            Self::ChangeEmail => "change-email",
            Self::AccountExists => "account-exists",
            Self::EmailChanged => "email-changed",
        }
    }
}

/// A mail to one person, with one link.
///
/// Holds nothing else that a person wrote, not even their name: whoever signs
/// up with somebody else's address would have us deliver their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// What it is about.
    pub kind: LetterKind,
    /// Where it goes.
    pub to: Email,
    /// An absolute URL of ours, in ASCII; works once, unless it does nothing.
    pub link: Secret<String>,
}

impl Letter {
    /// For sealing. Not `Serialize`: nothing is to write the link down by
    /// accident.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kind = self.kind.as_str();
        json!({"kind": kind, "to": self.to.as_str(), "link": self.link.expose()})
            .to_string()
            .into_bytes()
    }

    /// What [`Self::to_bytes`] made; `None` for everything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let kind = value.get("kind")?.as_str()?;
        Some(Self {
            kind: LetterKind::ALL.into_iter().find(|known| known.as_str() == kind)?,
            to: Email::parse(value.get("to")?.as_str()?).ok()?,
            link: Secret::new(value.get("link")?.as_str()?.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::email;

    #[test]
    fn a_letter_is_read_as_it_was_written_and_shows_nothing() {
        for kind in LetterKind::ALL {
            let link = Secret::new("http://localhost/a?b=\"c\"&d".to_owned());
            let letter = Letter { kind, to: email("ada"), link };
            assert_eq!(Letter::from_bytes(&letter.to_bytes()), Some(letter.clone()));
            let shown = format!("{letter:?}");
            assert!(!shown.contains("ada") && !shown.contains("localhost"), "{shown}");
        }
        for bytes in ["", "{}", "[]", "{\"kind\":\"other\",\"to\":\"a@b.co\",\"link\":\"x\"}"] {
            assert_eq!(Letter::from_bytes(bytes.as_bytes()), None, "{bytes}");
        }
    }
}
