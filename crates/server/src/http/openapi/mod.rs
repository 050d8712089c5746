//! The description of the API (`OpenAPI` 3.1), made from the handlers.
//!
//! A handler says what is its own: what it does, what it takes and what it
//! answers when all goes well. What follows from the route alone (errors,
//! headers, parameters of the path, who may call, the family with the user in
//! the path) is added here, by rule, so that it cannot be forgotten.

mod answers;
mod families;
mod links;
mod operations;
pub(super) mod schemas;

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use super::routes;

/// The name of the one way to authenticate.
const BEARER: &str = "bearer";

/// The document as JSON text.
#[must_use]
pub fn openapi_json() -> String {
    serde_json::to_string(&document()).unwrap_or_default()
}

fn document() -> openapi::OpenApi {
    let mut document = Described::openapi();
    operations::complete(&mut document);
    links::add(&mut document);
    families::add(&mut document);
    document
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rondo",
        version = "2.0.0",
        description = "A to-do server: accounts, tasks, conversations with the assistant, and \
            access tokens for programs.\n\nRegister, log in, and send the token as \
            `Authorization: Bearer …`. Tasks and conversations can be reached with and without \
            the user in the path; both mean the caller's own. Every error has the same shape: \
            `detail` for people, `code` for programs.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    paths(
        routes::auth::register,
        routes::auth::login,
        routes::auth::logout,
        routes::auth::show_me,
        routes::tasks::list_tasks,
        routes::tasks::create_task,
        routes::tasks::get_task,
        routes::tasks::update_task,
        routes::tasks::complete_task,
        routes::tasks::delete_task,
        routes::conversations::list_conversations,
        routes::conversations::get_conversation,
        routes::conversations::delete_conversation,
        routes::tokens::list_tokens,
        routes::tokens::create_token,
        routes::tokens::delete_token,
        routes::service::show_service,
        routes::service::show_health,
        routes::service::show_liveness,
        routes::service::show_readiness,
        routes::docs::show_docs,
        routes::docs::show_docs_file,
        routes::docs::show_openapi,
    ),
    components(schemas(schemas::ErrorResponse, schemas::ValidationErrorResponse)),
    modifiers(&Bearer),
    tags(
        (name = "auth", description = "Accounts"),
        (name = "tasks", description = "The to-dos of a user"),
        (name = "conversations", description = "What was said to the assistant"),
        (name = "tokens", description = "Keys for programs"),
        (name = "service", description = "The service itself"),
    )
)]
struct Described;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("A token from login, or an access token.".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
        document.security = Some(vec![SecurityRequirement::new(BEARER, [""; 0])]);
    }
}

#[cfg(test)]
mod tests;
