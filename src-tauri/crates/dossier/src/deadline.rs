//! Until when a dossier must be handled, and why that day.
//!
//! Civil Code 2015, articles 146–148: the first day is not counted; a limit in days ends with its last day; months end
//! on the same date, or the month's last; a limit that ends on a day off ends with the next working day.

mod working;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::Weekday;
use ts_rs::TS;

use crate::{
    calendar::{Calendar, DayOff},
    date::Date,
    timestamp::Timestamp,
    words::Words,
};

pub use working::{after_working_minutes, counts_from, forward_by, working_minutes_between};

/// One or more legs, each starting where the last one ended (review, then decision). Never empty in a checked procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct TimeLimit(pub Vec<Leg>);

/// One limit: `n` units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// What happens in this leg, where a limit has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    /// 0 working days: the same day.
    pub n: u32,
    pub unit: TimeUnit,
    /// Calendar days after `n` months: half a month is 15 days (Civil Code 2015, article 146).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub and_days: u32,
    /// What comes later in the day than this counts as received the next working morning. First leg only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<TimeOfDay>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    WorkingDay,
    CalendarDay,
    /// Working hours.
    Hour,
    Month,
}

impl TimeLimit {
    /// A limit of one leg.
    pub fn of(n: u32, unit: TimeUnit) -> Self {
        Self(vec![Leg { name: None, n, unit, and_days: 0, cutoff: None }])
    }
}

/// A time of day in whole minutes; as text `15:00`. 24:00 is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(as = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        let minutes = u16::from(hour) * 60 + u16::from(minute);
        (minute < 60 && minutes <= 24 * 60).then_some(Self(minutes))
    }

    pub const MIDNIGHT: Self = Self(0);
    pub const END_OF_DAY: Self = Self(24 * 60);
    pub(crate) const FIFTEEN: Self = Self(15 * 60);

    /// Minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// The text is not `hh:mm`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a time of day: {0:?}")]
pub struct BadTimeOfDay(pub String);

impl FromStr for TimeOfDay {
    type Err = BadTimeOfDay;
    fn from_str(text: &str) -> Result<Self, BadTimeOfDay> {
        let time = match text.as_bytes() {
            [a, b, b':', c, d] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) => {
                Self::new((a - b'0') * 10 + (b - b'0'), (c - b'0') * 10 + (d - b'0'))
            }
            _ => None,
        };
        time.ok_or_else(|| BadTimeOfDay(text.to_owned()))
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A day and a time of day where the agency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub struct LocalMoment {
    pub date: Date,
    pub time: TimeOfDay,
}

impl LocalMoment {
    /// The agency's clock at an instant; `offset_minutes` is its zone (420 in Viet Nam). `None` outside the calendar.
    pub fn at(instant: Timestamp, offset_minutes: i16) -> Option<Self> {
        let local = instant.get().checked_add(time::Duration::minutes(offset_minutes.into()))?;
        Some(Self { date: Date::within(local.date())?, time: TimeOfDay::new(local.hour(), local.minute())? })
    }
}

/// From when to when on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

/// When an agency works and takes in dossiers. Distinct from the calendar by which limits count: many desks are open on
/// Saturday morning, which is not a working day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReceptionHours {
    /// On working days, in order.
    pub office: Vec<Interval>,
    /// On Saturdays that are not worked.
    #[serde(default)]
    pub saturday: Vec<Interval>,
}

impl Default for ReceptionHours {
    /// 07:00–11:30 and 13:30–17:00, eight hours, as seen in systems in use.
    fn default() -> Self {
        let minutes = |from, to| Interval { from: TimeOfDay(from), to: TimeOfDay(to) };
        Self { office: vec![minutes(420, 690), minutes(810, 1020)], saturday: vec![] }
    }
}

impl ReceptionHours {
    /// When limits in hours run on `day`: working days only, cut where the day ends early.
    pub(crate) fn working(&self, day: Date, calendar: &Calendar) -> Vec<Interval> {
        if !calendar.is_working(day) {
            return vec![];
        }
        let closes = calendar.closes_early(day).unwrap_or(TimeOfDay(24 * 60));
        let cut = self.office.iter().map(|open| Interval { from: open.from, to: open.to.min(closes) });
        cut.filter(|open| open.from < open.to).collect()
    }

    /// When dossiers are taken in on `day`.
    fn reception(&self, day: Date, calendar: &Calendar) -> Vec<Interval> {
        match calendar.day_off(day) {
            None => self.working(day, calendar),
            Some(DayOff::Weekend) if day.weekday() == Weekday::Saturday => self.saturday.clone(),
            Some(_) => vec![],
        }
    }
}

/// When a dossier is due, and how that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Due {
    pub date: Date,
    pub time: TimeOfDay,
    /// A day on the way is not officially decided: the date may move, and people must be told so.
    pub crosses_projected: bool,
    pub trace: Vec<TraceStep>,
}

impl Due {
    pub fn moment(&self) -> LocalMoment {
        LocalMoment { date: self.date, time: self.time }
    }
}

/// One line of the explanation of a due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TraceStep {
    Received {
        at: LocalMoment,
    },
    /// Came outside reception hours: counts from here.
    OutsideHours {
        counts_from: LocalMoment,
    },
    /// Came after the cut-off: counts from here.
    AfterCutoff {
        counts_from: LocalMoment,
    },
    /// A day that was not counted.
    Skipped {
        day: Date,
        off: DayOff,
    },
    /// A Saturday that was counted because it is worked.
    WorkedSaturday {
        day: Date,
    },
    /// The last day is a day off: the limit ends with the next working day.
    Moved {
        from: Date,
        off: DayOff,
        to: Date,
    },
    /// The leg of this number (from 0) ends.
    LegEnds {
        leg: usize,
        at: LocalMoment,
    },
    /// The applicant's time: from the day after `from` up to the day of `to` nothing was counted.
    Paused {
        from: LocalMoment,
        to: LocalMoment,
    },
}

/// From one moment to a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Span {
    pub from: LocalMoment,
    pub to: LocalMoment,
}

/// Why there is no due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Uncountable {
    #[error("the limit has no legs")]
    NoLegs,
    #[error("the limit is longer than ten years")]
    TooLong,
    #[error("no working day within a year, or no working hours")]
    NoWorkingTime,
}

/// When a dossier received at `received` is due.
///
/// ```text
/// 23/11/2026 + 1 working day = 25/11/2026: the first day is not counted, 24/11 is a holiday
/// ```
pub fn due(
    received: LocalMoment,
    limit: &TimeLimit,
    calendar: &Calendar,
    hours: &ReceptionHours,
) -> Result<Due, Uncountable> {
    due_with_pauses(received, limit, calendar, hours, &[])
}

/// As [`due`], leaving out the time for which the applicant was waited for. As the first day of a limit is not counted, the
/// day on which a pause ends is not; limits in hours leave out its hours.
pub fn due_with_pauses(
    received: LocalMoment,
    limit: &TimeLimit,
    calendar: &Calendar,
    hours: &ReceptionHours,
    pauses: &[Span],
) -> Result<Due, Uncountable> {
    let first = limit.0.first().ok_or(Uncountable::NoLegs)?;
    let mut count = Count { calendar, hours, pauses, trace: vec![TraceStep::Received { at: received }] };
    let mut at = count.effective_reception(received, first.cutoff)?;
    count.trace.extend(pauses.iter().map(|pause| TraceStep::Paused { from: pause.from, to: pause.to }));
    for (leg, part) in limit.0.iter().enumerate() {
        at = count.run(at, part)?;
        count.trace.push(TraceStep::LegEnds { leg, at });
    }
    let crosses_projected = calendar.crosses_projected(received.date, at.date.max(received.date));
    Ok(Due { date: at.date, time: at.time, crosses_projected, trace: count.trace })
}

/// The last working day on which an apology for a dossier due on `due` may still go out, `min_days_before` days before
/// at the latest (Decree 61/2018, article 19.9: one). `None` when no such day is known.
pub fn last_apology_day(due: Date, min_days_before: u32, calendar: &Calendar) -> Option<Date> {
    due.plus_days(-i64::from(min_days_before)).and_then(|day| calendar.working_day_until(day))
}

/// A count under way.
struct Count<'c> {
    calendar: &'c Calendar,
    hours: &'c ReceptionHours,
    pauses: &'c [Span],
    trace: Vec<TraceStep>,
}

const LONGEST_DAYS: u32 = 3_660;
const LONGEST_HOURS: u32 = LONGEST_DAYS * 8;
const LONGEST_MONTHS: u32 = 120;

impl Count<'_> {
    /// The moment from which the limit runs.
    fn effective_reception(
        &mut self,
        received: LocalMoment,
        cutoff: Option<TimeOfDay>,
    ) -> Result<LocalMoment, Uncountable> {
        let open = self.hours.reception(received.date, self.calendar);
        if !open.is_empty() && cutoff.is_some_and(|cutoff| received.time > cutoff) {
            let counts_from = self.opening_after(received.date)?;
            self.trace.push(TraceStep::AfterCutoff { counts_from });
            return Ok(counts_from);
        }
        let counts_from = match open.iter().find(|open| received.time <= open.to) {
            Some(open) if open.from <= received.time => return Ok(received),
            Some(open) => LocalMoment { date: received.date, time: open.from },
            None => self.opening_after(received.date)?,
        };
        self.trace.push(TraceStep::OutsideHours { counts_from });
        Ok(counts_from)
    }

    /// The opening of the first working day after `day`.
    fn opening_after(&self, day: Date) -> Result<LocalMoment, Uncountable> {
        let next = day.plus_days(1).and_then(|day| self.calendar.working_day_from(day));
        let date = next.ok_or(Uncountable::NoWorkingTime)?;
        let opening = self.hours.working(date, self.calendar).first().map(|open| open.from);
        Ok(LocalMoment { date, time: opening.ok_or(Uncountable::NoWorkingTime)? })
    }

    fn closing(&self, date: Date) -> Result<LocalMoment, Uncountable> {
        let closing = self.hours.working(date, self.calendar).last().map(|open| open.to);
        Ok(LocalMoment { date, time: closing.ok_or(Uncountable::NoWorkingTime)? })
    }

    fn run(&mut self, start: LocalMoment, leg: &Leg) -> Result<LocalMoment, Uncountable> {
        let longest = match leg.unit {
            TimeUnit::WorkingDay | TimeUnit::CalendarDay => LONGEST_DAYS,
            TimeUnit::Hour => LONGEST_HOURS,
            TimeUnit::Month => LONGEST_MONTHS,
        };
        if leg.n > longest || leg.and_days > LONGEST_DAYS {
            return Err(Uncountable::TooLong);
        }
        let last = match leg.unit {
            TimeUnit::Hour => return self.minutes_later(start, leg.n * 60),
            TimeUnit::WorkingDay => self.working_days_later(start.date, leg.n)?,
            TimeUnit::CalendarDay => self.days_later(start.date, leg.n.into())?,
            TimeUnit::Month => {
                let months = start.date.plus_months(leg.n.into());
                let last = months.and_then(|date| date.plus_days(leg.and_days.into())).ok_or(Uncountable::TooLong)?;
                self.days_later(start.date, start.date.days_until(last))?
            }
        };
        let last = self.moved_off_days_off(last)?;
        let end = self.closing(last)?;
        // What was left of the last day when a pause began is there again on the day on which it ends.
        let again =
            self.pauses.iter().filter(|pause| pause.from < end && end < pause.to).map(|pause| pause.to.date).max();
        let Some(again) = again else { return Ok(end) };
        let last = self.moved_off_days_off(again)?;
        self.closing(last)
    }

    /// The day belongs to the applicant.
    fn is_left_out(&self, day: Date) -> bool {
        self.pauses.iter().any(|pause| pause.from.date < day && day <= pause.to.date)
    }

    /// When hours run on `day`, without the applicant's.
    fn running(&self, day: Date) -> Vec<Interval> {
        let within = |at: LocalMoment| match at.date.cmp(&day) {
            std::cmp::Ordering::Less => TimeOfDay(0),
            std::cmp::Ordering::Equal => at.time,
            std::cmp::Ordering::Greater => TimeOfDay(24 * 60),
        };
        self.pauses.iter().fold(self.hours.working(day, self.calendar), |open, pause| {
            let (from, to) = (within(pause.from), within(pause.to));
            if to <= from {
                return open;
            }
            let cut = open.into_iter().flat_map(|it| {
                [Interval { from: it.from, to: it.to.min(from) }, Interval { from: it.from.max(to), to: it.to }]
            });
            cut.filter(|it| it.from < it.to).collect()
        })
    }

    fn days_later(&self, start: Date, n: i64) -> Result<Date, Uncountable> {
        let (mut day, mut left) = (start, n);
        while left > 0 {
            day = day.plus_days(1).ok_or(Uncountable::TooLong)?;
            left -= i64::from(!self.is_left_out(day));
        }
        Ok(day)
    }

    fn working_days_later(&mut self, start: Date, n: u32) -> Result<Date, Uncountable> {
        let (mut day, mut left) = (start, n);
        while left > 0 {
            // Bounds the search where a calendar has nothing but days off.
            self.calendar
                .working_day_from(day.plus_days(1).ok_or(Uncountable::TooLong)?)
                .ok_or(Uncountable::NoWorkingTime)?;
            day = day.plus_days(1).ok_or(Uncountable::TooLong)?;
            match self.calendar.day_off(day) {
                Some(off) => self.trace.push(TraceStep::Skipped { day, off }),
                None if self.is_left_out(day) => {}
                None => {
                    left -= 1;
                    if self.calendar.is_working_saturday(day) {
                        self.trace.push(TraceStep::WorkedSaturday { day });
                    }
                }
            }
        }
        Ok(day)
    }

    fn moved_off_days_off(&mut self, last: Date) -> Result<Date, Uncountable> {
        let Some(off) = self.calendar.day_off(last) else { return Ok(last) };
        let to = self.calendar.working_day_from(last).ok_or(Uncountable::NoWorkingTime)?;
        self.trace.push(TraceStep::Moved { from: last, off, to });
        Ok(to)
    }

    fn minutes_later(&mut self, start: LocalMoment, n: u32) -> Result<LocalMoment, Uncountable> {
        let (mut date, mut not_before, mut left) = (start.date, start.time.minutes(), n);
        loop {
            let working = self.running(date);
            for open in &working {
                let from = open.from.minutes().max(not_before);
                let room = u32::from(open.to.minutes().saturating_sub(from));
                if from <= open.to.minutes() && left <= room {
                    return Ok(LocalMoment { date, time: TimeOfDay(from + left as u16) });
                }
                left -= room;
            }
            if working.is_empty()
                && let Some(off) = self.calendar.day_off(date)
            {
                self.trace.push(TraceStep::Skipped { day: date, off });
            }
            let next = self.opening_after(date)?;
            date = date.plus_days(1).filter(|day| *day <= next.date).ok_or(Uncountable::NoWorkingTime)?;
            not_before = 0;
        }
    }
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests;
