//! News from the hub: what happened to the dossiers of an agency, in one gap-free order.

use dossier::{Event, OfficialCode, State};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// One thing that happened, as the feed tells it. Delivery is at least once: the client applies an event and stores the
/// cursor in one transaction, and skips cursors it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct FeedEvent {
    /// The place in the agency's feed: 1, 2, 3 … without a gap.
    #[ts(type = "number")]
    pub cursor: u64,
    #[schema(value_type = String)]
    pub code: OfficialCode,
    /// The dossier's state after the event.
    #[schema(value_type = String)]
    pub state: State,
    #[schema(value_type = Object)]
    pub event: Event,
}

/// `GET /v1/events?after=CURSOR&wait=SECONDS`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventsAnswer {
    pub events: Vec<FeedEvent>,
    /// What to ask with next: the cursor of the last event, or the one asked with when nothing happened.
    pub next: u64,
}
