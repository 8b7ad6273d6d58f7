//! The pages of a document: as they stand, what a person decides about them, and the words that were read on them.

use dossier::{DocumentId, PageId, digest::Digest};
use serde_json::{Value, json};
use store::{Arrangement, BlobName, Document, DocumentHead, Page, SecretFrames};
use uuid::Uuid;

use crate::{
    Desk, Host, PageView, WordView,
    digitising::PageReport,
    edits::{PageDecision, PageEdits, PagesOf},
    fault::{Fault, FaultCode as Code},
    papers_in::{Place, head_at, is_sealed},
    pictures::PictureName,
    worker::{Loaded, ReadPage},
};

impl<H: Host> Desk<H> {
    /// The pages as they were digitised, also while they are being made again; of a document that never was (waiting, failed,
    /// signed), as they came in, with what was found on them so far. Of one on which a state secret was read, none: nobody looks at
    /// it any more; nor, of a file it lies in, those pages.
    pub(crate) async fn document_pages(&self, id: DocumentId) -> Result<Vec<PageView>, Fault> {
        let store = self.store().await?;
        let document = store.document(id).await?;
        if is_sealed(&document) {
            return Ok(vec![]);
        }
        let (pages, secret) = (store.pages(id).await?, store.secret_frames().await?);
        if pages.is_empty() {
            return self.pages_as_they_came(&document, &secret).await;
        }
        Ok(pages.iter().filter(|page| !secret.holds(&page.source.name, page.frame)).map(view).collect())
    }

    async fn pages_as_they_came(&self, document: &Document, secret: &SecretFrames) -> Result<Vec<PageView>, Fault> {
        let store = self.store().await?;
        let found = store.findings_so_far(document.id).await?;
        let mut views = vec![];
        for source in &document.sources {
            let frames = match &source.frames {
                Some(frames) => frames.clone(),
                None => (0..self.frames_of(&source.blob).await?).collect(),
            };
            for frame in frames.into_iter().filter(|&frame| !secret.holds(&source.blob.name, frame)) {
                let found = found.iter().find(|it| it.source == source.blob.name && it.frame == frame);
                views.push(PageView {
                    id: None,
                    position: views.len() as u32,
                    picture: PictureName { blob: source.blob.name.to_string(), frame },
                    made: None,
                    removed: false,
                    edits: PageEdits::default(),
                    found: found.and_then(|it| serde_json::from_value(it.found.clone()).ok()),
                });
            }
        }
        Ok(views)
    }

    /// Frames of a stored file; none of one that cannot be opened. Asked again and again while a stack is digitised.
    async fn frames_of(&self, blob: &store::BlobId) -> Result<u32, Fault> {
        if let Some(frames) = self.pictures.frames(&blob.name) {
            return Ok(frames);
        }
        let file = Loaded::new(self.store().await?.get_blob(blob).await?);
        let frames = match self.pool().await.open(&file).await {
            Ok(opened) => opened.frames,
            Err(fault) if fault.is_the_files_own() => 0,
            // Of the computer, or of the moment: the next look may count them.
            Err(fault) => return Err(fault),
        };
        self.pictures.keep_frames(blob.name, frames);
        Ok(frames)
    }

    /// Notes what a person decided about pages, and has their document digitised again.
    pub(crate) async fn edit_pages(&self, pages: Vec<PageDecision>) -> Result<(), Fault> {
        let mut kept = vec![];
        let halves = self.store().await?.halves(&pages.iter().map(|decided| decided.page).collect::<Vec<_>>()).await?;
        for PageDecision { page, mut edits } in pages {
            if let (None, Some((_, before))) = (edits.quad, halves.iter().find(|(half, _)| *half == page)) {
                // Which half of its sheet it is stays: without it, the sheet would stand there whole, and once more.
                edits.quad = parsed(before).quad;
            }
            let removed = edits.keep == Some(false);
            kept.push(store::PageEdit { id: page, edits: as_json(edits)?, removed });
        }
        self.acting("page.edited", async |store, act| store.edit_pages(&kept, act).await).await?;
        self.papers_came();
        Ok(())
    }

    /// Puts the pages of documents as they are to stand; gives the documents, those that were made with their new ids.
    pub(crate) async fn arrange_pages(&self, documents: Vec<PagesOf>) -> Result<Vec<DocumentId>, Fault> {
        let store = self.store().await?;
        let (mut arrangements, mut like): (Vec<Arrangement>, Option<DocumentHead>) = (vec![], None);
        let mut dossier = None;
        for PagesOf { document, place, pages } in documents {
            if let Some(id) = document {
                let known = store.document(id).await?;
                dossier = Some(known.dossier);
                like = Some(known.head);
            }
            let new = match (document, &like, place, dossier) {
                (Some(_), ..) => None,
                (None, Some(like), None, _) => Some(like.clone()),
                (None, Some(like), Some(place), Some(dossier)) => {
                    let place = Place { component: place.component, row: place.row };
                    let head = head_at(&self.open_dossier(dossier).await?, &place)?;
                    Some(DocumentHead { file_name: like.file_name.clone(), ..head })
                }
                _ => return Err(Fault::new(Code::BadValue).with("field", "document")),
            };
            let document = document.unwrap_or_else(|| DocumentId(Uuid::now_v7()));
            arrangements.push(Arrangement { document, new, pages });
        }
        self.acting("pages.arranged", async |store, act| store.arrange_pages(&arrangements, act).await).await?;
        self.documents_changed(dossier, &arrangements);
        self.papers_came();
        Ok(arrangements.iter().map(|each| each.document).collect())
    }

    pub(crate) fn documents_changed(&self, dossier: Option<dossier::DossierId>, changed: &[Arrangement]) {
        for (dossier, Arrangement { document, .. }) in
            dossier.into_iter().flat_map(|id| changed.iter().map(move |it| (id, it)))
        {
            self.host.notice(crate::Notice::Document { dossier, document: *document });
        }
    }

    /// Makes two pages of one; gives the second.
    pub(crate) async fn divide_page(
        &self,
        first: PageDecision,
        second: PageEdits,
        as_id: Option<PageId>,
    ) -> Result<PageId, Fault> {
        let new = as_id.unwrap_or_else(|| PageId(Uuid::now_v7()));
        let (page, first, second) = (first.page, as_json(first.edits)?, as_json(second)?);
        self.acting("page.divided", async |store, act| store.divide_page(page, &first, new, &second, act).await)
            .await?;
        self.papers_came();
        Ok(new)
    }

    /// Makes one page of the two halves of a frame.
    pub(crate) async fn unite_pages(&self, first: PageDecision, second: PageId) -> Result<(), Fault> {
        let (page, edits) = (first.page, as_json(first.edits)?);
        self.acting("page.united", async |store, act| store.unite_pages(page, &edits, second, act).await).await?;
        self.papers_came();
        Ok(())
    }

    /// The words of a page as it was made last, with what a person said of them since. None of a page that has none to be shown.
    pub(crate) async fn page_words(&self, document: DocumentId, page: PageId) -> Result<Vec<WordView>, Fault> {
        let store = self.store().await?;
        if is_sealed(&store.document(document).await?) {
            return Ok(vec![]);
        }
        let pages = store.pages(document).await?;
        let unknown = || Fault::new(Code::NotFound).with("what", "page");
        let page = pages.into_iter().find(|it| it.id == page).ok_or_else(unknown)?;
        let Some(recipe) = page.reading else { return Ok(vec![]) };
        let kept = store.reading(&page.source.name, page.frame, &recipe).await?;
        let Some(read) = kept.and_then(|bytes| postcard::from_bytes::<Option<ReadPage>>(&bytes).ok().flatten()) else {
            return Ok(vec![]);
        };
        Ok(words_of(&read, &edits_of(&page)))
    }
}

fn words_of(read: &ReadPage, edits: &PageEdits) -> Vec<WordView> {
    let (told, doubts) = (read.told(&edits.words), read.doubts(&edits.words));
    let share = |pixels: u32, of: u32| pixels as f32 / of.max(1) as f32;
    let [width, height] = read.size;
    let word = |((known, told), doubt): ((&crate::worker::ReadWord, Option<&crate::edits::WordEdit>), _)| {
        let at = &known.word.bbox;
        WordView {
            text: told.map_or(&known.word.text, |told| &told.text).clone(),
            read: known.word.text.clone(),
            told: told.is_some(),
            place: [share(at.x, width), share(at.y, height), share(at.width, width), share(at.height, height)],
            at: known.at.map(f64::from),
            confidence: known.word.confidence,
            doubt,
            line: known.word.line,
        }
    };
    read.words.iter().zip(told).zip(doubts).map(word).collect()
}

fn view(page: &Page) -> PageView {
    PageView {
        id: Some(page.id),
        position: page.position,
        picture: PictureName { blob: page.source.name.to_string(), frame: page.frame },
        made: page.made.map(|(blob, frame)| PictureName { blob: blob.to_string(), frame }),
        removed: page.removed,
        edits: edits_of(page),
        found: serde_json::from_value::<PageReport>(page.findings.clone()).ok(),
    }
}

pub(crate) fn edits_of(page: &Page) -> PageEdits {
    parsed(&page.edits)
}

fn parsed(edits: &Value) -> PageEdits {
    serde_json::from_value(edits.clone()).unwrap_or_default()
}

fn as_json(edits: PageEdits) -> Result<Value, Fault> {
    serde_json::to_value(edits.checked()?).map_err(Fault::unexpected)
}

/// The hash of everything the words of a page depend on, its picture aside.
pub(crate) fn reading_recipe(reader: &str, edits: &PageEdits) -> Digest {
    let recipe = json!({ "version": env!("CARGO_PKG_VERSION"), "reader": reader, "geometry": edits.geometry() });
    Digest::of(recipe.to_string().as_bytes())
}

/// The name under which a document's file goes.
pub(crate) fn name_of(document: &Document, blob: &BlobName) -> String {
    let known = document.sources.iter().find(|source| source.blob.name == *blob);
    known.map(|source| source.file_name.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
