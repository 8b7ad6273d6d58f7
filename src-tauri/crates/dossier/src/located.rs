//! What is wrong with a data file, and where.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{date::Date, key::FieldId};

/// A problem and its place. `path` is written as in the file: `sections[0].fields[2].visible_if`; empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct Located {
    pub path: String,
    pub problem: Problem,
}

impl Located {
    pub fn new(path: impl Into<String>, problem: Problem) -> Self {
        Self { path: path.into(), problem }
    }

    /// The same problem seen from the file that holds `self.path`.
    pub fn under(self, file: &str) -> Self {
        let joint = if self.path.is_empty() { "" } else { ":" };
        Self { path: format!("{file}{joint}{}", self.path), ..self }
    }
}

/// What can be wrong with a data file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// Not JSON, or not of the shape this kind of file has.
    #[error("line {line}, column {column}: {message}")]
    Malformed { line: usize, column: usize, message: String },
    #[error("there is no {key:?} here; there can be {known}")]
    UnknownKey { key: String, known: String },
    #[error("{key:?} is missing")]
    MissingKey { key: String },
    #[error("expected {expected}, found {found}")]
    BadShape { expected: String, found: String },
    #[error("cannot be read: {message}")]
    Unreadable { message: String },
    #[error("the folder of this file is not one of procedures, forms, profiles, calendar")]
    UnknownFolder,
    #[error("the key {key:?} is empty, too long, or has characters other than A-Z a-z 0-9 . _ -")]
    BadKey { key: String },
    #[error("the words are empty or not NFC")]
    BadWords,
    #[error("{key:?} is here a second time")]
    Duplicate { key: String },
    #[error("there is no field {field}")]
    UnknownField { field: FieldId },
    #[error("{field} is not a field of this row")]
    NotInThisRow { field: FieldId },
    #[error("{field} stands inside a group: reach it by sum or count")]
    InsideGroup { field: FieldId },
    #[error("{field} is not a repeated group")]
    NotAGroup { field: FieldId },
    #[error("a group cannot stand inside a group")]
    NestedGroup,
    #[error("sum and count cannot stand inside sum and count")]
    NestedAggregate,
    #[error("{field} has no option {option:?}")]
    UnknownOption { field: FieldId, option: String },
    #[error("expected {expected}, found {found}")]
    WrongType { expected: String, found: String },
    #[error("nested deeper than {limit}")]
    TooDeep { limit: usize },
    #[error("more than {limit} steps")]
    TooLong { limit: usize },
    #[error("these fields depend on each other in a circle: {fields:?}")]
    Cycle { fields: Vec<FieldId> },
    #[error("the lower bound is above the upper one")]
    EmptyRange,
    #[error("empty")]
    Empty,
    #[error("this pattern can fit nothing, or its own example does not fit it")]
    BadPattern,
    #[error("valid until {to}, which is before {from}")]
    EmptyValidity { from: Date, to: Date },
    #[error("there is no {what} {key:?}")]
    Missing { what: String, key: String },
    #[error("a revision is a number from 1 on")]
    BadRevision,
    #[error("the steps take {hours} working hours, the limit has {limit}")]
    StepsTooLong { hours: u32, limit: u32 },
    #[error("{day} does not belong here")]
    DayOutOfPlace { day: Date },
}

/// Reads JSON strictly and tells where it failed.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, Located> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        malformed(if path == "." { "" } else { &path }, error.inner())
    })?;
    deserializer.end().map_err(|error| malformed("", &error))?;
    Ok(value)
}

fn malformed(path: &str, error: &serde_json::Error) -> Located {
    let message = error.to_string();
    Located::new(path, Problem::Malformed { line: error.line(), column: error.column(), message })
}
