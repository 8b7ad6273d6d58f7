//! What a ledger decides, apart from how it stores it: the same for every implementation.

use std::collections::BTreeMap;

use dossier::{Date, Digest, DossierId, Event, EventId, EventKind, OfficialCode, State, Timestamp, state::Forbidden};
use serde_json::json;
use time::macros::offset;
use wire::{
    Code, Manifest, Problem,
    manifest::{ManifestError, ManifestReason},
};

use super::{Decision, Device};
use crate::fault::Fault;

/// The day in Viet Nam, which has one zone: official codes carry it.
pub fn local_day(now: Timestamp) -> Result<Date, Fault> {
    Date::within(now.get().to_offset(offset!(+7)).date()).ok_or(Fault::Damaged { what: "the clock" })
}

/// Checks the manifest's files against what the agency has, by content and size.
pub fn check_files(manifest: &Manifest, has: &BTreeMap<Digest, u64>) -> Result<(), Problem> {
    let missing: Vec<Digest> = manifest
        .contents()
        .into_iter()
        .map(|(content, _)| content)
        .filter(|content| !has.contains_key(content))
        .collect();
    if !missing.is_empty() {
        return Err(Problem::new(Code::FilesMissing).with("missing", json!(missing)));
    }
    let differs = manifest.files.iter().position(|file| has.get(&file.sha256) != Some(&file.size));
    differs.map_or(Ok(()), |i| Err(invalid(&format!("/manifest/files/{i}/size"), ManifestReason::Size)))
}

/// The refusal that names a place of the manifest.
pub fn invalid(at: &str, reason: ManifestReason) -> Problem {
    Problem::new(Code::ManifestInvalid).with("at", at).with("reason", reason.to_string())
}

impl From<ManifestError> for Fault {
    fn from(error: ManifestError) -> Self {
        Self::Refused(invalid(&error.at, error.reason))
    }
}

/// The first event of a dossier: the hub has it. The hub notes it by itself; it names who sent.
pub fn received(
    id: EventId,
    who: &Device,
    manifest: &Manifest,
    sha256: Digest,
    code: &OfficialCode,
    now: Timestamp,
) -> Event {
    Event {
        id,
        dossier: manifest.dossier,
        seq: 1,
        happened_at: now,
        entered_at: now,
        by: manifest.prepared_by.clone(),
        device: Some(who.id),
        automatic: true,
        note: String::new(),
        what: EventKind::Received { code: code.clone(), manifest: sha256 },
    }
}

/// The event an officer's decision becomes, and the state after it; the domain's table says whether it may be.
pub fn decide(
    state: State,
    dossier: DossierId,
    history: &[Event],
    decision: Decision,
) -> Result<(State, Event), Forbidden> {
    let earlier = history.iter().filter(|event| matches!(event.what, EventKind::SupplementRequested { .. })).count();
    let earlier = u32::try_from(earlier).unwrap_or(u32::MAX);
    let justified = !decision.note.trim().is_empty();
    let after = match decision.what.transition(earlier, justified) {
        Some(transition) => state.apply(&transition)?,
        None => state,
    };
    let event = Event {
        id: decision.id,
        dossier,
        seq: history.last().map_or(1, |last| last.seq + 1),
        happened_at: decision.happened_at,
        entered_at: decision.entered_at,
        by: decision.by,
        device: None,
        automatic: false,
        note: decision.note,
        what: decision.what,
    };
    Ok((after, event))
}
