//! `measure fuzz`: bytes from outside, chosen by what they reach in the code, against everything of the wire that reads such. Needs no nightly
//! compiler: the instruments are LLVM's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::Options;
use super::gates::Gates;
use crate::process::{self, Outcome, failure, say};
use crate::workspace::{Workspace, cargo};

const TARGETS: [&str; 4] = ["headers", "manifest", "receipt", "parcel"];
/// What counts reached code and compared values for libFuzzer.
const INSTRUMENTS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
];

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let (seconds, folder) = (if options.long { 600 } else { 30 }, workspace.root.join("tests/fuzz"));
    let programs = built(workspace, &folder)?;
    let work = workspace.target.join("xtask/fuzz");
    let mut gates = Gates::default();
    let mut seen = serde_json::Map::new();
    // Two at once: as many as the smallest machine has cores.
    for pair in TARGETS.chunks(2) {
        say(&format!("{}: {seconds} s", pair.join(", ")));
        let running: Vec<(&str, PathBuf, Child)> = pair
            .iter()
            .map(|target| {
                let place = work.join(target);
                let child =
                    begun(&programs.join(target), &folder.join("seeds").join(target), &place, seconds, options)?;
                Ok((*target, place, child))
            })
            .collect::<Outcome<_>>()?;
        for (target, place, mut child) in running {
            let status = child.wait().map_err(|e| failure(format!("{target}: {e}")))?;
            let log = fs::read_to_string(place.join("log")).unwrap_or_default();
            let runs = said(&log, "stat::number_of_executed_units:");
            gates.at_least(&format!("{target}: inputs"), runs, 10_000.0);
            gates.none(&format!("{target}: panics, hangs, too much memory"), Some(u64::from(!status.success())));
            if !status.success() {
                println!("{log}");
            }
            let memory = said(&log, "stat::peak_rss_mb:");
            seen.insert(target.to_owned(), json!({ "inputs": runs, "seconds": seconds, "peak_mib": memory }));
        }
    }
    let holds = gates.hold();
    Ok(json!({ "name": "fuzz", "targets": seen, "gates": gates.into_json(), "holds": holds }))
}

/// The targets, with instruments in the rooms and in what these use, but not in what only builds them.
fn built(workspace: &Workspace, folder: &Path) -> Outcome<PathBuf> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host =
        version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or_else(|| failure("rustc has no host"))?;
    let target = workspace.target.join("fuzz");
    let mut build = cargo();
    build
        .args(["build", "--release", "--locked", "--no-default-features", "--target", host, "--target-dir"])
        .arg(&target)
        .current_dir(folder);
    build.args(TARGETS.iter().flat_map(|target| ["--bin", target]));
    process::run(build.env("RUSTFLAGS", INSTRUMENTS.join(" ")))?;
    Ok(target.join(host).join("release"))
}

fn begun(program: &Path, seeds: &Path, place: &Path, seconds: u32, options: &Options) -> Outcome<Child> {
    let corpus = place.join("corpus");
    let started = fs::create_dir_all(&corpus).and_then(|()| fs::File::create(place.join("log"))).and_then(|log| {
        let mut command = Command::new(program);
        command.arg(&corpus).arg(seeds).current_dir(place);
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-seed={}", options.seed.unwrap_or(1)));
        command.args(["-max_len=16384", "-timeout=30", "-rss_limit_mb=2048", "-print_final_stats=1"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()
    });
    started.map_err(|e| failure(format!("cannot start {}: {e}", program.display())))
}

/// A number that libFuzzer prints at its end.
fn said(log: &str, name: &str) -> Option<f64> {
    log.lines().find_map(|line| line.strip_prefix(name)).and_then(|number| number.trim().parse().ok())
}
