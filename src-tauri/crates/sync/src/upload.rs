//! One file to the hub, by tus: created once, asked for its true offset, sent in chunks, begun anew when it is gone.

use std::time::{Duration, Instant};

use store::{OutboxFile, Store, Submission, Timestamp, UploadProgress};
use wire::{limits::Chunk, path, problem::Remedy, tus::Metadata, upload::UploadId};

use crate::{Backoff, Fault, Hub, Pace, remedy};

/// So many faults in a row without a byte gained end the try; the outbox waits and tries again.
const MAX_FAULTS: u32 = 3;
/// So many times one try begins a file anew.
const MAX_RESTARTS: u32 = 2;
/// A hub that asks for a longer wait is asked again by another try.
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// Files under this size are sent without asking whether the hub has them: to ask costs a round trip, and few are there.
const WORTH_ASKING: u64 = 1 << 20;
/// What a chunk should take on the way: long enough to be worth its overhead, short enough to be lost.
const AIM: Duration = Duration::from_secs(2);

/// How much is sent at once, after how the link has been. The hub keeps what came of a chunk that breaks; what was on its way is lost,
/// and so is the time until it is missed. So growth is fast only up to half of what last broke, and slow beyond it (as RFC 5681 does
/// for windows).
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChunkSize {
    now: u64,
    min: u64,
    max: u64,
    /// Up to here a chunk may double.
    fast_until: u64,
}

impl ChunkSize {
    pub(crate) fn new(advice: &Chunk) -> Self {
        let min = advice.min.max(1);
        let max = advice.max.clamp(min, 8 << 20);
        Self { now: (256 << 10).clamp(min, max), min, max, fast_until: max }
    }

    /// How much to send of what is left. Under a limit, what one break costs is bounded in time, too.
    pub(crate) fn wanted(&self, left: u64, pace: &Pace) -> usize {
        let most = pace.most_within(AIM * 2).map_or(self.now, |most| most.clamp(self.min, self.now));
        usize::try_from(most.min(left)).unwrap_or(usize::MAX)
    }

    pub(crate) fn succeeded(&mut self, bytes: u64, took: Duration) {
        // A last, short chunk says nothing about a whole one.
        if bytes < self.now {
            return;
        }
        if took < AIM / 2 {
            let step = if self.now < self.fast_until { self.now } else { self.min };
            self.now = self.now.saturating_add(step).min(self.max);
        } else if took > AIM * 2 {
            self.now = (self.now / 2).max(self.min);
        }
    }

    pub(crate) fn failed(&mut self) {
        self.now = (self.now / 2).max(self.min);
        self.fast_until = self.now;
    }

    /// Something on the way takes no bodies of this size: none as large is tried again.
    pub(crate) fn too_large(&mut self) {
        self.failed();
        self.max = self.now;
    }
}

/// What the upload of a file needs to know of its surroundings.
pub(crate) struct Uploading<'a> {
    pub(crate) store: &'a Store,
    pub(crate) hub: &'a Hub,
    pub(crate) backoff: Backoff,
    pub(crate) submission: &'a Submission,
    /// Until when the runner's lease lasts if it is prolonged now.
    pub(crate) lease: &'a (dyn Fn() -> Timestamp + Send + Sync),
    /// Told after every step: the bytes of this file at the hub.
    pub(crate) progress: &'a (dyn Fn(&OutboxFile, u64) + Send + Sync),
}

impl Uploading<'_> {
    /// Brings the file to the hub; gives its upload, or nothing when the agency had the content there already.
    pub(crate) async fn file(&self, file: &OutboxFile, chunk: &mut ChunkSize) -> Result<Option<UploadId>, Fault> {
        let (mut file, mut faults, mut restarts) = (file.clone(), 0, 0);
        // The first bytes go along with the creation, unless one was tried already: the hub may have them.
        let mut along = true;
        loop {
            let before = file.offset_acked;
            let tried = self.go_on(&mut file, chunk, std::mem::take(&mut along)).await;
            let fault = match tried {
                Ok(upload) => return Ok(upload),
                Err(fault) => fault,
            };
            faults = if file.offset_acked > before { 1 } else { faults + 1 };
            match remedy(&fault) {
                _ if faults >= MAX_FAULTS => return Err(fault),
                Remedy::Recreate if restarts < MAX_RESTARTS => {
                    restarts += 1;
                    self.restart(&mut file).await?;
                }
                // A proxy that refuses a method or a size answers in its own name; smaller, or by POST, it may pass.
                Remedy::Retry | Remedy::AskPerson if is_worth_another(&fault) => {
                    let pause = fault.wait(self.backoff.delay(faults));
                    if pause > MAX_PAUSE {
                        return Err(fault);
                    }
                    match fault {
                        Fault::Portal { status: 413 } => chunk.too_large(),
                        _ => chunk.failed(),
                    }
                    tokio::time::sleep(pause).await;
                }
                _ => return Err(fault),
            }
        }
    }

    /// From wherever the hub says the upload stands to its end.
    async fn go_on(
        &self,
        file: &mut OutboxFile,
        chunk: &mut ChunkSize,
        along: bool,
    ) -> Result<Option<UploadId>, Fault> {
        let size = file.blob.size;
        let known = file.upload_url.as_deref().and_then(path::upload_in_location);
        let (upload, told) = match known {
            Some(upload) => (upload, None),
            None if size >= WORTH_ASKING && self.hub.has_file(&file.blob.sha256).await? => {
                (self.progress)(file, size);
                return Ok(None);
            }
            None => self.create(file, chunk, along).await?,
        };
        let mut offset = match told {
            Some(offset) => offset,
            None => self.hub.offset(upload).await?,
        };
        if offset > size {
            return Err(Fault::Protocol("the offset of this file"));
        }
        self.record(file, upload, offset).await?;
        while offset < size {
            let wanted = chunk.wanted(size - offset, self.hub.pace());
            let bytes = self.store.read_blob_at(&file.blob, offset, wanted).await?;
            let (sent, begun) = (bytes.len() as u64, Instant::now());
            let after = self.hub.append(upload, offset, bytes).await?;
            if after <= offset || after > size {
                return Err(Fault::Protocol("the offset after an append"));
            }
            chunk.succeeded(sent, begun.elapsed());
            offset = after;
            self.record(file, upload, offset).await?;
        }
        Ok(Some(upload))
    }

    /// Gives the upload and, where its first bytes went along, how many of them the hub has.
    async fn create(
        &self,
        file: &OutboxFile,
        chunk: &mut ChunkSize,
        along: bool,
    ) -> Result<(UploadId, Option<u64>), Fault> {
        let key = format!("{}-{}-{}", self.submission.id, file.position, file.round);
        let metadata = Metadata::default()
            .with(Metadata::FILE_TYPE, &file.media_type)
            .with(Metadata::SHA256, &file.blob.sha256.to_string())
            .with(Metadata::DOSSIER, &self.submission.dossier.to_string())
            .with(Metadata::SLOT, &file.component);
        let metadata = match &file.component_row {
            Some(row) => metadata.with(Metadata::ROW, row),
            None => metadata,
        };
        let wanted = chunk.wanted(file.blob.size, self.hub.pace());
        let first = if along { self.store.read_blob_at(&file.blob, 0, wanted).await? } else { vec![] };
        let (sent, begun) = (first.len() as u64, Instant::now());
        let (upload, told) = self.hub.create_upload(file.blob.size, &metadata, &key, first).await?;
        if sent > 0 && told == Some(sent) {
            chunk.succeeded(sent, begun.elapsed());
        }
        // Whoever may still be sending to one that was made before is stopped by being asked where it stands.
        Ok((upload, told.filter(|_| along)))
    }

    async fn record(&self, file: &mut OutboxFile, upload: UploadId, offset: u64) -> Result<(), Fault> {
        let progress =
            UploadProgress { upload_url: path::upload(upload), offset_acked: offset, done: offset == file.blob.size };
        self.store.record_upload(self.submission.id, file.position, &progress, (self.lease)()).await?;
        file.upload_url = Some(progress.upload_url);
        file.offset_acked = offset;
        (self.progress)(file, offset);
        Ok(())
    }

    async fn restart(&self, file: &mut OutboxFile) -> Result<(), Fault> {
        self.store.restart_upload(self.submission.id, file.position).await?;
        file.upload_url = None;
        file.offset_acked = 0;
        file.round += 1;
        Ok(())
    }
}

/// Whether the same try may go on after a short wait, rather than be put off.
pub(crate) fn is_worth_another(fault: &Fault) -> bool {
    match fault {
        Fault::NoAnswer(crate::Lack::Connect) => false,
        Fault::NoAnswer(_) | Fault::Protocol(_) => true,
        Fault::Portal { status } => matches!(status, 405 | 413 | 501),
        Fault::Refused { problem, .. } => remedy(fault) == Remedy::Retry && !matches!(problem.status, 429 | 503 | 507),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_follow_the_link() {
        let mut chunk = ChunkSize::new(&Chunk { min: 64 << 10, preferred: 1 << 20, max: 8 << 20 });
        assert_eq!(chunk.now, 256 << 10);
        for _ in 0..9 {
            chunk.succeeded(chunk.now, Duration::from_millis(10));
        }
        assert_eq!(chunk.now, 8 << 20);
        chunk.succeeded(17, Duration::from_secs(60));
        assert_eq!(chunk.now, 8 << 20, "a short last chunk says nothing");
        chunk.succeeded(chunk.now, Duration::from_secs(60));
        assert_eq!(chunk.now, 4 << 20);
        for _ in 0..20 {
            chunk.failed();
        }
        assert_eq!(chunk.now, 64 << 10);
    }

    #[test]
    fn after_a_break_growth_is_slow() {
        let mut chunk = ChunkSize::new(&Chunk { min: 64 << 10, preferred: 1 << 20, max: 8 << 20 });
        chunk.failed();
        chunk.succeeded(chunk.now, Duration::from_millis(10));
        assert_eq!(chunk.now, (128 << 10) + (64 << 10));
    }
}
