//! What a form's rules say about given answers. There is one evaluator, here, used by desktop and hub.
//!
//! It is total: whatever the form and the answers are, every field gets a state. Missing, hidden and ill-formed answers
//! are null to the rules; an expression that is too deep or takes too many steps is null; fields that depend on each
//! other in a circle are hidden. The result does not depend on the order in which fields stand in the form.

use std::{cmp::Ordering, collections::BTreeMap};

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    answers::{Answer, Answers, Row, Source, Value},
    date::{Date, PartialDate},
    expr::{Expr, MAX_DEPTH, MAX_STEPS},
    form::{Choice, FieldKind, Form, order::Placed},
    key::{FieldId, RowId},
    reading::{self, Datum, Malformed},
    spoken,
};

/// The state of every field of a form, and of every cell of its groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Evaluation {
    /// In the order of the form; after a group, its cells row by row.
    pub fields: Vec<FieldState>,
}

/// What the rules say about one field, or one cell of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FieldState {
    pub field: FieldId,
    /// The row, for a field of a group.
    pub row: Option<RowId>,
    pub visible: bool,
    /// Visible, and must be answered.
    pub required: bool,
    /// The answer in its canonical form (as it was given where it is malformed), or what was calculated; null when hidden.
    pub value: Value,
    pub malformed: Option<Malformed>,
    /// The constraints that do not hold, by their place in the field.
    pub failed: Vec<u32>,
    /// Not typed, not sure enough, and not confirmed by anybody yet: the source's confidence in percent.
    pub unconfirmed: Option<u8>,
    /// Options that the other answers rule out, by their codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub ruled_out: Vec<String>,
}

impl FieldState {
    /// Visible, must be answered, and is not.
    pub fn is_missing(&self) -> bool {
        self.required && self.value.is_empty()
    }
}

impl Evaluation {
    /// Evaluates `form` on `answers`. `today` is what rules see as today.
    pub fn of(form: &Form, answers: &Answers, today: Date) -> Self {
        let mut scope = Scope { answers, today, columns: BTreeMap::new() };
        let (order, circle) = form.evaluation_order();
        for place in &order {
            let column = scope.column(place);
            scope.columns.insert(&place.field.id, column);
        }
        for place in &circle {
            let rows = scope.rows(place).len();
            scope.columns.insert(&place.field.id, Column { group: group_id(place), cells: vec![Cell::hidden(); rows] });
        }
        let placed = form.placed();
        let mut fields = Vec::new();
        for place in placed.iter().filter(|place| place.group.is_none()) {
            fields.extend(scope.state(place, 0));
            if let FieldKind::Group(group) = &place.field.kind {
                for row in 0..scope.rows_of(&place.field.id).len() {
                    let inner = group.fields.iter().map(|field| Placed { field, group: Some(place.field), ..*place });
                    fields.extend(inner.filter_map(|inner| scope.state(&inner, row)));
                }
            }
        }
        Self { fields }
    }

    /// The state of a field, or of its cell in `row`.
    pub fn state(&self, field: &str, row: Option<&str>) -> Option<&FieldState> {
        self.fields.iter().find(|state| state.field.as_str() == field && state.row.as_ref().map(RowId::as_str) == row)
    }
}

/// Whether `condition`, which stands outside the form (a component's), holds for these answers.
pub fn holds(form: &Form, answers: &Answers, today: Date, condition: &Expr) -> bool {
    value(form, answers, today, condition) == Datum::Bool(true)
}

/// What `expr`, which stands outside the form, gives for these answers.
pub fn value(form: &Form, answers: &Answers, today: Date, expr: &Expr) -> Datum {
    let mut scope = Scope { answers, today, columns: BTreeMap::new() };
    for place in form.evaluation_order().0 {
        let column = scope.column(&place);
        scope.columns.insert(&place.field.id, column);
    }
    scope.evaluate(expr, None)
}

/// What is sent: the visible, answered fields as plain JSON (the data that [`crate::json_schema`] describes). Hidden
/// answers stay in the draft. Rows are `{"id": …, "answers": {…}}`.
pub fn submission_view(form: &Form, answers: &Answers, today: Date) -> serde_json::Value {
    let evaluation = Evaluation::of(form, answers, today);
    let plain = |state: &FieldState| {
        let sent = state.visible && state.malformed.is_none() && !state.value.is_empty();
        sent.then(|| (state.field.to_string(), serde_json::to_value(&state.value).unwrap_or_default()))
    };
    let mut data = serde_json::Map::new();
    let mut states = evaluation.fields.iter().peekable();
    while let Some(state) = states.next() {
        let Value::Rows(rows) = &state.value else {
            data.extend(plain(state));
            continue;
        };
        let mut sent: Vec<(&RowId, serde_json::Map<_, _>)> =
            rows.iter().map(|row| (&row.id, Default::default())).collect();
        while let Some(cell) = states.next_if(|next| next.row.is_some()) {
            let row = sent.iter_mut().find(|(id, _)| cell.row.as_ref() == Some(*id));
            if let Some((_, row)) = row {
                row.extend(plain(cell));
            }
        }
        if state.visible && state.malformed.is_none() && !sent.is_empty() {
            let rows = sent.into_iter().map(|(id, answers)| serde_json::json!({"id": id, "answers": answers}));
            data.insert(state.field.to_string(), rows.collect());
        }
    }
    data.into()
}

/// What is known while a form is being evaluated: the columns of all fields that others may read by now.
struct Scope<'a> {
    answers: &'a Answers,
    today: Date,
    columns: BTreeMap<&'a FieldId, Column<'a>>,
}

/// A field's cells: one, or one for each row of its group.
struct Column<'a> {
    group: Option<&'a FieldId>,
    cells: Vec<Cell>,
}

#[derive(Clone)]
struct Cell {
    visible: bool,
    value: Value,
    /// What rules see.
    datum: Datum,
    malformed: Option<Malformed>,
}

impl Cell {
    fn hidden() -> Self {
        Self { visible: false, value: Value::Null, datum: Datum::Null, malformed: None }
    }
}

fn group_id<'f>(place: &Placed<'f>) -> Option<&'f FieldId> {
    place.group.map(|group| &group.id)
}

/// The row a rule stands in.
#[derive(Clone, Copy)]
struct AtRow<'a> {
    group: &'a FieldId,
    row: usize,
}

impl<'a> Scope<'a> {
    fn column(&self, place: &Placed<'a>) -> Column<'a> {
        let in_view = place.section.visible_if.as_ref().is_none_or(|rule| self.holds(rule, None))
            && group_id(place).is_none_or(|group| self.columns.get(group).is_some_and(|it| it.cells[0].visible));
        let cells = self.rows(place).into_iter().enumerate().map(|(row, answer)| {
            let at = group_id(place).map(|group| AtRow { group, row });
            if in_view && place.field.visible_if.as_ref().is_none_or(|rule| self.holds(rule, at)) {
                self.visible_cell(place, answer, at)
            } else {
                Cell::hidden()
            }
        });
        Column { group: group_id(place), cells: cells.collect() }
    }

    fn visible_cell(&self, place: &Placed<'a>, answer: Option<&Answer>, at: Option<AtRow<'a>>) -> Cell {
        let value = match &place.field.calculated {
            Some(rule) => stored(&place.field.kind, self.evaluate(rule, at)),
            None => answer.map_or(Value::Null, |answer| answer.value.clone()),
        };
        let read = reading::read(&place.field.kind, &value);
        let read =
            read.and_then(|datum| self.offered(place, datum, at)).and_then(|datum| self.bounded(place, datum, at));
        match read {
            Ok(datum) => {
                Cell { visible: true, value: canonical(&place.field.kind, value, &datum), datum, malformed: None }
            }
            Err(malformed) => Cell { visible: true, value, datum: Datum::Null, malformed: Some(malformed) },
        }
    }

    /// Refuses options that the other answers rule out.
    fn offered(&self, place: &Placed<'a>, datum: Datum, at: Option<AtRow<'a>>) -> Result<Datum, Malformed> {
        let (FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. }) = &place.field.kind else {
            return Ok(datum);
        };
        let chosen = |code: &String| match &datum {
            Datum::Text(chosen) => chosen == code,
            Datum::Choices(chosen) => chosen.contains(code),
            _ => false,
        };
        match options.iter().find(|option| chosen(&option.code) && self.rules_out(option, at)) {
            Some(option) => Err(Malformed::NotOffered { option: option.code.clone() }),
            None => Ok(datum),
        }
    }

    fn rules_out(&self, option: &Choice, at: Option<AtRow<'a>>) -> bool {
        option.visible_if.as_ref().is_some_and(|rule| !self.holds(rule, at))
    }

    /// Refuses a date outside the field's bounds.
    fn bounded(&self, place: &Placed<'a>, datum: Datum, at: Option<AtRow<'a>>) -> Result<Datum, Malformed> {
        let Datum::Date(date) = datum else { return Ok(datum) };
        let bound = |rule: &Option<Expr>| match rule.as_ref().map(|rule| self.evaluate(rule, at)) {
            Some(Datum::Date(bound)) => Some(bound),
            _ => None,
        };
        if let Some(limit) =
            bound(&place.field.earliest).filter(|it| date.certain_cmp(*it).is_some_and(Ordering::is_lt))
        {
            return Err(Malformed::TooEarly { limit });
        }
        match bound(&place.field.latest).filter(|it| date.certain_cmp(*it).is_some_and(Ordering::is_gt)) {
            Some(limit) => Err(Malformed::TooLate { limit }),
            None => Ok(datum),
        }
    }

    /// The answers to a field: one, or one for each row of its group.
    fn rows(&self, place: &Placed<'a>) -> Vec<Option<&'a Answer>> {
        match place.group {
            None => vec![self.answers.get(place.field.id.as_str())],
            Some(group) => self.rows_of(&group.id).iter().map(|row| row.answers.get(place.field.id.as_str())).collect(),
        }
    }

    /// The rows of a group; none when there are more than the form allows, whose work nobody could bound.
    fn rows_of(&self, group: &FieldId) -> &'a [Row] {
        let readable = self.columns.get(group).is_none_or(|column| {
            !matches!(
                column.cells.first().and_then(|cell| cell.malformed.as_ref()),
                Some(Malformed::TooManyRows { .. })
            )
        });
        match self.answers.value(group.as_str()) {
            Some(Value::Rows(rows)) if readable => rows,
            _ => &[],
        }
    }

    /// The outcome for one cell, with what nothing else depends on.
    fn state(&self, place: &Placed<'a>, row: usize) -> Option<FieldState> {
        let field = place.field;
        let cell = self.columns.get(&field.id)?.cells.get(row)?;
        let at = group_id(place).map(|group| AtRow { group, row });
        let required = cell.visible
            && field.kind.takes_answer()
            && (field.required || field.required_if.as_ref().is_some_and(|rule| self.holds(rule, at)));
        let answered = cell.visible && cell.datum != Datum::Null;
        let failed = field.constraints.iter().enumerate();
        let failed = failed.filter(|(_, constraint)| answered && !self.holds(&constraint.holds, at));
        let answer = match at {
            None => self.answers.get(field.id.as_str()),
            Some(at) => self.rows_of(at.group).get(row).and_then(|row| row.answers.get(field.id.as_str())),
        };
        let unconfirmed = answer.filter(|_| answered && field.calculated.is_none()).and_then(|answer| {
            let open = answer.source != Source::Typed && answer.confirmed_by.is_none();
            answer.confidence.filter(|sure| open && field.confirm_below.is_some_and(|below| *sure < below))
        });
        let ruled_out = match &field.kind {
            FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. } if cell.visible => {
                options.iter().filter(|option| self.rules_out(option, at)).map(|option| option.code.clone()).collect()
            }
            _ => vec![],
        };
        Some(FieldState {
            field: field.id.clone(),
            row: at.and_then(|at| self.rows_of(at.group).get(row)).map(|row| row.id.clone()),
            visible: cell.visible,
            required,
            value: cell.value.clone(),
            malformed: cell.malformed.clone(),
            failed: failed.map(|(i, _)| i as u32).collect(),
            unconfirmed,
            ruled_out,
        })
    }

    fn holds(&self, rule: &Expr, at: Option<AtRow<'a>>) -> bool {
        self.evaluate(rule, at) == Datum::Bool(true)
    }

    fn evaluate(&self, rule: &Expr, at: Option<AtRow<'a>>) -> Datum {
        let mut run = Run { scope: self, steps: 0 };
        run.value(rule, Position { at, in_aggregate: false, depth: 1 }).unwrap_or(Datum::Null)
    }
}

/// A well-formed value as it is sent: text in NFC, numbers and telephone numbers without what people type between digits.
fn canonical(kind: &FieldKind, value: Value, datum: &Datum) -> Value {
    match kind {
        FieldKind::Address | FieldKind::Organisation | FieldKind::Group(_) => value.normalised(),
        _ => stored(kind, datum.clone()),
    }
}

/// How a calculated value is stored in a field of this kind.
fn stored(kind: &FieldKind, datum: Datum) -> Value {
    match (kind, datum) {
        (FieldKind::Money { .. }, Datum::Number(n)) => {
            n.to_i64().filter(|_| n.is_integer()).map_or(Value::Null, Value::Integer)
        }
        (_, Datum::Number(n)) => Value::Text(n.normalize().to_string()),
        (_, Datum::Bool(yes)) => Value::Bool(yes),
        (_, Datum::Text(text)) => Value::Text(text),
        (_, Datum::Date(date)) => Value::Text(date.to_string()),
        (_, Datum::Choices(codes)) => Value::Choices(codes),
        (_, Datum::Null | Datum::Rows(_) | Datum::Answered) => Value::Null,
    }
}

/// An expression went beyond its bounds.
struct Exhausted;

type Outcome = Result<Datum, Exhausted>;

/// Where in the form and in the expression an evaluation stands.
#[derive(Clone, Copy)]
struct Position<'a> {
    at: Option<AtRow<'a>>,
    in_aggregate: bool,
    depth: usize,
}

/// The evaluation of one expression. Every part is evaluated, none is skipped for what another one gave: so the steps
/// taken, and with them the outcome, do not depend on the order of parts.
struct Run<'s, 'a> {
    scope: &'s Scope<'a>,
    steps: usize,
}

impl<'a> Run<'_, 'a> {
    fn value(&mut self, expr: &Expr, here: Position<'a>) -> Outcome {
        self.steps += 1;
        if self.steps > MAX_STEPS || here.depth > MAX_DEPTH {
            return Err(Exhausted);
        }
        let here = Position { depth: here.depth + 1, ..here };
        Ok(match expr {
            Expr::Null => Datum::Null,
            Expr::Bool(value) => Datum::Bool(*value),
            Expr::Number(value) => Datum::Number(*value),
            Expr::Text(value) => Datum::Text(value.clone()),
            Expr::Date(value) => Datum::Date((*value).into()),
            Expr::Today => Datum::Date(self.scope.today.into()),
            Expr::Field(field) => self.read(field, None),
            Expr::Row(field) => here.at.map_or(Datum::Null, |at| self.read(field, Some(at))),
            Expr::And(parts) => Datum::Bool(self.truths(parts, here)?.into_iter().all(|holds| holds)),
            Expr::Or(parts) => Datum::Bool(self.truths(parts, here)?.into_iter().any(|holds| holds)),
            Expr::Not(part) => Datum::Bool(self.value(part, here)? != Datum::Bool(true)),
            Expr::Eq(pair) => self.compare(pair, here, |order| order.is_eq())?,
            Expr::Ne(pair) => self.compare(pair, here, |order| order.is_ne())?,
            Expr::Lt(pair) => self.rank(pair, here, |order| order.is_lt())?,
            Expr::Le(pair) => self.rank(pair, here, |order| order.is_le())?,
            Expr::Gt(pair) => self.rank(pair, here, |order| order.is_gt())?,
            Expr::Ge(pair) => self.rank(pair, here, |order| order.is_ge())?,
            Expr::In(pair) => {
                let value = self.value(&pair.0, here)?;
                let list = self.values(&pair.1, here)?;
                Datum::Bool(list.iter().any(|item| is_or_contains(&value, item)))
            }
            Expr::Empty(part) => Datum::Bool(is_empty(&self.value(part, here)?)),
            Expr::Sum { group, of } => self.sum(group, of, here)?,
            Expr::Count { group, when } => self.count(group, when.as_deref(), here)?,
            Expr::Add(parts) => self.fold(parts, here, Decimal::ZERO, Decimal::checked_add)?,
            Expr::Mul(parts) => self.fold(parts, here, Decimal::ONE, Decimal::checked_mul)?,
            Expr::Sub(pair) => match (self.value(&pair.0, here)?, self.value(&pair.1, here)?) {
                (Datum::Number(a), Datum::Number(b)) => a.checked_sub(b).map_or(Datum::Null, Datum::Number),
                _ => Datum::Null,
            },
            Expr::PlusDays(pair) => self.shift(pair, here, Date::plus_days)?,
            Expr::PlusMonths(pair) => self.shift(pair, here, Date::plus_months)?,
            Expr::DaysBetween(pair) => self.between(pair, here, Date::days_until)?,
            Expr::YearsBetween(pair) => self.between(pair, here, Date::years_until)?,
            Expr::InWords(part) => match self.value(part, here)? {
                Datum::Number(n) => Datum::Text(spoken::number(n)),
                _ => Datum::Null,
            },
        })
    }

    fn read(&self, field: &FieldId, at: Option<AtRow<'a>>) -> Datum {
        let column = self.scope.columns.get(field).filter(|column| column.group == at.map(|at| at.group));
        let cell = column.and_then(|column| column.cells.get(at.map_or(0, |at| at.row)));
        cell.map_or(Datum::Null, |cell| cell.datum.clone())
    }

    fn values(&mut self, parts: &[Expr], here: Position<'a>) -> Result<Vec<Datum>, Exhausted> {
        parts.iter().map(|part| self.value(part, here)).collect()
    }

    fn truths(&mut self, parts: &[Expr], here: Position<'a>) -> Result<Vec<bool>, Exhausted> {
        Ok(self.values(parts, here)?.iter().map(|value| *value == Datum::Bool(true)).collect())
    }

    /// Equality and difference.
    fn compare(&mut self, pair: &(Expr, Expr), here: Position<'a>, test: fn(Ordering) -> bool) -> Outcome {
        let (a, b) = (self.value(&pair.0, here)?, self.value(&pair.1, here)?);
        Ok(Datum::Bool(comparison(&a, &b).is_some_and(test)))
    }

    /// Which comes first: numbers and dates only.
    fn rank(&mut self, pair: &(Expr, Expr), here: Position<'a>, test: fn(Ordering) -> bool) -> Outcome {
        let (a, b) = (self.value(&pair.0, here)?, self.value(&pair.1, here)?);
        let ranked = matches!(a, Datum::Number(_) | Datum::Date(_));
        Ok(Datum::Bool(ranked && comparison(&a, &b).is_some_and(test)))
    }

    /// The positions of a group's rows; `None` where the group cannot be gone through.
    fn rows(&self, group: &FieldId, here: Position<'a>) -> Option<Vec<Position<'a>>> {
        let (group, column) = self.scope.columns.get_key_value(group)?;
        let rows = match column.cells.first()?.datum {
            _ if column.group.is_some() || here.in_aggregate => return None,
            Datum::Rows(rows) => rows,
            _ => 0,
        };
        Some((0..rows).map(|row| Position { at: Some(AtRow { group, row }), in_aggregate: true, ..here }).collect())
    }

    fn sum(&mut self, group: &FieldId, of: &Expr, here: Position<'a>) -> Outcome {
        let Some(rows) = self.rows(group, here) else { return Ok(Datum::Null) };
        let mut sum = Some(Decimal::ZERO);
        for row in rows {
            if let Datum::Number(n) = self.value(of, row)? {
                sum = sum.and_then(|sum| sum.checked_add(n));
            }
        }
        Ok(sum.map_or(Datum::Null, Datum::Number))
    }

    fn count(&mut self, group: &FieldId, when: Option<&Expr>, here: Position<'a>) -> Outcome {
        let Some(rows) = self.rows(group, here) else { return Ok(Datum::Null) };
        let mut count = 0_u64;
        for row in rows {
            let counted = match when {
                Some(when) => self.value(when, row)? == Datum::Bool(true),
                None => true,
            };
            count += u64::from(counted);
        }
        Ok(Datum::Number(count.into()))
    }

    fn fold(
        &mut self,
        parts: &[Expr],
        here: Position<'a>,
        start: Decimal,
        op: fn(Decimal, Decimal) -> Option<Decimal>,
    ) -> Outcome {
        let folded = self.values(parts, here)?.into_iter().try_fold(start, |total, part| match part {
            Datum::Number(n) => op(total, n),
            _ => None,
        });
        Ok(folded.map_or(Datum::Null, Datum::Number))
    }

    fn shift(&mut self, pair: &(Expr, Expr), here: Position<'a>, by: fn(Date, i64) -> Option<Date>) -> Outcome {
        let shifted = match (self.value(&pair.0, here)?, self.value(&pair.1, here)?) {
            (Datum::Date(PartialDate::Day(date)), Datum::Number(n)) if n.is_integer() => {
                n.to_i64().and_then(|n| by(date, n))
            }
            _ => None,
        };
        Ok(shifted.map_or(Datum::Null, |date| Datum::Date(date.into())))
    }

    fn between(&mut self, pair: &(Expr, Expr), here: Position<'a>, count: fn(Date, Date) -> i64) -> Outcome {
        Ok(match (self.value(&pair.0, here)?, self.value(&pair.1, here)?) {
            (Datum::Date(PartialDate::Day(from)), Datum::Date(PartialDate::Day(to))) => {
                Datum::Number(count(from, to).into())
            }
            _ => Datum::Null,
        })
    }
}

/// How two values of one type stand to each other; `None` where that is not certain. Only equality means something for
/// texts, choices and yes/no.
fn comparison(a: &Datum, b: &Datum) -> Option<Ordering> {
    match (a, b) {
        (Datum::Number(a), Datum::Number(b)) => Some(a.cmp(b)),
        (Datum::Date(a), Datum::Date(b)) => a.certain_cmp(*b),
        (Datum::Text(a), Datum::Text(b)) => Some(a.cmp(b)),
        (Datum::Bool(a), Datum::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn is_or_contains(value: &Datum, item: &Datum) -> bool {
    match (value, item) {
        (Datum::Choices(codes), Datum::Text(code)) => codes.contains(code),
        _ => comparison(value, item).is_some_and(|order| order.is_eq()),
    }
}

fn is_empty(value: &Datum) -> bool {
    match value {
        Datum::Null => true,
        Datum::Text(text) => text.trim().is_empty(),
        Datum::Choices(codes) => codes.is_empty(),
        Datum::Rows(rows) => *rows == 0,
        Datum::Bool(_) | Datum::Number(_) | Datum::Date(_) | Datum::Answered => false,
    }
}

#[cfg(test)]
mod tests;
