//! Papers come into a dossier: first their bytes are safe, then they are digitised, as often as it takes.

use std::path::PathBuf;

use dossier::{DocumentId, DossierId, PageId, Timestamp, Value, digest::Digest, procedure::Component};
use futures_util::TryFutureExt;
use serde_json::json;
use store::{
    BlobId, Digitised, Document, DocumentHead, DocumentKind, DocumentStatus, Failure, NewDocument, NewPage, NewRendition,
    NewSource, Store,
};
use tokio_util::io::SyncIoBridge;
use uuid::Uuid;

use crate::{
    Attached, Desk, DocumentState, DocumentView, Host,
    digitising::{self, Fetch, FromDisk, Input, Options, Report},
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
    worker::Loaded,
};

/// How long a document may be worked on before another run takes it over; a killed run is noticed at the next start anyway.
const LEASE_MS: i64 = 15 * 60 * 1000;

/// A stored content as an input.
struct FromStore {
    store: Store,
    blob: BlobId,
}

impl Fetch for FromStore {
    async fn fetch(&self, limit: u64) -> Result<Vec<u8>, Fault> {
        if self.blob.size > limit {
            return Err(Fault::new(Code::FileTooLarge)
                .with("what", "bytes")
                .with("found", self.blob.size)
                .with("limit", limit));
        }
        Ok(self.store.get_blob(&self.blob).await?)
    }
}

/// Where papers belong.
pub(crate) struct Place {
    pub component: String,
    pub row: Option<String>,
}

/// A file that was looked at and can be taken in.
struct Accepted {
    name: String,
    bytes: Vec<u8>,
    media_type: &'static str,
    sealed: bool,
}

impl<H: Host> Desk<H> {
    /// Adds the files as one document (a signed file as a document of its own), and digitises. Files that cannot be taken in are
    /// named with their fault; the others are not held up.
    pub(crate) async fn attach(
        &self,
        id: DossierId,
        place: Place,
        files: Vec<PathBuf>,
        as_is: bool,
    ) -> Result<Attached, Fault> {
        let open = self.open_dossier(id).await?;
        let component = place.component.as_str();
        let known = open.procedure.component(component).ok_or_else(|| {
            let known: Vec<&str> = open.procedure.components.iter().map(|c| c.code.as_str()).collect();
            Fault::new(Code::UnknownComponent).with("component", component).with("known", known.join(", "))
        })?;
        let row = row_of(&open, known, place.row.as_deref())?;
        let (originals, copies) = (known.originals, known.certified_copies + known.plain_copies);
        let title = known.name.vi.clone();
        if open.record.secrecy_declared_at.is_none() {
            // Attaching is the clerk's word that no paper is a state secret; it is on record before the first one.
            self.acting("secrecy.declared", async |store, act| store.declare_secrecy(id, act).await).await?;
        }

        let (mut pages, mut whole, mut refused) = (vec![], vec![], vec![]);
        for file in files {
            match self.look_at(&file).await {
                Ok(accepted) if as_is || accepted.sealed => whole.push(accepted),
                Ok(accepted) => pages.push(accepted),
                Err(fault) => refused.push(fault),
            }
        }
        let head = |file_name: &str| DocumentHead {
            component: component.to_owned(),
            component_row: row.clone(),
            title: title.clone(),
            file_name: Some(file_name.to_owned()),
            originals,
            copies,
        };
        let mut added = vec![];
        if let Some(first) = pages.first() {
            let head = head(&first.name);
            added.push(self.add_document(id, head, DocumentKind::Pages, pages).await?);
        }
        for file in whole {
            let kind = if file.sealed { DocumentKind::Sealed } else { DocumentKind::AsIs };
            added.push(self.add_document(id, head(&file.name), kind, vec![file]).await?);
        }
        self.digitise_waiting().await?;
        let mut documents = vec![];
        for document in added {
            documents.push(self.document_view(&self.store().await?.document(document).await?).await?);
        }
        Ok(Attached { documents, refused })
    }

    pub(crate) async fn remove_document(&self, id: DossierId, document: DocumentId) -> Result<crate::DossierView, Fault> {
        let stored = self.store().await?.document(document).await?;
        if stored.dossier != id {
            return Err(Fault::new(Code::NotFound).with("what", "document"));
        }
        self.acting("document.removed", async |store, act| store.remove_document(document, act).await).await?;
        self.show_dossier(id).await
    }

    /// Reads the file and has a worker say what it is.
    async fn look_at(&self, file: &PathBuf) -> Result<Accepted, Fault> {
        let name = file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
        let pool = self.pool().await;
        let bytes = FromDisk(file.clone()).fetch(pool.limits().file).await.map_err(|fault| fault.with("file", &name))?;
        let loaded = Loaded::new(bytes);
        let opened = pool.open(&loaded).await.map_err(|fault| fault.with("file", &name))?;
        let bytes = loaded.bytes().to_vec();
        Ok(Accepted { name: dossier::text::nfc(&name), bytes, media_type: opened.kind.media_type(), sealed: opened.sealed })
    }

    /// Bytes first, then the row that names them.
    async fn add_document(
        &self,
        dossier: DossierId,
        head: DocumentHead,
        kind: DocumentKind,
        files: Vec<Accepted>,
    ) -> Result<DocumentId, Fault> {
        let store = self.store().await?;
        let mut sources = vec![];
        for file in files {
            let blob = store.put_bytes(&file.bytes).await?;
            sources.push(NewSource { blob, file_name: file.name, media_type: file.media_type.to_owned() });
        }
        let new = NewDocument { id: DocumentId(Uuid::now_v7()), dossier, head, kind, sources };
        self.acting("document.added", async |store, act| store.add_document(&new, act).await).await?;
        Ok(new.id)
    }

    /// Digitises whatever waits, also what an earlier run was ended in the middle of.
    pub(crate) async fn digitise_waiting(&self) -> Result<(), Fault> {
        let store = self.store().await?;
        loop {
            let now = self.now();
            let Some(document) = store.lease_document(now, later(now, LEASE_MS)).await? else { return Ok(()) };
            let id = document.id;
            match self.digitise_document(store, &document).await {
                Ok(result) => {
                    self.acting("document.digitised", async |store, act| {
                        store.finish_document(id, &result, act).await
                    })
                    .await?;
                }
                // Nobody's mistake: it waits for the next run.
                Err(fault) if matches!(fault.code, Code::Cancelled | Code::DiskFull | Code::ReadOnly) => {
                    store.requeue_document(id, self.now()).await?;
                    return Err(fault);
                }
                Err(fault) => {
                    let args = serde_json::to_value(&fault.args).map_err(Fault::unexpected)?;
                    let code = serde_json::to_value(fault.code).map_err(Fault::unexpected)?;
                    let failure = Failure { code: code.as_str().unwrap_or_default().to_owned(), args };
                    self.acting("document.failed", async |store, act| store.fail_document(id, &failure, act).await)
                        .await?;
                }
            }
        }
    }

    async fn digitise_document(&self, store: &Store, document: &Document) -> Result<Digitised, Fault> {
        let inputs = document
            .sources
            .iter()
            .map(|source| Input {
                name: source.file_name.clone(),
                from: FromStore { store: store.clone(), blob: source.blob.clone() },
            })
            .collect();
        let options = Options::default();
        let about = self.about_pdf(&document.head.title);

        // The PDF goes straight from the writer's thread into a sealed blob: nothing of it is ever in clear on the disk.
        let (near, far) = tokio::io::duplex(1 << 18);
        let sink = std::io::BufWriter::with_capacity(1 << 16, SyncIoBridge::new(near));
        let pool = self.pool().await;
        let making = async {
            let (report, sealed, sink) =
                digitising::digitise(pool, inputs, &options, about, sink, self.host.as_ref()).await?;
            drop(sink);
            Ok((report, sealed))
        };
        let ((report, _), pdf) = tokio::try_join!(making, store.put(far).map_err(Fault::from))?;

        let failed = report.files.iter().find_map(|file| file.fault.clone());
        let secret = report.secrecy_mark().map(|mark| Fault::new(Code::SecretPaper).with("mark", mark));
        if let Some(fault) = secret.or(failed) {
            // What was written so far belongs to nothing.
            store.forget_unreferred(&[pdf.name]).await?;
            return Err(fault);
        }
        result(document, &report, pdf, &options)
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
        Ok(DocumentView {
            id: document.id,
            component: document.head.component.clone(),
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
fn result(document: &Document, report: &Report, pdf: BlobId, options: &Options) -> Result<Digitised, Fault> {
    let mut pages = vec![];
    for page in &report.pages {
        let source = document.sources.get(page.file as usize);
        let source = source.ok_or_else(|| Fault::unexpected("a page of no source"))?;
        pages.push(NewPage {
            id: PageId(Uuid::now_v7()),
            source: source.blob.name,
            frame: page.frame,
            edits: json!([]),
            findings: serde_json::to_value(page).map_err(Fault::unexpected)?,
            removed: page.bytes == 0,
        });
    }
    let rendition = NewRendition {
        recipe: recipe(document, options),
        pdf,
        pages: report.written(),
        text: report.text(),
        report: serde_json::to_value(&report.seconds).map_err(Fault::unexpected)?,
    };
    Ok(Digitised { pages, rendition })
}

/// The hash of everything that makes a rendition: sources, settings, version.
fn recipe(document: &Document, options: &Options) -> Digest {
    let sources: Vec<String> = document.sources.iter().map(|source| source.blob.sha256.to_string()).collect();
    let recipe = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "sources": sources,
        "ocr": options.settings.ocr,
        "keep_blank": options.keep_blank,
    });
    Digest::of(recipe.to_string().as_bytes())
}
