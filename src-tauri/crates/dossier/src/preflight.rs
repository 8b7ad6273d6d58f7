//! The check before sending, whole: what [`crate::check`] finds of form and components, and what the papers themselves tell. The same
//! rules on desktop and hub: what only one of them knows (pages, letterheads, earlier dossiers, limits) is passed in as plain values,
//! and a rule says nothing about what was not.

mod agree;
#[doc(hidden)]
pub mod cases;
mod kinds;
mod pages;
mod papers;
mod whole;

use serde::{Deserialize, Serialize};

use crate::{
    answers::Answers,
    check::{self, DocumentSummary, Finding, Place},
    date::Date,
    digest::Digest,
    evaluate::Evaluation,
    form::Form,
    id::{DocumentId, PageId},
    key::{ComponentCode, ProfileId, RowId},
    no_paper::NoPaperSince,
    procedure::Procedure,
    profile::ScanRule,
};

pub use kinds::Heading;
pub use whole::{online_only, secrecy_said};

/// A dossier as it is to be sent, with its papers.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub procedure: &'a Procedure,
    pub form: &'a Form,
    pub answers: &'a Answers,
    pub documents: &'a [DocumentSummary],
    pub papers: &'a [PaperFacts],
    pub taken: &'a Taken,
    /// What a department's list in force says of it today; where none does, the procedure's own data counts.
    pub no_paper: Option<&'a NoPaperSince>,
    /// What rules see as today.
    pub today: Date,
}

/// What receiving systems take, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The rules for digitised papers of the legal profile that holds.
    pub scans: Option<(ProfileId, ScanRule)>,
    /// What the hub said of itself.
    pub hub: Option<HubLimits>,
}

/// What a hub takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubLimits {
    /// Bytes.
    pub max_file_bytes: u64,
    pub max_files: u32,
    /// Media types.
    pub accepted_types: Vec<String>,
}

/// One paper as it lies in the dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperFacts {
    pub component: ComponentCode,
    pub row: Option<RowId>,
    pub document: Option<DocumentId>,
    pub title: String,
    /// Of every file it was made of, byte for byte: a paper scanned twice differs, the same file given twice does not.
    pub sources: Vec<Digest>,
    /// Of the file that is sent.
    pub media_type: String,
    pub bytes: u64,
    /// The pages that count, in their order; none where they are not known.
    pub pages: Vec<PageFacts>,
    /// Made from paper here; otherwise it goes as the file it is.
    pub digitised: bool,
    pub signature: Signature,
    pub letterhead: Option<Letterhead>,
    /// The stamp of a state secret that was read on it.
    pub secrecy: Option<String>,
    /// The earliest other dossier of this agency that has the same file.
    pub elsewhere: Option<Earlier>,
    /// Of one that was taken over from an earlier dossier, the day it came in there.
    pub came: Option<Date>,
}

/// One page of a paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFacts {
    pub page: Option<PageId>,
    /// Dots per inch of the scan; nothing of a page that is none.
    pub dpi: Option<u32>,
    pub blank: bool,
    /// Share of the sheet covered by ink, in thousandths.
    pub ink: u16,
    /// Somebody looked for words on it.
    pub read: bool,
    pub words: u32,
    /// How sure the words are on the average, in percent.
    pub confidence: u8,
    /// It is known which way up it is.
    pub upright: bool,
    /// In reading order, in lines.
    pub text: String,
    /// What it says it is.
    pub heading: Option<Heading>,
}

/// What was seen of signatures on a paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signature {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// The file is signed digitally.
    Signed,
    /// Coloured ink, as of a stamp or a pen.
    Ink,
    /// A scan, and no coloured ink on it; black ink and scans without colour tell nothing.
    NoInk,
    /// Made by a program, and not signed digitally.
    Unsigned,
}

/// The same file in an earlier dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    pub code: String,
    pub title: String,
}

/// What was read in a letterhead. It may be misread: nothing that rests on it blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letterhead {
    pub number: Option<String>,
    pub date: Option<Date>,
    pub agency: Option<String>,
    pub summary: Option<String>,
    pub signer: Option<String>,
}

/// Checks a dossier with its papers.
pub fn check(given: &Given<'_>) -> Vec<Finding> {
    let Given { procedure, form, answers, documents, papers, taken, today, no_paper: _ } = *given;
    let evaluation = Evaluation::of(form, answers, today);
    let mut findings = check::check(procedure, form, answers, documents, today);
    findings.extend(whole::findings(given, &evaluation));
    let slots = papers::slots_of(form, &evaluation);
    findings.extend(papers::slots(&slots, documents, papers));
    findings.extend(papers::limits(taken, papers));
    findings.extend(papers::twice(papers));
    for paper in papers {
        findings.extend(papers::findings(procedure, form, &evaluation, &slots, paper, today));
        findings.extend(pages::findings(procedure, taken, paper));
    }
    findings.extend(kinds::others(procedure, papers));
    findings.extend(agree::letterheads(form, &evaluation, papers));
    findings.extend(agree::words(form, &evaluation, papers));
    findings
}

fn of_paper(paper: &PaperFacts) -> Place {
    Place::Component { component: paper.component.clone(), row: paper.row.clone() }
}

/// A page of the paper, by its place among those that count.
fn of_page(paper: &PaperFacts, index: usize) -> Place {
    let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
    let page = paper.pages.get(index).and_then(|facts| facts.page);
    let at = check::AtPage { document: paper.document, page, number, seen: None, spot: None };
    Place::Page { component: paper.component.clone(), row: paper.row.clone(), at }
}

#[cfg(test)]
mod tests;
