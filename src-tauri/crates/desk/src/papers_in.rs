//! Papers come into a dossier: first their bytes are safe, then they are digitised, as often as it takes.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use dossier::{DocumentId, DossierId, PageId, Timestamp, Value, digest::Digest, procedure::Component};
use futures_util::TryFutureExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    BlobId, Digitised, Document, DocumentHead, DocumentKind, DocumentStatus, Failure, NewDocument, NewPage,
    NewRendition, NewSource, Page, Store,
};
use tokio_util::io::SyncIoBridge;
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    Attached, Desk, DocumentState, DocumentView, Host, Notice, PageView,
    attending::Digitising,
    digitising::{self, Fetch, FromDisk, Input, Options, Report},
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code, reading},
    pictures::PictureName,
    worker::Loaded,
};

/// How long a document may be worked on before another run takes it over; a killed run is noticed at the next start anyway.
const LEASE_MS: i64 = 15 * 60 * 1000;

/// So many files can be added at once.
const MAX_FILES: usize = 2000;

/// A stored content as an input.
struct FromStore {
    store: Store,
    blob: BlobId,
}

impl Fetch for FromStore {
    async fn fetch(&self, limit: u64) -> Result<Vec<u8>, Fault> {
        if self.blob.size > limit {
            return Err(Fault::too_large("bytes", self.blob.size, limit));
        }
        Ok(self.store.get_blob(&self.blob).await?)
    }
}

/// Where papers belong.
pub(crate) struct Place {
    pub component: String,
    pub row: Option<String>,
}

/// A file that was looked at and whose bytes are safe.
pub(crate) struct Paper {
    source: NewSource,
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
        self.show_dossier(id).await
    }

    /// Puts a document to another component; it was asked for there, so its originals and copies are that one's.
    pub(crate) async fn move_document(&self, id: DocumentId, place: Place) -> Result<(), Fault> {
        let document = self.store().await?.document(id).await?;
        let open = self.open_dossier(document.dossier).await?;
        let head = DocumentHead { file_name: document.head.file_name, ..head_at(&open, &place)? };
        self.acting("document.moved", async |store, act| store.change_document(id, &head, act).await).await
    }

    /// The pages as they were digitised; of a document that is not (waiting, failed, sealed), as they came in.
    pub(crate) async fn document_pages(&self, id: DocumentId) -> Result<Vec<PageView>, Fault> {
        let store = self.store().await?;
        let document = store.document(id).await?;
        let (pages, rendition) = (store.pages(id).await?, store.rendition(id).await?);
        let (mut views, mut written) = (vec![], 0);
        for page in &pages {
            let made = rendition.as_ref().filter(|_| !page.removed).map(|made| {
                written += 1;
                PictureName { blob: made.pdf.name.to_string(), frame: written - 1 }
            });
            views.push(PageView {
                id: Some(page.id),
                position: page.position,
                picture: PictureName { blob: page.source.name.to_string(), frame: page.frame },
                made,
                removed: page.removed,
                edits: serde_json::from_value(page.edits.clone()).unwrap_or_default(),
                found: serde_json::from_value(page.findings.clone()).ok(),
            });
        }
        if views.is_empty() {
            for source in &document.sources {
                let file = Loaded::new(store.get_blob(&source.blob).await?);
                let frames = self.pool().await.open(&file).await.map_or(0, |opened| opened.frames);
                views.extend((0..frames).map(|frame| PageView {
                    id: None,
                    position: 0,
                    picture: PictureName { blob: source.blob.name.to_string(), frame },
                    made: None,
                    removed: false,
                    edits: PageEdits::default(),
                    found: None,
                }));
            }
            for (position, view) in (0..).zip(&mut views) {
                view.position = position;
            }
        }
        Ok(views)
    }

    /// Notes what a person decided about a page, and has its document digitised again.
    pub(crate) async fn edit_page(&self, id: PageId, edits: PageEdits) -> Result<(), Fault> {
        let kept = serde_json::to_value(edits).map_err(Fault::unexpected)?;
        let removed = edits.keep == Some(false);
        self.store().await?.edit_page(id, &kept, removed, self.now()).await?;
        self.papers_came();
        Ok(())
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
        let source = NewSource { blob, file_name: dossier::text::nfc(&name), media_type };
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

    /// Digitises whatever waits, also what an earlier run was ended in the middle of; one document at a time.
    pub(crate) async fn digitise_waiting(&self) -> Result<(), Fault> {
        let _turn = self.digitising.lock().await;
        let store = self.store().await?;
        loop {
            if self.host.cancelled() {
                return Err(Fault::new(Code::Cancelled));
            }
            let now = self.now();
            let Some(document) = store.lease_document(now, later(now, LEASE_MS)).await? else { return Ok(()) };
            let id = document.id;
            self.host.notice(Notice::Document { dossier: document.dossier, document: id });
            let made = tokio::select! {
                made = self.digitise_document(store, &document) => made,
                fault = self.keep_leased(store, id) => Err(fault),
            };
            match made {
                Ok(result) => self.finish(store, id, result).await?,
                Err(fault) if fault.is_the_files_own() => {
                    let args = serde_json::to_value(&fault.args).map_err(Fault::unexpected)?;
                    let code = serde_json::to_value(fault.code).map_err(Fault::unexpected)?;
                    let failure = Failure { code: code.as_str().unwrap_or_default().to_owned(), args };
                    self.acting("document.failed", async |store, act| store.fail_document(id, &failure, act).await)
                        .await?;
                }
                // Not the paper's mistake: it waits for the next run.
                Err(fault) => {
                    store.requeue_document(id, self.now()).await?;
                    return Err(fault);
                }
            }
            self.host.notice(Notice::Document { dossier: document.dossier, document: id });
        }
    }

    async fn finish(&self, store: &Store, id: DocumentId, result: Digitised) -> Result<(), Fault> {
        let pdf = result.rendition.pdf.name;
        let finished =
            self.acting("document.digitised", async |store, act| store.finish_document(id, &result, act).await).await;
        match finished {
            Ok(()) => Ok(()),
            // It was removed or changed meanwhile: what was made is of something that is not there any more.
            Err(fault) if matches!(fault.code, Code::Conflict | Code::NotFound) => {
                store.forget_unreferred(&[pdf]).await?;
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }

    /// Holds the lease as long as the work goes on; ends only with a fault.
    async fn keep_leased(&self, store: &Store, id: DocumentId) -> Fault {
        let mut every = tokio::time::interval(std::time::Duration::from_millis(LEASE_MS as u64 / 3));
        loop {
            every.tick().await;
            if let Err(error) = store.prolong_document(id, later(self.now(), LEASE_MS)).await {
                return error.into();
            }
        }
    }

    async fn digitise_document(&self, store: &Store, document: &Document) -> Result<Digitised, Fault> {
        let inputs = document
            .sources
            .iter()
            .map(|source| Input {
                name: source.file_name.clone(),
                from: FromStore { store: store.clone(), blob: source.blob },
            })
            .collect();
        let known = Known::of(document, &store.pages(document.id).await?);
        let options = Options { edits: known.edits(), ..Options::default() };
        let watch = Digitising { desk: self, dossier: document.dossier, document: document.id };
        let about = self.about_pdf(&document.head.title);

        // The PDF goes straight from the writer's thread into a sealed blob: nothing of it is ever in clear on the disk.
        let (near, far) = tokio::io::duplex(1 << 18);
        let sink = std::io::BufWriter::with_capacity(1 << 16, SyncIoBridge::new(near));
        let pool = self.pool().await;
        let making = async {
            let (report, sealed, sink) =
                digitising::digitise(pool, inputs, &options, about, sink, &watch).await?;
            drop(sink);
            Ok((report, sealed))
        };
        let ((report, _), pdf) = tokio::try_join!(making, store.put(far).map_err(Fault::from))?;

        let failed = report.files.iter().find_map(|file| file.fault.clone());
        if let Some(fault) = failed {
            // What was written so far belongs to nothing.
            store.forget_unreferred(&[pdf.name]).await?;
            return Err(fault);
        }
        let reader = pool.reader().await.unwrap_or_else(|_| "none".to_owned());
        result(document, &report, pdf, recipe(document, &options, &reader), known)
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

    pub(crate) async fn document_view(&self, document: &Document) -> Result<DocumentView, Fault> {
        let store = self.store().await?;
        let rendition = store.rendition(document.id).await?;
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
            fault: document.failure.as_ref().map(failure),
        })
    }
}

/// What a person has decided about a page; what is not said is decided by what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PageEdits {
    /// Clockwise degrees by which the content is turned as it came in: 0, 90, 180 or 270.
    pub orientation: Option<u16>,
    /// Whether it belongs into the PDF.
    pub keep: Option<bool>,
}

/// The pages a document had before it is digitised again: they keep their ids and what was decided about them.
struct Known(BTreeMap<(u32, u32), (PageId, PageEdits)>);

impl Known {
    fn of(document: &Document, pages: &[Page]) -> Self {
        let index = |page: &Page| document.sources.iter().position(|source| source.blob.name == page.source.name);
        let known = pages.iter().filter_map(|page| {
            let edits = serde_json::from_value(page.edits.clone()).unwrap_or_default();
            Some(((index(page)? as u32, page.frame), (page.id, edits)))
        });
        Self(known.collect())
    }

    fn edits(&self) -> BTreeMap<(u32, u32), PageEdits> {
        self.0.iter().map(|(place, (_, edits))| (*place, *edits)).collect()
    }
}

/// The files, and in place of each folder the files in it, by name; what is hidden is no paper.
fn listed(files: Vec<PathBuf>) -> Result<Vec<PathBuf>, Fault> {
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

/// What is said of a document in this place.
fn head_at(open: &OpenDossier, place: &Place) -> Result<DocumentHead, Fault> {
    let component = place.component.as_str();
    let known = open.procedure.component(component).ok_or_else(|| {
        let known: Vec<&str> = open.procedure.components.iter().map(|c| c.code.as_str()).collect();
        Fault::new(Code::UnknownComponent).with("component", component).with("known", known.join(", "))
    })?;
    Ok(DocumentHead {
        component: component.to_owned(),
        component_row: row_of(open, known, place.row.as_deref())?,
        title: known.name.vi.clone(),
        file_name: None,
        originals: known.originals,
        copies: known.certified_copies + known.plain_copies,
    })
}

/// The id of the row a paper belongs to, where its component is asked for once a row.
fn row_of(open: &OpenDossier, component: &Component, named: Option<&str>) -> Result<Option<String>, Fault> {
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

/// A kept failure as the fault it was.
pub(crate) fn failure(kept: &Failure) -> Fault {
    let code = serde_json::from_value(json!(kept.code)).unwrap_or(Code::Unexpected);
    let args = serde_json::from_value(kept.args.clone()).unwrap_or_default();
    Fault { args, ..Fault::new(code) }
}

pub(crate) fn later(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_add(ms)).unwrap_or(at)
}

/// Pages and rendition for the store.
fn result(
    document: &Document,
    report: &Report,
    pdf: BlobId,
    recipe: Digest,
    mut known: Known,
) -> Result<Digitised, Fault> {
    let mut pages = vec![];
    for page in &report.pages {
        let source = document.sources.get(page.file as usize);
        let source = source.ok_or_else(|| Fault::unexpected("a page of no source"))?;
        let known = known.0.remove(&(page.file, page.frame));
        let (id, edits) = known.unwrap_or_else(|| (PageId(Uuid::now_v7()), PageEdits::default()));
        pages.push(NewPage {
            id,
            source: source.blob.name,
            frame: page.frame,
            edits: serde_json::to_value(edits).map_err(Fault::unexpected)?,
            findings: serde_json::to_value(page).map_err(Fault::unexpected)?,
            removed: page.bytes == 0,
        });
    }
    let rendition = NewRendition {
        recipe,
        pdf,
        pages: report.written(),
        text: report.text(),
        report: serde_json::to_value(&report.seconds).map_err(Fault::unexpected)?,
    };
    Ok(Digitised { pages, rendition })
}

/// The hash of everything that makes a rendition: sources, settings, this version, the reader's.
fn recipe(document: &Document, options: &Options, reader: &str) -> Digest {
    let sources: Vec<String> = document.sources.iter().map(|source| source.blob.sha256.to_string()).collect();
    let recipe = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "reader": reader,
        "sources": sources,
        "ocr": options.settings.ocr,
        "keep_blank": options.keep_blank,
        "edits": options.edits.iter().collect::<Vec<_>>(),
    });
    Digest::of(recipe.to_string().as_bytes())
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
