//! What keeps writes from being lost or done twice: the headers that say a
//! version or a key, in requests and in answers.

use axum::http::Method;
use utoipa::openapi::{
    Content, Header, RefOr, Required, Response,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
    schema::{ObjectBuilder, Schema, Type},
};

use super::answers::text;

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
const IF_MATCH: &str = "If-Match";
const IF_NONE_MATCH: &str = "If-None-Match";

/// Writes for which a key means nothing: they store nothing, or end what the
/// key would be kept with.
const UNKEYED: [&str; 3] = ["parse_task", "logout", "delete_me"];

/// The writes that depend on the version of one task.
const CONDITIONAL: [&str; 4] = ["update_task", "patch_task", "complete_task", "delete_task"];

/// The tags of operations whose writes change tasks, and so make a batch.
const OF_TASKS: [&str; 5] = ["tasks", "trash", "tags", "changes", "chat"];

/// Adds the headers that a request of the caller's may have.
pub(super) fn add_headers(method: &Method, operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let mut headers = Vec::new();
    if *method != Method::GET && !UNKEYED.contains(&id) {
        headers.push(idempotency_key());
    }
    if CONDITIONAL.contains(&id) {
        headers.push(condition(IF_MATCH, "Change it only if this is its version, or any with `*`"));
    }
    if id == "get_task" {
        headers.push(condition(IF_NONE_MATCH, "The version that the client has"));
    }
    let parameters = operation.parameters.get_or_insert_default();
    parameters.extend(headers.into_iter().map(RefOr::from));
}

/// What follows for the answers from the headers that a request may have.
#[derive(Clone, Copy)]
pub(super) struct Writes {
    is_keyed: bool,
    makes_batch: bool,
    /// What is answered when the version is not what the request says, or is.
    condition: Option<u16>,
}

impl Writes {
    pub(super) fn of(operation: &Operation) -> Self {
        let has = |name: &str| {
            let mut parameters = operation.parameters.iter().flatten();
            parameters.any(|one| matches!(one, RefOr::T(one) if one.name == name))
        };
        let mut tags = operation.tags.iter().flatten();
        let is_keyed = has(IDEMPOTENCY_KEY);
        let condition = match (has(IF_MATCH), has(IF_NONE_MATCH)) {
            (true, _) => Some(412),
            (_, true) => Some(304),
            _ => None,
        };
        let makes_batch = is_keyed && tags.any(|tag| OF_TASKS.contains(&tag.as_str()));
        Self { is_keyed, makes_batch, condition }
    }

    /// The statuses that come with them.
    pub(super) fn statuses(self) -> impl Iterator<Item = u16> {
        self.is_keyed.then_some(422).into_iter().chain(self.condition)
    }

    /// Adds the headers that an answer of this status has.
    pub(super) fn add_headers(self, status: &str, response: &mut Response) {
        let is_success = status.starts_with('2');
        let shows_task = response.content.values().any(is_task);
        let mut add = |name: &str, header: Header| {
            response.headers.insert(name.to_owned(), header.into());
        };
        if (is_success && shows_task) || matches!(status, "304" | "412") {
            add("ETag", text("The version of the task, between quotes"));
        }
        if is_success && self.makes_batch {
            add("X-Batch-Id", text("All that this request changed; absent when that is nothing"));
        }
        if is_success && self.is_keyed {
            add("Idempotency-Replayed", text("`true` on an answer that was given before"));
        }
    }
}

/// Whether this is one task.
fn is_task(content: &RefOr<Content>) -> bool {
    let RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. }) = content else {
        return false;
    };
    reference.ref_location.ends_with("/TaskResponse")
}

fn idempotency_key() -> Parameter {
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    let words = "A name that the client makes up for this write. Sending it again within 24 hours, \
                 with the same key and the same request, does nothing and gives the first answer.";
    header(IDEMPOTENCY_KEY, words, key.into())
}

fn condition(name: &str, description: &str) -> Parameter {
    let tag = ObjectBuilder::new().schema_type(Type::String).examples(["\"1\""]);
    header(name, description, tag.into())
}

fn header(name: &str, description: &str, schema: Schema) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
