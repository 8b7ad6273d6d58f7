use dossier::{check::FindingKind, form::IdentityKind, reading::Malformed};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::json;

use super::{
    rows::{Judged, Reading},
    table::{Cell, Line, Table},
    *,
};

fn form() -> Form {
    let label = |vi: &str, en: &str| json!({"vi": vi, "en": en});
    let form = json!({
        "id": "f", "revision": 1, "title": label("Mẫu", "Form"),
        "sections": [{"id": "s", "title": label("Phần", "Part"), "fields": [
            {"id": "name", "label": label("Họ và tên", "Full name"), "type": {"text": {}}, "required": true},
            {"id": "number", "label": label("Số định danh", "Personal number"),
             "type": {"identity": {"accepts": ["personal_number"]}}},
            {"id": "birth", "label": label("Ngày sinh", "Born on"), "type": "partial_date"},
            {"id": "from", "label": label("Từ ngày", "From"), "type": "date"},
            {"id": "phone", "label": label("Điện thoại", "Phone"), "type": {"text": {"format": "phone"}}},
            {"id": "amount", "label": label("Số tiền", "Amount"), "type": {"money": {}}},
            {"id": "married", "label": label("Đã kết hôn", "Married"), "type": "yes_no"},
            {"id": "sex", "label": label("Giới tính", "Sex"), "type": {"choice": {"options": [
                {"code": "male", "label": label("Nam", "Male")}, {"code": "female", "label": label("Nữ", "Female")}]}}},
            {"id": "address", "label": label("Nơi ở", "Address"), "type": "address"},
            {"id": "reason", "label": label("Lý do", "Reason"), "type": {"text": {}}, "required": true},
            {"id": "goods", "label": label("Tài sản", "Goods"), "type": {"group": {
                "row": label("tài sản", "item"), "max_rows": 2, "fields": [
                    {"id": "good", "label": label("Tên tài sản", "Name of item"), "type": {"text": {}}, "required": true},
                    {"id": "price", "label": label("Nguyên giá", "Price"), "type": {"money": {"min": 1}}}]}}}
        ]}]
    });
    Form::from_json(&form.to_string()).unwrap()
}

fn line(number: u32, cells: &[&str]) -> Line {
    Line { number, cells: cells.iter().map(|text| Cell::text(text)).collect() }
}

fn table(lines: Vec<Line>) -> Table {
    Table { lines, ..Table::default() }
}

/// The rows below the first one, which has the headings.
fn judged(lines: &[Line], key: Option<usize>, zeros: bool) -> Judged {
    let (form, table) = (form(), table(lines.to_vec()));
    let columns = columns::matched(&table, 0, &form, None, None);
    let columns: Vec<Option<String>> = columns.into_iter().map(|column| column.field).collect();
    let reading = Reading {
        form: &form,
        units: units().unwrap(),
        columns: &columns,
        key,
        origin: Digest::of(b"file"),
        zeros,
        today: "2026-11-21".parse().unwrap(),
        at: dossier::Timestamp::from_unix_ms(0).unwrap(),
    };
    reading.judge(&lines[1..])
}

fn malformed(problem: &CellProblem) -> &Malformed {
    match problem {
        CellProblem::Finding { what: FindingKind::Malformed { problem } } => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn cells_are_read_as_people_and_spreadsheets_write_them() {
    let head =
        line(1, &["HỌ VÀ TÊN *", "Ngày sinh", "Từ ngày", "Số tiền", "Đã kết hôn", "Giới tính", "Nơi ở", "Lý do"]);
    let mut typed =
        line(2, &["Lê  Nam", "1980", "1/2/26", "1.000.000", "có", "Nữ", "Số 1, phường Ba Đình, Hà Nội", "x"]);
    let mut numbers = typed.clone();
    numbers.number = 3;
    numbers.cells[1] = Cell::Number(1980.0);
    numbers.cells[2] = Cell::Number(46_054.0);
    numbers.cells[3] = Cell::Number(1_000_000.0);
    numbers.cells[4] = Cell::Flag(true);
    typed.cells[1] = Cell::Number(29_253.0);
    let found = judged(&[head, typed, numbers], None, false);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let shown = |row: usize| (0..8).map(|at| found.cells[&(row, at)].as_str()).collect::<Vec<_>>();
    let place = "Số 1, Phường Ba Đình, Thành phố Hà Nội";
    assert_eq!(shown(0), ["Lê Nam", "02/02/1980", "01/02/2026", "1.000.000", "Có", "Nữ", place, "x"]);
    assert_eq!(shown(1), ["Lê Nam", "1980", "01/02/2026", "1.000.000", "Có", "Nữ", place, "x"]);
    assert!(found.missing.is_empty());
}

#[test]
fn what_is_wrong_stands_at_its_cell() {
    let head = line(1, &["Họ và tên", "Từ ngày", "Số tiền", "Giới tính", "Ghi chú"]);
    let mut broken = line(4, &["", "31/2/2026", "năm triệu", "khác", "giữ"]);
    let mut errors = line(5, &["Hà", "", "", "Nam"]);
    errors.cells[1] = Cell::Error("#N/A".to_owned());
    errors.cells[2] = Cell::Uncalculated;
    broken.cells.push(Cell::text("thừa"));
    let found = judged(&[head, broken, errors], None, false);
    assert_eq!(found.problems[&(0, 0)], CellProblem::Finding { what: FindingKind::Required });
    assert_eq!(malformed(&found.problems[&(0, 1)]), &Malformed::NoSuchDay { day: 31, month: 2, year: 2026 });
    assert_eq!(malformed(&found.problems[&(0, 2)]), &Malformed::NotANumber);
    assert_eq!(malformed(&found.problems[&(0, 3)]), &Malformed::NotOffered { option: "khác".to_owned() });
    assert_eq!(found.problems[&(1, 1)], CellProblem::Sheet { error: "#N/A".to_owned() });
    assert_eq!(found.problems[&(1, 2)], CellProblem::NotCalculated);
    assert_eq!(found.problems.len(), 6);
    assert!(found.dossiers.iter().all(|dossier| dossier.faulty));
    // A draft keeps what was written.
    assert_eq!(found.dossiers[0].answers.value("amount"), Some(&"năm triệu".into()));
    let missing: Vec<_> = found.missing.iter().map(|(field, count)| (field.as_str(), *count)).collect();
    assert_eq!(missing, [("reason", 2)], "asked for, and no column: told once, no error of a row");
}

#[test]
fn a_zero_that_a_spreadsheet_dropped_is_proposed_and_never_put_back_in_silence() {
    let number = "001190000012";
    let kind = dossier::FieldKind::Identity { accepts: vec![IdentityKind::PersonalNumber] };
    assert!(dossier::reading::typed(&kind, number, "2026-11-21".parse().unwrap()).is_ok(), "a sound number");
    let head = line(1, &["Họ và tên", "Số định danh", "Điện thoại", "Lý do"]);
    let mut lost = line(2, &["Lê Nam", "", "", "x"]);
    lost.cells[1] = Cell::Number(1_190_000_012.0);
    lost.cells[2] = Cell::Number(912_345_678.0);
    let written = line(3, &["Lê Nam", "1190000012", "0912 345 678", "x"]);
    let found = judged(&[head.clone(), lost.clone(), written.clone()], None, false);
    let proposed = |text: &str| CellProblem::ZeroLost { proposed: text.to_owned() };
    assert_eq!(found.problems[&(0, 1)], proposed(number));
    assert_eq!(found.problems[&(0, 2)], proposed("0912345678"));
    assert_eq!(found.problems[&(1, 1)], proposed(number));
    assert_eq!(found.dossiers[0].answers.value("number"), Some(&"1190000012".into()), "as it stands");
    let found = judged(&[head, lost, written], None, true);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_eq!(found.dossiers[0].answers.value("number"), Some(&number.into()));
}

#[test]
fn rows_with_one_key_make_one_dossier_with_a_table() {
    let head = line(1, &["Hồ sơ số", "Họ và tên", "Lý do", "Tài sản: Tên tài sản", "Nguyên giá"]);
    let lines = [
        head,
        line(2, &["1", "Lê Nam", "x", "Bàn", "1.000.000"]),
        line(3, &["1", "", "", "Ghế", "0"]),
        line(5, &["2", "Vũ An", "x", "Tủ", ""]),
        line(6, &["1", "Lê Năm", "x", "", "5"]),
        line(7, &["", "Không khóa", "x", "Đèn", ""]),
    ];
    let found = judged(&lines, Some(0), false);
    assert_eq!(found.dossiers.iter().map(|it| it.lines.clone()).collect::<Vec<_>>(), [vec![0, 1, 3], vec![2], vec![4]]);
    let Some(dossier::Value::Rows(rows)) = found.dossiers[0].answers.value("goods") else { panic!() };
    assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["row-2", "row-3", "row-6"]);
    assert_eq!(malformed(&found.problems[&(1, 4)]), &Malformed::BelowMin { min: 1 });
    assert_eq!(found.problems[&(3, 1)], CellProblem::Disagrees { row: 2, said: "Lê Nam".to_owned() });
    assert_eq!(found.problems[&(4, 0)], CellProblem::NoKey);
    assert!(matches!(
        found.dossiers[0].other[..],
        [(_, FindingKind::Malformed { problem: Malformed::TooManyRows { max: 2 } })]
    ));
    assert!(!found.dossiers[1].faulty);
}

#[test]
fn the_headings_are_found_below_titles_and_matched_by_what_they_say() {
    let lines = vec![
        line(1, &["UBND XÃ ĐỒNG ĐĂNG"]),
        line(2, &["DANH SÁCH ĐỀ NGHỊ", "", "năm 2026"]),
        line(4, &["STT", "Họ tên", "full name", "ngay sinh:", "Ngày sinh", "Số tiền (đồng)", "amount", ""]),
        line(5, &["1", "Lê Nam", "Le Nam", "1980"]),
    ];
    let (form, table) = (form(), table(lines));
    assert_eq!(columns::header(&table, &form, None), Some(2));
    assert_eq!(columns::header(&table, &form, Some(5)), Some(3), "as a person says");
    let columns = columns::matched(&table, 2, &form, None, None);
    let found: Vec<_> = columns.iter().map(|column| (column.field.as_deref(), column.by)).collect();
    use MatchedBy::*;
    assert_eq!(
        found[..7],
        [
            (None, Nothing),
            (None, Nothing),
            (Some("name"), Heading),
            (Some("birth"), Heading),
            (None, Nothing),
            (None, Nothing),
            (Some("amount"), Heading)
        ]
    );
    let similar = columns::matched(&self::table(vec![line(1, &["Họ tên", "Số tiền (đồng)"])]), 0, &form, None, None);
    assert_eq!(similar.iter().map(|it| it.by).collect::<Vec<_>>(), [Similar, Similar]);
    let remembered =
        Mapping { columns: vec![None, Some("name".into()), Some("gone".into())], key: Some(0), across: true };
    let columns = columns::matched(&table, 2, &form, None, Some(&remembered));
    let fields: Vec<_> = columns.iter().map(|column| column.field.as_deref()).collect();
    assert_eq!(fields[..3], [None, Some("name"), None], "a field that is gone is no field");
}

fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_read_with_dates_formulas_merged_cells_and_nothing_behind_its_end() {
    let bytes = workbook(|sheet| {
        sheet.set_name("Danh sách").unwrap();
        sheet.write_string(0, 0, "  Họ tên\u{a0}").unwrap();
        let day = ExcelDateTime::from_ymd(2026, 2, 1).unwrap();
        sheet.write_datetime_with_format(1, 0, &day, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
        sheet.write_formula(1, 1, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write_formula(1, 2, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.merge_range(2, 0, 4, 0, "chung", &Format::new()).unwrap();
        sheet.write_number(3, 1, 0.1).unwrap();
        sheet.write_number(4, 1, 1_190_123_456.0).unwrap();
        sheet.write_boolean(4, 2, true).unwrap();
        // Formatted, and empty to the end of the sheet.
        sheet.write_blank(1_000_000, 3, &Format::new().set_bold()).unwrap();
    });
    let read = table::read(&bytes, None).unwrap();
    assert_eq!((read.sheets.as_slice(), read.sheet.as_str()), (&["Danh sách".to_owned()][..], "Danh sách"));
    let number = Cell::Number;
    assert_eq!(read.lines[0], Line { number: 1, cells: vec![Cell::Text("Họ tên".into())] });
    assert_eq!(read.lines[1].cells[..2], [Cell::Date("2026-02-01".parse().unwrap()), number(2.0)]);
    assert_eq!(read.lines[1].cells[2].shown(), "#N/A");
    let merged = |at: usize| read.lines[at].cells[0].shown();
    assert_eq!((merged(2), merged(3), merged(4)), ("chung".into(), "chung".into(), "chung".into()));
    assert_eq!(read.lines[4].cells[1].shown(), "1190123456");
    assert_eq!((read.lines[3].cells[1].shown().as_str(), read.lines.len()), ("0,1", 5));
    assert_eq!(table::read(&bytes, Some("Trang 2")).unwrap_err().code, Code::NotFound);
}

#[test]
fn what_is_no_table_is_told_by_its_kind() {
    let code = |bytes: &[u8]| table::read(bytes, None).unwrap_err().code;
    assert_eq!(code(b""), Code::FileEmpty);
    assert_eq!(code(b"%PDF-1.7\n"), Code::FileNotATable);
    assert_eq!(code(&[0xff, 0xd8, 0xff, 0xe0, 0, 16]), Code::FileNotATable);
    assert_eq!(code(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Code::FileNotATable);
    let whole = workbook(|sheet| _ = sheet.write_string(0, 0, "a").unwrap());
    assert!(matches!(code(&whole[..whole.len() / 2]), Code::FileCorrupt | Code::FileNotATable));
    for at in (0..whole.len()).step_by(97) {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0xff;
        // Whatever it says, it does not panic.
        let _ = table::read(&spoilt, None);
    }
    let wide = workbook(|sheet| _ = sheet.write_string(0, 600, "a").unwrap());
    assert_eq!(code(&wide), Code::FileTooLarge);
}

#[test]
fn an_empty_table_of_ours_comes_back_as_the_form() {
    let form = form();
    let bytes = written::template(&form).unwrap();
    let read = table::read(&bytes, None).unwrap();
    assert_eq!(read.sheets.len(), 1, "the lists are hidden");
    assert_eq!(read.lines.len(), 1);
    let columns = columns::matched(&read, 0, &form, None, None);
    let fields: Vec<_> = columns.iter().filter_map(|column| column.field.as_deref()).collect();
    let all: Vec<String> = columns::targets(&form).iter().map(|target| target.field.id.to_string()).collect();
    assert_eq!((fields, columns[0].field.as_deref()), (all.iter().map(String::as_str).collect(), None));
}

#[test]
fn rows_to_be_mended_come_back_with_their_reasons_and_are_matched_alike() {
    let head = line(1, &["Họ và tên", "Từ ngày", "Lý do"]);
    let lines = [head.clone(), line(2, &["Lê Nam", "1/2/26", "x"]), line(3, &["", "=1+1", "x"])];
    let found = judged(&lines, None, false);
    let reasons = [(3, "chưa điền".to_owned())].into();
    let (bytes, rows) = written::errors(&head, &lines[1..], &found, &reasons, |_| true).unwrap();
    assert_eq!(rows, 1);
    let read = table::read(&bytes, None).unwrap();
    let shown: Vec<_> = read.lines[1].cells.iter().map(Cell::shown).collect();
    assert_eq!(shown, ["", "=1+1", "x", "chưa điền"], "text, and no formula");
    let name = |line: &Line| columns::remembered_as("NB-01", line);
    assert_eq!(name(&read.lines[0]), name(&head), "the same mapping is remembered");
    let (again, _) =
        written::errors(&read.lines[0], &read.lines[1..], &judged(&read.lines, None, false), &[].into(), |_| true)
            .unwrap();
    let again = table::read(&again, None).unwrap();
    assert_eq!(again.lines[0].cells.len(), 4, "one column of reasons");
}
