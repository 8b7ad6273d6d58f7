//! Which pages stand in which document, and in which order: documents are cut, joined and put in order by saying how their pages
//! are to stand. Taking it back is saying how they stood.

use std::collections::{BTreeMap, BTreeSet};

use dossier::{DocumentId, DossierId, PageId};
use serde_json::Value;

use crate::{
    Act, Clash, DocumentHead, DocumentKind, DocumentStatus, Failure, Result, Store, StoreError, Subject,
    columns::{self, Columns},
    database::Write,
    documents::{editable, requeue},
    ms,
};

/// The pages of a document as they are to stand.
#[derive(Debug, Clone)]
pub struct Arrangement {
    pub document: DocumentId,
    /// What is said of the document, where it is to be made.
    pub new: Option<DocumentHead>,
    /// In order; a document left without any is put away, and comes back when it is given some again.
    pub pages: Vec<PageId>,
}

/// A file as documents name it.
type Files = BTreeMap<Vec<u8>, (String, String)>;

impl Store {
    /// Puts the pages of the documents named, each of them exactly once, as they are to stand; the documents wait to be digitised
    /// again. All of it or, where something does not fit, nothing.
    ///
    /// # Errors
    /// [`Subject::Page`] unless exactly the documents' pages are named; [`Clash::Document`] for one that is no document of pages
    /// of the same dossier, or sealed; [`Clash::Frozen`].
    pub async fn arrange_pages(&self, documents: &[Arrangement], act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let (mut dossier, mut files, mut has) = (None, Files::new(), BTreeSet::new());
        let mut missing = vec![];
        for arrangement in documents {
            let known = sqlx::query("SELECT 1 FROM documents WHERE id = ?").bind(columns::id(arrangement.document.0));
            match (&arrangement.new, known.fetch_optional(&mut *write).await?) {
                (Some(head), None) => missing.push((arrangement.document, head)),
                (_, Some(_)) => {
                    let of = arrangeable(&mut write, arrangement.document, act).await?;
                    if *dossier.get_or_insert(of) != of {
                        return Err(StoreError::Conflict(Clash::Document { stored: DocumentStatus::Done }));
                    }
                    files.extend(files_of(&mut write, arrangement.document).await?);
                    has.extend(pages_of(&mut write, arrangement.document).await?);
                }
                (None, None) => return Err(StoreError::NotFound(Subject::Document)),
            }
        }
        let dossier: DossierId = dossier.ok_or(StoreError::NotFound(Subject::Document))?;
        let named: Vec<PageId> = documents.iter().flat_map(|each| each.pages.iter().copied()).collect();
        if named.len() != has.len() || named.iter().copied().collect::<BTreeSet<_>>() != has {
            return Err(StoreError::NotFound(Subject::Page));
        }
        for (id, head) in missing {
            make(&mut write, dossier, id, head, act).await?;
        }
        for Arrangement { document, pages, .. } in documents {
            for (position, page) in pages.iter().enumerate() {
                sqlx::query("UPDATE pages SET document = ?, position = ? WHERE id = ?")
                    .bind(columns::id(document.0))
                    .bind(columns::integer(position as u64, "position")?)
                    .bind(columns::id(page.0))
                    .execute(&mut *write)
                    .await?;
            }
        }
        for Arrangement { document, pages, .. } in documents {
            name_files(&mut write, *document, &files).await?;
            put_away_or_back(&mut write, *document, pages.is_empty(), act).await?;
        }
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        Ok(write.commit().await?)
    }

    /// Makes two pages of one: the second, `new`, follows the first; each has its own edits (which part of the sheet it shows).
    pub async fn divide_page(
        &self,
        id: PageId,
        first: &Value,
        new: PageId,
        second: &Value,
        act: &Act<'_>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let (document, dossier) = with_page(&mut write, id, act).await?;
        sqlx::query(
            "UPDATE pages SET position = position + 1 WHERE document = ?1
                       AND position > (SELECT position FROM pages WHERE id = ?2)",
        )
        .bind(columns::id(document.0))
        .bind(columns::id(id.0))
        .execute(&mut *write)
        .await?;
        sqlx::query(
            "INSERT INTO pages (id, document, position, source, frame, edits, findings, removed, reading, made, made_page)
             SELECT ?1, document, position + 1, source, frame, ?2, findings, removed, reading, made, made_page
             FROM pages WHERE id = ?3",
        )
        .bind(columns::id(new.0))
        .bind(columns::json(second, "edits")?)
        .bind(columns::id(id.0))
        .execute(&mut *write)
        .await?;
        set_edits(&mut write, id, first).await?;
        requeue(&mut write, document).await?;
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        Ok(write.commit().await?)
    }

    /// Makes one page of two of the same frame and document: the second is there no more.
    ///
    /// # Errors
    /// [`Subject::Page`] unless they are that.
    pub async fn unite_pages(&self, id: PageId, edits: &Value, second: PageId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let (document, dossier) = with_page(&mut write, id, act).await?;
        let gone = sqlx::query(
            "DELETE FROM pages WHERE id = ?1 AND id <> ?2 AND EXISTS (SELECT 1 FROM pages p WHERE p.id = ?2
               AND p.document = pages.document AND p.source = pages.source AND p.frame = pages.frame)",
        )
        .bind(columns::id(second.0))
        .bind(columns::id(id.0))
        .execute(&mut *write)
        .await?;
        if gone.rows_affected() != 1 {
            return Err(StoreError::NotFound(Subject::Page));
        }
        set_edits(&mut write, id, edits).await?;
        requeue(&mut write, document).await?;
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        Ok(write.commit().await?)
    }
}

/// The dossier of a document whose pages may be arranged.
async fn arrangeable(write: &mut Write, id: DocumentId, act: &Act<'_>) -> Result<DossierId> {
    let dossier = editable(write, id, act.at).await?;
    let row = sqlx::query("SELECT d.kind, d.status, d.failure, d.discarded_at,
                             (SELECT count(*) FROM pages WHERE document = d.id) AS pages FROM documents d WHERE d.id = ?")
        .bind(columns::id(id.0))
        .fetch_one(&mut **write)
        .await?;
    let secret = row.json_or_null::<Failure>("failure")?.is_some_and(|failure| failure.code == Failure::SECRET);
    let (kind, pages): (DocumentKind, u64) = (row.name("kind")?, row.number("pages")?);
    // One that was put away with its pages comes back as a whole, not page by page.
    let away = row.integer_or_null("discarded_at")?.is_some();
    if kind != DocumentKind::Pages || secret || away == (pages > 0) {
        return Err(StoreError::Conflict(Clash::Document { stored: row.name("status")? }));
    }
    Ok(dossier)
}

async fn with_page(write: &mut Write, id: PageId, act: &Act<'_>) -> Result<(DocumentId, DossierId)> {
    let document = sqlx::query("SELECT document FROM pages WHERE id = ?")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Page))?
        .id("document")?;
    Ok((document, arrangeable(write, document, act).await?))
}

async fn set_edits(write: &mut Write, id: PageId, edits: &Value) -> Result<()> {
    let sql = "UPDATE pages SET edits = ? WHERE id = ?";
    sqlx::query(sql).bind(columns::json(edits, "edits")?).bind(columns::id(id.0)).execute(&mut **write).await?;
    Ok(())
}

async fn files_of(write: &mut Write, id: DocumentId) -> Result<Files> {
    let rows = sqlx::query("SELECT blob, file_name, media_type FROM sources WHERE document = ?")
        .bind(columns::id(id.0))
        .fetch_all(&mut **write)
        .await?;
    rows.iter().map(|row| Ok((row.bytes("blob")?, (row.text("file_name")?, row.text("media_type")?)))).collect()
}

async fn pages_of(write: &mut Write, id: DocumentId) -> Result<Vec<PageId>> {
    let sql = "SELECT id FROM pages WHERE document = ?";
    let rows = sqlx::query(sql).bind(columns::id(id.0)).fetch_all(&mut **write).await?;
    rows.iter().map(|row| row.id("id")).collect()
}

async fn make(write: &mut Write, dossier: DossierId, id: DocumentId, head: &DocumentHead, act: &Act<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO documents (id, dossier, slot, component, component_row, position, title, file_name, kind,
           originals, copies, status, created_at)
         SELECT ?1, ?2, (SELECT coalesce(max(slot), 0) + 1 FROM documents WHERE dossier = ?2), ?3, ?4,
           (SELECT coalesce(max(position), -1) + 1 FROM documents WHERE dossier = ?2 AND component = ?3),
           ?5, ?6, ?7, ?8, ?9, 'waiting', ?10",
    )
    .bind(columns::id(id.0))
    .bind(columns::id(dossier.0))
    .bind(&head.component)
    .bind(&head.component_row)
    .bind(dossier::text::nfc(&head.title))
    .bind(head.file_name.as_deref().map(dossier::text::nfc))
    .bind(columns::name(&DocumentKind::Pages, "kind")?)
    .bind(head.originals)
    .bind(head.copies)
    .bind(ms(act.at))
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// The files a document is made of are those of its pages, in the order they first come.
async fn name_files(write: &mut Write, id: DocumentId, files: &Files) -> Result<()> {
    sqlx::query("DELETE FROM sources WHERE document = ?").bind(columns::id(id.0)).execute(&mut **write).await?;
    // With their frames: of a file that was cut, the other pages are another document's.
    let sql = "SELECT source, min(position), json_group_array(DISTINCT frame) AS frames FROM pages WHERE document = ?
        GROUP BY source ORDER BY min(position)";
    let rows = sqlx::query(sql).bind(columns::id(id.0)).fetch_all(&mut **write).await?;
    for (position, row) in rows.iter().enumerate() {
        let blob = row.bytes("source")?;
        let (name, media_type) = files.get(&blob).cloned().unwrap_or_default();
        sqlx::query(
            "INSERT INTO sources (document, position, blob, file_name, media_type, frames) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(columns::id(id.0))
        .bind(columns::integer(position as u64, "position")?)
        .bind(blob)
        .bind(name)
        .bind(media_type)
        .bind(row.text("frames")?)
        .execute(&mut **write)
        .await?;
    }
    Ok(())
}

async fn put_away_or_back(write: &mut Write, id: DocumentId, away: bool, act: &Act<'_>) -> Result<()> {
    sqlx::query("UPDATE documents SET discarded_at = ?, lease_until = NULL, status = 'waiting' WHERE id = ?")
        .bind(away.then(|| ms(act.at)))
        .bind(columns::id(id.0))
        .execute(&mut **write)
        .await?;
    if away { Ok(()) } else { requeue(write, id).await }
}

#[cfg(test)]
mod tests;
