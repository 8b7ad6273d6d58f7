//! `measure_forms [RULES DEEP FILES]`: the forms' promises at full size, as one JSON object. Started by `cargo xtask measure forms`.
//!
//! Random rules against a second evaluator and in any order; rules far beyond their bounds; form files spoilt at random.

#[path = "../../src-tauri/crates/dossier/tests/properties/random.rs"]
mod random;
#[path = "../../src-tauri/crates/dossier/tests/properties/reference.rs"]
mod reference;
#[path = "../../src-tauri/crates/dossier/tests/properties/runs.rs"]
mod runs;

use std::{process::ExitCode, time::Instant};

const RULES: usize = 100_000;
const DEEP: usize = 2_000;
const FILES: usize = 5_000;
const SEED: u64 = 20_261_121;

fn main() -> ExitCode {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let size = |at: usize, full| sizes.get(at).copied().unwrap_or(full);
    let (n_rules, n_deep, n_files) = (size(0, RULES), size(1, DEEP), size(2, FILES));
    // What panics is counted; its words would only hide the figures.
    std::panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let seconds = |start: Instant| (start.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    let rules = runs::rules(n_rules, SEED);
    let rules_s = seconds(start);
    let bounds = runs::bounds(n_deep, SEED);
    let start = Instant::now();
    let spoilt = runs::spoilt(&runs::shipped(), n_files, SEED);
    for first in [&rules.first, &spoilt.first].into_iter().flatten() {
        eprintln!("{first}");
    }
    println!(
        "{}",
        serde_json::json!({
            "rules": n_rules, "rules_with_value": rules.values, "rules_seconds": rules_s,
            "disagreements": rules.disagreements, "order_matters": rules.order_matters,
            "beyond_bounds": n_deep, "beyond_bounds_not_null": bounds.not_null, "beyond_bounds_panics": bounds.panics,
            "spoilt_files": n_files, "spoilt_refused": spoilt.refused, "spoilt_problems": spoilt.problems,
            "spoilt_panics": spoilt.panics, "problems_without_place": spoilt.without_place,
            "checker_and_reader_differ": spoilt.untold, "spoilt_seconds": seconds(start),
        })
    );
    ExitCode::SUCCESS
}
