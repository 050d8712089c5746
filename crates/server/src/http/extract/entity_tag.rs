//! The version of a task as an entity tag, and the conditions made with it
//! (RFC 9110, 8.8.3 and 13.1).
//!
//! What is no list of entity tags is a condition that nothing meets: a client
//! that says it badly must not overwrite what it has not seen.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponseParts, ResponseParts},
};
use rondo_app::tasks::IfMatch;

/// A version of a task, as a header of the answer that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ETag(pub(crate) i64);

impl From<ETag> for HeaderValue {
    fn from(ETag(version): ETag) -> Self {
        let text = format!("\"{version}\"");
        // Digits between quotes are always a header value.
        Self::from_str(&text).unwrap_or(Self::from_static("\"0\""))
    }
}

impl IntoResponseParts for ETag {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().insert(header::ETAG, self.into());
        Ok(parts)
    }
}

/// What `If-None-Match` asks: a version that the client has already.
pub(crate) struct IfNoneMatch(Option<Condition>);

impl IfNoneMatch {
    /// Whether the client has this version, so that there is nothing to send.
    pub(crate) fn has(&self, version: i64) -> bool {
        match &self.0 {
            None | Some(Condition::Unreadable) => false,
            Some(Condition::Any) => true,
            // Compared weakly: a proxy that compresses makes tags weak.
            Some(Condition::Tags(tags)) => tags.iter().any(|tag| tag.version == Some(version)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(condition(&parts.headers, &header::IF_NONE_MATCH)))
    }
}

/// What `If-Match` demands of a task that is to be changed.
pub(super) fn if_match(headers: &HeaderMap) -> Option<IfMatch> {
    let demanded = match condition(headers, &header::IF_MATCH)? {
        Condition::Any => IfMatch::Any,
        Condition::Unreadable => IfMatch::Versions(Vec::new()),
        // Compared strongly: a weak tag names no exact version.
        Condition::Tags(tags) => IfMatch::Versions(
            tags.iter().filter(|tag| !tag.is_weak).filter_map(|tag| tag.version).collect(),
        ),
    };
    Some(demanded)
}

/// What the header of a condition says.
#[derive(Debug, PartialEq, Eq)]
enum Condition {
    /// `*`: whichever version there is.
    Any,
    /// One of these.
    Tags(Vec<Tag>),
    /// No list of entity tags.
    Unreadable,
}

#[derive(Debug, PartialEq, Eq)]
struct Tag {
    is_weak: bool,
    /// `None` when the tag is none of ours.
    version: Option<i64>,
}

/// `None` when there is no such header. Several lines are one list.
fn condition(headers: &HeaderMap, name: &HeaderName) -> Option<Condition> {
    let lines: Vec<_> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    match lines[..] {
        [] => None,
        [line] if line.trim_ascii() == b"*" => Some(Condition::Any),
        _ => Some(tags(&lines.join(&b","[..])).map_or(Condition::Unreadable, Condition::Tags)),
    }
}

/// Entity tags with commas between them; a list may have empty places.
fn tags(list: &[u8]) -> Option<Vec<Tag>> {
    let mut tags = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_ascii_start();
        if let Some(after) = rest.strip_prefix(b",") {
            rest = after;
        } else if rest.is_empty() {
            return Some(tags);
        } else {
            let (tag, after) = tag(rest)?;
            tags.push(tag);
            rest = after.trim_ascii_start();
            // Between two tags there is a comma.
            if !rest.is_empty() && !rest.starts_with(b",") {
                return None;
            }
        }
    }
}

/// The tag at the beginning, and what follows it.
fn tag(text: &[u8]) -> Option<(Tag, &[u8])> {
    let weak = text.strip_prefix(b"W/");
    let quoted = weak.unwrap_or(text).strip_prefix(b"\"")?;
    let end = quoted.iter().position(|byte| *byte == b'"')?;
    let (opaque, rest) = quoted.split_at(end);
    let is_tag = opaque.iter().all(|byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..));
    let tag = Tag { is_weak: weak.is_some(), version: version(opaque) };
    is_tag.then_some((tag, &rest[1..]))
}

/// The version that a tag of ours names: in one spelling only.
fn version(opaque: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(opaque).ok()?;
    let version: i64 = text.parse().ok()?;
    (version.to_string() == text).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            let line = HeaderValue::from_bytes(line.as_bytes()).expect("a test header");
            headers.append(name.clone(), line);
        }
        headers
    }

    fn check(lines: &[&str], strong: impl Into<Option<IfMatch>>, has_5: bool) {
        let demanded = if_match(&headers(header::IF_MATCH, lines));
        assert_eq!(demanded, strong.into(), "If-Match: {lines:?}");
        let known = condition(&headers(header::IF_NONE_MATCH, lines), &header::IF_NONE_MATCH);
        assert_eq!(IfNoneMatch(known).has(5), has_5, "If-None-Match: {lines:?}");
    }

    fn versions(versions: &[i64]) -> IfMatch {
        IfMatch::Versions(versions.to_vec())
    }

    #[test]
    fn a_version_is_a_number_between_quotes() {
        assert_eq!(HeaderValue::from(ETag(42)), "\"42\"");
        check(&["\"5\""], versions(&[5]), true);
        check(&["\"4\", \"5\" ,\"6\""], versions(&[4, 5, 6]), true);
        check(&["\"4\"", "\"5\""], versions(&[4, 5]), true);
        check(&[", ,\"5\",,"], versions(&[5]), true);
        check(&["\"6\""], versions(&[6]), false);
    }

    #[test]
    fn no_condition_and_any_version_are_not_the_same() {
        check(&[], None, false);
        check(&["*"], IfMatch::Any, true);
        check(&[" * "], IfMatch::Any, true);
    }

    #[test]
    fn a_weak_tag_says_what_is_known_and_not_what_may_be_overwritten() {
        check(&["W/\"5\""], versions(&[]), true);
        check(&["W/\"5\", \"4\""], versions(&[4]), true);
        check(&["w/\"5\""], versions(&[]), false);
    }

    #[test]
    fn what_is_no_tag_of_ours_matches_nothing() {
        for other in ["\"05\"", "\"+5\"", "\"5 \"", "\"\"", "\"abc\"", "\"a,b\"", "\"é\""] {
            check(&[other], versions(&[]), false);
        }
        check(&["\"99999999999999999999\", \"5\""], versions(&[5]), true);
    }

    #[test]
    fn what_is_no_list_of_tags_matches_nothing() {
        for other in [
            "",
            "5",
            "\"5",
            "5\"",
            "'5'",
            "\"5\" \"6\"",
            "\"5\"x",
            "*, \"5\"",
            "\"5\", *",
            "\"5\", 6",
        ] {
            check(&[other], versions(&[]), false);
        }
        check(&["*", "*"], versions(&[]), false);
    }
}
