//! Outgoing mail: where it goes, and from whom it comes.

use std::{fmt, net::IpAddr, path::PathBuf};

use lettre::{Address, message::Mailbox};
use rondo_domain::{Email, Secret};

/// Outgoing mail.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Where mails are handed over.
    pub transport: MailTransport,
    /// Whom they are from.
    pub from: Sender,
}

/// Where mails are handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailTransport {
    /// Each becomes a file in this folder: for development.
    Folder(PathBuf),
    /// A mail server takes them.
    Smtp(SmtpServer),
}

/// A mail server, and how to talk to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    /// A name, or an address without brackets.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// Who can read along.
    pub encryption: Encryption,
    /// A user name and a password; `None`: the server asks for none.
    pub credentials: Option<(String, Secret<String>)>,
}

/// Who can read along on the way to the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Everybody in between.
    None,
    /// Nobody; the connection begins in clear and goes no further than that
    /// when the server offers no TLS.
    StartTls,
    /// Nobody, from the first byte on.
    Tls,
}

impl Encryption {
    /// The port that is usual for it.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::StartTls => 587,
            Self::Tls => 465,
        }
    }
}

/// Whom mails are from: an address, perhaps with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads `todo@example.com` or `Rondo <todo@example.com>`.
    ///
    /// # Errors
    /// What is wrong, in words that follow a name: "holds a line break".
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.contains(char::is_control) {
            return Err("holds a line break or another control character".to_owned());
        }
        let (name, address) = match text.split_once('<') {
            Some((name, rest)) => {
                let address = rest.strip_suffix('>').ok_or("lacks the > at its end")?;
                (name.trim().trim_matches('"'), address.trim())
            }
            None => ("", text),
        };
        let local = address.rsplit_once('@').map_or("", |(local, _)| local);
        let address = match Email::parse(address) {
            // Mail servers are told the domain in ASCII.
            Ok(email) => format!("{local}@{}", email.domain()),
            // `rondo@localhost` is a sender too: only a mail server has to accept it.
            Err(_) if address.ends_with("@localhost") => address.to_owned(),
            Err(problem) => return Err(format!("is not an address: {problem}")),
        };
        let address = address.parse().map_err(|error| format!("is not an address: {error}"))?;
        let name = (!name.is_empty()).then(|| name.to_owned());
        Ok(Self(Mailbox::new(name, address)))
    }

    /// The sender of a server that was given none: `Rondo <rondo@HOST>`.
    ///
    /// A host that no mail could come from, like `127.0.0.1`, becomes
    /// `localhost`.
    #[must_use]
    pub fn at_host(host: &str) -> Self {
        let is_number = host.parse::<IpAddr>().is_ok();
        let host = if is_number { "localhost" } else { host };
        let at = |host: &str| Self::parse(&format!("Rondo <rondo@{host}>"));
        at(host)
            .or_else(|_| at("localhost"))
            .unwrap_or_else(|_| unreachable!("this literal is an address"))
    }

    pub(crate) const fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    pub(crate) const fn address(&self) -> &Address {
        &self.0.email
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_may_have_a_name() {
        for (text, expected) in [
            ("a@example.com", "a@example.com"),
            (" Rondo <a@example.com> ", "Rondo <a@example.com>"),
            ("\"Rondo, Inc.\" <a@example.com>", "\"Rondo, Inc.\" <a@example.com>"),
            ("rondo@localhost", "rondo@localhost"),
            ("<a@example.com>", "a@example.com"),
            ("Todo@Ex\u{e4}mple.com", "Todo@xn--exmple-cua.com"),
        ] {
            let sender = Sender::parse(text).map(|sender| sender.to_string());
            assert_eq!(sender.as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_no_sender_is_refused() {
        for text in [
            "",
            "Rondo",
            "Rondo <a@example.com",
            "a@example.com, b@example.com",
            "a@b\r\nBcc: c@d.com",
            "Ro\nndo <a@example.com>",
            "a b@localhost",
            "@localhost",
            "Rondo <a@example.com> <b@example.com>",
        ] {
            assert!(Sender::parse(text).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn without_a_sender_mails_come_from_the_public_host() {
        let at = |host: &str| Sender::at_host(host).to_string();
        assert_eq!(at("todo.example.com"), "Rondo <rondo@todo.example.com>");
        assert_eq!(at("localhost"), "Rondo <rondo@localhost>");
        assert_eq!(at("127.0.0.1"), "Rondo <rondo@localhost>");
        assert_eq!(at("[::1]"), "Rondo <rondo@localhost>");
        assert_eq!(at("todo"), "Rondo <rondo@localhost>");
    }
}
