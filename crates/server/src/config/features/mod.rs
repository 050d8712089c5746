//! Mail, the assistant, events and the trash: small settings of single features.
//!
//! All but the command line's end up in the application's settings, because use
//! cases depend on them.

pub(super) mod assistant;

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use rondo_app::{Encryption, EventBus, MailSettings, MailTransport, Sender, SmtpServer};
use rondo_domain::Secret;
use url::{Host, Url};

use super::{
    http::is_loopback,
    reader::{Reader, number, one_of, text},
    variables::{EVENT_BUS, MAIL_FROM, MAIL_URL, RONDO_TOKEN, TRASH_DAYS},
};

/// Settings of single features.
#[derive(Clone, Debug)]
pub struct Features {
    /// What command-line programs present to a server.
    pub token: Option<Secret<String>>,
}

impl Features {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { token: reader.optional(&RONDO_TOKEN, |token| text(token).map(Secret::new)) }
    }
}

/// For how long deleted tasks and the history are kept.
pub(super) fn trash_days(reader: &mut Reader<'_>) -> u16 {
    reader.or(&TRASH_DAYS, 30, number(1..=3650))
}

/// How replicas hear of changes.
pub(super) fn event_bus(reader: &mut Reader<'_>, on_postgres: bool) -> EventBus {
    let words =
        [("auto", None), ("local", Some(EventBus::Local)), ("postgres", Some(EventBus::Postgres))];
    match reader.or(&EVENT_BUS, None, one_of(&words)) {
        Some(EventBus::Postgres) if !on_postgres => {
            reader.refuse(&EVENT_BUS, "needs DATABASE_URL to name a PostgreSQL server");
            EventBus::Local
        }
        Some(bus) => bus,
        None if on_postgres => EventBus::Postgres,
        None => EventBus::Local,
    }
}

/// Outgoing mail; `None`: there is none. Without a sender, mails come from the
/// public host.
pub(super) fn mail(reader: &mut Reader<'_>, public_origin: &str) -> Option<MailSettings> {
    let transport = reader.optional(&MAIL_URL, mail_transport);
    let from = reader.optional(&MAIL_FROM, Sender::parse);
    if reader.is_set(&MAIL_FROM) && !reader.is_set(&MAIL_URL) {
        reader.warn("MAIL_FROM has no effect without MAIL_URL");
    }
    let transport = transport?;
    if let MailTransport::Smtp(server) = &transport
        && shows_password(server)
    {
        reader.warn(
            "MAIL_URL sends its password in clear: use smtps:// or smtp+starttls:// if the \
             server can",
        );
    }
    let host = || Url::parse(public_origin).ok().and_then(|url| Some(url.host_str()?.to_owned()));
    let from = from.unwrap_or_else(|| Sender::at_host(&host().unwrap_or_default()));
    Some(MailSettings { transport, from })
}

/// Whether others than this machine can read the password.
fn shows_password(server: &SmtpServer) -> bool {
    let is_encrypted = server.encryption != Encryption::None;
    !is_encrypted && server.credentials.is_some() && !is_loopback(&server.host)
}

fn mail_transport(text: &str) -> Result<MailTransport, String> {
    let text = text.trim();
    if let Some(folder) = text.strip_prefix("file:") {
        // `file:mails`, and what a URL makes of it: `file:///var/mails`.
        let folder = folder.strip_prefix("//").unwrap_or(folder);
        return if folder.is_empty() {
            Err("names no folder".to_owned())
        } else {
            Ok(MailTransport::Folder(PathBuf::from(folder)))
        };
    }
    if !text.contains("://") {
        return Err("lacks the scheme before it, smtps://, smtp+starttls:// or smtp://".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    let encryption = match url.scheme() {
        "smtp" => Encryption::None,
        "smtp+starttls" => Encryption::StartTls,
        "smtps" => Encryption::Tls,
        _ => {
            let schemes = "smtp://, smtps://, smtp+starttls:// nor file:";
            return Err(format!("begins with neither {schemes}"));
        }
    };
    let host = match url.host() {
        Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        _ => return Err("names no host".to_owned()),
    };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("has something behind the host; a password needs % codes there".to_owned());
    }
    let port = url.port().unwrap_or(encryption.default_port());
    Ok(MailTransport::Smtp(SmtpServer { host, port, encryption, credentials: credentials(&url)? }))
}

/// User name and password, which stand percent-encoded in a URL.
fn credentials(url: &Url) -> Result<Option<(String, Secret<String>)>, String> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().map_err(|_| "holds bytes, not text")?;
        Ok::<_, String>(text.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err("has a password and no user name".to_owned()),
        (_, None) => Err("has a user name and no password".to_owned()),
        (user, Some(password)) => Ok(Some((decoded(user)?, Secret::new(decoded(password)?)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> SmtpServer {
        match mail_transport(text) {
            Ok(MailTransport::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn mail_goes_to_a_server() {
        for (text, host, port, encryption) in [
            ("smtp://h", "h", 25, Encryption::None),
            ("smtp://127.0.0.1:1025/", "127.0.0.1", 1025, Encryption::None),
            ("smtps://mail.example.com", "mail.example.com", 465, Encryption::Tls),
            ("smtp+starttls://h", "h", 587, Encryption::StartTls),
            (" smtps://[::1]:4465 ", "::1", 4465, Encryption::Tls),
        ] {
            let expected =
                SmtpServer { host: host.to_owned(), port, encryption, credentials: None };
            assert_eq!(server(text), expected, "{text}");
        }
    }

    #[test]
    fn a_password_may_hold_anything_when_it_is_percent_encoded() {
        let (user, password) = server("smtps://ada%40example.com:p%3A%2F%40%25w%20%C3%A9@h")
            .credentials
            .expect("there are both");
        assert_eq!((user.as_str(), password.expose().as_str()), ("ada@example.com", "p:/@%w é"));
        let (user, password) = server("smtps://a:b+c@h").credentials.expect("there are both");
        assert_eq!((user.as_str(), password.expose().as_str()), ("a", "b+c"));
    }

    #[test]
    fn mail_goes_to_a_folder() {
        for (text, folder) in [
            ("file:mails", "mails"),
            ("file:./mails", "./mails"),
            ("file:/var/mails", "/var/mails"),
            ("file:///var/mails", "/var/mails"),
        ] {
            assert_eq!(mail_transport(text), Ok(MailTransport::Folder(folder.into())), "{text}");
        }
    }

    #[test]
    fn what_is_no_way_for_mail_is_refused() {
        for text in [
            "h:25",
            "mail",
            "http://h",
            "smtp://",
            "smtp:///x",
            "file:",
            "file://",
            "smtp://ada@h",
            "smtp://:hush@h",
            "smtp://ada:hu/sh@h",
            "smtp://ada:%ff@h",
            "smtp://h/name",
            "smtp://h?tls=required",
            "smtp://h:99999",
        ] {
            assert!(mail_transport(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_password_on_its_way_through_a_network_is_worth_a_warning() {
        for (text, expected) in [
            ("smtp://a:b@mail.example.com", true),
            ("smtp://a:b@192.0.2.1", true),
            ("smtp://mail.example.com", false),
            ("smtps://a:b@mail.example.com", false),
            ("smtp+starttls://a:b@mail.example.com", false),
            ("smtp://a:b@localhost", false),
            ("smtp://a:b@127.0.0.1", false),
            ("smtp://a:b@[::1]", false),
        ] {
            assert_eq!(shows_password(&server(text)), expected, "{text}");
        }
    }
}
