//! Whatever people ask in whatever order: the table, the clock and the apologies hold.

use std::collections::BTreeSet;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::*;

/// One thing asked: which, with what, how many minutes after the one before.
#[derive(Debug, Clone)]
struct Ask {
    kind: usize,
    from: From,
    n: u32,
    minutes: i64,
}

/// Out of what an act is chosen.
#[derive(Debug, Clone, Copy)]
enum From {
    Everything,
    /// What may be done now.
    Offered,
    /// The next step on the way of an apology, where there is one.
    Apology,
}

#[derive(Debug, Clone)]
struct Walk {
    unit: TimeUnit,
    limit: u32,
    pausing: bool,
    max_apologies: u32,
    asks: Vec<Ask>,
}

/// `eager`: of twelve, most go on with an apology.
fn asks(eager: bool) -> impl Strategy<Value = Vec<Ask>> {
    let weight = if eager { 40 } else { 3 };
    let from = prop_oneof![1 => Just(From::Everything), 6 => Just(From::Offered), weight => Just(From::Apology)];
    let ask = (0_usize..1_000, from, 0_u32..8, 0_i64..4_000);
    let ask = ask.prop_map(|(kind, from, n, minutes)| Ask { kind, from, n, minutes });
    prop::collection::vec(ask, 1..=12)
}

fn walks() -> impl Strategy<Value = Walk> {
    let units =
        prop::sample::select(vec![TimeUnit::WorkingDay, TimeUnit::CalendarDay, TimeUnit::Hour, TimeUnit::Month]);
    (units, 0_u32..12, prop::bool::ANY, 0_u32..3, prop_oneof![4 => asks(false), 1 => asks(true)])
        .prop_map(|(unit, limit, pausing, max_apologies, asks)| Walk { unit, limit, pausing, max_apologies, asks })
}

/// Somebody who is everything at once.
fn everybody() -> Actor {
    person("Trần Văn Ất", 2, Role::ALL)
}

fn act(kind: ActKind, n: u32, handling: &Handling) -> Act {
    let text = || if n == 7 { String::new() } else { reason() };
    let component = || ComponentCode::from("NB-07.03");
    let limit = TimeLimit::of(n, TimeUnit::WorkingDay);
    let skipping = || (0..n).map(|step| Skipped { step, reason: reason() }).collect();
    let from = handling.clock.due.unwrap_or(handling.received);
    match kind {
        ActKind::Accept => Act::Accept,
        ActKind::RequestSupplement => supplement(if n < 4 { "" } else { "Còn thiếu" }),
        ActKind::Refuse => Act::Refuse { reason: text() },
        ActKind::TakeSupplement => brought(),
        ActKind::RequestPayment => Act::RequestPayment { amount: i64::from(n) },
        ActKind::TakePayment => {
            Act::TakePayment { amount: handling.payments.last().map_or(1, |payment| payment.amount) }
        }
        ActKind::Forward => Act::Forward { to: unit(), step: Some(n).filter(|n| *n < 4), skipping: skipping() },
        ActKind::SendBack => Act::SendBack { to: unit(), step: n % 3, reason: text() },
        ActKind::Assign => Act::Assign { to: unit(), absent: n.is_multiple_of(2), reason: text() },
        ActKind::Consult => Act::Consult { agency: text(), content: text(), limit },
        ActKind::StartLeg => Act::StartLeg { agency: text(), content: text(), limit },
        ActKind::Answer => {
            let asked = handling.legs.iter().chain(&handling.consultations).find(|it| it.answered.is_none());
            Act::Answer { asked: asked.map_or(1, |it| it.seq), content: text() }
        }
        ActKind::HoldOriginals => Act::HoldOriginals { component: component(), count: n },
        ActKind::ReturnOriginals => Act::ReturnOriginals { component: component(), count: n },
        ActKind::DraftApology => {
            let date = from.date.plus_days(i64::from(n)).unwrap();
            Act::DraftApology { new_due: LocalMoment { date, ..from }, reason: text() }
        }
        ActKind::ApproveApology => Act::ApproveApology,
        ActKind::NumberApology => Act::NumberApology { number: text() },
        ActKind::SendApology => Act::SendApology,
        ActKind::RecountDue => Act::RecountDue { reason: text() },
        ActKind::Sign => Act::Sign,
        ActKind::Finish => {
            Act::Finish { number: text(), summary: text(), file: None, channel: Channel::Postal, skipping: skipping() }
        }
        ActKind::HandOver => Act::HandOver { how: HandOver::Post { number: text() } },
        ActKind::Withdraw => Act::Withdraw { reason: text() },
        ActKind::Stop => Act::Stop { reason: text() },
        ActKind::Note => Act::Note { text: text() },
        ActKind::Remind => Act::Remind { text: text() },
        ActKind::MakeFinding => Act::MakeFinding { text: text() },
        ActKind::AnswerFinding => {
            let finding = handling.findings.iter().find(|it| it.answered.is_none());
            Act::AnswerFinding { finding: finding.map_or(1, |it| it.seq), text: text() }
        }
    }
}

fn chosen(ask: &Ask, offered: &[ActKind]) -> ActKind {
    use ActKind::*;
    let on_the_way = [SendApology, NumberApology, ApproveApology, DraftApology, Accept];
    let of = |from: &[ActKind]| from[ask.kind % from.len()];
    match ask.from {
        From::Everything => of(ActKind::ALL),
        From::Offered => of(offered),
        From::Apology => on_the_way.into_iter().find(|kind| offered.contains(kind)).unwrap_or(of(offered)),
    }
}

/// Walks, checking after each step, and answers where it came to.
fn walk(walk: &Walk) -> Result<Handling, TestCaseError> {
    let mut office = Office::with_limit(walk.limit, walk.unit);
    office.profile.on_supplement = if walk.pausing { OnSupplement::Pause } else { OnSupplement::Restart };
    office.profile.apology.max_reappointments = walk.max_apologies;
    let (rules, who) = (office.rules(), everybody());
    let mut handling = office.receives("16/11/2026 09:00").handling;
    let mut now = instant("16/11/2026 09:00");
    for ask in &walk.asks {
        now = Timestamp::from_unix_ms(now.unix_ms() + ask.minutes * 60_000).unwrap();
        let offered = handling.next(&who);
        let kind = chosen(ask, &offered);
        let Ok(deeds) = handling.judge(&act(kind, ask.n, &handling), &who, handling.seq, now, &rules) else { continue };
        prop_assert!(offered.contains(&kind), "{kind:?} was not offered");
        for deed in deeds {
            let before = handling.state;
            let moves = deed.what.transition(0, true);
            let event = event(handling.seq + 1, now, "Trần Văn Ất", deed);
            handling.follow(&event, &rules).map_err(|why| TestCaseError::fail(why.to_string()))?;
            let expected = moves.map_or(Ok(before), |transition| before.apply(&transition));
            prop_assert_eq!(expected, Ok(handling.state), "the table decides");
        }
        holds(&handling, &rules, rules.moment(now).unwrap())?;
    }
    Ok(handling)
}

fn holds(handling: &Handling, rules: &Rules<'_>, now: LocalMoment) -> Result<(), TestCaseError> {
    let (state, clock) = (handling.state, &handling.clock);
    let waits = clock.open_pause().is_some();
    match state {
        State::Accepted | State::Processing => prop_assert!(clock.due.is_some() && !waits, "{state:?} lost its clock"),
        State::SupplementRequested | State::PaymentRequested => {
            prop_assert!(waits, "{state:?} is not on a stated pause")
        }
        _ => prop_assert!(!waits, "{state:?} waits for nobody"),
    }
    prop_assert!(handling.apologies_sent() <= rules.profile.apology.max_reappointments as usize);
    let is_open = handling.process.open().is_some();
    let expects = !matches!(state, State::SupplementRequested) && (!state.is_finished() || state == State::Done);
    prop_assert_eq!(is_open, expects, "the open step of {:?}", state);
    prop_assert_eq!(handling.ended.is_some(), state.is_finished());
    let again = Handling::of(&handling.events, rules);
    prop_assert_eq!(again.as_ref(), Ok(handling));
    let standing = handling.standing(now, rules);
    prop_assert_eq!(standing == Standing::Waiting, waits);
    let told = handling.apologies.len() + handling.supplements.len() + 1;
    prop_assert!(handling.violations(now, rules).len() <= told);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_sequence_of_acts_leaves_the_table_loses_the_clock_or_apologises_too_often(it in walks()) {
        walk(&it)?;
    }
}

#[test]
fn the_walks_go_everywhere() {
    let mut runner = TestRunner::deterministic();
    let (mut states, mut kinds, mut apologies) = (BTreeSet::new(), BTreeSet::new(), 0);
    for _ in 0..1_200 {
        let handling = walk(&walks().new_tree(&mut runner).unwrap().current()).unwrap();
        states.insert(handling.state);
        let kind = |event: &Event| serde_json::to_value(&event.what).unwrap()["kind"].as_str().unwrap().to_owned();
        kinds.extend(handling.events.iter().map(kind));
        apologies = apologies.max(handling.apologies_sent());
    }
    let after: BTreeSet<State> = State::ALL.into_iter().filter(|state| state.national_code().is_some()).collect();
    assert_eq!(states, after);
    assert_eq!(apologies, 2, "as many as the profile allowed");
    // All but what only old events have: a suspension and its end, and what was seen at a portal.
    assert_eq!(kinds.len(), 32 - 3, "{kinds:?}");
}
