//! `hosoctl procedure …` and `hosoctl unit …`: the catalogue and the administrative units.

use std::{io::Write as _, path::PathBuf};

use clap::Subcommand;
use desk::{AtHub, CatalogueAnswer, CatalogueRequest as Ask, Change, EntryKind, Request, Side, Words};

use crate::words::Language;

#[derive(Debug, Subcommand)]
pub enum Procedure {
    /// Every procedure, in the revision that counts today.
    List,
    Show {
        code: String,
    },
    /// Take files into this computer's catalogue: whole catalogues, procedures, forms, legal profiles, calendar years.
    Import {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Write a catalogue as one file: these procedures with what they name, or everything.
    Export {
        file: PathBuf,
        codes: Vec<String>,
    },
    /// The revisions of an entry, newest first.
    Revisions {
        code: String,
        #[command(flatten)]
        kind: Kind,
    },
    /// What is different between two revisions of an entry: a number, `newest`, `draft` or `hub`.
    Compare {
        code: String,
        #[arg(long, value_parser = side, default_value = "newest")]
        from: Side,
        #[arg(long, value_parser = side, default_value = "draft")]
        to: Side,
        #[command(flatten)]
        kind: Kind,
    },
    /// Begin the next revision of an entry as a draft, or save it from a file.
    Draft {
        code: String,
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        #[command(flatten)]
        kind: Kind,
    },
    /// Say what is wrong with a draft, and where.
    Check {
        code: String,
        #[command(flatten)]
        kind: Kind,
    },
    /// Make a draft the newest revision.
    Publish {
        code: String,
        /// Why: the decision it follows.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        kind: Kind,
    },
    /// Answer for a value that was not certain (`time_limit`, `fees[0].amount`), or put another in its place.
    Confirm {
        code: String,
        path: String,
        /// Where it was looked up.
        #[arg(long)]
        source: String,
        /// The right value, as JSON.
        #[arg(long)]
        value: Option<String>,
        #[command(flatten)]
        kind: Kind,
    },
    /// Who may change the catalogue on this computer; with `--name`, say that you are the one, with `--end`, that nobody is.
    Officer {
        #[arg(long, requires = "authority")]
        name: Option<String>,
        /// The document that gives you the task.
        #[arg(long, requires = "name")]
        authority: Option<String>,
        #[arg(long, conflicts_with = "name")]
        end: bool,
    },
    /// Ask the hub for what is new in its catalogue.
    Fetch,
    /// This catalogue beside the hub's.
    Hub,
}

#[derive(Debug, clap::Args)]
pub struct Kind {
    /// `procedure`, `form`, `profile` or `calendar`.
    #[arg(long, default_value = "procedure")]
    kind: EntryKind,
}

#[derive(Debug, Subcommand)]
pub enum Unit {
    /// Units by name, marks aside; of a day, or of any time.
    Find {
        name: Vec<String>,
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<desk::Date>,
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// A unit by its code on a day: what is above it, what it went into or came from.
    At { code: String, day: desk::Date },
}

fn side(text: &str) -> Result<Side, String> {
    match (text, text.parse()) {
        (_, Ok(revision)) => Ok(Side::Revision { revision }),
        ("newest", _) => Ok(Side::Newest),
        ("draft", _) => Ok(Side::Draft),
        ("hub", _) => Ok(Side::Hub),
        _ => Err("a number, newest, draft or hub expected".to_owned()),
    }
}

/// The request of a command; a file that cannot be read is told with its name.
pub fn procedure(command: Procedure) -> Result<Request, String> {
    let what = match command {
        Procedure::List => return Ok(Request::ProcedureList),
        Procedure::Show { code } => return Ok(Request::ProcedureShow { procedure: code }),
        Procedure::Import { files } => return Ok(Request::ProcedureImport { files }),
        Procedure::Export { file, codes } => Ask::Export { file, codes },
        Procedure::Revisions { code, kind } => Ask::Revisions { kind: kind.kind, code },
        Procedure::Compare { code, from, to, kind } => Ask::Compare { kind: kind.kind, code, from, to },
        Procedure::Draft { code, from: None, kind } => Ask::DraftOpen { kind: kind.kind, code, revision: None },
        Procedure::Draft { code, from: Some(file), kind } => {
            let json = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            Ask::DraftSave { kind: kind.kind, code, version: None, json }
        }
        Procedure::Check { code, kind } => Ask::DraftCheck { kind: kind.kind, code },
        Procedure::Publish { code, reason, kind } => Ask::DraftPublish { kind: kind.kind, code, reason },
        Procedure::Confirm { code, path, source, value, kind } => {
            Ask::Confirm { kind: kind.kind, code, path, source, value }
        }
        Procedure::Officer { end: true, .. } => Ask::GiveUpCharge,
        Procedure::Officer { name: Some(name), authority: Some(authority), .. } => Ask::TakeCharge { name, authority },
        Procedure::Officer { .. } => Ask::May,
        Procedure::Fetch => Ask::Fetch,
        Procedure::Hub => Ask::AtHub,
    };
    Ok(Request::Catalogue { what })
}

pub fn unit(command: Unit) -> Request {
    match command {
        Unit::Find { name, day, limit } => Request::UnitsFind { find: name.join(" "), day, limit },
        Unit::At { code, day } => Request::UnitAt { code, day },
    }
}

/// A line on standard output; a reader that has gone away is no failure.
macro_rules! tell {
    ($($line:tt)*) => {{ let _ = writeln!(std::io::stdout(), $($line)*); }};
}

/// Prints an answer of the catalogue for people.
pub fn print(answer: &CatalogueAnswer, language: Language) {
    let word = |words: &Words| if language == Language::Vi { words.vi.clone() } else { words.en.clone() };
    match answer {
        CatalogueAnswer::List(lines) => {
            for line in lines {
                tell!("{:<9} {:<16} {:>3}  {}", line.kind, line.code, line.revision, word(&line.name));
            }
        }
        CatalogueAnswer::Revisions(lines) => lines.iter().for_each(revision),
        CatalogueAnswer::Published(line) => revision(line),
        CatalogueAnswer::Entry(entry) => tell!("{} {} {}", entry.kind(), entry.code(), entry.revision()),
        CatalogueAnswer::Differences(differences) => {
            for difference in differences {
                let mark = match difference.change {
                    Change::Added => "+",
                    Change::Removed => "-",
                    Change::Changed => "~",
                    Change::Moved => "↕",
                };
                let value = |words: &Option<Words>| words.as_ref().map_or_else(|| "–".to_owned(), word);
                tell!("{mark} {}: {} → {}", difference.path, value(&difference.before), value(&difference.after));
            }
        }
        CatalogueAnswer::Draft(draft) => {
            tell!("{} {} {} ({})", draft.kind, draft.code, draft.revision, draft.version);
            for finding in &draft.findings {
                tell!("{} {}: {}", if finding.blocking { "✗" } else { "!" }, finding.place, finding.reason);
            }
        }
        CatalogueAnswer::NewDrafts(drafts) => drafts.iter().for_each(|draft| tell!("{}", draft.code)),
        CatalogueAnswer::Discarded => {}
        CatalogueAnswer::May(it) => may(it),
        CatalogueAnswer::News(news) => news.iter().flat_map(|it| &it.taken).for_each(|taken| tell!("+ {taken}")),
        CatalogueAnswer::Exported(exported) => tell!("{} ({})", exported.file, exported.entries),
        CatalogueAnswer::Fetched(fetched) => {
            fetched.taken.iter().for_each(|taken| tell!("+ {taken}"));
            tell!("{}", fetched.version);
        }
        CatalogueAnswer::AtHub(at_hub) => {
            tell!("{}  {}", at_hub.version, at_hub.published_at);
            for line in at_hub.lines.iter().filter(|line| line.standing != AtHub::Same) {
                let mark = match line.standing {
                    AtHub::Same => "=",
                    AtHub::OnlyHere => "<",
                    AtHub::OnlyThere => ">",
                    AtHub::Different => "≠",
                };
                tell!("{mark} {} {} {}", line.kind, line.code, line.revision);
            }
        }
    }
}

fn may(may: &desk::May) {
    let Some(officer) = &may.officer else { return tell!("–") };
    let mark = if may.change { "●" } else { " " };
    tell!("{mark} {} · {} · {} · {}", officer.name, officer.authority, officer.user, officer.since);
}

fn revision(line: &desk::RevisionLine) {
    let counts = if line.counts { "●" } else { " " };
    let at = line.at.map_or_else(String::new, |at| at.to_string());
    tell!("{counts} {:<16} {:>3}  {}  {} {at}", line.code, line.revision, line.sha256, line.by);
}

/// Units, one a line, with those above them.
pub fn units(lines: &[desk::UnitLine]) {
    for line in lines {
        let to = line.unit.to.map_or_else(String::new, |to| format!("  (–{to})"));
        let above: String = line.above.iter().map(|name| format!(", {name}")).collect();
        tell!("{:<5}  {}{above}{to}", line.unit.code, line.unit.name);
    }
}

/// One unit with what became of it.
pub fn unit_view(view: &desk::UnitView) {
    let names: Vec<&str> = view.path.iter().map(|unit| unit.name.as_str()).collect();
    tell!("{}", names.join(", "));
    for successor in &view.successors {
        tell!("→ {} {} ({:?}, {})", successor.unit.code, successor.unit.name, successor.share, successor.since);
    }
    view.predecessors.iter().for_each(|unit| tell!("← {} {}", unit.code, unit.name));
}
