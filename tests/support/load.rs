//! Many clients at one hub, as fast as it goes: whole dossiers by a client that does nothing but send, uploads that stall, and the same
//! files sent to somebody else's server. For `measure load` and its short journey.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use dossier::{AgencyCode, Digest, DossierId, SubmissionId, Timestamp};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;
use wire::enrol::EnrolAnswer;
use wire::manifest::{Applicant, Manifest, ManifestFile, UploadRef, answers_sha256};
use wire::tus::{self, Metadata};
use wire::{Receipt, Submission, path};

use crate::chance::Chance;
use crate::foreign::{client, enrolled_device};
use crate::hub::Hub;

const AGENCY: &str = "000.00.16.H99";

/// What is sent.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Each a device of its own, sending one dossier after the other.
    pub clients: u32,
    /// Of all of them together.
    pub dossiers: u32,
    pub files: u32,
    pub bytes: usize,
    pub seed: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub dossiers: u32,
    pub seconds: f64,
    /// Seconds of each dossier from its first byte to its receipt, in order.
    pub each: Vec<f64>,
}

impl Seen {
    pub fn a_second(&self) -> f64 {
        f64::from(self.dossiers) / self.seconds
    }

    /// The seconds that this share of the dossiers stayed under.
    pub fn within(&self, share: f64) -> Option<f64> {
        self.each.get((share * self.each.len().checked_sub(1)? as f64).ceil() as usize).copied()
    }
}

/// A registered device that sends without looking back: its files lie in memory.
struct Sender {
    http: Client,
    base: String,
    token: String,
    answer: EnrolAnswer,
}

/// A whole dossier after the other by each client; every receipt is checked.
pub fn dossiers(hub: &Hub, plan: &Plan) -> Seen {
    let senders: Vec<_> = (0..plan.clients).map(|_| Arc::new(Sender::new(hub))).collect();
    let left = Arc::new(AtomicU32::new(plan.dossiers));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let begun = Instant::now();
    let mut each = runtime.block_on(async {
        let mut sending = vec![];
        for (at, sender) in senders.into_iter().enumerate() {
            let (left, plan) = (Arc::clone(&left), plan.clone());
            sending.push(tokio::spawn(async move {
                let (mut chance, mut each) = (Chance::new(plan.seed + at as u64), vec![]);
                while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                    let files: Vec<_> = (0..plan.files).map(|_| chance.bytes(plan.bytes)).collect();
                    let begun = Instant::now();
                    sender.send(files).await;
                    each.push(begun.elapsed().as_secs_f64());
                }
                each
            }));
        }
        let mut all = vec![];
        for one in sending {
            all.extend(one.await.expect("a client's task"));
        }
        all
    });
    each.sort_by(f64::total_cmp);
    Seen { dossiers: plan.dossiers, seconds: begun.elapsed().as_secs_f64(), each }
}

impl Sender {
    fn new(hub: &Hub) -> Sender {
        let (token, answer) = enrolled_device(hub, AGENCY);
        Sender { http: client(), base: hub.url(), token, answer }
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(&self.token)
    }

    async fn send(&self, files: Vec<Vec<u8>>) {
        let (mut named, mut uploads) = (vec![], vec![]);
        for file in files {
            let sha256 = Digest::of(&file);
            named.push(manifest_file(sha256, file.len()));
            let request = self.signed(self.http.post(format!("{}{}", self.base, path::FILES)));
            let key = Uuid::now_v7().to_string();
            let location = create(request.header(path::IDEMPOTENCY_KEY, key), file, Some(sha256)).await;
            let upload = path::upload_in_location(&location).expect("an upload");
            uploads.push(UploadRef { sha256, upload });
        }
        let submission = self.submission(named, uploads);
        let manifest = &submission.manifest;
        let url = format!("{}{}", self.base, path::submissions(manifest.dossier));
        let request = self.signed(self.http.post(url).json(&submission));
        let answer = request.header(path::IDEMPOTENCY_KEY, manifest.submission.to_string()).send().await;
        let answer = answer.expect("the hub answers");
        assert_eq!(answer.status().as_u16(), 201, "a submission");
        let receipt: Receipt = answer.json().await.expect("a receipt");
        receipt.verify_for(self.answer.hub_id, &self.answer.hub_public_key, manifest).expect("the hub's receipt");
    }

    fn submission(&self, files: Vec<ManifestFile>, uploads: Vec<UploadRef>) -> Submission {
        let answers = json!({ "tenNguoiNop": "Nguyễn Văn Ạ" });
        let procedure = json!({ "code": "NB-03", "revision": 1, "sha256": Digest::of(b"") });
        let agency: AgencyCode = self.answer.agency.code.clone();
        let manifest = Manifest {
            version: wire::manifest::VERSION,
            submission: SubmissionId(Uuid::now_v7()),
            dossier: DossierId(Uuid::now_v7()),
            procedure: serde_json::from_value(procedure).expect("a procedure"),
            profile: "one-stop-2025".into(),
            agency,
            provisional_code: format!("T-{}-261121-1", self.answer.station).parse().expect("a code"),
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
            prepared_at: Timestamp::from_unix_ms(1_795_230_000_000).expect("a time"),
            answers_sha256: answers_sha256(&answers).expect("canonical"),
            files,
        };
        Submission { manifest, answers, uploads }
    }
}

fn manifest_file(sha256: Digest, size: usize) -> ManifestFile {
    ManifestFile {
        component: "TP01".into(),
        row: None,
        sha256,
        size: size as u64,
        media_type: "application/pdf".into(),
        title: "Tờ trình".into(),
        originals: 1,
        copies: 0,
        digitised: true,
        reused: false,
    }
}

/// Creates an upload with all its bytes, and the rest of them where a server took fewer; its location.
async fn create(request: RequestBuilder, file: Vec<u8>, sha256: Option<Digest>) -> String {
    let length = file.len().to_string();
    let metadata = Metadata::default().with(Metadata::FILE_TYPE, "application/pdf");
    let metadata =
        sha256.iter().fold(metadata, |metadata, sha256| metadata.with(Metadata::SHA256, &sha256.to_string()));
    let request = request.header(tus::RESUMABLE, tus::VERSION).header(tus::LENGTH, &length);
    let request = request.header("content-type", tus::MEDIA_TYPE).header(tus::METADATA, metadata.to_string());
    let answer = request.body(file).send().await.expect("the server answers");
    assert_eq!(answer.status().as_u16(), 201, "a creation");
    assert_eq!(header(&answer, tus::OFFSET), Some(length.as_str()), "every byte is taken");
    header(&answer, "location").unwrap_or_default().to_owned()
}

/// Files a second to a tus server, by so many clients at once: plain uploads, nothing else.
pub fn uploads(url: &str, token: Option<&str>, plan: &Plan) -> f64 {
    let left = Arc::new(AtomicU32::new(plan.dossiers * plan.files));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let begun = Instant::now();
    runtime.block_on(async {
        let mut sending = vec![];
        for at in 0..plan.clients {
            let (left, plan, url, token) = (Arc::clone(&left), plan.clone(), url.to_owned(), token.map(str::to_owned));
            sending.push(tokio::spawn(async move {
                let (http, mut chance) = (client(), Chance::new(plan.seed + 1000 + u64::from(at)));
                while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                    let request = http.post(&url);
                    let request = token.iter().fold(request, |request, token| request.bearer_auth(token));
                    create(request, chance.bytes(plan.bytes), None).await;
                }
            }));
        }
        for one in sending {
            one.await.expect("a client's task");
        }
    });
    f64::from(plan.dossiers * plan.files) / begun.elapsed().as_secs_f64()
}

/// What clients saw of replicas of which one after the other was killed while they sent.
#[derive(Debug, Default)]
pub struct Killed {
    pub kills: u32,
    /// Requests that met one that was gone, or a lock it had left.
    pub met: u32,
    /// The official codes that were given.
    pub codes: BTreeSet<String>,
    pub seconds: f64,
    pub wrong: Vec<String>,
}

/// Sends as [`dossiers`] does, to whichever replica answers; after every so manieth dossier one of them is killed in the middle of what the other
/// clients are sending, and started again.
pub fn over_kills(replicas: &mut [Hub], plan: &Plan, every: u32) -> Killed {
    let bases: Vec<String> = replicas.iter().map(Hub::url).collect();
    let (left, met) = (AtomicU32::new(plan.dossiers), AtomicU32::new(0));
    let senders: Vec<_> = (0..plan.clients).map(|_| Sender::new(&replicas[0])).collect();
    let (mut seen, begun) = (Killed::default(), Instant::now());
    std::thread::scope(|scope| {
        let (told, hear) = channel();
        for (at, sender) in senders.iter().enumerate() {
            let (told, bases, left, met) = (told.clone(), &bases, &left, &met);
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                let mut chance = Chance::new(plan.seed + at as u64);
                while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                    let files: Vec<_> = (0..plan.files).map(|_| chance.bytes(plan.bytes)).collect();
                    let mut insisting = Insisting { sender, bases, turn: at, met };
                    drop(told.send(runtime.block_on(insisting.send(files))));
                }
            });
        }
        drop(told);
        for (nth, outcome) in (1..).zip(hear) {
            match outcome {
                Ok(receipt) if seen.codes.insert(receipt.code.to_string()) => {}
                Ok(receipt) => seen.wrong.push(format!("two dossiers are {}", receipt.code)),
                Err(why) => seen.wrong.push(why),
            }
            if nth % every == 0 && nth < plan.dossiers {
                let victim = seen.kills as usize % replicas.len();
                replicas[victim].kill9();
                replicas[victim].restart();
                seen.kills += 1;
            }
        }
    });
    (seen.met, seen.seconds) = (met.into_inner(), begun.elapsed().as_secs_f64());
    seen
}

/// A client that goes to the next replica whenever one does not answer as it must.
struct Insisting<'a> {
    sender: &'a Sender,
    bases: &'a [String],
    turn: usize,
    met: &'a AtomicU32,
}

impl Insisting<'_> {
    /// One try.
    async fn ask(&mut self, path: &str, ask: &dyn Fn(&Client, String) -> RequestBuilder) -> Result<Response, String> {
        let url = format!("{}{path}", self.bases[self.turn % self.bases.len()]);
        let answer = self.sender.signed(ask(&self.sender.http, url)).send().await.map_err(|error| error.to_string());
        let busy = |status: StatusCode| status.is_server_error() || status == StatusCode::LOCKED;
        let answer =
            answer.and_then(|answer| if busy(answer.status()) { Err(answer.status().to_string()) } else { Ok(answer) });
        if answer.is_err() {
            self.turn += 1;
            self.met.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }

    /// Until one of them grants it.
    async fn asked(&mut self, path: &str, ask: &dyn Fn(&Client, String) -> RequestBuilder) -> Result<Response, String> {
        let begun = Instant::now();
        loop {
            match self.ask(path, ask).await {
                Ok(answer) if answer.status().is_success() => return Ok(answer),
                Ok(answer) => return Err(format!("{path}: {}", answer.status())),
                Err(why) if begun.elapsed() > Duration::from_secs(60) => {
                    return Err(format!("{path}: {why}, for a minute"));
                }
                Err(_) => {}
            }
        }
    }

    async fn send(&mut self, files: Vec<Vec<u8>>) -> Result<Receipt, String> {
        let (mut named, mut uploads) = (vec![], vec![]);
        for file in files {
            let (sha256, key) = (Digest::of(&file), Uuid::now_v7().to_string());
            named.push(manifest_file(sha256, file.len()));
            let metadata = Metadata::default().with(Metadata::SHA256, &sha256.to_string()).to_string();
            let create = |http: &Client, url: String| {
                let request = http.post(url).header(tus::RESUMABLE, tus::VERSION).header(path::IDEMPOTENCY_KEY, &key);
                request.header(tus::LENGTH, file.len()).header(tus::METADATA, &metadata)
            };
            let made = self.asked(path::FILES, &create).await?;
            let at = header(&made, "location").and_then(path::upload_in_location).ok_or("no upload")?;
            self.upload(&path::upload(at), &file).await?;
            uploads.push(UploadRef { sha256, upload: at });
        }
        let submission = self.sender.submission(named, uploads);
        let (manifest, answer) = (&submission.manifest, &self.sender.answer);
        let key = manifest.submission.to_string();
        let submit = |http: &Client, url: String| http.post(url).header(path::IDEMPOTENCY_KEY, &key).json(&submission);
        let taken = self.asked(&path::submissions(manifest.dossier), &submit).await?;
        let receipt: Receipt = taken.json().await.map_err(|error| error.to_string())?;
        let signed = receipt.verify_for(answer.hub_id, &answer.hub_public_key, manifest);
        signed.map(|()| receipt).map_err(|error| error.to_string())
    }

    /// Every byte from where the hub stands, until it has all of them.
    async fn upload(&mut self, at: &str, file: &[u8]) -> Result<(), String> {
        loop {
            let head = |http: &Client, url: String| http.head(url).header(tus::RESUMABLE, tus::VERSION);
            let stands = self.asked(at, &head).await?;
            let offset: usize =
                header(&stands, tus::OFFSET).and_then(|offset| offset.parse().ok()).ok_or("no offset")?;
            let rest = file.get(offset..).ok_or("more bytes than were sent")?;
            if rest.is_empty() {
                return Ok(());
            }
            let patch = |http: &Client, url: String| {
                let request = http.patch(url).header(tus::RESUMABLE, tus::VERSION).header(tus::OFFSET, offset);
                request.header("content-type", tus::MEDIA_TYPE).body(rest.to_vec())
            };
            // Whatever came of it is asked next.
            drop(self.ask(at, &patch).await);
        }
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).and_then(|value| value.to_str().ok())
}

/// What uploads that stall do to a hub.
#[derive(Debug, Default)]
pub struct Stalled {
    /// That were open at once.
    pub open: usize,
    /// The most memory the hub had while they were.
    pub peak_mib: f64,
    /// Dossiers that others sent meanwhile.
    pub served: Seen,
    /// Seconds until the hub had ended all of them by itself; nothing when it did not.
    pub ended_after: Option<f64>,
}

/// Opens so many uploads that send a few bytes and then nothing, has a dossier sent meanwhile, and waits until the hub ends them.
pub fn stalled(hub: &Hub, uploads: usize, limit: Duration) -> Stalled {
    // One device may not ask so often at once.
    let senders: Vec<_> = (0..uploads.div_ceil(400)).map(|_| Sender::new(hub)).collect();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let begun = Instant::now();
    let mut open = runtime.block_on(async {
        let mut open = vec![];
        for at in 0..uploads {
            open.push(stall(hub, &senders[at / 400]).await.expect("the hub lets everybody in"));
        }
        open
    });
    let plan = Plan { clients: 1, dossiers: 5, files: 5, bytes: 300_000, seed: 7 };
    let served = dossiers(hub, &plan);
    let ended = runtime.block_on(async {
        let all = async {
            for stream in &mut open {
                // An answer, or just the end: both end it.
                let mut answer = vec![];
                drop(stream.read_to_end(&mut answer).await);
            }
        };
        tokio::time::timeout(limit, all).await
    });
    let ended_after = ended.ok().map(|()| begun.elapsed().as_secs_f64());
    Stalled { open: open.len(), peak_mib: peak_mib(hub.id()), served, ended_after }
}

async fn stall(hub: &Hub, sender: &Sender) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", hub.port())).await?;
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
         Upload-Length: 300000\r\nContent-Type: {}\r\nContent-Length: 300000\r\n\r\nseveral bytes",
        path::FILES,
        sender.token,
        tus::MEDIA_TYPE,
    );
    stream.write_all(head.as_bytes()).await?;
    Ok(stream)
}

/// The most memory a process has had resident so far (Linux).
pub fn peak_mib(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).map_or(f64::NAN, |kib| kib / 1024.0)
}
