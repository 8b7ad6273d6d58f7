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
