//! Handing mails to a mail server.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use tokio::time::timeout;

use super::message::Mail;
use crate::settings::{Encryption, SmtpServer};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long all of it may take, from the name of the server to its farewell.
/// The library watches over the connecting only.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
/// How much of a reason is told.
const MAX_REASON_CHARS: usize = 200;

/// Sends one mail over a connection of its own: they are minutes apart, and one
/// that was kept would only be found dead.
///
/// # Errors
/// What went wrong, without addresses: a server's own words name the recipient,
/// so only its number is told.
pub(super) async fn send(server: &SmtpServer, mail: &Mail) -> Result<(), String> {
    let transport = transport(server, &mail.hello).map_err(|error| reason(&error))?;
    match timeout(TIMEOUT, transport.send(mail.message.clone())).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(reason(&error)),
        Err(_) => Err(format!("the mail server took longer than {} seconds", TIMEOUT.as_secs())),
    }
}

/// Greets a mail server, encrypts, logs in where that is asked for, and says
/// goodbye.
///
/// # Errors
/// As [`send`].
pub(super) async fn probe(server: &SmtpServer, hello: &str) -> Result<(), String> {
    let transport = transport(server, hello).map_err(|error| reason(&error))?;
    match timeout(CONNECT_TIMEOUT, transport.test_connection()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err("the mail server hung up".to_owned()),
        Ok(Err(error)) => Err(reason(&error)),
        Err(_) => Err(format!("no answer within {} seconds", CONNECT_TIMEOUT.as_secs())),
    }
}

fn transport(
    server: &SmtpServer,
    hello: &str,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
    let parameters = || TlsParameters::new(server.host.clone());
    let tls = match server.encryption {
        Encryption::None => Tls::None,
        // Not `Opportunistic`: whoever stands in between would strip the offer,
        // and get the password.
        Encryption::StartTls => Tls::Required(parameters()?),
        Encryption::Tls => Tls::Wrapper(parameters()?),
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .timeout(Some(CONNECT_TIMEOUT))
        .hello_name(ClientId::Domain(hello.to_owned()))
        .tls(tls);
    let builder = match &server.credentials {
        Some((user, password)) => {
            builder.credentials(Credentials::new(user.clone(), password.expose().clone()))
        }
        None => builder,
    };
    Ok(builder.build())
}

fn reason(error: &Error) -> String {
    if let Some(code) = error.status() {
        return format!("the mail server answered {code}");
    }
    if error.is_response() {
        return "the mail server's answer is not SMTP".to_owned();
    }
    // Of ours, or of the operating system: about the connection.
    let text = error.to_string();
    let words = text.split(' ').map(|word| if word.contains('@') { "[hidden]" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(MAX_REASON_CHARS).collect()
}
