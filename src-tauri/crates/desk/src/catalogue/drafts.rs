//! The next revision of an entry: written as a draft, checked, published; and values confirmed one by one.

use dossier::{
    Entry, EntryKind, Located, Procedure,
    compare::{Difference, by_code, compare},
    located,
    procedure::{Confirmation, ProvenanceStatus, ValueProvenance},
};
use serde_json::Value;
use store::{CatalogueDraft, CatalogueEntry, Origin};

use super::{
    DraftFault, DraftFinding, DraftView, RevisionLine,
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
        if let Some(draft) = self.store().await?.catalogue_draft(kind.name(), code).await? {
            return self.draft_view(kind, draft).await;
        }
        let catalogue = self.catalogue().await?;
        let from = catalogue.entry(kind, code, revision).ok_or_else(|| no_entry(kind, code))?;
        let newest = catalogue.entry(kind, code, None).ok_or_else(|| no_entry(kind, code))?;
        let content = from.with_revision(self.next_revision(kind, code).await?).content();
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

    pub(super) async fn discard_draft(&self, kind: EntryKind, code: &str) -> Result<(), Fault> {
        self.acting("catalogue.draft_discarded", async |store, act| store.discard_draft(kind.name(), code, act).await)
            .await
    }

    /// Makes a draft the newest revision.
    ///
    /// # Errors
    /// [`Code::BadFile`] with everything that blocks; [`Code::Conflict`] when the draft was saved again meanwhile.
    pub(super) async fn publish_draft(&self, kind: EntryKind, code: &str) -> Result<RevisionLine, Fault> {
        let draft = self.store().await?.catalogue_draft(kind.name(), code).await?;
        let draft = draft.ok_or_else(|| Fault::new(Code::NotFound).with("what", format!("draft {code}")))?;
        let examined = self.examine_draft(kind, &draft).await?;
        let blocking: Vec<String> = examined.findings.iter().filter(|it| it.blocking).map(shown).collect();
        let entry = match examined.entry {
            Some(entry) if blocking.is_empty() => entry,
            _ => return Err(Fault::new(Code::BadFile).with("file", code).with("reason", blocking.join("; "))),
        };
        let kept = kept_entry(&entry, self.now(), Origin::Published, &self.host.person());
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
    /// procedure would not hold together with the value.
    pub(super) async fn confirm_value(
        &self,
        code: &str,
        path: &str,
        source: &str,
        value: Option<&str>,
    ) -> Result<RevisionLine, Fault> {
        if self.store().await?.catalogue_draft(EntryKind::Procedure.name(), code).await?.is_some() {
            return Err(Fault::new(Code::Conflict).with("detail", format!("draft {code}")));
        }
        let newest = self.catalogue().await?.entry(EntryKind::Procedure, code, None);
        let Some(Entry::Procedure(newest)) = newest else { return Err(no_entry(EntryKind::Procedure, code)) };
        if self.procedure(code).await?.revision != newest.revision {
            let later = format!("{code} {} from {}", newest.revision, newest.valid_from);
            return Err(Fault::new(Code::Conflict).with("detail", later));
        }
        let bad = |field: &str| Fault::new(Code::BadValue).with("field", field);
        let source = dossier::text::nfc(source.trim());
        if source.is_empty() {
            return Err(bad("source"));
        }
        let value = value.map(serde_json::from_str::<Value>).transpose().map_err(|_| bad(path))?;
        let corrected = value.is_some();
        let mut next = with_value(&newest, path, value).ok_or_else(|| bad(path))?;
        next.revision = self.next_revision(EntryKind::Procedure, code).await?;
        let confirmed = Some(Confirmation { by: self.host.person(), at: self.now() });
        let status = ProvenanceStatus::Real;
        if path.is_empty() {
            (next.provenance.status, next.provenance.source, next.provenance.confirmed) = (status, source, confirmed);
        } else {
            next.provenance.values.insert(path.to_owned(), ValueProvenance { status, source, confirmed });
        }
        let entry = Entry::Procedure(Box::new(next));
        let problems = entry.problems();
        if !problems.is_empty() {
            return Err(problems_fault(&problems));
        }
        let kept = kept_entry(&entry, self.now(), Origin::Published, &self.host.person());
        self.fits(std::slice::from_ref(&kept)).await?;
        let what = if corrected { "catalogue.value_corrected" } else { "catalogue.value_confirmed" };
        let before = Some(newest.sha256());
        let add = async |store: &store::Store, act: &store::Act<'_>| {
            store.add_catalogue(std::slice::from_ref(&kept), before, act).await
        };
        self.acting(what, add).await?;
        self.catalogue_changed().await;
        self.published_line(&entry, &kept).await
    }
}

/// The procedure with `value` at `path`, or as it is; `None` when the path leads nowhere, or to what the revision itself says of itself,
/// or the value is of another shape.
fn with_value(procedure: &Procedure, path: &str, value: Option<Value>) -> Option<Procedure> {
    let mut content = serde_json::to_value(procedure).ok()?;
    let pointer = located::pointer(path);
    match pointer.split('/').nth(1) {
        Some("revision" | "provenance") => return None,
        Some("code") if value.is_some() => return None,
        _ => {}
    }
    let place = content.pointer_mut(&pointer)?;
    match value {
        Some(_) if path.is_empty() => return None,
        Some(value) => *place = value,
        None => {}
    }
    serde_json::from_value(content).ok()
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
    for (path, value) in &after.provenance.values {
        let pointer = located::pointer(path);
        let touched = old.pointer(&pointer) != new.pointer(&pointer);
        // What came before it in its list, or went, has made the mark one of something else: then also a certain one.
        let slid = by_code(&old, path).zip(by_code(&new, path)).is_some_and(|(was, is)| was != is);
        let same = before.provenance.values.get(path) == Some(value);
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
