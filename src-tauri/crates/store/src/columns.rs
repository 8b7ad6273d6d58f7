//! How values stand in columns, and how they are read back: what cannot be read is damage, never a panic.

use dossier::{Date, Digest, LocalMoment, Timestamp, deadline::TimeOfDay};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row as _, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{Result, StoreError};

/// Reading the columns of one row.
pub(crate) trait Columns {
    fn text(&self, column: &'static str) -> Result<String>;
    fn text_or_null(&self, column: &'static str) -> Result<Option<String>>;
    fn bytes(&self, column: &'static str) -> Result<Vec<u8>>;
    fn bytes_or_null(&self, column: &'static str) -> Result<Option<Vec<u8>>>;
    fn integer(&self, column: &'static str) -> Result<i64>;
    fn integer_or_null(&self, column: &'static str) -> Result<Option<i64>>;

    fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T> {
        T::try_from(self.integer(column)?).map_err(|_| StoreError::column(column))
    }

    fn flag(&self, column: &'static str) -> Result<bool> {
        Ok(self.integer(column)? != 0)
    }

    fn id<T: From<Uuid>>(&self, column: &'static str) -> Result<T> {
        let id = Uuid::from_slice(&self.bytes(column)?).map_err(|_| StoreError::column(column))?;
        Ok(id.into())
    }

    fn id_or_null<T: From<Uuid>>(&self, column: &'static str) -> Result<Option<T>> {
        let id = |bytes: Vec<u8>| Uuid::from_slice(&bytes).map_err(|_| StoreError::column(column));
        Ok(self.bytes_or_null(column)?.map(id).transpose()?.map(T::from))
    }

    fn hash(&self, column: &'static str) -> Result<[u8; 32]> {
        self.bytes(column)?.try_into().map_err(|_| StoreError::column(column))
    }

    fn hash_or_null(&self, column: &'static str) -> Result<Option<[u8; 32]>> {
        let hash = |bytes: Vec<u8>| bytes.try_into().map_err(|_| StoreError::column(column));
        self.bytes_or_null(column)?.map(hash).transpose()
    }

    fn digest(&self, column: &'static str) -> Result<Digest> {
        self.hash(column).map(Digest)
    }

    fn at(&self, column: &'static str) -> Result<Timestamp> {
        Timestamp::from_unix_ms(self.integer(column)?).ok_or_else(|| StoreError::column(column))
    }

    fn at_or_null(&self, column: &'static str) -> Result<Option<Timestamp>> {
        let at = |ms| Timestamp::from_unix_ms(ms).ok_or_else(|| StoreError::column(column));
        self.integer_or_null(column)?.map(at).transpose()
    }

    fn due(&self, column: &'static str) -> Result<Option<LocalMoment>> {
        let moment = |number| due_moment(number).ok_or_else(|| StoreError::column(column));
        self.integer_or_null(column)?.map(moment).transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        serde_json::from_str(&self.text(column)?).map_err(|_| StoreError::column(column))
    }

    fn json_or_null<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        let read = |text: String| serde_json::from_str(&text).map_err(|_| StoreError::column(column));
        self.text_or_null(column)?.map(read).transpose()
    }

    /// A value kept as its bare name, such as a state.
    fn name<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        serde_json::from_value(self.text(column)?.into()).map_err(|_| StoreError::column(column))
    }
}

impl Columns for SqliteRow {
    fn text(&self, column: &'static str) -> Result<String> {
        Ok(self.try_get(column)?)
    }
    fn text_or_null(&self, column: &'static str) -> Result<Option<String>> {
        Ok(self.try_get(column)?)
    }
    fn bytes(&self, column: &'static str) -> Result<Vec<u8>> {
        Ok(self.try_get(column)?)
    }
    fn bytes_or_null(&self, column: &'static str) -> Result<Option<Vec<u8>>> {
        Ok(self.try_get(column)?)
    }
    fn integer(&self, column: &'static str) -> Result<i64> {
        Ok(self.try_get(column)?)
    }
    fn integer_or_null(&self, column: &'static str) -> Result<Option<i64>> {
        Ok(self.try_get(column)?)
    }
}

/// An id as its 16 bytes.
pub(crate) fn id(id: impl Into<Uuid>) -> Vec<u8> {
    id.into().as_bytes().to_vec()
}

/// A value as the JSON text of a column.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T, column: &'static str) -> Result<String> {
    serde_json::to_string(value).map_err(|_| StoreError::column(column))
}

/// The bare name of a value whose serialised form is a string, such as a state.
pub(crate) fn name<T: Serialize>(value: &T, column: &'static str) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(StoreError::column(column)),
    }
}

/// A size or count as SQLite's integer.
pub(crate) fn integer(value: u64, column: &'static str) -> Result<i64> {
    i64::try_from(value).map_err(|_| StoreError::column(column))
}

/// A day has the minutes 0:00 to 24:00: its end is not the beginning of the next.
pub(crate) const MINUTES: i64 = 24 * 60 + 1;

fn epoch() -> Option<Date> {
    Date::new(1970, 1, 1)
}

/// A local moment as a number in the order of time.
pub(crate) fn due_number(moment: LocalMoment) -> i64 {
    let days = epoch().map_or(0, |epoch| epoch.days_until(moment.date));
    days * MINUTES + i64::from(moment.time.minutes())
}

fn due_moment(number: i64) -> Option<LocalMoment> {
    let minutes = number.rem_euclid(MINUTES) as u16;
    let date = epoch()?.plus_days(number.div_euclid(MINUTES))?;
    Some(LocalMoment { date, time: TimeOfDay::new((minutes / 60) as u8, (minutes % 60) as u8)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_moments_are_numbers_in_order() {
        let moment = |date: &str, time: &str| LocalMoment { date: date.parse().unwrap(), time: time.parse().unwrap() };
        let ordered = [
            moment("1969-12-31", "24:00"),
            moment("1970-01-01", "00:00"),
            moment("2026-11-25", "17:00"),
            moment("2026-11-25", "24:00"),
            moment("2026-11-26", "00:00"),
        ];
        assert!(ordered.iter().map(|it| due_number(*it)).is_sorted());
        assert_eq!(ordered.map(|it| due_moment(due_number(it)).unwrap()), ordered);
        assert_eq!(due_moment(i64::MAX), None);
    }
}
