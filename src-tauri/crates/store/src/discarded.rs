//! What a person put away by mistake comes back whole; what stays put away is destroyed after a while. And what may be
//! shown of what is there.

use dossier::{DocumentId, DossierId, State, Timestamp, Transition, state::Forbidden};

use crate::{
    Act, BlobName, Document, Failure, Result, Store,
    columns::{self, Columns},
    database::Write,
    documents::{contents_of, document, editable},
    dossiers::{live_state, not_under_way},
    ms,
};

impl Store {
    /// Puts the document away: it is in no list, search or submission any more, and can be restored until it is destroyed.
    pub async fn discard_document(&self, id: DocumentId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        put_document_away(&mut write, id, act).await?;
        Ok(write.commit().await?)
    }

    /// The documents of a dossier that a person put away and can still have back, the last first, with when each went. Not
    /// those whose pages went elsewhere, nor those whose leaves lie in a stack or in the dossier again.
    pub async fn discarded_documents(&self, dossier: DossierId) -> Result<Vec<(Document, Timestamp)>> {
        let rows = sqlx::query(
            "SELECT * FROM documents c WHERE dossier = ?1 AND discarded_at IS NOT NULL
               AND coalesce(failure ->> '$.code', '') <> ?2
               AND EXISTS (SELECT 1 FROM sources WHERE document = c.id)
               AND NOT EXISTS (SELECT 1 FROM sources s JOIN stack_files f ON f.blob = s.blob JOIN stacks t ON t.id = f.stack
                               WHERE c.reused_from IS NULL AND s.document = c.id AND t.discarded_at IS NULL AND t.filed_at IS NULL
                                 AND NOT EXISTS (SELECT 1 FROM stack_parts p, json_each(p.documents) e
                                                 WHERE p.stack = t.id AND p.filed_at IS NOT NULL
                                                   AND upper(replace(e.value, '-', '')) = hex(c.id)))
               AND NOT EXISTS (SELECT 1 FROM sources s JOIN sources o ON o.blob = s.blob AND o.frames IS s.frames
                               JOIN documents d ON d.id = o.document
                               WHERE s.document = c.id AND d.dossier = ?1 AND d.discarded_at IS NULL)
             ORDER BY discarded_at DESC, id DESC",
        )
        .bind(columns::id(dossier.0))
        .bind(Failure::SECRET)
        .fetch_all(self.read())
        .await?;
        let mut documents = Vec::with_capacity(rows.len());
        for row in &rows {
            documents.push((document(row, self.read()).await?, row.at("discarded_at")?));
        }
        Ok(documents)
    }

    /// Brings a discarded document back.
    pub async fn restore_document(&self, id: DocumentId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let dossier = editable(&mut write, id, act.at).await?;
        let sql = "UPDATE documents SET discarded_at = NULL WHERE id = ?";
        sqlx::query(sql).bind(columns::id(id.0)).execute(&mut *write).await?;
        crate::journal::append(&mut write, act, Some(dossier), None, None).await?;
        Ok(write.commit().await?)
    }

    /// Puts a draft away: it is in no list any more, nothing happens to it, and it can be restored until it is destroyed.
    ///
    /// # Errors
    /// [`crate::Clash::Frozen`] while a submission is under way; [`crate::StoreError::Forbidden`] once sent.
    pub async fn discard_dossier(&self, id: DossierId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        put_dossier_away(&mut write, id, act).await?;
        Ok(write.commit().await?)
    }

    /// Brings a discarded dossier back; one that is not put away stays as it is.
    pub async fn restore_dossier(&self, id: DossierId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        bring_dossier_back(&mut write, id, act).await?;
        Ok(write.commit().await?)
    }

    /// Destroys what was put away before `before`, documents and whole dossiers, whatever became of the rest since; gives
    /// how many went. One that cannot be destroyed does not hold up the others: the first such fault is told at the end.
    pub async fn purge_discarded(&self, before: Timestamp, act: &Act<'_>) -> Result<u64> {
        let (mut gone, mut failed) = (0, None);
        for id in self.put_away::<DocumentId>("SELECT id FROM documents WHERE discarded_at < ?", before).await? {
            match self.purge_document(id, before, act).await {
                Ok(purged) => gone += u64::from(purged),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        for id in self.put_away::<DossierId>("SELECT id FROM dossiers WHERE discarded_at < ?", before).await? {
            match self.purge_dossier(id, before, act).await {
                Ok(purged) => gone += u64::from(purged),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(gone), Err)
    }

    async fn put_away<T: From<uuid::Uuid>>(&self, sql: &'static str, before: Timestamp) -> Result<Vec<T>> {
        let rows = sqlx::query(sql).bind(ms(before)).fetch_all(self.read()).await?;
        rows.iter().map(|row| row.id("id")).collect()
    }

    /// No guard of an edit: the dossier may have been sent meanwhile, without this document.
    async fn purge_document(&self, id: DocumentId, before: Timestamp, act: &Act<'_>) -> Result<bool> {
        let mut write = self.write().await?;
        let contents = contents_of(&mut write, id).await?;
        let row = sqlx::query("DELETE FROM documents WHERE id = ? AND discarded_at < ? RETURNING dossier")
            .bind(columns::id(id.0))
            .bind(ms(before))
            .fetch_optional(&mut *write)
            .await?;
        // Restored, or removed, since it was looked for.
        let Some(row) = row else { return Ok(false) };
        crate::journal::append(&mut write, act, Some(row.id("dossier")?), None, None).await?;
        write.commit().await?;
        self.forget_unreferred(&contents).await?;
        Ok(true)
    }

    /// A dossier that was never sent goes with its documents, its answers and what was once frozen of it and taken back.
    async fn purge_dossier(&self, id: DossierId, before: Timestamp, act: &Act<'_>) -> Result<bool> {
        let mut write = self.write().await?;
        let contents = contents_of_dossier(&mut write, id).await?;
        // What a parcel may still bring to the hub is kept until it is known.
        let row = sqlx::query(concat!(
            "SELECT * FROM dossiers d WHERE id = ? AND discarded_at < ? AND official_code IS NULL
               AND NOT EXISTS (SELECT 1 FROM receipts WHERE dossier = d.id)
               AND NOT EXISTS (SELECT 1 FROM outbox WHERE dossier = d.id AND (state <> 'withdrawn' OR ",
            crate::outbox::parcels::under_way!(),
            "))"
        ))
        .bind(columns::id(id.0))
        .bind(ms(before))
        .fetch_optional(&mut *write)
        .await?;
        if row.is_none() {
            return Ok(false);
        }
        for sql in ["DELETE FROM outbox WHERE dossier = ?", "DELETE FROM dossiers WHERE id = ?"] {
            sqlx::query(sql).bind(columns::id(id.0)).execute(&mut *write).await?;
        }
        crate::journal::append(&mut write, act, Some(id), None, None).await?;
        write.commit().await?;
        self.forget_unreferred(&contents).await?;
        Ok(true)
    }

    /// Whether the content may be looked at: it belongs to a stack that is there, or to a document that is there, of a dossier
    /// that is there, and to none on which a state secret was read.
    pub async fn may_be_shown(&self, name: &BlobName) -> Result<bool> {
        let row = sqlx::query(
            "WITH of_content AS (
               SELECT document FROM sources WHERE blob = ?1 UNION SELECT document FROM renditions WHERE blob = ?1)
             SELECT (coalesce(max(c.discarded_at IS NULL AND d.discarded_at IS NULL), 0)
                  OR EXISTS (SELECT 1 FROM stack_files f JOIN stacks s ON s.id = f.stack
                             WHERE f.blob = ?1 AND s.discarded_at IS NULL))
                AND NOT coalesce(max(c.status = 'failed' AND c.failure ->> '$.code' = ?2), 0) AS shown
             FROM of_content JOIN documents c ON c.id = of_content.document JOIN dossiers d ON d.id = c.dossier",
        )
        .bind(name.0.to_vec())
        .bind(Failure::SECRET)
        .fetch_one(self.read())
        .await?;
        row.flag("shown")
    }
}

/// [`Store::discard_dossier`] as a part of something larger.
pub(crate) async fn put_dossier_away(write: &mut Write, id: DossierId, act: &Act<'_>) -> Result<()> {
    let from = live_state(write, id).await?;
    not_under_way(write, id).await?;
    if !matches!(from, State::Draft | State::Ready) {
        return Err(Forbidden::NotFrom { from, transition: Transition::Edit }.into());
    }
    let sql = "UPDATE dossiers SET discarded_at = ? WHERE id = ?";
    sqlx::query(sql).bind(ms(act.at)).bind(columns::id(id.0)).execute(&mut **write).await?;
    crate::journal::append(write, act, Some(id), None, None).await?;
    Ok(())
}

/// [`Store::restore_dossier`] as a part of something larger.
pub(crate) async fn bring_dossier_back(write: &mut Write, id: DossierId, act: &Act<'_>) -> Result<()> {
    let sql = "UPDATE dossiers SET discarded_at = NULL WHERE id = ? AND discarded_at IS NOT NULL";
    if sqlx::query(sql).bind(columns::id(id.0)).execute(&mut **write).await?.rows_affected() == 0 {
        return live_state(write, id).await.map(|_| ());
    }
    crate::journal::append(write, act, Some(id), None, None).await?;
    Ok(())
}

/// [`Store::discard_document`] as a part of something larger.
pub(crate) async fn put_document_away(write: &mut Write, id: DocumentId, act: &Act<'_>) -> Result<()> {
    let dossier = editable(write, id, act.at).await?;
    // A worker's hold on it ends: what is made of it is not wanted any more.
    let sql = "UPDATE documents SET discarded_at = ?, lease_until = NULL,
                 status = CASE status WHEN 'working' THEN 'waiting' ELSE status END WHERE id = ?";
    sqlx::query(sql).bind(ms(act.at)).bind(columns::id(id.0)).execute(&mut **write).await?;
    crate::readings::forget_made(write, id).await?;
    crate::journal::append(write, act, Some(dossier), None, None).await?;
    Ok(())
}

/// Every content the dossier's documents, and what was frozen of it, refer to.
async fn contents_of_dossier(write: &mut Write, id: DossierId) -> Result<Vec<BlobName>> {
    let rows = sqlx::query(
        "WITH own AS (SELECT id FROM documents WHERE dossier = ?1)
         SELECT blob FROM sources WHERE document IN own UNION SELECT source FROM pages WHERE document IN own
         UNION SELECT blob FROM renditions WHERE document IN own
         UNION SELECT f.blob FROM outbox_files f JOIN outbox o ON o.submission = f.submission WHERE o.dossier = ?1
         UNION SELECT f.blob FROM portal_files f JOIN portal_packs p ON p.id = f.pack WHERE p.dossier = ?1
         UNION SELECT s.blob FROM portal_slips s JOIN portal_packs p ON p.id = s.pack WHERE p.dossier = ?1
         UNION SELECT slip FROM portal_packs WHERE dossier = ?1 AND slip IS NOT NULL",
    )
    .bind(columns::id(id.0))
    .fetch_all(&mut **write)
    .await?;
    rows.iter().map(|row| row.hash("blob").map(BlobName)).collect()
}

#[cfg(test)]
mod tests;
