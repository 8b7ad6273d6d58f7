//! Until when it must be done, why, and how it stands with that.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Handling, Rules};
use crate::{
    calendar::Calendar,
    deadline::{self, Due, LocalMoment, ReceptionHours, Span, Uncountable},
    event::{DueCause, Event},
    profile::FollowRule,
    state::State,
};

/// The time limit of a dossier. A due time once promised moves by an event only, never by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Clock {
    /// When the complete dossier arrived: the limit is counted from here.
    pub start: LocalMoment,
    /// The same moment within reception hours.
    pub counts_from: LocalMoment,
    /// What is promised now. None before the acceptance, where the law fixes no limit, and when the limit will start again from zero.
    pub due: Option<LocalMoment>,
    /// Every due time there was, in order.
    pub promises: Vec<Promise>,
    /// The applicant's time.
    pub pauses: Vec<Pause>,
}

/// A due time that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Promise {
    /// The number of the event that made it.
    #[ts(type = "number")]
    pub seq: u64,
    pub at: LocalMoment,
    pub due: Option<LocalMoment>,
    pub why: DueCause,
    /// Of an apology or a decision.
    pub reason: String,
    /// What the calendar counts now, with its trace; none for a time that an apology set.
    pub counted: Option<Due>,
    /// A day on the way is not officially decided: people must be told that the time may move.
    pub crosses_projected: bool,
}

/// The agency waits, and the limit with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pause {
    pub why: PauseCause,
    pub from: LocalMoment,
    /// None while it lasts.
    pub to: Option<LocalMoment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PauseCause {
    Supplement,
    Payment,
    Suspended,
}

/// How a dossier stands with its due time (*trước hạn, đúng hạn, quá hạn; còn hạn, sắp đến hạn, quá hạn*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Finished before the due day; of a limit in hours, before the due hour.
    Early,
    /// Finished on it.
    OnDay,
    Late,
    InTime,
    DueSoon,
    Overdue,
    /// For the applicant.
    Waiting,
    NotAccepted,
    /// The law fixes no limit, or it was never accepted and is finished.
    NoDue,
}

/// What is left until the due time, below 0 when it has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Remaining {
    pub working_days: i32,
    #[ts(type = "number")]
    pub working_minutes: i64,
}

impl Clock {
    pub(super) fn begin(start: LocalMoment, rules: &Rules<'_>) -> Self {
        let counts_from = rules.limit_counts_from(start);
        Self { start, counts_from, due: None, promises: vec![], pauses: vec![] }
    }

    /// The limit will be counted from zero, from `start` on.
    pub(super) fn restart(&mut self, start: LocalMoment, rules: &Rules<'_>) {
        (self.start, self.counts_from) = (start, rules.limit_counts_from(start));
    }

    pub(super) fn promise(
        &mut self,
        event: &Event,
        at: LocalMoment,
        due: Option<LocalMoment>,
        why: DueCause,
        rules: &Rules<'_>,
    ) {
        let counted = if why == DueCause::Apology { None } else { self.count(rules).ok().flatten() };
        let crosses_projected = due.is_some_and(|due| rules.calendar.crosses_projected(at.date, due.date));
        let (seq, reason) = (event.seq, event.note.clone());
        self.promises.push(Promise { seq, at, due, why, reason, counted, crosses_projected });
        self.due = due;
    }

    pub(super) fn pause(&mut self, why: PauseCause, from: LocalMoment) {
        if self.open_pause().is_none() {
            self.pauses.push(Pause { why, from, to: None });
        }
    }

    pub(super) fn resume(&mut self, to: LocalMoment) {
        if let Some(pause) = self.pauses.last_mut() {
            pause.to.get_or_insert(to);
        }
    }

    /// The pauses that are over.
    pub(super) fn spans(&self) -> impl Iterator<Item = Span> {
        self.pauses.iter().filter_map(|pause| Some(Span { from: pause.from, to: pause.to? }))
    }

    pub fn open_pause(&self) -> Option<&Pause> {
        self.pauses.last().filter(|pause| pause.to.is_none())
    }

    /// When it is due by the calendar as it is now; none where the law fixes no limit. The limit is counted again without the
    /// applicant's time; a time that an apology set moves by the applicant's working days since.
    pub fn count(&self, rules: &Rules<'_>) -> Result<Option<Due>, Uncountable> {
        let Some(limit) = rules.limit else { return Ok(None) };
        let set = self.set_by_apology().filter(|_| self.due.is_some());
        if let Some((promise, due)) = set.and_then(|promise| Some((promise, promise.due?))) {
            return self.moved_on(promise, due, rules).map(Some);
        }
        let spans: Vec<Span> = self.spans().filter(|span| span.from >= self.start).collect();
        deadline::due_with_pauses(self.start, limit, rules.calendar, rules.hours, &spans).map(Some)
    }

    /// The apology that set the time promised now, whatever pauses have come after it.
    pub(super) fn set_by_apology(&self) -> Option<&Promise> {
        let mut told = self.promises.iter().rev();
        told.find(|it| matches!(it.why, DueCause::Reception | DueCause::Apology))
            .filter(|it| it.why == DueCause::Apology)
    }

    fn moved_on(&self, promise: &Promise, due: LocalMoment, rules: &Rules<'_>) -> Result<Due, Uncountable> {
        let spans = self.spans().filter(|span| promise.at <= span.from && span.from <= due);
        let spans: Vec<Span> = spans.collect();
        let days = spans.iter().map(|span| rules.working_days(span.from, span.to)).sum::<i32>();
        let next = |day| rules.calendar.working_day_from(day).ok_or(Uncountable::NoWorkingTime);
        let date = (0..days).try_fold(due.date, |day, _| next(day.plus_days(1).ok_or(Uncountable::TooLong)?))?;
        let date = next(date)?;
        let crosses_projected = rules.calendar.crosses_projected(promise.at.date, date);
        let trace = spans.iter().map(|span| deadline::TraceStep::Paused { from: span.from, to: span.to });
        Ok(Due { date, time: due.time, crosses_projected, trace: trace.collect() })
    }
}

impl Handling {
    /// What the calendar says now, where that is another time than the one promised: for a person to decide about.
    pub fn moved(&self) -> Option<&Due> {
        let promise = self.clock.promises.last()?;
        promise.counted.as_ref().filter(|due| self.clock.due.is_some_and(|promised| promised != due.moment()))
    }

    /// How it stands at `now`.
    pub fn standing(&self, now: LocalMoment, rules: &Rules<'_>) -> Standing {
        match (self.ended, self.clock.due) {
            (Some(ended), _) => self.ended_standing(ended, rules),
            (None, _) if self.state == State::Registered => Standing::NotAccepted,
            (None, _) if self.clock.open_pause().is_some() => Standing::Waiting,
            (None, None) => Standing::NoDue,
            (None, Some(due)) => self.unfinished(now, due, rules),
        }
    }

    /// How it really stands: the work was done when the result was signed, whenever the steps were closed. None before.
    pub fn standing_when_signed(&self, rules: &Rules<'_>) -> Option<Standing> {
        Some(finished(self.signed?, self.clock.due?, rules))
    }

    /// None where nothing is promised.
    pub fn remaining(&self, now: LocalMoment, rules: &Rules<'_>) -> Option<Remaining> {
        let due = self.clock.due?;
        let working_minutes = deadline::working_minutes_between(now, due, rules.calendar, rules.hours);
        Some(Remaining { working_days: rules.working_days(now, due), working_minutes })
    }

    /// What ended while the applicant was waited for ended for the agency when the waiting began, under what was promised then.
    fn ended_standing(&self, ended: LocalMoment, rules: &Rules<'_>) -> Standing {
        let waiting = self.clock.pauses.last().filter(|pause| pause.to == Some(ended));
        let told = self.clock.promises.last().and_then(|promise| promise.due).filter(|_| waiting.is_some());
        let at = waiting.map_or(ended, |pause| pause.from);
        self.clock.due.or(told).map_or(Standing::NoDue, |due| finished(at, due, rules))
    }

    fn unfinished(&self, now: LocalMoment, due: LocalMoment, rules: &Rules<'_>) -> Standing {
        let (calendar, hours) = (rules.calendar, rules.hours);
        Urgency { by_hour: rules.by_hour(), follow: rules.profile.follow(), calendar, hours }.of(now, due)
    }
}

fn finished(at: LocalMoment, due: LocalMoment, rules: &Rules<'_>) -> Standing {
    Standing::ended(at, due, rules.by_hour())
}

impl Standing {
    /// Of what ended at `at`. A limit in days ends with its last day, whatever the hour (Civil Code 2015, article 148); `by_hour`: the
    /// limit is in hours.
    pub(crate) fn ended(at: LocalMoment, due: LocalMoment, by_hour: bool) -> Self {
        let late = if by_hour { at > due } else { at.date > due.date };
        match (late, at.date == due.date) {
            (true, _) => Self::Late,
            (false, true) => Self::OnDay,
            (false, false) => Self::Early,
        }
    }
}

/// How near a due time is, for what is not finished.
pub(crate) struct Urgency<'r> {
    pub by_hour: bool,
    pub follow: &'r FollowRule,
    pub calendar: &'r Calendar,
    pub hours: &'r ReceptionHours,
}

impl Urgency<'_> {
    pub fn of(&self, now: LocalMoment, due: LocalMoment) -> Standing {
        if Standing::ended(now, due, self.by_hour) == Standing::Late {
            return Standing::Overdue;
        }
        let soon = if self.by_hour {
            let left = deadline::working_minutes_between(now, due, self.calendar, self.hours);
            left <= i64::from(self.follow.soon_hours) * 60
        } else {
            i64::from(self.calendar.working_days_between(now.date, due.date)) <= i64::from(self.follow.soon_days)
        };
        if soon { Standing::DueSoon } else { Standing::InTime }
    }
}
