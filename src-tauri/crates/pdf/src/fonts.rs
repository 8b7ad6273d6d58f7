//! The rules of ISO 19005-2 §6.2.11 for fonts: embedded, the glyphs shown are there, widths agree, and every code has a Unicode value.

use lopdf::{Dictionary, Object};
use std::collections::BTreeSet;
use ttf_parser::{GlyphId, PlatformId, cff};

use crate::rules::{Audit, STREAM_LIMIT, text};

/// Thousandths of the font size by which a width may differ from the font program's.
const WIDTH_TOLERANCE: f32 = 1.0;

/// An embedded font program, as far as its glyphs' widths can be read.
enum Program<'a> {
    TrueType(Box<ttf_parser::Face<'a>>),
    Cff(Box<cff::Table<'a>>),
}

/// The encodings of simple fonts that say by themselves which character a code is.
enum BaseEncoding {
    WinAnsi,
    MacRoman,
}

impl Program<'_> {
    fn glyphs(&self) -> u32 {
        match self {
            Program::TrueType(face) => u32::from(face.number_of_glyphs()),
            Program::Cff(table) => u32::from(table.number_of_glyphs()),
        }
    }

    /// Advance in thousandths of the font size.
    fn width(&self, glyph: GlyphId) -> Option<f32> {
        match self {
            Program::TrueType(face) => {
                Some(f32::from(face.glyph_hor_advance(glyph)?) * 1000.0 / f32::from(face.units_per_em()))
            }
            Program::Cff(table) => Some(f32::from(table.glyph_width(glyph)?) * table.matrix().sx * 1000.0),
        }
    }
}

impl Audit<'_> {
    /// Checks every font that shows something.
    pub fn fonts(&mut self) {
        for (id, codes) in std::mem::take(&mut self.shown) {
            self.at = id.0;
            if !codes.is_empty()
                && let Ok(font) = self.doc.get_dictionary(id)
            {
                self.font(font, &codes);
            }
        }
    }

    fn font(&mut self, font: &Dictionary, codes: &BTreeSet<u32>) {
        match self.get_name(font, "Subtype") {
            Some(b"Type0") => self.composite(font, codes),
            Some(b"TrueType") => self.simple_true_type(font, codes),
            Some(b"Type1" | b"MMType1") => self.type_1(font, codes),
            kind => self.fault("6.2.11.2 font-type", format!("{} is not proven", text(kind.unwrap_or_default()))),
        }
    }

    fn composite(&mut self, font: &Dictionary, codes: &BTreeSet<u32>) {
        if !matches!(self.get_name(font, "Encoding"), Some(b"Identity-H" | b"Identity-V")) {
            self.fault("6.2.11.3.3 cmap", "only Identity-H and Identity-V are proven");
            return;
        }
        self.unicode_values(font, codes, 2);
        let descendants = self.get(font, "DescendantFonts").and_then(|fonts| fonts.as_array().ok());
        let Some(cid_font) = descendants.and_then(|fonts| self.resolve(fonts.first()?).as_dict().ok()) else {
            return self.fault("6.2.11.2 font-type", "no descendant font");
        };
        let system = self.get_dict(cid_font, "CIDSystemInfo");
        if system
            .is_none_or(|system| !["Registry", "Ordering", "Supplement"].iter().all(|key| system.has(key.as_bytes())))
        {
            self.fault("6.2.11.3.1 cid-system-info", "incomplete");
        }
        let Some(data) = self.font_file(cid_font) else { return };
        let Some(program) = self.program(&data) else { return };
        let to_glyph = match self.cid_to_glyph(cid_font, &program) {
            Some(map) => map,
            None => return,
        };
        let widths = self.cid_widths(cid_font);
        for &cid in codes {
            let glyph = to_glyph(cid);
            let declared = widths.width(cid);
            self.glyph(cid, glyph, declared, &program);
        }
    }

    /// How CIDs become glyphs: by /CIDToGIDMap in TrueType, by identity in a CFF font that is not keyed by CID.
    fn cid_to_glyph(&mut self, font: &Dictionary, program: &Program) -> Option<Box<dyn Fn(u32) -> Option<u32>>> {
        match (self.get_name(font, "Subtype"), self.get(font, "CIDToGIDMap"), program) {
            (Some(b"CIDFontType2"), Some(Object::Name(name)), _) if name == b"Identity" => Some(Box::new(Some)),
            (Some(b"CIDFontType2"), Some(Object::Stream(map)), _) => {
                let map = map.get_plain_content_with_limit(STREAM_LIMIT).unwrap_or_default();
                Some(Box::new(move |cid| {
                    let at = cid as usize * 2;
                    map.get(at..at + 2).map(|glyph| u32::from(glyph[0]) << 8 | u32::from(glyph[1]))
                }))
            }
            (Some(b"CIDFontType0"), _, Program::Cff(_)) => Some(Box::new(Some)),
            _ => {
                self.fault("6.2.11.3.2 cid-font", "no CIDToGIDMap");
                None
            }
        }
    }

    /// A simple TrueType font: WinAnsi or MacRoman without differences, or symbolic without an encoding (§6.2.11.6).
    fn simple_true_type(&mut self, font: &Dictionary, codes: &BTreeSet<u32>) {
        self.unicode_values(font, codes, 1);
        let descriptor = self.get_dict(font, "FontDescriptor");
        let flags = descriptor.and_then(|d| self.get(d, "Flags")).and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
        let encoding = self.get(font, "Encoding");
        let base = self.base_encoding(encoding);
        let symbolic = flags & 4 != 0;
        if symbolic && encoding.is_some() || !symbolic && base.is_none() {
            return self.fault("6.2.11.6 encoding", "only WinAnsi, MacRoman, or none for a symbolic font, is proven");
        }
        let Some(data) = self.font_file(font) else { return };
        let Some(program) = self.program(&data) else { return };
        let Program::TrueType(face) = &program else {
            return self.fault("6.2.11.4.1 embedding", "not TrueType");
        };
        for &code in codes {
            let glyph = match base {
                Some(BaseEncoding::WinAnsi) => unicode_glyph(face, win_ansi_char(code)),
                // MacRoman is ASCII up to here; beyond, the font's own Macintosh table has its order.
                Some(BaseEncoding::MacRoman) if code < 0x7F => {
                    unicode_glyph(face, char::from_u32(code)).or_else(|| symbolic_glyph(face, code))
                }
                _ => symbolic_glyph(face, code),
            };
            let declared = self.simple_width(font, code);
            self.glyph(code, glyph, declared, &program);
        }
    }

    /// A Type 1 font in the compact format with its own encoding or WinAnsi; older programs are not read here.
    fn type_1(&mut self, font: &Dictionary, codes: &BTreeSet<u32>) {
        self.unicode_values(font, codes, 1);
        if let Some(encoding) = self.get(font, "Encoding") {
            let detail = format!("Type 1 with {} is not proven", encoding.enum_variant());
            return self.fault("6.2.11.6 encoding", detail);
        }
        let Some(data) = self.font_file(font) else { return };
        let Some(program) = self.program(&data) else { return };
        let Program::Cff(table) = &program else {
            return self.fault("6.2.11.4.1 embedding", "not CFF");
        };
        for &code in codes {
            let glyph =
                u8::try_from(code).ok().and_then(|code| table.glyph_index(code)).map(|glyph| u32::from(glyph.0));
            let declared = self.simple_width(font, code);
            self.glyph(code, glyph, declared, &program);
        }
    }

    /// WinAnsi or MacRoman, if that is the whole encoding.
    fn base_encoding(&self, encoding: Option<&Object>) -> Option<BaseEncoding> {
        let name = match encoding? {
            Object::Name(name) => &name[..],
            Object::Dictionary(dict) if !dict.has(b"Differences") => self.get_name(dict, "BaseEncoding")?,
            _ => return None,
        };
        match name {
            b"WinAnsiEncoding" => Some(BaseEncoding::WinAnsi),
            b"MacRomanEncoding" => Some(BaseEncoding::MacRoman),
            _ => None,
        }
    }

    /// One glyph that is shown: it is in the font, is not `.notdef` (§6.2.11.8), and its width agrees (§6.2.11.5).
    fn glyph(&mut self, code: u32, glyph: Option<u32>, declared: Option<f32>, program: &Program) {
        let glyph = match glyph.filter(|glyph| *glyph < program.glyphs()).and_then(|glyph| u16::try_from(glyph).ok()) {
            None => return self.fault("6.2.11.4.1 glyph-missing", format!("code {code}")),
            Some(0) => return self.fault("6.2.11.8 notdef", format!("code {code}")),
            Some(glyph) => GlyphId(glyph),
        };
        match (declared, program.width(glyph)) {
            (Some(declared), Some(width)) if (declared - width).abs() <= WIDTH_TOLERANCE => {}
            (declared, width) => {
                self.fault("6.2.11.5 widths", format!("code {code}: {declared:?} declared, {width:?} in the font"));
            }
        }
    }

    /// The embedded font program, unfolded.
    fn font_file(&mut self, font: &Dictionary) -> Option<Vec<u8>> {
        let descriptor = self.get_dict(font, "FontDescriptor");
        let file = descriptor.and_then(|descriptor| {
            ["FontFile2", "FontFile3"]
                .iter()
                .find_map(|key| self.get(descriptor, key))
                .or_else(|| self.get(descriptor, "FontFile"))
        });
        let Some(Object::Stream(file)) = file else {
            let name = self.get_name(font, "BaseFont").map(text).unwrap_or_default();
            self.fault("6.2.11.4.1 embedding", name);
            return None;
        };
        match file.get_plain_content_with_limit(STREAM_LIMIT) {
            Ok(data) => Some(data),
            Err(error) => {
                self.fault("6.2.11.4.1 embedding", error.to_string());
                None
            }
        }
    }

    fn program<'f>(&mut self, data: &'f [u8]) -> Option<Program<'f>> {
        let program = match ttf_parser::Face::parse(data, 0) {
            Ok(face) => match face.tables().cff {
                Some(table) => Some(Program::Cff(Box::new(table))),
                None => Some(Program::TrueType(Box::new(face))),
            },
            Err(_) => cff::Table::parse(data).map(|table| Program::Cff(Box::new(table))),
        };
        if program.is_none() {
            self.fault("6.2.11.4.1 embedding", "font program is not proven");
        }
        program
    }

    fn simple_width(&self, font: &Dictionary, code: u32) -> Option<f32> {
        let first = self.get(font, "FirstChar")?.as_i64().ok()?;
        let index = usize::try_from(i64::from(code) - first).ok()?;
        self.resolve(self.get(font, "Widths")?.as_array().ok()?.get(index)?).as_float().ok()
    }

    fn cid_widths(&self, font: &Dictionary) -> CidWidths {
        let default = self.get(font, "DW").and_then(|width| width.as_float().ok()).unwrap_or(1000.0);
        let mut ranges = Vec::new();
        let empty = Vec::new();
        let array = self.get(font, "W").and_then(|widths| widths.as_array().ok()).unwrap_or(&empty);
        let mut items = array.iter().map(|item| self.resolve(item));
        while let (Some(first), Some(second)) = (items.next(), items.next()) {
            let Some(first) = cid(first) else { break };
            match (second, cid(second)) {
                (Object::Array(widths), _) => {
                    let widths: Vec<f32> = widths.iter().filter_map(|w| self.resolve(w).as_float().ok()).collect();
                    ranges.push((first, first.saturating_add(widths.len() as u32), widths));
                }
                (_, Some(last)) => {
                    let Some(width) = items.next().and_then(|width| width.as_float().ok()) else { break };
                    ranges.push((first, last.saturating_add(1), vec![width]));
                }
                _ => break,
            }
        }
        CidWidths { default, ranges }
    }

    /// §6.2.11.7.2: by ToUnicode; a simple font in WinAnsi or MacRoman needs none.
    fn unicode_values(&mut self, font: &Dictionary, codes: &BTreeSet<u32>, bytes: usize) {
        let Some(Object::Stream(map)) = self.get(font, "ToUnicode") else {
            if bytes == 2 || self.base_encoding(self.get(font, "Encoding")).is_none() {
                self.fault("6.2.11.7.2 unicode", "no ToUnicode");
            }
            return;
        };
        let map = map.get_plain_content_with_limit(STREAM_LIMIT).unwrap_or_default();
        let map = to_unicode(&String::from_utf8_lossy(&map));
        for &code in codes {
            let covering = map.iter().rev().find(|(first, last, _)| (*first..=*last).contains(&code));
            match covering {
                None => self.fault("6.2.11.7.2 unicode", format!("code {code} has no value")),
                Some((_, _, units))
                    if units.iter().any(|unit| matches!(unit, 0 | 0xFEFF | 0xFFFE)) || units.is_empty() =>
                {
                    self.fault("6.2.11.7.2 unicode", format!("code {code} has a forbidden value"));
                }
                Some(_) => {}
            }
        }
    }
}

fn cid(object: &Object) -> Option<u32> {
    object.as_i64().ok().and_then(|number| u32::try_from(number).ok())
}

struct CidWidths {
    default: f32,
    /// First CID, CID after the last, and one width for each or one for all.
    ranges: Vec<(u32, u32, Vec<f32>)>,
}

impl CidWidths {
    fn width(&self, cid: u32) -> Option<f32> {
        match self.ranges.iter().find(|(first, end, _)| (*first..*end).contains(&cid)) {
            None => Some(self.default),
            Some((first, _, widths)) => {
                widths.get((cid - first) as usize).or_else(|| widths.first().filter(|_| widths.len() == 1)).copied()
            }
        }
    }
}

/// The ranges of a ToUnicode CMap: first code, last code, and the UTF-16 units of the first (ISO 32000-1 §9.10.3). Only what is
/// needed to know that a code has a value: of an array's values the first stands for all.
fn to_unicode(map: &str) -> Vec<(u32, u32, Vec<u16>)> {
    let mut ranges = Vec::new();
    for (section, width) in [("beginbfchar", 1), ("beginbfrange", 2)] {
        for block in map.split(section).skip(1) {
            let block = block.split("endbf").next().unwrap_or_default();
            let mut tokens = tokens(block);
            while let Some(first) = tokens.next() {
                let last = if width == 2 { tokens.next() } else { Some(first) };
                let (Some(last), Some(value)) = (last, tokens.next()) else { break };
                if let (Ok(first), Ok(last)) = (u32::from_str_radix(first, 16), u32::from_str_radix(last, 16)) {
                    let unit = |at: usize| value.get(at..at + 4).and_then(|unit| u16::from_str_radix(unit, 16).ok());
                    ranges.push((first, last, (0..value.len()).step_by(4).filter_map(unit).collect()));
                }
            }
        }
    }
    ranges
}

/// The hexadecimal strings of a CMap, without their brackets; an array in square brackets gives its first.
fn tokens(block: &str) -> impl Iterator<Item = &str> {
    let mut rest = block;
    std::iter::from_fn(move || {
        let open = rest.find(['<', '['])?;
        let array = rest[open..].starts_with('[');
        let inner = &rest[open..];
        let start = inner.find('<')? + 1;
        let end = start + inner[start..].find('>')?;
        let after = if array { end + inner[end..].find(']')? } else { end };
        let token = inner[start..end].trim();
        rest = &inner[after + 1..];
        Some(token)
    })
}

/// ISO 32000-1 §9.6.6.4: the (3, 0) table at the code or in the private area, or the (1, 0) table.
fn symbolic_glyph(face: &ttf_parser::Face, code: u32) -> Option<u32> {
    let tables = face.tables().cmap?.subtables;
    let symbol = tables.into_iter().find(|t| t.platform_id == PlatformId::Windows && t.encoding_id == 0);
    let macintosh = tables.into_iter().find(|t| t.platform_id == PlatformId::Macintosh && t.encoding_id == 0);
    let in_symbol =
        symbol.and_then(|table| [0, 0xF000, 0xF100, 0xF200].iter().find_map(|base| table.glyph_index(base + code)));
    in_symbol.or_else(|| macintosh.and_then(|table| table.glyph_index(code))).map(|glyph| u32::from(glyph.0))
}

/// The (3, 1) table.
fn unicode_glyph(face: &ttf_parser::Face, character: Option<char>) -> Option<u32> {
    let tables = face.tables().cmap?.subtables;
    let unicode = tables.into_iter().find(|t| t.platform_id == PlatformId::Windows && t.encoding_id == 1)?;
    unicode.glyph_index(character? as u32).map(|glyph| u32::from(glyph.0))
}

/// WinAnsiEncoding (ISO 32000-1 Annex D.2), which is code page 1252.
fn win_ansi_char(code: u32) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '•', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '•', 'Ž', '•', '•', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '•', 'ž', 'Ÿ',
    ];
    match code {
        0x80..=0x9F => HIGH.get(code as usize - 0x80).copied(),
        0xA0 => Some(' '),
        0xAD => Some('-'),
        0x20..=0xFF => char::from_u32(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_unicode_maps_are_read() {
        let map = "2 beginbfchar <0003> <0020> <0004><1EE6> endbfchar\n2 beginbfrange\n<0010> <0012> <0041>\n\
                   <20> <21> [<0061> <0062>]\nendbfrange";
        let expected = [(3, 3, vec![0x20]), (4, 4, vec![0x1EE6]), (0x10, 0x12, vec![0x41]), (0x20, 0x21, vec![0x61])];
        assert_eq!(to_unicode(map), expected);
        assert_eq!(to_unicode("beginbfchar <00"), []);
    }

    #[test]
    fn win_ansi_is_code_page_1252() {
        let shown = [0x41, 0x80, 0x93, 0xE2, 0xA0, 0x10].map(win_ansi_char);
        assert_eq!(shown, [Some('A'), Some('€'), Some('“'), Some('â'), Some(' '), None]);
    }
}
