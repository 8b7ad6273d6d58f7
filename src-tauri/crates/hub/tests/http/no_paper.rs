//! Departments' lists of procedures without paper: taken once, of one agency, fetched by all, and applied.

use dossier::no_paper::NoPaperList;
use reqwest::{Method, StatusCode};
use serde_json::json;
use wire::{
    Code,
    no_paper::{ListReceipt, ListsApplied, ListsInForce},
    path,
    problem::Remedy,
};

use crate::support::{Device, Hub, header, problem, refused};

fn list(revision: u32, from: &str) -> NoPaperList {
    let text = json!({
        "department": "Sở Nội vụ", "revision": revision,
        "lines": [{ "procedure": "NB-20", "from": from, "basis": "Văn bản 5436/UBND-VP" }],
        "approval": { "by": "Trần Văn Bình", "title": "Giám đốc", "number": "12/QĐ-SNV", "on": "2026-11-20" },
    });
    NoPaperList::from_json(&text.to_string()).unwrap()
}

async fn send(device: &Device, list: &NoPaperList) -> ListReceipt {
    let sent = device.request(Method::POST, path::NO_PAPER_LISTS).json(list).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::CREATED);
    sent.json().await.unwrap()
}

#[tokio::test]
async fn a_list_is_sent_fetched_and_applied_also_over_a_restart() {
    let hub = Hub::start().await;
    let (sender, other) = (hub.device("H06.16").await, hub.device("H06.17").await);
    let (key, id) = (sender.answer.hub_public_key, sender.answer.hub_id);
    let empty = other.get(path::NO_PAPER_LISTS).await;
    let etag = header(&empty, "etag").unwrap().to_owned();
    assert!(empty.json::<ListsInForce>().await.unwrap().lists.is_empty());

    let first = list(1, "2026-12-01");
    let receipt = send(&sender, &first).await;
    receipt.verify(id, &key, &first.sha256()).unwrap();
    hub.pass_days(1);
    assert_eq!(send(&sender, &first).await, receipt, "the same again, the same receipt");

    let asked = other.request(Method::GET, path::NO_PAPER_LISTS).header("if-none-match", &etag);
    let answer = asked.send().await.unwrap();
    let etag = header(&answer, "etag").unwrap().to_owned();
    let lists: ListsInForce = answer.json().await.unwrap();
    lists.verify(id, &key).unwrap();
    assert_eq!((lists.lists[0].sha256, lists.lists[0].agency.code.as_str()), (first.sha256(), "H06.16"));
    let body = other.get(&path::no_paper_list(&first.sha256())).await.bytes().await.unwrap();
    assert_eq!(body, first.canonical());
    let again = other.request(Method::GET, path::NO_PAPER_LISTS).header("if-none-match", &etag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);

    for _ in 0..2 {
        let said = other.request(Method::POST, &path::no_paper_list_applied(&first.sha256())).send().await.unwrap();
        assert_eq!(said.status(), StatusCode::NO_CONTENT);
    }
    let hub = hub.restart(|_| {}).await;
    let sender = sender.at(hub.running.address());
    let applied: ListsApplied = sender.get(path::NO_PAPER_APPLIED).await.json().await.unwrap();
    assert_eq!((applied.lists.len(), applied.lists[0].by.len()), (1, 1));
    assert_eq!(applied.lists[0].by[0].agency.code.as_str(), "H06.17");
}

#[tokio::test]
async fn what_may_not_be_is_refused_and_nothing_is_written_over() {
    let hub = Hub::start().await;
    let (sender, other) = (hub.device("H06.16").await, hub.device("H06.17").await);
    let post =
        |device: &Device, list: &serde_json::Value| device.request(Method::POST, path::NO_PAPER_LISTS).json(list);
    let first = serde_json::to_value(list(1, "2026-12-01")).unwrap();
    send(&sender, &list(1, "2026-12-01")).await;

    let mut draft = first.clone();
    draft.as_object_mut().unwrap().remove("approval");
    let mut empty = first.clone();
    empty["lines"] = json!([]);
    for wrong in [draft, empty, json!({ "department": 1 }), json!([])] {
        assert_eq!(refused(post(&sender, &wrong)).await, Code::BadBody);
    }
    let changed = serde_json::to_value(list(1, "2027-01-01")).unwrap();
    let clash = problem(post(&sender, &changed).send().await.unwrap()).await;
    assert_eq!((clash.code, clash.remedy()), (Code::RevisionExists, Remedy::Quarantine));
    let theirs =
        problem(post(&other, &serde_json::to_value(list(2, "2027-01-01")).unwrap()).send().await.unwrap()).await;
    assert_eq!((theirs.code, &theirs.args["agency"]), (Code::DepartmentTaken, &json!("Cơ quan H06.16")));
    let lists: ListsInForce = other.get(path::NO_PAPER_LISTS).await.json().await.unwrap();
    assert_eq!((lists.lists.len(), lists.lists[0].sha256), (1, list(1, "2026-12-01").sha256()));

    // What holds already goes on; nothing new holds before it was decided.
    let mut next = list(2, "2026-12-01");
    next.approval.as_mut().unwrap().on = "2027-03-01".parse().unwrap();
    let mut early = next.clone();
    early.lines[0].from = "2026-11-19".parse().unwrap();
    assert_eq!(refused(post(&sender, &serde_json::to_value(&early).unwrap())).await, Code::BadBody);
    assert_eq!(send(&sender, &next).await.sha256, next.sha256());
    let lists: ListsInForce = other.get(path::NO_PAPER_LISTS).await.json().await.unwrap();
    assert_eq!((lists.lists[0].revision, lists.lists[0].sha256), (2, next.sha256()));

    let stranger = other.client.post(format!("{}{}", other.base, path::NO_PAPER_LISTS)).json(&first);
    assert_eq!(refused(stranger).await, Code::Unauthorised);
}
