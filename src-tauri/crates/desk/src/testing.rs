//! A desk for tests: a profile in a folder of its own, a clock that stands still, and nobody who watches.

use dossier::{DocumentId, DossierId, PageId, SubmissionId, Timestamp, Transition, digest::Digest};
use serde_json::json;
use store::{
    Digitised, Document, DocumentHead, DocumentKind, Failure, NewDocument, NewPage, NewRendition, NewSource,
    NewSubmission, SubmissionKind,
};
use tempfile::TempDir;

use crate::{Desk, Host, Notice, Progress, Watch, papers_in::later, worker::WorkerCommand};

/// 2026-11-21, a Saturday: the shipped procedures hold.
const NOW_MS: i64 = 1_795_226_400_000;

pub(crate) struct Surroundings {
    pub folder: TempDir,
    /// As in a window, where the background digitises and sends.
    pub attends: bool,
    pub notices: std::sync::Mutex<Vec<Notice>>,
}

impl Watch for Surroundings {
    fn cancelled(&self) -> bool {
        false
    }

    fn progress(&self, progress: Progress) {
        self.notice(Notice::Progress { progress });
    }
}

impl Host for Surroundings {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(NOW_MS).unwrap()
    }

    fn profile(&self) -> Option<std::path::PathBuf> {
        Some(self.folder.path().join("profile"))
    }

    fn attends(&self) -> bool {
        self.attends
    }

    fn notice(&self, notice: Notice) {
        self.notices.lock().unwrap().push(notice);
    }

    fn workers(&self) -> WorkerCommand {
        let program = self.folder.path().join("no-worker");
        WorkerCommand { program, arguments: vec![], models: None, reader: None }
    }

    fn jobs(&self) -> usize {
        1
    }

    fn person(&self) -> String {
        "Phạm Thu Hà".to_owned()
    }

    fn device_name(&self) -> String {
        "test".to_owned()
    }
}

pub(crate) fn desk() -> Desk<Surroundings> {
    Desk::new(Surroundings { folder: TempDir::new().unwrap(), attends: false, notices: Default::default() })
}

/// A desk as a window has it; nothing runs in the background unless the test lets it.
pub(crate) fn attended_desk() -> Desk<Surroundings> {
    Desk::new(Surroundings { folder: TempDir::new().unwrap(), attends: true, notices: Default::default() })
}

/// Enrols the desk with a hub at this address; gives what that hub signs with, and its name.
pub(crate) async fn enrol_at(desk: &Desk<Surroundings>, url: &str) -> (wire::SigningKey, wire::HubId) {
    let (key, hub) = (wire::SigningKey::from_seed(&[6; 32]), wire::HubId(uuid::Uuid::from_u128(6)));
    let enrolment = store::Enrolment {
        hub_url: url.to_owned(),
        hub_id: hub.to_string(),
        hub_public_key: key.public().to_string().parse::<Digest>().unwrap().0,
        device: desk.device().await.unwrap(),
        token: "00".repeat(32),
        agency_code: "H06.16".into(),
        agency_name: "UBND xã".into(),
        station: "01".into(),
        support_number: String::new(),
        enrolled_at: desk.now(),
    };
    desk.acting("test", async |store, act| store.set_enrolment(&enrolment, act).await).await.unwrap();
    (key, hub)
}

/// A dossier in the outbox, as if it had been checked.
pub(crate) async fn queued(desk: &Desk<Surroundings>) -> (DossierId, SubmissionId) {
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let check = Transition::Check { blocking: 0 };
    desk.acting("test", async |store, act| store.transition(id, &check, act).await).await.unwrap();
    let submission = NewSubmission {
        id: SubmissionId(uuid::Uuid::now_v7()),
        dossier: id,
        kind: SubmissionKind::Submit,
        answers_version: desk.store().await.unwrap().dossier(id).await.unwrap().answers_version,
        manifest: b"{}".to_vec(),
        manifest_sha256: Digest::of(b"{}"),
        payload: json!({}),
        files: vec![],
    };
    desk.acting("test", async |store, act| store.freeze(&submission, act).await).await.unwrap();
    (id, submission.id)
}

/// A page of a document, as `document.add` would have it.
pub(crate) async fn add_pages(desk: &Desk<Surroundings>, dossier: DossierId, papers: &[&[u8]]) -> DocumentId {
    let mut sources = vec![];
    for (n, bytes) in papers.iter().enumerate() {
        let blob = desk.store().await.unwrap().put_bytes(bytes).await.unwrap();
        sources.push(NewSource {
            blob,
            file_name: format!("{n}.png"),
            media_type: "image/png".to_owned(),
            frames: None,
        });
    }
    let head = DocumentHead {
        component: "NB-11.01".to_owned(),
        component_row: None,
        title: "Tờ trình".to_owned(),
        file_name: None,
        originals: 1,
        copies: 0,
    };
    let id = DocumentId(uuid::Uuid::now_v7());
    let new = NewDocument { id, dossier, head, kind: DocumentKind::Pages, sources };
    desk.acting("test", async |store, act| store.add_document(&new, act).await).await.unwrap();
    id
}

/// Ends the digitising of the document that waits longest, as if a worker had made `pages` pages of its first file.
pub(crate) async fn digitised(desk: &Desk<Surroundings>, pages: u32) -> Document {
    let store = desk.store().await.unwrap();
    let document = store.lease_document(desk.now(), later(desk.now(), 1000)).await.unwrap().unwrap();
    let source = document.sources[0].blob.name;
    let page = |frame| NewPage {
        id: PageId(uuid::Uuid::now_v7()),
        source,
        frame,
        edits: json!({}),
        findings: found(frame, pages > 0),
        removed: false,
        reading: None,
    };
    let rendition = NewRendition {
        recipe: Digest::of(b"recipe"),
        pdf: store.put_bytes(format!("pdf of {}", document.id).as_bytes()).await.unwrap(),
        pages,
        text: String::new(),
        report: json!({}),
    };
    // One that has lost its last page keeps it, left out.
    let kept = (0..pages.max(1)).map(|frame| NewPage { removed: pages == 0, ..page(frame) }).collect();
    let made = Digitised { pages: kept, rendition };
    desk.acting("test", async |store, act| store.finish_document(document.id, &made, act).await).await.unwrap();
    store.document(document.id).await.unwrap()
}

fn found(frame: u32, inside: bool) -> serde_json::Value {
    json!({
        "file": 0, "source": "a.jpg", "frame": frame, "width": 1000, "height": 1400, "dpi": [150, 150], "orientation": 0,
        "orientation_sure": true, "skew_deg": 0, "quad": null, "blank": false, "colour": "bw", "separator": false, "codes": [],
        "letterhead": null, "text": "", "words": 0, "mean_confidence": 0, "bytes": if inside { 9 } else { 0 }, "warnings": [],
    })
}

/// Lets the document that waits longest fail.
pub(crate) async fn failed(desk: &Desk<Surroundings>, code: &str) -> DocumentId {
    let store = desk.store().await.unwrap();
    let document = store.lease_document(desk.now(), later(desk.now(), 1000)).await.unwrap().unwrap();
    let failure = Failure { code: code.to_owned(), args: json!({}) };
    desk.acting("test", async |store, act| store.fail_document(document.id, &failure, act).await).await.unwrap();
    document.id
}

/// So many seconds after the clock stood still.
pub(crate) fn later_at(second: i64) -> Timestamp {
    Timestamp::from_unix_ms(NOW_MS + second * 1000).unwrap()
}
