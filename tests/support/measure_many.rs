//! `measure_many ROWS`: see [`journeys::many`]; prints one JSON object. Started by `cargo xtask measure many`.

use std::process::ExitCode;
use std::time::Instant;

use journeys::{Clerk, many};
use serde_json::json;

fn main() -> ExitCode {
    let Some(Ok(rows)) = std::env::args().nth(1).map(|word| word.parse::<u32>()) else {
        eprintln!("measure_many ROWS");
        return ExitCode::from(2);
    };
    let clerk = Clerk::new();
    let table = many::workbook(&clerk.folder().join("ho-so.xlsx"), rows);
    let begun = Instant::now();
    let made = clerk.ok(&many::import(&table));
    let seconds = begun.elapsed().as_secs_f64();
    let mut wrong = many::wrong(&clerk, rows);
    let begun = Instant::now();
    let again = clerk.ok(&many::import(&table));
    if again["it"]["made"] != 0 || again["it"]["before"] != rows {
        wrong.push(format!("taken in again: {again}"));
    }
    let seconds_again = begun.elapsed().as_secs_f64();
    let killed = many::killed(rows.min(1_000));
    wrong.extend(killed.wrong);
    println!(
        "{}",
        json!({
            "rows": rows, "seconds": seconds, "made": made["it"]["made"], "seconds_again": seconds_again,
            "kills": killed.kills, "wrong": wrong,
        })
    );
    ExitCode::SUCCESS
}
