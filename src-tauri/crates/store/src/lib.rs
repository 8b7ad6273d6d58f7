//! This computer's memory: one profile folder with an encrypted database and encrypted blobs.
//!
//! Everything is on the disk when a call returns; a call that did not return changed nothing. Manifests, receipts,
//! answers, findings and reports are opaque here. Times, ids and the folder are passed in.
//!
//! One module per table: rows, reads, writes and tests together.

mod alike;
mod arranging;
mod backup;
mod blobs;
mod catalogue;
mod columns;
mod database;
mod discarded;
mod documents;
mod dossiers;
mod enrolment;
mod error;
mod events;
mod find;
mod imports;
mod journal;
mod marks;
mod no_paper;
mod outbox;
mod pages;
mod people;
mod portal;
mod profile;
mod reader;
mod readings;
mod recovery;
mod reuse;
mod seal;
mod search;
mod secrets;
mod settings;
mod sign_ins;
mod stacks;
mod templates;
#[cfg(test)]
mod testing;
mod watched;

use std::{
    fs::File,
    sync::{Arc, OnceLock},
};

use sqlx::SqlitePool;

pub use arranging::Arrangement;
pub use blobs::{BlobCheck, BlobId, BlobName};
pub use catalogue::{CatalogueDraft, CatalogueEntry, Origin, Pin};
pub use documents::{Document, DocumentHead, DocumentKind, DocumentStatus, Failure, NewDocument, NewSource, Source};
/// The domain's ids and instants, as this room's signatures use them.
pub use dossier::{
    DeviceId, Digest, DocumentId, DossierId, ImportId, PageId, ParcelId, PersonId, StackId, State, SubmissionId,
    TemplateId, Timestamp, Transition,
};
pub use dossiers::{Dossier, DossierHead, DossierSummary, NewDossier};
pub use enrolment::Enrolment;
pub use error::{Clash, Damage, Result, StoreError, Subject, is_disk_failing};
pub use events::{NewEvent, StoredEvent};
pub use find::{Cursor, DossierPage, DossierQuery, DueRange};
pub use imports::{Import, ImportRow, NewImport, Taken};
pub use journal::Act;
pub use no_paper::{GateOutcome, GateVisit, ListAtHub, ListState, StoredList};
pub use outbox::{
    NewOutboxFile, NewReceipt, NewSubmission, OutboxFile, OutboxState, Parcel, Receipt, SendError, Submission,
    SubmissionKind, UploadProgress,
};
pub use pages::{Digitised, NewPage, NewRendition, Page, PageEdit, Rendition};
pub use people::Person;
pub use portal::{Filing, NewPack, Pack, PackFile, PackState};
pub use profile::Profile;
pub use reader::BlobReader;
pub use readings::{Finding, MadePage, NewReading};
pub use recovery::Recovered;
pub use reuse::Reused;
pub use secrets::{Holders, SecretFrames};
pub use sign_ins::{HubSession, OfflineSignIn, SignedIn};
pub use stacks::{FiledPart, NewStackFile, Stack, StackContent, StackFile, StackHead, StackPage, StackPart};
pub use templates::Template;
pub use watched::{Watched, WatchedFile};

/// An open profile. Cheap to clone; the profile's lock is held until the last clone is dropped.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    profile: Profile,
    database: database::Database,
    blob_keys: seal::BlobKeys,
    publishing: tokio::sync::Mutex<()>,
    destroying: tokio::sync::Mutex<()>,
    recovered: OnceLock<Recovered>,
    // Last, so that the lock goes after everything it protects.
    _lock: File,
}

impl Store {
    /// Opens the profile, making it where there is none, and sets right what a kill or a power cut left behind.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another instance has it, [`StoreError::WrongKey`], [`StoreError::KeyMissing`],
    /// [`StoreError::TooNew`], [`StoreError::NoEncryption`], [`StoreError::ReadOnly`], [`StoreError::DiskFull`],
    /// [`StoreError::Corrupt`].
    pub async fn open(profile: Profile) -> Result<Self> {
        profile.make_folders()?;
        let lock = profile.lock()?;
        let key = profile.key()?;
        let database = database::Database::open(&profile.database(), &key).await?;
        let store = Self(Arc::new(Inner {
            blob_keys: key.blob_keys(),
            publishing: tokio::sync::Mutex::new(()),
            destroying: tokio::sync::Mutex::new(()),
            recovered: OnceLock::new(),
            profile,
            database,
            _lock: lock,
        }));
        let recovered = recovery::recover(&store).await?;
        store.0.recovered.get_or_init(|| recovered);
        Ok(store)
    }

    /// The profile this store lies in.
    pub fn profile(&self) -> &Profile {
        &self.0.profile
    }

    /// What opening had to set right.
    pub fn recovered(&self) -> Recovered {
        self.0.recovered.get().copied().unwrap_or_default()
    }

    /// Closes the database in order. Not needed for safety: dropping, or being killed, loses nothing.
    pub async fn close(self) {
        self.0.database.close().await;
    }

    /// Checks every page of the database against its checksum, and its indexes against its tables. Takes as long as
    /// reading the whole file.
    pub async fn check_database(&self) -> Result<()> {
        self.0.database.check().await
    }

    /// The version of SQLCipher that encrypts this profile.
    pub async fn cipher_version(&self) -> Result<String> {
        self.0.database.cipher_version().await
    }

    pub(crate) fn database(&self) -> &database::Database {
        &self.0.database
    }

    pub(crate) fn read(&self) -> &SqlitePool {
        self.0.database.read()
    }

    pub(crate) async fn write(&self) -> Result<database::Write> {
        self.0.database.write().await
    }

    pub(crate) fn blob_keys(&self) -> &seal::BlobKeys {
        &self.0.blob_keys
    }

    /// Held while a content is destroyed, and while none may be.
    pub(crate) fn destroying(&self) -> &tokio::sync::Mutex<()> {
        &self.0.destroying
    }

    /// Held while a content gets its name and its row, or loses them.
    pub(crate) fn publishing(&self) -> &tokio::sync::Mutex<()> {
        &self.0.publishing
    }
}

fn ms(at: Timestamp) -> i64 {
    at.unix_ms()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, at, new_document, new_dossier};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_profile_is_open_once_at_a_time() {
        let fixture = Fixture::new().await;
        assert!(matches!(Store::open(fixture.profile()).await.err(), Some(StoreError::InUse)));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_lost_or_foreign_key_is_told_and_changes_nothing() {
        let fixture = Fixture::new().await;
        fixture.store().set_setting("a", "b").await.unwrap();
        let (profile, dir) = (fixture.profile(), tempfile::tempdir().unwrap());
        let copy = Profile::new(dir.path().join("copy"));
        copy.make_folders().unwrap();
        std::fs::copy(profile.dir().join("store.db"), copy.dir().join("store.db")).unwrap();
        assert!(matches!(Store::open(copy.clone()).await.err(), Some(StoreError::KeyMissing)));
        std::fs::write(copy.dir().join("key"), "00".repeat(32)).unwrap();
        assert!(matches!(Store::open(copy.clone()).await.err(), Some(StoreError::WrongKey)));
        std::fs::copy(profile.dir().join("key"), copy.dir().join("key")).unwrap();
        Store::open(copy).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn nothing_personal_lies_on_the_disk_in_clear() {
        const PLANTED: &str = "Nguyễn Thị Tuyệt-Mật 0123456789";
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let mut new = new_dossier(1);
        new.head.applicant = PLANTED.into();
        let dossier = store.create_dossier(&new, &act(1)).await.unwrap();
        let answers = serde_json::json!({ "name": PLANTED });
        store.save_answers(dossier.id, 0, &answers, &dossier.head, at(2)).await.unwrap();
        let blob = store.put_bytes(PLANTED.repeat(5000).as_bytes()).await.unwrap();
        let mut document = new_document(1, &dossier, blob);
        document.sources[0].file_name = format!("{PLANTED}.pdf");
        store.add_document(&document, &act(3)).await.unwrap();
        let files = fixture.files();
        assert!(files.iter().any(|(path, _)| path.ends_with("store.db-wal")), "the log is looked at too");
        for (path, bytes) in files {
            for clear in [PLANTED, "Nguyễn Thị", "0123456789", "nguyen thi", "SQLite format 3"] {
                let clear = clear.as_bytes();
                assert!(!bytes.windows(clear.len()).any(|window| window == clear), "{}", path.display());
            }
            assert!(!path.to_string_lossy().contains("Nguy"));
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn pages_torn_while_the_log_was_copied_are_no_damage() {
        let fixture = Fixture::new().await;
        fixture.store().set_setting("name", "value").await.unwrap();
        let (copy, dir) = (tempfile::tempdir().unwrap(), fixture.profile().dir().to_owned());
        let torn = Profile::new(copy.path().join("copy"));
        torn.make_folders().unwrap();
        for file in ["key", "store.db", "store.db-wal"] {
            std::fs::copy(dir.join(file), torn.dir().join(file)).unwrap();
        }
        let database = torn.dir().join("store.db");
        let mut bytes = std::fs::read(&database).unwrap();
        // Of the first page, which every commit so far has put into the log.
        bytes[2000] ^= 1;
        std::fs::write(&database, bytes).unwrap();
        let store = Store::open(torn).await.unwrap();
        store.check_database().await.unwrap();
        assert_eq!(store.setting::<String>("name").await.unwrap().as_deref(), Some("value"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_sound_database_passes_its_check_and_a_damaged_one_does_not() {
        let fixture = Fixture::new().await;
        for n in 0..50 {
            fixture.store().set_setting(&format!("name {n}"), &"value ".repeat(200)).await.unwrap();
        }
        fixture.store().check_database().await.unwrap();
        fixture.store().database().checkpoint().await.unwrap();
        let (copy, dir) = (tempfile::tempdir().unwrap(), fixture.profile().dir().to_owned());
        let damaged = Profile::new(copy.path().join("copy"));
        damaged.make_folders().unwrap();
        let mut bytes = std::fs::read(dir.join("store.db")).unwrap();
        let place = bytes.len() - 2000;
        bytes[place] ^= 1;
        std::fs::write(damaged.dir().join("store.db"), bytes).unwrap();
        std::fs::copy(dir.join("key"), damaged.dir().join("key")).unwrap();
        let checked = match Store::open(damaged).await {
            Ok(store) => store.check_database().await,
            Err(error) => Err(error),
        };
        assert!(matches!(checked, Err(StoreError::Corrupt { .. } | StoreError::WrongKey)), "{checked:?}");
    }
}
