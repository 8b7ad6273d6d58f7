//! Departments' lists of procedures that are no longer taken on paper: an agency sends a list that was approved, the hub answers with a
//! signed receipt, every other desktop fetches the lists in force and says that it applies them.
//!
//! A department is the agency's that sent its first list; a revision is never changed.

use dossier::{AgencyCode, Digest, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    HubId, PublicKey, Signature, SigningKey,
    canonical::{NotCanonical, canonical, canonical_without},
    enrol::{Agency, Distrust},
    key::Kind,
};

/// The largest list, in bytes of canonical JSON.
pub const MAX_LIST: u64 = 1 << 20;

/// That the hub has a list: the answer to `POST /v1/no-paper-lists`, the same whenever the same list is sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListReceipt {
    pub hub_id: HubId,
    pub department: String,
    pub revision: u32,
    /// Of the canonical list.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
    #[schema(value_type = String)]
    pub agency: AgencyCode,
    /// By the hub's clock.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    pub signature: Signature,
}

impl ListReceipt {
    /// Signs what the receipt says.
    pub fn signed(mut self, key: &SigningKey) -> Result<Self, NotCanonical> {
        self.signature = key.sign(Kind::NoPaperReceipt, &canonical_without(&self, &["signature"])?);
        Ok(self)
    }

    /// Checks that the pinned hub says this of the very list that was sent.
    pub fn verify(&self, hub: HubId, key: &PublicKey, sha256: &Digest) -> Result<(), Distrust> {
        if self.hub_id != hub {
            return Err(Distrust::Mismatch("hub"));
        }
        if self.sha256 != *sha256 {
            return Err(Distrust::Mismatch("sha256"));
        }
        let message = canonical_without(self, &["signature"]).map_err(|_| Distrust::WrongSignature)?;
        key.verify(Kind::NoPaperReceipt, &message, &self.signature).map_err(|_| Distrust::WrongSignature)
    }
}

/// The newest list of one department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListedList {
    pub department: String,
    pub revision: u32,
    /// Of the canonical JSON (RFC 8785) that `GET /v1/no-paper-lists/{sha256}` answers with.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
    pub bytes: u64,
    /// Who sent it.
    pub agency: Agency,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
}

/// `GET /v1/no-paper-lists`: the newest list of every department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListsInForce {
    pub hub_id: HubId,
    /// By department.
    pub lists: Vec<ListedList>,
    pub signature: Signature,
}

impl ListsInForce {
    /// The signed lists.
    pub fn new(hub_id: HubId, mut lists: Vec<ListedList>, key: &SigningKey) -> Result<Self, NotCanonical> {
        lists.sort_by(|a, b| a.department.cmp(&b.department));
        let mut answer = Self { hub_id, lists, signature: key.sign(Kind::NoPaper, &[]) };
        answer.signature = key.sign(Kind::NoPaper, &canonical_without(&answer, &["signature"])?);
        Ok(answer)
    }

    /// Checks them against the hub pinned at enrolment.
    pub fn verify(&self, hub: HubId, key: &PublicKey) -> Result<(), Distrust> {
        if self.hub_id != hub {
            return Err(Distrust::Mismatch("hub"));
        }
        let message = canonical_without(self, &["signature"]).map_err(|_| Distrust::WrongSignature)?;
        key.verify(Kind::NoPaper, &message, &self.signature).map_err(|_| Distrust::WrongSignature)
    }

    /// Its name in HTTP: changes when, and only when, the lists do.
    pub fn etag(&self) -> String {
        format!("\"{}\"", Digest::of(&canonical(&self.lists).unwrap_or_default()))
    }
}

/// A desktop that applies a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    pub agency: Agency,
    pub station: String,
    /// By the hub's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Who applies one of the own agency's lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListApplied {
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
    /// The first to say so first.
    pub by: Vec<Application>,
}

/// `GET /v1/no-paper-applied`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListsApplied {
    pub lists: Vec<ListApplied>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_receipt_holds_for_its_list_and_lists_for_their_hub_only() {
        let (key, stranger) = (SigningKey::from_seed(&[3; 32]), SigningKey::from_seed(&[4; 32]).public());
        let (hub, at) = (HubId(Uuid::from_u128(3)), Timestamp::from_unix_ms(0).unwrap());
        let (mine, other) = (Digest::of(b"mine"), Digest::of(b"other"));
        let receipt = ListReceipt {
            hub_id: hub,
            department: "Sở Nội vụ".into(),
            revision: 1,
            sha256: mine,
            agency: "H06.16".parse().unwrap(),
            received_at: at,
            signature: key.sign(Kind::NoPaper, &[]),
        };
        assert_eq!(receipt.verify(hub, &key.public(), &mine), Err(Distrust::WrongSignature), "not signed yet");
        let receipt = receipt.signed(&key).unwrap();
        assert_eq!(receipt.verify(hub, &key.public(), &mine), Ok(()));
        assert_eq!(receipt.verify(hub, &key.public(), &other), Err(Distrust::Mismatch("sha256")));
        assert_eq!(receipt.verify(hub, &stranger, &mine), Err(Distrust::WrongSignature));

        let agency = Agency { code: "H06.16".parse().unwrap(), name: "Sở Nội vụ".into() };
        let listed = |department: &str, sha256| ListedList {
            department: department.into(),
            revision: 1,
            sha256,
            bytes: 4,
            agency: agency.clone(),
            received_at: at,
        };
        let lists = ListsInForce::new(hub, vec![listed("b", mine), listed("a", other)], &key).unwrap();
        assert_eq!(lists.lists[0].department, "a", "in order");
        assert_eq!(lists.verify(hub, &key.public()), Ok(()));
        let mut tampered = lists.clone();
        tampered.lists[0].sha256 = mine;
        assert_eq!(tampered.verify(hub, &key.public()), Err(Distrust::WrongSignature));
        assert_ne!(tampered.etag(), lists.etag());
    }
}
