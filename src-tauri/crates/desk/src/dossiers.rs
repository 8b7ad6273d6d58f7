//! Dossiers from the first answer to the outbox.

use dossier::{
    AgencyCode, Answers, ComponentCode, DocumentSummary, DossierId, Form, FormId, Procedure, ProvisionalCode, RowId,
    State, SubmissionId, Timestamp, Transition, Value, check,
    digest::Digest,
    evaluate::submission_view,
    form::{FieldKind, Prefill, TextFormat},
    preflight,
    procedure::ApplicantKind,
};
use serde::{Deserialize, Serialize};
use store::{
    Document, DocumentKind, DocumentStatus, Dossier, DossierHead, NewDossier, NewOutboxFile, NewSubmission,
    OutboxState, StoreError, Submission, SubmissionKind,
};
use time::UtcOffset;
use uuid::Uuid;
use wire::manifest::{self, Applicant, Manifest, ManifestFile};

use crate::{
    Desk, DossierView, Findings, Host, RemovedPaper,
    attending::KEEP_DISCARDED_MS,
    fault::{Fault, FaultCode as Code},
    filing,
    filling::{Carrying, carried},
    papers_in::{failure, is_sealed, later},
    reuse::people_of,
};

/// What the store keeps as a dossier's answers: with the form they answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub form: FormId,
    pub revision: u32,
    pub sha256: Digest,
    pub answers: Answers,
    /// What was set aside when the draft moved to another revision of its form.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub attic: Answers,
}

fn is_empty(answers: &Answers) -> bool {
    answers.0.is_empty()
}

/// A dossier with everything it is pinned to.
pub(crate) struct OpenDossier {
    pub record: Dossier,
    pub procedure: Procedure,
    pub form: Form,
    pub answers: Answers,
    pub attic: Answers,
}

/// A dossier exactly as it was checked.
pub(crate) struct Checked {
    pub open: OpenDossier,
    pub documents: Vec<Document>,
    pub findings: Findings,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn new_dossier(&self, code: &str, practice: bool) -> Result<DossierView, Fault> {
        if !practice {
            return self.begin_dossier(code, false, &Answers::default(), None).await;
        }
        let id = self.create_dossier(code, true, Answers::default()).await?;
        self.fill_practice(id).await?;
        self.show_dossier(id).await
    }

    /// Begins a dossier with the answers of another, and with what is known of the organisation that prepares it.
    pub(crate) async fn begin_dossier(
        &self,
        code: &str,
        practice: bool,
        answers: &Answers,
        from: Option<&Carrying>,
    ) -> Result<DossierView, Fault> {
        let form = self.current_form(&self.procedure(code).await?).await?;
        let mut begun = from.map(|from| carried(&form, answers, from)).unwrap_or_default();
        self.answer_of_own(&form, &mut begun).await?;
        let id = self.create_dossier(code, practice, begun).await?;
        self.show_dossier(id).await
    }

    async fn create_dossier(&self, code: &str, practice: bool, answers: Answers) -> Result<DossierId, Fault> {
        let procedure = self.procedure(code).await?;
        let form = self.current_form(&procedure).await?;
        self.pin(&procedure, &form).await?;

        let id = DossierId(Uuid::now_v7());
        let new = NewDossier {
            id,
            procedure_code: procedure.code.to_string(),
            procedure_revision: procedure.revision.to_string(),
            procedure_sha256: procedure.sha256(),
            provisional_code: Some(self.next_provisional_code().await?.to_string()),
            head: head(&procedure, &form, &answers),
            practice,
        };
        let draft = Draft {
            form: form.id.clone(),
            revision: form.revision,
            sha256: form.sha256(),
            answers,
            attic: Answers::default(),
        };
        let draft = serde_json::to_value(draft).map_err(Fault::unexpected)?;
        self.acting("dossier.created", async |store, act| store.begin_dossier(&new, Some(&draft), act).await).await?;
        Ok(id)
    }

    /// Sets answers, all of them or, when one field is unknown, none. Whether the dossier may be edited, and that a checked one is
    /// a draft again, the store decides with the save.
    pub(crate) async fn set_answers(&self, id: DossierId, typed: Vec<(String, String)>) -> Result<DossierView, Fault> {
        let _turn = self.saving.lock().await;
        let mut open = self.open_dossier(id).await?;
        let today = self.today()?;
        for (field, text) in &typed {
            let answer = filing::answer(&open.form, field, text, self.now(), today)?;
            open.answers.set(field.as_str(), answer);
        }
        self.save_answers(&open).await?;
        self.show_dossier(id).await
    }

    pub(crate) async fn save_answers(&self, open: &OpenDossier) -> Result<(), Fault> {
        let OpenDossier { record, procedure, form, answers, attic } = open;
        let head = head(procedure, form, answers);
        let draft = Draft {
            form: form.id.clone(),
            revision: form.revision,
            sha256: form.sha256(),
            answers: answers.clone(),
            attic: attic.clone(),
        };
        self.save(record, &draft, head).await
    }

    async fn save(&self, record: &Dossier, draft: &Draft, head: DossierHead) -> Result<(), Fault> {
        let draft = serde_json::to_value(draft).map_err(Fault::unexpected)?;
        let store = self.store().await?;
        store.save_answers(record.id, record.answers_version, &draft, &head, self.now()).await?;
        Ok(())
    }

    pub(crate) async fn open_dossier(&self, id: DossierId) -> Result<OpenDossier, Fault> {
        let record = self.store().await?.dossier(id).await?;
        let procedure =
            self.pinned_procedure(&record.procedure_code, &record.procedure_revision, record.procedure_sha256).await?;
        let (form, answers, attic) = if is_untouched(&record) {
            (self.current_form(&procedure).await?, Answers::default(), Answers::default())
        } else {
            // Taken for empty, what cannot be read would be overwritten by the next save. The reason may quote an answer.
            let draft = Draft::deserialize(&record.answers)
                .map_err(|_| Fault::new(Code::StoreCorrupt).with("detail", format!("answers of {id}")))?;
            let form = self.pinned_form(draft.form.as_str(), draft.revision, draft.sha256).await?;
            (form, draft.answers, draft.attic)
        };
        Ok(OpenDossier { record, procedure, form, answers, attic })
    }

    pub(crate) async fn current_form(&self, procedure: &Procedure) -> Result<Form, Fault> {
        let form = self.catalogue().await?.form_of(procedure).cloned();
        form.ok_or_else(|| Fault::new(Code::NotFound).with("what", format!("form {}", procedure.form.id)))
    }

    pub(crate) async fn show_dossier(&self, id: DossierId) -> Result<DossierView, Fault> {
        let open = self.open_dossier(id).await?;
        let documents = self.store().await?.documents(id).await?;
        self.view(&open, &documents).await
    }

    pub(crate) async fn view(&self, open: &OpenDossier, stored: &[Document]) -> Result<DossierView, Fault> {
        let OpenDossier { record, procedure, answers, .. } = open;
        let (store, id) = (self.store().await?, record.id);
        let mut documents = vec![];
        for document in stored {
            documents.push(self.document_view(document).await?);
        }
        let editable = matches!(record.state, State::Draft | State::Ready | State::SupplementRequested);
        let away = if editable { store.discarded_documents(id).await? } else { vec![] };
        let mut removed = Vec::with_capacity(away.len());
        for (document, at) in away {
            let document = self.document_view(&document).await?;
            removed.push(RemovedPaper { document, until: later(at, KEEP_DISCARDED_MS) });
        }
        let at_hub = !store.receipts(id).await?.is_empty();
        let mut events = vec![];
        let noted = store.portal_notes(id).await?;
        for json in store.events(id).await?.into_iter().map(|event| event.json).chain(noted) {
            events.push(serde_json::from_value(json).map_err(Fault::unexpected)?);
        }
        Ok(DossierView {
            id,
            procedure: procedure.code.to_string(),
            revision: procedure.revision,
            name_vi: procedure.name.vi.clone(),
            name_en: procedure.name.en.clone(),
            state: record.state,
            provisional_code: record.provisional_code.clone(),
            official_code: record.official_code.clone(),
            applicant: record.head.applicant.clone(),
            answers: answers.clone(),
            documents,
            removed,
            events,
            practice: record.practice,
            examples: crate::practice::examples(open),
            editable,
            at_hub,
            created_at: record.created_at,
            updated_at: record.updated_at,
        })
    }

    /// What stands between the dossier and sending.
    pub(crate) async fn check_dossier(&self, id: DossierId) -> Result<Findings, Fault> {
        Ok(self.checked(id).await?.findings)
    }

    /// Digitises what waits, where nothing in the background does; checks, and notes in the dossier's state what the check found.
    pub(crate) async fn checked(&self, id: DossierId) -> Result<Checked, Fault> {
        if !self.host.attends() {
            self.digitise_waiting().await?;
        }
        let mut open = self.open_dossier(id).await?;
        let documents = self.store().await?.documents(id).await?;
        let findings = self.findings(&open, &documents).await?;
        if matches!(open.record.state, State::Draft | State::Ready) {
            let check = Transition::Check { blocking: findings.blocking() };
            open.record.state =
                self.acting("dossier.checked", async |store, act| store.transition(id, &check, act).await).await?;
        }
        Ok(Checked { open, documents, findings })
    }

    pub(crate) async fn findings(&self, open: &OpenDossier, documents: &[Document]) -> Result<Findings, Fault> {
        let (mut summaries, mut unfinished) = (vec![], std::collections::BTreeMap::new());
        for document in documents {
            let hindrance = self.hindrance(document).await?;
            let hindered = hindrance.is_some();
            if let Some(fault) = document.failure.as_ref().map(failure).or(hindrance) {
                unfinished.insert(document.id.to_string(), fault);
            }
            let digitised = document.kind == DocumentKind::Pages && document.status == DocumentStatus::Done;
            // How many pages one has that is not digitised nobody knows; it is not ready for another reason, or whole.
            let pages = if digitised { self.made_of(document).await?.map_or(0, |made| made.pages) } else { 1 };
            let summary = summary(document, pages);
            // Made, but not to be sent like this.
            let status = if hindered { check::DocumentStatus::NeedsAttention } else { summary.status };
            summaries.push(DocumentSummary { status, ..summary });
        }
        let today = self.today()?;
        let (papers, taken) = (self.paper_facts(documents).await?, self.taken().await?);
        let no_paper = self.list_says(&open.procedure.code, today).await?;
        let mut findings = preflight::check(&preflight::Given {
            procedure: &open.procedure,
            form: &open.form,
            answers: &open.answers,
            documents: &summaries,
            papers: &papers,
            taken: &taken,
            no_paper: no_paper.as_ref(),
            today,
        });
        self.locate(&mut findings).await?;
        let ready = unfinished.is_empty() && !findings.iter().any(|finding| finding.blocking);
        let (findings, aside) = self.without_aside(open.record.id, findings, &papers).await?;
        Ok(Findings { dossier: open.record.id, ready, findings, aside, documents: unfinished })
    }

    /// Freezes the dossier as it was checked and queues it; from here on the outbox has it. Answers saved since are noticed by
    /// their version, papers added, edited or taken out since by comparing them in the same transaction.
    pub(crate) async fn submit_dossier(&self, id: DossierId) -> Result<DossierView, Fault> {
        if self.store().await?.dossier(id).await?.practice {
            return Err(Fault::new(Code::PracticeOnly));
        }
        let checked = self.checked(id).await?;
        if !checked.findings.ready {
            return Err(Fault::new(Code::NotReady).with("blocking", checked.findings.blocking()));
        }
        let state = checked.open.record.state;
        state.apply(&Transition::Submit { blocking: 0 }).map_err(StoreError::from)?;
        let submission = self.freeze(&checked).await?;
        self.acting("dossier.submitted", async |store, act| store.freeze(&submission, act).await).await?;
        self.outbox_changed();
        self.show_dossier(id).await
    }

    /// Takes the dossier back out of the outbox, so that it can be edited: as long as the hub cannot have it, or has refused it. Of what
    /// a parcel under way holds a person is told, and gives a `reason`.
    pub(crate) async fn reopen_dossier(&self, id: DossierId, reason: Option<&str>) -> Result<DossierView, Fault> {
        let state = self.store().await?.dossier(id).await?.state;
        let submission = self.under_way(id).await?.ok_or_else(|| forbids(state))?;
        let reason = reason.map(crate::portal::given).transpose()?;
        let taken = self
            .acting("dossier.reopened", async |store, act| {
                store.withdraw_submission(submission.id, reason.as_deref(), act).await
            })
            .await;
        taken.map_err(|fault| if fault.code == Code::Conflict { forbids(state) } else { fault })?;
        self.outbox_changed();
        self.show_dossier(id).await
    }

    /// A person says: try again. What was to be sent is due at once, and papers that could not be digitised are digitised anew.
    pub(crate) async fn retry_dossier(&self, id: DossierId) -> Result<DossierView, Fault> {
        let store = self.store().await?;
        let state = store.dossier(id).await?.state;
        if let Some(submission) = self.under_way(id).await? {
            // What is due, or being sent at this moment, needs no new try.
            if matches!(submission.state, OutboxState::Waiting | OutboxState::Quarantined) {
                self.acting("dossier.retried", async |store, act| store.retry_submission(submission.id, act).await)
                    .await?;
                self.outbox_changed();
            }
            return self.show_dossier(id).await;
        }
        let documents = store.documents(id).await?;
        let failed = |document: &&Document| document.status == DocumentStatus::Failed && !is_sealed(document);
        let failed: Vec<_> = documents.iter().filter(failed).collect();
        if failed.is_empty() {
            return Err(forbids(state));
        }
        for document in failed {
            self.acting("document.retried", async |store, act| store.retry_document(document.id, act).await).await?;
        }
        if self.host.attends() {
            self.papers_came();
        } else {
            self.digitise_waiting().await?;
        }
        self.show_dossier(id).await
    }

    /// The submission that the outbox has of this dossier; there is never more than one.
    async fn under_way(&self, id: DossierId) -> Result<Option<Submission>, Fault> {
        let ended = |submission: &Submission| matches!(submission.state, OutboxState::Done | OutboxState::Withdrawn);
        let submissions = self.store().await?.submissions(id).await?;
        Ok(submissions.into_iter().find(|submission| !ended(submission)))
    }

    pub(crate) async fn freeze(&self, checked: &Checked) -> Result<NewSubmission, Fault> {
        let open = &checked.open;
        let answers = submission_view(&open.form, &open.answers, self.today()?);
        let (mut files, mut manifest_files) = (vec![], vec![]);
        for document in &checked.documents {
            let (file, line) = self.frozen_file(document).await?;
            files.push(file);
            manifest_files.push(line);
        }
        let id = SubmissionId(Uuid::now_v7());
        let agency = self.agency().await?;
        let manifest = Manifest {
            version: manifest::VERSION,
            submission: id,
            dossier: open.record.id,
            procedure: open.procedure.pin(),
            profile: open.procedure.profile.clone(),
            agency,
            provisional_code: self.provisional_code(&open.record)?,
            applicant: applicant(&open.procedure, &open.form, &open.answers),
            prepared_by: open.record.head.prepared_by.clone().unwrap_or_else(|| self.person()),
            on_behalf_of: open.record.head.on_behalf_of.clone(),
            prepared_at: self.now(),
            answers_sha256: manifest::answers_sha256(&answers).map_err(Fault::unexpected)?,
            files: manifest_files,
        };
        let version = open.record.answers_version;
        Ok(sync::prepare(SubmissionKind::Submit, &manifest, answers, version, files)?)
    }

    pub(crate) async fn frozen_file(&self, document: &Document) -> Result<(NewOutboxFile, ManifestFile), Fault> {
        let rendition = self.made_of(document).await?;
        let digitised = document.kind == DocumentKind::Pages;
        let (blob, media_type) = if digitised {
            (rendition.map(|made| made.pdf), "application/pdf".to_owned())
        } else {
            let source = document.sources.first();
            (source.map(|s| s.blob), source.map_or_else(String::new, |s| s.media_type.clone()))
        };
        let blob = blob.ok_or_else(|| Fault::unexpected("a finished document without a file"))?;
        let head = &document.head;
        let line = ManifestFile {
            component: ComponentCode::from(head.component.as_str()),
            row: head.component_row.as_deref().map(RowId::from),
            sha256: blob.sha256,
            size: blob.size,
            media_type: media_type.clone(),
            title: head.title.clone(),
            originals: head.originals,
            copies: head.copies,
            digitised,
            reused: document.reused_from.is_some(),
        };
        let file = NewOutboxFile {
            blob,
            component: head.component.clone(),
            component_row: head.component_row.clone(),
            title: head.title.clone(),
            media_type,
        };
        Ok((file, line))
    }

    /// The agency this computer files for. Before enrolment nothing can be frozen: the hub decides the code's first part.
    async fn agency(&self) -> Result<AgencyCode, Fault> {
        let enrolment = self.store().await?.enrolment().await?;
        let enrolment = enrolment.ok_or_else(|| Fault::new(Code::NotEnrolled))?;
        enrolment.agency_code.parse().map_err(Fault::unexpected)
    }

    /// `T-<station>-<yymmdd>-<n>`: what the dossier is called until a hub names it.
    async fn next_provisional_code(&self) -> Result<ProvisionalCode, Fault> {
        let store = self.store().await?;
        let station = self.station().await?;
        let today = self.today()?;
        let serial = store.next_serial("provisional", &today.to_string()).await?;
        ProvisionalCode::new(&station, today, serial).map_err(Fault::unexpected)
    }

    /// What this computer is called in codes.
    pub(crate) async fn station(&self) -> Result<String, Fault> {
        Ok(match self.store().await?.enrolment().await? {
            Some(enrolment) => enrolment.station,
            // Not known to any hub yet: four digits of the installation's own id keep stations apart.
            None => {
                let device = self.device().await?.0.simple().to_string().to_ascii_uppercase();
                device[device.len() - 4..].to_owned()
            }
        })
    }

    fn provisional_code(&self, record: &Dossier) -> Result<ProvisionalCode, Fault> {
        let code = record.provisional_code.as_deref().ok_or_else(|| Fault::unexpected("no provisional code"))?;
        code.parse().map_err(Fault::unexpected)
    }

    /// The day it is here.
    pub(crate) fn today(&self) -> Result<dossier::Date, Fault> {
        self.day_of(self.now())
    }

    /// The day it was here.
    pub(crate) fn day_of(&self, at: Timestamp) -> Result<dossier::Date, Fault> {
        let offset = UtcOffset::from_whole_seconds(self.host.utc_offset_minutes() * 60).map_err(Fault::unexpected)?;
        let local = at.get().to_offset(offset);
        dossier::Date::within(local.date()).ok_or_else(|| Fault::new(Code::ClockWrong).with("minutes", "?"))
    }
}

/// Ended between making the dossier and its first save: what the store begins with is there, nothing was answered yet.
fn is_untouched(record: &Dossier) -> bool {
    record.answers.as_object().is_some_and(serde_json::Map::is_empty)
}

fn summary(document: &Document, pages: u32) -> DocumentSummary {
    let head = &document.head;
    DocumentSummary {
        component: ComponentCode::from(head.component.as_str()),
        row: head.component_row.as_deref().map(RowId::from),
        originals: head.originals,
        copies: head.copies,
        pages,
        status: match document.status {
            DocumentStatus::Done => check::DocumentStatus::Ready,
            DocumentStatus::Waiting | DocumentStatus::Working => check::DocumentStatus::Working,
            DocumentStatus::Failed => check::DocumentStatus::NeedsAttention,
        },
    }
}

/// What lists show. The name is read off the form by what its fields are prefilled from, so every form has one.
pub(crate) fn head(procedure: &Procedure, form: &Form, answers: &Answers) -> DossierHead {
    let who = applicant(procedure, form, answers);
    let text = |prefill| text_of(form, answers, |field| field.prefill == Some(prefill));
    DossierHead {
        title: procedure.name.vi.clone(),
        applicant: who.name,
        prepared_by: text(Prefill::Clerk),
        on_behalf_of: match answers.value("on_behalf_of") {
            Some(Value::Organisation(organisation)) => Some(organisation.name.clone()),
            _ => None,
        },
        people: Some(people_of(procedure, form, answers)),
    }
}

/// What the form says of the kind of applicant.
pub(crate) fn told_kind(form: &Form, answers: &Answers) -> Option<ApplicantKind> {
    let told = text_of(form, answers, |field| field.id.as_str() == "applicant_kind");
    told.and_then(|kind| serde_json::from_value::<ApplicantKind>(kind.into()).ok())
}

fn applicant(procedure: &Procedure, form: &Form, answers: &Answers) -> Applicant {
    let told = told_kind(form, answers);
    let named = |field: &&dossier::Field| {
        field.prefill == Some(Prefill::OwnOrganisation) || field.id.as_str() == "applicant_name"
    };
    let named = form.fields().find(named).filter(|_| told != Some(ApplicantKind::Citizen));
    let organisation = match named.and_then(|field| answers.value(field.id.as_str())) {
        Some(Value::Organisation(organisation)) => Some(organisation),
        _ => None,
    };
    let address = form.fields().find_map(|field| match answers.value(field.id.as_str()) {
        Some(Value::Address(address)) => Some(address.line.clone()),
        _ => None,
    });
    let prefilled = |prefill| text_of(form, answers, |field| field.prefill == Some(prefill));
    let formatted = |format| {
        text_of(form, answers, |field| matches!(&field.kind, FieldKind::Text { format: Some(f), .. } if *f == format))
    };
    Applicant {
        kind: told.or(procedure.applicants.first().copied()).unwrap_or(ApplicantKind::Citizen),
        name: organisation.map(|o| o.name.clone()).or_else(|| prefilled(Prefill::CardName)).unwrap_or_default(),
        identity_number: organisation.and_then(|o| o.tax_code.clone()).or_else(|| prefilled(Prefill::CardNumber)),
        phone: formatted(TextFormat::Phone),
        email: formatted(TextFormat::Email),
        address,
    }
}

/// The first answered text among the fields that fit.
fn text_of(form: &Form, answers: &Answers, fits: impl Fn(&dossier::Field) -> bool) -> Option<String> {
    form.fields().filter(|field| fits(field)).find_map(|field| match answers.value(field.id.as_str()) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    })
}

fn forbids(state: State) -> Fault {
    Fault::new(Code::StateForbids).with("state", state_name(state))
}

pub(crate) fn state_name(state: State) -> String {
    serde_json::to_value(state).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
