use std::fs::{FileTimes, write};

use super::*;
use crate::testing::{Surroundings, desk, later_at};

/// A desk that watches a folder. Workers cannot be started here: what a look hands to one is refused by the computer, not by the file.
async fn watching() -> (Desk<Surroundings>, tempfile::TempDir) {
    let (desk, folder) = (desk(), tempfile::tempdir().unwrap());
    desk.set_hot_folder(Some(folder.path().to_owned())).await.unwrap();
    (desk, folder)
}

async fn look(desk: &Desk<Surroundings>, second: i64) -> Result<u32, Fault> {
    desk.look_into_hot_folder(later_at(second)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_file_is_left_alone_until_it_stands_still_and_nobody_holds_it() {
    let (desk, folder) = watching().await;
    let path = folder.path().join("quét 1.tif");
    write(&path, b"half").unwrap();
    assert_eq!(look(&desk, 0).await.unwrap(), 0);
    write(&path, b"half and more").unwrap();
    assert_eq!(look(&desk, 5).await.unwrap(), 0, "it grew: its time begins anew");
    assert_eq!(look(&desk, 6).await.unwrap(), 0, "one second is too short");
    assert_eq!(desk.hot_folder().await.unwrap().waiting, 1);
    let held = std::fs::File::open(&path).unwrap();
    assert!(fs4::fs_std::FileExt::try_lock_exclusive(&held).unwrap());
    assert_eq!(look(&desk, 9).await.unwrap(), 0, "another program holds it");
    drop(held);
    let tried = look(&desk, 10).await.unwrap_err();
    assert!(tried.is_the_stations(), "only now was it handed to a worker: {tried}");
    assert!(path.exists() && desk.list_stacks().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_known_is_named_and_stays() {
    let (desk, folder) = watching().await;
    desk.set_hot_folder_delete(true).await.unwrap();
    let store = desk.store().await.unwrap();
    let before = WatchedFile { file_name: "before.tif".into(), size: 5, modified_at: later_at(0) };
    let taken = Watched { file: before, sha256: Some(Digest::of(b"pages")), fault: None, seen_at: later_at(0) };
    store.note_watched(&taken).await.unwrap();
    let kept = store.put_bytes(b"pages").await.unwrap();
    let path = folder.path().join("again.tif");
    write(&path, b"pages").unwrap();
    look(&desk, 1).await.unwrap();
    assert_eq!(look(&desk, 4).await.unwrap(), 0);
    let shown = desk.hot_folder().await.unwrap();
    let told = shown.files.iter().find(|file| file.name == "again.tif").unwrap();
    assert_eq!(told.fault.as_ref().map(|fault| fault.code), Some(Code::FileKnown));
    assert!(path.exists(), "what was not taken in now is not deleted");
    assert_eq!(look(&desk, 60).await.unwrap(), 0, "it is asked about once");
    // Once it was thrown away here, the same paper may come again.
    store.forget_unreferred(&[kept.name]).await.unwrap();
    let path = folder.path().join("once more.tif");
    write(&path, b"pages").unwrap();
    look(&desk, 61).await.unwrap();
    let tried = look(&desk, 64).await.unwrap_err();
    assert!(tried.is_the_stations(), "it is handed to a worker: {tried}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_file_that_is_still_written_holds_up_those_after_it_and_no_longer_than_a_pause() {
    let (desk, folder) = watching().await;
    for name in ["Scan 7.tif", "Scan 8.tif", "Scan 9.txt"] {
        write(folder.path().join(name), b"pages").unwrap();
    }
    let held = std::fs::File::open(folder.path().join("Scan 7.tif")).unwrap();
    assert!(fs4::fs_std::FileExt::try_lock_exclusive(&held).unwrap());
    look(&desk, 0).await.unwrap();
    assert_eq!(look(&desk, 3).await.unwrap(), 0, "8 is whole, and waits for 7");
    assert_eq!(desk.hot_folder().await.unwrap().waiting, 3);
    let tried = look(&desk, 130).await.unwrap_err();
    assert!(tried.is_the_stations(), "7 will not hold up the others for ever: 8 is handed to a worker: {tried}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_taken_in_is_deleted_only_when_a_person_said_so() {
    let (desk, folder) = watching().await;
    let path = folder.path().join("taken.tif");
    write(&path, b"pages").unwrap();
    let file = watched_file(&path).unwrap();
    let taken = Watched { file, sha256: Some(Digest::of(b"pages")), fault: None, seen_at: later_at(0) };
    let store = desk.store().await.unwrap();
    store.note_watched(&taken).await.unwrap();
    look(&desk, 1).await.unwrap();
    assert!(path.exists(), "it stays");
    desk.set_hot_folder_delete(true).await.unwrap();
    look(&desk, 2).await.unwrap();
    assert!(path.exists(), "it is not here any more: the folder has the only copy");
    store.put_bytes(b"pages").await.unwrap();
    look(&desk, 3).await.unwrap();
    assert!(!path.exists());
    // Another file under the same name is another file.
    write(&path, b"other").unwrap();
    let times = FileTimes::new().set_modified(UNIX_EPOCH + std::time::Duration::from_secs(1));
    std::fs::File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
    look(&desk, 4).await.unwrap();
    assert!(path.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_folder_that_is_gone_is_told_and_the_programs_own_is_refused() {
    let (desk, folder) = watching().await;
    folder.close().unwrap();
    assert_eq!(look(&desk, 0).await.unwrap_err().code, Code::FileGone);
    assert_eq!(desk.hot_folder().await.unwrap().fault.map(|fault| fault.code), Some(Code::FileGone));
    let own = desk.profile().unwrap().dir().join("blobs");
    assert!(desk.set_hot_folder(Some(own)).await.is_err());
    assert_eq!(desk.set_hot_folder(None).await.unwrap().folder, None);
    assert_eq!(look(&desk, 1).await.unwrap(), 0);
}
