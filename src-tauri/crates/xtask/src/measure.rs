//! Every figure the product claims, measured on the programs that ship. The last line is one JSON object of numbers, with
//! `"holds"`: whether the gate is kept.

mod autosave;
mod conform;
mod corpus;
mod cost;
mod digitise;
mod disk_faults;
mod forms;
mod fuzz;
mod gates;
mod kills;
mod many;
mod peers;
mod power_loss;
mod robust;
mod search;
mod sending;
mod stack;
mod start;

use std::path::PathBuf;

use serde_json::Value;

use crate::compile;
use crate::process::{Outcome, failure};
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

/// How a measurement is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The full-size run, which may take hours.
    pub long: bool,
    /// Pages to use instead of the shipped samples.
    pub corpus: Option<PathBuf>,
    /// What decides about chance; each measurement has one of its own.
    pub seed: Option<u64>,
}

type Measurement = fn(&Workspace, &Options) -> Outcome<Value>;

const MEASUREMENTS: &[(&str, Measurement)] = &[
    ("autosave", autosave::measure),
    ("conform", conform::measure),
    ("digitise", digitise::measure),
    ("disk-faults", disk_faults::measure),
    ("forms", forms::measure),
    ("fuzz", fuzz::measure),
    ("kills", kills::measure),
    ("load", sending::load),
    ("many", many::measure),
    ("model", sending::model),
    ("network", sending::network),
    ("power-loss", power_loss::measure),
    ("robust", robust::measure),
    ("search", search::measure),
    ("stack", stack::measure),
    ("start", start::measure),
];

impl Options {
    /// The options after the name; `None` when they are wrong.
    pub fn parse(words: &[&str]) -> Option<Options> {
        let mut options = Options::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--long" => options.long = true,
                "--corpus" => options.corpus = Some(PathBuf::from(words.next()?)),
                "--seed" => options.seed = Some(words.next()?.parse().ok()?),
                _ => return None,
            }
        }
        Some(options)
    }
}

/// The measurements there are.
pub fn names() -> Vec<&'static str> {
    MEASUREMENTS.iter().map(|(name, _)| *name).collect()
}

/// Builds, measures, prints. A gate that does not hold is a failure.
pub fn run(workspace: &Workspace, name: &str, options: &Options) -> Outcome {
    let Some((_, measure)) = MEASUREMENTS.iter().find(|(known, _)| *known == name) else {
        return Err(failure(format!("no measurement {name}; there are: {}", names().join(", "))));
    };
    setup::prepare(workspace, Purpose::Test)?;
    let workspace = workspace.released();
    compile::programs(&workspace)?;
    let result = measure(&workspace, options)?;
    println!("{result}");
    if result["holds"] == Value::Bool(true) { Ok(()) } else { Err(failure(format!("{name}: the gate does not hold"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_or_refused() {
        assert_eq!(Options::parse(&[]), Some(Options::default()));
        let all = Options { long: true, corpus: Some("x".into()), seed: Some(7) };
        assert_eq!(Options::parse(&["--long", "--corpus", "x", "--seed", "7"]), Some(all));
        assert_eq!(Options::parse(&["--seed", "x"]), None);
        assert_eq!(Options::parse(&["--corpus"]), None);
        assert_eq!(Options::parse(&["--lnog"]), None);
    }
}
