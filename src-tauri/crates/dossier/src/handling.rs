//! The handling of a dossier after it arrived: what its events say of it, and what may be done next.
//!
//! [`Handling::of`] folds the stored events; nothing else is remembered, so folding them again gives the same. [`Handling::judge`] says
//! whether an [`Act`] may be, and which events it becomes; the state table of [`State::apply`] stays the only one.

mod act;
mod apology;
mod clock;
mod fold;
mod judge;
mod lag;
mod process;
mod record;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    answers::Answers,
    calendar::Calendar,
    deadline::{self, LocalMoment, ReceptionHours, TimeLimit, TimeOfDay, TimeUnit},
    event::{Event, EventKind},
    id::{AccountId, DossierId},
    key::ComponentCode,
    procedure::Procedure,
    profile::LegalProfile,
    role::Role,
    state::{Forbidden, State},
    timestamp::Timestamp,
};

pub use act::{Act, ActKind};
pub use apology::{Apology, ApologyCall, ApologyDays, ApologyStage, Violation};
pub(crate) use clock::Urgency;
pub use clock::{Clock, Pause, PauseCause, Promise, Remaining, Standing};
pub use judge::Deed;
pub use lag::{Expected, Forecast, Lag, Pace, ToClose, forecast, pace, to_close};
pub use process::{Closing, Ending, PlannedStep, Process, Reassigned, Run};
pub use record::{Elsewhere, Given, Originals, Outcome, Payment, Remark, Supplement};
pub use refusal::{Refusal, Wanted};

/// What the law and the agency say of one dossier.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// The revision it is pinned to.
    pub procedure: &'r Procedure,
    /// None where the law fixes no limit.
    pub limit: Option<&'r TimeLimit>,
    /// Of the day of reception.
    pub profile: &'r LegalProfile,
    pub calendar: &'r Calendar,
    pub hours: &'r ReceptionHours,
    /// The agency's zone (420 in Viet Nam).
    pub offset_minutes: i16,
    /// The agency's own cut-off for handing on; else the profile's.
    pub forward_cutoff: Option<TimeOfDay>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    Person {
        name: String,
        account: Option<AccountId>,
        roles: BTreeSet<Role>,
    },
    /// Whose dossier it is, or who prepared it.
    Applicant,
    /// The hub by itself: a supplement that arrived, a payment that was confirmed.
    System,
}

/// Who has to do a step: a person, or a unit of which anybody with the role may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Holder {
    pub name: String,
    pub account: Option<AccountId>,
}

/// Everything that is known of the handling of one dossier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Handling {
    pub dossier: DossierId,
    pub state: State,
    /// The number of the last event: what an act must have seen.
    #[ts(type = "number")]
    pub seq: u64,
    /// When it first arrived.
    pub received: LocalMoment,
    pub clock: Clock,
    pub supplements: Vec<Supplement>,
    pub payments: Vec<Payment>,
    pub process: Process,
    /// Opinions asked of other agencies.
    pub consultations: Vec<Elsewhere>,
    /// Parts of a joint procedure at other agencies.
    pub legs: Vec<Elsewhere>,
    pub originals: BTreeMap<ComponentCode, Originals>,
    pub apologies: Vec<Apology>,
    /// The result was signed: the work is done, whatever the steps say.
    pub signed: Option<LocalMoment>,
    /// When it was first refused, withdrawn, stopped or done.
    pub ended: Option<LocalMoment>,
    pub result: Option<Outcome>,
    pub given: Option<Given>,
    pub findings: Vec<Remark>,
    pub reminders: Vec<Remark>,
    /// All of them, in order.
    pub events: Vec<Event>,
}

/// Why events cannot be the history of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfoldable {
    #[error("the first event is not its reception")]
    NotReceived,
    #[error("event {found} follows where {expected} should")]
    Gap { expected: u64, found: u64 },
    #[error("event {seq} belongs to another dossier")]
    OtherDossier { seq: u64 },
    #[error("event {seq} happened outside every calendar")]
    OutOfTime { seq: u64 },
    #[error("event {seq}: {why}")]
    Forbidden { seq: u64, why: Forbidden },
}

impl<'r> Rules<'r> {
    /// With the limit that `answers` choose, and the profile's own cut-off.
    pub fn new(
        procedure: &'r Procedure,
        answers: &Answers,
        profile: &'r LegalProfile,
        calendar: &'r Calendar,
        hours: &'r ReceptionHours,
        offset_minutes: i16,
    ) -> Self {
        let limit = procedure.time_limit.resolve(answers);
        Self { procedure, limit, profile, calendar, hours, offset_minutes, forward_cutoff: None }
    }

    /// The agency's clock at an instant; none outside the calendar.
    pub fn moment(&self, at: Timestamp) -> Option<LocalMoment> {
        LocalMoment::at(at, self.offset_minutes)
    }

    fn cutoff(&self) -> TimeOfDay {
        self.forward_cutoff.unwrap_or(self.profile.follow().forward_cutoff)
    }

    /// The limit ends at an hour, not with a day.
    fn by_hour(&self) -> bool {
        self.limit.and_then(|limit| limit.0.last()).is_some_and(|leg| leg.unit == TimeUnit::Hour)
    }

    /// From when something that came at `at` counts. Where no day is worked at all, from then.
    fn counts_from(&self, at: LocalMoment, cutoff: Option<TimeOfDay>) -> LocalMoment {
        deadline::counts_from(at, cutoff, self.calendar, self.hours).unwrap_or(at)
    }

    /// From when the limit counts: some have a cut-off of their own.
    fn limit_counts_from(&self, start: LocalMoment) -> LocalMoment {
        self.counts_from(start, self.limit.and_then(|limit| limit.0.first()).and_then(|leg| leg.cutoff))
    }

    fn working_days(&self, from: LocalMoment, to: LocalMoment) -> i32 {
        self.calendar.working_days_between(from.date, to.date)
    }
}

impl Handling {
    /// What the events of a dossier, in order and all of them, say of it.
    ///
    /// # Errors
    /// They are not in order and gap-free, or the state table forbids one of them.
    pub fn of(events: &[Event], rules: &Rules<'_>) -> Result<Self, Unfoldable> {
        let (first, rest) = events.split_first().ok_or(Unfoldable::NotReceived)?;
        let mut handling = Self::begin(first, rules)?;
        for event in rest {
            handling.follow(event, rules)?;
        }
        Ok(handling)
    }

    fn begin(first: &Event, rules: &Rules<'_>) -> Result<Self, Unfoldable> {
        if !matches!(first.what, EventKind::Received { .. }) {
            return Err(Unfoldable::NotReceived);
        }
        let seq = first.seq;
        let received = rules.moment(first.happened_at).ok_or(Unfoldable::OutOfTime { seq })?;
        let mut handling = Self {
            dossier: first.dossier,
            // The state in which a receipt is waited for.
            state: State::Sending,
            seq: 0,
            received,
            clock: Clock::begin(received, rules),
            supplements: vec![],
            payments: vec![],
            process: Process::plan(rules.procedure),
            consultations: vec![],
            legs: vec![],
            originals: BTreeMap::new(),
            apologies: vec![],
            signed: None,
            ended: None,
            result: None,
            given: None,
            findings: vec![],
            reminders: vec![],
            events: vec![],
        };
        handling.follow(first, rules)?;
        Ok(handling)
    }

    /// Adds the next event.
    pub fn follow(&mut self, event: &Event, rules: &Rules<'_>) -> Result<(), Unfoldable> {
        let (seq, expected) = (event.seq, self.seq + 1);
        if seq != expected {
            return Err(Unfoldable::Gap { expected, found: seq });
        }
        if event.dossier != self.dossier {
            return Err(Unfoldable::OtherDossier { seq });
        }
        let at = rules.moment(event.happened_at).ok_or(Unfoldable::OutOfTime { seq })?;
        // Whether one more supplement was justified was judged when it was asked for.
        if let Some(transition) = event.what.transition(0, true) {
            self.state = self.state.apply(&transition).map_err(|why| Unfoldable::Forbidden { seq, why })?;
        }
        self.seq = seq;
        self.take(event, at, rules);
        self.events.push(event.clone());
        Ok(())
    }

    /// Originals that are still here.
    pub fn originals_held(&self) -> impl Iterator<Item = (&ComponentCode, u32)> {
        self.originals.iter().map(|(component, held)| (component, held.held())).filter(|(_, held)| *held > 0)
    }

    /// Opinions and parts that were due and did not come: to be told to the agency that was asked.
    pub fn silent(&self, now: LocalMoment) -> impl Iterator<Item = &Elsewhere> {
        self.consultations.iter().chain(&self.legs).filter(move |it| it.is_silent(now))
    }
}

#[cfg(test)]
mod tests;
