//! The bundled typeface, and text made ready for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use printpdf::ParsedFont;
use subsetter::GlyphRemapper;
use unicode_normalization::UnicodeNormalization;

use crate::PaperError;

/// Printed in the place of a character the face lacks: WHITE SQUARE.
const MISSING: char = '\u{25A1}';

/// The three cuts of Tinos (metrics of Times New Roman, every Vietnamese letter, SIL OFL 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    Regular,
    Bold,
    Italic,
}

impl Face {
    /// The name under which a page's resources list it; also its PostScript name's last part.
    pub fn name(self) -> &'static str {
        match self {
            Face::Regular => "Regular",
            Face::Bold => "Bold",
            Face::Italic => "Italic",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Face::Regular => include_bytes!(env!("TINOS_REGULAR")),
            Face::Bold => include_bytes!(env!("TINOS_BOLD")),
            Face::Italic => include_bytes!(env!("TINOS_ITALIC")),
        }
    }

    /// The face, parsed once for the life of the program.
    fn parsed(self) -> Result<&'static ParsedFont, PaperError> {
        static FACES: [OnceLock<Option<ParsedFont>>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let [regular, bold, italic] = &FACES;
        let slot = match self {
            Face::Regular => regular,
            Face::Bold => bold,
            Face::Italic => italic,
        };
        slot.get_or_init(|| ParsedFont::from_bytes(self.bytes(), 0, &mut Vec::new()))
            .as_ref()
            .ok_or_else(|| self.fault("it does not parse"))
    }

    fn fault(self, reason: impl ToString) -> PaperError {
        PaperError::Typeface { face: self.name(), reason: reason.to_string() }
    }

    /// Width of a text in points at `size` points. The text is one that [`clean`] gave.
    pub fn width(self, text: &str, size: f32) -> Result<f32, PaperError> {
        self.points(self.units(text)?, size)
    }

    /// Width of a text in the face's own units, which add up from text to text.
    pub fn units(self, text: &str) -> Result<u32, PaperError> {
        let font = self.parsed()?;
        Ok(text.chars().map(|c| advance(font, c)).sum())
    }

    /// A width in points at `size` points.
    pub fn points(self, units: u32, size: f32) -> Result<f32, PaperError> {
        Ok(units as f32 * size / f32::from(self.parsed()?.units_per_em.max(1)))
    }

    /// The face with nothing but `used` in it, its glyphs renumbered, named with the six-letter tag that ISO 32000-1
    /// §9.6.4 asks of a subset.
    pub fn subset(self, used: &BTreeSet<char>) -> Result<ParsedFont, PaperError> {
        let font = self.parsed()?;
        let mut remapper = GlyphRemapper::new();
        let mut codepoint_to_glyph = BTreeMap::new();
        let mut glyph_widths = BTreeMap::new();
        for &c in used {
            let glyph = font.lookup_glyph_index(c.into()).ok_or_else(|| self.fault(format!("it lacks {c:?}")))?;
            let renumbered = remapper.remap(glyph);
            codepoint_to_glyph.insert(c.into(), renumbered);
            glyph_widths.insert(renumbered, font.get_glyph_width(glyph).unwrap_or_default());
        }
        let bytes = subsetter::subset(self.bytes(), 0, &remapper).map_err(|error| self.fault(error))?;
        let mut subset = ParsedFont::with_glyph_data(
            bytes,
            0,
            Some(format!("{}+Tinos-{}", tag(used), self.name())),
            codepoint_to_glyph,
            glyph_widths,
            font.units_per_em,
            font.font_metrics.clone(),
        );
        subset.pdf_font_metrics = font.pdf_font_metrics.clone();
        Ok(subset)
    }

    fn has(self, c: char) -> Result<bool, PaperError> {
        Ok(self.parsed()?.lookup_glyph_index(c.into()).is_some_and(|glyph| glyph != 0))
    }
}

fn advance(font: &ParsedFont, c: char) -> u32 {
    let glyph = font.lookup_glyph_index(c.into()).unwrap_or_default();
    font.get_glyph_width(glyph).unwrap_or_default().into()
}

/// Six capitals that differ from subset to subset (FNV-1a over the characters).
fn tag(used: &BTreeSet<char>) -> String {
    let mut hash =
        used.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &c| (hash ^ u64::from(c)).wrapping_mul(0x100_0000_01b3));
    (0..6)
        .map(|_| {
            let letter = b'A' + (hash % 26) as u8;
            hash /= 26;
            char::from(letter)
        })
        .collect()
}

/// A value as it can be printed: NFC, white space as single spaces (line breaks kept), invisible formatting characters
/// taken out, and a visible box for what the faces lack. All three cuts have the same characters, which a test checks.
pub fn clean(text: &str) -> Result<String, PaperError> {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\n' => {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            }
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => {}
            c if Face::Regular.has(c)? => out.push(c),
            _ => out.push(MISSING),
        }
    }
    out.truncate(out.trim_end().len());
    Ok(out)
}

/// A clean text in capitals. Some letters have capitals of more than one character, which the face may lack.
pub fn capitals(text: &str) -> Result<String, PaperError> {
    clean(&text.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_composed_and_what_the_face_lacks_is_seen() -> Result<(), PaperError> {
        assert_eq!(clean("U\u{309}y ban nha\u{302}n da\u{302}n")?, "Ủy ban nhân dân");
        assert_eq!(clean("  một\t hai\u{a0}\r\nba  ")?, "một hai\nba");
        assert_eq!(clean("a\u{200b}b\u{202e}c")?, "abc");
        assert_eq!(clean("漢 ☐ 😀")?, "□ □ □");
        assert_eq!(capitals("sở nội vụ")?, "SỞ NỘI VỤ");
        for c in capitals("ŉ ǰ ΐ ﬁ ß")?.chars() {
            assert!(Face::Bold.has(c)?, "{c:?} cannot be printed");
        }
        Ok(())
    }

    #[test]
    fn every_cut_has_every_vietnamese_letter_and_the_same_characters() -> Result<(), PaperError> {
        let letters = ('\u{1EA0}'..='\u{1EF9}').chain("ĂăÂâĐđÊêÔôƠơƯư₫–—…“”•□".chars());
        for c in letters {
            for face in [Face::Regular, Face::Bold, Face::Italic] {
                assert!(face.has(c)?, "{face:?} lacks {c}");
            }
        }
        let regular: Vec<_> = Face::Regular.parsed()?.codepoint_to_glyph.keys().collect();
        for face in [Face::Bold, Face::Italic] {
            let others = &face.parsed()?.codepoint_to_glyph;
            assert!(regular.iter().all(|c| others.contains_key(c)), "{face:?} has fewer characters");
        }
        Ok(())
    }

    #[test]
    fn widths_are_those_of_times() -> Result<(), PaperError> {
        // "a" is 909 of 2048 units wide.
        assert!((Face::Regular.width("aa", 2048.0)? - 1818.0).abs() < 0.5);
        assert!(Face::Bold.width("Hồ sơ", 12.0)? > Face::Regular.width("Hồ sơ", 12.0)?);
        Ok(())
    }

    #[test]
    fn a_subset_is_small_and_tagged() -> Result<(), PaperError> {
        let font = Face::Bold.subset(&"Hồ sơ".chars().collect())?;
        assert!(font.original_bytes.len() < 20_000, "{} bytes", font.original_bytes.len());
        let name = font.font_name.unwrap_or_default();
        let (tag, rest) = name.split_once('+').unwrap_or_default();
        assert!(tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_uppercase()), "{name}");
        assert_eq!(rest, "Tinos-Bold");
        Ok(())
    }
}
