//! The description of the API, compared with the one that was agreed on: the
//! API does not change by accident.

use std::{fs, path::Path};

use rondo_server::http::openapi_json;
use serde_json::Value;

/// What the description was when somebody last looked at it.
const AGREED: &str = include_str!("snapshot.json");

/// Where the new description goes when it differs.
const NEW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/openapi.new.json");
const SNAPSHOT: &str = "crates/server/tests/api/openapi/snapshot.json";

#[test]
fn the_description_is_the_one_that_was_agreed_on() {
    let now: Value = serde_json::from_str(&openapi_json()).expect("the description is JSON");
    let agreed: Value = serde_json::from_str(AGREED).unwrap_or_default();
    if now == agreed {
        return;
    }
    fs::create_dir_all(Path::new(NEW).parent().expect("the file is in a folder"))
        .and_then(|()| fs::write(NEW, format!("{now:#}\n")))
        .expect("the target folder can be written to");
    let mut differences = Vec::new();
    compare("", &agreed, &now, &mut differences);
    let shown: Vec<_> = differences.iter().take(20).map(String::as_str).collect();
    panic!(
        "the API's description changed in {} places:\n  {}\n\
         If that is meant: cp target/openapi.new.json {SNAPSHOT}",
        differences.len(),
        shown.join("\n  ")
    );
}

/// Notes what is new, gone or different, by its path.
fn compare(path: &str, agreed: &Value, now: &Value, differences: &mut Vec<String>) {
    match (agreed, now) {
        (Value::Object(agreed), Value::Object(now)) => {
            for (name, value) in now {
                let path = format!("{path}/{name}");
                match agreed.get(name) {
                    Some(before) => compare(&path, before, value, differences),
                    None => differences.push(format!("new: {path}")),
                }
            }
            let gone = agreed.keys().filter(|name| !now.contains_key(*name));
            differences.extend(gone.map(|name| format!("gone: {path}/{name}")));
        }
        (agreed, now) if agreed != now => {
            differences.push(format!("{path}: {agreed} became {now}"));
        }
        _ => {}
    }
}

#[test]
fn a_difference_is_found_where_it_is() {
    let agreed = serde_json::json!({"a": {"b": 1, "c": 2}, "d": [1]});
    let now = serde_json::json!({"a": {"b": 3, "e": 4}, "d": [1]});
    let mut differences = Vec::new();
    compare("", &agreed, &now, &mut differences);
    assert_eq!(differences, ["/a/b: 1 became 3", "new: /a/e", "gone: /a/c"]);
}
