//! The folder that the product writes its mails to, and who reads them.

use std::fs::{self, DirEntry};

use rondo_app::{MailSettings, MailTransport, Sender};
use url::{Position, Url};

use super::{Setup, until};
use crate::folder::Folder;

/// The mails of one application.
pub(crate) struct Mailbox(Folder);

impl Mailbox {
    /// A mailbox without mails.
    pub(crate) fn new() -> Self {
        Self(Folder::new())
    }

    /// Lets the application send its mails here.
    pub(crate) fn receives(&self, setup: &mut Setup) {
        setup.settings.mail = Some(MailSettings {
            transport: MailTransport::Folder(self.0.path().to_owned()),
            from: Sender::at_host("example.com"),
        });
    }

    /// The mails to this address so far, oldest first.
    pub(crate) fn to(&self, email: &str) -> Vec<String> {
        let files = fs::read_dir(self.0.path()).expect("the folder is there").flatten();
        // A mail is given its ending when it is complete.
        let files = files.filter(|file| file.path().extension().is_some_and(|end| end == "eml"));
        let written = |file: &DirEntry| file.metadata().and_then(|found| found.modified()).ok();
        let mut files: Vec<_> = files.collect();
        files.sort_by_key(written);
        let texts = files.iter().map(|file| fs::read_to_string(file.path()));
        let texts = texts.map(|text| text.expect("a mail is text"));
        texts.filter(|text| text.contains(&format!("To: {email}\r\n"))).collect()
    }

    /// Waits until there are so many mails to this address; their links.
    pub(crate) async fn links(&self, email: &str, count: usize) -> Vec<Link> {
        until("the mails arrive", async || self.to(email).len() >= count).await;
        let mails = self.to(email);
        assert_eq!(mails.len(), count, "mails to {email}");
        mails.iter().map(|mail| Link::of(mail)).collect()
    }

    /// Waits for the only mail to this address; its link.
    pub(crate) async fn link(&self, email: &str) -> Link {
        self.links(email, 1).await.remove(0)
    }
}

/// A link in a mail.
#[derive(Clone, Debug)]
pub(crate) struct Link(Url);

impl Link {
    /// The first one in the mail's text.
    fn of(mail: &str) -> Self {
        let begin = mail.find("http").expect("the mail has a link");
        let end = mail[begin..].find(char::is_whitespace).expect("the link ends");
        Self(mail[begin..begin + end].parse().expect("the link is an address"))
    }

    /// What a browser asks for that follows it.
    pub(crate) fn target(&self) -> &str {
        &self.0[Position::BeforePath..Position::AfterQuery]
    }

    /// The secret in it: a member of the query, or the end of the path.
    pub(crate) fn token(&self) -> String {
        let in_query = self.0.query_pairs().find(|(name, _)| name == "token");
        let in_path = || self.0.path().rsplit('/').next().unwrap_or_default().into();
        in_query.map_or_else(in_path, |(_, token)| token).into_owned()
    }

    /// Where it leads in the end.
    pub(crate) fn callback(&self) -> Option<String> {
        let mut pairs = self.0.query_pairs();
        pairs.find(|(name, _)| name == "callbackURL").map(|(_, url)| url.into_owned())
    }
}
