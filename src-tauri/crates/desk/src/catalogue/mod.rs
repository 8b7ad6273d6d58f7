//! The catalogue: what ships with the product, what was imported or published on this computer, and what came from the hub.

mod asked;
mod drafts;
mod exchange;
mod from_hub;
mod officer;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use dossier::{
    Catalogue, Date, Entry, EntryKind, Form, LocalMoment, Located, Procedure, Timestamp,
    deadline::{ReceptionHours, due},
    digest::Digest,
    procedure::LimitRule,
};
use include_dir::{Dir, include_dir};
use store::{CatalogueEntry, Origin, Pin};

use crate::{
    Desk, FileProblem, Host, ProcedureLine,
    fault::{Fault, FaultCode as Code, reading},
};

pub use asked::*;
use exchange::unconfirmed;
pub use officer::{May, Officer};

/// Everything that changes without code.
pub(crate) static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../data");

/// What ships with the product.
struct Shipped {
    /// By their path in `src-tauri/data`.
    files: Vec<(&'static str, &'static str)>,
    catalogue: Result<Catalogue, Vec<Located>>,
}

impl Shipped {
    fn read() -> Self {
        let files = shipped_files();
        let catalogue = Catalogue::from_files(files.iter().copied());
        Self { files, catalogue }
    }

    fn catalogue(&self) -> Result<&Catalogue, Fault> {
        self.catalogue.as_ref().map_err(|problems| problems_fault(problems))
    }

    /// The content this revision ships with, if it is part of the product.
    fn sha256(&self, pin: &Pin) -> Result<Option<Digest>, Fault> {
        let ours = self.catalogue()?;
        let (Ok(kind), Ok(revision)) = (pin.kind.parse(), pin.revision.parse()) else { return Ok(None) };
        Ok(ours.entry(kind, &pin.code, Some(revision)).map(|entry| entry.sha256()))
    }
}

/// The product does not change while it runs: its files are read once.
fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(Shipped::read)
}

fn shipped_files() -> Vec<(&'static str, &'static str)> {
    fn walk(dir: &'static Dir<'static>, files: &mut Vec<(&'static str, &'static str)>) {
        // Read by a room of its own.
        if dir.path().ends_with(crate::portal::FOLDER) {
            return;
        }
        let json = dir.files().filter(|file| file.path().extension().is_some_and(|e| e == "json"));
        files.extend(json.filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?))));
        dir.dirs().for_each(|dir| walk(dir, files));
    }
    let mut files = vec![];
    walk(&DATA, &mut files);
    files
}

impl<H: Host> Desk<H> {
    /// Shipped and kept data together; of several revisions all are there. What a dossier is pinned to is kept in the store as
    /// well: of a revision that ships, the shipped one counts here.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, Fault> {
        Ok(self.known().await?.catalogue)
    }

    /// What is kept is read once, and again after it has changed.
    async fn known(&self) -> Result<Known, Fault> {
        let mut known = self.known_catalogue.lock().await;
        if let Some(known) = &*known {
            return Ok(known.clone());
        }
        let kept = self.kept_beside_shipped().await?;
        let read = tokio::task::spawn_blocking(move || Known::of(kept)).await.map_err(Fault::unexpected)?;
        let read = read.map_err(|problems| problems_fault(&problems))?;
        *known = Some(read.clone());
        Ok(read)
    }

    /// What is kept has changed: the next who asks reads it again.
    pub(crate) async fn catalogue_changed(&self) {
        *self.known_catalogue.lock().await = None;
    }

    /// Whether `new` entries fit beside what ships and what is kept on this computer.
    ///
    /// # Errors
    /// [`Code::RevisionExists`] when a new entry is another content of a revision that is there; [`Code::BadFile`] when the new
    /// entries do not fit beside the others. What is kept is never the reason of a fault.
    async fn fits(&self, new: &[CatalogueEntry]) -> Result<(), Fault> {
        let kept = self.kept_beside_shipped().await?;
        let mut added: Vec<&CatalogueEntry> = vec![];
        for entry in new {
            let same = |other: &&CatalogueEntry| revision_of(&other.pin) == revision_of(&entry.pin);
            let there = match shipped().sha256(&entry.pin)? {
                Some(sha256) => Some(sha256),
                None => kept.iter().chain(added.iter().copied()).find(same).map(|other| other.pin.sha256),
            };
            match there {
                Some(sha256) if sha256 == entry.pin.sha256 => {}
                Some(_) => {
                    return Err(Fault::new(Code::RevisionExists)
                        .with("what", &entry.pin.code)
                        .with("revision", &entry.pin.revision));
                }
                None => added.push(entry),
            }
        }
        self.known().await?.with(&added).map_err(|problems| problems_fault(&problems))
    }

    /// The number of the next revision of an entry: above every one that is known here, also of those that are kept and do not count.
    async fn next_revision(&self, kind: EntryKind, code: &str) -> Result<u32, Fault> {
        let newest = self.catalogue().await?.entry(kind, code, None).map_or(0, |newest| newest.revision());
        let kept = self.store().await?.catalogue_of(kind.name()).await?;
        let kept = kept.iter().filter(|entry| entry.pin.code == code);
        Ok(kept.filter_map(|entry| entry.pin.revision.parse().ok()).fold(newest, u32::max).saturating_add(1))
    }

    /// What is kept in the store and does not ship, one content a revision: the first that came. What procedures name comes
    /// before them.
    async fn kept_beside_shipped(&self) -> Result<Vec<CatalogueEntry>, Fault> {
        let store = self.store().await?;
        let mut kept: Vec<CatalogueEntry> = vec![];
        for kind in [EntryKind::Calendar, EntryKind::Profile, EntryKind::Form, EntryKind::Procedure] {
            let mut entries = store.catalogue_of(kind.name()).await?;
            entries.sort_by_key(|entry| entry.added_at);
            for entry in entries {
                let there = kept.iter().any(|other| revision_of(&other.pin) == revision_of(&entry.pin));
                if !there && shipped().sha256(&entry.pin)?.is_none() {
                    kept.push(entry);
                }
            }
        }
        Ok(kept)
    }

    /// Each procedure in the revision that counts today.
    pub(crate) async fn procedures(&self) -> Result<Vec<ProcedureLine>, Fault> {
        let (catalogue, today) = (self.catalogue().await?, self.today()?);
        let line = |procedure: &Procedure| ProcedureLine {
            code: procedure.code.to_string(),
            revision: procedure.revision,
            name_vi: procedure.name.vi.clone(),
            name_en: procedure.name.en.clone(),
            field_vi: procedure.field.name.vi.clone(),
            field_en: procedure.field.name.en.clone(),
            provenance: procedure.provenance.status,
            components: procedure.components.len() as u32,
            unconfirmed: unconfirmed(&procedure.provenance),
        };
        let counts =
            |it: &&Procedure| counting(&catalogue, it, today).is_some_and(|other| other.revision == it.revision);
        Ok(catalogue.procedures().filter(counts).map(line).collect())
    }

    /// The revision that counts today.
    pub(crate) async fn procedure(&self, code: &str) -> Result<Procedure, Fault> {
        let unknown = || Fault::new(Code::UnknownProcedure).with("procedure", code);
        let (code, catalogue) = (code.parse().map_err(|_| unknown())?, self.catalogue().await?);
        let newest = catalogue.procedure(&code, None).ok_or_else(unknown)?;
        counting(&catalogue, newest, self.today()?).cloned().ok_or_else(unknown)
    }

    /// Until when a dossier of this procedure would be due, received at this moment: by the revision, the legal profile and the
    /// calendar that count on that day. `case`: the answer the limit goes by, where it goes by one.
    pub(crate) async fn due_on(
        &self,
        procedure: &str,
        received: LocalMoment,
        case: Option<&str>,
    ) -> Result<DueOn, Fault> {
        let unknown = || Fault::new(Code::UnknownProcedure).with("procedure", procedure);
        let (code, catalogue) = (procedure.parse().map_err(|_| unknown())?, self.catalogue().await?);
        let procedure = catalogue.procedure_on(&code, received.date).ok_or_else(unknown)?;
        let profile = catalogue.profile_on(received.date);
        let limit = match &procedure.time_limit {
            LimitRule::None => None,
            LimitRule::Fixed(limit) => Some(limit),
            LimitRule::ByAnswer { cases, .. } => {
                let missing = || Fault::new(Code::BadValue).with("field", "case");
                Some(cases.get(case.unwrap_or_default()).ok_or_else(missing)?)
            }
        };
        let count = |limit| due(received, limit, catalogue.calendar(), &ReceptionHours::default());
        let due = limit.map(count).transpose().map_err(Fault::unexpected)?;
        let profile = profile.map(|profile| (profile.id.to_string(), profile.revision));
        Ok(DueOn { revision: procedure.revision, profile, due })
    }

    pub(crate) async fn check_form_file(&self, file: PathBuf) -> Result<Vec<FileProblem>, Fault> {
        let text = read_text(&file).await?;
        Ok(dossier::form::check(&text).into_iter().map(problem).collect())
    }

    /// Keeps the revisions a new dossier is pinned to, so that a later catalogue cannot change what it was started under.
    pub(crate) async fn pin(&self, procedure: &Procedure, form: &Form) -> Result<(), Fault> {
        let entries = [Entry::Procedure(Box::new(procedure.clone())), Entry::Form(form.clone())];
        let entries = entries.map(|entry| kept_entry(&entry, self.now(), Origin::Pin, ""));
        Ok(self.store().await?.keep_catalogue(&entries).await?)
    }

    pub(crate) async fn pinned_procedure(
        &self,
        code: &str,
        revision: &str,
        sha256: Digest,
    ) -> Result<Procedure, Fault> {
        let pin =
            Pin { kind: EntryKind::Procedure.name().into(), code: code.into(), revision: revision.into(), sha256 };
        let entry = self.store().await?.catalogue_entry(&pin).await?;
        let entry = entry.ok_or_else(|| Fault::new(Code::UnknownProcedure).with("procedure", code))?;
        Procedure::from_kept(&entry.json).map_err(|problems| problems_fault(&problems))
    }

    pub(crate) async fn pinned_form(&self, id: &str, revision: u32, sha256: Digest) -> Result<Form, Fault> {
        let pin = Pin { kind: EntryKind::Form.name().into(), code: id.into(), revision: revision.to_string(), sha256 };
        let entry = self.store().await?.catalogue_entry(&pin).await?;
        let entry = entry.ok_or_else(|| Fault::new(Code::NotFound).with("what", format!("form {id}")))?;
        Form::from_kept(&entry.json).map_err(|problems| problems_fault(&problems))
    }
}

/// The revision of this procedure that counts on `day`: the highest that holds, else the highest there is.
fn counting<'a>(catalogue: &'a Catalogue, procedure: &Procedure, day: Date) -> Option<&'a Procedure> {
    let code = &procedure.code;
    catalogue.procedure_on(code, day).or_else(|| catalogue.procedure(code, None))
}

/// Which revision of what, whatever its content.
fn revision_of(pin: &Pin) -> (&str, &str, &str) {
    (&pin.kind, &pin.code, &pin.revision)
}

/// The catalogue as it counts on this computer, and what of the kept entries is in it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    catalogue: Arc<Catalogue>,
    fitting: Arc<Vec<CatalogueEntry>>,
}

impl Known {
    /// The shipped files with what is kept. A kept one can stop fitting when the product changes around it: it is left out, and a
    /// dossier pinned to it still finds it in the store.
    fn of(kept: Vec<CatalogueEntry>) -> Result<Self, Vec<Located>> {
        let known = |catalogue, fitting| Self { catalogue: Arc::new(catalogue), fitting: Arc::new(fitting) };
        if kept.is_empty() {
            return shipped().catalogue.clone().map(|catalogue| known(catalogue, kept));
        }
        let problems = match read_with_shipped(kept.iter()) {
            Ok(catalogue) => return Ok(known(catalogue, kept)),
            Err(problems) => problems,
        };
        tracing::warn!(problems = problems.len(), "the catalogue does not fit together as it is kept");
        // One at a time, because which of two does not fit the problem does not say. Rare, so reading all each time is cheap enough.
        let mut fitting: Vec<CatalogueEntry> = vec![];
        for entry in kept {
            fitting.push(entry);
            if read_with_shipped(fitting.iter()).is_err() {
                fitting.pop();
            }
        }
        read_with_shipped(fitting.iter()).map(|catalogue| known(catalogue, fitting))
    }

    /// Whether these fit beside it.
    fn with(&self, new: &[&CatalogueEntry]) -> Result<(), Vec<Located>> {
        if new.is_empty() {
            return Ok(());
        }
        read_with_shipped(self.fitting.iter().chain(new.iter().copied())).map(drop)
    }
}

fn read_with_shipped<'e>(entries: impl Iterator<Item = &'e CatalogueEntry>) -> Result<Catalogue, Vec<Located>> {
    let path = |pin: &Pin| {
        let folder = pin.kind.parse().map_or("unknown", EntryKind::folder);
        format!("{folder}/{}@{}.json", pin.code, pin.revision)
    };
    let added: Vec<(String, &str)> = entries.map(|entry| (path(&entry.pin), entry.json.as_str())).collect();
    let added = added.iter().map(|(path, json)| (path.as_str(), *json));
    Catalogue::from_files(shipped().files.iter().copied().chain(added))
}

/// An entry as the store keeps it.
fn kept_entry(entry: &Entry, added_at: Timestamp, origin: Origin, by: &str) -> CatalogueEntry {
    let pin = Pin {
        kind: entry.kind().name().to_owned(),
        code: entry.code(),
        revision: entry.revision().to_string(),
        sha256: entry.sha256(),
    };
    let provenance = match entry {
        Entry::Procedure(procedure) => serde_json::to_string(&procedure.provenance).unwrap_or_default(),
        _ => String::new(),
    };
    let json = entry.content().to_string();
    CatalogueEntry { pin, json, provenance, added_at, origin, added_by: by.to_owned(), reason: String::new() }
}

async fn read_text(file: &PathBuf) -> Result<String, Fault> {
    let name = file.display().to_string();
    let bytes = tokio::fs::read(file).await.map_err(|e| reading(&name, &e))?;
    String::from_utf8(bytes).map_err(|e| Fault::new(Code::BadFile).with("file", name).with("reason", e))
}

fn problem(spot: dossier::form::Spot) -> FileProblem {
    let dossier::form::Spot { line, column, problem: Located { path, problem } } = spot;
    FileProblem {
        place: path,
        line: u32::try_from(line).ok(),
        column: u32::try_from(column).ok(),
        reason: problem.to_string(),
        problem,
    }
}

fn problems_fault(problems: &[Located]) -> Fault {
    let text: Vec<String> = problems.iter().map(Located::to_string).collect();
    Fault::new(Code::BadFile).with("reason", text.join("; "))
}

#[cfg(test)]
mod tests;
