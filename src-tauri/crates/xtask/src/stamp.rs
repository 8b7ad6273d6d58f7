//! Skipping what has been done: a step's inputs are hashed, and the hash of its last success is kept.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::process::{Outcome, failure, say};
use crate::workspace::Workspace;

/// Does `step` unless `result` exists and the inputs are those of the last success.
///
/// `inputs` are files and folders; folders named `node_modules`, `dist` and `target` in them are passed over.
pub fn unless_done(
    workspace: &Workspace,
    name: &str,
    inputs: &[PathBuf],
    result: &Path,
    step: impl FnOnce() -> Outcome,
) -> Outcome {
    let file = workspace.target.join("xtask").join(name);
    let fingerprint = fingerprint(inputs)?;
    if result.exists() && fs::read_to_string(&file).is_ok_and(|last| last == fingerprint) {
        return Ok(());
    }
    say(name);
    // A step that dies half-way must be done again.
    drop(fs::remove_file(&file));
    step()?;
    let written = fs::create_dir_all(workspace.target.join("xtask")).and_then(|()| fs::write(&file, &fingerprint));
    written.map_err(|e| failure(format!("{}: {e}", file.display())))
}

/// SHA-256 over names and contents, in a fixed order.
fn fingerprint(inputs: &[PathBuf]) -> Outcome<String> {
    let mut files = Vec::new();
    for input in inputs {
        list(input, &mut files).map_err(|e| failure(format!("{}: {e}", input.display())))?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(&file).map_err(|e| failure(format!("{}: {e}", file.display())))?;
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if !["node_modules", "dist", "target"].iter().any(|passed| entry.file_name() == *passed) {
            list(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_input_or_a_missing_result_calls_for_the_step() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let workspace = Workspace { root: folder.path().into(), target: at("target"), release: false };
        fs::create_dir_all(at("in/node_modules")).unwrap();
        fs::write(at("in/a"), "1").unwrap();
        let mut done = 0;
        let mut go = || {
            unless_done(&workspace, "step", &[at("in")], &at("out"), || {
                done += 1;
                fs::write(at("out"), "made").map_err(|e| failure(e.to_string()))
            })
            .unwrap();
            done
        };
        assert_eq!(go(), 1);
        assert_eq!(go(), 1, "nothing changed");
        fs::write(at("in/node_modules/b"), "").unwrap();
        assert_eq!(go(), 1, "node_modules is not an input");
        fs::write(at("in/a"), "2").unwrap();
        assert_eq!(go(), 2, "an input changed");
        fs::remove_file(at("out")).unwrap();
        assert_eq!(go(), 3, "the result went away");
    }

    #[test]
    fn a_step_that_fails_is_done_again() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().into(), target: folder.path().join("target"), release: false };
        let result = folder.path().to_path_buf();
        let fails = || unless_done(&workspace, "step", &[], &result, || Err(failure("no")));
        assert!(fails().is_err());
        assert!(fails().is_err());
    }
}
