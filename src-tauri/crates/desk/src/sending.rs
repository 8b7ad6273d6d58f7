//! The hub: becoming known to it, sending, hearing from it.

use std::{sync::Arc, time::Duration};

use store::{OutboxState, SendError, Submission};
use sync::{Ended, Enrolling, Hub, Online, Runner, Step, Timeouts, Until};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use wire::{
    Code as Problem,
    enrol::{Distrust, EnrolmentStringError},
    url::UrlError,
};

use crate::{
    Desk, Enrolled, Host, NewsLine, Notice, OutboxLine, Progress, Sent, SentLine, Work,
    fault::{Fault, FaultCode as Code},
};

/// How often a running send looks whether the person asked it to stop.
const CANCEL_CHECK: Duration = Duration::from_millis(200);

impl<H: Host> Desk<H> {
    pub(crate) async fn enrol(&self, string: &str) -> Result<Enrolled, Fault> {
        let (store, device) = (self.store().await?, self.device().await?);
        let (device_name, who) = (self.host.device_name(), self.person());
        let proxy = self.proxy().await?;
        let enrolling = Enrolling { device, device_name: &device_name, who: &who, proxy: proxy.as_ref() };
        let clock = || self.now();
        let enrolment = sync::enrol(store, string, enrolling, &clock, Timeouts::default()).await?;
        self.hub_changed();
        Ok(Enrolled {
            hub: enrolment.hub_url,
            agency_code: enrolment.agency_code,
            agency_name: enrolment.agency_name,
            station: enrolment.station,
            support_number: enrolment.support_number,
        })
    }

    /// The enrolled hub's address, and its sign of life. An answer is believed only when signed: this is what "online" means.
    pub(crate) async fn ping(&self) -> Result<(String, Online), Fault> {
        let (url, hub) = self.hub().await?;
        let online = hub.ping(&|| self.now()).await;
        // What is asked next does not go over a connection that has failed.
        if online.is_err() {
            self.network.forget_hub();
        }
        Ok((url, online?))
    }

    /// Sends what is due: once through the queue, or until it is empty or needs a person. Where the background sends, it is woken,
    /// and the outbox as it stands is the answer.
    pub(crate) async fn send(&self, wait: bool) -> Result<Sent, Fault> {
        let store = self.store().await?;
        let (_, hub) = self.hub().await?;
        let before: Vec<_> = store.outbox().await?.into_iter().map(|submission| submission.dossier).collect();
        // A person asked: what waits for its next try is tried now.
        store.wake_outbox(self.now()).await?;
        if self.host.attends() {
            // The background sends; two runners at a time would only get into each other's way.
            self.network.ask(true);
            self.outbox_changed();
            return Ok(Sent { waiting: self.outbox().await?, ..Sent::default() });
        }
        self.tell_ended().await;
        // What hinders them is told with each list, and by the outbox where it is the way.
        if let Err(fault) = self.send_lists(&hub).await {
            tracing::warn!(code = ?fault.code, "lists are not sent yet");
        }
        let closed = self.run_outbox(hub, if wait { Until::Empty } else { Until::Once }).await?;
        let mut sent = Sent { waiting: self.outbox().await?, ..Sent::default() };
        // Where the way itself is closed, that is why everything waits.
        for line in sent.waiting.iter_mut().filter(|line| line.fault.is_none()) {
            line.fault = closed.clone();
        }
        for dossier in before {
            if sent.waiting.iter().any(|line| line.dossier == dossier) {
                continue;
            }
            if let Some(receipt) = store.receipts(dossier).await?.into_iter().next_back() {
                sent.receipted.push(SentLine { dossier, code: receipt.code });
            }
        }
        Ok(sent)
    }

    /// Gives why nothing gets through, if nothing does.
    pub(crate) async fn run_outbox(&self, hub: Arc<Hub>, until: Until) -> Result<Option<Fault>, Fault> {
        let (clock, watch) = (self.host.clone(), self.host.clone());
        let runner = Runner {
            store: self.store().await?.clone(),
            hub,
            clock: Arc::new(move || clock.now()),
            device: self.device().await?,
            options: sync::Options::default(),
            progress: Arc::new(move |progress: sync::Progress| {
                if let sync::Progress::Submission { dossier, step, sent, total, .. } = progress
                    && matches!(step, Step::Uploading { .. } | Step::Submitting)
                {
                    let kib = |bytes: u64| u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
                    watch.notice(Notice::Sending { dossier, sent, total });
                    if watch.attends() {
                        // Nobody's request: the notice above is all there is to tell.
                        return;
                    }
                    watch.progress(Progress { done: kib(sent), total: kib(total), file: dossier.to_string() });
                }
            }),
            wake: Arc::new(Notify::new()),
        };
        let cancel = CancellationToken::new();
        let watching = async {
            // A person who sends by command has asked; in the background the hours may end.
            while !(self.host.cancelled() || self.is_held(Work::Sending))
                && (self.may_send().await.unwrap_or(true) || !self.host.attends())
            {
                tokio::time::sleep(CANCEL_CHECK).await;
            }
            cancel.cancel();
        };
        let running = async {
            let summary = runner.run(until, &cancel).await;
            summary.map_err(Fault::from)
        };
        let (mut watching, mut running) = (std::pin::pin!(watching), std::pin::pin!(running));
        let summary = tokio::select! {
            summary = &mut running => summary?,
            () = &mut watching => running.await?,
        };
        match summary.ended {
            Ended::Cancelled => Err(Fault::new(Code::Cancelled)),
            Ended::Empty => Ok(None),
            Ended::Waiting(why) => Ok(why.as_ref().map(kept)),
            Ended::NeedsPerson(why) => Ok(Some(kept(&why))),
        }
    }

    pub(crate) async fn outbox(&self) -> Result<Vec<OutboxLine>, Fault> {
        let store = self.store().await?;
        let mut lines = vec![];
        for submission in store.outbox().await? {
            let dossier = store.dossier(submission.dossier).await?;
            let sealed = self.sealed_into(&submission).await?;
            lines.push(OutboxLine { sealed, ..line(&submission, dossier) });
        }
        Ok(lines)
    }

    pub(crate) async fn pull_events(&self) -> Result<Vec<NewsLine>, Fault> {
        let store = self.store().await?;
        let (_, hub) = self.hub().await?;
        let from = store.event_cursor().await?;
        while sync::pull_events(store, &hub, Duration::ZERO).await? > 0 {}
        let mut news = vec![];
        for stored in store.events_after(from).await? {
            let state = match store.dossier(stored.dossier).await {
                Ok(dossier) => dossier.state,
                // Another station of the same agency sent it.
                Err(store::StoreError::NotFound(_)) => continue,
                Err(error) => return Err(error.into()),
            };
            let event = serde_json::from_value(stored.json).map_err(Fault::unexpected)?;
            news.push(NewsLine { dossier: stored.dossier, event, state });
        }
        Ok(news)
    }
}

fn line(submission: &Submission, of: store::Dossier) -> OutboxLine {
    let state = match submission.state {
        OutboxState::Pending => "pending",
        OutboxState::Running => "running",
        OutboxState::Waiting => "waiting",
        OutboxState::Quarantined => "quarantined",
        OutboxState::Done => "done",
        OutboxState::Withdrawn => "withdrawn",
    };
    OutboxLine {
        dossier: submission.dossier,
        code: of.official_code.or(of.provisional_code),
        applicant: of.head.applicant,
        files: submission.files.len() as u32,
        title: of.head.title,
        state: state.to_owned(),
        bytes_sent: submission.files.iter().map(|f| if f.done { f.blob.size } else { f.offset_acked }).sum(),
        bytes: submission.files.iter().map(|file| file.blob.size).sum(),
        attempt: submission.attempt,
        queued_at: submission.queued_at,
        not_before: (submission.state == OutboxState::Waiting).then_some(submission.not_before),
        sealed: None,
        fault: submission.last_error.as_ref().map(kept),
    }
}

/// A kept reason in the person's terms. The codes are those of [`sync::Fault::to_send_error`].
pub(crate) fn kept(error: &SendError) -> Fault {
    let detail = || format!("{} {}", error.code, error.args);
    match error.code.as_str() {
        "no_answer" => Fault::new(Code::HubUnreachable).with("detail", error.args["how"].as_str().unwrap_or_default()),
        "clock" => Fault::new(Code::ClockWrong),
        "proxy_login" => Fault::new(Code::ProxyLogin),
        "certificate" | "portal" => Fault::new(Code::NotTheHub).with("detail", detail()),
        "distrust" => Fault::new(Code::HubKeyWrong).with("detail", detail()),
        "protocol" => Fault::new(Code::NotTheHub).with("detail", detail()),
        "store" | "stored" => Fault::new(Code::StoreCorrupt).with("detail", detail()),
        "unauthorised" => Fault::new(Code::HubRejectsDevice),
        "device_revoked" => Fault::new(Code::DeviceRevoked),
        "sign_in_required" => Fault::new(Code::SignInRequired),
        "session_over" | "token_expired" => Fault::new(Code::SessionOver),
        "wrong_sign_in" => Fault::new(Code::WrongSignIn).with("left", &error.args["args"]["left"]),
        "sign_in_waits" => crate::accounts::waits(error.args["args"]["seconds"].as_i64().unwrap_or(60)),
        "other_agency" => Fault::new(Code::OtherAgency),
        "not_allowed" => Fault::new(Code::RoleForbids),
        "password_must_change" => Fault::new(Code::PasswordMustChange),
        "password_weak" => {
            let reason = error.args["args"]["reason"].as_str().unwrap_or_default();
            Fault::new(if reason == "short" { Code::PasswordShort } else { Code::PasswordKnown })
        }
        // Of the store: read on a paper after it was queued.
        "secret_paper" => Fault::new(Code::SecretPaper).with("mark", "MẬT"),
        // The hub was set back to an earlier state: only its administrator can say how far.
        "cursor_ahead" => Fault::new(Code::HubRefused).with("detail", &error.code),
        "internal" | "unavailable" | "storage_full" | "locked" | "timeout" | "offset_mismatch" | "too_many" => {
            Fault::new(Code::HubBusy).with("detail", &error.code)
        }
        _ => Fault::new(Code::HubRefused).with("detail", detail()),
    }
}

impl From<sync::Fault> for Fault {
    fn from(fault: sync::Fault) -> Self {
        match fault {
            sync::Fault::Store(error) => error.into(),
            sync::Fault::EnrolmentString(EnrolmentStringError::Url(UrlError::NotEncrypted(_))) => {
                Fault::new(Code::InsecureAddress)
            }
            sync::Fault::EnrolmentString(why) => Fault::new(Code::BadEnrolment).with("reason", why),
            sync::Fault::Distrust(why @ Distrust::WrongKey { .. }) => Fault::new(Code::HubKeyWrong).with("detail", why),
            sync::Fault::Refused { problem, .. } => match problem.code {
                Problem::UsedCode => Fault::new(Code::EnrolmentUsed),
                Problem::UnknownCode => Fault::new(Code::EnrolmentUnknown),
                _ => kept(&sync::Fault::Refused { problem, retry_after: None }.to_send_error()),
            },
            other => kept(&other.to_send_error()),
        }
    }
}
