//! What to do next with an answer: links from one operation to others.

use serde_json::json;
use utoipa::openapi::{OpenApi, RefOr, link::Link, path::Operation};

/// What can be done with a new task, and which operation does it.
const WITH_TASK: [(&str, &str); 6] = [
    ("get", "get_task"),
    ("update", "update_task"),
    ("patch", "patch_task"),
    ("complete", "complete_task"),
    ("delete", "delete_task"),
    ("changes", "list_task_changes"),
];

/// Adds the links. Tools that test the API follow them, and people see what
/// belongs together.
pub(super) fn add(document: &mut OpenApi) {
    if let Some(register) = post(document, "/api/auth/register") {
        let credentials = json!({
            "email": "$request.body#/email",
            "password": "$request.body#/password",
        });
        let login = Link::builder().operation_id("login");
        link(register, "login", login.request_body(Some(credentials)).build());
    }
    if let Some(create) = post(document, "/api/tasks") {
        for (name, operation_id) in WITH_TASK {
            link(create, name, to("task_id", operation_id));
        }
    }
    if let Some(create) = post(document, "/api/tokens") {
        link(create, "delete", to("token_id", "delete_token"));
    }
}

fn post<'a>(document: &'a mut OpenApi, path: &str) -> Option<&'a mut Operation> {
    document.paths.paths.get_mut(path)?.post.as_mut()
}

fn to(parameter: &str, operation_id: &str) -> Link {
    let link = Link::builder().operation_id(operation_id);
    link.parameter(parameter, "$response.body#/id").build()
}

fn link(operation: &mut Operation, name: &str, link: Link) {
    if let Some(RefOr::T(created)) = operation.responses.responses.get_mut("201") {
        created.links.insert(name.to_owned(), link.into());
    }
}
