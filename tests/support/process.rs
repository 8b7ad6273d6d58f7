//! Child processes whose output is read as it comes, and which never outlive the test.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The path of a built executable (`hosoctl`, `hoso-hub`, `hoso`).
///
/// Panics when it is not there: a journey without its program has failed, it is not skipped.
pub fn bin(name: &str) -> PathBuf {
    let folder = match std::env::var_os("HOSO_BIN") {
        Some(folder) => PathBuf::from(folder),
        None => beside_this_test(),
    };
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.is_file(),
        "{} is missing: run `cargo xtask test`, or build the workspace and set HOSO_BIN",
        path.display()
    );
    path
}

/// Test binaries lie in `<target>/<profile>/deps`, programs one folder up.
fn beside_this_test() -> PathBuf {
    let exe = std::env::current_exe().expect("a running test has a path");
    exe.parent().and_then(Path::parent).expect("target/<profile>/deps").to_path_buf()
}

/// The folder that holds `vie.traineddata`.
pub fn models() -> PathBuf {
    let folder = match std::env::var_os("HOSO_MODELS") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("target/models"),
    };
    assert!(folder.join("vie.traineddata").is_file(), "no OCR data in {}: run `cargo xtask setup`", folder.display());
    folder
}

/// A file of `tests/samples`.
pub fn sample(name: &str) -> PathBuf {
    let path = root().join("tests/samples").join(name);
    assert!(path.is_file(), "{} is missing", path.display());
    path
}

/// The first of the paths in a JSON list that ends so.
pub fn with_ending(paths: &Value, ending: &str) -> PathBuf {
    let mut found = paths.as_array().into_iter().flatten().filter_map(Value::as_str);
    found.find(|path| path.ends_with(ending)).map(PathBuf::from).unwrap_or_else(|| panic!("no {ending} in {paths}"))
}

/// Answers that fill the form of a procedure, as `FIELD=VALUE`.
pub(crate) fn answers(procedure: &str) -> Vec<String> {
    let text = std::fs::read_to_string(sample(&format!("{procedure}.answers"))).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository").to_path_buf()
}

/// Asks again until `question` has an answer; panics with `what` after `limit`.
///
/// There is no pause between the questions: ask something that takes its own time (a process, a connection).
pub fn until<T>(limit: Duration, what: &str, mut question: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = question() {
            return answer;
        }
        assert!(start.elapsed() < limit, "{what}: not so after {limit:?}");
    }
}

/// A child process; killed when dropped.
pub struct Running {
    child: Child,
    name: String,
    lines: Receiver<String>,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Running {
    /// Starts `program` without a standard input; `adjust` sets its environment and folder.
    pub fn start<S: AsRef<OsStr>>(program: &Path, args: &[S], adjust: impl FnOnce(&mut Command)) -> Running {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        adjust(&mut command);
        let mut child = command.spawn().unwrap_or_else(|e| panic!("cannot start {}: {e}", program.display()));
        let (sender, lines) = channel();
        let (stdout, stderr) = (Arc::default(), Arc::default());
        let out = child.stdout.take().expect("piped");
        let err = child.stderr.take().expect("piped");
        let readers = vec![
            collect(out, Arc::clone(&stdout), move |line| drop(sender.send(line))),
            collect(err, Arc::clone(&stderr), |_| {}),
        ];
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Running { child, name, lines, stdout, stderr, readers }
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the next line of standard output that `wanted` accepts.
    pub fn line(&mut self, limit: Duration, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + limit;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if wanted(&line) => return line,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => panic!("{}: line not seen in {limit:?}\n{}", self.name, self.said()),
                Err(RecvTimeoutError::Disconnected) => panic!("{} ended before the line\n{}", self.name, self.said()),
            }
        }
    }

    /// The next line of standard output; `None` when it ended without one.
    pub fn first_line(&mut self, limit: Duration) -> Option<String> {
        match self.lines.recv_timeout(limit) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("{}: no line in {limit:?}\n{}", self.name, self.said()),
        }
    }

    /// The one program that this one watches.
    #[cfg(target_os = "linux")]
    pub fn watched(&self) -> Option<nix::unistd::Pid> {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        children.split_whitespace().next().and_then(|child| child.parse().ok()).map(nix::unistd::Pid::from_raw)
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().expect("our own child").is_some()
    }

    /// Waits for the end; panics (after killing it) when `limit` passes.
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        // The pipes close when the process ends, so the readers' ends are awaited instead of a clock.
        let deadline = Instant::now() + limit;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    drop(self.child.kill());
                    panic!("{} did not end in {limit:?}\n{}", self.name, self.said());
                }
            }
        }
        let status = self.child.wait().expect("our own child");
        for reader in self.readers.drain(..) {
            drop(reader.join());
        }
        status
    }

    /// `kill -9` when it has run for `time`, unless it ends by itself before that; whether it was killed.
    pub fn kill9_after(&mut self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {
                    self.kill9();
                    return true;
                }
            }
        }
    }

    /// `kill -9`, and waits until it is gone. Nothing is flushed, no handler runs.
    pub fn kill9(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to end (SIGTERM), as a service manager does.
    #[cfg(unix)]
    pub fn terminate(&self) {
        use nix::sys::signal::{Signal, kill};
        let id = i32::try_from(self.child.id()).expect("process ids are small");
        let _ = kill(nix::unistd::Pid::from_raw(id), Signal::SIGTERM);
    }

    /// Everything it has written to standard output so far.
    pub fn stdout(&self) -> String {
        self.stdout.lock().expect("a reader panicked").clone()
    }

    /// Everything it has written to standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.lock().expect("a reader panicked").clone()
    }

    fn said(&self) -> String {
        format!("--- standard output\n{}\n--- standard error\n{}", self.stdout(), self.stderr())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill9();
    }
}

fn collect(
    from: impl Read + Send + 'static,
    into: Arc<Mutex<String>>,
    each: impl Fn(String) + Send + 'static,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut bytes = Vec::new();
        while matches!(reader.read_until(b'\n', &mut bytes), Ok(n) if n > 0) {
            let line = String::from_utf8_lossy(&bytes).into_owned();
            into.lock().expect("a reader panicked").push_str(&line);
            each(line.trim_end().to_owned());
            bytes.clear();
        }
    })
}
