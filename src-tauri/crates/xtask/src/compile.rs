//! Building the programs.

use crate::process::{self, Outcome};
use crate::workspace::{Workspace, cargo};

/// Builds every program of the workspace but ourselves, who are running.
///
/// Always the whole workspace: SQLCipher is a feature of a shared dependency, and a build of one crate alone could
/// leave it out. (The store would refuse to open; it is better not to build such a thing.)
pub fn programs(workspace: &Workspace) -> Outcome {
    let mut build = cargo();
    build.args(["build", "--workspace", "--exclude", "xtask"]).current_dir(&workspace.root);
    if workspace.release {
        build.arg("--release");
    }
    process::timed("building all programs", || process::run(&mut build))
}
