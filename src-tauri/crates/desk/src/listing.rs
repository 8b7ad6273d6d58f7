//! The list of dossiers, each with the day it is due.

use dossier::{DossierId, Event, EventKind, LocalMoment, State};
use store::DossierQuery;

use crate::{Desk, DossierLine, DossierPage, Host, fault::Fault};

impl<H: Host> Desk<H> {
    pub(crate) async fn list_dossiers(
        &self,
        limit: u32,
        before: Option<i64>,
        states: Vec<State>,
        find: &str,
    ) -> Result<DossierPage, Fault> {
        // The store's cursor is opaque; outside it is a number to be given back.
        let before = before.map(|at| serde_json::from_value(at.into())).transpose().map_err(Fault::unexpected)?;
        let store = self.store().await?;
        let page = if find.trim().is_empty() {
            let query = DossierQuery { limit: limit.clamp(1, 500), before, states, ..Default::default() };
            store.list_dossiers(&query).await?
        } else {
            store.search(find, limit, before).await?
        };
        let (outbox, today, catalogue) = (self.outbox().await?, self.today()?, self.catalogue().await?);
        let mut dossiers = vec![];
        for summary in page.items {
            // Only what an officer has accepted has a day.
            let due = if summary.official_code.is_some() { self.due(summary.id).await? } else { None };
            dossiers.push(DossierLine {
                id: summary.id,
                procedure: summary.procedure_code,
                state: summary.state,
                code: summary.official_code.or(summary.provisional_code),
                applicant: summary.head.applicant,
                title: summary.head.title,
                practice: summary.practice,
                due,
                working_days_left: due.map(|due| catalogue.calendar().working_days_between(today, due.date)),
                outbox: outbox.iter().find(|line| line.dossier == summary.id).cloned(),
                updated_at: summary.updated_at,
            });
        }
        let next = page.next.map(serde_json::to_value).transpose().map_err(Fault::unexpected)?;
        Ok(DossierPage { dossiers, next: next.and_then(|at| at.as_i64()) })
    }

    /// The day and time the dossier is due, by the newest event that sets one.
    async fn due(&self, id: DossierId) -> Result<Option<LocalMoment>, Fault> {
        for event in self.store().await?.events(id).await?.into_iter().rev() {
            let event: Event = serde_json::from_value(event.json).map_err(Fault::unexpected)?;
            match event.what {
                EventKind::Accepted { due } => return Ok(due),
                EventKind::DueChanged { to, .. } => return Ok(Some(to)),
                EventKind::ApologyIssued { new_due } => return Ok(Some(new_due)),
                _ => {}
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use dossier::{EventId, digest::Digest};
    use serde_json::json;
    use store::{NewEvent, NewReceipt};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Surroundings, desk, queued};

    const CODE: &str = "H06.16-20261121-0001";

    /// A dossier that an officer has accepted, and what happened to it since.
    async fn accepted(desk: &Desk<Surroundings>, due: LocalMoment, then: &[EventKind]) -> DossierId {
        let (id, submission) = queued(desk).await;
        let received = NewReceipt {
            json: b"{}".to_vec(),
            code: CODE.to_owned(),
            received_at: desk.now(),
            manifest_sha256: Digest::of(b"{}"),
        };
        desk.acting("test", async |store, act| store.complete_submission(submission, &received, act).await)
            .await
            .unwrap();
        let happened = [EventKind::Accepted { due: Some(due) }].into_iter().chain(then.iter().cloned());
        let events: Vec<NewEvent> = (1..).zip(happened).map(|(seq, what)| event(desk, id, seq, what)).collect();
        desk.store().await.unwrap().apply_events(&events, events.len() as u64).await.unwrap();
        id
    }

    fn event(desk: &Desk<Surroundings>, id: DossierId, seq: u64, what: EventKind) -> NewEvent {
        let at = desk.now();
        let told = Event {
            id: EventId(Uuid::now_v7()),
            dossier: id,
            seq,
            happened_at: at,
            entered_at: at,
            by: "Lê Văn Nam".to_owned(),
            device: None,
            automatic: false,
            note: String::new(),
            what,
        };
        NewEvent {
            feed_seq: seq,
            dossier: id,
            seq,
            state: State::Processing,
            official_code: CODE.to_owned(),
            json: json!(told),
            happened_at: at,
            entered_at: at,
        }
    }

    fn at(day: &str) -> LocalMoment {
        LocalMoment { date: day.parse().unwrap(), time: "17:00".parse().unwrap() }
    }

    async fn line(desk: &Desk<Surroundings>) -> DossierLine {
        desk.list_dossiers(9, None, vec![], "").await.unwrap().dossiers.remove(0)
    }

    /// It is Saturday the 21st; Tuesday the 24th is a holiday.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_is_accepted_says_how_many_working_days_are_left() {
        for (day, left) in
            [("2026-11-25", 2), ("2026-11-23", 1), ("2026-11-21", 0), ("2026-11-20", 0), ("2026-11-18", -2)]
        {
            let desk = desk();
            accepted(&desk, at(day), &[]).await;
            let line = line(&desk).await;
            assert_eq!((line.due, line.working_days_left), (Some(at(day)), Some(left)), "{day}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_newest_day_counts_and_without_an_officer_there_is_none() {
        let desk = desk();
        accepted(&desk, at("2026-11-18"), &[EventKind::ApologyIssued { new_due: at("2026-11-26") }]).await;
        assert_eq!(line(&desk).await.working_days_left, Some(3));
        desk.new_dossier("NB-11", false).await.unwrap();
        assert_eq!((line(&desk).await.due, line(&desk).await.working_days_left), (None, None));
    }
}
