//! The states of a dossier and the one table of what can happen in each.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::digest::Digest;

/// Where a dossier stands. The first five are ours, before it has reached a hub; the others are the national list
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
    /// The check found `blocking` findings.
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
    #[error("the receipt is for manifest {receipted}, ours is {ours}")]
    OtherManifest { ours: Digest, receipted: Digest },
    #[error("there were {earlier} supplement requests before: one more needs a reason")]
    SupplementAgain { earlier: u32 },
}

impl State {
    pub const ALL: [Self; 15] = [
        Self::Draft,
        Self::Ready,
        Self::Queued,
        Self::Sending,
        Self::NeedsAttention,
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
            Self::Draft | Self::Ready | Self::Queued | Self::Sending | Self::NeedsAttention => return None,
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

    /// The state after `transition`, or why it cannot be. This is the whole table.
    pub fn apply(&self, transition: &Transition) -> Result<State, Forbidden> {
        use State::*;
        use Transition as T;
        guard(transition)?;
        Ok(match (self, transition) {
            (Draft | Ready, T::Check { .. }) => Ready,
            (Draft | Ready | Queued | NeedsAttention, T::Edit) => Draft,
            (Ready, T::Submit { .. }) => Queued,
            (Queued, T::StartSending) => Sending,
            (Sending, T::Interrupt) => Queued,
            (Queued | Sending, T::Quarantine) => NeedsAttention,
            (NeedsAttention, T::Retry) => Queued,
            // A receipt may come late, for a send whose answer was lost.
            (Queued | Sending | NeedsAttention, T::Receipt { .. }) => Registered,

            (Registered, T::Accept) => Accepted,
            (Registered, T::Reject) => Rejected,
            (Accepted, T::StartProcessing) => Processing,
            (Registered | Accepted | Processing, T::RequestSupplement { .. }) => SupplementRequested,
            (SupplementRequested, T::ReceiveSupplement) => Registered,
            (Registered | Accepted | Processing, T::RequestPayment) => PaymentRequested,
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
        Transition::Check { blocking } | Transition::Submit { blocking } if blocking > 0 => {
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
