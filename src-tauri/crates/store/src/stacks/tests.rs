use dossier::{Digest, PageId};
use serde_json::json;

use super::*;
use crate::{
    Arrangement, Digitised, NewPage, NewRendition,
    testing::{Fixture, act, at, new_document, new_dossier, uuid},
};

const ID: StackId = StackId(uuid::Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_7000));

/// A part of so many frames of the first file.
fn part_of(first: u32, count: u32) -> BTreeMap<(u32, u32), Vec<(u32, u32)>> {
    BTreeMap::from([((0, first), (first..first + count).map(|frame| (0, frame)).collect())])
}

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
    let documents = [document.clone()];
    let part = FiledPart { at: (0, 0), pages: 3, sheet: Some("HOSO:1"), documents: &documents, declared: true };
    store.file_stack_part(ID, &part, &act(3)).await.unwrap();
    fixture.kill_and_reopen().await;
    let store = fixture.store();
    let again = NewDocument { id: DocumentId(uuid(0x1002)), ..document };
    let twice = store.file_stack_part(ID, &FiledPart { documents: &[again], ..part }, &act(4)).await;
    assert!(matches!(twice, Err(StoreError::Conflict(Clash::Taken))));
    let documents = store.documents(dossier.id).await.unwrap();
    assert_eq!(documents.len(), 1, "the second try left nothing behind");
    assert_eq!(documents[0].sources[0].frames, Some(vec![1, 2]));
    assert_eq!(store.dossier(dossier.id).await.unwrap().secrecy_declared_at, Some(at(3)), "declared with the papers");
    assert_eq!(store.stack(ID).await.unwrap().parts[0].pages, Some(3));
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

/// The stack with a file that is left out, a lone cover sheet, and its first file filed as a document.
async fn filed() -> (Fixture, BlobId, BlobId, BlobId, NewDocument) {
    let (fixture, blob) = stack().await;
    let store = fixture.store();
    let other = store.put_bytes(b"left out").await.unwrap();
    store.add_stack_file(ID, &taken(other, 1), None, at(3)).await.unwrap();
    let lone = store.put_bytes(b"a cover sheet").await.unwrap();
    store.add_stack_file(ID, &taken(lone, 1), None, at(3)).await.unwrap();
    let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let document = new_document(1, &dossier, blob);
    let documents = std::slice::from_ref(&document);
    let part = FiledPart { at: (0, 0), pages: 3, sheet: Some("HOSO:1"), documents, declared: false };
    store.file_stack_part(ID, &part, &act(3)).await.unwrap();
    (fixture, blob, other, lone, document)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_left_of_a_finished_stack_goes_with_its_documents() {
    let (fixture, blob, other, lone, document) = filed().await;
    let store = fixture.store();
    assert!(!store.finish_stack(ID, 2, &[1], &act(4)).await.unwrap(), "a file came since it was seen");
    assert!(store.finish_stack(ID, 3, &[1], &act(4)).await.unwrap());
    assert_eq!(store.get_blob(&lone).await.unwrap(), b"a cover sheet", "the filing may still be taken back");
    assert_eq!(store.purge_stacks(at(5)).await.unwrap(), 0);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_destroyed_document_takes_the_spent_file_of_its_stack_along() {
    let (fixture, blob, .., document) = filed().await;
    let store = fixture.store();
    assert!(store.finish_stack(ID, 3, &[1], &act(4)).await.unwrap());
    store.remove_document(document.id, &act(5)).await.unwrap();
    assert!(store.get_blob(&blob).await.is_err(), "destroyed is destroyed at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_filing_is_taken_back_with_every_paper_and_can_be_done_again() {
    let (fixture, blob, _, lone, document) = filed().await;
    let store = fixture.store();
    assert!(store.finish_stack(ID, 3, &[1], &act(4)).await.unwrap());
    store.discard_stack(ID, &act(4)).await.unwrap();
    let strange = store.unfile_stack(ID, &[DocumentId(uuid(0x4711))], &part_of(0, 3), &act(5)).await;
    assert!(matches!(strange, Err(StoreError::NotFound(Subject::Document))));
    store.unfile_stack(ID, &[document.id], &part_of(0, 3), &act(5)).await.unwrap();
    let open = store.stack(ID).await.unwrap();
    assert_eq!((open.head.filed_at, open.parts[0].filed_at, open.parts[0].documents.len()), (None, None, 0));
    assert!(!open.head.discarded, "its papers are in no dossier now: it is not put away any more");
    assert!(!store.is_sheet_filed("HOSO:1").await.unwrap(), "the sheet can be used again");
    assert_eq!(store.documents(document.dossier).await.unwrap().len(), 0);
    store.purge_discarded(at(90), &act(91)).await.unwrap();
    store.purge_stacks(at(90)).await.unwrap();
    for (content, bytes) in [(blob, &b"three pages"[..]), (lone, b"a cover sheet")] {
        assert_eq!(store.get_blob(&content).await.unwrap(), bytes, "the stack holds its papers again");
    }
    let again = NewDocument { id: DocumentId(uuid(0x1002)), ..document };
    let part = FiledPart { at: (0, 0), pages: 3, sheet: Some("HOSO:1"), documents: &[again], declared: false };
    store.file_stack_part(ID, &part, &act(92)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_filing_is_not_taken_back_while_one_of_its_pages_stands_in_another_paper() {
    let (fixture, .., document) = filed().await;
    let store = fixture.store();
    let leased = store.lease_document(at(5), at(60)).await.unwrap().unwrap();
    let page = |frame: u32| NewPage {
        id: PageId(uuid(0x3000 + u128::from(frame))),
        source: leased.sources[0].blob.name,
        frame,
        edits: json!({}),
        findings: json!({}),
        removed: false,
        reading: None,
    };
    let pages: Vec<_> = (0..3).map(page).collect();
    let ids: Vec<PageId> = pages.iter().map(|page| page.id).collect();
    let pdf = store.put_bytes(b"pdf").await.unwrap();
    let rendition = NewRendition { recipe: Digest::of(b"r"), pdf, pages: 3, text: String::new(), report: json!({}) };
    store.finish_document(leased.id, &Digitised { pages, rendition }, &act(6)).await.unwrap();
    let cut = DocumentId(uuid(0x9000));
    let stands = |n: usize, new: Option<&crate::DocumentHead>| {
        let first = Arrangement { document: document.id, new: None, pages: ids[..n].to_vec() };
        [first, Arrangement { document: cut, new: new.cloned(), pages: ids[n..].to_vec() }]
    };
    store.arrange_pages(&stands(2, Some(&document.head)), &act(7)).await.unwrap();
    let refused = store.unfile_stack(ID, &[document.id], &part_of(0, 3), &act(8)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Clash::Taken))), "{refused:?}");
    assert_eq!(store.documents(document.dossier).await.unwrap().len(), 2, "nothing was put away");
    assert!(store.stack(ID).await.unwrap().parts[0].filed_at.is_some());
    store.arrange_pages(&stands(3, None), &act(9)).await.unwrap();
    store.unfile_stack(ID, &[document.id], &part_of(0, 3), &act(10)).await.unwrap();
    assert_eq!(store.documents(document.dossier).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_part_of_the_same_file_does_not_keep_a_filing() {
    let (fixture, blob) = stack().await;
    let store = fixture.store();
    let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    for (n, frames) in [(1, vec![0]), (2, vec![1, 2])] {
        let mut document = new_document(n, &dossier, blob);
        let at = (0, frames[0]);
        let pages = frames.len() as u32;
        document.sources[0].frames = Some(frames);
        let part = FiledPart { at, pages, sheet: None, documents: &[document], declared: false };
        store.file_stack_part(ID, &part, &act(3)).await.unwrap();
    }
    store.unfile_stack(ID, &[DocumentId(uuid(0x1001))], &part_of(0, 1), &act(4)).await.unwrap();
    store.unfile_stack(ID, &[DocumentId(uuid(0x1002))], &part_of(1, 2), &act(5)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_filed_paper_can_be_had_back_from_its_dossier_while_the_stack_is_open_and_an_unfiled_one_from_the_stack() {
    let (fixture, _, _, _, document) = filed().await;
    let store = fixture.store();
    let removed = async || {
        let papers = store.discarded_documents(document.dossier).await.unwrap();
        papers.iter().map(|(paper, _)| paper.id).collect::<Vec<_>>()
    };
    store.discard_document(document.id, &act(5)).await.unwrap();
    assert_eq!(removed().await, [document.id]);
    store.restore_document(document.id, &act(6)).await.unwrap();
    store.unfile_stack(ID, &[document.id], &part_of(0, 3), &act(7)).await.unwrap();
    assert_eq!(removed().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_an_open_stack_of_the_watched_folder_takes_more_files() {
    let (fixture, _) = stack().await;
    let store = fixture.store();
    assert_eq!(store.open_watched_stack().await.unwrap(), None, "a person's own stack is not added to");
    let watched = StackId(uuid(0x7002));
    store.create_stack(watched, true, 0, &act(2)).await.unwrap();
    store.create_stack(StackId(uuid(0x7003)), false, 1, &act(3)).await.unwrap();
    assert_eq!(store.open_watched_stack().await.unwrap().map(|head| head.id), Some(watched));
    assert!(store.finish_stack(watched, 0, &[], &act(4)).await.unwrap());
    assert_eq!(store.open_watched_stack().await.unwrap(), None);
}
