//! What comes back for a parcel: the very receipts that the network would have brought, or why there is none.
//!
//! It goes through the same hands as the parcel and lies open: a receipt holds codes, hashes, counts and times, a problem its code and
//! places in the manifest; neither names a person.

use dossier::{ParcelId, SubmissionId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::VERSION;
use crate::{
    Fingerprint, HubId, Problem, PublicKey, Receipt, Signature, SigningKey,
    canonical::{NotCanonical, canonical_without},
    enrol::Distrust,
    key::Kind,
};

/// The answer to a parcel. The signature is over the RFC 8785 bytes of all other members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    pub version: u32,
    pub hub_id: HubId,
    /// Which key signed.
    pub key: Fingerprint,
    #[schema(value_type = uuid::Uuid)]
    pub parcel: ParcelId,
    /// By the hub's clock. A later reply to the same parcel knows more.
    #[schema(value_type = String, format = DateTime)]
    pub taken_at: Timestamp,
    /// In the order of the parcel.
    pub submissions: Vec<Answered>,
    pub signature: Signature,
}

/// What became of one submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    #[schema(value_type = uuid::Uuid)]
    pub submission: SubmissionId,
    pub outcome: Outcome,
}

/// Receipted, or refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Receipt(Box<Receipt>),
    Problem(Problem),
}

impl Reply {
    /// The signed reply.
    pub fn new(
        hub_id: HubId,
        parcel: ParcelId,
        taken_at: Timestamp,
        submissions: Vec<Answered>,
        key: &SigningKey,
    ) -> Result<Self, NotCanonical> {
        let signature = key.sign(Kind::ParcelReply, &[]);
        let fingerprint = key.public().fingerprint();
        let mut reply = Self { version: VERSION, hub_id, key: fingerprint, parcel, taken_at, submissions, signature };
        reply.signature = key.sign(Kind::ParcelReply, &canonical_without(&reply, &["signature"])?);
        Ok(reply)
    }

    /// Checks, offline, that the pinned hub gave this reply. Each receipt in it stands for itself and is checked by itself.
    pub fn verify(&self, hub: HubId, key: &PublicKey) -> Result<(), Distrust> {
        if self.version != VERSION {
            return Err(Distrust::UnknownVersion(self.version));
        }
        let (expected, found) = (key.fingerprint(), self.key);
        if expected != found {
            return Err(Distrust::WrongKey { expected, found });
        }
        if self.hub_id != hub {
            return Err(Distrust::Mismatch("hub"));
        }
        let bytes = canonical_without(self, &["signature"]).map_err(|_| Distrust::WrongSignature)?;
        key.verify(Kind::ParcelReply, &bytes, &self.signature).map_err(|_| Distrust::WrongSignature)
    }
}
