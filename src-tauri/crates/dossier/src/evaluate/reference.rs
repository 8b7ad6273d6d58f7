//! The evaluator's semantics a second time, written as their definition says them: every question is answered by asking
//! the questions it depends on. No order, no bounds. Tests compare the evaluator with it.

use std::collections::{BTreeSet, HashMap};

use super::{super::*, today};
use crate::form::Field;

pub(super) struct Reference<'a> {
    form: &'a Form,
    answers: &'a Answers,
    hopeless: BTreeSet<FieldId>,
    known: HashMap<(FieldId, usize), (bool, Datum)>,
}

impl<'a> Reference<'a> {
    pub(super) fn new(form: &'a Form, answers: &'a Answers) -> Self {
        let reads: HashMap<FieldId, BTreeSet<FieldId>> = form
            .placed()
            .iter()
            .map(|it| {
                let mut reads: BTreeSet<FieldId> = it.group.iter().map(|group| group.id.clone()).collect();
                let Field { visible_if, calculated, earliest, latest, .. } = it.field;
                for rule in [visible_if, calculated, earliest, latest].into_iter().flatten() {
                    rule.each_reference(&mut |field| {
                        reads.insert(field.clone());
                    });
                }
                (it.field.id.clone(), reads)
            })
            .collect();
        let reach = |from: &FieldId| {
            let mut reached = BTreeSet::new();
            let mut todo: Vec<&FieldId> = reads[from].iter().collect();
            while let Some(id) = todo.pop() {
                if reads.contains_key(id) && reached.insert(id.clone()) {
                    todo.extend(&reads[id]);
                }
            }
            reached
        };
        let circular: BTreeSet<FieldId> = reads.keys().filter(|id| reach(id).contains(*id)).cloned().collect();
        let hopeless = reads.keys().filter(|id| circular.contains(*id) || !reach(id).is_disjoint(&circular));
        Self { form, answers, hopeless: hopeless.cloned().collect(), known: HashMap::new() }
    }

    fn rows(&self, group: &FieldId) -> Vec<Row> {
        match self.answers.value(group.as_str()) {
            Some(Value::Rows(rows)) => rows.clone(),
            _ => vec![],
        }
    }

    /// Whether a field, or its cell in a row, is visible, and what rules see of it.
    pub(super) fn ask(&mut self, id: &FieldId, row: usize) -> (bool, Datum) {
        if let Some(known) = self.known.get(&(id.clone(), row)) {
            return known.clone();
        }
        let placed = self.form.placed();
        let Some(place) = placed.iter().find(|it| it.field.id == *id) else { return (false, Datum::Null) };
        let here = place.group.map(|group| (group.id.clone(), row));
        let parent = place.group.is_none_or(|group| self.ask(&group.id, 0).0);
        let rule = place.field.visible_if.clone();
        let visible = !self.hopeless.contains(id)
            && parent
            && rule.is_none_or(|rule| self.eval(&rule, here.as_ref()) == Datum::Bool(true));
        let value = match (&place.field.calculated, &here) {
            _ if !visible => Value::Null,
            (Some(rule), _) => stored(&place.field.kind, self.eval(&rule.clone(), here.as_ref())),
            (None, None) => self.answers.value(id.as_str()).cloned().unwrap_or(Value::Null),
            (None, Some((group, row))) => {
                self.rows(group)[*row].answers.get(id).map_or(Value::Null, |answer| answer.value.clone())
            }
        };
        let mut datum = reading::read(&place.field.kind, &value).unwrap_or(Datum::Null);
        if let Datum::Date(date) = datum {
            let mut bound = |rule: &Option<Expr>| rule.clone().map(|rule| self.eval(&rule, here.as_ref()));
            let (earliest, latest) = (bound(&place.field.earliest), bound(&place.field.latest));
            let before = |a: PartialDate, b: PartialDate| a.certain_cmp(b).is_some_and(|order| order.is_lt());
            let early = matches!(earliest, Some(Datum::Date(bound)) if before(date, bound));
            if early || matches!(latest, Some(Datum::Date(bound)) if before(bound, date)) {
                datum = Datum::Null;
            }
        }
        let known = (visible, datum);
        self.known.insert((id.clone(), row), known.clone());
        known
    }

    fn in_group(&self, id: &FieldId) -> Option<FieldId> {
        self.form.placed().iter().find(|it| it.field.id == *id).and_then(|it| it.group).map(|group| group.id.clone())
    }

    fn eval(&mut self, expr: &Expr, here: Option<&(FieldId, usize)>) -> Datum {
        let truth = |it: bool| Datum::Bool(it);
        let mut parts = Vec::new();
        if !matches!(expr, Expr::Sum { .. } | Expr::Count { .. }) {
            parts = expr.parts().into_iter().map(|part| self.eval(part, here)).collect();
        }
        let held = |it: &Datum| *it == Datum::Bool(true);
        let number = |it: Option<Decimal>| it.map_or(Datum::Null, Datum::Number);
        let numbers: Option<Vec<Decimal>> =
            parts.iter().map(|it| if let Datum::Number(n) = it { Some(*n) } else { None }).collect();
        let ordered = || match (&parts[0], &parts[1]) {
            (Datum::Number(a), Datum::Number(b)) => a.partial_cmp(b),
            (Datum::Date(a), Datum::Date(b)) => a.certain_cmp(*b),
            _ => None,
        };
        let same = |a: &Datum, b: &Datum| match (a, b) {
            (Datum::Number(_), Datum::Number(_))
            | (Datum::Bool(_), Datum::Bool(_))
            | (Datum::Text(_), Datum::Text(_)) => Some(a == b),
            (Datum::Date(a), Datum::Date(b)) => a.certain_cmp(*b).map(|order| order.is_eq()),
            _ => None,
        };
        let dates = || match (parts.first(), parts.get(1)) {
            (Some(Datum::Date(PartialDate::Day(a))), Some(Datum::Date(PartialDate::Day(b)))) => Some((*a, *b)),
            _ => None,
        };
        let shifted = |by: fn(Date, i64) -> Option<Date>| match (&parts[0], &parts[1]) {
            (Datum::Date(PartialDate::Day(date)), Datum::Number(n)) if n.fract().is_zero() => {
                n.to_i64().and_then(|n| by(*date, n)).map_or(Datum::Null, |it| Datum::Date(it.into()))
            }
            _ => Datum::Null,
        };
        match expr {
            Expr::Null => Datum::Null,
            Expr::Bool(it) => truth(*it),
            Expr::Number(it) => Datum::Number(*it),
            Expr::Text(it) => Datum::Text(it.clone()),
            Expr::Date(it) => Datum::Date((*it).into()),
            Expr::Today => Datum::Date(today().into()),
            Expr::Field(id) if self.in_group(id).is_none() => self.ask(id, 0).1,
            Expr::Row(id) => match here.cloned() {
                Some((group, row)) if self.in_group(id).as_ref() == Some(&group) => self.ask(id, row).1,
                _ => Datum::Null,
            },
            Expr::Field(_) => Datum::Null,
            Expr::And(_) => truth(parts.iter().all(held)),
            Expr::Or(_) => truth(parts.iter().any(held)),
            Expr::Not(_) => truth(!held(&parts[0])),
            Expr::Eq(_) => truth(same(&parts[0], &parts[1]) == Some(true)),
            Expr::Ne(_) => truth(match (&parts[0], &parts[1]) {
                (Datum::Date(a), Datum::Date(b)) => a.certain_cmp(*b).is_some_and(|order| order.is_ne()),
                (a, b) => same(a, b) == Some(false),
            }),
            Expr::Lt(_) => truth(ordered().is_some_and(|it| it.is_lt())),
            Expr::Le(_) => truth(ordered().is_some_and(|it| it.is_le())),
            Expr::Gt(_) => truth(ordered().is_some_and(|it| it.is_gt())),
            Expr::Ge(_) => truth(ordered().is_some_and(|it| it.is_ge())),
            Expr::In(_) => truth(parts[1..].iter().any(|item| match (&parts[0], item) {
                (Datum::Choices(codes), Datum::Text(code)) => codes.contains(code),
                (value, item) => same(value, item) == Some(true),
            })),
            Expr::Empty(_) => truth(match &parts[0] {
                Datum::Null | Datum::Rows(0) => true,
                Datum::Text(text) => text.trim().is_empty(),
                Datum::Choices(codes) => codes.is_empty(),
                _ => false,
            }),
            Expr::Add(_) => number(numbers.map(|all| all.into_iter().sum())),
            Expr::Mul(_) => number(numbers.map(|all| all.into_iter().product())),
            Expr::Sub(_) => number(numbers.map(|all| all[0] - all[1])),
            Expr::PlusDays(_) => shifted(Date::plus_days),
            Expr::PlusMonths(_) => shifted(Date::plus_months),
            Expr::DaysBetween(_) => number(dates().map(|(a, b)| a.days_until(b).into())),
            Expr::YearsBetween(_) => number(dates().map(|(a, b)| a.years_until(b).into())),
            Expr::InWords(_) => match &parts[0] {
                Datum::Number(n) => Datum::Text(spoken::number(*n)),
                _ => Datum::Null,
            },
            Expr::Sum { group, of } => {
                let rows = if self.ask(group, 0).0 { self.rows(group).len() } else { 0 };
                let all = (0..rows).map(|row| self.eval(of, Some(&(group.clone(), row)))).collect::<Vec<_>>();
                let sum = all.iter().filter_map(|it| if let Datum::Number(n) = it { Some(*n) } else { None }).sum();
                Datum::Number(sum)
            }
            Expr::Count { group, when } => {
                let rows = if self.ask(group, 0).0 { self.rows(group).len() } else { 0 };
                let counted = (0..rows).filter(|row| {
                    when.as_ref().is_none_or(|when| held(&self.eval(when, Some(&(group.clone(), *row)))))
                });
                Datum::Number(counted.count().into())
            }
        }
    }
}
