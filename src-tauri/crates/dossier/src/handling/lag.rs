//! Looking over many dossiers: steps that should be closed, and what will be late at this pace.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Ending, Handling, Holder, PlannedStep, Run};
use crate::{
    calendar::Calendar,
    date::Date,
    deadline::{self, LocalMoment, ReceptionHours},
    event::EventKind,
    id::DossierId,
    words::Words,
};

/// Why an open step should have been closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Lag {
    /// The result was signed while the step was open: the work is done, only the record lags behind.
    WorkDone { signed: LocalMoment },
    /// The step's own time ran out.
    OutOfTime {
        until: LocalMoment,
        #[ts(type = "number")]
        working_minutes: i64,
    },
}

/// A line of the list to close before going home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ToClose {
    pub dossier: DossierId,
    pub step: u32,
    pub name: Words,
    /// None: anybody with the role.
    pub holder: Option<Holder>,
    pub until: Option<LocalMoment>,
    /// None: its time ends today.
    pub lag: Option<Lag>,
}

/// How long steps take beside what is planned for them, in working minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pace {
    #[ts(type = "number")]
    pub taken: i64,
    #[ts(type = "number")]
    pub planned: i64,
}

/// When a dossier will be done if its remaining steps take as long as steps took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Expected {
    pub dossier: DossierId,
    /// Working minutes of its steps that are left, as planned.
    #[ts(type = "number")]
    pub left: i64,
    /// None where that lies beyond every calendar.
    pub done: Option<LocalMoment>,
    pub due: LocalMoment,
}

/// Of the dossiers due on `day`, those that will be late at this pace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Forecast {
    pub day: Date,
    /// How many are due.
    pub due: usize,
    pub late: Vec<Expected>,
}

impl Handling {
    /// The open step, unless the dossier waits for the applicant.
    fn working_step(&self) -> Option<(&Run, &PlannedStep)> {
        let run = self.process.open().filter(|_| self.clock.open_pause().is_none())?;
        Some((run, self.process.planned(run.step)?))
    }

    /// Whether the open step should have been closed.
    pub fn lag(&self, now: LocalMoment, calendar: &Calendar, hours: &ReceptionHours) -> Option<Lag> {
        let (run, _) = self.working_step()?;
        let signed = |event: &crate::Event| event.seq > run.seq && event.what == EventKind::Signed;
        if let Some(signed) = self.signed.filter(|_| self.events.iter().any(signed)) {
            return Some(Lag::WorkDone { signed });
        }
        let until = run.until.filter(|until| *until < now)?;
        let working_minutes = deadline::working_minutes_between(until, now, calendar, hours);
        Some(Lag::OutOfTime { until, working_minutes })
    }

    /// Working minutes that the steps up to the result still have, as planned.
    fn left(&self, now: LocalMoment, calendar: &Calendar, hours: &ReceptionHours) -> Option<i64> {
        let (run, step) = self.working_step()?;
        let of = |step: &PlannedStep| i64::from(step.hours) * 60;
        let open = (of(step) - self.taken(run, now, calendar, hours)).max(0);
        let later = self.process.onward();
        let later = later.iter().filter(|step| !self.process.was_done(**step));
        Some(open + later.filter_map(|step| self.process.planned(*step)).map(of).sum::<i64>())
    }

    /// Working minutes that a step has taken up to `at`, without the applicant's.
    fn taken(&self, run: &Run, at: LocalMoment, calendar: &Calendar, hours: &ReceptionHours) -> i64 {
        let minutes = |from, to| deadline::working_minutes_between(from, to, calendar, hours).max(0);
        let waited = self.clock.spans().map(|span| minutes(span.from.max(run.counts_from), span.to.min(at)));
        (minutes(run.counts_from, at) - waited.sum::<i64>()).max(0)
    }
}

/// The steps to close at the day's end: the work is done, or their time ends today or earlier.
pub fn to_close<'h>(
    handlings: impl IntoIterator<Item = &'h Handling>,
    now: LocalMoment,
    calendar: &Calendar,
    hours: &ReceptionHours,
) -> Vec<ToClose> {
    let open = handlings.into_iter().filter_map(|handling| {
        let (run, step) = handling.working_step()?;
        let lag = handling.lag(now, calendar, hours);
        if lag.is_none() && run.until.is_none_or(|until| until.date > now.date) {
            return None;
        }
        let (dossier, name, holder) = (handling.dossier, step.name.clone(), run.holder.clone());
        Some(ToClose { dossier, step: run.step, name, holder, until: run.until, lag })
    });
    open.collect()
}

/// What the steps done so far took beside what was planned; the reception, which goes by another rule, is left out. As planned where
/// nothing was done yet.
pub fn pace<'h>(
    handlings: impl IntoIterator<Item = &'h Handling>,
    calendar: &Calendar,
    hours: &ReceptionHours,
) -> Pace {
    let mut pace = Pace { taken: 0, planned: 0 };
    for handling in handlings {
        for run in handling.process.runs.iter().filter(|run| run.step > 0 && run.until.is_some()) {
            let closed = run.closed.as_ref().filter(|closing| closing.how == Ending::Done);
            let (Some(closed), Some(step)) = (closed, handling.process.planned(run.step)) else { continue };
            pace.taken += handling.taken(run, closed.at, calendar, hours);
            pace.planned += i64::from(step.hours) * 60;
        }
    }
    if pace.planned == 0 { Pace { taken: 1, planned: 1 } } else { pace }
}

/// What will be late on which day, from `now` on. The model: each dossier is worked on without waiting for the others, the steps up to its result
/// take as planned times `pace`, and it is late when that ends after its due time. What waits for the applicant, has no steps or is overdue
/// already is left out.
pub fn forecast<'h>(
    handlings: impl IntoIterator<Item = &'h Handling>,
    pace: Pace,
    now: LocalMoment,
    calendar: &Calendar,
    hours: &ReceptionHours,
) -> Vec<Forecast> {
    let mut days: BTreeMap<Date, Forecast> = BTreeMap::new();
    for handling in handlings.into_iter().filter(|handling| handling.ended.is_none()) {
        let Some(due) = handling.clock.due.filter(|due| *due >= now) else { continue };
        let Some(left) = handling.left(now, calendar, hours) else { continue };
        let minutes = u32::try_from(left.saturating_mul(pace.taken) / pace.planned.max(1)).unwrap_or(u32::MAX);
        let day = days.entry(due.date).or_insert_with(|| Forecast { day: due.date, due: 0, late: vec![] });
        day.due += 1;
        let done = deadline::after_working_minutes(now, minutes, calendar, hours).ok();
        if done.is_none_or(|done| done > due) {
            day.late.push(Expected { dossier: handling.dossier, left, done, due });
        }
    }
    days.into_values().collect()
}
