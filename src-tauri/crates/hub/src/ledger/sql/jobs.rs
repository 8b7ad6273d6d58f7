//! What the hub does by itself: who does what now, and when next.

use dossier::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use super::{Kind, maybe, parsed, unsigned};
use crate::{
    fault::Fault,
    ledger::{Job, JobEnd},
};

pub async fn plan(db: &mut AnyConnection, kind: &str, about: &str, due: Timestamp) -> Result<(), Fault> {
    let insert = sqlx::query("INSERT INTO jobs (kind, about, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
    insert.bind(kind).bind(about).bind(due.to_string()).execute(db).await?;
    Ok(())
}

pub async fn take(db: &mut AnyConnection, on: Kind, now: Timestamp, until: Timestamp) -> Result<Option<Job>, Fault> {
    // One that another replica is just taking is passed over, not waited for.
    let skip = if on == Kind::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let update = format!(
        "UPDATE jobs SET lease_until = $1 WHERE id =
           (SELECT id FROM jobs WHERE due_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
            ORDER BY due_at, id LIMIT 1 {skip})
         RETURNING *"
    );
    let update = sqlx::query(AssertSqlSafe(update)).bind(until.to_string()).bind(now.to_string());
    update.fetch_optional(db).await?.as_ref().map(job).transpose()
}

pub async fn hold(db: &mut AnyConnection, kind: &str, now: Timestamp, until: Timestamp) -> Result<Option<Job>, Fault> {
    plan(db, kind, "", now).await?;
    let update = sqlx::query(
        "UPDATE jobs SET lease_until = $1 WHERE kind = $2 AND about = '' AND (lease_until IS NULL OR lease_until <= $3)
         RETURNING *",
    );
    let update = update.bind(until.to_string()).bind(kind).bind(now.to_string());
    update.fetch_optional(db).await?.as_ref().map(job).transpose()
}

pub async fn prolong(db: &mut AnyConnection, held: &Job, until: Timestamp) -> Result<Option<Job>, Fault> {
    let update = sqlx::query("UPDATE jobs SET lease_until = $1 WHERE id = $2 AND lease_until = $3 RETURNING *");
    let update = update.bind(until.to_string()).bind(held.id).bind(held.lease.map(|lease| lease.to_string()));
    update.fetch_optional(db).await?.as_ref().map(job).transpose()
}

pub async fn give_back(db: &mut AnyConnection, held: &Job) -> Result<(), Fault> {
    let update = sqlx::query("UPDATE jobs SET lease_until = NULL WHERE id = $1 AND lease_until = $2");
    update.bind(held.id).bind(held.lease.map(|lease| lease.to_string())).execute(db).await?;
    Ok(())
}

fn job(row: &AnyRow) -> Result<Job, Fault> {
    Ok(Job {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        about: row.try_get("about")?,
        due: parsed(row, "due_at")?,
        lease: maybe(row, "lease_until")?,
        tries: u32::try_from(unsigned(row, "tries")?).unwrap_or(u32::MAX),
        state: row.try_get("state")?,
        ended: maybe(row, "ended_at")?,
        last_error: row.try_get("last_error")?,
    })
}

pub async fn end(db: &mut AnyConnection, job: &Job, end: &JobEnd, now: Timestamp) -> Result<(), Fault> {
    let lease = job.lease.map(|lease| lease.to_string());
    // Whoever's lease ran out does not end what another has taken since.
    match end {
        JobEnd::Gone => {
            let delete = sqlx::query("DELETE FROM jobs WHERE id = $1 AND lease_until = $2");
            delete.bind(job.id).bind(lease).execute(db).await?;
        }
        JobEnd::Again { at, state } => {
            let update = sqlx::query(
                "UPDATE jobs SET due_at = $1, state = $2, ended_at = $3, lease_until = NULL, tries = 0, last_error = NULL
                 WHERE id = $4 AND lease_until = $5",
            );
            let update = update.bind(at.to_string()).bind(state).bind(now.to_string());
            update.bind(job.id).bind(lease).execute(db).await?;
        }
        JobEnd::Failed { again, error } => {
            let update = sqlx::query(
                "UPDATE jobs SET due_at = $1, last_error = $2, ended_at = $3, lease_until = NULL, tries = tries + 1
                 WHERE id = $4 AND lease_until = $5",
            );
            let update = update.bind(again.to_string()).bind(error).bind(now.to_string());
            update.bind(job.id).bind(lease).execute(db).await?;
        }
    }
    Ok(())
}

pub async fn all(db: &mut AnyConnection) -> Result<Vec<Job>, Fault> {
    let rows = sqlx::query("SELECT * FROM jobs ORDER BY due_at, id").fetch_all(db).await?;
    rows.iter().map(job).collect()
}
