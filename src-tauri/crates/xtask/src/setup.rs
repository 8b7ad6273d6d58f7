//! From a fresh computer with cargo and Node to one that can build and test: system packages, npm packages, OCR data.

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::process::{self, Outcome, failure};
use crate::workspace::Workspace;
use crate::{stamp, system};

/// What the computer is prepared for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Run,
    Test,
}

/// Node's oldest version that the user interface's tools accept.
const NODE: (u32, u32) = (20, 19);

/// SHA-256 of the Vietnamese `best_int` data for Tesseract's LSTM reader.
const MODEL_SHA256: &str = "112f6fd1d04ab4cb0208cad9cada8de214ae33a1e4db3750ffcda69262aef0a8";

/// Installs and unpacks everything outside cargo's reach. Quick when nothing has changed.
pub fn prepare(workspace: &Workspace, purpose: Purpose) -> Outcome {
    system::ensure(purpose)?;
    node()?;
    packages_of_ui(workspace)?;
    ocr_data(workspace)?;
    built_ui(workspace)
}

fn node() -> Outcome {
    let version = match process::output(Command::new("node").arg("--version")) {
        Ok(version) => version,
        Err(_) => return Err(failure(format!("please install Node {}.{} or newer with npm", NODE.0, NODE.1))),
    };
    let mut numbers = version.trim().trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < NODE {
        return Err(failure(format!("Node {} is too old: {}.{} or newer is needed", version.trim(), NODE.0, NODE.1)));
    }
    Ok(())
}

fn packages_of_ui(workspace: &Workspace) -> Outcome {
    let ui = workspace.ui();
    let inputs = [ui.join("package.json"), ui.join("package-lock.json")];
    stamp::unless_done(
        workspace,
        "packages of the user interface",
        &inputs,
        &ui.join("node_modules/.package-lock.json"),
        || process::run(npm().args(["ci", "--no-audit", "--no-fund"]).current_dir(&ui)),
    )
}

/// The window's pages: the shell embeds `ui/dist` when it is compiled.
fn built_ui(workspace: &Workspace) -> Outcome {
    let ui = workspace.ui();
    stamp::unless_done(
        workspace,
        "build of the user interface",
        std::slice::from_ref(&ui),
        &ui.join("dist/index.html"),
        || process::run(npm().args(["run", "build"]).current_dir(&ui)),
    )
}

/// Tesseract's Vietnamese data, from an npm package pinned by its lock file, checked and unpacked.
fn ocr_data(workspace: &Workspace) -> Outcome {
    let model = workspace.models().join("vie.traineddata");
    let source = workspace.root.join("src-tauri/crates/xtask/models");
    stamp::unless_done(workspace, "OCR data", std::slice::from_ref(&source), &model, || {
        let work = workspace.target.join("xtask/models");
        let copied = fs::create_dir_all(&work).and_then(|()| fs::create_dir_all(workspace.models())).and_then(|()| {
            fs::copy(source.join("package.json"), work.join("package.json"))?;
            fs::copy(source.join("package-lock.json"), work.join("package-lock.json"))
        });
        copied.map_err(|e| failure(format!("{}: {e}", work.display())))?;
        process::run(npm().args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&work))?;
        let packed = work.join("node_modules/@tesseract.js-data/vie/4.0.0_best_int/vie.traineddata.gz");
        let unpacked = work.join("vie.traineddata");
        gunzip(&packed, &unpacked)?;
        let bytes = fs::read(&unpacked).map_err(|e| failure(format!("{}: {e}", unpacked.display())))?;
        let found = hex::encode(Sha256::digest(&bytes));
        if found != MODEL_SHA256 {
            return Err(failure(format!("the OCR data is not what we know: SHA-256 {found}, expected {MODEL_SHA256}")));
        }
        // Whole or not at all: tests and programs look only for the name. The two folders may lie on different disks.
        let near = model.with_extension("part");
        let placed = fs::write(&near, &bytes).and_then(|()| fs::rename(&near, &model));
        placed.map_err(|e| failure(format!("{}: {e}", model.display())))
    })
}

/// Node is there anyway, and has zlib.
fn gunzip(packed: &Path, unpacked: &Path) -> Outcome {
    const SCRIPT: &str = "const fs=require('fs');const [from,to]=process.argv.slice(1);\
                          fs.writeFileSync(to,require('zlib').gunzipSync(fs.readFileSync(from)))";
    process::run(Command::new("node").args(["-e", SCRIPT, "--"]).arg(packed).arg(unpacked))
}

/// npm, which on Windows is a script.
pub fn npm() -> Command {
    if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/c", "npm"]);
        return command;
    }
    Command::new("npm")
}
