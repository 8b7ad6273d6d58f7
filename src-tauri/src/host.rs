//! The window as the desk's surroundings.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::{Duration, Instant},
};

use desk::{Host, Notice, Progress, Timestamp, Watch, worker::WorkerCommand};
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
    listeners: BTreeMap<u32, Channel<Notice>>,
    next: u32,
    last_count: Option<Instant>,
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

    pub fn add_listener(&self, channel: Channel<Notice>) -> u32 {
        let mut told = self.told();
        told.next += 1;
        let id = told.next;
        told.listeners.insert(id, channel);
        id
    }

    pub fn remove_listener(&self, id: u32) {
        self.told().listeners.remove(&id);
    }

    pub fn has_listeners(&self) -> bool {
        !self.told().listeners.is_empty()
    }
}

/// Whether the notice is one of many alike, of which only the newest matters; the last one of a job is told always.
fn is_count(notice: &Notice) -> bool {
    match notice {
        Notice::Progress { progress } => progress.done < progress.total,
        Notice::Digitising { done, total, .. } => done < total,
        Notice::Sending { sent, total, .. } => sent < total,
        _ => false,
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
        if is_count(&notice) {
            if told.last_count.is_some_and(|last| last.elapsed() < INTERVAL) {
                return;
            }
            told.last_count = Some(Instant::now());
        }
        // A page that was loaded anew has left its channel behind.
        told.listeners.retain(|_, channel| channel.send(notice.clone()).is_ok());
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
