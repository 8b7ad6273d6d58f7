//! `measure robust [--corpus DIR]`: every file ends in a result or in a clear refusal, within limits, and nothing crashes.
//!
//! Taken are the files of DIR and below, and our own samples spoilt in ways that are the same every time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::cost::{self, Ended};
use super::gates::Gates;
use super::{Options, peers};
use crate::process::{Outcome, failure, say};
use crate::workspace::Workspace;

const SECONDS: f64 = 20.0;
const MEGABYTES: f64 = 1000.0;
/// A file that takes so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(120);
/// Spoilt copies of each sample and way.
const COPIES: u64 = 4;
const SEED: u64 = 20_260_101;

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
enum Became {
    /// A PDF with so many pages, or the signed file itself.
    Result(u64),
    /// Refused, by these codes, each with words in both languages.
    Refused(String),
    /// A fault without words, one that only says that something went wrong, or none at all.
    Unclear(String),
    Crashed(String),
}

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let folder = workspace.target.join("xtask/measure-robust");
    drop(fs::remove_dir_all(&folder));
    let mut files = spoilt(&workspace.samples(), &folder.join("spoilt"))?;
    if let Some(corpus) = &options.corpus {
        below(corpus, &mut files)?;
    }
    let (mut slowest, mut largest) = ((0.0, String::new()), (0.0, String::new()));
    let (mut outcomes, mut unclear, mut crashed) = (Vec::new(), 0, 0);
    for file in &files {
        let output = folder.join("out.pdf");
        drop(fs::remove_file(&output));
        let mut command = Command::new(workspace.program("hosoctl"));
        command.env("HOSO_MODELS", workspace.models()).args(["--json", "digitise", "-o"]).arg(&output).arg(file);
        let ended = cost::ended(command.stderr(Stdio::null()), PATIENCE)?;
        let name =
            file.strip_prefix(options.corpus.as_deref().unwrap_or(&folder)).unwrap_or(file).display().to_string();
        let (seconds, megabytes) = (ended.cost.wall_seconds, ended.cost.peak_bytes as f64 / 1e6);
        let became = became(&ended);
        say(&format!("{name}: {became:?} in {seconds:.1} s, {megabytes:.0} MB"));
        unclear += u64::from(matches!(became, Became::Unclear(_)));
        crashed += u64::from(matches!(became, Became::Crashed(_)));
        if seconds > slowest.0 {
            slowest = (seconds, name.clone());
        }
        if megabytes > largest.0 {
            largest = (megabytes, name.clone());
        }
        outcomes
            .push(json!({ "file": name, "became": format!("{became:?}"), "seconds": seconds, "megabytes": megabytes }));
    }
    let results = outcomes.iter().filter(|outcome| outcome["became"].as_str().is_some_and(|b| b.starts_with("Result")));
    say(&format!("{} files, {} with a result", files.len(), results.count()));
    let mut gates = Gates::default();
    gates.none("crashes", Some(crashed));
    gates.none("ends without a result and without a clear reason", Some(unclear));
    gates.at_most(&format!("slowest file, seconds ({})", slowest.1), Some(slowest.0), SECONDS);
    gates.at_most(&format!("largest peak of all processes, MB ({})", largest.1), Some(largest.0), MEGABYTES);
    let holds = gates.hold();
    Ok(json!({ "name": "robust", "files": outcomes, "gates": gates.into_json(), "holds": holds }))
}

fn became(ended: &Ended) -> Became {
    if ended.overran {
        return Became::Crashed(format!("did not end in {} s", PATIENCE.as_secs()));
    }
    let Some(code) = ended.status.code() else { return Became::Crashed(ended.status.to_string()) };
    let said: Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
    match code {
        0 if said["output"].is_object() => Became::Result(said["output"]["pages"].as_u64().unwrap_or(0)),
        0 => Became::Unclear("success, and no output".to_owned()),
        1 => refused(&said),
        code => Became::Crashed(format!("exit code {code}")),
    }
}

fn refused(said: &Value) -> Became {
    let faults: Vec<&Value> = match said["faults"].as_array() {
        Some(faults) => faults.iter().collect(),
        None => vec![&said["fault"]],
    };
    let codes: Vec<&str> = faults.iter().map(|fault| fault["code"].as_str().unwrap_or("no code")).collect();
    let words =
        |fault: &&Value| ["vi", "en"].iter().all(|language| fault[*language].as_str().is_some_and(|w| !w.is_empty()));
    let clear = faults.iter().all(words) && !codes.is_empty() && !codes.contains(&"unexpected");
    let codes = codes.join(", ");
    if clear { Became::Refused(codes) } else { Became::Unclear(format!("{codes}: {said}")) }
}

/// All files in a folder and below but the notes about them, in a fixed order.
fn below(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        if path.is_dir() {
            below(&path, files)?;
        } else if !["md", "txt", "json"].contains(&kind) {
            files.push(path);
        }
    }
    Ok(())
}

/// The samples cut off, with bits turned over, with a hole, with a piece twice, and with a damaged head.
fn spoilt(samples: &Path, folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    below(samples, &mut files)?;
    let mut chance = Chance(SEED);
    let mut spoilt = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind != "answers")) {
        let whole = fs::read(file).map_err(|e| failure(format!("{}: {e}", file.display())))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (way, spoil) in WAYS {
            for copy in 0..COPIES {
                let mut bytes = whole.clone();
                spoil(&mut bytes, &mut chance);
                let path = folder.join(format!("{way}-{copy}-{name}"));
                peers::write(&path, &bytes)?;
                spoilt.push(path);
            }
        }
    }
    Ok(spoilt)
}

type Way = fn(&mut Vec<u8>, &mut Chance);

const WAYS: &[(&str, Way)] = &[
    ("cut", |bytes, chance| bytes.truncate(chance.below(bytes.len()))),
    ("bits", |bytes, chance| {
        for _ in 0..[1, 8, 64][chance.below(3)] {
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
        }
    }),
    ("hole", |bytes, chance| {
        let at = chance.below(bytes.len());
        let end = bytes.len().min(at + [16, 512, 4096][chance.below(3)]);
        bytes[at..end].fill(0);
    }),
    ("twice", |bytes, chance| {
        let at = chance.below(bytes.len());
        let piece = bytes[at..bytes.len().min(at + 2048)].to_vec();
        bytes.splice(at..at, piece);
    }),
    ("head", |bytes, chance| {
        for _ in 0..4 {
            let at = chance.below(bytes.len().min(600));
            bytes[at] = chance.below(256) as u8;
        }
    }),
];

/// The same chances each time (xorshift64).
struct Chance(u64);

impl Chance {
    /// A number from 0 to before `limit`; 0 when there is none.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_a_code_and_words_in_both_languages() {
        let fault = |code: &str, en: &str| json!({ "code": code, "vi": "Tệp rỗng", "en": en });
        let all = |faults: Vec<Value>| refused(&json!({ "faults": faults }));
        assert_eq!(all(vec![fault("file_empty", "Empty")]), Became::Refused("file_empty".to_owned()));
        assert!(matches!(all(vec![fault("file_empty", "")]), Became::Unclear(_)));
        assert!(matches!(all(vec![fault("file_empty", "Empty"), fault("unexpected", "x")]), Became::Unclear(_)));
        assert!(matches!(all(vec![]), Became::Unclear(_)));
        assert!(matches!(refused(&Value::Null), Became::Unclear(_)));
        assert_eq!(refused(&json!({ "fault": fault("file_gone", "Gone") })), Became::Refused("file_gone".to_owned()));
    }

    #[test]
    fn files_are_spoilt_the_same_way_each_time() {
        let spoil = || {
            let mut chance = Chance(SEED);
            let whole: Vec<u8> = (0..5000_u32).map(|n| n as u8).collect();
            let ways = WAYS.iter().map(|(_, spoil)| {
                let mut bytes = whole.clone();
                spoil(&mut bytes, &mut chance);
                assert_ne!(bytes, whole);
                bytes
            });
            ways.collect::<Vec<_>>()
        };
        assert_eq!(spoil(), spoil());
    }
}
