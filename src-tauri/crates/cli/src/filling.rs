//! `hosoctl dossier suggest|copy`, `hosoctl people …`, `hosoctl template …`: filling in without typing anything twice.

use std::io::Write as _;

use clap::Subcommand;
use desk::{FillingAnswer, FillingRequest as Ask, Offer, PersonView, Request, Suggestion};

#[derive(Debug, Subcommand)]
pub enum Suggest {
    /// What a dossier's papers say that its form does not yet, each with its key.
    List { id: String },
    /// Take a suggestion by its key, as looked at and found right.
    Take {
        id: String,
        key: String,
        /// Who of the form it is about, where it is somebody's.
        #[arg(long)]
        who: Option<String>,
        /// The row of a table they are asked about in, by its id.
        #[arg(long)]
        row: Option<String>,
    },
    /// Do not show a suggestion again.
    Dismiss { id: String, key: String },
}

#[derive(Debug, Subcommand)]
pub enum People {
    /// Everybody kept on this computer, or those who fit.
    List { find: Vec<String> },
    /// Forget somebody for good.
    Forget { id: String },
}

#[derive(Debug, Subcommand)]
pub enum Template {
    List,
    /// Save a dossier as a template, without anybody's personal data.
    Save {
        dossier: String,
        name: String,
    },
    /// Begin a dossier from a template.
    Begin {
        id: String,
    },
    Remove {
        id: String,
    },
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{text}: {error}"))
}

pub fn suggest(command: Suggest) -> Result<Request, String> {
    let what = match command {
        Suggest::List { id } => Ask::Suggest { dossier: parse(&id)? },
        Suggest::Take { id, key, who, row } => Ask::Take {
            dossier: parse(&id)?,
            offer: Offer::Suggestion { key },
            who: who.map(Into::into),
            row: row.map(Into::into),
        },
        Suggest::Dismiss { id, key } => Ask::Dismiss { dossier: parse(&id)?, key, back: false },
    };
    Ok(Request::Filling { what })
}

pub fn copy(id: &str) -> Result<Request, String> {
    Ok(Request::Filling { what: Ask::Copy { dossier: parse(id)? } })
}

pub fn people(command: People) -> Result<Request, String> {
    let what = match command {
        People::List { find } => Ask::People { find: find.join(" ") },
        People::Forget { id } => Ask::ForgetPerson { person: parse(&id)? },
    };
    Ok(Request::Filling { what })
}

pub fn template(command: Template) -> Result<Request, String> {
    let what = match command {
        Template::List => Ask::Templates,
        Template::Save { dossier, name } => Ask::SaveTemplate { dossier: parse(&dossier)?, name },
        Template::Begin { id } => Ask::Begin { template: parse(&id)? },
        Template::Remove { id } => Ask::RemoveTemplate { template: parse(&id)? },
    };
    Ok(Request::Filling { what })
}

/// A line on standard output; a reader that has gone away is no failure.
macro_rules! tell {
    ($($line:tt)*) => {{ let _ = writeln!(std::io::stdout(), $($line)*); }};
}

/// Prints an answer about filling in, for people.
pub fn print(answer: &FillingAnswer) {
    match answer {
        FillingAnswer::Suggestions(all) => all.iter().for_each(suggestion),
        FillingAnswer::Scanned(one) => one.iter().for_each(suggestion),
        FillingAnswer::Sheet(sheet) | FillingAnswer::Taken { sheet, .. } => tell!("{}", sheet.dossier.id),
        FillingAnswer::People(people) => people.iter().for_each(person),
        FillingAnswer::Kept(kept) => person(kept),
        FillingAnswer::Done => {}
        FillingAnswer::Profile(own) => tell!("{} {}", own.name, own.tax_code),
        FillingAnswer::Begun(id) => tell!("{id}"),
        FillingAnswer::Templates(lines) => {
            lines.iter().for_each(|line| tell!("{} {:<12} {}", line.id, line.procedure, line.name));
        }
        FillingAnswer::Alike(lines) => {
            lines.iter().for_each(|line| tell!("{} ~ {}", line.dossier, line.code.as_deref().unwrap_or("-")));
        }
    }
}

fn suggestion(it: &Suggestion) {
    tell!("{}", it.key);
    it.values.iter().for_each(|value| tell!("  {}: {}", value.field, value.text));
}

fn person(it: &PersonView) {
    tell!("{} {}", it.id, it.name);
}
