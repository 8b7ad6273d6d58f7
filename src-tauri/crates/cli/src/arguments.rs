//! The command line. It is stable: scripts and measurements rest on it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use desk::{ManyRequest, Request, Secret, SheetWanted, StackAt, StackDecided, StackDecision, parse_answer_argument};

use crate::{accounts, catalogue, filling, many, network, no_paper, parcel, portal, reuse, words::Language};

/// Hồ Sơ trên dòng lệnh: soạn, số hóa, gửi hồ sơ thủ tục hành chính.
#[derive(Debug, Parser)]
#[command(name = "hosoctl", version, about, arg_required_else_help = true)]
pub struct Arguments {
    /// Print one JSON document instead of words.
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder of the profile; without it, the user's own.
    #[arg(long, global = true, env = "HOSO_PROFILE", value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// Language of what is printed for people.
    #[arg(long = "lang", global = true, env = "HOSO_LANG", value_enum, default_value = "vi")]
    pub language: Language,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Enrol this computer with a hub, by what `hoso-hub enrol-code` printed.
    Enrol { string: String },
    /// Sign in; the password is the first line of standard input.
    SignIn { name: String },
    /// Sign out.
    SignOut,
    /// Who is signed in here, and what of theirs runs out.
    Whoami,
    /// Change the own password; the old and the new one are the first two lines of standard input.
    ChangePassword,
    /// Make one searchable PDF/A of scans, photographs and PDFs.
    Digitise(Digitise),
    /// The catalogue of procedures.
    #[command(subcommand)]
    Procedure(catalogue::Procedure),
    /// Administrative units, old and new.
    #[command(subcommand)]
    Unit(catalogue::Unit),
    /// Procedures that are no longer taken on paper.
    #[command(subcommand)]
    NoPaper(no_paper::NoPaper),
    /// Submissions carried to the hub by hand, as one sealed file.
    #[command(subcommand)]
    Parcel(parcel::Parcel),
    /// Portals at which dossiers are filed by hand.
    #[command(subcommand)]
    Portal(portal::Portal),
    /// Form files.
    #[command(subcommand)]
    Form(Form),
    /// Dossiers on this computer.
    #[command(subcommand)]
    Dossier(Dossier),
    /// People and organisations kept with consent.
    #[command(subcommand)]
    People(filling::People),
    /// Templates of the agency.
    #[command(subcommand)]
    Template(filling::Template),
    /// Print cover sheets, to be laid before the papers of each component in a stack.
    Cover {
        id: String,
        /// Where the PDF goes.
        #[arg(short, long, value_name = "FOLDER", default_value = ".")]
        output: PathBuf,
        /// COMPONENT, COMPONENT#ROW, COMPONENT=PAGES or COMPONENT#ROW=PAGES; without any, one sheet for each paper.
        #[arg(value_name = "SHEET")]
        sheets: Vec<String>,
    },
    /// Stacks of paper, sorted by their cover sheets.
    #[command(subcommand)]
    Stack(Stack),
    /// The folder whose new files are taken in as stacks while the window is open.
    HotFolder {
        /// Watch this folder.
        #[arg(long, value_name = "DIR", conflicts_with_all = ["off", "delete"])]
        folder: Option<PathBuf>,
        /// Watch none.
        #[arg(long, conflicts_with = "delete")]
        off: bool,
        /// Whether files are deleted from it once they are safe here.
        #[arg(long, value_name = "true|false")]
        delete: Option<bool>,
    },
    /// Send what waits in the outbox.
    Send {
        /// One round, then stop (the default).
        #[arg(long, conflicts_with = "wait")]
        once: bool,
        /// Until the queue is empty or needs a person.
        #[arg(long)]
        wait: bool,
    },
    /// What waits in the outbox.
    Outbox,
    /// How fast, when and through what is sent.
    #[command(subcommand)]
    Network(network::Network),
    /// Ask the hub for news of the dossiers sent from here.
    Events,
    /// Transmission receipts.
    #[command(subcommand)]
    Receipt(Receipt),
    /// Write the whole profile into one encrypted file.
    Backup(Keep),
    /// Make a profile from a backup; the profile folder must be empty.
    Restore(Keep),
    /// Say what works on this computer.
    Doctor,
}

#[derive(Debug, Args)]
struct Digitise {
    /// The PDF to write.
    #[arg(short, long, value_name = "OUT.pdf")]
    output: Option<PathBuf>,
    /// The report to write, as JSON.
    #[arg(long, value_name = "OUT.json")]
    report: Option<PathBuf>,
    /// Workers at a time; without it, one per core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Do not read the words.
    #[arg(long)]
    no_ocr: bool,
    /// Keep blank pages in the PDF; they are marked in the report either way.
    #[arg(long)]
    keep_blank: bool,
    /// Warn of pages below this resolution.
    #[arg(long, value_name = "N", default_value_t = 200)]
    min_dpi: u32,
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Form {
    /// Say what is wrong with a form file, and where.
    Check { file: PathBuf },
    /// Print a procedure's form, to be filled in by hand.
    Blank {
        procedure: String,
        /// The PDF to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Dossier {
    /// Start a dossier.
    New {
        procedure: String,
    },
    /// Start a dossier as a copy of another: its answers, not its days and papers.
    Copy {
        id: String,
    },
    /// What a dossier's papers say that its form does not yet.
    #[command(subcommand)]
    Suggest(filling::Suggest),
    /// Papers of earlier dossiers of the same people that serve again.
    #[command(subcommand)]
    Reuse(reuse::Reuse),
    /// Make many dossiers out of the rows of an XLSX or CSV file, each row once; begun again, it goes on.
    Import(many::Import),
    /// Write an empty table for a procedure, to be filled in and imported.
    Template {
        procedure: String,
        /// The XLSX to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Put away the drafts an import made, or bring them back.
    Unimport {
        id: String,
        #[arg(long)]
        back: bool,
    },
    /// Set answers; a table is given as JSON.
    Set {
        id: String,
        #[arg(required = true, value_name = "FIELD=VALUE")]
        answers: Vec<String>,
    },
    /// Add a document made of the files, digitised unless --as-is.
    Attach {
        id: String,
        component: String,
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[arg(long)]
        as_is: bool,
        /// For which row of its table the paper is: the row's number from 1, or its id.
        #[arg(long, value_name = "ROW")]
        row: Option<String>,
    },
    /// Take a document out of a draft.
    Remove {
        id: String,
        document: String,
    },
    /// Say what stands between the dossier and sending.
    Check {
        id: String,
    },
    /// Freeze the dossier and put it into the outbox.
    Submit {
        id: String,
    },
    /// Take the dossier back out of the outbox, to be edited.
    Reopen {
        id: String,
        /// Why, where a parcel with it is under way: the hub may still receive it as it was sealed.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Try again what failed: sending, and digitising of papers.
    Retry {
        id: String,
    },
    Show {
        id: String,
    },
    /// Newest first.
    List {
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Continue a list.
        #[arg(long)]
        before: Option<i64>,
        /// Only those in whose code, names or papers these words occur; with conditions such as `state:draft`, `due:<3`,
        /// `procedure:NB-20`, `unit:"Sở Y tế"`, in Vietnamese or English.
        #[arg(long, value_name = "WORDS")]
        find: Option<String>,
    },
    /// Print what was answered in a dossier, and its papers, to be read.
    Summary {
        id: String,
        /// The PDF to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Say what would become of a draft under the newest revision of its procedure.
    Rebase {
        id: String,
        /// Do it.
        #[arg(long)]
        apply: bool,
    },
    /// Write a dossier's files, manifest and receipt into a folder.
    Export {
        id: String,
        #[arg(short, long, value_name = "FOLDER", default_value = ".")]
        output: PathBuf,
    },
    #[command(flatten)]
    Portal(portal::Dossier),
}

#[derive(Debug, Subcommand)]
enum Stack {
    /// Take files, and what lies in folders, in as one stack, by the order of their names.
    Take {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    List,
    Show {
        id: String,
    },
    /// Look at the pages that nobody has looked at yet.
    Examine {
        id: String,
    },
    /// Decide about the part that begins at FILE.PAGE, as `show` prints it.
    Decide {
        id: String,
        #[arg(value_name = "FILE.PAGE")]
        part: String,
        #[command(subcommand)]
        decision: Decision,
    },
    /// Take the page FILE.PAGE out of its part, or give it back.
    TakeOut {
        id: String,
        #[arg(value_name = "FILE.PAGE")]
        page: String,
        #[arg(long)]
        back: bool,
    },
    /// File what is decided, or nobody has to be asked about.
    File {
        id: String,
        /// No paper of it is a state secret: needed for dossiers that have no papers yet.
        #[arg(long)]
        no_secrets: bool,
    },
    /// Take a filing back: these documents are put away, and their parts can be decided and filed again.
    Unfile {
        id: String,
        #[arg(required = true, value_name = "DOCUMENT")]
        documents: Vec<String>,
    },
    /// Put a stack away; what was filed from it stays.
    Discard {
        id: String,
    },
    Restore {
        id: String,
    },
}

#[derive(Debug, Subcommand)]
enum Decision {
    /// File it where its sheet says, as it is.
    Accept,
    /// File it in this component of this dossier.
    Put {
        dossier: String,
        component: String,
        #[arg(long, value_name = "ROW")]
        row: Option<String>,
    },
    /// File it nowhere; its papers stay with the stack.
    LeaveOut,
    /// Take the decision back.
    Undo,
}

#[derive(Debug, Subcommand)]
enum Receipt {
    /// Show a dossier's receipt; with --save also write it and its printable slip.
    Show {
        id: String,
        #[arg(long, value_name = "FOLDER")]
        save: Option<PathBuf>,
    },
    /// Check a receipt file offline.
    Verify { file: PathBuf },
}

#[derive(Debug, Args)]
struct Keep {
    file: PathBuf,
    /// The passphrase; the first line of standard input is better, since other programs cannot see it.
    #[arg(long, env = "HOSO_PASSPHRASE", hide_env_values = true)]
    passphrase: Option<String>,
}

impl Keep {
    fn passphrase(self) -> Result<(PathBuf, Secret), String> {
        let passphrase = match self.passphrase {
            Some(passphrase) => passphrase,
            None => {
                let mut line = String::new();
                std::io::stdin().read_line(&mut line).map_err(|e| e.to_string())?;
                line.trim_end_matches(['\r', '\n']).to_owned()
            }
        };
        if passphrase.is_empty() {
            Err("a passphrase is needed".into())
        } else {
            Ok((self.file, Secret::new(passphrase)))
        }
    }
}

impl Arguments {
    pub fn jobs(&self) -> Option<usize> {
        match &self.command {
            Command::Digitise(digitise) => digitise.jobs.map(usize::from),
            _ => None,
        }
    }

    /// The request these arguments stand for; an error is wrong usage.
    pub fn request(self) -> Result<Request, String> {
        Ok(match self.command {
            Command::Enrol { string } => Request::Enrol { enrolment: Secret::new(string) },
            Command::SignIn { name } => accounts::sign_in(name)?,
            Command::SignOut => accounts::sign_out(),
            Command::Whoami => accounts::who_is_here(),
            Command::ChangePassword => accounts::change_password()?,
            Command::Digitise(d) => Request::Digitise {
                inputs: d.inputs,
                output: d.output,
                report: d.report,
                ocr: !d.no_ocr,
                keep_blank: d.keep_blank,
                min_dpi: d.min_dpi,
            },
            Command::Procedure(command) => catalogue::procedure(command)?,
            Command::People(command) => filling::people(command)?,
            Command::Template(command) => filling::template(command)?,
            Command::NoPaper(command) => no_paper::request(command)?,
            Command::Parcel(command) => parcel::parcel(command)?,
            Command::Portal(command) => portal::portal(command),
            Command::Unit(command) => catalogue::unit(command),
            Command::Form(Form::Check { file }) => Request::FormCheck { file },
            Command::Form(Form::Blank { procedure, output }) => Request::FormBlank { procedure, file: output },
            Command::Dossier(command) => dossier(command)?,
            Command::Cover { id, output, sheets } => Request::CoverSheets {
                dossier: parse(&id)?,
                sheets: sheets.iter().map(|text| sheet(text)).collect::<Result<_, _>>()?,
                folder: output,
            },
            Command::Stack(command) => stack(command)?,
            Command::HotFolder { folder: Some(folder), .. } => Request::HotFolderSet {
                folder: Some(folder.canonicalize().map_err(|e| format!("{}: {e}", folder.display()))?),
            },
            Command::HotFolder { off: true, .. } => Request::HotFolderSet { folder: None },
            Command::HotFolder { delete: Some(delete), .. } => Request::HotFolderDelete { delete },
            Command::HotFolder { .. } => Request::HotFolder,
            Command::Send { wait, once: _ } => Request::Send { wait },
            Command::Outbox => Request::Outbox,
            Command::Network(network) => network::request(network)?,
            Command::Events => Request::Events,
            Command::Receipt(Receipt::Show { id, save }) => Request::ReceiptShow { dossier: parse(&id)?, save },
            Command::Receipt(Receipt::Verify { file }) => Request::ReceiptVerify { file },
            Command::Backup(keep) => {
                let (file, passphrase) = keep.passphrase()?;
                Request::Backup { file, passphrase }
            }
            Command::Restore(keep) => {
                let (file, passphrase) = keep.passphrase()?;
                Request::Restore { file, passphrase }
            }
            Command::Doctor => Request::Doctor,
        })
    }
}

fn dossier(command: Dossier) -> Result<Request, String> {
    Ok(match command {
        Dossier::New { procedure } => Request::DossierNew { procedure, practice: false },
        Dossier::Import(import) => many::import(import)?,
        Dossier::Template { procedure, output } => {
            Request::Many { what: ManyRequest::Template { procedure, file: output } }
        }
        Dossier::Unimport { id, back } => {
            let import = parse(&id)?;
            let what = if back { ManyRequest::Restore { import } } else { ManyRequest::Undo { import } };
            Request::Many { what }
        }
        Dossier::Set { id, answers } => Request::DossierSet {
            dossier: parse(&id)?,
            answers: answers.iter().map(|text| parse_answer_argument(text)).collect::<Result<_, _>>()?,
        },
        Dossier::Attach { id, component, files, as_is, row } => {
            Request::DossierAttach { dossier: parse(&id)?, component, row, files, as_is, later: false }
        }
        Dossier::Remove { id, document } => {
            Request::DossierRemove { dossier: parse(&id)?, document: parse(&document)? }
        }
        Dossier::Check { id } => Request::DossierCheck { dossier: parse(&id)? },
        Dossier::Submit { id } => Request::DossierSubmit { dossier: parse(&id)? },
        Dossier::Reopen { id, reason } => Request::DossierReopen { dossier: parse(&id)?, reason },
        Dossier::Retry { id } => Request::DossierRetry { dossier: parse(&id)? },
        Dossier::Copy { id } => filling::copy(&id)?,
        Dossier::Suggest(command) => filling::suggest(command)?,
        Dossier::Reuse(command) => reuse::request(command)?,
        Dossier::Show { id } => Request::DossierShow { dossier: parse(&id)? },
        Dossier::List { limit, before, find } => {
            Request::DossierList { limit, before, states: vec![], find: find.unwrap_or_default() }
        }
        Dossier::Summary { id, output } => Request::DossierSummary { dossier: parse(&id)?, file: output },
        Dossier::Rebase { id, apply } => Request::DossierRebase { dossier: parse(&id)?, apply },
        Dossier::Portal(command) => portal::dossier(command)?,
        Dossier::Export { id, output } => Request::DossierExport { dossier: parse(&id)?, folder: output },
    })
}

fn stack(command: Stack) -> Result<Request, String> {
    Ok(match command {
        Stack::Take { files } => Request::StackTake { files },
        Stack::List => Request::StackList,
        Stack::Show { id } => Request::StackShow { stack: parse(&id)? },
        Stack::Examine { id } => Request::StackExamine { stack: parse(&id)? },
        Stack::Decide { id, part, decision } => {
            let decision = match decision {
                Decision::Accept => Some(StackDecision::Accept),
                Decision::Put { dossier, component, row } => {
                    Some(StackDecision::Put { dossier: parse(&dossier)?, component, row })
                }
                Decision::LeaveOut => Some(StackDecision::LeaveOut),
                Decision::Undo => None,
            };
            let decisions = vec![StackDecided { at: stack_at(&part)?, pages: None, decision }];
            Request::StackDecide { stack: parse(&id)?, decisions }
        }
        Stack::TakeOut { id, page, back } => {
            Request::StackTakeOut { stack: parse(&id)?, at: stack_at(&page)?, out: !back }
        }
        Stack::File { id, no_secrets } => Request::StackFile { stack: parse(&id)?, declared: no_secrets },
        Stack::Unfile { id, documents } => {
            let documents = documents.iter().map(|id| parse(id)).collect::<Result<_, _>>()?;
            Request::StackUnfile { stack: parse(&id)?, documents }
        }
        Stack::Discard { id } => Request::StackDiscard { stack: parse(&id)? },
        Stack::Restore { id } => Request::StackRestore { stack: parse(&id)? },
    })
}

/// `COMPONENT[#ROW][=PAGES]`.
fn sheet(text: &str) -> Result<SheetWanted, String> {
    let (place, pages) = match text.rsplit_once('=') {
        Some((place, pages)) => {
            let pages = pages.parse().ok().filter(|pages| *pages > 0);
            (place, Some(pages.ok_or_else(|| format!("{text}: the number of pages is a number from 1"))?))
        }
        None => (text, None),
    };
    let (component, row) = place.split_once('#').map_or((place, None), |(c, row)| (c, Some(row.to_owned())));
    Ok(SheetWanted { component: component.to_owned(), row, pages })
}

/// `FILE.PAGE`, both from 1.
fn stack_at(text: &str) -> Result<StackAt, String> {
    let number = |part: &str| part.parse::<u32>().ok()?.checked_sub(1);
    let (file, frame) = text.split_once('.').unwrap_or((text, "1"));
    match (number(file), number(frame)) {
        (Some(file), Some(frame)) => Ok(StackAt { file, frame }),
        _ => Err(format!("{text}: FILE.PAGE expected, such as 1.12")),
    }
}

fn parse<T: std::str::FromStr>(id: &str) -> Result<T, String> {
    id.parse().map_err(|_| format!("{id} is not an identifier"))
}
