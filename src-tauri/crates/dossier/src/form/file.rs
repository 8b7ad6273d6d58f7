//! Checking a form file as an official corrects it: every problem at once, each with its line and column.
//!
//! A part that cannot be read is told, put aside, and the rest is checked as if it had been right: so one slip of the pen does
//! not hide the others, and none is told for what another one did.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_path_to_error::Segment;

use super::Form;
use crate::{
    key::FieldId,
    located::{Located, Problem},
    place::{Step, Tree},
};

/// After so many parts that cannot be read, a file is of another kind.
const MOST: usize = 100;

/// Rules: what is wrong inside one concerns all of it.
const RULES: [&str; 6] = ["visible_if", "required_if", "calculated", "earliest", "latest", "holds"];

/// What can be left out, here or there.
const OPTIONAL: [&str; 28] = [
    "help",
    "visible_if",
    "required_if",
    "calculated",
    "earliest",
    "latest",
    "constraints",
    "prefill",
    "from_paper",
    "person",
    "confirm_below",
    "required",
    "sensitive",
    "was",
    "format",
    "pattern",
    "decimals",
    "min",
    "max",
    "unit",
    "media",
    "min_rows",
    "max_rows",
    "needs",
    "digitise",
    "sign",
    "part",
    "max_bytes",
];

/// A problem of a file and where it stands in its text, both counted from 1; columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub line: usize,
    pub column: usize,
    pub problem: Located,
}

/// Checks the JSON of a form. Empty when it can be used: then [`Form::from_json`] reads it.
pub fn check(json: &str) -> Vec<Spot> {
    let mut tree = match Tree::read(json) {
        Ok(tree) => tree,
        Err(problem) => return vec![problem],
    };
    let mut spots: Vec<Spot> = tree.duplicate_keys();
    let mut mended = Mended::default();
    for _ in 0..MOST {
        let value = tree.value();
        let mut track = serde_path_to_error::Track::new();
        let deserializer = serde_path_to_error::Deserializer::new(value, &mut track);
        match Form::deserialize(deserializer) {
            Ok(form) => {
                let problems = form.problems().into_iter().filter(|problem| !mended.explains(problem));
                spots.extend(problems.map(|problem| tree.spot(problem)));
                break;
            }
            Err(error) => {
                let steps: Vec<Step> = track.path().iter().filter_map(step).collect();
                if !mended.mend(&mut tree, steps, &error.to_string(), &mut spots) {
                    break;
                }
            }
        }
    }
    spots.sort_by_key(|spot| (spot.line, spot.column));
    spots.dedup();
    spots
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::At(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { variant } => Some(Step::Key(variant.clone())),
        Segment::Unknown => None,
    }
}

/// What was put aside, so that its consequences are not told.
#[derive(Default)]
struct Mended {
    /// Paths, as they are now, of what was replaced, and of what may lack something because of it.
    places: Vec<String>,
    /// What is not checked any further.
    shadows: Vec<String>,
    /// Fields that were put aside in whole or in part.
    fields: BTreeSet<String>,
    /// Something was put aside of which nobody knows what it is called.
    nameless: bool,
    made: usize,
}

impl Mended {
    /// Tells what is wrong at `steps` and makes the tree readable there; false when that cannot be done.
    fn mend(&mut self, tree: &mut Tree, steps: Vec<Step>, message: &str, spots: &mut Vec<Spot>) -> bool {
        // What can be followed: an enum's variant is no key where it is written as a text.
        let mut steps = tree.known(&steps);
        let problem = problem(message);
        let key = match &problem {
            Problem::MissingKey { key } => Some(key.clone()),
            Problem::UnknownKey { key, .. } if tree.has(&steps, key) => {
                steps.push(Step::Key(key.clone()));
                None
            }
            _ => None,
        };
        let consequence = self.places.contains(&path(&steps));
        if !consequence {
            spots.push(tree.spot(Located::new(path(&steps), problem.clone())));
        }
        if let Some(placeholder) = key.as_deref().and_then(|key| self.placeholder(key)) {
            if consequence {
                return self.replace(tree, steps);
            }
            let key = key.unwrap_or_default();
            tree.put(&steps, &key, placeholder);
            self.taint(tree, &steps);
            let place = path(&[steps, vec![Step::Key(key)]].concat());
            self.shadows.push(place.clone());
            self.places.push(place);
            return true;
        }
        if message.starts_with("unknown field") && matches!(steps.last(), Some(Step::Key(_))) {
            tree.remove(&steps);
            return true;
        }
        self.replace(tree, steps)
    }

    /// Puts something readable in the place of the part that holds `steps`.
    fn replace(&mut self, tree: &mut Tree, mut steps: Vec<Step>) -> bool {
        let is_rule = |step: &Step| matches!(step, Step::Key(key) if RULES.contains(&key.as_str()));
        if let Some(rule) = steps.iter().position(is_rule) {
            steps.truncate(rule + 1);
        }
        self.taint(tree, &steps);
        while let Some(last) = steps.last().cloned() {
            let seen = self.places.contains(&path(&steps));
            match last {
                Step::At(_) => {
                    tree.remove(&steps);
                    // Those after it have other places now.
                    steps.pop();
                    let list = path(&steps);
                    self.places.retain(|place| !place.starts_with(&format!("{list}[")));
                    self.shadows.push(list.clone());
                    self.places.push(list);
                    return true;
                }
                Step::Key(key) if !seen => {
                    let parent = &steps[..steps.len() - 1];
                    // Of another type, a field has other rules.
                    self.shadows.push(path(if key == "type" { parent } else { &steps }));
                    if let Some(placeholder) = self.placeholder(&key) {
                        tree.put(parent, &key, placeholder);
                        self.places.push(path(&steps));
                        return true;
                    }
                    if OPTIONAL.contains(&key.as_str()) {
                        tree.remove(&steps);
                        // Without it, what held it may lack something after all.
                        self.places.push(path(parent));
                        return true;
                    }
                }
                Step::Key(_) => {}
            }
            steps.pop();
        }
        false
    }

    /// Something of the right shape for what is always there.
    fn placeholder(&mut self, key: &str) -> Option<serde_json::Value> {
        self.made += 1;
        Some(match key {
            "title" | "label" | "row" | "words" => serde_json::json!({"vi": "–", "en": "–"}),
            "vi" | "en" | "example" => "–".into(),
            "id" | "code" | "component" => format!("put-aside-{}", self.made).into(),
            "revision" => 1.into(),
            "type" => "note".into(),
            "holds" => serde_json::json!({"bool": true}),
            "sections" | "fields" | "options" | "accepts" | "parts" => serde_json::json!([]),
            _ => return None,
        })
    }

    /// Remembers every field that `steps` concerns: those it stands in, and those that stand in it.
    fn taint(&mut self, tree: &Tree, steps: &[Step]) {
        for end in 0..=steps.len() {
            self.fields.extend(tree.text(&[&steps[..end], &[Step::Key("id".into())]].concat()));
        }
        let below = tree.texts_below(steps, "id");
        self.nameless |= below.is_empty() && matches!(steps.last(), Some(Step::At(_)));
        self.fields.extend(below);
    }

    /// Whether a rule's problem comes from what was put aside.
    fn explains(&self, located: &Located) -> bool {
        let of = |field: &FieldId| self.nameless || self.fields.contains(field.as_str());
        let inside = |place: &String| {
            located
                .path
                .strip_prefix(place.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        match &located.problem {
            Problem::UnknownField { field }
            | Problem::NotInThisRow { field }
            | Problem::InsideGroup { field }
            | Problem::NotAGroup { field }
            | Problem::UnknownOption { field, .. } => of(field),
            Problem::Cycle { fields } => fields.iter().any(of),
            Problem::Empty
            | Problem::EmptyRange
            | Problem::BadPattern
            | Problem::BadWords
            | Problem::WrongType { .. } => self.shadows.iter().any(inside),
            _ => false,
        }
    }
}

fn path(steps: &[Step]) -> String {
    crate::place::path(steps)
}

/// What serde's words mean.
fn problem(message: &str) -> Problem {
    let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
    let expected = || message.split_once("expected ").map_or("", |(_, rest)| rest).replace('`', "");
    let found = |start: &str| {
        let rest = message.strip_prefix(start).unwrap_or_default();
        rest.split_once(", expected").map_or(rest, |(found, _)| found).trim_start_matches([':', ' ']).replace('`', "")
    };
    match message {
        _ if message.starts_with("unknown field") || message.starts_with("unknown variant") => {
            Problem::UnknownKey { key: quoted(), known: expected().trim_start_matches("one of ").to_owned() }
        }
        _ if message.starts_with("missing field") => Problem::MissingKey { key: quoted() },
        _ if message.starts_with("invalid type") => {
            Problem::BadShape { expected: expected(), found: found("invalid type") }
        }
        _ if message.starts_with("invalid value") => {
            Problem::BadShape { expected: expected(), found: found("invalid value") }
        }
        _ if message.starts_with("invalid length") => {
            Problem::BadShape { expected: expected(), found: found("invalid length") }
        }
        _ => Problem::Unreadable { message: message.to_owned() },
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
