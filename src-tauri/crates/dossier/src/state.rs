//! The states of a dossier and the one table of what can happen in each.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::digest::Digest;

/// Where a dossier stands. The first six are ours, before it has reached a hub; the others are the national list
/// (*Trạng thái hồ sơ*), numbered by [`State::national_code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being filled in.
    Draft,
    /// Checked, nothing missing; not yet given to the outbox.
    Ready,
    /// Frozen and in the outbox.
    Queued,
    /// Bytes are on their way.
    Sending,
    /// The outbox cannot go on without a person.
    NeedsAttention,
    /// Frozen and written as a pack for a portal; nobody has said yet under which code the portal took it.
    Packed,
    /// 1, *Mới đăng ký*
    Registered,
    /// 2, *Được tiếp nhận*
    Accepted,
    /// 3, *Không được tiếp nhận*
    Rejected,
    /// 4, *Đang xử lý*
    Processing,
    /// 5, *Yêu cầu bổ sung giấy tờ*
    SupplementRequested,
    /// 6, *Yêu cầu thực hiện nghĩa vụ tài chính*
    PaymentRequested,
    /// 7, *Công dân yêu cầu rút hồ sơ*
    Withdrawn,
    /// 8, *Dừng xử lý*
    Stopped,
    /// 9, *Đã xử lý xong*
    Done,
    /// 10, *Đã trả kết quả*
    Returned,
}

/// Something that changes a state, with what its guard needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Transition {
    /// The check found `blocking` findings: none makes it ready, any makes it a draft again.
    Check {
        blocking: u32,
    },
    /// A person changes it again: also out of the outbox, as long as no byte is on its way.
    Edit,
    /// Freeze and queue; the check of the frozen content found `blocking` findings.
    Submit {
        blocking: u32,
    },
    StartSending,
    /// The connection broke, or the hub said "later".
    Interrupt,
    /// The hub refused what was sent, or a person has to decide.
    Quarantine,
    /// A person says: try again.
    Retry,
    /// A transmission receipt, its signature already verified. The dossier is sent only if both are the same manifest.
    Receipt {
        ours: Digest,
        receipted: Digest,
    },
    /// Freeze, and write a pack to be filed at a portal by hand; the check of the frozen content found `blocking` findings.
    /// `insisted`: a person said, with a reason, that it goes both ways although it went, or is on its way, by the hub.
    Pack {
        blocking: u32,
        insisted: bool,
    },
    /// A person says that the pack was not filed, and will not be.
    Unpack,
    /// The portal's code was brought back for what was packed.
    FileAtPortal,
    /// As [`Transition::Submit`], of a dossier that goes by a portal too: a person said so, with a reason.
    SubmitToo {
        blocking: u32,
    },
    Accept,
    Reject,
    StartProcessing,
    /// The law asks to tell everything at once: after an `earlier` request a new one needs to be `justified`.
    RequestSupplement {
        earlier: u32,
        justified: bool,
    },
    ReceiveSupplement,
    RequestPayment,
    ReceivePayment,
    Withdraw,
    Stop,
    Finish,
    ReturnResult,
}

/// A transition that cannot be, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Forbidden {
    #[error("{transition:?} cannot happen to a dossier that is {from:?}")]
    NotFrom { from: State, transition: Transition },
    #[error("{blocking} findings forbid it")]
    Findings { blocking: u32 },
    #[error("it goes another way already: it is {from:?}")]
    OtherWay { from: State },
    #[error("the receipt is for manifest {receipted}, ours is {ours}")]
    OtherManifest { ours: Digest, receipted: Digest },
    #[error("there were {earlier} supplement requests before: one more needs a reason")]
    SupplementAgain { earlier: u32 },
}

impl State {
    pub const ALL: [Self; 16] = [
        Self::Draft,
        Self::Ready,
        Self::Queued,
        Self::Sending,
        Self::NeedsAttention,
        Self::Packed,
        Self::Registered,
        Self::Accepted,
        Self::Rejected,
        Self::Processing,
        Self::SupplementRequested,
        Self::PaymentRequested,
        Self::Withdrawn,
        Self::Stopped,
        Self::Done,
        Self::Returned,
    ];

    /// The number in the national list; `None` before a hub has the dossier.
    pub fn national_code(self) -> Option<u8> {
        Some(match self {
            Self::Draft | Self::Ready | Self::Queued | Self::Sending | Self::NeedsAttention | Self::Packed => {
                return None;
            }
            Self::Registered => 1,
            Self::Accepted => 2,
            Self::Rejected => 3,
            Self::Processing => 4,
            Self::SupplementRequested => 5,
            Self::PaymentRequested => 6,
            Self::Withdrawn => 7,
            Self::Stopped => 8,
            Self::Done => 9,
            Self::Returned => 10,
        })
    }

    pub fn from_national_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.national_code() == Some(code))
    }

    /// Nothing more is owed to the applicant in figures (3, 7, 8, 9, 10 of the national list).
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn | Self::Stopped | Self::Done | Self::Returned)
    }

    /// The agency waits for the applicant: papers or money.
    pub fn is_paused(self) -> bool {
        matches!(self, Self::SupplementRequested | Self::PaymentRequested)
    }

    /// It went by one of the ways, or is on it, and is not ended.
    fn is_on_a_way(self) -> bool {
        matches!(self, Self::Queued | Self::Sending | Self::NeedsAttention | Self::Packed)
            || (self.national_code().is_some() && !self.is_finished())
    }

    /// The state after `transition`, or why it cannot be. This is the whole table.
    pub fn apply(&self, transition: &Transition) -> Result<State, Forbidden> {
        use State::*;
        use Transition as T;
        guard(transition)?;
        Ok(match (self, transition) {
            (Draft | Ready, T::Check { blocking: 0 }) => Ready,
            (Draft | Ready, T::Check { .. }) => Draft,
            (Draft | Ready | Queued | NeedsAttention, T::Edit) => Draft,
            (Ready, T::Submit { .. }) => Queued,
            (Queued, T::StartSending) => Sending,
            (Sending, T::Interrupt) => Queued,
            (Queued | Sending, T::Quarantine) => NeedsAttention,
            (NeedsAttention, T::Retry) => Queued,
            // A receipt may come late, for a send whose answer was lost; also for what was taken back while somebody carried it.
            (Queued | Sending | NeedsAttention | Draft | Ready | Packed, T::Receipt { .. }) => Registered,

            // One way, unless a person says both.
            (Ready, T::Pack { .. }) => Packed,
            (Packed, T::Unpack) => Draft,
            (Packed | Queued | Sending | NeedsAttention, T::FileAtPortal) => Registered,
            // However it ended at the hub, the portal has it.
            (state, T::FileAtPortal) if state.national_code().is_some() => *state,
            (state, T::Pack { insisted: true, .. }) if state.is_on_a_way() => *state,
            (state, T::Pack { .. }) if state.is_on_a_way() => return Err(Forbidden::OtherWay { from: *state }),
            (Packed, T::SubmitToo { .. }) => Queued,
            (state, T::SubmitToo { .. }) if state.national_code().is_some() && !state.is_finished() => *state,
            (Packed, T::Submit { .. }) => return Err(Forbidden::OtherWay { from: Packed }),

            (Registered, T::Accept) => Accepted,
            (Registered, T::Reject) => Rejected,
            // Handing it on is processing too.
            (Accepted | Processing, T::StartProcessing) => Processing,
            (Registered | Accepted | Processing, T::RequestSupplement { .. }) => SupplementRequested,
            (SupplementRequested, T::ReceiveSupplement) => Registered,
            (Accepted | Processing, T::RequestPayment) => PaymentRequested,
            (PaymentRequested, T::ReceivePayment) => Processing,
            (Registered | Accepted | Processing | SupplementRequested | PaymentRequested, T::Withdraw) => Withdrawn,
            (Accepted | Processing | SupplementRequested | PaymentRequested, T::Stop) => Stopped,
            (Accepted | Processing, T::Finish) => Done,
            (Done | Stopped, T::ReturnResult) => Returned,
            _ => return Err(Forbidden::NotFrom { from: *self, transition: *transition }),
        })
    }
}

fn guard(transition: &Transition) -> Result<(), Forbidden> {
    match *transition {
        Transition::Submit { blocking } | Transition::SubmitToo { blocking } | Transition::Pack { blocking, .. }
            if blocking > 0 =>
        {
            Err(Forbidden::Findings { blocking })
        }
        Transition::Receipt { ours, receipted } if ours != receipted => {
            Err(Forbidden::OtherManifest { ours, receipted })
        }
        Transition::RequestSupplement { earlier, justified: false } if earlier > 0 => {
            Err(Forbidden::SupplementAgain { earlier })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::{prelude::*, strategy::ValueTree};

    const MINE: Digest = Digest([1; 32]);
    const OTHER: Digest = Digest([2; 32]);

    fn transitions() -> impl Strategy<Value = Transition> {
        use Transition::*;
        prop_oneof![
            (0_u32..2).prop_map(|blocking| Check { blocking }),
            (0_u32..2).prop_map(|blocking| Submit { blocking }),
            prop::bool::ANY.prop_map(|same| Receipt { ours: MINE, receipted: if same { MINE } else { OTHER } }),
            (0_u32..2, prop::bool::ANY).prop_map(|(earlier, justified)| RequestSupplement { earlier, justified }),
            (0_u32..2, prop::bool::ANY).prop_map(|(blocking, insisted)| Pack { blocking, insisted }),
            (0_u32..2).prop_map(|blocking| SubmitToo { blocking }),
            prop::sample::select(vec![
                Edit,
                Unpack,
                FileAtPortal,
                StartSending,
                Interrupt,
                Quarantine,
                Retry,
                Accept,
                Reject,
                StartProcessing,
                ReceiveSupplement,
                RequestPayment,
                ReceivePayment,
                Withdraw,
                Stop,
                Finish,
                ReturnResult,
            ]),
        ]
    }

    #[test]
    fn the_way_of_an_ordinary_dossier() {
        use Transition::*;
        let way = [
            Check { blocking: 0 },
            Submit { blocking: 0 },
            StartSending,
            Interrupt,
            StartSending,
            Receipt { ours: MINE, receipted: MINE },
            Accept,
            StartProcessing,
            RequestSupplement { earlier: 0, justified: false },
            ReceiveSupplement,
            Accept,
            StartProcessing,
            Finish,
            ReturnResult,
        ];
        let end = way.iter().try_fold(State::Draft, |state, transition| state.apply(transition));
        assert_eq!(end, Ok(State::Returned));
    }

    #[test]
    fn guards_name_their_reason() {
        assert_eq!(State::Ready.apply(&Transition::Submit { blocking: 2 }), Err(Forbidden::Findings { blocking: 2 }));
        assert_eq!(State::Ready.apply(&Transition::Check { blocking: 2 }), Ok(State::Draft));
        let receipt = Transition::Receipt { ours: MINE, receipted: OTHER };
        let refused = Forbidden::OtherManifest { ours: MINE, receipted: OTHER };
        assert_eq!(State::Sending.apply(&receipt), Err(refused));
        let again = |justified| Transition::RequestSupplement { earlier: 1, justified };
        assert_eq!(State::Processing.apply(&again(false)), Err(Forbidden::SupplementAgain { earlier: 1 }));
        assert_eq!(State::Processing.apply(&again(true)), Ok(State::SupplementRequested));
    }

    #[test]
    fn a_dossier_goes_by_the_hub_or_by_a_pack_unless_a_person_insists() {
        use Transition::*;
        let pack = |insisted| Pack { blocking: 0, insisted };
        assert_eq!(State::Ready.apply(&pack(false)), Ok(State::Packed));
        assert_eq!(State::Ready.apply(&Pack { blocking: 1, insisted: true }), Err(Forbidden::Findings { blocking: 1 }));
        for from in [State::Queued, State::Sending, State::NeedsAttention, State::Packed, State::Registered] {
            assert_eq!(from.apply(&pack(false)), Err(Forbidden::OtherWay { from }));
            assert_eq!(from.apply(&pack(true)), Ok(from));
        }
        assert!(State::Draft.apply(&pack(true)).is_err() && State::Returned.apply(&pack(true)).is_err());
        assert_eq!(State::Packed.apply(&Submit { blocking: 0 }), Err(Forbidden::OtherWay { from: State::Packed }));
        assert_eq!(State::Packed.apply(&SubmitToo { blocking: 0 }), Ok(State::Queued));
        assert!(State::Packed.apply(&Edit).is_err(), "what was packed stays as it was packed");
        assert_eq!(State::Packed.apply(&Unpack), Ok(State::Draft));
        assert_eq!(State::Packed.apply(&FileAtPortal), Ok(State::Registered));
    }

    #[test]
    fn national_codes_are_one_to_ten() {
        let codes: Vec<u8> = State::ALL.iter().filter_map(|state| state.national_code()).collect();
        assert_eq!(codes, (1..=10).collect::<Vec<_>>());
        assert!(codes.iter().all(|code| State::from_national_code(*code).unwrap().national_code() == Some(*code)));
        assert_eq!((State::from_national_code(0), State::from_national_code(11)), (None, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn on_every_walk_a_dossier_is_sent_only_by_its_own_receipt_or_a_portals_code(walk in prop::collection::vec(transitions(), 1..60)) {
            let mut state = State::Draft;
            for transition in walk {
                let Ok(next) = state.apply(&transition) else { continue };
                let sent = |state: State| state.national_code().is_some();
                if !sent(state) && sent(next) {
                    let receipt = Transition::Receipt { ours: MINE, receipted: MINE };
                    prop_assert!(transition == receipt || transition == Transition::FileAtPortal);
                }
                prop_assert!(!sent(state) || sent(next), "{state:?} came back from {next:?}");
                if state.is_finished() {
                    prop_assert!(matches!(transition, Transition::ReturnResult | Transition::FileAtPortal));
                    prop_assert!(transition == Transition::ReturnResult || next == state);
                }
                state = next;
            }
        }
    }

    #[test]
    fn every_state_can_be_reached_and_only_ends_are_ends() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let all: Vec<Transition> = (0..2_000).map(|_| transitions().new_tree(&mut runner).unwrap().current()).collect();
        let mut reached = BTreeSet::from([State::Draft]);
        while let Some(new) = reached
            .iter()
            .flat_map(|state| all.iter().filter_map(|it| state.apply(it).ok()))
            .find(|it| !reached.contains(it))
        {
            reached.insert(new);
        }
        assert_eq!(reached, BTreeSet::from(State::ALL));
        let leads = |state: &State| all.iter().any(|it| state.apply(it).is_ok_and(|next| next != *state));
        let ends: Vec<State> = State::ALL.into_iter().filter(|state| !leads(state)).collect();
        assert_eq!(ends, [State::Rejected, State::Withdrawn, State::Returned]);
    }
}
