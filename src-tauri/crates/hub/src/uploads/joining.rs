//! Uploads made of others. The pieces are files of the object store by then; the hub sends them to the final upload as a client
//! would, so that it goes on where it was after a crash, and checks and stores the whole like any other.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use uuid::Uuid;
use wire::{
    Code, Problem, tus,
    upload::{Role, Status, Upload, UploadId},
};

use super::{Body, Part, Uploads, announced};
use crate::{
    fault::Fault,
    handover::Held,
    ledger::{Device, NewUpload, StoredUpload},
};

impl Uploads {
    /// Makes an upload of complete partial ones, or finds the one made of them before, and fills it.
    ///
    /// Without a key of the client's, the list of pieces and the metadata are the key: whoever lost the answer and asks again finds
    /// what was made, and not a second one.
    pub async fn join(
        self: &Arc<Self>,
        who: &Device,
        parts: &[UploadId],
        metadata: &str,
        key: Option<String>,
    ) -> Result<StoredUpload, Fault> {
        let mut pieces = Vec::new();
        for id in parts {
            let unknown = || Problem::new(Code::BadRequest).with("what", tus::CONCAT).with("upload", id.to_string());
            let piece = match self.peek(who, *id).await {
                // All of it is here and not yet stored: now is the time.
                Ok(piece) if piece.upload.is_whole() => self.stat(who, *id).await,
                piece => piece,
            };
            let piece = match piece {
                Err(Fault::Refused(problem)) if matches!(problem.code, Code::NotFound | Code::Gone) => {
                    return Err(unknown().into());
                }
                piece => piece?,
            };
            pieces.push((*id, piece.upload));
        }
        let upload = Upload::join(&self.limits, &pieces, announced(metadata)?)?;
        // No key of a client's has a space in it.
        let own = || format!("final {}", dossier::Digest::of(format!("{} {metadata}", upload.role).as_bytes()));
        let key = key.unwrap_or_else(own);
        let stored = self.remember(who, upload, metadata, Some(key)).await?;
        let (this, who) = (Arc::clone(self), who.clone());
        // A task of its own: a connection that goes away does not stop it.
        tokio::spawn(async move {
            let held = this.take_over(&who, stored.id).await?;
            let mut stored = this.owned(&who, stored.id).await?;
            stored.upload.offset()?;
            this.fill(&held, &mut stored).await?;
            this.settle(&mut stored).await?;
            Ok(stored)
        })
        .await?
    }

    /// Writes an upload down, or finds the one of the same key. One found whose time is over makes room for a new one.
    pub(super) async fn remember(
        &self,
        who: &Device,
        upload: Upload,
        metadata: &str,
        idempotency_key: Option<String>,
    ) -> Result<StoredUpload, Fault> {
        let id = UploadId(Uuid::new_v4());
        let expires = Some(self.expires());
        let new = NewUpload { id, upload, metadata: metadata.to_owned(), idempotency_key, expires };
        let stored = self.ledger.create_upload(who, new.clone(), (self.clock)()).await?;
        if !self.has_expired(&stored) {
            return Ok(stored);
        }
        self.drop_upload(stored.id).await?;
        self.ledger.create_upload(who, new, (self.clock)()).await
    }

    /// Goes on with an upload as far as it can without its client.
    pub(super) async fn finish(&self, stored: &mut StoredUpload) -> Result<(), Fault> {
        if matches!(stored.upload.role, Role::Final(_)) {
            let held = self.handover.take(stored.id, self.patience.handover).await?;
            return self.finish_held(&held, stored).await;
        }
        self.settle(stored).await
    }

    /// The same for whoever has the upload to themselves.
    pub(super) async fn finish_held(&self, held: &Held, stored: &mut StoredUpload) -> Result<(), Fault> {
        if matches!(stored.upload.role, Role::Final(_)) {
            self.fill(held, stored).await?;
        }
        self.settle(stored).await
    }

    /// Brings the pieces' bytes into a final upload, from where it stands.
    async fn fill(&self, held: &Held, stored: &mut StoredUpload) -> Result<(), Fault> {
        let Role::Final(parts) = stored.upload.role.clone() else { return Ok(()) };
        if stored.upload.offset == stored.upload.length {
            return Ok(());
        }
        let mut contents = Vec::new();
        for id in parts {
            let piece = self.ledger.upload(id).await?.map(|piece| piece.upload);
            // Given up between the joining and now, which only a crash can part: the client joins others.
            let Some(Upload { status: Status::Complete(content), length, .. }) = piece else {
                self.drop_upload(stored.id).await?;
                return Err(Code::Gone.into());
            };
            contents.push((content, length));
        }
        let body = self.chained(contents, stored.upload.offset);
        let part = Part { offset: stored.upload.offset, size: None, length: None, checksum: None, body };
        self.receive(held, stored, part).await
    }

    /// The files one after the other, without the first `skip` bytes.
    fn chained(&self, contents: Vec<(dossier::Digest, u64)>, mut skip: u64) -> Body {
        let wanted = contents.into_iter().filter_map(move |(content, length)| {
            let before = skip.min(length);
            skip -= before;
            (before < length).then_some((content, before))
        });
        let objects = self.objects.clone();
        let opened = stream::iter(wanted).then(move |(content, before)| {
            let objects = objects.clone();
            async move {
                let stream = match objects.get(content).await {
                    Ok(Some(stream)) => stream.map(|bytes| bytes.map_err(|_| ())).boxed(),
                    missing => {
                        tracing::error!(%content, error = ?missing.err(), "a piece of an upload cannot be read");
                        stream::iter([Err(())]).boxed()
                    }
                };
                without_first(stream, before)
            }
        });
        opened.flatten().boxed()
    }
}

fn without_first(body: Body, mut skip: u64) -> Body {
    let left = body.map(move |bytes| {
        bytes.map(|mut bytes| {
            let cut = usize::try_from(skip).unwrap_or(usize::MAX).min(bytes.len());
            skip -= cut as u64;
            bytes.split_off(cut)
        })
    });
    left.boxed()
}
