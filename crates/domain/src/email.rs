//! E-mail addresses: checked by a library, compared in lower case.

use std::fmt;

use email_address::{EmailAddress, Options};

use crate::{Problem, text::bounded};

/// An address that mail could be sent to, in lower case.
///
/// `Debug` and logs show `[hidden]`: an address is personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The longest address we store, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Trims, lower-cases and checks an address.
    ///
    /// What is checked is what is kept: some letters (`İ`) are longer in lower
    /// case or end in a mark that no address may have, and the store refuses
    /// what does not parse again.
    ///
    /// A domain needs a dot, and neither a display name (`Ada <ada@…>`) nor a
    /// literal host (`ada@[127.0.0.1]`) nor a quoted local part is accepted:
    /// they are valid in RFC 5322 and never what a person signing up means.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let refused = |reason: String| Problem::NotEmail { reason };
        let address = text.trim().to_lowercase();
        bounded(&address, Self::MAX_CHARS)?;
        let options =
            Options::default().with_required_tld().without_domain_literal().without_display_text();
        EmailAddress::parse_with_options(&address, options).map_err(|e| refused(e.to_string()))?;
        if address.contains('"') {
            return Err(refused("a quoted local part is not supported".to_owned()));
        }
        let domain = address.rsplit('@').next().unwrap_or_default();
        if domain.split('.').any(|label| label.starts_with('-') || label.ends_with('-')) {
            return Err(refused("a label of the domain starts or ends with a hyphen".to_owned()));
        }
        Ok(Self(address))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_lower_case() {
        let email = Email::parse("  Ada.Lovelace+todo@Example.COM ");
        assert_eq!(email.as_ref().map(Email::as_str), Ok("ada.lovelace+todo@example.com"));
    }

    #[test]
    fn an_address_that_changes_in_lower_case_does_not_break_its_account() {
        let letters =
            ["A", "İ", "ẞ", "\u{212a}", "Å", "Ⱥ", "Ω", "Σ", "ΑΣ", "ﬁ", "Ǆ", "ß", "é", "日"];
        for letter in letters {
            for count in [1, 2, 16, 21, 22, 31, 32, 33, 63, 64, 65] {
                let part = letter.repeat(count);
                for text in [format!("{part}@example.com"), format!("ada@{part}.com")] {
                    let Ok(email) = Email::parse(&text) else { continue };
                    assert_eq!(Email::parse(email.as_str()), Ok(email), "{text:?}");
                }
            }
        }
        assert!(Email::parse(&format!("{}@example.com", "İ".repeat(32))).is_err());
        let kelvin = Email::parse("\u{212a}@example.com");
        assert_eq!(kelvin.as_ref().map(Email::as_str), Ok("k@example.com"));
    }

    #[test]
    fn an_impossible_address_is_refused() {
        let long_local = format!("{}@b.com", "x".repeat(65));
        let long_domain = format!("a@{}.com", "b".repeat(250));
        for text in [
            "",
            "a",
            "@b.com",
            "a@",
            "a b@c.com",
            "a@b",
            "a@@b.com",
            "a@b..com",
            ".a@b.com",
            "a.@b.com",
            "a@b.com\r\nBcc: x@y.z",
            "a@b.com,c@d.com",
            "<script>@b.com",
            "a@-b.com",
            "a@b-.com",
            "a@b.com\0",
            "Ada <ada@b.com>",
            "a@[127.0.0.1]",
            "\"a b\"@c.com",
            &long_local,
            &long_domain,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn an_address_never_shows_in_debug_output() {
        let shown = Email::parse("ada@example.com").map(|e| format!("{e:?}"));
        assert_eq!(shown, Ok("[hidden]".to_owned()));
    }
}
