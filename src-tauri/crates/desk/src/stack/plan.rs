//! A stack as it is shown: its parts, where each will go, and what a person is asked.

use dossier::{DocumentId, DossierId, StackId, State, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sorting::{PageKind, StackAt};
use crate::{fault::Fault, pictures::PictureName};

/// How far a stack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StackState {
    /// Its files are being taken in.
    Taking,
    /// Its pages are being looked at, or wait for it.
    Examining,
    /// Every page was looked at; parts wait to be decided or filed.
    Sorted,
    /// Nothing is left to be done.
    Filed,
}

/// A stack in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StackLine {
    pub id: StackId,
    /// It came from the watched folder.
    pub watched: bool,
    pub state: StackState,
    pub files: u32,
    pub pages: u32,
    pub examined: u32,
    pub created_at: Timestamp,
}

/// A stack with its parts in order, as far as its pages were looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StackView {
    #[serde(flatten)]
    pub line: StackLine,
    /// Files there were to be; more than `files` when taking them in was ended in the middle.
    pub announced: u32,
    pub sources: Vec<StackFileView>,
    pub parts: Vec<StackPartView>,
    /// Parts a person is asked about, and parts that can be filed.
    pub asks: u32,
    pub ready: u32,
    /// Why looking at pages, or digitising what was filed, stopped before its end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stopped: Option<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StackFileView {
    pub name: String,
    pub frames: u32,
    /// Signed: it goes whole, byte for byte.
    pub sealed: bool,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
}

/// Pages that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StackPartView {
    /// Where it begins; it is named by this.
    pub at: StackAt,
    /// The number of its cover sheet, where there is one that can be read.
    pub sheet: Option<u32>,
    pub pages: Vec<StackPageView>,
    /// Pages with something on them.
    pub counted: u32,
    /// Pages its sheet tells.
    pub expected: Option<u32>,
    /// Where it goes, by its sheet or by decision.
    pub place: Option<StackPlace>,
    /// A person took its pages out of the part they lie in.
    pub taken_out: bool,
    /// What keeps it from being filed without being asked about.
    pub doubts: Vec<StackDoubt>,
    pub decision: Option<StackDecision>,
    pub state: PartState,
    /// What it became.
    pub documents: Vec<DocumentId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StackPageView {
    pub at: StackAt,
    pub kind: PageKind,
    /// None for what cannot be shown, or is not here any more.
    pub picture: Option<PictureName>,
}

/// A component of a dossier, in words too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StackPlace {
    pub dossier: DossierId,
    /// What the dossier is called.
    pub code: String,
    pub applicant: String,
    pub title: String,
    pub component: String,
    pub component_vi: String,
    pub component_en: String,
    pub row: Option<String>,
    /// The row as people tell it from the others.
    pub row_words: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// It may become longer: pages after it have not been looked at, or the watched folder may still bring some.
    Growing,
    /// A person is asked.
    Asks,
    /// It can be filed.
    Ready,
    /// It stays here, in no dossier.
    LeftOut,
    Filed,
    /// Only blank pages that nobody claims.
    Nothing,
}

/// Why a part is not filed without being asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum StackDoubt {
    /// No cover sheet lies before it.
    NoSheet,
    /// A person took it out of another part, and has not said where it belongs.
    TakenOut,
    /// The sheet's code is damaged, or was not made by this program.
    DamagedSheet,
    /// The sheet was printed at another computer, or its check is wrong.
    ForeignSheet,
    /// The dossier it names is not here any more.
    UnknownDossier,
    /// The component or row it names is not in the dossier any more.
    UnknownPlace,
    /// The dossier takes no papers in its state.
    NotEditable { state: State },
    /// The same sheet lies here twice, or was filed before.
    RepeatedSheet,
    /// Another number of pages than the sheet tells; blank ones do not count.
    WrongCount { expected: u32, found: u32 },
    /// No page follows the sheet.
    NoPages,
    /// Pages that could not be decoded: they would be left out.
    UnreadablePages { pages: u32 },
    /// A file that was refused lies among its pages.
    MissingFile { file: String, fault: Fault },
    /// Taking the files in was ended in the middle: pages may be missing at its end.
    Incomplete,
}

/// What a person decides about a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum StackDecision {
    /// File it where its sheet says, as it is.
    Accept,
    /// File it here.
    Put { dossier: DossierId, component: String, row: Option<String> },
    /// File it nowhere; its papers stay with the stack.
    LeaveOut,
}

/// A decision about a part; none = it is undecided again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StackDecided {
    pub at: StackAt,
    /// How many pages the part had when the person decided: it is not decided about pages nobody was shown. None = whatever it has.
    #[serde(default)]
    pub pages: Option<u32>,
    pub decision: Option<StackDecision>,
}
