//! A database of another server, filled by hand.

use std::{fs, path::PathBuf, sync::Arc};

use crate::{
    postgres::{Own, Place, connect},
    support::Folder,
};

/// A SQLite file beside ours, or a place on the server.
pub(super) enum Source {
    File { folder: Arc<Folder>, path: PathBuf },
    Server(Place),
}

impl Source {
    /// A file in the program's working directory.
    pub(super) fn file(folder: &Arc<Folder>, name: &str) -> Self {
        Self::File { folder: Arc::clone(folder), path: folder.join(name) }
    }

    pub(super) async fn server() -> Self {
        Self::Server(Place::create(Own::Schema).await)
    }

    pub(super) async fn server_database() -> Self {
        Self::Server(Place::create(Own::Database).await)
    }

    /// How Rondo is told of it.
    pub(super) fn url(&self) -> String {
        match self {
            Self::File { path, .. } => format!("sqlite:///{}", path.display()),
            Self::Server(place) => place.url(),
        }
    }

    /// The arguments of an import from it.
    pub(super) fn import(&self, what: &str, flags: &str) -> String {
        format!("import {what} --from {} {flags}", self.url())
    }

    pub(super) async fn fill(&self, sql: &str) {
        match self {
            Self::File { path, .. } => {
                let connection = rusqlite::Connection::open(path).expect("the folder is ours");
                connection.execute_batch(sql).expect("the test's SQL is sound");
            }
            Self::Server(place) => {
                let client = connect(&place.url()).await;
                client.batch_execute(sql).await.expect("the test's SQL is sound");
            }
        }
    }

    /// The databases in its folder, and what may stand beside them.
    pub(super) fn files(&self) -> Vec<String> {
        let Self::File { folder, .. } = self else { return Vec::new() };
        let entries = fs::read_dir(folder.path()).expect("the folder is ours");
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<_> = names.filter(|name| name.contains(".db")).collect();
        names.sort();
        names
    }
}
