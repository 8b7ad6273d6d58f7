//! Each refusal, reached.

use std::collections::BTreeSet;

use super::*;
use crate::deadline::Uncountable;

/// The code of a refusal. Whoever adds one adds the way to reach it.
fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Changed { .. } => "changed",
        Refusal::NotAllowed { .. } => "not_allowed",
        Refusal::NotYours { .. } => "not_yours",
        Refusal::NotInState { .. } => "not_in_state",
        Refusal::TooEarly { .. } => "too_early",
        Refusal::Missing { .. } => "missing",
        Refusal::SupplementAgain { .. } => "supplement_again",
        Refusal::NoSuchComponent { .. } => "no_such_component",
        Refusal::NotLater { .. } => "not_later",
        Refusal::NotAWorkingDay { .. } => "not_a_working_day",
        Refusal::Uncountable { .. } => "uncountable",
        Refusal::NoDue => "no_due",
        Refusal::SameDue { .. } => "same_due",
        Refusal::NoOpenStep => "no_open_step",
        Refusal::NotThatStep { .. } => "not_that_step",
        Refusal::StepsLeftOut { .. } => "steps_left_out",
        Refusal::StillElsewhere { .. } => "still_elsewhere",
        Refusal::NothingToAnswer { .. } => "nothing_to_answer",
        Refusal::NotHeld { .. } => "not_held",
        Refusal::OriginalsHeld { .. } => "originals_held",
        Refusal::OtherAmount { .. } => "other_amount",
        Refusal::ApologiesUsed { .. } => "apologies_used",
        Refusal::ApologyNotReady { .. } => "apology_not_ready",
    }
}

const CODES: usize = 23;

/// What acts lack, in a match for the same reason.
fn lack(what: Wanted) -> usize {
    match what {
        Wanted::Reason => 0,
        Wanted::Items => 1,
        Wanted::Amount => 2,
        Wanted::Holder => 3,
        Wanted::Agency => 4,
        Wanted::Content => 5,
        Wanted::Count => 6,
        Wanted::Number => 7,
        Wanted::Summary => 8,
        Wanted::Receiver => 9,
    }
}

/// What was refused on the way.
#[derive(Default)]
struct Reached(BTreeSet<&'static str>, BTreeSet<usize>);

impl Reached {
    fn refused(&mut self, case: &mut Case<'_>, at: &str, who: &Actor, act: Act, expected: Refusal) {
        let before = case.handling.clone();
        assert_eq!(case.asks(at, who, act), Err(expected.clone()));
        assert_eq!(case.handling, before);
        assert_eq!(serde_json::to_value(&expected).unwrap()["code"], code(&expected));
        self.0.insert(code(&expected));
        if let Refusal::Missing { what } = expected {
            self.1.insert(lack(what));
        }
    }
}

const BLANK: &str = " \t";

fn blank() -> String {
    BLANK.into()
}

fn nobody() -> Holder {
    Holder { name: blank(), account: None }
}

fn missing(what: Wanted) -> Refusal {
    Refusal::Missing { what }
}

#[test]
fn every_refusal_can_be_reached_and_changes_nothing() {
    let mut reached = Reached::default();
    at_the_reception(&mut reached);
    in_the_process(&mut reached);
    about_the_due_time(&mut reached);
    at_the_end(&mut reached);
    assert_eq!((reached.0.len(), reached.1.len()), (CODES, 10), "{:?}", reached.0);
}

fn at_the_reception(reached: &mut Reached) {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    let now = "19/11/2026 10:00";
    let mut refused = |who: &Actor, act, expected| reached.refused(&mut case, now, who, act, expected);
    let desk_only = || Refusal::NotAllowed { needs: vec![Role::DeskOfficer] };
    for who in [officer(), leader(), inspector(), Actor::Applicant, Actor::System] {
        refused(&who, Act::Accept, desk_only());
    }
    refused(&desk(), Act::HandOver { how: HandOver::Network }, Refusal::NotInState { state: State::Registered });
    refused(&desk(), Act::Refuse { reason: blank() }, missing(Wanted::Reason));
    let ask = |items, answer_until| Act::RequestSupplement { items, answer_until, why_again: blank() };
    let item = |code: &str, reason: &str| SupplementItem { component: Some(code.into()), reason: reason.into() };
    refused(&desk(), ask(vec![], None), missing(Wanted::Items));
    refused(&desk(), ask(vec![item("NB-07.01", BLANK)], None), missing(Wanted::Reason));
    let unknown = Refusal::NoSuchComponent { component: "NB-03.01".into() };
    refused(&desk(), ask(vec![item("NB-03.01", "Thiếu")], None), unknown);
    let today = ask(vec![item("NB-07.01", "Thiếu")], Some(day("19/11/2026")));
    refused(&desk(), today, Refusal::NotLater { than: moment(now) });
    let component: ComponentCode = "NB-07.03".into();
    let (hold, back) = (
        |count| Act::HoldOriginals { component: "NB-07.03".into(), count },
        |count| Act::ReturnOriginals { component: "NB-07.03".into(), count },
    );
    refused(&desk(), hold(0), missing(Wanted::Count));
    refused(&desk(), back(1), Refusal::NotHeld { component, held: 0 });
    refused(&leader(), Act::AnswerFinding { finding: 1, text: "?".into() }, Refusal::NothingToAnswer { seq: 1 });
    refused(&desk(), Act::Note { text: blank() }, missing(Wanted::Content));
    let before = Refusal::TooEarly { since: moment("19/11/2026 09:00") };
    reached.refused(&mut case, "19/11/2026 08:59", &desk(), Act::Accept, before);
    let stale = case.handling.judge(&Act::Accept, &desk(), 0, instant(now), &office.rules());
    assert!(matches!(&stale, Err(Refusal::Changed { seq: 1, since }) if since.len() == 1));
    reached.0.extend(stale.err().as_ref().map(code));
    case.does(now, &desk(), supplement(""));
    let before = Refusal::TooEarly { since: moment(now) };
    reached.refused(&mut case, "19/11/2026 09:30", &Actor::System, brought(), before);
    case.does(now, &Actor::System, brought());
    let again = Refusal::SupplementAgain { earlier: 1 };
    reached.refused(&mut case, now, &desk(), supplement(BLANK), again);
    case.does(now, &desk(), supplement("Phát hiện thêm khi thẩm định"));
    assert_eq!(case.handling.supplements[1].why_again, "Phát hiện thêm khi thẩm định");
}

fn in_the_process(reached: &mut Reached) {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    let now = "19/11/2026 10:00";
    case.does(now, &desk(), Act::Accept);
    let to = |holder: Holder, step| Act::Forward { to: holder, step, skipping: vec![] };
    let mut refused = |who: &Actor, act, expected| reached.refused(&mut case, now, who, act, expected);
    refused(&desk(), to(nobody(), None), missing(Wanted::Holder));
    refused(&desk(), to(unit(), Some(3)), Refusal::NotThatStep { step: Some(3), may: vec![1, 2] });
    refused(&desk(), to(unit(), Some(2)), Refusal::StepsLeftOut { steps: vec![1] });
    refused(&officer(), to(unit(), None), Refusal::NotAllowed { needs: vec![Role::DeskOfficer] });
    refused(&desk(), Act::RequestPayment { amount: 0 }, missing(Wanted::Amount));
    case.does(now, &desk(), Act::RequestPayment { amount: 8_000 });
    let other = Refusal::OtherAmount { asked: 8_000 };
    reached.refused(&mut case, now, &Actor::System, Act::TakePayment { amount: 7_000 }, other);
    case.does(now, &Actor::System, Act::TakePayment { amount: 8_000 });
    case.does(now, &desk(), to(holder_of(&officer()), None));
    let mut refused = |who: &Actor, act, expected| reached.refused(&mut case, now, who, act, expected);
    let other = person("Võ Thị Năm", 5, &[Role::HandlingOfficer]);
    refused(&other, forward(2), Refusal::NotYours { holder: holder_of(&officer()) });
    let back = |step, reason: &str| Act::SendBack { to: unit(), step, reason: reason.into() };
    refused(&officer(), back(1, "Sai"), Refusal::NotThatStep { step: Some(1), may: vec![0] });
    refused(&officer(), back(0, BLANK), missing(Wanted::Reason));
    refused(&leader(), Act::Assign { to: nobody(), absent: false, reason: reason() }, missing(Wanted::Holder));
    let limit = |n| TimeLimit::of(n, TimeUnit::WorkingDay);
    let ask = |agency: &str, n| Act::Consult { agency: agency.into(), content: reason(), limit: limit(n) };
    refused(&officer(), ask(BLANK, 3), missing(Wanted::Agency));
    let too_long = Refusal::Uncountable { why: Uncountable::TooLong };
    refused(&officer(), ask("Sở Tài chính", 1_000_000), too_long.clone());
    let leg = |n| Act::StartLeg { agency: "Công an tỉnh".into(), content: reason(), limit: limit(n) };
    refused(&officer(), leg(1_000_000), too_long);
    refused(&officer(), Act::Answer { asked: 1, content: reason() }, Refusal::NothingToAnswer { seq: 1 });
    case.does(now, &officer(), leg(3)).does(now, &officer(), forward(2));
    let mut refused = |who: &Actor, act, expected| reached.refused(&mut case, now, who, act, expected);
    refused(&leader(), to(unit(), None), Refusal::NotThatStep { step: None, may: vec![] });
    refused(&leader(), finish(), Refusal::StillElsewhere { agencies: vec!["Công an tỉnh".into()] });
    let mut bare = Office::new();
    bare.procedure.steps.clear();
    let mut case = bare.receives("19/11/2026 09:00");
    case.does(now, &desk(), Act::Accept);
    let assign = Act::Assign { to: unit(), absent: false, reason: reason() };
    reached.refused(&mut case, now, &leader(), assign, Refusal::NoOpenStep);
}

fn about_the_due_time(reached: &mut Reached) {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    let now = "19/11/2026 10:00";
    case.does(now, &desk(), Act::Accept);
    let draft = |new_due: &str| Act::DraftApology { new_due: moment(new_due), reason: reason() };
    let mut refused = |who: &Actor, act, expected| reached.refused(&mut case, now, who, act, expected);
    let not_later = Refusal::NotLater { than: moment("25/11/2026 17:00") };
    refused(&officer(), draft("25/11/2026 17:00"), not_later);
    let sunday = Refusal::NotAWorkingDay { day: day("29/11/2026"), next: Some(day("30/11/2026")) };
    refused(&officer(), draft("29/11/2026 17:00"), sunday);
    let none = Refusal::ApologyNotReady { stage: ApologyStage::None };
    refused(&leader(), Act::ApproveApology, none.clone());
    refused(&desk(), Act::SendApology, none);
    refused(&leader(), Act::RecountDue { reason: reason() }, Refusal::SameDue { due: moment("25/11/2026 17:00") });
    case.does(now, &officer(), draft("30/11/2026 17:00"));
    let drafted = Refusal::ApologyNotReady { stage: ApologyStage::Drafted };
    reached.refused(&mut case, now, &desk(), Act::NumberApology { number: "1".into() }, drafted);
    case.does(now, &leader(), Act::ApproveApology);
    let blank_number = Act::NumberApology { number: blank() };
    reached.refused(&mut case, now, &desk(), blank_number, missing(Wanted::Number));
    case.does(now, &desk(), Act::NumberApology { number: "1".into() }).does(now, &desk(), Act::SendApology);
    reached.refused(&mut case, now, &officer(), draft("07/12/2026 17:00"), Refusal::ApologiesUsed { max: 1 });
    let unlimited = Office { limit: None, ..Office::new() };
    let mut case = unlimited.receives("19/11/2026 09:00");
    case.does(now, &desk(), Act::Accept);
    reached.refused(&mut case, now, &officer(), draft("30/11/2026 17:00"), Refusal::NoDue);
    reached.refused(&mut case, now, &leader(), Act::RecountDue { reason: reason() }, Refusal::NoDue);
    let closed = Office { hours: ReceptionHours { office: vec![], saturday: vec![] }, ..Office::new() };
    let never = Refusal::Uncountable { why: Uncountable::NoWorkingTime };
    reached.refused(&mut closed.receives("19/11/2026 09:00"), now, &desk(), Act::Accept, never);
}

fn at_the_end(reached: &mut Reached) {
    let office = Office::new();
    let mut case = office.receives("19/11/2026 09:00");
    let (now, component) = ("19/11/2026 10:00", ComponentCode::from("NB-07.03"));
    case.does(now, &desk(), Act::HoldOriginals { component: component.clone(), count: 1 }).does(
        now,
        &desk(),
        Act::Accept,
    );
    case.does(now, &desk(), forward(1)).does(now, &officer(), forward(2));
    let with = |number: &str, summary: &str| {
        let (number, summary) = (number.into(), summary.into());
        Act::Finish { number, summary, file: None, channel: Channel::Direct, skipping: vec![] }
    };
    reached.refused(&mut case, now, &leader(), with(BLANK, "Kết quả"), missing(Wanted::Number));
    reached.refused(&mut case, now, &leader(), with("1", BLANK), missing(Wanted::Summary));
    case.does(now, &leader(), finish());
    let mut refused = |act, expected| reached.refused(&mut case, now, &desk(), act, expected);
    refused(Act::HandOver { how: HandOver::Signature { name: blank() } }, missing(Wanted::Receiver));
    refused(Act::HandOver { how: HandOver::Post { number: blank() } }, missing(Wanted::Number));
    refused(Act::HandOver { how: HandOver::Network }, Refusal::OriginalsHeld { components: vec![component] });
    refused(Act::Withdraw { reason: reason() }, Refusal::NotInState { state: State::Done });
}
