//! `check_archive FILE…`: which rules of PDF/A-2u each file breaks, as one JSON object a line. For measurements; never shipped.

use std::process::ExitCode;

use serde_json::json;

fn main() -> ExitCode {
    for path in std::env::args().skip(1) {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("check_archive: {path}: {error}");
                return ExitCode::FAILURE;
            }
        };
        println!("{}", json!({ "file": path, "broken": pdf::check_pdfa_2u(&bytes) }));
    }
    ExitCode::SUCCESS
}
