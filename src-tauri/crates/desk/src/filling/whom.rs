//! Who of a form is meant: somebody it asks about once, or in a row of a table; and the answers that are theirs.

use dossier::{Answer as GivenAnswer, Answers, Field, FieldId, FieldKind, Form, RowId, Value, form::PersonPart};

use crate::{
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
};

/// A row of a table: the table's field, and the row.
pub(crate) type At = (FieldId, RowId);

/// Somebody of the form.
pub(super) struct Whom<'f> {
    who: &'f FieldId,
    /// The fields they can be asked by: of their row's table, or those outside tables.
    fields: Vec<&'f Field>,
    pub at: Option<At>,
}

impl<'f> Whom<'f> {
    /// Somebody outside tables.
    pub fn once(form: &'f Form, who: &'f FieldId) -> Self {
        Self { who, fields: form.fields().collect(), at: None }
    }

    pub fn parts(&self) -> impl Iterator<Item = (PersonPart, &'f Field)> {
        let of = |field: &'f Field| field.person.as_ref().filter(|of| of.who == *self.who).map(|of| (of.part, field));
        self.fields.iter().copied().filter_map(of)
    }
}

/// # Errors
/// [`Code::UnknownField`] where the form does not ask about them there, [`Code::UnknownRow`] without such a row.
pub(super) fn meant<'f>(open: &'f OpenDossier, who: Option<&FieldId>, row: Option<&RowId>) -> Result<Whom<'f>, Fault> {
    let unknown = || Fault::new(Code::UnknownField).with("field", who.map_or("", FieldId::as_str));
    let Some(row) = row else {
        let known = open.form.people().into_iter().find(|it| Some(*it) == who);
        return known.map(|who| Whom::once(&open.form, who)).ok_or_else(unknown);
    };
    let table = open.form.fields().find_map(|field| match (&field.kind, open.answers.value(field.id.as_str())) {
        (FieldKind::Group(group), Some(Value::Rows(rows))) if rows.iter().any(|it| it.id == *row) => {
            Some((&field.id, group))
        }
        _ => None,
    });
    let (table, group) = table.ok_or_else(|| Fault::new(Code::UnknownRow).with("row", row))?;
    let mut asked = group.fields.iter().filter_map(|field| field.person.as_ref()).map(|of| &of.who);
    let who = asked.find(|it| Some(*it) == who).ok_or_else(unknown)?;
    Ok(Whom { who, fields: group.fields.iter().collect(), at: Some((table.clone(), row.clone())) })
}

/// The answer to a field, in a row where one is named.
pub(super) fn answer_at<'a>(answers: &'a Answers, at: Option<&At>, field: &str) -> Option<&'a GivenAnswer> {
    let Some((table, row)) = at else { return answers.get(field) };
    match answers.value(table.as_str())? {
        Value::Rows(rows) => rows.iter().find(|it| it.id == *row)?.answers.get(field),
        _ => None,
    }
}

/// Puts an answer there, or takes it away; nothing where the row is gone.
pub(super) fn put_at(answers: &mut Answers, at: Option<&At>, field: &FieldId, answer: Option<GivenAnswer>) {
    let place = match at {
        None => Some(&mut answers.0),
        Some((table, row)) => match answers.0.get_mut(table.as_str()).map(|answer| &mut answer.value) {
            Some(Value::Rows(rows)) => rows.iter_mut().find(|it| it.id == *row).map(|row| &mut row.answers),
            _ => None,
        },
    };
    match (place, answer) {
        (Some(place), Some(answer)) => drop(place.insert(field.clone(), answer)),
        (Some(place), None) => drop(place.remove(field)),
        (None, _) => {}
    }
}
