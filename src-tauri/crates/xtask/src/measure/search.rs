//! `measure search`: lists, finding and opening among a million dossiers, and what the core costs meanwhile.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use crate::process::{self, Outcome, failure, say};
use crate::workspace::Workspace;

const LIST_P99_MS: f64 = 16.0;
const SEARCH_P99_MS: f64 = 50.0;
const OPEN_P99_MS: f64 = 50.0;
const COLD_START_MS: f64 = 2000.0;
const CORE_PSS_BYTES: f64 = 150e6;

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let dossiers = if options.long { 1_000_000 } else { 50_000 };
    // Made once: it is used again as long as the tables and what is generated stay the same.
    let folder = workspace.target.join(format!("xtask/measure-search-{dossiers}"));
    let mut command = Command::new(workspace.program("measure_search"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    let said = process::output(command.arg(&folder).arg(dossiers.to_string()))?;
    let last = said.lines().last().unwrap_or_default();
    let figures = serde_json::from_str(last).map_err(|e| failure(format!("measure_search: {e}: {said}")))?;
    Ok(verdict(figures))
}

/// The figures with their gate: of every kind of list and search the slowest hundredth counts.
fn verdict(mut figures: Value) -> Value {
    let gates = [
        ("/list/slowest_kind_p99_ms", LIST_P99_MS),
        ("/search/slowest_kind_p99_ms", SEARCH_P99_MS),
        ("/open/p99_ms", OPEN_P99_MS),
        ("/cold_start_ms", COLD_START_MS),
        ("/core_pss_bytes", CORE_PSS_BYTES),
    ];
    let encrypted = figures["cipher_version"].as_str().is_some_and(|version| !version.is_empty());
    let mut holds = encrypted;
    for (figure, limit) in gates {
        let found = figures.pointer(figure).and_then(Value::as_f64).unwrap_or(f64::INFINITY);
        say(&format!("{}: {found:.1} (limit {limit:.0})", figure.trim_start_matches('/')));
        holds &= found <= limit;
    }
    figures["name"] = json!("search");
    figures["holds"] = json!(holds);
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gate_counts_and_a_missing_figure_is_no_pass() {
        let good = || {
            json!({
                "cipher_version": "4.6.1 community", "cold_start_ms": 900, "core_pss_bytes": 90_000_000,
                "list": { "slowest_kind_p99_ms": 15.9 }, "search": { "slowest_kind_p99_ms": 49.9 }, "open": { "p99_ms": 20.0 },
            })
        };
        assert_eq!(verdict(good())["holds"], json!(true));
        for (figure, bad) in [
            ("/cipher_version", json!("")),
            ("/cold_start_ms", json!(2001)),
            ("/core_pss_bytes", json!(151_000_000)),
            ("/list/slowest_kind_p99_ms", json!(16.1)),
            ("/search/slowest_kind_p99_ms", json!(50.1)),
            ("/open/p99_ms", json!(null)),
        ] {
            let mut figures = good();
            *figures.pointer_mut(figure).unwrap() = bad;
            assert_eq!(verdict(figures)["holds"], json!(false), "{figure}");
        }
    }
}
