//! Opening a SQLite file, and noticing when it is no longer the same file.

use std::{
    fs::OpenOptions,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::SharedConnection;
use crate::{SqliteLocation, SqliteOptions, StoreError, Synchronous};

/// How long a statement waits for another process that holds the lock. Below
/// the 5 seconds within which every request is answered.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);

/// Statements kept prepared by each connection. There are about 130, and as many
/// ways to ask for a list.
const STATEMENT_CACHE: usize = 256;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Reads and writes, and makes the file when there is none.
    Create,
    /// Reads and writes a file that exists.
    Write,
    /// Reads.
    Read,
}

/// Opens the database and sets it up for its purpose.
pub(super) fn open(
    options: &SqliteOptions,
    access: Access,
) -> Result<SharedConnection, StoreError> {
    let connection = match &options.location {
        SqliteLocation::Memory => Connection::open_in_memory()?,
        SqliteLocation::File(path) => open_file(path, access)?,
    };
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // A plan must not depend on the values bound to it: SQLite would prepare a
    // statement anew whenever its limit or offset differs, which was a third of
    // the time of a list.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // 8 MiB of pages and a mapping of 256 MiB: what is mapped is not held. What a
    // savepoint may have to undo is kept in memory: in a file it cost more than a
    // third of all writes. It is one long chain, which each statement walks, so a
    // change of thousands of rows takes time by the square of its size: those who
    // make large changes bound them.
    connection.execute_batch(
        "pragma foreign_keys = on;
         pragma temp_store = memory;
         pragma trusted_schema = off;
         pragma cache_size = -8192;
         pragma mmap_size = 268435456;",
    )?;
    if access != Access::Read {
        let synchronous = match options.synchronous {
            Synchronous::Full => "full",
            Synchronous::Normal => "normal",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        // Pages that many writes touch are folded into the file once for all of
        // them: every 1,000 pages, as is the default, a third of a write's time
        // went into that.
        connection.pragma_update_and_check(None, "wal_autocheckpoint", 8_000, |_| Ok(()))?;
        // A log that once grew large under load is cut back at a checkpoint.
        connection.pragma_update_and_check(None, "journal_size_limit", 67_108_864, |_| Ok(()))?;
    }
    Ok(Arc::new(Mutex::new(connection)))
}

fn open_file(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let flags = match access {
        Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    if access == Access::Create {
        create_private(path)?;
    }
    // Each connection stays with one thread, so SQLite's own mutex is idle.
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| {
        StoreError::unavailable(format!("cannot open {}: {error}", path.display()))
    })
}

/// Makes the file, if there is none, for its owner's eyes only: it holds
/// password hashes. SQLite gives its side files the same mode.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => {
            Err(StoreError::unavailable(format!("cannot create {}: {error}", path.display())))
        }
    }
}

/// Which file was opened. A file that is deleted or replaced while it is open
/// goes on taking writes that nobody will ever see; this is how we notice.
#[derive(Clone)]
pub(super) struct FileIdentity {
    path: PathBuf,
    opened: Arc<OnceLock<Option<(u64, u64)>>>,
}

impl FileIdentity {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, opened: Arc::default() }
    }

    /// Whether there is no file, in a folder that there is.
    pub(super) fn is_absent(&self) -> bool {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        !self.path.exists() && folder.is_none_or(Path::is_dir)
    }

    /// Remembers the file at the path as the one that was opened.
    pub(super) fn remember(&self) {
        self.opened.get_or_init(|| file_number(&self.path));
    }

    /// Whether the file at the path is the one that was opened.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self.opened.get() {
            None | Some(None) => Ok(()),
            Some(opened) if *opened == file_number(&self.path) => Ok(()),
            Some(_) => Err(StoreError::unavailable(format!(
                "{} was moved, deleted or replaced while in use: put it back or restart",
                self.path.display()
            ))),
        }
    }
}

/// Device and inode: the same as long as it is the same file.
#[cfg(unix)]
fn file_number(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = path.metadata().ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere an open file cannot be deleted, so there is nothing to notice.
#[cfg(not(unix))]
const fn file_number(_: &Path) -> Option<(u64, u64)> {
    None
}
