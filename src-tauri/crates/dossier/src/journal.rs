//! The journal: append-only, hash-chained. Each entry names the digest of the one before it, so nothing can be changed,
//! left out or put in without breaking every later link.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    digest::Digest,
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
        Digest::of_own(self)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(acts: &[&str]) -> Vec<Entry> {
        let mut head = Head::EMPTY;
        let mut entries = Vec::new();
        for act in acts {
            let entry = Entry {
                seq: head.seq + 1,
                prev: head.digest,
                at: Timestamp::from_unix_ms(1_700_000_000_000 + head.seq as i64).unwrap(),
                who: "Nguyễn Thị Hoa".into(),
                device: DeviceId(uuid::Uuid::from_u128(7)),
                automatic: false,
                what: (*act).to_owned(),
                dossier: None,
                before: None,
                after: Some(Digest::of(act.as_bytes())),
            };
            head = entry.head();
            entries.push(entry);
        }
        entries
    }

    const ACTS: [&str; 5] = ["dossier.created", "answer.set", "page.added", "dossier.submitted", "receipt.stored"];

    #[test]
    fn a_whole_chain_and_its_continuation_verify() {
        let entries = chain(&ACTS);
        let head = verify_chain(Head::EMPTY, &entries).unwrap();
        assert_eq!(head, entries[4].head());
        let middle = verify_chain(Head::EMPTY, &entries[..2]).unwrap();
        assert_eq!(verify_chain(middle, &entries[2..]), Ok(head));
        assert_eq!(verify_chain(Head::EMPTY, []), Ok(Head::EMPTY));
    }

    #[test]
    fn leaving_out_and_swapping_are_seen() {
        let mut entries = chain(&ACTS);
        entries.remove(2);
        assert_eq!(verify_chain(Head::EMPTY, &entries), Err(Broken::Gap { expected: 3, found: 4 }));
        entries[2].seq = 3;
        assert_eq!(verify_chain(Head::EMPTY, &entries), Err(Broken::Link { seq: 3 }));
    }

    proptest! {
        #[test]
        fn any_change_to_any_entry_breaks_the_chain_or_its_head(at in 0_usize..5, change in 0_usize..7) {
            let honest = chain(&ACTS);
            let head = verify_chain(Head::EMPTY, &honest).unwrap();
            let mut forged = honest.clone();
            let entry = &mut forged[at];
            match change {
                0 => entry.who.push('x'),
                1 => entry.what.push('x'),
                2 => entry.automatic = !entry.automatic,
                3 => entry.after = None,
                4 => entry.at = Timestamp::from_unix_ms(entry.at.unix_ms() + 1).unwrap(),
                5 => entry.device = DeviceId(uuid::Uuid::from_u128(8)),
                _ => entry.prev.0[31] ^= 1,
            }
            prop_assert!(verify_chain(Head::EMPTY, &forged) != Ok(head));
        }
    }
}
