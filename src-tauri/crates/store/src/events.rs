//! What the hub told us. The cursor moves in the transaction that applies the events: none is lost, none counts twice.

use dossier::{DossierId, State, Timestamp};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Result, Store,
    columns::{self, Columns},
    database::Write,
    ms, search,
};

/// One event of the hub's feed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Its place in the hub's feed.
    pub feed_seq: u64,
    pub dossier: DossierId,
    /// Its place among the events of its dossier.
    pub seq: u64,
    /// The state of the dossier after it, as the hub decided.
    pub state: State,
    pub official_code: String,
    /// The event itself; opaque.
    pub json: Value,
    pub happened_at: Timestamp,
    pub entered_at: Timestamp,
}

/// An event as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    pub feed_seq: u64,
    pub dossier: DossierId,
    pub seq: u64,
    pub json: Value,
    pub happened_at: Timestamp,
    pub entered_at: Timestamp,
}

impl Store {
    /// How far the feed has been applied; 0 at first.
    pub async fn event_cursor(&self) -> Result<u64> {
        sqlx::query("SELECT feed_seq FROM event_cursor").fetch_one(self.read()).await?.number("feed_seq")
    }

    /// Applies a batch of the feed and moves the cursor to `next`, at once. Events already applied change nothing, so a
    /// batch may come again. A dossier held here takes over the state and code of its newest event. Gives how many
    /// events were new.
    pub async fn apply_events(&self, events: &[NewEvent], next: u64) -> Result<usize> {
        let mut write = self.write().await?;
        let mut new = 0;
        for event in events {
            if insert(&mut write, event).await? {
                new += 1;
                take_over(&mut write, event).await?;
            }
        }
        sqlx::query("UPDATE event_cursor SET feed_seq = max(feed_seq, ?)")
            .bind(columns::integer(next, "feed_seq")?)
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(new)
    }

    /// The events that were applied after the cursor stood at `feed_seq`, in the order of the feed.
    pub async fn events_after(&self, feed_seq: u64) -> Result<Vec<StoredEvent>> {
        let rows = sqlx::query("SELECT * FROM events WHERE feed_seq > ? ORDER BY feed_seq")
            .bind(columns::integer(feed_seq, "feed_seq")?)
            .fetch_all(self.read())
            .await?;
        rows.iter().map(stored).collect()
    }

    /// The events of a dossier in order.
    pub async fn events(&self, dossier: DossierId) -> Result<Vec<StoredEvent>> {
        let rows = sqlx::query("SELECT * FROM events WHERE dossier = ? ORDER BY seq")
            .bind(columns::id(dossier.0))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(stored).collect()
    }
}

async fn insert(write: &mut Write, event: &NewEvent) -> Result<bool> {
    let inserted = sqlx::query("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)")
        .bind(columns::id(event.dossier.0))
        .bind(columns::integer(event.seq, "seq")?)
        .bind(columns::integer(event.feed_seq, "feed_seq")?)
        .bind(columns::json(&event.json, "json")?)
        .bind(ms(event.happened_at))
        .bind(ms(event.entered_at))
        .execute(&mut **write)
        .await?;
    Ok(inserted.rows_affected() > 0)
}

/// The newest event of a dossier says where it stands; an older one, come late, does not.
async fn take_over(write: &mut Write, event: &NewEvent) -> Result<()> {
    let row = sqlx::query(
        "UPDATE dossiers SET state = ?1, official_code = ?2, updated_at = max(updated_at, ?3)
         WHERE id = ?4 AND NOT EXISTS (SELECT 1 FROM events WHERE dossier = ?4 AND seq > ?5) RETURNING *",
    )
    .bind(columns::name(&event.state, "state")?)
    .bind(&event.official_code)
    .bind(ms(event.entered_at))
    .bind(columns::id(event.dossier.0))
    .bind(columns::integer(event.seq, "seq")?)
    .fetch_optional(&mut **write)
    .await?;
    match row {
        Some(row) => search::index_head(write, &row).await,
        None => Ok(()),
    }
}

fn stored(row: &SqliteRow) -> Result<StoredEvent> {
    Ok(StoredEvent {
        feed_seq: row.number("feed_seq")?,
        dossier: row.id("dossier")?,
        seq: row.number("seq")?,
        json: row.json("json")?,
        happened_at: row.at("happened_at")?,
        entered_at: row.at("entered_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, at, new_dossier};

    fn event(feed_seq: u64, dossier: DossierId, seq: u64, state: State) -> NewEvent {
        NewEvent {
            feed_seq,
            dossier,
            seq,
            state,
            official_code: "H06.16-20261121-0001".into(),
            json: serde_json::json!({ "seq": seq }),
            happened_at: at(5),
            entered_at: at(6),
        }
    }

    #[tokio::test]
    async fn a_batch_applies_once_and_moves_the_cursor() {
        let mut fixture = Fixture::new().await;
        let id = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap().id;
        let elsewhere = new_dossier(2).id;
        let batch = [event(1, id, 1, State::Registered), event(2, elsewhere, 1, State::Accepted)];
        assert_eq!(fixture.store().apply_events(&batch, 2).await.unwrap(), 2);
        fixture.kill_and_reopen().await;
        assert_eq!(fixture.store().apply_events(&batch, 2).await.unwrap(), 0);
        assert_eq!(fixture.store().event_cursor().await.unwrap(), 2);
        let dossier = fixture.store().dossier(id).await.unwrap();
        assert_eq!(dossier.state, State::Registered);
        assert_eq!(fixture.store().find_dossier("H06.16-20261121-0001").await.unwrap(), Some(id));
        assert_eq!(fixture.store().events(elsewhere).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_older_event_come_late_does_not_turn_the_state_back() {
        let fixture = Fixture::new().await;
        let id = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap().id;
        fixture.store().apply_events(&[event(9, id, 2, State::Accepted)], 9).await.unwrap();
        assert_eq!(fixture.store().apply_events(&[event(8, id, 1, State::Registered)], 8).await.unwrap(), 1);
        assert_eq!(fixture.store().dossier(id).await.unwrap().state, State::Accepted);
        assert_eq!(fixture.store().event_cursor().await.unwrap(), 9);
        let order: Vec<_> = fixture.store().events(id).await.unwrap().iter().map(|event| event.seq).collect();
        assert_eq!(order, [1, 2]);
    }
}
