//! Which language model answers in the chat.
//!
//! Keys belong to hosts: OpenAI's key goes to OpenAI, or to where
//! `OPENAI_BASE_URL` leads, and Google's to Google. `ASSISTANT_API_KEY` alone
//! goes wherever the operator says.

use rondo_app::{ModelSettings, TokenField};
use rondo_domain::Secret;
use url::Url;

use super::super::{
    http::is_loopback,
    reader::{Reader, one_of, text, web_address},
    variables::{
        ASSISTANT_API_KEY, ASSISTANT_BASE_URL, ASSISTANT_MODEL, ASSISTANT_TOKEN_FIELD,
        GEMINI_API_KEY, OPENAI_API_KEY, OPENAI_BASE_URL, Variable,
    },
};

/// A provider whose own programs read a key from a variable of its own.
struct Provider {
    host: &'static str,
    base_url: &'static str,
    /// Asked for when the operator names no model.
    model: &'static str,
    key: &'static Variable,
    token_field: TokenField,
}

const PROVIDERS: [Provider; 2] = [
    Provider {
        host: "api.openai.com",
        base_url: "https://api.openai.com/v1",
        model: "gpt-4o-mini",
        key: &OPENAI_API_KEY,
        token_field: TokenField::MaxCompletionTokens,
    },
    Provider {
        host: "generativelanguage.googleapis.com",
        base_url: "https://generativelanguage.googleapis.com/v1beta/openai",
        model: "gemini-flash-latest",
        key: &GEMINI_API_KEY,
        token_field: TokenField::MaxTokens,
    },
];

/// The language model; `None`: the built-in assistant.
pub(crate) fn read(reader: &mut Reader<'_>) -> Option<ModelSettings> {
    let given = Given::read(reader);
    let Some(url) = given.url() else {
        if !given.is_wrong {
            warn_of_unused(reader);
        }
        return None;
    };
    let provider = PROVIDERS.iter().find(|provider| url.host_str() == Some(provider.host));
    let api_key = given.key_for(provider);
    if api_key.is_none() {
        warn_of_key(reader);
    }
    if api_key.is_some() && url.scheme() == "http" && !url.host_str().is_some_and(is_loopback) {
        reader.warn("the assistant's key goes over the network in clear: use https:// if possible");
    }
    let usual = || provider.map(|provider| provider.model.to_owned());
    let usual_field = provider.map_or(TokenField::default(), |provider| provider.token_field);
    Some(ModelSettings {
        base_url: url.as_str().trim_end_matches('/').to_owned(),
        api_key,
        model: given.model.or_else(usual),
        token_field: given.token_field.unwrap_or(usual_field),
    })
}

/// What the variables say.
struct Given {
    base_url: Option<Url>,
    openai_url: Option<Url>,
    key: Option<Secret<String>>,
    /// In the order of [`PROVIDERS`].
    keys: [Option<Secret<String>>; PROVIDERS.len()],
    model: Option<String>,
    token_field: Option<TokenField>,
    /// An address was given, and refused.
    is_wrong: bool,
}

impl Given {
    fn read(reader: &mut Reader<'_>) -> Self {
        let base_url = reader.optional(&ASSISTANT_BASE_URL, base_url);
        let openai_url = reader.optional(&OPENAI_BASE_URL, self::base_url);
        let is_wrong = base_url.is_none() && reader.is_set(&ASSISTANT_BASE_URL)
            || openai_url.is_none() && reader.is_set(&OPENAI_BASE_URL);
        let fields = [
            ("auto", None),
            ("max_tokens", Some(TokenField::MaxTokens)),
            ("max_completion_tokens", Some(TokenField::MaxCompletionTokens)),
        ];
        Self {
            base_url,
            openai_url,
            key: reader.optional(&ASSISTANT_API_KEY, key),
            keys: PROVIDERS.map(|provider| reader.optional(provider.key, key)),
            model: reader.optional(&ASSISTANT_MODEL, text),
            token_field: reader.or(&ASSISTANT_TOKEN_FIELD, None, one_of(&fields)),
            is_wrong,
        }
    }

    /// Where the model is: a key alone names its provider, as it does for that
    /// provider's own programs.
    fn url(&self) -> Option<Url> {
        let stated = self.base_url.as_ref().or(self.openai_url.as_ref());
        if let Some(url) = stated {
            return Some(url.clone());
        }
        let named = self.keys.iter().position(Option::is_some);
        let provider = match (self.is_wrong, &self.key) {
            (true, _) => return None,
            (false, Some(_)) => &PROVIDERS[0],
            (false, None) => &PROVIDERS[named?],
        };
        Some(Url::parse(provider.base_url).expect("the addresses of providers are addresses"))
    }

    /// The key that may be shown there.
    fn key_for(&self, provider: Option<&Provider>) -> Option<Secret<String>> {
        let own = PROVIDERS.iter().zip(&self.keys).find_map(|(known, key)| {
            provider.is_some_and(|provider| provider.host == known.host).then(|| key.clone())?
        });
        // The two variables of OpenAI's belong together, wherever they lead.
        let is_pair = self.base_url.is_none() && self.openai_url.is_some();
        let paired = self.keys[0].clone().filter(|_| is_pair);
        self.key.clone().or(own).or(paired)
    }
}

fn warn_of_unused(reader: &mut Reader<'_>) {
    for variable in [&ASSISTANT_MODEL, &ASSISTANT_TOKEN_FIELD] {
        if reader.is_set(variable) {
            reader.warn(format!("{} has no effect without ASSISTANT_BASE_URL", variable.name));
        }
    }
}

fn warn_of_key(reader: &mut Reader<'_>) {
    for provider in &PROVIDERS {
        let name = provider.key.name;
        if reader.is_set(provider.key) {
            reader.warn(format!(
                "{name} is kept from the assistant's endpoint, which is another host: set \
                 ASSISTANT_API_KEY if it needs a key"
            ));
        }
    }
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = web_address(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has a ? or # in it, and a path is added to it".to_owned());
    }
    if url.path().trim_end_matches('/').ends_with("/chat/completions") {
        return Err("ends in /chat/completions, which is added to it: leave that out".to_owned());
    }
    Ok(url)
}

/// What a header can carry.
fn key(text: &str) -> Result<Secret<String>, String> {
    let key = text.trim();
    if key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Secret::new(key.to_owned()))
    } else {
        Err("holds a space or something that is not ASCII".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::Source, *};

    const OLLAMA: (&str, &str) = ("ASSISTANT_BASE_URL", "http://localhost:11434/v1/");

    /// What is read, and the warnings.
    fn read(pairs: &[(&str, &str)]) -> (Option<ModelSettings>, Vec<String>) {
        let source = Source::of_pairs(pairs.iter().copied(), "");
        let mut reader = Reader::new(&source);
        let settings = super::read(&mut reader);
        (settings, reader.finish().expect("nothing is refused"))
    }

    /// Where it leads, with which key and to which model.
    fn way(pairs: &[(&str, &str)]) -> (String, String, String) {
        let settings = read(pairs).0.expect("there is a model");
        let key = settings.api_key.map_or_else(String::new, |key| key.expose().clone());
        (settings.base_url, key, settings.model.unwrap_or_default())
    }

    #[test]
    fn without_variables_it_is_the_built_in_assistant() {
        assert_eq!(read(&[]), (None, Vec::new()));
        let (settings, warnings) = read(&[("ASSISTANT_MODEL", "x")]);
        assert!(settings.is_none() && warnings[0].contains("no effect"), "{warnings:?}");
    }

    #[test]
    fn a_key_alone_names_its_provider() {
        for (name, host) in [
            ("OPENAI_API_KEY", "https://api.openai.com/v1"),
            ("ASSISTANT_API_KEY", "https://api.openai.com/v1"),
            ("GEMINI_API_KEY", "https://generativelanguage.googleapis.com/v1beta/openai"),
        ] {
            let (url, key, model) = way(&[(name, " sk-1 ")]);
            assert_eq!((url.as_str(), key.as_str()), (host, "sk-1"), "{name}");
            assert!(!model.is_empty(), "{name}");
        }
        let both = [("GEMINI_API_KEY", "g"), ("OPENAI_API_KEY", "o")];
        assert_eq!(way(&both).1, "o");
    }

    #[test]
    fn ours_win_over_those_of_others() {
        let (url, key, model) = way(&[
            ("ASSISTANT_BASE_URL", "https://api.groq.com/openai/v1"),
            ("ASSISTANT_API_KEY", "ours"),
            ("ASSISTANT_MODEL", "llama"),
            ("OPENAI_BASE_URL", "https://example.com"),
            ("OPENAI_API_KEY", "theirs"),
        ]);
        assert_eq!((key.as_str(), model.as_str()), ("ours", "llama"));
        assert_eq!(url, "https://api.groq.com/openai/v1");
    }

    #[test]
    fn a_key_is_shown_to_no_other_provider() {
        for name in ["OPENAI_API_KEY", "GEMINI_API_KEY"] {
            let (settings, warnings) = read(&[OLLAMA, (name, "sk-1")]);
            assert_eq!(settings.expect("there is a model").api_key, None, "{name}");
            assert!(warnings[0].contains(name), "{warnings:?}");
        }
        let pair = [("OPENAI_BASE_URL", "https://llm.example.com/v1"), ("OPENAI_API_KEY", "sk-1")];
        assert_eq!(way(&pair).1, "sk-1", "these two belong together");
        let google = "https://generativelanguage.googleapis.com/v1beta/openai/";
        assert_eq!(way(&[("ASSISTANT_BASE_URL", google), ("GEMINI_API_KEY", "g")]).1, "g");
    }

    #[test]
    fn a_key_in_clear_is_worth_a_warning() {
        let key = ("ASSISTANT_API_KEY", "k");
        assert!(read(&[OLLAMA, key]).1.is_empty(), "it does not leave the machine");
        let (_, warnings) = read(&[("ASSISTANT_BASE_URL", "http://llm.example.com"), key]);
        assert!(warnings[0].contains("in clear"), "{warnings:?}");
    }

    #[test]
    fn endpoints_differ_in_a_name() {
        let field = |pairs: &[_]| read(pairs).0.expect("there is a model").token_field;
        assert_eq!(field(&[OLLAMA]), TokenField::MaxTokens);
        assert_eq!(field(&[("OPENAI_API_KEY", "k")]), TokenField::MaxCompletionTokens);
        let stated = ("ASSISTANT_TOKEN_FIELD", "max_tokens");
        assert_eq!(field(&[("OPENAI_API_KEY", "k"), stated]), TokenField::MaxTokens);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (name, value) in [
            ("ASSISTANT_BASE_URL", "api.openai.com/v1"),
            ("ASSISTANT_BASE_URL", "https://h/v1/chat/completions/"),
            ("ASSISTANT_BASE_URL", "https://h/v1?key=k"),
            ("ASSISTANT_BASE_URL", "https://user:hush@h/v1"),
            ("OPENAI_BASE_URL", "ftp://h"),
            ("ASSISTANT_API_KEY", "two words"),
            ("OPENAI_API_KEY", "sk-…"),
            ("ASSISTANT_TOKEN_FIELD", "tokens"),
        ] {
            let source = Source::of_pairs([(name, value)], "");
            let mut reader = Reader::new(&source);
            super::read(&mut reader);
            assert!(reader.finish().is_err(), "{name}={value}");
        }
    }
}
