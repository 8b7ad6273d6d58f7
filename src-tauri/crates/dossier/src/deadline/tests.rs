use super::*;
use crate::calendar::CalendarYear;
use proptest::prelude::*;

fn calendar() -> Calendar {
    let years = [
        include_str!("../../../../data/calendar/2024.json"),
        include_str!("../../../../data/calendar/2025.json"),
        include_str!("../../../../data/calendar/2026.json"),
        include_str!("../../../../data/calendar/2027.json"),
    ];
    years.iter().map(|json| CalendarYear::from_json(json).unwrap()).collect()
}

fn day(shown: &str) -> Date {
    Date::from_typed(shown, "2026-11-21".parse().unwrap()).unwrap()
}

fn at(shown: &str, time: &str) -> LocalMoment {
    LocalMoment { date: day(shown), time: time.parse().unwrap() }
}

fn due_of(received: LocalMoment, limit: &TimeLimit) -> Due {
    due(received, limit, &calendar(), &ReceptionHours::default()).unwrap()
}

fn shown(due: &Due) -> String {
    format!("{} {}", due.date.shown(), due.time)
}

#[test]
fn working_days_between_two_days_count_the_second_and_not_the_first() {
    let between = |from, to| calendar().working_days_between(day(from), day(to));
    assert_eq!(between("20/11/2026", "26/11/2026"), 3, "over a weekend and the holiday of the 24th");
    assert_eq!(between("20/08/2026", "24/08/2026"), 3, "the Saturday of the 22nd is worked");
    assert_eq!(between("26/11/2026", "20/11/2026"), -3);
    assert_eq!((between("20/11/2026", "22/11/2026"), between("22/11/2026", "22/11/2026")), (0, 0));
}

#[test]
fn working_days_are_right_over_every_kind_of_holiday() {
    let vectors = [
        ("13/02/2026", 5, "27/02/2026"),
        ("24/04/2026", 3, "04/05/2026"),
        ("29/04/2026", 1, "04/05/2026"),
        ("20/08/2026", 3, "24/08/2026"),
        ("28/08/2026", 2, "04/09/2026"),
        ("20/11/2026", 3, "26/11/2026"),
        ("23/11/2026", 1, "25/11/2026"),
        ("25/04/2025", 2, "28/04/2025"),
        ("26/04/2024", 2, "03/05/2024"),
        ("05/06/2026", 15, "26/06/2026"),
        ("31/12/2026", 1, "04/01/2027"),
    ];
    for (received, n, expected) in vectors {
        let due = due_of(at(received, "09:00"), &TimeLimit::of(n, TimeUnit::WorkingDay));
        assert_eq!(shown(&due), format!("{expected} 17:00"), "{received} + {n}");
    }
}

#[test]
fn calendar_days_and_months_end_on_a_working_day() {
    let of = |received, n, unit| shown(&due_of(at(received, "09:00"), &TimeLimit::of(n, unit)));
    assert_eq!(of("21/10/2026", 30, TimeUnit::CalendarDay), "20/11/2026 17:00");
    // 24/11/2026 is a holiday.
    assert_eq!(of("26/10/2026", 29, TimeUnit::CalendarDay), "25/11/2026 17:00");
    assert_eq!(of("23/10/2026", 30, TimeUnit::CalendarDay), "23/11/2026 17:00");
    assert_eq!(of("30/10/2026", 4, TimeUnit::Month), "01/03/2027 17:00");
    let half = TimeLimit(vec![Leg { and_days: 15, ..TimeLimit::of(2, TimeUnit::Month).0.remove(0) }]);
    assert_eq!(shown(&due_of(at("01/07/2026", "09:00"), &half)), "16/09/2026 17:00");
}

#[test]
fn a_second_leg_starts_where_the_first_ended() {
    let limit =
        TimeLimit([TimeLimit::of(30, TimeUnit::CalendarDay).0, TimeLimit::of(10, TimeUnit::WorkingDay).0].concat());
    let due = due_of(at("21/10/2026", "09:00"), &limit);
    assert_eq!(shown(&due), "07/12/2026 17:00");
    let ends: Vec<_> = due.trace.iter().filter(|step| matches!(step, TraceStep::LegEnds { .. })).collect();
    assert_eq!(ends[0], &TraceStep::LegEnds { leg: 0, at: at("20/11/2026", "17:00") });
    assert_eq!(ends.len(), 2);
}

#[test]
fn what_comes_after_the_cutoff_or_after_closing_counts_from_the_next_working_morning() {
    let same_day =
        TimeLimit(vec![Leg { cutoff: "15:00".parse().ok(), ..TimeLimit::of(0, TimeUnit::WorkingDay).0.remove(0) }]);
    let of = |received| shown(&due_of(received, &same_day));
    assert_eq!(of(at("23/11/2026", "15:00")), "23/11/2026 17:00");
    assert_eq!(of(at("23/11/2026", "15:01")), "25/11/2026 17:00");
    assert_eq!(of(at("20/11/2026", "16:00")), "23/11/2026 17:00");
    let days = TimeLimit::of(3, TimeUnit::WorkingDay);
    // Filed online on Friday evening: counts from Tuesday morning, as Monday 27/4 is off.
    let due = due_of(at("24/04/2026", "18:00"), &days);
    assert_eq!(shown(&due), "05/05/2026 17:00");
    assert_eq!(due.trace[1], TraceStep::OutsideHours { counts_from: at("28/04/2026", "07:00") });
}

#[test]
fn hours_run_in_working_hours_only() {
    let of = |received, n| shown(&due_of(received, &TimeLimit::of(n, TimeUnit::Hour)));
    assert_eq!(of(at("19/11/2026", "08:00"), 4), "19/11/2026 14:00");
    assert_eq!(of(at("19/11/2026", "12:10"), 2), "19/11/2026 15:30");
    assert_eq!(of(at("19/11/2026", "16:00"), 2), "20/11/2026 08:00");
    assert_eq!(of(at("23/11/2026", "09:00"), 8), "25/11/2026 09:00");
    assert_eq!(of(at("19/11/2026", "07:00"), 8), "19/11/2026 17:00");
}

#[test]
fn a_saturday_desk_takes_dossiers_and_the_count_starts_on_monday() {
    let morning = Interval { from: "07:30".parse().unwrap(), to: "11:00".parse().unwrap() };
    let hours = ReceptionHours { saturday: vec![morning], ..ReceptionHours::default() };
    let of = |received, n| due(received, &TimeLimit::of(n, TimeUnit::WorkingDay), &calendar(), &hours).unwrap();
    assert_eq!(of(at("14/11/2026", "08:00"), 1).date, day("16/11/2026"));
    assert_eq!(of(at("14/11/2026", "11:30"), 1).date, day("17/11/2026"));
    assert_eq!(of(at("14/11/2026", "08:00"), 0).date, day("16/11/2026"));
}

#[test]
fn a_half_day_closes_early() {
    let mut year = CalendarYear::from_json(include_str!("../../../../data/calendar/2026.json")).unwrap();
    let closes = "11:30".parse().unwrap();
    year.half_days.push(crate::calendar::HalfDay { date: day("20/11/2026"), closes });
    let calendar: Calendar = [year].into_iter().collect();
    let due =
        due(at("19/11/2026", "09:00"), &TimeLimit::of(1, TimeUnit::WorkingDay), &calendar, &ReceptionHours::default());
    assert_eq!(due.map(|due| due.time), Ok(closes));
}

#[test]
fn a_date_that_may_still_move_is_marked() {
    let of = |received, n| due_of(at(received, "09:00"), &TimeLimit::of(n, TimeUnit::WorkingDay)).crosses_projected;
    assert!(!of("20/11/2026", 3) && !of("31/12/2026", 1));
    assert!(of("29/01/2027", 5) && of("20/12/2027", 20));
}

#[test]
fn the_apology_goes_out_a_day_before_on_a_day_when_somebody_can_sign_it() {
    let calendar = calendar();
    let last = |due, before| last_apology_day(day(due), before, &calendar).map(Date::shown);
    // received, working days, due, last day of the apology
    let vectors = [
        ("13/02/2026", 5, "27/02/2026", "26/02/2026"),
        ("12/02/2026", 2, "23/02/2026", "13/02/2026"), // the first day after Tết
        ("02/02/2027", 2, "11/02/2027", "03/02/2027"),
        ("24/04/2026", 3, "04/05/2026", "29/04/2026"),
        ("20/08/2026", 3, "24/08/2026", "22/08/2026"), // a Saturday that is worked
        ("27/08/2026", 2, "03/09/2026", "28/08/2026"), // the 31st is made off for it
        ("28/08/2026", 2, "04/09/2026", "03/09/2026"),
        ("20/11/2026", 1, "23/11/2026", "20/11/2026"), // Monday: Friday
        ("23/11/2026", 1, "25/11/2026", "23/11/2026"), // 24/11 between
        ("20/11/2026", 3, "26/11/2026", "25/11/2026"),
        ("05/06/2026", 15, "26/06/2026", "25/06/2026"),
        ("31/12/2026", 1, "04/01/2027", "31/12/2026"),
    ];
    for (received, n, expected, apology) in vectors {
        let due = due_of(at(received, "09:00"), &TimeLimit::of(n, TimeUnit::WorkingDay));
        assert_eq!(due.date.shown(), expected, "{received} + {n}");
        assert_eq!(last(expected, 1).as_deref(), Some(apology), "before {expected}");
    }
    assert_eq!(last("30/11/2026", 2).as_deref(), Some("27/11/2026"), "two days before Monday is Saturday");
    assert_eq!(last("30/11/2026", 0).as_deref(), Some("30/11/2026"));
}

#[test]
fn the_applicants_time_is_left_out() {
    let of = |n, unit, pauses: &[(&str, &str)]| {
        let moment = |text: &str| text.split_once(' ').map(|(day, time)| at(day, time)).unwrap();
        let pauses: Vec<Span> = pauses.iter().map(|(from, to)| Span { from: moment(from), to: moment(to) }).collect();
        let received = at("19/11/2026", "09:00");
        shown(
            &due_with_pauses(received, &TimeLimit::of(n, unit), &calendar(), &ReceptionHours::default(), &pauses)
                .unwrap(),
        )
    };
    let two = [("20/11/2026 10:00", "25/11/2026 10:00"), ("26/11/2026 10:00", "30/11/2026 10:00")];
    assert_eq!(of(3, TimeUnit::WorkingDay, &two), "01/12/2026 17:00");
    // 24 hours are left out of eight that ended at 09:00 on the 20th, before the first pause.
    assert_eq!(of(8, TimeUnit::Hour, &two), "20/11/2026 09:00");
    // One hour is left, at 10:00 on the 25th.
    assert_eq!(of(10, TimeUnit::Hour, &two), "25/11/2026 11:00");
    assert_eq!(of(0, TimeUnit::WorkingDay, &[("19/11/2026 10:00", "23/11/2026 10:00")]), "23/11/2026 17:00");
    // After its end nothing is moved.
    assert_eq!(of(1, TimeUnit::WorkingDay, &[("23/11/2026 10:00", "30/11/2026 10:00")]), "20/11/2026 17:00");
    // Within one day only its hours.
    assert_eq!(of(4, TimeUnit::Hour, &[("19/11/2026 10:00", "19/11/2026 14:30")]), "20/11/2026 07:30");
}

#[test]
fn working_minutes_count_both_ways_and_lead_back() {
    let (calendar, hours) = (calendar(), ReceptionHours::default());
    let between = |from, to| working_minutes_between(from, to, &calendar, &hours);
    let (from, to) = (at("19/11/2026", "16:00"), at("25/11/2026", "08:00"));
    assert_eq!((between(from, to), between(to, from)), (60 + 480 + 480 + 60, -1080));
    assert_eq!(between(at("21/11/2026", "08:00"), at("22/11/2026", "08:00")), 0, "a weekend");
    assert_eq!(after_working_minutes(from, 1080, &calendar, &hours), Ok(to));
    assert_eq!(after_working_minutes(from, u32::MAX, &calendar, &hours), Err(Uncountable::TooLong));
}

#[test]
fn impossible_limits_are_told_apart() {
    let hours = ReceptionHours::default();
    let received = at("19/11/2026", "09:00");
    let of = |limit: &TimeLimit, calendar: &Calendar, hours: &ReceptionHours| due(received, limit, calendar, hours);
    assert_eq!(of(&TimeLimit(vec![]), &calendar(), &hours), Err(Uncountable::NoLegs));
    for unit in [TimeUnit::WorkingDay, TimeUnit::CalendarDay, TimeUnit::Hour, TimeUnit::Month] {
        assert_eq!(of(&TimeLimit::of(u32::MAX, unit), &calendar(), &hours), Err(Uncountable::TooLong));
        let closed = ReceptionHours { office: vec![], saturday: vec![] };
        assert_eq!(of(&TimeLimit::of(1, unit), &calendar(), &closed), Err(Uncountable::NoWorkingTime));
    }
}

/// The definition, day by day.
fn naive_working_days(start: Date, n: u32, calendar: &Calendar) -> Date {
    let days = (1..).filter_map(|i| start.plus_days(i)).filter(|day| calendar.is_working(*day));
    if n == 0 { start } else { days.take(n as usize).last().unwrap() }
}

proptest! {
    #[test]
    fn working_days_agree_with_their_definition(offset in 0_i64..1_300, n in 1_u32..60, minute in 0_u16..1_440) {
        let calendar = calendar();
        let date = day("01/01/2024").plus_days(offset).unwrap();
        let time = TimeOfDay(minute);
        let due = due(LocalMoment { date, time }, &TimeLimit::of(n, TimeUnit::WorkingDay), &calendar, &ReceptionHours::default()).unwrap();
        let in_time = calendar.is_working(date) && minute <= 17 * 60;
        let start = if in_time { date } else { calendar.working_day_from(date.plus_days(1).unwrap()).unwrap() };
        prop_assert_eq!(due.date, naive_working_days(start, n, &calendar));
        prop_assert!(calendar.is_working(due.date));
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(offset in 0_i64..1_000, n in 0_u32..90, unit in prop::sample::select(vec![TimeUnit::WorkingDay, TimeUnit::CalendarDay, TimeUnit::Hour, TimeUnit::Month])) {
        let received = LocalMoment { date: day("01/01/2024").plus_days(offset).unwrap(), time: TimeOfDay(600) };
        let of = |n| due_of(received, &TimeLimit::of(n, unit)).moment();
        prop_assert!(of(n) <= of(n + 1));
        prop_assert!(received <= of(n));
    }

    #[test]
    fn without_a_pause_nothing_changes_and_with_one_it_is_never_due_earlier(offset in 0_i64..1_000, n in 0_u32..40, from in 0_i64..60, length in 0_i64..60, unit in prop::sample::select(vec![TimeUnit::WorkingDay, TimeUnit::CalendarDay, TimeUnit::Hour, TimeUnit::Month])) {
        let received = LocalMoment { date: day("01/01/2024").plus_days(offset).unwrap(), time: TimeOfDay(600) };
        let of = |pauses: &[Span]| due_with_pauses(received, &TimeLimit::of(n, unit), &calendar(), &ReceptionHours::default(), pauses).unwrap().moment();
        let later = |days| LocalMoment { date: received.date.plus_days(days).unwrap(), time: TimeOfDay(600) };
        let pause = Span { from: later(from), to: later(from + length) };
        prop_assert!(of(&[]) <= of(&[pause]));
        prop_assert!(pause.from >= of(&[]) || pause.to <= of(&[pause]), "never due while the applicant is waited for");
    }
}
