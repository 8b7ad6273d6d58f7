//! A file of rows as its cells, whatever it is written in. This runs in a worker: the bytes are a stranger's.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use dossier::{Date, text::nfc};
use serde::{Deserialize, Serialize};

use super::text_table;
use crate::fault::{Fault, FaultCode as Code};

/// The most rows with something in them; a larger table is cut by the person, not by us.
pub(super) const MAX_ROWS: usize = 50_000;
/// The most columns; a cell beyond them is a mistake of the file.
pub(super) const MAX_COLUMNS: usize = 500;
/// Empty ones before the last of a row count: they take as much memory.
const MAX_CELLS: usize = 2_000_000;

/// A cell as its file has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) enum Cell {
    #[default]
    Empty,
    /// NFC, without white space around it.
    Text(String),
    Number(f64),
    /// A number shown as a date; its time of day is left out.
    Date(Date),
    Flag(bool),
    /// The spreadsheet's own error, such as `#N/A`.
    Error(String),
    /// A formula whose value was never calculated.
    Uncalculated,
}

/// A row with something in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// As the spreadsheet numbers it, from 1.
    pub number: u32,
    pub cells: Vec<Cell>,
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// The sheets a person sees, in their order; none in a file that has none.
    pub sheets: Vec<String>,
    /// The one that was read.
    pub sheet: String,
    pub lines: Vec<Line>,
}

impl Cell {
    pub fn text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() { Self::Empty } else { Self::Text(nfc(text)) }
    }

    /// As it is shown where nobody knows its field.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty | Self::Uncalculated => String::new(),
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Number(number) => digits(*number).replace('.', ","),
            Self::Date(date) => date.shown(),
            Self::Flag(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }
}

/// A number with a point before its decimals and no exponent. A spreadsheet keeps 15 digits; what stands behind them is noise.
pub(super) fn digits(number: f64) -> String {
    let whole = number.abs().log10().floor().clamp(0.0, 14.0) as usize;
    let text = format!("{number:.*}", 14 - whole);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Reads the file; of a workbook this sheet, or the first a person sees.
///
/// # Errors
/// [`Code::FileEmpty`], [`Code::FileNotATable`], [`Code::TableEncrypted`], [`Code::FileCorrupt`], [`Code::FileTooLarge`] (what:
/// `rows`, `columns`), [`Code::NotFound`] of a sheet.
pub(crate) fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Table, Fault> {
    const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if bytes.is_empty() {
        return Err(Fault::new(Code::FileEmpty));
    }
    if bytes.starts_with(b"PK") || bytes.starts_with(COMPOUND) {
        return workbook(bytes, sheet);
    }
    if !matches!(digitise::sniff(bytes), digitise::Kind::Unknown | digitise::Kind::Empty) {
        return Err(Fault::new(Code::FileNotATable));
    }
    Ok(Table { lines: text_table::read(bytes)?, ..Table::default() })
}

fn workbook(bytes: &[u8], wanted: Option<&str>) -> Result<Table, Fault> {
    let compound = !bytes.starts_with(b"PK");
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => Fault::new(Code::TableEncrypted),
        // A document of the old kind, or an archive of something else.
        XlsxError::FileNotFound(_) => Fault::new(Code::FileNotATable),
        _ if compound => Fault::new(Code::FileNotATable),
        other => corrupt(other),
    })?;
    let seen = book.sheets_metadata().iter();
    let seen = seen.filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let sheets: Vec<String> = seen.map(|sheet| sheet.name.clone()).collect();
    let missing = || Fault::new(Code::NotFound).with("what", format!("sheet {}", wanted.unwrap_or_default()));
    let sheet = match wanted {
        Some(wanted) => sheets.iter().find(|sheet| *sheet == wanted),
        None => sheets.first(),
    };
    let sheet = sheet.cloned().ok_or_else(missing)?;
    let mut rows = cells(&mut book, &sheet)?;
    spread_merged(&mut book, &sheet, &mut rows)?;
    let lines = rows.into_iter().map(|(row, cells)| Line { number: row + 1, cells }).collect();
    Ok(Table { sheets, sheet, lines })
}

type Rows = BTreeMap<u32, Vec<Cell>>;

/// Cell by cell, so that a cell at the far end of an empty sheet costs nothing.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Rows, Fault> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(corrupt)?;
    let (mut rows, mut held) = (Rows::new(), 0);
    while let Some(found) = reader.next_cell_with_formula().map_err(corrupt)? {
        let (row, column) = found.pos;
        let cell = match found.value {
            DataRef::Empty if found.formula.is_some() => Cell::Uncalculated,
            value => cell(value),
        };
        if cell == Cell::Empty {
            continue;
        }
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(Fault::too_large("columns", column + 1, MAX_COLUMNS));
        }
        if !rows.contains_key(&row) && rows.len() >= MAX_ROWS {
            return Err(Fault::too_large("rows", format!("> {MAX_ROWS}"), MAX_ROWS));
        }
        let cells = rows.entry(row).or_default();
        held += (column + 1).saturating_sub(cells.len());
        if held > MAX_CELLS {
            return Err(Fault::too_large("cells", format!("> {MAX_CELLS}"), MAX_CELLS));
        }
        put(cells, column, cell);
    }
    Ok(rows)
}

fn put(cells: &mut Vec<Cell>, column: usize, cell: Cell) {
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    if let Some(place) = cells.get_mut(column) {
        *place = cell;
    }
}

fn cell(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::String(text) => Cell::text(&text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(flag) => Cell::Flag(flag),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let date = moment.is_datetime().then(|| Date::new(i32::from(year), month, day)).flatten();
            date.map_or(Cell::Number(moment.as_f64()), Cell::Date)
        }
        DataRef::DateTimeIso(text) => {
            let day = text.split('T').next().and_then(|day| day.parse().ok());
            day.map_or_else(|| Cell::text(&text), Cell::Date)
        }
        DataRef::DurationIso(text) => Cell::text(&text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
        DataRef::Empty => Cell::Empty,
    }
}

/// Cells merged down over several rows say the same of each of them, as a person reads it.
fn spread_merged(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, rows: &mut Rows) -> Result<(), Fault> {
    for merged in book.merge_cells_by_sheet_name(sheet).map_err(corrupt)? {
        let ((top, column), (bottom, _)) = (merged.start, merged.end);
        let value = rows.get(&top).and_then(|cells| cells.get(column as usize)).cloned().unwrap_or_default();
        if value == Cell::Empty {
            continue;
        }
        // Only rows that have something else in them: a column merged to the end of the sheet makes no rows.
        for (_, cells) in rows.range_mut(top.saturating_add(1)..=bottom.max(top.saturating_add(1))) {
            if bottom > top {
                put(cells, column as usize, value.clone());
            }
        }
    }
    Ok(())
}

fn corrupt(error: XlsxError) -> Fault {
    Fault::new(Code::FileCorrupt).with("detail", error)
}
