//! The tripwire for state secrets: the stamps MẬT, TỐI MẬT, TUYỆT MẬT (Nghị định 26/2020/NĐ-CP on the marks of secrecy levels).

use serde::{Deserialize, Serialize};

use crate::{Reading, Rect};

/// The three levels of secrecy.
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
    pub confidence: f32,
}

/// The highest mark that stands alone on the page, as a stamp does; the words inside a sentence ("bí mật nhà nước") are none.
pub fn secrecy_mark(reading: &Reading) -> Option<SecrecyMark> {
    let _ = reading;
    None
}
