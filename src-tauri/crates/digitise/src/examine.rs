//! Second step: what is on a frame, without changing a pixel of it.

use image::{DynamicImage, GrayImage};
use serde::{Deserialize, Serialize};

use crate::background::{Background, flatten};
use crate::codes::{self, Code};
use crate::colour::{Colour, Tones};
use crate::geometry::{Point, Transform, distance, enclosing};
use crate::gutter::{self, Gutter};
use crate::proxy::{PROXY_DPI, Proxy};
use crate::quad::{self, Sheet};
use crate::resample::Resampler;
use crate::{Cancel, Frame, Params, Stopped, blank, go_on, skew};

/// What the report says of a page. The quarter turn is not here: a reader votes on it, see [`proxy_upright`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Width of the source in pixels.
    pub width: u32,
    /// Height of the source in pixels.
    pub height: u32,
    /// Resolution of the source in dots per inch, [horizontal, vertical]; measured on the sheet where the file says nothing.
    pub dpi: [f32; 2],
    /// Whether `dpi` was told by the file (false = derived from the sheet's size, taken as A4 where nothing else is known).
    pub dpi_told: bool,
    /// The content's clockwise rotation before correction, in degrees of square pixels, in ±45.
    pub skew_deg: f32,
    /// 0–1: how clear the skew was. Below 0.2 the page is left as it is.
    pub skew_confidence: f32,
    /// Corners of the sheet in source pixels, clockwise from the one nearest the frame's top left; `None` where the sheet fills the frame.
    /// Corners may lie outside the frame.
    pub quad: Option<[Point; 4]>,
    /// 0–1; 0 where there is no quad.
    pub quad_confidence: f32,
    /// Nothing was written, stamped or drawn here. To be marked, never to be thrown away.
    pub blank: bool,
    /// Share of the sheet covered by ink, after background division.
    pub ink: f32,
    /// What it takes to keep the page.
    pub colour: Colour,
    /// Machine-readable codes in the order of the page.
    pub codes: Vec<Code>,
    /// Where two pages meet, if this looks like a double page: to be proposed, never to be acted on.
    pub gutter: Option<Gutter>,
    /// What a person may wish to know.
    pub warnings: Vec<Warning>,
}

/// Reasons to look at a page again; words are in the tables of the callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// Below [`Params::min_dpi`].
    LowResolution,
    /// Neither the file nor the sheet says how large the page is.
    UnknownResolution,
    /// The sheet was found, but not clearly.
    UnsureCrop,
    /// Text is there, its angle is not clear.
    UnsureSkew,
    /// Part of the sheet lies outside the frame.
    CutOff,
    /// The file is damaged and parts of the picture were filled in.
    Damaged,
}

/// The findings, and what [`straighten`](crate::straighten) needs to act on them.
#[derive(Debug, Clone)]
pub struct Examination {
    /// For the report.
    pub findings: Findings,
    /// The sheet as found at proxy resolution, perspective undone and paper divided out.
    pub(crate) flat: GrayImage,
    /// `flat` set straight; nothing where the page is blank.
    straight: Option<GrayImage>,
    /// Dots per inch of `flat`.
    pub(crate) flat_dpi: f64,
    /// Pixels of `flat` → source pixels.
    pub(crate) flat_to_source: Transform,
    /// Clockwise rotation of the content in `flat`, to be undone; 0 where it is not sure.
    pub(crate) turn: f64,
    /// Dots per inch of the source on the sheet.
    pub(crate) native_dpi: f64,
    /// The source had one bit a pixel.
    pub(crate) bilevel: bool,
    /// Tones, no text, make up most of the page.
    pub(crate) photograph: bool,
    /// Median height of what looks like letters, in pixels of `flat`.
    pub(crate) letter_height: Option<f64>,
    /// Paper level in the coordinates of `flat`.
    pub(crate) background: Background,
    /// Levels of `flat` that become black and white for the reader.
    pub(crate) levels: (u8, u8),
}

/// Text this straight is not turned: a resample would cost more than it brings.
const STRAIGHT: f64 = 0.04;
/// Angles with less confidence than this are reported and not acted on.
const SURE_SKEW: f32 = 0.2;
/// A4 in inches.
const A4: [f64; 2] = [8.268, 11.693];

/// Looks at a frame: sheet, skew, blank, colour, codes.
///
/// # Errors
/// [`Stopped`] when `cancel` said so; it is asked between stages. Any picture gives findings.
pub fn examine(frame: &Frame, params: &Params, cancel: Cancel) -> Result<Examination, Stopped> {
    let (dpi, dpi_told) = resolution(frame);
    let proxy = Proxy::new(&frame.image, dpi);
    go_on(cancel)?;

    let told_quad = params.told.quad.and_then(enclosing).zip(proxy.to_source.inverse());
    let sheet = if let Some((quad, to_proxy)) = told_quad {
        Some(Sheet { corners: quad.map(|corner| to_proxy.apply(corner)), confidence: 1.0, cut_off: false })
    } else if params.find_paper && !frame.bilevel {
        quad::find(&proxy.image, dpi_told).map(|s| if dpi_told { rectangle(s) } else { s })
    } else {
        None
    };
    go_on(cancel)?;

    let laid = lay_flat(&proxy, sheet.as_ref(), dpi_told.then_some(dpi));
    let (width, height) = (laid.image.width(), laid.image.height());
    let background =
        if frame.bilevel { Background::white(width, height) } else { Background::estimate(&laid.image, dpi_told) };
    let flat = flatten(&laid.image, &background);
    go_on(cancel)?;

    let skew = skew::measure(&flat, (laid.dpi * 0.1) as u32);
    go_on(cancel)?;

    let tones = Tones::count(&laid.image, &background, laid.dpi);
    let ink = blank::measure(&flat, laid.dpi);
    let blank = ink.blank(&tones);
    let colour = params.told.colour.unwrap_or(if frame.bilevel { Colour::Bw } else { tones.class() });
    let tilted = sheet.as_ref().map_or(0.0, |sheet| tilt(&sheet.corners));
    // What was told is of the source; the sheet as it lies flat has its own tilt taken out already.
    let told_turn = params.told.skew_deg.map(|degrees| degrees - tilted);
    let confidence = match told_turn {
        Some(_) => 1.0,
        None if blank => 0.0,
        None => skew.confidence as f32,
    };
    let found_turn = if confidence >= SURE_SKEW && skew.degrees.abs() >= STRAIGHT { skew.degrees } else { 0.0 };
    let turn = told_turn.unwrap_or(found_turn);
    go_on(cancel)?;

    let to_source = laid.to_proxy.then(&proxy.to_source);
    let skew_deg = tilted + told_turn.unwrap_or(if blank { 0.0 } else { skew.degrees });
    let mut examination = Examination {
        findings: Findings {
            width: frame.image.width(),
            height: frame.image.height(),
            dpi: if dpi_told { dpi.map(|d| d as f32) } else { [laid.native_dpi as f32; 2] },
            dpi_told,
            skew_deg: skew_deg as f32,
            skew_confidence: confidence,
            quad: sheet.as_ref().map(|sheet| sheet.corners.map(|corner| proxy.to_source.apply(corner))),
            quad_confidence: sheet.as_ref().map_or(0.0, |sheet| sheet.confidence as f32),
            blank,
            ink: ink.ratio,
            colour,
            codes: Vec::new(),
            gutter: None,
            warnings: Vec::new(),
        },
        levels: levels(&flat),
        flat,
        straight: None,
        flat_dpi: laid.dpi,
        flat_to_source: to_source,
        turn,
        native_dpi: laid.native_dpi,
        bilevel: frame.bilevel,
        photograph: tones.photograph(),
        letter_height: ink.letter_height,
        background,
    };
    examination.findings.warnings = warnings(frame, params, &examination, sheet.as_ref());
    if !blank {
        let straight = examination.page_to_flat(examination.flat_dpi, 0);
        let page = examination.set_straight(&straight);
        // A half that a person cut out of a double page is not to be cut again.
        if params.told.quad.is_none() {
            let light = |at| examination.background.light(straight.transform.apply(at));
            examination.findings.gutter = gutter::find(&page, examination.flat_dpi, light);
        }
        go_on(cancel)?;
        if params.find_codes {
            let to_source = straight.transform.then(&examination.flat_to_source);
            examination.findings.codes = codes::read(&page, examination.flat_dpi, &frame.image, &to_source);
        }
        examination.straight = Some(page);
    }
    Ok(examination)
}

/// The page as found at about 150 dots per inch, straight, background divided out, but not yet turned: for the vote on the quarter turn.
pub fn proxy_upright(examination: &Examination) -> GrayImage {
    let page = || examination.set_straight(&examination.page_to_flat(examination.flat_dpi, 0));
    let mut page = examination.straight.clone().unwrap_or_else(page);
    let table = stretch(examination.levels);
    page.iter_mut().for_each(|value| *value = table[usize::from(*value)]);
    page
}

/// An output grid laid over the flat sheet.
pub(crate) struct Grid {
    pub width: u32,
    pub height: u32,
    /// Pixels of the grid → pixels of `flat`.
    pub transform: Transform,
}

impl Examination {
    /// The grid of the straight page at `dpi`, with `quarter_turns` clockwise quarter turns of the content undone.
    pub(crate) fn page_to_flat(&self, dpi: f64, quarter_turns: u8) -> Grid {
        let (width, height) = (f64::from(self.flat.width()), f64::from(self.flat.height()));
        let scale = dpi / self.flat_dpi;
        let side = |length: f64| ((length * scale).round() as u32).max(1);
        let sideways = quarter_turns % 2 == 1;
        let upright = if sideways { (height, width) } else { (width, height) };
        let (columns, rows) = (side(upright.0), side(upright.1));
        let about_middle = Transform::translate(-width / 2.0, -height / 2.0)
            .then(&Transform::rotate(self.turn))
            .then(&Transform::translate(width / 2.0, height / 2.0));
        let transform = Transform::scale(upright.0 / f64::from(columns), upright.1 / f64::from(rows))
            .then(&Transform::quarter_turns(quarter_turns, upright.0, upright.1))
            .then(&about_middle);
        Grid { width: columns, height: rows, transform }
    }

    fn set_straight(&self, grid: &Grid) -> GrayImage {
        if self.turn == 0.0 && (grid.width, grid.height) == self.flat.dimensions() {
            return self.flat.clone();
        }
        let flat = DynamicImage::ImageLuma8(self.flat.clone());
        Resampler::new(&flat, grid.transform, grid.width, grid.height).gray(|_, _| {})
    }
}

/// Dots per inch of the source, and whether the file told them: a resolution that makes the page larger than A3 or smaller than an
/// identity card is a default somebody forgot (cameras write 72, drawing programs 96).
fn resolution(frame: &Frame) -> ([f64; 2], bool) {
    let pixels = [f64::from(frame.image.width()), f64::from(frame.image.height())];
    if let Some(dpi) = frame.dpi.map(|d| d.map(f64::from)) {
        let inches = [pixels[0] / dpi[0], pixels[1] / dpi[1]];
        let longest = inches[0].max(inches[1]);
        let screen = dpi.iter().all(|d| (d - 72.0).abs() < 0.5 || (d - 96.0).abs() < 0.5);
        if (3.3..=if screen { 12.5 } else { 20.0 }).contains(&longest) {
            return (dpi, true);
        }
    }
    let longest = pixels[0].max(pixels[1]);
    ([(longest / A4[1]).max(20.0); 2], false)
}

/// The sheet with its perspective undone.
struct Laid {
    image: DynamicImage,
    dpi: f64,
    native_dpi: f64,
    to_proxy: Transform,
}

/// `told`: dots per inch of the source, where the file says so.
fn lay_flat(proxy: &Proxy, sheet: Option<&Sheet>, told: Option<[f64; 2]>) -> Laid {
    let told_dpi = told.map(|[x, y]| x.max(y));
    let finer = |to_source: &Transform| {
        let m = &to_source.0;
        m[0][0].max(m[1][1])
    };
    let Some(sheet) = sheet else {
        let native_dpi = told_dpi.unwrap_or(proxy.dpi * finer(&proxy.to_source));
        return Laid { image: proxy.image.clone(), dpi: proxy.dpi, native_dpi, to_proxy: Transform::IDENTITY };
    };
    let frame = [f64::from(proxy.image.width()), f64::from(proxy.image.height())];
    let side = |a: usize, b: usize| distance(sheet.corners[a], sheet.corners[b]);
    let (across, down) = ((side(0, 1) + side(3, 2)) / 2.0, (side(0, 3) + side(1, 2)) / 2.0);
    let inches = if told.is_some() {
        [across / proxy.dpi, down / proxy.dpi]
    } else {
        paper_size(across, down, || true_shape(&sheet.corners, frame))
    };
    let measured_dpi = (across * down / (inches[0] * inches[1])).sqrt();
    let dpi = if told.is_some() { proxy.dpi } else { PROXY_DPI.min(measured_dpi) };
    let pixels = inches.map(|length| ((length * dpi).round() as u32).max(1));
    let to_proxy = Transform::to_quad(f64::from(pixels[0]), f64::from(pixels[1]), &sheet.corners);
    let resampler = Resampler::new(&proxy.image, to_proxy, pixels[0], pixels[1]);
    let image = match &proxy.image {
        DynamicImage::ImageLuma8(_) => DynamicImage::ImageLuma8(resampler.gray(|_, _| {})),
        _ => DynamicImage::ImageRgb8(resampler.rgb(|_, _| {})),
    };
    Laid { image, dpi, native_dpi: told_dpi.unwrap_or(measured_dpi * finer(&proxy.to_source)), to_proxy }
}

/// Inches of a sheet of which only the shape is known: A4 where it looks like that, else a sheet as long as A4.
/// `undistorted`: width over height with the view from an angle taken out, asked for where the look does not settle it.
fn paper_size(across: f64, down: f64, undistorted: impl FnOnce() -> Option<f64>) -> [f64; 2] {
    let long_by_short = |shape: f64| if shape > 1.0 { shape } else { 1.0 / shape.max(1e-3) };
    let looks = long_by_short(across / down.max(1.0));
    // A4 is 1.414, an identity card 1.586; seen from an angle the one can look like the other, and A4 is the commoner.
    let shape = if (1.28..1.53).contains(&looks) {
        looks
    } else {
        undistorted().map_or(if looks < 1.66 { looks.min(1.5) } else { looks }, long_by_short)
    };
    let short = if (1.28..1.53).contains(&shape) { A4[0] } else { A4[1] / shape };
    if across > down { [A4[1], short] } else { [short, A4[1]] }
}

/// Width over height of a rectangle seen in perspective by a camera with square pixels whose axis meets the middle of the frame
/// (Zhang and He, Whiteboard scanning and image enhancement, MSR-TR-2003-39, §3.3). `None` where the perspective is too weak to tell,
/// or tells of no camera there is.
fn true_shape(corners: &[Point; 4], frame: [f64; 2]) -> Option<f64> {
    let [tl, tr, br, bl] = corners.map(|[x, y]| [x - frame[0] / 2.0, y - frame[1] / 2.0, 1.0]);
    let cross =
        |a: [f64; 3], b: [f64; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let k2 = dot(cross(tl, br), bl) / dot(cross(tr, br), bl);
    let k3 = dot(cross(tl, br), tr) / dot(cross(bl, br), tr);
    let n2 = [0, 1, 2].map(|i| k2 * tr[i] - tl[i]);
    let n3 = [0, 1, 2].map(|i| k3 * bl[i] - tl[i]);
    if n2[2].abs() < 0.02 || n3[2].abs() < 0.02 {
        return None;
    }
    let focal = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2]);
    // Focal lengths of telephones and cameras: 0.6 to 3 times the longer side.
    let longer = frame[0].max(frame[1]);
    if !(0.36..9.0).contains(&(focal / (longer * longer))) {
        return None;
    }
    let length = |n: [f64; 3]| (n[0] * n[0] + n[1] * n[1]) / focal + n[2] * n[2];
    Some((length(n2) / length(n3)).sqrt()).filter(|shape| shape.is_finite() && (0.2..5.0).contains(shape))
}

/// A sheet that lay flat on glass: the rectangle nearest to the corners found.
fn rectangle(sheet: Sheet) -> Sheet {
    let turn = tilt(&sheet.corners);
    let level = sheet.corners.map(|corner| Transform::rotate(-turn).apply(corner));
    let [tl, tr, br, bl] = level;
    let (left, right) = ((tl[0] + bl[0]) / 2.0, (tr[0] + br[0]) / 2.0);
    let (top, bottom) = ((tl[1] + tr[1]) / 2.0, (bl[1] + br[1]) / 2.0);
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
    Sheet { corners: corners.map(|corner| Transform::rotate(turn).apply(corner)), ..sheet }
}

/// Mean clockwise rotation of the four sides of a sheet.
fn tilt(corners: &[Point; 4]) -> f64 {
    let angle = |a: Point, b: Point| (b[1] - a[1]).atan2(b[0] - a[0]).to_degrees();
    let [tl, tr, br, bl] = *corners;
    (angle(tl, tr) + angle(bl, br) + (angle(tl, bl) - 90.0) + (angle(tr, br) - 90.0)) / 4.0
}

/// Levels of the flattened picture that become black and white for the reader: white lies above show-through and grain,
/// black at the middle of the ink, so that faint print is strengthened.
fn levels(flat: &GrayImage) -> (u8, u8) {
    let mut counts = [0usize; 256];
    flat.iter().for_each(|&value| counts[usize::from(value)] += 1);
    let ink: usize = counts[..160].iter().sum();
    let mut left = ink / 4;
    let dark = counts[..160].iter().position(|&count| {
        let here = count > left;
        left = left.saturating_sub(count);
        here
    });
    let black = dark.unwrap_or(90).clamp(20, 100) as u8;
    (black, 212)
}

/// A table that takes `levels` to 0 and 255.
pub(crate) fn stretch((black, white): (u8, u8)) -> [u8; 256] {
    let (black, white) = (f32::from(black), f32::from(white.max(black + 1)));
    let mut table = [0; 256];
    for (value, out) in table.iter_mut().enumerate() {
        *out = ((value as f32 - black) / (white - black) * 255.0).round().clamp(0.0, 255.0) as u8;
    }
    table
}

fn warnings(frame: &Frame, params: &Params, examination: &Examination, sheet: Option<&Sheet>) -> Vec<Warning> {
    let findings = &examination.findings;
    let unsure_skew = !findings.blank && findings.skew_confidence < SURE_SKEW && findings.ink > 0.005;
    [
        (examination.native_dpi + 0.5 < f64::from(params.min_dpi), Warning::LowResolution),
        (!findings.dpi_told && sheet.is_none(), Warning::UnknownResolution),
        (sheet.is_some_and(|sheet| sheet.confidence < 0.6), Warning::UnsureCrop),
        (unsure_skew, Warning::UnsureSkew),
        (sheet.is_some_and(|sheet| sheet.cut_off), Warning::CutOff),
        (frame.damaged, Warning::Damaged),
    ]
    .into_iter()
    .filter_map(|(holds, warning)| holds.then_some(warning))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Corners of a sheet `width` × `height` as a camera with the given focal length sees it, tilted about both axes.
    fn photographed(width: f64, height: f64, focal: f64) -> [Point; 4] {
        let (a, b) = (0.35f64, 0.25f64);
        [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]].map(|[u, v]| {
            let (x, y) = (u * width / 2.0, v * height / 2.0);
            let (y, z) = (y * a.cos(), y * a.sin());
            let (x, z) = (x * b.cos() + z * b.sin(), z * b.cos() - x * b.sin());
            let z = z + 2.2 * height;
            [focal * x / z + 1000.0, focal * y / z + 1500.0]
        })
    }

    #[test]
    fn the_shape_of_a_tilted_sheet_or_card_is_recovered() {
        for (width, height) in [(210.0, 297.0), (85.6, 53.98), (148.0, 210.0)] {
            let shape = true_shape(&photographed(width, height, 3200.0), [2000.0, 3000.0]).unwrap();
            assert!((shape - width / height).abs() < 0.01, "{width} × {height}: {shape}");
        }
        let flat = [[100.0, 100.0], [900.0, 100.0], [900.0, 1200.0], [100.0, 1200.0]];
        assert_eq!(true_shape(&flat, [1000.0, 1400.0]), None);
    }

    #[test]
    fn a_shape_near_a4_is_a4_and_a_card_is_not() {
        assert_eq!(paper_size(700.0, 1000.0, || None), A4);
        assert_eq!(paper_size(1000.0, 620.0, || None), [A4[1], A4[0]]);
        assert_eq!(paper_size(620.0, 1000.0, || Some(0.70)), A4);
        let [long, short] = paper_size(1000.0, 640.0, || Some(1.586));
        assert!((long / short - 1.586).abs() < 1e-9);
        let [short, long] = paper_size(300.0, 1000.0, || None);
        assert!((long / short - 10.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_forgotten_resolution_is_not_believed() {
        let frame = |side: u32, dpi: f32| Frame::from_image(DynamicImage::new_luma8(side, side), Some([dpi; 2]));
        assert_eq!(resolution(&frame(3264, 72.0)), ([3264.0 / A4[1]; 2], false));
        assert_eq!(resolution(&frame(3508, 300.0)), ([300.0; 2], true));
    }
}
