//! tus 1.0 as a thin adapter: headers in, [`crate::uploads`], headers out.

use std::{future::ready, pin::Pin};

use axum::{
    body::HttpBody as _,
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use futures_util::{StreamExt as _, stream};
use time::{format_description::BorrowedFormatItem, macros::format_description};
use tokio::sync::oneshot;
use wire::{
    Code, Problem, parcel, path,
    tus::{self, Checksum, ChecksumError, Metadata},
    upload::{Role, Status, Upload, UploadId},
};

use super::{
    App, AppState,
    reply::{At, Caller, Refusal, idempotency_key, text},
};
use crate::{
    checksum::Announced,
    ledger::{Device, StoredUpload},
    uploads::{Body, Part},
};

/// The longest `Upload-Metadata`, in bytes.
const MAX_METADATA: usize = 4096;

/// Whether a path, or a route, is one of tus: takes the bytes of files, and answers with the version.
pub fn is_tus(route: &str) -> bool {
    route == path::FILES || route.starts_with("/v1/uploads/")
}

/// Where a request goes whose client took the creation URL for a folder and put the `Location` behind it (aiotus does).
pub fn meant(uri: &Uri) -> Option<Uri> {
    let upload = uri.path().strip_prefix(path::FILES)?;
    if !upload.starts_with("/uploads/") {
        return None;
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("/v1{upload}").parse().ok()?);
    Uri::from_parts(parts).ok()
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
/// `Idempotency-Key` of the device's choice the same creation again finds the same upload, wherever it stands by now. Partial uploads
/// (`Upload-Concat: partial`) become one by `Upload-Concat: final;URL URL`, which finds the same one again with or without a key. With the
/// `filetype` of a parcel it becomes no file of the agency's: `POST /v1/parcels` takes it.
#[utoipa::path(post, path = "/v1/files", tag = "files", security(("device" = [])),
    params(
        ("Tus-Resumable" = String, Header), ("Upload-Length" = Option<u64>, Header),
        ("Upload-Defer-Length" = Option<u64>, Header, description = "1: the length comes with a later PATCH"),
        ("Upload-Concat" = Option<String>, Header, description = "partial, or final; and the URLs of the pieces"),
        ("Upload-Metadata" = Option<String>, Header, description = "filename, filetype, sha256, dossier, slot, row"),
        ("Idempotency-Key" = Option<String>, Header), ("Upload-Checksum" = Option<String>, Header),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 201, description = "Location: uploads/{id}; Upload-Offset; Upload-Expires"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn create(
    _: Version,
    State(app): AppState,
    Caller(who): Caller,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Refusal> {
    let metadata = text(&headers, tus::METADATA)?.unwrap_or_default();
    if metadata.len() > MAX_METADATA {
        return Err(Problem::new(Code::BadRequest).with("what", tus::METADATA).with("limit", MAX_METADATA).into());
    }
    let key = idempotency_key(&headers)?.map(str::to_owned);
    let stored = match role(&headers, metadata)? {
        Role::Final(parts) => {
            // Its length is the pieces', and so are its bytes.
            refuse(&headers, &[tus::LENGTH, tus::DEFER_LENGTH])?;
            if content_length(&headers)?.unwrap_or(0) > 0 {
                return Err(Code::Joined.into());
            }
            app.uploads.join(&who, &parts, metadata, key).await?
        }
        role => begin(&app, &who, role, metadata, key, &headers, body).await?,
    };
    let mut reply = reply(StatusCode::CREATED, [(header::LOCATION.as_str(), format!("uploads/{}", stored.id))]);
    tell(&mut reply, tus::OFFSET, stored.upload.offset.to_string());
    tell_expiry(&mut reply, &stored);
    Ok(reply)
}

/// What the upload is for. A parcel says so in its metadata: another client's files never do.
fn role(headers: &HeaderMap, metadata: &str) -> Result<Role, Problem> {
    let is_parcel = |metadata: Metadata| metadata.get(Metadata::FILE_TYPE) == Some(parcel::MEDIA_TYPE);
    match tus::role(text(headers, tus::CONCAT)?)? {
        Role::Whole if metadata.parse().is_ok_and(is_parcel) => Ok(Role::Parcel),
        role => Ok(role),
    }
}

/// An upload that takes bytes, with those that came along.
async fn begin(
    app: &App,
    who: &Device,
    role: Role,
    metadata: &str,
    key: Option<String>,
    headers: &HeaderMap,
    body: axum::body::Body,
) -> Result<StoredUpload, Refusal> {
    let length = if tus::is_deferred(text(headers, tus::DEFER_LENGTH)?)? {
        refuse(headers, &[tus::LENGTH])?;
        None
    } else {
        Some(tus::number(tus::LENGTH, text(headers, tus::LENGTH)?)?)
    };
    let part = if is_bytes(headers)? {
        Some(part(headers, 0, None, body)?)
    } else if content_length(headers)?.unwrap_or(0) > 0 {
        return Err(Code::MediaType.into());
    } else {
        None
    };
    if let Some((size, length)) =
        part.as_ref().and_then(|part| part.size).zip(length).filter(|(size, length)| size > length)
    {
        return Err(Problem::new(Code::TooLarge).with("limit", length).with("size", size).into());
    }
    let stored = app.uploads.create(who, length, role, metadata, key).await?;
    match part {
        // Bytes sent along with a repeated creation are not looked at when the upload has begun.
        Some(part) if stored.upload.offset == 0 && length != Some(0) => {
            match app.uploads.append(who, stored.id, part).await {
                Ok(stored) => Ok(stored),
                // It has been created all the same: the client learns where, and goes on from what came; unless it is gone.
                Err(fault) => app.uploads.peek(who, stored.id).await.map_err(|_| fault.into()),
            }
        }
        _ => Ok(stored),
    }
}

/// Where an upload stands. Stops whoever is sending to it.
#[utoipa::path(head, path = "/v1/uploads/{id}", tag = "files", security(("device" = [])),
    params(("id" = uuid::Uuid, Path), ("Tus-Resumable" = String, Header)),
    responses(
        (status = 200, description = "Upload-Offset, Upload-Length or Upload-Defer-Length, Upload-Concat, Upload-Metadata, Upload-Expires"),
        (status = 404, description = "never known, or another agency's"), (status = 410, description = "gone"),
    ))]
pub async fn stat(
    _: Version,
    State(app): AppState,
    Caller(who): Caller,
    At(id): At<UploadId>,
) -> Result<Response, Refusal> {
    let stored = app.uploads.stat(&who, id).await?;
    let Upload { offset, length, deferred, ref role, status, .. } = stored.upload;
    let mut reply = reply(StatusCode::OK, [(header::CACHE_CONTROL.as_str(), "no-store".to_owned())]);
    // The offset of an upload that is being joined says nothing to a client, who cannot go on from it.
    if !matches!((role, status), (Role::Final(_), Status::Receiving)) {
        tell(&mut reply, tus::OFFSET, offset.to_string());
    }
    let (name, value) = if deferred { (tus::DEFER_LENGTH, "1".to_owned()) } else { (tus::LENGTH, length.to_string()) };
    tell(&mut reply, name, value);
    if let Some(concat) = tus::concat(role) {
        tell(&mut reply, tus::CONCAT, concat);
    }
    if !stored.metadata.is_empty() {
        tell(&mut reply, tus::METADATA, stored.metadata.clone());
    }
    tell_expiry(&mut reply, &stored);
    Ok(reply)
}

/// Appends bytes at the upload's offset. With the last byte the file is checked against its announced SHA-256 and stored.
#[utoipa::path(patch, path = "/v1/uploads/{id}", tag = "files", security(("device" = [])),
    params(
        ("id" = uuid::Uuid, Path), ("Tus-Resumable" = String, Header), ("Upload-Offset" = u64, Header),
        ("Upload-Length" = Option<u64>, Header, description = "of an upload that was made without"),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1 or sha256, base64; or as a trailer"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Upload-Offset: the bytes that are durable; Upload-Expires"),
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
    if !is_bytes(&headers)? {
        return Err(Code::MediaType.into());
    }
    let offset = tus::number(tus::OFFSET, text(&headers, tus::OFFSET)?)?;
    let length = text(&headers, tus::LENGTH)?.map(|length| tus::number(tus::LENGTH, Some(length))).transpose()?;
    let stored = app.uploads.append(&who, id, part(&headers, offset, length, body)?).await?;
    let mut reply = reply(StatusCode::NO_CONTENT, [(tus::OFFSET, stored.upload.offset.to_string())]);
    tell_expiry(&mut reply, &stored);
    Ok(reply)
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

/// Whether the body is bytes of an upload.
fn is_bytes(headers: &HeaderMap) -> Result<bool, Problem> {
    let media_type = text(headers, header::CONTENT_TYPE.as_str())?.unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    Ok(essence.eq_ignore_ascii_case(tus::MEDIA_TYPE))
}

/// That none of these headers came.
fn refuse(headers: &HeaderMap, names: &[&'static str]) -> Result<(), Problem> {
    let came = names.iter().find(|name| headers.contains_key(**name));
    came.map_or(Ok(()), |name| Err(Problem::new(Code::BadRequest).with("what", *name)))
}

/// Adds a header whose value may be the client's own; one that cannot be written is left out.
fn tell(response: &mut Response, name: &'static str, value: String) {
    if let Ok(value) = value.try_into() {
        response.headers_mut().insert(name, value);
    }
}

/// `Upload-Expires` of an upload that is not finished.
fn tell_expiry(response: &mut Response, stored: &StoredUpload) {
    // The one form of a date that RFC 9110 has servers write.
    const DATE: &[BorrowedFormatItem<'_>] =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    if let (Status::Receiving, Some(expires)) = (stored.upload.status, stored.expires)
        && let Ok(date) = expires.get().format(DATE)
    {
        tell(response, tus::EXPIRES, date);
    }
}

fn part(headers: &HeaderMap, offset: u64, length: Option<u64>, body: axum::body::Body) -> Result<Part, Problem> {
    let checksum = text(headers, tus::CHECKSUM)?.map(checksum).transpose()?.map(Announced::Now);
    let trailers = text(headers, header::TRAILER.as_str())?.unwrap_or_default();
    let trailing = trailers.split(',').any(|name| name.trim().eq_ignore_ascii_case(tus::CHECKSUM));
    let size = content_length(headers)?;
    let (body, checksum): (Body, _) = if trailing && checksum.is_none() {
        let (body, told) = with_trailer(body);
        (body, Some(Announced::Trailing(told)))
    } else {
        (body.into_data_stream().map(|bytes| bytes.map_err(|_| ())).boxed(), checksum)
    };
    Ok(Part { offset, size, length, checksum, body })
}

fn checksum(header: &str) -> Result<Checksum, Problem> {
    header.parse().map_err(|error: ChecksumError| Problem::new(Code::BadRequest).with("what", error.to_string()))
}

/// The bytes of a body, and what its trailer says of them.
fn with_trailer(mut body: axum::body::Body) -> (Body, oneshot::Receiver<Result<Checksum, Problem>>) {
    let (teller, told) = oneshot::channel();
    let mut teller = Some(teller);
    let frames = stream::poll_fn(move |context| Pin::new(&mut body).poll_frame(context));
    let bytes = frames.filter_map(move |frame| {
        let bytes = match frame.map(|frame| frame.into_data()) {
            Err(_) => Some(Err(())),
            Ok(Ok(bytes)) => Some(Ok(bytes)),
            Ok(Err(frame)) => {
                let found = frame.trailers_ref().and_then(|trailers| text(trailers, tus::CHECKSUM).transpose());
                if let (Some(found), Some(teller)) = (found, teller.take()) {
                    // Nobody listens any more when the request was given up.
                    let _ = teller.send(found.and_then(checksum));
                }
                None
            }
        };
        ready(bytes)
    });
    (bytes.boxed(), told)
}
