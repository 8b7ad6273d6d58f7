//! Procedures that are no longer taken on paper: the departments' lists, the gate at the desk, and what is given to who came with
//! paper.

mod asked;
mod printed;
mod with_hub;

use std::path::Path;

use dossier::{
    Date, Procedure, ProcedureCode, Timestamp,
    no_paper::{Approval, NoPaperLine, NoPaperList, NoPaperSince},
    preflight,
    procedure::ProvenanceStatus,
    text,
};
use store::{GateVisit, ListAtHub, ListState, StoredList};
use uuid::Uuid;

use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code, reading},
};

pub use asked::*;

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_no_paper(&self, request: NoPaperRequest) -> Result<NoPaperAnswer, Fault> {
        use NoPaperAnswer as A;
        use NoPaperRequest as R;
        Ok(match request {
            R::Lists => A::Lists(self.no_paper_lists().await?),
            R::Save { department, lines } => A::List(self.save_no_paper(&department, lines).await?),
            R::Discard { department } => {
                self.discard_no_paper(&department).await?;
                A::Lists(self.no_paper_lists().await?)
            }
            R::Send { department } => A::List(self.send_list(&department).await?),
            R::Exchange => A::Exchanged(self.exchange_lists().await?),
            R::Taken => A::Taken(self.taken_on_paper().await?),
            R::Approve { department, approval } => A::List(self.approve_no_paper(&department, approval).await?),
            R::Import { file } => A::List(self.import_no_paper(&file).await?),
            R::Export { department, file } => A::Printed(self.export_no_paper(&department, &file).await?),
            R::Print { department, revision, file } => {
                A::Printed(self.print_no_paper(&department, revision, &file).await?)
            }
            R::Gate { procedure } => A::Gate(Box::new(self.gate(&procedure).await?)),
            R::Guide { procedure, who, file } => {
                let printed = self.print_guidance(&procedure, &file).await?;
                self.note_visit(&procedure, store::GateOutcome::Guided, &who, "").await?;
                A::Printed(printed)
            }
            R::Visit { procedure, who, helped, reason } => {
                let outcome = if helped { store::GateOutcome::Helped } else { store::GateOutcome::Exception };
                if !helped && reason.trim().is_empty() {
                    return Err(Fault::new(Code::ReasonMissing));
                }
                self.note_visit(&procedure, outcome, &who, &reason).await?;
                A::Noted
            }
            R::Visits { from, to } => A::Visits(self.gate_report(from, to).await?),
        })
    }

    /// Every list, the newest of each department first.
    pub(crate) async fn no_paper_lists(&self) -> Result<Vec<NoPaperView>, Fault> {
        let (store, mut views) = (self.store().await?, Vec::<NoPaperView>::new());
        let at_hub = store.lists_at_hub().await?;
        for stored in store.lists().await?.into_iter().rev() {
            let list: NoPaperList = serde_json::from_str(&stored.json)
                .map_err(|_| Fault::new(Code::StoreCorrupt).with("detail", "list"))?;
            let of_it = |it: &&ListAtHub| it.department == list.department && it.revision == list.revision;
            let hub = with_hub::standing(at_hub.iter().find(of_it));
            let (saved_at, saved_by, in_force) = (stored.saved_at, stored.saved_by, false);
            views.push(NoPaperView { list, saved_at, saved_by, in_force, hub });
        }
        for at in 0..views.len() {
            views[at].in_force = counts(&views, at);
        }
        Ok(views)
    }

    /// The list in force and the draft of a department.
    async fn no_paper_of(&self, department: &str) -> Result<(Option<NoPaperList>, Option<NoPaperList>), Fault> {
        let of_it = self.no_paper_lists().await?.into_iter().filter(|view| view.list.department == department);
        let (mut in_force, mut draft) = (None, None);
        for view in of_it {
            if view.in_force {
                in_force = Some(view.list);
            } else if view.list.approval.is_none() {
                draft = Some(view.list);
            }
        }
        Ok((in_force, draft))
    }

    async fn save_no_paper(&self, department: &str, lines: Vec<NoPaperLine>) -> Result<NoPaperView, Fault> {
        let _turn = self.saving_lists.lock().await;
        let department = text::nfc(department.trim());
        let clean = |line: NoPaperLine| NoPaperLine {
            basis: text::nfc(line.basis.trim()),
            except: text::nfc(line.except.trim()),
            ..line
        };
        let draft = self.no_paper_of(&department).await?.1;
        // Above every one that was ever approved here, also where the hub refused it.
        let all = self.no_paper_lists().await?.into_iter().filter(|view| view.list.department == department);
        let newest = all.filter(|view| view.list.approval.is_some()).map(|view| view.list.revision).max();
        let next = newest.map_or(1, |newest| newest + 1);
        let revision = draft.map_or(next, |list| list.revision.max(next));
        let lines = lines.into_iter().map(clean).collect();
        let list = NoPaperList { department, revision, lines, approval: None };
        self.keep_list(list, false, "no_paper.saved").await
    }

    async fn discard_no_paper(&self, department: &str) -> Result<(), Fault> {
        let _turn = self.saving_lists.lock().await;
        let draft = self.no_paper_of(department).await?.1;
        let draft = draft.ok_or_else(|| Fault::new(Code::NotFound).with("what", "draft"))?;
        let gone = async |store: &store::Store, act: &store::Act<'_>| {
            store.discard_list(department, draft.revision, act).await
        };
        self.acting("no_paper.discarded", gone).await.map(drop)
    }

    async fn approve_no_paper(&self, department: &str, approval: Approval) -> Result<NoPaperView, Fault> {
        let _turn = self.saving_lists.lock().await;
        let (in_force, draft) = self.no_paper_of(department).await?;
        let draft = draft.ok_or_else(|| Fault::new(Code::NotFound).with("what", "draft"))?;
        if approval.on > self.today()? {
            return Err(Fault::new(Code::BadValue).with("field", "on").with("reason", approval.on));
        }
        let tidy = |text: String| text::nfc(text.trim());
        let Approval { by, title, number, on } = approval;
        let approval = Approval { by: tidy(by), title: tidy(title), number: tidy(number), on };
        let list = NoPaperList { approval: Some(approval), ..draft };
        if let Some(line) = list.backdated(in_force.as_ref()) {
            let fault = Fault::new(Code::BadValue).with("field", "from").with("reason", line.from);
            return Err(fault.with("procedure", &line.procedure));
        }
        let approved = self.keep_list(list, true, "no_paper.approved").await?;
        self.lists_changed();
        Ok(approved)
    }

    async fn import_no_paper(&self, file: &Path) -> Result<NoPaperView, Fault> {
        let name = file.display().to_string();
        let json = tokio::fs::read_to_string(file).await.map_err(|e| reading(&name, &e))?;
        let list = NoPaperList::from_json(&json).map_err(|problems| wrong(&problems).with("file", &name))?;
        if list.approval.is_none() {
            return Err(Fault::new(Code::BadFile).with("file", name).with("reason", "approval"));
        }
        let _turn = self.saving_lists.lock().await;
        self.keep_list(list, false, "no_paper.imported").await
    }

    /// All procedures of a list must be known: a code mistyped would keep no paper away. One that `waits` goes to the hub.
    async fn keep_list(&self, list: NoPaperList, waits: bool, act: &str) -> Result<NoPaperView, Fault> {
        let problems = list.problems();
        if !problems.is_empty() {
            return Err(wrong(&problems));
        }
        let catalogue = self.catalogue().await?;
        if let Some(line) = list.lines.iter().find(|line| catalogue.procedure(&line.procedure, None).is_none()) {
            return Err(Fault::new(Code::UnknownProcedure).with("procedure", &line.procedure));
        }
        let stored = self.stored(&list)?;
        let moved = if waits { None } else { self.moved_draft(&list).await? };
        let moved = moved.map(|draft| self.stored(&draft)).transpose()?;
        let hub = waits.then_some((ListState::Waiting, &serde_json::Value::Null));
        self.acting(act, async |store, act| store.save_list(&stored, hub, moved.as_ref(), act).await).await?;
        let kept = self.no_paper_lists().await?.into_iter();
        let same = |view: &NoPaperView| view.list.department == list.department && view.list.revision == list.revision;
        kept.into_iter().find(same).ok_or_else(|| Fault::unexpected("a list that was not kept"))
    }

    fn stored(&self, list: &NoPaperList) -> Result<StoredList, Fault> {
        Ok(StoredList {
            department: list.department.clone(),
            revision: list.revision,
            approved: list.approval.is_some(),
            json: serde_json::to_string(list).map_err(Fault::unexpected)?,
            saved_at: self.now(),
            saved_by: self.person(),
        })
    }

    /// The draft whose number an approved list of elsewhere takes, under the number it has from then on.
    async fn moved_draft(&self, list: &NoPaperList) -> Result<Option<NoPaperList>, Fault> {
        if list.approval.is_none() {
            return Ok(None);
        }
        let draft = self.no_paper_of(&list.department).await?.1.filter(|draft| draft.revision <= list.revision);
        Ok(draft.map(|draft| NoPaperList { revision: list.revision + 1, ..draft }))
    }

    /// What the lists in force say of a procedure; nothing where none of them names it.
    pub(crate) async fn list_says(&self, code: &ProcedureCode, day: Date) -> Result<Option<NoPaperSince>, Fault> {
        let lists = self.no_paper_lists().await?;
        Ok(lists.iter().filter(|view| view.in_force).find_map(|view| view.list.since(code, day)))
    }

    /// Of every procedure, whether it is taken on paper today.
    async fn taken_on_paper(&self) -> Result<Vec<TakenLine>, Fault> {
        let (today, catalogue, lists) = (self.today()?, self.catalogue().await?, self.no_paper_lists().await?);
        let mut lines = vec![];
        for line in self.procedures().await? {
            let code = line.code.parse().map_err(Fault::unexpected)?;
            let Some(procedure) = catalogue.procedure(&code, Some(line.revision)) else { continue };
            let says = lists.iter().filter(|view| view.in_force).find_map(|view| view.list.since(&code, today));
            let own = says.is_none().then(|| own_since(procedure, today)).flatten();
            lines.push(TakenLine {
                procedure: line.code,
                name: procedure.name.clone(),
                field: procedure.field.name.clone(),
                paper: says.is_none() && own.is_none(),
                certain: own.is_none_or(|(_, certain)| certain),
            });
        }
        Ok(lines)
    }

    /// Since when a procedure is not taken on paper: by the lists in force, else by the procedure's own data.
    pub(crate) async fn no_paper_since(
        &self,
        code: &ProcedureCode,
        day: Date,
    ) -> Result<Option<(NoPaperSince, bool)>, Fault> {
        if let Some(since) = self.list_says(code, day).await? {
            return Ok(Some((since, true)));
        }
        Ok(own_since(&self.procedure(code.as_str()).await?, day))
    }

    pub(crate) async fn gate(&self, code: &str) -> Result<GateView, Fault> {
        let procedure = self.procedure(code).await?;
        let found = self.no_paper_since(&procedure.code, self.today()?).await?;
        let portal = self.own_portal().await?;
        Ok(GateView {
            procedure: procedure.code.to_string(),
            name: procedure.name.clone(),
            certain: found.as_ref().is_none_or(|(_, certain)| *certain),
            no_paper: found.map(|(since, _)| since),
            link: portal.link_to(procedure.code.as_str()),
            support: portal.support.clone(),
        })
    }

    async fn note_visit(&self, code: &str, outcome: store::GateOutcome, who: &str, reason: &str) -> Result<(), Fault> {
        let procedure = self.procedure(code).await?.code.to_string();
        let (who, reason) = (text::nfc(who.trim()), text::nfc(reason.trim()));
        let by = self.person();
        let visit = GateVisit { id: Uuid::now_v7(), procedure, outcome, who, reason, at: self.now(), by };
        self.acting("gate.visit", async |store, act| store.add_gate_visit(&visit, act).await).await
    }

    async fn gate_report(&self, from: Date, to: Date) -> Result<GateReport, Fault> {
        let begin = |day: Date| self.begin_of(day);
        let next = to.plus_days(1).ok_or_else(|| Fault::new(Code::BadValue).with("field", "to"))?;
        let visits = self.store().await?.gate_visits(begin(from)?, begin(next)?).await?;
        let mut report =
            GateReport { guided: 0, helped: 0, exceptions: 0, by_procedure: Default::default(), lines: vec![] };
        for visit in visits {
            let of_it = report.by_procedure.entry(visit.procedure.clone()).or_default();
            let outcome = match visit.outcome {
                store::GateOutcome::Guided => {
                    (report.guided, of_it.guided) = (report.guided + 1, of_it.guided + 1);
                    GateOutcome::Guided
                }
                store::GateOutcome::Helped => {
                    (report.helped, of_it.helped) = (report.helped + 1, of_it.helped + 1);
                    GateOutcome::Helped
                }
                store::GateOutcome::Exception => {
                    (report.exceptions, of_it.exceptions) = (report.exceptions + 1, of_it.exceptions + 1);
                    GateOutcome::Exception
                }
            };
            let GateVisit { procedure, who, reason, at, by, .. } = visit;
            report.lines.push(GateLine { procedure, outcome, who, reason, at, by });
        }
        Ok(report)
    }

    /// The first instant of a day here.
    fn begin_of(&self, day: Date) -> Result<Timestamp, Fault> {
        let offset =
            time::UtcOffset::from_whole_seconds(self.host.utc_offset_minutes() * 60).map_err(Fault::unexpected)?;
        let begin = day.get().midnight().assume_offset(offset);
        let ms = i64::try_from(begin.unix_timestamp_nanos() / 1_000_000).map_err(Fault::unexpected)?;
        Timestamp::from_unix_ms(ms).ok_or_else(|| Fault::new(Code::BadValue).with("field", "from"))
    }
}

/// Whether this is the list of its department that counts: the newest approved one that the hub did not refuse, and of refused ones
/// alone the newest. The newer come first.
fn counts(views: &[NoPaperView], at: usize) -> bool {
    let department = &views[at].list.department;
    let refused = |view: &NoPaperView| matches!(view.hub, ListStanding::Refused { .. });
    let approved =
        |(_, view): &(usize, &NoPaperView)| view.list.department == *department && view.list.approval.is_some();
    let mut of_it = views.iter().enumerate().filter(approved);
    let newest = of_it.clone().next();
    of_it.find(|(_, view)| !refused(view)).or(newest).is_some_and(|(counting, _)| counting == at)
}

/// Since when by the procedure's own data, and whether somebody has looked that up.
fn own_since(procedure: &Procedure, day: Date) -> Option<(NoPaperSince, bool)> {
    let since = preflight::online_only(procedure, day)?;
    let value = procedure.provenance.values.get("online_only_from");
    let status = value.map_or(procedure.provenance.status, |value| value.status);
    let basis = value.map_or(&procedure.provenance.source, |value| &value.source).clone();
    let told = NoPaperSince { since, basis, except: String::new(), department: None, approval: None };
    Some((told, status == ProvenanceStatus::Real))
}

fn wrong(problems: &[dossier::Located]) -> Fault {
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Fault::new(Code::BadFile).with("reason", text.join("; "))
}

#[cfg(test)]
mod tests;
