//! What each paper tells as a whole: its kind, its size, its dates, its signature, and where else it lies.

use super::{PaperFacts, Signature, Taken, of_paper};
use crate::{
    answers::Value,
    check::{Basis, DocumentSummary, Finding, FindingKind, Looked, Place},
    date::Date,
    evaluate::{Evaluation, FieldState},
    form::{FieldKind, FileSlot, Form, LetterheadPart, PaperKind},
    procedure::{Component, Procedure, Sign, Validity},
};

/// What a place for files does not take.
pub(super) fn slots(
    slots: &[(&FieldState, &FileSlot)],
    documents: &[DocumentSummary],
    papers: &[PaperFacts],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (state, slot) in slots {
        let place = || Place::Field { field: state.field.clone(), row: state.row.clone() };
        let mut add = |what, blocking| {
            findings.push(Finding { place: place(), what, blocking, why: Some(Basis::Form) });
        };
        for paper in papers.iter().filter(|paper| paper.component == slot.component && paper.row == state.row) {
            let known = slot.media.is_empty() || paper.media_type.is_empty();
            if !known && !slot.media.iter().any(|media| takes(media, &paper.media_type)) {
                let (title, media) = (paper.title.clone(), slot.media.clone());
                add(FindingKind::WrongMedia { title, media }, true);
            }
            if paper.bytes > slot.max_bytes {
                let (bytes, max) = (paper.bytes, slot.max_bytes);
                add(FindingKind::FileTooLarge { title: paper.title.clone(), bytes, max }, true);
            }
        }
        let here: Vec<_> = documents
            .iter()
            .filter(|it| it.component == slot.component && it.row == state.row && it.pages > 0)
            .collect();
        let sum = |of: fn(&DocumentSummary) -> u32| here.iter().map(|it| of(it)).fold(0, u32::saturating_add);
        match slot.needs {
            _ if here.is_empty() => {}
            Some(PaperKind::Original) if sum(|it| it.originals) == 0 => {
                add(FindingKind::TooFewOriginals { have: 0, need: 1 }, false);
            }
            Some(PaperKind::CertifiedCopy) if sum(|it| it.originals.saturating_add(it.copies)) == 0 => {
                add(FindingKind::TooFewCopies { have: 0, need: 1 }, false);
            }
            Some(PaperKind::Photo) if sum(|it| it.pages) > slot.max => {
                add(FindingKind::TooManyPages { have: sum(|it| it.pages), max: slot.max }, false);
            }
            _ => {}
        }
    }
    findings
}

/// The visible places for files.
pub(super) fn slots_of<'a>(form: &'a Form, evaluation: &'a Evaluation) -> Vec<(&'a FieldState, &'a FileSlot)> {
    let slot = |state: &'a FieldState| match form.field(state.field.as_str()).map(|field| &field.kind) {
        Some(FieldKind::FileSlot(slot)) => Some((state, slot)),
        _ => None,
    };
    evaluation.fields.iter().filter(|state| state.visible).filter_map(slot).collect()
}

/// `image/*` takes every picture.
fn takes(media: &str, given: &str) -> bool {
    match media.strip_suffix('*') {
        Some(start) => given.starts_with(start),
        None => media.eq_ignore_ascii_case(given),
    }
}

/// What the hub would refuse.
pub(super) fn limits(taken: &Taken, papers: &[PaperFacts]) -> Vec<Finding> {
    let Some(hub) = &taken.hub else { return vec![] };
    let mut findings = Vec::new();
    let mut add = |place, what| findings.push(Finding { place, what, blocking: true, why: Some(Basis::Hub) });
    let have = u32::try_from(papers.len()).unwrap_or(u32::MAX);
    if have > hub.max_files {
        add(Place::Dossier, FindingKind::TooManyFilesInAll { have, max: hub.max_files });
    }
    for paper in papers {
        let title = || paper.title.clone();
        if paper.bytes > hub.max_file_bytes {
            let (bytes, max) = (paper.bytes, hub.max_file_bytes);
            add(of_paper(paper), FindingKind::FileTooLarge { title: title(), bytes, max });
        }
        let accepted = hub.accepted_types.contains(&paper.media_type);
        if !accepted {
            let media = hub.accepted_types.clone();
            add(of_paper(paper), FindingKind::WrongMedia { title: title(), media });
        }
    }
    findings
}

/// The same file in two papers, here or in an earlier dossier. One kind of paper may be asked for twice, and one paper serve two
/// dossiers, so it is a question and nothing more.
pub(super) fn twice(papers: &[PaperFacts]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (i, paper) in papers.iter().enumerate() {
        let mut add = |what| findings.push(Finding { place: of_paper(paper), what, blocking: false, why: None });
        let same = |other: &&PaperFacts| paper.sources.iter().any(|source| other.sources.contains(source));
        if let Some(other) = papers.get(..i).unwrap_or_default().iter().find(same) {
            add(FindingKind::DuplicatePaper { of: other.component.clone(), title: other.title.clone() });
        }
        if let Some(earlier) = &paper.elsewhere {
            add(FindingKind::AlsoIn { dossier: earlier.code.clone(), title: earlier.title.clone() });
        }
    }
    findings
}

/// What a paper tells that its component does not want.
pub(super) fn findings(
    procedure: &Procedure,
    form: &Form,
    evaluation: &Evaluation,
    slots: &[(&FieldState, &FileSlot)],
    paper: &PaperFacts,
    today: Date,
) -> Vec<Finding> {
    let mut findings = Vec::from_iter(not_yet(paper, today));
    let Some(component) = procedure.component(paper.component.as_str()) else { return findings };
    let its = |(state, slot): &&(&FieldState, &FileSlot)| slot.component == component.code && state.row == paper.row;
    let slot = slots.iter().find(its).map(|(_, slot)| *slot);
    findings.extend(expired(procedure, component, form, evaluation, paper, today));
    findings.extend(unsigned(procedure, component, slot, paper));
    let digitise = slot.and_then(|slot| slot.digitise).unwrap_or(component.digitise);
    // A file that carries its own text or signature is better than a picture of it; only pictures are meant.
    if digitise && !paper.digitised && paper.media_type.starts_with("image/") {
        let why = Basis::of_component(procedure, component.code.as_str(), "digitise");
        findings.push(Finding { place: of_paper(paper), what: FindingKind::NotDigitised, blocking: false, why });
    }
    findings
}

/// Dated after today.
fn not_yet(paper: &PaperFacts, today: Date) -> Option<Finding> {
    let date = paper.letterhead.as_ref()?.date.filter(|date| *date > today)?;
    Some(Finding { place: of_paper(paper), what: FindingKind::PaperInFuture { date }, blocking: false, why: None })
}

/// Issued too long ago. By the day that the form gives for it, it stands in the way; by the day read on it, or on which one that was
/// taken over came in, it is only told.
fn expired(
    procedure: &Procedure,
    component: &Component,
    form: &Form,
    evaluation: &Evaluation,
    paper: &PaperFacts,
    today: Date,
) -> Option<Finding> {
    let valid = component.validity()?;
    let said = form.fields().find_map(|field| {
        let from = field.from_paper.as_ref()?;
        let its = from.component == component.code && from.part == LetterheadPart::Date;
        let state = evaluation.state(field.id.as_str(), None).filter(|state| its && state.visible)?;
        match &state.value {
            Value::Text(text) => text.parse::<Date>().ok(),
            _ => None,
        }
    });
    let read = said.or_else(|| paper.letterhead.as_ref()?.date);
    let issued = read.or(paper.came)?;
    let until = valid.until(issued)?;
    (until < today).then(|| Finding {
        place: of_paper(paper),
        what: FindingKind::PaperExpired { issued, read: read.is_some(), valid, until },
        blocking: said.is_some(),
        why: Basis::of_component(
            procedure,
            component.code.as_str(),
            match valid {
                Validity::Months(_) => "valid_months",
                Validity::Days(_) => "valid_days",
            },
        ),
    })
}

/// No signature was seen where there should be one; of what nobody looked at, nothing is said.
fn unsigned(
    procedure: &Procedure,
    component: &Component,
    slot: Option<&FileSlot>,
    paper: &PaperFacts,
) -> Option<Finding> {
    let by = slot.and_then(|slot| slot.sign).unwrap_or(component.sign);
    let looked = match paper.signature {
        Signature::NoInk => Looked::Scan,
        Signature::Unsigned => Looked::Digital,
        Signature::NotLooked | Signature::Signed | Signature::Ink => return None,
    };
    (by != Sign::None).then(|| Finding {
        place: of_paper(paper),
        what: FindingKind::SignatureUnseen { by, looked },
        blocking: false,
        why: Basis::of_component(procedure, component.code.as_str(), "sign"),
    })
}
