//! `measure autosave`: how soon what is typed is on the disk, and whether a kill loses any of it. The real interface in Chromium
//! types, the program behind it is killed.

use std::fs;

use serde_json::{Value, json};

use super::Options;
use crate::process::{self, Outcome, failure};
use crate::setup::npm;
use crate::workspace::Workspace;

/// From a key to the disk.
const DURABLE_MS: u64 = 1000;

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    let kills: u64 = if options.long { 200 } else { 20 };
    let file = workspace.target.join("xtask/measure-autosave.json");
    // What an earlier run wrote must not be taken for this one's.
    let _ = fs::remove_file(&file);
    process::run(npm().args(["run", "build:http"]).current_dir(workspace.ui()))?;
    let mut browser = npm();
    browser.args(["run", "test:browser", "--", "autosave"]).current_dir(workspace.ui());
    browser.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    browser.env("HOSO_KILLS", kills.to_string()).env("HOSO_FIGURES", &file);
    // A loss fails the test; its figures are written all the same.
    let ran = process::run(&mut browser);
    let text = fs::read_to_string(&file).map_err(|e| failure(format!("{}: {e}: {ran:?}", file.display())))?;
    let figures = serde_json::from_str(&text).map_err(|e| failure(format!("{}: {e}", file.display())))?;
    Ok(verdict(figures, kills))
}

fn verdict(mut figures: Value, kills: u64) -> Value {
    let is = |name: &str, fits: &dyn Fn(u64) -> bool| figures[name].as_u64().is_some_and(fits);
    let holds = is("kills", &|n| n == kills)
        && is("letters", &|n| n > 0)
        && is("lost", &|n| n == 0)
        && is("late", &|n| n == 0)
        && is("max_ms", &|ms| ms <= DURABLE_MS);
    figures["name"] = json!("autosave");
    figures["holds"] = json!(holds);
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_is_no_loss_and_a_second() {
        let good = || json!({ "kills": 20, "letters": 500, "lost": 0, "late": 0, "max_ms": 1000 });
        assert_eq!(verdict(good(), 20)["holds"], json!(true));
        for (figure, bad) in [
            ("kills", json!(19)),
            ("letters", json!(0)),
            ("lost", json!(1)),
            ("late", json!(1)),
            ("max_ms", json!(1001)),
            ("lost", json!(null)),
        ] {
            let mut figures = good();
            figures[figure] = bad;
            assert_eq!(verdict(figures, 20)["holds"], json!(false), "{figure}");
        }
    }
}
