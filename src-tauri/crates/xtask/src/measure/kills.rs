//! `measure kills`: `kill -9` at chance instants, of digitising and of sending, and what is there afterwards.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use super::gates::Gates;
use super::sending;
use crate::process::{self, Outcome, failure, say};
use crate::workspace::Workspace;

/// Kills, and pages of a batch.
const KILLS: u32 = 200;
const PAGES: u32 = 200;

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let sent = sending::seen(workspace, options, "kills")?;
    // Not lost if the other part does not end.
    say(&format!("sending: {sent}"));
    let mut command = Command::new(workspace.program("measure_kills"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    let said = process::output(command.args([KILLS.to_string(), PAGES.to_string()]))?;
    let last = said.lines().last().unwrap_or_default();
    let seen: Value = serde_json::from_str(last).map_err(|e| failure(format!("measure_kills: {e}: {said}")))?;
    let mut gates = Gates::default();
    gates.at_least("digitising: kills", seen["kills"].as_f64(), f64::from(KILLS));
    gates.none("pages lost, doubled or out of place, documents gone", seen["wrong"].as_array().map(|w| w.len() as u64));
    gates.at_most("goes on with a new page, slowest start, seconds", seen["goes_on_slowest_seconds"].as_f64(), 2.0);
    sending::judge_kills(&sent, options.long, &mut gates);
    let holds = gates.hold();
    Ok(json!({ "name": "kills", "digitising": seen, "sending": sent, "gates": gates.into_json(), "holds": holds }))
}
