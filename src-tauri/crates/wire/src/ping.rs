//! Is the hub there? Only an answer it signed says yes: a captive portal or a proxy can answer, but not sign.

use dossier::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Fingerprint, HubId, PublicKey, Signature, SigningKey,
    canonical::{NotCanonical, canonical_without},
    enrol::Distrust,
    key::Kind,
};

/// The longest nonce a hub echoes, in bytes; 16 random bytes as 32 hexadecimal digits are what the desktop sends.
pub const MAX_NONCE: usize = 64;

/// Whether a nonce may be asked for: 1 to [`MAX_NONCE`] ASCII letters and digits.
pub fn is_nonce(text: &str) -> bool {
    (1..=MAX_NONCE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `GET /v1/ping?nonce=…`: needs no registration, so that the key can be checked before the enrolment code is shown to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PingAnswer {
    pub hub_id: HubId,
    pub key: PublicKey,
    /// As it was asked: an old answer replayed does not fit.
    pub nonce: String,
    /// The hub's clock.
    #[schema(value_type = String, format = DateTime)]
    pub time: Timestamp,
    pub signature: Signature,
}

impl PingAnswer {
    /// The signed answer to a nonce.
    pub fn new(hub_id: HubId, nonce: String, time: Timestamp, key: &SigningKey) -> Result<Self, NotCanonical> {
        let unsigned = key.sign(Kind::Ping, &[]);
        let mut answer = Self { hub_id, key: key.public(), nonce, time, signature: unsigned };
        answer.signature = key.sign(Kind::Ping, &canonical_without(&answer, &["signature"])?);
        Ok(answer)
    }

    /// Checks the answer against the fingerprint of an enrolment string: before the hub is known otherwise.
    pub fn verify_fingerprint(&self, expected: &Fingerprint, nonce: &str) -> Result<(), Distrust> {
        let found = self.key.fingerprint();
        if found != *expected {
            return Err(Distrust::WrongKey { expected: *expected, found });
        }
        if self.nonce != nonce {
            return Err(Distrust::Mismatch("nonce"));
        }
        let message = canonical_without(self, &["signature"]).map_err(|_| Distrust::WrongSignature)?;
        self.key.verify(Kind::Ping, &message, &self.signature).map_err(|_| Distrust::WrongSignature)
    }

    /// Checks the answer against the hub pinned at enrolment. `Ok` is the only meaning of "online".
    pub fn verify(&self, hub: HubId, key: &PublicKey, nonce: &str) -> Result<(), Distrust> {
        self.verify_fingerprint(&key.fingerprint(), nonce)?;
        if self.hub_id == hub { Ok(()) } else { Err(Distrust::Mismatch("hub")) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_the_pinned_hub_answering_this_nonce_is_online() {
        let (key, stranger) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let (hub, time) = (HubId(Uuid::from_u128(1)), Timestamp::from_unix_ms(0).unwrap());
        let answer = PingAnswer::new(hub, "n1".into(), time, &key).unwrap();
        assert_eq!(answer.verify(hub, &key.public(), "n1"), Ok(()));
        assert_eq!(answer.verify(hub, &key.public(), "n2"), Err(Distrust::Mismatch("nonce")));
        assert!(matches!(answer.verify(hub, &stranger.public(), "n1"), Err(Distrust::WrongKey { .. })));
        assert_eq!(answer.verify(HubId(Uuid::nil()), &key.public(), "n1"), Err(Distrust::Mismatch("hub")));
        let replayed = PingAnswer { nonce: "n2".into(), ..answer };
        assert_eq!(replayed.verify(hub, &key.public(), "n2"), Err(Distrust::WrongSignature));
    }

    #[test]
    fn nonces() {
        assert!(is_nonce("0a") && is_nonce(&"f".repeat(64)));
        assert!(!is_nonce("") && !is_nonce(&"f".repeat(65)) && !is_nonce("a b") && !is_nonce("é"));
    }
}
