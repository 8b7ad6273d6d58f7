//! The product's main job by the command line: a dossier from empty to receipted, with the samples as its papers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Practice, io};
use crate::process::{self, Outcome, failure, say};

/// Copy of a civil-status extract: a real procedure with a short form.
const PROCEDURE: &str = "2.000635";
/// Its papers among the samples, by component.
const PAPERS: &[(&str, &str)] = &[("2.000635.01", "to-khai-form.png"), ("2.000635.02", "giay-xac-nhan.pdf")];

/// Prepares, digitises, checks, sends; then shows where the results lie.
pub fn run(practice: &Practice) -> Outcome {
    let made = practice.hosoctl(&["dossier", "new", PROCEDURE])?;
    let id = text(&made, "/id")?;
    say(&format!("new dossier of procedure {PROCEDURE}: {id}"));

    let answers = practice.workspace.samples().join(format!("{PROCEDURE}.answers"));
    let answers = fs::read_to_string(&answers).map_err(|e| io(&answers, &e))?;
    let answers: Vec<&str> = answers.lines().collect();
    practice.hosoctl(&[&["dossier", "set", id], answers.as_slice()].concat())?;
    say(&format!("{} answers set", answers.len()));
    for (component, paper) in PAPERS {
        let file = practice.workspace.samples().join(paper).display().to_string();
        practice.hosoctl(&["dossier", "attach", id, component, &file])?;
        say(&format!("component {component}: {paper}"));
    }

    let check = practice.hosoctl(&["dossier", "check", id])?;
    if check["ready"] != Value::Bool(true) {
        return Err(failure(format!("the dossier is not ready: {check}")));
    }
    practice.hosoctl(&["dossier", "submit", id])?;
    say("checked, frozen, in the outbox");
    let sent = practice.hosoctl(&["send", "--wait"])?;
    let mut receipted = sent["receipted"].as_array().into_iter().flatten();
    let line = receipted.find(|line| line["dossier"].as_str() == Some(id));
    let line = line.ok_or_else(|| failure(format!("not sent: {sent}")))?;
    let code = text(line, "/code")?;
    say(&format!("sent; the hub's code is {code}"));
    results(practice, id, code)
}

/// Fetches the results, checks them, and prints their paths.
fn results(practice: &Practice, id: &str, code: &str) -> Outcome {
    let folder = practice.folder.join("results").join(id);
    fs::create_dir_all(&folder).map_err(|e| io(&folder, &e))?;
    let out = folder.display().to_string();
    let saved = paths(&practice.hosoctl(&["receipt", "show", id, "--save", &out])?, "/saved")?;
    let receipt = with_ending(&saved, ".json")?;
    practice.hosoctl(&["receipt", "verify", &receipt.display().to_string()])?;
    say("the receipt's signature and manifest hash are right (checked offline)");
    let exported = paths(&practice.hosoctl(&["dossier", "export", id, "-o", &out])?, "/files")?;
    let manifest = practice.hub_show(code)?;
    let copy = hub_copy(&practice.hub_data(), &manifest)?;

    let show = |what: &str, path: &Path| println!("{what:<14}{}", path.display());
    println!();
    for pdf in exported.iter().filter(|path| has_ending(path, ".pdf")) {
        show("PDF/A", pdf);
    }
    show("receipt", receipt);
    show("receipt slip", with_ending(&saved, ".pdf")?);
    show("hub's copy", &copy);
    Ok(())
}

impl Practice<'_> {
    /// What the hub has under a code.
    fn hub_show(&self, code: &str) -> Outcome<Value> {
        let mut command = Command::new(self.workspace.program("hoso-hub"));
        command.args(["show", code, "--data"]).arg(self.hub_data());
        let answer = process::output(&mut command)?;
        serde_json::from_str(&answer).map_err(|e| failure(format!("hoso-hub show: {e}\n{answer}")))
    }
}

/// The first file of a submission in the hub's folder, which keeps objects under `sha256/ab/cdef…`.
fn hub_copy(hub: &Path, shown: &Value) -> Outcome<PathBuf> {
    let sha256 = text(shown, "/manifest/files/0/sha256")?;
    let (head, rest) = sha256.split_at_checked(2).ok_or_else(|| failure(format!("not a SHA-256: {sha256}")))?;
    let path = hub.join("objects/sha256").join(head).join(rest);
    if path.is_file() { Ok(path) } else { Err(failure(format!("the hub has no file {}", path.display()))) }
}

fn text<'a>(answer: &'a Value, pointer: &str) -> Outcome<&'a str> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found.ok_or_else(|| failure(format!("no {pointer} in the answer: {answer}")))
}

fn paths(answer: &Value, pointer: &str) -> Outcome<Vec<PathBuf>> {
    let found = answer.pointer(pointer).and_then(Value::as_array);
    let found = found.ok_or_else(|| failure(format!("no {pointer} in the answer: {answer}")))?;
    Ok(found.iter().filter_map(Value::as_str).map(PathBuf::from).collect())
}

fn with_ending<'a>(paths: &'a [PathBuf], ending: &str) -> Outcome<&'a Path> {
    let found = paths.iter().find(|path| has_ending(path, ending));
    found.map(PathBuf::as_path).ok_or_else(|| failure(format!("no {ending} file among {paths:?}")))
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.to_string_lossy().ends_with(ending)
}
