//! Submissions exactly once, receipts, dossiers and the feed.

use dossier::{Digest, EventKind, State};
use hub::officer::{self, Verdict};
use reqwest::StatusCode;
use serde_json::json;
use wire::{
    Code, Receipt,
    dossiers::{DossierList, DossierView},
    event::EventsAnswer,
    limits::Limits,
    path,
};

use crate::support::{Hub, manifest_file, problem, refused};

#[tokio::test]
async fn submission_gives_a_signed_receipt_and_the_same_one_again() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let (file, upload) = device.upload(b"%PDF-1.7").await;
    let submission = device.submission(vec![file], vec![upload]);
    let receipt = device.submit(&submission).await;
    assert_eq!(receipt.code.as_str(), "H06.16-20261121-0001");
    assert_eq!((receipt.files, receipt.bytes, receipt.support_number.as_str()), (1, 8, "1900 0000"));
    assert_eq!(device.submit(&submission).await, receipt);

    // The same key with another content; and uploads that have changed meanwhile are no other content.
    let mut other = submission.clone();
    other.manifest.prepared_by = "Người khác".into();
    assert_eq!(refused(device.submitting(&other)).await, Code::IdempotencyKeyReused);
    let mut elsewhere = submission.clone();
    elsewhere.uploads.clear();
    assert_eq!(device.submit(&elsewhere).await, receipt);

    let hub = hub.restart(|_| {}).await;
    assert_eq!(device.at(hub.running.address()).submit(&submission).await, receipt);
}

#[tokio::test]
async fn receipt_is_given_again_under_narrower_limits_and_without_its_uploads() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let (file, upload) = device.upload(b"%PDF-1.7").await;
    let submission = device.submission(vec![file.clone()], vec![upload]);
    let receipt = device.submit(&submission).await;
    let limits = Limits { accepted_types: vec!["image/png".into()], max_file_bytes: 1, ..Limits::default() };
    let hub = hub.restart_with(|config| config.limits = limits).await;
    let device = device.at(hub.running.address());
    assert_eq!(device.submit(&submission).await, receipt);
    assert_eq!(refused(device.submitting(&device.submission(vec![file], vec![]))).await, Code::ManifestInvalid);
}

#[tokio::test]
async fn bodies_and_headers_have_bounds() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let reason = async |submission: &wire::Submission| {
        let refusal = problem(device.submitting(submission).send().await.unwrap()).await;
        assert_eq!(refusal.code, Code::ManifestInvalid);
        (refusal.args["at"].clone(), refusal.args["reason"].clone())
    };
    let mut large = device.submission(vec![], vec![]);
    large.answers = json!({"a": "x".repeat(wire::manifest::MAX_ANSWERS_BYTES)});
    large.manifest.answers_sha256 = wire::manifest::answers_sha256(&large.answers).unwrap();
    assert_eq!(reason(&large).await, (json!("/answers"), json!("too_large")));
    let (file, upload) = device.upload(b"%PDF-1.7").await;
    let unnamed = device.submission(vec![], vec![upload]);
    assert_eq!(reason(&unnamed).await, (json!("/uploads/0"), json!("upload_not_named")));
    let twice = device.submission(vec![file], vec![upload, upload]);
    assert_eq!(reason(&twice).await, (json!("/uploads/1"), json!("upload_not_named")));

    for (key, expected) in [("", 400), (&"k".repeat(65), 400), ("a b", 400), (&"k".repeat(64), 201)] {
        let creation = device.creation(5).header(path::IDEMPOTENCY_KEY, key).send().await.unwrap();
        assert_eq!(creation.status().as_u16(), expected, "{key:?}");
    }
    let metadata = format!("a {}", "A".repeat(4096));
    assert_eq!(refused(device.creation(5).header(wire::tus::METADATA, metadata)).await, Code::BadRequest);
    let enrolment = device.client.post(format!("{}{}", device.base, path::ENROLMENTS));
    let refusal = problem(enrolment.json(&json!({"x": "y".repeat(4096)})).send().await.unwrap()).await;
    assert_eq!((refusal.code, &refusal.args["limit"]), (Code::TooLarge, &json!(4096)));
}

#[tokio::test]
async fn hundred_duplicates_at_once_are_one_dossier() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let (file, upload) = device.upload(b"%PDF-1.7").await;
    let submission = device.submission(vec![file], vec![upload]);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (device, submission) = (device.clone(), submission.clone());
        tasks.spawn(async move { device.submit(&submission).await });
    }
    let receipts: Vec<Receipt> = tasks.join_all().await;
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
    let list: DossierList = device.get(path::DOSSIERS).await.json().await.unwrap();
    assert_eq!(list.dossiers.len(), 1);
    let feed: EventsAnswer = device.get(path::EVENTS).await.json().await.unwrap();
    assert_eq!(feed.events.len(), 1);
}

#[tokio::test]
async fn many_dossiers_at_once_get_codes_without_a_gap() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let device = device.clone();
        tasks.spawn(async move { device.submit(&device.submission(vec![], vec![])).await.code.to_string() });
    }
    let mut codes = tasks.join_all().await;
    codes.sort();
    let expected: Vec<String> = (1..=20).map(|n| format!("H06.16-20261121-{n:04}")).collect();
    assert_eq!(codes, expected);
}

#[tokio::test]
async fn dossier_frozen_again_with_the_same_content_keeps_its_code() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let first = device.submission(vec![], vec![]);
    let receipt = device.submit(&first).await;
    let mut again = first.clone();
    again.manifest.submission = device.submission(vec![], vec![]).manifest.submission;
    let second = device.submit(&again).await;
    assert_eq!((second.code, second.received_at), (receipt.code.clone(), receipt.received_at));

    let mut other = again.clone();
    other.manifest.submission = device.submission(vec![], vec![]).manifest.submission;
    other.manifest.applicant.name = "Lê C".into();
    let refusal = problem(device.submitting(&other).send().await.unwrap()).await;
    assert_eq!((refusal.code, &refusal.args["code"]), (Code::AlreadyReceived, &json!(receipt.code)));
}

#[tokio::test]
async fn submissions_that_do_not_hold_are_refused_by_name() {
    let hub = Hub::start().await;
    let (device, other) = (hub.device("H06.16").await, hub.device("H06.17").await);
    let good = device.submission(vec![], vec![]);
    let without_key = device.request(reqwest::Method::POST, &path::submissions(good.manifest.dossier)).json(&good);
    assert_eq!(refused(without_key.try_clone().unwrap()).await, Code::IdempotencyKeyMissing);
    let wrong_key = without_key.header(path::IDEMPOTENCY_KEY, uuid::Uuid::new_v4().to_string());
    assert_eq!(refused(wrong_key).await, Code::BadRequest);
    let elsewhere = device.request(reqwest::Method::POST, &path::submissions(dossier::DossierId(uuid::Uuid::new_v4())));
    let elsewhere = elsewhere.header(path::IDEMPOTENCY_KEY, good.manifest.submission.to_string()).json(&good);
    assert_eq!(refused(elsewhere).await, Code::ManifestInvalid);
    assert_eq!(refused(other.submitting(&good)).await, Code::ManifestInvalid, "another agency's");
    let bytes = serde_json::to_vec(&good).unwrap();
    let text = device.request(reqwest::Method::POST, &path::submissions(good.manifest.dossier));
    assert_eq!(refused(text.header("content-type", "text/plain").body(bytes)).await, Code::MediaType);
    let broken = device.request(reqwest::Method::POST, &path::submissions(good.manifest.dossier));
    let broken = broken.header("content-type", "application/json").body("{");
    assert_eq!(refused(broken).await, Code::BadBody);

    let mut changed = good.clone();
    changed.answers = json!({"tenNguoiNop": "Người khác"});
    let refusal = problem(device.submitting(&changed).send().await.unwrap()).await;
    assert_eq!((refusal.code, &refusal.args["reason"]), (Code::ManifestInvalid, &json!("answers_hash")));
    let mut unknown_type = manifest_file(b"x");
    unknown_type.media_type = "text/html".into();
    assert_eq!(refused(device.submitting(&device.submission(vec![unknown_type], vec![]))).await, Code::ManifestInvalid);
    let stranger =
        device.client.post(format!("{}{}", device.base, path::submissions(good.manifest.dossier))).json(&good);
    assert_eq!(refused(stranger).await, Code::Unauthorised);
    let list: DossierList = device.get(path::DOSSIERS).await.json().await.unwrap();
    assert!(list.dossiers.is_empty(), "nothing of all this was taken");
}

#[tokio::test]
async fn files_must_have_come() {
    let hub = Hub::start().await;
    let (device, other) = (hub.device("H06.16").await, hub.device("H06.17").await);
    other.upload(b"theirs").await;
    let id = device.create(b"half").await;
    device.patch(id, 0, b"ha").send().await.unwrap();
    let submission = device.submission(vec![manifest_file(b"half"), manifest_file(b"theirs")], vec![]);
    let refusal = problem(device.submitting(&submission).send().await.unwrap()).await;
    let mut missing = [Digest::of(b"half"), Digest::of(b"theirs")];
    missing.sort();
    assert_eq!((refusal.code, &refusal.args["missing"]), (Code::FilesMissing, &json!(missing)));

    device.patch(id, 2, b"lf").send().await.unwrap();
    let (file, mut upload) = device.upload(b"theirs").await;
    upload.upload = id;
    let confused = device.submission(vec![file.clone()], vec![upload]);
    let refusal = problem(device.submitting(&confused).send().await.unwrap()).await;
    assert_eq!((refusal.code, &refusal.args["at"]), (Code::ManifestInvalid, &json!("/uploads/0")));
    assert_eq!(device.submit(&submission).await.files, 2, "the same submission, once its files are there");
}

#[tokio::test]
async fn two_clerks_of_one_agency_see_one_feed_and_other_agencies_none_of_it() {
    let hub = Hub::start().await;
    let (first, second, other) = (hub.device("H06.16").await, hub.device("H06.16").await, hub.device("H06.17").await);
    assert_ne!(first.answer.station, second.answer.station);
    let submission = first.submission(vec![], vec![]);
    let receipt = first.submit(&submission).await;
    let shown = path::dossier(submission.manifest.dossier);
    let view: DossierView = second.get(&shown).await.json().await.unwrap();
    assert_eq!((view.summary.code, view.manifest), (receipt.code, submission.manifest));
    assert_eq!(other.get(&shown).await.status(), StatusCode::NOT_FOUND);
    let feed: EventsAnswer = second.get(path::EVENTS).await.json().await.unwrap();
    assert_eq!((feed.events.len(), feed.next), (1, 1));
    let feed: EventsAnswer = other.get(path::EVENTS).await.json().await.unwrap();
    assert_eq!((feed.events.len(), feed.next), (0, 0));
    let ahead = problem(second.get(&format!("{}?after=2&wait=25", path::EVENTS)).await).await;
    assert_eq!((ahead.code, &ahead.args["end"]), (Code::CursorAhead, &json!(1)));
}

#[tokio::test]
async fn who_waits_is_told_of_submissions_and_of_an_officers_decision() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let wait = |after: u64| {
        let (device, path) = (device.clone(), format!("{}?after={after}&wait=25", path::EVENTS));
        tokio::spawn(async move { device.get(&path).await.json::<EventsAnswer>().await.unwrap() })
    };
    let waiting = wait(0);
    let receipt = device.submit(&device.submission(vec![], vec![])).await;
    let told = waiting.await.unwrap();
    assert_eq!((told.events[0].state, told.next), (State::Registered, 1));

    // As by a command line in another process: only the ledger knows.
    let waiting = wait(1);
    let now = dossier::Timestamp::from_unix_ms(1_795_240_000_000).unwrap();
    let ledger = hub.running.ledger();
    officer::decide(&**ledger, receipt.code.as_str(), Verdict::Refuse, "Phạm D", "Thiếu bản chính", now).await.unwrap();
    let told = waiting.await.unwrap();
    let event = &told.events[0].event;
    assert_eq!(
        (told.events[0].state, &event.what, event.note.as_str()),
        (State::Rejected, &EventKind::Rejected, "Thiếu bản chính")
    );
    let again = officer::decide(&**ledger, receipt.code.as_str(), Verdict::Accept, "Phạm D", "", now).await;
    assert!(matches!(again, Err(officer::OfficerError::Forbidden(_))));
}

#[tokio::test]
async fn who_waits_is_answered_when_the_hub_stops() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let waiting = {
        let (device, path) = (device.clone(), format!("{}?wait=25", path::EVENTS));
        tokio::spawn(async move { device.get(&path).await.json::<EventsAnswer>().await })
    };
    // Another request on the same client: the waiting one has been accepted by then, or is refused as a whole.
    device.get(path::DOSSIERS).await;
    let began = std::time::Instant::now();
    hub.running.stop().await;
    if let Ok(answer) = waiting.await.unwrap() {
        assert!(answer.events.is_empty());
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(20));
}
