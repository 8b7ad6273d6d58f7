//! `measure power-loss`: the power goes at chance instants of a hub's and a desktop's recorded work; nothing that was acknowledged
//! before is missing.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use super::gates::Gates;
use crate::process::{self, Outcome, failure};
use crate::workspace::Workspace;

/// Different states, of the hub and of the desktop each.
const STATES: u32 = 1_000;
const LONG_STATES: u32 = 10_000;

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let (states, dossiers) = if options.long { (LONG_STATES, "2") } else { (STATES, "1") };
    let mut command = Command::new(workspace.program("measure_power_loss"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    let said = process::output(command.args([&states.to_string(), dossiers]))?;
    let last = said.lines().last().unwrap_or_default();
    let seen: Value = serde_json::from_str(last).map_err(|e| failure(format!("measure_power_loss: {e}: {said}")))?;
    let mut gates = Gates::default();
    for program in ["hub", "hub_with_failing_syncs", "desktop"] {
        let (looked_at, failed) = (seen[program]["states"].as_f64(), seen[program]["failed"].as_u64());
        gates.at_least(&format!("{program}: states after a power cut"), looked_at, f64::from(states));
        gates.none(&format!("{program}: states in which something acknowledged is missing"), failed);
    }
    let holds = gates.hold();
    Ok(json!({ "name": "power-loss", "cut": seen, "gates": gates.into_json(), "holds": holds }))
}
