//! The list of dossiers, each with the day it is due, and finding in it.

use dossier::{
    Calendar, Date, LocalMoment, State,
    deadline::TimeOfDay,
    find::{DueWanted, FindDoubt, Operator, Wanted},
    text::fold,
};
use store::{DossierQuery, DossierSummary, DueRange};

use crate::{Desk, DossierLine, DossierPage, Host, OutboxLine, ProcedureLine, fault::Fault};

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
        let (today, catalogue) = (self.today()?, self.catalogue().await?);
        let calendar = catalogue.calendar();
        let mut wanted = Wanted::read(find, today);
        let asked_for_states = !states.is_empty() && !wanted.states.is_empty();
        let states: Vec<State> = match (states.is_empty(), wanted.states.is_empty()) {
            (true, _) => wanted.states.iter().copied().collect(),
            (false, true) => states,
            (false, false) => states.into_iter().filter(|state| wanted.states.contains(state)).collect(),
        };
        if asked_for_states && states.is_empty() {
            return Ok(DossierPage { dossiers: vec![], next: None, total: Some(0), doubts: wanted.doubts });
        }
        let query = DossierQuery {
            procedures: self.procedures_meant(&mut wanted).await?,
            due: wanted.due.map(|due| due_range(due, self.local_now()?, calendar)).transpose()?,
            words: wanted.words,
            units: wanted.units,
            states,
            limit,
            before,
        };
        let page = self.store().await?.list_dossiers(&query).await?;
        let outbox = if page.items.is_empty() { vec![] } else { self.outbox().await? };
        let dossiers = page.items.into_iter().map(|summary| line(summary, &outbox, today, calendar)).collect();
        let next = page.next.map(serde_json::to_value).transpose().map_err(Fault::unexpected)?;
        Ok(DossierPage { dossiers, next: next.and_then(|at| at.as_i64()), total: page.total, doubts: wanted.doubts })
    }

    /// The codes of the procedures whose code begins as was typed, or whose name has it; what none has is a doubt.
    async fn procedures_meant(&self, wanted: &mut Wanted) -> Result<Vec<String>, Fault> {
        if wanted.procedures.is_empty() {
            return Ok(vec![]);
        }
        let known = self.procedures().await?;
        let mut codes: Vec<String> = vec![];
        for typed in std::mem::take(&mut wanted.procedures) {
            let folded = fold(&typed);
            let fits = |line: &&ProcedureLine| {
                fold(&line.code).starts_with(&folded)
                    || [&line.name_vi, &line.name_en].into_iter().any(|name| fold(name).contains(&folded))
            };
            let before = codes.len();
            codes.extend(known.iter().filter(fits).map(|line| line.code.clone()));
            if codes.len() == before {
                wanted.doubts.push(FindDoubt { typed, about: Some(Operator::Procedure) });
            }
        }
        codes.sort_unstable();
        codes.dedup();
        Ok(codes)
    }

    fn local_now(&self) -> Result<LocalMoment, Fault> {
        let offset = i16::try_from(self.host.utc_offset_minutes()).map_err(Fault::unexpected)?;
        LocalMoment::at(self.now(), offset).ok_or_else(|| Fault::unexpected("a time outside the calendar"))
    }
}

fn line(summary: DossierSummary, outbox: &[OutboxLine], today: Date, calendar: &Calendar) -> DossierLine {
    // Of what is finished nobody asks; counting the days of years ago would take longer than reading the line.
    let due = summary.due.filter(|_| !summary.state.is_finished());
    DossierLine {
        id: summary.id,
        procedure: summary.procedure_code,
        state: summary.state,
        code: summary.official_code.or(summary.provisional_code),
        applicant: summary.head.applicant,
        title: summary.head.title,
        practice: summary.practice,
        due: summary.due,
        working_days_left: due.map(|due| calendar.working_days_between(today, due.date)),
        outbox: outbox.iter().find(|line| line.dossier == summary.id).cloned(),
        updated_at: summary.updated_at,
    }
}

/// From when to when that is, now.
fn due_range(wanted: DueWanted, now: LocalMoment, calendar: &Calendar) -> Result<DueRange, Fault> {
    let outside = || Fault::unexpected("a day outside the calendar");
    let time = |hour| TimeOfDay::new(hour, 0).ok_or_else(outside);
    let (first, last) = (time(0)?, time(24)?);
    let begins = |date| LocalMoment { date, time: first };
    let ends = |date| LocalMoment { date, time: last };
    Ok(match wanted {
        DueWanted::Any => DueRange::default(),
        DueWanted::Overdue => {
            let minute = now.time.minutes().checked_sub(1);
            let before = minute.and_then(|minute| TimeOfDay::new((minute / 60) as u8, (minute % 60) as u8));
            let to = match before {
                Some(time) => LocalMoment { time, ..now },
                None => ends(now.date.plus_days(-1).ok_or_else(outside)?),
            };
            DueRange { from: None, to: Some(to) }
        }
        DueWanted::Days { from, to } => DueRange { from: from.map(begins), to: to.map(ends) },
        DueWanted::Left { from, to } => {
            let last_with = |days| calendar.last_day_within(now.date, days).ok_or_else(outside);
            let after = |days| last_with(days)?.plus_days(1).ok_or_else(outside);
            let from = from.map(|days| after(days - 1)).transpose()?;
            DueRange { from: from.map(begins), to: to.map(last_with).transpose()?.map(ends) }
        }
    })
}

#[cfg(test)]
mod tests {
    use dossier::{DossierId, Event, EventId, EventKind, digest::Digest};
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
            due: told.what.due(),
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

    async fn page(desk: &Desk<Surroundings>, states: Vec<State>, find: &str) -> DossierPage {
        desk.list_dossiers(9, None, states, find).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn procedures_are_meant_by_code_or_name_and_states_narrow_each_other() {
        let desk = desk();
        for procedure in ["NB-11", "NB-20", "NB-20"] {
            desk.new_dossier(procedure, false).await.unwrap();
        }
        for (find, found) in [
            ("thủ tục:nb-20", 2),
            ("thủ tục:NB", 3),
            ("procedure:\"bằng khen\"", 2),
            ("thủ tục:NB-20 tt:nhap", 2),
            ("thủ tục:NB-20 tt:xong", 0),
            ("khen thủ tục:NB-11", 0),
        ] {
            let page = page(&desk, vec![], find).await;
            assert_eq!((page.dossiers.len(), page.doubts), (found, vec![]), "{find}");
        }
        let narrowed = page(&desk, vec![State::Done], "tt:nhap").await;
        assert_eq!((narrowed.dossiers.len(), narrowed.total), (0, Some(0)));
        assert_eq!(page(&desk, vec![State::Draft], "tt:nhap").await.total, Some(3));
        let doubtful = page(&desk, vec![], "thủ tục:XX-99 khen màu:đỏ").await;
        assert_eq!(doubtful.dossiers.len(), 2, "the rest still counts");
        let typed: Vec<_> = doubtful.doubts.iter().map(|doubt| (doubt.typed.as_str(), doubt.about)).collect();
        assert_eq!(typed, [("màu:đỏ", None), ("XX-99", Some(Operator::Procedure))]);
    }

    /// It is Saturday the 21st, nine in the morning; Tuesday the 24th is a holiday.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn working_days_left_are_asked_for_as_they_are_shown() {
        let desk = desk();
        accepted(&desk, at("2026-11-25"), &[]).await;
        let left = line(&desk).await.working_days_left;
        assert_eq!(left, Some(2));
        for (find, is) in [
            ("hạn:2", true),
            ("hạn:<2", false),
            ("hạn:<3", true),
            ("hạn:>2", false),
            ("hạn:>=2", true),
            ("hạn:1", false),
            ("hạn:quá", false),
            ("hạn:25/11", true),
            ("due:tomorrow", false),
            ("due:any tt:processing", true),
        ] {
            assert_eq!(page(&desk, vec![], find).await.dossiers.len() == 1, is, "{find}");
        }
        let late = Desk::new(Surroundings {
            folder: tempfile::TempDir::new().unwrap(),
            attends: false,
            notices: Default::default(),
        });
        accepted(&late, at("2026-11-18"), &[]).await;
        for (find, is) in
            [("hạn:quá", true), ("hạn:-2", true), ("hạn:<0", true), ("hạn:<-2", false), ("hạn:>=0", false)]
        {
            assert_eq!(page(&late, vec![], find).await.dossiers.len() == 1, is, "{find}");
        }
    }
}
