//! From requests to values, and from faults to replies.

use std::{io::Read as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, MatchedPath, Path, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use dossier::role::Scope;
use serde::de::DeserializeOwned;
use wire::{
    Code, Problem,
    auth::{AccessToken, NoAccess},
    enrol::DeviceToken,
    limits, path, problem, tus,
};

use super::{App, auth};
use crate::{fault::Fault, ledger::Device};

/// A fault on its way to the client, as a problem document.
pub struct Refusal(Fault);

impl<F: Into<Fault>> From<F> for Refusal {
    fn from(fault: F) -> Self {
        Self(fault.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = self.0.problem();
        match &self.0 {
            Fault::Refused(_) => tracing::debug!(code = ?problem.code, "refused"),
            failure => tracing::error!(error = %failure, "failed"),
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, problem::MEDIA_TYPE)], body).into_response();
        let headers = response.headers_mut();
        match problem.code {
            Code::TusVersion => {
                headers.insert(tus::VERSION_HEADER, header::HeaderValue::from_static(tus::VERSION));
            }
            Code::Unauthorised => {
                headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            }
            Code::SignInWaits => {
                let seconds = problem.args.get("seconds").and_then(serde_json::Value::as_u64).unwrap_or(1);
                headers.insert(header::RETRY_AFTER, seconds.into());
            }
            Code::Unavailable | Code::StorageFull | Code::Locked => {
                headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("2"));
            }
            _ => {}
        }
        response
    }
}

/// A header's text; `None` when it is absent. None of ours may come twice: a proxy might read the other one.
pub fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    text.map(Some).ok_or_else(|| Problem::new(Code::BadRequest).with("what", name))
}

/// The registered device that sends the request, with the person signed in at it; they may do what the route needs.
pub struct Caller(pub Device);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let header = text(&parts.headers, header::AUTHORIZATION.as_str())?;
        let token = header.and_then(DeviceToken::from_authorization).ok_or(Code::Unauthorised)?;
        let mut who = app.ledger.device(token.hash()).await?.ok_or(Code::Unauthorised)?;
        let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        let need = auth::need(parts.method.as_str(), route).ok_or(Code::NotFound)?;
        // Where the device is enough, nobody is asked for: an upload does not end because a quarter of an hour has.
        if need != auth::Need::Device
            && let Some(token) = text(&parts.headers, path::PERSON_TOKEN)?
        {
            let (id, key, now) = (app.identity.id, app.identity.key.public(), (app.clock)());
            let access =
                AccessToken::from_header(token).verify(id, &key, who.id, now).map_err(|error| match error {
                    NoAccess::Expired => Code::TokenExpired,
                    NoAccess::Foreign => Code::SessionOver,
                })?;
            // Devices choose their ids: another agency's may have the same one.
            if access.scope == Scope::Agency && access.agency != who.agency.code {
                return Err(Code::OtherAgency.into());
            }
            who.person = Some(access);
        }
        auth::allow(need, &who)?;
        Ok(Self(who))
    }
}

/// `Idempotency-Key`: 1 to 64 visible ASCII characters, between quotes or not.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let key = text(headers, path::IDEMPOTENCY_KEY)?.map(|key| key.trim_matches('"'));
    match key {
        Some(key) if !(1..=64).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(Problem::new(Code::BadRequest).with("what", path::IDEMPOTENCY_KEY))
        }
        key => Ok(key),
    }
}

/// A JSON body of at most `MAX` bytes as they are read, compressed or not, and never more than the hub's limit for submissions.
pub struct Json<T, const MAX: u64 = { u64::MAX }>(pub T);

impl<T: DeserializeOwned, const MAX: u64> FromRequest<Arc<App>> for Json<T, MAX> {
    type Rejection = Refusal;

    async fn from_request(mut request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let media_type = text(request.headers(), header::CONTENT_TYPE.as_str())?.unwrap_or_default();
        if media_type.split(';').next().is_none_or(|essence| !essence.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Code::MediaType.into());
        }
        let compressed = match text(request.headers(), header::CONTENT_ENCODING.as_str())? {
            None => false,
            Some(encoding) if encoding.eq_ignore_ascii_case(limits::ZSTD) => true,
            Some(_) => return Err(Code::MediaType.into()),
        };
        let limit = MAX.min(app.limits.max_submission_bytes);
        DefaultBodyLimit::max(usize::try_from(limit).unwrap_or(usize::MAX)).apply(&mut request);
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::from(Problem::new(Code::TooLarge).with("limit", limit)),
            _ => Refusal::from(Code::Timeout),
        })?;
        let bytes = if compressed { expanded(&bytes, limit)? } else { bytes };
        let read = serde_json::from_slice(&bytes).map(Self);
        read.map_err(|error| Problem::new(Code::BadBody).with("at", error.to_string()).into())
    }
}

/// What was compressed, never more than `limit` bytes of it: a few bytes may claim to be a thousand million.
fn expanded(bytes: &[u8], limit: u64) -> Result<Bytes, Problem> {
    let unreadable = |_| Problem::new(Code::BadBody).with("at", limits::ZSTD);
    let mut whole = Vec::new();
    let mut decoder = zstd::Decoder::with_buffer(bytes).map_err(unreadable)?;
    // What the decoder itself may need is bounded, too: 8 MiB of window are what RFC 8878 asks everybody to take.
    decoder.window_log_max(23).map_err(unreadable)?;
    decoder.take(limit.saturating_add(1)).read_to_end(&mut whole).map_err(unreadable)?;
    if whole.len() as u64 > limit {
        return Err(Problem::new(Code::TooLarge).with("limit", limit));
    }
    Ok(whole.into())
}

/// A parameter of the path; what cannot be one names nothing that exists.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        Ok(Self(Path::from_request_parts(parts, state).await.map_err(|_| Code::NotFound)?.0))
    }
}

/// The query.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::from_request_parts(parts, state).await;
        Ok(Self(query.map_err(|_| Problem::new(Code::BadRequest).with("what", "query"))?.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_is_read_and_never_beyond_the_limit() {
        let whole = vec![b'1'; 100_000];
        let small = zstd::encode_all(&whole[..], 3).unwrap();
        assert!(small.len() < 100);
        assert_eq!(expanded(&small, 100_000).unwrap(), whole);
        assert_eq!(expanded(&small, 99_999).unwrap_err().code, Code::TooLarge);
        for cut in 0..small.len() {
            let _ = expanded(&small[..cut], 100_000).map(|read| assert!(read.len() < whole.len()));
        }
        assert_eq!(expanded(b"{}", 100).unwrap_err().code, Code::BadBody);
    }
}
