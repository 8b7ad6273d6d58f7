//! The angle of the text: the rotation under which the edges of its strokes fall into the fewest rows.
//!
//! Edge points of the flattened proxy are projected along each candidate angle; the energy (sum of squared row weights) peaks where
//! baselines lie along rows. Edges facing up, down, left and right are projected apart, so a page turned by any quarter works as well.
//! Coarse to fine: 0.5° over ±[`RANGE`] with rows 4 px high, then 0.1° with 2 px, then 0.02° with 1 px and the middle of the peak's upper
//! half: its tip is the pixels' as much as the page's.

use image::GrayImage;

/// Largest rotation looked for, degrees either way.
pub(crate) const RANGE: f64 = 15.0;
/// Contrast from which a step is a stroke's edge, levels of 255; a step weighs what it has beyond that. Steps that began to count at once
/// would make the stairs of a long edge, as a large code has, into rows of their own.
const EDGE: i16 = 30;
/// Contrast beyond [`EDGE`] of an edge that counts for how much there is to measure.
const CLEAR_EDGE: f32 = 10.0;
/// Points beyond these numbers are thinned, for the fine and for the coarse search: the angle does not get better.
const MOST_POINTS: usize = 60_000;
const MOST_COARSE_POINTS: usize = 15_000;
/// Below this there is no text to measure.
const FEWEST_POINTS: usize = 300;
/// From this number on the confidence is not lowered: some three lines.
const ENOUGH_POINTS: f64 = 2_500.0;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Skew {
    /// Clockwise rotation of the content, degrees.
    pub degrees: f64,
    /// 0–1, from how far the peak stands above the angles beside it.
    pub confidence: f64,
}

/// Positions in a frame of reference where the text lines run along x, and edge contrast.
type Points = Vec<(f32, f32, f32)>;

/// Measures a flattened picture (paper 255). Pixels within `margin` of its border are left out: shadows live there.
pub(crate) fn measure(flat: &GrayImage, margin: u32) -> Skew {
    let none = Skew { degrees: 0.0, confidence: 0.0 };
    let diagonal = f64::from(flat.width()).hypot(f64::from(flat.height()));
    let mut best: Option<(f64, f64, Points)> = None;
    for points in edges(flat, margin) {
        if clear(&points) < FEWEST_POINTS {
            continue;
        }
        let steps = (RANGE / 0.5) as i32;
        let few = thinned(points.clone(), MOST_COARSE_POINTS);
        let energies: Vec<f64> = (-steps..=steps).map(|n| energy(&few, f64::from(n) * 0.5, 0.25, diagonal)).collect();
        let mean = energies.iter().sum::<f64>() / energies.len() as f64;
        let Some((at, peak)) = energies.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            continue;
        };
        let ratio = peak / mean;
        if best.as_ref().is_none_or(|b| ratio > b.0) {
            best = Some((ratio, (at as i32 - steps) as f64 * 0.5, points));
        }
    }
    let Some((_, coarse, points)) = best else { return none };
    let middle = climb(&points, coarse, 0.1, 6, 0.5, diagonal);
    let fine = climb(&points, middle, 0.02, 12, 1.0, diagonal);
    // How far the peak stands above angles beside it, rows 1 px high: text of any sort gives 2 to 10, photographs and signatures less.
    let beside = [1.5, 2.0, 3.0, 4.0, 5.0].into_iter().flat_map(|d| [fine - d, fine + d]);
    let away = beside.map(|degrees| energy(&points, degrees, 1.0, diagonal)).sum::<f64>() / 10.0;
    let stands_out = ((energy(&points, fine, 1.0, diagonal) / away.max(1.0) - 1.5) / 2.0).clamp(0.0, 1.0);
    let enough = (clear(&points) as f64 / ENOUGH_POINTS).min(1.0);
    Skew { degrees: fine, confidence: stands_out * enough }
}

/// Points of clear edges.
fn clear(points: &Points) -> usize {
    points.iter().filter(|point| point.2 >= CLEAR_EDGE).count()
}

/// The middle of the peak among `2 * reach + 1` angles around `start`: the centre of what rises above half its height.
fn climb(points: &Points, start: f64, step: f64, reach: i32, scale: f64, diagonal: f64) -> f64 {
    let energies: Vec<f64> =
        (-reach..=reach).map(|n| energy(points, start + f64::from(n) * step, scale, diagonal)).collect();
    let Some((at, peak)) = energies.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return start;
    };
    let half = (peak + energies.iter().copied().fold(peak, f64::min)) / 2.0;
    let rises = |n: &usize| energies[*n] > half;
    let from = (0..=at).rev().take_while(rises).last().unwrap_or(at);
    let to = (at..energies.len()).take_while(rises).last().unwrap_or(at);
    let (mut sum, mut weight) = (0.0, 0.0);
    for (n, energy) in energies.iter().enumerate().take(to + 1).skip(from) {
        sum += n as f64 * (energy - half);
        weight += energy - half;
    }
    let middle = if weight > 0.0 { sum / weight } else { at as f64 };
    start + (middle - f64::from(reach)) * step
}

/// Sum of squared row weights under a clockwise rotation by `degrees`; `scale` rows a pixel.
fn energy(points: &Points, degrees: f64, scale: f64, diagonal: f64) -> f64 {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (sin, cos, middle) = ((sin * scale) as f32, (cos * scale) as f32, (diagonal * scale) as f32);
    let mut rows = vec![0f32; (2.0 * diagonal * scale) as usize + 3];
    let last = rows.len() - 2;
    for &(x, y, weight) in points {
        let at = y * cos - x * sin + middle;
        let row = (at as usize).min(last);
        let share = at - row as f32;
        rows[row] += weight * (1.0 - share);
        rows[row + 1] += weight * share;
    }
    rows.iter().map(|&w| f64::from(w) * f64::from(w)).sum()
}

/// Stroke edges facing down, up, right and left, each turned so that text running along that edge runs along x.
/// For lines of text along columns the page is thought turned: (x, y) → (−y, x).
fn edges(flat: &GrayImage, margin: u32) -> [Points; 4] {
    let (width, height) = (flat.width() as usize, flat.height() as usize);
    let margin = (margin as usize).max(1);
    let mut found: [Points; 4] = Default::default();
    if width <= 2 * margin + 2 || height <= 2 * margin + 2 {
        return found;
    }
    let bytes = flat.as_raw();
    for y in margin..height - margin {
        let row = &bytes[y * width..(y + 1) * width];
        let below = &bytes[(y + 1) * width..(y + 2) * width];
        for x in margin..width - margin {
            let value = i16::from(row[x]);
            let (down, right) = (i16::from(below[x]) - value, i16::from(row[x + 1]) - value);
            let (px, py) = (x as f32, y as f32);
            if down > EDGE {
                found[0].push((px, py, f32::from(down - EDGE)));
            } else if down < -EDGE {
                found[1].push((px, py, f32::from(-down - EDGE)));
            }
            if right > EDGE {
                found[2].push((-py, px, f32::from(right - EDGE)));
            } else if right < -EDGE {
                found[3].push((-py, px, f32::from(-right - EDGE)));
            }
        }
    }
    for (n, points) in found.iter_mut().enumerate() {
        let (lines, length) = if n < 2 { (height, width) } else { (width, height) };
        drop_artefacts(points, lines, length - 2 * margin);
        *points = thinned(std::mem::take(points), MOST_POINTS);
    }
    found
}

fn thinned(points: Points, most: usize) -> Points {
    match points.len().div_ceil(most) {
        0 | 1 => points,
        step => points.into_iter().step_by(step).collect(),
    }
}

/// Takes out rows that are edge over more than two fifths of their length: dropped lines of a fax, streaks of a feeder.
/// They lie along the frame whatever the angle of the page, and a page of which such a row is the only straight thing has text left beside it.
fn drop_artefacts(points: &mut Points, lines: usize, length: usize) {
    let mut counts = vec![0usize; lines];
    for point in points.iter() {
        if let Some(count) = counts.get_mut(point.1 as usize) {
            *count += 1;
        }
    }
    points.retain(|point| counts.get(point.1 as usize).is_none_or(|&count| count * 5 < length * 2));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Transform;
    use image::Luma;

    /// Lines of glyph-like blocks with ascenders and descenders, rotated analytically and sampled 2 × 2 to a pixel.
    pub(crate) fn text(width: u32, height: u32, degrees: f64) -> GrayImage {
        let middle = [f64::from(width) / 2.0, f64::from(height) / 2.0];
        let back = Transform::translate(-middle[0], -middle[1])
            .then(&Transform::rotate(-degrees))
            .then(&Transform::translate(middle[0], middle[1]));
        let ink = |x: f64, y: f64| {
            let inside =
                x > 0.12 * f64::from(width) && x < 0.9 * f64::from(width) && y > 80.0 && y < f64::from(height) - 90.0;
            let (line, glyph) = ((y / 30.0).floor(), (x / 11.0).floor());
            let (v, u) = (y - line * 30.0, x - glyph * 11.0);
            let noise = ((line * 7.13 + glyph * 3.71).sin() * 1000.0).rem_euclid(1.0);
            let top = if noise > 0.7 { 4.0 } else { 9.0 };
            let bottom = if noise < 0.15 { 25.0 } else { 20.0 };
            inside && noise > 0.05 && (top..bottom).contains(&v) && (u < 2.5 || (u < 8.0 && (v - bottom).abs() < 2.5))
        };
        GrayImage::from_fn(width, height, |x, y| {
            let hits = (0..4).filter(|n| {
                let at = [f64::from(x) + (f64::from(n % 2) + 0.5) / 2.0, f64::from(y) + (f64::from(n / 2) + 0.5) / 2.0];
                let [u, v] = back.apply(at);
                ink(u, v)
            });
            Luma([(255 - hits.count() * 55) as u8])
        })
    }

    #[test]
    fn angles_are_recovered_to_a_twentieth_of_a_degree() {
        for degrees in [-14.3, -1.21, 0.0, 0.42, 9.87] {
            let skew = measure(&text(1000, 1300, degrees), 10);
            assert!((skew.degrees - degrees).abs() < 0.05, "{degrees}: {skew:?}");
            assert!(skew.confidence > 0.3, "{degrees}: {skew:?}");
        }
    }

    #[test]
    fn a_page_on_its_side_or_head_has_the_same_angle() {
        let upright = text(1000, 1300, 2.4);
        for turned in [
            image::imageops::rotate90(&upright),
            image::imageops::rotate180(&upright),
            image::imageops::rotate270(&upright),
        ] {
            let skew = measure(&turned, 10);
            assert!((skew.degrees - 2.4).abs() < 0.05, "{skew:?}");
        }
    }

    #[test]
    fn a_streak_along_the_frame_does_not_pull_the_angle() {
        let mut page = text(1000, 1300, 1.3);
        for x in 0..1000 {
            page.put_pixel(x, 640, Luma([0]));
            page.put_pixel(x, 641, Luma([0]));
        }
        let skew = measure(&page, 10);
        assert!((skew.degrees - 1.3).abs() < 0.05, "{skew:?}");
    }

    #[test]
    fn an_empty_page_has_no_angle() {
        let skew = measure(&GrayImage::from_pixel(800, 1000, Luma([250])), 10);
        assert_eq!(skew, Skew { degrees: 0.0, confidence: 0.0 });
    }
}
