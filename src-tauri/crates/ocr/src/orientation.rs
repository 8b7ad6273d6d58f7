//! How often a page was turned: the geometry of its lines says along which axis to read, reading a few of them says which end is up.
//!
//! Tesseract's own orientation detection costs as much as reading the whole page and has no notion of Vietnamese; a line that reads as
//! Vietnamese syllables with confidence does not do so upside down.

use std::borrow::Cow;

use image::{GrayImage, imageops};
use serde::{Deserialize, Serialize};

use crate::ink::{Ink, TextLine};
use crate::{Layout, OcrError, Reader, Rect, syllable};

/// How a page's content was found to lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Orientation {
    /// Clockwise quarter turns (0–3) of the content as it was found; turning the picture as often *counter-clockwise* sets it upright.
    pub turns: u8,
    /// False when the evidence is thin (few words, two candidates alike): ask the person and leave the page as it is until then.
    pub sure: bool,
    /// 0 to 1: how much better the chosen turn reads than the best of the others.
    pub confidence: f32,
}

/// Score from which a candidate needs no comparison. Measured: upright pages read at 0.75 and above, turned ones below 0.45.
const CLEAR: f32 = 0.70;
/// Score and letters from which one line settles it.
const CERTAIN: f32 = 0.86;
const CERTAIN_LETTERS: usize = 20;
/// Score below which even the best candidate is a guess.
const PLAUSIBLE: f32 = 0.45;
/// Lead over the second best that makes the best one sure.
const LEAD: f32 = 0.20;
/// Letters that must have been read for any of this to count.
const LETTERS: usize = 12;
/// Lines read at first, and in all when those do not decide.
const FIRST_LINES: usize = 3;
const ALL_LINES: usize = 9;
/// How much sharper the rows of one axis must be before the other axis is tried only as a last resort.
const AXIS: f32 = 1.3;

/// Votes among the four ways a page can lie. `proxy` is the whole page, deskewed, at 100–200 `dpi`. A page without text is
/// `{turns: 0, sure: false, confidence: 0}`. A normal upright page costs the reading of half a line.
pub fn orientation(reader: &mut dyn Reader, proxy: &GrayImage, dpi: u32) -> Result<Orientation, OcrError> {
    let mut candidates = Candidates::new(proxy, dpi);
    for lines in [FIRST_LINES, ALL_LINES] {
        for place in 0..candidates.votes.len() {
            if lines == FIRST_LINES {
                candidates.read(reader, place, 1)?;
                if candidates.votes[place].score() >= CERTAIN && candidates.votes[place].letters >= CERTAIN_LETTERS {
                    return Ok(candidates.verdict());
                }
            }
            candidates.read(reader, place, lines)?;
            // The page as it lies, or one whose axis is beyond doubt, is taken at its first clear word.
            if candidates.votes[place].score() >= CLEAR && candidates.votes[place].letters >= LETTERS {
                return Ok(candidates.verdict());
            }
        }
        if candidates.verdict().sure {
            break;
        }
    }
    Ok(candidates.verdict())
}

/// The four candidate turns, the likeliest first, and what was read of each so far.
struct Candidates<'a> {
    proxy: &'a GrayImage,
    /// Of the page as it was found.
    ink: Ink,
    dpi: u32,
    votes: Vec<Vote>,
}

/// What a few lines say when the page is turned back by `turns`.
struct Vote {
    turns: u8,
    lines: Option<Vec<TextLine>>,
    lines_read: usize,
    letters: usize,
    /// Sums weighted by letters.
    hits: f32,
    confidence: f32,
    weight: f32,
}

impl Vote {
    /// 0 to 1: confidence of what was read, halved when none of it is Vietnamese.
    fn score(&self) -> f32 {
        if self.weight == 0.0 {
            return 0.0;
        }
        let hit_rate = if self.letters == 0 { 0.0 } else { self.hits / self.letters as f32 };
        self.confidence / self.weight * (0.5 + 0.5 * hit_rate)
    }
}

impl<'a> Candidates<'a> {
    fn new(proxy: &'a GrayImage, dpi: u32) -> Self {
        let ink = Ink::of(proxy, dpi);
        let (rows, columns) = (ink.row_contrast(dpi), ink.transposed().row_contrast(dpi));
        let order: [u8; 4] = if columns > AXIS * rows { [1, 3, 0, 2] } else { [0, 2, 1, 3] };
        let vote =
            |turns| Vote { turns, lines: None, lines_read: 0, letters: 0, hits: 0.0, confidence: 0.0, weight: 0.0 };
        Self { proxy, ink, dpi, votes: order.map(vote).into() }
    }

    /// Reads up to `count` lines of the candidate at `place`, those read before included.
    fn read(&mut self, reader: &mut dyn Reader, place: usize, count: usize) -> Result<(), OcrError> {
        let Some(vote) = self.votes.get_mut(place) else { return Ok(()) };
        let upright = turned_back(self.proxy, vote.turns);
        let lines = vote.lines.get_or_insert_with(|| {
            let lines = match vote.turns {
                0 => self.ink.text_lines(self.dpi),
                _ => Ink::of(&upright, self.dpi).text_lines(self.dpi),
            };
            spread(lines)
        });
        for line in lines.iter().take(count).skip(vote.lines_read) {
            let reading = reader.read(&crop(&upright, line.bbox), self.dpi, Layout::Line)?;
            let (hit_rate, letters) = syllable::hit_rate(reading.words.iter().map(|w| w.text.as_str()));
            let characters = reading.words.iter().map(|w| w.text.chars().count()).sum::<usize>() as f32;
            vote.letters += letters;
            vote.hits += hit_rate * letters as f32;
            vote.confidence += reading.mean_confidence * characters;
            vote.weight += characters;
        }
        vote.lines_read = vote.lines_read.max(count);
        Ok(())
    }

    fn verdict(&self) -> Orientation {
        let mut ranked: Vec<&Vote> = self.votes.iter().collect();
        ranked.sort_by(|a, b| b.score().total_cmp(&a.score()));
        let [best, second, ..] = ranked[..] else { return Orientation { turns: 0, sure: false, confidence: 0.0 } };
        let lead = best.score() - second.score();
        let clear = best.score() >= CLEAR || (best.score() >= PLAUSIBLE && lead >= LEAD);
        let sure = clear && best.letters >= LETTERS;
        let turns = if best.weight == 0.0 { 0 } else { best.turns };
        Orientation { turns, sure, confidence: lead.clamp(0.0, 1.0) }
    }
}

/// The picture turned counter-clockwise by `turns` quarters.
fn turned_back(page: &GrayImage, turns: u8) -> Cow<'_, GrayImage> {
    match turns {
        1 => Cow::Owned(imageops::rotate270(page)),
        2 => Cow::Owned(imageops::rotate180(page)),
        3 => Cow::Owned(imageops::rotate90(page)),
        _ => Cow::Borrowed(page),
    }
}

/// The best lines of the page, from different places: of the 27 inkiest, every third first.
fn spread(mut lines: Vec<TextLine>) -> Vec<TextLine> {
    lines.truncate(3 * ALL_LINES);
    let from = |start: usize| lines.iter().skip(start).step_by(3).copied();
    from(0).chain(from(1)).chain(from(2)).collect()
}

/// The line with a margin of a third of its height: Tesseract wants some paper round the letters, and bands cut high tone marks close.
fn crop(page: &GrayImage, line: Rect) -> GrayImage {
    let margin = line.height / 3;
    let (x, y) = (line.x.saturating_sub(margin), line.y.saturating_sub(margin));
    let width = (line.right() + margin).min(page.width()).saturating_sub(x);
    let height = (line.bottom() + margin).min(page.height()).saturating_sub(y);
    imageops::crop_imm(page, x, y, width, height).to_image()
}
