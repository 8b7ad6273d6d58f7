//! Why an act cannot be, with what is needed to do the right thing next. Words for the codes are made elsewhere.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ApologyStage, Holder};
use crate::{
    date::Date,
    deadline::{LocalMoment, Uncountable},
    event::Event,
    key::ComponentCode,
    role::Role,
    state::State,
};

/// An act that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// Others acted meanwhile: look at what they did, and ask again if it is still wanted.
    #[error("the dossier is at event {seq}")]
    Changed {
        #[ts(type = "number")]
        seq: u64,
        since: Vec<Event>,
    },
    /// A person with one of these roles may.
    #[error("needs one of the roles {needs:?}")]
    NotAllowed { needs: Vec<Role> },
    /// The step is another person's: they do it, or the leader assigns it anew.
    #[error("the step belongs to {}", holder.name)]
    NotYours { holder: Holder },
    #[error("it cannot be while the dossier is {state:?}")]
    NotInState { state: State },
    /// Nothing happens before the dossier arrived, and nothing is brought before it was asked for.
    #[error("before {since:?}")]
    TooEarly { since: LocalMoment },
    #[error("without {what:?}")]
    Missing { what: Wanted },
    /// The law asks to tell everything at once: one more request needs its reason.
    #[error("there were {earlier} supplement requests before")]
    SupplementAgain { earlier: u32 },
    #[error("the procedure has no component {component}")]
    NoSuchComponent { component: ComponentCode },
    /// It has to be later than this.
    #[error("not later than {than:?}")]
    NotLater { than: LocalMoment },
    #[error("{day} is not worked, {next:?} is")]
    NotAWorkingDay { day: Date, next: Option<Date> },
    /// The limit cannot be counted: procedure, calendar or hours are at fault.
    #[error("no due time: {why}")]
    Uncountable { why: Uncountable },
    /// The law fixes no limit, or none runs now.
    #[error("nothing is promised")]
    NoDue,
    /// The calendar says what was promised already.
    #[error("the due time stays {due:?}")]
    SameDue { due: LocalMoment },
    #[error("no step is open")]
    NoOpenStep,
    /// One of these may be chosen; where none is left, the dossier is to be finished.
    #[error("step {step:?} cannot follow: {may:?} can")]
    NotThatStep { step: Option<u32>, may: Vec<u32> },
    /// Each of these needs a reason to be passed over.
    #[error("steps {steps:?} are passed over without a reason")]
    StepsLeftOut { steps: Vec<u32> },
    /// The parts of these agencies are still awaited.
    #[error("{agencies:?} have not done their parts")]
    StillElsewhere { agencies: Vec<String> },
    /// Nothing that is waited for has this number.
    #[error("event {seq} waits for no answer")]
    NothingToAnswer {
        #[ts(type = "number")]
        seq: u64,
    },
    /// Fewer are held.
    #[error("{held} originals of {component} are held")]
    NotHeld { component: ComponentCode, held: u32 },
    /// They go back first.
    #[error("originals of {components:?} are still held")]
    OriginalsHeld { components: Vec<ComponentCode> },
    #[error("{asked} was asked for")]
    OtherAmount {
        #[ts(type = "number")]
        asked: i64,
    },
    /// The profile allows no more.
    #[error("{max} apologies went out already")]
    ApologiesUsed { max: u32 },
    /// The way of an apology is draft, approval, number, sending: this is how far it has come.
    #[error("the apology is {stage:?}")]
    ApologyNotReady { stage: ApologyStage },
}

/// What an act lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    Reason,
    Items,
    Amount,
    /// To whom.
    Holder,
    Agency,
    Content,
    /// How many originals.
    Count,
    /// Of the apology, the result or the parcel.
    Number,
    Summary,
    /// Who signed for the result.
    Receiver,
}
