//! Reading a parcel, front to back, by the hub.

use std::io::Read;

use dossier::{Digest, SubmissionId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{FILE, Header, ParcelError, SENDER, SUBMISSION, frames::FRAME, frames::Opening};
use crate::{HubId, PublicKey, enrol::DeviceToken, key::OpeningKey, limits::Limits};

/// What stands in a parcel, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A file; its content is what [`Unpacker::read`] gives next.
    File { sha256: Digest, size: u64 },
    /// A submission, as it would have been posted.
    Submission { id: SubmissionId, body: Vec<u8> },
}

/// Reads one parcel. What it gives is as the sender sealed it; that there is no more to come is certain only after the end. A parcel
/// that must be whole is read to its end first.
pub struct Unpacker<R> {
    opening: Opening<R>,
    header: Header,
    sender: DeviceToken,
    max_file: u64,
    max_submission: u64,
    submissions: u32,
    bytes: u64,
    file: Option<Open>,
}

/// The file that is being read.
struct Open {
    sha256: Digest,
    left: u64,
    hash: Sha256,
}

impl<R: Read> Unpacker<R> {
    /// Opens a parcel that is for this hub.
    pub fn open(
        mut input: R,
        hub: HubId,
        key: &PublicKey,
        secret: &OpeningKey,
        limits: &Limits,
    ) -> Result<Self, ParcelError> {
        let (header, before) = Header::read_with_bytes(&mut input)?;
        header.is_for(hub, key)?;
        let mut opening = Opening::begin(input, secret, &before)?;
        let (mut mark, mut token) = ([0; 1], [0; 32]);
        opening.read_all(&mut mark)?;
        if mark != [SENDER] {
            return Err(ParcelError::Damaged);
        }
        opening.read_all(&mut token)?;
        Ok(Self {
            opening,
            header,
            sender: DeviceToken::from_random(token),
            max_file: limits.max_file_bytes,
            max_submission: limits.max_submission_bytes,
            submissions: 0,
            bytes: 0,
            file: None,
        })
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The token of the device that made it.
    pub fn sender(&self) -> &DeviceToken {
        &self.sender
    }

    /// The next record; `None` at the end of a whole parcel. What was not read of a file before is passed over, and checked all the same.
    pub fn record(&mut self) -> Result<Option<Record>, ParcelError> {
        let mut passed = vec![0; if self.file.is_some() { FRAME } else { 0 }];
        while self.read(&mut passed)? > 0 {}
        let mut mark = [0; 1];
        if self.opening.read(&mut mark)? == 0 {
            let found = (self.submissions, self.bytes);
            let whole = found == (self.header.submissions, self.header.bytes);
            return if whole { Ok(None) } else { Err(ParcelError::Damaged) };
        }
        match mark {
            [FILE] => self.begin_file().map(Some),
            [SUBMISSION] => self.submission().map(Some),
            _ => Err(ParcelError::Damaged),
        }
    }

    fn begin_file(&mut self) -> Result<Record, ParcelError> {
        let (mut sha256, mut size) = ([0; 32], [0; 8]);
        self.opening.read_all(&mut sha256)?;
        self.opening.read_all(&mut size)?;
        let (sha256, size) = (Digest(sha256), u64::from_be_bytes(size));
        if size > self.max_file {
            return Err(ParcelError::TooLarge { what: "file", size, limit: self.max_file });
        }
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.header.bytes {
            return Err(ParcelError::Damaged);
        }
        self.file = Some(Open { sha256, left: size, hash: Sha256::new() });
        if size == 0 {
            self.end_file()?;
        }
        Ok(Record::File { sha256, size })
    }

    fn submission(&mut self) -> Result<Record, ParcelError> {
        let (mut id, mut length) = ([0; 16], [0; 4]);
        self.opening.read_all(&mut id)?;
        self.opening.read_all(&mut length)?;
        let size = u32::from_be_bytes(length);
        if u64::from(size) > self.max_submission {
            let limit = self.max_submission;
            return Err(ParcelError::TooLarge { what: "submission", size: size.into(), limit });
        }
        self.submissions += 1;
        if self.submissions > self.header.submissions {
            return Err(ParcelError::Damaged);
        }
        let mut body = vec![0; usize::try_from(size).map_err(|_| ParcelError::Damaged)?];
        self.opening.read_all(&mut body)?;
        Ok(Record::Submission { id: SubmissionId(Uuid::from_bytes(id)), body })
    }

    /// Bytes of the file that [`Unpacker::record`] named last; 0 at its end, when its content has been found to be what it is called.
    pub fn read(&mut self, bytes: &mut [u8]) -> Result<usize, ParcelError> {
        let Some(file) = &mut self.file else { return Ok(0) };
        let wanted = usize::try_from(file.left).unwrap_or(usize::MAX).min(bytes.len());
        let Some(wanted) = bytes.get_mut(..wanted) else { return Ok(0) };
        self.opening.read_all(wanted)?;
        file.hash.update(&*wanted);
        file.left -= wanted.len() as u64;
        if file.left == 0 {
            self.end_file()?;
        }
        Ok(wanted.len())
    }

    fn end_file(&mut self) -> Result<(), ParcelError> {
        let Some(Open { sha256, hash, .. }) = self.file.take() else { return Ok(()) };
        if Digest(hash.finalize().into()) == sha256 { Ok(()) } else { Err(ParcelError::Content(sha256)) }
    }
}
