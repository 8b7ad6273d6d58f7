//! Days without a time of day, and dates of which only a part is known.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::{Duration, Month, Weekday};
use ts_rs::TS;

/// The text is not a date, or names a day that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date: {0:?}")]
pub struct BadDate(pub String);

/// A day in the agency's own calendar, years 1800–2999. As text always ISO (`2026-11-21`); shown by [`Date::shown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(as = "String")]
pub struct Date(time::Date);

/// The years this product has to do with; arithmetic that leaves them answers `None`.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2999;

impl Date {
    /// `None` when there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        time::Date::from_calendar_date(year, month, day).ok().and_then(Self::within)
    }

    /// The day of a calendar of the `time` crate; `None` outside 1800–2999.
    pub fn within(date: time::Date) -> Option<Self> {
        YEARS.contains(&date.year()).then_some(Self(date))
    }

    /// What people type: `1/2/26`, `01/02/2026`, `1-2-2026`, `1.2.2026` (day first, as in Viet Nam), `2026-02-01`,
    /// `01022026`. Two-digit years are of this century up to `today`'s year + 10, else of the last.
    pub fn from_typed(text: &str, today: Date) -> Result<Self, BadDate> {
        match PartialDate::from_typed(text, today)? {
            PartialDate::Day(date) => Ok(date),
            _ => Err(BadDate(text.to_owned())),
        }
    }

    pub fn get(self) -> time::Date {
        self.0
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    pub fn month(self) -> u8 {
        self.0.month().into()
    }

    pub fn day(self) -> u8 {
        self.0.day()
    }

    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }

    /// `days` later (earlier when negative); `None` outside 1800–2999.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        if days.unsigned_abs() > 1_000_000 {
            return None;
        }
        self.0.checked_add(Duration::days(days)).and_then(Self::within)
    }

    /// The same day of the month `months` later, or that month's last day (Civil Code 2015, article 148).
    pub fn plus_months(self, months: i64) -> Option<Self> {
        let index =
            i64::from(self.year()).checked_mul(12)?.checked_add(i64::from(self.month()) - 1)?.checked_add(months)?;
        let year = i32::try_from(index.div_euclid(12)).ok()?;
        let month = Month::try_from(u8::try_from(index.rem_euclid(12) + 1).ok()?).ok()?;
        Self::new(year, month.into(), self.day().min(month.length(year)))
    }

    /// Days from `self` to `later`; negative when `later` is earlier.
    pub fn days_until(self, later: Date) -> i64 {
        (later.0 - self.0).whole_days()
    }

    /// Whole years from `self` to `later`, as ages are counted; negative when `later` is earlier.
    pub fn years_until(self, later: Date) -> i64 {
        if later < self {
            return -later.years_until(self);
        }
        let reached = (later.month(), later.day()) >= (self.month(), self.day());
        i64::from(later.year() - self.year()) - i64::from(!reached)
    }

    /// `dd/mm/yyyy`, as shown and printed.
    pub fn shown(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day(), self.month(), self.year())
    }

    pub(crate) fn yyyymmdd(self) -> String {
        format!("{:04}{:02}{:02}", self.year(), self.month(), self.day())
    }

    pub(crate) fn yymmdd(self) -> String {
        format!("{:02}{:02}{:02}", self.year() % 100, self.month(), self.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for Date {
    type Err = BadDate;
    /// ISO only; for what people type see [`Date::from_typed`].
    fn from_str(text: &str) -> Result<Self, BadDate> {
        match text.parse()? {
            PartialDate::Day(date) => Ok(date),
            _ => Err(BadDate(text.to_owned())),
        }
    }
}

/// A date of which the day, or the month and the day, may be unknown, as papers often have it (year of birth only).
/// As text ISO: `1975`, `1975-03`, `1975-03-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TS)]
#[ts(as = "String")]
pub enum PartialDate {
    Year(i32),
    Month { year: i32, month: u8 },
    Day(Date),
}

impl PartialDate {
    /// As [`Date::from_typed`], and also `1975`, `3/1975`, `1975-03`; in words `năm 1975`, `ngày 1 tháng 2 năm 1975`.
    pub fn from_typed(text: &str, today: Date) -> Result<Self, BadDate> {
        let said = crate::text::fold(text);
        let named = |word: &str| matches!(word, "ngay" | "thang" | "nam");
        let said: Vec<&str> = said.split([' ', ',']).filter(|word| !word.is_empty() && !named(word)).collect();
        let said = said.join(" ");
        let text = said.as_str();
        if let Ok(iso) = text.parse() {
            return Ok(iso);
        }
        let bad = || BadDate(text.to_owned());
        let parts: Vec<&str> = if is_digits(text) && text.len() == 8 {
            vec![&text[..2], &text[2..4], &text[4..]]
        } else {
            text.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect()
        };
        let number = |part: &&str| if is_digits(part) { part.parse::<u16>().ok() } else { None };
        let numbers: Vec<u16> = parts.iter().map(number).collect::<Option<_>>().ok_or_else(bad)?;
        let date = match (numbers.as_slice(), parts.last().map(|year| year.len())) {
            ([day, month, year], Some(len @ (2 | 4))) => {
                Date::new(full_year(*year, len, today), small(*month), small(*day)).map(Self::Day)
            }
            ([month, year], Some(4)) => Self::month(i32::from(*year), small(*month)),
            _ => None,
        };
        date.ok_or_else(bad)
    }

    fn month(year: i32, month: u8) -> Option<Self> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Self::Month { year, month })
    }

    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) | Self::Month { year, .. } => year,
            Self::Day(date) => date.year(),
        }
    }

    /// The first and the last day this date may be.
    pub fn bounds(self) -> (Date, Date) {
        // Every year and month of this type is within the calendar, so both days exist.
        let day = |year, month, day| Date::new(year, month, day).unwrap_or(Date(time::Date::MIN));
        match self {
            Self::Year(year) => (day(year, 1, 1), day(year, 12, 31)),
            Self::Month { year, month } => {
                let last = Month::try_from(month).map_or(28, |month| month.length(year));
                (day(year, month, 1), day(year, month, last))
            }
            Self::Day(date) => (date, date),
        }
    }

    /// Which is earlier, if that is certain whatever the unknown parts are.
    pub fn certain_cmp(self, other: Self) -> Option<std::cmp::Ordering> {
        let ((first, last), (other_first, other_last)) = (self.bounds(), other.bounds());
        match (last < other_first, first > other_last) {
            (true, _) => Some(std::cmp::Ordering::Less),
            (_, true) => Some(std::cmp::Ordering::Greater),
            _ => (self == other).then_some(std::cmp::Ordering::Equal),
        }
    }

    /// `dd/mm/yyyy`, `mm/yyyy` or `yyyy`, as shown and printed.
    pub fn shown(self) -> String {
        match self {
            Self::Year(year) => format!("{year:04}"),
            Self::Month { year, month } => format!("{month:02}/{year:04}"),
            Self::Day(date) => date.shown(),
        }
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self::Day(date)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Day(date) => date.fmt(f),
        }
    }
}

impl FromStr for PartialDate {
    type Err = BadDate;
    fn from_str(text: &str) -> Result<Self, BadDate> {
        let parts: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let number = |part: &str| if is_digits(part) { part.parse::<u16>().unwrap_or(0) } else { 0 };
        let date = match (parts.as_slice(), lengths.as_slice()) {
            ([year], [4]) => Some(Self::Year(i32::from(number(year)))).filter(|date| YEARS.contains(&date.year())),
            ([year, month], [4, 2]) => Self::month(i32::from(number(year)), small(number(month))),
            ([year, month, day], [4, 2, 2]) => {
                Date::new(i32::from(number(year)), small(number(month)), small(number(day))).map(Self::Day)
            }
            _ => None,
        };
        date.ok_or_else(|| BadDate(text.to_owned()))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Days and months; what does not fit is no day and no month.
fn small(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(0)
}

fn full_year(year: u16, len: usize, today: Date) -> i32 {
    let year = i32::from(year);
    if len == 4 {
        return year;
    }
    let century = today.year() - today.year() % 100;
    if century + year <= today.year() + 10 { century + year } else { century + year - 100 }
}

macro_rules! date_as_text {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

date_as_text! { Date PartialDate }

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(iso: &str) -> Date {
        iso.parse().unwrap()
    }

    #[test]
    fn reads_what_people_type_and_shows_it_as_they_write_it() {
        let today = date("2026-11-21");
        let typed = |text| Date::from_typed(text, today).map(|date| date.to_string());
        for text in ["1/2/26", "01/02/2026", "1-2-2026", "1.2.2026", " 01022026 ", "2026-02-01", "1 2 2026"] {
            assert_eq!(typed(text).as_deref(), Ok("2026-02-01"), "{text}");
        }
        assert_eq!(typed("3/4/75").as_deref(), Ok("1975-04-03"));
        for text in
            ["", "29/2/2026", "31/4/2026", "1/13/2026", "1/2", "1/2/3/4", "a/b/c", "1/2/126", "+1/2/2026", "1/2/0026"]
        {
            assert!(typed(text).is_err(), "{text}");
        }
        assert_eq!(date("2026-02-01").shown(), "01/02/2026");
    }

    #[test]
    fn a_partial_date_compares_only_where_that_is_certain() {
        use std::cmp::Ordering::*;
        let today = date("2026-11-21");
        let partial = |text| PartialDate::from_typed(text, today).unwrap();
        assert_eq!(partial("3/1975").to_string(), "1975-03");
        assert_eq!(partial("1975").shown(), "1975");
        assert_eq!(partial("1975").certain_cmp(partial("1/1/1976")), Some(Less));
        assert_eq!(partial("1975").certain_cmp(partial("3/1975")), None);
        assert_eq!(partial("1975").certain_cmp(partial("1975")), Some(Equal));
        assert_eq!(partial("1975-03").certain_cmp(partial("28/2/1975")), Some(Greater));
        assert!("1975-3".parse::<PartialDate>().is_err() && "0000".parse::<PartialDate>().is_err());
    }

    #[test]
    fn months_end_on_the_same_date_or_the_last_of_the_month() {
        assert_eq!(date("2026-01-31").plus_months(1), Some(date("2026-02-28")));
        assert_eq!(date("2023-12-31").plus_months(2), Some(date("2024-02-29")));
        assert_eq!(date("2026-03-31").plus_months(-1), Some(date("2026-02-28")));
        assert_eq!(date("2026-03-31").plus_months(i64::MAX), None);
        assert_eq!(date("1990-05-20").years_until(date("2026-05-19")), 35);
        assert_eq!(date("2026-05-19").years_until(date("1990-05-20")), -35);
    }

    proptest! {
        #[test]
        fn text_reads_back(year in 1800_i32..=2999, month in 1_u8..=12, day in 1_u8..=31) {
            for partial in [Some(PartialDate::Year(year)), PartialDate::month(year, month), Date::new(year, month, day).map(PartialDate::Day)].into_iter().flatten() {
                prop_assert_eq!(partial.to_string().parse(), Ok(partial));
                let today = Date::new(2026, 11, 21).unwrap();
                prop_assert_eq!(PartialDate::from_typed(&partial.shown(), today), Ok(partial));
                let (first, last) = partial.bounds();
                prop_assert!(first <= last && first.year() == year && last.year() == year);
            }
        }

        #[test]
        fn reading_never_panics(text in "[0-9/. -]{0,14}|\\PC{0,12}") {
            let _ = Date::from_typed(&text, Date::new(2026, 11, 21).unwrap());
        }
    }
}
