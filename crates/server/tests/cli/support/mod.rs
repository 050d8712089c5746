//! What the tests need to start the program and to talk to it.

mod folder;
mod http;
mod mail;
mod rondo;
mod server;

use std::time::Duration;

pub(crate) use folder::Folder;
pub(crate) use http::{Answer, ask};
pub(crate) use mail::MailServer;
pub(crate) use rondo::{Rondo, SECRET};
pub(crate) use server::{Server, address_in};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Asks until the answer is yes, for that many seconds.
pub(crate) async fn until(what: &str, seconds: u64, mut question: impl AsyncFnMut() -> bool) {
    let asking = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while !question().await {
            ticks.tick().await;
        }
    };
    let answered = tokio::time::timeout(Duration::from_secs(seconds), asking).await;
    assert!(answered.is_ok(), "waited {seconds} s in vain until {what}");
}
