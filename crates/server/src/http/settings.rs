//! What an operator may set about HTTP.

use std::time::Duration;

use ipnet::IpNet;

/// Limits and trust of the REST door; [`Default`] has the documented values.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Origins (`https://app.example.com`) whose scripts may call the API with
    /// credentials. [`Self::LOCAL_ORIGIN`] may always.
    pub cors_origins: Vec<String>,
    /// Better Auth's patterns of origins whose pages may send requests with a
    /// cookie, and which links may lead to. The public origin,
    /// [`Self::cors_origins`] and [`Self::LOCAL_ORIGIN`] always may.
    pub trusted_origins: Vec<String>,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether browsers are told to use nothing but HTTPS from now on. Only
    /// for a public origin that is `https`: over plain HTTP it would be
    /// ignored, and behind a misnamed origin it would lock people out.
    pub hsts: bool,
    /// The largest request body, in bytes; more is 413.
    pub body_limit_bytes: usize,
    /// How long a body may take to arrive; longer is 408.
    pub body_read_timeout: Duration,
    /// How long a request may take, the arrival of its body not counted;
    /// longer is 503.
    pub request_timeout: Duration,
    /// How often something is sent on a stream of events where nothing
    /// happens, so that no proxy takes the connection for dead.
    pub heartbeat: Duration,
    /// How long an answer of the assistant may go on when the process is about
    /// to end.
    pub turn_grace: Duration,
}

impl HttpSettings {
    /// The development front end, allowed in every configuration.
    pub const LOCAL_ORIGIN: &'static str = "http://localhost:3000";
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            trusted_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            hsts: false,
            body_limit_bytes: 1024 * 1024,
            body_read_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(30),
            heartbeat: Duration::from_secs(25),
            turn_grace: Duration::from_secs(5),
        }
    }
}
