//! Departments' lists of procedures without paper, on the network.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use dossier::{Digest, Timestamp, no_paper::NoPaperList};
use wire::{
    Code, Problem,
    key::Kind,
    no_paper::{ListReceipt, ListsApplied, ListsInForce, MAX_LIST},
};

use super::{
    AppState,
    reply::{At, Caller, Json, Refusal, text},
};

/// Takes an approved list of the caller's agency, exactly once: the same list again gives the same receipt.
#[utoipa::path(post, path = "/v1/no-paper-lists", tag = "no paper", security(("device" = [])),
    request_body(content = Object, description = "the list as desktops exchange it: department, revision, lines, approval"),
    responses(
        (status = 201, body = ListReceipt),
        (status = 400, body = Problem, description = "bad_body", content_type = "application/problem+json"),
        (status = 422, body = Problem, description = "revision_exists, department_taken", content_type = "application/problem+json"),
    ))]
pub async fn send(
    State(app): AppState,
    Caller(who): Caller,
    Json(list): Json<NoPaperList, MAX_LIST>,
) -> Result<Response, Refusal> {
    let wrong = |at: String| Problem::new(Code::BadBody).with("at", at);
    if let Some(problem) = list.problems().first() {
        return Err(wrong(problem.to_string()).into());
    }
    if list.approval.is_none() {
        return Err(wrong("approval".to_owned()).into());
    }
    let key = &app.identity.key;
    let sign = |sha256: Digest, received_at: Timestamp| {
        let receipt = ListReceipt {
            hub_id: app.identity.id,
            department: list.department.clone(),
            revision: list.revision,
            sha256,
            agency: who.agency.code.clone(),
            received_at,
            signature: key.sign(Kind::NoPaperReceipt, &[]),
        };
        receipt.signed(key)
    };
    let receipt = app.ledger.take_list(&who, &list, (app.clock)(), &sign).await?;
    Ok((StatusCode::CREATED, axum::Json(receipt)).into_response())
}

/// The newest list of every department, signed. With `If-None-Match`, nothing when they are still those.
#[utoipa::path(get, path = "/v1/no-paper-lists", tag = "no paper", security(("device" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "the ETag of the lists the client has")),
    responses(
        (status = 200, body = ListsInForce),
        (status = 304, description = "the client has them"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn in_force(State(app): AppState, Caller(_who): Caller, headers: HeaderMap) -> Result<Response, Refusal> {
    let lists = ListsInForce::new(app.identity.id, app.ledger.lists_in_force().await?, &app.identity.key)?;
    let etag = lists.etag();
    let known = text(&headers, header::IF_NONE_MATCH.as_str())?.unwrap_or_default();
    let headers = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, axum::Json(lists)).into_response())
}

/// One list, by the SHA-256 of its canonical JSON. It never changes.
#[utoipa::path(get, path = "/v1/no-paper-lists/{sha256}", tag = "no paper", security(("device" = [])),
    params(("sha256" = String, Path)),
    responses(
        (status = 200, description = "canonical JSON (RFC 8785)", content_type = "application/json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn list(State(app): AppState, Caller(_who): Caller, At(sha256): At<Digest>) -> Result<Response, Refusal> {
    let body = app.ledger.list_body(sha256).await?.ok_or(Code::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::ETAG, format!("\"{sha256}\"")),
        (header::CACHE_CONTROL, "private, immutable, max-age=31536000".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// The calling desktop applies this list; said again, it is known already.
#[utoipa::path(post, path = "/v1/no-paper-lists/{sha256}/applied", tag = "no paper", security(("device" = [])),
    params(("sha256" = String, Path)),
    responses(
        (status = 204, description = "noted"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn applied(State(app): AppState, Caller(who): Caller, At(sha256): At<Digest>) -> Result<StatusCode, Refusal> {
    app.ledger.list_applied(&who, sha256, (app.clock)()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who applies the lists of the caller's agency.
#[utoipa::path(get, path = "/v1/no-paper-applied", tag = "no paper", security(("device" = [])), responses(
    (status = 200, body = ListsApplied),
    (status = "default", body = Problem, content_type = "application/problem+json"),
))]
pub async fn applications(State(app): AppState, Caller(who): Caller) -> Result<axum::Json<ListsApplied>, Refusal> {
    Ok(axum::Json(ListsApplied { lists: app.ledger.lists_applied(&who.agency.code).await? }))
}
