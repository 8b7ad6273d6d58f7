//! The round seal over a signature (Nghị định 30/2020/NĐ-CP, phụ lục I: red, over a third of the signature): its rings cut the signer's
//! name and title, and the text round its edge is read as rubbish. Found as circles by what they cover, so that a seal copied in grey
//! or sent by fax is found as well as a red one.

use image::GrayImage;

use crate::components::{Component, Row, components, rows};

/// Radii of seals in inches: 9 to 28 mm.
const RADII: std::ops::RangeInclusive<f32> = 0.36..=1.1;
/// Length from which a piece of ink may be an arc of a ring, in inches.
const ARC: f32 = 0.3;
/// Directions in which a circle is looked at.
const DIRECTIONS: usize = 180;
/// Share of its directions in which a ring has ink, and by how much more than just outside it.
const COVERED: f32 = 0.55;
const CLEARER: f32 = 0.35;
/// Share of a thinner inner ring that must be seen once the outer one is known.
const INNER: f32 = 0.5;
/// Triples of points tried for each piece, and pieces tried: the largest ones.
const TRIALS: usize = 60;
const PIECES: usize = 40;
/// How much lighter than print, of 255, a ring is that can be told from it.
const PALER: u8 = 40;
/// More seals than this are no seals.
const MOST: usize = 6;

/// A seal: its outermost ring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seal {
    x: f32,
    y: f32,
    radius: f32,
}

impl Seal {
    fn contains(&self, piece: &Component) -> bool {
        let reach = (self.radius + 3.0).powi(2);
        let within = |x: u32, y: u32| (x as f32 - self.x).powi(2) + (y as f32 - self.y).powi(2) <= reach;
        within(piece.left, piece.top)
            && within(piece.right, piece.top)
            && within(piece.left, piece.bottom)
            && within(piece.right, piece.bottom)
    }
}

/// A page of ink to look for circles in.
struct Page<'a> {
    ink: &'a [u8],
    width: usize,
    height: usize,
    circle: &'a [(f32, f32)],
}

impl Page<'_> {
    fn is_ink(&self, x: f32, y: f32) -> bool {
        x >= 0.0
            && y >= 0.0
            && (x as usize) < self.width
            && (y as usize) < self.height
            && self.ink[y as usize * self.width + x as usize] != 0
    }

    /// Share of the directions in which there is ink within `slack` pixels of the circle.
    fn covered(&self, seal: &Seal, slack: i32) -> f32 {
        let hit = |&&(dx, dy): &&(f32, f32)| {
            (-slack..=slack).any(|off| {
                let r = seal.radius + off as f32;
                self.is_ink(seal.x + r * dx, seal.y + r * dy)
            })
        };
        self.circle.iter().filter(hit).count() as f32 / self.circle.len() as f32
    }

    /// How much of a ring there is; 0 where the ink goes on outside of it, as in a picture or a table.
    fn ring(&self, seal: &Seal, gap: f32) -> f32 {
        let covered = self.covered(seal, 2);
        if covered < COVERED {
            return 0.0;
        }
        let outside = self.covered(&Seal { radius: seal.radius + gap, ..*seal }, 1);
        if covered - outside < CLEARER { 0.0 } else { covered }
    }

    /// The best circle through points of a piece.
    fn seal_through(&self, piece: &Component, dpi: f32) -> Option<(f32, Seal)> {
        let points: Vec<(f32, f32)> =
            piece.spans.iter().flat_map(|s| [(s.from as f32, s.y as f32), (s.to as f32 - 1.0, s.y as f32)]).collect();
        // A fixed sequence: the same page gives the same seal.
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            points[(state % points.len() as u64) as usize]
        };
        let gap = 0.05 * dpi;
        let mut best: Option<(f32, Seal)> = None;
        for _ in 0..TRIALS {
            let Some(seal) = through(draw(), draw(), draw()) else { continue };
            if !RADII.contains(&(seal.radius / dpi)) {
                continue;
            }
            let share = self.ring(&seal, gap);
            if share > best.map_or(0.0, |(share, _)| share) {
                best = Some((share, seal));
            }
        }
        let (mut share, mut seal) = best?;
        // Three points on a thick and ragged ring are a pixel or two off.
        for step in [4.0, 2.0, 1.0, 1.0] {
            for (dx, dy, dr) in [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1), (0, 0, 1)] {
                let moved = Seal {
                    x: seal.x + dx as f32 * step,
                    y: seal.y + dy as f32 * step,
                    radius: seal.radius + dr as f32 * step,
                };
                let better = self.ring(&moved, gap);
                if better > share {
                    (share, seal) = (better, moved);
                }
            }
        }
        Some((share, seal))
    }
}

/// The circle through three points, if they are far enough apart to tell.
fn through(a: (f32, f32), b: (f32, f32), c: (f32, f32)) -> Option<Seal> {
    let (bx, by, cx, cy) = (b.0 - a.0, b.1 - a.1, c.0 - a.0, c.1 - a.1);
    let d = 2.0 * (bx * cy - by * cx);
    if d.abs() < 400.0 {
        return None;
    }
    let (b2, c2) = (bx * bx + by * by, cx * cx + cy * cy);
    let (x, y) = ((cy * b2 - by * c2) / d, (bx * c2 - cx * b2) / d);
    Some(Seal { x: a.0 + x, y: a.1 + y, radius: x.hypot(y) })
}

/// Finds the seals and marks their rings in `clutter`; `ink` (1 = ink) loses what is marked. Where a seal is lighter than print, as red
/// in grey, what is as dark as print stays: letters under a ring are not cut.
pub(super) fn mark(
    page: &GrayImage,
    ink: &mut [u8],
    pieces: &[Component],
    dpi: f32,
    clutter: &mut [bool],
) -> Vec<Seal> {
    let width = page.width() as usize;
    let print = median(page.as_raw().iter().zip(ink.iter()).filter(|(_, ink)| **ink != 0).map(|(&level, _)| level));
    let arc = (ARC * dpi) as u32;
    let mut arcs: Vec<&Component> =
        pieces.iter().filter(|p| p.width().max(p.height()) >= arc && p.fill() < 0.35).collect();
    arcs.sort_by_key(|p| std::cmp::Reverse(p.width().max(p.height())));
    let circle: Vec<(f32, f32)> =
        (0..DIRECTIONS).map(|n| (n as f32 / DIRECTIONS as f32 * std::f32::consts::TAU).sin_cos()).collect();
    let height = ink.len() / width.max(1);
    let mut seals: Vec<Seal> = Vec::new();
    for piece in arcs.into_iter().take(PIECES) {
        let inked = Page { ink, width, height, circle: &circle };
        let Some((_, seal)) = inked.seal_through(piece, dpi) else { continue };
        let outermost = outermost(&inked, seal, dpi);
        for at in pixels(&inked, page, &outermost, print) {
            (ink[at], clutter[at]) = (0, true);
        }
        seals.push(outermost);
        if seals.len() == MOST {
            break;
        }
    }
    seals
}

/// A seal has rings round rings; one of the inner ones may have been found first.
fn outermost(page: &Page, seal: Seal, dpi: f32) -> Seal {
    let farthest = (seal.radius * 1.6).min(RADII.end() * dpi) as i32;
    let larger = (seal.radius as i32 + 4..=farthest).rev().map(|r| Seal { radius: r as f32, ..seal });
    larger.into_iter().find(|seal| page.ring(seal, 0.05 * dpi) > 0.0).unwrap_or(seal)
}

/// The radii, one after another, at which there is a ring.
fn rings(page: &Page, seal: &Seal) -> Vec<bool> {
    let last = (seal.radius + 4.0) as usize;
    let first = (seal.radius * 0.3) as usize;
    (0..=last)
        .map(|radius| radius >= first && page.covered(&Seal { radius: radius as f32, ..*seal }, 0) >= INNER)
        .collect()
}

/// The pixels of ink on the rings, but for strokes that cross them.
fn pixels(inked: &Page, page: &GrayImage, seal: &Seal, print: u8) -> Vec<usize> {
    let rings = rings(inked, seal);
    let reach = rings.len() as f32 + 2.0;
    let rows = (seal.y - reach).max(0.0) as usize..((seal.y + reach) as usize + 1).min(inked.height);
    let columns = (seal.x - reach).max(0.0) as usize..((seal.x + reach) as usize + 1).min(inked.width);
    let on_ring = |x: usize, y: usize| {
        let radius = (x as f32 - seal.x).hypot(y as f32 - seal.y).round() as usize;
        (radius.saturating_sub(2)..=radius + 2).any(|r| rings.get(r) == Some(&true))
    };
    let mut ring = Vec::new();
    // Ink of the rings, and ink as dark as print, in the square round the seal.
    for y in rows.clone() {
        for x in columns.clone().filter(|&x| inked.ink[y * inked.width + x] != 0 && on_ring(x, y)) {
            ring.push(y * inked.width + x);
        }
    }
    let level = median(ring.iter().map(|&at| page.as_raw()[at]));
    if level < print.saturating_add(PALER) {
        return ring;
    }
    let darkest = print + (level - print) / 2;
    let dark: Vec<u8> = rows
        .clone()
        .flat_map(|y| columns.clone().map(move |x| y * inked.width + x))
        .map(|at| u8::from(inked.ink[at] != 0 && page.as_raw()[at] < darkest))
        .collect();
    let (top, left) = (rows.start, columns.start);
    let mut letters = vec![false; inked.ink.len()];
    for piece in components(&dark, columns.len()) {
        let places =
            piece.spans.iter().flat_map(|s| (s.from..s.to).map(move |x| (x as usize + left, s.y as usize + top)));
        let beyond = places.clone().filter(|&(x, y)| !on_ring(x, y)).count();
        if beyond as u32 * 3 > piece.area {
            places.for_each(|(x, y)| letters[y * inked.width + x] = true);
        }
    }
    ring.retain(|&at| !letters[at]);
    ring
}

fn median(levels: impl Iterator<Item = u8>) -> u8 {
    let mut counts = [0usize; 256];
    levels.for_each(|level| counts[usize::from(level)] += 1);
    let half = counts.iter().sum::<usize>() / 2;
    let below = |level: &usize| counts[..=*level].iter().sum::<usize>() > half;
    (0..256).find(below).unwrap_or(0) as u8
}

/// Marks what stands inside the seals and in no row of text that goes on outside of them.
pub(super) fn mark_inside(ink: &mut [u8], width: usize, seals: &[Seal], letter_height: f32, clutter: &mut [bool]) {
    let pieces = components(ink, width);
    let inside: Vec<bool> = pieces.iter().map(|p| seals.iter().any(|seal| seal.contains(p))).collect();
    let mut kept = vec![false; pieces.len()];
    for Row { members, .. } in rows(&pieces, letter_height) {
        let outside = members.iter().filter(|&&n| !inside[n]).count();
        if outside >= 2 && outside * 5 >= members.len() {
            members.iter().for_each(|&n| kept[n] = true);
        }
    }
    // A tone mark belongs to the letter under or over it.
    let near_kept = |piece: &Component| {
        let reach = letter_height as u32;
        pieces.iter().zip(&kept).any(|(other, &kept)| {
            kept && piece.left < other.right + reach / 3
                && other.left < piece.right + reach / 3
                && piece.top < other.bottom + reach * 2 / 3
                && other.top < piece.bottom + reach * 2 / 3
        })
    };
    for (n, piece) in pieces.iter().enumerate() {
        let small = (piece.height() as f32) < 0.8 * letter_height;
        if inside[n] && !kept[n] && !(small && near_kept(piece)) {
            super::erase_piece(piece, ink, width, clutter);
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::super::without_clutter;
    use super::*;

    const DPI: u32 = 150;

    /// Lines of letters (bars of 6 × 14 px), one of them running into a seal of 15 mm radius with a scribble inside; `seal` is its level.
    fn page(seal: u8) -> GrayImage {
        GrayImage::from_fn(900, 700, |x, y| {
            let line = [40, 80, 120, 160, 470, 620].iter().any(|&top| (top..top + 14).contains(&y));
            let letter = line && x % 12 < 6 && (if y > 400 && y < 600 { 440..760 } else { 60..760 }).contains(&x);
            let radius = (x as f32 - 450.0).hypot(y as f32 - 400.0);
            let ring = (86.0..90.0).contains(&radius) || (60.0..62.0).contains(&radius);
            let scribble = (420..432).contains(&x) && (380..394).contains(&y);
            Luma([if letter {
                20
            } else if ring || scribble {
                seal
            } else {
                250
            }])
        })
    }

    fn dark(page: &GrayImage, keep: impl Fn(u32, u32) -> bool) -> usize {
        page.enumerate_pixels().filter(|(x, y, level)| keep(*x, *y) && level.0[0] < 140).count()
    }

    #[test]
    fn a_seal_goes_and_the_line_that_runs_into_it_stays() {
        for level in [20, 110] {
            let clean = without_clutter(&page(level), DPI).page;
            let outside_lines = |_: u32, y: u32| (200..460).contains(&y) || (490..610).contains(&y);
            let before = dark(&page(level), outside_lines);
            assert!(dark(&clean, outside_lines) * 20 < before, "{level}: {} of {before}", dark(&clean, outside_lines));
            let name = |_: u32, y: u32| (470..484).contains(&y);
            let letters = 27 * 6 * 14;
            // Where the seal is as dark as print, a letter under a ring is cut; where it is paler, none is.
            let least = if level == 20 { letters * 85 / 100 } else { letters * 96 / 100 };
            assert!(dark(&clean, name) >= least, "{level}: {} of {letters}", dark(&clean, name));
        }
    }

    #[test]
    fn letters_tables_and_pictures_are_no_seals() {
        let text = GrayImage::from_fn(900, 400, |x, y| Luma([if y % 40 < 14 && x % 12 < 6 { 20 } else { 250 }]));
        assert_eq!(without_clutter(&text, DPI).page, text);
        let hatched = GrayImage::from_fn(900, 700, |x, y| {
            let letter = y % 40 < 14 && x % 12 < 6 && x < 200;
            Luma([if letter || x > 300 && (x + 2 * y) % 23 < 4 && y % 70 > 8 { 20 } else { 250 }])
        });
        for picture in [text, hatched] {
            let width = picture.width() as usize;
            let mut ink: Vec<u8> = picture.as_raw().iter().map(|&level| u8::from(level < 128)).collect();
            let (pieces, mut clutter) = (components(&ink, width), vec![false; ink.len()]);
            assert_eq!(mark(&picture, &mut ink, &pieces, DPI as f32, &mut clutter), []);
        }
    }

    #[test]
    fn three_points_make_a_circle_unless_they_are_in_line() {
        let seal = through((10.0, 0.0), (0.0, 10.0), (-10.0, 0.0)).unwrap();
        assert!(seal.x.abs() < 1e-3 && seal.y.abs() < 1e-3 && (seal.radius - 10.0).abs() < 1e-3);
        assert_eq!(through((0.0, 0.0), (50.0, 50.0), (100.0, 100.0)), None);
    }
}
