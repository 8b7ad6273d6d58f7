//! What every spool must hold.

use std::{fs, path::Path, sync::Arc};

use futures_util::TryStreamExt as _;
use object_store::memory::InMemory;
use uuid::Uuid;
use wire::upload::{Role, Status, Upload, UploadId};

use super::*;

fn upload(offset: u64) -> StoredUpload {
    let upload =
        Upload { length: 100, deferred: false, role: Role::Whole, offset, expected: None, status: Status::Receiving };
    let (id, agency) = (UploadId(Uuid::from_u128(1)), "H06.16".parse().unwrap());
    StoredUpload { id, agency, upload, metadata: String::new(), expires: None }
}

async fn read(spool: &dyn Spool, offset: u64, parts: &[UploadPart]) -> io::Result<Vec<u8>> {
    spool.read(&upload(offset), parts).try_fold(vec![], async |all, bytes| Ok([all, bytes.to_vec()].concat())).await
}

async fn bytes_are_found_again_and_what_was_not_acknowledged_is_not(spool: &dyn Spool) {
    let mut tail = spool.resume(&upload(0)).await.unwrap().unwrap();
    tail.write(b"ab").await.unwrap();
    let mut parts = tail.sync().await.unwrap();
    tail.write(b"cd").await.unwrap();
    parts.extend(tail.sync().await.unwrap());
    assert_eq!(tail.end(), 4);
    // Written, and never committed.
    tail.write(b"xyz").await.unwrap();
    tail.sync().await.unwrap();
    drop(tail);
    assert_eq!(read(spool, 4, &parts).await.unwrap(), b"abcd");
    let mut tail = spool.resume(&upload(4)).await.unwrap().unwrap();
    assert_eq!(tail.end(), 4);
    tail.write(b"EF").await.unwrap();
    parts.extend(tail.sync().await.unwrap());
    assert_eq!(read(spool, 6, &parts).await.unwrap(), b"abcdEF");
    assert_eq!(read(spool, 0, &[]).await.unwrap(), b"");
    assert_eq!(spool.list().await.unwrap(), [upload(0).id]);
    for _ in 0..2 {
        spool.remove_parts(upload(0).id, &parts).await.unwrap();
    }
    assert!(is_lost(&read(spool, 6, &parts).await.unwrap_err()));
    for _ in 0..2 {
        spool.remove(upload(0).id).await.unwrap();
    }
    assert!(spool.list().await.unwrap().is_empty());
    assert!(is_lost(&read(spool, 6, &parts).await.unwrap_err()));
}

async fn fewer_bytes_than_were_acknowledged_are_noticed(spool: &dyn Spool) {
    let mut tail = spool.resume(&upload(0)).await.unwrap().unwrap();
    tail.write(b"abc").await.unwrap();
    let parts = tail.sync().await.unwrap();
    assert!(is_lost(&read(spool, 4, &parts).await.unwrap_err()));
}

async fn both(folder: &Path, case: impl AsyncFn(&dyn Spool)) {
    case(&FolderSpool::open(folder).unwrap()).await;
    case(&SharedSpool::new(Arc::new(InMemory::new()))).await;
}

#[tokio::test]
async fn every_spool_keeps_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    both(folder.path(), bytes_are_found_again_and_what_was_not_acknowledged_is_not).await;
    both(folder.path(), fewer_bytes_than_were_acknowledged_are_noticed).await;
}

#[tokio::test]
async fn a_large_piece_becomes_several_parts() {
    let spool = SharedSpool::new(Arc::new(InMemory::new()));
    let content: Vec<u8> = (0..5 << 19).map(|i: u32| (i % 251) as u8).collect();
    let mut tail = spool.resume(&upload(0)).await.unwrap().unwrap();
    tail.write(&content).await.unwrap();
    let parts = tail.sync().await.unwrap();
    assert_eq!(parts.iter().map(|part| part.length).collect::<Vec<_>>(), [1 << 20, 1 << 20, 1 << 19]);
    assert!(read(&spool, content.len() as u64, &parts).await.unwrap() == content);
}

#[tokio::test]
async fn what_was_not_acknowledged_is_written_over_and_stays_until_then() {
    let folder = tempfile::tempdir().unwrap();
    let spool = FolderSpool::open(folder.path()).unwrap();
    assert!(spool.resume(&upload(1)).await.unwrap().is_none(), "no file, yet bytes were acknowledged");
    fs::write(spool.path(upload(0).id), b"abcdef").unwrap();
    assert!(spool.resume(&upload(7)).await.unwrap().is_none());
    let mut tail = spool.resume(&upload(4)).await.unwrap().unwrap();
    // A commit of which nobody knew came back with the power.
    assert_eq!(read(&spool, 6, &[]).await.unwrap(), b"abcdef");
    tail.write(b"E").await.unwrap();
    tail.sync().await.unwrap();
    assert_eq!(read(&spool, 5, &[]).await.unwrap(), b"abcdE");
}
