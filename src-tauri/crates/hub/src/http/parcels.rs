//! Parcels that another desktop carried here.

use axum::extract::State;
use tokio_util::io::{StreamReader, SyncIoBridge};
use wire::{
    Problem,
    parcel::{Brought, Reply},
};

use super::{
    AppState,
    reply::{Caller, Json, Refusal},
};
use crate::parcels::{Input, Parcels};

/// The largest body of a request, in bytes.
const MAX_BROUGHT: u64 = 4096;

/// Takes in a parcel that the caller has uploaded (`filetype` [`wire::parcel::MEDIA_TYPE`]), whoever made it. The upload stays until the
/// caller gives it up or its time is over, so that a reply that was lost can be asked for again; the same parcel gives the same receipts.
#[utoipa::path(post, path = "/v1/parcels", tag = "parcels", security(("device" = [])), request_body = Brought, responses(
    (status = 200, body = Reply),
    (status = 400, body = Problem, description = "bad_request: not a whole parcel's upload", content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, description = "parcel_invalid, sender_unknown", content_type = "application/problem+json"),
))]
pub async fn take(
    State(app): AppState,
    Caller(who): Caller,
    Json(brought): Json<Brought, MAX_BROUGHT>,
) -> Result<axum::Json<Reply>, Refusal> {
    let bytes = app.uploads.parcel(&who, brought.upload).await?;
    let open = || Ok(Box::new(SyncIoBridge::new(StreamReader::new(bytes()))) as Input);
    Ok(axum::Json(Parcels { submissions: &app.submissions, objects: &app.objects }.take(&open).await?))
}
