//! Dossiers that may be one dossier made twice: the same procedure and applicant, begun within a week of each other.

use std::collections::HashMap;

use dossier::{DossierId, text};
use sqlx::{QueryBuilder, Sqlite};

use crate::{DossierSummary, Result, Store, columns, dossiers, ms};

/// Between the beginnings of two that are taken for one.
const WITHIN_MS: i64 = 7 * 24 * 3600 * 1000;
/// So many of the newest, or on either side of one, are compared: who looks further looks for something.
const COMPARED: i64 = 2_000;

impl Store {
    /// Of the newest dossiers, each that has one like it, with the nearest of those.
    pub async fn alike(&self) -> Result<Vec<(DossierId, DossierSummary)>> {
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT ");
        sql.push(dossiers::SUMMARY).push(" FROM dossiers WHERE discarded_at IS NULL AND practice = 0");
        sql.push(" ORDER BY row DESC LIMIT ").push_bind(COMPARED);
        let rows = sql.build().fetch_all(self.read()).await?;
        // The newest came first, so whoever stands last in a group is the nearest in time; told of whether it has one like it.
        let mut last: HashMap<(String, String), (DossierSummary, bool)> = HashMap::new();
        let mut alike = vec![];
        for row in &rows {
            let one = dossiers::summary(row)?;
            let who = text::fold(&one.head.applicant);
            if who.is_empty() {
                continue;
            }
            let group = (one.procedure_code.clone(), who);
            let mut told = false;
            if let Some((newer, newer_told)) = last.get(&group)
                && ms(newer.created_at) - ms(one.created_at) <= WITHIN_MS
            {
                if !newer_told {
                    alike.push((newer.id, one.clone()));
                }
                alike.push((one.id, newer.clone()));
                told = true;
            }
            last.insert(group, (one, told));
        }
        Ok(alike)
    }

    /// Dossiers like this one, the newest first; at most `limit`.
    pub async fn alike_to(&self, id: DossierId, limit: usize) -> Result<Vec<DossierSummary>> {
        let one = self.dossier(id).await?;
        let who = text::fold(&one.head.applicant);
        if who.is_empty() || one.practice {
            return Ok(vec![]);
        }
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT ");
        sql.push(dossiers::SUMMARY).push(" FROM dossiers WHERE discarded_at IS NULL AND practice = 0");
        sql.push(" AND procedure_code = ").push_bind(&one.procedure_code);
        sql.push(" AND created_at BETWEEN ").push_bind(ms(one.created_at) - WITHIN_MS);
        sql.push(" AND ").push_bind(ms(one.created_at) + WITHIN_MS);
        for (sign, compare) in [(" - ", " AND row >= "), (" + ", " AND row <= ")] {
            sql.push(compare).push("(SELECT row FROM dossiers WHERE id = ").push_bind(columns::id(id.0)).push(")");
            sql.push(sign).push_bind(COMPARED);
        }
        sql.push(" ORDER BY row DESC");
        let rows = sql.build().fetch_all(self.read()).await?;
        let all = rows.iter().map(dossiers::summary).collect::<Result<Vec<_>>>()?;
        Ok(all.into_iter().filter(|it| it.id != id && text::fold(&it.head.applicant) == who).take(limit).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        NewDossier,
        testing::{Fixture, act, new_dossier, uuid},
    };

    const DAY: i64 = 24 * 3600;

    async fn begun(fixture: &Fixture, n: u128, procedure: &str, who: &str, day: i64, practice: bool) {
        let mut new = NewDossier { procedure_code: procedure.into(), practice, ..new_dossier(n) };
        new.head.applicant = who.into();
        fixture.store().create_dossier(&new, &act(day * DAY)).await.unwrap();
    }

    fn id(n: u128) -> DossierId {
        DossierId(uuid(n))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_same_applicant_and_procedure_within_a_week() {
        let fixture = Fixture::new().await;
        let all = [
            (1, "NB-03", "Nguyễn Thị Ước", 0, false),
            (2, "NB-03", "NGUYỄN THỊ ƯỚC", 6, false),
            (3, "NB-11", "Nguyễn Thị Ước", 6, false),
            (4, "NB-03", "Trần An", 6, false),
            (5, "NB-03", "", 6, false),
            (6, "NB-03", "", 6, false),
            (7, "NB-03", "Nguyễn Thị Ước", 7, true),
            (8, "NB-03", "nguyễn thị ước", 20, false),
        ];
        for (n, procedure, who, day, practice) in all {
            begun(&fixture, n, procedure, who, day, practice).await;
        }
        let store = fixture.store();
        let pairs = async || {
            let alike = store.alike().await.unwrap().into_iter();
            alike.map(|(one, other)| (one, other.id)).collect::<Vec<_>>()
        };
        assert_eq!(pairs().await, [(id(2), id(1)), (id(1), id(2))]);
        let of = async |n| store.alike_to(id(n), 9).await.unwrap().into_iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!((of(1).await, of(2).await), (vec![id(2)], vec![id(1)]));
        for n in [3, 4, 5, 7, 8] {
            assert_eq!(of(n).await, [], "{n}");
        }
        store.discard_dossier(id(1), &act(21 * DAY)).await.unwrap();
        assert_eq!((of(2).await, pairs().await), (vec![], vec![]));
    }
}
