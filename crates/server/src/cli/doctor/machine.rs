//! Checks that need no network: the secret, the clock, the files.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use rondo_app::SystemClock;
use rondo_domain::Clock;
use rondo_store::{SqliteLocation, Target};

use super::{super::Failure, report::Report};
use crate::config::{Config, Source};

/// Random text of 32 characters has nearly always more different ones.
const FEW_CHARACTERS: usize = 10;

pub(super) fn check_secret(report: &mut Report, config: &Config) -> Result<(), Failure> {
    let secret = config.settings.secret.expose();
    let different: BTreeSet<_> = secret.chars().collect();
    if different.len() < FEW_CHARACTERS {
        return report.warn(
            "secret",
            &format!("BETTER_AUTH_SECRET has only {} different characters", different.len()),
            "`rondo secret` makes a random one; changing it ends every login",
        );
    }
    report.ok("secret", &format!("{} characters, hidden", secret.chars().count()))
}

/// 2026-01-01 and 2100-01-01. A clock outside is not set, and every token
/// looks expired or not yet valid.
const PLAUSIBLE_SECONDS: std::ops::Range<i64> = 1_767_225_600..4_102_444_800;

pub(super) fn check_clock(report: &mut Report) -> Result<(), Failure> {
    let now = SystemClock.now();
    if PLAUSIBLE_SECONDS.contains(&now.as_seconds()) {
        return report.ok("clock", &now.to_string());
    }
    report.fail(
        "clock",
        &format!("the clock of this machine says {now}"),
        "set it, best by NTP: tokens depend on it",
    )
}

pub(super) fn check_files(
    report: &mut Report,
    source: &Source,
    config: &Config,
) -> Result<(), Failure> {
    let database = match &config.database {
        Target::Sqlite(sqlite) => match &sqlite.location {
            SqliteLocation::File(path) => Some(path.as_path()).filter(|path| is_ours(path)),
            SqliteLocation::Memory => None,
        },
        Target::Postgres(_) => None,
    };
    let mut all_private = true;
    for path in [database, source.file_with_secret()].into_iter().flatten() {
        if is_open_to_others(path) {
            all_private = false;
            report.warn(
                "files",
                &format!("every user of this machine can read {}", path.display()),
                &format!("chmod 600 {}", path.display()),
            )?;
        }
    }
    if all_private {
        report.ok("files", "no file with data or secrets is open to others")
    } else {
        Ok(())
    }
}

/// A file that is not there is open to nobody.
fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o007 != 0)
}

/// Whether a file may be a database. The mode of anything else, which a slip in
/// `DATABASE_URL` names, is none of our business.
fn is_ours(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut head));
    read.is_ok() && (head.is_empty() || head == *b"SQLite format 3\0")
}
