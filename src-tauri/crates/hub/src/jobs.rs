//! What the hub does by itself. Each job is a row of the ledger: of several replicas one takes it, for as long as its lease, and a
//! replica that dies in the middle leaves it to the others. So every job may be done twice, and does no more by it than once.

use std::{str::FromStr, sync::Arc, time::Duration};

use dossier::{Digest, Timestamp};
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;
use wire::upload::UploadId;

use crate::{
    Clock,
    fault::Fault,
    keeping::{self, Found},
    ledger::{Job, JobEnd, Ledger},
    objects::Objects,
    uploads::Uploads,
};

/// For how long a replica has a job to itself; each job ends well within it, and goes on at its next turn.
pub const LEASE: time::Duration = time::Duration::minutes(15);
/// One turn of a long job.
const TURN: Duration = Duration::from_secs(60);
/// Between two looks for what is due.
const LOOK: Duration = Duration::from_secs(30);
/// Files looked up at once.
const PAGE: u32 = 100;
/// For how long what only serves a repeated request is kept after its time: longer than a desktop is away.
const REPEATS: time::Duration = time::Duration::days(35);

/// The kinds, by the names they have in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Finishes an upload whose bytes are all here, and which the object store could not take.
    Finish,
    /// Ends the uploads that nobody goes on with.
    Expire,
    /// Removes what no dossier came to use.
    Retain,
    /// Reads every stored file again and compares it with its name.
    Check,
}

impl JobKind {
    /// Those there is one of, and how often it is due.
    const PERIODIC: [(Self, time::Duration); 3] = [
        (Self::Expire, time::Duration::hours(1)),
        (Self::Retain, time::Duration::days(1)),
        (Self::Check, time::Duration::days(7)),
    ];

    /// Its name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finish => "finish",
            Self::Expire => "expire",
            Self::Retain => "retain",
            Self::Check => "check",
        }
    }
}

impl FromStr for JobKind {
    type Err = Fault;

    fn from_str(name: &str) -> Result<Self, Fault> {
        let all = [Self::Finish, Self::Expire, Self::Retain, Self::Check];
        all.into_iter().find(|kind| kind.name() == name).ok_or(Fault::Damaged { what: "job" })
    }
}

/// See the module.
pub struct Jobs {
    ledger: Arc<dyn Ledger>,
    objects: Objects,
    uploads: Arc<Uploads>,
    clock: Clock,
    /// A file that no dossier uses for so long is removed.
    unused_days: u32,
    /// Notified when something was planned.
    came: Arc<Notify>,
    stopping: CancellationToken,
}

impl Jobs {
    pub fn new(
        ledger: Arc<dyn Ledger>,
        objects: Objects,
        uploads: Arc<Uploads>,
        clock: Clock,
        unused_days: u32,
        stopping: CancellationToken,
    ) -> Self {
        let came = uploads.planned();
        Self { ledger, objects, uploads, clock, unused_days, came, stopping }
    }

    /// Works until the hub stops.
    pub async fn run(&self) {
        let work = async {
            loop {
                match self.turn().await {
                    Ok(true) => continue,
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "what the hub does by itself does not go on"),
                }
                let _ = tokio::time::timeout(LOOK, self.came.notified()).await;
            }
        };
        self.stopping.run_until_cancelled(work).await;
    }

    /// Does one job that is due; whether there was one.
    ///
    /// # Errors
    /// Of the ledger; what goes wrong with a job is kept with it.
    pub async fn turn(&self) -> Result<bool, Fault> {
        let now = (self.clock)();
        for (kind, _) in JobKind::PERIODIC {
            self.ledger.plan_job(kind.name(), "", now).await?;
        }
        let Some(job) = self.ledger.take_job(now, later(now, LEASE)).await? else { return Ok(false) };
        let end = match self.perform(&job).await {
            Ok(end) => end,
            Err(fault) => {
                tracing::warn!(kind = job.kind, about = job.about, tries = job.tries + 1, %fault, "a job failed");
                JobEnd::Failed { again: later((self.clock)(), pause(job.tries)), error: fault.to_string() }
            }
        };
        self.ledger.end_job(&job, &end, (self.clock)()).await?;
        Ok(true)
    }

    async fn perform(&self, job: &Job) -> Result<JobEnd, Fault> {
        let kind: JobKind = job.kind.parse()?;
        let goes_on = match kind {
            JobKind::Finish => {
                let upload = job.about.parse::<UploadId>().map_err(|_| Fault::Damaged { what: "job" })?;
                self.uploads.finish_alone(upload).await?;
                return Ok(JobEnd::Gone);
            }
            JobKind::Expire => {
                self.uploads.sweep().await?;
                None
            }
            JobKind::Retain => self.retain().await?.then(String::new),
            JobKind::Check => self.check(&job.state).await?,
        };
        let every = JobKind::PERIODIC.iter().find(|(periodic, _)| *periodic == kind).map(|(_, every)| *every);
        let now = (self.clock)();
        Ok(match goes_on {
            Some(state) => JobEnd::Again { at: now, state },
            None => JobEnd::Again { at: later(now, every.unwrap_or(time::Duration::DAY)), state: String::new() },
        })
    }

    /// One turn of removing what no dossier came to use; whether there is more.
    async fn retain(&self) -> Result<bool, Fault> {
        let now = (self.clock)();
        self.uploads.clear_strays().await?;
        // What another replica began and did not end.
        for content in self.ledger.under_removal().await? {
            self.remove(content).await?;
        }
        let before = later(now, -time::Duration::days(self.unused_days.into()));
        let unused = self.ledger.unused_files(before, PAGE).await?;
        let (mut released, mut more, begun) = (false, unused.len() == PAGE as usize, Instant::now());
        for file in unused {
            if begun.elapsed() >= TURN {
                more = true;
                break;
            }
            if self.ledger.is_named(&file.agency, file.sha256).await? {
                tracing::error!(content = %file.sha256, "a dossier names a file that is not on its list: it stays");
                continue;
            }
            if let Some(last) = self.ledger.release_file(&file.agency, file.sha256, before, now).await? {
                released = true;
                if last {
                    self.remove(file.sha256).await?;
                }
            }
        }
        let forgotten = self.ledger.forget(later(now, -REPEATS)).await?;
        if forgotten.uploads + forgotten.codes > 0 {
            tracing::info!(uploads = forgotten.uploads, codes = forgotten.codes, "forgotten");
        }
        Ok(more && released)
    }

    async fn remove(&self, content: Digest) -> Result<(), Fault> {
        tracing::info!(%content, "a file that no dossier uses is removed");
        self.ledger.remove_file(content, (self.clock)(), &|| Box::pin(self.objects.remove(content))).await
    }

    /// One turn of looking at every file; where the next one goes on.
    async fn check(&self, after: &str) -> Result<Option<String>, Fault> {
        let mut after = (!after.is_empty()).then(|| after.parse::<Digest>()).transpose();
        let begun = Instant::now();
        while begun.elapsed() < TURN {
            let from = after.map_err(|_| Fault::Damaged { what: "job" })?;
            let page = self.ledger.stored_files(from, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(None) };
            let last = *last;
            for (name, size) in page {
                let found = keeping::look_at(&self.objects, name, size).await?;
                if !matches!(found, Found::Whole) {
                    tracing::error!(%name, ?found, "a stored file is not whole");
                }
                self.ledger.note_file(name, found.fault(), (self.clock)()).await?;
            }
            after = Ok(Some(last));
        }
        Ok(after.ok().flatten().map(|last| last.to_string()))
    }
}

pub(crate) fn later(at: Timestamp, by: time::Duration) -> Timestamp {
    Timestamp::new(at.get() + by)
}

/// A minute, doubling up to six hours.
fn pause(tries: u32) -> time::Duration {
    time::Duration::minutes(1_i64 << tries.min(9)).min(time::Duration::hours(6))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::{StreamExt as _, stream};
    use std::sync::Mutex;
    use wire::{limits::Limits, upload::Role};

    use super::*;
    use crate::{
        ledger::{Device, sql::SqlLedger, suite},
        spool::FolderSpool,
        uploads::{Part, Patience},
    };

    struct Hub {
        folder: tempfile::TempDir,
        ledger: Arc<dyn Ledger>,
        uploads: Arc<Uploads>,
        jobs: Jobs,
        who: Device,
        now: Arc<Mutex<Timestamp>>,
    }

    impl Hub {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let ledger = SqlLedger::sqlite(&folder.path().join("hub.db")).await.unwrap();
            let who = suite::device(&ledger, "H06.16", 1).await;
            let ledger: Arc<dyn Ledger> = Arc::new(ledger);
            let now = Arc::new(Mutex::new(suite::at(0)));
            let clock: Clock = Arc::new({
                let now = now.clone();
                move || *now.lock().unwrap()
            });
            let objects = Objects::in_folder(&folder.path().join("objects")).unwrap();
            let spool = Arc::new(FolderSpool::open(&folder.path().join("spool")).unwrap());
            let (stopping, limits) = (CancellationToken::new(), Limits::default());
            let (stop, patience) = (stopping.clone(), Patience::default());
            let uploads = Uploads::new(ledger.clone(), spool, objects.clone(), limits, patience, clock.clone(), stop);
            let uploads = Arc::new(uploads);
            let jobs = Jobs::new(ledger.clone(), objects, uploads.clone(), clock, 60, stopping);
            Self { folder, ledger, uploads, jobs, who, now }
        }

        async fn bring(&self, content: &'static [u8]) -> Result<(), Fault> {
            let length = Some(content.len() as u64);
            let made = self.uploads.create(&self.who, length, Role::Whole, "", None).await?;
            let body = stream::iter([Ok(Bytes::from_static(content))]).boxed();
            let part = Part { offset: 0, size: length, length: None, checksum: None, body };
            self.uploads.append(&self.who, made.id, part).await.map(drop)
        }

        fn object(&self, content: &[u8]) -> std::path::PathBuf {
            let name = Digest::of(content).to_string();
            self.folder.path().join("objects/sha256").join(&name[..2]).join(&name[2..])
        }

        fn pass(&self, by: time::Duration) {
            let mut now = self.now.lock().unwrap();
            *now = later(*now, by);
        }

        /// Does all that is due.
        async fn work(&self) {
            while self.jobs.turn().await.unwrap() {}
        }
    }

    #[tokio::test]
    async fn what_no_dossier_came_to_use_is_removed_and_may_be_brought_again() {
        let hub = Hub::new().await;
        hub.bring(b"stray").await.unwrap();
        hub.work().await;
        assert!(hub.object(b"stray").exists(), "its time is not over");
        hub.pass(time::Duration::days(61));
        hub.work().await;
        assert!(!hub.object(b"stray").exists());
        hub.bring(b"stray").await.unwrap();
        assert!(hub.object(b"stray").exists());
        let known = hub.ledger.file(&hub.who.agency.code, Digest::of(b"stray")).await.unwrap();
        assert_eq!(known, Some(5));
    }

    #[tokio::test]
    async fn a_removal_that_was_broken_off_is_ended_by_the_next_turn() {
        let hub = Hub::new().await;
        hub.bring(b"stray").await.unwrap();
        let (agency, content) = (&hub.who.agency.code, Digest::of(b"stray"));
        assert_eq!(hub.ledger.release_file(agency, content, suite::at(1), suite::at(1)).await.unwrap(), Some(true));
        assert!(hub.bring(b"stray").await.is_err(), "it may go at any moment");
        hub.work().await;
        assert!(!hub.object(b"stray").exists());
        // What was brought while it went waits in the spool, and is finished by the hub itself.
        hub.pass(time::Duration::minutes(2));
        hub.work().await;
        assert!(hub.object(b"stray").exists());
        let jobs = hub.ledger.jobs().await.unwrap();
        assert!(jobs.iter().all(|job| job.kind != "finish"), "{jobs:?}");
    }

    #[tokio::test]
    async fn files_are_looked_at_every_week_and_what_is_not_whole_is_kept_in_mind() {
        let hub = Hub::new().await;
        for content in [b"one".as_slice(), b"two", b"three"] {
            hub.bring(content).await.unwrap();
        }
        std::fs::remove_file(hub.object(b"one")).unwrap();
        std::fs::write(hub.object(b"two"), b"owt").unwrap();
        hub.work().await;
        let faults = || async {
            let mut faults = hub.ledger.file_faults().await.unwrap();
            faults.sort_by(|one, other| one.1.cmp(&other.1));
            faults.into_iter().map(|(name, found, _)| (name, found)).collect::<Vec<_>>()
        };
        let expected = [(Digest::of(b"two"), "damaged".to_owned()), (Digest::of(b"one"), "missing".to_owned())];
        assert_eq!(faults().await, expected);
        std::fs::write(hub.object(b"two"), b"two").unwrap();
        hub.pass(time::Duration::days(6));
        hub.work().await;
        assert_eq!(faults().await.len(), 2, "not its day yet");
        hub.pass(time::Duration::days(1));
        hub.work().await;
        assert_eq!(faults().await, expected[1..]);
    }

    #[tokio::test]
    async fn nothing_is_removed_while_a_backup_is_made_and_a_backup_waits_for_a_removal() {
        let hub = Hub::new().await;
        let data = crate::data::DataFolder::open(&hub.folder.path().join("data")).unwrap();
        data.key().unwrap();
        let contents: [&'static [u8]; 6] = [b"a", b"b", b"c", b"d", b"e", b"f"];
        for content in contents {
            hub.bring(content).await.unwrap();
        }
        hub.pass(time::Duration::days(61));
        let (clock, file) = (&hub.jobs.clock, hub.folder.path().join("hub.zip"));
        let backup = keeping::backup(&*hub.ledger, &hub.jobs.objects, &data, &file, clock);
        let (made, ()) = tokio::join!(backup, hub.work());
        assert!(matches!(made.unwrap().files, 0 | 6), "all before, or all after");
        hub.work().await;
        assert!(contents.iter().all(|content| !hub.object(content).exists()));

        hub.bring(b"later").await.unwrap();
        hub.pass(time::Duration::days(61));
        let now = clock();
        let held = hub.ledger.hold_job("retain", now, later(now, LEASE)).await.unwrap().unwrap();
        hub.work().await;
        assert!(hub.object(b"later").exists(), "a backup may need it");
        hub.ledger.give_back_job(&held).await.unwrap();
        hub.work().await;
        assert!(!hub.object(b"later").exists());
    }
}
