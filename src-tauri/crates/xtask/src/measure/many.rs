//! `measure many`: a table of 1,000 applicants becomes 1,000 drafts, and another is taken in by a program that is killed on the way.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use super::gates::Gates;
use crate::process::{self, Outcome, failure};
use crate::workspace::Workspace;

const ROWS: u32 = 1_000;
/// Of the long run: a whole year's table.
const LONG_ROWS: u32 = 10_000;
/// Seconds for 1,000 rows, from the start of the program to its end.
const SECONDS: f64 = 60.0;

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let rows = if options.long { LONG_ROWS } else { ROWS };
    let mut command = Command::new(workspace.program("measure_many"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    let said = process::output(command.arg(rows.to_string()))?;
    let last = said.lines().last().unwrap_or_default();
    let seen: Value = serde_json::from_str(last).map_err(|e| failure(format!("measure_many: {e}: {said}")))?;
    let mut gates = Gates::default();
    let limit = SECONDS * f64::from(rows) / f64::from(ROWS);
    gates.at_most("rows taken in, seconds", seen["seconds"].as_f64(), limit);
    gates.at_least("dossiers made", seen["made"].as_f64(), f64::from(rows));
    gates.at_least("kills on the way", seen["kills"].as_f64(), 1.0);
    gates.none("rows lost or doubled", seen["wrong"].as_array().map(|wrong| wrong.len() as u64));
    let holds = gates.hold();
    Ok(json!({ "name": "many", "taken": seen, "gates": gates.into_json(), "holds": holds }))
}
