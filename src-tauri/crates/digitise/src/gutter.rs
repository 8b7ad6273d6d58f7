//! Two pages on one sheet: an open book, two A5 letters side by side. What is looked for is a gutter: near the middle of a sheet that is
//! about √2 times as wide as high, a strip from the first line to the last in which nothing is printed, as wide as two margins, and on
//! either side of it a page of lines of its own. A table's rules and the lines that run across a letterhead lie in the strip, the gap
//! between two columns is narrower than the margins beside them; so neither is taken for one.
//!
//! The finding is a proposal: nothing is divided here.

use image::GrayImage;
use serde::{Deserialize, Serialize};

/// Where two pages meet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gutter {
    /// Share of the sheet's longer side at which it lies, from the sheet's left or top as the sheet was found.
    pub at: f64,
    /// The longer side runs down the frame: the pages lie on their sides.
    pub sideways: bool,
    /// 0–1; from [`Gutter::PROPOSED`] on it is worth asking a person.
    pub confidence: f32,
}

impl Gutter {
    /// Below this nobody is to be asked.
    pub const PROPOSED: f32 = 0.5;
}

/// Millimetres a side of the cells in which ink is counted.
const CELL: f64 = 0.5;
/// Share of a cell's pixels that makes it ink.
const INKED: f32 = 0.12;
/// Shapes a double page has: √2 for two sheets of the A series, less and more for books.
const SHAPES: std::ops::RangeInclusive<f64> = 1.2..=1.75;
/// How far the gutter's middle may be off the sheet's, in shares of its longer side.
const OFF_MIDDLE: f64 = 0.07;
/// Specks and the ends of a fold: this share of a column's cells may be inked.
const SPECKS: f64 = 0.01;
/// A fold, a binding's shadow with a sharp edge: a dark line down the whole gutter, no wider than this, millimetres.
const FOLD: f64 = 3.0;
/// Lines of text a page must have, and the share of the half it must take across.
const FEWEST_LINES: usize = 5;
const NARROWEST_BLOCK: f64 = 0.5;
/// Share of its block a line must take to count as full, and of the lines that must be: cells of a table are shorter.
const FULL: f64 = 0.7;
/// Least shadow, as the share of light lost, that is one.
const SHADOW: f64 = 0.06;

/// Looks for a gutter on a straight page with its paper divided out; `paper` gives the light of the undivided paper at a point of it.
pub(crate) fn find(straight: &GrayImage, dpi: f64, paper: impl Fn([f64; 2]) -> f64) -> Option<Gutter> {
    let (width, height) = (f64::from(straight.width()), f64::from(straight.height()));
    let sideways = height > width;
    let shape = width.max(height) / width.min(height).max(1.0);
    if !SHAPES.contains(&shape) {
        return None;
    }
    let cells = Cells::count(straight, dpi, sideways);
    if !cells.lines_run_across() {
        return None;
    }
    let strip = cells.strip()?;
    let halves = [cells.block(0, strip.from)?, cells.block(strip.to, cells.columns)?];
    let confidence = cells.judge(&strip, &halves)?;
    let middle = (strip.from + strip.to) as f64 / 2.0 / cells.columns as f64;
    let shadow = shadow(if sideways { [height, width] } else { [width, height] }, middle, |[along, across]| {
        paper(if sideways { [across, along] } else { [along, across] })
    });
    // The shadow's deepest place is where the book is bound; a fold is where it is folded.
    let at = match (strip.fold, shadow) {
        (Some(fold), _) => (fold as f64 + 0.5) / cells.columns as f64,
        (None, Some((at, _))) => at,
        (None, None) => middle,
    };
    let seen = if strip.fold.is_some() || shadow.is_some() { 0.3 } else { 0.0 };
    Some(Gutter { at, sideways, confidence: (confidence + seen).min(1.0) as f32 })
        .filter(|gutter| gutter.confidence >= Gutter::PROPOSED)
}

/// The page in cells, the longer side across.
struct Cells {
    columns: usize,
    rows: usize,
    inked: Vec<bool>,
}

/// Columns without print, from the left page's text to the right one's.
struct Strip {
    from: usize,
    to: usize,
    /// Column of a dark line down the strip.
    fold: Option<usize>,
}

/// A page's text: its columns, and how many lines it has and how many of them are full.
struct Block {
    from: usize,
    to: usize,
    lines: usize,
    full: usize,
    top: usize,
    bottom: usize,
}

impl Cells {
    fn count(page: &GrayImage, dpi: f64, sideways: bool) -> Cells {
        let side = (CELL / 25.4 * dpi).round().max(1.0) as usize;
        let width = page.width() as usize;
        let (across, down) = (width / side, page.height() as usize / side);
        let mut dark = vec![0u32; across * down];
        for (y, row) in page.as_raw().chunks_exact(width.max(1)).take(down * side).enumerate() {
            for (count, pixels) in dark[y / side * across..].iter_mut().take(across).zip(row.chunks_exact(side)) {
                *count += pixels.iter().filter(|&&value| value < 150).count() as u32;
            }
        }
        let enough = (INKED * (side * side) as f32).max(1.0) as u32;
        let inked = |x: usize, y: usize| dark[y * across + x] >= enough;
        let (columns, rows) = if sideways { (down, across) } else { (across, down) };
        let at = |n: usize| if sideways { inked(n / columns, n % columns) } else { inked(n % columns, n / columns) };
        Cells { columns, rows, inked: (0..columns * rows).map(at).collect() }
    }

    fn is_inked(&self, x: usize, y: usize) -> bool {
        self.inked[y * self.columns + x]
    }

    /// Lines of text alternate with paper from row to row, not from column to column.
    fn lines_run_across(&self) -> bool {
        let changes = |profile: &[f64]| {
            let total: f64 = profile.iter().map(|n| n * n).sum();
            profile.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum::<f64>() / total.max(1.0)
        };
        let middle = self.columns / 2;
        let row = |y: usize, x: std::ops::Range<usize>| x.filter(|&x| self.is_inked(x, y)).count() as f64;
        let rows = |x: std::ops::Range<usize>| (0..self.rows).map(|y| row(y, x.clone())).collect::<Vec<_>>();
        // A rule, a fold or the sheet's edge is no text.
        let text = |count: usize| if 2 * count > self.rows { 0.0 } else { count as f64 };
        let columns: Vec<f64> =
            (0..self.columns).map(|x| text((0..self.rows).filter(|&y| self.is_inked(x, y)).count())).collect();
        changes(&rows(0..middle)).min(changes(&rows(middle..self.columns))) > 1.5 * changes(&columns)
    }

    /// The widest strip without print near the middle, over the height of all the text.
    fn strip(&self) -> Option<Strip> {
        let written = |y: &usize| (0..self.columns).filter(|&x| self.is_inked(x, *y)).count() > 2;
        let (top, bottom) = ((0..self.rows).find(written)?, (0..self.rows).rfind(written)? + 1);
        let height = (bottom - top) as f64;
        let ink: Vec<f64> =
            (0..self.columns).map(|x| (top..bottom).filter(|&y| self.is_inked(x, y)).count() as f64 / height).collect();
        let widest_fold = (FOLD / CELL) as usize;
        let empty = |x: usize| ink[x] <= SPECKS;
        let near = |share: f64| (share * self.columns as f64) as usize;
        let mut best: Option<Strip> = None;
        for start in (near(0.5 - OFF_MIDDLE)..near(0.5 + OFF_MIDDLE)).filter(|&x| empty(x)) {
            if best.as_ref().is_some_and(|strip| (strip.from..strip.to).contains(&start)) {
                continue;
            }
            let (mut from, mut to, mut fold) = (start, start + 1, None);
            loop {
                if from > 0 && empty(from - 1) {
                    from -= 1;
                } else if to < self.columns && empty(to) {
                    to += 1;
                } else if let Some(beyond) =
                    fold.is_none().then(|| self.beyond_fold(&ink, from, to, widest_fold)).flatten()
                {
                    fold = Some(beyond.2);
                    (from, to) = (beyond.0, beyond.1);
                } else {
                    break;
                }
            }
            let off = ((from + to) as f64 / 2.0 / self.columns as f64 - 0.5).abs();
            if off <= OFF_MIDDLE && best.as_ref().is_none_or(|strip| to - from > strip.to - strip.from) {
                best = Some(Strip { from, to, fold });
            }
        }
        best
    }

    /// The strip with a dark line at one of its ends taken in, where it is empty again beyond it: its new ends, and where the line is.
    fn beyond_fold(&self, ink: &[f64], from: usize, to: usize, widest: usize) -> Option<(usize, usize, usize)> {
        let line = |x: &usize| ink[*x] > 0.5;
        let dark_right = (to..ink.len()).take(widest + 1).take_while(|&x| ink[x] > SPECKS).count();
        let right = to..to + dark_right;
        if dark_right <= widest
            && ink.get(to + dark_right).is_some_and(|&n| n <= SPECKS)
            && let Some(at) = right.clone().find(line)
        {
            return Some((from, to + dark_right, at));
        }
        let dark_left = (0..from).rev().take(widest + 1).take_while(|&x| ink[x] > SPECKS).count();
        let left = from - dark_left..from;
        let beyond = left.start.checked_sub(1).is_some_and(|x| ink[x] <= SPECKS);
        (dark_left <= widest && beyond).then(|| left.clone().find(line).map(|at| (left.start, to, at))).flatten()
    }

    /// The text between two columns; `None` where it is no page of text.
    fn block(&self, from: usize, to: usize) -> Option<Block> {
        let rows = |x: usize| (0..self.rows).filter(|&y| self.is_inked(x, y)).count();
        // Dust and the sheet's edge are no text.
        let typed = |x: &usize| rows(*x) * 50 >= self.rows;
        let (left, right) = ((from..to).find(typed)?, (from..to).rfind(typed)? + 1);
        let extent = |y: usize| {
            let first = (left..right).find(|&x| self.is_inked(x, y))?;
            let last = (left..right).rfind(|&x| self.is_inked(x, y))?;
            Some((first, last + 1))
        };
        let (mut lines, mut open) = (Vec::new(), None::<(usize, usize, usize)>);
        for y in 0..=self.rows {
            match (open, (y < self.rows).then(|| extent(y)).flatten()) {
                (None, Some((a, b))) => open = Some((y, a, b)),
                (Some((top, a, b)), Some((c, d))) => open = Some((top, a.min(c), b.max(d))),
                (Some((top, a, b)), None) => {
                    // 1.5 to 9 mm: a line with its marks, not a speck and not a picture.
                    if (3..=18).contains(&(y - top)) {
                        lines.push((top, y, b - a));
                    }
                    open = None;
                }
                (None, None) => {}
            }
        }
        let full = lines.iter().filter(|line| line.2 as f64 >= FULL * (right - left) as f64).count();
        let (top, bottom) = (lines.first()?.0, lines.last()?.1);
        let wide = (right - left) as f64 >= NARROWEST_BLOCK * (to - from) as f64;
        (wide && lines.len() >= FEWEST_LINES).then_some(Block {
            from: left,
            to: right,
            lines: lines.len(),
            full,
            top,
            bottom,
        })
    }

    /// How much the two blocks are like two pages; `None` where they are not.
    fn judge(&self, strip: &Strip, [left, right]: &[Block; 2]) -> Option<f64> {
        let gap = (right.from - left.to) as f64;
        let outer = (left.from + self.columns - right.to) as f64;
        let share = gap / self.columns as f64;
        // Two inner margins against two outer ones; half as much is the gap between columns.
        let margins = gap / outer.max(1.0);
        if share < 0.05 || margins < 0.45 && strip.fold.is_none() {
            return None;
        }
        let (a, b) = ((left.to - left.from) as f64, (right.to - right.from) as f64);
        let alike = a.min(b) / a.max(b);
        let overlap = left.bottom.min(right.bottom).saturating_sub(left.top.max(right.top)) as f64;
        let beside = overlap / (left.bottom - left.top).min(right.bottom - right.top).max(1) as f64;
        let full = |block: &Block| block.full as f64 / block.lines as f64;
        let prose = full(left).min(full(right));
        if alike < 0.75 || beside < 0.5 || prose < 0.3 {
            return None;
        }
        let part = |value: f64, from: f64, to: f64| ((value - from) / (to - from)).clamp(0.0, 1.0);
        Some(0.3 + 0.25 * part(margins, 0.45, 0.9) + 0.15 * part(alike, 0.75, 0.95) + 0.3 * part(prose, 0.3, 0.6))
    }
}

/// Where the light is least between two fifths and three fifths of the longer side, and by how much, if it falls off towards it.
fn shadow([length, height]: [f64; 2], middle: f64, paper: impl Fn([f64; 2]) -> f64) -> Option<(f64, f64)> {
    let light = |share: f64| {
        let mut levels: Vec<f64> = (1..12).map(|n| paper([share * length, f64::from(n) / 12.0 * height])).collect();
        levels.sort_by(f64::total_cmp);
        levels[levels.len() / 2]
    };
    let around = (light(middle - 0.12) + light(middle + 0.12)) / 2.0;
    let shares = (-16..=16).map(|n| middle + f64::from(n) / 16.0 * 0.06);
    let (at, least) = shares.map(|share| (share, light(share))).min_by(|a, b| a.1.total_cmp(&b.1))?;
    let lost = 1.0 - least / around.max(1.0);
    (lost >= SHADOW).then_some((at, lost))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Luma, imageops};

    const DPI: f64 = 75.0;

    /// A white sheet of `width` × `height` millimetres.
    fn sheet(width: f64, height: f64) -> GrayImage {
        GrayImage::from_pixel(px(width), px(height), Luma([255]))
    }

    fn px(mm: f64) -> u32 {
        (mm / 25.4 * DPI).round() as u32
    }

    /// Lines of words from `left` to `right`, 6 mm apart; every fifth line is short, as paragraphs end.
    fn lines(page: &mut GrayImage, left: f64, right: f64, top: f64, count: u32) {
        for n in 0..count {
            let right = if n % 5 == 4 { left + 0.4 * (right - left) } else { right };
            let y = px(top + 6.0 * f64::from(n));
            for x in px(left)..px(right) {
                // Letters of different lines do not stand under each other.
                let letter = ((x / 3 + n * 97) * 40503 % 65536) / 64 % 5 < 3;
                (y..y + 6).filter(|_| letter).for_each(|y| page.put_pixel(x, y, Luma([20])));
            }
        }
    }

    fn rule(page: &mut GrayImage, left: f64, right: f64, y: f64) {
        (px(left)..px(right)).for_each(|x| page.put_pixel(x, px(y), Luma([0])));
    }

    fn light(_: [f64; 2]) -> f64 {
        250.0
    }

    fn found(page: &GrayImage) -> Option<Gutter> {
        find(page, DPI, light)
    }

    /// Two A5 letters on A4.
    fn two_letters() -> GrayImage {
        let mut page = sheet(297.0, 210.0);
        lines(&mut page, 18.0, 132.0, 20.0, 26);
        lines(&mut page, 166.0, 281.0, 20.0, 21);
        page
    }

    #[test]
    fn two_letters_side_by_side_are_a_double_page_however_they_lie() {
        let page = two_letters();
        let gutter = found(&page).unwrap();
        assert!((gutter.at - 0.5).abs() < 0.01 && !gutter.sideways && gutter.confidence >= 0.7, "{gutter:?}");
        for turned in [imageops::rotate90(&page), imageops::rotate270(&page)] {
            let gutter = found(&turned).unwrap();
            assert!((gutter.at - 0.5).abs() < 0.01 && gutter.sideways, "{gutter:?}");
        }
    }

    #[test]
    fn the_shadow_or_the_fold_of_a_book_says_where_it_is_bound() {
        let mut page = sheet(300.0, 210.0);
        lines(&mut page, 20.0, 142.0, 20.0, 28);
        lines(&mut page, 166.0, 285.0, 20.0, 28);
        let bound = f64::from(px(156.0));
        let shaded = |[x, _]: [f64; 2]| 240.0 - 90.0 * (-((x - bound) / 12.0).powi(2)).exp();
        let gutter = find(&page, DPI, shaded).unwrap();
        assert!((gutter.at - 156.0 / 300.0).abs() < 0.006 && gutter.confidence > 0.8, "{gutter:?}");
        for y in 0..page.height() {
            (0..3).for_each(|x| page.put_pixel(px(152.0) + x, y, Luma([60])));
        }
        let gutter = found(&page).unwrap();
        assert!((gutter.at - 152.5 / 300.0).abs() < 0.006 && gutter.confidence > 0.8, "{gutter:?}");
    }

    #[test]
    fn tables_columns_and_letterheads_are_one_page() {
        // Text in two columns, as in a newspaper: the gap is narrower than the margins.
        let mut columns = sheet(297.0, 210.0);
        lines(&mut columns, 20.0, 143.0, 20.0, 27);
        lines(&mut columns, 152.0, 277.0, 20.0, 27);
        assert_eq!(found(&columns), None);
        // A title across two columns with any gap.
        let mut titled = two_letters();
        lines(&mut titled, 90.0, 210.0, 8.0, 1);
        lines(&mut titled, 90.0, 210.0, 198.0, 1);
        lines(&mut titled, 90.0, 210.0, 192.0, 1);
        assert_eq!(found(&titled), None);
        // A table with rules, and one without: its cells are short.
        let mut ruled = two_letters();
        (0..27).for_each(|n| rule(&mut ruled, 18.0, 281.0, 19.0 + 6.0 * f64::from(n)));
        assert_eq!(found(&ruled), None);
        let mut cells = sheet(297.0, 210.0);
        for n in 0..5 {
            let top = 20.0 + 30.0 * f64::from(n);
            for (at, (left, right)) in [(20.0, 130.0), (170.0, 280.0)].into_iter().enumerate() {
                lines(&mut cells, left, right, top, u32::from(at == n as usize % 2));
                (1..5).for_each(|m| lines(&mut cells, left, left + 30.0, top + 6.0 * f64::from(m), 1));
            }
        }
        assert_eq!(found(&cells), None);
    }

    #[test]
    fn an_upright_page_and_a_page_on_its_side_have_no_gutter() {
        let mut page = sheet(210.0, 297.0);
        lines(&mut page, 30.0, 190.0, 20.0, 20);
        lines(&mut page, 30.0, 190.0, 175.0, 18);
        assert_eq!(found(&page), None);
        assert_eq!(found(&imageops::rotate90(&page)), None);
        assert_eq!(found(&sheet(297.0, 210.0)), None);
        assert_eq!(found(&GrayImage::new(0, 0)), None);
    }
}
