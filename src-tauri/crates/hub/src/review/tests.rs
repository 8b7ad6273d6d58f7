use dossier::{Entry, SubmissionId, preflight::cases};
use serde_json::json;
use uuid::Uuid;
use wire::{
    enrol::Agency,
    manifest::{Applicant, ManifestFile, answers_sha256},
};

use super::*;
use crate::ledger::{Revision, sql::SqlLedger};

const CASES: &str = include_str!("../../../../../tests/samples/preflight.json");
const PROCEDURE: &str = include_str!("../../../../data/procedures/nb-03.json");
const FORM: &str = include_str!("../../../../data/forms/nb-03.json");

fn now() -> Timestamp {
    // 2026-11-21T10:00+07:00, the day of the desktop's tests.
    Timestamp::from_unix_ms(1_795_230_000_000).unwrap()
}

fn entry(kind: EntryKind, json: &str) -> Revision {
    let entry = Entry::from_json(kind, json).unwrap();
    Revision { kind, code: entry.code(), revision: entry.revision(), body: entry.canonical() }
}

struct Hub {
    ledger: SqlLedger,
    who: Device,
    _folder: tempfile::TempDir,
}

impl Hub {
    async fn with(published: &[Revision]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = SqlLedger::sqlite(&folder.path().join("hub.db")).await.unwrap();
        let agency = Agency { code: "H06.16".parse().unwrap(), name: "Sở Tài chính".into() };
        ledger.add_agency(&agency, &crate::ledger::suite::console(), now()).await.unwrap();
        if !published.is_empty() {
            ledger.publish_catalogue(published, "Trần Văn Bình", 0, now()).await.unwrap().unwrap();
        }
        let who = Device {
            id: dossier::DeviceId(Uuid::nil()),
            agency,
            station: "01".into(),
            sign_in_required: false,
            person: None,
        };
        Self { ledger, who, _folder: folder }
    }

    async fn whole() -> Self {
        Self::with(&[entry(EntryKind::Procedure, PROCEDURE), entry(EntryKind::Form, FORM)]).await
    }

    async fn review(&self, submission: &Submission) -> Result<Review, Fault> {
        review(&self.ledger, &self.who, submission, now()).await
    }

    /// Takes a dossier in whose files are these.
    async fn take(&self, contents: &[String]) {
        let files: Vec<_> = contents.iter().map(|content| file(content, |_| {})).collect();
        for file in &files {
            let upload = wire::upload::Upload::create(&Default::default(), file.size, Some(file.sha256)).unwrap();
            let id = wire::upload::UploadId(Uuid::new_v4());
            let new =
                crate::ledger::NewUpload { id, upload, metadata: String::new(), idempotency_key: None, expires: None };
            self.ledger.create_upload(&self.who, new, now()).await.unwrap();
            self.ledger.advance_upload(id, 0, file.size, &[]).await.unwrap();
            self.ledger.complete_upload(id, file.sha256, now()).await.unwrap();
        }
        let sent = submission(files, json!({}));
        let key = wire::SigningKey::from_seed(&[3; 32]);
        let sign = |allocated: crate::ledger::Allocated| {
            let manifest = &sent.manifest;
            let statement = wire::receipt::Statement {
                hub_id: wire::HubId(Uuid::nil()),
                submission: manifest.submission,
                dossier: manifest.dossier,
                agency: manifest.agency.clone(),
                code: allocated.code,
                received_at: allocated.received_at,
                manifest_sha256: manifest.sha256()?,
                files: 1,
                bytes: manifest.bytes(),
                support_number: String::new(),
            };
            statement.sign(&key)
        };
        let none = Review { checked: false, findings: vec![] };
        let event = dossier::EventId(Uuid::now_v7());
        self.ledger.submit(&self.who, &sent, &none, event, now(), &sign).await.unwrap();
    }
}

fn file(content: &str, change: impl FnOnce(&mut ManifestFile)) -> ManifestFile {
    let mut file = ManifestFile {
        component: "NB-03.01".into(),
        row: None,
        sha256: Digest::of(content.as_bytes()),
        size: content.len() as u64,
        media_type: "application/pdf".into(),
        title: "Tờ trình".into(),
        originals: 1,
        copies: 0,
        digitised: false,
        reused: false,
    };
    change(&mut file);
    file
}

fn submission(files: Vec<ManifestFile>, answers: serde_json::Value) -> Submission {
    let manifest = Manifest {
        version: wire::manifest::VERSION,
        submission: SubmissionId(Uuid::now_v7()),
        dossier: dossier::DossierId(Uuid::now_v7()),
        procedure: Procedure::from_json(PROCEDURE).unwrap().pin(),
        profile: "one-stop-2025".into(),
        agency: "H06.16".parse().unwrap(),
        provisional_code: "T-01-261121-1".parse().unwrap(),
        applicant: Applicant {
            kind: dossier::procedure::ApplicantKind::AdministrativeAgency,
            name: "Sở Tài chính".into(),
            identity_number: None,
            phone: None,
            email: None,
            address: None,
        },
        prepared_by: "Nguyễn Thị Lan".into(),
        on_behalf_of: None,
        prepared_at: now(),
        answers_sha256: answers_sha256(&answers).unwrap(),
        files,
    };
    Submission { manifest, answers, uploads: vec![] }
}

fn code_of(refused: Fault) -> Code {
    match refused {
        Fault::Refused(problem) => problem.code,
        other => panic!("{other:?} is a failure, not a refusal"),
    }
}

#[tokio::test]
async fn every_case_is_found_as_on_the_desktop() {
    let all = cases::Cases::from_json(CASES).unwrap();
    for case in &all.cases {
        let hub = Hub::whole().await;
        if !case.earlier.is_empty() {
            hub.take(&case.earlier).await;
        }
        let files = case.papers.iter().map(|paper| {
            file(&paper.content, |file| {
                (file.component, file.row) = (paper.component.clone(), paper.row.clone());
                (file.title, file.media_type) = (paper.title.clone(), paper.media_type.clone());
                (file.originals, file.copies) = (paper.originals, paper.copies);
            })
        });
        let sent = submission(files.collect(), all.sent(case));
        match (hub.review(&sent).await, &case.refused) {
            (Ok(review), None) => {
                assert!(review.checked);
                assert_eq!(review.findings.iter().map(cases::line).collect::<Vec<_>>(), case.expect, "{}", case.name);
            }
            (Err(refused), Some(code)) => {
                assert_eq!(json!(code_of(refused)), json!(code), "{}", case.name);
            }
            (other, expected) => panic!("{}: {other:?}, expected {expected:?}", case.name),
        }
    }
}

#[tokio::test]
async fn only_a_revision_that_is_published_here_is_taken() {
    let sent = submission(vec![file("a", |_| {})], json!({}));
    let nothing = Hub::with(&[]).await;
    let unchecked = Review { checked: false, findings: vec![] };
    assert_eq!(nothing.review(&sent).await.unwrap(), unchecked, "it publishes nothing, so it judges nothing");
    let formless = Hub::with(&[entry(EntryKind::Procedure, PROCEDURE)]).await;
    assert_eq!(formless.review(&sent).await.unwrap(), unchecked);

    let hub = Hub::whole().await;
    assert!(hub.review(&sent).await.unwrap().checked);
    let mut other = sent.clone();
    other.manifest.procedure.sha256 = Digest::of(b"another content under the same number");
    assert_eq!(
        hub.review(&other).await.unwrap(),
        unchecked,
        "a value confirmed by the agency's own officer stops no sending"
    );
}

#[tokio::test]
async fn answers_of_any_shape_are_checked_and_break_nothing() {
    let hub = Hub::whole().await;
    let shapes = [
        json!(null),
        json!([]),
        json!("text"),
        json!({"assets": "no rows", "applicant_name": [1, {"id": 3}], "request_date": {"a": {}}}),
        json!({"assets": [{"id": "r1"}, {"id": "r1", "answers": []}], "no_such_field": [[[]]]}),
    ];
    for answers in shapes {
        let review = hub.review(&submission(vec![], answers.clone())).await.unwrap();
        assert!(review.checked && review.found().unwrap().blocking > 3, "{answers}");
    }
}

#[tokio::test]
async fn the_lists_that_are_here_say_whether_paper_is_taken() {
    let on_paper = PROCEDURE.replacen("\"electronic_ok\": true", "\"electronic_ok\": false", 1);
    let procedure = Procedure::from_json(&on_paper).unwrap();
    let hub = Hub::with(&[entry(EntryKind::Procedure, &on_paper), entry(EntryKind::Form, FORM)]).await;
    let mut sent = submission(vec![file("a", |_| {})], json!({}));
    sent.manifest.procedure = procedure.pin();
    let since = async || {
        let found = hub.review(&sent).await.unwrap().findings.into_iter();
        let only = |it: dossier::Finding| match it.what {
            dossier::check::FindingKind::OnlineOnly { since } => Some((since.shown(), it.why)),
            _ => None,
        };
        found.filter_map(only).next()
    };
    let before = since().await.map(|(day, _)| day);
    let list = json!({
        "department": "Sở Tài chính", "revision": 1,
        "lines": [{ "procedure": "NB-03", "from": "2026-11-20", "basis": "Văn bản 77/STC" }],
        "approval": { "by": "Bình", "title": "Giám đốc", "number": "7/QĐ-STC", "on": "2026-11-19" },
    });
    let list = dossier::no_paper::NoPaperList::from_json(&list.to_string()).unwrap();
    let sign = |sha256, received_at| {
        let key = wire::SigningKey::from_seed(&[3; 32]);
        let receipt = wire::no_paper::ListReceipt {
            hub_id: wire::HubId(Uuid::nil()),
            department: list.department.clone(),
            revision: 1,
            sha256,
            agency: hub.who.agency.code.clone(),
            received_at,
            signature: key.sign(wire::key::Kind::NoPaperReceipt, &[]),
        };
        receipt.signed(&key)
    };
    hub.ledger.take_list(&hub.who, &list, now(), &sign).await.unwrap();
    let (day, why) = since().await.unwrap();
    assert_ne!(before.as_deref(), Some("20/11/2026"));
    assert_eq!(day, "20/11/2026");
    let law = matches!(why, Some(dossier::check::Basis::Law { number, .. }) if number == "Văn bản 77/STC");
    assert!(law, "the list is why");
}
