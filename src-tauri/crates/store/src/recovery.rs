//! What a start sets right after a kill or a power cut. The profile's lock is held, so nothing of it is alive.

use std::{fs, io};

use crate::{BlobName, Result, Store, StoreError, outbox};

/// What was found and set right; all zero after an orderly end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Submissions a dead runner had leased, pending again.
    pub submissions: u64,
    /// Documents that were being digitised, waiting again.
    pub documents: u64,
    /// Half-written files removed.
    pub drafts: u64,
    /// Stored files without a row (never shown as saved, or destroyed) removed.
    pub orphans: u64,
}

pub(crate) async fn recover(store: &Store) -> Result<Recovered> {
    let mut write = store.write().await?;
    let submissions = outbox::release_all(&mut write).await?;
    let documents = sqlx::query("UPDATE documents SET status = 'waiting', lease_until = NULL WHERE status = 'working'")
        .execute(&mut *write)
        .await?
        .rows_affected();
    write.commit().await?;
    let (drafts, orphans) = sweep_tmp(store).await?;
    Ok(Recovered { submissions, documents, drafts, orphans })
}

/// Empties `tmp/`. A file named like a blob marks one whose file and row may disagree: without a row, its file goes.
async fn sweep_tmp(store: &Store) -> Result<(u64, u64)> {
    let (mut drafts, mut orphans) = (0, 0);
    for entry in fs::read_dir(store.profile().tmp())? {
        let entry = entry?;
        let name = entry.file_name();
        match name.to_str().and_then(|name| name.parse::<BlobName>().ok()) {
            Some(name) => match store.blob(&name).await {
                Ok(_) => {}
                Err(StoreError::NotFound(_)) => {
                    orphans += u64::from(store.blob_path(&name).exists());
                    store.unlink_blob(&name)?;
                }
                Err(error) => return Err(error),
            },
            None => drafts += 1,
        }
        let path = entry.path();
        match if entry.file_type()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) } {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
    }
    Ok((drafts, orphans))
}
