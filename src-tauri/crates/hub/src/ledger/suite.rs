//! What every ledger must hold, whatever stores it. An implementation writes `suite::ledger_suite!(open);` in a test module,
//! `open(&Path)` giving a ledger in that folder; opening the same folder again must find what was there.

use dossier::{
    AgencyCode, DeviceId, Digest, DossierId, EntryKind, EventId, EventKind, Finding, State, SubmissionId, Timestamp,
    check::{Basis, FindingKind, Place},
    no_paper::NoPaperList,
};
use serde_json::json;
use uuid::Uuid;
use wire::{
    Code, HubId, Receipt, SigningKey, Submission,
    dossiers::{Found, Review},
    enrol::{Agency, EnrolRequest, EnrolmentCode},
    limits::Limits,
    manifest::{Applicant, Manifest, ManifestFile, answers_sha256},
    no_paper::ListReceipt,
    receipt::Statement,
    upload::{Status, Upload, UploadId},
};

use super::{Allocated, DecideError, Decision, Device, DossierName, Ledger, NewUpload, Revision, audit::Author};
pub use super::{
    account_suite::{
        agencies_say_whether_a_person_must_sign_in, people_are_changed_all_or_none,
        sealing_at_once_loses_and_doubles_nothing, sessions_are_renewed_once_per_token,
        sessions_end_with_who_and_where, the_audit_log_is_one_chain, tries_make_a_name_wait, what_runs_out_is_kept,
    },
    job_suite::{
        a_job_is_one_replicas_until_its_lease_runs_out, a_job_that_is_held_is_nobody_elses_and_stays_as_it_was,
        what_no_dossier_uses_goes_and_comes_back_whole,
    },
    upload_suite::{
        files_are_noted_once_for_their_agency, lengths_are_declared_once, parcels_stay_uploads, pieces_are_remembered,
        uploads_expire_when_nobody_goes_on,
    },
};
use crate::{fault::Fault, spool::UploadPart};

macro_rules! ledger_suite {
    ($open:path) => {
        $crate::ledger::suite::ledger_suite! { $open;
            identity_is_made_once
            codes_are_used_once
            tokens_name_their_device
            uploads_keep_their_promise
            keys_find_their_upload_again
            lengths_are_declared_once
            pieces_are_remembered
            uploads_expire_when_nobody_goes_on
            parcels_stay_uploads
            files_are_noted_once_for_their_agency
            submission_is_taken_once
            what_was_found_stays_with_the_dossier
            dossier_sent_again_keeps_its_code
            files_must_be_the_agencys
            agencies_do_not_meet
            codes_are_serial_per_day
            decisions_follow_the_states
            feeds_have_no_gap
            revisions_are_published_once
            lists_are_taken_once_of_one_agency
            a_job_is_one_replicas_until_its_lease_runs_out
            a_job_that_is_held_is_nobody_elses_and_stays_as_it_was
            what_no_dossier_uses_goes_and_comes_back_whole
            people_are_changed_all_or_none
            tries_make_a_name_wait
            sessions_are_renewed_once_per_token
            sessions_end_with_who_and_where
            agencies_say_whether_a_person_must_sign_in
            what_runs_out_is_kept
            the_audit_log_is_one_chain
        }
    };
    ($open:path; $($case:ident)*) => {$(
        #[tokio::test]
        async fn $case() {
            let folder = tempfile::tempdir().unwrap();
            let ledger = $open(folder.path()).await;
            $crate::ledger::suite::$case(&ledger).await;
            // What was decided is found again.
            $crate::ledger::Ledger::close(&ledger).await;
            let again = $open(folder.path()).await;
            $crate::ledger::suite::is_readable(&again).await;
        }
    )*};
}
pub(crate) use ledger_suite;

pub fn at(minute: i64) -> Timestamp {
    // 2026-11-21T10:00+07:00 and some minutes.
    Timestamp::from_unix_ms(1_795_230_000_000 + minute * 60_000).unwrap()
}

fn agency(code: &str) -> Agency {
    Agency { code: code.parse().unwrap(), name: format!("Cơ quan {code}") }
}

fn request(n: u128) -> EnrolRequest {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&(n as u64).to_be_bytes());
    EnrolRequest {
        code: EnrolmentCode::from_random(random),
        device: DeviceId(Uuid::from_u128(n)),
        device_name: format!("Máy {n}"),
        token_sha256: Digest::of(&n.to_be_bytes()),
    }
}

/// The officer of this suite.
pub fn console() -> Author {
    Author::console("Lan")
}

/// A registered device of an agency.
pub async fn device(ledger: &impl Ledger, code: &str, n: u128) -> Device {
    let (agency, request) = (agency(code), request(n));
    ledger.add_agency(&agency, &console(), at(0)).await.unwrap();
    ledger.add_code(request.code.hash(), &agency.code, at(0), at(10), &console()).await.unwrap();
    ledger.enrol(&request, at(1)).await.unwrap()
}

/// A file the agency has.
pub async fn file(ledger: &impl Ledger, who: &Device, content: &[u8]) -> ManifestFile {
    let (sha256, size) = (Digest::of(content), content.len() as u64);
    let id = UploadId(Uuid::new_v4());
    let upload = Upload::create(&Limits::default(), size, Some(sha256)).unwrap();
    let new = NewUpload { id, upload, metadata: String::new(), idempotency_key: None, expires: None };
    ledger.create_upload(who, new, at(2)).await.unwrap();
    ledger.advance_upload(id, 0, size, &[]).await.unwrap();
    ledger.complete_upload(id, sha256, at(2)).await.unwrap();
    manifest_file(sha256, size)
}

pub(super) fn manifest_file(sha256: Digest, size: u64) -> ManifestFile {
    ManifestFile {
        component: "TP01".into(),
        row: None,
        sha256,
        size,
        media_type: "application/pdf".into(),
        title: "Đơn".into(),
        originals: 1,
        copies: 0,
        digitised: true,
        reused: false,
    }
}

pub fn submission(who: &Device, dossier: u128, submission: u128, files: Vec<ManifestFile>) -> Submission {
    let answers = json!({"name": "Nguyễn Văn Ạ"});
    let manifest = Manifest {
        version: wire::manifest::VERSION,
        submission: SubmissionId(Uuid::from_u128(submission)),
        dossier: DossierId(Uuid::from_u128(dossier)),
        procedure: serde_json::from_value(json!({"code": "NB-03", "revision": 1, "sha256": Digest::of(b"")})).unwrap(),
        profile: "one-stop-2025".into(),
        agency: who.agency.code.clone(),
        provisional_code: "T-01-261121-1".parse().unwrap(),
        applicant: Applicant {
            kind: dossier::procedure::ApplicantKind::Citizen,
            name: "Nguyễn Văn Ạ".into(),
            identity_number: None,
            phone: None,
            email: None,
            address: None,
        },
        prepared_by: "Trần Thị B".into(),
        on_behalf_of: None,
        prepared_at: at(3),
        answers_sha256: answers_sha256(&answers).unwrap(),
        files,
    };
    Submission { manifest, answers, uploads: Vec::new() }
}

/// What is found of every submission of this suite.
fn review() -> Review {
    let what = FindingKind::Missing;
    let finding = |blocking| Finding { place: Place::Dossier, what: what.clone(), blocking, why: Some(Basis::Hub) };
    Review { checked: true, findings: vec![finding(true), finding(false), finding(false)] }
}

pub async fn submit(ledger: &impl Ledger, who: &Device, what: &Submission, now: Timestamp) -> Result<Receipt, Fault> {
    let (key, manifest) = (SigningKey::from_seed(&[3; 32]), what.manifest.clone());
    let sign = move |Allocated { code, received_at }: Allocated| {
        Statement {
            hub_id: HubId(Uuid::nil()),
            submission: manifest.submission,
            dossier: manifest.dossier,
            agency: manifest.agency.clone(),
            code,
            received_at,
            manifest_sha256: manifest.sha256()?,
            files: manifest.files.len() as u32,
            bytes: manifest.bytes(),
            support_number: String::new(),
        }
        .sign(&key)
    };
    ledger.submit(who, what, &review(), EventId(Uuid::now_v7()), now, &sign).await
}

pub(super) fn code_of<T: std::fmt::Debug>(result: Result<T, Fault>) -> Code {
    match result.unwrap_err() {
        Fault::Refused(problem) => problem.code,
        other => panic!("{other:?} is a failure, not a refusal"),
    }
}

pub async fn is_readable(ledger: &impl Ledger) {
    ledger.dossiers(None, 0, 100).await.unwrap();
    ledger.unfinished_uploads().await.unwrap();
    ledger.feed_version().await.unwrap();
}

/// `fill` leaves the ledger no more room than it uses, as long as the connection that was limited lives.
pub async fn writing_goes_on_after_a_full_disk(ledger: &impl Ledger, fill: impl AsyncFn()) {
    let large = Agency { name: "x".repeat(1 << 20), ..agency("H06.16") };
    for _ in 0..2 {
        fill().await;
        let full = ledger.add_agency(&large, &console(), at(0)).await.unwrap_err();
        assert_eq!(full.problem().code, Code::StorageFull);
        ledger.ready().await.unwrap();
        ledger.add_agency(&agency("H06.16"), &console(), at(0)).await.unwrap();
        assert_eq!(ledger.agency(&large.code).await.unwrap(), Some(agency("H06.16")));
    }
}

pub async fn identity_is_made_once(ledger: &impl Ledger) {
    let first = HubId(Uuid::from_u128(1));
    let key = |seed| SigningKey::from_seed(&[seed; 32]).public().fingerprint();
    assert_eq!(ledger.hub_id(first, key(1)).await.unwrap(), first);
    assert_eq!(ledger.hub_id(HubId(Uuid::from_u128(2)), key(1)).await.unwrap(), first);
    assert!(matches!(ledger.hub_id(first, key(2)).await, Err(Fault::OtherKey)));
}

pub async fn codes_are_used_once(ledger: &impl Ledger) {
    let first = device(ledger, "H06.16", 1).await;
    assert_eq!((first.station.as_str(), &first.agency), ("01", &agency("H06.16")));
    assert_eq!(ledger.enrol(&request(1), at(99)).await.unwrap(), first, "a lost answer is given again, even later");
    let thief = EnrolRequest { device: DeviceId(Uuid::from_u128(9)), ..request(1) };
    assert_eq!(code_of(ledger.enrol(&thief, at(1)).await), Code::UsedCode);
    let new_token = EnrolRequest { token_sha256: Digest::of(b"other"), ..request(1) };
    assert_eq!(code_of(ledger.enrol(&new_token, at(1)).await), Code::UsedCode);
    assert_eq!(code_of(ledger.enrol(&request(5), at(1)).await), Code::UnknownCode);

    let late = request(2);
    ledger.add_code(late.code.hash(), &first.agency.code, at(0), at(10), &console()).await.unwrap();
    assert_eq!(code_of(ledger.enrol(&late, at(10)).await), Code::UnknownCode, "expired");
    let nowhere: AgencyCode = "H99".parse().unwrap();
    assert_eq!(code_of(ledger.add_code(late.code.hash(), &nowhere, at(0), at(1), &console()).await), Code::NotFound);
}

pub async fn tokens_name_their_device(ledger: &impl Ledger) {
    let (first, second) = (device(ledger, "H06.16", 1).await, device(ledger, "H06.16", 2).await);
    assert_ne!(first.station, second.station);
    assert_eq!(ledger.device(request(2).token_sha256).await.unwrap(), Some(second));
    assert_eq!(ledger.device(Digest::of(b"nobody")).await.unwrap(), None);

    // The same device with a new code: its token changes, its station stays.
    let again = EnrolRequest { code: request(7).code, token_sha256: Digest::of(b"new"), ..request(1) };
    ledger.add_code(again.code.hash(), &first.agency.code, at(0), at(10), &console()).await.unwrap();
    assert_eq!(ledger.enrol(&again, at(1)).await.unwrap(), first);
    assert_eq!(ledger.device(request(1).token_sha256).await.unwrap(), None);

    // Another device's token cannot be taken over.
    let greedy = EnrolRequest { code: request(8).code, token_sha256: Digest::of(b"new"), ..request(3) };
    ledger.add_code(greedy.code.hash(), &first.agency.code, at(0), at(10), &console()).await.unwrap();
    assert_eq!(code_of(ledger.enrol(&greedy, at(1)).await), Code::UsedCode);
}

pub async fn uploads_keep_their_promise(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let id = UploadId(Uuid::from_u128(11));
    let upload = Upload::create(&Limits::default(), 10, None).unwrap();
    let new = NewUpload { id, upload, metadata: "filename YQ==".into(), idempotency_key: None, expires: Some(at(9)) };
    let stored = ledger.create_upload(&who, new, at(2)).await.unwrap();
    assert_eq!(ledger.upload(id).await.unwrap(), Some(stored));
    let part = |start, length| UploadPart { start, length, name: format!("parts/{start}") };
    ledger.advance_upload(id, 0, 6, &[part(0, 4), part(4, 2)]).await.unwrap();
    let behind = ledger.advance_upload(id, 0, 4, &[part(0, 4)]).await;
    assert_eq!(code_of(behind), Code::Locked, "another replica was first");
    assert_eq!(ledger.upload_parts(id).await.unwrap(), [part(0, 4), part(4, 2)]);
    let known = ledger.upload(id).await.unwrap().unwrap();
    assert_eq!((known.upload.offset, known.metadata.as_str()), (6, "filename YQ=="), "an offset never decreases");
    assert!(
        matches!(ledger.advance_upload(id, 6, 11, &[]).await, Err(Fault::Ledger(_))),
        "an offset never passes the length"
    );
    assert_eq!(code_of(ledger.complete_upload(id, Digest::of(b""), at(2)).await), Code::Gone, "not whole");
    assert_eq!(ledger.unfinished_uploads().await.unwrap().len(), 1);

    ledger.advance_upload(id, 6, 10, &[part(6, 4)]).await.unwrap();
    let content = Digest::of(b"0123456789");
    ledger.complete_upload(id, content, at(2)).await.unwrap();
    assert_eq!(ledger.upload_parts(id).await.unwrap(), []);
    let whole = ledger.upload(id).await.unwrap().unwrap().upload;
    assert_eq!((whole.status, whole.offset), (Status::Complete(content), 10));
    assert_eq!(ledger.file(&who.agency.code, content).await.unwrap(), Some(10));
    assert!(ledger.unfinished_uploads().await.unwrap().is_empty());
    ledger.drop_upload(id).await.unwrap();
    assert_eq!(ledger.upload(id).await.unwrap().unwrap().upload.status, Status::Gone);
    assert_eq!(ledger.file(&who.agency.code, content).await.unwrap(), Some(10), "the file stays");
}

pub async fn keys_find_their_upload_again(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let new = |n: u128, length| NewUpload {
        id: UploadId(Uuid::from_u128(n)),
        upload: Upload::create(&Limits::default(), length, None).unwrap(),
        metadata: String::new(),
        idempotency_key: Some("k".into()),
        expires: None,
    };
    let first = ledger.create_upload(&who, new(1, 5), at(2)).await.unwrap();
    assert_eq!(ledger.create_upload(&who, new(2, 5), at(3)).await.unwrap(), first);
    assert_eq!(code_of(ledger.create_upload(&who, new(3, 6), at(3)).await), Code::IdempotencyKeyReused);
    let other = device(ledger, "H06.16", 2).await;
    assert_ne!(ledger.create_upload(&other, new(4, 6), at(3)).await.unwrap().id, first.id, "keys are a device's own");
    ledger.drop_upload(first.id).await.unwrap();
    assert_ne!(ledger.create_upload(&who, new(5, 6), at(4)).await.unwrap().id, first.id, "a gone upload frees its key");
}

pub async fn submission_is_taken_once(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let what = submission(&who, 100, 200, vec![file(ledger, &who, b"one").await]);
    let receipt = submit(ledger, &who, &what, at(5)).await.unwrap();
    assert_eq!((receipt.code.as_str(), receipt.received_at), ("H06.16-20261121-0001", at(5)));
    assert_eq!(submit(ledger, &who, &what, at(6)).await.unwrap(), receipt, "the same again: the same receipt");
    let mut changed = what.clone();
    changed.manifest.prepared_by = "Người khác".into();
    assert_eq!(code_of(submit(ledger, &who, &changed, at(6)).await), Code::IdempotencyKeyReused);

    let view = ledger.dossier(&who.agency.code, what.manifest.dossier).await.unwrap().unwrap();
    assert_eq!((view.summary.state, view.manifest, view.events.len()), (State::Registered, what.manifest.clone(), 1));
    let event = &view.events[0].event;
    let expected = EventKind::Received { code: receipt.code.clone(), manifest: what.manifest.sha256().unwrap() };
    assert_eq!((event.seq, &event.what, event.automatic), (1, &expected, true));
    assert_eq!(ledger.dossiers(None, 0, 10).await.unwrap().dossiers, [view.summary]);
}

pub async fn dossier_sent_again_keeps_its_code(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let what = submission(&who, 100, 200, vec![file(ledger, &who, b"one").await]);
    let first = submit(ledger, &who, &what, at(5)).await.unwrap();

    let mut resent = submission(&who, 100, 201, what.manifest.files.clone());
    resent.manifest.prepared_at = at(4);
    let second = submit(ledger, &who, &resent, at(6)).await.unwrap();
    assert_eq!((&second.code, second.received_at), (&first.code, first.received_at));
    assert_eq!(second.manifest_sha256, resent.manifest.sha256().unwrap());
    let view = ledger.dossier(&who.agency.code, what.manifest.dossier).await.unwrap().unwrap();
    assert_eq!(view.events.len(), 1, "nothing new has happened");

    let mut other = submission(&who, 100, 202, Vec::new());
    other.manifest.applicant.name = "Lê C".into();
    assert_eq!(code_of(submit(ledger, &who, &other, at(6)).await), Code::AlreadyReceived);
}

pub async fn files_must_be_the_agencys(ledger: &impl Ledger) {
    let (who, other) = (device(ledger, "H06.16", 1).await, device(ledger, "H06.17", 2).await);
    let ours = file(ledger, &who, b"ours").await;
    let (theirs, nobodys) = (file(ledger, &other, b"theirs").await, Digest::of(b"nobody's"));
    let files = vec![ours.clone(), theirs.clone(), manifest_file(nobodys, 8)];
    let Fault::Refused(problem) = submit(ledger, &who, &submission(&who, 1, 2, files), at(5)).await.unwrap_err() else {
        panic!("a failure, not a refusal")
    };
    let mut missing = [theirs.sha256, nobodys];
    missing.sort();
    assert_eq!((problem.code, &problem.args["missing"]), (Code::FilesMissing, &json!(missing)));

    let wrong_size = ManifestFile { size: 9, ..ours.clone() };
    let refused = submit(ledger, &who, &submission(&who, 1, 2, vec![wrong_size]), at(5)).await;
    assert_eq!(code_of(refused), Code::ManifestInvalid);
    // Refusals leave nothing behind: not the key, not a code.
    let receipt = submit(ledger, &who, &submission(&who, 1, 2, vec![ours]), at(5)).await.unwrap();
    assert_eq!(receipt.code.as_str(), "H06.16-20261121-0001");
}

pub async fn agencies_do_not_meet(ledger: &impl Ledger) {
    let (one, two) = (device(ledger, "H06.16", 1).await, device(ledger, "H06.17", 2).await);
    // The same ids in two agencies are two dossiers.
    let first = submit(ledger, &one, &submission(&one, 100, 200, Vec::new()), at(5)).await.unwrap();
    let second = submit(ledger, &two, &submission(&two, 100, 200, Vec::new()), at(5)).await.unwrap();
    assert_eq!((first.code.as_str(), second.code.as_str()), ("H06.16-20261121-0001", "H06.17-20261121-0001"));
    assert_eq!(ledger.dossiers(Some(&one.agency.code), 0, 10).await.unwrap().dossiers.len(), 1);
    assert_eq!(ledger.events(&two.agency.code, 0, 10).await.unwrap().len(), 1);
    let found = ledger.find(&DossierName::Code(second.code.clone())).await.unwrap().unwrap();
    assert_eq!((found.0, found.1.code), (two.agency.code, second.code));
}

pub async fn codes_are_serial_per_day(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let mut codes = Vec::new();
    // 10:00, 23:59 and 00:00 in Viet Nam: the day changes there, not in UTC.
    for (n, minute) in [(1, 0), (2, 14 * 60 - 1), (3, 14 * 60)] {
        let receipt = submit(ledger, &who, &submission(&who, n, 100 + n, Vec::new()), at(minute)).await.unwrap();
        codes.push(receipt.code.to_string());
    }
    assert_eq!(codes, ["H06.16-20261121-0001", "H06.16-20261121-0002", "H06.16-20261122-0001"]);
    let first = ledger.dossiers(Some(&who.agency.code), 0, 2).await.unwrap();
    let rest = ledger.dossiers(Some(&who.agency.code), first.next.unwrap(), 2).await.unwrap();
    assert_eq!((first.dossiers.len(), rest.dossiers.len(), rest.next), (2, 1, None));
}

pub async fn decisions_follow_the_states(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let id = DossierId(Uuid::from_u128(100));
    let decision = |what| Decision {
        id: EventId(Uuid::now_v7()),
        by: "Phạm D".into(),
        note: "Đủ".into(),
        what,
        happened_at: at(8),
        entered_at: at(9),
    };
    let accept = || decision(EventKind::Accepted { due: None });
    assert!(matches!(ledger.decide(&who.agency.code, id, accept()).await, Err(DecideError::NotFound)));
    submit(ledger, &who, &submission(&who, 100, 200, Vec::new()), at(5)).await.unwrap();
    let event = ledger.decide(&who.agency.code, id, accept()).await.unwrap();
    assert_eq!((event.seq, event.by.as_str(), event.entered_at), (2, "Phạm D", at(9)));
    assert!(matches!(ledger.decide(&who.agency.code, id, accept()).await, Err(DecideError::Forbidden(_))));
    let refused = ledger.decide(&who.agency.code, id, decision(EventKind::Rejected)).await;
    assert!(matches!(refused, Err(DecideError::Forbidden(_))), "accepted is not refused any more");
    let view = ledger.dossier(&who.agency.code, id).await.unwrap().unwrap();
    assert_eq!((view.summary.state, view.events.len()), (State::Accepted, 2));
}

pub async fn feeds_have_no_gap(ledger: &impl Ledger) {
    let (who, other) = (device(ledger, "H06.16", 1).await, device(ledger, "H06.17", 2).await);
    let before = ledger.feed_version().await.unwrap();
    for n in 1..=4 {
        submit(ledger, &who, &submission(&who, n, 100 + n, Vec::new()), at(5)).await.unwrap();
        submit(ledger, &other, &submission(&other, n, 100 + n, Vec::new()), at(5)).await.unwrap();
        // Refused: no event, and no hole where it would have been.
        submit(ledger, &who, &submission(&who, n, 100, vec![manifest_file(Digest::of(b"?"), 1)]), at(5))
            .await
            .unwrap_err();
    }
    let cursors = |events: Vec<wire::event::FeedEvent>| events.iter().map(|event| event.cursor).collect::<Vec<_>>();
    let code = &who.agency.code;
    assert_eq!(cursors(ledger.events(code, 0, 3).await.unwrap()), [1, 2, 3]);
    assert_eq!(cursors(ledger.events(code, 3, 3).await.unwrap()), [4]);
    assert_eq!(cursors(ledger.events(code, 4, 3).await.unwrap()), [0; 0]);
    assert_eq!(code_of(ledger.events(code, 5, 3).await), Code::CursorAhead);
    assert_ne!(ledger.feed_version().await.unwrap(), before);
}

pub async fn revisions_are_published_once(ledger: &dyn Ledger) {
    let revision = |code: &str, revision, body: &str| Revision {
        kind: EntryKind::Procedure,
        code: code.into(),
        revision,
        body: body.as_bytes().to_vec(),
    };
    let before = ledger.catalogue().await.unwrap();
    assert_eq!((before.version, before.at, before.entries.len()), (0, None, 0));
    let (one, two) = (revision("NB-02", 1, "{\"a\":1}"), revision("NB-01", 1, "{\"b\":1}"));
    let first = ledger.publish_catalogue(&[one.clone(), two.clone()], "Lan", 0, at(1)).await.unwrap().unwrap();
    assert_eq!((first.version, first.at), (1, Some(at(1))));
    assert_eq!(first.entries.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["NB-01", "NB-02"]);
    let again = ledger.publish_catalogue(std::slice::from_ref(&one), "Lan", 1, at(2)).await.unwrap().unwrap();
    assert_eq!(again, first, "the same again is no publication");
    let unseen = ledger.publish_catalogue(&[revision("NB-03", 1, "{}")], "Lan", 0, at(2)).await.unwrap();
    assert_eq!(unseen, None, "it was not looked at beside what is there");

    let changed = revision("NB-02", 1, "{\"a\":2}");
    let refused = ledger.publish_catalogue(&[revision("NB-02", 2, "{}"), changed], "Lan", 1, at(3)).await;
    assert_eq!(code_of(refused), Code::RevisionExists);
    assert_eq!(ledger.catalogue().await.unwrap(), first, "all or none");

    let second = ledger.publish_catalogue(&[revision("NB-02", 2, "{}")], "Lan", 1, at(4)).await.unwrap().unwrap();
    assert_eq!((second.version, second.entries.len()), (2, 3));
    assert_eq!(ledger.catalogue_body(one.sha256()).await.unwrap(), Some(one.body.clone()));
    assert_eq!(ledger.catalogue_body(Digest::of(b"nothing")).await.unwrap(), None);
    assert_eq!(ledger.catalogue_bodies().await.unwrap().len(), 3);
}

pub async fn what_was_found_stays_with_the_dossier(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let (one, other) = (file(ledger, &who, b"one").await, file(ledger, &who, b"other").await);
    let first = submission(&who, 1, 10, vec![one.clone(), other.clone()]);
    let receipt = submit(ledger, &who, &first, at(5)).await.unwrap();
    let view = ledger.dossier(&who.agency.code, first.manifest.dossier).await.unwrap().unwrap();
    assert_eq!((view.review, view.summary.found), (Some(review()), Some(Found { blocking: 1, advice: 2 })));
    let list = ledger.dossiers(None, 0, 10).await.unwrap();
    assert_eq!(list.dossiers[0].found, Some(Found { blocking: 1, advice: 2 }));

    // The same files in another dossier of the agency are found, not those of the dossier itself or of another agency.
    let again = submission(&who, 2, 20, vec![one.clone()]);
    let earlier = ledger.dossiers_with(&who.agency.code, &again.manifest).await.unwrap();
    let told: Vec<_> = earlier.values().map(|it| it.code.clone()).collect();
    assert_eq!((earlier.len(), told), (1, vec![receipt.code.to_string()]));
    assert!(ledger.dossiers_with(&who.agency.code, &first.manifest).await.unwrap().is_empty());
    let stranger = device(ledger, "H06.17", 2).await;
    assert!(ledger.dossiers_with(&stranger.agency.code, &again.manifest).await.unwrap().is_empty());
}

pub async fn lists_are_taken_once_of_one_agency(ledger: &impl Ledger) {
    let (who, stranger) = (device(ledger, "H06.16", 1).await, device(ledger, "H06.17", 2).await);
    let list = |revision: u32, from: &str| {
        let text = json!({
            "department": "Sở Nội vụ", "revision": revision,
            "lines": [{ "procedure": "NB-20", "from": from, "basis": "Văn bản 5436/UBND-VP" }],
            "approval": { "by": "Bình", "title": "Giám đốc", "number": "12/QĐ", "on": "2026-11-20" },
        });
        NoPaperList::from_json(&text.to_string()).unwrap()
    };
    let take = async |who: &Device, list: &NoPaperList, minute| {
        let sign = |sha256, received_at| {
            let key = SigningKey::from_seed(&[7; 32]);
            let receipt = ListReceipt {
                hub_id: HubId(Uuid::from_u128(9)),
                department: list.department.clone(),
                revision: list.revision,
                sha256,
                agency: who.agency.code.clone(),
                received_at,
                signature: key.sign(wire::key::Kind::NoPaperReceipt, &[]),
            };
            receipt.signed(&key)
        };
        ledger.take_list(who, list, at(minute), &sign).await
    };
    let (first, second) = (list(1, "2026-12-01"), list(2, "2027-01-01"));
    let receipt = take(&who, &first, 1).await.unwrap();
    assert_eq!((receipt.sha256, receipt.received_at), (first.sha256(), at(1)));
    assert_eq!(take(&who, &first, 5).await.unwrap(), receipt, "the same again, the same receipt");
    assert_eq!(code_of(take(&who, &list(1, "2026-12-02"), 2).await), Code::RevisionExists);
    for theirs in [&first, &second] {
        assert_eq!(code_of(take(&stranger, theirs, 2).await), Code::DepartmentTaken);
    }
    let listed = ledger.lists_in_force().await.unwrap();
    assert_eq!((listed.len(), listed[0].revision, &listed[0].agency), (1, 1, &who.agency));

    take(&who, &second, 3).await.unwrap();
    assert_eq!(ledger.lists_in_force().await.unwrap()[0].sha256, second.sha256(), "the newest");
    assert_eq!(ledger.lists().await.unwrap(), std::slice::from_ref(&second));
    assert_eq!(ledger.list_body(first.sha256()).await.unwrap(), Some(first.canonical()), "the old one stays");

    for minute in [6, 7] {
        ledger.list_applied(&stranger, second.sha256(), at(minute)).await.unwrap();
    }
    assert_eq!(code_of(ledger.list_applied(&stranger, Digest::of(b"none"), at(6)).await), Code::NotFound);
    let applied = ledger.lists_applied(&who.agency.code).await.unwrap();
    assert_eq!((applied.len(), applied[0].sha256, applied[0].by.len()), (1, second.sha256(), 1));
    assert_eq!((&applied[0].by[0].agency, applied[0].by[0].at), (&stranger.agency, at(6)));
    assert!(ledger.lists_applied(&stranger.agency.code).await.unwrap().is_empty(), "told to whose list it is");
}

/// Two replicas over the same ledger, everything at the same time.
pub async fn replicas_give_every_code_and_place_in_the_feed_once<L: Ledger>(replicas: &[L; 2]) {
    let who = device(&replicas[0], "H06.16", 1).await;
    let submissions: Vec<Submission> = (0..12).map(|n| submission(&who, n, 100 + n, vec![])).collect();
    // Each submission comes twice, at once, to both.
    let tries = submissions.iter().flat_map(|one| replicas.iter().map(|replica| submit(replica, &who, one, at(5))));
    let receipts: Vec<Receipt> = futures_util::future::join_all(tries).await.into_iter().map(Result::unwrap).collect();
    assert!(receipts.chunks(2).all(|pair| pair[0] == pair[1]), "the same receipt, whoever gives it");
    let mut codes: Vec<String> = receipts.iter().map(|receipt| receipt.code.to_string()).collect();
    codes.sort();
    codes.dedup();
    let expected: Vec<String> = (1..=12).map(|n| format!("H06.16-20261121-{n:04}")).collect();
    assert_eq!(codes, expected);
    let feed = replicas[1].events(&who.agency.code, 0, 100).await.unwrap();
    assert_eq!(feed.iter().map(|event| event.cursor).collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());

    let upload = Upload::create(&Limits::default(), 8, None).unwrap();
    let new = |id| NewUpload {
        id,
        upload: upload.clone(),
        metadata: String::new(),
        idempotency_key: Some("k".into()),
        expires: None,
    };
    let ids = [1, 2].map(|n| UploadId(Uuid::from_u128(n)));
    let [first, second] = [0, 1].map(|n| replicas[n].create_upload(&who, new(ids[n]), at(6)));
    let (first, second) = tokio::join!(first, second);
    let id = first.unwrap().id;
    assert_eq!(second.unwrap().id, id, "one key, one upload");
    let advances = replicas.iter().map(|replica| replica.advance_upload(id, 0, 8, &[]));
    let advanced = futures_util::future::join_all(advances).await;
    assert_eq!(advanced.iter().filter(|done| done.is_ok()).count(), 1, "one of them was first: {advanced:?}");
}
