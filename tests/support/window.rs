//! The program behind the window (`uihost`), asked as the window asks it, and killed with its workers.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::clerk::Clerk;
use crate::process::{Running, bin, models};

const START: Duration = Duration::from_secs(60);

/// Where the program listens; outlives it, and then nothing is answered.
#[derive(Clone)]
pub struct Line(String);

/// A running window without a screen, on a clerk's profile.
pub struct Window {
    running: Running,
    pub line: Line,
    /// When the process was started.
    pub started: Instant,
}

impl Line {
    /// To a program that listens at this address already.
    pub fn at(address: &str) -> Line {
        Line(address.to_owned())
    }

    fn ask(&self, head: &str, body: &str) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.0)?;
        // HTTP/1.0: the answer ends with the connection and comes in one piece.
        write!(stream, "{head} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{body}", self.0, body.len())?;
        Ok(stream)
    }

    /// What is answered; a fault as `Err`; `None` when the program was killed meanwhile.
    pub fn call(&self, request: &Value) -> Option<Result<Value, Value>> {
        let mut answer = String::new();
        self.ask("POST /call", &request.to_string()).ok()?.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let body: Value = serde_json::from_str(body).ok()?;
        let done = head.split(' ').nth(1) == Some("200");
        Some(if done { Ok(body["content"].clone()) } else { Err(body) })
    }

    /// As [`Line::call`]; panics unless it is answered.
    pub fn ok(&self, request: &Value) -> Value {
        match self.call(request) {
            Some(Ok(content)) => content,
            other => panic!("{request}: {other:?}"),
        }
    }

    /// What the program tells by itself from now on, each with its time; ends with the program.
    pub fn notices(&self) -> Receiver<(Instant, Value)> {
        let (sender, receiver) = channel();
        if let Ok(stream) = self.ask("GET /notices", "") {
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let Some(notice) = line.strip_prefix("data:") else { continue };
                    let Ok(notice) = serde_json::from_str(notice) else { continue };
                    if sender.send((Instant::now(), notice)).is_err() {
                        return;
                    }
                }
            });
        }
        receiver
    }
}

impl Window {
    pub fn start(clerk: &Clerk) -> Window {
        let started = Instant::now();
        let args = [OsStr::new("--profile"), clerk.profile().as_os_str()];
        let mut running = Running::start(&bin("uihost"), &args, |command| {
            command.env("HOSO_MODELS", models()).env("TMPDIR", clerk.folder().join("tmp"));
        });
        let line = running.line(START, |line| line.contains("http://"));
        let address = line.rsplit("http://").next().unwrap_or_default().to_owned();
        Window { running, line: Line(address), started }
    }

    /// `kill -9` of the program, and with it of its workers, which otherwise end by themselves; their ids.
    pub fn kill9(&mut self, with_workers: bool) -> Vec<u32> {
        let workers = children(self.running.id());
        self.running.kill9();
        if with_workers {
            workers.iter().copied().for_each(kill9);
        }
        workers
    }
}

/// The processes a process has started itself (Linux).
fn children(id: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for task in std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten() {
        let listed = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(listed.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
    }
    found
}

/// Whether a process still runs; one that is dead and not yet buried does not.
pub fn runs(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

#[cfg(unix)]
fn kill9(id: u32) {
    use nix::sys::signal::{Signal, kill};
    if let Ok(id) = i32::try_from(id) {
        // Gone already is as good.
        let _ = kill(nix::unistd::Pid::from_raw(id), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn kill9(_: u32) {}
