//! A desk for tests: a profile in a folder of its own, a clock that stands still, and nobody who watches.

use dossier::Timestamp;
use tempfile::TempDir;

use crate::{Desk, Host, Progress, Watch, worker::WorkerCommand};

/// 2026-11-21, a Saturday: the shipped procedures hold.
const NOW_MS: i64 = 1_795_226_400_000;

pub(crate) struct Surroundings {
    pub folder: TempDir,
}

impl Watch for Surroundings {
    fn cancelled(&self) -> bool {
        false
    }

    fn progress(&self, _: Progress) {}
}

impl Host for Surroundings {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(NOW_MS).unwrap()
    }

    fn profile(&self) -> Option<std::path::PathBuf> {
        Some(self.folder.path().join("profile"))
    }

    fn workers(&self) -> WorkerCommand {
        let program = self.folder.path().join("no-worker");
        WorkerCommand { program, arguments: vec![], models: None, reader: None }
    }

    fn jobs(&self) -> usize {
        1
    }

    fn person(&self) -> String {
        "Phạm Thu Hà".to_owned()
    }

    fn device_name(&self) -> String {
        "test".to_owned()
    }
}

pub(crate) fn desk() -> Desk<Surroundings> {
    Desk::new(Surroundings { folder: TempDir::new().unwrap() })
}
