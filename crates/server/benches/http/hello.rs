//! The yardstick: axum with its defaults, answering as much JSON as one task,
//! and nothing else.
//!
//! It runs in a process of its own, like the server it is compared with.

use std::net::SocketAddr;

use axum::{Json, Router, routing::get};
use serde::Serialize;
use tokio::{net::TcpListener, runtime::Runtime};

use crate::Failure;

/// The fields of a task, in the order of the API, with values of the length
/// that seeded tasks have.
#[derive(Serialize)]
struct Hello {
    id: i64,
    title: &'static str,
    description: Option<&'static str>,
    completed: bool,
    user_id: &'static str,
    created_at: &'static str,
    updated_at: &'static str,
}

/// Serves until the process is killed.
///
/// # Errors
/// The address cannot be had.
pub(crate) fn serve(address: SocketAddr) -> Result<(), Failure> {
    Runtime::new()?.block_on(async {
        let listener = TcpListener::bind(address).await?;
        let router = Router::new().route("/", get(hello)).route("/health/ready", get(hello));
        Ok(axum::serve(listener, router).await?)
    })
}

async fn hello() -> Json<Hello> {
    Json(Hello {
        id: 1_000,
        title: "Task number 1000 to be done",
        description: Some("A short description of about sixty characters, as people write."),
        completed: false,
        user_id: "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e",
        created_at: "2026-11-21T09:30:00.000Z",
        updated_at: "2026-11-21T09:30:00.000Z",
    })
}
