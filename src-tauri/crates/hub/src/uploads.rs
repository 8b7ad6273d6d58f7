//! Resumable uploads: the rules of [`wire::upload`] over ledger, spool and object store.
//!
//! The order that makes an offset a promise: write, sync the file, commit the offset, answer. The order that makes a file complete:
//! all bytes durable, whole-file hash found, object durable, ledger says complete, spool file removed. A crash between any two
//! is mended by [`Uploads::recover`] at the next start, or by the next request.

mod expiry;
mod joining;
mod settling;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use dossier::Digest;
use futures_util::{StreamExt as _, stream::BoxStream};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use wire::{
    Code, Problem,
    limits::Limits,
    tus::Metadata,
    upload::{Role, Status, Upload, UploadId},
};

use crate::{
    Clock,
    checksum::{Announced, Hash},
    fault::Fault,
    handover::{Handover, Held},
    ledger::{Device, Ledger, StoredUpload},
    objects::Objects,
    spool::{Content, Spool, Tail},
};

/// The body of a request, as it arrives. An error is a broken connection.
pub type Body = BoxStream<'static, Result<Bytes, ()>>;

/// A long body without a checksum is committed in steps of this many bytes, so that a crash loses no more.
const COMMIT_EVERY: u64 = 8 << 20;

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Without a byte of a body.
    pub idle: Duration,
    /// Until a cancelled request has let go of its upload.
    pub handover: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { idle: Duration::from_secs(30), handover: Duration::from_secs(2) }
    }
}

/// See the module.
pub struct Uploads {
    ledger: Arc<dyn Ledger>,
    spool: Arc<dyn Spool>,
    objects: Objects,
    limits: Limits,
    patience: Patience,
    clock: Clock,
    /// Cancelled when the hub is about to stop: bodies under way end, and what came of them is kept.
    stopping: CancellationToken,
    handover: Arc<Handover>,
    planned: Arc<Notify>,
}

impl Uploads {
    pub fn new(
        ledger: Arc<dyn Ledger>,
        spool: Arc<dyn Spool>,
        objects: Objects,
        limits: Limits,
        patience: Patience,
        clock: Clock,
        stopping: CancellationToken,
    ) -> Self {
        Self {
            ledger,
            spool,
            objects,
            limits,
            patience,
            clock,
            stopping,
            handover: Arc::default(),
            planned: Arc::default(),
        }
    }

    /// Mends what a crash left: whole files are checked and stored, damaged uploads and stray spool files go. What cannot be
    /// mended now (a full disk, an object store that is away) is logged and left for the next request or start.
    pub async fn recover(&self) -> Result<(), Fault> {
        self.sweep().await?;
        self.clear_strays().await?;
        let unfinished = self.ledger.unfinished_uploads().await?;
        for mut stored in unfinished {
            match self.finish(&mut stored).await {
                Ok(()) | Err(Fault::Refused(_)) => {}
                Err(error) => tracing::error!(upload = %stored.id, %error, "an upload could not be finished"),
            }
        }
        Ok(())
    }

    /// Removes bytes of uploads that are finished or gone: never acknowledged ones, or what a crash kept from being removed.
    pub async fn clear_strays(&self) -> Result<(), Fault> {
        // In this order: what another replica begins meanwhile is not in the list.
        let kept = self.spool.list().await?;
        let unfinished = self.ledger.unfinished_uploads().await?;
        for id in kept.into_iter().filter(|id| unfinished.iter().all(|stored| stored.id != *id)) {
            if let Err(error) = self.spool.remove(id).await {
                tracing::warn!(upload = %id, %error, "a stray file stays in the spool");
            }
        }
        Ok(())
    }

    /// Makes an upload, or finds the one made before with the same key. Without a length it is told later, by an append.
    pub async fn create(
        &self,
        who: &Device,
        length: Option<u64>,
        role: Role,
        metadata: &str,
        key: Option<String>,
    ) -> Result<StoredUpload, Fault> {
        let expected = announced(metadata)?;
        let upload = match length {
            Some(length) if role == Role::Parcel => Upload::parcel(&self.limits, length)?,
            Some(length) => Upload::create(&self.limits, length, expected)?,
            None => Upload::defer(&self.limits, expected)?,
        };
        let stored = self.remember(who, Upload { role, ..upload }, metadata, key).await?;
        // An empty file is complete at once.
        if stored.upload.is_whole() { self.stat(who, stored.id).await } else { Ok(stored) }
    }

    /// Where an upload stands. Whoever was sending to it is stopped: the one who asks is about to go on.
    pub async fn stat(&self, who: &Device, id: UploadId) -> Result<StoredUpload, Fault> {
        if let stored @ StoredUpload { upload: Upload { role: Role::Final(_), .. }, .. } = self.peek(who, id).await? {
            // Nobody sends to it: it is the hub that is at work, and not to be stopped.
            return Ok(stored);
        }
        let _held = self.take_over(who, id).await?;
        let mut stored = self.owned(who, id).await?;
        stored.upload.offset()?;
        self.settle(&mut stored).await?;
        Ok(stored)
    }

    /// Appends a body at an offset, and completes the upload with its last byte. As much of a broken body is kept as came,
    /// unless a checksum was announced over the whole of it.
    ///
    /// Runs as a task of its own: a connection that goes away ends the body, not the writing.
    pub async fn append(self: &Arc<Self>, who: &Device, id: UploadId, part: Part) -> Result<StoredUpload, Fault> {
        let (this, who) = (Arc::clone(self), who.clone());
        let claim = Claim { offset: part.offset, size: part.size, length: part.length };
        tokio::spawn(async move {
            // What cannot be appended stops nobody who is sending.
            claim.fits(&mut this.owned(&who, id).await?.upload, &this.limits)?;
            let held = this.take_over(&who, id).await?;
            let mut stored = this.owned(&who, id).await?;
            let (room, declared) = claim.fits(&mut stored.upload, &this.limits)?;
            if declared {
                this.ledger.declare_length(id, stored.upload.length).await?;
            }
            this.renew(&mut stored).await?;
            if room > 0 {
                this.receive(&held, &mut stored, part).await?;
            }
            this.settle(&mut stored).await?;
            Ok(stored)
        })
        .await?
    }

    /// Gives an upload up.
    pub async fn cancel(&self, who: &Device, id: UploadId) -> Result<(), Fault> {
        let _held = self.take_over(who, id).await?;
        let mut stored = self.owned(who, id).await?;
        stored.upload.cancel()?;
        self.drop_upload(id).await
    }

    /// The right to work on an upload of the device's agency; another agency's request stops nobody.
    async fn take_over(&self, who: &Device, id: UploadId) -> Result<Held, Fault> {
        self.owned(who, id).await?;
        Ok(self.handover.take(id, self.patience.handover).await?)
    }

    /// Where an upload stands by the ledger, without stopping whoever is sending to it.
    pub async fn peek(&self, who: &Device, id: UploadId) -> Result<StoredUpload, Fault> {
        let stored = self.owned(who, id).await?;
        stored.upload.offset()?;
        Ok(stored)
    }

    /// An upload of the device's agency; another agency's does not exist for it. One whose time is over is gone, swept or not.
    async fn owned(&self, who: &Device, id: UploadId) -> Result<StoredUpload, Fault> {
        let stored = self.ledger.upload(id).await?;
        let mut stored = stored.filter(|stored| stored.agency == who.agency.code).ok_or(Code::NotFound)?;
        if self.has_expired(&stored) {
            stored.upload.status = Status::Gone;
        }
        Ok(stored)
    }

    /// Gives up an upload that is still receiving; whether it was.
    async fn lose_upload(&self, id: UploadId) -> Result<bool, Fault> {
        let lost = self.ledger.lose_upload(id).await?;
        if lost {
            self.spool.remove(id).await?;
        }
        Ok(lost)
    }

    async fn drop_upload(&self, id: UploadId) -> Result<(), Fault> {
        self.ledger.drop_upload(id).await?;
        Ok(self.spool.remove(id).await?)
    }

    async fn receive(&self, held: &Held, stored: &mut StoredUpload, part: Part) -> Result<(), Fault> {
        let Some(mut tail) = self.spool.resume(stored).await? else {
            tracing::error!(upload = %stored.id, "acknowledged bytes are missing from the spool");
            self.drop_upload(stored.id).await?;
            return Err(Code::Gone.into());
        };
        let received = self.receive_into(&mut *tail, held, stored, part).await;
        // A file writes behind our back: however this ends, nothing may still be on its way when the next request cuts it to what
        // was committed.
        let flushed = tail.flush().await;
        received?;
        Ok(flushed?)
    }

    async fn receive_into(
        &self,
        tail: &mut dyn Tail,
        held: &Held,
        stored: &mut StoredUpload,
        part: Part,
    ) -> Result<(), Fault> {
        let mut hash = part.checksum.map(Hash::new);
        let mut body = part.body;
        let end = loop {
            let bytes = match self.next(held, &mut body).await {
                Next::Bytes(bytes) => bytes,
                Next::End => break None,
                Next::Broken(problem) => break Some(problem),
            };
            let after = tail.end().saturating_add(bytes.len() as u64);
            if after > stored.upload.length {
                break Some(stored.upload.overrun(after));
            }
            tail.write(&bytes).await?;
            match &mut hash {
                Some(hash) => hash.update(&bytes),
                None if after - stored.upload.offset >= COMMIT_EVERY => self.commit(tail, stored).await?,
                None => {}
            }
        };
        match (hash, &end) {
            // What cannot be checked is not acknowledged: it is written over by whatever comes next.
            (Some(_), Some(problem)) => return Err(problem.clone().into()),
            (Some(hash), None) => hash.check()?,
            (None, _) => {}
        }
        self.commit(tail, stored).await?;
        end.map_or(Ok(()), |problem| Err(problem.into()))
    }

    async fn next(&self, held: &Held, body: &mut Body) -> Next {
        tokio::select! {
            biased;
            () = held.cancelled().cancelled() => Next::Broken(Code::Locked.into()),
            () = self.stopping.cancelled() => Next::Broken(Code::Unavailable.into()),
            arrived = tokio::time::timeout(self.patience.idle, body.next()) => match arrived {
                Ok(Some(Ok(bytes))) => Next::Bytes(bytes),
                Ok(None) => Next::End,
                Ok(Some(Err(()))) | Err(_) => Next::Broken(Code::Timeout.into()),
            },
        }
    }

    async fn commit(&self, tail: &mut dyn Tail, stored: &mut StoredUpload) -> Result<(), Fault> {
        let parts = tail.sync().await?;
        let (from, to) = (stored.upload.offset, tail.end());
        if to > from {
            self.ledger.advance_upload(stored.id, from, to, &parts).await?;
            stored.upload.advance(to);
        }
        Ok(())
    }

    /// The bytes of a parcel that is here whole, from the first on, as often as they are asked for.
    pub async fn parcel(
        &self,
        who: &Device,
        id: UploadId,
    ) -> Result<impl Fn() -> Content + Send + Sync + use<>, Fault> {
        let stored = self.peek(who, id).await?;
        if stored.upload.role != Role::Parcel || !stored.upload.is_whole() {
            return Err(Problem::new(Code::BadRequest).with("what", "upload").into());
        }
        let (parts, spool) = (self.ledger.upload_parts(id).await?, Arc::clone(&self.spool));
        Ok(move || spool.read(&stored, &parts))
    }

    /// The content of an upload of the agency, if it is complete.
    pub async fn content(&self, who: &Device, id: UploadId) -> Result<Option<Digest>, Fault> {
        match self.owned(who, id).await {
            Ok(StoredUpload { upload: Upload { status: Status::Complete(content), .. }, .. }) => Ok(Some(content)),
            Ok(_) | Err(Fault::Refused(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

/// What one request appends.
pub struct Part {
    pub offset: u64,
    /// How much will come, if the request says so.
    pub size: Option<u64>,
    /// The upload's length, if the request says it now.
    pub length: Option<u64>,
    pub checksum: Option<Announced>,
    pub body: Body,
}

/// What a request says of its part.
#[derive(Clone, Copy)]
struct Claim {
    offset: u64,
    size: Option<u64>,
    length: Option<u64>,
}

impl Claim {
    /// Whether it can be appended: how much room there is, and whether the length it brings is news.
    fn fits(self, upload: &mut Upload, limits: &Limits) -> Result<(u64, bool), Problem> {
        let declared = self.length.map_or(Ok(false), |length| upload.declare(limits, length))?;
        Ok((upload.append(self.offset, self.size)?, declared))
    }
}

/// The hash that metadata announces for the whole file.
fn announced(metadata: &str) -> Result<Option<Digest>, Problem> {
    let bad = |error: wire::tus::MetadataError| Problem::new(Code::BadRequest).with("what", error.to_string());
    metadata.parse::<Metadata>().and_then(|parsed| parsed.sha256()).map_err(bad)
}

enum Next {
    Bytes(Bytes),
    End,
    Broken(Problem),
}

#[cfg(test)]
mod tests {
    use dossier::{DeviceId, Timestamp};
    use futures_util::stream;
    use tokio::sync::oneshot;
    use uuid::Uuid;
    use wire::{
        enrol::{Agency, EnrolRequest, EnrolmentCode},
        tus::Checksum,
    };

    use super::*;
    use crate::{ledger::sql::SqlLedger, spool::FolderSpool};

    async fn uploads(folder: &std::path::Path) -> (Arc<Uploads>, Device) {
        let ledger: Arc<dyn Ledger> = Arc::new(SqlLedger::sqlite(&folder.join("hub.db")).await.unwrap());
        let now = Timestamp::from_unix_ms(0).unwrap();
        let agency = Agency { code: "H06.16".parse().unwrap(), name: "Sở Nội vụ".into() };
        let (code, token_sha256) = (EnrolmentCode::from_random([0; 10]), Digest::of(b"token"));
        let request =
            EnrolRequest { code, device: DeviceId(Uuid::from_u128(1)), device_name: "Máy 1".into(), token_sha256 };
        ledger.add_agency(&agency, &crate::ledger::suite::console(), now).await.unwrap();
        let tomorrow = Timestamp::from_unix_ms(86_400_000).unwrap();
        ledger
            .add_code(request.code.hash(), &agency.code, now, tomorrow, &crate::ledger::suite::console())
            .await
            .unwrap();
        let device = ledger.enrol(&request, now).await.unwrap();
        let (spool, objects) = (FolderSpool::open(&folder.join("spool")), Objects::in_folder(&folder.join("objects")));
        let clock: Clock = Arc::new(move || now);
        let (limits, patience) = (Limits::default(), Patience::default());
        let stopping = CancellationToken::new();
        (
            Arc::new(Uploads::new(
                ledger,
                Arc::new(spool.unwrap()),
                objects.unwrap(),
                limits,
                patience,
                clock,
                stopping,
            )),
            device,
        )
    }

    fn part(offset: u64, body: Body) -> Part {
        Part { offset, size: None, length: None, checksum: None, body }
    }

    /// A body that gives these bytes, says when more is asked for, and then stalls.
    fn stalling(bytes: &'static [u8]) -> (Body, oneshot::Receiver<()>) {
        let (asked, is_asked) = oneshot::channel();
        let stall = stream::once(async move {
            asked.send(()).unwrap();
            std::future::pending().await
        });
        (stream::iter([Ok(Bytes::from_static(bytes))]).chain(stall).boxed(), is_asked)
    }

    #[tokio::test]
    async fn newer_request_takes_over_and_finds_what_the_older_had() {
        let folder = tempfile::tempdir().unwrap();
        let (uploads, device) = uploads(folder.path()).await;
        let id = uploads.create(&device, Some(10), Role::Whole, "", None).await.unwrap().id;
        let (body, taken) = stalling(b"0123");
        let older = tokio::spawn({
            let (uploads, device) = (Arc::clone(&uploads), device.clone());
            async move { uploads.append(&device, id, part(0, body)).await }
        });
        taken.await.unwrap();
        assert_eq!(uploads.stat(&device, id).await.unwrap().upload.offset, 4);
        assert!(matches!(older.await.unwrap(), Err(Fault::Refused(problem)) if problem.code == Code::Locked));
    }

    #[tokio::test]
    async fn neither_strangers_nor_wrong_offsets_stop_who_is_sending() {
        let folder = tempfile::tempdir().unwrap();
        let (uploads, device) = uploads(folder.path()).await;
        let mut stranger = device.clone();
        stranger.agency.code = "H06.17".parse().unwrap();
        let id = uploads.create(&device, Some(10), Role::Whole, "", None).await.unwrap().id;
        let (body, taken) = stalling(b"0123");
        let sending = tokio::spawn({
            let (uploads, device) = (Arc::clone(&uploads), device.clone());
            async move { uploads.append(&device, id, part(0, body)).await }
        });
        taken.await.unwrap();
        let code = |fault: Fault| match fault {
            Fault::Refused(problem) => problem.code,
            other => panic!("{other:?}"),
        };
        let nothing = || stream::empty().boxed();
        assert_eq!(code(uploads.stat(&stranger, id).await.unwrap_err()), Code::NotFound);
        assert_eq!(code(uploads.cancel(&stranger, id).await.unwrap_err()), Code::NotFound);
        assert_eq!(code(uploads.append(&stranger, id, part(0, nothing())).await.unwrap_err()), Code::NotFound);
        assert_eq!(code(uploads.append(&device, id, part(7, nothing())).await.unwrap_err()), Code::OffsetMismatch);
        assert!(!sending.is_finished());
        // It ends for another reason, and with what came of it.
        uploads.stopping.cancel();
        assert_eq!(code(sending.await.unwrap().unwrap_err()), Code::Unavailable);
        assert_eq!(uploads.stat(&device, id).await.unwrap().upload.offset, 4);
    }

    #[tokio::test]
    async fn refused_part_is_written_out_before_the_next_request() {
        let folder = tempfile::tempdir().unwrap();
        let (uploads, device) = uploads(folder.path()).await;
        let content = vec![7; 3 << 20];
        let id = uploads.create(&device, Some(content.len() as u64), Role::Whole, "", None).await.unwrap().id;
        let body = || stream::iter([Ok(Bytes::from(content.clone()))]).boxed();
        let wrong = Part { checksum: Some(Announced::Now(Checksum::Sha256([0; 32]))), ..part(0, body()) };
        uploads.append(&device, id, wrong).await.unwrap_err();
        // Every byte is in the file, so none can come later.
        assert_eq!(
            std::fs::metadata(folder.path().join("spool").join(id.to_string())).unwrap().len(),
            content.len() as u64
        );
        let upload = uploads.append(&device, id, part(0, body())).await.unwrap();
        assert_eq!(upload.upload.status, Status::Complete(Digest::of(&content)));
    }

    #[tokio::test]
    async fn request_that_goes_away_leaves_its_bytes_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (uploads, device) = uploads(folder.path()).await;
        let id = uploads.create(&device, Some(10), Role::Whole, "", None).await.unwrap().id;
        let (body, taken) = stalling(b"0123");
        let append = uploads.append(&device, id, part(0, body));
        // The connection breaks, and with it the handler is dropped.
        tokio::select! {
            _ = append => panic!("the body has not ended"),
            _ = taken => {}
        }
        assert_eq!(uploads.stat(&device, id).await.unwrap().upload.offset, 4);
    }

    #[tokio::test]
    async fn whole_file_that_was_not_yet_stored_is_stored_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let (uploads, device) = uploads(folder.path()).await;
        let id = uploads.create(&device, Some(4), Role::Whole, "", None).await.unwrap().id;
        // As a crash leaves it between the last committed byte and the completion.
        let stored = uploads.ledger.upload(id).await.unwrap().unwrap();
        let mut tail = uploads.spool.resume(&stored).await.unwrap().unwrap();
        tail.write(b"0123").await.unwrap();
        tail.sync().await.unwrap();
        uploads.ledger.advance_upload(id, 0, 4, &[]).await.unwrap();
        uploads.recover().await.unwrap();
        let content = Digest::of(b"0123");
        assert_eq!(uploads.content(&device, id).await.unwrap(), Some(content));
        assert_eq!(uploads.ledger.file(&device.agency.code, content).await.unwrap(), Some(4));
        assert!(uploads.spool.list().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn upload_that_cannot_be_stored_at_the_start_keeps_no_other_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let (uploads, device) = uploads(folder.path()).await;
        let mut ids = Vec::new();
        for content in [b"0123", b"4567"] {
            let id = uploads.create(&device, Some(4), Role::Whole, "", None).await.unwrap().id;
            let stored = uploads.ledger.upload(id).await.unwrap().unwrap();
            let mut tail = uploads.spool.resume(&stored).await.unwrap().unwrap();
            tail.write(content).await.unwrap();
            tail.sync().await.unwrap();
            uploads.ledger.advance_upload(id, 0, 4, &[]).await.unwrap();
            ids.push((id, Digest::of(content)));
        }
        // The first content's folder is gone and cannot be made: a file has its name.
        let blocked = folder.path().join("objects/sha256").join(&ids[0].1.to_string()[..2]);
        std::fs::remove_dir(&blocked).unwrap();
        std::fs::write(&blocked, "").unwrap();
        uploads.recover().await.unwrap();
        assert_eq!(uploads.content(&device, ids[0].0).await.unwrap(), None);
        assert_eq!(uploads.content(&device, ids[1].0).await.unwrap(), Some(ids[1].1));
        std::fs::remove_file(&blocked).unwrap();
        assert_eq!(uploads.stat(&device, ids[0].0).await.unwrap().upload.status, Status::Complete(ids[0].1));
    }

    #[tokio::test]
    async fn body_longer_than_the_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (uploads, device) = uploads(folder.path()).await;
        let id = uploads.create(&device, Some(3), Role::Whole, "", None).await.unwrap().id;
        let body = stream::iter([Ok(Bytes::from_static(b"0123"))]).boxed();
        let refused = uploads.append(&device, id, part(0, body)).await;
        assert!(matches!(refused, Err(Fault::Refused(problem)) if problem.code == Code::TooLarge));
        assert_eq!(uploads.stat(&device, id).await.unwrap().upload.offset, 0);
    }
}
