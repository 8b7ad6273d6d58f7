//! Where things lie: the repository, and the target folder cargo was told to use.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Outcome};

/// The repository and its build folder.
pub struct Workspace {
    /// The repository's root.
    pub root: PathBuf,
    /// Cargo's target folder (`CARGO_TARGET_DIR` and cargo's configuration are respected).
    pub target: PathBuf,
    /// Whether its programs are those that ship, in place of those that are tested.
    pub release: bool,
}

impl Workspace {
    /// Asks cargo.
    pub fn find() -> Outcome<Workspace> {
        let mut command = cargo();
        command.args(["metadata", "--no-deps", "--format-version", "1", "--offline"]);
        command.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
        let text = process::output(&mut command)?;
        let metadata: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| process::failure(format!("cargo metadata is not JSON: {e}")))?;
        let path = |key: &str| match metadata[key].as_str() {
            Some(path) => Ok(PathBuf::from(path)),
            None => Err(process::failure(format!("cargo metadata has no {key}"))),
        };
        Ok(Workspace { root: path("workspace_root")?, target: path("target_directory")?, release: false })
    }

    /// The same with the programs that ship.
    pub fn released(&self) -> Workspace {
        Workspace { root: self.root.clone(), target: self.target.clone(), release: true }
    }

    /// Folder of the built programs.
    pub fn programs(&self) -> PathBuf {
        self.target.join(if self.release { "release" } else { "debug" })
    }

    /// A built program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Folder of the OCR data.
    pub fn models(&self) -> PathBuf {
        self.root.join("target/models")
    }

    /// The user interface's sources.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    pub fn samples(&self) -> PathBuf {
        self.root.join("tests/samples")
    }
}

/// The cargo that started us.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo set for this program would only confuse the build scripts of others.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}
