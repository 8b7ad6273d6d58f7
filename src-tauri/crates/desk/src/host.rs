//! What the place the desk runs in must give: a clock, folders, this executable, and somebody who watches.
//! The shell, the command line and the tests are such places; the desk itself does not know which one it is in.

use std::path::PathBuf;

use dossier::Timestamp;

use crate::{
    Notice,
    digitising::Watch,
    worker::{Limits, WorkerCommand},
};

/// The surroundings of a [`crate::Desk`].
pub trait Host: Watch + Send + Sync + 'static {
    /// The only clock.
    fn now(&self) -> Timestamp;

    /// Offset from UTC in minutes, for local times on slips and in provisional codes; +420 in Việt Nam.
    fn utc_offset_minutes(&self) -> i32 {
        7 * 60
    }

    /// Folder of the profile; `None` = the user's own, where the system puts application data.
    fn profile(&self) -> Option<PathBuf>;

    /// Whether [`crate::Desk::attend`] runs here as long as the desk is used: then requests leave digitising and sending to it.
    fn attends(&self) -> bool {
        false
    }

    /// Told of what changed in the background; must not block.
    fn notice(&self, _notice: Notice) {}

    /// How to start workers.
    fn workers(&self) -> WorkerCommand;

    fn worker_limits(&self) -> Limits {
        Limits::default()
    }

    /// Workers at a time; by default one per core.
    fn jobs(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    /// Who sits here, as the log names them: the name of the signed-in user of this computer.
    fn person(&self) -> String;

    /// Name of this computer, for the hub's list of stations.
    fn device_name(&self) -> String;
}

/// Where the language data of the reader may lie, most particular first: `HOSO_MODELS`, beside the executable (an installation),
/// the build's own folder (`target/models`).
pub fn model_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("HOSO_MODELS").map(PathBuf::from).into_iter().collect();
    if let Ok(executable) = std::env::current_exe() {
        folders.extend(executable.ancestors().skip(1).take(3).map(|folder| folder.join("models")));
    }
    folders
}
