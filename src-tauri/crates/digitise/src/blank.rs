//! Is anything written on this page? Decided on the flattened proxy, so that tinted paper, shadows and show-through do not count,
//! and with a veto for anything that could be a mark somebody made: a page number, a signature, a stamp.

use image::GrayImage;

use crate::colour::Tones;

/// Ink is darker than this share of the paper (of 255); show-through stays above.
const INK: u8 = 186;

/// What was found on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink {
    /// Share of the sheet inside its margin that is ink.
    pub ratio: f32,
    /// Connected marks that look made on purpose.
    pub marks: usize,
    /// Median height in pixels of marks shaped like letters; `None` where there are fewer than [`FEWEST_LETTERS`].
    pub letter_height: Option<f64>,
}

const FEWEST_LETTERS: usize = 40;

impl Ink {
    /// Nothing was written, stamped or drawn here.
    pub fn blank(&self, tones: &Tones) -> bool {
        // Colour of four cells (about 16 mm²) or a toned area of 1 cm² is a faint stamp or a picture.
        self.marks == 0 && self.ratio < 0.01 && tones.coloured < 4 && tones.toned < 25
    }
}

/// A connected component of ink, in pixels.
#[derive(Debug, Clone, Copy)]
struct Mark {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
    area: u32,
}

/// Measures the ink of a flattened picture at `dpi`.
pub(crate) fn measure(flat: &GrayImage, dpi: f64) -> Ink {
    let mm = dpi / 25.4;
    let margin = (3.0 * mm) as u32;
    let (width, height) = flat.dimensions();
    if width <= 2 * margin + 4 || height <= 2 * margin + 4 {
        return Ink { ratio: 1.0, marks: 1, letter_height: None };
    }
    let marks = components(flat, margin);
    let inner = f64::from(width - 2 * margin) * f64::from(height - 2 * margin);
    let ink: f64 = marks.iter().map(|m| f64::from(m.area)).sum();
    let made = marks.iter().filter(|mark| deliberate(mark, mm, f64::from(width), f64::from(height))).count();
    Ink { ratio: (ink / inner) as f32, marks: made, letter_height: letter_height(&marks) }
}

fn letter_height(marks: &[Mark]) -> Option<f64> {
    let shaped = marks.iter().filter(|m| {
        let (w, h) = (m.right - m.left, m.bottom - m.top);
        (4..=200).contains(&h) && w <= 3 * h && h <= 6 * w && m.area * 8 >= w * h
    });
    let mut heights: Vec<u32> = shaped.map(|m| m.bottom - m.top).collect();
    heights.sort_unstable();
    (heights.len() >= FEWEST_LETTERS).then(|| f64::from(heights[heights.len() / 2]))
}

/// Neither a speck of dirt, nor a punch hole, nor a fold or a streak across the sheet.
fn deliberate(mark: &Mark, mm: f64, width: f64, height: f64) -> bool {
    let (w, h) = (f64::from(mark.right - mark.left), f64::from(mark.bottom - mark.top));
    let (long, short) = (w.max(h) / mm, w.min(h) / mm);
    let fill = f64::from(mark.area) / (w * h).max(1.0);
    if long < 1.7 || (short < 0.55 && long < 8.0) {
        return false;
    }
    // A filled disc of 4.5 to 8 mm near an edge of the sheet.
    let (x, y) = (f64::from(mark.left + mark.right) / 2.0, f64::from(mark.top + mark.bottom) / 2.0);
    let from_edge = x.min(width - x).min(y).min(height - y) / mm;
    if (4.5..8.5).contains(&long) && short > 0.75 * long && fill > 0.65 && from_edge < 25.0 {
        return false;
    }
    // A thin line over most of the sheet: a fold, or dust on a feeder's glass.
    let across = (w / width).max(h / height);
    !(across > 0.6 && short < 3.0 && fill * short < 1.0)
}

/// 8-connected components of ink inside the margin, by runs and union-find.
fn components(flat: &GrayImage, margin: u32) -> Vec<Mark> {
    let (width, height) = flat.dimensions();
    let mut marks: Vec<Mark> = Vec::new();
    let mut parent: Vec<usize> = Vec::new();
    // Runs of the row above and of this one: start, end, mark.
    let mut above: Vec<(u32, u32, usize)> = Vec::new();
    let mut current = Vec::new();
    for y in margin..height - margin {
        let row = &flat.as_raw()[(y * width) as usize..((y + 1) * width) as usize];
        let mut x = margin;
        let mut first = 0;
        while x < width - margin {
            if row[x as usize] >= INK {
                x += 1;
                continue;
            }
            let start = x;
            while x < width - margin && row[x as usize] < INK {
                x += 1;
            }
            let id = marks.len();
            marks.push(Mark { left: start, top: y, right: x, bottom: y + 1, area: x - start });
            parent.push(id);
            while above.get(first).is_some_and(|run| run.1 < start) {
                first += 1;
            }
            for run in above.iter().skip(first).take_while(|run| run.0 <= x) {
                join(&mut parent, id, run.2);
            }
            current.push((start, x, id));
        }
        std::mem::swap(&mut above, &mut current);
        current.clear();
    }
    for id in (0..marks.len()).rev() {
        let root = find(&mut parent, id);
        if root != id {
            let part = marks[id];
            let whole = &mut marks[root];
            whole.left = whole.left.min(part.left);
            whole.top = whole.top.min(part.top);
            whole.right = whole.right.max(part.right);
            whole.bottom = whole.bottom.max(part.bottom);
            whole.area += part.area;
        }
    }
    marks.iter().enumerate().filter(|&(id, _)| parent[id] == id).map(|(_, mark)| *mark).collect()
}

fn find(parent: &mut [usize], mut id: usize) -> usize {
    while parent[id] != id {
        parent[id] = parent[parent[id]];
        id = parent[id];
    }
    id
}

fn join(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (find(parent, a), find(parent, b));
    parent[a.max(b)] = a.min(b);
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    const NO_TONES: Tones = Tones { coloured: 0, toned: 0, cells: 10_000 };

    /// An A4 page at 150 dpi on which `ink` says where it is dark.
    fn page(ink: impl Fn(f64, f64) -> bool) -> Ink {
        let flat = GrayImage::from_fn(1240, 1754, |x, y| {
            Luma([if ink(f64::from(x) / 5.905, f64::from(y) / 5.905) { 70 } else { 250 }])
        });
        measure(&flat, 150.0)
    }

    fn disc(x: f64, y: f64, cx: f64, cy: f64, diameter: f64) -> bool {
        (x - cx).hypot(y - cy) < diameter / 2.0
    }

    #[test]
    fn dirt_holes_folds_and_streaks_are_nothing() {
        let streak = |x: f64, _: f64| (x - 77.0).abs() < 0.15;
        assert!(page(streak).blank(&NO_TONES));
        let soiled = |x: f64, y: f64| {
            disc(x, y, 10.0, 108.0, 6.0)
                || disc(x, y, 10.0, 188.0, 6.0)
                || (0..40).any(|n| disc(x, y, 20.0 + 4.3 * f64::from(n), 30.0 + f64::from(n * n % 230), 1.1))
                || (y - 140.0 - x * 0.004).abs() < 0.25
        };
        let ink = page(soiled);
        assert!(ink.blank(&NO_TONES), "{ink:?}");
    }

    #[test]
    fn a_page_number_a_signature_or_a_faint_stamp_is_something() {
        let number = |x: f64, y: f64| {
            (280.0..283.0).contains(&y) && ((104.0..104.6).contains(&x) || (106.0..108.0).contains(&x))
        };
        assert!(!page(number).blank(&NO_TONES));
        let signature = |x: f64, y: f64| (120.0..150.0).contains(&x) && (y - 200.0 - 5.0 * (x / 2.0).sin()).abs() < 0.6;
        assert!(!page(signature).blank(&NO_TONES));
        assert!(!page(|_, _| false).blank(&Tones { coloured: 9, ..NO_TONES }));
        assert!(page(|_, _| false).blank(&NO_TONES));
    }

    #[test]
    fn a_hole_in_the_middle_of_the_page_is_a_mark() {
        assert_eq!(page(|x, y| disc(x, y, 105.0, 148.0, 6.0)).marks, 1);
    }

    #[test]
    fn components_join_over_corners_and_forks() {
        let flat = GrayImage::from_fn(60, 60, |x, y| {
            let letter_v = (20..40).contains(&y) && (x == y || x == 60 - y + 1);
            Luma([if letter_v { 0 } else { 255 }])
        });
        assert_eq!(components(&flat, 2).len(), 1);
    }
}
