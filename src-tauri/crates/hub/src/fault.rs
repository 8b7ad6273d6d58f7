//! What can go wrong in a hub: a refusal, which is the client's answer, or a failure, which is the log's.

use thiserror::Error;
use wire::{Code, Problem, canonical::NotCanonical};

/// Why something was not done.
#[derive(Debug, Error)]
pub enum Fault {
    /// The request cannot be granted; the client is told exactly this.
    #[error(transparent)]
    Refused(#[from] Problem),
    #[error("ledger: {0}")]
    Ledger(#[from] sqlx::Error),
    #[error("ledger: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row of the ledger does not read as what it must be.
    #[error("ledger: {what} is damaged")]
    Damaged { what: &'static str },
    #[error("spool: {0}")]
    Spool(#[from] std::io::Error),
    #[error("objects: {0}")]
    Objects(#[from] object_store::Error),
    /// The ledger is a hub's that signs with another key.
    #[error("this is not the key that the hub signs with: give every replica the first one's (--key)")]
    OtherKey,
    /// A backup is taken into an empty hub only.
    #[error("there is a hub here already: restore into an empty place")]
    NotEmpty,
    /// Nobody needed this content for long, and it was removed meanwhile: it is to be stored again.
    #[error("the content was removed from the store")]
    Removed,
    /// It is just being removed.
    #[error("the content is being removed from the store")]
    BeingRemoved,
    /// The object store does not do what we rest on.
    #[error("the object store cannot be used: {what}")]
    Store { what: &'static str },
    #[error("cannot sign: {0}")]
    NotCanonical(#[from] NotCanonical),
    #[error("no randomness: {0}")]
    Random(getrandom::Error),
    /// A task of the hub itself ended early.
    #[error("a task was stopped")]
    Stopped,
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<tokio::task::JoinError> for Fault {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::Stopped
    }
}

impl Fault {
    /// What the client is told: a refusal as it is, a failure without its inside.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) => problem.clone(),
            Self::Spool(error) if is_no_space(error) => Code::StorageFull.into(),
            Self::Objects(error) if is_no_space(error) => Code::StorageFull.into(),
            Self::Ledger(sqlx::Error::Database(error)) if is_full(error.as_ref()) => Code::StorageFull.into(),
            // A disk or a store that fails now may be mended or back: whoever sends waits, and nothing of it is at fault.
            Self::Spool(_) | Self::Objects(_) => Code::Unavailable.into(),
            Self::Ledger(sqlx::Error::Database(error)) if is_failing(error.as_ref()) => Code::Unavailable.into(),
            Self::Ledger(
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Tls(_),
            ) => Code::Unavailable.into(),
            Self::BeingRemoved => Code::Unavailable.into(),
            _ => Code::Internal.into(),
        }
    }
}

/// Whether an error comes from a full disk or a used-up quota, however deep inside.
fn is_no_space(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::{Error, ErrorKind};
    std::iter::successors(Some(error), |error| error.source()).any(|error| {
        let kind = error.downcast_ref::<Error>().map(Error::kind);
        matches!(kind, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    })
}

/// SQLITE_FULL (13), PostgreSQL's disk_full (53100): the disk under the database is full.
fn is_full(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().is_some_and(|code| code == "13" || code == "53100")
}

/// SQLite's errors of a disk that fails or cannot be written (IOERR, READONLY, CANTOPEN) and of a writer that was waited for in vain
/// (BUSY, LOCKED); PostgreSQL's class 58 (system error) and lock_not_available.
fn is_failing(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().is_some_and(|code| match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 14),
        _ => code.starts_with("58") || code == "55P03",
    })
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};

    use super::*;

    #[test]
    fn full_disks_are_told_apart_from_other_failures() {
        let objects = |kind| {
            let source = Box::new(io::Error::from(kind));
            Fault::from(object_store::Error::Generic { store: "local", source }).problem().code
        };
        assert_eq!(objects(ErrorKind::StorageFull), Code::StorageFull);
        assert_eq!(objects(ErrorKind::QuotaExceeded), Code::StorageFull);
        assert_eq!(objects(ErrorKind::PermissionDenied), Code::Unavailable);
        // EIO.
        #[cfg(unix)]
        assert_eq!(Fault::from(io::Error::from_raw_os_error(5)).problem().code, Code::Unavailable);
        assert_eq!(Fault::from(io::Error::from(ErrorKind::QuotaExceeded)).problem().code, Code::StorageFull);
    }
}
