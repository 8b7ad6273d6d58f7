//! The terminal as the desk's surroundings.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use desk::{Host, Progress, Timestamp, Watch, worker::WorkerCommand};

use crate::arguments::Arguments;

/// Progress on standard error, a line that is written over, at most ten times a second; silent when nobody looks.
pub struct Terminal {
    profile: Option<PathBuf>,
    jobs: Option<usize>,
    shows_progress: bool,
    last: Mutex<Option<Instant>>,
    cancelled: Arc<AtomicBool>,
}

const INTERVAL: Duration = Duration::from_millis(100);

impl Terminal {
    pub fn new(arguments: &Arguments) -> Self {
        Self {
            profile: arguments.profile.clone(),
            jobs: arguments.jobs(),
            shows_progress: !arguments.json && std::io::stderr().is_terminal(),
            last: Mutex::default(),
            cancelled: Arc::default(),
        }
    }

    /// Ctrl+C, or a polite end by the system, stops in order: what is done is kept. Asked a second time, it ends at once, which is
    /// safe too.
    #[expect(clippy::disallowed_methods, reason = "the person insists, and nothing is lost by it")]
    pub fn stop_on_interrupt(&self) {
        let cancelled = self.cancelled.clone();
        tokio::spawn(async move {
            asked_to_stop().await;
            cancelled.store(true, Ordering::Relaxed);
            asked_to_stop().await;
            std::process::exit(1);
        });
    }
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    drop(tokio::signal::ctrl_c().await);
}

impl Watch for Terminal {
    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn progress(&self, progress: Progress) {
        if !self.shows_progress {
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(|e| e.into_inner());
        let finished = progress.done >= progress.total;
        if !finished && last.is_some_and(|last| last.elapsed() < INTERVAL) {
            return;
        }
        *last = Some(Instant::now());
        let end = if finished { "\n" } else { "" };
        let _ = write!(std::io::stderr(), "\r\x1b[K{}/{} {}{end}", progress.done, progress.total, progress.file);
    }
}

impl Host for Terminal {
    fn now(&self) -> Timestamp {
        desk::system_clock()
    }

    fn profile(&self) -> Option<PathBuf> {
        self.profile.clone()
    }

    fn workers(&self) -> WorkerCommand {
        WorkerCommand::this_executable()
    }

    fn jobs(&self) -> usize {
        self.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }

    fn person(&self) -> String {
        desk::signed_in_user()
    }

    fn device_name(&self) -> String {
        desk::computer_name()
    }
}
