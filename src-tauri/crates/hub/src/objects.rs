//! The files, by content: an object store under one name per SHA-256. Written once, never changed, shared by all agencies;
//! who may fetch what is the ledger's to say.

use std::{
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};

use bytes::{Bytes, BytesMut};
use dossier::Digest;
use futures_util::{StreamExt as _, stream::BoxStream};
use object_store::{
    Error, GetOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload,
    aws::{AmazonS3Builder, Checksum, S3ConditionalPut},
    local::LocalFileSystem,
    path::Path,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    data::{make_private, private_folder, sync_folder},
    fault::Fault,
    spool::Content,
};

/// Files up to this size are put in one piece, larger ones in pieces of this size.
pub(crate) const PIECE: usize = 8 << 20;

/// Under which all files lie.
const FILES: &str = "sha256";

/// See the module.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where it is a folder.
    folder: Option<PathBuf>,
}

impl Objects {
    /// Removes what puts left in a local folder that a kill ended: files which never came to their names. To be called while nobody
    /// puts; how many there were.
    pub fn clear_staged(folder: &FilePath) -> std::io::Result<usize> {
        let mut removed = 0;
        for shelf in std::fs::read_dir(folder.join(FILES)).into_iter().flatten() {
            for file in std::fs::read_dir(shelf?.path())? {
                let file = file?;
                // As `LocalFileSystem` calls them: the name, and a number. No content's name has such a sign.
                if file.file_name().to_string_lossy().contains('#') {
                    std::fs::remove_file(file.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Objects in a local folder. With fsync: a put that returned survives a power cut.
    pub fn in_folder(folder: &FilePath) -> Result<Self, Fault> {
        private_folder(folder)?;
        // All of them now: of two puts into a folder that is not there yet, one would not wait until its name is durable.
        let sorted = folder.join(FILES);
        private_folder(&sorted)?;
        for first in 0..=u8::MAX {
            let sorted = sorted.join(format!("{first:02x}"));
            if !sorted.is_dir() {
                make_private(&sorted)?;
            }
        }
        sync_folder(&sorted)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder.to_owned()) })
    }

    /// Objects in an S3 bucket: address, region and keys from the usual environment (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, …).
    /// Each piece carries its SHA-256, so that the store refuses what was damaged on the way.
    pub fn in_bucket(bucket: &str) -> Result<Self, Fault> {
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_checksum_algorithm(Checksum::SHA256)
            .build()?;
        Ok(Self { store: Arc::new(store), folder: None })
    }

    /// The store itself, for uploads under way.
    pub fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// Whether the store does what we rest on: it gives back what was put, keeps the first of two puts, finds and removes.
    ///
    /// # Errors
    /// [`Fault::Store`] says what it does not.
    pub async fn probe(&self) -> Result<(), Fault> {
        let path = Path::from_iter(["probe".to_owned(), Uuid::new_v4().to_string()]);
        let put = |content: &'static [u8]| {
            let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            self.store.put_opts(&path, PutPayload::from_static(content), options)
        };
        put(b"first").await?;
        let overwritten = match put(b"other").await {
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => false,
            Ok(_) => true,
            Err(error) => return Err(error.into()),
        };
        let read = async |range: Option<std::ops::Range<u64>>| -> Result<Bytes, Error> {
            match range {
                Some(range) => self.store.get_range(&path, range).await,
                None => self.store.get(&path).await?.bytes().await,
            }
        };
        let (whole, part, size) = (read(None).await?, read(Some(1..3)).await?, self.size(&path).await?);
        self.store.delete(&path).await?;
        let lies = |what| Err(Fault::Store { what });
        if overwritten || whole != b"first"[..] {
            return lies("it overwrites what is there already (If-None-Match)");
        }
        if part != b"ir"[..] {
            return lies("it does not give parts of a file (Range)");
        }
        if size != Some(5) {
            return lies("it does not tell the size of a file (HEAD)");
        }
        if self.size(&path).await?.is_some() {
            return lies("it keeps what was removed");
        }
        Ok(())
    }

    /// Stores what `content` reads, whose hash has been found to be `name`, unless it is there. Returns when it is durable and the
    /// store has been seen to hold its whole size.
    pub async fn put(&self, name: Digest, size: u64, content: &(dyn Fn() -> Content + Sync)) -> Result<(), Fault> {
        let path = path_of(name);
        // Looking first pays where it is cheap or putting is dear; else the store itself says that it has it already.
        let looks = self.folder.is_some() || size > PIECE as u64;
        if looks && self.size(&path).await? == Some(size) {
            return self.keep_name(&path).await;
        }
        if size <= PIECE as u64 {
            self.put_whole(name, &path, content()).await?;
        } else {
            self.put_pieces(name, &path, content()).await?;
        }
        match self.size(&path).await? {
            Some(stored) if stored == size => Ok(()),
            _ => Err(Fault::Damaged { what: "object" }),
        }
    }

    /// Makes the name of a file in a folder durable that was there before: whoever put it there may have been killed, or failed, in
    /// between. Its content is durable before it has a name.
    async fn keep_name(&self, path: &Path) -> Result<(), Fault> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = folder.join(path.as_ref());
        let synced = tokio::task::spawn_blocking(move || file.parent().map_or(Ok(()), sync_folder));
        Ok(synced.await??)
    }

    async fn put_whole(&self, name: Digest, path: &Path, mut content: Content) -> Result<(), Fault> {
        let mut pieces = vec![];
        let mut hasher = Sha256::new();
        while let Some(bytes) = content.next().await {
            let bytes = bytes?;
            hasher.update(&bytes);
            pieces.push(bytes);
        }
        if Digest(hasher.finalize().into()) != name {
            return Err(Fault::Damaged { what: "spool" });
        }
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(path, PutPayload::from_iter(pieces), options).await {
            Ok(_) => Ok(()),
            // The same content, put by somebody else meanwhile.
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => self.keep_name(path).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Nothing of it is seen before the last piece, and then only if all of it is what it is called.
    async fn put_pieces(&self, name: Digest, path: &Path, content: Content) -> Result<(), Fault> {
        let mut upload = self.store.put_multipart(path).await?;
        let put = async {
            let (mut hasher, mut piece, mut content) = (Sha256::new(), BytesMut::new(), content);
            while let Some(bytes) = content.next().await {
                let bytes = bytes?;
                hasher.update(&bytes);
                piece.extend_from_slice(&bytes);
                while piece.len() >= PIECE {
                    upload.put_part(piece.split_to(PIECE).freeze().into()).await?;
                }
            }
            if !piece.is_empty() {
                upload.put_part(piece.freeze().into()).await?;
            }
            let found = Digest(hasher.finalize().into());
            if found == name { Ok(()) } else { Err(Fault::Damaged { what: "spool" }) }
        };
        if let Err(fault) = put.await {
            // The first error is the one to report; what was begun is cleared away as well as can be.
            let _ = upload.abort().await;
            return Err(fault);
        }
        upload.complete().await?;
        Ok(())
    }

    /// The bytes of a file, or `None` when it is not there.
    pub async fn get(&self, content: Digest) -> Result<Option<BoxStream<'static, Result<Bytes, Error>>>, Fault> {
        match self.store.get_opts(&path_of(content), GetOptions::default()).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the whole file is there.
    pub async fn holds(&self, content: Digest, size: u64) -> Result<bool, Fault> {
        Ok(self.size(&path_of(content)).await? == Some(size))
    }

    /// Removes a file; one that is not there is removed.
    pub async fn remove(&self, content: Digest) -> Result<(), Fault> {
        match self.store.delete(&path_of(content)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn size(&self, path: &Path) -> Result<Option<u64>, Fault> {
        match self.store.head(path).await {
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
    Path::from_iter([FILES, folder, rest])
}

#[cfg(test)]
mod tests {
    use std::{fmt, io};

    use async_trait::async_trait;
    use futures_util::{TryStreamExt as _, stream};
    use object_store::{
        CopyOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, PutMultipartOptions, PutResult,
        memory::InMemory,
    };

    use super::*;

    fn content(bytes: &[u8]) -> Content {
        let pieces: Vec<io::Result<Bytes>> =
            bytes.chunks(100_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        stream::iter(pieces).boxed()
    }

    async fn read(objects: &Objects, content: Digest) -> Option<Vec<u8>> {
        let found = objects.get(content).await.unwrap()?;
        Some(found.try_fold(Vec::new(), async |all, bytes| Ok([all, bytes.to_vec()].concat())).await.unwrap())
    }

    #[tokio::test]
    async fn small_and_large_files_are_stored_once() {
        let folder = tempfile::tempdir().unwrap();
        for objects in
            [Objects::in_folder(folder.path()).unwrap(), Objects { store: Arc::new(InMemory::new()), folder: None }]
        {
            for size in [0, 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7] {
                let bytes: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
                let name = Digest::of(&bytes);
                assert_eq!(read(&objects, name).await, None);
                for _ in 0..2 {
                    objects.put(name, size as u64, &|| content(&bytes)).await.unwrap();
                }
                assert!(read(&objects, name).await == Some(bytes), "{size} bytes");
            }
        }
    }

    #[tokio::test]
    async fn what_a_killed_put_left_is_cleared_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Objects::clear_staged(folder.path()).unwrap(), 0, "nothing was ever put");
        let (objects, name) = (Objects::in_folder(folder.path()).unwrap(), Digest::of(b"whole"));
        objects.put(name, 5, &|| content(b"whole")).await.unwrap();
        // As one is that is under way: the store itself says where.
        let mut under_way = objects.store.put_multipart(&path_of(Digest::of(b"half"))).await.unwrap();
        under_way.put_part(PutPayload::from_static(b"ha")).await.unwrap();
        std::mem::forget(under_way);
        assert_eq!(Objects::clear_staged(folder.path()).unwrap(), 1);
        assert_eq!(Objects::clear_staged(folder.path()).unwrap(), 0);
        assert_eq!(read(&objects, name).await.as_deref(), Some(&b"whole"[..]));
    }

    #[tokio::test]
    async fn what_is_not_what_it_is_called_is_not_stored() {
        let objects = Objects { store: Arc::new(InMemory::new()), folder: None };
        for size in [10, PIECE + 1] {
            let (bytes, name) = (vec![7; size], Digest::of(b"other"));
            let refused = objects.put(name, size as u64, &|| content(&bytes)).await;
            assert!(matches!(refused, Err(Fault::Damaged { what: "spool" })));
            assert_eq!(read(&objects, name).await, None);
        }
    }

    /// A store that overwrites whatever it is told.
    #[derive(Debug)]
    struct Overwrites(InMemory);

    impl fmt::Display for Overwrites {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }

    #[async_trait]
    impl ObjectStore for Overwrites {
        async fn put_opts(&self, path: &Path, payload: PutPayload, _: PutOptions) -> Result<PutResult, Error> {
            self.0.put_opts(path, payload, PutOptions::default()).await
        }
        async fn put_multipart_opts(
            &self,
            path: &Path,
            options: PutMultipartOptions,
        ) -> Result<Box<dyn MultipartUpload>, Error> {
            self.0.put_multipart_opts(path, options).await
        }
        async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult, Error> {
            self.0.get_opts(path, options).await
        }
        fn delete_stream(
            &self,
            paths: BoxStream<'static, Result<Path, Error>>,
        ) -> BoxStream<'static, Result<Path, Error>> {
            self.0.delete_stream(paths)
        }
        fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta, Error>> {
            self.0.list(prefix)
        }
        async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult, Error> {
            self.0.list_with_delimiter(prefix).await
        }
        async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<(), Error> {
            self.0.copy_opts(from, to, options).await
        }
    }

    #[tokio::test]
    async fn a_store_that_overwrites_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Objects::in_folder(folder.path()).unwrap().probe().await.unwrap();
        Objects { store: Arc::new(InMemory::new()), folder: None }.probe().await.unwrap();
        let lies = Objects { store: Arc::new(Overwrites(InMemory::new())), folder: None }.probe().await;
        assert!(matches!(lies, Err(Fault::Store { what }) if what.contains("If-None-Match")), "{lies:?}");
    }
}
