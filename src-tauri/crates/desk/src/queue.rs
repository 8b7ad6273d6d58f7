//! Papers that are safe are digitised, one document at a time, as often as it takes.

use std::collections::BTreeMap;

use dossier::{DocumentId, PageId, digest::Digest};
use futures_util::TryFutureExt;
use serde_json::json;
use store::{BlobId, Digitised, Document, Failure, NewPage, NewRendition, Page, Store};
use tokio_util::io::SyncIoBridge;
use uuid::Uuid;

use crate::{
    Desk, Host, Notice,
    attending::Digitising,
    digitising::{self, Fetch, Input, Options, Report},
    fault::{Fault, FaultCode as Code},
    papers_in::{PageEdits, later},
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
            return Err(Fault::too_large("bytes", self.blob.size, limit));
        }
        Ok(self.store.get_blob(&self.blob).await?)
    }
}

impl<H: Host> Desk<H> {
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
            self.changed(&document);
            let made = tokio::select! {
                made = self.digitise_document(store, &document) => made,
                fault = self.keep_leased(store, id) => Err(fault),
            };
            let ended = match made {
                Ok(result) => self.finish(store, id, result).await,
                // Not the paper's mistake: it waits for the next run. The fault to tell is the one that stopped it.
                Err(fault) if fault.is_the_stations() => {
                    let _ = store.give_back_document(id).await;
                    self.changed(&document);
                    return Err(fault);
                }
                Err(fault) => unless_gone(self.fail(id, &fault).await),
            };
            self.changed(&document);
            ended?;
        }
    }

    fn changed(&self, document: &Document) {
        self.host.notice(Notice::Document { dossier: document.dossier, document: document.id });
    }

    async fn fail(&self, id: DocumentId, fault: &Fault) -> Result<(), Fault> {
        let args = serde_json::to_value(&fault.args).map_err(Fault::unexpected)?;
        let code = serde_json::to_value(fault.code).map_err(Fault::unexpected)?;
        let failure = Failure { code: code.as_str().unwrap_or_default().to_owned(), args };
        self.acting("document.failed", async |store, act| store.fail_document(id, &failure, act).await).await
    }

    async fn finish(&self, store: &Store, id: DocumentId, result: Digitised) -> Result<(), Fault> {
        let pdf = result.rendition.pdf.name;
        let finished =
            self.acting("document.digitised", async |store, act| store.finish_document(id, &result, act).await).await;
        if finished.as_ref().is_err_and(is_gone) {
            // What was made is of something that is not there any more.
            store.forget_unreferred(&[pdf]).await?;
        }
        unless_gone(finished)
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
                frames: source.frames.clone(),
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
            let (report, sealed, sink) = digitising::digitise(pool, inputs, &options, about, sink, &watch).await?;
            drop(sink);
            Ok((report, sealed))
        };
        let ((report, _), pdf) = tokio::try_join!(making, store.put(far).map_err(Fault::from))?;

        if let Some(fault) = gravest(&report) {
            // What was written so far belongs to nothing.
            store.forget_unreferred(&[pdf.name]).await?;
            return Err(fault);
        }
        let reader = pool.reader().await.unwrap_or_else(|_| "none".to_owned());
        result(document, &report, pdf, recipe(document, &options, &reader), known)
    }
}

/// The document was taken out, put away or changed while it was worked on.
fn is_gone(fault: &Fault) -> bool {
    matches!(fault.code, Code::Conflict | Code::NotFound)
}

fn unless_gone(done: Result<(), Fault>) -> Result<(), Fault> {
    done.or_else(|fault| if is_gone(&fault) { Ok(()) } else { Err(fault) })
}

/// Why the document is not made: a state secret on any page before everything else, for it seals the document.
fn gravest(report: &Report) -> Option<Fault> {
    let faults = || report.files.iter().flat_map(|file| file.fault.iter().chain(&file.more_faults));
    let secret = faults().find(|fault| fault.code == Code::SecretPaper);
    secret.or_else(|| faults().find(|fault| fault.is_the_stations())).or_else(|| faults().next()).cloned()
}

/// The pages a document had before it is digitised again: they keep their ids and what was decided about them.
struct Known(BTreeMap<(u32, u32), (PageId, PageEdits)>);

impl Known {
    /// By the file a page was found in: the same content may be there twice, and each is edited for itself.
    fn of(document: &Document, pages: &[Page]) -> Self {
        let known = pages.iter().filter_map(|page| {
            let file = u32::try_from(page.findings["file"].as_u64()?).ok()?;
            let source = document.sources.get(file as usize)?;
            let edits = serde_json::from_value(page.edits.clone()).unwrap_or_default();
            (source.blob.name == page.source.name).then_some(((file, page.frame), (page.id, edits)))
        });
        Self(known.collect())
    }

    fn edits(&self) -> BTreeMap<(u32, u32), PageEdits> {
        self.0.iter().map(|(place, (_, edits))| (*place, *edits)).collect()
    }
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
    let source = |source: &store::Source| json!([source.blob.sha256, source.frames]);
    let sources: Vec<_> = document.sources.iter().map(source).collect();
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
mod tests;
