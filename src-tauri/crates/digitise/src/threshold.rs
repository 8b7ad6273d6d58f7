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

/// From this resolution on, a single pixel at an edge is grain: 0.1 mm, a third of the thinnest stroke.
const SMOOTH_FROM_DPI: f64 = 250.0;
/// Less than one in so many pixels is a little darker than paper where nothing but soft edges of letters is.
const GRAINLESS: usize = 40;
/// Drawn ink darker than this is black, and its edge lies here: a little on the side of paper, for the thinnest marks.
const BLACK: u8 = 96;
const HALF_WAY: f32 = 160.0;
/// A pixel is the edge of another that is so much darker.
const DARKER: u8 = 24;

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
    let drawn = is_drawn(flat);
    let grid = if drawn { Grid::of_drawn(flat, lightest) } else { Grid::new(flat, lightest) };
    for (y, (row, bits)) in flat.as_raw().chunks_exact(width).zip(bitmap.rows.chunks_exact_mut(row_bytes)).enumerate() {
        let levels = grid.row(y);
        for ((n, byte), values) in bits.iter_mut().enumerate().zip(row.chunks(BLOCK)) {
            let pack = |byte, (bit, (&value, level))| byte | u8::from(f32::from(value) < level) << (7 - bit);
            *byte = values.iter().zip(eight(&levels, n)).enumerate().fold(0, pack);
            for (bit, &value) in values.iter().enumerate().filter(|_| drawn) {
                if f32::from(value) >= HALF_WAY && f32::from(value) < lightest && is_darkest(flat, n * BLOCK + bit, y) {
                    *byte |= 1 << (7 - bit);
                }
            }
        }
    }
    bitmap
}

/// Whether no pixel around is clearly darker: a rule, a dot or a stroke in grey, and not the soft edge of something black.
fn is_darkest(flat: &GrayImage, x: usize, y: usize) -> bool {
    let (width, height) = (flat.width() as usize, flat.height() as usize);
    let row = |y: usize| &flat.as_raw()[y * width + x.saturating_sub(1)..y * width + (x + 2).min(width)];
    let here = flat.as_raw()[y * width + x];
    (y.saturating_sub(1)..(y + 2).min(height)).all(|y| row(y).iter().all(|&near| near.saturating_add(DARKER) > here))
}

/// Takes single pixels off straight edges of ink and puts missing ones in: grain, which costs bytes and shows nothing. A pixel changes
/// only where the three on one side of it are of one kind and the other five of the other, so no stroke gets thinner, parts or joins.
pub(crate) fn smoothed(bitmap: Bitmap, dpi: f64) -> Bitmap {
    if dpi < SMOOTH_FROM_DPI {
        return bitmap;
    }
    let row_bytes = (bitmap.width as usize).div_ceil(8);
    let white = vec![0; row_bytes];
    let mut rows = Vec::with_capacity(bitmap.rows.len());
    let row = |y: Option<usize>| y.and_then(|y| bitmap.rows.get(y * row_bytes..(y + 1) * row_bytes)).unwrap_or(&white);
    for y in 0..bitmap.height as usize {
        let three = [row(y.checked_sub(1)), row(Some(y)), row(Some(y + 1))];
        let byte = |row: &[u8], n: usize| row.get(n).copied().unwrap_or(0);
        rows.extend((0..row_bytes).map(|n| {
            // Each bit's neighbours to the west, itself and its neighbours to the east, in the three rows.
            let [[nw, n, ne], [w, here, e], [sw, s, se]] = three.map(|row| {
                let (before, byte, after) = (byte(row, n.wrapping_sub(1)), row[n], byte(row, n + 1));
                [byte >> 1 | before << 7, byte, byte << 1 | after >> 7]
            });
            let sides = [
                ([nw, n, ne], [w, e, sw, s, se]),
                ([sw, s, se], [w, e, nw, n, ne]),
                ([nw, w, sw], [n, s, ne, e, se]),
                ([ne, e, se], [n, s, nw, w, sw]),
            ];
            let odd = |ink: u8| {
                let of = |kind: &[u8], one: u8| kind.iter().fold(0xFF, |all, bits| all & (bits ^ !one));
                sides.iter().fold(0, |found, (side, rest)| found | (of(side, ink) & of(rest, !ink)))
            };
            (here & !odd(0xFF)) | (!here & odd(0))
        }));
    }
    Bitmap { rows, ..bitmap }
}

/// Whether a program drew the page: without a scanner's grain hardly any pixel is a little darker than paper.
fn is_drawn(flat: &GrayImage) -> bool {
    let grain = flat.iter().filter(|value| (200..253).contains(*value)).count();
    grain * GRAINLESS < flat.len()
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

    /// Half way from the darkest ink around to white, and the same half way for everything black: equal letters stay equal, wherever
    /// they stand.
    fn of_drawn(flat: &GrayImage, lightest: f32) -> Grid {
        let (width, height) = (flat.width() as usize, flat.height() as usize);
        let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        let mut darkest = vec![255u8; columns * rows];
        for (y, row) in flat.as_raw().chunks_exact(width).enumerate() {
            for (block, values) in darkest[y / BLOCK * columns..].iter_mut().zip(row.chunks(BLOCK)) {
                *block = values.iter().fold(*block, |least, &value| least.min(value));
            }
        }
        // Two blocks each way: all thresholds that are mixed for a letter's edge have seen the letter.
        let level = |at: usize| {
            let (column, row) = (at % columns, at / columns);
            let seen = (row.saturating_sub(2)..(row + 3).min(rows)).flat_map(|r| {
                darkest[r * columns + column.saturating_sub(2)..r * columns + (column + 3).min(columns)].iter().copied()
            });
            match seen.min().unwrap_or(255) {
                0..BLACK => HALF_WAY,
                faint => f32::midpoint(f32::from(faint), 255.0).min(lightest),
            }
        };
        let levels = (0..columns * rows).map(level).collect();
        Grid { columns, rows, levels }
    }

    /// Thresholds at the centres of a row of blocks, interpolated down to this row of pixels.
    fn row(&self, y: usize) -> Vec<f32> {
        let along = ((y as f32 + 0.5) / BLOCK as f32 - 0.5).clamp(0.0, (self.rows - 1) as f32);
        let (before, share) = (along as usize, along.fract());
        let after = (before + 1).min(self.rows - 1);
        let (top, bottom) = (&self.levels[before * self.columns..], &self.levels[after * self.columns..]);
        top.iter().zip(bottom).take(self.columns).map(|(a, b)| a + (b - a) * share).collect()
    }
}

/// Thresholds of the eight pixels of the `n`-th block of a row, interpolated between the centres of blocks.
fn eight(levels: &[f32], n: usize) -> [f32; BLOCK] {
    let (left, here, right) = (levels[n.saturating_sub(1)], levels[n], levels[(n + 1).min(levels.len() - 1)]);
    let mut out = [0.0; BLOCK];
    for (x, level) in out.iter_mut().enumerate() {
        let along = (x as f32 + 0.5) / BLOCK as f32;
        *level =
            if x < BLOCK / 2 { left + (here - left) * (along + 0.5) } else { here + (right - here) * (along - 0.5) };
    }
    out
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
    fn edges_get_straight_and_thin_strokes_stay() {
        let of = |rows: &[&str]| {
            let mut bits = Bitmap { width: 12, height: rows.len() as u32, rows: vec![0; rows.len() * 2] };
            for (y, row) in rows.iter().enumerate() {
                row.bytes()
                    .enumerate()
                    .filter(|(_, c)| *c == b'#')
                    .for_each(|(x, _)| bits.rows[y * 2 + x / 8] |= 0x80 >> (x % 8));
            }
            bits
        };
        let bar = " ########## ";
        let rough = of(&["            ", "    #       ", bar, bar, " ###### ### ", "            "]);
        let even = of(&["            ", "            ", bar, bar, bar, "            "]);
        assert_eq!(smoothed(rough, 300.0), even);
        let thin = of(&[
            "            ",
            " #     #  # ",
            " #    #     ",
            " #  ########",
            " #          ",
            "       ##   ",
            "       ##   ",
        ]);
        assert_eq!(smoothed(thin.clone(), 300.0), thin);
    }

    #[test]
    fn drawn_letters_are_equal_wherever_they_stand_and_faint_ones_stay() {
        // A letter with soft edges, alone and in a crowd, and a faint one.
        let letter = |x: u32, y: u32| match (x % 20, y % 30) {
            (5 | 9, 3..20) | (6..9, 3 | 19) => 180,
            (6..9, 4..19) => 0,
            _ => 255,
        };
        let flat = GrayImage::from_fn(400, 300, |x, y| {
            Luma([match (x / 20, y / 30) {
                (1, 1) | (5..15, 3..6) => letter(x, y),
                (1, 8) => 255 - (255 - letter(x, y)) / 4,
                _ => 255,
            }])
        });
        assert!(is_drawn(&flat));
        let bitmap = bilevel(&flat);
        for (x, y) in (20..40).flat_map(|x| (30..60).map(move |y| (x, y))) {
            let here = black(&bitmap, x, y);
            assert_eq!(here, letter(x, y) == 0, "{x} {y}");
            assert!((5..15).all(|n| (3..6).all(|m| black(&bitmap, x + (n - 1) * 20, y + (m - 1) * 30) == here)));
            assert_eq!(black(&bitmap, x, y + 210), here, "{x} {y}, faint");
        }
    }

    #[test]
    fn a_grey_rule_beside_drawn_print_stays() {
        let flat = GrayImage::from_fn(160, 120, |x, y| {
            Luma([match (x, y) {
                (20..60, 20..30) => 0,
                (19 | 60, 19..31) | (20..60, 19 | 30) => 170,
                (10..150, 40..42) => 190,
                (80..83, 24..27) => 180,
                _ => 255,
            }])
        });
        assert!(is_drawn(&flat));
        let bitmap = bilevel(&flat);
        assert!((10..150).all(|x| black(&bitmap, x, 40) && black(&bitmap, x, 41)), "the rule");
        assert!(black(&bitmap, 81, 25), "the dot");
        let count: u32 = bitmap.rows.iter().map(|byte| byte.count_ones()).sum();
        assert_eq!(count, 40 * 10 + 140 * 2 + 9, "and no soft edge");
    }

    #[test]
    fn a_filled_area_stays_filled_and_padding_bits_are_white() {
        let bitmap = bilevel(&GrayImage::from_pixel(75, 60, Luma([20])));
        assert!(black(&bitmap, 37, 30) && black(&bitmap, 74, 59));
        assert!(bitmap.rows.chunks(10).all(|row| row[9] & 0b11111 == 0));
        assert_eq!(half(&GrayImage::from_pixel(9, 2, Luma([0]))).rows, [0xFF, 0x80, 0xFF, 0x80]);
    }
}
