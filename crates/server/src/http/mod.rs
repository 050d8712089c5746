//! The REST door: routes, extractors, errors and what every answer carries.
//!
//! Nothing is decided here. A handler parses, calls a use case of `rondo_app`
//! and puts the outcome into words; removing this folder would remove no rule.

pub(crate) mod better_auth;
mod error;
mod extract;
mod middleware;
mod openapi;
mod responses;
mod router;
mod routes;
mod settings;
mod state;

use rondo_app::App;

pub use middleware::HttpService;
pub use openapi::openapi_json;
pub use router::{Access, ListedRoute, route_list};
pub use settings::HttpSettings;

use crate::Readiness;

/// Puts the whole REST API together.
///
/// The result answers one request after the other through `tower`'s `Service`
/// trait, in process or behind [`crate::listener`]. It is cheap to clone.
#[must_use]
pub fn build(app: App, settings: HttpSettings, readiness: Readiness) -> HttpService {
    let state = state::HttpState::new(app, settings, readiness);
    HttpService::new(router::router(state.clone()), &state)
}
