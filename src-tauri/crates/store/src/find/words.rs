//! What words are asked of, from the full text.

use std::time::{Duration, Instant};

use sqlx::{QueryBuilder, Sqlite};

use super::{
    Cursor, DossierQuery, DueRange, Found, OPEN_AND_DUE, ROW_BITS, SORTED, cut,
    table::{Narrowed, place},
};
use crate::{
    Result, Store,
    columns::{self, Columns, MINUTES},
    search::Facet,
};

/// The index is asked about so many dossiers at a time: asking costs 1 ms in a large index, and with words that are frequent and hardly
/// meet it goes through all of them, 15 ms.
const WINDOW: i64 = 200_000;

/// So many days' dossiers are asked for together, once the first few were too few.
const DAYS_AT_ONCE: i64 = 32;

/// How long one answer goes on asking; a shorter page then says where the next goes on. A question that was begun is ended.
pub(super) struct Patience {
    began: Instant,
    for_: Duration,
    window: i64,
}

impl Patience {
    pub(super) fn whole() -> Self {
        Self { began: Instant::now(), for_: Duration::from_millis(25), window: WINDOW }
    }

    fn half() -> Self {
        Self { for_: Duration::from_millis(10), ..Self::whole() }
    }

    /// One question of so many dossiers.
    #[cfg(test)]
    pub(super) fn none(window: i64) -> Self {
        Self { for_: Duration::ZERO, window, ..Self::whole() }
    }

    fn is_at_its_end(&self) -> bool {
        self.began.elapsed() >= self.for_
    }
}

/// What is looked for in the full text.
pub(super) enum Words {
    None,
    /// Something was typed, and none of it is a letter or a digit.
    SayNothing,
    Expression(String),
}

impl Words {
    pub(super) fn of(query: &DossierQuery) -> Self {
        let words = query.words.iter().filter_map(|word| expression(&word.text, word.beginning));
        let units = query.units.iter().filter_map(|unit| expression(unit, true)).map(|unit| format!("units : {unit}"));
        let mut all: Vec<String> = words.chain(units).collect();
        all.sort_unstable();
        all.dedup();
        match (query.words.is_empty() && query.units.is_empty(), all.is_empty()) {
            (true, _) => Self::None,
            (false, true) => Self::SayNothing,
            (false, false) => Self::Expression(all.join(" AND ")),
        }
    }
}

/// A word as an FTS5 expression: quoted, so that nothing a person types is syntax. A code such as `T-QN01-261121-2` is one phrase.
/// A single letter is no beginning: half of all words begin so.
fn expression(text: &str, beginning: bool) -> Option<String> {
    let said: String =
        dossier::text::fold(text).chars().map(|c| if c == '"' || c.is_control() { ' ' } else { c }).collect();
    let last = said.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let open = beginning && last.chars().count() > 1;
    said.contains(char::is_alphanumeric).then(|| format!("\"{}\"{}", said.trim(), if open { " *" } else { "" }))
}

impl Store {
    /// The newest dossiers before a place that the expression fits.
    pub(super) async fn newest_with(
        &self,
        words: &str,
        before: Option<Cursor>,
        wanted: usize,
        patience: &mut Patience,
    ) -> Result<Found> {
        let mut below = match before {
            Some(Cursor(row)) => row,
            None => self.newest_row().await? + 1,
        };
        let mut rows: Vec<i64> = vec![];
        while below > 1 {
            let from = below - patience.window;
            let sql = "SELECT rowid AS row FROM search_text WHERE search_text MATCH ? AND rowid >= ? AND rowid < ?
                       ORDER BY rowid DESC LIMIT ?";
            let missing = wanted + 1 - rows.len();
            let query = sqlx::query(sql).bind(words).bind(from).bind(below).bind(missing as i64);
            for row in query.fetch_all(self.read()).await? {
                rows.push(row.integer("row")?);
            }
            if rows.len() > wanted {
                rows.truncate(wanted);
                let next = rows.last().map(|row| Cursor(*row));
                return Ok((rows, next));
            }
            below = from;
            if patience.is_at_its_end() && below > 1 {
                return Ok((rows, Some(Cursor(below))));
            }
        }
        Ok((rows, None))
    }

    async fn newest_row(&self) -> Result<i64> {
        sqlx::query("SELECT coalesce(max(row), 0) AS row FROM dossiers").fetch_one(self.read()).await?.integer("row")
    }

    /// The first in the order of days after a place that the expression fits.
    pub(super) async fn first_due_with(
        &self,
        words: &str,
        narrowed: &Narrowed,
        due: &DueRange,
        after: Option<Cursor>,
        wanted: usize,
    ) -> Result<Found> {
        let open = format!("{words} AND \"{}\"", Facet::Open.word());
        let (rows, more) = self.newest_with(&open, None, SORTED, &mut Patience::half()).await?;
        if more.is_none() {
            let places = self.places_of(&rows, narrowed, due, after).await?;
            return Ok(cut(places, wanted));
        }
        self.day_by_day(words, narrowed, due, after, wanted, &mut Patience::half()).await
    }

    pub(super) async fn day_by_day(
        &self,
        words: &str,
        narrowed: &Narrowed,
        due: &DueRange,
        after: Option<Cursor>,
        wanted: usize,
        patience: &mut Patience,
    ) -> Result<Found> {
        let (from, to) = due.numbers();
        let mut from = after.map_or(from, |Cursor(place)| from.max(place >> ROW_BITS));
        let (mut places, mut at_once) = (vec![], 1);
        loop {
            let days = self.next_days(from, to, at_once).await?;
            let Some(last) = days.last() else { return Ok(cut(places, wanted)) };
            let any: Vec<String> = days.iter().map(|day| format!("\"{}\"", Facet::DueOn(*day).word())).collect();
            let on_them = format!("{words} AND ({})", any.join(" OR "));
            let rows = sqlx::query("SELECT rowid AS row FROM search_text WHERE search_text MATCH ?")
                .bind(on_them)
                .fetch_all(self.read());
            let rows = rows.await?.iter().map(|row| row.integer("row")).collect::<Result<Vec<_>>>()?;
            places.extend(self.places_of(&rows, narrowed, due, after).await?);
            if places.len() > wanted {
                return Ok(cut(places, wanted));
            }
            from = (last + 1) * MINUTES;
            at_once = (2 * at_once).min(DAYS_AT_ONCE);
            if patience.is_at_its_end() {
                let (rows, _) = cut(places, wanted);
                return Ok((rows, Some(Cursor(from << ROW_BITS))));
            }
        }
    }

    /// The next days that something is due on.
    async fn next_days(&self, from: i64, to: i64, limit: i64) -> Result<Vec<i64>> {
        let next = format!(
            "SELECT due / {MINUTES} AS day FROM dossiers INDEXED BY dossiers_by_due WHERE {OPEN_AND_DUE} AND due <= ?2"
        );
        let sql = format!(
            "WITH RECURSIVE days (day) AS (
               SELECT * FROM ({next} AND due >= ?1 ORDER BY due LIMIT 1)
               UNION ALL SELECT ({next} AND due >= (days.day + 1) * {MINUTES} ORDER BY due LIMIT 1) FROM days WHERE day IS NOT NULL
               LIMIT ?3)
             SELECT day FROM days WHERE day IS NOT NULL"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(from).bind(to).bind(limit);
        query.fetch_all(self.read()).await?.iter().map(|row| row.integer("day")).collect()
    }

    /// The places of these dossiers, as far as they fulfil the conditions, in the order of days.
    async fn places_of(
        &self,
        rows: &[i64],
        narrowed: &Narrowed,
        due: &DueRange,
        after: Option<Cursor>,
    ) -> Result<Vec<i64>> {
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let (from, to) = due.numbers();
        let mut sql =
            QueryBuilder::<Sqlite>::new("SELECT due, row FROM dossiers WHERE row IN (SELECT value FROM json_each(");
        sql.push_bind(columns::json(rows, "row")?).push(")) AND ").push(OPEN_AND_DUE);
        sql.push(" AND due BETWEEN ").push_bind(from).push(" AND ").push_bind(to);
        narrowed.push(&mut sql);
        let rows = sql.build().fetch_all(self.read()).await?;
        let mut places = rows.iter().map(place).collect::<Result<Vec<i64>>>()?;
        places.retain(|place| after.is_none_or(|Cursor(after)| *place > after));
        places.sort_unstable();
        Ok(places)
    }
}
