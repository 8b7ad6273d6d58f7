//! The letterhead of an administrative document: number, date, place and issuing body.
//! Layout: Nghị định 30/2020/NĐ-CP, phụ lục I: on the left the issuing body above "Số: …", on the right "place, ngày … tháng … năm …".

use serde::{Deserialize, Serialize};

use crate::reading::{bounds, line_text};
use crate::syllable::bare;
use crate::{Reading, Rect, Word};

/// A value read from the page, with what is needed to check it at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub value: String,
    pub bbox: Rect,
    /// The lowest confidence among the words it was read from, 0 to 1.
    pub confidence: f32,
}

/// What the head of a document says of it. At least one of `number` and `date` is there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Letterhead {
    /// Number and sign after "Số:", e.g. `470/UBND-VP`, as it was read.
    pub number: Option<Field>,
    /// ISO 8601, e.g. `2026-10-15`; always a day that exists. Where a letter was read that looks like a digit (ó for 6, O for 0) it is
    /// taken for the digit, and the confidence is at most [`MENDED`].
    pub date: Option<Field>,
    /// Where it was issued, e.g. `Hải Sơn`.
    pub place: Option<Field>,
    /// The issuing body, e.g. `VĂN PHÒNG`; the last line above the number.
    pub agency: Option<Field>,
    /// The body it belongs to, e.g. `UBND TỈNH HẢI SƠN`, where there is one.
    pub parent_agency: Option<Field>,
}

/// The most confidence there is in a date of which a digit was read as a letter.
pub const MENDED: f32 = 0.5;

/// A letterhead ends within so many lines of the page's first.
const HEAD_LINES: usize = 10;

/// Reads the letterhead off the upper part of a page; `None` when there is neither a number nor a date.
pub fn letterhead(reading: &Reading) -> Option<Letterhead> {
    let head = head(reading);
    let mut found = Letterhead::default();
    for segment in &head {
        if found.number.is_none() {
            found.number = number(segment);
        }
        if found.date.is_none()
            && let Some((date, place)) = date_and_place(segment)
        {
            (found.date, found.place) = (Some(date), place);
        }
    }
    if let Some(number) = &found.number {
        (found.parent_agency, found.agency) = agencies(&head, &number.bbox);
    }
    (found.number.is_some() || found.date.is_some()).then_some(found)
}

/// The segments that stand no lower than the [`HEAD_LINES`]th line from the top, the engine's order kept.
fn head(reading: &Reading) -> Vec<&[Word]> {
    let mut tops: Vec<u32> = reading.lines().filter_map(bounds).map(|b| b.y).collect();
    tops.sort_unstable();
    let Some(&lowest) = tops.get(HEAD_LINES.min(tops.len().saturating_sub(1))) else { return Vec::new() };
    reading.segments().filter(|s| bounds(s).is_some_and(|b| b.y <= lowest)).collect()
}

/// What follows "Số:" at the start of a segment. Blanks inside it are the engine's; a number without digits is a form left blank.
fn number(segment: &[Word]) -> Option<Field> {
    let first = segment.first()?;
    let glued = after_label(&first.text);
    let rest = segment.get(1..)?;
    if glued.is_none() && bare(&first.text) != "so" {
        return None;
    }
    let mut value = glued.unwrap_or_default().trim_start_matches([':', '.', ';']).to_owned();
    let mut used = 1;
    for word in rest {
        let text = word.text.trim_start_matches(':');
        let continues = !value.contains('/') || value.ends_with(['/', '-', '–']) || text.starts_with(['/', '-', '–']);
        if !value.is_empty() && !continues {
            break;
        }
        value.push_str(text);
        used += 1;
    }
    let value = value.trim_end_matches(['.', ',', ';', ':']).to_owned();
    let plausible = value.starts_with(|c: char| c.is_ascii_digit()) && value.contains('/');
    plausible.then(|| field(value, segment.get(..used).unwrap_or(segment))).flatten()
}

/// What follows the label in "Số:470/UBND"; empty for "Số:" alone.
fn after_label(text: &str) -> Option<&str> {
    let (label, rest) = text.split_once([':', ';', '.'])?;
    (bare(label) == "so").then_some(rest)
}

/// "Hải Sơn, ngày 15 tháng 10 năm 2026", which must be all the segment says from the place to the year: in a sentence it goes on.
fn date_and_place(segment: &[Word]) -> Option<(Field, Option<Field>)> {
    let letters = letters(segment);
    let start = find(&letters, "ngay")?;
    let mut scan = Scan { letters: letters.get(start..)?, mended: false };
    scan.label("ngay")?;
    let day = scan.digits(1..=2)?;
    scan.label("thang")?;
    let month = scan.digits(1..=2)?;
    scan.label("nam")?;
    let year = scan.digits(4..=4)?;
    if scan.letters.iter().any(|l| l.letter.is_alphanumeric()) || !is_date(year, month, day) {
        return None;
    }
    let first = letters.get(start)?.word;
    let place = segment.get(..first)?;
    if place.len() > 6 || place.iter().any(|w| !w.text.starts_with(|c: char| !c.is_lowercase())) {
        return None;
    }
    let mut date = field(format!("{year:04}-{month:02}-{day:02}"), segment.get(first..)?)?;
    if scan.mended {
        date.confidence = date.confidence.min(MENDED);
    }
    let name = line_text(place).trim_end_matches([',', '.', ';', ' ']).to_owned();
    Some((date, if name.is_empty() { None } else { field(name, place) }))
}

/// A character of a segment and the word it stands in; blanks are left out, since the engine may lose or invent them.
#[derive(Clone, Copy)]
struct Letter {
    letter: char,
    word: usize,
}

fn letters(segment: &[Word]) -> Vec<Letter> {
    let of_word =
        |(word, w): (usize, &Word)| w.text.chars().map(move |letter| Letter { letter, word }).collect::<Vec<_>>();
    segment.iter().enumerate().flat_map(of_word).collect()
}

fn same(letter: char, label: char) -> bool {
    bare(letter.encode_utf8(&mut [0; 4])).chars().eq([label])
}

fn starts(letters: &[Letter], label: &str) -> bool {
    letters.len() >= label.len() && letters.iter().zip(label.chars()).all(|(l, c)| same(l.letter, c))
}

fn find(letters: &[Letter], label: &str) -> Option<usize> {
    (0..letters.len()).find(|&i| letters.get(i..).is_some_and(|rest| starts(rest, label)))
}

struct Scan<'a> {
    letters: &'a [Letter],
    /// A letter was taken for a digit.
    mended: bool,
}

impl Scan<'_> {
    /// Steps over a word, marks and case aside.
    fn label(&mut self, label: &str) -> Option<()> {
        let punctuation = self.letters.iter().take_while(|l| !l.letter.is_alphanumeric()).count();
        let rest = self.letters.get(punctuation..)?;
        if !starts(rest, label) {
            return None;
        }
        self.letters = rest.get(label.len()..)?;
        Some(())
    }

    /// Steps over a number of so many digits.
    fn digits(&mut self, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
        let mut number = 0;
        let mut taken = 0;
        while taken < *count.end() {
            let Some((digit, alike)) = self.letters.first().and_then(|l| digit(l.letter)) else { break };
            number = number * 10 + digit;
            self.mended |= alike;
            self.letters = self.letters.get(1..)?;
            taken += 1;
        }
        (taken >= *count.start()).then_some(number)
    }
}

/// The digit a character is or looks like, and whether it only looks like it.
fn digit(c: char) -> Option<(u32, bool)> {
    let alike = match c {
        'ó' | 'Ó' => 6,
        'o' | 'O' | 'Ô' | 'ô' => 0,
        'l' | 'i' | 'I' | '|' | '[' | ']' | 'Ì' | 'Í' | 'Ï' => 1,
        'Z' => 2,
        'S' => 5,
        'B' | 'Š' => 8,
        _ => return c.to_digit(10).map(|d| (d, false)),
    };
    Some((alike, true))
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    // Administrative documents of the Republic; anything else was misread.
    (1945..=2199).contains(&year) && (1..=days).contains(&day)
}

/// The lines in capitals above the number: the last is the issuing body, those before it the body it belongs to.
fn agencies(head: &[&[Word]], number: &Rect) -> (Option<Field>, Option<Field>) {
    let mut above: Vec<(&[Word], Rect)> = head
        .iter()
        .filter_map(|segment| Some((*segment, bounds(segment)?)))
        .filter(|(segment, bbox)| {
            bbox.bottom() <= number.y + number.height / 4 && bbox.shares_columns(number) && in_capitals(segment)
        })
        .collect();
    above.sort_by_key(|(_, bbox)| bbox.y);
    let Some(((last, _), parents)) = above.split_last() else { return (None, None) };
    let parents: Vec<Word> = parents.iter().flat_map(|(words, _)| words.iter().cloned()).collect();
    let parent = if parents.is_empty() { None } else { field(line_text(&parents), &parents) };
    (parent, field(line_text(last), last))
}

fn in_capitals(segment: &[Word]) -> bool {
    let letters = || segment.iter().flat_map(|w| w.text.chars()).filter(|c| c.is_alphabetic());
    let capitals = letters().filter(|c| c.is_uppercase()).count();
    let text = bare(&line_text(segment));
    letters().count() >= 3 && capitals * 10 >= letters().count() * 8 && !text.contains("cong hoa xa hoi")
}

fn field(value: String, words: &[Word]) -> Option<Field> {
    let confidence = words.iter().map(|w| w.confidence).fold(1.0, f32::min);
    Some(Field { value, bbox: bounds(words)?, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of segments `(x, text)`; letters are 10 px wide, lines 20 px high and 40 px apart.
    fn page(lines: &[&[(u32, &str)]]) -> Reading {
        let mut words = Vec::new();
        for (line, segments) in lines.iter().enumerate() {
            for (start, text) in *segments {
                let mut x = *start;
                for text in text.split(' ') {
                    let width = 10 * text.chars().count() as u32;
                    let bbox = Rect { x, y: 40 * line as u32, width, height: 20 };
                    let line = line as u32;
                    words.push(Word { text: text.into(), bbox, confidence: 0.9, line, block: 0, baseline: None });
                    x += width + 8;
                }
            }
        }
        Reading::new(words)
    }

    fn value(field: &Option<Field>) -> Option<&str> {
        field.as_ref().map(|f| f.value.as_str())
    }

    #[test]
    fn number_date_place_and_bodies_of_a_letter() {
        let found = letterhead(&page(&[
            &[(0, "UBND TỈNH HẢI SƠN"), (400, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
            &[(20, "VĂN PHÒNG"), (450, "Độc lập - Tự do - Hạnh phúc")],
            &[(10, "Số: 470/UBND-VP"), (420, "Hải Sơn, ngày 15 tháng 10 năm 2026")],
            &[(0, "Kính gửi: Ủy ban nhân dân các xã")],
        ]))
        .unwrap();
        assert_eq!(value(&found.number), Some("470/UBND-VP"));
        assert_eq!(value(&found.date), Some("2026-10-15"));
        assert_eq!(value(&found.place), Some("Hải Sơn"));
        assert_eq!(value(&found.agency), Some("VĂN PHÒNG"));
        assert_eq!(value(&found.parent_agency), Some("UBND TỈNH HẢI SƠN"));
        assert_eq!(found.number.unwrap().bbox, Rect { x: 10, y: 80, width: 148, height: 20 });
    }

    #[test]
    fn blanks_of_the_engine_do_not_cut_a_number() {
        for text in ["Số:470/UBND-VP", "Số: 470 /UBND-VP", "Số : 470/UBND- VP", "Sô: 470/UBND-VP."] {
            let found = letterhead(&page(&[&[(0, text)]])).unwrap_or_default();
            assert_eq!(value(&found.number), Some("470/UBND-VP"), "{text}");
        }
    }

    #[test]
    fn a_digit_read_as_a_letter_lowers_the_confidence_of_a_date() {
        for (text, iso) in [
            ("Vân Giang, ngày 25 tháng 0ó năm 2024", "2024-06-25"),
            ("Hải Sơn, ngày 0] tháng i2 năm 2O24", "2024-12-01"),
        ] {
            let date = letterhead(&page(&[&[(0, text)]])).and_then(|l| l.date).unwrap();
            assert_eq!((date.value.as_str(), date.confidence), (iso, MENDED));
        }
    }

    #[test]
    fn neither_sentences_nor_blanks_nor_impossible_days_are_a_letterhead() {
        for text in [
            "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ",
            "Căn cứ quyết định ngày 23 tháng 4 năm 2018",
            "Số: /UBND-VP",
            "Số hồ sơ 12/34",
            "Hải Sơn, ngày tháng 10 năm 2026",
            "Hải Sơn, ngày 31 tháng 02 năm 2026",
        ] {
            assert_eq!(letterhead(&page(&[&[(0, text)]])), None, "{text}");
        }
        assert_eq!(letterhead(&Reading::default()), None);
    }

    #[test]
    fn what_stands_below_the_head_is_not_read() {
        let mut lines: Vec<&[(u32, &str)]> = vec![&[(0, "một dòng chữ")]; 15];
        lines.push(&[(0, "Số: 470/UBND-VP")]);
        assert_eq!(letterhead(&page(&lines)), None);
    }
}
