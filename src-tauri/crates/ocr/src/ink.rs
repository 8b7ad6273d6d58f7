//! Where there is ink on a page, and the lines of text it makes: just enough geometry to choose what to read when the page's orientation
//! is asked. Not a layout analysis.

use image::GrayImage;

use crate::Rect;

/// A page as ink and paper, one byte per pixel (1 = ink).
pub(crate) struct Ink {
    width: usize,
    height: usize,
    ink: Vec<u8>,
}

/// A stretch of a text line, with the number of its ink pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextLine {
    pub bbox: Rect,
    pub ink: u32,
}

impl Ink {
    /// Ink is what is clearly darker than its surroundings of a quarter inch (Bradley's adaptive threshold), so that uneven light does
    /// not matter. Straight runs longer than any letter (ruled lines, borders, dark edges) are left out.
    pub fn of(page: &GrayImage, dpi: u32) -> Self {
        let (width, height) = (page.width() as usize, page.height() as usize);
        let window = (dpi as usize / 4).max(9);
        let mut ink = threshold(page.as_raw(), width, height, window / 2);
        let longest = (dpi as usize / 2).max(20);
        for row in ink.chunks_exact_mut(width.max(1)) {
            erase_runs(row, longest);
        }
        let mut page = Self { width, height, ink }.transposed();
        for row in page.ink.chunks_exact_mut(height.max(1)) {
            erase_runs(row, longest);
        }
        page.transposed()
    }

    /// The same page mirrored along its main diagonal: its columns as rows.
    pub fn transposed(&self) -> Self {
        let mut ink = vec![0; self.ink.len()];
        const TILE: usize = 32;
        for top in (0..self.height).step_by(TILE) {
            for left in (0..self.width).step_by(TILE) {
                for y in top..(top + TILE).min(self.height) {
                    for x in left..(left + TILE).min(self.width) {
                        ink[x * self.height + y] = self.ink[y * self.width + x];
                    }
                }
            }
        }
        Self { width: self.height, height: self.width, ink }
    }

    /// How sharply the rows alternate between ink and paper, relative to the ink there is: high when lines of text run along the rows.
    /// The mean over vertical strips of an inch, so that columns that are out of step do not hide each other.
    pub fn row_contrast(&self, dpi: u32) -> f32 {
        let strip = (dpi as usize).clamp(1, self.width.max(1));
        let (mut changes, mut total) = (0.0f64, 0.0f64);
        for left in (0..self.width).step_by(strip) {
            let profile = self.profile(left, (left + strip).min(self.width));
            changes += profile.windows(2).map(|w| (f64::from(w[1]) - f64::from(w[0])).powi(2)).sum::<f64>();
            total += profile.iter().map(|&p| f64::from(p).powi(2)).sum::<f64>();
        }
        if total > 0.0 { (changes / total) as f32 } else { 0.0 }
    }

    /// Ink pixels per row between two columns.
    fn profile(&self, left: usize, right: usize) -> Vec<u32> {
        self.ink
            .chunks_exact(self.width.max(1))
            .map(|row| row[left..right].iter().map(|&i| u32::from(i)).sum())
            .collect()
    }

    /// Stretches of horizontal text lines, up to 2.5 inches long and cut between words, the inkiest first. Only lines of the height most
    /// lines of the page have.
    pub fn text_lines(&self, dpi: u32) -> Vec<TextLine> {
        let window = (dpi as usize * 5 / 2).clamp(1, self.width.max(1));
        let mut lines = Vec::new();
        for left in (0..self.width).step_by(window) {
            let right = (left + window).min(self.width);
            let profile = self.profile(left, right);
            for (top, bottom) in bands(&profile, dpi) {
                lines.extend(self.cut_between_words(left, right, top, bottom, dpi));
            }
        }
        let mut heights: Vec<u32> = lines.iter().map(|l| l.bbox.height).collect();
        heights.sort_unstable();
        let usual = heights.get(heights.len() / 2).copied().unwrap_or(0);
        lines.retain(|l| l.bbox.height * 3 >= usual * 2 && l.bbox.height * 2 <= usual * 3);
        lines.sort_by_key(|l| std::cmp::Reverse(l.ink));
        lines
    }

    /// Draws the sides of a band in to the nearest gaps between words, so that no word is cut in half; `None` when too little is left.
    fn cut_between_words(&self, left: usize, right: usize, top: usize, bottom: usize, dpi: u32) -> Option<TextLine> {
        let mut columns = vec![0u32; right - left];
        for row in self.ink.chunks_exact(self.width).take(bottom).skip(top) {
            for (sum, &ink) in columns.iter_mut().zip(&row[left..right]) {
                *sum += u32::from(ink);
            }
        }
        let gap = (dpi as usize / 40).max(2);
        let blank = |from: usize| columns.get(from..from + gap).is_some_and(|c| c.iter().all(|&n| n == 0));
        // At the page's own edge the first ink begins a word; elsewhere the first gap does.
        let first = (0..columns.len()).find(|&i| blank(i)).filter(|_| left > 0).unwrap_or(0);
        let start = (first..columns.len()).find(|&i| columns[i] > 0)?;
        let last = (start..columns.len().saturating_sub(gap)).rev().find(|&i| blank(i)).filter(|_| right < self.width);
        let end = (start..last.unwrap_or(columns.len())).rev().find(|&i| columns[i] > 0)? + 1;
        let (width, height) = (end - start, bottom - top);
        let ink: u32 = columns[start..end].iter().sum();
        let density = ink as f32 / (width * height) as f32;
        // Shorter than four letters or fuller than bold type: a stamp, a picture, a blot.
        if width < 3 * height || !(0.04..=0.55).contains(&density) {
            return None;
        }
        let bbox = Rect { x: (left + start) as u32, y: top as u32, width: width as u32, height: height as u32 };
        Some(TextLine { bbox, ink })
    }
}

/// The rows of text in a profile: runs of rows with more ink than the gaps between lines have, of a height that type has (6 to 40 points).
fn bands(profile: &[u32], dpi: u32) -> Vec<(usize, usize)> {
    let peak = profile.iter().copied().max().unwrap_or(0);
    let floor = (peak / 20).max(1);
    let (lowest, highest) = ((dpi as usize / 16).max(5), dpi as usize / 2);
    let mut bands = Vec::new();
    let mut start = None;
    for (y, &ink) in profile.iter().chain(std::iter::once(&0)).enumerate() {
        match (start, ink > floor) {
            (None, true) => start = Some(y),
            (Some(top), false) => {
                if (lowest..=highest).contains(&(y - top)) {
                    bands.push((top, y));
                }
                start = None;
            }
            _ => {}
        }
    }
    bands
}

/// 1 where a pixel is more than a sixth darker than the mean of the square of `2 radius + 1` pixels round it. The sums of the window's
/// columns go down the page with it, so that a page is gone over in the cache.
pub(crate) fn threshold(pixels: &[u8], width: usize, height: usize, radius: usize) -> Vec<u8> {
    let mut ink = vec![0; width * height];
    if width == 0 {
        return ink;
    }
    let row = |y: usize| &pixels[y * width..(y + 1) * width];
    let mut columns = vec![0u32; width];
    let add = |columns: &mut [u32], y: usize| {
        columns.iter_mut().zip(row(y)).for_each(|(sum, &value)| *sum += u32::from(value));
    };
    (0..radius.min(height)).for_each(|y| add(&mut columns, y));
    // Sums of the columns before each one.
    let mut before = vec![0u32; width + 1];
    for (y, out) in ink.chunks_exact_mut(width).enumerate() {
        if y + radius < height {
            add(&mut columns, y + radius);
        }
        if y > radius {
            columns.iter_mut().zip(row(y - radius - 1)).for_each(|(sum, &value)| *sum -= u32::from(value));
        }
        let mut sum = 0u32;
        for (total, &column) in before[1..].iter_mut().zip(&columns) {
            // Wrapping: only differences of sums are used, and those of one window fit.
            sum = sum.wrapping_add(column);
            *total = sum;
        }
        let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
        let dark = |value: u8, left: usize, right: usize| {
            let sum = before[right].wrapping_sub(before[left]);
            u8::from(u32::from(value) * ((right - left) * rows) as u32 * 6 < sum * 5)
        };
        let edge = radius.min(width);
        let inner = edge..width.saturating_sub(radius + 1).max(edge);
        for x in (0..inner.start).chain(inner.end..width) {
            out[x] = dark(row(y)[x], x.saturating_sub(radius), (x + radius + 1).min(width));
        }
        let (from, to) = (&before[..], before.get(2 * radius + 1..).unwrap_or_default());
        let count = ((2 * radius + 1) * rows * 6) as u32;
        let inside = out[inner.clone()].iter_mut().zip(&row(y)[inner]);
        for ((out, &value), (&from, &to)) in inside.zip(from.iter().zip(to)) {
            *out = u8::from(u32::from(value) * count < to.wrapping_sub(from) * 5);
        }
    }
    ink
}

/// Turns runs of ink longer than `longest` into paper.
fn erase_runs(row: &mut [u8], longest: usize) {
    let mut start = 0;
    for end in 0..=row.len() {
        if row.get(end).is_none_or(|&i| i == 0) {
            if end - start > longest {
                row[start..end].fill(0);
            }
            start = end + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Lines of chequered "words" of 60 px, each line shifted against the one above, a ruled line between two of them, light falling off.
    fn page() -> GrayImage {
        GrayImage::from_fn(400, 300, |x, y| {
            let paper = 230 - (x / 4) as u8;
            let along = (x + 720 - 7 * (y / 40)) % 72;
            let text =
                y % 40 >= 20 && y % 40 < 32 && along < 60 && (along / 3 + y / 3) % 2 == 0 && (60..340).contains(&x);
            Luma([if text || y == 160 { paper / 3 } else { paper }])
        })
    }

    #[test]
    fn text_runs_along_the_rows() {
        let ink = Ink::of(&page(), 100);
        assert!(ink.row_contrast(100) > 1.5 * ink.transposed().row_contrast(100));
    }

    #[test]
    fn lines_are_found_cut_between_words_and_ruled_lines_are_not_text() {
        let lines = Ink::of(&page(), 100).text_lines(100);
        assert!(lines.len() >= 7, "{lines:?}");
        for TextLine { bbox, .. } in &lines {
            assert_eq!((bbox.y % 40, bbox.height), (20, 12), "{bbox:?}");
            let cut_inside_page = bbox.x > 80;
            assert!(!cut_inside_page || (bbox.x + 720 - 7 * (bbox.y / 40)) % 72 == 0, "{bbox:?}");
        }
        assert!(lines.iter().any(|l| l.bbox.x > 80) && lines.iter().any(|l| l.bbox.right() < 300), "{lines:?}");
    }

    #[test]
    fn the_threshold_is_that_of_the_square_round_each_pixel() {
        let (width, height) = (31, 23);
        let pixels: Vec<u8> = (0..width * height).map(|n| (n * n % 251) as u8).collect();
        for radius in [0, 2, 7, 20, 40] {
            let ink = threshold(&pixels, width, height, radius);
            for (n, &ink) in ink.iter().enumerate() {
                let (x, y) = (n % width, n / width);
                let near = |from: usize, to: usize, length: usize| from.saturating_sub(to)..(from + to + 1).min(length);
                let square: Vec<u32> = near(y, radius, height)
                    .flat_map(|y| near(x, radius, width).map(move |x| (x, y)))
                    .map(|(x, y)| u32::from(pixels[y * width + x]))
                    .collect();
                let dark = u32::from(pixels[n]) * square.len() as u32 * 6 < square.iter().sum::<u32>() * 5;
                assert_eq!(ink, u8::from(dark), "{x}, {y}, {radius}");
            }
        }
        assert_eq!(threshold(&[], 0, 0, 5), []);
    }

    #[test]
    fn empty_and_blank_pages_have_no_lines() {
        for (width, height) in [(0, 0), (1, 1), (200, 100)] {
            let ink = Ink::of(&GrayImage::from_pixel(width, height, Luma([200])), 100);
            assert_eq!(ink.text_lines(100), []);
            assert_eq!(ink.row_contrast(100), 0.0);
        }
    }
}
