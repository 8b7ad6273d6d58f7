//! `measure_kills KILLS PAGES`: see [`journeys::kills`]; prints one JSON object. Started by `cargo xtask measure kills`.

use std::process::ExitCode;
use std::time::Duration;

use journeys::kills::{Plan, digitising};
use serde_json::json;

const SEED: u64 = 20_260_101;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u32>());
    let (Some(Ok(kills)), Some(Ok(pages))) = (numbers.next(), numbers.next()) else {
        eprintln!("measure_kills KILLS PAGES");
        return ExitCode::from(2);
    };
    let plan = Plan { kills, pages, latest: Duration::from_secs(5), seed: SEED };
    let mut seen = digitising(&plan);
    seen.went_on.sort_by(f64::total_cmp);
    let at = |share: f64| seen.went_on.get((share * (seen.went_on.len().max(1) - 1) as f64) as usize).copied();
    let figures = json!({
        "kills": seen.kills, "batches": seen.batches, "pages": pages, "wrong": seen.wrong, "starts": seen.went_on.len(),
        "goes_on_median_seconds": at(0.5), "goes_on_p95_seconds": at(0.95), "goes_on_slowest_seconds": at(1.0),
        "late": seen.late,
    });
    println!("{figures}");
    ExitCode::SUCCESS
}
