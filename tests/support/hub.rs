//! A hub process of our own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use tempfile::TempDir;

#[cfg(unix)]
use crate::postgres;
use crate::process::{Running, bin};
#[cfg(unix)]
use crate::store::Bucket;

const START: Duration = Duration::from_secs(30);
/// Every agency of a test has this name; agencies are told apart by their codes.
const AGENCY_NAME: &str = "Ủy ban nhân dân xã Thử Nghiệm";
const STOP: Duration = Duration::from_secs(30);

/// A running hub on loopback with a temporary data folder; killed when dropped.
pub struct Hub {
    data: PathBuf,
    /// What every command of it is given beside its data folder: `--database`, `--objects`, `--key`.
    place: Vec<(&'static str, String)>,
    /// What `serve` alone is given.
    serving: Vec<(&'static str, String)>,
    environment: Vec<(String, String)>,
    _folder: Option<TempDir>,
    running: Option<Running>,
    port: u16,
}

impl Hub {
    /// Starts a hub with empty data on a free port.
    pub fn start() -> Hub {
        let folder = TempDir::with_prefix("hoso-hub-").expect("a temporary folder");
        let mut hub = Hub::stopped(folder.path());
        hub._folder = Some(folder);
        hub.restart();
        hub
    }

    /// A hub over `data` that is not running yet ([`Hub::restart`] starts it).
    pub fn stopped(data: &Path) -> Hub {
        Hub {
            data: data.to_path_buf(),
            place: vec![],
            serving: vec![],
            environment: vec![],
            _folder: None,
            running: None,
            port: 0,
        }
    }

    /// Replicas over one PostgreSQL database and one store, each with a data folder of its own in `folder`; not running yet. The first
    /// one makes the key that all sign with when it is started, before the others.
    #[cfg(unix)]
    pub fn replicas(folder: &Path, bucket: &Bucket, names: &[&str]) -> Vec<Hub> {
        let key = names.first().map(|first| folder.join(first).join("key")).expect("a first replica");
        let replica = |(at, name): (usize, &&str)| {
            let hub = Hub::stopped(&folder.join(name)).with("--database", postgres::database_for(folder));
            bucket.of(if at == 0 { hub } else { hub.with("--key", key.to_str().expect("UTF-8")) })
        };
        names.iter().enumerate().map(replica).collect()
    }

    /// Given to every command of it, as an option and its value; to be called before it runs.
    pub fn with(mut self, option: &'static str, value: impl Into<String>) -> Hub {
        self.place.push((option, value.into()));
        self
    }

    /// Given to `serve`, as an option and its value.
    pub fn serving(mut self, option: &'static str, value: impl Into<String>) -> Hub {
        self.serving.push((option, value.into()));
        self
    }

    /// An environment variable of every command of it.
    pub fn with_variable(mut self, name: &str, value: impl Into<String>) -> Hub {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Starts it again over the same data, on the same port once it has one.
    pub fn restart(&mut self) {
        assert!(self.running.is_none(), "the hub is running already");
        let listen = format!("127.0.0.1:{}", self.port);
        let data = self.data.as_os_str();
        let mut args =
            vec![OsStr::new("serve"), OsStr::new("--listen"), OsStr::new(&listen), OsStr::new("--data"), data];
        let options = self.place.iter().chain(&self.serving);
        args.extend(options.flat_map(|(option, value)| [OsStr::new(*option), OsStr::new(value)]));
        let mut running = Running::start(&bin("hoso-hub"), &args, |command| {
            command.envs(self.environment.iter().cloned());
        });
        let line = running.line(START, |line| line.contains("http://") || line.contains("https://"));
        self.port = port_in(&line).unwrap_or_else(|| panic!("no port in the hub's first line: {line}"));
        self.running = Some(running);
    }

    /// Runs `serve` to its end, which comes by itself only where it cannot start.
    pub fn serve_once(&self) -> Output {
        let mut command = Command::new(bin("hoso-hub"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&self.data)
            .envs(self.environment.iter().cloned());
        for (option, value) in &self.place {
            command.arg(option).arg(value);
        }
        command.output().expect("hoso-hub was found")
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where the hub keeps the file with this SHA-256 (in hex).
    pub fn object(&self, sha256: &str) -> PathBuf {
        let (folder, rest) = sha256.split_at(2);
        self.data.join("objects/sha256").join(folder).join(rest)
    }

    /// `kill -9`.
    pub fn kill9(&mut self) {
        self.running.take().expect("the hub is not running").kill9();
    }

    /// A clean stop; panics when it does not end.
    pub fn stop(&mut self) {
        let mut running = self.running.take().expect("the hub is not running");
        running.terminate();
        let status = running.wait(STOP);
        assert!(status.success(), "the hub stopped with {status}: {}", running.stderr());
    }

    /// Reads every stored file and compares it with its name (`hoso-hub check`).
    pub fn check(&self) -> Output {
        let mut command = Command::new(bin("hoso-hub"));
        command.arg("check").arg("--data").arg(&self.data).envs(self.environment.iter().cloned());
        for (option, value) in &self.place {
            command.arg(option).arg(value);
        }
        command.output().expect("hoso-hub was found")
    }

    /// The running process.
    pub fn id(&self) -> u32 {
        self.running.as_ref().map(Running::id).expect("the hub is running")
    }

    /// What the running hub has written to its log.
    pub fn log(&self) -> String {
        self.running.as_ref().map(|hub| hub.stdout() + &hub.stderr()).unwrap_or_default()
    }

    /// A one-time enrolment string for `agency`, leading to this hub, or to `url` (a proxy before it).
    pub fn enrol_code(&self, agency: &str, url: Option<&str>) -> String {
        let own = self.url();
        let output =
            self.officer(&["enrol-code", "--agency", agency, "--name", AGENCY_NAME, "--url", url.unwrap_or(&own)]);
        assert!(output.status.success(), "enrol-code: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let string = text.split_whitespace().find(|word| word.matches('#').count() == 2);
        string.unwrap_or_else(|| panic!("no URL#code#fingerprint in: {text}")).to_owned()
    }

    /// Runs one of the hub's other commands (`accept`, `refuse`, `list`, `show`, …) on its data, beside the server.
    pub fn officer<S: AsRef<OsStr>>(&self, args: &[S]) -> Output {
        let mut command = Command::new(bin("hoso-hub"));
        command.args(args).arg("--data").arg(&self.data);
        for (option, value) in self.place.iter().filter(|(option, _)| *option != "--objects") {
            command.arg(option).arg(value);
        }
        command.output().expect("hoso-hub was found")
    }
}

/// The port in the first `http(s)://HOST:PORT` of a line.
fn port_in(line: &str) -> Option<u16> {
    let rest = line.split_once("://")?.1;
    let digits = rest.split_once(':')?.1;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}
