//! The one font of the invisible text layer: a TrueType font without outlines, made here.
//!
//! Every character shown gets a CID of its own, and all CIDs share the font's one blank glyph: text is found, selected and copied by
//! its ToUnicode map, so the font never has to contain a script, and stays at half a kilobyte.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Advance of every glyph, in thousandths of the font size. The blank glyph's `hmtx` says the same.
pub(crate) const ADVANCE: u16 = 500;
/// Ascent and descent, in thousandths of the font size.
pub(crate) const ASCENT: i16 = 800;
pub(crate) const DESCENT: i16 = -200;
const UNITS_PER_EM: u16 = 1000;
const GLYPHS: u16 = 2;

/// The font file: `.notdef` and one blank glyph, with the tables that PDF readers and validators look at
/// (OpenType 1.9 "Font File"; ISO 32000-1 §9.9).
pub(crate) fn font_file() -> Vec<u8> {
    // In order of their tags, as the table directory must be.
    let tables: [(&[u8; 4], Vec<u8>); 9] = [
        (b"cmap", cmap()),
        (b"glyf", vec![0; 4]),
        (b"head", head()),
        (b"hhea", hhea()),
        (b"hmtx", be16(&[ADVANCE, 0, ADVANCE, 0])),
        (b"loca", be16(&[0, 0, 0])),
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

/// Format 4 for Windows Unicode, mapping the blank to glyph 1.
fn cmap() -> Vec<u8> {
    let mut table = be16(&[0, 1, 3, 1, 0, 12]);
    table.extend(be16(&[4, 32, 0, 4, 4, 1, 0, 0x20, 0xFFFF, 0, 0x20, 0xFFFF, 1_u16.wrapping_sub(0x20), 1, 0, 0]));
    table
}

fn head() -> Vec<u8> {
    let mut table = be16(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, UNITS_PER_EM]);
    table.extend([0; 16]); // created, modified
    table.extend(be16(&[0, DESCENT as u16, ADVANCE, ASCENT as u16, 0, 8, 2, 0, 0]));
    table
}

fn hhea() -> Vec<u8> {
    let mut table = be16(&[1, 0, ASCENT as u16, DESCENT as u16, 0, ADVANCE, 0, 0, 0, 1]);
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

/// Which CID stands for which character. CID 0 (`.notdef`) is never given out: PDF/A forbids showing it.
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

    /// CIDToGIDMap: two bytes for each CID from 0 on, all but the first naming the blank glyph.
    pub fn cid_to_gid(&self) -> Vec<u8> {
        let blanks = self.chars.iter().flat_map(|_| [0, 1]);
        [0, 0].into_iter().chain(blanks).collect()
    }

    /// The ToUnicode CMap (ISO 32000-1 §9.10.3).
    pub fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        for (block, chars) in self.chars.chunks(100).enumerate() {
            let _ = writeln!(map, "{} beginbfchar", chars.len());
            for (index, character) in chars.iter().enumerate() {
                let _ = write!(map, "<{:04X}> <", block * 100 + index + 1);
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(map, "{unit:04X}");
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_parses_and_its_widths_agree() {
        let file = font_file();
        assert_eq!(checksum(&file), 0xB1B0_AFBA, "the whole file's checksum");
        let face = ttf_parser::Face::parse(&file, 0).unwrap();
        assert_eq!((face.number_of_glyphs(), face.units_per_em()), (2, 1000));
        for glyph in 0..2 {
            assert_eq!(face.glyph_hor_advance(ttf_parser::GlyphId(glyph)), Some(ADVANCE));
        }
        assert_eq!(face.glyph_index(' '), Some(ttf_parser::GlyphId(1)));
        assert_eq!((face.ascender(), face.descender()), (ASCENT, DESCENT));
        assert!(file.len() < 600, "{} bytes", file.len());
    }

    #[test]
    fn each_character_has_one_cid_and_a_unicode_value() {
        let mut cids = CidTable::default();
        let given: Vec<_> = "Ủy ban😀 Ủ".chars().map(|c| cids.cid(c).unwrap()).collect();
        assert_eq!(given, [1, 2, 3, 4, 5, 6, 7, 3, 1]);
        let map = cids.to_unicode();
        assert!(map.contains("<0001> <1EE6>\n") && map.contains("<0007> <D83DDE00>\n"), "{map}");
        assert_eq!(cids.cid_to_gid(), [0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    }
}
