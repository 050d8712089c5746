//! What users choose for themselves.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, user_settings};
use rondo_domain::UserSettings;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody, Keyed},
    openapi::schemas::{SettingsUpdate, WeekStartName},
    responses::Marks,
};

/// What the user has chosen.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingsResponse<'a> {
    /// A name of the IANA time zone database, spelled as there.
    #[schema(example = "Europe/Berlin")]
    timezone: &'a str,
    /// The day on which a week begins.
    #[schema(value_type = WeekStartName, example = "monday")]
    week_start: &'static str,
    /// What the user wants to be called; may be empty.
    #[schema(max_length = 255, example = "Ada")]
    name: &'a str,
}

impl<'a> From<&'a UserSettings> for SettingsResponse<'a> {
    fn from(settings: &'a UserSettings) -> Self {
        Self {
            timezone: settings.time_zone.as_str(),
            week_start: settings.week_start.as_str(),
            name: settings.name.as_str(),
        }
    }
}

/// Show the caller's settings
///
/// Who has chosen nothing has the defaults: UTC, weeks from Monday, no name.
#[utoipa::path(
    get,
    path = "/api/settings",
    tag = "settings",
    responses((status = 200, description = "The settings", body = SettingsResponse))
)]
pub(crate) async fn show_settings(
    caller: Caller,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let settings = user_settings::show(&app, caller.actor()).await?;
    Ok(Json(SettingsResponse::from(&settings)).into_response())
}

/// Change the caller's settings
///
/// Partial: absent fields stay as they are, and none may be null. The name is
/// the one that Better Auth's `update-user` changes.
#[utoipa::path(
    patch,
    path = "/api/settings",
    tag = "settings",
    request_body(content = SettingsUpdate),
    responses((status = 200, description = "The settings as they are now", body = SettingsResponse))
)]
pub(crate) async fn update_settings(
    caller: Caller,
    State(app): State<App>,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let patch = input::user_settings_patch(keyed.body.0)?;
    let (settings, marks) = Marks::of(user_settings::update(&app, &batch, patch).await?);
    Ok((marks, Json(SettingsResponse::from(&settings))).into_response())
}
