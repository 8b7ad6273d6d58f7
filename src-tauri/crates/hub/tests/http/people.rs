//! People at the devices: signing in, renewing, what roles may do, what is logged.

use dossier::{AccountId, AgencyCode, Date, Role, Scope};
use hub::{
    ledger::{
        accounts::{Change, Expiring, Person},
        audit::Author,
    },
    passwords,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use uuid::Uuid;
use wire::{
    Code,
    audit::AuditAnswer,
    auth::{
        AccessToken, ExpiringKind, Me, NoticeRead, Password, PasswordRequest, RefreshRequest, RefreshToken,
        SignInRequest, SignOutRequest, TokenAnswer,
    },
    path,
};

use crate::support::{Device, Hub, header, problem, refused};

const SECRET: &str = "bốn mùa xuân hạ";

/// Adds a person of the agency, whose password is [`SECRET`].
async fn person(hub: &Hub, agency: &str, name: &str, roles: &[Role], scope: Scope, must_change: bool) -> AccountId {
    let agency: AgencyCode = agency.parse().unwrap();
    let person = Person {
        id: AccountId(Uuid::now_v7()),
        agency: agency.clone(),
        unit: None,
        sign_in_name: name.into(),
        name: format!("Người {name}"),
        title: String::new(),
        email: String::new(),
        phone: String::new(),
        roles: roles.iter().copied().collect(),
        scope,
        active: true,
    };
    let (id, now) = (person.id, hub.now());
    let hash = passwords::hash(Password::new(SECRET)).await.unwrap();
    let kept = passwords::kept(hash, passwords::PASSWORD_DAYS, must_change, now);
    let ledger = hub.running.ledger();
    ledger.change_people(&agency, &[Change::Add(person, Some(kept))], &Author::console("Lan"), now).await.unwrap();
    id
}

fn token(n: u8) -> RefreshToken {
    RefreshToken::from_random([n; 32])
}

fn signing_in(device: &Device, name: &str, password: &str) -> RequestBuilder {
    let request =
        SignInRequest { name: name.into(), password: Password::new(password), refresh_sha256: token(1).hash() };
    device.request(Method::POST, path::SIGN_IN).json(&request)
}

async fn sign_in(device: &Device, name: &str) -> TokenAnswer {
    let answer = signing_in(device, name, SECRET).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

fn refreshing(device: &Device, session: Uuid, shown: u8, next: u8) -> RequestBuilder {
    let request = RefreshRequest { session, refresh_token: token(shown), next_sha256: token(next).hash() };
    device.request(Method::POST, path::REFRESH).json(&request)
}

/// The same request with a person.
trait As {
    fn of(self, token: &AccessToken) -> Self;
}

impl As for RequestBuilder {
    fn of(self, token: &AccessToken) -> Self {
        self.header(path::PERSON_TOKEN, token.reveal())
    }
}

fn get(device: &Device, path: &str) -> RequestBuilder {
    device.request(Method::GET, path)
}

#[tokio::test]
async fn a_person_signs_in_renews_and_signs_out() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    person(&hub, "H06.16", "Hoa.NT", &[Role::Clerk], Scope::Agency, false).await;
    let signed_in = sign_in(&device, "hoà.nt").await;
    let me: Me = get(&device, path::ME).of(&signed_in.access_token).send().await.unwrap().json().await.unwrap();
    assert_eq!((&me, me.sign_in_name.as_str(), me.name.as_str()), (&signed_in.me, "Hoa.NT", "Người Hoa.NT"));
    assert_eq!(refused(get(&device, path::ME)).await, Code::SignInRequired);

    // A quarter of an hour later it is renewed; the exchange whose answer was lost is answered again.
    hub.pass_minutes(15);
    assert_eq!(refused(get(&device, path::ME).of(&signed_in.access_token)).await, Code::TokenExpired);
    let renewed = refreshing(&device, signed_in.session, 1, 2).send().await.unwrap();
    assert_eq!(renewed.status(), StatusCode::OK);
    let again: TokenAnswer = refreshing(&device, signed_in.session, 1, 2).send().await.unwrap().json().await.unwrap();
    assert_eq!(get(&device, path::ME).of(&again.access_token).send().await.unwrap().status(), StatusCode::OK);

    // At another device, or changed, a token is nothing.
    let other = hub.device("H06.16").await;
    assert_eq!(refused(get(&other, path::ME).of(&again.access_token)).await, Code::SessionOver);
    let changed = AccessToken::from_header(&again.access_token.reveal().replacen('e', "f", 1));
    assert_eq!(refused(get(&device, path::ME).of(&changed)).await, Code::SessionOver);

    let out = SignOutRequest { session: signed_in.session, refresh_token: token(2) };
    let out = device.request(Method::POST, path::SIGN_OUT).json(&out).send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert_eq!(refused(get(&device, path::ME).of(&again.access_token)).await, Code::SessionOver);
    assert_eq!(refused(refreshing(&device, signed_in.session, 2, 3)).await, Code::SessionOver);
}

#[tokio::test]
async fn a_used_token_shown_again_ends_the_session() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    person(&hub, "H06.16", "hoa", &[Role::Clerk], Scope::Agency, false).await;
    let session = sign_in(&device, "hoa").await.session;
    refreshing(&device, session, 1, 2).send().await.unwrap().error_for_status().unwrap();
    assert_eq!(refused(refreshing(&device, session, 1, 9)).await, Code::SessionOver, "the thief");
    assert_eq!(
        refused(refreshing(&device, session, 2, 3)).await,
        Code::SessionOver,
        "and the owner, who signs in anew"
    );
    let hub = hub.restart(|_| {}).await;
    let device = device.at(hub.running.address());
    assert_eq!(refused(refreshing(&device, session, 2, 3)).await, Code::SessionOver);
    sign_in(&device, "hoa").await;
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_are_answered_alike() {
    let hub = Hub::start().await;
    let (device, elsewhere) = (hub.device("H06.16").await, hub.device("H06.17").await);
    let id = person(&hub, "H06.16", "hoa", &[Role::Clerk], Scope::Agency, false).await;
    person(&hub, "H06.16", "tra", &[Role::Inspector], Scope::Hub, false).await;
    for (name, password) in [("hoa", "sai mật khẩu"), ("nobody", SECRET)] {
        for left in (0..5).rev() {
            let answer = problem(signing_in(&device, name, password).send().await.unwrap()).await;
            assert_eq!((answer.code, answer.args["left"].as_u64()), (Code::WrongSignIn, Some(left)), "{name}");
        }
        let waits = signing_in(&device, name, SECRET).send().await.unwrap();
        assert_eq!(header(&waits, "retry-after"), Some("61"));
        assert_eq!(problem(waits).await.code, Code::SignInWaits, "{name}: also with the right one");
    }
    hub.pass_minutes(2);
    sign_in(&device, "hoa").await;
    assert_eq!(refused(signing_in(&elsewhere, "hoa", SECRET)).await, Code::OtherAgency);
    sign_in(&elsewhere, "tra").await;

    let signed_in = sign_in(&device, "hoa").await;
    let (ledger, code) = (hub.running.ledger(), "H06.16".parse().unwrap());
    ledger.change_people(&code, &[Change::Disable(id)], &Author::console("Lan"), hub.now()).await.unwrap();
    assert_eq!(refused(signing_in(&device, "hoa", SECRET)).await, Code::WrongSignIn, "a disabled person is nobody");
    assert_eq!(refused(get(&device, path::ME).of(&signed_in.access_token)).await, Code::SessionOver);
    assert_eq!(refused(refreshing(&device, signed_in.session, 1, 2)).await, Code::SessionOver);
}

#[tokio::test]
async fn first_and_expired_passwords_are_changed_before_anything_else() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    person(&hub, "H06.16", "hoa", &[Role::Clerk], Scope::Agency, true).await;
    let signed_in = sign_in(&device, "hoa").await;
    assert!(signed_in.me.must_change);
    let token = &signed_in.access_token;
    assert_eq!(refused(get(&device, path::EVENTS).of(token)).await, Code::PasswordMustChange);
    let change = |token: &AccessToken, old: &str, new: &str| {
        let request = PasswordRequest { old: Password::new(old), new: Password::new(new) };
        device.request(Method::POST, path::PASSWORD).json(&request).of(token)
    };
    let weak = problem(change(token, SECRET, "ngắn").send().await.unwrap()).await;
    assert_eq!((weak.code, weak.args["reason"].as_str()), (Code::PasswordWeak, Some("short")));
    assert_eq!(refused(change(token, SECRET, SECRET)).await, Code::PasswordWeak);
    assert_eq!(refused(change(token, "sai", "năm châu bốn bể")).await, Code::WrongSignIn);
    let changed: TokenAnswer = change(token, SECRET, "năm châu bốn bể").send().await.unwrap().json().await.unwrap();
    assert!(!changed.me.must_change);
    let events = get(&device, path::EVENTS).of(&changed.access_token).send().await.unwrap();
    assert_eq!(events.status(), StatusCode::OK);
    assert_eq!(refused(signing_in(&device, "hoa", SECRET)).await, Code::WrongSignIn);

    hub.pass_days(passwords::PASSWORD_DAYS.into());
    let late: TokenAnswer = signing_in(&device, "hoa", "năm châu bốn bể").send().await.unwrap().json().await.unwrap();
    assert!(late.me.must_change, "it has run out");
}

#[tokio::test]
async fn roles_say_what_a_person_may_do() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let content = b"result";
    let (file, upload) = device.upload(content).await;
    let receipt = device.submit(&device.submission(vec![file], vec![upload])).await;
    let mut tokens = vec![];
    for role in Role::ALL {
        person(&hub, "H06.16", role.name(), &[*role], Scope::Agency, false).await;
        tokens.push(sign_in(&device, role.name()).await.access_token);
    }
    let dossier = path::dossier(receipt.dossier);
    let file = path::file(&dossier::Digest::of(content));
    let new = || device.submitting(&device.submission(vec![], vec![]));
    let has = || device.request(Method::HEAD, &file);
    for (role, token) in Role::ALL.iter().zip(&tokens) {
        let asked = [
            (get(&device, &dossier), dossier::Right::Read),
            (get(&device, &file), dossier::Right::Read),
            (get(&device, path::DOSSIERS), dossier::Right::Read),
            (get(&device, path::EVENTS), dossier::Right::Read),
            (has(), dossier::Right::Prepare),
            (new(), dossier::Right::Prepare),
            (get(&device, path::AUDIT), dossier::Right::Inspect),
            (device.request(Method::POST, path::NO_PAPER_LISTS).json(&json!({})), dossier::Right::Approve),
        ];
        for (n, (request, right)) in asked.into_iter().enumerate() {
            let status = request.of(token).send().await.unwrap().status();
            assert_eq!(status != StatusCode::FORBIDDEN, role.may(right), "{role} {n} {status}");
        }
        let catalogue = get(&device, path::CATALOGUE).of(token).send().await.unwrap();
        assert_eq!(catalogue.status(), StatusCode::OK, "{role}: what everybody needs");
    }
}

#[tokio::test]
async fn an_agency_may_want_a_person_for_everything_but_bytes() {
    let hub = Hub::start().await;
    let (device, other) = (hub.device("H06.16").await, hub.device("H06.17").await);
    person(&hub, "H06.16", "hoa", &[Role::Clerk], Scope::Agency, false).await;
    let (code, by) = ("H06.16".parse().unwrap(), Author::console("Lan"));
    hub.running.ledger().require_sign_in(&code, true, &by, hub.now()).await.unwrap();
    let (file, upload) = device.upload(b"bytes").await;
    let submission = device.submission(vec![file], vec![upload]);
    assert_eq!(refused(device.submitting(&submission)).await, Code::SignInRequired);
    for path in [path::EVENTS, path::CATALOGUE, path::DOSSIERS, path::NO_PAPER_LISTS] {
        assert_eq!(refused(get(&device, path)).await, Code::SignInRequired, "{path}");
        assert_eq!(other.get(path).await.status(), StatusCode::OK, "{path}: another agency");
    }
    let token = sign_in(&device, "hoa").await.access_token;
    let taken = device.submitting(&submission).of(&token).send().await.unwrap();
    assert_eq!(taken.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_revoked_device_is_refused_everywhere() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    person(&hub, "H06.16", "hoa", &[Role::Clerk], Scope::Agency, false).await;
    let signed_in = sign_in(&device, "hoa").await;
    let station = device.answer.station.parse().unwrap();
    hub.running.ledger().revoke_workstation(station, &Author::console("Lan"), hub.now()).await.unwrap();
    for path in [path::EVENTS, path::ME, path::CATALOGUE] {
        assert_eq!(refused(get(&device, path).of(&signed_in.access_token)).await, Code::DeviceRevoked, "{path}");
    }
    assert_eq!(refused(device.announced(b"x")).await, Code::DeviceRevoked);
    assert_eq!(refused(signing_in(&device, "hoa", SECRET)).await, Code::DeviceRevoked);
}

#[tokio::test]
async fn what_was_done_is_in_the_log_and_its_chain_holds() {
    let hub = Hub::start().await;
    let (device, other) = (hub.device("H06.16").await, hub.device("H06.17").await);
    for (name, role) in [("hoa", Role::Clerk), ("tra", Role::Inspector)] {
        person(&hub, "H06.16", name, &[role], Scope::Agency, false).await;
    }
    person(&hub, "H06.16", "tinh", &[Role::Inspector], Scope::Hub, false).await;
    refused(signing_in(&device, "hoa", "sai mật khẩu")).await;
    let hoa = sign_in(&device, "hoa").await.access_token;
    let submission = device.submission(vec![], vec![]);
    let receipt: wire::Receipt = device.submitting(&submission).of(&hoa).send().await.unwrap().json().await.unwrap();
    get(&device, &path::dossier(receipt.dossier)).of(&hoa).send().await.unwrap();
    other.submit(&other.submission(vec![], vec![])).await;

    let tra = sign_in(&device, "tra").await.access_token;
    let asked = format!("{}?limit=1000", path::AUDIT);
    let log: AuditAnswer = get(&device, &asked).of(&tra).send().await.unwrap().json().await.unwrap();
    let of = |what: &str| log.entries.iter().filter(|entry| entry.what == what).collect::<Vec<_>>();
    assert_eq!((of("session.refused").len(), of("session.refused")[0].result.as_str()), (1, "wrong_sign_in"));
    for what in ["session.opened", "dossier.received", "dossier.read"] {
        let entry = of(what)[0];
        assert_eq!((entry.who.as_str(), entry.device.is_some()), ("hoa", true), "{what}");
    }
    assert_eq!(of("dossier.read")[0].about, Some(format!("dossier {}", receipt.code)));
    assert!(log.entries.iter().all(|entry| entry.agency.as_ref().is_some_and(|code| code.as_str() == "H06.16")));

    let tinh = sign_in(&device, "tinh").await.access_token;
    let all: AuditAnswer = get(&device, &asked).of(&tinh).send().await.unwrap().json().await.unwrap();
    wire::audit::verify_chain(dossier::journal::Head::EMPTY, &all.entries).unwrap();
    let text = serde_json::to_string(&all).unwrap();
    assert!(text.contains("H06.17") && !text.contains("Nguyễn Văn Ạ") && !text.contains("Người"), "no content");
    let page = format!("{}?after=2&limit=1", path::AUDIT);
    let page: AuditAnswer = get(&device, &page).of(&tinh).send().await.unwrap().json().await.unwrap();
    assert_eq!((page.entries.as_slice(), page.next), (&all.entries[2..3], Some(3)));
}

#[tokio::test]
async fn what_runs_out_is_told_at_its_days_until_it_was_read() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let hoa = person(&hub, "H06.16", "hoa", &[Role::Clerk], Scope::Agency, false).await;
    person(&hub, "H06.16", "quan", &[Role::Administrator], Scope::Agency, false).await;
    let thing = |identifier: &str, person, day| Expiring {
        kind: ExpiringKind::Certificate,
        identifier: identifier.into(),
        agency: "H06.16".parse().unwrap(),
        person,
        holder: String::new(),
        valid_until: Date::new(2026, 12, day).unwrap(),
    };
    let things = [thing("54:0A", Some(hoa), 2), thing("54:0B", None, 1), thing("54:0C", Some(hoa), 30)];
    hub.running.ledger().put_expiring(&things, &Author::console("Lan"), hub.now()).await.unwrap();
    let told = async |name: &str| -> Vec<(String, i64, i64)> {
        let me = sign_in(&device, name).await.me;
        me.notices.into_iter().map(|notice| (notice.identifier, notice.days_left, notice.threshold)).collect()
    };
    assert_eq!(told("hoa").await, [("54:0A".into(), 11, 14)]);
    assert_eq!(told("quan").await, [("54:0B".into(), 10, 14)], "nobody's is the administrator's");

    let token = sign_in(&device, "hoa").await.access_token;
    let read = |threshold| {
        let (kind, identifier) = (ExpiringKind::Certificate, "54:0A".to_owned());
        let read = NoticeRead { kind, identifier, valid_until: Date::new(2026, 12, 2).unwrap(), threshold };
        device.request(Method::POST, path::NOTICE_READ).json(&read).of(&token)
    };
    assert_eq!(refused(read(7)).await, Code::NotFound, "not due yet");
    assert_eq!(read(14).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(told("hoa").await, []);
    hub.pass_days(4);
    assert_eq!(told("hoa").await, [("54:0A".into(), 7, 7)], "once more at the next of its days");
    hub.pass_days(8);
    assert_eq!(told("hoa").await[0], ("54:0A".into(), -1, 0));
}
