//! Tesseract as a library, found and loaded when the program runs: nothing native is needed to build the house.

// Talking to a C library is the one place of the house where `unsafe` is allowed; everything above it is safe code.
#[allow(unsafe_code)]
mod capi;

use std::ffi::CStr;
use std::fs;
use std::path::Path;

use image::GrayImage;
use unicode_normalization::UnicodeNormalization;

use crate::reader::read_page;
use crate::{Layout, OcrError, Reader, Reading, Rect, Word, model};

use capi::{Boundary, Library, PageSegmentation, Session};

/// One loaded engine: about 25 MB, 70–100 MB while it reads an A4 page at 300 dpi. Make one per process and keep it; loading costs
/// what a short line costs to read.
pub struct Engine {
    session: Session,
    version: String,
}

/// The signs the engine may answer with; empty = all of its model.
const ALLOWED: &CStr = c"tessedit_char_whitelist";

impl Engine {
    /// Loads libtesseract 5 or later, from `library` or else by the names systems give it, and gives it
    /// `model_dir/language.traineddata`. Errors: [`OcrError::NoEngine`] when no library could be opened, [`OcrError::Library`] when one
    /// was found that lacks a function (Tesseract 4), [`OcrError::ModelMissing`], [`OcrError::ModelRefused`].
    pub fn load(library: Option<&Path>, model_dir: &Path, language: &str) -> Result<Self, OcrError> {
        let fingerprint = model::fingerprint(model_dir, language)?;
        let path = model::path_in(model_dir, language);
        let data = fs::read(&path).map_err(|error| OcrError::io(&path, error))?;
        let library = Library::open(library)?;
        let engine_version = library.version();
        let session = Session::start(library, &data, language)
            .ok_or_else(|| OcrError::ModelRefused { version: engine_version.clone(), model: path })?;
        // Official papers are black on white; what is tried as white on black is dirt, and reads as rubbish.
        session.set_variable(c"tessedit_do_invert", c"0");
        session.set_variable(c"debug_file", if cfg!(windows) { c"nul" } else { c"/dev/null" });
        Ok(Self { session, version: format!("{engine_version}+{fingerprint}") })
    }
}

impl Reader for Engine {
    fn name(&self) -> &str {
        "libtesseract"
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn read(&mut self, page: &GrayImage, dpi: u32, layout: Layout) -> Result<Reading, OcrError> {
        read_page(page, dpi, layout, |page, layout| self.recognise(page, dpi, layout))
    }
}

impl Engine {
    fn recognise(&mut self, page: &GrayImage, dpi: u32, layout: Layout) -> Result<Vec<Word>, OcrError> {
        let mode = match layout {
            Layout::Page => PageSegmentation::Auto,
            Layout::Block => PageSegmentation::SingleBlock,
            Layout::Line | Layout::Digits => PageSegmentation::SingleLine,
        };
        if layout == Layout::Digits {
            self.session.set_variable(ALLOWED, c"0123456789");
        }
        let mut words = Vec::new();
        let (mut line, mut block) = (0u32, 0u32);
        let done = self.session.recognise(page, dpi, mode, |found| {
            match found.boundary {
                _ if words.is_empty() => {}
                Boundary::Block => (line, block) = (line + 1, block + 1),
                Boundary::Line => line += 1,
                Boundary::Word => {}
            }
            if let (Some(text), Some(bbox)) = (clean(&found.text), clip(found.bbox, page)) {
                let confidence = (found.confidence / 100.0).clamp(0.0, 1.0);
                words.push(Word { text, bbox, confidence, line, block, baseline: found.baseline });
            }
        });
        if layout == Layout::Digits {
            self.session.set_variable(ALLOWED, c"");
        }
        done.map(|()| words)
    }
}

/// NFC without blanks and control characters; `None` when nothing is left.
pub(crate) fn clean(text: &str) -> Option<String> {
    let text: String = text.nfc().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    (!text.is_empty()).then_some(text)
}

/// `[left, top, right, bottom]` as a box inside the page; `None` when nothing of it lies there.
pub(crate) fn clip([left, top, right, bottom]: [i32; 4], page: &GrayImage) -> Option<Rect> {
    let inside = |value: i32, limit: u32| u32::try_from(value).unwrap_or(0).min(limit);
    let (x, y) = (inside(left, page.width()), inside(top, page.height()));
    let (right, bottom) = (inside(right, page.width()), inside(bottom, page.height()));
    (right > x && bottom > y).then(|| Rect { x, y, width: right - x, height: bottom - y })
}
