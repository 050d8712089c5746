//! `sqlite:` URLs: those of Python's `sqlalchemy` and the shorter ones.
//!
//! Three slashes are a relative path and four an absolute one. A URL without a
//! path is refused: `sqlalchemy` takes it for memory, and losing all data at the
//! end of the process must be asked for by name.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use rondo_store::SqliteLocation;

/// What a `sqlite:` URL names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SqliteUrl {
    pub(super) location: SqliteLocation,
    /// Query parameters that say nothing to us.
    pub(super) ignored: Vec<String>,
}

impl SqliteUrl {
    /// Parses what follows `sqlite:`.
    pub(super) fn parse(rest: &str) -> Result<Self, String> {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = path_of(path);
        let mut ignored = Vec::new();
        let mut is_memory = path == ":memory:";
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("mode", "memory")) => is_memory = true,
                // What we do anyway.
                Some(("mode", "rwc" | "rw")) => {}
                Some(("mode", "ro")) => return Err("asks for a read-only database".to_owned()),
                parts => ignored.push(parts.map_or(parameter, |(name, _)| name).to_owned()),
            }
        }
        if is_memory {
            return Ok(Self { location: SqliteLocation::Memory, ignored });
        }
        if path.is_empty() {
            return Err("names no file; memory is sqlite://:memory:".to_owned());
        }
        if path.starts_with("file:") {
            return Err("holds a file: URI, which is not supported".to_owned());
        }
        // Only escapes are decoded; a lone `%` stays what it is.
        let path = percent_decode_str(path).decode_utf8().map_err(|_| "is not UTF-8 text")?;
        if path.contains('\0') {
            return Err("holds a NUL character".to_owned());
        }
        if path.ends_with('/') {
            return Err("names a folder, not a file".to_owned());
        }
        let location = SqliteLocation::File(PathBuf::from(path.as_ref()));
        Ok(Self { location, ignored })
    }
}

/// The path after `sqlite:`, with the two slashes and the empty host of a full
/// URL taken away.
fn path_of(rest: &str) -> &str {
    match rest.strip_prefix("//") {
        Some(after) => after.strip_prefix('/').unwrap_or(after),
        None => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let location = SqliteUrl::parse(text).map(|url| url.location);
        let expected = match expected {
            Some(":memory:") => Ok(SqliteLocation::Memory),
            Some(path) => Ok(SqliteLocation::File(PathBuf::from(path))),
            None => Err(location.clone().expect_err("it must be refused")),
        };
        assert_eq!(location, expected, "sqlite:{text}");
    }

    #[test]
    fn every_spelling_of_a_file_is_understood() {
        check("///./rondo.db", Some("./rondo.db"));
        check("///rondo.db", Some("rondo.db"));
        check("///data/rondo.db", Some("data/rondo.db"));
        check("////var/lib/rondo/rondo.db", Some("/var/lib/rondo/rondo.db"));
        check("rondo.db", Some("rondo.db"));
        check("./rondo.db", Some("./rondo.db"));
        check("/var/rondo.db", Some("/var/rondo.db"));
        check("//rondo.db", Some("rondo.db"));
        check("///my%20tasks.db", Some("my tasks.db"));
        check("///100%.db", Some("100%.db"));
        check("///rondo.db?mode=rwc&cache=shared", Some("rondo.db"));
    }

    #[test]
    fn memory_is_asked_for_by_name() {
        for text in ["//:memory:", ":memory:", "///:memory:", "//x?mode=memory"] {
            check(text, Some(":memory:"));
        }
    }

    #[test]
    fn what_names_no_file_is_refused() {
        for text in ["", "//", "///", "///data/", "///file:x?uri=true", "///x?mode=ro", "x%00"] {
            check(text, None);
        }
    }

    #[test]
    fn unknown_parameters_are_remembered_for_a_warning() {
        let url = SqliteUrl::parse("///x.db?check_same_thread=false&timeout=5&odd");
        let ignored = ["check_same_thread", "timeout", "odd"].map(String::from);
        assert_eq!(url.map(|url| url.ignored).as_deref(), Ok(&ignored[..]));
    }
}
