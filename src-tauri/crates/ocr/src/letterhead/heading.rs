//! What a document is and what it is about: the line that names its kind with the title below, or "V/v …" under the number of an
//! official letter; and whom it is addressed to (Nghị định 30/2020/NĐ-CP, phụ lục I, II.5 and II.9).

use super::{Field, MENDED, Part, Sheet, field_of, in_capitals, joined};
use crate::Rect;
use crate::syllable::bare;

/// Kinds of documents: those of Nghị định 30/2020/NĐ-CP, điều 7, then those of statutes and of forms. Where one begins like another,
/// the longer comes first.
const KINDS: &[&str] = &[
    "NGHỊ QUYẾT",
    "QUYẾT ĐỊNH",
    "CHỈ THỊ",
    "QUY CHẾ",
    "QUY ĐỊNH",
    "THÔNG CÁO",
    "THÔNG BÁO",
    "HƯỚNG DẪN",
    "CHƯƠNG TRÌNH",
    "KẾ HOẠCH",
    "PHƯƠNG ÁN",
    "ĐỀ ÁN",
    "DỰ ÁN",
    "BÁO CÁO",
    "BIÊN BẢN",
    "TỜ TRÌNH",
    "HỢP ĐỒNG",
    "CÔNG VĂN",
    "CÔNG ĐIỆN",
    "BẢN GHI NHỚ",
    "BẢN THỎA THUẬN",
    "GIẤY ỦY QUYỀN",
    "GIẤY MỜI",
    "GIẤY GIỚI THIỆU",
    "GIẤY NGHỈ PHÉP",
    "PHIẾU GỬI",
    "PHIẾU CHUYỂN",
    "PHIẾU BÁO",
    "THƯ CÔNG",
    "LUẬT",
    "PHÁP LỆNH",
    "NGHỊ ĐỊNH",
    "THÔNG TƯ",
    "GIẤY CHỨNG NHẬN",
    "GIẤY PHÉP",
    "GIẤY XÁC NHẬN",
    "GIẤY KHAI SINH",
    "SƠ YẾU LÝ LỊCH",
    "GIẤY TIẾP NHẬN",
    "GIẤY ĐỀ NGHỊ",
    "GIẤY",
    "TỜ KHAI",
    "ĐƠN",
    "DANH SÁCH",
    "DANH MỤC",
    "BẢNG TỔNG HỢP",
    "BẢNG KÊ",
    "BẢNG",
    "PHIẾU",
    "PHỤ LỤC",
    "BẢN SAO",
    "BẢN CAM KẾT",
    "BẢN KHAI",
];
/// An official letter has no such line: it is known by where its subject stands.
const LETTER: &str = "CÔNG VĂN";
/// The line of the authority between a decision's title and its grounds begins so.
const AUTHORITIES: &[&str] = &[
    "chu tich",
    "uy ban",
    "giam doc",
    "bo truong",
    "thu tuong",
    "chinh phu",
    "hoi dong",
    "thu truong",
    "tong giam doc",
    "cuc truong",
    "hieu truong",
    "truong",
    "chanh",
    "vien truong",
    "tong cuc truong",
    "quoc hoi",
];
/// The kind stands within this share of the page's text from its top.
const UPPER: f32 = 0.5;
/// How far a line's middle may lie from the kind's middle, in heights of the page's words and in shares of the text's width.
const CENTRED: f32 = 1.2;
const CENTRED_SHARE: f32 = 0.02;
const MOST_LINES: usize = 5;

/// What is read of a document's heading.
#[derive(Default)]
pub(super) struct Heading {
    pub kind: Option<Field>,
    pub subject: Option<Field>,
    pub addressee: Option<Field>,
}

/// `number`: where the document's number stands, if it has one.
pub(super) fn heading(sheet: &Sheet, number: Option<&Rect>) -> Heading {
    let addressee = addressee(sheet);
    if let Some((at, kind, words)) = named_kind(sheet, number) {
        let title = title(sheet, at);
        // A line that is more than its kind is the title, or the beginning of it.
        let whole = sheet.parts[at].words.len() == words;
        let lines: Vec<&Part> = sheet.parts[at..=at].iter().filter(|_| !whole).chain(title).collect();
        return Heading { kind: Some(kind), subject: joined(&lines, " "), addressee };
    }
    let subject = regarding(sheet, number);
    let kind = subject.as_ref().map(|subject| Field { value: LETTER.to_owned(), ..subject.clone() });
    Heading { kind, subject, addressee }
}

/// The line that names the kind of the document: its place, the kind, and how many words name it.
fn named_kind(sheet: &Sheet, number: Option<&Rect>) -> Option<(usize, Field, usize)> {
    let lowest = sheet.top as f32 + UPPER * (sheet.bottom - sheet.top) as f32;
    sheet.parts.iter().enumerate().find_map(|(at, part)| {
        let above = number.is_some_and(|number| part.bbox.y < number.y + number.height / 2);
        let centred = (part.middle() - sheet.middle()).abs() <= 0.08 * sheet.width();
        if above || !centred || part.bbox.y as f32 > lowest || !in_capitals(part.words) {
            return None;
        }
        let text = bare(&part.text());
        let (kind, words) = KINDS.iter().find_map(|kind| begins(&text, &bare(kind)).map(|words| (*kind, words)))?;
        let used = part.words.get(..words)?;
        let mut field = field_of(kind.to_owned(), used)?;
        if crate::reading::line_text(used).trim_end_matches([':', '.']) != kind {
            field.confidence = field.confidence.min(MENDED);
        }
        Some((at, field, words))
    })
}

/// How many words of a text a kind takes, where the text begins with it as whole words.
fn begins(text: &str, kind: &str) -> Option<usize> {
    let rest = text.strip_prefix(kind)?;
    (!rest.starts_with(char::is_alphanumeric)).then(|| kind.split(' ').count())
}

/// The lines of the title below the kind, centred under it.
fn title<'a>(sheet: &'a Sheet<'a>, kind: usize) -> Vec<&'a Part<'a>> {
    let above = &sheet.parts[kind];
    let reach = (CENTRED * sheet.unit).max(CENTRED_SHARE * sheet.width());
    let mut lines: Vec<&Part> = Vec::new();
    for part in &sheet.parts[kind + 1..] {
        let last = lines.last().map_or(&above.bbox, |line| &line.bbox);
        if part.bbox.y < last.bottom().saturating_sub(last.height / 2) {
            continue;
        }
        let text = bare(&part.text());
        let capitals = in_capitals(part.words);
        let authority = capitals && AUTHORITIES.iter().any(|name| begins(&text, name).is_some());
        let shouts = capitals && lines.last().is_some_and(|line| !in_capitals(line.words));
        let near = part.bbox.y as f32 - last.bottom() as f32 <= 1.8 * sheet.unit;
        let centred = (part.middle() - above.middle()).abs() <= reach;
        let body = ["(", "kinh gui", "can cu", "dieu 1", "i."].iter().any(|start| text.starts_with(start));
        if !near || !centred || authority || shouts || body || lines.len() == MOST_LINES {
            break;
        }
        lines.push(part);
    }
    lines
}

/// "V/v …" on the left, under the number, and the lines it goes on in.
fn regarding(sheet: &Sheet, number: Option<&Rect>) -> Option<Field> {
    let lowest = sheet.top as f32 + UPPER * (sheet.bottom - sheet.top) as f32;
    let first = sheet.parts.iter().position(|part| {
        let below = number.is_none_or(|number| part.bbox.y > number.y && part.bbox.shares_columns(number));
        below && (part.bbox.y as f32) < lowest && part.middle() < sheet.middle() && is_regarding(part)
    })?;
    let begun = &sheet.parts[first];
    let mut lines = vec![begun];
    for part in &sheet.parts[first + 1..] {
        let last = lines[lines.len() - 1].bbox;
        if part.bbox.y < last.bottom().saturating_sub(last.height / 2) || !part.bbox.shares_columns(&begun.bbox) {
            continue;
        }
        let near = part.bbox.y as f32 - last.bottom() as f32 <= 1.2 * sheet.unit;
        let left = (part.bbox.right() as f32) < sheet.middle() + 0.05 * sheet.width();
        if !near || !left || lines.len() == MOST_LINES || bare(&part.text()).starts_with("kinh gui") {
            break;
        }
        lines.push(part);
    }
    joined(&lines, " ")
}

/// Begins with "V/v", the stroke of which is read as other letters too, or with "Về việc".
fn is_regarding(part: &Part) -> bool {
    let text = bare(&part.text());
    let first = text.split(' ').next().unwrap_or_default();
    let signs: Vec<char> = first.chars().collect();
    matches!(signs.as_slice(), ['v', '/' | 'i' | 'l' | '1' | '|' | 'j' | 't' | 'f', 'v', ..])
        || text.starts_with("ve viec ")
}

/// What follows "Kính gửi:", with the lines of a list or of a hanging paragraph.
fn addressee(sheet: &Sheet) -> Option<Field> {
    let first = sheet.parts.iter().position(|part| bare(&part.text()).starts_with("kinh gui"))?;
    let begun = &sheet.parts[first];
    let label = begun.words.get(..2)?;
    let margin = label.last()?.bbox.right();
    let rest = Part::of(begun.words.get(2..)?);
    let mut lines: Vec<&Part> = rest.iter().collect();
    let mut last = begun.bbox;
    for part in &sheet.parts[first + 1..] {
        if part.bbox.y < last.bottom().saturating_sub(last.height / 2) {
            continue;
        }
        let near = part.bbox.y as f32 - last.bottom() as f32 <= 1.2 * sheet.unit;
        let listed = part.starts_with_dash() && part.bbox.x > begun.bbox.x;
        if !near || !(listed || part.bbox.x > margin) || lines.len() == MOST_LINES {
            break;
        }
        last = part.bbox;
        lines.push(part);
    }
    let mut field = joined(&lines, " ")?;
    let value = field
        .value
        .trim_start_matches([':', ';', '-', '–', ' '])
        .trim_end_matches([';', ':', '.', ',', ' '])
        .to_owned();
    field.value = value;
    (!field.value.is_empty()).then_some(field)
}

#[cfg(test)]
mod tests {
    use super::super::letterhead;
    use super::super::tests::{page, value};

    /// Head, title lines, then a body of full lines, 900 px wide.
    fn decision(title: &[&[(u32, &str)]]) -> crate::Reading {
        let motto: &[(u32, &str)] = &[(20, "UBND TỈNH HẢI SƠN"), (400, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")];
        let number: &[(u32, &str)] = &[(20, "Số: 470/QĐ-UBND"), (420, "Hải Sơn, ngày 15 tháng 10 năm 2026")];
        let full: &[(u32, &str)] =
            &[(0, "Căn cứ Luật Tổ chức chính quyền địa phương ngày mười chín tháng sáu năm hai nghìn không trăm")];
        let mut lines = vec![motto, number];
        lines.extend(title);
        lines.extend([full; 12]);
        page(&lines)
    }

    #[test]
    fn kind_and_title_stand_in_the_middle() {
        let found = letterhead(&decision(&[
            &[(370, "QUYẾT ĐỊNH")],
            &[(180, "Về việc kiện toàn tổ chức bộ máy và vị trí việc làm")],
            &[(320, "của Sở Nội vụ tỉnh")],
            &[(330, "CHỦ TỊCH ỦY BAN")],
        ]))
        .unwrap();
        assert_eq!(value(&found.kind), Some("QUYẾT ĐỊNH"));
        let subject = "Về việc kiện toàn tổ chức bộ máy và vị trí việc làm của Sở Nội vụ tỉnh";
        assert_eq!(value(&found.subject), Some(subject));
        assert_eq!(found.kind.unwrap().bbox.x, 370);
    }

    #[test]
    fn a_kind_whose_marks_were_misread_is_spelled_right_with_little_confidence() {
        let found = letterhead(&decision(&[&[(370, "QUYÉT ĐỊNH")]])).unwrap();
        assert_eq!(value(&found.kind), Some("QUYẾT ĐỊNH"));
        assert_eq!(found.kind.unwrap().confidence, super::MENDED);
        assert_eq!(found.subject, None);
    }

    #[test]
    fn a_curriculum_vitae_names_itself() {
        let found = letterhead(&decision(&[&[(350, "SƠ YẾU LÝ LỊCH")]])).unwrap();
        assert_eq!((value(&found.kind), found.kind.as_ref().map(|it| it.bbox.x)), (Some("SƠ YẾU LÝ LỊCH"), Some(350)));
    }

    #[test]
    fn a_title_in_capitals_is_its_own_subject() {
        let title = "DANH MỤC THIẾT BỊ ĐỀ NGHỊ MUA SẮM";
        let found = letterhead(&decision(&[&[(260, title)]])).unwrap();
        assert_eq!((value(&found.kind), value(&found.subject)), (Some("DANH MỤC"), Some(title)));
    }

    #[test]
    fn the_subject_of_an_official_letter_stands_under_its_number() {
        let found = letterhead(&decision(&[
            &[(0, "V/v phê duyệt dự toán")],
            &[(30, "mua sắm trang thiết bị")],
            &[],
            &[(250, "Kính gửi: Các cơ quan chuyên môn thuộc tỉnh;")],
        ]))
        .unwrap();
        assert_eq!(value(&found.kind), Some("CÔNG VĂN"));
        assert_eq!(value(&found.subject), Some("V/v phê duyệt dự toán mua sắm trang thiết bị"));
        assert_eq!(value(&found.addressee), Some("Các cơ quan chuyên môn thuộc tỉnh"));
    }

    #[test]
    fn words_of_a_sentence_name_no_kind() {
        let found = letterhead(&decision(&[&[(0, "Xét QUYẾT ĐỊNH số mười hai của tỉnh về việc này")]])).unwrap();
        assert_eq!((found.kind, found.subject), (None, None));
    }
}
