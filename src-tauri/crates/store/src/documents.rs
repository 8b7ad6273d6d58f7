//! Documents of a dossier and the files they were made from. A document is also its own digitising job: its status,
//! attempts and lease are enough to go on after a kill.

use dossier::{DocumentId, DossierId, Timestamp, text::nfc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{SqlitePool, sqlite::SqliteRow};

use crate::{
    Act, BlobId, BlobName, Clash, Result, Store, StoreError, Subject, blobs,
    columns::{self, Columns},
    database::Write,
    dossiers::{begin_edit, touch},
    ms,
};

/// What a document is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Ordered pages, digitised into a rendition.
    Pages,
    /// One signed file that goes through byte for byte.
    Sealed,
    /// One file sent as it is because the clerk said so.
    AsIs,
}

/// How far the digitising of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    Waiting,
    Working,
    Done,
    Failed,
}

/// Why digitising failed, as a code with its values; the words are the caller's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub code: String,
    #[serde(default)]
    pub args: Value,
}

impl Failure {
    /// The code under which a document is sealed: a state secret was read on it, and nothing of it is shown any more.
    pub const SECRET: &str = "secret_paper";
}

/// A file of a new document; its content is stored already.
#[derive(Debug, Clone)]
pub struct NewSource {
    pub blob: BlobId,
    /// The name the file had where it came from.
    pub file_name: String,
    pub media_type: String,
    /// Its frames that belong to the document, in order; all of them when `None`.
    pub frames: Option<Vec<u32>>,
}

/// What a person says of a document. Text is stored as NFC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentHead {
    /// Code of the component (*thành phần hồ sơ*) it belongs to.
    pub component: String,
    /// The row of a repeated group it belongs to.
    pub component_row: Option<String>,
    pub title: String,
    /// The name the file is to be sent under, as typed.
    pub file_name: Option<String>,
    pub originals: u32,
    pub copies: u32,
}

/// A document to be added at the end of its component.
#[derive(Debug, Clone)]
pub struct NewDocument {
    pub id: DocumentId,
    pub dossier: DossierId,
    pub head: DocumentHead,
    pub kind: DocumentKind,
    /// [`DocumentKind::Pages`] waits to be digitised; the others are done at once.
    pub sources: Vec<NewSource>,
}

/// A file a document was made from, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub blob: BlobId,
    pub file_name: String,
    pub media_type: String,
    /// Its frames that belong to the document, in order; all of them when `None`.
    pub frames: Option<Vec<u32>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: DocumentId,
    pub dossier: DossierId,
    pub head: DocumentHead,
    pub kind: DocumentKind,
    /// Order among the documents of one component; gaps are possible.
    pub position: u32,
    pub status: DocumentStatus,
    /// Why, when the status is [`DocumentStatus::Failed`].
    pub failure: Option<Failure>,
    /// How often digitising was begun since it last was set to waiting.
    pub attempts: u32,
    pub sources: Vec<Source>,
    pub created_at: Timestamp,
    /// The document of an earlier dossier that it was taken over from; it may be gone.
    pub reused_from: Option<DocumentId>,
    /// When the paper came in: of one that was taken over, into the first dossier it was in.
    pub came_at: Timestamp,
}

impl Store {
    /// Adds the document with its sources, whose blobs must be stored; a document of pages is queued for digitising.
    ///
    /// # Errors
    /// [`Subject::Blob`] or [`Subject::Dossier`] not found; [`Clash::Frozen`].
    pub async fn add_document(&self, new: &NewDocument, act: &Act<'_>) -> Result<Document> {
        let mut write = self.write().await?;
        insert(&mut write, new, act).await?;
        write.commit().await?;
        self.document(new.id).await
    }

    pub async fn document(&self, id: DocumentId) -> Result<Document> {
        let row = sqlx::query("SELECT * FROM documents WHERE id = ?")
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Document))?;
        document(&row, self.read()).await
    }

    /// The documents of a dossier, by component, in order.
    pub async fn documents(&self, dossier: DossierId) -> Result<Vec<Document>> {
        let rows = sqlx::query(
            "SELECT * FROM documents WHERE dossier = ? AND discarded_at IS NULL ORDER BY component, position, id",
        )
        .bind(columns::id(dossier.0))
        .fetch_all(self.read())
        .await?;
        let mut documents = Vec::with_capacity(rows.len());
        for row in &rows {
            documents.push(document(row, self.read()).await?);
        }
        Ok(documents)
    }

    /// Changes what is said of the document; in another component it goes to the end.
    pub async fn change_document(&self, id: DocumentId, head: &DocumentHead, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let dossier = editable(&mut write, id, act.at).await?;
        sqlx::query(
            "UPDATE documents SET component_row = ?1, title = ?2, file_name = ?3, originals = ?4, copies = ?5,
               position = CASE component WHEN ?6 THEN position ELSE
                 (SELECT coalesce(max(position), -1) + 1 FROM documents WHERE dossier = ?7 AND component = ?6) END,
               component = ?6
             WHERE id = ?8",
        )
        .bind(&head.component_row)
        .bind(nfc(&head.title))
        .bind(head.file_name.as_deref().map(nfc))
        .bind(head.originals)
        .bind(head.copies)
        .bind(&head.component)
        .bind(columns::id(dossier.0))
        .bind(columns::id(id.0))
        .execute(&mut *write)
        .await?;
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        Ok(write.commit().await?)
    }

    /// Puts the documents of one component into this order; those not named keep their places after them.
    pub async fn order_documents(&self, dossier: DossierId, order: &[DocumentId], at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        begin_edit(&mut write, dossier, at).await?;
        sqlx::query("UPDATE documents SET position = position + ? WHERE dossier = ?")
            .bind(columns::integer(order.len() as u64, "position")?)
            .bind(columns::id(dossier.0))
            .execute(&mut *write)
            .await?;
        for (position, id) in order.iter().enumerate() {
            sqlx::query("UPDATE documents SET position = ? WHERE id = ? AND dossier = ?")
                .bind(columns::integer(position as u64, "position")?)
                .bind(columns::id(id.0))
                .bind(columns::id(dossier.0))
                .execute(&mut *write)
                .await?;
        }
        Ok(write.commit().await?)
    }

    /// Removes the document with its pages, rendition and searchable text, and destroys every content that nothing else
    /// refers to. What else refers to one says [`Store::holders`]. One that holds a state secret goes whatever became of its dossier,
    /// with what was kept of it as sent or packed.
    pub async fn remove_document(&self, id: DocumentId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let sql = "SELECT dossier, coalesce(failure ->> 'code', '') = ? AS secret FROM documents WHERE id = ?";
        let sealed = sqlx::query(sql).bind(Failure::SECRET).bind(columns::id(id.0)).fetch_optional(&mut *write).await?;
        let sealed = sealed.filter(|row| row.flag("secret").unwrap_or(false));
        let contents = contents_of(&mut write, id).await?;
        let dossier = match sealed {
            None => editable(&mut write, id, act.at).await?,
            Some(row) => {
                for blob in &contents {
                    for sql in [
                        "DELETE FROM outbox_files WHERE blob = ? AND submission IN
                           (SELECT submission FROM outbox WHERE state IN ('done', 'withdrawn'))",
                        "DELETE FROM portal_files WHERE blob = ?",
                    ] {
                        sqlx::query(sql).bind(blob.0.to_vec()).execute(&mut *write).await?;
                    }
                }
                row.id("dossier")?
            }
        };
        // One that was taken over lies in no stack; the one it was taken from may.
        if !is_reused(&mut write, id).await? {
            crate::stacks::let_go(&mut write, &contents).await?;
        }
        sqlx::query("DELETE FROM documents WHERE id = ?").bind(columns::id(id.0)).execute(&mut *write).await?;
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        write.commit().await?;
        self.forget_unreferred(&contents).await?;
        Ok(())
    }

    /// Takes the document that has waited longest (or whose worker's lease has run out) for digitising until `until`.
    pub async fn lease_document(&self, now: Timestamp, until: Timestamp) -> Result<Option<Document>> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "UPDATE documents SET status = 'working', lease_until = ?1, attempts = attempts + 1 WHERE id =
               (SELECT id FROM documents c WHERE discarded_at IS NULL
                  AND (status = 'waiting' OR (status = 'working' AND lease_until <= ?2))
                  AND EXISTS (SELECT 1 FROM dossiers d WHERE d.id = c.dossier AND d.discarded_at IS NULL)
                ORDER BY created_at, id LIMIT 1)
             RETURNING *",
        )
        .bind(ms(until))
        .bind(ms(now))
        .fetch_optional(&mut *write)
        .await?;
        write.commit().await?;
        match row {
            Some(row) => Ok(Some(document(&row, self.read()).await?)),
            None => Ok(None),
        }
    }

    /// Prolongs the lease of a document being digitised.
    pub async fn prolong_document(&self, id: DocumentId, until: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        let sql = "UPDATE documents SET lease_until = ? WHERE id = ? AND status = 'working'";
        let changed = sqlx::query(sql).bind(ms(until)).bind(columns::id(id.0)).execute(&mut *write).await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::Conflict(Clash::NotLeased));
        }
        Ok(write.commit().await?)
    }

    /// Notes that digitising failed; the reason stays with the document, and nothing else of it changes.
    pub async fn fail_document(&self, id: DocumentId, failure: &Failure, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "UPDATE documents SET status = 'failed', failure = ?, lease_until = NULL WHERE id = ? AND status = 'working'
             RETURNING dossier",
        )
        .bind(columns::json(failure, "failure")?)
        .bind(columns::id(id.0))
        .fetch_optional(&mut *write)
        .await?
        .ok_or(StoreError::Conflict(Clash::NotLeased))?;
        let dossier: DossierId = row.id("dossier")?;
        let mut files = vec![];
        if failure.code == Failure::SECRET {
            crate::reuse::seal_one(&mut write, id, failure).await?;
            files = crate::reuse::seal_elsewhere(&mut write, id, failure, act).await?;
        }
        crate::readings::forget_made(&mut write, id).await?;
        touch(&mut write, dossier, act.at).await?;
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        write.commit().await?;
        self.forget_unreferred(&files).await?;
        Ok(())
    }

    /// Gives a leased document back: it waits to be digitised again. No edit, and so possible whatever became of its dossier.
    pub async fn give_back_document(&self, id: DocumentId) -> Result<()> {
        let mut write = self.write().await?;
        let sql = "UPDATE documents SET status = 'waiting', lease_until = NULL WHERE id = ? AND status = 'working'";
        if sqlx::query(sql).bind(columns::id(id.0)).execute(&mut *write).await?.rows_affected() == 0 {
            return Err(StoreError::Conflict(Clash::NotLeased));
        }
        Ok(write.commit().await?)
    }

    /// A person says: try to digitise the failed document again.
    ///
    /// # Errors
    /// [`Clash::Document`] when it has not failed, or is sealed; [`Clash::Frozen`].
    pub async fn retry_document(&self, id: DocumentId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let dossier = editable(&mut write, id, act.at).await?;
        let row = sqlx::query("SELECT status, failure FROM documents WHERE id = ?")
            .bind(columns::id(id.0))
            .fetch_one(&mut *write)
            .await?;
        let sealed = row.json_or_null::<Failure>("failure")?.is_some_and(|failure| failure.code == Failure::SECRET);
        match row.name("status")? {
            DocumentStatus::Failed if !sealed => requeue(&mut write, id).await?,
            stored => return Err(StoreError::Conflict(Clash::Document { stored })),
        }
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        Ok(write.commit().await?)
    }

    /// How many documents wait or are being digitised.
    pub async fn documents_to_digitise(&self) -> Result<u64> {
        sqlx::query(
            "SELECT count(*) AS total FROM documents c WHERE status IN ('waiting', 'working') AND discarded_at IS NULL
               AND EXISTS (SELECT 1 FROM dossiers d WHERE d.id = c.dossier AND d.discarded_at IS NULL)",
        )
        .fetch_one(self.read())
        .await?
        .number("total")
    }
}

async fn is_reused(write: &mut Write, id: DocumentId) -> Result<bool> {
    sqlx::query("SELECT reused_from IS NOT NULL AS reused FROM documents WHERE id = ?")
        .bind(columns::id(id.0))
        .fetch_one(&mut **write)
        .await?
        .flag("reused")
}

/// One that is sealed stays so: waiting again, it could be looked at again.
pub(crate) async fn requeue(write: &mut Write, id: DocumentId) -> Result<()> {
    sqlx::query(
        "UPDATE documents SET status = 'waiting', failure = NULL, lease_until = NULL, attempts = 0
         WHERE id = ? AND kind = 'pages' AND coalesce(failure ->> '$.code', '') <> ?",
    )
    .bind(columns::id(id.0))
    .bind(Failure::SECRET)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// The document's dossier, if the document exists and may be changed.
pub(crate) async fn editable(write: &mut Write, id: DocumentId, at: Timestamp) -> Result<DossierId> {
    let dossier = sqlx::query("SELECT dossier FROM documents WHERE id = ?")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Document))?
        .id("dossier")?;
    begin_edit(write, dossier, at).await?;
    Ok(dossier)
}

/// The document as part of a transaction; see [`Store::add_document`].
pub(crate) async fn insert(write: &mut Write, new: &NewDocument, act: &Act<'_>) -> Result<()> {
    begin_edit(write, new.dossier, act.at).await?;
    let status = if new.kind == DocumentKind::Pages { DocumentStatus::Waiting } else { DocumentStatus::Done };
    sqlx::query(
        "INSERT INTO documents (id, dossier, slot, component, component_row, position, title, file_name, kind,
           originals, copies, status, created_at)
         SELECT ?1, ?2, (SELECT coalesce(max(slot), 0) + 1 FROM documents WHERE dossier = ?2), ?3, ?4,
           (SELECT coalesce(max(position), -1) + 1 FROM documents WHERE dossier = ?2 AND component = ?3),
           ?5, ?6, ?7, ?8, ?9, ?10, ?11",
    )
    .bind(columns::id(new.id.0))
    .bind(columns::id(new.dossier.0))
    .bind(&new.head.component)
    .bind(&new.head.component_row)
    .bind(nfc(&new.head.title))
    .bind(new.head.file_name.as_deref().map(nfc))
    .bind(columns::name(&new.kind, "kind")?)
    .bind(new.head.originals)
    .bind(new.head.copies)
    .bind(columns::name(&status, "status")?)
    .bind(ms(act.at))
    .execute(&mut **write)
    .await?;
    insert_sources(write, new).await?;
    crate::journal::append(write, act, Some(new.dossier), None, Some(sources_digest(&new.sources))).await?;
    Ok(())
}

async fn insert_sources(write: &mut Write, new: &NewDocument) -> Result<()> {
    for (position, source) in new.sources.iter().enumerate() {
        blobs::require(write, &source.blob).await?;
        sqlx::query(
            "INSERT INTO sources (document, position, blob, file_name, media_type, frames) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(columns::id(new.id.0))
        .bind(columns::integer(position as u64, "position")?)
        .bind(source.blob.name.0.to_vec())
        .bind(nfc(&source.file_name))
        .bind(&source.media_type)
        .bind(source.frames.as_ref().map(|frames| columns::json(frames, "frames")).transpose()?)
        .execute(&mut **write)
        .await?;
    }
    Ok(())
}

/// Digest over the digests of the sources, in order.
fn sources_digest(sources: &[NewSource]) -> dossier::Digest {
    let all: Vec<u8> = sources.iter().flat_map(|source| source.blob.sha256.0).collect();
    dossier::Digest::of(&all)
}

/// Every blob the document refers to.
pub(crate) async fn contents_of(write: &mut Write, id: DocumentId) -> Result<Vec<BlobName>> {
    let rows = sqlx::query(
        "SELECT blob FROM sources WHERE document = ?1 UNION SELECT source FROM pages WHERE document = ?1
         UNION SELECT blob FROM renditions WHERE document = ?1",
    )
    .bind(columns::id(id.0))
    .fetch_all(&mut **write)
    .await?;
    rows.iter().map(|row| row.hash("blob").map(BlobName)).collect()
}

pub(crate) async fn document(row: &SqliteRow, read: &SqlitePool) -> Result<Document> {
    let id: DocumentId = row.id("id")?;
    let sources = sqlx::query(
        "SELECT b.name, b.sha256, b.size, s.file_name, s.media_type, s.frames FROM sources s JOIN blobs b ON b.name = s.blob
         WHERE s.document = ? ORDER BY s.position",
    )
    .bind(columns::id(id.0))
    .fetch_all(read)
    .await?;
    let source = |row: &SqliteRow| {
        let (file_name, media_type) = (row.text("file_name")?, row.text("media_type")?);
        Ok(Source { blob: blobs::blob_id(row)?, file_name, media_type, frames: row.json_or_null("frames")? })
    };
    Ok(Document {
        id,
        dossier: row.id("dossier")?,
        head: DocumentHead {
            component: row.text("component")?,
            component_row: row.text_or_null("component_row")?,
            title: row.text("title")?,
            file_name: row.text_or_null("file_name")?,
            originals: row.number("originals")?,
            copies: row.number("copies")?,
        },
        kind: row.name("kind")?,
        position: row.number("position")?,
        status: row.name("status")?,
        failure: row.json_or_null("failure")?,
        attempts: row.number("attempts")?,
        sources: sources.iter().map(source).collect::<Result<_>>()?,
        created_at: row.at("created_at")?,
        reused_from: row.id_or_null("reused_from")?,
        came_at: row.at_or_null("came_at")?.map_or_else(|| row.at("created_at"), Ok)?,
    })
}

#[cfg(test)]
mod tests;
