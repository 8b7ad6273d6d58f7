//! Uploads under way. The ledger's offset is the truth: here lie at least that many durable bytes, and whatever stands beyond was never
//! acknowledged and is not read.

mod folder;
mod shared;

use std::io;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use wire::upload::UploadId;

use crate::ledger::StoredUpload;

pub use folder::FolderSpool;
pub use shared::SharedSpool;

/// Bytes in order, from the first.
pub type Content = BoxStream<'static, io::Result<Bytes>>;

/// An immutable piece of an upload that lies where every replica can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPart {
    /// Where its first byte stands in the upload.
    pub start: u64,
    pub length: u64,
    /// What the spool calls it.
    pub name: String,
}

/// Where bytes stay until the file is whole. An implementation passes the suite in this module's tests.
#[async_trait]
pub trait Spool: Send + Sync + 'static {
    /// Opens an upload at its committed offset. `None`: fewer bytes are here than were acknowledged; they are lost, and the upload with
    /// them.
    async fn resume(&self, upload: &StoredUpload) -> io::Result<Option<Box<dyn Tail>>>;
    /// The acknowledged bytes, of which the ledger knows these parts. An error of kind [`io::ErrorKind::NotFound`] or
    /// [`io::ErrorKind::UnexpectedEof`] says that some are lost.
    fn read(&self, upload: &StoredUpload, parts: &[UploadPart]) -> Content;
    /// Removes what is kept of an upload, if there is anything.
    async fn remove(&self, id: UploadId) -> io::Result<()>;
    /// Removes what was acknowledged of a finished upload, without looking for anything else, where looking is dear: what was never
    /// acknowledged goes when [`Spool::list`] finds it.
    async fn remove_parts(&self, id: UploadId, parts: &[UploadPart]) -> io::Result<()>;
    /// Uploads that something may be kept of.
    async fn list(&self) -> io::Result<Vec<UploadId>>;
}

/// The end of one upload, to be written on.
#[async_trait]
pub trait Tail: Send {
    /// Where the next byte goes.
    fn end(&self) -> u64;
    async fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits until nothing written so far is still on its way; nothing is written after it returns.
    async fn flush(&mut self) -> io::Result<()>;
    /// Makes every byte written so far durable, so that their end may be committed, with the parts that are new.
    async fn sync(&mut self) -> io::Result<Vec<UploadPart>>;
}

/// Whether an error of reading says that acknowledged bytes are not there.
pub fn is_lost(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof)
}

#[cfg(test)]
mod tests;
