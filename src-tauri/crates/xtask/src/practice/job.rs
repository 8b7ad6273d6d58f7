//! The product's main job by the command line: a dossier from empty to receipted, with the samples as its papers.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Practice, io};
use crate::process::{self, Outcome, failure, say};

/// Copy of a civil-status extract.
const PROCEDURE: &str = "2.000635";

/// Prepares, digitises, checks, sends; then shows where the three results lie.
pub fn run(practice: &Practice) -> Outcome {
    let done = |what: &str| say(&format!("{what}: done"));
    let made = practice.hosoctl(&["dossier", "new", PROCEDURE])?;
    let id = text(&made, "/id")?;
    done("new dossier");
    Err(failure(format!("not finished: {id}")))
}

fn text<'a>(answer: &'a Value, pointer: &str) -> Outcome<&'a str> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found.ok_or_else(|| failure(format!("hosoctl's answer has no {pointer}: {answer}")))
}
