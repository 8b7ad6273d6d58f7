//! The guard: whether an act may be, and which events it becomes.

use super::{Act, ActKind, Actor, ApologyStage, Handling, Holder, Refusal, Rules, Wanted};
use crate::{
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
    fn of(what: Kind, note: String) -> Vec<Self> {
        vec![Self { what, note, automatic: false }]
    }

    fn plain(what: Kind) -> Vec<Self> {
        Self::of(what, String::new())
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
        let received = Refusal::BeforeReception { received: self.received };
        let at = rules.moment(at).filter(|at| *at >= self.received).ok_or(received)?;
        self.deeds(act, at, rules)
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

    fn deeds(&self, act: &Act, at: LocalMoment, rules: &Rules<'_>) -> Judged {
        Ok(match act {
            Act::Accept => {
                let due = self.clock.count(rules).map_err(|why| Refusal::Uncountable { why })?;
                Deed::plain(Kind::Accepted { due: due.map(|due| due.moment()) })
            }
            Act::RequestSupplement { items, answer_until, why_again } => {
                let later = answer_until.is_none_or(|until| until > at.date);
                if !later {
                    return Err(Refusal::NotLater { than: at });
                }
                let (items, note) = self.supplement(items, why_again, rules)?;
                let components = items.iter().filter_map(|item| item.component.clone()).collect();
                Deed::of(Kind::SupplementRequested { components, answer_until: *answer_until, items }, note)
            }
            Act::Refuse { reason } => Deed::of(Kind::Rejected, wanted(reason, Wanted::Reason)?),
            Act::TakeSupplement { manifest } => {
                self.after_pause(Kind::SupplementReceived { manifest: *manifest }, at, rules)?
            }
            Act::RequestPayment { amount } if *amount <= 0 => return Err(Refusal::Missing { what: Wanted::Amount }),
            Act::RequestPayment { amount } => Deed::plain(Kind::PaymentRequested { amount: *amount }),
            Act::TakePayment { amount } => match self.payments.last().map(|payment| payment.amount) {
                Some(asked) if asked != *amount => return Err(Refusal::OtherAmount { asked }),
                _ => self.after_pause(Kind::PaymentReceived { amount: *amount }, at, rules)?,
            },
            Act::Forward { to, step, skipping } => self.forward(to, *step, skipping)?,
            Act::SendBack { to, step, reason } => {
                let may = self.process.back();
                if !may.contains(step) {
                    return Err(Refusal::NotThatStep { step: Some(*step), may });
                }
                let to = holder(to)?;
                let back = Kind::SentBack { step: *step, to: to.name, person: to.account };
                Deed::of(back, wanted(reason, Wanted::Reason)?)
            }
            Act::Assign { to, absent, reason } => {
                let to = holder(to)?;
                let assigned = Kind::Assigned { to: to.name, person: to.account, absent: *absent };
                Deed::of(assigned, wanted(reason, Wanted::Reason)?)
            }
            Act::Consult { agency, content, limit } => {
                let (whom, due) = (wanted(agency, Wanted::Agency)?, due_elsewhere(at, limit, rules)?);
                Deed::of(Kind::Consulted { whom, due: Some(due) }, wanted(content, Wanted::Content)?)
            }
            Act::StartLeg { agency, content, limit } => {
                let (agency, due) = (wanted(agency, Wanted::Agency)?, due_elsewhere(at, limit, rules)?);
                Deed::of(Kind::LegStarted { agency, due }, wanted(content, Wanted::Content)?)
            }
            Act::Answer { asked, content } => {
                let mut all = self.consultations.iter().chain(&self.legs);
                if !all.any(|it| it.seq == *asked && it.answered.is_none()) {
                    return Err(Refusal::NothingToAnswer { seq: *asked });
                }
                Deed::of(Kind::Answered { asked: *asked }, wanted(content, Wanted::Content)?)
            }
            Act::HoldOriginals { component, count } => {
                let (component, count) = originals(component, *count, rules)?;
                Deed::plain(Kind::OriginalsHeld { component, count })
            }
            Act::ReturnOriginals { component, count } => {
                let (component, count) = originals(component, *count, rules)?;
                let held = self.originals.get(&component).map_or(0, |originals| originals.held());
                if count > held {
                    return Err(Refusal::NotHeld { component, held });
                }
                Deed::plain(Kind::OriginalsReturned { component, count })
            }
            Act::DraftApology { new_due, reason } => {
                self.apology_may_set(*new_due, rules)?;
                Deed::of(Kind::ApologyDrafted { new_due: *new_due }, wanted(reason, Wanted::Reason)?)
            }
            Act::ApproveApology => Deed::plain(Kind::ApologyApproved),
            Act::NumberApology { number } => {
                Deed::plain(Kind::ApologyNumbered { number: wanted(number, Wanted::Number)? })
            }
            Act::SendApology => {
                let stage = self.apology_stage();
                let draft = self.apology_under_way().ok_or(Refusal::ApologyNotReady { stage })?;
                self.apology_may_set(draft.new_due, rules)?;
                Deed::of(Kind::ApologyIssued { new_due: draft.new_due }, draft.reason.clone())
            }
            Act::RecountDue { reason } => {
                let from = self.clock.due.ok_or(Refusal::NoDue)?;
                let to = self.clock.count(rules).map_err(|why| Refusal::Uncountable { why })?;
                let to = to.ok_or(Refusal::NoDue)?.moment();
                if to == from {
                    return Err(Refusal::SameDue { due: from });
                }
                Deed::of(Kind::DueChanged { from, to, why: DueCause::Decision }, wanted(reason, Wanted::Reason)?)
            }
            Act::Sign => Deed::plain(Kind::Signed),
            Act::Finish { number, summary, file, channel, skipping } => {
                self.finish(number, summary, *file, *channel, skipping)?
            }
            Act::HandOver { how } => self.hand_over(how)?,
            Act::Withdraw { reason } => Deed::of(Kind::Withdrawn, clean(reason)),
            Act::Stop { reason } => Deed::of(Kind::Stopped, wanted(reason, Wanted::Reason)?),
            Act::Note { text } => Deed::of(Kind::NoteAdded, wanted(text, Wanted::Content)?),
            Act::Remind { text } => Deed::of(Kind::Reminded, wanted(text, Wanted::Content)?),
            Act::MakeFinding { text } => Deed::of(Kind::FindingMade, wanted(text, Wanted::Content)?),
            Act::AnswerFinding { finding, text } => {
                if !self.findings.iter().any(|it| it.seq == *finding && it.answered.is_none()) {
                    return Err(Refusal::NothingToAnswer { seq: *finding });
                }
                Deed::of(Kind::FindingAnswered { finding: *finding }, wanted(text, Wanted::Content)?)
            }
        })
    }

    fn supplement(
        &self,
        items: &[SupplementItem],
        why_again: &str,
        rules: &Rules<'_>,
    ) -> Result<(Vec<SupplementItem>, String), Refusal> {
        if items.is_empty() {
            return Err(Refusal::Missing { what: Wanted::Items });
        }
        let checked = items.iter().map(|item| {
            let component = item.component.as_ref().map(|code| known(code, rules)).transpose()?;
            Ok(SupplementItem { component, reason: wanted(&item.reason, Wanted::Reason)? })
        });
        let items = checked.collect::<Result<_, Refusal>>()?;
        let (note, earlier) = (clean(why_again), u32::try_from(self.supplements.len()).unwrap_or(u32::MAX));
        if note.is_empty() && earlier >= rules.profile.supplement.free_requests {
            return Err(Refusal::SupplementAgain { earlier });
        }
        Ok((items, note))
    }

    /// What the applicant brought, and the due time moved by the time it took, where one is still promised.
    fn after_pause(&self, what: Kind, at: LocalMoment, rules: &Rules<'_>) -> Judged {
        let mut deeds = Deed::plain(what);
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
        Ok(Deed::plain(Kind::InProgress { to: to.name, person: to.account, step, skipped }))
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

    fn finish(
        &self,
        number: &str,
        summary: &str,
        file: Option<Digest>,
        channel: Channel,
        skipping: &[Skipped],
    ) -> Judged {
        let legs = self.legs.iter().filter(|leg| leg.answered.is_none());
        let agencies: Vec<String> = legs.map(|leg| leg.agency.clone()).collect();
        if !agencies.is_empty() {
            return Err(Refusal::StillElsewhere { agencies });
        }
        let (number, summary) = (wanted(number, Wanted::Number)?, wanted(summary, Wanted::Summary)?);
        let skipped = self.reasons(self.process.last().unwrap_or(0), skipping)?;
        Ok(Deed::plain(Kind::Done {
            result: file,
            number: Some(number),
            summary: Some(summary),
            channel: Some(channel),
            skipped,
        }))
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
        Ok(Deed::plain(Kind::Delivered { how: Some(how) }))
    }
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

fn due_elsewhere(at: LocalMoment, limit: &TimeLimit, rules: &Rules<'_>) -> Result<LocalMoment, Refusal> {
    let due = deadline::due(at, limit, rules.calendar, rules.hours);
    due.map(|due| due.moment()).map_err(|why| Refusal::Uncountable { why })
}
