//! Working days, as data: the Prime Minister fixes Tết and National Day each year (Labour Code 2019, article 112), so
//! nothing here is computed, and every day knows whether its year's decision was already official.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Weekday;
use ts_rs::TS;

use crate::{
    date::Date,
    deadline::TimeOfDay,
    digest::Digest,
    located::{self, Located, Problem},
    profile::{first, is_first},
    words::{self, Words},
};

/// One year's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    pub year: i32,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub revision: u32,
    /// How certain the days of each range are; what no range covers is projected.
    pub status: Vec<StatusRange>,
    pub holidays: Vec<Holiday>,
    #[serde(default)]
    pub working_saturdays: Vec<WorkingSaturday>,
    #[serde(default)]
    pub half_days: Vec<HalfDay>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct StatusRange {
    pub from: Date,
    pub to: Date,
    pub status: CalendarStatus,
    /// Where it was read.
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CalendarStatus {
    Official,
    /// Computed before the decision: a due time that crosses it may still move.
    Projected,
}

/// Days off, from the first to the last, weekends among them included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    pub from: Date,
    pub to: Date,
    pub name: Words,
}

/// A Saturday that is worked in exchange for a working day made off (*làm bù*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkingSaturday {
    pub date: Date,
    pub instead_of: Date,
}

/// A working day that ends early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HalfDay {
    pub date: Date,
    pub closes: TimeOfDay,
}

/// Why a day is not worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DayOff {
    Weekend,
    Holiday { name: Words },
}

/// The days of several years.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeMap<Date, Words>,
    working_saturdays: BTreeMap<Date, Date>,
    half_days: BTreeMap<Date, TimeOfDay>,
    status: Vec<StatusRange>,
}

impl CalendarYear {
    pub fn from_json(json: &str) -> Result<Self, Vec<Located>> {
        let year: Self = located::from_json(json).map_err(|error| vec![error])?;
        let problems = year.problems();
        if problems.is_empty() { Ok(year) } else { Err(problems) }
    }

    /// The digest of the canonical content.
    pub fn sha256(&self) -> Digest {
        Digest::of_own(self)
    }

    /// Whether every day of the year was decided: of a year that is only projected in part, no.
    pub fn is_official(&self) -> bool {
        let official = |day: Date| {
            let mut covering = self.status.iter().filter(|range| range.from <= day && day <= range.to).peekable();
            covering.peek().is_some() && covering.all(|range| range.status == CalendarStatus::Official)
        };
        let first = Date::new(self.year, 1, 1);
        let days = first.into_iter().flat_map(|first| (0..=365).filter_map(move |n| first.plus_days(n)));
        days.filter(|day| day.year() == self.year).all(official)
    }

    /// What is wrong with this year, each with its place.
    pub fn problems(&self) -> Vec<Located> {
        let mut problems = words::problems(self);
        let mut range = |path: String, from: Date, to: Date| {
            if to < from {
                problems.push(Located::new(path.clone(), Problem::EmptyRange));
            }
            if let Some(day) = [from, to].into_iter().find(|day| day.year() != self.year) {
                problems.push(Located::new(path, Problem::DayOutOfPlace { day }));
            }
        };
        for (i, status) in self.status.iter().enumerate() {
            range(format!("status[{i}]"), status.from, status.to);
        }
        for (i, holiday) in self.holidays.iter().enumerate() {
            range(format!("holidays[{i}]"), holiday.from, holiday.to);
        }
        for (i, swap) in self.working_saturdays.iter().enumerate() {
            let path = format!("working_saturdays[{i}]");
            if swap.date.weekday() != Weekday::Saturday {
                problems.push(Located::new(path, Problem::DayOutOfPlace { day: swap.date }));
            } else if !self.holidays.iter().any(|off| off.from <= swap.instead_of && swap.instead_of <= off.to) {
                problems.push(Located::new(path, Problem::DayOutOfPlace { day: swap.instead_of }));
            }
        }
        problems
    }
}

impl FromIterator<CalendarYear> for Calendar {
    fn from_iter<I: IntoIterator<Item = CalendarYear>>(years: I) -> Self {
        let mut calendar = Self::default();
        for year in years {
            for holiday in year.holidays {
                let days = (0..=holiday.from.days_until(holiday.to)).filter_map(|n| holiday.from.plus_days(n));
                calendar.holidays.extend(days.map(|day| (day, holiday.name.clone())));
            }
            calendar.working_saturdays.extend(year.working_saturdays.iter().map(|swap| (swap.date, swap.instead_of)));
            calendar.half_days.extend(year.half_days.iter().map(|half| (half.date, half.closes)));
            calendar.status.extend(year.status);
        }
        calendar
    }
}

impl Calendar {
    pub fn is_working(&self, day: Date) -> bool {
        self.day_off(day).is_none()
    }

    /// Why `day` is not worked; `None` for a working day. Weekends are Saturday and Sunday.
    pub fn day_off(&self, day: Date) -> Option<DayOff> {
        if let Some(name) = self.holidays.get(&day) {
            return Some(DayOff::Holiday { name: name.clone() });
        }
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        (weekend && !self.is_working_saturday(day)).then_some(DayOff::Weekend)
    }

    pub fn is_working_saturday(&self, day: Date) -> bool {
        self.working_saturdays.contains_key(&day)
    }

    /// When `day` ends early.
    pub fn closes_early(&self, day: Date) -> Option<TimeOfDay> {
        self.half_days.get(&day).copied()
    }

    /// Not decided yet, or outside every year this calendar knows.
    pub fn is_projected(&self, day: Date) -> bool {
        let covering = self.status.iter().filter(|range| range.from <= day && day <= range.to);
        let mut statuses = covering.map(|range| range.status).peekable();
        statuses.peek().is_none() || statuses.any(|status| status == CalendarStatus::Projected)
    }

    /// A day from `from` to `to`, both included, may still move.
    pub fn crosses_projected(&self, from: Date, to: Date) -> bool {
        (0..=from.days_until(to)).filter_map(|n| from.plus_days(n)).any(|day| self.is_projected(day))
    }

    /// Working days after `from` up to `to`; as many below 0 when `to` lies before. On the same day 0.
    pub fn working_days_between(&self, from: Date, to: Date) -> i32 {
        let (first, last, sign) = if to < from { (to, from, -1) } else { (from, to, 1) };
        let days = (1..=first.days_until(last)).filter_map(|n| first.plus_days(n));
        sign * days.filter(|day| self.is_working(*day)).count() as i32
    }

    /// The last day up to which there are at most `days` working days after `from` (see [`Calendar::working_days_between`]); `None`
    /// where that lies years away.
    pub fn last_day_within(&self, from: Date, days: i32) -> Option<Date> {
        const YEARS: i64 = 10 * 366;
        let mut left = days;
        if days < 0 {
            return (0..YEARS).filter_map(|n| from.plus_days(-n)).find_map(|day| {
                left += i32::from(self.is_working(day));
                if left == 0 { day.plus_days(-1) } else { None }
            });
        }
        (1..YEARS).filter_map(|n| from.plus_days(n)).find_map(|day| {
            left -= i32::from(self.is_working(day));
            if left < 0 { day.plus_days(-1) } else { None }
        })
    }

    /// The first working day from `day` on; `None` when there is none within a year.
    pub fn working_day_from(&self, day: Date) -> Option<Date> {
        (0..=366).filter_map(|n| day.plus_days(n)).find(|day| self.is_working(*day))
    }

    /// The last working day up to `day`; `None` when there is none within a year.
    pub fn working_day_until(&self, day: Date) -> Option<Date> {
        (0..=366).filter_map(|n| day.plus_days(-n)).find(|day| self.is_working(*day))
    }
}
