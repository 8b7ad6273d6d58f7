//! Signing in on the network, and the audit log.

use axum::{extract::State, http::StatusCode};
use dossier::{Right, Scope};
use serde::Deserialize;
use utoipa::IntoParams;
use wire::{
    Code, Problem,
    audit::AuditAnswer,
    auth::{Me, NoticeRead, PasswordRequest, RefreshRequest, SignInRequest, SignOutRequest, TokenAnswer},
};

use super::{
    AppState,
    reply::{Asked, Caller, Json, Refusal},
};
use crate::ledger::audit::{Act, Wanted, What};

type Answer<T> = Result<axum::Json<T>, Refusal>;

/// The largest body here, in bytes.
const MAX: u64 = 4096;
/// The most entries of one answer, and how many when nothing is asked for.
const MAX_ENTRIES: u32 = 1000;
const ENTRIES: u32 = 200;

/// Signs a person in at the calling device.
#[utoipa::path(post, path = "/v1/auth/token", tag = "people", security(("device" = [])), request_body = SignInRequest, responses(
    (status = 200, body = TokenAnswer),
    (status = 403, body = Problem, description = "wrong_sign_in, other_agency", content_type = "application/problem+json"),
    (status = 429, body = Problem, description = "sign_in_waits", content_type = "application/problem+json"),
))]
pub async fn sign_in(
    State(app): AppState,
    Caller(who): Caller,
    Json(request): Json<SignInRequest, MAX>,
) -> Answer<TokenAnswer> {
    Ok(axum::Json(app.sign_in.sign_in(&who, request).await?))
}

/// A new access token. The same exchange again is answered again; a token that was used up ends the session.
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "people", security(("device" = [])), request_body = RefreshRequest, responses(
    (status = 200, body = TokenAnswer),
    (status = 401, body = Problem, description = "session_over", content_type = "application/problem+json"),
))]
pub async fn refresh(
    State(app): AppState,
    Caller(who): Caller,
    Json(request): Json<RefreshRequest, MAX>,
) -> Answer<TokenAnswer> {
    Ok(axum::Json(app.sign_in.renew(&who, &request).await?))
}

/// Signs out. Of a session that is over already, nothing.
#[utoipa::path(post, path = "/v1/auth/revoke", tag = "people", security(("device" = [])), request_body = SignOutRequest, responses(
    (status = 204, description = "the session is over"),
    (status = "default", body = Problem, content_type = "application/problem+json"),
))]
pub async fn sign_out(
    State(app): AppState,
    Caller(who): Caller,
    Json(request): Json<SignOutRequest, MAX>,
) -> Result<StatusCode, Refusal> {
    app.sign_in.sign_out(&who, &request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the own password; the person's other sessions end.
#[utoipa::path(post, path = "/v1/auth/password", tag = "people", security(("device" = [], "person" = [])),
    request_body = PasswordRequest,
    responses(
        (status = 200, body = TokenAnswer),
        (status = 403, body = Problem, description = "wrong_sign_in", content_type = "application/problem+json"),
        (status = 422, body = Problem, description = "password_weak", content_type = "application/problem+json"),
    ))]
pub async fn password(
    State(app): AppState,
    Caller(who): Caller,
    Json(request): Json<PasswordRequest, MAX>,
) -> Answer<TokenAnswer> {
    Ok(axum::Json(app.sign_in.change_password(&who, request).await?))
}

/// Who is signed in, and what of theirs runs out.
#[utoipa::path(get, path = "/v1/me", tag = "people", security(("device" = [], "person" = [])), responses(
    (status = 200, body = Me),
    (status = 401, body = Problem, description = "session_over", content_type = "application/problem+json"),
))]
pub async fn me(State(app): AppState, Caller(who): Caller) -> Answer<Me> {
    Ok(axum::Json(app.sign_in.me(&who).await?))
}

/// The person has read a notice: it does not come again until the next of its days.
#[utoipa::path(post, path = "/v1/me/notices", tag = "people", security(("device" = [], "person" = [])),
    request_body = NoticeRead,
    responses(
        (status = 204, description = "noted"),
        (status = 404, body = Problem, description = "no such notice is due", content_type = "application/problem+json"),
    ))]
pub async fn read_notice(
    State(app): AppState,
    Caller(who): Caller,
    Json(notice): Json<NoticeRead, MAX>,
) -> Result<StatusCode, Refusal> {
    app.sign_in.read_notice(&who, &notice).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
pub struct AuditQuery {
    /// The `next` of the answer before.
    #[serde(default)]
    after: u64,
    /// At most 1000.
    limit: Option<u32>,
    /// An official code: what was done about this dossier.
    dossier: Option<String>,
    /// A sign-in name: what they did, and what was done about them.
    person: Option<String>,
}

/// The audit log of the own agency; of the whole hub for who keeps or inspects the hub.
#[utoipa::path(get, path = "/v1/audit", tag = "people", security(("device" = [], "person" = [])), params(AuditQuery), responses(
    (status = 200, body = AuditAnswer),
    (status = 403, body = Problem, description = "not_allowed", content_type = "application/problem+json"),
))]
pub async fn audit(State(app): AppState, Caller(who): Caller, Asked(query): Asked<AuditQuery>) -> Answer<AuditAnswer> {
    // Without a person nobody reads it, also where nobody need be signed in for anything else.
    let person = who.person.as_ref().ok_or(Code::SignInRequired)?;
    let wanted = Wanted {
        agency: (person.scope == Scope::Agency).then(|| person.agency.clone()),
        about: query.dossier.map(|code| format!("dossier {code}")),
        person: query.person,
    };
    app.ledger.note(Act::new(&(&who).into(), What::AuditRead, (app.clock)())).await?;
    app.ledger.seal().await?;
    let limit = query.limit.unwrap_or(ENTRIES).clamp(1, MAX_ENTRIES);
    let entries = app.ledger.audit(&wanted, query.after, limit).await?;
    let full = u32::try_from(entries.len()).is_ok_and(|count| count == limit);
    let next = entries.last().filter(|_| full).map(|last| last.seq);
    Ok(axum::Json(AuditAnswer { entries, next }))
}

/// What a route asks of who calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Anybody.
    Nobody,
    /// A registered device, whoever sits at it.
    Device,
    /// A person, whatever their roles, and also one whose password must be changed.
    Person,
    /// A person where the agency wants one signed in, whatever their roles.
    SomebodyIfRequired,
    /// A person whose roles give the right, where somebody is signed in or must be.
    Right(Right),
}

/// The one place where rights are asked for: every route with what it needs. A route that is not here is nobody's.
pub fn need(method: &str, route: &str) -> Option<Need> {
    // axum answers HEAD wherever it answers GET.
    if method == "HEAD" && !matches!(route, "/v1/uploads/{id}" | "/v1/files/{sha256}") {
        return need("GET", route);
    }
    Some(match (method, route) {
        (_, "/healthz" | "/readyz" | "/openapi.json" | "/v1/ping" | "/v1/limits" | "/v1/enrolments") => Need::Nobody,
        ("OPTIONS", "/v1/files" | "/v1/uploads/{id}") => Need::Nobody,
        ("POST", "/v1/files") | ("HEAD" | "PATCH" | "DELETE", "/v1/uploads/{id}") => Need::Device,
        // Whose dossiers a parcel brings is said inside it; who brings it may be any device.
        ("POST", "/v1/parcels") => Need::Device,
        ("POST", "/v1/auth/token" | "/v1/auth/refresh" | "/v1/auth/revoke") => Need::Device,
        ("POST", "/v1/auth/password" | "/v1/me/notices") | ("GET", "/v1/me") => Need::Person,
        ("GET", "/v1/catalogue" | "/v1/catalogue/{sha256}") => Need::SomebodyIfRequired,
        ("GET", "/v1/no-paper-lists" | "/v1/no-paper-lists/{sha256}" | "/v1/no-paper-applied")
        | ("POST", "/v1/no-paper-lists/{sha256}/applied") => Need::SomebodyIfRequired,
        ("POST", "/v1/no-paper-lists") => Need::Right(Right::Approve),
        // Who sends asks whether a file is here already, and need not see it.
        ("HEAD", "/v1/files/{sha256}") => Need::Right(Right::Prepare),
        ("POST", "/v1/dossiers/{id}/submissions") => Need::Right(Right::Prepare),
        ("GET", "/v1/dossiers" | "/v1/dossiers/{id}" | "/v1/events" | "/v1/files/{sha256}") => Need::Right(Right::Read),
        ("GET", "/v1/audit") => Need::Right(Right::Inspect),
        _ => return None,
    })
}

/// Whether the device, with or without a person at it, may use a route of this need.
pub fn allow(need: Need, who: &crate::ledger::Device) -> Result<(), Problem> {
    let person = match (need, &who.person) {
        (Need::Nobody | Need::Device, _) => return Ok(()),
        (Need::SomebodyIfRequired | Need::Right(_), None) if !who.sign_in_required => return Ok(()),
        (_, None) => return Err(Code::SignInRequired.into()),
        (Need::Person, Some(_)) => return Ok(()),
        (_, Some(person)) => person,
    };
    match need {
        _ if person.must_change => Err(Code::PasswordMustChange.into()),
        Need::Right(right) if !person.may(right) => Err(Problem::new(Code::NotAllowed).with("right", right.name())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_says_what_it_needs() {
        let document = serde_json::to_value(super::super::description()).unwrap();
        for (route, item) in document["paths"].as_object().unwrap() {
            for (method, described) in item.as_object().unwrap() {
                let needed = need(&method.to_uppercase(), route);
                assert!(needed.is_some(), "{method} {route}: say in `need` who may call it");
                let secured = described.get("security").is_some();
                assert_eq!(secured, needed != Some(Need::Nobody), "{method} {route}: its description says otherwise");
            }
        }
        assert_eq!(need("GET", "/v1/other"), None);
    }
}
