//! Writing a parcel, front to back.

use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
};

use dossier::{Digest, SubmissionId};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{FILE, Header, SENDER, SUBMISSION, frames::FRAME, frames::Sealing};
use crate::{PublicKey, enrol::DeviceToken};

/// Why a parcel was not made.
#[derive(Debug, Error)]
pub enum PackError {
    /// Where it is written to takes no more.
    #[error("it cannot be written: {0}")]
    Write(#[source] io::Error),
    /// What goes into it gives no more.
    #[error("what goes into it cannot be read: {0}")]
    Read(#[source] io::Error),
    /// What was given is not what the file is called, or not what the header announced.
    #[error("what goes into it is not what was announced: {0}")]
    Differs(&'static str),
}

/// Writes one parcel. It is one only once [`Packer::finish`] has returned.
pub struct Packer<W: Write> {
    sealing: Sealing<W>,
    header: Header,
    submissions: u32,
    bytes: u64,
    /// The contents that are in it already.
    inside: BTreeSet<Digest>,
}

impl<W: Write> Packer<W> {
    /// Begins a parcel for the holder of `to`, from the device with this token. `chance`: 32 fresh random bytes.
    pub fn begin(
        mut out: W,
        header: Header,
        to: &PublicKey,
        token: &DeviceToken,
        chance: &[u8; 32],
    ) -> Result<Self, PackError> {
        let before = header.write(&mut out).map_err(PackError::Write)?;
        let sealing = Sealing::begin(out, to, &before, chance).map_err(PackError::Write)?;
        let mut packer = Self { sealing, header, submissions: 0, bytes: 0, inside: BTreeSet::new() };
        packer.write(&[SENDER])?;
        packer.write(token.bytes())?;
        Ok(packer)
    }

    /// Whether this content is in it already: it is not given again.
    pub fn has(&self, content: &Digest) -> bool {
        self.inside.contains(content)
    }

    /// Puts in a file that a submission to come names. `told`: how many bytes of it are inside, after each step.
    pub fn file(
        &mut self,
        sha256: Digest,
        size: u64,
        mut content: impl Read,
        mut told: impl FnMut(u64) -> io::Result<()>,
    ) -> Result<(), PackError> {
        self.write(&[FILE])?;
        self.write(&sha256.0)?;
        self.write(&size.to_be_bytes())?;
        let (mut hash, mut buffer, mut written) = (Sha256::new(), vec![0; FRAME], 0_u64);
        loop {
            let read = content.read(&mut buffer).map_err(PackError::Read)?;
            let part = buffer.get(..read).unwrap_or_default();
            if part.is_empty() {
                break;
            }
            hash.update(part);
            written += part.len() as u64;
            if written > size {
                return Err(PackError::Differs("size"));
            }
            self.write(part)?;
            told(written).map_err(PackError::Read)?;
        }
        if written != size {
            return Err(PackError::Differs("size"));
        }
        if Digest(hash.finalize().into()) != sha256 {
            return Err(PackError::Differs("content"));
        }
        self.bytes += size;
        self.inside.insert(sha256);
        Ok(())
    }

    /// Puts in a submission: the bytes that `POST /v1/dossiers/{dossier}/submissions` takes.
    pub fn submission(&mut self, id: SubmissionId, body: &[u8]) -> Result<(), PackError> {
        let length = u32::try_from(body.len()).map_err(|_| PackError::Differs("submission"))?;
        self.write(&[SUBMISSION])?;
        self.write(id.0.as_bytes())?;
        self.write(&length.to_be_bytes())?;
        self.write(body)?;
        self.submissions += 1;
        Ok(())
    }

    /// Ends it; gives what was written to, which is not yet on any disk.
    pub fn finish(self) -> Result<W, PackError> {
        if (self.submissions, self.bytes) != (self.header.submissions, self.header.bytes) {
            return Err(PackError::Differs("header"));
        }
        self.sealing.finish().map_err(PackError::Write)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), PackError> {
        self.sealing.write_all(bytes).map_err(PackError::Write)
    }
}
