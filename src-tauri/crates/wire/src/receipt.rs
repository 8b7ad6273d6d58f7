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
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
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
