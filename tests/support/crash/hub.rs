//! The hub under power cuts: what it is made to do while it is recorded, and what must be there afterwards.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use ::hub::data::DataFolder;
use ::hub::keeping;
use ::hub::serve::{Config, open_ledger, start};
use dossier::{DeviceId, Digest, DossierId, SubmissionId, Timestamp};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use uuid::Uuid;
use wire::enrol::{DeviceToken, EnrolRequest, EnrolmentString};
use wire::manifest::{Applicant, Manifest, ManifestFile, UploadRef, answers_sha256};
use wire::tus::{self, Metadata};
use wire::upload::UploadId;
use wire::{Submission, path};

use super::Recording;
use super::exchange::Exchange;
use super::recorder::Recorder;
use crate::clerk::Clerk;
use crate::hub::Hub;
use crate::process::bin;

/// What the officers publish.
const PUBLISHED: &str = "NB-20";
const AGENCIES: [&str; 2] = ["H06.16", "H06.17"];
/// 2026-11-21T10:00 in Viet Nam.
const PREPARED: i64 = 1_795_230_000_000;
/// Larger than the hub takes into memory at once: such a file goes into the store by pieces.
const LARGE: usize = (8 << 20) + 4321;

/// A hub's recorded life.
#[derive(Clone)]
pub struct Life {
    pub recording: Recording,
    /// Everything that was sent, by its SHA-256.
    pub files: HashMap<Digest, Vec<u8>>,
}

/// How much it is made to do.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Dossiers of each agency.
    pub dossiers: u32,
    /// Also a file that goes by pieces.
    pub large: bool,
}

/// Bytes that no compression or chance makes alike.
pub(crate) fn content(number: u32, size: usize) -> Vec<u8> {
    (0..size as u32).map(|at| ((at.wrapping_mul(2_654_435_761) ^ number.wrapping_mul(40_503)) >> 13) as u8).collect()
}

/// A device that speaks to the hub.
#[derive(Clone)]
pub(crate) struct Device {
    client: Client,
    base: String,
    token: DeviceToken,
    station: String,
    agency: String,
}

impl Device {
    pub(crate) async fn enrol(string: &str, seed: u8) -> Device {
        let string: EnrolmentString = string.parse().expect("an enrolment string");
        let token = DeviceToken::from_random([seed; 32]);
        let request = EnrolRequest {
            code: string.code.clone(),
            device: DeviceId(Uuid::now_v7()),
            device_name: "Máy quầy 1".into(),
            token_sha256: token.hash(),
        };
        let (client, base) = (client(), string.url.to_string());
        let answer = client.post(string.url.join(path::ENROLMENTS)).json(&request).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).expect("enrolled").to_owned();
        let (station, agency) = (text("/station"), text("/agency/code"));
        Device { client, base: base.trim_end_matches('/').to_owned(), token, station, agency }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        request.header("authorization", self.token.authorization()).header(tus::RESUMABLE, tus::VERSION)
    }

    /// The same device, which finds the hub at another address.
    pub(crate) fn at(&self, base: &str) -> Device {
        Device { base: base.to_owned(), ..self.clone() }
    }

    async fn create(&self, bytes: &[u8], concat: &str) -> UploadId {
        let metadata = Metadata::default().with(Metadata::SHA256, &Digest::of(bytes).to_string()).to_string();
        let mut request = self.request(Method::POST, path::FILES).header(tus::METADATA, metadata);
        request = request.header(path::IDEMPOTENCY_KEY, Uuid::now_v7().to_string());
        if !concat.starts_with("final") {
            request = request.header(tus::LENGTH, bytes.len());
        }
        if !concat.is_empty() {
            request = request.header(tus::CONCAT, concat);
        }
        let made = request.send().await.expect("an answer");
        assert_eq!(made.status(), 201, "{}", made.text().await.unwrap_or_default());
        made.headers().get("location").and_then(|at| path::upload_in_location(at.to_str().ok()?)).expect("a Location")
    }

    async fn send(&self, id: UploadId, bytes: &[u8], from: usize, to: usize) {
        let to = to.min(bytes.len());
        let sent = self.patch(id, bytes, from, to).send().await.expect("an answer");
        assert_eq!(sent.status(), 204, "{}", sent.text().await.unwrap_or_default());
    }

    pub(crate) fn patch(&self, id: UploadId, bytes: &[u8], from: usize, to: usize) -> RequestBuilder {
        let request = self.request(Method::PATCH, &path::upload(id)).header(tus::OFFSET, from);
        request.header("content-type", tus::MEDIA_TYPE).body(bytes[from..to].to_vec())
    }

    /// Sends a file in pieces of this size.
    async fn upload(&self, bytes: &[u8], piece: usize) -> UploadRef {
        let id = self.create(bytes, "").await;
        for from in (0..bytes.len()).step_by(piece) {
            self.send(id, bytes, from, from + piece).await;
        }
        UploadRef { sha256: Digest::of(bytes), upload: id }
    }

    pub(crate) fn submission(&self, files: Vec<ManifestFile>, uploads: Vec<UploadRef>) -> Submission {
        let answers = json!({ "tenNguoiNop": "Nguyễn Văn Ạ" });
        let procedure = json!({ "code": "NB-03", "revision": 1, "sha256": Digest::of(b"") });
        let manifest = Manifest {
            version: wire::manifest::VERSION,
            submission: SubmissionId(Uuid::now_v7()),
            dossier: DossierId(Uuid::now_v7()),
            procedure: serde_json::from_value(procedure).expect("a pin"),
            profile: "one-stop-2025".into(),
            agency: self.agency.parse().expect("an agency"),
            provisional_code: format!("T-{}-261121-1", self.station).parse().expect("a code"),
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
            prepared_at: Timestamp::from_unix_ms(PREPARED).expect("an instant"),
            answers_sha256: answers_sha256(&answers).expect("canonical"),
            files,
        };
        Submission { manifest, answers, uploads }
    }

    pub(crate) fn submitting(&self, submission: &Submission) -> RequestBuilder {
        let request = self.request(Method::POST, &path::submissions(submission.manifest.dossier)).json(submission);
        request.header(path::IDEMPOTENCY_KEY, submission.manifest.submission.to_string())
    }

    async fn submit(&self, files: Vec<ManifestFile>, uploads: Vec<UploadRef>) -> String {
        let sent = self.submitting(&self.submission(files, uploads)).send().await.expect("an answer");
        assert_eq!(sent.status(), 201, "{}", sent.text().await.unwrap_or_default());
        let receipt: Value = sent.json().await.expect("JSON");
        receipt["code"].as_str().expect("a code").to_owned()
    }
}

fn client() -> Client {
    static PROVIDER: std::sync::Once = std::sync::Once::new();
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    Client::builder().no_proxy().build().expect("a client")
}

pub(crate) fn named(bytes: &[u8]) -> ManifestFile {
    ManifestFile {
        component: "TP01".into(),
        row: None,
        sha256: Digest::of(bytes),
        size: bytes.len() as u64,
        media_type: "application/pdf".into(),
        title: "Tờ trình".into(),
        originals: 1,
        copies: 0,
        digitised: true,
        reused: false,
    }
}

impl Life {
    /// Two agencies at once upload, give up, join, submit; officers decide; the hub is killed and stopped and goes on.
    pub fn record(work: Work) -> Life {
        let mut recorder = Recorder::start(&[]);
        let mut files = HashMap::new();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (program, data) = (bin("hoso-hub"), recorder.root().join("data"));
        let data = data.to_str().expect("UTF-8").to_owned();
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data", &data];
        let (mut process, address) = recorder.serve(&program, &serve);
        let mut devices = Vec::new();
        for (agency, seed) in AGENCIES.iter().zip(1..) {
            let url = format!("http://{address}");
            let asked = ["enrol-code", "--agency", agency, "--name", "Sở Nội vụ", "--url", &url, "--data", &data];
            let said = recorder.run(&program, &asked);
            let string = said.split_whitespace().find(|word| word.matches('#').count() == 2).expect("an enrolment");
            devices.push(runtime.block_on(Device::enrol(string, seed)));
        }
        let author = Clerk::new();
        let catalogue = author.folder().join("catalogue.json");
        let catalogue = catalogue.to_str().expect("UTF-8");
        author.ok(&["procedure", "export", catalogue, PUBLISHED]);
        let by = ["--by", "Phạm D", "--data", &data];
        recorder.run(&program, &[&["catalogue", "import", catalogue], &by[..]].concat());

        let mut codes = Vec::new();
        for round in 0..3 {
            let dossiers: Vec<Vec<String>> = runtime.block_on(async {
                let mut tasks = Vec::new();
                for (device, seed) in devices.iter().zip(1..) {
                    let made: Vec<Vec<u8>> = (0..work.dossiers * 2)
                        .map(|nth| {
                            let number = seed * 10_000 + round * 1000 + nth;
                            content(number, 3000 + (number as usize * 7919) % 40_000)
                        })
                        .collect();
                    files.extend(made.iter().flat_map(|file| {
                        let (one, two) = file.split_at(file.len() / 2);
                        [file.as_slice(), one, two].map(|part| (Digest::of(part), part.to_vec()))
                    }));
                    tasks.push(tokio::spawn(day(device.clone(), made)));
                }
                futures_util::future::join_all(tasks)
                    .await
                    .into_iter()
                    .map(|task| task.expect("a day's work"))
                    .collect()
            });
            for (nth, code) in dossiers.concat().iter().enumerate() {
                let decided = if nth % 2 == 0 { ["accept", code] } else { ["refuse", code] };
                let reason = if nth % 2 == 0 { ["--note", "Đủ"] } else { ["--reason", "Thiếu tờ khai"] };
                recorder.run(&program, &[&decided[..], &reason[..], &by[..]].concat());
                codes.push(code.clone());
            }
            recorder.kill(process, if round % 2 == 0 { "KILL" } else { "TERM" });
            let (again, address) = recorder.serve(&program, &serve);
            process = again;
            devices.iter_mut().for_each(|device| device.base = format!("http://{address}"));
        }
        if work.large {
            let file = content(7, LARGE);
            runtime.block_on(devices[0].upload(&file, 3 << 20));
            files.insert(Digest::of(&file), file);
        }
        recorder.kill(process, "TERM");
        Life { recording: recorder.end(), files }
    }

    /// A hub whose every few syncs fail, and who sends asks again.
    pub fn record_failing() -> Life {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let mut device = None;
        let prepare = |root: &Path| {
            let mut hub = Hub::stopped(&root.join("data"));
            hub.restart();
            device = Some(runtime.block_on(Device::enrol(&hub.enrol_code(AGENCIES[0], None), 1)));
            hub.stop();
        };
        // In each thread: the 16th, which is after the start, and from then on every fourth.
        let mut recorder = Recorder::over(&[], prepare, &["-e", "inject=fsync,fdatasync:error=EIO:when=16+4"]);
        let data = recorder.root().join("data");
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("UTF-8")];
        let (process, address) = recorder.serve(&bin("hoso-hub"), &arguments);
        let device = device.expect("enrolled").at(&format!("http://{address}"));
        let mut files = HashMap::new();
        for number in 0..8 {
            let file = content(number, 50_000 + number as usize * 1000);
            runtime.block_on(device.send_over_faults(&file)).map(drop).expect("it is taken in the end");
            files.insert(Digest::of(&file), file);
        }
        recorder.kill(process, "KILL");
        Life { recording: recorder.end(), files }
    }

    /// What must be there if the power went at this line, of a hub opened in what is left.
    pub fn check(&self, folder: &Path, line: usize) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.expect("a runtime").block_on(self.look(&folder.join("data"), line))
    }

    async fn look(&self, data: &Path, line: usize) -> Result<(), String> {
        let config = Config::new(DataFolder::open(data).map_err(|error| format!("the hub does not start: {error}"))?);
        let (database, objects) = (config.database.clone(), config.objects.clone());
        let running = start(config).await.map_err(|error| format!("the hub does not start: {error}"))?;
        let now = Now { client: client(), base: format!("http://{}", running.address()) };
        let looked = self.promises(&now, line).await;
        running.stop().await;
        looked?;
        let ledger = open_ledger(&database).await.map_err(|error| error.to_string())?;
        let objects = objects.open().map_err(|error| error.to_string())?;
        let stored = keeping::check(&*ledger, &objects).await.map_err(|error| error.to_string())?;
        ledger.close().await;
        if stored.is_whole() { Ok(()) } else { Err(format!("stored files: {stored:?}")) }
    }

    async fn promises(&self, now: &Now, line: usize) -> Result<(), String> {
        let told = || self.recording.exchanges.iter().filter(|exchange| exchange.acknowledged(line));
        for exchange in told().filter(|exchange| exchange.method == "POST" && exchange.path != path::FILES) {
            now.answers_the_same(exchange).await?;
        }
        let mut uploads = BTreeMap::<String, (&Exchange, u64)>::new();
        for exchange in told() {
            let offset = exchange.answer_header(tus::OFFSET).and_then(|offset| offset.parse::<u64>().ok());
            let Some(offset) = offset else { continue };
            match exchange.answer_header("location") {
                Some(at) => drop(uploads.insert(format!("/v1/{at}"), (exchange, offset))),
                None => {
                    let known =
                        uploads.get_mut(&exchange.path).ok_or_else(|| format!("{} was never made", exchange.path))?;
                    known.1 = known.1.max(offset);
                }
            }
        }
        for (at, (made, offset)) in uploads {
            let given_up = |exchange: &&Exchange| exchange.method == "DELETE" && exchange.path == at;
            let given_up: Vec<&Exchange> =
                self.recording.exchanges.iter().filter(given_up).filter(|exchange| exchange.begun < line).collect();
            let gone = given_up.iter().any(|exchange| exchange.acknowledged(line));
            if gone || given_up.is_empty() {
                self.upload_stands(now, &at, made, offset, gone).await?;
            }
        }
        for (words, _) in self.recording.ended_well().iter().filter(|(_, ended)| *ended < line) {
            now.officer_did(words, told()).await?;
        }
        Ok(())
    }

    /// The upload is where it was told to be or further, goes on from there, and its bytes are those that were sent.
    async fn upload_stands(&self, now: &Now, at: &str, made: &Exchange, offset: u64, gone: bool) -> Result<(), String> {
        let head = now.again(made, Method::HEAD, at).send().await.map_err(|error| error.to_string())?;
        if gone {
            return if head.status().is_success() { Err(format!("{at} was given up and is there")) } else { Ok(()) };
        }
        let found = number(&head, tus::OFFSET).ok_or_else(|| format!("{at}: {}, {offset} were told", head.status()))?;
        if found < offset {
            return Err(format!("{at}: {found} bytes of {offset} that were told"));
        }
        let metadata = made.header(tus::METADATA).and_then(|metadata| metadata.parse::<Metadata>().ok());
        let sha256 = metadata.and_then(|metadata| metadata.sha256().ok().flatten()).ok_or("no hash was announced")?;
        let file = self.files.get(&sha256).ok_or("a file that nobody knows")?;
        let from = usize::try_from(found).map_err(|error| error.to_string())?;
        if from < file.len() {
            let rest = now.again(made, Method::PATCH, at).header(tus::OFFSET, found);
            let rest = rest.header("content-type", tus::MEDIA_TYPE).body(file[from..].to_vec());
            let sent = rest.send().await.map_err(|error| error.to_string())?;
            if number(&sent, tus::OFFSET) != Some(file.len() as u64) {
                return Err(format!("{at} does not go on from {found}: {}", sent.text().await.unwrap_or_default()));
            }
        }
        let stored =
            now.again(made, Method::GET, &path::file(&sha256)).send().await.map_err(|error| error.to_string())?;
        let stored = stored.bytes().await.map_err(|error| error.to_string())?;
        if stored == *file { Ok(()) } else { Err(format!("{at}: its file is not what was sent")) }
    }
}

/// The hub that was started in what is left.
struct Now {
    client: Client,
    base: String,
}

impl Now {
    /// A request as the device that asked before.
    fn again(&self, before: &Exchange, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base)).header(tus::RESUMABLE, tus::VERSION);
        match before.header("authorization") {
            Some(token) => request.header("authorization", token),
            None => request,
        }
    }

    async fn answers_the_same(&self, before: &Exchange) -> Result<(), String> {
        let mut request = self.again(before, Method::POST, &before.path).body(before.body.clone());
        for name in ["content-type", path::IDEMPOTENCY_KEY] {
            if let Some(value) = before.header(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let (status, found) = (answer.status(), answer.json::<Value>().await.map_err(|error| error.to_string())?);
        // An enrolment is told again with the time of now, and signed over it; a receipt is the same to the last letter.
        let lasting = |mut answer: Value| {
            if let (path::ENROLMENTS, Some(answer)) = (before.path.as_str(), answer.as_object_mut()) {
                answer.retain(|name, _| name != "hub_time" && name != "signature");
            }
            answer
        };
        let (found, told) = (lasting(found), lasting(before.reply()));
        if found == told { Ok(()) } else { Err(format!("{}: {status} {found}, not {told}", before.path)) }
    }

    async fn officer_did(&self, words: &[String], mut told: impl Iterator<Item = &Exchange>) -> Result<(), String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let asked = |path: String, device: &Exchange| self.again(device, Method::GET, &path).send();
        match words.as_slice() {
            [_, decided @ ("accept" | "refuse"), code, ..] => {
                let receipt =
                    told.find(|exchange| exchange.reply()["code"] == **code).ok_or("decided before it came")?;
                let dossier = receipt.reply()["dossier"].as_str().unwrap_or_default().to_owned();
                let view =
                    asked(format!("{}/{dossier}", path::DOSSIERS), receipt).await.map_err(|error| error.to_string())?;
                let view: Value = view.json().await.map_err(|error| error.to_string())?;
                let wanted = if *decided == "accept" { "accepted" } else { "rejected" };
                let found = view["summary"]["state"].as_str().unwrap_or_default();
                if found == wanted { Ok(()) } else { Err(format!("{code} was {wanted} and is {found}")) }
            }
            [_, "catalogue", "import", ..] => {
                let Some(device) = told.find(|exchange| exchange.header("authorization").is_some()) else {
                    return Ok(());
                };
                let list = asked(path::CATALOGUE.to_owned(), device).await.map_err(|error| error.to_string())?;
                let list = list.text().await.map_err(|error| error.to_string())?;
                if list.contains(PUBLISHED) { Ok(()) } else { Err(format!("the catalogue lacks it: {list}")) }
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn number(response: &Response, name: &str) -> Option<u64> {
    response.headers().get(name)?.to_str().ok()?.parse().ok()
}

/// What a device does: two files a dossier, one of them in halves that are joined, now and then one that is given up.
async fn day(device: Device, files: Vec<Vec<u8>>) -> Vec<String> {
    let mut codes = Vec::new();
    for (nth, pair) in files.chunks(2).enumerate() {
        let [one, two] = pair else { continue };
        let mut uploads = vec![device.upload(one, 9000).await];
        if nth % 2 == 0 {
            let middle = two.len() / 2;
            let mut halves = Vec::new();
            for half in [&two[..middle], &two[middle..]] {
                let id = device.create(half, "partial").await;
                device.send(id, half, 0, half.len()).await;
                halves.push(path::upload(id));
            }
            let id = device.create(two, &format!("final;{}", halves.join(" "))).await;
            uploads.push(UploadRef { sha256: Digest::of(two), upload: id });
        } else {
            let given_up = device.create(two, "").await;
            device.send(given_up, two, 0, two.len() / 3).await;
            let gone = device.request(Method::DELETE, &path::upload(given_up)).send().await.expect("an answer");
            assert_eq!(gone.status(), 204);
            uploads.push(device.upload(two, two.len()).await);
        }
        codes.push(device.submit(vec![named(one), named(two)], uploads).await);
    }
    codes
}
