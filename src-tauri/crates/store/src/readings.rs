//! What was read on the frames of papers. Computed, and computable again; kept so that a page whose words cannot have changed is
//! made again quickly, and what is done stays done when work is stopped or killed.

use dossier::{Digest, DocumentId, Timestamp};
use serde_json::Value;

use crate::{
    BlobName, Result, Store,
    columns::{self, Columns},
    database::Write,
    ms,
};

/// So many readings of a frame are kept: a person tries an angle, and takes it back.
const KEPT: i64 = 4;

/// What was read on a frame.
#[derive(Debug, Clone)]
pub struct NewReading {
    pub source: BlobName,
    /// Frame of a multi-page TIFF, page of a PDF; from 0.
    pub frame: u32,
    /// Hash of everything the words depend on.
    pub recipe: Digest,
    /// Opaque: what digitising found.
    pub found: Value,
    /// Opaque: the words and where they stand.
    pub content: Vec<u8>,
    /// The whole page, for as long as its document is not.
    pub made: Option<MadePage>,
}

/// A page as it was made.
#[derive(Debug, Clone)]
pub struct MadePage {
    /// Hash of everything it depends on.
    pub recipe: Digest,
    /// Opaque: what goes into the PDF.
    pub content: Vec<u8>,
}

/// The newest finding on a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub source: BlobName,
    pub frame: u32,
    pub found: Value,
}

impl Store {
    /// Keeps what was read; of one frame the newest few are kept, of a paper that is gone nothing.
    pub async fn put_reading(&self, new: &NewReading, at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        let source = new.source.0.to_vec();
        sqlx::query("INSERT OR REPLACE INTO readings SELECT name, ?2, ?3, ?4, ?5, ?6 FROM blobs WHERE name = ?1")
            .bind(&source)
            .bind(new.frame)
            .bind(new.recipe.0.to_vec())
            .bind(columns::json(&new.found, "found")?)
            .bind(&new.content)
            .bind(ms(at))
            .execute(&mut *write)
            .await?;
        sqlx::query(
            "DELETE FROM readings WHERE source = ?1 AND frame = ?2 AND recipe <> ?3 AND recipe NOT IN
               (SELECT recipe FROM readings WHERE source = ?1 AND frame = ?2 ORDER BY read_at DESC LIMIT ?4)
               AND recipe NOT IN (SELECT reading FROM pages WHERE source = ?1 AND frame = ?2 AND reading IS NOT NULL)",
        )
        .bind(&source)
        .bind(new.frame)
        .bind(new.recipe.0.to_vec())
        .bind(KEPT)
        .execute(&mut *write)
        .await?;
        if let Some(made) = &new.made {
            // A document that was put away meanwhile is not worked on any more: nobody would take the page away again.
            sqlx::query(
                "INSERT OR REPLACE INTO made_pages SELECT name, ?2, ?3, ?4 FROM blobs WHERE name = ?1 AND EXISTS
                   (SELECT 1 FROM sources s JOIN documents d ON d.id = s.document
                    WHERE s.blob = ?1 AND d.status = 'working' AND d.discarded_at IS NULL)",
            )
            .bind(&source)
            .bind(new.frame)
            .bind(made.recipe.0.to_vec())
            .bind(&made.content)
            .execute(&mut *write)
            .await?;
        }
        Ok(write.commit().await?)
    }

    /// A page as an interrupted run made it by this recipe.
    pub async fn made_page(&self, source: &BlobName, frame: u32, recipe: &Digest) -> Result<Option<Vec<u8>>> {
        let row = sqlx::query("SELECT content FROM made_pages WHERE source = ? AND frame = ? AND recipe = ?")
            .bind(source.0.to_vec())
            .bind(frame)
            .bind(recipe.0.to_vec())
            .fetch_optional(self.read())
            .await?;
        row.map(|row| row.bytes("content")).transpose()
    }

    /// What was read on a frame by this recipe.
    pub async fn reading(&self, source: &BlobName, frame: u32, recipe: &Digest) -> Result<Option<Vec<u8>>> {
        let row = sqlx::query("SELECT content FROM readings WHERE source = ? AND frame = ? AND recipe = ?")
            .bind(source.0.to_vec())
            .bind(frame)
            .bind(recipe.0.to_vec())
            .fetch_optional(self.read())
            .await?;
        row.map(|row| row.bytes("content")).transpose()
    }

    /// What was found so far on the papers of a document, the newest of each frame.
    pub async fn findings_so_far(&self, document: DocumentId) -> Result<Vec<Finding>> {
        let rows = sqlx::query(
            "SELECT source, frame, found, max(read_at) FROM readings
             WHERE source IN (SELECT blob FROM sources WHERE document = ?) GROUP BY source, frame",
        )
        .bind(columns::id(document.0))
        .fetch_all(self.read())
        .await?;
        let finding = |row: &_| {
            let row: &sqlx::sqlite::SqliteRow = row;
            Ok(Finding {
                source: row.hash("source").map(BlobName)?,
                frame: row.number("frame")?,
                found: row.json("found")?,
            })
        };
        rows.iter().map(finding).collect()
    }
}

/// Nothing of what was read on the document's papers stays.
pub(crate) async fn forget_readings(write: &mut Write, document: DocumentId) -> Result<()> {
    sqlx::query(
        "DELETE FROM readings WHERE source IN
           (SELECT blob FROM sources WHERE document = ?1 UNION SELECT source FROM pages WHERE document = ?1)",
    )
    .bind(columns::id(document.0))
    .execute(&mut **write)
    .await?;
    forget_made(write, document).await
}

/// The document's pages as they were made are not needed any more.
pub(crate) async fn forget_made(write: &mut Write, document: DocumentId) -> Result<()> {
    sqlx::query(
        "DELETE FROM made_pages WHERE source IN
           (SELECT blob FROM sources WHERE document = ?1 UNION SELECT source FROM pages WHERE document = ?1)",
    )
    .bind(columns::id(document.0))
    .execute(&mut **write)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        Failure,
        testing::{Fixture, act, at, new_document, new_dossier},
    };

    async fn paper(fixture: &Fixture) -> crate::Document {
        let store = fixture.store();
        let dossier = store.create_dossier(&new_dossier(1), &act(0)).await.unwrap();
        let blob = store.put_bytes(b"scan").await.unwrap();
        store.add_document(&new_document(1, &dossier, blob), &act(1)).await.unwrap()
    }

    fn reading(document: &crate::Document, frame: u32, recipe: &[u8]) -> NewReading {
        let source = document.sources[0].blob.name;
        let found = json!({ "by": String::from_utf8_lossy(recipe) });
        NewReading { source, frame, recipe: Digest::of(recipe), found, content: recipe.to_vec(), made: None }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_reading_outlives_a_kill_and_goes_with_its_paper() {
        let mut fixture = Fixture::new().await;
        let document = paper(&fixture).await;
        for (second, (frame, recipe)) in [(0, b"a"), (1, b"a"), (0, b"b")].into_iter().enumerate() {
            fixture.store().put_reading(&reading(&document, frame, recipe), at(second as i64)).await.unwrap();
        }
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        let source = document.sources[0].blob.name;
        assert_eq!(store.reading(&source, 0, &Digest::of(b"a")).await.unwrap().unwrap(), b"a");
        assert_eq!(store.reading(&source, 1, &Digest::of(b"b")).await.unwrap(), None);
        let found = store.findings_so_far(document.id).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.frame, it.found["by"].as_str().unwrap())).collect();
        assert_eq!(found, [(0, "b"), (1, "a")], "the newest of each");
        store.remove_document(document.id, &act(9)).await.unwrap();
        assert_eq!(store.reading(&source, 0, &Digest::of(b"a")).await.unwrap(), None);
        store.put_reading(&reading(&document, 0, b"c"), at(10)).await.unwrap();
        assert_eq!(
            store.reading(&source, 0, &Digest::of(b"c")).await.unwrap(),
            None,
            "nothing is kept of what is gone"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_newest_few_are_kept() {
        let fixture = Fixture::new().await;
        let document = paper(&fixture).await;
        let store = fixture.store();
        for n in 0..6u8 {
            store.put_reading(&reading(&document, 0, &[n]), at(i64::from(n))).await.unwrap();
        }
        let mut kept = vec![];
        for n in 0..6u8 {
            let source = document.sources[0].blob.name;
            kept.extend(store.reading(&source, 0, &Digest::of(&[n])).await.unwrap());
        }
        assert_eq!(kept, [[2], [3], [4], [5]]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn made_pages_outlive_a_kill_until_their_document_is_whole() {
        let mut fixture = Fixture::new().await;
        let document = paper(&fixture).await;
        let source = document.sources[0].blob.name;
        fixture.store().lease_document(at(2), at(60)).await.unwrap().unwrap();
        let recipe = Digest::of(b"how");
        let made = Some(MadePage { recipe, content: b"page".to_vec() });
        fixture.store().put_reading(&NewReading { made, ..reading(&document, 0, b"a") }, at(3)).await.unwrap();
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        assert_eq!(store.made_page(&source, 0, &recipe).await.unwrap().unwrap(), b"page");
        assert_eq!(store.made_page(&source, 1, &recipe).await.unwrap(), None);
        assert_eq!(store.made_page(&source, 0, &Digest::of(b"otherwise")).await.unwrap(), None);
        store.lease_document(at(70), at(90)).await.unwrap().unwrap();
        let failure = Failure { code: "file_truncated".to_owned(), args: json!({}) };
        store.fail_document(document.id, &failure, &act(4)).await.unwrap();
        assert_eq!(store.made_page(&source, 0, &recipe).await.unwrap(), None);
        assert!(store.reading(&source, 0, &Digest::of(b"a")).await.unwrap().is_some(), "what was read stays");

        store.retry_document(document.id, &act(5)).await.unwrap();
        store.lease_document(at(91), at(99)).await.unwrap().unwrap();
        let made = |frame| NewReading {
            made: Some(MadePage { recipe, content: b"page".to_vec() }),
            ..reading(&document, frame, b"a")
        };
        store.put_reading(&made(0), at(92)).await.unwrap();
        store.discard_document(document.id, &act(93)).await.unwrap();
        store.put_reading(&made(1), at(94)).await.unwrap();
        for frame in [0, 1] {
            assert_eq!(store.made_page(&source, frame, &recipe).await.unwrap(), None, "put away while it was made");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn nothing_read_stays_of_a_paper_with_a_state_secret() {
        let fixture = Fixture::new().await;
        let document = paper(&fixture).await;
        let store = fixture.store();
        store.lease_document(at(2), at(60)).await.unwrap().unwrap();
        store.put_reading(&reading(&document, 0, b"a"), at(3)).await.unwrap();
        let failure = Failure { code: Failure::SECRET.to_owned(), args: json!({}) };
        store.fail_document(document.id, &failure, &act(4)).await.unwrap();
        assert_eq!(store.findings_so_far(document.id).await.unwrap(), []);
    }
}
