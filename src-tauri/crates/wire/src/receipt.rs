//! The transmission receipt (xác nhận đã gửi): what the hub signs the moment a submission is stored.
//!
//! It is not form 01 (giấy tiếp nhận hồ sơ và hẹn trả kết quả): it carries no due date, which only an officer's
//! acceptance of a complete dossier produces.

use dossier::{AgencyCode, Digest, DossierId, OfficialCode, SubmissionId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{
    Fingerprint, HubId, PublicKey, Signature, SigningKey,
    canonical::{NotCanonical, canonical_without},
    enrol::Distrust,
    key::Kind,
};

/// The version this code writes and reads. A new member is a new version: a receipt is checked over all of it.
pub const VERSION: u32 = 1;

/// A transmission receipt. The signature is over the RFC 8785 bytes of all other members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub version: u32,
    pub hub_id: HubId,
    /// Which key signed.
    pub key: Fingerprint,
    #[schema(value_type = uuid::Uuid)]
    pub submission: SubmissionId,
    #[schema(value_type = uuid::Uuid)]
    pub dossier: DossierId,
    #[schema(value_type = String, example = "H06.16")]
    pub agency: AgencyCode,
    /// The official code, given by the hub.
    #[schema(value_type = String, example = "H06.16-20261121-0001")]
    pub code: OfficialCode,
    /// By the hub's clock: the time that counts.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub manifest_sha256: Digest,
    /// How many files the manifest names, and their bytes together.
    pub files: u32,
    #[ts(type = "number")]
    pub bytes: u64,
    /// Whom to call; empty when the hub has none configured.
    pub support_number: String,
    pub signature: Signature,
}

/// Everything a receipt states; see [`Receipt`] for what each member means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub hub_id: HubId,
    pub submission: SubmissionId,
    pub dossier: DossierId,
    pub agency: AgencyCode,
    pub code: OfficialCode,
    pub received_at: Timestamp,
    pub manifest_sha256: Digest,
    pub files: u32,
    pub bytes: u64,
    pub support_number: String,
}

impl Statement {
    /// The signed receipt.
    pub fn sign(self, key: &SigningKey) -> Result<Receipt, NotCanonical> {
        let mut receipt = Receipt {
            version: VERSION,
            hub_id: self.hub_id,
            key: key.public().fingerprint(),
            submission: self.submission,
            dossier: self.dossier,
            agency: self.agency,
            code: self.code,
            received_at: self.received_at,
            manifest_sha256: self.manifest_sha256,
            files: self.files,
            bytes: self.bytes,
            support_number: self.support_number,
            signature: key.sign(Kind::Receipt, &[]),
        };
        receipt.signature = key.sign(Kind::Receipt, &receipt.canonical()?);
        Ok(receipt)
    }
}

impl Receipt {
    /// The bytes the signature covers: the canonical receipt without its signature.
    pub fn canonical(&self) -> Result<Vec<u8>, NotCanonical> {
        canonical_without(self, &["signature"])
    }

    /// Checks, offline, that the holder of this key signed this receipt.
    pub fn verify(&self, key: &PublicKey) -> Result<(), Distrust> {
        if self.version != VERSION {
            return Err(Distrust::UnknownVersion(self.version));
        }
        let (expected, found) = (key.fingerprint(), self.key);
        if expected != found {
            return Err(Distrust::WrongKey { expected, found });
        }
        let bytes = self.canonical().map_err(|_| Distrust::WrongSignature)?;
        key.verify(Kind::Receipt, &bytes, &self.signature).map_err(|_| Distrust::WrongSignature)
    }

    /// Checks that this is the pinned hub's receipt for exactly this submission: the only ground for saying "sent".
    pub fn verify_for(&self, hub: HubId, key: &PublicKey, manifest: &crate::Manifest) -> Result<(), Distrust> {
        self.verify(key)?;
        let ours = manifest.sha256().map_err(|_| Distrust::Mismatch("manifest"))?;
        for (equal, what) in [
            (self.hub_id == hub, "hub"),
            (self.submission == manifest.submission, "submission"),
            (self.dossier == manifest.dossier, "dossier"),
            (self.manifest_sha256 == ours, "manifest"),
        ] {
            if !equal {
                return Err(Distrust::Mismatch(what));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::manifest::tests::submission;

    fn receipt(key: &SigningKey) -> Receipt {
        let manifest = submission().manifest;
        let statement = Statement {
            hub_id: HubId(Uuid::from_u128(7)),
            submission: manifest.submission,
            dossier: manifest.dossier,
            agency: manifest.agency.clone(),
            code: "H06.16-20261121-0001".parse().unwrap(),
            received_at: Timestamp::from_unix_ms(0).unwrap(),
            manifest_sha256: manifest.sha256().unwrap(),
            files: 2,
            bytes: manifest.bytes(),
            support_number: "1900 0000".into(),
        };
        statement.sign(key).unwrap()
    }

    #[test]
    fn receipt_holds_after_its_way_through_a_file() {
        let key = SigningKey::from_seed(&[1; 32]);
        let text = serde_json::to_string_pretty(&receipt(&key)).unwrap();
        let read: Receipt = serde_json::from_str(&text).unwrap();
        assert_eq!(read.verify(&key.public()), Ok(()));
        let manifest = submission().manifest;
        assert_eq!(read.verify_for(HubId(Uuid::from_u128(7)), &key.public(), &manifest), Ok(()));
    }

    #[test]
    fn every_member_is_covered_by_the_signature() {
        let key = SigningKey::from_seed(&[1; 32]);
        let value = serde_json::to_value(receipt(&key)).unwrap();
        let other = json!({
            "hub_id": Uuid::nil(), "submission": Uuid::nil(), "dossier": Uuid::nil(), "agency": "H06.17",
            "code": "H06.16-20261121-0002", "received_at": "2026-11-21T00:00:00.000Z", "files": 3, "bytes": 9,
            "manifest_sha256": dossier::Digest::of(b"other"), "support_number": "", "version": 2,
            "key": SigningKey::from_seed(&[2; 32]).public().fingerprint(),
            "signature": key.sign(Kind::Ping, b""),
        });
        for (name, replaced) in other.as_object().unwrap() {
            let mut altered = value.clone();
            assert_ne!(altered[name], *replaced, "{name} is altered");
            altered[name] = replaced.clone();
            let altered: Receipt = serde_json::from_value(altered).unwrap();
            assert!(altered.verify(&key.public()).is_err(), "{name} is not covered");
        }
        assert_eq!(value.as_object().unwrap().len(), other.as_object().unwrap().len(), "every member was tried");
    }

    #[test]
    fn another_hubs_or_another_submissions_receipt_is_not_ours() {
        let (key, stranger) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let (receipt, hub) = (receipt(&key), HubId(Uuid::from_u128(7)));
        assert!(matches!(receipt.verify(&stranger.public()), Err(Distrust::WrongKey { .. })));
        let mut manifest = submission().manifest;
        assert_eq!(receipt.verify_for(HubId(Uuid::nil()), &key.public(), &manifest), Err(Distrust::Mismatch("hub")));
        manifest.prepared_by = "Người khác".into();
        assert_eq!(receipt.verify_for(hub, &key.public(), &manifest), Err(Distrust::Mismatch("manifest")));
    }
}
