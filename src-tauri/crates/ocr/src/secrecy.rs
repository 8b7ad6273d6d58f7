//! The tripwire for state secrets: the stamps MẬT, TỐI MẬT, TUYỆT MẬT.
//!
//! A miss is worse than a false alarm, which a second person lifts: marks on the letters are not looked at, the capitals and the place are.

use serde::{Deserialize, Serialize};

use crate::reading::{bounds, typical_height};
use crate::syllable::bare;
use crate::{Reading, Rect, Word};

/// The three levels of secrecy, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// MẬT
    Mat,
    /// TỐI MẬT
    ToiMat,
    /// TUYỆT MẬT
    TuyetMat,
}

/// A mark that stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SecrecyMark {
    pub mark: Mark,
    pub bbox: Rect,
    /// The lowest confidence among its words, 0 to 1.
    pub confidence: f32,
}

/// The highest mark that stands alone on the page, as a stamp does: in capitals, with nothing beside it, and not as the end of a heading
/// such as "BẢO VỆ BÍ / MẬT". The words inside a sentence ("bí mật nhà nước") are none.
pub fn secrecy_mark(reading: &Reading) -> Option<SecrecyMark> {
    let segments: Vec<&[Word]> = reading.segments().collect();
    let found = segments.iter().filter_map(|segment| {
        let mark = mark_of(segment)?;
        let bbox = bounds(segment)?;
        let heading = segments.iter().any(|above| leads_to(above, &bbox, typical_height(segment)));
        let confidence = segment.iter().map(|w| w.confidence).fold(1.0, f32::min);
        (!heading).then_some(SecrecyMark { mark, bbox, confidence })
    });
    found.max_by_key(|found| found.mark)
}

/// The mark a segment is, its frame (read as strokes and brackets) and the spacing of its letters aside.
pub(crate) fn mark_of(segment: &[Word]) -> Option<Mark> {
    let letters: String = segment.iter().flat_map(|w| w.text.chars()).filter(|c| c.is_alphanumeric()).collect();
    if !letters.chars().all(char::is_uppercase) {
        return None;
    }
    match bare(&letters).as_str() {
        "mat" => Some(Mark::Mat),
        "toimat" => Some(Mark::ToiMat),
        "tuyetmat" => Some(Mark::TuyetMat),
        _ => None,
    }
}

/// True for a line right above `below` that ends in BÍ or BẢO: the two are one heading.
fn leads_to(above: &[Word], below: &Rect, height: f32) -> bool {
    let (Some(last), Some(bbox)) = (above.last(), bounds(above)) else { return false };
    let gap = below.y as f32 - bbox.bottom() as f32;
    let near = gap.abs() <= 1.5 * height && bbox.y < below.y && bbox.shares_columns(below);
    near && matches!(bare(&last.text).trim_matches(|c: char| !c.is_alphanumeric()), "bi" | "bao")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[&str]) -> Reading {
        let mut words = Vec::new();
        for (line, text) in lines.iter().enumerate() {
            let mut x = 0;
            for text in text.split(' ') {
                let width = 10 * text.chars().count() as u32;
                let bbox = Rect { x, y: 30 * line as u32, width, height: 20 };
                // An empty word is a gap as wide as a column's.
                if !text.is_empty() {
                    let line = line as u32;
                    words.push(Word { text: text.into(), bbox, confidence: 0.7, line, block: 0, baseline: None });
                }
                x += if text.is_empty() { 40 } else { width + 8 };
            }
        }
        Reading::new(words)
    }

    fn mark(lines: &[&str]) -> Option<Mark> {
        secrecy_mark(&page(lines)).map(|m| m.mark)
    }

    #[test]
    fn stamps_are_seen_framed_spaced_or_with_misread_marks() {
        assert_eq!(mark(&["UBND TỈNH", "MẬT", "Kính gửi"]), Some(Mark::Mat));
        assert_eq!(mark(&["TỐI MẬT"]), Some(Mark::ToiMat));
        assert_eq!(mark(&["| TUYỆT MẶT |"]), Some(Mark::TuyetMat));
        assert_eq!(mark(&["M Ậ T"]), Some(Mark::Mat));
        assert_eq!(mark(&["Số: 12/UBND  MẬT  Hải Sơn"]), Some(Mark::Mat));
        assert_eq!(mark(&["MẬT", "TỐI MẬT"]), Some(Mark::ToiMat));
    }

    #[test]
    fn words_of_sentences_and_headings_are_no_stamps() {
        assert_eq!(mark(&["Luật Bảo vệ bí mật nhà nước"]), None);
        assert_eq!(mark(&["DANH MỤC BÍ MẬT NHÀ NƯỚC"]), None);
        assert_eq!(mark(&["QUY CHẾ BẢO VỆ BÍ", "MẬT"]), None);
        assert_eq!(mark(&["Mật"]), None);
        assert_eq!(mark(&["mật ong", "MẶT TRƯỚC"]), None);
        assert_eq!(mark(&[]), None);
    }
}
