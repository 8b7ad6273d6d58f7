use serde_json::json;

use super::*;
use crate::{
    Clash, DocumentStatus, Dossier, DossierQuery, NewOutboxFile, NewSubmission, StoreError, Subject, SubmissionId,
    SubmissionKind,
    testing::{Fixture, act, add_paper, at, found, new_document, new_dossier, uuid},
};

async fn checked(store: &Store, id: DossierId) {
    store.transition(id, &Transition::Check { blocking: 0 }, &act(2)).await.unwrap();
}

fn submission(dossier: &Dossier, blob: Option<crate::BlobId>) -> NewSubmission {
    let file = |blob| NewOutboxFile {
        blob,
        component: "TP-01".into(),
        component_row: None,
        title: String::new(),
        media_type: "application/pdf".into(),
    };
    NewSubmission {
        id: SubmissionId(uuid(0x5000)),
        dossier: dossier.id,
        kind: SubmissionKind::Submit,
        answers_version: 0,
        manifest: b"{}".to_vec(),
        manifest_sha256: crate::Digest::of(b"{}"),
        payload: json!({}),
        files: blob.into_iter().map(file).collect(),
    }
}

fn by_itself(second: i64) -> Act<'static> {
    Act { automatic: true, ..act(second) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_put_away_is_in_no_list_and_comes_back_whole() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let source = store.put_bytes(b"sheet").await.unwrap();
    let document = store.add_document(&new_document(1, &made, source), &act(2)).await.unwrap();
    let seen = async || {
        let listed = store.list_dossiers(&DossierQuery { limit: 9, ..Default::default() }).await.unwrap().items.len();
        let found = found(store, &made.head.title).await.len();
        (listed, found, store.count_dossiers().await.unwrap().values().sum::<u64>())
    };

    store.discard_document(document.id, &act(3)).await.unwrap();
    assert!(store.documents(made.id).await.unwrap().is_empty());
    assert!(store.lease_document(at(4), at(5)).await.unwrap().is_none());
    assert_eq!(store.documents_to_digitise().await.unwrap(), 0);
    assert_eq!(store.discarded_documents(made.id).await.unwrap(), [(document.clone(), at(3))]);
    store.restore_document(document.id, &act(4)).await.unwrap();
    assert_eq!(store.documents(made.id).await.unwrap(), std::slice::from_ref(&document));
    assert!(store.discarded_documents(made.id).await.unwrap().is_empty());

    store.discard_dossier(made.id, &act(5)).await.unwrap();
    assert_eq!(seen().await, (0, 0, 0));
    assert!(store.dossier(made.id).await.unwrap().discarded);
    store.restore_dossier(made.id, &act(6)).await.unwrap();
    assert_eq!(seen().await, (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_document_whose_leaves_are_in_the_dossier_again_is_none_to_bring_back() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let (sheet, other) = (store.put_bytes(b"sheet").await.unwrap(), store.put_bytes(b"other").await.unwrap());
    let first = store.add_document(&new_document(1, &made, sheet), &act(2)).await.unwrap();
    let second = store.add_document(&new_document(2, &made, other), &act(2)).await.unwrap();
    store.discard_document(first.id, &act(3)).await.unwrap();
    store.discard_document(second.id, &act(4)).await.unwrap();
    let ids = async || {
        let away = store.discarded_documents(made.id).await.unwrap();
        away.into_iter().map(|(document, _)| document.id).collect::<Vec<_>>()
    };
    assert_eq!(ids().await, [second.id, first.id], "the last first");
    store.add_document(&new_document(3, &made, sheet), &act(5)).await.unwrap();
    assert_eq!(ids().await, [second.id]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_done_to_a_discarded_dossier_brings_it_back() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let source = store.put_bytes(b"sheet").await.unwrap();
    let document = store.add_document(&new_document(1, &made, source), &act(1)).await.unwrap();
    let waiting = store.add_document(&new_document(2, &made, source), &act(2)).await.unwrap();
    checked(store, made.id).await;
    let leased = store.lease_document(at(3), at(99)).await.unwrap().unwrap();
    assert_eq!(leased.id, document.id);
    store.discard_dossier(made.id, &act(3)).await.unwrap();

    let refused = [
        store.save_answers(made.id, 0, &json!({}), &made.head, at(4)).await.map(|_| ()),
        store.transition(made.id, &Transition::Check { blocking: 0 }, &act(4)).await.map(|_| ()),
        store.freeze(&submission(&made, None), &act(4)).await,
        store.add_document(&new_document(3, &made, source), &act(4)).await.map(|_| ()),
        store.discard_document(waiting.id, &act(4)).await,
        store.declare_secrecy(made.id, &act(4)).await,
        store.discard_dossier(made.id, &act(4)).await,
    ];
    for (n, refused) in refused.into_iter().enumerate() {
        assert!(matches!(refused, Err(StoreError::NotFound(Subject::Dossier))), "{n}: {refused:?}");
    }
    assert!(store.lease_document(at(5), at(99)).await.unwrap().is_none());
    assert_eq!(store.documents_to_digitise().await.unwrap(), 0);
    // What a worker had begun ends, and is not found.
    let digitised = crate::Digitised {
        pages: vec![],
        rendition: crate::NewRendition {
            recipe: crate::Digest::of(b"recipe"),
            pdf: store.put_bytes(b"pdf").await.unwrap(),
            pages: 1,
            text: "Ủy ban nhân dân".into(),
            report: json!({}),
        },
    };
    store.finish_document(document.id, &digitised, &act(6)).await.unwrap();
    let hits = async || found(store, "uy ban nhan dan").await.len();
    assert_eq!((hits().await, store.count_dossiers().await.unwrap().len()), (0, 0));
    assert_eq!(store.find_dossier(made.provisional_code.as_deref().unwrap()).await.unwrap(), None);

    store.restore_dossier(made.id, &act(7)).await.unwrap();
    assert_eq!(hits().await, 1, "restored, it is found with all that is in it");
    let back = store.documents(made.id).await.unwrap();
    assert_eq!(back.iter().map(|it| it.status).collect::<Vec<_>>(), [DocumentStatus::Done, DocumentStatus::Waiting]);
    store.restore_dossier(made.id, &act(8)).await.unwrap();
    assert_eq!(store.count_dossiers().await.unwrap().values().sum::<u64>(), 1, "restored twice is restored once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_sent_dossier_cannot_be_put_away() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    checked(store, made.id).await;
    store.freeze(&submission(&made, None), &act(3)).await.unwrap();
    let refused = store.discard_dossier(made.id, &act(4)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Clash::Frozen))), "{refused:?}");
    let id = submission(&made, None).id;
    let receipt = crate::NewReceipt {
        json: b"{}".to_vec(),
        code: "H06.16-20261121-0001".into(),
        received_at: at(5),
        manifest_sha256: crate::Digest::of(b"{}"),
    };
    store.complete_submission(id, &receipt, &act(5)).await.unwrap();
    for asked in [&[][..], &[Transition::RequestSupplement { earlier: 0, justified: false }]] {
        for transition in asked {
            store.transition(made.id, transition, &act(6)).await.unwrap();
        }
        let refused = store.discard_dossier(made.id, &act(7)).await;
        assert!(matches!(refused, Err(StoreError::Forbidden(_))), "{refused:?}");
    }
    assert!(!store.dossier(made.id).await.unwrap().discarded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_put_away_is_destroyed_even_when_its_dossier_was_sent_meanwhile() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let (wrong, right) = (store.put_bytes(b"wrong").await.unwrap(), add_paper(store, 2, &made, b"right").await);
    let document = store.add_document(&new_document(1, &made, wrong), &act(1)).await.unwrap();
    let late = store.add_document(&new_document(3, &made, wrong), &act(1)).await.unwrap();
    store.discard_document(document.id, &act(2)).await.unwrap();
    checked(store, made.id).await;
    store.discard_document(late.id, &act(9)).await.unwrap();
    checked(store, made.id).await;
    store.freeze(&submission(&made, Some(right)), &act(3)).await.unwrap();

    assert_eq!(store.purge_discarded(at(2), &by_itself(9)).await.unwrap(), 0, "not yet");
    assert_eq!(store.purge_discarded(at(9), &by_itself(9)).await.unwrap(), 1);
    assert!(store.document(document.id).await.is_err());
    assert_eq!(store.get_blob(&wrong).await.unwrap(), b"wrong", "another one still has it");
    assert_eq!(store.purge_discarded(at(10), &by_itself(10)).await.unwrap(), 1);
    assert!(store.blob(&wrong.name).await.is_err(), "its key is destroyed");
    assert_eq!(store.get_blob(&right).await.unwrap(), b"right");
    let entries = store.journal(Some(made.id), 2, None).await.unwrap();
    assert!(entries.iter().all(|entry| entry.automatic));
    assert_eq!(store.outbox().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_draft_that_stayed_put_away_is_destroyed_with_all_that_is_in_it() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let paper = add_paper(store, 1, &made, b"paper").await;
    checked(store, made.id).await;
    store.freeze(&submission(&made, Some(paper)), &act(3)).await.unwrap();
    store.withdraw_submission(submission(&made, None).id, None, &act(4)).await.unwrap();
    store.discard_dossier(made.id, &act(5)).await.unwrap();
    let other = store.create_dossier(&new_dossier(2), &act(5)).await.unwrap();
    assert_eq!(store.purge_discarded(at(6), &by_itself(9)).await.unwrap(), 1);
    assert!(matches!(store.dossier(made.id).await, Err(StoreError::NotFound(Subject::Dossier))));
    assert!(store.blob(&paper.name).await.is_err(), "its key is destroyed");
    assert_eq!(store.submissions(made.id).await.unwrap(), []);
    assert_eq!(store.count_dossiers().await.unwrap().values().sum::<u64>(), 1);
    assert_eq!(store.dossier(other.id).await.unwrap(), other);
    store.verify_journal().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_what_belongs_to_a_paper_that_is_there_may_be_shown() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let (paper, sheet) = (add_paper(store, 1, &made, b"paper").await, store.put_bytes(b"sheet").await.unwrap());
    let shown = async |blob: crate::BlobId| store.may_be_shown(&blob.name).await.unwrap();
    assert_eq!((shown(paper).await, shown(sheet).await), (true, false), "a content of nothing");
    let document = store.add_document(&new_document(2, &made, sheet), &act(2)).await.unwrap();
    store.discard_document(document.id, &act(3)).await.unwrap();
    assert_eq!((shown(paper).await, shown(sheet).await), (true, false));
    store.restore_document(document.id, &act(4)).await.unwrap();
    assert!(shown(sheet).await);
    store.discard_dossier(made.id, &act(5)).await.unwrap();
    assert_eq!((shown(paper).await, shown(sheet).await), (false, false));
    store.restore_dossier(made.id, &act(6)).await.unwrap();

    let fail = async |code: &str| {
        store.lease_document(at(7), at(99)).await.unwrap().unwrap();
        let failure = Failure { code: code.into(), args: json!({}) };
        store.fail_document(document.id, &failure, &act(8)).await.unwrap();
    };
    fail("file_truncated").await;
    assert!(shown(sheet).await);
    store.retry_document(document.id, &act(9)).await.unwrap();
    let hits = async || found(store, "quét 2.tif").await.len();
    assert_eq!(hits().await, 1);
    fail(Failure::SECRET).await;
    assert_eq!(hits().await, 0);
    assert_eq!((shown(paper).await, shown(sheet).await), (true, false));
    let sealed = store.retry_document(document.id, &act(10)).await;
    assert!(matches!(sealed, Err(StoreError::Conflict(Clash::Document { stored: DocumentStatus::Failed }))));
    // The same paper in another place stays hidden too.
    store.add_document(&new_document(3, &made, sheet), &act(11)).await.unwrap();
    assert!(!shown(sheet).await);
}
