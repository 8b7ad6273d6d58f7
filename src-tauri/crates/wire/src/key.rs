//! The hub's Ed25519 key (RFC 8032): who signs, what is covered, and how a key is recognised.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signer as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;
use zeroize::Zeroizing;

use dossier::Digest;

/// One hub installation; made once, at its first start. Every reply carries it in [`crate::path::HUB_ID`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
#[ts(as = "String")]
pub struct HubId(pub Uuid);

impl fmt::Display for HubId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for HubId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// What a signature is about. Each kind signs under a prefix of its own, so that a signature given for one kind of
/// statement can never be passed off as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ping,
    Enrolment,
    Receipt,
    Catalogue,
    NoPaper,
    NoPaperReceipt,
    ParcelReply,
    Access,
}

impl Kind {
    fn prefix(self) -> &'static [u8] {
        match self {
            Self::Ping => b"hoso/ping/1\n",
            Self::Enrolment => b"hoso/enrolment/1\n",
            Self::Receipt => b"hoso/receipt/1\n",
            Self::Catalogue => b"hoso/catalogue/1\n",
            Self::NoPaper => b"hoso/no-paper/1\n",
            Self::NoPaperReceipt => b"hoso/no-paper-receipt/1\n",
            Self::ParcelReply => b"hoso/parcel-reply/1\n",
            Self::Access => b"hoso/access/1\n",
        }
    }

    fn message(self, bytes: &[u8]) -> Vec<u8> {
        [self.prefix(), bytes].concat()
    }
}

/// The bytes do not form a key, fingerprint or signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    #[error("not a public key: 64 hexadecimal digits of a point on the curve expected")]
    PublicKey,
    #[error("not a fingerprint: 32 hexadecimal digits expected")]
    Fingerprint,
    #[error("not a signature: 86 characters of base64url expected")]
    Signature,
    #[error("not a signing key: PKCS#8 PEM expected")]
    SigningKey,
    #[error("the signature does not fit the key and the statement")]
    WrongSignature,
}

/// The hub's secret. It never prints itself, and is wiped from memory when dropped.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key made of 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads PKCS#8 PEM (RFC 8410).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        use ed25519_dalek::pkcs8::DecodePrivateKey as _;
        ed25519_dalek::SigningKey::from_pkcs8_pem(text).map(Self).map_err(|_| KeyError::SigningKey)
    }

    /// Writes PKCS#8 PEM (RFC 8410). The text is the secret itself.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        use ed25519_dalek::pkcs8::{EncodePrivateKey as _, spki::der::pem::LineEnding};
        self.0.to_pkcs8_pem(LineEnding::LF).map(|text| text.to_string()).map_err(|_| KeyError::SigningKey)
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The X25519 secret that belongs to [`PublicKey::to_montgomery`], for opening parcels. One key for both is sound here: what is
    /// signed and what is agreed never meet under one label (RFC 8032 hashes its scalar apart, RFC 9180 binds its own).
    pub fn opening(&self) -> OpeningKey {
        OpeningKey(Zeroizing::new(self.0.to_scalar_bytes()))
    }

    /// Signs a statement of this kind.
    pub fn sign(&self, kind: Kind, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(&kind.message(bytes)).to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.public().fingerprint())
    }
}

/// The hub's secret for opening parcels; wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct OpeningKey(Zeroizing<[u8; 32]>);

impl OpeningKey {
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningKey(…)")
    }
}

/// The hub's public key; as text, 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, TS, ToSchema)]
#[ts(as = "String")]
#[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Checks a statement of this kind. Strict: keys of small order and malleable signatures are refused.
    pub fn verify(&self, kind: Kind, bytes: &[u8], signature: &Signature) -> Result<(), KeyError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(&kind.message(bytes), &signature).map_err(|_| KeyError::WrongSignature)
    }

    /// The same point on the Montgomery curve (RFC 7748): what a parcel is sealed for.
    pub(crate) fn to_montgomery(self) -> [u8; 32] {
        self.0.to_montgomery().to_bytes()
    }

    /// The short form by which a person or an enrolment string names the key.
    pub fn fingerprint(&self) -> Fingerprint {
        let hash = Digest::of(self.0.as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(&hash.0[..16]);
        Fingerprint(short)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| KeyError::PublicKey)?;
        ed25519_dalek::VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| KeyError::PublicKey)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.as_bytes()))
    }
}

/// The first 16 bytes of the SHA-256 of a public key's 32 bytes; as text, 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, TS, ToSchema)]
#[ts(as = "String")]
#[schema(value_type = String, pattern = "^[0-9a-f]{32}$")]
pub struct Fingerprint([u8; 16]);

impl FromStr for Fingerprint {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| KeyError::Fingerprint)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// An Ed25519 signature; as text, 86 characters of base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, TS, ToSchema)]
#[ts(as = "String")]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{86}$")]
pub struct Signature([u8; 64]);

impl FromStr for Signature {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Signature)?;
        bytes.try_into().map(Self).map_err(|_| KeyError::Signature)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

as_text! { PublicKey Fingerprint Signature }

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032 §7.1, test 1: the secret and the public key that belongs to it.
    #[test]
    fn public_key_of_a_known_secret() {
        let mut seed = [0; 32];
        hex::decode_to_slice("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", &mut seed).unwrap();
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(SigningKey::from_seed(&seed).public().to_string(), public);
        assert_eq!(public.parse::<PublicKey>().unwrap().fingerprint().to_string(), "21fe31dfa154a261626bf854046fd227");
    }

    #[test]
    fn a_signature_holds_for_its_key_its_kind_and_its_bytes_only() {
        let key = SigningKey::from_seed(&[7; 32]);
        let signature = key.sign(Kind::Receipt, b"statement");
        assert_eq!(key.public().verify(Kind::Receipt, b"statement", &signature), Ok(()));
        assert_eq!(key.public().verify(Kind::Ping, b"statement", &signature), Err(KeyError::WrongSignature));
        assert_eq!(key.public().verify(Kind::Receipt, b"statemenT", &signature), Err(KeyError::WrongSignature));
        let other = SigningKey::from_seed(&[8; 32]).public();
        assert_eq!(other.verify(Kind::Receipt, b"statement", &signature), Err(KeyError::WrongSignature));
    }

    #[test]
    fn texts_read_back_and_the_secret_does_not_print() {
        let key = SigningKey::from_seed(&[7; 32]);
        let public = key.public();
        assert_eq!(public.to_string().parse(), Ok(public));
        assert_eq!(public.fingerprint().to_string().parse(), Ok(public.fingerprint()));
        let signature = key.sign(Kind::Ping, b"x");
        assert_eq!(signature.to_string().parse(), Ok(signature));
        assert_eq!(SigningKey::from_pem(&key.to_pem().unwrap()).unwrap().public(), public);
        assert!(!format!("{key:?}").contains(&hex::encode([7; 4])));
        assert_eq!("00".parse::<PublicKey>(), Err(KeyError::PublicKey));
        assert_eq!("é".parse::<Signature>(), Err(KeyError::Signature));
    }
}
