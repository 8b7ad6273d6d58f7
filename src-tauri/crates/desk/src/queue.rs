//! Papers that are safe are digitised, one document at a time, as often as it takes.

use std::sync::Arc;

use dossier::{
    DocumentId, PageId, Timestamp,
    digest::Digest,
    profile::{ScanColour, ScanRule},
};
use futures_util::TryFutureExt;
use serde_json::json;
use store::{
    Arrangement, BlobId, Digitised, Document, DocumentHead, Failure, MadePage, NewPage, NewReading, NewRendition, Page,
    Store,
};
use tokio_util::io::SyncIoBridge;
use uuid::Uuid;

use crate::{
    Desk, Host, Notice, Watch,
    attending::Digitising,
    digitising::{self, Fetch, Input, Options, Packed, PageReport, Report},
    edits::PageEdits,
    fault::{Fault, FaultCode as Code},
    pages::{edits_of, name_of, reading_recipe},
    papers_in::later,
    worker::{PageMade, ReadPage, Settings},
};

/// How long a document may be worked on before another run takes it over; a killed run is noticed at the next start anyway.
const LEASE_MS: i64 = 15 * 60 * 1000;

/// Larger pages are made again after an interruption: what a scan gives is far below.
const MADE_BYTES: usize = 4 << 20;

/// A stored content as an input; what was read on it stays with it.
struct FromStore {
    store: Store,
    blob: BlobId,
    reader: Arc<str>,
    at: Timestamp,
}

impl Fetch for FromStore {
    async fn fetch(&self, limit: u64) -> Result<Vec<u8>, Fault> {
        if self.blob.size > limit {
            return Err(Fault::too_large("bytes", self.blob.size, limit));
        }
        Ok(self.store.get_blob(&self.blob).await?)
    }

    async fn made_before(&self, frame: u32, edits: &PageEdits, how: &Settings) -> Result<Option<PageMade>, Fault> {
        let kept = self.store.made_page(&self.blob.name, frame, &page_recipe(&self.reader, edits, how)).await?;
        Ok(kept.and_then(|bytes| postcard::from_bytes(&bytes).ok()))
    }

    async fn known(&self, frame: u32, edits: &PageEdits) -> Result<Option<ReadPage>, Fault> {
        let kept = self.store.reading(&self.blob.name, frame, &reading_recipe(&self.reader, edits)).await?;
        // One that an older program wrote otherwise is read again.
        Ok(kept.and_then(|bytes| postcard::from_bytes(&bytes).ok()).flatten())
    }

    fn packed(&self, made: &PageMade, edits: &PageEdits, how: &Settings) -> Result<Option<Packed>, Fault> {
        let content = postcard::to_stdvec(made).map_err(Fault::unexpected)?;
        let page =
            (content.len() <= MADE_BYTES).then(|| MadePage { recipe: page_recipe(&self.reader, edits, how), content });
        Ok(Some(Packed { read: postcard::to_stdvec(&made.read).map_err(Fault::unexpected)?, page }))
    }

    async fn made(&self, page: &PageReport, packed: Packed) -> Result<(), Fault> {
        let reading = NewReading {
            source: self.blob.name,
            frame: page.frame,
            recipe: reading_recipe(&self.reader, &page.edits),
            found: serde_json::to_value(page).map_err(Fault::unexpected)?,
            content: packed.read,
            made: packed.page,
        };
        Ok(self.store.put_reading(&reading, self.at).await?)
    }
}

impl<H: Host> Desk<H> {
    /// Digitises whatever waits, also what an earlier run was ended in the middle of; one document at a time.
    pub(crate) async fn digitise_waiting(&self) -> Result<(), Fault> {
        let _turn = self.digitising.lock().await;
        let store = self.store().await?;
        self.cut_what_was_left(store).await?;
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
                Ok(result) => match self.finish(store, id, result).await {
                    Ok(()) => unless_gone(self.cut_to_size(store, id).await),
                    failed => failed,
                },
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

    /// Cuts what is over the limits and was made by a run that was ended before it could, or under other limits.
    async fn cut_what_was_left(&self, store: &Store) -> Result<(), Fault> {
        // Where no rule holds today, nothing is over it.
        let Ok(rule) = self.scan_rule().await else { return Ok(()) };
        for id in store.documents_over(rule.unsigned_bytes(), rule.max_pages).await? {
            unless_gone(self.cut_to_size(store, id).await)?;
        }
        Ok(())
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

    /// Makes the document as good as the limits of receiving systems allow: over them, once more at the next lower resolution.
    async fn digitise_document(&self, store: &Store, document: &Document) -> Result<Digitised, Fault> {
        let rule = self.scan_rule().await?;
        let mut steps = rule.dpi_steps.iter().copied().peekable();
        loop {
            let dpi = steps.next().unwrap_or(rule.min_dpi);
            let settings = Settings {
                min_dpi: rule.min_dpi,
                max_dpi: dpi,
                colourless: rule.colour == ScanColour::Grey,
                reduced: Some(dpi) != rule.dpi_steps.first().copied(),
                ..Settings::default()
            };
            let made = self.digitise_once(store, document, settings).await?;
            let too_large = made.rendition.pdf.size > rule.unsigned_bytes();
            if !too_large || steps.peek().is_none() {
                return Ok(made);
            }
            // What was written so far belongs to nothing.
            store.forget_unreferred(&[made.rendition.pdf.name]).await?;
        }
    }

    /// What today's regime says of digitised papers.
    pub(crate) async fn scan_rule(&self) -> Result<ScanRule, Fault> {
        let catalogue = self.catalogue().await?;
        let profile = catalogue.profile_on(self.today()?);
        Ok(profile.ok_or_else(|| Fault::unexpected("no legal profile holds today"))?.scans.clone())
    }

    /// Cuts a document that is over the limits however it is made into parts that are not, each a paper of the same component. It
    /// is one paper still: how many originals and copies of it there are is said of the first part alone.
    async fn cut_to_size(&self, store: &Store, id: DocumentId) -> Result<(), Fault> {
        let (rule, document) = (self.scan_rule().await?, store.document(id).await?);
        let Some(made) = self.made_of(&document).await? else { return Ok(()) };
        let pages = store.pages(id).await?;
        if made.pdf.size <= rule.unsigned_bytes() && made.pages <= rule.max_pages {
            return Ok(());
        }
        let pictures = |page: &Page| page.findings["bytes"].as_u64().unwrap_or(0);
        // What the file holds beside the pictures: most of it is the pages' words.
        let words = made.pdf.size.saturating_sub(pages.iter().map(pictures).sum::<u64>() + FRAME_BYTES);
        let words = words / u64::from(made.pages.max(1));
        let sizes: Vec<(PageId, u64)> = pages.iter().map(|page| (page.id, cost(pictures(page), words))).collect();
        let most = (rule.unsigned_bytes() * 95 / 100).saturating_sub(FRAME_BYTES);
        let parts = parts(&sizes, most, rule.max_pages);
        if parts.len() < 2 {
            return Ok(());
        }
        let further = DocumentHead { originals: 0, copies: 0, ..document.head.clone() };
        let part = |(n, pages): (usize, Vec<PageId>)| match n {
            0 => Arrangement { document: id, new: None, pages },
            _ => Arrangement { document: DocumentId(Uuid::now_v7()), new: Some(further.clone()), pages },
        };
        let parts: Vec<Arrangement> = parts.into_iter().enumerate().map(part).collect();
        self.by_itself("pages.arranged", async |store, act| store.arrange_pages(&parts, act).await).await?;
        self.documents_changed(Some(document.dossier), &parts);
        Ok(())
    }

    async fn digitise_once(&self, store: &Store, document: &Document, settings: Settings) -> Result<Digitised, Fault> {
        let pages = store.pages(document.id).await?;
        let watch = Digitising { desk: self, dossier: document.dossier, document: document.id };
        let (report, pdf, reader) = self.make_pdf(document, &pages, settings, &watch).await?;
        result(document, &report, pdf, &reader, &pages)
    }

    /// The PDF of these pages of a document (of all, where none is known yet) as a sealed content that nothing refers to yet, and
    /// which reader read it.
    pub(crate) async fn make_pdf(
        &self,
        document: &Document,
        pages: &[Page],
        settings: Settings,
        watch: &dyn Watch,
    ) -> Result<(Report, BlobId, Arc<str>), Fault> {
        let (store, pool) = (self.store().await?, self.pool().await);
        let reader: Arc<str> = pool.reader().await.unwrap_or_else(|_| "none".to_owned()).into();
        let from = |blob: BlobId| FromStore { store: store.clone(), blob, reader: reader.clone(), at: self.now() };
        let inputs = if pages.is_empty() {
            let as_found = |frames: &Vec<u32>| frames.iter().map(|&frame| (frame, PageEdits::default())).collect();
            let input = |source: &store::Source| Input {
                name: source.file_name.clone(),
                from: from(source.blob),
                pages: source.frames.as_ref().map(as_found),
            };
            document.sources.iter().map(input).collect()
        } else {
            runs(pages)
                .map(|run| Input {
                    name: name_of(document, &run[0].source.name),
                    from: from(run[0].source),
                    pages: Some(run.iter().map(|page| (page.frame, edits_of(page))).collect()),
                })
                .collect()
        };
        let options = Options { settings, ..Options::default() };
        let about = self.about_pdf(&document.head.title);

        // The PDF goes straight from the writer's thread into a sealed blob: nothing of it is ever in clear on the disk.
        let (near, far) = tokio::io::duplex(1 << 18);
        let sink = std::io::BufWriter::with_capacity(1 << 16, SyncIoBridge::new(near));
        let making = async {
            let (report, sealed, sink) = digitising::digitise(pool, inputs, &options, about, sink, watch).await?;
            drop(sink);
            Ok((report, sealed))
        };
        let ((report, _), pdf) = tokio::try_join!(making, store.put(far).map_err(Fault::from))?;

        if let Some(fault) = gravest(&report) {
            // What was written so far belongs to nothing.
            store.forget_unreferred(&[pdf.name]).await?;
            return Err(fault);
        }
        Ok((report, pdf, reader))
    }
}

/// The document was taken out, put away, changed or sent while it was worked on.
fn is_gone(fault: &Fault) -> bool {
    matches!(fault.code, Code::Conflict | Code::NotFound | Code::StateForbids)
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

/// The pages in their order, those that follow one another in a file together: it is opened once for them.
fn runs(pages: &[Page]) -> impl Iterator<Item = &[Page]> {
    pages.chunk_by(|a, b| a.source.name == b.source.name)
}

/// What a file of no pages would have: fonts, colour profile, metadata; bytes, rounded up.
pub(crate) const FRAME_BYTES: u64 = 12_000;

/// What a page adds to its file; one that is left out of it adds nothing.
pub(crate) fn cost(picture: u64, words: u64) -> u64 {
    if picture == 0 { 0 } else { picture + words }
}

/// Runs of pages none of which is over the limits; a page that is so alone stands alone. Pages left out of the PDF cost nothing.
pub(crate) fn parts(pages: &[(PageId, u64)], most_bytes: u64, most_pages: u32) -> Vec<Vec<PageId>> {
    let mut parts: Vec<Vec<PageId>> = vec![];
    let (mut bytes, mut count) = (0, 0);
    for &(page, size) in pages {
        let inside = u32::from(size > 0);
        let full = count > 0 && inside > 0 && (bytes + size > most_bytes || count + inside > most_pages);
        if full || parts.is_empty() {
            parts.push(vec![]);
            (bytes, count) = (0, 0);
        }
        (bytes, count) = (bytes + size, count + inside);
        if let Some(part) = parts.last_mut() {
            part.push(page);
        }
    }
    parts
}

/// Pages and rendition for the store. Pages a document had keep their ids and what was decided about them.
fn result(document: &Document, report: &Report, pdf: BlobId, reader: &str, known: &[Page]) -> Result<Digitised, Fault> {
    if !known.is_empty() && known.len() != report.pages.len() {
        return Err(Fault::unexpected("not the pages that were asked for"));
    }
    let mut pages = vec![];
    for (n, page) in report.pages.iter().enumerate() {
        let (id, source) = match known.get(n) {
            Some(known) => (known.id, known.source),
            None => {
                let source = document.sources.get(page.file as usize);
                (PageId(Uuid::now_v7()), source.ok_or_else(|| Fault::unexpected("a page of no source"))?.blob)
            }
        };
        pages.push(NewPage {
            id,
            source: source.name,
            frame: page.frame,
            edits: serde_json::to_value(&page.edits).map_err(Fault::unexpected)?,
            findings: serde_json::to_value(page).map_err(Fault::unexpected)?,
            removed: page.bytes == 0,
            reading: Some(reading_recipe(reader, &page.edits)),
        });
    }
    let rendition = NewRendition {
        recipe: recipe(&pages, reader),
        pdf,
        pages: report.written(),
        text: report.text(),
        report: serde_json::to_value(&report.seconds).map_err(Fault::unexpected)?,
    };
    Ok(Digitised { pages, rendition })
}

/// The hash of everything that makes a page of a frame: what was decided of it, how pages are made, this version, the reader's.
fn page_recipe(reader: &str, edits: &PageEdits, settings: &Settings) -> Digest {
    let recipe =
        json!({ "version": env!("CARGO_PKG_VERSION"), "reader": reader, "edits": edits, "settings": settings });
    Digest::of(recipe.to_string().as_bytes())
}

/// The hash of everything that makes a rendition: sources, frames and edits in their order, this version, the reader's.
fn recipe(pages: &[NewPage], reader: &str) -> Digest {
    let pages: Vec<_> = pages.iter().map(|page| json!([page.source.to_string(), page.frame, page.edits])).collect();
    let recipe = json!({ "version": env!("CARGO_PKG_VERSION"), "reader": reader, "pages": pages });
    Digest::of(recipe.to_string().as_bytes())
}

#[cfg(test)]
mod tests;
