//! Moving the answers of a draft to another revision of its form: what is kept, what moves, what is set aside. Nothing is thrown
//! away: what has no place in the new revision stays beside the draft, and comes back when a later one has its place again.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    answers::{Answer, Answers, Row, Value},
    date::Date,
    form::{Field, FieldKind, Form},
    key::{FieldId, RowId},
    reading,
};

/// What becomes of a draft under another revision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Rebase {
    /// The answers under the new form.
    pub answers: Answers,
    /// Answers without a place, by the ids they were given under; of a row's cells, the rows with those cells only.
    pub attic: Answers,
    /// Fields whose answers stand as they stood.
    pub kept: Vec<FieldId>,
    pub moved: Vec<Moved>,
    pub set_aside: Vec<SetAside>,
}

/// An answer that has another field now, another shape, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Moved {
    pub from: FieldId,
    pub to: FieldId,
    pub row: Option<RowId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SetAside {
    pub field: FieldId,
    pub row: Option<RowId>,
    pub value: Value,
    pub reason: SetAsideReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// The new form does not ask it.
    Gone,
    /// It asks for an answer of another kind.
    DoesNotFit,
    /// It is calculated now.
    Calculated,
}

impl Rebase {
    /// Moves `answers` of `old`, and what was set aside before, to `new`. `today` completes two-digit years of what was typed.
    pub fn of(old: &Form, new: &Form, answers: &Answers, attic: &Answers, today: Date) -> Self {
        let mut made = Self::default();
        let (old_fields, new_fields): (Vec<&Field>, Vec<&Field>) = (old.fields().collect(), new.fields().collect());
        let answered = answers.0.iter().filter(|(_, answer)| !answer.value.is_empty());
        for (id, answer) in answered {
            match place(id, answer, &old_fields, &new_fields, today) {
                Ok((field, answer)) => made.put(id, field, answer, &old_fields, today),
                Err(reason) => made.set_aside(id, None, answer, reason),
            }
        }
        for (id, answer) in &attic.0 {
            match &answer.value {
                Value::Rows(rows) => made.restore_cells(id, rows, &new_fields, today),
                _ => made.restore(id, answer, &new_fields, today),
            }
        }
        made
    }

    /// What had no place before may have one again, where nothing else has been answered.
    fn restore(&mut self, id: &FieldId, answer: &Answer, new: &[&Field], today: Date) {
        match place(id, answer, &[], new, today) {
            Ok((field, answer)) if self.answers.get(field.id.as_str()).is_none() => {
                self.moved.push(Moved { from: id.clone(), to: field.id.clone(), row: None });
                self.answers.set(field.id.clone(), answer);
            }
            _ => {
                self.attic.0.entry(id.clone()).or_insert_with(|| answer.clone());
            }
        }
    }

    fn restore_cells(&mut self, group: &FieldId, rows: &[Row], new: &[&Field], today: Date) {
        let named = new.iter().find(|field| field.id == *group || field.was.contains(group));
        let inner: Vec<&Field> = match named.map(|field| &field.kind) {
            Some(FieldKind::Group(group)) => group.fields.iter().collect(),
            _ => vec![],
        };
        for row in rows {
            for (cell, answer) in &row.answers {
                let there = named.and_then(|field| match self.answers.0.get_mut(&field.id).map(|it| &mut it.value) {
                    Some(Value::Rows(rows)) => rows.iter_mut().find(|there| there.id == row.id),
                    _ => None,
                });
                match (place(cell, answer, &[], &inner, today), there) {
                    (Ok((field, answer)), Some(there)) if !there.answers.contains_key(&field.id) => {
                        there.answers.insert(field.id.clone(), answer);
                        let (from, to) = (cell.clone(), field.id.clone());
                        self.moved.push(Moved { from, to, row: Some(row.id.clone()) });
                    }
                    _ => self.keep_cell(group, &row.id, cell, answer),
                }
            }
        }
    }

    fn put(&mut self, id: &FieldId, field: &Field, answer: Answer, old_fields: &[&Field], today: Date) {
        let (FieldKind::Group(group), Value::Rows(rows)) = (&field.kind, &answer.value) else {
            self.note(id, field, None, same_kind(id, field, old_fields));
            self.answers.set(field.id.clone(), answer);
            return;
        };
        let old_inner: Vec<&Field> = match old_fields.iter().find(|old| old.id == *id).map(|old| &old.kind) {
            Some(FieldKind::Group(old)) => old.fields.iter().collect(),
            _ => vec![],
        };
        let new_inner: Vec<&Field> = group.fields.iter().collect();
        let mut kept_rows = Vec::new();
        for row in rows {
            let mut kept = Row { id: row.id.clone(), answers: Default::default() };
            for (cell, answer) in row.answers.iter().filter(|(_, answer)| !answer.value.is_empty()) {
                match place(cell, answer, &old_inner, &new_inner, today) {
                    Ok((field, answer)) => {
                        self.note(cell, field, Some(&row.id), same_kind(cell, field, &old_inner));
                        kept.answers.insert(field.id.clone(), answer);
                    }
                    Err(reason) => self.set_aside(cell, Some((id, &row.id)), answer, reason),
                }
            }
            kept_rows.push(kept);
        }
        self.note(id, field, None, true);
        self.answers.set(field.id.clone(), Answer { value: Value::Rows(kept_rows), ..answer });
    }

    fn note(&mut self, id: &FieldId, field: &Field, row: Option<&RowId>, same_kind: bool) {
        if *id == field.id && same_kind {
            // A table is kept once, not once a row.
            if !self.kept.contains(id) {
                self.kept.push(id.clone());
            }
        } else {
            self.moved.push(Moved { from: id.clone(), to: field.id.clone(), row: row.cloned() });
        }
    }

    fn set_aside(&mut self, id: &FieldId, at: Option<(&FieldId, &RowId)>, answer: &Answer, reason: SetAsideReason) {
        let row = at.map(|(_, row)| row.clone());
        self.set_aside.push(SetAside { field: id.clone(), row, value: answer.value.clone(), reason });
        match at {
            Some((group, row)) => self.keep_cell(group, row, id, answer),
            None => self.attic.set(id.clone(), answer.clone()),
        }
    }

    /// A cell beside the draft; one that was set aside later counts.
    fn keep_cell(&mut self, group: &FieldId, row: &RowId, cell: &FieldId, answer: &Answer) {
        let kept = self.attic.0.entry(group.clone()).or_insert_with(|| Value::Rows(vec![]).into());
        let Value::Rows(rows) = &mut kept.value else { return };
        let at = rows.iter().position(|kept| kept.id == *row).unwrap_or_else(|| {
            rows.push(Row { id: row.clone(), answers: Default::default() });
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(at) {
            row.answers.entry(cell.clone()).or_insert_with(|| answer.clone());
        }
    }
}

fn same_kind(id: &FieldId, field: &Field, old: &[&Field]) -> bool {
    old.iter().find(|old| old.id == *id).is_none_or(|old| old.kind.name() == field.kind.name())
}

/// The field that an answer has among `new`, and the answer as it fits there.
fn place<'f>(
    id: &FieldId,
    answer: &Answer,
    old: &[&Field],
    new: &[&'f Field],
    today: Date,
) -> Result<(&'f Field, Answer), SetAsideReason> {
    let named = new.iter().find(|field| field.id == *id).or_else(|| new.iter().find(|field| field.was.contains(id)));
    let field = named.filter(|field| field.kind.takes_answer()).ok_or(SetAsideReason::Gone)?;
    if field.calculated.is_some() {
        return Err(SetAsideReason::Calculated);
    }
    let old = old.iter().find(|field| field.id == *id);
    let value = fitting(&answer.value, old.map(|old| &old.kind), &field.kind, today);
    let value = value.ok_or(SetAsideReason::DoesNotFit)?;
    Ok((field, Answer { value, ..answer.clone() }))
}

/// A value as it fits the new kind. One that fitted nothing before is kept as it was typed, to be mended.
fn fitting(value: &Value, old: Option<&FieldKind>, new: &FieldKind, today: Date) -> Option<Value> {
    let same = old.is_some_and(|old| old.name() == new.name());
    let rows = |kind: &FieldKind| matches!(kind, FieldKind::Group(_));
    if rows(new) || matches!(value, Value::Rows(_)) {
        return (rows(new) && matches!(value, Value::Rows(_))).then(|| value.clone());
    }
    if reading::read(new, value).is_ok() {
        return Some(value.clone());
    }
    let typed = match (old, value) {
        // A choice is known by its words where the codes are others.
        (Some(FieldKind::Choice { options }), Value::Text(code)) => {
            options.iter().find(|option| option.code == *code).map(|option| option.label.vi.clone())
        }
        (_, Value::Text(text)) => Some(text.clone()),
        (_, Value::Integer(number)) => Some(number.to_string()),
        (_, Value::Organisation(organisation)) => Some(organisation.name.clone()),
        (_, Value::Address(address)) => Some(address.line.clone()),
        _ => None,
    };
    let read = typed.and_then(|text| reading::typed(new, &text, today).ok());
    read.or_else(|| (same && old.is_some_and(|old| reading::read(old, value).is_err())).then(|| value.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::answers::Source;

    fn form(revision: u32, fields: serde_json::Value) -> Form {
        let mut fields = fields;
        for field in fields.as_array_mut().unwrap() {
            field["label"] = json!({"vi": "chữ", "en": "words"});
        }
        let words = json!({"vi": "chữ", "en": "words"});
        let form = json!({"id": "f", "revision": revision, "title": words, "sections": [{"id": "s", "title": words, "fields": fields}]});
        Form::from_json(&form.to_string()).unwrap()
    }

    fn today() -> Date {
        "2026-11-21".parse().unwrap()
    }

    fn group(fields: serde_json::Value) -> serde_json::Value {
        let mut fields = fields;
        for field in fields.as_array_mut().unwrap() {
            field["label"] = json!({"vi": "chữ", "en": "words"});
        }
        json!({"group": {"row": {"vi": "dòng", "en": "row"}, "fields": fields}})
    }

    fn old() -> Form {
        let kind = json!({"choice": {"options": [{"code": "a", "label": {"vi": "Xe ô tô", "en": "Car"}}]}});
        form(
            1,
            json!([
                {"id": "name", "type": {"text": {}}},
                {"id": "phone", "type": {"text": {}}},
                {"id": "year", "type": "partial_date"},
                {"id": "cost", "type": {"number": {}}},
                {"id": "kind", "type": kind},
                {"id": "note", "type": {"text": {}}},
                {"id": "sum", "type": {"number": {}}},
                {"id": "rows", "type": group(json!([{"id": "what", "type": {"text": {}}}, {"id": "many", "type": {"number": {}}}]))},
            ]),
        )
    }

    fn new() -> Form {
        let kind = json!({"choice": {"options": [{"code": "car", "label": {"vi": "Xe ô tô", "en": "Car"}}]}});
        form(
            2,
            json!([
                {"id": "name", "type": {"long_text": {}}},
                {"id": "contact", "type": {"text": {}}, "was": ["phone"]},
                {"id": "year", "type": "date"},
                {"id": "cost", "type": {"money": {}}},
                {"id": "kind", "type": kind},
                {"id": "sum", "type": {"number": {}}, "calculated": {"count": {"group": "rows"}}},
                {"id": "rows", "type": group(json!([{"id": "what", "type": {"text": {}}}, {"id": "when", "type": "date"}]))},
            ]),
        )
    }

    fn given() -> Answers {
        let row = |id: &str, what: &str, many: i64| {
            let cells: [(&str, Value); 2] = [("what", what.into()), ("many", many.into())];
            Row {
                id: id.into(),
                answers: cells.map(|(field, value)| (field.into(), value.into())).into_iter().collect(),
            }
        };
        let mut answers: Answers = [
            ("name", Value::from("Nguyễn Văn An")),
            ("phone", "0912345678".into()),
            ("year", "1980".into()),
            ("cost", "1250000".into()),
            ("kind", "a".into()),
            ("note", "ghi chú".into()),
            ("sum", "2".into()),
            ("rows", Value::Rows(vec![row("r1", "Máy in", 2), row("r2", "Máy quét", 3)])),
        ]
        .into_iter()
        .collect();
        let name = answers.0.get_mut("name").unwrap();
        (name.source, name.confirmed_by) = (Source::QrCard, Some("Lan".into()));
        answers
    }

    #[test]
    fn answers_are_kept_moved_or_set_aside_and_none_is_lost() {
        let made = Rebase::of(&old(), &new(), &given(), &Answers::default(), today());
        let moved: Vec<(&str, &str)> = made.moved.iter().map(|it| (it.from.as_str(), it.to.as_str())).collect();
        assert_eq!(moved, [("cost", "cost"), ("name", "name"), ("phone", "contact")]);
        let kept: Vec<&str> = made.kept.iter().map(FieldId::as_str).collect();
        assert_eq!(kept, ["kind", "what", "rows"]);
        let aside: Vec<_> = made
            .set_aside
            .iter()
            .map(|it| (it.field.as_str(), it.row.as_ref().map(RowId::as_str), it.reason))
            .collect();
        use SetAsideReason::*;
        let expected = [
            ("note", None, Gone),
            ("many", Some("r1"), Gone),
            ("many", Some("r2"), Gone),
            ("sum", None, Calculated),
            ("year", None, DoesNotFit),
        ];
        assert_eq!(aside, expected);
        assert_eq!(made.answers.value("cost"), Some(&Value::Integer(1_250_000)));
        assert_eq!(made.answers.value("kind"), Some(&Value::from("car")), "by its words");
        let name = made.answers.get("name").unwrap();
        assert_eq!((name.source, name.confirmed_by.as_deref()), (Source::QrCard, Some("Lan")), "with its provenance");
        let Some(Value::Rows(rows)) = made.answers.value("rows") else { panic!("a table") };
        assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["r1", "r2"], "rows keep their ids");
        let Some(Value::Rows(rows)) = made.attic.value("rows") else { panic!("cells set aside") };
        assert_eq!((rows.len(), &rows[1].answers["many"].value), (2, &Value::Integer(3)));
    }

    #[test]
    fn what_was_set_aside_comes_back_with_its_place() {
        let there = Rebase::of(&old(), &new(), &given(), &Answers::default(), today());
        let back = Rebase::of(&new(), &old(), &there.answers, &there.attic, today());
        assert_eq!(back.answers.value("note"), Some(&Value::from("ghi chú")));
        assert_eq!(back.answers.value("year"), Some(&Value::from("1980")));
        assert_eq!(back.answers.value("sum"), Some(&Value::from("2")));
        assert_eq!(back.answers.value("phone"), None, "an old form knows no later names");
        assert!(back.attic.get("contact").is_some());
        assert_eq!(back.answers.value("rows"), given().value("rows"), "cells come back to their rows");
        let later = Rebase::of(&new(), &new(), &there.answers, &there.attic, today());
        assert_eq!(later.attic, there.attic, "and stay where they are until then");
    }

    #[test]
    fn the_same_form_changes_nothing_not_even_what_is_wrong() {
        let mut answers = given();
        answers.set("year", Value::from("không rõ"));
        let made = Rebase::of(&old(), &old(), &answers, &Answers::default(), today());
        assert_eq!(made.answers, answers);
        assert_eq!((made.moved, made.set_aside, made.attic), (vec![], vec![], Answers::default()));
    }
}
