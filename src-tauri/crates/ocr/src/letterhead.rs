//! What an administrative document says of itself where the rules put it: number, date, place and issuing body at its head, what it is
//! about, and at its end who gets it and who signed it.
//! Layout: Nghị định 30/2020/NĐ-CP, phụ lục I: on the left the issuing body above "Số: …", on the right "place, ngày … tháng … năm …".

mod closing;
mod heading;

use serde::{Deserialize, Serialize};

use crate::reading::{bounds, line_text, typical_height};
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

/// What a page says of its document. The head stands on the first page, recipients and signer on the last one: each page gives what it has.
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
    /// What it is, e.g. `QUYẾT ĐỊNH`, spelled as the rules spell it; `CÔNG VĂN` where the subject stands under the number as only an
    /// official letter has it.
    pub kind: Option<Field>,
    /// What it is about (trích yếu), e.g. `Về việc kiện toàn tổ chức bộ máy`, as it was read.
    pub subject: Option<Field>,
    /// Whom it is addressed to, after "Kính gửi:".
    pub addressee: Option<Field>,
    /// Who gets a copy, after "Nơi nhận:", one a line (`\n`), without dashes and semicolons.
    pub recipients: Option<Field>,
    /// By what right it is signed, e.g. `KT. GIÁM ĐỐC`, where it says so.
    pub capacity: Option<Field>,
    /// The office of who signed, e.g. `PHÓ GIÁM ĐỐC`.
    pub position: Option<Field>,
    /// The name of who signed. A name that does not look like one has at most the confidence [`MENDED`].
    pub signer: Option<Field>,
}

/// The most confidence there is in a value of which something was mended or is unlikely as it was read.
pub const MENDED: f32 = 0.5;

/// A letterhead ends within so many lines of the page's first.
const HEAD_LINES: usize = 10;

/// Reads off a page what it says of its document; `None` when it says nothing of the kind.
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
    let sheet = Sheet::of(reading);
    let heading = heading::heading(&sheet, found.number.as_ref().map(|number| &number.bbox));
    (found.kind, found.subject, found.addressee) = (heading.kind, heading.subject, heading.addressee);
    let closing = closing::closing(&sheet);
    (found.recipients, found.signer) = (closing.recipients, closing.signer);
    (found.capacity, found.position) = (closing.capacity, closing.position);
    (found != Letterhead::default()).then_some(found)
}

/// A line of a page, or what of it stands in one column.
struct Part<'a> {
    words: &'a [Word],
    bbox: Rect,
}

impl<'a> Part<'a> {
    fn of(words: &'a [Word]) -> Option<Self> {
        Some(Part { words, bbox: bounds(words)? })
    }

    fn text(&self) -> String {
        line_text(self.words)
    }

    fn middle(&self) -> f32 {
        self.bbox.x as f32 + self.bbox.width as f32 / 2.0
    }

    fn starts_with_dash(&self) -> bool {
        self.words.first().is_some_and(|word| word.text.starts_with(['-', '–', '—', '+', '•', '~']))
    }
}

/// The parts of a page from top to bottom, and the frame of its text.
struct Sheet<'a> {
    parts: Vec<Part<'a>>,
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
    /// Typical height of a word.
    unit: f32,
}

impl<'a> Sheet<'a> {
    fn of(reading: &'a Reading) -> Self {
        let mut parts: Vec<Part> = reading.segments().filter_map(Part::of).collect();
        // By the middle of the line: what stands in one row keeps together whatever marks its letters wear.
        parts.sort_by_key(|part| (2 * u64::from(part.bbox.y) + u64::from(part.bbox.height), part.bbox.x));
        let frame = parts.iter().map(|part| part.bbox).reduce(|a, b| a.union(&b));
        let Rect { x, y, width, height } = frame.unwrap_or(Rect { x: 0, y: 0, width: 0, height: 0 });
        let unit = typical_height(&reading.words).max(8.0);
        Sheet { parts, left: x, right: x + width, top: y, bottom: y + height, unit }
    }

    fn width(&self) -> f32 {
        (self.right - self.left) as f32
    }

    fn middle(&self) -> f32 {
        self.left as f32 + self.width() / 2.0
    }
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
    let usual = is_usual(&value);
    let mut field = plausible.then(|| field_of(value, segment.get(..used).unwrap_or(segment))).flatten()?;
    if !usual {
        field.confidence = field.confidence.min(MENDED);
    }
    Some(field)
}

/// Whether a number looks as the rules make it: digits, perhaps a year, and abbreviations in capitals joined by dashes, of which only a few
/// have a small letter (TTr, CTr, TTg).
fn is_usual(number: &str) -> bool {
    let mut parts = number.split('/');
    let count = parts.next().unwrap_or_default().trim_end_matches(char::is_lowercase);
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let abbreviation = |text: &str| {
        let capitals = text.chars().filter(|c| c.is_uppercase() || c.is_ascii_digit()).count();
        let small = text.chars().count() - capitals;
        capitals > 0 && (small == 0 || small == 1 && text.contains("T") && text.ends_with(['r', 'g']))
    };
    digits(count) && parts.all(|part| digits(part) && part.len() == 4 || part.split('-').all(abbreviation))
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
    let mut date = field_of(format!("{year:04}-{month:02}-{day:02}"), segment.get(first..)?)?;
    if scan.mended {
        date.confidence = date.confidence.min(MENDED);
    }
    let name = line_text(place).trim_end_matches([',', '.', ';', ' ']).to_owned();
    Some((date, if name.is_empty() { None } else { field_of(name, place) }))
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
    let Some(last) = above.len().checked_sub(1) else { return (None, None) };
    // `ỦY BAN NHÂN DÂN` alone is half a name: of which place stands in the line below.
    let first = if last > 0 && is_half_a_name(above[last - 1].0) { last - 1 } else { last };
    let joined = |lines: &[(&[Word], Rect)]| {
        let words: Vec<Word> = lines.iter().flat_map(|(words, _)| words.iter().cloned()).collect();
        let texts: Vec<String> = lines.iter().map(|(words, _)| line_text(words)).collect();
        field_of(texts.join(" "), &words)
    };
    let (parents, agency) = above.split_at(first);
    (joined(parents), joined(agency))
}

fn is_half_a_name(words: &[Word]) -> bool {
    matches!(bare(&line_text(words)).as_str(), "uy ban nhan dan" | "hoi dong nhan dan" | "ubnd" | "hdnd")
}

fn in_capitals(segment: &[Word]) -> bool {
    let letters = || segment.iter().flat_map(|w| w.text.chars()).filter(|c| c.is_alphabetic());
    let capitals = letters().filter(|c| c.is_uppercase()).count();
    let text = bare(&line_text(segment));
    letters().count() >= 3 && capitals * 10 >= letters().count() * 8 && !text.contains("cong hoa xa hoi")
}

/// The text of some lines as one value.
fn joined(lines: &[&Part], between: &str) -> Option<Field> {
    let words: Vec<Word> = lines.iter().flat_map(|line| line.words.iter().cloned()).collect();
    let texts: Vec<String> = lines.iter().map(|line| line.text()).collect();
    field_of(texts.join(between), &words)
}

fn field_of(value: String, words: &[Word]) -> Option<Field> {
    let confidence = words.iter().map(|w| w.confidence).fold(1.0, f32::min);
    Some(Field { value, bbox: bounds(words)?, confidence })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Lines of segments `(x, text)`; letters are 10 px wide, lines 20 px high and 40 px apart.
    pub(super) fn page(lines: &[&[(u32, &str)]]) -> Reading {
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

    pub(super) fn value(field: &Option<Field>) -> Option<&str> {
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
    fn a_name_over_two_lines_is_one_body() {
        for (lines, parent, agency) in [
            (&["ỦY BAN NHÂN ĐÂN", "TỈNH VÂN GIANG"][..], None, "ỦY BAN NHÂN ĐÂN TỈNH VÂN GIANG"),
            (
                &["THÀNH PHỐ HẢI SƠN", "ỦY BAN NHÂN DÂN", "PHƯỜNG BA LÒNG"],
                Some("THÀNH PHỐ HẢI SƠN"),
                "ỦY BAN NHÂN DÂN PHƯỜNG BA LÒNG",
            ),
            (&["ỦY BAN NHÂN DÂN"], None, "ỦY BAN NHÂN DÂN"),
        ] {
            let head: Vec<Vec<(u32, &str)>> = lines.iter().map(|line| vec![(0, *line)]).collect();
            let number = vec![(0, "Số: 470/UBND-VP")];
            let all: Vec<&[(u32, &str)]> = head.iter().chain([&number]).map(Vec::as_slice).collect();
            let found = letterhead(&page(&all)).unwrap();
            assert_eq!((value(&found.parent_agency), value(&found.agency)), (parent, Some(agency)));
        }
    }

    #[test]
    fn blanks_of_the_engine_do_not_cut_a_number() {
        for text in ["Số:470/UBND-VP", "Số: 470 /UBND-VP", "Số : 470/UBND- VP", "Sô: 470/UBND-VP."] {
            let found = letterhead(&page(&[&[(0, text)]])).unwrap_or_default();
            assert_eq!(value(&found.number), Some("470/UBND-VP"), "{text}");
        }
    }

    #[test]
    fn a_number_with_unusual_signs_has_little_confidence() {
        for (text, usual) in [
            ("Số: 470/UBND-VP", true),
            ("Số: 12/2024/QĐ-UBND", true),
            ("Số: 1205/TTr-SNV", true),
            ("Số: 47O/UBND-VP", false),
            ("Số: 470/UBNĐ-Vp", false),
            ("Số: 470/UBND~VP", false),
        ] {
            let number = letterhead(&page(&[&[(0, text)]])).and_then(|l| l.number).unwrap();
            assert_eq!(number.confidence == 0.9, usual, "{text}");
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
