//! What can go wrong with this computer's memory, by what the person can do about it.

use std::io::{self, ErrorKind};

/// An error of the store. Each variant asks something different of the person; the words are the caller's.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room left on the disk that holds the profile. Nothing was half-written; free some room and try again.
    #[error("the disk is full")]
    DiskFull,
    /// The profile folder, or a file in it, cannot be written (rights, or a read-only mount).
    #[error("the profile is read-only")]
    ReadOnly,
    /// The disk answers with an error of its own (EIO). What was acknowledged before is as safe as the disk is.
    #[error("the disk reports an error")]
    DiskFailing,
    /// Another running instance has this profile open.
    #[error("the profile is open in another instance")]
    InUse,
    /// The key does not open this database (a key of another profile, or a damaged first page).
    #[error("the key does not open this database")]
    WrongKey,
    /// There is data but no key: a new key is never made over data.
    #[error("the profile has data but its key is missing")]
    KeyMissing,
    /// The build holds an SQLite without encryption: opening is refused, since the key would be ignored in silence.
    #[error("this build has no database encryption")]
    NoEncryption,
    /// Stored bytes are not what was written.
    #[error("stored data is damaged: {what}")]
    Corrupt { what: Damage },
    /// The database was written by a newer version of the application.
    #[error("the database is of version {found}, newer than {known}")]
    TooNew { found: i64, known: i64 },
    /// Nothing is stored under this id.
    #[error("no such {0}")]
    NotFound(Subject),
    /// The change does not fit what is stored now; read again, then decide.
    #[error("conflict: {0}")]
    Conflict(Clash),
    /// The dossier's state does not allow it.
    #[error("{0}")]
    Forbidden(#[from] dossier::state::Forbidden),
    /// A caller's mistake or a fault of the database that has no remedy of its own.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
    #[error("file: {0}")]
    Io(#[source] io::Error),
}

/// What is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The key file is not 64 hexadecimal digits.
    KeyFile,
    /// The database's pages.
    Database,
    /// A stored blob, by name; its file is missing, cut, or altered.
    Blob(crate::BlobName),
    /// A column whose value cannot be read.
    Column(&'static str),
    /// A backup file.
    Backup,
    /// The journal's hash chain breaks at this sequence number.
    Journal(u64),
    /// A submission of the outbox; something of its row or files cannot be read.
    Submission(crate::SubmissionId),
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::KeyFile => f.write_str("key file"),
            Self::Database => f.write_str("database"),
            Self::Blob(name) => write!(f, "blob {name}"),
            Self::Column(column) => write!(f, "column {column}"),
            Self::Backup => f.write_str("backup file"),
            Self::Journal(seq) => write!(f, "journal entry {seq}"),
            Self::Submission(id) => write!(f, "submission {id}"),
        }
    }
}

/// The kinds of thing that can be asked for by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Dossier,
    Document,
    Page,
    Blob,
    Rendition,
    Submission,
    File,
    CatalogueEntry,
    Stack,
    Person,
    Template,
    Import,
    Pack,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dossier => "dossier",
            Self::Document => "document",
            Self::Page => "page",
            Self::Blob => "blob",
            Self::Rendition => "rendition",
            Self::Submission => "submission",
            Self::File => "file",
            Self::CatalogueEntry => "catalogue entry",
            Self::Stack => "stack",
            Self::Person => "person",
            Self::Template => "template",
            Self::Import => "import",
            Self::Pack => "pack",
        })
    }
}

/// Why a change does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// Answers were saved from a version that is no longer the stored one.
    StaleAnswers { stored: u64 },
    /// The draft was saved from a version that is no longer the stored one; 0 when there is none.
    StaleDraft { stored: u32 },
    /// The dossier is frozen: a submission of it is under way.
    Frozen,
    /// The submission is not in a state that allows this.
    Submission { stored: crate::OutboxState },
    /// A parcel with the submission, written to this file then, is under way.
    Carried { file: String, made_at: dossier::Timestamp },
    /// The document is being digitised by someone else, or no longer is by the caller.
    NotLeased,
    /// The papers of the dossier are not those that were checked: one was added, taken out, moved or edited since.
    Papers,
    /// The dossier was made to try the application out: it is never sent.
    Practice,
    /// The pack was never seen whole at its place.
    PackUnfinished,
    /// Something still refers to what should be removed.
    StillReferred,
    /// A value that must be unique is taken.
    Taken,
    /// Another content of this revision of the catalogue is kept.
    OtherRevision { code: String, revision: String },
    /// This profile is enrolled with another hub.
    OtherHub { hub_id: String },
    /// This profile is enrolled for another agency of the same hub.
    OtherAgency { agency_code: String },
    /// The hub's event of this number is stored with another content.
    OtherEvent { seq: u64 },
    /// The document is not in a state that allows this.
    Document { stored: crate::DocumentStatus },
}

impl std::fmt::Display for Clash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::StaleDraft { stored } => write!(f, "the stored draft is of version {stored}"),
            Self::StaleAnswers { stored } => write!(f, "the stored answers are of version {stored}"),
            Self::Frozen => f.write_str("a submission of the dossier is under way"),
            Self::Submission { stored } => write!(f, "the submission is {stored:?}"),
            Self::Carried { file, .. } => write!(f, "the parcel {file} may still bring the submission"),
            Self::NotLeased => f.write_str("the document is not leased by the caller"),
            Self::Papers => f.write_str("the papers are not those that were checked"),
            Self::Practice => f.write_str("a practice dossier"),
            Self::PackUnfinished => f.write_str("the pack was not finished"),
            Self::StillReferred => f.write_str("still referred to"),
            Self::Taken => f.write_str("already taken"),
            Self::OtherRevision { code, revision } => write!(f, "{code} {revision} is kept with another content"),
            Self::OtherHub { hub_id } => write!(f, "enrolled with hub {hub_id}"),
            Self::OtherAgency { agency_code } => write!(f, "enrolled for agency {agency_code}"),
            Self::OtherEvent { seq } => write!(f, "event {seq} of the dossier is stored with another content"),
            Self::Document { stored } => write!(f, "the document is {stored:?}"),
        }
    }
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    pub(crate) fn column(name: &'static str) -> Self {
        Self::Corrupt { what: Damage::Column(name) }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ if is_disk_failing(&error) => Self::DiskFailing,
            _ => Self::Io(error),
        }
    }
}

/// Whether the disk itself has failed: EIO; on Windows ERROR_CRC and ERROR_IO_DEVICE.
pub fn is_disk_failing(error: &io::Error) -> bool {
    let codes: &[i32] = if cfg!(windows) { &[23, 1117] } else { &[5] };
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

// Primary result codes, https://www.sqlite.org/rescode.html (the low byte of the extended code).
const SQLITE_READONLY: i32 = 8;
const SQLITE_IOERR: i32 = 10;
/// Memory, not the disk.
const SQLITE_IOERR_NOMEM: i32 = 3082;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_CANTOPEN: i32 = 14;
const SQLITE_PERM: i32 = 3;
const SQLITE_NOTADB: i32 = 26;
const SQLITE_CONSTRAINT_FOREIGNKEY: i32 = 787;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(fault) = &error else {
            return match error {
                sqlx::Error::Io(io) => io.into(),
                other => Self::Database(other),
            };
        };
        let code = fault.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
        match code & 0xff {
            SQLITE_FULL => Self::DiskFull,
            SQLITE_IOERR if code != SQLITE_IOERR_NOMEM => Self::DiskFailing,
            SQLITE_READONLY | SQLITE_CANTOPEN | SQLITE_PERM => Self::ReadOnly,
            SQLITE_NOTADB => Self::WrongKey,
            SQLITE_CORRUPT => Self::Corrupt { what: Damage::Database },
            _ if code == SQLITE_CONSTRAINT_FOREIGNKEY => Self::Conflict(Clash::StillReferred),
            _ if fault.is_unique_violation() => Self::Conflict(Clash::Taken),
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as M;
        match error {
            M::VersionMissing(found) => Self::TooNew { found, known: crate::database::newest_migration() },
            M::Execute(inner) | M::ExecuteMigration(inner, _) => inner.into(),
            M::VersionMismatch(_) | M::Dirty(_) => Self::Corrupt { what: Damage::Database },
            other => Self::Database(sqlx::Error::Migrate(Box::new(other))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_become_what_the_person_can_act_on() {
        let from = |kind| StoreError::from(io::Error::from(kind));
        assert!(matches!(from(ErrorKind::StorageFull), StoreError::DiskFull));
        assert!(matches!(from(ErrorKind::ReadOnlyFilesystem), StoreError::ReadOnly));
        assert!(matches!(from(ErrorKind::PermissionDenied), StoreError::ReadOnly));
        assert!(matches!(from(ErrorKind::NotFound), StoreError::Io(_)));
        // ENOSPC and EDQUOT as the system numbers them on Linux.
        #[cfg(target_os = "linux")]
        for errno in [28, 122] {
            assert!(matches!(StoreError::from(io::Error::from_raw_os_error(errno)), StoreError::DiskFull));
        }
        // EIO.
        #[cfg(unix)]
        assert!(matches!(StoreError::from(io::Error::from_raw_os_error(5)), StoreError::DiskFailing));
    }
}
