//! The family with the user in the path, derived from the one without.

use utoipa::openapi::{OpenApi, RefOr, path::Operation};

use super::operations::{operations, parameter};
use crate::http::router::FAMILIES;

/// What the names of the derived operations end in.
const SUFFIX: &str = "_of_user";

/// What is there for each user.
const SHARED: [&str; 8] =
    ["/tasks", "/trash", "/tags", "/changes", "/events", "/chat", "/conversations", "/settings"];

/// Describes all of it a second time.
pub(super) fn add(document: &mut OpenApi) {
    let [short, long] = FAMILIES;
    let described = document.paths.paths.clone();
    for (path, mut item) in described {
        let Some(rest) = path.strip_prefix(short) else {
            continue;
        };
        if !SHARED.iter().any(|shared| rest.starts_with(shared)) {
            continue;
        }
        for (_, operation) in operations(&mut item) {
            derive(operation);
        }
        document.paths.paths.insert(format!("{long}{rest}"), item);
    }
}

fn derive(operation: &mut Operation) {
    if let Some(id) = &mut operation.operation_id {
        id.push_str(SUFFIX);
    }
    let parameters = operation.parameters.get_or_insert_default();
    parameters.insert(0, parameter("user_id").into());
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else {
            continue;
        };
        for link in response.links.values_mut() {
            if let RefOr::T(link) = link {
                link.operation_id.push_str(SUFFIX);
                let user = "$request.path.user_id".into();
                link.parameters.insert("user_id".to_owned(), user);
            }
        }
    }
}
