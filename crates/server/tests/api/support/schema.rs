//! Whether a value is as a schema says: types, members, lists.
//!
//! Only what the description of the API uses, and bounds are left out: those
//! are for what clients send.

use serde_json::Value;

/// The first place where the value is not as described.
pub(super) fn mismatch(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let inner = |schema: &Value, value: &Value| mismatch(document, schema, value);
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(reference.trim_start_matches('#'));
        return inner(schema.expect("a reference leads somewhere"), value);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().find_map(|schema| inner(schema, value));
    }
    if let Some(one) = schema["oneOf"].as_array() {
        let fits = one.iter().any(|schema| inner(schema, value).is_none());
        return (!fits).then(|| format!("{value} is none of what it may be"));
    }
    if !is_type(&schema["type"], value) {
        return Some(format!("{value} is no {}", schema["type"]));
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(name) = required.into_iter().find(|name| value.get(name).is_none()) {
        return Some(format!("{name} is missing"));
    }
    let members = schema["properties"].as_object().into_iter().flatten();
    let mut members = members.filter_map(|(name, schema)| Some((name, schema, value.get(name)?)));
    let in_members = members.find_map(|(name, schema, value)| {
        inner(schema, value).map(|found| format!("{name}: {found}"))
    });
    in_members.or_else(|| value.as_array()?.iter().find_map(|item| inner(&schema["items"], item)))
}

fn is_type(expected: &Value, value: &Value) -> bool {
    match expected {
        Value::Array(types) => types.iter().any(|one| is_type(one, value)),
        Value::String(name) => match name.as_str() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("nothing here was a {other} so far"),
        },
        // A schema without a type allows any.
        _ => true,
    }
}

#[test]
fn what_is_not_as_described_is_found() {
    let document = serde_json::json!({"s": {"A": {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": ["integer", "null"]},
            "b": {"type": "array", "items": {"type": "string"}},
            "c": {"oneOf": [{"$ref": "#/s/A"}, {"type": "null"}]},
        },
    }}});
    let schema = serde_json::json!({"$ref": "#/s/A"});
    for (text, expected) in [
        (r#"{"a": 1, "z": 1}"#, None),
        (r#"{"a": null, "b": ["x"], "c": {"a": 2}}"#, None),
        ("5", Some("5 is no \"object\"")),
        ("{}", Some("a is missing")),
        (r#"{"a": "x"}"#, Some("a: \"x\" is no [\"integer\",\"null\"]")),
        (r#"{"a": 1, "b": [1]}"#, Some("b: 1 is no \"string\"")),
        (r#"{"a": 1, "c": {}}"#, Some("c: {} is none of what it may be")),
    ] {
        let value = serde_json::from_str(text).expect("this is JSON");
        assert_eq!(mismatch(&document, &schema, &value).as_deref(), expected, "{text}");
    }
}
