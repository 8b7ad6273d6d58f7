//! Dossiers as the hub shows them to their own agency.

use dossier::{DossierId, OfficialCode, ProcedureCode, ProvisionalCode, State, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{Manifest, event::FeedEvent};

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct DossierSummary {
    #[schema(value_type = uuid::Uuid)]
    pub id: DossierId,
    #[schema(value_type = String)]
    pub code: OfficialCode,
    #[schema(value_type = String)]
    pub provisional_code: ProvisionalCode,
    #[schema(value_type = String)]
    pub procedure: ProcedureCode,
    pub applicant: String,
    #[schema(value_type = String)]
    pub state: State,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
}

/// `GET /v1/dossiers/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct DossierView {
    pub summary: DossierSummary,
    pub manifest: Manifest,
    /// All of them, oldest first.
    pub events: Vec<FeedEvent>,
}

/// `GET /v1/dossiers?after=&limit=`: in order of reception.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DossierList {
    pub dossiers: Vec<DossierSummary>,
    /// What to ask with next; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}
