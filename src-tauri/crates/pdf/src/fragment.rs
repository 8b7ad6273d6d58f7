//! Born-digital pages of other files, kept as they are where PDF/A-2u allows it.

use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::check::Violation;
use crate::error::PdfError;
use crate::image::bytes_or_base64;
use crate::read::Source;
use crate::text::TextRun;

/// A page taken out of a file with everything it needs, to be written into another; it can travel between processes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// SHA-256 of the file it comes from: pages of the same file share their fonts.
    pub(crate) source: [u8; 32],
    /// The page itself is the first.
    pub(crate) objects: Vec<FragmentObject>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FragmentObject {
    /// Its number in the file it comes from.
    pub origin: u32,
    /// What it is, in PDF's spelling, cut where object numbers belong.
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Piece {
    Bytes(#[serde(with = "bytes_or_base64")] Vec<u8>),
    /// The object with this index in [`Fragment::objects`].
    Reference(u32),
    /// The node of the page tree that the page hangs on.
    Parent,
}

/// How a born-digital page can enter an archive file.
#[derive(Debug, Clone)]
pub enum ArchivePage {
    /// As it is: [`crate::Writer::append_born_digital`].
    AsIs(Fragment),
    /// As a picture with the page's own words under it, because of what PDF/A-2u does not allow (worth a warning):
    /// [`crate::encode`], then [`crate::Writer::page`].
    Rendered { picture: RgbImage, runs: Vec<TextRun>, because: Vec<Violation> },
}

impl Source {
    /// A page (index from 0) for an archive file: as it is if every rule of PDF/A-2u that can be checked here holds for it,
    /// rendered at `dpi` otherwise.
    pub fn archive_page(&self, index: usize, dpi: f32) -> Result<ArchivePage, PdfError> {
        let because = match self.fragment(index)? {
            Ok(fragment) => return Ok(ArchivePage::AsIs(fragment)),
            Err(violations) => violations,
        };
        let (picture, runs) = (self.render(index, dpi)?, self.page_text(index, dpi)?);
        Ok(ArchivePage::Rendered { picture, runs, because })
    }

    fn fragment(&self, _index: usize) -> Result<Result<Fragment, Vec<Violation>>, PdfError> {
        Ok(Err(Vec::new()))
    }
}
