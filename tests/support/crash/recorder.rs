//! Programs run under one `strace`, so that all they do stands in one log in one order.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

use super::Recording;
use super::disk::Image;
use super::trace::TRACED;

const LIMIT: Duration = Duration::from_secs(120);

/// A shell that is watched with everything it starts. Killed when dropped.
pub struct Recorder {
    strace: Child,
    shell: Option<ChildStdin>,
    lines: Receiver<String>,
    folder: TempDir,
    first: Image,
}

impl Recorder {
    /// `variables` are given to every program.
    pub fn start(variables: &[(&str, &Path)]) -> Recorder {
        Recorder::over(variables, |_| {}, &[])
    }

    /// The same in a folder that `prepare` fills first, with more options of `strace`.
    pub fn over(variables: &[(&str, &Path)], prepare: impl FnOnce(&Path), options: &[&str]) -> Recorder {
        let folder = TempDir::with_prefix("hoso-recorded-").expect("a temporary folder");
        for name in ["root", "tmp"] {
            std::fs::create_dir(folder.path().join(name)).expect("a temporary folder");
        }
        prepare(&folder.path().join("root"));
        let first = Image::read(&folder.path().join("root")).expect("what was prepared");
        let traced: Vec<String> = TRACED.split(',').map(|name| format!("?{name}")).collect();
        let mut command = Command::new("strace");
        // Whole texts, all in hexadecimal; descriptors with their paths.
        command.args([
            "--seccomp-bpf",
            "-f",
            "-y",
            "-xx",
            "-s",
            "1000000000",
            "-e",
            &format!("trace={}", traced.join(",")),
        ]);
        command.args(options).args(["-e", "signal=none", "-o"]).arg(folder.path().join("log")).args(["sh", "-s"]);
        command.env("TMPDIR", folder.path().join("tmp")).envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut strace = command.spawn().unwrap_or_else(|error| panic!("cannot start strace: {error}"));
        let (sender, lines) = channel();
        let stdout = BufReader::new(strace.stdout.take().expect("piped"));
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Recorder { shell: strace.stdin.take(), strace, lines, folder, first }
    }

    /// The folder that is recorded, empty at first.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn tell(&mut self, command: &str) {
        let shell = self.shell.as_mut().expect("it runs");
        writeln!(shell, "{command}").and_then(|()| shell.flush()).expect("the shell listens");
    }

    fn line(&self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let line = self.lines.recv_timeout(LIMIT).expect("the recorded program says what is waited for");
            if wanted(&line) {
                return line;
            }
        }
    }

    /// Starts a server; its process, and the address in the line it prints.
    pub fn serve(&mut self, program: &Path, arguments: &[&str]) -> (u32, String) {
        let errors = self.folder.path().join("tmp/errors");
        self.tell(&format!("{} </dev/null 2>>{} & echo process $!", quoted(program, arguments), errors.display()));
        let (mut process, mut address) = (None, None);
        while process.is_none() || address.is_none() {
            let line = self.line(|line| line.starts_with("process ") || line.contains("http://"));
            match line.strip_prefix("process ") {
                Some(id) => process = id.parse().ok(),
                None => {
                    let end = |at: char| !at.is_ascii_digit() && at != '.' && at != ':';
                    address =
                        line.split_once("http://").and_then(|(_, rest)| rest.split(end).next()).map(str::to_owned);
                }
            }
        }
        (process.expect("found"), address.expect("found"))
    }

    /// Runs a program to its good end; what it printed.
    pub fn run(&mut self, program: &Path, arguments: &[&str]) -> String {
        let output = self.folder.path().join("tmp/output");
        self.tell(&format!("{} </dev/null >{} 2>&1; echo ran $?", quoted(program, arguments), output.display()));
        let line = self.line(|line| line.starts_with("ran "));
        let said = std::fs::read_to_string(output).unwrap_or_default();
        assert_eq!(line, "ran 0", "{} {arguments:?}: {said}", program.display());
        said
    }

    /// `kill -9`, or another signal; waits until it is gone.
    pub fn kill(&mut self, process: u32, signal: &str) {
        self.tell(&format!("kill -{signal} {process}; wait {process}; echo gone {process}"));
        self.line(|line| line == format!("gone {process}"));
    }

    /// What was recorded. Every server must have been killed.
    pub fn end(mut self) -> Recording {
        drop(self.shell.take());
        self.strace.wait().expect("our own child");
        let log = std::fs::read(self.folder.path().join("log")).expect("the log");
        Recording::of(&String::from_utf8_lossy(&log), &self.root(), std::mem::take(&mut self.first))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // It ends with all it watches: nothing of a failed recording stays.
        drop(self.strace.kill());
        drop(self.strace.wait());
    }
}

fn quoted(program: &Path, arguments: &[&str]) -> String {
    let words = std::iter::once(program.to_str().expect("UTF-8")).chain(arguments.iter().copied());
    words.map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect::<Vec<_>>().join(" ")
}
