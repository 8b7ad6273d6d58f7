//! Submissions, dossiers, their events and the feeds.

use std::collections::BTreeMap;

use dossier::{
    AgencyCode, Date, Digest, DossierId, Event, EventId, OfficialCode, State, SubmissionId, Timestamp,
    preflight::Earlier,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use wire::{
    Code, Manifest, Problem, Receipt, Submission,
    dossiers::{DossierList, DossierSummary, DossierView, Review},
    event::FeedEvent,
};

use super::{audit::add, json as from_json, parsed, signed, to_json, unsigned};
use crate::{
    fault::Fault,
    ledger::{
        Allocated, DecideError, Decision, Device, DossierName, Sign,
        audit::{Act, Author, What},
        rules,
    },
};

/// A submission with what is computed of it before the transaction begins.
pub struct Frozen<'a> {
    manifest: &'a Manifest,
    sha256: Digest,
    content_sha256: Digest,
    manifest_json: String,
    answers_json: String,
    review_json: String,
}

impl<'a> Frozen<'a> {
    pub fn of(submission: &'a Submission, review: &Review) -> Result<Self, Fault> {
        let manifest = &submission.manifest;
        Ok(Self {
            manifest,
            sha256: manifest.sha256()?,
            content_sha256: manifest.content_sha256()?,
            manifest_json: to_json(manifest)?,
            answers_json: to_json(&submission.answers)?,
            review_json: to_json(review)?,
        })
    }
}

pub async fn submit(
    db: &mut AnyConnection,
    who: &Device,
    frozen: &Frozen<'_>,
    event: EventId,
    now: Timestamp,
    sign: Sign<'_>,
) -> Result<Receipt, Fault> {
    let &Frozen { manifest, sha256, .. } = frozen;
    let agency = &who.agency.code;
    if let Some(receipt) = replayed(db, agency, manifest.submission, sha256).await? {
        return Ok(receipt);
    }
    let allocated = match resent(db, agency, frozen).await? {
        Some(first) => first,
        None => {
            check_files(db, agency, manifest).await?;
            let code = next_code(db, agency, now).await?;
            insert_dossier(db, agency, frozen, &code, now).await?;
            let received = rules::received(event, who, manifest, sha256, &code, now);
            append_event(db, agency, &code, State::Registered, &received).await?;
            add(db, Act::new(&who.into(), What::DossierReceived, now).about("dossier", &code)).await?;
            Allocated { code, received_at: now }
        }
    };
    let receipt = sign(allocated)?;
    sqlx::query("INSERT INTO submissions (agency, id, dossier, manifest_sha256, receipt) VALUES ($1, $2, $3, $4, $5)")
        .bind(agency.as_str())
        .bind(manifest.submission.to_string())
        .bind(manifest.dossier.to_string())
        .bind(sha256.to_string())
        .bind(to_json(&receipt)?)
        .execute(db)
        .await?;
    Ok(receipt)
}

/// The receipt already given for this submission id.
pub async fn replayed(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    submission: SubmissionId,
    sha256: Digest,
) -> Result<Option<Receipt>, Fault> {
    let query = sqlx::query("SELECT manifest_sha256, receipt FROM submissions WHERE agency = $1 AND id = $2");
    let query = query.bind(agency.as_str()).bind(submission.to_string());
    let Some(row) = query.fetch_optional(db).await? else { return Ok(None) };
    match parsed::<Digest>(&row, "manifest_sha256")? == sha256 {
        true => from_json(&row, "receipt").map(Some),
        false => Err(Code::IdempotencyKeyReused.into()),
    }
}

/// Code and time of a dossier that is here already, sent again with the same content under a new submission id.
async fn resent(db: &mut AnyConnection, agency: &AgencyCode, frozen: &Frozen<'_>) -> Result<Option<Allocated>, Fault> {
    let query = sqlx::query("SELECT code, received_at, content_sha256 FROM dossiers WHERE agency = $1 AND id = $2");
    let query = query.bind(agency.as_str()).bind(frozen.manifest.dossier.to_string());
    let Some(row) = query.fetch_optional(db).await? else { return Ok(None) };
    let code: OfficialCode = parsed(&row, "code")?;
    if parsed::<Digest>(&row, "content_sha256")? != frozen.content_sha256 {
        return Err(Problem::new(Code::AlreadyReceived).with("code", code.as_str()).into());
    }
    Ok(Some(Allocated { code, received_at: parsed(&row, "received_at")? }))
}

async fn check_files(db: &mut AnyConnection, agency: &AgencyCode, manifest: &Manifest) -> Result<(), Fault> {
    let mut sizes = Vec::new();
    for (content, _) in manifest.contents() {
        sizes.extend(super::uploads::file(db, agency, content).await?.map(|size| (content, size)));
    }
    Ok(rules::check_files(manifest, &sizes.into_iter().collect())?)
}

/// The next official code of the agency's day. The counter's row is part of the transaction: no code is lost or given twice.
async fn next_code(db: &mut AnyConnection, agency: &AgencyCode, now: Timestamp) -> Result<OfficialCode, Fault> {
    let day: Date = rules::local_day(now)?;
    let upsert = sqlx::query(
        "INSERT INTO code_counters (agency, day, last) VALUES ($1, $2, 1)
         ON CONFLICT (agency, day) DO UPDATE SET last = code_counters.last + 1 RETURNING last",
    );
    let row = upsert.bind(agency.as_str()).bind(day.to_string()).fetch_one(db).await?;
    let serial = u32::try_from(unsigned(&row, "last")?).map_err(|_| Fault::Damaged { what: "last" })?;
    Ok(OfficialCode::compose(agency, day, serial))
}

async fn insert_dossier(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    frozen: &Frozen<'_>,
    code: &OfficialCode,
    now: Timestamp,
) -> Result<(), Fault> {
    let manifest = frozen.manifest;
    sqlx::query(
        "INSERT INTO dossiers (agency, id, code, provisional_code, procedure_code, applicant, state, received_at,
                               content_sha256, manifest, answers, review)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(agency.as_str())
    .bind(manifest.dossier.to_string())
    .bind(code.as_str())
    .bind(manifest.provisional_code.as_str())
    .bind(manifest.procedure.code.as_str())
    .bind(&manifest.applicant.name)
    .bind(to_json(&State::Registered)?)
    .bind(now.to_string())
    .bind(frozen.content_sha256.to_string())
    .bind(&frozen.manifest_json)
    .bind(&frozen.answers_json)
    .bind(&frozen.review_json)
    .execute(&mut *db)
    .await?;
    for file in &manifest.files {
        sqlx::query(
            "INSERT INTO dossier_files (agency, sha256, dossier, title) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(agency.as_str())
        .bind(file.sha256.to_string())
        .bind(manifest.dossier.to_string())
        .bind(&file.title)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

pub async fn with_files(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    manifest: &Manifest,
) -> Result<BTreeMap<Digest, Earlier>, Fault> {
    let mut found = BTreeMap::new();
    for (content, _) in manifest.contents() {
        let query = sqlx::query(
            "SELECT d.code, f.title FROM dossier_files f JOIN dossiers d ON d.agency = f.agency AND d.id = f.dossier
             WHERE f.agency = $1 AND f.sha256 = $2 AND f.dossier <> $3 ORDER BY f.dossier LIMIT 1",
        );
        let query = query.bind(agency.as_str()).bind(content.to_string()).bind(manifest.dossier.to_string());
        if let Some(row) = query.fetch_optional(&mut *db).await? {
            found.insert(content, Earlier { code: row.try_get("code")?, title: row.try_get("title")? });
        }
    }
    Ok(found)
}

/// Adds an event to the dossier and to the agency's feed, and moves the dossier's state. The event's `seq` must be the
/// dossier's next: the unique index refuses any other.
async fn append_event(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    code: &OfficialCode,
    state: State,
    event: &Event,
) -> Result<(), Fault> {
    let next = sqlx::query("UPDATE agencies SET last_cursor = last_cursor + 1 WHERE code = $1 RETURNING last_cursor");
    let cursor: i64 = next.bind(agency.as_str()).fetch_one(&mut *db).await?.try_get("last_cursor")?;
    sqlx::query(
        "INSERT INTO events (agency, cursor, dossier, seq, code, state, event) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(agency.as_str())
    .bind(cursor)
    .bind(event.dossier.to_string())
    .bind(signed(event.seq))
    .bind(code.as_str())
    .bind(to_json(&state)?)
    .bind(to_json(event)?)
    .execute(&mut *db)
    .await?;
    sqlx::query("UPDATE dossiers SET state = $1, events = $2 WHERE agency = $3 AND id = $4")
        .bind(to_json(&state)?)
        .bind(signed(event.seq))
        .bind(agency.as_str())
        .bind(event.dossier.to_string())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn decide(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    id: DossierId,
    decision: Decision,
) -> Result<Event, DecideError> {
    let history: Vec<Event> = history(db, agency, id).await?.into_iter().map(|entry| entry.event).collect();
    let Some(summary) = summary(db, agency, id).await? else { return Err(DecideError::NotFound) };
    let (state, event) = rules::decide(summary.state, id, &history, decision)?;
    append_event(db, agency, &summary.code, state, &event).await?;
    let by = Author { agency: Some(agency.clone()), ..Author::console(&event.by) };
    add(db, Act::new(&by, What::Decided, event.entered_at).about("dossier", &summary.code)).await?;
    Ok(event)
}

async fn history(db: &mut AnyConnection, agency: &AgencyCode, id: DossierId) -> Result<Vec<FeedEvent>, Fault> {
    let query =
        sqlx::query("SELECT cursor, code, state, event FROM events WHERE agency = $1 AND dossier = $2 ORDER BY seq");
    let rows = query.bind(agency.as_str()).bind(id.to_string()).fetch_all(db).await?;
    rows.iter().map(feed_event).collect()
}

fn feed_event(row: &AnyRow) -> Result<FeedEvent, Fault> {
    Ok(FeedEvent {
        cursor: unsigned(row, "cursor")?,
        code: parsed(row, "code")?,
        state: from_json(row, "state")?,
        event: from_json(row, "event")?,
    })
}

async fn summary(db: &mut AnyConnection, agency: &AgencyCode, id: DossierId) -> Result<Option<DossierSummary>, Fault> {
    let query = sqlx::query("SELECT * FROM dossiers WHERE agency = $1 AND id = $2");
    let row = query.bind(agency.as_str()).bind(id.to_string()).fetch_optional(db).await?;
    row.as_ref().map(summary_of).transpose()
}

fn summary_of(row: &AnyRow) -> Result<DossierSummary, Fault> {
    Ok(DossierSummary {
        id: parsed(row, "id")?,
        code: parsed(row, "code")?,
        provisional_code: parsed(row, "provisional_code")?,
        procedure: parsed(row, "procedure_code")?,
        applicant: row.try_get("applicant")?,
        state: from_json(row, "state")?,
        received_at: parsed(row, "received_at")?,
        // One that cannot be read hides no dossier.
        found: review_of(row).ok().flatten().and_then(|review| review.found()),
    })
}

fn review_of(row: &AnyRow) -> Result<Option<Review>, Fault> {
    let kept: Option<&str> = row.try_get("review")?;
    kept.map(|kept| serde_json::from_str(kept).map_err(|_| Fault::Damaged { what: "review" })).transpose()
}

pub async fn view(db: &mut AnyConnection, agency: &AgencyCode, id: DossierId) -> Result<Option<DossierView>, Fault> {
    let query = sqlx::query("SELECT * FROM dossiers WHERE agency = $1 AND id = $2");
    let row = query.bind(agency.as_str()).bind(id.to_string()).fetch_optional(&mut *db).await?;
    let Some(row) = row else { return Ok(None) };
    let events = history(db, agency, id).await?;
    let (manifest, review) = (from_json(&row, "manifest")?, review_of(&row)?);
    Ok(Some(DossierView { summary: summary_of(&row)?, manifest, review, events }))
}

pub async fn list(
    db: &mut AnyConnection,
    agency: Option<&AgencyCode>,
    after: u64,
    limit: u32,
) -> Result<DossierList, Fault> {
    let query = match agency {
        Some(agency) => {
            sqlx::query("SELECT * FROM dossiers WHERE agency = $1 AND number > $2 ORDER BY number LIMIT $3")
                .bind(agency.as_str().to_owned())
        }
        None => sqlx::query("SELECT * FROM dossiers WHERE number > $1 ORDER BY number LIMIT $2"),
    };
    let rows = query.bind(signed(after)).bind(i64::from(limit)).fetch_all(db).await?;
    let full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next = rows.last().filter(|_| full).map(|row| unsigned(row, "number")).transpose()?;
    Ok(DossierList { dossiers: rows.iter().map(summary_of).collect::<Result<_, _>>()?, next })
}

pub async fn find(db: &mut AnyConnection, name: &DossierName) -> Result<Option<(AgencyCode, DossierSummary)>, Fault> {
    let query = match name {
        DossierName::Id(id) => sqlx::query("SELECT * FROM dossiers WHERE id = $1").bind(id.to_string()),
        DossierName::Code(code) => sqlx::query("SELECT * FROM dossiers WHERE code = $1").bind(code.to_string()),
    };
    let row = query.fetch_optional(db).await?;
    row.as_ref().map(|row| Ok((parsed(row, "agency")?, summary_of(row)?))).transpose()
}

pub async fn events(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    after: u64,
    limit: u32,
) -> Result<Vec<FeedEvent>, Fault> {
    let query = sqlx::query(
        "SELECT cursor, code, state, event FROM events WHERE agency = $1 AND cursor > $2 ORDER BY cursor LIMIT $3",
    );
    let rows = query.bind(agency.as_str()).bind(signed(after)).bind(i64::from(limit)).fetch_all(&mut *db).await?;
    if rows.is_empty() && after > 0 {
        // Read after the events: an end that has grown meanwhile refuses nobody.
        let end = sqlx::query("SELECT last_cursor FROM agencies WHERE code = $1").bind(agency.as_str());
        let end = end.fetch_optional(db).await?.map_or(Ok(0), |row| unsigned(&row, "last_cursor"))?;
        if after > end {
            return Err(Problem::new(Code::CursorAhead).with("end", end).into());
        }
    }
    rows.iter().map(feed_event).collect()
}
