//! The one list of commands. The window, the kiosk, `hosoctl` and the tests ask these and nothing else.

use std::path::PathBuf;

use dossier::{Date, DocumentId, DossierId, LocalMoment, PageId, StackId, State};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    accounts::{AccountAnswer, AccountRequest},
    answer::*,
    catalogue::{CatalogueAnswer, CatalogueRequest, DueOn},
    cover::{CoverSheets, SheetWanted},
    digitising::Report,
    edits::{PageDecision, PageEdits, PagesOf},
    filling::{FillingAnswer, FillingRequest},
    hot_folder::HotFolder,
    many::{ManyAnswer, ManyRequest},
    network::NetworkUse,
    no_paper::{NoPaperAnswer, NoPaperRequest},
    parcel::{ParcelAnswer, ParcelRequest},
    portal::{PortalAnswer, PortalRequest},
    preferences::Preferences,
    rebasing::RebaseView,
    reuse::{ReuseAnswer, ReuseRequest},
    stack::{StackAt, StackDecided, StackLine, StackView},
    units::{AddressRead, UnitLine, UnitView},
};

mod paths;
mod secret;

pub use paths::Use;
pub use secret::Secret;

/// The kinds of window that may ask. Each may ask what [`Request::allowed`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// A clerk's own window, and the command line.
    Desk,
    /// A terminal at a service centre: a stranger sits in front of it.
    Kiosk,
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
    /// A question to the catalogue: its entries, revisions, drafts, the hub's copy.
    Catalogue {
        what: CatalogueRequest,
    },
    /// Many dossiers of one procedure out of a file of rows.
    Many {
        what: ManyRequest,
    },
    /// Procedures that are no longer taken on paper: the departments' lists, and the gate of the desk.
    NoPaper {
        what: NoPaperRequest,
    },
    /// Submissions sealed into a file, to be carried to the hub by hand, and the replies.
    Parcel {
        what: ParcelRequest,
    },
    /// Filing at a province's own portal by hand: packs, and what is brought back.
    Portal {
        what: PortalRequest,
    },
    /// Until when a dossier would be due, received at this moment. `case`: the answer the limit goes by, where it goes by one.
    DueOn {
        procedure: String,
        received: LocalMoment,
        case: Option<String>,
    },
    /// Administrative units by name, marks aside; of this day, or of any time. The nearest first.
    UnitsFind {
        find: String,
        day: Option<Date>,
        limit: u32,
    },
    /// The units right under one on this day; the provinces under none.
    UnitChildren {
        parent: Option<String>,
        day: Date,
    },
    /// A unit by its code on this day, with those above it and what it went into or came from.
    UnitAt {
        code: String,
        day: Date,
    },
    /// Finds the units in an address as it is typed.
    AddressRead {
        typed: String,
        day: Date,
    },
    /// Reads a form file and says what is wrong with it, and where.
    FormCheck {
        file: PathBuf,
    },
    /// Prints a procedure's form to be filled in by hand.
    FormBlank {
        procedure: String,
        file: PathBuf,
    },

    /// `practice`: to try the application out; never sent.
    DossierNew {
        procedure: String,
        #[serde(default)]
        practice: bool,
    },
    /// A question about filling in a form: suggestions, the personal store, templates, copies.
    Filling {
        what: FillingRequest,
    },
    /// Papers of earlier dossiers that serve again.
    Reuse {
        what: ReuseRequest,
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
    /// What a person decides about pages, all or none of it; their document is digitised again, in the background.
    PagesEdit {
        pages: Vec<PageDecision>,
    },
    /// Puts pages of documents of one dossier in another order, or into other documents: a document is cut, joined to another,
    /// put in order. Exactly the pages of the documents named are named, each once; all of it or nothing.
    PagesArrange {
        documents: Vec<PagesOf>,
    },
    /// Makes two pages of one that shows two, by corners of their own. `second_id`: one that was there before.
    PageDivide {
        first: PageDecision,
        second: PageEdits,
        second_id: Option<PageId>,
    },
    /// Makes one page again of two of the same frame; `page` is the one that goes.
    PagesUnite {
        first: PageDecision,
        page: PageId,
    },
    /// The words that were read on a page, where they stand, and which are worth a look.
    PageWords {
        document: DocumentId,
        page: PageId,
    },
    DossierCheck {
        dossier: DossierId,
    },
    /// Freezes the dossier and puts it into the outbox.
    DossierSubmit {
        dossier: DossierId,
    },
    /// Takes a dossier back out of the outbox, to be edited: as long as the hub cannot have it, or has refused it. What a parcel under
    /// way holds only with a reason.
    DossierReopen {
        dossier: DossierId,
        #[serde(default)]
        reason: Option<String>,
    },
    /// Tries again what failed: sending, and digitising of papers.
    DossierRetry {
        dossier: DossierId,
    },
    DossierShow {
        dossier: DossierId,
    },
    /// Newest first; `before` continues a list. `find` looks through codes, names and the text of papers, marks and case aside, and
    /// takes conditions such as `trạng thái:nháp`, `due:<3` (then what is due first comes first), `thủ tục:NB-20`, `đơn vị:"Sở Y tế"`.
    DossierList {
        limit: u32,
        #[ts(type = "number | null")]
        before: Option<i64>,
        /// Only these; all when empty.
        #[serde(default)]
        states: Vec<State>,
        #[serde(default)]
        find: String,
    },
    /// Prints what was answered in a dossier, and its papers, to be read.
    DossierSummary {
        dossier: DossierId,
        file: PathBuf,
    },
    /// Moves a draft to the newest revision of its procedure; without `apply`, shows what would become of it.
    DossierRebase {
        dossier: DossierId,
        apply: bool,
    },
    /// Writes a dossier's PDFs, answers, manifest and receipt into a folder.
    DossierExport {
        dossier: DossierId,
        folder: PathBuf,
    },

    /// Prints cover sheets for a dossier's papers into one PDF in the folder; for every paper it asks for when none is named.
    CoverSheets {
        dossier: DossierId,
        sheets: Vec<SheetWanted>,
        folder: PathBuf,
    },
    /// Takes the files, and what lies in the folders, in as one stack, in the order of their names. In a window its pages are looked
    /// at in the background.
    StackTake {
        files: Vec<PathBuf>,
    },
    StackList,
    StackShow {
        stack: StackId,
    },
    /// Looks at the pages of stacks that nobody has looked at yet.
    StackExamine {
        stack: StackId,
    },
    /// What a person decides about parts of a stack, all or none of it.
    StackDecide {
        stack: StackId,
        decisions: Vec<StackDecided>,
    },
    /// Takes a page that belongs elsewhere out of its part, which goes on without it, or gives it back.
    StackTakeOut {
        stack: StackId,
        at: StackAt,
        out: bool,
    },
    /// Files every part that nobody has to be asked about, or that was decided. `declared`: no paper is a state secret; asked for
    /// where a dossier gets its first papers.
    StackFile {
        stack: StackId,
        #[serde(default)]
        declared: bool,
    },
    /// Takes a filing back, as long as it is not a day old: the documents it made are put away, their parts are open again.
    StackUnfile {
        stack: StackId,
        documents: Vec<DocumentId>,
    },
    /// Puts a stack away; it can be restored for a day. What was filed from it stays.
    StackDiscard {
        stack: StackId,
    },
    StackRestore {
        stack: StackId,
    },

    /// The folder whose new files are taken in as stacks.
    HotFolder,
    /// Watches this folder from now on, or none.
    HotFolderSet {
        folder: Option<PathBuf>,
    },
    /// Whether files are deleted from the watched folder once they are safe here.
    HotFolderDelete {
        delete: bool,
    },

    Enrol {
        enrolment: Secret,
    },
    /// Sends what waits. With `wait`, until nothing waits or a person is needed; else one round.
    Send {
        wait: bool,
    },
    /// Who sits here.
    Account {
        what: AccountRequest,
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
    /// How sending uses the network here.
    Network,
    /// Without a password the one of before stays.
    SetNetwork {
        network: NetworkUse,
        #[serde(default)]
        proxy_password: Option<Secret>,
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

/// The names of the requests, as they travel.
macro_rules! names {
    ($($request:ident $name:literal)*) => {
        impl Request {
            pub const NAMES: &[&str] = &[$($name),*];

            /// Its name, which says nothing of anybody: for logs. Nothing of the request is looked at for it.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$request { .. } => $name),* }
            }
        }
    };
}

names! {
    About "about"
    Doctor "doctor"
    Digitise "digitise"
    ProcedureList "procedure_list"
    ProcedureShow "procedure_show"
    ProcedureImport "procedure_import"
    Catalogue "catalogue"
    Many "many"
    NoPaper "no_paper"
    Parcel "parcel"
    Portal "portal"
    DueOn "due_on"
    UnitsFind "units_find"
    UnitChildren "unit_children"
    UnitAt "unit_at"
    AddressRead "address_read"
    FormCheck "form_check"
    FormBlank "form_blank"
    DossierNew "dossier_new"
    Filling "filling"
    Reuse "reuse"
    DossierOpen "dossier_open"
    DossierFill "dossier_fill"
    DossierDiscard "dossier_discard"
    DossierRestore "dossier_restore"
    DossierSet "dossier_set"
    DossierAttach "dossier_attach"
    DossierAttachExample "dossier_attach_example"
    DossierRemove "dossier_remove"
    DocumentDiscard "document_discard"
    DocumentRestore "document_restore"
    DocumentMove "document_move"
    DocumentPages "document_pages"
    PagesEdit "pages_edit"
    PagesArrange "pages_arrange"
    PageDivide "page_divide"
    PagesUnite "pages_unite"
    PageWords "page_words"
    DossierCheck "dossier_check"
    DossierSubmit "dossier_submit"
    DossierReopen "dossier_reopen"
    DossierRetry "dossier_retry"
    DossierShow "dossier_show"
    DossierList "dossier_list"
    DossierSummary "dossier_summary"
    DossierRebase "dossier_rebase"
    DossierExport "dossier_export"
    CoverSheets "cover_sheets"
    StackTake "stack_take"
    StackList "stack_list"
    StackShow "stack_show"
    StackExamine "stack_examine"
    StackDecide "stack_decide"
    StackTakeOut "stack_take_out"
    StackFile "stack_file"
    StackUnfile "stack_unfile"
    StackDiscard "stack_discard"
    StackRestore "stack_restore"
    HotFolder "hot_folder"
    HotFolderSet "hot_folder_set"
    HotFolderDelete "hot_folder_delete"
    Enrol "enrol"
    Account "account"
    Send "send"
    Outbox "outbox"
    Events "events"
    ReceiptShow "receipt_show"
    ReceiptVerify "receipt_verify"
    Status "status"
    Hold "hold"
    Network "network"
    SetNetwork "set_network"
    Preferences "preferences"
    SetPreferences "set_preferences"
    Backup "backup"
    Restore "restore"
}

impl Request {
    /// Whether a window of this kind may ask it. Everything not named is denied to a kiosk.
    pub fn allowed(&self, window: Window) -> bool {
        match window {
            Window::Desk => true,
            Window::Kiosk => matches!(
                self,
                Self::About
                    | Self::ProcedureList
                    | Self::ProcedureShow { .. }
                    | Self::UnitsFind { .. }
                    | Self::UnitChildren { .. }
                    | Self::UnitAt { .. }
            ),
        }
    }
}

/// What is answered, one variant per kind of content.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "answer", content = "content", rename_all = "snake_case")]
pub enum Answer {
    About(About),
    Doctor(Vec<Examined>),
    Digitised(Box<Report>),
    /// Done; there is nothing to tell.
    Done,
    Procedures(Vec<ProcedureLine>),
    Procedure(Box<dossier::Procedure>),
    Imported(Vec<String>),
    Catalogue(CatalogueAnswer),
    Filling(FillingAnswer),
    Reuse(ReuseAnswer),
    Account(AccountAnswer),
    Many(ManyAnswer),
    NoPaper(NoPaperAnswer),
    Parcel(ParcelAnswer),
    Portal(PortalAnswer),
    DueOn(DueOn),
    UnitLines(Vec<UnitLine>),
    Units(Vec<dossier::Unit>),
    Unit(UnitView),
    Address(AddressRead),
    FormProblems(Vec<FileProblem>),
    Printed(Printed),
    Rebased(Box<RebaseView>),
    Dossier(Box<DossierView>),
    Opened(Box<OpenView>),
    Sheet(Box<Sheet>),
    Pages(Vec<PageView>),
    /// The documents as they were named, new ones with their ids.
    Arranged(Vec<DocumentId>),
    Page(PageId),
    Words(Vec<WordView>),
    Status(Box<Standing>),
    Network(NetworkUse),
    Preferences(Preferences),
    Attached(Attached),
    Findings(Findings),
    Dossiers(DossierPage),
    Exported(Exported),
    CoverSheets(CoverSheets),
    Stacks(Vec<StackLine>),
    Stack(Box<StackView>),
    HotFolder(HotFolder),
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
            Self::Digitised(report) => report.output.iter().map(|output| output.path.as_str()).collect(),
            Self::CoverSheets(made) => vec![&made.file],
            Self::NoPaper(NoPaperAnswer::Printed(file)) => vec![file],
            Self::Parcel(ParcelAnswer::Made(made)) => vec![&made.file],
            Self::Parcel(ParcelAnswer::Carried(carried)) => {
                carried.iter().filter_map(|it| it.reply.as_deref()).collect()
            }
            Self::Portal(PortalAnswer::Standing(standing)) => standing.pack.iter().map(|pack| &*pack.place).collect(),
            Self::Catalogue(CatalogueAnswer::Exported(exported)) => vec![&exported.file],
            Self::Many(ManyAnswer::Written(written)) => vec![&written.file],
            Self::Printed(printed) => vec![&printed.file],
            Self::Receipt(view) => view.saved.iter().map(String::as_str).collect(),
            _ => vec![],
        }
    }
}

#[cfg(test)]
mod tests;
