//! `cargo xtask run`: a hub on this computer and the application connected to it, for trying things out.
//!
//! The practice data lies in the user's data folder and stays from run to run. Its agency is invented.

mod job;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::compile;
use crate::process::{self, Failure, Outcome, failure, say};
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

/// An invented agency, with a province code that does not exist.
const AGENCY: (&str, &str) = ("000.00.16.H99", "Văn phòng UBND tỉnh (thực hành)");
/// The hub says where it listens as soon as it does.
const HUB_START: Duration = Duration::from_secs(30);

/// The practice hub and the practice profile.
struct Practice<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    port: u16,
}

/// Whether a window can be opened.
pub fn has_display() -> bool {
    if std::env::var_os("CI").is_some() {
        return false;
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Sets up, builds, and runs the product: with a window, or by its command line.
pub fn run(workspace: &Workspace, window: bool) -> Outcome {
    setup::prepare(workspace, Purpose::Run)?;
    compile::programs(workspace)?;
    let folder = data_folder()?;
    fs::create_dir_all(&folder).map_err(|e| io(&folder, &e))?;
    say(&format!("practice data lies in {}", folder.display()));
    let practice = Practice { workspace, port: port(&folder)?, folder };
    let hub = practice.start_hub()?;
    let outcome = practice.enrol().and_then(|()| if window { practice.open() } else { job::run(&practice) });
    let outcome = outcome.map_err(|e| failure(format!("{e}\nto begin anew, delete {}", practice.folder.display())));
    // The hub is stopped in any case; the work's own failure matters more than a bad stop.
    let stopped = hub.stop();
    outcome.and(stopped)
}

impl Practice<'_> {
    fn profile(&self) -> PathBuf {
        self.folder.join("profile")
    }

    fn hub_data(&self) -> PathBuf {
        self.folder.join("hub")
    }

    fn start_hub(&self) -> Outcome<Hub> {
        let mut command = Command::new(self.workspace.program("hoso-hub"));
        command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--data"]).arg(self.hub_data());
        Hub::start(&mut command, &self.folder.join("hub.log"))
    }

    /// Connects the practice profile to the hub, once.
    fn enrol(&self) -> Outcome {
        let done = self.folder.join("enrolled");
        if done.exists() {
            return Ok(());
        }
        say("enrolling the practice profile");
        let mut ask = Command::new(self.workspace.program("hoso-hub"));
        ask.args(["enrol-code", "--agency", AGENCY.0, "--name", AGENCY.1]);
        ask.args(["--url", &format!("http://127.0.0.1:{}", self.port), "--data"]).arg(self.hub_data());
        let answer = process::output(&mut ask)?;
        let code = answer.split_whitespace().find(|word| word.matches('#').count() == 2);
        let code = code.ok_or_else(|| failure(format!("the hub printed no enrolment string: {answer}")))?;
        self.hosoctl(&["enrol", code])?;
        fs::write(&done, "").map_err(|e| io(&done, &e))
    }

    /// Opens the application and waits until its window is closed.
    fn open(&self) -> Outcome {
        say("opening the application; close its window to end");
        let mut command = Command::new(self.workspace.program("hoso"));
        process::run(command.env("HOSO_PROFILE", self.profile()).env("HOSO_MODELS", self.workspace.models()))
    }

    /// Runs `hosoctl ARGS --json` on the practice profile; its answer.
    fn hosoctl(&self, args: &[&str]) -> Outcome<serde_json::Value> {
        let mut command = Command::new(self.workspace.program("hosoctl"));
        command.args(args).arg("--json");
        command.env("HOSO_PROFILE", self.profile()).env("HOSO_MODELS", self.workspace.models());
        let answer = process::output(&mut command)?;
        serde_json::from_str(&answer).map_err(|e| failure(format!("hosoctl {}: {e}\n{answer}", args.join(" "))))
    }
}

/// A running hub. Dropping it kills it.
struct Hub {
    child: Child,
}

impl Hub {
    /// Starts it and waits until it says where it listens; what it says after that goes to `log`.
    fn start(command: &mut Command, log: &Path) -> Outcome<Hub> {
        let log_file = fs::File::create(log).map_err(|e| io(log, &e))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log_file);
        let child = command.spawn().map_err(|e| failure(format!("cannot start the hub: {e}")))?;
        let mut hub = Hub { child };
        let Some(out) = hub.child.stdout.take() else { return Err(failure("the hub has no output")) };
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            // Read to the end: a hub with a full pipe would stand still.
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                drop(sender.send(line));
            }
        });
        loop {
            let line = lines.recv_timeout(HUB_START).map_err(|_| {
                let said = fs::read_to_string(log).unwrap_or_default();
                failure(format!("the hub did not start; is another `cargo xtask run` open?\n{}", said.trim_end()))
            })?;
            if line.contains("http://") {
                say(&line);
                return Ok(hub);
            }
        }
    }

    /// Stops it as a service manager would.
    #[cfg(unix)]
    fn stop(mut self) -> Outcome {
        use nix::sys::signal::{Signal, kill};
        use nix::unistd::Pid;
        let id = i32::try_from(self.child.id()).map_err(|e| failure(e.to_string()))?;
        kill(Pid::from_raw(id), Signal::SIGTERM).map_err(|e| failure(format!("the hub: {e}")))?;
        let status = self.child.wait().map_err(|e| failure(format!("the hub: {e}")))?;
        if status.success() { Ok(()) } else { Err(failure(format!("the hub stopped with {status}"))) }
    }

    /// Ends it; the hub is safe against being killed at any instant.
    #[cfg(not(unix))]
    fn stop(self) -> Outcome {
        drop(self);
        Ok(())
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `hoso-practice` in the user's data folder.
fn data_folder() -> Outcome<PathBuf> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        from("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        from("XDG_DATA_HOME").or_else(|| from("HOME").map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("hoso-practice")).ok_or_else(|| failure("no home folder: set HOME"))
}

/// The practice hub's port: the profile knows the hub by it, so it is chosen once and kept.
fn port(folder: &Path) -> Outcome<u16> {
    let file = folder.join("port");
    if let Some(port) = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()) {
        return Ok(port);
    }
    let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let port = free.map_err(|e| failure(format!("no free port: {e}")))?.port();
    fs::write(&file, port.to_string()).map_err(|e| io(&file, &e))?;
    Ok(port)
}

fn io(path: &Path, error: &std::io::Error) -> Failure {
    failure(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_chosen_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = port(folder.path()).unwrap();
        assert!(first > 0);
        assert_eq!(port(folder.path()).unwrap(), first);
    }

    #[test]
    #[cfg(unix)]
    fn a_hub_that_does_not_start_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        let started = Hub::start(command.args(["-c", "echo 'data is locked' >&2; exit 1"]), &folder.path().join("log"));
        let words = started.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert!(words.contains("data is locked"), "{words}");
    }

    #[test]
    #[cfg(unix)]
    fn a_hub_is_stopped_by_a_signal_it_can_handle() {
        let folder = tempfile::tempdir().unwrap();
        let script = "trap 'echo stopped >&2; exit 0' TERM; echo listening on http://127.0.0.1:1; \
                      while :; do read -r line < /dev/null; done";
        let log = folder.path().join("log");
        Hub::start(Command::new("sh").args(["-c", script]), &log).unwrap().stop().unwrap();
        assert_eq!(fs::read_to_string(log).unwrap(), "stopped\n");
    }
}
