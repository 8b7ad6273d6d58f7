//! From grey to one bit a pixel: Sauvola's local threshold (Sauvola and Pietikäinen, Adaptive document image binarization, 2000)
//! on the flattened picture, with the window's statistics on a grid of blocks and interpolated between.

use image::GrayImage;

use crate::straighten::Bitmap;

/// Pixels a side of a block; a window is 3 × 3 blocks, 2 mm at 300 dpi: about two x-heights.
const BLOCK: usize = 8;
/// Sauvola's k, and R as a share of 255.
const K: f32 = 0.28;
const R: f32 = 128.0;
/// The threshold never leaves these levels: below, filled areas would become hollow; above, paper grain would turn black.
const BOUNDS: (f32, f32) = (118.0, 206.0);

/// Ink of a flattened picture. Thin marks stand on a bright window, which lifts the threshold towards the paper: tone marks and dots
/// survive where a global threshold loses them. Nothing is removed afterwards.
pub(crate) fn bilevel(flat: &GrayImage) -> Bitmap {
    below(flat, BOUNDS.1)
}

/// The same with a lower limit for what can be ink, for where faint marks are kept in another way: strokes stay as thin as they are.
pub(crate) fn below(flat: &GrayImage, lightest: f32) -> Bitmap {
    let (width, height) = (flat.width() as usize, flat.height() as usize);
    let row_bytes = width.div_ceil(8);
    let mut bitmap = Bitmap { width: flat.width(), height: flat.height(), rows: vec![0; row_bytes * height] };
    if width == 0 || height == 0 {
        return bitmap;
    }
    let grid = Grid::new(flat, lightest);
    let places: Vec<Place> = (0..width).map(|x| Place::of(x, grid.columns)).collect();
    let mut levels = vec![0f32; width];
    for (y, (row, bits)) in flat.as_raw().chunks_exact(width).zip(bitmap.rows.chunks_exact_mut(row_bytes)).enumerate() {
        grid.row(y, &places, &mut levels);
        for (n, byte) in bits.iter_mut().enumerate() {
            let (values, levels) = (&row[n * 8..(n * 8 + 8).min(width)], &levels[n * 8..(n * 8 + 8).min(width)]);
            for (bit, (&value, &level)) in values.iter().zip(levels).enumerate() {
                *byte |= u8::from(f32::from(value) < level) << (7 - bit);
            }
        }
    }
    bitmap
}

/// A fixed threshold half way: for sources that had one bit a pixel.
pub(crate) fn half(gray: &GrayImage) -> Bitmap {
    let width = gray.width() as usize;
    let mut rows = Vec::with_capacity(width.div_ceil(8) * gray.height() as usize);
    if width > 0 {
        for row in gray.as_raw().chunks_exact(width) {
            let pack = |eight: &[u8]| eight.iter().enumerate().fold(0, |b, (n, &v)| b | u8::from(v < 128) << (7 - n));
            rows.extend(row.chunks(8).map(pack));
        }
    }
    Bitmap { width: gray.width(), height: gray.height(), rows }
}

/// Thresholds at the centres of blocks.
struct Grid {
    columns: usize,
    rows: usize,
    levels: Vec<f32>,
}

impl Grid {
    fn new(flat: &GrayImage, lightest: f32) -> Grid {
        let (width, height) = (flat.width() as usize, flat.height() as usize);
        let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        // Count, sum and sum of squares of each block.
        let mut blocks = vec![[0u32; 3]; columns * rows];
        for (y, row) in flat.as_raw().chunks_exact(width).enumerate() {
            for (block, values) in blocks[y / BLOCK * columns..].iter_mut().zip(row.chunks(BLOCK)) {
                for &value in values {
                    block[1] += u32::from(value);
                    block[2] += u32::from(value) * u32::from(value);
                }
                block[0] += values.len() as u32;
            }
        }
        let level = |at: usize| {
            let (column, row) = (at % columns, at / columns);
            let mut sums = [0f32; 3];
            for r in row.saturating_sub(1)..(row + 2).min(rows) {
                for block in &blocks[r * columns + column.saturating_sub(1)..r * columns + (column + 2).min(columns)] {
                    for (sum, &value) in sums.iter_mut().zip(block) {
                        *sum += value as f32;
                    }
                }
            }
            let mean = sums[1] / sums[0];
            let deviation = (sums[2] / sums[0] - mean * mean).max(0.0).sqrt();
            (mean * (1.0 + K * (deviation / R - 1.0))).clamp(BOUNDS.0, lightest)
        };
        let levels = (0..columns * rows).map(level).collect();
        Grid { columns, rows, levels }
    }

    /// Thresholds of one row of pixels, interpolated between the centres of blocks; `places` are those of its columns.
    fn row(&self, y: usize, places: &[Place], out: &mut [f32]) {
        let at = Place::of(y, self.rows);
        let (top, bottom) = (&self.levels[at.before * self.columns..], &self.levels[at.after * self.columns..]);
        let column: Vec<f32> = top.iter().zip(bottom).take(self.columns).map(|(a, b)| a + (b - a) * at.share).collect();
        for (level, place) in out.iter_mut().zip(places) {
            let (left, right) = (column[place.before], column[place.after]);
            *level = left + (right - left) * place.share;
        }
    }
}

/// Between which centres of blocks a pixel lies.
struct Place {
    before: usize,
    after: usize,
    share: f32,
}

impl Place {
    fn of(at: usize, count: usize) -> Place {
        let along = ((at as f32 + 0.5) / BLOCK as f32 - 0.5).clamp(0.0, (count - 1) as f32);
        let before = along as usize;
        Place { before, after: (before + 1).min(count - 1), share: along - before as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn black(bitmap: &Bitmap, x: u32, y: u32) -> bool {
        let row_bytes = bitmap.width.div_ceil(8) as usize;
        bitmap.rows[y as usize * row_bytes + x as usize / 8] >> (7 - x % 8) & 1 == 1
    }

    #[test]
    fn a_faint_dot_below_a_letter_survives_and_paper_grain_does_not() {
        let flat = GrayImage::from_fn(120, 80, |x, y| {
            let letter = (40..46).contains(&x) && (20..44).contains(&y);
            let dot = (42..45).contains(&x) && (50..53).contains(&y);
            Luma([if letter {
                30
            } else if dot {
                170
            } else {
                240 + ((x * 7 + y * 13) % 15) as u8
            }])
        });
        let bitmap = bilevel(&flat);
        assert!(black(&bitmap, 43, 30) && black(&bitmap, 43, 51));
        let count: u32 = bitmap.rows.iter().map(|byte| byte.count_ones()).sum();
        assert_eq!(count, 6 * 24 + 3 * 3);
    }

    #[test]
    fn a_filled_area_stays_filled_and_padding_bits_are_white() {
        let bitmap = bilevel(&GrayImage::from_pixel(75, 60, Luma([20])));
        assert!(black(&bitmap, 37, 30) && black(&bitmap, 74, 59));
        assert!(bitmap.rows.chunks(10).all(|row| row[9] & 0b11111 == 0));
        assert_eq!(half(&GrayImage::from_pixel(9, 2, Luma([0]))).rows, [0xFF, 0x80, 0xFF, 0x80]);
    }
}
