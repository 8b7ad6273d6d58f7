//! Many dossiers at once, out of a file of rows.

use std::{io::Write as _, path::PathBuf};

use clap::Args;
use desk::{CellProblem, ManyAnswer, ManyRequest, ManyRows, ManySource, ManyView, Request, parse_answer_argument};

use crate::{findings, words::Language};

/// A line on the named stream. A reader that has gone away is no failure of the work.
macro_rules! tell {
    ($stream:ident, $($line:tt)*) => {{ let _ = writeln!(std::io::$stream(), $($line)*); }};
}

#[derive(Debug, Args)]
pub struct Import {
    procedure: String,
    /// An XLSX or CSV file with a row of headings.
    file: PathBuf,
    /// The sheet; without it, the first.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The row with the headings; without it, it is found.
    #[arg(long, value_name = "ROW")]
    header: Option<u32>,
    /// The field a column goes into, over what the headings tell; nothing behind `=` leaves it out.
    #[arg(long, value_name = "HEADING=FIELD")]
    mapping: Vec<String>,
    /// Rows with the same value in this column make one dossier.
    #[arg(long, value_name = "HEADING")]
    key: Option<String>,
    /// What has a key that came from another file is not taken in again.
    #[arg(long, requires = "key")]
    known_keys: bool,
    /// Give numbers back the zeros in front that a spreadsheet dropped.
    #[arg(long)]
    pad_zeros: bool,
    /// Make drafts of rows in which something is wrong, too.
    #[arg(long)]
    with_errors: bool,
    /// Only say what is wrong; make nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The request these arguments stand for; an error is wrong usage.
pub fn import(it: Import) -> Result<Request, String> {
    let named = it.mapping.iter().map(|text| parse_answer_argument(text)).collect::<Result<_, _>>()?;
    let source = ManySource {
        procedure: it.procedure,
        file: it.file,
        sheet: it.sheet,
        header: it.header,
        named,
        key_named: it.key,
        across: it.known_keys,
        zeros: it.pad_zeros,
        ..ManySource::default()
    };
    let what = if it.dry_run {
        ManyRequest::Look { source, rows: ManyRows { from: 0, limit: u32::MAX, only_errors: true } }
    } else {
        ManyRequest::Import { source, with_errors: it.with_errors }
    };
    Ok(Request::Many { what })
}

/// Whether something was left undone, or would be.
pub fn failed(answer: &ManyAnswer) -> bool {
    match answer {
        ManyAnswer::View(view) => view.faulty > 0,
        ManyAnswer::Imported(done) => done.left_out + done.not_yet > 0,
        ManyAnswer::Written(_) | ManyAnswer::Moved(_) | ManyAnswer::Stopping => false,
    }
}

pub fn print(answer: &ManyAnswer, language: Language) {
    let vietnamese = language == Language::Vi;
    match answer {
        ManyAnswer::View(view) => self::view(view, language),
        ManyAnswer::Imported(done) => {
            let counts = [
                (done.made, "đã tạo", "made"),
                (done.before, "đã có từ trước", "there before"),
                (done.faulty, "trong đó còn chỗ cần sửa", "of those made, to be mended"),
                (done.left_out, "bỏ qua vì có lỗi", "left out, something is wrong in them"),
                (done.not_yet, "chưa làm vì đã dừng", "not made, it was stopped"),
            ];
            for (count, vi, en) in counts.into_iter().filter(|(count, ..)| *count > 0) {
                tell!(stdout, "{count}  {}", if vietnamese { vi } else { en });
            }
            tell!(stdout, "{}", done.import);
        }
        ManyAnswer::Written(written) => tell!(stdout, "{}", written.file),
        ManyAnswer::Moved(count) => tell!(stdout, "{count}"),
        ManyAnswer::Stopping => {}
    }
}

fn view(view: &ManyView, language: Language) {
    let vietnamese = language == Language::Vi;
    for column in &view.columns {
        let field = column.field.as_deref().unwrap_or("–");
        tell!(stdout, "{}  {} → {field}", letters(column.index), column.heading);
    }
    for missing in &view.missing {
        let label = if vietnamese { &missing.label.vi } else { &missing.label.en };
        let no_column = if vietnamese { "không có cột, điền sau" } else { "no column, to be answered later" };
        tell!(stdout, "–  {label} ({}): {no_column}: {}", missing.field, missing.dossiers);
    }
    for row in &view.rows {
        for cell in &row.cells {
            if let Some(problem) = &cell.problem {
                let at = format!("{}{}", letters(cell.column), row.number);
                tell!(stdout, "✗ {at}  “{}”: {}", cell.shown, reason(problem, language));
            }
        }
        for problem in &row.problems {
            let label = if vietnamese { &problem.label.vi } else { &problem.label.en };
            tell!(stdout, "✗ {}  {label}: {}", row.number, findings::reason(&problem.what, language));
        }
    }
    let (dossiers, faulty, before) = (view.dossiers, view.faulty, view.before);
    if vietnamese {
        tell!(stdout, "{dossiers} hồ sơ; {faulty} có lỗi; {before} đã có từ trước");
    } else {
        tell!(stdout, "{dossiers} dossiers; {faulty} with errors; {before} there before");
    }
}

fn reason(problem: &CellProblem, language: Language) -> String {
    let (vi, en) = match problem {
        CellProblem::Finding { what } => return findings::reason(what, language),
        CellProblem::ZeroLost { proposed } => (
            format!("bảng tính đã bỏ số 0 ở đầu; có lẽ là {proposed} (--pad-zeros)"),
            format!("the spreadsheet dropped zeros in front; most likely {proposed} (--pad-zeros)"),
        ),
        CellProblem::Sheet { error } => {
            (format!("ô báo lỗi {error} trong bảng tính"), format!("the spreadsheet says {error}"))
        }
        CellProblem::NotCalculated => (
            "công thức chưa được tính; hãy mở bằng Excel rồi lưu lại".to_owned(),
            "a formula that was never calculated; open it in a spreadsheet and save".to_owned(),
        ),
        CellProblem::NoKey => (
            "cột phân hồ sơ bỏ trống: không rõ dòng này thuộc hồ sơ nào".to_owned(),
            "no key: nobody knows to which dossier the row belongs".to_owned(),
        ),
        CellProblem::Disagrees { row, said } => (
            format!("khác với dòng {row} của cùng hồ sơ (“{said}”)"),
            format!("row {row} of the same dossier says “{said}”"),
        ),
    };
    if language == Language::Vi { vi } else { en }
}

/// A column as spreadsheets call it: A, B, …, AA.
fn letters(index: u32) -> String {
    let (mut rest, mut name) = (index, String::new());
    loop {
        name.insert(0, char::from(b'A' + (rest % 26) as u8));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => return name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_called_as_in_a_spreadsheet() {
        let names = [0, 25, 26, 51, 52, 701, 702].map(letters);
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
