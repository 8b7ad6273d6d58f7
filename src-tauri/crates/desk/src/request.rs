//! The one list of commands. The window, the kiosk, `hosoctl` and the tests ask these and nothing else.

use std::path::{Path, PathBuf};

use dossier::{DocumentId, DossierId, PageId, State};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroizing;

use crate::{answer::*, digitising::Report, papers_in::PageEdits, preferences::Preferences};

/// The kinds of window that may ask. Each may ask what [`Request::allowed`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// A clerk's own window, and the command line.
    Desk,
    /// A terminal at a service centre: a stranger sits in front of it.
    Kiosk,
}

/// What must not be seen in a log: shown as nothing by `Debug`, wiped when dropped.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// What can be asked for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// Product and version.
    About,
    /// What works on this computer.
    Doctor,
    /// Makes one searchable PDF/A of papers, outside any dossier.
    Digitise {
        inputs: Vec<PathBuf>,
        output: Option<PathBuf>,
        report: Option<PathBuf>,
        ocr: bool,
        keep_blank: bool,
        min_dpi: u32,
    },

    ProcedureList,
    ProcedureShow {
        procedure: String,
    },
    /// Takes a procedure file, and the form file it names, into this computer's catalogue.
    ProcedureImport {
        files: Vec<PathBuf>,
    },
    /// Reads a form file and says what is wrong with it, and where.
    FormCheck {
        file: PathBuf,
    },

    /// `practice`: to try the application out; never sent.
    DossierNew {
        procedure: String,
        #[serde(default)]
        practice: bool,
    },
    /// A dossier with its procedure and form: all a screen needs to show it.
    DossierOpen {
        dossier: DossierId,
    },
    /// Keeps values: text as typed, or the value as JSON (yes/no, lists, tables, organisations). On the disk when answered.
    DossierFill {
        dossier: DossierId,
        values: Vec<Filled>,
    },
    /// Puts a draft away; it is in no list until it is restored.
    DossierDiscard {
        dossier: DossierId,
    },
    DossierRestore {
        dossier: DossierId,
    },
    /// Sets answers; a value is what a person types, or JSON for a table.
    DossierSet {
        dossier: DossierId,
        answers: Vec<(String, String)>,
    },
    /// Adds a document made of the files in their order. It is digitised unless `as_is`.
    /// `row` says for which row of its table a paper is that is asked for once a row: the row's id, or its number from 1.
    DossierAttach {
        dossier: DossierId,
        component: String,
        row: Option<String>,
        files: Vec<PathBuf>,
        as_is: bool,
        /// Answers once the papers are safe; they are digitised in the background.
        #[serde(default)]
        later: bool,
    },
    /// Adds the example paper of a practice dossier's component.
    DossierAttachExample {
        dossier: DossierId,
        component: String,
    },
    /// Takes a document out of a draft and destroys its papers' keys.
    DossierRemove {
        dossier: DossierId,
        document: DocumentId,
    },
    /// Puts a document away; it can be restored for a day.
    DocumentDiscard {
        document: DocumentId,
    },
    DocumentRestore {
        document: DocumentId,
    },
    /// Puts a document to another component.
    DocumentMove {
        document: DocumentId,
        component: String,
        row: Option<String>,
    },
    /// The pages of a document with what was found on each.
    DocumentPages {
        document: DocumentId,
    },
    /// What a person decides about a page; the document is digitised again, in the background.
    PageEdit {
        page: PageId,
        edits: PageEdits,
    },
    DossierCheck {
        dossier: DossierId,
    },
    /// Freezes the dossier and puts it into the outbox.
    DossierSubmit {
        dossier: DossierId,
    },
    /// Takes a dossier back out of the outbox, to be edited: as long as the hub cannot have it, or has refused it.
    DossierReopen {
        dossier: DossierId,
    },
    /// Tries again what failed: sending, and digitising of papers.
    DossierRetry {
        dossier: DossierId,
    },
    DossierShow {
        dossier: DossierId,
    },
    /// Newest first; `before` continues a list. `find` looks through codes, names and the text of papers, marks and case aside.
    DossierList {
        limit: u32,
        #[ts(type = "number | null")]
        before: Option<i64>,
        /// Only these; all when empty. Not together with `find`.
        #[serde(default)]
        states: Vec<State>,
        #[serde(default)]
        find: String,
    },
    /// Writes a dossier's PDFs, answers, manifest and receipt into a folder.
    DossierExport {
        dossier: DossierId,
        folder: PathBuf,
    },

    Enrol {
        enrolment: Secret,
    },
    /// Sends what waits. With `wait`, until nothing waits or a person is needed; else one round.
    Send {
        wait: bool,
    },
    Outbox,
    /// Asks the hub for news of the dossiers sent from here.
    Events,
    /// A dossier's transmission receipt; with `save`, also as a file and as a printable slip beside it.
    ReceiptShow {
        dossier: DossierId,
        save: Option<PathBuf>,
    },
    /// Checks a receipt file against the hub this computer is enrolled with, offline.
    ReceiptVerify {
        file: PathBuf,
    },

    /// How this desk stands: who sits here, the hub, what waits.
    Status,
    /// Stops or resumes work in the background.
    Hold {
        work: Work,
        held: bool,
    },
    Preferences,
    SetPreferences {
        preferences: Preferences,
    },

    Backup {
        file: PathBuf,
        passphrase: Secret,
    },
    Restore {
        file: PathBuf,
        passphrase: Secret,
    },
}

impl Request {
    /// Its name, which says nothing of anybody: for logs.
    pub fn name(&self) -> String {
        let named = serde_json::to_value(self).ok().and_then(|json| Some(json["ask"].as_str()?.to_owned()));
        named.unwrap_or_default()
    }

    /// The files and folders of this computer it names.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Digitise { inputs, output, report, .. } => {
                inputs.iter().chain(output).chain(report).map(PathBuf::as_path).collect()
            }
            Self::ProcedureImport { files } | Self::DossierAttach { files, .. } => {
                files.iter().map(PathBuf::as_path).collect()
            }
            Self::FormCheck { file }
            | Self::ReceiptVerify { file }
            | Self::Backup { file, .. }
            | Self::Restore { file, .. } => vec![file],
            Self::DossierExport { folder, .. } => vec![folder],
            Self::ReceiptShow { save, .. } => save.iter().map(PathBuf::as_path).collect(),
            _ => vec![],
        }
    }

    /// Whether a window of this kind may ask it. Everything not named is denied to a kiosk.
    pub fn allowed(&self, window: Window) -> bool {
        match window {
            Window::Desk => true,
            Window::Kiosk => matches!(self, Self::About | Self::ProcedureList | Self::ProcedureShow { .. }),
        }
    }
}

/// What is answered, one variant per kind of content.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "answer", content = "content", rename_all = "snake_case")]
pub enum Answer {
    About(About),
    Doctor(Vec<Examined>),
    Digitised(Report),
    /// Done; there is nothing to tell.
    Done,
    Procedures(Vec<ProcedureLine>),
    Procedure(Box<dossier::Procedure>),
    Imported(Vec<String>),
    FormProblems(Vec<FileProblem>),
    Dossier(Box<DossierView>),
    Opened(Box<OpenView>),
    Sheet(Box<Sheet>),
    Pages(Vec<PageView>),
    Status(Box<Standing>),
    Preferences(Preferences),
    Attached(Attached),
    Findings(Findings),
    Dossiers(DossierPage),
    Exported(Exported),
    Enrolled(Enrolled),
    Sent(Sent),
    Outbox(Vec<OutboxLine>),
    Events(Vec<NewsLine>),
    Receipt(Box<ReceiptView>),
    Kept(Kept),
}

impl Answer {
    /// The files and folders that were written for the person who asked.
    pub fn written(&self) -> Vec<&str> {
        match self {
            Self::Exported(exported) => exported.files.iter().map(String::as_str).chain([&*exported.folder]).collect(),
            Self::Receipt(view) => view.saved.iter().map(String::as_str).collect(),
            _ => vec![],
        }
    }
}
