//! What an upload may do: the rules of resumable upload as functions over its state, whatever protocol carries them.
//!
//! A server keeps one [`Upload`] per upload and asks it before it acts: [`Upload::create`] (or [`Upload::defer`] where the length
//! is not known, [`Upload::join`] where others become one), [`Upload::append`] before the
//! first byte, [`Upload::advance`] when bytes are durable, [`Upload::complete`] when all are there and hashed. The offset is a
//! promise that the bytes before it are never asked for again, so it only grows, and only over durable bytes.

use std::{fmt, str::FromStr};

use dossier::Digest;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Code, Problem, limits::Limits, tus};

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

/// What an upload is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Role {
    /// A file of its own.
    #[default]
    Whole,
    /// A piece of a file, sent beside others.
    Partial,
    /// A parcel for somebody else: it becomes no file, and stays an upload until it is given up or its time is over.
    Parcel,
    /// Made of these pieces, in this order; a piece may occur twice. It takes no bytes of its own.
    Final(Vec<UploadId>),
}

/// `whole`, `partial`, `parcel`, or `final` and the pieces.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("whole"),
            Self::Partial => f.write_str("partial"),
            Self::Parcel => f.write_str("parcel"),
            Self::Final(parts) => {
                f.write_str("final")?;
                parts.iter().try_for_each(|part| write!(f, " {part}"))
            }
        }
    }
}

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Self, NotARole> {
        let mut words = text.split(' ');
        let role = match words.next() {
            Some("whole") => Self::Whole,
            Some("partial") => Self::Partial,
            Some("parcel") => Self::Parcel,
            Some("final") => {
                return words.map(str::parse).collect::<Result<_, _>>().map(Self::Final).map_err(|_| NotARole);
            }
            _ => return Err(NotARole),
        };
        if words.next().is_none() { Ok(role) } else { Err(NotARole) }
    }
}

/// The text is no [`Role`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the role of an upload")]
pub struct NotARole;

/// The state of one upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The size of the whole file, in bytes; while it is `deferred`, the largest there may be.
    pub length: u64,
    /// The client does not know the length yet and will [`Upload::declare`] it.
    pub deferred: bool,
    pub role: Role,
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
        Ok(Self { length, deferred: false, role: Role::Whole, offset: 0, expected, status: Status::Receiving })
    }

    /// A new upload of a parcel of this length.
    pub fn parcel(limits: &Limits, length: u64) -> Result<Self, Problem> {
        if length > limits.max_parcel_bytes {
            return Err(Problem::new(Code::TooLarge).with("limit", limits.max_parcel_bytes).with("size", length));
        }
        let status = Status::Receiving;
        Ok(Self { length, deferred: false, role: Role::Parcel, offset: 0, expected: None, status })
    }

    /// A new upload whose length will be told later.
    pub fn defer(limits: &Limits, expected: Option<Digest>) -> Result<Self, Problem> {
        Ok(Self { deferred: true, ..Self::create(limits, limits.max_file_bytes, expected)? })
    }

    /// A new upload made of others. Each must be partial and complete.
    pub fn join(limits: &Limits, parts: &[(UploadId, Self)], expected: Option<Digest>) -> Result<Self, Problem> {
        let fit = |part: &Self| part.role == Role::Partial && matches!(part.status, Status::Complete(_));
        if let Some((unfit, _)) = parts.iter().find(|(_, part)| !fit(part)) {
            return Err(Problem::new(Code::BadRequest).with("what", tus::CONCAT).with("upload", unfit.to_string()));
        }
        if parts.is_empty() {
            return Err(Problem::new(Code::BadRequest).with("what", tus::CONCAT));
        }
        let length = parts.iter().fold(0_u64, |sum, (_, part)| sum.saturating_add(part.length));
        let role = Role::Final(parts.iter().map(|(id, _)| *id).collect());
        Ok(Self { role, ..Self::create(limits, length, expected)? })
    }

    /// Takes the length that was deferred; whether that is news. A length that is known does not change.
    pub fn declare(&mut self, limits: &Limits, length: u64) -> Result<bool, Problem> {
        let offset = self.offset()?;
        if !self.deferred && length == self.length {
            return Ok(false);
        }
        if !self.deferred || length < offset {
            return Err(Problem::new(Code::BadRequest).with("what", tus::LENGTH));
        }
        if length > limits.max_file_bytes {
            return Err(Problem::new(Code::TooLarge).with("limit", limits.max_file_bytes).with("size", length));
        }
        (self.length, self.deferred) = (length, false);
        Ok(true)
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
        if let Role::Final(_) = self.role {
            return Err(Code::Joined.into());
        }
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
        self.status == Status::Receiving && !self.deferred && self.offset == self.length
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
    fn a_deferred_length_is_told_once() {
        let limits = Limits { max_file_bytes: 5, ..Limits::default() };
        let mut upload = Upload::defer(&limits, None).unwrap();
        assert_eq!(upload.append(0, Some(6)).unwrap_err().code, Code::TooLarge);
        upload.advance(3);
        assert_eq!(upload.declare(&limits, 2).unwrap_err().code, Code::BadRequest);
        assert_eq!(upload.declare(&limits, 6).unwrap_err().code, Code::TooLarge);
        assert!(!upload.is_whole());
        assert_eq!(upload.declare(&limits, 3), Ok(true));
        assert!(upload.is_whole());
        assert_eq!(upload.declare(&limits, 3), Ok(false));
        assert_eq!(upload.declare(&limits, 4).unwrap_err().code, Code::BadRequest);
        let mut full = Upload::defer(&limits, None).unwrap();
        full.advance(5);
        assert!(!full.is_whole(), "all there may be is not yet all there is");
    }

    #[test]
    fn complete_partial_uploads_are_joined_and_no_others() {
        let limits = Limits { max_file_bytes: 7, ..Limits::default() };
        let id = |n| UploadId(Uuid::from_u128(n));
        let part = |length| Upload {
            role: Role::Partial,
            offset: length,
            status: Status::Complete(Digest::of(b"")),
            ..upload(length, None)
        };
        let joined = Upload::join(&limits, &[(id(1), part(2)), (id(2), part(3)), (id(1), part(2))], None).unwrap();
        assert_eq!((joined.length, &joined.role), (7, &Role::Final(vec![id(1), id(2), id(1)])));
        assert_eq!(joined.append(0, None).unwrap_err().code, Code::Joined);
        assert_eq!(joined.role.to_string().parse(), Ok(joined.role));
        let refused = |parts: &[(UploadId, Upload)]| Upload::join(&limits, parts, None).unwrap_err().code;
        assert_eq!(refused(&[(id(1), part(8))]), Code::TooLarge);
        assert_eq!(refused(&[]), Code::BadRequest);
        assert_eq!(refused(&[(id(1), Upload { status: Status::Receiving, ..part(2) })]), Code::BadRequest);
        assert_eq!(refused(&[(id(1), Upload { role: Role::Whole, ..part(2) })]), Code::BadRequest);
        for wrong in ["", "part", "partial x", "final x"] {
            assert_eq!(wrong.parse::<Role>(), Err(NotARole), "{wrong}");
        }
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
