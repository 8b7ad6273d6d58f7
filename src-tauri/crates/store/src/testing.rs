//! What the tests of this room share: a profile in a temporary folder, and things to put into it.

use dossier::{DeviceId, Digest, DocumentId, DossierId, Timestamp};
use uuid::Uuid;

use crate::{
    Act, BlobId, DocumentHead, DocumentKind, Dossier, DossierHead, DossierQuery, NewDocument, NewDossier, NewSource,
    Profile, Store,
};

pub(crate) struct Fixture {
    pub(crate) dir: tempfile::TempDir,
    store: Option<Store>,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Profile::new(dir.path().join("profile"))).await.unwrap();
        Self { dir, store: Some(store) }
    }

    pub(crate) fn profile(&self) -> Profile {
        Profile::new(self.dir.path().join("profile"))
    }

    pub(crate) fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    /// Opens a copy of the folder as it lies on the disk this instant: what a start after `kill -9` finds.
    pub(crate) async fn kill_and_reopen(&mut self) {
        let copy = tempfile::tempdir().unwrap();
        copy_tree(&self.dir.path().join("profile"), &copy.path().join("profile"));
        self.store = None;
        self.dir = copy;
        self.store = Some(Store::open(self.profile()).await.unwrap());
    }

    /// Every byte of every file of the profile, by path.
    pub(crate) fn files(&self) -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path)
                } else {
                    files.push((path.clone(), std::fs::read(path).unwrap()))
                }
            }
        }
        files
    }
}

fn copy_tree(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_790_000_000_000 + second * 1000).unwrap()
}

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub(crate) fn device() -> DeviceId {
    DeviceId(uuid(0xd0))
}

pub(crate) fn act(second: i64) -> Act<'static> {
    Act { at: at(second), who: "Cán bộ", device: device(), automatic: false, what: "test.act" }
}

pub(crate) fn new_dossier(n: u128) -> NewDossier {
    NewDossier {
        id: DossierId(uuid(n)),
        procedure_code: "NB-03".into(),
        procedure_revision: "1".into(),
        procedure_sha256: Digest::of(b"procedure"),
        provisional_code: Some(format!("T-QN01-261121-{n}")),
        practice: false,
        head: DossierHead {
            title: format!("Hồ sơ {n}"), applicant: "UBND xã Đồng Đăng".into(), ..Default::default()
        },
    }
}

pub(crate) fn new_document(n: u128, dossier: &Dossier, source: BlobId) -> NewDocument {
    NewDocument {
        id: DocumentId(uuid(0x1000 + n)),
        dossier: dossier.id,
        head: DocumentHead {
            component: "TP-01".into(),
            component_row: None,
            title: format!("Tờ trình {n}"),
            file_name: None,
            originals: 1,
            copies: 0,
        },
        kind: DocumentKind::Pages,
        sources: vec![NewSource {
            blob: source,
            file_name: format!("quét {n}.tif"),
            media_type: "image/tiff".into(),
            frames: None,
        }],
    }
}

/// A paper that goes as it is, so that it is done at once; gives its content.
pub(crate) async fn add_paper(store: &Store, n: u128, dossier: &Dossier, bytes: &[u8]) -> BlobId {
    let blob = store.put_bytes(bytes).await.unwrap();
    let new = NewDocument { kind: DocumentKind::AsIs, ..new_document(n, dossier, blob) };
    store.add_document(&new, &act(1)).await.unwrap();
    blob
}

/// Dossiers found by what is typed, newest first, by the last byte of their id.
pub(crate) async fn found(store: &Store, text: &str) -> Vec<u128> {
    let words = dossier::find::Wanted::read(text, "2026-11-21".parse().unwrap()).words;
    let page = store.list_dossiers(&DossierQuery { words, limit: 50, ..Default::default() }).await.unwrap();
    assert_eq!(page.next, None);
    page.items.iter().map(|item| item.id.0.as_u128() & 0xff).collect()
}
