//! Words that come with data: a name, a label, a reason. Words for codes live outside this room.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The same words in both languages of the product. Vietnamese is the one that counts; NFC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

impl Words {
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}
