//! What an engine is to the rest of the house.

use std::path::Path;

use image::GrayImage;

use crate::clutter::without_clutter;
use crate::order::by_rows;
use crate::second_look::look_again;
use crate::sift::without_noise;
use crate::{OcrError, Reading, Word, executable, tesseract};

/// What the picture is known to hold, so that the engine need not find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Layout {
    /// A whole page, deskewed: the engine looks for columns, tables and pictures; words come row by row.
    #[default]
    Page,
    /// One upright block of text.
    Block,
    /// A single line of text, cropped tightly.
    Line,
    /// A number alone, cropped tightly: only digits are looked for.
    Digits,
}

/// An engine that reads pages, one after another, on the calling thread.
pub trait Reader: Send {
    /// The engine: `libtesseract` or `tesseract`.
    fn name(&self) -> &str;

    /// Version of the engine and fingerprint of its model, e.g. `5.3.0+vie-0b1c2d3e`. A rendition made with another version is stale.
    fn version(&self) -> &str;

    /// Reads dark text on light ground. `dpi` is the picture's resolution; it steers the layout search, not the boxes, which are in
    /// pixels of `page`. A page without text gives an empty reading, not an error.
    fn read(&mut self, page: &GrayImage, dpi: u32, layout: Layout) -> Result<Reading, OcrError>;
}

/// What both engines do with a page: refuses sizes Tesseract cannot take, paints over what hinders it, has `recognise` read the rest,
/// looks again at what was passed over or read badly, leaves out what is no word and puts the others in order. Crops
/// ([`Layout::Block`], [`Layout::Line`]) are read as they are.
pub(crate) fn read_page(
    page: &GrayImage,
    dpi: u32,
    layout: Layout,
    mut recognise: impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Reading, OcrError> {
    check_size(page)?;
    if layout != Layout::Page {
        return Ok(Reading::new(recognise(page, layout)?));
    }
    let clean = without_clutter(page, dpi);
    let first = Reading::new(recognise(&clean.page, layout)?);
    let reading = look_again(first, &clean, recognise)?;
    Ok(by_rows(without_noise(reading)))
}

/// The longest side Tesseract takes.
const MAX_SIDE: u32 = 32_767;

fn check_size(page: &GrayImage) -> Result<(), OcrError> {
    let (width, height) = page.dimensions();
    if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
        return Err(OcrError::PageSize { width, height });
    }
    Ok(())
}

/// Loads the best engine of this computer: the library if there is one, else the program. `library` names the library file to
/// use instead of searching the system (what an installer put beside the application). Fails with [`OcrError::NoEngine`] when there is neither, and at once with the model's own error when the model is missing or refused.
pub fn load_any(library: Option<&Path>, model_dir: &Path, language: &str) -> Result<Box<dyn Reader>, OcrError> {
    let mut tried = Vec::new();
    match tesseract::Engine::load(library, model_dir, language) {
        Ok(engine) => return Ok(Box::new(engine)),
        Err(OcrError::NoEngine { tried: names }) => tried.extend(names),
        Err(OcrError::Library { library, reason }) => tried.push(format!("{library}: {reason}")),
        Err(other) => return Err(other),
    }
    match executable::Engine::load(None, model_dir, language) {
        Ok(engine) => Ok(Box::new(engine)),
        Err(OcrError::NoEngine { tried: names }) => {
            tried.extend(names);
            Err(OcrError::NoEngine { tried })
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mark, Rect, secrecy_mark};

    fn word(text: &str, x: u32, y: u32, confidence: f32, line: u32) -> Word {
        let bbox = Rect { x, y, width: 14 * text.chars().count() as u32, height: 24 };
        Word { text: text.into(), bbox, confidence, line, block: line, baseline: None }
    }

    #[test]
    fn a_stamp_alone_on_its_line_is_seen_however_badly_it_was_read() {
        let page = GrayImage::from_pixel(800, 600, image::Luma([255]));
        let letters = |confidence| vec![("M", 40, confidence), ("Ậ", 62, confidence), ("T", 84, confidence)];
        for stamp in [vec![("MAT", 40, 0.4)], vec![("MÂT", 40, 0.79)], letters(0.7), letters(0.2)] {
            // What a second look gives instead is no better a witness than the first.
            for again in ["NAI", "mắt", "MAT"] {
                let read = read_page(&page, 300, Layout::Page, |_, layout| {
                    Ok(match layout {
                        Layout::Page => {
                            let body = [word("Kính", 40, 200, 0.95, 1), word("gửi", 110, 200, 0.95, 1)];
                            let stamp = stamp.iter().map(|&(text, x, sure)| word(text, x, 40, sure, 0));
                            stamp.chain(body).collect()
                        }
                        _ => vec![word(again, 14, 7, 0.95, 0)],
                    })
                });
                let read = read.unwrap();
                assert_eq!(secrecy_mark(&read).map(|found| found.mark), Some(Mark::Mat), "{stamp:?} {again}");
            }
        }
    }
}
