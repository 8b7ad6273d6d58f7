//! Looking over many dossiers.

use super::*;

/// Five working days: due on Thursday 26/11/2026. At the step `to`, where it is not still at the reception.
fn at_step(office: &Office, to: u32) -> Case<'_> {
    let mut case = office.receives("18/11/2026 09:00");
    case.does("18/11/2026 10:00", &desk(), Act::Accept);
    for step in 1..=to {
        let who = if step == 1 { desk() } else { officer() };
        case.does("19/11/2026 08:00", &who, forward(step));
    }
    case
}

fn lag(case: &Case<'_>, now: &str) -> Option<Lag> {
    case.handling.lag(moment(now), &case.office.calendar, &case.office.hours)
}

#[test]
fn work_that_is_done_while_its_step_is_open_lags_in_the_record_only() {
    let office = Office::with_limit(5, TimeUnit::WorkingDay);
    let mut case = at_step(&office, 2);
    assert_eq!(lag(&case, "19/11/2026 09:00"), None);
    case.does("19/11/2026 10:00", &leader(), Act::Sign);
    assert_eq!(lag(&case, "19/11/2026 10:01"), Some(Lag::WorkDone { signed: moment("19/11/2026 10:00") }));
    assert_eq!(case.standing("30/11/2026 09:00"), Standing::Overdue, "as recorded");
    assert_eq!(case.handling.standing_when_signed(&office.rules()), Some(Standing::Early), "as it was");
    case.does("30/11/2026 09:00", &leader(), finish());
    assert_eq!((lag(&case, "30/11/2026 10:00"), case.standing("30/11/2026 10:00")), (None, Standing::Late));
}

#[test]
fn a_step_whose_time_ran_out_lags_unless_the_applicant_is_waited_for() {
    let office = Office::with_limit(5, TimeUnit::WorkingDay);
    let mut case = at_step(&office, 1);
    let until = moment("20/11/2026 17:00");
    assert_eq!(case.handling.process.open().unwrap().until, Some(until));
    assert_eq!(lag(&case, "20/11/2026 17:00"), None);
    assert_eq!(lag(&case, "23/11/2026 08:00"), Some(Lag::OutOfTime { until, working_minutes: 60 }));
    case.does("20/11/2026 15:00", &officer(), Act::RequestPayment { amount: 1 });
    assert_eq!(lag(&case, "23/11/2026 08:00"), None);
    let late = office.receives("18/11/2026 09:00");
    assert!(matches!(lag(&late, "19/11/2026 08:00"), Some(Lag::OutOfTime { .. })), "not handed on the same day");
}

#[test]
fn the_list_at_the_days_end_has_what_is_done_overdue_or_due_today() {
    let office = Office::with_limit(5, TimeUnit::WorkingDay);
    let (mut signed, today, mut waits) = (at_step(&office, 2), at_step(&office, 1), at_step(&office, 1));
    signed.does("19/11/2026 10:00", &leader(), Act::Sign);
    waits.does("19/11/2026 10:00", &officer(), Act::RequestPayment { amount: 1 });
    let at_reception = at_step(&office, 0);
    let all = [&signed, &today, &waits, &at_reception].map(|case| &case.handling);
    let list = |now: &str| {
        let lines = to_close(all, moment(now), &office.calendar, &office.hours);
        lines.into_iter().map(|line| (line.step, line.lag.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(list("19/11/2026 16:50"), [(2, true), (0, true)]);
    assert_eq!(list("20/11/2026 16:50"), [(2, true), (1, false), (0, true)]);
    assert_eq!(list("20/11/2026 17:01"), [(2, true), (1, true), (0, true)]);
    let line = &to_close([&today.handling], moment("20/11/2026 15:50"), &office.calendar, &office.hours)[0];
    assert_eq!((line.name.vi.as_str(), line.holder.clone()), ("Thẩm định hồ sơ", Some(unit())));
}

#[test]
fn at_this_pace_some_will_be_late_on_thursday() {
    let office = Office::with_limit(5, TimeUnit::WorkingDay);
    // On the 25th the review has used its 15 hours: 5 are left. Nobody has touched the other: 20 are.
    let (reviewed, untouched) = (at_step(&office, 1), at_step(&office, 0));
    let mut waits = at_step(&office, 1);
    waits.does("19/11/2026 10:00", &officer(), Act::RequestPayment { amount: 1 });
    let mut done = at_step(&office, 2);
    done.does("20/11/2026 10:00", &leader(), finish());
    let all = [&reviewed, &untouched, &waits, &done].map(|case| &case.handling);
    let now = moment("25/11/2026 07:00");
    let late = |pace| {
        let days = forecast(all, pace, now, &office.calendar, &office.hours);
        let [thursday] = days.as_slice() else { panic!("{days:?}") };
        assert_eq!((thursday.day, thursday.due), (day("26/11/2026"), 2));
        let done = |it: &Expected| (it.left, it.done.map(shown).unwrap_or_default());
        thursday.late.iter().map(done).collect::<Vec<_>>()
    };
    let planned = Pace { taken: 1, planned: 1 };
    assert_eq!(late(planned), [(1_200, "27/11/2026 11:00".to_owned())]);
    assert_eq!(late(Pace { taken: 4, planned: 1 }).len(), 2);
    assert_eq!(late(Pace { taken: 1, planned: 2 }), []);
    assert_eq!(late(Pace { taken: i64::MAX, planned: 1 })[1], (1_200, String::new()), "beyond every calendar");
    assert_eq!(forecast(all, planned, moment("27/11/2026 07:00"), &office.calendar, &office.hours), [], "late already");
}

#[test]
fn the_pace_is_what_steps_took_beside_what_was_planned() {
    let office = Office::with_limit(5, TimeUnit::WorkingDay);
    let mut slow = at_step(&office, 1);
    assert_eq!(pace([&slow.handling], &office.calendar, &office.hours), Pace { taken: 1, planned: 1 });
    slow.does("20/11/2026 08:00", &officer(), Act::RequestPayment { amount: 1 });
    slow.does("23/11/2026 08:00", &officer(), Act::Note { text: "Đã nhắc".into() });
    slow.does("23/11/2026 08:00", &desk(), Act::TakePayment { amount: 1 });
    slow.does("25/11/2026 08:00", &officer(), forward(2));
    // From 08:00 on the 19th: 7 + 1 hours, a day for the money, 8 more until 08:00 on the 25th.
    assert_eq!(pace([&slow.handling], &office.calendar, &office.hours), Pace { taken: 16 * 60, planned: 15 * 60 });
}
