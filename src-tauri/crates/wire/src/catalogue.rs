//! The hub's catalogue: a signed list of every revision it has published, and each revision's own bytes by their SHA-256.
//! A desktop fetches the list when its ETag has changed, and of the bodies only those it lacks.

use dossier::{Digest, EntryKind, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{
    HubId, PublicKey, Signature, SigningKey,
    canonical::{NotCanonical, canonical, canonical_without},
    enrol::Distrust,
    key::Kind,
};

/// The largest body of one revision, in bytes.
pub const MAX_BODY: u64 = 4 << 20;

/// One revision as the list names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
pub struct Listed {
    #[schema(value_type = String, pattern = "^(procedure|form|profile|calendar)$")]
    pub kind: EntryKind,
    pub code: String,
    pub revision: u32,
    /// Of the canonical JSON (RFC 8785) that `GET /v1/catalogue/{sha256}` answers with.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub sha256: Digest,
    #[ts(type = "number")]
    pub bytes: u64,
}

/// `GET /v1/catalogue`: everything the hub has published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CatalogueManifest {
    pub hub_id: HubId,
    /// Grows by one with each publication; 0 before the first.
    pub version: u64,
    /// When the newest of it was published, by the hub's clock.
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
    /// By kind, code and revision.
    pub entries: Vec<Listed>,
    pub signature: Signature,
}

impl CatalogueManifest {
    /// The signed list.
    pub fn new(
        hub_id: HubId,
        version: u64,
        published_at: Timestamp,
        mut entries: Vec<Listed>,
        key: &SigningKey,
    ) -> Result<Self, NotCanonical> {
        entries.sort();
        let signature = key.sign(Kind::Catalogue, &[]);
        let mut manifest = Self { hub_id, version, published_at, entries, signature };
        manifest.signature = key.sign(Kind::Catalogue, &canonical_without(&manifest, &["signature"])?);
        Ok(manifest)
    }

    /// Checks the list against the hub pinned at enrolment.
    pub fn verify(&self, hub: HubId, key: &PublicKey) -> Result<(), Distrust> {
        if self.hub_id != hub {
            return Err(Distrust::Mismatch("hub"));
        }
        let message = canonical_without(self, &["signature"]).map_err(|_| Distrust::WrongSignature)?;
        key.verify(Kind::Catalogue, &message, &self.signature).map_err(|_| Distrust::WrongSignature)
    }

    /// Its name in HTTP: changes when, and only when, the list does.
    pub fn etag(&self) -> String {
        let listed = canonical(&(self.version, &self.entries)).unwrap_or_default();
        format!("\"{}\"", Digest::of(&listed))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn listed(code: &str, body: &str) -> Listed {
        let (kind, sha256) = (EntryKind::Procedure, Digest::of(body.as_bytes()));
        Listed { kind, code: code.into(), revision: 1, sha256, bytes: body.len() as u64 }
    }

    #[test]
    fn only_the_pinned_hub_can_have_made_the_list() {
        let (key, hub) = (SigningKey::from_seed(&[3; 32]), HubId(Uuid::from_u128(3)));
        let at = Timestamp::from_unix_ms(0).unwrap();
        let list = |entries| CatalogueManifest::new(hub, 1, at, entries, &key).unwrap();
        let manifest = list(vec![listed("NB-02", "b"), listed("NB-01", "a")]);
        assert_eq!(manifest.entries[0].code, "NB-01", "in order");
        assert_eq!(manifest.verify(hub, &key.public()), Ok(()));
        assert_eq!(manifest.verify(HubId(Uuid::nil()), &key.public()), Err(Distrust::Mismatch("hub")));
        let stranger = SigningKey::from_seed(&[4; 32]).public();
        assert_eq!(manifest.verify(hub, &stranger), Err(Distrust::WrongSignature));
        let mut tampered = manifest.clone();
        tampered.entries[0].sha256 = Digest::of(b"other");
        assert_eq!(tampered.verify(hub, &key.public()), Err(Distrust::WrongSignature));
        assert_ne!(tampered.etag(), manifest.etag());
        assert_eq!(list(manifest.entries.clone()).etag(), manifest.etag());
    }
}
