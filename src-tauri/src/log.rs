//! What the application notes about itself: names of requests, how long they took, codes of faults. Never an answer, a name or a
//! file: the log may be sent to whoever gives support.

use std::{fs, path::Path, sync::Mutex, time::Duration};

use desk::FaultCode;
use tauri::{AppHandle, Manager};
use tracing::info;

/// The previous log is kept; older ones are not.
const MAX_BYTES: u64 = 1 << 20;

/// Begins a log file in the system's folder for them. Without one the application runs all the same.
pub(crate) fn start(app: &AppHandle) {
    let Ok(folder) = app.path().app_log_dir() else { return };
    if fs::create_dir_all(&folder).is_err() {
        return;
    }
    let file = folder.join("hoso.log");
    turn(&file);
    if let Ok(file) = fs::File::options().create(true).append(true).open(&file) {
        // Ours alone: what libraries tell may quote what they work on.
        let only = tracing_subscriber::EnvFilter::new("off,hoso_lib=info");
        let log = tracing_subscriber::fmt().with_env_filter(only).with_ansi(false).with_writer(Mutex::new(file));
        let _ = log.try_init();
    }
    info!(version = env!("CARGO_PKG_VERSION"), "started");
}

fn turn(file: &Path) {
    if fs::metadata(file).is_ok_and(|about| about.len() > MAX_BYTES) {
        let _ = fs::rename(file, file.with_extension("1.log"));
    }
}

pub(crate) fn answered(request: &str, took: Duration, fault: Option<FaultCode>) {
    let ms = took.as_millis() as u64;
    match fault {
        Some(fault) => info!(request, ms, ?fault, "failed"),
        None => info!(request, ms, "done"),
    }
}
