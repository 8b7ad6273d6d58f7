use super::*;
use crate::testing::{Fixture, act, new_document, new_dossier};

fn content(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i * 31 % 251) as u8).collect()
}

fn blob_files(fixture: &Fixture) -> Vec<PathBuf> {
    let blobs = fixture.profile().blobs();
    fixture.files().into_iter().map(|(path, _)| path).filter(|path| path.starts_with(&blobs)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_size_reads_back_whole_and_from_any_offset() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17] {
        let bytes = content(size);
        let blob = store.put(&bytes[..]).await.unwrap();
        assert_eq!((blob.size, blob.sha256), (size as u64, Digest::of(&bytes)));
        assert_eq!(store.get_blob(&blob).await.unwrap(), bytes);
        for offset in [0, 1, CHUNK - 1, CHUNK, CHUNK + 5, size, size + 1] {
            let expected = bytes.get(offset..).unwrap_or_default();
            let read = store.read_blob_at(&blob, offset as u64, 70_000).await.unwrap();
            assert_eq!(read, expected[..expected.len().min(70_000)], "size {size} offset {offset}");
        }
    }
    assert_eq!(store.verify_blobs(|_, _| {}).await.unwrap(), BlobCheck { sound: 7, damaged: vec![] });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_same_content_is_kept_once() {
    let fixture = Fixture::new().await;
    let bytes = content(CHUNK + 1);
    let (one, two) = tokio::join!(fixture.store().put(&bytes[..]), fixture.store().put(&bytes[..]));
    assert_eq!(one.unwrap(), two.unwrap());
    fixture.store().put_bytes(&bytes).await.unwrap();
    assert_eq!(blob_files(&fixture).len(), 1);
    assert_eq!(fixture.store().find_blob(&Digest::of(&bytes)).await.unwrap().unwrap().size, bytes.len() as u64);
    assert!(std::fs::read_dir(fixture.profile().tmp()).unwrap().next().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_name_tells_nothing_without_the_key() {
    let (one, two) = (Fixture::new().await, Fixture::new().await);
    let (one, two) = (one.store().put_bytes(b"x").await.unwrap(), two.store().put_bytes(b"x").await.unwrap());
    assert_eq!(one.sha256, two.sha256);
    assert_ne!(one.name, two.name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn cut_altered_swapped_and_missing_files_are_detected() {
    let (last, second) = (sealed_len(3 * CHUNK as u64 + 5) as usize - 1, crate::seal::chunk_start(1) as usize);
    let whole_chunk = CHUNK + crate::seal::TAG;
    type Damaging<'a> = &'a dyn Fn(&mut Vec<u8>);
    let damages: [Damaging<'_>; 6] = [
        &|file| file.truncate(second),
        &|file| file.truncate(last),
        &|file| file[last] ^= 1,
        &|file| file[second] ^= 0x80,
        &|file| file[0] ^= 1,
        &|file| file[second..second + 2 * whole_chunk].rotate_left(whole_chunk),
    ];
    let fixture = Fixture::new().await;
    let blob = fixture.store().put_bytes(&content(3 * CHUNK + 5)).await.unwrap();
    let path = fixture.store().blob_path(&blob.name);
    let sound = fs::read(&path).unwrap();
    for damage in damages {
        let mut bytes = sound.clone();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        let read = fixture.store().get_blob(&blob).await;
        assert!(matches!(read, Err(StoreError::Corrupt { what: Damage::Blob(name) }) if name == blob.name));
        assert_eq!(fixture.store().verify_blobs(|_, _| {}).await.unwrap().damaged, [blob]);
    }
    fs::remove_file(&path).unwrap();
    let read = fixture.store().get_blob(&blob).await;
    assert!(matches!(read, Err(StoreError::Corrupt { what: Damage::Blob(_) })));
    // The same content, stored again, heals it.
    fixture.store().put_bytes(&content(3 * CHUNK + 5)).await.unwrap();
    assert_eq!(fixture.store().get_blob(&blob).await.unwrap(), content(3 * CHUNK + 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_forgotten_blob_is_gone_and_a_referred_one_is_kept() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let (kept, gone) = (store.put_bytes(b"kept").await.unwrap(), store.put_bytes(b"gone").await.unwrap());
    let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    store.add_document(&new_document(1, &dossier, kept), &act(2)).await.unwrap();
    assert_eq!(store.forget_unreferred(&[kept.name, gone.name]).await.unwrap(), 1);
    assert!(matches!(store.get_blob(&gone).await, Err(StoreError::NotFound(Subject::Blob))));
    assert!(matches!(store.forget_blob(&gone.name).await, Err(StoreError::NotFound(Subject::Blob))));
    let refused = store.forget_blob(&kept.name).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Clash::StillReferred))));
    assert_eq!(store.get_blob(&kept).await.unwrap(), b"kept");
    assert_eq!(blob_files(&fixture), [store.blob_path(&kept.name)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_kill_between_file_and_row_leaves_nothing_behind() {
    let mut fixture = Fixture::new().await;
    let store = fixture.store();
    let stored = store.put_bytes(b"stored").await.unwrap();
    let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    store.add_document(&new_document(1, &dossier, stored), &act(2)).await.unwrap();
    // As it stands when the kill comes after the rename, before the row; and after the row, before the marker goes.
    let orphan = store.blob_keys().name(&Digest::of(b"orphan"));
    fs::create_dir_all(store.blob_path(&orphan).parent().unwrap()).unwrap();
    fs::write(store.blob_path(&orphan), b"sealed").unwrap();
    for name in [orphan, stored.name] {
        store.mark(&name).unwrap();
    }
    fs::write(store.profile().tmp().join("draft-00"), b"half").unwrap();
    fixture.kill_and_reopen().await;
    let recovered = fixture.store().recovered();
    assert_eq!((recovered.drafts, recovered.orphans), (1, 1));
    assert_eq!(fixture.store().get_blob(&stored).await.unwrap(), b"stored");
    assert_eq!(blob_files(&fixture), [fixture.store().blob_path(&stored.name)]);
    assert!(fs::read_dir(fixture.profile().tmp()).unwrap().next().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_content_that_fails_half_way_leaves_nothing_behind() {
    let fixture = Fixture::new().await;
    let broken = content(CHUNK + 9).chain_error();
    assert!(matches!(fixture.store().put(broken).await, Err(StoreError::DiskFull)));
    assert!(fs::read_dir(fixture.profile().tmp()).unwrap().next().is_none());
    assert_eq!(blob_files(&fixture), Vec::<PathBuf>::new());
}

trait ChainError {
    fn chain_error(self) -> impl AsyncRead + Unpin;
}

impl ChainError for Vec<u8> {
    /// The bytes, then an error of the disk.
    fn chain_error(self) -> impl AsyncRead + Unpin {
        struct Fails;
        impl AsyncRead for Fails {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
                _: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<io::Result<()>> {
                std::task::Poll::Ready(Err(io::ErrorKind::StorageFull.into()))
            }
        }
        std::io::Cursor::new(self).chain(Fails)
    }
}
