//! The ways a dossier goes, from its arrival to the result.

use super::*;

fn ends(case: &Case<'_>) -> Vec<(u32, Option<Ending>)> {
    let end = |run: &Run| (run.step, run.closed.as_ref().map(|closing| closing.how));
    case.handling.process.runs.iter().map(end).collect()
}

fn until(case: &Case<'_>) -> Option<String> {
    case.handling.process.open().and_then(|run| run.until).map(shown)
}

#[test]
fn from_reception_to_the_result_step_by_step() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    assert_eq!(until(&case).as_deref(), Some("19/11/2026 17:00"), "to be handed on the same day");
    let roles: Vec<Role> = case.handling.process.plan.iter().map(|step| step.role).collect();
    assert_eq!(roles, [Role::DeskOfficer, Role::HandlingOfficer, Role::Leader, Role::DeskOfficer]);
    case.does("19/11/2026 10:00", &desk(), Act::Accept);
    assert_eq!(case.due().as_deref(), Some("25/11/2026 17:00"), "three working days, the 24th is off");
    case.does("19/11/2026 11:00", &desk(), Act::Forward { to: holder_of(&officer()), step: None, skipping: vec![] });
    // 15 working hours.
    assert_eq!(until(&case).as_deref(), Some("23/11/2026 10:00"));
    case.does("20/11/2026 09:00", &officer(), forward(2)).does("20/11/2026 14:00", &leader(), Act::Sign);
    case.does("20/11/2026 14:30", &leader(), finish());
    assert_eq!((case.handling.state, case.standing("30/11/2026 08:00")), (State::Done, Standing::Early));
    assert_eq!(until(&case), None, "the return of the result waits for the applicant");
    let signature = HandOver::Signature { name: "Nguyễn Văn Tám".into() };
    case.does("23/11/2026 08:00", &desk(), Act::HandOver { how: signature.clone() });
    assert_eq!(case.handling.state, State::Returned);
    assert_eq!(case.handling.given.as_ref().and_then(|given| given.how.clone()), Some(signature));
    let done = Some(Ending::Done);
    assert_eq!(ends(&case), [(0, done), (1, done), (2, done), (3, done)]);
    let result = case.handling.result.clone().unwrap();
    assert_eq!((result.number.as_deref(), result.channel), (Some("12/GCN-STC"), Some(Channel::Online)));
}

#[test]
fn what_comes_after_the_cut_off_is_handed_on_the_next_working_morning() {
    let mut office = Office::new();
    assert_eq!(until(&office.receives("19/11/2026 15:00")).as_deref(), Some("19/11/2026 17:00"));
    assert_eq!(until(&office.receives("19/11/2026 15:01")).as_deref(), Some("20/11/2026 11:30"));
    assert_eq!(until(&office.receives("23/11/2026 16:00")).as_deref(), Some("25/11/2026 11:30"), "the 24th is off");
    assert_eq!(
        until(&office.receives("20/11/2026 20:00")).as_deref(),
        Some("23/11/2026 17:00"),
        "it counts from Monday"
    );
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 09:30", &desk(), Act::Accept).does("19/11/2026 15:30", &desk(), forward(1));
    let run = case.handling.process.open().unwrap();
    assert_eq!(shown(run.counts_from), "20/11/2026 07:00", "its hours begin in the morning");
    office.profile.follow.as_mut().unwrap().forward_cutoff = "10:00".parse().unwrap();
    assert_eq!(until(&office.receives("19/11/2026 10:01")).as_deref(), Some("20/11/2026 11:30"), "the value is data");
    let rules = Rules { forward_cutoff: "16:00".parse().ok(), ..office.rules() };
    assert_eq!(rules.cutoff(), "16:00".parse().unwrap(), "the agency's own goes before");
}

#[test]
fn nothing_is_passed_over_without_a_reason() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept);
    let to = |skipping| Act::Forward { to: unit(), step: Some(2), skipping };
    assert_eq!(case.asks("19/11/2026 11:00", &desk(), to(vec![])), Err(Refusal::StepsLeftOut { steps: vec![1] }));
    let why = Skipped { step: 1, reason: "Thẩm định cùng hồ sơ trước".into() };
    case.does("19/11/2026 11:00", &desk(), to(vec![why.clone()]));
    assert_eq!(case.handling.process.open().unwrap().skipped, std::slice::from_ref(&why));
    // Straight to the result: with a reason for each, and the leader's step by a leader only.
    let mut early = office.receives("19/11/2026 09:00");
    early.does("19/11/2026 10:00", &desk(), Act::Accept);
    assert_eq!(early.asks("19/11/2026 11:00", &desk(), finish()), Err(Refusal::StepsLeftOut { steps: vec![1, 2] }));
    let skipping = vec![why, Skipped { step: 2, reason: "Ký cùng lúc".into() }];
    let Act::Finish { number, summary, file, channel, .. } = finish() else { panic!() };
    let at_once = Act::Finish { number, summary, file, channel, skipping };
    let leader_only = Refusal::NotAllowed { needs: vec![Role::Leader] };
    assert_eq!(early.asks("19/11/2026 11:00", &desk(), at_once.clone()), Err(leader_only));
    early.does("19/11/2026 11:00", &person("Phạm Thị Bình", 3, &[Role::DeskOfficer, Role::Leader]), at_once);
    assert_eq!(early.handling.process.open().unwrap().skipped.len(), 2);
}

#[test]
fn a_step_that_is_sent_back_is_not_done_and_what_was_done_once_needs_no_reason() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 11:00", &desk(), forward(1));
    case.does("19/11/2026 14:00", &officer(), forward(2));
    case.does("19/11/2026 15:00", &leader(), Act::SendBack { to: holder_of(&officer()), step: 1, reason: reason() });
    let closing = case.handling.process.runs[2].closed.clone().unwrap();
    assert_eq!((closing.how, closing.note), (Ending::SentBack, reason()));
    case.does("20/11/2026 08:00", &officer(), forward(2));
    case.does("20/11/2026 09:00", &leader(), Act::SendBack { to: unit(), step: 0, reason: reason() });
    case.does("20/11/2026 10:00", &desk(), forward(2));
    assert_eq!(case.handling.process.open().unwrap().step, 2, "the review was done once");
    case.does("20/11/2026 10:10", &leader(), Act::Sign);
    case.does("20/11/2026 10:20", &leader(), Act::SendBack { to: unit(), step: 1, reason: reason() });
    assert_eq!(case.handling.signed, None, "the work is not done after all");
    // A step that the procedure does not have changes nothing.
    let runs = case.handling.process.runs.len();
    case.happens("20/11/2026 10:30", EventKind::SentBack { step: u32::MAX, to: "?".into(), person: None });
    let beyond = EventKind::InProgress { to: "Phòng A".into(), person: None, step: Some(u32::MAX), skipped: vec![] };
    case.happens("20/11/2026 10:31", beyond);
    assert_eq!(case.handling.process.runs.len(), runs);
}

#[test]
fn the_leader_gives_a_step_to_another_and_to_whom_stands_in() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    let other = person("Võ Thị Năm", 5, &[Role::HandlingOfficer]);
    case.does("19/11/2026 10:00", &desk(), Act::Accept);
    case.does("19/11/2026 11:00", &desk(), Act::Forward { to: holder_of(&officer()), step: None, skipping: vec![] });
    let not_hers = Refusal::NotYours { holder: holder_of(&officer()) };
    assert_eq!(case.asks("19/11/2026 13:40", &other, forward(2)), Err(not_hers));
    case.does(
        "19/11/2026 14:00",
        &leader(),
        Act::Assign { to: holder_of(&other), absent: true, reason: "Nghỉ ốm".into() },
    );
    let run = case.handling.process.open().unwrap();
    assert_eq!(run.stands_in_for.as_deref(), Some("Trần Văn Ất"));
    assert!(case.asks("19/11/2026 14:10", &officer(), forward(2)).is_err(), "he is away");
    case.does(
        "19/11/2026 14:20",
        &leader(),
        Act::Assign { to: holder_of(&officer()), absent: false, reason: reason() },
    );
    let run = case.handling.process.open().unwrap();
    assert_eq!((run.stands_in_for.clone(), run.reassigned.len()), (None, 2));
    assert_eq!((run.reassigned[0].from.clone(), run.reassigned[0].absent), (Some(holder_of(&officer())), true));
    case.does("19/11/2026 14:30", &officer(), forward(2));
}

#[test]
fn other_agencies_have_clocks_of_their_own() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 11:00", &desk(), forward(1));
    let limit = |n| TimeLimit::of(n, TimeUnit::WorkingDay);
    let (content, agency) = ("Ý kiến về quy hoạch".to_owned(), "Sở Xây dựng".to_owned());
    case.does(
        "19/11/2026 14:00",
        &officer(),
        Act::Consult { agency: agency.clone(), content: content.clone(), limit: limit(1) },
    );
    case.does(
        "19/11/2026 14:10",
        &officer(),
        Act::StartLeg { agency: "Công an tỉnh".into(), content, limit: limit(2) },
    );
    let (opinion, leg) = (&case.handling.consultations[0], &case.handling.legs[0]);
    assert_eq!(opinion.due.map(shown).as_deref(), Some("20/11/2026 17:00"));
    assert_eq!(leg.due.map(shown).as_deref(), Some("23/11/2026 17:00"));
    let (opinion, leg) = (opinion.seq, leg.seq);
    let silent =
        |case: &Case<'_>, now: &str| case.handling.silent(moment(now)).map(|it| it.agency.clone()).collect::<Vec<_>>();
    assert_eq!(silent(&case, "20/11/2026 17:00"), [""; 0]);
    assert_eq!(silent(&case, "21/11/2026 08:00"), [agency], "to be told");
    case.does("23/11/2026 08:00", &officer(), forward(2));
    let awaited = Refusal::StillElsewhere { agencies: vec!["Công an tỉnh".into()] };
    assert_eq!(case.asks("23/11/2026 09:00", &leader(), finish()), Err(awaited));
    let answer = |asked| Act::Answer { asked, content: "Thống nhất".into() };
    case.does("23/11/2026 09:30", &officer(), answer(leg)).does("23/11/2026 10:00", &leader(), finish());
    case.does("23/11/2026 10:30", &officer(), answer(opinion));
    assert_eq!(silent(&case, "30/11/2026 08:00"), [""; 0]);
    assert_eq!(case.handling.legs[0].answer, "Thống nhất");
}

#[test]
fn originals_go_back_before_the_result() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    let component: ComponentCode = "NB-07.03".into();
    case.does("19/11/2026 09:30", &desk(), Act::HoldOriginals { component: component.clone(), count: 2 });
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 11:00", &desk(), forward(1));
    case.does("20/11/2026 09:00", &officer(), forward(2)).does("20/11/2026 14:30", &leader(), finish());
    let held = Refusal::OriginalsHeld { components: vec![component.clone()] };
    assert_eq!(case.asks("23/11/2026 08:00", &desk(), Act::HandOver { how: HandOver::Network }), Err(held));
    let back = |count| Act::ReturnOriginals { component: component.clone(), count };
    case.does("23/11/2026 08:00", &desk(), back(1));
    assert_eq!(case.handling.originals_held().collect::<Vec<_>>(), [(&component, 1)]);
    case.does("23/11/2026 08:05", &desk(), back(1));
    case.does("23/11/2026 08:06", &desk(), Act::HandOver { how: HandOver::Post { number: "EA123456789VN".into() } });
}

#[test]
fn a_dossier_ends_refused_withdrawn_or_stopped() {
    let office = Office::new();
    let mut refused = office.receives("19/11/2026 09:00");
    refused.does("19/11/2026 10:00", &desk(), Act::Refuse { reason: reason() });
    assert_eq!((refused.handling.state, refused.standing("20/11/2026 09:00")), (State::Rejected, Standing::NoDue));
    assert_eq!(refused.handling.events[1].note, reason());
    let mut withdrawn = office.receives("19/11/2026 09:00");
    withdrawn.does("19/11/2026 10:00", &desk(), Act::Accept);
    withdrawn.does("19/11/2026 10:10", &Actor::Applicant, Act::Withdraw { reason: String::new() });
    assert_eq!((withdrawn.handling.state, ends(&withdrawn)), (State::Withdrawn, vec![(0, Some(Ending::Ended))]));
    let mut stopped = office.receives("19/11/2026 09:00");
    stopped.does("19/11/2026 10:00", &desk(), Act::Accept).does(
        "19/11/2026 11:00",
        &leader(),
        Act::Stop { reason: reason() },
    );
    stopped.does("20/11/2026 11:00", &desk(), Act::HandOver { how: HandOver::Network });
    assert_eq!(stopped.handling.state, State::Returned);
}

#[test]
fn supervision_reminds_finds_and_is_answered() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &leader(), Act::Remind { text: "Sắp đến hạn".into() });
    case.does("19/11/2026 11:00", &inspector(), Act::MakeFinding { text: "Chậm chuyển bước".into() });
    let answer = || Act::AnswerFinding { finding: 3, text: "Đã khắc phục".into() };
    case.does("19/11/2026 14:00", &officer(), answer()).does(
        "19/11/2026 14:01",
        &officer(),
        Act::Note { text: "Đã gọi".into() },
    );
    assert_eq!(case.handling.findings[0].answer, "Đã khắc phục");
    assert_eq!(case.handling.reminders[0].text, "Sắp đến hạn");
    assert_eq!(case.asks("19/11/2026 15:00", &officer(), answer()), Err(Refusal::NothingToAnswer { seq: 3 }));
    assert_eq!(case.handling.next(&inspector()), [ActKind::MakeFinding]);
}

#[test]
fn two_officers_at_one_dossier_never_write_over_each_other() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    // Both have the dossier open as it arrived; the first asks for a supplement.
    let seen = case.handling.seq;
    case.does("19/11/2026 10:00", &desk(), supplement(""));
    let second = person("Đỗ Văn Sáu", 6, &[Role::DeskOfficer]);
    let refused = case.handling.judge(&Act::Accept, &second, seen, instant("19/11/2026 10:00"), &office.rules());
    let Err(Refusal::Changed { seq: 2, since }) = refused else { panic!("{refused:?}") };
    let [meanwhile] = since.as_slice() else { panic!("{since:?}") };
    assert_eq!((meanwhile.by.as_str(), meanwhile.seq), ("Lê Thị Mai", 2));
    assert!(matches!(meanwhile.what, EventKind::SupplementRequested { .. }));
    // Having seen it, the act is judged as the dossier now is.
    let now = case.asks("19/11/2026 10:05", &second, Act::Accept);
    assert_eq!(now, Err(Refusal::NotInState { state: State::SupplementRequested }));
}

#[test]
fn without_steps_a_dossier_goes_from_person_to_person() {
    let mut office = Office::new();
    office.procedure.steps.clear();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept);
    let on = || Act::Forward { to: holder_of(&officer()), step: None, skipping: vec![] };
    case.does("19/11/2026 11:00", &desk(), on()).does("19/11/2026 14:00", &officer(), finish());
    assert_eq!((case.handling.state, case.handling.process.runs.len()), (State::Done, 0));
}

#[test]
fn events_from_before_there_were_steps_still_tell_how_it_went() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    let handed_on = |to: &str| EventKind::InProgress { to: to.into(), person: None, step: None, skipped: vec![] };
    case.happens("19/11/2026 10:00", EventKind::Accepted { due: None });
    case.happens("19/11/2026 11:00", handed_on("Phòng A")).happens("19/11/2026 14:00", handed_on("Phòng B"));
    let run = case.handling.process.open().unwrap();
    assert_eq!((run.step, run.holder.as_ref().map(|holder| holder.name.as_str())), (1, Some("Phòng B")));
    case.happens("20/11/2026 14:00", EventKind::ApologyIssued { new_due: moment("30/11/2026 17:00") });
    assert_eq!((case.handling.apologies_sent(), case.due().as_deref()), (1, Some("30/11/2026 17:00")));
    let what = EventKind::Done { result: None, number: None, summary: None, channel: None, skipped: vec![] };
    case.happens("23/11/2026 14:00", what).happens("24/11/2026 14:00", EventKind::Delivered { how: None });
    assert_eq!(case.handling.state, State::Returned);
}

#[test]
fn a_history_with_something_wrong_is_told() {
    let office = Office::new();
    let rules = office.rules();
    let first = office.receives("19/11/2026 09:00").handling.events[0].clone();
    let of = |events: &[Event]| Handling::of(events, &rules).map(|handling| handling.seq);
    assert_eq!(of(&[]), Err(Unfoldable::NotReceived));
    let then =
        |seq, what| event(seq, instant("19/11/2026 10:00"), "", Deed { what, note: String::new(), automatic: false });
    assert_eq!(of(&[then(1, EventKind::Rejected)]), Err(Unfoldable::NotReceived));
    assert_eq!(of(&[first.clone(), then(3, EventKind::Rejected)]), Err(Unfoldable::Gap { expected: 2, found: 3 }));
    let other = Event { dossier: DossierId(Uuid::from_u128(8)), ..then(2, EventKind::Rejected) };
    assert_eq!(of(&[first.clone(), other]), Err(Unfoldable::OtherDossier { seq: 2 }));
    let ancient = Event { happened_at: "1700-01-01T00:00:00Z".parse().unwrap(), ..then(2, EventKind::NoteAdded) };
    assert_eq!(of(&[first.clone(), ancient]), Err(Unfoldable::OutOfTime { seq: 2 }));
    let forbidden = of(&[first, then(2, EventKind::Delivered { how: None })]);
    assert!(matches!(forbidden, Err(Unfoldable::Forbidden { seq: 2, .. })));
}

#[test]
fn a_handling_is_read_as_it_was_written() {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    case.does("19/11/2026 10:00", &desk(), Act::Accept).does("19/11/2026 11:00", &desk(), forward(1));
    let json = serde_json::to_string(&case.handling).unwrap();
    assert_eq!(serde_json::from_str::<Handling>(&json).unwrap(), case.handling);
    let act = serde_json::to_value(Act::ApproveApology).unwrap();
    assert_eq!(act, serde_json::json!({ "act": "approve_apology" }));
    let refusal = serde_json::to_value(Refusal::ApologiesUsed { max: 1 }).unwrap();
    assert_eq!(refusal, serde_json::json!({ "code": "apologies_used", "max": 1 }));
}
