//! The words of a page that has text in it, and where they stand.

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};
use hayro::kurbo::{Affine, BezPath, Point, Rect};
use unicode_normalization::UnicodeNormalization;

use crate::error::{PdfError, contained};
use crate::read::Source;
use crate::text::TextRun;

impl Source {
    /// The words a page (index from 0) holds as text, visible or not, in the order they are drawn, with boxes in the pixels that
    /// [`Source::render`] gives at the same `dpi`. Characters whose Unicode value the file does not tell are left out.
    pub fn page_text(&self, index: usize, dpi: f32) -> Result<Vec<TextRun>, PdfError> {
        self.page_size(index)?;
        contained("reading text", || {
            let mut words = Words::default();
            self.play(index, &mut words)?;
            Ok(words.finish(dpi / 72.0))
        })
    }
}

/// One glyph: its text, and its box on a straight baseline, in points.
struct Character {
    text: String,
    origin: Point,
    /// Where the next glyph would stand.
    end: Point,
    size: f64,
}

#[derive(Default)]
struct Words {
    runs: Vec<TextRun>,
    line: u32,
    word: Vec<Character>,
}

/// Gaps wider than this part of the font size part words.
const WORD_GAP: f64 = 0.2;

impl Words {
    fn push(&mut self, character: Character) {
        if let Some(last) = self.word.last() {
            let size = last.size.max(character.size).max(0.1);
            let along = (character.origin - last.end).hypot();
            let drop = (character.origin.y - last.origin.y).abs();
            let new_line = drop > size * 0.5 || character.origin.x < last.origin.x - size * 0.5;
            if new_line {
                self.end_word();
                self.line += 1;
            } else if along > size * WORD_GAP {
                self.end_word();
            }
        } else if self.breaks_line(&character) {
            self.line += 1;
        }
        match character.text.trim().is_empty() {
            true => self.end_word(),
            false => self.word.push(character),
        }
    }

    /// Whether a word that begins with this character stands on another line than the word before it.
    fn breaks_line(&self, character: &Character) -> bool {
        self.runs.last().is_some_and(|last| {
            let baseline = f64::from(last.y + last.height * 0.8);
            (character.origin.y - baseline).abs() > character.size * 0.5 || character.origin.x < f64::from(last.x)
        })
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        let text: String =
            word.iter().flat_map(|c| c.text.chars()).filter(|c| !c.is_whitespace() && !c.is_control()).nfc().collect();
        let Some(first) = word.first() else { return };
        if text.is_empty() {
            return;
        }
        // Ascent and descent of most text fonts.
        let boxes = word.iter().map(|c| {
            Rect::new(
                c.origin.x.min(c.end.x),
                c.origin.y - c.size * 0.8,
                c.origin.x.max(c.end.x),
                c.origin.y + c.size * 0.2,
            )
        });
        let first = Rect::new(
            first.origin.x,
            first.origin.y - first.size * 0.8,
            first.end.x,
            first.origin.y + first.size * 0.2,
        );
        let whole = boxes.fold(first, |a, b| a.union(b));
        let [x, y, width, height] = [whole.x0, whole.y0, whole.width(), whole.height()].map(|n| n as f32);
        self.runs.push(TextRun { text, x, y, width, height, line: self.line });
    }

    fn finish(mut self, scale: f32) -> Vec<TextRun> {
        self.end_word();
        for run in &mut self.runs {
            for side in [&mut run.x, &mut run.y, &mut run.width, &mut run.height] {
                *side *= scale;
            }
        }
        self.runs
    }
}

impl<'a> Device<'a> for Words {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(character)) => character.to_string(),
                Some(BfString::String(text)) => text,
                None => continue,
            };
            // Glyph space has 1,000 units to the em.
            let transform: Affine = props.transform * glyph.transform();
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(type3) => type3.advance_width(),
            };
            let origin = transform * Point::ZERO;
            let end = transform * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
            let up = transform * Point::new(0.0, 1000.0);
            let character = Character { text, origin, end, size: (up - origin).hypot() };
            if [origin.x, origin.y, end.x, end.y, character.size].iter().all(|n| n.is_finite()) {
                self.push(character);
            }
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
