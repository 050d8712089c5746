//! The description and the router say the same.

use std::collections::BTreeSet;

use rondo_app::accounts::MAX_CALLBACK_CHARS;
use serde_json::Value;

use super::openapi_json;
use crate::http::{Access, route_list};

fn described() -> Value {
    serde_json::from_str(&openapi_json()).expect("the document is JSON")
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("there are paths");
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().expect("a path item is an object");
        let operation = |(method, operation): (&String, &Value)| {
            (method.to_uppercase(), path.clone(), operation.clone())
        };
        item.iter().map(operation).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn every_route_is_described_and_everything_described_is_a_route() {
    let document = described();
    let described: BTreeSet<_> =
        operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let routed: BTreeSet<_> =
        route_list().into_iter().map(|route| (route.method.to_string(), route.path)).collect();
    assert_eq!(described, routed);
}

#[test]
fn names_of_operations_are_unique() {
    let operations = operations(&described());
    let names: BTreeSet<_> = operations
        .iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(names.len(), operations.len());
    for name in ["list_tasks", "create_task", "complete_task", "update_task_of_user"] {
        assert!(names.contains(name), "{name} is not described");
    }
}

#[test]
fn exactly_the_open_routes_need_no_token() {
    let document = described();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["security"], serde_json::json!([{"bearer": []}, {"cookie": []}]));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    for (method, path, operation) in operations(&document) {
        let route = route_list()
            .into_iter()
            .find(|route| route.method.as_str() == method && route.path == path);
        let access = route.map(|route| route.access);
        let is_open = access.is_some_and(|access| !access.needs_somebody());
        if access == Some(Access::Program) {
            assert_eq!(operation["security"], serde_json::json!([{"bearer": []}]), "{path}");
        } else {
            assert_eq!(operation["security"].is_array(), is_open, "{method} {path}");
        }
        // These look at a credential that is not a token.
        let refuses = ["/login", "/sign-in/email", "/verify-email"];
        let refuses = refuses.iter().any(|end| path.ends_with(end));
        let is_described = operation["responses"]["401"].is_object();
        assert_eq!(is_described, !is_open || refuses, "{method} {path}");
    }
}

#[test]
fn every_parameter_of_a_path_is_described_once() {
    for (method, path, operation) in operations(&described()) {
        let expected = path.matches('{').count();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let found = parameters.iter().filter(|parameter| parameter["in"] == "path");
        assert_eq!(found.count(), expected, "{method} {path}");
    }
}

#[test]
fn every_reference_and_every_link_leads_somewhere() {
    let document = described();
    let text = openapi_json();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap_or_default();
        assert!(document.pointer(pointer).is_some(), "{pointer} does not exist");
    }
    for link in text
        .split("\"links\":{")
        .skip(1)
        .flat_map(|links| links.split("\"operationId\":\"").skip(1))
    {
        let name = link.split('"').next().unwrap_or_default();
        assert!(text.contains(&format!("\"operationId\":\"{name}\"")), "{name}");
    }
}

/// The schemas below a value that describe a member or a parameter of a name.
fn named<'a>(name: &str, value: &'a Value) -> Vec<&'a Value> {
    let inner = match value {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    let of_member = value["properties"].get(name);
    let of_parameter = (value["name"] == name).then(|| &value["schema"]);
    let below = inner.into_iter().flat_map(|value| named(name, value));
    of_member.into_iter().chain(of_parameter).chain(below).collect()
}

#[test]
fn where_links_lead_is_bounded_as_it_is_checked() {
    let document = described();
    for name in ["callbackURL", "redirectTo"] {
        let schemas = named(name, &document);
        assert!(!schemas.is_empty(), "{name}");
        for schema in schemas {
            assert_eq!(schema["maxLength"], MAX_CALLBACK_CHARS, "{name}");
        }
    }
}

#[test]
fn exactly_the_logins_take_a_form() {
    const FORM: &str = "application/x-www-form-urlencoded";

    let takes_form = |operation: &Value| operation["requestBody"]["content"][FORM].is_object();
    let found: Vec<_> = operations(&described())
        .into_iter()
        .filter(|(_, _, operation)| takes_form(operation))
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    assert_eq!(found, ["POST /api/auth/sign-in/email", "POST /api/auth/sign-up/email"]);
}
