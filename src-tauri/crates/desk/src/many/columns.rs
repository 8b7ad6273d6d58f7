//! Which row has the headings, and which column goes into which field.

use std::collections::{BTreeMap, BTreeSet};

use dossier::{
    Form, Words,
    digest::Digest,
    form::{Field, FieldKind},
    text::fold,
};
use serde::{Deserialize, Serialize};

use super::{
    asked::{ManyColumn, ManyTarget, MatchedBy},
    table::{Cell, Line, Table},
};
use crate::fault::{Fault, FaultCode as Code};

/// The headings stand in one of the first rows that have something in them.
const HEAD_ROWS: usize = 30;
/// Values shown of a column.
const SAMPLES: usize = 3;
/// So many of a field's names are its label, in two languages.
const LABELS: usize = 2;
/// The share of words two names must have in common to be taken for the same.
const SIMILAR: f64 = 0.6;

/// A field that a column can go into.
pub(super) struct Target<'f> {
    pub field: &'f Field,
    /// The table it is a column of.
    pub group: Option<&'f Field>,
    /// What tells it from others with the same label: its table, or where that does not help, its section.
    under: Option<&'f Words>,
}

/// Every field somebody can answer, with those of the tables.
pub(super) fn targets(form: &Form) -> Vec<Target<'_>> {
    let mut targets: Vec<(Target<'_>, &Words)> = vec![];
    for section in &form.sections {
        for field in &section.fields {
            let under = |group| Target { field, group, under: None };
            match &field.kind {
                FieldKind::Group(group) => {
                    let inner = group.fields.iter();
                    let inner = inner.map(|it| Target { field: it, under: Some(&field.label), ..under(Some(field)) });
                    targets.extend(inner.map(|target| (target, &section.title)));
                }
                _ => targets.push((under(None), &section.title)),
            }
        }
    }
    targets.retain(|(it, _)| it.field.kind.takes_answer() && it.field.calculated.is_none());
    let mut labels = BTreeMap::<String, u32>::new();
    for (target, _) in &targets {
        *labels.entry(plain(&target.field.label.vi)).or_default() += 1;
    }
    let shared = |target: &Target<'_>| labels.get(&plain(&target.field.label.vi)).is_some_and(|count| *count > 1);
    let told = targets.into_iter().map(|(target, section)| {
        let under = target.under.or(Some(section).filter(|_| shared(&target)));
        Target { under, ..target }
    });
    told.collect()
}

impl Target<'_> {
    pub fn view(&self) -> ManyTarget {
        ManyTarget {
            field: self.field.id.to_string(),
            label: self.field.label.clone(),
            under: self.under.cloned(),
            required: self.field.required,
        }
    }

    /// What a heading may call it.
    fn names(&self) -> Vec<String> {
        let own = [&self.field.label.vi, &self.field.label.en];
        let mut names: Vec<String> = own.into_iter().map(|label| plain(label)).collect();
        names.push(plain(self.field.id.as_str()));
        if let Some(under) = self.under {
            names.extend([plain(&self.heading()), plain(&format!("{} {}", under.en, self.field.label.en))]);
        }
        names
    }

    /// Its heading in a table of ours.
    pub fn heading(&self) -> String {
        match self.under {
            Some(under) => format!("{}: {}", under.vi, self.field.label.vi),
            None => self.field.label.vi.clone(),
        }
    }
}

/// What counts of a heading: letters and digits, marks and case aside.
pub(super) fn plain(text: &str) -> String {
    let words = fold(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect::<String>();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The place among the lines of the row with the headings: the one that names most fields, else the first that looks like one.
pub(super) fn header(table: &Table, form: &Form, told: Option<u32>) -> Option<usize> {
    if let Some(number) = told {
        return table.lines.iter().position(|line| line.number == number);
    }
    let known: BTreeSet<String> = targets(form).iter().flat_map(Target::names).collect();
    let named = |line: &Line| line.cells.iter().filter(|cell| known.contains(&plain(&cell.shown()))).count();
    let texts = |line: &Line| line.cells.iter().filter(|cell| matches!(cell, Cell::Text(_))).count();
    let best = table.lines.iter().take(HEAD_ROWS).enumerate().rev().max_by_key(|(_, line)| named(line));
    match best {
        Some((at, line)) if named(line) > 0 => Some(at),
        _ => {
            let widest = table.lines.iter().take(HEAD_ROWS).map(texts).max()?;
            table.lines.iter().position(|line| texts(line) == widest && widest > 0)
        }
    }
}

/// What was said of a table's columns; kept for the next file with the same headings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mapping {
    pub columns: Vec<Option<String>>,
    pub key: Option<u32>,
    pub across: bool,
}

/// The setting under which the mapping of these headings is kept.
pub(super) fn remembered_as(procedure: &str, headings: &Line) -> String {
    let names = headings.cells.iter().map(Cell::shown).filter(|heading| heading != super::written::REASON);
    let names: Vec<String> = names.map(|heading| plain(&heading)).collect();
    let digest = Digest::of(names.join("\n").trim_end().as_bytes()).to_string();
    format!("many.columns.{procedure}.{}", digest.get(..16).unwrap_or(&digest))
}

/// Finds each column's field: by what a person says, by what was said the last time, by its heading. A field goes with one column.
pub(super) fn matched(
    table: &Table,
    header: usize,
    form: &Form,
    said: Option<&[Option<String>]>,
    remembered: Option<&Mapping>,
) -> Vec<ManyColumn> {
    let (head, body) = (table.lines.get(header), table.lines.get(header + 1..).unwrap_or_default());
    let width = head.into_iter().chain(body).map(|line| line.cells.len()).max().unwrap_or(0);
    let mut columns: Vec<ManyColumn> = (0..width)
        .map(|at| ManyColumn {
            index: at as u32,
            heading: head.and_then(|line| line.cells.get(at)).map(Cell::shown).unwrap_or_default(),
            field: None,
            by: MatchedBy::Nothing,
            samples: samples(body, at),
        })
        .collect();
    let targets = targets(form);
    let known = |field: &String| targets.iter().any(|target| target.field.id.as_str() == field);
    let told = said.map(|said| (said, MatchedBy::Person));
    let told = told.or(remembered.map(|mapping| (mapping.columns.as_slice(), MatchedBy::Remembered)));
    by_heading(&mut columns, &targets);
    for (column, field) in columns.iter_mut().zip(told.map(|(told, _)| told).unwrap_or_default()) {
        let field = field.clone().filter(known);
        // Who changed one column has not chosen the others.
        column.by = match told {
            Some((_, by)) if by == MatchedBy::Remembered || column.field != field => by,
            _ => column.by,
        };
        column.field = field;
    }
    let mut taken = BTreeSet::new();
    for column in &mut columns {
        if column.field.as_ref().is_some_and(|field| !taken.insert(field.clone())) {
            column.field = None;
        }
    }
    columns
}

fn by_heading(columns: &mut [ManyColumn], targets: &[Target<'_>]) {
    let mut free: Vec<(&Target<'_>, Vec<String>)> = targets.iter().map(|target| (target, target.names())).collect();
    for by in [MatchedBy::Heading, MatchedBy::Similar] {
        for column in columns.iter_mut().filter(|column| column.field.is_none()) {
            let heading = plain(&column.heading);
            if heading.is_empty() {
                continue;
            }
            let fit = |names: &[String]| match by {
                MatchedBy::Heading => f64::from(u8::from(names.contains(&heading))),
                // By its own label alone: words of its section or table are those of its neighbours too.
                _ => names.iter().take(LABELS).map(|name| in_common(name, &heading)).fold(0.0, f64::max),
            };
            let best = free.iter().map(|(_, names)| fit(names)).fold(0.0, f64::max);
            // Two that fit equally well are no answer; of fields with the very same label the first one is.
            let mut fitting = free.iter().enumerate().filter(|(_, (_, names))| fit(names) >= best);
            if let (Some((at, (target, _))), rest) = (fitting.next(), fitting.next())
                && best >= SIMILAR
                && (by == MatchedBy::Heading || rest.is_none())
            {
                (column.field, column.by) = (Some(target.field.id.to_string()), by);
                free.remove(at);
            }
        }
    }
}

/// Puts fields where a person named them by heading; an empty field leaves the column out.
///
/// # Errors
/// [`Code::NotFound`] of a heading, [`Code::UnknownField`].
pub(super) fn name(columns: &mut [ManyColumn], form: &Form, named: &[(String, String)]) -> Result<(), Fault> {
    for (heading, field) in named {
        let at = by_name(columns, heading)?;
        if !field.is_empty() && !targets(form).iter().any(|target| target.field.id.as_str() == field) {
            return Err(Fault::new(Code::UnknownField).with("field", field));
        }
        for column in &mut *columns {
            if column.index == at {
                column.field = Some(field.clone()).filter(|field| !field.is_empty());
                column.by = MatchedBy::Person;
            } else if column.field.as_ref() == Some(field) {
                column.field = None;
            }
        }
    }
    Ok(())
}

/// The column with this heading.
pub(super) fn by_name(columns: &[ManyColumn], heading: &str) -> Result<u32, Fault> {
    let wanted = plain(heading);
    let found = columns.iter().find(|column| plain(&column.heading) == wanted);
    found.map(|column| column.index).ok_or_else(|| Fault::new(Code::NotFound).with("what", format!("column {heading}")))
}

/// The share of words that two names have in common.
fn in_common(one: &str, other: &str) -> f64 {
    let words = |name: &str| name.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    let (one, other) = (words(one), words(other));
    one.intersection(&other).count() as f64 / one.union(&other).count().max(1) as f64
}

fn samples(body: &[Line], at: usize) -> Vec<String> {
    let cells = body.iter().filter_map(|line| line.cells.get(at));
    cells.filter(|cell| **cell != Cell::Empty).take(SAMPLES).map(Cell::shown).collect()
}
