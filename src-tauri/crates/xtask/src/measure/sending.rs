//! What `measure_sending` sees of sending at its full size, and the gates over it: `measure kills` (its part of sending), `network`, `load`
//! and `model`.

use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use super::gates::Gates;
use crate::process::{self, Outcome, failure, say};
use crate::tus_peers;
use crate::workspace::Workspace;

/// Where no other is asked for.
const SEED: u64 = 20_260_101;

/// Runs a part of `measure_sending`; what it saw, with the seed it was given.
pub fn seen(workspace: &Workspace, options: &Options, part: &str) -> Outcome<Value> {
    let seed = options.seed.unwrap_or(SEED);
    say(&format!("seed {seed}"));
    let mut command = Command::new(workspace.program("measure_sending"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    command.env("HOSO_PEERS", tus_peers::ready(workspace)?).env("HOSO_DURABLE", "1");
    command.args([part, &seed.to_string()]).args(options.long.then_some("--long"));
    let said = process::output(&mut command)?;
    let last = said.lines().last().unwrap_or_default();
    let mut seen: Value = serde_json::from_str(last).map_err(|e| failure(format!("measure_sending: {e}: {said}")))?;
    seen["seed"] = json!(seed);
    Ok(seen)
}

pub fn network(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let seen = seen(workspace, options, "network")?;
    judged("network", seen, |seen, gates| {
        let (files, outages) = if options.long { (10_000.0, 50.0) } else { (200.0, 9.0) };
        gates.at_least("files over a network that spoils 30 % of requests", seen["spoilt"]["files"].as_f64(), files);
        for network in ["clean", "spoilt", "slow"] {
            gates.none(&format!("{network}: lost, doubled, damaged, promises broken"), count(&seen[network]["wrong"]));
        }
        for (network, limit) in [("clean", 1.005), ("spoilt", 1.10), ("slow", 1.05)] {
            // A few small files say nothing of what ten large ones cost on a slow line.
            if network != "slow" || options.long {
                let ratio = seen[network]["ratio"].as_f64();
                gates.at_most(&format!("{network}: bytes on the wire / bytes of files"), ratio, limit);
            }
        }
        gates.at_least("outages, for each clerk", seen["resume"]["samples"].as_f64(), outages);
        gates.at_most("goes on after the network is back, p95, seconds", seen["resume"]["p95_seconds"].as_f64(), 5.0);
    })
}

pub fn load(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let seen = seen(workspace, options, "load")?;
    judged("load", seen, |seen, gates| {
        let best = |runs: &Value| {
            let runs = runs.as_array().into_iter().flatten().filter_map(|run| run["dossiers_a_second"].as_f64());
            runs.reduce(f64::max)
        };
        let few = &seen["disk"][0];
        gates.at_least("SQLite and a folder: dossiers a second", best(&seen["disk"]), 20.0);
        gates.at_most("SQLite and a folder, 4 clients: p99, seconds", few["p99_seconds"].as_f64(), 1.0);
        gates.at_least("PostgreSQL and S3: dossiers a second", best(&seen["shared"]["clients"]), 15.0);
        let killed = &seen["killed_under_load"];
        gates.at_least("replicas killed under load", killed["kills"].as_f64(), if options.long { 30.0 } else { 5.0 });
        gates.none("lost, doubled, damaged by it", count(&killed["wrong"]));
        let stalled = &seen["stalled"];
        gates.at_least("stalled uploads at once", stalled["open"].as_f64(), if options.long { 2000.0 } else { 500.0 });
        gates.at_most("memory of the hub with them, MiB", stalled["peak_mib"].as_f64(), 512.0);
        gates.at_most("the hub has ended them after, seconds", stalled["ended_after_seconds"].as_f64(), 60.0);
    })
}

pub fn model(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let seen = seen(workspace, options, "model")?;
    judged("model", seen, |seen, gates| {
        let steps = if options.long { 1_000_000.0 } else { 20_000.0 };
        gates.at_least("steps", seen["steps"].as_f64(), steps);
        gates.at_least("restarts of the hub among them", seen["restarts"].as_f64(), 100.0);
        gates.none("steps in which hub and model differ", count(&seen["wrong"]));
    })
}

/// The gates over `measure_sending kills`.
pub fn judge_kills(seen: &Value, long: bool, gates: &mut Gates) {
    let sizes = if long { [1000.0, 200.0, 600.0, 100.0] } else { [100.0, 20.0, 60.0, 20.0] };
    for who in ["client", "hub"] {
        let kills = seen["disk"][format!("{who}_kills")].as_f64();
        gates.at_least(&format!("sending: kills of the {who}"), kills, sizes[0]);
    }
    gates.at_least("sending: dossiers", seen["disk"]["dossiers"].as_f64(), sizes[1]);
    gates.at_least("sending: files", seen["disk"]["files"].as_f64(), sizes[2]);
    gates.at_least("sending: share of kills that met a request", seen["disk"]["in_flight"].as_f64(), 0.5);
    gates.at_least("two replicas: kills of one", seen["replicas"]["hub_kills"].as_f64(), sizes[3]);
    for place in ["disk", "replicas"] {
        let what = format!("sending, {place}: lost, doubled, damaged, left over, promises broken");
        gates.none(&what, count(&seen[place]["wrong"]));
    }
}

fn count(list: &Value) -> Option<u64> {
    list.as_array().map(|list| list.len() as u64)
}

fn judged(name: &str, mut seen: Value, judge: impl FnOnce(&Value, &mut Gates)) -> Outcome<Value> {
    let mut gates = Gates::default();
    judge(&seen, &mut gates);
    (seen["name"], seen["holds"]) = (json!(name), json!(gates.hold()));
    seen["gates"] = gates.into_json();
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_wrong_or_not_looked_at_is_enough() {
        let part = |wrong: Value| json!({ "client_kills": 100, "hub_kills": 100, "dossiers": 20, "files": 60, "in_flight": 0.8, "wrong": wrong });
        let holds = |seen: Value| {
            let mut gates = Gates::default();
            judge_kills(&seen, false, &mut gates);
            gates.hold()
        };
        assert!(holds(json!({ "disk": part(json!([])), "replicas": part(json!([])) })));
        assert!(!holds(json!({ "disk": part(json!([])), "replicas": part(json!(["x: lost"])) })));
        assert!(!holds(json!({ "disk": part(json!([])) })));
    }
}
