use serde_json::json;

use super::*;
use crate::{
    Dossier, SubmissionId, SubmissionKind,
    testing::{Fixture, act, add_paper, at, new_dossier, uuid},
};

fn paper(blob: BlobId) -> NewOutboxFile {
    NewOutboxFile {
        blob,
        component: "TP-01".into(),
        component_row: None,
        title: "Tờ trình".into(),
        media_type: "application/pdf".into(),
    }
}

async fn ready(store: &Store, n: u128) -> (Dossier, BlobId) {
    let made = store.create_dossier(&new_dossier(n), &act(0)).await.unwrap();
    let file = add_paper(store, n, &made, format!("pdf {n}").as_bytes()).await;
    store.transition(made.id, &Transition::Check { blocking: 0 }, &act(1)).await.unwrap();
    (store.dossier(made.id).await.unwrap(), file)
}

fn new_pack(n: u128, dossier: &Dossier, file: BlobId) -> NewPack {
    NewPack {
        id: uuid(0x7000 + n),
        dossier: dossier.id,
        portal: "dvc-tinh".into(),
        portal_json: "{}".into(),
        place: format!("/usb/{n}"),
        contents: json!([{"name": "01.pdf"}]),
        files: vec![PackFile { name: "01.pdf".into(), blob: file }],
        answers_version: dossier.answers_version,
        papers: vec![paper(file)],
        reason: String::new(),
    }
}

fn submission(n: u128, dossier: &Dossier, file: BlobId) -> NewSubmission {
    let manifest = format!("{{\"submission\":{n}}}").into_bytes();
    NewSubmission {
        id: SubmissionId(uuid(0x5000 + n)),
        dossier: dossier.id,
        kind: SubmissionKind::Submit,
        answers_version: dossier.answers_version,
        manifest_sha256: Digest::of(&manifest),
        manifest,
        payload: json!({}),
        files: vec![paper(file)],
    }
}

fn filing(code: &str) -> Filing {
    Filing { code: code.into(), on: "2026-11-21".parse().unwrap(), slip: None }
}

async fn state(store: &Store, dossier: &Dossier) -> State {
    store.dossier(dossier.id).await.unwrap().state
}

fn is_other_way<T: std::fmt::Debug>(result: Result<T>) -> bool {
    matches!(result, Err(StoreError::Forbidden(Forbidden::OtherWay { .. })))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_packed_dossier_is_frozen_filed_once_and_found_by_the_portals_code() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (dossier, file) = ready(store, 1).await;
    let pack = new_pack(1, &dossier, file);
    store.begin_pack(&pack, &act(2)).await.unwrap();
    assert_eq!(state(store, &dossier).await, State::Packed);
    let unfinished = store.file_pack(dossier.id, &filing("H06-261121-0001"), &act(3)).await;
    assert!(matches!(unfinished, Err(StoreError::Conflict(Clash::PackUnfinished))));
    store.finish_pack(pack.id, &act(3)).await.unwrap();
    let edit = store.save_answers(dossier.id, dossier.answers_version, &json!({}), &dossier.head, at(4)).await;
    assert!(matches!(edit, Err(StoreError::Conflict(Clash::Frozen))), "{edit:?}");
    assert!(is_other_way(store.freeze(&submission(1, &dossier, file), &act(4)).await));
    assert!(store.submissions(dossier.id).await.unwrap().is_empty());
    let slip = store.put_bytes(b"slip").await.unwrap();
    let with_slip = Filing { slip: Some((slip, "phiếu.pdf".into())), ..filing("H06-261121-0001") };
    store.file_pack(dossier.id, &with_slip, &act(5)).await.unwrap();
    store.file_pack(dossier.id, &filing("H06-261121-0001"), &act(6)).await.unwrap();
    let filed = store.pack(dossier.id).await.unwrap().unwrap();
    assert_eq!((filed.state, filed.code.as_deref()), (PackState::Filed, Some("H06-261121-0001")));
    assert_eq!(store.slip(dossier.id).await.unwrap(), Some(("phiếu.pdf".into(), b"slip".to_vec())));
    assert_eq!(store.forget_unreferred(&[slip.name, file.name]).await.unwrap(), 0);
    assert_eq!(state(store, &dossier).await, State::Registered);
    assert_eq!(store.find_dossier("H06-261121-0001").await.unwrap(), Some(dossier.id));
    store.file_pack(dossier.id, &filing("H06-261121-0002"), &act(7)).await.unwrap();
    assert_eq!(store.find_dossier("H06-261121-0001").await.unwrap(), None, "a code typed wrong is put right");
    assert!(is_other_way(store.begin_pack(&NewPack { reason: "lại".into(), id: uuid(9), ..pack }, &act(8)).await));
    store.verify_journal().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_code_names_one_dossier() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    for n in [1, 2] {
        let (dossier, file) = ready(store, n).await;
        let pack = new_pack(n, &dossier, file);
        store.begin_pack(&pack, &act(2)).await.unwrap();
        store.finish_pack(pack.id, &act(3)).await.unwrap();
        let filed = store.file_pack(dossier.id, &filing("H06-261121-0001"), &act(4)).await;
        assert_eq!(filed.is_ok(), n == 1, "{filed:?}");
        assert_eq!(state(store, &dossier).await, if n == 1 { State::Registered } else { State::Packed });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_pack_that_was_being_written_is_made_anew_or_withdrawn_never_two() {
    let mut fixture = Fixture::new().await;
    let (dossier, file) = ready(fixture.store(), 1).await;
    let pack = new_pack(1, &dossier, file);
    fixture.store().begin_pack(&pack, &act(2)).await.unwrap();
    fixture.kill_and_reopen().await;
    let store = fixture.store();
    assert_eq!(state(store, &dossier).await, State::Packed, "the hub cannot have it meanwhile");
    assert!(is_other_way(store.freeze(&submission(1, &dossier, file), &act(3)).await));
    let anew = NewPack { id: uuid(0x7100), ..pack.clone() };
    store.begin_pack(&anew, &act(4)).await.unwrap();
    assert!(store.finish_pack(pack.id, &act(5)).await.is_err(), "the first one is no more");
    store.finish_pack(anew.id, &act(5)).await.unwrap();
    let again = NewPack { id: uuid(0x7200), ..pack.clone() };
    assert!(is_other_way(store.begin_pack(&again, &act(6)).await), "a third only with a reason");
    let reasoned = NewPack { reason: "USB hỏng".into(), ..again };
    store.begin_pack(&reasoned, &act(7)).await.unwrap();
    store.finish_pack(reasoned.id, &act(7)).await.unwrap();
    store.withdraw_pack(dossier.id, "không nộp nữa", &act(8)).await.unwrap();
    assert_eq!(state(store, &dossier).await, State::Draft);
    assert!(store.pack(dossier.id).await.unwrap().is_none());
    assert!(store.file_pack(dossier.id, &filing("H06-261121-0001"), &act(9)).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn both_ways_only_when_a_person_says_so_and_why() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (dossier, file) = ready(store, 1).await;
    store.freeze(&submission(1, &dossier, file), &act(2)).await.unwrap();
    let pack = new_pack(1, &dossier, file);
    assert!(is_other_way(store.begin_pack(&pack, &act(3)).await));
    let insisted = NewPack { reason: "Tỉnh yêu cầu cả hai".into(), ..pack };
    store.begin_pack(&insisted, &act(4)).await.unwrap();
    store.finish_pack(insisted.id, &act(4)).await.unwrap();
    assert_eq!(state(store, &dossier).await, State::Queued);
    store.withdraw_submission(SubmissionId(uuid(0x5001)), None, &act(5)).await.unwrap();
    assert_eq!(state(store, &dossier).await, State::Packed, "out of the outbox, it still is packed");
    let hub = submission(2, &dossier, file);
    assert!(is_other_way(store.freeze(&hub, &act(6)).await));
    store.freeze_too(&hub, "Cổng tỉnh đang bảo trì", &act(7)).await.unwrap();
    assert_eq!(state(store, &dossier).await, State::Queued);
    let kept = store.pack(dossier.id).await.unwrap().unwrap();
    assert_eq!(kept.reason, "Tỉnh yêu cầu cả hai\nCổng tỉnh đang bảo trì");
    store.file_pack(dossier.id, &filing("H06-261121-0009"), &act(8)).await.unwrap();
    assert_eq!(state(store, &dossier).await, State::Registered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn begun_anew_a_pack_keeps_its_reason_and_of_one_taken_back_no_file_stays() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (dossier, file) = ready(store, 1).await;
    store.freeze(&submission(1, &dossier, file), &act(2)).await.unwrap();
    let reduced = store.put_bytes(b"made for the portal alone").await.unwrap();
    let files = vec![PackFile { name: "01.pdf".into(), blob: reduced }];
    let first =
        NewPack { reason: "Tỉnh yêu cầu cả hai".into(), files: files.clone(), ..new_pack(1, &dossier, file) };
    store.begin_pack(&first, &act(3)).await.unwrap();
    let again = NewPack { files, ..new_pack(2, &dossier, file) };
    store.begin_pack(&again, &act(4)).await.unwrap();
    let kept = store.pack(dossier.id).await.unwrap().unwrap();
    assert_eq!((kept.id, kept.reason.as_str()), (again.id, "Tỉnh yêu cầu cả hai"));
    assert_eq!(store.first_packed(dossier.id).await.unwrap(), Some(at(3)));
    store.finish_pack(again.id, &act(5)).await.unwrap();
    store.finish_pack(again.id, &act(5)).await.unwrap();
    assert_eq!(store.get_blob(&reduced).await.unwrap(), b"made for the portal alone");
    store.withdraw_pack(dossier.id, "không nộp", &act(6)).await.unwrap();
    assert!(store.get_blob(&reduced).await.is_err(), "its key is destroyed");
    assert!(store.get_blob(&file).await.is_ok(), "the dossier's own paper stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_filed_at_a_portal_stands_as_it_was_seen_there_and_one_the_hub_follows_does_not() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (dossier, file) = ready(store, 1).await;
    let due = LocalMoment { date: "2026-12-12".parse().unwrap(), time: "17:00".parse().unwrap() };
    let pack = new_pack(1, &dossier, file);
    let seen = async |seen: (State, Option<LocalMoment>), n: i64| {
        store.note_at_portal(dossier.id, seen, |seq| json!({ "seq": seq }), &act(n)).await
    };
    store.begin_pack(&pack, &act(2)).await.unwrap();
    store.finish_pack(pack.id, &act(2)).await.unwrap();
    assert!(matches!(seen((State::Accepted, None), 3).await, Err(StoreError::NotFound(Subject::Pack))));
    store.file_pack(dossier.id, &filing("H06-261121-0001"), &act(4)).await.unwrap();
    seen((State::Accepted, Some(due)), 5).await.unwrap();
    seen((State::Processing, None), 6).await.unwrap();
    let stands = store.dossier(dossier.id).await.unwrap();
    let row = sqlx::query("SELECT due FROM dossiers").fetch_one(store.read()).await.unwrap();
    assert_eq!(stands.state, State::Processing);
    assert_eq!(row.integer("due").unwrap(), columns::due_number(due), "the day that was promised stays");
    assert_eq!(store.portal_notes(dossier.id).await.unwrap(), [json!({ "seq": 1 }), json!({ "seq": 2 })]);
    // Once the hub has it, its own word counts.
    store.freeze_too(&submission(1, &dossier, file), "cả hai", &act(7)).await.unwrap();
    let receipt = crate::NewReceipt {
        json: b"{}".to_vec(),
        code: "H06.16-20261121-0001".into(),
        received_at: at(8),
        manifest_sha256: submission(1, &dossier, file).manifest_sha256,
    };
    store.complete_submission(submission(1, &dossier, file).id, &receipt, &act(8)).await.unwrap();
    assert!(is_other_way(seen((State::Done, None), 9).await));
    assert!(store.freeze_too(&submission(2, &dossier, file), "lần nữa", &act(9)).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_slip_in_the_place_of_another_destroys_none() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (dossier, file) = ready(store, 1).await;
    let pack = new_pack(1, &dossier, file);
    store.begin_pack(&pack, &act(2)).await.unwrap();
    store.finish_pack(pack.id, &act(2)).await.unwrap();
    let [first, second] = [store.put_bytes(b"first").await.unwrap(), store.put_bytes(b"second").await.unwrap()];
    for slip in [first, second] {
        let filing = Filing { slip: Some((slip, "phieu.pdf".into())), ..filing("H06-261121-0001") };
        store.file_pack(dossier.id, &filing, &act(3)).await.unwrap();
    }
    store.forget_unreferred(&[first.name, second.name]).await.unwrap();
    assert_eq!(store.slip(dossier.id).await.unwrap().unwrap().1, b"second");
    assert_eq!(store.get_blob(&first).await.unwrap(), b"first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_paper_that_changed_since_it_was_checked_stops_the_pack() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (dossier, file) = ready(store, 1).await;
    let other = store.put_bytes(b"other").await.unwrap();
    let pack = NewPack { papers: vec![paper(other)], ..new_pack(1, &dossier, file) };
    assert!(matches!(store.begin_pack(&pack, &act(2)).await, Err(StoreError::Conflict(Clash::Papers))));
    assert_eq!(state(store, &dossier).await, State::Ready);
    assert!(store.pack(dossier.id).await.unwrap().is_none());
}
