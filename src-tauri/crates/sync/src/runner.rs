//! The runner: takes what is due from the outbox, one submission at a time, and ends each try in exactly one of sent, put
//! off, or quarantined.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use store::{
    Act, Damage, DeviceId, Digest, DossierId, OutboxFile, SendError, Store, StoreError, Submission, SubmissionId,
    Timestamp,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use wire::{Receipt, problem::Remedy, upload::UploadId};

use crate::{
    Backoff, Clock, Fault, Hub, remedy,
    submission::{missing, submit},
    upload::{ChunkSize, Uploading},
};

/// How long a submission is taken for at a time; prolonged with every chunk. Longer than any one request may last.
const LEASE_MS: i64 = 15 * 60 * 1000;
/// The setting that holds what the hub said it takes.
pub const HUB_LIMITS: &str = "hub.limits";

/// What the hub takes, kept for the check before the next sending, which may have no network.
pub async fn fetch_limits(store: &Store, hub: &Hub) -> Result<wire::limits::Limits, Fault> {
    let limits = hub.limits().await?;
    if store.setting::<wire::limits::Limits>(HUB_LIMITS).await.ok().flatten().as_ref() != Some(&limits) {
        store.set_setting(HUB_LIMITS, &limits).await?;
    }
    Ok(limits)
}
/// How often one try begins again because the hub lost files.
const MAX_ROUNDS: u32 = 3;

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Every submission that is due now has been tried once.
    Once,
    /// Nothing is left but what needs a person.
    Empty,
    /// Cancelled. In between, [`Runner::wake`] brings it back at once.
    Forever,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Between tries, of a submission and of the link.
    pub backoff: Backoff,
    /// Between the retries of one request within a try.
    pub quick: Quick,
}

/// The short wait within a try.
#[derive(Debug, Clone, Copy)]
pub struct Quick(pub Backoff);

impl Default for Quick {
    fn default() -> Self {
        Self(Backoff { base: Duration::from_millis(500), cap: Duration::from_secs(5) })
    }
}

/// What the runner is doing; for display.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    Submission {
        submission: SubmissionId,
        dossier: DossierId,
        step: Step,
        /// Bytes of this submission's files at the hub, and of all its files.
        sent: u64,
        total: u64,
    },
    /// Nothing gets through now, for this reason; what is queued waits.
    Closed { error: SendError, retry_in: Duration },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The file at this position is being sent.
    Uploading { position: u32 },
    /// All files are there; the submission itself is being sent.
    Submitting,
    /// Receipted, under this official code.
    Sent { code: String },
    /// Put off.
    Postponed { error: SendError, not_before: Timestamp },
    /// A person must act.
    Quarantined { error: SendError },
}

/// How a run went.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub sent: u32,
    /// Tries put off.
    pub postponed: u32,
    pub quarantined: u32,
    pub ended: Ended,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// Nothing was left to do.
    Empty,
    /// One round was made; something waits for its time. With the reason when nothing got through.
    Waiting(Option<SendError>),
    /// The way to the hub is closed until a person acts (registration, network login, clock, disk), for this reason.
    NeedsPerson(SendError),
    Cancelled,
}

/// Sends what the outbox holds.
pub struct Runner {
    pub store: Store,
    pub hub: Arc<Hub>,
    pub clock: Arc<dyn Clock>,
    /// This device, for the journal.
    pub device: DeviceId,
    pub options: Options,
    /// Told of every step; must not block.
    pub progress: Arc<dyn Fn(Progress) + Send + Sync>,
    /// Notified when something was queued or the network came back.
    pub wake: Arc<Notify>,
}

/// What a pass over the outbox met.
enum Pass {
    /// Nothing was due.
    Idle,
    /// The way is closed: nothing else would get through now. `advanced`: bytes had come through before it closed.
    Link {
        fault: Fault,
        advanced: bool,
    },
    Cancelled,
}

/// How a try ended that brought no receipt.
enum Failed {
    /// `advanced`: bytes had come through.
    Postponed {
        advanced: bool,
    },
    Quarantined,
}

impl Runner {
    /// Runs until `until` or cancelled. Cancelling is safe at any point: what was begun goes on at the next run.
    ///
    /// # Errors
    /// Only when the store itself fails.
    pub async fn run(&self, until: Until, cancel: &CancellationToken) -> Result<Summary, Fault> {
        let mut summary = Summary { sent: 0, postponed: 0, quarantined: 0, ended: Ended::Empty };
        let mut link_faults = 0;
        loop {
            let (mut closed, mut unanswered, sent) = (None, false, summary.sent);
            let passed = self.pass(&mut summary, until, cancel).await?;
            if summary.sent > sent {
                link_faults = 0;
            }
            let wait = match passed {
                Pass::Cancelled => return Ok(Summary { ended: Ended::Cancelled, ..summary }),
                Pass::Idle => {
                    link_faults = 0;
                    match self.store.next_due().await? {
                        None if until != Until::Forever => return Ok(Summary { ended: Ended::Empty, ..summary }),
                        None => Duration::MAX,
                        Some(due) => self.until(due),
                    }
                }
                Pass::Link { fault, advanced } => {
                    // A way that closes again and again, and lets something through each time, is tried again soon each time.
                    link_faults = if advanced { 1 } else { link_faults + 1 };
                    if until != Until::Forever && remedy(&fault) == Remedy::AskPerson {
                        return Ok(Summary { ended: Ended::NeedsPerson(fault.to_send_error()), ..summary });
                    }
                    let retry_in = fault.wait(self.options.backoff.delay(link_faults));
                    (self.progress)(Progress::Closed { error: fault.to_send_error(), retry_in });
                    closed = Some(fault.to_send_error());
                    unanswered = matches!(fault, Fault::NoAnswer(_));
                    retry_in
                }
            };
            if until == Until::Once {
                return Ok(Summary { ended: Ended::Waiting(closed), ..summary });
            }
            tokio::select! {
                () = cancel.cancelled() => return Ok(Summary { ended: Ended::Cancelled, ..summary }),
                () = self.wake.notified() => {}
                () = sleep(wait) => {}
                () = self.comes_back(), if unanswered => {}
            }
        }
    }

    /// Waits for the network that went to come back, whatever the time of the next try: then nothing waits any more that it had
    /// stopped. Where it never went, and only what we send does not get through, the next try keeps its time.
    async fn comes_back(&self) {
        if let Ok((_, true)) = self.hub.answers_again(self.clock.as_ref()).await {
            if let Err(error) = self.store.wake_unanswered(self.clock.now()).await {
                tracing::warn!(%error, "what waits keeps its time");
            }
            return;
        }
        std::future::pending().await
    }

    fn until(&self, due: Timestamp) -> Duration {
        let ms = due.unix_ms().saturating_sub(self.clock.now().unix_ms());
        Duration::from_millis(u64::try_from(ms).unwrap_or(0))
    }

    /// Tries everything that is due, until nothing is or the way closes.
    async fn pass(&self, summary: &mut Summary, until: Until, cancel: &CancellationToken) -> Result<Pass, Fault> {
        if self.store.next_due().await?.is_none_or(|due| due > self.clock.now()) {
            return Ok(Pass::Idle);
        }
        // No secret leaves before the hub has proved to be the one we are enrolled with.
        let reached = tokio::select! {
            () = cancel.cancelled() => return Ok(Pass::Cancelled),
            reached = self.reach() => reached,
        };
        let limits = match reached {
            Ok(limits) => limits,
            Err(fault) => return Ok(Pass::Link { fault, advanced: false }),
        };
        // One round looks no further than what was due at its beginning, so that it ends.
        let begun = self.clock.now();
        loop {
            let now = if until == Until::Once { begun } else { self.clock.now() };
            let submission = match self.store.lease_submission(now, self.lease()).await {
                Ok(Some(submission)) => submission,
                Ok(None) => return Ok(Pass::Idle),
                Err(StoreError::Corrupt { what: Damage::Submission(id) }) => {
                    self.set_aside(id, &Fault::Stored("submission").to_send_error()).await?;
                    summary.quarantined += 1;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let sent = tokio::select! {
                () = cancel.cancelled() => None,
                sent = self.send(&submission, ChunkSize::new(&limits.chunk)) => Some(sent),
            };
            match sent {
                None => {
                    match self.store.release_submission(submission.id, self.clock.now()).await {
                        // Its receipt was stored at the very moment.
                        Ok(()) | Err(StoreError::Conflict(_)) => return Ok(Pass::Cancelled),
                        Err(error) => return Err(error.into()),
                    }
                }
                Some(Ok(receipt)) => {
                    summary.sent += 1;
                    self.report(&submission, submission.total(), Step::Sent { code: receipt.code.to_string() });
                }
                Some(Err(fault)) => {
                    tracing::info!(submission = %submission.id, fault = %fault.to_send_error().code, "not sent");
                    let advanced = match self.end_try(&submission, &fault).await {
                        Ok(Failed::Quarantined) => {
                            summary.quarantined += 1;
                            false
                        }
                        Ok(Failed::Postponed { advanced }) => {
                            summary.postponed += 1;
                            advanced
                        }
                        // Its receipt came another way at the very moment.
                        Err(Fault::Store(StoreError::Conflict(_))) => true,
                        Err(error) => return Err(error),
                    };
                    if fault.is_of_the_link() {
                        return Ok(Pass::Link { fault, advanced });
                    }
                }
            }
        }
    }

    /// Until when what is taken, or still held, now is the runner's.
    fn lease(&self) -> Timestamp {
        later(self.clock.now(), LEASE_MS)
    }

    async fn set_aside(&self, id: SubmissionId, error: &SendError) -> Result<(), Fault> {
        let (at, device) = (self.clock.now(), self.device);
        let act = Act { at, who: "", device, automatic: true, what: "dossier.send_refused" };
        Ok(self.store.quarantine_submission(id, error, &act).await?)
    }

    /// What the hub takes, once it has proved to be ours.
    async fn reach(&self) -> Result<wire::limits::Limits, Fault> {
        self.hub.ping(self.clock.as_ref()).await?;
        fetch_limits(&self.store, &self.hub).await
    }

    /// One try: every file, then the submission; again from the files the hub says it lacks.
    async fn send(&self, submission: &Submission, mut chunk: ChunkSize) -> Result<Receipt, Fault> {
        let mut rounds = 0;
        loop {
            rounds += 1;
            let stored = self.store.submission(submission.id).await?;
            let uploads = self.upload_all(&stored, &mut chunk).await?;
            self.report(&stored, stored.total(), Step::Submitting);
            let submitted = submit(&self.store, &self.hub, self.clock.as_ref(), self.device, &stored, &uploads).await;
            let lacking = submitted.as_ref().err().map(missing).unwrap_or_default();
            if lacking.is_empty() || rounds >= MAX_ROUNDS {
                return submitted;
            }
            for file in stored.files.iter().filter(|file| lacking.contains(&file.blob.sha256)) {
                self.store.restart_upload(stored.id, file.position).await?;
            }
        }
    }

    /// Every content of the submission once, small files first: a short link brings most of them through.
    async fn upload_all(
        &self,
        submission: &Submission,
        chunk: &mut ChunkSize,
    ) -> Result<Vec<(Digest, Option<UploadId>)>, Fault> {
        let mut contents: BTreeMap<Digest, &OutboxFile> = BTreeMap::new();
        for file in &submission.files {
            contents.entry(file.blob.sha256).or_insert(file);
        }
        let mut files: Vec<_> = contents.into_values().collect();
        files.sort_by_key(|file| (file.blob.size, file.position));
        let (mut uploads, mut done) = (Vec::with_capacity(files.len()), 0);
        for file in files {
            let base = done;
            let progress = |file: &OutboxFile, offset: u64| {
                self.report(submission, base + offset, Step::Uploading { position: file.position });
            };
            let uploading = Uploading {
                store: &self.store,
                hub: &self.hub,
                backoff: self.options.quick.0,
                submission,
                lease: &|| self.lease(),
                progress: &progress,
            };
            let upload = uploading.file(file, chunk).await?;
            uploads.push((file.blob.sha256, upload));
            done += file.blob.size;
            self.store.prolong_submission(submission.id, self.lease()).await?;
        }
        Ok(uploads)
    }

    /// Puts the submission off, or aside.
    async fn end_try(&self, submission: &Submission, fault: &Fault) -> Result<Failed, Fault> {
        let (now, error) = (self.clock.now(), fault.to_send_error());
        // A submission begun anew again and again within one try will not get through by a further one.
        if matches!(remedy(fault), Remedy::Quarantine | Remedy::Recreate) {
            self.set_aside(submission.id, &error).await?;
            self.report(submission, 0, Step::Quarantined { error });
            return Ok(Failed::Quarantined);
        }
        // The store counts from zero whenever bytes have come through.
        let attempt = self.store.submission(submission.id).await?.attempt;
        let wait = fault.wait(self.options.backoff.delay(attempt.max(1)));
        // Never due within the round it was put off in.
        let wait = wait.max(Duration::from_millis(1));
        let not_before = later(now, i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        self.store.postpone_submission(submission.id, not_before, &error, now).await?;
        self.report(submission, 0, Step::Postponed { error, not_before });
        Ok(Failed::Postponed { advanced: attempt == 0 })
    }

    fn report(&self, submission: &Submission, sent: u64, step: Step) {
        let (total, dossier) = (submission.total(), submission.dossier);
        let submission = submission.id;
        (self.progress)(Progress::Submission { submission, dossier, step, sent: sent.min(total), total });
    }
}

/// Bytes of the distinct contents of a submission.
trait Total {
    fn total(&self) -> u64;
}

impl Total for Submission {
    fn total(&self) -> u64 {
        let contents: BTreeMap<_, _> = self.files.iter().map(|file| (file.blob.sha256, file.blob.size)).collect();
        contents.values().sum()
    }
}

fn later(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_add(ms)).unwrap_or(at)
}

/// Sleeps; for ever when the wait is endless.
async fn sleep(wait: Duration) {
    if wait == Duration::MAX { std::future::pending().await } else { tokio::time::sleep(wait).await }
}

#[cfg(test)]
mod tests;
