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
        if self.width == 0 {
            return;
        }
        for (y, row) in out.chunks_exact_mut(self.width as usize * N).enumerate() {
            // Exact at the ends of short spans and straight between: over 16 pixels a page's perspective bends by less than 1/1000 pixel.
            let at = |x: usize| {
                let [sx, sy] = self.transform.apply([x as f64 + 0.5, y as f64 + 0.5]);
                [fixed(sx - 0.5), fixed(sy - 0.5)]
            };
            let mut here = at(0);
            for (n, span) in row.chunks_mut(SPAN * N).enumerate() {
                let next = at((n + 1) * SPAN);
                let step = [0, 1].map(|i| (next[i] - here[i]) / SPAN as i64);
                plane.span(here, step, &self.weights, span.as_chunks_mut::<N>().0);
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

struct Plane<'a, const N: usize> {
    bytes: &'a [u8],
    width: usize,
    height: usize,
}

impl<const N: usize> Plane<'_, N> {
    /// Bicubic values along a line of positions, pixel centres at whole numbers. Outside the picture `out` stays as it was.
    fn span(&self, from: [i64; 2], step: [i64; 2], weights: &[[i32; 4]], out: &mut [[u8; N]]) {
        const FRACTION: i64 = (1 << POINT) - 1;
        let [mut x, mut y] = from;
        for pixel in out {
            let (ix, iy) = (x >> POINT, y >> POINT);
            let phase = |at: i64| ((at & FRACTION) >> (POINT - PHASES.trailing_zeros())) as usize;
            let (wx, wy) = (&weights[phase(x)], &weights[phase(y)]);
            if ix >= 1 && iy >= 1 && ix + 3 <= self.width as i64 && iy + 3 <= self.height as i64 {
                self.inner((ix - 1) as usize, (iy - 1) as usize, wx, wy, pixel);
            } else if ix >= -1 && iy >= -1 && ix < self.width as i64 && iy < self.height as i64 {
                self.border(ix - 1, iy - 1, wx, wy, pixel);
            }
            x += step[0];
            y += step[1];
        }
    }

    /// All sixteen taps inside, the first at (`x`, `y`).
    #[inline(always)]
    fn inner(&self, x: usize, y: usize, wx: &[i32; 4], wy: &[i32; 4], pixel: &mut [u8; N]) {
        let mut sums = [0i32; N];
        for (j, &vertical) in wy.iter().enumerate() {
            let start = ((y + j) * self.width + x) * N;
            let taps = &self.bytes[start..start + 4 * N];
            for (n, sum) in sums.iter_mut().enumerate() {
                let line = wx[0] * i32::from(taps[n])
                    + wx[1] * i32::from(taps[N + n])
                    + wx[2] * i32::from(taps[2 * N + n])
                    + wx[3] * i32::from(taps[3 * N + n]);
                *sum += vertical * line;
            }
        }
        *pixel = sums.map(rounded);
    }

    /// Some taps outside: the border's pixels stand for them.
    #[cold]
    fn border(&self, x: i64, y: i64, wx: &[i32; 4], wy: &[i32; 4], pixel: &mut [u8; N]) {
        let mut sums = [0i32; N];
        for (j, &vertical) in (0i64..).zip(wy) {
            let row = (y + j).clamp(0, self.height as i64 - 1) as usize;
            for (i, &w) in (0i64..).zip(wx) {
                let column = (x + i).clamp(0, self.width as i64 - 1) as usize;
                let start = (row * self.width + column) * N;
                for (sum, &value) in sums.iter_mut().zip(&self.bytes[start..start + N]) {
                    *sum += vertical * w * i32::from(value);
                }
            }
        }
        *pixel = sums.map(rounded);
    }
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
        let turn = Transform::rotate(7.0).then(&Transform::translate(20.0, -5.0));
        let out = Resampler::new(&image, turn, 150, 150).gray(|_, _| {});
        for (x, y) in [(50, 50), (100, 70), (81, 123)] {
            let [u, v] = turn.apply([f64::from(x) + 0.5, f64::from(y) + 0.5]);
            let want = 127.0 + 100.0 * ((u - 0.5 + 2.0 * (v - 0.5)) / 40.0).sin();
            assert!((f64::from(out.get_pixel(x, y).0[0]) - want).abs() < 3.0);
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
