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
/// How a number is shown until it is read: the height of its digits in pixels, and the space between them and their neighbours as a share of that.
const SHOWN: [(f32, f32); 5] = [(26.0, 0.33), (26.0, 0.5), (22.0, 0.33), (32.0, 0.33), (26.0, 0.2)];

/// Lower words have no digits that could be read, in pixels.
const LOWEST: u32 = 8;

/// A date of which a number is missing, too short or has a letter in it ("11" is taken for "Ï") is asked about number by number: what
/// stands between its labels is read for digits only, with the year on both sides of it, since the engine knows a sign by its neighbours.
fn with_date(
    mut words: Vec<Word>,
    page: &GrayImage,
    letter: f32,
    recognise: &mut impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Vec<Word>, OcrError> {
    // One after the other: a place, and a person, may be called Nam too.
    let mut labels = Vec::new();
    for label in DATE {
        let from = labels.last().map_or(0, |last| last + 1);
        let Some(at) = words[from..].iter().position(|word| bare(&word.text) == label) else { return Ok(words) };
        labels.push(from + at);
    }
    // From the last on, so that those before it stay where they are.
    for (nth, &at) in labels.iter().enumerate().rev() {
        let next = labels.get(nth + 1).copied().unwrap_or(words.len().min(at + 2));
        let (label, told) = (&words[at], words.get(at + 1..next).unwrap_or_default());
        if matches!(told, [word] if is_number(&word.text, nth)) {
            continue;
        }
        let right = match (words.get(next).filter(|_| nth < 2), bounds(told)) {
            (Some(label), _) => label.bbox.x,
            (None, Some(told)) => told.right(),
            (None, None) => label.bbox.right() + (3.0 * letter) as u32,
        };
        let gap = Rect { x: label.bbox.right(), width: right.saturating_sub(label.bbox.right()), ..label.bbox };
        // What was put in shifts none of the labels before it, but those after it.
        let year = words.iter().rev().find(|word| is_number(&word.text, 2));
        if let Some((text, bbox)) = read_number(page, &gap, nth, year, recognise)? {
            let (line, block) = (label.line, label.block);
            let number = Word { text, bbox, confidence: DISPUTED, line, block, baseline: None };
            words.splice(at + 1..next, [number]);
        }
    }
    Ok(words)
}

/// Whether this is how a day, a month or a year is written: days and months below ten, but for the months from March on, with a zero
/// before them (Nghị định 30/2020/NĐ-CP, phụ lục I, II.4).
fn is_number(text: &str, nth: usize) -> bool {
    let text = text.trim_end_matches(['.', ',']);
    let number = if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().unwrap_or(0) } else { 0 };
    match nth {
        0 => text.len() == 2 && (1..=31).contains(&number),
        1 => (1..=12).contains(&number) && (text.len() == 2 || number > 2),
        _ => text.len() == 4 && (1900..2100).contains(&number),
    }
}

/// The number in a gap between two words, and where it stands. Beside a year whose digits are known, it has as many as its width says.
fn read_number(
    page: &GrayImage,
    gap: &Rect,
    nth: usize,
    year: Option<&Word>,
    recognise: &mut impl FnMut(&GrayImage, Layout) -> Result<Vec<Word>, OcrError>,
) -> Result<Option<(String, Rect)>, OcrError> {
    let Some((number, bbox)) = inked(page, gap) else { return Ok(None) };
    let beside = year.and_then(|year| Some((inked(page, &year.bbox)?.0, year.text.trim_end_matches(['.', ',']))));
    let (height, digits) = match (year, &beside) {
        (Some(year), Some((picture, _))) => {
            (year.bbox.height, Some(4.0 * number.width() as f32 / picture.width() as f32))
        }
        _ => (gap.height, None),
    };
    if height < LOWEST {
        return Ok(None);
    }
    for (shown, space) in SHOWN {
        let space = (space * height as f32) as u32;
        let mut row = vec![&number];
        if let Some((year, _)) = &beside {
            row = vec![year, &number, year];
        }
        let line = side_by_side(&row, space);
        let scale = shown / height as f32;
        let size = |length: u32| ((length as f32 * scale) as u32).max(1);
        let line = imageops::resize(&line, size(line.width()), size(line.height()), imageops::FilterType::CatmullRom);
        let found = recognise(&line, Layout::Digits)?;
        let text: String = found.iter().flat_map(|word| word.text.chars()).collect();
        let alone = match &beside {
            Some((_, year)) => text.strip_prefix(year).and_then(|text| text.strip_suffix(year)),
            None => Some(text.as_str()),
        };
        let fits =
            |text: &&str| is_number(text, nth) && digits.is_none_or(|digits| (digits - text.len() as f32).abs() < 0.7);
        if let Some(text) = alone.filter(fits) {
            return Ok(Some((text.to_owned(), bbox)));
        }
    }
    Ok(None)
}

/// What stands in a place of a line, a little higher and lower too, without the white on its sides.
fn inked(page: &GrayImage, place: &Rect) -> Option<(GrayImage, Rect)> {
    let lid = place.height / 5;
    let (top, bottom) = (place.y.saturating_sub(lid), (place.bottom() + lid).min(page.height()));
    let (left, right) = (place.x, place.right().min(page.width()));
    if right <= left || bottom <= top {
        return None;
    }
    let cut = imageops::crop_imm(page, left, top, right - left, bottom - top).to_image();
    // On paper alone the two levels part its grain.
    let level = otsu(&cut).min(160);
    let ink = |x: &u32| (0..cut.height()).any(|y| cut.get_pixel(*x, y).0[0] <= level);
    let (from, to) = ((0..cut.width()).find(ink)?, (0..cut.width()).rev().find(ink)? + 1);
    let picture = imageops::crop_imm(&cut, from, 0, to - from, cut.height()).to_image();
    Some((picture, Rect { x: left + from, width: to - from, ..*place }))
}

/// Pictures in a row on white, on one middle line.
fn side_by_side(pictures: &[&GrayImage], space: u32) -> GrayImage {
    let height = pictures.iter().map(|picture| picture.height()).max().unwrap_or(0);
    let width: u32 = pictures.iter().map(|picture| picture.width() + space).sum();
    let margin = height / 2;
    let mut row = GrayImage::from_pixel(width + 2 * margin, height + margin, Luma([255]));
    let mut x = margin;
    for picture in pictures {
        let y = (row.height() - picture.height()) / 2;
        imageops::replace(&mut row, *picture, i64::from(x), i64::from(y));
        x += picture.width() + space;
    }
    row
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
    fn a_date_is_asked_about_number_by_number_where_one_is_none() {
        let line = |texts: &[&str], confidence| -> Vec<Word> {
            let mut right = 20;
            let place = |text: &&str| {
                let word = word(text, right, 20, confidence, 0);
                right = word.bbox.right() + 30;
                word
            };
            texts.iter().map(place).collect()
        };
        let read = |date: &[&str], digits: &[&'static str]| {
            let first = line(&[&["Hà", "Nam", ","], date].concat(), 0.8);
            let mut clean = clean(&[], vec![]);
            let inside = |x: u32| first.iter().any(|word| (word.bbox.x..word.bbox.right()).contains(&x));
            clean.page = GrayImage::from_fn(700, 400, |x, y| {
                Luma([if (22..38).contains(&y) && x % 4 < 2 && inside(x) { 0 } else { 250 }])
            });
            let mut left = digits.iter();
            let read = look_again(Reading::new(first.clone()), &clean, |_, layout| match layout {
                Layout::Digits => Ok(left.next().map(|text| word(text, 9, 9, 0.9, 0)).into_iter().collect()),
                _ => Ok(first
                    .iter()
                    .cloned()
                    .map(|mut word| {
                        word.bbox.x -= 6;
                        word
                    })
                    .collect()),
            });
            assert_eq!(left.next(), None, "asked as often as that");
            read.unwrap().text()
        };
        assert_eq!(read(&["ngày", "14", "tháng", "3", "năm", "2024"], &[]), "Hà Nam , ngày 14 tháng 3 năm 2024");
        assert_eq!(
            read(&["ngày", "ÏÏ", "tháng", "11", "năm", "2024"], &["2024112024"]),
            "Hà Nam , ngày 11 tháng 11 năm 2024"
        );
        // One digit less than its width says, one too many, one of the year lost: only then the number.
        let shown = ["202432024", "20244142024", "202414204", "2024142024"];
        assert_eq!(read(&["ngày", "lá", "tháng", "07", "năm", "2024"], &shown), "Hà Nam , ngày 14 tháng 07 năm 2024");
        assert_eq!(
            read(&["ngày", "19", "tháng", "07", "năm", "202ó"], &["2026"]),
            "Hà Nam , ngày 19 tháng 07 năm 2026"
        );
        assert_eq!(
            read(&["ngày", "tháng", "năm", "2026"], &[]),
            "Hà Nam , ngày tháng năm 2026",
            "left white to be filled in"
        );
        let none = ["1", "2", "13", "2026132026", ""];
        assert_eq!(read(&["ngày", "19", "tháng", "0§", "năm", "2026"], &none), "Hà Nam , ngày 19 tháng 0§ năm 2026");
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
