//! `measure stack --corpus DIR`: sixty sheets of five dossiers through the window (`tests/browser/stack.measure.ts`), what was misfiled, and
//! what it cost a person beside the same work by hand.
//!
//! By hand is by rule, as NAPS2 and a file manager have it: each paper's first and last page are chosen, saved and named (7 clicks, 22 keys), each empty
//! back and the stray sheet deleted (2 clicks), each sheet upside down turned (3 clicks), and each sheet looked at once. A key costs
//! 0.28 s, a click 1.3 s, a thought 1.35 s (Card, Moran, Newell: the keystroke-level model).

use std::fs;

use serde_json::Value;

use super::Options;
use super::gates::Gates;
use crate::process::{self, Outcome, failure};
use crate::setup::npm;
use crate::workspace::Workspace;

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let Some(corpus) = &options.corpus else { return Err(failure("measure stack needs --corpus DIR")) };
    let corpus = corpus.canonicalize().map_err(|e| failure(format!("{}: {e}", corpus.display())))?;
    let figures = workspace.target.join("xtask/measure-stack.json");
    drop(fs::remove_file(&figures));
    process::run(npm().args(["run", "build:http"]).current_dir(workspace.ui()))?;
    let mut browser = npm();
    browser.args(["run", "test:browser"]).current_dir(workspace.ui());
    browser.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    browser.env("HOSO_MEASURE", "stack.measure.ts").env("HOSO_CORPUS", corpus).env("HOSO_FIGURES", &figures);
    process::run(&mut browser)?;
    let text = fs::read_to_string(&figures).map_err(|e| failure(format!("{}: {e}", figures.display())))?;
    let mut seen: Value = serde_json::from_str(&text).map_err(|e| failure(format!("{}: {e}", figures.display())))?;
    let mut gates = Gates::default();
    gates.none("sheets misfiled", seen["misfiled"].as_array().map(|sheets| sheets.len() as u64));
    let asked = seen["asked"].as_array().map(Vec::len);
    gates.add("questions asked, the stray sheet's alone", asked.map(Value::from), "1".to_owned(), asked == Some(1));
    let (ours, hand) = (seen["person_minutes"].as_f64(), seen["by_hand"]["person_minutes"].as_f64());
    let share = ours.zip(hand).map(|(ours, hand)| ours / hand);
    gates.at_most("a person's time, as a share of the same by hand", share, 1.0);
    seen["name"] = "stack".into();
    seen["holds"] = gates.hold().into();
    seen["gates"] = gates.into_json();
    Ok(seen)
}
