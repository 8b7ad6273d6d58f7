//! Uploads and the files they become.

use dossier::{AgencyCode, Digest, Timestamp};
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};
use wire::{
    Code,
    upload::{Status, Upload, UploadId},
};

use super::{maybe, parsed, signed, unsigned};
use crate::{
    fault::Fault,
    ledger::{Device, NewUpload, StoredUpload},
};

pub async fn create(
    db: &mut SqliteConnection,
    who: &Device,
    new: NewUpload,
    now: Timestamp,
) -> Result<StoredUpload, Fault> {
    if let Some(key) = &new.idempotency_key {
        let query = sqlx::query("SELECT * FROM uploads WHERE agency = ? AND device = ? AND idempotency_key = ?");
        let query = query.bind(who.agency.code.as_str()).bind(who.id.to_string()).bind(key);
        if let Some(row) = query.fetch_optional(&mut *db).await? {
            let known = stored(&row)?;
            let made = |upload: &Upload| (upload.role.clone(), upload.expected);
            // A length that was deferred may have been told since.
            let alike = made(&known.upload) == made(&new.upload)
                && (new.upload.deferred || known.upload.length == new.upload.length)
                && known.metadata == new.metadata;
            return if alike { Ok(known) } else { Err(Code::IdempotencyKeyReused.into()) };
        }
    }
    sqlx::query(
        r#"INSERT INTO uploads (id, agency, device, length, deferred, role, metadata, expected_sha256, status, idempotency_key,
                                created_at, expires_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'receiving', ?, ?, ?)"#,
    )
    .bind(new.id.to_string())
    .bind(who.agency.code.as_str())
    .bind(who.id.to_string())
    .bind(signed(new.upload.length))
    .bind(new.upload.deferred)
    .bind(new.upload.role.to_string())
    .bind(&new.metadata)
    .bind(new.upload.expected.map(|digest| digest.to_string()))
    .bind(&new.idempotency_key)
    .bind(now.to_string())
    .bind(new.expires.map(|at| at.to_string()))
    .execute(db)
    .await?;
    let NewUpload { id, upload, metadata, expires, .. } = new;
    Ok(StoredUpload { id, agency: who.agency.code.clone(), upload, metadata, expires })
}

fn stored(row: &SqliteRow) -> Result<StoredUpload, Fault> {
    let status = match (row.try_get("status")?, maybe::<Digest>(row, "sha256")?) {
        ("receiving", _) => Status::Receiving,
        ("complete", Some(digest)) => Status::Complete(digest),
        ("gone", _) => Status::Gone,
        _ => return Err(Fault::Damaged { what: "status" }),
    };
    let upload = Upload {
        length: unsigned(row, "length")?,
        deferred: row.try_get("deferred")?,
        role: parsed(row, "role")?,
        offset: unsigned(row, "offset")?,
        expected: maybe(row, "expected_sha256")?,
        status,
    };
    let (id, agency, metadata) = (parsed(row, "id")?, parsed(row, "agency")?, row.try_get("metadata")?);
    Ok(StoredUpload { id, agency, upload, metadata, expires: maybe(row, "expires_at")? })
}

pub async fn get(db: &mut SqliteConnection, id: UploadId) -> Result<Option<StoredUpload>, Fault> {
    let query = sqlx::query("SELECT * FROM uploads WHERE id = ?");
    query.bind(id.to_string()).fetch_optional(db).await?.as_ref().map(stored).transpose()
}

pub async fn advance(db: &mut SqliteConnection, id: UploadId, offset: u64) -> Result<(), Fault> {
    let update = sqlx::query(r#"UPDATE uploads SET "offset" = max("offset", ?) WHERE id = ? AND status = 'receiving'"#);
    match update.bind(signed(offset)).bind(id.to_string()).execute(db).await?.rows_affected() {
        0 => Err(Code::Gone.into()),
        _ => Ok(()),
    }
}

pub async fn complete(db: &mut SqliteConnection, id: UploadId, found: Digest, now: Timestamp) -> Result<(), Fault> {
    let update = sqlx::query(
        r#"UPDATE uploads SET status = 'complete', sha256 = ?
           WHERE id = ? AND status = 'receiving' AND "offset" = length AND NOT deferred RETURNING agency, length"#,
    );
    let row = update.bind(found.to_string()).bind(id.to_string()).fetch_optional(&mut *db).await?.ok_or(Code::Gone)?;
    sqlx::query("INSERT INTO files (agency, sha256, size, stored_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(row.try_get::<String, _>("agency")?)
        .bind(found.to_string())
        .bind(row.try_get::<i64, _>("length")?)
        .bind(now.to_string())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn drop(db: &mut SqliteConnection, id: UploadId) -> Result<(), Fault> {
    let update = sqlx::query("UPDATE uploads SET status = 'gone', idempotency_key = NULL WHERE id = ?");
    update.bind(id.to_string()).execute(db).await?;
    Ok(())
}

pub async fn declare_length(db: &mut SqliteConnection, id: UploadId, length: u64) -> Result<(), Fault> {
    let update = sqlx::query(
        r#"UPDATE uploads SET length = ?1, deferred = 0
           WHERE id = ?2 AND status = 'receiving' AND (deferred AND "offset" <= ?1 OR NOT deferred AND length = ?1)"#,
    );
    match update.bind(signed(length)).bind(id.to_string()).execute(db).await?.rows_affected() {
        0 => Err(Code::Gone.into()),
        _ => Ok(()),
    }
}

pub async fn renew(db: &mut SqliteConnection, id: UploadId, expires: Timestamp) -> Result<(), Fault> {
    let update =
        sqlx::query("UPDATE uploads SET expires_at = max(expires_at, ?) WHERE id = ? AND status = 'receiving'");
    match update.bind(expires.to_string()).bind(id.to_string()).execute(db).await?.rows_affected() {
        0 => Err(Code::Gone.into()),
        _ => Ok(()),
    }
}

pub async fn expire(db: &mut SqliteConnection, now: Timestamp) -> Result<Vec<UploadId>, Fault> {
    // One whose bytes are all here only waits for the object store.
    let update = sqlx::query(
        r#"UPDATE uploads SET status = 'gone', idempotency_key = NULL
           WHERE status = 'receiving' AND expires_at <= ? AND ("offset" < length OR deferred) RETURNING id"#,
    );
    let rows = update.bind(now.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| parsed(row, "id")).collect()
}

pub async fn unfinished(db: &mut SqliteConnection) -> Result<Vec<StoredUpload>, Fault> {
    let rows = sqlx::query("SELECT * FROM uploads WHERE status = 'receiving' ORDER BY id").fetch_all(db).await?;
    rows.iter().map(stored).collect()
}

pub async fn file(db: &mut SqliteConnection, agency: &AgencyCode, content: Digest) -> Result<Option<u64>, Fault> {
    let query = sqlx::query("SELECT size FROM files WHERE agency = ? AND sha256 = ?");
    let row = query.bind(agency.as_str()).bind(content.to_string()).fetch_optional(db).await?;
    row.as_ref().map(|row| unsigned(row, "size")).transpose()
}
