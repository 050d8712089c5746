//! Documents: links that lead somewhere, decisions in a row, one sentence a
//! line.

use crate::repository::{File, Finding, assert_tidy, entries, files, root};

#[test]
fn links_lead_somewhere() {
    let mut findings = Vec::new();
    for file in files(".md") {
        for (number, target) in links(&file) {
            if !leads_somewhere(&file, target) {
                findings
                    .push(file.finding(number, format!("links to {target}, which is not there")));
            }
        }
    }
    assert_tidy("Correct the link, or write what it promises.", findings);
}

#[test]
fn files_that_are_named_exist() {
    let mut findings = Vec::new();
    for file in files(".md") {
        for (number, line) in file.lines() {
            for path in quoted(line).filter(|path| is_path(path)) {
                if !root().join(path).exists() {
                    findings
                        .push(file.finding(number, format!("names {path}, which is not there")));
                }
            }
        }
    }
    assert_tidy("Documents name types and folders rather than files: those move less.", findings);
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let mut names = entries("docs/decisions");
    names.retain(|name| name.as_bytes()[0].is_ascii_digit());
    names.sort();
    let mut findings = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let path = format!("docs/decisions/{name}");
        let number = format!("{:04}", index + 1);
        if !name.starts_with(&number) {
            findings.push(Finding::of(&path, format!("is not number {number}")));
        }
        let title = format!("# {}: ", &name[..4]);
        if !crate::repository::file(&path).text.starts_with(&title) {
            findings.push(Finding::of(&path, format!("does not begin with `{title}…`")));
        }
    }
    assert_tidy("Take the next number; a decision that was revised stays, and says so.", findings);
}

/// The targets of `[text](target)`, outside blocks of code.
fn links(file: &File) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let mut found = Vec::new();
    for (number, line) in file.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            found.extend(targets.map(|target| (number, target)));
        }
    }
    found
}

fn leads_somewhere(file: &File, target: &str) -> bool {
    if ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
        return true;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let here = root().join(&file.path);
    let there = match path {
        "" => here,
        path => here.parent().expect("a file is in a folder").join(path),
    };
    if heading.is_empty() {
        return there.exists();
    }
    std::fs::read_to_string(there).is_ok_and(|text| {
        let mut headings = text.lines().filter(|line| line.starts_with('#'));
        headings.any(|line| anchor(line) == heading)
    })
}

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether this is a place in the repository and not a pattern or a command.
fn is_path(text: &str) -> bool {
    let folders = ["crates/", "docs/", "scripts/", "packaging/"];
    let plain = |c: char| c.is_ascii_alphanumeric() || "./_-".contains(c);
    folders.iter().any(|folder| text.starts_with(folder)) && text.chars().all(plain)
}

#[test]
fn links_and_headings_are_read() {
    let text = "# A `b`: c-d\n[x](y.md#z) and [q](#a-b-c-d)\n```\n[no](link)\n```\n`docs/x y`\n";
    let file = File { path: "docs/x.md".to_owned(), text: text.to_owned() };
    assert_eq!(links(&file), [(2, "y.md#z"), (2, "#a-b-c-d")]);
    assert_eq!(anchor("# A `b`: c-d"), "a-b-c-d");
    assert!(leads_somewhere(&file, "decisions") && !leads_somewhere(&file, "missing.md"));
    assert!(is_path("crates/server") && !is_path("docs/decisions/0001-….md"));
}
