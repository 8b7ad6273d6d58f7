//! What a check finds: where, what, how bad, and what asks for it. How to mend it is in the words for each kind.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::DocumentStatus;
use crate::{
    date::Date,
    form::LetterheadPart,
    id::{DocumentId, PageId},
    identity::Doubt,
    key::{ComponentCode, FieldId, ProfileId, RowId},
    procedure::{Procedure, ProvenanceStatus, Sign, Validity},
    reading::Malformed,
    words::Words,
};

/// Something the check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Finding {
    pub place: Place,
    pub what: FindingKind,
    /// The dossier cannot be sent like this.
    pub blocking: bool,
    /// What asks for it; nothing where it is only a doubt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<Basis>,
}

/// What a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Basis {
    /// The legal text a procedure names first: its number and, where known, the articles; and how far to trust what the procedure
    /// says in this place.
    Law { number: String, articles: Option<String>, provenance: ProvenanceStatus },
    /// A rule of the form.
    Form,
    /// The rules for digitised papers in a legal profile; `verified`: somebody read them at the source.
    Profile { profile: ProfileId, verified: bool },
    /// What the hub says it takes.
    Hub,
    /// This application takes no state secrets, whoever files them.
    House,
}

impl Basis {
    /// The law that a procedure rests on, and what is known of its value at `path`, such as `level`; of the whole procedure
    /// where `path` says nothing else.
    pub fn of(procedure: &Procedure, path: &str) -> Option<Self> {
        Self::of_value(procedure, &[path])
    }

    fn of_value(procedure: &Procedure, paths: &[&str]) -> Option<Self> {
        let law = procedure.legal_basis.first()?;
        let provenance = procedure.provenance.of(paths);
        Some(Self::Law { number: law.number.clone(), articles: law.articles.clone(), provenance })
    }

    /// [`Basis::of`] for something a component asks for.
    pub fn of_component(procedure: &Procedure, code: &str, value: &str) -> Option<Self> {
        let at = procedure.components.iter().position(|component| component.code.as_str() == code);
        let by_code = format!("components[{code}].{value}");
        let by_number = at.map(|at| format!("components[{at}].{value}"));
        Self::of_value(procedure, &[by_code.as_str(), by_number.as_deref().unwrap_or_default()])
    }
}

/// Where to go to put it right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    Field {
        field: FieldId,
        row: Option<RowId>,
    },
    Component {
        component: ComponentCode,
        row: Option<RowId>,
    },
    /// A page of a paper of that component.
    Page {
        component: ComponentCode,
        row: Option<RowId>,
        at: AtPage,
    },
    /// The dossier as a whole.
    Dossier,
}

/// A page, and what is meant on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct AtPage {
    pub document: Option<DocumentId>,
    pub page: Option<PageId>,
    /// From 1, among the pages that count.
    pub number: u32,
    /// As it was read there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub seen: Option<String>,
    /// Left, top, width and height in thousandths of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub spot: Option<[u16; 4]>,
}

/// The kinds of findings, with the values their words need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FindingKind {
    /// Must be answered.
    Required,
    Malformed {
        problem: Malformed,
    },
    /// A rule of the form does not hold; the form brings the words.
    Constraint {
        words: Words,
    },
    /// Read by a machine that was `confidence` percent sure: a person must look.
    Unconfirmed {
        confidence: u8,
    },
    /// Number and birth or sex do not go together.
    Doubt {
        doubt: Doubt,
    },
    /// An answer to a field this form does not have.
    UnknownField,
    /// A mandatory component has no document.
    Missing,
    /// A component is needed because of an answer, and has no document.
    MissingBecause {
        words: Words,
    },
    TooFewOriginals {
        have: u32,
        need: u32,
    },
    TooFewCopies {
        have: u32,
        need: u32,
    },
    TooManyFiles {
        have: u32,
        max: u32,
    },
    TooFewFiles {
        have: u32,
        min: u32,
    },
    /// Not ready yet: still being digitised, or a page needs a person.
    NotReady {
        status: DocumentStatus,
    },
    /// A document for a component this procedure does not have.
    UnknownComponent,
    /// The answer on which the time limit depends is missing.
    LimitOpen,
    /// Of a paper dossier, so many sets are handed in.
    Sets {
        sets: u32,
    },
    /// The place for files takes other kinds of files.
    WrongMedia {
        title: String,
        media: Vec<String>,
    },
    FileTooLarge {
        title: String,
        #[ts(type = "number")]
        bytes: u64,
        #[ts(type = "number")]
        max: u64,
    },
    /// The same file is in another paper too.
    DuplicatePaper {
        of: ComponentCode,
        title: String,
    },
    /// Its heading says one kind of paper, in capitals, and its place asks for another.
    OtherKind {
        read: String,
        wanted: String,
    },
    /// The paper is dated after today.
    PaperInFuture {
        date: Date,
    },
    /// The form says one thing, the letterhead of its paper another.
    Differs {
        part: LetterheadPart,
        said: String,
        paper: String,
    },
    /// The form says `said`; a paper says nearly that, and none says it.
    NearlySame {
        said: String,
        paper: String,
    },
    /// The paper counts for so long, and that is over. `read`: the day stands on it or in the form; otherwise nobody knows when it was
    /// issued, and `issued` is the day it came in.
    PaperExpired {
        issued: Date,
        read: bool,
        valid: Validity,
        until: Date,
    },
    TooFewPages {
        have: u32,
        min: u32,
    },
    TooManyPages {
        have: u32,
        max: u32,
    },
    LowResolution {
        dpi: u32,
        min: u32,
    },
    /// A page with nothing on it is sent.
    BlankPage,
    /// Next to nothing could be read on a page that has something on it; `confidence` in percent, 0 where there was no word.
    UnreadablePage {
        confidence: u8,
    },
    OrientationUnsure,
    /// Neither a digital signature nor, where pages are pictures, coloured ink as of stamps and pens was seen.
    SignatureUnseen {
        by: Sign,
        looked: Looked,
    },
    /// Has to be digitised, and goes as the file it is.
    NotDigitised,
    /// A state secret: read as a stamp on a page, or said in words.
    Secret {
        mark: String,
    },
    /// The same file is in another dossier of this agency.
    AlsoIn {
        dossier: String,
        title: String,
    },
    /// More files than the receiving system takes.
    TooManyFilesInAll {
        have: u32,
        max: u32,
    },
    /// The procedure is not handled online.
    NotOnline,
    /// No paper is taken any more, and this component has to be on paper.
    OnlineOnly {
        since: Date,
    },
    /// Names in this dossier are not shown to others.
    Confidential,
}

/// Where a signature was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Looked {
    /// Digital ones, and coloured ink on scanned pages.
    Scan,
    /// Digital ones only: the pages were made by a program.
    Digital,
}
