//! Boxes to tick and the cells of a comb ("Số hồ sơ: |0|8|2|"): thin upright rectangles of the size of a few letters. Their sides are
//! read as `[ ]`, `|`, `Í`; a tick as any letter. Sides go; a tick that hangs together with them goes too; what stands free inside stays.

use crate::Rect;
use crate::components::components;

/// Sides in inches, and how thick the line is at most: thinner than the stems of bold type, so that "II" with its serifs is no box.
const SIDES: std::ops::RangeInclusive<f32> = 0.1..=0.45;
const THICKEST: f32 = 0.022;
/// How far corners may be out of line.
const SLACK: f32 = 0.014;
/// Share of an upright side that must be ink.
const SOLID: f32 = 0.9;
/// Boxes closer than this to the next one are cells of a comb or a table, where nobody ticks.
const APART: f32 = 0.08;
/// A comb has so many cells at least.
const CELLS: usize = 4;
/// More than any form has: a pattern.
const MOST: usize = 400;

/// A horizontal line of a few pixels' thickness.
#[derive(Debug, Clone, Copy)]
struct Bar {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

#[derive(Debug, Clone, Copy)]
struct Square {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

/// Marks the sides of boxes, and ticks, in `clutter`; `ink` (1 = ink) loses them. Gives the cells of each comb, from left to right.
pub(super) fn mark(ink: &mut [u8], width: usize, dpi: f32, clutter: &mut [bool]) -> Vec<Vec<Rect>> {
    let squares = squares(ink, width, dpi);
    if squares.is_empty() || squares.len() > MOST {
        return Vec::new();
    }
    let side = (THICKEST * dpi) as usize + 1;
    let mut sides = vec![false; ink.len()];
    for square in &squares {
        for y in square.top..square.bottom {
            for x in square.left..square.right {
                let inner = x >= square.left + side
                    && x + side < square.right
                    && y >= square.top + side
                    && y + side < square.bottom;
                let at = y * width + x;
                if !inner && ink[at] != 0 && on_side(ink, width, square, x, y, side) {
                    sides[at] = true;
                }
            }
        }
    }
    let near_side = |x: usize, y: usize| {
        (y.saturating_sub(2)..y + 3).any(|y| {
            (x.saturating_sub(2)..(x + 3).min(width)).any(|x| sides.get(y * width + x).copied().unwrap_or(false))
        })
    };
    let mut bare = ink.to_vec();
    sides.iter().enumerate().filter(|(_, side)| **side).for_each(|(at, _)| bare[at] = 0);
    let lone: Vec<Square> = squares.iter().copied().filter(|one| stands_alone(one, &squares, dpi)).collect();
    for piece in components(&bare, width) {
        let (x, y) = ((piece.left + piece.right) as usize / 2, (piece.top + piece.bottom) as usize / 2);
        let of = |square: &&Square| {
            let reach = (square.right - square.left) / 2;
            x + reach >= square.left
                && x < square.right + reach
                && y + reach >= square.top
                && y < square.bottom + reach / 2
        };
        let Some(square) = lone.iter().find(of) else { continue };
        let size = 2 * (square.right - square.left);
        let touches = || {
            piece
                .spans
                .iter()
                .any(|s| near_side(s.from as usize, s.y as usize) || near_side(s.to as usize - 1, s.y as usize))
        };
        if (piece.width() as usize) <= size && (piece.height() as usize) <= size && touches() {
            super::erase_piece(&piece, ink, width, clutter);
        }
    }
    for (at, _) in sides.iter().enumerate().filter(|(_, side)| **side) {
        ink[at] = 0;
        clutter[at] = true;
    }
    combs(&squares, dpi)
}

/// Rows of boxes side by side, for one sign each.
fn combs(squares: &[Square], dpi: f32) -> Vec<Vec<Rect>> {
    let mut order = squares.to_vec();
    order.sort_by_key(|square| square.left);
    let apart = (APART * dpi) as usize;
    let mut combs: Vec<Vec<Square>> = Vec::new();
    for square in order {
        let goes_on = |comb: &&mut Vec<Square>| {
            comb.last().is_some_and(|last| {
                last.top.abs_diff(square.top) <= apart / 4
                    && last.bottom.abs_diff(square.bottom) <= apart / 4
                    && square.left + apart / 2 >= last.right
                    && square.left <= last.right + apart
            })
        };
        match combs.iter_mut().find(goes_on) {
            Some(comb) => comb.push(square),
            None => combs.push(vec![square]),
        }
    }
    combs.retain(|comb| comb.len() >= CELLS);
    let cell = |s: &Square| Rect {
        x: s.left as u32,
        y: s.top as u32,
        width: (s.right - s.left) as u32,
        height: (s.bottom - s.top) as u32,
    };
    combs.iter().map(|comb| comb.iter().map(cell).collect()).collect()
}

/// Whether a pixel near the edge of a box belongs to its sides and not to a digit that comes close: ink goes on along the side.
fn on_side(ink: &[u8], width: usize, square: &Square, x: usize, y: usize, side: usize) -> bool {
    let near_row = y < square.top + side || y + side >= square.bottom;
    let near_column = x < square.left + side || x + side >= square.right;
    let reach = 4 * side;
    let along_row =
        || (x.saturating_sub(reach).max(square.left)..(x + reach).min(square.right)).all(|x| ink[y * width + x] != 0);
    let along_column =
        || (y.saturating_sub(reach).max(square.top)..(y + reach).min(square.bottom)).all(|y| ink[y * width + x] != 0);
    near_row && along_row() || near_column && along_column() || near_row && near_column
}

fn stands_alone(one: &Square, all: &[Square], dpi: f32) -> bool {
    let apart = (APART * dpi) as usize;
    let (w, h) = (one.right - one.left, one.bottom - one.top);
    let square = w * 10 >= h * 7 && h * 10 >= w * 7;
    let beside = |other: &Square| {
        (other.left, other.top) != (one.left, one.top)
            && other.top < one.bottom
            && one.top < other.bottom
            && other.left < one.right + apart
            && one.left < other.right + apart
    };
    square && !all.iter().any(beside)
}

fn squares(ink: &[u8], width: usize, dpi: f32) -> Vec<Square> {
    let bars = bars(ink, width, dpi);
    let slack = (SLACK * dpi).max(2.0) as usize;
    let (shortest, longest) = ((SIDES.start() * dpi) as usize, (SIDES.end() * dpi) as usize);
    let mut squares = Vec::new();
    for (n, above) in bars.iter().enumerate() {
        // A tick that runs out at a corner makes one of the two longer there.
        let fits = |below: &&Bar| {
            let (left, right) = (below.left.abs_diff(above.left), below.right.abs_diff(above.right));
            let ticked = (above.right - above.left).min(below.right - below.left) * 2 / 5;
            left.min(right) <= slack
                && left.max(right) <= ticked.max(slack)
                && below.bottom > above.top
                && (shortest..=longest).contains(&(below.bottom - above.top))
        };
        // Bars go from top to bottom: the first that fits closes the box.
        let Some(below) = bars[n + 1..].iter().find(fits) else { continue };
        let square = Square {
            left: above.left.max(below.left),
            right: above.right.min(below.right),
            top: above.top,
            bottom: below.bottom,
        };
        let solid = |x: &usize| {
            let inked = (square.top..square.bottom).filter(|y| ink[y * width + x] != 0).count();
            // Corners are sharp, those of a B or D are not.
            let corner = |rows: std::ops::Range<usize>| rows.filter(|y| ink[y * width + x] != 0).count() >= 2;
            inked as f32 >= SOLID * (square.bottom - square.top) as f32
                && corner(square.top..square.top + 3)
                && corner(square.bottom - 3..square.bottom)
        };
        // The sides stand at the ends: the stem of an I with serifs stands between them.
        let third = (square.right - square.left) / 3;
        let (left, right) = (square.left.saturating_sub(slack), (square.right + slack).min(width));
        let side =
            |from: usize, to: usize| (1..=(THICKEST * dpi) as usize + 1).contains(&(from..to).filter(solid).count());
        let stems = (square.left + third..square.right - third).filter(solid).count();
        if stems == 0 && side(left, square.left + third) && side(square.right - third, right) {
            squares.push(square);
        }
    }
    squares
}

/// Runs of ink of the length of a box's side, those in rows below each other taken together.
fn bars(ink: &[u8], width: usize, dpi: f32) -> Vec<Bar> {
    let slack = (SLACK * dpi).max(2.0) as usize;
    let (shortest, longest) = ((SIDES.start() * dpi) as usize, (SIDES.end() * dpi) as usize);
    let thickest = (THICKEST * dpi) as usize + 2;
    let (mut open, mut done): (Vec<Bar>, Vec<Bar>) = (Vec::new(), Vec::new());
    for (y, row) in ink.chunks_exact(width.max(1)).enumerate() {
        let mut x = 0;
        while let Some(from) = row[x..].iter().position(|&i| i != 0).map(|n| x + n) {
            let to = row[from..].iter().position(|&i| i == 0).map_or(row.len(), |n| from + n);
            x = to;
            if !(shortest..=longest).contains(&(to - from)) {
                continue;
            }
            let same = |bar: &&mut Bar| bar.left.abs_diff(from) <= slack && bar.right.abs_diff(to) <= slack;
            match open.iter_mut().find(same) {
                Some(bar) => (bar.left, bar.right, bar.bottom) = (bar.left.min(from), bar.right.max(to), y + 1),
                None => open.push(Bar { left: from, right: to, top: y, bottom: y + 1 }),
            }
        }
        let ended = open.extract_if(.., |bar| bar.bottom + 1 < y).collect::<Vec<_>>();
        done.extend(ended);
    }
    done.extend(open);
    done.retain(|bar| bar.bottom - bar.top <= thickest);
    done.sort_by_key(|bar| bar.top);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 600;

    /// Ink at 300 dpi: what `drawn` says.
    fn page(drawn: impl Fn(usize, usize) -> bool) -> Vec<u8> {
        (0..WIDTH * 150).map(|at| u8::from(drawn(at % WIDTH, at / WIDTH))).collect()
    }

    fn frame(x: usize, y: usize, left: usize, top: usize, side: usize) -> bool {
        let inside = (left..left + side).contains(&x) && (top..top + side).contains(&y);
        let inner = (left + 3..left + side - 3).contains(&x) && (top + 3..top + side - 3).contains(&y);
        inside && !inner
    }

    fn left(ink: &[u8]) -> usize {
        ink.iter().filter(|&&i| i != 0).count()
    }

    #[test]
    fn a_ticked_box_goes_with_its_tick_and_a_letter_in_a_box_stays() {
        let tick = |x: usize, y: usize| (20..70).contains(&x) && (100 - x..104 - x).contains(&y);
        let letter = |x: usize, y: usize| (220..224).contains(&x) && (50..70).contains(&y);
        let mut ink = page(|x, y| frame(x, y, 20, 40, 45) || tick(x, y) || frame(x, y, 200, 40, 45) || letter(x, y));
        let mut clutter = vec![false; ink.len()];
        assert!(mark(&mut ink, WIDTH, 300.0, &mut clutter).is_empty());
        assert_eq!(left(&ink), 4 * 20);
    }

    #[test]
    fn a_comb_gives_its_cells_and_keeps_what_stands_in_them() {
        let digit = |x: usize, y: usize| x >= 40 && (x - 40) % 50 < 4 && x < 340 && (50..75).contains(&y);
        let comb = |x: usize, y: usize| (0..6).any(|n| frame(x, y, 20 + 50 * n, 40, 48));
        let mut ink = page(|x, y| digit(x, y) || comb(x, y));
        let mut clutter = vec![false; ink.len()];
        let combs = mark(&mut ink, WIDTH, 300.0, &mut clutter);
        assert_eq!(combs.iter().map(Vec::len).collect::<Vec<_>>(), [6]);
        assert_eq!(left(&ink), 6 * 4 * 25);
    }

    #[test]
    fn letters_with_serifs_are_no_boxes() {
        // I: a stem between two serifs. B: two bowls, round at the right.
        let i = |x: usize, y: usize| {
            (30..66).contains(&x) && ((20..24).contains(&y) || (66..70).contains(&y))
                || (42..54).contains(&x) && (20..70).contains(&y)
        };
        let b = |x: usize, y: usize| {
            let right = if (24..42).contains(&y) || (48..66).contains(&y) { 240 } else { 233 };
            (200..right).contains(&x) && (20..70).contains(&y) && !((206..234).contains(&x) && (24..66).contains(&y))
        };
        let drawn = page(|x, y| i(x, y) || b(x, y));
        let mut ink = drawn.clone();
        assert!(mark(&mut ink, WIDTH, 300.0, &mut vec![false; drawn.len()]).is_empty());
        assert_eq!(ink, drawn);
    }
}
