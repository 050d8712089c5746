//! The language model that answers in the chat: where it is, and how it is asked.

use rondo_domain::Secret;

/// An OpenAI-compatible endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSettings {
    /// Where it is, without a slash at the end. Only the operator says so.
    pub base_url: String,
    /// Its key; a model on the own machine needs none.
    pub api_key: Option<Secret<String>>,
    /// The model to ask for; `None`: whatever the endpoint has.
    pub model: Option<String>,
    /// What the endpoint calls the bound of an answer's length.
    pub token_field: TokenField,
}

/// The field of a request that bounds an answer's length. Endpoints know one
/// of the two, and some refuse the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenField {
    /// What nearly all of them know.
    #[default]
    MaxTokens,
    /// What OpenAI's newer models insist on.
    MaxCompletionTokens,
}

impl TokenField {
    /// Its name in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}
