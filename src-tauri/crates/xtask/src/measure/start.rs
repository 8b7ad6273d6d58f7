//! `measure start`: how soon the released window is there, what it holds in memory, how it answers to typing, what it weighs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::Options;
use crate::process::{self, Outcome, failure, say};
use crate::workspace::Workspace;

const FIRST_PAINT_MS: f64 = 1500.0;
const LIST_MS: f64 = 2000.0;
const CORE_PSS_BYTES: f64 = 120e6;
const TYPING_P95_MS: f64 = 50.0;
const JS_START_GZIP: f64 = 120e3;

pub fn measure(workspace: &Workspace, _: &Options) -> Outcome<Value> {
    let mut command = Command::new(workspace.program("measure_window"));
    command.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    let window = process::output(command.arg(workspace.program("hoso")))?;
    let last = window.lines().last().unwrap_or_default();
    let mut figures: Value =
        serde_json::from_str(last).map_err(|e| failure(format!("measure_window: {e}: {window}")))?;
    figures["name"] = json!("start");
    let (start, total) = js_gzip(workspace)?;
    (figures["js_start_gzip"], figures["js_total_gzip"]) = (json!(start), json!(total));
    say(&format!("js_total_gzip: {total} (what is not of the start comes with the screens, once the window is idle)"));
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
        below("js_start_gzip", JS_START_GZIP),
    ];
    figures["holds"] = json!(holds.into_iter().all(|holds| holds));
    Ok(figures)
}

/// Scripts of the built interface, compressed as a web server would: bytes of those its page names, which is what has to be there
/// before the first screen is, and of all.
fn js_gzip(workspace: &Workspace) -> Outcome<(u64, u64)> {
    let folder = workspace.ui().join("dist");
    let read = |path: &Path| fs::read_to_string(path).map_err(|e| failure(format!("{}: {e}", path.display())));
    let page = read(&folder.join("index.html"))?;
    let files = fs::read_dir(folder.join("assets")).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
    let all: Vec<PathBuf> =
        files.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "js")).collect();
    let named = |path: &&PathBuf| path.file_name().is_some_and(|name| page.contains(&*name.to_string_lossy()));
    let start: Vec<PathBuf> = all.iter().filter(named).cloned().collect();
    if start.is_empty() {
        return Err(failure(format!("{}: its page names no script", folder.display())));
    }
    Ok((gzip(&start)?, gzip(&all)?))
}

fn gzip(files: &[PathBuf]) -> Outcome<u64> {
    const SCRIPT: &str = "let n=0;for(const f of process.argv.slice(1))n+=require('zlib').gzipSync(require('fs').readFileSync(f)).length;console.log(n)";
    let said = process::output(Command::new("node").args(["-e", SCRIPT, "--"]).args(files))?;
    said.trim().parse().map_err(|e| failure(format!("{said}: {e}")))
}
