//! Mail: whether the first one would get through. None is sent.

use rondo_app::{Encryption, MailSettings, MailTransport, probe_mail};

use super::{super::Failure, address::is_local, report::Report};
use crate::config::Config;

pub(super) async fn check(report: &mut Report, config: &Config) -> Result<(), Failure> {
    let Some(settings) = &config.settings.mail else {
        return report.ok("mail", "none: nobody can reset a password or change an address");
    };
    let transport = &settings.transport;
    match probe_mail(settings).await {
        Ok(()) => report.ok("mail", &format!("{}, from {}", way(transport), settings.from))?,
        Err(reason) => {
            report.fail("mail", &format!("{}: {reason}", place(transport)), hint(&reason))?;
        }
    }
    if is_folder(settings) && !is_local(&config.settings.public_origin) {
        report.warn(
            "mail",
            "mails become files, and reach nobody",
            "a mail server: MAIL_URL=smtps://USER:PASSWORD@smtp.example.com",
        )?;
    }
    let sender = settings.from.to_string();
    if !is_folder(settings) && sender.trim_end_matches('>').ends_with("@localhost") {
        report.warn(
            "mail",
            &format!("mail servers refuse a sender like {sender}"),
            "MAIL_FROM='Rondo <todo@example.com>', at a domain that this mail server sends for",
        )?;
    }
    report.ok(
        "verification",
        if config.settings.email_verification_required {
            "nobody gets in before they followed the link in a mail"
        } else {
            "off: no mail at sign-up"
        },
    )
}

const fn is_folder(settings: &MailSettings) -> bool {
    matches!(settings.transport, MailTransport::Folder(_))
}

/// Where mails go.
fn place(transport: &MailTransport) -> String {
    match transport {
        MailTransport::Folder(folder) => format!("files in {}", folder.display()),
        MailTransport::Smtp(server) => format!("{}, port {}", server.host, server.port),
    }
}

/// The same, and how, when the way there is open.
fn way(transport: &MailTransport) -> String {
    let how = match transport {
        MailTransport::Folder(folder) if folder.is_dir() => "",
        MailTransport::Folder(_) => ", which the first mail makes",
        MailTransport::Smtp(server) => match (server.encryption, &server.credentials) {
            (Encryption::None, None) => " answers, unencrypted",
            (Encryption::None, Some(_)) => " lets us in, unencrypted",
            (Encryption::StartTls, None) => " answers, STARTTLS",
            (Encryption::StartTls, Some(_)) => " lets us in, STARTTLS",
            (Encryption::Tls, None) => " answers, TLS",
            (Encryption::Tls, Some(_)) => " lets us in, TLS",
        },
    };
    format!("{}{how}", place(transport))
}

fn hint(reason: &str) -> &'static str {
    if reason.contains(" 535") || reason.contains(" 534") || reason.contains(" 530") {
        "the mail server does not take this user and password; both stand percent-encoded in a URL"
    } else if reason.contains("ertificate") {
        "the certificate must be for the name in MAIL_URL, and of a known authority"
    } else if reason.starts_with("cannot write") {
        "the user that Rondo runs as must be able to write there"
    } else {
        "smtps:// is port 465, smtp+starttls:// port 587; many networks block port 25"
    }
}
