//! The audit log as it is read: who did what about which dossier, person or device, without the content of any.
//!
//! Entries are chained: each names the digest of the one before it, so that none can be changed, left out or put in without breaking
//! every later link. What was cut off at the end shows only against a head that was kept elsewhere.

use dossier::{
    AccountId, AgencyCode, DeviceId, Digest, Timestamp,
    journal::{Broken, Head},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::canonical::{NotCanonical, canonical};

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// From 1, without gaps.
    pub seq: u64,
    /// The digest of entry `seq - 1`; 64 zeros for the first.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub prev: Digest,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[schema(value_type = Option<String>)]
    pub agency: Option<AgencyCode>,
    /// The signed-in person, where there was one.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub account: Option<AccountId>,
    /// The person's sign-in name, the officer at the hub's console, or empty: the device by itself.
    pub who: String,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub device: Option<DeviceId>,
    /// The act, as a code: `dossier.read`.
    pub what: String,
    /// What it is about, its kind first: `dossier H06.16-20261121-0001`, `person hoa.nt`.
    pub about: Option<String>,
    /// `done`, or why not: the code of the refusal.
    pub result: String,
}

impl AuditEntry {
    /// Itself as the end of the chain: its digest, the SHA-256 of its canonical JSON, is what the next entry names.
    pub fn head(&self) -> Result<Head, NotCanonical> {
        Ok(Head { seq: self.seq, digest: Digest::of(&canonical(self)?) })
    }
}

/// Follows `entries` from `start` and answers the last head.
pub fn verify_chain<'e>(start: Head, entries: impl IntoIterator<Item = &'e AuditEntry>) -> Result<Head, Broken> {
    entries.into_iter().try_fold(start, |head, entry| {
        if entry.seq != head.seq + 1 {
            return Err(Broken::Gap { expected: head.seq + 1, found: entry.seq });
        }
        if entry.prev != head.digest {
            return Err(Broken::Link { seq: entry.seq });
        }
        entry.head().map_err(|_| Broken::Link { seq: entry.seq })
    })
}

/// `GET /v1/audit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditAnswer {
    pub entries: Vec<AuditEntry>,
    /// The `after` of the next question, where there may be more.
    pub next: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: u64) -> Vec<AuditEntry> {
        let mut head = Head::EMPTY;
        (1..=length)
            .map(|seq| {
                let entry = AuditEntry {
                    seq,
                    prev: head.digest,
                    at: Timestamp::from_unix_ms(1_795_230_000_000).unwrap(),
                    agency: Some("H06.16".parse().unwrap()),
                    account: None,
                    who: "hoa.nt".into(),
                    device: None,
                    what: "dossier.read".into(),
                    about: Some("dossier H06.16-20261121-0001".into()),
                    result: "done".into(),
                };
                head = entry.head().unwrap();
                entry
            })
            .collect()
    }

    #[test]
    fn what_was_changed_left_out_or_put_in_breaks_the_chain() {
        let honest = chain(4);
        let head = verify_chain(Head::EMPTY, &honest).unwrap();
        assert_eq!(head, honest[3].head().unwrap());
        let mut changed = honest.clone();
        changed[1].who = "khac".into();
        assert_eq!(verify_chain(Head::EMPTY, &changed), Err(Broken::Link { seq: 3 }));
        let mut short = honest.clone();
        short.remove(2);
        assert_eq!(verify_chain(Head::EMPTY, &short), Err(Broken::Gap { expected: 3, found: 4 }));
        assert_ne!(verify_chain(Head::EMPTY, &honest[..3]), Ok(head), "a cut end shows against a kept head");
    }
}
