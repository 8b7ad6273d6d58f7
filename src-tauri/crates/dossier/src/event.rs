//! What happened to a dossier.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    code::OfficialCode,
    date::Date,
    deadline::LocalMoment,
    digest::Digest,
    id::{DeviceId, DossierId, EventId},
    key::ComponentCode,
    state::State,
    timestamp::Timestamp,
};

/// Something that happened to a dossier. Events are only ever added; `seq` orders those of one dossier without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Event {
    pub id: EventId,
    pub dossier: DossierId,
    /// From 1, per dossier.
    #[ts(type = "number")]
    pub seq: u64,
    /// When it happened in the world.
    pub happened_at: Timestamp,
    /// When it was entered; later than `happened_at` for papers taken in while the system was down.
    pub entered_at: Timestamp,
    /// Who did it, as the agency knows them.
    pub by: String,
    pub device: Option<DeviceId>,
    /// Done by the system by itself, not by a person.
    pub automatic: bool,
    /// Words for the applicant or a colleague; NFC, may be empty.
    pub note: String,
    pub what: EventKind,
}

/// The kinds of events, with what each carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// The hub stored a submission and signed a transmission receipt.
    Received {
        code: OfficialCode,
        manifest: Digest,
    },
    /// An officer found it complete (form 01); from here a due time runs.
    Accepted {
        due: Option<LocalMoment>,
    },
    /// An officer refused to take it (form 03).
    Rejected,
    /// Form 02: everything that is missing, once.
    SupplementRequested {
        components: Vec<ComponentCode>,
        answer_until: Option<Date>,
    },
    SupplementReceived {
        manifest: Digest,
    },
    PaymentRequested {
        #[ts(type = "number")]
        amount: i64,
    },
    PaymentReceived {
        #[ts(type = "number")]
        amount: i64,
    },
    /// Handed on inside the agency, or to another one.
    InProgress {
        to: String,
    },
    /// Content verified on site, or opinions asked (Decree 61/2018, article 19).
    Consulted {
        whom: String,
    },
    /// The clock stopped, and went on.
    Suspended,
    Resumed,
    /// Form 04: the apology with the new time.
    ApologyIssued {
        new_due: LocalMoment,
    },
    /// Form 05.
    Stopped,
    Withdrawn,
    Signed,
    /// Handled; the result exists.
    Done {
        result: Option<Digest>,
    },
    /// The applicant has the result.
    Delivered,
    /// A due time already printed was computed again under a changed calendar, by somebody's decision.
    DueChanged {
        from: LocalMoment,
        to: LocalMoment,
    },
    NoteAdded,
    /// A person saw at the province's portal, where it was filed by hand, how it stands there.
    SeenAtPortal {
        state: State,
        due: Option<LocalMoment>,
    },
}

impl EventKind {
    /// What it says of the moment the dossier is due: nothing, or that there is such a moment, or none.
    pub fn due(&self) -> Option<Option<LocalMoment>> {
        match self {
            Self::Accepted { due } => Some(*due),
            Self::DueChanged { from: _, to } => Some(Some(*to)),
            Self::ApologyIssued { new_due } => Some(Some(*new_due)),
            Self::SeenAtPortal { state: _, due } => due.map(Some),
            _ => None,
        }
    }
}

impl Event {
    /// Entered on a later day than it happened: the late-entry flag of figures and lists. `offset_minutes` is the
    /// agency's zone (420 in Viet Nam).
    pub fn is_late_entry(&self, offset_minutes: i16) -> bool {
        let day = |at: Timestamp| (at.unix_ms() + i64::from(offset_minutes) * 60_000).div_euclid(86_400_000);
        day(self.entered_at) > day(self.happened_at)
    }
}

impl EventKind {
    /// The state change this event stands for, where it is one; guards get what the event itself can tell.
    pub fn transition(&self, earlier_supplements: u32, justified: bool) -> Option<crate::state::Transition> {
        use crate::state::Transition as T;
        Some(match self {
            Self::Received { manifest, .. } => T::Receipt { ours: *manifest, receipted: *manifest },
            Self::Accepted { .. } => T::Accept,
            Self::Rejected => T::Reject,
            Self::SupplementRequested { .. } => T::RequestSupplement { earlier: earlier_supplements, justified },
            Self::SupplementReceived { .. } => T::ReceiveSupplement,
            Self::PaymentRequested { .. } => T::RequestPayment,
            Self::PaymentReceived { .. } => T::ReceivePayment,
            Self::InProgress { .. } => T::StartProcessing,
            Self::Stopped => T::Stop,
            Self::Withdrawn => T::Withdraw,
            Self::Done { .. } => T::Finish,
            Self::Delivered => T::ReturnResult,
            Self::Consulted { .. }
            | Self::Suspended
            | Self::Resumed
            | Self::ApologyIssued { .. }
            | Self::Signed
            | Self::DueChanged { .. }
            | Self::NoteAdded
            | Self::SeenAtPortal { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::State;

    #[test]
    fn an_event_entered_on_another_local_day_is_late() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let event = |happened, entered| Event {
            id: EventId(uuid::Uuid::from_u128(1)),
            dossier: DossierId(uuid::Uuid::from_u128(2)),
            seq: 1,
            happened_at: at(happened),
            entered_at: at(entered),
            by: "Trần Văn Ất".into(),
            device: None,
            automatic: false,
            note: String::new(),
            what: EventKind::NoteAdded,
        };
        // 23:30 and 00:30 in Viet Nam are the same day in UTC.
        assert!(event("2026-11-20T16:30:00Z", "2026-11-20T17:30:00Z").is_late_entry(420));
        assert!(!event("2026-11-20T16:30:00Z", "2026-11-20T16:59:00Z").is_late_entry(420));
        assert!(!event("2026-11-20T17:30:00Z", "2026-11-21T16:30:00Z").is_late_entry(420));
    }

    #[test]
    fn events_carry_a_dossier_from_receipt_to_delivery() {
        let events = [
            EventKind::Received { code: "H06.16-20261121-0001".parse().unwrap(), manifest: Digest([1; 32]) },
            EventKind::Accepted { due: None },
            EventKind::Signed,
            EventKind::InProgress { to: "Phòng Quản lý công sản".into() },
            EventKind::Done { result: None },
            EventKind::Delivered,
        ];
        let mut moves = events.iter().filter_map(|event| event.transition(0, false));
        let end = moves.try_fold(State::Sending, |state, transition| state.apply(&transition));
        assert_eq!(end, Ok(State::Returned));
        let json = serde_json::to_value(&events[0]).unwrap();
        assert_eq!(json["kind"], "received");
        assert_eq!(serde_json::from_value::<EventKind>(json).unwrap(), events[0]);
    }
}
