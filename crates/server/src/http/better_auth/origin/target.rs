//! Where a link of ours may lead: a path of this server, or a trusted address.
//!
//! The address travels through mails and browsers and ends in a `Location`
//! header with a token behind it, so it must not mean another host to any of
//! the programs on the way.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// How often a path is decoded at most; deeper than this nobody means well.
const MAX_ROUNDS: usize = 4;

/// Whether a text is a path on the host of whoever reads it, to every reader.
pub(super) fn is_path(text: &str) -> bool {
    if !text.starts_with('/') || text.starts_with("//") {
        return false;
    }
    if text.contains(|c: char| c.is_control() || c == '\\') {
        return false;
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    if lower.contains("%2f") || lower.contains("%5c") {
        return false;
    }
    let Some(decoded) = decoded(path) else {
        return false;
    };
    !climbs_to_host(path) && !climbs_to_host(&decoded) && separators(path) == separators(&decoded)
}

/// Decodes until nothing changes. `None` when that does not end, or uncovers
/// what no path has: a control character, a `\`, or bytes that are no text.
pub(super) fn decoded(path: &str) -> Option<Cow<'_, str>> {
    let mut text = Cow::Borrowed(path);
    for _ in 0..MAX_ROUNDS {
        let next = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
        if next.contains(|c: char| c.is_control() || c == '\\') {
            return None;
        }
        if next == text {
            return Some(text);
        }
        text = Cow::Owned(next);
    }
    None
}

/// Whether what is left after `.` and `..` begins with two slashes, which
/// names a host.
fn climbs_to_host(path: &str) -> bool {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let ends_open = path.ends_with("/.") || path.ends_with("/..");
    match segments.as_slice() {
        [""] => ends_open,
        segments => segments.len() > 1 && segments[0].is_empty(),
    }
}

fn separators(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_host_are_safe() {
        for text in [
            "/",
            "/welcome",
            "/a/b/../c",
            "/a//b",
            "/ü/日本",
            "/a%20b",
            "/100%25",
            "/~user/;v=1,2",
            "/a?next=//evil.example",
            "/a?next=%2f%2fevil.example%5c",
            "/a#//evil.example",
            "/?",
            "/a b",
        ] {
            assert!(is_path(text), "{text:?}");
        }
    }

    /// What could be another host to somebody.
    const HOSTILE: [&str; 48] = [
        "",
        "welcome",
        "?a",
        "//evil.example",
        "///evil.example",
        "//",
        "//.",
        "//..",
        "///..",
        "//./evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/a\\b",
        "/a?x=\\",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\u{0}/evil.example",
        "/\u{7f}",
        "/\u{85}",
        "\t//evil.example",
        " /welcome",
        "/%2fevil.example",
        "/%2Fevil.example",
        "/%5cevil.example",
        "/%5Cevil.example",
        "/a%2fb",
        "/%252fevil.example",
        "/%25252fevil.example",
        "/%255cevil.example",
        "/%2525252525252fevil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/%00/evil.example",
        "/%c2%85",
        "/%ff",
        "/.//evil.example",
        "/.//.",
        "/%2e//%252e",
        "/..//evil.example",
        "/a/..//evil.example",
        "/%2e//evil.example",
        "/%2e%2e//evil.example",
        "/a/%2E%2e//evil.example",
        "/%252e//evil.example",
        "https://evil.example",
        "javascript:alert(1)",
    ];

    #[test]
    fn what_could_be_another_host_is_not_safe() {
        for text in HOSTILE {
            assert!(!is_path(text), "{text:?}");
        }
    }
}
