use serde_json::json;

use super::*;
use crate::{
    BlobId, Dossier, NewPage, NewRendition, OutboxState,
    pages::Digitised,
    testing::{Fixture, act, at, found, new_document, new_dossier, uuid},
};

const WHO: &str = "number:001199000017";

async fn dossier(store: &Store, n: u128) -> Dossier {
    let mut new = new_dossier(n);
    new.head.people = Some(vec![WHO.to_owned()]);
    store.create_dossier(&new, &act(n as i64)).await.unwrap()
}

/// A digitised paper of two pages; gives it with its file and its PDF.
async fn paper(store: &Store, n: u128, of: &Dossier) -> (Document, [BlobId; 2]) {
    let blob = store.put_bytes(format!("sheet {n}").as_bytes()).await.unwrap();
    store.add_document(&new_document(n, of, blob), &act(10)).await.unwrap();
    let leased = store.lease_document(at(20), at(60)).await.unwrap().unwrap();
    let page = |frame| NewPage {
        id: PageId(uuid(0x2000 + 16 * n + u128::from(frame))),
        source: blob.name,
        frame,
        edits: json!({}),
        findings: json!({ "text": "giấy chứng nhận sức khỏe", "bytes": 9 }),
        removed: false,
        reading: None,
    };
    let pdf = store.put_bytes(format!("pdf {n}").as_bytes()).await.unwrap();
    let text = "giấy chứng nhận sức khỏe".to_owned();
    let rendition = NewRendition { recipe: dossier::Digest::of(b"r"), pdf, pages: 2, text, report: json!({}) };
    let made = Digitised { pages: vec![page(0), page(1)], rendition };
    store.finish_document(leased.id, &made, &act(21)).await.unwrap();
    (store.document(leased.id).await.unwrap(), [blob, pdf])
}

fn again(n: u128, from: &Document, into: &Dossier) -> Reused {
    Reused {
        id: DocumentId(uuid(0x3000 + n)),
        dossier: into.id,
        from: from.id,
        head: DocumentHead { component: "TP-07".into(), ..from.head.clone() },
        pages: vec![PageId(uuid(0x4000 + 16 * n)), PageId(uuid(0x4001 + 16 * n))],
    }
}

async fn offered(store: &Store, not_in: &Dossier) -> Vec<DocumentId> {
    let (people, components) = ([WHO.to_owned()], ["TP-01".to_owned(), "TP-07".to_owned()]);
    let papers = store.papers_naming(&people, &components, not_in.id).await.unwrap();
    papers.into_iter().map(|paper| paper.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_paper_taken_over_is_the_same_bytes_and_nothing_new_on_the_disk() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (one, two, three) = (dossier(store, 1).await, dossier(store, 2).await, dossier(store, 3).await);
    let (first, [sheet, pdf]) = paper(store, 1, &one).await;
    let other = store.create_dossier(&new_dossier(4), &act(4)).await.unwrap();
    paper(store, 2, &other).await;
    assert_eq!(offered(store, &two).await, [first.id], "of the same people only");
    assert_eq!(offered(store, &one).await, [], "not of the dossier itself");
    let before = store.verify_blobs(|_, _| {}).await.unwrap().sound;
    let second = store.reuse_document(&again(1, &first, &two), &act(30)).await.unwrap();
    assert_eq!(store.verify_blobs(|_, _| {}).await.unwrap().sound, before);
    assert_eq!((second.reused_from, second.came_at, second.status), (Some(first.id), at(10), DocumentStatus::Done));
    assert_eq!((second.sources.clone(), second.head.component.as_str()), (first.sources.clone(), "TP-07"));
    assert_eq!(store.rendition(second.id).await.unwrap().unwrap().pdf, pdf);
    let pages = store.pages(second.id).await.unwrap();
    assert_eq!(pages.iter().map(|page| (page.source, page.frame)).collect::<Vec<_>>(), [(sheet, 0), (sheet, 1)]);
    assert_eq!(pages[1].made, Some((pdf.name, 1)));
    assert_eq!(found(store, "suc khoe").await, [4, 2, 1], "found by its words in both");

    // Of the newest first; and taken on from there it came in when it first did.
    assert_eq!(offered(store, &three).await, [second.id, first.id]);
    let third = store.reuse_document(&again(2, &second, &three), &act(40)).await.unwrap();
    assert_eq!((third.reused_from, third.came_at), (Some(second.id), at(10)));
    let twice = store.reuse_document(&again(3, &first, &one), &act(41)).await;
    assert!(matches!(twice, Err(StoreError::Conflict(Clash::Document { .. }))), "it is here already");
    let short = Reused { pages: vec![], ..again(4, &first, &two) };
    assert!(store.reuse_document(&short, &act(42)).await.is_err(), "its pages changed since it was looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn whichever_goes_first_the_other_keeps_its_bytes_and_with_the_last_they_are_destroyed() {
    for earlier_first in [true, false] {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let (one, two) = (dossier(store, 1).await, dossier(store, 2).await);
        let (first, [sheet, pdf]) = paper(store, 1, &one).await;
        let second = store.reuse_document(&again(1, &first, &two), &act(30)).await.unwrap();
        let order = if earlier_first { [first.id, second.id] } else { [second.id, first.id] };
        store.remove_document(order[0], &act(31)).await.unwrap();
        assert_eq!(store.get_blob(&sheet).await.unwrap(), b"sheet 1");
        assert_eq!(store.get_blob(&pdf).await.unwrap(), b"pdf 1");
        assert_eq!(store.pages(order[1]).await.unwrap()[0].made, Some((pdf.name, 0)), "and its pages their pictures");
        // Put away and brought back, then put away for good.
        store.discard_document(order[1], &act(32)).await.unwrap();
        store.restore_document(order[1], &act(33)).await.unwrap();
        store.discard_document(order[1], &act(34)).await.unwrap();
        assert!(store.get_blob(&sheet).await.is_ok());
        assert_eq!(store.purge_discarded(at(40), &act(40)).await.unwrap(), 1);
        assert!(store.get_blob(&sheet).await.is_err() && store.get_blob(&pdf).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_state_secret_read_in_one_dossier_seals_the_paper_in_all_and_it_is_never_offered() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (one, two, three) = (dossier(store, 1).await, dossier(store, 2).await, dossier(store, 3).await);
    let (first, [sheet, pdf]) = paper(store, 1, &one).await;
    let second = store.reuse_document(&again(1, &first, &two), &act(30)).await.unwrap();
    // Looked at again in the later dossier, and a stamp is read there.
    let page = store.pages(second.id).await.unwrap().remove(0);
    let edit = crate::PageEdit { id: page.id, edits: json!({ "turn": 180 }), removed: false };
    store.edit_pages(&[edit], &act(31)).await.unwrap();
    assert_eq!(offered(store, &three).await, [first.id], "one that is made again is not offered meanwhile");
    assert_eq!(store.lease_document(at(32), at(90)).await.unwrap().unwrap().id, second.id);
    let failure = Failure { code: Failure::SECRET.into(), args: json!({ "mark": "MẬT" }) };
    store.fail_document(second.id, &failure, &act(33)).await.unwrap();

    assert_eq!(offered(store, &three).await, []);
    for id in [first.id, second.id] {
        let sealed = store.document(id).await.unwrap();
        assert_eq!((sealed.status, sealed.failure), (DocumentStatus::Failed, Some(failure.clone())));
        assert_eq!(store.rendition(id).await.unwrap().unwrap().text, "");
        assert!(store.reuse_document(&again(9, &store.document(id).await.unwrap(), &three), &act(34)).await.is_err());
    }
    assert!(!store.may_be_shown(&sheet.name).await.unwrap() && !store.may_be_shown(&pdf.name).await.unwrap());
    assert_eq!(found(store, "suc khoe").await, [] as [u128; 0]);
    store.remove_document(first.id, &act(35)).await.unwrap();
    assert!(!store.may_be_shown(&sheet.name).await.unwrap());
    store.remove_document(second.id, &act(36)).await.unwrap();
    assert!(store.get_blob(&sheet).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_waits_to_be_sent_with_a_paper_that_is_sealed_is_taken_back() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (one, two) = (dossier(store, 1).await, dossier(store, 2).await);
    let (first, [source, pdf]) = paper(store, 1, &one).await;
    let second = store.reuse_document(&again(1, &first, &two), &act(30)).await.unwrap();
    store.transition(two.id, &dossier::Transition::Check { blocking: 0 }, &act(31)).await.unwrap();
    let version = store.dossier(two.id).await.unwrap().answers_version;
    let submission = submission(&two, version, frozen_file(&second, pdf));
    store.freeze(&submission, &act(32)).await.unwrap();
    seal(store, first.id, 33).await;
    assert_eq!(store.submissions(two.id).await.unwrap()[0].state, OutboxState::Withdrawn);
    assert_eq!(store.lease_submission(at(40), at(99)).await.unwrap(), None);
    assert_eq!(store.dossier(two.id).await.unwrap().state, dossier::State::Draft);
    // What was frozen of it holds nothing back: with the papers their keys are gone.
    for document in [first.id, second.id] {
        store.remove_document(document, &act(41)).await.unwrap();
    }
    assert!(store.get_blob(&pdf).await.is_err() && store.get_blob(&source).await.is_err());
}

/// The paper of `one` is read again, and a state secret is found on it.
async fn seal(store: &Store, document: DocumentId, second: i64) {
    let page = store.pages(document).await.unwrap().remove(0);
    let edit = crate::PageEdit { id: page.id, edits: json!({}), removed: false };
    store.edit_pages(&[edit], &act(second)).await.unwrap();
    store.lease_document(at(second + 1), at(second + 50)).await.unwrap().unwrap();
    let failure = Failure { code: Failure::SECRET.into(), args: json!({}) };
    store.fail_document(document, &failure, &act(second + 2)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_pack_with_a_paper_that_is_sealed_is_taken_back_and_its_own_file_destroyed() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (one, two) = (dossier(store, 1).await, dossier(store, 2).await);
    let (first, [_, pdf]) = paper(store, 1, &one).await;
    let second = store.reuse_document(&again(1, &first, &two), &act(30)).await.unwrap();
    store.transition(two.id, &dossier::Transition::Check { blocking: 0 }, &act(31)).await.unwrap();
    let reduced = store.put_bytes(b"reduced for the portal").await.unwrap();
    let pack = crate::NewPack {
        id: uuid(0x7001),
        dossier: two.id,
        portal: "dvc-tinh".into(),
        portal_json: "{}".into(),
        place: String::new(),
        contents: json!({}),
        files: vec![crate::PackFile { name: "01.pdf".into(), blob: reduced }],
        answers_version: store.dossier(two.id).await.unwrap().answers_version,
        papers: vec![frozen_file(&second, pdf)],
        reason: String::new(),
    };
    store.begin_pack(&pack, &act(32)).await.unwrap();
    store.finish_pack(pack.id, &act(32)).await.unwrap();
    seal(store, first.id, 33).await;
    assert!(store.pack(two.id).await.unwrap().is_none());
    assert_eq!(store.dossier(two.id).await.unwrap().state, dossier::State::Draft);
    assert!(store.get_blob(&reduced).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_sealed_paper_can_be_destroyed_also_where_its_dossier_was_sent() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (one, two) = (dossier(store, 1).await, dossier(store, 2).await);
    let (first, [source, pdf]) = paper(store, 1, &one).await;
    let second = store.reuse_document(&again(1, &first, &two), &act(30)).await.unwrap();
    store.transition(two.id, &dossier::Transition::Check { blocking: 0 }, &act(31)).await.unwrap();
    let version = store.dossier(two.id).await.unwrap().answers_version;
    let submission = submission(&two, version, frozen_file(&second, pdf));
    store.freeze(&submission, &act(32)).await.unwrap();
    store.lease_submission(at(33), at(60)).await.unwrap();
    let receipt = crate::NewReceipt {
        json: b"{}".to_vec(),
        code: "H06.16-20261121-0001".into(),
        received_at: at(34),
        manifest_sha256: submission.manifest_sha256,
    };
    store.complete_submission(submission.id, &receipt, &act(34)).await.unwrap();
    assert!(store.remove_document(second.id, &act(35)).await.is_err(), "what was sent stays");
    seal(store, first.id, 36).await;
    for document in [first.id, second.id] {
        store.remove_document(document, &act(40)).await.unwrap();
    }
    assert!(store.get_blob(&pdf).await.is_err() && store.get_blob(&source).await.is_err());
}

fn frozen_file(of: &Document, blob: BlobId) -> crate::NewOutboxFile {
    crate::NewOutboxFile {
        blob,
        component: "TP-07".into(),
        component_row: None,
        title: of.head.title.clone(),
        media_type: "application/pdf".into(),
    }
}

fn submission(of: &crate::Dossier, answers_version: u64, file: crate::NewOutboxFile) -> crate::NewSubmission {
    crate::NewSubmission {
        id: dossier::SubmissionId(uuid(0x5000)),
        dossier: of.id,
        kind: crate::SubmissionKind::Submit,
        answers_version,
        manifest: b"{}".to_vec(),
        manifest_sha256: dossier::Digest::of(b"{}"),
        payload: json!({}),
        files: vec![file],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_is_named_follows_what_is_saved_and_a_dossier_put_away_offers_nothing() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (one, two) = (dossier(store, 1).await, dossier(store, 2).await);
    let (first, _) = paper(store, 1, &one).await;
    let named = |people: Option<&str>| crate::DossierHead {
        people: people.map(|who| vec![who.to_owned()]),
        ..one.head.clone()
    };
    let version = store.save_answers(one.id, 0, &json!({}), &named(Some("number:1")), at(30)).await.unwrap();
    assert_eq!(offered(store, &two).await, []);
    let version = store.save_answers(one.id, version, &json!({}), &named(Some(WHO)), at(31)).await.unwrap();
    store.save_answers(one.id, version, &json!({}), &named(None), at(32)).await.unwrap();
    assert_eq!(offered(store, &two).await, [first.id], "nothing said leaves it as it is");
    store.discard_dossier(one.id, &act(33)).await.unwrap();
    assert_eq!(offered(store, &two).await, []);
    assert!(matches!(
        store.reuse_document(&again(1, &first, &two), &act(34)).await,
        Err(StoreError::NotFound(Subject::Document))
    ));
    store.restore_dossier(one.id, &act(35)).await.unwrap();
    store.discard_document(first.id, &act(36)).await.unwrap();
    assert_eq!(offered(store, &two).await, []);
}
