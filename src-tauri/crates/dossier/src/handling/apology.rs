//! The apology with a new time (form 04): counted backwards from the due day, sent before it is too late, and only so often.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Handling, Rules, Standing};
use crate::{
    calendar::Calendar,
    date::Date,
    deadline::{self, LocalMoment},
    profile::LegalProfile,
};

/// One apology, from its draft on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Apology {
    pub drafted: LocalMoment,
    pub by: String,
    pub reason: String,
    pub new_due: LocalMoment,
    pub approved_by: Option<String>,
    pub number: Option<String>,
    pub sent: Option<LocalMoment>,
    /// Sent after the last day for it.
    pub late: bool,
}

/// How far an apology has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ApologyStage {
    /// There is none under way.
    None,
    Drafted,
    Approved,
    Numbered,
}

/// When an apology for a due day is called for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApologyDays {
    /// The working days of the warnings, the earliest first.
    pub warnings: Vec<Date>,
    /// The last day on which it may still go out; none where no such day is known.
    pub last: Option<Date>,
}

/// How urgent an apology is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum ApologyCall {
    /// Not yet; or there can be none: nothing is promised, the dossier is finished or waits for the applicant, or the profile
    /// allows no more.
    Quiet,
    Warning {
        working_days: i32,
    },
    /// Today or never.
    LastCall,
    /// Its last day has passed.
    Missed,
}

/// What breaks the rule that a dossier is either in time or apologised for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Violation {
    /// Overdue, and nobody apologised for this due time.
    NoApology {
        due: LocalMoment,
    },
    ApologyLate {
        sent: LocalMoment,
    },
    /// The time that an apology set has passed as well.
    LateAgain {
        due: LocalMoment,
    },
}

impl Rules<'_> {
    pub fn last_apology_day(&self, due: Date) -> Option<Date> {
        deadline::last_apology_day(due, self.profile.apology.min_days_before, self.calendar)
    }

    /// When an apology for a dossier due on `due` is called for.
    pub fn apology_days(&self, due: Date) -> ApologyDays {
        ApologyDays::of(due, self.profile, self.calendar)
    }
}

impl ApologyDays {
    /// Counted backwards from the due day over working days.
    pub(crate) fn of(due: Date, profile: &LegalProfile, calendar: &Calendar) -> Self {
        let before = |n: u32| (0..n).try_fold(due, |day, _| calendar.working_day_until(day.plus_days(-1)?));
        let mut warnings: Vec<Date> = profile.follow().apology_warnings.iter().filter_map(|n| before(*n)).collect();
        warnings.sort_unstable();
        Self { warnings, last: deadline::last_apology_day(due, profile.apology.min_days_before, calendar) }
    }

    /// How urgent it is on a day with so many working days left.
    pub(crate) fn call(&self, today: Date, working_days: i32) -> ApologyCall {
        match self.last.map(|last| today.cmp(&last)) {
            Some(Ordering::Greater) => ApologyCall::Missed,
            Some(Ordering::Equal) => ApologyCall::LastCall,
            _ if self.warnings.first().is_some_and(|first| *first <= today) => ApologyCall::Warning { working_days },
            _ => ApologyCall::Quiet,
        }
    }
}

impl Apology {
    pub(super) fn draft(drafted: LocalMoment, by: &str, reason: &str, new_due: LocalMoment) -> Self {
        let (by, reason) = (by.to_owned(), reason.to_owned());
        Self { drafted, by, reason, new_due, approved_by: None, number: None, sent: None, late: false }
    }

    fn stage(&self) -> ApologyStage {
        match (&self.approved_by, &self.number) {
            (None, _) => ApologyStage::Drafted,
            (Some(_), None) => ApologyStage::Approved,
            (Some(_), Some(_)) => ApologyStage::Numbered,
        }
    }
}

impl Handling {
    /// The one that is not sent yet.
    pub fn apology_under_way(&self) -> Option<&Apology> {
        self.apologies.last().filter(|apology| apology.sent.is_none())
    }

    pub fn apology_stage(&self) -> ApologyStage {
        self.apology_under_way().map_or(ApologyStage::None, Apology::stage)
    }

    pub fn apologies_sent(&self) -> usize {
        self.apologies.iter().filter(|apology| apology.sent.is_some()).count()
    }

    /// Whether the profile allows one more.
    pub fn may_apologise(&self, rules: &Rules<'_>) -> bool {
        self.apologies_sent() < rules.profile.apology.max_reappointments as usize
    }

    /// Whether an apology has to be thought of at `now`.
    pub fn apology_call(&self, now: LocalMoment, rules: &Rules<'_>) -> ApologyCall {
        let open = matches!(self.standing(now, rules), Standing::InTime | Standing::DueSoon | Standing::Overdue);
        let Some(due) = self.clock.due.filter(|_| open && self.may_apologise(rules)) else { return ApologyCall::Quiet };
        rules.apology_days(due.date).call(now.date, rules.working_days(now, due))
    }

    /// For the list of violations.
    pub fn violations(&self, now: LocalMoment, rules: &Rules<'_>) -> Vec<Violation> {
        let late = self.apologies.iter().filter(|apology| apology.late);
        let mut all: Vec<Violation> = late.filter_map(|it| Some(Violation::ApologyLate { sent: it.sent? })).collect();
        let overdue = matches!(self.standing(now, rules), Standing::Overdue | Standing::Late);
        let now_due = self.clock.due.filter(|_| overdue).map(|due| self.not_kept(due));
        all.extend(self.supplements.iter().filter_map(|it| it.overdue).chain(now_due));
        all.dedup();
        all
    }

    /// A promise that has passed.
    pub(super) fn not_kept(&self, due: LocalMoment) -> Violation {
        match self.clock.set_by_apology() {
            Some(_) => Violation::LateAgain { due },
            None => Violation::NoApology { due },
        }
    }
}
