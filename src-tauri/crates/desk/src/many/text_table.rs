//! Rows as text: UTF-8 with or without its mark, UTF-16, or the Windows code page of Việt Nam; separated by comma, semicolon or tab.

use dossier::text::nfc;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1258};

use super::table::{Cell, Line, MAX_COLUMNS, MAX_ROWS};
use crate::fault::{Fault, FaultCode as Code};

/// How much of a file decides what it is.
const LOOK: usize = 16 << 10;
/// Rows that decide which mark separates cells.
const LOOK_ROWS: usize = 50;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Line>, Fault> {
    // One mark for the end of a line: the reader counts lines by it, and rows are told by their lines.
    let text = decode(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let (text, told, skipped) = separator_told(&text);
    let separator = told.unwrap_or_else(|| separator(text));
    let mut lines = vec![];
    // Rows as a spreadsheet numbers them: a cell may run over several lines of the file, and empty lines are rows too.
    let mut inside = 0;
    for record in reader(text, separator).into_records() {
        let record = record.map_err(|error| Fault::new(Code::FileCorrupt).with("detail", error))?;
        let line = record.position().map_or(0, |at| at.line().saturating_add(empty_lines(text, at.byte())));
        let number = u32::try_from(line.saturating_sub(inside)).unwrap_or(u32::MAX).saturating_add(skipped);
        inside += record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        if record.len() > MAX_COLUMNS && record.iter().skip(MAX_COLUMNS).any(|cell| !cell.trim().is_empty()) {
            return Err(Fault::too_large("columns", record.len(), MAX_COLUMNS));
        }
        let cells: Vec<Cell> = record.iter().take(MAX_COLUMNS).map(Cell::text).collect();
        if cells.iter().all(|cell| *cell == Cell::Empty) {
            continue;
        }
        if lines.len() >= MAX_ROWS {
            return Err(Fault::too_large("rows", format!("> {MAX_ROWS}"), MAX_ROWS));
        }
        lines.push(Line { number, cells });
    }
    Ok(lines)
}

/// How many empty lines begin there: the reader skips them, and a spreadsheet counts them.
fn empty_lines(text: &str, from: u64) -> u64 {
    let rest = usize::try_from(from).ok().and_then(|from| text.as_bytes().get(from..)).unwrap_or_default();
    rest.iter().take_while(|byte| **byte == b'\n').count() as u64
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

fn decode(bytes: &[u8]) -> Result<String, Fault> {
    let not_text = || Fault::new(Code::FileNotATable);
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (Some(encoding), bytes.get(mark..).unwrap_or_default()),
        None => (utf_16(bytes), bytes),
    };
    if encoding.is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return if is_text(text) { Ok(nfc(text)) } else { Err(not_text()) };
    }
    let encoding = encoding.unwrap_or(WINDOWS_1258);
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if damaged {
        return Err(Fault::new(Code::FileCorrupt).with("detail", encoding.name()));
    }
    // Its tone marks follow their letters: in NFC they are one.
    if is_text(&text) { Ok(nfc(&text)) } else { Err(not_text()) }
}

/// Text that has a zero in every other byte at its beginning, as what a table is separated by has.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let look = bytes.get(..bytes.len().min(LOOK)).unwrap_or_default();
    let zeros = |from: usize| look.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, enough) = (zeros(0), zeros(1), look.len() / 10);
    match () {
        () if odd > enough && even <= odd / 8 => Some(UTF_16LE),
        () if even > enough && odd <= even / 8 => Some(UTF_16BE),
        () => None,
    }
}

/// Control characters that no table has: a program, a picture, anything but text.
fn is_text(text: &str) -> bool {
    !text.chars().take(LOOK).any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{80}'..='\u{9f}'))
}

/// A first line `sep=;`, as some programs write it: what follows it, the mark, and how many rows it was.
fn separator_told(text: &str) -> (&str, Option<u8>, u32) {
    let told = text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n'));
    match told.map(|(mark, rest)| (mark.as_bytes(), rest)) {
        Some(([mark], rest)) => (rest, Some(*mark), 1),
        _ => (text, None, 0),
    }
}

/// The mark by which most of the first rows have the same number of cells, more than one.
fn separator(text: &str) -> u8 {
    let score = |mark: u8| {
        let mut counts = std::collections::BTreeMap::<usize, usize>::new();
        for record in reader(text, mark).into_records().take(LOOK_ROWS).flatten() {
            *counts.entry(record.len()).or_default() += 1;
        }
        let best = counts.into_iter().filter(|(cells, _)| *cells > 1).max_by_key(|(cells, rows)| (*rows, *cells));
        best.map_or((0, 0), |(cells, rows)| (rows, cells))
    };
    // The first of equals.
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|mark| score(*mark)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let lines = read(bytes).unwrap().into_iter();
        lines.map(|line| (line.number, line.cells.iter().map(Cell::shown).collect())).collect()
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    const TABLE: &str = "Họ tên;Số tiền\r\nNguyễn Thị Hạnh;1,5 triệu\r\n\r\n\"Lê; Văn\nNam\";2\r\nPhạm Hà;3\r\n";

    fn expected() -> Vec<(u32, Vec<String>)> {
        vec![
            row(1, &["Họ tên", "Số tiền"]),
            row(2, &["Nguyễn Thị Hạnh", "1,5 triệu"]),
            row(4, &["Lê; Văn\nNam", "2"]),
            row(5, &["Phạm Hà", "3"]),
        ]
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_writing_of_the_same_table_reads_the_same() {
        let decomposed: String = unicode_nfd(TABLE);
        assert_eq!(cells(TABLE.as_bytes()), expected());
        assert_eq!(cells(format!("\u{feff}{TABLE}").as_bytes()), expected(), "with a mark");
        assert_eq!(cells(decomposed.as_bytes()), expected(), "decomposed");
        assert_eq!(cells(&utf_16(TABLE, u16::to_le_bytes)), expected(), "UTF-16 without a mark");
        assert_eq!(cells(&utf_16(&format!("\u{feff}{TABLE}"), u16::to_be_bytes)), expected(), "UTF-16 BE");
        assert_eq!(cells(TABLE.replace(';', "\t").replace("Lê\t", "Lê;").as_bytes()), expected(), "tabs");
        let told = format!("sep=;\r\n{TABLE}");
        let shifted: Vec<_> = expected().into_iter().map(|(number, cells)| (number + 1, cells)).collect();
        assert_eq!(cells(told.as_bytes()), shifted);
    }

    /// Decomposed as a Mac writes it.
    fn unicode_nfd(text: &str) -> String {
        text.replace('ọ', "o\u{323}").replace('ễ', "e\u{302}\u{303}").replace('ị', "i\u{323}").replace('ạ', "a\u{323}")
    }

    #[test]
    fn the_code_page_of_windows_reads_as_vietnamese() {
        // Họ tên, Nguyễn as windows-1258 writes them: base letters with tone marks behind.
        let bytes = b"Ho\xf2 t\xean,Qu\xea\nNguy\xea\xden,Hu\xea\xec\n";
        assert_eq!(cells(bytes), [row(1, &["Họ tên", "Quê"]), row(2, &["Nguyễn", "Huế"])]);
    }

    #[test]
    fn amounts_with_commas_do_not_hide_the_separator() {
        let text = "Tên;Giá\nA;1,5\nB;2,5\nC;1.000,25\n";
        assert_eq!(cells(text.as_bytes())[3], row(4, &["C", "1.000,25"]));
        assert_eq!(cells(b"only\none\ncolumn\n").len(), 3);
    }

    #[test]
    fn what_is_no_text_is_told() {
        for bytes in [&b"\x7fELF\x02\x01\x01\0\0\0\0\0"[..], b"GIF89a\x01\0\x01\0", b"\x1f\x8b\x08\0\0\0"] {
            assert_eq!(read(bytes).unwrap_err().code, Code::FileNotATable, "{bytes:?}");
        }
        let cut = [&b"\xff\xfe"[..], b"a\0,\0\x00\xd8"].concat();
        assert_eq!(read(&cut).unwrap_err().code, Code::FileCorrupt);
        let wide = format!("{}x\n", "a,".repeat(MAX_COLUMNS));
        assert_eq!(read(wide.as_bytes()).unwrap_err().code, Code::FileTooLarge);
        let long = "a,b\n".repeat(MAX_ROWS + 1);
        assert_eq!(read(long.as_bytes()).unwrap_err().code, Code::FileTooLarge);
    }
}
