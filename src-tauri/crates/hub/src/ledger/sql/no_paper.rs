//! Departments' lists of procedures without paper.

use dossier::{AgencyCode, Digest, Timestamp, no_paper::NoPaperList};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use wire::{
    Code, Problem,
    enrol::Agency,
    no_paper::{Application, ListApplied, ListReceipt, ListedList},
};

use super::{audit::add, json, parsed, to_json, unsigned};
use crate::{
    fault::Fault,
    ledger::{
        Device, SignList,
        audit::{Act, What},
    },
};

/// The newest revision of each department, with who sent it.
const IN_FORCE: &str = "SELECT l.*, length(l.body) AS bytes, a.name AS agency_name
    FROM no_paper_lists l JOIN agencies a ON a.code = l.agency
    WHERE l.revision = (SELECT max(o.revision) FROM no_paper_lists o WHERE o.department = l.department)
    ORDER BY l.department";

pub async fn take(
    db: &mut AnyConnection,
    who: &Device,
    list: &NoPaperList,
    now: Timestamp,
    sign: SignList<'_>,
) -> Result<ListReceipt, Fault> {
    let others = sqlx::query(
        "SELECT DISTINCT l.department, a.name FROM no_paper_lists l JOIN agencies a ON a.code = l.agency
         WHERE l.agency <> $1",
    );
    // However it is written: another agency's department is not claimed by a capital letter.
    let ours = dossier::text::fold(&list.department);
    for row in others.bind(who.agency.code.as_str()).fetch_all(&mut *db).await? {
        if dossier::text::fold(row.try_get("department")?) == ours {
            let problem = Problem::new(Code::DepartmentTaken).with("department", list.department.as_str());
            return Err(problem.with("agency", row.try_get::<&str, _>("name")?).into());
        }
    }
    let known = sqlx::query("SELECT sha256, receipt FROM no_paper_lists WHERE department = $1 AND revision = $2");
    let known = known.bind(&list.department).bind(i64::from(list.revision));
    let (body, sha256) = (list.canonical(), list.sha256());
    match known.fetch_optional(&mut *db).await? {
        Some(row) if parsed::<Digest>(&row, "sha256")? == sha256 => return json(&row, "receipt"),
        Some(_) => {
            let name = format!("{} {}", list.department, list.revision);
            return Err(Problem::new(Code::RevisionExists).with("what", name).into());
        }
        None => {}
    }
    let before = sqlx::query("SELECT body FROM no_paper_lists WHERE department = $1 ORDER BY revision DESC LIMIT 1");
    let before = before.bind(&list.department).fetch_optional(&mut *db).await?;
    let before: Option<NoPaperList> = before.and_then(|row| serde_json::from_slice(row.try_get("body").ok()?).ok());
    if list.backdated(before.as_ref()).is_some() {
        return Err(Problem::new(Code::BadBody).with("at", "from").into());
    }
    let receipt = sign(sha256, now)?;
    sqlx::query("INSERT INTO no_paper_lists VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&list.department)
        .bind(i64::from(list.revision))
        .bind(sha256.to_string())
        .bind(who.agency.code.as_str())
        .bind(body)
        .bind(now.to_string())
        .bind(to_json(&receipt)?)
        .execute(&mut *db)
        .await?;
    add(db, Act::new(&who.into(), What::ListTaken, now).about("list", sha256)).await?;
    Ok(receipt)
}

pub async fn in_force(db: &mut AnyConnection) -> Result<Vec<ListedList>, Fault> {
    let listed = |row: &AnyRow| {
        Ok(ListedList {
            department: row.try_get("department")?,
            revision: u32::try_from(unsigned(row, "revision")?).map_err(|_| Fault::Damaged { what: "revision" })?,
            sha256: parsed(row, "sha256")?,
            bytes: unsigned(row, "bytes")?,
            agency: Agency { code: parsed(row, "agency")?, name: row.try_get("agency_name")? },
            received_at: parsed(row, "received_at")?,
        })
    };
    sqlx::query(IN_FORCE).fetch_all(db).await?.iter().map(listed).collect()
}

/// One that cannot be read says nothing of any procedure, and stops no dossier.
pub async fn lists(db: &mut AnyConnection) -> Result<Vec<NoPaperList>, Fault> {
    let rows = sqlx::query(IN_FORCE).fetch_all(db).await?;
    Ok(rows.iter().filter_map(|row| serde_json::from_slice(row.try_get("body").ok()?).ok()).collect())
}

pub async fn body(db: &mut AnyConnection, sha256: Digest) -> Result<Option<Vec<u8>>, Fault> {
    let query = sqlx::query("SELECT body FROM no_paper_lists WHERE sha256 = $1").bind(sha256.to_string());
    let row = query.fetch_optional(db).await?;
    Ok(row.map(|row| row.try_get("body")).transpose()?)
}

pub async fn applied(db: &mut AnyConnection, who: &Device, sha256: Digest, now: Timestamp) -> Result<(), Fault> {
    body(&mut *db, sha256).await?.ok_or(Code::NotFound)?;
    sqlx::query("INSERT INTO no_paper_applied VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
        .bind(sha256.to_string())
        .bind(who.agency.code.as_str())
        .bind(who.id.to_string())
        .bind(&who.station)
        .bind(now.to_string())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn applications(db: &mut AnyConnection, agency: &AgencyCode) -> Result<Vec<ListApplied>, Fault> {
    let query = sqlx::query(
        "SELECT p.sha256, p.agency, p.station, p.applied_at, a.name AS agency_name
         FROM no_paper_lists l JOIN no_paper_applied p ON p.sha256 = l.sha256 JOIN agencies a ON a.code = p.agency
         WHERE l.agency = $1 ORDER BY p.sha256, p.applied_at, p.agency, p.station",
    );
    let mut lists: Vec<ListApplied> = vec![];
    for row in query.bind(agency.as_str()).fetch_all(db).await? {
        let sha256: Digest = parsed(&row, "sha256")?;
        let agency = Agency { code: parsed(&row, "agency")?, name: row.try_get("agency_name")? };
        let one = Application { agency, station: row.try_get("station")?, at: parsed(&row, "applied_at")? };
        match lists.last_mut().filter(|list| list.sha256 == sha256) {
            Some(list) => list.by.push(one),
            None => lists.push(ListApplied { sha256, by: vec![one] }),
        }
    }
    Ok(lists)
}
