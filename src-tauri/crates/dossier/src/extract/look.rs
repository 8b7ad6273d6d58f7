//! What our calendar says of a row of an extract.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::line::{Line, When};
use crate::{
    calendar::Calendar,
    date::Date,
    deadline::{self, Due, LocalMoment, ReceptionHours, Span, TimeLimit, TimeOfDay, TimeUnit, Uncountable},
    handling::{ApologyCall, ApologyDays, Standing, Urgency},
    profile::{LegalProfile, OnSupplement, choose},
};

/// What dossiers are measured by.
#[derive(Debug, Clone, Copy)]
pub struct Law<'l> {
    /// Of which the one of the day of reception holds.
    pub profiles: &'l [LegalProfile],
    pub calendar: &'l Calendar,
    pub hours: &'l ReceptionHours,
}

/// Where the limit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LimitSource {
    /// The procedure's, in our catalogue.
    Catalogue,
    /// The extract's own column.
    Extract,
}

/// The extract promises another day than the law counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Disagreement {
    pub theirs: When,
    pub ours: LocalMoment,
    /// From ours to theirs: more than 0 where they promise later than the law allows.
    pub working_days: i32,
}

/// Done, but it stands open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Lagging {
    /// The work was done then, and nothing was returned.
    NotReturned { done: When, working_days: i32 },
    /// The open step's own limit has passed.
    StepOver { due: When, working_days: i32 },
}

/// A row with what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Looked {
    pub line: Line,
    pub limit: Option<TimeLimit>,
    pub limit_from: Option<LimitSource>,
    /// When it is due by our calendar, with the proof; none where no limit or no reception is known.
    pub due: Option<Due>,
    /// Why it could not be counted although limit and reception are known.
    pub uncountable: Option<Uncountable>,
    pub disagreement: Option<Disagreement>,
    /// By the new date where one was set, else by ours, else by theirs.
    pub standing: Standing,
    pub apology: Option<ApologyDays>,
    pub call: ApologyCall,
    /// Overdue, and no apology stands in the extract.
    pub violation: bool,
    pub lagging: Option<Lagging>,
    /// Finished or returned before it was received, due before it was received.
    pub impossible: bool,
}

/// What is to be said of a row at `now`. `limit`: the procedure's in the catalogue, where it is known and needs no answers.
pub fn look(line: Line, limit: Option<&TimeLimit>, law: &Law<'_>, now: LocalMoment) -> Looked {
    let (limit, limit_from) = match (limit, &line.limit) {
        (Some(limit), _) => (Some(limit.clone()), Some(LimitSource::Catalogue)),
        (None, Some(limit)) => (Some(limit.clone()), Some(LimitSource::Extract)),
        (None, None) => (None, None),
    };
    let profile = line.received.or(line.filed).and_then(|when| choose(law.profiles, when.date));
    let counted = match (&limit, line.received) {
        (Some(limit), Some(received)) if !line.no_due => Some(count(&line, received, limit, profile, law)),
        _ => None,
    };
    let (due, uncountable) = match counted {
        Some(Ok(due)) => (Some(due), None),
        Some(Err(why)) => (None, Some(why)),
        None => (None, None),
    };
    let by_hour = limit.as_ref().and_then(|limit| limit.0.last()).is_some_and(|leg| leg.unit == TimeUnit::Hour);
    let disagreement = due.as_ref().and_then(|due| disagree(&line, due, by_hour, law.calendar));
    let theirs = line.due.filter(|_| !line.no_due).map(ends);
    let holds = line.new_due.map(ends).or(due.as_ref().map(Due::moment)).or(theirs);
    let urgency =
        profile.map(|profile| Urgency { by_hour, follow: profile.follow(), calendar: law.calendar, hours: law.hours });
    let standing = standing(&line, holds, urgency.as_ref(), by_hour, now);
    let open = matches!(standing, Standing::InTime | Standing::DueSoon | Standing::Overdue);
    // After a new date there is no second one: how many a profile allows is for the officer to see.
    let called = holds.filter(|_| open && line.new_due.is_none() && line.apologised.is_none());
    let days = called.zip(profile).map(|(due, profile)| ApologyDays::of(due.date, profile, law.calendar));
    let call = match (&days, called) {
        (Some(days), Some(due)) => days.call(now.date, law.calendar.working_days_between(now.date, due.date)),
        _ => ApologyCall::Quiet,
    };
    let late = matches!(standing, Standing::Overdue | Standing::Late);
    let violation = late && line.apologised.is_none() && line.new_due.is_none();
    let lagging = lagging(&line, now, law.calendar);
    let impossible = is_impossible(&line);
    Looked {
        line,
        limit,
        limit_from,
        due,
        uncountable,
        disagreement,
        standing,
        apology: days,
        call,
        violation,
        lagging,
        impossible,
    }
}

/// A day without an hour ends at its end.
fn ends(when: When) -> LocalMoment {
    LocalMoment { date: when.date, time: when.time.unwrap_or(TimeOfDay::END_OF_DAY) }
}

fn count(
    line: &Line,
    received: When,
    limit: &TimeLimit,
    profile: Option<&LegalProfile>,
    law: &Law<'_>,
) -> Result<Due, Uncountable> {
    let waited =
        line.supplement_asked.zip(line.supplement_taken).map(|(asked, taken)| (asked.begins(), taken.begins()));
    let waited = waited.filter(|(asked, taken)| received.begins() <= *asked && asked <= taken);
    let restarts = profile.is_some_and(|profile| profile.on_supplement == OnSupplement::Restart);
    match waited {
        Some((_, taken)) if restarts => deadline::due(taken, limit, law.calendar, law.hours),
        Some((from, to)) => {
            let spans = [Span { from, to }];
            deadline::due_with_pauses(received.begins(), limit, law.calendar, law.hours, &spans)
        }
        None => deadline::due(received.begins(), limit, law.calendar, law.hours),
    }
}

/// By days; of a limit in hours by the hour as well, where the extract says one.
fn disagree(line: &Line, due: &Due, by_hour: bool, calendar: &Calendar) -> Option<Disagreement> {
    let theirs = line.due?;
    let ours = due.moment();
    let other_hour = by_hour && theirs.time.is_some_and(|time| time != ours.time);
    let working_days = calendar.working_days_between(ours.date, theirs.date);
    (theirs.date != ours.date || other_hour).then_some(Disagreement { theirs, ours, working_days })
}

fn standing(
    line: &Line,
    due: Option<LocalMoment>,
    urgency: Option<&Urgency<'_>>,
    by_hour: bool,
    now: LocalMoment,
) -> Standing {
    let waits = line.supplement_asked.is_some() && line.supplement_taken.is_none();
    match (line.finished.or(line.returned).or(line.refused), due) {
        (Some(_), None) => Standing::NoDue,
        // Where no hour is said, it was in time on its day.
        (Some(ended), Some(due)) => Standing::ended(ended.begins(), due, by_hour),
        (None, _) if line.received.is_none() && line.due.is_none() => Standing::NotAccepted,
        (None, _) if waits => Standing::Waiting,
        (None, None) => Standing::NoDue,
        (None, Some(due)) => match urgency {
            Some(urgency) => urgency.of(now, due),
            None if Standing::ended(now, due, by_hour) == Standing::Late => Standing::Overdue,
            None => Standing::InTime,
        },
    }
}

fn lagging(line: &Line, now: LocalMoment, calendar: &Calendar) -> Option<Lagging> {
    let since = |date: Date| calendar.working_days_between(date, now.date);
    if line.returned.is_some() || line.refused.is_some() {
        return None;
    }
    if let Some(done) = line.finished.filter(|done| done.date < now.date) {
        return Some(Lagging::NotReturned { done, working_days: since(done.date) });
    }
    let due = line.step_due.filter(|due| line.finished.is_none() && ends(*due) < now)?;
    Some(Lagging::StepOver { due, working_days: since(due.date) })
}

fn is_impossible(line: &Line) -> bool {
    let Some(received) = line.received.map(|when| when.date) else { return false };
    let later = [line.due, line.finished, line.returned, line.refused, line.supplement_taken];
    later.into_iter().flatten().any(|when| when.date < received)
}
