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

use crate::{Use, fault::Fault};

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum NoPaperRequest {
    /// Every list, each in every revision, the newest first.
    Lists,
    /// Saves the draft of a department's next revision.
    Save { department: String, lines: Vec<NoPaperLine> },
    /// Takes the draft of a department's next revision away.
    Discard { department: String },
    /// A leader's decision makes the draft the list in force; it is never changed afterwards.
    Approve { department: String, approval: Approval },
    /// Takes an approved list of another computer in.
    Import { file: PathBuf },
    /// Writes a list as a file for another computer; into a folder, under a name of its own.
    Export { department: String, file: PathBuf },
    /// Sends the list in force to the hub though it was approved elsewhere, or once more after it was refused.
    Send { department: String },
    /// Sends what waits to the hub, and takes in the lists in force there.
    Exchange,
    /// Prints a list in this revision; without one the draft, or the list in force where there is none.
    Print { department: String, revision: Option<u32>, file: PathBuf },
    /// Of every procedure, whether it is taken on paper today.
    Taken,
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
            | Self::Print { file, department: _, revision: _ }
            | Self::Guide { file, procedure: _, who: _ } => vec![(Use::Written, file)],
            Self::Lists
            | Self::Taken
            | Self::Exchange
            | Self::Send { department: _ }
            | Self::Discard { department: _ }
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
    Exchanged(ListsExchanged),
    Taken(Vec<TakenLine>),
    Gate(Box<GateView>),
    Noted,
    Visits(GateReport),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NoPaperView {
    pub list: NoPaperList,
    pub saved_at: Timestamp,
    pub saved_by: String,
    /// The revision that counts: the newest approved one of its department, of those the hub did not refuse.
    pub in_force: bool,
    pub hub: ListStanding,
}

/// How a list stands with the hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ListStanding {
    /// Of this computer alone: a draft, or brought in from a file.
    Here,
    /// Approved here; it is sent once there is a hub.
    Waiting,
    /// The hub took it at this time by its clock; who said since that they apply it.
    Received { at: Timestamp, applied: Vec<AppliedBy> },
    /// The hub did not take it, or has another of the same number; both stay.
    Refused { fault: Fault },
    /// It came from the hub, which took it from this agency.
    FromHub { agency: String, at: Timestamp },
}

/// A station that applies a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppliedBy {
    pub agency: String,
    pub station: String,
    /// By the hub's clock.
    pub at: Timestamp,
}

/// What asking the hub brought: lists by department and revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ListsExchanged {
    pub sent: Vec<String>,
    pub taken: Vec<String>,
    /// What could not be taken in, and why.
    pub refused: Vec<(String, Fault)>,
}

/// A procedure as the gate finds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TakenLine {
    pub procedure: String,
    pub name: Words,
    pub field: Words,
    /// It is taken on paper today.
    pub paper: bool,
    /// Somebody looked up where it says so.
    pub certain: bool,
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
    pub by_procedure: BTreeMap<String, GateCount>,
    /// The newest first.
    pub lines: Vec<GateLine>,
}

/// What came of those who came with paper for one procedure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GateCount {
    pub guided: u32,
    pub helped: u32,
    pub exceptions: u32,
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
