//! A hub for tests: enough of the protocol to send to, on a loopback port, doing wrong what a test tells it to.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, LazyLock, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, head, post},
};
use serde_json::{Value, json};
use store::{
    Act, DeviceId, Digest, DocumentHead, DocumentId, DocumentKind, DossierHead, DossierId, Enrolment, NewDocument,
    NewDossier, NewOutboxFile, NewSource, Profile, Store, SubmissionId, SubmissionKind, Timestamp, Transition,
};
use uuid::Uuid;
use wire::{
    Code, HubId, HubUrl, Manifest, Problem, SigningKey, Submission,
    enrol::{Agency, DeviceToken, EnrolAnswer, EnrolRequest, EnrolmentCode, EnrolmentString},
    key::Kind,
    limits::Limits,
    path,
    ping::PingAnswer,
    receipt::Statement,
    tus,
};

use crate::{Backoff, Clock, Hub, Options, Progress, Quick, Runner, Timeouts};

/// Something that goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mishap {
    /// The connection breaks before the hub has done anything.
    LostRequest,
    /// The hub has done it, and the connection breaks before the answer.
    LostReply,
    /// The hub refuses.
    Refuse(Code),
    /// The hub refuses, and asks to wait so many seconds.
    Later(Code, u64),
    /// Something else answers with this status and a page.
    Portal(u16),
    /// Another hub answers.
    OtherHub,
    /// The hub has lost every upload.
    Forget,
    /// The receipt is signed by another key.
    Forge,
}

#[derive(Default)]
pub(crate) struct Known {
    /// Method and beginning of the path → what goes wrong with the next such requests.
    pub(crate) mishaps: Vec<(&'static str, &'static str, VecDeque<Mishap>)>,
    pub(crate) uploads: BTreeMap<Uuid, (u64, Vec<u8>, String)>,
    keys: BTreeMap<String, Uuid>,
    pub(crate) submissions: BTreeMap<Uuid, Value>,
    pub(crate) enrolled: Vec<EnrolRequest>,
    pub(crate) events: Vec<Value>,
    /// Method and path of every request, in order.
    pub(crate) log: Vec<String>,
    /// Bytes of files that came.
    pub(crate) received: u64,
    forging: bool,
    /// Whether it takes the bytes that come along with a creation, as not every server does.
    pub(crate) takes_first: bool,
}

pub(crate) struct FakeHub {
    pub(crate) url: HubUrl,
    pub(crate) id: HubId,
    pub(crate) key: Arc<SigningKey>,
    known: Arc<Mutex<Known>>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for FakeHub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Clone)]
struct App {
    id: HubId,
    key: Arc<SigningKey>,
    known: Arc<Mutex<Known>>,
}

impl App {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }
}

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_790_000_000_000 + ms).unwrap()
}

pub(crate) fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(0xd))
}

impl FakeHub {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (id, key) = (HubId(Uuid::from_u128(0x4b)), Arc::new(SigningKey::from_seed(&[7; 32])));
        let known = Arc::new(Mutex::new(Known::default()));
        let app = App { id, key: key.clone(), known: known.clone() };
        let server = tokio::spawn(async move { axum::serve(listener, router(app)).await.unwrap() });
        Self { url, id, key, known, server }
    }

    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    /// Lets these things go wrong with the next requests of this kind.
    pub(crate) fn mishap(&self, method: &'static str, path: &'static str, mishaps: &[Mishap]) {
        self.known().mishaps.push((method, path, mishaps.iter().copied().collect()));
    }

    pub(crate) fn requests(&self, method: &str, path: &str) -> usize {
        let start = format!("{method} {path}");
        self.known().log.iter().filter(|line| line.starts_with(&start)).count()
    }

    pub(crate) fn enrolment_string(&self) -> String {
        let code = EnrolmentCode::from_random([3; 10]);
        EnrolmentString { url: self.url.clone(), code, fingerprint: self.key.public().fingerprint() }.to_string()
    }

    pub(crate) fn enrolment(&self) -> Enrolment {
        Enrolment {
            hub_url: self.url.to_string(),
            hub_id: self.id.to_string(),
            hub_public_key: self.key.public().to_string().parse::<Digest>().unwrap().0,
            device: device(),
            token: DeviceToken::from_random([5; 32]).reveal(),
            agency_code: "H06.16".into(),
            agency_name: "UBND xã".into(),
            station: "01".into(),
            support_number: "1900".into(),
            enrolled_at: at(0),
        }
    }

    pub(crate) fn client(&self) -> Hub {
        Hub::new(&self.enrolment(), timeouts()).unwrap()
    }
}

pub(crate) fn timeouts() -> Timeouts {
    Timeouts { connect: Duration::from_secs(5), answer: Duration::from_secs(20), slowest: 1, ..Timeouts::default() }
}

pub(crate) const QUICK: Backoff = Backoff { base: Duration::from_millis(1), cap: Duration::from_millis(2) };

/// A profile with a runner towards a fake hub.
pub(crate) struct Desk {
    _dir: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) steps: Arc<Mutex<Vec<Progress>>>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Profile::new(dir.path().join("profile"))).await.unwrap();
        Self { _dir: dir, store, steps: Arc::default() }
    }

    pub(crate) fn runner(&self, hub: &FakeHub) -> Runner {
        let steps = self.steps.clone();
        Runner {
            store: self.store.clone(),
            hub: Arc::new(hub.client()),
            clock: clock(),
            device: device(),
            options: Options { backoff: QUICK, quick: Quick(QUICK) },
            progress: Arc::new(move |step| steps.lock().unwrap().push(step)),
            wake: Arc::default(),
        }
    }

    /// A dossier with these files, frozen and queued.
    pub(crate) async fn queue(&self, n: u128, files: &[Vec<u8>]) -> SubmissionId {
        let act = Act { at: at(0), who: "Cán bộ", device: device(), automatic: false, what: "test.act" };
        let id = DossierId(Uuid::from_u128(n));
        let new = NewDossier {
            id,
            procedure_code: "NB-03".into(),
            procedure_revision: "1".into(),
            procedure_sha256: Digest::of(b""),
            provisional_code: Some(format!("T-01-261121-{n}")),
            practice: false,
            head: DossierHead::default(),
        };
        self.store.create_dossier(&new, &act).await.unwrap();
        self.freeze(n, 0x5000 + n, json!({ "name": "Nguyễn Văn Ạ" }), files).await
    }

    /// Checks, freezes and queues the dossier with these answers and files, as submission `submission`.
    pub(crate) async fn freeze(&self, n: u128, submission: u128, answers: Value, files: &[Vec<u8>]) -> SubmissionId {
        let act = Act { at: at(0), who: "Cán bộ", device: device(), automatic: false, what: "test.act" };
        let id = DossierId(Uuid::from_u128(n));
        if self.store.documents(id).await.unwrap().is_empty() {
            for (position, bytes) in (0..).zip(files) {
                self.add_paper(DocumentId(Uuid::from_u128((n << 32) + position)), id, bytes).await;
            }
        }
        self.store.transition(id, &Transition::Check { blocking: 0 }, &act).await.unwrap();
        let version = self.store.dossier(id).await.unwrap().answers_version;
        let mut outbox = Vec::new();
        for bytes in files {
            let blob = self.store.put_bytes(bytes).await.unwrap();
            outbox.push(NewOutboxFile {
                blob,
                component: "TP01".into(),
                component_row: None,
                title: "Tờ trình".into(),
                media_type: "application/pdf".into(),
            });
        }
        let manifest = manifest(n, submission, &answers, &outbox);
        let submission = crate::prepare(SubmissionKind::Submit, &manifest, answers, version, outbox).unwrap();
        self.store.freeze(&submission, &act).await.unwrap();
        submission.id
    }

    /// A paper that goes as it is.
    async fn add_paper(&self, id: DocumentId, dossier: DossierId, bytes: &[u8]) {
        let act = Act { at: at(0), who: "Cán bộ", device: device(), automatic: false, what: "test.act" };
        let head = DocumentHead {
            component: "TP01".into(),
            component_row: None,
            title: "Tờ trình".into(),
            file_name: None,
            originals: 1,
            copies: 0,
        };
        let blob = self.store.put_bytes(bytes).await.unwrap();
        let source =
            NewSource { blob, file_name: "to-trinh.pdf".into(), media_type: "application/pdf".into(), frames: None };
        let new = NewDocument { id, dossier, head, kind: DocumentKind::AsIs, sources: vec![source] };
        self.store.add_document(&new, &act).await.unwrap();
    }
}

/// A clock that runs from `at(0)` on.
pub(crate) fn clock() -> Arc<dyn Clock> {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    Arc::new(|| at(BEGUN.elapsed().as_millis() as i64))
}

fn manifest(n: u128, submission: u128, answers: &Value, files: &[NewOutboxFile]) -> Manifest {
    let files: Vec<_> = files
        .iter()
        .map(|file| {
            json!({
                "component": file.component, "sha256": file.blob.sha256, "size": file.blob.size,
                "type": file.media_type, "title": file.title, "originals": 1, "copies": 0,
                "digitised": true, "reused": false,
            })
        })
        .collect();
    let manifest = json!({
        "version": 1, "submission": Uuid::from_u128(submission), "dossier": Uuid::from_u128(n),
        "procedure": { "code": "NB-03", "revision": 1, "sha256": Digest::of(b"") },
        "profile": "one-stop-2025", "agency": "H06.16", "provisional_code": format!("T-01-261121-{n}"),
        "applicant": { "kind": "citizen", "name": "Nguyễn Văn Ạ" }, "prepared_by": "Cán bộ",
        "prepared_at": at(0), "answers_sha256": wire::manifest::answers_sha256(answers).unwrap(), "files": files,
    });
    serde_json::from_value(manifest).unwrap()
}

fn router(app: App) -> Router {
    Router::new()
        .route(path::PING, get(ping))
        .route(path::LIMITS, get(async || Json(Limits::default())))
        .route(path::ENROLMENTS, post(enrol))
        .route(path::FILES, post(create))
        .route("/v1/files/{sha256}", head(has))
        .route("/v1/uploads/{id}", head(offset).patch(append).post(append))
        .route("/v1/dossiers/{id}/submissions", post(submit))
        .route(path::EVENTS, get(events))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(app.clone(), misbehave))
        .with_state(app)
}

/// Breaks the connection without an answer, and without a message on the test's output.
fn hang_up() -> Response {
    std::panic::resume_unwind(Box::new(()))
}

async fn misbehave(State(app): State<App>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let mishap = {
        let mut known = app.known();
        known.log.push(format!("{method} {path}"));
        let due = known.mishaps.iter_mut().find(|(m, p, left)| *m == method && path.starts_with(p) && !left.is_empty());
        due.and_then(|(.., left)| left.pop_front())
    };
    let mut id = app.id.to_string();
    let mut response = match mishap {
        Some(Mishap::LostRequest) => hang_up(),
        Some(Mishap::Portal(status)) => {
            let page = Html("<html>Đăng nhập Wi-Fi</html>");
            return (StatusCode::from_u16(status).unwrap(), page).into_response();
        }
        Some(Mishap::Refuse(code)) => refuse(code),
        Some(Mishap::Later(code, seconds)) => {
            ([(header::RETRY_AFTER, seconds.to_string())], refuse(code)).into_response()
        }
        Some(Mishap::Forget) => {
            app.known().uploads.clear();
            next.run(request).await
        }
        Some(Mishap::Forge) => {
            app.known().forging = true;
            next.run(request).await
        }
        _ => next.run(request).await,
    };
    match mishap {
        Some(Mishap::LostReply) => return hang_up(),
        Some(Mishap::OtherHub) => id = Uuid::from_u128(0xbad).to_string(),
        _ => {}
    }
    response.headers_mut().insert(path::HUB_ID, id.parse().unwrap());
    response
}

fn refuse(code: Code) -> Response {
    let body = serde_json::to_vec(&Problem::new(code)).unwrap();
    let status = StatusCode::from_u16(code.status()).unwrap();
    (status, [(header::CONTENT_TYPE, wire::problem::MEDIA_TYPE)], body).into_response()
}

async fn ping(State(app): State<App>, Query(query): Query<BTreeMap<String, String>>) -> Json<PingAnswer> {
    Json(PingAnswer::new(app.id, query["nonce"].clone(), at(0), &app.key).unwrap())
}

async fn enrol(State(app): State<App>, Json(request): Json<EnrolRequest>) -> Response {
    let mut known = app.known();
    if known.enrolled.iter().any(|earlier| earlier.code == request.code && *earlier != request) {
        return refuse(Code::UsedCode);
    }
    known.enrolled.push(request.clone());
    let answer = EnrolAnswer {
        hub_id: app.id,
        hub_public_key: app.key.public(),
        agency: Agency { code: "H06.16".parse().unwrap(), name: "UBND xã".into() },
        station: "01".into(),
        support_number: "1900".into(),
        hub_time: at(0),
        signature: app.key.sign(Kind::Enrolment, b""),
    };
    (StatusCode::CREATED, Json(answer.signed(&request, &app.key).unwrap())).into_response()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

async fn create(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    assert!(text(&headers, "authorization").starts_with("Bearer "));
    let mut known = app.known();
    let key = text(&headers, path::IDEMPOTENCY_KEY).to_owned();
    let fresh = Uuid::from_u128(0x100 + known.uploads.len() as u128);
    let id = *known.keys.entry(key).or_insert(fresh);
    let length = text(&headers, tus::LENGTH).parse().unwrap();
    let metadata: tus::Metadata = text(&headers, tus::METADATA).parse().unwrap();
    let sha256 = metadata.get(tus::Metadata::SHA256).unwrap().to_owned();
    let takes_first = known.takes_first;
    let (_, bytes, _) = known.uploads.entry(id).or_insert((length, Vec::new(), sha256));
    let made = (StatusCode::CREATED, [(header::LOCATION, format!("uploads/{id}"))]);
    if !takes_first {
        return made.into_response();
    }
    let taken = if bytes.is_empty() { body.len() as u64 } else { 0 };
    if taken > 0 {
        bytes.extend_from_slice(&body);
    }
    let offset = [(tus::OFFSET, bytes.len().to_string())];
    known.received += taken;
    (made.0, made.1, offset).into_response()
}

async fn has(State(app): State<App>, Path(sha256): Path<String>) -> StatusCode {
    let known = app.known();
    let there = known.uploads.values().any(|(_, bytes, _)| Digest::of(bytes).to_string() == sha256);
    if there { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

async fn offset(State(app): State<App>, Path(id): Path<Uuid>) -> Response {
    match app.known().uploads.get(&id) {
        Some((_, bytes, _)) => (StatusCode::OK, [(tus::OFFSET, bytes.len().to_string())]).into_response(),
        None => refuse(Code::Gone),
    }
}

async fn append(State(app): State<App>, Path(id): Path<Uuid>, headers: HeaderMap, body: Bytes) -> Response {
    let mut known = app.known();
    known.received += body.len() as u64;
    let Some((length, bytes, sha256)) = known.uploads.get_mut(&id) else { return refuse(Code::Gone) };
    if text(&headers, tus::OFFSET) != bytes.len().to_string() {
        return refuse(Code::OffsetMismatch);
    }
    bytes.extend_from_slice(&body);
    assert!(bytes.len() as u64 <= *length);
    if bytes.len() as u64 == *length && Digest::of(bytes).to_string() != *sha256 {
        known.uploads.remove(&id);
        return refuse(Code::HashMismatch);
    }
    let offset = bytes.len().to_string();
    (StatusCode::NO_CONTENT, [(tus::OFFSET, offset)], Body::empty()).into_response()
}

async fn submit(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let compressed = text(&headers, header::CONTENT_ENCODING.as_str()) == wire::limits::ZSTD;
    let body = if compressed { zstd::decode_all(&body[..]).unwrap().into() } else { body };
    let submission: Submission = serde_json::from_slice(&body).unwrap();
    let manifest = &submission.manifest;
    assert_eq!(text(&headers, path::IDEMPOTENCY_KEY), manifest.submission.to_string());
    submission.check(&Limits::default()).unwrap();
    let mut known = app.known();
    let has = |sha256: &Digest| known.uploads.values().any(|(_, bytes, _)| Digest::of(bytes) == *sha256);
    let missing: Vec<_> = manifest.files.iter().map(|file| file.sha256).filter(|sha256| !has(sha256)).collect();
    if !missing.is_empty() {
        let problem = Problem::new(Code::FilesMissing).with("missing", json!(missing));
        let headers = [(header::CONTENT_TYPE, wire::problem::MEDIA_TYPE)];
        return (StatusCode::CONFLICT, headers, serde_json::to_vec(&problem).unwrap()).into_response();
    }
    let serial = known.submissions.len() + 1;
    let receipt = known.submissions.entry(manifest.submission.0).or_insert_with(|| {
        let statement = Statement {
            hub_id: app.id,
            submission: manifest.submission,
            dossier: manifest.dossier,
            agency: manifest.agency.clone(),
            code: format!("H06.16-20261121-{serial:04}").parse().unwrap(),
            received_at: at(1),
            manifest_sha256: manifest.sha256().unwrap(),
            files: manifest.files.len() as u32,
            bytes: manifest.bytes(),
            support_number: "1900".into(),
        };
        serde_json::to_value(statement.sign(&app.key).unwrap()).unwrap()
    });
    let mut receipt = receipt.clone();
    if std::mem::take(&mut known.forging) {
        receipt["signature"] = json!(SigningKey::from_seed(&[8; 32]).sign(Kind::Receipt, b""));
    }
    (StatusCode::CREATED, Json(receipt)).into_response()
}

async fn events(State(app): State<App>, Query(query): Query<BTreeMap<String, String>>) -> Json<Value> {
    let after: usize = query["after"].parse().unwrap();
    let events: Vec<_> = app.known().events.iter().skip(after).cloned().collect();
    let next = events.last().map_or(json!(after), |event| event["cursor"].clone());
    Json(json!({ "events": events, "next": next }))
}
