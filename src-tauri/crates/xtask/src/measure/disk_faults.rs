//! `measure disk-faults`: each kind of write fails in turn (full, broken, read-only) under a clerk's jobs and under a hub.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use super::gates::Gates;
use crate::process::{self, Outcome, failure};
use crate::workspace::Workspace;

/// Every so manieth call fails; the last one that does; bytes more that are free on a full disk each time.
const SHORT: [&str; 3] = ["3", "24", "65536"];
const LONG: [&str; 3] = ["1", "60", "16384"];

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let mut command = Command::new(workspace.program("measure_disk_faults"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    let said = process::output(command.args(if options.long { LONG } else { SHORT }))?;
    let last = said.lines().last().unwrap_or_default();
    let seen: Value = serde_json::from_str(last).map_err(|e| failure(format!("measure_disk_faults: {e}: {said}")))?;
    let mut gates = Gates::default();
    for program in ["desktop", "hub"] {
        gates.at_least(&format!("{program}: faults that struck"), seen[program]["struck"].as_f64(), 30.0);
        let wrong = seen[program]["wrong"].as_array().map(|wrong| wrong.len() as u64);
        gates.none(&format!("{program}: faults not told as they must be, or that cost something"), wrong);
    }
    let holds = gates.hold();
    Ok(json!({ "name": "disk-faults", "faults": seen, "gates": gates.into_json(), "holds": holds }))
}
