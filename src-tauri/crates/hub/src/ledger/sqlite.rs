//! The ledger in one SQLite file: the hub of an agency or a province without a database of its own.
//!
//! WAL with `synchronous=FULL`: a commit that returned survives a power cut. All writes go through one connection in
//! `BEGIN IMMEDIATE` transactions; the command line writes beside a running server, each waiting for the other.

mod catalogue;
mod dossiers;
mod no_paper;
mod registry;
mod uploads;

use std::{borrow::Cow, collections::BTreeMap, path::Path, str::FromStr, time::Duration};

use async_trait::async_trait;
use dossier::{
    AgencyCode, Digest, DossierId, EntryKind, Event, EventId, SubmissionId, Timestamp, no_paper::NoPaperList,
    preflight::Earlier,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    AssertSqlSafe, Row as _, SqlSafeStr as _, Sqlite, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};
use wire::{
    HubId, Manifest, Receipt, Submission,
    dossiers::{DossierList, DossierSummary, DossierView, Review},
    enrol::{Agency, EnrolRequest},
    event::FeedEvent,
    no_paper::{ListApplied, ListReceipt, ListedList},
    upload::UploadId,
};

use super::{
    DecideError, Decision, Device, DossierName, Ledger, NewUpload, Published, Revision, Sign, SignList, StoredUpload,
};
use crate::{data::private_file, fault::Fault};

/// Migrations, oldest first; only ever added.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "hub", include_str!("../../migrations/sqlite/0001_hub.sql")),
    (2, "catalogue", include_str!("../../migrations/sqlite/0002_catalogue.sql")),
    (3, "reviews", include_str!("../../migrations/sqlite/0003_reviews.sql")),
    (5, "no_paper", include_str!("../../migrations/sqlite/0005_no_paper.sql")),
    (6, "uploads", include_str!("../../migrations/sqlite/0006_uploads.sql")),
];

/// How long a writer waits for the other process's transaction.
const BUSY: Duration = Duration::from_secs(20);

/// See the module.
pub struct SqliteLedger {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteLedger {
    /// Opens the file, making it when it is not there, and brings its tables up to date.
    pub async fn open(file: &Path) -> Result<Self, Fault> {
        // SQLite gives its log beside it the same mode.
        private_file(file).map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let pool = |size| SqlitePoolOptions::new().max_connections(size).acquire_timeout(BUSY);
        let writer = pool(1).connect_with(options.clone()).await?;
        migrator().run(&writer).await?;
        let readers = pool(4).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers })
    }

    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        match self.writer.begin_with(BEGIN).await {
            // On a full disk SQLite ends the transaction by itself and the driver's count of open ones stays behind: that
            // connection would refuse every transaction for ever, so it is replaced.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                self.writer.begin_with(BEGIN).await
            }
            begun => begun,
        }
    }
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&(version, name, sql)| {
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
    });
    Migrator { migrations: migrations.collect(), ..Migrator::DEFAULT }
}

/// Runs one write as one transaction: `write!(self, tx => expression using tx)`.
macro_rules! write {
    ($self:ident, $tx:ident => $body:expr) => {{
        let mut transaction = $self.begin().await?;
        let $tx = &mut *transaction;
        let answer = $body.await?;
        transaction.commit().await?;
        Ok(answer)
    }};
}

/// Runs one read on a reading connection.
macro_rules! read {
    ($self:ident, $connection:ident => $body:expr) => {{
        let mut connection = $self.readers.acquire().await?;
        let $connection = &mut *connection;
        $body.await
    }};
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn hub_id(&self, candidate: HubId) -> Result<HubId, Fault> {
        write!(self, tx => registry::hub_id(tx, candidate))
    }

    async fn add_agency(&self, agency: &Agency) -> Result<(), Fault> {
        write!(self, tx => registry::add_agency(tx, agency))
    }

    async fn agency(&self, code: &AgencyCode) -> Result<Option<Agency>, Fault> {
        read!(self, db => registry::agency(db, code))
    }

    async fn add_code(
        &self,
        hash: Digest,
        agency: &AgencyCode,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Fault> {
        write!(self, tx => registry::add_code(tx, hash, agency, now, expires))
    }

    async fn enrol(&self, request: &EnrolRequest, now: Timestamp) -> Result<Device, Fault> {
        write!(self, tx => registry::enrol(tx, request, now))
    }

    async fn device(&self, token_hash: Digest) -> Result<Option<Device>, Fault> {
        read!(self, db => registry::device(db, token_hash))
    }

    async fn create_upload(&self, who: &Device, new: NewUpload, now: Timestamp) -> Result<StoredUpload, Fault> {
        write!(self, tx => uploads::create(tx, who, new, now))
    }

    async fn upload(&self, id: UploadId) -> Result<Option<StoredUpload>, Fault> {
        read!(self, db => uploads::get(db, id))
    }

    async fn advance_upload(&self, id: UploadId, offset: u64) -> Result<(), Fault> {
        write!(self, tx => uploads::advance(tx, id, offset))
    }

    async fn complete_upload(&self, id: UploadId, found: Digest, now: Timestamp) -> Result<(), Fault> {
        write!(self, tx => uploads::complete(tx, id, found, now))
    }

    async fn drop_upload(&self, id: UploadId) -> Result<(), Fault> {
        write!(self, tx => uploads::drop(tx, id))
    }

    async fn unfinished_uploads(&self) -> Result<Vec<StoredUpload>, Fault> {
        read!(self, db => uploads::unfinished(db))
    }

    async fn declare_length(&self, id: UploadId, length: u64) -> Result<(), Fault> {
        write!(self, tx => uploads::declare_length(tx, id, length))
    }

    async fn renew_upload(&self, id: UploadId, expires: Timestamp) -> Result<(), Fault> {
        write!(self, tx => uploads::renew(tx, id, expires))
    }

    async fn expire_uploads(&self, now: Timestamp) -> Result<Vec<UploadId>, Fault> {
        write!(self, tx => uploads::expire(tx, now))
    }

    async fn file(&self, agency: &AgencyCode, content: Digest) -> Result<Option<u64>, Fault> {
        read!(self, db => uploads::file(db, agency, content))
    }

    async fn replayed(
        &self,
        who: &Device,
        submission: SubmissionId,
        manifest_sha256: Digest,
    ) -> Result<Option<Receipt>, Fault> {
        read!(self, db => dossiers::replayed(db, &who.agency.code, submission, manifest_sha256))
    }

    async fn submit(
        &self,
        who: &Device,
        submission: &Submission,
        review: &Review,
        event: EventId,
        now: Timestamp,
        sign: Sign<'_>,
    ) -> Result<Receipt, Fault> {
        // Hashing and writing out JSON take their time: not while everybody else waits for the transaction's end.
        let frozen = dossiers::Frozen::of(submission, review)?;
        write!(self, tx => dossiers::submit(tx, who, &frozen, event, now, sign))
    }

    async fn dossiers_with(
        &self,
        agency: &AgencyCode,
        manifest: &Manifest,
    ) -> Result<BTreeMap<Digest, Earlier>, Fault> {
        read!(self, db => dossiers::with_files(db, agency, manifest))
    }

    async fn dossier(&self, agency: &AgencyCode, id: DossierId) -> Result<Option<DossierView>, Fault> {
        read!(self, db => dossiers::view(db, agency, id))
    }

    async fn dossiers(&self, agency: Option<&AgencyCode>, after: u64, limit: u32) -> Result<DossierList, Fault> {
        read!(self, db => dossiers::list(db, agency, after, limit))
    }

    async fn find(&self, name: &DossierName) -> Result<Option<(AgencyCode, DossierSummary)>, Fault> {
        read!(self, db => dossiers::find(db, name))
    }

    async fn decide(&self, agency: &AgencyCode, id: DossierId, decision: Decision) -> Result<Event, DecideError> {
        write!(self, tx => dossiers::decide(tx, agency, id, decision))
    }

    async fn events(&self, agency: &AgencyCode, after: u64, limit: u32) -> Result<Vec<FeedEvent>, Fault> {
        read!(self, db => dossiers::events(db, agency, after, limit))
    }

    async fn feed_version(&self) -> Result<u64, Fault> {
        let row = sqlx::query("SELECT coalesce(sum(last_cursor), 0) AS version FROM agencies");
        unsigned(&row.fetch_one(&self.readers).await?, "version")
    }

    async fn publish_catalogue(
        &self,
        revisions: &[Revision],
        by: &str,
        seen: u64,
        now: Timestamp,
    ) -> Result<Option<Published>, Fault> {
        write!(self, tx => catalogue::publish(tx, revisions, by, seen, now))
    }

    async fn catalogue(&self) -> Result<Published, Fault> {
        // The version and its rows are two queries: of one moment only within a transaction.
        let mut transaction = self.readers.begin().await?;
        catalogue::published(&mut transaction).await
    }

    async fn catalogue_body(&self, sha256: Digest) -> Result<Option<Vec<u8>>, Fault> {
        read!(self, db => catalogue::body(db, sha256))
    }

    async fn catalogue_revisions(&self, kind: EntryKind, code: &str) -> Result<Vec<Revision>, Fault> {
        read!(self, db => catalogue::revisions(db, kind, code))
    }

    async fn catalogue_bodies(&self) -> Result<Vec<Revision>, Fault> {
        read!(self, db => catalogue::bodies(db))
    }

    async fn take_list(
        &self,
        who: &Device,
        list: &NoPaperList,
        now: Timestamp,
        sign: SignList<'_>,
    ) -> Result<ListReceipt, Fault> {
        write!(self, tx => no_paper::take(tx, who, list, now, sign))
    }

    async fn lists_in_force(&self) -> Result<Vec<ListedList>, Fault> {
        read!(self, db => no_paper::in_force(db))
    }

    async fn lists(&self) -> Result<Vec<NoPaperList>, Fault> {
        read!(self, db => no_paper::lists(db))
    }

    async fn list_body(&self, sha256: Digest) -> Result<Option<Vec<u8>>, Fault> {
        read!(self, db => no_paper::body(db, sha256))
    }

    async fn list_applied(&self, who: &Device, sha256: Digest, now: Timestamp) -> Result<(), Fault> {
        write!(self, tx => no_paper::applied(tx, who, sha256, now))
    }

    async fn lists_applied(&self, agency: &AgencyCode) -> Result<Vec<ListApplied>, Fault> {
        read!(self, db => no_paper::applications(db, agency))
    }

    async fn ready(&self) -> Result<(), Fault> {
        Ok(self.begin().await?.rollback().await?)
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A column that holds the text of a value.
fn parsed<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<T, Fault> {
    row.try_get::<&str, _>(column)?.parse().map_err(|_| Fault::Damaged { what: column })
}

fn maybe<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<Option<T>, Fault> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| Fault::Damaged { what: column })).transpose()
}

/// A column that holds the JSON of a value.
fn json<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, Fault> {
    serde_json::from_str(row.try_get(column)?).map_err(|_| Fault::Damaged { what: column })
}

fn to_json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::Damaged { what: "json" })
}

fn unsigned(row: &SqliteRow, column: &'static str) -> Result<u64, Fault> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Fault::Damaged { what: column })
}

/// SQLite's integers are signed; ours stay below 2⁵³.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::{super::suite, SqliteLedger};

    async fn open(folder: &std::path::Path) -> SqliteLedger {
        SqliteLedger::open(&folder.join("hub.db")).await.unwrap()
    }

    suite::ledger_suite!(open);

    #[tokio::test]
    async fn writing_goes_on_after_a_full_disk() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = open(folder.path()).await;
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&ledger.writer).await.unwrap();
        let fill = async || {
            let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
            sqlx::query(limit).fetch_all(&ledger.writer).await.unwrap();
        };
        suite::writing_goes_on_after_a_full_disk(&ledger, fill).await;
    }
}
