//! Catalogue entries that dossiers are pinned to. Once kept, an entry is never changed. Drafts of the next revisions stand beside them.

use dossier::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Act, Clash, Result, Store, StoreError, columns::Columns, database::Write, journal, ms};

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
    pub origin: Origin,
    /// Who brought it; empty where nobody did.
    pub added_by: String,
    /// Why it was published here; empty where nobody said.
    pub reason: String,
}

/// How an entry came to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Before this was noted.
    Kept,
    /// A dossier was started under it.
    Pin,
    Import,
    /// From a draft on this computer.
    Published,
    Hub,
}

/// The next revision of a thing while it is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueDraft {
    pub kind: String,
    pub code: String,
    /// The digest of the revision it was made of.
    pub base: Option<Digest>,
    /// As it was saved; it need not be JSON.
    pub json: String,
    /// 1, 2, 3 …, one more with each save.
    pub version: u32,
    pub updated_at: Timestamp,
}

impl Store {
    /// Keeps the entries; those kept already stay as they are. All or none.
    pub async fn keep_catalogue(&self, entries: &[CatalogueEntry]) -> Result<()> {
        let mut write = self.write().await?;
        for entry in entries {
            keep(&mut write, entry).await?;
        }
        Ok(write.commit().await?)
    }

    /// The same as an act of somebody: one line of the journal for each entry that was not kept yet, with its digest and that of
    /// what it comes after, if anything.
    ///
    /// # Errors
    /// [`Clash::OtherRevision`] for a new entry that somebody brought or published here, when its revision is kept with another content.
    pub async fn add_catalogue(&self, entries: &[CatalogueEntry], before: Option<Digest>, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        for entry in entries {
            if keep(&mut write, entry).await? {
                journal::append(&mut write, act, None, before, Some(entry.pin.sha256)).await?;
            }
        }
        Ok(write.commit().await?)
    }

    /// Keeps the entry that a draft has become, and ends the draft.
    ///
    /// # Errors
    /// [`Clash::StaleDraft`] when the draft is not of this version any more; [`Clash::OtherRevision`].
    pub async fn publish_draft(&self, entry: &CatalogueEntry, version: u32, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let (kind, code) = (&entry.pin.kind, &entry.pin.code);
        let draft = draft_in(&mut write, kind, code).await?;
        expect_version(draft.as_ref(), version)?;
        keep(&mut write, entry).await?;
        delete_draft(&mut write, kind, code).await?;
        let base = draft.and_then(|draft| draft.base);
        journal::append(&mut write, act, None, base, Some(entry.pin.sha256)).await?;
        Ok(write.commit().await?)
    }

    pub async fn catalogue_draft(&self, kind: &str, code: &str) -> Result<Option<CatalogueDraft>> {
        let query = sqlx::query("SELECT * FROM catalogue_drafts WHERE kind = ? AND code = ?").bind(kind).bind(code);
        query.fetch_optional(self.read()).await?.as_ref().map(draft).transpose()
    }

    /// Every draft, by kind and code.
    pub async fn catalogue_drafts(&self) -> Result<Vec<CatalogueDraft>> {
        let rows = sqlx::query("SELECT * FROM catalogue_drafts ORDER BY kind, code").fetch_all(self.read()).await?;
        rows.iter().map(draft).collect()
    }

    /// Saves a draft: a new one from version 0, else one more than the version it was made from. Gives it as it is stored.
    ///
    /// # Errors
    /// [`Clash::StaleDraft`] when another version is stored.
    pub async fn save_draft(&self, draft: &CatalogueDraft) -> Result<CatalogueDraft> {
        let mut write = self.write().await?;
        let stored = draft_in(&mut write, &draft.kind, &draft.code).await?;
        expect_version(stored.as_ref(), draft.version)?;
        let saved = CatalogueDraft { version: draft.version.saturating_add(1), ..draft.clone() };
        sqlx::query("INSERT OR REPLACE INTO catalogue_drafts VALUES (?, ?, ?, ?, ?, ?)")
            .bind(&saved.kind)
            .bind(&saved.code)
            .bind(saved.base.map(|base| base.0.to_vec()))
            .bind(&saved.json)
            .bind(i64::from(saved.version))
            .bind(ms(saved.updated_at))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(saved)
    }

    /// Ends a draft without publishing it; that there was one is in the journal.
    pub async fn discard_draft(&self, kind: &str, code: &str, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        if let Some(draft) = draft_in(&mut write, kind, code).await? {
            delete_draft(&mut write, kind, code).await?;
            journal::append(&mut write, act, None, draft.base, None).await?;
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

/// Whether it was not kept before. Of two contents of a revision the first that came counts: whatever the clock says, what comes later
/// is kept as later.
async fn keep(write: &mut Write, entry: &CatalogueEntry) -> Result<bool> {
    let added = sqlx::query(
        "INSERT OR IGNORE INTO catalogue (kind, code, revision, sha256, json, provenance, added_at, origin, added_by, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT max(?7, coalesce(max(added_at) + 1, ?7)) FROM catalogue
           WHERE kind = ?1 AND code = ?2 AND revision = ?3), ?8, ?9, ?10)",
    )
    .bind(&entry.pin.kind)
    .bind(&entry.pin.code)
    .bind(&entry.pin.revision)
    .bind(entry.pin.sha256.0.to_vec())
    .bind(&entry.json)
    .bind(&entry.provenance)
    .bind(ms(entry.added_at))
    .bind(name_of(entry.origin))
    .bind(&entry.added_by)
    .bind(&entry.reason)
    .execute(&mut **write)
    .await?;
    let new = added.rows_affected() > 0;
    if new && matches!(entry.origin, Origin::Import | Origin::Published) {
        let other = sqlx::query("SELECT 1 FROM catalogue WHERE kind = ? AND code = ? AND revision = ? AND sha256 <> ?")
            .bind(&entry.pin.kind)
            .bind(&entry.pin.code)
            .bind(&entry.pin.revision)
            .bind(entry.pin.sha256.0.to_vec());
        if other.fetch_optional(&mut **write).await?.is_some() {
            let (code, revision) = (entry.pin.code.clone(), entry.pin.revision.clone());
            return Err(StoreError::Conflict(Clash::OtherRevision { code, revision }));
        }
    }
    Ok(new)
}

fn name_of(origin: Origin) -> &'static str {
    match origin {
        Origin::Kept => "kept",
        Origin::Pin => "pin",
        Origin::Import => "import",
        Origin::Published => "published",
        Origin::Hub => "hub",
    }
}

async fn draft_in(write: &mut Write, kind: &str, code: &str) -> Result<Option<CatalogueDraft>> {
    let query = sqlx::query("SELECT * FROM catalogue_drafts WHERE kind = ? AND code = ?").bind(kind).bind(code);
    query.fetch_optional(&mut **write).await?.as_ref().map(draft).transpose()
}

async fn delete_draft(write: &mut Write, kind: &str, code: &str) -> Result<()> {
    let query = sqlx::query("DELETE FROM catalogue_drafts WHERE kind = ? AND code = ?").bind(kind).bind(code);
    query.execute(&mut **write).await?;
    Ok(())
}

fn expect_version(stored: Option<&CatalogueDraft>, version: u32) -> Result<()> {
    let stored = stored.map_or(0, |draft| draft.version);
    if stored == version { Ok(()) } else { Err(StoreError::Conflict(Clash::StaleDraft { stored })) }
}

fn draft(row: &sqlx::sqlite::SqliteRow) -> Result<CatalogueDraft> {
    Ok(CatalogueDraft {
        kind: row.text("kind")?,
        code: row.text("code")?,
        base: row.hash_or_null("base")?.map(Digest),
        json: row.text("json")?,
        version: row.number("version")?,
        updated_at: row.at("updated_at")?,
    })
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
        origin: row.name("origin")?,
        added_by: row.text("added_by")?,
        reason: row.text("reason")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, at};

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
            origin: Origin::Import,
            added_by: "Lan".into(),
            reason: "QĐ 1/QĐ-UBND".into(),
        };
        let again = CatalogueEntry { json: "{\"forged\":1}".into(), added_at: at(2), ..first.clone() };
        let mut newer = first.clone();
        newer.pin.revision = "2".into();
        fixture.store().keep_catalogue(&[first.clone(), again, newer.clone()]).await.unwrap();
        assert_eq!(fixture.store().catalogue_entry(&first.pin).await.unwrap(), Some(first.clone()));
        assert_eq!(fixture.store().catalogue_of("procedure").await.unwrap(), [first, newer]);
        assert_eq!(fixture.store().catalogue_of("form").await.unwrap(), []);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn another_content_of_a_revision_comes_after_the_first_and_only_from_the_hub() {
        let fixture = Fixture::new().await;
        let entry = |json: &str, origin, second| CatalogueEntry {
            pin: Pin {
                kind: "procedure".into(),
                code: "NB-03".into(),
                revision: "2".into(),
                sha256: Digest::of(json.as_bytes()),
            },
            json: json.into(),
            provenance: String::new(),
            added_at: at(second),
            origin,
            added_by: String::new(),
            reason: String::new(),
        };
        let (first, hubs) = (entry("1", Origin::Published, 9), entry("2", Origin::Hub, 3));
        fixture.store().add_catalogue(&[first], None, &act(9)).await.unwrap();
        fixture.store().add_catalogue(&[hubs], None, &act(3)).await.unwrap();
        let mut kept = fixture.store().catalogue_of("procedure").await.unwrap();
        kept.sort_by_key(|entry| entry.added_at);
        let order: Vec<&str> = kept.iter().map(|entry| entry.json.as_str()).collect();
        assert_eq!(order, ["1", "2"], "the clock was set back meanwhile");
        for origin in [Origin::Import, Origin::Published] {
            let refused = fixture.store().add_catalogue(&[entry("3", origin, 10)], None, &act(10)).await;
            assert!(matches!(refused, Err(StoreError::Conflict(Clash::OtherRevision { .. }))), "{refused:?}");
        }
        assert_eq!(fixture.store().catalogue_of("procedure").await.unwrap().len(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_draft_is_saved_in_versions_and_becomes_an_entry_once() {
        let mut fixture = Fixture::new().await;
        let new = |version, json: &str| CatalogueDraft {
            kind: "procedure".into(),
            code: "NB-03".into(),
            base: Some(Digest::of(b"base")),
            json: json.into(),
            version,
            updated_at: at(1),
        };
        let first = fixture.store().save_draft(&new(0, "{")).await.unwrap();
        assert_eq!(first.version, 1);
        let stale = fixture.store().save_draft(&new(0, "other")).await;
        assert!(matches!(stale, Err(StoreError::Conflict(Clash::StaleDraft { stored: 1 }))));
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        assert_eq!(store.catalogue_draft("procedure", "NB-03").await.unwrap().as_ref(), Some(&first));
        let second = store.save_draft(&new(1, "{}")).await.unwrap();
        let entry = CatalogueEntry {
            pin: Pin {
                kind: "procedure".into(),
                code: "NB-03".into(),
                revision: "2".into(),
                sha256: Digest::of(b"{}"),
            },
            json: "{}".into(),
            provenance: String::new(),
            added_at: at(2),
            origin: Origin::Published,
            added_by: "Lan".into(),
            reason: "QĐ 1/QĐ-UBND".into(),
        };
        assert!(store.publish_draft(&entry, first.version, &act(2)).await.is_err());
        assert_eq!(store.catalogue_of("procedure").await.unwrap(), []);
        store.publish_draft(&entry, second.version, &act(3)).await.unwrap();
        assert_eq!(store.catalogue_drafts().await.unwrap(), []);
        assert_eq!(store.catalogue_of("procedure").await.unwrap(), std::slice::from_ref(&entry));
        let line = store.journal(None, 1, None).await.unwrap().remove(0);
        assert_eq!((line.before, line.after), (Some(Digest::of(b"base")), Some(entry.pin.sha256)));
        store.add_catalogue(&[entry], None, &act(4)).await.unwrap();
        assert_eq!(store.journal(None, 1, None).await.unwrap()[0].seq, line.seq, "nothing new, no line");
        store.discard_draft("procedure", "NB-03", &act(5)).await.unwrap();
    }
}
