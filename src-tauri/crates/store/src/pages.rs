//! Pages of a document and its rendition. A page is a source, a frame of it and a list of edits; the rendition is
//! computed from them and can be computed again.

use std::collections::BTreeSet;

use dossier::{Digest, DocumentId, PageId, State, Timestamp};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Act, BlobId, BlobName, Clash, Result, Store, StoreError, Subject, blobs,
    columns::{self, Columns},
    database::Write,
    documents::{contents_of, editable, requeue},
    dossiers::touch,
    ms,
};

/// A page as digitising found it.
#[derive(Debug, Clone)]
pub struct NewPage {
    pub id: PageId,
    /// The file it comes from; one of the document's sources.
    pub source: BlobName,
    /// Frame of a multi-page TIFF, page of a PDF; from 0.
    pub frame: u32,
    /// Opaque: the edits, in order.
    pub edits: Value,
    /// Opaque: what digitising found.
    pub findings: Value,
    /// Left out of the rendition (a blank page, a separator), but never deleted.
    pub removed: bool,
    /// The recipe of the reading it was made with; see [`crate::NewReading`].
    pub reading: Option<Digest>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub id: PageId,
    pub document: DocumentId,
    /// From 0.
    pub position: u32,
    pub source: BlobId,
    pub frame: u32,
    pub edits: Value,
    pub findings: Value,
    pub removed: bool,
    pub reading: Option<Digest>,
    /// A finished PDF that is there, and the page in it (from 0): as it was made last, maybe of another document.
    pub made: Option<(BlobName, u32)>,
}

/// A computed PDF with its words.
#[derive(Debug, Clone)]
pub struct NewRendition {
    /// Hash of everything that made it: sources, frames, edits, settings, versions.
    pub recipe: Digest,
    pub pdf: BlobId,
    pub pages: u32,
    /// The text of all pages, NFC.
    pub text: String,
    /// Opaque: digitising's report.
    pub report: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Rendition {
    pub document: DocumentId,
    pub recipe: Digest,
    pub pdf: BlobId,
    pub pages: u32,
    pub text: String,
    pub report: Value,
    pub created_at: Timestamp,
}

/// What a person decided about a page.
#[derive(Debug, Clone)]
pub struct PageEdit {
    pub id: PageId,
    pub edits: Value,
    pub removed: bool,
}

/// What digitising a document gave.
#[derive(Debug, Clone)]
pub struct Digitised {
    /// All pages in order; they replace those the document had.
    pub pages: Vec<NewPage>,
    pub rendition: NewRendition,
}

impl Store {
    /// Ends the digitising of a leased document: pages, rendition, searchable text and status at once. The rendition it
    /// replaces is destroyed unless a submission holds it.
    ///
    /// # Errors
    /// [`Clash::NotLeased`] unless the document is being digitised (edits made meanwhile set it back to waiting, and
    /// then this result is out of date).
    pub async fn finish_document(&self, id: DocumentId, result: &Digitised, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "UPDATE documents SET status = 'done', failure = NULL, lease_until = NULL WHERE id = ? AND status = 'working'
             RETURNING dossier",
        )
        .bind(columns::id(id.0))
        .fetch_optional(&mut *write)
        .await?
        .ok_or(StoreError::Conflict(Clash::NotLeased))?;
        let dossier = row.id("dossier")?;
        let before = contents_of(&mut write, id).await?;
        replace_pages(&mut write, id, result).await?;
        put_rendition(&mut write, id, &result.rendition, act.at).await?;
        crate::readings::forget_made(&mut write, id).await?;
        touch(&mut write, dossier, act.at).await?;
        let after = Some(result.rendition.pdf.sha256);
        crate::journal::append(&mut write, act, Some(dossier), None, after).await?;
        write.commit().await?;
        self.forget_unreferred(&before).await?;
        Ok(())
    }

    /// Replaces the rendition alone, page by page with the same pages.
    pub async fn replace_rendition(&self, id: DocumentId, rendition: &NewRendition, at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        editable(&mut write, id, at).await?;
        let before = contents_of(&mut write, id).await?;
        put_rendition(&mut write, id, rendition, at).await?;
        sqlx::query("UPDATE pages SET made = ? WHERE document = ? AND made IS NOT NULL")
            .bind(rendition.pdf.name.0.to_vec())
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        self.forget_unreferred(&before).await?;
        Ok(())
    }

    /// The pages of a document in order, removed ones too.
    pub async fn pages(&self, document: DocumentId) -> Result<Vec<Page>> {
        let rows = sqlx::query(
            "SELECT p.*, b.name, b.sha256, b.size, (SELECT 1 FROM renditions r JOIN documents d ON d.id = r.document
               WHERE r.blob = p.made AND d.discarded_at IS NULL) AS is_made
             FROM pages p JOIN blobs b ON b.name = p.source WHERE p.document = ? ORDER BY p.position",
        )
        .bind(columns::id(document.0))
        .fetch_all(self.read())
        .await?;
        rows.iter().map(page).collect()
    }

    /// Of the pages named, those whose frame stands in another page of their dossier too, with their edits: halves of a sheet.
    pub async fn halves(&self, pages: &[PageId]) -> Result<Vec<(PageId, Value)>> {
        let mut halves = vec![];
        for id in pages {
            let row = sqlx::query(
                "SELECT p.edits FROM pages p JOIN documents d ON d.id = p.document
                 WHERE p.id = ?1 AND EXISTS (SELECT 1 FROM pages q JOIN documents e ON e.id = q.document
                   WHERE q.source = p.source AND q.frame = p.frame AND q.id <> p.id AND e.dossier = d.dossier)",
            )
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?;
            if let Some(row) = row {
                halves.push((*id, row.json("edits")?));
            }
        }
        Ok(halves)
    }

    /// The documents whose finished PDF has more bytes or pages than these, in dossiers that are being prepared.
    pub async fn documents_over(&self, bytes: u64, pages: u32) -> Result<Vec<DocumentId>> {
        // From the dossiers on: those that are being prepared are few.
        let rows = sqlx::query(
            "SELECT c.id FROM dossiers d CROSS JOIN documents c ON c.dossier = d.id
               CROSS JOIN renditions r ON r.document = c.id CROSS JOIN blobs b ON b.name = r.blob
             WHERE d.state IN (?1, ?2, ?3) AND d.discarded_at IS NULL AND c.discarded_at IS NULL
               AND c.kind = 'pages' AND c.status = 'done' AND (b.size > ?4 OR r.pages > ?5) ORDER BY c.id",
        )
        .bind(columns::name(&State::Draft, "state")?)
        .bind(columns::name(&State::Ready, "state")?)
        .bind(columns::name(&State::SupplementRequested, "state")?)
        .bind(columns::integer(bytes, "bytes")?)
        .bind(pages)
        .fetch_all(self.read())
        .await?;
        rows.iter().map(|row| row.id("id")).collect()
    }

    /// Changes the edits of pages and whether each is left out, of all or, where one is unknown or not to be edited, of none; their
    /// documents wait to be digitised again.
    pub async fn edit_pages(&self, pages: &[PageEdit], act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let mut documents = BTreeSet::new();
        for page in pages {
            let row = sqlx::query("UPDATE pages SET edits = ?, removed = ? WHERE id = ? RETURNING document")
                .bind(columns::json(&page.edits, "edits")?)
                .bind(page.removed)
                .bind(columns::id(page.id.0))
                .fetch_optional(&mut *write)
                .await?
                .ok_or(StoreError::NotFound(Subject::Page))?;
            let document: DocumentId = row.id("document")?;
            documents.insert(document);
        }
        for document in documents {
            let dossier = editable(&mut write, document, act.at).await?;
            requeue(&mut write, document).await?;
            crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        }
        Ok(write.commit().await?)
    }

    /// The document's present rendition.
    pub async fn rendition(&self, document: DocumentId) -> Result<Option<Rendition>> {
        let row = sqlx::query(
            "SELECT r.*, b.name, b.sha256, b.size FROM renditions r JOIN blobs b ON b.name = r.blob WHERE r.document = ?",
        )
        .bind(columns::id(document.0))
        .fetch_optional(self.read())
        .await?;
        row.as_ref().map(rendition).transpose()
    }
}

async fn replace_pages(write: &mut Write, document: DocumentId, result: &Digitised) -> Result<()> {
    let mut made = 0u32;
    sqlx::query("DELETE FROM pages WHERE document = ?").bind(columns::id(document.0)).execute(&mut **write).await?;
    for (position, page) in result.pages.iter().enumerate() {
        let inside = !page.removed;
        sqlx::query(
            "INSERT INTO pages (id, document, position, source, frame, edits, findings, removed, reading, made, made_page)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(columns::id(page.id.0))
        .bind(columns::id(document.0))
        .bind(columns::integer(position as u64, "position")?)
        .bind(page.source.0.to_vec())
        .bind(page.frame)
        .bind(columns::json(&page.edits, "edits")?)
        .bind(columns::json(&page.findings, "findings")?)
        .bind(page.removed)
        .bind(page.reading.map(|recipe| recipe.0.to_vec()))
        .bind(inside.then(|| result.rendition.pdf.name.0.to_vec()))
        .bind(inside.then_some(made))
        .execute(&mut **write)
        .await?;
        made += u32::from(inside);
    }
    Ok(())
}

async fn put_rendition(write: &mut Write, document: DocumentId, new: &NewRendition, at: Timestamp) -> Result<()> {
    blobs::require(write, &new.pdf).await?;
    sqlx::query("INSERT OR REPLACE INTO renditions VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind(columns::id(document.0))
        .bind(new.recipe.0.to_vec())
        .bind(new.pdf.name.0.to_vec())
        .bind(new.pages)
        .bind(&new.text)
        .bind(columns::json(&new.report, "report")?)
        .bind(ms(at))
        .execute(&mut **write)
        .await?;
    Ok(())
}

fn page(row: &SqliteRow) -> Result<Page> {
    Ok(Page {
        id: row.id("id")?,
        document: row.id("document")?,
        position: row.number("position")?,
        source: blobs::blob_id(row)?,
        frame: row.number("frame")?,
        edits: row.json("edits")?,
        findings: row.json("findings")?,
        removed: row.flag("removed")?,
        reading: row.hash_or_null("reading")?.map(Digest),
        made: match (row.integer_or_null("is_made")?, row.hash_or_null("made")?) {
            (Some(_), Some(made)) => Some((BlobName(made), row.number("made_page")?)),
            _ => None,
        },
    })
}

fn rendition(row: &SqliteRow) -> Result<Rendition> {
    Ok(Rendition {
        document: row.id("document")?,
        recipe: row.digest("recipe")?,
        pdf: blobs::blob_id(row)?,
        pages: row.number("pages")?,
        text: row.text("text")?,
        report: row.json("report")?,
        created_at: row.at("created_at")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        DocumentStatus,
        testing::{Fixture, act, at, new_document, new_dossier, uuid},
    };

    async fn leased() -> (Fixture, crate::Document) {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let dossier = store.create_dossier(&new_dossier(1), &act(0)).await.unwrap();
        let blob = store.put_bytes(b"scan").await.unwrap();
        store.add_document(&new_document(1, &dossier, blob), &act(1)).await.unwrap();
        let document = store.lease_document(at(2), at(60)).await.unwrap().unwrap();
        (fixture, document)
    }

    async fn result(store: &Store, document: &crate::Document, pdf: &[u8]) -> Digitised {
        let page = |n: u32| NewPage {
            id: PageId(uuid(0x3000 + u128::from(n))),
            source: document.sources[0].blob.name,
            frame: n,
            edits: json!([]),
            findings: json!({ "skew_deg": 0.5 }),
            removed: n == 1,
            reading: (n == 0).then(|| Digest::of(b"recipe")),
        };
        let rendition = NewRendition {
            recipe: Digest::of(pdf),
            pdf: store.put_bytes(pdf).await.unwrap(),
            pages: 2,
            text: "Ủy ban nhân dân".into(),
            report: json!({ "pages": 3 }),
        };
        Digitised { pages: (0..3).map(page).collect(), rendition }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_finished_document_is_whole_after_a_kill() {
        let (mut fixture, document) = leased().await;
        let (source, recipe) = (document.sources[0].blob.name, Digest::of(b"how"));
        let made = crate::MadePage { recipe, content: b"page".to_vec() };
        let (found, content) = (json!({}), vec![]);
        let reading = crate::NewReading { source, frame: 0, recipe, found, content, made: Some(made) };
        fixture.store().put_reading(&reading, at(2)).await.unwrap();
        let digitised = result(fixture.store(), &document, b"pdf").await;
        fixture.store().finish_document(document.id, &digitised, &act(3)).await.unwrap();
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        assert_eq!(store.made_page(&source, 0, &recipe).await.unwrap(), None, "its pages are in the PDF");
        assert_eq!(store.document(document.id).await.unwrap().status, DocumentStatus::Done);
        let pages = store.pages(document.id).await.unwrap();
        assert_eq!(pages.iter().map(|page| (page.position, page.frame)).collect::<Vec<_>>(), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(pages.iter().map(|page| page.removed).collect::<Vec<_>>(), [false, true, false]);
        let pdf = digitised.rendition.pdf.name;
        assert_eq!(pages.iter().map(|page| page.made).collect::<Vec<_>>(), [Some((pdf, 0)), None, Some((pdf, 1))]);
        assert_eq!(pages[0].reading, Some(Digest::of(b"recipe")));
        let rendition = store.rendition(document.id).await.unwrap().unwrap();
        assert_eq!((rendition.text.as_str(), rendition.created_at), ("Ủy ban nhân dân", at(3)));
        assert_eq!(store.get_blob(&rendition.pdf).await.unwrap(), b"pdf");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn nothing_is_left_to_read_of_a_paper_on_which_a_secret_is_found_later() {
        let (fixture, document) = leased().await;
        let store = fixture.store();
        let digitised = result(store, &document, b"pdf").await;
        store.finish_document(document.id, &digitised, &act(3)).await.unwrap();
        // Turned by a person, it is read again, and the stamp with it.
        let edit = PageEdit { id: digitised.pages[0].id, edits: json!([180]), removed: false };
        store.edit_pages(&[edit], &act(4)).await.unwrap();
        store.lease_document(at(5), at(60)).await.unwrap().unwrap();
        let failure = crate::Failure { code: crate::Failure::SECRET.to_owned(), args: json!({}) };
        store.fail_document(document.id, &failure, &act(6)).await.unwrap();
        let rendition = store.rendition(document.id).await.unwrap().unwrap();
        assert_eq!((rendition.text.as_str(), rendition.report), ("", json!({})));
        let pages = store.pages(document.id).await.unwrap();
        assert!(pages.len() == 3 && pages.iter().all(|page| page.findings == json!({})), "{pages:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_result_that_came_too_late_is_refused() {
        let (fixture, document) = leased().await;
        let store = fixture.store();
        let digitised = result(store, &document, b"pdf").await;
        store.give_back_document(document.id).await.unwrap();
        let late = store.finish_document(document.id, &digitised, &act(4)).await;
        assert!(matches!(late, Err(StoreError::Conflict(Clash::NotLeased))));
        assert_eq!(store.pages(document.id).await.unwrap(), []);
        assert_eq!(store.rendition(document.id).await.unwrap(), None);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn edits_send_the_document_back_and_the_replaced_rendition_goes() {
        let (fixture, document) = leased().await;
        let store = fixture.store();
        let first = result(store, &document, b"first").await;
        store.finish_document(document.id, &first, &act(3)).await.unwrap();
        let edit = PageEdit { id: first.pages[2].id, edits: json!([{ "rotate": 90 }]), removed: true };
        let unknown = PageEdit { id: PageId(uuid(99)), ..edit.clone() };
        let none = store.edit_pages(&[edit.clone(), unknown], &act(4)).await;
        assert!(matches!(none, Err(StoreError::NotFound(Subject::Page))));
        assert!(!store.pages(document.id).await.unwrap()[2].removed, "all or none");
        store.edit_pages(&[edit], &act(4)).await.unwrap();
        let pages = store.pages(document.id).await.unwrap();
        assert_eq!((pages[2].removed, pages[2].edits.clone()), (true, json!([{ "rotate": 90 }])));
        let again = store.lease_document(at(6), at(60)).await.unwrap().unwrap();
        let second = result(store, &again, b"second").await;
        store.finish_document(document.id, &second, &act(7)).await.unwrap();
        let gone = store.get_blob(&first.rendition.pdf).await;
        assert!(matches!(gone, Err(StoreError::NotFound(Subject::Blob))));
        assert_eq!(store.get_blob(&document.sources[0].blob).await.unwrap(), b"scan", "what came in stays");
    }
}
