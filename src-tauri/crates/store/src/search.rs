//! The full-text index over folded text (marks off, đ as d): each dossier's head, each document's title, file names and text.

use dossier::{DocumentId, text::fold};
use sqlx::sqlite::SqliteRow;

use crate::{
    Result, Store,
    columns::{self, Columns},
    database::Write,
};

/// `rowid` in the index: the dossier's row, then the document's slot in 20 bits (0 is the dossier itself). Descending, it is newest
/// dossier first without ranking, which costs a second on a million rows.
pub(crate) const SLOT_BITS: u32 = 20;

/// So many dossiers are indexed in one transaction.
const AT_ONCE: i64 = 200;

/// Indexes what a newer version of the program indexes otherwise.
pub(crate) async fn index_waiting(store: &Store) -> Result<()> {
    loop {
        let mut write = store.write().await?;
        let waiting =
            sqlx::query("SELECT * FROM dossiers WHERE row IN (SELECT row FROM to_index ORDER BY row DESC LIMIT ?)")
                .bind(AT_ONCE)
                .fetch_all(&mut *write)
                .await?;
        for row in &waiting {
            if row.integer_or_null("discarded_at")?.is_none() {
                index_dossier(&mut write, row).await?;
            }
            sqlx::query("DELETE FROM to_index WHERE row = ?").bind(row.integer("row")?).execute(&mut *write).await?;
        }
        if waiting.is_empty() {
            // What waited and is gone.
            sqlx::query("DELETE FROM to_index").execute(&mut *write).await?;
            return Ok(write.commit().await?);
        }
        write.commit().await?;
    }
}

/// Indexes the dossier's own words, from a whole row of `dossiers`.
pub(crate) async fn index_head(write: &mut Write, row: &SqliteRow) -> Result<()> {
    let mut words = vec![row.text("title")?, row.text("procedure_code")?];
    for column in ["prepared_by", "provisional_code", "official_code"] {
        words.extend(row.text_or_null(column)?);
    }
    let mut units = vec![row.text("applicant")?];
    units.extend(row.text_or_null("on_behalf_of")?);
    put(write, row.integer("row")? << SLOT_BITS, &words.join(" \n "), &units.join(" \n ")).await
}

/// Indexes the dossier with all its documents.
pub(crate) async fn index_dossier(write: &mut Write, row: &SqliteRow) -> Result<()> {
    index_head(write, row).await?;
    let documents = sqlx::query("SELECT id FROM documents WHERE dossier = ? AND discarded_at IS NULL")
        .bind(row.bytes("id")?)
        .fetch_all(&mut **write)
        .await?;
    for document in &documents {
        reindex_document(write, document.id("id")?).await?;
    }
    Ok(())
}

/// Takes the dossier and its documents out of the index.
pub(crate) async fn forget_dossier(write: &mut Write, row: &SqliteRow) -> Result<()> {
    let first = row.integer("row")? << SLOT_BITS;
    sqlx::query("DELETE FROM search_text WHERE rowid BETWEEN ? AND ?")
        .bind(first)
        .bind(first + (1 << SLOT_BITS) - 1)
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// Indexes the document's title, file names and `text`; not what is put away, alone or with its dossier, nor what is sealed.
pub(crate) async fn index_document(write: &mut Write, document: DocumentId, text: &str) -> Result<()> {
    let row = sqlx::query(
        "SELECT d.row AS dossier_row, c.slot, c.title, c.file_name,
           (SELECT group_concat(file_name, ' ') FROM sources WHERE document = c.id) AS sources
         FROM documents c JOIN dossiers d ON d.id = c.dossier
         WHERE c.id = ? AND c.discarded_at IS NULL AND d.discarded_at IS NULL
           AND coalesce(c.failure ->> '$.code', '') <> ?",
    )
    .bind(columns::id(document.0))
    .bind(crate::Failure::SECRET)
    .fetch_optional(&mut **write)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let mut words = vec![row.text("title")?];
    for column in ["file_name", "sources"] {
        words.extend(row.text_or_null(column)?);
    }
    words.push(text.to_owned());
    put(write, place(&row)?, &words.join(" \n "), "").await
}

/// Indexes the document again after its title or file name changed.
pub(crate) async fn reindex_document(write: &mut Write, document: DocumentId) -> Result<()> {
    let row = sqlx::query("SELECT text FROM renditions WHERE document = ?")
        .bind(columns::id(document.0))
        .fetch_optional(&mut **write)
        .await?;
    let text = row.map(|row| row.text("text")).transpose()?.unwrap_or_default();
    index_document(write, document, &text).await
}

pub(crate) async fn forget_document(write: &mut Write, document: DocumentId) -> Result<()> {
    let row = sqlx::query(
        "SELECT d.row AS dossier_row, c.slot FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = ?",
    )
    .bind(columns::id(document.0))
    .fetch_one(&mut **write)
    .await?;
    sqlx::query("DELETE FROM search_text WHERE rowid = ?").bind(place(&row)?).execute(&mut **write).await?;
    Ok(())
}

fn place(row: &SqliteRow) -> Result<i64> {
    Ok((row.integer("dossier_row")? << SLOT_BITS) | row.integer("slot")?)
}

async fn put(write: &mut Write, place: i64, words: &str, units: &str) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO search_text (rowid, folded, units) VALUES (?, ?, ?)")
        .bind(place)
        .bind(fold(words))
        .bind(fold(units))
        .execute(&mut **write)
        .await?;
    Ok(())
}
