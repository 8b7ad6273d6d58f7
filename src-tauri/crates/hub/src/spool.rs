//! Uploads under way, each one file on the local disk. The ledger's offset is the truth: the file always holds at least that
//! many durable bytes, and whatever stands beyond it was never acknowledged and is cut off.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use dossier::Digest;
use sha2::{Digest as _, Sha256};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncSeekExt as _, AsyncWriteExt as _},
};
use wire::upload::UploadId;

use crate::data::{private_folder, sync_folder};

/// The folder of uploads under way.
#[derive(Debug, Clone)]
pub struct Spool(PathBuf);

/// One upload's file, open at its committed offset.
pub struct SpoolFile {
    file: File,
    end: u64,
}

impl Spool {
    pub fn open(folder: &Path) -> io::Result<Self> {
        private_folder(folder)?;
        Ok(Self(folder.to_owned()))
    }

    pub fn path(&self, id: UploadId) -> PathBuf {
        self.0.join(id.to_string())
    }

    /// Opens an upload's file at `offset` and cuts off what lies beyond. `None`: the file holds fewer bytes than were
    /// acknowledged; they are lost, and the upload with them.
    pub async fn resume(&self, id: UploadId, offset: u64) -> io::Result<Option<SpoolFile>> {
        let path = self.path(id);
        let new = !tokio::fs::try_exists(&path).await?;
        if new && offset > 0 {
            return Ok(None);
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&path).await?;
        if new {
            let folder = self.0.clone();
            tokio::task::spawn_blocking(move || sync_folder(&folder)).await??;
        }
        let length = file.metadata().await?.len();
        if length < offset {
            return Ok(None);
        }
        if length > offset {
            file.set_len(offset).await?;
        }
        file.seek(io::SeekFrom::Start(offset)).await?;
        Ok(Some(SpoolFile { file, end: offset }))
    }

    /// Hashes the whole file as it is on disk.
    pub async fn hash(&self, id: UploadId) -> io::Result<Digest> {
        let path = self.path(id);
        tokio::task::spawn_blocking(move || {
            let mut hasher = Sha256::new();
            io::copy(&mut fs::File::open(path)?, &mut hasher)?;
            Ok(Digest(hasher.finalize().into()))
        })
        .await?
    }

    /// Removes an upload's file, if it is there.
    pub async fn remove(&self, id: UploadId) -> io::Result<()> {
        match tokio::fs::remove_file(self.path(id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The uploads that have a file here.
    pub fn list(&self) -> io::Result<Vec<UploadId>> {
        let names = fs::read_dir(&self.0)?.map(|entry| entry.map(|entry| entry.file_name()));
        let names = names.collect::<io::Result<Vec<_>>>()?;
        Ok(names.iter().filter_map(|name| name.to_str()?.parse().ok()).collect())
    }
}

impl SpoolFile {
    /// Where the next byte goes.
    pub fn end(&self) -> u64 {
        self.end
    }

    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Waits until the system has every byte written so far; nothing is written after it returns.
    pub async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    /// Makes every byte written so far durable; gives their end, which may now be committed.
    pub async fn sync(&mut self) -> io::Result<u64> {
        self.flush().await?;
        self.file.sync_data().await?;
        Ok(self.end)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn file_is_cut_to_what_was_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let (spool, id) = (Spool::open(folder.path()).unwrap(), UploadId(Uuid::from_u128(1)));
        let mut file = spool.resume(id, 0).await.unwrap().unwrap();
        file.write(b"abcdef").await.unwrap();
        assert_eq!(file.sync().await.unwrap(), 6);

        // Acknowledged were four bytes; the other two go.
        let mut file = spool.resume(id, 4).await.unwrap().unwrap();
        assert_eq!(fs::read(spool.path(id)).unwrap(), b"abcd");
        file.write(b"XY").await.unwrap();
        file.sync().await.unwrap();
        assert_eq!(spool.hash(id).await.unwrap(), Digest::of(b"abcdXY"));
    }

    #[tokio::test]
    async fn lost_bytes_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (spool, id) = (Spool::open(folder.path()).unwrap(), UploadId(Uuid::from_u128(1)));
        assert!(spool.resume(id, 1).await.unwrap().is_none(), "no file, yet bytes were acknowledged");
        fs::write(spool.path(id), b"abc").unwrap();
        assert!(spool.resume(id, 4).await.unwrap().is_none());
        assert_eq!(spool.list().unwrap(), [id]);
        spool.remove(id).await.unwrap();
        spool.remove(id).await.unwrap();
        assert!(spool.list().unwrap().is_empty());
    }
}
