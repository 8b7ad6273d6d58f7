//! The check before sending, whole: what [`crate::check`] finds of form and components, and what the papers themselves tell. The same
//! rules on desktop and hub: what only one of them knows (pages, letterheads) is passed in as plain values.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    answers::{Answers, Value},
    check::{self, Basis, DocumentSummary, Finding, FindingKind, Place},
    date::Date,
    digest::Digest,
    evaluate::{Evaluation, FieldState},
    form::{FieldKind, Form, LetterheadPart},
    key::{ComponentCode, RowId},
    procedure::{Channel, Procedure},
    text,
};

/// One paper as it lies in the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PaperFacts {
    pub component: ComponentCode,
    pub row: Option<RowId>,
    pub title: String,
    /// Of every file it was made of, byte for byte: a paper scanned twice differs, the same file given twice does not.
    pub sources: Vec<Digest>,
    /// Of the file that is sent.
    pub media_type: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub letterhead: Option<Letterhead>,
}

/// What was read in a letterhead. It may be misread: nothing that rests on it blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Letterhead {
    pub number: Option<String>,
    pub date: Option<Date>,
    pub agency: Option<String>,
    pub summary: Option<String>,
    pub signer: Option<String>,
}

/// Checks a dossier with its papers. `today` is what rules see as today.
pub fn check(
    procedure: &Procedure,
    form: &Form,
    answers: &Answers,
    documents: &[DocumentSummary],
    papers: &[PaperFacts],
    today: Date,
) -> Vec<Finding> {
    let evaluation = Evaluation::of(form, answers, today);
    let mut findings = check::check(procedure, form, answers, documents, today);
    findings.extend(sets(procedure));
    findings.extend(slots(form, &evaluation, papers));
    findings.extend(twice(papers));
    findings.extend(papers.iter().filter_map(|paper| not_yet(paper, today)));
    findings.extend(differences(form, &evaluation, papers));
    findings
}

/// Why `procedure` takes no paper dossier on `day` (the rule of Bà Rịa–Vũng Tàu 5436/UBND-VP and its like): the day since when it
/// is so. For the gate at a service centre, and before anything is printed to be handed in.
pub fn online_only(procedure: &Procedure, day: Date) -> Option<Date> {
    let ordered = procedure.online_only_from.filter(|from| *from <= day);
    // A procedure that offers nothing but the online channel has never taken paper.
    let offered = procedure.channels.iter().any(|channel| *channel != Channel::Online);
    ordered.or_else(|| (!offered && !procedure.channels.is_empty()).then_some(procedure.valid_from))
}

/// More than one set is a reminder for the papers: what is sent is sent once.
fn sets(procedure: &Procedure) -> Option<Finding> {
    let first = procedure.components.first().filter(|_| procedure.sets > 1)?;
    let paper = procedure.components.iter().any(|component| !component.electronic_ok);
    let place = Place::Component { component: first.code.clone(), row: None };
    let what = FindingKind::Sets { sets: procedure.sets };
    paper.then(|| Finding { place, what, blocking: false, why: Basis::of(procedure) })
}

/// What a place for files does not take.
fn slots(form: &Form, evaluation: &Evaluation, papers: &[PaperFacts]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for state in evaluation.fields.iter().filter(|state| state.visible) {
        let Some(FieldKind::FileSlot(slot)) = form.field(state.field.as_str()).map(|field| &field.kind) else {
            continue;
        };
        for paper in papers.iter().filter(|paper| paper.component == slot.component && paper.row == state.row) {
            let mut add = |what| {
                let place = Place::Field { field: state.field.clone(), row: state.row.clone() };
                findings.push(Finding { place, what, blocking: true, why: Some(Basis::Form) });
            };
            let known = slot.media.is_empty() || paper.media_type.is_empty();
            if !known && !slot.media.iter().any(|media| takes(media, &paper.media_type)) {
                let (title, media) = (paper.title.clone(), slot.media.clone());
                add(FindingKind::WrongMedia { title, media });
            }
            if paper.bytes > slot.max_bytes {
                let (bytes, max) = (paper.bytes, slot.max_bytes);
                add(FindingKind::FileTooLarge { title: paper.title.clone(), bytes, max });
            }
        }
    }
    findings
}

/// `image/*` takes every picture.
fn takes(media: &str, given: &str) -> bool {
    match media.strip_suffix('*') {
        Some(start) => given.starts_with(start),
        None => media.eq_ignore_ascii_case(given),
    }
}

/// The same file in two papers. One kind of paper may be asked for twice, so it is a question and nothing more.
fn twice(papers: &[PaperFacts]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (i, paper) in papers.iter().enumerate() {
        let same = |other: &&PaperFacts| paper.sources.iter().any(|source| other.sources.contains(source));
        if let Some(other) = papers.get(..i).unwrap_or_default().iter().find(same) {
            let (of, title) = (other.component.clone(), other.title.clone());
            let what = FindingKind::DuplicatePaper { of, title };
            findings.push(Finding { place: of_paper(paper), what, blocking: false, why: None });
        }
    }
    findings
}

/// Dated after today.
fn not_yet(paper: &PaperFacts, today: Date) -> Option<Finding> {
    let date = paper.letterhead.as_ref()?.date.filter(|date| *date > today)?;
    Some(Finding { place: of_paper(paper), what: FindingKind::PaperInFuture { date }, blocking: false, why: None })
}

fn of_paper(paper: &PaperFacts) -> Place {
    Place::Component { component: paper.component.clone(), row: paper.row.clone() }
}

/// Where the form says one thing and the letterhead of its paper another.
fn differences(form: &Form, evaluation: &Evaluation, papers: &[PaperFacts]) -> Vec<Finding> {
    let compared = form.fields().filter_map(|field| {
        let from = field.from_paper.as_ref()?;
        let state =
            evaluation.state(field.id.as_str(), None).filter(|state| state.visible && state.malformed.is_none())?;
        let mut letterheads =
            papers.iter().filter(|it| it.component == from.component).filter_map(|it| it.letterhead.as_ref());
        // Of several papers of a component any may be the one that is meant.
        let read: Vec<String> = letterheads.by_ref().filter_map(|it| read(it, from.part)).collect();
        let said = said(state)?;
        let agrees = read.is_empty() || read.iter().any(|read| agree(&said, read, from.part));
        let paper = read.into_iter().next().filter(|_| !agrees)?;
        let place = Place::Field { field: field.id.clone(), row: None };
        let what = FindingKind::Differs { part: from.part, said, paper };
        Some(Finding { place, what, blocking: false, why: None })
    });
    compared.collect()
}

fn read(letterhead: &Letterhead, part: LetterheadPart) -> Option<String> {
    match part {
        LetterheadPart::Number => letterhead.number.clone(),
        LetterheadPart::Date => letterhead.date.map(Date::shown),
        LetterheadPart::Agency => letterhead.agency.clone(),
        LetterheadPart::Summary => letterhead.summary.clone(),
        LetterheadPart::Signer => letterhead.signer.clone(),
        // Written in so many ways that a difference says nothing.
        LetterheadPart::Position | LetterheadPart::Addressee => None,
    }
}

fn said(state: &FieldState) -> Option<String> {
    match &state.value {
        Value::Text(text) => Some(text.parse::<Date>().map_or_else(|_| text.clone(), Date::shown)),
        Value::Organisation(organisation) => Some(organisation.name.clone()),
        _ => None,
    }
    .filter(|said| !said.trim().is_empty())
}

/// Marks, case and what stands between letters do not count: recognition errs there. A heading names its agency in capitals and
/// often with the one above it; a summary is long, and its beginning is what people copy.
fn agree(said: &str, read: &str, part: LetterheadPart) -> bool {
    let key = |text: &str| text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (said, read) = (key(said), key(read));
    match part {
        LetterheadPart::Number | LetterheadPart::Date => said == read,
        _ => said.contains(&read) || read.contains(&said),
    }
}

#[cfg(test)]
#[path = "preflight_tests.rs"]
mod tests;
