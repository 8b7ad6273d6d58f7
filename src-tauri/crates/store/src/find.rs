//! The list of dossiers, all of it or what is looked for; a page at a time, never by counting past what was shown before.
//!
//! A word counts wherever it stands: in the dossier's own head or in any of its papers; what is looked for together may stand apart.
//! Each word, and each condition that few dossiers fulfil, is a descending [`Stream`] of rows; the streams jump over each other
//! until they agree, so that the rarest sets the pace. A condition that many fulfil is tested on the rows of a word instead. Where
//! streams are long and hardly ever agree, an answer ends after so much work ([`Budget`]) with a shorter page that goes on.

use std::collections::{HashMap, HashSet};

use dossier::{LocalMoment, State, find::Word};
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Sqlite};

use crate::{
    DossierSummary, Result, Store,
    columns::{self, Columns},
    dossiers::{SUMMARY, summary},
};
use stream::{Budget, Narrowed, Place, Stream};

mod stream;

/// Where the next page of a list begins; opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(i64);

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct DossierPage {
    pub items: Vec<DossierSummary>,
    /// Nothing when this is the end. A page may be shorter than asked for, even empty, and still go on.
    pub next: Option<Cursor>,
    /// How many there are in all, where counting is cheap.
    pub total: Option<u64>,
}

/// Which dossiers to list: newest first; where `due` is asked for, what is due first.
#[derive(Debug, Clone, Default)]
pub struct DossierQuery {
    /// All of them occur. Marks, case and the placement of tone marks do not matter; what has no letter or digit does not count.
    pub words: Vec<Word>,
    /// Words of the organisation that applies, or on whose behalf; the last of each may be a beginning.
    pub units: Vec<String>,
    /// Only these; all when empty.
    pub states: Vec<State>,
    /// Only these; all when empty.
    pub procedures: Vec<String>,
    /// Only what is not finished and is due in this time.
    pub due: Option<DueRange>,
    /// At most so many; 1 to 500.
    pub limit: u32,
    /// Only what comes after this place, from [`DossierPage::next`].
    pub before: Option<Cursor>,
}

/// From one moment to another, both inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DueRange {
    pub from: Option<LocalMoment>,
    pub to: Option<LocalMoment>,
}

/// A condition with at most so many dossiers is a stream of its own.
const FEW: u64 = 5_000;
/// A condition of more parts than this fits nearly everything.
const MOST_PARTS: usize = 100;
/// So many dossiers with the words are put in the order of their day; of more, the days are gone through instead.
const SORTED: usize = 1_000;
/// So many days' dossiers are looked at together for their words.
const AT_ONCE: usize = 200;
/// A place in the order of days is `due << ROW_BITS | row`: below 2^53, which is as far as a window counts, until the year 2096.
const ROW_BITS: u32 = 27;

/// What the index of days holds; a query repeats it to be answered by it.
const OPEN_AND_DUE: &str = "due IS NOT NULL AND discarded_at IS NULL \
     AND state NOT IN ('rejected', 'withdrawn', 'stopped', 'done', 'returned')";

/// Rows of a page in its order, and the place after it unless this is the end.
type Found = (Vec<i64>, Option<Cursor>);

impl Store {
    /// Dossiers, a page at a time.
    pub async fn list_dossiers(&self, query: &DossierQuery) -> Result<DossierPage> {
        let wanted = query.limit.clamp(1, 500) as usize;
        let words = Words::of(query);
        let narrowed = Narrowed::by(query)?;
        let (rows, next) = match &query.due {
            _ if words.say_nothing => (vec![], None),
            Some(due) => self.by_day(&words.expressions, &narrowed, due, query.before, wanted).await?,
            None => self.newest(&words.expressions, &narrowed, query.before, wanted).await?,
        };
        let countable = words.expressions.is_empty() && query.due.is_none() && query.before.is_none();
        let total = if countable { Some(self.count(&narrowed).await?) } else { None };
        Ok(DossierPage { items: self.summaries(&rows).await?, next, total })
    }

    async fn newest(
        &self,
        words: &[String],
        narrowed: &Narrowed,
        before: Option<Cursor>,
        wanted: usize,
    ) -> Result<Found> {
        let mut budget = Budget::whole();
        let mut streams = self.streams(words, narrowed).await?;
        let start = before.map_or(i64::MAX >> ROW_BITS, |Cursor(row)| row - 1);
        let (mut rows, mut next) = agreed(self, &mut streams, start, wanted + 1, &mut budget).await?;
        if rows.len() > wanted {
            rows.truncate(wanted);
            next = rows.last().copied();
        }
        Ok((rows, next.map(Cursor)))
    }

    /// One stream for each word, and for a condition that few dossiers fulfil; at least one.
    async fn streams(&self, words: &[String], narrowed: &Narrowed) -> Result<Vec<Stream>> {
        let mut streams: Vec<Stream> = words.iter().map(|words| Stream::of_words(words.clone())).collect();
        if narrowed.is_by_nothing() {
            if streams.is_empty() {
                streams.push(Stream::of_all());
            }
        } else if streams.is_empty() || self.count(narrowed).await? <= FEW {
            let parts = self.parts(narrowed).await?;
            let mut all = Stream::of_all();
            all.narrow(narrowed.clone());
            streams.insert(0, if parts.len() > MOST_PARTS { all } else { Stream::of_parts(parts) });
        } else if let Some(first) = streams.first_mut() {
            first.narrow(narrowed.clone());
        }
        Ok(streams)
    }

    /// In the order of the day they are due.
    async fn by_day(
        &self,
        words: &[String],
        narrowed: &Narrowed,
        due: &DueRange,
        after: Option<Cursor>,
        wanted: usize,
    ) -> Result<Found> {
        if words.is_empty() {
            let places = self.days(narrowed, due, after, wanted + 1).await?;
            return Ok(cut(places, wanted));
        }
        let mut budget = Budget::half();
        let mut streams = words.iter().map(|words| Stream::of_words(words.clone())).collect::<Vec<_>>();
        let (rows, more) = agreed(self, &mut streams, i64::MAX >> ROW_BITS, SORTED + 1, &mut budget).await?;
        if more.is_none() && rows.len() <= SORTED {
            let places = self.days_of(&rows, narrowed, due, after).await?;
            return Ok(cut(places, wanted));
        }
        self.days_with(words, narrowed, due, after, wanted).await
    }

    /// The next places in the order of days.
    async fn days(&self, narrowed: &Narrowed, due: &DueRange, after: Option<Cursor>, limit: usize) -> Result<Vec<i64>> {
        if !narrowed.is_by_nothing() && self.count(narrowed).await? == 0 {
            return Ok(vec![]);
        }
        let (from, to) = due.numbers();
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT due, row FROM dossiers INDEXED BY dossiers_by_due WHERE ");
        sql.push(OPEN_AND_DUE).push(" AND due <= ").push_bind(to);
        match after {
            // Of two bounds an index begins at one: the later.
            Some(Cursor(place)) if place >> ROW_BITS >= from => {
                sql.push(" AND (due, row) > (").push_bind(place >> ROW_BITS);
                sql.push(", ").push_bind(place & ((1 << ROW_BITS) - 1)).push(")");
            }
            _ => {
                sql.push(" AND due >= ").push_bind(from);
            }
        }
        narrowed.push_plain(&mut sql);
        sql.push(" ORDER BY due, row LIMIT ").push_bind(limit as i64);
        let rows = sql.build().fetch_all(self.read()).await?;
        rows.iter().map(|row| Ok(row.integer("due")? << ROW_BITS | row.integer("row")?)).collect()
    }

    /// The places of these dossiers, as far as they fulfil the conditions, in the order of days.
    async fn days_of(
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
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT due, row FROM dossiers WHERE row IN (");
        let mut list = sql.separated(", ");
        for row in rows {
            list.push_bind(*row);
        }
        sql.push(") AND ").push(OPEN_AND_DUE);
        sql.push(" AND due BETWEEN ").push_bind(from).push(" AND ").push_bind(to);
        narrowed.push_plain(&mut sql);
        let rows = sql.build().fetch_all(self.read()).await?;
        let place = |row: &sqlx::sqlite::SqliteRow| Ok(row.integer("due")? << ROW_BITS | row.integer("row")?);
        let mut places = rows.iter().map(place).collect::<Result<Vec<i64>>>()?;
        places.retain(|place| after.is_none_or(|Cursor(after)| *place > after));
        places.sort_unstable();
        Ok(places)
    }

    /// Goes through the days and keeps the dossiers that have the words.
    async fn days_with(
        &self,
        words: &[String],
        narrowed: &Narrowed,
        due: &DueRange,
        mut after: Option<Cursor>,
        wanted: usize,
    ) -> Result<Found> {
        let mut budget = Budget::half();
        let mut kept = vec![];
        while kept.len() <= wanted && !budget.is_spent() {
            let places = self.days(narrowed, due, after, AT_ONCE).await?;
            let Some(last) = places.last() else { return Ok(cut(kept, wanted)) };
            after = Some(Cursor(*last));
            let mut rows: Vec<i64> = places.iter().map(|place| place & ((1 << ROW_BITS) - 1)).collect();
            rows.sort_unstable_by(|a, b| b.cmp(a));
            let with = with_words(self, words, &rows, &mut budget).await?;
            kept.extend(places.into_iter().filter(|place| with.contains(&(place & ((1 << ROW_BITS) - 1)))));
        }
        let more = kept.len() <= wanted;
        let (rows, next) = cut(kept, wanted);
        Ok((rows, if more { after } else { next }))
    }

    /// How many dossiers fulfil the conditions, from the counters.
    async fn count(&self, narrowed: &Narrowed) -> Result<u64> {
        let table = if narrowed.procedures.is_empty() { "dossier_counts" } else { "procedure_counts" };
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT coalesce(sum(total), 0) AS total FROM ");
        sql.push(table).push(" WHERE true");
        narrowed.push_plain(&mut sql);
        sql.build().fetch_one(self.read()).await?.number("total")
    }

    /// The combinations of procedure and state, or states alone, that the conditions come to and that there are.
    async fn parts(&self, narrowed: &Narrowed) -> Result<Vec<stream::Part>> {
        let by_state = |state: &String| stream::Part { procedure: None, state: Some(state.clone()) };
        if narrowed.procedures.is_empty() {
            return Ok(narrowed.states.iter().map(by_state).collect());
        }
        if narrowed.states.is_empty() {
            let by_code = |code: &String| stream::Part { procedure: Some(code.clone()), state: None };
            return Ok(narrowed.procedures.iter().map(by_code).collect());
        }
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT procedure_code, state FROM procedure_counts WHERE total > 0");
        narrowed.push_plain(&mut sql);
        let rows = sql.build().fetch_all(self.read()).await?;
        let part = |row: &sqlx::sqlite::SqliteRow| {
            Ok(stream::Part { procedure: Some(row.text("procedure_code")?), state: Some(row.text("state")?) })
        };
        rows.iter().map(part).collect()
    }

    /// What a list shows of these dossiers, in their order.
    async fn summaries(&self, rows: &[i64]) -> Result<Vec<DossierSummary>> {
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT ");
        sql.push(SUMMARY).push(" FROM dossiers WHERE row IN (");
        let mut list = sql.separated(", ");
        for row in rows {
            list.push_bind(*row);
        }
        sql.push(")");
        let mut found = HashMap::with_capacity(rows.len());
        for row in sql.build().fetch_all(self.read()).await? {
            found.insert(row.integer("row")?, summary(&row)?);
        }
        Ok(rows.iter().filter_map(|row| found.remove(row)).collect())
    }
}

/// Up to `wanted` rows at or below `start` that are in every stream; and the place to go on after where the budget was spent before.
async fn agreed(
    store: &Store,
    streams: &mut [Stream],
    start: i64,
    wanted: usize,
    budget: &mut Budget,
) -> Result<(Vec<i64>, Option<i64>)> {
    let (all, mut rows, mut at) = (streams.len(), vec![], start);
    while rows.len() < wanted {
        let mut agreeing = 0;
        while agreeing < all {
            for stream in streams.iter_mut() {
                match stream.seek(store, at, budget).await? {
                    Place::At(row) if row == at => agreeing += 1,
                    Place::At(row) => {
                        at = row;
                        agreeing = 1;
                    }
                    Place::End => return Ok((rows, None)),
                    Place::Unknown(below) => return Ok((rows, Some(below.max(0) + 1))),
                }
                if agreeing >= all {
                    break;
                }
            }
        }
        rows.push(at);
        at -= 1;
    }
    Ok((rows, None))
}

/// Those of the descending `rows` that have the words.
async fn with_words(store: &Store, words: &[String], rows: &[i64], budget: &mut Budget) -> Result<HashSet<i64>> {
    let mut left: Vec<i64> = rows.to_vec();
    for words in words {
        let mut stream = Stream::of_words(words.clone());
        let mut open = Budget::open();
        let mut with = vec![];
        for row in left {
            if stream.seek(store, row, &mut open).await? == Place::At(row) {
                with.push(row);
            }
        }
        budget.charge(open);
        left = with;
    }
    Ok(left.into_iter().collect())
}

/// The rows of the first `wanted` places, and the last of these when there are more.
fn cut(mut places: Vec<i64>, wanted: usize) -> Found {
    let more = places.len() > wanted;
    places.truncate(wanted);
    let next = places.last().copied().filter(|_| more).map(Cursor);
    (places.into_iter().map(|place| place & ((1 << ROW_BITS) - 1)).collect(), next)
}

impl DueRange {
    fn numbers(&self) -> (i64, i64) {
        let number = |moment: Option<LocalMoment>| moment.map(columns::due_number);
        // What an unset bound leaves open stays within what a place can say.
        (number(self.from).unwrap_or(0), number(self.to).unwrap_or(i64::MAX >> ROW_BITS))
    }
}

/// What is looked for in the full text.
struct Words {
    expressions: Vec<String>,
    /// Something was typed, and none of it is a letter or a digit.
    say_nothing: bool,
}

impl Words {
    fn of(query: &DossierQuery) -> Self {
        let words = query.words.iter().filter_map(|word| expression(&word.text, word.beginning));
        let units = query.units.iter().filter_map(|unit| expression(unit, true)).map(|unit| format!("units : {unit}"));
        let mut expressions: Vec<String> = words.chain(units).collect();
        // What is longer is mostly rarer: the first is the one that conditions are tested on.
        expressions.sort_by_key(|expression| std::cmp::Reverse(expression.len()));
        expressions.dedup();
        let typed = !query.words.is_empty() || !query.units.is_empty();
        Self { say_nothing: typed && expressions.is_empty(), expressions }
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

#[cfg(test)]
mod tests;
