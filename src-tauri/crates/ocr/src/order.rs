//! Reading order. Official papers are read row by row across the page: the two halves of the letterhead, an answer beside its question, the
//! cells of a table, the recipients beside the signature. Tesseract does so only where it takes the columns for one block.

use crate::reading::bounds;
use crate::{Reading, Rect, Word};

/// Lines stand in one row when they overlap by so much of the lower one's height…
const OVERLAP: f32 = 0.5;
/// …and neither is so many times as high as the other: a blot or a stamp does not draw rows together.
const HEIGHTS: u32 = 3;
/// A block of running text has so many lines with so many words each; two of them side by side are columns to be read one by one.
const PROSE_LINES: usize = 4;
const PROSE_WORDS: usize = 5;

struct Line {
    words: Vec<Word>,
    bbox: Rect,
    block: u32,
}

/// Puts the lines of a page into rows from top to bottom, each from left to right, and numbers lines and blocks anew. A page with columns of
/// running text keeps the engine's order.
pub(crate) fn by_rows(reading: Reading) -> Reading {
    let mut lines: Vec<Line> = reading
        .lines()
        .filter_map(|words| Some(Line { bbox: bounds(words)?, block: words.first()?.block, words: words.to_vec() }))
        .collect();
    if has_prose_columns(&lines) {
        return reading;
    }
    lines.sort_by_key(|line| 2 * line.bbox.y + line.bbox.height);
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if row.iter().all(|other| beside(&other.bbox, &line.bbox)) => row.push(line),
            _ => rows.push(vec![line]),
        }
    }
    Reading::new(numbered(rows))
}

fn beside(a: &Rect, b: &Rect) -> bool {
    let overlap = a.bottom().min(b.bottom()).saturating_sub(a.y.max(b.y));
    let (low, high) = (a.height.min(b.height), a.height.max(b.height));
    overlap as f32 >= OVERLAP * low as f32 && high <= HEIGHTS * low && !a.shares_columns(b)
}

fn numbered(rows: Vec<Vec<Line>>) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut block, mut last) = (0, None);
    for (number, mut row) in (0u32..).zip(rows) {
        row.sort_by_key(|line| line.bbox.x);
        // A row of several blocks belongs to the one that began first.
        let origin = row.iter().map(|line| line.block).min();
        if last.is_some() && last != origin {
            block += 1;
        }
        last = origin;
        words.extend(row.into_iter().flat_map(|line| line.words).map(|word| Word { line: number, block, ..word }));
    }
    words
}

fn has_prose_columns(lines: &[Line]) -> bool {
    let prose: Vec<Rect> = lines
        .chunk_by(|a, b| a.block == b.block)
        .filter(|block| {
            let words: usize = block.iter().map(|line| line.words.len()).sum();
            block.len() >= PROSE_LINES && words >= PROSE_WORDS * block.len()
        })
        .filter_map(|block| block.iter().map(|line| line.bbox).reduce(|a, b| a.union(&b)))
        .collect();
    let side_by_side = |a: &Rect, b: &Rect| {
        let overlap = a.bottom().min(b.bottom()).saturating_sub(a.y.max(b.y));
        !a.shares_columns(b) && 2 * overlap >= a.height.min(b.height)
    };
    prose.iter().enumerate().any(|(i, a)| prose.iter().skip(i + 1).any(|b| side_by_side(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as the engine gave them: block, x, y, text; letters 10 px wide, 20 px high.
    fn page(lines: &[(u32, u32, u32, &str)]) -> Reading {
        let mut words = Vec::new();
        for (line, (block, x, y, text)) in (0u32..).zip(lines) {
            let mut x = *x;
            for text in text.split(' ') {
                let width = 10 * text.chars().count() as u32;
                let bbox = Rect { x, y: *y, width, height: 20 };
                words.push(Word { text: text.into(), bbox, confidence: 1.0, line, block: *block, baseline: None });
                x += width + 8;
            }
        }
        Reading::new(words)
    }

    #[test]
    fn columns_of_a_letterhead_and_a_table_become_rows() {
        let reading = by_rows(page(&[
            (0, 0, 0, "UBND TỈNH"),
            (0, 0, 30, "Số: 12"),
            (1, 300, 2, "CỘNG HÒA"),
            (1, 300, 33, "Hải Sơn"),
            (2, 0, 80, "Kính gửi"),
        ]));
        assert_eq!(reading.text(), "UBND TỈNH CỘNG HÒA\nSố: 12 Hải Sơn\n\nKính gửi");
        let numbers: Vec<_> = reading.lines().map(|l| (l[0].line, l[0].block)).collect();
        assert_eq!(numbers, [(0, 0), (1, 0), (2, 1)]);
    }

    #[test]
    fn columns_of_running_text_are_read_one_by_one() {
        let line = "một hai ba bốn năm";
        let mut lines: Vec<_> = (0..5).map(|i| (0, 0, 30 * i, line)).collect();
        lines.extend((0..5).map(|i| (1, 400, 30 * i, line)));
        let reading = page(&lines);
        assert_eq!(by_rows(reading.clone()), reading);
    }

    #[test]
    fn a_blot_does_not_draw_rows_together() {
        let mut reading = page(&[(0, 0, 0, "một"), (0, 0, 30, "hai"), (0, 0, 60, "ba"), (1, 300, 0, "X")]);
        reading.words[3].bbox.height = 80;
        assert_eq!(by_rows(reading).lines().count(), 4);
    }

    #[test]
    fn an_empty_page_stays_empty() {
        assert_eq!(by_rows(Reading::default()), Reading::default());
    }
}
