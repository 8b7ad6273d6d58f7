//! The encrypted database: one writing connection, a few reading ones, and the migrations.

use std::{path::Path, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Result, StoreError, seal::ProfileKey};

/// (version, name, statements), in order. Only ever added to.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "initial", include_str!("../migrations/0001_initial.sql")),
    (2, "discarded", include_str!("../migrations/0002_discarded.sql")),
    (3, "stacks", include_str!("../migrations/0003_stacks.sql")),
    (4, "readings", include_str!("../migrations/0004_readings.sql")),
    (5, "secret_frames", include_str!("../migrations/0005_secret_frames.sql")),
    (6, "stack_parts", include_str!("../migrations/0006_stack_parts.sql")),
    (7, "catalogue", include_str!("../migrations/0007_catalogue.sql")),
    (8, "made_pages", include_str!("../migrations/0008_made_pages.sql")),
    (9, "find", include_str!("../migrations/0009_find.sql")),
    (10, "people", include_str!("../migrations/0010_people.sql")),
    (11, "imports", include_str!("../migrations/0011_imports.sql")),
    (13, "catalogue_reason", include_str!("../migrations/0013_catalogue_reason.sql")),
    (14, "portal", include_str!("../migrations/0014_portal.sql")),
    (15, "no_paper", include_str!("../migrations/0015_no_paper.sql")),
    (17, "no_paper_hub", include_str!("../migrations/0017_no_paper_hub.sql")),
    (18, "portal_notes", include_str!("../migrations/0018_portal_notes.sql")),
    (19, "reuse", include_str!("../migrations/0019_reuse.sql")),
    (20, "search", include_str!("../migrations/0020_search.sql")),
    (21, "marks", include_str!("../migrations/0021_marks.sql")),
    (22, "parcels", include_str!("../migrations/0022_parcels.sql")),
    (24, "sign_ins", include_str!("../migrations/0024_sign_ins.sql")),
    (25, "parcels_taken_back", include_str!("../migrations/0025_parcels_taken_back.sql")),
];
const READERS: u32 = 3;

pub(crate) type Write = Transaction<'static, Sqlite>;

pub(crate) struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
}

pub(crate) fn newest_migration() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, ..)| *version)
}

fn migrator() -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sqlx::SqlSafeStr::into_sql_str(sql), false)
    };
    Migrator::with_migrations(MIGRATIONS.iter().map(migration).collect())
}

/// How long dropping waits: on a runtime of one thread a connection on its way back to the pool cannot arrive meanwhile. (Tests
/// whose process would end beside a connection therefore run on a runtime with a thread of its own.)
const CLOSE_LIMIT: Duration = Duration::from_millis(300);

impl Drop for Database {
    /// Waits until the threads of the connections have ended, also where nobody closed them: SQLCipher tidies up when the process
    /// ends, and pulls its memory from under a thread that is still at work.
    fn drop(&mut self) {
        let pools = [self.readers.clone(), self.writer.clone()];
        let (ended, wait) = std::sync::mpsc::channel();
        // Beside whatever runtime this happens in: closing must be waited for, and a drop cannot await.
        std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(async {
                    for pool in &pools {
                        pool.close().await;
                    }
                });
            }
            let _ = ended.send(());
        });
        // A limit, so that a connection somebody still holds cannot hold up the end.
        let _ = wait.recv_timeout(CLOSE_LIMIT);
    }
}

/// Refuses an SQLite that would take a key and ignore it, before any file is touched; also stops SQLCipher's own
/// messages on standard error (the setting is the process's).
async fn check_encryption() -> Result<()> {
    let mut memory = SqliteConnection::connect("sqlite::memory:").await?;
    sqlx::query("PRAGMA cipher_log_level = NONE").fetch_all(&mut memory).await?;
    let version = sqlx::query("PRAGMA cipher_version").fetch_optional(&mut memory).await?;
    let version: String = version.map(|row| row.try_get(0)).transpose()?.unwrap_or_default();
    memory.close().await?;
    if version.is_empty() { Err(StoreError::NoEncryption) } else { Ok(()) }
}

fn options(file: &Path, key: &ProfileKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        // The driver sends this pragma before every other.
        .pragma("key", key.database_pragma().to_string())
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("temp_store", "MEMORY")
        // Removed text and keys are overwritten, not left on free pages.
        .pragma("secure_delete", "ON")
        // Statements are never logged: the first one is the key.
        .disable_statement_logging()
}

impl Database {
    pub(crate) async fn open(file: &Path, key: &ProfileKey) -> Result<Self> {
        check_encryption().await?;
        let options = options(file, key);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await?;
        // A database of a newer version is recognised before anything is changed in it.
        migrator().run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .max_lifetime(None)
            .connect_lazy_with(options.pragma("query_only", "ON"));
        Ok(Self { writer, readers })
    }

    /// For reading. Sees the last commit.
    pub(crate) fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// A writing transaction. Dropped without a commit, it never happened.
    pub(crate) async fn write(&self) -> Result<Write> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        match self.writer.begin_with(BEGIN).await {
            // On a full disk SQLite ends the transaction by itself and the driver's count of open ones stays behind: that
            // connection would refuse every transaction for ever, so it is replaced.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                Ok(self.writer.begin_with(BEGIN).await?)
            }
            begun => Ok(begun?),
        }
    }

    /// Copies the write-ahead log into the database and empties it, so that no older page content remains in it.
    pub(crate) async fn checkpoint(&self) -> Result<()> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&self.writer).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(crate) async fn cipher_version(&self) -> Result<String> {
        Ok(sqlx::query("PRAGMA cipher_version").fetch_one(self.read()).await?.try_get(0)?)
    }

    /// Every page of the database passes its checksum and every index agrees with its table. Nothing is written meanwhile.
    pub(crate) async fn check(&self) -> Result<()> {
        let mut writer = self.writer.acquire().await?;
        // SQLCipher looks at the pages of the file alone. Those that a power cut tore while the log was copied into it are whole in
        // the log, and never read from the file: they are copied again before they are looked at.
        let copied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await?;
        let blocked: i64 = copied.try_get(0)?;
        let statements = ["PRAGMA quick_check", "PRAGMA cipher_integrity_check"];
        // While somebody still reads an older state, the file cannot be told from the log.
        for statement in statements.into_iter().take(if blocked == 0 { 2 } else { 1 }) {
            let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(&mut *writer).await?;
            for row in rows {
                if row.try_get::<String, _>(0)? != "ok" {
                    return Err(StoreError::Corrupt { what: crate::Damage::Database });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open(dir: &tempfile::TempDir, key: &ProfileKey) -> Result<Database> {
        Database::open(&dir.path().join("store.db"), key).await
    }

    async fn pragma(pool: &SqlitePool, statement: &'static str) -> String {
        let row = sqlx::query(statement).fetch_one(pool).await.unwrap();
        row.try_get::<String, _>(0).unwrap_or_else(|_| row.get::<i64, _>(0).to_string())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn every_connection_is_durable_encrypted_and_minds_references() {
        let (dir, key) = (tempfile::tempdir().unwrap(), ProfileKey::generate().unwrap());
        let database = open(&dir, &key).await.unwrap();
        for pool in [&database.writer, &database.readers] {
            assert!(!pragma(pool, "PRAGMA cipher_version").await.is_empty());
            assert_eq!(pragma(pool, "PRAGMA journal_mode").await, "wal");
            assert_eq!(pragma(pool, "PRAGMA synchronous").await, "2");
            assert_eq!(pragma(pool, "PRAGMA foreign_keys").await, "1");
            assert_eq!(pragma(pool, "PRAGMA temp_store").await, "2");
        }
        let refused = sqlx::query("INSERT INTO settings VALUES ('a', 'b')").execute(&database.readers).await;
        assert!(matches!(StoreError::from(refused.unwrap_err()), StoreError::ReadOnly));
        database.check().await.unwrap();
        let head = std::fs::read(dir.path().join("store.db")).unwrap();
        assert!(!head.starts_with(b"SQLite format 3"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn another_key_does_not_open_it() {
        let (dir, key) = (tempfile::tempdir().unwrap(), ProfileKey::generate().unwrap());
        open(&dir, &key).await.unwrap().close().await;
        let other = open(&dir, &ProfileKey::generate().unwrap()).await;
        assert!(matches!(other.err(), Some(StoreError::WrongKey)));
        open(&dir, &key).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn writing_goes_on_after_the_disk_was_full() {
        let (dir, key) = (tempfile::tempdir().unwrap(), ProfileKey::generate().unwrap());
        let database = open(&dir, &key).await.unwrap();
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&database.writer).await.unwrap();
        let limit = |pages: i64| AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(limit(pages + 1)).fetch_all(&database.writer).await.unwrap();
        let fill = async |bytes: i64| -> Result<()> {
            let mut write = database.write().await?;
            sqlx::query("INSERT OR REPLACE INTO settings VALUES ('a', hex(zeroblob(?)))")
                .bind(bytes)
                .execute(&mut *write)
                .await?;
            Ok(write.commit().await?)
        };
        for _ in 0..2 {
            assert!(matches!(fill(1 << 20).await, Err(StoreError::DiskFull)));
            fill(10).await.unwrap();
            sqlx::query(limit(pages + 1)).fetch_all(&database.writer).await.unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_database_of_a_newer_version_is_left_alone() {
        let (dir, key) = (tempfile::tempdir().unwrap(), ProfileKey::generate().unwrap());
        let database = open(&dir, &key).await.unwrap();
        sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1")
            .execute(&database.writer)
            .await
            .unwrap();
        database.close().await;
        match open(&dir, &key).await.err() {
            Some(StoreError::TooNew { found: 9999, known }) => assert_eq!(known, newest_migration()),
            other => panic!("{other:?}"),
        }
    }
}
