//! Parcels: carried by another desktop, taken once, whole or not at all.

use std::{fs, path::Path};

use dossier::{Digest, ParcelId, SubmissionId, Timestamp};
use hub::{
    ledger::audit::Wanted,
    serve::{Database, open_ledger},
};
use reqwest::{Method, StatusCode};
use uuid::Uuid;
use wire::{
    Code, Receipt, Submission,
    dossiers::DossierList,
    enrol::DeviceToken,
    parcel::{self, Brought, Header, Outcome, Packer, Reply},
    path,
    tus::{self, Metadata},
    upload::UploadId,
};

use crate::support::{Device, Hub, created, manifest_file, offset, problem, refused};

/// A parcel as `device` makes it: these submissions, each after its files.
fn pack(device: &Device, token: &DeviceToken, submissions: &[(Submission, Vec<Vec<u8>>)]) -> Vec<u8> {
    let bodies = |(submission, files): &(Submission, Vec<Vec<u8>>)| {
        (submission.manifest.submission, serde_json::to_vec(submission).unwrap(), files.clone())
    };
    pack_bodies(device, token, &submissions.iter().map(bodies).collect::<Vec<_>>())
}

/// A submission's id and body, and the contents of its files.
type Body = (SubmissionId, Vec<u8>, Vec<Vec<u8>>);

fn pack_bodies(device: &Device, token: &DeviceToken, what: &[Body]) -> Vec<u8> {
    let distinct: std::collections::BTreeSet<&Vec<u8>> = what.iter().flat_map(|(_, _, files)| files).collect();
    let key = device.answer.hub_public_key;
    let header = Header {
        version: parcel::VERSION,
        parcel: ParcelId(Uuid::now_v7()),
        hub_id: device.answer.hub_id,
        key: key.fingerprint(),
        made_at: Timestamp::from_unix_ms(1_795_230_000_000).unwrap(),
        submissions: what.len() as u32,
        bytes: distinct.iter().map(|file| file.len() as u64).sum(),
    };
    let mut packer = Packer::begin(Vec::new(), header, &key, token, &[3; 32]).unwrap();
    for (id, body, files) in what {
        for file in files {
            let sha256 = Digest::of(file);
            if !packer.has(&sha256) {
                packer.file(sha256, file.len() as u64, file.as_slice(), |_| Ok(())).unwrap();
            }
        }
        packer.submission(*id, body).unwrap();
    }
    packer.finish().unwrap()
}

async fn brought(courier: &Device, bytes: &[u8]) -> UploadId {
    let metadata = Metadata::default().with(Metadata::FILE_TYPE, parcel::MEDIA_TYPE);
    let creation = courier.creation(bytes.len() as u64).header(tus::METADATA, metadata.to_string());
    let id = created(&creation.send().await.unwrap());
    let half = bytes.len() / 2;
    courier.patch(id, 0, &bytes[..half]).send().await.unwrap();
    assert_eq!(offset(&courier.head(id).await), Some(half as u64), "resumable as any upload");
    let last = courier.patch(id, half as u64, &bytes[half..]).send().await.unwrap();
    assert_eq!(last.status(), StatusCode::NO_CONTENT);
    id
}

fn taking(courier: &Device, upload: UploadId) -> reqwest::RequestBuilder {
    courier.request(Method::POST, path::PARCELS).json(&Brought { upload })
}

async fn take(courier: &Device, upload: UploadId) -> Reply {
    let response = taking(courier, upload).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let reply: Reply = response.json().await.unwrap();
    reply.verify(courier.answer.hub_id, &courier.answer.hub_public_key).unwrap();
    reply
}

fn receipts(reply: &Reply) -> Vec<Receipt> {
    let receipt = |answered: &parcel::Answered| match &answered.outcome {
        Outcome::Receipt(receipt) => (**receipt).clone(),
        Outcome::Problem(problem) => panic!("{problem}"),
    };
    reply.submissions.iter().map(receipt).collect()
}

async fn count(device: &Device) -> usize {
    device.get(path::DOSSIERS).await.json::<DossierList>().await.unwrap().dossiers.len()
}

#[tokio::test]
async fn a_parcel_is_taken_once_also_beside_the_network() {
    let hub = Hub::start().await;
    let (sender, courier) = (hub.device("H06.16").await, hub.device("H06.17").await);
    let shared: Vec<u8> = (0..9_000_000_u32).map(|i| (i % 251) as u8).collect();
    let first = sender.submission(vec![manifest_file(b"one"), manifest_file(&shared)], vec![]);
    let second = sender.submission(vec![manifest_file(&shared)], vec![]);
    let what = [(first.clone(), vec![b"one".to_vec(), shared.clone()]), (second, vec![shared.clone()])];
    let bytes = pack(&sender, &sender.token, &what);
    let upload = brought(&courier, &bytes).await;
    let reply = take(&courier, upload).await;
    let given = receipts(&reply);
    assert_eq!(given.iter().map(|it| it.files).collect::<Vec<_>>(), [2, 1]);
    given[0].verify_for(sender.answer.hub_id, &sender.answer.hub_public_key, &first.manifest).unwrap();

    // The answer was lost; the courier asks again; the sender has a network after all; the parcel comes a second time.
    assert_eq!(receipts(&take(&courier, upload).await), given);
    assert_eq!(sender.submit(&first).await, given[0]);
    let again = brought(&courier, &bytes).await;
    assert_eq!(receipts(&take(&courier, again).await), given);
    assert_eq!((count(&sender).await, count(&courier).await), (2, 0));

    // The files are the sender's; the parcel is nobody's file, and goes when it is given up.
    let file = path::file(&Digest::of(&shared));
    assert_eq!(sender.get(&file).await.bytes().await.unwrap(), shared);
    assert_eq!(courier.get(&file).await.status(), StatusCode::NOT_FOUND);
    for device in [&sender, &courier] {
        assert_eq!(device.get(&path::file(&Digest::of(&bytes))).await.status(), StatusCode::NOT_FOUND);
    }
    for id in [upload, again] {
        let gone = courier.tus(Method::DELETE, &path::upload(id)).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(refused(taking(&courier, upload)).await, Code::Gone);
    assert_eq!(fs::read_dir(hub.folder.path().join("spool")).unwrap().count(), 0);

    // Each time is in the log, with how many dossiers it brought.
    let ledger = open_ledger(&Database::Sqlite(hub.folder.path().join("hub.db"))).await.unwrap();
    ledger.seal().await.unwrap();
    let log = ledger.audit(&Wanted::default(), 0, 1000).await.unwrap();
    ledger.close().await;
    let taken: Vec<_> = log.iter().filter(|entry| entry.what == "parcel.taken").collect();
    assert_eq!(taken.len(), 3);
    let about = taken[0].about.as_deref().unwrap();
    assert!(about.starts_with("parcel ") && about.ends_with(": 2 dossiers, 0 refused"), "{about}");
    assert_eq!(taken[0].agency.as_ref().map(|code| code.as_str()), Some("H06.16"), "whose dossiers they are");
}

#[tokio::test]
async fn one_bad_submission_keeps_no_other_from_being_taken() {
    let hub = Hub::start().await;
    let (sender, courier) = (hub.device("H06.16").await, hub.device("H06.16").await);
    let good = sender.submission(vec![manifest_file(b"one")], vec![]);
    let mut stranger = sender.submission(vec![], vec![]);
    stranger.manifest.agency = "H06.17".parse().unwrap();
    let lacks = sender.submission(vec![manifest_file(b"not in it")], vec![]);
    let (id, other) = (SubmissionId(Uuid::now_v7()), sender.submission(vec![], vec![]));
    let body = |submission: &Submission| serde_json::to_vec(submission).unwrap();
    let what = [
        (id, b"{\"manifest\": \"Nguyen Van A\"}".to_vec(), vec![]),
        (stranger.manifest.submission, body(&stranger), vec![]),
        (lacks.manifest.submission, body(&lacks), vec![]),
        // Under another's id.
        (SubmissionId(Uuid::now_v7()), body(&other), vec![]),
        (good.manifest.submission, body(&good), vec![b"one".to_vec()]),
    ];
    let reply = take(&courier, brought(&courier, &pack_bodies(&sender, &sender.token, &what)).await).await;
    let codes: Vec<_> = reply
        .submissions
        .iter()
        .map(|answered| match &answered.outcome {
            Outcome::Problem(problem) => Some(problem.code),
            Outcome::Receipt(_) => None,
        })
        .collect();
    let expected = [Code::BadBody, Code::ManifestInvalid, Code::FilesMissing, Code::BadRequest];
    assert_eq!(codes, [expected.map(Some).as_slice(), &[None]].concat());
    assert!(!serde_json::to_string(&reply).unwrap().contains("Nguyen"), "a reply names nobody");
    assert_eq!(count(&sender).await, 1);
}

#[tokio::test]
async fn nothing_is_taken_of_what_is_not_whole_or_not_ours() {
    let hub = Hub::start().await;
    let (sender, courier) = (hub.device("H06.16").await, hub.device("H06.16").await);
    let what = [(sender.submission(vec![manifest_file(b"one")], vec![]), vec![b"one".to_vec()])];
    let bytes = pack(&sender, &sender.token, &what);
    let reason = async |bytes: &[u8]| {
        let upload = brought(&courier, bytes).await;
        let refusal = problem(taking(&courier, upload).send().await.unwrap()).await;
        (refusal.code, refusal.args.get("reason").and_then(|reason| reason.as_str().map(str::to_owned)))
    };
    let invalid = |reason: &str| (Code::ParcelInvalid, Some(reason.to_owned()));
    let (cut, mut changed) = (&bytes[..bytes.len() - 1], bytes.clone());
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(reason(cut).await, invalid("damaged"));
    assert_eq!(reason(&changed).await, invalid("damaged"));
    assert_eq!(reason(b"%PDF-1.7 sao y").await, invalid("not_a_parcel"));
    let nobody = DeviceToken::from_random([1; 32]);
    assert_eq!(reason(&pack(&sender, &nobody, &what)).await, (Code::SenderUnknown, None));
    let elsewhere = Hub::start().await;
    let other = elsewhere.device("H06.16").await;
    assert_eq!(reason(&pack(&other, &sender.token, &what)).await, invalid("other_hub"));
    assert_eq!(count(&sender).await, 0);
    assert_eq!(sender.get(&path::file(&Digest::of(b"one"))).await.status(), StatusCode::NOT_FOUND);

    // What is no parcel's upload, not whole, or another agency's.
    let file = courier.create(b"one").await;
    assert_eq!(refused(taking(&courier, file)).await, Code::BadRequest);
    let metadata = Metadata::default().with(Metadata::FILE_TYPE, parcel::MEDIA_TYPE).to_string();
    let half = created(&courier.creation(9).header(tus::METADATA, &metadata).send().await.unwrap());
    assert_eq!(refused(taking(&courier, half)).await, Code::BadRequest);
    let stranger = hub.device("H06.17").await;
    assert_eq!(refused(taking(&stranger, half)).await, Code::NotFound);
    let huge = courier.creation(parcel_limit() + 1).header(tus::METADATA, &metadata);
    assert_eq!(refused(huge).await, Code::TooLarge);
    let large = courier.creation(parcel_limit()).header(tus::METADATA, &metadata).send().await.unwrap();
    assert_eq!(large.status(), StatusCode::CREATED, "a parcel may be larger than a file");
}

fn parcel_limit() -> u64 {
    wire::limits::Limits::default().max_parcel_bytes
}

#[tokio::test]
async fn a_parcel_waits_over_a_restart_and_not_for_ever() {
    let hub = Hub::start().await;
    let sender = hub.device("H06.16").await;
    let what = [(sender.submission(vec![manifest_file(b"one")], vec![]), vec![b"one".to_vec()])];
    let bytes = pack(&sender, &sender.token, &what);
    let [taken, left] = [brought(&sender, &bytes).await, brought(&sender, &bytes).await];
    let hub = hub.restart(|_| {}).await;
    let sender = sender.at(hub.running.address());
    assert_eq!(receipts(&take(&sender, taken).await).len(), 1);
    hub.pass_days(31);
    assert_eq!(refused(taking(&sender, left)).await, Code::Gone);
    let hub = hub.restart(|_| {}).await;
    let spool = hub.folder.path().join("spool");
    assert_eq!(fs::read_dir(Path::new(&spool)).unwrap().count(), 0);
}
