//! Room `papers`: the small official papers the product prints. Plain values in, one PDF/A-2u out (ISO 19005-2, level U).
//!
//! printpdf writes the pages; [`conform`] gives what it leaves out of PDF/A; [`layout`] breaks lines and pages. The
//! values are plain text: this room knows no dossier, no clock and no file. Everything it prints is NFC, and a
//! character the bundled face (Tinos) lacks is printed as a visible box, never dropped.
//!
//! The same values always give the same bytes.

mod code128;
mod conform;
mod cover;
mod face;
mod form;
mod heading;
mod layout;
mod lines;
mod official;
mod qr;
mod slip;
mod srgb;
mod table;
mod value;
mod words;

pub use official::{
    AgencyFooter, Apology, BookEntry, Component, ControlSheet, Delay, DossierFacts, Due, GuidanceSlip, HandOverList,
    HandOverRow, Legal, Missing, Moment, Official, OfficialPaper, PaperHead, Passing, PastDue, Phase, PostalLabel,
    PostalParty, ProvisionalSlip, Receipt, Refusal, Register, RegisterRow, Signer, StopNotice, Supplement,
};

/// The sheet a paper is laid out for, portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sheet {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 148 × 210 mm.
    A5,
}

/// "Xác nhận đã gửi hồ sơ": what a hub's signed transmission receipt says, for print.
///
/// It is **not** "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" (form 01 of Thông tư 01/2018/TT-VPCP and its successors): only
/// an officer's acceptance of a complete dossier makes that one, and it alone carries a due date. The slip says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransmissionSlip {
    pub sheet: Sheet,
    /// The agency the dossier was sent to, as it is written on its papers.
    pub agency: String,
    /// The code the hub gave; printed large and as a QR code (its text and nothing else).
    pub code: String,
    /// The procedure's name, with its own code when there is one.
    pub procedure: String,
    pub applicant: String,
    /// The clerk or unit that prepared the dossier; left out when empty.
    pub prepared_by: String,
    /// When the hub stored the submission, already in words of the agency's time zone.
    pub received_at: String,
    /// In the order of the manifest.
    pub items: Vec<SentItem>,
    /// SHA-256 of the manifest, 64 hexadecimal digits of either case.
    pub manifest_sha256: String,
    pub hub_name: String,
    /// Fingerprint of the key that signed the receipt, as the hub shows it.
    pub hub_key_fingerprint: String,
    /// Telephone or address for help; left out when empty.
    pub support: String,
}

/// One file of the submission.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SentItem {
    /// The component of the dossier it belongs to.
    pub component: String,
    /// Its title or file name.
    pub title: String,
    /// `None` when the file has no pages that could be counted.
    pub pages: Option<u32>,
    pub bytes: u64,
    /// Paper originals and copies handed over beside the file.
    pub originals: u32,
    pub copies: u32,
}

/// "Tờ bìa quét giấy tờ": lies before the papers of one component in a stack to be scanned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoverSheet {
    /// What the code holds; read back by the program that prints it, and never by people.
    pub qr: String,
    /// The sheet's own number: two sheets for one component are two documents.
    pub number: u32,
    /// The procedure's name, with its code.
    pub procedure: String,
    /// The code the dossier goes by.
    pub dossier: String,
    /// Left out when empty.
    pub applicant: String,
    /// What the papers are.
    pub component: String,
    /// For which row of a table they are; left out when empty.
    pub row: String,
    /// How many pages follow, blank ones not counted; `None` where they are not counted.
    pub pages: Option<u32>,
}

/// A form on paper: blank, to be filled in by hand, or with its answers, to be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FormPaper {
    /// Over the title, at the left: who files; empty where a person does.
    pub organisation: String,
    pub title: String,
    /// Under the title; left out when empty.
    pub subtitle: String,
    /// *Kính gửi*; left out when empty.
    pub addressee: String,
    /// What stands in the QR code and, as text, at the foot of every page: which form this is.
    pub reference: String,
    /// What a reader must know first: boxed, left out when empty.
    pub notice: String,
    pub sections: Vec<PaperSection>,
    /// Who signs at the end, with what is written below; nobody when empty.
    pub signer: String,
    pub signing: String,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PaperSection {
    pub title: String,
    pub help: String,
    pub items: Vec<PaperItem>,
}

/// One thing in a section.
#[derive(Debug, Clone, PartialEq)]
pub enum PaperItem {
    Field(PaperField),
    /// Words to read.
    Note(String),
    Table(PaperTable),
    /// Fields that are asked again for each row, where there are too many for a table.
    Card {
        title: String,
        fields: Vec<PaperField>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct PaperField {
    pub label: String,
    /// Marked with a star.
    pub required: bool,
    /// How to fill it in, or when; left out when empty.
    pub help: String,
    pub space: Space,
}

/// Where the answer stands, or is to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Space {
    /// A box for so many lines of handwriting.
    Lines(u8),
    /// Boxes for single characters, in groups with this between them: `31/12/2026` is `/` and `[2, 2, 4]`.
    Comb { groups: Vec<u8>, between: char },
    /// A short box: numbers. What they count stands behind it.
    Short(String),
    /// Boxes to tick, and whether each is.
    Ticks(Vec<(String, bool)>),
    /// Several spaces with small labels of their own.
    Parts(Vec<(String, Space)>),
    /// An answer that was given.
    Answer(String),
}

/// A table; its rows have as many cells as it has columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PaperTable {
    pub label: String,
    pub help: String,
    /// Heads of columns, and how wide each is beside the others; what stands in one of 12 or less is centred.
    pub columns: Vec<(String, u8)>,
    pub rows: Vec<Vec<String>>,
    /// Rows to be written in, after these.
    pub empty_rows: u8,
    /// Below the table: what may be written in its columns.
    pub legend: Vec<String>,
}

/// Why a paper could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A value without which the paper would say nothing.
    #[error("the value `{field}` is empty")]
    Empty { field: &'static str },
    /// The manifest's hash is not 64 hexadecimal digits.
    #[error("`{value}` is not a SHA-256 in hexadecimal")]
    NotSha256 { value: String },
    /// More than a paper of this kind can carry.
    #[error("`{field}` has {size}, the limit is {limit}")]
    TooLong { field: &'static str, size: usize, limit: usize },
    /// The code has characters that cannot be printed, so that its QR code and its text would differ.
    #[error("`{field}` has characters that cannot be printed")]
    Unprintable { field: &'static str },
    /// The code does not fit a QR code.
    #[error("no QR code holds the code: {0}")]
    Qr(#[from] qrcode::types::QrError),
    /// The bundled face cannot be used; a fault of the build, not of the values.
    #[error("the bundled typeface `{face}` cannot be used: {reason}")]
    Typeface { face: &'static str, reason: String },
    /// The PDF could not be assembled; a fault of the build, not of the values.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// Prints the transmission slip: one page as a rule, more when the list of files is long (the table's head repeats and
/// every page carries the code and its number).
///
/// # Errors
/// [`PaperError::Empty`] without agency, code, procedure, applicant, time, hub or fingerprint; [`PaperError::NotSha256`];
/// [`PaperError::TooLong`] beyond 2,000 files, a code of 64 characters, an agency of 300 or any other value of 4,000;
/// [`PaperError::Unprintable`].
pub fn transmission_slip(slip: &TransmissionSlip) -> Result<Vec<u8>, PaperError> {
    slip::print(slip)
}

/// Prints cover sheets, one page each, in their order. Names too long for their place end in an ellipsis.
///
/// # Errors
/// [`PaperError::Empty`] without sheets, or one without code, procedure, dossier or component; [`PaperError::TooLong`] beyond
/// 1,000 sheets, a code of 300 characters or any other value of 4,000.
pub fn cover_sheets(sheets: &[CoverSheet]) -> Result<Vec<u8>, PaperError> {
    cover::print(sheets)
}

/// Prints a form on A4: the national heading, a QR code that says which form it is, sections with boxes, combs and boxes to tick, or
/// with the answers; tables go on to the next page with their head. A label never stands on another page than its space.
///
/// # Errors
/// [`PaperError::Empty`] without title, reference or sections; [`PaperError::TooLong`] beyond 200 characters of reference, 4,000 of
/// any other value but answers, 20,000 of an answer, or 5,000 rows and fields.
pub fn form(form: &FormPaper) -> Result<Vec<u8>, PaperError> {
    form::print(form)
}

/// Prints official papers into one PDF, each from a new page, as it would be alone: slips and letters upright, the register
/// across the sheet. Tables go on to the next page with their head, and a signature never stands on a page by itself.
///
/// # Errors
/// [`PaperError::Empty`] without papers, or one without title, agency, owner, request (procedure), and what else its kind is
/// nothing without; [`PaperError::Unprintable`] for codes and addresses whose text would not be what their code says;
/// [`PaperError::TooLong`] beyond 1,000 papers, 5,000 rows, a code of 64 characters, an address of a page of 300, agencies,
/// titles and names of 150 to 300, reasons and notes of 200,000 or any other value of 4,000.
pub fn official_papers(papers: &[OfficialPaper]) -> Result<Vec<u8>, PaperError> {
    official::print(papers)
}
