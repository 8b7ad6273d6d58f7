//! What is wrong with a form file, in words an official understands who corrects it by hand.

use desk::{FileProblem, Problem};

use crate::words::Language;

/// `LINE:COLUMN  place: what is wrong`.
pub fn line(problem: &FileProblem, language: Language) -> String {
    let at = |n: Option<u32>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
    format!("{}:{}  {place}{}", at(problem.line), at(problem.column), reason(&problem.problem, language))
}

fn reason(problem: &Problem, language: Language) -> String {
    if language == Language::En {
        return problem.to_string();
    }
    match problem {
        Problem::Malformed { message, .. } => format!("không phải JSON: {message}"),
        Problem::UnknownKey { key, known } => format!("không có khóa “{key}” ở đây; có thể dùng: {known}"),
        Problem::MissingKey { key } => format!("thiếu khóa “{key}”"),
        Problem::BadShape { expected, found } => format!("cần {expected}, gặp {found}"),
        Problem::Unreadable { message } => format!("không đọc được: {message}"),
        Problem::BadKey { key } => {
            format!("“{key}” không dùng làm mã được: chỉ gồm A-Z a-z 0-9 . _ -, tối đa 80 ký tự")
        }
        Problem::BadWords => "lời bị trống hoặc chưa ở dạng Unicode dựng sẵn (NFC)".to_owned(),
        Problem::Duplicate { key } => format!("“{key}” đã có ở chỗ khác"),
        Problem::UnknownField { field } => format!("không có mục {field}"),
        Problem::NotInThisRow { field } => format!("{field} không phải mục của dòng này"),
        Problem::InsideGroup { field } => format!("{field} nằm trong bảng: chỉ dùng được qua sum hoặc count"),
        Problem::NotAGroup { field } => format!("{field} không phải bảng"),
        Problem::NestedGroup => "bảng không được nằm trong bảng".to_owned(),
        Problem::NestedAggregate => "sum và count không được nằm trong sum và count".to_owned(),
        Problem::UnknownOption { field, option } => format!("{field} không có lựa chọn “{option}”"),
        Problem::WrongType { expected, found } => format!("cần kiểu {expected}, gặp kiểu {found}"),
        Problem::TooDeep { limit } => format!("lồng quá {limit} tầng"),
        Problem::TooLong { limit } => format!("quá {limit} bước tính"),
        Problem::Cycle { fields } => {
            let fields: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
            format!("các mục phụ thuộc vòng tròn vào nhau: {}", fields.join(", "))
        }
        Problem::EmptyRange => "giới hạn dưới lớn hơn giới hạn trên, hoặc không còn giá trị nào".to_owned(),
        Problem::Empty => "còn trống".to_owned(),
        Problem::BadPattern => "dạng này không có giá trị nào khớp, hoặc ví dụ không khớp".to_owned(),
        // Of other kinds of files.
        other => other.to_string(),
    }
}
