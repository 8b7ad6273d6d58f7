//! The steps of the electronic process: who has to do what by when, and how it went.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Holder, Rules};
use crate::{
    deadline::{self, LocalMoment, Span, TimeLimit, TimeUnit},
    event::Skipped,
    procedure::Procedure,
    role::Role,
    words::Words,
};

/// The steps of the procedure, and each time one of them was begun. A step is known by its number, from 0, in the revision to which the dossier
/// is pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Process {
    pub plan: Vec<PlannedStep>,
    pub runs: Vec<Run>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlannedStep {
    pub name: Words,
    /// As the procedure names who does it.
    pub who: Words,
    pub role: Role,
    /// Working hours.
    pub hours: u32,
}

/// One time that a step was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Run {
    pub step: u32,
    pub opened: LocalMoment,
    /// The number of the event that opened it.
    #[ts(type = "number")]
    pub seq: u64,
    /// What is handed on after the cut-off counts from the next working morning.
    pub counts_from: LocalMoment,
    /// None for the return of the result, which waits for the applicant.
    pub until: Option<LocalMoment>,
    /// None: anybody with the role.
    pub holder: Option<Holder>,
    /// Who is away.
    pub stands_in_for: Option<String>,
    /// Each time the leader gave it to another.
    pub reassigned: Vec<Reassigned>,
    /// What was passed over to come here.
    pub skipped: Vec<Skipped>,
    pub closed: Option<Closing>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reassigned {
    pub at: LocalMoment,
    pub by: String,
    pub from: Option<Holder>,
    pub absent: bool,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Closing {
    pub at: LocalMoment,
    pub by: String,
    pub how: Ending,
    /// Why it was sent back, or the dossier stopped; may be empty.
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Done, and handed on or finished.
    Done,
    SentBack,
    /// The applicant was asked for more.
    Supplement,
    /// Refused, withdrawn or stopped.
    Ended,
}

impl Process {
    /// The steps of a procedure. Where they do not say it, the first and the last are the desk's, the one before the last the
    /// leader's, the others the handling officers'.
    pub(super) fn plan(procedure: &Procedure) -> Self {
        let count = procedure.steps.len();
        let plan = procedure.steps.iter().enumerate().map(|(i, step)| {
            let role = match count - i {
                1 => Role::DeskOfficer,
                _ if i == 0 => Role::DeskOfficer,
                2 => Role::Leader,
                _ => Role::HandlingOfficer,
            };
            let (name, who) = (step.name.clone(), step.role.clone());
            PlannedStep { name, who, role: step.done_by.unwrap_or(role), hours: step.hours }
        });
        Self { plan: plan.collect(), runs: vec![] }
    }

    pub fn open(&self) -> Option<&Run> {
        self.runs.last().filter(|run| run.closed.is_none())
    }

    pub(super) fn open_mut(&mut self) -> Option<&mut Run> {
        self.runs.last_mut().filter(|run| run.closed.is_none())
    }

    pub fn planned(&self, step: u32) -> Option<&PlannedStep> {
        self.plan.get(usize::try_from(step).ok()?)
    }

    /// The return of the result; none where there are no steps.
    pub fn last(&self) -> Option<u32> {
        u32::try_from(self.plan.len()).ok()?.checked_sub(1)
    }

    pub fn was_done(&self, step: u32) -> bool {
        let done = |run: &Run| run.closed.as_ref().is_some_and(|closing| closing.how == Ending::Done);
        self.runs.iter().any(|run| run.step == step && done(run))
    }

    /// Steps to which the open one may be handed on: the later ones but the return of the result, which the result opens.
    pub fn onward(&self) -> Vec<u32> {
        self.open().map_or(vec![], |run| (run.step + 1..self.last().unwrap_or(0)).collect())
    }

    /// Steps to which the open one may be sent back.
    pub fn back(&self) -> Vec<u32> {
        self.open().map_or(vec![], |run| (0..run.step).collect())
    }

    /// Steps between the open one and `to` that nobody has done: each needs a reason to be passed over.
    pub fn passed_over(&self, to: u32) -> Vec<u32> {
        let open = self.open().map_or(0, |run| run.step + 1);
        (open..to).filter(|step| !self.was_done(*step)).collect()
    }

    pub(super) fn close(&mut self, at: LocalMoment, by: &str, how: Ending, note: &str) {
        if let Some(run) = self.open_mut() {
            run.closed = Some(Closing { at, by: by.to_owned(), how, note: note.to_owned() });
        }
    }

    /// Begins the reception, to be handed on by the rule for what arrives.
    pub(super) fn receive(&mut self, (seq, at): (u64, LocalMoment), rules: &Rules<'_>) {
        if self.plan.is_empty() {
            return;
        }
        let counts_from = rules.counts_from(at, None);
        let until = hand_on_by(counts_from, rules);
        self.runs.push(Run { counts_from, until, ..Run::of(0, seq, at) });
    }

    /// Begins a step with its own hours.
    pub(super) fn begin(&mut self, step: u32, (seq, at): (u64, LocalMoment), holder: Holder, rules: &Rules<'_>) {
        let counts_from = rules.counts_from(at, Some(rules.cutoff()));
        let until = self.until(step, counts_from, &[], rules);
        self.runs.push(Run { counts_from, until, holder: Some(holder), ..Run::of(step, seq, at) });
    }

    /// Begins the return of the result, where it is a step of its own.
    pub(super) fn give_back(&mut self, (seq, at): (u64, LocalMoment), skipped: &[Skipped]) {
        if let Some(last) = self.last().filter(|last| *last > 0) {
            self.runs.push(Run { skipped: skipped.to_vec(), ..Run::of(last, seq, at) });
        }
    }

    /// The open step goes on after the last of these pauses.
    pub(super) fn resume(&mut self, pauses: &[Span], rules: &Rules<'_>) {
        let (Some(run), Some(last)) = (self.open(), pauses.last()) else { return };
        let until = match run.step {
            0 => hand_on_by(last.to, rules),
            step => self.until(step, run.counts_from, pauses, rules),
        };
        if let Some(run) = self.open_mut() {
            run.until = until;
        }
    }

    fn until(&self, step: u32, from: LocalMoment, pauses: &[Span], rules: &Rules<'_>) -> Option<LocalMoment> {
        let hours = TimeLimit::of(self.planned(step)?.hours, TimeUnit::Hour);
        deadline::due_with_pauses(from, &hours, rules.calendar, rules.hours, pauses).ok().map(|due| due.moment())
    }
}

impl Run {
    fn of(step: u32, seq: u64, opened: LocalMoment) -> Self {
        Self {
            step,
            opened,
            seq,
            counts_from: opened,
            until: None,
            holder: None,
            stands_in_for: None,
            reassigned: vec![],
            skipped: vec![],
            closed: None,
        }
    }
}

fn hand_on_by(received: LocalMoment, rules: &Rules<'_>) -> Option<LocalMoment> {
    deadline::forward_by(received, rules.cutoff(), rules.calendar, rules.hours).ok()
}
