//! Full-text search over folded text (marks off, đ as d): each dossier's head, each document's title, file names and
//! text. Hits come newest dossier first without ranking, which costs a second on a million rows.

use std::collections::BTreeSet;

use dossier::{DocumentId, text::fold};
use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};

use crate::{
    Cursor, DossierPage, Result, Store,
    columns::{self, Columns},
    database::Write,
    dossiers::{SUMMARY, page},
};

/// `rowid` in the index: the dossier's row, then the document's slot in 20 bits (0 is the dossier itself).
const SLOT_BITS: u32 = 20;

impl Store {
    /// Dossiers in whose head, or in one of whose documents, every word of `text` occurs; the last word may be a
    /// beginning. Newest first; nothing for a text without a letter or digit.
    pub async fn search(&self, text: &str, limit: u32, before: Option<Cursor>) -> Result<DossierPage> {
        let limit = limit.clamp(1, 500) as usize;
        let Some(words) = match_expression(text) else {
            return Ok(DossierPage { items: Vec::new(), next: None });
        };
        let rows = self.hits(&words, limit + 1, before).await?;
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT ");
        sql.push(SUMMARY).push(" FROM dossiers WHERE row IN (");
        let mut places = sql.separated(", ");
        for row in &rows {
            places.push_bind(*row);
        }
        sql.push(") ORDER BY row DESC");
        page(&sql.build().fetch_all(self.read()).await?, limit)
    }

    /// Rows of at most `wanted` dossiers that match. A dossier with many matching documents has many hits, so hits are
    /// fetched until there are enough dossiers; each round goes on below the last dossier seen.
    async fn hits(&self, words: &str, wanted: usize, before: Option<Cursor>) -> Result<BTreeSet<i64>> {
        let mut found = BTreeSet::new();
        let mut below = before.map_or(i64::MAX, |Cursor(row)| row << SLOT_BITS);
        while found.len() < wanted {
            let hits = sqlx::query(
                "SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
            )
            .bind(words)
            .bind(below)
            .bind(wanted as i64)
            .fetch_all(self.read())
            .await?;
            let Some(last) = hits.last() else { break };
            below = (last.integer("rowid")? >> SLOT_BITS) << SLOT_BITS;
            for hit in &hits {
                if found.len() < wanted {
                    found.insert(hit.integer("rowid")? >> SLOT_BITS);
                }
            }
            // What is left of the last dossier are further hits of the same dossier.
        }
        Ok(found)
    }
}

/// The words as an FTS5 expression: each quoted, so that nothing a person types is syntax.
fn match_expression(text: &str) -> Option<String> {
    let folded = fold(text);
    let words: Vec<_> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return None;
    }
    let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Some(format!("{}*", quoted.join(" ")))
}

/// Indexes the dossier's own words, from a whole row of `dossiers`.
pub(crate) async fn index_head(write: &mut Write, row: &SqliteRow) -> Result<()> {
    let mut words = vec![row.text("title")?, row.text("applicant")?, row.text("procedure_code")?];
    for column in ["prepared_by", "on_behalf_of", "provisional_code", "official_code"] {
        words.extend(row.text_or_null(column)?);
    }
    put(write, row.integer("row")? << SLOT_BITS, &words.join(" \n ")).await
}

/// Indexes the document's title, file names and `text`.
pub(crate) async fn index_document(write: &mut Write, document: DocumentId, text: &str) -> Result<()> {
    let row = sqlx::query(
        "SELECT d.row AS dossier_row, c.slot, c.title, c.file_name,
           (SELECT group_concat(file_name, ' ') FROM sources WHERE document = c.id) AS sources
         FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = ?",
    )
    .bind(columns::id(document.0))
    .fetch_one(&mut **write)
    .await?;
    let mut words = vec![row.text("title")?];
    for column in ["file_name", "sources"] {
        words.extend(row.text_or_null(column)?);
    }
    words.push(text.to_owned());
    put(write, place(&row)?, &words.join(" \n ")).await
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

async fn put(write: &mut Write, place: i64, words: &str) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO search_text (rowid, folded) VALUES (?, ?)")
        .bind(place)
        .bind(fold(words))
        .execute(&mut **write)
        .await?;
    Ok(())
}
