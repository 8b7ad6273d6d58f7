//! The apology: counted backwards, and so often as the profile says.

use super::*;

/// Due on Wednesday 25/11/2026; the 24th is off.
fn accepted(office: &Office) -> Case<'_> {
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 11:00", &desk(), forward(1));
    case
}

fn draft(new_due: &str) -> Act {
    Act::DraftApology { new_due: moment(new_due), reason: reason() }
}

/// From the draft to the post.
fn apologises(case: &mut Case<'_>, at: &str, new_due: &str) {
    case.does(at, &officer(), draft(new_due)).does(at, &leader(), Act::ApproveApology);
    case.does(at, &desk(), Act::NumberApology { number: "7/PXL".into() }).does(at, &desk(), Act::SendApology);
}

#[test]
fn its_days_are_counted_backwards_over_working_days() {
    let office = Office::new();
    let days = |due: &str| {
        let days = office.rules().apology_days(day(due));
        let shown = days.warnings.iter().map(|day| day.shown()).collect::<Vec<_>>();
        (shown.join(" "), days.last.map(|day| day.shown()).unwrap_or_default())
    };
    let vectors = [
        ("25/11/2026", "19/11/2026 20/11/2026", "23/11/2026"),
        ("30/11/2026", "25/11/2026 26/11/2026", "27/11/2026"),
        ("24/08/2026", "20/08/2026 21/08/2026", "22/08/2026"),
        ("23/02/2026", "11/02/2026 12/02/2026", "13/02/2026"),
        ("11/02/2027", "01/02/2027 02/02/2027", "03/02/2027"),
        ("04/01/2027", "29/12/2026 30/12/2026", "31/12/2026"),
    ];
    for (due, warnings, last) in vectors {
        assert_eq!(days(due), (warnings.to_owned(), last.to_owned()), "before {due}");
    }
}

#[test]
fn it_is_called_for_three_and_two_days_before_on_the_last_day_and_in_vain_after() {
    let office = Office::new();
    let mut case = accepted(&office);
    let call = |case: &Case<'_>, now: &str| case.handling.apology_call(moment(now), &office.rules());
    assert_eq!(call(&case, "18/11/2026 09:00"), ApologyCall::Quiet);
    assert_eq!(call(&case, "19/11/2026 12:00"), ApologyCall::Warning { working_days: 3 });
    assert_eq!(call(&case, "20/11/2026 09:00"), ApologyCall::Warning { working_days: 2 });
    assert_eq!(call(&case, "23/11/2026 16:59"), ApologyCall::LastCall);
    assert_eq!(call(&case, "25/11/2026 09:00"), ApologyCall::Missed);
    apologises(&mut case, "23/11/2026 10:00", "30/11/2026 17:00");
    assert_eq!(call(&case, "26/11/2026 09:00"), ApologyCall::Quiet, "the profile allows no more");
    let mut waiting = accepted(&office);
    waiting.does("20/11/2026 10:00", &officer(), supplement(""));
    assert_eq!(call(&waiting, "25/11/2026 09:00"), ApologyCall::Quiet);
}

#[test]
fn it_goes_from_draft_over_approval_and_number_into_the_post_and_sets_the_new_time() {
    let office = Office::new();
    let mut case = accepted(&office);
    let stages = [
        (officer(), draft("27/11/2026 17:00"), ApologyStage::Drafted),
        (officer(), draft("30/11/2026 17:00"), ApologyStage::Drafted),
        (leader(), Act::ApproveApology, ApologyStage::Approved),
        (desk(), Act::NumberApology { number: "7/PXL".into() }, ApologyStage::Numbered),
        (desk(), Act::SendApology, ApologyStage::None),
    ];
    for (who, act, stage) in stages {
        assert_eq!(case.due().as_deref(), Some("25/11/2026 17:00"));
        case.does("23/11/2026 10:00", &who, act);
        assert_eq!(case.handling.apology_stage(), stage);
    }
    assert_eq!(case.due().as_deref(), Some("30/11/2026 17:00"));
    let [sent] = case.handling.apologies.as_slice() else { panic!("the second draft took the place of the first") };
    let expected = (sent.number.as_deref(), sent.approved_by.as_deref(), sent.late, sent.reason.clone());
    assert_eq!(expected, (Some("7/PXL"), Some("Phạm Thị Bình"), false, reason()));
    assert_eq!(case.handling.events.last().unwrap().note, reason());
    let used = Refusal::ApologiesUsed { max: 1 };
    assert_eq!(case.asks("26/11/2026 09:00", &officer(), draft("07/12/2026 17:00")), Err(used));
}

#[test]
fn how_many_there_may_be_and_how_early_is_data() {
    let mut office = Office::new();
    office.profile.apology.max_reappointments = 2;
    office.profile.apology.min_days_before = 3;
    let mut case = accepted(&office);
    apologises(&mut case, "20/11/2026 10:00", "27/11/2026 17:00");
    apologises(&mut case, "25/11/2026 10:00", "30/11/2026 17:00");
    let late: Vec<bool> = case.handling.apologies.iter().map(|apology| apology.late).collect();
    assert_eq!(late, [false, true], "three days before the 27th is the 24th, which is off: the 23rd");
}

#[test]
fn overdue_without_an_apology_in_time_is_a_violation() {
    let office = Office::new();
    let violations = |case: &Case<'_>, now: &str| case.handling.violations(moment(now), &office.rules());
    let due = moment("25/11/2026 17:00");
    let mut case = accepted(&office);
    assert_eq!(violations(&case, "25/11/2026 16:00"), []);
    assert_eq!(violations(&case, "26/11/2026 07:00"), [Violation::NoApology { due }]);
    // Too late, but better than none.
    apologises(&mut case, "26/11/2026 09:00", "30/11/2026 17:00");
    let late = Violation::ApologyLate { sent: moment("26/11/2026 09:00") };
    assert_eq!(violations(&case, "26/11/2026 10:00"), [late]);
    let again = Violation::LateAgain { due: moment("30/11/2026 17:00") };
    assert_eq!(violations(&case, "01/12/2026 10:00"), [late, again]);
    let mut finished = accepted(&office);
    finished.does("26/11/2026 09:00", &officer(), forward(2)).does("26/11/2026 10:00", &leader(), finish());
    assert_eq!(violations(&finished, "31/12/2026 10:00"), [Violation::NoApology { due }]);
    // A new start after a supplement does not make good what was overdue.
    let mut restarted = accepted(&office);
    restarted.does("26/11/2026 09:00", &officer(), supplement(""));
    restarted.does("27/11/2026 09:00", &Actor::System, brought()).does("27/11/2026 10:00", &desk(), Act::Accept);
    assert_eq!(restarted.standing("30/11/2026 09:00"), Standing::DueSoon);
    assert_eq!(violations(&restarted, "30/11/2026 09:00"), [Violation::NoApology { due }]);
    let mut apologised = accepted(&office);
    apologises(&mut apologised, "23/11/2026 09:00", "30/11/2026 17:00");
    apologised.does("26/11/2026 09:00", &officer(), forward(2)).does("26/11/2026 10:00", &leader(), finish());
    assert_eq!(violations(&apologised, "31/12/2026 10:00"), []);
}

#[test]
fn a_time_set_by_an_apology_moves_by_the_applicants_working_days() {
    let office = Office::new().pausing();
    let mut case = accepted(&office);
    apologises(&mut case, "20/11/2026 09:00", "30/11/2026 16:00");
    case.does("25/11/2026 09:00", &officer(), supplement("")).does("27/11/2026 09:00", &Actor::System, brought());
    assert_eq!(case.due().as_deref(), Some("02/12/2026 16:00"), "two working days later");
    case.does("27/11/2026 10:00", &desk(), Act::Accept);
    assert_eq!(case.due().as_deref(), Some("02/12/2026 16:00"));
    let again = Violation::LateAgain { due: moment("02/12/2026 16:00") };
    assert_eq!(case.handling.violations(moment("03/12/2026 09:00"), &office.rules()), [again]);
    case.does("27/11/2026 11:00", &desk(), Act::RequestPayment { amount: 1 });
    case.does("30/11/2026 11:00", &desk(), Act::TakePayment { amount: 1 });
    assert_eq!(case.due().as_deref(), Some("03/12/2026 16:00"));
}
