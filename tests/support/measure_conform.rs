//! `measure_conform`: `tus-conform` at @tus/server, tuspyserver and our hub; prints a table and then one JSON object. Started by
//! `cargo xtask measure conform`.

use std::process::{Command, ExitCode};

use journeys::{ForeignServer, Hub, bin, device_token};
use serde_json::{Value, json};
use tempfile::TempDir;

/// tuspyserver answers HEAD only of uploads that were given a name and a type.
const METADATA: &str = "filename YQ==,filetype YS9i";
const AGENCY: &str = "000.00.16.H99";

fn main() -> ExitCode {
    let (node, python, hub) = (ForeignServer::node(), ForeignServer::python(), Hub::start());
    let token = format!("Authorization: Bearer {}", device_token(&hub, AGENCY));
    let ours = format!("{}/v1/files", hub.url());
    let servers = [
        ("@tus/server", conform(node.url(), &[])),
        ("tuspyserver", conform(python.url(), &["--metadata", METADATA])),
        ("hoso-hub", conform(&ours, &["--header", &token])),
    ];
    print_table(&servers);
    let counts =
        servers.iter().map(|(name, seen)| json!({ "server": name, "levels": seen["levels"], "failed": failed(seen) }));
    println!("{}", json!({ "checks": checks(&servers[2].1).len(), "servers": counts.collect::<Vec<_>>() }));
    ExitCode::SUCCESS
}

fn conform(url: &str, more: &[&str]) -> Value {
    let folder = TempDir::with_prefix("hoso-conform-").expect("a temporary folder");
    let report = folder.path().join("report.json");
    let mut command = Command::new(bin("tus-conform"));
    command.arg(url).args(more).args(["--report", "json", "--output"]).arg(&report);
    let output = command.output().expect("tus-conform was found");
    let text = std::fs::read_to_string(&report).unwrap_or_else(|_| panic!("no report: {output:?}"));
    serde_json::from_str(&text).expect("JSON")
}

fn checks(seen: &Value) -> &[Value] {
    seen["checks"].as_array().map_or(&[], Vec::as_slice)
}

fn failed(seen: &Value) -> Vec<&Value> {
    checks(seen).iter().filter(|check| check["result"] == "fail").map(|check| &check["number"]).collect()
}

/// The checks that not every server passes, and the counts.
fn print_table(servers: &[(&str, Value)]) {
    let names: Vec<&str> = servers.iter().map(|(name, _)| *name).collect();
    println!("{:<5} {:<6}  {:<12} {:<12} {:<12}  check", "", "level", names[0], names[1], names[2]);
    for (i, check) in checks(&servers[0].1).iter().enumerate() {
        let results: Vec<&str> = servers.iter().filter_map(|(_, seen)| checks(seen)[i]["result"].as_str()).collect();
        if results.iter().all(|result| *result == "pass") {
            continue;
        }
        let word = |result: &str| if result == "not applicable" { "n/a" } else { result }.to_owned();
        println!(
            "{:<5} {:<6}  {:<12} {:<12} {:<12}  {}: {}",
            check["number"].to_string(),
            check["level"].as_str().unwrap_or_default(),
            word(results[0]),
            word(results[1]),
            word(results[2]),
            check["clause"].as_str().unwrap_or_default(),
            check["name"].as_str().unwrap_or_default(),
        );
    }
    for (name, seen) in servers {
        for level in seen["levels"].as_array().into_iter().flatten() {
            let (passed, failed, other) = (&level["passed"], &level["failed"], &level["not_applicable"]);
            let level = level["level"].as_str().unwrap_or_default();
            println!("{name:<12} {level:<6} {passed} passed, {failed} failed, {other} not applicable");
        }
    }
}
