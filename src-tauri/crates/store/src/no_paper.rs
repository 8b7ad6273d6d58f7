//! Lists of procedures that are no longer taken on paper, and what happened at the gate.

use dossier::{Digest, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::{
    Act, Clash, Result, Store, StoreError,
    columns::{self, Columns},
    database::Write,
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

/// How an approved list stands with the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListState {
    /// To be sent.
    Waiting,
    Received,
    Refused,
    /// It came from the hub.
    Fetched,
    /// It came from the hub, and the hub knows that it counts here.
    Applied,
}

/// What is known of a list at the hub. The JSON values are opaque here.
#[derive(Debug, Clone, PartialEq)]
pub struct ListAtHub {
    pub department: String,
    pub revision: u32,
    pub state: ListState,
    /// The hub's receipt, why it refused, or whose list it is.
    pub said: Value,
    /// Who applies it.
    pub applied: Value,
    pub at: Timestamp,
}

impl Store {
    /// Saves the draft of a list, or the approved revision it becomes. `hub`: how an approved one stands with the hub from now on;
    /// what is known of it already stays, unless the hub had refused it. `moved`: the draft that had this revision under its new one.
    ///
    /// # Errors
    /// [`Clash::OtherRevision`] when this revision, or the one a draft is moved to, is approved with another content.
    pub async fn save_list(
        &self,
        list: &StoredList,
        hub: Option<(ListState, &Value)>,
        moved: Option<&StoredList>,
        act: &Act<'_>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        put_list(&mut write, list, act).await?;
        if let Some(draft) = moved {
            put_list(&mut write, draft, act).await?;
        }
        if let Some((state, said)) = hub {
            let insert = sqlx::query(
                "INSERT INTO no_paper_hub (department, revision, state, said, at) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET state = excluded.state, said = excluded.said, at = excluded.at
                 WHERE no_paper_hub.state = 'refused'",
            );
            let insert = insert.bind(&list.department).bind(i64::from(list.revision));
            let insert = insert.bind(columns::name(&state, "state")?).bind(said.to_string()).bind(ms(act.at));
            insert.execute(&mut *write).await?;
        }
        Ok(write.commit().await?)
    }

    /// Takes a draft away; an approved list stays. Gives whether there was one.
    pub async fn discard_list(&self, department: &str, revision: u32, act: &Act<'_>) -> Result<bool> {
        let mut write = self.write().await?;
        let delete = sqlx::query("DELETE FROM no_paper_lists WHERE department = ? AND revision = ? AND approved = 0");
        let gone = delete.bind(department).bind(i64::from(revision)).execute(&mut *write).await?.rows_affected();
        if gone > 0 {
            journal::append(&mut write, act, None, None, None).await?;
        }
        write.commit().await?;
        Ok(gone > 0)
    }

    /// How lists stand with the hub.
    pub async fn lists_at_hub(&self) -> Result<Vec<ListAtHub>> {
        let rows = sqlx::query("SELECT * FROM no_paper_hub").fetch_all(self.read()).await?;
        rows.iter().map(at_hub).collect()
    }

    /// Notes what became of a list at the hub.
    pub async fn set_list_at_hub(
        &self,
        department: &str,
        revision: u32,
        (state, said): (ListState, &Value),
        act: &Act<'_>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let insert = sqlx::query(
            "INSERT INTO no_paper_hub (department, revision, state, said, at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET state = excluded.state, said = excluded.said, at = excluded.at",
        );
        let insert = insert.bind(department).bind(i64::from(revision));
        let insert = insert.bind(columns::name(&state, "state")?).bind(said.to_string()).bind(ms(act.at));
        insert.execute(&mut *write).await?;
        let said = Digest::of(format!("{department}\n{revision}\n{said}").as_bytes());
        journal::append(&mut write, act, None, None, Some(said)).await?;
        Ok(write.commit().await?)
    }

    /// Notes who applies a list. It is no act of anybody here.
    pub async fn set_list_applied(&self, department: &str, revision: u32, applied: &Value) -> Result<()> {
        let mut write = self.write().await?;
        let update = sqlx::query("UPDATE no_paper_hub SET applied = ? WHERE department = ? AND revision = ?");
        let update = update.bind(applied.to_string()).bind(department).bind(i64::from(revision));
        update.execute(&mut *write).await?;
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

async fn put_list(write: &mut Write, list: &StoredList, act: &Act<'_>) -> Result<()> {
    let after = Digest::of(list.json.as_bytes());
    let known = sqlx::query("SELECT * FROM no_paper_lists WHERE department = ? AND revision = ?")
        .bind(&list.department)
        .bind(i64::from(list.revision))
        .fetch_optional(&mut **write)
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
        .execute(&mut **write)
        .await?;
    journal::append(write, act, None, before, Some(after)).await?;
    Ok(())
}

fn at_hub(row: &SqliteRow) -> Result<ListAtHub> {
    Ok(ListAtHub {
        department: row.text("department")?,
        revision: row.number("revision")?,
        state: row.name("state")?,
        said: row.json("said")?,
        applied: row.json("applied")?,
        at: row.at("at")?,
    })
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
    use serde_json::json;

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
        store.save_list(&list(1, false, "a"), None, None, &act(1)).await.unwrap();
        store.save_list(&list(1, false, "b"), None, None, &act(2)).await.unwrap();
        store.save_list(&list(1, true, "c"), None, None, &act(3)).await.unwrap();
        store.save_list(&list(1, true, "c"), None, None, &act(4)).await.unwrap();
        for changed in [list(1, true, "d"), list(1, false, "d")] {
            let refused = store.save_list(&changed, None, None, &act(5)).await;
            assert!(matches!(refused, Err(StoreError::Conflict(Clash::OtherRevision { .. }))));
        }
        store.save_list(&list(2, false, "e"), None, None, &act(7)).await.unwrap();
        assert!(!store.discard_list("Sở Nội vụ", 1, &act(8)).await.unwrap(), "it is approved");
        fixture.kill_and_reopen().await;
        let kept = fixture.store().lists().await.unwrap();
        let told: Vec<_> = kept.iter().map(|it| (it.revision, it.approved, it.json.as_str())).collect();
        assert_eq!(told, [(1, true, "c"), (2, false, "e")]);
        fixture.store().verify_journal().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_is_approved_waits_for_the_hub_and_a_list_of_the_hub_takes_no_drafts_place() {
        let mut fixture = Fixture::new().await;
        let list = |revision, approved, json: &str| StoredList {
            department: "Sở Nội vụ".into(),
            revision,
            approved,
            json: json.into(),
            saved_at: at(1),
            saved_by: "Lan".into(),
        };
        let (null, whose) = (json!(null), json!({ "agency": "H06.16" }));
        let store = fixture.store();
        store.save_list(&list(1, true, "a"), Some((ListState::Waiting, &null)), None, &act(1)).await.unwrap();
        // Told twice, what is known stays.
        store.set_list_at_hub("Sở Nội vụ", 1, (ListState::Received, &json!({ "at": 1 })), &act(2)).await.unwrap();
        store.save_list(&list(1, true, "a"), Some((ListState::Fetched, &whose)), None, &act(3)).await.unwrap();
        store.set_list_applied("Sở Nội vụ", 1, &json!(["02"])).await.unwrap();

        store.save_list(&list(2, false, "draft"), None, None, &act(4)).await.unwrap();
        let moved = list(3, false, "draft of 3");
        store
            .save_list(&list(2, true, "theirs"), Some((ListState::Fetched, &whose)), Some(&moved), &act(5))
            .await
            .unwrap();
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        let kept = store.lists().await.unwrap();
        let told: Vec<_> = kept.iter().map(|it| (it.revision, it.approved, it.json.as_str())).collect();
        assert_eq!(told, [(1, true, "a"), (2, true, "theirs"), (3, false, "draft of 3")]);
        let at_hub = store.lists_at_hub().await.unwrap();
        let states: Vec<_> = at_hub.iter().map(|it| (it.revision, it.state, it.applied.clone())).collect();
        assert_eq!(states, [(1, ListState::Received, json!(["02"])), (2, ListState::Fetched, json!([]))]);
        assert!(store.discard_list("Sở Nội vụ", 3, &act(6)).await.unwrap());
        assert_eq!(store.lists().await.unwrap().len(), 2);
        store.verify_journal().await.unwrap();
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
