//! From what a person types to answers of a form.

use dossier::{
    Answer, Date, Form, Row, RowId, Timestamp, Value,
    answers::Source,
    form::{Field, FieldKind},
    reading::{Malformed, typed},
    text::nfc,
};
use serde::de::DeserializeOwned;
use serde_json::Map;
use uuid::Uuid;

use crate::fault::{Fault, FaultCode as Code};

/// Splits `FIELD=VALUE`; an error says why it is wrong usage.
pub fn parse_answer_argument(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => Ok((field.trim().to_owned(), value.to_owned())),
        _ => Err(format!("{text}: FIELD=VALUE expected")),
    }
}

/// The answer to `field` that `text` stands for. Text that does not fit its field is kept as typed and found by the check: a
/// draft never loses a keystroke. Tables are JSON, `[{"column": "text", …}, …]`; addresses and organisations may be.
pub(crate) fn answer(form: &Form, field: &str, text: &str, at: Timestamp, today: Date) -> Result<Answer, Fault> {
    let unknown = || Fault::new(Code::UnknownField).with("field", field);
    let field = form.fields().find(|known| known.id.as_str() == field).ok_or_else(unknown)?;
    let bad = |reason| Fault::new(Code::BadValue).with("field", &field.id).with("reason", reason);
    Ok(given(value(field, text, at, today).map_err(bad)?, at))
}

/// The answer that a screen gives: a text is read as typed text, anything else is the value itself.
pub(crate) fn given_as_json(
    form: &Form,
    field: &str,
    value: &serde_json::Value,
    at: Timestamp,
    today: Date,
) -> Result<Answer, Fault> {
    match value {
        serde_json::Value::Null => answer(form, field, "", at, today),
        serde_json::Value::String(text) => answer(form, field, text, at, today),
        // Rows, organisations and addresses are read as the command line's JSON is.
        serde_json::Value::Object(_) => answer(form, field, &value.to_string(), at, today),
        serde_json::Value::Array(items) if items.iter().any(serde_json::Value::is_object) => {
            answer(form, field, &value.to_string(), at, today)
        }
        plain => {
            let unknown = || Fault::new(Code::UnknownField).with("field", field);
            form.fields().find(|known| known.id.as_str() == field).ok_or_else(unknown)?;
            let bad = |error| Fault::new(Code::BadValue).with("field", field).with("reason", error);
            Ok(given(serde_json::from_value(plain.clone()).map_err(bad)?, at))
        }
    }
}

fn given(value: Value, at: Timestamp) -> Answer {
    Answer { value, source: Source::Typed, confidence: None, confirmed_by: None, at: Some(at), origin: None }
}

fn value(field: &Field, text: &str, at: Timestamp, today: Date) -> Result<Value, String> {
    let as_object = text.trim_start().starts_with('{');
    match &field.kind {
        FieldKind::Group(group) if !text.trim().is_empty() => {
            let table: Vec<Map<_, _>> = json(text)?;
            let rows = table.into_iter().map(|cells| row(&group.fields, cells, at, today));
            rows.collect::<Result<_, _>>().map(Value::Rows)
        }
        FieldKind::Organisation if as_object => json(text).map(Value::Organisation),
        FieldKind::Address if as_object => json(text).map(Value::Address),
        kind => match typed(kind, text, today) {
            Ok(value) => Ok(value),
            Err(Malformed::NoAnswerHere) => Err(Malformed::NoAnswerHere.to_string()),
            Err(_) => Ok(Value::Text(nfc(text.trim()))),
        },
    }
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// A row keeps its id where one is given, so that papers can go on pointing at it.
fn row(fields: &[Field], cells: Map<String, serde_json::Value>, at: Timestamp, today: Date) -> Result<Row, String> {
    let mut row = Row { id: RowId::from(Uuid::now_v7().to_string()), answers: Default::default() };
    for (name, cell) in cells {
        let text = match cell {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        };
        if name == "id" {
            row.id = RowId::from(text);
            continue;
        }
        let field = fields.iter().find(|f| f.id.as_str() == name).ok_or_else(|| format!("no column {name}"))?;
        row.answers.insert(field.id.clone(), given(value(field, &text, at, today)?, at));
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
    fn what_does_not_fit_is_kept_and_a_table_gets_row_ids() {
        let form = serde_json::json!({
            "id": "f", "revision": 1, "title": {"vi": "Mẫu", "en": "Form"},
            "sections": [{"id": "s", "title": {"vi": "Phần", "en": "Part"}, "fields": [
                {"id": "amount", "label": {"vi": "Số tiền", "en": "Amount"}, "type": {"money": {}}},
                {"id": "list", "label": {"vi": "Danh sách", "en": "List"}, "type": {"group": {
                    "row": {"vi": "dòng", "en": "row"},
                    "fields": [{"id": "name", "label": {"vi": "Tên", "en": "Name"}, "type": {"text": {}}}]}}}
            ]}]
        });
        let form = Form::from_json(&form.to_string()).unwrap();
        let at = Timestamp::from_unix_ms(0).unwrap();
        let today = Date::new(2026, 11, 21).unwrap();
        let set = |field, text| answer(&form, field, text, at, today).map(|answer| answer.value);
        assert_eq!(set("amount", "1.250.000 đ"), Ok(Value::Integer(1_250_000)));
        assert_eq!(set("amount", "khoảng năm triệu"), Ok(Value::Text("khoảng năm triệu".into())));
        let Ok(Value::Rows(rows)) = set("list", r#"[{"name": "Ước"}, {"id": "r2", "name": ""}]"#) else { panic!() };
        assert!(!rows[0].id.as_str().is_empty() && rows[1].id.as_str() == "r2");
        assert_eq!(set("other", "x").unwrap_err().code, Code::UnknownField);
        assert_eq!(set("list", "[{\"no\": 1}]").unwrap_err().code, Code::BadValue);
    }
}
