//! `measure forms`: rules have one meaning whatever the order, no rule and no form file makes anything panic, and every problem of
//! a file has its place.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use crate::process::{self, Outcome, failure, say};
use crate::workspace::Workspace;

/// What must not happen, not even once.
const NEVER: [&str; 7] = [
    "disagreements",
    "order_matters",
    "beyond_bounds_not_null",
    "beyond_bounds_panics",
    "spoilt_panics",
    "problems_without_place",
    "checker_and_reader_differ",
];

pub fn measure(workspace: &Workspace, _: &Options) -> Outcome<Value> {
    let said = process::output(&mut Command::new(workspace.program("measure_forms")))?;
    let last = said.lines().last().unwrap_or_default();
    let mut figures: Value = serde_json::from_str(last).map_err(|e| failure(format!("measure_forms: {e}: {said}")))?;
    let counts = |name: &str| figures[name].as_u64().unwrap_or(u64::MAX);
    for name in NEVER {
        say(&format!("{name}: {} (limit 0)", counts(name)));
    }
    let full = counts("rules") >= 100_000 && counts("spoilt_files") >= 5_000;
    let holds = full && NEVER.iter().all(|name| counts(name) == 0);
    figures["name"] = json!("forms");
    figures["holds"] = json!(holds);
    Ok(figures)
}
