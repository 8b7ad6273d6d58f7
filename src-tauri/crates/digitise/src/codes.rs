//! Machine-readable codes: QR, Code 128, Code 39.
//!
//! Patches of the straightened page that are as dark as a code (text is lighter, photographs are flat) are cut out at two resolutions and
//! given to rxing. Cutting keeps the search cheap and finds several codes on a page; flattening keeps the mirrored ghost of a code on the
//! other side of the paper from being read.

use image::{DynamicImage, GrayImage};
use rxing::{BarcodeFormat, DecodeHints, helpers};
use serde::{Deserialize, Serialize};

use crate::background::percentile;
use crate::geometry::Transform;
use crate::resample::Resampler;

/// The symbologies that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeKind {
    /// QR Code (ISO/IEC 18004): our cover sheets, identity cards, VNeID.
    Qr,
    /// Code 128 (ISO/IEC 15417): dossier codes.
    Code128,
    /// Code 39 (ISO/IEC 16388): patch sheets.
    Code39,
}

/// One code as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its symbology.
    pub kind: CodeKind,
    /// Its text.
    pub text: String,
}

/// A patch of the page, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Patch {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// Cells in which darkness is measured, millimetres a side.
const CELL: f64 = 1.5;
/// Resolutions at which a patch is tried, dots per inch.
const TRIED_DPI: [f64; 3] = [200.0, 300.0, 130.0];
/// At most this many patches are tried: a page of halftones must not take minutes.
const MOST_PATCHES: usize = 12;

/// Reads the codes of a page, from top to bottom. `straight` is the flattened straight page at `dpi`;
/// `to_source` maps its pixels to those of `source`.
pub(crate) fn read(straight: &GrayImage, dpi: f64, source: &DynamicImage, to_source: &Transform) -> Vec<Code> {
    let mut codes: Vec<Code> = Vec::new();
    for patch in patches(straight, dpi) {
        if let Some(code) = TRIED_DPI.iter().find_map(|&at| decode(&cut(source, to_source, dpi, &patch, at)))
            && !codes.contains(&code)
        {
            codes.push(code);
        }
    }
    codes
}

/// A patch of the page at `at` dots per inch, its paper stretched to white.
fn cut(source: &DynamicImage, to_source: &Transform, dpi: f64, patch: &Patch, at: f64) -> GrayImage {
    let side = |from: f64, to: f64| (((to - from) / 25.4 * at).round() as u32).clamp(8, 4000);
    let to_straight = Transform::scale(dpi / at, dpi / at)
        .then(&Transform::translate(patch.left / 25.4 * dpi, patch.top / 25.4 * dpi));
    let resampler = Resampler::new(
        source,
        to_straight.then(to_source),
        side(patch.left, patch.right),
        side(patch.top, patch.bottom),
    );
    let mut gray = resampler.gray(|_, _| {});
    let paper = percentile(&gray, 0.9).max(32);
    // Show-through is lighter than four fifths of the paper: gone.
    for value in gray.iter_mut() {
        let share = u32::from(*value) * 320 / u32::from(paper);
        *value = share.min(255) as u8;
    }
    gray
}

fn decode(gray: &GrayImage) -> Option<Code> {
    let formats = [BarcodeFormat::QR_CODE, BarcodeFormat::CODE_128, BarcodeFormat::CODE_39];
    let mut hints =
        DecodeHints { PossibleFormats: Some(formats.into()), TryHarder: Some(true), ..DecodeHints::default() };
    let bytes = gray.as_raw().clone();
    let result = helpers::detect_in_luma_with_hints(bytes, gray.width(), gray.height(), None, &mut hints).ok()?;
    let kind = match result.getBarcodeFormat() {
        BarcodeFormat::QR_CODE => CodeKind::Qr,
        BarcodeFormat::CODE_128 => CodeKind::Code128,
        BarcodeFormat::CODE_39 => CodeKind::Code39,
        _ => return None,
    };
    let text = result.getText().to_string();
    // Three bars of a table read as a short Code 39 or 128.
    (kind == CodeKind::Qr || text.chars().count() >= 4).then_some(Code { kind, text })
}

/// Groups of dark cells of a code's size, top to bottom.
fn patches(straight: &GrayImage, dpi: f64) -> Vec<Patch> {
    let cell = (CELL / 25.4 * dpi).round().max(2.0) as usize;
    let (columns, rows) = (straight.width() as usize / cell, straight.height() as usize / cell);
    let mut ink = vec![0f32; columns * rows];
    let width = straight.width() as usize;
    for (y, line) in straight.as_raw().chunks_exact(width.max(1)).take(rows * cell).enumerate() {
        for (value, pixels) in ink[y / cell * columns..].iter_mut().take(columns).zip(line.chunks_exact(cell)) {
            *value += pixels.iter().filter(|&&p| p < 150).count() as f32 / (cell * cell) as f32;
        }
    }
    // A cell is dark when the 5 × 3 or 3 × 5 cells round it are: bars and modules fill their field evenly, lines of text do not.
    let mean = |column: usize, row: usize, dx: usize, dy: usize| {
        let (mut sum, mut count) = (0f32, 0f32);
        for r in row.saturating_sub(dy)..(row + dy + 1).min(rows) {
            for value in &ink[r * columns + column.saturating_sub(dx)..r * columns + (column + dx + 1).min(columns)] {
                sum += value;
                count += 1.0;
            }
        }
        sum / count
    };
    let dark = |at: usize| (0.27..0.85).contains(&mean(at % columns, at / columns, 1, 1));
    let mut field: Vec<bool> = (0..columns * rows).map(dark).collect();
    let mut found: Vec<Patch> = Vec::new();
    for start in 0..field.len() {
        if !field[start] {
            continue;
        }
        let (left, top, right, bottom, count) = flood(&mut field, columns, start);
        let (w, h) = ((right - left + 1) as f64 * CELL, (bottom - top + 1) as f64 * CELL);
        let filled = count as f64 / ((right - left + 1) * (bottom - top + 1)) as f64;
        if w.max(h) < 8.0 || w.min(h) < 4.0 || filled < 0.4 {
            continue;
        }
        // Room for the quiet zone and for cells at the rim that were too light.
        let grow = 6.0;
        let millimetres = |cells: usize| cells as f64 * cell as f64 / dpi * 25.4;
        found.push(Patch {
            left: millimetres(left) - grow,
            top: millimetres(top) - grow,
            right: millimetres(right + 1) + grow,
            bottom: millimetres(bottom + 1) + grow,
        });
    }
    found.truncate(MOST_PATCHES);
    found
}

/// Clears the 4-connected group of a cell; its bounds (inclusive) and size.
fn flood(field: &mut [bool], columns: usize, start: usize) -> (usize, usize, usize, usize, usize) {
    let (mut left, mut top, mut right, mut bottom, mut count) = (usize::MAX, usize::MAX, 0, 0, 0);
    let mut open = vec![start];
    field[start] = false;
    while let Some(at) = open.pop() {
        let (column, row) = (at % columns, at / columns);
        (left, right, top, bottom) = (left.min(column), right.max(column), top.min(row), bottom.max(row));
        count += 1;
        let beside = [
            (column > 0).then(|| at - 1),
            (column + 1 < columns).then_some(at + 1),
            (row > 0).then(|| at - columns),
            Some(at + columns),
        ];
        for next in beside.into_iter().flatten() {
            if field.get(next).copied().unwrap_or(false) {
                field[next] = false;
                open.push(next);
            }
        }
    }
    (left, top, right, bottom, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A QR code of 25 mm on an A4 page at 150 dpi with lines of text-like strokes.
    fn page(text: &str) -> GrayImage {
        let code = qrcode::QrCode::new(text.as_bytes()).unwrap();
        let (modules, side) = (code.to_colors(), code.width() as u32);
        let scale = 148 / side;
        GrayImage::from_fn(1240, 1754, |x, y| {
            let inside = (800..800 + side * scale).contains(&x) && (200..200 + side * scale).contains(&y);
            let strokes = y > 600 && y < 1600 && y % 36 < 3 && x % 14 < 8 && (100..1140).contains(&x);
            let dark = if inside {
                modules[((y - 200) / scale * side + (x - 800) / scale) as usize] == qrcode::Color::Dark
            } else {
                strokes
            };
            Luma([if dark { 40 } else { 245 }])
        })
    }

    #[test]
    fn a_qr_code_is_read_and_text_is_no_candidate() {
        let text = "HS-2026-000123|GT-04|2|Ủy ban nhân dân";
        let page = page(text);
        assert_eq!(patches(&page, 150.0).len(), 1);
        let source = DynamicImage::ImageLuma8(page.clone());
        let codes = read(&page, 150.0, &source, &Transform::IDENTITY);
        assert_eq!(codes, [Code { kind: CodeKind::Qr, text: text.into() }]);
    }
}
