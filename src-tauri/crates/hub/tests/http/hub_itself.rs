//! Sign of life, enrolment, what every reply has in common, and the description.

use std::collections::BTreeSet;

use hub::{data::DataFolder, serve::Config};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use wire::{
    Code,
    enrol::{DeviceToken, EnrolAnswer},
    limits::Limits,
    path,
    ping::PingAnswer,
};

use crate::support::{Hub, client, enrol_request, header, post_enrolment, problem, refused};

#[tokio::test]
async fn ping_is_signed_over_the_nonce() {
    let hub = Hub::start().await;
    let string = hub.code("H06.16").await;
    let ask = |nonce: &str| client().get(string.url.join(&format!("{}?nonce={nonce}", path::PING)));
    let answer: PingAnswer = ask("0123abcd").send().await.unwrap().json().await.unwrap();
    answer.verify_fingerprint(&string.fingerprint, "0123abcd").unwrap();
    answer.verify(hub.running.id(), &answer.key, "0123abcd").unwrap();
    assert_eq!(refused(ask("")).await, Code::BadRequest);
    assert_eq!(refused(ask(&"a".repeat(65))).await, Code::BadRequest);
}

#[tokio::test]
async fn enrolment_code_is_good_once_and_seven_days() {
    let hub = Hub::start().await;
    let string = hub.code("H06.16").await;
    let request = enrol_request(&string, &DeviceToken::from_random([1; 32]));
    let first: EnrolAnswer = post_enrolment(&string, &request).await.json().await.unwrap();
    first.verify(&string.fingerprint, &request).unwrap();
    assert_eq!((first.agency.code.as_str(), first.support_number.as_str()), ("H06.16", "1900 0000"));
    let again: EnrolAnswer = post_enrolment(&string, &request).await.json().await.unwrap();
    assert_eq!((again.station, again.hub_id), (first.station, first.hub_id), "a lost answer is given again");
    let thief = enrol_request(&string, &DeviceToken::from_random([2; 32]));
    assert_eq!(problem(post_enrolment(&string, &thief).await).await.code, Code::UsedCode);

    let late = hub.code("H06.16").await;
    hub.pass_days(7);
    let request = enrol_request(&late, &DeviceToken::from_random([3; 32]));
    assert_eq!(problem(post_enrolment(&late, &request).await).await.code, Code::UnknownCode);
    let nameless = wire::enrol::EnrolRequest { device_name: " ".into(), ..request };
    assert_eq!(problem(post_enrolment(&late, &nameless).await).await.code, Code::BadBody);
}

#[tokio::test]
async fn every_reply_names_the_hub_and_its_clock() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    for (method, path, status) in [
        (Method::GET, path::LIMITS, StatusCode::OK),
        (Method::GET, "/healthz", StatusCode::OK),
        (Method::GET, "/readyz", StatusCode::OK),
        (Method::GET, "/nowhere", StatusCode::NOT_FOUND),
        (Method::PUT, path::LIMITS, StatusCode::METHOD_NOT_ALLOWED),
        (Method::HEAD, "/v1/uploads/00000000-0000-0000-0000-000000000000", StatusCode::PRECONDITION_FAILED),
    ] {
        let response = device.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(header(&response, path::HUB_ID), Some(hub.running.id().to_string().as_str()), "{path}");
        assert!(header(&response, path::HUB_TIME).unwrap().starts_with("2026-11-21T03:00"), "{path}");
        if status.is_client_error() && response.content_length() != Some(0) {
            problem(response).await;
        }
    }
    let limits: Limits = device.get(path::LIMITS).await.json().await.unwrap();
    assert_eq!(limits, Limits::default());
}

#[tokio::test]
async fn strangers_see_nothing() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let other = DeviceToken::from_random([9; 32]).authorization();
    for path in [path::EVENTS, path::DOSSIERS, &path::file(&dossier::Digest::of(b""))] {
        let url = format!("{}{path}", device.base);
        let nobody = client().get(&url).send().await.unwrap();
        assert_eq!(header(&nobody, "www-authenticate"), Some("Bearer"));
        assert_eq!(problem(nobody).await.code, Code::Unauthorised);
        assert_eq!(refused(client().get(&url).header("authorization", &other)).await, Code::Unauthorised);
        assert_eq!(refused(client().get(&url).header("authorization", "Basic eA==")).await, Code::Unauthorised);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_hub_writes_is_its_owners_also_in_an_open_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let parent = tempfile::tempdir().unwrap();
    let open = parent.path().join("data");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).unwrap();
    // By the test's own clock, as everything it is asked is.
    let hub = Hub::start_with(|config| {
        *config = Config { clock: config.clock.clone(), ..Config::new(DataFolder::open(&open).unwrap()) };
    });
    let hub = hub.await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    device.patch(id, 0, b"0123").send().await.unwrap();
    for file in ["key", "lock", "hub.db", "hub.db-wal", &format!("spool/{id}")] {
        assert_eq!(mode(&open.join(file)), 0o600, "{file}");
    }
    for folder in ["spool", "objects"] {
        assert_eq!(mode(&open.join(folder)), 0o700, "{folder}");
    }
    assert_eq!(mode(&open), 0o755, "it is not the hub's to change");
}

#[tokio::test]
async fn description_lists_every_route() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let document: Value = device.get("/openapi.json").await.json().await.unwrap();
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    let expected = [
        "delete /v1/uploads/{id}",
        "get /healthz",
        "get /openapi.json",
        "get /readyz",
        "get /v1/audit",
        "get /v1/catalogue",
        "get /v1/catalogue/{sha256}",
        "get /v1/dossiers",
        "get /v1/dossiers/{id}",
        "get /v1/events",
        "get /v1/files/{sha256}",
        "get /v1/limits",
        "get /v1/me",
        "get /v1/no-paper-applied",
        "get /v1/no-paper-lists",
        "get /v1/no-paper-lists/{sha256}",
        "get /v1/ping",
        "head /v1/uploads/{id}",
        "options /v1/files",
        "options /v1/uploads/{id}",
        "patch /v1/uploads/{id}",
        "post /v1/auth/password",
        "post /v1/auth/refresh",
        "post /v1/auth/revoke",
        "post /v1/auth/token",
        "post /v1/dossiers/{id}/submissions",
        "post /v1/enrolments",
        "post /v1/files",
        "post /v1/me/notices",
        "post /v1/no-paper-lists",
        "post /v1/no-paper-lists/{sha256}/applied",
        "post /v1/parcels",
    ];
    assert_eq!(described, expected.map(String::from).into());
    // And each of them is there: whatever it says to an empty request, it is not "no such method here".
    for route in described {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path.replace("{id}", &uuid::Uuid::nil().to_string()).replace("{sha256}", &"0".repeat(64));
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let response = device.request(method, &path).send().await.unwrap();
        assert_ne!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{route}");
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in
        ["Submission", "Manifest", "Receipt", "EventsAnswer", "Problem", "Limits", "EnrolRequest", "EnrolAnswer"]
    {
        assert!(schemas.contains_key(name), "{name} is described");
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait_and_others_are_not() {
    let (every, at_once) = (std::time::Duration::from_secs(3600), |n: u32| n.try_into().unwrap());
    let few = |n| hub::http::guard::Rate { every, at_once: at_once(n) };
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hub = Hub::start_with(|config| {
        (config.rates.device, config.rates.enrolment, config.metrics) = (few(5), few(3), Some(metrics));
    })
    .await;
    let (device, other) = (hub.device("H06.16").await, hub.device("H06.16").await);
    let mut last = device.get(path::EVENTS).await;
    for _ in 0..5 {
        last = device.get(path::EVENTS).await;
    }
    assert!(header(&last, "retry-after").is_some_and(|wait| wait.parse::<u64>().is_ok()));
    assert_eq!(problem(last).await.code, Code::TooMany);
    assert_eq!(other.get(path::EVENTS).await.status(), StatusCode::OK, "another device");
    assert_eq!(client().get(format!("{}{}", device.base, path::LIMITS)).send().await.unwrap().status(), StatusCode::OK);

    // The third try of this address; the fourth is refused, whatever its code.
    let string = hub.code("H06.16").await;
    let request = enrol_request(&string, &DeviceToken::from_random([1; 32]));
    assert_eq!(post_enrolment(&string, &request).await.status(), StatusCode::CREATED);
    assert_eq!(problem(post_enrolment(&string, &request).await).await.code, Code::TooMany);

    let counted = client().get(format!("http://{metrics}/metrics")).send().await.unwrap().text().await.unwrap();
    let line = "hub_requests_total{method=\"GET\",route=\"/v1/events\",status=\"429\"} 1";
    assert!(counted.lines().any(|counted| counted == line), "{counted}");
}
