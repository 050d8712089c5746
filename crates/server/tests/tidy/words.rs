//! Words that may not be written.

use crate::repository::{File, Finding, assert_tidy, files, folders};

/// What is left over from work that is not done. In two halves, so that this
/// file does not break its own rule.
const LEFT_OVER: [&str; 7] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
    concat!("#[ig", "nore"),
];

/// Where something goes that has no better name yet.
const DRAWERS: [&str; 4] = ["util", "utils", "common", "manager"];

#[test]
fn nothing_is_left_over() {
    let mut findings = Vec::new();
    for ending in [".rs", ".md", ".sql", ".toml", ".yaml", ".yml"] {
        for file in files(ending) {
            findings.extend(words(&file, &LEFT_OVER));
        }
    }
    assert_tidy("Do it, or open an issue; assert what holds today instead of ignoring.", findings);
}

/// Tests of what becomes of code that sleeps.
const SLEEPERS: [&str; 1] = ["crates/store/tests/conformance/transactions/outcome.rs"];

#[test]
fn no_test_sleeps() {
    let sleep = [concat!("::sle", "ep("), concat!(" sle", "ep("), concat!("(sle", "ep(")];
    let mut findings = Vec::new();
    for file in files(".rs").iter().filter(|file| file.path.contains("/tests")) {
        if !SLEEPERS.contains(&file.path.as_str()) {
            findings.extend(words(file, &sleep));
        }
    }
    assert_tidy("Wait for a condition, with a deadline: `until` does.", findings);
}

#[test]
fn nothing_is_in_a_drawer() {
    let mut findings = Vec::new();
    for path in folders().into_iter().chain(files(".rs").into_iter().map(|file| file.path)) {
        let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if DRAWERS.contains(&name) {
            findings.push(Finding::of(path, "is a drawer"));
        }
    }
    assert_tidy("If it has no better name, it has no home yet.", findings);
}

#[test]
fn lints_are_expected_and_not_allowed() {
    let allow = [concat!("#[all", "ow("), concat!("#![all", "ow(")];
    let findings = files(".rs").iter().flat_map(|file| words(file, &allow)).collect();
    assert_tidy("Use #[expect(…, reason = \"…\")]: it complains when it is not needed.", findings);
}

fn words(file: &File, words: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        for word in words.iter().filter(|word| line.contains(**word)) {
            findings.push(file.finding(number, format!("says {word}")));
        }
    }
    findings
}

#[test]
fn a_word_is_found_in_its_line() {
    let text = format!("fine\nnot {}\n", LEFT_OVER[0]);
    let file = File { path: "x.rs".to_owned(), text };
    let expected = file.finding(2, format!("says {}", LEFT_OVER[0]));
    assert_eq!(words(&file, &LEFT_OVER), [expected]);
}
