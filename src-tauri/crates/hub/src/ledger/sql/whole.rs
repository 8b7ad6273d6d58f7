//! The whole ledger as rows of JSON, the same from either database: for backups, and to move from one to the other.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use dossier::Digest;
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use sqlx::{
    Any, AnyConnection, AssertSqlSafe, Column as _, Database, Row as _, ValueRef as _,
    any::{AnyRow, AnyTypeInfoKind},
};

use crate::{fault::Fault, ledger::WholeRow};

/// Every table with the columns its rows are ordered by; whatever refers to another stands after it. Uploads under way are left out:
/// their bytes are in no backup, and whoever sends begins again.
const TABLES: &[(&str, &str, &str)] = &[
    ("hub", "one", ""),
    ("agencies", "code", ""),
    ("enrolment_codes", "code_sha256", ""),
    ("devices", "number", ""),
    ("uploads", "id", " WHERE status <> 'receiving'"),
    ("files", "agency, sha256", ""),
    ("code_counters", "agency, day", ""),
    ("dossiers", "number", ""),
    ("submissions", "agency, id", ""),
    ("events", "agency, cursor", ""),
    ("catalogue_publications", "version", ""),
    ("catalogue", "kind, code, revision", ""),
    ("dossier_files", "agency, sha256, dossier", ""),
    ("no_paper_lists", "department, revision", ""),
    ("no_paper_applied", "sha256, agency, device", ""),
    ("units", "agency, code", ""),
    ("people", "id", ""),
    ("passwords", "person", ""),
    ("sessions", "id", ""),
    ("used_tokens", "session, sha256", ""),
    ("sign_in_tries", "folded", ""),
    ("expiring", "kind, identifier", ""),
    ("notices_read", "person, kind, identifier, valid_until, threshold", ""),
    ("audit", "number", ""),
];

/// Tables whose numbers the database gives out.
const NUMBERED: [&str; 3] = ["devices", "dossiers", "audit"];

pub async fn export(
    db: &mut AnyConnection,
    row: &mut (dyn FnMut(WholeRow) -> Result<(), Fault> + Send),
) -> Result<(), Fault> {
    for (table, order, which) in TABLES {
        let sql = AssertSqlSafe(format!("SELECT * FROM {table}{which} ORDER BY {order}"));
        let mut rows = sqlx::query(sql).fetch(&mut *db);
        while let Some(found) = rows.try_next().await? {
            row(WholeRow { table: (*table).to_owned(), columns: columns(&found)? })?;
        }
    }
    Ok(())
}

fn columns(row: &AnyRow) -> Result<Map<String, Value>, Fault> {
    let value = |column: &<Any as Database>::Column| {
        let raw = row.try_get_raw(column.ordinal())?;
        let kind = raw.type_info().kind();
        Ok(match kind {
            _ if raw.is_null() => Value::Null,
            AnyTypeInfoKind::Text => row.try_get::<String, _>(column.ordinal())?.into(),
            AnyTypeInfoKind::Blob => {
                serde_json::json!({ "base64": STANDARD.encode(row.try_get::<&[u8], _>(column.ordinal())?) })
            }
            AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                row.try_get::<i64, _>(column.ordinal())?.into()
            }
            other => {
                tracing::error!(column = column.name(), kind = ?other, "a column of a kind that no table has");
                return Err(Fault::Damaged { what: "a column" });
            }
        })
    };
    row.columns().iter().map(|column| Ok((column.name().to_owned(), value(column)?))).collect()
}

/// The columns that each table of a backup has.
pub type Shapes = BTreeMap<String, BTreeSet<String>>;

/// The hash of all rows as [`export`] gave them where tables had these columns and no others: what later migrations added has no part in
/// it, and a table that came later no rows.
pub async fn sha256(db: &mut AnyConnection, shapes: &Shapes) -> Result<Digest, Fault> {
    let mut hasher = Sha256::new();
    let mut add = |mut row: WholeRow| {
        if let Some(known) = shapes.get(&row.table) {
            row.columns.retain(|name, _| known.contains(name));
        }
        hasher.update(row.line()?);
        Ok(())
    };
    export(db, &mut add).await?;
    Ok(Digest(hasher.finalize().into()))
}

/// Whether there is anything here.
pub async fn is_empty(db: &mut AnyConnection) -> Result<bool, Fault> {
    let found = sqlx::query("SELECT one FROM hub UNION ALL SELECT 1 FROM agencies LIMIT 1").fetch_optional(db).await?;
    Ok(found.is_none())
}

pub async fn import(db: &mut AnyConnection, row: &WholeRow) -> Result<(), Fault> {
    if !TABLES.iter().any(|(table, ..)| *table == row.table) || !row.columns.keys().all(|name| is_name(name)) {
        return Err(Fault::Damaged { what: "the backup" });
    }
    // What is null is left out: bound, it would need the column's own type.
    let columns: Vec<_> = row.columns.iter().filter(|(_, value)| !value.is_null()).collect();
    let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let places: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO {} ({}) VALUES ({})", row.table, names.join(", "), places.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (_, value) in columns {
        query = match value {
            Value::String(text) => query.bind(text.clone()),
            Value::Number(number) => query.bind(number.as_i64().ok_or(Fault::Damaged { what: "the backup" })?),
            Value::Object(bytes) => {
                let text = bytes.get("base64").and_then(Value::as_str).ok_or(Fault::Damaged { what: "the backup" })?;
                query.bind(STANDARD.decode(text).map_err(|_| Fault::Damaged { what: "the backup" })?)
            }
            _ => return Err(Fault::Damaged { what: "the backup" }),
        };
    }
    query.execute(db).await?;
    Ok(())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// PostgreSQL gives numbers out beside the rows: it must know where these end.
pub async fn number_on(db: &mut AnyConnection) -> Result<(), Fault> {
    for table in NUMBERED {
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM {table}), false)"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ledger::sql::SqlLedger, testing::postgres};

    #[tokio::test]
    async fn every_table_is_in_a_backup_or_left_out_on_purpose() {
        let folder = tempfile::tempdir().unwrap();
        let left_out = ["_sqlx_migrations", "upload_parts", "jobs", "removals", "file_faults"];
        let sqlite = SqlLedger::sqlite(&folder.path().join("hub.db")).await.unwrap();
        let postgres = SqlLedger::postgres(&postgres::database_for(folder.path())).await.unwrap();
        for (ledger, sql) in [
            (sqlite, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"),
            (postgres, "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'"),
        ] {
            let mut found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&ledger.readers).await.unwrap();
            found.retain(|name| !left_out.contains(&name.as_str()));
            found.sort();
            let mut known: Vec<&str> = TABLES.iter().map(|(table, ..)| *table).collect();
            known.sort_unstable();
            assert_eq!(found, known);
        }
    }
}
