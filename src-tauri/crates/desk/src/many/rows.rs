//! Rows as answers of a form, and what is wrong in each cell: by the same validator as every dossier.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dossier::{
    Answer, Answers, Date, FieldId, Form, Row, RowId, Timestamp, Units, Value,
    answers::Source,
    check::{FindingKind, Place, check_answers},
    digest::Digest,
    form::{Field, FieldKind, IdentityKind, TextFormat},
    reading::typed,
};

use super::{
    asked::CellProblem,
    columns::{Target, targets},
    table::{Cell, Line, digits},
};
use crate::shown::shown;

/// A spreadsheet loses at most so many zeros of a number that is one: place codes begin with two.
const ZEROS: usize = 2;

/// What reading needs to know.
pub(super) struct Reading<'a> {
    pub form: &'a Form,
    pub units: &'a Units,
    /// The field of each column.
    pub columns: &'a [Option<String>],
    /// The column that tells which rows belong together.
    pub key: Option<usize>,
    /// What rows are known by: of a file and sheet, or, where a key counts in every file, of the procedure and the key's heading.
    pub origin: Digest,
    pub zeros: bool,
    pub today: Date,
    pub at: Timestamp,
}

/// All rows below the headings.
#[derive(Default)]
pub(super) struct Judged {
    pub dossiers: Vec<Judge>,
    /// The dossier of each line.
    pub of_line: Vec<usize>,
    /// What the form understands, by line and column; only of columns with a field.
    pub cells: HashMap<(usize, usize), String>,
    pub problems: HashMap<(usize, usize), CellProblem>,
    /// Fields without a column that must be answered, with the number of dossiers.
    pub missing: BTreeMap<FieldId, u32>,
}

/// What becomes one dossier.
pub(super) struct Judge {
    pub key: Digest,
    pub lines: Vec<usize>,
    pub answers: Answers,
    pub faulty: bool,
    /// What stands in no cell.
    pub other: Vec<(FieldId, FindingKind)>,
}

impl Judged {
    pub fn is_faulty(&self, line: usize) -> bool {
        self.dossier_of(line).is_some_and(|dossier| dossier.faulty)
    }

    pub fn dossier_of(&self, line: usize) -> Option<&Judge> {
        self.of_line.get(line).and_then(|at| self.dossiers.get(*at))
    }
}

impl Reading<'_> {
    pub fn judge(&self, lines: &[Line]) -> Judged {
        let mut judged = Judged::default();
        self.group(lines, &mut judged);
        let targets = targets(self.form);
        let mapped: Vec<Option<&Target<'_>>> = (self.columns.iter())
            .map(|field| field.as_ref().and_then(|id| targets.iter().find(|target| target.field.id.as_str() == id)))
            .collect();
        let mut dossiers = std::mem::take(&mut judged.dossiers);
        for dossier in &mut dossiers {
            self.fill(dossier, lines, &mapped, &mut judged);
            self.check(dossier, lines, &mapped, &mut judged);
            let of_dossier =
                |line: &usize| (0..self.columns.len()).any(|at| judged.problems.contains_key(&(*line, at)));
            dossier.faulty = !dossier.other.is_empty() || dossier.lines.iter().any(of_dossier);
        }
        judged.dossiers = dossiers;
        judged
    }

    /// Which lines make which dossier.
    fn group(&self, lines: &[Line], judged: &mut Judged) {
        let mut by_key = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            let told = self.key.map(|key| line.cells.get(key).map(Cell::shown).unwrap_or_default());
            let key = match &told {
                Some(told) if !told.is_empty() => self.key_of(&format!("key\0{told}")),
                _ => self.key_of(&format!("row\0{}", line.number)),
            };
            if let (Some(column), Some("")) = (self.key, told.as_deref()) {
                judged.problems.insert((at, column), CellProblem::NoKey);
            }
            let place = *by_key.entry(key).or_insert_with(|| {
                judged.dossiers.push(Judge {
                    key,
                    lines: vec![],
                    answers: Answers::default(),
                    faulty: false,
                    other: vec![],
                });
                judged.dossiers.len() - 1
            });
            judged.of_line.push(place);
            if let Some(dossier) = judged.dossiers.get_mut(place) {
                dossier.lines.push(at);
            }
        }
    }

    fn key_of(&self, what: &str) -> Digest {
        Digest::of(&[self.origin.0.as_slice(), what.as_bytes()].concat())
    }

    fn fill(&self, dossier: &mut Judge, lines: &[Line], mapped: &[Option<&Target<'_>>], judged: &mut Judged) {
        let mut tables: BTreeMap<FieldId, Vec<Row>> = BTreeMap::new();
        let mut said: HashMap<usize, u32> = HashMap::new();
        for at in &dossier.lines {
            let Some(line) = lines.get(*at) else { continue };
            let mut rows: BTreeMap<FieldId, Row> = BTreeMap::new();
            for (column, target) in mapped.iter().enumerate() {
                let Some(target) = target else { continue };
                let cell = line.cells.get(column).unwrap_or(&Cell::Empty);
                let (value, problem) = self.value(target.field, cell);
                let text = match &value {
                    // What is no value of the field has no other form than its own.
                    _ if problem.is_some() => cell.shown(),
                    Value::Null => cell.shown(),
                    value => self.shown(&target.field.kind, value),
                };
                if let Some(problem) = problem {
                    judged.problems.entry((*at, column)).or_insert(problem);
                }
                if !value.is_empty() {
                    let answer = self.answer(value);
                    match target.group {
                        Some(group) => {
                            let row = rows
                                .entry(group.id.clone())
                                .or_insert_with(|| Row { id: row_id(line.number), answers: BTreeMap::new() });
                            row.answers.insert(target.field.id.clone(), answer);
                        }
                        None => {
                            self.agree(&mut dossier.answers, (target, column), answer, (*at, line), &mut said, judged)
                        }
                    }
                }
                judged.cells.insert((*at, column), text);
            }
            for (group, row) in rows {
                tables.entry(group).or_default().push(row);
            }
        }
        for (group, rows) in tables {
            dossier.answers.set(group, self.answer(Value::Rows(rows)));
        }
    }

    /// The first row of a dossier that says something counts; one that says something else is told.
    fn agree(
        &self,
        answers: &mut Answers,
        (target, column): (&Target<'_>, usize),
        answer: Answer,
        (at, line): (usize, &Line),
        said: &mut HashMap<usize, u32>,
        judged: &mut Judged,
    ) {
        let id = &target.field.id;
        match answers.value(id.as_str()) {
            None => {
                answers.set(id.clone(), answer);
                said.insert(column, line.number);
            }
            Some(value) if *value == answer.value => {}
            Some(value) => {
                let row = said.get(&column).copied().unwrap_or(0);
                let problem = CellProblem::Disagrees { row, said: self.shown(&target.field.kind, value) };
                judged.problems.entry((at, column)).or_insert(problem);
            }
        }
    }

    /// What the validator finds, each thing at its cell.
    fn check(&self, dossier: &mut Judge, lines: &[Line], mapped: &[Option<&Target<'_>>], judged: &mut Judged) {
        let column = |field: &FieldId| mapped.iter().position(|target| target.is_some_and(|it| it.field.id == *field));
        let in_table =
            |field: &FieldId| mapped.iter().flatten().any(|it| it.group.is_some_and(|group| group.id == *field));
        let of_row = |at: &usize| lines.get(*at).map(|line| (row_id(line.number), *at));
        let of_row: HashMap<RowId, usize> = dossier.lines.iter().filter_map(of_row).collect();
        let mut missing = BTreeSet::new();
        for finding in check_answers(self.form, &dossier.answers, self.today) {
            let Place::Field { field, row } = finding.place else { continue };
            match column(&field) {
                Some(column) => {
                    let at = row.and_then(|row| of_row.get(&row)).or(dossier.lines.first());
                    if let Some(at) = at {
                        let problem = CellProblem::Finding { what: finding.what };
                        judged.problems.entry((*at, column)).or_insert(problem);
                    }
                }
                None if in_table(&field) => dossier.other.push((field, finding.what)),
                // For the person to answer in the draft, like everything a table says nothing of.
                None => drop(missing.insert(field)),
            }
        }
        for field in missing {
            *judged.missing.entry(field).or_default() += 1;
        }
    }

    fn answer(&self, value: Value) -> Answer {
        Answer { value, source: Source::Import, confidence: None, confirmed_by: None, at: Some(self.at), origin: None }
    }

    /// The value a cell stands for. What cannot be read is kept as text, as in any draft, and told.
    fn value(&self, field: &Field, cell: &Cell) -> (Value, Option<CellProblem>) {
        let kind = &field.kind;
        match (cell, kind) {
            (Cell::Empty, _) => (Value::Null, None),
            (Cell::Error(error), _) => (Value::Null, Some(CellProblem::Sheet { error: error.clone() })),
            (Cell::Uncalculated, _) => (Value::Null, Some(CellProblem::NotCalculated)),
            (Cell::Date(date), FieldKind::Date | FieldKind::PartialDate) => (Value::text(date.to_string()), None),
            (Cell::Flag(flag), FieldKind::YesNo) => (Value::Bool(*flag), None),
            (Cell::Number(number), FieldKind::Number { .. }) => (Value::text(digits(*number)), None),
            (Cell::Number(number), FieldKind::Money { .. }) if number.fract() == 0.0 && number.abs() < 1e15 => {
                (Value::Integer(*number as i64), None)
            }
            (Cell::Number(number), FieldKind::Date | FieldKind::PartialDate) if serial(*number).is_some() => {
                (Value::text(serial(*number).map(|date| date.to_string()).unwrap_or_default()), None)
            }
            (Cell::Text(text), FieldKind::Address) => (Value::Address(self.units.read(text, self.today)), None),
            _ => self.typed(kind, &cell.shown()),
        }
    }

    fn typed(&self, kind: &FieldKind, text: &str) -> (Value, Option<CellProblem>) {
        let problem = match typed(kind, text, self.today) {
            Ok(value) => return (value, None),
            Err(problem) => problem,
        };
        match self.zero_lost(kind, text) {
            Some(value) if self.zeros => (value, None),
            Some(value) => (Value::text(text), Some(CellProblem::ZeroLost { proposed: shown(kind, &value) })),
            None => {
                let what = FindingKind::Malformed { problem };
                (Value::text(text), Some(CellProblem::Finding { what }))
            }
        }
    }

    /// The number with the zeros in front that make it one, where a few do.
    fn zero_lost(&self, kind: &FieldKind, text: &str) -> Option<Value> {
        let lengths: &[usize] = match kind {
            FieldKind::Identity { accepts } if accepts.contains(&IdentityKind::PersonalNumber) => &[12, 10, 9],
            FieldKind::Identity { .. } => &[10, 9],
            FieldKind::Text { format: Some(TextFormat::Phone), .. } => &[10, 11],
            _ => return None,
        };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let missing = |length: &&usize| (text.len() + 1..=text.len() + ZEROS).contains(*length);
        let padded = lengths.iter().filter(missing).map(|length| format!("{text:0>length$}"));
        padded.filter_map(|number| typed(kind, &number, self.today).ok()).next()
    }

    /// As the form understands it; of an address the units that were found in it.
    fn shown(&self, kind: &FieldKind, value: &Value) -> String {
        match value {
            Value::Address(address) => self.units.written(address, self.today).text,
            value => shown(kind, value),
        }
    }
}

/// A day by its number, as spreadsheets count them; small numbers are years or mistakes.
fn serial(number: f64) -> Option<Date> {
    const DAYS: std::ops::Range<f64> = 3_000.0..150_000.0;
    let first = Date::new(1899, 12, 30)?;
    DAYS.contains(&number).then(|| first.plus_days(number as i64)).flatten()
}

/// The same whenever the same row is read.
fn row_id(number: u32) -> RowId {
    RowId::from(format!("row-{number}"))
}
