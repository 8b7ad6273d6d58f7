//! The guard: whether an act may be, and which events it becomes.

use super::{Act, ActKind, Actor, ApologyStage, Handling, Holder, Refusal, Rules, Wanted};
use crate::{
    date::Date,
    deadline::{self, LocalMoment, TimeLimit},
    digest::Digest,
    event::{DueCause, EventKind as Kind, HandOver, Skipped, SupplementItem},
    key::ComponentCode,
    procedure::Channel,
    role::Role,
    text,
    timestamp::Timestamp,
};

/// What an act becomes: the content of an event that only lacks its id, number, times and names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    pub what: Kind,
    /// The event's note: a reason, a content.
    pub note: String,
    /// It follows from the act without anybody's decision.
    pub automatic: bool,
}

impl Deed {
    fn of(what: Kind, note: String) -> Self {
        Self { what, note, automatic: false }
    }
}

type Judged = Result<Vec<Deed>, Refusal>;

impl Handling {
    /// The events that `act` becomes, in order. `expected_seq`: the number of the last event that `who` had seen; `at`: when it
    /// happened.
    ///
    /// # Errors
    /// Why it cannot be; nothing is then to be stored. What another person did meanwhile is never written over.
    pub fn judge(&self, act: &Act, who: &Actor, expected_seq: u64, at: Timestamp, rules: &Rules<'_>) -> Judged {
        if expected_seq != self.seq {
            let since = self.events.iter().filter(|event| event.seq > expected_seq).cloned().collect();
            return Err(Refusal::Changed { seq: self.seq, since });
        }
        self.may(act.kind(), who)?;
        let since = self.earliest(act);
        let at = rules.moment(at).filter(|at| *at >= since).ok_or(Refusal::TooEarly { since })?;
        self.deeds(act, who, at, rules)
    }

    /// Nothing happens before the dossier arrived, and nothing is brought before it was asked for.
    fn earliest(&self, act: &Act) -> LocalMoment {
        let brings = matches!(act.kind(), ActKind::TakeSupplement | ActKind::TakePayment);
        self.clock.open_pause().filter(|_| brings).map_or(self.received, |pause| pause.from)
    }

    /// Whether `who` may do such a thing to the dossier as it is.
    pub(super) fn may(&self, kind: ActKind, who: &Actor) -> Result<(), Refusal> {
        if !who.may(kind) {
            return Err(Refusal::NotAllowed { needs: kind.roles().to_vec() });
        }
        let allowed = kind.transition().is_none_or(|transition| self.state.apply(&transition).is_ok());
        if !allowed || !kind.is_possible(self.state) {
            return Err(Refusal::NotInState { state: self.state });
        }
        match self.process.open() {
            Some(run) if kind.is_of_the_step() => {
                let needs = self.process.planned(run.step).map_or(Role::HandlingOfficer, |step| step.role);
                if !who.has(needs) {
                    return Err(Refusal::NotAllowed { needs: vec![needs] });
                }
                match &run.holder {
                    Some(holder) if !who.is(holder) => Err(Refusal::NotYours { holder: holder.clone() }),
                    _ => Ok(()),
                }
            }
            None if matches!(kind, ActKind::SendBack | ActKind::Assign) => Err(Refusal::NoOpenStep),
            _ => self.has_apology_for(kind),
        }
    }

    fn has_apology_for(&self, kind: ActKind) -> Result<(), Refusal> {
        let needed = match kind {
            ActKind::ApproveApology => ApologyStage::Drafted,
            ActKind::NumberApology => ApologyStage::Approved,
            ActKind::SendApology => ApologyStage::Numbered,
            _ => return Ok(()),
        };
        let stage = self.apology_stage();
        if stage == needed { Ok(()) } else { Err(Refusal::ApologyNotReady { stage }) }
    }

    fn deeds(&self, act: &Act, who: &Actor, at: LocalMoment, rules: &Rules<'_>) -> Judged {
        match act {
            Act::Accept => {
                let due = self.clock.count(rules).map_err(|why| Refusal::Uncountable { why })?;
                plain(Kind::Accepted { due: due.map(|due| due.moment()) })
            }
            Act::RequestSupplement { items, answer_until, why_again } => {
                self.supplement(items, *answer_until, why_again, at, rules)
            }
            Act::Refuse { reason } => noted(Kind::Rejected, reason, Wanted::Reason),
            Act::TakeSupplement { manifest } => {
                self.after_pause(Kind::SupplementReceived { manifest: *manifest }, at, rules)
            }
            Act::RequestPayment { amount } if *amount <= 0 => Err(Refusal::Missing { what: Wanted::Amount }),
            Act::RequestPayment { amount } => plain(Kind::PaymentRequested { amount: *amount }),
            Act::TakePayment { amount } => match self.payments.last().map(|payment| payment.amount) {
                Some(asked) if asked != *amount => Err(Refusal::OtherAmount { asked }),
                _ => self.after_pause(Kind::PaymentReceived { amount: *amount }, at, rules),
            },
            Act::Forward { to, step, skipping } => self.forward(to, *step, skipping),
            Act::SendBack { to, step, reason } => self.send_back(to, *step, reason),
            Act::Assign { to, absent, reason } => {
                let to = holder(to)?;
                let assigned = Kind::Assigned { to: to.name, person: to.account, absent: *absent };
                noted(assigned, reason, Wanted::Reason)
            }
            Act::Consult { agency, content, limit } => {
                let (whom, due) = elsewhere(agency, limit, at, rules)?;
                noted(Kind::Consulted { whom, due: Some(due) }, content, Wanted::Content)
            }
            Act::StartLeg { agency, content, limit } => {
                let (agency, due) = elsewhere(agency, limit, at, rules)?;
                noted(Kind::LegStarted { agency, due }, content, Wanted::Content)
            }
            Act::Answer { asked, content } => self.answer(*asked, content),
            Act::HoldOriginals { component, count } => {
                let (component, count) = originals(component, *count, rules)?;
                plain(Kind::OriginalsHeld { component, count })
            }
            Act::ReturnOriginals { component, count } => self.return_originals(component, *count, rules),
            Act::DraftApology { new_due, reason } => {
                self.apology_may_set(*new_due, rules)?;
                noted(Kind::ApologyDrafted { new_due: *new_due }, reason, Wanted::Reason)
            }
            Act::ApproveApology => plain(Kind::ApologyApproved),
            Act::NumberApology { number } => plain(Kind::ApologyNumbered { number: wanted(number, Wanted::Number)? }),
            Act::SendApology => self.dispatch_apology(rules),
            Act::RecountDue { reason } => self.recount(reason, rules),
            Act::Sign => plain(Kind::Signed),
            Act::Finish { number, summary, file, channel, skipping } => {
                let skipped = self.skipped_to_the_end(skipping, who)?;
                self.finish(number, summary, *file, *channel, skipped)
            }
            Act::HandOver { how } => self.hand_over(how),
            Act::Withdraw { reason } => Ok(vec![Deed::of(Kind::Withdrawn, clean(reason))]),
            Act::Stop { reason } => noted(Kind::Stopped, reason, Wanted::Reason),
            Act::Note { text } => noted(Kind::NoteAdded, text, Wanted::Content),
            Act::Remind { text } => noted(Kind::Reminded, text, Wanted::Content),
            Act::MakeFinding { text } => noted(Kind::FindingMade, text, Wanted::Content),
            Act::AnswerFinding { finding, text } => self.answer_finding(*finding, text),
        }
    }

    fn supplement(
        &self,
        items: &[SupplementItem],
        answer_until: Option<Date>,
        why_again: &str,
        at: LocalMoment,
        rules: &Rules<'_>,
    ) -> Judged {
        if items.is_empty() {
            return Err(Refusal::Missing { what: Wanted::Items });
        }
        if answer_until.is_some_and(|until| until <= at.date) {
            return Err(Refusal::NotLater { than: at });
        }
        let checked = items.iter().map(|item| {
            let component = item.component.as_ref().map(|code| known(code, rules)).transpose()?;
            Ok(SupplementItem { component, reason: wanted(&item.reason, Wanted::Reason)? })
        });
        let items = checked.collect::<Result<Vec<_>, Refusal>>()?;
        let (note, earlier) = (clean(why_again), u32::try_from(self.supplements.len()).unwrap_or(u32::MAX));
        if note.is_empty() && earlier >= rules.profile.supplement.free_requests {
            return Err(Refusal::SupplementAgain { earlier });
        }
        let components = items.iter().filter_map(|item| item.component.clone()).collect();
        Ok(vec![Deed::of(Kind::SupplementRequested { components, answer_until, items }, note)])
    }

    /// What the applicant brought, and the due time moved by the time it took, where one is still promised.
    fn after_pause(&self, what: Kind, at: LocalMoment, rules: &Rules<'_>) -> Judged {
        let mut deeds = plain(what)?;
        let mut clock = self.clock.clone();
        clock.resume(rules.counts_from(at, None));
        let counted = clock.count(rules).map_err(|why| Refusal::Uncountable { why })?;
        if let (Some(from), Some(to)) = (clock.due, counted.map(|due| due.moment()))
            && from != to
        {
            let what = Kind::DueChanged { from, to, why: DueCause::Pause };
            deeds.push(Deed { what, note: String::new(), automatic: true });
        }
        Ok(deeds)
    }

    fn forward(&self, to: &Holder, step: Option<u32>, skipping: &[Skipped]) -> Judged {
        let to = holder(to)?;
        let may = self.process.onward();
        let step = step.or_else(|| may.first().copied());
        let skipped = match step {
            Some(step) if may.contains(&step) => self.reasons(step, skipping)?,
            // Without steps it goes from person to person.
            None if self.process.plan.is_empty() => vec![],
            step => return Err(Refusal::NotThatStep { step, may }),
        };
        plain(Kind::InProgress { to: to.name, person: to.account, step, skipped })
    }

    fn send_back(&self, to: &Holder, step: u32, reason: &str) -> Judged {
        let may = self.process.back();
        if !may.contains(&step) {
            return Err(Refusal::NotThatStep { step: Some(step), may });
        }
        let to = holder(to)?;
        noted(Kind::SentBack { step, to: to.name, person: to.account }, reason, Wanted::Reason)
    }

    fn answer(&self, asked: u64, content: &str) -> Judged {
        let mut all = self.consultations.iter().chain(&self.legs);
        if !all.any(|it| it.seq == asked && it.answered.is_none()) {
            return Err(Refusal::NothingToAnswer { seq: asked });
        }
        noted(Kind::Answered { asked }, content, Wanted::Content)
    }

    fn answer_finding(&self, finding: u64, text: &str) -> Judged {
        if !self.findings.iter().any(|it| it.seq == finding && it.answered.is_none()) {
            return Err(Refusal::NothingToAnswer { seq: finding });
        }
        noted(Kind::FindingAnswered { finding }, text, Wanted::Content)
    }

    fn return_originals(&self, component: &ComponentCode, count: u32, rules: &Rules<'_>) -> Judged {
        let (component, count) = originals(component, count, rules)?;
        let held = self.originals.get(&component).map_or(0, |originals| originals.held());
        if count > held {
            return Err(Refusal::NotHeld { component, held });
        }
        plain(Kind::OriginalsReturned { component, count })
    }

    /// The reasons for the steps passed over on the way to `step`, all of them and no others.
    fn reasons(&self, step: u32, skipping: &[Skipped]) -> Result<Vec<Skipped>, Refusal> {
        let reason = |step: &u32| {
            let given = skipping.iter().find(|skipped| skipped.step == *step).map(|skipped| clean(&skipped.reason));
            given.filter(|reason| !reason.is_empty()).map(|reason| Skipped { step: *step, reason })
        };
        let over = self.process.passed_over(step);
        let steps: Vec<u32> = over.iter().copied().filter(|step| reason(step).is_none()).collect();
        if steps.is_empty() {
            Ok(over.iter().filter_map(reason).collect())
        } else {
            Err(Refusal::StepsLeftOut { steps })
        }
    }

    fn apology_may_set(&self, new_due: LocalMoment, rules: &Rules<'_>) -> Result<(), Refusal> {
        let due = self.clock.due.ok_or(Refusal::NoDue)?;
        if !self.may_apologise(rules) {
            return Err(Refusal::ApologiesUsed { max: rules.profile.apology.max_reappointments });
        }
        if new_due <= due {
            return Err(Refusal::NotLater { than: due });
        }
        if !rules.calendar.is_working(new_due.date) {
            let next = rules.calendar.working_day_from(new_due.date);
            return Err(Refusal::NotAWorkingDay { day: new_due.date, next });
        }
        Ok(())
    }

    fn dispatch_apology(&self, rules: &Rules<'_>) -> Judged {
        let none = Refusal::ApologyNotReady { stage: ApologyStage::None };
        let draft = self.apology_under_way().ok_or(none)?;
        // The due time may have moved since it was drafted.
        self.apology_may_set(draft.new_due, rules)?;
        Ok(vec![Deed::of(Kind::ApologyIssued { new_due: draft.new_due }, draft.reason.clone())])
    }

    fn recount(&self, reason: &str, rules: &Rules<'_>) -> Judged {
        let from = self.clock.due.ok_or(Refusal::NoDue)?;
        let to = self.clock.count(rules).map_err(|why| Refusal::Uncountable { why })?;
        let to = to.ok_or(Refusal::NoDue)?.moment();
        if to == from {
            return Err(Refusal::SameDue { due: from });
        }
        noted(Kind::DueChanged { from, to, why: DueCause::Decision }, reason, Wanted::Reason)
    }

    /// The leader's step is passed over by a leader only.
    fn skipped_to_the_end(&self, skipping: &[Skipped], who: &Actor) -> Result<Vec<Skipped>, Refusal> {
        let skipped = self.reasons(self.process.last().unwrap_or(0), skipping)?;
        let leaders = |it: &Skipped| self.process.planned(it.step).is_some_and(|step| step.role == Role::Leader);
        if skipped.iter().any(leaders) && !who.has(Role::Leader) {
            return Err(Refusal::NotAllowed { needs: vec![Role::Leader] });
        }
        Ok(skipped)
    }

    fn finish(
        &self,
        number: &str,
        summary: &str,
        file: Option<Digest>,
        channel: Channel,
        skipped: Vec<Skipped>,
    ) -> Judged {
        let legs = self.legs.iter().filter(|leg| leg.answered.is_none());
        let agencies: Vec<String> = legs.map(|leg| leg.agency.clone()).collect();
        if !agencies.is_empty() {
            return Err(Refusal::StillElsewhere { agencies });
        }
        let (number, summary) = (wanted(number, Wanted::Number)?, wanted(summary, Wanted::Summary)?);
        let (number, summary, channel) = (Some(number), Some(summary), Some(channel));
        plain(Kind::Done { result: file, number, summary, channel, skipped })
    }

    fn hand_over(&self, how: &HandOver) -> Judged {
        let how = match how {
            HandOver::Signature { name } => HandOver::Signature { name: wanted(name, Wanted::Receiver)? },
            HandOver::Post { number } => HandOver::Post { number: wanted(number, Wanted::Number)? },
            HandOver::Network => HandOver::Network,
        };
        let components: Vec<ComponentCode> = self.originals_held().map(|(component, _)| component.clone()).collect();
        if !components.is_empty() {
            return Err(Refusal::OriginalsHeld { components });
        }
        plain(Kind::Delivered { how: Some(how) })
    }
}

fn plain(what: Kind) -> Judged {
    Ok(vec![Deed::of(what, String::new())])
}

/// With a note that may not be empty.
fn noted(what: Kind, note: &str, wants: Wanted) -> Judged {
    Ok(vec![Deed::of(what, wanted(note, wants)?)])
}

fn clean(text: &str) -> String {
    text::nfc(text.trim())
}

fn wanted(text: &str, what: Wanted) -> Result<String, Refusal> {
    Some(clean(text)).filter(|text| !text.is_empty()).ok_or(Refusal::Missing { what })
}

fn holder(to: &Holder) -> Result<Holder, Refusal> {
    Ok(Holder { name: wanted(&to.name, Wanted::Holder)?, account: to.account })
}

fn known(component: &ComponentCode, rules: &Rules<'_>) -> Result<ComponentCode, Refusal> {
    let known = rules.procedure.component(component.as_str()).map(|component| component.code.clone());
    known.ok_or_else(|| Refusal::NoSuchComponent { component: component.clone() })
}

fn originals(component: &ComponentCode, count: u32, rules: &Rules<'_>) -> Result<(ComponentCode, u32), Refusal> {
    if count == 0 {
        return Err(Refusal::Missing { what: Wanted::Count });
    }
    Ok((known(component, rules)?, count))
}

/// Whom to ask, and until when they are to answer.
fn elsewhere(
    agency: &str,
    limit: &TimeLimit,
    at: LocalMoment,
    rules: &Rules<'_>,
) -> Result<(String, LocalMoment), Refusal> {
    let agency = wanted(agency, Wanted::Agency)?;
    let due = deadline::due(at, limit, rules.calendar, rules.hours);
    Ok((agency, due.map_err(|why| Refusal::Uncountable { why })?.moment()))
}
