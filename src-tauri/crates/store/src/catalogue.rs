//! Catalogue entries that dossiers are pinned to. Once kept, an entry is never changed.

use dossier::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Result, Store, columns::Columns, ms};

/// Which entry, exactly: a procedure, form, profile or calendar in one revision with one content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pin {
    /// `procedure`, `form`, `profile`, `calendar`, …
    pub kind: String,
    pub code: String,
    pub revision: String,
    pub sha256: Digest,
}

/// A catalogue entry as it came, with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    pub pin: Pin,
    /// The entry's own text, JSON; opaque here.
    pub json: String,
    /// `real`, `unverified`, `superseded`, `illustrative`, as the entry's data says.
    pub provenance: String,
    pub added_at: Timestamp,
}

impl Store {
    /// Keeps the entries; those kept already stay as they are. All or none.
    pub async fn keep_catalogue(&self, entries: &[CatalogueEntry]) -> Result<()> {
        let mut write = self.write().await?;
        for entry in entries {
            sqlx::query("INSERT OR IGNORE INTO catalogue VALUES (?, ?, ?, ?, ?, ?, ?)")
                .bind(&entry.pin.kind)
                .bind(&entry.pin.code)
                .bind(&entry.pin.revision)
                .bind(entry.pin.sha256.0.to_vec())
                .bind(&entry.json)
                .bind(&entry.provenance)
                .bind(ms(entry.added_at))
                .execute(&mut *write)
                .await?;
        }
        Ok(write.commit().await?)
    }

    pub async fn catalogue_entry(&self, pin: &Pin) -> Result<Option<CatalogueEntry>> {
        let row = sqlx::query("SELECT * FROM catalogue WHERE kind = ? AND code = ? AND revision = ? AND sha256 = ?")
            .bind(&pin.kind)
            .bind(&pin.code)
            .bind(&pin.revision)
            .bind(pin.sha256.0.to_vec())
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(entry).transpose()
    }

    /// Every kept entry of one kind, by code and revision, the latest kept last.
    pub async fn catalogue_of(&self, kind: &str) -> Result<Vec<CatalogueEntry>> {
        let rows = sqlx::query("SELECT * FROM catalogue WHERE kind = ? ORDER BY code, revision, added_at")
            .bind(kind)
            .fetch_all(self.read())
            .await?;
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &sqlx::sqlite::SqliteRow) -> Result<CatalogueEntry> {
    Ok(CatalogueEntry {
        pin: Pin {
            kind: row.text("kind")?,
            code: row.text("code")?,
            revision: row.text("revision")?,
            sha256: row.digest("sha256")?,
        },
        json: row.text("json")?,
        provenance: row.text("provenance")?,
        added_at: row.at("added_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, at};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn an_entry_once_kept_never_changes() {
        let fixture = Fixture::new().await;
        let first = CatalogueEntry {
            pin: Pin {
                kind: "procedure".into(),
                code: "NB-03".into(),
                revision: "1".into(),
                sha256: Digest::of(b"{}"),
            },
            json: "{}".into(),
            provenance: "unverified".into(),
            added_at: at(1),
        };
        let again = CatalogueEntry { json: "{\"forged\":1}".into(), added_at: at(2), ..first.clone() };
        let mut newer = first.clone();
        newer.pin.revision = "2".into();
        fixture.store().keep_catalogue(&[first.clone(), again, newer.clone()]).await.unwrap();
        assert_eq!(fixture.store().catalogue_entry(&first.pin).await.unwrap(), Some(first.clone()));
        assert_eq!(fixture.store().catalogue_of("procedure").await.unwrap(), [first, newer]);
        assert_eq!(fixture.store().catalogue_of("form").await.unwrap(), []);
    }
}
