//! What the service says about itself.

use std::time::Duration;

use axum::{Json, extract::State};
use rondo_app::{App, Error};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::http::{error::ApiError, state::HttpState};

/// How long the database may take to prove that it is there. Monitors wait a
/// second for us, and a database that hangs must not make us look dead.
const PING_TIMEOUT: Duration = Duration::from_millis(800);

/// Who answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServiceResponse {
    /// A greeting that existing clients look for.
    #[schema(example = "Todo Chatbot API is running")]
    message: &'static str,
    /// The version of the API.
    #[schema(example = "2.0.0")]
    version: &'static str,
}

/// How the service is.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthResponse {
    /// `healthy` or `degraded`.
    #[schema(pattern = "^(healthy|degraded)$", example = "healthy")]
    status: &'static str,
    /// Always `todo-chatbot-api`.
    #[schema(pattern = "^todo-chatbot-api$", example = "todo-chatbot-api")]
    service: &'static str,
    /// `connected` or `disconnected`.
    #[schema(pattern = "^(connected|disconnected)$", example = "connected")]
    database: &'static str,
}

/// One word.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatusResponse {
    /// `alive` or `ready`.
    #[schema(pattern = "^(alive|ready)$", example = "ready")]
    status: &'static str,
}

/// Greet
#[utoipa::path(
    get,
    path = "/",
    tag = "service",
    responses((status = 200, description = "The service is running", body = ServiceResponse))
)]
pub(crate) async fn show_service() -> Json<ServiceResponse> {
    Json(ServiceResponse { message: "Todo Chatbot API is running", version: "2.0.0" })
}

/// Show whether the service and its database work
///
/// Always 200, within a second: the body tells whether the database answers.
#[utoipa::path(
    get,
    path = "/health",
    tag = "service",
    responses((status = 200, description = "How the service is", body = HealthResponse))
)]
pub(crate) async fn show_health(State(app): State<App>) -> Json<HealthResponse> {
    let (status, database) = match ping(&app).await {
        Ok(()) => ("healthy", "connected"),
        Err(_) => ("degraded", "disconnected"),
    };
    Json(HealthResponse { status, service: "todo-chatbot-api", database })
}

/// Show that the process lives
///
/// Does not look at the database.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "service",
    responses((status = 200, description = "The process lives", body = StatusResponse))
)]
pub(crate) async fn show_liveness() -> Json<StatusResponse> {
    Json(StatusResponse { status: "alive" })
}

/// Show whether requests are welcome
///
/// Not while the database is away, and not once the process is to end.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "service",
    responses((status = 200, description = "Requests are welcome", body = StatusResponse))
)]
pub(crate) async fn show_readiness(
    State(state): State<HttpState>,
) -> Result<Json<StatusResponse>, ApiError> {
    if !state.readiness().is_ready() {
        return Err(ApiError::Draining);
    }
    ping(state.app()).await?;
    Ok(Json(StatusResponse { status: "ready" }))
}

async fn ping(app: &App) -> Result<(), Error> {
    match timeout(PING_TIMEOUT, app.store().ping()).await {
        Ok(answer) => answer.map_err(Error::from),
        Err(_) => Err(Error::Unavailable("no answer to a ping in time".to_owned())),
    }
}
