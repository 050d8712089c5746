//! A database that cannot be used: which one, why, and what to do about it.
//!
//! Addresses are shown, users and passwords never.

use percent_encoding::percent_decode_str;
use rondo_store::{SqliteLocation, Target};

/// What the last hint of all is.
pub(super) const DOCTOR: &str = "`rondo doctor` looks at every setting";

/// A sentence that names the database, unless the reason does so itself.
pub(in crate::cli) fn message(target: &Target, reason: &str) -> String {
    let place = place(target);
    if reason.contains(&place) {
        return format!("the database cannot be used: {reason}");
    }
    let at = if matches!(target, Target::Postgres(_)) { "at " } else { "" };
    format!("the database {at}{place} cannot be used: {reason}")
}

/// Words that errors of SQLite, PostgreSQL, TLS and the system hold, and what
/// helps then. The first that fits counts.
const CAUSES: [(&str, &str); 12] = [
    ("not a database", "the file holds something else: correct DATABASE_URL, or move it away"),
    ("unable to open", "is its folder there, and may this user write to it?"),
    ("cannot create", "is its folder there, and may this user write to it?"),
    ("Connection refused", "is PostgreSQL running there, and does it listen on this port?"),
    ("lookup address", "is the host's name right, and can this machine resolve it?"),
    ("authentication failed", "correct user and password in DATABASE_URL"),
    ("pg_hba", "the server lets no such user in from here: see its pg_hba.conf, or sslmode"),
    ("role", "the server has no such user: correct it in DATABASE_URL, or create it"),
    ("does not exist", "create the database with createdb, or correct its name"),
    ("certificate", "the certificate is not one that sslmode accepts: see sslrootcert"),
    ("TLS", "does the server speak TLS? sslmode in DATABASE_URL says whether it must"),
    ("too long", "is a firewall in between, or is the database only waking up? Try again"),
];

/// What helps against this reason.
pub(in crate::cli) fn hint(target: &Target, reason: &str) -> &'static str {
    let known = CAUSES.iter().find(|(words, _)| reason.contains(words)).map(|(_, hint)| *hint);
    known.unwrap_or(match target {
        Target::Sqlite(_) => "is it a SQLite file that this user may write to?",
        Target::Postgres(_) => "is the server running, and can it be reached from this machine?",
    })
}

/// The same with the name of the database, where a server has several.
pub(in crate::cli) fn named(target: &Target) -> String {
    let place = place(target);
    match target {
        Target::Postgres(postgres) => match name(postgres.url.expose()) {
            Some(name) => format!("{name} at {place}"),
            None => place,
        },
        Target::Sqlite(_) => place,
    }
}

/// The database that a URL names after its hosts.
fn name(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (_, name) = rest.split(['?', '#']).next()?.split_once('/')?;
    let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
    (!name.is_empty()).then_some(name)
}

/// The file, or hosts and ports; both of them when migrations have an address
/// of their own.
pub(in crate::cli) fn place(target: &Target) -> String {
    match target {
        Target::Sqlite(sqlite) => match &sqlite.location {
            SqliteLocation::File(path) => path.display().to_string(),
            SqliteLocation::Memory => "in memory".to_owned(),
        },
        Target::Postgres(postgres) => {
            let direct = postgres.direct_url.as_ref().map(|url| hosts(url.expose()));
            let pooled = hosts(postgres.url.expose());
            match direct.filter(|direct| *direct != pooled) {
                Some(direct) => format!("{pooled} (for migrations: {direct})"),
                None => pooled,
            }
        }
    }
}

/// The hosts of a URL that the configuration has put into its normal form, in
/// which `@` stands only after the credentials.
fn hosts(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = path.split('/').next().unwrap_or_default();
    let named = authority.rsplit('@').next().unwrap_or_default();
    let parameter = |wanted: &str| {
        let found = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = found.filter(|(name, _)| *name == wanted);
        found.next().map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
    };
    let named = match named {
        "" => parameter("host").or_else(|| parameter("hostaddr")).unwrap_or_default(),
        named => named.to_owned(),
    };
    let port = parameter("port").unwrap_or_else(|| "5432".to_owned());
    let with_port = |host: &str| {
        let has_port = host.rsplit_once(']').map_or(host, |(_, after)| after).contains(':');
        if has_port { host.to_owned() } else { format!("{host}:{port}") }
    };
    named.split(',').map(with_port).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_user_and_password() {
        for (url, expected) in [
            ("postgresql://ada:hush@db/rondo?sslmode=prefer", "db:5432"),
            ("postgresql://ada:hush@db:6432/rondo", "db:6432"),
            ("postgresql://a:5433,b/rondo?sslmode=prefer&password=hush", "a:5433, b:5432"),
            ("postgresql://[::1]/rondo", "[::1]:5432"),
            ("postgresql:///db?user=ada&host=%2Ftmp&port=1", "/tmp:1"),
        ] {
            assert_eq!(hosts(url), expected, "{url}");
        }
    }

    #[test]
    fn a_database_is_called_by_its_name() {
        for (url, expected) in [
            ("postgresql://ada:hush@db/rondo?sslmode=prefer", Some("rondo")),
            ("postgresql://db/my%20tasks", Some("my tasks")),
            ("postgresql://db/", None),
            ("postgresql://db?sslmode=prefer", None),
        ] {
            assert_eq!(name(url).as_deref(), expected, "{url}");
        }
    }
}
