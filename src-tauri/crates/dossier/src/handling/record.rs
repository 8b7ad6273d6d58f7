//! What is kept of the things that happen beside the steps and the clock.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Violation;
use crate::{
    date::Date,
    deadline::LocalMoment,
    digest::Digest,
    event::{HandOver, SupplementItem},
    procedure::Channel,
};

/// One request for what was missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Supplement {
    pub asked: LocalMoment,
    pub by: String,
    pub items: Vec<SupplementItem>,
    /// Why there is one more; empty for the first.
    pub why_again: String,
    pub answer_until: Option<Date>,
    /// Later than the profile lets it be told after reception.
    pub late: bool,
    /// What was promised had passed already when it was asked for: a new start does not make that good.
    pub overdue: Option<Violation>,
    pub answered: Option<LocalMoment>,
    /// Working days that are the applicant's; counted when the answer came.
    pub applicant_days: Option<i32>,
}

/// Fees that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Payment {
    #[ts(type = "number")]
    pub amount: i64,
    pub asked: LocalMoment,
    pub paid: Option<LocalMoment>,
}

/// What is at another agency: an opinion, or a part of a joint procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Elsewhere {
    /// The number of the event that asked, by which it is answered.
    #[ts(type = "number")]
    pub seq: u64,
    pub agency: String,
    pub content: String,
    pub asked: LocalMoment,
    /// Its own time limit ends.
    pub due: Option<LocalMoment>,
    pub answered: Option<LocalMoment>,
    pub answer: String,
}

impl Elsewhere {
    /// Neither answered nor within its limit.
    pub fn is_silent(&self, now: LocalMoment) -> bool {
        self.answered.is_none() && self.due.is_some_and(|due| due < now)
    }
}

/// Originals of one component.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Originals {
    pub taken: u32,
    pub returned: u32,
}

impl Originals {
    pub fn held(self) -> u32 {
        self.taken.saturating_sub(self.returned)
    }
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outcome {
    pub at: LocalMoment,
    pub by: String,
    pub file: Option<Digest>,
    pub number: Option<String>,
    pub summary: Option<String>,
    pub channel: Option<Channel>,
}

/// How and when the result was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Given {
    pub at: LocalMoment,
    pub by: String,
    pub how: Option<HandOver>,
}

/// What supervision said: a reminder, or a finding with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Remark {
    /// The number of its event, by which it is answered.
    #[ts(type = "number")]
    pub seq: u64,
    pub at: LocalMoment,
    pub by: String,
    pub text: String,
    pub answered: Option<LocalMoment>,
    pub answer: String,
}
