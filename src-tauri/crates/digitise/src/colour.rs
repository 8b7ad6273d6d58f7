//! What a page needs to be kept: black and white, grey, or colour.

use serde::{Deserialize, Serialize};

/// The colour class of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Ink on paper in one tone: one bit a pixel is enough.
    Bw,
    /// Continuous tones, no colour.
    Gray,
    /// Colour over much of the page.
    Colour,
    /// Text in one tone with some colour: stamps, signatures, highlighted words.
    Mixed,
}
