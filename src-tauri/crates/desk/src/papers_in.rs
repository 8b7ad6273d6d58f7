//! Papers come into a dossier: their bytes are safe before anything else is done with them.

use std::path::{Path, PathBuf};

use dossier::{DocumentId, DossierId, State, Timestamp, Value, procedure::Component};
use serde_json::json;
use store::{Document, DocumentHead, DocumentKind, DocumentStatus, Failure, NewDocument, NewSource, Rendition};
use uuid::Uuid;

use crate::{
    Attached, Desk, DocumentState, DocumentView, Host, Notice,
    digitising::{Fetch, FromDisk},
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code, reading},
    worker::Loaded,
};

/// So many files can be added at once.
const MAX_FILES: usize = 2000;

/// Where papers belong.
pub(crate) struct Place {
    pub component: String,
    pub row: Option<String>,
}

/// A file that was looked at and whose bytes are safe.
pub(crate) struct Paper {
    pub source: NewSource,
    sealed: bool,
}

impl<H: Host> Desk<H> {
    /// Adds the files as one document (a signed file as a document of its own), and digitises. Files that cannot be taken in are
    /// named with their fault; the others are not held up. Once documents are added, they are in the answer whatever happens.
    pub(crate) async fn attach(
        &self,
        id: DossierId,
        place: Place,
        files: Vec<PathBuf>,
        as_is: bool,
        later: bool,
    ) -> Result<Attached, Fault> {
        // A wrong place is told before any file is read.
        head_at(&self.open_dossier(id).await?, &place)?;
        let (mut papers, mut refused) = (vec![], vec![]);
        for file in listed(files)? {
            match self.take_in(&file).await {
                Ok(paper) => papers.push(paper),
                Err(fault) if fault.concerns_a_file() => refused.push(fault),
                Err(fault) => return Err(fault),
            }
        }
        let attached = self.attach_papers(id, place, papers, as_is, later).await?;
        Ok(Attached { refused, ..attached })
    }

    /// Adds what was taken in.
    pub(crate) async fn attach_papers(
        &self,
        id: DossierId,
        place: Place,
        papers: Vec<Paper>,
        as_is: bool,
        later: bool,
    ) -> Result<Attached, Fault> {
        let open = self.open_dossier(id).await?;
        let head = head_at(&open, &place)?;
        let (whole, pages): (Vec<_>, Vec<_>) = papers.into_iter().partition(|paper| as_is || paper.sealed);
        let pages: Vec<_> = pages.into_iter().map(|paper| paper.source).collect();
        if open.record.secrecy_declared_at.is_none() && !(pages.is_empty() && whole.is_empty()) {
            // Attaching is the clerk's word that no paper is a state secret; it is on record before the first one.
            self.acting("secrecy.declared", async |store, act| store.declare_secrecy(id, act).await).await?;
        }
        let mut added = vec![];
        if !pages.is_empty() {
            added.push(self.add_document(id, &head, DocumentKind::Pages, pages).await?);
        }
        for file in whole {
            let kind = if file.sealed { DocumentKind::Sealed } else { DocumentKind::AsIs };
            added.push(self.add_document(id, &head, kind, vec![file.source]).await?);
        }
        let stopped = if later {
            self.papers_came();
            None
        } else {
            self.digitise_waiting().await.err()
        };
        let mut documents = vec![];
        for document in added {
            documents.push(self.document_view(&self.store().await?.document(document).await?).await?);
        }
        Ok(Attached { documents, refused: vec![], stopped })
    }

    pub(crate) async fn remove_document(
        &self,
        id: DossierId,
        document: DocumentId,
    ) -> Result<crate::DossierView, Fault> {
        let stored = self.store().await?.document(document).await?;
        if stored.dossier != id {
            return Err(Fault::new(Code::NotFound).with("what", "document"));
        }
        self.acting("document.removed", async |store, act| store.remove_document(document, act).await).await?;
        if is_sealed(&stored)
            && let Some(fault) = self.secret_file_of(&stored).await?
        {
            // It is gone from here; what must be told is where its file is not.
            self.host.notice(Notice::Document { dossier: id, document });
            return Err(fault);
        }
        self.show_dossier(id).await
    }

    /// Puts a document to another component; it was asked for there, so its originals and copies are that one's.
    pub(crate) async fn move_document(&self, id: DocumentId, place: Place) -> Result<(), Fault> {
        let document = self.store().await?.document(id).await?;
        let open = self.open_dossier(document.dossier).await?;
        let head = DocumentHead { file_name: document.head.file_name, ..head_at(&open, &place)? };
        self.acting("document.moved", async |store, act| store.change_document(id, &head, act).await).await
    }

    /// Has a worker say what the file is, and keeps its bytes.
    async fn take_in(&self, file: &Path) -> Result<Paper, Fault> {
        let name =
            file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
        let limit = self.host.worker_limits().file;
        let bytes = FromDisk(file.to_owned()).fetch(limit).await.map_err(|fault| fault.with("file", &name))?;
        self.keep_paper(name, bytes).await
    }

    pub(crate) async fn keep_paper(&self, name: String, bytes: Vec<u8>) -> Result<Paper, Fault> {
        let pool = self.pool().await;
        let loaded = Loaded::new(bytes);
        let opened = pool.open(&loaded).await.map_err(|fault| fault.with("file", &name))?;
        let blob = self.store().await?.put_bytes(loaded.bytes()).await?;
        let media_type = opened.kind.media_type().to_owned();
        let source = NewSource { blob, file_name: dossier::text::nfc(&name), media_type, frames: None };
        Ok(Paper { source, sealed: opened.sealed })
    }

    async fn add_document(
        &self,
        dossier: DossierId,
        head: &DocumentHead,
        kind: DocumentKind,
        sources: Vec<NewSource>,
    ) -> Result<DocumentId, Fault> {
        let file_name = sources.first().map(|source| source.file_name.clone());
        let head = DocumentHead { file_name, ..head.clone() };
        let new = NewDocument { id: DocumentId(Uuid::now_v7()), dossier, head, kind, sources };
        self.acting("document.added", async |store, act| store.add_document(&new, act).await).await?;
        Ok(new.id)
    }

    pub(crate) fn about_pdf(&self, title: &str) -> pdf::Metadata {
        pdf::Metadata {
            title: title.to_owned(),
            author: String::new(),
            subject: String::new(),
            keywords: String::new(),
            producer: format!("Hồ Sơ {}", env!("CARGO_PKG_VERSION")),
            created: self.now().get(),
        }
    }

    /// What was made of the document as it is now: nothing as long as it waits to be made again.
    pub(crate) async fn made_of(&self, document: &Document) -> Result<Option<Rendition>, Fault> {
        if document.status != DocumentStatus::Done {
            return Ok(None);
        }
        Ok(self.store().await?.rendition(document.id).await?)
    }

    /// Why the document cannot be sent as it is although it is made: it is over the limits of receiving systems, or its file holds a
    /// state secret too. Nothing of one that failed, or whose dossier is not being prepared.
    pub(crate) async fn hindrance(&self, document: &Document) -> Result<Option<Fault>, Fault> {
        let store = self.store().await?;
        let state = store.dossier(document.dossier).await?.state;
        if document.failure.is_some() || !matches!(state, State::Draft | State::Ready | State::SupplementRequested) {
            return Ok(None);
        }
        if let Some(fault) = self.secret_file_of(document).await? {
            return Ok(Some(fault));
        }
        let made = if document.kind == DocumentKind::Pages { self.made_of(document).await? } else { None };
        // Where no rule holds today, nothing is over it.
        let (Some(made), Ok(rule)) = (made, self.scan_rule().await) else { return Ok(None) };
        let (bytes, most) = (made.pdf.size, rule.unsigned_bytes());
        Ok(if bytes > most {
            Some(Fault::too_large("bytes", bytes, most))
        } else if made.pages > rule.max_pages {
            Some(Fault::too_large("frames", made.pages, rule.max_pages))
        } else {
            None
        })
    }

    /// What is to be told of a document's file that is here and holds pages with a state secret, those of another document.
    pub(crate) async fn secret_file_of(&self, document: &Document) -> Result<Option<Fault>, Fault> {
        let store = self.store().await?;
        let secret = store.secret_frames().await?;
        let Some(source) = document.sources.iter().find(|source| secret.in_file(&source.blob.name)) else {
            return Ok(None);
        };
        let holders = store.holders(&source.blob.name).await?;
        let mut papers = vec![];
        for (title, dossier) in holders.documents {
            let of = store.dossier(dossier).await?;
            let code = of.official_code.or(of.provisional_code);
            papers.push(code.map_or_else(|| title.clone(), |code| format!("{title} ({code})")));
        }
        let fault = Fault::new(Code::SecretShared).with("file", &source.file_name);
        Ok(Some(fault.with("papers", papers.join(", ")).with("stacks", holders.stacks)))
    }

    pub(crate) async fn document_view(&self, document: &Document) -> Result<DocumentView, Fault> {
        let store = self.store().await?;
        let rendition = self.made_of(document).await?;
        let whole = match document.kind {
            DocumentKind::Pages => rendition.as_ref().map(|made| &made.pdf),
            DocumentKind::Sealed | DocumentKind::AsIs => document.sources.first().map(|source| &source.blob),
        };
        let mut warnings: Vec<String> = vec![];
        for page in store.pages(document.id).await? {
            let told = page.findings["warnings"].as_array().into_iter().flatten();
            warnings.extend(told.filter_map(|code| code.as_str()).map(str::to_owned));
        }
        warnings.sort();
        warnings.dedup();
        Ok(DocumentView {
            warnings,
            id: document.id,
            component: document.head.component.clone(),
            row: document.head.component_row.clone(),
            file_name: document.head.file_name.clone(),
            title: document.head.title.clone(),
            status: match document.status {
                DocumentStatus::Waiting => DocumentState::Waiting,
                DocumentStatus::Working => DocumentState::Working,
                DocumentStatus::Done => DocumentState::Done,
                DocumentStatus::Failed => DocumentState::Failed,
            },
            pages: rendition.as_ref().map_or(0, |made| made.pages),
            bytes: whole.map_or(0, |blob| blob.size),
            sha256: whole.map(|blob| blob.sha256.to_string()),
            sealed: !matches!(document.kind, DocumentKind::Pages),
            reused: document.reused_from.is_some(),
            fault: match &document.failure {
                Some(failed) => Some(failure(failed)),
                None => self.hindrance(document).await?,
            },
        })
    }
}

/// The files, and in place of each folder the files in it, by name; what is hidden is no paper.
pub(crate) fn listed(files: Vec<PathBuf>) -> Result<Vec<PathBuf>, Fault> {
    let (mut listed, mut open) = (vec![], files);
    open.reverse();
    while let Some(path) = open.pop() {
        if listed.len() + open.len() > MAX_FILES {
            return Err(Fault::too_large("files", format!("> {MAX_FILES}"), MAX_FILES).with("file", path.display()));
        }
        // A link is a file to be read, never a way into another folder, or back into this one.
        if !path.symlink_metadata().is_ok_and(|about| about.is_dir()) {
            listed.push(path);
            continue;
        }
        let entries = std::fs::read_dir(&path).map_err(|error| reading(&path.display().to_string(), &error))?;
        let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        inside.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
        inside.sort();
        open.extend(inside.into_iter().rev());
    }
    Ok(listed)
}

/// The component a place names.
pub(crate) fn component_at<'a>(open: &'a OpenDossier, place: &Place) -> Result<&'a Component, Fault> {
    let component = place.component.as_str();
    open.procedure.component(component).ok_or_else(|| {
        let known: Vec<&str> = open.procedure.components.iter().map(|c| c.code.as_str()).collect();
        Fault::new(Code::UnknownComponent).with("component", component).with("known", known.join(", "))
    })
}

/// What is said of a document in this place.
pub(crate) fn head_at(open: &OpenDossier, place: &Place) -> Result<DocumentHead, Fault> {
    let known = component_at(open, place)?;
    Ok(DocumentHead {
        component: place.component.clone(),
        component_row: row_of(open, known, place.row.as_deref())?,
        title: known.name.vi.clone(),
        file_name: None,
        originals: known.originals,
        copies: known.certified_copies + known.plain_copies,
    })
}

/// The id of the row a paper belongs to, where its component is asked for once a row.
pub(crate) fn row_of(open: &OpenDossier, component: &Component, named: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(group) = &component.per_row else { return Ok(None) };
    let rows = match open.answers.value(group.as_str()) {
        Some(Value::Rows(rows)) => rows.as_slice(),
        _ => &[],
    };
    let by_id = |named: &str| rows.iter().find(|row| row.id.as_str() == named);
    let by_number = |named: &str| rows.get(named.parse::<usize>().ok()?.checked_sub(1)?);
    let row = named.and_then(|named| by_id(named).or_else(|| by_number(named)));
    row.map(|row| Some(row.id.to_string())).ok_or_else(|| {
        Fault::new(Code::UnknownRow).with("component", &component.code).with("group", group).with("rows", rows.len())
    })
}

/// Whether a state secret was read on it.
pub(crate) fn is_sealed(document: &Document) -> bool {
    document.failure.as_ref().is_some_and(|failure| failure.code == Failure::SECRET)
}

/// A kept failure as the fault it was.
pub(crate) fn failure(kept: &Failure) -> Fault {
    let code = serde_json::from_value(json!(kept.code)).unwrap_or(Code::Unexpected);
    let args = serde_json::from_value(kept.args.clone()).unwrap_or_default();
    Fault { args, ..Fault::new(code) }
}

pub(crate) fn later(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_add(ms)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_the_files_in_it_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("b/c")).unwrap();
        for name in ["b/2.png", "b/c/1.png", "b/1.png", "b/.hidden", "a.pdf", "z.pdf"] {
            std::fs::write(at(name), b"x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), at("b/loop")).unwrap();
        let found = listed(vec![at("z.pdf"), at("b"), at("a.pdf")]).unwrap();
        let mut wanted = vec!["z.pdf", "b/1.png", "b/2.png", "b/c/1.png", "a.pdf"];
        if cfg!(unix) {
            wanted.insert(4, "b/loop");
        }
        assert_eq!(found, wanted.into_iter().map(at).collect::<Vec<_>>());
    }
}
