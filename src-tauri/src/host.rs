//! The window as the desk's surroundings.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::{Duration, Instant},
};

use desk::{DocumentId, DossierId, Host, Notice, Progress, StackId, Timestamp, Watch, worker::WorkerCommand};
use tauri::ipc::Channel;

/// A count that grows reaches a window at most this often.
const INTERVAL: Duration = Duration::from_millis(100);

/// Cheap to clone: every clone tells the same windows.
#[derive(Clone)]
pub(crate) struct WindowHost {
    profile: Option<PathBuf>,
    /// Where an installation keeps the text reader's data.
    models: Arc<OnceLock<PathBuf>>,
    told: Arc<Mutex<Told>>,
}

#[derive(Default)]
struct Told {
    /// One to a window: a page that was loaded anew replaces what it listened with before.
    listeners: BTreeMap<String, (u32, Channel<Notice>)>,
    next: u32,
    counts: Counts,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Counted {
    Request,
    Digitising(DocumentId),
    Sending(DossierId),
    Stack(StackId),
}

/// Lets the counts of one thing through at most every [`INTERVAL`], whatever else is counted at the same time. The last one of
/// a thing is told always.
#[derive(Default)]
struct Counts(BTreeMap<Counted, Instant>);

impl Counts {
    fn lets_through(&mut self, notice: &Notice, now: Instant) -> bool {
        let (what, done) = match notice {
            Notice::Progress { progress } => (Counted::Request, progress.done >= progress.total),
            Notice::Digitising { document, done, total, .. } => (Counted::Digitising(*document), done >= total),
            Notice::Sending { dossier, sent, total } => (Counted::Sending(*dossier), sent >= total),
            Notice::Stack { stack, taking: _, done, total } => (Counted::Stack(*stack), done >= total),
            _ => return true,
        };
        let early = self.0.get(&what).is_some_and(|last| now.saturating_duration_since(*last) < INTERVAL);
        if done {
            self.0.remove(&what);
        } else if !early {
            // What was broken off told no last one; its entry is of no use any more.
            self.0.retain(|_, last| now.saturating_duration_since(*last) < INTERVAL);
            self.0.insert(what, now);
        }
        done || !early
    }
}

impl WindowHost {
    pub fn new(profile: Option<PathBuf>) -> Self {
        Self { profile, models: Arc::default(), told: Arc::default() }
    }

    /// Called before any paper is digitised; a folder that is not there changes nothing.
    pub fn set_models(&self, folder: PathBuf) {
        if folder.is_dir() {
            let _ = self.models.set(folder);
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub fn add_listener(&self, window: &str, channel: Channel<Notice>) -> u32 {
        let mut told = self.told();
        told.next += 1;
        let id = told.next;
        told.listeners.insert(window.to_owned(), (id, channel));
        id
    }

    /// An id of before does not end what a page loaded anew listens with.
    pub fn remove_listener(&self, id: u32) {
        self.told().listeners.retain(|_, (known, _)| *known != id);
    }

    pub fn has_listeners(&self) -> bool {
        !self.told().listeners.is_empty()
    }
}

impl Watch for WindowHost {
    fn cancelled(&self) -> bool {
        false
    }

    fn progress(&self, progress: Progress) {
        self.notice(Notice::Progress { progress });
    }
}

impl Host for WindowHost {
    fn now(&self) -> Timestamp {
        desk::system_clock()
    }

    fn profile(&self) -> Option<PathBuf> {
        self.profile.clone()
    }

    fn notice(&self, notice: Notice) {
        let mut told = self.told();
        if told.counts.lets_through(&notice, Instant::now()) {
            told.listeners.retain(|_, (_, channel)| channel.send(notice.clone()).is_ok());
        }
    }

    fn attends(&self) -> bool {
        true
    }

    fn workers(&self) -> WorkerCommand {
        WorkerCommand { models: self.models.get().cloned(), ..WorkerCommand::this_executable() }
    }

    fn person(&self) -> String {
        desk::signed_in_user()
    }

    fn device_name(&self) -> String {
        desk::computer_name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loaded_anew_replaces_what_it_listened_with() {
        let host = WindowHost::new(None);
        let heard = Arc::new(Mutex::new(vec![]));
        let channel = |name: &'static str| {
            let heard = heard.clone();
            Channel::new(move |_| {
                heard.lock().unwrap_or_else(|e| e.into_inner()).push(name);
                Ok(())
            })
        };
        let before = host.add_listener("main", channel("before"));
        let anew = host.add_listener("main", channel("anew"));
        host.add_listener("kiosk", channel("kiosk"));
        // The page of before says goodbye late.
        host.remove_listener(before);
        host.notice(Notice::Outbox);
        assert_eq!(*heard.lock().unwrap_or_else(|e| e.into_inner()), ["kiosk", "anew"]);
        host.remove_listener(anew);
        assert!(host.has_listeners());
    }

    #[test]
    fn counts_of_different_things_do_not_swallow_each_other() -> Result<(), Box<dyn std::error::Error>> {
        let start = Instant::now();
        let dossier: DossierId = "01920000-0000-7000-8000-000000000001".parse()?;
        let documents: [DocumentId; 2] =
            ["01920000-0000-7000-8000-000000000002".parse()?, "01920000-0000-7000-8000-000000000003".parse()?];
        let page = |n: usize, done| Notice::Digitising { dossier, document: documents[n], done, total: 9 };
        let sent = |sent| Notice::Sending { dossier, sent, total: 9 };
        let job = |done| Notice::Progress { progress: Progress { done, total: 9, file: String::new() } };
        let mut counts = Counts::default();
        let mut at = |ms, notice: Notice| counts.lets_through(&notice, start + Duration::from_millis(ms));
        for notice in [job(1), page(0, 1), page(1, 1), sent(1)] {
            assert!(at(0, notice), "the first of each");
        }
        for notice in [job(2), page(0, 2), page(1, 2), sent(2)] {
            assert!(!at(99, notice), "the next of each, too early");
        }
        assert!(at(100, page(0, 3)));
        assert!(at(101, page(0, 9)), "the last one always");
        assert!(at(102, page(0, 1)), "and then it begins anew");
        assert!(at(102, Notice::Outbox), "what is no count");
        assert!(at(102, Notice::Outbox));
        Ok(())
    }
}
