//! Papers that serve again: what was digitised for an earlier dossier of the same people is offered where the same kind of paper is asked
//! for, and taken over by one key. Its bytes are the ones that are here already.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use dossier::{
    Answers, ComponentCode, Date, DocumentId, DossierId, FieldId, FieldKind, Form, Origin, PageId, Procedure, State,
    Value,
    form::{LetterheadPart, PersonPart, Prefill},
    procedure::{ApplicantKind, Component},
    text::nfc,
};
use serde::{Deserialize, Serialize};
use store::{Document, DocumentHead, Reused};
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    Desk, DocumentView, Host, PageView,
    dossiers::{OpenDossier, told_kind},
    fault::{Fault, FaultCode as Code},
    papers_in::{Place, head_at},
    pictures::PictureName,
    worker::LetterheadFound,
};

/// So many papers are offered for one component.
const OFFERED: usize = 5;

/// A question about papers of earlier dossiers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ReuseRequest {
    /// What lies in earlier dossiers of the same people for components of this one that have no paper yet.
    Offered { dossier: DossierId },
    /// Takes one over. `expired`: it is known that it counts no more, and wanted all the same.
    Take { dossier: DossierId, component: ComponentCode, document: DocumentId, expired: bool },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum ReuseAnswer {
    /// By component as the procedure asks for them, then the newest first.
    Offered(Vec<EarlierPaper>),
    Taken(DocumentView),
}

/// A paper of an earlier dossier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EarlierPaper {
    /// The component of this dossier that it would serve.
    pub component: ComponentCode,
    pub document: DocumentId,
    pub title: String,
    pub pages: u32,
    /// Where it lies.
    pub dossier: DossierId,
    pub code: Option<String>,
    pub procedure: dossier::Words,
    /// The day that stands on it; where none was read, the day it came in.
    pub date: Date,
    pub read: bool,
    /// The last day on which it counts, where that is limited.
    pub until: Option<Date>,
    pub expired: bool,
    /// Of its first page.
    pub picture: Option<PictureName>,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_reuse(&self, what: ReuseRequest) -> Result<ReuseAnswer, Fault> {
        Ok(match what {
            ReuseRequest::Offered { dossier } => ReuseAnswer::Offered(self.earlier_papers(dossier).await?),
            ReuseRequest::Take { dossier, component, document, expired } => {
                ReuseAnswer::Taken(self.take_earlier(dossier, &component, document, expired).await?)
            }
        })
    }

    async fn earlier_papers(&self, id: DossierId) -> Result<Vec<EarlierPaper>, Fault> {
        let open = self.open_dossier(id).await?;
        let present = self.store().await?.documents(id).await?;
        let editable = matches!(open.record.state, State::Draft | State::Ready | State::SupplementRequested);
        if open.record.practice || !editable {
            return Ok(vec![]);
        }
        let mut known = HashMap::new();
        let mut offered = vec![];
        for component in &open.procedure.components {
            let lacks = !present.iter().any(|document| document.head.component == component.code.as_str());
            if lacks && is_reusable(&open.form, component) {
                offered.extend(self.papers_for(&open, component, &present, &mut known).await?);
            }
        }
        Ok(offered)
    }

    /// What there is for one component. `known`: dossiers that were opened already.
    async fn papers_for(
        &self,
        open: &OpenDossier,
        component: &Component,
        present: &[Document],
        known: &mut HashMap<DossierId, Arc<OpenDossier>>,
    ) -> Result<Vec<EarlierPaper>, Fault> {
        let whom = about(open, component);
        if whom.is_empty() {
            return Ok(vec![]);
        }
        let mut codes = BTreeSet::from([component.code.to_string()]);
        let catalogue = self.catalogue().await?;
        let all = catalogue.procedures().flat_map(|procedure| &procedure.components);
        codes.extend(all.filter(|other| component.serves_as(other)).map(|other| other.code.to_string()));
        let (people, codes) = (Vec::from_iter(whom.iter().cloned()), Vec::from_iter(codes));
        // The same file twice, or one that is here already, is one paper.
        let mut files: BTreeSet<Vec<_>> = present.iter().map(contents).collect();
        let mut papers = vec![];
        for document in self.store().await?.papers_naming(&people, &codes, open.record.id).await? {
            if papers.len() == OFFERED {
                break;
            }
            let of = match known.get(&document.dossier) {
                Some(of) => of.clone(),
                None => match self.open_dossier(document.dossier).await {
                    Ok(of) => known.entry(document.dossier).or_insert(Arc::new(of)).clone(),
                    // One that cannot be read any more holds up no other.
                    Err(_) => continue,
                },
            };
            let filed_as = of.procedure.component(&document.head.component);
            if filed_as.is_some_and(|it| serves(open, component, &of, it, &whom)) && files.insert(contents(&document)) {
                papers.push(self.earlier_paper(component, &of, &document).await?);
            }
        }
        Ok(papers)
    }

    async fn earlier_paper(
        &self,
        component: &Component,
        of: &OpenDossier,
        document: &Document,
    ) -> Result<EarlierPaper, Fault> {
        let pages: Vec<PageView> =
            self.document_pages(document.id).await?.into_iter().filter(|page| !page.removed).collect();
        let heads = pages.iter().map(|page| page.found.as_ref().and_then(|found| found.letterhead.as_ref()));
        let today = self.today()?;
        let read: Option<Date> = LetterheadFound::together(heads).and_then(|head| head.date?.parse().ok());
        let read = read.filter(|date| *date <= today);
        let date = read.map_or_else(|| self.day_of(document.came_at), Ok)?;
        let until = component.validity().and_then(|valid| valid.until(date));
        let record = &of.record;
        Ok(EarlierPaper {
            component: component.code.clone(),
            document: document.id,
            title: document.head.title.clone(),
            pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
            dossier: record.id,
            code: record.official_code.clone().or_else(|| record.provisional_code.clone()),
            procedure: of.procedure.name.clone(),
            date,
            read: read.is_some(),
            until,
            expired: until.is_some_and(|until| until < today),
            picture: pages.into_iter().next().map(|page| page.made.unwrap_or(page.picture)),
        })
    }

    /// # Errors
    /// [`Code::NotFound`] for a paper that is not offered; [`Code::BadValue`] for one that counts no more, where nobody said so.
    async fn take_earlier(
        &self,
        id: DossierId,
        component: &ComponentCode,
        document: DocumentId,
        expired: bool,
    ) -> Result<DocumentView, Fault> {
        let offered = self.earlier_papers(id).await?;
        let paper = offered.iter().find(|paper| paper.document == document && paper.component == *component);
        let paper = paper.ok_or_else(|| Fault::new(Code::NotFound).with("what", "document"))?;
        if paper.expired && !expired {
            return Err(Fault::new(Code::BadValue).with("field", "document").with("reason", "it counts no more"));
        }
        let (open, store) = (self.open_dossier(id).await?, self.store().await?);
        let earlier = store.document(document).await?;
        let head = head_at(&open, &Place { component: component.to_string(), row: None })?;
        if open.record.secrecy_declared_at.is_none() {
            self.acting("secrecy.declared", async |store, act| store.declare_secrecy(id, act).await).await?;
        }
        let new = Reused {
            id: DocumentId(Uuid::now_v7()),
            dossier: id,
            from: document,
            head: DocumentHead { file_name: earlier.head.file_name, ..head },
            pages: store.pages(document).await?.iter().map(|_| PageId(Uuid::now_v7())).collect(),
        };
        let made = self.acting("document.reused", async |store, act| store.reuse_document(&new, act).await).await?;
        self.document_view(&made).await
    }
}

/// The paper that a form takes its number from, and one that is filled in on an official template, are the dossier's own: the next
/// dossier has another. A paper asked for once a row is of the row.
fn is_reusable(form: &Form, component: &Component) -> bool {
    let own = form.fields().filter_map(|field| field.from_paper.as_ref());
    let mut own = own.filter(|from| from.part == LetterheadPart::Number && from.component == component.code);
    let of_its_own = component.template.is_some() || own.next().is_some();
    component.per_row.is_none() && (component.reuse.is_some() || !of_its_own)
}

/// Whether a paper filed as `filed_as` of another dossier is what `component` asks for, about the same people.
fn serves(
    open: &OpenDossier,
    component: &Component,
    of: &OpenDossier,
    filed_as: &Component,
    whom: &BTreeSet<String>,
) -> bool {
    if !component.serves_as(filed_as) || about(of, filed_as).is_disjoint(whom) {
        return false;
    }
    // Where nothing says whom it is about, it is about nobody who is not here too, as far as that can be told.
    component.reuse.is_some() || (names_only_the_known(of) && everybody(of).is_subset(&everybody(open)))
}

/// The files and frames a document is made of.
fn contents(document: &Document) -> Vec<(store::BlobName, Option<Vec<u32>>)> {
    document.sources.iter().map(|source| (source.blob.name, source.frames.clone())).collect()
}

/// What says who the paper of a component is about.
fn about(open: &OpenDossier, component: &Component) -> BTreeSet<String> {
    let told = component.reuse.as_ref().and_then(|reuse| reuse.about.as_ref());
    let whom = told.or_else(|| applicant_of(&open.procedure, &open.form, &open.answers));
    whom.map(|whom| marks_of(&open.form, &open.answers, whom)).unwrap_or_default()
}

/// Nobody is named in a dossier of whom nothing says who they are: in a row, or by name alone. Its clerk is in all of them.
fn names_only_the_known(open: &OpenDossier) -> bool {
    let (form, answers) = (&open.form, &open.answers);
    let answered = |field: &dossier::Field| answers.value(field.id.as_str()).is_some_and(|value| !value.is_empty());
    let of_people = |field: &dossier::Field| match &field.kind {
        FieldKind::Group(group) => group.fields.iter().any(|cell| cell.person.is_some()),
        _ => false,
    };
    let clerk = form.fields().find(|field| field.prefill == Some(Prefill::Clerk)).and_then(|it| it.person.as_ref());
    let unknown = |who: &&FieldId| {
        let named = form.parts_of(who.as_str()).any(|(part, field)| part == PersonPart::Name && answered(field));
        clerk.is_none_or(|clerk| clerk.who != **who) && named && marks_of(form, answers, who).is_empty()
    };
    !form.fields().any(|field| of_people(field) && answered(field)) && !form.people().iter().any(unknown)
}

fn everybody(open: &OpenDossier) -> BTreeSet<String> {
    people_of(&open.procedure, &open.form, &open.answers).into_iter().collect()
}

/// What says who the people of a dossier are: who files it, and everybody who has a number in it.
pub(crate) fn people_of(procedure: &Procedure, form: &Form, answers: &Answers) -> Vec<String> {
    let numbered = |who: &&FieldId| form.parts_of(who.as_str()).any(|(part, _)| part == PersonPart::Number);
    let people = form.people().into_iter().filter(numbered).chain(applicant_of(procedure, form, answers));
    let marks: BTreeSet<String> = people.flat_map(|who| marks_of(form, answers, who)).collect();
    marks.into_iter().collect()
}

/// Who of the form files the dossier.
fn applicant_of<'f>(procedure: &Procedure, form: &'f Form, answers: &Answers) -> Option<&'f FieldId> {
    let who = |field: &'f dossier::Field| field.person.as_ref().map(|of| &of.who);
    let citizen = told_kind(form, answers).or(procedure.applicants.first().copied()) == Some(ApplicantKind::Citizen);
    let organisation = form
        .fields()
        .find(|field| field.prefill == Some(Prefill::OwnOrganisation) || field.id.as_str() == "applicant_name");
    let organisation = organisation
        .filter(|field| !citizen && answers.value(field.id.as_str()).is_some_and(|value| !value.is_empty()));
    let carded = || form.fields().find(|field| field.prefill == Some(Prefill::CardName));
    organisation.and_then(who).or_else(|| carded().and_then(who)).or_else(|| {
        form.people().into_iter().find(|who| form.parts_of(who.as_str()).any(|(part, _)| part == PersonPart::Number))
    })
}

/// What says who somebody is: a number, an organisation's code or, where it gave none, its name; and the record they were taken from.
fn marks_of(form: &Form, answers: &Answers, who: &FieldId) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    for (part, field) in form.parts_of(who.as_str()) {
        let Some(answer) = answers.get(field.id.as_str()).filter(|answer| !answer.value.is_empty()) else { continue };
        match (part, &answer.value) {
            (PersonPart::Number, Value::Text(number)) => drop(marks.insert(format!("number:{}", number.trim()))),
            (PersonPart::Organisation, Value::Organisation(it)) => {
                marks.extend(it.tax_code.as_ref().map(|code| format!("number:{code}")));
                marks.extend(it.agency.as_ref().map(|code| format!("agency:{code}")));
                if it.tax_code.is_none() && it.agency.is_none() {
                    // With its marks: Tân Hà is not Tân Hạ.
                    let name = nfc(&it.name).to_lowercase();
                    marks.insert(format!("name:{}", name.split_whitespace().collect::<Vec<_>>().join(" ")));
                }
            }
            _ => {}
        }
    }
    // Where a name was taken from says who it is, unless a number was typed beside it that is another's.
    let answered = |field: &dossier::Field| answers.get(field.id.as_str()).filter(|answer| !answer.value.is_empty());
    let of = |wanted: PersonPart| {
        let field = form.parts_of(who.as_str()).find(|(part, _)| *part == wanted).map(|(_, field)| field)?;
        answered(field)
    };
    let told = [PersonPart::Number, PersonPart::Organisation, PersonPart::Name].into_iter().find_map(of);
    if let Some(Origin::Person { person }) = told.and_then(|answer| answer.origin.as_ref()) {
        marks.insert(format!("person:{person}"));
    }
    marks
}

#[cfg(test)]
mod tests;
