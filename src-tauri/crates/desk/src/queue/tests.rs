use std::path::Path;

use store::DocumentStatus;

use super::*;
use crate::{
    FileReport, PageDecision,
    testing::{add_pages, attended_desk, desk, digitised},
};

/// A page of a file, as it stands in a document.
fn page(file: u8, frame: u32, turned: u16) -> Page {
    let sha256 = Digest::of(&[file]);
    Page {
        id: PageId(Uuid::now_v7()),
        document: DocumentId(Uuid::nil()),
        position: 0,
        source: BlobId { name: sha256.to_string().parse().unwrap(), sha256, size: 1 },
        frame,
        edits: json!({ "orientation": turned }),
        findings: json!({}),
        removed: false,
        reading: None,
        made: None,
    }
}

#[test]
fn pages_are_made_in_their_order_and_a_file_is_opened_once_for_those_that_follow_one_another() {
    let pages = [page(1, 2, 0), page(1, 0, 90), page(2, 0, 0), page(1, 1, 180)];
    let found: Vec<Vec<u32>> = runs(&pages).map(|run| run.iter().map(|page| page.frame).collect()).collect();
    assert_eq!(found, [vec![2, 0], vec![0], vec![1]]);
}

#[test]
fn a_document_over_the_limits_is_cut_between_its_pages() {
    let ids: Vec<PageId> = (0..6).map(|_| PageId(Uuid::now_v7())).collect();
    let cut = |sizes: [u64; 6], bytes, pages| -> Vec<usize> {
        let sized: Vec<(PageId, u64)> = ids.iter().copied().zip(sizes).collect();
        let parts = parts(&sized, bytes, pages);
        assert_eq!(parts.concat(), ids, "all of them, in their order");
        parts.iter().map(Vec::len).collect()
    };
    assert_eq!(cut([3, 3, 3, 3, 3, 3], 10, 100), [3, 3]);
    assert_eq!(cut([3, 0, 3, 3, 0, 3], 9, 100), [5, 1], "what is left out of the PDF costs nothing");
    assert_eq!(cut([3, 50, 3, 3, 3, 3], 10, 100), [1, 1, 3, 1], "a page that is too large alone stands alone");
    assert_eq!(cut([1, 1, 1, 1, 1, 1], 100, 2), [2, 2, 2]);
    assert_eq!(cut([1, 1, 1, 1, 1, 1], 100, 100), [6]);
}

#[test]
fn what_is_read_again_depends_on_place_and_turn_only() {
    let plain = PageEdits::default();
    let same = [
        PageEdits { keep: Some(true), ..plain.clone() },
        PageEdits { darker: 2, ..plain.clone() },
        PageEdits { words: vec![crate::WordEdit { at: [1.0, 2.0], text: "Tàu".to_owned() }], ..plain.clone() },
    ];
    let other = [
        PageEdits { orientation: Some(0), ..plain.clone() },
        PageEdits { skew_deg: Some(0.1), ..plain.clone() },
        PageEdits { quad: Some([[0.0, 0.0], [90.0, 0.0], [90.0, 90.0], [0.0, 90.0]]), ..plain.clone() },
    ];
    let recipe = |edits: &PageEdits| reading_recipe("reader", edits);
    assert!(same.iter().all(|edits| recipe(edits) == recipe(&plain)));
    assert!(other.iter().all(|edits| recipe(edits) != recipe(&plain)));
    assert_ne!(recipe(&plain), reading_recipe("another reader", &plain));
}

#[test]
fn a_page_an_interrupted_run_made_is_taken_for_the_very_same_only() {
    let (plain, how) = (PageEdits::default(), Settings::default());
    let recipe = |reader: &str, edits: &PageEdits, how: &Settings| page_recipe(reader, edits, how);
    let same = recipe("reader", &plain, &how);
    assert_eq!(recipe("reader", &PageEdits::default(), &Settings::default()), same);
    let others = [
        recipe("another reader", &plain, &how),
        recipe("reader", &PageEdits { darker: 2, ..plain.clone() }, &how),
        recipe("reader", &plain, &Settings { max_dpi: 200, ..how.clone() }),
    ];
    assert!(others.iter().all(|other| *other != same));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_over_the_limits_is_not_sent_and_the_next_run_cuts_it_into_one_paper() {
    let desk = attended_desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    add_pages(&desk, id, &[b"a thick paper"]).await;
    let most = desk.scan_rule().await.unwrap().max_pages;
    // Made, and ended before it was cut.
    let made = digitised(&desk, 2 * most + 1).await;
    let findings = desk.check_dossier(id).await.unwrap();
    let fault = findings.documents[&made.id.to_string()].clone();
    assert_eq!((fault.code, fault.args["what"].as_str()), (Code::FileTooLarge, "frames"));
    assert_eq!((fault.args["found"].parse(), fault.args["limit"].parse()), (Ok(2 * most + 1), Ok(most)));
    let looks = dossier::check::FindingKind::NotReady { status: dossier::check::DocumentStatus::NeedsAttention };
    assert!(findings.findings.iter().any(|finding| finding.what == looks && finding.blocking));
    assert_eq!(desk.document_view(&made).await.unwrap().fault, Some(fault));
    assert_eq!(desk.submit_dossier(id).await.unwrap_err().code, Code::NotReady);

    // There is no worker to make the parts: they wait for one.
    assert!(desk.digitise_waiting().await.unwrap_err().is_the_stations());
    let store = desk.store().await.unwrap();
    let parts = store.documents(id).await.unwrap();
    let said: Vec<_> = parts.iter().map(|it| (it.head.originals, it.head.copies, it.status)).collect();
    let waiting = DocumentStatus::Waiting;
    assert_eq!(said, [(1, 0, waiting), (0, 0, waiting), (0, 0, waiting)], "one original still");
    let mut pages = vec![];
    for part in &parts {
        pages.push(store.pages(part.id).await.unwrap().len());
    }
    assert_eq!(pages, [most as usize, most as usize, 1]);
    let entries = store.journal(Some(id), 99, None).await.unwrap();
    let cut = entries.iter().find(|entry| entry.what == "pages.arranged").unwrap();
    assert!(cut.automatic, "nobody asked for it");
}

fn damage_contents(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { damage_contents(&path) } else { std::fs::write(path, b"not what was kept").unwrap() }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_damaged_blob_fails_its_document_and_the_next_one_has_its_turn() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let damaged = add_pages(&desk, id, &[b"a sheet"]).await;
    damage_contents(&desk.host.folder.path().join("profile/blobs"));
    let next = add_pages(&desk, id, &[b"another sheet"]).await;
    // There is no worker to make the next one: that stops the run, and is nobody's paper's mistake.
    let stopped = desk.digitise_waiting().await.unwrap_err();
    assert!(stopped.is_the_stations(), "{stopped:?}");
    let store = desk.store().await.unwrap();
    let (damaged, next) = (store.document(damaged).await.unwrap(), store.document(next).await.unwrap());
    assert_eq!(damaged.status, DocumentStatus::Failed);
    assert_eq!(damaged.failure.unwrap().code, "store_corrupt");
    assert_eq!((next.status, next.attempts), (DocumentStatus::Waiting, 1));
    let told = desk.host.notices.lock().unwrap();
    let of = |id| told.iter().filter(|it| matches!(it, Notice::Document { document, .. } if *document == id)).count();
    assert_eq!((of(damaged.id), of(next.id)), (2, 2), "taken up and put down, each");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_waits_to_be_made_again_is_not_taken_for_made() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    add_pages(&desk, id, &[b"a sheet"]).await;
    let document = digitised(&desk, 1).await;
    let view = desk.document_view(&document).await.unwrap();
    assert_eq!((view.pages, view.bytes > 0, view.sha256.is_some()), (1, true, true));
    let page = desk.document_pages(document.id).await.unwrap()[0].id.unwrap();
    let turned = |orientation| PageEdits { orientation: Some(orientation), ..PageEdits::default() };
    let turn = async |to| desk.edit_pages(vec![PageDecision { page, edits: turned(to) }]).await;
    assert_eq!(turn(45).await.unwrap_err().code, Code::BadValue);
    turn(180).await.unwrap();

    let document = desk.store().await.unwrap().document(document.id).await.unwrap();
    let view = desk.document_view(&document).await.unwrap();
    assert_eq!((view.pages, view.bytes, view.sha256), (0, 0, None));
    let pages = desk.document_pages(document.id).await.unwrap();
    assert!(pages[0].made.is_some(), "what was made before is shown until it is made again");
    let made_with = pages[0].found.as_ref().unwrap().edits.clone();
    assert_eq!((pages[0].edits.clone(), made_with), (turned(180), PageEdits::default()));
    let exported = desk.export_dossier(id, desk.host.folder.path().join("out")).await.unwrap();
    assert_eq!((exported.files.len(), exported.unfinished), (1, vec!["Tờ trình".to_owned()]));
    let entries = desk.store().await.unwrap().journal(Some(id), 9, None).await.unwrap();
    assert!(entries.iter().any(|entry| entry.what == "page.edited"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn where_the_background_works_a_request_leaves_the_work_to_it() {
    let desk = attended_desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    // There is no worker here: whoever digitised would be told so.
    let findings = desk.check_dossier(id).await.unwrap();
    assert!(!findings.ready);
    let waits = dossier::check::FindingKind::NotReady { status: dossier::check::DocumentStatus::Working };
    assert!(findings.findings.iter().any(|finding| finding.what == waits && finding.blocking));
    assert_eq!(desk.submit_dossier(id).await.unwrap_err().code, Code::NotReady);
    crate::testing::failed(&desk, "file_truncated").await;
    desk.retry_dossier(id).await.unwrap();
    let again = desk.store().await.unwrap().document(document).await.unwrap();
    assert_eq!((again.status, again.attempts), (DocumentStatus::Waiting, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_background_counts_for_the_document_and_not_for_a_request() {
    let watched = async |desk: &Desk<crate::testing::Surroundings>| {
        let (dossier, document) = (dossier::DossierId(Uuid::now_v7()), DocumentId(Uuid::now_v7()));
        let progress = crate::Progress { done: 1, total: 2, file: "1.png".to_owned() };
        crate::Watch::progress(&Digitising { desk, dossier, document }, progress);
        std::mem::take(&mut *desk.host.notices.lock().unwrap())
    };
    let (alone, attended) = (watched(&desk()).await, watched(&attended_desk()).await);
    assert!(matches!(alone[..], [Notice::Progress { .. }, Notice::Digitising { .. }]), "{alone:?}");
    assert!(matches!(attended[..], [Notice::Digitising { .. }]), "{attended:?}");
}

#[test]
fn a_secret_on_any_page_is_what_is_told_of_a_document() {
    let fault = |code| Fault::new(code);
    let file = |faults: &[Code]| FileReport {
        fault: faults.first().map(|code| fault(*code)),
        more_faults: faults.iter().skip(1).map(|code| fault(*code)).collect(),
        ..FileReport::default()
    };
    let of = |files: &[&[Code]]| {
        let report = Report { files: files.iter().map(|faults| file(faults)).collect(), ..Report::default() };
        gravest(&report).map(|fault| fault.code)
    };
    assert_eq!(of(&[&[], &[]]), None);
    assert_eq!(of(&[&[Code::FileTruncated], &[Code::FileCorrupt]]), Some(Code::FileTruncated));
    assert_eq!(of(&[&[Code::FileTruncated, Code::SecretPaper], &[Code::FileCorrupt]]), Some(Code::SecretPaper));
    assert_eq!(of(&[&[Code::FileTruncated], &[Code::DiskFull]]), Some(Code::DiskFull));
}
