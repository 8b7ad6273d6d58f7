use dossier::DocumentId;
use serde_json::json;
use store::{Digitised, NewDocument, NewPage, NewRendition, NewSource};

use super::*;
use crate::{
    Filled,
    papers_in::later,
    testing::{Surroundings, desk},
};

const NUMBER: &str = "001199000017";

async fn begun(desk: &Desk<Surroundings>, procedure: &str, values: &[(&str, serde_json::Value)]) -> DossierId {
    let id = desk.new_dossier(procedure, false).await.unwrap().id;
    fill(desk, id, values).await;
    id
}

async fn fill(desk: &Desk<Surroundings>, id: DossierId, values: &[(&str, serde_json::Value)]) {
    let values: Vec<Filled> =
        values.iter().map(|(field, value)| Filled { field: (*field).into(), value: value.clone() }).collect();
    desk.fill(id, &values).await.unwrap();
}

/// A paper of one page, digitised, with this date read in its letterhead.
async fn paper(desk: &Desk<Surroundings>, dossier: DossierId, component: &str, date: Option<&str>) -> DocumentId {
    let store = desk.store().await.unwrap();
    let open = desk.open_dossier(dossier).await.unwrap();
    let head = head_at(&open, &Place { component: component.to_owned(), row: None }).unwrap();
    let id = DocumentId(Uuid::now_v7());
    let blob = store.put_bytes(id.to_string().as_bytes()).await.unwrap();
    let source = NewSource { blob, file_name: "quét.png".into(), media_type: "image/png".into(), frames: None };
    let new = NewDocument { id, dossier, head, kind: store::DocumentKind::Pages, sources: vec![source] };
    desk.acting("test", async |store, act| store.add_document(&new, act).await).await.unwrap();
    store.lease_document(desk.now(), later(desk.now(), 1000)).await.unwrap().unwrap();
    let letterhead = date.map(|date| json!({ "date": date, "kind": "GIẤY", "fields": [] }));
    let findings = json!({
        "file": 0, "source": "a.png", "frame": 0, "width": 1000, "height": 1400, "kept": [1000, 1400], "dpi": [300, 300],
        "orientation": 0, "orientation_sure": true, "skew_deg": 0, "quad": null, "blank": false, "colour": "colour",
        "separator": false, "codes": [], "letterhead": letterhead, "text": "", "words": 0, "mean_confidence": 0, "bytes": 9,
        "warnings": [],
    });
    let (page, source) = (PageId(Uuid::now_v7()), blob.name);
    let page = NewPage { id: page, source, frame: 0, edits: json!({}), findings, removed: false, reading: None };
    let pdf = store.put_bytes(format!("pdf of {id}").as_bytes()).await.unwrap();
    let text = String::new();
    let rendition = NewRendition { recipe: dossier::Digest::of(b"r"), pdf, pages: 1, text, report: json!({}) };
    let made = Digitised { pages: vec![page], rendition };
    desk.acting("test", async |store, act| store.finish_document(id, &made, act).await).await.unwrap();
    id
}

/// Appointment of somebody.
async fn appointed(desk: &Desk<Surroundings>, procedure: &str, number: &str) -> DossierId {
    let values = [
        ("applicant_name", json!({ "name": "Sở Nội vụ" })),
        ("candidate_name", json!("Nguyễn Thị Ước")),
        ("candidate_number", json!(number)),
    ];
    begun(desk, procedure, &values).await
}

fn lines(papers: &[EarlierPaper]) -> Vec<(&str, DocumentId)> {
    papers.iter().map(|paper| (paper.component.as_str(), paper.document)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_paper_of_the_same_person_serves_in_another_procedure_and_is_sent_as_reused() {
    let desk = desk();
    let one = appointed(&desk, "NB-12", NUMBER).await;
    let health = paper(&desk, one, "NB-12.10", Some("2026-10-01")).await;
    let request = paper(&desk, one, "NB-12.01", None).await;
    let minutes = paper(&desk, one, "NB-12.02", None).await;
    let two = appointed(&desk, "NB-13", NUMBER).await;
    let offered = desk.earlier_papers(two).await.unwrap();
    assert_eq!(lines(&offered), [("NB-13.08", health)], "only what is of one kind by data: {request} {minutes}");
    let paper = &offered[0];
    assert_eq!((paper.date.to_string().as_str(), paper.read, paper.until), ("2026-10-01", true, None));
    assert!(paper.picture.is_some() && paper.dossier == one && paper.pages == 1);

    // The same procedure for the same person: also what has no kind of its own, but not the proposal, which is of its own dossier.
    let again = appointed(&desk, "NB-12", NUMBER).await;
    let offered = desk.earlier_papers(again).await.unwrap();
    assert_eq!(lines(&offered), [("NB-12.02", minutes), ("NB-12.10", health)]);
    assert_eq!(offered[1].until.unwrap().to_string(), "2027-04-01");
    // Somebody else's dossier of the same organisation is offered none of it.
    let other = appointed(&desk, "NB-12", "001199000018").await;
    assert_eq!(desk.earlier_papers(other).await.unwrap(), []);

    let component = ComponentCode::from("NB-13.08");
    let taken = desk.take_earlier(two, &component, health, false).await.unwrap();
    assert!(taken.reused && taken.pages == 1);
    assert!(desk.open_dossier(two).await.unwrap().record.secrecy_declared_at.is_some());
    assert_eq!(desk.earlier_papers(two).await.unwrap(), [], "it has one");
    let gone = desk.take_earlier(two, &component, health, false).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
    let store = desk.store().await.unwrap();
    let (of_one, of_two) = (store.document(health).await.unwrap(), store.document(taken.id).await.unwrap());
    let (file, line) = desk.frozen_file(&of_two).await.unwrap();
    let (earlier, first) = desk.frozen_file(&of_one).await.unwrap();
    assert!(line.reused && !first.reused && line.sha256 == first.sha256 && file.blob == earlier.blob);
    // Neither is told to lie elsewhere too: it was meant.
    for document in [of_one, of_two] {
        assert_eq!(desk.paper_facts(&[document]).await.unwrap()[0].elsewhere, None);
    }
    // Taken out, it is offered again; brought back, not.
    desk.acting("test", async |store, act| store.discard_document(taken.id, act).await).await.unwrap();
    assert_eq!(lines(&desk.earlier_papers(two).await.unwrap()), [("NB-13.08", health)]);
    assert_eq!(desk.show_dossier(two).await.unwrap().removed.len(), 1);
    desk.acting("test", async |store, act| store.restore_document(taken.id, act).await).await.unwrap();
    assert_eq!(desk.show_dossier(two).await.unwrap().documents[0].id, taken.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_counts_no_more_is_taken_only_when_that_is_said_and_the_check_tells() {
    let desk = desk();
    let one = appointed(&desk, "NB-12", NUMBER).await;
    let old = paper(&desk, one, "NB-12.10", Some("2026-04-30")).await;
    let two = appointed(&desk, "NB-12", NUMBER).await;
    let [offered] = &desk.earlier_papers(two).await.unwrap()[..] else { panic!() };
    assert!(offered.expired && offered.until.unwrap().to_string() == "2026-10-30");
    let component = ComponentCode::from("NB-12.10");
    let refused = desk.take_earlier(two, &component, old, false).await.unwrap_err();
    assert_eq!(refused.code, Code::BadValue);
    desk.take_earlier(two, &component, old, true).await.unwrap();
    let found = desk.check_dossier(two).await.unwrap().findings;
    let expired: Vec<_> =
        found.iter().filter(|it| matches!(it.what, crate::FindingKind::PaperExpired { .. })).collect();
    assert!(expired.len() == 1 && !expired[0].blocking, "{expired:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_date_on_it_a_paper_counts_from_the_day_it_came_in() {
    let desk = desk();
    let one = appointed(&desk, "NB-14", NUMBER).await;
    let health = paper(&desk, one, "NB-14.03", None).await;
    let two = appointed(&desk, "NB-14", NUMBER).await;
    let [offered] = &desk.earlier_papers(two).await.unwrap()[..] else { panic!() };
    assert_eq!((offered.date, offered.read, offered.expired), (desk.today().unwrap(), false, false));
    assert_eq!(offered.until.unwrap().to_string(), "2026-12-21");
    // A date after today is misread.
    let three = appointed(&desk, "NB-12", NUMBER).await;
    paper(&desk, three, "NB-12.10", Some("2062-10-01")).await;
    let offered = desk.earlier_papers(two).await.unwrap();
    assert_eq!(offered.iter().map(|it| it.read).collect::<Vec<_>>(), [false, false]);
    assert_eq!(offered[1].document, health, "the newest first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn people_are_told_apart_by_number_record_and_organisation() {
    let desk = desk();
    let citizen = [("requester_name", json!("Nguyễn Thị Ước")), ("requester_number", json!(NUMBER))];
    let one = begun(&desk, "2.000635", &citizen).await;
    let card = paper(&desk, one, "2.000635.02", None).await;
    let keep = crate::FillingRequest::KeepPerson {
        dossier: one,
        who: "requester".into(),
        row: None,
        wording: crate::CONSENT_WORDING,
        purpose: "Điền sẵn".into(),
    };
    let crate::FillingAnswer::Kept(kept) = desk.ask_filling(keep).await.unwrap() else { panic!() };
    assert_eq!(desk.earlier_papers(begun(&desk, "1.004873", &[]).await).await.unwrap(), [], "nobody is named");
    let namesake = begun(&desk, "1.004873", &citizen[..1]).await;
    assert_eq!(desk.earlier_papers(namesake).await.unwrap(), [], "a name is nobody");
    let two = begun(&desk, "1.004873", &citizen).await;
    assert_eq!(lines(&desk.earlier_papers(two).await.unwrap()), [("1.004873.03", card)]);
    // The record alone says it, where the number was not taken from it.
    let three = begun(&desk, "2.000635", &[]).await;
    let ask = crate::FillingRequest::Take {
        dossier: three,
        offer: crate::Offer::Person { person: kept.id },
        who: Some("requester".into()),
        row: None,
    };
    desk.ask_filling(ask).await.unwrap();
    fill(&desk, three, &[("requester_number", json!(""))]).await;
    paper(&desk, three, "2.000635.02", None).await;
    let four = begun(&desk, "2.000635", &[]).await;
    let ask = crate::FillingRequest::Take {
        dossier: four,
        offer: crate::Offer::Person { person: kept.id },
        who: Some("requester".into()),
        row: None,
    };
    desk.ask_filling(ask).await.unwrap();
    assert_eq!(desk.earlier_papers(four).await.unwrap().len(), 2);

    let founded = |name: &str| [("applicant_name", json!({ "name": name }))];
    let seal = begun(&desk, "NB-09", &founded("Trung tâm Y tế huyện")).await;
    let decision = paper(&desk, seal, "NB-09.01", Some("2020-01-15")).await;
    let budget = begun(&desk, "NB-07", &founded("TRUNG TÂM Y TẾ HUYỆN")).await;
    assert_eq!(lines(&desk.earlier_papers(budget).await.unwrap()), [("NB-07.03", decision)]);
    let practice = desk.new_dossier("NB-07", true).await.unwrap().id;
    assert_eq!(desk.earlier_papers(practice).await.unwrap(), []);
}
