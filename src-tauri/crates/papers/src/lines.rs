//! A cut of the typeface at a size, and text broken into lines of it.

use crate::PaperError;
use crate::face::Face;

/// Distance of two baselines in font sizes: capitals with two marks (Ế, Ỗ) stay clear of the descenders above.
const LEADING: f32 = 1.28;
/// Height of a line's box above its baseline, in font sizes.
pub const ASCENT: f32 = 0.97;
/// A space at which no line breaks.
pub const TIED: char = '\u{A0}';

/// A cut of the typeface at a size.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    pub face: Face,
    pub size: f32,
}

impl Type {
    pub const fn new(face: Face, size: f32) -> Self {
        Type { face, size }
    }

    pub fn leading(self) -> f32 {
        self.size * LEADING
    }

    pub fn width(self, text: &str) -> Result<f32, PaperError> {
        self.face.width(text, self.size)
    }

    /// The same cut at the largest size, this one at most and `least` at least, at which `text` is `width` wide.
    pub fn fitted(self, text: &str, width: f32, least: f32) -> Result<Self, PaperError> {
        let wanted = self.width(text)?;
        let size = if wanted > width { (self.size * width / wanted).max(least) } else { self.size };
        Ok(Type { size, ..self })
    }

    /// Breaks a text into lines no wider than `width`: at its line breaks, at spaces, and inside a word only when the word
    /// alone is too wide.
    pub fn wrap(self, text: &str, width: f32) -> Result<Vec<String>, PaperError> {
        self.wrap_after(text, width, width)
    }

    /// [`Type::wrap`] where only `first` is left of the first line; it is empty where no word has room in it.
    pub fn wrap_after(self, text: &str, first: f32, width: f32) -> Result<Vec<String>, PaperError> {
        let mut lines: Vec<String> = Vec::new();
        let space = self.face.units(" ")?;
        for paragraph in text.split('\n') {
            let (mut line, mut wide) = (String::new(), 0);
            for word in self.words(paragraph, width)? {
                let between = if line.is_empty() { 0 } else { space };
                let longer = wide + between + self.face.units(word)?;
                let room = if lines.is_empty() { first } else { width };
                if self.face.points(longer, self.size)? <= room {
                    if between > 0 {
                        line.push(' ');
                    }
                    line.push_str(word);
                    wide = longer;
                    continue;
                }
                if !line.is_empty() || room < width {
                    lines.push(std::mem::take(&mut line));
                }
                line = self.chop(word, width, &mut lines)?;
                wide = self.face.units(&line)?;
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// What a line may break between. Where two words that belong together have no room in a line, it may break there too.
    fn words(self, text: &str, width: f32) -> Result<Vec<&str>, PaperError> {
        let mut words = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if word.contains(TIED) && self.width(word)? > width {
                words.extend(word.split(TIED));
            } else {
                words.push(word);
            }
        }
        Ok(words)
    }

    /// [`Type::wrap`] into as few lines, each about as long as the others: for headings.
    pub fn balanced(self, text: &str, width: f32) -> Result<Vec<String>, PaperError> {
        let mut lines = self.wrap(text, width)?;
        let mut narrower = width;
        while narrower > width * 0.4 {
            narrower -= width * 0.05;
            let tried = self.wrap(text, narrower)?;
            if tried.len() > lines.len() {
                break;
            }
            lines = tried;
        }
        Ok(lines)
    }

    /// Pushes the full lines of one word and gives what is left of it. File names are broken after their punctuation
    /// where that leaves no more than half a line empty.
    fn chop(self, word: &str, width: f32, lines: &mut Vec<String>) -> Result<String, PaperError> {
        let mut line = String::new();
        for c in word.chars() {
            line.push(c);
            if line.chars().count() > 1 && self.width(&line)? > width {
                let full = line.len() - c.len_utf8();
                let after = line.get(..full).and_then(|line| line.rfind(['_', '-', '.', '/'])).map_or(0, |at| at + 1);
                let rest = line.split_off(if after > full / 2 { after } else { full });
                lines.push(std::mem::replace(&mut line, rest));
            }
        }
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: Type = Type::new(Face::Regular, 12.0);

    #[test]
    fn lines_are_no_wider_than_asked_and_lose_nothing() -> Result<(), PaperError> {
        let text = "Quyết định phê duyệt báo cáo kinh tế - kỹ thuật đầu tư xây dựng công_trình_có_tên_tệp_rất_dài_không_dấu_cách.pdf";
        for width in [40.0, 90.0, 300.0] {
            let lines = BODY.wrap(text, width)?;
            for line in &lines {
                assert!(BODY.width(line)? <= width, "{line} at {width}");
            }
            let glued: String = lines.concat().chars().filter(|c| *c != ' ').collect();
            assert_eq!(glued, text.replace(' ', ""));
        }
        Ok(())
    }

    #[test]
    fn names_are_broken_at_their_punctuation_and_headings_in_the_middle() -> Result<(), PaperError> {
        let lines = BODY.wrap("bien_ban_hop_hoi_dong_thi_dua.pdf", 100.0)?;
        assert!(lines.len() > 1 && lines.iter().rev().skip(1).all(|line| line.ends_with('_')), "{lines:?}");
        assert_eq!(BODY.balanced("MỘT HAI BA BỐN", 90.0)?, ["MỘT HAI", "BA BỐN"]);
        Ok(())
    }

    #[test]
    fn a_frame_narrower_than_a_letter_still_ends() -> Result<(), PaperError> {
        assert_eq!(BODY.wrap("ế ỗ", 1.0)?, ["ế", "ỗ"]);
        assert_eq!(BODY.wrap("", 100.0)?, [""]);
        assert_eq!(BODY.wrap("một\nhai", 100.0)?, ["một", "hai"]);
        assert_eq!(BODY.wrap("một\u{A0}hai ba", 30.0)?, ["một", "hai ba"]);
        assert_eq!(BODY.wrap("ba một\u{A0}hai", 50.0)?, ["ba", "một\u{A0}hai"]);
        assert_eq!(BODY.wrap_after("một hai ba", 10.0, 100.0)?, ["", "một hai ba"]);
        assert_eq!(BODY.wrap_after("một hai ba", 30.0, 100.0)?, ["một", "hai ba"]);
        Ok(())
    }

    #[test]
    fn fitting_shrinks_only_what_is_too_wide() -> Result<(), PaperError> {
        assert_eq!(BODY.fitted("A", 100.0, 6.0)?.size, 12.0);
        let fitted = BODY.fitted("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 150.0, 6.0)?;
        assert!(fitted.size < 12.0 && fitted.width("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")? <= 150.01);
        Ok(())
    }
}
