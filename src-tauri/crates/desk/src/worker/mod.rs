//! Foreign bytes are touched in worker processes only: the same executable run again as `--worker`, one per core, with limits of
//! memory and time. A bomb, a crash or a hang costs one file; the batch goes on.
//!
//! The conversation is question and answer over the worker's standard input and output. A message is
//! `u64 length · postcard · u64 length · bytes` (little endian); the bytes are those of a file on the way in.

mod child;
mod letterhead;
mod page;
mod pool;
mod words;

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use ts_rs::TS;

pub use child::{FLAG, main};
pub use letterhead::{FieldFound, LetterheadFound};
pub use pool::{Limits, Loaded, Pool, WorkerCommand};
pub use words::{ReadPage, ReadWord, WordDoubt};

use crate::{
    edits::{PageEdits, WordEdit},
    fault::Fault,
    many::table::Table,
};

/// What the parent asks.
#[derive(Debug, Serialize, Deserialize)]
enum Ask {
    /// Which text reader there is.
    Reader,
    /// The bytes of a file follow; it stays open until the next `Open`.
    Open,
    /// Make a page of the open file.
    Page { wanted: Wanted, settings: Settings },
    /// Say what separates and counts on page `frame` of the open file, without making it.
    Look { frame: u32 },
    /// A JPEG of page `frame` of the open file, at most `width` pixels wide, for a screen.
    Picture { frame: u32, width: u32 },
    /// The bytes of a file of rows follow: its cells, of this sheet or the first.
    Table { sheet: Option<String> },
}

impl Ask {
    fn is_answered_by(&self, reply: &Reply) -> bool {
        matches!(
            (self, reply),
            (Self::Reader, Reply::Reader(_))
                | (Self::Open, Reply::Opened(_))
                | (Self::Page { .. }, Reply::Page(_))
                | (Self::Look { .. }, Reply::Looked(_))
                | (Self::Picture { .. }, Reply::Picture(_))
                | (Self::Table { .. }, Reply::Table(_))
        )
    }
}

/// What the worker answers.
#[derive(Debug, Serialize, Deserialize)]
enum Reply {
    /// Name and version.
    Reader(String),
    Opened(Opened),
    Page(Box<PageMade>),
    Looked(PageSeen),
    Picture(Vec<u8>),
    Table(Table),
    Failed(Fault),
}

/// How pages are to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Read the words. Without it a page has a picture and findings only, and its orientation is taken as found.
    pub ocr: bool,
    /// Pages below this resolution get a warning; dots per inch.
    pub min_dpi: u32,
    /// Pictures are never kept finer than this; dots per inch.
    pub max_dpi: u32,
    /// No colour is kept.
    pub colourless: bool,
    /// The resolution was lowered because the file would be too large: pages say so.
    pub reduced: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { ocr: true, min_dpi: 200, max_dpi: 300, colourless: false, reduced: false }
    }
}

/// The page that is wanted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// Frame of a picture file, page of a PDF; from 0.
    pub frame: u32,
    /// What a person decided about it.
    pub edits: PageEdits,
    /// What was read on it before, with the same edits of its place and turn.
    pub read: Option<ReadPage>,
}

/// What an open file is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opened {
    pub kind: FileKind,
    /// Frames or pages, at least 1.
    pub frames: u32,
    /// It carries a digital signature: it goes through byte for byte.
    pub sealed: bool,
    /// Every page was born digital (a PDF with its own text, no scan).
    pub born_digital: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Jpeg,
    Png,
    Tiff,
    Pdf,
}

impl FileKind {
    /// The media type, as RFC 6838 names it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
        }
    }
}

/// What sorting needs to know of a page; see [`PageFound`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSeen {
    pub blank: bool,
    /// The texts of its codes.
    pub codes: Vec<String>,
    /// It has no code that separates, and yet the title of a cover sheet.
    pub titled: bool,
}

/// A page as a worker made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageMade {
    pub found: PageFound,
    pub content: PageContent,
    /// What the text reader saw; nothing where there was none, or nothing to read.
    pub read: Option<ReadPage>,
    /// CPU or wall seconds are the caller's; these are the worker's own wall seconds by stage, in the order they ran.
    pub seconds: Vec<(String, f64)>,
}

/// How the page goes into the PDF.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum PageContent {
    /// A picture under an invisible text layer.
    Picture { picture: pdf::EncodedImage, size_pt: [f32; 2], runs: Vec<pdf::TextRun> },
    /// A born-digital page, kept as it is.
    Kept { fragment: Box<pdf::Fragment> },
}

/// What was found on a page: the report's fields of `hosoctl digitise`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageFound {
    /// Source pixels.
    pub width: u32,
    pub height: u32,
    /// Width and height of the picture in the PDF, in pixels; of a page without one, at 300 dots per inch.
    pub kept: [u32; 2],
    /// It brings its own text: no scan.
    pub born_digital: bool,
    /// Dots per inch of the source.
    pub dpi: [f32; 2],
    /// Clockwise degrees by which the content was turned as it was found: 0, 90, 180 or 270.
    pub orientation: u16,
    /// False = a person is asked.
    pub orientation_sure: bool,
    /// The content's clockwise rotation before correction, degrees of square pixels.
    pub skew_deg: f32,
    /// Corners of the sheet from the content's top left, clockwise, source pixels.
    pub quad: Option<[[f64; 2]; 4]>,
    pub blank: bool,
    /// Share of the sheet covered by ink; 0 of a page that is no scan.
    pub ink: f32,
    pub colour: String,
    /// A cover or separator sheet.
    pub separator: bool,
    pub codes: Vec<CodeFound>,
    pub double: Option<DoubleFound>,
    pub letterhead: Option<LetterheadFound>,
    /// NFC, lines and blocks in reading order.
    pub text: String,
    pub words: u32,
    /// Words worth a look.
    pub doubts: u32,
    /// What a person said of words that are not to be found on it any more.
    pub lost_words: Vec<WordEdit>,
    /// 0 to 1; 0 when nothing was read.
    pub mean_confidence: f32,
    /// A stamp of a state secret was read: the page must not stay.
    pub secrecy_mark: Option<String>,
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CodeFound {
    pub kind: String,
    pub text: String,
}

/// Two pages on one sheet, side by side: a proposal to divide it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct DoubleFound {
    /// Share of the upright sheet's width at which they meet.
    pub at: f64,
    /// 0 to 1.
    pub confidence: f32,
}

/// No part of a message is longer: a file at the limit of [`Limits`], a born-digital page with its pictures.
const MAX_PART: u64 = 1 << 30;

/// Writes one message.
fn send(out: &mut impl Write, message: &impl Serialize, payload: &[u8]) -> io::Result<()> {
    let message = packed(message)?;
    out.write_all(&(message.len() as u64).to_le_bytes())?;
    out.write_all(&message)?;
    out.write_all(&(payload.len() as u64).to_le_bytes())?;
    out.write_all(payload)?;
    out.flush()
}

/// Reads one message; `None` at the end of the stream.
fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<(T, Vec<u8>)>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let message = part(from, u64::from_le_bytes(length))?;
    from.read_exact(&mut length)?;
    let payload = part(from, u64::from_le_bytes(length))?;
    Ok(Some((unpacked(&message)?, payload)))
}

fn part(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(capacity(length)?);
    from.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

/// The length as a capacity, unless it lies.
fn capacity(length: u64) -> io::Result<usize> {
    match usize::try_from(length) {
        Ok(capacity) if length <= MAX_PART => Ok(capacity),
        _ => Err(broken("part longer than its limit")),
    }
}

fn packed(message: &impl Serialize) -> io::Result<Vec<u8>> {
    postcard::to_stdvec(message).map_err(broken)
}

fn unpacked<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(broken)
}

fn broken(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_and_a_cut_one_is_an_error() {
        let mut stream = Vec::new();
        send(
            &mut stream,
            &Ask::Page { wanted: Wanted { frame: 3, ..Wanted::default() }, settings: Settings::default() },
            b"picture",
        )
        .unwrap();
        let (ask, payload) = receive::<Ask>(&mut stream.as_slice()).unwrap().unwrap();
        assert!(matches!(ask, Ask::Page { wanted: Wanted { frame: 3, .. }, .. }));
        assert_eq!(payload, b"picture");
        for cut in 1..stream.len() {
            assert!(!matches!(receive::<Ask>(&mut &stream[..cut]), Ok(Some(_))), "cut at {cut}");
        }
        assert!(receive::<Ask>(&mut io::empty()).unwrap().is_none());
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_memory_is_taken() {
        let lying = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
        assert_eq!(receive::<Ask>(&mut lying.as_slice()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
