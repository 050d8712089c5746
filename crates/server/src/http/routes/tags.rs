//! The tags of all tasks together.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, tags};

use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody, Keyed, NoBody, PathTag},
    openapi::schemas::tasks::TagRename,
    responses::{Marks, TagResponse},
};

/// List tags
///
/// Those of the tasks on the list, and how many tasks have each.
#[utoipa::path(
    get,
    path = "/api/tags",
    tag = "tags",
    responses((status = 200, description = "All of them", body = Vec<TagResponse>))
)]
pub(crate) async fn list_tags(
    caller: Caller,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let tags = tags::list(&app, caller.actor()).await?;
    let tags: Vec<_> = tags.iter().map(TagResponse::from).collect();
    Ok(Json(tags).into_response())
}

/// Rename a tag
///
/// Everywhere at once, as one batch. A name that there is already makes the
/// two tags one.
#[utoipa::path(
    patch,
    path = "/api/tags/{name}",
    tag = "tags",
    request_body(content = TagRename),
    responses((status = 200, description = "The tag as it is now", body = TagResponse))
)]
pub(crate) async fn rename_tag(
    caller: Caller,
    State(app): State<App>,
    PathTag(name): PathTag,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let new = input::tag_rename(keyed.body.0)?;
    let (tag, marks) = Marks::of(tags::rename(&app, &batch, name, new).await?);
    Ok((marks, Json(TagResponse::from(&tag))).into_response())
}

/// Delete a tag
///
/// No task has it any more; the tasks stay.
#[utoipa::path(
    delete,
    path = "/api/tags/{name}",
    tag = "tags",
    responses((status = 204, description = "No task has it"))
)]
pub(crate) async fn delete_tag(
    caller: Caller,
    State(app): State<App>,
    PathTag(name): PathTag,
    keyed: Keyed<NoBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let ((), marks) = Marks::of(tags::delete(&app, &batch, name).await?);
    Ok((marks, StatusCode::NO_CONTENT).into_response())
}
