//! A page in layers (mixed raster content, ITU-T T.44): black ink and coloured ink as one bit a pixel each, the colours of the latter on
//! a coarse grid, and a ground of half the resolution from which all ink is taken out. Letters, stamps and pens keep their sharp edges,
//! photographs and tints lie in the ground, at a fraction of a colour picture's size.

use std::ops::Range;

use image::{GrayImage, RgbImage};

use crate::proxy::grey_of;
use crate::straighten::{Bitmap, Layers};
use crate::threshold;

/// Pixels of the page a side of one pixel of the ground, and of one of the coloured ink's colours.
const GROUND_STEP: usize = 2;
const COLOUR_STEP: usize = 4;
/// Distance of the highest from the lowest channel, of 255, from which dark and lighter pixels have a colour. Black print stays below,
/// but for the fringes that JPEG's halved colour resolution gives it beside a stamp.
const CHROMA: u8 = 48;
const PALE_CHROMA: u8 = 24;
/// Ink whose highest channel is below this is black even where a stamp lends it some colour: red ink reflects red.
const DARK: u8 = 118;
/// Ink is no lighter than this; what is fainter stays in the ground.
const LIGHTEST: f32 = 175.0;
/// A ground whose channels are all above this is paper.
const PAPER: u8 = 228;
/// Side in inches of a square as large as the largest spot that stays behind where coloured inks cross: 0.75 mm.
const CRUMB_INCH: f64 = 0.03;
/// Cells in an inch, about 2 mm, and the least number of them together (2 cm²) that makes a photograph.
const CELLS_PER_INCH: f64 = 12.0;
const PHOTOGRAPH: usize = 50;

/// Splits a page on white paper, at `dpi`.
///
/// Black ink is decided on the highest channel: red, blue and every other coloured ink is light in its own, only black is dark in all.
/// All other ink is coloured.
pub(crate) fn split(page: &RgbImage, dpi: f64) -> Layers {
    let highest = plane(page, |[r, g, b]| r.max(g).max(b));
    let mut ink = threshold::below(&highest, LIGHTEST);
    without_colour(&mut ink, page);
    without_crumbs(&mut ink, page, (dpi * CRUMB_INCH).powi(2) as usize);
    let mut ink = threshold::smoothed(ink, dpi);
    // Where there is colour the lowest channel shows it at its strongest.
    let strongest = |[r, g, b]: [u8; 3]| if tinted([r, g, b]) { r.min(g).min(b) } else { grey_of(r, g, b) };
    let mut coloured = threshold::below(&plane(page, strongest), LIGHTEST);
    coloured.rows.iter_mut().zip(&ink.rows).for_each(|(colour, black)| *colour &= !black);
    let cell = (dpi / CELLS_PER_INCH).round().max(4.0) as usize;
    for (rows, columns) in photographs(&highest, cell) {
        for y in rows {
            clear(&mut ink, y, columns.clone());
            clear(&mut coloured, y, columns.clone());
        }
    }
    let ground = ground(page, &ink, &coloured);
    let colours = colours(page, &coloured);
    Layers { ink, coloured, colours, ground }
}

fn plane(page: &RgbImage, level: impl Fn([u8; 3]) -> u8) -> GrayImage {
    let bytes = page.as_raw().as_chunks::<3>().0.iter().map(|&pixel| level(pixel)).collect();
    GrayImage::from_raw(page.width(), page.height(), bytes).unwrap_or_default()
}

/// Whether a pixel has a colour, be it the pale edge of one.
#[inline]
fn tinted([r, g, b]: [u8; 3]) -> bool {
    r.max(g).max(b) - r.min(g).min(b) > PALE_CHROMA
}

/// Whether an inked pixel is of a coloured ink.
#[inline]
fn coloured([r, g, b]: [u8; 3]) -> bool {
    let (low, high) = (r.min(g).min(b), r.max(g).max(b));
    let chroma = high - low;
    match high {
        DARK.. => chroma > PALE_CHROMA,
        // Pens are blue down to the darkest; other inks that dark are black, unless nearly nothing is left of the other channels.
        _ => chroma > CHROMA && (b == high || u16::from(chroma) * 5 > u16::from(high) * 3),
    }
}

fn without_colour(ink: &mut Bitmap, page: &RgbImage) {
    let width = ink.width as usize;
    let row_bytes = width.div_ceil(8).max(1);
    let pixels = page.as_raw().as_chunks::<3>().0;
    for (bits, row) in ink.rows.chunks_exact_mut(row_bytes).zip(pixels.chunks_exact(width.max(1))) {
        for (byte, eight) in bits.iter_mut().zip(row.chunks(8)).filter(|(byte, _)| **byte != 0) {
            for (n, _) in eight.iter().enumerate().filter(|(_, pixel)| coloured(**pixel)) {
                *byte &= !(0x80 >> n);
            }
        }
    }
}

/// Where a blue pen crosses a red stamp the two are nearly black together. A spot of ink of no more pixels than `most`, with colour
/// round a third of it, belongs to the colour.
fn without_crumbs(ink: &mut Bitmap, page: &RgbImage, most: usize) {
    let (width, height) = (ink.width as usize, ink.height as usize);
    let row_bytes = width.div_ceil(8);
    let pixels = page.as_raw().as_chunks::<3>().0;
    // Pixels of spots counted before, and of the one being counted. A spot that grows too large is left half counted, and whatever
    // touches it is as large.
    let mut before = Bitmap { rows: vec![0; ink.rows.len()], ..*ink };
    let mut now = before.clone();
    for n in 0..ink.rows.len() {
        let (y, left) = (n / row_bytes, n % row_bytes * 8);
        let beside = || around(left, y, 8, width, height).any(|(x, y)| coloured(pixels[y * width + x]));
        if ink.rows[n] == 0 || !beside() {
            continue;
        }
        for start in (left..(left + 8).min(width)).map(|x| (x, y)) {
            if !black(ink, start) || black(&before, start) {
                continue;
            }
            mark(&mut now, start, true);
            let mut spot = vec![start];
            let (mut next, mut colour, mut paper, mut large) = (0, 0, 0, false);
            while let Some(&(x, y)) = spot.get(next).filter(|_| !large) {
                next += 1;
                for at in around(x, y, 1, width, height) {
                    if !black(ink, at) {
                        let counter = if tinted(pixels[at.1 * width + at.0]) { &mut colour } else { &mut paper };
                        *counter += 1;
                    } else if !black(&now, at) {
                        large |= black(&before, at);
                        mark(&mut now, at, true);
                        spot.push(at);
                    }
                }
                large |= spot.len() > most;
            }
            for &at in &spot {
                mark(&mut now, at, false);
                mark(&mut before, at, true);
            }
            if !large && colour * 2 > paper {
                spot.iter().for_each(|&at| mark(ink, at, false));
            }
        }
    }
}

/// The pixels from one before to one behind a span, in its row and the rows above and below, that are on the page.
fn around(x: usize, y: usize, span: usize, width: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    let columns = x.saturating_sub(1)..(x + span + 1).min(width);
    (y.saturating_sub(1)..(y + 2).min(height)).flat_map(move |y| columns.clone().map(move |x| (x, y)))
}

fn black(bitmap: &Bitmap, (x, y): (usize, usize)) -> bool {
    bitmap.rows[y * (bitmap.width as usize).div_ceil(8) + x / 8] & (0x80 >> (x % 8)) != 0
}

fn mark(bitmap: &mut Bitmap, (x, y): (usize, usize), black: bool) {
    let (at, bit) = (y * (bitmap.width as usize).div_ceil(8) + x / 8, 0x80 >> (x % 8));
    if black { bitmap.rows[at] |= bit } else { bitmap.rows[at] &= !bit }
}

/// Rows and columns of what must not be parted: a photograph's darker parts look like ink and must not be torn out of it. Cells filled
/// with tones of many levels, where enough of them lie together, keep everything in the ground, and so do their neighbours.
fn photographs(highest: &GrayImage, cell: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let (width, height) = (highest.width() as usize, highest.height() as usize);
    let (columns, rows) = (width / cell, height / cell);
    let toned: Vec<bool> =
        (0..columns * rows).map(|n| is_toned(highest, n % columns * cell, n / columns * cell, cell)).collect();
    let mut seen = vec![false; toned.len()];
    let mut found = Vec::new();
    for start in 0..toned.len() {
        if !toned[start] || seen[start] {
            continue;
        }
        let group = connected(start, &toned, &mut seen, columns);
        if group.len() >= PHOTOGRAPH {
            let span = |n: usize, most: usize| n.saturating_sub(1) * cell..((n + 2) * cell).min(most);
            found.extend(group.iter().map(|n| (span(n / columns, height), span(n % columns, width))));
        }
    }
    found
}

/// Hardly any paper, and levels spread as in a picture; a tinted field is filled too, but evenly.
fn is_toned(plane: &GrayImage, left: usize, top: usize, cell: usize) -> bool {
    let (mut filled, mut sum, mut squares) = (0u32, 0u32, 0u32);
    for y in top..top + cell {
        let start = y * plane.width() as usize + left;
        for &value in &plane.as_raw()[start..start + cell] {
            if (40..215).contains(&value) {
                let value = u32::from(value);
                filled += 1;
                sum += value;
                squares += value * value;
            }
        }
    }
    if filled * 10 < (cell * cell) as u32 * 8 {
        return false;
    }
    let mean = f64::from(sum) / f64::from(filled);
    f64::from(squares) / f64::from(filled) - mean * mean > 30.0
}

fn connected(start: usize, toned: &[bool], seen: &mut [bool], columns: usize) -> Vec<usize> {
    let mut group = vec![start];
    seen[start] = true;
    let mut next = 0;
    while let Some(&at) = group.get(next) {
        next += 1;
        let column = at % columns;
        let around = [
            (column > 0).then(|| at - 1),
            (column + 1 < columns).then_some(at + 1),
            at.checked_sub(columns),
            Some(at + columns).filter(|&n| n < toned.len()),
        ];
        for n in around.into_iter().flatten() {
            if toned[n] && !seen[n] {
                seen[n] = true;
                group.push(n);
            }
        }
    }
    group
}

/// Makes a span of a row white.
fn clear(bitmap: &mut Bitmap, y: usize, columns: Range<usize>) {
    let row_bytes = (bitmap.width as usize).div_ceil(8);
    for x in columns {
        bitmap.rows[y * row_bytes + x / 8] &= !(0x80 >> (x % 8));
    }
}

/// The page without its ink; what the ink hides is filled in from around it. The soft edge of ink is no ground.
fn ground(page: &RgbImage, ink: &Bitmap, coloured: &Bitmap) -> RgbImage {
    let row_bytes = (ink.width as usize).div_ceil(8).max(1);
    let columns = (page.width() as usize).div_ceil(GROUND_STEP);
    let mut inked = vec![false; columns * (page.height() as usize).div_ceil(GROUND_STEP)];
    let bits: Vec<u8> = ink.rows.iter().zip(&coloured.rows).map(|(black, colour)| black | colour).collect();
    for (y, bits) in bits.chunks_exact(row_bytes).enumerate() {
        let line = &mut inked[y / GROUND_STEP * columns..(y / GROUND_STEP + 1) * columns];
        for (byte, four) in bits.iter().zip(line.chunks_mut(8 / GROUND_STEP)).filter(|(byte, _)| **byte != 0) {
            four.iter_mut().enumerate().for_each(|(n, cell)| *cell |= byte >> (6 - 2 * n) & 3 != 0);
        }
    }
    let wide: Vec<bool> = inked
        .chunks_exact(columns.max(1))
        .flat_map(|row| (0..columns).map(|n| row[n.saturating_sub(1)] | row[n] | row[(n + 1).min(columns - 1)]))
        .collect();
    let at = |n: usize| wide.get(n).copied().unwrap_or(false);
    let hidden: Vec<bool> = (0..wide.len()).map(|n| at(n) | at(n.wrapping_sub(columns)) | at(n + columns)).collect();
    let mut colours = halved(page);
    colours.iter_mut().filter(|colour| colour.iter().all(|&part| part >= PAPER)).for_each(|paper| *paper = [255; 3]);
    fill(&mut colours, &hidden, columns);
    picture(colours, columns)
}

/// The colours of coloured ink. The darker a pixel, the more it counts: at its edge ink is half paper.
fn colours(page: &RgbImage, coloured: &Bitmap) -> RgbImage {
    let width = page.width() as usize;
    let (columns, row_bytes) = (width.div_ceil(COLOUR_STEP), width.div_ceil(8).max(1));
    let mut sums = vec![[0u32; 4]; columns * (page.height() as usize).div_ceil(COLOUR_STEP)];
    let lines = page.as_raw().as_chunks::<3>().0.chunks_exact(width.max(1));
    for (y, (line, bits)) in lines.zip(coloured.rows.chunks_exact(row_bytes)).enumerate() {
        let sums = &mut sums[y / COLOUR_STEP * columns..];
        for (at, (byte, eight)) in bits.iter().zip(line.chunks(8)).enumerate().filter(|(_, (byte, _))| **byte != 0) {
            for (n, &[r, g, b]) in eight.iter().enumerate().filter(|(n, _)| byte & (0x80 >> n) != 0) {
                let weight = (256 - u32::from(grey_of(r, g, b))).pow(2) / 64 + 1;
                let sum = &mut sums[(at * 8 + n) / COLOUR_STEP];
                sum.iter_mut().zip([r, g, b, 1]).for_each(|(sum, part)| *sum += weight * u32::from(part));
            }
        }
    }
    let unknown: Vec<bool> = sums.iter().map(|sum| sum[3] == 0).collect();
    let mut colours: Vec<[u8; 3]> =
        sums.iter().map(|&[r, g, b, all]| [r, g, b].map(|sum| (sum / all.max(1)) as u8)).collect();
    fill(&mut colours, &unknown, columns);
    picture(colours, columns)
}

fn picture(colours: Vec<[u8; 3]>, columns: usize) -> RgbImage {
    let rows = colours.len() / columns.max(1);
    RgbImage::from_raw(columns as u32, rows as u32, colours.into_flattened()).unwrap_or_default()
}

/// The means of squares of two pixels a side.
fn halved(page: &RgbImage) -> Vec<[u8; 3]> {
    const { assert!(GROUND_STEP == 2) };
    let width = (page.width() as usize).max(1);
    let pixels = page.as_raw().as_chunks::<3>().0;
    let mut means = Vec::with_capacity(pixels.len() / 4 + width);
    for lines in pixels.chunks(width * 2) {
        // A last line alone is its own neighbour, as is a last column.
        let (above, below) = (&lines[..width], &lines[lines.len() - width..]);
        let squares = above.chunks(2).zip(below.chunks(2));
        means.extend(squares.map(|(above, below)| {
            let corners = [above[0], above[above.len() - 1], below[0], below[below.len() - 1]];
            std::array::from_fn(|n| (corners.iter().map(|corner| u32::from(corner[n])).sum::<u32>() / 4) as u8)
        }));
    }
    means
}

/// Gives hidden pixels the mean of the visible ones around them, looked for at coarser and coarser scales.
fn fill(colours: &mut [[u8; 3]], hidden: &[bool], columns: usize) {
    let rows = colours.len() / columns.max(1);
    if !hidden.contains(&true) || colours.len() < 2 {
        // One pixel left and nothing known of it: paper.
        if hidden == [true] {
            colours[0] = [255; 3];
        }
        return;
    }
    let (half_columns, half_rows) = (columns.div_ceil(2), rows.div_ceil(2));
    let mut coarse = vec![[0u8; 3]; half_columns * half_rows];
    let mut unknown = vec![false; coarse.len()];
    for (n, (mean, unknown)) in coarse.iter_mut().zip(&mut unknown).enumerate() {
        let (x, y) = (n % half_columns * 2, n / half_columns * 2);
        let (mut sums, mut count) = ([0u32; 3], 0);
        for at in [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)] {
            if at.0 < columns && at.1 < rows && !hidden[at.1 * columns + at.0] {
                sums.iter_mut().zip(colours[at.1 * columns + at.0]).for_each(|(sum, part)| *sum += u32::from(part));
                count += 1;
            }
        }
        match count {
            0 => *unknown = true,
            _ => *mean = sums.map(|sum| (sum / count) as u8),
        }
    }
    fill(&mut coarse, &unknown, half_columns);
    for (n, colour) in colours.iter_mut().enumerate().filter(|(n, _)| hidden[*n]) {
        *colour = coarse[n / columns / 2 * half_columns + n % columns / 2];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    const INK: [u8; 3] = [38, 36, 40];
    const RED: [u8; 3] = [214, 60, 78];
    const BLUE: [u8; 3] = [40, 62, 150];

    /// Lines of strokes five pixels wide, a red bar across some of them, a blue line, at 300 dpi on white paper.
    fn page(extra: impl Fn(u32, u32) -> Option<[u8; 3]>) -> RgbImage {
        RgbImage::from_fn(601, 403, |x, y| {
            let stroke = y % 40 < 24 && x % 20 < 5 && (100..500).contains(&x) && y < 200;
            Rgb(match extra(x, y) {
                Some(colour) => colour,
                None if stroke => INK,
                None if (280..320).contains(&x) => RED,
                None if (300..304).contains(&y) => BLUE,
                None => [252, 250, 247],
            })
        })
    }

    fn black(bitmap: &Bitmap, x: u32, y: u32) -> bool {
        super::black(bitmap, (x as usize, y as usize))
    }

    fn near(a: [u8; 3], b: [u8; 3]) -> bool {
        a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 12)
    }

    #[test]
    fn each_ink_goes_to_its_layer_and_nothing_of_it_is_left_in_the_ground() {
        let page = page(|_, _| None);
        let Layers { ink, coloured, colours, ground } = split(&page, 300.0);
        assert_eq!((ink.width, ink.height, ground.dimensions()), (601, 403, (301, 202)));
        assert_eq!(((coloured.width, coloured.height), colours.dimensions()), ((601, 403), (151, 101)));
        for (x, y, pixel) in page.enumerate_pixels() {
            let found = (black(&ink, x, y), black(&coloured, x, y));
            assert_eq!(found, (pixel.0 == INK, pixel.0 == RED || pixel.0 == BLUE), "{x}, {y}");
        }
        let at = |x: u32, y: u32| colours.get_pixel(x / 4, y / 4).0;
        // The bar is red where it is seen, and its colour goes on where a stroke lies over it.
        assert!(near(at(292, 100), RED) && near(at(302, 10), RED), "{:?} {:?}", at(292, 100), at(302, 10));
        assert!(near(at(450, 301), BLUE), "{:?}", at(450, 301));
        assert!(ground.pixels().all(|pixel| pixel.0 == [255; 3]));
    }

    #[test]
    fn where_two_coloured_inks_cross_nothing_is_black_and_a_letter_beside_a_stamp_is() {
        // The blue line runs on through the red bar, and the two make a spot of eight by four dark pixels there; a dot of black as large
        // stands on paper, touching the bar.
        let crossing = |x: u32, y: u32| {
            let both = (288..296).contains(&x) && (300..304).contains(&y);
            let dot = (320..328).contains(&x) && (350..354).contains(&y);
            (both || dot).then_some(INK)
        };
        let Layers { ink, coloured, .. } = split(&page(crossing), 300.0);
        assert!((288..296).all(|x| (300..304).all(|y| !black(&ink, x, y) && black(&coloured, x, y))));
        assert!((320..328).all(|x| (350..354).all(|y| black(&ink, x, y))));
    }

    #[test]
    fn a_photograph_stays_whole() {
        let photograph = |x: u32, y: u32| {
            let (u, v) = (x.checked_sub(330)?, y.checked_sub(210)?);
            let tone = 120.0 + 90.0 * (f64::from(u) / 17.0).sin() * (f64::from(v) / 23.0).cos();
            (u < 260 && v < 190).then_some([tone as u8; 3])
        };
        let page = page(photograph);
        let Layers { ink, coloured, ground, .. } = split(&page, 300.0);
        assert!((335..585).all(|x| (215..395).all(|y| !black(&ink, x, y) && !black(&coloured, x, y))));
        let seen = |x: u32, y: u32| (ground.get_pixel(x / 2, y / 2).0, page.get_pixel(x, y).0);
        assert!((340..580).step_by(7).all(|x| (220..390).step_by(7).all(|y| near(seen(x, y).0, seen(x, y).1))));
        assert!(black(&ink, 102, 10));
    }

    #[test]
    fn the_smallest_pages_have_layers_too() {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 3)] {
            let Layers { ink, ground, .. } = split(&RgbImage::from_pixel(width, height, Rgb([0; 3])), 300.0);
            assert_eq!((ink.width, ink.height), (width, height));
            assert_eq!(ground.dimensions(), (width.div_ceil(2), height.div_ceil(2)));
        }
    }
}
