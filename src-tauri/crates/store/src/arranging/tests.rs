use dossier::Digest;
use serde_json::json;

use super::*;
use crate::{
    Digitised, Document, NewPage, NewRendition,
    testing::{Fixture, act, at, new_document, new_dossier, uuid},
};

/// Two documents of `pages` pages each, digitised; the second holds another paper.
async fn two_documents(fixture: &Fixture, pages: u32) -> [Document; 2] {
    let store = fixture.store();
    let dossier = store.create_dossier(&new_dossier(1), &act(0)).await.unwrap();
    let mut made = vec![];
    for n in 1..=2u128 {
        let blob = store.put_bytes(format!("scan {n}").as_bytes()).await.unwrap();
        store.add_document(&new_document(n, &dossier, blob), &act(n as i64)).await.unwrap();
        let document = store.lease_document(at(5), at(60)).await.unwrap().unwrap();
        finish(store, &document, n, pages).await;
        made.push(store.document(document.id).await.unwrap());
    }
    made.try_into().unwrap()
}

async fn finish(store: &Store, document: &Document, n: u128, pages: u32) {
    let page = |frame: u32| NewPage {
        id: PageId(uuid(0x3000 + n * 0x100 + u128::from(frame))),
        source: document.sources[0].blob.name,
        frame,
        edits: json!({}),
        findings: json!({}),
        removed: false,
        reading: None,
    };
    let pdf = store.put_bytes(format!("pdf {n}").as_bytes()).await.unwrap();
    let rendition =
        NewRendition { recipe: Digest::of(b"r"), pdf, pages, text: format!("chữ {n}"), report: json!({}) };
    let result = Digitised { pages: (0..pages).map(page).collect(), rendition };
    store.finish_document(document.id, &result, &act(6)).await.unwrap();
}

async fn ids(store: &Store, document: DocumentId) -> Vec<PageId> {
    store.pages(document).await.unwrap().iter().map(|page| page.id).collect()
}

fn stands(document: DocumentId, pages: &[PageId]) -> Arrangement {
    Arrangement { document, new: None, pages: pages.to_vec() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_document_is_cut_and_joined_again_and_its_papers_are_never_lost() {
    let mut fixture = Fixture::new().await;
    let [a, b] = two_documents(&fixture, 3).await;
    let (of_a, of_b) = (ids(fixture.store(), a.id).await, ids(fixture.store(), b.id).await);
    let cut = DocumentId(uuid(0x9000));
    let head = DocumentHead { title: "Phần sau".into(), ..a.head.clone() };
    let apart = [stands(a.id, &of_a[..1]), Arrangement { new: Some(head), ..stands(cut, &of_a[1..]) }];
    fixture.store().arrange_pages(&apart, &act(7)).await.unwrap();
    fixture.kill_and_reopen().await;
    let store = fixture.store();
    let new = store.document(cut).await.unwrap();
    assert_eq!((new.head.title.as_str(), new.sources[0].file_name.as_str()), ("Phần sau", "quét 1.tif"));
    assert_eq!((ids(store, a.id).await, ids(store, cut).await), (of_a[..1].to_vec(), of_a[1..].to_vec()));
    let shown = store.pages(cut).await.unwrap();
    assert_eq!(
        shown.iter().map(|page| page.made.unwrap().1).collect::<Vec<_>>(),
        [1, 2],
        "as they were made in the other"
    );
    assert_eq!(store.documents(a.dossier).await.unwrap().len(), 3);

    // The cut-off pages and all of the second document go to the first, in an order of their own.
    let all: Vec<_> = of_b.iter().rev().chain(&of_a).copied().collect();
    store.arrange_pages(&[stands(a.id, &all), stands(b.id, &[]), stands(cut, &[])], &act(8)).await.unwrap();
    assert_eq!(ids(store, a.id).await, all);
    let left: Vec<_> = store.documents(a.dossier).await.unwrap().iter().map(|document| document.id).collect();
    assert_eq!(left, [a.id]);
    let names: Vec<_> = store.document(a.id).await.unwrap().sources.iter().map(|s| s.file_name.clone()).collect();
    assert_eq!(names, ["quét 2.tif", "quét 1.tif"]);
    assert_eq!(store.get_blob(&b.sources[0].blob).await.unwrap(), b"scan 2");

    // And back as it was.
    store.arrange_pages(&[stands(a.id, &of_a), stands(b.id, &of_b), stands(cut, &[])], &act(9)).await.unwrap();
    assert_eq!((ids(store, a.id).await, ids(store, b.id).await), (of_a, of_b));
    let left: Vec<_> = store.documents(a.dossier).await.unwrap().iter().map(|document| document.id).collect();
    assert_eq!(left, [a.id, b.id]);
    // What was put away without a page of its own takes no paper with it.
    store.purge_discarded(at(99), &act(100)).await.unwrap();
    assert_eq!(store.get_blob(&a.sources[0].blob).await.unwrap(), b"scan 1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_arrangement_names_every_page_once_or_changes_nothing() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let [a, b] = two_documents(&fixture, 2).await;
    let (of_a, of_b) = (ids(store, a.id).await, ids(store, b.id).await);
    let twice = [of_a[0], of_a[1], of_a[1]];
    for wrong in [
        vec![stands(a.id, &of_a[..1])],
        vec![stands(a.id, &twice)],
        vec![stands(a.id, &[of_a[0], of_b[0]])],
        vec![stands(a.id, &of_a), stands(b.id, &of_b[..1])],
        vec![stands(DocumentId(uuid(1)), &[])],
    ] {
        let refused = store.arrange_pages(&wrong, &act(7)).await;
        assert!(matches!(refused, Err(StoreError::NotFound(_))), "{wrong:?}");
    }
    assert_eq!((ids(store, a.id).await, ids(store, b.id).await), (of_a.clone(), of_b));
    assert_eq!(store.document(a.id).await.unwrap().status, DocumentStatus::Done);
    // One that was put away with its pages is not taken apart.
    store.discard_document(a.id, &act(8)).await.unwrap();
    let refused = store.arrange_pages(&[stands(a.id, &of_a)], &act(9)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Clash::Document { .. }))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_double_page_becomes_two_and_one_again() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let [a, b] = two_documents(&fixture, 2).await;
    let (before, other) = (ids(store, a.id).await, ids(store, b.id).await);
    let second = PageId(uuid(0x7000));
    let (left, right, whole) = (json!({ "half": 1 }), json!({ "half": 2 }), json!({}));
    store.divide_page(before[0], &left, second, &right, &act(7)).await.unwrap();
    let pages = store.pages(a.id).await.unwrap();
    assert_eq!(pages.iter().map(|page| page.id).collect::<Vec<_>>(), [before[0], second, before[1]]);
    assert_eq!((&pages[0].edits, &pages[1].edits, pages[1].frame), (&left, &right, 0));
    assert_eq!(store.document(a.id).await.unwrap().status, DocumentStatus::Waiting);
    for wrong in [before[0], before[1], other[0], PageId(uuid(1))] {
        let refused = store.unite_pages(before[0], &whole, wrong, &act(8)).await;
        assert!(matches!(refused, Err(StoreError::NotFound(Subject::Page))), "{wrong:?}");
    }
    store.unite_pages(before[0], &whole, second, &act(9)).await.unwrap();
    let pages = store.pages(a.id).await.unwrap();
    assert_eq!((pages.len(), &pages[0].edits), (2, &whole));
}
