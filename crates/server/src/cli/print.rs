//! Commands that only print something: the API's description, a secret,
//! completions.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::CommandFactory;
use clap_complete::Shell;
use rondo_app::{Random, SystemRandom};

use super::{Cli, Failure, output::say};
use crate::http::openapi_json;

/// The `OpenAPI` document that a server answers at `/openapi.json`, indented.
pub(super) fn openapi() -> Result<(), Failure> {
    let document: serde_json::Value = serde_json::from_str(&openapi_json())
        .map_err(|error| Failure::failed(format!("the document is not JSON: {error}")))?;
    say(format_args!("{document:#}"))
}

/// A fresh value for `BETTER_AUTH_SECRET`.
pub(super) fn secret() -> Result<(), Failure> {
    say(random_secret(&SystemRandom))
}

/// 32 random bytes as text without characters that a shell or a URL would
/// take for something else.
pub(super) fn random_secret(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What a shell needs to complete our commands.
pub(super) fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rondo", &mut script);
    say(String::from_utf8_lossy(&script).trim_end())
}
