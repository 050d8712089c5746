//! A folder in the place of a mail server: each mail becomes a file.
//!
//! The one place of the application that touches the disk: a mail server that
//! happens to be a folder.

use std::{io, path::Path};

use tokio::{
    fs::{self, DirBuilder, OpenOptions},
    io::AsyncWriteExt,
};

use super::message::Mail;

/// What is written to see whether a folder can be written to.
const PROBE: &str = ".rondo-probe.part";

/// Whether mails can be written: a file is made and removed. For a folder that
/// is missing it is the nearest one above it that counts.
///
/// # Errors
/// What the system says.
pub(super) async fn probe(folder: &Path) -> Result<(), String> {
    let there = nearest(folder).await;
    let probe = there.join(PROBE);
    let written = async {
        fs::write(&probe, "").await?;
        fs::remove_file(&probe).await
    };
    written.await.map_err(|error| format!("cannot write to {}: {error}", there.display()))
}

/// The folder, or the nearest one above it that is there.
async fn nearest(folder: &Path) -> &Path {
    for path in folder.ancestors() {
        // What stands before a relative path.
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        if fs::try_exists(path).await.unwrap_or(false) {
            return path;
        }
    }
    folder
}

/// Writes a mail to `NAME.eml`. The names sort by time; the folder is made when
/// it is missing. A file with that ending is always whole: it is written under
/// another name first.
///
/// # Errors
/// What the system says, without the name of the file.
pub(super) async fn write(folder: &Path, mail: &Mail) -> Result<(), String> {
    store(folder, mail).await.map_err(|error| format!("the folder of MAIL_URL: {error}"))
}

async fn store(folder: &Path, mail: &Mail) -> io::Result<()> {
    // Its links open accounts, so it is nobody else's to read.
    DirBuilder::new().recursive(true).mode(0o700).create(folder).await?;
    let unfinished = folder.join(format!(".{}.part", mail.name));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)
        .await?;
    file.write_all(&mail.message.formatted()).await?;
    // The job is deleted next, so the mail has to be on the disk by then.
    file.sync_all().await?;
    fs::rename(unfinished, folder.join(format!("{}.eml", mail.name))).await
}
