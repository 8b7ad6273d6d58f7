//! What can be asked about procedures that are no longer taken on paper, and what is answered.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use dossier::{
    Date, Timestamp, Words,
    no_paper::{Approval, NoPaperLine, NoPaperList, NoPaperSince},
    portal::Support,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Use;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum NoPaperRequest {
    /// Every list, each in every revision, the newest first.
    Lists,
    /// Saves the draft of a department's next revision.
    Save { department: String, lines: Vec<NoPaperLine> },
    /// A leader's decision makes the draft the list in force; it is never changed afterwards.
    Approve { department: String, approval: Approval },
    /// Takes an approved list of another computer in.
    Import { file: PathBuf },
    /// Writes a list as a file for another computer.
    Export { department: String, file: PathBuf },
    /// Prints a list: the draft, or the newest approved one where there is none.
    Print { department: String, file: PathBuf },
    /// Whether a procedure is taken on paper today, and what to say when it is not.
    Gate { procedure: String },
    /// Prints the guidance for who came with paper, and notes that it was given.
    Guide { procedure: String, who: String, file: PathBuf },
    /// Notes that somebody was helped to file online, or that paper was taken for this reason.
    Visit { procedure: String, who: String, helped: bool, reason: String },
    /// What happened at the gate, from this day to that.
    Visits { from: Date, to: Date },
}

impl NoPaperRequest {
    /// The files it names, and what becomes of each.
    pub fn paths(&self) -> Vec<(Use, &Path)> {
        match self {
            Self::Import { file } => vec![(Use::Read, file)],
            Self::Export { file, department: _ }
            | Self::Print { file, department: _ }
            | Self::Guide { file, procedure: _, who: _ } => vec![(Use::Written, file)],
            Self::Lists
            | Self::Save { department: _, lines: _ }
            | Self::Approve { department: _, approval: _ }
            | Self::Gate { procedure: _ }
            | Self::Visit { procedure: _, who: _, helped: _, reason: _ }
            | Self::Visits { from: _, to: _ } => vec![],
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum NoPaperAnswer {
    Lists(Vec<NoPaperView>),
    List(NoPaperView),
    /// Written to this file.
    Printed(String),
    Gate(Box<GateView>),
    Noted,
    Visits(GateReport),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NoPaperView {
    pub list: NoPaperList,
    pub saved_at: Timestamp,
    pub saved_by: String,
    /// The revision that counts: the newest approved one of its department.
    pub in_force: bool,
}

/// What the desk sees when somebody comes with paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct GateView {
    pub procedure: String,
    pub name: Words,
    /// Nothing: paper is taken.
    pub no_paper: Option<NoPaperSince>,
    /// Somebody looked up where it says so; else it must be asked.
    pub certain: bool,
    /// Where it is filed online.
    pub link: String,
    pub support: Vec<Support>,
}

/// What happened at the gate over a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct GateReport {
    pub guided: u32,
    pub helped: u32,
    pub exceptions: u32,
    /// Exceptions by procedure.
    pub by_procedure: BTreeMap<String, u32>,
    /// The newest first.
    pub lines: Vec<GateLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GateLine {
    pub procedure: String,
    /// `guided`, `helped`, `exception`.
    pub outcome: GateOutcome,
    pub who: String,
    pub reason: String,
    pub at: Timestamp,
    pub by: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GateOutcome {
    Guided,
    Helped,
    Exception,
}
