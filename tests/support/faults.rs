//! Disks that fail at each write of a job: `strace` lets the Nth call of a kind fail (`ENOSPC`, `EIO`, `EROFS`), and small disks are
//! really full. The programs must say it in words a clerk can act on, lose nothing, and do the same job well once the fault is gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use serde_json::{Value, json};
use store::{Profile, Store};
use tokio::runtime::Runtime;

use crate::clerk::{Answer, Clerk};
use crate::crash::hub::{Device, content};
use crate::crash::sending::Stored;
use crate::disk::Tmpfs;
use crate::hub::Hub;
use crate::papers::large_pdf;
use crate::process::{Running, bin, models, sample, until};

const PROCEDURE: &str = "2.000635";
const PASSPHRASE: &str = "một cụm mật khẩu dài";
const LIMIT: Duration = Duration::from_secs(120);
/// What a clerk may be told when a disk fails. Anything else is a fault nobody thought of.
const CODES: [&str; 4] = ["disk_full", "disk_failing", "read_only", "output_not_writable"];
/// Kinds of calls, each with the errors a disk gives there.
const FAULTS: [(&str, &[&str]); 6] = [
    ("fsync,fdatasync", &["EIO", "ENOSPC"]),
    ("pwrite64", &["EIO", "ENOSPC"]),
    ("rename,link,linkat", &["EIO", "EROFS"]),
    ("mkdir", &["ENOSPC", "EROFS"]),
    ("ftruncate", &["EIO"]),
    ("unlink", &["EIO"]),
];

/// How thoroughly.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// So many of a clerk's jobs.
    pub jobs: usize,
    /// Every so manieth call of a kind fails in turn; 1: each.
    pub step: usize,
    /// The last call that fails.
    pub last: usize,
    /// So many bytes more are free each time on a disk that is full.
    pub room: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// By job and fault: how often it struck, and what was told then.
    pub told: BTreeMap<String, BTreeMap<String, u32>>,
    pub struck: u32,
    /// What is not as it must be.
    pub wrong: Vec<String>,
}

impl Seen {
    fn note(&mut self, job: &str, fault: &str, told: &str) {
        self.struck += 1;
        let row = self.told.entry(format!("{job}: {fault}")).or_default();
        *row.entry(told.to_owned()).or_default() += 1;
    }

    pub fn figures(&self) -> Value {
        json!({ "struck": self.struck, "told": self.told, "wrong": self.wrong })
    }
}

/// What a clerk does, of a dossier.
type Job = (&'static str, fn(&Clerk, &str) -> Vec<String>);

const JOBS: [Job; 5] = [
    ("answer", |_, dossier| words(&["dossier", "set", dossier, "copies=3"])),
    ("paper", |_, dossier| {
        let paper = sample("giay-xac-nhan.pdf");
        words(&["dossier", "attach", dossier, "2.000635.02", paper.to_str().expect("UTF-8"), "--as-is"])
    }),
    ("submission", |_, dossier| words(&["dossier", "submit", dossier])),
    ("export", |clerk, dossier| {
        let folder = clerk.profile().with_file_name("out");
        words(&["dossier", "export", dossier, "-o", folder.to_str().expect("UTF-8")])
    }),
    ("backup", |clerk, _| {
        let file = clerk.profile().with_file_name("backup.hoso");
        words(&["backup", file.to_str().expect("UTF-8"), "--passphrase", PASSPHRASE])
    }),
];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A computer as it was before the job, of which each try has a copy.
struct Station {
    folder: PathBuf,
    _clerk: Clerk,
    dossier: String,
}

impl Station {
    fn new() -> Station {
        let clerk = Clerk::new();
        let dossier = clerk.filled_dossier(PROCEDURE);
        clerk.attach(&dossier, "2.000635.01", &sample("to-khai-form.png"));
        let paper = clerk.folder().join("paper.pdf");
        large_pdf(&paper, 30_000);
        clerk.ok(&["dossier", "attach", &dossier, "2.000635.02", paper.to_str().expect("UTF-8"), "--as-is"]);
        Station { folder: clerk.profile().to_owned(), _clerk: clerk, dossier }
    }

    fn copy(&self, to: &Path) -> Clerk {
        run(Command::new("cp").arg("-a").arg(&self.folder).arg(to));
        Clerk::with_profile(to)
    }

    /// That the job told what may be told, that nothing of before is lost, and that it ends well when it is done again.
    fn judge(&self, clerk: &Clerk, job: &Job, answer: &Answer) -> Result<String, String> {
        let told = told(answer)?;
        let sound = |what: &str| sound(clerk.profile()).map_err(|why| format!("after {what}: {why}"));
        sound("the fault")?;
        let shown = clerk.ctl(&["dossier", "show", &self.dossier]);
        let papers = shown.json["documents"].as_array().into_iter().flatten();
        let whole = papers.filter(|paper| paper["status"] == "done").count();
        if shown.code != Some(0) || whole < 2 || !shown.stdout.contains("NGUYỄN THỊ ƯỚC") {
            return Err(format!("what was saved is not there: {}{}", shown.stdout, shown.stderr));
        }
        if answer.code != Some(0) {
            let again = clerk.ctl(&job.1(clerk, &self.dossier));
            // What was refused may have been done all the same, where the last step of it failed.
            let done = again.stdout.contains("\"state_forbids\"") && shown.json["state"] == "queued";
            if again.code != Some(0) && !done {
                return Err(format!("it does not end well when done again: {}{}", again.stdout, again.stderr));
            }
            sound("doing it again")?;
        }
        Ok(told)
    }
}

/// The code that was told, or `done`.
fn told(answer: &Answer) -> Result<String, String> {
    let said = || format!("{:?} {}{}", answer.code, answer.stdout, answer.stderr);
    match answer.code {
        Some(0) => return Ok("done".to_owned()),
        Some(1) => {}
        _ => return Err(said()),
    }
    let fault = [&answer.json, &answer.json["fault"], &answer.json["faults"][0], &answer.json["refused"][0]];
    let Some(fault) = fault.into_iter().find(|fault| fault["code"].is_string()) else { return Err(said()) };
    let code = fault["code"].as_str().unwrap_or_default();
    let (vi, en) = (fault["vi"].as_str().unwrap_or_default(), fault["en"].as_str().unwrap_or_default());
    let in_words = vi.contains("Hãy") && !en.is_empty() && vi != en;
    if CODES.contains(&code) && in_words { Ok(code.to_owned()) } else { Err(said()) }
}

/// Every page of the database and every paper is whole.
fn sound(profile: &Path) -> Result<(), String> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(Profile::new(profile)).await.map_err(|error| error.to_string())?;
        store.check_database().await.map_err(|error| error.to_string())?;
        let blobs = store.verify_blobs(|_, _| {}).await.map_err(|error| error.to_string())?;
        store.close().await;
        if blobs.damaged.is_empty() { Ok(()) } else { Err(format!("{} papers are damaged", blobs.damaged.len())) }
    })
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The arguments of `strace` that let the Nth of these calls fail, in every thread.
fn failing(log: &Path, calls: &str, error: &str, nth: usize) -> Vec<String> {
    let log = log.to_str().expect("UTF-8");
    let inject = format!("inject={calls}:error={error}:when={nth}");
    words(&["-f", "-qq", "-o", log, "-e", &format!("trace={calls}"), "-e", "signal=none", "-e", &inject])
}

fn struck(log: &Path) -> bool {
    std::fs::read_to_string(log).is_ok_and(|log| log.contains("(INJECTED)"))
}

/// Every job of a clerk, with every kind of call failing in turn, on a full disk, and on one that is read-only.
pub fn desktop(plan: Plan) -> Seen {
    let (station, mut seen) = (Station::new(), Seen::default());
    let work = tempfile::tempdir().expect("a temporary folder");
    let mut tries = 0;
    for job in JOBS.iter().take(plan.jobs) {
        for (calls, errors) in FAULTS {
            for error in errors {
                for nth in (1..=plan.last).step_by(plan.step) {
                    tries += 1;
                    let (place, log) = (work.path().join(tries.to_string()), work.path().join("log"));
                    std::fs::create_dir(&place).expect("a folder");
                    let clerk = station.copy(&place.join("profile"));
                    let under = failing(&log, calls, error, nth);
                    let answer = clerk.under(Path::new("strace"), &under, &job.1(&clerk, &station.dossier));
                    if !struck(&log) {
                        break;
                    }
                    let fault = format!("{calls} {error}");
                    match station.judge(&clerk, job, &answer) {
                        Ok(told) => seen.note(job.0, &fault, &told),
                        Err(why) => seen.wrong.push(format!("{}: {fault} at call {nth}: {why}", job.0)),
                    }
                    drop(std::fs::remove_dir_all(&place));
                }
            }
        }
        full(&station, job, plan, &mut seen);
        read_only(&station, job, &mut seen);
    }
    seen
}

/// A disk with no room at all, then with a little more each time, until the job fits.
fn full(station: &Station, job: &Job, plan: Plan, seen: &mut Seen) {
    const SIZE: u64 = 16 << 20;
    for room in 0.. {
        let disk = Tmpfs::mount(SIZE);
        let clerk = station.copy(&disk.path().join("profile"));
        let ballast = disk.fill_but(room * plan.room);
        let answer = clerk.ctl(&job.1(&clerk, &station.dossier));
        std::fs::remove_file(ballast).expect("the ballast");
        match station.judge(&clerk, job, &answer) {
            Ok(told) if told == "done" => return,
            Ok(told) => seen.note(job.0, "full disk", &told),
            Err(why) => {
                seen.wrong.push(format!("{}: {} bytes free: {why}", job.0, room * plan.room));
                if room > SIZE / plan.room {
                    return;
                }
            }
        }
    }
}

fn read_only(station: &Station, job: &Job, seen: &mut Seen) {
    let disk = Tmpfs::mount(16 << 20);
    let clerk = station.copy(&disk.path().join("profile"));
    disk.read_only();
    let answer = clerk.ctl(&job.1(&clerk, &station.dossier));
    disk.writable();
    match station.judge(&clerk, job, &answer) {
        Ok(told) if told == "read_only" => seen.note(job.0, "read-only disk", &told),
        Ok(told) => seen.wrong.push(format!("{}: a read-only disk: {told}", job.0)),
        Err(why) => seen.wrong.push(format!("{}: a read-only disk: {why}", job.0)),
    }
}

/// A hub to which a dossier is sent while every kind of call fails in turn: it answers that the sender is to wait, and takes it in the end.
pub fn hub(plan: Plan) -> Seen {
    let mut seen = Seen::default();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let work = tempfile::tempdir().expect("a temporary folder");
    let template = work.path().join("template");
    let mut first = Hub::stopped(&template);
    first.restart();
    let device = runtime.block_on(Device::enrol(&first.enrol_code("H06.16", None), 1));
    first.stop();
    // Calls are counted in each thread, and the hub's database gets a new one after a failure: its own writes would fail for ever. They
    // fail for a spell instead.
    for (calls, errors) in FAULTS.into_iter().filter(|(calls, _)| *calls != "pwrite64") {
        for error in errors {
            for nth in (1..=plan.last).step_by(plan.step) {
                let (data, log) = (work.path().join("data"), work.path().join("log"));
                drop(std::fs::remove_dir_all(&data));
                run(Command::new("cp").arg("-a").arg(&template).arg(&data));
                let mut arguments = failing(&log, calls, error, nth);
                let hub = bin("hoso-hub");
                arguments.extend(words(&[hub.to_str().expect("UTF-8"), "serve", "--listen", "127.0.0.1:0", "--data"]));
                arguments.push(data.to_str().expect("UTF-8").to_owned());
                let mut running = Running::start(Path::new("strace"), &arguments, |_| {});
                let fault = format!("{calls} {error}");
                let first = running.first_line(LIMIT);
                let hub = running.watched();
                let sent = first.map(|line| {
                    let base = line.split_whitespace().find(|word| word.contains("http://")).unwrap_or_default();
                    let device = device.at(base.trim_end_matches([';', ',']));
                    runtime.block_on(device.send_over_faults(&content(77, 61_000)))
                });
                if let Some(hub) = hub {
                    // Gone already is as good.
                    let _ = kill(hub, Signal::SIGTERM);
                }
                running.wait(LIMIT);
                let said = running.stderr();
                if !struck(&log) {
                    break;
                }
                let judged = match sent {
                    Some(sent) => sent.and_then(|stored| {
                        let statuses = stored.told.clone();
                        runtime.block_on(stands(&data, &device, stored)).map(|()| statuses)
                    }),
                    // It did not start: it says why, and starts when the disk is well again.
                    None => runtime.block_on(starts(&data)).map(|()| "does not start".to_owned()),
                };
                match judged {
                    _ if said.contains("panicked") => seen.wrong.push(format!("hub: {fault} at call {nth}: {said}")),
                    Ok(told) => seen.note("hub", &fault, &told),
                    Err(why) => seen.wrong.push(format!("hub: {fault} at call {nth}: {why} {said}")),
                }
            }
        }
    }
    for error in ["EIO", "ENOSPC"] {
        let data = work.path().join(error);
        run(Command::new("cp").arg("-a").arg(&template).arg(&data));
        match spell(&runtime, &data, &device, "pwrite64", error) {
            Ok(told) => seen.note("hub", &format!("every pwrite64 {error}, for a spell"), &told),
            Err(why) => seen.wrong.push(format!("hub: a spell of {error}: {why}")),
        }
    }
    seen
}

/// A hub that runs, of which every such call fails for a while: the sender is to wait, and what it sends again when the disk is well is taken
/// by the same process.
fn spell(runtime: &Runtime, data: &Path, device: &Device, calls: &str, error: &str) -> Result<String, String> {
    let data_word = data.to_str().expect("UTF-8");
    let words_of_hub = words(&["serve", "--listen", "127.0.0.1:0", "--data", data_word]);
    let mut hub = Running::start(&bin("hoso-hub"), &words_of_hub, |_| {});
    let line = hub.first_line(LIMIT).ok_or("it does not start")?;
    let base = line.split_whitespace().find(|word| word.contains("http://")).unwrap_or_default();
    let device = device.at(base.trim_end_matches([';', ',']));
    let (file, process) = (content(78, 61_000), hub.id().to_string());
    let inject = format!("inject={calls}:error={error}");
    let log = data.with_extension("log");
    let log = log.to_str().expect("UTF-8");
    let mut ill = Running::start(
        Path::new("strace"),
        &["-f", "-qq", "-o", log, "-e", &format!("trace={calls}"), "-e", "signal=none", "-e", &inject, "-p", &process],
        |_| {},
    );
    until(LIMIT, "strace holds every thread", || held(&process).then_some(()));
    let refused = runtime.block_on(device.send_over_faults(&file)).err();
    // It lets the hub go on, and ends.
    ill.terminate();
    ill.wait(LIMIT);
    let refused = refused.ok_or("it was taken by a disk on which nothing can be written")?;
    if !refused.starts_with("not granted") {
        return Err(refused);
    }
    let stored = runtime.block_on(device.send_over_faults(&file))?;
    hub.terminate();
    hub.wait(LIMIT);
    if stored.told != "done" {
        return Err(format!("the disk is well, and still: {}", stored.told));
    }
    runtime.block_on(stands(data, &device, stored))?;
    Ok(refused)
}

/// Whether every thread of a process is traced.
fn held(process: &str) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    threads.map(|thread| std::fs::read_to_string(thread.path().join("status")).unwrap_or_default()).all(|status| {
        let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
        tracer.is_none_or(|tracer| tracer.trim() != "0")
    })
}

async fn starts(data: &Path) -> Result<(), String> {
    Stored::hub(data).await.map(drop)
}

/// The hub without a fault has what it acknowledged.
async fn stands(data: &Path, device: &Device, stored: Stored) -> Result<(), String> {
    let running = Stored::hub(data).await?;
    let device = device.at(&format!("http://{}", running.address()));
    let looked = device.has(&stored, data).await;
    running.stop().await;
    looked
}

impl Clerk {
    /// Runs `hosoctl` under another program, which is given these words before it.
    fn under(&self, program: &Path, words: &[String], arguments: &[String]) -> Answer {
        let ctl = bin("hosoctl");
        let mut all = words.to_vec();
        all.push(ctl.to_str().expect("UTF-8").to_owned());
        all.extend(arguments.iter().cloned());
        all.push("--json".to_owned());
        let running = Running::start(program, &all, |command| {
            command.env("HOSO_PROFILE", self.profile()).env("HOSO_MODELS", models());
            command.env("HOME", self.folder().join("home")).env("TMPDIR", self.folder().join("tmp"));
        });
        Answer::of(running)
    }
}
