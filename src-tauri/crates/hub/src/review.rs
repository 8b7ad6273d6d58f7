//! What the hub finds of a dossier when it takes it in: the check of the desktop, with what the hub can know. What is incomplete is for
//! the officer to see and no reason to refuse: it has arrived whole. Only what must not be here, or what nobody here could handle, is
//! refused.

use std::collections::BTreeMap;

use dossier::{
    Answers, Digest, DocumentSummary, EntryKind, Form, Procedure, Timestamp,
    check::DocumentStatus,
    preflight::{self, Earlier, PaperFacts, Signature, Taken},
};
use wire::{Code, Manifest, Problem, Submission, dossiers::Review};

use crate::{
    fault::Fault,
    ledger::{Device, Ledger, rules},
};

/// Checks a submission that holds in itself.
///
/// # Errors
/// [`Code::SecretDeclared`] where it says of itself that it is a state secret.
pub async fn review(
    ledger: &dyn Ledger,
    who: &Device,
    submission: &Submission,
    now: Timestamp,
) -> Result<Review, Fault> {
    let manifest = &submission.manifest;
    refuse_secrets(submission)?;
    let published = ledger.catalogue_revisions(EntryKind::Procedure, manifest.procedure.code.as_str()).await?;
    // What is not published here was prepared by a catalogue of the agency's own, such as one in which its officer confirmed a value:
    // whoever handles it knows what it asks for, and sees that nobody has checked it.
    let Some(revision) = published.iter().find(|it| it.sha256() == manifest.procedure.sha256) else {
        return Ok(Review { checked: false, findings: vec![] });
    };
    let procedure: Procedure = read(&revision.body, Procedure::from_kept)?;
    let forms = ledger.catalogue_revisions(EntryKind::Form, procedure.form.id.as_str()).await?;
    let Some(form) = forms.iter().find(|it| it.revision == procedure.form.revision) else {
        return Ok(Review { checked: false, findings: vec![] });
    };
    let form: Form = read(&form.body, Form::from_kept)?;
    let today = rules::local_day(now)?;
    let no_paper = ledger.lists().await?.iter().find_map(|list| list.since(&procedure.code, today));
    let elsewhere = ledger.dossiers_with(&who.agency.code, manifest).await?;
    let papers: Vec<PaperFacts> = facts(manifest, &elsewhere);
    let findings = preflight::check(&preflight::Given {
        procedure: &procedure,
        form: &form,
        answers: &Answers::submitted(&submission.answers),
        documents: &documents(manifest),
        papers: &papers,
        // What is over the limits was refused before.
        taken: &Taken::default(),
        no_paper: no_paper.as_ref(),
        today,
    });
    Ok(Review { checked: true, findings })
}

fn read<T, E>(body: &[u8], from: impl Fn(&str) -> Result<T, E>) -> Result<T, Fault> {
    let damaged = || Fault::Damaged { what: "catalogue" };
    from(std::str::from_utf8(body).map_err(|_| damaged())?).map_err(|_| damaged())
}

/// The dossier says of itself that it is a state secret: in a paper's title, or in an answer.
fn refuse_secrets(submission: &Submission) -> Result<(), Problem> {
    let refused = |at: String, mark: &str| Err(Problem::new(Code::SecretDeclared).with("at", at).with("mark", mark));
    for (i, file) in submission.manifest.files.iter().enumerate() {
        if let Some(mark) = preflight::secrecy_said(&file.title) {
            return refused(format!("/manifest/files/{i}/title"), mark);
        }
    }
    match said_in(&submission.answers, "/answers") {
        Some((at, mark)) => refused(at, mark),
        None => Ok(()),
    }
}

/// Where in a value a degree of secrecy is claimed, as a JSON pointer.
fn said_in(value: &serde_json::Value, at: &str) -> Option<(String, &'static str)> {
    match value {
        serde_json::Value::String(said) => preflight::secrecy_said(said).map(|mark| (at.to_owned(), mark)),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| said_in(item, &format!("{at}/{i}")))
        }
        serde_json::Value::Object(members) => {
            members.iter().find_map(|(name, member)| said_in(member, &format!("{at}/{name}")))
        }
        _ => None,
    }
}

fn documents(manifest: &Manifest) -> Vec<DocumentSummary> {
    let document = |file: &wire::manifest::ManifestFile| DocumentSummary {
        component: file.component.clone(),
        row: file.row.clone(),
        originals: file.originals,
        copies: file.copies,
        // How many it has stands in the file alone.
        pages: 1,
        status: DocumentStatus::Ready,
    };
    manifest.files.iter().map(document).collect()
}

fn facts(manifest: &Manifest, elsewhere: &BTreeMap<Digest, Earlier>) -> Vec<PaperFacts> {
    let fact = |file: &wire::manifest::ManifestFile| PaperFacts {
        component: file.component.clone(),
        row: file.row.clone(),
        document: None,
        title: file.title.clone(),
        sources: vec![file.sha256],
        media_type: file.media_type.clone(),
        bytes: file.size,
        pages: vec![],
        digitised: file.digitised,
        signature: Signature::NotLooked,
        letterhead: None,
        secrecy: None,
        // One that says so was meant to be.
        elsewhere: elsewhere.get(&file.sha256).filter(|_| !file.reused).cloned(),
        came: None,
    };
    manifest.files.iter().map(fact).collect()
}

#[cfg(test)]
mod tests;
