//! News from the hub: fetched by long poll, applied with the cursor in one transaction.

use std::{sync::Arc, time::Duration};

use store::{NewEvent, Store};
use tokio_util::sync::CancellationToken;
use wire::event::{EventsAnswer, FeedEvent};

use crate::{Backoff, Fault, Hub};

/// Fetches and applies what happened since the stored cursor; waits up to `wait` for something to happen. Gives how many
/// events were new.
pub async fn pull_events(store: &Store, hub: &Hub, wait: Duration) -> Result<usize, Fault> {
    let after = store.event_cursor().await?;
    let answer = hub.events(after, wait).await?;
    let events = checked(&answer, after)?;
    if answer.next == after {
        return Ok(0);
    }
    Ok(store.apply_events(&events, answer.next).await?)
}

/// Keeps fetching until cancelled; `news` is told how many new events were applied, or why none could be.
pub async fn follow_events(
    store: &Store,
    hub: &Hub,
    backoff: Backoff,
    cancel: &CancellationToken,
    news: Arc<dyn Fn(Result<usize, Fault>) + Send + Sync>,
) {
    let mut failures = 0;
    while !cancel.is_cancelled() {
        let pulled = tokio::select! {
            () = cancel.cancelled() => return,
            pulled = pull_events(store, hub, Duration::from_secs(wire::path::MAX_WAIT_SECONDS)) => pulled,
        };
        let pause = match &pulled {
            Ok(_) => None,
            Err(fault) => {
                failures += 1;
                Some(fault.wait(backoff.delay(failures)))
            }
        };
        if !matches!(pulled, Ok(0)) {
            news(pulled);
        }
        match pause {
            None => failures = 0,
            Some(pause) => tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            },
        }
    }
}

/// The feed is gap-free: an answer that skips something would lose it for ever, and is refused.
fn checked(answer: &EventsAnswer, after: u64) -> Result<Vec<NewEvent>, Fault> {
    let mut expected = after;
    let mut events = Vec::with_capacity(answer.events.len());
    for event in &answer.events {
        expected += 1;
        if event.cursor != expected {
            return Err(Fault::Protocol("an event of the feed"));
        }
        events.push(stored(event)?);
    }
    if answer.next == expected { Ok(events) } else { Err(Fault::Protocol("the feed's cursor")) }
}

fn stored(event: &FeedEvent) -> Result<NewEvent, Fault> {
    Ok(NewEvent {
        feed_seq: event.cursor,
        dossier: event.event.dossier,
        seq: event.event.seq,
        state: event.state,
        official_code: event.code.to_string(),
        due: event.event.what.due(),
        json: serde_json::to_value(&event.event).map_err(|_| Fault::Protocol("a readable event"))?,
        happened_at: event.event.happened_at,
        entered_at: event.event.entered_at,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tokio::sync::mpsc;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, FakeHub, Mishap, QUICK, at};

    fn event(cursor: u64) -> Value {
        json!({
            "cursor": cursor, "code": "H06.16-20261121-0001", "state": "accepted",
            "event": {
                "id": Uuid::from_u128(u128::from(cursor)), "dossier": Uuid::from_u128(1), "seq": cursor,
                "happened_at": at(1), "entered_at": at(2), "by": "Cán bộ", "device": null, "automatic": false,
                "note": "", "what": { "kind": "accepted", "due": null },
            },
        })
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn news_is_applied_once_and_the_cursor_follows() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        hub.known().events = (1..=3).map(event).collect();
        let client = hub.client();
        assert_eq!(pull_events(&desk.store, &client, Duration::ZERO).await.unwrap(), 3);
        assert_eq!(pull_events(&desk.store, &client, Duration::ZERO).await.unwrap(), 0);
        hub.known().events.push(event(4));
        assert_eq!(pull_events(&desk.store, &client, Duration::ZERO).await.unwrap(), 1);
        assert_eq!(desk.store.event_cursor().await.unwrap(), 4);
        let kept = desk.store.events(store::DossierId(Uuid::from_u128(1))).await.unwrap();
        assert_eq!(kept.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(kept[0].happened_at, at(1));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_gap_is_refused_whole() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        hub.known().events = vec![event(1), event(3)];
        let refused = pull_events(&desk.store, &hub.client(), Duration::ZERO).await;
        assert!(matches!(refused, Err(Fault::Protocol(_))));
        assert_eq!(desk.store.event_cursor().await.unwrap(), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn following_survives_a_bad_link_and_ends_when_cancelled() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        hub.mishap("GET", "/v1/events", &[Mishap::LostReply, Mishap::Portal(200)]);
        hub.known().events = (1..=2).map(event).collect();
        let (tell, mut told) = mpsc::unbounded_channel();
        let news = Arc::new(move |news: Result<usize, Fault>| {
            let _ = tell.send(news.map_err(|fault| fault.to_send_error().code));
        });
        let (cancel, client) = (CancellationToken::new(), hub.client());
        let following = follow_events(&desk.store, &client, QUICK, &cancel, news);
        let listening = async {
            assert_eq!(told.recv().await.unwrap(), Err("no_answer".to_owned()));
            assert_eq!(told.recv().await.unwrap(), Err("portal".to_owned()));
            assert_eq!(told.recv().await.unwrap(), Ok(2));
            cancel.cancel();
        };
        tokio::join!(following, listening);
        assert_eq!(desk.store.event_cursor().await.unwrap(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_token_is_shown_only_to_a_hub_that_has_just_proved_itself() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        let client = hub.client();
        let asked = || (hub.requests("GET", "/v1/ping"), hub.requests("GET", "/v1/events"));
        for _ in 0..2 {
            pull_events(&desk.store, &client, Duration::ZERO).await.unwrap();
        }
        assert_eq!(asked(), (1, 2), "one sign of life is enough for half a minute");
        client.set_proved(std::time::Instant::now().checked_sub(Duration::from_secs(31)));
        pull_events(&desk.store, &client, Duration::ZERO).await.unwrap();
        assert_eq!(asked(), (2, 3));
        hub.mishap("GET", "/v1/events", &[Mishap::LostReply]);
        pull_events(&desk.store, &client, Duration::ZERO).await.unwrap_err();
        hub.mishap("GET", "/v1/ping", &[Mishap::OtherHub]);
        let stranger = pull_events(&desk.store, &client, Duration::ZERO).await;
        assert!(matches!(stranger, Err(Fault::Portal { .. })));
        assert_eq!(asked(), (3, 4), "after a break it has to prove itself again, and a stranger is shown nothing");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_stranger_at_the_address_is_shown_no_token() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        let key = wire::SigningKey::from_seed(&[9; 32]).public().to_string().parse::<store::Digest>().unwrap().0;
        let enrolment = store::Enrolment { hub_public_key: key, ..hub.enrolment() };
        let client = Hub::new(&enrolment, crate::testing::timeouts()).unwrap();
        let pulled = pull_events(&desk.store, &client, Duration::ZERO).await;
        assert!(matches!(pulled, Err(Fault::Distrust(_))));
        assert!(matches!(client.limits().await, Err(Fault::Distrust(_))));
        assert!(hub.known().log.iter().all(|line| line == "GET /v1/ping"));
    }
}
