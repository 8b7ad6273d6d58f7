//! What the hub told us. The cursor moves in the transaction that applies the events: none is lost, none counts twice.

use std::collections::BTreeSet;

use dossier::{DossierId, LocalMoment, State, Timestamp};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Clash, Result, Store, StoreError,
    columns::{self, Columns},
    database::Write,
    ms,
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
    /// What it says of the moment the dossier is due: nothing, that there is one, or none.
    pub due: Option<Option<LocalMoment>>,
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

/// In the table, that there is no moment, where null says nothing.
const NO_DUE: i64 = 0;

impl Store {
    /// How far the feed has been applied; 0 at first.
    pub async fn event_cursor(&self) -> Result<u64> {
        sqlx::query("SELECT feed_seq FROM event_cursor").fetch_one(self.read()).await?.number("feed_seq")
    }

    /// Applies a batch of the feed and moves the cursor to `next`, at once. Events already applied change nothing, so a
    /// batch may come again. A dossier held here takes over the state and code of its newest event once it has a receipt;
    /// before that, nothing the feed says makes it "sent". Gives how many events were new.
    ///
    /// # Errors
    /// [`Clash::OtherEvent`] when an event of this number is stored with another content, [`Clash::Taken`] when its place
    /// in the feed is another event's; nothing of the batch is applied.
    pub async fn apply_events(&self, events: &[NewEvent], next: u64) -> Result<usize> {
        let mut write = self.write().await?;
        let (mut new, mut dossiers) = (0, BTreeSet::new());
        for event in events {
            if insert(&mut write, event).await? {
                new += 1;
                dossiers.insert(event.dossier.0);
            }
        }
        for dossier in dossiers {
            take_over(&mut write, DossierId(dossier)).await?;
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

/// False when the very same event is there already.
async fn insert(write: &mut Write, event: &NewEvent) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO events (dossier, seq, feed_seq, state, official_code, due, json, happened_at, entered_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dossier, seq) DO NOTHING",
    )
    .bind(columns::id(event.dossier.0))
    .bind(columns::integer(event.seq, "seq")?)
    .bind(columns::integer(event.feed_seq, "feed_seq")?)
    .bind(columns::name(&event.state, "state")?)
    .bind(&event.official_code)
    .bind(event.due.map(|due| due.map_or(NO_DUE, columns::due_number)))
    .bind(columns::json(&event.json, "json")?)
    .bind(ms(event.happened_at))
    .bind(ms(event.entered_at))
    .execute(&mut **write)
    .await?;
    if inserted.rows_affected() > 0 {
        return Ok(true);
    }
    let row = sqlx::query("SELECT * FROM events WHERE dossier = ? AND seq = ?")
        .bind(columns::id(event.dossier.0))
        .bind(columns::integer(event.seq, "seq")?)
        .fetch_one(&mut **write)
        .await?;
    let there = NewEvent {
        feed_seq: row.number("feed_seq")?,
        dossier: event.dossier,
        seq: event.seq,
        state: row.name("state")?,
        official_code: row.text("official_code")?,
        // Said by the event itself.
        due: event.due,
        json: row.json("json")?,
        happened_at: row.at("happened_at")?,
        entered_at: row.at("entered_at")?,
    };
    if there == *event { Ok(false) } else { Err(StoreError::Conflict(Clash::OtherEvent { seq: event.seq })) }
}

/// The newest event of a receipted dossier says where it stands, and the newest that says so, when it is due; an older one, come
/// late, does not. Nothing happens to a
/// dossier without a receipt or without events.
pub(crate) async fn take_over(write: &mut Write, dossier: DossierId) -> Result<()> {
    sqlx::query(
        "UPDATE dossiers SET state = newest.state, official_code = newest.official_code,
           updated_at = max(updated_at, newest.entered_at),
           due = nullif((SELECT due FROM events WHERE dossier = ?1 AND due IS NOT NULL ORDER BY seq DESC LIMIT 1), ?2)
         FROM (SELECT state, official_code, entered_at FROM events WHERE dossier = ?1 ORDER BY seq DESC LIMIT 1) AS newest
         WHERE dossiers.id = ?1 AND EXISTS (SELECT 1 FROM receipts WHERE dossier = ?1)",
    )
    .bind(columns::id(dossier.0))
    .bind(NO_DUE)
    .execute(&mut **write)
    .await?;
    Ok(())
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
    use dossier::{Digest, SubmissionId};

    use super::*;
    use crate::{
        NewReceipt, NewSubmission, SubmissionKind, Transition,
        testing::{Fixture, act, at, new_dossier, uuid},
    };

    const CODE: &str = "H06.16-20261121-0001";

    fn event(feed_seq: u64, dossier: DossierId, seq: u64, state: State) -> NewEvent {
        NewEvent {
            feed_seq,
            dossier,
            seq,
            state,
            official_code: CODE.into(),
            due: None,
            json: serde_json::json!({ "seq": seq }),
            happened_at: at(5),
            entered_at: at(6),
        }
    }

    /// A dossier on its way: frozen and queued.
    async fn queued(store: &Store) -> (DossierId, SubmissionId) {
        let id = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap().id;
        store.transition(id, &Transition::Check { blocking: 0 }, &act(2)).await.unwrap();
        let submission = NewSubmission {
            id: SubmissionId(uuid(0x5000)),
            dossier: id,
            kind: SubmissionKind::Submit,
            answers_version: 0,
            manifest: b"{}".to_vec(),
            manifest_sha256: Digest::of(b"{}"),
            payload: serde_json::json!({}),
            files: vec![],
        };
        store.freeze(&submission, &act(3)).await.unwrap();
        (id, submission.id)
    }

    async fn receive(store: &Store, submission: SubmissionId) {
        let receipt = NewReceipt {
            json: b"{}".to_vec(),
            code: CODE.into(),
            received_at: at(4),
            manifest_sha256: Digest::of(b"{}"),
        };
        store.complete_submission(submission, &receipt, &act(4)).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_batch_applies_once_and_moves_the_cursor() {
        let mut fixture = Fixture::new().await;
        let (id, submission) = queued(fixture.store()).await;
        receive(fixture.store(), submission).await;
        let elsewhere = new_dossier(2).id;
        let batch = [
            event(1, id, 1, State::Registered),
            event(2, id, 2, State::Accepted),
            event(3, elsewhere, 1, State::Accepted),
        ];
        assert_eq!(fixture.store().apply_events(&batch, 3).await.unwrap(), 3);
        fixture.kill_and_reopen().await;
        assert_eq!(fixture.store().apply_events(&batch, 3).await.unwrap(), 0);
        assert_eq!(fixture.store().event_cursor().await.unwrap(), 3);
        let dossier = fixture.store().dossier(id).await.unwrap();
        assert_eq!((dossier.state, dossier.official_code.as_deref()), (State::Accepted, Some(CODE)));
        assert_eq!(fixture.store().find_dossier(CODE).await.unwrap(), Some(id));
        assert_eq!(fixture.store().events(elsewhere).await.unwrap().len(), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn an_older_event_come_late_does_not_turn_the_state_back() {
        let fixture = Fixture::new().await;
        let (id, submission) = queued(fixture.store()).await;
        receive(fixture.store(), submission).await;
        fixture.store().apply_events(&[event(9, id, 2, State::Accepted)], 9).await.unwrap();
        assert_eq!(fixture.store().apply_events(&[event(8, id, 1, State::Registered)], 8).await.unwrap(), 1);
        assert_eq!(fixture.store().dossier(id).await.unwrap().state, State::Accepted);
        assert_eq!(fixture.store().event_cursor().await.unwrap(), 9);
        let order: Vec<_> = fixture.store().events(id).await.unwrap().iter().map(|event| event.seq).collect();
        assert_eq!(order, [1, 2]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_newest_event_that_says_so_tells_when_a_dossier_is_due() {
        let mut fixture = Fixture::new().await;
        let (id, submission) = queued(fixture.store()).await;
        let day = |day: &str| Some(LocalMoment { date: day.parse().unwrap(), time: "17:00".parse().unwrap() });
        let due = async |store: &Store| {
            let query = crate::DossierQuery { limit: 1, ..Default::default() };
            store.list_dossiers(&query).await.unwrap().items[0].due
        };
        let accepted = NewEvent { due: Some(day("2026-11-25")), ..event(1, id, 2, State::Accepted) };
        fixture.store().apply_events(&[accepted], 1).await.unwrap();
        assert_eq!(due(fixture.store()).await, None, "nothing the feed says counts before the receipt");
        receive(fixture.store(), submission).await;
        assert_eq!(due(fixture.store()).await, day("2026-11-25"));
        let later = [
            NewEvent { due: Some(day("2026-11-27")), ..event(2, id, 4, State::Processing) },
            event(3, id, 5, State::Processing),
            NewEvent { due: Some(day("2026-11-20")), ..event(4, id, 3, State::Processing) },
        ];
        fixture.store().apply_events(&later, 4).await.unwrap();
        fixture.kill_and_reopen().await;
        assert_eq!(due(fixture.store()).await, day("2026-11-27"), "an older one, come late, does not count");
        let none = NewEvent { due: Some(None), ..event(5, id, 6, State::Processing) };
        fixture.store().apply_events(&[none], 5).await.unwrap();
        assert_eq!(due(fixture.store()).await, None);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn without_a_receipt_no_event_makes_a_dossier_sent() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let (id, submission) = queued(store).await;
        store.apply_events(&[event(1, id, 1, State::Accepted)], 1).await.unwrap();
        let waiting = store.dossier(id).await.unwrap();
        assert_eq!((waiting.state, waiting.official_code), (State::Queued, None));
        assert_eq!(store.events(id).await.unwrap().len(), 1);
        receive(store, submission).await;
        let sent = store.dossier(id).await.unwrap();
        assert_eq!((sent.state, sent.official_code.as_deref()), (State::Accepted, Some(CODE)));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn another_content_under_a_known_number_is_refused_with_its_batch() {
        let fixture = Fixture::new().await;
        let (store, id) = (fixture.store(), new_dossier(1).id);
        let first = event(1, id, 1, State::Registered);
        store.apply_events(std::slice::from_ref(&first), 1).await.unwrap();
        for other in [
            NewEvent { state: State::Accepted, ..first.clone() },
            NewEvent { json: serde_json::json!({ "seq": 1, "more": true }), ..first.clone() },
            NewEvent { feed_seq: 2, ..first.clone() },
        ] {
            let refused = store.apply_events(&[event(3, id, 2, State::Accepted), other], 3).await;
            assert!(matches!(refused, Err(StoreError::Conflict(Clash::OtherEvent { seq: 1 }))), "{refused:?}");
        }
        let taken = store.apply_events(&[event(1, id, 2, State::Accepted)], 3).await;
        assert!(matches!(taken, Err(StoreError::Conflict(Clash::Taken))));
        assert_eq!((store.events(id).await.unwrap().len(), store.event_cursor().await.unwrap()), (1, 1));
    }
}
