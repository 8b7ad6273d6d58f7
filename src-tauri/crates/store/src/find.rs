//! The list of dossiers, all of it or what is looked for; a page at a time, never by counting past what was shown before.
//!
//! Conditions alone are answered from the table's indexes ([`table`]), words with or without conditions from the full text ([`words`]).
//! A word counts wherever it stands: in the dossier's own head or in any of its papers; what is looked for together may stand apart.

use std::collections::HashMap;

use dossier::{LocalMoment, State, find::Word};
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Sqlite};

use crate::{
    DossierSummary, Result, Store,
    columns::{self, Columns},
    dossiers::{SUMMARY, summary},
};
use table::Narrowed;
use words::{Patience, Words};

mod table;
mod words;

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

/// A place in the order of days is `due << ROW_BITS | row`: below 2^53, which is as far as a window counts, until the year 2096.
const ROW_BITS: u32 = 27;
/// Of the dossiers with the words that have a day, so many are put in its order; of more, the days are gone through instead.
const SORTED: usize = 300;

/// What the index of days holds; a query repeats it to be answered by it.
const OPEN_AND_DUE: &str = "due IS NOT NULL AND discarded_at IS NULL \
     AND state NOT IN ('rejected', 'withdrawn', 'stopped', 'done', 'returned')";

/// Rows of a page in its order, and the place after it unless this is the end.
type Found = (Vec<i64>, Option<Cursor>);

impl Store {
    /// Dossiers, a page at a time.
    pub async fn list_dossiers(&self, query: &DossierQuery) -> Result<DossierPage> {
        let wanted = query.limit.clamp(1, 500) as usize;
        let narrowed = Narrowed::by(query)?;
        let (rows, next) = match (Words::of(query), &query.due) {
            (Words::SayNothing, _) => (vec![], None),
            (Words::None, None) => self.newest(&narrowed, query.before, wanted).await?,
            (Words::None, Some(due)) => self.first_due(&narrowed, due, query.before, wanted).await?,
            (Words::Expression(words), due) => {
                self.index_before_search().await?;
                let words = narrowed.with(words);
                match due {
                    None => self.newest_with(&words, query.before, wanted, &mut Patience::whole()).await?,
                    Some(due) => self.first_due_with(&words, &narrowed, due, query.before, wanted).await?,
                }
            }
        };
        let countable =
            query.words.is_empty() && query.units.is_empty() && query.due.is_none() && query.before.is_none();
        let total = if countable { Some(self.count(&narrowed).await?) } else { None };
        Ok(DossierPage { items: self.summaries(&rows, &narrowed).await?, next, total })
    }

    /// What a list shows of these dossiers, in their order; not of what changed since the index was asked.
    async fn summaries(&self, rows: &[i64], narrowed: &Narrowed) -> Result<Vec<DossierSummary>> {
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT ");
        sql.push(SUMMARY).push(" FROM dossiers WHERE row IN (SELECT value FROM json_each(");
        sql.push_bind(columns::json(rows, "row")?).push(")) AND discarded_at IS NULL");
        narrowed.push(&mut sql);
        let mut found = HashMap::with_capacity(rows.len());
        for row in sql.build().fetch_all(self.read()).await? {
            found.insert(row.integer("row")?, summary(&row)?);
        }
        Ok(rows.iter().filter_map(|row| found.remove(row)).collect())
    }
}

/// Which row it is of a place in the order of days.
fn row_at(place: i64) -> i64 {
    place & ((1 << ROW_BITS) - 1)
}

/// The rows of the first `wanted` places in the order of days, and the last of these when there are more.
fn cut(mut places: Vec<i64>, wanted: usize) -> Found {
    let more = places.len() > wanted;
    places.truncate(wanted);
    let next = places.last().copied().filter(|_| more).map(Cursor);
    (places.into_iter().map(row_at).collect(), next)
}

impl DueRange {
    fn numbers(&self) -> (i64, i64) {
        let number = |moment: Option<LocalMoment>| moment.map(columns::due_number);
        // What an unset bound leaves open stays within what a place can say.
        (number(self.from).unwrap_or(0), number(self.to).unwrap_or(i64::MAX >> ROW_BITS))
    }
}

#[cfg(test)]
mod tests;
