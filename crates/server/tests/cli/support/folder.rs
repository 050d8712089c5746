//! A working directory for one test, and the files in it.

use std::{fs, path::PathBuf};

pub(crate) use crate::folder::Folder;

impl Folder {
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.join(name), text).expect("the folder is ours");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.join(name)).unwrap_or_default()
    }
}
