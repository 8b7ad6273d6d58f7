//! Papers of earlier dossiers that serve again: who is named in a dossier, what lies in those that name the same people, and taking
//! such a paper over. Its contents are the same ones, kept once: a document is a list of references to them, and the last that goes
//! takes them along.

use dossier::{DocumentId, DossierId, PageId};

use crate::{
    Act, BlobName, Clash, Document, DocumentHead, DocumentStatus, Failure, Result, Store, StoreError, Subject,
    columns::{self, Columns},
    database::Write,
    documents::document,
    dossiers::{begin_edit, touch},
    ms,
};

/// So many of the newest dossiers that name a person are looked through.
const LOOKED_THROUGH: u32 = 500;

/// A document to be made of an earlier one.
#[derive(Debug, Clone)]
pub struct Reused {
    pub id: DocumentId,
    pub dossier: DossierId,
    pub from: DocumentId,
    pub head: DocumentHead,
    /// The ids of its pages: as many as the earlier one has.
    pub pages: Vec<PageId>,
}

impl Store {
    /// The finished papers of other dossiers that name one of `people`, of these components: of the newest dossier first. None that is
    /// put away, none made to try the application out, and none whose file holds a state secret.
    pub async fn papers_naming(
        &self,
        people: &[String],
        components: &[String],
        not_in: DossierId,
    ) -> Result<Vec<Document>> {
        let rows = sqlx::query(
            // Of each of them the newest, by the key alone: an agency stands in all its dossiers.
            "SELECT c.* FROM (SELECT DISTINCT newest.value AS id FROM json_each(?1) k
                                JOIN json_each((SELECT json_group_array(hex(dossier)) FROM
                                  (SELECT dossier FROM dossier_people WHERE key = k.value AND dossier <> ?3
                                   ORDER BY dossier DESC LIMIT ?4))) newest) named
               JOIN dossiers d ON d.id = unhex(named.id) JOIN documents c ON c.dossier = d.id
               JOIN json_each(?2) w ON w.value = c.component
             WHERE d.discarded_at IS NULL AND d.practice = 0 AND c.discarded_at IS NULL AND c.status = 'done'
               AND EXISTS (SELECT 1 FROM sources WHERE document = c.id)
               AND NOT EXISTS (SELECT 1 FROM sources s JOIN secret_frames f ON f.blob = s.blob WHERE s.document = c.id)
             ORDER BY d.row DESC, c.component, c.position, c.id",
        )
        .bind(columns::json(&people, "people")?)
        .bind(columns::json(&components, "components")?)
        .bind(columns::id(not_in.0))
        .bind(LOOKED_THROUGH)
        .fetch_all(self.read())
        .await?;
        let mut papers = Vec::with_capacity(rows.len());
        for row in &rows {
            papers.push(document(row, self.read()).await?);
        }
        Ok(papers)
    }

    /// Takes a paper of an earlier dossier over into another: the same contents, pages and words, nothing written but references.
    ///
    /// # Errors
    /// [`Subject::Document`] not found where the paper, or its dossier, is put away; [`Clash::Document`] where it is not finished, holds
    /// a state secret, is of the same dossier, or has other pages than it was looked at with; [`Clash::Frozen`].
    pub async fn reuse_document(&self, new: &Reused, act: &Act<'_>) -> Result<Document> {
        let mut write = self.write().await?;
        begin_edit(&mut write, new.dossier, act.at).await?;
        let row = sqlx::query(
            "SELECT c.*, EXISTS (SELECT 1 FROM sources s JOIN secret_frames f ON f.blob = s.blob WHERE s.document = c.id)
               AS secret, (SELECT count(*) FROM pages WHERE document = c.id) AS pages
             FROM documents c JOIN dossiers d ON d.id = c.dossier
             WHERE c.id = ? AND c.discarded_at IS NULL AND d.discarded_at IS NULL AND d.practice = 0",
        )
        .bind(columns::id(new.from.0))
        .fetch_optional(&mut *write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Document))?;
        let (stored, of): (DocumentStatus, DossierId) = (row.name("status")?, row.id("dossier")?);
        let pages: u64 = row.number("pages")?;
        if stored != DocumentStatus::Done || row.flag("secret")? || of == new.dossier || pages != new.pages.len() as u64
        {
            return Err(StoreError::Conflict(Clash::Document { stored }));
        }
        copy(&mut write, new, act).await?;
        let contents = sqlx::query(
            "SELECT b.sha256 FROM sources s JOIN blobs b ON b.name = s.blob WHERE s.document = ? ORDER BY s.position",
        )
        .bind(columns::id(new.id.0))
        .fetch_all(&mut *write)
        .await?;
        let all = contents.iter().map(|row| Ok(row.digest("sha256")?.0)).collect::<Result<Vec<_>>>()?.concat();
        let after = dossier::Digest::of(&all);
        crate::journal::append(&mut write, act, Some(new.dossier), None, Some(after)).await?;
        write.commit().await?;
        self.document(new.id).await
    }
}

/// The rows of the new document, from those of the earlier one.
async fn copy(write: &mut Write, new: &Reused, act: &Act<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO documents (id, dossier, slot, component, component_row, position, title, file_name, kind,
           originals, copies, status, created_at, reused_from, came_at)
         SELECT ?1, ?2, (SELECT coalesce(max(slot), 0) + 1 FROM documents WHERE dossier = ?2), ?3, ?4,
           (SELECT coalesce(max(position), -1) + 1 FROM documents WHERE dossier = ?2 AND component = ?3),
           ?5, ?6, kind, ?7, ?8, 'done', ?9, id, coalesce(came_at, created_at) FROM documents WHERE id = ?10",
    )
    .bind(columns::id(new.id.0))
    .bind(columns::id(new.dossier.0))
    .bind(&new.head.component)
    .bind(&new.head.component_row)
    .bind(dossier::text::nfc(&new.head.title))
    .bind(new.head.file_name.as_deref().map(dossier::text::nfc))
    .bind(new.head.originals)
    .bind(new.head.copies)
    .bind(ms(act.at))
    .bind(columns::id(new.from.0))
    .execute(&mut **write)
    .await?;
    for sql in [
        "INSERT INTO sources (document, position, blob, file_name, media_type, frames)
         SELECT ?1, position, blob, file_name, media_type, frames FROM sources WHERE document = ?2",
        "INSERT INTO renditions (document, recipe, blob, pages, text, report, created_at)
         SELECT ?1, recipe, blob, pages, text, report, created_at FROM renditions WHERE document = ?2",
    ] {
        sqlx::query(sql).bind(columns::id(new.id.0)).bind(columns::id(new.from.0)).execute(&mut **write).await?;
    }
    let before = sqlx::query("SELECT id FROM pages WHERE document = ? ORDER BY position")
        .bind(columns::id(new.from.0))
        .fetch_all(&mut **write)
        .await?;
    for (row, page) in before.iter().zip(&new.pages) {
        sqlx::query(
            "INSERT INTO pages (id, document, position, source, frame, edits, findings, removed, reading, made, made_page)
             SELECT ?1, ?2, position, source, frame, edits, findings, removed, reading, made, made_page
             FROM pages WHERE id = ?3",
        )
        .bind(columns::id(page.0))
        .bind(columns::id(new.id.0))
        .bind(columns::id(row.id::<PageId>("id")?.0))
        .execute(&mut **write)
        .await?;
    }
    Ok(())
}

/// Notes who is named in a dossier, in place of who was.
pub(crate) async fn name_people(write: &mut Write, id: DossierId, people: &[String]) -> Result<()> {
    let all = columns::json(&people, "people")?;
    for sql in [
        "DELETE FROM dossier_people WHERE dossier = ?1 AND key NOT IN (SELECT value FROM json_each(?2))",
        "INSERT OR IGNORE INTO dossier_people (dossier, key) SELECT ?1, value FROM json_each(?2)",
    ] {
        sqlx::query(sql).bind(columns::id(id.0)).bind(&all).execute(&mut **write).await?;
    }
    Ok(())
}

/// A state secret was read on a document: other papers that hold one of its frames are sealed with it, and what waits to be sent, or
/// lies packed and not filed, with one of them is taken back, where the hub cannot have it. Gives the files of what was taken back.
pub(crate) async fn seal_elsewhere(
    write: &mut Write,
    id: DocumentId,
    failure: &Failure,
    act: &Act<'_>,
) -> Result<Vec<BlobName>> {
    let rows = sqlx::query(
        "WITH own AS (SELECT s.blob, f.value AS frame FROM sources s LEFT JOIN json_each(s.frames) f WHERE s.document = ?1)
         SELECT DISTINCT c.id, c.dossier FROM documents c JOIN sources t ON t.document = c.id
           LEFT JOIN json_each(t.frames) g
           JOIN own ON own.blob = t.blob AND (own.frame IS NULL OR g.value IS NULL OR own.frame = g.value)
         WHERE c.id <> ?1",
    )
    .bind(columns::id(id.0))
    .fetch_all(&mut **write)
    .await?;
    let mut files = vec![];
    for row in &rows {
        let (document, dossier): (DocumentId, DossierId) = (row.id("id")?, row.id("dossier")?);
        seal_one(write, document, failure).await?;
        touch(write, dossier, act.at).await?;
        files.extend(crate::outbox::hold_back(write, dossier, act.at).await?);
        files.extend(crate::portal::hold_back(write, dossier, act.at).await?);
        crate::journal::append(write, act, Some(dossier), None, None).await?;
    }
    Ok(files)
}

/// The document is sealed: nothing that was read on it stays, and nobody sees it any more.
pub(crate) async fn seal_one(write: &mut Write, id: DocumentId, failure: &Failure) -> Result<()> {
    sqlx::query("UPDATE documents SET status = 'failed', failure = ?, lease_until = NULL WHERE id = ?")
        .bind(columns::json(failure, "failure")?)
        .bind(columns::id(id.0))
        .execute(&mut **write)
        .await?;
    crate::search::forget(write, id).await?;
    crate::readings::forget_readings(write, id).await?;
    crate::secrets::seal(write, id).await
}

#[cfg(test)]
mod tests;
