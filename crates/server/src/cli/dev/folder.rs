//! `./.rondo`: the database and the secret of `rondo dev`.
//!
//! The secret is random and stays between runs, so that a token still works
//! after a restart. Only the user who ran the command may look inside.

use std::{
    env, fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rondo_app::SystemRandom;
use rondo_domain::Secret;

use super::super::{Failure, print::random_secret};

const NAME: &str = ".rondo";

/// The folder and what is in it.
pub(super) struct Folder {
    path: PathBuf,
    pub(super) secret: Secret<String>,
}

impl Folder {
    /// The database in it. Relative, because a path from the root may hold
    /// what a URL would take for something else.
    pub(super) const DATABASE_URL: &str = "sqlite:///./.rondo/rondo.db";

    /// The folder in the working directory, made if it is not there.
    pub(super) fn open_or_create() -> Result<Self, Failure> {
        Self::make(&env::current_dir()?).map_err(|error| {
            Failure::with_hint(
                format!("cannot keep data in ./{NAME}: {error}"),
                "`rondo dev` needs a working directory that it may write to",
            )
        })
    }

    /// The folder in the working directory, which must be there.
    pub(super) fn existing() -> Result<Self, Failure> {
        if !Self::is_here() {
            let path = env::current_dir()?.join(NAME);
            return Err(Failure::with_hint(
                format!("there is no {} here", path.display()),
                "`--dev` works in the directory in which `rondo dev` was run",
            ));
        }
        Self::open_or_create()
    }

    /// Whether the working directory has one.
    pub(super) fn is_here() -> bool {
        Path::new(NAME).join("secret").is_file()
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn make(parent: &Path) -> io::Result<Self> {
        let path = parent.join(NAME);
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?,
        }
        let secret = Secret::new(secret(&path.join("secret"))?);
        // Made here, because the database would make it readable for everybody.
        fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path.join("rondo.db"))?;
        Ok(Self { path, secret })
    }
}

/// The kept secret; a new one when there is none that could be used.
fn secret(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= 32 => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let secret = random_secret(&SystemRandom);
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    writeln!(file, "{secret}")?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_private_and_keeps_its_secret() {
        let parent = env::temp_dir().join(format!("rondo-dev-{}", std::process::id()));
        fs::create_dir_all(&parent).expect("the temporary folder can be written to");
        let first = Folder::make(&parent).expect("it can be made");
        let second = Folder::make(&parent).expect("it can be opened again");
        assert_eq!(first.secret, second.secret);
        assert_eq!(first.secret.expose().len(), 43);
        for (name, expected) in [("", 0o700), ("secret", 0o600), ("rondo.db", 0o600)] {
            let metadata = fs::metadata(first.path().join(name)).expect("it is there");
            assert_eq!(metadata.permissions().mode() & 0o777, expected, "{name}");
        }
        fs::remove_dir_all(&parent).expect("it is ours");
    }
}
