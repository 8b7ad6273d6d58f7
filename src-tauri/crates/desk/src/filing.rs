//! From what a person types to answers of a form.

use dossier::{
    Answer, Form, Row, RowId, Timestamp, Value,
    Date,
    answers::Source,
    date::PartialDate,
    form::{Field, FieldKind},
};
use uuid::Uuid;

use crate::fault::{Fault, FaultCode as Code};

/// Splits `FIELD=VALUE`; an error says why it is wrong usage.
pub fn parse_answer_argument(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => Ok((field.trim().to_owned(), value.to_owned())),
        _ => Err(format!("{text}: FIELD=VALUE expected")),
    }
}

/// The answer to `field` that `typed` stands for. Text that does not fit its field is kept as typed and found by the check: a
/// draft never loses a keystroke. Tables, addresses and organisations are JSON; a row without an id gets one.
pub(crate) fn answer(form: &Form, field: &str, typed: &str, at: Timestamp, today: Date) -> Result<Answer, Fault> {
    let unknown = || Fault::new(Code::UnknownField).with("field", field);
    let field = form.fields().find(|known| known.id.as_str() == field).ok_or_else(unknown)?;
    let value = value(field, typed, at, today)?;
    Ok(Answer { value, source: Source::Typed, confidence: None, confirmed_by: None, at: Some(at) })
}

fn value(field: &Field, typed: &str, at: Timestamp, today: Date) -> Result<Value, Fault> {
    let text = dossier::text::nfc(typed.trim());
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let bad = |reason: String| Fault::new(Code::BadValue).with("field", &field.id).with("reason", reason);
    Ok(match &field.kind {
        FieldKind::YesNo => match dossier::text::fold(&text).as_str() {
            "co" | "yes" | "true" | "1" | "x" => Value::Bool(true),
            "khong" | "no" | "false" | "0" => Value::Bool(false),
            _ => Value::Text(text),
        },
        FieldKind::Money { .. } => match digits(&text) {
            Some(amount) => Value::Integer(amount),
            None => Value::Text(text),
        },
        FieldKind::Date | FieldKind::PartialDate => match PartialDate::from_typed(&text, today) {
            Ok(date) => Value::Text(date.to_string()),
            Err(_) => Value::Text(text),
        },
        FieldKind::Group(group) => Value::Rows(rows(&group.fields, &text, at, today).map_err(bad)?),
        FieldKind::ManyChoice { .. } => {
            Value::Choices(text.split(',').map(|code| code.trim().to_owned()).collect())
        }
        FieldKind::Organisation if !text.starts_with('{') => {
            Value::Organisation(dossier::Organisation { name: text, ..Default::default() })
        }
        FieldKind::Organisation => Value::Organisation(serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?),
        FieldKind::Address if !text.starts_with('{') => {
            Value::Address(dossier::Address { line: text, ..Default::default() })
        }
        FieldKind::Address => Value::Address(serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?),
        FieldKind::FileSlot(_) | FieldKind::Note => return Err(bad("takes no answer".to_owned())),
        FieldKind::Text { .. }
        | FieldKind::LongText { .. }
        | FieldKind::Number { .. }
        | FieldKind::Choice { .. }
        | FieldKind::Identity { .. } => Value::Text(text),
    })
}

/// A whole number as people write it: `1.250.000`, `1 250 000 đ`.
fn digits(text: &str) -> Option<i64> {
    let text = text.trim_end_matches(['đ', '₫', ' ']);
    let bare: String = text.chars().filter(|c| !matches!(c, '.' | ',' | ' ' | '\u{a0}')).collect();
    bare.parse().ok()
}

/// Rows as `[{"field": "value", …}, …]`.
fn rows(fields: &[Field], json: &str, at: Timestamp, today: Date) -> Result<Vec<Row>, String> {
    let table: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(json).map_err(|e| e.to_string())?;
    table.into_iter().map(|cells| row(fields, cells, at, today)).collect()
}

fn row(
    fields: &[Field],
    cells: serde_json::Map<String, serde_json::Value>,
    at: Timestamp,
    today: Date,
) -> Result<Row, String> {
    let mut row = Row { id: RowId::from(Uuid::now_v7().to_string()), answers: Default::default() };
    for (name, cell) in cells {
        let typed = match cell {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        };
        if name == "id" {
            row.id = RowId::from(typed);
            continue;
        }
        let field = fields.iter().find(|f| f.id.as_str() == name).ok_or_else(|| format!("no column {name}"))?;
        let value = value(field, &typed, at, today).map_err(|fault| fault.to_string())?;
        row.answers.insert(field.id.clone(), Answer { at: Some(at), ..Answer::from(value) });
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments() {
        assert_eq!(parse_answer_argument("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert!(parse_answer_argument("a").is_err() && parse_answer_argument("=b").is_err());
    }

    #[test]
    fn money_as_people_write_it() {
        assert_eq!(digits("1.250.000 đ"), Some(1_250_000));
        assert_eq!(digits("1 250 000"), Some(1_250_000));
        assert_eq!(digits("khoảng 5"), None);
    }
}
