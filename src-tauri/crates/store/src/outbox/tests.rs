use serde_json::json;

use super::*;
use crate::{
    BlobId, Dossier, ParcelId,
    testing::{Fixture, act, add_paper, at, new_document, new_dossier, uuid},
};

fn new_submission(n: u128, dossier: &Dossier, files: Vec<BlobId>) -> NewSubmission {
    let manifest = format!("{{\"submission\":{n}}}").into_bytes();
    NewSubmission {
        id: SubmissionId(uuid(0x5000 + n)),
        dossier: dossier.id,
        kind: SubmissionKind::Submit,
        answers_version: dossier.answers_version,
        manifest_sha256: Digest::of(&manifest),
        manifest,
        payload: json!({ "answers": {} }),
        files: files
            .into_iter()
            .map(|blob| NewOutboxFile {
                blob,
                component: "TP-01".into(),
                component_row: None,
                title: "Tờ trình".into(),
                media_type: "application/pdf".into(),
            })
            .collect(),
    }
}

fn receipt_for(submission: &NewSubmission) -> NewReceipt {
    NewReceipt {
        json: b"{\"receipt\":1}".to_vec(),
        code: "H06.16-20261121-0001".into(),
        received_at: at(50),
        manifest_sha256: submission.manifest_sha256,
    }
}

async fn ready(store: &Store, n: u128) -> Dossier {
    let made = store.create_dossier(&new_dossier(n), &act(0)).await.unwrap();
    store.transition(made.id, &Transition::Check { blocking: 0 }, &act(1)).await.unwrap();
    store.dossier(made.id).await.unwrap()
}

/// As [`ready`], with a paper.
async fn ready_with_paper(store: &Store, n: u128) -> (Dossier, BlobId) {
    let made = store.create_dossier(&new_dossier(n), &act(0)).await.unwrap();
    let file = add_paper(store, n, &made, b"pdf").await;
    store.transition(made.id, &Transition::Check { blocking: 0 }, &act(1)).await.unwrap();
    (store.dossier(made.id).await.unwrap(), file)
}

async fn frozen(fixture: &Fixture) -> (Dossier, NewSubmission) {
    let store = fixture.store();
    let (dossier, file) = ready_with_paper(store, 1).await;
    let new = new_submission(1, &dossier, vec![file]);
    store.freeze(&new, &act(2)).await.unwrap();
    (dossier, new)
}

fn error(code: &str) -> SendError {
    SendError { code: code.into(), args: json!({}) }
}

async fn state(fixture: &Fixture, dossier: &Dossier) -> State {
    fixture.store().dossier(dossier.id).await.unwrap().state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn freezing_is_whole_or_not_at_all() {
    let mut fixture = Fixture::new().await;
    let (dossier, file) = ready_with_paper(fixture.store(), 1).await;
    let lost = fixture.store().put_bytes(b"lost").await.unwrap();
    fixture.store().forget_blob(&lost.name).await.unwrap();
    let broken = new_submission(9, &dossier, vec![lost]);
    assert!(matches!(fixture.store().freeze(&broken, &act(2)).await, Err(StoreError::NotFound(Subject::Blob))));
    assert_eq!(state(&fixture, &dossier).await, State::Ready);
    assert_eq!(fixture.store().outbox().await.unwrap(), []);

    let new = new_submission(1, &dossier, vec![file]);
    fixture.store().freeze(&new, &act(3)).await.unwrap();
    fixture.kill_and_reopen().await;
    let queued = fixture.store().submission(new.id).await.unwrap();
    assert_eq!((queued.state, &queued.manifest, queued.files[0].blob), (OutboxState::Pending, &new.manifest, file));
    assert_eq!(state(&fixture, &dossier).await, State::Queued);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_frozen_dossier_is_neither_edited_nor_frozen_again() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    let edit = store.save_answers(dossier.id, 0, &json!({}), &dossier.head, at(3)).await;
    assert!(matches!(edit, Err(StoreError::Conflict(Clash::Frozen))));
    let twin = store.freeze(&new_submission(2, &dossier, vec![]), &act(3)).await;
    assert!(matches!(twin, Err(StoreError::Conflict(Clash::Taken))));
    let held = store.forget_blob(&new.files[0].blob.name).await;
    assert!(matches!(held, Err(StoreError::Conflict(Clash::StillReferred))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_not_checked_or_changed_since_is_not_frozen() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let draft = store.create_dossier(&new_dossier(1), &act(0)).await.unwrap();
    let refused = store.freeze(&new_submission(1, &draft, vec![]), &act(1)).await;
    assert!(matches!(refused, Err(StoreError::Forbidden(_))));
    store.save_answers(draft.id, 0, &json!({ "a": 1 }), &draft.head, at(2)).await.unwrap();
    store.transition(draft.id, &Transition::Check { blocking: 0 }, &act(3)).await.unwrap();
    let refused = store.freeze(&new_submission(1, &draft, vec![]), &act(4)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Clash::StaleAnswers { stored: 1 }))));
    let supplement = NewSubmission {
        kind: SubmissionKind::Supplement,
        ..new_submission(2, &store.dossier(draft.id).await.unwrap(), vec![])
    };
    assert!(matches!(store.freeze(&supplement, &act(5)).await, Err(StoreError::Forbidden(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_edit_between_the_check_and_the_freeze_is_not_sent_over() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (dossier, file) = ready_with_paper(store, 1).await;
    let checked = new_submission(1, &dossier, vec![file]);
    // Each of these makes the dossier a draft, and the check that was on its way makes it ready again.
    let added = new_document(7, &dossier, file);
    let first = store.documents(dossier.id).await.unwrap()[0].clone();
    for edit in 0..4 {
        match edit {
            0 => drop(store.add_document(&added, &act(2)).await.unwrap()),
            1 => {
                store.lease_document(at(3), at(9)).await.unwrap().unwrap();
                let failure = crate::Failure { code: "file_truncated".into(), args: json!({}) };
                store.fail_document(added.id, &failure, &act(3)).await.unwrap();
            }
            2 => {
                store.discard_document(added.id, &act(4)).await.unwrap();
                let elsewhere = crate::DocumentHead { component: "TP-02".into(), ..first.head.clone() };
                store.change_document(first.id, &elsewhere, &act(4)).await.unwrap();
            }
            _ => {
                store.change_document(first.id, &first.head, &act(5)).await.unwrap();
                store.discard_document(first.id, &act(5)).await.unwrap();
            }
        }
        store.transition(dossier.id, &Transition::Check { blocking: 0 }, &act(6)).await.unwrap();
        let refused = store.freeze(&checked, &act(7)).await;
        assert!(matches!(refused, Err(StoreError::Conflict(Clash::Papers))), "{edit}: {refused:?}");
        assert_eq!(state(&fixture, &dossier).await, State::Ready);
    }
    store.restore_document(first.id, &act(8)).await.unwrap();
    store.transition(dossier.id, &Transition::Check { blocking: 0 }, &act(9)).await.unwrap();
    store.freeze(&checked, &act(9)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_practice_dossier_cannot_be_frozen() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let new = crate::NewDossier { practice: true, ..new_dossier(1) };
    let made = store.create_dossier(&new, &act(0)).await.unwrap();
    store.transition(made.id, &Transition::Check { blocking: 0 }, &act(1)).await.unwrap();
    let refused = store.freeze(&new_submission(1, &made, vec![]), &act(2)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Clash::Practice))));
    assert_eq!(store.outbox().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_runner_at_a_time_and_a_dead_ones_work_goes_on() {
    let mut fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    let leased = store.lease_submission(at(3), at(60)).await.unwrap().unwrap();
    assert_eq!((leased.id, leased.state, leased.attempt), (new.id, OutboxState::Running, 1));
    assert_eq!(state(&fixture, &dossier).await, State::Sending);
    assert!(store.lease_submission(at(59), at(99)).await.unwrap().is_none());
    store.prolong_submission(new.id, at(90)).await.unwrap();
    assert!(store.lease_submission(at(60), at(99)).await.unwrap().is_none());
    assert_eq!(store.next_due().await.unwrap(), Some(at(90)));
    let progress = UploadProgress { upload_url: "/v1/files/1".into(), offset_acked: 2, done: false };
    store.record_upload(new.id, 0, &progress, at(200)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(200)), "bytes that flow prolong the lease");
    fixture.kill_and_reopen().await;
    assert_eq!(fixture.store().recovered().submissions, 1);
    assert_eq!(state(&fixture, &dossier).await, State::Queued);
    let again = fixture.store().lease_submission(at(4), at(60)).await.unwrap().unwrap();
    assert_eq!((again.files[0].upload_url.as_deref(), again.files[0].offset_acked), (Some("/v1/files/1"), 2));
    assert_eq!(again.attempt, 1, "progress begins the count anew");
    fixture.store().restart_upload(new.id, 0).await.unwrap();
    fixture.store().release_submission(new.id, at(5)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::Queued);
    let anew = fixture.store().lease_submission(at(5), at(60)).await.unwrap().unwrap();
    let file = &anew.files[0];
    assert_eq!((file.upload_url.as_deref(), file.offset_acked, file.round, anew.attempt), (None, 0, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_postponed_submission_waits_and_can_be_woken() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    store.lease_submission(at(3), at(60)).await.unwrap();
    store.postpone_submission(new.id, at(500), &error("timeout"), at(4)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::Queued);
    assert_eq!(store.submission(new.id).await.unwrap().last_error, Some(error("timeout")));
    assert!(store.lease_submission(at(499), at(600)).await.unwrap().is_none());
    assert_eq!(store.next_due().await.unwrap(), Some(at(500)));
    assert_eq!(store.wake_outbox(at(10)).await.unwrap(), 1);
    assert_eq!(store.lease_submission(at(10), at(60)).await.unwrap().unwrap().attempt, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refused_submission_stays_until_a_person_acts_and_others_go_on() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    store.lease_submission(at(3), at(60)).await.unwrap();
    store.mark_posted(new.id).await.unwrap();
    store.quarantine_submission(new.id, &error("bad_manifest"), &act(4)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::NeedsAttention);
    let other = ready(store, 2).await;
    store.freeze(&new_submission(2, &other, vec![]), &act(5)).await.unwrap();
    assert_eq!(store.lease_submission(at(6), at(60)).await.unwrap().unwrap().dossier, other.id);
    assert_eq!(store.outbox().await.unwrap().len(), 2);
    store.retry_submission(new.id, &act(7)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::Queued);
    store.lease_submission(at(8), at(60)).await.unwrap();
    store.mark_posted(new.id).await.unwrap();
    store.mark_refused(new.id).await.unwrap();
    store.quarantine_submission(new.id, &error("bad_manifest"), &act(9)).await.unwrap();
    let refused = store.submission(new.id).await.unwrap();
    assert!(refused.refused);
    assert_eq!(refused.files.len(), new.files.len(), "it can be tried again as it is");
    store.withdraw_submission(new.id, None, &act(10)).await.unwrap();
    assert!(store.submission(new.id).await.unwrap().files.is_empty(), "what was taken back keeps no copy of a paper");
    assert_eq!(state(&fixture, &dossier).await, State::Draft);
    store.save_answers(dossier.id, 0, &json!({}), &dossier.head, at(11)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_holds_a_state_secret_by_now_is_not_sent_any_more() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    store.lease_submission(at(3), at(4)).await.unwrap();
    store.mark_posted(new.id).await.unwrap();
    let mut write = store.write().await.unwrap();
    sqlx::query("INSERT INTO secret_frames (blob, frame) VALUES (?, -1)")
        .bind(new.files[0].blob.name.0.to_vec())
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert!(
        store.lease_submission(at(5), at(60)).await.unwrap().is_none(),
        "the link came back, and it does not go on"
    );
    assert_eq!(state(&fixture, &dossier).await, State::NeedsAttention);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_the_hub_may_have_is_not_taken_back() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    store.lease_submission(at(3), at(60)).await.unwrap();
    let running = store.withdraw_submission(new.id, None, &act(4)).await;
    assert!(matches!(running, Err(StoreError::Conflict(Clash::Submission { stored: OutboxState::Running }))));
    store.mark_posted(new.id).await.unwrap();
    store.postpone_submission(new.id, at(500), &error("timeout"), at(5)).await.unwrap();
    assert!(store.withdraw_submission(new.id, None, &act(6)).await.is_err());
    assert_eq!(state(&fixture, &dossier).await, State::Queued);
    // Set aside for another reason than the hub's refusal of the submission; and sent again after a refusal.
    for (refused, second) in [(false, 7), (true, 8)] {
        store.wake_outbox(at(second)).await.unwrap();
        store.lease_submission(at(second), at(60)).await.unwrap().unwrap();
        if refused {
            store.mark_refused(new.id).await.unwrap();
            store.mark_posted(new.id).await.unwrap();
        }
        store.quarantine_submission(new.id, &error("already_received"), &act(second)).await.unwrap();
        let kept = store.withdraw_submission(new.id, None, &act(second)).await;
        assert!(matches!(kept, Err(StoreError::Conflict(Clash::Submission { stored: OutboxState::Quarantined }))));
        store.retry_submission(new.id, &act(second)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_submission_that_cannot_be_read_is_told_by_its_id_and_does_not_hide_the_others() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    let mut write = store.write().await.unwrap();
    sqlx::query("UPDATE outbox SET payload = '{'").execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    let other = ready(store, 2).await;
    store.freeze(&new_submission(2, &other, vec![]), &act(5)).await.unwrap();
    let smallest = store.lease_submission(at(6), at(60)).await.unwrap().unwrap();
    assert_eq!(smallest.dossier, other.id, "it has no files, and was queued later");
    match store.lease_submission(at(6), at(60)).await {
        Err(StoreError::Corrupt { what: Damage::Submission(id) }) => assert_eq!(id, new.id),
        other => panic!("{other:?}"),
    }
    store.quarantine_submission(new.id, &error("stored"), &act(7)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::NeedsAttention);
    assert_eq!(store.outbox().await.unwrap().len(), 1);
    store.withdraw_submission(new.id, None, &act(9)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::Draft);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_a_receipt_for_our_manifest_ends_it_and_only_once() {
    let mut fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    fixture.store().lease_submission(at(3), at(60)).await.unwrap();
    let other = NewReceipt { manifest_sha256: Digest::of(b"other"), ..receipt_for(&new) };
    let refused = fixture.store().complete_submission(new.id, &other, &act(5)).await;
    assert!(matches!(refused, Err(StoreError::Forbidden(Forbidden::OtherManifest { .. }))));
    assert_eq!(state(&fixture, &dossier).await, State::Sending);
    for second in [6, 7] {
        fixture.store().complete_submission(new.id, &receipt_for(&new), &act(second)).await.unwrap();
        fixture.kill_and_reopen().await;
    }
    let store = fixture.store();
    let sent = store.dossier(dossier.id).await.unwrap();
    assert_eq!((sent.state, sent.official_code.as_deref()), (State::Registered, Some("H06.16-20261121-0001")));
    assert_eq!(store.receipts(dossier.id).await.unwrap().len(), 1);
    let receipt = store.receipt(new.id).await.unwrap().unwrap();
    assert_eq!((receipt.json.as_slice(), receipt.received_at), (&b"{\"receipt\":1}"[..], at(50)));
    assert_eq!(store.outbox().await.unwrap(), []);
    assert_eq!(store.next_due().await.unwrap(), None);
    let sent_acts = store.journal(Some(dossier.id), 9, None).await.unwrap();
    assert_eq!(sent_acts.iter().filter(|entry| entry.before == Some(new.manifest_sha256)).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_receipt_after_the_hubs_own_events_does_not_turn_the_state_back() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let store = fixture.store();
    store.lease_submission(at(3), at(60)).await.unwrap();
    let event = crate::NewEvent {
        feed_seq: 1,
        dossier: dossier.id,
        seq: 2,
        state: State::Accepted,
        official_code: "H06.16-20261121-0001".into(),
        due: None,
        json: json!({}),
        happened_at: at(4),
        entered_at: at(4),
    };
    store.apply_events(&[event], 1).await.unwrap();
    store.complete_submission(new.id, &receipt_for(&new), &act(5)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::Accepted);
    assert_eq!(store.submission(new.id).await.unwrap().state, OutboxState::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_sealed_into_a_parcel_stays_queued_and_is_not_taken_back_unsaid() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let (store, id) = (fixture.store(), ParcelId(uuid(0x9001)));
    let waiting = store.submissions_to_carry(at(3)).await.unwrap();
    assert_eq!(waiting.iter().map(|it| it.id).collect::<Vec<_>>(), [new.id]);
    assert_eq!(store.parcel_of(new.id).await.unwrap(), None);
    store.note_parcel(id, "/usb/a.hoso", &[new.id], &act(4)).await.unwrap();
    let made = Parcel { id, made_at: at(4), file: "/usb/a.hoso".into(), replied_at: None };
    assert_eq!(store.parcel_of(new.id).await.unwrap(), Some(made.clone()));
    assert_eq!((store.parcel(id).await.unwrap(), store.in_parcel(id).await.unwrap()), (Some(made), vec![new.id]));
    assert_eq!(store.submission(new.id).await.unwrap().state, OutboxState::Pending);
    let carried = Clash::Carried { file: "/usb/a.hoso".into(), made_at: at(4) };
    let back = store.withdraw_submission(new.id, None, &act(5)).await;
    assert!(matches!(back, Err(StoreError::Conflict(clash)) if clash == carried));

    let refuse = async |second| {
        let error = error("manifest_invalid");
        store.refuse_carried((id, new.id), &error, true, &act(second)).await.unwrap()
    };
    assert!(refuse(6).await);
    assert!(!refuse(7).await, "once");
    assert_eq!(state(&fixture, &dossier).await, State::NeedsAttention);
    assert!(store.submissions_to_carry(at(8)).await.unwrap().is_empty());
    let again = store.note_parcel(ParcelId(uuid(0x9002)), "", &[new.id], &act(8)).await;
    assert!(matches!(again, Err(StoreError::Conflict(Clash::Submission { stored: OutboxState::Quarantined }))));
    assert_eq!(store.parcel(ParcelId(uuid(0x9002))).await.unwrap(), None, "all or nothing");
    store.note_reply(id, at(50)).await.unwrap();
    store.note_reply(id, at(40)).await.unwrap();
    assert_eq!(store.parcel(id).await.unwrap().unwrap().replied_at, Some(at(50)));
    store.withdraw_submission(new.id, None, &act(9)).await.unwrap();
    store.forget_parcel(id).await.unwrap();
    assert_eq!(store.parcel_of(new.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_state_secret_goes_into_no_parcel_whoever_is_sending_it() {
    let fixture = Fixture::new().await;
    let (_, new) = frozen(&fixture).await;
    let store = fixture.store();
    store.lease_submission(at(3), at(90)).await.unwrap().unwrap();
    assert_eq!(store.submissions_to_carry(at(4)).await.unwrap().len(), 1);
    let mut write = store.write().await.unwrap();
    sqlx::query("INSERT INTO secret_frames (blob, frame) VALUES (?, -1)")
        .bind(new.files[0].blob.name.0.to_vec())
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert!(store.submissions_to_carry(at(5)).await.unwrap().is_empty());
    let noted = store.note_parcel(ParcelId(uuid(0x9001)), "", &[new.id], &act(6)).await;
    assert!(matches!(noted, Err(StoreError::Conflict(Clash::Submission { .. }))));
}

/// A dossier sealed into a parcel, which the network refuses meanwhile.
async fn sealed_and_refused(fixture: &Fixture) -> (Dossier, NewSubmission) {
    let (dossier, new) = frozen(fixture).await;
    let store = fixture.store();
    store.note_parcel(ParcelId(uuid(0x9001)), "/usb/a.hoso", &[new.id], &act(4)).await.unwrap();
    store.lease_submission(at(5), at(60)).await.unwrap().unwrap();
    store.mark_posted(new.id).await.unwrap();
    store.mark_refused(new.id).await.unwrap();
    store.quarantine_submission(new.id, &error("manifest_invalid"), &act(6)).await.unwrap();
    (dossier, new)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_a_parcel_may_still_bring_is_taken_back_only_with_a_reason_and_its_receipt_counts() {
    let fixture = Fixture::new().await;
    let (dossier, old) = sealed_and_refused(&fixture).await;
    let store = fixture.store();
    let unsaid = store.withdraw_submission(old.id, None, &act(7)).await;
    assert!(matches!(unsaid, Err(StoreError::Conflict(Clash::Carried { .. }))), "{unsaid:?}");
    store.withdraw_submission(old.id, Some("sai số nhà"), &act(7)).await.unwrap();
    let kept = store.submission(old.id).await.unwrap();
    assert_eq!((kept.state, kept.taken_back.as_deref()), (OutboxState::Withdrawn, Some("sai số nhà")));
    assert_eq!(kept.files.len(), old.files.len(), "it stays as it was frozen");
    assert_eq!(state(&fixture, &dossier).await, State::Draft);

    // Changed and queued again; then the parcel comes to the hub after all.
    store.transition(dossier.id, &Transition::Check { blocking: 0 }, &act(8)).await.unwrap();
    let newer =
        NewSubmission { id: SubmissionId(uuid(0x7002)), ..new_submission(2, &dossier, vec![old.files[0].blob]) };
    store.freeze(&newer, &act(9)).await.unwrap();
    for second in [10, 11] {
        store.complete_submission(old.id, &receipt_for(&old), &act(second)).await.unwrap();
    }
    let sent = store.dossier(dossier.id).await.unwrap();
    assert_eq!((sent.state, sent.official_code.as_deref()), (State::Registered, Some("H06.16-20261121-0001")));
    assert_eq!(store.receipts(dossier.id).await.unwrap().len(), 1);
    assert_eq!(store.submission(old.id).await.unwrap().state, OutboxState::Done);
    assert_eq!(store.submission(newer.id).await.unwrap().state, OutboxState::Withdrawn, "the hub would refuse it");
    assert!(store.outbox().await.unwrap().is_empty());
    store.verify_journal().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_draft_put_away_comes_back_when_a_parcel_brought_it() {
    let fixture = Fixture::new().await;
    let (dossier, old) = sealed_and_refused(&fixture).await;
    let store = fixture.store();
    store.withdraw_submission(old.id, Some("trùng"), &act(7)).await.unwrap();
    store.discard_dossier(dossier.id, &act(8)).await.unwrap();
    store.purge_discarded(at(90_000), &act(90_000)).await.unwrap();
    store.complete_submission(old.id, &receipt_for(&old), &act(90_001)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::Registered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_parcel_that_never_came_to_be_leaves_the_outbox_as_it_was() {
    let fixture = Fixture::new().await;
    let (dossier, new) = frozen(&fixture).await;
    let (store, id) = (fixture.store(), ParcelId(uuid(0x9001)));
    let before = store.submission(new.id).await.unwrap();
    store.note_parcel(id, "/usb/a.hoso", &[new.id], &act(4)).await.unwrap();
    store.forget_parcel(id).await.unwrap();
    assert_eq!(store.submission(new.id).await.unwrap(), before);
    store.withdraw_submission(new.id, None, &act(5)).await.unwrap();
    assert_eq!(state(&fixture, &dossier).await, State::Draft);
}
