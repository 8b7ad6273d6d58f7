//! Values as papers show them.

use dossier::{Date, FieldKind, PartialDate, Value, form::Choice};

/// A stored value in one line: `21/11/2026`, `1.250.000`, `12,5 m²`, a choice by its words; empty when there is none.
pub(crate) fn shown(kind: &FieldKind, value: &Value) -> String {
    let label = |options: &[Choice], code: &str| {
        options
            .iter()
            .find(|option| option.code == code)
            .map_or_else(|| code.to_owned(), |option| option.label.vi.clone())
    };
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (_, Value::Bool(yes)) => if *yes { "Có" } else { "Không" }.to_owned(),
        (_, Value::Integer(number)) => grouped(*number),
        (FieldKind::Choice { options }, Value::Text(code)) => label(options, code),
        (FieldKind::ManyChoice { options, .. }, Value::Choices(codes)) => {
            codes.iter().map(|code| label(options, code)).collect::<Vec<_>>().join("; ")
        }
        (FieldKind::Date, Value::Text(text)) => text.parse::<Date>().map_or_else(|_| text.clone(), Date::shown),
        (FieldKind::PartialDate, Value::Text(text)) => {
            text.parse::<PartialDate>().map_or_else(|_| text.clone(), PartialDate::shown)
        }
        (FieldKind::Number { unit, .. }, Value::Text(text)) => {
            let unit = unit.as_ref().map_or_else(String::new, |unit| format!(" {}", unit.vi));
            format!("{}{unit}", decimal(text))
        }
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Choices(codes)) => codes.join("; "),
        (_, Value::Rows(rows)) => rows.len().to_string(),
        (_, Value::Organisation(it)) => {
            let tax = it.tax_code.as_ref().map(|code| format!("MST {code}"));
            [Some(it.name.clone()), tax].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        (_, Value::Address(it)) => {
            let commune = it.commune.as_ref().map(|code| format!("xã {code}"));
            let district = it.district.as_ref().map(|code| format!("huyện {code}"));
            let province = it.province.as_ref().map(|code| format!("tỉnh {code}"));
            let former = it.former.as_ref().map(|former| format!("(trước sáp nhập: {})", former.words));
            let parts = [Some(it.line.clone()), commune, district, province, former];
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        }
    }
}

/// `1.250.000`
pub(crate) fn grouped(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", groups(&number.unsigned_abs().to_string()))
}

/// `1234.5` as `1.234,5`; what is no number, as it is.
fn decimal(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = rest.split_once('.').unwrap_or((rest, ""));
    if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let comma = if decimals.is_empty() { "" } else { "," };
    format!("{sign}{}{comma}{decimals}", groups(whole))
}

fn groups(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_the_vietnamese_way() {
        assert_eq!((grouped(-1_250_000), grouped(999)), ("-1.250.000".to_owned(), "999".to_owned()));
        assert_eq!((decimal("1234.50"), decimal("-0.5"), decimal("x")), ("1.234,50".into(), "-0,5".into(), "x".into()));
    }
}
