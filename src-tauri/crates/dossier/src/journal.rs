//! The journal: append-only, hash-chained. Each entry names the digest of the one before it, so nothing can be changed,
//! left out or put in without breaking every later link.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    digest::{self, Digest},
    id::{DeviceId, DossierId},
    timestamp::Timestamp,
};

/// One act, by whom and on what, without its content: `before` and `after` are digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// From 1, without gaps, per journal.
    #[ts(type = "number")]
    pub seq: u64,
    /// The digest of entry `seq - 1`; [`GENESIS`] for the first.
    pub prev: Digest,
    pub at: Timestamp,
    pub who: String,
    pub device: DeviceId,
    /// Done by the system by itself, not by a person.
    pub automatic: bool,
    /// The act, as a code: `dossier.submitted`.
    pub what: String,
    pub dossier: Option<DossierId>,
    pub before: Option<Digest>,
    pub after: Option<Digest>,
}

/// What the first entry of a journal names as the one before it.
pub const GENESIS: Digest = Digest([0; 32]);

/// The last known link: what the next entry is added to, and what an outside copy can be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Head {
    /// 0 for an empty journal.
    #[ts(type = "number")]
    pub seq: u64,
    pub digest: Digest,
}

impl Head {
    pub const EMPTY: Self = Self { seq: 0, digest: GENESIS };
}

/// Where a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Broken {
    #[error("expected entry {expected}, found {found}")]
    Gap {
        #[ts(type = "number")]
        expected: u64,
        #[ts(type = "number")]
        found: u64,
    },
    #[error("entry {seq} does not follow the entry before it")]
    Link {
        #[ts(type = "number")]
        seq: u64,
    },
}

impl Entry {
    /// The digest that the next entry names: SHA-256 of the entry's canonical JSON.
    pub fn digest(&self) -> Digest {
        // An entry is strings, booleans and one number: nothing of it fails to serialise.
        Digest::of(&digest::canonical_json(self).unwrap_or_default())
    }

    pub fn head(&self) -> Head {
        Head { seq: self.seq, digest: self.digest() }
    }
}

/// Follows `entries` from `start` (the empty journal, or a head kept elsewhere) and answers the last head.
pub fn verify_chain<'e>(start: Head, entries: impl IntoIterator<Item = &'e Entry>) -> Result<Head, Broken> {
    entries.into_iter().try_fold(start, |head, entry| {
        if entry.seq != head.seq + 1 {
            return Err(Broken::Gap { expected: head.seq + 1, found: entry.seq });
        }
        if entry.prev != head.digest {
            return Err(Broken::Link { seq: entry.seq });
        }
        Ok(entry.head())
    })
}
