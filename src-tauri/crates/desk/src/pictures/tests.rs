use store::DocumentStatus;

use super::*;
use crate::testing::{add_pages, desk, digitised, failed};

fn named(blob: &store::BlobId) -> PictureName {
    PictureName { blob: blob.name.to_string(), frame: 0 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_sealed_page_has_no_picture() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    let made = digitised(&desk, 1).await;
    let store = desk.store().await.unwrap();
    let (source, pdf) = (made.sources[0].blob, store.rendition(document).await.unwrap().unwrap().pdf);
    let pages = desk.document_pages(document).await.unwrap();
    assert_eq!((pages[0].picture.clone(), pages[0].made.clone()), (named(&source), Some(named(&pdf))));

    // Digitised again after an edit, a stamp is read on it.
    let edits = crate::PageEdits { orientation: Some(90), ..Default::default() };
    desk.edit_pages(vec![crate::PageDecision { page: pages[0].id.unwrap(), edits }]).await.unwrap();
    failed(&desk, store::Failure::SECRET).await;
    assert!(desk.document_pages(document).await.unwrap().is_empty());
    for blob in [source, pdf] {
        // Also when somebody looked at it before.
        desk.pictures.keep((blob.name, 0, 200), b"jpeg".to_vec());
        assert_eq!(desk.picture(&named(&blob), 200).await.unwrap_err().code, Code::NotFound);
    }
    assert_eq!(desk.retry_dossier(id).await.unwrap_err().code, Code::StateForbids, "it stays sealed");
    assert_eq!(store.document(document).await.unwrap().status, DocumentStatus::Failed);
    let secret = serde_json::to_value(Code::SecretPaper).unwrap();
    assert_eq!(secret, store::Failure::SECRET, "what the store seals is what is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_taken_out_has_no_picture_any_more() {
    let desk = desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let document = add_pages(&desk, id, &[b"a sheet"]).await;
    let blob = desk.store().await.unwrap().document(document).await.unwrap().sources[0].blob;
    desk.pictures.keep((blob.name, 0, 200), b"jpeg".to_vec());
    let picture = async || desk.picture(&named(&blob), 200).await;
    assert_eq!(picture().await.unwrap(), b"jpeg");
    desk.acting("test", async |store, act| store.discard_document(document, act).await).await.unwrap();
    assert_eq!(picture().await.unwrap_err().code, Code::NotFound);
    desk.acting("test", async |store, act| store.restore_document(document, act).await).await.unwrap();
    assert_eq!(picture().await.unwrap(), b"jpeg");
    desk.acting("test", async |store, act| store.remove_document(document, act).await).await.unwrap();
    assert_eq!(picture().await.unwrap_err().code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn secret_frames_of_a_shared_file_stay_hidden_when_their_document_is_destroyed() {
    let desk = crate::testing::attended_desk();
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let (store, file) = (desk.store().await.unwrap(), b"a file of three frames");
    let blob = store.put_bytes(file).await.unwrap();
    let mut made = vec![];
    for frames in [vec![0, 1], vec![2]] {
        let like = store.document(add_pages(&desk, id, &[b"another"]).await).await.unwrap();
        desk.acting("test", async |store, act| store.remove_document(like.id, act).await).await.unwrap();
        let source = store::NewSource {
            blob,
            file_name: "scan.tif".to_owned(),
            media_type: "image/tiff".to_owned(),
            frames: Some(frames),
        };
        let (kind, sources) = (store::DocumentKind::Pages, vec![source]);
        let new = store::NewDocument { id: like.id, dossier: id, head: like.head, kind, sources };
        desk.acting("test", async |store, act| store.add_document(&new, act).await).await.unwrap();
        made.push(new.id);
    }
    let stack = dossier::StackId(uuid::Uuid::now_v7());
    desk.acting("test", async |store, act| store.create_stack(stack, false, 1, act).await).await.unwrap();
    let content = store::StackContent::Taken { blob, media_type: "image/tiff".to_owned(), frames: 3, sealed: false };
    let in_stack = store::NewStackFile { file_name: "scan.tif".to_owned(), content };
    store.add_stack_file(stack, &in_stack, None, desk.now()).await.unwrap();

    let sealed = failed(&desk, store::Failure::SECRET).await;
    let other = *made.iter().find(|other| **other != sealed).unwrap();
    assert_eq!(sealed, made[0]);
    // Destroyed; and it is said that its file is not, and what holds it.
    let told = desk.remove_document(id, sealed).await.unwrap_err();
    assert_eq!((told.code, told.args["file"].as_str()), (Code::SecretShared, "scan.tif"));
    assert!(told.args["papers"].starts_with("Tờ trình (") && told.args["stacks"] == "1", "{told:?}");
    assert!(store.document(sealed).await.is_err());

    for frame in 0..3 {
        desk.pictures.keep((blob.name, frame, 200), b"jpeg".to_vec());
        let picture = desk.picture(&PictureName { blob: blob.name.to_string(), frame }, 200).await;
        assert_eq!(picture.map_err(|fault| fault.code).is_ok(), frame == 2, "frame {frame}");
    }
    assert_eq!(desk.document_pages(other).await.unwrap().len(), 1);
    // The paper beside it is not sent before it came in a file of its own.
    let findings = desk.check_dossier(id).await.unwrap();
    assert_eq!(findings.documents[&other.to_string()].code, Code::SecretShared);
    assert_eq!(desk.submit_dossier(id).await.unwrap_err().code, Code::NotReady);

    // The whole file, as it is, goes nowhere.
    let head = store.document(other).await.unwrap().head;
    let source = store.document(other).await.unwrap().sources.remove(0);
    let (file_name, media_type) = (source.file_name, source.media_type);
    let new = store::NewDocument {
        id: dossier::DocumentId(uuid::Uuid::now_v7()),
        dossier: id,
        head,
        kind: store::DocumentKind::AsIs,
        sources: vec![store::NewSource { blob, file_name, media_type, frames: None }],
    };
    desk.acting("test", async |store, act| store.add_document(&new, act).await).await.unwrap();
    assert!(desk.document_view(&store.document(new.id).await.unwrap()).await.unwrap().fault.is_some());
    let exported = desk.export_dossier(id, desk.host.folder.path().join("out")).await.unwrap();
    assert_eq!((exported.files.len(), exported.unfinished.len()), (1, 2));

    for document in [other, new.id] {
        desk.acting("test", async |store, act| store.remove_document(document, act).await).await.unwrap();
    }
    desk.discard_stack(stack).await.unwrap();
    store.purge_stacks(crate::testing::later_at(99)).await.unwrap();
    assert!(store.blob(&blob.name).await.is_err(), "and so it goes");
    assert_eq!(store.secret_frames().await.unwrap(), store::SecretFrames::default());
}
