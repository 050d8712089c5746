//! What the operator decides, already parsed: the environment is read elsewhere.

mod limits;
mod mail;
mod model;

use rondo_domain::Secret;

pub use limits::{Limit, LimitProblem, Limits};
pub use mail::{Encryption, MailSettings, MailTransport, Sender, SmtpServer};
pub use model::{ModelSettings, TokenField};

/// The application's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Signs and verifies access tokens (HS256); at least 32 characters, which
    /// the configuration checks.
    pub secret: Secret<String>,
    /// How long an access token is good for.
    pub access_token_ttl_seconds: i64,
    /// Whether strangers may make themselves an account.
    pub registration_open: bool,
    /// Whether a request without a credential acts as the fixed demo user.
    pub demo_mode: bool,
    /// The scheme, host and port under which users reach us.
    pub public_origin: String,
    /// Whose asymmetric tokens are accepted besides ours.
    pub external: ExternalIssuer,
    /// The algorithm of our own key set.
    pub jwt_algorithm: JwtAlgorithm,
    /// Whether an address must be verified before a session is given. Needs
    /// [`Self::mail`], which the configuration checks.
    pub email_verification_required: bool,
    /// Outgoing mail; `None`: there is none.
    pub mail: Option<MailSettings>,
    /// The language model that answers in the chat; `None`: the built-in
    /// assistant does.
    pub assistant: Option<ModelSettings>,
    /// How often logins and the like may be tried.
    pub limits: Limits,
    /// How replicas hear of changes.
    pub event_bus: EventBus,
    /// For how many days deleted tasks can be restored and changes undone.
    pub trash_days: u16,
}

/// How replicas hear of changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventBus {
    /// Not at all: there is one process.
    #[default]
    Local,
    /// Through the database, where that is PostgreSQL.
    Postgres,
}

/// An algorithm of our own key set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JwtAlgorithm {
    /// Ed25519, Better Auth's default.
    #[default]
    EdDsa,
    /// ECDSA on P-256, for verifiers that know no Ed25519.
    Es256,
}

impl JwtAlgorithm {
    /// All of them, the default first.
    pub const ALL: [Self; 2] = [Self::EdDsa, Self::Es256];

    /// How tokens, key sets and the configuration name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
        }
    }

    /// The algorithm of that name, spelled exactly so.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

/// An external server whose tokens are accepted; without an address of its key
/// set there is none.
#[derive(Clone, Debug, Default)]
pub struct ExternalIssuer {
    /// Where its public keys are (RFC 7517). `http` is taken as it is: inside a
    /// cluster the network may be trusted, and the operator decides that.
    pub jwks_url: Option<String>,
    /// What `iss` must be; `None`: not looked at.
    pub issuer: Option<String>,
    /// What `aud` must be or contain; `None`: not looked at.
    pub audience: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_is_known_by_its_name_and_no_other() {
        assert_eq!(JwtAlgorithm::ALL[0], JwtAlgorithm::default());
        for algorithm in JwtAlgorithm::ALL {
            assert_eq!(JwtAlgorithm::parse(algorithm.as_str()), Some(algorithm));
        }
        for other in ["", "eddsa", "HS256", "none"] {
            assert_eq!(JwtAlgorithm::parse(other), None, "{other}");
        }
    }
}
