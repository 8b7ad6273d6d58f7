//! The published catalogue.

use dossier::{Digest, EntryKind, Timestamp};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use wire::{Code, Problem, catalogue::Listed};

use super::{audit::add, parsed, unsigned};
use crate::{
    fault::Fault,
    ledger::{
        Published, Revision,
        audit::{Act, Author, What},
    },
};

pub async fn publish(
    db: &mut AnyConnection,
    revisions: &[Revision],
    by: &str,
    seen: u64,
    now: Timestamp,
) -> Result<Option<Published>, Fault> {
    let version = sqlx::query("SELECT coalesce(max(version), 0) AS version FROM catalogue_publications");
    if unsigned(&version.fetch_one(&mut *db).await?, "version")? != seen {
        return Ok(None);
    }
    let mut new = vec![];
    for revision in revisions {
        let query = sqlx::query("SELECT sha256 FROM catalogue WHERE kind = $1 AND code = $2 AND revision = $3")
            .bind(revision.kind.name())
            .bind(&revision.code)
            .bind(i64::from(revision.revision));
        match query.fetch_optional(&mut *db).await? {
            None => new.push(revision),
            Some(row) if parsed::<Digest>(&row, "sha256")? == revision.sha256() => {}
            Some(_) => {
                let name = format!("{} {}", revision.code, revision.revision);
                return Err(Problem::new(Code::RevisionExists).with("what", name).into());
            }
        }
    }
    if !new.is_empty() {
        let added = sqlx::query(
            "INSERT INTO catalogue_publications SELECT coalesce(max(version), 0) + 1, $1, $2 FROM catalogue_publications",
        );
        added.bind(now.to_string()).bind(by).execute(&mut *db).await?;
        add(db, Act::new(&Author::console(by), What::CataloguePublished, now).about("catalogue", seen + 1)).await?;
    }
    for revision in &new {
        sqlx::query("INSERT INTO catalogue SELECT $1, $2, $3, $4, $5, max(version) FROM catalogue_publications")
            .bind(revision.kind.name())
            .bind(&revision.code)
            .bind(i64::from(revision.revision))
            .bind(revision.sha256().to_string())
            .bind(&revision.body)
            .execute(&mut *db)
            .await?;
    }
    published(db).await.map(Some)
}

pub async fn published(db: &mut AnyConnection) -> Result<Published, Fault> {
    let newest = sqlx::query("SELECT version, published_at FROM catalogue_publications ORDER BY version DESC LIMIT 1");
    let newest = newest.fetch_optional(&mut *db).await?;
    let (version, at) = match &newest {
        Some(row) => (unsigned(row, "version")?, Some(parsed(row, "published_at")?)),
        None => (0, None),
    };
    let query =
        "SELECT kind, code, revision, sha256, length(body) AS bytes FROM catalogue ORDER BY kind, code, revision";
    let mut entries = vec![];
    for row in sqlx::query(query).fetch_all(db).await? {
        let revision =
            u32::try_from(row.try_get::<i64, _>("revision")?).map_err(|_| Fault::Damaged { what: "revision" })?;
        entries.push(Listed {
            kind: parsed(&row, "kind")?,
            code: row.try_get("code")?,
            revision,
            sha256: parsed(&row, "sha256")?,
            bytes: unsigned(&row, "bytes")?,
        });
    }
    Ok(Published { version, at, entries })
}

pub async fn body(db: &mut AnyConnection, sha256: Digest) -> Result<Option<Vec<u8>>, Fault> {
    let query = sqlx::query("SELECT body FROM catalogue WHERE sha256 = $1").bind(sha256.to_string());
    let row = query.fetch_optional(db).await?;
    Ok(row.map(|row| row.try_get("body")).transpose()?)
}

pub async fn revisions(db: &mut AnyConnection, kind: EntryKind, code: &str) -> Result<Vec<Revision>, Fault> {
    let query = sqlx::query("SELECT * FROM catalogue WHERE kind = $1 AND code = $2 ORDER BY revision");
    let rows = query.bind(kind.name()).bind(code).fetch_all(db).await?;
    rows.iter().map(revision_of).collect()
}

pub async fn bodies(db: &mut AnyConnection) -> Result<Vec<Revision>, Fault> {
    sqlx::query("SELECT * FROM catalogue").fetch_all(db).await?.iter().map(revision_of).collect()
}

fn revision_of(row: &AnyRow) -> Result<Revision, Fault> {
    let revision =
        u32::try_from(row.try_get::<i64, _>("revision")?).map_err(|_| Fault::Damaged { what: "revision" })?;
    Ok(Revision { kind: parsed(row, "kind")?, code: row.try_get("code")?, revision, body: row.try_get("body")? })
}
