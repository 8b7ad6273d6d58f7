//! What each kind of event changes.

use super::{
    Apology, Elsewhere, Ending, Given, Handling, Holder, Outcome, PauseCause, Payment, Reassigned, Remark, Rules,
    Standing, Supplement,
};
use crate::{
    deadline::{self, LocalMoment, Span, TimeLimit},
    event::{DueCause, Event, EventKind as Kind, Skipped, SupplementItem},
    key::ComponentCode,
    profile::OnSupplement,
};

impl Handling {
    /// Takes in an event that the state table allowed.
    pub(super) fn take(&mut self, event: &Event, at: LocalMoment, rules: &Rules<'_>) {
        let told = (event.seq, at);
        match &event.what {
            Kind::Received { .. } => self.process.receive(told, rules),
            Kind::Accepted { due } => {
                // After a pause the old promise moved; after a new start there is none.
                let why = if self.clock.due.is_some() { DueCause::Pause } else { DueCause::Reception };
                self.clock.promise(event, at, *due, why, rules);
            }
            Kind::Rejected | Kind::Withdrawn | Kind::Stopped => self.end(event, at),
            Kind::SupplementRequested { components, answer_until, items } => {
                let items = if items.is_empty() { without_reasons(components) } else { items.clone() };
                self.ask_supplement(event, items, at, rules);
                if let Some(supplement) = self.supplements.last_mut() {
                    supplement.answer_until = *answer_until;
                }
            }
            Kind::SupplementReceived { .. } => self.take_supplement(told, rules),
            Kind::PaymentRequested { amount } => {
                self.payments.push(Payment { amount: *amount, asked: at, paid: None });
                self.clock.pause(PauseCause::Payment, at);
            }
            Kind::PaymentReceived { .. } => {
                if let Some(payment) = self.payments.last_mut() {
                    payment.paid = Some(at);
                }
                self.go_on(at, rules);
            }
            Kind::Suspended => self.clock.pause(PauseCause::Suspended, at),
            Kind::Resumed => self.go_on(at, rules),
            Kind::InProgress { to, person, step, skipped } => {
                let known = step.filter(|step| self.process.planned(*step).is_some());
                let step = known.or_else(|| self.next_step());
                self.hand_on(event, step, Holder { name: to.clone(), account: *person }, skipped, at, rules);
            }
            Kind::SentBack { step, to, person } => {
                self.signed = None;
                if self.process.planned(*step).is_some() {
                    self.process.close(at, &event.by, Ending::SentBack, &event.note);
                    self.process.begin(*step, told, Holder { name: to.clone(), account: *person }, rules);
                }
            }
            Kind::Assigned { to, person, absent } => {
                let to = Holder { name: to.clone(), account: *person };
                if let Some(run) = self.process.open_mut() {
                    let from = run.holder.replace(to);
                    run.stands_in_for = from.as_ref().map(|holder| holder.name.clone()).filter(|_| *absent);
                    let (by, reason) = (event.by.clone(), event.note.clone());
                    run.reassigned.push(Reassigned { at, by, from, absent: *absent, reason });
                }
            }
            Kind::Consulted { whom, due } => self.consultations.push(elsewhere(event, whom, *due, at)),
            Kind::LegStarted { agency, due } => self.legs.push(elsewhere(event, agency, Some(*due), at)),
            Kind::Answered { asked } => {
                let mut all = self.consultations.iter_mut().chain(&mut self.legs);
                if let Some(it) = all.find(|it| it.seq == *asked) {
                    (it.answered, it.answer) = (Some(at), event.note.clone());
                }
            }
            Kind::ApologyDrafted { new_due } => self.draft_apology(event, *new_due, at),
            Kind::ApologyApproved => self.with_draft(|draft| draft.approved_by = Some(event.by.clone())),
            Kind::ApologyNumbered { number } => self.with_draft(|draft| draft.number = Some(number.clone())),
            Kind::ApologyIssued { new_due } => self.send_apology(event, *new_due, at, rules),
            Kind::DueChanged { to, why, .. } => self.clock.promise(event, at, Some(*to), *why, rules),
            Kind::OriginalsHeld { component, count } => {
                let held = self.originals.entry(component.clone()).or_default();
                held.taken = held.taken.saturating_add(*count);
            }
            Kind::OriginalsReturned { component, count } => {
                let held = self.originals.entry(component.clone()).or_default();
                held.returned = held.returned.saturating_add(*count);
            }
            Kind::Signed => self.signed = Some(at),
            Kind::Done { result, number, summary, channel, skipped } => {
                self.ended.get_or_insert(at);
                let (number, summary, by) = (number.clone(), summary.clone(), event.by.clone());
                self.result = Some(Outcome { at, by, file: *result, number, summary, channel: *channel });
                self.process.close(at, &event.by, Ending::Done, "");
                self.process.give_back(told, skipped);
            }
            Kind::Delivered { how } => {
                self.given = Some(Given { at, by: event.by.clone(), how: how.clone() });
                self.process.close(at, &event.by, Ending::Done, "");
            }
            Kind::Reminded => self.reminders.push(remark(event, at)),
            Kind::FindingMade => self.findings.push(remark(event, at)),
            Kind::FindingAnswered { finding } => {
                if let Some(it) = self.findings.iter_mut().find(|it| it.seq == *finding) {
                    (it.answered, it.answer) = (Some(at), event.note.clone());
                }
            }
            Kind::NoteAdded | Kind::SeenAtPortal { .. } => {}
        }
    }

    fn end(&mut self, event: &Event, at: LocalMoment) {
        self.ended.get_or_insert(at);
        self.clock.resume(at);
        self.process.close(at, &event.by, Ending::Ended, &event.note);
    }

    fn ask_supplement(&mut self, event: &Event, items: Vec<SupplementItem>, at: LocalMoment, rules: &Rules<'_>) {
        let rule = &rules.profile.supplement;
        let notice = TimeLimit::of(rule.notice_within, rule.notice_unit);
        let told_by = deadline::due(self.clock.start, &notice, rules.calendar, rules.hours);
        let passed = self.clock.due.filter(|_| self.standing(at, rules) == Standing::Overdue);
        self.supplements.push(Supplement {
            asked: at,
            by: event.by.clone(),
            items,
            why_again: if self.supplements.is_empty() { String::new() } else { event.note.clone() },
            answer_until: None,
            late: told_by.is_ok_and(|until| until.moment() < at),
            overdue: passed.map(|due| self.not_kept(due)),
            answered: None,
            applicant_days: None,
        });
        self.signed = None;
        self.process.close(at, &event.by, Ending::Supplement, "");
        self.clock.pause(PauseCause::Supplement, at);
        if rules.profile.on_supplement == OnSupplement::Restart {
            self.clock.due = None;
        }
    }

    fn take_supplement(&mut self, (seq, at): (u64, LocalMoment), rules: &Rules<'_>) {
        let to = rules.counts_from(at, None);
        if let Some(supplement) = self.supplements.last_mut() {
            supplement.answered = Some(at);
            supplement.applicant_days = Some(rules.working_days(supplement.asked, to));
        }
        self.clock.resume(to);
        // Never accepted, or to be counted from zero: the limit runs from the complete dossier.
        if self.clock.due.is_none() {
            self.clock.restart(at, rules);
        }
        self.process.receive((seq, at), rules);
    }

    /// The clock and the open step go on after a pause.
    fn go_on(&mut self, at: LocalMoment, rules: &Rules<'_>) {
        self.clock.resume(rules.counts_from(at, None));
        let pauses: Vec<Span> = self.clock.spans().collect();
        self.process.resume(&pauses, rules);
    }

    /// Where something was handed on without naming a step: from the reception to the step after it, else within the step.
    fn next_step(&self) -> Option<u32> {
        let open = self.process.open()?.step;
        Some(if open == 0 { self.process.onward().first().copied().unwrap_or(0) } else { open })
    }

    fn hand_on(
        &mut self,
        event: &Event,
        step: Option<u32>,
        holder: Holder,
        skipped: &[Skipped],
        at: LocalMoment,
        rules: &Rules<'_>,
    ) {
        let Some(step) = step else { return };
        if self.process.open().is_some_and(|run| run.step == step) {
            if let Some(run) = self.process.open_mut() {
                run.holder = Some(holder);
            }
            return;
        }
        self.process.close(at, &event.by, Ending::Done, "");
        self.process.begin(step, (event.seq, at), holder, rules);
        if let Some(run) = self.process.open_mut() {
            run.skipped = skipped.to_vec();
        }
    }

    fn draft_apology(&mut self, event: &Event, new_due: LocalMoment, at: LocalMoment) {
        self.apologies.retain(|apology| apology.sent.is_some());
        self.apologies.push(Apology::draft(at, &event.by, &event.note, new_due));
    }

    fn with_draft(&mut self, change: impl FnOnce(&mut Apology)) {
        if let Some(draft) = self.apologies.last_mut().filter(|apology| apology.sent.is_none()) {
            change(draft);
        }
    }

    fn send_apology(&mut self, event: &Event, new_due: LocalMoment, at: LocalMoment, rules: &Rules<'_>) {
        if self.apology_under_way().is_none() {
            self.draft_apology(event, new_due, at);
        }
        let last_day = self.clock.due.and_then(|due| rules.last_apology_day(due.date));
        self.with_draft(|apology| {
            (apology.sent, apology.new_due) = (Some(at), new_due);
            apology.late = last_day.is_some_and(|last| last < at.date);
        });
        self.clock.promise(event, at, Some(new_due), DueCause::Apology, rules);
    }
}

fn without_reasons(components: &[ComponentCode]) -> Vec<SupplementItem> {
    let item = |code: &ComponentCode| SupplementItem { component: Some(code.clone()), reason: String::new() };
    components.iter().map(item).collect()
}

fn elsewhere(event: &Event, agency: &str, due: Option<LocalMoment>, asked: LocalMoment) -> Elsewhere {
    let (agency, content) = (agency.to_owned(), event.note.clone());
    Elsewhere { seq: event.seq, agency, content, asked, due, answered: None, answer: String::new() }
}

fn remark(event: &Event, at: LocalMoment) -> Remark {
    let (by, text) = (event.by.clone(), event.note.clone());
    Remark { seq: event.seq, at, by, text, answered: None, answer: String::new() }
}
