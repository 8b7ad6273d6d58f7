//! Every check and every test, and their totals.

use std::process::Command;
use std::time::Instant;

use crate::compile;
use crate::process::{self, Outcome, failure, say};
use crate::setup::{self, Purpose, npm};
use crate::tus_peers;
use crate::workspace::{Workspace, cargo};

/// What has passed and failed so far.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// Runs everything, also after a failure, so that one run shows all that is wrong. The last line counts.
pub fn run(workspace: &Workspace) -> Outcome {
    setup::prepare(workspace, Purpose::Test)?;
    compile::programs(workspace)?;
    let ui = workspace.ui();
    let mut totals = Totals::default();
    totals
        .check("format of the Rust sources", cargo().args(["fmt", "--all", "--check"]).current_dir(&workspace.root))?;
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).current_dir(&workspace.root);
    totals.check("clippy", &mut clippy)?;
    totals.check("types of the user interface", npm().args(["run", "check"]).current_dir(&ui))?;
    totals.tests("tests of the user interface", npm().args(["test"]).current_dir(&ui))?;
    let mut build = npm();
    totals.check("build of the interface for browsers", build.args(["run", "build:http"]).current_dir(&ui))?;
    let mut browser = npm();
    browser.args(["run", "test:browser"]).current_dir(&ui);
    browser.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    totals.tests("the interface in a browser", &mut browser)?;
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]).current_dir(&workspace.root);
    tests.env("HOSO_BIN", workspace.programs()).env("HOSO_MODELS", workspace.models());
    tests.env("HOSO_PEERS", tus_peers::ready(workspace)?);
    totals.tests("tests of the rooms, and journeys", &mut tests)?;

    let verdict = format!("{} passed, {} failed", totals.passed, totals.failed);
    let ignored = if totals.ignored > 0 { format!(", {} skipped", totals.ignored) } else { String::new() };
    println!("{verdict}{ignored}");
    // A skipped test is a part of the product that nobody looked at: where the machine is ours, that is a failure.
    let ci = std::env::var_os("CI").is_some();
    if totals.failed > 0 || totals.passed == 0 || (ci && totals.ignored > 0) {
        return Err(failure(format!("not green: {verdict}{ignored}")));
    }
    Ok(())
}

impl Totals {
    /// A check without tests of its own: it counts only when it fails.
    fn check(&mut self, name: &str, command: &mut Command) -> Outcome {
        say(name);
        let start = Instant::now();
        if !process::watch(command, |_| {})? {
            self.failed += 1;
            say(&format!("FAILED: {}", process::shown(command)));
        }
        say(&format!("{name}: {:.1} s", start.elapsed().as_secs_f64()));
        Ok(())
    }

    /// A test runner: its tests are counted; a failure that none of them accounts for counts as one.
    fn tests(&mut self, name: &str, command: &mut Command) -> Outcome {
        say(name);
        let start = Instant::now();
        let failed_before = self.failed;
        let success = process::watch(command, |line| self.add(line))?;
        if !success {
            if self.failed == failed_before {
                self.failed += 1;
            }
            say(&format!("FAILED: {}", process::shown(command)));
        }
        say(&format!("{name}: {:.1} s", start.elapsed().as_secs_f64()));
        Ok(())
    }

    /// Adds a line `test result: ok. 3 passed; 0 failed; 1 ignored; …` (cargo) or `Tests  1 failed | 3 passed (4)` (Vitest).
    fn add(&mut self, line: &str) {
        let line = without_colours(line);
        let line = line.trim();
        let counts = match (line.strip_prefix("test result:"), line.strip_prefix("Tests ")) {
            (Some(counts), _) => counts.split_once(". ").map_or(counts, |(_, counts)| counts),
            (None, Some(counts)) => counts,
            (None, None) => return,
        };
        for count in counts.split([';', '|']) {
            let mut words = count.split_whitespace();
            let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
            match words.next() {
                Some("passed") => self.passed += number,
                Some("failed") => self.failed += number,
                Some("ignored" | "skipped" | "todo") => self.ignored += number,
                _ => {}
            }
        }
    }
}

/// The line without terminal colours (`ESC [ … m`).
fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_the_runners_print() {
        let mut totals = Totals::default();
        for line in [
            "running 5 tests",
            "test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            " \u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m\u{1b}[2m | \u{1b}[22m\u{1b}[32m7 passed\u{1b}[39m (8)",
            "Test Files  1 passed (1)",
        ] {
            totals.add(line);
        }
        assert_eq!(totals, Totals { passed: 12, failed: 3, ignored: 1 });
    }

    #[test]
    #[cfg(unix)]
    fn a_check_that_fails_and_a_runner_that_crashes_count_as_failures() {
        let mut totals = Totals::default();
        totals.check("true", &mut Command::new("true")).unwrap();
        assert_eq!(totals, Totals::default());
        totals.check("false", &mut Command::new("false")).unwrap();
        totals.tests("false", &mut Command::new("false")).unwrap();
        let mut counted = Command::new("sh");
        totals.tests("sh", counted.args(["-c", "echo 'test result: FAILED. 0 passed; 1 failed;'; exit 1"])).unwrap();
        assert_eq!(totals, Totals { passed: 0, failed: 3, ignored: 0 });
    }
}
