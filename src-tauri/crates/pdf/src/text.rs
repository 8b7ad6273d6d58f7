//! The invisible text layer: where a page's words stand, as PDF content.

use serde::{Deserialize, Serialize};
use std::io::Write as _;
use unicode_normalization::UnicodeNormalization;

use crate::error::PdfError;
use crate::glyphless::{self, CidTable};

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
const BELOW_BASELINE: f64 = 0.2;
/// A gap is wide from so many heights of its line.
const WIDE_GAP: f32 = 1.0;
/// Lines whose heights differ by less than this share have one font size: how high the words' boxes are depends on their letters.
const SAME_SIZE: f64 = 0.15;
/// Parts of the font size by which a word may begin, and end, beside its ink before something is said about it.
const START_TOLERANCE: f64 = 0.06;
const END_TOLERANCE: f64 = 0.15;
/// What has to be left of a gap between words, as a part of the font size: readers take less than 0.15 for no gap at all, and the next
/// word may begin early.
const LEAST_GAP: f64 = 0.22;
/// Natural width of a blank, as a share of the font size.
const BLANK: f64 = 0.25;
/// Names under which each page's resources know the two invisible fonts.
pub(crate) const FONT_NAME: &str = "T";
pub(crate) const OTHER_FONT_NAME: &str = "U";

/// The content stream of the invisible layer (text rendering mode 3), in the order of `runs`; empty when there is no text.
///
/// `picture` is the page's size in pixels, `page` in points. Words of a line share a baseline and a font size, begin where their ink
/// does and are stretched to its width, within the tolerances above. Each but a line's last carries a blank, so that phrases are found
/// and copied as they are read. A line that crosses a wide gap (a question and its answer, the cells of a row) says its text as a
/// whole, too: readers that take such a gap for the edge of a column would part it and read down the columns. Lines without one are
/// left to them word by word.
pub(crate) fn layer(
    runs: &[TextRun],
    picture: (u32, u32),
    page: [f32; 2],
    cids: &mut CidTable,
) -> Result<Vec<u8>, PdfError> {
    let scale = [page[0] / picture.0 as f32, page[1] / picture.1 as f32].map(f64::from);
    let mut content = Content::default();
    for line in runs.chunk_by(|a, b| a.line == b.line) {
        let words = line.iter().filter(|run| is_placeable(run)).map(|run| (run, shown(&run.text)));
        let words: Vec<(&TextRun, String)> = words.filter(|(_, text)| !text.is_empty()).collect();
        let Some(frame) = LineFrame::of(&words) else { continue };
        let is_row =
            words.windows(2).any(|pair| pair[1].0.x - (pair[0].0.x + pair[0].0.width) > WIDE_GAP * frame.height);
        if is_row {
            content.row(&words.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "));
        }
        let height = f64::from(frame.height) * scale[1];
        let middle = f64::from(page[1]) - (f64::from(frame.bottom) - f64::from(frame.height) / 2.0) * scale[1];
        let placed = words.iter().enumerate().map(|(n, (run, text))| Word {
            text,
            left: f64::from(run.x) * scale[0],
            width: f64::from(run.width) * scale[0],
            gap: words.get(n + 1).map(|(next, _)| f64::from(next.x - run.x - run.width) * scale[0]),
            natural: text.chars().map(|c| f64::from(glyphless::width(c)) / 1000.0).sum(),
        });
        content.line(&placed.collect::<Vec<_>>(), height.clamp(1.0, 1000.0), middle, cids)?;
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

/// A word to be shown, in points; its natural width is a share of the font size.
struct Word<'a> {
    text: &'a str,
    left: f64,
    width: f64,
    /// To the next word of the line.
    gap: Option<f64>,
    natural: f64,
}

impl Word<'_> {
    /// Whether it ends where its ink does, with a font of this size and horizontal scaling, and leaves a gap behind it.
    fn fits(&self, size: f64, stretch: f64) -> bool {
        let over = self.natural * stretch / 100.0 - self.width / size;
        let most = self.gap.map_or(END_TOLERANCE, |gap| (gap / size - LEAST_GAP).clamp(0.01, END_TOLERANCE));
        (-END_TOLERANCE..=most).contains(&over)
    }
}

/// Operators as short as they can be: what has not changed is not said again, and what is near enough has not changed.
#[derive(Default)]
struct Content {
    out: Vec<u8>,
    /// What TJ is to show: strings, and numbers between them.
    items: Vec<u8>,
    in_string: bool,
    numbers: bool,
    /// In points, whole.
    size: f64,
    /// Whether the font is the second one.
    other: bool,
    /// Horizontal scaling, in percent.
    stretch: f64,
    /// What a blank is wider than by nature (Tw), before it is stretched.
    blank: f64,
    /// Where the last line begins.
    at: [f64; 2],
    /// Where the next glyph will stand.
    pen: f64,
}

impl Content {
    /// What follows reads as this text (ISO 32000-1 §14.9.4).
    fn row(&mut self, text: &str) {
        self.begin();
        self.out.extend_from_slice(b"/Span<</ActualText(");
        let units = text.encode_utf16().flat_map(u16::to_be_bytes);
        [0xFE, 0xFF].into_iter().chain(units).for_each(|byte| escaped(&mut self.out, byte));
        self.out.extend_from_slice(b")>>BDC\n");
    }

    fn end_row(&mut self) {
        self.out.extend_from_slice(b"EMC\n");
    }

    fn begin(&mut self) {
        if self.out.is_empty() {
            self.out.extend_from_slice(b"BT 3 Tr\n");
        }
    }

    /// A line of words about `height` high whose middle is so far above the page's lower edge.
    fn line(&mut self, words: &[Word], height: f64, middle: f64, cids: &mut CidTable) -> Result<(), PdfError> {
        let Some(first) = words.first() else { return Ok(()) };
        self.begin();
        if (height / self.size - 1.0).abs() > SAME_SIZE || self.size == 0.0 {
            self.size = height.round();
            self.set_font();
        }
        let (width, natural) = words.iter().fold((0.0, 0.0), |sum, word| (sum.0 + word.width, sum.1 + word.natural));
        let stretch = match words.iter().all(|word| word.fits(self.size, self.stretch)) {
            true => self.stretch,
            false => percent(width, natural * self.size),
        };
        self.set_blank(words, stretch);
        let baseline = middle - self.size * (0.5 - BELOW_BASELINE);
        // Td counts from the last line's start: the rounding is carried along, so it does not add up.
        let mut step = [first.left - self.at[0], (baseline - self.at[1]).round()];
        if step[0].abs() <= self.size * START_TOLERANCE {
            step[0] = 0.0;
        }
        step[0] = tenths(step[0]);
        self.at = [self.at[0] + step[0], self.at[1] + step[1]];
        self.pen = self.at[0];
        self.operator(&step, "Td");
        for (n, word) in words.iter().enumerate() {
            let fitting = [self.stretch, stretch].into_iter().find(|stretch| word.fits(self.size, *stretch));
            let wanted = fitting.unwrap_or_else(|| percent(word.width, word.natural * self.size));
            if wanted != self.stretch {
                self.show();
                self.stretch = wanted;
                self.operator(&[wanted], "Tz");
            }
            self.word(word, n + 1 < words.len(), cids)?;
        }
        self.show();
        Ok(())
    }

    /// Blanks as wide as most of a line's gaps, measured from where its words end by nature.
    fn set_blank(&mut self, words: &[Word], stretch: f64) {
        let em = self.size * stretch / 100.0;
        let mut gaps: Vec<f64> = words
            .windows(2)
            .filter_map(|pair| match pair {
                [word, next] => Some(next.left - word.left - word.natural * em),
                _ => None,
            })
            .collect();
        gaps.sort_by(f64::total_cmp);
        let Some(gap) = gaps.get(gaps.len() / 2).filter(|gap| gap.abs() < self.size) else { return };
        let wanted = (gap / em - BLANK) * self.size;
        if (wanted - self.blank).abs() > self.size * START_TOLERANCE / 2.0 {
            self.blank = tenths(wanted);
            self.operator(&[self.blank], "Tw");
        }
    }

    fn word(&mut self, word: &Word, blank: bool, cids: &mut CidTable) -> Result<(), PdfError> {
        let em = self.size * self.stretch / 100.0;
        let astray = self.pen - word.left;
        if astray.abs() > self.size * START_TOLERANCE {
            // TJ counts in thousandths of the font size, leftwards; a fiftieth is fine enough.
            let back = (astray / em * 50.0).round() * 20.0;
            self.shift(back);
            self.pen -= back / 1000.0 * em;
        }
        for character in word.text.chars().chain(blank.then_some(' ')) {
            match glyphless::code(character) {
                Some(code) => self.glyph(false, &[code]),
                None => {
                    let cid = cids.cid(character).ok_or(PdfError::TooLarge("characters"))?;
                    self.glyph(true, &cid.to_be_bytes());
                }
            }
        }
        self.pen += word.natural * em;
        if blank {
            self.pen += BLANK * em + self.blank * self.stretch / 100.0;
        }
        Ok(())
    }

    fn glyph(&mut self, other: bool, code: &[u8]) {
        if other != self.other {
            self.show();
            self.other = other;
            self.set_font();
        }
        if !self.in_string {
            self.items.push(b'(');
            self.in_string = true;
        }
        code.iter().for_each(|byte| escaped(&mut self.items, *byte));
    }

    fn shift(&mut self, back: f64) {
        self.end_string();
        self.numbers = true;
        number(&mut self.items, back);
    }

    fn end_string(&mut self) {
        if self.in_string {
            self.items.push(b')');
            self.in_string = false;
        }
    }

    /// Shows what was gathered.
    fn show(&mut self) {
        self.end_string();
        let items = std::mem::take(&mut self.items);
        match std::mem::take(&mut self.numbers) {
            _ if items.is_empty() => {}
            true => self.out.extend([b"[", &items[..], b"]TJ\n"].concat()),
            false => self.out.extend([&items[..], b"Tj\n"].concat()),
        }
    }

    fn set_font(&mut self) {
        let name = if self.other { OTHER_FONT_NAME } else { FONT_NAME };
        let _ = write!(self.out, "/{name} ");
        self.operator(&[self.size], "Tf");
    }

    fn operator(&mut self, operands: &[f64], name: &str) {
        for operand in operands {
            number(&mut self.out, *operand);
            self.out.push(b' ');
        }
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b'\n');
    }

    fn finish(mut self) -> Vec<u8> {
        if !self.out.is_empty() {
            self.out.extend_from_slice(b"ET\n");
        }
        self.out
    }
}

/// Horizontal scaling that makes `natural` as wide as `width`, to a tenth of a percent.
fn percent(width: f64, natural: f64) -> f64 {
    tenths((width / natural * 100.0).clamp(1.0, 9999.0))
}

fn tenths(n: f64) -> f64 {
    (n * 10.0).round() / 10.0
}

/// A number in PDF's spelling, to a tenth.
fn number(out: &mut Vec<u8>, n: f64) {
    let text = format!("{n:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    out.extend_from_slice(if text == "-0" { b"0" } else { text.as_bytes() });
}

/// A byte of a literal string (ISO 32000-1 §7.3.4.2).
fn escaped(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'(' | b')' | b'\\' => out.extend([b'\\', byte]),
        b'\r' => out.extend_from_slice(b"\\r"),
        _ => out.push(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, x: f32, y: f32, line: u32) -> TextRun {
        TextRun { text: text.into(), x, y, width: 100.0, height: 50.0, line }
    }

    fn content(runs: &[TextRun], picture: (u32, u32), page: [f32; 2]) -> String {
        let bytes = layer(runs, picture, page, &mut CidTable::default()).unwrap();
        bytes.into_iter().map(char::from).collect()
    }

    #[test]
    fn words_are_placed_stretched_and_parted_by_blanks() {
        let runs = [("ab", 0.0, 0.0), ("ab", 150.0, 2.0), ("ab", 0.0, 100.0), ("n(", 140.0, 100.0)];
        let runs: Vec<TextRun> = runs.into_iter().map(|(text, x, y)| run(text, x, y, y as u32 / 100)).collect();
        // A line's size is the median height in points (25), its middle that of the boxes; "ab" is 23.6 pt wide by nature and has 50 pt to
        // fill, a blank is 6.25 pt (13.2 pt when stretched) and its gap has 25 pt. The second line's second word is narrower by nature, and
        // begins a little later than the blank leads to.
        assert_eq!(
            content(&runs, (1000, 2000), [500.0, 1000.0]),
            "BT 3 Tr\n/T 25 Tf\n5.5 Tw\n0 979 Td\n211.9 Tz\n(ab ab)Tj\n1.2 Tw\n0 -49 Td\n(ab )Tj\n225.1 Tz\n\
             [-80(n\\()]TJ\nET\n"
        );
    }

    #[test]
    fn other_characters_come_from_the_second_font() {
        let text = content(&[run("☐Ệ漢", 0.0, 0.0, 0)], (1000, 1000), [1000.0, 1000.0]);
        assert!(text.contains("/U 50 Tf\n(\0\u{1})Tj\n/T 50 Tf\n(\u{A6})Tj\n/U 50 Tf\n(\0\u{2})Tj\nET\n"), "{text:?}");
    }

    #[test]
    fn a_line_across_a_wide_gap_says_what_it_reads() {
        let text = content(&[run("Số:", 0.0, 0.0, 0), run("7", 151.0, 0.0, 0)], (1000, 1000), [1000.0, 1000.0]);
        let told = "/Span<</ActualText(þÿ\0S\u{1E}Ñ\0:\0 \x007)>>BDC\n";
        assert_eq!((text.matches(told).count(), text.matches("EMC\nET").count()), (1, 1), "{text:?}");
    }

    #[test]
    fn what_cannot_be_placed_is_left_out() {
        let mut runs = vec![run("\u{FEFF}\u{7} ", 0.0, 0.0, 0), run("x", f32::NAN, 0.0, 0)];
        runs.push(TextRun { width: 0.0, ..run("y", 0.0, 0.0, 0) });
        assert_eq!(content(&runs, (10, 10), [10.0, 10.0]), "");
    }

    #[test]
    fn decomposed_text_is_composed() {
        assert!(content(&[run("U\u{309}", 0.0, 0.0, 0)], (10, 10), [10.0, 10.0]).contains("(\u{C6})Tj"));
    }
}
