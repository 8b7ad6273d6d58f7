//! A clerk's computer: one profile, driven by `hosoctl`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::hub::Hub;
use crate::process::{Running, answers, bin, models};

/// Long enough for a page's OCR on two busy cores; a hang still ends the test.
const LIMIT: Duration = Duration::from_secs(300);

/// A profile folder, with a home and a temporary folder of its own, so that everything the program leaves can be searched.
pub struct Clerk {
    folder: TempDir,
    profile: PathBuf,
}

/// What one run of `hosoctl --json` answered.
#[derive(Debug)]
pub struct Answer {
    /// 0 done, 1 the work failed, 2 wrong usage; `None`: ended by a signal.
    pub code: Option<i32>,
    /// The JSON document on standard output; `Null` when there was none.
    pub json: Value,
    pub stdout: String,
    pub stderr: String,
}

impl Clerk {
    /// A new computer.
    pub fn new() -> Clerk {
        let folder = TempDir::with_prefix("hoso-clerk-").expect("a temporary folder");
        let profile = folder.path().join("profile");
        for name in ["home", "tmp"] {
            std::fs::create_dir(folder.path().join(name)).expect("a temporary folder");
        }
        Clerk { folder, profile }
    }

    /// A new computer whose profile lies in `profile` (a small disk, a read-only mount).
    pub fn with_profile(profile: &Path) -> Clerk {
        Clerk { profile: profile.to_path_buf(), ..Clerk::new() }
    }

    /// A new computer enrolled with `hub` for `agency`.
    pub fn enrolled(hub: &Hub, agency: &str) -> Clerk {
        let clerk = Clerk::new();
        clerk.ok(&["enrol", &hub.enrol_code(agency, None)]);
        clerk
    }

    /// Starts a dossier of a procedure and gives all the answers that lie among the samples; its id.
    pub fn filled_dossier(&self, procedure: &str) -> String {
        let made = self.ok(&["dossier", "new", procedure]);
        let id = made["id"].as_str().unwrap_or_else(|| panic!("no id: {made}")).to_owned();
        let answers = answers(procedure);
        let mut set = vec!["dossier", "set", &id];
        set.extend(answers.iter().map(String::as_str));
        self.ok(&set);
        id
    }

    /// Adds a document to a dossier; what was answered.
    pub fn attach(&self, dossier: &str, component: &str, file: &Path) -> Value {
        self.ok(&[OsStr::new("dossier"), "attach".as_ref(), dossier.as_ref(), component.as_ref(), file.as_os_str()])
    }

    /// The folder that holds the profile, the home and the temporary folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// Starts `hosoctl ARGS --json` and returns at once.
    pub fn start<S: AsRef<OsStr>>(&self, args: &[S]) -> Running {
        self.start_reading(args, Stdio::null())
    }

    /// As [`Clerk::ctl`], with these lines on its standard input.
    pub fn typing<S: AsRef<OsStr>>(&self, args: &[S], lines: &[&str]) -> Answer {
        let file = self.folder.path().join("typed");
        std::fs::write(&file, lines.join("\n") + "\n").expect("a temporary file");
        let typed = std::fs::File::open(&file).expect("a temporary file");
        let answer = Answer::of(self.start_reading(args, typed.into()));
        std::fs::remove_file(file).expect("a temporary file");
        answer
    }

    fn start_reading<S: AsRef<OsStr>>(&self, args: &[S], input: Stdio) -> Running {
        let mut all: Vec<OsString> = args.iter().map(|arg| arg.as_ref().to_owned()).collect();
        all.push("--json".into());
        Running::start(&bin("hosoctl"), &all, |command| {
            command
                .stdin(input)
                .env("HOSO_PROFILE", &self.profile)
                .env("HOSO_MODELS", models())
                .env("HOME", self.folder.path().join("home"))
                .env("TMPDIR", self.folder.path().join("tmp"))
                .env_remove("XDG_DATA_HOME")
                .env_remove("XDG_CONFIG_HOME")
                .env_remove("XDG_CACHE_HOME")
                .current_dir(self.folder.path());
        })
    }

    /// Runs `hosoctl ARGS --json` to its end.
    pub fn ctl<S: AsRef<OsStr>>(&self, args: &[S]) -> Answer {
        Answer::of(self.start(args))
    }

    /// As [`Clerk::ctl`], and panics unless it exits 0.
    pub fn ok<S: AsRef<OsStr> + std::fmt::Debug>(&self, args: &[S]) -> Value {
        let answer = self.ctl(args);
        assert_eq!(answer.code, Some(0), "hosoctl {args:?}\n{}\n{}", answer.stdout, answer.stderr);
        answer.json
    }

    /// As [`Clerk::ctl`], and panics unless the work failed (exit code 1) with this fault code.
    pub fn fault<S: AsRef<OsStr> + std::fmt::Debug>(&self, args: &[S], code: &str) -> Answer {
        let answer = self.ctl(args);
        assert_eq!(answer.code, Some(1), "hosoctl {args:?} should fail\n{}\n{}", answer.stdout, answer.stderr);
        let said = answer.stdout.contains(&format!("\"{code}\"")) || answer.stderr.contains(&format!("\"{code}\""));
        assert!(said, "hosoctl {args:?} should name {code}\n{}\n{}", answer.stdout, answer.stderr);
        answer
    }
}

impl Default for Clerk {
    fn default() -> Clerk {
        Clerk::new()
    }
}

impl Answer {
    /// Waits for the process and takes what it said.
    pub fn of(mut running: Running) -> Answer {
        let status = running.wait(LIMIT);
        let stdout = running.stdout();
        let json = serde_json::from_str(&stdout).unwrap_or(Value::Null);
        Answer { code: status.code(), json, stdout, stderr: running.stderr() }
    }

    /// The value at a JSON pointer, as text; panics when it is not there.
    pub fn text(&self, pointer: &str) -> &str {
        let value = self.json.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no text at {pointer} in {}", self.stdout))
    }
}
