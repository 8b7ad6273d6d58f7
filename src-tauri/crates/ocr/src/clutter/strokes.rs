//! Signatures and other long strokes of the pen, and dirt: what is far larger or far smaller than a letter. A signature that crosses
//! a name is taken for one block with it, and the name is not read; the specks of a fax are read as full stops.

use crate::components::{Component, Row};

/// A stroke of the pen is so many letters wide, and a line, not an area: the higher it is the more ink it may have.
const WIDE: f32 = 4.0;
const HIGH: [(f32, f32); 2] = [(2.5, 0.2), (1.0, 0.12)];
/// What is left of a rule is so many letters wide and so low.
const REMNANT: (f32, f32) = (5.0, 0.5);
/// What is left of a broken rule between rows of text: so many letters wide at least and so low, and so far from letters.
const DASH: (f32, f32) = (0.3, 0.28);
const BETWEEN: f32 = 0.5;
/// A row of text has so many letters.
const LETTERS: usize = 4;
/// Specks by their largest side, and how far other ink must be for them to be no marks of letters; inches. A full stop, a dot below or the
/// dot of an i is never as far from its letter.
const SPECKS: [(f32, f32); 2] = [(0.0145, 0.02), (0.027, 0.06)];
/// With so many small ones far from everything the page is dirty, and those near letters are dirt as well.
const DIRTY: usize = 200;
const NEAR: f32 = 0.009;

/// Marks strokes of the pen; where they cross a row of text they stay, since letters may hang on them.
pub(super) fn mark_strokes(
    pieces: &[Component],
    rows: &[Row],
    letter_height: f32,
    ink: &mut [u8],
    width: usize,
    clutter: &mut [bool],
) {
    let is_stroke = |p: &&Component| {
        let (w, h) = (p.width() as f32 / letter_height, p.height() as f32 / letter_height);
        w > WIDE && HIGH.iter().any(|&(high, fill)| h > high && p.fill() < fill) || w > REMNANT.0 && h < REMNANT.1
    };
    let reach = letter_height as u32;
    for stroke in pieces.iter().filter(is_stroke) {
        let crossed: Vec<&Row> = rows
            .iter()
            .filter(|row| row.members.len() >= LETTERS && row.top < stroke.bottom && stroke.top < row.bottom)
            .collect();
        for span in &stroke.spans {
            let in_text = |x: u32| {
                crossed.iter().any(|row| {
                    (row.top..row.bottom).contains(&span.y) && x + 2 * reach >= row.left && x < row.right + 2 * reach
                })
            };
            for x in (span.from..span.to).filter(|&x| !in_text(x)) {
                let at = span.y as usize * width + x as usize;
                (ink[at], clutter[at]) = (0, true);
            }
        }
    }
}

/// Marks the pieces of broken rules: flat, and neither in a row of text nor as near to one as its tone marks are.
pub(super) fn mark_remnants(
    pieces: &[Component],
    rows: &[Row],
    letter_height: f32,
    ink: &mut [u8],
    width: usize,
    clutter: &mut [bool],
) {
    let reach = (BETWEEN * letter_height) as u32;
    for piece in pieces {
        let (w, h) = (piece.width() as f32 / letter_height, piece.height() as f32 / letter_height);
        let near = |row: &Row| {
            piece.top < row.bottom + reach
                && row.top < piece.bottom + reach
                && piece.left < row.right + 4 * reach
                && row.left < piece.right + 4 * reach
        };
        if w > DASH.0 && h < DASH.1 && !rows.iter().any(near) {
            super::erase_piece(piece, ink, width, clutter);
        }
    }
}

/// Marks specks that stand far from everything but other specks.
pub(super) fn mark_specks(pieces: &[Component], dpi: f32, ink: &mut [u8], width: usize, clutter: &mut [bool]) {
    let [small, large] = SPECKS;
    if mark_specks_of(pieces, small, dpi, ink, width, clutter) > DIRTY {
        mark_specks_of(pieces, (small.0, NEAR), dpi, ink, width, clutter);
    }
    mark_specks_of(pieces, large, dpi, ink, width, clutter);
}

/// The number of those it found.
fn mark_specks_of(
    pieces: &[Component],
    (side, far): (f32, f32),
    dpi: f32,
    ink: &mut [u8],
    width: usize,
    clutter: &mut [bool],
) -> usize {
    let largest = ((side * dpi) as u32).max(2);
    let far = ((far * dpi) as usize).max(3);
    let height = ink.len() / width.max(1);
    let specks: Vec<&Component> = pieces.iter().filter(|p| p.width() <= largest && p.height() <= largest).collect();
    let mut others = ink.to_vec();
    for speck in &specks {
        for span in &speck.spans {
            let row = span.y as usize * width;
            others[row + span.from as usize..row + span.to as usize].fill(0);
        }
    }
    let alone = |speck: &&&Component| {
        let mut rows = (speck.top as usize).saturating_sub(far)..(speck.bottom as usize + far).min(height);
        let (left, right) = ((speck.left as usize).saturating_sub(far), (speck.right as usize + far).min(width));
        rows.all(|y| others[y * width + left..y * width + right].iter().all(|&i| i == 0))
    };
    let found: Vec<&&Component> = specks.iter().filter(alone).collect();
    found.iter().for_each(|speck| super::erase_piece(speck, ink, width, clutter));
    found.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::{components, rows};

    const WIDTH: usize = 800;

    /// At 300 dpi: two lines of letters of 16 × 26, with a full stop and a tone mark, and what `more` draws.
    fn page(more: impl Fn(usize, usize) -> bool) -> (Vec<u8>, usize) {
        let text = |x: usize, y: usize| {
            ((100..126).contains(&y) || (300..326).contains(&y)) && x % 24 < 16 && (96..576).contains(&x)
                || (580..586).contains(&x) && (120..126).contains(&y)
                || (100..106).contains(&x) && (89..95).contains(&y)
        };
        let ink: Vec<u8> = (0..WIDTH * 500)
            .map(|at| (at % WIDTH, at / WIDTH))
            .map(|(x, y)| u8::from(text(x, y) || more(x, y)))
            .collect();
        let letters = (0..WIDTH * 500).filter(|at| text(at % WIDTH, at / WIDTH)).count();
        (ink, letters)
    }

    fn left(ink: &[u8]) -> usize {
        ink.iter().filter(|&&i| i != 0).count()
    }

    #[test]
    fn specks_go_and_dots_of_letters_stay() {
        let (mut ink, letters) = page(|x, y| {
            x % 40 < 3 && y % 37 < 3 && (160..280).contains(&y) || (700..707).contains(&x) && (60..67).contains(&y)
        });
        assert!(left(&ink) > letters);
        let pieces = components(&ink, WIDTH);
        let mut clutter = vec![false; ink.len()];
        mark_specks(&pieces, 300.0, &mut ink, WIDTH, &mut clutter);
        assert_eq!(left(&ink), letters);
    }

    #[test]
    fn a_signature_goes_but_where_it_crosses_a_line() {
        // A zigzag from between the lines down through the second one.
        let zigzag = |x: usize, y: usize| {
            let up = 180 + (x as i32 % 120 - 60).unsigned_abs() as usize;
            (120..700).contains(&x) && (up..up + 4).contains(&y) || (610..614).contains(&x) && (180..340).contains(&y)
        };
        let (mut ink, letters) = page(zigzag);
        let pieces = components(&ink, WIDTH);
        let rows = rows(&pieces, 26.0);
        mark_strokes(&pieces, &rows, 26.0, &mut ink, WIDTH, &mut vec![false; WIDTH * 500]);
        let rest = left(&ink) - letters;
        assert!((1..4 * 40).contains(&rest), "{rest}");
    }

    #[test]
    fn pieces_of_a_rule_go_and_a_dash_in_a_line_stays() {
        let rule = |x: usize, y: usize| x % 40 < 18 && (210..214).contains(&y);
        let dash = |x: usize, y: usize| (60..74).contains(&x) && (311..314).contains(&y);
        let (mut ink, letters) = page(|x, y| rule(x, y) || dash(x, y));
        let pieces = components(&ink, WIDTH);
        let rows = rows(&pieces, 26.0);
        mark_remnants(&pieces, &rows, 26.0, &mut ink, WIDTH, &mut vec![false; WIDTH * 500]);
        assert_eq!(left(&ink), letters + 14 * 3);
    }
}
