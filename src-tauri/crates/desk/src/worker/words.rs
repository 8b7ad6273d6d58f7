//! The words of a page between the reader and the PDF: what a person said of them is put in here, each time the page is made.

use digitise::Point;
use serde::{Deserialize, Serialize};

use crate::edits::WordEdit;

/// What was read on a page: with it, a page whose words cannot have changed is made without reading it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadPage {
    /// Clockwise quarter turns of the content, and whether that is sure.
    pub turns: u8,
    pub sure: bool,
    /// Width and height of the picture that was read, in pixels; the words' boxes are of it.
    pub size: [u32; 2],
    /// Source pixels in a pixel of that picture.
    pub scale: f32,
    pub words: Vec<ReadWord>,
}

/// A word as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadWord {
    pub word: ocr::Word,
    /// Its middle in source pixels: the place by which it is known again however its page is cut and turned.
    pub at: [f32; 2],
}

impl ReadPage {
    /// `to_source`: from pixels of the picture that was read to source pixels.
    pub fn new(
        (turns, sure): (u8, bool),
        size: [u32; 2],
        reading: &ocr::Reading,
        to_source: impl Fn(Point) -> Point,
    ) -> Self {
        let [left, right] = [[0.0, 0.0], [f64::from(size[0].max(1)), 0.0]].map(&to_source);
        let scale = ((right[0] - left[0]).hypot(right[1] - left[1]) / f64::from(size[0].max(1))) as f32;
        let middle = |of: &ocr::Rect| {
            let half = |length: u32| f64::from(length) / 2.0;
            to_source([f64::from(of.x) + half(of.width), f64::from(of.y) + half(of.height)]).map(|value| value as f32)
        };
        let words = reading.words.iter().map(|word| ReadWord { at: middle(&word.bbox), word: word.clone() }).collect();
        Self { turns, sure, size, scale, words }
    }

    /// Which edit each word has: the nearest within reach of its middle.
    pub fn told<'a>(&self, edits: &'a [WordEdit]) -> Vec<Option<&'a WordEdit>> {
        let mut told = vec![None; self.words.len()];
        for edit in edits {
            if let Some(n) = self.nearest(edit) {
                told[n] = Some(edit);
            }
        }
        told
    }

    /// What was said of words that are not to be found any more: read again, there is none within reach.
    pub fn lost(&self, edits: &[WordEdit]) -> Vec<WordEdit> {
        edits.iter().filter(|edit| self.nearest(edit).is_none()).cloned().collect()
    }

    fn nearest(&self, edit: &WordEdit) -> Option<usize> {
        let far = |word: &ReadWord| {
            let reach = self.scale * word.word.bbox.height.max(12) as f32 * REACH;
            let away = (f64::from(word.at[0]) - edit.at[0]).hypot(f64::from(word.at[1]) - edit.at[1]) as f32;
            (away <= reach).then_some(away)
        };
        let near = self.words.iter().enumerate().filter_map(|(n, word)| Some((n, far(word)?)));
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(n, _)| n)
    }

    /// The reading with what a person said of its words: that is certain. A word told to be nothing is left out.
    pub fn reading(&self, edits: &[WordEdit]) -> ocr::Reading {
        let told = self.told(edits);
        let words = self.words.iter().zip(told).filter_map(|(read, edit)| match edit {
            None => Some(read.word.clone()),
            Some(edit) if edit.text.is_empty() => None,
            Some(edit) => Some(ocr::Word { text: edit.text.clone(), confidence: 1.0, ..read.word.clone() }),
        });
        ocr::Reading::new(words.collect())
    }

    /// Why each word is worth a look; of those a person looked at, none is.
    pub fn doubts(&self, edits: &[WordEdit]) -> Vec<Option<WordDoubt>> {
        let as_read =
            ocr::Reading { words: self.words.iter().map(|read| read.word.clone()).collect(), ..Default::default() };
        let misspelled = ocr::syllable::doubtful(&as_read);
        let told = self.told(edits);
        let doubt = |n: usize| {
            let word = &as_read.words[n];
            let said_something = word.text.chars().any(char::is_alphanumeric);
            match told[n] {
                None if said_something && word.confidence < UNCLEAR => Some(WordDoubt::Unclear),
                None if misspelled.binary_search(&n).is_ok() => Some(WordDoubt::Misspelled),
                _ => None,
            }
        };
        (0..as_read.words.len()).map(doubt).collect()
    }
}

/// A word is known again within this many of its heights.
const REACH: f32 = 0.75;
/// Words read with less confidence are worth a look.
const UNCLEAR: f32 = 0.6;

/// Why a word is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum WordDoubt {
    /// The reader was not sure of it.
    Unclear,
    /// No Vietnamese syllable is spelled so.
    Misspelled,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[(&str, u32, f32)]) -> ReadPage {
        let word = |&(text, x, confidence): &(&str, u32, f32)| ocr::Word {
            text: text.to_owned(),
            bbox: ocr::Rect { x, y: 100, width: 60, height: 30 },
            confidence,
            line: 0,
            block: 0,
            baseline: None,
        };
        let reading = ocr::Reading::new(words.iter().map(word).collect());
        ReadPage::new((0, true), [1000, 1400], &reading, |[x, y]| [x * 2.0 + 7.0, y * 2.0])
    }

    fn says(at: [f64; 2], text: &str) -> WordEdit {
        WordEdit { at, text: text.to_owned() }
    }

    #[test]
    fn what_was_said_of_a_word_is_known_again_by_its_place() {
        let page = read(&[("Tòu", 100, 0.9), ("biển", 200, 0.9), ("|", 400, 0.2)]);
        assert_eq!((page.words[0].at, page.scale), ([267.0, 230.0], 2.0));
        // ReadPage again, a little aside, as something else.
        let again = read(&[("Tou", 104, 0.5), ("biển", 203, 0.9), ("||", 402, 0.2)]);
        let edits = [says([267.0, 230.0], "Tàu"), says([867.0, 230.0], ""), says([5000.0, 230.0], "xa")];
        for page in [page, again] {
            let reading = page.reading(&edits);
            assert_eq!(reading.text(), "Tàu biển");
            assert_eq!((reading.words[0].confidence, reading.words[0].bbox.width), (1.0, 60));
            assert_eq!(page.doubts(&edits), [None, None, None]);
            assert_eq!(page.lost(&edits), [says([5000.0, 230.0], "xa")]);
        }
    }

    #[test]
    fn unclear_and_misspelled_words_are_worth_a_look_until_somebody_looked() {
        let page =
            read(&[("Tòu", 100, 0.3), ("trưung", 200, 0.9), ("nhân", 300, 0.9), ("—", 400, 0.1), ("1O/2", 500, 0.4)]);
        let [unclear, misspelled] = [Some(WordDoubt::Unclear), Some(WordDoubt::Misspelled)];
        assert_eq!(page.doubts(&[]), [unclear, misspelled, None, None, unclear]);
        let right = says([467.0, 230.0], "trưung");
        assert_eq!(page.doubts(&[right]), [unclear, None, None, None, unclear]);
    }
}
