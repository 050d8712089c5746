//! Mail, the assistant, events and the trash: small settings of single features.

use rondo_domain::{Email, Secret};
use url::Url;

use super::{
    reader::{Reader, number, one_of, text, web_address},
    variables::{
        ASSISTANT_API_KEY, ASSISTANT_BASE_URL, ASSISTANT_MODEL, EVENT_BUS, MAIL_FROM, MAIL_URL,
        OPENAI_API_KEY, OPENAI_BASE_URL, RONDO_TOKEN, TRASH_DAYS,
    },
};

/// Settings of single features.
#[derive(Clone, Debug)]
pub struct Features {
    /// Outgoing mail; `None`: there is none.
    pub mail_url: Option<Secret<String>>,
    /// The sender of outgoing mail.
    pub mail_from: Option<String>,
    /// The language model; `None`: the built-in assistant.
    pub assistant: Option<Assistant>,
    /// How replicas hear of changes.
    pub event_bus: EventBus,
    /// How long a deleted task can be restored.
    pub trash_days: u16,
    /// What command-line programs present to a server.
    pub token: Option<Secret<String>>,
}

/// An OpenAI-compatible endpoint.
#[derive(Clone, Debug)]
pub struct Assistant {
    /// Where it is, without a slash at the end.
    pub base_url: String,
    /// Its key; a model on the own machine needs none.
    pub api_key: Option<Secret<String>>,
    /// The model to ask for; `None`: the endpoint's default.
    pub model: Option<String>,
}

/// How replicas hear of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventBus {
    /// Through memory: one process.
    Local,
    /// Through PostgreSQL's LISTEN and NOTIFY.
    Postgres,
}

impl Features {
    pub(super) fn read(reader: &mut Reader<'_>, on_postgres: bool) -> Self {
        let features = Self {
            mail_url: reader.optional(&MAIL_URL, mail_url),
            mail_from: reader.optional(&MAIL_FROM, sender),
            assistant: assistant(reader),
            event_bus: event_bus(reader, on_postgres),
            trash_days: reader.or(&TRASH_DAYS, 30, number(1..=3650)),
            token: reader.optional(&RONDO_TOKEN, |token| text(token).map(Secret::new)),
        };
        if features.mail_url.is_some() {
            reader.warn("MAIL_URL has no effect: this version sends no mail");
        }
        if features.assistant.is_some() {
            reader.warn("the ASSISTANT_ variables have no effect: this version has no assistant");
        }
        features
    }
}

/// A key alone is enough for `api.openai.com`, as it is for that company's own
/// clients.
fn assistant(reader: &mut Reader<'_>) -> Option<Assistant> {
    let address =
        |text: &str| web_address(text).map(|url| url.as_str().trim_end_matches('/').to_owned());
    let key = |value: &str| text(value).map(Secret::new);
    let fallback_url = reader.optional(&OPENAI_BASE_URL, address);
    let fallback_key = reader.optional(&OPENAI_API_KEY, key);
    let base_url = reader.optional(&ASSISTANT_BASE_URL, address).or(fallback_url);
    let api_key = reader.optional(&ASSISTANT_API_KEY, key).or(fallback_key);
    let model = reader.optional(&ASSISTANT_MODEL, text);
    let openai = || api_key.as_ref().map(|_| "https://api.openai.com/v1".to_owned());
    Some(Assistant { base_url: base_url.or_else(openai)?, api_key, model })
}

fn event_bus(reader: &mut Reader<'_>, on_postgres: bool) -> EventBus {
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

fn mail_url(text: &str) -> Result<Secret<String>, String> {
    let text = text.trim();
    if let Some(folder) = text.strip_prefix("file:") {
        let named = !folder.trim_start_matches("//").is_empty();
        return if named {
            Ok(Secret::new(text.to_owned()))
        } else {
            Err("names no folder".to_owned())
        };
    }
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    if !matches!(url.scheme(), "smtp" | "smtps" | "smtp+starttls") {
        return Err("begins with neither smtp://, smtps:// nor file:".to_owned());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("names no host".to_owned());
    }
    Ok(Secret::new(text.to_owned()))
}

fn sender(text: &str) -> Result<String, String> {
    let text = text.trim();
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').ok_or("lacks the > at its end")?,
        None => text,
    };
    if text.contains(['\r', '\n']) {
        return Err("holds a line break".to_owned());
    }
    // `rondo@localhost` is a sender too: only a mail server has to accept it.
    let is_local = address.split_once('@').is_some_and(|(_, domain)| domain == "localhost");
    match Email::parse(address) {
        Err(problem) if !is_local => Err(format!("is not an address: {problem}")),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_to_a_server_or_a_folder() {
        for text in ["smtp://h", "smtps://a:b@h:465", "file:mails", "file:///var/mail/rondo"] {
            assert!(mail_url(text).is_ok(), "{text}");
        }
        for text in ["h:25", "http://h", "smtp://", "file:", "file://"] {
            assert!(mail_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_sender_may_have_a_name() {
        for text in ["a@example.com", "Rondo <a@example.com>", "rondo@localhost"] {
            assert!(sender(text).is_ok(), "{text}");
        }
        for text in ["Rondo", "Rondo <a@example.com", "a@b\r\nBcc: c@d.com"] {
            assert!(sender(text).is_err(), "{text}");
        }
    }
}
