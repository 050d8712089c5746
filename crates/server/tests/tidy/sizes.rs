//! How long files and functions may be, how full a folder, and how each file
//! begins.

use std::collections::BTreeSet;

use crate::repository::{File, Finding, assert_tidy, entries, file, files, folders};

const MAX_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 40;
const MAX_ARGUMENTS: usize = 4;
const MAX_ENTRIES: usize = 12;

/// Folders that may hold more, and how many.
const FULLER: [(&str, usize); 5] = [
    // One file for each noun of the product: the folder is its vocabulary.
    ("crates/domain/src", 18),
    // One file or folder for each thing that can be done: the table of contents.
    ("crates/app/src", 23),
    // One file or folder for each table or what is asked of it.
    ("crates/store/src/tables", 17),
    // One file or folder for each noun of the API.
    ("crates/server/src/http/routes", 14),
    // One file or folder for each command, and what they share.
    ("crates/server/src/cli", 14),
];

/// Functions that may take more arguments, and why.
const WIDER: [&str; 2] = [
    // rustls names the signature.
    "verify_server_cert",
    // One for each column of the row.
    "insert_message",
];

/// Files that may be longer, and why: tables, which are read together.
const LONGER: [&str; 0] = [];

#[test]
fn files_are_short() {
    let mut findings = Vec::new();
    let mut lengths = Vec::new();
    for file in files(".rs") {
        let lines = file.text.lines().count();
        lengths.push(lines);
        if lines > MAX_LINES && !LONGER.contains(&file.path.as_str()) {
            findings.push(file.finding(MAX_LINES, format!("{lines} lines")));
        }
    }
    lengths.sort_unstable();
    println!("{} files, the median has {} lines", lengths.len(), lengths[lengths.len() / 2]);
    assert_tidy(
        "Split the file by what its parts are about; 100 to 200 lines read best.",
        findings,
    );
}

#[test]
fn functions_fit_on_a_screen() {
    let mut findings = Vec::new();
    for file in files(".rs") {
        for function in functions(&file) {
            let Function { line, name, lines, arguments } = function;
            let is_wider = WIDER.contains(&name.as_str()) || file.path.contains("/tests/");
            if lines > MAX_FUNCTION_LINES {
                findings.push(file.finding(line, format!("{name} has {lines} lines")));
            }
            if arguments > MAX_ARGUMENTS && !is_wider {
                findings.push(file.finding(line, format!("{name} takes {arguments} arguments")));
            }
        }
    }
    assert_tidy(
        "A function has at most 40 lines and 4 arguments: name a part of it, or make a type of \
         what belongs together.",
        findings,
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    let findings = files(".rs")
        .iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| file.finding(1, "does not begin with `//!`"))
        .collect();
    assert_tidy(
        "Begin with one sentence of purpose, then what a reader would guess wrong.",
        findings,
    );
}

#[test]
fn folders_can_be_taken_in_at_a_glance() {
    let mut findings = Vec::new();
    for folder in folders().iter().filter(|path| path.contains("/src")) {
        let count = entries(folder).len();
        let fuller = FULLER.iter().find(|(path, _)| path == folder);
        if count > fuller.map_or(MAX_ENTRIES, |(_, max)| *max) {
            findings.push(Finding::of(folder, format!("{count} entries")));
        }
    }
    assert_tidy(
        "A folder has at most 12 entries: give a group of them a folder and a name.",
        findings,
    );
}

#[test]
fn everything_about_a_thing_is_in_one_folder() {
    let folders: BTreeSet<_> = folders().into_iter().collect();
    let findings = files(".rs")
        .iter()
        .filter(|file| file.path.strip_suffix(".rs").is_some_and(|path| folders.contains(path)))
        .map(|file| file.finding(1, "stands beside a folder of its name"))
        .collect();
    assert_tidy("Move the file into the folder and call it mod.rs.", findings);
}

/// What is counted of a function.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    line: usize,
    name: String,
    /// Of the body, between its braces.
    lines: usize,
    /// Without `self`.
    arguments: usize,
}

/// Relies on how rustfmt lays a function out: it ends with a brace below the
/// column in which it begins.
fn functions(file: &File) -> Vec<Function> {
    let lines: Vec<_> = file.text.lines().collect();
    let begins = lines.iter().enumerate().filter(|(_, line)| is_function(line));
    begins.map(|(index, line)| function(index, line, &lines[index..])).collect()
}

fn is_function(line: &str) -> bool {
    let words: Vec<_> = line.trim_start().split(' ').collect();
    let modifiers = words.iter().take_while(|word| {
        matches!(**word, "async" | "const" | "default") || word.starts_with("pub")
    });
    words.get(modifiers.count()) == Some(&"fn")
}

fn function(index: usize, line: &str, rest: &[&str]) -> Function {
    let indent = &line[..line.len() - line.trim_start().len()];
    let (opens, closes) = (format!("{indent}{{"), format!("{indent}}}"));
    let head = rest.iter().take_while(|line| !is_end_of_head(line) && **line != opens).count();
    let body = rest.iter().skip(head + 1).take_while(|line| **line != closes).count();
    let is_block = rest.get(head).is_some_and(|line| line.ends_with('{'));
    let signature = rest[..=head.min(rest.len() - 1)].join(" ");
    let (_, signature) = signature.split_once("fn ").unwrap_or_default();
    let name = signature.split(['(', '<']).next().unwrap_or_default().to_owned();
    let arguments = arguments(signature);
    Function { line: index + 1, name, lines: if is_block { body } else { 0 }, arguments }
}

fn is_end_of_head(line: &str) -> bool {
    line.ends_with(['{', ';']) || line.ends_with('}')
}

/// How many arguments there are in the first parentheses that follow the name
/// and its generics.
fn arguments(signature: &str) -> usize {
    let (mut depth, mut angles) = (0, 0);
    let mut previous = ' ';
    let (mut count, mut has_text, mut text) = (0, false, String::new());
    for letter in signature.chars() {
        match letter {
            '<' => angles += 1,
            '>' if previous != '-' => angles -= 1,
            '(' | '[' if depth > 0 || angles == 0 => depth += 1,
            ')' | ']' if depth > 0 => depth -= 1,
            _ => {}
        }
        let is_end = depth == 0 && letter == ')' && angles == 0;
        if is_end || (depth == 1 && letter == ',' && angles == 0) {
            count += usize::from(has_text && !text.contains("self"));
            (has_text, text) = (false, String::new());
        } else if depth >= 1 && !(depth == 1 && letter == '(') && !letter.is_whitespace() {
            has_text = true;
            text.push(letter);
        }
        if is_end {
            break;
        }
        previous = letter;
    }
    count
}

#[test]
fn functions_are_measured() {
    let text = "pub(crate) async fn one<F: Fn(u8, u8) -> u8>(\n    &mut self,\n    a: (u8, u8),\n    \
                b: Vec<(u8, u8)>,\n) -> u8 {\n    1;\n    2\n}\n    const fn two() {}\nfn three(a: \
                u8) -> u8\nwhere\n    u8: Copy,\n{\n    a\n}\n";
    let found = functions(&File { path: "x.rs".to_owned(), text: text.to_owned() });
    let found: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.lines, f.arguments)).collect();
    assert_eq!(found, [("one", 2, 2), ("two", 0, 0), ("three", 1, 1)]);
    assert!(functions(&file("crates/server/tests/tidy/sizes.rs")).len() > 10);
}
