//! The fonts of the invisible text layer: a TrueType font without outlines, made here.
//!
//! Vietnamese and ASCII have one byte each and the widths of Times, in which official papers are printed: words fall on their ink with
//! next to nothing said of where they stand. Every other character gets a CID in a second font, which borrows a blank of the first. Text is
//! found, selected and copied by the ToUnicode maps, so the font never has to contain a script.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization;

/// Advance of every character of the second font, in thousandths of the font size: that of the digits in the first.
pub(crate) const ADVANCE: u16 = 500;
/// Ascent and descent, in thousandths of the font size.
pub(crate) const ASCENT: i16 = 800;
pub(crate) const DESCENT: i16 = -200;
/// The widest of the letters.
pub(crate) const WIDEST: u16 = 1000;
const UNITS_PER_EM: u16 = 1000;

/// The first code; each code from it to the last byte has a glyph of its own, after `.notdef`.
pub(crate) const FIRST_CODE: u8 = 0x0E;
const GLYPHS: u16 = 1 + 0x100 - FIRST_CODE as u16;
/// The letters of Vietnamese that Unicode keeps together, U+1EA0 to U+1EF9, have the codes from here on, ...
const MARKED: u8 = 0x80;
const MARKED_FROM: u32 = 0x1EA0;
const MARKED_TO: u32 = 0x1EF9;
/// ... then come these and then, in place of control characters, those. Neighbours in Unicode are neighbours here: the map is short.
const LATIN: &str = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩ";
const OTHERS: &str = "ŨũƠơƯư–—‘’“”•…";

/// The byte for a character, if it has one.
pub(crate) fn code(character: char) -> Option<u8> {
    let after = |base: u8, list: &str| {
        let place = list.chars().position(|c| c == character)?;
        Some(base + place as u8)
    };
    match u32::from(character) {
        0x20..=0x7E => Some(character as u8),
        marked @ MARKED_FROM..=MARKED_TO => Some(MARKED + (marked - MARKED_FROM) as u8),
        _ => after(MARKED + (MARKED_TO - MARKED_FROM) as u8 + 1, LATIN).or_else(|| after(FIRST_CODE, OTHERS)),
    }
}

/// The character of a byte, if it has one.
fn character(code: u8) -> Option<char> {
    let marked_to = MARKED + (MARKED_TO - MARKED_FROM) as u8;
    match code {
        0x20..=0x7E => Some(char::from(code)),
        MARKED.. if code <= marked_to => char::from_u32(MARKED_FROM + u32::from(code - MARKED)),
        _ if code > marked_to => LATIN.chars().nth(usize::from(code - marked_to - 1)),
        _ => OTHERS.chars().nth(usize::from(code.checked_sub(FIRST_CODE)?)),
    }
}

/// Widths of ASCII from the blank on, in thousandths of the font size, as those of Times are.
const WIDTHS: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

/// Width of a character, in thousandths of the font size; marks make a letter no wider.
pub(crate) fn width(character: char) -> u16 {
    let plain = match character {
        'Đ' => 'D',
        'đ' => 'd',
        '–' => '0',
        '—' | '…' => return WIDEST,
        '‘' | '’' => return 333,
        '“' | '”' => return 444,
        '•' => return 350,
        other if code(other).is_some() => std::iter::once(other).nfd().next().unwrap_or(other),
        _ => return ADVANCE,
    };
    let place = u32::from(plain).checked_sub(0x20).and_then(|at| WIDTHS.get(at as usize));
    place.copied().unwrap_or(ADVANCE)
}

/// Widths of the codes from [`FIRST_CODE`] on; those without a character have that of a digit.
pub(crate) fn widths() -> impl Iterator<Item = u16> {
    (FIRST_CODE..=u8::MAX).map(|code| character(code).map_or(ADVANCE, width))
}

/// The font file: `.notdef` and a blank glyph for each code, with the tables that PDF readers and validators look at
/// (OpenType 1.9 "Font File"; ISO 32000-1 §9.9).
pub(crate) fn font_file() -> Vec<u8> {
    // In order of their tags, as the table directory must be.
    let tables: [(&[u8; 4], Vec<u8>); 9] = [
        (b"cmap", cmap()),
        (b"glyf", vec![0; 4]),
        (b"head", head()),
        (b"hhea", hhea()),
        (b"hmtx", be16(&std::iter::once(ADVANCE).chain(widths()).flat_map(|width| [width, 0]).collect::<Vec<_>>())),
        (b"loca", vec![0; 2 * (usize::from(GLYPHS) + 1)]),
        (b"maxp", maxp()),
        (b"name", be16(&[0, 0, 6])),
        (b"post", post()),
    ];
    let count = tables.len() as u16;
    let power = 1u16 << count.ilog2();
    let mut file = vec![0, 1, 0, 0];
    file.extend(be16(&[count, power * 16, count.ilog2() as u16, (count - power) * 16]));
    let mut offset = 12 + 16 * u32::from(count);
    for (tag, table) in &tables {
        file.extend_from_slice(*tag);
        for number in [checksum(table), offset, table.len() as u32] {
            file.extend(number.to_be_bytes());
        }
        offset += (table.len() as u32).next_multiple_of(4);
    }
    let mut head_at = 0;
    for (tag, table) in &tables {
        if *tag == b"head" {
            head_at = file.len();
        }
        file.extend_from_slice(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(checksum(&file));
    file[head_at + 8..head_at + 12].copy_from_slice(&adjustment.to_be_bytes());
    file
}

fn be16(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn checksum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

/// One table, format 4, for Windows symbols: codes are in the private area, from U+F000 on (ISO 32000-1 §9.6.6.4).
fn cmap() -> Vec<u8> {
    let (first, last) = (0xF000 + u16::from(FIRST_CODE), 0xF0FF);
    let mut table = be16(&[0, 1, 3, 0, 0, 12]);
    table.extend(be16(&[4, 32, 0, 4, 4, 1, 0, last, 0xFFFF, 0, first, 0xFFFF, 1_u16.wrapping_sub(first), 1, 0, 0]));
    table
}

/// The glyph that stands for every character of the second font.
fn borrowed() -> u16 {
    u16::from(b'0' - FIRST_CODE) + 1
}

fn head() -> Vec<u8> {
    let mut table = be16(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, UNITS_PER_EM]);
    table.extend([0; 16]); // created, modified
    table.extend(be16(&[0, DESCENT as u16, WIDEST, ASCENT as u16, 0, 8, 2, 0, 0]));
    table
}

fn hhea() -> Vec<u8> {
    let mut table = be16(&[1, 0, ASCENT as u16, DESCENT as u16, 0, WIDEST, 0, 0, 0, 1]);
    table.extend([0; 14]);
    table.extend(be16(&[GLYPHS]));
    table
}

fn maxp() -> Vec<u8> {
    let mut table = be16(&[1, 0, GLYPHS, 0, 0, 0, 0, 2]);
    table.extend([0; 16]);
    table
}

/// Version 3: no glyph names.
fn post() -> Vec<u8> {
    let mut table = be16(&[3, 0]);
    table.extend([0; 28]);
    table
}

/// Which CID of the second font stands for which character. CID 0 (`.notdef`) is never given out: PDF/A forbids showing it.
#[derive(Default)]
pub(crate) struct CidTable {
    by_char: BTreeMap<char, u16>,
    chars: Vec<char>,
}

impl CidTable {
    /// The character's CID, given out on first use; `None` when all 65,000 are gone.
    pub fn cid(&mut self, character: char) -> Option<u16> {
        if let Some(&cid) = self.by_char.get(&character) {
            return Some(cid);
        }
        let cid = u16::try_from(self.chars.len() + 1).ok().filter(|cid| *cid <= 65_000)?;
        self.chars.push(character);
        self.by_char.insert(character, cid);
        Some(cid)
    }

    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// CIDToGIDMap: two bytes for each CID from 0 on, all but the first naming the same blank glyph.
    pub fn cid_to_gid(&self) -> Vec<u8> {
        let blanks = self.chars.iter().flat_map(|_| borrowed().to_be_bytes());
        [0, 0].into_iter().chain(blanks).collect()
    }

    pub fn to_unicode(&self) -> String {
        let pairs: Vec<(u16, char)> = (1..).zip(self.chars.iter().copied()).collect();
        to_unicode(&pairs, 4)
    }
}

/// The ToUnicode map of the first font.
pub(crate) fn codes_to_unicode() -> String {
    let pairs: Vec<(u16, char)> =
        (FIRST_CODE..=u8::MAX).filter_map(|code| Some((u16::from(code), character(code)?))).collect();
    to_unicode(&pairs, 2)
}

/// A ToUnicode CMap (ISO 32000-1 §9.10.3) of codes with so many hexadecimal digits. What follows each other in both becomes a range,
/// within one high byte, as the specification demands.
fn to_unicode(pairs: &[(u16, char)], digits: usize) -> String {
    let mut map = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<{}> <{}>\nendcodespacerange\n",
        "0".repeat(digits),
        "F".repeat(digits)
    );
    let follows = |(a, from): (u16, char), (b, to): (u16, char)| {
        b == a + 1 && a >> 8 == b >> 8 && u32::from(to) == u32::from(from) + 1 && u32::from(from) & 0xFF != 0xFF
    };
    let ranges: Vec<&[(u16, char)]> = pairs.chunk_by(|a, b| follows(*a, *b)).collect();
    for block in ranges.chunks(100) {
        let _ = writeln!(map, "{} beginbfrange", block.len());
        for (first, last) in block.iter().filter_map(|range| Some((range.first()?, range.last()?))) {
            let _ = write!(map, "<{:02$X}><{:02$X}><", first.0, last.0, digits);
            for unit in first.1.encode_utf16(&mut [0; 2]) {
                let _ = write!(map, "{unit:04X}");
            }
            map.push_str(">\n");
        }
        map.push_str("endbfrange\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_parses_and_its_widths_agree() {
        let file = font_file();
        assert_eq!(checksum(&file), 0xB1B0_AFBA, "the whole file's checksum");
        let face = ttf_parser::Face::parse(&file, 0).unwrap();
        assert_eq!((face.number_of_glyphs(), face.units_per_em()), (GLYPHS, 1000));
        assert_eq!((face.ascender(), face.descender()), (ASCENT, DESCENT));
        let table = face.tables().cmap.unwrap().subtables.get(0).unwrap();
        for (code, width) in (FIRST_CODE..=u8::MAX).zip(widths()) {
            let glyph = table.glyph_index(0xF000 + u32::from(code)).unwrap();
            assert_eq!(face.glyph_hor_advance(glyph), Some(width), "{code}");
        }
        assert_eq!(face.glyph_hor_advance(ttf_parser::GlyphId(borrowed())), Some(ADVANCE));
    }

    #[test]
    fn all_of_vietnamese_has_one_byte_and_the_width_of_its_plain_letter() {
        let marked = (MARKED_FROM..=MARKED_TO).filter_map(char::from_u32);
        let all: Vec<char> = (' '..='~').chain(marked).chain(LATIN.chars()).chain(OTHERS.chars()).collect();
        let codes: Vec<u8> = all.iter().map(|c| code(*c).unwrap()).collect();
        assert!(all.iter().zip(&codes).all(|(c, code)| character(*code) == Some(*c)));
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
        assert!(!codes.contains(&b'\r') && code('漢').is_none());
        assert_eq!(['ộ', 'Ệ', 'đ', 'ư', ' ', '漢'].map(width), [500, 611, 500, 500, 250, ADVANCE]);
        let map = codes_to_unicode();
        assert!(
            map.contains("<20><7E><0020>\n") && map.contains("<80><D9><1EA0>\n") && map.contains("<00> <FF>"),
            "{map}"
        );
    }

    #[test]
    fn each_other_character_has_one_cid_and_a_unicode_value() {
        let mut cids = CidTable::default();
        let given: Vec<_> = "☐漢😀☐".chars().map(|c| cids.cid(c).unwrap()).collect();
        assert_eq!(given, [1, 2, 3, 1]);
        let map = cids.to_unicode();
        assert!(map.contains("<0001><0001><2610>\n") && map.contains("<0003><0003><D83DDE00>\n"), "{map}");
        assert!(map.contains("<0000> <FFFF>"), "{map}");
        let blank = borrowed().to_be_bytes();
        assert_eq!(cids.cid_to_gid(), [[0, 0], blank, blank, blank].concat());
    }
}
