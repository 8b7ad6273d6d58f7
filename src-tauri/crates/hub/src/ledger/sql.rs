//! The ledger in a database: one SQLite file for the hub of an agency or a small province, PostgreSQL for several replicas beside each
//! other. The statements are the same; here is what differs.
//!
//! A commit that returned survives a power cut: SQLite runs with a write-ahead log and `synchronous=FULL`, PostgreSQL as it is
//! installed. What must not happen at the same time is kept apart: in SQLite all writes go through one connection in `BEGIN IMMEDIATE`
//! transactions (the command line writes beside a running server, each waiting for the other), in PostgreSQL each transaction begins
//! with the lock of what it is about ([`About`]), so that it reads what those before it wrote.

/// Runs one write as one transaction: `write!(self, About::…, tx => expression using tx)`.
macro_rules! write {
    ($self:ident, $about:expr, $tx:ident => $body:expr) => {{
        let mut transaction = $self.begin($about).await?;
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

mod accounts;
mod audit;
mod catalogue;
mod dossiers;
mod jobs;
mod migrations;
mod no_paper;
mod people;
mod registry;
mod retention;
mod sessions;
#[cfg(test)]
mod tests;
mod uploads;
mod whole;

use std::{collections::BTreeMap, path::Path, str::FromStr, time::Duration};

use async_trait::async_trait;
use dossier::{
    AgencyCode, Digest, DossierId, EntryKind, Event, EventId, SubmissionId, Timestamp, no_paper::NoPaperList,
    preflight::Earlier,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    Any, AnyPool, AssertSqlSafe, ConnectOptions as _, Executor as _, Row as _, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions, AnyRow},
};
use wire::{
    Fingerprint, HubId, Manifest, Receipt, Submission,
    dossiers::{DossierList, DossierSummary, DossierView, Review},
    enrol::{Agency, EnrolRequest},
    event::FeedEvent,
    no_paper::{ListApplied, ListReceipt, ListedList},
    upload::UploadId,
};

use super::{
    DecideError, Decision, Device, DossierName, Forgotten, Job, JobEnd, Ledger, NewUpload, Published, Removing,
    Revision, Sign, SignList, StoredUpload, UnusedFile, WholeRow, audit::Author,
};
use crate::{data::private_file, fault::Fault, spool::UploadPart};

/// How long a writer waits for another's transaction, and anybody for a connection.
const PATIENCE: Duration = Duration::from_secs(20);
/// Readers of an SQLite file beside its writer.
const READERS: u32 = 4;
/// Connections of one replica to PostgreSQL, for writing and for reading.
const CONNECTIONS: u32 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// See the module.
pub struct SqlLedger {
    kind: Kind,
    writers: AnyPool,
    readers: AnyPool,
}

/// What a writing transaction is about: two about the same thing follow each other.
enum About<'a> {
    /// The agency's codes, dossiers and feed.
    Agency(&'a AgencyCode),
    Upload(UploadId),
    /// A stored content: whether it stays.
    Content(Digest),
    /// Nothing but the rows it touches, which lock themselves.
    Row,
    /// What is the whole hub's: agencies, devices, people, catalogue, lists.
    Hub,
    /// The tries at a folded sign-in name.
    Name(&'a str),
    Session(uuid::Uuid),
    /// The chain of the audit log.
    Audit,
}

impl About<'_> {
    /// Names may meet in one number: then they wait for each other without need.
    fn lock(&self) -> Option<i64> {
        let name = match self {
            Self::Row => return None,
            Self::Content(digest) => format!("content {digest}"),
            Self::Agency(code) => format!("agency {code}"),
            Self::Upload(id) => format!("upload {id}"),
            Self::Hub => "hub".to_owned(),
            Self::Name(name) => format!("name {name}"),
            Self::Session(id) => format!("session {id}"),
            Self::Audit => "audit".to_owned(),
        };
        let [a, b, c, d, e, f, g, h, ..] = Digest::of(name.as_bytes()).0;
        Some(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }
}

impl SqlLedger {
    /// Opens an SQLite file, making it when it is not there, and brings its tables up to date.
    pub async fn sqlite(file: &Path) -> Result<Self, Fault> {
        // SQLite gives its log beside it the same mode.
        private_file(file).map_err(sqlx::Error::Io)?;
        let path = std::path::absolute(file).map_err(sqlx::Error::Io)?;
        let path = path.to_str().ok_or(Fault::Damaged { what: "the database's path" })?;
        // Without an authority, and so that nothing of a path (`C:\…`) is taken for a part of the address.
        let signs = [("%", "%25"), ("?", "%3F"), ("#", "%23"), ("\\", "%5C"), (":", "%3A")];
        let escaped = signs.iter().fold(path.to_owned(), |path, (sign, written)| path.replace(sign, written));
        let url = format!("sqlite:{escaped}");
        let pool = |size: u32, last: &'static str| {
            let pragmas = format!(
                "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; {last}",
                PATIENCE.as_millis()
            );
            AnyPoolOptions::new()
                .max_connections(size)
                .acquire_timeout(PATIENCE)
                .idle_timeout(None)
                .max_lifetime(None)
                .after_connect(move |connection, _| {
                    let pragmas = AssertSqlSafe(pragmas.clone());
                    Box::pin(async move { connection.execute(sqlx::raw_sql(pragmas)).await.map(drop) })
                })
        };
        sqlx::any::install_default_drivers();
        let options = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
        let writers = pool(1, "").connect_with(options.clone()).await?;
        migrations::migrator(Kind::Sqlite).run(&writers).await?;
        let readers = pool(READERS, "PRAGMA query_only = ON").connect_with(options).await?;
        Ok(Self { kind: Kind::Sqlite, writers, readers })
    }

    /// Opens a PostgreSQL database by its URL, and brings its tables up to date; several replicas may do so at once.
    pub async fn postgres(url: &str) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let options = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
        // A replica whose machine went away in a transaction keeps its locks until it is missed: nobody waits for that. And a commit
        // that returned is on the disk, whatever the server is set to otherwise.
        let ms = PATIENCE.as_millis();
        let settings = format!(
            "SET lock_timeout = {ms}; SET idle_in_transaction_session_timeout = {ms}; \
             SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        );
        let pool = || {
            let settings = settings.clone();
            AnyPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).after_connect(
                move |connection, _| {
                    let settings = AssertSqlSafe(settings.clone());
                    Box::pin(async move { connection.execute(sqlx::raw_sql(settings)).await.map(drop) })
                },
            )
        };
        let writers = pool().connect_with(options.clone()).await?;
        migrations::migrator(Kind::Postgres).run(&writers).await?;
        // Apart: who waits for a lock keeps nobody from reading.
        let readers = pool().connect_with(options).await?;
        Ok(Self { kind: Kind::Postgres, writers, readers })
    }

    async fn begin(&self, about: About<'_>) -> Result<Transaction<'static, Any>, sqlx::Error> {
        if self.kind == Kind::Postgres {
            let mut transaction = self.writers.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?;
            self.lock(&mut transaction, &about).await?;
            return Ok(transaction);
        }
        const BEGIN: &str = "BEGIN IMMEDIATE";
        match self.writers.begin_with(BEGIN).await {
            // On a full disk SQLite ends the transaction by itself and the driver's count of open ones stays behind: that
            // connection would refuse every transaction for ever, so it is replaced.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writers.acquire().await?.close().await?;
                self.writers.begin_with(BEGIN).await
            }
            begun => begun,
        }
    }

    /// From here to its end, the transaction is about this too.
    async fn lock(&self, transaction: &mut Transaction<'static, Any>, about: &About<'_>) -> Result<(), sqlx::Error> {
        if let (Kind::Postgres, Some(lock)) = (self.kind, about.lock()) {
            let query = sqlx::query("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)").bind(lock);
            query.execute(&mut **transaction).await?;
        }
        Ok(())
    }

    /// For reads of one moment.
    async fn begin_reading(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        match self.kind {
            Kind::Sqlite => self.readers.begin().await,
            Kind::Postgres => self.readers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await,
        }
    }
}

#[async_trait]
impl Ledger for SqlLedger {
    async fn hub_id(&self, candidate: HubId, key: Fingerprint) -> Result<HubId, Fault> {
        write!(self, About::Hub, tx => registry::hub_id(tx, candidate, key))
    }

    async fn add_agency(&self, agency: &Agency, by: &Author, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Hub, tx => registry::add_agency(tx, agency, by, now))
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
        by: &Author,
    ) -> Result<(), Fault> {
        write!(self, About::Hub, tx => registry::add_code(tx, hash, agency, now, expires, by))
    }

    async fn enrol(&self, request: &EnrolRequest, now: Timestamp) -> Result<Device, Fault> {
        write!(self, About::Hub, tx => registry::enrol(tx, request, now))
    }

    async fn device(&self, token_hash: Digest) -> Result<Option<Device>, Fault> {
        read!(self, db => registry::device(db, token_hash))
    }

    async fn create_upload(&self, who: &Device, new: NewUpload, now: Timestamp) -> Result<StoredUpload, Fault> {
        write!(self, About::Agency(&who.agency.code), tx => uploads::create(tx, who, new, now))
    }

    async fn upload(&self, id: UploadId) -> Result<Option<StoredUpload>, Fault> {
        read!(self, db => uploads::get(db, id))
    }

    async fn advance_upload(&self, id: UploadId, from: u64, to: u64, parts: &[UploadPart]) -> Result<(), Fault> {
        write!(self, About::Upload(id), tx => uploads::advance(tx, id, from, to, parts))
    }

    async fn upload_parts(&self, id: UploadId) -> Result<Vec<UploadPart>, Fault> {
        read!(self, db => uploads::parts(db, id))
    }

    async fn complete_upload(&self, id: UploadId, found: Digest, now: Timestamp) -> Result<(), Fault> {
        let mut transaction = self.begin(About::Upload(id)).await?;
        // Upload before content: nobody takes the two in the other order.
        self.lock(&mut transaction, &About::Content(found)).await?;
        retention::is_kept(&mut transaction, found).await?;
        uploads::complete(&mut transaction, id, found, now).await?;
        Ok(transaction.commit().await?)
    }

    async fn lose_upload(&self, id: UploadId) -> Result<bool, Fault> {
        write!(self, About::Upload(id), tx => uploads::lose(tx, id))
    }

    async fn drop_upload(&self, id: UploadId) -> Result<(), Fault> {
        write!(self, About::Upload(id), tx => uploads::drop(tx, id))
    }

    async fn declare_length(&self, id: UploadId, length: u64) -> Result<(), Fault> {
        write!(self, About::Upload(id), tx => uploads::declare_length(tx, id, length))
    }

    async fn renew_upload(&self, id: UploadId, expires: Timestamp) -> Result<(), Fault> {
        write!(self, About::Upload(id), tx => uploads::renew(tx, id, expires))
    }

    async fn expire_uploads(&self, now: Timestamp) -> Result<Vec<UploadId>, Fault> {
        write!(self, About::Hub, tx => uploads::expire(tx, now))
    }

    async fn unfinished_uploads(&self) -> Result<Vec<StoredUpload>, Fault> {
        read!(self, db => uploads::unfinished(db))
    }

    async fn add_file(&self, agency: &AgencyCode, content: Digest, size: u64, now: Timestamp) -> Result<(), Fault> {
        let mut transaction = self.begin(About::Content(content)).await?;
        retention::is_kept(&mut transaction, content).await?;
        uploads::add_file(&mut transaction, agency, content, size, now).await?;
        Ok(transaction.commit().await?)
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
        write!(self, About::Agency(&who.agency.code), tx => dossiers::submit(tx, who, &frozen, event, now, sign))
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
        write!(self, About::Agency(agency), tx => dossiers::decide(tx, agency, id, decision))
    }

    async fn events(&self, agency: &AgencyCode, after: u64, limit: u32) -> Result<Vec<FeedEvent>, Fault> {
        read!(self, db => dossiers::events(db, agency, after, limit))
    }

    async fn feed_version(&self) -> Result<u64, Fault> {
        let row = sqlx::query("SELECT CAST(coalesce(sum(last_cursor), 0) AS BIGINT) AS version FROM agencies");
        unsigned(&row.fetch_one(&self.readers).await?, "version")
    }

    async fn publish_catalogue(
        &self,
        revisions: &[Revision],
        by: &str,
        seen: u64,
        now: Timestamp,
    ) -> Result<Option<Published>, Fault> {
        write!(self, About::Hub, tx => catalogue::publish(tx, revisions, by, seen, now))
    }

    async fn catalogue(&self) -> Result<Published, Fault> {
        // The version and its rows are two queries: of one moment only within a transaction.
        let mut transaction = self.begin_reading().await?;
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
        write!(self, About::Hub, tx => no_paper::take(tx, who, list, now, sign))
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
        write!(self, About::Hub, tx => no_paper::applied(tx, who, sha256, now))
    }

    async fn lists_applied(&self, agency: &AgencyCode) -> Result<Vec<ListApplied>, Fault> {
        read!(self, db => no_paper::applications(db, agency))
    }

    fn schema(&self) -> i64 {
        migrations::newest()
    }

    async fn export(&self, row: &mut (dyn FnMut(WholeRow) -> Result<(), Fault> + Send)) -> Result<(), Fault> {
        whole::export(&mut *self.begin_reading().await?, row).await
    }

    async fn import(
        &self,
        rows: &mut (dyn Iterator<Item = Result<WholeRow, Fault>> + Send),
        sha256: Digest,
    ) -> Result<(), Fault> {
        let mut transaction = self.begin(About::Hub).await?;
        if !whole::is_empty(&mut transaction).await? {
            return Err(Fault::NotEmpty);
        }
        let mut shapes = whole::Shapes::new();
        for row in rows {
            let row = row?;
            if !shapes.contains_key(&row.table) {
                shapes.insert(row.table.clone(), row.columns.keys().cloned().collect());
            }
            whole::import(&mut transaction, &row).await?;
        }
        if self.kind == Kind::Postgres {
            whole::number_on(&mut transaction).await?;
        }
        if whole::sha256(&mut transaction, &shapes).await? != sha256 {
            return Err(Fault::Damaged { what: "the backup" });
        }
        Ok(transaction.commit().await?)
    }

    async fn stored_files(&self, after: Option<Digest>, limit: u32) -> Result<Vec<(Digest, u64)>, Fault> {
        read!(self, db => uploads::stored_files(db, after, limit))
    }

    async fn plan_job(&self, kind: &str, about: &str, due: Timestamp) -> Result<(), Fault> {
        write!(self, About::Row, tx => jobs::plan(tx, kind, about, due))
    }

    async fn take_job(&self, now: Timestamp, until: Timestamp) -> Result<Option<Job>, Fault> {
        write!(self, About::Row, tx => jobs::take(tx, self.kind, now, until))
    }

    async fn hold_job(&self, kind: &str, now: Timestamp, until: Timestamp) -> Result<Option<Job>, Fault> {
        write!(self, About::Row, tx => jobs::hold(tx, kind, now, until))
    }

    async fn prolong_job(&self, job: &Job, until: Timestamp) -> Result<Option<Job>, Fault> {
        write!(self, About::Row, tx => jobs::prolong(tx, job, until))
    }

    async fn give_back_job(&self, job: &Job) -> Result<(), Fault> {
        write!(self, About::Row, tx => jobs::give_back(tx, job))
    }

    async fn end_job(&self, job: &Job, end: &JobEnd, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Row, tx => jobs::end(tx, job, end, now))
    }

    async fn jobs(&self) -> Result<Vec<Job>, Fault> {
        read!(self, db => jobs::all(db))
    }

    async fn unused_files(&self, before: Timestamp, limit: u32) -> Result<Vec<UnusedFile>, Fault> {
        read!(self, db => retention::unused(db, before, limit))
    }

    async fn release_file(
        &self,
        agency: &AgencyCode,
        content: Digest,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Option<bool>, Fault> {
        // The agency's submissions may be about to name it, and anybody's upload to become it.
        let mut transaction = self.begin(About::Agency(agency)).await?;
        self.lock(&mut transaction, &About::Content(content)).await?;
        let released = retention::release(&mut transaction, agency, content, before, now).await?;
        transaction.commit().await?;
        Ok(released)
    }

    async fn under_removal(&self) -> Result<Vec<Digest>, Fault> {
        read!(self, db => retention::under_removal(db))
    }

    async fn remove_file(&self, content: Digest, now: Timestamp, remove: Removing<'_>) -> Result<(), Fault> {
        let mut transaction = self.begin(About::Content(content)).await?;
        if retention::is_under_removal(&mut transaction, content).await? {
            // As long as the lock is held; a store that does not answer keeps nobody waiting for longer than that.
            tokio::time::timeout(PATIENCE / 2, remove()).await.map_err(|_| Fault::BeingRemoved)??;
            retention::removed(&mut transaction, content, now).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn is_named(&self, agency: &AgencyCode, content: Digest) -> Result<bool, Fault> {
        read!(self, db => retention::is_named(db, agency, content))
    }

    async fn stored_again(&self, content: Digest) -> Result<(), Fault> {
        write!(self, About::Content(content), tx => retention::stored_again(tx, content))
    }

    async fn forget(&self, before: Timestamp) -> Result<Forgotten, Fault> {
        write!(self, About::Hub, tx => retention::forget(tx, before))
    }

    async fn note_file(&self, content: Digest, found: Option<&'static str>, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Row, tx => retention::note_file(tx, content, found, now))
    }

    async fn file_faults(&self) -> Result<Vec<(Digest, String, Timestamp)>, Fault> {
        read!(self, db => retention::file_faults(db))
    }

    async fn ready(&self) -> Result<(), Fault> {
        Ok(self.begin(About::Hub).await?.rollback().await?)
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// A column that holds the text of a value.
fn parsed<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<T, Fault> {
    row.try_get::<&str, _>(column)?.parse().map_err(|_| Fault::Damaged { what: column })
}

fn maybe<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<Option<T>, Fault> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| Fault::Damaged { what: column })).transpose()
}

/// A column that holds the JSON of a value.
fn json<T: DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<T, Fault> {
    serde_json::from_str(row.try_get(column)?).map_err(|_| Fault::Damaged { what: column })
}

fn to_json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::Damaged { what: "json" })
}

fn unsigned(row: &AnyRow, column: &'static str) -> Result<u64, Fault> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Fault::Damaged { what: column })
}

/// SQLite's integers are signed; ours stay below 2⁵³.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
