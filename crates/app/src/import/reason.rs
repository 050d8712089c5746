//! Why a row was not brought as it is, and what an operator can do about it.

/// Why a row was not brought, or not exactly as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its id is missing, or cannot be kept.
    BadId,
    /// It has no e-mail address.
    NoEmail,
    /// Its address is not one that mail could be sent to.
    BadEmail,
    /// Another account here has the address.
    EmailTaken,
    /// An earlier row has the address.
    EmailTwice,
    /// The account was deleted here.
    UserDeleted,
    /// It was changed here and over there.
    ChangedHere,
    /// There is another one here that did not come from there.
    DiffersHere,
    /// It was deleted here.
    DeletedHere,
    /// It is a login with another service.
    SocialLogin,
    /// There is no password in it.
    NoPassword,
    /// Its hash is of a kind that cannot be checked here.
    UnknownHash,
    /// The account that it belongs to is not here.
    NoUser,
    /// It does not say whose it is.
    BadOwner,
    /// Its text is empty.
    Blank,
    /// Its text is longer than there is room for.
    TooLong,
    /// What should be text is not.
    NotText,
    /// Whether it is done cannot be read.
    BadCompleted,
    /// A moment in it cannot be read.
    BadDate,
    /// It was written by neither a user nor an assistant.
    UnknownRole,
    /// The conversation that it belongs to was not brought.
    NoConversation,
    /// The conversation that it belongs to is somebody else's.
    OtherOwner,
    /// It was brought, with another number.
    Renumbered,
    /// It was brought, with the present as its birthday.
    NoDate,
    /// It was brought with a part of its name.
    NameCut,
    /// It was brought without its picture.
    ImageLeftOut,
    /// Its owner had no account here and got a row without an address.
    OwnerMade,
}

impl Reason {
    /// Whether the row was brought all the same.
    #[must_use]
    pub const fn is_brought(self) -> bool {
        matches!(
            self,
            Self::Renumbered | Self::NoDate | Self::NameCut | Self::ImageLeftOut | Self::OwnerMade
        )
    }

    /// What is counted: one of them, or several.
    #[must_use]
    pub const fn subject(self, count: u64) -> &'static str {
        match (self, count) {
            (Self::OwnerMade, 1) => "owner",
            (Self::OwnerMade, _) => "owners",
            (_, 1) => "row",
            _ => "rows",
        }
    }

    /// What happened, in a sentence without its subject.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::BadId => "the id is missing, blank or longer than 255 characters",
            Self::NoEmail => "there is no e-mail address",
            Self::BadEmail => "the e-mail address is not one that mail could be sent to",
            Self::EmailTaken => "another account here has the e-mail address",
            Self::EmailTwice => "another row, read earlier, has the same e-mail address",
            Self::UserDeleted => "the account was deleted here",
            Self::ChangedHere => "changed over there and here since the last import",
            Self::DiffersHere => "here already, with other content that no import brought",
            Self::DeletedHere => "deleted here since the last import",
            Self::SocialLogin => "a login with another service",
            Self::NoPassword => "there is no password",
            Self::UnknownHash => "the password's hash is of an unknown kind",
            Self::NoUser => "the user is not here",
            Self::BadOwner => "the owner's id is missing, blank or longer than 255 characters",
            Self::Blank => "a text that must not be empty is blank",
            Self::TooLong => "a text is longer than Rondo has room for",
            Self::NotText => "a text holds a NUL or bytes that are not text",
            Self::BadCompleted => "`completed` is neither true nor false",
            Self::BadDate => "a date cannot be read",
            Self::UnknownRole => "the role is neither `user` nor `assistant`",
            Self::NoConversation => "the conversation was not brought",
            Self::OtherOwner => "the conversation belongs to another user",
            Self::Renumbered => "brought with a new id: the old one is taken or no number",
            Self::NoDate => "brought with the time of the import: there is no date of creation",
            Self::NameCut => "brought with the name's first 255 characters",
            Self::ImageLeftOut => {
                "brought without the picture: its address is over 2048 bytes, or no plain text"
            }
            Self::OwnerMade => "without an account here: got a row without e-mail and password",
        }
    }

    /// What can be done about it; empty when there is nothing to do.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::BadId
            | Self::BadOwner
            | Self::Blank
            | Self::NotText
            | Self::BadCompleted
            | Self::BadDate
            | Self::BadEmail
            | Self::NoEmail => "correct the rows over there and import again",
            Self::TooLong => {
                "shorten it over there (title 200, description 1000, message 100000 characters) \
                 and import again"
            }
            Self::EmailTaken => "keep that account, or `rondo user delete` it and import again",
            Self::EmailTwice => {
                "decide over there which of them is right; addresses are compared in lower case"
            }
            Self::UserDeleted | Self::DeletedHere => "what was deleted here does not come back",
            Self::ChangedHere | Self::DiffersHere => "what is here was kept",
            Self::SocialLogin => {
                "who has no password sets one by mail, or gets one with `rondo user set-password`"
            }
            Self::NoPassword | Self::UnknownHash => {
                "the account came without it; a password is set by mail or `rondo user set-password`"
            }
            Self::NoUser => "see why its user was left out, then import again",
            Self::UnknownRole => "messages of tools and systems have no place here",
            Self::NoConversation | Self::OtherOwner => {
                "see why the conversation was left out, then import again"
            }
            Self::OwnerMade => {
                "`rondo import better-auth` completes them, before or after this import"
            }
            Self::Renumbered | Self::NoDate | Self::NameCut | Self::ImageLeftOut => "",
        }
    }
}
