//! The use cases. This room alone composes the others; it declares every command once, as [`Request`] and [`Answer`], and does not
//! know whether it runs in a window, on a command line or in a test: what it needs of its surroundings it asks of its [`Host`].

mod accounts;
mod answer;
mod attending;
mod catalogue;
mod cover;
mod digitising;
mod doctor;
mod dossiers;
mod edits;
mod exporting;
mod fault;
mod filing;
mod filling;
mod host;
mod hot_folder;
mod keeping;
mod listing;
mod many;
mod marks;
mod network;
mod no_paper;
mod pages;
mod paper_facts;
mod papers_in;
mod parcel;
mod pictures;
mod portal;
mod practice;
mod preferences;
mod printing;
mod queue;
mod rebasing;
mod receipts;
mod request;
mod reuse;
mod sending;
mod sheet;
mod shown;
mod stack;
mod station;
mod storing;
#[cfg(test)]
mod testing;
mod units;
pub mod worker;

use std::sync::Arc;

use dossier::DeviceId;
use tokio::sync::OnceCell;

pub use accounts::{AccountAnswer, AccountRequest, Here};
pub use answer::*;
pub use catalogue::*;
pub use cover::{CoverSheets, SheetPrinted, SheetWanted};
pub use digitising::{FileReport, Options, OutputReport, PageReport, Progress, Report, Watch};
pub use dossier::{
    Date, DocumentId, DossierId, EntryKind, Finding, ImportId, LocalMoment, Portal, Procedure, StackId, State,
    Timestamp, Words,
    check::{AtPage, Basis, FindingKind, Looked, Place},
    compare::{Change, Difference},
    find::{FindDoubt, Operator},
    form::LetterheadPart,
    identity::{BadNumber, Doubt},
    located::Problem,
    no_paper::{Approval, NoPaperLine, NoPaperList},
    procedure::{ProvenanceStatus, Sign, Validity},
    reading::Malformed,
    rebase::SetAsideReason,
};
pub use edits::{ComponentPlace, PageColour, PageDecision, PageEdits, PagesOf, WordEdit};
pub use fault::{Fault, FaultCode, Retry};
pub use filing::parse_answer_argument;
pub use filling::*;
pub use host::{Host, model_folders};
pub use hot_folder::{HotFile, HotFolder};
pub use many::*;
pub use network::{Hours, NetworkNow, NetworkUse, ProxyUse, Speed, Waits};
pub use no_paper::*;
pub use parcel::*;
pub use pictures::{MAX_PICTURE_WIDTH, PictureName};
pub use portal::*;
pub use preferences::{Density, Language, Preferences, Theme};
pub use rebasing::{RebaseLine, RebaseView};
pub use request::{Answer, Request, Secret, Use, Window};
pub use reuse::{EarlierPaper, ReuseAnswer, ReuseRequest};
pub use stack::{
    PageKind, PartState, StackAt, StackDecided, StackDecision, StackDoubt, StackFileView, StackLine, StackPageView,
    StackPartView, StackPlace, StackState, StackView,
};
pub use station::{computer_name, signed_in_user, system_clock};
pub use units::{AddressRead, UnitLine, UnitNow, UnitView};

/// The desk of one person at one computer: one profile, opened when it is first needed and held until the desk is dropped.
pub struct Desk<H> {
    host: Arc<H>,
    store: OnceCell<store::Store>,
    device: OnceCell<DeviceId>,
    /// The person who is signed in, as requests to the hub show them.
    account: OnceCell<Arc<sync::Person>>,
    seat: Arc<accounts::Seat>,
    pool: OnceCell<worker::Pool>,
    pictures: pictures::Pictures,
    background: attending::Background,
    network: network::Network,
    stacks: stack::Stacks,
    many: many::Many,
    parcels: parcel::Stop,
    /// Held while a pack for a portal is made.
    packing: tokio::sync::Mutex<()>,
    watching: hot_folder::Watching,
    /// Templates removed since the desk was opened, to be put back.
    removed_templates: tokio::sync::Mutex<Vec<store::Template>>,
    /// What was taken into forms since the desk was opened, to be taken back.
    steps: tokio::sync::Mutex<Vec<filling::Step>>,
    /// Held while answers are read, changed and saved: two saves at a time would each know only half.
    saving: tokio::sync::Mutex<()>,
    /// Held while departments' lists are read, changed and saved.
    saving_lists: tokio::sync::Mutex<()>,
    /// Held while papers are digitised: two requests at a time would do the same work twice.
    digitising: tokio::sync::Mutex<()>,
    /// The catalogue as it was last read; none after a change.
    known_catalogue: tokio::sync::Mutex<Option<catalogue::Known>>,
}

impl<H: Host> Desk<H> {
    pub fn new(host: H) -> Self {
        Self {
            host: Arc::new(host),
            store: OnceCell::new(),
            device: OnceCell::new(),
            account: OnceCell::new(),
            seat: Default::default(),
            pool: OnceCell::new(),
            digitising: Default::default(),
            pictures: Default::default(),
            background: Default::default(),
            network: Default::default(),
            stacks: Default::default(),
            many: Default::default(),
            parcels: Default::default(),
            packing: Default::default(),
            watching: Default::default(),
            saving: Default::default(),
            saving_lists: Default::default(),
            removed_templates: Default::default(),
            steps: Default::default(),
            known_catalogue: Default::default(),
        }
    }

    /// Does what is asked. Whoever offers this to a window asks [`Request::allowed`] first.
    pub async fn call(&self, request: Request) -> Result<Answer, Fault> {
        use Request as R;
        Ok(match request {
            R::About => Answer::About(About { version: env!("CARGO_PKG_VERSION").to_owned() }),
            R::Doctor => Answer::Doctor(self.examine_station().await),
            R::Digitise { inputs, output, report, ocr, keep_blank, min_dpi } => {
                let settings = worker::Settings { ocr, min_dpi, ..worker::Settings::default() };
                let options = Options { settings, keep_blank, ..Options::default() };
                Answer::Digitised(Box::new(self.digitise_files(inputs, output, report, options).await?))
            }

            R::ProcedureList => Answer::Procedures(self.procedures().await?),
            R::ProcedureShow { procedure } => Answer::Procedure(Box::new(self.procedure(&procedure).await?)),
            R::ProcedureImport { files } => Answer::Imported(self.import_procedures(files).await?),
            R::Catalogue { what } => Answer::Catalogue(self.ask_catalogue(what).await?),
            R::Many { what } => Answer::Many(self.ask_many(what).await?),
            R::Reuse { what } => Answer::Reuse(self.ask_reuse(what).await?),
            R::NoPaper { what } => Answer::NoPaper(self.ask_no_paper(what).await?),
            R::Parcel { what } => Answer::Parcel(self.ask_parcel(what).await?),
            R::Portal { what } => Answer::Portal(self.ask_portal(what).await?),
            R::DueOn { procedure, received, case } => {
                Answer::DueOn(self.due_on(&procedure, received, case.as_deref()).await?)
            }
            R::UnitsFind { find, day, limit } => Answer::UnitLines(self.find_units(&find, day, limit)?),
            R::UnitChildren { parent, day } => Answer::Units(self.unit_children(parent.as_deref(), day)?),
            R::UnitAt { code, day } => Answer::Unit(self.unit_at(&code, day)?),
            R::AddressRead { typed, day } => Answer::Address(self.read_address(&typed, day)?),
            R::FormCheck { file } => Answer::FormProblems(self.check_form_file(file).await?),
            R::FormBlank { procedure, file } => Answer::Printed(self.print_blank(&procedure, file).await?),

            R::Filling { what } => Answer::Filling(self.ask_filling(what).await?),
            R::DossierNew { procedure, practice } => {
                Answer::Dossier(Box::new(self.new_dossier(&procedure, practice).await?))
            }
            R::DossierOpen { dossier } => Answer::Opened(Box::new(self.open_view(dossier).await?)),
            R::DossierFill { dossier, values } => Answer::Sheet(Box::new(self.fill(dossier, &values).await?)),
            R::DossierDiscard { dossier } => {
                self.acting("dossier.discarded", async |store, act| store.discard_dossier(dossier, act).await).await?;
                Answer::Done
            }
            R::DossierRestore { dossier } => {
                self.acting("dossier.restored", async |store, act| store.restore_dossier(dossier, act).await).await?;
                Answer::Dossier(Box::new(self.show_dossier(dossier).await?))
            }
            R::DossierSet { dossier, answers } => Answer::Dossier(Box::new(self.set_answers(dossier, answers).await?)),
            R::DossierAttach { dossier, component, row, files, as_is, later } => {
                let place = papers_in::Place { component, row };
                Answer::Attached(self.attach(dossier, place, files, as_is, later).await?)
            }
            R::DossierAttachExample { dossier, component } => {
                Answer::Attached(self.attach_example(dossier, component).await?)
            }
            R::DocumentDiscard { document } => {
                self.acting("document.discarded", async |store, act| store.discard_document(document, act).await)
                    .await?;
                Answer::Done
            }
            R::DocumentRestore { document } => {
                self.acting("document.restored", async |store, act| store.restore_document(document, act).await)
                    .await?;
                self.papers_came();
                Answer::Done
            }
            R::DocumentMove { document, component, row } => {
                self.move_document(document, papers_in::Place { component, row }).await?;
                Answer::Done
            }
            R::DocumentPages { document } => Answer::Pages(self.document_pages(document).await?),
            R::PagesEdit { pages } => {
                self.edit_pages(pages).await?;
                Answer::Done
            }
            R::PagesArrange { documents } => Answer::Arranged(self.arrange_pages(documents).await?),
            R::PageDivide { first, second, second_id } => {
                Answer::Page(self.divide_page(first, second, second_id).await?)
            }
            R::PagesUnite { first, page } => {
                self.unite_pages(first, page).await?;
                Answer::Done
            }
            R::PageWords { document, page } => Answer::Words(self.page_words(document, page).await?),
            R::DossierRemove { dossier, document } => {
                Answer::Dossier(Box::new(self.remove_document(dossier, document).await?))
            }
            R::DossierCheck { dossier } => Answer::Findings(self.check_dossier(dossier).await?),
            R::DossierSubmit { dossier } => Answer::Dossier(Box::new(self.submit_dossier(dossier).await?)),
            R::DossierReopen { dossier, reason } => {
                Answer::Dossier(Box::new(self.reopen_dossier(dossier, reason.as_deref()).await?))
            }
            R::DossierRetry { dossier } => Answer::Dossier(Box::new(self.retry_dossier(dossier).await?)),
            R::DossierShow { dossier } => Answer::Dossier(Box::new(self.show_dossier(dossier).await?)),
            R::DossierList { limit, before, states, find } => {
                Answer::Dossiers(self.list_dossiers(limit, before, states, &find).await?)
            }
            R::DossierSummary { dossier, file } => Answer::Printed(self.print_summary(dossier, file).await?),
            R::DossierRebase { dossier, apply } => {
                Answer::Rebased(Box::new(self.rebase_dossier(dossier, apply).await?))
            }
            R::DossierExport { dossier, folder } => Answer::Exported(self.export_dossier(dossier, folder).await?),

            R::CoverSheets { dossier, sheets, folder } => {
                Answer::CoverSheets(self.cover_sheets(dossier, sheets, folder).await?)
            }
            R::StackTake { files } => Answer::Stack(Box::new(self.take_stack(files).await?)),
            R::StackList => Answer::Stacks(self.list_stacks().await?),
            R::StackShow { stack } => Answer::Stack(Box::new(self.show_stack(stack).await?)),
            R::StackExamine { stack } => {
                self.stack_came(stack).await?;
                let stopped = if self.host.attends() { None } else { self.examine_stacks().await.err() };
                Answer::Stack(Box::new(StackView { stopped, ..self.show_stack(stack).await? }))
            }
            R::StackDecide { stack, decisions } => Answer::Stack(Box::new(self.decide_stack(stack, decisions).await?)),
            R::StackTakeOut { stack, at, out } => {
                Answer::Stack(Box::new(self.take_out_of_stack(stack, at, out).await?))
            }
            R::StackFile { stack, declared } => Answer::Stack(Box::new(self.file_stack(stack, declared).await?)),
            R::StackUnfile { stack, documents } => Answer::Stack(Box::new(self.unfile_stack(stack, &documents).await?)),
            R::StackDiscard { stack } => {
                self.discard_stack(stack).await?;
                Answer::Done
            }
            R::StackRestore { stack } => Answer::Stack(Box::new(self.restore_stack(stack).await?)),

            R::HotFolder => Answer::HotFolder(self.hot_folder().await?),
            R::HotFolderSet { folder } => Answer::HotFolder(self.set_hot_folder(folder).await?),
            R::HotFolderDelete { delete } => Answer::HotFolder(self.set_hot_folder_delete(delete).await?),

            R::Account { what } => Answer::Account(self.ask_account(what).await?),
            R::Enrol { enrolment } => Answer::Enrolled(self.enrol(enrolment.reveal()).await?),
            R::Send { wait } => Answer::Sent(self.send(wait).await?),
            R::Outbox => Answer::Outbox(self.outbox().await?),
            R::Events => Answer::Events(self.pull_events().await?),
            R::ReceiptShow { dossier, save } => Answer::Receipt(Box::new(self.show_receipt(dossier, save).await?)),
            R::ReceiptVerify { file } => Answer::Receipt(Box::new(self.verify_receipt(file).await?)),

            R::Status => Answer::Status(Box::new(self.standing().await?)),
            R::Hold { work, held } => {
                self.hold(work, held);
                Answer::Done
            }
            R::Network => Answer::Network(self.network().await?),
            R::SetNetwork { network, proxy_password } => {
                self.set_network(&network, proxy_password.as_ref()).await?;
                Answer::Network(network)
            }
            R::Preferences => Answer::Preferences(self.preferences().await?),
            R::SetPreferences { preferences } => {
                self.set_preferences(&preferences).await?;
                Answer::Preferences(preferences)
            }

            R::Backup { file, passphrase } => Answer::Kept(self.backup(file, passphrase).await?),
            R::Restore { file, passphrase } => Answer::Kept(self.restore(file, passphrase).await?),
        })
    }

    /// As [`Desk::close`], where others still hold the desk: workers and store are closed under them, and what they ask then fails.
    pub async fn put_down(&self) {
        if let Some(pool) = self.pool.get() {
            pool.close().await;
        }
        self.pictures.close().await;
        if let Some(store) = self.store.get() {
            store.clone().close().await;
        }
    }

    /// Puts everything down in order. Nothing is lost without it; but a process that simply ends while the database's threads still
    /// live lets them use a cipher library that has been torn down already.
    pub async fn close(self) {
        self.put_down().await;
    }

    /// The workers, started when first needed.
    async fn pool(&self) -> &worker::Pool {
        let host = &self.host;
        self.pool.get_or_init(async || worker::Pool::new(host.workers(), host.worker_limits(), host.jobs())).await
    }
}
