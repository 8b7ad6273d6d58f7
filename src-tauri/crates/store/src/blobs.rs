//! Content, sealed, one file each. Named by a keyed hash of the content: the same content is kept once.
//!
//! Order of writing: sealed file whole and synced under `tmp/`, its name in `blobs/` and that folder synced, then the
//! row with the key. A row therefore never points at missing content, whenever the power goes.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use dossier::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::Digest as _;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use crate::{
    Clash, Damage, Result, Store, StoreError, Subject,
    columns::{Columns, integer},
    database::Write,
    profile::sync_folder,
    reader::BlobReader,
    seal::{BlobKey, CHUNK, MAGIC, random, sealed_len},
};

/// The name of a stored blob: HMAC-SHA-256 of its content's SHA-256 under a key of the profile, so that nobody without
/// the key can test whether a known file is stored. As text, 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName(pub(crate) [u8; 32]);

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobName({self})")
    }
}

impl FromStr for BlobName {
    type Err = hex::FromHexError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl Serialize for BlobName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlobName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A stored content: where it lies, what it is, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlobId {
    pub name: BlobName,
    /// SHA-256 of the content.
    pub sha256: Digest,
    /// Bytes of the content.
    pub size: u64,
}

/// What [`Store::verify_blobs`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobCheck {
    /// Blobs whose every chunk opened and whose content has its recorded hash.
    pub sound: u64,
    /// Blobs that are missing, cut or altered.
    pub damaged: Vec<BlobId>,
}

/// The condition that something refers to the blob of this name.
macro_rules! referred {
    ($name:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM sources WHERE blob = ",
            $name,
            ") OR EXISTS (SELECT 1 FROM pages WHERE source = ",
            $name,
            ") OR EXISTS (SELECT 1 FROM renditions WHERE blob = ",
            $name,
            ") OR EXISTS (SELECT 1 FROM outbox_files WHERE blob = ",
            $name,
            ") OR EXISTS (SELECT 1 FROM stack_files WHERE blob = ",
            $name,
            ") OR EXISTS (SELECT 1 FROM portal_files WHERE blob = ",
            $name,
            ") OR EXISTS (SELECT 1 FROM portal_slips WHERE blob = ",
            $name,
            ") OR EXISTS (SELECT 1 FROM portal_packs WHERE slip = ",
            $name,
            "))"
        )
    };
}

impl Store {
    /// Stores what `content` gives until its end; memory stays at two chunks. On return the content is durable.
    pub async fn put(&self, mut content: impl AsyncRead + Unpin) -> Result<BlobId> {
        let key = BlobKey::generate()?;
        let draft = draft_path(&self.profile().tmp())?;
        let written = write_sealed(&draft, &key, &mut content).await;
        let blob = match written {
            Ok((sha256, size)) => BlobId { name: self.blob_keys().name(&sha256), sha256, size },
            Err(error) => {
                discard(&draft).await;
                return Err(error);
            }
        };
        let published = self.publish(&draft, &key, &blob).await;
        if !matches!(published, Ok(true)) {
            discard(&draft).await;
        }
        published.map(|_| blob)
    }

    /// Stores `content`; nothing is written when it is there already.
    pub async fn put_bytes(&self, content: &[u8]) -> Result<BlobId> {
        let sha256 = Digest::of(content);
        let name = self.blob_keys().name(&sha256);
        match self.blob(&name).await {
            Ok(blob) if self.is_whole(&blob).await? => Ok(blob),
            Ok(_) | Err(StoreError::NotFound(_)) => self.put(content).await,
            Err(error) => Err(error),
        }
    }

    /// The stored content of this hash, if any.
    pub async fn find_blob(&self, sha256: &Digest) -> Result<Option<BlobId>> {
        match self.blob(&self.blob_keys().name(sha256)).await {
            Ok(blob) => Ok(Some(blob)),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The blob of this name.
    pub async fn blob(&self, name: &BlobName) -> Result<BlobId> {
        let row = sqlx::query("SELECT name, sha256, size FROM blobs WHERE name = ?")
            .bind(name.0.to_vec())
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Blob))?;
        blob_id(&row)
    }

    /// Reads the content from its beginning.
    pub async fn open_blob(&self, blob: &BlobId) -> Result<BlobReader> {
        self.open_blob_at(blob, 0).await
    }

    /// Reads the content from byte `offset` on; past its end there is nothing.
    pub async fn open_blob_at(&self, blob: &BlobId, offset: u64) -> Result<BlobReader> {
        let wrapped = sqlx::query("SELECT sealed_key FROM blobs WHERE name = ?")
            .bind(blob.name.0.to_vec())
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Blob))?
            .bytes("sealed_key")?;
        let damaged = || StoreError::Corrupt { what: Damage::Blob(blob.name) };
        let key = self.blob_keys().unwrap(&wrapped, &blob.name).map_err(|_| damaged())?;
        let path = self.blob_path(&blob.name);
        match BlobReader::open(&path, key, *blob, offset).await {
            Err(StoreError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Err(damaged()),
            other => other,
        }
    }

    /// At most `len` bytes of the content from byte `offset` on; fewer only at its end.
    pub async fn read_blob_at(&self, blob: &BlobId, offset: u64, len: usize) -> Result<Vec<u8>> {
        let mut content = Vec::with_capacity(len.min(CHUNK));
        self.open_blob_at(blob, offset).await?.take(len as u64).read_to_end(&mut content).await.map_err(unwrap_io)?;
        Ok(content)
    }

    /// The whole content; for what is known to be small.
    pub async fn get_blob(&self, blob: &BlobId) -> Result<Vec<u8>> {
        let mut content = Vec::with_capacity(usize::try_from(blob.size).unwrap_or(0).min(16 << 20));
        self.open_blob(blob).await?.read_to_end(&mut content).await.map_err(unwrap_io)?;
        Ok(content)
    }

    /// Destroys the blob: its key first, which makes the content unreadable for ever, then the file. Refused with
    /// [`Clash::StillReferred`] while a page, a source, a rendition or a submission refers to it.
    pub async fn forget_blob(&self, name: &BlobName) -> Result<()> {
        self.destroy(name).await?;
        // The page that held the key must not survive in the write-ahead log.
        self.database().checkpoint().await
    }

    /// Destroys those of `names` that nothing refers to any more; gives how many went.
    pub async fn forget_unreferred(&self, names: &[BlobName]) -> Result<usize> {
        let mut gone = 0;
        for name in names {
            if self.is_referred(name).await? {
                continue;
            }
            match self.destroy(name).await {
                Ok(()) => gone += 1,
                Err(StoreError::Conflict(Clash::StillReferred) | StoreError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if gone > 0 {
            self.database().checkpoint().await?;
        }
        Ok(gone)
    }

    async fn is_referred(&self, name: &BlobName) -> Result<bool> {
        let row = sqlx::query(concat!("SELECT ", referred!("?1"), " AS referred"))
            .bind(name.0.to_vec())
            .fetch_one(self.read())
            .await?;
        row.flag("referred")
    }

    /// Every blob that nothing refers to.
    pub(crate) async fn unreferred(&self) -> Result<Vec<BlobName>> {
        let rows = sqlx::query(concat!("SELECT name FROM blobs WHERE NOT ", referred!("blobs.name")))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(|row| row.hash("name").map(BlobName)).collect()
    }

    /// Key first, then file; the marker lets a start after a kill in between finish it.
    async fn destroy(&self, name: &BlobName) -> Result<()> {
        let _destroying = self.destroying().lock().await;
        let _publishing = self.publishing().lock().await;
        let marker = self.mark(name)?;
        let deleted = self.delete_key(name).await;
        if deleted.is_ok() {
            self.unlink_blob(name)?;
        }
        fs::remove_file(marker)?;
        deleted
    }

    async fn delete_key(&self, name: &BlobName) -> Result<()> {
        let mut write = self.write().await?;
        let gone = sqlx::query("DELETE FROM blobs WHERE name = ?").bind(name.0.to_vec()).execute(&mut *write).await?;
        if gone.rows_affected() == 0 {
            return Err(StoreError::NotFound(Subject::Blob));
        }
        Ok(write.commit().await?)
    }

    /// Reads every blob from end to end against its recorded hash. `progress(done, total)` after each.
    pub async fn verify_blobs(&self, mut progress: impl FnMut(u64, u64)) -> Result<BlobCheck> {
        let rows = sqlx::query("SELECT name, sha256, size FROM blobs ORDER BY name").fetch_all(self.read()).await?;
        let (total, secret) = (rows.len() as u64, self.secret_frames().await?);
        let mut check = BlobCheck::default();
        for (done, row) in rows.iter().enumerate() {
            let blob = blob_id(row)?;
            match self.hash_blob(&blob).await {
                Ok(sha256) if sha256 == blob.sha256 => check.sound += 1,
                // Left out of the backup this profile was restored from.
                Err(StoreError::Corrupt { .. })
                    if secret.in_file(&blob.name) && !self.blob_path(&blob.name).exists() => {}
                Ok(_) | Err(StoreError::Corrupt { .. }) => check.damaged.push(blob),
                // Forgotten meanwhile.
                Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
            progress(done as u64 + 1, total);
        }
        Ok(check)
    }

    async fn hash_blob(&self, blob: &BlobId) -> Result<Digest> {
        let mut reader = self.open_blob(blob).await?;
        let (mut hasher, mut buffer) = (sha2::Sha256::new(), vec![0; CHUNK]);
        loop {
            match reader.read(&mut buffer).await.map_err(unwrap_io)? {
                0 => return Ok(Digest(hasher.finalize().into())),
                read => hasher.update(&buffer[..read]),
            }
        }
    }

    pub(crate) fn blob_path(&self, name: &BlobName) -> PathBuf {
        let hex = name.to_string();
        let (folder, file) = hex.split_at(2);
        self.profile().blobs().join(folder).join(file)
    }

    /// Notes in `tmp/` that the file of `name` and its row may disagree until the marker is removed: a start after a
    /// kill in between looks at the marked names only, however many blobs there are.
    fn mark(&self, name: &BlobName) -> Result<PathBuf> {
        let marker = self.profile().tmp().join(name.to_string());
        fs::File::create(&marker)?;
        Ok(marker)
    }

    /// Removes the file of a blob without a row.
    pub(crate) fn unlink_blob(&self, name: &BlobName) -> Result<()> {
        let path = self.blob_path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(path.parent().filter(|folder| folder.exists()).map(sync_folder).transpose().map(|_| ())?),
        }
    }

    /// Whether the file is there with its full length.
    async fn is_whole(&self, blob: &BlobId) -> Result<bool> {
        match tokio::fs::metadata(self.blob_path(&blob.name)).await {
            Ok(found) => Ok(found.len() == sealed_len(blob.size)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the sealed draft its name and its row; false when the content was there already and the draft is not used.
    /// One at a time, so that two writers of the same content cannot leave one's file under the other's key.
    async fn publish(&self, draft: &Path, key: &BlobKey, blob: &BlobId) -> Result<bool> {
        let _publishing = self.publishing().lock().await;
        match self.blob(&blob.name).await {
            Ok(stored) if self.is_whole(&stored).await? => return Ok(false),
            Ok(_) | Err(StoreError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        let wrapped = self.blob_keys().wrap(key, &blob.name)?;
        let marker = self.mark(&blob.name)?;
        let (draft, path) = (draft.to_owned(), self.blob_path(&blob.name));
        tokio::task::spawn_blocking(move || place(&draft, &path)).await.map_err(io::Error::other)??;
        let mut write = self.write().await?;
        // A row whose file was lost gets the new file and its key.
        sqlx::query(
            "INSERT INTO blobs (name, sha256, size, sealed_key) VALUES (?, ?, ?, ?)
             ON CONFLICT (name) DO UPDATE SET sealed_key = excluded.sealed_key",
        )
        .bind(blob.name.0.to_vec())
        .bind(blob.sha256.0.to_vec())
        .bind(integer(blob.size, "size")?)
        .bind(wrapped)
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        fs::remove_file(marker)?;
        Ok(true)
    }
}

/// Refuses a reference to a blob that is not stored, before a foreign key says so less clearly.
pub(crate) async fn require(write: &mut Write, blob: &BlobId) -> Result<()> {
    sqlx::query("SELECT 1 FROM blobs WHERE name = ?")
        .bind(blob.name.0.to_vec())
        .fetch_optional(&mut **write)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound(Subject::Blob))
}

/// From the columns `name`, `sha256`, `size` of a row joined with `blobs`.
pub(crate) fn blob_id(row: &sqlx::sqlite::SqliteRow) -> Result<BlobId> {
    Ok(BlobId { name: BlobName(row.hash("name")?), sha256: row.digest("sha256")?, size: row.number("size")? })
}

/// The store's own error out of the one a reader had to wrap.
pub(crate) fn unwrap_io(error: io::Error) -> StoreError {
    match error.downcast::<StoreError>() {
        Ok(inner) => inner,
        Err(error) => error.into(),
    }
}

fn draft_path(tmp: &Path) -> Result<PathBuf> {
    Ok(tmp.join(format!("draft-{}", hex::encode(random::<16>()?))))
}

/// Moves the draft to its name, durably.
fn place(draft: &Path, path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
    if !folder.exists() {
        fs::create_dir_all(folder)?;
        if let Err(error) = folder.parent().map_or(Ok(()), sync_folder) {
            // The next one would take it for durable.
            let _ = fs::remove_dir(folder);
            return Err(error);
        }
    }
    fs::rename(draft, path)?;
    sync_folder(folder)
}

async fn discard(draft: &Path) {
    // What cannot be removed now is removed at the next start.
    let _ = tokio::fs::remove_file(draft).await;
}

/// Reads until `chunk` is full or the content ends.
async fn fill(content: &mut (impl AsyncRead + Unpin), chunk: &mut Vec<u8>) -> io::Result<()> {
    chunk.clear();
    content.take(CHUNK as u64).read_to_end(chunk).await.map(|_| ())
}

/// Seals `content` into `draft` and syncs it; gives the content's hash and size.
async fn write_sealed(draft: &Path, key: &BlobKey, content: &mut (impl AsyncRead + Unpin)) -> Result<(Digest, u64)> {
    let mut file = tokio::fs::OpenOptions::new().write(true).create_new(true).open(draft).await?;
    file.write_all(MAGIC).await?;
    let (mut hasher, mut size, mut index) = (sha2::Sha256::new(), 0_u64, 0_u64);
    let (mut chunk, mut next) = (Vec::with_capacity(CHUNK + 16), Vec::with_capacity(CHUNK + 16));
    fill(content, &mut chunk).await?;
    loop {
        // One chunk ahead: which one is last is part of its seal.
        if chunk.len() == CHUNK {
            fill(content, &mut next).await?;
        } else {
            next.clear();
        }
        hasher.update(&chunk);
        size += chunk.len() as u64;
        key.seal(index, next.is_empty(), &mut chunk)?;
        file.write_all(&chunk).await?;
        if next.is_empty() {
            break;
        }
        std::mem::swap(&mut chunk, &mut next);
        index += 1;
    }
    file.flush().await?;
    file.sync_all().await?;
    Ok((Digest(hasher.finalize().into()), size))
}

#[cfg(test)]
mod tests;
