//! Each acknowledged piece of an upload an immutable object in the store that all replicas share, so that any of them can go on.

use std::{io, sync::Arc};

use async_trait::async_trait;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, path::Path};
use uuid::Uuid;
use wire::upload::UploadId;

use super::{Content, Spool, Tail, UploadPart};
use crate::ledger::StoredUpload;

/// A piece is put when it has grown to so many bytes: so many of each upload under way are held in memory.
const PIECE: usize = 1 << 20;
/// Where the pieces lie, a folder for each upload.
const FOLDER: &str = "parts";

/// See the module.
#[derive(Debug, Clone)]
pub struct SharedSpool(Arc<dyn ObjectStore>);

struct ObjectTail {
    store: Arc<dyn ObjectStore>,
    id: UploadId,
    end: u64,
    /// The end of what is not put yet.
    waiting: Vec<u8>,
    /// Put, and not yet told.
    put: Vec<UploadPart>,
}

impl SharedSpool {
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    async fn delete(&self, names: BoxStream<'static, object_store::Result<Path>>) -> io::Result<()> {
        let mut gone = self.0.delete_stream(names);
        while let Some(one) = gone.next().await {
            match one {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }
}

fn folder(id: UploadId) -> Path {
    Path::from_iter([FOLDER.to_owned(), id.to_string()])
}

fn failed(error: object_store::Error) -> io::Error {
    match error {
        object_store::Error::NotFound { .. } => io::Error::new(io::ErrorKind::NotFound, error),
        // Whatever is inside is looked through for a full disk.
        other => io::Error::other(other),
    }
}

#[async_trait]
impl Spool for SharedSpool {
    async fn resume(&self, upload: &StoredUpload) -> io::Result<Option<Box<dyn Tail>>> {
        let (store, id) = (Arc::clone(&self.0), upload.id);
        Ok(Some(Box::new(ObjectTail { store, id, end: upload.upload.offset, waiting: vec![], put: vec![] })))
    }

    fn read(&self, upload: &StoredUpload, parts: &[UploadPart]) -> Content {
        let mut end = 0;
        for part in parts {
            if part.start != end {
                break;
            }
            end += part.length;
        }
        if end < upload.upload.offset {
            return stream::once(async { Err(io::ErrorKind::UnexpectedEof.into()) }).boxed();
        }
        let (store, parts) = (Arc::clone(&self.0), parts.to_vec());
        let opened = move |part: UploadPart| {
            let store = Arc::clone(&store);
            async move {
                let found = store.get(&Path::from(part.name)).await.map_err(failed)?;
                if found.meta.size != part.length {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
                }
                Ok(found.into_stream().map_err(failed))
            }
        };
        stream::iter(parts).then(opened).try_flatten().boxed()
    }

    async fn remove(&self, id: UploadId) -> io::Result<()> {
        self.delete(self.0.list(Some(&folder(id))).map_ok(|found| found.location).boxed()).await
    }

    async fn remove_parts(&self, _: UploadId, parts: &[UploadPart]) -> io::Result<()> {
        let names: Vec<_> = parts.iter().map(|part| Ok(Path::from(part.name.as_str()))).collect();
        self.delete(stream::iter(names).boxed()).await
    }

    async fn list(&self) -> io::Result<Vec<UploadId>> {
        let found = self.0.list_with_delimiter(Some(&Path::from(FOLDER))).await.map_err(failed)?;
        Ok(found.common_prefixes.iter().filter_map(|path| path.filename()?.parse().ok()).collect())
    }
}

impl ObjectTail {
    async fn put(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let length = self.waiting.len() as u64;
        let start = self.end - length;
        // Two replicas that write at the same offset write two objects; the ledger takes one of them.
        let path = folder(self.id).join(format!("{start:012}-{}", Uuid::new_v4()));
        self.store.put(&path, PutPayload::from(std::mem::take(&mut self.waiting))).await.map_err(failed)?;
        self.put.push(UploadPart { start, length, name: path.to_string() });
        Ok(())
    }
}

#[async_trait]
impl Tail for ObjectTail {
    fn end(&self) -> u64 {
        self.end
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut left = bytes;
        while !left.is_empty() {
            let (now, later) = left.split_at(left.len().min(PIECE - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            self.end += now.len() as u64;
            left = later;
            if self.waiting.len() == PIECE {
                self.put().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    async fn sync(&mut self) -> io::Result<Vec<UploadPart>> {
        self.put().await?;
        Ok(std::mem::take(&mut self.put))
    }
}
