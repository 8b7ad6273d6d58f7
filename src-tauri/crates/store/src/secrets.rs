//! Where in stored files a state secret was read. It is known as long as the file is there, whatever became of the document: a file may
//! hold several documents' frames, and then outlives the one that was destroyed.

use std::collections::BTreeSet;

use dossier::{DocumentId, DossierId};

use crate::{
    BlobName, Result, Store,
    columns::{self, Columns},
    database::Write,
};

/// In the column, in place of a frame: all of them.
const WHOLE: i64 = -1;
/// So many of the earliest papers with the same content are looked at: an annex may lie in every dossier of an agency.
const LOOKED_AT: i64 = 50;

/// The frames nobody looks at any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretFrames(BTreeSet<(BlobName, i64)>);

impl SecretFrames {
    /// Whether this frame is one of them.
    pub fn holds(&self, blob: &BlobName, frame: u32) -> bool {
        self.0.contains(&(*blob, i64::from(frame))) || self.0.contains(&(*blob, WHOLE))
    }

    /// Whether any frame of this file is one of them.
    pub fn in_file(&self, blob: &BlobName) -> bool {
        self.0.range((*blob, WHOLE)..=(*blob, i64::MAX)).next().is_some()
    }
}

/// What still refers to a content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holders {
    /// Documents, those put away too: the title of each, and the dossier it is in.
    pub documents: Vec<(String, DossierId)>,
    /// Stacks, those put away too.
    pub stacks: u32,
}

impl Store {
    /// All secret frames of this profile: there are few, if any.
    pub async fn secret_frames(&self) -> Result<SecretFrames> {
        let rows = sqlx::query("SELECT blob, frame FROM secret_frames").fetch_all(self.read()).await?;
        let frame = |row: &sqlx::sqlite::SqliteRow| Ok((BlobName(row.hash("blob")?), row.integer("frame")?));
        rows.iter().map(frame).collect::<Result<_>>().map(SecretFrames)
    }

    /// Code of the first dossier, among the earliest that have it, beside `dossier` that the content lies in, whole, and the title it has there. What was taken over from
    /// another, discarded, or made to try the application out, is no dossier.
    pub async fn also_in(&self, blob: &BlobName, dossier: DossierId) -> Result<Option<(String, String)>> {
        let row = sqlx::query(
            "SELECT coalesce(o.official_code, o.provisional_code) AS code, d.title
             FROM (SELECT document FROM sources WHERE blob = ? AND frames IS NULL ORDER BY document LIMIT ?) s
               JOIN documents d ON d.id = s.document JOIN dossiers o ON o.id = d.dossier
             WHERE o.id <> ? AND d.reused_from IS NULL AND o.discarded_at IS NULL AND NOT o.practice
               AND coalesce(o.official_code, o.provisional_code) IS NOT NULL
             ORDER BY d.id LIMIT 1",
        )
        .bind(blob.0.to_vec())
        .bind(LOOKED_AT)
        .bind(columns::id(dossier.0))
        .fetch_optional(self.read())
        .await?;
        row.map(|row| Ok((row.text("code")?, row.text("title")?))).transpose()
    }

    /// Who keeps the content here.
    pub async fn holders(&self, blob: &BlobName) -> Result<Holders> {
        let documents = sqlx::query(
            "SELECT DISTINCT d.id, d.title, d.dossier FROM sources s JOIN documents d ON d.id = s.document
             WHERE s.blob = ? ORDER BY d.id",
        )
        .bind(blob.0.to_vec())
        .fetch_all(self.read())
        .await?;
        let stacks = sqlx::query("SELECT count(DISTINCT stack) AS stacks FROM stack_files WHERE blob = ?")
            .bind(blob.0.to_vec())
            .fetch_one(self.read())
            .await?
            .number("stacks")?;
        let document = |row: &sqlx::sqlite::SqliteRow| Ok((row.text("title")?, row.id("dossier")?));
        Ok(Holders { documents: documents.iter().map(document).collect::<Result<_>>()?, stacks })
    }
}

/// The document's frames are secret from now on, and what was made of them before; nothing that was read on them stays.
pub(crate) async fn seal(write: &mut Write, document: DocumentId) -> Result<()> {
    for sql in [
        "INSERT OR IGNORE INTO secret_frames (blob, frame)
         SELECT s.blob, coalesce(f.value, -1) FROM sources s LEFT JOIN json_each(s.frames) f WHERE s.document = ?",
        "INSERT OR IGNORE INTO secret_frames (blob, frame) SELECT blob, -1 FROM renditions WHERE document = ?",
        "UPDATE renditions SET text = '', report = '{}' WHERE document = ?",
        "UPDATE pages SET findings = '{}' WHERE document = ?",
    ] {
        sqlx::query(sql).bind(columns::id(document.0)).execute(&mut **write).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        Failure, NewDocument, Profile,
        testing::{Fixture, act, at, new_document, new_dossier},
    };

    /// Two documents of one file, on the first of which a state secret was read, and one of another file.
    async fn shared() -> (Fixture, [crate::Document; 3]) {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let dossier = store.create_dossier(&new_dossier(1), &act(0)).await.unwrap();
        let (file, other) = (store.put_bytes(b"frames").await.unwrap(), store.put_bytes(b"other").await.unwrap());
        let mut made = vec![];
        for (n, blob, frames) in [(1, file, Some(vec![0, 1])), (2, file, Some(vec![2])), (3, other, None)] {
            let mut new: NewDocument = new_document(n, &dossier, blob);
            new.sources[0].frames = frames;
            made.push(store.add_document(&new, &act(n as i64)).await.unwrap());
        }
        store.lease_document(at(4), at(60)).await.unwrap().unwrap();
        let failure = Failure { code: Failure::SECRET.into(), args: json!({}) };
        store.fail_document(made[0].id, &failure, &act(5)).await.unwrap();
        (fixture, made.try_into().unwrap())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn secret_frames_stay_known_until_the_file_itself_is_gone() {
        let (fixture, [secret, plain, _]) = shared().await;
        let (store, file) = (fixture.store(), secret.sources[0].blob.name);
        let known = async || {
            let frames = store.secret_frames().await.unwrap();
            ([0, 1, 2].map(|frame| frames.holds(&file, frame)), frames.in_file(&file))
        };
        assert_eq!(known().await, ([true, true, false], true));
        store.remove_document(secret.id, &act(6)).await.unwrap();
        assert!(store.blob(&file).await.is_ok(), "the other document's frame lies in it");
        assert_eq!(known().await, ([true, true, false], true));
        let holders = store.holders(&file).await.unwrap();
        assert_eq!(holders, Holders { documents: vec![(plain.head.title.clone(), plain.dossier)], stacks: 0 });
        store.remove_document(plain.id, &act(7)).await.unwrap();
        assert!(store.blob(&file).await.is_err());
        assert_eq!(store.secret_frames().await.unwrap(), SecretFrames::default());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_file_with_a_secret_is_in_no_backup() {
        let (fixture, [secret, plain, other]) = shared().await;
        fixture.store().remove_document(secret.id, &act(6)).await.unwrap();
        let backup = fixture.dir.path().join("saved.hoso");
        fixture.store().backup(&backup, "mật khẩu dài").await.unwrap();
        let profile = Profile::new(fixture.dir.path().join("restored"));
        Store::restore(&profile, &backup, "mật khẩu dài").await.unwrap();
        let restored = Store::open(profile).await.unwrap();
        assert_eq!(restored.get_blob(&other.sources[0].blob).await.unwrap(), b"other");
        assert!(restored.get_blob(&plain.sources[0].blob).await.is_err());
        // Left out on purpose: nothing is damaged.
        let check = restored.verify_blobs(|_, _| {}).await.unwrap();
        assert_eq!((check.sound, check.damaged), (1, vec![]));
        restored.remove_document(plain.id, &act(7)).await.unwrap();
        assert_eq!(restored.secret_frames().await.unwrap(), SecretFrames::default());
    }
}
