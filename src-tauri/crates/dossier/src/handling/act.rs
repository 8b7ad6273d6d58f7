//! What people ask to do with a dossier, and which roles may.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Actor, Handling, Holder};
use crate::{
    date::Date,
    deadline::{LocalMoment, TimeLimit},
    digest::Digest,
    event::{HandOver, Skipped, SupplementItem},
    key::ComponentCode,
    procedure::Channel,
    role::Role,
    state::{State, Transition},
};

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$of:meta])* $field:ident: $kind:ty),* $(,)? })?,)*) => {
        /// Something that a person or the hub asks to do, with what it needs.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(tag = "act", rename_all = "snake_case")]
        pub enum Act {
            $($(#[$doc])* $name $({ $($(#[$of])* $field: $kind),* })?,)*
        }

        /// An act without what it needs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum ActKind {
            $($name,)*
        }

        impl ActKind {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }

        impl Act {
            pub fn kind(&self) -> ActKind {
                match self {
                    $(Self::$name { .. } => ActKind::$name,)*
                }
            }
        }
    };
}

acts! {
    /// Form 01: it is complete, and due from now on.
    Accept,
    /// Form 02, once and in full. `why_again`: why there is one more than the profile lets pass.
    RequestSupplement { items: Vec<SupplementItem>, answer_until: Option<Date>, why_again: String },
    /// Form 03.
    Refuse { reason: String },
    TakeSupplement { manifest: Digest },
    RequestPayment {
        #[ts(type = "number")]
        amount: i64,
    },
    TakePayment {
        #[ts(type = "number")]
        amount: i64,
    },
    /// Hands the open step on: to the next one, or to `step`, with a reason for each step between.
    Forward { to: Holder, step: Option<u32>, skipping: Vec<Skipped> },
    SendBack { to: Holder, step: u32, reason: String },
    /// Gives the open step to another person; `absent`: for the time that the holder is away.
    Assign { to: Holder, absent: bool, reason: String },
    /// Asks another agency's opinion, within a limit of its own.
    Consult { agency: String, content: String, limit: TimeLimit },
    /// Gives a part of a joint procedure to the agency that does it.
    StartLeg { agency: String, content: String, limit: TimeLimit },
    /// What another agency answered to the event with the number `asked`.
    Answer {
        #[ts(type = "number")]
        asked: u64,
        content: String,
    },
    HoldOriginals { component: ComponentCode, count: u32 },
    ReturnOriginals { component: ComponentCode, count: u32 },
    /// Form 04; a draft that was not sent gives way.
    DraftApology { new_due: LocalMoment, reason: String },
    ApproveApology,
    NumberApology { number: String },
    SendApology,
    /// The calendar changed after the due time was printed: this one follows it.
    RecountDue { reason: String },
    /// The result is signed.
    Sign,
    Finish { number: String, summary: String, file: Option<Digest>, channel: Channel, skipping: Vec<Skipped> },
    HandOver { how: HandOver },
    /// At the applicant's wish; they need not say why.
    Withdraw { reason: String },
    /// Form 05.
    Stop { reason: String },
    Note { text: String },
    Remind { text: String },
    MakeFinding { text: String },
    AnswerFinding {
        #[ts(type = "number")]
        finding: u64,
        text: String,
    },
}

const OFFICERS: &[Role] = &[Role::DeskOfficer, Role::HandlingOfficer, Role::Leader];

impl ActKind {
    /// Which roles may, before the open step says which of them does it.
    pub fn roles(self) -> &'static [Role] {
        use ActKind::*;
        match self {
            Accept | Refuse | TakeSupplement | TakePayment | HoldOriginals | ReturnOriginals | HandOver | Withdraw => {
                &[Role::DeskOfficer]
            }
            RequestPayment | NumberApology | SendApology => &[Role::DeskOfficer, Role::HandlingOfficer],
            Consult | StartLeg | Answer | DraftApology | AnswerFinding => &[Role::HandlingOfficer, Role::Leader],
            RequestSupplement | Forward | SendBack | Finish | Note => OFFICERS,
            Assign | ApproveApology | RecountDue | Sign | Stop | Remind => &[Role::Leader],
            MakeFinding => &[Role::Inspector],
        }
    }

    /// What applicants may do themselves.
    fn is_for_applicants(self) -> bool {
        matches!(self, Self::TakeSupplement | Self::Withdraw)
    }

    /// What the hub does by itself.
    fn is_for_the_system(self) -> bool {
        matches!(self, Self::TakeSupplement | Self::TakePayment)
    }

    /// Only whoever has the open step may.
    pub(super) fn is_of_the_step(self) -> bool {
        matches!(self, Self::Forward | Self::SendBack | Self::Finish)
    }

    /// The row of the state table that has to allow it.
    pub(super) fn transition(self) -> Option<Transition> {
        use ActKind as A;
        Some(match self {
            A::Accept => Transition::Accept,
            A::Refuse => Transition::Reject,
            A::RequestSupplement => Transition::RequestSupplement { earlier: 0, justified: true },
            A::TakeSupplement => Transition::ReceiveSupplement,
            A::RequestPayment => Transition::RequestPayment,
            A::TakePayment => Transition::ReceivePayment,
            A::Forward => Transition::StartProcessing,
            A::Finish => Transition::Finish,
            A::HandOver => Transition::ReturnResult,
            A::Withdraw => Transition::Withdraw,
            A::Stop => Transition::Stop,
            _ => return None,
        })
    }

    /// The states of what changes none.
    pub(super) fn is_possible(self, state: State) -> bool {
        use ActKind as A;
        match self {
            A::SendBack => state == State::Processing,
            A::Assign
            | A::Consult
            | A::StartLeg
            | A::DraftApology
            | A::ApproveApology
            | A::NumberApology
            | A::SendApology
            | A::RecountDue
            | A::Sign => matches!(state, State::Accepted | State::Processing),
            A::HoldOriginals | A::Remind => !state.is_finished(),
            _ => true,
        }
    }
}

impl Actor {
    /// As events name them; the applicant and the hub are named by whoever writes the event.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Person { name, .. } => Some(name),
            Self::Applicant | Self::System => None,
        }
    }

    pub(super) fn may(&self, kind: ActKind) -> bool {
        match self {
            Self::Person { roles, .. } => kind.roles().iter().any(|role| roles.contains(role)),
            Self::Applicant => kind.is_for_applicants(),
            Self::System => kind.is_for_the_system(),
        }
    }

    pub(super) fn has(&self, role: Role) -> bool {
        matches!(self, Self::Person { roles, .. } if roles.contains(&role))
    }

    pub(super) fn is(&self, holder: &Holder) -> bool {
        match self {
            Self::Person { account, .. } => holder.account.is_none() || *account == holder.account,
            Self::Applicant | Self::System => false,
        }
    }
}

impl Handling {
    /// The acts that `who` may be offered now; what each needs is judged when it is asked for.
    pub fn next(&self, who: &Actor) -> Vec<ActKind> {
        ActKind::ALL.iter().copied().filter(|kind| self.may(*kind, who).is_ok()).collect()
    }
}
