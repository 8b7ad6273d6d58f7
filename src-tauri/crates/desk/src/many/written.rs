//! Tables that we write: the empty one for a procedure's form, and the rows that are to be mended. Papers for a clerk of this
//! country: their words are Vietnamese.

use std::collections::HashMap;

use dossier::{
    Form,
    form::{Choice, Field, FieldKind, IdentityKind, TextFormat},
    text::nfc,
};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Note,
    Workbook, Worksheet, XlsxError,
};

use super::{
    columns::{Target, targets},
    rows::Judged,
    table::{Cell, Line},
};

/// The heading of the column with what is to be mended; taken for no field when the table comes back.
pub(super) const REASON: &str = "Cần sửa";
/// The heading of the column that tells which rows make one dossier.
const KEY: &str = "Hồ sơ số";
const SHEET: &str = "Hồ sơ";
const LISTS: &str = "Danh sách chọn";
/// Rows of an empty table that offer lists and hints.
const READY_ROWS: u32 = 5_000;
/// What Excel takes of a hint, in UTF-16 units.
const HINT: usize = 250;
/// A little less than what Excel takes in a cell.
const CELL: usize = 32_000;

/// An empty table for the form: a column for each field with what may stand in it.
pub(super) fn template(form: &Form) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let targets = targets(form);
    let (mut sheet, mut lists) = (Worksheet::new(), Worksheet::new());
    sheet.set_name(SHEET)?;
    lists.set_name(LISTS)?.set_hidden(true);
    let mut column = 0;
    if targets.iter().any(|target| target.group.is_some()) {
        let hint =
            "Những dòng có cùng số ở cột này thuộc cùng một hồ sơ: mỗi dòng thêm một dòng vào bảng của hồ sơ đó.";
        sheet.write_string_with_format(0, column, KEY, &heading(false))?;
        sheet.insert_note(0, column, &note(hint))?;
        sheet.set_column_width(column, 12)?;
        column += 1;
    }
    let mut list = 0;
    for target in &targets {
        sheet.write_string_with_format(0, column, target.heading(), &heading(target.field.required))?;
        let accepts = accepts(target.field);
        sheet.insert_note(0, column, &note(&accepts))?;
        sheet.set_column_width(column, width(target))?;
        sheet.set_column_format(column, &Format::new().set_num_format(number_format(&target.field.kind)))?;
        let mut rule = DataValidation::new();
        if let Some(options) = offered(&target.field.kind) {
            for (row, option) in (0..).zip(&options) {
                lists.write_string(row, list, option.as_str())?;
            }
            let name = rust_xlsxwriter::utility::column_number_to_name(list);
            let range = format!("='{LISTS}'!${name}$1:${name}${}", options.len().max(1));
            // Another word is no harm here: it is told when the table comes in.
            rule = rule.allow_list_formula(Formula::new(range)).set_error_style(DataValidationErrorStyle::Warning);
            list += 1;
        }
        let rule = rule.set_input_message(cut(&accepts, HINT))?;
        sheet.add_data_validation(1, column, READY_ROWS, column, &rule)?;
        column += 1;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_row_height(0, 48)?;
    book.push_worksheet(sheet);
    book.push_worksheet(lists);
    book.save_to_buffer()
}

/// The rows in which something is wrong, as they came, each with its reason and the cells concerned marked.
pub(super) fn errors(
    head: &Line,
    body: &[Line],
    judged: &Judged,
    reasons: &HashMap<u32, String>,
    wanted: impl Fn(usize) -> bool,
) -> Result<(Vec<u8>, u32), XlsxError> {
    let mut book = Workbook::new();
    let mut sheet = Worksheet::new();
    sheet.set_name(SHEET)?;
    let faulty = || body.iter().enumerate().filter(|(at, _)| judged.is_faulty(*at) && wanted(*at));
    let last = faulty().map(|(_, line)| line.cells.len()).chain([head.cells.len()]).max().unwrap_or(0) as u16;
    // A table that comes back a second time has its reasons in a column of their own already.
    let reason_at = head.cells.iter().position(|cell| cell.shown() == REASON).map_or(last, |at| at as u16);
    for (column, cell) in (0..).zip(&head.cells) {
        sheet.write_string_with_format(0, column, cut(&cell.shown(), CELL), &heading(false))?;
        sheet.set_column_width(column, 18)?;
    }
    sheet.write_string_with_format(0, reason_at, REASON, &heading(true))?;
    sheet.set_column_width(reason_at, 60)?;
    let mut row = 0;
    for (at, line) in faulty() {
        row += 1;
        for (column, cell) in (0..).zip(&line.cells).filter(|(column, _)| *column != reason_at) {
            let marked = judged.problems.contains_key(&(at, usize::from(column)));
            write(&mut sheet, (row, column), cell, marked)?;
        }
        let blank = |column: &usize| line.cells.get(*column).is_none_or(|cell| *cell == Cell::Empty);
        for column in
            (0..usize::from(last)).filter(blank).filter(|at_column| judged.problems.contains_key(&(at, *at_column)))
        {
            sheet.write_blank(row, column as u16, &mark(true))?;
        }
        if let Some(reason) = reasons.get(&line.number) {
            let format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
            sheet.write_string_with_format(row, reason_at, cut(reason, CELL), &format)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.push_worksheet(sheet);
    Ok((book.save_to_buffer()?, row))
}

fn write(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, marked: bool) -> Result<(), XlsxError> {
    let plain = mark(marked);
    match cell {
        Cell::Empty => {}
        Cell::Number(number) => drop(sheet.write_number_with_format(row, column, *number, &plain)?),
        Cell::Flag(flag) => drop(sheet.write_boolean_with_format(row, column, *flag, &plain)?),
        Cell::Date(date) => {
            let day = ExcelDateTime::from_ymd(date.year() as u16, date.month(), date.day());
            let format = mark(marked).set_num_format("dd/mm/yyyy");
            match day {
                Ok(day) => drop(sheet.write_datetime_with_format(row, column, &day, &format)?),
                Err(_) => drop(sheet.write_string_with_format(row, column, date.shown(), &plain)?),
            }
        }
        // Written as text: what begins with `=` in a stranger's file is never a formula in ours.
        cell => {
            let text = mark(marked).set_num_format("@");
            sheet.write_string_with_format(row, column, cut(&cell.shown(), CELL), &text)?;
        }
    }
    Ok(())
}

fn mark(marked: bool) -> Format {
    if marked { Format::new().set_background_color(Color::RGB(0x00FF_E699)) } else { Format::new() }
}

fn heading(required: bool) -> Format {
    let format = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let format = format.set_border_bottom(FormatBorder::Thin).set_background_color(Color::RGB(0x00E7_EDF5));
    if required { format.set_font_color(Color::RGB(0x009C_1C1C)) } else { format }
}

fn note(text: &str) -> Note {
    Note::new(text).add_author_prefix(false).set_width(260).set_height(110)
}

fn width(target: &Target<'_>) -> f64 {
    match &target.field.kind {
        FieldKind::LongText { .. } | FieldKind::Address | FieldKind::Organisation => 40.0,
        FieldKind::Text { max, .. } if *max > 100 => 32.0,
        FieldKind::YesNo | FieldKind::Date | FieldKind::PartialDate => 14.0,
        _ => 20.0,
    }
}

/// Texts stay texts, so that no zero in front is lost.
fn number_format(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Money { .. } => "#,##0",
        FieldKind::Number { .. } => "General",
        FieldKind::Date => "dd/mm/yyyy",
        _ => "@",
    }
}

fn offered(kind: &FieldKind) -> Option<Vec<String>> {
    let labels = |options: &[Choice]| options.iter().map(|option| option.label.vi.clone()).collect();
    match kind {
        FieldKind::Choice { options } => Some(labels(options)),
        FieldKind::YesNo => Some(vec!["Có".to_owned(), "Không".to_owned()]),
        _ => None,
    }
}

/// What may stand in the column.
fn accepts(field: &Field) -> String {
    let what = match &field.kind {
        FieldKind::Text { format: Some(TextFormat::Phone), .. } => "Số điện thoại, ví dụ 0912 345 678.".to_owned(),
        FieldKind::Text { format: Some(TextFormat::Email), .. } => "Địa chỉ thư điện tử.".to_owned(),
        FieldKind::Text { format: Some(TextFormat::DocumentNumber), .. } => {
            "Số và ký hiệu văn bản, ví dụ 123/TTr-STC.".to_owned()
        }
        FieldKind::Text { pattern: Some(pattern), .. } => format!("Viết theo dạng {}.", pattern.example),
        FieldKind::Text { max, .. } | FieldKind::LongText { max } => format!("Chữ, tối đa {max} ký tự."),
        FieldKind::Number { unit: Some(unit), .. } => format!("Số ({}), phần lẻ sau dấu phẩy.", unit.vi),
        FieldKind::Number { .. } => "Số, phần lẻ sau dấu phẩy.".to_owned(),
        FieldKind::Money { .. } => "Số tiền bằng đồng, ví dụ 1.250.000.".to_owned(),
        FieldKind::Date => "Ngày, ví dụ 1/2/2026.".to_owned(),
        FieldKind::PartialDate => "Ngày, hoặc tháng và năm, hoặc chỉ năm: 1/2/1980, 2/1980, 1980.".to_owned(),
        FieldKind::Choice { .. } => "Chọn trong danh sách.".to_owned(),
        FieldKind::ManyChoice { options, .. } => {
            let labels: Vec<&str> = options.iter().map(|option| option.label.vi.as_str()).collect();
            format!("Một hoặc nhiều mục, cách nhau bằng dấu chấm phẩy: {}.", labels.join("; "))
        }
        FieldKind::YesNo => "Có hoặc Không.".to_owned(),
        FieldKind::Address => "Số nhà, đường, thôn; xã; tỉnh, cách nhau bằng dấu phẩy.".to_owned(),
        FieldKind::Identity { accepts } => {
            let kinds: Vec<&str> = accepts.iter().map(|kind| identity(*kind)).collect();
            format!("{}. Giữ đủ số 0 ở đầu.", kinds.join(" hoặc "))
        }
        FieldKind::Organisation => "Tên cơ quan, tổ chức.".to_owned(),
        FieldKind::FileSlot(_) | FieldKind::Group(_) | FieldKind::Note => String::new(),
    };
    let required = if field.required { "Bắt buộc. " } else { "" };
    let help = field.help.as_ref().map_or(String::new(), |help| format!(" {}", help.vi));
    nfc(&format!("{required}{what}{help}"))
}

fn identity(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::PersonalNumber => "số định danh 12 chữ số",
        IdentityKind::OldIdentityCard => "số CMND 9 chữ số",
        IdentityKind::TaxCode => "mã số thuế 10 hoặc 13 chữ số",
        IdentityKind::Passport => "số hộ chiếu",
    }
}

/// As much as there is room for; what was cut ends in `…`.
fn cut(text: &str, most: usize) -> String {
    let mut length = 0;
    let fits = |c: &char| {
        length += c.len_utf16();
        length < most
    };
    let kept: String = text.chars().take_while(fits).collect();
    if kept.len() == text.len() { kept } else { format!("{kept}…") }
}
