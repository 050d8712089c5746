//! A mail as it goes over the wire: RFC 5322, text and HTML side by side.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Message,
    message::{
        Body, Mailbox, MultiPart, MultiPartKind, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use rondo_domain::Timestamp;
use rondo_store::MailJob;

use super::{Letter, templates};
use crate::settings::{MailSettings, Sender};

/// The longest line that needs no encoding, without its end (RFC 5322 2.1.1).
const MAX_LINE: usize = 998;

/// A mail that is ready to be handed over.
///
/// The same job always gives the same bytes: sent twice, it has one
/// `Message-ID`, and one name in a folder.
pub(super) struct Mail {
    /// Envelope, headers and body.
    pub message: Message,
    /// What it calls itself in `EHLO`: where its sender is at home.
    pub hello: String,
    /// Unique, and later mails have later ones.
    pub name: String,
}

/// Writes a job's letter as a mail; `site` is our public host.
///
/// # Errors
/// An address that no mail can be sent to. It is not named.
pub(super) fn mail(
    settings: &MailSettings,
    site: &str,
    job: &MailJob,
    letter: &Letter,
) -> Result<Mail, String> {
    let words = templates::words(letter.kind, site, letter.link.expose());
    let to = letter.to.as_str().parse().map_err(|_| "the address cannot be written in a mail")?;
    let MailSettings { from, .. } = settings;
    let message = Message::builder()
        .from(from.mailbox().clone())
        .to(Mailbox::new(None, to))
        .subject(words.subject)
        .date(UNIX_EPOCH + since_epoch(job.created_at))
        .message_id(Some(format!("<{}@{}>", job.id, from.address().domain())))
        .raw_header(auto_submitted())
        .multipart(
            // Not a random one: a second attempt has to look like the first.
            MultiPart::builder()
                .kind(MultiPartKind::Alternative)
                .boundary(format!("part-{}", job.id))
                .singlepart(part(ContentType::TEXT_PLAIN, words.text))
                .singlepart(part(ContentType::TEXT_HTML, words.html)),
        )
        .map_err(|error| format!("it cannot be written as a mail: {error}"))?;
    Ok(Mail { message, hello: hello(from), name: name(job) })
}

/// Keeps holiday notices from answering (RFC 3834).
fn auto_submitted() -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, "auto-generated".to_owned())
}

/// One way of saying it. A long line is left as it is where that is allowed: in
/// a folder people look for the link with their eyes, or with `grep`.
fn part(kind: ContentType, content: String) -> SinglePart {
    let is_plain = content.is_ascii() && content.lines().all(|line| line.len() <= MAX_LINE);
    let body = if is_plain {
        let lines = content.replace('\n', "\r\n").into_bytes();
        Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit)
    } else {
        Body::new(content)
    };
    SinglePart::builder().header(kind).body(body)
}

/// What a sender calls itself in `EHLO`: where it is at home.
pub(super) fn hello(from: &Sender) -> String {
    from.address().domain().to_owned()
}

/// The time down to microseconds, without what some file systems refuse, and
/// the id.
fn name(job: &MailJob) -> String {
    let time = job.created_at.to_string().replace(':', "-");
    let micros = job.created_at.as_micros().rem_euclid(1000);
    format!("{}{micros:03}Z-{}", time.trim_end_matches('Z'), job.id)
}

fn since_epoch(time: Timestamp) -> Duration {
    Duration::from_micros(time.as_micros().try_into().unwrap_or_default())
}
