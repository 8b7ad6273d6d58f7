use store::OutboxState;
use uuid::Uuid;
use wire::{
    Code, HubId, Problem, SigningKey,
    limits::Limits,
    parcel::{Answered, Record, Unpacker},
    receipt::Statement,
};

use super::*;
use crate::testing::{Desk, FakeHub, at, device};

const PARCEL: ParcelId = ParcelId(Uuid::from_u128(0x77));

fn act() -> Act<'static> {
    Act { at: at(9), who: "Cán bộ", device: device(), automatic: false, what: "parcel.made" }
}

fn go_on() -> Told {
    Arc::new(|_, _| true)
}

/// A desk with these dossiers, sealed into one parcel.
async fn sealed(hub: &FakeHub, dossiers: &[(u128, &[Vec<u8>])]) -> (Desk, Vec<SubmissionId>, Vec<u8>) {
    let desk = Desk::new().await;
    let mut ids = Vec::new();
    for (n, files) in dossiers {
        ids.push(desk.queue(*n, files).await);
    }
    let waiting = desk.store.submissions_to_carry(at(8)).await.unwrap();
    let packed = pack(&desk.store, &hub.client(), (PARCEL, at(9)), waiting, Vec::new(), go_on()).await;
    let (header, bytes) = packed.unwrap();
    assert_eq!((header.submissions as usize, header.hub_id), (dossiers.len(), hub.id));
    desk.store.note_parcel(PARCEL, "/usb/goi.hoso", &ids, &act()).await.unwrap();
    (desk, ids, bytes)
}

/// What the hub finds inside.
fn opened(hub: &FakeHub, bytes: &[u8]) -> (Vec<(Digest, u64)>, Vec<wire::Submission>) {
    let secret = hub.key.opening();
    let mut parcel = Unpacker::open(bytes, hub.id, &hub.key.public(), &secret, &Limits::default()).unwrap();
    let (mut files, mut submissions) = (Vec::new(), Vec::new());
    while let Some(record) = parcel.record().unwrap() {
        match record {
            Record::File { sha256, size } => files.push((sha256, size)),
            Record::Submission { body, .. } => submissions.push(serde_json::from_slice(&body).unwrap()),
        }
    }
    (files, submissions)
}

fn receipt(hub: &FakeHub, key: &SigningKey, of: &wire::Submission) -> Outcome {
    let manifest = &of.manifest;
    let statement = Statement {
        hub_id: hub.id,
        submission: manifest.submission,
        dossier: manifest.dossier,
        agency: manifest.agency.clone(),
        code: "H06.16-20261121-0001".parse().unwrap(),
        received_at: at(1),
        manifest_sha256: manifest.sha256().unwrap(),
        files: manifest.files.len() as u32,
        bytes: manifest.bytes(),
        support_number: String::new(),
    };
    Outcome::Receipt(Box::new(statement.sign(key).unwrap()))
}

fn problem(code: Code) -> Outcome {
    Outcome::Problem(Problem::new(code))
}

fn reply(hub: &FakeHub, minute: i64, outcomes: &[(SubmissionId, Outcome)]) -> Vec<u8> {
    let answered = |(submission, outcome): &(SubmissionId, Outcome)| Answered {
        submission: *submission,
        outcome: outcome.clone(),
    };
    let answered = outcomes.iter().map(answered).collect();
    let reply = Reply::new(hub.id, PARCEL, at(minute), answered, &hub.key).unwrap();
    serde_json::to_vec(&reply).unwrap()
}

fn news(taken: &Taken) -> Vec<&News> {
    taken.lines.iter().map(|line| &line.news).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_sealed_is_what_would_be_sent_each_content_once() {
    let hub = FakeHub::start().await;
    let shared = vec![7; 200_000];
    let (desk, ids, bytes) =
        sealed(&hub, &[(1, &[b"one".to_vec(), shared.clone()]), (2, std::slice::from_ref(&shared))]).await;
    let (files, submissions) = opened(&hub, &bytes);
    assert_eq!(files, [(Digest::of(b"one"), 3), (Digest::of(&shared), 200_000)]);
    assert_eq!(submissions.iter().map(|it| it.manifest.submission).collect::<Vec<_>>(), ids);
    submissions.iter().for_each(|submission| submission.check(&Limits::default()).unwrap());
    let states: Vec<_> = desk.store.outbox().await.unwrap().iter().map(|it| it.state).collect();
    assert_eq!(states, [OutboxState::Pending; 2], "they stay queued");
    assert_eq!(hub.requests("GET", "/"), 0, "nobody was asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_reply_ends_what_was_taken_and_puts_aside_what_was_refused() {
    let hub = FakeHub::start().await;
    let dossiers: [(u128, &[Vec<u8>]); 3] =
        [(1, &[b"one".to_vec()]), (2, &[b"two".to_vec()]), (3, &[b"three".to_vec()])];
    let (desk, ids, bytes) = sealed(&hub, &dossiers).await;
    let (_, submissions) = opened(&hub, &bytes);
    let good = receipt(&hub, &hub.key, &submissions[0]);
    let first = reply(
        &hub,
        1,
        &[(ids[0], good.clone()), (ids[1], problem(Code::ManifestInvalid)), (ids[2], problem(Code::StorageFull))],
    );
    let (store, client) = (&desk.store, hub.client());
    let taken = take_reply(store, &client, &first, &act(), &go_on()).await.unwrap();
    let [News::Receipted { code }, News::Refused(why), News::Later(full)] = news(&taken)[..] else {
        panic!("{taken:?}")
    };
    assert_eq!(
        (code.as_str(), why.code.as_str(), full.code.as_str()),
        ("H06.16-20261121-0001", "manifest_invalid", "storage_full")
    );
    let states = async || {
        let mut states = Vec::new();
        for id in &ids {
            states.push(store.submission(*id).await.unwrap().state);
        }
        states
    };
    assert_eq!(states().await, [OutboxState::Done, OutboxState::Quarantined, OutboxState::Pending]);
    let Outcome::Receipt(sent) = good else { panic!() };
    let kept = store.receipt(ids[0]).await.unwrap().unwrap();
    assert_eq!(kept.json, serde_json::to_vec(&sent).unwrap());

    // The person tries again; the old reply says nothing new.
    store.retry_submission(ids[1], &act()).await.unwrap();
    let again = take_reply(store, &client, &first, &act(), &go_on()).await.unwrap();
    assert_eq!(news(&again), [&News::Known; 3]);
    assert_eq!(states().await, [OutboxState::Done, OutboxState::Pending, OutboxState::Pending]);
    // A later one does.
    let [_, second, third] = &submissions[..] else { panic!() };
    let outcomes = [(ids[1], receipt(&hub, &hub.key, second)), (ids[2], receipt(&hub, &hub.key, third))];
    take_reply(store, &client, &reply(&hub, 2, &outcomes), &act(), &go_on()).await.unwrap();
    assert_eq!(states().await, [OutboxState::Done; 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_reply_is_believed_only_of_our_hub_for_our_parcel() {
    let hub = FakeHub::start().await;
    let (desk, ids, bytes) = sealed(&hub, &[(1, &[b"one".to_vec()])]).await;
    let (_, submissions) = opened(&hub, &bytes);
    let (store, client, stranger) = (&desk.store, hub.client(), SigningKey::from_seed(&[8; 32]));
    let take = async |json: &[u8]| take_reply(store, &client, json, &act(), &go_on()).await.unwrap_err();
    assert!(matches!(take(b"{}").await, ParcelFault::NotAReply));
    let other = |hub_id, parcel, key: &SigningKey| {
        serde_json::to_vec(&Reply::new(hub_id, parcel, at(1), vec![], key).unwrap()).unwrap()
    };
    let elsewhere = other(HubId(Uuid::nil()), PARCEL, &hub.key);
    assert!(matches!(take(&elsewhere).await, ParcelFault::OtherHub));
    assert!(matches!(take(&other(hub.id, PARCEL, &stranger)).await, ParcelFault::OtherHub));
    let not_ours = other(hub.id, ParcelId(Uuid::nil()), &hub.key);
    assert!(matches!(take(&not_ours).await, ParcelFault::NotOurs));
    let good = reply(&hub, 1, &[(ids[0], receipt(&hub, &hub.key, &submissions[0]))]);
    let mut forged: serde_json::Value = serde_json::from_slice(&good).unwrap();
    forged["submissions"] = serde_json::json!([]);
    assert!(matches!(take(&serde_json::to_vec(&forged).unwrap()).await, ParcelFault::Forged(_)));
    // Signed as a whole, but with a receipt for something else.
    let mut changed = submissions[0].clone();
    changed.manifest.prepared_by = "Người khác".into();
    let wrong = reply(&hub, 1, &[(ids[0], receipt(&hub, &hub.key, &changed))]);
    assert!(matches!(take(&wrong).await, ParcelFault::Forged(_)));
    assert_eq!(store.submission(ids[0]).await.unwrap().state, OutboxState::Pending);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sealing_stops_when_asked_and_says_where_it_failed() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    desk.queue(1, &[vec![1; 100_000]]).await;
    let waiting = desk.store.submissions_to_carry(at(8)).await.unwrap();
    let full = pack(&desk.store, &hub.client(), (PARCEL, at(9)), waiting.clone(), Full, go_on()).await;
    assert!(matches!(full.err(), Some(ParcelFault::Write(error)) if error.kind() == io::ErrorKind::StorageFull));
    let stop: Told = Arc::new(|_, _| false);
    let stopped = pack(&desk.store, &hub.client(), (PARCEL, at(9)), waiting, Vec::new(), stop).await;
    assert!(matches!(stopped.err(), Some(ParcelFault::Stopped)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_receipt_for_what_was_taken_back_meanwhile_is_told_and_counts() {
    let hub = FakeHub::start().await;
    let (desk, ids, bytes) = sealed(&hub, &[(1, &[b"one".to_vec()])]).await;
    let (_, submissions) = opened(&hub, &bytes);
    let (store, client) = (&desk.store, hub.client());
    store.withdraw_submission(ids[0], Some("sai tên"), &act()).await.unwrap();
    let came = reply(&hub, 1, &[(ids[0], receipt(&hub, &hub.key, &submissions[0]))]);
    let taken = take_reply(store, &client, &came, &act(), &go_on()).await.unwrap();
    assert!(matches!(news(&taken)[..], [News::TakenBack { code }] if code == "H06.16-20261121-0001"), "{taken:?}");
    let kept = store.receipt(ids[0]).await.unwrap().unwrap();
    let sent: Receipt = serde_json::from_slice(&kept.json).unwrap();
    assert_eq!(sent.manifest_sha256, submissions[0].manifest.sha256().unwrap());
    let again = take_reply(store, &client, &came, &act(), &go_on()).await.unwrap();
    assert_eq!(news(&again), [&News::Known]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_reply_that_was_stopped_is_taken_the_next_time() {
    let hub = FakeHub::start().await;
    let (desk, ids, bytes) = sealed(&hub, &[(1, &[b"one".to_vec()]), (2, &[b"two".to_vec()])]).await;
    let (_, submissions) = opened(&hub, &bytes);
    let (store, client) = (&desk.store, hub.client());
    let outcomes = [(ids[0], receipt(&hub, &hub.key, &submissions[0])), (ids[1], problem(Code::ManifestInvalid))];
    let came = reply(&hub, 1, &outcomes);
    let after_one: Told = Arc::new(|done, _| done < 1);
    let taken = take_reply(store, &client, &came, &act(), &after_one).await.unwrap();
    assert_eq!((taken.stopped, taken.lines.len()), (true, 1));
    let rest = take_reply(store, &client, &came, &act(), &go_on()).await.unwrap();
    assert!(matches!(news(&rest)[..], [News::Known, News::Refused(_)]), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_damaged_content_names_its_submission() {
    let (hub, desk) = (FakeHub::start().await, Desk::new().await);
    desk.queue(1, &[b"one".to_vec()]).await;
    let damaged = desk.queue(2, &[b"two".to_vec()]).await;
    let mut waiting = desk.store.submissions_to_carry(at(8)).await.unwrap();
    for file in waiting.iter_mut().filter(|it| it.id == damaged).flat_map(|it| &mut it.files) {
        // As if other bytes lay under its name.
        file.blob.sha256 = Digest::of(b"three");
    }
    let packed = pack(&desk.store, &hub.client(), (PARCEL, at(9)), waiting, Vec::new(), go_on()).await;
    assert!(matches!(packed, Err(ParcelFault::Unreadable { submission, .. }) if submission == damaged), "{packed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_fits_counts_each_content_once_and_passes_over_what_is_too_large() {
    let desk = Desk::new().await;
    let shared = vec![7; 600];
    let ids = [
        desk.queue(1, &[shared.clone(), vec![1; 100]]).await,
        desk.queue(2, &[vec![2; 5000]]).await,
        desk.queue(3, &[shared, vec![3; 100]]).await,
    ];
    let waiting = desk.store.submissions_to_carry(at(8)).await.unwrap();
    let (fit, rest) = what_fits(waiting, 800);
    assert_eq!(fit.iter().map(|it| it.id).collect::<Vec<_>>(), [ids[0], ids[2]]);
    assert_eq!(rest.iter().map(|it| it.id).collect::<Vec<_>>(), [ids[1]]);
}
