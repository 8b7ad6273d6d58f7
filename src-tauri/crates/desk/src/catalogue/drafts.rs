//! The next revision of an entry: written as a draft, checked, published; and values confirmed one by one.

use std::collections::BTreeMap;

use dossier::{
    Entry, EntryKind, Located,
    compare::{self, Difference, by_code, compare, with_marks_by_code},
    procedure::{Confirmation, ProvenanceStatus, ValueProvenance},
};
use serde_json::Value;
use store::{CatalogueDraft, CatalogueEntry, Origin};

use super::{
    DraftFault, DraftFinding, DraftView, NewDraft, RevisionLine,
    exchange::{counts, no_entry, revision_line, validity},
    kept_entry, problems_fault,
};
use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
};

/// What came of reading a draft.
struct Examined {
    /// Under the number it would be published with; `None` while it cannot be read.
    entry: Option<Entry>,
    revision: u32,
    findings: Vec<DraftFinding>,
    differences: Vec<Difference>,
}

impl<H: Host> Desk<H> {
    /// The stored draft, or a new one made of the newest revision.
    pub(super) async fn open_draft(
        &self,
        kind: EntryKind,
        code: &str,
        revision: Option<u32>,
    ) -> Result<DraftView, Fault> {
        self.officer().await?;
        if let Some(draft) = self.store().await?.catalogue_draft(kind.name(), code).await? {
            return self.draft_view(kind, draft).await;
        }
        let catalogue = self.catalogue().await?;
        let from = catalogue.entry(kind, code, revision).ok_or_else(|| no_entry(kind, code))?;
        let newest = catalogue.entry(kind, code, None).ok_or_else(|| no_entry(kind, code))?;
        // Marks go by codes from here on: what comes and goes in a list while it is edited leaves them where they belong.
        let content = with_marks_by_code(from).with_revision(self.next_revision(kind, code).await?).content();
        let draft = CatalogueDraft {
            kind: kind.name().to_owned(),
            code: code.to_owned(),
            base: Some(newest.sha256()),
            json: serde_json::to_string_pretty(&content).map_err(Fault::unexpected)?,
            version: 0,
            updated_at: self.now(),
        };
        let saved = self.store().await?.save_draft(&draft).await?;
        self.draft_view(kind, saved).await
    }

    pub(super) async fn stored_draft(&self, kind: EntryKind, code: &str) -> Result<DraftView, Fault> {
        let draft = self.store().await?.catalogue_draft(kind.name(), code).await?;
        let missing = || Fault::new(Code::NotFound).with("what", format!("draft {code}"));
        self.draft_view(kind, draft.ok_or_else(missing)?).await
    }

    /// Saves what is typed, whatever is wrong with it.
    pub(super) async fn save_draft(
        &self,
        kind: EntryKind,
        code: String,
        version: Option<u32>,
        json: String,
    ) -> Result<DraftView, Fault> {
        self.officer().await?;
        if !dossier::key::is_well_formed(&code) {
            return Err(Fault::new(Code::BadValue).with("field", "code"));
        }
        let stored = self.store().await?.catalogue_draft(kind.name(), &code).await?;
        let version = version.unwrap_or(stored.as_ref().map_or(0, |stored| stored.version));
        // What a draft was made of stays: what came meanwhile is told by the check.
        let base = match stored {
            Some(stored) => stored.base,
            None => self.catalogue().await?.entry(kind, &code, None).map(|entry| entry.sha256()),
        };
        let json = dossier::text::nfc(&json);
        let draft = CatalogueDraft { kind: kind.name().into(), code, base, json, version, updated_at: self.now() };
        let saved = self.store().await?.save_draft(&draft).await?;
        self.draft_view(kind, saved).await
    }

    pub(super) async fn new_drafts(&self) -> Result<Vec<NewDraft>, Fault> {
        let (catalogue, mut new) = (self.catalogue().await?, vec![]);
        for draft in self.store().await?.catalogue_drafts().await? {
            let kinds = [EntryKind::Procedure, EntryKind::Form, EntryKind::Profile, EntryKind::Calendar];
            let kind = kinds.into_iter().find(|kind| kind.name() == draft.kind);
            if let Some(kind) = kind.filter(|kind| catalogue.entry(*kind, &draft.code, None).is_none()) {
                new.push(NewDraft { kind, code: draft.code, updated_at: draft.updated_at });
            }
        }
        Ok(new)
    }

    pub(super) async fn discard_draft(&self, kind: EntryKind, code: &str) -> Result<(), Fault> {
        self.officer().await?;
        self.acting("catalogue.draft_discarded", async |store, act| store.discard_draft(kind.name(), code, act).await)
            .await
    }

    /// Makes a draft the newest revision.
    ///
    /// # Errors
    /// [`Code::BadFile`] with everything that blocks; [`Code::Conflict`] when the draft was saved again meanwhile; [`Code::BadValue`]
    /// without a reason.
    pub(super) async fn publish_draft(&self, kind: EntryKind, code: &str, reason: &str) -> Result<RevisionLine, Fault> {
        let officer = self.officer().await?;
        let reason = dossier::text::nfc(reason.trim());
        if reason.is_empty() {
            return Err(Fault::new(Code::BadValue).with("field", "reason"));
        }
        let draft = self.store().await?.catalogue_draft(kind.name(), code).await?;
        let draft = draft.ok_or_else(|| Fault::new(Code::NotFound).with("what", format!("draft {code}")))?;
        let examined = self.examine_draft(kind, &draft).await?;
        let blocking: Vec<String> = examined.findings.iter().filter(|it| it.blocking).map(shown).collect();
        let entry = match examined.entry {
            Some(entry) if blocking.is_empty() => entry,
            _ => return Err(Fault::new(Code::BadFile).with("file", code).with("reason", blocking.join("; "))),
        };
        let kept = CatalogueEntry { reason, ..kept_entry(&entry, self.now(), Origin::Published, &officer) };
        let published =
            async |store: &store::Store, act: &store::Act<'_>| store.publish_draft(&kept, draft.version, act).await;
        self.acting("catalogue.published", published).await?;
        self.catalogue_changed().await;
        self.published_line(&entry, &kept).await
    }

    /// What was published, and whether it counts: its day may be still to come.
    async fn published_line(&self, entry: &Entry, kept: &CatalogueEntry) -> Result<RevisionLine, Fault> {
        let counts = counts(&*self.catalogue().await?, entry, self.today()?);
        Ok(revision_line(entry, Some(kept), counts))
    }

    async fn draft_view(&self, kind: EntryKind, draft: CatalogueDraft) -> Result<DraftView, Fault> {
        let Examined { revision, findings, differences, .. } = self.examine_draft(kind, &draft).await?;
        Ok(DraftView {
            kind,
            revision,
            publishable: !findings.iter().any(|finding| finding.blocking),
            findings,
            differences,
            code: draft.code,
            version: draft.version,
            json: draft.json,
            updated_at: draft.updated_at,
        })
    }

    async fn examine_draft(&self, kind: EntryKind, draft: &CatalogueDraft) -> Result<Examined, Fault> {
        let newest = self.catalogue().await?.entry(kind, &draft.code, None);
        let revision = self.next_revision(kind, &draft.code).await?;
        let mut findings = vec![];
        let entry = match Entry::from_json(kind, &draft.json) {
            Ok(entry) => entry.with_revision(revision),
            Err(problems) => {
                findings.extend(problems.into_iter().map(wrong));
                return Ok(Examined { entry: None, revision, findings, differences: vec![] });
            }
        };
        if entry.code() != draft.code {
            findings.push(finding("", DraftFault::OtherCode { found: entry.code() }, true));
        } else {
            let new = kept_entry(&entry, self.now(), Origin::Published, "");
            findings.extend(self.known().await?.with(&[&new]).err().into_iter().flatten().map(wrong));
        }
        let mut differences = vec![];
        if let Some(newest) = newest {
            differences = compare(&newest, &entry);
            if draft.base.is_some_and(|base| base != newest.sha256()) {
                findings.push(finding("", DraftFault::BaseIsOld { newest: newest.revision() }, true));
            }
            findings.extend(advice(&newest, &entry, &differences));
        }
        Ok(Examined { entry: Some(entry), revision, findings, differences })
    }

    /// Somebody looked a value up and answers for it: a new revision says so.
    ///
    /// # Errors
    /// [`Code::BadValue`] when the path leads nowhere, or to what names the revision, or the value does not read; [`Code::Conflict`]
    /// while a draft is open, or where the newest revision does not hold yet: it is not what people see; [`Code::BadFile`] when the
    /// entry would not hold together with the value; [`Code::NotAuthorised`].
    pub(super) async fn confirm_value(
        &self,
        (kind, code): (EntryKind, &str),
        path: &str,
        source: &str,
        value: Option<&str>,
    ) -> Result<RevisionLine, Fault> {
        let by = self.officer().await?;
        if self.store().await?.catalogue_draft(kind.name(), code).await?.is_some() {
            return Err(Fault::new(Code::Conflict).with("detail", format!("draft {code}")));
        }
        let newest = self.catalogue().await?.entry(kind, code, None).ok_or_else(|| no_entry(kind, code))?;
        if !counts(&*self.catalogue().await?, &newest, self.today()?) {
            let from = validity(&newest).0.map_or_else(String::new, |from| from.to_string());
            let later = format!("{code} {} from {from}", newest.revision());
            return Err(Fault::new(Code::Conflict).with("detail", later));
        }
        let bad = |field: &str| Fault::new(Code::BadValue).with("field", field);
        let source = dossier::text::nfc(source.trim());
        if source.is_empty() {
            return Err(bad("source"));
        }
        let value = value.map(serde_json::from_str::<Value>).transpose().map_err(|_| bad(path))?;
        let what = if value.is_some() { "catalogue.value_corrected" } else { "catalogue.value_confirmed" };
        // Marks go by codes first, so that the new one takes the place of one by number.
        let next = with_value(&with_marks_by_code(newest.clone()), path, value).ok_or_else(|| bad(path))?;
        let confirmed = Some(Confirmation { by: by.clone(), at: self.now() });
        let mark = ValueProvenance { status: ProvenanceStatus::Real, source, confirmed };
        let next = with_mark(next, path, mark).ok_or_else(|| bad(path))?;
        let entry = next.with_revision(self.next_revision(kind, code).await?);
        let problems = entry.problems();
        if !problems.is_empty() {
            return Err(problems_fault(&problems));
        }
        let kept = kept_entry(&entry, self.now(), Origin::Published, &by);
        self.fits(std::slice::from_ref(&kept)).await?;
        let before = Some(newest.sha256());
        let add = async |store: &store::Store, act: &store::Act<'_>| {
            store.add_catalogue(std::slice::from_ref(&kept), before, act).await
        };
        self.acting(what, add).await?;
        self.catalogue_changed().await;
        self.published_line(&entry, &kept).await
    }
}

/// The entry with `value` at `path`, or as it is, and where the place itself says whether somebody read it, that somebody did; `None`
/// when the path leads nowhere, or to what the revision itself says of itself, or the value is of another shape.
fn with_value(entry: &Entry, path: &str, value: Option<Value>) -> Option<Entry> {
    let mut content = entry.content();
    let pointer = compare::pointer(&content, path)?;
    match pointer.split('/').nth(1) {
        Some("revision" | "provenance" | "confirmed") => return None,
        Some("code" | "id" | "year") if value.is_some() => return None,
        _ => {}
    }
    let place = content.pointer_mut(&pointer)?;
    match value {
        Some(_) if path.is_empty() => return None,
        Some(value) => *place = value,
        None => {}
    }
    if let Some(verified) = place.get_mut("verified") {
        *verified = Value::Bool(true);
    }
    Entry::from_content(entry.kind(), content)
}

/// The entry with a mark on one of its values, or on the whole; `None` where this kind bears none.
fn with_mark(mut entry: Entry, path: &str, mark: ValueProvenance) -> Option<Entry> {
    let path = by_code(&entry.content(), path)?;
    let marks = match &mut entry {
        Entry::Procedure(it) if path.is_empty() => {
            let ValueProvenance { status, source, confirmed } = mark;
            (it.provenance.status, it.provenance.source, it.provenance.confirmed) = (status, source, confirmed);
            return Some(entry);
        }
        Entry::Procedure(it) => &mut it.provenance.values,
        Entry::Profile(it) if !path.is_empty() => &mut it.confirmed,
        // A year says of its ranges of days where they were read; a form has nothing to look up.
        Entry::Profile(_) | Entry::Calendar(_) | Entry::Form(_) => return None,
    };
    marks.insert(path, mark);
    Some(entry)
}

/// What does not keep a draft from being published, and a person should think of.
pub(super) fn advice(newest: &Entry, entry: &Entry, differences: &[Difference]) -> Vec<DraftFinding> {
    let mut advice = vec![];
    if differences.is_empty() {
        advice.push(finding("", DraftFault::NothingChanged, true));
    }
    if let (Some(before), Some(after)) = (validity(newest).0, validity(entry).0)
        && after < before
    {
        advice.push(finding("valid_from", DraftFault::StartsEarlier { than: before }, false));
    }
    let (Entry::Procedure(before), Entry::Procedure(after)) = (newest, entry) else { return advice };
    let (old, new) = (newest.content(), entry.content());
    let named = match with_marks_by_code(newest.clone()) {
        Entry::Procedure(it) => it.provenance.values,
        _ => BTreeMap::new(),
    };
    for (path, value) in &after.provenance.values {
        let at = |content: &Value| compare::pointer(content, path).and_then(|at| content.pointer(&at).cloned());
        let touched = at(&old) != at(&new);
        // What came before it in its list, or went, has made the mark one of something else: then also a certain one.
        let slid = by_code(&old, path).zip(by_code(&new, path)).is_some_and(|(was, is)| was != is);
        let same = before.provenance.values.get(path).or_else(|| named.get(path)) == Some(value);
        if same && (slid || touched && value.status != ProvenanceStatus::Real) {
            advice.push(finding(path, DraftFault::StillMarked { status: value.status }, false));
        }
    }
    advice
}

fn wrong(located: Located) -> DraftFinding {
    finding(&located.path, DraftFault::Problem { problem: located.problem }, true)
}

fn finding(place: &str, what: DraftFault, blocking: bool) -> DraftFinding {
    let reason = match &what {
        DraftFault::Problem { problem } => problem.to_string(),
        DraftFault::OtherCode { found } => format!("it calls itself {found:?}"),
        DraftFault::BaseIsOld { newest } => format!("revision {newest} came since the draft was begun"),
        DraftFault::NothingChanged => "nothing is different from the newest revision".to_owned(),
        DraftFault::StartsEarlier { than } => {
            format!("it would hold before {than}, from when the newest revision holds")
        }
        DraftFault::StillMarked { status } => format!("changed, and still marked {status:?} with the old source"),
    };
    DraftFinding { place: place.to_owned(), what, reason, blocking }
}

fn shown(finding: &DraftFinding) -> String {
    if finding.place.is_empty() { finding.reason.clone() } else { format!("{}: {}", finding.place, finding.reason) }
}
