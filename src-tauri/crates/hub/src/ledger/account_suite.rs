//! What every ledger must hold of people, sessions and the audit log: a part of [`super::suite`].

use std::collections::BTreeSet;

use dossier::{AccountId, AgencyCode, Date, Digest, Role, Scope};
use uuid::Uuid;
use wire::{
    Code,
    audit::verify_chain,
    auth::{ExpiringKind, NoticeRead},
    enrol::Agency,
};

use super::{
    Device, Ledger,
    accounts::{AgencyUnit, Change, Expiring, KeptPassword, NewSession, Own, Person, Shown, Try},
    audit::{Act, Author, Wanted, What},
    suite::{at, code_of, console, device},
};
use dossier::journal::Head;

fn agency() -> AgencyCode {
    "H06.16".parse().unwrap()
}

fn person(n: u128, sign_in_name: &str) -> Person {
    Person {
        id: AccountId(Uuid::from_u128(n)),
        agency: agency(),
        unit: None,
        sign_in_name: sign_in_name.into(),
        name: format!("Người {n}"),
        title: "Chuyên viên".into(),
        email: String::new(),
        phone: String::new(),
        roles: [Role::Clerk].into(),
        scope: Scope::Agency,
        active: true,
    }
}

fn password(hash: &str) -> KeptPassword {
    KeptPassword { hash: hash.into(), set_at: at(0), expires_at: at(60), must_change: false }
}

async fn with_person(ledger: &impl Ledger, n: u128, name: &str) -> Device {
    let who = device(ledger, "H06.16", n).await;
    let add = Change::Add(person(n, name), Some(password("hash")));
    ledger.change_people(&agency(), &[add], &console(), at(1)).await.unwrap();
    who
}

async fn acts(ledger: &impl Ledger, wanted: &Wanted) -> Vec<(String, String, String)> {
    ledger.seal().await.unwrap();
    let entries = ledger.audit(wanted, 0, 1000).await.unwrap();
    entries.into_iter().map(|entry| (entry.what, entry.about.unwrap_or_default(), entry.result)).collect()
}

pub async fn people_are_changed_all_or_none(ledger: &impl Ledger) {
    with_person(ledger, 1, "hoa.nt").await;
    let unit = |code: &str, parent: Option<&str>| AgencyUnit {
        code: code.into(),
        name: "Phòng Hành chính".into(),
        parent: parent.map(str::to_owned),
    };
    let moved = Person { unit: Some("hc".into()), roles: [Role::Leader, Role::Clerk].into(), ..person(1, "Hoa.NT") };
    let changes = [Change::Unit(unit("vp", None)), Change::Unit(unit("hc", Some("vp"))), Change::Update(moved.clone())];
    ledger.change_people(&agency(), &changes, &console(), at(2)).await.unwrap();
    assert_eq!(ledger.units(&agency()).await.unwrap(), [unit("hc", Some("vp")), unit("vp", None)]);
    let found = ledger.account_named("HOA.nt").await.unwrap().unwrap();
    assert_eq!((&found.person, found.unit_name.as_deref()), (&moved, Some("Phòng Hành chính")));
    assert_eq!(found.password, Some(password("hash")));
    assert!(!found.must_change(at(59)) && found.must_change(at(60)));

    // However it is written, a name is one person's; and what came before it in the same change is undone.
    let taken = [Change::Add(person(2, "nam"), None), Change::Add(person(3, "hòa.NT"), None)];
    assert_eq!(code_of(ledger.change_people(&agency(), &taken, &console(), at(3)).await), Code::NameTaken);
    let lost = [Change::Add(person(2, "nam"), None), Change::Unit(unit("x", Some("nowhere")))];
    assert_eq!(code_of(ledger.change_people(&agency(), &lost, &console(), at(3)).await), Code::NotFound);
    let nowhere = Person { unit: Some("nowhere".into()), ..person(2, "nam") };
    let lost = [Change::Add(nowhere, None)];
    assert_eq!(code_of(ledger.change_people(&agency(), &lost, &console(), at(3)).await), Code::NotFound);
    assert_eq!(ledger.people(None).await.unwrap(), [moved]);
    ledger.add_agency(&Agency { code: "H06.17".parse().unwrap(), name: "B".into() }, &console(), at(3)).await.unwrap();
    let (other, disable) = ("H06.17".parse().unwrap(), [Change::Disable(person(1, "x").id)]);
    let another = ledger.change_people(&other, &disable, &console(), at(3)).await;
    assert_eq!(code_of(another), Code::NotFound, "another agency's person");
    let none = ledger.change_people(&"H99".parse().unwrap(), &[], &console(), at(3)).await;
    assert_eq!(code_of(none), Code::NotFound);
    let done: BTreeSet<String> = acts(ledger, &Wanted::default()).await.into_iter().map(|act| act.0).collect();
    for what in ["agency.put", "enrolment_code.made", "device.enrolled", "person.added", "unit.put", "person.changed"] {
        assert!(done.contains(what), "{what} is logged");
    }
    assert!(!done.contains("person.disabled"), "what did not happen is not");
}

pub async fn tries_make_a_name_wait(ledger: &impl Ledger) {
    with_person(ledger, 1, "hoa.nt").await;
    for (name, known) in [("Hoa.nt", true), ("nobody", false)] {
        for left in (0..5).rev() {
            let tried = ledger.try_sign_in(name, at(2)).await.unwrap();
            assert!(matches!(&tried, Try::Counted { left: l, account } if *l == left && account.is_some() == known));
        }
        assert_eq!(ledger.try_sign_in(name, at(2)).await.unwrap(), Try::Waits(61), "{name}");
        assert!(matches!(ledger.try_sign_in(name, at(3)).await.unwrap(), Try::Counted { left: 0, .. }));
        assert_eq!(ledger.try_sign_in(name, at(3)).await.unwrap(), Try::Waits(121), "{name}: twice as long");
    }
    ledger.tidy_accounts(at(60 * 48)).await.unwrap();
    assert!(matches!(ledger.try_sign_in("nobody", at(4)).await.unwrap(), Try::Counted { left: 4, .. }), "forgotten");
}

fn session(n: u128, token: &[u8]) -> NewSession {
    let (id, account) = (Uuid::from_u128(100 + n), AccountId(Uuid::from_u128(n)));
    NewSession { id, password: "hash".into(), account, refresh_sha256: Digest::of(token), expires_at: at(100) }
}

fn shown(n: u128, token: &[u8], next: &[u8]) -> Shown {
    let (token, next) = (Digest::of(token), Digest::of(next));
    Shown { session: Uuid::from_u128(100 + n), token, next, expires_at: at(200) }
}

pub async fn sessions_are_renewed_once_per_token(ledger: &impl Ledger) {
    let who = with_person(ledger, 1, "hoa.nt").await;
    ledger.try_sign_in("hoa.nt", at(1)).await.unwrap();
    ledger.open_session(&who, &session(1, b"a"), at(2)).await.unwrap();
    assert!(matches!(ledger.try_sign_in("hoa.nt", at(2)).await.unwrap(), Try::Counted { left: 4, .. }), "taken back");
    let renewed = ledger.renew_session(&who, &shown(1, b"a", b"b"), at(3)).await.unwrap();
    assert_eq!(renewed.person.sign_in_name, "hoa.nt");
    ledger.renew_session(&who, &shown(1, b"a", b"b"), at(3)).await.unwrap();
    ledger.renew_session(&who, &shown(1, b"b", b"c"), at(150)).await.unwrap();
    assert!(ledger.session(Uuid::from_u128(101), at(199)).await.is_ok(), "each renewal makes it longer");
    assert_eq!(code_of(ledger.session(Uuid::from_u128(101), at(200)).await), Code::SessionOver);

    let copy = ledger.renew_session(&who, &shown(1, b"b", b"thief"), at(4)).await;
    assert_eq!(code_of(copy), Code::SessionOver);
    let owner = ledger.renew_session(&who, &shown(1, b"c", b"d"), at(4)).await;
    assert_eq!(code_of(owner), Code::SessionOver, "the session is over for both");
    assert_eq!(code_of(ledger.session(Uuid::from_u128(101), at(4)).await), Code::SessionOver);
    let wanted = Wanted { person: Some("hoa.nt".into()), ..Wanted::default() };
    let last = acts(ledger, &wanted).await.pop().unwrap();
    assert_eq!((last.0.as_str(), last.2.as_str()), ("session.ended", "token_used_twice"));

    // Also one of long ago; and what never was a token of it, whoever shows it, ends nothing.
    ledger.open_session(&who, &NewSession { id: Uuid::from_u128(103), ..session(1, b"a") }, at(5)).await.unwrap();
    for (token, next) in [(b"a", b"b"), (b"b", b"c"), (b"c", b"d")] {
        let shown = Shown { session: Uuid::from_u128(103), ..shown(1, token, next) };
        ledger.renew_session(&who, &shown, at(5)).await.unwrap();
    }
    let stranger = device(ledger, "H06.17", 8).await;
    for at_device in [&who, &stranger] {
        let guess = Shown { session: Uuid::from_u128(103), ..shown(1, b"guess", b"mine") };
        assert_eq!(code_of(ledger.renew_session(at_device, &guess, at(6)).await), Code::SessionOver);
        ledger.end_session(at_device, Uuid::from_u128(103), Digest::of(b"guess"), at(6)).await.unwrap();
        assert!(ledger.session(Uuid::from_u128(103), at(6)).await.is_ok(), "a session's name is no key to it");
    }
    let wanted = Wanted { about: Some(format!("session {}", Uuid::from_u128(103))), ..Wanted::default() };
    assert_eq!(acts(ledger, &wanted).await.iter().filter(|act| act.2 == "not_its_token").count(), 4);
    let old = Shown { session: Uuid::from_u128(103), ..shown(1, b"a", b"thief") };
    assert_eq!(code_of(ledger.renew_session(&who, &old, at(6)).await), Code::SessionOver);
    assert_eq!(code_of(ledger.session(Uuid::from_u128(103), at(6)).await), Code::SessionOver);

    // A token at another device is a copy, too.
    let other = device(ledger, "H06.16", 7).await;
    ledger.open_session(&who, &NewSession { id: Uuid::from_u128(102), ..session(1, b"x") }, at(5)).await.unwrap();
    let stolen = Shown { session: Uuid::from_u128(102), ..shown(1, b"x", b"y") };
    assert_eq!(code_of(ledger.renew_session(&other, &stolen, at(5)).await), Code::SessionOver);
    assert_eq!(code_of(ledger.renew_session(&who, &stolen, at(5)).await), Code::SessionOver);
    assert_eq!(code_of(ledger.renew_session(&who, &shown(9, b"x", b"y"), at(5)).await), Code::SessionOver);
}

pub async fn sessions_end_with_who_and_where(ledger: &impl Ledger) {
    let who = with_person(ledger, 1, "hoa.nt").await;
    let open = async |n: u128| {
        let new = NewSession { id: Uuid::from_u128(n), ..session(1, b"a") };
        ledger.open_session(&who, &new, at(2)).await.unwrap();
        Uuid::from_u128(n)
    };
    let over =
        async |id| matches!(ledger.session(id, at(3)).await, Err(fault) if fault.problem().code == Code::SessionOver);
    let (first, second) = (open(1).await, open(2).await);
    ledger.end_session(&who, first, Digest::of(b"other"), at(3)).await.unwrap();
    assert!(!over(first).await, "not its token");
    ledger.end_session(&who, first, Digest::of(b"a"), at(3)).await.unwrap();
    assert!(over(first).await && !over(second).await);
    ledger.end_session(&who, Uuid::from_u128(99), Digest::of(b"a"), at(3)).await.unwrap();

    let (third, me) = (open(3).await, person(1, "").id);
    let by = Author { account: Some(me), ..console() };
    let own = |session, password| Some(Own { session, password });
    let late = ledger.set_password(me, &password("new"), own(third, "old"), &by, at(3)).await;
    assert_eq!(code_of(late), Code::WrongSignIn, "another one was set since the old one was compared");
    let gone = ledger.set_password(me, &password("new"), own(first, "hash"), &by, at(3)).await;
    assert_eq!(code_of(gone), Code::SessionOver);
    ledger.set_password(me, &password("new"), own(third, "hash"), &by, at(3)).await.unwrap();
    assert!(over(second).await && !over(third).await, "the others end when the password changes");
    let late = NewSession { id: Uuid::from_u128(9), ..session(1, b"a") };
    assert_eq!(code_of(ledger.open_session(&who, &late, at(3)).await), Code::WrongSignIn, "by the old password");
    ledger.change_people(&agency(), &[Change::Disable(me)], &console(), at(3)).await.unwrap();
    assert!(over(third).await);
    let new = NewSession { id: Uuid::from_u128(4), password: "new".into(), ..session(1, b"a") };
    assert_eq!(code_of(ledger.open_session(&who, &new, at(3)).await), Code::WrongSignIn);
    ledger.change_people(&agency(), &[Change::Enable(me)], &console(), at(3)).await.unwrap();
    assert!(over(third).await, "it does not come back");

    ledger.open_session(&who, &new, at(3)).await.unwrap();
    let fourth = new.id;
    let stations = ledger.workstations(Some(&agency())).await.unwrap();
    assert_eq!((stations[0].station.as_str(), stations[0].sessions), ("01", 1));
    ledger.rename_workstation(1, "Quầy 3", &console(), at(3)).await.unwrap();
    ledger.revoke_workstation(1, &console(), at(4)).await.unwrap();
    assert!(over(fourth).await);
    assert_eq!(code_of(ledger.device(Digest::of(&1_u128.to_be_bytes())).await), Code::DeviceRevoked);
    let station = ledger.workstations(None).await.unwrap().remove(0);
    assert_eq!((station.name.as_str(), station.revoked_at, station.sessions), ("Quầy 3", Some(at(4)), 0));
    assert_eq!(code_of(ledger.revoke_workstation(9, &console(), at(4)).await), Code::NotFound);
    assert_eq!(code_of(ledger.rename_workstation(9, "x", &console(), at(4)).await), Code::NotFound);
}

pub async fn agencies_say_whether_a_person_must_sign_in(ledger: &impl Ledger) {
    let token = Digest::of(&1_u128.to_be_bytes());
    assert!(!device(ledger, "H06.16", 1).await.sign_in_required);
    ledger.require_sign_in(&agency(), true, &console(), at(2)).await.unwrap();
    assert!(ledger.device(token).await.unwrap().unwrap().sign_in_required);
    ledger.require_sign_in(&agency(), false, &console(), at(2)).await.unwrap();
    assert!(!ledger.device(token).await.unwrap().unwrap().sign_in_required);
    let none = ledger.require_sign_in(&"H99".parse().unwrap(), true, &console(), at(2)).await;
    assert_eq!(code_of(none), Code::NotFound);
}

pub async fn what_runs_out_is_kept(ledger: &impl Ledger) {
    let who = with_person(ledger, 1, "hoa.nt").await;
    let me = person(1, "").id;
    let thing = |identifier: &str, day: u8| Expiring {
        kind: ExpiringKind::Certificate,
        identifier: identifier.into(),
        agency: agency(),
        person: Some(me),
        holder: "Nguyễn Thị Hoa".into(),
        valid_until: Date::new(2026, 12, day).unwrap(),
    };
    ledger.put_expiring(&[thing("b", 2), thing("a", 5)], &console(), at(2)).await.unwrap();
    ledger.put_expiring(&[thing("b", 9)], &console(), at(2)).await.unwrap();
    assert_eq!(ledger.expiring(None).await.unwrap(), [thing("a", 5), thing("b", 9)]);
    assert_eq!(ledger.expiring(Some(&"H06.17".parse().unwrap())).await.unwrap(), []);
    assert_eq!(ledger.passwords_until(None, at(59)).await.unwrap().len(), 0);
    assert_eq!(ledger.passwords_until(Some(&agency()), at(60)).await.unwrap().len(), 1);

    let (kind, identifier, valid_until) = (ExpiringKind::Certificate, "a".to_owned(), thing("a", 5).valid_until);
    let read = NoticeRead { kind, identifier, valid_until, threshold: 14 };
    for _ in 0..2 {
        ledger.read_notice(&who, me, &read, at(3)).await.unwrap();
    }
    assert_eq!(ledger.notices_read(me).await.unwrap(), [read]);
    let acts = acts(ledger, &Wanted::default()).await;
    assert_eq!(acts.iter().filter(|act| act.0 == "notice.read").count(), 1);
}

pub async fn the_audit_log_is_one_chain(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let author = Author::from(&who);
    let first = ledger.seal().await.unwrap();
    assert_eq!((first, ledger.seal().await.unwrap()), (3, 0), "agency, code, device");
    for n in 0..3 {
        let act = Act::new(&author, What::DossierRead, at(n)).about("dossier", format!("H06.16-20261121-000{n}"));
        ledger.note(act).await.unwrap();
    }
    let unsealed = ledger.audit(&Wanted::default(), 0, 100).await.unwrap();
    assert_eq!(unsealed.len(), 3, "what is not sealed is not shown");
    ledger.seal().await.unwrap();
    let all = ledger.audit(&Wanted::default(), 0, 100).await.unwrap();
    let head = verify_chain(Head::EMPTY, &all).unwrap();
    assert_eq!(head.seq, 6);
    assert_eq!(ledger.audit(&Wanted::default(), 4, 1).await.unwrap(), all[4..5]);
    let about = Wanted { about: Some("dossier H06.16-20261121-0001".into()), ..Wanted::default() };
    assert_eq!(ledger.audit(&about, 0, 100).await.unwrap(), all[4..5]);
    let ours = Wanted { agency: Some(agency()), ..Wanted::default() };
    assert_eq!(ledger.audit(&ours, 0, 100).await.unwrap().len(), 6, "also what the console does in it");
    let theirs = Wanted { agency: Some("H06.17".parse().unwrap()), ..Wanted::default() };
    assert_eq!(ledger.audit(&theirs, 0, 100).await.unwrap(), []);
    let lan = Wanted { person: Some("Lan".into()), ..Wanted::default() };
    assert_eq!(ledger.audit(&lan, 0, 100).await.unwrap().len(), 2);
}

/// Several writers and several who seal, at once.
pub async fn sealing_at_once_loses_and_doubles_nothing(replicas: &[impl Ledger]) {
    let who = device(&replicas[0], "H06.16", 1).await;
    let author = Author::from(&who);
    let work = async |ledger, n: i64| {
        for i in 0..10 {
            let act = Act::new(&author, What::FileRead, at(n)).about("file", format!("{n}/{i}"));
            Ledger::ready(ledger).await.unwrap();
            super::audit::Audit::note(ledger, act).await.unwrap();
            super::audit::Audit::seal(ledger).await.unwrap();
        }
    };
    tokio::join!(work(&replicas[0], 0), work(&replicas[1], 1), work(&replicas[0], 2), work(&replicas[1], 3));
    replicas[0].seal().await.unwrap();
    let all = replicas[1].audit(&Wanted::default(), 0, 1000).await.unwrap();
    assert_eq!(verify_chain(Head::EMPTY, &all).unwrap().seq, 43);
    let about: BTreeSet<_> = all.iter().filter_map(|entry| entry.about.as_ref()).collect();
    assert_eq!(about.iter().filter(|about| about.starts_with("file ")).count(), 40);
}
