//! The published catalogue on the network.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use dossier::Digest;
use wire::{Code, Problem, catalogue::CatalogueManifest};

use super::{
    AppState,
    reply::{At, Caller, Refusal, text},
};

/// Everything the hub has published, signed. With `If-None-Match`, nothing when that is still the list.
#[utoipa::path(get, path = "/v1/catalogue", tag = "catalogue", security(("device" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "the ETag of the list the client has")),
    responses(
        (status = 200, body = CatalogueManifest),
        (status = 304, description = "the client has it"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn list(State(app): AppState, Caller(_who): Caller, headers: HeaderMap) -> Result<Response, Refusal> {
    let published = app.ledger.catalogue().await?;
    let at = published.at.unwrap_or((app.clock)());
    let key = &app.identity.key;
    let manifest = CatalogueManifest::new(app.identity.id, published.version, at, published.entries, key)?;
    let etag = manifest.etag();
    let known = text(&headers, header::IF_NONE_MATCH.as_str())?.unwrap_or_default();
    let headers = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, axum::Json(manifest)).into_response())
}

/// One published revision, by the SHA-256 of its canonical JSON. It never changes.
#[utoipa::path(get, path = "/v1/catalogue/{sha256}", tag = "catalogue", security(("device" = [])),
    params(("sha256" = String, Path)),
    responses(
        (status = 200, description = "canonical JSON (RFC 8785)", content_type = "application/json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn entry(State(app): AppState, Caller(_who): Caller, At(sha256): At<Digest>) -> Result<Response, Refusal> {
    let body = app.ledger.catalogue_body(sha256).await?.ok_or(Code::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::ETAG, format!("\"{sha256}\"")),
        (header::CACHE_CONTROL, "private, immutable, max-age=31536000".to_owned()),
    ];
    Ok((headers, body).into_response())
}
