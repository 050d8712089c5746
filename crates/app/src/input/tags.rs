//! Labels as clients name them.

use rondo_domain::TagName;
use serde_json::Value;

use super::{echo, parse_object, text};
use crate::error::{Error, Invalid, Location};

/// The field, and the parameter of the path, that a label is in.
const FIELD: &str = "name";

/// The label that a path names, decoded.
///
/// # Errors
/// [`Error::Invalid`] for what no label can be.
pub fn tag_in_path(name: &str) -> Result<TagName, Error> {
    TagName::parse(name).map_err(|problem| {
        let invalid = Invalid::new(Location::Path, Some(FIELD), problem);
        Error::Invalid(vec![Invalid { input: echo(&Value::from(name)), ..invalid }])
    })
}

/// The new name of a label: `name`, which is required.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn tag_rename(body: Value) -> Result<TagName, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let name = fields.required(FIELD, text(TagName::parse));
    fields.finish(|| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};

    #[test]
    fn a_label_is_named_in_a_path_or_a_body() {
        assert_eq!(tag_in_path(" #Work ").ok(), TagName::parse("Work").ok());
        assert_eq!(tag_rename(json!({"name": "#Job"})).ok(), TagName::parse("Job").ok());
        assert_eq!(problems(tag_in_path("#")), ["path.name string_too_short"]);
        assert_eq!(problems(tag_in_path(&"x".repeat(51))), ["path.name string_too_long"]);
        assert_eq!(problems(tag_rename(json!({}))), ["body.name missing"]);
        for name in [json!(null), json!(1), json!(["x"])] {
            assert_eq!(problems(tag_rename(json!({"name": name}))), ["body.name string_type"]);
        }
        assert_eq!(problems(tag_rename(json!({"name": "a\nb"}))), ["body.name value_error"]);
    }
}
