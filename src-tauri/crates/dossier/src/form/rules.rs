//! What can be wrong with a form: names, bounds, references, types of rules, circles.

use std::collections::{BTreeMap, BTreeSet};

use super::{Choice, Field, FieldKind, Form, PersonPart, order::Placed};
use crate::{
    expr::{Expr, MAX_DEPTH, MAX_STEPS},
    key::{self, FieldId},
    located::{Located, Problem},
    text,
    words::Words,
};

pub(super) fn problems(form: &Form) -> Vec<Located> {
    let mut checker = Checker::new(form);
    let mut sections = BTreeSet::new();
    checker.words("title", &form.title);
    checker.key("id", form.id.as_str());
    if form.sections.is_empty() {
        checker.add("sections", Problem::Empty);
    }
    for (i, section) in form.sections.iter().enumerate() {
        let path = format!("sections[{i}]");
        checker.key(&format!("{path}.id"), section.id.as_str());
        checker.words(&format!("{path}.title"), &section.title);
        checker.help(section.help.as_ref(), &path);
        if !sections.insert(&section.id) {
            checker.add(&format!("{path}.id"), Problem::Duplicate { key: section.id.to_string() });
        }
        checker.rule(section.visible_if.as_ref(), &format!("{path}.visible_if"), None, Type::Bool);
        checker.fields(&section.fields, &path, None);
    }
    checker.circles();
    checker.problems
}

pub(super) fn condition_problems(form: &Form, condition: &Expr, path: &str) -> Vec<Located> {
    let mut checker = Checker::new(form);
    checker.rule(Some(condition), path, None, Type::Bool);
    checker.problems
}

/// What an expression gives, as far as the form tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Bool,
    Number,
    Text,
    Date,
    Choices,
    Rows,
    /// Null, or something rules can only ask whether it is there.
    Any,
    /// Read from a field that does not exist, which is told already.
    Unknown,
}

impl Type {
    fn of(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Text { .. } | FieldKind::LongText { .. } | FieldKind::Choice { .. } => Self::Text,
            FieldKind::Identity { .. } | FieldKind::Organisation => Self::Text,
            FieldKind::Number { .. } | FieldKind::Money { .. } => Self::Number,
            FieldKind::Date | FieldKind::PartialDate => Self::Date,
            FieldKind::ManyChoice { .. } => Self::Choices,
            FieldKind::YesNo => Self::Bool,
            FieldKind::Group(_) => Self::Rows,
            FieldKind::Address | FieldKind::FileSlot(_) | FieldKind::Note => Self::Any,
        }
    }

    fn fits(self, expected: Self) -> bool {
        self == expected || matches!(self, Self::Any | Self::Unknown) || matches!(expected, Self::Any | Self::Unknown)
    }

    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

struct Checker<'f> {
    form: &'f Form,
    placed: BTreeMap<&'f FieldId, Placed<'f>>,
    seen: BTreeSet<&'f FieldId>,
    /// What of whom a field is, and in which group.
    parts: BTreeSet<(Option<&'f FieldId>, &'f FieldId, PersonPart)>,
    /// Names of earlier revisions.
    former: BTreeSet<&'f FieldId>,
    problems: Vec<Located>,
}

impl<'f> Checker<'f> {
    fn new(form: &'f Form) -> Self {
        let placed = form.placed().into_iter().map(|place| (&place.field.id, place)).collect();
        Self {
            form,
            placed,
            seen: BTreeSet::new(),
            parts: BTreeSet::new(),
            former: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    fn add(&mut self, path: &str, problem: Problem) {
        self.problems.push(Located::new(path, problem));
    }

    fn key(&mut self, path: &str, key: &str) {
        if !key::is_well_formed(key) {
            self.add(path, Problem::BadKey { key: key.to_owned() });
        }
    }

    fn words(&mut self, path: &str, words: &Words) {
        for (language, words) in [("vi", &words.vi), ("en", &words.en)] {
            if words.trim().is_empty() || text::nfc(words) != *words {
                self.add(&format!("{path}.{language}"), Problem::BadWords);
            }
        }
    }

    fn fields(&mut self, fields: &'f [Field], parent: &str, group: Option<&'f FieldId>) {
        if fields.is_empty() {
            self.add(&format!("{parent}.fields"), Problem::Empty);
        }
        for (i, field) in fields.iter().enumerate() {
            let path = format!("{parent}.fields[{i}]");
            self.key(&format!("{path}.id"), field.id.as_str());
            if !self.seen.insert(&field.id) {
                self.add(&format!("{path}.id"), Problem::Duplicate { key: field.id.to_string() });
            }
            self.words(&format!("{path}.label"), &field.label);
            self.help(field.help.as_ref(), &path);
            self.kind(field, &path, group);
            self.attributes(field, &path, group);
            self.rule(field.visible_if.as_ref(), &format!("{path}.visible_if"), group, Type::Bool);
            self.rule(field.required_if.as_ref(), &format!("{path}.required_if"), group, Type::Bool);
            self.rule(field.calculated.as_ref(), &format!("{path}.calculated"), group, Type::of(&field.kind));
            self.rule(field.earliest.as_ref(), &format!("{path}.earliest"), group, Type::Date);
            self.rule(field.latest.as_ref(), &format!("{path}.latest"), group, Type::Date);
            for (n, constraint) in field.constraints.iter().enumerate() {
                let path = format!("{path}.constraints[{n}]");
                self.rule(Some(&constraint.holds), &format!("{path}.holds"), group, Type::Bool);
                self.words(&format!("{path}.words"), &constraint.words);
            }
        }
    }

    fn help(&mut self, help: Option<&Words>, parent: &str) {
        if let Some(help) = help {
            self.words(&format!("{parent}.help"), help);
        }
    }

    /// What only some kinds of field can have, and names of the past.
    fn attributes(&mut self, field: &'f Field, path: &str, group: Option<&'f FieldId>) {
        let kind = &field.kind;
        let wrong = |expected: &str| Problem::WrongType { expected: expected.into(), found: kind.name().into() };
        let holds_result =
            matches!(Type::of(kind), Type::Bool | Type::Number | Type::Text | Type::Date | Type::Choices);
        if field.calculated.is_some() && (!holds_result || matches!(kind, FieldKind::Organisation)) {
            self.add(&format!("{path}.calculated"), wrong("a kind that can be calculated"));
        }
        for (name, bound) in [("earliest", &field.earliest), ("latest", &field.latest)] {
            if bound.is_some() && !matches!(kind, FieldKind::Date | FieldKind::PartialDate) {
                self.add(&format!("{path}.{name}"), wrong("date"));
            }
        }
        if field.confirm_below.is_some_and(|percent| percent > 100) {
            self.add(&format!("{path}.confirm_below"), Problem::EmptyRange);
        }
        if field.from_paper.is_some() && group.is_some() {
            self.add(&format!("{path}.from_paper"), Problem::InsideGroup { field: field.id.clone() });
        }
        if let Some(of) = &field.person {
            let path = format!("{path}.person");
            self.key(&format!("{path}.who"), of.who.as_str());
            if !of.part.fits(kind) {
                let (expected, found) = (of.part.expected().to_owned(), kind.name().to_owned());
                self.add(&path, Problem::WrongType { expected, found });
            }
            if !self.parts.insert((group, &of.who, of.part)) {
                self.add(&path, Problem::Duplicate { key: format!("{}.{:?}", of.who, of.part).to_lowercase() });
            }
        }
        for (i, was) in field.was.iter().enumerate() {
            let path = format!("{path}.was[{i}]");
            self.key(&path, was.as_str());
            if self.placed.contains_key(was) || !self.former.insert(was) {
                self.add(&path, Problem::Duplicate { key: was.to_string() });
            }
        }
    }

    fn kind(&mut self, field: &'f Field, path: &str, group: Option<&'f FieldId>) {
        let path = format!("{path}.type.{}", field.kind.name());
        let empty_range = match &field.kind {
            FieldKind::Text { max, .. } | FieldKind::LongText { max } => *max == 0,
            FieldKind::Number { min: Some(min), max: Some(max), .. } => min > max,
            FieldKind::Money { min, max: Some(max) } => min > max,
            FieldKind::ManyChoice { min, max: Some(max), .. } => min > max,
            FieldKind::FileSlot(slot) => slot.min > slot.max || slot.max == 0 || slot.max_bytes == 0,
            FieldKind::Group(group) => group.min_rows > group.max_rows || group.max_rows == 0,
            _ => false,
        };
        if empty_range {
            self.add(&path, Problem::EmptyRange);
        }
        match &field.kind {
            FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. } => {
                self.options(options, &path, group);
            }
            FieldKind::Text { pattern: Some(pattern), .. } if !pattern.is_well_formed() => {
                self.add(&format!("{path}.pattern"), Problem::BadPattern);
            }
            FieldKind::Identity { accepts } if accepts.is_empty() => self.add(&path, Problem::Empty),
            FieldKind::Group(_) if group.is_some() => self.add(&path, Problem::NestedGroup),
            FieldKind::Group(inner) => {
                self.words(&format!("{path}.row"), &inner.row);
                self.fields(&inner.fields, &path, Some(&field.id));
            }
            _ => {}
        }
    }

    fn options(&mut self, options: &'f [Choice], path: &str, group: Option<&'f FieldId>) {
        if options.is_empty() {
            self.add(&format!("{path}.options"), Problem::Empty);
        }
        for (i, option) in options.iter().enumerate() {
            let path = format!("{path}.options[{i}]");
            self.key(&format!("{path}.code"), &option.code);
            self.words(&format!("{path}.label"), &option.label);
            if options[..i].iter().any(|other| other.code == option.code) {
                self.add(&format!("{path}.code"), Problem::Duplicate { key: option.code.clone() });
            }
            self.rule(option.visible_if.as_ref(), &format!("{path}.visible_if"), group, Type::Bool);
        }
    }

    /// Checks a rule: its bounds, its references, its types.
    fn rule(&mut self, rule: Option<&Expr>, path: &str, group: Option<&FieldId>, expected: Type) {
        let Some(rule) = rule else { return };
        if depth(rule, MAX_DEPTH) > MAX_DEPTH {
            return self.add(path, Problem::TooDeep { limit: MAX_DEPTH });
        }
        if self.steps(rule) > MAX_STEPS {
            return self.add(path, Problem::TooLong { limit: MAX_STEPS });
        }
        self.expect(rule, path, Stand { group, in_aggregate: false }, expected);
    }

    /// The most steps an expression can take, with every group as long as it may be.
    fn steps(&self, expr: &Expr) -> usize {
        let parts = expr.parts().into_iter().map(|part| self.steps(part)).fold(0, usize::saturating_add);
        let rows = match expr {
            Expr::Sum { group, .. } | Expr::Count { group, .. } => {
                match self.placed.get(group).map(|it| &it.field.kind) {
                    Some(FieldKind::Group(group)) => group.max_rows as usize,
                    _ => 1,
                }
            }
            _ => 1,
        };
        parts.saturating_mul(rows).saturating_add(1)
    }

    fn expect(&mut self, expr: &Expr, path: &str, here: Stand<'_>, expected: Type) {
        let found = self.infer(expr, &format!("{path}.{}", expr.name()), here);
        if !found.fits(expected) {
            self.add(path, Problem::WrongType { expected: expected.name(), found: found.name() });
        }
    }

    fn infer(&mut self, expr: &Expr, path: &str, here: Stand<'_>) -> Type {
        let each = |checker: &mut Self, parts: &[Expr], expected| {
            for (i, part) in parts.iter().enumerate() {
                checker.expect(part, &format!("{path}[{i}]"), here, expected);
            }
        };
        let both = |checker: &mut Self, pair: &(Expr, Expr), first, second| {
            checker.expect(&pair.0, &format!("{path}[0]"), here, first);
            checker.expect(&pair.1, &format!("{path}[1]"), here, second);
        };
        match expr {
            Expr::Null => Type::Any,
            Expr::Bool(_) => Type::Bool,
            Expr::Number(_) => Type::Number,
            Expr::Text(_) => Type::Text,
            Expr::Date(_) | Expr::Today => Type::Date,
            Expr::Field(field) => self.reference(field, path, None),
            Expr::Row(field) => match here.group {
                Some(group) => self.reference(field, path, Some(group)),
                None => {
                    self.add(path, Problem::NotInThisRow { field: field.clone() });
                    Type::Unknown
                }
            },
            Expr::And(parts) | Expr::Or(parts) => {
                each(self, parts, Type::Bool);
                Type::Bool
            }
            Expr::Not(part) => {
                self.expect(part, path, here, Type::Bool);
                Type::Bool
            }
            Expr::Empty(part) => {
                self.expect(part, path, here, Type::Any);
                Type::Bool
            }
            Expr::Eq(pair) | Expr::Ne(pair) => self.comparison(pair, path, here, false),
            Expr::Lt(pair) | Expr::Le(pair) | Expr::Gt(pair) | Expr::Ge(pair) => {
                self.comparison(pair, path, here, true)
            }
            Expr::In(pair) => self.membership(pair, path, here),
            Expr::Sum { group, of } => {
                self.aggregate(group, Some(of), path, here, Type::Number);
                Type::Number
            }
            Expr::Count { group, when } => {
                self.aggregate(group, when.as_deref(), path, here, Type::Bool);
                Type::Number
            }
            Expr::Add(parts) | Expr::Mul(parts) => {
                each(self, parts, Type::Number);
                Type::Number
            }
            Expr::Sub(pair) => {
                both(self, pair, Type::Number, Type::Number);
                Type::Number
            }
            Expr::PlusDays(pair) | Expr::PlusMonths(pair) => {
                both(self, pair, Type::Date, Type::Number);
                Type::Date
            }
            Expr::DaysBetween(pair) | Expr::YearsBetween(pair) => {
                both(self, pair, Type::Date, Type::Date);
                Type::Number
            }
            Expr::InWords(part) => {
                self.expect(part, path, here, Type::Number);
                Type::Text
            }
        }
    }

    /// A field read from where `group` says the rule stands.
    fn reference(&mut self, field: &FieldId, path: &str, group: Option<&FieldId>) -> Type {
        let Some(place) = self.placed.get(field).copied() else {
            self.add(path, Problem::UnknownField { field: field.clone() });
            return Type::Unknown;
        };
        match (place.group.map(|it| &it.id), group) {
            (inside, at) if inside == at => {}
            (Some(_), None) => self.add(path, Problem::InsideGroup { field: field.clone() }),
            _ => self.add(path, Problem::NotInThisRow { field: field.clone() }),
        }
        Type::of(&place.field.kind)
    }

    fn comparison(&mut self, pair: &(Expr, Expr), path: &str, here: Stand<'_>, ranks: bool) -> Type {
        let first = self.infer(&pair.0, &format!("{path}[0].{}", pair.0.name()), here);
        let second = self.infer(&pair.1, &format!("{path}[1].{}", pair.1.name()), here);
        let comparable = |it| match it {
            Type::Number | Type::Date | Type::Unknown => true,
            Type::Text | Type::Bool => !ranks,
            Type::Choices | Type::Rows | Type::Any => false,
        };
        match [(0, first), (1, second)].into_iter().find(|(_, it)| !comparable(*it)) {
            Some((i, it)) => {
                let expected = if ranks { "number or date" } else { "number, date, text or bool" };
                let problem = Problem::WrongType { expected: expected.into(), found: it.name() };
                self.add(&format!("{path}[{i}]"), problem);
            }
            None if first != second && ![first, second].contains(&Type::Unknown) => {
                self.add(path, Problem::WrongType { expected: first.name(), found: second.name() });
            }
            None => {}
        }
        self.option(&pair.0, &pair.1, path);
        self.option(&pair.1, &pair.0, path);
        Type::Bool
    }

    fn membership(&mut self, pair: &(Expr, Vec<Expr>), path: &str, here: Stand<'_>) -> Type {
        let first = self.infer(&pair.0, &format!("{path}[0].{}", pair.0.name()), here);
        let expected = if first == Type::Choices { Type::Text } else { first };
        for (i, item) in pair.1.iter().enumerate() {
            let path = format!("{path}[1][{i}]");
            self.expect(item, &path, here, expected);
            self.option(&pair.0, item, &path);
        }
        Type::Bool
    }

    /// A text compared with a choice must be one of its options.
    fn option(&mut self, choice: &Expr, literal: &Expr, path: &str) {
        let (Expr::Field(field) | Expr::Row(field), Expr::Text(code)) = (choice, literal) else { return };
        let Some(place) = self.placed.get(field) else { return };
        if let FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. } = &place.field.kind
            && !options.iter().any(|option| option.code == *code)
        {
            self.add(path, Problem::UnknownOption { field: field.clone(), option: code.clone() });
        }
    }

    fn aggregate(&mut self, group: &FieldId, of: Option<&Expr>, path: &str, here: Stand<'_>, expected: Type) {
        if !matches!(self.placed.get(group).map(|it| &it.field.kind), Some(FieldKind::Group(_))) {
            return self.add(path, Problem::NotAGroup { field: group.clone() });
        }
        if here.in_aggregate {
            return self.add(path, Problem::NestedAggregate);
        }
        if let Some(of) = of {
            self.expect(of, path, Stand { group: Some(group), in_aggregate: true }, expected);
        }
    }

    /// Reports the fields of circles, without those that merely read them.
    fn circles(&mut self) {
        let mut rest: BTreeMap<&FieldId, Vec<&FieldId>> =
            self.form.evaluation_order().1.into_iter().map(|place| (&place.field.id, place.reads())).collect();
        loop {
            let read: BTreeSet<&FieldId> = rest.values().flatten().copied().collect();
            let before = rest.len();
            rest.retain(|id, _| read.contains(id));
            if rest.len() == before {
                break;
            }
        }
        if !rest.is_empty() {
            let fields = rest.into_keys().cloned().collect();
            self.add("", Problem::Cycle { fields });
        }
    }
}

/// Where a rule's part stands: in the row of which group, and whether inside `sum` or `count`.
#[derive(Clone, Copy)]
struct Stand<'a> {
    group: Option<&'a FieldId>,
    in_aggregate: bool,
}

/// The depth of an expression, counted no further than just beyond `limit`.
fn depth(expr: &Expr, limit: usize) -> usize {
    match limit {
        0 => 1,
        _ => 1 + expr.parts().into_iter().map(|part| depth(part, limit - 1)).max().unwrap_or(0),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
