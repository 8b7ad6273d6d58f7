//! The paper under the ink: an estimate of what each pixel would be without ink, and division by it.
//!
//! On a coarse plane (about 37 dpi, where strokes have half melted into the paper) a grey closing with a window wider than any stroke
//! keeps the level of the paper, and a blur takes the steps out. Two windows: a narrow one that follows shadows closely, for reading;
//! a wide one for keeping, that leaves photographs and filled areas dark.

use image::{DynamicImage, GrayImage};

use crate::proxy::{resize, resize_gray};

/// Proxy pixels a side of one cell of the coarse plane.
pub(crate) const CELL: f64 = 4.0;
/// Half window in cells, at 37.5 cells an inch: 3 mm.
const NARROW: usize = 4;
/// The wide window is taken on a plane three times coarser: 20 mm.
const COARSER: u32 = 3;
const WIDE: usize = 10;
/// Under a scanner's even light nothing below this share of the page's paper level is paper.
const EVEN: f32 = 0.62;

/// Paper level on a coarse grid over a sheet; sampled bilinearly.
#[derive(Debug, Clone)]
pub(crate) struct Background {
    /// For keeping: one plane (grey) or three (red, green, blue), the wide window where something dark is printed.
    pub kept: Vec<GrayImage>,
    /// For reading and finding: the narrow window on the luma.
    pub luma: GrayImage,
    /// Cells per proxy pixel, x and y.
    pub cells: [f64; 2],
}

impl Background {
    /// `even_light`: the sheet was scanned, so what is dark over a large area is printed and no shadow.
    pub fn estimate(sheet: &DynamicImage, even_light: bool) -> Background {
        let (width, height) = (sheet.width(), sheet.height());
        let coarse_side = |side: u32| ((f64::from(side) / CELL).round() as u32).max(1);
        let (columns, rows) = (coarse_side(width), coarse_side(height));
        let coarse = resize(sheet, columns, rows);
        let planes = planes(&coarse);
        let luma = paper(&crate::proxy::luma(&coarse), NARROW);
        let kept = planes.iter().map(|plane| keeping(plane, even_light)).collect();
        Background { kept, luma, cells: [f64::from(columns) / f64::from(width), f64::from(rows) / f64::from(height)] }
    }

    /// Clean bright paper under even light: nothing to divide out. A fiftieth of the page may be anything.
    pub fn is_even(&self) -> bool {
        self.kept.iter().all(|plane| {
            let (dark, light) = (percentile(plane, 0.02), percentile(plane, 0.9));
            light >= 215 && u32::from(dark) * 100 >= u32::from(light) * 93
        })
    }

    /// The light of the paper at a point of the sheet, 0–255.
    pub fn light(&self, [x, y]: [f64; 2]) -> f64 {
        let cell = |at: f64, cells: f64, side: u32| ((at * cells) as u32).min(side.saturating_sub(1));
        let at = (cell(x, self.cells[0], self.luma.width()), cell(y, self.cells[1], self.luma.height()));
        self.luma.get_pixel_checked(at.0, at.1).map_or(255.0, |level| f64::from(level.0[0]))
    }

    /// White everywhere: bilevel sources have no paper to divide out.
    pub fn white(width: u32, height: u32) -> Background {
        let plane = GrayImage::from_pixel(2, 2, image::Luma([255]));
        let cells = [2.0 / f64::from(width.max(1)), 2.0 / f64::from(height.max(1))];
        Background { kept: vec![plane.clone()], luma: plane, cells }
    }
}

fn planes(image: &DynamicImage) -> Vec<GrayImage> {
    match image {
        DynamicImage::ImageRgb8(rgb) => (0..3)
            .map(|n| {
                let bytes = rgb.as_raw().iter().skip(n).step_by(3).copied().collect();
                GrayImage::from_raw(rgb.width(), rgb.height(), bytes).unwrap_or_default()
            })
            .collect(),
        other => vec![crate::proxy::luma(other)],
    }
}

/// Closing (largest, then smallest value in the window), then a blur half as wide.
fn paper(plane: &GrayImage, half: usize) -> GrayImage {
    let closed = window(&window(plane, half, u8::max), half, u8::min);
    blur(&closed, half.div_ceil(2))
}

/// The paper level for keeping a picture. Where the narrow estimate falls far below the wide one, the dark is no shadow but something
/// printed, and the wide one stands. On a photographed sheet shadows may take more than half of the light; under a scanner's, a quarter.
fn keeping(plane: &GrayImage, even_light: bool) -> GrayImage {
    let near = paper(plane, NARROW);
    let (width, height) = plane.dimensions();
    let coarse = resize_gray(&near, width.div_ceil(COARSER), height.div_ceil(COARSER));
    let far = resize_gray(&paper(&coarse, WIDE), width, height);
    let deepest_shadow = if even_light { 0.6 } else { 0.4 };
    let floor = if even_light { (f32::from(percentile(&near, 0.9)) * EVEN) as u8 } else { 0 };
    let bytes = near.as_raw().iter().zip(far.as_raw()).map(|(&near, &far)| {
        let far = far.max(floor);
        let share = ((f32::from(near) / f32::from(far.max(1)) - deepest_shadow) / 0.15).clamp(0.0, 1.0);
        (f32::from(near) * share + f32::from(far) * (1.0 - share)).round() as u8
    });
    let mixed = GrayImage::from_raw(width, height, bytes.collect()).unwrap_or_default();
    blur(&mixed, 1)
}

/// The level below which `share` of the pixels lie.
pub(crate) fn percentile(plane: &GrayImage, share: f64) -> u8 {
    let mut counts = [0usize; 256];
    plane.iter().for_each(|&v| counts[usize::from(v)] += 1);
    let mut left = (plane.len() as f64 * share) as usize;
    for (value, count) in counts.into_iter().enumerate() {
        if count > left {
            return value as u8;
        }
        left -= count;
    }
    255
}

/// A separable running extreme over `2 * half + 1` cells, the window cut at the borders: whole rows are merged with rows shifted or
/// below, many cells at a time. `pick` may meet a cell twice.
fn window(plane: &GrayImage, half: usize, pick: impl Fn(u8, u8) -> u8) -> GrayImage {
    let width = plane.width() as usize;
    let mut across = plane.clone();
    if width == 0 {
        return across;
    }
    let merge = |to: &mut [u8], from: &[u8]| to.iter_mut().zip(from).for_each(|(to, &from)| *to = pick(*to, from));
    for (from, to) in plane.as_raw().chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        for shift in 1..=half.min(width - 1) {
            merge(&mut to[shift..], from);
            merge(to, &from[shift..]);
        }
    }
    let mut out = across.clone();
    for (y, to) in out.chunks_exact_mut(width).enumerate() {
        let near = across.as_raw().chunks_exact(width).take(y + half + 1).skip(y.saturating_sub(half));
        near.for_each(|from| merge(to, from));
    }
    out
}

/// Three box blurs: near enough to a Gaussian of standard deviation `half`.
pub(crate) fn blur(plane: &GrayImage, half: usize) -> GrayImage {
    let mut out = plane.clone();
    for _ in 0..3 {
        out = box_columns(&box_rows(&out, half), half);
    }
    out
}

fn box_rows(plane: &GrayImage, half: usize) -> GrayImage {
    let mut out = plane.clone();
    let width = plane.width() as usize;
    if width == 0 {
        return out;
    }
    let mut sums = vec![0u32; width + 1];
    for (from, to) in plane.as_raw().chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        for (x, &value) in from.iter().enumerate() {
            sums[x + 1] = sums[x] + u32::from(value);
        }
        for (x, cell) in to.iter_mut().enumerate() {
            let (a, b) = (x.saturating_sub(half), (x + half + 1).min(width));
            let count = (b - a) as u32;
            *cell = ((sums[b] - sums[a] + count / 2) / count) as u8;
        }
    }
    out
}

/// [`box_rows`], but down the columns, whose sums go down the page with the window.
fn box_columns(plane: &GrayImage, half: usize) -> GrayImage {
    let mut out = plane.clone();
    let (width, height) = (plane.width() as usize, plane.height() as usize);
    if width == 0 {
        return out;
    }
    let row = |y: usize| &plane.as_raw()[y * width..(y + 1) * width];
    let mut sums = vec![0u32; width];
    let (mut from, mut to) = (0, 0);
    for (y, cells) in out.chunks_exact_mut(width).enumerate() {
        while to < (y + half + 1).min(height) {
            sums.iter_mut().zip(row(to)).for_each(|(sum, &value)| *sum += u32::from(value));
            to += 1;
        }
        while from < y.saturating_sub(half) {
            sums.iter_mut().zip(row(from)).for_each(|(sum, &value)| *sum -= u32::from(value));
            from += 1;
        }
        let count = (to - from) as u32;
        cells.iter_mut().zip(&sums).for_each(|(cell, &sum)| *cell = ((sum + count / 2) / count) as u8);
    }
    out
}

/// `value` as a share of `paper`, 255 = paper.
#[inline]
pub(crate) fn divide(value: u8, paper: u8) -> u8 {
    ((u32::from(value) * 255 + u32::from(paper) / 2) / u32::from(paper.max(1))).min(255) as u8
}

/// The sheet's luma with the paper divided out, at the sheet's own size.
pub(crate) fn flatten(sheet: &DynamicImage, background: &Background) -> GrayImage {
    let mut flat = crate::proxy::luma(sheet);
    let paper = resize_gray(&background.luma, flat.width(), flat.height());
    for (value, &paper) in flat.iter_mut().zip(paper.as_raw()) {
        *value = divide(*value, paper);
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// At 150 dpi: paper whose light falls from 240 to 120 across the page, strokes at 40 % of it, and a filled block 25 mm wide.
    fn shaded_page() -> GrayImage {
        GrayImage::from_fn(600, 800, |x, y| {
            let paper = 240.0 - f64::from(x) * 0.2;
            let stroke = y % 30 < 3 && (60..540).contains(&x) && x % 17 < 9;
            let block = (200..350).contains(&x) && (600..750).contains(&y);
            Luma([(paper
                * if block {
                    0.3
                } else if stroke {
                    0.4
                } else {
                    1.0
                }) as u8])
        })
    }

    #[test]
    fn division_makes_the_paper_white_and_leaves_the_ink_dark() {
        let page = DynamicImage::ImageLuma8(shaded_page());
        let flat = flatten(&page, &Background::estimate(&page, false));
        for (x, y) in [(50, 110), (300, 110), (590, 400)] {
            assert!(flat.get_pixel(x, y).0[0] > 245, "paper at {x},{y}: {}", flat.get_pixel(x, y).0[0]);
        }
        for x in [72, 310, 531] {
            let ink = flat.get_pixel(x / 17 * 17 + 4, 301).0[0];
            assert!((85..120).contains(&ink), "ink at {x}: {ink}");
        }
    }

    #[test]
    fn windows_and_blurs_are_those_of_the_square_round_each_cell() {
        for (width, height, half) in [(1, 1, 3), (2, 3, 1), (3, 2, 4), (1, 9, 2), (9, 1, 2), (17, 13, 0), (17, 13, 4)] {
            let plane = GrayImage::from_fn(width, height, |x, y| Luma([((x * 37 + y * 101 + x * x * y) % 251) as u8]));
            let half = half as usize;
            let near = |at: u32, length: u32| {
                let (at, length) = (at as usize, length as usize);
                at.saturating_sub(half) as u32..(at + half + 1).min(length) as u32
            };
            let square = |x: u32, y: u32| {
                near(y, height).flat_map(move |y| near(x, width).map(move |x| (x, y))).collect::<Vec<_>>()
            };
            let mean = |plane: &GrayImage, cells: Vec<(u32, u32)>| {
                let sum: u32 = cells.iter().map(|&(x, y)| u32::from(plane.get_pixel(x, y).0[0])).sum();
                ((sum + cells.len() as u32 / 2) / cells.len() as u32) as u8
            };
            let (high, across) = (window(&plane, half, u8::max), box_rows(&plane, half));
            let down = box_columns(&across, half);
            for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
                let most = square(x, y).into_iter().map(|(x, y)| plane.get_pixel(x, y).0[0]).max();
                assert_eq!(Some(high.get_pixel(x, y).0[0]), most, "{width} × {height}, {half}: {x}, {y}");
                let row = near(x, width).map(|x| (x, y)).collect();
                assert_eq!(across.get_pixel(x, y).0[0], mean(&plane, row), "{width} × {height}, {half}: {x}, {y}");
                let column = near(y, height).map(|y| (x, y)).collect();
                assert_eq!(down.get_pixel(x, y).0[0], mean(&across, column), "{width} × {height}, {half}: {x}, {y}");
            }
        }
    }

    #[test]
    fn the_wide_estimate_keeps_filled_areas_dark() {
        let page = DynamicImage::ImageLuma8(shaded_page());
        let background = Background::estimate(&page, false);
        let cell = |plane: &GrayImage| plane.get_pixel(275 / 4, 675 / 4).0[0];
        assert!(cell(&background.kept[0]) > 140, "{}", cell(&background.kept[0]));
        assert!(cell(&background.luma) < 80, "{}", cell(&background.luma));
    }
}
