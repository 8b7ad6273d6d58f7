//! What the desk answers with: plain values for a window or a command line to show.

use std::collections::BTreeMap;

use dossier::{
    Answers, DocumentId, DossierId, Finding, Form, LocalMoment, PageId, Procedure, StackId, State, Timestamp,
    evaluate::FieldState, find::FindDoubt, procedure::ProvenanceStatus,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    digitising::{PageReport, Progress},
    edits::PageEdits,
    fault::Fault,
    network::NetworkNow,
    parcel::SealedInto,
    pictures::PictureName,
    worker::WordDoubt,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct About {
    /// Semantic version of the product.
    pub version: String,
}

/// One thing `doctor` looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Examined {
    pub part: Part,
    pub works: bool,
    /// What was found: a version, a path, a number with its unit.
    pub detail: String,
    /// What to do where it does not work.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
}

/// The parts of a working station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Profile,
    Encryption,
    DiskSpace,
    Workers,
    TextReader,
    Catalogue,
    Hub,
    Clock,
}

/// A line of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProcedureLine {
    pub code: String,
    pub revision: u32,
    pub name_vi: String,
    pub name_en: String,
    /// The field it belongs to, such as *Hộ tịch*.
    pub field_vi: String,
    pub field_en: String,
    pub provenance: ProvenanceStatus,
    pub components: u32,
    /// How many of its values somebody should still look up: a procedure read in the law may have a fee that nobody confirmed.
    pub unconfirmed: u32,
}

/// What is wrong with a data file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileProblem {
    /// Path inside the document, such as `sections[1].fields[0].visible_if`; empty where it cannot be read at all.
    pub place: String,
    /// Both from 1; columns in characters.
    pub line: Option<u32>,
    pub column: Option<u32>,
    /// The same as `problem` in English, for logs and scripts.
    pub reason: String,
    pub problem: dossier::Problem,
}

/// A paper that was printed into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Printed {
    pub file: String,
}

/// One dossier with its documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DossierView {
    pub id: DossierId,
    pub procedure: String,
    pub revision: u32,
    pub name_vi: String,
    pub name_en: String,
    pub state: State,
    pub provisional_code: Option<String>,
    pub official_code: Option<String>,
    pub applicant: String,
    pub answers: Answers,
    pub documents: Vec<DocumentView>,
    /// Papers that were put away and can come back, the last first; none where papers cannot be changed.
    #[serde(default)]
    pub removed: Vec<RemovedPaper>,
    pub events: Vec<dossier::Event>,
    /// Made to try the application out; never sent.
    pub practice: bool,
    /// Components for which a practice dossier has an example paper.
    pub examples: Vec<String>,
    /// Answers and papers can be changed now.
    pub editable: bool,
    /// The hub has it: there is a receipt.
    pub at_hub: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One document of a dossier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DocumentView {
    pub id: DocumentId,
    pub component: String,
    /// The row of a table it belongs to, where its component is asked for once a row.
    pub row: Option<String>,
    /// The name its first file came with.
    pub file_name: Option<String>,
    pub title: String,
    pub status: DocumentState,
    pub pages: u32,
    /// Bytes of the file that will be sent; 0 while there is none.
    #[ts(type = "number")]
    pub bytes: u64,
    /// SHA-256 of that file.
    pub sha256: Option<String>,
    /// Goes through byte for byte: it is signed, or was attached as it is.
    pub sealed: bool,
    /// Taken over from an earlier dossier.
    #[serde(default)]
    pub reused: bool,
    /// What a person may wish to look at on its pages: codes, each once.
    #[serde(default)]
    pub warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
}

/// A paper that was put away and can come back until it is destroyed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RemovedPaper {
    pub document: DocumentView,
    /// From then on it may be destroyed at any time.
    pub until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    Waiting,
    Working,
    Done,
    Failed,
}

/// A value for a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Filled {
    pub field: String,
    #[ts(type = "string | number | boolean | null | Array<unknown> | Record<string, unknown>")]
    pub value: serde_json::Value,
}

/// A dossier on screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OpenView {
    pub procedure: Procedure,
    pub form: Form,
    pub sheet: Sheet,
    /// The section of the form that a person was in last.
    pub left: Option<String>,
}

/// What changes of a dossier on screen while it is filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Sheet {
    pub dossier: DossierView,
    /// What the form's rules say of each field, after a group of each of its cells.
    pub fields: Vec<FieldState>,
    pub findings: Findings,
    /// When this stood on the disk.
    pub saved_at: Timestamp,
}

/// A page of a document. Its picture is asked for by `picture`, its page in the finished PDF by `made`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PageView {
    /// Nothing while the document is not digitised: then nothing can be decided about it either.
    pub id: Option<PageId>,
    pub position: u32,
    pub picture: PictureName,
    /// Nothing when it is left out of the PDF, or the document was never digitised. As it was made with the edits its findings
    /// name; what was decided since is on its way.
    pub made: Option<PictureName>,
    /// Left out of the PDF: blank, a separator, or taken out by a person.
    pub removed: bool,
    pub edits: PageEdits,
    pub found: Option<PageReport>,
}

/// A word of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WordView {
    /// As it stands in the text layer; empty where a person said that there is no word.
    pub text: String,
    /// As it was read.
    pub read: String,
    /// A person said what it is.
    pub told: bool,
    /// Left, top, width and height, as shares of the finished page's.
    pub place: [f32; 4],
    /// Its middle in source pixels, by which an edit names it.
    pub at: [f64; 2],
    /// 0 to 1.
    pub confidence: f32,
    pub doubt: Option<WordDoubt>,
    /// From 0, in reading order.
    pub line: u32,
}

/// What became of the files of one `attach`: those that failed do not hold up the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Attached {
    pub documents: Vec<DocumentView>,
    /// Files that were not taken in.
    pub refused: Vec<Fault>,
    /// Why digitising stopped before its end; the documents are safe and wait for the next run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stopped: Option<Fault>,
}

/// What stands between a dossier and sending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Findings {
    pub dossier: DossierId,
    /// Nothing blocks.
    pub ready: bool,
    pub findings: Vec<Finding>,
    /// Advice that a person put aside.
    #[serde(default)]
    pub aside: Vec<Finding>,
    /// Documents that are not done, by id, with what is wrong.
    pub documents: BTreeMap<String, Fault>,
}

impl Findings {
    /// How many things stand in the way.
    pub fn blocking(&self) -> u32 {
        let findings = self.findings.iter().filter(|finding| finding.blocking).count();
        u32::try_from(findings + self.documents.len()).unwrap_or(u32::MAX)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DossierLine {
    pub id: DossierId,
    pub procedure: String,
    pub state: State,
    pub code: Option<String>,
    pub applicant: String,
    pub title: String,
    pub practice: bool,
    /// The official day it is due, once an officer has set one.
    pub due: Option<LocalMoment>,
    /// Working days after today up to that day: 0 on it, below 0 when it is over; nothing once it is finished.
    pub working_days_left: Option<i32>,
    /// While it is in the outbox.
    pub outbox: Option<OutboxLine>,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DossierPage {
    pub dossiers: Vec<DossierLine>,
    /// Give it back as `before` for the next page. A page may be shorter than asked for, even empty, and still go on.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// How many there are in all, where counting is cheap.
    #[ts(type = "number | null")]
    #[serde(default)]
    pub total: Option<u64>,
    /// What of `find` was not understood and did not count.
    #[serde(default)]
    pub doubts: Vec<FindDoubt>,
}

/// How this desk stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Standing {
    pub at: Timestamp,
    pub version: String,
    pub person: String,
    pub station: String,
    pub hub: Option<Enrolled>,
    pub link: Link,
    /// How many dossiers stand in each state that has any.
    #[ts(type = "Partial<Record<State, number>>")]
    pub counts: BTreeMap<String, u64>,
    /// Documents that wait or are being digitised.
    #[ts(type = "number")]
    pub to_digitise: u64,
    /// Submissions in the outbox, and those of them that need a person.
    pub outbox: u32,
    pub needs_person: u32,
    /// How sending uses the network now.
    pub network: NetworkNow,
    /// By how many minutes this computer's clock is ahead of the hub's; only where it matters.
    #[ts(type = "number | null")]
    pub clock_off: Option<i64>,
    /// Work in the background that a person has stopped.
    pub held: Vec<Work>,
    /// Why digitising in the background does not go on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digitising_stopped: Option<Fault>,
    /// Why the hub's news is not taken in, though the hub answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub feed_stopped: Option<Fault>,
}

/// Whether the hub can be reached: a claim of ours, resting on an answer it signed, never the system's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "link", rename_all = "snake_case")]
pub enum Link {
    NotEnrolled,
    /// Nothing was heard yet.
    Unknown,
    Online {
        since: Timestamp,
    },
    Offline {
        since: Timestamp,
        fault: Fault,
    },
}

/// What is done in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    Digitising,
    Sending,
    /// Looking at the pages of stacks.
    Sorting,
}

/// Something changed that a screen may show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// How far the job asked for is.
    Progress { progress: Progress },
    /// Pages of a document made so far.
    Digitising { dossier: DossierId, document: DocumentId, done: u32, total: u32 },
    /// A document's state changed.
    Document { dossier: DossierId, document: DocumentId },
    /// Files of a stack taken in from where a person said (`taking`), or pages of it looked at.
    Stack { stack: StackId, taking: bool, done: u32, total: u32 },
    /// Something came of the watched folder's files.
    HotFolder,
    /// Bytes of a dossier's papers at the hub.
    Sending {
        dossier: DossierId,
        #[ts(type = "number")]
        sent: u64,
        #[ts(type = "number")]
        total: u64,
    },
    /// Something entered or left the outbox, or waits for another reason.
    Outbox,
    /// The hub told of dossiers.
    News { dossiers: Vec<DossierId> },
    /// A department's list was approved, sent, or came from the hub, or is applied elsewhere.
    Lists,
    /// The way to the hub opened or closed.
    Link,
    /// Somebody else sits here, or nobody.
    Account,
    /// The window is about to close: what was just typed is to be saved now.
    Closing,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    pub folder: String,
    pub files: Vec<String>,
    /// Documents whose PDF is not made yet: nothing was written of them.
    pub unfinished: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Enrolled {
    pub hub: String,
    pub agency_code: String,
    pub agency_name: String,
    pub station: String,
    pub support_number: String,
}

/// What one `send` did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Sent {
    /// Dossiers receipted in this run.
    pub receipted: Vec<SentLine>,
    /// Still in the outbox, with the reason.
    pub waiting: Vec<OutboxLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SentLine {
    pub dossier: DossierId,
    pub code: String,
}

/// One submission in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OutboxLine {
    pub dossier: DossierId,
    /// The code it goes by until the hub gives it its own.
    pub code: Option<String>,
    pub applicant: String,
    pub files: u32,
    pub title: String,
    /// `pending`, `running`, `waiting`, `quarantined`.
    pub state: String,
    #[ts(type = "number")]
    pub bytes_sent: u64,
    #[ts(type = "number")]
    pub bytes: u64,
    pub attempt: u32,
    pub not_before: Option<Timestamp>,
    pub queued_at: Timestamp,
    /// It was sealed into this parcel too, and no receipt has come.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sealed: Option<SealedInto>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
}

/// Something the hub told of a dossier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NewsLine {
    pub dossier: DossierId,
    pub event: dossier::Event,
    pub state: State,
}

/// A transmission receipt, its signature checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReceiptView {
    pub receipt: wire::Receipt,
    /// Its manifest hash is that of what this computer sent (`None`: nothing of it is known here).
    pub ours: Option<bool>,
    /// Why it was taken back here before its receipt came: what was changed since is not at the hub.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub taken_back: Option<String>,
    /// Files written on request.
    pub saved: Vec<String>,
}

/// A backup written or read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Kept {
    pub file: String,
    #[ts(type = "number")]
    pub bytes: u64,
    #[ts(type = "number")]
    pub dossiers: u64,
}
