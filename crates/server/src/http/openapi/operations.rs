//! What each operation gets by rule: path parameters, errors, who may call.

use axum::http::Method;
use utoipa::openapi::{
    OpenApi, RefOr, Required,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
    schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    security::SecurityRequirement,
};

use super::{BEARER, answers, writes};
use crate::http::{Access, route_list, routes::docs};

/// The largest id: what a JavaScript number holds exactly.
const MAX_ID: i64 = (1 << 53) - 1;

/// The operations whose body may be left out.
const NO_BODY_NEEDED: [&str; 6] = [
    "complete_task",
    "undo_change",
    "delete_me",
    "sign_out",
    "revoke_sessions",
    "revoke_other_sessions",
];

/// Completes every operation of the document.
pub(super) fn complete(document: &mut OpenApi) {
    let routes = route_list();
    for (path, item) in &mut document.paths.paths {
        describe_patch(path, item);
        let route = routes.iter().find(|route| route.path == *path);
        let access = route.map_or(Access::Caller, |route| route.access);
        for (method, operation) in operations(item) {
            for name in parameters(path) {
                let parameters = operation.parameters.get_or_insert_default();
                parameters.push(parameter(name).into());
            }
            if !access.needs_somebody() {
                // Some of these look at who asks, if anybody does, and say so.
                operation.security.get_or_insert_default();
            }
            if access == Access::Program {
                operation.security = Some(vec![SecurityRequirement::new(BEARER, [""; 0])]);
            }
            allow_no_body(operation);
            if access == Access::Caller {
                writes::add_headers(&method, operation);
            }
            answers::add(path, access, operation);
        }
    }
}

/// The operations of a path, by their methods.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let all = [
        (Method::GET, get),
        (Method::PUT, put),
        (Method::POST, post),
        (Method::DELETE, delete),
        (Method::PATCH, patch),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `PUT` and `PATCH` of a task are one handler, and an operation of its own
/// each in the description.
fn describe_patch(path: &str, item: &mut PathItem) {
    if path == "/api/tasks/{task_id}" {
        item.patch.clone_from(&item.put);
        if let Some(patch) = &mut item.patch {
            patch.operation_id = Some("patch_task".to_owned());
        }
    }
}

/// A body that may be left out is not the same as one that may be null.
fn allow_no_body(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    if !NO_BODY_NEEDED.contains(&id) {
        return;
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.required = Some(Required::False);
    }
}

/// The names in braces.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// A parameter of the path, by its name.
pub(super) fn parameter(name: &str) -> Parameter {
    let (description, schema) = match name {
        "user_id" => ("The caller's own id", text()),
        "file" => ("The name of a file", file()),
        "token" => ("The token of the link", text()),
        "name" => ("The tag, in any case", tag()),
        "change_id" => ("The number of a change of the caller's", id()),
        _ => ("The number of the thing", id()),
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn text() -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.min_length(Some(1)).max_length(Some(255)).into()
}

fn file() -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.enum_values(Some(docs::FILES.into_iter().chain([docs::STARTER_FILE]))).into()
}

fn tag() -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.min_length(Some(1)).max_length(Some(50)).into()
}

fn id() -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(1_i64))
        .maximum(Some(MAX_ID))
        .examples([1])
        .into()
}
