//! The journal: who did what, when, on which device; append-only and hash-chained, in the transaction of the act itself.

use dossier::{
    DeviceId, Digest, DossierId, Timestamp,
    journal::{Entry, Head, verify_chain},
};
use sqlx::sqlite::SqliteRow;

use crate::{
    Damage, Result, Store, StoreError,
    columns::{self, Columns},
    database::Write,
};

/// Who does what: goes into the journal together with the change itself.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    pub at: Timestamp,
    pub who: &'a str,
    pub device: DeviceId,
    /// Done by the program by itself.
    pub automatic: bool,
    /// The act as a code, such as `dossier.created`.
    pub what: &'a str,
}

/// How many entries are verified at a time.
const BATCH: i64 = 1000;

impl Store {
    /// Adds an entry about something that changes nothing stored here, such as an export.
    pub async fn append_journal(
        &self,
        act: &Act<'_>,
        dossier: Option<DossierId>,
        before: Option<Digest>,
        after: Option<Digest>,
    ) -> Result<Entry> {
        let mut write = self.write().await?;
        let entry = append(&mut write, act, dossier, before, after).await?;
        write.commit().await?;
        Ok(entry)
    }

    /// Entries newest first, of one dossier or of all; at most `limit` (up to 1000), older than entry `before`.
    pub async fn journal(&self, dossier: Option<DossierId>, limit: u32, before: Option<u64>) -> Result<Vec<Entry>> {
        let before = before.map_or(Ok(i64::MAX), |seq| columns::integer(seq, "seq"))?;
        let limit = i64::from(limit.clamp(1, 1000));
        let query = match dossier {
            Some(_) => "SELECT * FROM journal WHERE seq < ? AND dossier = ? ORDER BY seq DESC LIMIT ?",
            None => "SELECT * FROM journal WHERE seq < ? ORDER BY seq DESC LIMIT ?",
        };
        let mut query = sqlx::query(query).bind(before);
        if let Some(id) = dossier {
            query = query.bind(columns::id(id.0));
        }
        let rows = query.bind(limit).fetch_all(self.read()).await?;
        rows.iter().map(|row| row.json("entry")).collect()
    }

    /// Follows the whole chain and answers its head, to be compared with one kept elsewhere.
    ///
    /// # Errors
    /// [`Damage::Journal`] with the first entry that does not follow.
    pub async fn verify_journal(&self) -> Result<Head> {
        let mut head = Head::EMPTY;
        loop {
            let rows = sqlx::query("SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?")
                .bind(columns::integer(head.seq, "seq")?)
                .bind(BATCH)
                .fetch_all(self.read())
                .await?;
            if rows.is_empty() {
                return Ok(head);
            }
            for row in &rows {
                head = follow(head, row)?;
            }
        }
    }
}

/// The head after the entry of `row`, if it follows `head` and is what was written.
fn follow(head: Head, row: &SqliteRow) -> Result<Head> {
    let broken = || StoreError::Corrupt { what: Damage::Journal(head.seq + 1) };
    let entry: Entry = row.json("entry").map_err(|_| broken())?;
    let next = verify_chain(head, [&entry]).map_err(|_| broken())?;
    let recorded = (row.number::<u64>("seq")?, row.digest("digest")?);
    if recorded == (next.seq, next.digest) { Ok(next) } else { Err(broken()) }
}

pub(crate) async fn append(
    write: &mut Write,
    act: &Act<'_>,
    dossier: Option<DossierId>,
    before: Option<Digest>,
    after: Option<Digest>,
) -> Result<Entry> {
    let last =
        sqlx::query("SELECT seq, digest FROM journal ORDER BY seq DESC LIMIT 1").fetch_optional(&mut **write).await?;
    let head = match last {
        Some(row) => Head { seq: row.number("seq")?, digest: row.digest("digest")? },
        None => Head::EMPTY,
    };
    let entry = Entry {
        seq: head.seq + 1,
        prev: head.digest,
        at: act.at,
        who: act.who.to_owned(),
        device: act.device,
        automatic: act.automatic,
        what: act.what.to_owned(),
        dossier,
        before,
        after,
    };
    sqlx::query("INSERT INTO journal (seq, dossier, entry, digest) VALUES (?, ?, ?, ?)")
        .bind(columns::integer(entry.seq, "seq")?)
        .bind(dossier.map(|id| columns::id(id.0)))
        .bind(columns::json(&entry, "entry")?)
        .bind(entry.digest().0.to_vec())
        .execute(&mut **write)
        .await?;
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, at, new_dossier};

    async fn three_entries() -> Fixture {
        let fixture = Fixture::new().await;
        let dossier = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap();
        for n in 2..4 {
            let act = Act { what: "dossier.exported", ..act(n) };
            fixture.store().append_journal(&act, Some(dossier.id), None, None).await.unwrap();
        }
        fixture
    }

    async fn raw(fixture: &Fixture, sql: &'static str) -> Result<(), sqlx::Error> {
        let mut write = fixture.store().write().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut *write).await?;
        write.commit().await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn entries_are_chained_and_listed_newest_first() {
        let fixture = three_entries().await;
        let head = fixture.store().verify_journal().await.unwrap();
        assert_eq!(head.seq, 3);
        let all = fixture.store().journal(None, 10, None).await.unwrap();
        assert_eq!(all.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!((all[0].digest(), all[0].prev), (head.digest, all[1].digest()));
        assert_eq!((all[2].what.as_str(), all[2].at), ("test.act", at(1)));
        let older = fixture.store().journal(all[0].dossier, 1, Some(3)).await.unwrap();
        assert_eq!(older, all[1..2]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_database_refuses_to_change_or_remove_an_entry() {
        let fixture = three_entries().await;
        assert!(raw(&fixture, "UPDATE journal SET entry = '{}'").await.is_err());
        assert!(raw(&fixture, "DELETE FROM journal").await.is_err());
        assert_eq!(fixture.store().verify_journal().await.unwrap().seq, 3);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn tampering_shows_where() {
        let cases = [
            ("UPDATE journal SET entry = replace(entry, 'exported', 'created') WHERE seq = 2", 2),
            ("DELETE FROM journal WHERE seq = 2", 2),
            ("UPDATE journal SET digest = zeroblob(32) WHERE seq = 3", 3),
        ];
        for (tampering, place) in cases {
            let fixture = three_entries().await;
            raw(&fixture, "DROP TRIGGER journal_keeps_entries; DROP TRIGGER journal_keeps_words").await.unwrap();
            raw(&fixture, tampering).await.unwrap();
            match fixture.store().verify_journal().await {
                Err(StoreError::Corrupt { what: Damage::Journal(seq) }) => assert_eq!(seq, place, "{tampering}"),
                other => panic!("{tampering}: {other:?}"),
            }
        }
    }
}
