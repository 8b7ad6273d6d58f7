//! Extracts as other systems write them, on the shipped calendar.

use super::*;
use crate::{
    calendar::{Calendar, CalendarYear},
    date::Date,
    deadline::{LocalMoment, ReceptionHours, TimeLimit, TimeOfDay, TimeUnit},
    handling::{ApologyCall, Standing},
    profile::LegalProfile,
};

fn day(text: &str) -> Date {
    Date::from_typed(text, Date::new(2026, 11, 21).unwrap()).unwrap()
}

fn at(text: &str) -> LocalMoment {
    let when = when_of(text).unwrap();
    LocalMoment { date: when.date, time: when.time.unwrap() }
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

struct Law2026 {
    profiles: [LegalProfile; 2],
    calendar: Calendar,
    hours: ReceptionHours,
}

impl Law2026 {
    fn new() -> Self {
        let profiles = [
            include_str!("../../../../data/profiles/one-stop-2018.json"),
            include_str!("../../../../data/profiles/one-stop-2025.json"),
        ];
        let years =
            [include_str!("../../../../data/calendar/2026.json"), include_str!("../../../../data/calendar/2027.json")];
        Self {
            profiles: profiles.map(|json| LegalProfile::from_json(json).unwrap()),
            calendar: years.iter().map(|json| CalendarYear::from_json(json).unwrap()).collect(),
            hours: ReceptionHours::default(),
        }
    }

    fn look(&self, headings: &[&str], cells: &[&str], limit: Option<&TimeLimit>, now: &str) -> Looked {
        let line = Line::read(2, &texts(cells), &guess(headings));
        look(line, limit, &Law { profiles: &self.profiles, calendar: &self.calendar, hours: &self.hours }, at(now))
    }
}

#[test]
fn national_field_names_and_their_words_are_the_same_columns() {
    let national = guess(&["MaHoSo", "TenTTHC", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "DonViXuLy"]);
    let words =
        guess(&["Mã hồ sơ", "Tên TTHC", "Ngày tiếp nhận", "NGÀY HẸN TRẢ", "Ngày kết thúc xử lý", "Đơn vị xử lý"]);
    assert_eq!(national, words);
    assert_eq!(national.0.len(), 6);
    assert_eq!(guess(&["STT", "Hạn trả", "Số hồ sơ"]).0, [(Column::Code, 2), (Column::Due, 1)].into());
    assert_eq!(guess(&["STT", "Ghi chú"]).missing(), [Column::Code, Column::Received]);
    assert_eq!(guess(&["Mã hồ sơ", "Ngày hẹn trả"]).missing(), []);
}

#[test]
fn days_are_read_as_one_stop_systems_write_them() {
    let half_past_eight = TimeOfDay::new(8, 30);
    for text in [
        "20261123083000",
        "202611230830",
        "23/11/2026 08:30:00",
        "23/11/2026 8:30",
        "08:30 23/11/2026",
        "2026-11-23T08:30:00+07:00",
        "23-11-2026, 08:30",
        "08:30 ngày 23/11/2026",
    ] {
        assert_eq!(when_of(text), Some(When { date: day("23/11/2026"), time: half_past_eight }), "{text}");
    }
    for text in ["20261123", "23/11/2026", "2026-11-23", "23.11.2026"] {
        assert_eq!(when_of(text), Some(When { date: day("23/11/2026"), time: None }), "{text}");
    }
    for text in [
        "",
        "hôm qua",
        "31/02/2026",
        "23/11/26",
        "2026112",
        "25:00 23/11/2026",
        "23/11/2026 24/11/2026",
        "46349",
        "2026-11-23T01:30:00Z",
        "2026-11-23T01:30:00+00:00",
    ] {
        assert_eq!(when_of(text), None, "{text}");
    }
}

#[test]
fn limits_are_read_with_their_unit_and_no_unit_is_guessed() {
    assert_eq!(limit_of("3 ngày làm việc"), Some(TimeLimit::of(3, TimeUnit::WorkingDay)));
    assert_eq!(limit_of("15 Ngày"), Some(TimeLimit::of(15, TimeUnit::CalendarDay)));
    assert_eq!(limit_of("08 giờ làm việc"), Some(TimeLimit::of(8, TimeUnit::Hour)));
    assert_eq!(limit_of("01 tháng"), Some(TimeLimit::of(1, TimeUnit::Month)));
    assert_eq!(limit_of("5 "), None);
    assert_eq!(limit_of("theo quy định"), None);
    assert_eq!(limit_of("5 ngày làm việc (giờ hành chính)"), Some(TimeLimit::of(5, TimeUnit::WorkingDay)));
    for unsure in ["1,5 ngày làm việc", "0.5 ngày", "10 ngày làm việc + 5 ngày"] {
        assert_eq!(limit_of(unsure), None, "{unsure}");
    }
}

const HEADINGS: &[&str] =
    &["Mã hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ngày trả", "Thời hạn"];

#[test]
fn a_due_date_over_a_holiday_is_counted_with_its_proof_and_the_difference_told() {
    let law = Law2026::new();
    // 24/11 is a holiday: the system that promised the 24th did not know it.
    let seen = law.look(
        HEADINGS,
        &["H06.1", "23/11/2026 09:00", "24/11/2026", "", "", "1 ngày làm việc"],
        None,
        "23/11/2026 10:00",
    );
    let due = seen.due.unwrap();
    assert_eq!((due.date, seen.limit_from), (day("25/11/2026"), Some(LimitSource::Extract)));
    assert!(
        due.trace.iter().any(
            |step| matches!(step, crate::deadline::TraceStep::Skipped { day: off, .. } if *off == day("24/11/2026"))
        )
    );
    let told = seen.disagreement.unwrap();
    assert_eq!((told.theirs.date, told.ours.date), (day("24/11/2026"), day("25/11/2026")));
    assert!(told.working_days < 0, "they promise earlier than the law");
    // The catalogue's limit goes before the extract's.
    let limit = TimeLimit::of(3, TimeUnit::WorkingDay);
    let seen = law.look(
        HEADINGS,
        &["H06.1", "20/11/2026 09:00", "26/11/2026", "", "", "1 ngày làm việc"],
        Some(&limit),
        "23/11/2026 10:00",
    );
    assert_eq!((seen.limit_from, seen.disagreement), (Some(LimitSource::Catalogue), None));
}

#[test]
fn apologies_are_called_for_backwards_and_what_is_overdue_without_one_is_a_violation() {
    let law = Law2026::new();
    let row = ["H06.1", "09/11/2026 09:00", "16/11/2026", "", "", "5 ngày làm việc"];
    let on = |now| law.look(HEADINGS, &row, None, now);
    // Due on a Monday: the letter leaves on Friday.
    assert_eq!(on("11/11/2026 09:00").call, ApologyCall::Warning { working_days: 3 });
    assert_eq!(on("13/11/2026 09:00").call, ApologyCall::LastCall);
    assert_eq!(on("16/11/2026 09:00").call, ApologyCall::Missed);
    let late = on("17/11/2026 09:00");
    assert_eq!((late.standing, late.violation), (Standing::Overdue, true));
    let headings = [HEADINGS, &["Ngày hẹn lại"]].concat();
    let new_due = [&row[..], &["20/11/2026"]].concat();
    let told = law.look(&headings, &new_due, None, "17/11/2026 09:00");
    assert_eq!((told.standing, told.violation, told.call), (Standing::InTime, false, ApologyCall::Quiet));
}

#[test]
fn what_is_done_and_stands_open_is_told_and_what_cannot_be() {
    let law = Law2026::new();
    let seen = law.look(
        HEADINGS,
        &["1", "09/11/2026", "16/11/2026", "12/11/2026 16:00", "", "5 ngày làm việc"],
        None,
        "16/11/2026 09:00",
    );
    assert_eq!(seen.standing, Standing::Early);
    assert!(matches!(seen.lagging, Some(Lagging::NotReturned { working_days: 2, .. })));
    let seen = law.look(
        HEADINGS,
        &["1", "09/11/2026", "16/11/2026", "12/11/2026", "13/11/2026", "5 ngày làm việc"],
        None,
        "16/11/2026 09:00",
    );
    assert_eq!((seen.lagging, seen.impossible), (None, false));
    let seen = law.look(HEADINGS, &["1", "09/11/2026", "06/11/2026", "", "", ""], None, "09/11/2026 09:00");
    assert_eq!((seen.impossible, seen.due, seen.limit), (true, None, None));
    let seen = law.look(HEADINGS, &["1", "sáng thứ hai", "16/11/2026", "", "", ""], None, "09/11/2026 09:00");
    assert_eq!(seen.line.unread, [Unread { column: Column::Received, text: "sáng thứ hai".into() }]);
}

#[test]
fn a_supplement_restarts_or_pauses_by_the_profile_of_the_day_of_reception() {
    let law = Law2026::new();
    let headings = [HEADINGS, &["Ngày bổ sung", "Ngày tiếp nhận bổ sung"]].concat();
    let row =
        ["1", "02/11/2026 08:00", "05/11/2026", "", "", "3 ngày làm việc", "03/11/2026 08:00", "09/11/2026 08:00"];
    let seen = law.look(&headings, &row, None, "09/11/2026 09:00");
    assert_eq!(seen.due.unwrap().date, day("12/11/2026"), "counted again from zero with the complete dossier");
    let open = ["1", "02/11/2026 08:00", "05/11/2026", "", "", "3 ngày làm việc", "03/11/2026 08:00", ""];
    assert_eq!(law.look(&headings, &open, None, "09/11/2026 09:00").standing, Standing::Waiting);
}
