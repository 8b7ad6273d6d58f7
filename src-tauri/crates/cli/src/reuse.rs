//! `hosoctl dossier reuse …`: papers of earlier dossiers of the same people that serve again.

use std::io::Write as _;

use clap::Subcommand;
use desk::{EarlierPaper, Request, ReuseAnswer, ReuseRequest as Ask};

use crate::words::Language;

#[derive(Debug, Subcommand)]
pub enum Reuse {
    /// What there is for components that have no paper yet: component, paper, where it lies, until when it counts.
    List { id: String },
    /// Take a paper over.
    Take {
        id: String,
        component: String,
        paper: String,
        /// Also where it counts no more.
        #[arg(long)]
        expired: bool,
    },
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{text}: {error}"))
}

pub fn request(command: Reuse) -> Result<Request, String> {
    let what = match command {
        Reuse::List { id } => Ask::Offered { dossier: parse(&id)? },
        Reuse::Take { id, component, paper, expired } => {
            Ask::Take { dossier: parse(&id)?, component: component.into(), document: parse(&paper)?, expired }
        }
    };
    Ok(Request::Reuse { what })
}

/// A line on standard output; a reader that has gone away is no failure.
macro_rules! tell {
    ($($line:tt)*) => {{ let _ = writeln!(std::io::stdout(), $($line)*); }};
}

pub fn print(answer: &ReuseAnswer, language: Language) {
    match answer {
        ReuseAnswer::Offered(papers) => papers.iter().for_each(|paper| tell!("{}", line(paper, language))),
        ReuseAnswer::Taken(document) => tell!("{}", document.id),
    }
}

fn line(paper: &EarlierPaper, language: Language) -> String {
    let (dated, came, until, over) = match language {
        Language::Vi => ("ghi ngày", "số hóa ngày", "giá trị đến", "HẾT HẠN từ"),
        Language::En => ("dated", "digitised", "good until", "EXPIRED since"),
    };
    let day = if paper.read { dated } else { came };
    let counts = match paper.until {
        Some(last) if paper.expired => format!(", {over} {}", last.shown()),
        Some(last) => format!(", {until} {}", last.shown()),
        None => String::new(),
    };
    let code = paper.code.as_deref().unwrap_or("-");
    format!("{} {} {} ({code}): {day} {}{counts}", paper.component, paper.document, paper.title, paper.date.shown())
}
