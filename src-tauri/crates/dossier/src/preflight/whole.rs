//! What concerns the dossier as a whole: its channel, its sets, state secrets, confidentiality.

use super::{Given, of_paper};
use crate::{
    answers::Value,
    check::{Basis, Finding, FindingKind, Place},
    date::Date,
    evaluate::Evaluation,
    procedure::{Channel, Component, Need, Procedure, ProvenanceStatus},
    text,
};

pub(super) fn findings(given: &Given<'_>, evaluation: &Evaluation) -> Vec<Finding> {
    let procedure = given.procedure;
    let mut findings = channel(given);
    findings.extend(sets(given));
    findings.extend(secrets(given, evaluation));
    if procedure.confidential {
        let why = Basis::of(procedure, "confidential");
        findings.push(Finding { place: Place::Dossier, what: FindingKind::Confidential, blocking: false, why });
    }
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

/// The same of a dossier, with what says so: a department's list in force before the procedure's own data.
fn no_paper(given: &Given<'_>) -> Option<(Date, Option<Basis>)> {
    let Some(list) = given.no_paper else {
        let since = online_only(given.procedure, given.today)?;
        return Some((since, Basis::of(given.procedure, "online_only_from")));
    };
    let (number, articles) = (list.basis.clone(), None);
    Some((list.since, Some(Basis::Law { number, articles, provenance: ProvenanceStatus::Real })))
}

/// Sent where it is not handled online, or on paper where no paper is taken.
fn channel(given: &Given<'_>) -> Vec<Finding> {
    let Given { procedure, documents, .. } = *given;
    let mut findings = Vec::new();
    if !procedure.channels.is_empty() && !procedure.channels.contains(&Channel::Online) {
        let why = Basis::of(procedure, "channels");
        findings.push(Finding { place: Place::Dossier, what: FindingKind::NotOnline, blocking: true, why });
    }
    let Some((since, why)) = no_paper(given) else { return findings };
    let given = |component: &Component| documents.iter().any(|document| document.component == component.code);
    let on_paper =
        |component: &&Component| !component.electronic_ok && (component.need == Need::Mandatory || given(component));
    for component in procedure.components.iter().filter(on_paper) {
        let place = Place::Component { component: component.code.clone(), row: None };
        findings.push(Finding { place, what: FindingKind::OnlineOnly { since }, blocking: false, why: why.clone() });
    }
    findings
}

/// More than one set is a reminder for the papers: what is sent is sent once, and where no paper is taken there is no set.
fn sets(given: &Given<'_>) -> Option<Finding> {
    let procedure = given.procedure;
    let first = procedure.components.first().filter(|_| procedure.sets > 1)?;
    let paper = procedure.components.iter().any(|component| !component.electronic_ok);
    let place = Place::Component { component: first.code.clone(), row: None };
    let what = FindingKind::Sets { sets: procedure.sets };
    (paper && no_paper(given).is_none()).then(|| Finding {
        place,
        what,
        blocking: false,
        why: Basis::of(procedure, "sets"),
    })
}

/// State secrets: stamps that were read on papers, and what the dossier says of itself in words.
fn secrets(given: &Given<'_>, evaluation: &Evaluation) -> Vec<Finding> {
    let finding = |place, mark| {
        let what = FindingKind::Secret { mark };
        Finding { place, what, blocking: true, why: Some(Basis::House) }
    };
    let papers = given.papers.iter().filter_map(|paper| {
        let mark = paper.secrecy.clone().or_else(|| secrecy_said(&paper.title).map(str::to_owned))?;
        Some(finding(of_paper(paper), mark))
    });
    let fields = evaluation.fields.iter().filter(|state| state.visible).filter_map(|state| {
        let mark = match &state.value {
            Value::Text(said) => secrecy_said(said),
            Value::Organisation(it) => secrecy_said(&it.name),
            Value::Address(it) => {
                secrecy_said(&it.line).or_else(|| it.former.as_ref().and_then(|former| secrecy_said(&former.words)))
            }
            _ => None,
        };
        let place = Place::Field { field: state.field.clone(), row: state.row.clone() };
        Some(finding(place, mark?.to_owned()))
    });
    papers.chain(fields).collect()
}

/// The degree of secrecy that a text claims for itself: the word alone, in brackets, set off at either end, or after *độ mật*. A word that only sounds like
/// it (*mật ong*, *bảo mật*) claims nothing.
pub fn secrecy_said(said: &str) -> Option<&'static str> {
    const DEGREES: [(&str, &str); 3] = [("tuyệt mật", "TUYỆT MẬT"), ("tối mật", "TỐI MẬT"), ("mật", "MẬT")];
    let said = text::nfc(said).to_lowercase();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = said.trim_matches(|c: char| !c.is_alphanumeric());
    let after = said.split_once("độ mật").map(|(_, rest)| rest.trim_start_matches(|c: char| !c.is_alphanumeric()));
    let begins = |rest: &str, degree: &str| {
        rest.strip_prefix(degree).is_some_and(|next| !next.trim_start().starts_with(|c: char| c.is_alphanumeric()))
    };
    // *Kế hoạch phòng thủ - Tối mật*, *MẬT: kế hoạch …*
    let set_off: Vec<&str> = [" - ", " – ", " — ", ": "]
        .iter()
        .flat_map(|mark| [said.split_once(mark).map(|(first, _)| first), said.rsplit_once(mark).map(|(_, last)| last)])
        .flatten()
        .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    let found = DEGREES.iter().find(|(degree, _)| {
        let bracketed =
            [("(", ")"), ("[", "]")].iter().any(|(open, close)| said.contains(&format!("{open}{degree}{close}")));
        bare == *degree || set_off.contains(degree) || bracketed || after.is_some_and(|rest| begins(rest, degree))
    });
    found.map(|(_, mark)| *mark)
}
