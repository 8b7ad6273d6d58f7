//! What the people at the hub do from its command line: agencies, enrolment codes, decisions.

use dossier::{AgencyCode, Event, EventId, EventKind, Timestamp};
use thiserror::Error;
use uuid::Uuid;
use wire::{
    Fingerprint, HubUrl,
    dossiers::{DossierSummary, DossierView},
    enrol::{Agency, EnrolmentCode, EnrolmentString},
};

use crate::{
    fault::Fault,
    ledger::{
        DecideError, Decision, DossierName, Ledger,
        audit::{Act, Author, What},
    },
    random,
};

/// How long an enrolment code may wait to be used: 7 days.
pub const CODE_LIFETIME: time::Duration = time::Duration::days(7);

/// Why an officer's command was not carried out.
#[derive(Debug, Error)]
pub enum OfficerError {
    #[error("there is no dossier {0}")]
    NoDossier(String),
    #[error("agency {0} is not known here: add it with a name")]
    NoAgency(AgencyCode),
    #[error(transparent)]
    Forbidden(#[from] dossier::state::Forbidden),
    #[error("a refusal needs its reason")]
    NoReason,
    #[error("whoever decides must be named")]
    NoName,
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What an officer decides about a dossier at reception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accept,
    Refuse,
}

/// Makes a one-time code for a device of the agency; with a name, the agency is added or renamed first.
pub async fn enrolment_code(
    ledger: &dyn Ledger,
    agency: &AgencyCode,
    name: Option<String>,
    url: HubUrl,
    fingerprint: Fingerprint,
    by: &Author,
    now: Timestamp,
) -> Result<EnrolmentString, OfficerError> {
    if let Some(name) = name {
        let named = Agency { code: agency.clone(), name: dossier::text::nfc(&name) };
        ledger.add_agency(&named, by, now).await?;
    } else if ledger.agency(agency).await?.is_none() {
        return Err(OfficerError::NoAgency(agency.clone()));
    }
    let code = EnrolmentCode::from_random(random()?);
    let expires = Timestamp::new(now.get() + CODE_LIFETIME);
    ledger.add_code(code.hash(), agency, now, expires, by).await?;
    Ok(EnrolmentString { url, code, fingerprint })
}

/// A dossier by its id or its official code.
pub async fn find(ledger: &dyn Ledger, name: &str) -> Result<(AgencyCode, DossierSummary), OfficerError> {
    let missing = || OfficerError::NoDossier(name.to_owned());
    let name = match (name.parse(), name.parse()) {
        (Ok(id), _) => DossierName::Id(id),
        (_, Ok(code)) => DossierName::Code(code),
        _ => return Err(missing()),
    };
    ledger.find(&name).await?.ok_or_else(missing)
}

/// A dossier with its manifest and events.
pub async fn show(ledger: &dyn Ledger, name: &str, by: &Author, now: Timestamp) -> Result<DossierView, OfficerError> {
    let (agency, summary) = find(ledger, name).await?;
    let by = Author { agency: Some(agency.clone()), ..by.clone() };
    ledger.note(Act::new(&by, What::DossierRead, now).about("dossier", &summary.code)).await?;
    ledger.dossier(&agency, summary.id).await?.ok_or_else(|| OfficerError::NoDossier(name.to_owned()))
}

/// Records a decision. `note` is the reason of a refusal, and may be empty for an acceptance.
pub async fn decide(
    ledger: &dyn Ledger,
    name: &str,
    verdict: Verdict,
    by: &str,
    note: &str,
    now: Timestamp,
) -> Result<(DossierSummary, Event), OfficerError> {
    let (by, note) = (dossier::text::nfc(by.trim()), dossier::text::nfc(note.trim()));
    if by.is_empty() {
        return Err(OfficerError::NoName);
    }
    let what = match verdict {
        Verdict::Accept => EventKind::Accepted { due: None },
        Verdict::Refuse if note.is_empty() => return Err(OfficerError::NoReason),
        Verdict::Refuse => EventKind::Rejected,
    };
    let (agency, summary) = find(ledger, name).await?;
    let decision = Decision { id: EventId(Uuid::now_v7()), by, note, what, happened_at: now, entered_at: now };
    let event = ledger.decide(&agency, summary.id, decision).await.map_err(|error| match error {
        DecideError::NotFound => OfficerError::NoDossier(name.to_owned()),
        DecideError::Forbidden(forbidden) => forbidden.into(),
        DecideError::Fault(fault) => fault.into(),
    })?;
    Ok((summary, event))
}
