//! What handlers and extractors share.

use std::sync::Arc;

use axum::extract::FromRef;
use rondo_app::App;

use super::{HttpSettings, better_auth::TrustedOrigins};
use crate::Readiness;

/// The application and the settings of this door; one pointer, because axum
/// clones it for each request.
#[derive(Clone)]
pub(crate) struct HttpState(Arc<Shared>);

struct Shared {
    app: App,
    settings: HttpSettings,
    origins: TrustedOrigins,
    readiness: Readiness,
}

impl HttpState {
    pub(crate) fn new(app: App, settings: HttpSettings, readiness: Readiness) -> Self {
        let origins = TrustedOrigins::new(&app.settings().public_origin, &settings);
        Self(Arc::new(Shared { app, settings, origins, readiness }))
    }

    pub(crate) fn app(&self) -> &App {
        &self.0.app
    }

    pub(crate) fn settings(&self) -> &HttpSettings {
        &self.0.settings
    }

    pub(crate) fn origins(&self) -> &TrustedOrigins {
        &self.0.origins
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }
}

impl FromRef<HttpState> for App {
    fn from_ref(state: &HttpState) -> Self {
        state.app().clone()
    }
}
