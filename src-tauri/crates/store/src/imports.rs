//! Files of rows out of which dossiers were made. A row becomes a dossier in the transaction that notes it: it never becomes two.

use std::collections::BTreeMap;

use dossier::{Digest, DossierId, ImportId, State, Timestamp};
use serde_json::Value;

use crate::{
    Act, NewDossier, Result, Store, StoreError, Subject,
    columns::{self, Columns},
    database::Write,
    discarded, dossiers, ms,
};

/// What an import begins with.
#[derive(Debug, Clone)]
pub struct NewImport {
    pub id: ImportId,
    pub procedure_code: String,
    /// As the person named it.
    pub file_name: String,
    /// Of the file and the sheet: begun again, it is the same import.
    pub content: Digest,
}

/// An import as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    pub procedure_code: String,
    pub file_name: String,
    pub begun_at: Timestamp,
    pub undone_at: Option<Timestamp>,
}

/// A row that is to become a dossier.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// What the row is known by, whenever it comes again.
    pub key: Digest,
    pub dossier: NewDossier,
    /// Opaque; the dossier's first answers.
    pub answers: Value,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Made(DossierId),
    /// It became this dossier before.
    Before(DossierId),
}

impl Store {
    /// Begins an import, or goes on with the one of the same content that was begun before.
    pub async fn begin_import(&self, new: &NewImport, act: &Act<'_>) -> Result<ImportId> {
        let mut write = self.write().await?;
        let begun =
            sqlx::query("SELECT id FROM imports WHERE content = ? AND procedure_code = ? AND undone_at IS NULL")
                .bind(new.content.0.to_vec())
                .bind(&new.procedure_code)
                .fetch_optional(&mut *write)
                .await?;
        if let Some(row) = begun {
            return row.id("id");
        }
        sqlx::query("INSERT INTO imports VALUES (?, ?, ?, ?, ?, NULL)")
            .bind(columns::id(new.id.0))
            .bind(&new.procedure_code)
            .bind(&new.file_name)
            .bind(new.content.0.to_vec())
            .bind(ms(act.at))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(new.id)
    }

    /// Makes a dossier of each row that was not taken before, all of them or none; tells what became of each, in their order.
    pub async fn take_rows(&self, import: ImportId, rows: &[ImportRow], act: &Act<'_>) -> Result<Vec<Taken>> {
        let mut write = self.write().await?;
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            taken.push(take(&mut write, import, row, act).await?);
        }
        write.commit().await?;
        Ok(taken)
    }

    /// Which of these rows were taken, with their dossiers. One whose draft was put away can be taken in again.
    pub async fn taken_rows(&self, keys: &[Digest]) -> Result<BTreeMap<Digest, DossierId>> {
        let keys: Vec<String> = keys.iter().map(Digest::to_string).collect();
        let sql = "SELECT r.key, r.dossier FROM import_rows r JOIN dossiers d ON d.id = r.dossier
                   WHERE r.key IN (SELECT unhex(value) FROM json_each(?))
                     AND d.discarded_at IS NULL";
        let rows = sqlx::query(sql).bind(columns::json(&keys, "key")?).fetch_all(self.read()).await?;
        rows.iter().map(|row| Ok((row.digest("key")?, row.id("dossier")?))).collect()
    }

    /// The import that was begun of this content and not undone.
    pub async fn import_of(&self, content: &Digest) -> Result<Option<ImportId>> {
        let row = sqlx::query(
            "SELECT id FROM imports WHERE content = ? AND undone_at IS NULL ORDER BY begun_at DESC LIMIT 1",
        )
        .bind(content.0.to_vec())
        .fetch_optional(self.read())
        .await?;
        row.map(|row| row.id("id")).transpose()
    }

    pub async fn import(&self, id: ImportId) -> Result<Import> {
        let row = sqlx::query("SELECT * FROM imports WHERE id = ?")
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Import))?;
        Ok(Import {
            id: row.id("id")?,
            procedure_code: row.text("procedure_code")?,
            file_name: row.text("file_name")?,
            begun_at: row.at("begun_at")?,
            undone_at: row.at_or_null("undone_at")?,
        })
    }

    /// Takes an import back: its drafts are put away and can be restored until they are destroyed, and their rows can be taken in
    /// again. What was sent, or is under way, stays. Gives how many were put away.
    pub async fn undo_import(&self, id: ImportId, act: &Act<'_>) -> Result<u64> {
        let mut write = self.write().await?;
        let marked = sqlx::query("UPDATE imports SET undone_at = ? WHERE id = ? AND undone_at IS NULL")
            .bind(ms(act.at))
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        if marked.rows_affected() == 0 {
            return Err(StoreError::NotFound(Subject::Import));
        }
        let rows = sqlx::query(
            "SELECT d.id FROM import_rows r JOIN dossiers d ON d.id = r.dossier
             WHERE r.import = ? AND d.discarded_at IS NULL AND d.state IN (?, ?)
               AND NOT EXISTS (SELECT 1 FROM outbox WHERE dossier = d.id AND state NOT IN ('done', 'withdrawn'))",
        )
        .bind(columns::id(id.0))
        .bind(columns::name(&State::Draft, "state")?)
        .bind(columns::name(&State::Ready, "state")?)
        .fetch_all(&mut *write)
        .await?;
        for row in &rows {
            discarded::put_dossier_away(&mut write, row.id("id")?, act).await?;
        }
        write.commit().await?;
        Ok(rows.len() as u64)
    }

    /// Brings back what [`Store::undo_import`] put away, except of rows that were taken in again since; gives how many came back.
    pub async fn restore_import(&self, id: ImportId, act: &Act<'_>) -> Result<u64> {
        let mut write = self.write().await?;
        let rows = sqlx::query(
            "SELECT d.id FROM import_rows r JOIN dossiers d ON d.id = r.dossier JOIN imports i ON i.id = r.import
             WHERE r.import = ? AND d.discarded_at = i.undone_at",
        )
        .bind(columns::id(id.0))
        .fetch_all(&mut *write)
        .await?;
        for row in &rows {
            discarded::bring_dossier_back(&mut write, row.id("id")?, act).await?;
        }
        let sql = "UPDATE imports SET undone_at = NULL WHERE id = ?";
        sqlx::query(sql).bind(columns::id(id.0)).execute(&mut *write).await?;
        write.commit().await?;
        Ok(rows.len() as u64)
    }
}

async fn take(write: &mut Write, import: ImportId, row: &ImportRow, act: &Act<'_>) -> Result<Taken> {
    let known = sqlx::query(
        "SELECT r.dossier, d.discarded_at IS NULL AS taken
         FROM import_rows r JOIN dossiers d ON d.id = r.dossier WHERE r.key = ?",
    )
    .bind(row.key.0.to_vec())
    .fetch_optional(&mut **write)
    .await?;
    if let Some(known) = &known
        && known.flag("taken")?
    {
        return Ok(Taken::Before(known.id("dossier")?));
    }
    let made = dossiers::insert(write, &row.dossier, Some(&row.answers), act).await?;
    sqlx::query("INSERT OR REPLACE INTO import_rows VALUES (?, ?, ?)")
        .bind(row.key.0.to_vec())
        .bind(columns::id(import.0))
        .bind(columns::id(made.id.0))
        .execute(&mut **write)
        .await?;
    Ok(Taken::Made(made.id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        DossierQuery,
        testing::{Fixture, act, new_dossier, uuid},
    };

    fn new_import(n: u128, content: &[u8]) -> NewImport {
        NewImport {
            id: ImportId(uuid(n)),
            procedure_code: "NB-03".into(),
            file_name: "danh sách.xlsx".into(),
            content: Digest::of(content),
        }
    }

    fn row(n: u128, key: &str) -> ImportRow {
        ImportRow { key: Digest::of(key.as_bytes()), dossier: new_dossier(n), answers: json!({"name": key}) }
    }

    async fn listed(store: &Store) -> usize {
        store.list_dossiers(&DossierQuery { limit: 100, ..Default::default() }).await.unwrap().items.len()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_row_becomes_one_dossier_however_often_it_comes() {
        let mut fixture = Fixture::new().await;
        let import = fixture.store().begin_import(&new_import(0x51, b"f"), &act(1)).await.unwrap();
        let taken = fixture.store().take_rows(import, &[row(1, "a"), row(2, "b")], &act(2)).await.unwrap();
        assert!(matches!(taken[..], [Taken::Made(_), Taken::Made(_)]));
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        let again = store.begin_import(&new_import(0x52, b"f"), &act(3)).await.unwrap();
        assert_eq!(again, import, "the same content goes on where it stopped");
        let taken = store.take_rows(import, &[row(3, "a"), row(4, "c"), row(5, "c")], &act(4)).await.unwrap();
        let made = DossierId(uuid(4));
        assert_eq!(taken, [Taken::Before(DossierId(uuid(1))), Taken::Made(made), Taken::Before(made)]);
        assert_eq!(listed(store).await, 3);
        let dossier = store.dossier(made).await.unwrap();
        assert_eq!((dossier.answers, dossier.answers_version), (json!({"name": "c"}), 1));
        let known = store.taken_rows(&[row(0, "b").key, row(0, "x").key]).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), [(row(0, "b").key, DossierId(uuid(2)))]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_row_that_cannot_be_stored_stops_its_whole_batch() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let import = store.begin_import(&new_import(0x51, b"f"), &act(1)).await.unwrap();
        // The same provisional code twice.
        let twice = ImportRow { dossier: new_dossier(1), ..row(1, "b") };
        store.take_rows(import, &[row(1, "a"), twice], &act(2)).await.unwrap_err();
        assert_eq!(listed(store).await, 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn an_import_is_undone_restored_and_can_be_taken_in_again() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let import = store.begin_import(&new_import(0x51, b"f"), &act(1)).await.unwrap();
        store.take_rows(import, &[row(1, "a"), row(2, "b"), row(3, "c")], &act(2)).await.unwrap();
        store.discard_dossier(DossierId(uuid(3)), &act(3)).await.unwrap();
        assert_eq!(store.undo_import(import, &act(4)).await.unwrap(), 2);
        assert_eq!(listed(store).await, 0);
        assert!(store.undo_import(import, &act(4)).await.is_err(), "only once");
        assert_eq!(store.restore_import(import, &act(5)).await.unwrap(), 2, "not the one put away before");
        assert_eq!(listed(store).await, 2);

        store.undo_import(import, &act(6)).await.unwrap();
        assert!(store.taken_rows(&[row(0, "a").key]).await.unwrap().is_empty());
        let anew = store.begin_import(&new_import(0x52, b"f"), &act(7)).await.unwrap();
        assert_ne!(anew, import);
        store.take_rows(anew, &[row(11, "a")], &act(8)).await.unwrap();
        assert_eq!(store.restore_import(import, &act(9)).await.unwrap(), 1, "row a has its new dossier");
        assert_eq!(listed(store).await, 2);
        assert_eq!(store.import(import).await.unwrap().undone_at, None);
    }
}
