use serde_json::json;

use super::*;
use crate::testing::{Fixture, act, at, new_document, new_dossier, uuid};

const ID: StackId = StackId(uuid::Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_7000));

fn taken(blob: BlobId, frames: u32) -> NewStackFile {
    let content = StackContent::Taken { blob, media_type: "image/tiff".into(), frames, sealed: false };
    NewStackFile { file_name: "chồng 1.tif".into(), content }
}

/// A stack of one file of three pages, the first of which was looked at.
async fn stack() -> (Fixture, BlobId) {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    store.create_stack(ID, false, 2, &act(1)).await.unwrap();
    let blob = store.put_bytes(b"three pages").await.unwrap();
    store.add_stack_file(ID, &taken(blob, 3), None, at(2)).await.unwrap();
    store.note_stack_page(ID, &StackPage { file: 0, frame: 0, found: json!({ "blank": false }) }).await.unwrap();
    (fixture, blob)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stack_goes_on_after_a_kill_and_says_what_is_missing() {
    let (mut fixture, blob) = stack().await;
    fixture.kill_and_reopen().await;
    let store = fixture.store();
    assert_eq!(store.recovered().unreferred, 0, "its papers are still there");
    assert_eq!(store.get_blob(&blob).await.unwrap(), b"three pages");
    let found = store.stack(ID).await.unwrap();
    assert_eq!((found.head.announced, found.head.files, found.head.pages, found.head.examined), (2, 1, 3, 1));
    assert_eq!(found.files[0].file_name, "chồng 1.tif");
    assert_eq!(store.stacks_to_examine().await.unwrap(), [ID]);
    for frame in [1, 2] {
        store.note_stack_page(ID, &StackPage { file: 0, frame, found: json!({}) }).await.unwrap();
    }
    assert_eq!(store.stacks_to_examine().await.unwrap(), []);
    assert_eq!(store.stacks(10).await.unwrap()[0].examined, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_part_is_filed_once_with_its_frames_and_its_sheet_is_used_up() {
    let (mut fixture, blob) = stack().await;
    let store = fixture.store();
    let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let mut document = new_document(1, &dossier, blob);
    document.sources[0].frames = Some(vec![1, 2]);
    store.file_stack_part(ID, (0, 0), Some("HOSO:1"), std::slice::from_ref(&document), &act(3)).await.unwrap();
    fixture.kill_and_reopen().await;
    let store = fixture.store();
    let again = NewDocument { id: DocumentId(uuid(0x1002)), ..document };
    let twice = store.file_stack_part(ID, (0, 0), Some("HOSO:1"), &[again], &act(4)).await;
    assert!(matches!(twice, Err(StoreError::Conflict(Clash::Taken))));
    let documents = store.documents(dossier.id).await.unwrap();
    assert_eq!(documents.len(), 1, "the second try left nothing behind");
    assert_eq!(documents[0].sources[0].frames, Some(vec![1, 2]));
    assert!(store.is_sheet_filed("HOSO:1").await.unwrap() && !store.is_sheet_filed("HOSO:2").await.unwrap());
    let decided = store.decide_stack(ID, &[((0, 0), Some(json!("leave_out")))], &act(5)).await;
    assert!(matches!(decided, Err(StoreError::Conflict(Clash::Taken))), "what is filed is decided");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn decisions_are_kept_all_or_none() {
    let (fixture, _) = stack().await;
    let store = fixture.store();
    store
        .decide_stack(ID, &[((0, 0), Some(json!("accept"))), ((0, 2), Some(json!("leave_out")))], &act(3))
        .await
        .unwrap();
    store.decide_stack(ID, &[((0, 2), None)], &act(4)).await.unwrap();
    let decisions: Vec<_> = store.stack(ID).await.unwrap().parts.into_iter().map(|p| (p.at, p.decision)).collect();
    assert_eq!(decisions, [((0, 0), Some(json!("accept"))), ((0, 2), None)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_left_of_a_finished_stack_goes_with_its_documents() {
    let (fixture, blob) = stack().await;
    let store = fixture.store();
    let other = store.put_bytes(b"left out").await.unwrap();
    store.add_stack_file(ID, &taken(other, 1), None, at(3)).await.unwrap();
    let lone = store.put_bytes(b"a cover sheet").await.unwrap();
    store.add_stack_file(ID, &taken(lone, 1), None, at(3)).await.unwrap();
    let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let document = new_document(1, &dossier, blob);
    store.file_stack_part(ID, (0, 0), None, std::slice::from_ref(&document), &act(3)).await.unwrap();
    store.finish_stack(ID, &[1], &act(4)).await.unwrap();
    assert_eq!(store.get_blob(&other).await.unwrap(), b"left out");
    assert!(store.get_blob(&lone).await.is_err(), "nothing of it is wanted");
    assert!(store.may_be_shown(&other.name).await.unwrap());
    store.remove_document(document.id, &act(5)).await.unwrap();
    assert!(store.get_blob(&blob).await.is_err(), "the document was the last to hold it");
    store.discard_stack(ID, &act(6)).await.unwrap();
    assert!(!store.may_be_shown(&other.name).await.unwrap());
    assert_eq!(store.purge_stacks(at(6)).await.unwrap(), 0, "for a day it can be brought back");
    assert_eq!(store.purge_stacks(at(7)).await.unwrap(), 1);
    assert!(store.get_blob(&other).await.is_err());
}
