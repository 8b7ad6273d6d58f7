//! What can be asked of many dossiers at once, and what is answered.

use std::path::{Path, PathBuf};

use dossier::{DossierId, ImportId, Words, check::FindingKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Use;

/// Many dossiers of one procedure out of the rows of a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ManyRequest {
    /// Writes an empty table for the procedure's form: a file, or into a folder under a name of ours.
    Template {
        procedure: String,
        file: PathBuf,
    },
    /// Reads the file as it would be taken in; changes nothing.
    Look {
        source: ManySource,
        rows: ManyRows,
    },
    /// Makes a draft of every row that is not one yet. `with_errors`: also of rows in which something is wrong.
    Import {
        source: ManySource,
        with_errors: bool,
    },
    /// Writes the rows in which something is wrong, with these reasons, as a table that can be mended and taken in: a file, or
    /// into a folder under a name of ours.
    Errors {
        source: ManySource,
        reasons: Vec<RowReason>,
        file: PathBuf,
    },
    /// Stops the import that is running; what is made stays.
    Stop,
    /// Puts away what an import made; it can be restored for a day.
    Undo {
        import: ImportId,
    },
    Restore {
        import: ImportId,
    },
}

impl ManyRequest {
    /// The files it names, and what becomes of each.
    pub fn paths(&self) -> Vec<(Use, &Path)> {
        match self {
            Self::Template { file, procedure: _ } => vec![(Use::Written, file)],
            Self::Look { source, rows: _ } | Self::Import { source, with_errors: _ } => vec![(Use::Read, &source.file)],
            Self::Errors { source, file, reasons: _ } => vec![(Use::Read, &source.file), (Use::Written, file)],
            Self::Stop | Self::Undo { import: _ } | Self::Restore { import: _ } => vec![],
        }
    }
}

/// A file of rows and how it is to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManySource {
    pub procedure: String,
    pub file: PathBuf,
    /// Without it, the first a person sees.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The row of the headings, from 1; without it, the one that names most fields.
    #[serde(default)]
    pub header: Option<u32>,
    /// The field of each column, `null` for none. Without it, as it was for these headings the last time, and by the headings.
    #[serde(default)]
    pub columns: Option<Vec<Option<String>>>,
    /// Fields by heading, over what was matched; an empty field leaves the column out.
    #[serde(default)]
    pub named: Vec<(String, String)>,
    /// The column whose value tells which rows belong together: rows with the same value make one dossier, each with a row in its
    /// tables. Counts only with `columns`; `key_named` names it by its heading.
    #[serde(default)]
    pub key: Option<u32>,
    #[serde(default)]
    pub key_named: Option<String>,
    /// A key that was taken in from another file is not taken in again.
    #[serde(default)]
    pub across: bool,
    /// Numbers whose zeros in front were lost get them back.
    #[serde(default)]
    pub zeros: bool,
}

/// Which rows to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManyRows {
    pub from: u32,
    pub limit: u32,
    pub only_errors: bool,
}

/// What is wrong in a row, in the person's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowReason {
    /// As the spreadsheet numbers it.
    pub row: u32,
    pub reason: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum ManyAnswer {
    View(Box<ManyView>),
    Imported(ManyDone),
    Written(ManyWritten),
    /// So many dossiers were put away or restored.
    Moved(#[ts(type = "number")] u64),
    Stopping,
}

/// A file as it would be taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ManyView {
    pub procedure: Words,
    /// The file's own name.
    pub file: String,
    pub sheets: Vec<String>,
    pub sheet: String,
    pub header: u32,
    pub columns: Vec<ManyColumn>,
    pub targets: Vec<ManyTarget>,
    pub key: Option<u32>,
    pub across: bool,
    /// Rows below the headings.
    pub lines: u32,
    /// Dossiers they make, those of them in which something is wrong, and those that are made already.
    pub dossiers: u32,
    pub faulty: u32,
    pub before: u32,
    /// Of those that are not made yet: nothing is wrong in so many, something in so many.
    pub to_make: u32,
    pub to_mend: u32,
    /// Rows of dossiers in which something is wrong.
    pub faulty_lines: u32,
    /// Numbers whose zeros in front were lost.
    pub zeros_lost: u32,
    /// Fields that must be answered and have no column.
    pub missing: Vec<ManyMissing>,
    /// What was taken in from this file and can be undone.
    pub import: Option<ImportId>,
    pub rows: Vec<ManyRow>,
    /// How many rows there are to show.
    pub total: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManyColumn {
    /// From 0.
    pub index: u32,
    pub heading: String,
    pub field: Option<String>,
    pub by: MatchedBy,
    /// The first values in it.
    pub samples: Vec<String>,
}

/// How a column found its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// By what a person said, now or the last time.
    Person,
    Remembered,
    /// The heading is the field's label or name.
    Heading,
    /// Most of their words are the same: worth a look.
    Similar,
    Nothing,
}

/// A field that a column can go into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManyTarget {
    pub field: String,
    pub label: Words,
    /// What tells it from others with the same label: its table, or its section.
    pub under: Option<Words>,
    pub required: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManyMissing {
    pub field: String,
    pub label: Words,
    /// In how many of the dossiers.
    pub dossiers: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ManyRow {
    /// As the spreadsheet numbers it.
    pub number: u32,
    /// Of the columns that have a field, in their order.
    pub cells: Vec<ManyCell>,
    /// What is wrong with the dossier and stands in no cell; told at its first row.
    pub problems: Vec<ManyProblem>,
    /// It belongs to the dossier of the row above.
    pub follows: bool,
    /// The dossier it became.
    pub made: Option<DossierId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ManyCell {
    pub column: u32,
    /// The value as the form understands it.
    pub shown: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[ts(optional)]
    pub problem: Option<CellProblem>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ManyProblem {
    pub field: String,
    pub label: Words,
    pub what: FindingKind,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CellProblem {
    /// What the form says of its value.
    Finding { what: FindingKind },
    /// The spreadsheet took the number for an amount and dropped its zeros; so it was, most likely.
    ZeroLost { proposed: String },
    /// The spreadsheet's own error.
    Sheet { error: String },
    /// A formula that was never calculated.
    NotCalculated,
    /// Nothing in the key column: nobody knows to which dossier the row belongs.
    NoKey,
    /// Another row of the same dossier says something else.
    Disagrees { row: u32, said: String },
}

/// What one import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManyDone {
    pub import: ImportId,
    pub made: u32,
    /// They were there before.
    pub before: u32,
    /// Of those made, so many have something wrong in them.
    pub faulty: u32,
    /// Not made, because something is wrong in them.
    pub left_out: u32,
    /// Not made, because a person stopped it.
    pub not_yet: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManyWritten {
    pub file: String,
    pub rows: u32,
}
