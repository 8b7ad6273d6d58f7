//! Everything but uploads: sign of life, enrolment, submissions, dossiers, events.

use std::time::Duration;

use axum::{
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use dossier::{Digest, DossierId};
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::IntoParams;
use wire::{
    Code, Problem, Receipt, Submission,
    dossiers::{DossierList, DossierView},
    enrol::{EnrolAnswer, EnrolRequest},
    event::EventsAnswer,
    key::Kind,
    limits::Limits,
    path,
    ping::{PingAnswer, is_nonce},
};

use super::{
    AppState,
    reply::{Asked, At, Caller, Json, Refusal, idempotency_key},
};

use crate::ledger::audit::{Act, Author, What};

type Answer<T> = Result<axum::Json<T>, Refusal>;

/// The longest name of a device, in characters.
const MAX_DEVICE_NAME: usize = 200;
/// The largest body of an enrolment, in bytes: anybody may send one.
const MAX_ENROLMENT: u64 = 4096;
/// The most events of one answer.
const MAX_EVENTS: u32 = 200;
/// The most dossiers of one answer, and how many when nothing is asked for.
const MAX_DOSSIERS: u32 = 500;
const DOSSIERS: u32 = 100;

#[derive(Deserialize, IntoParams)]
pub struct PingQuery {
    /// 1 to 64 ASCII letters and digits.
    nonce: String,
}

/// A sign of life, signed with the hub's key over the nonce.
#[utoipa::path(get, path = "/v1/ping", tag = "hub", params(PingQuery), responses(
    (status = 200, body = PingAnswer),
    (status = "default", body = Problem, content_type = "application/problem+json"),
))]
pub async fn ping(State(app): AppState, Asked(query): Asked<PingQuery>) -> Answer<PingAnswer> {
    if !is_nonce(&query.nonce) {
        return Err(Problem::new(Code::BadRequest).with("what", "nonce").into());
    }
    Ok(axum::Json(PingAnswer::new(app.identity.id, query.nonce, (app.clock)(), &app.identity.key)?))
}

/// What this hub accepts.
#[utoipa::path(get, path = "/v1/limits", tag = "hub", responses((status = 200, body = Limits)))]
pub async fn limits(State(app): AppState) -> axum::Json<Limits> {
    axum::Json(app.limits.clone())
}

/// Exchanges a one-time code for a registration. The same request again gives the same answer.
#[utoipa::path(post, path = "/v1/enrolments", tag = "hub", request_body = EnrolRequest, responses(
    (status = 201, body = EnrolAnswer),
    (status = 403, body = Problem, description = "used_code, unknown_code", content_type = "application/problem+json"),
))]
pub async fn enrol(
    State(app): AppState,
    Json(request): Json<EnrolRequest, MAX_ENROLMENT>,
) -> Result<Response, Refusal> {
    let length = request.device_name.chars().count();
    if request.device_name.trim().is_empty() || length > MAX_DEVICE_NAME {
        return Err(Problem::new(Code::BadBody).with("at", "device_name").into());
    }
    let now = (app.clock)();
    let device = app.ledger.enrol(&request, now).await?;
    let key = &app.identity.key;
    let answer = EnrolAnswer {
        hub_id: app.identity.id,
        hub_public_key: key.public(),
        agency: device.agency,
        station: device.station,
        support_number: app.identity.support_number.clone(),
        hub_time: now,
        signature: key.sign(Kind::Enrolment, &[]),
    };
    tracing::info!(device = %request.device, "enrolled");
    Ok((StatusCode::CREATED, axum::Json(answer.signed(&request, key)?)).into_response())
}

/// Takes a submission in, exactly once. The same again gives the same receipt.
#[utoipa::path(post, path = "/v1/dossiers/{id}/submissions", tag = "dossiers", security(("device" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = String, Header, description = "the submission's id"),
    ),
    request_body = Submission,
    responses(
        (status = 201, body = Receipt),
        (status = 400, body = Problem, description = "no key, or an unreadable body", content_type = "application/problem+json"),
        (status = 409, body = Problem, description = "files_missing", content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json",
            description = "idempotency_key_reused, already_received, manifest_invalid"),
    ))]
pub async fn submit(
    State(app): AppState,
    Caller(who): Caller,
    At(id): At<DossierId>,
    headers: header::HeaderMap,
    Json(submission): Json<Submission>,
) -> Result<Response, Refusal> {
    let key = idempotency_key(&headers)?;
    let receipt = app.submissions.take(&who, id, key, &submission).await?;
    Ok((StatusCode::CREATED, axum::Json(receipt)).into_response())
}

#[derive(Deserialize, IntoParams)]
pub struct ListQuery {
    /// The `next` of the answer before.
    #[serde(default)]
    after: u64,
    /// At most 500.
    limit: Option<u32>,
}

/// The dossiers of the own agency, in order of reception.
#[utoipa::path(get, path = "/v1/dossiers", tag = "dossiers", security(("device" = [])), params(ListQuery), responses(
    (status = 200, body = DossierList),
    (status = "default", body = Problem, content_type = "application/problem+json"),
))]
pub async fn dossiers(
    State(app): AppState,
    Caller(who): Caller,
    Asked(query): Asked<ListQuery>,
) -> Answer<DossierList> {
    let limit = query.limit.unwrap_or(DOSSIERS).clamp(1, MAX_DOSSIERS);
    app.ledger.note(Act::new(&(&who).into(), What::DossiersListed, (app.clock)())).await?;
    Ok(axum::Json(app.ledger.dossiers(Some(&who.agency.code), query.after, limit).await?))
}

/// One dossier of the own agency, with its events.
#[utoipa::path(get, path = "/v1/dossiers/{id}", tag = "dossiers", security(("device" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = DossierView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn dossier(State(app): AppState, Caller(who): Caller, At(id): At<DossierId>) -> Answer<DossierView> {
    let view = app.ledger.dossier(&who.agency.code, id).await?.ok_or(Code::NotFound)?;
    let by = Author::from(&who);
    let read = Act::new(&by, What::DossierRead, (app.clock)()).about("dossier", &view.summary.code);
    app.ledger.note(read).await?;
    Ok(axum::Json(view))
}

#[derive(Deserialize, IntoParams)]
pub struct EventsQuery {
    /// The `next` of the answer before; 0 for all.
    #[serde(default)]
    after: u64,
    /// Seconds to wait for something to happen, at most 25.
    #[serde(default)]
    wait: u64,
}

/// What has happened to the own agency's dossiers, in one order without gaps. With `wait`, an answer with nothing in it comes
/// only after that time.
#[utoipa::path(get, path = "/v1/events", tag = "dossiers", security(("device" = [])), params(EventsQuery), responses(
    (status = 200, body = EventsAnswer),
    (status = 409, body = Problem, description = "cursor_ahead", content_type = "application/problem+json"),
    (status = "default", body = Problem, content_type = "application/problem+json"),
))]
pub async fn events(
    State(app): AppState,
    Caller(who): Caller,
    Asked(query): Asked<EventsQuery>,
) -> Answer<EventsAnswer> {
    let until = Instant::now() + Duration::from_secs(query.wait.min(path::MAX_WAIT_SECONDS));
    // Subscribed before the first look: what happens in between is not missed.
    let mut news = app.news.clone();
    news.mark_unchanged();
    loop {
        let events = app.ledger.events(&who.agency.code, query.after, MAX_EVENTS).await?;
        if let Some(last) = events.last() {
            let next = last.cursor;
            return Ok(axum::Json(EventsAnswer { events, next }));
        }
        let over = tokio::select! {
            changed = news.changed() => changed.is_err(),
            () = tokio::time::sleep_until(until) => true,
            () = app.stopping.cancelled() => true,
        };
        if over {
            return Ok(axum::Json(EventsAnswer { events, next: query.after }));
        }
    }
}

/// A whole file of the own agency, by its SHA-256.
#[utoipa::path(get, path = "/v1/files/{sha256}", tag = "files", security(("device" = [])),
    params(("sha256" = String, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn file(
    State(app): AppState,
    Caller(who): Caller,
    At(sha256): At<Digest>,
    method: Method,
) -> Result<Response, Refusal> {
    let size = app.ledger.file(&who.agency.code, sha256).await?.ok_or(Code::NotFound)?;
    let Some(bytes) = app.objects.get(sha256).await? else {
        tracing::error!(%sha256, "the object of a known file is missing");
        return Err(Code::Internal.into());
    };
    // Whether it is here is no reading of it.
    if method != Method::HEAD {
        app.ledger.note(Act::new(&(&who).into(), What::FileRead, (app.clock)()).about("file", sha256)).await?;
    }
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::ETAG, format!("\"{sha256}\"")),
        (header::CACHE_CONTROL, "private, immutable, max-age=31536000".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, axum::body::Body::from_stream(bytes)).into_response())
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "alive")))]
pub async fn healthz() -> StatusCode {
    StatusCode::OK
}

/// The hub can work: its ledger can be written and it is not about to stop.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses(
    (status = 200, description = "ready"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn readyz(State(app): AppState) -> Result<StatusCode, Refusal> {
    if app.stopping.is_cancelled() || app.ledger.ready().await.is_err() {
        return Err(Code::Unavailable.into());
    }
    Ok(StatusCode::OK)
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "operation", responses((status = 200, description = "OpenAPI 3.1")))]
pub async fn openapi() -> axum::Json<&'static utoipa::openapi::OpenApi> {
    axum::Json(super::description())
}
