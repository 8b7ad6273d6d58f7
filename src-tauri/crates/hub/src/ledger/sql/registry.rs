//! Agencies, enrolment codes, devices.

use dossier::{AgencyCode, Digest, Timestamp};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use wire::{
    Code, Fingerprint, HubId,
    enrol::{Agency, EnrolRequest},
};

use super::{audit::add, maybe, parsed};
use crate::{
    fault::Fault,
    ledger::{
        Device,
        audit::{Act, Author, What},
    },
};

pub async fn hub_id(db: &mut AnyConnection, candidate: HubId, key: Fingerprint) -> Result<HubId, Fault> {
    let insert = sqlx::query("INSERT INTO hub (one, id) VALUES (1, $1) ON CONFLICT DO NOTHING");
    insert.bind(candidate.to_string()).execute(&mut *db).await?;
    let update = sqlx::query("UPDATE hub SET fingerprint = coalesce(fingerprint, $1) RETURNING id, fingerprint");
    let row = update.bind(key.to_string()).fetch_one(db).await?;
    if parsed::<Fingerprint>(&row, "fingerprint")? != key {
        return Err(Fault::OtherKey);
    }
    parsed(&row, "id")
}

pub async fn add_agency(db: &mut AnyConnection, agency: &Agency, by: &Author, now: Timestamp) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO agencies (code, name) VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET name = excluded.name",
    )
    .bind(agency.code.as_str())
    .bind(&agency.name)
    .execute(&mut *db)
    .await?;
    add(db, Act::new(by, What::AgencyPut, now).of(&agency.code).about("agency", &agency.code)).await
}

pub async fn require_sign_in(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    required: bool,
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    let rule = if required { "required" } else { "optional" };
    let update = sqlx::query("UPDATE agencies SET sign_in = $1 WHERE code = $2").bind(rule).bind(agency.as_str());
    if update.execute(&mut *db).await?.rows_affected() == 0 {
        return Err(Code::NotFound.into());
    }
    add(db, Act::new(by, What::AgencyPut, now).of(agency).about("agency", format!("{agency} sign-in {rule}"))).await
}

pub async fn agency(db: &mut AnyConnection, code: &AgencyCode) -> Result<Option<Agency>, Fault> {
    let query = sqlx::query("SELECT code AS agency, name AS agency_name FROM agencies WHERE code = $1");
    query.bind(code.as_str()).fetch_optional(db).await?.as_ref().map(agency_of).transpose()
}

fn agency_of(row: &AnyRow) -> Result<Agency, Fault> {
    Ok(Agency { code: parsed(row, "agency")?, name: row.try_get("agency_name")? })
}

pub async fn add_code(
    db: &mut AnyConnection,
    hash: Digest,
    agency: &AgencyCode,
    now: Timestamp,
    expires: Timestamp,
    by: &Author,
) -> Result<(), Fault> {
    let insert = sqlx::query(
        "INSERT INTO enrolment_codes (code_sha256, agency, created_at, expires_at)
         SELECT $1, code, $2, $3 FROM agencies WHERE code = $4",
    );
    let insert = insert.bind(hash.to_string()).bind(now.to_string()).bind(expires.to_string()).bind(agency.as_str());
    match insert.execute(&mut *db).await?.rows_affected() {
        0 => Err(Code::NotFound.into()),
        _ => add(db, Act::new(by, What::CodeMade, now).of(agency).about("agency", agency)).await,
    }
}

pub async fn enrol(db: &mut AnyConnection, request: &EnrolRequest, now: Timestamp) -> Result<Device, Fault> {
    let hash = request.code.hash().to_string();
    let query =
        sqlx::query("SELECT agency, expires_at, used_by, token_sha256 FROM enrolment_codes WHERE code_sha256 = $1");
    let row = query.bind(&hash).fetch_optional(&mut *db).await?.ok_or(Code::UnknownCode)?;
    let fresh = maybe::<dossier::DeviceId>(&row, "used_by")?.is_none();
    match (maybe::<dossier::DeviceId>(&row, "used_by")?, maybe::<Digest>(&row, "token_sha256")?) {
        (None, _) if parsed::<Timestamp>(&row, "expires_at")? <= now => return Err(Code::UnknownCode.into()),
        (None, _) => register(db, &parsed(&row, "agency")?, request, now).await?,
        (Some(device), Some(token)) if device == request.device && token == request.token_sha256 => {}
        _ => return Err(Code::UsedCode.into()),
    }
    // A repeated exchange whose token has been replaced by a later enrolment finds no device: its code is used up.
    let device = device(&mut *db, request.token_sha256).await?.ok_or(Code::UsedCode)?;
    if fresh {
        let by = Author::from(&device);
        add(db, Act::new(&by, What::DeviceEnrolled, now).about("device", &device.station)).await?;
    }
    Ok(device)
}

/// Uses the code up and writes the device; a device that enrols again gets its new token and keeps its station.
async fn register(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    request: &EnrolRequest,
    now: Timestamp,
) -> Result<(), Fault> {
    let (device, token) = (request.device.to_string(), request.token_sha256.to_string());
    let taken = sqlx::query("SELECT 1 FROM devices WHERE token_sha256 = $1 AND NOT (agency = $2 AND id = $3)");
    if taken.bind(&token).bind(agency.as_str()).bind(&device).fetch_optional(&mut *db).await?.is_some() {
        return Err(Code::UsedCode.into());
    }
    sqlx::query("UPDATE enrolment_codes SET used_by = $1, token_sha256 = $2 WHERE code_sha256 = $3")
        .bind(&device)
        .bind(&token)
        .bind(request.code.hash().to_string())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO devices (agency, id, name, token_sha256, enrolled_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (agency, id) DO UPDATE SET name = excluded.name, token_sha256 = excluded.token_sha256,
                                               revoked_at = NULL",
    )
    .bind(agency.as_str())
    .bind(&device)
    .bind(&request.device_name)
    .bind(&token)
    .bind(now.to_string())
    .execute(db)
    .await?;
    Ok(())
}

pub async fn device(db: &mut AnyConnection, token_hash: Digest) -> Result<Option<Device>, Fault> {
    let query = sqlx::query(
        "SELECT d.id, d.number, d.agency, d.revoked_at, a.sign_in, a.name AS agency_name
         FROM devices d JOIN agencies a ON a.code = d.agency WHERE d.token_sha256 = $1",
    );
    let Some(row) = query.bind(token_hash.to_string()).fetch_optional(db).await? else { return Ok(None) };
    if row.try_get::<Option<&str>, _>("revoked_at")?.is_some() {
        return Err(Code::DeviceRevoked.into());
    }
    Ok(Some(Device {
        id: parsed(&row, "id")?,
        agency: agency_of(&row)?,
        station: format!("{:02}", row.try_get::<i64, _>("number")?),
        sign_in_required: row.try_get::<&str, _>("sign_in")? == "required",
        person: None,
    }))
}
