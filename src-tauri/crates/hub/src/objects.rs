//! The files, by content: an object store under one name per SHA-256. Written once, never changed, shared by all agencies;
//! who may fetch what is the ledger's to say.

use std::{path::Path as FilePath, sync::Arc};

use bytes::Bytes;
use dossier::Digest;
use futures_util::stream::BoxStream;
use object_store::{
    Error, GetOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, local::LocalFileSystem,
    path::Path,
};
use tokio::io::AsyncReadExt as _;

use crate::{data::private_folder, fault::Fault};

/// Files up to this size are put in one piece, larger ones in pieces of this size.
const PIECE: usize = 8 << 20;

/// See the module.
#[derive(Clone)]
pub struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// Objects in a local folder. With fsync: a put that returned survives a power cut.
    pub fn in_folder(folder: &FilePath) -> Result<Self, Fault> {
        private_folder(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self(Arc::new(store)))
    }

    /// Stores a file whose hash has been found to be `content`, unless it is there. Returns when it is durable and the store
    /// has been seen to hold its whole size.
    pub async fn put(&self, content: Digest, size: u64, file: &FilePath) -> Result<(), Fault> {
        let path = path_of(content);
        if self.size(&path).await? == Some(size) {
            return Ok(());
        }
        if size <= PIECE as u64 {
            self.put_whole(&path, file).await?;
        } else {
            self.put_pieces(&path, file).await?;
        }
        match self.size(&path).await? {
            Some(stored) if stored == size => Ok(()),
            _ => Err(Fault::Damaged { what: "object" }),
        }
    }

    async fn put_whole(&self, path: &Path, file: &FilePath) -> Result<(), Fault> {
        let payload = PutPayload::from(tokio::fs::read(file).await?);
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.0.put_opts(path, payload, options).await {
            // The same content, put by somebody else meanwhile.
            Ok(_) | Err(Error::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn put_pieces(&self, path: &Path, file: &FilePath) -> Result<(), Fault> {
        let mut file = tokio::fs::File::open(file).await?;
        let mut upload = self.0.put_multipart(path).await?;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            (&mut file).take(PIECE as u64).read_to_end(&mut piece).await?;
            if piece.is_empty() {
                break;
            }
            if let Err(error) = upload.put_part(piece.into()).await {
                // The first error is the one to report; what was begun is cleared away as well as can be.
                let _ = upload.abort().await;
                return Err(error.into());
            }
        }
        upload.complete().await?;
        Ok(())
    }

    /// The bytes of a file, or `None` when it is not there.
    pub async fn get(&self, content: Digest) -> Result<Option<BoxStream<'static, Result<Bytes, Error>>>, Fault> {
        match self.0.get_opts(&path_of(content), GetOptions::default()).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn size(&self, path: &Path) -> Result<Option<u64>, Fault> {
        match self.0.head(path).await {
            Ok(found) => Ok(Some(found.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// `sha256/ab/cd…`: folders of a size that file systems like.
fn path_of(content: Digest) -> Path {
    let name = content.to_string();
    let (folder, rest) = name.split_at(2);
    Path::from_iter(["sha256", folder, rest])
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;

    use super::*;

    async fn read(objects: &Objects, content: Digest) -> Option<Vec<u8>> {
        let stream = objects.get(content).await.unwrap()?;
        Some(stream.try_collect::<Vec<_>>().await.unwrap().concat())
    }

    #[tokio::test]
    async fn small_and_large_files_are_read_back_and_may_be_put_twice() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::in_folder(&folder.path().join("objects")).unwrap();
        for size in [0, 1, PIECE, PIECE + 1] {
            let bytes: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
            let (content, file) = (Digest::of(&bytes), folder.path().join("file"));
            std::fs::write(&file, &bytes).unwrap();
            assert_eq!(read(&objects, content).await, None);
            for _ in 0..2 {
                objects.put(content, size as u64, &file).await.unwrap();
            }
            assert!(read(&objects, content).await == Some(bytes), "{size} bytes");
        }
    }
}
