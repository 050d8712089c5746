//! The files of the repository, and how a rule complains about them.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// What is not ours, or not kept.
const SKIPPED: [&str; 5] = ["target", ".git", ".rondo", "node_modules", ".next"];

/// A text file.
pub(crate) struct File {
    /// From the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl File {
    /// The lines with their numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The lines without comments. A `//` in a string ends a line, too, which
    /// hides only what comes after an address.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
    }

    pub(crate) fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, what: what.into() }
    }
}

impl Finding {
    /// About a file or a folder as a whole.
    pub(crate) fn of(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self { path: path.into(), line: 1, what: what.into() }
    }
}

/// Fails with everything that was found and what to do about it.
#[track_caller]
pub(crate) fn assert_tidy(advice: &str, findings: Vec<Finding>) {
    let mut message = String::new();
    for Finding { path, line, what } in &findings {
        let _ = writeln!(message, "  {path}:{line}: {what}");
    }
    assert!(findings.is_empty(), "{} found:\n{message}{advice}", findings.len());
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the crate is in the repository")
}

/// One file of the repository.
pub(crate) fn file(path: &str) -> File {
    let text = fs::read_to_string(root().join(path));
    let text = text.unwrap_or_else(|error| panic!("{path} cannot be read: {error}"));
    File { path: path.to_owned(), text }
}

/// The files with this ending, in order.
pub(crate) fn files(ending: &str) -> Vec<File> {
    let mut paths = Vec::new();
    walk(Path::new(""), &mut |path, is_folder| {
        if !is_folder && path.ends_with(ending) {
            paths.push(path.to_owned());
        }
    });
    paths.sort();
    paths.iter().map(|path| file(path)).collect()
}

/// The folders, in order.
pub(crate) fn folders() -> Vec<String> {
    let mut folders = Vec::new();
    walk(Path::new(""), &mut |path, is_folder| {
        if is_folder {
            folders.push(path.to_owned());
        }
    });
    folders.sort();
    folders
}

/// The names of what is in a folder.
pub(crate) fn entries(folder: &str) -> Vec<String> {
    list(&root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"))
}

fn walk(folder: &Path, visit: &mut impl FnMut(&str, bool)) {
    let absolute = root().join(folder);
    for name in list(&absolute).unwrap_or_default() {
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = folder.join(&name);
        let is_folder = absolute.join(&name).is_dir();
        visit(path.to_str().expect("our names are text"), is_folder);
        if is_folder {
            walk(&path, visit);
        }
    }
}

fn list(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    let names: io::Result<Vec<_>> = names.collect();
    Ok(names?.into_iter().filter_map(|name| name.into_string().ok()).collect())
}
