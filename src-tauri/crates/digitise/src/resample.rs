//! The one resample: any transform from output pixels to source pixels, bicubic (Catmull-Rom; Keys 1981, a = −½), white outside.

use std::borrow::Cow;

use image::{DynamicImage, GrayImage, RgbImage};

use crate::geometry::Transform;
use crate::proxy::resize;

/// Positions between two pixels that have weights of their own.
const PHASES: usize = 64;
/// Weights are in 1/2^7, so that two passes fit 32 bits with room for rounding.
const BITS: u32 = 7;
/// Source pixels per output pixel from which the source is first shrunk, so that nothing is skipped between taps.
const COARSE: f64 = 1.7;

/// A source made ready for an output grid.
pub(crate) struct Resampler<'a> {
    source: Cow<'a, DynamicImage>,
    /// Output pixels → pixels of `source`.
    transform: Transform,
    width: u32,
    height: u32,
    weights: Vec<[i32; 4]>,
}

impl<'a> Resampler<'a> {
    /// `transform`: output pixels → source pixels.
    pub fn new(source: &'a DynamicImage, transform: Transform, width: u32, height: u32) -> Resampler<'a> {
        let middle = [f64::from(width) / 2.0, f64::from(height) / 2.0];
        let at = transform.apply(middle);
        let step = |dx: f64, dy: f64| {
            let [x, y] = transform.apply([middle[0] + dx, middle[1] + dy]);
            [(x - at[0]).abs(), (y - at[1]).abs()]
        };
        let (right, down) = (step(1.0, 0.0), step(0.0, 1.0));
        let shrink =
            [right[0].hypot(down[0]), right[1].hypot(down[1])].map(|s| if s > COARSE { s.max(1.0) } else { 1.0 });
        let (source, transform) = if shrink == [1.0, 1.0] {
            (Cow::Borrowed(source), transform)
        } else {
            let side = |pixels: u32, by: f64| ((f64::from(pixels) / by).round() as u32).max(1);
            let small = resize(source, side(source.width(), shrink[0]), side(source.height(), shrink[1]));
            let scale = Transform::scale(
                f64::from(small.width()) / f64::from(source.width()),
                f64::from(small.height()) / f64::from(source.height()),
            );
            (Cow::Owned(small), transform.then(&scale))
        };
        Resampler { source, transform, width, height, weights: weights() }
    }

    /// A grey picture; each row is given to `finish` before the next is made.
    pub fn gray(&self, mut finish: impl FnMut(u32, &mut [u8])) -> GrayImage {
        let luma = match &*self.source {
            DynamicImage::ImageLuma8(gray) => Cow::Borrowed(gray),
            other => Cow::Owned(crate::proxy::luma(other)),
        };
        let plane = Plane::<1> { bytes: luma.as_raw(), width: luma.width() as usize, height: luma.height() as usize };
        let mut out = GrayImage::from_pixel(self.width, self.height, image::Luma([255]));
        self.rows(&plane, &mut out, &mut finish);
        out
    }

    /// A colour picture; grey sources give three equal channels.
    pub fn rgb(&self, mut finish: impl FnMut(u32, &mut [u8])) -> RgbImage {
        let rgb = match &*self.source {
            DynamicImage::ImageRgb8(rgb) => Cow::Borrowed(rgb),
            other => Cow::Owned(other.to_rgb8()),
        };
        let plane = Plane::<3> { bytes: rgb.as_raw(), width: rgb.width() as usize, height: rgb.height() as usize };
        let mut out = RgbImage::from_pixel(self.width, self.height, image::Rgb([255; 3]));
        self.rows(&plane, &mut out, &mut finish);
        out
    }

    fn rows<const N: usize>(&self, plane: &Plane<N>, out: &mut [u8], finish: &mut impl FnMut(u32, &mut [u8])) {
        if self.width == 0 || plane.width == 0 || plane.height == 0 {
            return;
        }
        let mut line = Line::default();
        for (y, row) in out.chunks_exact_mut(self.width as usize * N).enumerate() {
            // Exact at the ends of short spans and straight between: over 16 pixels a page's perspective bends by less than 1/1000 pixel.
            let at = |x: usize| self.transform.apply([x as f64 + 0.5, y as f64 + 0.5]).map(|place| place - 0.5);
            let (first, last) = (at(0), at(self.width as usize - 1));
            line.lay(plane, &self.weights, first, last);
            let along = |x: usize| fixed(at(x)[line.axis]);
            let mut here = along(0);
            for (n, span) in row.chunks_mut(SPAN * N).enumerate() {
                let next = along((n + 1) * SPAN);
                line.sample(here, (next - here) / SPAN as i64, &self.weights, span.as_chunks_mut::<N>().0);
                here = next;
            }
            finish(y as u32, row);
        }
    }
}

/// Output pixels between exact evaluations of the transform.
const SPAN: usize = 16;
/// Bits behind the point of positions in the source.
const POINT: u32 = 20;

/// A position with [`POINT`] bits behind the point, kept where products cannot overflow.
fn fixed(position: f64) -> i64 {
    (position.clamp(-1e6, 1e6) * f64::from(1u32 << POINT)).round() as i64
}

/// How many positions from `at` on, itself included, lie in its row.
fn in_row(at: i64, step: i64) -> i64 {
    let here = at & ((1 << POINT) - 1);
    match step {
        0 => i64::MAX,
        1.. => ((1 << POINT) - 1 - here) / step + 1,
        _ => here / -step + 1,
    }
}

/// Which of the weights a position needs.
fn phase(at: i64) -> usize {
    const FRACTION: i64 = (1 << POINT) - 1;
    ((at & FRACTION) >> (POINT - PHASES.trailing_zeros())) as usize
}

struct Plane<'a, const N: usize> {
    bytes: &'a [u8],
    width: usize,
    height: usize,
}

/// The source along the straight line on which an output row lies in it, whatever the perspective: first interpolated across the line,
/// once for each source column (or row, where the line runs more down than across), then along it.
#[derive(Default)]
struct Line<const N: usize> {
    /// 0: the line runs across the source, 1: down.
    axis: usize,
    /// Where along the axis `values` begin: at the source's edge, or beside it.
    from: i64,
    /// Interpolated across, times 2^[`BITS`].
    values: Vec<[i32; N]>,
}

impl<const N: usize> Line<N> {
    /// Values along the line through two points, pixel centres at whole numbers, as far as taps of what lies between them go.
    fn lay(&mut self, plane: &Plane<N>, weights: &[[i32; 4]], first: [f64; 2], last: [f64; 2]) {
        let run = [last[0] - first[0], last[1] - first[1]];
        self.axis = usize::from(run[1].abs() > run[0].abs());
        let (along, across) = (self.axis, 1 - self.axis);
        // Length and stride in pixels along and across the line.
        let sides = [(plane.width as i64, 1), (plane.height as i64, plane.width as i64)];
        let ((length, stride), (breadth, step)) = (sides[along], sides[across]);
        let (low, high) = (first[along].min(last[along]), first[along].max(last[along]));
        self.from = (low.max(-1e6) as i64 - 2).max(-2);
        let to = (high.min(1e6) as i64 + 4).min(length + 2);
        let slope = if run[along] == 0.0 { 0.0 } else { run[across] / run[along] };
        let slope_step = fixed(slope);
        let mut at = fixed(first[across] + slope * (self.from as f64 - first[along]));
        self.values.clear();
        let mut n = self.from;
        while n < to {
            let row = at >> POINT;
            if along == 0 && (1..breadth - 2).contains(&row) && (0..length).contains(&n) {
                let count = in_row(at, slope_step).min(to.min(length) - n);
                self.lay_in_row(plane, weights, (row - 1) * step + n, count, at, slope_step);
                at += slope_step * count;
                n += count;
                continue;
            }
            let start = n.clamp(0, length - 1) * stride;
            let taps = &weights[phase(at)];
            match row {
                1.. if row + 3 <= breadth => self.values.push(inner(plane, start + (row - 1) * step, step, taps)),
                -1.. if row < breadth => self.values.push(border(plane, start, step, row - 1, breadth, taps)),
                _ if self.values.is_empty() => self.from = n + 1,
                // A straight line that left the source does not come back.
                _ => break,
            }
            at += slope_step;
            n += 1;
        }
    }

    /// Values of `count` columns for which the line lies between the same rows, all of them inside; the first tap at pixel `start`.
    fn lay_in_row(&mut self, plane: &Plane<N>, weights: &[[i32; 4]], start: i64, count: i64, at: i64, slope: i64) {
        let tap = |n: usize| {
            let from = (start as usize + n * plane.width) * N;
            plane.bytes[from..from + count as usize * N].as_chunks::<N>().0
        };
        let columns = tap(0).iter().zip(tap(1)).zip(tap(2)).zip(tap(3));
        if slope == 0 {
            let taps = weights[phase(at)];
            self.values.extend(columns.map(|(((a, b), c), d)| weighted([a, b, c, d], &taps)));
        } else {
            let places = (0..).map(|n| at + n * slope);
            let laid = |((((a, b), c), d), at)| weighted([a, b, c, d], &weights[phase(at)]);
            self.values.extend(columns.zip(places).map(laid));
        }
    }

    /// Values at positions along the axis. Outside the source `out` stays as it was.
    fn sample(&self, from: i64, step: i64, weights: &[[i32; 4]], out: &mut [[u8; N]]) {
        let mut at = from;
        for pixel in out {
            let start = (at >> POINT) - 1 - self.from;
            let taps = usize::try_from(start).ok().and_then(|start| self.values.get(start..start + 4));
            if let Some([a, b, c, d]) = taps {
                let w = &weights[phase(at)];
                for (n, value) in pixel.iter_mut().enumerate() {
                    *value = rounded(a[n] * w[0] + b[n] * w[1] + c[n] * w[2] + d[n] * w[3]);
                }
            }
            at += step;
        }
    }
}

/// All four taps inside, the first at pixel `start`.
#[inline(always)]
fn inner<const N: usize>(plane: &Plane<N>, start: i64, step: i64, taps: &[i32; 4]) -> [i32; N] {
    let (start, step) = (start as usize * N, step as usize * N);
    let tap = |n: usize| &plane.bytes[start + n * step..].as_chunks::<N>().0[0];
    weighted([tap(0), tap(1), tap(2), tap(3)], taps)
}

/// The sum of four pixels, each by its weight.
#[inline(always)]
fn weighted<const N: usize>([a, b, c, d]: [&[u8; N]; 4], taps: &[i32; 4]) -> [i32; N] {
    let sum = |n| {
        i32::from(a[n]) * taps[0] + i32::from(b[n]) * taps[1] + i32::from(c[n]) * taps[2] + i32::from(d[n]) * taps[3]
    };
    std::array::from_fn(sum)
}

/// Some taps outside: the border's pixels stand for them.
#[cold]
fn border<const N: usize>(
    plane: &Plane<N>,
    start: i64,
    step: i64,
    row: i64,
    breadth: i64,
    taps: &[i32; 4],
) -> [i32; N] {
    let mut sums = [0; N];
    for (n, &weight) in (row..).zip(taps) {
        let place = (start + n.clamp(0, breadth - 1) * step) as usize * N;
        for (sum, &value) in sums.iter_mut().zip(&plane.bytes[place..place + N]) {
            *sum += weight * i32::from(value);
        }
    }
    sums
}

fn rounded(sum: i32) -> u8 {
    ((sum + (1 << (2 * BITS - 1))) >> (2 * BITS)).clamp(0, 255) as u8
}

/// Catmull-Rom weights by phase, each four adding up to 2^[`BITS`].
fn weights() -> Vec<[i32; 4]> {
    let one = f64::from(1 << BITS);
    (0..PHASES)
        .map(|n| {
            let t = (n as f64 + 0.5) / PHASES as f64;
            // The first phase stands for whole positions: an untouched grid stays exact.
            let t = if n == 0 { 0.0 } else { t };
            let exact = [
                ((2.0 - t) * t - 1.0) * t / 2.0,
                ((3.0 * t - 5.0) * t * t + 2.0) / 2.0,
                ((4.0 - 3.0 * t) * t + 1.0) * t / 2.0,
                (t - 1.0) * t * t / 2.0,
            ];
            let mut rounded = exact.map(|w| (w * one).round() as i32);
            let rest = (1 << BITS) - rounded.iter().sum::<i32>();
            rounded[if t < 0.5 { 1 } else { 2 }] += rest;
            rounded
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn the_identity_copies_and_outside_is_white() {
        let source = GrayImage::from_fn(37, 23, |x, y| Luma([(x * 7 + y * 11) as u8]));
        let image = DynamicImage::ImageLuma8(source.clone());
        assert_eq!(Resampler::new(&image, Transform::IDENTITY, 37, 23).gray(|_, _| {}), source);
        let shifted = Resampler::new(&image, Transform::translate(-100.0, 0.0), 50, 23).gray(|_, _| {});
        assert!(shifted.pixels().all(|p| p.0[0] == 255));
    }

    #[test]
    fn a_smooth_picture_is_sampled_between_its_pixels() {
        let source =
            GrayImage::from_fn(200, 200, |x, y| Luma([(127.0 + 100.0 * (f64::from(x + 2 * y) / 40.0).sin()) as u8]));
        let image = DynamicImage::ImageLuma8(source);
        // Across the source, down, back, and up again.
        for (degrees, right, down) in
            [(7.0, 20.0, -5.0), (97.0, 190.0, 5.0), (187.0, 190.0, 190.0), (277.0, 5.0, 190.0)]
        {
            let turn = Transform::rotate(degrees).then(&Transform::translate(right, down));
            let out = Resampler::new(&image, turn, 150, 150).gray(|_, _| {});
            for (x, y) in [(50, 50), (100, 70), (81, 123)] {
                let [u, v] = turn.apply([f64::from(x) + 0.5, f64::from(y) + 0.5]);
                let want = 127.0 + 100.0 * ((u - 0.5 + 2.0 * (v - 0.5)) / 40.0).sin();
                let found = f64::from(out.get_pixel(x, y).0[0]);
                assert!((found - want).abs() < 3.0, "{degrees}°, {x}, {y}: {found}, not {want}");
            }
        }
    }

    /// Whatever way a row lies in the source, its values are those of the taps one by one.
    #[test]
    fn a_line_across_the_source_is_that_of_its_columns_one_by_one() {
        fn check<const N: usize>(width: usize, height: usize, slope: f64) {
            let bytes: Vec<u8> = (0..width * height * N).map(|n| (n * n % 251) as u8).collect();
            let plane = Plane::<N> { bytes: &bytes, width, height };
            let weights = weights();
            let first = [0.3, height as f64 / 2.0 + if slope < 0.0 { 1.4 } else { -0.6 }];
            let last = [width as f64 - 0.7, first[1] + slope * (width as f64 - 1.0)];
            let mut line = Line::default();
            line.lay(&plane, &weights, first, last);
            if line.axis == 1 {
                return;
            }
            let slope = if last[0] == first[0] { 0.0 } else { (last[1] - first[1]) / (last[0] - first[0]) };
            for (n, &value) in (line.from..).zip(&line.values) {
                // In whole steps from two columns before the source's edge.
                let at = fixed(first[1] + slope * (-2.0 - first[0])) + fixed(slope) * (n + 2);
                let column = n.clamp(0, width as i64 - 1);
                let want = border(&plane, column, width as i64, (at >> POINT) - 1, height as i64, &weights[phase(at)]);
                assert_eq!(value, want, "{width} × {height}, slope {slope}, column {n}");
            }
        }
        for slope in [0.0, 1e-6, -1e-6, 0.03, -0.03, 0.4, -0.4, 1.0, -1.0] {
            for (width, height) in (1..7).flat_map(|w| (1..7).map(move |h| (w, h))).chain([(90, 40), (300, 9)]) {
                check::<1>(width, height, slope);
                check::<3>(width, height, slope);
            }
        }
    }

    #[test]
    fn shrinking_averages_in_place_of_skipping() {
        let stripes = GrayImage::from_fn(400, 400, |x, _| Luma([if x % 2 == 0 { 0 } else { 255 }]));
        let image = DynamicImage::ImageLuma8(stripes);
        let out = Resampler::new(&image, Transform::scale(4.0, 4.0), 100, 100).gray(|_, _| {});
        assert!(out.pixels().all(|p| (100..156).contains(&p.0[0])));
    }
}
