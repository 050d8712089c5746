//! What is written twice says the same: variables, routes, error codes.

use std::collections::BTreeSet;

use rondo_server::{
    config::variables::ALL,
    http::{openapi_json, route_list},
};
use serde_json::Value;

use crate::repository::{File, Finding, assert_tidy, file};

#[test]
fn every_variable_is_in_the_example_and_in_the_manual() {
    let known: Vec<_> = ALL.iter().map(|variable| variable.name.to_owned()).collect();
    let mut findings = Vec::new();
    for (file, named) in [
        (file(".env.example"), assigned as fn(&File) -> Vec<String>),
        (file("docs/operations.md"), tabled),
    ] {
        let named = named(&file);
        let missing = known.iter().filter(|name| !named.contains(name));
        findings.extend(missing.map(|name| file.finding(1, format!("{name} is missing"))));
        let unknown = named.iter().filter(|name| !known.contains(name));
        findings.extend(unknown.map(|name| file.finding(1, format!("{name} is no variable"))));
        let unique: BTreeSet<_> = named.iter().collect();
        if unique.len() < named.len() {
            findings.push(file.finding(1, "names a variable twice"));
        }
    }
    assert_tidy(
        "crates/server/src/config/variables.rs has the list; the others follow it.",
        findings,
    );
}

/// The names in `NAME=value` and `# NAME=value`.
fn assigned(file: &File) -> Vec<String> {
    let names = file.text.lines().filter_map(|line| line.trim_start_matches("# ").split_once('='));
    let names = names.map(|(name, _)| name).filter(|name| is_variable(name));
    names.map(str::to_owned).collect()
}

/// The names in the first column of the tables about settings.
fn tabled(file: &File) -> Vec<String> {
    let lines = file.text.lines().skip_while(|line| *line != "## Settings").skip(1);
    let lines = lines.take_while(|line| !line.starts_with("## "));
    let cells = lines.filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    names.filter(|name| is_variable(name)).map(str::to_owned).collect()
}

fn is_variable(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit();
    !text.is_empty() && text.bytes().all(is_letter)
}

#[test]
fn every_route_is_described_and_everything_described_is_a_route() {
    let document: Value = serde_json::from_str(&openapi_json()).expect("the description is JSON");
    let paths = document["paths"].as_object().expect("there are paths");
    let described: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flat_map(serde_json::Map::keys);
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let routed: BTreeSet<_> =
        route_list().into_iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let page = "crates/server/src/http/router.rs";
    let undescribed = routed.difference(&described);
    let unrouted = described.difference(&routed);
    let findings = undescribed
        .map(|route| Finding::of(page, format!("{route} is not described")))
        .chain(unrouted.map(|route| Finding::of(page, format!("{route} is described, no route"))))
        .collect();
    assert_tidy("Add the handler to `paths(…)` in crates/server/src/http/openapi.", findings);
}

#[test]
fn every_error_code_is_in_the_manual() {
    let manual = file("docs/api.md");
    let documented: BTreeSet<_> = manual.text.lines().flat_map(codes_of_row).collect();
    let mut used = BTreeSet::new();
    let mut findings = Vec::new();
    for path in ["crates/app/src/error.rs", "crates/server/src/http/error.rs"] {
        let source = file(path);
        for (line, code) in codes(&source) {
            used.insert(code.clone());
            if !documented.contains(&code) {
                findings.push(source.finding(line, format!("{code} is not in docs/api.md")));
            }
        }
    }
    let unused = documented.difference(&used);
    findings.extend(unused.map(|code| manual.finding(1, format!("{code} is no code of ours"))));
    assert_tidy("Programs match on codes: docs/api.md lists all of them.", findings);
}

/// The second column of the table of errors.
fn codes_of_row(row: &str) -> Vec<String> {
    let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
    let is_status = |cell: &str| cell.len() == 3 && cell.bytes().all(|b| b.is_ascii_digit());
    match cells[..] {
        [status, codes, _] if is_status(status) => {
            codes.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// What the functions called `code` answer.
fn codes(source: &File) -> Vec<(usize, String)> {
    let mut is_inside = false;
    let mut found = Vec::new();
    for (number, line) in source.lines() {
        is_inside |= line.contains("fn code(");
        if is_inside && let Some((_, word)) = line.split_once("=> \"") {
            let word = word.split('"').next().unwrap_or_default();
            found.push((number, word.to_owned()));
        }
        is_inside &= line != "    }";
    }
    found
}

const BETTER_AUTH: &str = "docs/better-auth.md";

#[test]
fn every_route_of_better_auth_is_in_its_manual() {
    let manual = file(BETTER_AUTH);
    let documented: BTreeSet<_> = manual.text.lines().filter_map(endpoint_of_row).collect();
    let routed: BTreeSet<_> = route_list()
        .iter()
        .filter(|route| route.access.is_better_auth())
        .map(|route| format!("{} {}", route.method, route.path.trim_start_matches("/api/auth")))
        .collect();
    let missing = routed.difference(&documented);
    let unknown = documented.difference(&routed);
    let findings = missing
        .map(|route| manual.finding(1, format!("{route} is missing")))
        .chain(unknown.map(|route| manual.finding(1, format!("{route} is no route"))))
        .collect();
    assert_tidy("The table of endpoints has all of them, and nothing else.", findings);
}

/// The method and the path in the first column of the table of endpoints.
fn endpoint_of_row(row: &str) -> Option<String> {
    let endpoint = row.strip_prefix("| `")?.split('`').next()?;
    let is_endpoint = ["GET /", "POST /"].iter().any(|method| endpoint.starts_with(method));
    is_endpoint.then(|| endpoint.to_owned())
}

#[test]
fn every_error_code_of_better_auth_is_in_its_manual() {
    let (manual, source) =
        (file(BETTER_AUTH), file("crates/server/src/http/better_auth/error/codes.rs"));
    let documented: BTreeSet<_> = manual.text.split('`').skip(1).step_by(2).collect();
    let mut findings = Vec::new();
    for (line, text) in source.code() {
        let words = text.split('"').skip(1).step_by(2);
        for code in words.filter(|word| is_variable(word) && !documented.contains(word)) {
            findings.push(source.finding(line, format!("{code} is not in {BETTER_AUTH}")));
        }
    }
    assert_tidy("People search the manual for the code that they see.", findings);
}

#[test]
fn tables_are_read() {
    assert_eq!(codes_of_row("| 400 | `a_b`, `c` | why |"), ["a_b", "c"]);
    assert!(codes_of_row("| x | `a` | why |").is_empty());
    let text = "## Settings\n| `HOST`, `PORT` * | `0` | `X` |\n## More\n| `NO` | x |\n";
    let manual = File { path: "x.md".to_owned(), text: text.to_owned() };
    assert_eq!(tabled(&manual), ["HOST", "PORT"]);
    let text = "# a\nA=1\n# B_C=\nno = x\n";
    assert_eq!(assigned(&File { path: "x".to_owned(), text: text.to_owned() }), ["A", "B_C"]);
    assert!(codes(&file("crates/app/src/error.rs")).len() > 15);
    assert_eq!(endpoint_of_row("| `GET /a/{b}` 🔒 | `c` | d |").as_deref(), Some("GET /a/{b}"));
    assert_eq!(endpoint_of_row("| `CODE` | 400 | why |"), None);
}
