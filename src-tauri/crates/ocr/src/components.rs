//! Connected pieces of ink, and the lines that pieces of the size of letters stand in.

use crate::Rect;

/// A run of ink in one row: columns `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub y: u32,
    pub from: u32,
    pub to: u32,
}

/// Pixels that hang together, diagonals included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Component {
    /// Row by row.
    pub spans: Vec<Span>,
    pub left: u32,
    pub top: u32,
    /// First column right of it.
    pub right: u32,
    /// First row below it.
    pub bottom: u32,
    /// Pixels of ink.
    pub area: u32,
}

impl Component {
    pub fn width(&self) -> u32 {
        self.right - self.left
    }

    pub fn height(&self) -> u32 {
        self.bottom - self.top
    }

    /// Share of its box that is ink: a letter has 0.3 to 0.6, a long thin stroke next to nothing.
    pub fn fill(&self) -> f32 {
        self.area as f32 / (self.width() * self.height()) as f32
    }
}

/// The pieces of `ink` (1 = ink, `width` bytes a row), in the order of their first rows.
pub(crate) fn components(ink: &[u8], width: usize) -> Vec<Component> {
    debug_assert!(ink.iter().all(|&ink| ink < 2));
    let mut spans: Vec<Span> = Vec::new();
    let mut parents: Vec<u32> = Vec::new();
    let mut above = 0..0;
    for (y, row) in ink.chunks_exact(width.max(1)).enumerate() {
        let start = spans.len();
        let mut x = 0;
        while let Some(from) = memchr::memchr(1, &row[x..]).map(|n| x + n) {
            let to = memchr::memchr(0, &row[from..]).map_or(row.len(), |n| from + n);
            parents.push(spans.len() as u32);
            spans.push(Span { y: y as u32, from: from as u32, to: to as u32 });
            x = to;
        }
        let (mut a, mut b) = (above.start, start);
        while a < above.end && b < spans.len() {
            // Touching, corners included.
            if spans[a].from <= spans[b].to && spans[b].from <= spans[a].to {
                let (root, other) = (find(&mut parents, a as u32), find(&mut parents, b as u32));
                parents[root.max(other) as usize] = root.min(other);
            }
            if spans[a].to < spans[b].to { a += 1 } else { b += 1 }
        }
        above = start..spans.len();
    }
    gather(&spans, &mut parents)
}

fn find(parents: &mut [u32], mut at: u32) -> u32 {
    while parents[at as usize] != at {
        let grandparent = parents[parents[at as usize] as usize];
        parents[at as usize] = grandparent;
        at = grandparent;
    }
    at
}

fn gather(spans: &[Span], parents: &mut [u32]) -> Vec<Component> {
    let mut places = vec![u32::MAX; spans.len()];
    let mut found: Vec<Component> = Vec::new();
    for (n, &span) in spans.iter().enumerate() {
        let root = find(parents, n as u32) as usize;
        if places[root] == u32::MAX {
            places[root] = found.len() as u32;
            let Span { y, from, to } = span;
            found.push(Component { spans: Vec::new(), left: from, top: y, right: to, bottom: y + 1, area: 0 });
        }
        let piece = &mut found[places[root] as usize];
        piece.left = piece.left.min(span.from);
        piece.right = piece.right.max(span.to);
        piece.bottom = span.y + 1;
        piece.area += span.to - span.from;
        piece.spans.push(span);
    }
    found
}

/// Heights that type has, from 5 to 40 points, in inches.
const TYPE: std::ops::RangeInclusive<f32> = 0.045..=0.35;

/// The median height of what may be letters, in pixels; `None` when there are too few of them to tell.
pub(crate) fn letter_height(pieces: &[Component], dpi: f32) -> Option<f32> {
    let mut heights: Vec<u32> = pieces
        .iter()
        .filter(|p| TYPE.contains(&(p.height() as f32 / dpi)) && p.width() < 3 * p.height() && p.fill() > 0.12)
        .map(Component::height)
        .collect();
    heights.sort_unstable();
    (heights.len() >= 20).then(|| heights[heights.len() / 2] as f32)
}

/// Pieces that stand side by side like the letters of a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Places in the list of pieces, from left to right.
    pub members: Vec<usize>,
    pub left: u32,
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
}

impl Row {
    pub fn bbox(&self) -> Rect {
        Rect { x: self.left, y: self.top, width: self.right - self.left, height: self.bottom - self.top }
    }
}

/// Widest gap inside a row, in heights of a letter: justified text stays below it.
const ROW_GAP: f32 = 1.6;

/// Rows of pieces of the size of letters (`height`: that of most letters).
pub(crate) fn rows(pieces: &[Component], height: f32) -> Vec<Row> {
    let letter = |p: &Component| {
        let h = p.height() as f32;
        (0.45 * height..=2.3 * height).contains(&h) && p.width() as f32 <= 12.0 * height && p.fill() > 0.08
    };
    let mut order: Vec<usize> = (0..pieces.len()).filter(|&n| letter(&pieces[n])).collect();
    order.sort_by_key(|&n| pieces[n].left);
    let mut rows: Vec<Row> = Vec::new();
    // Rows are looked up by the bands their last pieces touch.
    let band = |y: u32| (y as f32 / height) as usize;
    let mut open: std::collections::HashMap<usize, Vec<usize>> = std::collections::HashMap::new();
    for n in order {
        let piece = &pieces[n];
        let joins = |row: &Row| {
            let last = &pieces[row.members[row.members.len() - 1]];
            let overlap = last.bottom.min(piece.bottom) as f32 - last.top.max(piece.top) as f32;
            let (low, high) = (last.height().min(piece.height()) as f32, last.height().max(piece.height()) as f32);
            piece.left as f32 - last.right as f32 <= ROW_GAP * height && overlap >= 0.5 * low && high <= 3.0 * low
        };
        let near: Vec<usize> =
            (band(piece.top)..=band(piece.bottom)).flat_map(|b| open.get(&b).cloned().unwrap_or_default()).collect();
        // The row that reached farthest.
        let place = near.into_iter().filter(|&r| joins(&rows[r])).max_by_key(|&r| rows[r].right);
        let place = place.unwrap_or_else(|| {
            let (left, top, right, bottom) = (piece.left, piece.top, piece.right, piece.bottom);
            rows.push(Row { members: Vec::new(), left, top, right, bottom });
            rows.len() - 1
        });
        let row = &mut rows[place];
        row.members.push(n);
        (row.top, row.bottom) = (row.top.min(piece.top), row.bottom.max(piece.bottom));
        row.right = row.right.max(piece.right);
        for b in band(piece.top)..=band(piece.bottom) {
            let list = open.entry(b).or_default();
            if !list.contains(&place) {
                list.push(place);
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(rows: &[&str]) -> (Vec<u8>, usize) {
        (rows.iter().flat_map(|row| row.bytes().map(|b| u8::from(b == b'#'))).collect(), rows[0].len())
    }

    #[test]
    fn pixels_that_touch_hang_together_corners_included() {
        let (page, width) = ink(&["##..#", "..#.#", "#...#", ".###."]);
        let pieces = components(&page, width);
        let boxes: Vec<_> = pieces.iter().map(|p| (p.left, p.top, p.right, p.bottom, p.area)).collect();
        assert_eq!(boxes, [(0, 0, 3, 2, 3), (0, 0, 5, 4, 7)].map(|b| b).to_vec());
        assert_eq!(components(&[], 0), []);
    }

    #[test]
    fn letters_make_rows_and_a_wide_gap_ends_one() {
        // Ten letters of 10 × 12, then a gap, then three; a second line below, a speck, a tall stroke.
        let mut page = vec![0u8; 400 * 100];
        let mut fill = |left: usize, top: usize, w: usize, h: usize| {
            (top..top + h).for_each(|y| page[y * 400 + left..y * 400 + left + w].fill(1));
        };
        (0..10).for_each(|n| fill(10 + 14 * n, 20, 10, 12));
        (0..3).for_each(|n| fill(250 + 14 * n, 21, 10, 12));
        (0..12).for_each(|n| fill(10 + 14 * n, 50, 10, 12));
        fill(350, 5, 2, 2);
        fill(380, 10, 4, 80);
        let pieces = components(&page, 400);
        let height = letter_height(&pieces, 150.0);
        assert_eq!(height, Some(12.0));
        let mut lengths: Vec<_> = rows(&pieces, 12.0).iter().map(|row| row.members.len()).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, [3, 10, 12]);
    }
}
