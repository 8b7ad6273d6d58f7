//! What goes when its time is over: files that no dossier came to use, and what was only needed for a repeated request.

use dossier::{AgencyCode, Digest, Timestamp};
use sqlx::{AnyConnection, Row as _};

use super::{parsed, unsigned};
use crate::{
    fault::Fault,
    ledger::{Forgotten, UnusedFile},
};

pub async fn unused(db: &mut AnyConnection, before: Timestamp, limit: u32) -> Result<Vec<UnusedFile>, Fault> {
    let query = sqlx::query(
        "SELECT f.agency, f.sha256, f.size, f.stored_at FROM files f
         WHERE f.stored_at <= $1 AND NOT EXISTS
           (SELECT 1 FROM dossier_files d WHERE d.agency = f.agency AND d.sha256 = f.sha256)
         ORDER BY f.stored_at, f.agency, f.sha256 LIMIT $2",
    );
    let rows = query.bind(before.to_string()).bind(i64::from(limit)).fetch_all(db).await?;
    let file = |row| {
        Ok(UnusedFile {
            agency: parsed(row, "agency")?,
            sha256: parsed(row, "sha256")?,
            bytes: unsigned(row, "size")?,
            stored_at: parsed(row, "stored_at")?,
        })
    };
    rows.iter().map(file).collect()
}

/// By the manifests themselves, not by the list of their files: a mistake in that one would lose papers.
pub async fn is_named(db: &mut AnyConnection, agency: &AgencyCode, content: Digest) -> Result<bool, Fault> {
    let query = sqlx::query("SELECT 1 FROM dossiers WHERE agency = $1 AND manifest LIKE $2 LIMIT 1");
    let named = query.bind(agency.as_str()).bind(format!("%{content}%")).fetch_optional(db).await?;
    Ok(named.is_some())
}

/// Takes the file from the agency if it still is unused; whether nobody has the content any more, so that it is to be removed.
pub async fn release(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    content: Digest,
    before: Timestamp,
    now: Timestamp,
) -> Result<Option<bool>, Fault> {
    let name = content.to_string();
    let delete = sqlx::query(
        "DELETE FROM files WHERE agency = $1 AND sha256 = $2 AND stored_at <= $3
           AND NOT EXISTS (SELECT 1 FROM dossier_files d WHERE d.agency = $1 AND d.sha256 = $2)",
    );
    let delete = delete.bind(agency.as_str()).bind(&name).bind(before.to_string());
    if delete.execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(None);
    }
    let kept = sqlx::query("SELECT 1 FROM files WHERE sha256 = $1").bind(&name).fetch_optional(&mut *db).await?;
    if kept.is_some() {
        return Ok(Some(false));
    }
    let insert = sqlx::query(
        "INSERT INTO removals (sha256, begun_at) VALUES ($1, $2)
         ON CONFLICT (sha256) DO UPDATE SET begun_at = excluded.begun_at, removed_at = NULL",
    );
    insert.bind(name).bind(now.to_string()).execute(db).await?;
    Ok(Some(true))
}

pub async fn under_removal(db: &mut AnyConnection) -> Result<Vec<Digest>, Fault> {
    let rows =
        sqlx::query("SELECT sha256 FROM removals WHERE removed_at IS NULL ORDER BY sha256").fetch_all(db).await?;
    rows.iter().map(|row| parsed(row, "sha256")).collect()
}

pub async fn is_under_removal(db: &mut AnyConnection, content: Digest) -> Result<bool, Fault> {
    let query = sqlx::query("SELECT 1 FROM removals WHERE sha256 = $1 AND removed_at IS NULL");
    Ok(query.bind(content.to_string()).fetch_optional(db).await?.is_some())
}

pub async fn removed(db: &mut AnyConnection, content: Digest, now: Timestamp) -> Result<(), Fault> {
    let update = sqlx::query("UPDATE removals SET removed_at = $1 WHERE sha256 = $2");
    update.bind(now.to_string()).bind(content.to_string()).execute(&mut *db).await?;
    let forget = sqlx::query("DELETE FROM file_faults WHERE sha256 = $1");
    forget.bind(content.to_string()).execute(db).await?;
    Ok(())
}

/// Whether a content may be named as stored: what is just being removed may not, and what was removed must be stored again first.
pub async fn is_kept(db: &mut AnyConnection, content: Digest) -> Result<(), Fault> {
    let name = content.to_string();
    let query = sqlx::query("SELECT removed_at FROM removals WHERE sha256 = $1").bind(&name);
    let Some(row) = query.fetch_optional(&mut *db).await? else { return Ok(()) };
    let removed: Option<String> = row.try_get("removed_at")?;
    Err(if removed.is_some() { Fault::Removed } else { Fault::BeingRemoved })
}

/// Stored again after it was removed.
pub async fn stored_again(db: &mut AnyConnection, content: Digest) -> Result<(), Fault> {
    let delete = sqlx::query("DELETE FROM removals WHERE sha256 = $1 AND removed_at IS NOT NULL");
    delete.bind(content.to_string()).execute(db).await?;
    Ok(())
}

pub async fn forget(db: &mut AnyConnection, before: Timestamp) -> Result<Forgotten, Fault> {
    let before = before.to_string();
    // By its end, which every byte puts off: an upload over a slow line may be long in coming.
    let uploads =
        sqlx::query("DELETE FROM uploads WHERE status <> 'receiving' AND coalesce(expires_at, created_at) <= $1")
            .bind(&before);
    let uploads = uploads.execute(&mut *db).await?.rows_affected();
    let codes = sqlx::query("DELETE FROM enrolment_codes WHERE expires_at <= $1").bind(&before);
    let codes = codes.execute(&mut *db).await?.rows_affected();
    sqlx::query("DELETE FROM removals WHERE removed_at <= $1").bind(&before).execute(db).await?;
    Ok(Forgotten { uploads, codes })
}

pub async fn note_file(
    db: &mut AnyConnection,
    content: Digest,
    found: Option<&str>,
    now: Timestamp,
) -> Result<(), Fault> {
    let name = content.to_string();
    match found {
        None => {
            sqlx::query("DELETE FROM file_faults WHERE sha256 = $1").bind(name).execute(db).await?;
        }
        Some(found) => {
            let insert = sqlx::query(
                "INSERT INTO file_faults (sha256, found, found_at)
                 SELECT $1, $2, $3 WHERE EXISTS (SELECT 1 FROM files WHERE sha256 = $1)
                 ON CONFLICT (sha256) DO UPDATE SET found = excluded.found",
            );
            insert.bind(name).bind(found).bind(now.to_string()).execute(db).await?;
        }
    }
    Ok(())
}

pub async fn file_faults(db: &mut AnyConnection) -> Result<Vec<(Digest, String, Timestamp)>, Fault> {
    let rows = sqlx::query("SELECT sha256, found, found_at FROM file_faults ORDER BY sha256").fetch_all(db).await?;
    rows.iter().map(|row| Ok((parsed(row, "sha256")?, row.try_get("found")?, parsed(row, "found_at")?))).collect()
}
