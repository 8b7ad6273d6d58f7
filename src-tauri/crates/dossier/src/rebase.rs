//! Moving the answers of a draft to another revision of its form: what is kept, what moves, what is set aside. Nothing is thrown
//! away: what has no place in the new revision stays beside the draft, and comes back when a later one has its place again.

use std::collections::BTreeMap;

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
    /// Another answer has the field it would have gone to.
    Taken,
}

impl Rebase {
    /// Moves `answers` of `old`, and what was set aside before, to `new`. `today` completes two-digit years of what was typed.
    pub fn of(old: &Form, new: &Form, answers: &Answers, attic: &Answers, today: Date) -> Self {
        let mut made = Self::default();
        let (old_fields, new_fields): (Vec<&Field>, Vec<&Field>) = (old.fields().collect(), new.fields().collect());
        for (id, answer) in own_first(&answers.0, &new_fields) {
            match place(id, answer, &old_fields, &new_fields, today) {
                Ok((field, _)) if made.answers.get(field.id.as_str()).is_some() => {
                    made.set_aside(id, None, answer, SetAsideReason::Taken);
                }
                Ok((field, answer)) => made.put(id, field, answer, &old_fields, today),
                Err(reason) => made.set_aside(id, None, answer, reason),
            }
        }
        for (id, answer) in own_first(&attic.0, &new_fields) {
            match &answer.value {
                Value::Rows(rows) => made.restore_rows(id, rows, answer, &new_fields, today),
                _ => made.restore(id, answer, &new_fields, today),
            }
        }
        made
    }

    /// What had no place before may have one again, where nothing else has been answered.
    fn restore(&mut self, id: &FieldId, answer: &Answer, new: &[&Field], today: Date) {
        match place(id, answer, &[], new, today) {
            Ok((field, answer)) if self.answers.get(field.id.as_str()).is_none() => {
                self.moved.push(Moved { from: own(id).into(), to: field.id.clone(), row: None });
                self.answers.set(field.id.clone(), answer);
            }
            _ => self.keep(id, answer),
        }
    }

    /// A table that has its place again comes back whole where no other stands there; else its cells, to the rows they are of.
    fn restore_rows(&mut self, id: &FieldId, rows: &[Row], answer: &Answer, new: &[&Field], today: Date) {
        let named = named(id, new);
        let inner: Vec<&Field> = match named.map(|field| &field.kind) {
            Some(FieldKind::Group(group)) => group.fields.iter().collect(),
            _ => vec![],
        };
        let mut cells = rows.iter().flat_map(|row| &row.answers);
        let some_fit = cells.any(|(cell, answer)| place(cell, answer, &[], &inner, today).is_ok());
        if let Some(field) = named.filter(|field| some_fit && self.answers.get(field.id.as_str()).is_none()) {
            let empty = rows.iter().map(|row| Row { id: row.id.clone(), answers: Default::default() }).collect();
            self.moved.push(Moved { from: own(id).into(), to: field.id.clone(), row: None });
            self.answers.set(field.id.clone(), Answer { value: Value::Rows(empty), ..answer.clone() });
        }
        self.restore_cells(id, rows, named, &inner, today);
    }

    fn restore_cells(&mut self, group: &FieldId, rows: &[Row], named: Option<&Field>, inner: &[&Field], today: Date) {
        for row in rows {
            for (cell, answer) in own_first(&row.answers, inner) {
                let there = named.and_then(|field| match self.answers.0.get_mut(&field.id).map(|it| &mut it.value) {
                    Some(Value::Rows(rows)) => rows.iter_mut().find(|there| there.id == row.id),
                    _ => None,
                });
                match (place(cell, answer, &[], inner, today), there) {
                    (Ok((field, answer)), Some(there)) if !there.answers.contains_key(&field.id) => {
                        there.answers.insert(field.id.clone(), answer);
                        let (from, to) = (own(cell).into(), field.id.clone());
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
            for (cell, answer) in own_first(&row.answers, &new_inner) {
                match place(cell, answer, &old_inner, &new_inner, today) {
                    Ok((field, _)) if kept.answers.contains_key(&field.id) => {
                        self.set_aside(cell, Some((id, &row.id)), answer, SetAsideReason::Taken);
                    }
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
            None => self.keep(id, answer),
        }
    }

    /// An answer beside the draft. Where an older one is kept under its id, that one is kept under the id with a mark.
    fn keep(&mut self, id: &FieldId, answer: &Answer) {
        let mut free = FieldId::from(own(id));
        while self.attic.get(free.as_str()).is_some_and(|kept| kept.value != answer.value) {
            free = format!("{free}{AGAIN}").into();
        }
        self.attic.0.entry(free).or_insert_with(|| answer.clone());
    }

    /// A cell beside the draft, like an answer.
    fn keep_cell(&mut self, group: &FieldId, row: &RowId, cell: &FieldId, answer: &Answer) {
        let mut free = FieldId::from(own(group));
        while self.attic.get(free.as_str()).is_some_and(|kept| !matches!(kept.value, Value::Rows(_))) {
            free = format!("{free}{AGAIN}").into();
        }
        let kept = self.attic.0.entry(free).or_insert_with(|| Value::Rows(vec![]).into());
        let Value::Rows(rows) = &mut kept.value else { return };
        let at = rows.iter().position(|kept| kept.id == *row).unwrap_or_else(|| {
            rows.push(Row { id: row.clone(), answers: Default::default() });
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(at) {
            let mut free = FieldId::from(own(cell));
            while row.answers.get(&free).is_some_and(|kept| kept.value != answer.value) {
                free = format!("{free}{AGAIN}").into();
            }
            row.answers.entry(free).or_insert_with(|| answer.clone());
        }
    }
}

/// What ends the id of an answer that is kept beside a later one of the same id. No id of a form ends with it.
const AGAIN: char = '*';

/// The id under which an answer was given, whatever is kept beside it.
fn own(id: &FieldId) -> &str {
    id.as_str().trim_end_matches(AGAIN)
}

/// What was answered; first what keeps its field, so that nothing that only moves there takes its place.
fn own_first<'a>(answers: &'a BTreeMap<FieldId, Answer>, new: &[&Field]) -> Vec<(&'a FieldId, &'a Answer)> {
    let mut answered: Vec<_> = answers.iter().filter(|(_, answer)| !answer.value.is_empty()).collect();
    answered.sort_by_key(|(id, _)| !new.iter().any(|field| field.id == **id));
    answered
}

/// The field among `new` that has this id, or had it.
fn named<'f>(id: &FieldId, new: &[&'f Field]) -> Option<&'f Field> {
    let is = |field: &&&Field| field.id.as_str() == own(id);
    let was = |field: &&&Field| field.was.iter().any(|was| was.as_str() == own(id));
    new.iter().find(is).or_else(|| new.iter().find(was)).copied()
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
    let field = named(id, new).filter(|field| field.kind.takes_answer()).ok_or(SetAsideReason::Gone)?;
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
            ("many", Some("r1"), Gone),
            ("many", Some("r2"), Gone),
            ("sum", None, Calculated),
            ("year", None, DoesNotFit),
            ("note", None, Gone),
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

    #[test]
    fn two_answers_for_one_field_are_both_there_afterwards() {
        let text = json!({"text": {}});
        let cells =
            json!([{"id": "new", "type": text, "was": ["first", "second"]}, {"id": "own", "type": text, "was": ["a"]}]);
        let new = form(
            2,
            json!([
                {"id": "contact", "type": text, "was": ["mobile", "phone"]},
                {"id": "stays", "type": text, "was": ["before"]},
                {"id": "rows", "type": group(cells)},
            ]),
        );
        let fields = ["phone", "mobile", "before", "stays"].map(|id| json!({"id": id, "type": text})).to_vec();
        let cells = ["first", "second", "a", "own"].map(|id| json!({"id": id, "type": text})).to_vec();
        let table = json!({"id": "rows", "type": group(cells.into())});
        let old = form(1, [fields, vec![table]].concat().into());
        let cells = ["first", "second", "a", "own"].map(|id| (id.into(), Value::from(id).into()));
        let row = Row { id: "r1".into(), answers: cells.into_iter().collect() };
        let mut answers: Answers =
            ["phone", "mobile", "before", "stays"].into_iter().map(|id| (id, Value::from(id))).collect();
        answers.set("rows", Value::Rows(vec![row]));
        let made = Rebase::of(&old, &new, &answers, &Answers::default(), today());
        let there = |answers: &Answers, field: &str| answers.value(field).cloned();
        assert_eq!(there(&made.answers, "contact"), Some("mobile".into()));
        assert_eq!(there(&made.attic, "phone"), Some("phone".into()));
        assert_eq!(there(&made.answers, "stays"), Some("stays".into()), "its own answer keeps a field");
        assert_eq!(there(&made.attic, "before"), Some("before".into()));
        let cells = |answers: &Answers| match there(answers, "rows") {
            Some(Value::Rows(rows)) => rows[0].answers.iter().map(|(id, it)| (id.clone(), it.value.clone())).collect(),
            _ => vec![],
        };
        let pair = |id: &str, value: &str| (FieldId::from(id), Value::from(value));
        assert_eq!(cells(&made.answers), [pair("new", "first"), pair("own", "own")]);
        assert_eq!(cells(&made.attic), [pair("a", "a"), pair("second", "second")]);
        let taken = made.set_aside.iter().filter(|it| it.reason == SetAsideReason::Taken).count();
        assert_eq!((taken, made.set_aside.len()), (4, 4));
    }

    #[test]
    fn a_table_comes_back_whole_and_an_older_answer_stays_beside_a_later_one() {
        let without = form(2, json!([{"id": "name", "type": {"text": {}}}]));
        let gone = Rebase::of(&old(), &without, &given(), &Answers::default(), today());
        assert_eq!(gone.answers.value("rows"), None);
        let back = Rebase::of(&without, &old(), &gone.answers, &gone.attic, today());
        assert_eq!((back.answers.value("rows"), &back.attic), (given().value("rows"), &Answers::default()));

        let mut later = gone.answers.clone();
        later.set("note", Value::from("ghi chú sau"));
        let again = Rebase::of(&old(), &without, &later, &gone.attic, today());
        let kept: Vec<_> = again.attic.0.values().map(|answer| answer.value.clone()).collect();
        assert!(kept.contains(&"ghi chú".into()) && kept.contains(&"ghi chú sau".into()), "{kept:?}");
        let back = Rebase::of(&without, &old(), &again.answers, &again.attic, today());
        assert_eq!(back.answers.value("note"), Some(&"ghi chú sau".into()), "the later one comes back");
        assert_eq!(back.attic.value("note"), Some(&"ghi chú".into()));
        let twice = Rebase::of(&without, &without, &again.answers, &again.attic, today());
        assert_eq!(twice.attic, again.attic);
    }
}
