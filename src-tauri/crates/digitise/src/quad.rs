//! The sheet in the frame: four straight edges between paper and what lies around it.
//!
//! On a small copy, steps between two sides of a short gap (so that thin lines on the paper do not count) vote for lines; every quartet of
//! strong lines, or frame borders where the sheet runs out of the picture, is judged by how much of its outline really separates paper
//! from surroundings; the best is refined to part of a pixel by least squares.

use image::{DynamicImage, RgbImage};

use crate::geometry::{Point, area, distance};

/// Longest side of the copy on which lines are voted for.
const SMALL: u32 = 480;
/// Longest side of the copy on which corners are refined.
const FINE: u32 = 1100;
/// Half gap and half window of the step measured across an edge, pixels of the small copy.
const GAP: i32 = 2;
/// Steps below this many levels are no edge.
const FAINT: f32 = 10.0;
/// Steps count at most this much, so that one strong edge does not outvote four clear ones.
const PLENTY: f32 = 40.0;
/// Tilts voted for: ±25° in steps of half a degree, as tangents.
const TILTS: i32 = 50;
/// Lines kept in each direction.
const LINES: usize = 10;

/// A sheet found on a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    /// Corners in proxy pixels, clockwise from the top left; may lie outside.
    pub corners: [Point; 4],
    /// 0–1.
    pub confidence: f64,
    /// The sheet runs out of the frame.
    pub cut_off: bool,
}

/// A line `across = at + tilt · (along − middle)`: for upright lines `across` is x and `along` y, for level lines the reverse.
#[derive(Debug, Clone, Copy)]
struct Line {
    at: f64,
    tilt: f64,
    votes: f32,
    /// A border of the frame, where the sheet is cut.
    border: bool,
}

/// Finds the sheet, or nothing where it fills the frame or cannot be told from its surroundings.
pub(crate) fn find(proxy: &DynamicImage) -> Option<Sheet> {
    if proxy.width().min(proxy.height()) < 64 {
        return None;
    }
    let small = Field::new(proxy, SMALL);
    let (corners, judged) = small.best(&small.lines(Axis::Upright), &small.lines(Axis::Level))?;
    let fine = Field::new(proxy, FINE);
    let scaled = |corners: [Point; 4], from: &Field, width: u32, height: u32| {
        let (x, y) = (f64::from(width) / f64::from(from.width), f64::from(height) / f64::from(from.height));
        corners.map(|[cx, cy]| [cx * x, cy * y])
    };
    let reach = f64::from(fine.width) / f64::from(small.width) * 2.5 + 1.0;
    let corners = fine.refine(scaled(corners, &small, fine.width, fine.height), reach, &judged.borders);
    let corners = scaled(corners, &fine, proxy.width(), proxy.height());
    let frame = [f64::from(proxy.width()), f64::from(proxy.height())];
    let outside = |[x, y]: Point| x < -2.0 || y < -2.0 || x > frame[0] + 2.0 || y > frame[1] + 2.0;
    let cut_off = judged.borders.contains(&true) || corners.into_iter().any(outside);
    Some(Sheet { corners, confidence: judged.confidence, cut_off })
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Axis {
    Upright,
    Level,
}

/// What speaks for a quartet of lines.
struct Judged {
    score: f64,
    confidence: f64,
    borders: [bool; 4],
}

/// A picture as three planes in which distances are roughly perceptual, luma and two colour differences, each pixel the mean of 3 × 3.
struct Field {
    width: u32,
    height: u32,
    means: Vec<[f32; 3]>,
}

impl Field {
    fn new(proxy: &DynamicImage, longest: u32) -> Field {
        let shrink = (f64::from(longest) / f64::from(proxy.width().max(proxy.height()).max(1))).min(1.0);
        let side = |pixels: u32| ((f64::from(pixels) * shrink).round() as u32).max(1);
        let rgb: RgbImage = crate::proxy::resize(proxy, side(proxy.width()), side(proxy.height())).into_rgb8();
        let (width, height) = (rgb.width() as usize, rgb.height() as usize);
        let pixel = |x: usize, y: usize| rgb.get_pixel(x as u32, y as u32).0.map(f32::from);
        let mut means = Vec::with_capacity(width * height);
        for y in 0..height {
            let rows = [y.saturating_sub(1), y, (y + 1).min(height - 1)];
            // Column sums slide along the row: three reads a pixel in place of nine.
            let column = |x: usize| {
                rows.map(|y| pixel(x, y)).iter().fold([0f32; 3], |s, p| [s[0] + p[0], s[1] + p[1], s[2] + p[2]])
            };
            let (mut before, mut here) = (column(0), column(0));
            for x in 0..width {
                let after = column((x + 1).min(width - 1));
                let [r, g, b] = [0, 1, 2].map(|n| (before[n] + here[n] + after[n]) / 9.0);
                means.push([0.299 * r + 0.587 * g + 0.114 * b, 0.7 * (r - g), 0.7 * (b - g)]);
                (before, here) = (here, after);
            }
        }
        Field { width: rgb.width(), height: rgb.height(), means }
    }

    fn inside(&self, [x, y]: Point) -> bool {
        x >= 0.0 && y >= 0.0 && x < f64::from(self.width) && y < f64::from(self.height)
    }

    /// Coordinates beyond the frame take the border's value.
    fn mean(&self, x: i32, y: i32) -> [f32; 3] {
        let (x, y) = (x.clamp(0, self.width as i32 - 1) as usize, y.clamp(0, self.height as i32 - 1) as usize);
        self.means[y * self.width as usize + x]
    }

    /// Lines in one direction, strongest first, then the two borders of the frame.
    fn lines(&self, axis: Axis) -> Vec<Line> {
        let (across, along) = match axis {
            Axis::Upright => (self.width as i32, self.height as i32),
            Axis::Level => (self.height as i32, self.width as i32),
        };
        let place = |a: i32, l: i32| if axis == Axis::Upright { (a, l) } else { (l, a) };
        let slack = across / 4;
        let bins = (across + 2 * slack) as usize;
        let mut votes = vec![0f32; bins * (2 * TILTS as usize + 1)];
        let middle = f64::from(along) / 2.0;
        let tangents: Vec<f64> = (-TILTS..=TILTS).map(|n| (f64::from(n) * 0.5).to_radians().tan()).collect();
        for l in 1..along - 1 {
            let steps: Vec<f32> = (0..across)
                .map(|a| {
                    let ((x0, y0), (x1, y1)) = (place(a - GAP - 1, l), place(a + GAP, l));
                    if a < GAP + 1 || a + GAP >= across { 0.0 } else { step(self.mean(x0, y0), self.mean(x1, y1)) }
                })
                .collect();
            for a in 1..(across - 1).max(1) as usize {
                let value = steps[a];
                if value < FAINT || value < steps[a - 1] || value <= steps[a + 1] {
                    continue;
                }
                let weight = value.min(PLENTY);
                for (n, tangent) in tangents.iter().enumerate() {
                    let at = a as f64 - tangent * (f64::from(l) + 0.5 - middle) + f64::from(slack);
                    if at >= 0.0 && (at as usize) < bins {
                        votes[n * bins + at as usize] += weight;
                    }
                }
            }
        }
        let mut lines = peaks(&mut votes, bins, &tangents, slack);
        lines.truncate(LINES);
        for at in [0.0, f64::from(across)] {
            lines.push(Line { at, tilt: 0.0, votes: 0.0, border: true });
        }
        lines
    }

    /// The best quartet and its corners.
    fn best(&self, upright: &[Line], level: &[Line]) -> Option<([Point; 4], Judged)> {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let mut best: Option<([Point; 4], Judged)> = None;
        for (left, right) in pairs(upright, 0.3 * width) {
            for (top, bottom) in pairs(level, 0.3 * height) {
                if [left, right, top, bottom].iter().all(|line| line.border) {
                    continue;
                }
                let corner = |u: &Line, l: &Line| self.meet(u, l);
                let corners = [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
                let borders = [top.border, right.border, bottom.border, left.border];
                if let Some(judged) = self.judge(&corners, borders)
                    && best.as_ref().is_none_or(|(_, b)| judged.score > b.score)
                {
                    best = Some((corners, judged));
                }
            }
        }
        best.filter(|(_, judged)| judged.confidence >= 0.45)
    }

    fn meet(&self, upright: &Line, level: &Line) -> Point {
        let (mx, my) = (f64::from(self.width) / 2.0, f64::from(self.height) / 2.0);
        // x = u.at + u.tilt (y − my), y = l.at + l.tilt (x − mx)
        let y = (level.at + level.tilt * (upright.at - upright.tilt * my - mx)) / (1.0 - level.tilt * upright.tilt);
        [upright.at + upright.tilt * (y - my), y]
    }

    /// How well four corners outline a sheet; `None` for shapes no sheet has.
    fn judge(&self, corners: &[Point; 4], borders: [bool; 4]) -> Option<Judged> {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let share = area(corners) / (width * height);
        let sides = [0, 1, 2, 3].map(|n| distance(corners[n], corners[(n + 1) % 4]));
        let lopsided = |a: f64, b: f64| a.max(b) > 2.0 * a.min(b);
        if !(0.12..=1.4).contains(&share) || lopsided(sides[0], sides[2]) || lopsided(sides[1], sides[3]) {
            return None;
        }
        let (mut support, mut weight, mut contrast, mut open) = (0.0, 0.0, 0.0, 0.0);
        for n in 0..4 {
            let length = sides[n];
            if borders[n] {
                open += length;
                continue;
            }
            let (held, seen, mean) = self.along(corners[n], corners[(n + 1) % 4]);
            // Most of the side beyond the frame: it is as good as cut.
            if seen < 0.1 {
                open += length;
                continue;
            }
            if held < 0.4 {
                return None;
            }
            support += held * length;
            contrast += f64::from(mean) * length;
            weight += length;
        }
        if weight < 0.2 * (weight + open) || weight == 0.0 {
            return None;
        }
        let (support, contrast) = (support / weight, contrast / weight);
        let seen = weight / (weight + open);
        let confidence = support * (contrast / 18.0).clamp(0.0, 1.0) * (0.75 + 0.25 * seen);
        let score = confidence * (0.55 + 0.45 * share.min(1.0)) * (0.6 + 0.4 * seen);
        Some(Judged { score, confidence, borders })
    }

    /// Along one side, clockwise: the share of its visible length that steps from surroundings to paper, the share that is visible, and the mean step.
    fn along(&self, from: Point, to: Point) -> (f64, f64, f32) {
        let length = distance(from, to).max(1e-6);
        let (dx, dy) = ((to[0] - from[0]) / length, (to[1] - from[1]) / length);
        let (nx, ny) = (-dy, dx);
        let count = (length / 4.0).clamp(12.0, 120.0) as i32;
        let (mut held, mut seen, mut sum) = (0, 0, 0f32);
        for n in 0..count {
            let t = (f64::from(n) + 0.5) / f64::from(count) * length;
            let at = [from[0] + dx * t, from[1] + dy * t];
            let reach = |d: f64| [at[0] + nx * d, at[1] + ny * d];
            let (inner, outer) = (reach(3.5), reach(-3.5));
            if !self.inside(inner) || !self.inside(outer) {
                continue;
            }
            seen += 1;
            let mean = |p: Point| self.mean(p[0] as i32, p[1] as i32);
            let (paper, around) = (mean(inner), mean(outer));
            let size = step(around, paper);
            // Paper is lighter than what lies around it; a card on a white lid may be darker, but then clearly.
            if (size > FAINT && paper[0] + 2.0 > around[0]) || size > 3.0 * FAINT {
                held += 1;
                sum += if paper[0] + 2.0 > around[0] { size } else { size / 3.0 };
            }
        }
        let share = |n: i32, of: i32| f64::from(n) / f64::from(of.max(1));
        (share(held, seen), share(seen, count), sum / held.max(1) as f32)
    }

    /// Moves each side to the strongest step within `reach` pixels of it, by least squares on what agrees.
    fn refine(&self, corners: [Point; 4], reach: f64, borders: &[bool; 4]) -> [Point; 4] {
        let sides = [0, 1, 2, 3].map(|n| {
            let (from, to) = (corners[n], corners[(n + 1) % 4]);
            if borders[n] { (from, to) } else { self.fit(from, to, reach).unwrap_or((from, to)) }
        });
        let mut refined = corners;
        for n in 0..4 {
            if let Some(corner) = crossing(sides[(n + 3) % 4], sides[n])
                && distance(corner, corners[n]) < 8.0 * reach
            {
                refined[n] = corner;
            }
        }
        refined
    }

    fn fit(&self, from: Point, to: Point, reach: f64) -> Option<(Point, Point)> {
        let length = distance(from, to);
        let (dx, dy) = ((to[0] - from[0]) / length, (to[1] - from[1]) / length);
        let (nx, ny) = (-dy, dx);
        let mut found: Vec<(f64, f64)> = Vec::new();
        let count = 160;
        for n in 0..count {
            let t = (f64::from(n) + 0.5) / f64::from(count) * length;
            let at = |d: f64| [from[0] + dx * t + nx * d, from[1] + dy * t + ny * d];
            if !self.inside(at(reach + 3.0)) || !self.inside(at(-reach - 3.0)) {
                continue;
            }
            let mean = |d: f64| {
                let p = at(d);
                self.mean(p[0].floor() as i32, p[1].floor() as i32)
            };
            let steps: Vec<f32> = (-reach as i32..=reach as i32)
                .map(|d| step(mean(f64::from(d) - 2.0), mean(f64::from(d) + 2.0)))
                .collect();
            let peak = steps.iter().copied().fold(0f32, f32::max);
            if peak < FAINT {
                continue;
            }
            // The middle of the strong part: the step is as wide as the two windows are apart.
            let (mut weight, mut sum) = (0f64, 0f64);
            for (i, &s) in steps.iter().enumerate().filter(|(_, s)| **s > 0.7 * peak) {
                weight += f64::from(s);
                sum += f64::from(s) * (i as f64 - reach.trunc());
            }
            found.push((t, sum / weight));
        }
        let (mut slope, mut offset) = (0.0, 0.0);
        for tolerance in [f64::INFINITY, reach, 3.0, 1.5] {
            let near: Vec<&(f64, f64)> =
                found.iter().filter(|(t, d)| (d - offset - slope * t).abs() <= tolerance).collect();
            if near.len() < 12 {
                break;
            }
            (slope, offset) = regress(&near);
        }
        let agreeing = found.iter().filter(|(t, d)| (d - offset - slope * t).abs() <= 2.0).count();
        if agreeing < 20 || agreeing * 3 < found.len() {
            return None;
        }
        let end = |t: f64| {
            let d = offset + slope * t;
            [from[0] + dx * t + nx * d, from[1] + dy * t + ny * d]
        };
        Some((end(0.0), end(length)))
    }
}

/// Distance of two colours: luma counts most, colour differences where they are the larger.
fn step(a: [f32; 3], b: [f32; 3]) -> f32 {
    let (l, u, v) = ((a[0] - b[0]).abs(), (a[1] - b[1]).abs(), (a[2] - b[2]).abs());
    l.max(u).max(v)
}

/// Local maxima of the votes, strongest first; each clears its neighbourhood.
fn peaks(votes: &mut [f32], bins: usize, tangents: &[f64], slack: i32) -> Vec<Line> {
    let mut lines = Vec::new();
    for _ in 0..LINES {
        let Some((at, &best)) = votes.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else { break };
        if best < FAINT * 12.0 {
            break;
        }
        let (row, column) = (at / bins, at % bins);
        lines.push(Line {
            at: column as f64 + 0.5 - f64::from(slack),
            tilt: tangents.get(row).copied().unwrap_or_default(),
            votes: best,
            border: false,
        });
        for r in row.saturating_sub(8)..(row + 9).min(tangents.len()) {
            let (a, b) = (column.saturating_sub(5), (column + 6).min(bins));
            votes[r * bins + a..r * bins + b].fill(0.0);
        }
    }
    lines.sort_by(|a, b| b.votes.total_cmp(&a.votes));
    lines
}

/// Every two lines at least `apart` from each other, lower position first.
fn pairs(lines: &[Line], apart: f64) -> Vec<(&Line, &Line)> {
    let all = lines.iter().flat_map(|a| lines.iter().map(move |b| (a, b)));
    all.filter(|(a, b)| b.at - a.at >= apart).collect()
}

fn regress(points: &[&(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let (mt, md) = points.iter().fold((0.0, 0.0), |(a, b), (t, d)| (a + t / n, b + d / n));
    let (top, bottom) =
        points.iter().fold((0.0, 0.0), |(a, b), (t, d)| (a + (t - mt) * (d - md), b + (t - mt) * (t - mt)));
    let slope = if bottom > 0.0 { top / bottom } else { 0.0 };
    (slope, md - slope * mt)
}

/// Where two lines, each through two points, meet.
fn crossing((a, b): (Point, Point), (c, d): (Point, Point)) -> Option<Point> {
    let (r, s) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let cross = r[0] * s[1] - r[1] * s[0];
    if cross.abs() < 1e-9 {
        return None;
    }
    let t = ((c[0] - a[0]) * s[1] - (c[1] - a[1]) * s[0]) / cross;
    Some([a[0] + t * r[0], a[1] + t * r[1]])
}
