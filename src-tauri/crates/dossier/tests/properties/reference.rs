//! The meaning of rules a second time, as short as it can be said: no bounds, no order, values known beforehand.

use dossier::{Date, Expr, reading::Datum};
use rust_decimal::Decimal;

/// A field, or a cell of a row, and what rules see of it.
pub type Seen = (&'static str, Datum);

/// What rules read: fields, and the rows of the one group `g`.
pub struct World {
    pub fields: Vec<Seen>,
    pub rows: Vec<Vec<Seen>>,
    pub today: Date,
}

#[rustfmt::skip]
pub fn value(w: &World, e: &Expr, here: Option<&[Seen]>) -> Datum {
    use Datum::{Bool, Choices, Null, Number, Rows, Text};
    let find = |from: &[Seen], id: &str| from.iter().find(|it| it.0 == id).map_or(Null, |it| it.1.clone());
    let whole = matches!(e, Expr::Sum { .. } | Expr::Count { .. });
    let p: Vec<Datum> = if whole { vec![] } else { e.parts().into_iter().map(|part| value(w, part, here)).collect() };
    let holds = |it: &Datum| *it == Bool(true);
    let n = |it: &Datum| if let Number(n) = it { Some(*n) } else { None };
    let day = |it: &Datum| if let Datum::Date(it) = it { it.to_string().parse::<Date>().ok() } else { None };
    let all = || p.iter().map(n).collect::<Option<Vec<Decimal>>>();
    let number = |it: Option<Decimal>| it.map_or(Null, Number);
    let cmp = |a: &Datum, b: &Datum| match (a, b) {
        (Number(a), Number(b)) => Some(a.cmp(b)),
        (Datum::Date(a), Datum::Date(b)) => a.certain_cmp(*b),
        (Text(a), Text(b)) => Some(a.cmp(b)),
        (Bool(a), Bool(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let order = || cmp(&p[0], &p[1]);
    let rank = || order().filter(|_| matches!(p[0], Number(_) | Datum::Date(_)));
    let whole_days = || n(&p[1]).filter(Decimal::is_integer).and_then(|n| n.normalize().to_string().parse().ok());
    let shifted = |by: fn(Date, i64) -> Option<Date>| by(day(&p[0])?, whole_days()?);
    let between = |by: fn(Date, Date) -> i64| Some(Decimal::from(by(day(&p[0])?, day(&p[1])?)));
    let over = |of: &Expr| w.rows.iter().map(|row| value(w, of, Some(row))).collect::<Vec<_>>();
    match e {
        Expr::Null => Null,
        Expr::Bool(it) => Bool(*it),
        Expr::Number(it) => Number(*it),
        Expr::Text(it) => Text(it.clone()),
        Expr::Date(it) => Datum::Date((*it).into()),
        Expr::Today => Datum::Date(w.today.into()),
        Expr::Field(id) => find(&w.fields, id.as_str()),
        Expr::Row(id) => here.map_or(Null, |row| find(row, id.as_str())),
        Expr::And(_) => Bool(p.iter().all(holds)),
        Expr::Or(_) => Bool(p.iter().any(holds)),
        Expr::Not(_) => Bool(!holds(&p[0])),
        Expr::Eq(_) => Bool(order().is_some_and(|it| it.is_eq())),
        Expr::Ne(_) => Bool(order().is_some_and(|it| it.is_ne())),
        Expr::Lt(_) => Bool(rank().is_some_and(|it| it.is_lt())),
        Expr::Le(_) => Bool(rank().is_some_and(|it| it.is_le())),
        Expr::Gt(_) => Bool(rank().is_some_and(|it| it.is_gt())),
        Expr::Ge(_) => Bool(rank().is_some_and(|it| it.is_ge())),
        Expr::In(_) => Bool(p[1..].iter().any(|it| matches!((&p[0], it), (Choices(of), Text(code)) if of.contains(code)) || cmp(&p[0], it).is_some_and(|it| it.is_eq()))),
        Expr::Empty(_) => Bool(match &p[0] { Null | Rows(0) => true, Text(it) => it.trim().is_empty(), Choices(it) => it.is_empty(), _ => false }),
        Expr::Add(_) => number(all().and_then(|all| all.iter().try_fold(Decimal::ZERO, |a, b| a.checked_add(*b)))),
        Expr::Mul(_) => number(all().and_then(|all| all.iter().try_fold(Decimal::ONE, |a, b| a.checked_mul(*b)))),
        Expr::Sub(_) => number(all().and_then(|all| all[0].checked_sub(all[1]))),
        Expr::PlusDays(_) => shifted(Date::plus_days).map_or(Null, |it| Datum::Date(it.into())),
        Expr::PlusMonths(_) => shifted(Date::plus_months).map_or(Null, |it| Datum::Date(it.into())),
        Expr::DaysBetween(_) => number(between(Date::days_until)),
        Expr::YearsBetween(_) => number(between(Date::years_until)),
        Expr::InWords(_) => n(&p[0]).map_or(Null, |n| Text(dossier::spoken::number(n))),
        Expr::Sum { of, .. } => number(over(of).iter().filter_map(n).try_fold(Decimal::ZERO, |a, b| a.checked_add(b))),
        Expr::Count { when: None, .. } => Number(w.rows.len().into()),
        Expr::Count { when: Some(when), .. } => Number(over(when).iter().filter(|it| holds(it)).count().into()),
    }
}
