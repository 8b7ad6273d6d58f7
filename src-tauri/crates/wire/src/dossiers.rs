//! Dossiers as the hub shows them to their own agency.

use dossier::{DossierId, Finding, OfficialCode, ProcedureCode, ProvisionalCode, State, Timestamp};
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
    /// What the check found when it came in; nothing of one that was not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub found: Option<Found>,
}

/// How much a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Found {
    /// What makes it incomplete.
    pub blocking: u32,
    /// What is worth a look.
    pub advice: u32,
}

/// What the hub found of a dossier when it took it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Review {
    /// False: its procedure or form is not published at this hub, and nothing was checked.
    pub checked: bool,
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Finding>,
}

impl Review {
    pub fn found(&self) -> Option<Found> {
        let count = |blocking| self.findings.iter().filter(|finding| finding.blocking == blocking).count();
        let count = |blocking| u32::try_from(count(blocking)).unwrap_or(u32::MAX);
        self.checked.then(|| Found { blocking: count(true), advice: count(false) })
    }
}

/// `GET /v1/dossiers/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct DossierView {
    pub summary: DossierSummary,
    pub manifest: Manifest,
    /// Nothing of one that came before there was a check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub review: Option<Review>,
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
