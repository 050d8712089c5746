//! Where an endpoint's parts are, and what opens it.

use reqwest::header::HeaderValue;

use crate::settings::ModelSettings;

/// Where questions go.
pub(super) fn completions(base_url: &str) -> String {
    format!("{base_url}/chat/completions")
}

/// The header with the key, if there is one. It is marked, so that whoever
/// shows headers does not show it.
pub(super) fn authorization(settings: &ModelSettings) -> Option<HeaderValue> {
    let key = settings.api_key.as_ref()?;
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
