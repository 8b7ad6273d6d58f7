//! The catalogue as people look at it, and as it goes from one installation to another in a file.

use std::path::PathBuf;

use dossier::{Catalogue, CatalogueFile, Date, Entry, EntryKind, Words, procedure::ProvenanceStatus};
use store::{CatalogueEntry, Origin, Pin};

use super::{
    CatalogueAnswer as A, CatalogueExported, CatalogueLine, CatalogueRequest as R, DraftView, RevisionLine,
    RevisionOrigin, Side, counting, kept_entry, problems_fault, read_text, shipped,
};
use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
    receipts::save_file,
};

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_catalogue(&self, request: R) -> Result<A, Fault> {
        Ok(match request {
            R::List { kind } => A::List(self.catalogue_lines(kind).await?),
            R::Revisions { kind, code } => A::Revisions(self.revisions(kind, &code).await?),
            R::Show { kind, code, revision } => A::Entry(self.entry(kind, &code, revision).await?),
            R::Compare { kind, code, from, to } => {
                let (before, after) = (self.side(kind, &code, from).await?, self.side(kind, &code, to).await?);
                A::Differences(dossier::compare::compare(&before, &after))
            }
            R::DraftOpen { kind, code, revision } => A::Draft(self.open_draft(kind, &code, revision).await?.into()),
            R::DraftSave { kind, code, version, json } => {
                A::Draft(self.save_draft(kind, code, version, json).await?.into())
            }
            R::NewDrafts => A::NewDrafts(self.new_drafts().await?),
            R::DraftCheck { kind, code } => A::Draft(self.stored_draft(kind, &code).await?.into()),
            R::DraftDiscard { kind, code } => {
                self.discard_draft(kind, &code).await?;
                A::Discarded
            }
            R::DraftPublish { kind, code, reason } => A::Published(self.publish_draft(kind, &code, &reason).await?),
            R::Confirm { kind, code, path, source, value } => {
                A::Published(self.confirm_value((kind, &code), &path, &source, value.as_deref()).await?)
            }
            R::May => A::May(self.may_change().await?),
            R::TakeCharge { name, authority } => A::May(self.take_charge(&name, &authority).await?),
            R::GiveUpCharge => A::May(self.give_up_charge().await?),
            R::News => A::News(self.catalogue_news().await?),
            R::NewsSeen => A::News(self.catalogue_news_seen().await?),
            R::Export { file, codes } => A::Exported(self.export_catalogue(file, &codes).await?),
            R::Fetch => A::Fetched(self.fetch_catalogue().await?),
            R::AtHub => A::AtHub(self.catalogue_at_hub().await?),
        })
    }

    async fn catalogue_lines(&self, kind: Option<EntryKind>) -> Result<Vec<CatalogueLine>, Fault> {
        let (catalogue, today) = (self.catalogue().await?, self.today()?);
        let (drafts, kept) = (self.store().await?.catalogue_drafts().await?, self.kept_beside_shipped().await?);
        let mut lines: Vec<CatalogueLine> = vec![];
        for entry in catalogue.entries().filter(|entry| kind.is_none_or(|kind| entry.kind() == kind)) {
            let (kind, code, revision) = (entry.kind(), entry.code(), entry.revision());
            if let Some(line) = lines.iter_mut().find(|line| line.kind == kind && line.code == code) {
                line.newest = line.newest.max(revision);
            }
            if !counts(&catalogue, &entry, today) {
                continue;
            }
            let newest = catalogue.entry(kind, &code, None).map_or(revision, |newest| newest.revision());
            let draft = drafts.iter().any(|draft| draft.kind == kind.name() && draft.code == code);
            let origin = kept.iter().find(|it| is(&it.pin, &entry)).map_or(RevisionOrigin::Shipped, origin);
            lines.push(line(&entry, newest, draft, origin));
        }
        Ok(lines)
    }

    async fn revisions(&self, kind: EntryKind, code: &str) -> Result<Vec<RevisionLine>, Fault> {
        let (catalogue, today) = (self.catalogue().await?, self.today()?);
        let kept = self.kept_beside_shipped().await?;
        let mut lines: Vec<RevisionLine> = vec![];
        for entry in catalogue.entries().filter(|entry| entry.kind() == kind && entry.code() == code) {
            let kept = kept.iter().find(|it| is(&it.pin, &entry));
            lines.push(revision_line(&entry, kept, counts(&catalogue, &entry, today)));
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.revision));
        if lines.is_empty() { Err(no_entry(kind, code)) } else { Ok(lines) }
    }

    async fn entry(&self, kind: EntryKind, code: &str, revision: Option<u32>) -> Result<Entry, Fault> {
        let (catalogue, today) = (self.catalogue().await?, self.today()?);
        if revision.is_some() {
            return catalogue.entry(kind, code, revision).ok_or_else(|| no_entry(kind, code));
        }
        let mut all = catalogue.entries().filter(|entry| entry.kind() == kind && entry.code() == code);
        all.find(|entry| counts(&catalogue, entry, today)).ok_or_else(|| no_entry(kind, code))
    }

    /// One side of a comparison.
    async fn side(&self, kind: EntryKind, code: &str, side: Side) -> Result<Entry, Fault> {
        match side {
            Side::Revision { revision } => self.entry(kind, code, Some(revision)).await,
            Side::Newest => self.catalogue().await?.entry(kind, code, None).ok_or_else(|| no_entry(kind, code)),
            Side::Draft => {
                let DraftView { json, .. } = self.stored_draft(kind, code).await?;
                Entry::from_json(kind, &json).map_err(|problems| problems_fault(&problems))
            }
            Side::Hub => self.entry_at_hub(kind, code).await,
        }
    }

    /// Takes files in: whole catalogues, and single entries of any kind; all of them, or none when one of them is wrong.
    ///
    /// # Errors
    /// [`Code::NotAuthorised`] when somebody else is in charge of the catalogue.
    pub(crate) async fn import_procedures(&self, files: Vec<PathBuf>) -> Result<Vec<String>, Fault> {
        // As long as nobody is in charge, who sets the computer up brings the catalogue along.
        if self.may_change().await?.officer.is_some() {
            self.officer().await?;
        }
        let (mut entries, who) = (vec![], self.person());
        for file in &files {
            let read = read_entries(&read_text(file).await?).map_err(|fault| fault.with("file", file.display()))?;
            entries.extend(read.iter().map(|entry| kept_entry(entry, self.now(), Origin::Import, &who)));
        }
        self.fits(&entries).await?;
        let new = |entry: &&CatalogueEntry| !matches!(shipped().sha256(&entry.pin), Ok(Some(_)));
        let kept: Vec<CatalogueEntry> = entries.iter().filter(new).cloned().collect();
        self.acting("catalogue.imported", async |store, act| store.add_catalogue(&kept, None, act).await).await?;
        self.catalogue_changed().await;
        Ok(entries.iter().map(|entry| format!("{} {}", entry.pin.code, entry.pin.revision)).collect())
    }

    async fn export_catalogue(&self, file: PathBuf, codes: &[String]) -> Result<CatalogueExported, Fault> {
        let catalogue = self.catalogue().await?;
        for code in codes {
            self.procedure(code).await?;
        }
        let entries: Vec<Entry> =
            catalogue.entries().filter(|it| codes.is_empty() || wanted(&catalogue, it, codes)).collect();
        let exported = entries.len() as u32;
        let mut content = CatalogueFile::of(entries);
        content.exported_at = Some(self.now());
        content.exported_by = self.person();
        let mut json = serde_json::to_vec_pretty(&content).map_err(Fault::unexpected)?;
        json.push(b'\n');
        // A window names only the folder a person chose: there the file has its own name.
        let shown = if file.is_dir() {
            let of = if let [code] = codes { code } else { "danh-muc" };
            save_file(&file, &format!("{of}-{}.json", self.today()?), &json).await?
        } else {
            let (folder, name) = (file.parent().unwrap_or(&file), file.file_name().unwrap_or_default());
            save_file(folder, &name.to_string_lossy(), &json).await?
        };
        Ok(CatalogueExported { file: shown, entries: exported })
    }
}

/// A file of either shape.
fn read_entries(json: &str) -> Result<Vec<Entry>, Fault> {
    let wrong = |problems: Vec<dossier::Located>| problems_fault(&problems);
    let content: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    if CatalogueFile::is_one(&content) {
        return Ok(CatalogueFile::from_json(json).map_err(wrong)?.entries());
    }
    // What cannot be read at all is told as a procedure that cannot be read: with its line.
    let kind = EntryKind::of_content(&content).unwrap_or(EntryKind::Procedure);
    Ok(vec![Entry::from_json(kind, json).map_err(wrong)?])
}

/// Whether an entry is one of these procedures, or is named by one.
fn wanted(catalogue: &Catalogue, entry: &Entry, codes: &[String]) -> bool {
    let mut chosen =
        catalogue.procedures().filter(|procedure| codes.iter().any(|code| procedure.code.as_str() == code));
    match entry {
        Entry::Procedure(procedure) => codes.iter().any(|code| procedure.code.as_str() == code),
        Entry::Form(form) => chosen.any(|it| it.form.id == form.id && it.form.revision == form.revision),
        Entry::Profile(profile) => chosen.any(|it| it.profile == profile.id),
        Entry::Calendar(_) => false,
    }
}

fn is(pin: &Pin, entry: &Entry) -> bool {
    pin.kind == entry.kind().name() && pin.code == entry.code() && pin.sha256 == entry.sha256()
}

/// Whether this revision of it counts on `day`.
pub(super) fn counts(catalogue: &Catalogue, entry: &Entry, day: Date) -> bool {
    let counting = match entry {
        Entry::Procedure(procedure) => counting(catalogue, procedure, day).map(|it| it.revision),
        _ => catalogue.entry(entry.kind(), &entry.code(), None).map(|newest| newest.revision()),
    };
    counting == Some(entry.revision())
}

fn origin(entry: &CatalogueEntry) -> RevisionOrigin {
    match entry.origin {
        Origin::Kept | Origin::Pin => RevisionOrigin::Kept,
        Origin::Import => RevisionOrigin::Imported,
        Origin::Published => RevisionOrigin::Published,
        Origin::Hub => RevisionOrigin::Hub,
    }
}

pub(super) fn revision_line(entry: &Entry, kept: Option<&CatalogueEntry>, counts: bool) -> RevisionLine {
    RevisionLine {
        kind: entry.kind(),
        code: entry.code(),
        revision: entry.revision(),
        sha256: entry.sha256(),
        origin: kept.map_or(RevisionOrigin::Shipped, origin),
        by: kept.map(|kept| kept.added_by.clone()).unwrap_or_default(),
        reason: kept.map(|kept| kept.reason.clone()).unwrap_or_default(),
        at: kept.map(|kept| kept.added_at),
        valid_from: validity(entry).0,
        counts,
    }
}

pub(super) fn validity(entry: &Entry) -> (Option<Date>, Option<Date>) {
    match entry {
        Entry::Procedure(it) => (Some(it.valid_from), it.valid_to),
        Entry::Profile(it) => (Some(it.valid_from), it.valid_to),
        Entry::Form(_) | Entry::Calendar(_) => (None, None),
    }
}

fn line(entry: &Entry, newest: u32, draft: bool, origin: RevisionOrigin) -> CatalogueLine {
    let procedure = match entry {
        Entry::Procedure(procedure) => Some(procedure),
        _ => None,
    };
    let name = match entry {
        Entry::Procedure(it) => it.name.clone(),
        Entry::Form(it) => it.title.clone(),
        Entry::Profile(it) => it.name.clone(),
        Entry::Calendar(it) => Words::new(it.year.to_string(), it.year.to_string()),
    };
    let official = match entry {
        Entry::Calendar(year) => Some(year.is_official()),
        _ => None,
    };
    let (valid_from, valid_to) = validity(entry);
    CatalogueLine {
        kind: entry.kind(),
        code: entry.code(),
        name,
        revision: entry.revision(),
        newest,
        draft,
        origin,
        field: procedure.map(|it| it.field.name.clone()),
        level: procedure.map(|it| it.level.clone()),
        applicants: procedure.map(|it| it.applicants.clone()).unwrap_or_default(),
        online_only_from: procedure.and_then(|it| it.online_only_from),
        confidential: procedure.is_some_and(|it| it.confidential),
        provenance: procedure.map(|it| it.provenance.status),
        unconfirmed: match entry {
            Entry::Procedure(it) => unconfirmed(&it.provenance),
            Entry::Profile(it) => unread(it),
            Entry::Form(_) | Entry::Calendar(_) => 0,
        },
        valid_from,
        valid_to,
        official,
    }
}

/// Values that somebody should look up, the procedure as a whole being one.
pub(super) fn unconfirmed(provenance: &dossier::procedure::Provenance) -> u32 {
    let uncertain = |status| status != ProvenanceStatus::Real;
    let values = provenance.values.values();
    let of_values = values.filter(|value| uncertain(value.status) && value.confirmed.is_none()).count() as u32;
    of_values + u32::from(uncertain(provenance.status) && provenance.confirmed.is_none())
}

/// What nobody read in the text of the law, of what a legal profile says so.
fn unread(profile: &dossier::LegalProfile) -> u32 {
    let forms = profile.forms.iter().map(|it| it.verified);
    let laws = profile.legal_basis.iter().map(|it| it.verified);
    let rules = [profile.apology.verified, profile.supplement.verified, profile.scans.verified];
    forms.chain(laws).chain(rules).filter(|verified| !verified).count() as u32
}

pub(super) fn no_entry(kind: EntryKind, code: &str) -> Fault {
    match kind {
        EntryKind::Procedure => Fault::new(Code::UnknownProcedure).with("procedure", code),
        _ => Fault::new(Code::NotFound).with("what", format!("{kind} {code}")),
    }
}
