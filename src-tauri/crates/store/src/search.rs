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
    /// beginning. Marks, case and the placement of tone marks do not matter. Newest first; nothing for a text without a letter or digit.
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

/// The words as an FTS5 expression: each quoted, so that nothing a person types is syntax. A code such as
/// `T-QN01-261121-2` is one phrase.
fn match_expression(text: &str) -> Option<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| c.is_whitespace() || c.is_control() || c == '"');
    let quoted: Vec<_> =
        words.filter(|word| word.contains(char::is_alphanumeric)).map(|word| format!("\"{word}\"")).collect();
    if quoted.is_empty() { None } else { Some(format!("{}*", quoted.join(" "))) }
}

/// Indexes the dossier's own words, from a whole row of `dossiers`.
pub(crate) async fn index_head(write: &mut Write, row: &SqliteRow) -> Result<()> {
    let mut words = vec![row.text("title")?, row.text("applicant")?, row.text("procedure_code")?];
    for column in ["prepared_by", "on_behalf_of", "provisional_code", "official_code"] {
        words.extend(row.text_or_null(column)?);
    }
    put(write, row.integer("row")? << SLOT_BITS, &words.join(" \n ")).await
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, at, new_document, new_dossier};
    use crate::{DocumentHead, DossierHead, NewDossier, NewRendition};

    async fn found(store: &Store, text: &str) -> Vec<u128> {
        let page = store.search(text, 50, None).await.unwrap();
        page.items.iter().map(|item| item.id.0.as_u128() & 0xff).collect()
    }

    fn titled(n: u128, title: &str) -> NewDossier {
        NewDossier { head: DossierHead { title: title.into(), ..DossierHead::default() }, ..new_dossier(n) }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn words_are_found_without_marks_and_by_their_beginning() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        store.create_dossier(&titled(1, "Đặng Đức Hoà"), &act(1)).await.unwrap();
        store.create_dossier(&titled(2, "Đặng Thị Hòa Bình"), &act(2)).await.unwrap();
        assert_eq!(found(store, "dang hoa").await, [2, 1]);
        assert_eq!(found(store, "ĐẶNG đức").await, [1]);
        assert_eq!(found(store, "hòa bì").await, [2]);
        assert_eq!(found(store, "T-QN01-261121-2").await, [2]);
        assert_eq!(found(store, "hoa dang thanh").await, []);
        for nothing in ["", "  \" * () -", "\"; DROP TABLE dossiers"] {
            assert_eq!(found(store, nothing).await, [], "{nothing}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_documents_words_lead_to_its_dossier_until_it_is_removed() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let dossier = store.create_dossier(&titled(1, "A"), &act(1)).await.unwrap();
        let blob = store.put_bytes(b"x").await.unwrap();
        let document = store.add_document(&new_document(1, &dossier, blob), &act(2)).await.unwrap();
        assert_eq!(found(store, "quet tif").await, [1], "by the name of the file");
        let text = "Quyết định về việc điều chuyển".to_owned();
        let rendition =
            NewRendition { recipe: blob.sha256, pdf: blob, pages: 1, text, report: serde_json::Value::Null };
        store.replace_rendition(document.id, &rendition, at(3)).await.unwrap();
        assert_eq!(found(store, "dieu chuyen quyet").await, [1]);
        let head = DocumentHead { title: "Phụ lục".into(), ..document.head };
        store.change_document(document.id, &head, &act(4)).await.unwrap();
        assert_eq!(found(store, "phu luc dieu chuyen").await, [1]);
        assert_eq!(found(store, "to trinh").await, [], "the old title is out of the index");
        store.remove_document(document.id, &act(5)).await.unwrap();
        assert_eq!(found(store, "dieu chuyen").await, []);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn pages_of_hits_neither_repeat_nor_skip_a_dossier() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        for n in 0..6 {
            let dossier = store.create_dossier(&titled(n, "Tờ trình"), &act(1)).await.unwrap();
            for k in 0..4 {
                let blob = store.put_bytes(&[k as u8]).await.unwrap();
                store.add_document(&new_document(n * 10 + k, &dossier, blob), &act(2)).await.unwrap();
            }
        }
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = store.search("to trinh", 2, before).await.unwrap();
            seen.extend(page.items.iter().map(|item| item.id.0.as_u128() & 0xff));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, [5, 4, 3, 2, 1, 0]);
    }
}
