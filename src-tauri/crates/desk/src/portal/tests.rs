use std::path::PathBuf;

use dossier::State;
use store::{DocumentHead, DocumentKind, NewDocument, NewSource};

use super::*;
use crate::{
    Filled,
    testing::{Surroundings, desk},
};

/// A dossier that a check would find ready, with a sealed paper of so many bytes, so that no worker is needed.
async fn prepared(desk: &Desk<Surroundings>, bytes: usize) -> DossierId {
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let blob = desk.store().await.unwrap().put_bytes(&vec![7; bytes]).await.unwrap();
    let source =
        NewSource { blob, file_name: "to-trinh.pdf".into(), media_type: "application/pdf".into(), frames: None };
    let head = DocumentHead {
        component: "NB-11.01".into(),
        component_row: None,
        title: "Tờ trình".into(),
        file_name: None,
        originals: 1,
        copies: 0,
    };
    let document = dossier::DocumentId(uuid::Uuid::now_v7());
    let new = NewDocument { id: document, dossier: id, head, kind: DocumentKind::Sealed, sources: vec![source] };
    desk.acting("test", async |store, act| store.add_document(&new, act).await).await.unwrap();
    id
}

fn small(desk: &Desk<Surroundings>, change: impl Fn(&mut Portal)) -> PathBuf {
    let mut portal = shipped().unwrap().remove(0);
    portal.id = "small".into();
    change(&mut portal);
    let file = desk.host.folder.path().join(format!("{}-{}.json", portal.id, portal.revision));
    std::fs::write(&file, serde_json::to_string(&portal).unwrap()).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_portals_file_is_taken_in_once_and_its_newest_revision_counts() {
    let desk = desk();
    desk.import_portal(&small(&desk, |_| {})).await.unwrap();
    desk.import_portal(&small(&desk, |it| (it.revision, it.limits.file_bytes) = (2, 5000))).await.unwrap();
    assert_eq!(desk.portal("small").await.unwrap().limits.file_bytes, 5000);
    assert_eq!(desk.portals().await.unwrap().iter().filter(|portal| portal.id == "small").count(), 1);
    let other = desk.import_portal(&small(&desk, |it| it.limits.file_bytes = 9)).await.unwrap_err();
    assert_eq!(other.code, Code::RevisionExists);
    let bad = desk.import_portal(&small(&desk, |it| it.address = "http://a.vn".into())).await.unwrap_err();
    assert_eq!(bad.code, Code::BadFile);
    assert!(bad.args["reason"].contains("address"), "{bad}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_a_portal_does_not_take_is_refused_before_anything_is_written() {
    let desk = desk();
    let id = prepared(&desk, 9000).await;
    let documents = desk.store().await.unwrap().documents(id).await.unwrap();
    let fitting = async |change: &dyn Fn(&mut Portal)| {
        let mut portal = desk.portal("dvc-tinh").await.unwrap();
        change(&mut portal);
        desk.fit(&portal, &documents, &mut vec![]).await
    };
    let whole = fitting(&|_| {}).await.unwrap();
    assert_eq!((whole.len(), whole[0].len(), whole[0][0].blob.size), (1, 1, 9000));
    let told = |result: Result<_, Fault>| {
        let fault = Result::<Vec<Vec<fitting::Fitted>>, _>::unwrap_err(result);
        assert_eq!(fault.code, Code::PortalRefuses);
        fault.args["what"].clone()
    };
    assert_eq!(told(fitting(&|it| it.limits.file_bytes = 8000).await), "bytes", "a signed file is never made smaller");
    assert_eq!(told(fitting(&|it| it.limits.types = vec!["image/jpeg".into()]).await), "type");
    assert_eq!(told(fitting(&|it| it.limits.total_bytes = Some(8999)).await), "total");
    assert_eq!(told(fitting(&|it| it.limits.files = Some(0)).await), "files");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_unready_dossier_is_not_packed_and_an_unpacked_one_not_filed() {
    let desk = desk();
    let id = desk.new_dossier("NB-03", false).await.unwrap().id;
    let folder = tempfile::tempdir().unwrap();
    let packed = desk.pack_dossier(id, "dvc-tinh", folder.path(), false, "").await.unwrap_err();
    assert_eq!(packed.code, Code::NotReady);
    assert_eq!(desk.pack_dossier(id, "khac", folder.path(), false, "").await.unwrap_err().code, Code::NotFound);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let filed = desk.file_at_portal(id, "H06.16-261121-0001", None, None, false).await.unwrap_err();
    assert_eq!(filed.code, Code::NotPacked);
    let standing = desk.portal_standing(id).await.unwrap();
    assert_eq!((standing.state, standing.pack), (State::Draft, None));
    assert_eq!(given("  ").unwrap_err().code, Code::ReasonMissing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn answers_are_copied_in_the_order_of_the_form_and_as_a_portal_wants_them() {
    let desk = desk();
    let id = desk.new_dossier("NB-03", false).await.unwrap().id;
    let rows = serde_json::json!([{"id": "r1", "asset_name": "Máy in", "asset_original_value": "40.000.000"}]);
    let filled = |field: &str, value| Filled { field: field.to_owned(), value };
    desk.fill(id, &[filled("assets", rows), filled("request_date", serde_json::json!("1/2/26"))]).await.unwrap();
    let sheet = desk.copy_sheet(&desk.open_dossier(id).await.unwrap()).unwrap();
    let value = |part: &str| {
        let line = sheet.lines.iter().find(|line| line.value == part);
        line.unwrap_or_else(|| panic!("no {part} in {:?}", sheet.lines))
    };
    assert!(value("Máy in").label.vi.contains(" 1: "));
    value("40000000");
    value("01/02/2026");
    assert!(sheet.lines.iter().all(|line| !line.value.is_empty()));
}
