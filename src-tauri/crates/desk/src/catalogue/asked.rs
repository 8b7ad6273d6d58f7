//! What can be asked of the catalogue, and what is answered.

use std::path::{Path, PathBuf};

use dossier::{
    Date, Entry, EntryKind, Problem, Timestamp, Words,
    compare::Difference,
    deadline::Due,
    digest::Digest,
    procedure::{ApplicantKind, ProvenanceStatus},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::May;
use crate::{Use, fault::Fault};

/// A question to the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum CatalogueRequest {
    /// Every entry of a kind, or of all kinds, in the revision that counts today.
    List {
        kind: Option<EntryKind>,
    },
    /// The revisions of one entry, newest first.
    Revisions {
        kind: EntryKind,
        code: String,
    },
    /// One entry, in this revision or in the one that counts today.
    Show {
        kind: EntryKind,
        code: String,
        revision: Option<u32>,
    },
    /// What is different between two of its forms.
    Compare {
        kind: EntryKind,
        code: String,
        from: Side,
        to: Side,
    },
    /// The draft of the next revision, begun from the newest (or from `revision`) when there is none.
    DraftOpen {
        kind: EntryKind,
        code: String,
        revision: Option<u32>,
    },
    /// Saves a draft as it is typed. `version`: that of the draft it was made from, 0 for a thing that is not there yet; without
    /// one, over whatever is stored.
    DraftSave {
        kind: EntryKind,
        code: String,
        version: Option<u32>,
        json: String,
    },
    /// Drafts of things that have no revision yet, and so stand in no list.
    NewDrafts,
    /// The stored draft with what is wrong with it.
    DraftCheck {
        kind: EntryKind,
        code: String,
    },
    DraftDiscard {
        kind: EntryKind,
        code: String,
    },
    /// Makes a draft the newest revision, when nothing that blocks is found.
    DraftPublish {
        kind: EntryKind,
        code: String,
        /// Why: the decision it follows.
        reason: String,
    },
    /// Confirms a value of a procedure or a legal profile that was not certain, or puts `value` (JSON) in its place: a new revision.
    /// `path`: `time_limit`, `components[NB-03.02].originals`; of a procedure empty for the whole.
    Confirm {
        kind: EntryKind,
        code: String,
        path: String,
        source: String,
        value: Option<String>,
    },
    /// Writes one file: of these procedures with what they name, or of everything.
    Export {
        file: PathBuf,
        codes: Vec<String>,
    },
    /// Asks the hub for what is new in its catalogue.
    Fetch,
    /// This catalogue beside the hub's, as it was when it was last fetched.
    AtHub,
    /// Who may change the catalogue here.
    May,
    /// The person who is signed in says that they are the officer in charge.
    TakeCharge {
        name: String,
        /// The document that gives them the task.
        authority: String,
    },
    /// Nobody is in charge any more.
    GiveUpCharge,
    /// What the hub brought and nobody has looked at.
    News,
    /// Somebody has.
    NewsSeen,
}

impl CatalogueRequest {
    /// The files it names, and what becomes of each.
    pub fn paths(&self) -> Vec<(Use, &Path)> {
        match self {
            Self::Export { file, codes: _ } => vec![(Use::Written, file)],
            Self::List { kind: _ }
            | Self::Revisions { kind: _, code: _ }
            | Self::Show { kind: _, code: _, revision: _ }
            | Self::Compare { kind: _, code: _, from: _, to: _ }
            | Self::DraftOpen { kind: _, code: _, revision: _ }
            | Self::DraftSave { kind: _, code: _, version: _, json: _ }
            | Self::NewDrafts
            | Self::DraftCheck { kind: _, code: _ }
            | Self::DraftDiscard { kind: _, code: _ }
            | Self::DraftPublish { kind: _, code: _, reason: _ }
            | Self::Confirm { kind: _, code: _, path: _, source: _, value: _ }
            | Self::May
            | Self::TakeCharge { name: _, authority: _ }
            | Self::GiveUpCharge
            | Self::News
            | Self::NewsSeen
            | Self::Fetch
            | Self::AtHub => vec![],
        }
    }
}

/// One of the forms of an entry that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "side", rename_all = "snake_case")]
#[ts(rename = "CatalogueSide")]
pub enum Side {
    Revision {
        revision: u32,
    },
    Newest,
    Draft,
    /// The newest the hub has published, as far as it is known here.
    Hub,
}

/// What the catalogue answers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum CatalogueAnswer {
    List(Vec<CatalogueLine>),
    Revisions(Vec<RevisionLine>),
    Entry(Entry),
    Differences(Vec<Difference>),
    Draft(Box<DraftView>),
    Discarded,
    NewDrafts(Vec<NewDraft>),
    Published(RevisionLine),
    Exported(CatalogueExported),
    Fetched(CatalogueFetched),
    AtHub(CatalogueAtHub),
    May(May),
    News(Option<CatalogueBrought>),
}

/// An entry in the revision that counts today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CatalogueLine {
    pub kind: EntryKind,
    pub code: String,
    pub name: Words,
    pub revision: u32,
    /// The highest there is: above `revision` where it holds only later.
    pub newest: u32,
    pub draft: bool,
    pub origin: RevisionOrigin,
    /// Of a procedure: *lĩnh vực*.
    pub field: Option<Words>,
    pub level: Option<String>,
    pub applicants: Vec<ApplicantKind>,
    pub online_only_from: Option<Date>,
    pub confidential: bool,
    pub provenance: Option<ProvenanceStatus>,
    /// How many values of a procedure or a legal profile somebody should still look up.
    pub unconfirmed: u32,
    pub valid_from: Option<Date>,
    pub valid_to: Option<Date>,
    /// Of a calendar year: every day was decided; else it is projected, in part or whole.
    pub official: Option<bool>,
}

/// Where a revision came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RevisionOrigin {
    Shipped,
    Imported,
    Published,
    Hub,
    /// Known because a dossier was started under it, or from before origins were noted.
    Kept,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RevisionLine {
    pub kind: EntryKind,
    pub code: String,
    pub revision: u32,
    pub sha256: Digest,
    pub origin: RevisionOrigin,
    /// Who brought or published it; empty for what ships.
    pub by: String,
    pub at: Option<Timestamp>,
    /// Why it was published; empty where nobody said.
    pub reason: String,
    pub valid_from: Option<Date>,
    /// The one that counts today.
    pub counts: bool,
}

/// The next revision while it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "CatalogueDraftView")]
pub struct DraftView {
    pub kind: EntryKind,
    pub code: String,
    /// The number it would be published under.
    pub revision: u32,
    pub version: u32,
    pub json: String,
    pub updated_at: Timestamp,
    pub findings: Vec<DraftFinding>,
    /// Nothing that was found blocks.
    pub publishable: bool,
    /// Against the newest revision; empty while the draft cannot be read.
    pub differences: Vec<Difference>,
}

/// A draft of something that was never published here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewDraft {
    pub kind: EntryKind,
    pub code: String,
    pub updated_at: Timestamp,
}

/// Something found in a draft: where, what, and whether it can be published all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftFinding {
    pub place: String,
    pub what: DraftFault,
    /// The same in English, for logs and the command line.
    pub reason: String,
    pub blocking: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DraftFault {
    Problem {
        problem: Problem,
    },
    /// It calls itself something else.
    OtherCode {
        found: String,
    },
    /// A newer revision came since it was begun.
    BaseIsOld {
        newest: u32,
    },
    NothingChanged,
    /// It would hold before the revision it follows.
    StartsEarlier {
        than: Date,
    },
    /// Changed, and still marked as it was before: somebody should say where the new value stands.
    StillMarked {
        status: ProvenanceStatus,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CatalogueExported {
    pub file: String,
    pub entries: u32,
}

/// What a fetch brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CatalogueFetched {
    /// The hub's list is another one than at the last fetch.
    pub changed: bool,
    /// The hub's count of publications.
    #[ts(type = "number")]
    pub version: u64,
    /// What is new here, as `code revision`.
    pub taken: Vec<String>,
    /// What was not taken, as `code revision`, and why.
    pub refused: Vec<(String, Fault)>,
}

/// What came of the hub since somebody looked last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CatalogueBrought {
    pub at: Timestamp,
    /// As `code revision`.
    pub taken: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CatalogueAtHub {
    #[ts(type = "number")]
    pub version: u64,
    pub published_at: Timestamp,
    pub fetched_at: Timestamp,
    pub lines: Vec<AtHubLine>,
}

/// One revision here and at the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AtHubLine {
    pub kind: EntryKind,
    pub code: String,
    pub revision: u32,
    pub standing: AtHub,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AtHub {
    Same,
    OnlyHere,
    /// Published there and not taken in here.
    OnlyThere,
    /// The same revision with two contents: the one here counts here.
    Different,
}

/// Until when, and by which rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DueOn {
    /// Of the procedure.
    pub revision: u32,
    /// The legal profile and its revision.
    pub profile: Option<(String, u32)>,
    /// `None` where the law fixes no limit.
    pub due: Option<Due>,
}
