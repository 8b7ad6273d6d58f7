//! What the engine passed over, read again by itself. Its layout analysis takes a name beside a signature, or a number alone in a cell, for
//! part of a picture; cropped out, the same line is read without trouble. And what it did read badly is tried once more alone, in black
//! and white, and the better reading of the two is kept. A document's number, its date and who signed it are always read twice: an engine
//! is sure of wrong signs too, but seldom of the same ones in two pictures.

use image::{GrayImage, Luma, imageops};

use crate::clutter::Clean;
use crate::reading::{bounds, line_text, typical_height};
use crate::secrecy::mark_of;
use crate::syllable::{bare, hit_rate};
use crate::{Layout, OcrError, Reading, Rect, Word};

/// At most so many lines are read again on a page, the longest first: a picture is all lines.
const MOST: usize = 24;
/// White round a crop, in heights of a letter.
const MARGIN: f32 = 0.7;
/// A line is doubtful when its words are less sure than this on average, and a second reading counts when it is so much surer.
const DOUBTFUL: f32 = 0.72;
const SURER: f32 = 0.06;
/// A line that was passed over is taken when it reads as well as this.
const TAKEN: f32 = 0.5;
/// So many numbers, dates and names are read twice: the former in this share of the page from its top, the latter below it, on the right.
const MOST_REFERENCES: usize = 4;
const HEAD: f32 = 0.4;
/// What was read in two ways is sure to this at the most.
const DISPUTED: f32 = 0.5;
/// A number alone must be surer: specks read as digits.
const NUMBER: f32 = 0.8;

/// Reads again what of the rows of letters no word of the reading covers, its doubtful lines, and what stands in combs.
pub(crate) fn look_again(
    reading: Reading,
    clean: &Clean,
    mut recognise: impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Reading, OcrError> {
    let Clean { page, rows, combs } = clean;
    let reading = with_combs(reading, page, combs, &mut recognise)?;
    let height = typical_height(&reading.words).max(12.0);
    let mut missed: Vec<Rect> = rows.iter().copied().filter(|row| !is_covered(row, &reading.words)).collect();
    missed.sort_by_key(|row| std::cmp::Reverse(row.width));
    missed.truncate(MOST);
    let mut words = Vec::with_capacity(reading.words.len());
    let mut line = 0;
    let (mut left, mut references) = (MOST - missed.len(), MOST_REFERENCES);
    let segments: Vec<Vec<Word>> = reading.segments().map(<[Word]>::to_vec).collect();
    let mut last_line = None;
    for segment in segments {
        let number = segment.first().map(|word| word.line);
        line += u32::from(last_line.is_some() && number != last_line);
        last_line = number;
        let better = match bounds(&segment) {
            Some(bbox) if references > 0 && is_telling(&segment, &bbox, page.dimensions()) => {
                references -= 1;
                let again = read_crop(page, &bbox, height, true, &mut recognise)?;
                Some(with_date(agreed(segment.clone(), again), page, height, &mut recognise)?)
            }
            Some(bbox) if left > 0 && quality(&segment) < DOUBTFUL => {
                left -= 1;
                let again = read_crop(page, &bbox, height, true, &mut recognise)?;
                let better = quality(&again) > quality(&segment) + SURER;
                // The stamp of a state secret counts if it was read once.
                let (was, is) = (mark_of(&segment), mark_of(&again));
                (if was == is { better } else { is > was }).then_some(again)
            }
            _ => None,
        };
        let block = segment.first().map_or(0, |word| word.block);
        words.extend(better.unwrap_or(segment).into_iter().map(|word| Word { line, block, ..word }));
    }
    let mut block = words.iter().map(|word| word.block).max().map_or(0, |block| block + 1);
    for row in missed {
        let found = read_crop(page, &row, height, false, &mut recognise)?;
        if !is_text(&found) && mark_of(&found).is_none() {
            continue;
        }
        line += 1;
        words.extend(found.into_iter().map(|word| Word { line, block, ..word }));
        block += 1;
    }
    Ok(Reading::new(words))
}

/// The signs in a comb as one word: its cells are read pasted side by side, as the number would be printed without them. Where that does
/// not give a sign for each cell with ink, what was read stays.
fn with_combs(
    mut reading: Reading,
    page: &GrayImage,
    combs: &[Vec<Rect>],
    recognise: &mut impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Reading, OcrError> {
    for comb in combs {
        let (strip, signs) = pasted(page, comb);
        let Some(bbox) = comb.iter().copied().reduce(|a, b| a.union(&b)).filter(|_| signs > 0) else { continue };
        let found = recognise(&strip, Layout::Line)?;
        let text: String = found.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphanumeric()).collect();
        if text.chars().count() != signs {
            continue;
        }
        let inside = |word: &Word| {
            let (x, y) = (word.bbox.x + word.bbox.width / 2, word.bbox.y + word.bbox.height / 2);
            (bbox.x..bbox.right()).contains(&x) && (bbox.y..bbox.bottom()).contains(&y)
        };
        let place = reading.words.iter().position(inside).unwrap_or(reading.words.len());
        let (line, block) = match reading.words.get(place) {
            Some(word) => (word.line, word.block),
            None => reading.words.last().map_or((0, 0), |word| (word.line + 1, word.block + 1)),
        };
        let confidence = found.iter().map(|word| word.confidence).fold(1.0, f32::min);
        let word = Word { text, bbox, confidence, line, block, baseline: None };
        let mut at = 0;
        reading.words.retain(|other| {
            at += 1;
            at <= place || !inside(other)
        });
        reading.words.insert(place, word);
    }
    Ok(reading)
}

/// The insides of the cells with ink, side by side on white, and how many they are.
fn pasted(page: &GrayImage, comb: &[Rect]) -> (GrayImage, usize) {
    let mut columns: Vec<(u32, u32, u32, u32)> = Vec::new();
    for cell in comb {
        let (side, lid) = (cell.width / 8, cell.height / 10);
        let (top, bottom) = (cell.y + lid, (cell.bottom() - lid).min(page.height()));
        let inked = |x: &u32| (top..bottom).any(|y| page.get_pixel(*x, y).0[0] < 128);
        let inner = || cell.x + side..(cell.right() - side).min(page.width());
        let (Some(from), Some(to)) = (inner().find(inked), inner().rev().find(inked)) else { continue };
        if to - from >= 2 {
            columns.push((from, to + 1, top, bottom));
        }
    }
    let gap = comb.first().map_or(0, |cell| cell.height / 10).max(3);
    let height = columns.iter().map(|(_, _, top, bottom)| bottom - top).max().unwrap_or(1);
    let width: u32 = columns.iter().map(|(from, to, ..)| to - from + gap).sum();
    let mut strip = GrayImage::from_pixel(width + 4 * gap, height + 2 * gap, Luma([255]));
    let mut x = 2 * gap;
    for &(from, to, top, bottom) in &columns {
        let cell = imageops::crop_imm(page, from, top, to - from, bottom - top);
        imageops::replace(&mut strip, &*cell, i64::from(x), i64::from(gap));
        x += to - from + gap;
    }
    (strip, columns.len())
}

/// A document's number with its label, a place and date, or the name of who signed.
fn is_telling(segment: &[Word], bbox: &Rect, (width, height): (u32, u32)) -> bool {
    if (bbox.y as f32) < HEAD * height as f32 {
        let text = bare(&line_text(segment));
        let label = |rest: &str| !rest.starts_with(char::is_alphanumeric) && rest.contains('/');
        let dated = ["ngay", "thang", "nam"].iter().all(|label| text.contains(label)) && segment.len() <= 14;
        return dated || text.strip_prefix("so").is_some_and(label);
    }
    let name = |word: &Word| {
        let mut letters = word.text.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    2 * bbox.x + bbox.width > width && (2..=5).contains(&segment.len()) && segment.iter().all(name)
}

/// One of two readings of the same line: where they say the same, the first; else the better one, no longer sure where they differ.
fn agreed(first: Vec<Word>, again: Vec<Word>) -> Vec<Word> {
    let letters = |words: &[Word]| {
        words.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphanumeric()).collect::<Vec<_>>()
    };
    let (a, b) = (letters(&first), letters(&again));
    if a == b || b.is_empty() {
        return first;
    }
    let (mut kept, other) = if quality(&again) > quality(&first) + SURER { (again, a) } else { (first, b) };
    let own = letters(&kept);
    let alike = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let alike_behind = own.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let disputed = alike.min(own.len())..own.len().saturating_sub(alike_behind).max(alike + 1);
    let mut at = 0;
    for word in &mut kept {
        let to = at + word.text.chars().filter(|c| c.is_alphanumeric()).count();
        if at < disputed.end && disputed.start < to {
            word.confidence = word.confidence.min(DISPUTED);
        }
        at = to;
    }
    kept
}

/// The labels of a date.
const DATE: [&str; 3] = ["ngay", "thang", "nam"];
const DATE_SCALES: [f32; 2] = [0.6, 1.25];

/// A date that lacks a number, or has one with a letter in it, is read again from its first label on, smaller and larger: a sign that is
/// taken for another at one size seldom is at all of them.
fn with_date(
    mut words: Vec<Word>,
    page: &GrayImage,
    letter: f32,
    recognise: &mut impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Vec<Word>, OcrError> {
    let Some(from) = words.iter().position(|word| bare(&word.text) == DATE[0]) else { return Ok(words) };
    let Some(bbox) = bounds(&words[from..]).filter(|_| !is_date(&words[from..])) else { return Ok(words) };
    for scale in DATE_SCALES {
        let again = read_scaled(page, &bbox, letter, scale, recognise)?;
        let Some(start) = again.iter().position(|word| bare(&word.text) == DATE[0]) else { continue };
        if is_date(&again[start..]) {
            words.truncate(from);
            let date = again.into_iter().skip(start);
            words.extend(date.map(|word| Word { confidence: word.confidence.min(DISPUTED), ..word }));
            break;
        }
    }
    Ok(words)
}

/// `ngày 14 tháng 08 năm 2024`, whatever its marks.
fn is_date(words: &[Word]) -> bool {
    let [day, d, month, m, year, y, ..] = words else { return false };
    let number = |word: &Word, digits: std::ops::RangeInclusive<usize>| {
        let text = word.text.trim_end_matches(['.', ',']);
        digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    [day, month, year].iter().zip(DATE).all(|(word, label)| bare(&word.text) == label)
        && number(d, 1..=2)
        && number(m, 1..=2)
        && number(y, 4..=4)
}

/// Whether words stand on most of the row.
fn is_covered(row: &Rect, words: &[Word]) -> bool {
    let covered: u32 = words
        .iter()
        .map(|word| {
            let bbox = &word.bbox;
            let overlap = row.bottom().min(bbox.bottom()).saturating_sub(row.y.max(bbox.y));
            if 3 * overlap < row.height { 0 } else { row.right().min(bbox.right()).saturating_sub(row.x.max(bbox.x)) }
        })
        .sum();
    10 * covered >= 4 * row.width
}

/// Confidence weighted by letters, halved when nothing is Vietnamese; numbers count as they are.
fn quality(words: &[Word]) -> f32 {
    let confidence = Reading::new(words.to_vec()).mean_confidence;
    let (hits, letters) = hit_rate(words.iter().map(|word| word.text.as_str()));
    if letters == 0 { confidence } else { confidence * (0.5 + 0.5 * hits) }
}

fn is_text(words: &[Word]) -> bool {
    let text = line_text(words);
    let signs = text.chars().filter(|c| !c.is_whitespace()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let (hits, counted) = hit_rate(words.iter().map(|word| word.text.as_str()));
    let confidence = Reading::new(words.to_vec()).mean_confidence;
    let number = 3 * digits >= 2 * signs && confidence >= NUMBER;
    let prose =
        letters >= 2 && 3 * letters >= 2 * (signs - digits) && counted >= 2 && hits >= 0.6 && confidence >= TAKEN;
    signs > 0 && (number || prose)
}

/// The words of one line on the page, read at another size.
fn read_scaled(
    page: &GrayImage,
    bbox: &Rect,
    letter: f32,
    scale: f32,
    recognise: &mut impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Vec<Word>, OcrError> {
    let to = |length: u32| ((length as f32 * scale) as u32).max(1);
    let scaled = |line: &GrayImage, layout| {
        let line = imageops::resize(line, to(line.width()), to(line.height()), imageops::FilterType::CatmullRom);
        let back = |length: u32| (length as f32 / scale) as u32;
        let mut words = recognise(&line, layout)?;
        for word in &mut words {
            let Rect { x, y, width, height } = word.bbox;
            word.bbox = Rect { x: back(x), y: back(y), width: back(width), height: back(height) };
            if let Some(baseline) = &mut word.baseline {
                (baseline.left_y, baseline.right_y) = (baseline.left_y / scale, baseline.right_y / scale);
            }
        }
        Ok(words)
    };
    read_crop(page, bbox, letter, false, &mut { scaled })
}

/// The words of one line on the page; `bilevel`: from its black-and-white copy.
fn read_crop(
    page: &GrayImage,
    bbox: &Rect,
    letter: f32,
    bilevel: bool,
    recognise: &mut impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Vec<Word>, OcrError> {
    let margin = (MARGIN * letter) as u32;
    let (x, y) = (bbox.x.saturating_sub(margin), bbox.y.saturating_sub(margin / 2));
    let (right, bottom) = ((bbox.right() + margin).min(page.width()), (bbox.bottom() + margin / 2).min(page.height()));
    let mut crop = imageops::crop_imm(page, x, y, right - x, bottom - y).to_image();
    if bilevel {
        let level = otsu(&crop);
        crop.pixels_mut().for_each(|pixel| *pixel = Luma([if pixel.0[0] <= level { 0 } else { 255 }]));
    }
    let mut words = recognise(&crop, Layout::Line)?;
    for word in &mut words {
        (word.bbox.x, word.bbox.y) = (word.bbox.x + x, word.bbox.y + y);
        if let Some(baseline) = &mut word.baseline {
            (baseline.left_y, baseline.right_y) = (baseline.left_y + y as f32, baseline.right_y + y as f32);
        }
    }
    Ok(words)
}

/// The level that parts ink from paper best (Otsu, A threshold selection method from gray-level histograms, 1979).
fn otsu(picture: &GrayImage) -> u8 {
    let mut counts = [0f64; 256];
    picture.pixels().for_each(|pixel| counts[usize::from(pixel.0[0])] += 1.0);
    let total: f64 = counts.iter().sum();
    let sum: f64 = counts.iter().enumerate().map(|(level, n)| level as f64 * n).sum();
    let (mut below, mut sum_below, mut best, mut at) = (0.0, 0.0, -1.0, 128);
    for (level, n) in counts.iter().enumerate() {
        below += n;
        sum_below += level as f64 * n;
        if below == 0.0 || below == total {
            continue;
        }
        let apart = sum_below / below - (sum - sum_below) / (total - below);
        let variance = below * (total - below) * apart * apart;
        if variance > best {
            (best, at) = (variance, level);
        }
    }
    at as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x: u32, y: u32, confidence: f32, line: u32) -> Word {
        let width = 12 * text.chars().count() as u32;
        Word {
            text: text.into(),
            bbox: Rect { x, y, width, height: 20 },
            confidence,
            line,
            block: line,
            baseline: None,
        }
    }

    fn clean(rows: &[Rect], combs: Vec<Vec<Rect>>) -> Clean {
        Clean { page: GrayImage::from_pixel(600, 400, Luma([250])), rows: rows.to_vec(), combs }
    }

    #[test]
    fn a_line_nobody_read_is_read_and_put_in_its_place() {
        let first = Reading::new(vec![word("Nơi", 20, 20, 0.9, 0), word("nhận:", 70, 20, 0.9, 0)]);
        let rows = [Rect { x: 20, y: 22, width: 110, height: 18 }, Rect { x: 300, y: 200, width: 120, height: 20 }];
        let mut asked = Vec::new();
        let reading = look_again(first, &clean(&rows, vec![]), |crop, layout| {
            asked.push((crop.dimensions(), layout));
            Ok(vec![word("Lê", 14, 7, 0.8, 0), word("Khương", 44, 7, 0.8, 0)])
        })
        .unwrap();
        assert_eq!(asked, [((148, 34), Layout::Line)]);
        assert_eq!(reading.text(), "Nơi nhận:\n\nLê Khương");
        assert_eq!(reading.words[2].bbox, Rect { x: 300, y: 200, width: 24, height: 20 });
    }

    #[test]
    fn what_reads_as_rubbish_is_not_taken() {
        let rows = [Rect { x: 300, y: 200, width: 120, height: 20 }];
        for rubbish in [vec![word("Nxk-~", 0, 0, 0.9, 0)], vec![word("7", 0, 0, 0.6, 0)], vec![]] {
            let reading = look_again(Reading::default(), &clean(&rows, vec![]), |_, _| Ok(rubbish.clone())).unwrap();
            assert_eq!(reading, Reading::default());
        }
    }

    #[test]
    fn a_stamp_nobody_read_is_taken_however_unsure_it_is() {
        let rows = [Rect { x: 300, y: 200, width: 120, height: 20 }];
        let stamp = |_: &GrayImage, _| Ok(vec![word("MÂT", 14, 7, 0.2, 0)]);
        assert_eq!(look_again(Reading::default(), &clean(&rows, vec![]), stamp).unwrap().text(), "MÂT");
    }

    #[test]
    fn the_better_of_two_readings_of_a_doubtful_line_is_kept() {
        let first = || Reading::new(vec![word("Ngưyễn", 20, 20, 0.5, 0), word("Thị", 120, 20, 0.5, 0)]);
        let again = |confidence: f32| {
            move |_: &GrayImage, _| Ok(vec![word("Nguyễn", 14, 7, confidence, 0), word("Thị", 110, 7, confidence, 0)])
        };
        assert_eq!(look_again(first(), &clean(&[], vec![]), again(0.9)).unwrap().text(), "Nguyễn Thị");
        assert_eq!(look_again(first(), &clean(&[], vec![]), again(0.2)).unwrap().text(), "Ngưyễn Thị");
    }

    #[test]
    fn a_number_that_reads_in_two_ways_is_no_longer_sure() {
        let first = || Reading::new(vec![word("Số:", 20, 20, 0.9, 0), word("470/UBND-VP", 70, 20, 0.9, 0)]);
        let again = |number: &'static str, confidence: f32| {
            move |_: &GrayImage, _| Ok(vec![word("Số:", 14, 7, confidence, 0), word(number, 60, 7, confidence, 0)])
        };
        let read = |number, confidence| {
            let reading = look_again(first(), &clean(&[], vec![]), again(number, confidence)).unwrap();
            (reading.text(), reading.words.iter().map(|word| word.confidence).collect::<Vec<_>>())
        };
        assert_eq!(read("470/UBND-VP", 0.7), ("Số: 470/UBND-VP".into(), vec![0.9, 0.9]));
        assert_eq!(read("479/UBND-VP", 0.7), ("Số: 470/UBND-VP".into(), vec![0.9, DISPUTED]));
        assert_eq!(read("479/UBND-VP", 0.99), ("Số: 479/UBND-VP".into(), vec![0.99, DISPUTED]));
    }

    #[test]
    fn a_date_with_a_letter_in_a_number_is_read_again_at_other_sizes() {
        let line = |texts: &[&str], confidence| -> Vec<Word> {
            let mut right = 20;
            let place = |text: &&str| {
                let word = word(text, right, 20, confidence, 0);
                right = word.bbox.right() + 8;
                word
            };
            texts.iter().map(place).collect()
        };
        let first = || Reading::new(line(&["Hà", "Nam", ",", "ngày", "14", "tháng", "0S", "năm", "2024"], 0.8));
        let read = |third: &'static str| {
            let mut widths = vec![];
            let read = look_again(first(), &clean(&[], vec![]), |crop, _| {
                widths.push(crop.width());
                let place = if widths.len() == 1 { &["Hà", "Nam"][..] } else { &[] };
                let month = if widths.len() < 3 { "0S" } else { third };
                Ok(line(&[place, &[",", "ngày", "14", "tháng", month, "năm", "2024"]].concat(), 0.9))
            });
            (read.unwrap().words, widths)
        };
        let (words, widths) = read("08");
        assert!(widths[1] < widths[0] && widths[1] < widths[2], "{widths:?}");
        let said: Vec<_> = words.iter().map(|word| (word.text.as_str(), word.confidence < 0.6)).collect();
        assert_eq!(said[..4], [("Hà", false), ("Nam", false), (",", false), ("ngày", true)]);
        assert_eq!(said[4..], [("14", true), ("tháng", true), ("08", true), ("năm", true), ("2024", true)]);
        assert_eq!(read("0§").0[6].text, "0S", "what reads no better changes nothing");
    }

    #[test]
    fn a_comb_is_one_number_if_every_cell_gives_a_sign() {
        let cells: Vec<Rect> = (0..4).map(|n| Rect { x: 100 + 40 * n, y: 50, width: 40, height: 40 }).collect();
        let mut clean = clean(&[], vec![cells]);
        for n in 0..4 {
            (60..80).for_each(|y| (115..120).for_each(|x| clean.page.put_pixel(x + 40 * n, y, Luma([0]))));
        }
        let first = || {
            let cells = [("0.", 110), ("8", 150), ("2.2", 190)];
            Reading::new(cells.into_iter().map(|(text, x)| word(text, x, 60, 0.8, 0)).collect())
        };
        let read = |text: &'static str| move |_: &GrayImage, _| Ok(vec![word(text, 0, 0, 0.9, 0)]);
        assert_eq!(look_again(first(), &clean, read("0822")).unwrap().text(), "0822");
        assert_eq!(look_again(first(), &clean, read("082")).unwrap().text(), "0. 8 2.2");
    }
}
