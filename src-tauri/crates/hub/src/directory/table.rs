//! A directory's file as rows of text: the first sheet of a workbook a person sees, or text separated by comma, semicolon or tab, in
//! the coding it comes in.

use std::io::Cursor;

use calamine::{Data, Reader as _, SheetVisible, Xlsx};
use dossier::text::nfc;
use encoding_rs::{Encoding, WINDOWS_1258};
use thiserror::Error;

/// The largest file, in bytes: a province has some ten thousand officials.
pub const MAX_FILE: u64 = 20 << 20;
/// The most rows.
pub const MAX_ROWS: usize = 50_000;
/// The most columns that are looked at.
const MAX_COLUMNS: usize = 100;
/// The most cells between the first and the last that is filled, empty ones included.
const MAX_CELLS: u64 = 5_000_000;

/// Why a file is no table.
#[derive(Debug, Error)]
pub enum TableError {
    #[error("the file is larger than {} MiB", MAX_FILE >> 20)]
    TooLarge,
    #[error("more than {MAX_ROWS} rows")]
    TooManyRows,
    #[error("the workbook cannot be read: {0}")]
    Workbook(#[from] calamine::XlsxError),
    #[error("the workbook has no sheet")]
    NoSheet,
    #[error("the text cannot be read: {0}")]
    Text(String),
}

/// A row with something in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As a spreadsheet numbers it, from 1.
    pub number: u32,
    /// NFC, without white space around.
    pub cells: Vec<String>,
}

impl Line {
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Reads a file of rows.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, TableError> {
    if bytes.len() as u64 > MAX_FILE {
        return Err(TableError::TooLarge);
    }
    let lines = if bytes.starts_with(b"PK") { workbook(bytes)? } else { text(bytes)? };
    if lines.len() > MAX_ROWS { Err(TableError::TooManyRows) } else { Ok(lines) }
}

fn line(number: u32, cells: impl Iterator<Item = String>) -> Option<Line> {
    let cells: Vec<String> = cells.take(MAX_COLUMNS).map(|cell| nfc(cell.trim())).collect();
    cells.iter().any(|cell| !cell.is_empty()).then_some(Line { number, cells })
}

fn workbook(bytes: &[u8]) -> Result<Vec<Line>, TableError> {
    let mut book = Xlsx::new(Cursor::new(bytes))?;
    let seen = book.sheets_metadata().iter().find(|sheet| sheet.visible == SheetVisible::Visible);
    let sheet = seen.map(|sheet| sheet.name.clone()).ok_or(TableError::NoSheet)?;
    // A cell at the far end of an empty sheet would make a grid of all that lies before it.
    let (mut rows, mut columns) = (0_u64, 0_u64);
    {
        let mut cells = book.worksheet_cells_reader(&sheet)?;
        while let Some(cell) = cells.next_cell()? {
            let (row, column) = cell.get_position();
            (rows, columns) = (rows.max(row.into()), columns.max(column.into()));
        }
    }
    if (rows + 1).saturating_mul(columns + 1) > MAX_CELLS {
        return Err(TableError::TooManyRows);
    }
    let range = book.worksheet_range(&sheet)?;
    let first = range.start().map_or(0, |(row, _)| row);
    let shown = |cell: &Data| match cell {
        // As a person reads it: a day by its day, whatever its time.
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    };
    let lines = range.rows().zip(first.saturating_add(1)..);
    Ok(lines.filter_map(|(cells, number)| line(number, cells.iter().map(shown))).collect())
}

fn text(bytes: &[u8]) -> Result<Vec<Line>, TableError> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (Some(encoding), bytes.get(mark..).unwrap_or_default()),
        None => (None, bytes),
    };
    let text = match (encoding, std::str::from_utf8(bytes)) {
        (None, Ok(text)) => text.to_owned(),
        (encoding, _) => {
            let encoding = encoding.unwrap_or(WINDOWS_1258);
            let (text, damaged) = encoding.decode_without_bom_handling(bytes);
            if damaged {
                return Err(TableError::Text(format!("it is not {}", encoding.name())));
            }
            text.into_owned()
        }
    };
    // One mark for the end of a line: rows are told by their lines.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.contains('\0') {
        return Err(TableError::Text("it is no text".to_owned()));
    }
    let head = text.lines().next().unwrap_or_default();
    let count = |mark: u8| head.bytes().filter(|byte| *byte == mark).count();
    // The first of equals.
    let mark = [b',', b';', b'\t'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(mark).from_reader(text.as_bytes());
    // How many lines there are before a place, and which of them are inside cells.
    let (mut lines, mut place, mut passed, mut inside) = (vec![], 0, 0, 0);
    for record in reader.records() {
        let record = record.map_err(|error| TableError::Text(error.to_string()))?;
        let begin = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
        let ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
        passed += ends(text.as_bytes().get(place..begin).unwrap_or_default());
        place = begin;
        let rest = text.as_bytes().get(begin..).unwrap_or_default();
        let empty = rest.iter().take_while(|byte| **byte == b'\n').count();
        // A cell may run over several lines, and empty lines are rows too.
        let number = (passed + empty + 1).saturating_sub(inside);
        inside += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        lines.extend(line(u32::try_from(number).unwrap_or(u32::MAX), record.iter().map(str::to_owned)));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn row(number: u32, cells: &[&str]) -> Line {
        Line { number, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
    }

    #[test]
    fn the_same_table_reads_the_same_however_it_is_written() {
        let expected = vec![row(1, &["Họ và tên", "Vai trò"]), row(3, &["Lê; Nam", "Lãnh đạo"])];
        let text = "Họ và tên;Vai trò\r\n\r\n\"Lê; Nam\"; Lãnh đạo \r\n";
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()).unwrap(), expected);
        let utf_16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf_16).unwrap(), expected);

        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for line in &expected {
            for (column, cell) in (0..).zip(&line.cells) {
                sheet.write(line.number - 1, column, cell).unwrap();
            }
        }
        assert_eq!(read(&book.save_to_buffer().unwrap()).unwrap(), expected);
    }

    #[test]
    fn the_code_page_of_windows_is_read() {
        assert_eq!(read(b"Ho\xf2 t\xean,Qu\xea\n").unwrap(), [row(1, &["Họ tên", "Quê"])]);
    }

    #[test]
    fn what_is_no_table_is_told() {
        assert!(matches!(read(b"PK\x03\x04"), Err(TableError::Workbook(_))));
        assert!(matches!(read(b"\x7fELF\0\0"), Err(TableError::Text(_))));
        let mut book = Workbook::new();
        book.add_worksheet().write(1_000_000, 16_000, "x").unwrap();
        assert!(matches!(read(&book.save_to_buffer().unwrap()), Err(TableError::TooManyRows)));
    }
}
