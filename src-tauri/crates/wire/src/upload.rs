//! What an upload may do: the rules of resumable upload as functions over its state, whatever protocol carries them.
//!
//! A server keeps one [`Upload`] per upload and asks it before it acts: [`Upload::create`], [`Upload::append`] before the
//! first byte, [`Upload::advance`] when bytes are durable, [`Upload::complete`] when all are there and hashed. The offset is a
//! promise that the bytes before it are never asked for again, so it only grows, and only over durable bytes.

use std::{fmt, str::FromStr};

use dossier::Digest;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Code, Problem, limits::Limits};

/// One upload at a hub; random, made by the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
#[ts(as = "String")]
pub struct UploadId(pub Uuid);

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UploadId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Bytes are awaited, or all have come and are not yet checked and stored.
    Receiving,
    /// Checked, stored as a file with this content; it keeps answering for its offset.
    Complete(Digest),
    /// Cancelled, refused, or damaged: it answers only that it is gone.
    Gone,
}

/// The state of one upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The size of the whole file, in bytes.
    pub length: u64,
    /// How many bytes are durable.
    pub offset: u64,
    /// What the whole file must hash to, if announced.
    pub expected: Option<Digest>,
    pub status: Status,
}

impl Upload {
    /// A new upload of this length, or why there cannot be one.
    pub fn create(limits: &Limits, length: u64, expected: Option<Digest>) -> Result<Self, Problem> {
        if length > limits.max_file_bytes {
            return Err(Problem::new(Code::TooLarge).with("limit", limits.max_file_bytes).with("size", length));
        }
        Ok(Self { length, offset: 0, expected, status: Status::Receiving })
    }

    /// The offset to report, or that the upload is gone.
    pub fn offset(&self) -> Result<u64, Problem> {
        match self.status {
            Status::Gone => Err(Code::Gone.into()),
            Status::Receiving | Status::Complete(_) => Ok(self.offset),
        }
    }

    /// Whether bytes may be appended at `at`, `size` of them if that is known. Gives how many bytes there is room for.
    pub fn append(&self, at: u64, size: Option<u64>) -> Result<u64, Problem> {
        let offset = self.offset()?;
        if at != offset {
            return Err(Problem::new(Code::OffsetMismatch).with("offset", offset));
        }
        let room = self.length - offset;
        match size {
            Some(size) if size > room => Err(self.overrun(offset.saturating_add(size))),
            _ => Ok(room),
        }
    }

    /// The refusal of bytes beyond the length.
    pub fn overrun(&self, size: u64) -> Problem {
        Problem::new(Code::TooLarge).with("limit", self.length).with("size", size)
    }

    /// Records that bytes up to `offset` are durable. An offset never decreases and never passes the length.
    pub fn advance(&mut self, offset: u64) {
        self.offset = offset.clamp(self.offset, self.length);
    }

    /// Whether every byte is here and the file is to be checked and stored.
    pub fn is_whole(&self) -> bool {
        self.status == Status::Receiving && self.offset == self.length
    }

    /// Takes the hash found over the whole file: complete, or gone if another hash was announced.
    pub fn complete(&mut self, found: Digest) -> Result<(), Problem> {
        match self.expected {
            Some(expected) if expected != found => {
                self.status = Status::Gone;
                let (expected, found) = (json!(expected), json!(found));
                Err(Problem::new(Code::HashMismatch).with("expected", expected).with("found", found))
            }
            _ => {
                self.status = Status::Complete(found);
                Ok(())
            }
        }
    }

    /// Gives the upload up. A complete one's file stays.
    pub fn cancel(&mut self) -> Result<(), Problem> {
        self.offset()?;
        self.status = Status::Gone;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn upload(length: u64, expected: Option<Digest>) -> Upload {
        Upload::create(&Limits::default(), length, expected).unwrap()
    }

    #[test]
    fn only_the_next_byte_is_taken() {
        let mut upload = upload(10, None);
        assert_eq!(upload.append(0, Some(4)), Ok(10));
        upload.advance(4);
        assert_eq!(upload.append(4, None), Ok(6));
        let refused = upload.append(0, Some(4)).unwrap_err();
        assert_eq!((refused.code, &refused.args["offset"]), (Code::OffsetMismatch, &json!(4)));
        assert_eq!(upload.append(4, Some(7)).unwrap_err().code, Code::TooLarge);
        upload.advance(10);
        assert!(upload.is_whole());
        assert_eq!(upload.append(10, Some(0)), Ok(0));
    }

    #[test]
    fn a_wrong_hash_ends_the_upload_and_a_right_one_completes_it() {
        let (right, wrong) = (Digest::of(b"a"), Digest::of(b"b"));
        let mut refused = upload(1, Some(right));
        assert_eq!(refused.complete(wrong).unwrap_err().code, Code::HashMismatch);
        assert_eq!(refused.append(0, None).unwrap_err().code, Code::Gone);
        let mut complete = upload(1, Some(right));
        complete.advance(1);
        complete.complete(right).unwrap();
        assert_eq!((complete.status, complete.offset()), (Status::Complete(right), Ok(1)));
        assert!(!complete.is_whole());
    }

    #[test]
    fn a_cancelled_upload_is_gone() {
        let mut upload = upload(1, None);
        upload.cancel().unwrap();
        assert_eq!(upload.offset().unwrap_err().code, Code::Gone);
        assert_eq!(upload.cancel().unwrap_err().code, Code::Gone);
    }

    #[test]
    fn too_large_a_file_is_refused_before_its_first_byte() {
        let limits = Limits { max_file_bytes: 5, ..Limits::default() };
        let refused = Upload::create(&limits, 6, None).unwrap_err();
        assert_eq!((refused.code, &refused.args["limit"]), (Code::TooLarge, &json!(5)));
        assert!(Upload::create(&limits, 5, None).is_ok());
    }

    proptest! {
        /// Whatever is asked in whatever order: the offset never decreases, never passes the length, and bytes are taken
        /// only at the offset.
        #[test]
        fn the_offset_is_a_promise(length in 0_u64..100, asks in proptest::collection::vec((0_u64..120, 0_u64..120), 0..40)) {
            let mut upload = upload(length, None);
            for (at, size) in asks {
                let before = upload.offset;
                if let Ok(room) = upload.append(at, Some(size)) {
                    prop_assert!(at == before && size <= room && before + room == length);
                    upload.advance(at + size);
                }
                prop_assert!(upload.offset >= before && upload.offset <= length);
            }
        }
    }
}
