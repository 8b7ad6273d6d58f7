//! Lists of procedures that are no longer taken on paper, and what happened at the gate.

use dossier::{Digest, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::{
    Act, Clash, Result, Store, StoreError,
    columns::{self, Columns},
    journal, ms,
};

/// A revision of a department's list as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredList {
    pub department: String,
    pub revision: u32,
    pub approved: bool,
    /// The list itself; opaque here.
    pub json: String,
    pub saved_at: Timestamp,
    pub saved_by: String,
}

/// What came of somebody who came with paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateOutcome {
    /// Told how to file, with the slip.
    Guided,
    /// Filed online here, with help.
    Helped,
    /// Taken on paper all the same, for a reason.
    Exception,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateVisit {
    pub id: Uuid,
    pub procedure: String,
    pub outcome: GateOutcome,
    pub who: String,
    pub reason: String,
    pub at: Timestamp,
    pub by: String,
}

impl Store {
    /// Saves the draft of a list, or the approved revision it becomes.
    ///
    /// # Errors
    /// [`Clash::OtherRevision`] when this revision is approved with another content.
    pub async fn save_list(&self, list: &StoredList, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let after = Digest::of(list.json.as_bytes());
        let known = sqlx::query("SELECT * FROM no_paper_lists WHERE department = ? AND revision = ?")
            .bind(&list.department)
            .bind(i64::from(list.revision))
            .fetch_optional(&mut *write)
            .await?;
        let before = known.as_ref().map(|row| row.digest("sha256")).transpose()?;
        if let Some(row) = known.as_ref().filter(|row| row.flag("approved").unwrap_or(true)) {
            if row.digest("sha256")? == after {
                return Ok(());
            }
            let (code, revision) = (list.department.clone(), list.revision.to_string());
            return Err(StoreError::Conflict(Clash::OtherRevision { code, revision }));
        }
        sqlx::query("INSERT OR REPLACE INTO no_paper_lists VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(&list.department)
            .bind(i64::from(list.revision))
            .bind(list.approved)
            .bind(&list.json)
            .bind(after.0.to_vec())
            .bind(ms(list.saved_at))
            .bind(&list.saved_by)
            .execute(&mut *write)
            .await?;
        journal::append(&mut write, act, None, before, Some(after)).await?;
        Ok(write.commit().await?)
    }

    /// Every list, by department and revision.
    pub async fn lists(&self) -> Result<Vec<StoredList>> {
        let rows =
            sqlx::query("SELECT * FROM no_paper_lists ORDER BY department, revision").fetch_all(self.read()).await?;
        rows.iter().map(list).collect()
    }

    pub async fn add_gate_visit(&self, visit: &GateVisit, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO gate_visits VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(columns::id(visit.id))
            .bind(&visit.procedure)
            .bind(columns::name(&visit.outcome, "outcome")?)
            .bind(&visit.who)
            .bind(&visit.reason)
            .bind(ms(visit.at))
            .bind(&visit.by)
            .execute(&mut *write)
            .await?;
        let said = format!("{}\n{}\n{}", visit.procedure, visit.who, visit.reason);
        journal::append(&mut write, act, None, None, Some(Digest::of(said.as_bytes()))).await?;
        Ok(write.commit().await?)
    }

    /// What happened at the gate from `from` on and before `to`, the newest first.
    pub async fn gate_visits(&self, from: Timestamp, to: Timestamp) -> Result<Vec<GateVisit>> {
        let rows = sqlx::query("SELECT * FROM gate_visits WHERE at >= ? AND at < ? ORDER BY at DESC, id DESC")
            .bind(ms(from))
            .bind(ms(to))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(visit).collect()
    }
}

fn list(row: &SqliteRow) -> Result<StoredList> {
    Ok(StoredList {
        department: row.text("department")?,
        revision: row.number("revision")?,
        approved: row.flag("approved")?,
        json: row.text("json")?,
        saved_at: row.at("saved_at")?,
        saved_by: row.text("saved_by")?,
    })
}

fn visit(row: &SqliteRow) -> Result<GateVisit> {
    Ok(GateVisit {
        id: row.id("id")?,
        procedure: row.text("procedure")?,
        outcome: row.name("outcome")?,
        who: row.text("who")?,
        reason: row.text("reason")?,
        at: row.at("at")?,
        by: row.text("by_whom")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, at, uuid};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_draft_is_saved_again_and_again_and_an_approved_list_never() {
        let mut fixture = Fixture::new().await;
        let list = |revision, approved, json: &str| StoredList {
            department: "Sở Nội vụ".into(),
            revision,
            approved,
            json: json.into(),
            saved_at: at(1),
            saved_by: "Lan".into(),
        };
        let store = fixture.store();
        store.save_list(&list(1, false, "a"), &act(1)).await.unwrap();
        store.save_list(&list(1, false, "b"), &act(2)).await.unwrap();
        store.save_list(&list(1, true, "c"), &act(3)).await.unwrap();
        store.save_list(&list(1, true, "c"), &act(4)).await.unwrap();
        for changed in [list(1, true, "d"), list(1, false, "d")] {
            let refused = store.save_list(&changed, &act(5)).await;
            assert!(matches!(refused, Err(StoreError::Conflict(Clash::OtherRevision { .. }))));
        }
        store.save_list(&list(2, false, "e"), &act(7)).await.unwrap();
        fixture.kill_and_reopen().await;
        let kept = fixture.store().lists().await.unwrap();
        let told: Vec<_> = kept.iter().map(|it| (it.revision, it.approved, it.json.as_str())).collect();
        assert_eq!(told, [(1, true, "c"), (2, false, "e")]);
        fixture.store().verify_journal().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn visits_are_kept_with_their_reason() {
        let fixture = Fixture::new().await;
        let visit = |n: u128, outcome| GateVisit {
            id: uuid(n),
            procedure: "NB-20".into(),
            outcome,
            who: "Trường THCS Thạch Lâm".into(),
            reason: "Mất mạng".into(),
            at: at(n as i64),
            by: "Lan".into(),
        };
        let (one, two) = (visit(1, GateOutcome::Guided), visit(2, GateOutcome::Exception));
        for visit in [&one, &two] {
            fixture.store().add_gate_visit(visit, &act(1)).await.unwrap();
        }
        assert_eq!(fixture.store().gate_visits(at(0), at(3)).await.unwrap(), [two, one.clone()]);
        assert_eq!(fixture.store().gate_visits(at(0), at(2)).await.unwrap(), [one]);
    }
}
