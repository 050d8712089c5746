//! What clients and models are told of the tools.

use std::collections::BTreeSet;

use super::*;

#[test]
fn there_are_few_tools_and_each_has_a_name_of_its_own() {
    let names: Vec<&str> = catalogue().iter().map(|tool| tool.name).collect();
    assert_eq!(
        names,
        [
            "add_task",
            "list_tasks",
            "complete_task",
            "delete_task",
            "update_task",
            "get_task",
            "undo"
        ]
    );
    for tool in catalogue() {
        assert_eq!(find(tool.name).map(|found| found.title), Some(tool.title));
    }
    assert!(find("ADD_TASK").is_none());
}

/// Some providers refuse what is legal: references, formats, other roots.
#[test]
fn schemas_are_plain() {
    for tool in catalogue() {
        for schema in [tool.input_schema(), tool.output_schema()] {
            assert_eq!(schema["type"], "object", "{}", tool.name);
            let text = schema.to_string();
            for word in ["$defs", "$ref", "\"format\"", "anyOf", "oneOf", "allOf", "\"default\""] {
                assert!(!text.contains(word), "{} has {word}", tool.name);
            }
        }
        let input = tool.input_schema();
        assert_eq!(input["additionalProperties"], false, "{}", tool.name);
        assert!(input["properties"]["user_id"].is_null(), "{}", tool.name);
        for (name, property) in input["properties"].as_object().expect("they are an object") {
            let is_told = property["description"].is_string() || property["enum"].is_array();
            assert!(is_told, "{} does not say what {name} is", tool.name);
        }
    }
}

/// All of it is sent with every message to a model.
#[test]
fn the_catalogue_is_short() {
    let length: usize = catalogue()
        .iter()
        .map(|tool| tool.description.len() + tool.input_schema().to_string().len())
        .sum();
    assert!(length < 8_000, "{length} bytes");
}

#[test]
fn what_a_tool_may_do_is_said() {
    let with = |has: fn(&Tool) -> bool| -> BTreeSet<&str> {
        catalogue().iter().filter(|tool| has(tool)).map(|tool| tool.name).collect()
    };
    assert_eq!(with(|tool| tool.is_read_only), BTreeSet::from(["list_tasks", "get_task"]));
    assert_eq!(with(|tool| tool.is_destructive), BTreeSet::from(["delete_task", "undo"]));
    assert_eq!(with(|tool| !tool.is_idempotent), BTreeSet::from(["add_task", "undo"]));
}
