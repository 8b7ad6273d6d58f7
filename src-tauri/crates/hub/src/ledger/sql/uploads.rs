//! Uploads and the files they become.

use dossier::{AgencyCode, Digest, Timestamp};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use wire::{
    Code,
    upload::{Status, Upload, UploadId},
};

use super::{maybe, parsed, signed, unsigned};
use crate::{
    fault::Fault,
    ledger::{Device, NewUpload, StoredUpload},
    spool::UploadPart,
};

pub async fn create(
    db: &mut AnyConnection,
    who: &Device,
    new: NewUpload,
    now: Timestamp,
) -> Result<StoredUpload, Fault> {
    if let Some(key) = &new.idempotency_key {
        let query = sqlx::query("SELECT * FROM uploads WHERE agency = $1 AND device = $2 AND idempotency_key = $3");
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
        r#"INSERT INTO uploads (id, agency, device, length, metadata, expected_sha256, status, idempotency_key, created_at,
                                deferred, role, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'receiving', $7, $8, $9, $10, $11)"#,
    )
    .bind(new.id.to_string())
    .bind(who.agency.code.as_str())
    .bind(who.id.to_string())
    .bind(signed(new.upload.length))
    .bind(&new.metadata)
    .bind(new.upload.expected.map(|digest| digest.to_string()))
    .bind(&new.idempotency_key)
    .bind(now.to_string())
    .bind(i64::from(new.upload.deferred))
    .bind(new.upload.role.to_string())
    .bind(new.expires.map(|at| at.to_string()))
    .execute(db)
    .await?;
    let NewUpload { id, upload, metadata, expires, .. } = new;
    Ok(StoredUpload { id, agency: who.agency.code.clone(), upload, metadata, expires })
}

fn stored(row: &AnyRow) -> Result<StoredUpload, Fault> {
    let status = match (row.try_get("status")?, maybe::<Digest>(row, "sha256")?) {
        ("receiving", _) => Status::Receiving,
        ("complete", Some(digest)) => Status::Complete(digest),
        ("gone", _) => Status::Gone,
        _ => return Err(Fault::Damaged { what: "status" }),
    };
    let upload = Upload {
        length: unsigned(row, "length")?,
        deferred: unsigned(row, "deferred")? != 0,
        role: parsed(row, "role")?,
        offset: unsigned(row, "offset")?,
        expected: maybe(row, "expected_sha256")?,
        status,
    };
    let (id, agency, metadata) = (parsed(row, "id")?, parsed(row, "agency")?, row.try_get("metadata")?);
    Ok(StoredUpload { id, agency, upload, metadata, expires: maybe(row, "expires_at")? })
}

pub async fn get(db: &mut AnyConnection, id: UploadId) -> Result<Option<StoredUpload>, Fault> {
    let query = sqlx::query("SELECT * FROM uploads WHERE id = $1");
    query.bind(id.to_string()).fetch_optional(db).await?.as_ref().map(stored).transpose()
}

pub async fn advance(
    db: &mut AnyConnection,
    id: UploadId,
    from: u64,
    to: u64,
    parts: &[UploadPart],
) -> Result<(), Fault> {
    let update =
        sqlx::query(r#"UPDATE uploads SET "offset" = $1 WHERE id = $2 AND "offset" = $3 AND status = 'receiving'"#);
    let update = update.bind(signed(to)).bind(id.to_string()).bind(signed(from));
    if update.execute(&mut *db).await?.rows_affected() == 0 {
        let is_there = get(db, id).await?.is_some_and(|stored| stored.upload.status == Status::Receiving);
        return Err(if is_there { Code::Locked } else { Code::Gone }.into());
    }
    for part in parts {
        sqlx::query("INSERT INTO upload_parts (upload, start, length, name) VALUES ($1, $2, $3, $4)")
            .bind(id.to_string())
            .bind(signed(part.start))
            .bind(signed(part.length))
            .bind(&part.name)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

pub async fn parts(db: &mut AnyConnection, id: UploadId) -> Result<Vec<UploadPart>, Fault> {
    let query = sqlx::query("SELECT start, length, name FROM upload_parts WHERE upload = $1 ORDER BY start");
    let part = |row: &AnyRow| {
        Ok(UploadPart { start: unsigned(row, "start")?, length: unsigned(row, "length")?, name: row.try_get("name")? })
    };
    query.bind(id.to_string()).fetch_all(db).await?.iter().map(part).collect()
}

/// Its parts go from the spool when it is complete or gone.
async fn forget_parts(db: &mut AnyConnection, id: UploadId) -> Result<(), Fault> {
    sqlx::query("DELETE FROM upload_parts WHERE upload = $1").bind(id.to_string()).execute(db).await?;
    Ok(())
}

pub async fn complete(db: &mut AnyConnection, id: UploadId, found: Digest, now: Timestamp) -> Result<(), Fault> {
    let update = sqlx::query(
        r#"UPDATE uploads SET status = 'complete', sha256 = $1
           WHERE id = $2 AND status = 'receiving' AND "offset" = length AND deferred = 0 RETURNING agency, length"#,
    );
    let row = update.bind(found.to_string()).bind(id.to_string()).fetch_optional(&mut *db).await?.ok_or(Code::Gone)?;
    add_file(db, &parsed(&row, "agency")?, found, unsigned(&row, "length")?, now).await?;
    forget_parts(db, id).await
}

pub async fn add_file(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    content: Digest,
    size: u64,
    now: Timestamp,
) -> Result<(), Fault> {
    // Brought again, it is as new.
    sqlx::query(
        "INSERT INTO files (agency, sha256, size, stored_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, sha256) DO UPDATE SET stored_at = excluded.stored_at",
    )
    .bind(agency.as_str())
    .bind(content.to_string())
    .bind(signed(size))
    .bind(now.to_string())
    .execute(db)
    .await?;
    Ok(())
}

pub async fn drop(db: &mut AnyConnection, id: UploadId) -> Result<(), Fault> {
    let update = sqlx::query("UPDATE uploads SET status = 'gone', idempotency_key = NULL WHERE id = $1");
    update.bind(id.to_string()).execute(&mut *db).await?;
    forget_parts(db, id).await
}

pub async fn lose(db: &mut AnyConnection, id: UploadId) -> Result<bool, Fault> {
    let update = sqlx::query(
        "UPDATE uploads SET status = 'gone', idempotency_key = NULL WHERE id = $1 AND status = 'receiving'",
    );
    let lost = update.bind(id.to_string()).execute(&mut *db).await?.rows_affected() > 0;
    if lost {
        forget_parts(db, id).await?;
    }
    Ok(lost)
}

pub async fn declare_length(db: &mut AnyConnection, id: UploadId, length: u64) -> Result<(), Fault> {
    let update = sqlx::query(
        r#"UPDATE uploads SET length = $1, deferred = 0
           WHERE id = $2 AND status = 'receiving' AND (deferred = 1 AND "offset" <= $1 OR deferred = 0 AND length = $1)"#,
    );
    match update.bind(signed(length)).bind(id.to_string()).execute(db).await?.rows_affected() {
        0 => Err(Code::Gone.into()),
        _ => Ok(()),
    }
}

pub async fn renew(db: &mut AnyConnection, id: UploadId, expires: Timestamp) -> Result<(), Fault> {
    let update = sqlx::query(
        r#"UPDATE uploads SET expires_at = CASE WHEN expires_at < $1 THEN $1 ELSE expires_at END
           WHERE id = $2 AND status = 'receiving'"#,
    );
    match update.bind(expires.to_string()).bind(id.to_string()).execute(db).await?.rows_affected() {
        0 => Err(Code::Gone.into()),
        _ => Ok(()),
    }
}

pub async fn expire(db: &mut AnyConnection, now: Timestamp) -> Result<Vec<UploadId>, Fault> {
    // One whose bytes are all here only waits for the object store; a parcel waits for its courier.
    let update = sqlx::query(
        r#"UPDATE uploads SET status = 'gone', idempotency_key = NULL
           WHERE status = 'receiving' AND expires_at <= $1 AND ("offset" < length OR deferred = 1 OR role = 'parcel')
           RETURNING id"#,
    );
    let rows = update.bind(now.to_string()).fetch_all(&mut *db).await?;
    let gone = rows.iter().map(|row| parsed(row, "id")).collect::<Result<Vec<_>, Fault>>()?;
    for id in &gone {
        forget_parts(db, *id).await?;
    }
    Ok(gone)
}

pub async fn unfinished(db: &mut AnyConnection) -> Result<Vec<StoredUpload>, Fault> {
    let rows = sqlx::query("SELECT * FROM uploads WHERE status = 'receiving' ORDER BY id").fetch_all(db).await?;
    rows.iter().map(stored).collect()
}

pub async fn file(db: &mut AnyConnection, agency: &AgencyCode, content: Digest) -> Result<Option<u64>, Fault> {
    let query = sqlx::query("SELECT size FROM files WHERE agency = $1 AND sha256 = $2");
    let row = query.bind(agency.as_str()).bind(content.to_string()).fetch_optional(db).await?;
    row.as_ref().map(|row| unsigned(row, "size")).transpose()
}

pub async fn stored_files(
    db: &mut AnyConnection,
    after: Option<Digest>,
    limit: u32,
) -> Result<Vec<(Digest, u64)>, Fault> {
    let query = sqlx::query(
        "SELECT sha256, max(size) AS size FROM files WHERE sha256 > $1 GROUP BY sha256 ORDER BY sha256 LIMIT $2",
    );
    let after = after.map(|digest| digest.to_string()).unwrap_or_default();
    let rows = query.bind(after).bind(i64::from(limit)).fetch_all(db).await?;
    rows.iter().map(|row| Ok((parsed(row, "sha256")?, unsigned(row, "size")?))).collect()
}
