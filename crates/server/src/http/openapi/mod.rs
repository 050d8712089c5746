//! The description of the API (`OpenAPI` 3.1), made from the handlers.
//!
//! A handler says what is its own: what it does, what it takes and what it
//! answers when all goes well. What follows from the route alone (errors,
//! headers, parameters of the path, who may call, the family with the user in
//! the path) is added here, by rule, so that it cannot be forgotten.

mod alternatives;
mod answers;
mod families;
mod links;
mod operations;
pub(super) mod schemas;
mod writes;

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{
            ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
        },
    },
};

use super::{responses, routes};

/// The name of the way to authenticate for programs.
const BEARER: &str = "bearer";
/// The name of the way to authenticate for browsers.
const COOKIE: &str = "cookie";
/// What the cookie is called over plain HTTP.
const COOKIE_NAME: &str = "better-auth.session_token";

/// The document as JSON text.
#[must_use]
pub fn openapi_json() -> String {
    serde_json::to_string(&document()).unwrap_or_default()
}

fn document() -> openapi::OpenApi {
    let mut document = Described::openapi();
    alternatives::add(&mut document);
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
        description = "A to-do server: accounts, tasks with their history, conversations with the \
            assistant, and access tokens for programs.\n\nRegister, log in, and send the token as \
            `Authorization: Bearer …`. All but accounts and tokens can be reached with and without \
            the user in the path; both mean the caller's own. Send a write with an \
            `Idempotency-Key` to be able to send it again, and a change with `If-Match` to \
            overwrite nothing that you have not seen. Every error has the same shape: `detail` for \
            people, `code` for programs. Only the routes tagged `better-auth` answer errors as \
            Better Auth does: `message` and `code`.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    paths(
        routes::auth::register,
        routes::auth::login,
        routes::auth::logout,
        routes::auth::show_me,
        routes::auth::delete_me,
        routes::better_auth::sign_in::sign_up_email,
        routes::better_auth::sign_in::sign_in_email,
        routes::better_auth::sign_in::sign_out,
        routes::better_auth::session::get_session,
        routes::better_auth::session::refuse_post,
        routes::better_auth::sessions::list_sessions,
        routes::better_auth::sessions::revoke_session,
        routes::better_auth::sessions::revoke_sessions,
        routes::better_auth::sessions::revoke_other_sessions,
        routes::better_auth::account::update_user,
        routes::better_auth::account::list_accounts,
        routes::better_auth::account::delete_user,
        routes::better_auth::account::confirm_delete_user,
        routes::better_auth::password::change_password,
        routes::better_auth::password::verify_password,
        routes::better_auth::reset::request_password_reset,
        routes::better_auth::reset::follow_reset_link,
        routes::better_auth::reset::reset_password,
        routes::better_auth::email::change_email,
        routes::better_auth::email::send_verification_email,
        routes::better_auth::email::verify_email,
        routes::better_auth::service::get_token,
        routes::better_auth::service::get_key_set,
        routes::better_auth::service::show_ok,
        routes::better_auth::service::show_error,
        routes::tasks::list::list_tasks,
        routes::tasks::write::create_task,
        routes::tasks::parse::parse_task,
        routes::tasks::list::count_tasks,
        routes::tasks::bulk::change_tasks,
        routes::tasks::list::get_task,
        routes::tasks::write::update_task,
        routes::tasks::write::complete_task,
        routes::tasks::write::delete_task,
        routes::tasks::trash::restore_task,
        routes::changes::list_task_changes,
        routes::tasks::trash::list_trash,
        routes::tasks::trash::empty_trash,
        routes::tasks::trash::purge_task,
        routes::changes::list_changes,
        routes::changes::undo_change,
        routes::events::stream_events,
        routes::tags::list_tags,
        routes::tags::rename_tag,
        routes::tags::delete_tag,
        routes::chat::send_message,
        routes::chat::send_ui_message,
        routes::conversations::list_conversations,
        routes::conversations::get_conversation,
        routes::conversations::delete_conversation,
        routes::settings::show_settings,
        routes::settings::update_settings,
        routes::tokens::list_tokens,
        routes::tokens::create_token,
        routes::tokens::delete_token,
        routes::mcp::serve_mcp,
        routes::service::show_service,
        routes::service::show_health,
        routes::service::show_liveness,
        routes::service::show_readiness,
        routes::docs::show_docs,
        routes::docs::show_docs_file,
        routes::docs::show_openapi,
    ),
    components(schemas(
        schemas::ErrorResponse,
        responses::PreconditionFailedResponse<'_>,
        responses::UndoConflictResponse<'_>,
        responses::ChangesPurgedResponse<'_>,
        routes::chat::TurnFailedResponse<'_>,
        schemas::ValidationErrorResponse,
        schemas::better_auth::AuthErrorResponse
    )),
    modifiers(&Credentials),
    tags(
        (name = "auth", description = "Accounts"),
        (
            name = "better-auth",
            description = "Accounts and sessions as the client of Better Auth expects them"
        ),
        (name = "tasks", description = "The to-dos of a user"),
        (name = "trash", description = "Tasks that were deleted, until they are gone for good"),
        (name = "tags", description = "The labels of all tasks together"),
        (name = "changes", description = "What happened to tasks, and undoing it"),
        (name = "chat", description = "Talking to the assistant"),
        (name = "conversations", description = "What was said to the assistant"),
        (name = "settings", description = "What a user chose"),
        (name = "tokens", description = "Keys for programs"),
        (name = "mcp", description = "The door for assistants that speak MCP"),
        (name = "service", description = "The service itself"),
    )
)]
struct Described;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description =
            Some("A token from login, a session's token, or an access token.".to_owned());
        let cookie = ApiKeyValue::with_description(
            COOKIE_NAME,
            "Set by signing in; `__Secure-` comes before the name where the public origin is \
             `https`. Every method but GET and HEAD then needs an `Origin` that is trusted.",
        );
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
        components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let either = [BEARER, COOKIE].map(|name| SecurityRequirement::new(name, [""; 0]));
        document.security = Some(either.into());
    }
}

#[cfg(test)]
mod tests;
