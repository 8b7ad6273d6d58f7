//! The result of reading a page.

use serde::{Deserialize, Serialize};

/// A box in pixels of the picture that was read; the origin is its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rect {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Rect {
    /// First column right of the box.
    pub fn right(&self) -> u32 {
        self.x.saturating_add(self.width)
    }

    /// First row below the box.
    pub fn bottom(&self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// The smallest box that holds both.
    pub fn union(&self, other: &Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect { x, y, width: self.right().max(other.right()) - x, height: self.bottom().max(other.bottom()) - y }
    }

    /// True when some column belongs to both.
    pub(crate) fn shares_columns(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right()
    }
}

/// The line on which a word's letters stand, in rows of the picture, at the left and the right edge of the word's box.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub left_y: f32,
    pub right_y: f32,
}

/// One word as it stands on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// NFC, never empty, without blanks.
    pub text: String,
    pub bbox: Rect,
    /// 0 (a guess) to 1.
    pub confidence: f32,
    /// Number of the line on the page, from 0, growing in reading order.
    pub line: u32,
    /// Number of the block (a column, a paragraph, a table cell) on the page, from 0, growing in reading order.
    pub block: u32,
    /// Where the engine says it; `None` from [`crate::executable::Engine`].
    pub baseline: Option<Baseline>,
}

/// What a page says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// In reading order; the words of a line, and the lines of a block, follow one another.
    pub words: Vec<Word>,
    /// Mean of the words' confidences, weighted by their letters; 0 when nothing was read.
    pub mean_confidence: f32,
}

impl Reading {
    /// Takes words in reading order and works out the mean confidence.
    pub fn new(words: Vec<Word>) -> Self {
        let (mut letters, mut sum) = (0.0f32, 0.0f32);
        for word in &words {
            let n = word.text.chars().count() as f32;
            letters += n;
            sum += n * word.confidence;
        }
        let mean_confidence = if letters > 0.0 { sum / letters } else { 0.0 };
        Self { words, mean_confidence }
    }

    /// The words of each line, in reading order.
    pub fn lines(&self) -> impl Iterator<Item = &[Word]> {
        self.words.chunk_by(|a, b| a.line == b.line)
    }

    /// The lines, cut where a gap is much wider than between words: what stands in two columns or table cells side by side falls
    /// apart, even if the engine took it for one line.
    pub(crate) fn segments(&self) -> impl Iterator<Item = &[Word]> {
        self.lines().flat_map(|line| {
            let widest = COLUMN_GAP * typical_height(line);
            line.chunk_by(move |a, b| (b.bbox.x as f32) - (a.bbox.right() as f32) <= widest)
        })
    }

    /// The page's text: one row per line, an empty row between blocks.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut block = None;
        for line in self.lines() {
            let here = line.first().map(|w| w.block);
            if block.is_some() {
                text.push_str(if block == here { "\n" } else { "\n\n" });
            }
            block = here;
            text.push_str(&line_text(line));
        }
        text
    }
}

/// Widest gap between two words of a sentence, in heights of the line's words; justified text stays below it.
const COLUMN_GAP: f32 = 1.5;

/// Median height of the words' boxes.
pub(crate) fn typical_height(words: &[Word]) -> f32 {
    let mut heights: Vec<u32> = words.iter().map(|w| w.bbox.height).collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).map_or(0.0, |&h| h as f32)
}

/// The words of one line with single blanks between them.
pub(crate) fn line_text(line: &[Word]) -> String {
    line.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The box round the words; `None` when there are none.
pub(crate) fn bounds(words: &[Word]) -> Option<Rect> {
    words.iter().map(|w| w.bbox).reduce(|a, b| a.union(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, line: u32, block: u32, confidence: f32) -> Word {
        Word {
            text: text.into(),
            bbox: Rect { x: 0, y: 0, width: 1, height: 1 },
            confidence,
            line,
            block,
            baseline: None,
        }
    }

    #[test]
    fn text_puts_lines_in_rows_and_parts_blocks() {
        let reading = Reading::new(vec![
            word("Độc", 0, 0, 1.0),
            word("lập", 0, 0, 1.0),
            word("Tự", 1, 0, 1.0),
            word("Số:", 2, 1, 1.0),
        ]);
        assert_eq!(reading.text(), "Độc lập\nTự\n\nSố:");
        assert_eq!(Reading::default().text(), "");
    }

    #[test]
    fn segments_part_columns_that_share_a_line() {
        let at = |text: &str, x: u32| Word { bbox: Rect { x, y: 0, width: 50, height: 20 }, ..word(text, 0, 0, 1.0) };
        let reading = Reading::new(vec![at("Số:", 0), at("470/UBND", 60), at("Hải", 200), at("Sơn", 275)]);
        let texts: Vec<_> = reading.segments().map(line_text).collect();
        assert_eq!(texts, ["Số: 470/UBND", "Hải Sơn"]);
    }

    #[test]
    fn long_words_weigh_more_in_the_mean() {
        let reading = Reading::new(vec![word("a", 0, 0, 0.0), word("nhân", 0, 0, 1.0)]);
        assert!((reading.mean_confidence - 0.8).abs() < 1e-6);
        assert_eq!(Reading::default().mean_confidence, 0.0);
    }
}
