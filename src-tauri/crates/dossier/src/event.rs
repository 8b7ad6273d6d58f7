//! What happened to a dossier.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    code::OfficialCode,
    date::Date,
    deadline::LocalMoment,
    digest::Digest,
    id::{AccountId, DeviceId, DossierId, EventId},
    key::ComponentCode,
    procedure::Channel,
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

/// The kinds of events, with what each carries. Reasons and contents for people stand in the event's note. What was added since the first
/// events were stored is optional: they still read.
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
        /// Why each is asked for.
        #[serde(default)]
        items: Vec<SupplementItem>,
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
        /// A person, or the unit that has to do the step.
        to: String,
        #[serde(default)]
        person: Option<AccountId>,
        /// The step of the procedure that begins, from 0.
        #[serde(default)]
        step: Option<u32>,
        #[serde(default)]
        skipped: Vec<Skipped>,
    },
    /// Given back to an earlier step.
    SentBack {
        step: u32,
        to: String,
        person: Option<AccountId>,
    },
    /// Another person does the open step.
    Assigned {
        to: String,
        person: Option<AccountId>,
        /// For the one who is away; else instead of them.
        absent: bool,
    },
    /// Content verified on site, or opinions asked (Decree 61/2018, article 19).
    Consulted {
        whom: String,
        /// Their own time limit ends.
        #[serde(default)]
        due: Option<LocalMoment>,
    },
    /// A part of a joint procedure (*liên thông*) went to the agency that does it.
    LegStarted {
        agency: String,
        due: LocalMoment,
    },
    /// Another agency answered, or did its part: of the event with the number `asked`.
    Answered {
        #[ts(type = "number")]
        asked: u64,
    },
    /// The clock stopped, and went on.
    Suspended,
    Resumed,
    /// Form 04, on its way: with the time it asks for.
    ApologyDrafted {
        new_due: LocalMoment,
    },
    ApologyApproved,
    ApologyNumbered {
        number: String,
    },
    /// Form 04: the apology with the new time went out.
    ApologyIssued {
        new_due: LocalMoment,
    },
    /// Originals were kept for comparison (Decree 61/2018, article 20.2), and given back.
    OriginalsHeld {
        component: ComponentCode,
        count: u32,
    },
    OriginalsReturned {
        component: ComponentCode,
        count: u32,
    },
    /// Form 05.
    Stopped,
    Withdrawn,
    Signed,
    /// Handled; the result exists.
    Done {
        result: Option<Digest>,
        #[serde(default)]
        number: Option<String>,
        /// *Trích yếu*.
        #[serde(default)]
        summary: Option<String>,
        /// How it is given to the applicant.
        #[serde(default)]
        channel: Option<Channel>,
        #[serde(default)]
        skipped: Vec<Skipped>,
    },
    /// The applicant has the result.
    Delivered {
        #[serde(default)]
        how: Option<HandOver>,
    },
    /// A due time already printed was computed again.
    DueChanged {
        from: LocalMoment,
        to: LocalMoment,
        #[serde(default)]
        why: DueCause,
    },
    NoteAdded,
    /// Supervision: somebody was told to hurry.
    Reminded,
    /// An inspector found something.
    FindingMade,
    /// What the agency says to the finding of the event with this number.
    FindingAnswered {
        #[ts(type = "number")]
        finding: u64,
    },
    /// A person saw at the province's portal, where it was filed by hand, how it stands there.
    SeenAtPortal {
        state: State,
        due: Option<LocalMoment>,
    },
}

/// One thing to add or put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupplementItem {
    /// None: the form itself.
    pub component: Option<ComponentCode>,
    pub reason: String,
}

/// A step that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Skipped {
    pub step: u32,
    pub reason: String,
}

/// How the result was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum HandOver {
    /// Against the signature of this person.
    Signature { name: String },
    /// By post, under this number.
    Post { number: String },
    /// By the network; nothing to sign.
    Network,
}

/// Why a dossier is due when it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DueCause {
    /// It was accepted.
    Reception,
    /// The applicant's time was taken out.
    Pause,
    Apology,
    /// The calendar changed, and somebody decided that it counts for this one.
    #[default]
    Decision,
}

impl EventKind {
    /// What it says of the moment the dossier is due: nothing, or that there is such a moment, or none.
    pub fn due(&self) -> Option<Option<LocalMoment>> {
        match self {
            Self::Accepted { due } => Some(*due),
            Self::DueChanged { to, .. } => Some(Some(*to)),
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
            Self::Delivered { .. } => T::ReturnResult,
            Self::Consulted { .. }
            | Self::LegStarted { .. }
            | Self::Answered { .. }
            | Self::SentBack { .. }
            | Self::Assigned { .. }
            | Self::Suspended
            | Self::Resumed
            | Self::ApologyDrafted { .. }
            | Self::ApologyApproved
            | Self::ApologyNumbered { .. }
            | Self::ApologyIssued { .. }
            | Self::OriginalsHeld { .. }
            | Self::OriginalsReturned { .. }
            | Self::Signed
            | Self::DueChanged { .. }
            | Self::NoteAdded
            | Self::Reminded
            | Self::FindingMade
            | Self::FindingAnswered { .. }
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

    fn stored(json: &str) -> EventKind {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_was_stored_before_kinds_carried_more_still_reads() {
        assert_eq!(stored(r#"{"kind": "delivered"}"#), EventKind::Delivered { how: None });
        let consulted = EventKind::Consulted { whom: "Sở Tài chính".into(), due: None };
        assert_eq!(stored(r#"{"kind": "consulted", "whom": "Sở Tài chính"}"#), consulted);
        let asked = r#"{"kind": "supplement_requested", "components": ["NB-03.01"], "answer_until": null}"#;
        let components = vec!["NB-03.01".into()];
        assert_eq!(stored(asked), EventKind::SupplementRequested { components, answer_until: None, items: vec![] });
        let moment = r#"{"date": "2026-11-25", "time": "17:00"}"#;
        let changed = stored(&format!(r#"{{"kind": "due_changed", "from": {moment}, "to": {moment}}}"#));
        assert!(matches!(changed, EventKind::DueChanged { why: DueCause::Decision, .. }));
    }

    #[test]
    fn events_carry_a_dossier_from_receipt_to_delivery() {
        let events = [
            EventKind::Received { code: "H06.16-20261121-0001".parse().unwrap(), manifest: Digest([1; 32]) },
            EventKind::Accepted { due: None },
            EventKind::Signed,
            stored(r#"{"kind": "in_progress", "to": "Phòng Quản lý công sản"}"#),
            stored(r#"{"kind": "done", "result": null}"#),
            stored(r#"{"kind": "delivered"}"#),
        ];
        let mut moves = events.iter().filter_map(|event| event.transition(0, false));
        let end = moves.try_fold(State::Sending, |state, transition| state.apply(&transition));
        assert_eq!(end, Ok(State::Returned));
        let json = serde_json::to_value(&events[0]).unwrap();
        assert_eq!(json["kind"], "received");
        assert_eq!(serde_json::from_value::<EventKind>(json).unwrap(), events[0]);
    }
}
