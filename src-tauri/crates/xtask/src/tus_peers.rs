//! Other people's programs for resumable uploads, which the hub is tested with: installed for tests only, each version pinned.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Outcome, failure};
use crate::setup::npm;
use crate::stamp;
use crate::workspace::Workspace;

/// The folder with the scripts of `tests/peers` and all that they import, made when something there has changed.
pub fn ready(workspace: &Workspace) -> Outcome<PathBuf> {
    let (source, folder) = (workspace.root.join("tests/peers"), workspace.target.join("xtask/peers"));
    let made = folder.join("made");
    stamp::unless_done(workspace, "programs of others for uploads", std::slice::from_ref(&source), &made, || {
        let fails = |e: std::io::Error| failure(format!("{}: {e}", folder.display()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).map_err(fails)?;
        for entry in fs::read_dir(&source).map_err(fails)? {
            let entry = entry.map_err(fails)?;
            fs::copy(entry.path(), folder.join(entry.file_name())).map_err(fails)?;
        }
        process::run(npm().args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder))?;
        let python = folder.join("python");
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&python))?;
        let mut pip = Command::new(python.join("bin/pip"));
        pip.args(["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r"]);
        process::run(pip.arg(folder.join("requirements.txt")))?;
        fs::write(&made, "").map_err(fails)
    })?;
    Ok(folder)
}
