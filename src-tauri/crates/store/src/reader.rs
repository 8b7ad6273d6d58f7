//! Reading a sealed blob as a stream, chunk by chunk.

use std::{
    fs::File,
    future::Future,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    task::JoinHandle,
};

use crate::{
    BlobId, Damage, Result, StoreError,
    seal::{BlobKey, CHUNK, MAGIC, chunk_len, chunk_start, chunks, sealed_len},
};

/// The content of a blob as an asynchronous stream. Every byte it gives has passed its seal; a missing, cut or altered
/// chunk ends the stream with an error (`io::ErrorKind::InvalidData` holding a [`StoreError`]).
///
/// Each chunk is read and opened on the blocking pool; at most one chunk is held.
pub struct BlobReader {
    blob: BlobId,
    state: State,
    /// Opened bytes not given yet: `chunk[given..]`.
    chunk: Vec<u8>,
    given: usize,
    next: u64,
}

enum State {
    Ready(Source),
    Reading(JoinHandle<(Source, io::Result<Vec<u8>>)>),
    Failed,
}

struct Source {
    file: File,
    key: BlobKey,
    blob: BlobId,
}

impl Source {
    fn damaged(&self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, StoreError::Corrupt { what: Damage::Blob(self.blob.name) })
    }

    fn chunk(&mut self, index: u64) -> io::Result<Vec<u8>> {
        let size = self.blob.size;
        let mut chunk = vec![0; chunk_len(index, size)];
        self.file.seek(SeekFrom::Start(chunk_start(index)))?;
        self.file.read_exact(&mut chunk).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged(),
            _ => error,
        })?;
        self.key.open(index, index + 1 == chunks(size), &mut chunk).map_err(|_| self.damaged())?;
        Ok(chunk)
    }
}

impl BlobReader {
    pub(crate) async fn open(path: &Path, key: BlobKey, blob: BlobId, offset: u64) -> Result<Self> {
        let path = path.to_owned();
        let opened = tokio::task::spawn_blocking(move || -> Result<Source> {
            let file = File::open(path)?;
            let mut source = Source { file, key, blob };
            let mut magic = [0; MAGIC.len()];
            let whole = source.file.metadata()?.len() == sealed_len(blob.size);
            if !whole || source.file.read_exact(&mut magic).is_err() || &magic != MAGIC {
                return Err(StoreError::Corrupt { what: Damage::Blob(blob.name) });
            }
            Ok(source)
        });
        let source = opened.await.map_err(io::Error::other)??;
        let offset = offset.min(blob.size);
        let mut reader =
            Self { blob, state: State::Ready(source), chunk: Vec::new(), given: 0, next: offset / CHUNK as u64 };
        reader.skip((offset % CHUNK as u64) as usize).await?;
        Ok(reader)
    }

    /// The blob being read.
    pub fn blob(&self) -> &BlobId {
        &self.blob
    }

    async fn skip(&mut self, bytes: usize) -> Result<()> {
        if bytes > 0 {
            std::future::poll_fn(|cx| self.poll_chunk(cx)).await.map_err(crate::blobs::unwrap_io)?;
            self.given = bytes.min(self.chunk.len());
        }
        Ok(())
    }

    /// Makes the next chunk the present one; an empty one at the end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match std::mem::replace(&mut self.state, State::Failed) {
                State::Ready(source) if self.next >= chunks(self.blob.size) => {
                    self.state = State::Ready(source);
                    self.chunk.clear();
                    self.given = 0;
                    return Poll::Ready(Ok(()));
                }
                State::Ready(mut source) => {
                    let index = self.next;
                    self.state = State::Reading(tokio::task::spawn_blocking(move || {
                        let chunk = source.chunk(index);
                        (source, chunk)
                    }));
                }
                State::Reading(mut handle) => match Pin::new(&mut handle).poll(cx) {
                    Poll::Pending => {
                        self.state = State::Reading(handle);
                        return Poll::Pending;
                    }
                    Poll::Ready(done) => {
                        let (source, chunk) = done.map_err(io::Error::other)?;
                        self.chunk = chunk?;
                        self.given = 0;
                        self.next += 1;
                        self.state = State::Ready(source);
                        return Poll::Ready(Ok(()));
                    }
                },
                State::Failed => {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        StoreError::Corrupt { what: Damage::Blob(self.blob.name) },
                    )));
                }
            }
        }
    }
}

impl AsyncRead for BlobReader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.given == self.chunk.len() {
            ready!(self.poll_chunk(cx))?;
        }
        let this = &mut *self;
        let rest = this.chunk.get(this.given..).unwrap_or_default();
        let taken = rest.len().min(buffer.remaining());
        buffer.put_slice(rest.get(..taken).unwrap_or_default());
        this.given += taken;
        Poll::Ready(Ok(()))
    }
}
