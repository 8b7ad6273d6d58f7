//! QR codes (ISO/IEC 18004) as rectangles.

use qrcode::{Color, EcLevel, QrCode};

use crate::PaperError;
use crate::layout::Flow;

/// Modules the standard asks to be left white on each side.
const QUIET: usize = 4;

/// Draws `text` as a QR code in the square of `side` points with its top left corner at `(left, top)`, quiet zone included;
/// `level` says how much of it may be lost.
pub fn draw(flow: &mut Flow, text: &str, level: EcLevel, left: f32, top: f32, side: f32) -> Result<(), PaperError> {
    if flow.is_dry() {
        return Ok(());
    }
    let code = QrCode::with_error_correction_level(text, level)?;
    let width = code.width();
    let module = side / (width + 2 * QUIET) as f32;
    let mut dark = Vec::new();
    for (row, colours) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in colours.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let at = |modules: usize| (modules + QUIET) as f32 * module;
                dark.push((left + at(column), top + at(row), run.len() as f32 * module, module));
            }
            column += run.len();
        }
    }
    flow.fill(&dark, 0.0);
    Ok(())
}
