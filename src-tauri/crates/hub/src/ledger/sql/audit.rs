//! The audit log's rows and their chain.

use async_trait::async_trait;
use dossier::{Digest, journal::Head};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use wire::audit::AuditEntry;

use super::{About, SqlLedger, maybe, parsed, signed, unsigned};
use crate::{
    fault::Fault,
    ledger::audit::{Act, Audit, Wanted},
};

/// So many rows are chained in one transaction.
const AT_ONCE: i64 = 1000;

#[async_trait]
impl Audit for SqlLedger {
    async fn note(&self, act: Act<'_>) -> Result<(), Fault> {
        // One statement is a transaction of its own; it waits for no lock of ours.
        add(&mut *self.writers.acquire().await?, act).await
    }

    async fn seal(&self) -> Result<u64, Fault> {
        let mut sealed = 0;
        loop {
            // Looked at before the lock: mostly there is nothing to do.
            let waiting = sqlx::query("SELECT 1 AS one FROM audit WHERE seq IS NULL LIMIT 1");
            if waiting.fetch_optional(&self.readers).await?.is_none() {
                return Ok(sealed);
            }
            let mut transaction = self.begin(About::Audit).await?;
            let some = seal(&mut transaction).await?;
            transaction.commit().await?;
            sealed += some;
        }
    }

    async fn audit(&self, wanted: &Wanted, after: u64, limit: u32) -> Result<Vec<AuditEntry>, Fault> {
        read!(self, db => list(db, wanted, after, limit))
    }
}

/// Adds an act, in the transaction of what it tells of.
pub async fn add(db: &mut AnyConnection, act: Act<'_>) -> Result<(), Fault> {
    let insert = sqlx::query(
        "INSERT INTO audit (at, agency, account, who, device, what, about, result)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    insert
        .bind(act.at.to_string())
        .bind(act.agency.as_ref().map(|agency| agency.as_str().to_owned()))
        .bind(act.by.account.map(|account| account.to_string()))
        .bind(&act.by.name)
        .bind(act.by.device.map(|device| device.to_string()))
        .bind(act.what.name())
        .bind(act.about)
        .bind(act.result)
        .execute(db)
        .await?;
    Ok(())
}

async fn seal(db: &mut AnyConnection) -> Result<u64, Fault> {
    let last = sqlx::query("SELECT * FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1");
    let last = last.fetch_optional(&mut *db).await?.as_ref().map(entry).transpose()?;
    let mut head = last.map_or(Ok(Head::EMPTY), |last| last.head())?;
    let waiting = sqlx::query("SELECT * FROM audit WHERE seq IS NULL ORDER BY number LIMIT $1").bind(AT_ONCE);
    let waiting = waiting.fetch_all(&mut *db).await?;
    for row in &waiting {
        let sealed = AuditEntry { seq: head.seq + 1, prev: head.digest, ..unsealed(row)? };
        sqlx::query("UPDATE audit SET seq = $1, prev = $2 WHERE number = $3")
            .bind(signed(sealed.seq))
            .bind(sealed.prev.to_string())
            .bind(row.try_get::<i64, _>("number")?)
            .execute(&mut *db)
            .await?;
        head = sealed.head()?;
    }
    Ok(waiting.len() as u64)
}

fn entry(row: &AnyRow) -> Result<AuditEntry, Fault> {
    Ok(AuditEntry { seq: unsigned(row, "seq")?, prev: parsed(row, "prev")?, ..unsealed(row)? })
}

fn unsealed(row: &AnyRow) -> Result<AuditEntry, Fault> {
    Ok(AuditEntry {
        seq: 0,
        prev: Digest([0; 32]),
        at: parsed(row, "at")?,
        agency: maybe(row, "agency")?,
        account: maybe(row, "account")?,
        who: row.try_get("who")?,
        device: maybe(row, "device")?,
        what: row.try_get("what")?,
        about: row.try_get("about")?,
        result: row.try_get("result")?,
    })
}

async fn list(db: &mut AnyConnection, wanted: &Wanted, after: u64, limit: u32) -> Result<Vec<AuditEntry>, Fault> {
    let query = sqlx::query(
        "SELECT * FROM audit WHERE seq > $1
           AND (CAST($2 AS TEXT) IS NULL OR agency = $2)
           AND (CAST($3 AS TEXT) IS NULL OR about = $3)
           AND (CAST($4 AS TEXT) IS NULL OR who = $4 OR about = $5)
         ORDER BY seq LIMIT $6",
    );
    let rows = query
        .bind(signed(after))
        .bind(wanted.agency.as_ref().map(|agency| agency.as_str().to_owned()))
        .bind(wanted.about.clone())
        .bind(wanted.person.clone())
        .bind(wanted.person.as_ref().map(|person| format!("person {person}")))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await?;
    rows.iter().map(entry).collect()
}
