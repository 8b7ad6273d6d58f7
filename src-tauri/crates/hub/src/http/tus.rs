//! tus 1.0 as a thin adapter: headers in, [`crate::uploads`], headers out.

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use futures_util::StreamExt as _;
use wire::{
    Code, Problem, path,
    tus::{self, Checksum, ChecksumError},
    upload::{Upload, UploadId},
};

use super::{
    App, AppState,
    reply::{At, Caller, Refusal, idempotency_key, text},
};
use crate::uploads::{Body, Part};

/// The longest `Upload-Metadata`, in bytes.
const MAX_METADATA: usize = 4096;

/// Whether a path, or a route, is one of tus: takes the bytes of files, and answers with the version.
pub fn is_tus(route: &str) -> bool {
    route == path::FILES || route.starts_with("/v1/uploads/")
}

/// The request speaks our version; checked before anything else is looked at.
pub struct Version;

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        tus::check_version(text(&parts.headers, tus::RESUMABLE)?)?;
        Ok(Self)
    }
}

/// A reply with these headers. The version is on every reply of these routes, refusals too: see the router.
fn reply<const N: usize>(status: StatusCode, headers: [(&str, String); N]) -> Response {
    (status, AppendHeaders(headers)).into_response()
}

/// What this server speaks.
#[utoipa::path(options, path = "/v1/files", tag = "files",
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm")))]
pub async fn files_options(State(app): AppState) -> Response {
    options(&app)
}

/// What this server speaks.
#[utoipa::path(options, path = "/v1/uploads/{id}", tag = "files", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm")))]
pub async fn uploads_options(State(app): AppState) -> Response {
    options(&app)
}

fn options(app: &App) -> Response {
    let headers = [
        (tus::VERSION_HEADER, tus::VERSION.to_owned()),
        (tus::EXTENSION, tus::EXTENSIONS.to_owned()),
        (tus::MAX_SIZE, app.limits.max_file_bytes.to_string()),
        (tus::CHECKSUM_ALGORITHM, tus::ALGORITHMS.to_owned()),
    ];
    reply(StatusCode::NO_CONTENT, headers)
}

/// Creates an upload; with a body of `application/offset+octet-stream`, its first bytes are taken at once. With an
/// `Idempotency-Key` of the device's choice the same creation again finds the same upload, wherever it stands by now.
#[utoipa::path(post, path = "/v1/files", tag = "files", security(("device" = [])),
    params(
        ("Tus-Resumable" = String, Header), ("Upload-Length" = u64, Header),
        ("Upload-Metadata" = Option<String>, Header, description = "filename, filetype, sha256, dossier, slot, row"),
        ("Idempotency-Key" = Option<String>, Header), ("Upload-Checksum" = Option<String>, Header),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 201, description = "Location: uploads/{id}; Upload-Offset"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn create(
    _: Version,
    State(app): AppState,
    Caller(who): Caller,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Refusal> {
    if headers.contains_key(tus::DEFER_LENGTH) {
        return Err(Problem::new(Code::BadRequest).with("what", tus::DEFER_LENGTH).into());
    }
    let length = tus::number(tus::LENGTH, text(&headers, tus::LENGTH)?)?;
    let metadata = text(&headers, tus::METADATA)?.unwrap_or_default();
    if metadata.len() > MAX_METADATA {
        return Err(Problem::new(Code::BadRequest).with("what", tus::METADATA).with("limit", MAX_METADATA).into());
    }
    let part = match text(&headers, header::CONTENT_TYPE.as_str())? {
        Some(tus::MEDIA_TYPE) => Some(part(&headers, 0, body)?),
        _ if content_length(&headers)?.unwrap_or(0) > 0 => return Err(Code::MediaType.into()),
        _ => None,
    };
    if let Some(size) = part.as_ref().and_then(|part| part.size).filter(|size| *size > length) {
        return Err(Problem::new(Code::TooLarge).with("limit", length).with("size", size).into());
    }
    let key = idempotency_key(&headers)?.map(str::to_owned);
    let stored = app.uploads.create(&who, length, metadata, key).await?;
    let id = stored.id;
    let upload = match part {
        // Bytes sent along with a repeated creation are not looked at when the upload has begun.
        Some(part) if stored.upload.offset == 0 && length > 0 => match app.uploads.append(&who, id, part).await {
            Ok(upload) => upload,
            // It has been created all the same: the client learns where, and goes on from what came; unless it is gone.
            Err(fault) => app.uploads.peek(&who, id).await.map_err(|_| fault)?,
        },
        _ => stored.upload,
    };
    let location = (header::LOCATION.as_str(), format!("uploads/{id}"));
    Ok(reply(StatusCode::CREATED, [location, (tus::OFFSET, upload.offset.to_string())]))
}

/// Where an upload stands. Stops whoever is sending to it.
#[utoipa::path(head, path = "/v1/uploads/{id}", tag = "files", security(("device" = [])),
    params(("id" = uuid::Uuid, Path), ("Tus-Resumable" = String, Header)),
    responses(
        (status = 200, description = "Upload-Offset, Upload-Length, Upload-Metadata"),
        (status = 404, description = "never known, or another agency's"), (status = 410, description = "gone"),
    ))]
pub async fn stat(
    _: Version,
    State(app): AppState,
    Caller(who): Caller,
    At(id): At<UploadId>,
) -> Result<Response, Refusal> {
    let stored = app.uploads.stat(&who, id).await?;
    let Upload { offset, length, .. } = stored.upload;
    let mut response = reply(
        StatusCode::OK,
        [
            (tus::OFFSET, offset.to_string()),
            (tus::LENGTH, length.to_string()),
            (header::CACHE_CONTROL.as_str(), "no-store".to_owned()),
        ],
    );
    if let (false, Ok(metadata)) = (stored.metadata.is_empty(), stored.metadata.try_into()) {
        response.headers_mut().insert(tus::METADATA, metadata);
    }
    Ok(response)
}

/// Appends bytes at the upload's offset. With the last byte the file is checked against its announced SHA-256 and stored.
#[utoipa::path(patch, path = "/v1/uploads/{id}", tag = "files", security(("device" = [])),
    params(
        ("id" = uuid::Uuid, Path), ("Tus-Resumable" = String, Header), ("Upload-Offset" = u64, Header),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1 or sha256, base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Upload-Offset: the bytes that are durable"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn append(
    _: Version,
    State(app): AppState,
    Caller(who): Caller,
    At(id): At<UploadId>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Refusal> {
    if text(&headers, header::CONTENT_TYPE.as_str())? != Some(tus::MEDIA_TYPE) {
        return Err(Code::MediaType.into());
    }
    let offset = tus::number(tus::OFFSET, text(&headers, tus::OFFSET)?)?;
    let upload = app.uploads.append(&who, id, part(&headers, offset, body)?).await?;
    Ok(reply(StatusCode::NO_CONTENT, [(tus::OFFSET, upload.offset.to_string())]))
}

/// Gives an upload up. The file of a complete one stays.
#[utoipa::path(delete, path = "/v1/uploads/{id}", tag = "files", security(("device" = [])),
    params(("id" = uuid::Uuid, Path), ("Tus-Resumable" = String, Header)),
    responses(
        (status = 204, description = "given up"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn cancel(
    _: Version,
    State(app): AppState,
    Caller(who): Caller,
    At(id): At<UploadId>,
) -> Result<Response, Refusal> {
    app.uploads.cancel(&who, id).await?;
    Ok(reply(StatusCode::NO_CONTENT, []))
}

fn content_length(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let name = header::CONTENT_LENGTH.as_str();
    text(headers, "content-length")?.map(|value| tus::number(name, Some(value))).transpose()
}

fn part(headers: &HeaderMap, offset: u64, body: axum::body::Body) -> Result<Part, Problem> {
    let checksum = text(headers, tus::CHECKSUM)?.map(str::parse::<Checksum>).transpose();
    let checksum =
        checksum.map_err(|error: ChecksumError| Problem::new(Code::BadRequest).with("what", error.to_string()))?;
    let body: Body = body.into_data_stream().map(|bytes| bytes.map_err(|_| ())).boxed();
    Ok(Part { offset, size: content_length(headers)?, checksum, body })
}
