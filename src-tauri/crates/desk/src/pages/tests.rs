use store::{DocumentStatus, NewReading};

use super::*;
use crate::{
    edits::{ComponentPlace, PageColour, WordEdit},
    testing::{Surroundings, add_pages, desk, digitised},
};

async fn ids(desk: &Desk<Surroundings>, document: DocumentId) -> Vec<PageId> {
    desk.document_pages(document).await.unwrap().iter().map(|page| page.id.unwrap()).collect()
}

fn of(document: DocumentId, pages: &[PageId]) -> PagesOf {
    PagesOf { document: Some(document), place: None, pages: pages.to_vec() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn edits_of_several_pages_are_kept_all_or_none_and_survive_being_made_again() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    digitised(&desk, 2).await;
    let pages = ids(&desk, document).await;
    let edits = PageEdits {
        quad: Some([[9.0, 8.0], [900.0, 12.0], [905.0, 1300.0], [4.0, 1310.0]]),
        skew_deg: Some(-1.3),
        colour: Some(PageColour::Gray),
        darker: 2,
        words: vec![WordEdit { at: [100.0, 120.0], text: "Tàu".to_owned() }],
        ..PageEdits::default()
    };
    let decide = |n: usize, edits: &PageEdits| PageDecision { page: pages[n], edits: edits.clone() };
    let senseless = PageEdits { darker: 99, ..edits.clone() };
    let refused = desk.edit_pages(vec![decide(0, &edits), decide(1, &senseless)]).await.unwrap_err();
    assert_eq!(refused.code, Code::BadValue);
    let stand =
        async || desk.document_pages(document).await.unwrap().iter().map(|it| it.edits.clone()).collect::<Vec<_>>();
    assert_eq!(stand().await, [PageEdits::default(), PageEdits::default()]);

    desk.edit_pages(vec![decide(0, &edits), decide(1, &PageEdits::default())]).await.unwrap();
    assert_eq!(stand().await, [edits.clone(), PageEdits::default()]);
    // Redone from the source: as if nobody had said anything.
    desk.edit_pages(vec![decide(0, &PageEdits::default())]).await.unwrap();
    assert_eq!(stand().await[0], PageEdits::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_document_is_cut_into_another_component_and_joined_again() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    digitised(&desk, 3).await;
    let pages = ids(&desk, document).await;
    let there = |component: &str| Some(ComponentPlace { component: component.to_owned(), row: None });
    let cut =
        |place| [of(document, &pages[..1]), PagesOf { document: None, place, pages: pages[1..].to_vec() }].to_vec();
    assert_eq!(desk.arrange_pages(cut(there("unheard-of"))).await.unwrap_err().code, Code::UnknownComponent);
    assert_eq!(ids(&desk, document).await, pages);
    let other = desk.open_dossier(id).await.unwrap().procedure.components.last().unwrap().code.to_string();
    let made = desk.arrange_pages(cut(there(&other))).await.unwrap();
    assert_eq!((made[0], made.len()), (document, 2));
    let documents = desk.show_dossier(id).await.unwrap().documents;
    let new = documents.iter().find(|it| it.id == made[1]).unwrap();
    assert_eq!(new.component, other);
    assert_eq!((ids(&desk, document).await, ids(&desk, made[1]).await), (pages[..1].to_vec(), pages[1..].to_vec()));

    desk.arrange_pages(vec![of(document, &pages), of(made[1], &[])]).await.unwrap();
    assert_eq!(ids(&desk, document).await, pages);
    assert_eq!(desk.show_dossier(id).await.unwrap().documents.len(), 1);
    // Done again, by the id it had.
    desk.arrange_pages(vec![of(document, &pages[..2]), of(made[1], &pages[2..])]).await.unwrap();
    assert_eq!(ids(&desk, made[1]).await, pages[2..]);
    let alone = PagesOf { document: None, place: None, pages: vec![] };
    assert_eq!(desk.arrange_pages(vec![alone]).await.unwrap_err().code, Code::BadValue);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_double_page_is_divided_united_and_divided_again_by_the_same_id() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    digitised(&desk, 1).await;
    let page = ids(&desk, document).await[0];
    let half = |x: f64| PageEdits {
        quad: Some([[x, 0.0], [x + 500.0, 0.0], [x + 500.0, 1400.0], [x, 1400.0]]),
        ..PageEdits::default()
    };
    let first = PageDecision { page, edits: half(0.0) };
    let second = desk.divide_page(first.clone(), half(500.0), None).await.unwrap();
    let shown = desk.document_pages(document).await.unwrap();
    assert_eq!(
        shown.iter().map(|it| (it.id.unwrap(), it.edits.clone())).collect::<Vec<_>>(),
        [(page, half(0.0)), (second, half(500.0))]
    );
    desk.unite_pages(PageDecision { page, edits: PageEdits::default() }, second).await.unwrap();
    assert_eq!(ids(&desk, document).await, [page]);
    assert_eq!(desk.divide_page(first, half(500.0), Some(second)).await.unwrap(), second);
    let stored = desk.store().await.unwrap().document(document).await.unwrap();
    assert_eq!(stored.status, DocumentStatus::Waiting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_half_that_is_reset_stays_its_half_of_the_sheet() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    digitised(&desk, 1).await;
    let first = ids(&desk, document).await[0];
    let half = |x: f64| PageEdits {
        quad: Some([[x, 0.0], [x + 500.0, 0.0], [x + 500.0, 1400.0], [x, 1400.0]]),
        ..PageEdits::default()
    };
    let darker = PageDecision { page: first, edits: PageEdits { darker: 2, ..half(0.0) } };
    let second = desk.divide_page(darker, half(500.0), None).await.unwrap();
    let reset = async |pages: &[PageId]| {
        let plain = |&page: &PageId| PageDecision { page, edits: PageEdits::default() };
        desk.edit_pages(pages.iter().map(plain).collect()).await.unwrap();
        let pages = desk.document_pages(document).await.unwrap();
        pages.into_iter().map(|page| page.edits).collect::<Vec<_>>()
    };
    // Each of them, or both at once: the sheet stands there once, and the rest of what was decided is gone.
    assert_eq!(reset(&[first]).await, [half(0.0), half(500.0)]);
    assert_eq!(reset(&[first, second]).await, [half(0.0), half(500.0)]);
    // In a document of its own, too.
    let made =
        desk.arrange_pages(vec![of(document, &[first]), PagesOf { document: None, place: None, pages: vec![second] }]);
    let other = made.await.unwrap()[1];
    assert_eq!(reset(&[first, second]).await, [half(0.0)]);
    desk.arrange_pages(vec![of(document, &[first, second]), of(other, &[])]).await.unwrap();
    // One page again, it is the whole sheet.
    desk.unite_pages(PageDecision { page: first, edits: half(0.0) }, second).await.unwrap();
    assert_eq!(reset(&[first]).await, [PageEdits::default()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn that_no_worker_could_be_had_is_no_number_of_frames() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    let blob = desk.store().await.unwrap().document(document).await.unwrap().sources[0].blob.name;
    let stopped = desk.document_pages(document).await.unwrap_err();
    assert!(stopped.is_the_stations(), "{stopped:?}");
    assert_eq!(desk.pictures.frames(&blob), None, "the next look may count them");
    desk.pictures.keep_frames(blob, 2);
    assert_eq!(desk.document_pages(document).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn words_are_told_with_their_doubts_and_what_a_person_said_of_them() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    let made = digitised(&desk, 1).await;
    let store = desk.store().await.unwrap();
    let word = |text: &str, x: u32, confidence: f32| ocr::Word {
        text: text.to_owned(),
        bbox: ocr::Rect { x, y: 700, width: 100, height: 50 },
        confidence,
        line: 0,
        block: 0,
        baseline: None,
    };
    let reading = ocr::Reading::new(vec![word("Tòu", 100, 0.4), word("biển", 300, 0.9)]);
    let read = ReadPage::new((0, true), [1000, 1400], &reading, |at| at);
    let recipe = reading_recipe("reader", &PageEdits::default());
    let source = made.sources[0].blob.name;
    let content = postcard::to_stdvec(&Some(&read)).unwrap();
    store
        .put_reading(&NewReading { source, frame: 0, recipe, found: json!({}), content, made: None }, desk.now())
        .await
        .unwrap();
    let page = ids(&desk, document).await[0];
    assert_eq!(desk.page_words(document, page).await.unwrap(), [], "made by another reading");

    let leased = store.lease_document(desk.now(), crate::papers_in::later(desk.now(), 9)).await.unwrap();
    assert!(leased.is_none(), "it is done");
    desk.edit_pages(vec![PageDecision { page, edits: PageEdits::default() }]).await.unwrap();
    let leased = store.lease_document(desk.now(), crate::papers_in::later(desk.now(), 9)).await.unwrap().unwrap();
    let stored = store.pages(document).await.unwrap();
    let pages = stored.iter().map(|page| store::NewPage {
        id: page.id,
        source: page.source.name,
        frame: 0,
        edits: page.edits.clone(),
        findings: page.findings.clone(),
        removed: false,
        reading: Some(recipe),
    });
    let rendition = store.rendition(document).await.unwrap().unwrap();
    let rendition =
        store::NewRendition { recipe, pdf: rendition.pdf, pages: 1, text: String::new(), report: json!({}) };
    let result = store::Digitised { pages: pages.collect(), rendition };
    desk.acting("test", async |store, act| store.finish_document(leased.id, &result, act).await).await.unwrap();

    let words = desk.page_words(document, page).await.unwrap();
    assert_eq!((words[0].text.as_str(), words[0].place), ("Tòu", [0.1, 0.5, 0.1, 50.0 / 1400.0]));
    assert_eq!((words[0].doubt, words[1].doubt), (Some(crate::worker::WordDoubt::Unclear), None));
    let said = WordEdit { at: words[0].at, text: "Tàu".to_owned() };
    let edits = PageEdits { words: vec![said], ..PageEdits::default() };
    desk.edit_pages(vec![PageDecision { page, edits }]).await.unwrap();
    let word = desk.page_words(document, page).await.unwrap().swap_remove(0);
    assert_eq!((word.text.as_str(), word.read.as_str(), word.told, word.doubt), ("Tàu", "Tòu", true, None));
}
