//! The sheet in the frame: four straight edges between paper and what lies around it.
//!
//! On a small copy, steps from dark to light across a short gap (so that thin lines on the paper do not count) vote for lines, apart for
//! each side of a sheet; every quartet of strong lines, one of which may be a border of the frame, is judged by how much of its outline
//! really separates paper from darker surroundings; the best is refined to part of a pixel by least squares.
//! A sheet darker than what it lies on is not looked for: under a white lid there is nothing to cut away.

use image::DynamicImage;

use crate::geometry::{Point, area, distance};

/// Longest side of the copy on which lines are voted for.
const SMALL: u32 = 480;
/// Longest side of the copy on which corners are refined.
const FINE: u32 = 1100;
/// Half gap and half window of the step measured across an edge, pixels of the small copy.
const GAP: usize = 2;
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
/// `scanned`: it lay flat on glass, so it is a rectangle.
pub(crate) fn find(proxy: &DynamicImage, scanned: bool) -> Option<Sheet> {
    if proxy.width().min(proxy.height()) < 64 {
        return None;
    }
    let small = Field::new(proxy, SMALL);
    let candidates = Side::ALL.map(|side| small.lines(side));
    let (corners, judged) = small.best(&candidates, scanned)?;
    let fine = Field::new(proxy, FINE);
    let scaled = |corners: [Point; 4], from: &Field, width: u32, height: u32| {
        let (x, y) = (f64::from(width) / f64::from(from.width), f64::from(height) / f64::from(from.height));
        corners.map(|[cx, cy]| [cx * x, cy * y])
    };
    let reach = f64::from(fine.width) / f64::from(small.width) * 4.0 + 2.0;
    let corners = fine.refine(scaled(corners, &small, fine.width, fine.height), reach, &judged.borders);
    let corners = scaled(corners, &fine, proxy.width(), proxy.height());
    let frame = [f64::from(proxy.width()), f64::from(proxy.height())];
    let outside = |[x, y]: Point| x < -2.0 || y < -2.0 || x > frame[0] + 2.0 || y > frame[1] + 2.0;
    let cut_off = judged.borders.contains(&true) || corners.into_iter().any(outside);
    Some(Sheet { corners, confidence: judged.confidence, cut_off })
}

/// The sides of a sheet, clockwise.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

impl Side {
    const ALL: [Side; 4] = [Side::Top, Side::Right, Side::Bottom, Side::Left];

    fn upright(self) -> bool {
        matches!(self, Side::Left | Side::Right)
    }

    /// The light side of the edge is the one with the larger coordinate.
    fn opens(self) -> bool {
        matches!(self, Side::Left | Side::Top)
    }
}

/// What speaks for a quartet of lines.
struct Judged {
    score: f64,
    confidence: f64,
    borders: [bool; 4],
}

/// One side of a supposed sheet.
struct Edge {
    /// Share of the visible length on which paper is lighter than what lies beside it.
    held: f64,
    /// Share of the length inside the frame.
    seen: f64,
    /// Mean step where it is, levels.
    step: f32,
    /// Mean level just inside.
    paper: f32,
}

/// A grey picture, each pixel the mean of 3 × 3.
struct Field {
    width: u32,
    height: u32,
    means: Vec<f32>,
}

impl Field {
    fn new(proxy: &DynamicImage, longest: u32) -> Field {
        let shrink = (f64::from(longest) / f64::from(proxy.width().max(proxy.height()).max(1))).min(1.0);
        let side = |pixels: u32| ((f64::from(pixels) * shrink).round() as u32).max(1);
        let gray = crate::proxy::luma(&crate::proxy::resize(proxy, side(proxy.width()), side(proxy.height())));
        let (width, height) = (gray.width() as usize, gray.height() as usize);
        let row = |y: usize| gray.as_raw().get(y * width..(y + 1) * width).unwrap_or_default();
        let mut means = Vec::with_capacity(width * height);
        for y in 0..height {
            let rows = [row(y.saturating_sub(1)), row(y), row((y + 1).min(height - 1))];
            let columns: Vec<f32> = (0..width).map(|x| rows.iter().map(|r| f32::from(r[x])).sum()).collect();
            means.extend((0..width).map(|x| {
                let (before, after) = (columns[x.saturating_sub(1)], columns[(x + 1).min(width - 1)]);
                (before + columns[x] + after) / 9.0
            }));
        }
        Field { width: gray.width(), height: gray.height(), means }
    }

    fn inside(&self, [x, y]: Point) -> bool {
        x >= 0.0 && y >= 0.0 && x < f64::from(self.width) && y < f64::from(self.height)
    }

    /// Coordinates beyond the frame take the border's value.
    fn mean(&self, x: i32, y: i32) -> f32 {
        let (x, y) = (x.clamp(0, self.width as i32 - 1) as usize, y.clamp(0, self.height as i32 - 1) as usize);
        self.means[y * self.width as usize + x]
    }

    /// Candidates for one side, strongest first, then the border of the frame.
    fn lines(&self, side: Side) -> Vec<Line> {
        let (width, height) = (self.width as i32, self.height as i32);
        let (across, along) = if side.upright() { (width, height) } else { (height, width) };
        let level = |a: i32, l: i32| if side.upright() { self.mean(a, l) } else { self.mean(l, a) };
        let slack = across / 4;
        let bins = (across + 2 * slack) as usize;
        let mut votes = vec![0f32; bins * (2 * TILTS as usize + 1)];
        let middle = f64::from(along) / 2.0;
        let tangents: Vec<f64> = (-TILTS..=TILTS).map(|n| (f64::from(n) * 0.5).to_radians().tan()).collect();
        let (mut levels, mut steps) = (vec![0f32; across as usize], vec![0f32; across as usize]);
        for l in 1..along - 1 {
            (0..across).zip(&mut levels).for_each(|(a, value)| *value = level(a, l));
            for a in GAP + 1..levels.len() - GAP {
                let rise = levels[a + GAP] - levels[a - GAP - 1];
                steps[a] = if side.opens() { rise } else { -rise };
            }
            for a in 1..levels.len() - 1 {
                if steps[a] < FAINT || steps[a] < steps[a - 1] || steps[a] <= steps[a + 1] {
                    continue;
                }
                // As in `along`: beside a line of text the next gap is as light as the paper.
                let lightest = |span: &[f32]| span.iter().copied().fold(0f32, f32::max);
                let low = lightest(&levels[a.saturating_sub(9)..a.saturating_sub(GAP)]);
                let high = lightest(&levels[(a + GAP).min(levels.len())..(a + 9).min(levels.len())]);
                let weight = if side.opens() { high - low } else { low - high }.min(steps[a]).min(PLENTY);
                if weight < FAINT {
                    continue;
                }
                for (n, tangent) in tangents.iter().enumerate() {
                    let at = a as f64 - tangent * (f64::from(l) + 0.5 - middle) + f64::from(slack);
                    if at >= 0.0 && (at as usize) < bins {
                        votes[n * bins + at as usize] += weight;
                    }
                }
            }
        }
        let mut lines = peaks(&mut votes, bins, &tangents, slack);
        let at = if side.opens() { 0.0 } else { f64::from(across) };
        lines.push(Line { at, tilt: 0.0, votes: 0.0, border: true });
        lines
    }

    /// The best quartet and its corners; `sides` in the order of [`Side::ALL`].
    fn best(&self, sides: &[Vec<Line>; 4], scanned: bool) -> Option<([Point; 4], Judged)> {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let [tops, rights, bottoms, lefts] = sides;
        let mut best: Option<([Point; 4], Judged)> = None;
        for (left, right) in pairs(lefts, rights, 0.3 * width) {
            for (top, bottom) in pairs(tops, bottoms, 0.3 * height) {
                let lines = [top, right, bottom, left];
                if lines.iter().filter(|line| line.border).count() > 1 {
                    continue;
                }
                let square = if scanned { squareness(&lines) } else { 1.0 };
                let corners =
                    [self.meet(left, top), self.meet(right, top), self.meet(right, bottom), self.meet(left, bottom)];
                if let Some(judged) = self.judge(&corners, lines.map(|line| line.border)) {
                    let judged = Judged { score: judged.score * square, ..judged };
                    if best.as_ref().is_none_or(|(_, b)| judged.score > b.score) {
                        best = Some((corners, judged));
                    }
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
        let (mut support, mut contrast, mut visible, mut around, mut paper) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for n in 0..4 {
            around += sides[n];
            if borders[n] {
                continue;
            }
            let edge = self.along(corners[n], corners[(n + 1) % 4]);
            // A paper's edge is whole; text and rules make one here and there.
            if edge.seen < 0.15 || edge.held < 0.75 {
                return None;
            }
            let length = sides[n] * edge.seen;
            support += edge.held * length;
            contrast += f64::from(edge.step) * length;
            paper += f64::from(edge.paper) * length;
            visible += length;
        }
        // Where the frame cuts the sheet, paper must reach the border.
        let cut = (0..4).find(|&n| borders[n]);
        if cut.is_some_and(|n| f64::from(self.along(corners[n], corners[(n + 1) % 4]).paper) < 0.6 * paper / visible) {
            return None;
        }
        let (support, contrast, seen) = (support / visible, contrast / visible, visible / around);
        let confidence = support * (contrast / 20.0).clamp(0.0, 1.0) * (0.7 + 0.3 * seen);
        let whole = if cut.is_some() { 0.75 } else { 1.0 };
        let score = confidence * support * whole * (0.55 + 0.45 * share.min(1.0));
        Some(Judged { score, confidence, borders })
    }

    /// Looks along one side of a sheet, clockwise, for steps from darker surroundings to paper.
    fn along(&self, from: Point, to: Point) -> Edge {
        let length = distance(from, to).max(1e-6);
        let (dx, dy) = ((to[0] - from[0]) / length, (to[1] - from[1]) / length);
        let count = (length / 4.0).clamp(12.0, 120.0) as i32;
        let (mut held, mut seen, mut lit, mut sum, mut paper) = (0, 0, 0, 0f32, 0f32);
        for n in 0..count {
            let t = (f64::from(n) + 0.5) / f64::from(count) * length;
            let beside = |d: f64| [from[0] + dx * t - dy * d, from[1] + dy * t + dx * d];
            if !self.inside(beside(3.5)) {
                continue;
            }
            // The lightest of several distances: round a sheet it stays dark, beside a line of text the next gap is as light as the paper.
            let lightest = |distances: &[f64]| {
                let reach = distances.iter().map(|&d| beside(d)).filter(|&p| self.inside(p));
                reach.map(|p| self.mean(p[0] as i32, p[1] as i32)).fold(0f32, f32::max)
            };
            let inner = lightest(&[3.5, 6.0, 8.5]);
            lit += 1;
            paper += inner;
            if !self.inside(beside(-3.5)) {
                continue;
            }
            seen += 1;
            let rise = inner - lightest(&[-3.5, -6.0, -8.5, -12.0, -18.0, -26.0, -36.0]);
            if rise > FAINT {
                held += 1;
                sum += rise.min(2.0 * PLENTY);
            }
        }
        let share = |n: i32, of: i32| f64::from(n) / f64::from(of.max(1));
        Edge {
            held: share(held, seen),
            seen: share(seen, count),
            step: sum / held.max(1) as f32,
            paper: paper / lit.max(1) as f32,
        }
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
                && distance(corner, corners[n]) < 12.0 * reach
            {
                refined[n] = corner;
            }
        }
        refined
    }

    fn fit(&self, from: Point, to: Point, reach: f64) -> Option<(Point, Point)> {
        let length = distance(from, to);
        let (dx, dy) = ((to[0] - from[0]) / length, (to[1] - from[1]) / length);
        let at = |t: f64, d: f64| [from[0] + dx * t - dy * d, from[1] + dy * t + dx * d];
        let count = 160;
        let found: Vec<(f64, f64)> = (0..count)
            .filter_map(|n| {
                let t = (f64::from(n) + 0.5) / f64::from(count) * length;
                self.steepest(|d| at(t, d), reach).map(|d| (t, d))
            })
            .collect();
        let (slope, offset) = agreed(&found)?;
        Some((at(0.0, offset), at(length, offset + slope * length)))
    }

    /// How far along a path across an edge (negative outside, positive inside) the step from dark to light is steepest.
    fn steepest(&self, path: impl Fn(f64) -> Point, reach: f64) -> Option<f64> {
        if !self.inside(path(2.0 - reach)) || !self.inside(path(reach - 2.0)) {
            return None;
        }
        let level = |d: f64| {
            let p = path(d);
            self.mean(p[0].floor() as i32, p[1].floor() as i32)
        };
        let first = -reach as i32;
        let steps: Vec<f32> = (first..=-first).map(|d| level(f64::from(d) + 2.0) - level(f64::from(d) - 2.0)).collect();
        let peak = steps.iter().copied().fold(0f32, f32::max);
        if peak < FAINT {
            return None;
        }
        // The middle of the strong part: the step is as wide as the two windows are apart.
        let strong = (first..).zip(&steps).filter(|(_, step)| **step > 0.7 * peak);
        let (weight, sum) =
            strong.fold((0.0, 0.0), |(w, s), (d, &step)| (w + f64::from(step), s + f64::from(step) * f64::from(d)));
        Some(sum / weight)
    }
}

/// The straight line (slope, offset) on which most points lie, by trying all pairs some way apart, then least squares on those.
fn agreed(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let near = |slope: f64, offset: f64, within: f64| {
        points.iter().filter(move |(t, d)| (d - offset - slope * t).abs() <= within)
    };
    let mut best = (0, 0.0, 0.0);
    for (i, a) in points.iter().enumerate() {
        for b in points.iter().skip(i + 1 + points.len() / 5).step_by(3) {
            let slope = (b.1 - a.1) / (b.0 - a.0);
            let offset = a.1 - slope * a.0;
            let count = near(slope, offset, 1.2).count();
            if count > best.0 && slope.abs() < 0.06 {
                best = (count, slope, offset);
            }
        }
    }
    if best.0 < 15 || best.0 * 3 < points.len() {
        return None;
    }
    let chosen: Vec<&(f64, f64)> = near(best.1, best.2, 1.5).collect();
    Some(regress(&chosen))
}

/// 1 for four sides at right angles; a third for each 2° that one leans away from the middle of them. Borders of the frame say nothing.
fn squareness(lines: &[&Line; 4]) -> f64 {
    // A clockwise turn tilts level lines down to the right and upright ones to the left.
    let turns: Vec<f64> = (0..4)
        .filter(|&n| !lines[n].border)
        .map(|n| if n % 2 == 0 { lines[n].tilt.atan() } else { -lines[n].tilt.atan() })
        .map(f64::to_degrees)
        .collect();
    let spread = turns.iter().copied().fold(f64::MIN, f64::max) - turns.iter().copied().fold(f64::MAX, f64::min);
    (-(spread - 1.0).max(0.0) / 2.0).exp()
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

/// Every line of one side with every line of the opposite one, at least `apart`.
fn pairs<'a>(low: &'a [Line], high: &'a [Line], apart: f64) -> Vec<(&'a Line, &'a Line)> {
    let all = low.iter().flat_map(|a| high.iter().map(move |b| (a, b)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Transform;
    use image::{Rgb, RgbImage};

    /// A sheet with lines of text on a table whose grain and light vary, seen in perspective; and its corners.
    fn photograph(corners: [Point; 4], table: f64) -> DynamicImage {
        let back = Transform::to_quad(210.0, 297.0, &corners).inverse().unwrap();
        let picture = RgbImage::from_fn(900, 1200, |x, y| {
            let [u, v] = back.apply([f64::from(x) + 0.5, f64::from(y) + 0.5]);
            let light = 0.7 + 0.3 * f64::from(x) / 900.0;
            let sheet = (0.0..210.0).contains(&u) && (0.0..297.0).contains(&v);
            let text =
                (25.0..190.0).contains(&u) && (25.0..260.0).contains(&v) && v % 7.0 < 2.5 && (u * 0.7) % 2.0 < 1.2;
            let grain = f64::from((x * 31 + y * 17) % 13);
            let level = light
                * if !sheet {
                    table + grain
                } else if text {
                    60.0
                } else {
                    240.0
                };
            Rgb([level as u8, (level * 0.98) as u8, (level * 0.9) as u8])
        });
        DynamicImage::ImageRgb8(picture)
    }

    #[test]
    fn a_sheet_seen_from_an_angle_is_found_to_a_pixel() {
        let corners = [[120.0, 90.0], [760.0, 140.0], [830.0, 1100.0], [70.0, 1050.0]];
        let sheet = find(&photograph(corners, 100.0), false).unwrap();
        for (found, want) in sheet.corners.iter().zip(&corners) {
            assert!(distance(*found, *want) < 1.5, "{found:?} for {want:?}");
        }
        assert!(sheet.confidence > 0.8 && !sheet.cut_off);
    }

    #[test]
    fn a_sheet_turned_beyond_the_frame_has_its_corners_outside() {
        let turn = Transform::translate(-450.0, -600.0)
            .then(&Transform::rotate(6.0))
            .then(&Transform::translate(450.0, 600.0));
        let corners = [[10.0, 20.0], [890.0, 20.0], [890.0, 1180.0], [10.0, 1180.0]].map(|corner| turn.apply(corner));
        let sheet = find(&photograph(corners, 60.0), true).unwrap();
        for (found, want) in sheet.corners.iter().zip(&corners) {
            assert!(distance(*found, *want) < 3.0, "{found:?} for {want:?}");
        }
        assert!(sheet.cut_off);
    }

    #[test]
    fn a_page_that_fills_the_frame_has_no_edges() {
        let beyond = [[-200.0, -200.0], [1100.0, -200.0], [1100.0, 1400.0], [-200.0, 1400.0]];
        assert!(find(&photograph(beyond, 100.0), false).is_none());
    }
}
