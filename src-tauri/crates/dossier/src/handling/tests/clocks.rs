//! Until when: restart and pause, days and hours, and what stands now.

use super::*;
use crate::{deadline::TraceStep, event::DueCause};

/// Accepted on the first morning; asked for more; brought; accepted again.
fn after_supplement(
    office: &Office,
    received: &str,
    asked: &str,
    brought_at: &str,
) -> (Option<String>, Option<String>) {
    let mut case = office.receives(received);
    case.does(received, &desk(), Act::Accept);
    let first = case.due();
    case.does(asked, &desk(), supplement(""));
    case.does(brought_at, &Actor::System, brought()).does(brought_at, &desk(), Act::Accept);
    (first, case.due())
}

#[test]
fn a_supplement_restarts_the_limit_or_takes_the_applicants_time_out() {
    use TimeUnit::*;
    // limit, received, asked, brought: first due, due after a restart, due after a pause
    let vectors = [
        (
            3,
            WorkingDay,
            "19/11/2026 09:00",
            "20/11/2026 10:00",
            "30/11/2026 09:00",
            "25/11/2026 17:00",
            "03/12/2026 17:00",
            "02/12/2026 17:00",
        ),
        // Asked and brought on one day: nothing to take out.
        (
            3,
            WorkingDay,
            "19/11/2026 09:00",
            "20/11/2026 08:00",
            "20/11/2026 10:00",
            "25/11/2026 17:00",
            "26/11/2026 17:00",
            "25/11/2026 17:00",
        ),
        // Asked on the last day: there is that day again.
        (
            3,
            WorkingDay,
            "19/11/2026 09:00",
            "25/11/2026 09:00",
            "30/11/2026 09:00",
            "25/11/2026 17:00",
            "03/12/2026 17:00",
            "30/11/2026 17:00",
        ),
        // Brought on a holiday: it counts from the morning after.
        (
            5,
            WorkingDay,
            "19/11/2026 09:00",
            "20/11/2026 10:00",
            "24/11/2026 10:00",
            "27/11/2026 17:00",
            "02/12/2026 17:00",
            "01/12/2026 17:00",
        ),
        // Over Tết 2026: its days are nobody's.
        (
            5,
            WorkingDay,
            "11/02/2026 09:00",
            "12/02/2026 09:00",
            "23/02/2026 09:00",
            "25/02/2026 17:00",
            "02/03/2026 17:00",
            "27/02/2026 17:00",
        ),
        // Ten calendar days are taken out of thirty.
        (
            30,
            CalendarDay,
            "21/10/2026 09:00",
            "01/11/2026 09:00",
            "11/11/2026 09:00",
            "20/11/2026 17:00",
            "11/12/2026 17:00",
            "30/11/2026 17:00",
        ),
        (
            1,
            Month,
            "21/10/2026 09:00",
            "02/11/2026 09:00",
            "06/11/2026 09:00",
            "23/11/2026 17:00",
            "07/12/2026 17:00",
            "25/11/2026 17:00",
        ),
        // Eight hours, of which one and a half are left at ten in the morning.
        (
            8,
            Hour,
            "18/11/2026 13:30",
            "19/11/2026 10:00",
            "20/11/2026 15:00",
            "19/11/2026 11:30",
            "23/11/2026 15:00",
            "20/11/2026 16:30",
        ),
    ];
    for (n, unit, received, asked, brought_at, first, restarted, paused) in vectors {
        let restart = after_supplement(&Office::with_limit(n, unit), received, asked, brought_at);
        assert_eq!(restart, (Some(first.into()), Some(restarted.into())), "restart of {n} {unit:?} from {received}");
        let pause = after_supplement(&Office::with_limit(n, unit).pausing(), received, asked, brought_at);
        assert_eq!(pause, (Some(first.into()), Some(paused.into())), "pause of {n} {unit:?} from {received}");
    }
}

#[test]
fn what_was_never_accepted_runs_from_the_complete_dossier() {
    for office in [Office::new(), Office::new().pausing()] {
        let mut case = office.receives("09/11/2026 09:00");
        case.does("09/11/2026 10:00", &desk(), supplement("")).does("19/11/2026 09:00", &Actor::Applicant, brought());
        case.does("19/11/2026 10:00", &desk(), Act::Accept);
        assert_eq!(case.due().as_deref(), Some("25/11/2026 17:00"));
        let [supplement] = case.handling.supplements.as_slice() else { panic!() };
        assert_eq!((supplement.applicant_days, supplement.items.len(), supplement.late), (Some(8), 2, false));
    }
}

#[test]
fn the_notice_of_what_is_missing_has_its_own_limit() {
    let office = Office::with_limit(20, TimeUnit::WorkingDay);
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("26/11/2026 08:00", &desk(), supplement(""));
    assert!(case.handling.supplements[0].late, "three working days were over on the 25th");
}

#[test]
fn a_payment_pauses_whatever_a_supplement_does_and_the_step_waits_with_it() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 10:00", &desk(), forward(1));
    let until = |case: &Case<'_>| case.handling.process.open().and_then(|run| run.until).map(shown);
    assert_eq!(until(&case).as_deref(), Some("23/11/2026 09:00"));
    case.does("20/11/2026 09:00", &officer(), Act::RequestPayment { amount: 100_000 });
    assert_eq!(case.standing("30/12/2026 09:00"), Standing::Waiting);
    case.does("27/11/2026 09:00", &Actor::System, Act::TakePayment { amount: 100_000 });
    assert_eq!(case.due().as_deref(), Some("01/12/2026 17:00"), "four working days later");
    assert_eq!(until(&case).as_deref(), Some("30/11/2026 09:00"));
    let last = case.handling.events.last().unwrap();
    assert!(last.automatic && matches!(last.what, EventKind::DueChanged { why: DueCause::Pause, .. }));
    let paused = TraceStep::Paused { from: moment("20/11/2026 09:00"), to: moment("27/11/2026 09:00") };
    assert!(case.handling.clock.promises[1].counted.as_ref().unwrap().trace.contains(&paused));
    case.does("30/11/2026 08:00", &officer(), Act::RequestPayment { amount: 1 });
    case.does("01/12/2026 08:00", &desk(), Act::TakePayment { amount: 1 });
    assert_eq!(until(&case).as_deref(), Some("01/12/2026 09:00"), "both waits are left out");
    // At the reception the rule for handing on begins again.
    let mut early = office.receives("19/11/2026 09:00");
    early.does("19/11/2026 10:00", &desk(), Act::Accept).does(
        "19/11/2026 10:00",
        &desk(),
        Act::RequestPayment { amount: 1 },
    );
    early.does("23/11/2026 16:00", &desk(), Act::TakePayment { amount: 1 });
    assert_eq!(until(&early).as_deref(), Some("25/11/2026 11:30"));
}

#[test]
fn the_clock_of_old_events_stands_still_while_it_was_suspended() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).happens("20/11/2026 09:00", EventKind::Suspended);
    assert_eq!(case.standing("30/12/2026 09:00"), Standing::Waiting);
    case.happens("23/11/2026 09:00", EventKind::Resumed);
    assert_eq!(
        (case.due().as_deref(), case.standing("23/11/2026 10:00")),
        (Some("25/11/2026 17:00"), Standing::DueSoon)
    );
    assert_eq!(case.handling.moved().map(|due| due.moment()), None, "the promise was made before");
    case.does("23/11/2026 10:00", &leader(), Act::RecountDue { reason: reason() });
    assert_eq!(case.due().as_deref(), Some("26/11/2026 17:00"));
}

#[test]
fn a_changed_calendar_moves_a_promise_by_a_decision_only() {
    let mut office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept);
    let recount = || Act::RecountDue { reason: "Nghỉ bù theo quyết định".into() };
    let same = Refusal::SameDue { due: moment("25/11/2026 17:00") };
    assert_eq!(case.asks("19/11/2026 11:00", &leader(), recount()), Err(same));
    let events = case.handling.events.clone();
    // The 23rd becomes a day off.
    let mut year = CalendarYear::from_json(include_str!("../../../../../data/calendar/2026.json")).unwrap();
    year.holidays.last_mut().unwrap().from = day("23/11/2026");
    office.calendar = [year].into_iter().collect();
    let mut case = Case { handling: Handling::of(&events, &office.rules()).unwrap(), office: &office };
    assert_eq!(case.due().as_deref(), Some("25/11/2026 17:00"), "what was printed stays");
    assert_eq!(case.handling.moved().map(|due| shown(due.moment())).as_deref(), Some("26/11/2026 17:00"));
    case.does("20/11/2026 11:00", &leader(), recount());
    assert_eq!((case.due().as_deref(), case.handling.moved()), (Some("26/11/2026 17:00"), None));
    let whys: Vec<DueCause> = case.handling.clock.promises.iter().map(|promise| promise.why).collect();
    assert_eq!(whys, [DueCause::Reception, DueCause::Decision]);
    assert_eq!(case.handling.clock.promises[1].reason, "Nghỉ bù theo quyết định");
}

#[test]
fn a_due_time_over_days_that_may_still_move_says_so() {
    let office = Office::new();
    let crosses = |received: &str| {
        let mut case = office.receives(received);
        case.does(received, &desk(), Act::Accept);
        case.handling.clock.promises[0].crosses_projected
    };
    assert!(!crosses("19/11/2026 09:00") && crosses("28/01/2027 09:00"));
}

#[test]
fn finished_dossiers_are_before_on_or_after_their_due_day() {
    let of = |office: &Office, done: &str| {
        let mut case = office.receives("19/11/2026 09:00");
        case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 10:30", &desk(), forward(1));
        case.does("19/11/2026 11:00", &officer(), forward(2)).does(done, &leader(), finish());
        case.standing("31/12/2026 09:00")
    };
    let days = Office::new();
    assert_eq!(of(&days, "23/11/2026 17:00"), Standing::Early);
    assert_eq!(of(&days, "25/11/2026 08:00"), Standing::OnDay);
    assert_eq!(of(&days, "25/11/2026 20:00"), Standing::OnDay, "a limit in days ends at midnight");
    assert_eq!(of(&days, "26/11/2026 07:00"), Standing::Late);
    // Until 16:00 the same day.
    let hours = Office::with_limit(5, TimeUnit::Hour);
    assert_eq!(of(&hours, "19/11/2026 16:00"), Standing::OnDay);
    assert_eq!(of(&hours, "19/11/2026 16:01"), Standing::Late);
}

#[test]
fn open_dossiers_are_in_time_due_soon_or_overdue() {
    let mut office = Office::with_limit(5, TimeUnit::WorkingDay);
    let mut case = office.receives("18/11/2026 09:00");
    assert_eq!(case.standing("18/11/2026 10:00"), Standing::NotAccepted);
    case.does("18/11/2026 10:00", &desk(), Act::Accept);
    assert_eq!(case.due().as_deref(), Some("26/11/2026 17:00"));
    assert_eq!(case.standing("20/11/2026 10:00"), Standing::InTime);
    assert_eq!(case.standing("23/11/2026 10:00"), Standing::DueSoon, "two working days are left");
    assert_eq!(case.standing("26/11/2026 23:00"), Standing::DueSoon);
    assert_eq!(case.standing("27/11/2026 00:01"), Standing::Overdue);
    let left = |now: &str| case.handling.remaining(moment(now), &office.rules()).unwrap();
    assert_eq!(left("23/11/2026 10:00"), Remaining { working_days: 2, working_minutes: 300 + 2 * 480 });
    assert_eq!(left("30/11/2026 07:30"), Remaining { working_days: -2, working_minutes: -510 });
    let events = case.handling.events.clone();
    office.profile.follow.as_mut().unwrap().soon_days = 1;
    let case = Case { handling: Handling::of(&events, &office.rules()).unwrap(), office: &office };
    assert_eq!(case.standing("23/11/2026 10:00"), Standing::InTime, "the threshold is data");
    let hours = Office::with_limit(16, TimeUnit::Hour);
    let mut case = hours.receives("19/11/2026 08:00");
    case.does("19/11/2026 08:00", &desk(), Act::Accept);
    assert_eq!(case.due().as_deref(), Some("23/11/2026 08:00"));
    assert_eq!(case.standing("20/11/2026 14:00"), Standing::DueSoon, "four working hours are left");
    assert_eq!(case.standing("20/11/2026 13:30"), Standing::InTime);
    assert_eq!(case.standing("23/11/2026 08:01"), Standing::Overdue);
    let none = Office { limit: None, ..Office::new() };
    let mut case = none.receives("19/11/2026 08:00");
    case.does("19/11/2026 08:00", &desk(), Act::Accept);
    assert_eq!(case.standing("19/11/2027 08:00"), Standing::NoDue);
}

#[test]
fn what_ends_while_the_applicant_is_waited_for_ended_when_the_waiting_began() {
    for office in [Office::new(), Office::new().pausing()] {
        let mut case = office.receives("19/11/2026 09:00");
        case.does("19/11/2026 10:00", &desk(), Act::Accept).does("20/11/2026 10:00", &desk(), supplement(""));
        case.does("20/03/2027 10:00", &leader(), Act::Stop { reason: "Quá hạn bổ sung".into() });
        assert_eq!(case.standing("21/03/2027 10:00"), Standing::Early);
    }
}

#[test]
fn a_dossier_that_lay_a_year_without_anybody_touching_it_is_counted_all_the_same() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 11:00", &desk(), forward(1));
    let now = "19/11/2027 09:00";
    assert_eq!(case.standing(now), Standing::Overdue);
    let left = case.handling.remaining(moment(now), &office.rules()).unwrap();
    // Independent count: 52 weeks are 260 days less 24/11 (2026), 1/1, five of Tết, 16/4, 30/4, 3/5, 2/9 and 3/9, and less
    // the four days until it was due.
    assert_eq!(left.working_days, -(261 - 12 - 3));
    let lag = case.handling.lag(moment(now), &office.calendar, &office.hours);
    assert!(matches!(lag, Some(Lag::OutOfTime { working_minutes, .. }) if working_minutes > 240 * 480));
    case.does(now, &officer(), forward(2)).does(now, &leader(), finish());
    assert_eq!(case.standing(now), Standing::Late);
}

#[test]
fn the_first_promise_is_counted_from_within_reception_hours() {
    let office = Office::new();
    let mut case = office.receives("20/11/2026 22:00");
    assert_eq!(shown(case.handling.clock.counts_from), "23/11/2026 07:00");
    assert_eq!(shown(case.handling.received), "20/11/2026 22:00");
    case.does("23/11/2026 08:00", &desk(), Act::Accept);
    assert_eq!(case.due().as_deref(), Some("27/11/2026 17:00"));
    let trace = &case.handling.clock.promises[0].counted.as_ref().unwrap().trace;
    assert_eq!(trace[1], TraceStep::OutsideHours { counts_from: moment("23/11/2026 07:00") });
    let mut same_day = Office::with_limit(0, TimeUnit::WorkingDay);
    same_day.limit.as_mut().unwrap().0[0].cutoff = "15:00".parse().ok();
    let mut case = same_day.receives("19/11/2026 15:01");
    assert_eq!(shown(case.handling.clock.counts_from), "20/11/2026 07:00");
    case.does("19/11/2026 15:10", &desk(), Act::Accept);
    assert_eq!(case.due().as_deref(), Some("20/11/2026 17:00"));
}
