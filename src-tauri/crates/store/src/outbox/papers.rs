//! The papers of a submission: that they are those of the dossier, and as they are kept with it.

use dossier::DossierId;

use super::{NewOutboxFile, NewSubmission};
use crate::{
    Result, blobs,
    columns::{self, Columns},
    database::Write,
};

/// Whether the documents of the dossier are all done, and are these files: what was checked may have been edited since.
pub(crate) async fn papers_are(write: &mut Write, dossier: DossierId, files: &[NewOutboxFile]) -> Result<bool> {
    let rows = sqlx::query(
        "SELECT c.status, c.component, c.component_row, coalesce(CASE c.kind
             WHEN 'pages' THEN (SELECT blob FROM renditions WHERE document = c.id)
             ELSE (SELECT blob FROM sources WHERE document = c.id AND position = 0) END, x'') AS blob
         FROM documents c WHERE c.dossier = ? AND c.discarded_at IS NULL",
    )
    .bind(columns::id(dossier.0))
    .fetch_all(&mut **write)
    .await?;
    let mut there = Vec::with_capacity(rows.len());
    for row in &rows {
        if row.text("status")? != "done" {
            return Ok(false);
        }
        there.push((row.bytes("blob")?, row.text("component")?, row.text_or_null("component_row")?));
    }
    let file = |file: &NewOutboxFile| (file.blob.name.0.to_vec(), file.component.clone(), file.component_row.clone());
    let mut named: Vec<_> = files.iter().map(file).collect();
    there.sort();
    named.sort();
    Ok(there == named)
}

pub(super) async fn insert_files(write: &mut Write, new: &NewSubmission) -> Result<()> {
    for (position, file) in new.files.iter().enumerate() {
        blobs::require(write, &file.blob).await?;
        sqlx::query(
            "INSERT INTO outbox_files (submission, position, blob, component, component_row, title, media_type)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(columns::id(new.id.0))
        .bind(columns::integer(position as u64, "position")?)
        .bind(file.blob.name.0.to_vec())
        .bind(&file.component)
        .bind(&file.component_row)
        .bind(&file.title)
        .bind(&file.media_type)
        .execute(&mut **write)
        .await?;
    }
    Ok(())
}
