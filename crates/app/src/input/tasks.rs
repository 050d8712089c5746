//! Tasks as clients send them.

use rondo_domain::{Description, NewTask, TaskPatch, Title};
use serde_json::Value;

use super::{boolean, nullable, parse_object, text};
use crate::error::{Error, Location};

/// A task to create: `title`, and optionally `description` (or null) and
/// `completed`.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn new_task(body: Value) -> Result<NewTask, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let title = fields.required("title", text(Title::parse));
    let description = fields.optional("description", nullable(text(description)));
    let completed = fields.optional("completed", boolean);
    fields.finish(|| {
        Some(NewTask {
            title: title?,
            description: description?.flatten(),
            completed: completed?.unwrap_or(false),
        })
    })
}

/// A partial change: absent fields stay, `description: null` clears it, and no
/// other field may be null.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn task_patch(body: Value) -> Result<TaskPatch, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let title = fields.optional("title", text(Title::parse));
    let description = fields.optional("description", nullable(text(description)));
    let completed = fields.optional("completed", boolean);
    fields.finish(|| {
        Some(TaskPatch { title: title?, description: description?, completed: completed? })
    })
}

/// What `complete` is asked for: `None` (no body, or one without `completed`)
/// turns the task around, a boolean sets it.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn completion(body: Option<Value>) -> Result<Option<bool>, Error> {
    let Some(body) = body else {
        return Ok(None);
    };
    let mut fields = parse_object(Location::Body, body)?;
    let completed = fields.optional("completed", boolean);
    fields.finish(|| completed)
}

fn description(text: &str) -> Result<Description, rondo_domain::Problem> {
    Description::parse(text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};

    #[test]
    fn a_title_is_all_a_task_needs() {
        let task = new_task(json!({"title": " Buy milk "})).expect("a title is enough");
        assert_eq!(task.title.as_str(), "Buy milk");
        assert_eq!((task.description, task.completed), (None, false));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let body = json!({"title": "x", "id": 7, "user_id": "bob", "created_at": 0, "user": {}});
        assert!(new_task(body).is_ok());
    }

    #[test]
    fn every_problem_of_a_new_task_is_listed() {
        let body = json!({"description": "x".repeat(1001), "completed": "true"});
        assert_eq!(
            problems(new_task(body)),
            ["body.title missing", "body.description string_too_long", "body.completed bool_type"]
        );
    }

    #[test]
    fn a_title_has_to_be_text() {
        for title in [json!(null), json!(5), json!(["x"]), json!({"x": 1}), json!(true)] {
            assert_eq!(problems(new_task(json!({"title": title}))), ["body.title string_type"]);
        }
        assert_eq!(problems(new_task(json!({"title": "  "}))), ["body.title string_too_short"]);
        assert_eq!(problems(new_task(json!({"title": "a\0"}))), ["body.title value_error"]);
    }

    #[test]
    fn a_patch_tells_absent_from_null() {
        assert_eq!(task_patch(json!({})).ok(), Some(TaskPatch::default()));
        let cleared = task_patch(json!({"description": null})).expect("null clears");
        assert_eq!(cleared.description, Some(None));
        let nulls = json!({"title": null, "completed": null});
        assert_eq!(
            problems(task_patch(nulls)),
            ["body.title string_type", "body.completed bool_type"]
        );
    }

    #[test]
    fn completing_takes_no_body_or_a_strict_boolean() {
        assert_eq!(completion(None).ok(), Some(None));
        assert_eq!(completion(Some(json!({}))).ok(), Some(None));
        assert_eq!(completion(Some(json!({"completed": true}))).ok(), Some(Some(true)));
        for wrong in [json!(1), json!("true"), json!(null)] {
            let body = Some(json!({"completed": wrong}));
            assert_eq!(problems(completion(body)), ["body.completed bool_type"]);
        }
        assert_eq!(problems(completion(Some(json!([])))), ["body.* model_attributes_type"]);
    }
}
