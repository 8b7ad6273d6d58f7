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
    /// Contents stored for something that then did not come about, destroyed.
    pub unreferred: u64,
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
    let unreferred = destroy_unreferred(store).await?;
    Ok(Recovered { submissions, documents, drafts, orphans, unreferred })
}

/// A content is stored before the row that refers to it. Whoever was killed in between has lost its name: nobody else
/// would ever destroy it.
async fn destroy_unreferred(store: &Store) -> Result<u64> {
    let names = store.unreferred().await?;
    match store.forget_unreferred(&names).await {
        Ok(gone) => Ok(gone as u64),
        // It must be possible to open a profile on a full disk; the next start destroys the rest.
        Err(StoreError::DiskFull) => Ok(0),
        Err(error) => Err(error),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        NewSubmission, SubmissionKind, Transition,
        testing::{Fixture, act, add_paper, new_document, new_dossier, uuid},
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_content_stored_for_nothing_is_destroyed_with_its_key_and_every_other_is_kept() {
        let mut fixture = Fixture::new().await;
        let store = fixture.store();
        let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
        let source = store.put_bytes(b"source").await.unwrap();
        let other = store.create_dossier(&new_dossier(2), &act(1)).await.unwrap();
        store.add_document(&new_document(1, &other, source), &act(2)).await.unwrap();
        let sent = add_paper(store, 2, &dossier, b"sent").await;
        store.transition(dossier.id, &Transition::Check { blocking: 0 }, &act(3)).await.unwrap();
        let submission = NewSubmission {
            id: crate::SubmissionId(uuid(0x5000)),
            dossier: dossier.id,
            kind: SubmissionKind::Submit,
            answers_version: 0,
            manifest: b"{}".to_vec(),
            manifest_sha256: crate::Digest::of(b"{}"),
            payload: serde_json::json!({}),
            files: vec![crate::NewOutboxFile {
                blob: sent,
                component: "TP-01".into(),
                component_row: None,
                title: String::new(),
                media_type: "application/pdf".into(),
            }],
        };
        store.freeze(&submission, &act(4)).await.unwrap();
        // Killed before add_document, and before finish_document.
        let lost = [store.put_bytes(b"sheet").await.unwrap(), store.put_bytes(b"rendition").await.unwrap()];
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        assert_eq!(store.recovered().unreferred, 2);
        for blob in lost {
            assert!(matches!(store.blob(&blob.name).await, Err(StoreError::NotFound(_))));
            assert!(!store.blob_path(&blob.name).exists());
        }
        assert_eq!(store.get_blob(&source).await.unwrap(), b"source");
        assert_eq!(store.get_blob(&sent).await.unwrap(), b"sent");
        fixture.kill_and_reopen().await;
        assert_eq!(fixture.store().recovered().unreferred, 0);
    }
}
