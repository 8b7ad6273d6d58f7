//! What a page needs to be kept: black and white, grey, or colour.

use image::{DynamicImage, GrayImage};
use serde::{Deserialize, Serialize};

use crate::background::{Background, divide};
use crate::proxy::{resize, resize_gray};

/// The colour class of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Ink on paper in one tone: one bit a pixel is enough.
    Bw,
    /// Continuous tones, no colour.
    Gray,
    /// Colour over much of the page.
    Colour,
    /// Text in one tone with some colour: stamps, signatures, highlighted words.
    Mixed,
}

/// Distance of the highest from the lowest channel, of 255, after division by the paper: red stamps and blue ink have 60 and more.
const CHROMA: u8 = 48;
/// Cells in an inch: about 2 mm.
const CELLS_PER_INCH: f64 = 12.0;

/// Shares of the sheet, in cells of about 2 mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tones {
    /// Number of cells with colour in them.
    pub coloured: usize,
    /// Number of cells filled with tones between ink and paper.
    pub toned: usize,
    /// All cells looked at.
    pub cells: usize,
}

impl Tones {
    /// Counts cells of a sheet at `dpi`; a border of 3 mm is left out, where shadows and coloured fringes live.
    /// Half the resolution is enough: JPEG keeps colour no finer.
    pub fn count(sheet: &DynamicImage, background: &Background, dpi: f64) -> Tones {
        let (width, height) = (sheet.width().div_ceil(2), sheet.height().div_ceil(2));
        let (sheet, dpi) = (&resize(sheet, width, height), dpi / 2.0);
        let papers: Vec<GrayImage> = background.kept.iter().map(|plane| resize_gray(plane, width, height)).collect();
        let cell = (dpi / CELLS_PER_INCH).round().max(2.0) as usize;
        let margin = (dpi * 0.12) as usize;
        let (columns, rows) = (width as usize / cell, height as usize / cell);
        let mut tones = Tones { coloured: 0, toned: 0, cells: 0 };
        let inner = |at: usize, side: u32| at * cell >= margin && (at + 1) * cell + margin <= side as usize;
        for row in (0..rows).filter(|&r| inner(r, height)) {
            for column in (0..columns).filter(|&c| inner(c, width)) {
                let (mut chroma, mut middle) = (0, 0);
                for y in row * cell..(row + 1) * cell {
                    for x in column * cell..(column + 1) * cell {
                        let (low, high) = extremes(sheet, &papers, y * width as usize + x);
                        chroma += usize::from(high - low > CHROMA);
                        middle += usize::from((50..200).contains(&high) && high - low <= CHROMA);
                    }
                }
                tones.cells += 1;
                tones.coloured += usize::from(chroma * 8 > cell * cell);
                tones.toned += usize::from(middle * 10 > cell * cell * 8);
            }
        }
        tones
    }

    /// Whether the page is a photograph rather than a page with one.
    pub fn photograph(&self) -> bool {
        self.toned * 10 > self.cells * 4
    }

    /// The class. 40 mm² of colour is a short signature; 30 % is a form printed in colour; 8 cm² of middle tones is a photograph.
    pub fn class(&self) -> Colour {
        let photo = self.toned >= 200;
        match self.coloured {
            0..10 if photo => Colour::Gray,
            0..10 => Colour::Bw,
            some if some * 10 > self.cells * 3 => Colour::Colour,
            _ => Colour::Mixed,
        }
    }
}

/// The lowest and the highest channel of a pixel, as shares of the paper's.
fn extremes(sheet: &DynamicImage, papers: &[GrayImage], at: usize) -> (u8, u8) {
    let value = |n: usize, raw: u8| divide(raw, papers.get(n).and_then(|p| p.as_raw().get(at)).copied().unwrap_or(255));
    match sheet {
        DynamicImage::ImageRgb8(rgb) => match rgb.as_raw().get(3 * at..3 * at + 3) {
            Some(&[r, g, b]) => {
                let (r, g, b) = (value(0, r), value(1, g), value(2, b));
                (r.min(g).min(b), r.max(g).max(b))
            }
            _ => (255, 255),
        },
        DynamicImage::ImageLuma8(gray) => gray.as_raw().get(at).map_or((255, 255), |&v| (value(0, v), value(0, v))),
        _ => (255, 255),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn class(paint: impl Fn(u32, u32) -> [u8; 3]) -> Colour {
        let page = RgbImage::from_fn(1240, 1754, |x, y| Rgb(paint(x, y)));
        let page = DynamicImage::ImageRgb8(page);
        Tones::count(&page, &Background::estimate(&page, true), 150.0).class()
    }

    fn text(x: u32, y: u32) -> [u8; 3] {
        // Yellowed paper with dark strokes.
        if y % 40 < 4 && x % 13 < 6 { [40, 38, 36] } else { [240, 232, 205] }
    }

    #[test]
    fn tinted_paper_with_black_text_needs_no_colour() {
        assert_eq!(class(text), Colour::Bw);
    }

    #[test]
    fn a_red_ring_makes_a_page_mixed() {
        let ring = |x: u32, y: u32| {
            let r = (f64::from(x) - 800.0).hypot(f64::from(y) - 1300.0);
            if (80.0..90.0).contains(&r) { [205, 60, 70] } else { text(x, y) }
        };
        assert_eq!(class(ring), Colour::Mixed);
    }

    #[test]
    fn a_page_of_colour_is_colour_and_a_photograph_is_grey() {
        assert_eq!(class(|x, y| if y > 500 { [220, (x % 180) as u8, 60] } else { text(x, y) }), Colour::Colour);
        let photo = |x: u32, y: u32| {
            let v = 90 + ((x / 3 + y / 5) % 60) as u8;
            if (300..900).contains(&x) && (400..1100).contains(&y) { [v, v, v] } else { text(x, y) }
        };
        assert_eq!(class(photo), Colour::Gray);
    }
}
