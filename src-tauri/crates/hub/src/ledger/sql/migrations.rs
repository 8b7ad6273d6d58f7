//! The tables, as they came to be.

use std::borrow::Cow;

use sqlx::{
    AssertSqlSafe, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

use super::Kind;

/// Migrations by number, for SQLite and for PostgreSQL, oldest first; only ever added. PostgreSQL came with the fifth.
const MIGRATIONS: &[(i64, &str, Option<&str>, Option<&str>)] = &[
    (1, "hub", Some(include_str!("../../../migrations/sqlite/0001_hub.sql")), None),
    (2, "catalogue", Some(include_str!("../../../migrations/sqlite/0002_catalogue.sql")), None),
    (3, "reviews", Some(include_str!("../../../migrations/sqlite/0003_reviews.sql")), None),
    (
        5,
        "no_paper",
        Some(include_str!("../../../migrations/sqlite/0005_no_paper.sql")),
        Some(include_str!("../../../migrations/postgres/0005_hub.sql")),
    ),
    (
        6,
        "uploads",
        Some(include_str!("../../../migrations/sqlite/0006_uploads.sql")),
        Some(include_str!("../../../migrations/postgres/0006_uploads.sql")),
    ),
    (
        7,
        "replicas",
        Some(include_str!("../../../migrations/sqlite/0007_replicas.sql")),
        Some(include_str!("../../../migrations/postgres/0007_replicas.sql")),
    ),
    (
        8,
        "accounts",
        Some(include_str!("../../../migrations/sqlite/0008_accounts.sql")),
        Some(include_str!("../../../migrations/postgres/0008_accounts.sql")),
    ),
    (
        10,
        "jobs",
        Some(include_str!("../../../migrations/sqlite/0010_jobs.sql")),
        Some(include_str!("../../../migrations/postgres/0010_jobs.sql")),
    ),
    (
        12,
        "used_tokens",
        Some(include_str!("../../../migrations/sqlite/0012_used_tokens.sql")),
        Some(include_str!("../../../migrations/postgres/0012_used_tokens.sql")),
    ),
];

/// The number of the newest.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or_default()
}

pub(super) fn migrator(kind: Kind) -> Migrator {
    let migrations = MIGRATIONS.iter().filter_map(|&(version, name, sqlite, postgres)| {
        let sql = match kind {
            Kind::Sqlite => sqlite,
            Kind::Postgres => postgres,
        };
        let sql = AssertSqlSafe(sql?).into_sql_str();
        Some(Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql, false))
    });
    Migrator { migrations: migrations.collect(), ..Migrator::DEFAULT }
}
