//! Each upload one file on the local disk: the hub is one process on one machine.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
};
use tokio_util::io::ReaderStream;
use wire::upload::UploadId;

use super::{Content, Spool, Tail, UploadPart};
use crate::{
    data::{private_folder, sync_folder},
    ledger::StoredUpload,
};

/// So many bytes are read at a time.
const READ: usize = 256 << 10;

/// See the module.
#[derive(Debug, Clone)]
pub struct FolderSpool(PathBuf);

struct FileTail {
    file: File,
    end: u64,
}

impl FolderSpool {
    pub fn open(folder: &Path) -> io::Result<Self> {
        private_folder(folder)?;
        Ok(Self(folder.to_owned()))
    }

    pub fn path(&self, id: UploadId) -> PathBuf {
        self.0.join(id.to_string())
    }
}

#[async_trait]
impl Spool for FolderSpool {
    async fn resume(&self, upload: &StoredUpload) -> io::Result<Option<Box<dyn Tail>>> {
        let (path, offset) = (self.path(upload.id), upload.upload.offset);
        let new = !tokio::fs::try_exists(&path).await?;
        if new && offset > 0 {
            return Ok(None);
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&path).await?;
        // Not only a new one: whoever made it may have been killed, or failed, before its name was durable.
        if offset == 0 {
            let folder = self.0.clone();
            tokio::task::spawn_blocking(move || sync_folder(&folder)).await??;
        }
        if file.metadata().await?.len() < offset {
            return Ok(None);
        }
        // What stands beyond is written over, not cut off: where the disk failed while the ledger committed it, that commit may be there
        // after a power cut all the same, and then these bytes are what it tells of.
        file.seek(io::SeekFrom::Start(offset)).await?;
        Ok(Some(Box::new(FileTail { file, end: offset })))
    }

    fn read(&self, upload: &StoredUpload, _: &[UploadPart]) -> Content {
        let (path, offset) = (self.path(upload.id), upload.upload.offset);
        if offset == 0 {
            return stream::empty().boxed();
        }
        let opened = async move {
            let file = File::open(path).await?;
            if file.metadata().await?.len() < offset {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            Ok(ReaderStream::with_capacity(file.take(offset), READ))
        };
        stream::once(opened).try_flatten().boxed()
    }

    async fn remove(&self, id: UploadId) -> io::Result<()> {
        match tokio::fs::remove_file(self.path(id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    async fn remove_parts(&self, id: UploadId, _: &[UploadPart]) -> io::Result<()> {
        self.remove(id).await
    }

    async fn list(&self) -> io::Result<Vec<UploadId>> {
        let names = fs::read_dir(&self.0)?.map(|entry| entry.map(|entry| entry.file_name()));
        let names = names.collect::<io::Result<Vec<_>>>()?;
        Ok(names.iter().filter_map(|name| name.to_str()?.parse().ok()).collect())
    }
}

#[async_trait]
impl Tail for FileTail {
    fn end(&self) -> u64 {
        self.end
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    async fn sync(&mut self) -> io::Result<Vec<UploadPart>> {
        self.file.flush().await?;
        self.file.sync_data().await?;
        Ok(vec![])
    }
}
