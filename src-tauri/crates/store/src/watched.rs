//! Files of the watched folder that were looked at: what is known is not taken in again.

use dossier::{Digest, Timestamp};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Result, Store, StoreError,
    columns::{self, Columns},
    database::Write,
    ms,
};

/// A file of the watched folder, as the folder lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFile {
    pub file_name: String,
    pub size: u64,
    /// As the file system says.
    pub modified_at: Timestamp,
}

/// What came of a file of the watched folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    pub file: WatchedFile,
    pub sha256: Option<Digest>,
    /// Opaque: why it was refused; taken in when there is none.
    pub fault: Option<Value>,
    pub seen_at: Timestamp,
}

impl Store {
    /// What came of the file when it was last looked at, if ever.
    pub async fn watched(&self, file: &WatchedFile) -> Result<Option<Watched>> {
        let row = sqlx::query("SELECT * FROM watched_files WHERE file_name = ? AND size = ? AND modified_at = ?")
            .bind(&file.file_name)
            .bind(columns::integer(file.size, "size")?)
            .bind(ms(file.modified_at))
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(watched).transpose()
    }

    /// Whether this very content was taken in from the watched folder, under any name.
    pub async fn is_watched_content(&self, sha256: &Digest) -> Result<bool> {
        let row =
            sqlx::query("SELECT EXISTS (SELECT 1 FROM watched_files WHERE sha256 = ? AND fault IS NULL) AS known")
                .bind(sha256.0.to_vec())
                .fetch_one(self.read())
                .await?;
        row.flag("known")
    }

    pub async fn note_watched(&self, watched: &Watched) -> Result<()> {
        let mut write = self.write().await?;
        note(&mut write, watched).await?;
        Ok(write.commit().await?)
    }

    /// The files seen last, newest first.
    pub async fn watched_lately(&self, limit: u32) -> Result<Vec<Watched>> {
        let rows = sqlx::query("SELECT * FROM watched_files ORDER BY seen_at DESC, file_name DESC LIMIT ?")
            .bind(limit)
            .fetch_all(self.read())
            .await?;
        rows.iter().map(watched).collect()
    }
}

pub(crate) async fn note(write: &mut Write, watched: &Watched) -> Result<()> {
    let fault = watched.fault.as_ref().map(|fault| columns::json(fault, "fault")).transpose()?;
    sqlx::query("INSERT OR REPLACE INTO watched_files VALUES (?, ?, ?, ?, ?, ?)")
        .bind(&watched.file.file_name)
        .bind(columns::integer(watched.file.size, "size")?)
        .bind(ms(watched.file.modified_at))
        .bind(watched.sha256.map(|sha256| sha256.0.to_vec()))
        .bind(fault)
        .bind(ms(watched.seen_at))
        .execute(&mut **write)
        .await?;
    Ok(())
}

fn watched(row: &SqliteRow) -> Result<Watched> {
    let digest = |bytes: Vec<u8>| bytes.try_into().map(Digest).map_err(|_| StoreError::column("sha256"));
    let sha256 = row.bytes_or_null("sha256")?.map(digest).transpose()?;
    Ok(Watched {
        file: WatchedFile {
            file_name: row.text("file_name")?,
            size: row.number("size")?,
            modified_at: row.at("modified_at")?,
        },
        sha256,
        fault: row.json_or_null("fault")?,
        seen_at: row.at("seen_at")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Fixture, at};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_was_taken_in_is_known_by_its_content_and_what_was_refused_is_not() {
        let mut fixture = Fixture::new().await;
        let file = |name: &str| WatchedFile { file_name: name.into(), size: 9, modified_at: at(1) };
        let seen = |name: &str, content: &[u8], fault| Watched {
            file: file(name),
            sha256: Some(Digest::of(content)),
            fault,
            seen_at: at(2),
        };
        let (good, bad) =
            (seen("quét 1.tif", b"one", None), seen("bản đồ.txt", b"two", Some(json!("file_not_a_picture"))));
        for watched in [&good, &bad] {
            fixture.store().note_watched(watched).await.unwrap();
        }
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        assert_eq!(store.watched(&good.file).await.unwrap(), Some(good.clone()));
        let grown = WatchedFile { size: 10, ..good.file.clone() };
        assert_eq!(store.watched(&grown).await.unwrap(), None);
        assert!(store.is_watched_content(&Digest::of(b"one")).await.unwrap());
        assert!(!store.is_watched_content(&Digest::of(b"two")).await.unwrap(), "mended, it may come again");
        assert_eq!(store.watched_lately(10).await.unwrap().len(), 2);
    }
}
