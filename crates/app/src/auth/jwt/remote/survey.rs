//! What a key set holds, for whoever sets a server up.

use std::error::Error;

use serde_json::Value;

use super::{fetch, jwk::Key};

/// How much of a text is shown: strangers write it.
const MAX_CHARS: usize = 64;

/// One entry of a key set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// What tokens call it; `None` where it has no name.
    pub kid: Option<String>,
    /// What it is for, in the words of the entry: `EdDSA`, or `P-521` where it
    /// names no algorithm.
    pub kind: String,
    /// Whether tokens that it signed can be accepted.
    pub is_usable: bool,
    /// Whether it shows what only its owner may know.
    pub is_private: bool,
}

/// Fetches a key set as the first token of the external issuer would have it
/// fetched, and says what is in it.
///
/// # Errors
/// No answer within some seconds, or one that is no key set.
pub async fn external_keys(url: &str) -> Result<Vec<ListedKey>, Box<dyn Error + Send + Sync>> {
    Ok(fetch::entries(url).await?.into_iter().map(listed).collect())
}

fn listed(entry: Value) -> ListedKey {
    let text = |name: &str| {
        let text = entry.get(name).and_then(Value::as_str)?;
        Some(text.chars().take(MAX_CHARS).collect::<String>())
    };
    let kind = text("alg").or_else(|| text("crv")).or_else(|| text("kty"));
    ListedKey {
        kid: text("kid"),
        kind: kind.unwrap_or_else(|| "unknown".to_owned()),
        // `d` is the private half of every kind, `k` a shared secret.
        is_private: ["d", "k"].iter().any(|name| entry.get(name).is_some()),
        is_usable: Key::parse(entry).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::issuer::{Issuer, Signer},
        *,
    };

    #[tokio::test]
    async fn every_entry_is_listed_and_what_is_wrong_with_it() {
        let issuer = Issuer::start().await;
        let mut private = Signer::ed().jwk("p");
        private["d"] = json!("AAAA");
        issuer.shows(&[
            Signer::ed().jwk("ed"),
            Signer::ec().jwk("ec"),
            json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"}),
            json!({"kty": "oct", "k": "AAAA", "alg": "HS256", "kid": "x".repeat(1000)}),
            private,
            json!(7),
        ]);
        let keys = external_keys(&issuer.url).await.expect("the issuer answers");
        let shown: Vec<_> = keys
            .iter()
            .map(|key| (key.kid.as_deref(), key.kind.as_str(), key.is_usable, key.is_private))
            .collect();
        let long = "x".repeat(MAX_CHARS);
        assert_eq!(
            shown,
            [
                (Some("ed"), "EdDSA", true, false),
                (Some("ec"), "P-256", true, false),
                (None, "P-521", false, false),
                (Some(long.as_str()), "HS256", false, true),
                (Some("p"), "EdDSA", true, true),
                (None, "unknown", false, false),
            ]
        );
    }

    #[tokio::test]
    async fn what_is_no_key_set_is_told() {
        let issuer = Issuer::start().await;
        issuer.answers("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let error = external_keys(&issuer.url).await.expect_err("it is no key set");
        assert_eq!(error.to_string(), "expected status 200, got 404");
        let error = external_keys("http://127.0.0.1:1/").await.expect_err("nobody is there");
        assert!(error.to_string().starts_with("no answer"), "{error}");
    }
}
