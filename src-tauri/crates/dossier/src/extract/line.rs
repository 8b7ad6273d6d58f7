//! One row of an extract as values.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::columns::{Column, Columns};
use crate::{
    date::Date,
    deadline::{LocalMoment, TimeLimit, TimeOfDay, TimeUnit},
    text::fold,
};

/// A day of an extract; many say no time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct When {
    pub date: Date,
    pub time: Option<TimeOfDay>,
}

impl When {
    /// As a moment of reception: the first of the day, where no hour is said.
    pub fn begins(self) -> LocalMoment {
        LocalMoment { date: self.date, time: self.time.unwrap_or(TimeOfDay::MIDNIGHT) }
    }
}

/// What a row says of its dossier. Texts are as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Line {
    /// As the table numbers it, from 1.
    pub number: u32,
    pub code: Option<String>,
    pub procedure_code: Option<String>,
    pub procedure: Option<String>,
    pub field: Option<String>,
    pub channel: Option<String>,
    pub applicant: Option<String>,
    pub unit: Option<String>,
    pub person: Option<String>,
    pub state: Option<String>,
    pub filed: Option<When>,
    pub received: Option<When>,
    pub due: Option<When>,
    pub no_due: bool,
    pub finished: Option<When>,
    pub returned: Option<When>,
    pub refused: Option<When>,
    pub limit: Option<TimeLimit>,
    pub supplement_asked: Option<When>,
    pub supplement_taken: Option<When>,
    pub step_due: Option<When>,
    pub new_due: Option<When>,
    pub apologised: Option<When>,
    pub unread: Vec<Unread>,
}

/// A text that is no day, or no limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Unread {
    pub column: Column,
    pub text: String,
}

impl Line {
    /// The values of a row's cells. Dates that a spreadsheet keeps as such come as ISO texts.
    pub fn read(number: u32, cells: &[String], columns: &Columns) -> Self {
        let mut unread = vec![];
        let text = |column| columns.of(column, cells).map(str::to_owned);
        let mut when = |column| {
            let text = columns.of(column, cells)?;
            let when = when_of(text);
            if when.is_none() {
                unread.push(Unread { column, text: text.to_owned() });
            }
            when
        };
        let (filed, received, due) = (when(Column::Filed), when(Column::Received), when(Column::Due));
        let (finished, returned, refused) = (when(Column::Finished), when(Column::Returned), when(Column::Refused));
        let (supplement_asked, supplement_taken) = (when(Column::SupplementAsked), when(Column::SupplementTaken));
        let (step_due, new_due, apologised) = (when(Column::StepDue), when(Column::NewDue), when(Column::Apologised));
        let unit = columns.of(Column::LimitUnit, cells).unwrap_or_default();
        let limit = columns.of(Column::Limit, cells).and_then(|text| limit_of(&format!("{text} {unit}")));
        Self {
            number,
            code: text(Column::Code),
            procedure_code: text(Column::ProcedureCode),
            procedure: text(Column::Procedure),
            field: text(Column::FieldName),
            channel: text(Column::Channel),
            applicant: text(Column::Applicant),
            unit: text(Column::Unit),
            person: text(Column::Person),
            state: text(Column::State),
            no_due: columns.of(Column::NoDue, cells).is_some_and(is_yes),
            filed,
            received,
            due,
            finished,
            returned,
            refused,
            limit,
            supplement_asked,
            supplement_taken,
            step_due,
            new_due,
            apologised,
            unread,
        }
    }
}

fn is_yes(text: &str) -> bool {
    matches!(fold(text).as_str(), "1" | "true" | "x" | "co" | "yes")
}

/// A day, with or without a time, as one-stop systems write it: `20261123083000`, `23/11/2026 08:30:00`, `08:30 23/11/2026`,
/// `2026-11-23T08:30`. Days come before months.
pub fn when_of(text: &str) -> Option<When> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return packed(text);
    }
    let mut date = None;
    let mut time = None;
    for part in text.split(|c: char| c.is_whitespace() || c == 'T' || c == ',') {
        match part {
            "" | "-" | "lúc" | "ngày" => {}
            part if part.contains(':') && time.is_none() => time = Some(time_of(part)?),
            part if date.is_none() => date = Some(date_of(part)?),
            _ => return None,
        }
    }
    Some(When { date: date?, time })
}

/// `yyyyMMdd`, `yyyyMMddHHmm` or `yyyyMMddHHmmss`.
fn packed(text: &str) -> Option<When> {
    let part = |from: usize, to: usize| text.get(from..to).and_then(|it| it.parse::<u16>().ok());
    let date = Date::new(part(0, 4)?.into(), u8::try_from(part(4, 6)?).ok()?, u8::try_from(part(6, 8)?).ok()?)?;
    let time = match text.len() {
        8 => None,
        12 | 14 => Some(TimeOfDay::new(u8::try_from(part(8, 10)?).ok()?, u8::try_from(part(10, 12)?).ok()?)?),
        _ => return None,
    };
    Some(When { date, time })
}

fn date_of(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let year: i32 = if year.len() == 4 { year.parse().ok()? } else { return None };
    Date::new(year, month.parse().ok()?, day.parse().ok()?)
}

/// `8:30`, `08:30:00`, `08:30:00.000`, `08:30:00+07:00`; seconds are left out. A time of another zone is none: it would be read hours off.
fn time_of(text: &str) -> Option<TimeOfDay> {
    let text = text.strip_suffix("+07:00").unwrap_or(text);
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')) {
        return None;
    }
    let mut parts = text.split(':');
    TimeOfDay::new(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?)
}

/// `3 ngày làm việc`, `8 giờ`, `1 tháng`, `15 ngày`: days without a word are calendar days (Civil Code 2015, article 146). None of a number
/// whose unit nobody says, of a part of a day, or of a sum.
pub fn limit_of(text: &str) -> Option<TimeLimit> {
    let text = fold(text);
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(from..)?;
    let (digits, said) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    if said.starts_with([',', '.']) || said.contains('+') {
        return None;
    }
    // The word that comes first: `5 ngày làm việc (giờ hành chính)` are days.
    let units = [("gio", TimeUnit::Hour), ("ngay", TimeUnit::CalendarDay), ("thang", TimeUnit::Month)];
    let found = units.into_iter().filter_map(|(word, unit)| Some((said.find(word)?, unit)));
    let unit = match found.min_by_key(|(at, _)| *at)?.1 {
        TimeUnit::CalendarDay if said.contains("lam viec") => TimeUnit::WorkingDay,
        unit => unit,
    };
    Some(TimeLimit::of(digits.parse().ok()?, unit))
}
