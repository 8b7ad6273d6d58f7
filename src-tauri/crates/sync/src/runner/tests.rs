use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use serde_json::json;
use store::{Clash, OutboxState, State};
use wire::Code;

use super::*;
use crate::testing::{Desk, FakeHub, Mishap, QUICK, at, clock, device, timeouts};

fn content(size: usize, seed: usize) -> Vec<u8> {
    (0..size).map(|i| (i * 7 + i / 251 + seed) as u8).collect()
}

fn two_files() -> Vec<Vec<u8>> {
    vec![content(600_000, 1), content(1000, 2)]
}

async fn run(desk: &Desk, hub: &FakeHub, until: Until) -> Summary {
    desk.runner(hub).run(until, &CancellationToken::new()).await.unwrap()
}

async fn state(desk: &Desk, n: u128) -> State {
    desk.store.dossier(DossierId(uuid::Uuid::from_u128(n))).await.unwrap().state
}

/// Each file at the hub once, whole, and one submission.
fn assert_arrived(hub: &FakeHub, files: &[Vec<u8>], what: &str) {
    let known = hub.known();
    let mut arrived: Vec<_> = known.uploads.values().map(|(_, bytes, _)| bytes.clone()).collect();
    let mut sent = files.to_vec();
    arrived.sort();
    sent.sort();
    assert_eq!(arrived.len(), sent.len(), "{what}");
    assert!(arrived == sent, "{what}");
    assert_eq!(known.submissions.len(), 1, "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_submission_goes_once_and_comes_back_with_its_receipt() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    let id = desk.queue(1, &two_files()).await;
    let summary = run(&desk, &hub, Until::Empty).await;
    assert_eq!(summary, Summary { sent: 1, postponed: 0, quarantined: 0, ended: Ended::Empty });
    assert_arrived(&hub, &two_files(), "sent");
    assert_eq!(hub.known().received, 601_000, "no byte twice on a clean link");
    assert_eq!(state(&desk, 1).await, State::Registered);
    let receipt: Receipt = serde_json::from_slice(&desk.store.receipt(id).await.unwrap().unwrap().json).unwrap();
    receipt.verify(&hub.key.public()).unwrap();
    let steps = desk.steps.lock().unwrap();
    assert!(matches!(
        steps.last(),
        Some(Progress::Submission { step: Step::Sent { .. }, sent: 601_000, total: 601_000, .. })
    ));
    assert!(hub.known().log[0].starts_with("GET /v1/ping"), "the hub proves itself before any secret is shown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn any_request_or_reply_may_be_lost() {
    let requests = [
        ("GET", "/v1/ping"),
        ("GET", "/v1/limits"),
        ("HEAD", "/v1/files/"),
        ("POST", "/v1/files"),
        ("HEAD", "/v1/uploads/"),
        ("PATCH", "/v1/uploads/"),
        ("POST", "/v1/dossiers/"),
    ];
    for (method, path) in requests {
        for mishap in [Mishap::LostRequest, Mishap::LostReply] {
            let (hub, desk) = (FakeHub::start().await, Desk::new().await);
            hub.mishap(method, path, &[mishap, mishap]);
            desk.queue(1, &two_files()).await;
            let what = format!("{mishap:?} {method} {path}");
            let summary = run(&desk, &hub, Until::Empty).await;
            assert_eq!((summary.sent, summary.quarantined), (1, 0), "{what}");
            assert_arrived(&hub, &two_files(), &what);
            assert_eq!(state(&desk, 1).await, State::Registered, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_first_bytes_go_along_with_the_creation_and_not_with_its_repetition() {
    for mishaps in [&[][..], &[Mishap::LostReply], &[Mishap::LostRequest]] {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        hub.known().takes_first = true;
        hub.mishap("POST", "/v1/files", mishaps);
        let files = [content(10, 1)];
        desk.queue(1, &files).await;
        assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1, "{mishaps:?}");
        assert_arrived(&hub, &files, "with the creation");
        assert_eq!(hub.known().received, 10, "{mishaps:?}");
        let one_request = mishaps.is_empty();
        assert_eq!(hub.requests("HEAD", "/v1/uploads/") == 0, one_request, "{mishaps:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_bad_link_costs_time_and_nothing_else() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    let files = vec![content(3_000_000, 3)];
    let every_other = [Mishap::LostReply, Mishap::LostRequest].repeat(8);
    hub.mishap("PATCH", "/v1/uploads/", &every_other);
    desk.queue(1, &files).await;
    assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1);
    assert_arrived(&hub, &files, "bad link");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_the_hub_lost_is_sent_again() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("POST", "/v1/dossiers/", &[Mishap::Refuse(Code::Internal), Mishap::Forget]);
    desk.queue(1, &two_files()).await;
    let summary = run(&desk, &hub, Until::Empty).await;
    assert_eq!((summary.sent, summary.quarantined), (1, 0));
    assert_arrived(&hub, &two_files(), "lost between upload and submission");

    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("HEAD", "/v1/uploads/", &[Mishap::Refuse(Code::Gone)]);
    desk.queue(1, &[content(10, 1)]).await;
    assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1);
    assert_eq!(hub.requests("POST", "/v1/files"), 2, "a gone upload is created anew under another key");
    assert_eq!(hub.known().uploads.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn equal_files_go_once_and_known_ones_not_at_all() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    let (big, small) = (content(1_200_000, 4), content(10, 5));
    desk.queue(1, &[big.clone(), small.clone(), big.clone()]).await;
    desk.queue(2, &[big]).await;
    assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 2);
    assert_eq!(hub.known().received, 1_200_010);
    assert_eq!(hub.known().submissions.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_login_page_is_no_hub_and_nothing_counts_as_sent() {
    for mishap in [Mishap::Portal(200), Mishap::Portal(302), Mishap::Portal(511), Mishap::OtherHub] {
        for path in ["/v1/ping", "/v1/files", "/v1/dossiers/"] {
            let method = if path == "/v1/ping" { "GET" } else { "POST" };
            let (hub, desk) = (FakeHub::start().await, Desk::new().await);
            hub.mishap(method, path, &[mishap]);
            desk.queue(1, &[content(10, 1)]).await;
            let summary = run(&desk, &hub, Until::Empty).await;
            let what = format!("{mishap:?} {path}");
            assert_eq!((summary.sent, summary.quarantined), (0, 0), "{what}");
            let Ended::NeedsPerson(error) = summary.ended else { panic!("{what}: {:?}", summary.ended) };
            assert_eq!(error.code, "portal", "{what}");
            assert_eq!(state(&desk, 1).await, State::Queued, "{what}");
            desk.store.wake_outbox(clock().now()).await.unwrap();
            assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_hub_with_another_key_learns_nothing() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    desk.queue(1, &[content(10, 1)]).await;
    let stranger = wire::SigningKey::from_seed(&[9; 32]).public().to_string().parse::<Digest>().unwrap().0;
    let enrolment = store::Enrolment { hub_public_key: stranger, ..hub.enrolment() };
    let runner = Runner { hub: Arc::new(Hub::new(&enrolment, timeouts()).unwrap()), ..desk.runner(&hub) };
    let summary = runner.run(Until::Empty, &CancellationToken::new()).await.unwrap();
    assert!(matches!(summary.ended, Ended::NeedsPerson(error) if error.code == "distrust"));
    assert!(hub.known().log.iter().all(|line| line == "GET /v1/ping"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_forged_receipt_ends_nothing() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("POST", "/v1/dossiers/", &[Mishap::Forge]);
    let id = desk.queue(1, &[content(10, 1)]).await;
    let summary = run(&desk, &hub, Until::Empty).await;
    assert!(matches!(summary.ended, Ended::NeedsPerson(error) if error.code == "distrust"));
    assert_eq!(state(&desk, 1).await, State::Queued);
    assert_eq!(desk.store.receipt(id).await.unwrap(), None);
    assert!(desk.store.submission(id).await.unwrap().posted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refused_dossier_does_not_block_the_others() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("POST", "/v1/dossiers/", &[Mishap::Refuse(Code::ManifestInvalid)]);
    let refused = desk.queue(1, &[content(10, 1)]).await;
    desk.queue(2, &[content(11, 1)]).await;
    let summary = run(&desk, &hub, Until::Empty).await;
    assert_eq!(summary, Summary { sent: 1, postponed: 0, quarantined: 1, ended: Ended::Empty });
    assert_eq!((state(&desk, 1).await, state(&desk, 2).await), (State::NeedsAttention, State::Registered));
    let stored = desk.store.submission(refused).await.unwrap();
    assert_eq!(stored.state, OutboxState::Quarantined);
    assert_eq!(stored.last_error.unwrap().code, "manifest_invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_registration_that_is_gone_waits_for_a_person() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("POST", "/v1/files", &[Mishap::Refuse(Code::Unauthorised)]);
    let id = desk.queue(1, &[content(10, 1)]).await;
    let summary = run(&desk, &hub, Until::Empty).await;
    assert!(matches!(summary.ended, Ended::NeedsPerson(error) if error.code == "unauthorised"));
    assert_eq!(desk.store.submission(id).await.unwrap().state, OutboxState::Waiting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn proxies_that_refuse_the_method_or_the_size_are_passed() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("PATCH", "/v1/uploads/", &[Mishap::Portal(413), Mishap::Portal(405)]);
    let files = vec![content(400_000, 1)];
    desk.queue(1, &files).await;
    assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1);
    assert_arrived(&hub, &files, "through proxies");
    assert_eq!(hub.requests("PATCH", "/v1/uploads/"), 2);
    assert!(hub.requests("POST", "/v1/uploads/") > 1, "smaller pieces, by the method that passes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn cancelled_in_the_middle_it_goes_on_where_it_was() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    let files = vec![content(2_000_000, 6)];
    let id = desk.queue(1, &files).await;
    let cancel = CancellationToken::new();
    let when = cancel.clone();
    let progress = Arc::new(move |progress| {
        if matches!(progress, Progress::Submission { sent: 1.., .. }) {
            when.cancel();
        }
    });
    let runner = Runner { progress, ..desk.runner(&hub) };
    let summary = runner.run(Until::Empty, &cancel).await.unwrap();
    assert_eq!(summary.ended, Ended::Cancelled);
    let stored = desk.store.submission(id).await.unwrap();
    assert_eq!((stored.state, state(&desk, 1).await), (OutboxState::Pending, State::Queued));
    assert!(stored.files[0].offset_acked > 0);
    assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1);
    assert_arrived(&hub, &files, "after cancelling");
    assert_eq!(hub.requests("POST", "/v1/files"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_network_one_round_ends_with_the_reason() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    let runner = desk.runner(&hub);
    drop(hub);
    desk.queue(1, &[content(10, 1)]).await;
    let summary = runner.run(Until::Once, &CancellationToken::new()).await.unwrap();
    assert!(matches!(summary.ended, Ended::Waiting(Some(error)) if error.code == "no_answer"));
    assert_eq!(state(&desk, 1).await, State::Queued);
    assert!(matches!(desk.steps.lock().unwrap()[..], [Progress::Closed { .. }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_standing_runner_is_woken_by_what_is_queued() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    let (sent, mut told) = tokio::sync::mpsc::unbounded_channel();
    let progress = Arc::new(move |progress| {
        if let Progress::Submission { step: Step::Sent { code }, .. } = progress {
            sent.send(code).unwrap();
        }
    });
    let runner = Arc::new(Runner { progress, ..desk.runner(&hub) });
    let cancel = CancellationToken::new();
    let (standing, until) = (runner.clone(), cancel.clone());
    let standing = tokio::spawn(async move { standing.run(Until::Forever, &until).await.unwrap() });
    for n in 1..=2 {
        desk.queue(n, &[content(10, 1)]).await;
        runner.wake.notify_one();
        assert_eq!(told.recv().await.unwrap(), format!("H06.16-20261121-{n:04}"));
    }
    cancel.cancel();
    let summary = standing.await.unwrap();
    assert_eq!((summary.sent, summary.ended), (2, Ended::Cancelled));
}

fn person(second: i64) -> Act<'static> {
    Act { at: at(second * 1000), who: "Cán bộ", device: device(), automatic: false, what: "test.act" }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refused_dossier_mended_by_a_person_goes_out_as_another_submission() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("POST", "/v1/dossiers/", &[Mishap::Refuse(Code::ManifestInvalid)]);
    let files = [content(10, 1)];
    let refused = desk.queue(1, &files).await;
    assert_eq!(run(&desk, &hub, Until::Empty).await.quarantined, 1);
    assert!(desk.store.submission(refused).await.unwrap().refused);
    desk.store.withdraw_submission(refused, None, &person(1)).await.unwrap();
    let dossier = desk.store.dossier(DossierId(uuid::Uuid::from_u128(1))).await.unwrap();
    assert_eq!(dossier.state, State::Draft);
    let answers = json!({ "name": "Nguyễn Văn Án" });
    desk.store.save_answers(dossier.id, dossier.answers_version, &answers, &dossier.head, at(2000)).await.unwrap();
    let second = desk.freeze(1, 0x6001, answers.clone(), &files).await;
    assert_ne!(second, refused);
    assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1);
    assert_eq!(hub.known().submissions.keys().copied().collect::<Vec<_>>(), [second.0]);
    assert_eq!(state(&desk, 1).await, State::Registered);
    let stored = desk.store.submission(second).await.unwrap();
    assert_eq!((stored.state, stored.payload), (OutboxState::Done, answers));
    assert_eq!(desk.store.submission(refused).await.unwrap().state, OutboxState::Withdrawn);
    assert!(desk.store.receipt(second).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_the_hubs_own_refusal_of_the_submission_lets_it_be_taken_back() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("POST", "/v1/dossiers/", &[Mishap::Refuse(Code::AlreadyReceived), Mishap::LostReply]);
    let received = desk.queue(1, &[content(10, 1)]).await;
    assert_eq!(run(&desk, &hub, Until::Empty).await.quarantined, 1);
    // The answer to the submission was lost, and the next try fails at a file: the hub may well have it.
    let unsure = desk.queue(2, &[content(11, 1)]).await;
    assert_eq!(run(&desk, &hub, Until::Once).await.postponed, 1);
    hub.mishap("HEAD", "/v1/uploads/", &[Mishap::Refuse(Code::TooLarge)]);
    desk.store.wake_outbox(clock().now()).await.unwrap();
    assert_eq!(run(&desk, &hub, Until::Empty).await.quarantined, 1);
    for id in [received, unsure] {
        let kept = desk.store.withdraw_submission(id, None, &person(1)).await;
        assert!(matches!(kept, Err(StoreError::Conflict(Clash::Submission { stored: OutboxState::Quarantined }))));
    }
    desk.store.retry_submission(unsure, &person(2)).await.unwrap();
    assert_eq!(run(&desk, &hub, Until::Empty).await.sent, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_hub_that_asks_for_a_long_wait_gets_it_outside_the_try_and_within_an_hour() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    hub.mishap("PATCH", "/v1/uploads/", &[Mishap::Later(Code::Internal, u64::MAX)]);
    let id = desk.queue(1, &[content(10, 1)]).await;
    let begun = clock().now();
    assert_eq!(run(&desk, &hub, Until::Once).await.postponed, 1);
    assert_eq!(hub.requests("PATCH", "/v1/uploads/"), 1);
    let waits = desk.store.submission(id).await.unwrap().not_before.unix_ms() - begun.unix_ms();
    assert!((3_600_000..3_700_000).contains(&waits), "{waits}");
    desk.store.wake_outbox(clock().now()).await.unwrap();
    hub.mishap("PATCH", "/v1/uploads/", &[Mishap::Later(Code::Internal, 0)]);
    let summary = run(&desk, &hub, Until::Once).await;
    assert_eq!((summary.sent, summary.postponed), (1, 0), "a short one is waited for within the try");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn bytes_that_flow_prolong_the_lease() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    desk.queue(1, &[content(1_000_000, 1)]).await;
    let leased = desk.store.lease_submission(clock().now(), at(60_000)).await.unwrap().unwrap();
    let times = AtomicI64::new(0);
    let lease = || at(3_600_000 * (1 + times.fetch_add(1, Ordering::Relaxed)));
    let client = hub.client();
    let uploading = Uploading {
        store: &desk.store,
        hub: &client,
        backoff: QUICK,
        submission: &leased,
        lease: &lease,
        progress: &|_, _| {},
    };
    let mut chunk = ChunkSize::new(&wire::limits::Limits::default().chunk);
    uploading.file(&leased.files[0], &mut chunk).await.unwrap();
    let times = times.load(Ordering::Relaxed);
    assert!(times > 2, "with every chunk: {times}");
    assert_eq!(desk.store.next_due().await.unwrap(), Some(at(3_600_000 * times)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_receipt_begins_the_count_of_link_faults_anew() {
    let (hub, desk) = (Arc::new(FakeHub::start().await), Desk::new().await);
    hub.mishap("GET", "/v1/ping", &[Mishap::LostReply; 8]);
    for n in 1..=2 {
        desk.queue(n, &[content(10 + n as usize, 1)]).await;
    }
    let (steps, closing) = (desk.steps.clone(), hub.clone());
    let progress = Arc::new(move |progress: Progress| {
        if matches!(progress, Progress::Submission { step: Step::Sent { .. }, .. }) {
            closing.mishap("POST", "/v1/files", &[Mishap::Refuse(Code::Unavailable)]);
        }
        steps.lock().unwrap().push(progress);
    });
    let runner = desk.runner(&hub);
    let backoff = Backoff { base: Duration::from_millis(1), cap: Duration::from_secs(60) };
    let runner = Runner { progress, options: Options { backoff, ..runner.options }, ..runner };
    assert_eq!(runner.run(Until::Empty, &CancellationToken::new()).await.unwrap().sent, 2);
    let steps = desk.steps.lock().unwrap();
    let closed = steps.iter().rev().find_map(|step| match step {
        Progress::Closed { error, retry_in } => Some((error.code.clone(), *retry_in)),
        _ => None,
    });
    let (code, retry_in) = closed.unwrap();
    assert_eq!(code, "unavailable");
    assert!(retry_in <= backoff.ceiling(1), "{retry_in:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn bytes_that_came_through_begin_the_count_of_link_faults_anew() {
    let (hub, desk) = (Arc::new(FakeHub::start().await), Desk::new().await);
    hub.mishap("GET", "/v1/ping", &[Mishap::LostReply; 8]);
    desk.queue(1, &[content(3_000_000, 1)]).await;
    let (steps, closing) = (desk.steps.clone(), hub.clone());
    let (most, closed) = (AtomicU64::new(0), AtomicU64::new(0));
    let progress = Arc::new(move |progress: Progress| {
        // Each time that bytes have come through, four times.
        if let Progress::Submission { step: Step::Uploading { .. }, sent, .. } = &progress
            && most.fetch_max(*sent, Ordering::Relaxed) < *sent
            && closed.fetch_add(1, Ordering::Relaxed) < 4
        {
            closing.mishap("PATCH", "/v1/uploads/", &[Mishap::LostRequest; 3]);
        }
        steps.lock().unwrap().push(progress);
    });
    let runner = desk.runner(&hub);
    let backoff = Backoff { base: Duration::from_millis(1), cap: Duration::from_secs(60) };
    let runner = Runner { progress, options: Options { backoff, ..runner.options }, ..runner };
    assert_eq!(runner.run(Until::Empty, &CancellationToken::new()).await.unwrap().sent, 1);
    let steps = desk.steps.lock().unwrap();
    let waits = steps.iter().filter_map(|step| match step {
        Progress::Closed { retry_in, .. } => Some(*retry_in),
        _ => None,
    });
    let waits: Vec<Duration> = waits.collect();
    let after: Vec<_> = waits.iter().rev().take(4).filter(|wait| **wait <= backoff.ceiling(1)).collect();
    assert!(waits.len() > 4 && after.len() == 4, "{waits:?}");
}
