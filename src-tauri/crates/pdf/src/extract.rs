//! The words of a page that has text in it, and where they stand.

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Vec2};
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

/// One glyph: its text, and its stretch of baseline, in points.
#[derive(Clone)]
struct Character {
    text: String,
    origin: Point,
    /// Where the next glyph would stand.
    end: Point,
    size: f64,
}

/// How a glyph stands to the one before it.
enum Step {
    Joined,
    Gap,
    NewLine,
}

/// Gaps wider than this part of the font size part words.
const WORD_GAP: f64 = 0.2;

impl Character {
    /// Measured along the baseline of this glyph, whichever way it runs.
    fn step_to(&self, next: &Character) -> Step {
        let size = self.size.max(next.size).max(0.1);
        let baseline = self.end - self.origin;
        let direction = if baseline.hypot() > 1e-6 { baseline / baseline.hypot() } else { Vec2::new(1.0, 0.0) };
        let step = next.origin - self.end;
        let (along, across) = (step.dot(direction), step.cross(direction).abs());
        match () {
            () if across > size * 0.5 || along < -size * 0.5 => Step::NewLine,
            () if along > size * WORD_GAP => Step::Gap,
            () => Step::Joined,
        }
    }

    /// The box it stands in, with the ascent and descent of most text fonts.
    fn bounds(&self) -> Rect {
        let baseline = self.end - self.origin;
        let up = match baseline.hypot() {
            length if length > 1e-6 => Vec2::new(baseline.y, -baseline.x) / length * self.size,
            _ => Vec2::new(0.0, -self.size),
        };
        let low = Rect::from_points(self.origin - up * 0.2, self.end - up * 0.2);
        low.union(Rect::from_points(self.origin + up * 0.8, self.end + up * 0.8))
    }
}

#[derive(Default)]
struct Words {
    runs: Vec<TextRun>,
    line: u32,
    word: Vec<Character>,
    last: Option<Character>,
}

impl Words {
    fn push(&mut self, character: Character) {
        match self.last.as_ref().map_or(Step::Joined, |last| last.step_to(&character)) {
            Step::Joined => {}
            Step::Gap => self.end_word(),
            Step::NewLine => {
                self.end_word();
                self.line += 1;
            }
        }
        match character.text.trim().is_empty() {
            true => self.end_word(),
            false => self.word.push(character.clone()),
        }
        self.last = Some(character);
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        let characters = word.iter().flat_map(|c| c.text.chars()).filter(|c| !c.is_whitespace() && !c.is_control());
        let text: String = characters.nfc().collect();
        let Some(bounds) = word.iter().map(Character::bounds).reduce(|a, b| a.union(b)) else { return };
        if text.is_empty() {
            return;
        }
        let [x, y, width, height] = [bounds.x0, bounds.y0, bounds.width(), bounds.height()].map(|n| n as f32);
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
