//! What a desk does by itself while it is open: digitises what waits, keeps asking whether the hub is there, sends what is due,
//! hears news. The command line does the same by command.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use dossier::{DocumentId, DossierId, Timestamp};
use store::Act;
use sync::{Online, Until};
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
/// Between two looks whether there is a hub, where something stands in the way.
const KNOCK: Duration = Duration::from_secs(4);
/// An answer that takes longer is looked for on other connections.
const PATIENCE: Duration = Duration::from_secs(6);
/// A clock further off than this makes dates of papers wrong; minutes.
pub(crate) const CLOCK_TOLERANCE: i64 = 5;
/// Nothing waits longer than this for a look, even when a signal was missed.
const LOOK: Duration = Duration::from_secs(30);
/// Between two looks at the watched folder.
const FOLDER: Duration = Duration::from_secs(2);
/// What was put away is destroyed after a day.
pub(crate) const KEEP_DISCARDED_MS: i64 = 24 * 60 * 60 * 1000;
/// Between two looks for dossiers that changed since they were indexed: a search does the same and has then little to do.
const INDEX: Duration = Duration::from_secs(2);
/// Between two questions for lists of procedures without paper, and for who applies them.
const LISTS: Duration = Duration::from_secs(5 * 60);
/// Between two looks for it.
const TIDY: Duration = Duration::from_secs(60 * 60);

/// Where the background stands, and how it is woken.
#[derive(Default)]
pub(crate) struct Background {
    papers: Notify,
    outbox: Notify,
    hub: Notify,
    answered: Notify,
    news: Notify,
    lists: Notify,
    held: Mutex<BTreeSet<Work>>,
    line: Mutex<Line>,
    digitising_stopped: Mutex<Option<Fault>>,
    feed_stopped: Mutex<Option<Fault>>,
}

#[derive(Default)]
struct Line {
    answered: Option<Timestamp>,
    /// Since when it is as it is.
    since: Option<Timestamp>,
    fault: Option<Fault>,
    /// Minutes this clock is ahead of the hub's, where that matters.
    clock_off: Option<i64>,
}

impl Line {
    /// How it stands now. An answer from the future says that the clock was set back: how old it is nobody knows.
    fn at(&self, now: Timestamp) -> Link {
        let fresh = |answered: Timestamp| (0..=ONLINE_MS).contains(&(now.unix_ms() - answered.unix_ms()));
        match (self.answered, self.since) {
            (_, None) => Link::Unknown,
            (Some(answered), Some(since)) if fresh(answered) => Link::Online { since },
            (answered, Some(since)) => Link::Offline {
                since: answered.unwrap_or(since),
                fault: self.fault.clone().unwrap_or_else(|| Fault::new(Code::HubUnreachable)),
            },
        }
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(|e| e.into_inner())
}

impl<H: Host> Desk<H> {
    /// Works until stopped. What was begun when it stops goes on at the next start.
    pub async fn attend(&self, stop: &CancellationToken) {
        let work = async {
            tokio::join!(
                self.attend_papers(),
                self.attend_hub(),
                self.attend_line(),
                self.attend_news(),
                self.attend_outbox(),
                self.attend_discarded(),
                self.attend_stacks(),
                self.attend_hot_folder(),
                self.attend_catalogue(),
                self.attend_lists(),
                self.attend_index(),
            )
        };
        tokio::select! {
            _ = work => {}
            () = stop.cancelled() => {}
        }
    }

    /// A desk may stay open for weeks: what was put away does not wait for the next start.
    async fn attend_discarded(&self) {
        loop {
            if let Err(fault) = self.destroy_discarded().await {
                tracing::warn!(code = ?fault.code, "what was put away is not destroyed yet");
            }
            if let Err(fault) = self.keep_time().await {
                tracing::warn!(code = ?fault.code, "the time is not taken note of");
            }
            tokio::time::sleep(TIDY).await;
        }
    }

    pub(crate) async fn destroy_discarded(&self) -> Result<(), Fault> {
        let (store, device, who) = (self.store().await?, self.device().await?, self.person());
        let act = Act { at: self.now(), who: &who, device, automatic: true, what: "discarded.destroyed" };
        let before = later(self.now(), -KEEP_DISCARDED_MS);
        store.purge_discarded(before, &act).await?;
        store.purge_stacks(before).await?;
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

    async fn attend_stacks(&self) {
        loop {
            if !self.is_held(Work::Sorting)
                && let Err(fault) = self.examine_stacks().await
            {
                tracing::warn!(code = ?fault.code, "pages of a stack are not looked at yet");
            }
            let _ = tokio::time::timeout(LOOK, self.stacks.came.notified()).await;
        }
    }

    async fn attend_hot_folder(&self) {
        loop {
            if let Err(fault) = self.look_into_hot_folder(self.now()).await {
                tracing::warn!(code = ?fault.code, "the watched folder cannot be looked at");
            }
            tokio::time::sleep(FOLDER).await;
        }
    }

    /// Asks for the hub's catalogue while there is a hub: soon after it is first there, then every hour.
    async fn attend_catalogue(&self) {
        loop {
            let online = matches!(self.link().await, Ok(Link::Online { .. }));
            let wait = match online {
                false => KNOCK,
                true => match self.fetch_catalogue().await {
                    Ok(_) => TIDY,
                    Err(fault) => {
                        tracing::warn!(code = ?fault.code, "the hub's catalogue is not fetched yet");
                        LOOK
                    }
                },
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn attend_index(&self) {
        loop {
            let indexed = async { self.store().await?.index_settled().await.map_err(Fault::from) };
            if let Err(fault) = indexed.await {
                tracing::warn!(code = ?fault.code, "what changed is not indexed yet");
            }
            tokio::time::sleep(INDEX).await;
        }
    }

    /// Departments' lists of procedures without paper: sent soon after they were approved, asked for while there is a hub.
    async fn attend_lists(&self) {
        loop {
            let online = matches!(self.link().await, Ok(Link::Online { .. }));
            let wait = match online {
                false => KNOCK,
                true => match self.exchange_lists().await {
                    Ok(_) => LISTS,
                    Err(fault) => {
                        tracing::warn!(code = ?fault.code, "lists are not exchanged with the hub yet");
                        LOOK
                    }
                },
            };
            let _ = tokio::time::timeout(wait, self.background.lists.notified()).await;
        }
    }

    async fn attend_hub(&self) {
        loop {
            let asked = tokio::time::timeout(PATIENCE, self.ping()).await;
            let wait = match asked {
                Ok(Ok((_, online))) => {
                    self.heard(Ok(online));
                    HEARTBEAT
                }
                Ok(Err(fault)) if fault.code == Code::NotEnrolled => LOOK,
                // Whether the hub is gone or only slow, the next questions tell.
                Err(_) => Duration::ZERO,
                Ok(Err(fault)) => {
                    let unanswered = fault.code == Code::HubUnreachable;
                    self.heard(Err(fault));
                    if unanswered { Duration::ZERO } else { KNOCK }
                }
            };
            if wait.is_zero() {
                tokio::select! {
                    heard = self.answers_again() => self.heard(heard),
                    () = self.background.hub.notified() => {}
                }
            } else {
                let _ = tokio::time::timeout(wait, self.background.hub.notified()).await;
            }
        }
    }

    /// Asks until the hub answers. Where the network was gone, nothing that it had stopped waits any longer.
    async fn answers_again(&self) -> Result<Online, Fault> {
        self.network.forget_hub();
        let (_, hub) = self.hub().await?;
        let (online, was_gone) = hub.answers_again(&|| self.now()).await?;
        if was_gone {
            self.store().await?.wake_unanswered(self.now()).await?;
            self.background.outbox.notify_one();
        }
        Ok(online)
    }

    /// Apart from the questions whether the hub is there: a long answer does not make it seem gone.
    async fn attend_news(&self) {
        loop {
            self.background.news.notified().await;
            self.tell_ended().await;
            self.hear_news().await;
        }
    }

    /// An answer holds for a while; when none follows in time, as from a hub that hangs, that is told.
    async fn attend_line(&self) {
        let holds = Duration::from_millis(ONLINE_MS as u64);
        loop {
            self.background.answered.notified().await;
            while tokio::time::timeout(holds, self.background.answered.notified()).await.is_ok() {}
            let untold = lock(&self.background.line).fault.is_none();
            if untold {
                self.heard(Err(Fault::new(Code::HubUnreachable)));
            }
        }
    }

    /// Takes what the hub tells; why it could not is kept to be told, and the next look tries again.
    async fn hear_news(&self) {
        let stopped = match self.pull_events().await {
            Ok(news) => {
                let dossiers: BTreeSet<_> = news.into_iter().map(|line| line.dossier).collect();
                if !dossiers.is_empty() {
                    self.host.notice(Notice::News { dossiers: dossiers.into_iter().collect() });
                }
                None
            }
            // Whose roles show no results is not told any; the feed waits for somebody who is.
            Err(fault) if fault.code == Code::RoleForbids => None,
            Err(fault) => Some(fault),
        };
        let was = std::mem::replace(&mut *lock(&self.background.feed_stopped), stopped.clone());
        if was.map(|fault| fault.code) != stopped.map(|fault| fault.code) {
            self.host.notice(Notice::Link);
        }
    }

    /// Notes what came of asking; a change is told, and a line that opened wakes the outbox.
    fn heard(&self, answer: Result<Online, Fault>) {
        let now = self.now();
        let (fault, off) = match answer {
            Ok(online) => (None, Some(online.skew_ms / 60_000).filter(|off| off.abs() > CLOCK_TOLERANCE)),
            Err(fault) => (Some(fault), None),
        };
        if fault.is_none() {
            self.background.answered.notify_one();
            self.background.news.notify_one();
        }
        let changed = {
            let mut line = lock(&self.background.line);
            let was = (line.answered.is_some(), line.fault.as_ref().map(|fault| fault.code));
            let is = (fault.is_none(), fault.as_ref().map(|fault| fault.code));
            if was.0 != is.0 || line.since.is_none() {
                line.since = Some(now);
            }
            let off_before = line.clock_off;
            if fault.is_none() {
                line.clock_off = off;
            }
            line.answered = fault.is_none().then_some(now);
            line.fault = fault;
            was != is || line.clock_off != off_before
        };
        if changed {
            self.background.outbox.notify_one();
            self.background.lists.notify_one();
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
        let Some(due) = store.next_due().await? else {
            self.network.ask(false);
            return Ok(LOOK);
        };
        let open = matches!(self.link().await?, Link::Online { .. });
        if !open || self.is_held(Work::Sending) || !self.may_send().await? {
            return Ok(LOOK);
        }
        let ms = due.unix_ms() - self.now().unix_ms();
        if ms > 0 {
            return Ok(Duration::from_millis(ms as u64).min(LOOK));
        }
        let (_, hub) = self.hub().await?;
        let sent = self.run_outbox(hub, Until::Once).await;
        // What a person asked for has been tried; what is queued from now on goes by the rules again.
        self.network.ask(false);
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

    pub(crate) fn lists_changed(&self) {
        self.background.lists.notify_one();
        self.host.notice(Notice::Lists);
    }

    /// The hub is asked whether it is there, now.
    pub(crate) fn hub_asked(&self) {
        self.background.hub.notify_one();
    }

    pub(crate) fn hub_changed(&self) {
        self.network.forget_hub();
        *lock(&self.background.line) = Line::default();
        *lock(&self.background.feed_stopped) = None;
        self.background.hub.notify_one();
        self.host.notice(Notice::Link);
    }

    pub(crate) fn is_held(&self, work: Work) -> bool {
        lock(&self.background.held).contains(&work)
    }

    pub(crate) fn hold(&self, work: Work, held: bool) {
        {
            let mut now_held = lock(&self.background.held);
            if held {
                now_held.insert(work)
            } else {
                now_held.remove(&work)
            };
        }
        self.background.papers.notify_one();
        self.stacks.came.notify_one();
        self.outbox_changed();
    }

    async fn link(&self) -> Result<Link, Fault> {
        if self.store().await?.enrolment().await?.is_none() {
            return Ok(Link::NotEnrolled);
        }
        let now = self.now();
        Ok(lock(&self.background.line).at(now))
    }

    pub(crate) async fn standing(&self) -> Result<Standing, Fault> {
        let store = self.store().await?;
        let outbox = self.outbox().await?;
        let clock_off = lock(&self.background.line).clock_off;
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
            person: self.person(),
            station: self.station().await?,
            hub,
            link: self.link().await?,
            network: self.network_now().await?,
            clock_off,
            counts: store.count_dossiers().await?,
            to_digitise: store.documents_to_digitise().await?,
            outbox: outbox.len() as u32,
            needs_person: outbox.iter().filter(|line| line.state == "quarantined").count() as u32,
            held: lock(&self.background.held).iter().copied().collect(),
            digitising_stopped: lock(&self.background.digitising_stopped).clone(),
            feed_stopped: lock(&self.background.feed_stopped).clone(),
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
        // Nobody asked for what is done in the background: its count is the document's, not that of a request.
        if !self.desk.host.attends() {
            self.desk.host.progress(progress);
        }
        let (dossier, document) = (self.dossier, self.document);
        self.desk.host.notice(Notice::Digitising { dossier, document, done, total });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::attended_desk;

    #[test]
    fn an_answer_holds_for_thirty_seconds_and_not_from_the_future() {
        let at = |second: i64| Timestamp::from_unix_ms(1_795_226_400_000 + second * 1000).unwrap();
        let line = Line { answered: Some(at(0)), since: Some(at(-9)), fault: None, clock_off: None };
        assert_eq!(Line::default().at(at(0)), Link::Unknown);
        for second in [0, 30] {
            assert_eq!(line.at(at(second)), Link::Online { since: at(-9) });
        }
        for second in [-1, 31] {
            assert!(matches!(line.at(at(second)), Link::Offline { since, .. } if since == at(0)), "{second}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn why_the_news_is_not_taken_in_is_told_once() {
        let desk = attended_desk();
        for _ in 0..2 {
            desk.hear_news().await;
        }
        let stopped = desk.standing().await.unwrap().feed_stopped.unwrap();
        assert_eq!(stopped.code, Code::NotEnrolled);
        assert_eq!(*desk.host.notices.lock().unwrap(), [Notice::Link]);
    }
}
