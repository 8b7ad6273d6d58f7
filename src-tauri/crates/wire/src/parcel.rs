//! The parcel: submissions with their files, sealed into one file for a day without a network, and the reply that comes back for it.
//!
//! ```text
//! magic, 8 bytes · length of the header, 2 bytes · the header, JSON · encapsulated key, 32 bytes · frames
//! ```
//! The header lies in clear and says nothing about anybody: which hub it is for, which parcel it is, how much is in it. Everything else
//! is sealed to the hub by HPKE (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305, base mode); the recipient's key is the
//! Montgomery form of the Ed25519 key that each desktop has pinned, so that a parcel needs no network and no key of its own. All that
//! stands before the frames goes into the key schedule: a parcel whose header was changed opens as little as one whose body was.
//!
//! Inside ([`Packer`], [`Unpacker`]): the sender's token, by which the hub alone learns who sent it; then each submission, before it the
//! files that no submission before it had. Whoever carries a parcel can do nothing with it but bring it, leave it, or bring it twice.
//!
//! Numbers are unsigned and big-endian. Nothing is allocated by a length that was read before the length was compared with a limit.

pub mod frames;
mod packer;
mod reply;
mod unpacker;

use std::io::{self, Read, Write};

use dossier::{Digest, ParcelId, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Fingerprint, HubId, PublicKey, upload::UploadId};

pub use packer::{PackError, Packer};
pub use reply::{Answered, Outcome, Reply};
pub use unpacker::{Record, Unpacker};

/// The version this code writes and reads.
pub const VERSION: u32 = 1;
/// The ending of a parcel's name.
pub const EXTENSION: &str = "hoso";
/// The ending of a reply's name.
pub const REPLY_EXTENSION: &str = "hoso-reply";
/// What an upload that brings a parcel says of itself (`filetype`): it becomes no file of the courier's agency.
pub const MEDIA_TYPE: &str = "application/vnd.hoso.parcel";
/// The most submissions of one parcel: so many receipts still are one small answer.
pub const MAX_SUBMISSIONS: u32 = 5000;
/// The largest reply, in bytes.
pub const MAX_REPLY: u64 = 16 << 20;

const MAGIC: &[u8; 8] = b"HoSoGoi\n";
/// The longest header, in bytes.
const MAX_HEADER: usize = 1024;

/// Marks of the records inside.
const SENDER: u8 = b'S';
const FILE: u8 = b'F';
const SUBMISSION: u8 = b'D';

/// What a parcel says of itself to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub version: u32,
    pub parcel: ParcelId,
    /// The hub that can open it, and the key it was sealed for.
    pub hub_id: HubId,
    pub key: Fingerprint,
    /// By the clock of the desktop that made it.
    pub made_at: Timestamp,
    pub submissions: u32,
    /// The bytes of the files inside, each content counted once.
    pub bytes: u64,
}

/// Why a parcel is not taken.
#[derive(Debug, Error)]
pub enum ParcelError {
    #[error("it cannot be read: {0}")]
    Read(io::Error),
    /// No parcel at all, or one of which the beginning is gone.
    #[error("it is no parcel")]
    NotAParcel,
    #[error("version {0} is not known")]
    Version(u32),
    #[error("it is for hub {hub} with the key {key}")]
    OtherHub { hub: HubId, key: Fingerprint },
    /// Cut, changed, put together from several, or not made as one is.
    #[error("it is not whole")]
    Damaged,
    /// Something inside is larger than may be.
    #[error("{what} of {size} bytes, {limit} may be")]
    TooLarge { what: &'static str, size: u64, limit: u64 },
    /// A file inside is not what it is called.
    #[error("the file {0} has another content")]
    Content(Digest),
}

impl From<io::Error> for ParcelError {
    /// An end that comes too early is damage; anything else is the reader's.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::Damaged } else { Self::Read(error) }
    }
}

impl ParcelError {
    /// A stable name of the reason.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Read(_) => "unreadable",
            Self::NotAParcel => "not_a_parcel",
            Self::Version(_) => "unknown_version",
            Self::OtherHub { .. } => "other_hub",
            Self::Damaged => "damaged",
            Self::TooLarge { .. } => "too_large",
            Self::Content(_) => "file_differs",
        }
    }
}

/// `POST /v1/parcels`: a parcel that has been uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Brought {
    pub upload: UploadId,
}

impl Header {
    /// Reads what stands in clear at the beginning of a parcel. Whether it is true only the hub can tell.
    pub fn read(input: &mut impl Read) -> Result<Self, ParcelError> {
        Self::read_with_bytes(input).map(|(header, _)| header)
    }

    /// The header, and the very bytes it stands in, which the key schedule is bound to.
    fn read_with_bytes(input: &mut impl Read) -> Result<(Self, Vec<u8>), ParcelError> {
        let not_a_parcel = |error| match ParcelError::from(error) {
            ParcelError::Damaged => ParcelError::NotAParcel,
            other => other,
        };
        let (mut magic, mut length) = ([0; 8], [0; 2]);
        input.read_exact(&mut magic).map_err(not_a_parcel)?;
        if magic != *MAGIC {
            return Err(ParcelError::NotAParcel);
        }
        input.read_exact(&mut length).map_err(not_a_parcel)?;
        let size = usize::from(u16::from_be_bytes(length));
        if size > MAX_HEADER {
            return Err(ParcelError::TooLarge { what: "header", size: size as u64, limit: MAX_HEADER as u64 });
        }
        let mut json = vec![0; size];
        input.read_exact(&mut json).map_err(not_a_parcel)?;
        let header: Self = serde_json::from_slice(&json).map_err(|_| Self::newer(&json))?;
        if header.version != VERSION {
            return Err(ParcelError::Version(header.version));
        }
        if header.submissions > MAX_SUBMISSIONS {
            let (size, limit) = (u64::from(header.submissions), u64::from(MAX_SUBMISSIONS));
            return Err(ParcelError::TooLarge { what: "submissions", size, limit });
        }
        Ok((header, [magic.as_slice(), &length, &json].concat()))
    }

    /// A header with members of a later version is one of a later version, as long as it says so.
    fn newer(json: &[u8]) -> ParcelError {
        #[derive(Deserialize)]
        struct Only {
            version: u32,
        }
        match serde_json::from_slice::<Only>(json) {
            Ok(Only { version }) if version != VERSION => ParcelError::Version(version),
            _ => ParcelError::NotAParcel,
        }
    }

    /// Writes what [`Header::read`] reads; gives the bytes.
    fn write(&self, output: &mut impl Write) -> io::Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(io::Error::other)?;
        let length = u16::try_from(json.len()).map_err(io::Error::other)?;
        let bytes = [MAGIC.as_slice(), &length.to_be_bytes(), &json].concat();
        output.write_all(&bytes)?;
        Ok(bytes)
    }

    /// Whether it is for this hub.
    pub fn is_for(&self, hub: HubId, key: &PublicKey) -> Result<(), ParcelError> {
        let ours = self.hub_id == hub && self.key == key.fingerprint();
        if ours { Ok(()) } else { Err(ParcelError::OtherHub { hub: self.hub_id, key: self.key }) }
    }
}

#[cfg(test)]
mod tests;
