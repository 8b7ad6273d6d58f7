//! How a desktop becomes known to a hub: a string the hub prints once, exchanged for a registration.
//!
//! The desktop makes its own secret token; the hub keeps only the token's hash. So the exchange can be repeated after a
//! lost answer, and the hub's database holds nothing that opens a door.

use std::{fmt, str::FromStr};

use dossier::{AgencyCode, DeviceId, Digest, Timestamp, digest::NotADigest};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{
    Fingerprint, HubId, HubUrl, PublicKey, Signature, SigningKey,
    canonical::{NotCanonical, canonical, canonical_without},
    key::{KeyError, Kind},
    url::UrlError,
};

/// What `hoso-hub enrol-code` prints and the clerk pastes: `URL#code#fingerprint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentString {
    pub url: HubUrl,
    pub code: EnrolmentCode,
    /// Of the hub's public key: the desktop trusts no other key at this address.
    pub fingerprint: Fingerprint,
}

/// What is wrong with a pasted enrolment string.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnrolmentStringError {
    #[error("three parts joined by # expected, {0} found")]
    Parts(usize),
    #[error("the address: {0}")]
    Url(#[from] UrlError),
    #[error("the code: {0}")]
    Code(#[from] EnrolmentCodeError),
    #[error("the fingerprint: {0}")]
    Fingerprint(KeyError),
}

impl FromStr for EnrolmentString {
    type Err = EnrolmentStringError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.trim().split('#').collect();
        let [url, code, fingerprint] = parts[..] else { return Err(EnrolmentStringError::Parts(parts.len())) };
        let fingerprint = fingerprint.trim().parse().map_err(EnrolmentStringError::Fingerprint)?;
        Ok(Self { url: url.trim().parse()?, code: code.parse()?, fingerprint })
    }
}

impl fmt::Display for EnrolmentString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}#{}", self.url, self.code.reveal(), self.fingerprint)
    }
}

/// A one-time code: 80 random bits as 16 characters of Crockford's base 32, in groups of four. Read leniently: case,
/// spaces and hyphens do not matter, O is 0, I and L are 1.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "7K3Q-0ZDX-9M2A-VB5T")]
pub struct EnrolmentCode([u8; 16]);

/// What is wrong with an enrolment code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnrolmentCodeError {
    #[error("16 characters expected, {0} found")]
    Length(usize),
    #[error("{0:?} does not occur in a code")]
    Character(char),
}

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl EnrolmentCode {
    /// The code made of 10 random bytes.
    pub fn from_random(bytes: [u8; 10]) -> Self {
        let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        Self(std::array::from_fn(|i| CROCKFORD[(bits >> (75 - 5 * i) & 31) as usize]))
    }

    /// What the hub keeps: the hash of the 16 characters without hyphens.
    pub fn hash(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The code itself, to be shown once to the person who asked for it.
    pub fn reveal(&self) -> String {
        let groups: Vec<&str> = self.0.chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join("-")
    }
}

impl FromStr for EnrolmentCode {
    type Err = EnrolmentCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut characters = Vec::with_capacity(16);
        for c in text.chars().filter(|c| *c != '-' && !c.is_whitespace()) {
            let upper = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            match u8::try_from(upper) {
                Ok(byte) if CROCKFORD.contains(&byte) => characters.push(byte),
                _ => return Err(EnrolmentCodeError::Character(c)),
            }
        }
        let length = characters.len();
        characters.try_into().map(Self).map_err(|_| EnrolmentCodeError::Length(length))
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

impl TryFrom<String> for EnrolmentCode {
    type Error = EnrolmentCodeError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EnrolmentCode> for String {
    fn from(code: EnrolmentCode) -> Self {
        code.reveal()
    }
}

/// A device's secret: 32 random bytes, sent as `Authorization: Bearer <64 hexadecimal digits>` (RFC 6750).
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken([u8; 32]);

impl DeviceToken {
    /// The token made of 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.reveal())
    }

    /// Reads an `Authorization` header; `None` when it is not a bearer token of ours.
    pub fn from_authorization(header: &str) -> Option<Self> {
        let (scheme, token) = header.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().parse().ok()).flatten()
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the hub keeps: the SHA-256 of the 32 bytes.
    pub fn hash(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The secret itself, for the device's own encrypted store.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }
}

impl FromStr for DeviceToken {
    type Err = NotADigest;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Digest>().map(|bytes| Self(bytes.0))
    }
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceToken(…)")
    }
}

/// `POST /v1/enrolments`. The same code with the same device and token again gives the same answer; a used code with
/// anything else is refused with [`crate::Code::UsedCode`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolRequest {
    pub code: EnrolmentCode,
    #[schema(value_type = uuid::Uuid)]
    pub device: DeviceId,
    /// What people call this computer, at most 200 characters.
    pub device_name: String,
    /// [`DeviceToken::hash`] of the token the device will show from now on.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub token_sha256: Digest,
}

/// An agency as the hub knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Agency {
    #[schema(value_type = String, example = "H06.16")]
    pub code: AgencyCode,
    /// Its Vietnamese name, NFC.
    pub name: String,
}

/// What a device learns when it is enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct EnrolAnswer {
    pub hub_id: HubId,
    pub hub_public_key: PublicKey,
    pub agency: Agency,
    /// The device's short name inside this hub, unique there: the middle of its provisional codes.
    pub station: String,
    /// Whom to call; empty when the hub has none configured.
    pub support_number: String,
    #[schema(value_type = String, format = DateTime)]
    pub hub_time: Timestamp,
    /// Over everything above and the request it answers.
    pub signature: Signature,
}

/// Why an answer of a hub is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Distrust {
    /// Somebody else's key at this address.
    #[error("the hub shows the key {found}, {expected} was expected")]
    WrongKey { expected: Fingerprint, found: Fingerprint },
    /// Another hub's id under the right key, or an answer to another question.
    #[error("the answer belongs to another {0}")]
    Mismatch(&'static str),
    #[error("the signature does not fit the answer")]
    WrongSignature,
    #[error("version {0} is not known")]
    UnknownVersion(u32),
}

impl EnrolAnswer {
    /// Signs the answer to this request; `signature` is replaced.
    pub fn signed(mut self, request: &EnrolRequest, key: &SigningKey) -> Result<Self, NotCanonical> {
        self.hub_public_key = key.public();
        self.signature = key.sign(Kind::Enrolment, &self.message(request)?);
        Ok(self)
    }

    /// Checks that the hub with this fingerprint gave this answer to this request.
    pub fn verify(&self, expected: &Fingerprint, request: &EnrolRequest) -> Result<(), Distrust> {
        let found = self.hub_public_key.fingerprint();
        if found != *expected {
            return Err(Distrust::WrongKey { expected: *expected, found });
        }
        let message = self.message(request).map_err(|_| Distrust::WrongSignature)?;
        let valid = self.hub_public_key.verify(Kind::Enrolment, &message, &self.signature);
        valid.map_err(|_| Distrust::WrongSignature)
    }

    fn message(&self, request: &EnrolRequest) -> Result<Vec<u8>, NotCanonical> {
        let mut message = canonical_without(self, &["signature"])?;
        message.extend_from_slice(&Digest::of(&canonical(request)?).0);
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code() -> EnrolmentCode {
        EnrolmentCode::from_random([0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8])
    }

    #[test]
    fn code_is_read_as_people_write_it() {
        let code = code();
        assert_eq!(code.reveal(), "ZW00-20G3-0G2G-C1R8");
        assert_eq!("zw oo-2og3og2g-cir8".parse(), Ok(code.clone()));
        assert_eq!("zw".parse::<EnrolmentCode>(), Err(EnrolmentCodeError::Length(2)));
        assert_eq!("ZW00-20G3-0G2G-C1RU".parse::<EnrolmentCode>(), Err(EnrolmentCodeError::Character('U')));
        assert!(!format!("{code:?}").contains("ZW"));
    }

    #[test]
    fn string_reads_back_and_names_its_faulty_part() {
        let fingerprint = SigningKey::from_seed(&[1; 32]).public().fingerprint();
        let string = EnrolmentString { url: "http://127.0.0.1:8765".parse().unwrap(), code: code(), fingerprint };
        assert_eq!(format!(" {string}\n").parse(), Ok(string.clone()));
        let parse = |text: &str| text.parse::<EnrolmentString>().unwrap_err();
        assert_eq!(parse("http://127.0.0.1"), EnrolmentStringError::Parts(1));
        assert_eq!(parse("hub#a#b"), EnrolmentStringError::Fingerprint(KeyError::Fingerprint));
        assert_eq!(parse(&format!("hub#a#{fingerprint}")), EnrolmentStringError::Url(UrlError::Scheme));
    }

    #[test]
    fn token_travels_in_the_header_and_only_its_hash_is_shown() {
        let token = DeviceToken::from_random([9; 32]);
        assert_eq!(DeviceToken::from_authorization(&token.authorization()), Some(token.clone()));
        assert_eq!(DeviceToken::from_authorization("Basic abc"), None);
        assert_eq!(token.hash(), Digest::of(&[9; 32]));
        assert!(!format!("{token:?}").contains("09"));
    }

    #[test]
    fn answer_is_believed_only_from_that_key_for_that_request() {
        let key = SigningKey::from_seed(&[1; 32]);
        let request = EnrolRequest {
            code: code(),
            device: DeviceId(uuid::Uuid::nil()),
            device_name: "Máy 1".into(),
            token_sha256: Digest::of(b"t"),
        };
        let answer = EnrolAnswer {
            hub_id: HubId(uuid::Uuid::nil()),
            hub_public_key: key.public(),
            agency: Agency { code: "H06.16".parse().unwrap(), name: "Sở Nội vụ".into() },
            station: "01".into(),
            support_number: String::new(),
            hub_time: Timestamp::from_unix_ms(0).unwrap(),
            signature: key.sign(Kind::Enrolment, b""),
        };
        let fingerprint = key.public().fingerprint();
        assert_eq!(answer.verify(&fingerprint, &request), Err(Distrust::WrongSignature));
        let answer = answer.signed(&request, &key).unwrap();
        assert_eq!(answer.verify(&fingerprint, &request), Ok(()));
        let other = EnrolRequest { device_name: "Máy 2".into(), ..request.clone() };
        assert_eq!(answer.verify(&fingerprint, &other), Err(Distrust::WrongSignature));
        let stranger = SigningKey::from_seed(&[2; 32]).public().fingerprint();
        assert!(matches!(answer.verify(&stranger, &request), Err(Distrust::WrongKey { .. })));
    }

    proptest! {
        #[test]
        fn parsers_never_panic(text in "\\PC{0,80}") {
            let _ = text.parse::<EnrolmentString>();
            let _ = DeviceToken::from_authorization(&text);
            if let Ok(code) = text.parse::<EnrolmentCode>() {
                prop_assert_eq!(code.reveal().parse(), Ok(code));
            }
        }

        #[test]
        fn every_code_reads_back(bytes: [u8; 10]) {
            let code = EnrolmentCode::from_random(bytes);
            prop_assert_eq!(code.reveal().parse(), Ok(code));
        }
    }
}
