//! The headers of tus 1.0 (<https://tus.io/protocols/resumable-upload>): names, and what their values mean.
//!
//! Only reading and writing headers; what an upload may do is in [`crate::upload`].

use std::{collections::BTreeMap, fmt, str::FromStr};

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use dossier::Digest;
use thiserror::Error;

use crate::{Code, Problem, path, upload::Role};

/// The version spoken; value of [`RESUMABLE`] and [`VERSION_HEADER`].
pub const VERSION: &str = "1.0.0";
/// The extensions spoken; value of [`EXTENSION`].
pub const EXTENSIONS: &str = "creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,\
                              termination,concatenation";
/// The checksums checked; value of [`CHECKSUM_ALGORITHM`].
pub const ALGORITHMS: &str = "sha1,sha256";
/// The media type of the body of a PATCH.
pub const MEDIA_TYPE: &str = "application/offset+octet-stream";

pub const RESUMABLE: &str = "tus-resumable";
pub const VERSION_HEADER: &str = "tus-version";
pub const EXTENSION: &str = "tus-extension";
pub const MAX_SIZE: &str = "tus-max-size";
pub const CHECKSUM_ALGORITHM: &str = "tus-checksum-algorithm";
pub const OFFSET: &str = "upload-offset";
pub const LENGTH: &str = "upload-length";
pub const DEFER_LENGTH: &str = "upload-defer-length";
pub const METADATA: &str = "upload-metadata";
pub const CHECKSUM: &str = "upload-checksum";
pub const CONCAT: &str = "upload-concat";
pub const EXPIRES: &str = "upload-expires";
pub const METHOD_OVERRIDE: &str = "x-http-method-override";

/// Checks `Tus-Resumable`: any other version than ours, or none, is refused.
pub fn check_version(header: Option<&str>) -> Result<(), Problem> {
    match header {
        Some(VERSION) => Ok(()),
        _ => Err(Code::TusVersion.into()),
    }
}

/// Reads `Upload-Offset` or `Upload-Length`: a plain non-negative decimal number, which fits a canonical JSON number.
pub fn number(name: &str, header: Option<&str>) -> Result<u64, Problem> {
    let fault = || Problem::new(Code::BadRequest).with("what", name);
    let digits = header.ok_or_else(fault)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault());
    }
    digits.parse().ok().filter(|n| *n < 1 << 53).ok_or_else(fault)
}

/// Reads `Upload-Defer-Length`, whose only value is 1: whether the length is told later.
pub fn is_deferred(header: Option<&str>) -> Result<bool, Problem> {
    match header {
        None => Ok(false),
        Some("1") => Ok(true),
        Some(_) => Err(Problem::new(Code::BadRequest).with("what", DEFER_LENGTH)),
    }
}

/// The most pieces of one upload.
const MAX_PARTS: usize = 1000;

/// Reads `Upload-Concat`: `partial`, or `final;` and the URLs of the pieces, absolute or relative, between spaces.
pub fn role(header: Option<&str>) -> Result<Role, Problem> {
    let fault = || Problem::new(Code::BadRequest).with("what", CONCAT);
    match header.map(str::trim) {
        None => Ok(Role::Whole),
        Some("partial") => Ok(Role::Partial),
        Some(text) => {
            let urls = text.strip_prefix("final;").ok_or_else(fault)?.split_ascii_whitespace();
            let parts: Option<Vec<_>> = urls.map(path::upload_in_location).collect();
            let parts = parts.filter(|parts| (1..=MAX_PARTS).contains(&parts.len()));
            parts.map(Role::Final).ok_or_else(fault)
        }
    }
}

/// Writes `Upload-Concat`; a whole upload has none.
pub fn concat(role: &Role) -> Option<String> {
    match role {
        Role::Whole | Role::Parcel => None,
        Role::Partial => Some("partial".to_owned()),
        Role::Final(parts) => {
            let urls: Vec<String> = parts.iter().map(|part| path::upload(*part)).collect();
            Some(format!("final;{}", urls.join(" ")))
        }
    }
}

/// `Upload-Metadata`: keys with optional values. What it says is the client's word and nothing more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata(BTreeMap<String, Vec<u8>>);

/// What is wrong with an `Upload-Metadata` header.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MetadataError {
    #[error("key {0:?} is empty or not ASCII")]
    Key(String),
    #[error("key {0:?} occurs twice")]
    Twice(String),
    #[error("the value of {0:?} is not base64")]
    Value(String),
    #[error("the value of {0:?} is not what the key stands for")]
    Meaning(&'static str),
}

/// Lenient about padding: clients differ.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Metadata {
    pub const FILE_NAME: &str = "filename";
    pub const FILE_TYPE: &str = "filetype";
    pub const SHA256: &str = "sha256";
    pub const DOSSIER: &str = "dossier";
    pub const SLOT: &str = "slot";
    pub const ROW: &str = "row";

    /// Adds a value; keys are ours, so they are well formed.
    pub fn with(mut self, key: &'static str, value: &str) -> Self {
        self.0.insert(key.to_owned(), value.as_bytes().to_vec());
        self
    }

    /// The value as text; `None` when there is none or it is not UTF-8.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The hash the whole file must have, if the client announced one.
    pub fn sha256(&self) -> Result<Option<Digest>, MetadataError> {
        if !self.0.contains_key(Self::SHA256) {
            return Ok(None);
        }
        let digest = self.get(Self::SHA256).and_then(|text| text.parse().ok());
        digest.map(Some).ok_or(MetadataError::Meaning(Self::SHA256))
    }
}

impl FromStr for Metadata {
    type Err = MetadataError;

    /// An empty header, which some clients send, is empty metadata.
    fn from_str(header: &str) -> Result<Self, Self::Err> {
        let mut metadata = BTreeMap::new();
        if header.trim().is_empty() {
            return Ok(Self(metadata));
        }
        for pair in header.split(',') {
            let pair = pair.trim();
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(MetadataError::Key(key.to_owned()));
            }
            let value = LENIENT.decode(value.trim()).map_err(|_| MetadataError::Value(key.to_owned()))?;
            if metadata.insert(key.to_owned(), value).is_some() {
                return Err(MetadataError::Twice(key.to_owned()));
            }
        }
        Ok(Self(metadata))
    }
}

impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (key, value)) in self.0.iter().enumerate() {
            let (comma, space) = (if i > 0 { "," } else { "" }, if value.is_empty() { "" } else { " " });
            write!(f, "{comma}{key}{space}{}", STANDARD.encode(value))?;
        }
        Ok(())
    }
}

/// `Upload-Checksum`: what the bytes of one PATCH must hash to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    Sha1([u8; 20]),
    Sha256([u8; 32]),
}

/// What is wrong with an `Upload-Checksum` header.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChecksumError {
    #[error("the algorithm {0:?} is not among {ALGORITHMS}")]
    Algorithm(String),
    #[error("the value is not base64 of the algorithm's length")]
    Value,
}

impl FromStr for Checksum {
    type Err = ChecksumError;

    fn from_str(header: &str) -> Result<Self, Self::Err> {
        let (algorithm, value) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        let bytes = LENIENT.decode(value.trim()).map_err(|_| ChecksumError::Value);
        match algorithm {
            "sha1" => bytes?.try_into().map(Self::Sha1).map_err(|_| ChecksumError::Value),
            "sha256" => bytes?.try_into().map(Self::Sha256).map_err(|_| ChecksumError::Value),
            other => Err(ChecksumError::Algorithm(other.to_owned())),
        }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha1(value) => write!(f, "sha1 {}", STANDARD.encode(value)),
            Self::Sha256(value) => write!(f, "sha256 {}", STANDARD.encode(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn metadata_as_clients_send_it() {
        let metadata: Metadata = "filename xJDGoW4ucGRm, is_confidential,empty ,slot dDE".parse().unwrap();
        assert_eq!(metadata.get("filename"), Some("Đơn.pdf"));
        assert_eq!((metadata.get("is_confidential"), metadata.get("slot")), (Some(""), Some("t1")));
        assert_eq!("".parse::<Metadata>(), Ok(Metadata::default()));
        assert_eq!(" ".parse::<Metadata>(), Ok(Metadata::default()));
        assert_eq!("a YQ==,a YQ==".parse::<Metadata>(), Err(MetadataError::Twice("a".into())));
        assert_eq!("a Y?".parse::<Metadata>(), Err(MetadataError::Value("a".into())));
        assert_eq!(",".parse::<Metadata>(), Err(MetadataError::Key(String::new())));
        assert_eq!("é YQ==".parse::<Metadata>(), Err(MetadataError::Key("é".into())));
    }

    #[test]
    fn announced_hash() {
        let digest = Digest::of(b"x");
        let metadata = Metadata::default().with(Metadata::SHA256, &digest.to_string());
        assert_eq!(metadata.to_string().parse::<Metadata>().unwrap().sha256(), Ok(Some(digest)));
        assert_eq!(Metadata::default().sha256(), Ok(None));
        let wrong = Metadata::default().with(Metadata::SHA256, "abc").sha256();
        assert_eq!(wrong, Err(MetadataError::Meaning("sha256")));
    }

    #[test]
    fn checksum_values() {
        let good: Checksum = "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=".parse().unwrap();
        assert_eq!(good.to_string(), "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=");
        assert_eq!("sha256 qvTGHdzF6KLavt4PO0gs2a6pQ00=".parse::<Checksum>(), Err(ChecksumError::Value));
        assert_eq!("md5 x".parse::<Checksum>(), Err(ChecksumError::Algorithm("md5".into())));
    }

    #[test]
    fn numbers() {
        assert_eq!(number(OFFSET, Some("0")), Ok(0));
        for bad in [None, Some(""), Some("-1"), Some("+1"), Some("1.0"), Some("9007199254740992"), Some("٣")] {
            assert_eq!(number(OFFSET, bad).unwrap_err().code, Code::BadRequest, "{bad:?}");
        }
    }

    #[test]
    fn pieces_are_named_by_any_url() {
        let id = "0198a1b2-0000-7000-8000-00000000000a".parse().unwrap();
        let relative = format!("uploads/{id}");
        let header = format!("final;http://hub:1/v1/{relative} /v1/{relative}  {relative}");
        assert_eq!(role(Some(&header)), Ok(Role::Final(vec![id; 3])));
        assert_eq!(concat(&Role::Final(vec![id; 2])), Some(format!("final;/v1/{relative} /v1/{relative}")));
        for same in [Role::Whole, Role::Partial, Role::Final(vec![id])] {
            assert_eq!(role(concat(&same).as_deref()), Ok(same));
        }
        for wrong in ["", "final", "final;", "final;x", "Partial", "final;uploads/1"] {
            assert_eq!(role(Some(wrong)).unwrap_err().code, Code::BadRequest, "{wrong}");
        }
    }

    #[test]
    fn lengths_are_deferred_by_one_word() {
        assert_eq!((is_deferred(None), is_deferred(Some("1"))), (Ok(false), Ok(true)));
        for wrong in ["0", "2", "", "true"] {
            assert_eq!(is_deferred(Some(wrong)).unwrap_err().code, Code::BadRequest, "{wrong}");
        }
    }

    #[test]
    fn other_versions_are_refused() {
        assert_eq!(check_version(Some("1.0.0")), Ok(()));
        assert_eq!(check_version(None).unwrap_err().status, 412);
        assert_eq!(check_version(Some("0.2.2")).unwrap_err().status, 412);
    }

    proptest! {
        #[test]
        fn parsers_never_panic(header in "\\PC{0,60}") {
            let _ = (header.parse::<Checksum>(), number(LENGTH, Some(&header)), check_version(Some(&header)));
            let _ = (role(Some(&header)), role(Some(&format!("final;{header}"))), header.parse::<Role>());
            if let Ok(metadata) = header.parse::<Metadata>() {
                let _ = metadata.sha256();
                prop_assert_eq!(metadata.to_string().parse(), Ok(metadata));
            }
        }

        #[test]
        fn metadata_reads_back(pairs in proptest::collection::btree_map("[!-+\\--~]{1,8}", any::<Vec<u8>>(), 0..5)) {
            let metadata = Metadata(pairs);
            prop_assert_eq!(metadata.to_string().parse(), Ok(metadata));
        }
    }
}
