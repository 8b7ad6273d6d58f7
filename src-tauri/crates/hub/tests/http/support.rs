//! A hub on a loopback port, and devices that talk to it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, Once},
    time::Duration,
};

use dossier::{AgencyCode, DeviceId, Digest, DossierId, SubmissionId, Timestamp};
use hub::{
    data::DataFolder,
    ledger::audit::Author,
    officer,
    serve::{Config, Running, start},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;
use wire::{
    Code, Problem, Receipt, Submission,
    enrol::{DeviceToken, EnrolAnswer, EnrolRequest, EnrolmentString},
    manifest::{Applicant, Manifest, ManifestFile, UploadRef, answers_sha256},
    path,
    tus::{self, Metadata},
    upload::UploadId,
};

pub struct Hub {
    pub running: Running,
    pub folder: TempDir,
    clock: Arc<Mutex<Timestamp>>,
}

/// 2026-11-21T10:00 in Viet Nam.
const BEGIN: i64 = 1_795_230_000_000;

impl Hub {
    pub async fn start() -> Self {
        let clock = Arc::new(Mutex::new(Timestamp::from_unix_ms(BEGIN).unwrap()));
        Self::start_in(tempfile::tempdir().unwrap(), clock, |_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(Mutex::new(Timestamp::from_unix_ms(BEGIN).unwrap()));
        Self::start_in(tempfile::tempdir().unwrap(), clock, change).await
    }

    async fn start_in(folder: TempDir, clock: Arc<Mutex<Timestamp>>, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::new(DataFolder::open(folder.path()).unwrap());
        config.support_number = "1900 0000".into();
        let shown = Arc::clone(&clock);
        config.clock = Arc::new(move || *shown.lock().unwrap());
        change(&mut config);
        Self { running: start(config).await.unwrap(), folder, clock }
    }

    /// Stops, lets something be done to the folder, and starts again in it.
    pub async fn restart(self, meanwhile: impl FnOnce(&std::path::Path)) -> Self {
        self.running.stop().await;
        meanwhile(self.folder.path());
        Self::start_in(self.folder, self.clock, |_| {}).await
    }

    /// Stops, and starts again otherwise.
    pub async fn restart_with(self, change: impl FnOnce(&mut Config)) -> Self {
        self.running.stop().await;
        Self::start_in(self.folder, self.clock, change).await
    }

    pub fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    pub fn pass_days(&self, days: i64) {
        self.pass_minutes(days * 24 * 60);
    }

    pub fn pass_minutes(&self, minutes: i64) {
        let mut now = self.clock.lock().unwrap();
        *now = Timestamp::new(now.get() + time::Duration::minutes(minutes));
    }

    pub async fn code(&self, agency: &str) -> EnrolmentString {
        let (agency, url): (AgencyCode, _) = (agency.parse().unwrap(), format!("http://{}", self.running.address()));
        let (ledger, now) = (self.running.ledger(), *self.clock.lock().unwrap());
        let name = Some(format!("Cơ quan {agency}"));
        let (fingerprint, by) = (self.running.fingerprint(), Author::console("Lan"));
        officer::enrolment_code(&**ledger, &agency, name, url.parse().unwrap(), fingerprint, &by, now).await.unwrap()
    }

    pub async fn device(&self, agency: &str) -> Device {
        Device::enrol(&self.code(agency).await).await
    }
}

pub fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| rustls::crypto::ring::default_provider().install_default().unwrap());
    Client::builder().timeout(Duration::from_secs(60)).build().unwrap()
}

pub fn enrol_request(string: &EnrolmentString, token: &DeviceToken) -> EnrolRequest {
    EnrolRequest {
        code: string.code.clone(),
        device: DeviceId(Uuid::now_v7()),
        device_name: "Máy quầy 1".into(),
        token_sha256: token.hash(),
    }
}

pub async fn post_enrolment(string: &EnrolmentString, request: &EnrolRequest) -> Response {
    client().post(string.url.join(path::ENROLMENTS)).json(request).send().await.unwrap()
}

/// A registered device.
#[derive(Clone)]
pub struct Device {
    pub client: Client,
    pub base: String,
    pub token: DeviceToken,
    pub answer: EnrolAnswer,
}

impl Device {
    pub async fn enrol(string: &EnrolmentString) -> Self {
        let token = DeviceToken::from_random(hub::random().unwrap());
        let request = enrol_request(string, &token);
        let response = post_enrolment(string, &request).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let answer: EnrolAnswer = response.json().await.unwrap();
        answer.verify(&string.fingerprint, &request).unwrap();
        Self { client: client(), base: string.url.to_string(), token, answer }
    }

    pub fn at(&self, address: SocketAddr) -> Self {
        Self { base: format!("http://{address}"), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        request.header("authorization", self.token.authorization())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header(tus::RESUMABLE, tus::VERSION)
    }

    pub fn creation(&self, length: u64) -> RequestBuilder {
        self.tus(Method::POST, path::FILES).header(tus::LENGTH, length)
    }

    pub fn announced(&self, content: &[u8]) -> RequestBuilder {
        let metadata = Metadata::default().with(Metadata::SHA256, &Digest::of(content).to_string());
        self.creation(content.len() as u64).header(tus::METADATA, metadata.to_string())
    }

    pub async fn create(&self, content: &[u8]) -> UploadId {
        created(&self.announced(content).send().await.unwrap())
    }

    pub fn patch(&self, id: UploadId, offset: u64, bytes: &[u8]) -> RequestBuilder {
        let request = self.tus(Method::PATCH, &path::upload(id)).header(tus::OFFSET, offset);
        request.header("content-type", tus::MEDIA_TYPE).body(bytes.to_vec())
    }

    pub async fn head(&self, id: UploadId) -> Response {
        self.tus(Method::HEAD, &path::upload(id)).send().await.unwrap()
    }

    /// Uploads a file whole and names it for a manifest.
    pub async fn upload(&self, content: &[u8]) -> (ManifestFile, UploadRef) {
        let id = self.create(content).await;
        let sent = self.patch(id, 0, content).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
        let sha256 = Digest::of(content);
        (manifest_file(content), UploadRef { sha256, upload: id })
    }

    pub fn submission(&self, files: Vec<ManifestFile>, uploads: Vec<UploadRef>) -> Submission {
        let answers = json!({"tenNguoiNop": "Nguyễn Văn Ạ"});
        let manifest = Manifest {
            version: wire::manifest::VERSION,
            submission: SubmissionId(Uuid::now_v7()),
            dossier: DossierId(Uuid::now_v7()),
            procedure: serde_json::from_value(json!({"code": "NB-03", "revision": 1, "sha256": Digest::of(b"")}))
                .unwrap(),
            profile: "one-stop-2025".into(),
            agency: self.answer.agency.code.clone(),
            provisional_code: format!("T-{}-261121-1", self.answer.station).parse().unwrap(),
            applicant: Applicant {
                kind: dossier::procedure::ApplicantKind::Citizen,
                name: "Nguyễn Văn Ạ".into(),
                identity_number: None,
                phone: None,
                email: None,
                address: None,
            },
            prepared_by: "Trần Thị B".into(),
            on_behalf_of: None,
            prepared_at: Timestamp::from_unix_ms(BEGIN).unwrap(),
            answers_sha256: answers_sha256(&answers).unwrap(),
            files,
        };
        Submission { manifest, answers, uploads }
    }

    pub fn submitting(&self, submission: &Submission) -> RequestBuilder {
        let request = self.request(Method::POST, &path::submissions(submission.manifest.dossier)).json(submission);
        request.header(path::IDEMPOTENCY_KEY, submission.manifest.submission.to_string())
    }

    pub async fn submit(&self, submission: &Submission) -> Receipt {
        let response = self.submitting(submission).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        let receipt: Receipt = response.json().await.unwrap();
        receipt.verify_for(self.answer.hub_id, &self.answer.hub_public_key, &submission.manifest).unwrap();
        receipt
    }
}

pub fn manifest_file(content: &[u8]) -> ManifestFile {
    ManifestFile {
        component: "TP01".into(),
        row: None,
        sha256: Digest::of(content),
        size: content.len() as u64,
        media_type: "application/pdf".into(),
        title: "Tờ trình".into(),
        originals: 1,
        copies: 0,
        digitised: true,
        reused: false,
    }
}

pub fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

pub fn offset(response: &Response) -> Option<u64> {
    header(response, tus::OFFSET).map(|value| value.parse().unwrap())
}

pub fn created(response: &Response) -> UploadId {
    assert_eq!(response.status(), StatusCode::CREATED);
    path::upload_in_location(header(response, "location").unwrap()).unwrap()
}

/// The problem of a refused request; it must have the shape of one.
pub async fn problem(response: Response) -> Problem {
    assert_eq!(header(&response, "content-type"), Some(wire::problem::MEDIA_TYPE));
    let status = response.status().as_u16();
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.status, status);
    problem
}

pub async fn refused(request: RequestBuilder) -> Code {
    problem(request.send().await.unwrap()).await.code
}
