//! What a dossier still lacks before it can be sent, each thing with its place.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use finding::{AtPage, Basis, Finding, FindingKind, Looked, Place};

use crate::{
    answers::{Answers, Value},
    date::{Date, PartialDate},
    evaluate::{self, Evaluation, FieldState},
    form::{FieldKind, Form, Prefill},
    identity::{PersonalNumber, Sex},
    key::{ComponentCode, RowId},
    procedure::{Component, LimitRule, Need, Procedure},
};

mod finding;

/// What the check needs to know of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DocumentSummary {
    pub component: ComponentCode,
    /// For a component asked for each row of a group.
    pub row: Option<RowId>,
    pub originals: u32,
    /// Certified and plain copies.
    pub copies: u32,
    /// Pages that count: blank separators and deleted pages do not.
    pub pages: u32,
    pub status: DocumentStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// Digitised, or sealed and passed through.
    Ready,
    /// Still being digitised.
    Working,
    /// A page of it needs a person.
    NeedsAttention,
}

/// Checks a dossier against its procedure. Findings come in the order of the form, then of the components.
/// `today` is what rules see as today.
pub fn check(
    procedure: &Procedure,
    form: &Form,
    answers: &Answers,
    documents: &[DocumentSummary],
    today: Date,
) -> Vec<Finding> {
    let evaluation = Evaluation::of(form, answers, today);
    let mut findings: Vec<Finding> = evaluation.fields.iter().flat_map(|state| field_findings(form, state)).collect();
    findings.extend(doubts(form, &evaluation));
    findings.extend(answers.0.keys().filter(|field| form.field(field.as_str()).is_none()).map(|field| Finding {
        place: Place::Field { field: field.clone(), row: None },
        what: FindingKind::UnknownField,
        blocking: false,
        why: None,
    }));
    if let LimitRule::ByAnswer { field, .. } = &procedure.time_limit
        && procedure.time_limit.resolve(answers).is_none()
    {
        let place = Place::Field { field: field.clone(), row: None };
        findings.push(Finding {
            place,
            what: FindingKind::LimitOpen,
            blocking: true,
            why: Basis::of(procedure, "time_limit"),
        });
    }
    for component in &procedure.components {
        let of_component = component_findings(component, form, answers, &evaluation, documents, today);
        findings.extend(of_component.into_iter().map(|finding| match finding.what {
            FindingKind::NotReady { .. } => finding,
            _ => Finding {
                why: Basis::of_component(procedure, component.code.as_str(), asked(&finding.what)),
                ..finding
            },
        }));
    }
    findings.extend(slot_findings(form, &evaluation, documents));
    for document in documents {
        let place = Place::Component { component: document.component.clone(), row: document.row.clone() };
        let unknown = procedure.component(document.component.as_str()).is_none();
        if unknown {
            let what = FindingKind::UnknownComponent;
            findings.push(Finding { place: place.clone(), what, blocking: false, why: None });
        }
        // Of a row that is gone, or of no component at all: sent with the others, and so ready like them.
        if !placed(procedure, &evaluation, document) {
            findings.extend(unready(document));
        }
    }
    findings
}

/// What is wrong with the answers alone, whatever papers there are: of a row of a table, before a dossier is made of it.
pub fn check_answers(form: &Form, answers: &Answers, today: Date) -> Vec<Finding> {
    let evaluation = Evaluation::of(form, answers, today);
    evaluation.fields.iter().flat_map(|state| field_findings(form, state)).collect()
}

/// The value of a component that a finding rests on.
fn asked(what: &FindingKind) -> &'static str {
    match what {
        FindingKind::TooFewOriginals { .. } => "originals",
        FindingKind::TooFewCopies { .. } => "certified_copies",
        _ => "need",
    }
}

fn field_findings(form: &Form, state: &FieldState) -> Vec<Finding> {
    let place = || Place::Field { field: state.field.clone(), row: state.row.clone() };
    let mut found = Vec::new();
    if state.is_missing() {
        found.push(FindingKind::Required);
    }
    found.extend(state.malformed.clone().map(|problem| FindingKind::Malformed { problem }));
    let constraints = form.field(state.field.as_str()).map_or(&[][..], |field| &field.constraints);
    let failed = state.failed.iter().filter_map(|i| constraints.get(*i as usize));
    found.extend(failed.map(|constraint| FindingKind::Constraint { words: constraint.words.clone() }));
    found.extend(state.unconfirmed.map(|confidence| FindingKind::Unconfirmed { confidence }));
    let why = Some(Basis::Form);
    found.into_iter().map(|what| Finding { place: place(), what, blocking: true, why: why.clone() }).collect()
}

/// Compares a personal number with birth and sex where the form asks for all, as its prefills from a card tell.
fn doubts(form: &Form, evaluation: &Evaluation) -> Vec<Finding> {
    let role = |role: Prefill| {
        let field = form.fields().find(|field| field.prefill == Some(role))?;
        evaluation.state(field.id.as_str(), None).filter(|state| state.visible)
    };
    let text = |state: &FieldState| match &state.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let Some(state) = role(Prefill::CardNumber) else { return vec![] };
    let Some(number) = text(state).and_then(|text| text.parse::<PersonalNumber>().ok()) else { return vec![] };
    let birth = role(Prefill::CardBirth).and_then(text).and_then(|text| text.parse::<PartialDate>().ok());
    let sex = role(Prefill::CardSex).and_then(text).and_then(|code| match code.as_str() {
        "male" => Some(Sex::Male),
        "female" => Some(Sex::Female),
        _ => None,
    });
    let place = Place::Field { field: state.field.clone(), row: None };
    let doubts = number.doubts(birth, sex).into_iter();
    let finding = |what| Finding { place: place.clone(), what, blocking: false, why: None };
    doubts.map(|doubt| finding(FindingKind::Doubt { doubt })).collect()
}

/// The rows a component is asked for; one that is asked for once has one place without a row.
fn rows_of<'a>(component: &Component, evaluation: &'a Evaluation) -> Vec<Option<&'a RowId>> {
    match &component.per_row {
        None => vec![None],
        Some(group) => match evaluation.state(group.as_str(), None).map(|state| &state.value) {
            Some(Value::Rows(rows)) => rows.iter().map(|row| Some(&row.id)).collect(),
            _ => vec![],
        },
    }
}

/// Whether the document is in one of the places its component is asked for.
fn placed(procedure: &Procedure, evaluation: &Evaluation, document: &DocumentSummary) -> bool {
    let component = procedure.component(document.component.as_str());
    component.is_some_and(|component| rows_of(component, evaluation).contains(&document.row.as_ref()))
}

fn component_findings(
    component: &Component,
    form: &Form,
    answers: &Answers,
    evaluation: &Evaluation,
    documents: &[DocumentSummary],
    today: Date,
) -> Vec<Finding> {
    let missing = match &component.need {
        Need::Mandatory => Some(FindingKind::Missing),
        Need::Conditional { when, words } if evaluate::holds(form, answers, today, when) => {
            Some(FindingKind::MissingBecause { words: words.clone() })
        }
        Need::Conditional { .. } | Need::Optional => None,
    };
    let mut findings = Vec::new();
    for row in rows_of(component, evaluation) {
        let of_row = documents.iter().filter(|it| it.component == component.code && it.row.as_ref() == row);
        let of_row: Vec<&DocumentSummary> = of_row.collect();
        let place = Place::Component { component: component.code.clone(), row: row.cloned() };
        findings.extend(of_row.iter().filter_map(|document| unready(document)));
        let mut add = |what, blocking| findings.push(Finding { place: place.clone(), what, blocking, why: None });
        if of_row.is_empty() {
            if let Some(missing) = missing.clone() {
                add(missing, true);
            }
            continue;
        }
        // What has no page left counts for nothing, and is told already.
        let of_row: Vec<&DocumentSummary> = of_row.into_iter().filter(|document| document.pages > 0).collect();
        let counts = if of_row.is_empty() { vec![] } else { count_findings(component, &of_row) };
        for what in counts {
            add(what, !component.electronic_ok);
        }
    }
    findings
}

/// Why the document cannot be sent as it is, whatever its component asks for: a file without a page would be sent.
fn unready(document: &DocumentSummary) -> Option<Finding> {
    let status = match document.status {
        DocumentStatus::Ready if document.pages > 0 => return None,
        DocumentStatus::Ready => DocumentStatus::NeedsAttention,
        status => status,
    };
    let place = Place::Component { component: document.component.clone(), row: document.row.clone() };
    Some(Finding { place, what: FindingKind::NotReady { status }, blocking: true, why: None })
}

/// Where an electronic document will do, numbers of paper copies are told and do not block.
fn count_findings(component: &Component, documents: &[&DocumentSummary]) -> Vec<FindingKind> {
    let sum = |of: fn(&DocumentSummary) -> u32| documents.iter().map(|it| of(it)).fold(0, u32::saturating_add);
    let (originals, copies) = (sum(|it| it.originals), sum(|it| it.copies));
    let copies_need = component.certified_copies.saturating_add(component.plain_copies);
    let spare = if component.copy_will_do { copies.saturating_sub(copies_need) } else { 0 };
    let mut found = Vec::new();
    if originals.saturating_add(spare) < component.originals {
        found.push(FindingKind::TooFewOriginals { have: originals, need: component.originals });
    }
    if copies < copies_need && originals.saturating_add(copies) < component.originals.saturating_add(copies_need) {
        found.push(FindingKind::TooFewCopies { have: copies, need: copies_need });
    }
    found
}

fn slot_findings(form: &Form, evaluation: &Evaluation, documents: &[DocumentSummary]) -> Vec<Finding> {
    let slots = evaluation.fields.iter().filter(|state| state.visible).filter_map(|state| {
        match form.field(state.field.as_str()).map(|field| &field.kind) {
            Some(FieldKind::FileSlot(slot)) => Some((state, slot)),
            _ => None,
        }
    });
    let mut findings = Vec::new();
    for (state, slot) in slots {
        let files = documents.iter().filter(|it| it.component == slot.component && it.row == state.row).count();
        let have = u32::try_from(files).unwrap_or(u32::MAX);
        let what = match have {
            have if have > slot.max => FindingKind::TooManyFiles { have, max: slot.max },
            have if have < slot.min => FindingKind::TooFewFiles { have, min: slot.min },
            _ => continue,
        };
        let place = Place::Field { field: state.field.clone(), row: state.row.clone() };
        findings.push(Finding { place, what, blocking: true, why: Some(Basis::Form) });
    }
    findings
}

#[cfg(test)]
mod tests;
