//! `measure conform`: `tus-conform` at other people's servers and ours. Ours passes every check; theirs are shown beside it.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use super::gates::Gates;
use crate::process::{self, Outcome, failure};
use crate::tus_peers;
use crate::workspace::Workspace;

/// What there is to check, at least.
const CHECKS: f64 = 120.0;

pub fn measure(workspace: &Workspace, _: &Options) -> Outcome<Value> {
    let mut command = Command::new(workspace.program("measure_conform"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_PEERS", tus_peers::ready(workspace)?);
    let said = process::output(&mut command)?;
    let (table, last) = said.trim_end().rsplit_once('\n').unwrap_or_default();
    println!("{table}");
    let seen: Value = serde_json::from_str(last).map_err(|e| failure(format!("measure_conform: {e}: {said}")))?;
    let gates = judged(&seen);
    let holds = gates.hold();
    Ok(json!({ "name": "conform", "conform": seen, "gates": gates.into_json(), "holds": holds }))
}

/// The gates over what `measure_conform` saw.
fn judged(seen: &Value) -> Gates {
    let ours =
        seen["servers"].as_array().and_then(|servers| servers.iter().find(|server| server["server"] == "hoso-hub"));
    let sum = |what: &str| {
        let levels = ours?["levels"].as_array()?;
        levels.iter().map(|level| level[what].as_u64()).sum::<Option<u64>>()
    };
    let mut gates = Gates::default();
    gates.at_least("checks", seen["checks"].as_f64(), CHECKS);
    gates.none("checks that the hub fails", sum("failed"));
    gates.none("checks that do not apply to the hub", sum("not_applicable"));
    gates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ours_counts_and_all_of_it_must_pass() {
        let server = |name: &str, failed: u64, other: u64| {
            let level = |failed: u64| json!({ "passed": 60, "failed": failed, "not_applicable": other });
            json!({ "server": name, "levels": [level(failed), level(0)] })
        };
        let seen = |ours: Value| json!({ "checks": 120, "servers": [server("@tus/server", 9, 9), ours] });
        assert!(judged(&seen(server("hoso-hub", 0, 0))).hold());
        assert!(!judged(&seen(server("hoso-hub", 1, 0))).hold());
        assert!(!judged(&seen(server("hoso-hub", 0, 1))).hold());
        assert!(!judged(&seen(server("another", 0, 0))).hold(), "ours was not seen");
    }
}
