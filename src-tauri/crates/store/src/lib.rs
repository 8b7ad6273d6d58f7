//! This computer's memory: one profile folder with an encrypted database and encrypted blobs.
//!
//! Everything is on the disk when a call returns; a call that did not return changed nothing. Manifests, receipts,
//! answers, findings and reports are opaque here. Times, ids and the folder are passed in.
//!
//! One module per table: rows, reads, writes and tests together.

mod blobs;
mod catalogue;
mod columns;
mod database;
mod documents;
mod dossiers;
mod enrolment;
mod error;
mod events;
mod journal;
mod outbox;
mod pages;
mod profile;
mod reader;
mod recovery;
mod search;
mod seal;
mod settings;
#[cfg(test)]
mod testing;

use std::{
    fs::File,
    sync::{Arc, OnceLock},
};

use dossier::Timestamp;
use sqlx::SqlitePool;

pub use blobs::{BlobCheck, BlobId, BlobName};
pub use catalogue::{CatalogueEntry, Pin};
pub use documents::{Document, DocumentHead, DocumentKind, DocumentStatus, Failure, NewDocument, NewSource, Source};
pub use dossiers::{Cursor, Dossier, DossierHead, DossierPage, DossierQuery, DossierSummary, NewDossier};
pub use enrolment::Enrolment;
pub use error::{Clash, Damage, Result, StoreError, Subject};
pub use events::{NewEvent, StoredEvent};
pub use journal::Act;
pub use outbox::{
    NewOutboxFile, NewReceipt, NewSubmission, OutboxFile, OutboxState, Receipt, SendError, Submission, SubmissionKind,
    UploadProgress,
};
pub use pages::{Digitised, NewPage, NewRendition, Page, Rendition};
pub use profile::Profile;
pub use reader::BlobReader;
pub use recovery::Recovered;

/// An open profile. Cheap to clone; the profile's lock is held until the last clone is dropped.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    profile: Profile,
    database: database::Database,
    blob_keys: seal::BlobKeys,
    publishing: tokio::sync::Mutex<()>,
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

    pub(crate) fn publishing(&self) -> &tokio::sync::Mutex<()> {
        &self.0.publishing
    }
}

fn ms(at: Timestamp) -> i64 {
    at.unix_ms()
}
