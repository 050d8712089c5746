//! The assistant: which one answers, and whether its model does.

use rondo_app::{ModelSettings, probe_model};

use super::{super::Failure, report::Report};
use crate::config::Config;

pub(super) async fn check(report: &mut Report, config: &Config) -> Result<(), Failure> {
    let Some(settings) = &config.settings.assistant else {
        return report.ok("assistant", "the built-in one, which is no language model");
    };
    let place = place(settings);
    match probe_model(settings).await {
        Ok(()) => report.ok("assistant", &format!("{place} answers"))?,
        Err(reason) => {
            report.fail("assistant", &format!("{place}: {reason}"), hint(&reason, settings))?;
        }
    }
    if settings.model.is_none() {
        report.warn(
            "assistant",
            "no model is named, and most endpoints want one",
            "ASSISTANT_MODEL; `GET …/models` of the endpoint lists what it has",
        )?;
    }
    Ok(())
}

fn place(settings: &ModelSettings) -> String {
    match &settings.model {
        Some(model) => format!("{model} at {}", settings.base_url),
        None => settings.base_url.clone(),
    }
}

fn hint(reason: &str, settings: &ModelSettings) -> &'static str {
    if reason.contains("answered 401") || reason.contains("answered 403") {
        if settings.api_key.is_some() {
            "the endpoint does not take this key"
        } else {
            "the endpoint wants a key: ASSISTANT_API_KEY"
        }
    } else if reason.contains("answered 404") {
        "ASSISTANT_BASE_URL usually ends in /v1, and ASSISTANT_MODEL must be a model of its own"
    } else if reason.contains("answered 400") {
        "it does not take the request: ASSISTANT_MODEL, or ASSISTANT_TOKEN_FIELD, may be why"
    } else if reason.contains("answered 429") {
        "the key has no credit left, or is used too often"
    } else if reason.contains("certificate") {
        "the certificate must be for the name in ASSISTANT_BASE_URL, and of a known authority"
    } else if reason.starts_with("cannot connect") {
        "ASSISTANT_BASE_URL must be reachable from here; Ollama's is http://localhost:11434/v1"
    } else {
        "the endpoint must speak OpenAI's Chat Completions"
    }
}
