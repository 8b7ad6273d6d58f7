//! What only conditions are asked of, from the table's indexes.

use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};

use super::{Cursor, DossierQuery, DueRange, Found, OPEN_AND_DUE, ROW_BITS, cut};
use crate::{
    Result, Store,
    columns::{self, Columns},
    search::Facet,
};

/// States and procedures, of which each dossier must have one; all when empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrowed {
    states: Vec<String>,
    procedures: Vec<String>,
}

/// So many parts are asked for in one question: SQLite unites no more than 500.
const PARTS: usize = 100;

impl Narrowed {
    pub(super) fn by(query: &DossierQuery) -> Result<Self> {
        let states = query.states.iter().map(|state| columns::name(state, "state")).collect::<Result<_>>()?;
        Ok(Self { states, procedures: query.procedures.clone() })
    }

    /// For a table that has the columns.
    pub(super) fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        for (column, values) in [("state", &self.states), ("procedure_code", &self.procedures)] {
            if !values.is_empty() {
                sql.push(" AND ").push(column).push(" IN (");
                let mut list = sql.separated(", ");
                for value in values {
                    list.push_bind(value.clone());
                }
                sql.push(")");
            }
        }
    }

    /// An expression for the full text, narrowed.
    pub(super) fn with(&self, words: String) -> String {
        let states: Vec<Facet> = self.states.iter().map(|name| Facet::State(name)).collect();
        let procedures: Vec<Facet> = self.procedures.iter().map(|code| Facet::Procedure(code)).collect();
        [states, procedures].iter().filter(|any| !any.is_empty()).fold(words, |words, any| {
            let any: Vec<String> = any.iter().map(|facet| format!("\"{}\"", facet.word())).collect();
            format!("{words} AND ({})", any.join(" OR "))
        })
    }
}

/// One index range of the table.
struct Part {
    procedure: Option<String>,
    state: Option<String>,
}

impl Store {
    /// The newest dossiers before a place.
    pub(super) async fn newest(&self, narrowed: &Narrowed, before: Option<Cursor>, wanted: usize) -> Result<Found> {
        let below = before.map_or(i64::MAX, |Cursor(row)| row);
        let mut rows = vec![];
        for parts in self.parts(narrowed).await?.chunks(PARTS) {
            for row in newest_of(parts, below, wanted + 1).build().fetch_all(self.read()).await? {
                rows.push(row.integer("row")?);
            }
        }
        rows.sort_unstable_by(|a, b| b.cmp(a));
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = rows.last().filter(|_| more).map(|row| Cursor(*row));
        Ok((rows, next))
    }

    /// The first in the order of days after a place.
    pub(super) async fn first_due(
        &self,
        narrowed: &Narrowed,
        due: &DueRange,
        after: Option<Cursor>,
        wanted: usize,
    ) -> Result<Found> {
        if self.count(narrowed).await? == 0 {
            return Ok((vec![], None));
        }
        let (from, to) = due.numbers();
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT due, row FROM dossiers INDEXED BY dossiers_by_due WHERE ");
        sql.push(OPEN_AND_DUE).push(" AND due <= ").push_bind(to);
        match after {
            // Of two bounds an index begins at one: the later.
            Some(Cursor(place)) if place >> ROW_BITS >= from => {
                sql.push(" AND (due, row) > (").push_bind(place >> ROW_BITS);
                sql.push(", ").push_bind(super::row_at(place)).push(")");
            }
            _ => {
                sql.push(" AND due >= ").push_bind(from);
            }
        }
        narrowed.push(&mut sql);
        sql.push(" ORDER BY due, row LIMIT ").push_bind(wanted as i64 + 1);
        let rows = sql.build().fetch_all(self.read()).await?;
        Ok(cut(rows.iter().map(place).collect::<Result<_>>()?, wanted))
    }

    /// How many dossiers fulfil the conditions, from the counters.
    pub(super) async fn count(&self, narrowed: &Narrowed) -> Result<u64> {
        let table = if narrowed.procedures.is_empty() { "dossier_counts" } else { "procedure_counts" };
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT coalesce(sum(total), 0) AS total FROM ");
        sql.push(table).push(" WHERE true");
        narrowed.push(&mut sql);
        sql.build().fetch_one(self.read()).await?.number("total")
    }

    /// The index ranges that the conditions come to.
    async fn parts(&self, narrowed: &Narrowed) -> Result<Vec<Part>> {
        let by_state = |state: &String| Part { procedure: None, state: Some(state.clone()) };
        let by_code = |code: &String| Part { procedure: Some(code.clone()), state: None };
        match (narrowed.states.as_slice(), narrowed.procedures.as_slice()) {
            ([], []) => return Ok(vec![Part { procedure: None, state: None }]),
            (states, []) => return Ok(states.iter().map(by_state).collect()),
            ([], codes) => return Ok(codes.iter().map(by_code).collect()),
            _ => {}
        }
        // Of the combinations, those there are.
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT procedure_code, state FROM procedure_counts WHERE total > 0");
        narrowed.push(&mut sql);
        let rows = sql.build().fetch_all(self.read()).await?;
        let part = |row: &SqliteRow| {
            Ok(Part { procedure: Some(row.text("procedure_code")?), state: Some(row.text("state")?) })
        };
        rows.iter().map(part).collect()
    }
}

/// The next rows of each part: of all of them together, the next are among these. So no more than `limit` of a part are ever sorted.
fn newest_of(parts: &[Part], below: i64, limit: usize) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT row FROM (");
    for (n, part) in parts.iter().enumerate() {
        let index = match (&part.procedure, &part.state) {
            (Some(_), Some(_)) => "INDEXED BY dossiers_by_procedure_and_state",
            (Some(_), None) => "INDEXED BY dossiers_by_procedure",
            (None, Some(_)) => "INDEXED BY dossiers_by_state",
            (None, None) => "",
        };
        sql.push(if n == 0 { "" } else { " UNION ALL " });
        sql.push(format!("SELECT * FROM (SELECT row FROM dossiers {index} WHERE discarded_at IS NULL"));
        for (column, value) in [("procedure_code", &part.procedure), ("state", &part.state)] {
            if let Some(value) = value {
                sql.push(format!(" AND {column} = ")).push_bind(value.clone());
            }
        }
        sql.push(" AND row < ").push_bind(below).push(" ORDER BY row DESC LIMIT ").push_bind(limit as i64).push(")");
    }
    sql.push(") ORDER BY row DESC LIMIT ").push_bind(limit as i64);
    sql
}

/// Where a dossier stands in the order of days.
pub(super) fn place(row: &SqliteRow) -> Result<i64> {
    Ok(row.integer("due")? << ROW_BITS | row.integer("row")?)
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;
    use crate::testing::Fixture;

    /// How SQLite goes about it: nothing is read from the table that an index tells, nothing is sorted but what comes together.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn every_part_is_answered_from_an_index() {
        let fixture = Fixture::new().await;
        for (procedure, state, wanted) in [
            (None, None, "SEARCH dossiers USING INTEGER PRIMARY KEY (rowid<?)"),
            (None, Some("draft"), "USING COVERING INDEX dossiers_by_state (state=? AND discarded_at=? AND rowid<?)"),
            (
                Some("NB-03"),
                None,
                "USING COVERING INDEX dossiers_by_procedure (procedure_code=? AND discarded_at=? AND rowid<?)",
            ),
            (
                Some("NB-03"),
                Some("draft"),
                "USING COVERING INDEX dossiers_by_procedure_and_state (procedure_code=? AND state=? AND discarded_at=? AND rowid<?)",
            ),
        ] {
            let part = || Part { procedure: procedure.map(str::to_owned), state: state.map(str::to_owned) };
            let asked = newest_of(&[part(), part()], 1000, 60);
            let sql = format!("EXPLAIN QUERY PLAN {}", asked.sql().as_str());
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(fixture.store().read()).await.unwrap();
            let plan = rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("\n");
            assert_eq!(plan.matches(wanted).count(), 2, "{plan}");
        }
    }
}
