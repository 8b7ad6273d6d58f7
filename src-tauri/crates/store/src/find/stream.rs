//! Descending rows of dossiers, read a batch at a time from where they are wanted.

use std::collections::VecDeque;

use sqlx::{QueryBuilder, Sqlite};

use super::DossierQuery;
use crate::{
    Result, Store,
    columns::{self, Columns},
    search::SLOT_BITS,
};

/// States and procedures, of which each dossier must have one; all when empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrowed {
    pub(super) states: Vec<String>,
    pub(super) procedures: Vec<String>,
}

impl Narrowed {
    pub(super) fn by(query: &DossierQuery) -> Result<Self> {
        let states = query.states.iter().map(|state| columns::name(state, "state")).collect::<Result<_>>()?;
        Ok(Self { states, procedures: query.procedures.clone() })
    }

    pub(super) fn is_by_nothing(&self) -> bool {
        self.states.is_empty() && self.procedures.is_empty()
    }

    fn conditions(&self) -> impl Iterator<Item = (&'static str, &'static str, &[String])> {
        let states = ("state", "dossiers_by_state", self.states.as_slice());
        let procedures = ("procedure_code", "dossiers_by_procedure", self.procedures.as_slice());
        [states, procedures].into_iter().filter(|(_, _, values)| !values.is_empty())
    }

    /// For a table that has the columns.
    pub(super) fn push_plain(&self, sql: &mut QueryBuilder<Sqlite>) {
        for (column, _, values) in self.conditions() {
            sql.push(" AND ").push(column).push(" IN (");
            push_list(sql, values);
        }
    }

    /// Of a hit in the full text: looked up in an index, whose pages hold a hundred dossiers, not in the table, whose hold five.
    fn push_of_hit(&self, sql: &mut QueryBuilder<Sqlite>) {
        for (column, index, values) in self.conditions() {
            sql.push(format!(
                " AND EXISTS (SELECT 1 FROM dossiers INDEXED BY {index} WHERE discarded_at IS NULL AND row = hit.row AND {column} IN ("
            ));
            push_list(sql, values);
            sql.push(")");
        }
    }
}

fn push_list(sql: &mut QueryBuilder<Sqlite>, values: &[String]) {
    let mut list = sql.separated(", ");
    for value in values {
        list.push_bind(value.clone());
    }
    sql.push(")");
}

/// How much one answer may look at, in rows.
pub(super) struct Budget(i64);

/// What asking the database costs, in rows looked at.
const ASKING: i64 = 40;
/// What testing a row costs, in rows looked at.
const TESTING: i64 = 2;

impl Budget {
    /// About 30 ms.
    pub(super) fn whole() -> Self {
        Self(30_000)
    }

    pub(super) fn half() -> Self {
        Self(15_000)
    }

    #[cfg(test)]
    pub(super) fn of(rows: i64) -> Self {
        Self(rows)
    }

    /// As much as it takes, to be charged to another.
    pub(super) fn open() -> Self {
        Self(i64::MAX)
    }

    pub(super) fn charge(&mut self, open: Budget) {
        self.0 -= i64::MAX - open.0;
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0 <= 0
    }
}

/// A row of dossiers in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    At(i64),
    End,
    /// The budget is spent: nothing is at or above this row, what is below is not known.
    Unknown(i64),
}

/// One index range of the table.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) procedure: Option<String>,
    pub(super) state: Option<String>,
}

enum From {
    All,
    Parts(Vec<Part>),
    Words(String),
}

pub(super) struct Stream {
    from: From,
    narrowed: Narrowed,
    /// The rows known, descending.
    ahead: VecDeque<i64>,
    /// All rows from here up to where it was last read are known.
    known_to: i64,
    ended: bool,
    batch: i64,
}

/// Fewer are read where jumps are wide, more where every row counts.
const SMALLEST: i64 = 16;
const LARGEST: i64 = 1024;

impl Stream {
    fn new(from: From) -> Self {
        Self {
            from,
            narrowed: Narrowed::default(),
            ahead: VecDeque::new(),
            known_to: i64::MAX,
            ended: false,
            batch: 32,
        }
    }

    pub(super) fn of_all() -> Self {
        Self::new(From::All)
    }

    pub(super) fn of_parts(parts: Vec<Part>) -> Self {
        // Of no parts there is nothing.
        Self { ended: parts.is_empty(), ..Self::new(From::Parts(parts)) }
    }

    pub(super) fn of_words(expression: String) -> Self {
        Self::new(From::Words(expression))
    }

    /// Only what fulfils this too. Not of parts, which do.
    pub(super) fn narrow(&mut self, to: Narrowed) {
        self.narrowed = to;
    }

    /// The first row at or below `row`; rows are asked for in descending order.
    pub(super) async fn seek(&mut self, store: &Store, row: i64, budget: &mut Budget) -> Result<Place> {
        let mut jumped = false;
        loop {
            while self.ahead.front().is_some_and(|first| *first > row) {
                self.ahead.pop_front();
                jumped = true;
            }
            if let Some(first) = self.ahead.front() {
                return Ok(Place::At(*first));
            }
            if self.ended {
                return Ok(Place::End);
            }
            let below = self.known_to.min(row + 1);
            if budget.is_spent() {
                return Ok(Place::Unknown(below - 1));
            }
            let wide = jumped && row + 1 < self.known_to;
            let largest =
                if let From::Parts(parts) = &self.from { 2 * LARGEST / (parts.len() as i64).max(2) } else { LARGEST };
            self.batch = if wide { self.batch / 4 } else { self.batch * 2 }.clamp(SMALLEST, largest.max(SMALLEST));
            self.read(store, below, budget).await?;
        }
    }

    /// Reads the next rows below `below`: so many of them, and says of each whether it fulfils what the stream is narrowed by.
    async fn read(&mut self, store: &Store, below: i64, budget: &mut Budget) -> Result<()> {
        let rows = self.question(below).build().fetch_all(store.read()).await?;
        let tests = if self.narrowed.is_by_nothing() { 0 } else { TESTING };
        budget.0 -= ASKING + rows.len() as i64 * (1 + tests);
        for found in &rows {
            let row = found.integer("row")?;
            // What is left of a dossier at the end of a batch are further hits of the same dossier.
            if found.flag("fits")? && self.ahead.back() != Some(&row) {
                self.ahead.push_back(row);
            }
            self.known_to = row;
        }
        self.ended = (rows.len() as i64) < self.batch;
        Ok(())
    }

    fn question(&self, below: i64) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT row, true");
        match &self.from {
            From::All => {
                self.narrowed.push_plain(&mut sql);
                sql.push(" AS fits FROM (SELECT row, state, procedure_code FROM dossiers WHERE discarded_at IS NULL");
                sql.push(" AND row < ").push_bind(below).push(" ORDER BY row DESC LIMIT ").push_bind(self.batch);
                sql.push(")");
            }
            From::Parts(parts) => {
                sql.push(" AS fits FROM (");
                push_parts(&mut sql, parts, below, self.batch);
                sql.push(") ORDER BY row DESC LIMIT ").push_bind(self.batch);
            }
            From::Words(expression) => {
                self.narrowed.push_of_hit(&mut sql);
                sql.push(format!(
                    " AS fits FROM (SELECT rowid >> {SLOT_BITS} AS row FROM search_text WHERE search_text MATCH "
                ));
                sql.push_bind(expression.clone());
                sql.push(" AND rowid < ").push_bind(below.min(i64::MAX >> SLOT_BITS) << SLOT_BITS);
                sql.push(" ORDER BY rowid DESC LIMIT ").push_bind(self.batch).push(") AS hit");
            }
        }
        sql
    }
}

/// The next rows of each part: of all of them together, the next are among these. So no more than `limit` of a part are ever sorted.
fn push_parts(sql: &mut QueryBuilder<Sqlite>, parts: &[Part], below: i64, limit: i64) {
    for (n, part) in parts.iter().enumerate() {
        let index = match (&part.procedure, &part.state) {
            (Some(_), Some(_)) => "dossiers_by_procedure_and_state",
            (Some(_), None) => "dossiers_by_procedure",
            (None, _) => "dossiers_by_state",
        };
        sql.push(if n == 0 { "" } else { " UNION ALL " });
        sql.push(format!("SELECT * FROM (SELECT row FROM dossiers INDEXED BY {index} WHERE discarded_at IS NULL"));
        for (column, value) in [("procedure_code", &part.procedure), ("state", &part.state)] {
            if let Some(value) = value {
                sql.push(format!(" AND {column} = ")).push_bind(value.clone());
            }
        }
        sql.push(" AND row < ").push_bind(below).push(" ORDER BY row DESC LIMIT ").push_bind(limit).push(")");
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;
    use crate::testing::Fixture;

    fn narrowed(states: &[&str], procedures: &[&str]) -> Narrowed {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        Narrowed { states: owned(states), procedures: owned(procedures) }
    }

    /// How SQLite goes about it: nothing is read from the table that an index tells, nothing is sorted.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn every_question_is_answered_from_an_index() {
        let fixture = Fixture::new().await;
        let part = |procedure: Option<&str>, state: Option<&str>| Part {
            procedure: procedure.map(str::to_owned),
            state: state.map(str::to_owned),
        };
        let plan = async |stream: &Stream| {
            let asked = stream.question(1000);
            let sql = format!("EXPLAIN QUERY PLAN {}", asked.sql().as_str());
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(fixture.store().read()).await.unwrap();
            rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("\n")
        };
        let mut all = Stream::of_all();
        all.narrow(narrowed(&["draft"], &["NB-03"]));
        assert!(
            plan(&all).await.contains("SEARCH dossiers USING INTEGER PRIMARY KEY (rowid<?)"),
            "{}",
            plan(&all).await
        );
        for (one, wanted) in [
            (
                part(None, Some("draft")),
                "USING COVERING INDEX dossiers_by_state (state=? AND discarded_at=? AND rowid<?)",
            ),
            (
                part(Some("NB-03"), None),
                "USING COVERING INDEX dossiers_by_procedure (procedure_code=? AND discarded_at=? AND rowid<?)",
            ),
            (
                part(Some("NB-03"), Some("draft")),
                "USING COVERING INDEX dossiers_by_procedure_and_state (procedure_code=? AND state=? AND discarded_at=? AND rowid<?)",
            ),
        ] {
            let stream = Stream::of_parts(vec![one.clone(), one]);
            let plan = plan(&stream).await;
            assert_eq!(plan.matches(wanted).count(), 2, "{plan}");
        }
        let mut words = Stream::of_words("\"dang\"".to_owned());
        words.narrow(narrowed(&["draft", "done"], &["NB-03"]));
        let plan = plan(&words).await;
        assert!(
            plan.contains("USING COVERING INDEX dossiers_by_state (state=? AND discarded_at=? AND rowid=?)"),
            "{plan}"
        );
        assert!(
            plan.contains(
                "USING COVERING INDEX dossiers_by_procedure (procedure_code=? AND discarded_at=? AND rowid=?)"
            ),
            "{plan}"
        );
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
