//! What a desk does by itself while it is open: digitises what waits, keeps asking whether the hub is there, sends what is due,
//! hears news. The command line does the same by command.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use dossier::{DocumentId, DossierId, Timestamp};
use sync::Until;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    Desk, Enrolled, Host, Link, Notice, Progress, Standing, Watch, Work,
    fault::{Fault, FaultCode as Code},
    papers_in::later,
};

/// How old the hub's last signed answer may be for the line to say "online".
const ONLINE_MS: i64 = 30_000;
/// Between two questions to a hub that answers; well within the limit above.
const HEARTBEAT: Duration = Duration::from_secs(12);
/// Between two questions to one that does not.
const KNOCK: Duration = Duration::from_secs(4);
/// Nothing waits longer than this for a look, even when a signal was missed.
const LOOK: Duration = Duration::from_secs(30);
/// What was put away is destroyed after a day.
const KEEP_DISCARDED_MS: i64 = 24 * 60 * 60 * 1000;

/// Where the background stands, and how it is woken.
#[derive(Default)]
pub(crate) struct Background {
    papers: Notify,
    outbox: Notify,
    hub: Notify,
    held: Mutex<BTreeSet<Work>>,
    line: Mutex<Line>,
    digitising_stopped: Mutex<Option<Fault>>,
}

#[derive(Default)]
struct Line {
    answered: Option<Timestamp>,
    /// Since when it is as it is.
    since: Option<Timestamp>,
    fault: Option<Fault>,
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(|e| e.into_inner())
}

impl<H: Host> Desk<H> {
    /// Works until stopped. What was begun when it stops goes on at the next start.
    pub async fn attend(&self, stop: &CancellationToken) {
        let _ = self.destroy_discarded().await;
        let work = async { tokio::join!(self.attend_papers(), self.attend_hub(), self.attend_outbox()) };
        tokio::select! {
            _ = work => {}
            () = stop.cancelled() => {}
        }
    }

    async fn destroy_discarded(&self) -> Result<(), Fault> {
        let store = self.store().await?;
        for document in store.discarded_documents(later(self.now(), -KEEP_DISCARDED_MS)).await? {
            self.acting("document.removed", async |store, act| store.remove_document(document, act).await).await?;
        }
        Ok(())
    }

    async fn attend_papers(&self) {
        loop {
            if !self.is_held(Work::Digitising) {
                let stopped = self.digitise_waiting().await.err().filter(|fault| fault.code != Code::Cancelled);
                *lock(&self.background.digitising_stopped) = stopped;
            }
            let _ = tokio::time::timeout(LOOK, self.background.papers.notified()).await;
        }
    }

    async fn attend_hub(&self) {
        loop {
            let wait = match self.ping().await {
                Ok(_) => {
                    self.heard(None);
                    match self.pull_events().await {
                        Ok(news) if !news.is_empty() => {
                            let dossiers: BTreeSet<_> = news.into_iter().map(|line| line.dossier).collect();
                            self.host.notice(Notice::News { dossiers: dossiers.into_iter().collect() });
                        }
                        // The line told already how it is; the next look tries again.
                        _ => {}
                    }
                    HEARTBEAT
                }
                Err(fault) if fault.code == Code::NotEnrolled => LOOK,
                Err(fault) => {
                    self.heard(Some(fault));
                    KNOCK
                }
            };
            let _ = tokio::time::timeout(wait, self.background.hub.notified()).await;
        }
    }

    /// Notes what came of asking; a change is told, and a line that opened wakes the outbox.
    fn heard(&self, fault: Option<Fault>) {
        let now = self.now();
        let changed = {
            let mut line = lock(&self.background.line);
            let was = (line.answered.is_some(), line.fault.as_ref().map(|fault| fault.code));
            let is = (fault.is_none(), fault.as_ref().map(|fault| fault.code));
            if was.0 != is.0 || line.since.is_none() {
                line.since = Some(now);
            }
            line.answered = fault.is_none().then_some(now);
            line.fault = fault;
            was != is
        };
        if changed {
            self.background.outbox.notify_one();
            self.host.notice(Notice::Link);
        }
    }

    async fn attend_outbox(&self) {
        loop {
            let wait = self.send_due().await.unwrap_or(LOOK);
            let _ = tokio::time::timeout(wait, self.background.outbox.notified()).await;
        }
    }

    /// Sends what is due, if the way is open; says how long nothing will be.
    async fn send_due(&self) -> Result<Duration, Fault> {
        let store = self.store().await?;
        let Some(due) = store.next_due().await? else { return Ok(LOOK) };
        let open = matches!(self.link().await?, Link::Online { .. });
        if !open || self.is_held(Work::Sending) {
            return Ok(LOOK);
        }
        let ms = due.unix_ms() - self.now().unix_ms();
        if ms > 0 {
            return Ok(Duration::from_millis(ms as u64).min(LOOK));
        }
        let (_, hub) = self.hub().await?;
        let sent = self.run_outbox(hub, Until::Once).await;
        self.host.notice(Notice::Outbox);
        // Where it could not go on, the heartbeat finds out why.
        if !matches!(sent, Ok(None)) {
            self.background.hub.notify_one();
            return Ok(KNOCK);
        }
        Ok(Duration::ZERO)
    }

    pub(crate) fn papers_came(&self) {
        self.background.papers.notify_one();
    }

    pub(crate) fn outbox_changed(&self) {
        self.background.outbox.notify_one();
        self.host.notice(Notice::Outbox);
    }

    pub(crate) fn hub_changed(&self) {
        *lock(&self.background.line) = Line::default();
        self.background.hub.notify_one();
        self.host.notice(Notice::Link);
    }

    pub(crate) fn is_held(&self, work: Work) -> bool {
        lock(&self.background.held).contains(&work)
    }

    pub(crate) fn hold(&self, work: Work, held: bool) {
        {
            let mut now_held = lock(&self.background.held);
            if held { now_held.insert(work) } else { now_held.remove(&work) };
        }
        self.background.papers.notify_one();
        self.outbox_changed();
    }

    async fn link(&self) -> Result<Link, Fault> {
        if self.store().await?.enrolment().await?.is_none() {
            return Ok(Link::NotEnrolled);
        }
        let now = self.now();
        let line = lock(&self.background.line);
        Ok(match (line.answered, line.since) {
            (_, None) => Link::Unknown,
            (Some(answered), Some(since)) if now.unix_ms() - answered.unix_ms() <= ONLINE_MS => Link::Online { since },
            (answered, Some(since)) => Link::Offline {
                since: answered.unwrap_or(since),
                fault: line.fault.clone().unwrap_or_else(|| Fault::new(Code::HubUnreachable)),
            },
        })
    }

    pub(crate) async fn standing(&self) -> Result<Standing, Fault> {
        let store = self.store().await?;
        let outbox = self.outbox().await?;
        let hub = store.enrolment().await?.map(|enrolment| Enrolled {
            hub: enrolment.hub_url,
            agency_code: enrolment.agency_code,
            agency_name: enrolment.agency_name,
            station: enrolment.station,
            support_number: enrolment.support_number,
        });
        Ok(Standing {
            at: self.now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            person: self.host.person(),
            station: self.station().await?,
            hub,
            link: self.link().await?,
            counts: store.count_dossiers().await?,
            to_digitise: store.documents_to_digitise().await?,
            outbox: outbox.len() as u32,
            needs_person: outbox.iter().filter(|line| line.state == "quarantined").count() as u32,
            held: lock(&self.background.held).iter().copied().collect(),
            digitising_stopped: lock(&self.background.digitising_stopped).clone(),
        })
    }
}

/// Watches the digitising of one document on behalf of its desk.
pub(crate) struct Digitising<'a, H> {
    pub desk: &'a Desk<H>,
    pub dossier: DossierId,
    pub document: DocumentId,
}

impl<H: Host> Watch for Digitising<'_, H> {
    fn cancelled(&self) -> bool {
        self.desk.host.cancelled() || self.desk.is_held(Work::Digitising)
    }

    fn progress(&self, progress: Progress) {
        let Progress { done, total, .. } = progress;
        self.desk.host.progress(progress);
        let (dossier, document) = (self.dossier, self.document);
        self.desk.host.notice(Notice::Digitising { dossier, document, done, total });
    }
}
