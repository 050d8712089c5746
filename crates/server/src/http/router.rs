//! Every route of the REST API, on one page.
//!
//! All that is a user's own exists twice, with and without the user in the
//! path, and shares its handlers: [`Caller`](super::extract::Caller) compares the
//! path's user with the token's before a handler runs.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter},
};

use super::{
    error::{ApiError, Dialect},
    middleware::NoteRoute,
    routes::{
        auth, better_auth, changes, chat, conversations, docs, events, mcp, service, settings,
        tags, tasks, tokens,
    },
    state::HttpState,
};

/// Where a user's things are, with and without the user in the path.
pub(crate) const FAMILIES: [&str; 2] = ["/api", "/api/{user_id}"];

fn table() -> Vec<Route> {
    let open = |path: &str| Route::new(path, Access::Open);
    let caller = |path: &str| Route::new(path, Access::Caller);
    let mut routes = vec![
        open("/").get(service::show_service),
        open("/health").get(service::show_health),
        open("/health/live").get(service::show_liveness),
        open("/health/ready").get(service::show_readiness),
        open("/docs").get(docs::show_docs),
        open("/docs/{file}").get(docs::show_docs_file),
        open("/openapi.json").get(docs::show_openapi),
        open("/api/auth/register").post(auth::register),
        open("/api/auth/login").post(auth::login),
        caller("/api/auth/logout").post(auth::logout),
        caller("/api/auth/me").get(auth::show_me).delete(auth::delete_me),
        caller("/api/tokens").get(tokens::list_tokens).post(tokens::create_token),
        caller("/api/tokens/{token_id}").delete(tokens::delete_token),
        Route::new("/mcp", Access::Program).post(mcp::serve_mcp),
    ];
    routes.extend(better_auth_table());
    for family in FAMILIES {
        let caller = |rest: &str| Route::new(&format!("{family}{rest}"), Access::Caller);
        routes.extend(task_table(family));
        routes.extend([
            caller("/changes").get(changes::list_changes),
            caller("/events").get(events::stream_events),
            caller("/changes/{change_id}/undo").post(changes::undo_change),
            caller("/tags").get(tags::list_tags),
            caller("/tags/{name}").patch(tags::rename_tag).delete(tags::delete_tag),
            caller("/chat").post(chat::send_message),
            caller("/chat/ui").post(chat::send_ui_message),
            caller("/conversations").get(conversations::list_conversations),
            caller("/conversations/{conversation_id}")
                .get(conversations::get_conversation)
                .delete(conversations::delete_conversation),
            caller("/settings").get(settings::show_settings).patch(settings::update_settings),
        ]);
    }
    routes
}

/// Tasks, on the list and in the trash.
fn task_table(family: &str) -> Vec<Route> {
    use tasks::{bulk, list, parse, trash, write};

    let caller = |rest: &str| Route::new(&format!("{family}{rest}"), Access::Caller);
    vec![
        caller("/tasks").get(list::list_tasks).post(write::create_task),
        caller("/tasks/parse").post(parse::parse_task),
        caller("/tasks/stats").get(list::count_tasks),
        caller("/tasks/bulk").post(bulk::change_tasks),
        caller("/tasks/{task_id}")
            .get(list::get_task)
            .put(write::update_task)
            .patch(write::update_task)
            .delete(write::delete_task),
        caller("/tasks/{task_id}/complete").patch(write::complete_task),
        caller("/tasks/{task_id}/restore").post(trash::restore_task),
        caller("/tasks/{task_id}/changes").get(changes::list_task_changes),
        caller("/trash").get(trash::list_trash).delete(trash::empty_trash),
        caller("/trash/{task_id}").delete(trash::purge_task),
    ]
}

/// What the client of Better Auth calls.
fn better_auth_table() -> Vec<Route> {
    use better_auth::{account, email, password, reset, service, session, sessions, sign_in};

    let visitor = |rest: &str| Route::new(&format!("/api/auth{rest}"), Access::Visitor);
    let session = |rest: &str| Route::new(&format!("/api/auth{rest}"), Access::Session);
    vec![
        visitor("/sign-up/email").post(sign_in::sign_up_email),
        visitor("/sign-in/email").post(sign_in::sign_in_email),
        visitor("/sign-out").post(sign_in::sign_out),
        visitor("/get-session").get(session::get_session).post(session::refuse_post),
        session("/list-sessions").get(sessions::list_sessions),
        session("/revoke-session").post(sessions::revoke_session),
        session("/revoke-sessions").post(sessions::revoke_sessions),
        session("/revoke-other-sessions").post(sessions::revoke_other_sessions),
        session("/update-user").post(account::update_user),
        session("/list-accounts").get(account::list_accounts),
        session("/delete-user").post(account::delete_user),
        visitor("/delete-user/callback").get(account::confirm_delete_user),
        session("/change-password").post(password::change_password),
        session("/verify-password").post(password::verify_password),
        visitor("/request-password-reset").post(reset::request_password_reset),
        visitor("/reset-password/{token}").get(reset::follow_reset_link),
        visitor("/reset-password").post(reset::reset_password),
        session("/change-email").post(email::change_email),
        visitor("/send-verification-email").post(email::send_verification_email),
        visitor("/verify-email").get(email::verify_email),
        session("/token").get(service::get_token),
        visitor("/jwks").get(service::get_key_set),
        visitor("/ok").get(service::show_ok),
        visitor("/error").get(service::show_error),
    ]
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody; no token is looked at.
    Open,
    /// Somebody who is known; nobody gets 401.
    Caller,
    /// Everybody, at a route of Better Auth, which has its own words for errors.
    Visitor,
    /// Somebody with a session, at a route of Better Auth; nobody gets 401.
    Session,
    /// A program with a token: neither a cookie nor demo mode opens it.
    Program,
}

impl Access {
    /// Whether the route answers as Better Auth does.
    #[must_use]
    pub const fn is_better_auth(self) -> bool {
        matches!(self, Self::Visitor | Self::Session)
    }

    /// Whether nobody gets 401.
    #[must_use]
    pub const fn needs_somebody(self) -> bool {
        matches!(self, Self::Caller | Self::Session | Self::Program)
    }

    const fn dialect(self) -> Dialect {
        if self.is_better_auth() { Dialect::BetterAuth } else { Dialect::House }
    }
}

/// One method of one route, for tests that must not miss any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRoute {
    /// The method; `HEAD` comes with every `GET` and is not listed.
    pub method: Method,
    /// The path as registered, with parameters in braces.
    pub path: String,
    /// Who may use it.
    pub access: Access,
}

/// Everything that is registered, from the table the router is built from.
#[must_use]
pub fn route_list() -> Vec<ListedRoute> {
    table().into_iter().flat_map(Route::listed).collect()
}

/// The router without what surrounds it.
pub(crate) fn router(state: HttpState) -> Router {
    let mut router = Router::new();
    for route in table() {
        let note = NoteRoute::new(Arc::clone(&route.path), route.access.dialect());
        let methods = route.methods.fallback(no_method);
        router = router.route(&route.path, methods.layer(note));
    }
    router.fallback(no_route).with_state(state)
}

async fn no_route() -> ApiError {
    ApiError::NoRoute
}

async fn no_method() -> ApiError {
    ApiError::NoMethod
}

struct Route {
    path: Arc<str>,
    access: Access,
    listed: Vec<Method>,
    methods: MethodRouter<HttpState, Infallible>,
}

impl Route {
    fn new(path: &str, access: Access) -> Self {
        Self { path: path.into(), access, listed: Vec::new(), methods: MethodRouter::new() }
    }

    fn on<H, T>(mut self, method: Method, filter: MethodFilter, handler: H) -> Self
    where
        H: Handler<T, HttpState>,
        T: 'static,
    {
        self.listed.push(method);
        self.methods = self.methods.on(filter, handler);
        self
    }

    fn get<H: Handler<T, HttpState>, T: 'static>(self, handler: H) -> Self {
        self.on(Method::GET, MethodFilter::GET, handler)
    }

    fn post<H: Handler<T, HttpState>, T: 'static>(self, handler: H) -> Self {
        self.on(Method::POST, MethodFilter::POST, handler)
    }

    fn put<H: Handler<T, HttpState>, T: 'static>(self, handler: H) -> Self {
        self.on(Method::PUT, MethodFilter::PUT, handler)
    }

    fn patch<H: Handler<T, HttpState>, T: 'static>(self, handler: H) -> Self {
        self.on(Method::PATCH, MethodFilter::PATCH, handler)
    }

    fn delete<H: Handler<T, HttpState>, T: 'static>(self, handler: H) -> Self {
        self.on(Method::DELETE, MethodFilter::DELETE, handler)
    }

    fn listed(self) -> Vec<ListedRoute> {
        let (path, access) = (self.path, self.access);
        let listed = |method| ListedRoute { method, path: path.to_string(), access };
        self.listed.into_iter().map(listed).collect()
    }
}
