//! Searchable PDF/A out as a stream; reading, splitting and checking PDFs in.
//!
//! Out: [`encode`] squeezes a page's picture, [`Writer`] writes pages with an invisible text layer as PDF/A-2u in constant memory.
//! In: [`Source`] opens somebody else's PDF within [`Limits`], says what each page is, gives a scan's own picture, renders, and
//! extracts text; [`Source::archive_page`] keeps a born-digital page as it is where PDF/A-2u allows it.
//! Check: [`check_pdfa_2u`] finds what would make a file fail PDF/A-2u.
//!
//! Foreign bytes are parsed and decoded here; callers run that in a worker process (a panic of a decoder is turned into
//! [`PdfError::Panicked`], but exhausted memory or stack can only be contained by a process).

mod check;
mod content;
mod error;
mod extract;
mod fonts;
mod fragment;
mod glyphless;
mod icc;
mod image;
mod inspect;
mod read;
mod rules;
mod scan;
mod text;
mod write;
mod xmp;

pub use check::{Violation, check_pdfa_2u};
pub use error::PdfError;
pub use fragment::{ArchivePage, Fragment};
pub use image::{Bilevel, EncodedImage, ImageKind, JPEG_QUALITY, PagePicture, Stencil, StencilPaint, encode};
pub use inspect::{Inspection, PageInfo, PageKind, inspect};
pub use read::{Limits, Source};
pub use scan::ScanImage;
pub use text::TextRun;
pub use write::{Level, Metadata, Writer};
