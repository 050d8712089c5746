//! What others build upon, compared with what was agreed on: it does not change
//! by accident.

use std::{fs, path::Path};

use serde_json::Value;

/// A document as it was when somebody last looked at it.
pub(crate) struct Agreed {
    /// What it describes.
    pub what: &'static str,
    pub text: &'static str,
    /// Where it lies, below `crates/server/tests/api`.
    pub file: &'static str,
}

impl Agreed {
    /// Checks that nothing has changed; what has is written beside the build.
    pub fn is(&self, now: &Value) {
        let agreed: Value = serde_json::from_str(self.text).unwrap_or_default();
        if *now == agreed {
            return;
        }
        let name = format!("{}.new.json", self.what.replace(' ', "-"));
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
        fs::create_dir_all(&target)
            .and_then(|()| fs::write(target.join(&name), format!("{now:#}\n")))
            .expect("the target folder can be written to");
        let mut differences = Vec::new();
        compare("", &agreed, now, &mut differences);
        let shown: Vec<_> = differences.iter().take(20).map(String::as_str).collect();
        panic!(
            "the {} changed in {} places:\n  {}\n\
             If that is meant: cp target/{name} crates/server/tests/api/{}",
            self.what,
            differences.len(),
            shown.join("\n  "),
            self.file
        );
    }
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
