//! Code 128 bar codes (ISO/IEC 15417), code sets B and C: printable ASCII, digits in pairs where that is shorter.

use crate::layout::Flow;

/// Widths of bars and spaces of each symbol character, in turn, beginning with a bar.
const PATTERNS: [&[u8]; 107] = [
    b"212222", b"222122", b"222221", b"121223", b"121322", b"131222", b"122213", b"122312", b"132212", b"221213",
    b"221312", b"231212", b"112232", b"122132", b"122231", b"113222", b"123122", b"123221", b"223211", b"221132",
    b"221231", b"213212", b"223112", b"312131", b"311222", b"321122", b"321221", b"312212", b"322112", b"322211",
    b"212123", b"212321", b"232121", b"111323", b"131123", b"131321", b"112313", b"132113", b"132311", b"211313",
    b"231113", b"231311", b"112133", b"112331", b"132131", b"113123", b"113321", b"133121", b"313121", b"211331",
    b"231131", b"213113", b"213311", b"213131", b"311123", b"311321", b"331121", b"312113", b"312311", b"332111",
    b"314111", b"221411", b"431111", b"111224", b"111422", b"121124", b"121421", b"141122", b"141221", b"112214",
    b"112412", b"122114", b"122411", b"142112", b"142211", b"241211", b"221114", b"413111", b"241112", b"134111",
    b"111242", b"121142", b"121241", b"114212", b"124112", b"124211", b"411212", b"421112", b"421211", b"212141",
    b"214121", b"412121", b"111143", b"111341", b"131141", b"114113", b"114311", b"411113", b"411311", b"113141",
    b"114131", b"311141", b"411131", b"211412", b"211214", b"211232", b"2331112",
];
const TO_C: u8 = 99;
const TO_B: u8 = 100;
const START_B: u8 = 104;
const START_C: u8 = 105;
const STOP: u8 = 106;
/// Modules the standard asks to be left white on each side.
const QUIET: u32 = 10;

/// The symbol characters of a text, from start to stop; `None` where a character is not printable ASCII, or there is none.
fn characters(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || !bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return None;
    }
    let mut out: Vec<u8> = Vec::new();
    let mut in_pairs = None;
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        // Four digits pay for one change of set, six for two; an odd one stays in set B.
        let edge = in_pairs.is_none() || digits == rest.len();
        let pays = digits >= if edge { 4 } else { 6 };
        let pairs = match in_pairs {
            Some(true) => digits >= 2,
            _ => pays && digits.is_multiple_of(2),
        };
        if in_pairs != Some(pairs) {
            out.push(match (in_pairs, pairs) {
                (None, true) => START_C,
                (None, false) => START_B,
                (_, true) => TO_C,
                (_, false) => TO_B,
            });
            in_pairs = Some(pairs);
        }
        match (pairs, rest) {
            (true, [tens, ones, after @ ..]) => {
                out.push((tens - b'0') * 10 + (ones - b'0'));
                rest = after;
            }
            _ => {
                out.push(first - b' ');
                rest = after;
            }
        }
    }
    let sum: u64 = out.iter().enumerate().map(|(at, character)| at.max(1) as u64 * u64::from(*character)).sum();
    out.push((sum % 103) as u8);
    out.push(STOP);
    Some(out)
}

/// Widths of bars and spaces in modules, in turn, and their sum with the white on both sides.
fn widths(text: &str) -> Option<(Vec<u32>, u32)> {
    let characters = characters(text)?;
    let patterns = characters.iter().filter_map(|character| PATTERNS.get(usize::from(*character)));
    let widths: Vec<u32> = patterns.flat_map(|pattern| pattern.iter().map(|width| u32::from(width - b'0'))).collect();
    let sum = widths.iter().sum::<u32>() + 2 * QUIET;
    Some((widths, sum))
}

/// How wide the bar code of a text is, white on both sides included, at `module` points; `None` where Code 128 has not all of
/// its characters.
pub fn width(text: &str, module: f32) -> Option<f32> {
    widths(text).map(|(_, modules)| modules as f32 * module)
}

/// Draws the bar code of a text from `left`, `height` points high; nothing where [`width`] is `None`.
pub fn draw(flow: &mut Flow, text: &str, left: f32, top: f32, module: f32, height: f32) {
    let Some((widths, _)) = widths(text) else { return };
    let (mut at, mut bars) = (QUIET, Vec::new());
    for (index, width) in widths.into_iter().enumerate() {
        if index.is_multiple_of(2) {
            bars.push((left + at as f32 * module, top, width as f32 * module, height));
        }
        at += width;
    }
    flow.fill(&bars, 0.0);
}

#[cfg(test)]
mod tests {
    use rxing::BarcodeFormat;

    use super::*;

    /// The bar code as a picture of `scale` pixels a module, read back.
    fn read_back(text: &str) -> String {
        let (widths, modules) = widths(text).unwrap();
        let mut row = vec![255_u8; QUIET as usize * 2];
        for (index, width) in widths.iter().enumerate() {
            row.extend(std::iter::repeat_n(if index % 2 == 0 { 0 } else { 255 }, *width as usize * 2));
        }
        row.resize(modules as usize * 2, 255);
        let picture: Vec<u8> = row.iter().copied().cycle().take(row.len() * 20).collect();
        let found = rxing::helpers::detect_in_luma(picture, modules * 2, 20, Some(BarcodeFormat::CODE_128));
        found.unwrap().getText().to_owned()
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let ascii: String = (b' '..=b'~').map(char::from).collect();
        for half in [&ascii[..48], &ascii[47..]] {
            assert_eq!(read_back(half), half);
        }
        for text in
            ["H19.07-261121-0042", "000.00.16.H06-220520-0001", "G09.20-20260609-0092637", "1", "12345", "123456"]
        {
            assert_eq!(read_back(text), text);
        }
        for pair in 0..100 {
            let text = format!("{pair:02}{:02}", 99 - pair);
            assert_eq!(read_back(&text), text);
        }
    }

    #[test]
    fn every_pattern_is_eleven_modules_wide_and_another() {
        let mut seen = std::collections::BTreeSet::new();
        for pattern in &PATTERNS[..106] {
            assert_eq!(pattern.iter().map(|width| u32::from(width - b'0')).sum::<u32>(), 11);
            assert!(seen.insert(pattern));
        }
    }

    #[test]
    fn digits_are_paired_where_it_is_shorter() {
        assert_eq!(characters("1234").unwrap().len(), 5);
        assert_eq!(characters("A123456").unwrap().len(), 1 + 1 + 1 + 3 + 2);
        assert!(width("hồ sơ", 1.0).is_none() && width("", 1.0).is_none());
    }
}
