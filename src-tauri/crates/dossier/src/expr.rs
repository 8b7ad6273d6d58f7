//! Rules of forms as a small typed tree. No text is ever evaluated.
//!
//! In data files a node is an object with one key: `{"and": [{"field": "has_superior"}, {"not": {"empty": {"field": "n"}}}]}`.
//! What the nodes mean, also for missing and ill-typed values, is said here and done by [`crate::evaluate`], once for
//! desktop and hub.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{date::Date, key::FieldId};

/// An expression deeper than this has no value.
pub const MAX_DEPTH: usize = 64;
/// An expression that takes more evaluated nodes than this has no value.
pub const MAX_STEPS: usize = 10_000;

/// A rule: a condition or a calculation. Every expression has a value whatever the answers are; what is missing,
/// hidden, ill-formed or of the wrong type is *null*. As a condition, only *true* holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    Null,
    Bool(bool),
    Number(#[ts(as = "String")] Decimal),
    Text(String),
    Date(Date),
    /// The day passed in by the caller (for a submission, the day it was frozen). Never the clock.
    Today,
    /// The answer of a field outside every group; null when it is hidden.
    Field(FieldId),
    /// The answer of a field in the same row: in a rule of a group's field, or inside `sum` and `count`.
    Row(FieldId),

    /// All hold. Of nothing: true.
    And(Vec<Expr>),
    /// One holds at least. Of nothing: false.
    Or(Vec<Expr>),
    /// Does not hold; so true of null.
    Not(Box<Expr>),
    /// Same type and equal; false when either is null. Text is compared as it is, dates only as far as they are known.
    Eq(Box<(Expr, Expr)>),
    /// Same type and different; false when either is null.
    Ne(Box<(Expr, Expr)>),
    /// Numbers by size, dates by time when that is certain; else false.
    Lt(Box<(Expr, Expr)>),
    Le(Box<(Expr, Expr)>),
    Gt(Box<(Expr, Expr)>),
    Ge(Box<(Expr, Expr)>),
    /// Equal to one of the list; for a many-choice, one of its choices is.
    In(Box<(Expr, Vec<Expr>)>),
    /// Null, blank text, nothing chosen, no rows.
    Empty(Box<Expr>),

    /// The sum of `of` over the rows of a group; rows where it is no number are left out. Of no rows: 0.
    Sum {
        group: FieldId,
        of: Box<Expr>,
    },
    /// How many rows a group has, or in how many of them `when` holds.
    Count {
        group: FieldId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Box<Expr>>,
    },
    /// Sum, difference and product of numbers; null when one is not a number, or on overflow.
    Add(Vec<Expr>),
    Sub(Box<(Expr, Expr)>),
    Mul(Vec<Expr>),
    /// A full date and a whole number of days, or of months (same day of the month, or its last).
    PlusDays(Box<(Expr, Expr)>),
    PlusMonths(Box<(Expr, Expr)>),
    /// Days, or whole years, from the first full date to the second.
    DaysBetween(Box<(Expr, Expr)>),
    YearsBetween(Box<(Expr, Expr)>),
    /// A number read out in Vietnamese, as papers write amounts: *một triệu hai trăm nghìn*; see [`crate::spoken`].
    InWords(Box<Expr>),
}

impl Expr {
    pub fn field(field: impl Into<FieldId>) -> Self {
        Self::Field(field.into())
    }

    pub fn row(field: impl Into<FieldId>) -> Self {
        Self::Row(field.into())
    }

    pub fn eq(a: Expr, b: Expr) -> Self {
        Self::Eq(Box::new((a, b)))
    }

    /// Its key in data files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::Text(_) => "text",
            Self::Date(_) => "date",
            Self::Today => "today",
            Self::Field(_) => "field",
            Self::Row(_) => "row",
            Self::And(_) => "and",
            Self::Or(_) => "or",
            Self::Not(_) => "not",
            Self::Eq(_) => "eq",
            Self::Ne(_) => "ne",
            Self::Lt(_) => "lt",
            Self::Le(_) => "le",
            Self::Gt(_) => "gt",
            Self::Ge(_) => "ge",
            Self::In(_) => "in",
            Self::Empty(_) => "empty",
            Self::Sum { .. } => "sum",
            Self::Count { .. } => "count",
            Self::Add(_) => "add",
            Self::Sub(_) => "sub",
            Self::Mul(_) => "mul",
            Self::PlusDays(_) => "plus_days",
            Self::PlusMonths(_) => "plus_months",
            Self::DaysBetween(_) => "days_between",
            Self::YearsBetween(_) => "years_between",
            Self::InWords(_) => "in_words",
        }
    }

    /// The direct parts, from left to right.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Date(_) | Self::Today => vec![],
            Self::Field(_) | Self::Row(_) => vec![],
            Self::And(parts) | Self::Or(parts) | Self::Add(parts) | Self::Mul(parts) => parts.iter().collect(),
            Self::Not(part) | Self::Empty(part) | Self::InWords(part) | Self::Sum { of: part, .. } => vec![part],
            Self::Count { when, .. } => when.iter().map(|when| &**when).collect(),
            Self::In(pair) => std::iter::once(&pair.0).chain(&pair.1).collect(),
            Self::Eq(pair) | Self::Ne(pair) | Self::Lt(pair) | Self::Le(pair) | Self::Gt(pair) | Self::Ge(pair) => {
                vec![&pair.0, &pair.1]
            }
            Self::Sub(pair)
            | Self::PlusDays(pair)
            | Self::PlusMonths(pair)
            | Self::DaysBetween(pair)
            | Self::YearsBetween(pair) => vec![&pair.0, &pair.1],
        }
    }

    /// Calls `visit` for every field this expression reads, groups included.
    pub fn each_reference<'e>(&'e self, visit: &mut impl FnMut(&'e FieldId)) {
        match self {
            Self::Field(field) | Self::Row(field) => visit(field),
            Self::Sum { group, .. } | Self::Count { group, .. } => visit(group),
            _ => {}
        }
        for part in self.parts() {
            part.each_reference(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_read_and_write_as_objects_with_one_key() {
        let json = r#"{"or":[{"eq":[{"field":"kind"},{"text":"project"}]},{"in":[{"row":"unit"},[{"text":"a"},"null"]]},{"count":{"group":"assets"}},{"plus_days":["today",{"number":"3"}]}]}"#;
        let expr: Expr = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&expr).unwrap(), json);
        let mut seen = vec![];
        expr.each_reference(&mut |field| seen.push(field.as_str()));
        assert_eq!(seen, ["kind", "unit", "assets"]);
        assert!(serde_json::from_str::<Expr>(r#"{"eval":"1+1"}"#).is_err());
        assert!(serde_json::from_str::<Expr>(r#"{"eq":["null"]}"#).is_err());
    }
}
