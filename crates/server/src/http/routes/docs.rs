//! The API's description, and a page to try it out.

use std::sync::{Arc, OnceLock};

use axum::{
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use utoipa_swagger_ui::Config;

use crate::http::{
    error::ApiError, middleware::DOCS_CONTENT_SECURITY_POLICY, openapi::openapi_json,
};

const PAGE: &str = include_str!("../docs/index.html");
const STARTER: &str = include_str!("../docs/start.js");

/// The files of Swagger UI that the page loads. The rest of its distribution
/// (source maps, other builds, an OAuth helper) is nobody's business.
pub(crate) const FILES: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/// The one file of the page that is ours.
pub(crate) const STARTER_FILE: &str = "start.js";

/// How long a browser may keep a file: until it could belong to another
/// version of this server, more or less.
const ONE_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Show the API browser
#[utoipa::path(
    get,
    path = "/docs",
    tag = "service",
    responses((status = 200, description = "Swagger UI", content_type = "text/html", body = String))
)]
pub(crate) async fn show_docs() -> Response {
    file("text/html; charset=utf-8", PAGE)
}

/// Show a file of the API browser
#[utoipa::path(
    get,
    path = "/docs/{file}",
    tag = "service",
    responses((
        status = 200,
        description = "The file",
        content((String = "text/javascript"), (String = "text/css"), (String = "image/png"))
    ))
)]
pub(crate) async fn show_docs_file(uri: Uri) -> Result<Response, ApiError> {
    // None of the names needs to be encoded, so none is decoded.
    let name = uri.path().strip_prefix("/docs/").unwrap_or_default();
    if name == STARTER_FILE {
        return Ok(file("text/javascript; charset=utf-8", STARTER));
    }
    if !FILES.contains(&name) {
        return Err(ApiError::NoRoute);
    }
    let found = utoipa_swagger_ui::serve(name, Arc::new(Config::default()));
    let found = found.ok().flatten().ok_or(ApiError::NoRoute)?;
    let kind = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "image/png",
    };
    Ok(file(kind, found.bytes.into_owned()))
}

/// Show the description of the API
///
/// `OpenAPI` 3.1. It describes every route, this one included.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "service",
    responses((status = 200, description = "The description", body = Object))
)]
pub(crate) async fn show_openapi() -> Response {
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| openapi_json().into()).clone();
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}

fn file(kind: &'static str, content: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, DOCS_CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, ONE_HOUR),
    ];
    (headers, content).into_response()
}
