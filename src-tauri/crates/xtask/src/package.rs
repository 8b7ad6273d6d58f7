//! `cargo xtask package`: the application as a package for Debian and its relatives.

use std::process::Command;

use crate::process::{self, Outcome, failure, say};
use crate::setup::{self, Purpose, npm};
use crate::workspace::Workspace;

/// Builds `hoso` with its pages and the reader's data into a `.deb`, and prints where it lies. `debug`: of the build that is tested.
pub fn deb(workspace: &Workspace, debug: bool) -> Outcome {
    setup::prepare(workspace, Purpose::Run)?;
    let folder = workspace.target.join(if debug { "debug" } else { "release" }).join("bundle/deb");
    // An older package would be taken for this one.
    let _ = std::fs::remove_dir_all(&folder);
    let mut command = tauri(workspace);
    command.args(["build", "--bundles", "deb", "--config", "src-tauri/bundle.conf.json"]);
    if debug {
        command.arg("--debug");
    }
    // The whole workspace, so that SQLCipher's feature is in, and what was built before is not built again.
    command.args(["--", "--workspace", "--exclude", "xtask"]);
    process::timed("building the package", || process::run(&mut command))?;
    let mut made = std::fs::read_dir(&folder).ok().into_iter().flatten().flatten().map(|entry| entry.path());
    let made = made.find(|path| path.extension().is_some_and(|ending| ending == "deb"));
    let made = made.ok_or_else(|| failure(format!("no package in {}", folder.display())))?;
    say(&format!("package: {}", made.display()));
    println!("{}", made.display());
    Ok(())
}

fn tauri(workspace: &Workspace) -> Command {
    let mut command = npm();
    command.args(["exec", "--prefix", "ui", "--", "tauri"]).current_dir(&workspace.root);
    command
}
