//! The invisible text layer: where a page's words stand, as PDF content.

use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization;

use crate::error::PdfError;
use crate::glyphless::{ADVANCE, CidTable};

/// One word of a page and the box it stands in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextRun {
    /// One word, NFC, no blanks inside (blanks are dropped when it is written).
    pub text: String,
    /// Left edge, in pixels of the page's picture, from its left.
    pub x: f32,
    /// Top edge, in pixels of the page's picture, from its top.
    pub y: f32,
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
    /// Words with the same number, following each other, make a line; the numbers themselves mean nothing.
    pub line: u32,
}

/// The part of a line's height that lies below its baseline.
const BELOW_BASELINE: f32 = 0.2;
/// A gap is wide from so many heights of its line.
const WIDE_GAP: f32 = 1.0;
/// Name under which each page's resources know the invisible font.
pub(crate) const FONT_NAME: &str = "T";

/// The content stream of the invisible layer (text rendering mode 3), in the order of `runs`; empty when there is no text.
///
/// `picture` is the page's size in pixels, `page` in points. Words of a line share a baseline and a font size, and are stretched to
/// the width of their box. Each but a line's last carries a blank, so that phrases are found and copied as they are read. A line
/// that crosses a wide gap (a question and its answer, the cells of a row) says its text as a whole, too: readers that take such a
/// gap for the edge of a column would part it and read down the columns. Lines without one are left to them word by word.
pub(crate) fn layer(
    runs: &[TextRun],
    picture: (u32, u32),
    page: [f32; 2],
    cids: &mut CidTable,
) -> Result<String, PdfError> {
    let scale = [page[0] / picture.0 as f32, page[1] / picture.1 as f32];
    let mut content = Content::default();
    for line in runs.chunk_by(|a, b| a.line == b.line) {
        let words = line.iter().filter(|run| is_placeable(run)).map(|run| (run, shown(&run.text)));
        let words: Vec<(&TextRun, String)> = words.filter(|(_, text)| !text.is_empty()).collect();
        let Some(frame) = LineFrame::of(&words) else { continue };
        let size = (frame.height * scale[1]).clamp(1.0, 1000.0);
        let baseline = page[1] - frame.bottom * scale[1] + size * BELOW_BASELINE;
        let is_row =
            words.windows(2).any(|pair| pair[1].0.x - (pair[0].0.x + pair[0].0.width) > WIDE_GAP * frame.height);
        if is_row {
            content.row(&words.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "));
        }
        for (index, (run, text)) in words.iter().enumerate() {
            let natural = text.chars().count() as f32 * size * f32::from(ADVANCE) / 1000.0;
            let stretch = (run.width * scale[0] / natural * 100.0).clamp(1.0, 9999.0);
            let blank = (index + 1 < words.len()).then_some(' ');
            let mut string = String::new();
            for character in text.chars().chain(blank) {
                let cid = cids.cid(character).ok_or(PdfError::TooLarge("characters"))?;
                let _ = write!(string, "{cid:04X}");
            }
            content.word(size, stretch, [run.x * scale[0], baseline], &string);
        }
        if is_row {
            content.end_row();
        }
    }
    Ok(content.finish())
}

fn is_placeable(run: &TextRun) -> bool {
    [run.x, run.y, run.width, run.height].iter().all(|n| n.is_finite() && n.abs() < 1e6)
        && run.width > 0.0
        && run.height > 0.0
}

/// NFC, without blanks, controls and the code points PDF/A forbids a ToUnicode map to name (ISO 19005-2 §6.2.11.7.2).
fn shown(text: &str) -> String {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}');
    text.chars().filter(|c| !forbidden(*c)).nfc().collect()
}

/// Where a line stands: medians over its words, so that one box with a stamp in it does not lift the whole line.
struct LineFrame {
    bottom: f32,
    height: f32,
}

impl LineFrame {
    fn of(words: &[(&TextRun, String)]) -> Option<Self> {
        let median = |of: fn(&TextRun) -> f32| {
            let mut values: Vec<f32> = words.iter().map(|(run, _)| of(run)).collect();
            values.sort_by(f32::total_cmp);
            values.get(values.len() / 2).copied()
        };
        Some(LineFrame { bottom: median(|run| run.y + run.height)?, height: median(|run| run.height)? })
    }
}

/// Operators as short as they can be: what has not changed since the last word is not said again.
#[derive(Default)]
struct Content {
    out: String,
    size: String,
    stretch: String,
    at: [f64; 2],
}

impl Content {
    fn begin(&mut self) {
        if self.out.is_empty() {
            self.out.push_str("BT 3 Tr\n");
        }
    }

    /// What follows reads as this text (ISO 32000-1 §14.9.4).
    fn row(&mut self, text: &str) {
        self.begin();
        self.out.push_str("/Span <</ActualText <FEFF");
        for unit in text.encode_utf16() {
            let _ = write!(self.out, "{unit:04X}");
        }
        self.out.push_str(">>> BDC\n");
    }

    fn end_row(&mut self) {
        self.out.push_str("EMC\n");
    }

    fn word(&mut self, size: f32, stretch: f32, at: [f32; 2], string: &str) {
        self.begin();
        let size = number(f64::from(size));
        if size != self.size {
            let _ = write!(self.out, "/{FONT_NAME} {size} Tf ");
            self.size = size;
        }
        let stretch = format!("{:.0}", stretch);
        if stretch != self.stretch {
            let _ = write!(self.out, "{stretch} Tz ");
            self.stretch = stretch;
        }
        // Td counts from the last word's start: the rounding is carried along, so it does not add up.
        let step = [f64::from(at[0]) - self.at[0], f64::from(at[1]) - self.at[1]].map(|n| (n * 10.0).round() / 10.0);
        self.at = [self.at[0] + step[0], self.at[1] + step[1]];
        let _ = writeln!(self.out, "{} {} Td <{string}> Tj", number(step[0]), number(step[1]));
    }

    fn finish(mut self) -> String {
        if !self.out.is_empty() {
            self.out.push_str("ET\n");
        }
        self.out
    }
}

/// A number in PDF's spelling, to a tenth.
fn number(n: f64) -> String {
    let text = format!("{n:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, x: f32, y: f32, line: u32) -> TextRun {
        TextRun { text: text.into(), x, y, width: 100.0, height: 50.0, line }
    }

    #[test]
    fn words_are_placed_stretched_and_parted_by_blanks() {
        let runs = [run("ab", 0.0, 0.0, 0), run("cd", 150.0, 2.0, 0), run("e", 0.0, 100.0, 1)];
        let content = layer(&runs, (1000, 2000), [500.0, 1000.0], &mut CidTable::default()).unwrap();
        // A line's size is the median height in points (25), its baseline a fifth of it above the median bottom; "ab" is 25 pt
        // wide by nature and has 50 pt to fill.
        assert_eq!(
            content,
            "BT 3 Tr\n/T 25 Tf 200 Tz 0 979 Td <000100020003> Tj\n75 0 Td <00040005> Tj\n400 Tz -75 -49 Td <0006> Tj\nET\n"
        );
    }

    #[test]
    fn a_line_across_a_wide_gap_says_what_it_reads() {
        let runs = [run("Số:", 0.0, 0.0, 0), run("7", 151.0, 0.0, 0)];
        let content = layer(&runs, (1000, 1000), [1000.0, 1000.0], &mut CidTable::default()).unwrap();
        let told = "/Span <</ActualText <FEFF00531ED1003A00200037>>> BDC\n";
        assert_eq!((content.matches(told).count(), content.matches("EMC\nET").count()), (1, 1), "{content}");
    }

    #[test]
    fn what_cannot_be_placed_is_left_out() {
        let mut runs = vec![run("\u{FEFF}\u{7} ", 0.0, 0.0, 0), run("x", f32::NAN, 0.0, 0)];
        runs.push(TextRun { width: 0.0, ..run("y", 0.0, 0.0, 0) });
        assert_eq!(layer(&runs, (10, 10), [10.0, 10.0], &mut CidTable::default()).unwrap(), "");
    }

    #[test]
    fn decomposed_text_is_composed() {
        let mut cids = CidTable::default();
        layer(&[run("U\u{309}", 0.0, 0.0, 0)], (10, 10), [10.0, 10.0], &mut cids).unwrap();
        assert!(cids.to_unicode().contains("<0001> <1EE6>"));
    }
}
