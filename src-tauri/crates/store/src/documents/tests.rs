use super::*;
use crate::testing::{Fixture, act, at, new_document, new_dossier};

async fn with_documents(count: u128) -> (Fixture, crate::Dossier, Vec<Document>) {
    let fixture = Fixture::new().await;
    let dossier = fixture.store().create_dossier(&new_dossier(1), &act(0)).await.unwrap();
    let mut documents = Vec::new();
    for n in 0..count {
        let blob = fixture.store().put_bytes(format!("sheet {n}").as_bytes()).await.unwrap();
        let new = new_document(n, &dossier, blob);
        documents.push(fixture.store().add_document(&new, &act(n as i64)).await.unwrap());
    }
    (fixture, dossier, documents)
}

async fn order(fixture: &Fixture, dossier: DossierId) -> Vec<DocumentId> {
    fixture.store().documents(dossier).await.unwrap().iter().map(|document| document.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_added_document_is_there_after_a_kill_and_waits_to_be_digitised() {
    let (mut fixture, dossier, added) = with_documents(2).await;
    fixture.kill_and_reopen().await;
    let found = fixture.store().documents(dossier.id).await.unwrap();
    assert_eq!(found, added);
    assert_eq!((found[1].status, found[1].position), (DocumentStatus::Waiting, 1));
    let source = &found[1].sources[0];
    assert_eq!(source.file_name, "quét 1.tif");
    assert_eq!(fixture.store().get_blob(&source.blob).await.unwrap(), b"sheet 1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_document_whose_content_is_not_stored_is_refused() {
    let (fixture, dossier, _) = with_documents(0).await;
    let blob = fixture.store().put_bytes(b"x").await.unwrap();
    fixture.store().forget_blob(&blob.name).await.unwrap();
    let refused = fixture.store().add_document(&new_document(0, &dossier, blob), &act(1)).await;
    assert!(matches!(refused, Err(StoreError::NotFound(Subject::Blob))));
    assert_eq!(fixture.store().documents(dossier.id).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn each_document_is_leased_once_until_its_lease_runs_out() {
    let (fixture, _, added) = with_documents(2).await;
    let store = fixture.store();
    let lease = async |now, until| store.lease_document(at(now), at(until)).await.unwrap().map(|d| (d.id, d.attempts));
    assert_eq!(lease(10, 20).await, Some((added[0].id, 1)));
    assert_eq!(lease(10, 20).await, Some((added[1].id, 1)));
    assert_eq!(lease(19, 30).await, None);
    store.prolong_document(added[0].id, at(40)).await.unwrap();
    assert_eq!(lease(20, 30).await, Some((added[1].id, 2)));
    assert_eq!(store.documents_to_digitise().await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_kill_gives_documents_being_digitised_back() {
    let (mut fixture, _, added) = with_documents(2).await;
    fixture.store().lease_document(at(10), at(9_999_999)).await.unwrap();
    fixture.kill_and_reopen().await;
    assert_eq!(fixture.store().recovered().documents, 1);
    let again = fixture.store().lease_document(at(11), at(20)).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (added[0].id, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_failure_keeps_its_reason_and_the_others_go_on() {
    let (fixture, _, added) = with_documents(2).await;
    let store = fixture.store();
    let failure = Failure { code: "truncated".into(), args: serde_json::json!({ "at": 17 }) };
    let early = store.fail_document(added[0].id, &failure, &act(9)).await;
    assert!(matches!(early, Err(StoreError::Conflict(Clash::NotLeased))));
    store.lease_document(at(10), at(20)).await.unwrap();
    store.fail_document(added[0].id, &failure, &act(11)).await.unwrap();
    let failed = store.document(added[0].id).await.unwrap();
    assert_eq!((failed.status, failed.failure), (DocumentStatus::Failed, Some(failure)));
    assert_eq!(store.lease_document(at(12), at(20)).await.unwrap().unwrap().id, added[1].id);
    store.retry_document(added[0].id, &act(13)).await.unwrap();
    let again = store.lease_document(at(14), at(20)).await.unwrap().unwrap();
    assert_eq!((again.id, again.failure, again.attempts), (added[0].id, None, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_person_may_have_a_failed_document_tried_again() {
    let (mut fixture, dossier, added) = with_documents(1).await;
    let (store, id) = (fixture.store(), added[0].id);
    let early = store.retry_document(id, &act(9)).await;
    assert!(matches!(early, Err(StoreError::Conflict(Clash::Document { stored: DocumentStatus::Waiting }))));
    store.lease_document(at(10), at(20)).await.unwrap();
    let failure = Failure { code: "truncated".into(), args: serde_json::json!({}) };
    store.fail_document(id, &failure, &act(11)).await.unwrap();
    let entries = store.journal(Some(dossier.id), 99, None).await.unwrap().len();
    store.retry_document(id, &act(12)).await.unwrap();
    fixture.kill_and_reopen().await;
    let store = fixture.store();
    let again = store.document(id).await.unwrap();
    assert_eq!((again.status, again.failure, again.attempts), (DocumentStatus::Waiting, None, 0));
    assert_eq!(store.journal(Some(dossier.id), 99, None).await.unwrap().len(), entries + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn documents_move_within_and_between_components() {
    let (fixture, dossier, added) = with_documents(3).await;
    let ids: Vec<_> = added.iter().map(|document| document.id).collect();
    fixture.store().order_documents(dossier.id, &[ids[2], ids[0]], at(5)).await.unwrap();
    assert_eq!(order(&fixture, dossier.id).await, [ids[2], ids[0], ids[1]]);
    let head = DocumentHead { component: "TP-00".into(), ..added[0].head.clone() };
    fixture.store().change_document(ids[0], &head, &act(6)).await.unwrap();
    assert_eq!(order(&fixture, dossier.id).await, [ids[0], ids[2], ids[1]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn removing_a_document_destroys_what_was_only_its_own() {
    let (fixture, dossier, added) = with_documents(2).await;
    let store = fixture.store();
    let shared = NewDocument {
        id: DocumentId(crate::testing::uuid(0x2000)),
        sources: vec![NewSource {
            blob: added[0].sources[0].blob,
            file_name: "b".into(),
            media_type: "c".into(),
            frames: None,
        }],
        kind: DocumentKind::Sealed,
        ..new_document(7, &dossier, added[0].sources[0].blob)
    };
    let sealed = store.add_document(&shared, &act(4)).await.unwrap();
    assert_eq!(sealed.status, DocumentStatus::Done);
    for document in &added {
        store.remove_document(document.id, &act(5)).await.unwrap();
    }
    assert_eq!(order(&fixture, dossier.id).await, [sealed.id]);
    assert_eq!(store.get_blob(&added[0].sources[0].blob).await.unwrap(), b"sheet 0");
    let gone = store.get_blob(&added[1].sources[0].blob).await;
    assert!(matches!(gone, Err(StoreError::NotFound(Subject::Blob))));
}
