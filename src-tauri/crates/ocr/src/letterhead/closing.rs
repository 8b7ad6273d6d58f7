//! How a document ends: whom it goes to, on the left, and who signed it in what office, on the right (Nghị định 30/2020/NĐ-CP, phụ lục I,
//! II.7 and II.9).

use super::{Field, MENDED, Part, Sheet, field_of, in_capitals, joined};
use crate::Word;
use crate::syllable::{bare, is_vietnamese};

/// What the abbreviation before an office says: for the head, for the body, by order, by authority, acting.
const CAPACITIES: &[&str] = &["kt", "tm", "tl", "tuq", "q"];
/// Offices that sign, and bodies they sign for, as they are spelled.
const OFFICES: &[&str] = &[
    "CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
    "GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC",
    "TỔNG GIÁM ĐỐC",
    "PHÓ TỔNG GIÁM ĐỐC",
    "CHÁNH VĂN PHÒNG",
    "PHÓ CHÁNH VĂN PHÒNG",
    "TRƯỞNG PHÒNG",
    "PHÓ TRƯỞNG PHÒNG",
    "TRƯỞNG BAN",
    "PHÓ TRƯỞNG BAN",
    "CỤC TRƯỞNG",
    "PHÓ CỤC TRƯỞNG",
    "CHI CỤC TRƯỞNG",
    "PHÓ CHI CỤC TRƯỞNG",
    "VỤ TRƯỞNG",
    "PHÓ VỤ TRƯỞNG",
    "BỘ TRƯỞNG",
    "THỨ TRƯỞNG",
    "THỦ TRƯỞNG",
    "THỦ TƯỚNG",
    "PHÓ THỦ TƯỚNG",
    "HIỆU TRƯỞNG",
    "PHÓ HIỆU TRƯỞNG",
    "VIỆN TRƯỞNG",
    "PHÓ VIỆN TRƯỞNG",
    "CHÁNH ÁN",
    "PHÓ CHÁNH ÁN",
    "CHÁNH THANH TRA",
    "PHÓ CHÁNH THANH TRA",
    "TRƯỞNG CÔNG AN",
    "PHÓ TRƯỞNG CÔNG AN",
    "CHỈ HUY TRƯỞNG",
    "BÍ THƯ",
    "PHÓ BÍ THƯ",
    "KẾ TOÁN TRƯỞNG",
    "ỦY BAN NHÂN DÂN",
    "HỘI ĐỒNG NHÂN DÂN",
    "HỘI ĐỒNG",
    "BAN GIÁM ĐỐC",
];
/// One letter in so many of an office may be misread, as those under a seal are.
const MISREAD: usize = 5;
/// Under a form's "Người làm đơn" stands "(Ký, ghi rõ họ tên)".
const SIGN_HERE: &str = "(ky";
/// The commonest family names; a name with another is read with less confidence.
const FAMILIES: &str = "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dao doan vuong trinh truong dinh lam phung mai \
    to ha cao luong luu chau ta thai quach nghiem la kieu chu tong tang quan trieu an bach khuat nong hua giang vi ma thach giap ton \
    than tieu ninh mac lai khong dam cung che au bang ban cam chung co cu diep dong dieu khuc lu luc mong nham phi phuong thieu tu ung van";
/// Titles before a name.
const TITLES: &[&str] =
    &["ths", "ts", "gs", "pgs", "bs", "ks", "dr", "luat", "thieu", "trung", "thuong", "dai", "ta", "uy", "tuong"];
/// How far below the office the name stands, in heights of the page's words, and how far off its middle.
const BELOW: f32 = 22.0;
const ASIDE: f32 = 5.0;
const MOST_RECIPIENTS: usize = 20;

/// What is read of a document's end.
#[derive(Default)]
pub(super) struct Closing {
    pub recipients: Option<Field>,
    pub capacity: Option<Field>,
    pub position: Option<Field>,
    pub signer: Option<Field>,
}

pub(super) fn closing(sheet: &Sheet) -> Closing {
    let recipients = recipients(sheet);
    let Some(office) = office(sheet).or_else(|| form_office(sheet)) else {
        return Closing { recipients, ..Closing::default() };
    };
    let (capacity, position): (Vec<&Part>, Vec<&Part>) = office.iter().partition(|part| has_capacity(part));
    let signer = signer(sheet, &office);
    let (capacity, position) = (spelled(&capacity), spelled(&position));
    let position = position.map(|position| deputy(position, capacity.as_ref()));
    Closing { recipients, capacity, position, signer }
}

/// The lines of an office as one value, known offices spelled as they are; with little confidence where that is not how they were read.
fn spelled(lines: &[&Part]) -> Option<Field> {
    let mut field = joined(lines, " ")?;
    let value: Vec<String> =
        lines.iter().map(|line| office_of(line).unwrap_or_else(|| trimmed(&line.text()).to_owned())).collect();
    let value = value.join(" ");
    if value != field.value {
        field.confidence = field.confidence.min(MENDED);
        field.value = value;
    }
    Some(field)
}

/// Who signs in place of the head ("KT.") is a deputy: where that word was not read, a seal lies on it.
fn deputy(position: Field, capacity: Option<&Field>) -> Field {
    let head = capacity.and_then(|capacity| capacity.value.rsplit_once("KT. "));
    match head {
        Some((_, head)) if head == position.value => {
            Field { value: format!("PHÓ {head}"), confidence: position.confidence.min(MENDED), ..position }
        }
        _ => position,
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// A line that is a known office, after the abbreviation of its capacity if it has one, in its own spelling.
fn office_of(part: &Part) -> Option<String> {
    let capacity = part.words.first().filter(|_| has_capacity(part)).map(|word| trimmed(&word.text).to_uppercase());
    let words = part.words.get(usize::from(capacity.is_some())..)?;
    let letters = |text: &str| bare(text).chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>();
    let read: Vec<char> = words.iter().flat_map(|word| letters(&word.text)).collect();
    let nearest = OFFICES.iter().map(|office| {
        let own = letters(office);
        (distance(&read, &own), own.len() / MISREAD, office)
    });
    let (_, _, office) = nearest.filter(|(apart, most, _)| apart <= most).min_by_key(|(apart, ..)| *apart)?;
    Some(capacity.map_or_else(|| (*office).to_owned(), |capacity| format!("{capacity}. {office}")))
}

/// Letters to be put in, left out or changed to make one text of another (Levenshtein 1966).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let best = (corner + usize::from(x != y)).min(left + 1).min(*cell + 1);
            (corner, left) = (*cell, best);
            *cell = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The list under "Nơi nhận:", one recipient a line.
fn recipients(sheet: &Sheet) -> Option<Field> {
    let (first, words) = sheet.parts.iter().enumerate().rev().find_map(|(at, part)| Some((at, labelled(part)?)))?;
    let label = &sheet.parts[first];
    let beside = Part::of(label.words.get(words..)?);
    let mut lines: Vec<&Part> = Vec::new();
    let mut last = label.bbox;
    for part in &sheet.parts[first + 1..] {
        let (x, left) = (part.bbox.x as f32, label.bbox.x as f32);
        let listed = x >= left - 2.0 * sheet.unit && x <= left + 3.0 * sheet.unit && part.bbox.y > label.bbox.y;
        if !listed {
            continue;
        }
        if part.bbox.y as f32 - last.bottom() as f32 > 1.3 * sheet.unit || lines.len() == MOST_RECIPIENTS {
            break;
        }
        last = part.bbox;
        lines.push(part);
    }
    let mut items: Vec<String> = Vec::new();
    for part in beside.iter().chain(lines.iter().copied()) {
        let text = part.text();
        let item = text.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end();
        let goes_on = !part.starts_with_dash()
            && items.last().is_some_and(|item| !item.ends_with([';', '.', ',']))
            && item.starts_with(char::is_lowercase);
        match items.last_mut() {
            Some(last) if goes_on => *last = format!("{last} {item}"),
            _ if item.is_empty() => {}
            _ => items.push(item.to_owned()),
        }
    }
    let words: Vec<Word> =
        beside.iter().chain(lines.iter().copied()).flat_map(|part| part.words.iter().cloned()).collect();
    let value: Vec<String> = items.iter().map(|item| filed(item.trim_end_matches([';', '.', ',', ':', ' ']))).collect();
    let mended = value.iter().zip(&items).any(|(value, item)| !item.starts_with(value.as_str()));
    let mut field = field_of(value.join("\n"), &words).filter(|_| !value.is_empty())?;
    if mended {
        field.confidence = field.confidence.min(MENDED);
    }
    Some(field)
}

/// How many words of a line are the label "Nơi nhận:", glued together or behind a dash as it may be.
fn labelled(part: &Part) -> Option<usize> {
    let mut label = String::new();
    for (at, word) in part.words.iter().take(3).enumerate() {
        label.extend(bare(&word.text).chars().filter(|c| c.is_alphanumeric()));
        if label == "noinhan" {
            return Some(at + 1);
        }
    }
    None
}

/// A copy stays with the records office, "Lưu: VT": two letters that are read as all sorts of others.
fn filed(item: &str) -> String {
    let Some((label, rest)) = item.split_once([':', ';']) else { return item.to_owned() };
    let rest = rest.trim_start();
    let code: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    let misread = code.chars().count() == 2 && code.starts_with('V') && code != "VT" && code != "VP";
    match rest.strip_prefix(code.as_str()) {
        Some(behind) if bare(label) == "luu" && misread => format!("{label}: VT{behind}"),
        _ => item.to_owned(),
    }
}

fn has_capacity(part: &Part) -> bool {
    let first = part.words.first().map(|word| bare(&word.text)).unwrap_or_default();
    let first = first.split(['.', ',']).next().unwrap_or_default();
    part.words.len() > 1 && CAPACITIES.contains(&first)
}

fn is_office(part: &Part) -> bool {
    let text = bare(&part.text());
    let named = || OFFICES.iter().any(|office| text.contains(&bare(office)));
    in_capitals(part.words) && (has_capacity(part) || named()) || office_of(part).is_some() && mostly_capitals(part)
}

fn mostly_capitals(part: &Part) -> bool {
    let letters = || part.words.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphabetic());
    2 * letters().filter(|c| c.is_uppercase()).count() > letters().count()
}

/// The lines in capitals that name the office, on the right: the last such group of the page, one below the other.
fn office<'a>(sheet: &'a Sheet<'a>) -> Option<Vec<&'a Part<'a>>> {
    let lowest_head = sheet.top as f32 + 0.2 * (sheet.bottom - sheet.top) as f32;
    let right = |part: &&Part| part.middle() > sheet.middle() && part.bbox.y as f32 > lowest_head;
    let last = sheet.parts.iter().filter(right).rfind(|part| is_office(part))?;
    let mut group = vec![last];
    for part in sheet.parts.iter().filter(right).rev().filter(|part| part.bbox.y < last.bbox.y) {
        let below = group[group.len() - 1].bbox;
        let near = (below.y as f32 - part.bbox.bottom() as f32) <= 1.5 * sheet.unit;
        if near
            && part.bbox.shares_columns(&below)
            && in_capitals(part.words)
            && part.bbox.bottom() <= below.y + below.height / 2
        {
            group.push(part);
        }
    }
    group.reverse();
    Some(group)
}

/// What stands above "(Ký, ghi rõ họ tên)".
fn form_office<'a>(sheet: &'a Sheet<'a>) -> Option<Vec<&'a Part<'a>>> {
    let here = sheet.parts.iter().rfind(|part| bare(&part.text()).starts_with(SIGN_HERE))?;
    let above = sheet.parts.iter().rfind(|part| {
        let gap = here.bbox.y as f32 - part.bbox.bottom() as f32;
        part.bbox.y < here.bbox.y && gap <= 1.5 * sheet.unit && part.bbox.shares_columns(&here.bbox)
    })?;
    Some(vec![above])
}

/// The name under the office: the words in the right place that look most like one.
fn signer(sheet: &Sheet, office: &[&Part]) -> Option<Field> {
    let last = office.last()?;
    let middle = last.middle();
    let candidates = sheet.parts.iter().filter(|part| {
        let below = part.bbox.y as f32 - last.bbox.bottom() as f32;
        let aside = (part.middle() - middle).abs();
        (0.0..=BELOW * sheet.unit).contains(&below) && aside <= (ASIDE * sheet.unit).max(0.3 * last.bbox.width as f32)
    });
    let best = candidates
        .filter_map(|part| Some((likeness(part)?, part.bbox.y, part)))
        .max_by_key(|&(like, y, _)| (like, y))?;
    let (like, _, part) = best;
    let read = part.text();
    let name =
        part.words.iter().map(|word| trimmed(&word.text)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mended = name != read.trim_end_matches(['.', ',', ';', ':']);
    let mut field = field_of(name, part.words)?;
    if like < 2 || mended {
        field.confidence = field.confidence.min(MENDED);
    }
    Some(field)
}

/// How much words look like a Vietnamese name: 2 = a family name and possible syllables, 1 = either, 0 = neither; `None` for no name at
/// all, of which two words and half of all must look so: a seal may lie on the others.
fn likeness(part: &Part) -> Option<u8> {
    let words: Vec<&str> = part.words.iter().map(|word| trimmed(&word.text)).filter(|word| !word.is_empty()).collect();
    let titles = words.iter().take_while(|word| TITLES.contains(&bare(word).as_str())).count();
    let name = words.get(if titles + 2 <= words.len() { titles } else { 0 }..)?;
    let capital = |word: &&&str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().skip(1).all(char::is_lowercase)
            && is_vietnamese(word)
    };
    let good = name.iter().filter(capital).count();
    if !(2..=6).contains(&name.len()) || good < 2 || 2 * good < name.len() {
        return None;
    }
    let family = name.first().is_some_and(|word| FAMILIES.split_whitespace().any(|family| family == bare(word)));
    Some(u8::from(family) + u8::from(good == name.len()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{page, value};
    use super::super::{MENDED, letterhead};

    const FULL: &[(u32, &str)] = &[(
        0,
        "Điều hai. Chánh Văn phòng và thủ trưởng các cơ quan có liên quan thi hành quyết định này kể từ ngày ký",
    )];

    fn ending(lines: &[&[(u32, &str)]]) -> crate::Reading {
        let mut all = vec![FULL; 12];
        all.extend(lines);
        page(&all)
    }

    #[test]
    fn recipients_office_and_signer_of_an_official_letter() {
        let found = letterhead(&ending(&[
            &[(0, "Nơi nhận:"), (640, "KT. GIÁM ĐỐC")],
            &[(0, "- Như trên;"), (630, "PHÓ GIÁM ĐỐC")],
            &[(0, "- Trung tâm Phục vụ hành")],
            &[(20, "chính công tỉnh;")],
            &[(0, "- Lưu: VT, TH.")],
            &[],
            &[(600, "Ncx Uxq")],
            &[(610, "Phạm Thị Thúy Vy")],
        ]))
        .unwrap();
        assert_eq!(value(&found.recipients), Some("Như trên\nTrung tâm Phục vụ hành chính công tỉnh\nLưu: VT, TH"));
        assert_eq!((value(&found.capacity), value(&found.position)), (Some("KT. GIÁM ĐỐC"), Some("PHÓ GIÁM ĐỐC")));
        assert_eq!(value(&found.signer), Some("Phạm Thị Thúy Vy"));
        assert!((found.signer.unwrap().confidence - 0.9).abs() < 1e-6);
        assert_eq!(found.number, None);
    }

    #[test]
    fn a_name_that_is_hardly_one_has_little_confidence() {
        let found = letterhead(&ending(&[&[(640, "GIÁM ĐỐC")], &[], &[(620, "Phạn Thị Thúy Vỵy")]])).unwrap();
        assert_eq!((value(&found.capacity), value(&found.position)), (None, Some("GIÁM ĐỐC")));
        assert_eq!(found.signer.unwrap().confidence, MENDED);
    }

    #[test]
    fn offices_are_spelled_right_and_a_seal_hides_the_deputy() {
        let read = |capacity: &str, position: &str| {
            let found = letterhead(&ending(&[&[(640, capacity)], &[(640, position)]])).unwrap();
            let (capacity, position) = (found.capacity.unwrap(), found.position.unwrap());
            (capacity.value, position.value, position.confidence)
        };
        let deputy = ("KT. GIÁM ĐỐC".to_owned(), "PHÓ GIÁM ĐỐC".to_owned());
        assert_eq!(read("KT. GIÁM ĐÓC", "THÓ GIÁM ĐỐC"), (deputy.0.clone(), deputy.1.clone(), MENDED));
        assert_eq!(read("KT. GIÁM ĐỐC", "GIÁM ĐỐC"), (deputy.0, deputy.1, MENDED));
        let office = ("TL. CHỦ TỊCH".to_owned(), "CHÁNH VĂN PHÒNG".to_owned(), MENDED);
        assert_eq!(read("TL. CHỦ TỊCH", "v:iÁNH VĂN PHÒNG"), office);
    }

    #[test]
    fn labels_and_codes_that_were_misread_are_known() {
        let found =
            letterhead(&ending(&[&[(0, "- Nơinhận:")], &[(0, "Như trên:")], &[(0, "- Lưu: VI, TH.")]])).unwrap();
        let recipients = found.recipients.unwrap();
        assert_eq!((recipients.value.as_str(), recipients.confidence), ("Như trên\nLưu: VT, TH", MENDED));
    }

    #[test]
    fn a_name_under_a_seal_is_told_with_little_confidence() {
        for (read, name) in [("Lê 7'.nh Khương", "Lê 7'.nh Khương"), ("Phạm: Thị Vy", "Phạm Thị Vy")] {
            let found = letterhead(&ending(&[&[(640, "CHỦ TỊCH")], &[], &[(640, read)]])).unwrap();
            assert_eq!(value(&found.signer), Some(name));
            assert_eq!(found.signer.unwrap().confidence, MENDED);
        }
    }

    #[test]
    fn who_fills_a_form_signs_it() {
        let found = letterhead(&ending(&[
            &[(640, "Người làm đơn")],
            &[(620, "(Ký, ghi rõ họ tên)")],
            &[],
            &[(640, "Lê Đình Khương")],
        ]))
        .unwrap();
        assert_eq!((value(&found.position), value(&found.signer)), (Some("Người làm đơn"), Some("Lê Đình Khương")));
    }

    #[test]
    fn offices_in_sentences_sign_nothing() {
        assert_eq!(letterhead(&ending(&[&[(0, "Giám đốc Sở Nội vụ chịu trách nhiệm. Lê Đình Khương")]])), None);
    }
}
