//! `measure start`: how soon the released window is there, what it holds in memory, how it answers to typing, what it weighs.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use crate::process::{self, Outcome, failure, say};
use crate::workspace::{Workspace, cargo};

const FIRST_PAINT_MS: f64 = 1500.0;
const LIST_MS: f64 = 2000.0;
const CORE_PSS_BYTES: f64 = 120e6;
const TYPING_P95_MS: f64 = 50.0;
const JS_GZIP_BYTES: f64 = 120e3;

pub fn measure(workspace: &Workspace, _: &Options) -> Outcome<Value> {
    process::timed("building the release", || {
        // The whole workspace, so that SQLCipher's feature is in.
        let build = ["build", "--release", "--workspace", "--exclude", "xtask"];
        process::run(cargo().args(build).current_dir(&workspace.root))
    })?;
    let mut command = Command::new(workspace.program("measure_window"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    let window = process::output(command.arg(workspace.target.join("release/hoso")))?;
    let last = window.lines().last().unwrap_or_default();
    let mut figures: Value =
        serde_json::from_str(last).map_err(|e| failure(format!("measure_window: {e}: {window}")))?;
    figures["name"] = json!("start");
    figures["js_gzip_bytes"] = json!(js_gzip_bytes(workspace)?);
    let below = |name: &str, limit: f64| {
        let figure = figures[name].as_f64().unwrap_or(f64::INFINITY);
        say(&format!("{name}: {figure:.0} (limit {limit:.0})"));
        figure <= limit
    };
    let holds = [
        below("first_paint_ms", FIRST_PAINT_MS),
        below("list_ms", LIST_MS),
        below("core_pss_bytes", CORE_PSS_BYTES),
        below("typing_p95_ms", TYPING_P95_MS),
        below("js_gzip_bytes", JS_GZIP_BYTES),
    ];
    figures["holds"] = json!(holds.into_iter().all(|holds| holds));
    Ok(figures)
}

/// All scripts of the built interface, compressed as a web server would.
fn js_gzip_bytes(workspace: &Workspace) -> Outcome<u64> {
    const SCRIPT: &str = "let n=0;for(const f of process.argv.slice(1))n+=require('zlib').gzipSync(require('fs').readFileSync(f)).length;console.log(n)";
    let folder = workspace.ui().join("dist/assets");
    let files = fs::read_dir(&folder).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
    let scripts = files.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "js"));
    let said = process::output(Command::new("node").args(["-e", SCRIPT, "--"]).args(scripts))?;
    said.trim().parse().map_err(|e| failure(format!("{said}: {e}")))
}
